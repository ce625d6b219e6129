#include "civil/indicator/observation.h"

#include "base/csv.h"
#include "base/vec.h"
#include "civil/evidence/evidence.h"
#include "civil/evidence/keep.h"
#include "crypto/hash.h"
#include "store/store.h"
#include "tlog/log.h"

#include <stdio.h>

struct dec indicator_scale(const char *unit) { return dec_int(strcmp(unit, "%") == 0 ? 100 : strcmp(unit, "‰") == 0 ? 1000 : 1); }

/* ---- recording ------------------------------------------------------------------------- */

struct recording {
    struct civil *civil;
    const struct actor *who;
    const struct observation *row;
    size_t n;
    const char *source, *origin;
    int64_t changed;
};

static enum status may(const struct recording *x, struct diag *d) {
    char district[16];
    snprintf(district, sizeof district, "%lld", (long long)x->civil->district);
    return strcmp(x->who->kind, "system") == 0 || actor_may(x->who, "policy", district) || actor_may(x->who, "leader", district) ? OK : diag_fail(d, E_FORBIDDEN, "plan.role");
}

static bool parts_equal(const struct rows *r, int column, bool has, struct dec now) {
    struct dec then;
    if (rows_null(r, column) || !has)
        return rows_null(r, column) == !has;
    return dec_parse(rows_text(r, column), &then, NULL) == OK && dec_cmp(then, now) == 0;
}

/* Says this row something new? */
static enum status is_new(struct txn *t, const struct recording *x, const struct observation *o, bool *ret, struct diag *d) {
    AUTO(rows) struct rows *r = NULL;
    bool found = false;
    enum status s = sql_query(t, &r, d,
        "SELECT value, numerator, denominator FROM indicator_observation WHERE district = ? AND indicator = ? AND division = ? AND day = ? AND source = ? AND superseded_at IS NULL",
        SQL_I(x->civil->district), SQL_S(o->key), SQL_S(o->division), SQL_D(o->day), SQL_S(x->source));
    if (s == OK)
        s = rows_next(r, &found, d);
    if (s == OK)
        *ret = !found || !(parts_equal(r, 0, true, o->value) && parts_equal(r, 1, o->has_ratio, o->numerator) && parts_equal(r, 2, o->has_ratio, o->denominator));
    return s;
}

static void row_text(struct buf *b, const struct observation *o) {
    char day[DATE_TEXT_MAX], value[DEC_TEXT_MAX], top[DEC_TEXT_MAX] = "", below[DEC_TEXT_MAX] = "";
    date_text(o->day, day);
    dec_text_short(o->value, value);
    if (o->has_ratio) {
        dec_text_short(o->numerator, top);
        dec_text_short(o->denominator, below);
    }
    buf_addf(b, "%s,%s,%s,%s,%s,%s\n", o->key, o->division, day, value, top, below);
}

/* What the entry of a batch commits to; NULL when memory ends. */
static const struct json *batch_value(struct arena *a, int64_t id, const char *source, const struct buf *said) {
    struct hash h = hash_one(HASH_SHA256, buf_span(said));
    char digest[65];
    hash_hex(&h, digest);
    char *text = arena_printf(a, "%lld|%s|%s", (long long)id, source, digest);
    return text ? json_new_string(a, span_of(text)) : NULL;
}

static enum status batch_open(struct txn *t, const struct recording *x, const struct buf *said, int64_t *ret_id, struct diag *d) {
    uint8_t salt[TLOG_SALT_BYTES];
    struct tlog_commitment payload;
    int64_t id = txn_new_id(t), entry = 0;
    random_bytes(salt, sizeof salt);
    const struct json *value = batch_value(txn_arena(t), id, x->source, said);
    enum status s = value ? tlog_entry_commit(span_bytes(salt, sizeof salt), value, &payload, d) : arena_full(d);
    const char *office = actor_division(x->who, "policy"), *leads = actor_division(x->who, "leader");
    struct tlog_entry e = {.kind = TLOG_INDICATOR, .time = txn_now(t), .district = x->civil->district,
        .office = *office ? office : *leads ? leads : "system", .role = *office ? "policy" : *leads ? "leader" : "system", .action = x->source, .payload = &payload};
    if (s == OK)
        s = tlog_record(t, &e, &entry, d);
    if (s == OK)
        s = sql_exec(t, d, "INSERT INTO indicator_batch (district, id, source, origin, row_count, recorded_at, recorded_by, salt, entry) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            SQL_I(x->civil->district), SQL_I(id), SQL_S(x->source), SQL_S(x->origin), SQL_I(x->changed), SQL_I(txn_now(t)), SQL_I(x->who->account),
            SQL_B(span_bytes(salt, sizeof salt)), SQL_I(entry));
    if (s == OK)
        s = evidence_keep_one(x->civil, t, x->who, KEPT_INDICATOR, x->civil->district, id, d);
    *ret_id = id;
    return s;
}

static enum status write_row(struct txn *t, const struct recording *x, const struct observation *o, int64_t batch, struct diag *d) {
    char value[DEC_TEXT_MAX], top[DEC_TEXT_MAX], below[DEC_TEXT_MAX];
    dec_text_short(o->value, value);
    dec_text_short(o->numerator, top);
    dec_text_short(o->denominator, below);
    enum status s = sql_exec(t, d,
        "UPDATE indicator_observation SET superseded_at = ? WHERE district = ? AND indicator = ? AND division = ? AND day = ? AND source = ? AND superseded_at IS NULL",
        SQL_I(txn_now(t)), SQL_I(x->civil->district), SQL_S(o->key), SQL_S(o->division), SQL_D(o->day), SQL_S(x->source));
    if (s != OK)
        return s;
    return sql_exec(t, d, "INSERT INTO indicator_observation (district, id, indicator, division, day, source, value, numerator, denominator, batch) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        SQL_I(x->civil->district), SQL_I(txn_new_id(t)), SQL_S(o->key), SQL_S(o->division), SQL_D(o->day), SQL_S(x->source), SQL_S(value),
        o->has_ratio ? SQL_S(top) : SQL_NIL, o->has_ratio ? SQL_S(below) : SQL_NIL, SQL_I(batch));
}

static enum status record(struct txn *t, void *arg, struct diag *d) {
    struct recording *x = arg;
    BUF_AUTO said;
    buf_init(&said, 0);
    bool *new = ARENA_ARRAY(txn_arena(t), x->n + 1, bool);
    int64_t batch = 0;
    x->changed = 0;
    enum status s = new ? may(x, d) : arena_full(d);
    for (size_t i = 0; s == OK && i < x->n; i++) {
        s = is_new(t, x, &x->row[i], &new[i], d);
        if (s == OK && new[i]) {
            x->changed++;
            row_text(&said, &x->row[i]);
        }
    }
    if (s == OK && !buf_ok(&said))
        s = arena_full(d);
    if (s != OK || !x->changed)
        return s;
    s = batch_open(t, x, &said, &batch, d);
    for (size_t i = 0; s == OK && i < x->n; i++)
        if (new[i])
            s = write_row(t, x, &x->row[i], batch, d);
    return s;
}

enum status observations_record(struct civil *c, const struct actor *who, const struct observation *row, size_t n, const char *source, const char *origin,
    int64_t *ret_changed, struct diag *d) {
    struct recording x = {c, who, row, n, source, origin, 0};
    *ret_changed = 0;
    if (n > OBSERVATION_ROWS_MAX)
        return diag_fail(d, E_LIMIT, "plan.rows", DIAG_N("most", OBSERVATION_ROWS_MAX));
    enum status s = store_write(c->store, record, &x, d);
    if (s == OK)
        *ret_changed = x.changed;
    return s;
}

/* ---- evidence ---------------------------------------------------------------------------- */

/* What the rows of a batch say now, as they were written down. */
static enum status batch_said(struct txn *t, int64_t batch, struct buf *said, struct diag *d) {
    AUTO(rows) struct rows *r = NULL;
    bool row = false;
    enum status s = sql_query(t, &r, d, "SELECT indicator, division, day, value, numerator, denominator FROM indicator_observation WHERE batch = ? ORDER BY id", SQL_I(batch));
    while (s == OK && (s = rows_next(r, &row, d)) == OK && row) {
        char day[DATE_TEXT_MAX];
        date_text(rows_date(r, 2), day);
        buf_addf(said, "%.*s,%.*s,%s,%.*s,%.*s,%.*s\n", SPAN_ARG(rows_text(r, 0)), SPAN_ARG(rows_text(r, 1)), day, SPAN_ARG(rows_text(r, 3)),
            SPAN_ARG(rows_text(r, 4)), SPAN_ARG(rows_text(r, 5)));
    }
    return s == OK && !buf_ok(said) ? arena_full(d) : s;
}

enum status indicator_evidence(struct evidence_check *x, struct diag *d) {
    AUTO(rows) struct rows *r = NULL;
    bool row = false;
    struct arena *a = txn_arena(x->txn);
    enum status s = sql_query(x->txn, &r, d, "SELECT id, entry, salt, recorded_at, source FROM indicator_batch ORDER BY district, id");
    while (s == OK && (s = rows_next(r, &row, d)) == OK && row) {
        BUF_AUTO said;
        buf_init(&said, 0);
        const char *source = rows_dup(r, 4, a);
        s = source ? batch_said(x->txn, rows_int(r, 0), &said, d) : arena_full(d);
        struct evidence_row e = {.what = "indicator_batch", .id = rows_int(r, 0), .entry = rows_int(r, 1), .kind = TLOG_INDICATOR, .action = source, .at = rows_int(r, 3),
            .claims = 1, .claim = {{EVIDENCE_PAYLOAD, rows_blob(r, 2), s == OK ? batch_value(a, rows_int(r, 0), source, &said) : NULL}}};
        if (s == OK)
            s = evidence_expect(x, &e, d);
    }
    return s;
}

/* ---- a file of a series --------------------------------------------------------------------- */

static enum status field(const struct csv *c, const char *name, bool *ret_has, struct dec *ret, struct diag *d) {
    struct span text = c->field[csv_column(c, name)];
    *ret_has = text.size > 0;
    if (!*ret_has)
        return OK;
    if (text.size > INDICATOR_VALUE_MAX)
        return diag_at(d, "%s", name), diag_fail(d, E_INPUT, "plan.number", DIAG_S("name", name));
    return dec_parse(text, ret, d) == OK ? OK : (diag_at(d, "%s", name), E_INPUT);
}

static bool division_good(const char *code) {
    size_t n = strlen(code);
    return (n == 2 || n == 6 || n == 9 || n == 12) && strspn(code, "0123456789") == n;
}

static enum status row_read(const struct csv *c, const struct plans *p, struct observation *o, struct diag *d) {
    bool has = false, top = false, below = false;
    *o = (struct observation){.key = c->field[csv_column(c, "key")].at, .division = c->field[csv_column(c, "division")].at};
    const struct indicator *i = plans_indicator(p, o->key);
    if (!i)
        return diag_fail(d, E_INPUT, "plan.key", DIAG_S("key", o->key));
    if (!division_good(o->division))
        return diag_fail(d, E_INPUT, "plan.division", DIAG_S("code", o->division));
    enum status s = date_parse(c->field[csv_column(c, "day")], &o->day, d);
    if (s == OK)
        s = field(c, "value", &has, &o->value, d);
    if (s == OK)
        s = field(c, "numerator", &top, &o->numerator, d);
    if (s == OK)
        s = field(c, "denominator", &below, &o->denominator, d);
    if (s != OK)
        return s;
    if (top != below || (!has && !top))
        return diag_fail(d, E_INPUT, "plan.value");
    if (top && dec_sign(o->denominator) <= 0)
        return diag_fail(d, E_INPUT, "plan.denominator");
    o->has_ratio = top;
    struct dec computed = top ? dec_mul(dec_div(o->numerator, o->denominator), indicator_scale(i->unit)) : dec_int(0);
    if (!has)
        o->value = dec_round(computed, 4, DEC_HALF_UP);
    /* A value printed with one digit may stand beside parts that are exact. */
    else if (top && dec_cmp(dec_abs(dec_sub(o->value, computed)), dec_div(dec_int(1), dec_int(2))) > 0)
        return diag_fail(d, E_INPUT, "plan.value_differs");
    return OK;
}

enum status observations_read(struct arena *a, const struct plans *p, struct span text, struct observation **ret, size_t *ret_n,
    struct observation_reject **ret_reject, size_t *ret_rejected, struct diag *d) {
    struct csv c;
    VEC(struct observation) list = {0};
    VEC(struct observation_reject) rejects = {0};
    bool more = true;
    enum status s = csv_open(&c, a, text, "key,division,day,value,numerator,denominator", d);
    while (s == OK && (s = csv_next(&c, &more, d)) == OK && more) {
        struct observation o;
        struct diag why = {0};
        if (list.size >= OBSERVATION_ROWS_MAX)
            return diag_fail(d, E_LIMIT, "plan.rows", DIAG_N("most", OBSERVATION_ROWS_MAX));
        if (row_read(&c, p, &o, &why) == OK) {
            struct observation *slot = vec_push_in(a, &list);
            if (!slot)
                return arena_full(d);
            *slot = o;
        } else {
            struct observation_reject *slot = vec_push_in(a, &rejects);
            if (!slot)
                return arena_full(d);
            *slot = (struct observation_reject){c.line, why};
        }
    }
    *ret = list.at;
    *ret_n = list.size;
    *ret_reject = rejects.at;
    *ret_rejected = rejects.size;
    return s;
}
