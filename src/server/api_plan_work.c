/* Tasks of plans. */
#include "server/server_internal.h"

#include "civil/plan/task.h"
#include "store/store.h"

#include <stdlib.h>

static enum status read_work(struct txn *t, void *arg, struct diag *d) {
    struct call *c = arg;
    const struct plan *plan = c->civil->plans ? plans_find(c->civil->plans, c->request->param[0]) : NULL;
    const char *day = http_query(c->request, "as_of"), *year = http_query(c->request, "year");
    date_t as_of = txn_today(t);
    enum status s = plan ? OK : diag_fail(d, E_NOT_FOUND, "plan.not_here");
    if (s == OK && day)
        s = date_parse(span_of(day), &as_of, d);
    return s == OK ? plan_work_json(c->civil, t, c->actor, c->civil->plans, plan, as_of, year ? atoi(year) : 0, &c->w, d) : s;
}

void api_plan_work(struct call *c) {
    enum status s = call_read(c, read_work);
    if (s != OK)
        call_fail(c, s);
}

static void made(struct call *c, enum status s, int64_t id) {
    if (s != OK) {
        call_fail(c, s);
        return;
    }
    json_object(&c->w);
    json_kid(&c->w, "id", id);
    json_object_end(&c->w);
}

static enum status day_in(const struct json *j, const char *name, date_t *ret, struct diag *d) {
    enum status s = date_parse(span_of(json_str(j, name, "")), ret, d);
    return s == OK ? s : (diag_at(d, "%s", name), s);
}

void api_plan_task_new(struct call *c) {
    struct plan_task_new n;
    int64_t id = 0;
    enum status s = plan_task_parse(c->arena, c->body, c->request->param[0], &n, &c->diag);
    if (s == OK)
        s = plan_task_add(c->civil, c->actor, &n, &id, &c->diag);
    made(c, s, id);
}

static enum status read_task(struct txn *t, void *arg, struct diag *d) {
    struct call *c = arg;
    int64_t id = 0;
    enum status s = call_id(c, c->request->param[0], &id);
    return s == OK ? plan_task_json(c->civil, t, c->actor, id, &c->w, d) : s;
}

void api_plan_task(struct call *c) {
    enum status s = call_read(c, read_task);
    if (s != OK)
        call_fail(c, s);
}

void api_plan_milestone_reach(struct call *c) {
    int64_t id = 0, file = 0;
    date_t on = DATE_NONE;
    const char *paper = json_str(c->body, "file", NULL);
    enum status s = call_id(c, c->request->param[0], &id);
    if (s == OK && paper)
        s = call_id(c, paper, &file);
    if (s == OK)
        s = day_in(c->body, "on", &on, &c->diag);
    call_done(c, s == OK ? plan_milestone_reach(c->civil, c->actor, id, on, json_str(c->body, "evidence", ""), file, &c->diag) : s);
}

void api_plan_adjust(struct call *c) {
    int64_t task = 0, id = 0;
    enum status s = call_id(c, c->request->param[0], &task);
    if (s == OK)
        s = plan_adjust_ask(c->civil, c->actor, task, json_int(c->body, "version", 0), json_get(c->body, "change"), json_str(c->body, "reason", ""), &id, &c->diag);
    made(c, s, id);
}

void api_plan_adjust_decide(struct call *c) {
    int64_t id = 0;
    enum status s = call_id(c, c->request->param[0], &id);
    call_done(c, s == OK ? plan_adjust_decide(c->civil, c->actor, id, json_bool(c->body, "approve", false), json_str(c->body, "note", ""), &c->diag) : s);
}
