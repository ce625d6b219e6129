/* The file for the bank: composed once, when the batch is sent, and kept sealed;
 * every later export gives those bytes, whatever has changed since.
 * every later export gives those bytes, whatever has changed since and whatever
 * format is asked for then.  What it looks like is the packs' (bank_format.h). */
#include "civil/payment/payment_internal.h"

#include "civil/access/access.h"
#include "civil/books/books.h"
#include "civil/evidence/keep.h"
#include "civil/pack/pack.h"
#include "civil/payment/bank_format.h"
#include "civil/register/register.h"
#include "crypto/vault.h"
#include "store/store.h"

#include <stdio.h>

enum {
    PAGE = 1000,
    FILE_MAX = 256 << 20 /* a million payments of 200 bytes; a city pays by district */
};

struct file {
    struct civil *civil;
    const struct actor *who;
    int64_t batch, sequence;
    struct buf out;
    struct batch b;
    struct arena *arena;
    struct span kept;
    struct bank_format format, kept_format;
    struct bank_batch head;
};

static enum status line(struct txn *t, struct file *x, struct access *access, const struct payment_row *row, struct diag *d) {
    struct person p;
    struct span account;
    struct arena *a = txn_arena(t);
    enum status s = person_read(x->civil, t, access, a, x->b.district, row->payee, &p, d);
    if (s == OK)
        s = person_reveal(x->civil, t, access, a, x->b.district, row->payee, ACCESS_ACCOUNT, &account, d);
    if (s != OK)
        return s;
    char month[8], *remark;
    const struct matter *m = packs_scheme(x->civil->packs, x->b.scheme); /* what it is for, as the payee reads it in his book */
    month_text(row->month, month); /* a correction says the month that it corrects */
    if (!(remark = arena_printf(a, "%s %s", m ? json_str(json_get(m->json, "name"), "zh", x->b.scheme) : x->b.scheme, month)))
        return arena_full(d);
    struct bank_line l = {row->id, row->fen, span_of(p.name), account, span_of(p.bank_name), remark, ++x->sequence};
    return bank_file_line(&x->format, &x->head, &l, &x->out, d);
}

static enum status page(struct txn *t, const struct batch *b, int64_t after, struct payment_row row[PAGE], size_t *ret_n, struct diag *d) {
    AUTO(rows) struct rows *r = NULL;
    enum status s = sql_query(t, &r, d,
        "SELECT id, entitlement, payee, amount_fen, month, correction FROM payment WHERE district = ? AND batch = ? AND state <> 'cancelled' AND id > ? ORDER BY id LIMIT ?",
        SQL_I(b->district), SQL_I(b->id), SQL_I(after), SQL_I(PAGE));
    size_t n = 0;
    for (bool more = true; s == OK && n < PAGE;) {
        if ((s = rows_next(r, &more, d)) != OK || !more)
            break;
        row[n++] = (struct payment_row){rows_int(r, 0), rows_int(r, 1), rows_int(r, 2), rows_int(r, 3), rows_int(r, 4), rows_int(r, 5)};
    }
    *ret_n = n;
    return s;
}

static enum status lines(struct txn *t, struct file *x, struct diag *d) {
    struct access *access = NULL;
    struct arena_mark mark = arena_mark(txn_arena(t));
    enum status s = OK;
    int64_t after = 0;
    for (bool whole = false; s == OK && !whole;) {
        struct payment_row row[PAGE];
        size_t n = 0;
        s = page(t, &x->b, after, row, &n, d);
        whole = n < PAGE;
        for (size_t i = 0; s == OK && i < n; i++) {
            arena_rewind(txn_arena(t), mark); /* one entry for all is made below: keep no subjects */
            s = access_begin(txn_arena(t), x->who, "cashier", "payment", 0, 0, &access, d);
            if (s == OK)
                s = line(t, x, access, &row[i], d);
            after = row[i].id;
        }
    }
    return s;
}

static enum status may_export(struct txn *t, struct file *x, struct diag *d) {
    enum status s = batch_read(t, x->who, x->batch, &x->b, d);
    if (s == OK)
        s = batch_role(x->who, "cashier", x->b.district, d);
    if (s == OK && (strcmp(x->b.state, "draft") == 0 || strcmp(x->b.state, "cancelled") == 0))
        s = diag_fail(d, E_CONFLICT, "payment.state", DIAG_S("state", x->b.state));
    return s;
}

/* The batch as it is now, and the file when it is still to be sent. */
static enum status compose(struct txn *t, void *arg, struct diag *d) {
    struct file *x = arg;
    buf_clear(&x->out);
    enum status s = may_export(t, x, d);
    if (s != OK || strcmp(x->b.state, "approved") != 0)
        return s;
    char month[8];
    month_text(x->b.month, month);
    x->sequence = 0;
    x->head = (struct bank_batch){.batch = x->batch, .count = x->b.count, .total_fen = x->b.total_fen, .month = month, .scheme = x->b.scheme, .made_at = txn_now(t)};
    if (x->format.kind >= BANK_PAIN_09) {
        date_t due = batch_due_on(x->civil, &x->b), today = txn_today(t);
        x->head.pay_on = due < today ? today : due;
    }
    s = bank_file_begin(&x->format, &x->head, &x->out, d);
    if (s == OK)
        s = lines(t, x, d);
    if (s == OK)
        s = bank_file_end(&x->format, &x->head, &x->out, x->b.file_sha, d);
    x->head.month = ""; /* it ends with this run */
    return s;
}

/* ---- sending: the first export ------------------------------------------------------ */

struct span payment_file_place(struct arena *a, const struct batch *b) {
    char *s = arena_printf(a, "payment_file.body|%lld|%lld", (long long)b->district, (long long)b->id);
    return s ? span_of(s) : (struct span){0};
}

static enum status send_payments(struct txn *t, const struct batch *b, bool *ret_all, struct diag *d) {
    struct books k;
    struct payment_row row[PAYMENT_ROWS];
    struct ledger_transfer post[PAYMENT_ROWS];
    size_t n = 0;
    enum status s = books_open(t, b->district, &k, d);
    if (s == OK)
        s = payment_rows(t, b, "approved", row, &n, d);
    for (size_t i = 0; s == OK && i < n; i++)
        post[i] = (struct ledger_transfer){b->district, k.payable.id, k.transit.id, row[i].fen, "send", row[i].id, b->id};
    if (s == OK)
        s = ledger_post_all(t, post, n, d);
    if (s == OK && n) /* these rows and no others: none of their state lies between them */
        s = sql_exec(t, d, "UPDATE payment SET state = 'sent', sent_at = ? WHERE district = ? AND batch = ? AND state = 'approved' AND id BETWEEN ? AND ?", SQL_I(txn_now(t)),
            SQL_I(b->district), SQL_I(b->id), SQL_I(row[0].id), SQL_I(row[n - 1].id));
    *ret_all = s == OK && n < PAYMENT_ROWS;
    return s;
}

static enum status send_chunk(struct txn *t, void *arg, bool *done, struct diag *d) {
    struct file *x = arg;
    struct batch b;
    struct span sealed;
    *done = false;
    enum status s = batch_read(t, x->who, x->batch, &b, d);
    if (s == OK && strcmp(b.state, "approved") != 0) { /* sent meanwhile by somebody else: that file counts */
        *done = true;
        return OK;
    }
    if (s == OK)
        s = send_payments(t, &b, done, d);
    if (s == OK)
        s = books_keep_in(x->civil, t, x->who, d);
    if (s != OK || !*done)
        return s;
    s = vault_seal(x->civil->vault, buf_span(&x->out), payment_file_place(txn_arena(t), &b), txn_arena(t), &sealed, d);
    if (s == OK)
        s = sql_exec(t, d, "INSERT INTO payment_file (district, batch, sm3, body, made_at, made_by, format) VALUES (?, ?, ?, ?, ?, ?, ?)", SQL_I(b.district), SQL_I(b.id),
            SQL_S(x->b.file_sha), SQL_B(sealed), SQL_I(txn_now(t)), SQL_I(x->who->account), SQL_S(x->format.id));
    if (s == OK)
        s = evidence_keep_in(x->civil, t, x->who, KEPT_BANK_FILE, b.district, &b.id, 1, d);
    return s == OK ? sql_exec(t, d, "UPDATE payment_batch SET state = 'sent', file_sha = ?, version = version + 1 WHERE district = ? AND id = ?",
                         SQL_S(x->b.file_sha), SQL_I(b.district), SQL_I(b.id)) : s;
}

/* ---- what was sent -------------------------------------------------------------------- */

static enum status read_kept(struct txn *t, void *arg, struct diag *d) {
    struct file *x = arg;
    struct span kept;
    AUTO(rows) struct rows *r = NULL;
    enum status s = may_export(t, x, d);
    if (s == OK)
        s = sql_one(t, &r, d, "SELECT body, format FROM payment_file WHERE district = ? AND batch = ?", SQL_I(x->b.district), SQL_I(x->batch));
    if (s == OK)
        s = vault_unseal(x->civil->vault, rows_blob(r, 0), payment_file_place(txn_arena(t), &x->b), x->arena, &kept, d);
    char *format = s == OK ? rows_dup(r, 1, x->arena) : NULL;
    if (s == OK && !format)
        s = arena_full(d);
    if (s == OK && bank_format_find(x->civil->packs, format, &x->kept_format, NULL) != OK) /* gone from the packs: its bytes are not */
        x->kept_format = (struct bank_format){.id = format};
    if (s == OK)
        x->kept = kept;
    return s == E_NOT_FOUND ? diag_fail(d, E_CORRUPT, "payment.batch") : s;
}

static enum status record_read(struct txn *t, void *arg, struct diag *d) {
    struct file *x = arg;
    char query[96];
    snprintf(query, sizeof query, "payment file of batch %lld", (long long)x->batch);
    return access_bulk_in(x->civil, t, x->who, "cashier", "payment", query, x->b.count, NULL, d);
}

enum status payment_batch_file_as(struct civil *c, struct arena *a, const struct actor *who, int64_t batch, const char *format, struct payment_file *ret, struct diag *d) {
    struct file x = {.civil = c, .who = who, .batch = batch, .arena = a};
    char month[8];
    buf_init(&x.out, FILE_MAX);
    enum status s = bank_format_find(c->packs, format, &x.format, d);
    if (s == OK)
        s = store_read(c->store, compose, &x, d);
    if (s == OK)
        s = store_write(c->store, record_read, &x, d);
    if (s == OK && strcmp(x.b.state, "approved") == 0)
        s = store_write_chunks(c->store, send_chunk, &x, d);
    if (s == OK)
        s = store_read(c->store, read_kept, &x, d);
    buf_release(&x.out);
    if (s != OK)
        return s;
    month_text(x.b.month, month);
    const char *name = arena_printf(a, "minzheng-%s-%s-%lld.%s", x.b.scheme, month, (long long)batch, bank_file_ending(&x.kept_format));
    if (!name)
        return arena_full(d);
    *ret = (struct payment_file){x.kept, name, bank_file_media(&x.kept_format), x.kept_format.id};
    return OK;
}

enum status payment_batch_file(struct civil *c, struct arena *a, const struct actor *who, int64_t batch, struct span *ret, const char **ret_name, struct diag *d) {
    struct payment_file file;
    enum status s = payment_batch_file_as(c, a, who, batch, NULL, &file, d);
    if (s == OK) {
        *ret = file.body;
        *ret_name = file.name;
    }
    return s;
}
