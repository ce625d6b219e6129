/* minzheng dmn mutate SCHEME... | --all [--cases DIR]... [--limit N] [--json]
 *
 * Exit 0 every mutant is noticed by a worked case or named with its reason in
 * packs/<pack>/mutants.csv (file,mutation,why), 1 one is not, or a mutant named there is
 * noticed after all.
 * Ctrl-C ends it with what is known by then. */
#include "cli/cli.h"

#include "base/csv.h"
#include "base/map.h"
#include "base/vec.h"
#include "civil/decision/mutants.h"
#include "civil/pack/pack.h"

#include <dirent.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

enum { CASE_BYTES_MAX = 4 << 20, REASONS_BYTES_MAX = 1 << 20 };

struct mutate {
    bool all;
    int64_t limit; /* 0: none */
    const char **scheme;
    size_t schemes;
    VEC(const char *) folders;
    VEC(const struct json *) cases;
    struct mutants *m;
    struct map *why;  /* "file mutation" -> reason */
    size_t tried, killed, broken, justified, survived, stale;
    struct json_writer w;
};

static volatile sig_atomic_t interrupted;

static void on_interrupt(int signal) {
    (void)signal;
    interrupted = 1;
}

/* ---- what is read ------------------------------------------------------------------ */

static enum status options(struct cli *c, int argc, char **argv, struct mutate *x, struct diag *d) {
    const char *limit = cli_option(c, &argc, argv, "limit");
    x->all = cli_flag(c, &argc, argv, "all");
    for (const char *folder; (folder = cli_option(c, &argc, argv, "cases"));) {
        const char **slot = vec_push_in(c->arena, &x->folders);
        if (!slot)
            return arena_full(d);
        *slot = folder;
    }
    enum status s = cli_rest(c, argc, argv, x->all ? 0 : 1, x->all ? 0 : 100, d);
    if (s == OK && limit)
        s = cli_number(limit, 1, INT64_C(1000000), "limit", &x->limit, d);
    x->scheme = (const char **)argv;
    x->schemes = (size_t)argc;
    return s;
}

static enum status read_case(struct cli *c, const char *path, struct mutate *x, struct diag *d) {
    struct span text;
    const struct json *j;
    enum status s = cli_read_file(c, path, CASE_BYTES_MAX, &text, d);
    if (s == OK && (s = json_parse(c->arena, text, &j, d)) != OK)
        return diag_under(d, "%s", path), s;
    if (s != OK)
        return s;
    const struct json **slot = vec_push_in(c->arena, &x->cases);
    if (!slot)
        return arena_full(d);
    *slot = j;
    return OK;
}

static enum status read_cases(struct cli *c, struct mutate *x, struct diag *d) {
    enum status s = OK;
    for (size_t i = 0; s == OK && i < x->folders.size; i++) {
        struct dirent **list;
        int n = scandir(x->folders.at[i], &list, NULL, alphasort);
        if (n < 0)
            return diag_fail(d, E_INPUT, "cli.file", DIAG_S("file", x->folders.at[i]), DIAG_S("reason", errno_name(errno)));
        for (int k = 0; k < n; k++) {
            size_t size = strlen(list[k]->d_name);
            char *path = arena_printf(c->arena, "%s/%s", x->folders.at[i], list[k]->d_name);
            if (s == OK && path && size > 5 && strcmp(list[k]->d_name + size - 5, ".json") == 0)
                s = read_case(c, path, x, d);
            free(list[k]);
        }
        free(list);
    }
    return s;
}

static enum status read_reasons_of(struct cli *c, const struct pack *p, struct mutate *x, struct diag *d) {
    char *path = arena_printf(c->arena, "%s/%s/mutants.csv", c->packs_dir, p->id);
    struct span text;
    struct csv csv;
    if (!path)
        return arena_full(d);
    if (access(path, F_OK) != 0)
        return OK;
    enum status s = cli_read_file(c, path, REASONS_BYTES_MAX, &text, d);
    if (s == OK)
        s = csv_open(&csv, c->arena, text, "file,mutation,why", d);
    for (bool more = true; s == OK;) {
        if ((s = csv_next(&csv, &more, d)) != OK || !more)
            break;
        char *key = arena_printf(c->arena, "%s/%.*s %.*s", p->id, SPAN_ARG(csv.field[0]), SPAN_ARG(csv.field[1]));
        if (!key || !map_put(x->why, span_of(key), (void *)(uintptr_t)csv.field[2].at))
            return arena_full(d);
    }
    return s == OK ? OK : (diag_under(d, "%s", path), s);
}

static enum status read_all(struct cli *c, struct mutate *x, struct diag *d) {
    enum status s = cli_open(c, CLI_PACKS, d);
    if (s == OK)
        s = policies_load(c->packs, &c->policies, d);
    if (s == OK)
        s = read_cases(c, x, d);
    x->why = map_new(c->arena, 0);
    if (!x->why)
        return arena_full(d);
    for (size_t i = 0; s == OK && i < packs_count(c->packs); i++)
        s = read_reasons_of(c, packs_at(c->packs, i), x, d);
    if (s == OK)
        s = mutants_new(c->arena, c->policies, c->packs, x->scheme, x->schemes, x->cases.at, x->cases.size, &x->m, d);
    const char *wrong = NULL;
    if (s == OK)
        s = mutants_unchanged(x->m, &wrong, d);
    return s == OK && wrong ? diag_fail(d, E_INPUT, "dmn_mutate.case_wrong", DIAG_S("case", wrong)) : s;
}

/* ---- the run ------------------------------------------------------------------------- */

static void report(struct cli *c, struct mutate *x, const struct mutant *t, const char *fate, const char *by, const char *why) {
    if (c->json) {
        json_object(&x->w);
        json_kstring(&x->w, "file", t->file);
        json_kstring(&x->w, "mutation", t->name);
        json_kstring(&x->w, "element", t->element);
        if (t->rule)
            json_kint(&x->w, "rule", (int64_t)t->rule);
        json_kstring(&x->w, "article", t->article);
        json_kstring(&x->w, "fate", fate);
        if (by)
            json_kstring(&x->w, "case", by);
        if (why)
            json_kstring(&x->w, "why", why);
        json_object_end(&x->w);
    } else if (strcmp(fate, "survived") == 0)
        cli_say(c, t->rule ? "dmn_mutate.survivor_rule" : "dmn_mutate.survivor",
            CLI_ARGS(DIAG_S("file", t->file), DIAG_S("element", t->element), DIAG_N("rule", t->rule), DIAG_S("mutation", t->name), DIAG_S("article", *t->article ? t->article : "-")));
}

static enum status try_one(struct cli *c, struct mutate *x, size_t i, struct diag *d) {
    const struct mutant *t = mutants_at(x->m, i);
    enum mutant_fate fate;
    const char *by;
    enum status s = mutants_try(x->m, i, &fate, &by, d);
    if (s != OK)
        return s;
    char *key = arena_printf(c->arena, "%s %s", t->file, t->name);
    if (!key)
        return arena_full(d);
    const char *why = map_get(x->why, span_of(key));
    x->tried++;
    if (why && fate != MUTANT_SURVIVED) {
        x->stale++;
        if (!c->json)
            cli_say(c, "dmn_mutate.stale", CLI_ARGS(DIAG_S("file", t->file), DIAG_S("mutation", t->name)));
    }
    if (fate == MUTANT_KILLED)
        x->killed++;
    else if (fate == MUTANT_BROKEN)
        x->broken++;
    else if (why)
        x->justified++;
    else
        x->survived++;
    report(c, x, t, fate == MUTANT_KILLED ? "killed" : fate == MUTANT_BROKEN ? "broken" : why ? "justified" : "survived", by, why);
    return OK;
}

static void progress(struct cli *c, const struct mutate *x, size_t at, size_t of) {
    if (isatty(STDERR_FILENO) && at % 20 == 0) {
        cli_note(c, "dmn_mutate.progress", CLI_ARGS(DIAG_N("at", at), DIAG_N("of", of), DIAG_N("survived", x->survived)));
        fputs("\033[A", stderr); /* the next line is written over it */
    }
}

static enum status run(struct cli *c, struct mutate *x, struct diag *d) {
    size_t n = mutants_count(x->m), step = x->limit && n > (size_t)x->limit ? (n + (size_t)x->limit - 1) / (size_t)x->limit : 1;
    enum status s = OK;
    for (size_t i = 0; s == OK && i < n && !interrupted; i += step) {
        progress(c, x, i, n);
        s = try_one(c, x, i, d);
    }
    return s;
}

static int finish(struct cli *c, struct mutate *x, struct buf *out) {
    json_array_end(&x->w);
    const struct { const char *name; size_t n; } COUNTS[] = {{"mutants", mutants_count(x->m)}, {"tried", x->tried}, {"killed", x->killed},
        {"broken", x->broken}, {"justified", x->justified}, {"survived", x->survived}, {"stale", x->stale}};
    for (size_t i = 0; i < ARRAY_LEN(COUNTS); i++)
        json_kint(&x->w, COUNTS[i].name, (int64_t)COUNTS[i].n);
    json_object_end(&x->w);
    if (c->json)
        printf("%s\n", buf_str(out));
    else
        cli_say(c, interrupted ? "dmn_mutate.interrupted" : "dmn_mutate.done",
            CLI_ARGS(DIAG_N("tried", x->tried), DIAG_N("killed", x->killed), DIAG_N("broken", x->broken), DIAG_N("justified", x->justified), DIAG_N("survived", x->survived)));
    return x->survived || x->stale || interrupted ? EXIT_NO : EXIT_DONE;
}

int cmd_dmn_mutate(struct cli *c, int argc, char **argv) {
    struct diag d = {0};
    struct mutate x = {0};
    BUF_AUTO out;
    buf_init(&out, 0);
    json_begin(&x.w, &out, true);
    json_object(&x.w);
    json_key(&x.w, "results");
    json_array(&x.w);
    enum status s = options(c, argc, argv, &x, &d);
    if (s == OK)
        s = read_all(c, &x, &d);
    signal(SIGINT, on_interrupt);
    if (s == OK)
        s = run(c, &x, &d);
    if (s != OK)
        return d.status = s, cli_fail(c, &d);
    return finish(c, &x, &out);
}
