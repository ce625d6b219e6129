#include "civil/register/renew.h"

#include "civil/register/register_internal.h"
#include "crypto/vault.h"
#include "store/store.h"

enum { COLUMNS = 4 };
static const char *const column[COLUMNS] = {"data_key", "id_number", "phone", "bank_account"};

struct sealed_row { int64_t district, id; struct span value[COLUMNS]; };

/* All read before one is changed. */
static enum status read_rows(struct txn *t, int64_t max, const struct renewal *at, struct sealed_row *row, int64_t *ret_n, struct diag *d) {
    AUTO(rows) struct rows *r = NULL;
    struct arena *a = txn_arena(t);
    bool more = false;
    enum status s = sql_query(t, &r, d,
        "SELECT district, id, data_key, id_number, phone, bank_account FROM person WHERE district > ? OR (district = ? AND id > ?) ORDER BY district, id LIMIT ?",
        SQL_I(at->district), SQL_I(at->district), SQL_I(at->id), SQL_I(max));
    *ret_n = 0;
    while (s == OK && (s = rows_next(r, &more, d)) == OK && more) {
        struct sealed_row *x = &row[(*ret_n)++];
        *x = (struct sealed_row){.district = rows_int(r, 0), .id = rows_int(r, 1)};
        for (int i = 0; i < COLUMNS; i++) {
            struct span v = rows_blob(r, 2 + i);
            x->value[i] = (struct span){v.at ? arena_dup(a, v) : NULL, v.size};
            if (v.at && !x->value[i].at)
                return arena_full(d);
        }
    }
    return s;
}

static enum status renew_row(struct civil *c, struct txn *t, const struct sealed_row *x, struct renewal *at, struct diag *d) {
    struct sql_value now[COLUMNS];
    bool changed = false;
    for (int i = 0; i < COLUMNS; i++) {
        struct place where = place_of(column[i], x->district, x->id);
        struct span fresh = x->value[i];
        now[i] = SQL_NIL;
        if (!fresh.at)
            continue;
        if (vault_renew(c->vault, x->value[i], span_of(where.text), txn_arena(t), &fresh, NULL) != OK)
            return diag_fail(d, E_CORRUPT, "register.sealed", DIAG_S("column", column[i]), DIAG_N("id", x->id));
        now[i] = SQL_B(fresh);
        at->values++;
        at->renewed += fresh.at != x->value[i].at;
        changed = changed || fresh.at != x->value[i].at;
    }
    return changed ? sql_exec(t, d, "UPDATE person SET data_key = ?, id_number = ?, phone = ?, bank_account = ? WHERE district = ? AND id = ?", now[0], now[1], now[2],
                         now[3], SQL_I(x->district), SQL_I(x->id)) : OK;
}

enum status person_renew_in(struct civil *c, struct txn *t, int64_t max, struct renewal *at, struct diag *d) {
    struct sealed_row *row = ARENA_ARRAY(txn_arena(t), (size_t)max, struct sealed_row);
    int64_t n = 0;
    enum status s = row ? read_rows(t, max, at, row, &n, d) : arena_full(d);
    for (int64_t i = 0; s == OK && i < n; i++)
        s = renew_row(c, t, &row[i], at, d);
    if (s != OK)
        return s;
    at->rows += n;
    at->end = n < max;
    if (n) {
        at->district = row[n - 1].district;
        at->id = row[n - 1].id;
    }
    return OK;
}
