/* Values of registers: from outside into columns, and back for people and programs. */
#include "civil/register/schema.h"

#include "base/idnum.h"
#include "base/utf8.h"
#include "civil/register/register_internal.h"

#include <stdio.h>

static enum status bad(const struct field *f, const char *code, struct diag *d) {
    char both[200]; /* one sentence serves readers of both languages: the heading is data */
    snprintf(both, sizeof both, "%s / %s", f->zh, f->en);
    (void)diag_fail(d, E_INPUT, code, DIAG_S("field", both));
    return diag_at(d, "%s", f->column);
}

static struct span trimmed(struct span s) {
    for (;;) {
        if (s.size && (unsigned char)*s.at <= ' ')
            s.at++, s.size--;
        else if (s.size >= 3 && memcmp(s.at, "\u3000", 3) == 0)
            s.at += 3, s.size -= 3;
        else
            break;
    }
    for (;;) {
        if (s.size && (unsigned char)s.at[s.size - 1] <= ' ')
            s.size--;
        else if (s.size >= 3 && memcmp(s.at + s.size - 3, "\u3000", 3) == 0)
            s.size -= 3;
        else
            return s;
    }
}

/* ---- text in ------------------------------------------------------------------------------- */

static enum status parse_text(struct txn *t, const struct field *f, struct span text, struct sql_value *ret, struct diag *d) {
    if (!utf8_valid(text) || memchr(text.at, 0, text.size) || utf8_has_hidden(text, false))
        return bad(f, "register.value.characters", d);
    size_t n = utf8_length(text);
    if ((int64_t)n > f->max || (int64_t)n < f->min)
        return bad(f, "register.value.length", d);
    if (f->personal && (memchr(text.at, '*', text.size) || (text.size >= 3 && memmem(text.at, text.size, "＊", 3))))
        return bad(f, "register.value.masked", d); /* an export that comes back */
    char *copy = arena_dup(txn_arena(t), text);
    *ret = copy ? SQL_T(((struct span){copy, text.size})) : SQL_NIL;
    return copy ? OK : arena_full(d);
}

static bool means(const struct json *code, struct span text) {
    const struct json *also = json_get(code, "also");
    bool hit = span_is(text, json_str(code, "zh", "")) || span_is(text, json_str(code, "en", ""));
    for (size_t i = 0; !hit && also && i < also->size; i++)
        hit = span_eq(also->item[i]->text, text);
    return hit;
}

static enum status parse_code(const struct field *f, struct span text, bool office, struct sql_value *ret, struct diag *d) {
    for (size_t i = 0; i < f->codes->size; i++) {
        const struct json *code = f->codes->item[i];
        if (span_is(text, json_str(code, "code", "")) || (office && means(code, text))) {
            *ret = SQL_S(json_str(code, "code", ""));
            return OK;
        }
    }
    return bad(f, "register.value.code", d);
}

static enum status parse_bool(const struct field *f, struct span text, bool office, struct sql_value *ret, struct diag *d) {
    static const char *const yes[] = {"true", "是", "有", "1", "Y", "y", "yes", "√"}, *const no[] = {"false", "否", "无", "0", "N", "n", "no", "×"};
    for (size_t i = 0; i < (office ? ARRAY_LEN(yes) : 1); i++)
        if (span_is(text, yes[i]) || span_is(text, no[i])) {
            *ret = SQL_I(span_is(text, yes[i]));
            return OK;
        }
    return bad(f, "register.value.bool", d);
}

static enum status parse_number(const struct field *f, struct span text, bool office, struct sql_value *ret, struct diag *d) {
    char plain[DEC_TEXT_MAX * 2];
    size_t n = 0;
    struct dec x;
    int64_t stored = 0;
    for (size_t i = 0; i < text.size && n < sizeof plain; i++)
        if (!office || text.at[i] != ',') /* 1,450.00 */
            plain[n++] = text.at[i];
    struct diag own = {0};
    if (n >= sizeof plain || dec_parse((struct span){plain, n}, &x, &own) != OK)
        return bad(f, "register.value.number", d);
    int digits = f->type == FIELD_MONEY ? 2 : f->type == FIELD_DECIMAL ? f->scale : 0;
    for (int i = 0; i < digits; i++)
        x = dec_mul(x, dec_int(10));
    /* More digits than are kept would be rounded in silence; a place in degrees has them from any map, and may lose them. */
    if (f->type == FIELD_DECIMAL)
        x = dec_round(x, 0, DEC_HALF_UP);
    if (!dec_is_int(x))
        return bad(f, digits ? "register.value.digits" : "register.value.whole", d);
    if (dec_to_int(x, &stored, &own) != OK || stored < f->min || stored > f->max)
        return bad(f, "register.value.range", d);
    *ret = SQL_I(stored);
    return OK;
}

/* 2024-08-15; of offices also 2024年8月15日, 2024/8/15, 2024.8.15, 20240815. */
static enum status parse_date(const struct field *f, struct span text, bool office, struct sql_value *ret, struct diag *d) {
    date_t day;
    struct diag own = {0};
    char plain[64];
    int y = 0, m = 0, n = 0, used = 0;
    if (date_parse(text, &day, &own) == OK) {
        *ret = SQL_D(day);
        return OK;
    }
    if (!office || text.size >= sizeof plain)
        return bad(f, "register.value.date", d);
    snprintf(plain, sizeof plain, "%.*s", SPAN_ARG(text));
    static const char *const forms[] = {"%4d/%2d/%2d%n", "%4d.%2d.%2d%n", "%4d年%2d月%2d日%n", "%4d-%2d-%2d%n", "%4d%2d%2d%n", "%4d年%2d月%2d号%n"};
    for (size_t i = 0; i < ARRAY_LEN(forms); i++) {
        used = 0;
        if (i == 4 && (text.size != 8 || strspn(plain, "0123456789") != 8))
            continue;
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
        bool hit = sscanf(plain, forms[i], &y, &m, &n, &used) == 3 && (size_t)used == text.size;
#pragma GCC diagnostic pop
        if (hit && y >= 1900 && y <= 2200 && date_valid(y, m, n)) {
            *ret = SQL_D(date_from_ymd(y, m, n));
            return OK;
        }
    }
    return bad(f, "register.value.date", d);
}

/* A code, or of offices a name that means one place only. */
static enum status parse_division(struct txn *t, const struct field *f, struct span text, bool office, struct sql_value *ret, struct diag *d) {
    AUTO(rows) struct rows *r = NULL;
    bool row = false, more = false, digits = true;
    for (size_t i = 0; i < text.size; i++)
        digits &= text.at[i] >= '0' && text.at[i] <= '9';
    enum status s = utf8_valid(text) && !memchr(text.at, 0, text.size) && (digits || office) ? OK : bad(f, "register.value.division", d);
    if (s == OK)
        s = sql_query(t, &r, d, digits ? "SELECT code FROM division WHERE code = ?" : "SELECT code FROM division WHERE name = ? LIMIT 2", SQL_T(text));
    if (s == OK)
        s = rows_next(r, &row, d);
    if (s != OK)
        return s;
    if (!row)
        return bad(f, "register.value.division", d);
    char *code = rows_dup(r, 0, txn_arena(t));
    *ret = SQL_S(code);
    if ((s = rows_next(r, &more, d)) != OK)
        return s;
    return !code ? arena_full(d) : more ? bad(f, "register.value.division_many", d) : OK;
}

static enum status parse_credit(struct txn *t, const struct field *f, struct span text, struct sql_value *ret, struct diag *d) {
    struct diag own = {0};
    char upper[19];
    if (text.size != 18)
        return bad(f, "register.value.credit_code", d);
    for (size_t i = 0; i < 18; i++)
        upper[i] = (char)(text.at[i] >= 'a' && text.at[i] <= 'z' ? text.at[i] - 32 : text.at[i]);
    if (credit_code_check((struct span){upper, 18}, &own) != OK)
        return bad(f, "register.value.credit_code", d);
    char *copy = arena_dup(txn_arena(t), (struct span){upper, 18});
    *ret = copy ? SQL_T(((struct span){copy, 18})) : SQL_NIL;
    return copy ? OK : arena_full(d);
}

/* Another register's record: by its id, of offices by its key (one field) or its title where only one has it. */
static enum status parse_ref(struct civil *c, struct txn *t, const struct field *f, struct span text, bool office, struct sql_value *ret, struct diag *d) {
    struct schema *other = ARENA_NEW(txn_arena(t), struct schema);
    enum status s = other ? schema_find(c, txn_arena(t), f->other, other, d) : arena_full(d);
    if (s != OK)
        return s;
    char sql[256];
    int64_t id = 0, n = 0;
    if (!office) {
        struct dec x;
        if (text.size > 19 || dec_parse(text, &x, NULL) != OK || dec_to_int(x, &id, NULL) != OK)
            return bad(f, "register.value.ref", d);
        snprintf(sql, sizeof sql, "SELECT count(DISTINCT id) FROM reg_%s r WHERE id = ? AND superseded_at IS NULL AND " REGISTER_SHOWN("r"), other->name);
        s = sql_int(t, &n, 0, d, sql, SQL_I(id));
    } else {
        const char *key = other->field[other->keys == 1 ? other->key[0] : other->title].column, *title = other->field[other->title].column;
        snprintf(sql, sizeof sql, "SELECT min(id), count(DISTINCT id) FROM reg_%s r WHERE (%s = ? OR %s = ?) AND superseded_at IS NULL AND valid_to IS NULL AND " REGISTER_SHOWN("r"), other->name, key, title);
        AUTO(rows) struct rows *r = NULL;
        if ((s = sql_one(t, &r, d, sql, SQL_T(text), SQL_T(text))) == OK) {
            id = rows_int(r, 0);
            n = rows_int(r, 1);
        }
    }
    if (s != OK)
        return s;
    *ret = SQL_I(id);
    return n == 1 ? OK : bad(f, n > 1 ? "register.value.ref_many" : "register.value.ref", d);
}

static enum status parse_sealed(struct txn *t, const struct field *f, struct span text, struct sql_value *ret, struct diag *d) {
    struct citizen_number number;
    struct diag own = {0};
    char plain[32];
    size_t n = text.size < sizeof plain ? text.size : 0;
    if (f->type == FIELD_ID_NUMBER) {
        if (citizen_number_parse(text, &number, &own) != OK)
            return bad(f, "register.value.id_number", d);
        n = (size_t)snprintf(plain, sizeof plain, "%s", number.text);
    } else {
        bool ok = n >= 5 && n <= 20;
        for (size_t i = 0; ok && i < n; i++)
            ok = (text.at[i] >= '0' && text.at[i] <= '9') || text.at[i] == '-' || text.at[i] == '+' || text.at[i] == ' ';
        if (!ok)
            return bad(f, "register.value.phone", d);
        memcpy(plain, text.at, n);
    }
    char *copy = arena_dup(txn_arena(t), (struct span){plain, n});
    *ret = copy ? SQL_T(((struct span){copy, n})) : SQL_NIL;
    return copy ? OK : arena_full(d);
}

enum status field_parse(struct civil *c, struct txn *t, const struct schema *s, const struct field *f, struct span text, bool office,
    struct field_value *ret, struct diag *d) {
    if (office)
        text = trimmed(text);
    ret->v = SQL_NIL;
    if (text.size == 0)
        return f->required ? bad(f, "register.value.required", d) : OK;
    switch (f->type) {
    case FIELD_TEXT: return parse_text(t, f, text, &ret->v, d);
    case FIELD_CODE: return parse_code(f, text, office, &ret->v, d);
    case FIELD_DIVISION: return parse_division(t, f, text, office, &ret->v, d);
    case FIELD_CREDIT_CODE: return parse_credit(t, f, text, &ret->v, d);
    case FIELD_INT:
    case FIELD_DECIMAL:
    case FIELD_MONEY: return parse_number(f, text, office, &ret->v, d);
    case FIELD_BOOL: return parse_bool(f, text, office, &ret->v, d);
    case FIELD_DATE: return parse_date(f, text, office, &ret->v, d);
    case FIELD_REF: return parse_ref(c, t, f, text, office, &ret->v, d);
    case FIELD_ID_NUMBER:
    case FIELD_PHONE: return parse_sealed(t, f, text, &ret->v, d);
    }
    return bad(f, "register.value.characters", d);
}

enum status field_parse_json(struct civil *c, struct txn *t, const struct schema *s, const struct field *f, const struct json *j,
    struct field_value *ret, struct diag *d) {
    char number[DEC_TEXT_MAX];
    bool numeric = f->type == FIELD_INT || f->type == FIELD_DECIMAL || f->type == FIELD_MONEY;
    if (json_is_null(j))
        return field_parse(c, t, s, f, SPAN(""), false, ret, d);
    if (f->type == FIELD_BOOL && (j->type == JSON_TRUE || j->type == JSON_FALSE))
        return field_parse(c, t, s, f, j->type == JSON_TRUE ? SPAN("true") : SPAN("false"), false, ret, d);
    if (numeric && j->type == JSON_NUMBER) {
        struct dec n = f->type == FIELD_MONEY ? dec_div(j->number, dec_int(100)) : j->number; /* money in fen */
        return field_parse(c, t, s, f, (struct span){number, dec_text(n, number)}, false, ret, d);
    }
    if (!numeric && f->type != FIELD_BOOL && j->type == JSON_STRING)
        return field_parse(c, t, s, f, j->text, false, ret, d);
    return bad(f, "register.value.type", d);
}

/* ---- values out -------------------------------------------------------------------------- */

static struct dec decimal_of(const struct field *f, int64_t n) {
    struct dec x = dec_int(n);
    for (int i = 0; i < f->scale; i++)
        x = dec_div(x, dec_int(10));
    return x;
}

static const char *code_name(const struct field *f, struct span code, bool english) {
    for (size_t i = 0; i < f->codes->size; i++)
        if (span_is(code, json_str(f->codes->item[i], "code", "")))
            return json_str(f->codes->item[i], english ? "en" : "zh", "");
    return "";
}

static void masked(const struct field *f, struct span text, struct buf *out) {
    char plain[32] = "", mask[19];
    if (f->type == FIELD_TEXT) {
        char *name = xmalloc(text.size + 1);
        memcpy(name, text.at, text.size);
        name[text.size] = 0;
        person_name_masked(out, name);
        free(name);
        return;
    }
    size_t n = text.size < sizeof plain ? text.size : sizeof plain - 1;
    memcpy(plain, text.at, n);
    if (f->type == FIELD_ID_NUMBER) {
        citizen_mask(plain, mask);
        buf_adds(out, mask);
    } else {
        number_mask(plain, n);
        buf_adds(out, plain);
    }
    explicit_bzero(plain, sizeof plain);
}

enum status field_show(const struct field *f, struct sql_value v, bool english, struct buf *out, struct diag *d) {
    char text[DEC_TEXT_MAX];
    if (v.type == SQL_NULL)
        return OK;
    if (f->personal)
        masked(f, v.bytes, out);
    else if (f->type == FIELD_CODE)
        buf_adds(out, code_name(f, v.bytes, english));
    else if (v.type == SQL_TEXT)
        buf_add(out, v.bytes);
    else if (f->type == FIELD_BOOL)
        message_text(out, english ? LANG_EN : LANG_ZH, v.number ? "register.yes" : "register.no", NULL, 0);
    else if (f->type == FIELD_DATE)
        buf_add(out, (struct span){text, date_text((date_t)v.number, text)});
    else if (f->type == FIELD_MONEY)
        buf_add(out, (struct span){text, dec_text(dec_from_fen(v.number), text)});
    else if (f->type == FIELD_DECIMAL)
        buf_add(out, (struct span){text, dec_text_short(decimal_of(f, v.number), text)});
    else
        buf_addf(out, "%lld", (long long)v.number);
    return buf_ok(out) ? OK : arena_full(d);
}

void field_json(const struct field *f, struct sql_value v, struct json_writer *w) {
    if (v.type == SQL_NULL) {
        json_nothing(w);
    } else if (f->personal) {
        BUF_AUTO b;
        buf_init(&b, 8192);
        masked(f, v.bytes, &b);
        json_span(w, buf_span(&b));
    } else if (v.type == SQL_TEXT) {
        json_span(w, v.bytes);
    } else if (f->type == FIELD_BOOL) {
        json_boolean(w, v.number != 0);
    } else if (f->type == FIELD_DATE) {
        json_date(w, (date_t)v.number);
    } else if (f->type == FIELD_DECIMAL) {
        json_decimal(w, decimal_of(f, v.number));
    } else if (f->type == FIELD_REF) {
        json_id(w, v.number);
    } else {
        json_int64(w, v.number);
    }
}
