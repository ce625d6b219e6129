#include "civil/payment/payment_internal.h"

#include "civil/register/renew.h"
#include "crypto/vault.h"
#include "store/store.h"

/* A file of a large batch is megabytes: one a transaction. */
enum status payment_file_renew_in(struct civil *c, struct txn *t, struct renewal *at, struct diag *d) {
    AUTO(rows) struct rows *r = NULL;
    struct batch b = {0};
    struct span fresh;
    enum status s = sql_one(t, &r, d, "SELECT district, batch, body FROM payment_file WHERE district > ? OR (district = ? AND batch > ?) ORDER BY district, batch LIMIT 1",
        SQL_I(at->district), SQL_I(at->district), SQL_I(at->id));
    if (s == E_NOT_FOUND) {
        diag_clear(d);
        at->end = true;
        return OK;
    }
    if (s != OK)
        return s;
    b.district = rows_int(r, 0);
    b.id = rows_int(r, 1);
    struct span body = rows_blob(r, 2);
    if (vault_renew(c->vault, body, payment_file_place(txn_arena(t), &b), txn_arena(t), &fresh, NULL) != OK)
        return diag_fail(d, E_CORRUPT, "payment.file_sealed", DIAG_N("batch", b.id));
    bool changed = fresh.at != body.at;
    rows_free(TAKE(r));
    if (changed)
        s = sql_exec(t, d, "UPDATE payment_file SET body = ? WHERE district = ? AND batch = ?", SQL_B(fresh), SQL_I(b.district), SQL_I(b.id));
    at->district = b.district;
    at->id = b.id;
    at->rows++;
    at->values++;
    at->renewed += changed;
    return s;
}
