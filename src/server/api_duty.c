/* Posts, absence, recusal, handover. */
#include "server/server_internal.h"

#include "civil/access/access.h"
#include "civil/account/absence.h"
#include "civil/account/post.h"
#include "civil/account/shift.h"
#include "civil/case/case.h"
#include "civil/case/duty.h"

static enum status read_duty(struct txn *t, void *arg, struct diag *d) {
    struct call *c = arg;
    return duty_json(c->civil, t, c->actor, &c->w, d);
}

void api_duty(struct call *c) { call_show(c, OK, read_duty); }

void api_absence_new(struct call *c) {
    struct absence_new n = {.login = json_str(c->body, "login", NULL), .deputy = json_str(c->body, "deputy", "")};
    int64_t id = 0;
    enum status s = call_body_date(c, "from", &n.from);
    if (s == OK)
        s = call_body_date(c, "until", &n.until);
    if (s == OK)
        s = absence_declare(c->civil, c->actor, &n, &id, &c->diag);
    call_made(c, s, id);
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

void api_recusals(struct call *c) { call_look(c, OK, NULL, 0, read_recusals); }

void api_recusal_declare(struct call *c) { call_done(c, recusal_declare(c->civil, c->actor, span_of(json_str(c->body, "id_number", "")), json_str(c->body, "relation", ""), &c->diag)); }

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

static enum status read_recusals_led(struct txn *t, void *arg, struct diag *d) {
    struct call *c = arg;
    return recusals_led_json(c->civil, t, c->access, c->actor, &c->w, d);
}

void api_recusals_led(struct call *c) { call_show(c, call_access(c, NULL, 0), read_recusals_led); }

static enum status body_id(struct call *c, const char *name, int64_t *ret) {
    enum status s = call_id(c, json_str(c->body, name, ""), ret);
    return s == OK ? s : diag_at(&c->diag, "%s", name);
}

void api_recusal_withdraw(struct call *c) {
    int64_t district = 0, person = 0;
    enum status s = body_id(c, "district", &district);
    if (s == OK)
        s = body_id(c, "person", &person);
    call_done(c, s == OK ? recusal_withdraw(c->civil, c->actor, json_str(c->body, "login", ""), district, person, json_str(c->body, "reason", ""), &c->diag) : s);
}

/* ---- posts ------------------------------------------------------------------------- */

static enum status read_posts(struct txn *t, void *arg, struct diag *d) {
    struct call *c = arg;
    return posts_json(c->civil, t, c->actor, &c->w, d);
}

void api_posts(struct call *c) { call_show(c, OK, read_posts); }

void api_post_new(struct call *c) {
    struct post_new n = {.name = json_str(c->body, "name", ""), .division = json_str(c->body, "division", "")};
    const struct json *roles = json_get(c->body, "roles");
    int64_t id = 0;
    for (size_t i = 0; roles && i < roles->size && n.role_count < POST_ROLES_MAX; i++)
        n.role[n.role_count++] = roles->item[i]->type == JSON_STRING ? roles->item[i]->text.at : "";
    enum status s = roles && roles->size > POST_ROLES_MAX ? diag_fail(&c->diag, E_INPUT, "post.role") : OK;
    if (s == OK)
        s = post_add(c->civil, c->actor, &n, &id, &c->diag);
    call_made(c, s, id);
}

void api_post_appoint(struct call *c) {
    struct post_holding h = {.login = json_str(c->body, "login", ""), .until = DATE_NONE, .acting = json_bool(c->body, "acting", false)};
    int64_t id = 0;
    enum status s = call_id(c, c->request->param[0], &h.post);
    if (s == OK)
        s = call_body_date(c, "from", &h.from);
    if (s == OK && !json_is_null(json_get(c->body, "until")))
        s = call_body_date(c, "until", &h.until);
    if (s == OK)
        s = post_appoint(c->civil, c->actor, &h, &id, &c->diag);
    call_made(c, s, id);
}

void api_post_leave(struct call *c) {
    int64_t id = 0;
    enum status s = call_id(c, c->request->param[0], &id);
    call_done(c, s == OK ? post_leave(c->civil, c->actor, id, &c->diag) : s);
}

/* ---- hours of duty ------------------------------------------------------------------ */

static enum status read_shifts(struct txn *t, void *arg, struct diag *d) {
    struct call *c = arg;
    return shifts_json(t, c->actor, &c->w, d);
}

void api_shifts(struct call *c) { call_show(c, OK, read_shifts); }

void api_shift_plan(struct call *c) {
    struct shift_plan p = {.begins = json_str(c->body, "begins", ""), .ends = json_str(c->body, "ends", ""), .days = json_str(c->body, "days", ""),
        .telephone = json_str(c->body, "telephone", "")};
    const struct json *list = json_get(c->body, "logins");
    int made = 0;
    for (size_t i = 0; list && list->type == JSON_ARRAY && i < list->size && p.logins < SHIFT_TURNS_MAX; i++)
        p.login[p.logins++] = list->item[i]->type == JSON_STRING ? list->item[i]->text.at : "";
    enum status s = list && list->type == JSON_ARRAY && list->size > SHIFT_TURNS_MAX ? diag_fail(&c->diag, E_INPUT, "shift.people", DIAG_N("limit", SHIFT_TURNS_MAX)) : OK;
    if (s == OK)
        s = call_id(c, c->request->param[0], &p.post);
    if (s == OK)
        s = call_body_date(c, "from", &p.from);
    if (s == OK)
        s = call_body_date(c, "until", &p.until);
    if (s == OK)
        s = shift_plan(c->civil, c->actor, &p, &made, &c->diag);
    if (s != OK) {
        call_fail(c, s);
        return;
    }
    json_object(&c->w);
    json_kint(&c->w, "made", made);
    json_object_end(&c->w);
}

void api_shift_replace(struct call *c) {
    struct shift_replacement r = {.login = json_str(c->body, "login", ""), .telephone = json_str(c->body, "telephone", NULL), .reason = json_str(c->body, "reason", "")};
    int64_t id = 0;
    enum status s = call_id(c, c->request->param[0], &r.shift);
    if (s == OK)
        s = shift_replace(c->civil, c->actor, &r, &id, &c->diag);
    call_made(c, s, id);
}

void api_shift_end(struct call *c) {
    int64_t id = 0;
    enum status s = call_id(c, c->request->param[0], &id);
    call_done(c, s == OK ? shift_end(c->civil, c->actor, id, &c->diag) : s);
}
