/* What must hold of what was shared out: for check-store. */
#include "civil/budget/allotment.h"

#include "civil/budget/factors.h"
#include "store/store.h"

#define POSTED "('approved', 'revoking', 'revoked')"

/* Queries whose rows are findings, by the number of the allotment. */
static const struct { const char *code, *sql; } rules[] = {
    {"allotment.check.sum", "SELECT k.id FROM allotment k WHERE k.total_fen <> COALESCE((SELECT sum(r.amount_fen) FROM allotment_row r WHERE r.district = k.district AND r.allotment = k.id), 0)"},
    {"allotment.check.posted", /* each division's once, by what it got; and back again when it was taken back */
        "SELECT k.id FROM allotment k JOIN allotment_row r ON r.district = k.district AND r.allotment = k.id WHERE r.amount_fen > 0 AND ("
        "(SELECT count(*) FROM ledger_transfer x WHERE x.district = r.district AND x.kind = 'fund.allotted' AND x.reference = r.id AND x.amount_fen = r.amount_fen) "
        "<> CASE WHEN k.state IN " POSTED " THEN 1 ELSE 0 END OR "
        "(SELECT count(*) FROM ledger_transfer x WHERE x.district = r.district AND x.kind = 'fund.recalled' AND x.reference = r.id AND x.amount_fen = r.amount_fen) "
        "<> CASE WHEN k.state = 'revoked' THEN 1 ELSE 0 END)"},
    {"allotment.check.no_row",
        "SELECT x.id FROM ledger_transfer x WHERE x.kind IN ('fund.allotted', 'fund.recalled') AND NOT EXISTS "
        "(SELECT 1 FROM allotment_row r WHERE r.district = x.district AND r.id = x.reference AND r.amount_fen = x.amount_fen)"},
};

struct check { enum lang lang; struct buf *out; int *count; };

static void found(const struct check *x, const char *code, int64_t id) {
    struct diag_arg arg = DIAG_N("id", id);
    message_text(x->out, x->lang, code, &arg, 1);
    buf_addc(x->out, '\n');
    ++*x->count;
}

static enum status run_rule(struct txn *t, const struct check *x, size_t i, struct diag *d) {
    AUTO(rows) struct rows *r = NULL;
    bool row = false;
    enum status s = sql_query(t, &r, d, rules[i].sql);
    while (s == OK && (s = rows_next(r, &row, d)) == OK && row)
        found(x, rules[i].code, rows_int(r, 0));
    return s;
}

/* Is each kept amount what the table comes to? */
static enum status same_as_table(struct txn *t, const struct check *x, int64_t district, int64_t id, const struct allocation *result, struct diag *d) {
    AUTO(rows) struct rows *r = NULL;
    bool row = false;
    size_t n = 0, same = 0;
    enum status s = sql_query(t, &r, d, "SELECT division, amount_fen FROM allotment_row WHERE district = ? AND allotment = ? ORDER BY division", SQL_I(district), SQL_I(id));
    for (; s == OK && (s = rows_next(r, &row, d)) == OK && row; n++)
        for (size_t i = 0; i < result->row_count; i++)
            same += span_is(rows_text(r, 0), result->row[i].division) && result->row[i].amount_fen == rows_int(r, 1);
    if (s == OK && (n != result->row_count || same != n))
        found(x, "allotment.check.table", id);
    return s;
}

static enum status recompute(struct txn *t, const struct check *x, struct diag *d) {
    AUTO(rows) struct rows *r = NULL;
    bool row = false;
    enum status s = sql_query(t, &r, d, "SELECT district, id, total_fen, unit_fen, factors FROM allotment ORDER BY district, id");
    while (s == OK && (s = rows_next(r, &row, d)) == OK && row) {
        AUTO(arena) struct arena *a = arena_new(0);
        struct diag why = {0};
        struct allocation result = {.total_fen = rows_int(r, 2), .unit_fen = rows_int(r, 3)};
        const char *factors = a ? rows_dup(r, 4, a) : NULL;
        if (!factors)
            return arena_full(d);
        enum status read = factors_read(a, span_of(factors), &result, &why);
        if (read == OK)
            read = factors_allocate(a, &result, &why);
        if (read == E_LIMIT)
            return *d = why, read;
        if (read != OK)
            found(x, "allotment.check.table", rows_int(r, 1));
        else
            s = same_as_table(t, x, rows_int(r, 0), rows_int(r, 1), &result, d);
    }
    return s;
}

enum status allotment_check_in(struct txn *t, enum lang l, struct buf *out, int *count, struct diag *d) {
    const struct check x = {l, out, count};
    enum status s = OK;
    for (size_t i = 0; s == OK && i < ARRAY_LEN(rules); i++)
        s = run_rule(t, &x, i, d);
    return s == OK ? recompute(t, &x, d) : s;
}
