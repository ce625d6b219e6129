/* Statements: what was paid, came back and is under way, by scheme or by subdistrict, over months. */
#include "civil/books/books.h"

#include "base/json.h"
#include "civil/payment/payment_internal.h"
#include "civil/secrecy/secrecy.h"
#include "store/store.h"

enum { STATEMENT_ROWS_MAX = 20000 }; /* 300 subdistricts over five years */

static enum status range(month_t from, month_t to, struct diag *d) {
    return from && to && from <= to && to - from < 120 ? OK : diag_fail(d, E_INPUT, "books.range");
}

enum status books_statement_json(struct civil *c, struct txn *t, const struct actor *who, const char *by, month_t from, month_t to, struct json_writer *w, struct diag *d) {
    bool division = strcmp(by, "division") == 0;
    AUTO(rows) struct rows *r = NULL;
    bool row = false;
    int64_t rows = 0, paid = 0, total = 0;
    const char *open = secrecy_open_column(txn_arena(t), who, "b.compartment");
    char *sql = open ? arena_printf(txn_arena(t),
        "SELECT %s, p.month, count(*), sum(p.amount_fen), sum(CASE WHEN p.state = 'paid' THEN p.amount_fen ELSE 0 END), sum(CASE WHEN p.state = 'returned' THEN p.amount_fen ELSE 0 END), "
        "sum(CASE WHEN p.correction <> 0 THEN p.amount_fen ELSE 0 END) "
        "FROM payment p JOIN payment_batch b ON b.district = p.district AND b.id = p.batch JOIN entitlement e ON e.district = p.district AND e.id = p.entitlement "
        "WHERE p.district = ? AND p.month >= ? AND p.month <= ? AND p.state NOT IN ('prepared', 'cancelled') AND %s GROUP BY 1, 2 ORDER BY 1, 2 LIMIT ?",
        division ? "e.subdistrict" : "b.scheme", open) : NULL;
    enum status s = sql ? batch_role(who, NULL, c->district, d) : arena_full(d);
    if (s == OK)
        s = range(from, to, d);
    if (s == OK && !division && strcmp(by, "scheme") != 0)
        s = diag_fail(d, E_INPUT, "books.by");
    if (s == OK)
        s = sql_query(t, &r, d, sql, SQL_I(c->district), SQL_I(from), SQL_I(to), SQL_I(STATEMENT_ROWS_MAX + 1));
    json_object(w);
    json_kstring(w, "by", division ? "division" : "scheme");
    json_key(w, "items");
    json_array(w);
    while (s == OK && (s = rows_next(r, &row, d)) == OK && row) {
        char month[8];
        if (++rows > STATEMENT_ROWS_MAX)
            return diag_fail(d, E_LIMIT, "books.range");
        month_text(rows_int(r, 1), month);
        json_object(w);
        json_kspan(w, "key", rows_text(r, 0));
        json_kstring(w, "month", month);
        json_kint(w, "count", rows_int(r, 2));
        json_kint(w, "approved_fen", rows_int(r, 3));
        json_kint(w, "paid_fen", rows_int(r, 4));
        json_kint(w, "returned_fen", rows_int(r, 5));
        json_kint(w, "under_way_fen", rows_int(r, 3) - rows_int(r, 4) - rows_int(r, 5));
        json_kint(w, "correction_fen", rows_int(r, 6));
        json_object_end(w);
        total += rows_int(r, 3);
        paid += rows_int(r, 4);
    }
    json_array_end(w);
    json_kint(w, "approved_fen", total);
    json_kint(w, "paid_fen", paid);
    json_object_end(w);
    return s;
}
