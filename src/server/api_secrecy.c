/* Delayed disclosure, seals, compartments. */
#include "server/server_internal.h"

#include "civil/access/access.h"
#include "civil/case/case.h"
#include "civil/secrecy/secrecy.h"

static enum status orders(struct txn *t, void *arg, struct diag *d) {
    struct call *c = arg;
    return secrecy_list_json(c->civil, t, c->access, c->actor, &c->w, d);
}

/* The purpose is this route's alone, no role's. */
void api_secrecy(struct call *c) {
    enum status s = access_begin(c->arena, c->actor, call_role(c, NULL), "secrecy_order", c->civil->district, 0, &c->access, &c->diag);
    call_show(c, s, orders);
}

void api_secrecy_new(struct call *c) {
    int64_t id = 0;
    struct secrecy_new n = {.kind = json_str(c->body, "kind", ""), .ground = json_str(c->body, "ground", ""), .id_number = json_str(c->body, "id_number", NULL),
        .against_number = json_str(c->body, "against_number", NULL), .login = json_str(c->body, "login", NULL), .case_number = json_str(c->body, "case_number", NULL),
        .reason = json_str(c->body, "reason", "")};
    enum status s = call_body_date(c, "until", &n.until);
    if (s == OK)
        s = secrecy_order(c->civil, c->actor, &n, &id, &c->diag);
    call_made(c, s, id);
}

void api_secrecy_confirm(struct call *c) {
    int64_t id;
    enum status s = call_id(c, c->request->param[0], &id);
    call_done(c, s == OK ? secrecy_confirm(c->civil, c->actor, id, &c->diag) : s);
}

void api_secrecy_renew(struct call *c) {
    int64_t id;
    date_t until;
    enum status s = call_id(c, c->request->param[0], &id);
    if (s == OK)
        s = call_body_date(c, "until", &until);
    call_done(c, s == OK ? secrecy_renew(c->civil, c->actor, id, until, json_str(c->body, "reason", ""), &c->diag) : s);
}

void api_secrecy_end(struct call *c) {
    int64_t id;
    enum status s = call_id(c, c->request->param[0], &id);
    call_done(c, s == OK ? secrecy_end(c->civil, c->actor, id, json_str(c->body, "reason", ""), &c->diag) : s);
}

void api_case_protected(struct call *c) {
    int64_t id;
    const struct json *found = NULL;
    enum status s = call_id(c, c->request->param[0], &id);
    if (s == OK)
        s = case_protected_open(c->civil, c->arena, c->actor, id, json_str(c->body, "reason", ""), &found, &c->diag);
    if (s != OK) {
        call_fail(c, s);
        return;
    }
    json_object(&c->w);
    json_key(&c->w, "items");
    json_value(&c->w, found);
    json_object_end(&c->w);
}
