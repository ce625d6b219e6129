/* Rows of statements, and as the API shows them. */
#include "civil/books/statement.h"

#include "base/json.h"
#include "base/vec.h"
#include "civil/access/access.h"
#include "civil/budget/funding.h"
#include "civil/entitlement/life_internal.h"
#include "civil/payment/payment_internal.h"
#include "civil/register/register.h"
#include "civil/secrecy/secrecy.h"
#include "store/store.h"

enum { STATEMENT_ROWS_MAX = 20000 }; /* 300 subdistricts over five years */
typedef VEC(struct statement_line) line_list;

static enum status range(month_t from, month_t to, struct diag *d) {
    return from && to && from <= to && to - from < 120 ? OK : diag_fail(d, E_INPUT, "books.range");
}

/* What was sent on its way: drafts and what was cancelled are in no statement. */
#define SUMS                                                                                                                                                   \
    "count(*), sum(p.amount_fen), sum(CASE WHEN p.state = 'paid' THEN p.amount_fen ELSE 0 END), sum(CASE WHEN p.state = 'returned' THEN p.amount_fen ELSE 0 END), " \
    "sum(CASE WHEN p.correction <> 0 THEN p.amount_fen ELSE 0 END) "
#define OF "FROM payment p JOIN payment_batch b ON b.district = p.district AND b.id = p.batch JOIN entitlement e ON e.district = p.district AND e.id = p.entitlement "
#define WHERE "WHERE p.district = ? AND p.month >= ? AND p.month <= ? AND p.state NOT IN ('prepared', 'cancelled') AND %s "

static enum status add(struct arena *a, line_list *list, struct statement_line l, struct diag *d) {
    if (list->size >= STATEMENT_ROWS_MAX)
        return diag_fail(d, E_LIMIT, "books.range");
    struct statement_line *slot = l.key ? vec_push_in(a, list) : NULL;
    if (!slot)
        return arena_full(d);
    *slot = l;
    return OK;
}

/* Rows of key, month and SUMS. */
static enum status lines_read(struct txn *t, struct rows *r, line_list *list, struct diag *d) {
    bool row = false;
    enum status s = OK;
    while (s == OK && (s = rows_next(r, &row, d)) == OK && row)
        s = add(txn_arena(t), list, (struct statement_line){rows_dup(r, 0, txn_arena(t)), rows_int(r, 1), rows_int(r, 2), rows_int(r, 3), rows_int(r, 4), rows_int(r, 5), rows_int(r, 6)}, d);
    return s;
}

/* ---- by fund ------------------------------------------------------------------------- */

static struct statement_line *line_of(struct arena *a, line_list *list, int level, month_t m) {
    for (size_t i = 0; i < list->size; i++)
        if (list->at[i].month == m && list->at[i].key == budget_level[level])
            return &list->at[i];
    struct statement_line *slot = vec_push_in(a, list);
    if (slot)
        *slot = (struct statement_line){.key = budget_level[level], .month = m};
    return slot;
}

/* Payments of one amount, state and share are split alike, as they were when they were locked. */
static enum status fund_row(struct civil *c, struct txn *t, const struct rows *r, line_list *list, struct diag *d) {
    int64_t rule[BUDGET_LEVELS] = {rows_int(r, 2), rows_int(r, 3), rows_int(r, 4)}, part[BUDGET_LEVELS], n = rows_int(r, 8);
    bool paid = span_is(rows_text(r, 6), "paid"), returned = span_is(rows_text(r, 6), "returned");
    enum status s = OK;
    if (rows_null(r, 2)) {
        char *scheme = rows_dup(r, 0, txn_arena(t));
        s = scheme ? funding_shares(c->packs, scheme, rows_int(r, 1), rule, d) : arena_full(d);
    }
    if (s == OK)
        funding_split(rule, rows_int(r, 5), part);
    for (int i = 0; s == OK && i < BUDGET_LEVELS; i++) {
        if (!part[i])
            continue;
        struct statement_line *l = line_of(txn_arena(t), list, i, rows_int(r, 1));
        if (!l)
            return arena_full(d);
        l->count += n;
        l->approved += part[i] * n;
        l->paid += paid ? part[i] * n : 0;
        l->returned += returned ? part[i] * n : 0;
        l->correction += rows_int(r, 7) ? part[i] * n : 0;
    }
    return s;
}

static enum status by_fund(struct civil *c, struct txn *t, const char *open, month_t from, month_t to, line_list *list, struct diag *d) {
    AUTO(rows) struct rows *r = NULL;
    bool row = false;
    char *sql = arena_printf(txn_arena(t), "SELECT b.scheme, p.month, b.funding_central, b.funding_city, b.funding_district, p.amount_fen, p.state, CASE WHEN p.correction <> 0 THEN 1 ELSE 0 END, count(*) "
        OF WHERE "GROUP BY 1, 2, 3, 4, 5, 6, 7, 8 ORDER BY 2, 1, 6", open);
    enum status s = sql ? sql_query(t, &r, d, sql, SQL_I(c->district), SQL_I(from), SQL_I(to)) : arena_full(d);
    while (s == OK && (s = rows_next(r, &row, d)) == OK && row)
        s = fund_row(c, t, r, list, d);
    return s;
}

/* ---- reading ------------------------------------------------------------------------- */

static void finish(struct statement *ret, const line_list *list) {
    ret->line = list->at;
    ret->count = list->size;
    for (size_t i = 0; i < list->size; i++) {
        ret->approved += list->at[i].approved;
        ret->paid += list->at[i].paid;
    }
}

enum status statement_read(struct civil *c, struct txn *t, const struct actor *who, const char *by, month_t from, month_t to, struct statement *ret, struct diag *d) {
    static const struct { const char *by, *key; } known[] = {{"scheme", "b.scheme"}, {"division", "e.subdistrict"}, {"fund", NULL}};
    AUTO(rows) struct rows *r = NULL;
    line_list list = {0};
    size_t k = 0;
    const char *open = secrecy_open_column(txn_arena(t), who, "b.compartment");
    enum status s = open ? batch_role(who, NULL, c->district, d) : arena_full(d);
    while (k < ARRAY_LEN(known) && strcmp(known[k].by, by) != 0)
        k++;
    if (s == OK)
        s = range(from, to, d);
    if (s == OK && k == ARRAY_LEN(known))
        s = diag_fail(d, E_INPUT, "books.by");
    if (s != OK)
        return s;
    if (known[k].key) {
        char *sql = arena_printf(txn_arena(t), "SELECT %s, p.month, " SUMS OF WHERE "GROUP BY 1, 2 ORDER BY 1, 2 LIMIT ?", known[k].key, open);
        s = sql ? sql_query(t, &r, d, sql, SQL_I(c->district), SQL_I(from), SQL_I(to), SQL_I(STATEMENT_ROWS_MAX + 1)) : arena_full(d);
        if (s == OK)
            s = lines_read(t, r, &list, d);
    } else
        s = by_fund(c, t, open, from, to, &list, d);
    *ret = (struct statement){.by = known[k].by, .from = from, .to = to};
    finish(ret, &list);
    return s;
}

enum status statement_person(struct civil *c, struct txn *t, struct access *x, const struct actor *who, int64_t entitlement, month_t from, month_t to, struct statement *ret, struct diag *d) {
    AUTO(rows) struct rows *r = NULL;
    struct entitlement_row e = {.district = who->district, .payee = who->person};
    struct person p;
    line_list list = {0};
    const char *open = secrecy_open_column(txn_arena(t), who, "b.compartment");
    char *sql = open ? arena_printf(txn_arena(t), "SELECT b.scheme, p.month, " SUMS OF WHERE "AND p.payee = ? GROUP BY 1, 2 ORDER BY 1, 2 LIMIT ?", open) : NULL;
    enum status s = range(from, to, d);
    if (s == OK && entitlement)
        s = entitlement_open(t, who, entitlement, &e, d);
    if (s == OK)
        s = person_read(c, t, x, txn_arena(t), e.district, e.payee, &p, d);
    if (s == OK)
        s = access_add(x, e.district, e.payee, ACCESS_PAYMENT, d);
    if (s == OK)
        s = sql ? sql_query(t, &r, d, sql, SQL_I(e.district), SQL_I(from), SQL_I(to), SQL_I(e.payee), SQL_I(STATEMENT_ROWS_MAX + 1)) : arena_full(d);
    if (s == OK)
        s = lines_read(t, r, &list, d);
    if (s != OK)
        return s;
    *ret = (struct statement){.by = "scheme", .name = p.name, .from = from, .to = to};
    finish(ret, &list);
    return OK;
}

enum status books_statement_json(struct civil *c, struct txn *t, const struct actor *who, const char *by, month_t from, month_t to, struct json_writer *w, struct diag *d) {
    struct statement x = {0};
    enum status s = statement_read(c, t, who, by, from, to, &x, d);
    if (s != OK)
        return s;
    json_object(w);
    json_kstring(w, "by", x.by);
    json_key(w, "items");
    json_array(w);
    for (size_t i = 0; i < x.count; i++) {
        const struct statement_line *l = &x.line[i];
        char month[8];
        month_text(l->month, month);
        json_object(w);
        json_kstring(w, "key", l->key);
        json_kstring(w, "month", month);
        json_kint(w, "count", l->count);
        json_kint(w, "approved_fen", l->approved);
        json_kint(w, "paid_fen", l->paid);
        json_kint(w, "returned_fen", l->returned);
        json_kint(w, "under_way_fen", l->approved - l->paid - l->returned);
        json_kint(w, "correction_fen", l->correction);
        json_object_end(w);
    }
    json_array_end(w);
    json_kint(w, "approved_fen", x.approved);
    json_kint(w, "paid_fen", x.paid);
    json_object_end(w);
    return OK;
}
