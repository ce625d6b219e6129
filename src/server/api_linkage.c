/* People who may be registered twice. */
#include "server/server_internal.h"

#include "civil/linkage/family.h"
#include "civil/linkage/linkage.h"

static enum status read_list(struct txn *t, void *arg, struct diag *d) {
    struct call *c = arg;
    return linkage_list_json(c->civil, t, c->access, c->actor, http_query(c->request, "list"), http_query(c->request, "cursor"), &c->w, d);
}

void api_duplicates(struct call *c) { call_look(c, OK, "duplicate_check", 0, read_list); }

void api_duplicates_run(struct call *c) {
    struct linkage_report r;
    enum status s = strcmp(json_str(c->body, "register", ""), "population") == 0 ? OK : diag_fail(&c->diag, E_INPUT, "linkage.register");
    if (s == OK)
        s = linkage_run(c->civil, c->actor, NULL, LINKAGE_SERVED_MAX, &r, &c->diag);
    if (s == OK)
        linkage_report_json(&r, &c->w);
    else
        call_fail(c, s);
}

static enum status read_pair(struct txn *t, void *arg, struct diag *d) {
    struct call *c = arg;
    const char *purpose = http_query(c->request, "purpose");
    return linkage_pair_json(c->civil, t, c->access, c->actor, call_path_id(c, 0), purpose && *purpose, &c->w, d);
}

void api_duplicate(struct call *c) {
    int64_t id = 0;
    const char *purpose = http_query(c->request, "purpose");
    call_look(c, call_id(c, c->request->param[0], &id), purpose && *purpose ? purpose : "duplicate_check", 0, read_pair);
}

void api_duplicate_say(struct call *c) {
    struct linkage_verdict v = {.version = json_int(c->body, "version", 0), .how = json_str(c->body, "how", ""), .words = json_str(c->body, "words", "")};
    const char *kept = json_str(c->body, "kept", "");
    enum status s = call_id(c, c->request->param[0], &v.pair);
    if (s == OK && *kept)
        s = call_id(c, kept, &v.kept);
    if (s == OK)
        s = linkage_say(c->civil, c->actor, &v, &c->diag);
    call_done(c, s);
}

void api_family_find(struct call *c) {
    const char *name = json_str(c->body, "name", ""), *sex = json_str(c->body, "sex", "");
    struct family_asked q = {.name = name, .given_only = json_bool(c->body, "given_only", false), .year = json_int(c->body, "year", 0), .year_error = json_int(c->body, "year_error", 0), .sex = sex,
        .province = json_int(c->body, "province", 0)};
    enum status s = call_access(c, "family_finding", 0);
    if (s == OK)
        s = family_find(c->civil, c->actor, c->access, NULL, &q, &c->w, &c->diag);
    if (s != OK)
        call_fail(c, s);
}
