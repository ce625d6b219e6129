/* minzheng duplicates run|list|show|say: people who may be registered twice, for the operator's timer and without the web. */
#include "cli/cli.h"

#include "civil/access/access.h"
#include "civil/linkage/linkage.h"
#include "cli/link_crew.h"
#include "store/store.h"

#include <stdio.h>
#include <stdlib.h>

struct duplicates {
    struct cli *cli;
    struct actor who;
    const char *list, *purpose, *cursor;
    int64_t pair;
    struct access *access;
    struct buf out;
    struct json_writer w;
};

/* As GET /api/duplicates and one of them. */
static enum status look(struct txn *t, void *arg, struct diag *d) {
    static const char *const roles[] = {"clerk", "reviewer", "district_clerk"};
    struct duplicates *x = arg;
    const char *role = NULL;
    for (int i = 0; !role && i < x->who.grant_count; i++)
        for (size_t k = 0; k < ARRAY_LEN(roles); k++)
            if (strcmp(x->who.grant[i].role, roles[k]) == 0)
                role = x->who.grant[i].role;
    if (!role)
        return diag_fail(d, E_FORBIDDEN, "register.read");
    enum status s = access_begin(x->cli->arena, &x->who, role, x->purpose ? x->purpose : "duplicate_check", 0, 0, &x->access, d);
    if (s == OK)
        s = access_act_as(x->access, role, d);
    if (s == OK)
        s = x->pair ? linkage_pair_json(&x->cli->civil, t, x->access, &x->who, x->pair, x->purpose != NULL, &x->w, d)
                    : linkage_list_json(&x->cli->civil, t, x->access, &x->who, x->list, x->cursor, &x->w, d);
    return s;
}

static enum status shown(struct duplicates *x, struct diag *d) {
    enum status s = store_read(x->cli->store, look, x, d);
    return s == OK ? access_commit(&x->cli->civil, x->access, d) : s; /* before anybody sees it */
}

static enum status run(struct duplicates *x, int64_t threads, struct diag *d) {
    struct link_crew crew = crew_of((int)threads);
    struct linkage_report r;
    enum status s = linkage_run(&x->cli->civil, &x->who, &crew, 0, &r, d);
    if (s != OK)
        return s;
    if (x->cli->json)
        linkage_report_json(&r, &x->w);
    else
        cli_say(x->cli, r.cut ? "duplicates.cut" : "duplicates.done", CLI_ARGS(DIAG_N("people", r.people), DIAG_N("candidates", r.candidates), DIAG_N("found", r.found), DIAG_N("fresh", r.fresh), DIAG_N("gone", r.gone)));
    return OK;
}

static enum status say(struct duplicates *x, const char *how, const char *kept, const char *version, const char *words, struct diag *d) {
    struct linkage_verdict v = {.pair = x->pair, .how = how, .words = words};
    enum status s = cli_number(version, 1, INT64_MAX, "--version", &v.version, d);
    if (s == OK && kept)
        s = cli_number(kept, 1, INT64_MAX, "--kept", &v.kept, d);
    if (s == OK)
        s = linkage_say(&x->cli->civil, &x->who, &v, d);
    return s == OK ? shown(x, d) : s;
}

enum verb { RUN, LIST, SHOW, SAY, VERBS };
static const struct { const char *name; int rest; } verbs[VERBS] = {{"run", 0}, {"list", -1}, {"show", 1}, {"say", 2}};

int cmd_duplicates(struct cli *c, int argc, char **argv) {
    struct diag d = {0};
    struct duplicates x = {.cli = c};
    const char *login = cli_option(c, &argc, argv, "as"), *threads = cli_option(c, &argc, argv, "threads"), *kept = cli_option(c, &argc, argv, "kept"),
               *version = cli_option(c, &argc, argv, "version"), *words = cli_option(c, &argc, argv, "reason");
    int64_t n = 0;
    int v = 0;
    x.purpose = cli_option(c, &argc, argv, "purpose");
    x.cursor = cli_option(c, &argc, argv, "cursor");
    while (v < VERBS && (!argc || strcmp(argv[0], verbs[v].name) != 0))
        v++;
    bool verdict = version && words;
    if (v == VERBS || !login || (v == SAY) != verdict || (kept && v != SAY) || (threads && v != RUN) || (x.cursor && v != LIST) || (x.purpose && v != SHOW))
        return cli_usage(c);
    enum status s = cli_rest(c, argc, argv, verbs[v].rest < 0 ? 1 : verbs[v].rest + 1, verbs[v].rest < 0 ? 2 : verbs[v].rest + 1, &d);
    if (s == OK && threads)
        s = cli_number(threads, 1, LINK_CREW_MAX, "--threads", &n, &d);
    if (s == OK && (v == SHOW || v == SAY))
        s = cli_number(argv[1], 1, INT64_MAX, "duplicate", &x.pair, &d);
    if (s == OK)
        s = cli_open(c, CLI_STORE | CLI_VAULT | CLI_PACKS, &d);
    if (s == OK)
        s = cli_actor(c, login, &x.who, &d);
    x.list = v == LIST && argc > 1 ? argv[1] : "open";
    buf_init(&x.out, 0);
    json_begin(&x.w, &x.out, true);
    if (s == OK)
        switch ((enum verb)v) {
        case RUN: s = run(&x, n, &d); break;
        case LIST:
        case SHOW: s = shown(&x, &d); break;
        case SAY: s = say(&x, argv[2], kept, version, words, &d); break;
        case VERBS: break;
        }
    if (s == OK && x.out.size)
        printf("%s\n", buf_str(&x.out));
    buf_release(&x.out);
    return s == OK ? EXIT_DONE : cli_fail(c, &d);
}
