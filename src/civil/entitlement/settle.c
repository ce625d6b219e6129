/* What is due of the months that were run, against what was paid for them.
 *
 * Of every month that was run:
 *   paid (the month's own line) + owed (adjustments) - overpaid (not undone) = due
 * An act changes the right side; this mends the left one, by the least: a line that is
 * only prepared is changed, then an overpayment undone or an adjustment withdrawn, then a
 * new one of either is written.  A payment that came back waits for its reissue, which pays what is due then. */
#include "civil/entitlement/life_internal.h"

#include "civil/books/books.h"
#include "civil/evidence/keep.h"

#include "base/vec.h"
#include "ledger/ledger.h"

/* Of one month. */
struct month_state { int64_t paid, owed, overpaid, prepared, prepared_fen, batch; bool returned; };

enum status month_next(struct txn *t, const struct entitlement_row *e, month_t *ret, struct diag *d) {
    int64_t last = 0;
    struct sql_value district = SQL_I(e->district), scheme = SQL_S(e->scheme), compartment = SQL_S(e->compartment ? e->compartment : "");
    enum status s = sql_int(t, &last, 0, d,
        "SELECT max(month) FROM (SELECT month FROM payment_batch WHERE district = ? AND scheme = ? AND COALESCE(compartment, '') = ? AND complete = 1 AND state <> 'cancelled' "
        "UNION ALL SELECT month FROM payment_run_empty WHERE district = ? AND scheme = ? AND compartment = ?) k", district, scheme, compartment, district, scheme, compartment);
    *ret = last ? last + 1 : 0;
    return s;
}

static enum status read_month(struct txn *t, const struct entitlement_row *e, month_t m, struct month_state *ret, struct diag *d) {
    AUTO(rows) struct rows *r = NULL;
    bool row = false, last_returned = false;
    *ret = (struct month_state){0};
    enum status s = sql_query(t, &r, d, "SELECT id, amount_fen, state, batch FROM payment WHERE root = ? AND month = ? AND correction = 0 AND state <> 'cancelled' ORDER BY id", SQL_I(e->root), SQL_I(m));
    while (s == OK && (s = rows_next(r, &row, d)) == OK && row) {
        last_returned = span_is(rows_text(r, 2), "returned");
        if (last_returned)
            continue;
        ret->paid += rows_int(r, 1);
        if (span_is(rows_text(r, 2), "prepared")) {
            ret->prepared = rows_int(r, 0);
            ret->prepared_fen = rows_int(r, 1);
            ret->batch = rows_int(r, 3);
        }
    }
    ret->returned = last_returned;
    if (s == OK)
        s = sql_int(t, &ret->owed, 0, d, "SELECT sum(amount_fen) FROM entitlement_adjustment WHERE root = ? AND month = ? AND cancelled_by IS NULL", SQL_I(e->root), SQL_I(m));
    return s == OK ? sql_int(t, &ret->overpaid, 0, d, "SELECT sum(amount_fen - reversed_fen) FROM recovery_month WHERE root = ? AND month = ?", SQL_I(e->root), SQL_I(m)) : s;
}

/* ---- the least ------------------------------------------------------------------------- */

/* The line of a draft follows what is due; `diff` is what is missing (or, negative, too much). */
static enum status change_prepared(struct txn *t, const struct entitlement_row *e, const struct month_state *m, int64_t *diff, struct diag *d) {
    int64_t fen = m->prepared_fen + *diff < 0 ? 0 : m->prepared_fen + *diff, by = fen - m->prepared_fen;
    enum status s = fen ? sql_exec(t, d, "UPDATE payment SET amount_fen = ? WHERE district = ? AND id = ?", SQL_I(fen), SQL_I(e->district), SQL_I(m->prepared))
                        : sql_exec(t, d, "DELETE FROM payment WHERE district = ? AND id = ?", SQL_I(e->district), SQL_I(m->prepared));
    *diff -= by;
    return s == OK ? sql_exec(t, d, "UPDATE payment_batch SET count = count - ?, total_fen = total_fen + ?, version = version + 1 WHERE district = ? AND id = ?", SQL_I(fen == 0), SQL_I(by),
                         SQL_I(e->district), SQL_I(m->batch)) : s;
}

static enum status owe(struct txn *t, const struct entitlement_row *e, int64_t act, month_t m, int64_t fen, struct diag *d) {
    return sql_exec(t, d, "INSERT INTO entitlement_adjustment (district, id, entitlement, root, month, act, amount_fen) VALUES (?, ?, ?, ?, ?, ?, ?)", SQL_I(e->district),
        SQL_I(txn_new_id(t)), SQL_I(e->id), SQL_I(e->root), SQL_I(m), act ? SQL_I(act) : SQL_NIL, SQL_I(fen));
}

struct amount { int64_t id, fen; };
typedef VEC(struct amount) amount_list;

static enum status amounts_read(struct txn *t, struct rows *r, amount_list *ret, struct diag *d) {
    enum status s;
    for (bool row = true; (s = rows_next(r, &row, d)) == OK && row;) {
        struct amount *slot = vec_push_in(txn_arena(t), ret);
        if (!slot)
            return arena_full(d);
        *slot = (struct amount){rows_int(r, 0), rows_int(r, 1)};
    }
    return s;
}

static enum status owed_unpaid(struct txn *t, const struct entitlement_row *e, month_t m, amount_list *ret, struct diag *d) {
    AUTO(rows) struct rows *r = NULL;
    enum status s = sql_query(t, &r, d,
        "SELECT j.id, j.amount_fen FROM entitlement_adjustment j WHERE j.root = ? AND j.month = ? AND j.district = ? AND j.cancelled_by IS NULL "
        "AND NOT EXISTS (SELECT 1 FROM payment p WHERE p.root = j.root AND p.month = j.month AND p.correction = j.id AND p.state <> 'cancelled') ORDER BY j.id DESC",
        SQL_I(e->root), SQL_I(m), SQL_I(e->district));
    return s == OK ? amounts_read(t, r, ret, d) : s;
}

/* Withdraws what is owed for the month and in no batch; what that is too much is owed anew. */
static enum status withdraw(struct txn *t, const struct entitlement_row *e, int64_t act, month_t m, int64_t *too_much, struct diag *d) {
    amount_list owed = {0};
    enum status s = owed_unpaid(t, e, m, &owed, d);
    for (size_t i = 0; s == OK && i < owed.size && *too_much > 0; i++) {
        int64_t fen = owed.at[i].fen, rest = fen > *too_much ? fen - *too_much : 0;
        s = sql_exec(t, d, "UPDATE entitlement_adjustment SET cancelled_by = ? WHERE district = ? AND id = ?", SQL_I(act), SQL_I(e->district), SQL_I(owed.at[i].id));
        if (s == OK && rest)
            s = owe(t, e, act, m, rest, d);
        *too_much -= fen - rest;
    }
    return s;
}

/* ---- overpayments ------------------------------------------------------------------------ */

struct overpaid { int64_t id, fen; };

static enum status recovery_month(struct txn *t, const struct entitlement_row *e, int64_t act, struct overpaid *o, month_t m, int64_t fen, struct diag *d) {
    enum status s = OK;
    if (!o->id) {
        o->id = txn_new_id(t);
        s = sql_exec(t, d, "INSERT INTO recovery (district, id, entitlement, root, payee, act, found_at, amount_fen, reversed_fen, received_fen, waived_fen, version) VALUES (?, ?, ?, ?, ?, ?, ?, ?, 0, 0, 0, 1)",
            SQL_I(e->district), SQL_I(o->id), SQL_I(e->id), SQL_I(e->root), SQL_I(e->payee), SQL_I(act), SQL_I(txn_now(t)), SQL_I(fen));
    } else
        s = sql_exec(t, d, "UPDATE recovery SET amount_fen = amount_fen + ? WHERE district = ? AND id = ?", SQL_I(fen), SQL_I(e->district), SQL_I(o->id));
    o->fen += fen;
    return s == OK ? sql_exec(t, d, "INSERT INTO recovery_month (district, recovery, root, month, amount_fen, reversed_fen) VALUES (?, ?, ?, ?, ?, 0)", SQL_I(e->district),
                         SQL_I(o->id), SQL_I(e->root), SQL_I(m), SQL_I(fen)) : s;
}

/* An overpayment is no expense but a claim, until it is undone. */
static enum status post(struct txn *t, int64_t district, bool found, int64_t fen, int64_t reference, struct diag *d) {
    struct ledger_account expense, claim;
    enum status s = ledger_account_get(t, district, "5001", "expense", "debit", &expense, d);
    if (s == OK)
        s = ledger_account_get(t, district, "1221", "overpaid", "debit", &claim, d);
    struct ledger_transfer x = {district, found ? claim.id : expense.id, found ? expense.id : claim.id, fen, found ? "overpaid" : "overpaid.undone", reference, 0};
    return s == OK ? ledger_post(t, &x, d) : s;
}

static enum status overpaid_open(struct txn *t, const struct entitlement_row *e, month_t m, amount_list *ret, struct diag *d) {
    AUTO(rows) struct rows *r = NULL;
    enum status s = sql_query(t, &r, d,
        "SELECT o.recovery, CASE WHEN o.of_month < o.of_all THEN o.of_month ELSE o.of_all END FROM (SELECT k.recovery, k.amount_fen - k.reversed_fen AS of_month, "
        "v.amount_fen - v.reversed_fen - v.received_fen - v.waived_fen AS of_all FROM recovery_month k "
        "JOIN recovery v ON v.district = k.district AND v.id = k.recovery WHERE k.root = ? AND k.month = ? AND k.district = ?) o ORDER BY o.recovery DESC",
        SQL_I(e->root), SQL_I(m), SQL_I(e->district));
    return s == OK ? amounts_read(t, r, ret, d) : s;
}

/* Undoes overpayments of the month that an act made wrong, as far as they are still open. */
enum status recovery_reverse_in(struct txn *t, const struct entitlement_row *e, month_t m, int64_t fen, int64_t *ret_done, struct diag *d) {
    amount_list open = {0};
    *ret_done = 0;
    enum status s = overpaid_open(t, e, m, &open, d);
    for (size_t i = 0; s == OK && i < open.size && *ret_done < fen; i++) {
        int64_t part = open.at[i].fen < fen - *ret_done ? open.at[i].fen : fen - *ret_done;
        if (part <= 0)
            continue;
        s = sql_exec(t, d, "UPDATE recovery_month SET reversed_fen = reversed_fen + ? WHERE district = ? AND recovery = ? AND month = ?", SQL_I(part), SQL_I(e->district), SQL_I(open.at[i].id), SQL_I(m));
        if (s == OK)
            s = sql_exec(t, d, "UPDATE recovery SET reversed_fen = reversed_fen + ?, version = version + 1 WHERE district = ? AND id = ?", SQL_I(part), SQL_I(e->district), SQL_I(open.at[i].id));
        if (s == OK) /* its reference is a number of its own: one recovery is undone month by month */
            s = post(t, e->district, false, part, txn_new_id(t), d);
        *ret_done += part;
    }
    return s;
}

/* ---- a month ------------------------------------------------------------------------------- */

static enum status settle_month(struct txn *t, const struct entitlement_row *e, int64_t act, month_t m, struct overpaid *o, struct diag *d) {
    struct month_state had;
    int64_t due = 0, undone = 0;
    enum status s = entitlement_due_in(t, e->district, e->id, m, &due, d);
    if (s == OK)
        s = read_month(t, e, m, &had, d);
    if (s != OK || had.returned)
        return s;
    int64_t diff = due - (had.paid + had.owed - had.overpaid);
    if (diff && had.prepared)
        s = change_prepared(t, e, &had, &diff, d);
    if (s == OK && diff > 0) {
        s = recovery_reverse_in(t, e, m, diff, &undone, d);
        diff -= undone;
        if (s == OK && diff > 0)
            s = owe(t, e, act, m, diff, d);
    } else if (s == OK && diff < 0) {
        int64_t too_much = -diff;
        s = withdraw(t, e, act, m, &too_much, d);
        if (s == OK && too_much > 0)
            s = recovery_month(t, e, act, o, m, too_much, d);
    }
    return s;
}

/* What is owed and what is overpaid of an entitlement and those before it, as it is now, and what was posted for it. */
static enum status keep_money(struct civil *c, struct txn *t, const struct actor *who, int64_t district, int64_t root, struct diag *d) {
    static const struct { const char *name, *sql; } all[] = {
        {KEPT_ADJUSTMENT, "SELECT id FROM entitlement_adjustment WHERE root = ? AND +district = ?"},
        {KEPT_RECOVERY, "SELECT id FROM recovery WHERE root = ? AND district = ?"},
        {KEPT_RECOVERY_MONTH, "SELECT DISTINCT recovery FROM recovery_month WHERE root = ? AND +district = ?"},
    };
    enum status s = OK;
    for (size_t i = 0; s == OK && i < ARRAY_LEN(all); i++) {
        AUTO(rows) struct rows *r = NULL;
        s = sql_query(t, &r, d, all[i].sql, SQL_I(root), SQL_I(district));
        if (s == OK)
            s = evidence_keep_found(c, t, who, all[i].name, district, r, d);
    }
    return s == OK ? books_keep_in(c, t, who, d) : s;
}

enum status settle_in(struct civil *c, struct txn *t, const struct actor *who, const struct entitlement_row *e, int64_t act, month_t from, month_t until, struct diag *d) {
    month_t next = 0;
    struct overpaid o = {0};
    enum status s = month_next(t, e, &next, d);
    if (until && until < next)
        next = until;
    for (month_t m = from < e->from ? e->from : from; s == OK && m < next; m++)
        s = settle_month(t, e, act, m, &o, d);
    if (s == OK && o.id)
        s = post(t, e->district, true, o.fen, o.id, d);
    return s == OK ? keep_money(c, t, who, e->district, e->root, d) : s;
}

/* The money of that month never arrived: what was overpaid of it is not. */
enum status entitlement_returned_in(struct civil *c, struct txn *t, const struct actor *who, int64_t district, int64_t entitlement, month_t m, struct diag *d) {
    struct entitlement_row e = {.district = district, .id = entitlement};
    int64_t overpaid = 0, undone = 0;
    enum status s = sql_int(t, &e.root, 0, d, "SELECT root FROM entitlement WHERE district = ? AND id = ?", SQL_I(district), SQL_I(entitlement));
    if (s == OK)
        s = sql_int(t, &overpaid, 0, d, "SELECT sum(amount_fen - reversed_fen) FROM recovery_month WHERE root = ? AND month = ?", SQL_I(e.root), SQL_I(m));
    if (s != OK || overpaid <= 0)
        return s;
    s = recovery_reverse_in(t, &e, m, overpaid, &undone, d);
    return s == OK ? keep_money(c, t, who, district, e.root, d) : s;
}

enum status entitlement_settle_new_in(struct civil *c, struct txn *t, int64_t district, int64_t id, struct diag *d) {
    struct actor system = actor_system();
    struct entitlement_row e;
    enum status s = entitlement_read(t, &system, id, &e, d);
    return s == OK ? settle_in(c, t, &system, &e, 0, e.from, 0, d) : s;
}
