/* Postings under evidence. */
#include "civil/books/books.h"

#include "base/vec.h"
#include "civil/evidence/keep.h"
#include "store/store.h"

static enum status keep_of(struct civil *c, struct txn *t, const struct actor *who, int64_t district, struct diag *d) {
    static const struct { const char *name, *sql; } all[] = {
        {KEPT_LEDGER_ACCOUNT, "SELECT a.id FROM ledger_account a WHERE a.district = ? AND ? > 0 AND NOT EXISTS "
                              "(SELECT 1 FROM evidence_row e WHERE e.name = '" KEPT_LEDGER_ACCOUNT "' AND e.district = a.district AND e.id = a.id) ORDER BY a.id"},
        {KEPT_TRANSFER, "SELECT x.id FROM ledger_transfer x WHERE x.district = ? AND x.at = ? AND NOT EXISTS "
                        "(SELECT 1 FROM evidence_row e WHERE e.name = '" KEPT_TRANSFER "' AND e.district = x.district AND e.id = x.id) ORDER BY +x.id"}, /* by its moment, not by its key */
    };
    enum status s = OK;
    for (size_t i = 0; s == OK && i < ARRAY_LEN(all); i++) {
        AUTO(rows) struct rows *r = NULL;
        s = sql_query(t, &r, d, all[i].sql, SQL_I(district), SQL_I(txn_now(t)));
        if (s == OK)
            s = evidence_keep_found(c, t, who, all[i].name, district, r, d);
    }
    return s;
}

/* A benefit that moves posts in both districts' books. */
enum status books_keep_in(struct civil *c, struct txn *t, const struct actor *who, struct diag *d) {
    VEC(int64_t) list = {0};
    AUTO(rows) struct rows *r = NULL;
    bool row = false;
    enum status s = sql_query(t, &r, d, "SELECT DISTINCT district FROM ledger_account ORDER BY district");
    while (s == OK && (s = rows_next(r, &row, d)) == OK && row) {
        int64_t *slot = vec_push_in(txn_arena(t), &list);
        if (!slot)
            return arena_full(d);
        *slot = rows_int(r, 0);
    }
    for (size_t i = 0; s == OK && i < list.size; i++)
        s = keep_of(c, t, who, list.at[i], d);
    return s;
}
