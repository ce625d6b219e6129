/* minzheng life FILE.json... [--json]: worked lives, each in a store of its own that is gone afterwards. */
#include "cli/cli.h"

#include "civil/case/models.h"
#include "civil/decision/decision.h"
#include "civil/life/life.h"

#include <dirent.h>
#include <stdio.h>
#include <unistd.h>

enum { LIFE_FILE_MAX = 4 << 20 };

static void clear_folder(const char *folder) {
    DIR *dir = opendir(folder);
    char path[600];
    for (struct dirent *e; dir && (e = readdir(dir)) != NULL;)
        if (strcmp(e->d_name, ".") != 0 && strcmp(e->d_name, "..") != 0) {
            snprintf(path, sizeof path, "%s/%s", folder, e->d_name);
            unlink(path);
        }
    if (dir)
        closedir(dir);
}

static void say(struct cli *c, const struct json *r) {
    const struct json *list = json_get(r, "differences");
    cli_say(c, json_get(r, "same")->type == JSON_TRUE ? "life.same" : "life.differs", CLI_ARGS(DIAG_S("id", json_str(r, "id", ""))));
    for (size_t i = 0; i < list->size; i++) {
        const struct json *x = list->item[i];
        cli_say(c, "life.difference", CLI_ARGS(DIAG_S("what", json_str(x, "what", "")), DIAG_S("month", json_str(x, "month", "")),
            DIAG_N("expected", json_int(x, "expected_fen", 0)), DIAG_N("fen", json_int(x, "fen", 0))));
    }
    if (json_int(r, "findings", 0))
        printf("%s", json_str(r, "said", ""));
}

static enum status one(struct cli *c, const char *file, const char *folder, struct buf *out, bool *ret_same, struct diag *d) {
    struct span text;
    const struct json *history = NULL, *r = NULL;
    struct json_writer w;
    BUF_AUTO b;
    buf_init(&b, 0);
    struct life_world world = {c->packs, c->policies, c->models, c->calendar, folder};
    AUTO(arena) struct arena *a = arena_new(0);
    if (!a)
        return arena_full(d);
    json_begin(&w, &b, false);
    enum status s = cli_read_file(c, file, LIFE_FILE_MAX, &text, d);
    if (s == OK)
        s = json_parse(a, text, &history, d);
    if (s == OK)
        s = life_run(&world, a, history, &w, ret_same, d);
    clear_folder(folder);
    if (s != OK)
        return diag_at(d, "%s", file), s;
    if ((s = json_parse(a, buf_span(&b), &r, d)) != OK)
        return s;
    if (c->json)
        buf_addf(out, "%s%s", out->size > 1 ? ",\n" : "", buf_str(&b));
    else
        say(c, r);
    return OK;
}

int cmd_life(struct cli *c, int argc, char **argv) {
    struct diag d = {0};
    char folder[512];
    const char *place = getenv("TMPDIR");
    snprintf(folder, sizeof folder, "%s/minzheng-life-XXXXXX", place && *place ? place : P_tmpdir);
    BUF_AUTO out;
    bool all = true;
    buf_init(&out, 0);
    buf_addc(&out, '[');
    enum status s = cli_rest(c, argc, argv, 1, 10000, &d);
    if (s == OK)
        s = cli_open(c, CLI_PACKS | CLI_CALENDAR, &d);
    if (s == OK)
        s = policies_load(c->packs, &c->policies, &d);
    if (s == OK)
        s = case_models_load(c->packs, &c->models, &d);
    if (s == OK && !mkdtemp(folder))
        s = diag_fail(&d, E_SYSTEM, "cli.folder", DIAG_S("folder", folder), DIAG_S("reason", ""));
    if (s != OK)
        return cli_fail(c, &d);
    for (int i = 0; s == OK && i < argc; i++) {
        bool same = false;
        s = one(c, argv[i], folder, &out, &same, &d);
        all = all && same;
    }
    clear_folder(folder);
    rmdir(folder);
    if (s != OK)
        return cli_fail(c, &d);
    if (c->json)
        printf("%s]\n", buf_str(&out));
    return all ? EXIT_DONE : EXIT_NO;
}
