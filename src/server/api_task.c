/* The desk's tasks. */
#include "server/server_internal.h"

#include "civil/access/access.h"
#include "civil/case/case.h"

static enum status read_tasks(struct txn *t, void *arg, struct diag *d) {
    struct call *c = arg;
    struct task_query q = {.urgency = http_query(c->request, "urgency"), .cursor = http_query(c->request, "cursor"),
        .mine = call_query_true(c, "mine"), .limit = (int)call_query_int(c, "limit", 0)};
    return task_list_json(c->civil, t, c->access, c->actor, &q, &c->w, d);
}

void api_tasks(struct call *c) { call_look(c, OK, NULL, 0, read_tasks); }

static enum status read_task(struct txn *t, void *arg, struct diag *d) {
    struct call *c = arg;
    return task_json(c->civil, t, c->access, c->actor, call_path_id(c, 0), &c->w, d);
}

static void reply_task(struct call *c, enum status s) {
    call_look(c, s, NULL, 0, read_task);
}

void api_task(struct call *c) {
    int64_t id;
    reply_task(c, call_id(c, c->request->param[0], &id));
}

static void claim(struct call *c, bool take) {
    int64_t id = 0;
    enum status s = call_id(c, c->request->param[0], &id);
    if (s == OK)
        s = case_task_claim(c->civil, c->actor, id, take, &c->diag);
    reply_task(c, s);
}
void api_task_claim(struct call *c) { claim(c, true); }
void api_task_release(struct call *c) { claim(c, false); }

void api_task_complete(struct call *c) {
    int64_t id = 0;
    const struct json *errors = NULL;
    enum status s = call_id(c, c->request->param[0], &id);
    if (s == OK)
        s = case_task_complete(c->civil, c->arena, c->actor, id, json_str(c->body, "outcome", ""), json_str(c->body, "note", NULL),
            json_get(c->body, "data"), &errors, &c->diag);
    if (errors)
        call_fail_errors(c, s, errors);
    else
        call_done(c, s);
}

static enum status read_draft(struct txn *t, void *arg, struct diag *d) {
    struct call *c = arg;
    return task_draft_json(c->civil, t, c->access, c->actor, call_path_id(c, 0), &c->w, d);
}

void api_task_draft_put(struct call *c) {
    int64_t id = 0;
    enum status s = call_id(c, c->request->param[0], &id);
    if (s == OK)
        s = task_draft_save(c->civil, c->arena, c->actor, id, json_str(c->body, "outcome", NULL), json_str(c->body, "note", NULL), json_get(c->body, "data"),
            json_int(c->body, "over", 0), &c->diag);
    call_look(c, s, NULL, 0, read_draft);
}

void api_task_draft_delete(struct call *c) {
    int64_t id = 0;
    enum status s = call_id(c, c->request->param[0], &id);
    call_done(c, s == OK ? task_draft_delete(c->civil, c->actor, id, &c->diag) : s);
}

void api_tasks_assign(struct call *c) {
    const struct json *items = NULL;
    const char *act = json_str(c->body, "act", "assign");
    enum status s = case_tasks_act(c->civil, c->arena, c->actor, json_get(c->body, "tasks"),
        strcmp(act, "claim") == 0 ? TASKS_CLAIM : strcmp(act, "release") == 0 ? TASKS_RELEASE : TASKS_ASSIGN, json_str(c->body, "to", ""), json_bool(c->body, "preview", true), &items, &c->diag);
    if (s == OK)
        json_value(&c->w, items);
    else
        call_fail(c, s);
}
