/* The account at the end of a day, both ways: what the bank says, what the books say, and why they differ. */
#include "civil/bank/bank_internal.h"

#include <stdio.h>

#define SIGNED "CASE WHEN x.debit = ? THEN x.amount_fen ELSE -x.amount_fen END"

/* Ids are added up by their remainders: enough to tell one set of items from another of the same sum. */
#define MARK(id) "sum(" id " % 1000000007)"

static enum status of_bank(struct txn *t, int64_t district, date_t day, struct position *p, struct diag *d) {
    AUTO(rows) struct rows *r = NULL;
    bool row = false, later = false;
    int64_t closing = 0, number = 0, year = 0;
    enum status s = sql_query(t, &r, d, "SELECT opening_fen, closing_fen, to_on, year, number FROM bank_statement WHERE district = ? AND to_on <= ? ORDER BY year, number", SQL_I(district), SQL_I(day));
    while (s == OK && (s = rows_next(r, &row, d)) == OK && row) {
        bool next = (rows_int(r, 3) == year && rows_int(r, 4) == number + 1) || (rows_int(r, 3) == year + 1 && rows_int(r, 4) == 1);
        if (later && (!next || rows_int(r, 0) != closing)) {
            p->gap_count++;
            p->gaps += rows_int(r, 0) - closing;
        }
        later = true;
        closing = rows_int(r, 1);
        year = rows_int(r, 3);
        number = rows_int(r, 4);
        p->on = (date_t)rows_int(r, 2) > p->on || !p->any ? (date_t)rows_int(r, 2) : p->on;
        p->any = true;
    }
    p->bank = closing;
    return s;
}

static enum status sums(struct txn *t, int64_t *n, int64_t *fen, int64_t *mark, struct rows **r, enum status s, struct diag *d) {
    bool row = false;
    (void)t;
    if (s == OK)
        s = rows_next(*r, &row, d);
    if (s == OK && row) {
        *n = rows_int(*r, 0);
        *fen = rows_int(*r, 1);
        *mark += rows_int(*r, 2);
    }
    *r = rows_free(*r);
    return s;
}

enum status bank_position(struct txn *t, int64_t district, date_t day, struct position *p, struct diag *d) {
    struct rows *r = NULL;
    struct cash k;
    int64_t moved = 0, matched_bank = 0, matched_books = 0, unused = 0;
    *p = (struct position){0};
    enum status s = bank_cash(t, district, &k, d);
    if (s == OK)
        s = of_bank(t, district, day, p, d);
    if (s != OK)
        return s;
    p->until = bank_day((p->any ? p->on : day) + 1);
    struct sql_value of = SQL_I(district), cash = SQL_I(k.account.id), start = SQL_I(p->any ? k.start : 0), until = SQL_I(p->until), on = SQL_I(p->on);
    s = sql_int(t, &p->books, 0, d, "SELECT sum(" SIGNED ") FROM ledger_transfer x WHERE x.district = ? AND (x.debit = ? OR x.credit = ?) AND x.at < ?", cash, of, cash, cash, until);
    if (s == OK)
        s = sql_int(t, &moved, 0, d, "SELECT count(*) FROM ledger_transfer x WHERE x.district = ? AND (x.debit = ? OR x.credit = ?) AND x.at < ?", of, cash, cash, SQL_I(bank_day(day + 1)));
    p->uncovered = s == OK && moved && (!p->any || p->on < day);
#define OPEN "SELECT count(*), sum(e.fen), " MARK("e.id") " FROM bank_entry e JOIN bank_statement b ON b.district = e.district AND b.id = e.statement "
    if (s == OK && p->any) {
        s = sql_query(t, &r, d, OPEN "WHERE e.district = ? AND e.state = 'open' AND b.to_on <= ?", of, on);
        s = sums(t, &p->entries, &p->only_bank, &p->mark, &r, s, d);
    }
    if (s == OK && p->any) {
        s = sql_query(t, &r, d, "SELECT count(*), sum(e.fen), 0 FROM bank_entry e JOIN bank_statement b ON b.district = e.district AND b.id = e.statement WHERE e.district = ? AND e.state <> 'open' AND b.to_on <= ?", of, on);
        s = sums(t, &unused, &matched_bank, &unused, &r, s, d);
    }
#define CASH "FROM ledger_transfer x WHERE x.district = ? AND (x.debit = ? OR x.credit = ?) AND x.at >= ? AND x.at < ? AND "
    if (s == OK) {
        s = sql_query(t, &r, d, "SELECT count(*), sum(" SIGNED "), " MARK("x.id") " " CASH BANK_FREE, cash, of, cash, cash, start, until);
        s = sums(t, &p->transfers, &p->only_books, &p->mark, &r, s, d);
    }
    if (s == OK && p->any) {
        s = sql_query(t, &r, d, "SELECT count(*), sum(" SIGNED "), 0 " CASH "NOT (" BANK_FREE ")", cash, of, cash, cash, start, until);
        s = sums(t, &unused, &matched_books, &unused, &r, s, d);
    }
    p->days = matched_bank - matched_books;
    return s;
}

void bank_print(const struct position *p, char out[BANK_PRINT_MAX]) {
    snprintf(out, BANK_PRINT_MAX, "%lld|%lld|%lld|%lld|%lld|%d|%lld", (long long)p->entries, (long long)p->only_bank, (long long)p->transfers, (long long)p->only_books, (long long)p->gap_count, p->uncovered,
        (long long)p->mark);
}
