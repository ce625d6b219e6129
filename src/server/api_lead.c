/* Leads of the screening. */
#include "server/server_internal.h"

#include "civil/access/access.h"
#include "civil/lead/lead.h"

static enum status read_leads(struct txn *t, void *arg, struct diag *d) {
    struct call *c = arg;
    struct lead_query q = {.scheme = http_query(c->request, "scheme"), .class = http_query(c->request, "class"), .state = http_query(c->request, "state"),
        .division = http_query(c->request, "division"), .cursor = http_query(c->request, "cursor"), .limit = (int)call_query_int(c, "limit", 0)};
    return leads_json(c->civil, t, c->access, c->actor, &q, &c->w, d);
}

/* Whoever goes through leads prepares visits. */
static const char *const PURPOSE = "home_visit";
static const char *purpose(struct call *c) { return strcmp(call_role(c, NULL), "leader") == 0 ? NULL : PURPOSE; }

void api_leads(struct call *c) { call_look(c, OK, purpose(c), 0, read_leads); }

static enum status read_lead(struct txn *t, void *arg, struct diag *d) {
    struct call *c = arg;
    int64_t version = 0;
    enum status s = lead_json(c->civil, t, c->access, c->actor, call_path_id(c, 0), &c->w, &version, d);
    if (s == OK)
        call_etag(c, version);
    return s;
}

static void reply_lead(struct call *c, enum status s) {
    call_look(c, s, purpose(c), 0, read_lead);
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

void api_lead_quality(struct call *c) { call_show(c, OK, read_quality); }
