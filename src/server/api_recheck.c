/* Benefits asked again before a month is paid. */
#include "server/server_internal.h"

#include "civil/recheck/recheck.h"

static month_t month_asked(const struct call *c) {
    month_t m = 0;
    const char *text = http_query(c->request, "month");
    return text && month_parse(span_of(text), &m, NULL) == OK ? m : 0; /* its form was checked by the route table */
}

static enum status read_list(struct txn *t, void *arg, struct diag *d) {
    struct call *c = arg;
    return recheck_list_json(c->civil, t, c->access, c->actor, month_asked(c), http_query(c->request, "cursor"), &c->w, d);
}

void api_rechecks(struct call *c) { call_look(c, OK, NULL, 0, read_list); }

static enum status read_run(struct txn *t, void *arg, struct diag *d) {
    struct call *c = arg;
    month_t m = 0;
    enum status s = month_parse(span_of(json_str(c->body, "month", "")), &m, d);
    return s == OK ? recheck_run_json(t, c->civil->district, json_str(c->body, "scheme", ""), m, &c->w, d) : s;
}

void api_recheck_new(struct call *c) {
    month_t m = 0;
    enum status s = month_parse(span_of(json_str(c->body, "month", "")), &m, &c->diag);
    if (s == OK)
        s = recheck_month(c->civil, c->actor, c->civil->district, json_str(c->body, "scheme", ""), m, NULL, &c->diag);
    call_show(c, s, read_run);
}

void api_recheck_close(struct call *c) {
    int64_t id = 0;
    enum status s = call_id(c, c->request->param[0], &id);
    if (s == OK)
        s = recheck_close(c->civil, c->actor, id, json_str(c->body, "how", ""), json_str(c->body, "words", ""), &c->diag);
    call_done(c, s);
}
