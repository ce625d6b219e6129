/* 资金分配: sums shared out over divisions by factors. */
#include "server/server_internal.h"

#include "civil/budget/allotment.h"
#include "store/store.h"

struct allotment_call { struct call *call; int64_t id, year; struct allotment_new asked; };

static struct allotment_new asked(const struct call *c) {
    const struct json *factors = json_get(c->body, "factors");
    return (struct allotment_new){.year = json_int(c->body, "year", 0), .total_fen = json_int(c->body, "total_fen", 0), .unit_fen = json_int(c->body, "unit_fen", 0),
        .fund = json_str(c->body, "fund", ""), .document = json_str(c->body, "document", ""), .factors = factors && factors->type == JSON_STRING ? factors->text : SPAN("")};
}

static enum status read_one(struct txn *t, void *arg, struct diag *d) {
    struct allotment_call *x = arg;
    return allotment_json(x->call->civil, t, x->call->actor, x->id, &x->call->w, d);
}

static void reply_one(struct call *c, enum status s, int64_t id) {
    struct allotment_call x = {.call = c, .id = id};
    if (s == OK)
        s = store_read(c->civil->store, read_one, &x, &c->diag);
    if (s != OK)
        call_fail(c, s);
}

static enum status read_list(struct txn *t, void *arg, struct diag *d) {
    struct allotment_call *x = arg;
    return allotments_json(x->call->civil, t, x->call->actor, x->year ? x->year : date_ymd(txn_today(t)).year, &x->call->w, d);
}

void api_allotments(struct call *c) {
    const char *year = http_query(c->request, "year");
    struct allotment_call x = {.call = c, .year = year && *year ? strtoll(year, NULL, 10) : 0};
    enum status s = store_read(c->civil->store, read_list, &x, &c->diag);
    if (s != OK)
        call_fail(c, s);
}

void api_allotment(struct call *c) {
    int64_t id = 0;
    enum status s = call_id(c, c->request->param[0], &id);
    reply_one(c, s, id);
}

static enum status read_try(struct txn *t, void *arg, struct diag *d) {
    struct allotment_call *x = arg;
    return allotment_try_json(x->call->civil, t, x->call->actor, &x->asked, &x->call->w, d);
}

void api_allotment_try(struct call *c) {
    struct allotment_call x = {.call = c, .asked = asked(c)};
    enum status s = store_read(c->civil->store, read_try, &x, &c->diag);
    if (s != OK)
        call_fail(c, s);
}

void api_allotment_new(struct call *c) {
    int64_t id = 0;
    struct allotment_new x = asked(c);
    enum status s = allotment_draft(c->civil, c->actor, &x, &id, &c->diag);
    reply_one(c, s, id);
}

void api_allotment_act(struct call *c) {
    int64_t id = 0;
    enum status s = call_id(c, c->request->param[0], &id);
    if (s == OK)
        s = allotment_act(c->civil, c->actor, id, json_str(c->body, "act", ""), json_str(c->body, "reason", ""), &c->diag);
    reply_one(c, s, id);
}
