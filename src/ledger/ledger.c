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

enum status ledger_post(struct txn *t, const struct ledger_transfer *x, struct diag *d) {
    assert(x->amount_fen > 0 && x->debit != x->credit);
    int64_t posted = 0;
    enum status s = sql_exec_count(t, &posted, d,
        "INSERT INTO ledger_transfer (district, id, at, debit, credit, amount_fen, kind, reference, batch) SELECT ?, ?, ?, ?, ?, ?, ?, ?, NULLIF(?, 0) "
        "WHERE NOT EXISTS (SELECT 1 FROM ledger_closing c WHERE c.district = ? AND c.state = 'closed' AND c.until > ?)",
        SQL_I(x->district), SQL_I(txn_new_id(t)), SQL_I(txn_now(t)), SQL_I(x->debit), SQL_I(x->credit), SQL_I(x->amount_fen), SQL_S(x->kind),
        SQL_I(x->reference), SQL_I(x->batch), SQL_I(x->district), SQL_I(txn_now(t)));
    if (s == OK && !posted)
        return diag_fail(d, E_CONFLICT, "ledger.closed");
    if (s == E_CONFLICT && sql_broke(d, "ledger_transfer_once"))
        return diag_fail(d, E_CONFLICT, "ledger.done_already");
    if (s == OK)
        s = sql_exec(t, d, "UPDATE ledger_account SET credit_fen = credit_fen + ? WHERE district = ? AND id = ?", SQL_I(x->amount_fen), SQL_I(x->district), SQL_I(x->credit));
    if (s == OK)
        s = sql_exec(t, d, "UPDATE ledger_account SET debit_fen = debit_fen + ? WHERE district = ? AND id = ?", SQL_I(x->amount_fen), SQL_I(x->district), SQL_I(x->debit));
    return s == E_CONFLICT && sql_broke(d, "ledger_account_covered") ? diag_fail(d, E_CONFLICT, "ledger.overdrawn") : s;
}

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
