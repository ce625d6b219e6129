/* What must hold of statements and matches: for check-store. */
#include "civil/bank/bank_internal.h"

/* What a transfer x did to the account 1002. */
#define OF_CASH(x) "CASE WHEN (SELECT a.code FROM ledger_account a WHERE a.district = " x ".district AND a.id = " x ".debit) = '1002' THEN " x ".amount_fen " \
    "WHEN (SELECT a.code FROM ledger_account a WHERE a.district = " x ".district AND a.id = " x ".credit) = '1002' THEN -" x ".amount_fen ELSE NULL END"

/* Rows are findings, by the number of the thing. */
static const struct { const char *code, *sql; } rules[] = {
    {"bank.check.statement",
        "SELECT b.id FROM bank_statement b WHERE b.opening_fen + COALESCE((SELECT sum(e.fen) FROM bank_entry e WHERE e.district = b.district AND e.statement = b.id AND e.line > 0), 0) <> b.closing_fen "
        "OR b.entries <> (SELECT count(*) FROM bank_entry e WHERE e.district = b.district AND e.statement = b.id AND e.line > 0)"},
    {"bank.check.match", /* the same sum in the bank and in the books, and nothing of it but the bank's account */
        "SELECT q.match FROM (SELECT e.district AS district, e.match AS match, e.fen AS fen FROM bank_entry e WHERE e.match IS NOT NULL "
        "UNION ALL SELECT m.district, m.match, -(" OF_CASH("x") ") FROM bank_matched m JOIN ledger_transfer x ON x.district = m.district AND x.id = m.reference WHERE m.what = 'transfer' "
        "UNION ALL SELECT m.district, m.match, -(" OF_CASH("x") ") FROM bank_matched m JOIN ledger_transfer x ON x.district = m.district AND x.batch = m.reference AND x.kind = 'paid' WHERE m.what = 'batch') q "
        "GROUP BY q.district, q.match HAVING sum(q.fen) <> 0 OR count(q.fen) <> count(*)"},
    {"bank.check.held", /* a match holds what there is, once */
        "SELECT m.match FROM bank_matched m WHERE (m.what = 'transfer' AND NOT EXISTS (SELECT 1 FROM ledger_transfer x WHERE x.district = m.district AND x.id = m.reference)) "
        "OR (m.what = 'batch' AND NOT EXISTS (SELECT 1 FROM payment_batch b WHERE b.district = m.district AND b.id = m.reference)) "
        "OR (NOT EXISTS (SELECT 1 FROM bank_entry e WHERE e.district = m.district AND e.id = m.match AND e.match = m.match) "
        "AND NOT EXISTS (SELECT 1 FROM bank_settlement k WHERE k.district = m.district AND k.id = m.match AND k.transfer IS NOT NULL)) "
        "UNION SELECT m.match FROM bank_matched m JOIN ledger_transfer x ON x.district = m.district AND x.id = m.reference AND m.what = 'transfer' AND x.kind = 'paid' "
        "JOIN bank_matched n ON n.district = m.district AND n.what = 'batch' AND n.reference = x.batch"},
    {"bank.check.settlement",
        "SELECT k.id FROM bank_settlement k WHERE (k.entry IS NOT NULL AND NOT EXISTS (SELECT 1 FROM bank_entry e JOIN ledger_transfer x ON x.district = e.district AND x.reference = e.id "
        "AND x.kind IN ('cash.funding', 'cash.interest', 'cash.fee', 'cash.unclear', 'cash.returned_late', 'cash.opening') AND x.amount_fen = abs(e.fen) "
        "WHERE e.district = k.district AND e.id = k.entry AND e.state = 'settled' AND e.fen = k.fen)) "
        "OR (k.transfer IS NOT NULL AND NOT EXISTS (SELECT 1 FROM ledger_transfer x WHERE x.district = k.district AND x.reference = k.transfer AND x.kind = 'cash.counter' AND x.amount_fen = abs(k.fen))) "
        "UNION SELECT e.id FROM bank_entry e WHERE e.state = 'settled' AND NOT EXISTS (SELECT 1 FROM bank_settlement k WHERE k.district = e.district AND k.entry = e.id) "
        "UNION SELECT x.id FROM ledger_transfer x WHERE x.kind IN ('cash.funding', 'cash.interest', 'cash.fee', 'cash.unclear', 'cash.returned_late', 'cash.opening') "
        "AND NOT EXISTS (SELECT 1 FROM bank_settlement k WHERE k.district = x.district AND k.entry = x.reference) "
        "UNION SELECT x.id FROM ledger_transfer x WHERE x.kind = 'cash.counter' AND NOT EXISTS (SELECT 1 FROM bank_settlement k WHERE k.district = x.district AND k.transfer = x.reference)"},
};

struct found { struct txn *t; enum lang l; struct buf *out; int *count; };

static void find(struct found *x, const char *code, int64_t id) {
    struct diag_arg arg = DIAG_N("id", id);
    message_text(x->out, x->l, code, &arg, 1);
    buf_addc(x->out, '\n');
    ++*x->count;
}

/* The bank's balance less the books' is what is told of it, in each district. */
static enum status positions(struct found *x, struct diag *d) {
    int64_t district = 0;
    enum status s = OK;
    do { /* one reading at a time: bank_position reads too */
        struct position p;
        int64_t before = district;
        s = sql_int(x->t, &district, 0, d, "SELECT min(district) FROM bank_statement WHERE district > ?", SQL_I(before));
        if (s == OK && district)
            s = bank_position(x->t, district, txn_today(x->t), &p, d);
        if (s == OK && district && p.bank - p.books != p.only_bank - p.only_books + p.days + p.gaps)
            find(x, "bank.check.position", district);
    } while (s == OK && district);
    return s;
}

enum status bank_check_in(struct txn *t, enum lang l, struct buf *findings, int *ret_count, struct diag *d) {
    struct found x = {t, l, findings, ret_count};
    enum status s = OK;
    for (size_t i = 0; s == OK && i < ARRAY_LEN(rules); i++) {
        AUTO(rows) struct rows *r = NULL;
        bool row = false;
        s = sql_query(t, &r, d, rules[i].sql);
        while (s == OK && (s = rows_next(r, &row, d)) == OK && row)
            find(&x, rules[i].code, rows_int(r, 0));
    }
    return s == OK ? positions(&x, d) : s;
}
