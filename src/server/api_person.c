/* Looking somebody up: always with a purpose, always on record. */
#include "server/server_internal.h"

#include "civil/access/access.h"
#include "civil/case/case.h"
#include "civil/payment/payment.h"
#include "civil/register/register.h"
#include "civil/register/register_json.h"
#include "civil/register/search.h"
#include "store/store.h"

#include <stdio.h>

enum { FOUND_MAX = 20 }; /* more than a screen of people is no look-up but a trawl */

static enum status begin(struct call *c, const char *purpose, const char *case_text) {
    int64_t id = 0;
    enum status s = case_text && *case_text ? call_id(c, case_text, &id) : OK;
    return s == OK ? call_access(c, purpose, id) : s;
}

static const char *scope_of(struct call *c) {
    const char *scope = actor_division(c->actor, call_role(c, NULL));
    return *scope ? scope : "-";
}

static enum status search(struct txn *t, void *arg, struct diag *d) {
    struct call *c = arg;
    struct person_query q = {.last4 = json_str(c->body, "last4", NULL), .name = json_str(c->body, "name", NULL), .birth = DATE_NONE, .division = scope_of(c)};
    const char *birth = json_str(c->body, "birth", NULL), *number = json_str(c->body, "id_number", NULL), *text = json_str(c->body, "text", NULL);
    if (text && *text) /* what was typed in one box; the other fields are for those who ask one by one */
        return search_json(c->civil, t, c->access, span_of(text), q.division, &c->w, d);
    enum status s = birth && *birth ? date_parse(span_of(birth), &q.birth, d) : OK;
    return s == OK ? person_search_json(c->civil, t, c->access, number, &q, FOUND_MAX, &c->w, d) : s;
}

void api_person_search(struct call *c) {
    enum status s = begin(c, json_str(c->body, "purpose", ""), json_str(c->body, "case", ""));
    call_show(c, s, search);
}

static enum status household(struct txn *t, void *arg, struct diag *d) {
    struct call *c = arg;
    return person_household_json(c->civil, t, c->access, c->civil->district, call_path_id(c, 0), scope_of(c), &c->w, d);
}

void api_person_household(struct call *c) {
    int64_t id = 0;
    enum status s = call_id(c, c->request->param[0], &id);
    if (s == OK)
        s = begin(c, http_query(c->request, "purpose"), http_query(c->request, "case"));
    call_show(c, s, household);
}

static enum status my_household(struct txn *t, void *arg, struct diag *d) {
    struct call *c = arg;
    return person_household_json(c->civil, t, c->access, c->actor->district, c->actor->person, NULL, &c->w, d);
}

void api_my_household(struct call *c) { call_look(c, OK, NULL, 0, my_household); }

/* The reply names the log entry of the look, so it is written in a
 * transaction here instead of by the dispatcher. */
/* In which of his roles the officer may look at this person: by division or
 * case, a cashier by the batches he prepared. */
static enum status role_for(struct call *c, struct txn *t, int64_t person, int64_t case_id, const char **ret, struct diag *d) {
    enum status s = diag_fail(d, E_NOT_FOUND, "register.person");
    for (int i = 0; s == E_NOT_FOUND && i < c->actor->grant_count; i++) {
        const char *role = c->actor->grant[i].role;
        if (!call_role_listed(c, role))
            continue;
        diag_clear(d);
        s = strcmp(role, "cashier") == 0 ? payment_payee_in_scope(c->civil, t, c->actor, c->civil->district, person, d)
            : person_in_scope(c->civil, t, c->actor, role, c->civil->district, person, case_id, d);
        *ret = role;
    }
    return s;
}

struct reveal { struct call *call; int64_t person, entry; unsigned field; struct span value; };

static enum status reveal(struct txn *t, void *arg, struct diag *d) {
    struct reveal *x = arg;
    struct call *c = x->call;
    struct access *access = NULL;
    int64_t case_id = 0;
    const char *case_text = json_str(c->body, "case", "");
    enum status s = *case_text ? call_id(c, case_text, &case_id) : OK;
    const char *role = call_role(c, NULL);
    if (s == OK)
        s = access_begin(txn_arena(t), c->actor, role, json_str(c->body, "purpose", ""), c->civil->district, case_id, &access, d);
    if (s == OK)
        s = role_for(c, t, x->person, case_id, &role, d);
    if (s == OK)
        s = access_act_as(access, role, d);
    if (s == OK && case_id) /* the look is recorded with it */
        s = person_in_case(t, c->actor, c->civil->district, x->person, case_id, d);
    if (s == OK)
        s = person_reveal(c->civil, t, access, c->arena, c->civil->district, x->person, x->field, &x->value, d);
    return s == OK ? access_commit_in(c->civil, t, access, &x->entry, d) : s;
}

void api_person_reveal(struct call *c) {
    const char *field = json_str(c->body, "field", "");
    struct reveal x = {.call = c, .field = strcmp(field, "id_number") == 0 ? ACCESS_NUMBER : strcmp(field, "phone") == 0 ? ACCESS_PHONE
        : strcmp(field, "bank_account") == 0 ? ACCESS_ACCOUNT : 0};
    enum status s = x.field ? call_id(c, c->request->param[0], &x.person) : diag_fail(&c->diag, E_INPUT, "api.reveal_field");
    if (s == OK)
        s = store_write(c->civil->store, reveal, &x, &c->diag);
    if (s != OK) {
        call_fail(c, s);
        return;
    }
    json_object(&c->w);
    json_kstring(&c->w, "field", field);
    json_kspan(&c->w, "value", x.value);
    json_kid(&c->w, "entry", x.entry);
    json_object_end(&c->w);
}
