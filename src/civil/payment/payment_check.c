/* What must hold of the money: for check-store. */
#include "civil/payment/payment_internal.h"

#include "base/message.h"
#include "store/store.h"

struct check { enum lang lang; struct buf *out; int *count; };

/* Queries whose rows are findings: what must not be, by the number of the thing. */
static const struct { const char *code, *sql; } rules[] = {
    {"payment.check.total",
        "SELECT b.id FROM payment_batch b WHERE b.state <> 'cancelled' AND (b.count <> (SELECT count(*) FROM payment p WHERE p.district = b.district AND p.batch = b.id) "
        "OR b.total_fen <> COALESCE((SELECT sum(p.amount_fen) FROM payment p WHERE p.district = b.district AND p.batch = b.id), 0))"},
    {"payment.check.twice", "SELECT min(id) FROM payment WHERE state NOT IN ('cancelled', 'returned') GROUP BY root, month, correction HAVING count(*) > 1"},
    {"payment.check.two_people", "SELECT id FROM payment_batch WHERE approved_by = prepared_by"},
    {"payment.check.no_transfer",
        "SELECT p.id FROM payment p WHERE p.state IN ('approved', 'sent', 'paid', 'returned') AND NOT EXISTS "
        "(SELECT 1 FROM ledger_transfer x WHERE x.district = p.district AND x.kind = 'approve' AND x.reference = p.id AND x.amount_fen = p.amount_fen) UNION "
        "SELECT p.id FROM payment p WHERE p.state IN ('sent', 'paid', 'returned') AND NOT EXISTS "
        "(SELECT 1 FROM ledger_transfer x WHERE x.district = p.district AND x.kind = 'send' AND x.reference = p.id AND x.amount_fen = p.amount_fen) UNION "
        "SELECT p.id FROM payment p WHERE p.state IN ('paid', 'returned') AND NOT EXISTS "
        "(SELECT 1 FROM ledger_transfer x WHERE x.district = p.district AND x.kind = p.state AND x.reference = p.id AND x.amount_fen = p.amount_fen)"},
    {"payment.check.ahead", /* the books know more than the payment does */
        "SELECT x.reference FROM ledger_transfer x JOIN payment p ON p.district = x.district AND p.id = x.reference "
        "WHERE (x.kind = 'approve' AND p.state IN ('prepared', 'cancelled')) OR (x.kind = 'send' AND p.state IN ('prepared', 'cancelled', 'approved')) "
        "OR (x.kind IN ('paid', 'returned') AND p.state <> x.kind)"},
    {"payment.check.reversal", /* of a returned payment exactly when it is paid again */
        "SELECT r.id FROM payment r JOIN payment n ON n.district = r.district AND n.root = r.root AND n.month = r.month AND n.correction = r.correction AND n.id > r.id "
        "AND n.state IN ('approved', 'sent', 'paid', 'returned') WHERE r.state = 'returned' AND NOT EXISTS "
        "(SELECT 1 FROM ledger_transfer x WHERE x.district = r.district AND x.kind = 'reversal' AND x.reference = r.id AND x.amount_fen = r.amount_fen) UNION "
        "SELECT x.reference FROM ledger_transfer x WHERE x.kind = 'reversal' AND NOT EXISTS (SELECT 1 FROM payment r JOIN payment n ON n.district = r.district "
        "AND n.root = r.root AND n.month = r.month AND n.correction = r.correction AND n.id > r.id AND n.state IN ('approved', 'sent', 'paid', 'returned') "
        "WHERE r.district = x.district AND r.id = x.reference AND r.state = 'returned')"},
    {"payment.check.no_payment",
        "SELECT x.id FROM ledger_transfer x WHERE x.kind IN ('approve', 'send', 'paid', 'returned') "
        "AND NOT EXISTS (SELECT 1 FROM payment p WHERE p.district = x.district AND p.id = x.reference AND p.batch = x.batch)"},
    {"payment.check.state",
        "SELECT b.id FROM payment_batch b WHERE (b.state = 'cancelled' AND EXISTS (SELECT 1 FROM payment p WHERE p.district = b.district AND p.batch = b.id AND p.state <> 'cancelled')) "
        "OR (b.state IN ('approved', 'sent', 'settled') AND EXISTS (SELECT 1 FROM payment p WHERE p.district = b.district AND p.batch = b.id AND p.state IN ('prepared', 'cancelled'))) "
        "OR (b.state IN ('sent', 'settled') AND EXISTS (SELECT 1 FROM payment p WHERE p.district = b.district AND p.batch = b.id AND p.state = 'approved')) "
        "OR (b.state = 'settled' AND EXISTS (SELECT 1 FROM payment p WHERE p.district = b.district AND p.batch = b.id AND p.state = 'sent'))"},
    {"budget.check.lock", /* the whole batch, before anything of it is in the books */
        "SELECT b.id FROM payment_batch b JOIN (SELECT district, batch, sum(amount_fen) AS fen FROM ledger_transfer WHERE kind IN ('fund.lock.central', 'fund.lock.city', 'fund.lock.district') "
        "GROUP BY district, batch) x ON x.district = b.district AND x.batch = b.id WHERE b.approved_by IS NULL OR x.fen <> b.total_fen"},
    {"budget.check.moves", /* what arrived is spent, what came back is free */
        "SELECT b.id FROM payment_batch b JOIN (SELECT district, batch, sum(CASE WHEN kind = 'fund.spent' THEN amount_fen ELSE 0 END) AS spent, "
        "sum(CASE WHEN kind = 'fund.released' THEN amount_fen ELSE 0 END) AS released FROM ledger_transfer WHERE kind IN ('fund.lock.central', 'fund.lock.city', 'fund.lock.district', "
        "'fund.spent', 'fund.released') GROUP BY district, batch) x ON x.district = b.district AND x.batch = b.id "
        "WHERE x.spent <> COALESCE((SELECT sum(p.amount_fen) FROM payment p WHERE p.district = b.district AND p.batch = b.id AND p.state = 'paid'), 0) "
        "OR x.released <> COALESCE((SELECT sum(p.amount_fen) FROM payment p WHERE p.district = b.district AND p.batch = b.id AND p.state = 'returned'), 0)"},
    {"budget.check.appropriation",
        "SELECT a.id FROM appropriation a WHERE a.state = 'registered' AND NOT EXISTS (SELECT 1 FROM ledger_transfer x WHERE x.district = a.district AND x.kind = 'fund.appropriated' "
        "AND x.reference = a.id AND x.amount_fen = a.amount_fen) UNION SELECT x.id FROM ledger_transfer x WHERE x.kind = 'fund.appropriated' AND NOT EXISTS "
        "(SELECT 1 FROM appropriation a WHERE a.district = x.district AND a.id = x.reference AND a.state = 'registered')"},
    {"payment.check.no_file",
        "SELECT b.id FROM payment_batch b WHERE b.state IN ('sent', 'settled') AND NOT EXISTS "
        "(SELECT 1 FROM payment_file f WHERE f.district = b.district AND f.batch = b.id AND f.sm3 = b.file_sha)"},
    {"payment.check.no_entry",
        "SELECT p.id FROM payment p WHERE p.state IN ('approved', 'sent', 'paid', 'returned') AND NOT EXISTS (SELECT 1 FROM log_entry e WHERE e.id = p.entry) "
        "AND NOT EXISTS (SELECT 1 FROM log_pending e WHERE e.id = p.entry)"},
};

static enum status run_rule(struct txn *t, struct check *x, size_t i, struct diag *d) {
    AUTO(rows) struct rows *r = NULL;
    enum status s = sql_query(t, &r, d, rules[i].sql);
    for (bool more = true; s == OK;) {
        if ((s = rows_next(r, &more, d)) != OK || !more)
            break;
        struct diag_arg id = DIAG_N("id", rows_int(r, 0));
        message_text(x->out, x->lang, rules[i].code, &id, 1);
        buf_addc(x->out, '\n');
        ++*x->count;
    }
    return s;
}

static enum status check(struct txn *t, void *arg, struct diag *d) {
    struct check *x = arg;
    enum status s = ledger_check(t, x->lang, x->out, x->count, d);
    for (size_t i = 0; s == OK && i < ARRAY_LEN(rules); i++)
        s = run_rule(t, x, i, d);
    return s;
}

enum status payment_check(struct civil *c, enum lang l, struct buf *out, int *ret_count, struct diag *d) {
    struct check x = {l, out, ret_count};
    return store_read(c->store, check, &x, d);
}
