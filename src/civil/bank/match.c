/* Matching: by number, by batch, by amount and days (bank.h).  Derived from the rows alone, so it may be done again at any
 * time; what it found stays found. */
#include "civil/bank/bank_internal.h"

#include "base/vec.h"

enum { DAYS_APART = 5, BATCH_DAYS = 15 }; /* a transfer and its booking; a file handed in and the batch booked */

enum status bank_cash(struct txn *t, int64_t district, struct cash *ret, struct diag *d) {
    AUTO(rows) struct rows *r = NULL;
    bool found = false;
    *ret = (struct cash){0};
    enum status s = sql_query(t, &r, d, "SELECT id, debit_fen, credit_fen FROM ledger_account WHERE district = ? AND code = '1002'", SQL_I(district));
    if (s == OK)
        s = rows_next(r, &found, d);
    if (s == OK && found)
        ret->account = (struct ledger_account){rows_int(r, 0), rows_int(r, 1), rows_int(r, 2)};
    rows_free(TAKE(r));
    int64_t from = 0, any = 0;
    if (s == OK)
        s = sql_int(t, &any, 0, d, "SELECT count(*) FROM bank_statement WHERE district = ?", SQL_I(district));
    if (s == OK && any)
        s = sql_int(t, &from, 0, d, "SELECT min(from_on) FROM bank_statement WHERE district = ?", SQL_I(district));
    ret->start = any ? bank_day((date_t)from) : 0;
    return s;
}

/* Entries whose match was written as their own number. */
static enum status take(struct txn *t, int64_t district, struct diag *d) {
    return sql_exec(t, d, "UPDATE bank_entry SET state = 'matched', match = id WHERE district = ? AND state = 'open' AND EXISTS "
        "(SELECT 1 FROM bank_matched m WHERE m.district = bank_entry.district AND m.match = bank_entry.id)", SQL_I(district));
}

static enum status by_number(struct txn *t, int64_t district, const struct cash *k, struct diag *d) {
    enum status s = sql_exec(t, d,
        "INSERT INTO bank_matched (district, what, reference, match) SELECT e.district, 'transfer', x.id, e.id FROM bank_entry e "
        "JOIN ledger_transfer x ON x.district = e.district AND x.kind = 'paid' AND x.reference = e.payment AND x.amount_fen = -e.fen AND x.at >= ? "
        "WHERE e.district = ? AND e.state = 'open' AND e.payment IS NOT NULL AND " BANK_FREE " AND NOT EXISTS "
        "(SELECT 1 FROM bank_entry f WHERE f.district = e.district AND f.payment = e.payment AND f.state = 'open' AND f.fen = e.fen AND f.id < e.id)",
        SQL_I(k->start), SQL_I(district));
    return s == OK ? take(t, district, d) : s;
}

struct pair { int64_t out, in; };

/* It went and came back, and the books say so too. */
static enum status came_back(struct txn *t, int64_t district, struct diag *d) {
    VEC(struct pair) list = {0};
    AUTO(rows) struct rows *r = NULL;
    bool row = false;
    enum status s = sql_query(t, &r, d,
        "SELECT min(e.id), max(e.id) FROM bank_entry e JOIN payment p ON p.district = e.district AND p.id = e.payment AND p.state = 'returned' "
        "WHERE e.district = ? AND e.state = 'open' AND (e.fen = p.amount_fen OR e.fen = -p.amount_fen) GROUP BY e.payment HAVING count(*) = 2 AND sum(e.fen) = 0", SQL_I(district));
    while (s == OK && (s = rows_next(r, &row, d)) == OK && row) {
        struct pair *p = vec_push_in(txn_arena(t), &list);
        if (!p)
            return arena_full(d);
        *p = (struct pair){rows_int(r, 0), rows_int(r, 1)};
    }
    rows_free(TAKE(r));
    for (size_t i = 0; s == OK && i < list.size; i++)
        s = sql_exec(t, d, "UPDATE bank_entry SET state = 'returned', match = ? WHERE district = ? AND (id = ? OR id = ?)", SQL_I(list.at[i].out), SQL_I(district), SQL_I(list.at[i].out), SQL_I(list.at[i].in));
    return s;
}

/* ---- by the batch ----------------------------------------------------------------------- */

struct whole { int64_t entry, fen, booked, batch; };

/* The one batch of this total that was handed in within the days before, when this is the one entry of it. */
static enum status batch_of_total(struct txn *t, int64_t district, struct whole *e, struct diag *d) {
    int64_t same = 0, n = 0;
    enum status s = sql_int(t, &same, 0, d, "SELECT count(*) FROM bank_entry WHERE district = ? AND state = 'open' AND payment IS NULL AND fen = ?", SQL_I(district), SQL_I(e->fen));
#define OF_TOTAL                                                                                                                                                            \
    " FROM payment_batch b JOIN payment_file f ON f.district = b.district AND f.batch = b.id WHERE b.district = ? AND b.total_fen = ? AND b.state IN ('sent', 'settled') " \
    "AND f.made_at >= ? AND f.made_at < ? AND NOT EXISTS (SELECT 1 FROM bank_matched m WHERE m.district = b.district AND m.what = 'batch' AND m.reference = b.id) "          \
    "AND NOT EXISTS (SELECT 1 FROM bank_entry g WHERE g.district = b.district AND g.batch = b.id)"
    const struct sql_value total = SQL_I(-e->fen), from = SQL_I(bank_day((date_t)e->booked - BATCH_DAYS)), until = SQL_I(bank_day((date_t)e->booked + 1));
    if (s == OK && same == 1)
        s = sql_int(t, &n, 0, d, "SELECT count(*)" OF_TOTAL, SQL_I(district), total, from, until);
    return s == OK && n == 1 ? sql_int(t, &e->batch, 0, d, "SELECT min(b.id)" OF_TOTAL, SQL_I(district), total, from, until) : s;
}

/* Nothing under way, and what came back of it stands on the statement: then the whole of it is accounted for. */
static enum status match_batch(struct txn *t, int64_t district, const struct cash *k, const struct whole *e, struct diag *d) {
    struct sql_value of = SQL_I(district), batch = SQL_I(e->batch);
    int64_t total = 0, sent = 0, paid = 0, back = 0, credited = 0;
    enum status s = sql_int(t, &total, 0, d, "SELECT total_fen FROM payment_batch WHERE district = ? AND id = ? AND state = 'settled'", of, batch);
    if (s == OK)
        s = sql_int(t, &sent, 0, d, "SELECT count(*) FROM payment WHERE district = ? AND batch = ? AND state NOT IN ('paid', 'returned')", of, batch);
    if (s == OK)
        s = sql_int(t, &back, 0, d, "SELECT sum(amount_fen) FROM payment WHERE district = ? AND batch = ? AND state = 'returned'", of, batch);
    if (s == OK)
        s = sql_int(t, &paid, 0, d, "SELECT sum(x.amount_fen) FROM ledger_transfer x WHERE x.district = ? AND x.batch = ? AND x.kind = 'paid' AND x.at >= ? AND " BANK_FREE, of, batch, SQL_I(k->start));
#define CREDITS "e.district = ? AND e.state = 'open' AND e.fen > 0 AND EXISTS (SELECT 1 FROM payment p WHERE p.district = e.district AND p.id = e.payment AND p.batch = ? AND p.state = 'returned' AND p.amount_fen = e.fen)"
    if (s == OK)
        s = sql_int(t, &credited, 0, d, "SELECT sum(e.fen) FROM bank_entry e WHERE " CREDITS, of, batch);
    if (s != OK || !total || total != -e->fen || sent || back != credited || paid != total - back)
        return s;
    if (paid)
        s = sql_exec(t, d, "INSERT INTO bank_matched (district, what, reference, match) VALUES (?, 'batch', ?, ?)", of, batch, SQL_I(e->entry));
    if (s == OK)
        s = sql_exec(t, d, "UPDATE bank_entry SET state = 'returned', match = ? WHERE district = ? AND id IN (SELECT e.id FROM bank_entry e WHERE " CREDITS ")", SQL_I(e->entry), of, of, batch);
    return s == OK ? sql_exec(t, d, "UPDATE bank_entry SET state = ?, match = id WHERE district = ? AND id = ?", SQL_S(paid ? "matched" : "returned"), of, SQL_I(e->entry)) : s;
}

static enum status by_batch(struct txn *t, int64_t district, const struct cash *k, struct diag *d) {
    VEC(struct whole) list = {0};
    AUTO(rows) struct rows *r = NULL;
    bool row = false;
    enum status s = sql_query(t, &r, d, "SELECT id, fen, booked_on, COALESCE(batch, 0) FROM bank_entry WHERE district = ? AND state = 'open' AND fen < 0 AND payment IS NULL AND line > 0 ORDER BY id", SQL_I(district));
    while (s == OK && (s = rows_next(r, &row, d)) == OK && row) {
        struct whole *e = vec_push_in(txn_arena(t), &list);
        if (!e)
            return arena_full(d);
        *e = (struct whole){rows_int(r, 0), rows_int(r, 1), rows_int(r, 2), rows_int(r, 3)};
    }
    rows_free(TAKE(r));
    for (size_t i = 0; s == OK && i < list.size; i++) {
        if (!list.at[i].batch)
            s = batch_of_total(t, district, &list.at[i], d);
        if (s == OK && list.at[i].batch)
            s = match_batch(t, district, k, &list.at[i], d);
    }
    return s;
}

/* ---- by amount and days -------------------------------------------------------------------- */

static enum status by_amount(struct txn *t, int64_t district, const struct cash *k, struct diag *d) {
    int64_t any = 0;
    enum status s = sql_int(t, &any, 0, d, "SELECT count(*) FROM bank_entry WHERE district = ? AND state = 'open' AND payment IS NULL AND batch IS NULL AND line > 0", SQL_I(district));
    if (s != OK || !any)
        return s;
    s = sql_exec(t, d,
        "INSERT INTO bank_matched (district, what, reference, match) SELECT q.district, 'transfer', q.x, q.e FROM ("
        "SELECT e.district AS district, e.id AS e, x.id AS x, count(*) OVER (PARTITION BY e.id) AS n, count(*) OVER (PARTITION BY x.id) AS k "
        "FROM bank_entry e JOIN ledger_transfer x ON x.district = e.district AND x.amount_fen = abs(e.fen) AND ((e.fen > 0 AND x.debit = ?) OR (e.fen < 0 AND x.credit = ?)) "
        "AND x.at >= (e.booked_on - ?) * 86400000000 - 28800000000 AND x.at < (e.booked_on + ?) * 86400000000 - 28800000000 AND x.at >= ? "
        "WHERE e.district = ? AND e.state = 'open' AND e.payment IS NULL AND e.batch IS NULL AND e.line > 0 AND " BANK_FREE ") q WHERE q.n = 1 AND q.k = 1",
        SQL_I(k->account.id), SQL_I(k->account.id), SQL_I(DAYS_APART), SQL_I(DAYS_APART + 1), SQL_I(k->start), SQL_I(district));
    return s == OK ? take(t, district, d) : s;
}

enum status bank_match_in(struct txn *t, int64_t district, int64_t *ret, struct diag *d) {
    struct cash k;
    int64_t before = 0, after = 0;
    *ret = 0;
    enum status s = bank_cash(t, district, &k, d);
    if (s != OK || !k.start)
        return s;
    s = sql_int(t, &before, 0, d, "SELECT count(*) FROM bank_entry WHERE district = ? AND state = 'open'", SQL_I(district));
    if (s != OK || !before)
        return s;
    s = by_number(t, district, &k, d);
    if (s == OK)
        s = came_back(t, district, d);
    if (s == OK)
        s = by_batch(t, district, &k, d);
    if (s == OK)
        s = by_amount(t, district, &k, d);
    if (s == OK)
        s = sql_int(t, &after, 0, d, "SELECT count(*) FROM bank_entry WHERE district = ? AND state = 'open'", SQL_I(district));
    *ret = before - after;
    return s;
}
