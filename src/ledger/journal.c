#include "ledger/journal.h"

#include "base/vec.h"

#include <stdio.h>

enum { PIECE = 60 << 10 }; /* handed on at this size: long enough for few calls */

enum status ledger_account_path(int64_t district, struct span code, char out[64], struct diag *d) {
    static const char *const roots[10] = {[1] = "assets", [2] = "liabilities", [3] = "equity", [4] = "revenues", [5] = "expenses", [8] = "budget"};
    const char *root = code.size && code.at[0] >= '0' && code.at[0] <= '9' ? roots[code.at[0] - '0'] : NULL;
    if (!root || code.size > 40)
        return diag_fail(d, E_CORRUPT, "ledger.code", DIAG_SPAN("code", code));
    snprintf(out, 64, "%s:%lld:%.*s", root, (long long)district, SPAN_ARG(code));
    return OK;
}

struct journal { struct txn *t; int64_t district; instant_t until; ledger_sink sink; void *arg; struct buf out; };

static enum status flush(struct journal *x, size_t above, struct diag *d) {
    if (x->out.size <= above)
        return OK;
    enum status s = buf_ok(&x->out) ? x->sink(x->arg, buf_span(&x->out), d) : arena_full(d);
    buf_clear(&x->out);
    return s;
}

static enum status accounts(struct journal *x, struct diag *d) {
    AUTO(rows) struct rows *r = NULL;
    bool row = false;
    enum status s = sql_query(x->t, &r, d, "SELECT district, code, kind FROM ledger_account WHERE (? = 0 OR district = ?) ORDER BY district, code", SQL_I(x->district), SQL_I(x->district));
    while (s == OK && (s = rows_next(r, &row, d)) == OK && row) {
        char path[64];
        s = ledger_account_path(rows_int(r, 0), rows_text(r, 1), path, d);
        if (s == OK)
            buf_addf(&x->out, "account %s  ; %.*s\n", path, SPAN_ARG(rows_text(r, 2)));
        if (s == OK)
            s = flush(x, PIECE, d);
    }
    return s;
}

static void posting(struct buf *out, const char *path, int64_t fen, bool credit) {
    buf_addf(out, "    %s  %s%lld.%02lld CNY\n", path, credit ? "-" : "", (long long)(fen / 100), (long long)(fen % 100));
}

static enum status transaction(struct journal *x, const struct rows *r, struct diag *d) {
    char day[DATE_TEXT_MAX], debit[64], credit[64];
    date_text(instant_date((instant_t)rows_int(r, 2)), day);
    enum status s = ledger_account_path(rows_int(r, 0), rows_text(r, 3), debit, d);
    if (s == OK)
        s = ledger_account_path(rows_int(r, 0), rows_text(r, 4), credit, d);
    if (s != OK)
        return s;
    buf_addf(&x->out, "\n%s * %.*s\n    ; transfer:%lld, reference:%lld", day, SPAN_ARG(rows_text(r, 6)), (long long)rows_int(r, 1), (long long)rows_int(r, 7));
    if (!rows_null(r, 8))
        buf_addf(&x->out, ", batch:%lld", (long long)rows_int(r, 8));
    buf_addc(&x->out, '\n');
    posting(&x->out, debit, rows_int(r, 5), false);
    posting(&x->out, credit, rows_int(r, 5), true);
    return flush(x, PIECE, d);
}

static enum status transfers(struct journal *x, struct diag *d) {
    AUTO(rows) struct rows *r = NULL;
    bool row = false;
    enum status s = sql_query(x->t, &r, d,
        "SELECT x.district, x.id, x.at, a.code, b.code, x.amount_fen, x.kind, x.reference, x.batch FROM ledger_transfer x "
        "JOIN ledger_account a ON a.district = x.district AND a.id = x.debit JOIN ledger_account b ON b.district = x.district AND b.id = x.credit "
        "WHERE (? = 0 OR x.district = ?) AND (? = 0 OR x.at < ?) ORDER BY x.district, x.id",
        SQL_I(x->district), SQL_I(x->district), SQL_I(x->until), SQL_I(x->until));
    while (s == OK && (s = rows_next(r, &row, d)) == OK && row)
        s = transaction(x, r, d);
    return s;
}

enum status ledger_journal(struct txn *t, int64_t district, instant_t until, ledger_sink sink, void *arg, struct diag *d) {
    struct journal x = {.t = t, .district = district, .until = until, .sink = sink, .arg = arg};
    buf_init(&x.out, 2 * PIECE);
    buf_adds(&x.out, "; minzheng journal 1\ncommodity CNY\n    format 1000.00 CNY\n\n");
    enum status s = accounts(&x, d);
    if (s == OK)
        s = transfers(&x, d);
    if (s == OK)
        s = flush(&x, 0, d);
    buf_release(&x.out);
    return s;
}

enum status ledger_balances(struct txn *t, int64_t district, instant_t until, struct arena *a, struct ledger_balance **ret, size_t *ret_n, int64_t *ret_transfers, struct diag *d) {
    VEC(struct ledger_balance) list = {0};
    AUTO(rows) struct rows *r = NULL;
    bool row = false;
    enum status s = sql_query(t, &r, d,
        "SELECT a.id, a.code, COALESCE(sum(m.debit), 0), COALESCE(sum(m.credit), 0), COALESCE(sum(m.n), 0) FROM ("
        "SELECT debit AS account, sum(amount_fen) AS debit, 0 AS credit, count(*) AS n FROM ledger_transfer WHERE district = ? AND at < ? GROUP BY debit UNION ALL "
        "SELECT credit, 0, sum(amount_fen), 0 FROM ledger_transfer WHERE district = ? AND at < ? GROUP BY credit) m "
        "JOIN ledger_account a ON a.district = ? AND a.id = m.account GROUP BY a.id, a.code ORDER BY a.code",
        SQL_I(district), SQL_I(until), SQL_I(district), SQL_I(until), SQL_I(district));
    *ret_transfers = 0;
    while (s == OK && (s = rows_next(r, &row, d)) == OK && row) {
        struct ledger_balance *b = vec_push_in(a, &list);
        char *code = rows_dup(r, 1, a);
        if (!b || !code)
            return arena_full(d);
        *b = (struct ledger_balance){rows_int(r, 0), code, rows_int(r, 2), rows_int(r, 3)};
        *ret_transfers += rows_int(r, 4);
    }
    *ret = list.at;
    *ret_n = list.size;
    return s;
}
