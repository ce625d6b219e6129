#include "ledger/ledger.h"

#include "base/message.h"

enum status ledger_account_get(struct txn *t, int64_t district, const char *code, const char *kind, const char *normal, struct ledger_account *ret, struct diag *d) {
    AUTO(rows) struct rows *r = NULL;
    bool found = false;
    enum status s = sql_query(t, &r, d, "SELECT id, debit_fen, credit_fen FROM ledger_account WHERE district = ? AND code = ?", SQL_I(district), SQL_S(code));
    if (s == OK)
        s = rows_next(r, &found, d);
    if (s != OK)
        return s;
    if (found) {
        *ret = (struct ledger_account){rows_int(r, 0), rows_int(r, 1), rows_int(r, 2)};
        return OK;
    }
    *ret = (struct ledger_account){.id = txn_new_id(t)};
    return sql_exec(t, d, "INSERT INTO ledger_account (district, id, code, kind, normal, debit_fen, credit_fen) VALUES (?, ?, ?, ?, ?, 0, 0)", SQL_I(district),
        SQL_I(ret->id), SQL_S(code), SQL_S(kind), SQL_S(normal));
}

/* ---- posting --------------------------------------------------------------------------- */

/* What the transfers bring to one account. */
struct sums { int64_t district, account, debit_fen, credit_fen; };
enum { ACCOUNTS_AT_ONCE = 16 }; /* a run of payments moves four */

static enum status open_still(struct txn *t, int64_t district, struct diag *d) {
    int64_t closed = 0;
    enum status s = sql_int(t, &closed, 0, d, "SELECT count(*) FROM ledger_closing c WHERE c.district = ? AND c.state = 'closed' AND c.until > ?", SQL_I(district), SQL_I(txn_now(t)));
    return s == OK && closed ? diag_fail(d, E_CONFLICT, "ledger.closed") : s;
}

static enum status insert(struct txn *t, const struct ledger_transfer *x, struct diag *d) {
    assert(x->amount_fen > 0 && x->debit != x->credit);
    enum status s = sql_exec(t, d, "INSERT INTO ledger_transfer (district, id, at, debit, credit, amount_fen, kind, reference, batch) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        SQL_I(x->district), SQL_I(txn_new_id(t)), SQL_I(txn_now(t)), SQL_I(x->debit), SQL_I(x->credit), SQL_I(x->amount_fen), SQL_S(x->kind), SQL_I(x->reference),
        x->batch ? SQL_I(x->batch) : SQL_NIL);
    return s == E_CONFLICT && sql_broke(d, "ledger_transfer_once") ? diag_fail(d, E_CONFLICT, "ledger.done_already") : s;
}

static enum status write_sums(struct txn *t, const struct sums *sum, size_t n, struct diag *d) {
    enum status s = OK;
    for (size_t i = 0; s == OK && i < n; i++)
        s = sql_exec(t, d, "UPDATE ledger_account SET debit_fen = debit_fen + ?, credit_fen = credit_fen + ? WHERE district = ? AND id = ?", SQL_I(sum[i].debit_fen),
            SQL_I(sum[i].credit_fen), SQL_I(sum[i].district), SQL_I(sum[i].account));
    return s == E_CONFLICT && sql_broke(d, "ledger_account_covered") ? diag_fail(d, E_CONFLICT, "ledger.overdrawn") : s;
}

/* The sums of an account; NULL: there is no room for one more. */
static struct sums *sums_of(struct sums sum[ACCOUNTS_AT_ONCE], size_t *n, int64_t district, int64_t account) {
    for (size_t i = 0; i < *n; i++)
        if (sum[i].account == account && sum[i].district == district)
            return &sum[i];
    if (*n == ACCOUNTS_AT_ONCE)
        return NULL;
    sum[*n] = (struct sums){.district = district, .account = account};
    return &sum[(*n)++];
}

/* Both sides, or neither where the room does not suffice. */
static bool sums_add(struct sums sum[ACCOUNTS_AT_ONCE], size_t *n, const struct ledger_transfer *x) {
    size_t before = *n;
    struct sums *debit = sums_of(sum, n, x->district, x->debit), *credit = sums_of(sum, n, x->district, x->credit);
    if (!debit || !credit) {
        *n = before;
        return false;
    }
    debit->debit_fen += x->amount_fen;
    credit->credit_fen += x->amount_fen;
    return true;
}

enum status ledger_post_all(struct txn *t, const struct ledger_transfer *x, size_t n, struct diag *d) {
    struct sums sum[ACCOUNTS_AT_ONCE];
    size_t sums = 0;
    enum status s = OK;
    for (size_t i = 0; s == OK && i < n; i++) {
        if (i == 0 || x[i].district != x[i - 1].district)
            s = open_still(t, x[i].district, d);
        if (s == OK)
            s = insert(t, &x[i], d);
        if (s != OK || sums_add(sum, &sums, &x[i]))
            continue;
        s = write_sums(t, sum, sums, d);
        sums = 0;
        (void)sums_add(sum, &sums, &x[i]);
    }
    return s == OK ? write_sums(t, sum, sums, d) : s;
}

enum status ledger_post(struct txn *t, const struct ledger_transfer *x, struct diag *d) { return ledger_post_all(t, x, 1, d); }

enum status ledger_check(struct txn *t, enum lang l, struct buf *findings, int *ret_count, struct diag *d) {
    AUTO(rows) struct rows *r = NULL;
    enum status s = sql_query(t, &r, d,
        "SELECT a.district, a.code, a.debit_fen, a.credit_fen, "
        "COALESCE((SELECT sum(x.amount_fen) FROM ledger_transfer x WHERE x.district = a.district AND x.debit = a.id), 0), "
        "COALESCE((SELECT sum(y.amount_fen) FROM ledger_transfer y WHERE y.district = a.district AND y.credit = a.id), 0) FROM ledger_account a");
    for (bool more = true; s == OK;) {
        if ((s = rows_next(r, &more, d)) != OK || !more)
            break;
        if (rows_int(r, 2) == rows_int(r, 4) && rows_int(r, 3) == rows_int(r, 5))
            continue;
        const struct diag_arg args[] = {DIAG_N("district", rows_int(r, 0)), DIAG_SPAN("account", rows_text(r, 1)), DIAG_N("debit", rows_int(r, 2)),
            DIAG_N("credit", rows_int(r, 3)), DIAG_N("debits", rows_int(r, 4)), DIAG_N("credits", rows_int(r, 5))};
        message_text(findings, l, "ledger.check.balance", args, ARRAY_LEN(args));
        buf_addc(findings, '\n');
        ++*ret_count;
    }
    return s;
}
