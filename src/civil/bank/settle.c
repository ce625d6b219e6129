/* What nothing matched, settled by a person: a posting or a counter-posting, the match, the reason and the evidence are one write. */
#include "civil/bank/bank_internal.h"

#include "base/utf8.h"
#include "civil/books/books.h"
#include "civil/evidence/keep.h"
#include "civil/payment/payment_internal.h"

#include <stdio.h>

enum { REASON_MIN = 2, REASON_MAX = 500 }; /* as of a cancelled batch */

enum status bank_reason_ok(const char *reason, struct diag *d) {
    size_t length = utf8_valid(span_of(reason)) ? utf8_length(span_of(reason)) : 0;
    if (utf8_written(span_of(reason)) >= REASON_MIN && length && length <= REASON_MAX)
        return OK;
    (void)!diag_fail(d, E_INPUT, "payment.reason", DIAG_N("min", REASON_MIN), DIAG_N("max", REASON_MAX));
    return diag_at(d, "reason");
}

/* Where the money came from or went to.  `way`: 1 it came, -1 it went, 0 either. */
static const struct kind { const char *name, *code, *kind, *normal, *posting; int way; bool opening; } KINDS[] = {
    {"funding", "4001", "funding", "credit", "cash.funding", 1, false}, {"interest", "4301", "interest", "credit", "cash.interest", 1, false},
    {"returned_late", "2203", "unclear", "either", "cash.returned_late", 1, false}, {"fee", "5003", "fee", "debit", "cash.fee", -1, false},
    {"unclear", "2203", "unclear", "either", "cash.unclear", 0, false}, {"opening", "3001", "opening", "either", "cash.opening", 0, true},
};

static const struct kind *kind_of(const char *name, int64_t fen, bool opening) {
    for (size_t i = 0; i < ARRAY_LEN(KINDS); i++)
        if (strcmp(KINDS[i].name, name) == 0 && KINDS[i].opening == opening && (KINDS[i].way == 0 || (KINDS[i].way > 0) == (fen > 0)))
            return &KINDS[i];
    return NULL;
}

struct settling { struct civil *c; const struct actor *who; int64_t id; const char *kind, *reason; };

/* Posts fen of the account 1002 against `other`: above 0 it came. */
static enum status post(struct txn *t, int64_t district, int64_t fen, const struct kind *k, const char *kind, int64_t reference, int64_t *ret_transfer, struct diag *d) {
    struct ledger_account cash, other;
    enum status s = ledger_account_get(t, district, "1002", "bank", "either", &cash, d);
    if (s == OK)
        s = ledger_account_get(t, district, k->code, k->kind, k->normal, &other, d);
    if (s != OK)
        return s;
    struct ledger_transfer x = {district, fen > 0 ? cash.id : other.id, fen > 0 ? other.id : cash.id, fen > 0 ? fen : -fen, kind, reference, 0};
    s = ledger_post(t, &x, d);
    return s == OK ? sql_int(t, ret_transfer, 0, d, "SELECT id FROM ledger_transfer WHERE district = ? AND kind = ? AND reference = ?", SQL_I(district), SQL_S(kind), SQL_I(reference)) : s;
}

static enum status hold(struct txn *t, int64_t district, int64_t transfer, int64_t match, struct diag *d) {
    return sql_exec(t, d, "INSERT INTO bank_matched (district, what, reference, match) VALUES (?, 'transfer', ?, ?)", SQL_I(district), SQL_I(transfer), SQL_I(match));
}

static enum status keep(struct txn *t, const struct settling *x, int64_t id, bool entry, const char *kind, int64_t fen, struct diag *d) {
    enum status s = sql_exec(t, d, "INSERT INTO bank_settlement (district, id, entry, transfer, kind, fen, reason, settled_at, settled_by) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", SQL_I(x->c->district), SQL_I(id),
        entry ? SQL_I(x->id) : SQL_NIL, entry ? SQL_NIL : SQL_I(x->id), SQL_S(kind), SQL_I(fen), SQL_S(x->reason), SQL_I(txn_now(t)), SQL_I(x->who->account));
    if (s == OK)
        s = books_keep_in(x->c, t, x->who, d);
    return s == OK ? evidence_keep_one(x->c, t, x->who, KEPT_BANK_SETTLEMENT, x->c->district, id, d) : s;
}

static enum status settle_in(struct txn *t, void *arg, struct diag *d) {
    struct settling *x = arg;
    AUTO(rows) struct rows *r = NULL;
    enum status s = batch_role(x->who, "finance", x->c->district, d);
    if (s == OK && (s = sql_one(t, &r, d, "SELECT e.fen, e.line, e.state, b.imported_by FROM bank_entry e JOIN bank_statement b ON b.district = e.district AND b.id = e.statement WHERE e.district = ? AND e.id = ?",
                        SQL_I(x->c->district), SQL_I(x->id))) == E_NOT_FOUND)
        return diag_fail(d, E_NOT_FOUND, "bank.entry");
    if (s != OK)
        return s;
    int64_t fen = rows_int(r, 0), by = rows_int(r, 3), transfer = 0;
    bool opening = rows_int(r, 1) == 0, open = span_is(rows_text(r, 2), "open");
    rows_free(TAKE(r));
    const struct kind *k = kind_of(x->kind, fen, opening);
    if (!open)
        return diag_fail(d, E_CONFLICT, "bank.settled");
    if (by == x->who->account)
        return diag_fail(d, E_FORBIDDEN, "bank.two_people");
    if (!k) {
        (void)!diag_fail(d, E_INPUT, "bank.kind");
        return diag_at(d, "kind");
    }
    s = post(t, x->c->district, fen, k, k->posting, x->id, &transfer, d);
    if (s == OK)
        s = hold(t, x->c->district, transfer, x->id, d);
    if (s == OK)
        s = sql_exec(t, d, "UPDATE bank_entry SET state = 'settled', match = id WHERE district = ? AND id = ?", SQL_I(x->c->district), SQL_I(x->id));
    return s == OK ? keep(t, x, txn_new_id(t), true, k->name, fen, d) : s;
}

enum status bank_settle(struct civil *c, const struct actor *who, int64_t entry, const char *kind, const char *reason, struct diag *d) {
    struct settling x = {c, who, entry, kind, reason};
    enum status s = bank_reason_ok(reason, d);
    return s == OK ? store_write(c->store, settle_in, &x, d) : s;
}

static enum status counter_in(struct txn *t, void *arg, struct diag *d) {
    struct settling *x = arg;
    AUTO(rows) struct rows *r = NULL;
    struct cash k;
    int64_t id = txn_new_id(t), other = 0, open = 0;
    enum status s = batch_role(x->who, "finance", x->c->district, d);
    if (s == OK)
        s = bank_cash(t, x->c->district, &k, d);
    if (s == OK && (s = sql_one(t, &r, d, "SELECT x.amount_fen, x.debit FROM ledger_transfer x WHERE x.district = ? AND x.id = ? AND (x.debit = ? OR x.credit = ?)", SQL_I(x->c->district), SQL_I(x->id),
                        SQL_I(k.account.id), SQL_I(k.account.id))) == E_NOT_FOUND)
        return diag_fail(d, E_NOT_FOUND, "bank.transfer");
    if (s != OK)
        return s;
    int64_t fen = rows_int(r, 1) == k.account.id ? rows_int(r, 0) : -rows_int(r, 0);
    rows_free(TAKE(r));
    s = sql_int(t, &open, 0, d, "SELECT count(*) FROM ledger_transfer x WHERE x.district = ? AND x.id = ? AND x.at >= ? AND " BANK_FREE, SQL_I(x->c->district), SQL_I(x->id), SQL_I(k.start));
    if (s == OK && (!open || !k.start)) /* in a match, or of before the first statement: nothing says that the bank does not have it */
        return diag_fail(d, E_CONFLICT, "bank.settled");
    if (s == OK)
        s = post(t, x->c->district, -fen, kind_of("unclear", fen, false), "cash.counter", x->id, &other, d);
    if (s == OK)
        s = hold(t, x->c->district, x->id, id, d);
    if (s == OK)
        s = hold(t, x->c->district, other, id, d);
    return s == OK ? keep(t, x, id, false, "counter", -fen, d) : s;
}

enum status bank_counter(struct civil *c, const struct actor *who, int64_t transfer, const char *reason, struct diag *d) {
    struct settling x = {c, who, transfer, NULL, reason};
    enum status s = bank_reason_ok(reason, d);
    return s == OK ? store_write(c->store, counter_in, &x, d) : s;
}

/* ---- a month's open items --------------------------------------------------------------------- */

static date_t last_day(month_t m) { return month_first(m + 1) - 1; }

struct accepting { struct civil *c; const struct actor *who; month_t month; const char *reason; };

static enum status accept_in(struct txn *t, void *arg, struct diag *d) {
    struct accepting *x = arg;
    struct position p;
    char print[BANK_PRINT_MAX];
    int64_t id = txn_new_id(t), matched = 0;
    enum status s = batch_role(x->who, "finance", x->c->district, d);
    if (s == OK && x->month >= month_of(txn_today(t)))
        s = diag_fail(d, E_CONFLICT, "books.running");
    if (s == OK)
        s = bank_match_in(t, x->c->district, &matched, d);
    if (s == OK)
        s = bank_position(t, x->c->district, last_day(x->month), &p, d);
    if (s == OK && !position_items(&p))
        s = diag_fail(d, E_CONFLICT, "bank.nothing_open");
    if (s != OK)
        return s;
    bank_print(&p, print);
    s = sql_exec(t, d, "INSERT INTO bank_acceptance (district, id, month, items, only_bank_fen, only_books_fen, fingerprint, reason, accepted_at, accepted_by) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        SQL_I(x->c->district), SQL_I(id), SQL_I(x->month), SQL_I(position_items(&p)), SQL_I(p.only_bank), SQL_I(p.only_books), SQL_S(print), SQL_S(x->reason), SQL_I(txn_now(t)), SQL_I(x->who->account));
    return s == OK ? evidence_keep_one(x->c, t, x->who, KEPT_BANK_ACCEPTANCE, x->c->district, id, d) : s;
}

enum status bank_accept(struct civil *c, const struct actor *who, month_t m, const char *reason, struct diag *d) {
    struct accepting x = {c, who, m, reason};
    enum status s = bank_reason_ok(reason, d);
    return s == OK ? store_write(c->store, accept_in, &x, d) : s;
}

enum status bank_month_ready_in(struct txn *t, int64_t district, month_t m, struct diag *d) {
    struct position p;
    char print[BANK_PRINT_MAX];
    int64_t matched = 0, accepted = 0;
    enum status s = bank_match_in(t, district, &matched, d);
    if (s == OK)
        s = bank_position(t, district, last_day(m), &p, d);
    if (s != OK || !position_items(&p))
        return s;
    bank_print(&p, print);
    s = sql_int(t, &accepted, 0, d, "SELECT count(*) FROM bank_acceptance WHERE district = ? AND month = ? AND fingerprint = ?", SQL_I(district), SQL_I(m), SQL_S(print));
    return s == OK && !accepted ? diag_fail(d, E_CONFLICT, "bank.unreconciled", DIAG_N("items", position_items(&p))) : s;
}
