/* What is reported as a file, and what comes back of it. */
#include "server/server_internal.h"

#include "civil/exchange/submission.h"
#include "store/store.h"

static enum status read_list(struct txn *t, void *arg, struct diag *d) {
    struct call *c = arg;
    return submissions_json(c->civil, t, c->actor, &c->w, d);
}
void api_submissions(struct call *c) { call_show(c, OK, read_list); }

static enum status read_rows(struct txn *t, void *arg, struct diag *d) {
    struct call *c = arg;
    int64_t id = 0;
    enum status s = call_id(c, c->request->param[0], &id);
    return s == OK ? submission_rows_json(c->civil, t, c->actor, id, &c->w, d) : s;
}
void api_submission(struct call *c) { call_show(c, OK, read_rows); }

void api_submission_new(struct call *c) {
    struct submission_asked ask = {.target = json_str(c->body, "target", ""), .basis = json_str(c->body, "basis", "")};
    const char *again = json_str(c->body, "again", NULL);
    int64_t id = 0;
    enum status s = again ? call_id(c, again, &ask.again) : OK;
    if (s == OK)
        s = submission_make(c->civil, c->actor, &ask, &id, &c->diag);
    if (s != OK) {
        call_fail(c, s);
        return;
    }
    json_object(&c->w);
    json_kid(&c->w, "id", id);
    json_object_end(&c->w);
}

void api_submission_file(struct call *c) {
    int64_t id = 0;
    struct span body = {"", 0};
    const char *name = "";
    enum status s = call_id(c, c->request->param[0], &id);
    if (s == OK)
        s = submission_file(c->civil, c->actor, c->arena, id, &body, &name, &c->diag);
    if (s != OK) {
        call_fail(c, s);
        return;
    }
    call_file(c, body, "text/csv; charset=utf-8", "attachment", name);
}

static void take(struct call *c, bool list) {
    const char *target = http_query(c->request, "target"), *name = http_query(c->request, "name");
    enum status s = list ? submission_compare(c->civil, c->actor, c->arena, target, http_query(c->request, "map"), c->request->body, name, &c->w, &c->diag)
                         : submission_receive(c->civil, c->actor, c->arena, target, c->request->body, name, &c->w, &c->diag);
    if (s != OK)
        call_fail(c, s);
}
void api_submission_receive(struct call *c) { take(c, false); }
void api_submission_compare(struct call *c) { take(c, true); }
