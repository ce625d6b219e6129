/* The bank's statements beside the books. */
#include "server/server_internal.h"

#include "civil/bank/bank.h"
#include "store/store.h"

static enum status read_statements(struct txn *t, void *arg, struct diag *d) {
    struct call *c = arg;
    return bank_statements_json(c->civil, t, c->actor, &c->w, d);
}
void api_bank_statements(struct call *c) { call_show(c, OK, read_statements); }

void api_bank_import(struct call *c) {
    const char *format = http_query(c->request, "format");
    enum status s = bank_import(c->civil, c->arena, c->actor, format, c->request->body, &c->w, &c->diag);
    if (s != OK)
        call_fail(c, s);
}

static enum status read_differences(struct txn *t, void *arg, struct diag *d) {
    struct call *c = arg;
    month_t m = 0;
    enum status s = call_query_month(c, "month", 0, &m);
    return s == OK ? bank_differences_json(c->civil, t, c->actor, m, &c->w, d) : s;
}
void api_bank_differences(struct call *c) { call_show(c, OK, read_differences); }

void api_bank_match(struct call *c) {
    int64_t matched = 0;
    enum status s = bank_match_again(c->civil, c->actor, &matched, &c->diag);
    if (s != OK) {
        call_fail(c, s);
        return;
    }
    json_object(&c->w);
    json_kint(&c->w, "matched", matched);
    json_object_end(&c->w);
}

void api_bank_settle(struct call *c) {
    int64_t id = 0;
    enum status s = call_id(c, c->request->param[0], &id);
    if (s == OK)
        s = bank_settle(c->civil, c->actor, id, json_str(c->body, "kind", ""), json_str(c->body, "reason", ""), &c->diag);
    call_done(c, s);
}

void api_bank_counter(struct call *c) {
    int64_t id = 0;
    enum status s = call_id(c, c->request->param[0], &id);
    if (s == OK)
        s = bank_counter(c->civil, c->actor, id, json_str(c->body, "reason", ""), &c->diag);
    call_done(c, s);
}

void api_bank_accept(struct call *c) {
    month_t m = 0;
    enum status s = month_parse(span_of(c->request->param[0]), &m, &c->diag);
    if (s == OK)
        s = bank_accept(c->civil, c->actor, m, json_str(c->body, "reason", ""), &c->diag);
    call_done(c, s);
}
