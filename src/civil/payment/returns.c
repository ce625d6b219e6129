/* The bank's returns: which payments arrived and which came back.
 *
 * pain.002 (bank_results.h), or CSV in UTF-8 or, as banks write it, GB18030, header 付款编号,金额,状态,原因; 状态 is 成功 or 失败.  A wrong row
 * is reported with its line and the rest goes on; a file is read as often as
 * one likes, since a payment that is settled is not settled again. */
#include "civil/payment/payment_internal.h"

#include "base/csv.h"
#include "base/vec.h"
#include "civil/books/books.h"
#include "civil/budget/appropriation.h"
#include "civil/evidence/keep.h"
#include "civil/payment/bank_format.h"
#include "civil/payment/bank_results.h"
#include "sheet/sheet.h"
#include "store/store.h"

#include <stdio.h>

struct item {
    int64_t payment, fen; /* 0: the answer states no amount */
    bool paid;
    char reason[16], code[36]; /* ours, and the bank's */
    int line;
    const char *unread; /* what the row says is wrong with it */
    const char *wrong;  /* and what the books say; set anew by every run of a write */
};

struct returns {
    struct civil *civil;
    const struct actor *who;
    int64_t batch;
    struct item *item;
    size_t n;
    size_t from, next; /* the slice of one write; `next` is its answer */
};

enum {
    SLICE = 200, /* some 10 ms of writing */
    ROWS_MAX = 2000000
};

/* ---- reading the file --------------------------------------------------------------- */

/* Reasons the bank may give, as codes of the catalogue payment.return.<code>. */
static const char *const reasons[] = {"closed", "deceased", "duplicate", "frozen", "funds", "name", "number", "other"};

static const char *parse_item(const struct csv *c, struct item *x) {
    x->line = c->line;
    if (!bank_number(c->field[0], &x->payment))
        return "payment.returns_number";
    if (!bank_fen(c->field[1], &x->fen))
        return "payment.returns_amount";
    if (span_is(c->field[2], "成功"))
        x->paid = true;
    else if (!span_is(c->field[2], "失败"))
        return "payment.returns_state";
    snprintf(x->reason, sizeof x->reason, "other");
    for (size_t i = 0; i < ARRAY_LEN(reasons); i++)
        if (span_is(c->field[3], reasons[i]))
            snprintf(x->reason, sizeof x->reason, "%s", reasons[i]);
    return NULL;
}

static int by_payment(const void *a, const void *b) {
    const struct item *x = *(struct item *const *)a, *y = *(struct item *const *)b;
    if (x->payment != y->payment)
        return x->payment < y->payment ? -1 : 1;
    return x->line - y->line;
}

/* Of readable rows of one payment the first counts; when they contradict each
 * other none does: paid and come back cannot both be true. */
static void mark_group(struct item **group, size_t n) {
    bool contradict = false;
    for (size_t i = 1; i < n; i++)
        contradict |= group[i]->paid != group[0]->paid;
    for (size_t i = contradict ? 0 : 1; i < n; i++)
        group[i]->unread = contradict ? "payment.returns_contradict" : "payment.returns_twice";
}

static bool mark_twice(struct arena *a, struct item *item, size_t n) {
    size_t good = 0;
    struct item **order = ARENA_ARRAY(a, n ? n : 1, struct item *);
    if (!order)
        return false;
    for (size_t i = 0; i < n; i++)
        if (!item[i].unread)
            order[good++] = &item[i];
    qsort(order, good, sizeof *order, by_payment);
    for (size_t i = 0; i < good;) {
        size_t k = i;
        while (k < good && order[k]->payment == order[i]->payment)
            k++;
        mark_group(order + i, k - i);
        i = k;
    }
    return true;
}

static enum status read_csv(struct arena *a, struct span file, struct returns *x, struct diag *d) {
    struct csv c;
    VEC(struct item) list = {0};
    struct span text;
    enum status s = sheet_utf8(file, a, &text, d);
    if (s == OK)
        s = csv_open(&c, a, text, "付款编号,金额,状态,原因", d);
    for (bool more = true; s == OK;) {
        if ((s = csv_next(&c, &more, d)) != OK || !more)
            break;
        if (list.size == ROWS_MAX)
            return diag_fail(d, E_LIMIT, "payment.returns_rows", DIAG_N("limit", ROWS_MAX));
        struct item *i = vec_push_in(a, &list);
        if (!i)
            return arena_full(d);
        *i = (struct item){0};
        i->unread = parse_item(&c, i);
    }
    x->item = list.at;
    x->n = list.size;
    if (s == OK && list.size == 0)
        s = diag_fail(d, E_INPUT, "payment.returns_empty");
    return s == OK && !mark_twice(a, list.at, list.size) ? arena_full(d) : s;
}

static const char *unread_result(const struct bank_result *r) {
    if (!r->payment)
        return "payment.returns_number";
    if (r->fen < 0)
        return "payment.returns_amount";
    return r->status == BANK_PENDING ? "payment.results_pending" : r->status == BANK_UNKNOWN ? "payment.results_status" : NULL;
}

static enum status item_of(struct arena *a, struct returns *x, const struct bank_results *r, struct diag *d) {
    if (!(x->item = ARENA_ARRAY(a, r->count ? r->count : 1, struct item)))
        return arena_full(d);
    for (size_t i = 0; i < r->count; i++) {
        struct item *t = &x->item[x->n++];
        *t = (struct item){.payment = r->item[i].payment, .fen = r->item[i].fen, .paid = r->item[i].status == BANK_PAID, .line = r->item[i].line, .unread = unread_result(&r->item[i])};
        snprintf(t->reason, sizeof t->reason, "%s", bank_reason(x->civil->packs, span_of(r->item[i].code)));
        snprintf(t->code, sizeof t->code, "%s", r->item[i].code);
    }
    return OK;
}

/* The bank took none of it: all that was sent comes back. */
struct whole { struct returns *x; struct arena *arena; const char *code; };
static enum status whole_in(struct txn *t, void *arg, struct diag *d) {
    struct whole *w = arg;
    struct batch b;
    VEC(struct item) list = {0};
    AUTO(rows) struct rows *r = NULL;
    bool row = false;
    enum status s = batch_read(t, w->x->who, w->x->batch, &b, d);
    if (s == OK)
        s = sql_query(t, &r, d, "SELECT id, amount_fen FROM payment WHERE district = ? AND batch = ? AND state IN ('sent', 'returned') ORDER BY id", SQL_I(b.district), SQL_I(b.id));
    while (s == OK && (s = rows_next(r, &row, d)) == OK && row) {
        struct item *i = vec_push_in(w->arena, &list);
        if (!i)
            return arena_full(d);
        *i = (struct item){.payment = rows_int(r, 0), .fen = rows_int(r, 1), .line = 1};
        snprintf(i->reason, sizeof i->reason, "%s", bank_reason(w->x->civil->packs, span_of(w->code)));
        snprintf(i->code, sizeof i->code, "%s", w->code);
    }
    w->x->item = list.at;
    w->x->n = list.size;
    return s;
}

static enum status read_pain(struct arena *a, struct span file, struct returns *x, struct diag *d) {
    struct bank_results r;
    enum status s = bank_results_read(a, file, &r, d);
    if (s == OK && r.batch != x->batch)
        s = diag_fail(d, E_INPUT, "payment.results_other", DIAG_N("batch", r.batch));
    if (s == OK && r.all_returned)
        return store_read(x->civil->store, whole_in, &(struct whole){x, a, r.code}, d);
    if (s == OK && r.count == 0)
        s = diag_fail(d, E_INPUT, "payment.returns_empty");
    if (s == OK)
        s = item_of(a, x, &r, d);
    return s == OK && !mark_twice(a, x->item, x->n) ? arena_full(d) : s;
}

static enum status read_file(struct arena *a, struct span file, struct returns *x, struct diag *d) {
    return bank_results_is_xml(file) ? read_pain(a, file, x, d) : read_csv(a, file, x, d);
}

/* ---- settling -------------------------------------------------------------------------- */

/* *post: what the books learn of it, when nothing is wrong with the row. */
static enum status settle(struct txn *t, struct returns *x, const struct batch *b, const struct books *k, struct budget_moves *m, struct item *i, struct ledger_transfer *post, struct diag *d) {
    AUTO(rows) struct rows *r = NULL;
    bool found = false;
    enum status s = sql_query(t, &r, d, "SELECT amount_fen, state, entitlement, month, correction FROM payment WHERE district = ? AND id = ? AND batch = ?", SQL_I(b->district), SQL_I(i->payment), SQL_I(b->id));
    if (s == OK)
        s = rows_next(r, &found, d);
    if (s != OK)
        return s;
    if (!found)
        i->wrong = "payment.returns_unknown";
    else if (i->fen && rows_int(r, 0) != i->fen)
        i->wrong = "payment.returns_differs";
    else if (!span_is(rows_text(r, 1), "sent"))
        i->wrong = span_is(rows_text(r, 1), i->paid ? "paid" : "returned") ? "payment.returns_again" : "payment.returns_settled";
    if (i->wrong)
        return OK;
    int64_t entitlement = rows_int(r, 2), correction = rows_int(r, 4), fen = rows_int(r, 0);
    month_t month = rows_int(r, 3);
    *post = (struct ledger_transfer){b->district, k->transit.id, i->paid ? k->bank.id : k->payable.id, fen, i->paid ? "paid" : "returned", i->payment, b->id};
    budget_moves_add(m, i->paid, fen);
    s = sql_exec(t, d, "UPDATE payment SET state = ?, paid_at = ?, return_code = ?, bank_code = ? WHERE district = ? AND id = ?", SQL_S(i->paid ? "paid" : "returned"),
            i->paid ? SQL_I(txn_now(t)) : SQL_NIL, i->paid ? SQL_NIL : SQL_S(i->reason), i->paid || !i->code[0] ? SQL_NIL : SQL_S(i->code), SQL_I(b->district), SQL_I(i->payment));
    if (s == OK && !i->paid && !correction)
        s = entitlement_returned_in(x->civil, t, x->who, b->district, entitlement, month, d);
    return s;
}

static enum status close_batch(struct txn *t, const struct batch *b, struct diag *d) {
    int64_t open = 0;
    enum status s = sql_int(t, &open, 0, d, "SELECT count(*) FROM payment WHERE district = ? AND batch = ? AND state IN ('approved', 'sent')", SQL_I(b->district), SQL_I(b->id));
    if (s == OK && !open && strcmp(b->state, "sent") == 0)
        s = sql_exec(t, d, "UPDATE payment_batch SET state = 'settled', version = version + 1 WHERE district = ? AND id = ?", SQL_I(b->district), SQL_I(b->id));
    return s;
}

/* One slice of the file.  What it says of its rows follows from the file and
 * the store alone, so a rerun says the same. */
static enum status slice(struct txn *t, void *arg, struct diag *d) {
    struct returns *x = arg;
    struct batch b;
    struct books k;
    enum status s = batch_read(t, x->who, x->batch, &b, d);
    if (s == OK)
        s = batch_role(x->who, "cashier", b.district, d);
    if (s == OK && strcmp(b.state, "sent") != 0 && strcmp(b.state, "settled") != 0)
        s = diag_fail(d, E_CONFLICT, "payment.state", DIAG_S("state", b.state));
    if (s == OK)
        s = books_open(t, b.district, &k, d);
    struct budget_batch of = {b.district, b.id, b.month, b.scheme};
    struct budget_moves moves;
    if (s == OK)
        s = budget_moves_begin(t, &of, &moves, d);
    size_t i = x->from, kept = 0;
    int64_t id[SLICE];
    struct ledger_transfer post[SLICE];
    for (; s == OK && i < x->n && i < x->from + SLICE; i++) {
        x->item[i].wrong = x->item[i].unread;
        if (!x->item[i].wrong)
            s = settle(t, x, &b, &k, &moves, &x->item[i], &post[kept], d);
        if (s == OK && !x->item[i].wrong)
            id[kept++] = x->item[i].payment;
    }
    x->next = i;
    if (s == OK)
        s = ledger_post_all(t, post, kept, d);
    if (s == OK)
        s = budget_moves_post(t, &of, &moves, d);
    if (s == OK)
        s = books_keep_in(x->civil, t, x->who, d);
    if (s == OK)
        s = evidence_keep_in(x->civil, t, x->who, KEPT_PAYMENT_RESULT, b.district, id, kept, d);
    return s == OK && i == x->n ? close_batch(t, &b, d) : s;
}

static void report(struct returns *x, enum lang l, struct json_writer *w) {
    int64_t paid = 0, returned = 0;
    for (size_t i = 0; i < x->n; i++) {
        paid += !x->item[i].wrong && x->item[i].paid;
        returned += !x->item[i].wrong && !x->item[i].paid;
    }
    json_object(w);
    json_kint(w, "accepted", paid + returned);
    json_kint(w, "paid", paid);
    json_kint(w, "returned", returned);
    json_key(w, "rejected");
    json_array(w);
    for (size_t i = 0; i < x->n; i++) {
        if (!x->item[i].wrong)
            continue;
        BUF_AUTO text;
        buf_init(&text, 4096);
        message_text(&text, l, x->item[i].wrong, NULL, 0);
        json_object(w);
        json_key(w, "path");
        json_stringf(w, "%d", x->item[i].line);
        json_kstring(w, "code", x->item[i].wrong);
        json_kspan(w, "message", buf_span(&text));
        json_object_end(w);
    }
    json_array_end(w);
    json_object_end(w);
}

/* A slice is kept when the next begins; after a break the same file is handed in again. */
enum status payment_batch_returns(struct civil *c, struct arena *a, const struct actor *who, int64_t batch, struct span file, struct json_writer *w, struct diag *d) {
    struct returns x = {.civil = c, .who = who, .batch = batch};
    enum status s = read_file(a, file, &x, d);
    for (; s == OK && x.from < x.n; x.from = x.next)
        s = store_write(c->store, slice, &x, d);
    if (s == OK)
        report(&x, who->lang, w);
    return s;
}
