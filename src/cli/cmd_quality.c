/* minzheng quality run|show|rows: how good the registers are, for the operator's timer and without the web. */
#include "cli/cli.h"

#include "civil/access/access.h"
#include "civil/quality/quality.h"
#include "store/store.h"

#include <stdio.h>

struct quality_call { struct cli *cli; struct actor who; const char *rule, *division; int64_t after; struct access *access; struct buf out; struct json_writer w; };

static enum status show(struct txn *t, void *arg, struct diag *d) {
    struct quality_call *x = arg;
    return quality_json(&x->cli->civil, t, &x->who, x->division, &x->w, d);
}

/* As GET /api/quality/rows. */
static enum status rows(struct txn *t, void *arg, struct diag *d) {
    static const char *const roles[] = {"clerk", "reviewer", "district_clerk"};
    struct quality_call *x = arg;
    const char *role = NULL;
    for (int i = 0; !role && i < x->who.grant_count; i++)
        for (size_t k = 0; k < ARRAY_LEN(roles); k++)
            if (strcmp(x->who.grant[i].role, roles[k]) == 0)
                role = x->who.grant[i].role;
    enum status s = role ? access_begin(x->cli->arena, &x->who, role, "data_quality", 0, 0, &x->access, d) : diag_fail(d, E_FORBIDDEN, "register.read");
    if (s == OK)
        s = access_act_as(x->access, role, d);
    return s == OK ? quality_rows_json(&x->cli->civil, t, x->access, &x->who, x->rule, x->division, x->after, &x->w, d) : s;
}

static enum status run(struct quality_call *x, struct diag *d) {
    struct quality_report r;
    enum status s = quality_run(&x->cli->civil, &x->who, 0, &r, d);
    if (s != OK)
        return s;
    if (x->cli->json)
        quality_report_json(&r, &x->w);
    else
        cli_say(x->cli, "quality.done", CLI_ARGS(DIAG_N("rows", r.rows), DIAG_N("asked", r.asked), DIAG_N("bad", r.bad), DIAG_N("opened", r.opened), DIAG_N("done", r.done)));
    return OK;
}

int cmd_quality(struct cli *c, int argc, char **argv) {
    struct diag d = {0};
    struct quality_call x = {.cli = c};
    const char *login = cli_option(c, &argc, argv, "as"), *cursor = cli_option(c, &argc, argv, "cursor");
    x.division = cli_option(c, &argc, argv, "division");
    const char *verb = argc ? argv[0] : "";
    bool running = strcmp(verb, "run") == 0, showing = strcmp(verb, "show") == 0, listing = strcmp(verb, "rows") == 0;
    if (!login || !(running || showing || listing) || (cursor && !listing) || (x.division && running))
        return cli_usage(c);
    enum status s = cli_rest(c, argc, argv, listing ? 2 : 1, listing ? 2 : 1, &d);
    if (s == OK && cursor)
        s = cli_number(cursor, 1, INT64_MAX, "--cursor", &x.after, &d);
    if (s == OK)
        s = cli_open(c, CLI_STORE | CLI_VAULT | CLI_PACKS, &d);
    if (s == OK)
        s = cli_actor(c, login, &x.who, &d);
    x.rule = listing ? argv[1] : NULL;
    buf_init(&x.out, 0);
    json_begin(&x.w, &x.out, true);
    if (s == OK)
        s = running ? run(&x, &d) : store_read(c->store, showing ? show : rows, &x, &d);
    if (s == OK && listing)
        s = access_commit(&c->civil, x.access, &d); /* before anybody sees it */
    if (s == OK && x.out.size)
        printf("%s\n", buf_str(&x.out));
    buf_release(&x.out);
    return s == OK ? EXIT_DONE : cli_fail(c, &d);
}
