/* Who looked: the usage service in the shape of Estonia's data tracker, and the
 * question why. */
#include "server/server_internal.h"

#include "civil/access/access.h"
#include "civil/access/question.h"
#include "civil/access/usage.h"
#include "civil/register/register.h"
#include "store/store.h"

/* ---- findUsage, usagePeriod, heartbeat ----------------------------------------- */

/* The resident's own number only: who may act for another is the business of the portal that asks. */
static enum status find_usage(struct txn *t, void *arg, struct diag *d) {
    struct call *c = arg;
    struct usage_query q = {.offset = call_query_int(c, "offset", 0), .limit = call_query_int(c, "limit", USAGE_LIMIT)};
    enum status s = person_by_number(c->civil, t, c->access, span_of(http_query(c->request, "userCode")), &q.district, &q.person, d);
    if (s == E_NOT_FOUND || s == E_INPUT || (s == OK && (q.person != c->actor->person || q.district != c->actor->district)))
        return diag_fail(d, E_FORBIDDEN, "access.usage_other");
    if (s == OK)
        s = call_query_instant(c, "periodStart", INT64_MIN, &q.from);
    if (s == OK)
        s = call_query_instant(c, "periodEnd", INT64_MAX, &q.to);
    return s == OK ? usage_find_json(t, &q, c->request->lang, &c->w, d) : s;
}

void api_usage_find(struct call *c) { call_look(c, OK, NULL, 0, find_usage); }

static enum status period(struct txn *t, void *arg, struct diag *d) {
    struct call *c = arg;
    return usage_period_json(t, &c->w, d);
}

void api_usage_period(struct call *c) { call_show(c, OK, period); }

static enum status beat(struct txn *t, void *arg, struct diag *d) {
    int64_t n;
    return sql_int(t, &n, 0, d, "SELECT max(id) FROM access_entry");
}

void api_usage_heartbeat(struct call *c) {
    enum status s = call_read(c, beat);
    json_object(&c->w);
    json_kstring(&c->w, "status", s == OK ? "OK" : "FAIL");
    json_object_end(&c->w);
}

/* ---- why -------------------------------------------------------------------------- */

void api_access_ask(struct call *c) {
    int64_t entry, id = 0;
    enum status s = call_id(c, c->request->param[0], &entry);
    if (s == OK)
        s = access_ask(c->civil, c->actor, entry, json_str(c->body, "text", ""), &id, &c->diag);
    call_made(c, s, id);
}

static enum status questions(struct txn *t, void *arg, struct diag *d) {
    struct call *c = arg;
    return access_questions_json(c->civil, t, c->access, c->actor, &c->w, d);
}

void api_access_questions(struct call *c) { call_look(c, OK, NULL, 0, questions); }

void api_access_answer(struct call *c) {
    int64_t id;
    enum status s = call_id(c, c->request->param[0], &id);
    call_done(c, s == OK ? access_answer(c->civil, c->actor, id, json_str(c->body, "text", ""), &c->diag) : s);
}
