/* A batch: read, checked, cancelled; the books it is posted to. */
#include "civil/payment/payment_internal.h"

#include "store/store.h"

#include <stdio.h>

enum status batch_read(struct txn *t, int64_t id, struct batch *ret, struct diag *d) {
    AUTO(rows) struct rows *r = NULL;
    enum status s = sql_one(t, &r, d,
        "SELECT district, month, scheme, state, prepared_by, prepared_at, approved_by, approved_at, count, total_fen, file_sha, blocked, complete, version "
        "FROM payment_batch WHERE id = ?", SQL_I(id));
    if (s == E_NOT_FOUND)
        return diag_fail(d, E_NOT_FOUND, "payment.batch");
    if (s != OK)
        return s;
    *ret = (struct batch){.district = rows_int(r, 0), .id = id, .month = rows_int(r, 1), .prepared_by = rows_int(r, 4), .prepared_at = rows_int(r, 5),
        .approved_by = rows_int(r, 6), .approved_at = rows_int(r, 7), .count = rows_int(r, 8), .total_fen = rows_int(r, 9), .version = rows_int(r, 13),
        .complete = rows_int(r, 12) != 0, .blocked = rows_dup(r, 11, txn_arena(t))};
    snprintf(ret->scheme, sizeof ret->scheme, "%.*s", SPAN_ARG(rows_text(r, 2)));
    snprintf(ret->state, sizeof ret->state, "%.*s", SPAN_ARG(rows_text(r, 3)));
    snprintf(ret->file_sha, sizeof ret->file_sha, "%.*s", SPAN_ARG(rows_text(r, 10)));
    return ret->complete ? OK : diag_fail(d, E_NOT_FOUND, "payment.batch");
}

enum status batch_role(const struct actor *who, const char *role, int64_t district, struct diag *d) {
    char code[16];
    snprintf(code, sizeof code, "%lld", (long long)district);
    return actor_may(who, role, code) ? OK : diag_fail(d, E_FORBIDDEN, "payment.role");
}

enum status batch_expect(const struct batch *b, const char *state, int64_t version, struct diag *d) {
    if (version && version != b->version)
        return diag_fail(d, E_CONFLICT, "payment.version");
    return strcmp(b->state, state) == 0 ? OK : diag_fail(d, E_CONFLICT, "payment.state", DIAG_S("state", b->state));
}

enum status books_open(struct txn *t, int64_t district, struct books *ret, struct diag *d) {
    enum status s = ledger_account_get(t, district, "5001", "expense", "debit", &ret->expense, d);
    if (s == OK)
        s = ledger_account_get(t, district, "2202", "liability", "credit", &ret->payable, d);
    if (s == OK)
        s = ledger_account_get(t, district, "1002.9", "transit", "credit", &ret->transit, d);
    /* The fund's appropriations come with the budget capability; until then the
     * bank account may stand on either side. */
    return s == OK ? ledger_account_get(t, district, "1002", "bank", "either", &ret->bank, d) : s;
}

struct cancel { struct civil *civil; const struct actor *who; int64_t batch, version; const char *reason; };

static enum status cancel(struct txn *t, void *arg, struct diag *d) {
    struct cancel *x = arg;
    struct batch b;
    enum status s = batch_read(t, x->batch, &b, d);
    if (s == OK && batch_role(x->who, "cashier", b.district, NULL) != OK)
        s = batch_role(x->who, "finance", b.district, d);
    if (s == OK)
        s = batch_expect(&b, "draft", x->version, d);
    if (s == OK)
        s = sql_exec(t, d, "UPDATE payment SET state = 'cancelled' WHERE district = ? AND batch = ?", SQL_I(b.district), SQL_I(b.id));
    return s == OK ? sql_exec(t, d, "UPDATE payment_batch SET state = 'cancelled', version = version + 1 WHERE district = ? AND id = ?", SQL_I(b.district), SQL_I(b.id)) : s;
}

enum status payment_batch_cancel(struct civil *c, const struct actor *who, int64_t batch, int64_t version, const char *reason, struct diag *d) {
    if (strlen(reason) < 2)
        return diag_fail(d, E_INPUT, "payment.reason");
    struct cancel x = {c, who, batch, version, reason};
    return store_write(c->store, cancel, &x, d);
}
