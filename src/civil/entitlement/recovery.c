/* Getting back what was paid and not due: a plan, receipts, a waiver by two people. */
#include "civil/entitlement/life_internal.h"

#include "civil/books/books.h"
#include "civil/evidence/keep.h"
#include "ledger/ledger.h"

struct recovery_row { int64_t district, id, open; };

static enum status recovery_read(struct txn *t, const struct actor *who, int64_t id, struct recovery_row *ret, struct entitlement_row *e, struct diag *d) {
    AUTO(rows) struct rows *r = NULL;
    *ret = (struct recovery_row){.id = id};
    enum status s = entitlement_opened(t, who, entitlement_money_readers,
        "SELECT entitlement, district, amount_fen - reversed_fen - received_fen - waived_fen FROM recovery WHERE id = ?", "recovery.none", id, &r, e, d);
    if (s == OK)
        *ret = (struct recovery_row){rows_int(r, 1), id, rows_int(r, 2)};
    return s;
}

struct part { struct civil *c; const struct actor *who; int64_t recovery, fen, id; const char *words; bool approve; const struct instalment *list; size_t n; };

static enum status positive(int64_t fen, const struct recovery_row *r, struct diag *d) {
    if (fen <= 0)
        return diag_fail(d, E_INPUT, "recovery.amount");
    return fen <= r->open ? OK : diag_fail(d, E_CONFLICT, "recovery.more");
}

/* ---- the plan ----------------------------------------------------------------------- */

static enum status plan_in(struct txn *t, void *arg, struct diag *d) {
    struct part *x = arg;
    struct recovery_row r;
    struct entitlement_row e;
    int64_t sum = 0;
    enum status s = recovery_read(t, x->who, x->recovery, &r, &e, d);
    if (s == OK)
        s = entitlement_role(x->who, "clerk", &e, d);
    if (s == OK && r.open == 0)
        s = diag_fail(d, E_CONFLICT, "recovery.settled");
    for (size_t i = 0; i < x->n; i++) {
        bool wrong = x->list[i].amount_fen <= 0 || x->list[i].amount_fen > r.open || x->list[i].due_on < txn_today(t) || (i && x->list[i].due_on <= x->list[i - 1].due_on);
        if (s == OK && wrong)
            s = diag_fail(d, E_INPUT, "recovery.plan");
        sum += s == OK ? x->list[i].amount_fen : 0;
    }
    if (s == OK && sum != r.open)
        s = diag_fail(d, E_INPUT, "recovery.plan");
    if (s == OK)
        s = sql_exec(t, d, "DELETE FROM recovery_instalment WHERE district = ? AND recovery = ?", SQL_I(r.district), SQL_I(r.id));
    for (size_t i = 0; s == OK && i < x->n; i++)
        s = sql_exec(t, d, "INSERT INTO recovery_instalment (district, recovery, number, due_on, amount_fen) VALUES (?, ?, ?, ?, ?)", SQL_I(r.district), SQL_I(r.id),
            SQL_I((int64_t)i + 1), SQL_D(x->list[i].due_on), SQL_I(x->list[i].amount_fen));
    if (s == OK)
        s = evidence_keep_one(x->c, t, x->who, KEPT_RECOVERY_PLAN, r.district, r.id, d);
    char *words = arena_printf(txn_arena(t), "%zu|%lld", x->n, (long long)sum);
    if (s == OK)
        s = words ? note_in(x->c, t, x->who, "clerk", &e, r.id, "recovery_planned", words, d) : arena_full(d);
    return s;
}

enum status recovery_plan(struct civil *c, const struct actor *who, int64_t recovery, const struct instalment *list, size_t n, struct diag *d) {
    struct part x = {.c = c, .who = who, .recovery = recovery, .list = list, .n = n};
    return n == 0 || n > INSTALMENTS_MAX ? diag_fail(d, E_INPUT, "recovery.plan") : store_write(c->store, plan_in, &x, d);
}

/* ---- receipts ------------------------------------------------------------------------- */

static enum status book(struct txn *t, const struct part *x, const struct recovery_row *r, int64_t part, const char *kind, int64_t fen, struct diag *d) {
    struct ledger_account claim, other;
    bool received = strcmp(kind, "received") == 0;
    enum status s = ledger_account_get(t, r->district, "1221", "overpaid", "debit", &claim, d);
    if (s == OK)
        s = received ? ledger_account_get(t, r->district, "1002", "bank", "either", &other, d) : ledger_account_get(t, r->district, "5002", "waived", "debit", &other, d);
    struct ledger_transfer transfer = {r->district, other.id, claim.id, fen, received ? "recovered" : "waived", part, 0};
    if (s == OK)
        s = ledger_post(t, &transfer, d);
    if (s == OK)
        s = books_keep_in(x->c, t, x->who, d);
    const char *sql = received ? "UPDATE recovery SET received_fen = received_fen + ?, version = version + 1 WHERE district = ? AND id = ?"
                               : "UPDATE recovery SET waived_fen = waived_fen + ?, version = version + 1 WHERE district = ? AND id = ?";
    if (s == OK)
        s = sql_exec(t, d, sql, SQL_I(fen), SQL_I(r->district), SQL_I(r->id));
    return s == OK ? evidence_keep_one(x->c, t, x->who, KEPT_RECOVERY, r->district, r->id, d) : s;
}

static enum status receive_in(struct txn *t, void *arg, struct diag *d) {
    struct part *x = arg;
    struct recovery_row r;
    struct entitlement_row e;
    enum status s = recovery_read(t, x->who, x->recovery, &r, &e, d);
    if (s == OK)
        s = entitlement_role(x->who, "cashier", &e, d);
    if (s == OK)
        s = positive(x->fen, &r, d);
    x->id = txn_new_id(t);
    if (s == OK)
        s = sql_exec(t, d, "INSERT INTO recovery_part (district, id, recovery, kind, amount_fen, state, asked_by, asked_at) VALUES (?, ?, ?, 'received', ?, 'booked', ?, ?)",
            SQL_I(r.district), SQL_I(x->id), SQL_I(r.id), SQL_I(x->fen), SQL_I(x->who->account), SQL_I(txn_now(t)));
    if (s == OK)
        s = book(t, x, &r, x->id, "received", x->fen, d);
    if (s == OK)
        s = evidence_keep_one(x->c, t, x->who, KEPT_RECOVERY_PART, r.district, x->id, d);
    return s == OK ? note_in(x->c, t, x->who, "cashier", &e, x->id, "recovery_received", x->words, d) : s;
}

enum status recovery_receive(struct civil *c, const struct actor *who, int64_t recovery, int64_t fen, const char *words, struct diag *d) {
    struct part x = {.c = c, .who = who, .recovery = recovery, .fen = fen, .words = words};
    enum status s = entitlement_words_check(words, d);
    return s == OK ? store_write(c->store, receive_in, &x, d) : s;
}

/* ---- waivers ------------------------------------------------------------------------------ */

static enum status ask_in(struct txn *t, void *arg, struct diag *d) {
    struct part *x = arg;
    struct recovery_row r;
    struct entitlement_row e;
    enum status s = recovery_read(t, x->who, x->recovery, &r, &e, d);
    if (s == OK)
        s = entitlement_role(x->who, "clerk", &e, d);
    if (s == OK)
        s = entitlement_unbiased(t, x->who, &e, d);
    if (s == OK)
        s = positive(x->fen, &r, d);
    x->id = txn_new_id(t);
    if (s == OK)
        s = sql_exec(t, d, "INSERT INTO recovery_part (district, id, recovery, kind, amount_fen, state, asked_by, asked_at) VALUES (?, ?, ?, 'waived', ?, 'asked', ?, ?)",
            SQL_I(r.district), SQL_I(x->id), SQL_I(r.id), SQL_I(x->fen), SQL_I(x->who->account), SQL_I(txn_now(t)));
    if (s == OK)
        s = evidence_keep_one(x->c, t, x->who, KEPT_RECOVERY_PART, r.district, x->id, d);
    return s == OK ? note_in(x->c, t, x->who, "clerk", &e, x->id, "waiver_asked", x->words, d) : s;
}

enum status recovery_waiver_ask(struct civil *c, const struct actor *who, int64_t recovery, int64_t fen, const char *words, int64_t *ret, struct diag *d) {
    struct part x = {.c = c, .who = who, .recovery = recovery, .fen = fen, .words = words};
    enum status s = entitlement_words_check(words, d);
    if (s == OK)
        s = store_write(c->store, ask_in, &x, d);
    if (s == OK)
        *ret = x.id;
    return s;
}

static enum status waiver_of(struct txn *t, struct part *x, int64_t *ret_by, struct diag *d) {
    AUTO(rows) struct rows *r = NULL;
    enum status s = sql_one(t, &r, d, "SELECT recovery, amount_fen, asked_by, state FROM recovery_part WHERE id = ? AND kind = 'waived'", SQL_I(x->id));
    if (s == E_NOT_FOUND)
        return diag_fail(d, E_NOT_FOUND, "recovery.none");
    if (s != OK)
        return s;
    x->recovery = rows_int(r, 0);
    x->fen = rows_int(r, 1);
    *ret_by = rows_int(r, 2);
    return span_is(rows_text(r, 3), "asked") ? OK : diag_fail(d, E_CONFLICT, "recovery.answered");
}

static enum status answer_waiver_in(struct txn *t, void *arg, struct diag *d) {
    struct part *x = arg;
    struct recovery_row r;
    struct entitlement_row e;
    int64_t by = 0;
    enum status s = waiver_of(t, x, &by, d);
    if (s == OK || s == E_CONFLICT) { /* who may not see it learns nothing of its state */
        struct diag seen = {0};
        enum status may = recovery_read(t, x->who, x->recovery, &r, &e, &seen);
        if (may == OK)
            may = entitlement_role(x->who, "finance", &e, &seen);
        if (may != OK) {
            *d = seen;
            return may;
        }
    }
    if (s == OK)
        s = entitlement_unbiased(t, x->who, &e, d);
    if (s == OK && by == x->who->account)
        s = diag_fail(d, E_FORBIDDEN, "entitlement.two_people");
    if (s == OK && x->approve)
        s = positive(x->fen, &r, d);
    if (s == OK)
        s = sql_exec(t, d, "UPDATE recovery_part SET state = ?, approved_by = ?, approved_at = ? WHERE district = ? AND id = ?", SQL_S(x->approve ? "booked" : "refused"),
            SQL_I(x->who->account), SQL_I(txn_now(t)), SQL_I(r.district), SQL_I(x->id));
    if (s == OK && x->approve)
        s = book(t, x, &r, x->id, "waived", x->fen, d);
    if (s == OK)
        s = evidence_keep_one(x->c, t, x->who, KEPT_RECOVERY_PART, r.district, x->id, d);
    return s == OK ? note_in(x->c, t, x->who, "finance", &e, x->id, x->approve ? "waiver_approved" : "waiver_refused", x->words, d) : s;
}

enum status recovery_waiver_answer(struct civil *c, const struct actor *who, int64_t waiver, bool approve, const char *words, struct diag *d) {
    struct part x = {.c = c, .who = who, .id = waiver, .approve = approve, .words = words};
    enum status s = entitlement_words_check(words, d);
    return s == OK ? store_write(c->store, answer_waiver_in, &x, d) : s;
}
