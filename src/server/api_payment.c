/* Payment batches. */
#include "server/server_internal.h"

#include "civil/access/access.h"
#include "civil/payment/bank_format.h"
#include "civil/payment/payment.h"
#include "store/store.h"

#include <stdio.h>

static enum status read_batches(struct txn *t, void *arg, struct diag *d) {
    struct call *c = arg;
    return payment_batches_json(c->civil, t, c->actor, &c->w, d);
}
void api_batches(struct call *c) { call_show(c, OK, read_batches); }

struct one { struct call *call; int64_t batch; };

static enum status read_one(struct txn *t, void *arg, struct diag *d) {
    struct one *x = arg;
    return payment_batch_one_json(x->call->civil, t, x->call->actor, x->batch, &x->call->w, d);
}

static void reply_batch(struct call *c, enum status s, int64_t batch) {
    struct one x = {c, batch};
    if (s == OK)
        s = store_read(c->civil->store, read_one, &x, &c->diag);
    if (s != OK)
        call_fail(c, s);
}

void api_batch_new(struct call *c) {
    month_t month = 0;
    int64_t batch = 0;
    bool made = true;
    enum status s = month_parse(span_of(json_str(c->body, "month", "")), &month, &c->diag);
    if (s == OK)
        s = payment_batch_prepare_of(c->civil, c->actor, c->civil->district, json_str(c->body, "scheme", ""), json_str(c->body, "compartment", NULL), month, &batch, &made, &c->diag);
    if (s == OK && !made)
        c->reply->status = 200; /* begun by another call: this one found it */
    reply_batch(c, s, batch);
}

static enum status read_batch(struct txn *t, void *arg, struct diag *d) {
    struct call *c = arg;
    int64_t version = 0;
    enum status s = payment_batch_json(c->civil, t, c->access, c->actor, call_path_id(c, 0),
        http_query(c->request, "cursor"), http_query(c->request, "state"), &c->w, &version, d);
    if (s == OK)
        call_etag(c, version);
    return s;
}
void api_batch(struct call *c) {
    int64_t id;
    enum status s = call_id(c, c->request->param[0], &id);
    call_look(c, s, NULL, 0, read_batch);
}

static enum status read_preview(struct txn *t, void *arg, struct diag *d) {
    struct call *c = arg;
    return payment_preview_json(c->civil, t, c->actor, strtoll(c->request->param[0], NULL, 10), http_query(c->request, "reason"), &c->w, d);
}
void api_batch_preview(struct call *c) {
    int64_t id;
    enum status s = call_id(c, c->request->param[0], &id);
    call_show(c, s, read_preview);
}

void api_batch_approve(struct call *c) {
    int64_t id = 0, version = 0;
    enum status s = call_id(c, c->request->param[0], &id);
    if (s == OK)
        s = call_version(c, &version);
    if (s == OK)
        s = payment_batch_approve(c->civil, c->actor, id, version, &c->diag);
    reply_batch(c, s, id);
}

void api_batch_cancel(struct call *c) {
    int64_t id = 0, version = 0;
    enum status s = call_id(c, c->request->param[0], &id);
    if (s == OK)
        s = call_version(c, &version);
    if (s == OK)
        s = payment_batch_cancel(c->civil, c->actor, id, version, json_str(c->body, "reason", ""), &c->diag);
    reply_batch(c, s, id);
}

void api_batch_file(struct call *c) {
    int64_t id = 0;
    struct payment_file file = {0};
    enum status s = call_id(c, c->request->param[0], &id);
    if (s == OK)
        s = payment_batch_file_as(c->civil, c->arena, c->actor, id, http_query(c->request, "format"), &file, &c->diag);
    if (s != OK) {
        call_fail(c, s);
        return;
    }
    call_file(c, file.body, file.media, "attachment", file.name);
}

void api_bank_formats(struct call *c) { bank_formats_json(c->civil->packs, &c->w); }

void api_payment_reissue(struct call *c) {
    int64_t id = 0;
    enum status s = call_id(c, c->request->param[0], &id);
    if (s == OK)
        s = payment_reissue(c->civil, c->actor, id, json_str(c->body, "bank_account", NULL), json_str(c->body, "bank_name", NULL), json_str(c->body, "reason", ""), &c->diag);
    call_done(c, s);
}

void api_batch_returns(struct call *c) {
    int64_t id = 0;
    enum status s = call_id(c, c->request->param[0], &id);
    if (s == OK)
        s = payment_batch_returns(c->civil, c->arena, c->actor, id, c->request->body, &c->w, &c->diag);
    if (s != OK)
        call_fail(c, s);
}
