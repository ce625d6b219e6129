/* Versions of processes in the studio. */
#include "server/server_internal.h"

#include "civil/case/migrate.h"

static enum status read_processes(struct txn *t, void *arg, struct diag *d) {
    struct call *c = arg;
    return case_processes_json(c->civil, t, c->actor, &c->w, d);
}

void api_processes(struct call *c) { call_show(c, OK, read_processes); }

void api_process_migrate(struct call *c) {
    const struct json *report = NULL;
    struct case_migration m = {.matter = json_str(c->body, "matter", ""), .from = json_str(c->body, "from", ""), .to = json_str(c->body, "to", ""),
        .moves = json_get(c->body, "moves"), .reason = json_str(c->body, "reason", NULL), .preview = json_bool(c->body, "preview", true)};
    enum status s = *json_str(c->body, "after", "") ? call_id(c, json_str(c->body, "after", ""), &m.after) : OK;
    if (s == OK)
        s = case_migrate(c->civil, c->arena, c->actor, &m, &report, &c->diag);
    if (s == OK)
        json_value(&c->w, report);
    else
        call_fail(c, s);
}
