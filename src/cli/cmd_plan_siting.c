/* minzheng plan siting [--kind care_station] [--group elderly] [--radius METRES] [--add N] [--capacity N] [--network FILE.csv] [--db URL]
 * Who lives within reach of a kind of facility, by community, and where N more reach most.  Exit 1: the solution is not proved to be
 * the best; the bound says how far it may be. */
#include "cli/cli.h"

#include "civil/facility/circle.h"
#include "geo/walk.h"
#include "store/store.h"

#include <stdio.h>

enum { NETWORK_BYTES_MAX = 64 << 20 /* WALK_EDGES_MAX rows of some 60 bytes, and as much again */ };

struct job { struct cli *cli; struct circle_query q; struct buf out; };

static enum status ask(struct txn *t, void *arg, struct diag *d) {
    struct job *j = arg;
    struct json_writer w;
    j->out.size = 0;
    json_begin(&w, &j->out, true);
    return circles_json(&j->cli->civil, t, &j->q, &w, d);
}

static int say(struct job *j) {
    const struct json *x = NULL;
    if (json_parse(j->cli->arena, buf_span(&j->out), &x, NULL) != OK)
        return EXIT_SYSTEM;
    const struct json *sites = json_get(x, "sites"), *gaps = json_get(x, "communities");
    if (j->q.walk)
        cli_say(j->cli, "siting.walking", CLI_ARGS(DIAG_N("sections", (int64_t)walk_sections(j->q.walk)), DIAG_N("radius", json_int(x, "radius_m", 0)), DIAG_N("minutes", json_int(x, "minutes", 0)),
            DIAG_N("off", json_int(x, "off_streets", 0))));
    else
        cli_say(j->cli, "siting.method", CLI_ARGS(DIAG_N("radius", json_int(x, "radius_m", 0)), DIAG_N("minutes", json_int(x, "minutes", 0))));
    cli_say(j->cli, "siting.reach", CLI_ARGS(DIAG_N("people", json_int(x, "people", 0)), DIAG_N("within", json_int(x, "within", 0)), DIAG_N("served", json_int(x, "served", 0))));
    for (size_t i = 0; i < gaps->size; i++)
        if (!json_bool(gaps->item[i], "within", true))
            cli_say(j->cli, "siting.gap", CLI_ARGS(DIAG_S("name", json_str(gaps->item[i], "name", "")), DIAG_N("people", json_int(gaps->item[i], "people", 0))));
    for (size_t i = 0; i < sites->size; i++)
        cli_say(j->cli, "siting.site", CLI_ARGS(DIAG_S("name", json_str(sites->item[i], "name", "")), DIAG_S("division", json_str(sites->item[i], "division", "")),
            DIAG_N("load", json_int(sites->item[i], "load", 0)), DIAG_N("capacity", json_int(sites->item[i], "capacity", 0))));
    cli_say(j->cli, json_bool(x, "best", false) ? "siting.best" : "siting.bound", CLI_ARGS(DIAG_N("after", json_int(x, "served_after", 0)), DIAG_N("bound", json_int(x, "bound", 0))));
    return json_bool(x, "best", false) ? EXIT_DONE : EXIT_NO;
}

static enum status numbers(struct circle_query *q, const char *radius, const char *add, const char *capacity, struct diag *d) {
    enum status s = radius ? cli_number(radius, 1, CIRCLE_RADIUS_MAX_M, "radius", &q->radius_m, d) : OK;
    if (s == OK && add)
        s = cli_number(add, 0, CIRCLE_ADD_MAX, "add", &q->add, d);
    return s == OK && capacity ? cli_number(capacity, 0, CIRCLE_CAPACITY_MAX, "capacity", &q->capacity, d) : s;
}

static enum status network(struct cli *c, const char *file, struct circle_query *q, struct diag *d) {
    struct span text;
    struct walk *w = NULL;
    enum status s = cli_read_file(c, file, NETWORK_BYTES_MAX, &text, d);
    if (s == OK)
        s = walk_read(c->arena, text, &w, d);
    q->walk = w;
    return s;
}

int cmd_plan_siting(struct cli *c, int argc, char **argv) {
    struct diag d = {0};
    const char *kind = cli_option(c, &argc, argv, "kind"), *group = cli_option(c, &argc, argv, "group"), *radius = cli_option(c, &argc, argv, "radius"),
        *add = cli_option(c, &argc, argv, "add"), *capacity = cli_option(c, &argc, argv, "capacity"), *streets = cli_option(c, &argc, argv, "network");
    struct job j = {.cli = c, .q = {.kind = kind ? kind : "care_station", .group = group ? group : "elderly", .radius_m = CIRCLE_RADIUS_M}};
    buf_init(&j.out, 0);
    enum status s = cli_rest(c, argc, argv, 0, 0, &d);
    if (s == OK)
        s = numbers(&j.q, radius, add, capacity, &d);
    if (s == OK && streets)
        s = network(c, streets, &j.q, &d);
    if (s == OK)
        s = cli_open(c, CLI_PACKS | CLI_STORE, &d);
    if (s == OK)
        s = store_read(c->store, ask, &j, &d);
    int code = s != OK ? cli_fail(c, &d) : !c->json ? say(&j) : EXIT_DONE;
    if (s == OK && c->json)
        printf("%s\n", buf_str(&j.out));
    buf_release(&j.out);
    return code;
}
