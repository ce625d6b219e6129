/* What must hold of the money: for check-store. */
#include "civil/payment/payment_internal.h"

#include "store/store.h"

#include <stdio.h>

struct check { struct buf *out; int *count; };

/* A query whose rows are findings: text, number. */
static enum status findings(struct txn *t, struct check *x, const char *what, const char *sql, struct diag *d) {
    AUTO(rows) struct rows *r = NULL;
    enum status s = sql_query(t, &r, d, sql);
    for (bool more = true; s == OK;) {
        if ((s = rows_next(r, &more, d)) != OK || !more)
            break;
        buf_addf(x->out, "%s %lld\n", what, (long long)rows_int(r, 0));
        ++*x->count;
    }
    return s;
}

static enum status check(struct txn *t, void *arg, struct diag *d) {
    struct check *x = arg;
    enum status s = ledger_check(t, x->out, x->count, d);
    if (s == OK)
        s = findings(t, x, "batch total differs from its payments:",
            "SELECT b.id FROM payment_batch b WHERE b.state <> 'cancelled' AND (b.count <> (SELECT count(*) FROM payment p WHERE p.district = b.district AND p.batch = b.id) "
            "OR b.total_fen <> COALESCE((SELECT sum(p.amount_fen) FROM payment p WHERE p.district = b.district AND p.batch = b.id), 0))", d);
    if (s == OK)
        s = findings(t, x, "paid twice for a month:",
            "SELECT root FROM payment WHERE state <> 'cancelled' GROUP BY root, month HAVING count(*) > 1", d);
    if (s == OK)
        s = findings(t, x, "payment without its transfer:",
            "SELECT p.id FROM payment p WHERE p.state IN ('approved', 'sent', 'paid', 'returned') AND NOT EXISTS "
            "(SELECT 1 FROM ledger_transfer x WHERE x.district = p.district AND x.kind = 'approve' AND x.reference = p.id AND x.amount_fen = p.amount_fen)", d);
    if (s == OK)
        s = findings(t, x, "payment without its log entry:",
            "SELECT p.id FROM payment p WHERE p.state IN ('approved', 'sent', 'paid', 'returned') AND NOT EXISTS (SELECT 1 FROM log_entry e WHERE e.id = p.entry) "
            "AND NOT EXISTS (SELECT 1 FROM log_pending e WHERE e.id = p.entry)", d);
    return s;
}

enum status payment_check(struct civil *c, struct buf *out, int *ret_count, struct diag *d) {
    struct check x = {out, ret_count};
    return store_read(c->store, check, &x, d);
}
