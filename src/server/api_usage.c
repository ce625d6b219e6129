/* Who looked: the usage service in the shape of Estonia's data tracker, and the
 * question why. */
#include "server/server_internal.h"

#include "civil/access/access.h"
#include "civil/access/question.h"
#include "civil/access/usage.h"
#include "civil/register/register.h"
#include "store/store.h"

/* ---- findUsage, usagePeriod, heartbeat ----------------------------------------- */

static enum status moment(struct call *c, const char *name, instant_t otherwise, instant_t *ret, struct diag *d) {
    const char *text = http_query(c->request, name);
    *ret = otherwise;
    return text && *text ? instant_parse(span_of(text), ret, d) : OK;
}

static int64_t number(struct call *c, const char *name, int64_t otherwise) {
    const char *text = http_query(c->request, name);
    return text && *text ? strtoll(text, NULL, 10) : otherwise;
}

/* The resident's own number only: who may act for another is the business of the portal that asks. */
static enum status find_usage(struct txn *t, void *arg, struct diag *d) {
    struct call *c = arg;
    struct usage_query q = {.offset = number(c, "offset", 0), .limit = number(c, "limit", USAGE_LIMIT)};
    enum status s = person_by_number(c->civil, t, c->access, span_of(http_query(c->request, "userCode")), &q.district, &q.person, d);
    if (s == E_NOT_FOUND || s == E_INPUT || (s == OK && (q.person != c->actor->person || q.district != c->actor->district)))
        return diag_fail(d, E_FORBIDDEN, "access.usage_other");
    if (s == OK)
        s = moment(c, "periodStart", INT64_MIN, &q.from, d);
    if (s == OK)
        s = moment(c, "periodEnd", INT64_MAX, &q.to, d);
    return s == OK ? usage_find_json(t, &q, c->request->lang, &c->w, d) : s;
}

void api_usage_find(struct call *c) {
    enum status s = call_access(c, NULL, 0);
    if (s == OK)
        s = call_read(c, find_usage);
    if (s != OK)
        call_fail(c, s);
}

static enum status period(struct txn *t, void *arg, struct diag *d) {
    struct call *c = arg;
    return usage_period_json(t, &c->w, d);
}

void api_usage_period(struct call *c) {
    enum status s = call_read(c, period);
    if (s != OK)
        call_fail(c, s);
}

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
    if (s != OK) {
        call_fail(c, s);
        return;
    }
    json_object(&c->w);
    json_kid(&c->w, "id", id);
    json_object_end(&c->w);
}

static enum status questions(struct txn *t, void *arg, struct diag *d) {
    struct call *c = arg;
    return access_questions_json(c->civil, t, c->access, c->actor, &c->w, d);
}

void api_access_questions(struct call *c) {
    enum status s = call_access(c, NULL, 0);
    if (s == OK)
        s = call_read(c, questions);
    if (s != OK)
        call_fail(c, s);
}

void api_access_answer(struct call *c) {
    int64_t id;
    enum status s = call_id(c, c->request->param[0], &id);
    call_done(c, s == OK ? access_answer(c->civil, c->actor, id, json_str(c->body, "text", ""), &c->diag) : s);
}
