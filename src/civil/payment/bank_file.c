/* The file for the bank: the same bytes on every export of a batch.
 *
 *   #minzheng-payment,1,<batch>,<month>,<count>,<total yuan>
 *   付款编号,户名,账号,开户行,金额,摘要
 *   ...
 *   #sm3,<hash of all lines before> */
#include "civil/payment/payment_internal.h"

#include "base/csv.h"
#include "civil/access/access.h"
#include "civil/register/register.h"
#include "crypto/hash.h"
#include "store/store.h"

#include <stdio.h>

struct file { struct civil *civil; const struct actor *who; int64_t batch; struct buf out; struct batch b; struct arena *arena; };

static void amount(struct buf *out, int64_t fen) { buf_addf(out, "%lld.%02lld", (long long)(fen / 100), (long long)(fen % 100)); }

static enum status line(struct txn *t, struct file *x, struct access *access, int64_t payment, int64_t payee, int64_t fen, struct diag *d) {
    struct person p;
    struct span account;
    struct arena *a = txn_arena(t);
    enum status s = person_read(x->civil, t, access, a, x->b.district, payee, &p, d);
    if (s == OK)
        s = person_reveal(x->civil, t, access, a, x->b.district, payee, ACCESS_ACCOUNT, &account, d);
    if (s != OK)
        return s;
    char month[8];
    month_text(x->b.month, month);
    buf_addf(&x->out, "%lld,", (long long)payment);
    csv_write(&x->out, span_of(p.name));
    buf_addc(&x->out, ',');
    csv_write(&x->out, account);
    buf_addc(&x->out, ',');
    csv_write(&x->out, span_of(p.bank_name));
    buf_addc(&x->out, ',');
    amount(&x->out, fen);
    buf_addf(&x->out, ",%s %s\r\n", x->b.scheme, month);
    return OK;
}

static enum status compose(struct txn *t, void *arg, struct diag *d) {
    struct file *x = arg;
    struct access *access = NULL;
    buf_clear(&x->out);
    enum status s = batch_read(t, x->batch, &x->b, d);
    if (s == OK)
        s = batch_role(x->who, "cashier", x->b.district, d);
    if (s == OK && (strcmp(x->b.state, "draft") == 0 || strcmp(x->b.state, "cancelled") == 0))
        s = diag_fail(d, E_CONFLICT, "payment.state", DIAG_S("state", x->b.state));
    char month[8];
    month_text(x->b.month, month);
    if (s != OK)
        return s;
    buf_addf(&x->out, "#minzheng-payment,1,%lld,%s,%lld,", (long long)x->batch, month, (long long)x->b.count);
    amount(&x->out, x->b.total_fen);
    buf_adds(&x->out, "\r\n付款编号,户名,账号,开户行,金额,摘要\r\n");
    AUTO(rows) struct rows *r = NULL;
    s = sql_query(t, &r, d, "SELECT id, payee, amount_fen FROM payment WHERE district = ? AND batch = ? AND state <> 'cancelled' ORDER BY id", SQL_I(x->b.district), SQL_I(x->batch));
    struct arena_mark mark = arena_mark(txn_arena(t));
    int64_t n = 0;
    for (bool more = true; s == OK; n++) {
        if ((s = rows_next(r, &more, d)) != OK || !more)
            break;
        arena_rewind(txn_arena(t), mark); /* one entry for all is made below: keep no subjects */
        s = access_begin(txn_arena(t), x->who, "cashier", "payment", 0, 0, &access, d);
        if (s == OK)
            s = line(t, x, access, rows_int(r, 0), rows_int(r, 1), rows_int(r, 2), d);
    }
    struct hash h = hash_one(HASH_SM3, buf_span(&x->out));
    char hex[2 * HASH_BYTES + 1];
    hash_hex(&h, hex);
    buf_addf(&x->out, "#sm3,%s\r\n", hex);
    snprintf(x->b.file_sha, sizeof x->b.file_sha, "%s", hex);
    return s == OK && !buf_ok(&x->out) ? arena_full(d) : s;
}

/* ---- sending: the first export ------------------------------------------------------ */

static enum status send_chunk(struct txn *t, void *arg, bool *done, struct diag *d) {
    struct file *x = arg;
    struct batch b;
    struct books k;
    enum status s = batch_read(t, x->batch, &b, d);
    if (s == OK && strcmp(b.state, "approved") != 0) { /* sent meanwhile by somebody else */
        *done = true;
        return OK;
    }
    if (s == OK)
        s = books_open(t, b.district, &k, d);
    AUTO(rows) struct rows *r = NULL;
    if (s == OK)
        s = sql_query(t, &r, d, "SELECT id, amount_fen FROM payment WHERE district = ? AND batch = ? AND state = 'approved' ORDER BY id LIMIT 300", SQL_I(b.district), SQL_I(b.id));
    bool more = true;
    int n = 0;
    while (s == OK && !txn_late(t)) {
        if ((s = rows_next(r, &more, d)) != OK || !more)
            break;
        struct ledger_transfer post = {b.district, k.payable.id, k.transit.id, rows_int(r, 1), "send", rows_int(r, 0), b.id};
        s = ledger_post(t, &post, d);
        if (s == OK)
            s = sql_exec(t, d, "UPDATE payment SET state = 'sent', sent_at = ? WHERE district = ? AND id = ?", SQL_I(txn_now(t)), SQL_I(b.district), SQL_I(rows_int(r, 0)));
        n++;
    }
    *done = s == OK && !more && n < 300;
    if (*done)
        s = sql_exec(t, d, "UPDATE payment_batch SET state = 'sent', file_sha = ?, version = version + 1 WHERE district = ? AND id = ?", SQL_S(x->b.file_sha), SQL_I(b.district), SQL_I(b.id));
    return s;
}

static enum status record_read(struct txn *t, void *arg, struct diag *d) {
    struct file *x = arg;
    char query[96];
    snprintf(query, sizeof query, "payment file of batch %lld", (long long)x->batch);
    return access_bulk_in(x->civil, t, x->who, "cashier", "payment", query, x->b.count, NULL, d);
}

enum status payment_batch_file(struct civil *c, struct arena *a, const struct actor *who, int64_t batch, struct span *ret, const char **ret_name, struct diag *d) {
    struct file x = {.civil = c, .who = who, .batch = batch, .arena = a};
    buf_init(&x.out, 0);
    char month[8];
    enum status s = store_read(c->store, compose, &x, d);
    if (s == OK)
        s = store_write(c->store, record_read, &x, d);
    if (s == OK && strcmp(x.b.state, "approved") == 0)
        s = store_write_chunks(c->store, send_chunk, &x, d);
    if (s == OK) {
        month_text(x.b.month, month);
        char *copy = arena_dup(a, buf_span(&x.out));
        *ret = (struct span){copy, x.out.size};
        *ret_name = arena_printf(a, "minzheng-%s-%s-%lld.csv", x.b.scheme, month, (long long)batch);
        s = copy && *ret_name ? OK : arena_full(d);
    }
    buf_release(&x.out);
    return s;
}
