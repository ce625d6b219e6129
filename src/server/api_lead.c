/* Leads of the screening. */
#include "server/server_internal.h"

#include "civil/access/access.h"
#include "civil/lead/lead.h"

static enum status read_leads(struct txn *t, void *arg, struct diag *d) {
    struct call *c = arg;
    const char *limit = http_query(c->request, "limit");
    struct lead_query q = {.scheme = http_query(c->request, "scheme"), .class = http_query(c->request, "class"), .state = http_query(c->request, "state"),
        .division = http_query(c->request, "division"), .cursor = http_query(c->request, "cursor"), .limit = limit ? atoi(limit) : 0};
    return leads_json(c->civil, t, c->access, c->actor, &q, &c->w, d);
}

/* Whoever goes through leads prepares visits. */
static const char *const PURPOSE = "home_visit";
static const char *purpose(struct call *c) { return strcmp(call_role(c, NULL), "leader") == 0 ? NULL : PURPOSE; }

void api_leads(struct call *c) {
    enum status s = call_access(c, purpose(c), 0);
    if (s == OK)
        s = call_read(c, read_leads);
    if (s != OK)
        call_fail(c, s);
}

static enum status read_lead(struct txn *t, void *arg, struct diag *d) {
    struct call *c = arg;
    int64_t version = 0;
    enum status s = lead_json(c->civil, t, c->access, c->actor, strtoll(c->request->param[0], NULL, 10), &c->w, &version, d);
    if (s == OK)
        call_etag(c, version);
    return s;
}

static void reply_lead(struct call *c, enum status s) {
    if (s == OK)
        s = call_access(c, purpose(c), 0);
    if (s == OK)
        s = call_read(c, read_lead);
    if (s != OK)
        call_fail(c, s);
}

void api_lead(struct call *c) {
    int64_t id;
    reply_lead(c, call_id(c, c->request->param[0], &id));
}

void api_lead_handle(struct call *c) {
    int64_t id = 0, version = 0;
    enum status s = call_id(c, c->request->param[0], &id);
    if (s == OK)
        s = call_version(c, &version);
    if (s == OK)
        s = lead_handle(c->civil, c->actor, id, version, json_str(c->body, "state", ""), json_str(c->body, "cause", NULL), json_str(c->body, "note", NULL), &c->diag);
    reply_lead(c, s);
}

static enum status read_quality(struct txn *t, void *arg, struct diag *d) {
    struct call *c = arg;
    return leads_quality_json(c->civil, t, c->actor, &c->w, d);
}

void api_lead_quality(struct call *c) {
    enum status s = call_read(c, read_quality);
    if (s != OK)
        call_fail(c, s);
}
