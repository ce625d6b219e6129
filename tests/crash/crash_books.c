/* Months asked for and closed while the power fails: a closing is whole (balances, state,
 * entry in the log) or not there at all. */
#include "crash_steps.h"

#include "base/buf.h"
#include "civil/books/books.h"

enum { FIRST = 1999 * 12 };
enum step { ASKED = 1, CLOSED };

/* Postings of the month before the first: something for every balance to hold. */
static enum status post_in(struct txn *t, void *arg, struct diag *d) {
    (void)arg;
    enum status s = sql_exec(t, d, "INSERT INTO ledger_account (district, id, code, kind, normal, debit_fen, credit_fen) VALUES (?, 1, '5001', 'expense', 'debit', 300, 0)", SQL_I(CRASH_DISTRICT));
    if (s == OK)
        s = sql_exec(t, d, "INSERT INTO ledger_account (district, id, code, kind, normal, debit_fen, credit_fen) VALUES (?, 2, '2202', 'liability', 'credit', 0, 300)", SQL_I(CRASH_DISTRICT));
    for (int i = 0; s == OK && i < 3; i++)
        s = sql_exec(t, d, "INSERT INTO ledger_transfer (district, id, at, debit, credit, amount_fen, kind, reference) VALUES (?, ?, ?, 1, 2, 100, 'approve', ?)", SQL_I(CRASH_DISTRICT), SQL_I(i + 1),
            SQL_I(books_month_end(FIRST - 1) - 1 - i), SQL_I(i + 1));
    return s;
}
static enum status prepare(struct store *s, const struct packs *packs, struct diag *d) {
    (void)packs;
    return store_write(s, post_in, NULL, d);
}
static void fill(struct civil *c) { (void)c; }

/* The month after the last closed one: what a failing disk kept open is asked for again. */
static enum status next_in(struct txn *t, void *arg, struct diag *d) {
    return sql_int(t, arg, FIRST - 1, d, "SELECT coalesce(max(month), ?) + 1 FROM ledger_closing WHERE state = 'closed'", SQL_I(FIRST - 2));
}

static enum status one(struct civil *c, const struct crash_client *client, int n, struct diag *d) {
    (void)n;
    struct actor cashier = crash_officer(12, "cashier"), finance = crash_officer(13, "finance");
    int64_t next = 0;
    enum status s = store_read(c->store, next_in, &next, d);
    month_t m = (month_t)next;
    if (s == OK)
        s = books_closing_ask(c, &cashier, m, d);
    if (s == OK)
        crash_step_done(client, m, ASKED);
    if (s == OK)
        s = books_closing_close(c, &finance, m, d);
    if (s == OK)
        crash_step_done(client, m, CLOSED);
    return s;
}

static enum status check(struct civil *c, struct txn *t, struct diag *d) {
    (void)c;
    int64_t apart = 0;
    int count = 0;
    BUF_AUTO out;
    buf_init(&out, 0);
    enum status s = books_check_in(t, LANG_EN, &out, &count, d);
    if (s == OK && count)
        s = diag_fail(d, E_CORRUPT, "books.check.closed", DIAG_S("findings", buf_str(&out)));
    if (s == OK)
        s = sql_int(t, &apart, 0, d,
            "SELECT (SELECT count(*) FROM log_pending) - (SELECT count(*) FROM ledger_closing WHERE state = 'closed') - (SELECT count(DISTINCT entry) FROM evidence_row) + "
            "(SELECT count(*) FROM ledger_closing_balance) - 2 * (SELECT count(*) FROM ledger_closing)");
    return s == OK && apart ? diag_fail(d, E_CORRUPT, "books.check.balance", DIAG_N("apart", apart)) : s;
}

static struct crash_steps steps = {
    .name = "books", .items = 200, .prepare = prepare, .fill = fill, .one = one, .check = check,
    .reached = "SELECT CASE state WHEN 'closed' THEN 2 ELSE 1 END FROM ledger_closing WHERE month = ?",
};
const struct crash_workload crash_books = CRASH_STEPS("books", &steps);
