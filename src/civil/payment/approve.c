/* Approving: by a second person; the books and the evidence with it. */
#include "civil/payment/payment_internal.h"

#include "base/json.h"
#include "civil/books/books.h"
#include "civil/budget/appropriation.h"
#include "civil/evidence/keep.h"
#include "civil/recheck/recheck.h"
#include "crypto/hash.h"
#include "store/store.h"
#include "tlog/log.h"

struct approve { struct civil *civil; const struct actor *who; int64_t batch, version; };

/* ---- evidence ------------------------------------------------------------------- */

static const struct json *value_of(struct arena *a, const struct payment_row *p, int64_t batch) {
    BUF_AUTO b;
    buf_init(&b, 4096);
    struct json_writer w;
    char month[8];
    month_text((month_t)p->month, month);
    json_begin(&w, &b, false);
    json_object(&w);
    json_kid(&w, "payment", p->id);
    json_kid(&w, "entitlement", p->entitlement);
    json_kstring(&w, "month", month);
    json_kint(&w, "amount_fen", p->fen);
    if (batch) {
        json_kid(&w, "payee", p->payee);
        json_kid(&w, "batch", batch);
        json_kid(&w, "correction", p->correction);
    }
    json_object_end(&w);
    const struct json *j = NULL;
    return json_parse(a, buf_span(&b), &j, NULL) == OK ? j : NULL;
}

const struct json *payment_value(struct arena *a, int64_t id, int64_t entitlement, month_t m, int64_t fen) {
    return value_of(a, &(struct payment_row){.id = id, .entitlement = entitlement, .fen = fen, .month = m}, 0);
}

const struct json *payment_line_value(struct arena *a, const struct payment_row *p, int64_t batch) { return value_of(a, p, batch); }

/* One entry a payment, so that each can be proved by itself. */
static enum status record(struct txn *t, const struct actor *who, const char *action, const struct batch *b, const struct json *value, struct span salt,
    int64_t *ret_entry, struct diag *d) {
    struct tlog_commitment payload;
    enum status s = value ? tlog_entry_commit(salt, value, &payload, d) : arena_full(d);
    const char *office = actor_division(who, "finance");
    struct tlog_entry e = {.kind = TLOG_PAYMENT, .time = txn_now(t), .district = b->district, .office = *office ? office : "system", .role = "finance",
        .action = action, .payload = &payload};
    return s == OK ? tlog_record(t, &e, ret_entry, d) : s;
}

/* What a chunk posts: a payment's own, and the reversal of what it pays again. */
struct posts { struct ledger_transfer list[2 * PAYMENT_ROWS]; size_t n; };

/* The lines that pay again what came back: the expense of those is taken out, so that the books hold it once.
 * It is looked for by root and month, not along the key; of several the last. */
static enum status reverse_returned(struct txn *t, const struct batch *b, const struct books *k, int64_t first, int64_t last, struct posts *p, struct diag *d) {
    AUTO(rows) struct rows *r = NULL;
    bool row = false;
    int64_t of = 0;
    enum status s = sql_query(t, &r, d,
        "SELECT n.id, o.id, o.amount_fen, o.batch FROM payment n JOIN payment o ON o.district = n.district AND o.root = n.root AND o.month = n.month AND o.correction = n.correction AND +o.id < n.id "
        "WHERE n.district = ? AND +n.batch = ? AND n.id BETWEEN ? AND ? AND o.state = 'returned' ORDER BY n.id, +o.id DESC", SQL_I(b->district), SQL_I(b->id), SQL_I(first), SQL_I(last));
    while (s == OK && (s = rows_next(r, &row, d)) == OK && row) {
        if (rows_int(r, 0) == of)
            continue;
        of = rows_int(r, 0);
        assert(p->n < PAYMENT_ROWS);
        p->list[p->n++] = (struct ledger_transfer){b->district, k->payable.id, k->expense.id, rows_int(r, 2), "reversal", rows_int(r, 1), rows_int(r, 3)};
    }
    return s;
}

static enum status approve_payment(struct txn *t, struct approve *x, const struct batch *b, const struct payment_row *row, struct diag *d) {
    uint8_t bytes[TLOG_SALT_BYTES];
    random_bytes(bytes, sizeof bytes);
    struct span salt = span_bytes(bytes, sizeof bytes);
    int64_t entry = 0;
    enum status s = record(t, x->who, "approved", b, payment_line_value(txn_arena(t), row, b->id), salt, &entry, d);
    return s == OK ? sql_exec(t, d, "UPDATE payment SET state = 'approved', salt = ?, entry = ? WHERE district = ? AND id = ? AND state = 'prepared'", SQL_B(salt),
                         SQL_I(entry), SQL_I(b->district), SQL_I(row->id)) : s;
}

/* The first n of these rows, which follow each other in the batch. */
static enum status post_rows(struct txn *t, const struct batch *b, const struct books *k, const struct payment_row *row, size_t n, struct diag *d) {
    struct posts *p = n ? ARENA_NEW(txn_arena(t), struct posts) : NULL;
    if (!p)
        return n ? arena_full(d) : OK;
    p->n = 0;
    enum status s = reverse_returned(t, b, k, row[0].id, row[n - 1].id, p, d);
    for (size_t i = 0; s == OK && i < n; i++)
        p->list[p->n++] = (struct ledger_transfer){b->district, k->expense.id, k->payable.id, row[i].fen, "approve", row[i].id, b->id};
    return s == OK ? ledger_post_all(t, p->list, p->n, d) : s;
}

/* ---- approval ----------------------------------------------------------------------- */

static enum status check(struct txn *t, struct approve *x, struct batch *b, struct diag *d) {
    enum status s = batch_read(t, x->who, x->batch, b, d);
    if (s == OK)
        s = batch_role(x->who, "finance", b->district, d);
    if (s == OK)
        s = batch_expect(b, "draft", x->version, d);
    if (s == OK && b->prepared_by == x->who->account)
        s = diag_fail(d, E_FORBIDDEN, "payment.two_people");
    if (s == OK && b->count == 0)
        s = diag_fail(d, E_CONFLICT, strcmp(b->blocked, "[]") == 0 ? "payment.empty" : "payment.unconfirmed");
    return s;
}

/* The benefits of the month were asked again, and nothing came out that stops one of these lines: rules that failed, or a
 * death that nobody could suspend for yet.  Of the month's own lines: a correction was due before. */
static enum status rechecked(struct txn *t, const struct batch *b, struct diag *d) {
    bool done = false;
    int64_t stopped = 0;
    enum status s = recheck_done_in(t, b->district, b->scheme, b->month, &done, d);
    if (s == OK && !done)
        return diag_fail(d, E_CONFLICT, "payment.not_rechecked");
    if (s == OK)
        s = sql_int(t, &stopped, 0, d,
            "SELECT count(DISTINCT p.entitlement) FROM payment p JOIN entitlement e ON e.district = p.district AND e.id = p.entitlement "
            "JOIN recheck_finding f ON f.district = p.district AND f.entitlement = p.entitlement AND f.state = 'open' "
            "WHERE p.district = ? AND p.batch = ? AND p.state = 'prepared' AND p.correction = 0 AND (f.kind = 'failed' OR (f.kind = 'death' AND e.state = 'active'))",
            SQL_I(b->district), SQL_I(b->id));
    return s == OK && stopped ? diag_fail(d, E_CONFLICT, "payment.recheck_open", DIAG_N("count", stopped)) : s;
}

/* From here on the batch is this officer's to approve, cannot be cancelled any
 * more (some of its payments are in the books), and is approved when all are.  An
 * approval that was interrupted is taken up by whoever approves next. */
static enum status claim(struct txn *t, void *arg, struct diag *d) {
    struct approve *x = arg;
    struct batch b;
    enum status s = check(t, x, &b, d);
    if (s == OK && !b.approved_by) /* one that is partly in the books is finished */
        s = rechecked(t, &b, d);
    if (s == OK)
        s = budget_lock_in(x->civil, t, &(struct budget_batch){b.district, b.id, b.month, b.scheme}, d);
    if (s == OK)
        s = books_keep_in(x->civil, t, x->who, d);
    return s == OK ? sql_exec(t, d, "UPDATE payment_batch SET approved_by = ?, approved_at = ? WHERE district = ? AND id = ?", SQL_I(x->who->account),
                         SQL_I(txn_now(t)), SQL_I(b.district), SQL_I(b.id)) : s;
}

/* The batch turns to approved in the last chunk, together with its own entry. */
static enum status finish(struct txn *t, struct approve *x, const struct batch *b, struct diag *d) {
    uint8_t bytes[TLOG_SALT_BYTES];
    random_bytes(bytes, sizeof bytes);
    struct span salt = span_bytes(bytes, sizeof bytes);
    int64_t entry = 0;
    enum status s = record(t, x->who, "batch.approved", b, payment_value(txn_arena(t), b->id, b->count, b->month, b->total_fen), salt, &entry, d);
    if (s == OK)
        s = sql_exec(t, d, "UPDATE payment_batch SET state = 'approved', approved_at = ?, salt = ?, entry = ?, version = version + 1 WHERE district = ? AND id = ?",
            SQL_I(txn_now(t)), SQL_B(salt), SQL_I(entry), SQL_I(b->district), SQL_I(b->id));
    return s == OK ? evidence_keep_in(x->civil, t, x->who, KEPT_BATCH, b->district, &b->id, 1, d) : s;
}

static enum status chunk(struct txn *t, void *arg, bool *done, struct diag *d) {
    struct approve *x = arg;
    struct batch b;
    struct books books;
    struct payment_row row[PAYMENT_ROWS];
    size_t n = 0, i = 0;
    *done = false;
    enum status s = check(t, x, &b, d);
    if (s == OK && b.approved_by != x->who->account) /* taken over meanwhile */
        s = diag_fail(d, E_CONFLICT, "payment.state", DIAG_S("state", b.state));
    if (s == OK)
        s = books_open(t, b.district, &books, d);
    if (s == OK)
        s = payment_rows(t, &b, "prepared", row, &n, d);
    for (; s == OK && i < n && (i == 0 || !txn_late(t)); i++)
        s = approve_payment(t, x, &b, &row[i], d);
    if (s == OK)
        s = post_rows(t, &b, &books, row, i, d);
    *done = s == OK && i == n && n < PAYMENT_ROWS;
    if (s == OK)
        s = books_keep_in(x->civil, t, x->who, d);
    if (s != OK)
        return s;
    return *done ? finish(t, x, &b, d) : s;
}

enum status payment_batch_approve(struct civil *c, const struct actor *who, int64_t batch, int64_t version, struct diag *d) {
    struct approve x = {c, who, batch, version};
    enum status s = store_write(c->store, claim, &x, d);
    return s == OK ? store_write_chunks(c->store, chunk, &x, d) : s;
}
