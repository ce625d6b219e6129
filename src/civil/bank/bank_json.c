#include "civil/bank/bank_internal.h"

#include "base/json.h"
#include "civil/access/access.h"
#include "civil/bank/statement.h"
#include "civil/payment/payment_internal.h"
#include "crypto/vault.h"

#include <stdio.h>

enum { SHOWN_MAX = 200, STATEMENTS_SHOWN = 120 };

static enum status may_look(const struct civil *c, const struct actor *who, struct diag *d) { return batch_role(who, NULL, c->district, d); }

static void position_json(struct json_writer *w, const struct position *p) {
    json_key(w, "position");
    json_object(w);
    json_kdate(w, "on", p->any ? p->on : DATE_NONE);
    json_kint(w, "bank_fen", p->bank);
    json_kint(w, "books_fen", p->books);
    json_kint(w, "difference_fen", p->bank - p->books);
    json_kint(w, "only_bank_fen", p->only_bank);
    json_kint(w, "only_bank", p->entries);
    json_kint(w, "only_books_fen", p->only_books);
    json_kint(w, "only_books", p->transfers);
    json_kint(w, "days_fen", p->days);
    json_kint(w, "gaps_fen", p->gaps);
    json_kint(w, "gaps", p->gap_count);
    json_kint(w, "explained_fen", p->only_bank - p->only_books + p->days + p->gaps);
    json_kbool(w, "uncovered", p->uncovered);
    json_object_end(w);
}

static enum status statements(struct civil *c, struct txn *t, struct json_writer *w, struct diag *d) {
    AUTO(rows) struct rows *r = NULL;
    bool row = false;
    /* Newest first; beside each what the one before it ended with. */
    enum status s = sql_query(t, &r, d,
        "SELECT q.* FROM (SELECT b.id, b.year, b.number, b.from_on, b.to_on, b.opening_fen, b.closing_fen, b.entries, b.bank, b.simulated, b.imported_at, a.name, b.sm3, "
        "lag(b.year) OVER o AS past_year, lag(b.number) OVER o AS past_number, lag(b.closing_fen) OVER o AS past_closing, "
        "(SELECT count(*) FROM bank_entry e WHERE e.district = b.district AND e.statement = b.id AND e.state = 'open') AS n_open, "
        "(SELECT count(*) FROM bank_entry e WHERE e.district = b.district AND e.statement = b.id AND e.state = 'matched') AS n_matched, "
        "(SELECT count(*) FROM bank_entry e WHERE e.district = b.district AND e.statement = b.id AND e.state = 'returned') AS n_returned, "
        "(SELECT count(*) FROM bank_entry e WHERE e.district = b.district AND e.statement = b.id AND e.state = 'settled') AS n_settled "
        "FROM bank_statement b LEFT JOIN account a ON a.id = b.imported_by WHERE b.district = ? WINDOW o AS (ORDER BY b.year, b.number)) q ORDER BY q.year DESC, q.number DESC LIMIT ?",
        SQL_I(c->district), SQL_I(STATEMENTS_SHOWN));
    json_key(w, "items");
    json_array(w);
    while (s == OK && (s = rows_next(r, &row, d)) == OK && row) {
        bool next = (rows_int(r, 13) == rows_int(r, 1) && rows_int(r, 14) + 1 == rows_int(r, 2)) || (rows_int(r, 13) + 1 == rows_int(r, 1) && rows_int(r, 2) == 1);
        json_object(w);
        json_kid(w, "id", rows_int(r, 0));
        json_kint(w, "year", rows_int(r, 1));
        json_kint(w, "number", rows_int(r, 2));
        json_kdate(w, "from", rows_date(r, 3));
        json_kdate(w, "to", rows_date(r, 4));
        json_kint(w, "opening_fen", rows_int(r, 5));
        json_kint(w, "closing_fen", rows_int(r, 6));
        json_kint(w, "entries", rows_int(r, 7));
        json_kspan(w, "bank", rows_text(r, 8));
        json_kbool(w, "simulated", rows_int(r, 9) != 0);
        json_kinstant(w, "imported_at", rows_int(r, 10));
        json_kspan(w, "imported_by", rows_text(r, 11));
        json_kspan(w, "sm3", rows_text(r, 12));
        json_kbool(w, "gap", !rows_null(r, 13) && !next);
        if (!rows_null(r, 13))
            json_kint(w, "apart_fen", rows_int(r, 5) - rows_int(r, 15));
        json_kint(w, "open", rows_int(r, 16));
        json_kint(w, "matched", rows_int(r, 17));
        json_kint(w, "returned", rows_int(r, 18));
        json_kint(w, "settled", rows_int(r, 19));
        json_object_end(w);
    }
    json_array_end(w);
    return s;
}

enum status bank_statements_json(struct civil *c, struct txn *t, const struct actor *who, struct json_writer *w, struct diag *d) {
    struct position p = {0};
    enum status s = may_look(c, who, d);
    if (s == OK)
        s = bank_position(t, c->district, txn_today(t), &p, d);
    p.uncovered = false; /* today is not over */
    if (s != OK)
        return s;
    json_object(w);
    json_kstring(w, "account", statement_account(c->packs));
    json_kbool(w, "may_import", batch_role(who, "cashier", c->district, NULL) == OK);
    json_kbool(w, "may_settle", batch_role(who, "finance", c->district, NULL) == OK);
    statement_templates_json(c->packs, w);
    position_json(w, &p);
    s = statements(c, t, w, d);
    json_object_end(w);
    return s;
}

/* ---- what is open -------------------------------------------------------------------------- */

/* Why no transfer was found for it. */
#define WHY                                                                                                                                                                \
    "CASE WHEN e.line = 0 THEN 'opening' WHEN e.payment IS NOT NULL AND p.id IS NULL THEN 'no_payment' WHEN p.id IS NOT NULL AND p.amount_fen <> abs(e.fen) THEN 'amount' " \
    "WHEN p.state IN ('approved', 'sent') THEN 'awaited' WHEN p.state = 'returned' AND e.fen < 0 THEN 'returned_books' WHEN p.state = 'returned' THEN 'returned_bank' " \
    "WHEN p.state = 'paid' AND e.fen > 0 THEN 'returned_late' WHEN p.state = 'paid' THEN 'twice' WHEN e.batch IS NOT NULL AND b.id IS NULL THEN 'no_batch' WHEN b.id IS NOT NULL AND b.total_fen <> -e.fen THEN 'amount' " \
    "WHEN b.state = 'sent' THEN 'awaited' WHEN b.id IS NOT NULL THEN 'batch_returns' ELSE 'unknown' END"

/* The sum is everybody's who keeps the books; which payment it is, who is in its batch's compartment. */
static bool may_name(const struct actor *who, const struct rows *r, int column) {
    char compartment[24];
    snprintf(compartment, sizeof compartment, "%.*s", rows_null(r, column) ? 0 : (int)rows_text(r, column).size, rows_null(r, column) ? "" : rows_text(r, column).at);
    return actor_inside(who, compartment);
}

static enum status text_of(struct civil *c, struct txn *t, const struct rows *r, bool inside, struct json_writer *w, struct diag *d) {
    struct span plain = {"", 0};
    struct arena *a = txn_arena(t);
    char *place = arena_printf(a, "bank_entry.text|%lld|%lld", (long long)c->district, (long long)rows_int(r, 7));
    enum status s = !place ? arena_full(d) : rows_null(r, 6) || !inside ? OK : vault_unseal(c->vault, rows_blob(r, 6), span_of(place), a, &plain, d);
    json_kspan(w, "text", plain);
    return s;
}

static enum status open_entries(struct civil *c, struct txn *t, const struct actor *who, const struct position *p, struct json_writer *w, struct diag *d) {
    AUTO(rows) struct rows *r = NULL;
    bool row = false, finance = batch_role(who, "finance", c->district, NULL) == OK;
    enum status s = sql_query(t, &r, d,
        "SELECT e.id, e.booked_on, e.fen, e.reference, e.code, " WHY ", e.text, e.statement, e.line, k.year, k.number, k.imported_by, COALESCE(e.payment, 0), q.compartment FROM bank_entry e "
        "JOIN bank_statement k ON k.district = e.district AND k.id = e.statement LEFT JOIN payment p ON p.district = e.district AND p.id = e.payment "
        "LEFT JOIN payment_batch b ON b.district = e.district AND b.id = e.batch LEFT JOIN payment_batch q ON q.district = e.district AND q.id = COALESCE(e.batch, p.batch) WHERE e.district = ? AND e.state = 'open' AND k.to_on <= ? ORDER BY e.booked_on, e.id LIMIT ?",
        SQL_I(c->district), SQL_I(p->any ? p->on : 0), SQL_I(SHOWN_MAX));
    json_key(w, "entries");
    json_array(w);
    while (s == OK && (s = rows_next(r, &row, d)) == OK && row) {
        json_object(w);
        json_kid(w, "id", rows_int(r, 0));
        json_kdate(w, "on", rows_date(r, 1));
        json_kint(w, "fen", rows_int(r, 2));
        json_kspan(w, "reference", rows_text(r, 3));
        json_kspan(w, "code", rows_text(r, 4));
        json_kspan(w, "why", rows_text(r, 5));
        bool inside = may_name(who, r, 13);
        s = text_of(c, t, r, inside, w, d);
        json_kint(w, "line", rows_int(r, 8));
        json_kint(w, "year", rows_int(r, 9));
        json_kint(w, "number", rows_int(r, 10));
        if (rows_int(r, 12) && inside)
            json_kid(w, "payment", rows_int(r, 12));
        json_kbool(w, "may_settle", finance && rows_int(r, 11) != who->account);
        json_object_end(w);
    }
    json_array_end(w);
    return s;
}

static enum status open_transfers(struct civil *c, struct txn *t, const struct actor *who, const struct position *p, struct json_writer *w, struct diag *d) {
    AUTO(rows) struct rows *r = NULL;
    struct cash k;
    bool row = false, finance = batch_role(who, "finance", c->district, NULL) == OK;
    enum status s = bank_cash(t, c->district, &k, d);
    if (s == OK)
        s = sql_query(t, &r, d, "SELECT x.id, x.at, CASE WHEN x.debit = ? THEN x.amount_fen ELSE -x.amount_fen END, x.kind, x.reference, b.compartment FROM ledger_transfer x "
            "LEFT JOIN payment_batch b ON b.district = x.district AND b.id = x.batch WHERE x.district = ? AND (x.debit = ? OR x.credit = ?) AND x.at >= ? AND x.at < ? AND " BANK_FREE " ORDER BY x.at, x.id LIMIT ?", SQL_I(k.account.id), SQL_I(c->district), SQL_I(k.account.id),
            SQL_I(k.account.id), SQL_I(p->any ? k.start : 0), SQL_I(p->until), SQL_I(SHOWN_MAX));
    json_key(w, "transfers");
    json_array(w);
    while (s == OK && (s = rows_next(r, &row, d)) == OK && row) {
        json_object(w);
        json_kid(w, "id", rows_int(r, 0));
        json_kdate(w, "on", instant_date(rows_int(r, 1)));
        json_kint(w, "fen", rows_int(r, 2));
        json_kspan(w, "kind", rows_text(r, 3));
        if (may_name(who, r, 5))
            json_kid(w, "reference", rows_int(r, 4));
        json_kbool(w, "may_settle", finance && p->any);
        json_object_end(w);
    }
    json_array_end(w);
    return s;
}

static enum status acceptance(struct civil *c, struct txn *t, month_t m, const struct position *p, struct json_writer *w, struct diag *d) {
    AUTO(rows) struct rows *r = NULL;
    bool row = false;
    char print[BANK_PRINT_MAX];
    bank_print(p, print);
    enum status s = sql_query(t, &r, d, "SELECT k.reason, a.name, k.accepted_at FROM bank_acceptance k LEFT JOIN account a ON a.id = k.accepted_by WHERE k.district = ? AND k.month = ? AND k.fingerprint = ? "
        "ORDER BY k.id DESC LIMIT 1", SQL_I(c->district), SQL_I(m), SQL_S(print));
    if (s == OK)
        s = rows_next(r, &row, d);
    if (s != OK || !row)
        return s;
    json_kspan(w, "accepted_reason", rows_text(r, 0));
    json_kspan(w, "accepted_by", rows_text(r, 1));
    json_kinstant(w, "accepted_at", rows_int(r, 2));
    return OK;
}

enum status bank_differences_json(struct civil *c, struct txn *t, const struct actor *who, month_t m, struct json_writer *w, struct diag *d) {
    struct position p = {0};
    enum status s = may_look(c, who, d);
    if (s == OK)
        s = bank_position(t, c->district, m ? month_first(m + 1) - 1 : txn_today(t), &p, d);
    if (s != OK)
        return s;
    p.uncovered = p.uncovered && m;
    json_object(w);
    json_kint(w, "items", position_items(&p));
    json_kbool(w, "may_accept", m && m < month_of(txn_today(t)) && position_items(&p) && batch_role(who, "finance", c->district, NULL) == OK);
    if (m)
        s = acceptance(c, t, m, &p, w, d);
    position_json(w, &p);
    if (s == OK)
        s = open_entries(c, t, who, &p, w, d);
    if (s == OK)
        s = open_transfers(c, t, who, &p, w, d);
    json_object_end(w);
    return s;
}
