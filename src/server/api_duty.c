/* Posts, absence, recusal, handover. */
#include "server/server_internal.h"

#include "civil/access/access.h"
#include "civil/account/absence.h"
#include "civil/case/case.h"
#include "civil/case/duty.h"

static enum status read_duty(struct txn *t, void *arg, struct diag *d) {
    struct call *c = arg;
    return duty_json(c->civil, t, c->actor, &c->w, d);
}

void api_duty(struct call *c) {
    enum status s = call_read(c, read_duty);
    if (s != OK)
        call_fail(c, s);
}

static enum status day(struct call *c, const char *name, date_t *ret) {
    enum status s = date_parse(span_of(json_str(c->body, name, "")), ret, &c->diag);
    return s == OK ? s : diag_at(&c->diag, "%s", name);
}

void api_absence_new(struct call *c) {
    struct absence_new n = {.login = json_str(c->body, "login", NULL), .deputy = json_str(c->body, "deputy", "")};
    int64_t id = 0;
    enum status s = day(c, "from", &n.from);
    if (s == OK)
        s = day(c, "until", &n.until);
    if (s == OK)
        s = absence_declare(c->civil, c->actor, &n, &id, &c->diag);
    if (s != OK) {
        call_fail(c, s);
        return;
    }
    json_object(&c->w);
    json_kid(&c->w, "id", id);
    json_object_end(&c->w);
}

void api_absence_end(struct call *c) {
    int64_t id = 0;
    enum status s = call_id(c, c->request->param[0], &id);
    call_done(c, s == OK ? absence_end(c->civil, c->actor, id, &c->diag) : s);
}

static enum status read_recusals(struct txn *t, void *arg, struct diag *d) {
    struct call *c = arg;
    return recusals_json(c->civil, t, c->access, c->actor, &c->w, d);
}

void api_recusals(struct call *c) {
    enum status s = call_access(c, NULL, 0);
    if (s == OK)
        s = call_read(c, read_recusals);
    if (s != OK)
        call_fail(c, s);
}

void api_recusal_declare(struct call *c) {
    call_done(c, recusal_declare(c->civil, c->actor, span_of(json_str(c->body, "id_number", "")), json_str(c->body, "relation", ""), &c->diag));
}

void api_handover(struct call *c) {
    const struct json *report = NULL;
    struct handover h = {.from = json_str(c->body, "from", ""), .to = json_str(c->body, "to", ""), .preview = json_bool(c->body, "preview", true),
        .close = json_bool(c->body, "close", false)};
    enum status s = case_handover(c->civil, c->arena, c->actor, &h, &report, &c->diag);
    if (s == OK)
        json_value(&c->w, report);
    else
        call_fail(c, s);
}
