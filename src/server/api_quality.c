/* How good the registers are. */
#include "server/server_internal.h"

#include "civil/quality/quality.h"

static enum status read_quality(struct txn *t, void *arg, struct diag *d) {
    struct call *c = arg;
    return quality_json(c->civil, t, c->actor, http_query(c->request, "division"), &c->w, d);
}
void api_quality(struct call *c) { call_show(c, OK, read_quality); }

void api_quality_run(struct call *c) {
    struct quality_report r;
    enum status s = strcmp(json_str(c->body, "register", ""), "all") == 0 ? OK : diag_fail(&c->diag, E_NOT_FOUND, "quality.none");
    if (s == OK)
        s = quality_run(c->civil, c->actor, QUALITY_SERVED_MAX, &r, &c->diag);
    if (s == OK)
        quality_report_json(&r, &c->w);
    else
        call_fail(c, s);
}

static enum status read_rows(struct txn *t, void *arg, struct diag *d) {
    struct call *c = arg;
    return quality_rows_json(c->civil, t, c->access, c->actor, http_query(c->request, "rule"), http_query(c->request, "division"), call_query_int(c, "cursor", 0), &c->w, d);
}
void api_quality_rows(struct call *c) { call_look(c, OK, "data_quality", 0, read_rows); }
