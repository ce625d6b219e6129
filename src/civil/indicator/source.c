#include "civil/indicator/source.h"

#include "civil/entitlement/entitlement.h"
#include "civil/register/ages.h"
#include "civil/register/record.h"
#include "store/store.h"

#include <stdio.h>

enum { PAGE = 2000 /* rows a query: PostgreSQL hands over all at once */, DAY_US = 86400, SHANGHAI = 28800 };

struct asking { struct civil *civil; struct txn *txn; const struct period *when; struct arena *scratch; source_row *row; void *arg; };

/* A source is a query or a walk.  A page of a query: id, division, then the values of `name`, texts, fen (F)
 * or booleans (B), by `type`. */
struct source {
    const char *name, *type;
    const char *value[SOURCE_NAMES_MAX];
    const char *sql;         /* ?: id after which, first and last of the period */
    int64_t (*bound)(date_t day, bool last);
    const char *begun;       /* is there a row at or before the last of the period?: district, last */
    enum status (*walk)(const struct asking *x, struct diag *d);
};

/* ---- by query ---------------------------------------------------------------------------- */

static int64_t instant_of(date_t day) { return ((int64_t)day * DAY_US - SHANGHAI) * 1000000; }
static int64_t month_bound(date_t day, bool last) { return month_of(day); }
static int64_t instant_bound(date_t day, bool last) { return instant_of(last ? day + 1 : day); }

static struct feel_value column(const struct rows *r, int i, char type, struct arena *a) {
    if (rows_null(r, i))
        return feel_null();
    switch (type) {
    case 'F': return feel_number(dec_from_fen(rows_int(r, i)));
    case 'B': return feel_bool(rows_int(r, i) != 0);
    default: {
        char *text = rows_dup(r, i, a);
        return text ? feel_string(span_of(text)) : feel_null();
    }
    }
}

static enum status page(const struct source *x, const struct asking *k, int64_t *io_after, size_t *ret_rows, struct diag *d) {
    AUTO(rows) struct rows *r = NULL;
    bool row = false;
    int64_t first = x->bound(k->when->first, false), last = x->bound(k->when->last, true);
    *ret_rows = 0;
    enum status s = sql_query(k->txn, &r, d, x->sql, SQL_I(*io_after), SQL_I(first), SQL_I(last), SQL_I(last), SQL_I(k->civil->district), SQL_I(PAGE));
    while (s == OK && (s = rows_next(r, &row, d)) == OK && row) {
        struct arena_mark mark = arena_mark(k->scratch);
        struct feel_value value[SOURCE_NAMES_MAX];
        char division[16];
        snprintf(division, sizeof division, "%.*s", SPAN_ARG(rows_text(r, 1)));
        for (int i = 0; x->type[i]; i++)
            value[i] = column(r, i + 2, x->type[i], k->scratch);
        s = k->row(k->arg, division, value, d);
        *io_after = rows_int(r, 0);
        (*ret_rows)++;
        arena_rewind(k->scratch, mark);
    }
    return s;
}

/* ---- facilities ---------------------------------------------------------------------------- */

static const char *const facility_columns[] = {"kind", "state", "beds", "care_beds", "capacity", "star", "division", "opened_on"};
enum { FACILITY_VALUES = 6, FACILITY_DIVISION = 6, FACILITY_OPENED = 7 };
struct facilities { const struct asking *asking; int at[ARRAY_LEN(facility_columns)]; int64_t last; size_t read; };

static enum status facility(void *arg, const struct record *r, struct diag *d) {
    struct facilities *x = arg;
    struct feel_value value[FACILITY_VALUES];
    const struct sql_value *division = &r->v[x->at[FACILITY_DIVISION]], *opened = &r->v[x->at[FACILITY_OPENED]];
    char code[16];
    x->last = r->id;
    x->read++;
    if (division->type != SQL_TEXT || (opened->type == SQL_INT && opened->number > x->asking->when->last))
        return OK; /* entered before it opened */
    for (int i = 0; i < FACILITY_VALUES; i++) {
        const struct sql_value *v = &r->v[x->at[i]];
        value[i] = v->type == SQL_TEXT ? feel_string(v->bytes) : v->type == SQL_INT ? feel_number(dec_int(v->number)) : feel_null();
    }
    snprintf(code, sizeof code, "%.*s", SPAN_ARG(division->bytes));
    return x->asking->row(x->asking->arg, code, value, d);
}

/* As believed now of the period's last day. */
static enum status facilities(const struct asking *k, struct diag *d) {
    struct facilities x = {.asking = k};
    struct schema schema;
    enum status s = schema_find(k->civil, txn_arena(k->txn), "facility", &schema, d);
    for (size_t i = 0; s == OK && i < ARRAY_LEN(facility_columns); i++)
        if ((x.at[i] = schema_field(&schema, span_of(facility_columns[i]))) < 0)
            s = diag_fail(d, E_INPUT, "plan.register", DIAG_S("name", facility_columns[i]));
    if (s != OK)
        return s;
    do {
        struct record_query q = {.on = k->when->last, .after = x.last, .limit = PAGE};
        x.read = 0;
        s = records_walk(k->civil, k->txn, &schema, &q, facility, &x, d);
    } while (s == OK && x.read == PAGE);
    return s;
}

/* ---- people ---------------------------------------------------------------------------------- */

static enum status people(const struct asking *k, struct diag *d) {
    static const char *const band[AGE_BANDS] = {"0-17", "18-59", "60-79", "80+"};
    struct age_count *n = NULL;
    size_t count = 0;
    enum status s = ages_count(k->civil, k->txn, txn_arena(k->txn), k->when->last, &n, &count, d);
    for (size_t i = 0; s == OK && i < count; i++)
        for (int b = 0; s == OK && b < AGE_BANDS; b++) {
            struct feel_value value[] = {feel_string(span_of(band[b])), feel_number(dec_int(n[i].people[b]))};
            s = k->row(k->arg, n[i].division, value, d);
        }
    return s;
}

/* ---- all -------------------------------------------------------------------------------------- */

/* What was never applied for was never decided either. */
#define FIRST_CASE "SELECT count(*) FROM (SELECT 1 FROM case_file WHERE district = ? AND applied_at < ? LIMIT 1) x"
static const struct source sources[] = {
    {"待遇", "SSFB", {"政策", "状态", "月金额", "户"},
        "SELECT e.id, e.division, e.scheme, e.state, (SELECT coalesce(sum(l.monthly_fen), 0) FROM entitlement_line l WHERE l.district = e.district AND l.entitlement = e.id), "
        "CASE WHEN e.household IS NULL THEN 0 ELSE 1 END FROM entitlement e WHERE e.id > ? AND (? >= 0 AND e.from_month <= ?) AND (e.to_month IS NULL OR e.to_month > ?) AND e.district = ? ORDER BY e.id LIMIT ?",
        month_bound, "SELECT count(*) FROM (SELECT 1 FROM entitlement WHERE district = ? AND from_month <= ? LIMIT 1) x", NULL},
    {"发放", "SSF", {"政策", "状态", "金额"},
        "SELECT p.id, e.division, e.scheme, p.state, p.amount_fen FROM payment p JOIN entitlement e ON e.district = p.district AND e.id = p.entitlement "
        "WHERE p.id > ? AND p.month >= ? AND p.month <= ? AND ? >= 0 AND p.district = ? AND p.state <> 'cancelled' ORDER BY p.id LIMIT ?",
        month_bound, "SELECT count(*) FROM (SELECT 1 FROM payment WHERE district = ? AND month <= ? LIMIT 1) x", NULL},
    {"受理", "SSSS", {"事项", "政策", "渠道", "结果"},
        "SELECT id, division, matter, scheme, channel, outcome FROM case_file WHERE id > ? AND applied_at >= ? AND applied_at < ? AND ? >= 0 AND district = ? ORDER BY id LIMIT ?",
        instant_bound, FIRST_CASE, NULL},
    {"办结", "SSSSB", {"事项", "政策", "渠道", "结果", "按期"},
        "SELECT id, division, matter, scheme, channel, outcome, CASE WHEN due_on IS NULL OR (decided_at + 28800000000) / 86400000000 <= due_on THEN 1 ELSE 0 END "
        "FROM case_file WHERE id > ? AND decided_at >= ? AND decided_at < ? AND ? >= 0 AND district = ? ORDER BY id LIMIT ?",
        instant_bound, FIRST_CASE, NULL},
    {"设施", "", {"类别", "状态", "床位", "护理床位", "容量", "星级"}, NULL, NULL, NULL, facilities},
    {"人口", "", {"年龄段", "人数"}, NULL, NULL, NULL, people},
};

const struct source *source_at(size_t i) { return i < ARRAY_LEN(sources) ? &sources[i] : NULL; }
const char *const *source_names(const struct source *x) { return x->value; }

const struct source *source_named(const char *name) {
    for (size_t i = 0; i < ARRAY_LEN(sources); i++)
        if (strcmp(sources[i].name, name) == 0)
            return &sources[i];
    return NULL;
}

enum status source_begun(const struct source *x, struct civil *c, struct txn *t, const struct period *when, bool *ret, struct diag *d) {
    int64_t n = 1;
    enum status s = x->begun ? sql_int(t, &n, 0, d, x->begun, SQL_I(c->district), SQL_I(x->bound(when->last, true))) : OK;
    *ret = n > 0;
    return s;
}

enum status source_rows(const struct source *x, struct civil *c, struct txn *t, const struct period *when, struct arena *scratch, source_row *row, void *arg, struct diag *d) {
    struct asking k = {c, t, when, scratch, row, arg};
    if (x->walk)
        return x->walk(&k, d);
    int64_t after = 0;
    enum status s = OK;
    for (size_t n = PAGE; s == OK && n == PAGE;)
        s = page(x, &k, &after, &n, d);
    return s;
}
