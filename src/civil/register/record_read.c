/* Reading records: one, as of a day, and many by filters. */
#include "civil/register/record_internal.h"

#include "base/utf8.h"
#include "civil/register/register.h"
#include "crypto/vault.h"

#include <stdio.h>

void record_columns(struct buf *sql, const struct schema *s) {
    for (size_t i = 0; i < s->fields; i++)
        buf_addf(sql, ", %s", s->field[i].column);
}

static enum status take_field(struct civil *c, const struct schema *s, const struct field *f, struct rows *r, int column, struct arena *a,
    const struct record *of, struct sql_value *ret, struct diag *d) {
    *ret = SQL_NIL;
    if (rows_null(r, column))
        return OK;
    if (field_sealed(f)) {
        char place[160];
        struct span plain;
        enum status st = vault_unseal(c->vault, rows_blob(r, column), record_place(s, f, of->district, of->id, place), a, &plain, d);
        *ret = SQL_T(plain);
        return st;
    }
    if (f->type > FIELD_CREDIT_CODE) {
        *ret = SQL_I(rows_int(r, column));
        return OK;
    }
    struct span text = rows_text(r, column);
    char *copy = arena_dup(a, text);
    *ret = SQL_T(((struct span){copy, text.size}));
    return copy ? OK : arena_full(d);
}

enum status record_take(struct civil *c, const struct schema *s, struct rows *r, struct arena *a, struct record *ret, struct diag *d) {
    *ret = (struct record){.district = rows_int(r, 0), .id = rows_int(r, 1), .version = rows_int(r, 2), .recorded_at = rows_int(r, 3), .superseded_at = rows_int(r, 4),
        .valid_from = rows_date(r, 5), .valid_to = rows_date(r, 6), .recorded_by = rows_int(r, 7), .batch = rows_int(r, 8), .source = rows_dup(r, 9, a), .reason = rows_dup(r, 10, a)};
    enum status st = ret->source && ret->reason ? OK : arena_full(d);
    for (size_t i = 0; st == OK && i < s->fields; i++)
        st = take_field(c, s, &s->field[i], r, RECORD_HEAD_COLUMNS + (int)i, a, ret, &ret->v[i], d);
    return st;
}

static void select_sql(struct buf *sql, const struct schema *s) {
    buf_adds(sql, "SELECT " RECORD_HEAD);
    record_columns(sql, s);
    buf_addf(sql, " FROM reg_%s r WHERE " REGISTER_SHOWN("r") " AND ", s->name);
}

static enum status one(struct civil *c, struct txn *t, const struct schema *s, struct buf *sql, const struct sql_value *v, size_t n, struct arena *a,
    struct record *ret, struct diag *d) {
    AUTO(rows) struct rows *r = NULL;
    enum status st = buf_ok(sql) ? sql_one_(t, &r, d, buf_str(sql), v, n) : arena_full(d);
    if (st == E_NOT_FOUND)
        return diag_fail(d, E_NOT_FOUND, "register.record");
    return st == OK ? record_take(c, s, r, a, ret, d) : st;
}

enum status record_read(struct civil *c, struct txn *t, const struct schema *s, int64_t id, struct record *ret, struct diag *d) {
    BUF_AUTO sql;
    buf_init(&sql, 65536);
    select_sql(&sql, s);
    buf_adds(&sql, "id = ? AND superseded_at IS NULL ORDER BY valid_from DESC LIMIT 1");
    struct sql_value v[] = {SQL_I(id)};
    return one(c, t, s, &sql, v, 1, txn_arena(t), ret, d);
}

/* Conditions of both times; `known` 0: what is believed now. */
static void times(struct buf *sql, struct sql_value *v, size_t *n, date_t on, instant_t known) {
    if (known) {
        buf_adds(sql, "recorded_at <= ? AND (superseded_at IS NULL OR superseded_at > ?)");
        v[(*n)++] = SQL_I(known);
        v[(*n)++] = SQL_I(known);
    } else {
        buf_adds(sql, "superseded_at IS NULL");
    }
    buf_adds(sql, " AND valid_from <= ? AND (valid_to IS NULL OR valid_to > ?)");
    v[(*n)++] = SQL_D(on);
    v[(*n)++] = SQL_D(on);
}

enum status record_as_of(struct civil *c, struct txn *t, const struct schema *s, int64_t id, date_t on, instant_t known, struct arena *a, struct record *ret, struct diag *d) {
    struct sql_value v[8] = {SQL_I(id)};
    size_t n = 1;
    BUF_AUTO sql;
    buf_init(&sql, 65536);
    select_sql(&sql, s);
    buf_adds(&sql, "id = ? AND ");
    times(&sql, v, &n, on, known);
    buf_adds(&sql, " ORDER BY version DESC LIMIT 1");
    return one(c, t, s, &sql, v, n, a, ret, d);
}

enum status record_by_key(struct txn *t, const struct schema *s, const struct sql_value *v, int64_t *ret_id, int64_t *ret_waits, struct diag *d) {
    struct sql_value p[ARRAY_LEN(s->key)];
    AUTO(rows) struct rows *r = NULL;
    bool row = false;
    BUF_AUTO sql;
    buf_init(&sql, 65536);
    *ret_id = *ret_waits = 0;
    if (!s->keys)
        return OK;
    buf_addf(&sql, "SELECT id, batch, CASE WHEN " REGISTER_SHOWN("r") " THEN 0 ELSE 1 END FROM reg_%s r WHERE superseded_at IS NULL AND valid_to IS NULL", s->name);
    for (size_t i = 0; i < s->keys; i++) {
        buf_addf(&sql, " AND %s = ?", s->field[s->key[i]].column);
        p[i] = v[s->key[i]];
    }
    enum status st = buf_ok(&sql) ? sql_query_(t, &r, d, buf_str(&sql), p, s->keys) : arena_full(d);
    if (st == OK)
        st = rows_next(r, &row, d);
    if (st == OK && row) {
        *ret_id = rows_int(r, 0);
        *ret_waits = rows_int(r, 2) ? rows_int(r, 1) : 0;
    }
    return st;
}

/* What a batch that waits says of a record: the row it would add, or the change that is pending. */
enum status record_waiting(struct civil *c, struct txn *t, const struct schema *s, int64_t district, int64_t id, struct record *ret, struct diag *d) {
    BUF_AUTO sql;
    buf_init(&sql, 65536);
    buf_adds(&sql, "SELECT " RECORD_HEAD);
    record_columns(&sql, s);
    buf_addf(&sql, district ? " FROM reg_%s WHERE district = ? AND id = ? AND superseded_at = 0" : " FROM reg_%s WHERE 0 = ? AND id = ? AND superseded_at IS NULL", s->name);
    struct sql_value v[] = {SQL_I(district), SQL_I(id)};
    return one(c, t, s, &sql, v, 2, txn_arena(t), ret, d);
}

/* ---- filters -------------------------------------------------------------------------------- */

enum { VALUES_MAX = 96 };
struct where { struct civil *c; struct txn *t; const struct schema *s; struct buf sql; struct sql_value v[VALUES_MAX]; size_t n; };

static enum status wrong(const char *column, struct diag *d) {
    (void)diag_fail(d, E_INPUT, "register.filter");
    return diag_at(d, "%s", column);
}

static void put(struct where *w, struct sql_value v) {
    assert(w->n < VALUES_MAX);
    w->v[w->n++] = v;
}

/* %text%, with the pattern's own characters taken as they are. */
static enum status contains(struct where *w, const char *column, struct span text, struct diag *d) {
    BUF_AUTO p;
    buf_init(&p, 4096);
    buf_addc(&p, '%');
    for (size_t i = 0; i < text.size; i++) {
        if (strchr("%_\\", text.at[i]) && text.at[i])
            buf_addc(&p, '\\');
        buf_addc(&p, text.at[i]);
    }
    buf_addc(&p, '%');
    char *copy = buf_ok(&p) ? arena_dup(txn_arena(w->t), buf_span(&p)) : NULL;
    if (!copy)
        return arena_full(d);
    buf_addf(&w->sql, "%s LIKE ? ESCAPE '\\'", column);
    put(w, SQL_S(copy));
    return OK;
}

static enum status below(struct where *w, const char *column, struct span code, struct diag *d) {
    char *from = arena_dup(txn_arena(w->t), code), *to = arena_printf(txn_arena(w->t), "%.*s:", SPAN_ARG(code)); /* ':' follows '9' */
    if (!from || !to)
        return arena_full(d);
    buf_addf(&w->sql, "(%s >= ? AND %s < ?)", column, column);
    put(w, SQL_S(from));
    put(w, SQL_S(to));
    return OK;
}

static bool digits(struct span s) {
    for (size_t i = 0; i < s.size; i++)
        if (s.at[i] < '0' || s.at[i] > '9')
            return false;
    return s.size >= 2 && s.size <= 12;
}

static enum status blind_equal(struct where *w, const struct field *f, const struct json *j, struct diag *d) {
    struct field_value v;
    enum status s = field_parse_json(w->c, w->t, w->s, f, j, &v, d);
    if (s != OK)
        return s;
    struct hash h = vault_blind(w->c->vault, f->type == FIELD_ID_NUMBER ? BLIND_ID_NUMBER : BLIND_PHONE, v.v.bytes);
    char *copy = arena_dup(txn_arena(w->t), span_bytes(h.byte, HASH_BYTES));
    buf_addf(&w->sql, "%s_blind = ?", f->column);
    put(w, SQL_B(((struct span){copy, HASH_BYTES})));
    return copy ? OK : arena_full(d);
}

static enum status equal(struct where *w, const struct field *f, const struct json *j, struct diag *d) {
    struct field_value v;
    if (json_is_null(j) || (j->type == JSON_STRING && !j->text.size))
        return wrong(f->column, d);
    if (f->type == FIELD_TEXT && f->personal)
        return wrong(f->column, d); /* what is masked is not searched for by its letters */
    if (f->type == FIELD_TEXT && j->type == JSON_STRING && j->text.size <= 400 && utf8_valid(j->text))
        return contains(w, f->column, j->text, d);
    if (f->type == FIELD_DIVISION)
        return j->type == JSON_STRING && digits(j->text) ? below(w, f->column, j->text, d) : wrong(f->column, d);
    if (field_sealed(f))
        return blind_equal(w, f, j, d);
    enum status s = field_parse_json(w->c, w->t, w->s, f, j, &v, d);
    if (s != OK)
        return s;
    buf_addf(&w->sql, "%s = ?", f->column);
    put(w, v.v);
    return OK;
}

static enum status between(struct where *w, const struct field *f, const struct json *j, struct diag *d) {
    static const char *const ends[] = {"min", "max"};
    if (f->type < FIELD_INT || f->type > FIELD_DATE || f->type == FIELD_BOOL)
        return wrong(f->column, d);
    for (size_t i = 0; i < j->size; i++)
        if (!span_is(j->key[i], "min") && !span_is(j->key[i], "max"))
            return wrong(f->column, d);
    buf_adds(&w->sql, "(1 = 1");
    for (int i = 0; i < 2; i++) {
        const struct json *end = json_get(j, ends[i]);
        struct field wide = *f; /* a bound beyond what a value may be is a bound */
        struct field_value v;
        wide.min = -INT64_MAX;
        wide.max = INT64_MAX;
        if (json_is_null(end))
            continue;
        enum status s = field_parse_json(w->c, w->t, w->s, &wide, end, &v, d);
        if (s != OK)
            return s;
        if (v.v.type == SQL_NULL)
            return wrong(f->column, d);
        buf_addf(&w->sql, " AND %s %s ?", f->column, i ? "<=" : ">=");
        put(w, v.v);
    }
    buf_addc(&w->sql, ')');
    return OK;
}

static enum status filter(struct where *w, const struct json *j, struct diag *d) {
    enum { FILTERS_MAX = 12, CHOICES_MAX = 6 };
    if (!j)
        return OK;
    if (j->type != JSON_OBJECT || j->size > FILTERS_MAX)
        return wrong("filter", d);
    enum status s = OK;
    for (size_t i = 0; s == OK && i < j->size; i++) {
        int at = schema_field(w->s, j->key[i]);
        if (at < 0)
            return wrong("filter", d);
        const struct field *f = &w->s->field[at];
        const struct json *v = j->item[i];
        buf_adds(&w->sql, " AND ");
        if (v->type == JSON_OBJECT) {
            s = between(w, f, v, d);
        } else if (v->type == JSON_ARRAY) {
            if (v->size < 1 || v->size > CHOICES_MAX)
                return wrong(f->column, d);
            for (size_t k = 0; s == OK && k < v->size; k++) {
                buf_adds(&w->sql, k ? " OR " : "(");
                s = equal(w, f, v->item[k], d);
            }
            buf_addc(&w->sql, ')');
        } else {
            s = equal(w, f, v, d);
        }
    }
    return s;
}

static enum status free_text(struct where *w, const char *text, struct diag *d) {
    if (!text || !*text)
        return OK;
    if (strlen(text) > 400 || !utf8_valid(span_of(text)))
        return wrong("q", d);
    buf_adds(&w->sql, " AND (");
    enum status s = contains(w, w->s->field[w->s->title].column, span_of(text), d);
    for (size_t i = 0; s == OK && i < w->s->keys; i++) {
        const struct field *f = &w->s->field[w->s->key[i]];
        if (w->s->key[i] == w->s->title || f->type > FIELD_CREDIT_CODE)
            continue;
        buf_adds(&w->sql, " OR ");
        s = contains(w, f->column, span_of(text), d);
    }
    buf_addc(&w->sql, ')');
    return s;
}

static enum status conditions(struct where *w, const struct record_query *q, struct diag *d) {
    times(&w->sql, w->v, &w->n, q->on, q->known);
    enum status s = filter(w, q->filter, d);
    if (s == OK)
        s = free_text(w, q->text, d);
    return s == OK && !buf_ok(&w->sql) ? arena_full(d) : s;
}

enum status records_walk(struct civil *c, struct txn *t, const struct schema *s, const struct record_query *q, record_fn *fn, void *arg, struct diag *d) {
    struct where w = {.c = c, .t = t, .s = s};
    buf_init(&w.sql, 65536);
    select_sql(&w.sql, s);
    enum status st = conditions(&w, q, d);
    buf_adds(&w.sql, " AND id > ? ORDER BY id LIMIT ?");
    put(&w, SQL_I(q->after));
    put(&w, SQL_I(q->limit));
    AUTO(rows) struct rows *r = NULL;
    if (st == OK)
        st = buf_ok(&w.sql) ? sql_query_(t, &r, d, buf_str(&w.sql), w.v, w.n) : arena_full(d);
    for (bool row = true; st == OK && (st = rows_next(r, &row, d)) == OK && row;) {
        struct arena_mark mark = arena_mark(txn_arena(t));
        struct record one_row;
        st = record_take(c, s, r, txn_arena(t), &one_row, d);
        if (st == OK)
            st = fn(arg, &one_row, d);
        arena_rewind(txn_arena(t), mark);
    }
    buf_release(&w.sql);
    return st;
}

enum status records_count(struct civil *c, struct txn *t, const struct schema *s, const struct record_query *q, int64_t most, int64_t *ret, struct diag *d) {
    struct where w = {.c = c, .t = t, .s = s};
    buf_init(&w.sql, 65536);
    buf_addf(&w.sql, "SELECT count(*) FROM (SELECT id FROM reg_%s r WHERE " REGISTER_SHOWN("r") " AND ", s->name);
    enum status st = conditions(&w, q, d);
    buf_adds(&w.sql, " LIMIT ?) AS found");
    put(&w, SQL_I(most));
    if (st == OK)
        st = buf_ok(&w.sql) ? sql_int_(t, ret, 0, d, buf_str(&w.sql), w.v, w.n) : arena_full(d);
    buf_release(&w.sql);
    return st;
}
