/* minzheng simulate --snapshot DIR --set NAME=VALUE... [--dmn FILE.dmn]... [--as-of DATE] [--scheme S]... [--line YUAN]
 *                   [--margin YUAN] [--threads N] [--out DIR] [--json]
 * minzheng simulate --cliff [--set NAME=VALUE]... [--dmn FILE.dmn]... [--as-of DATE] [--snapshot DIR, for its date] [--out DIR] [--json]
 * What a reform would do to everybody in a snapshot, and along the earnings of typical households.  DIR gets
 * the tables as CSV and report.json; it is written beside its place and named at the end. */
#include "cli/cli.h"
#include "cli/out_file.h"

#include "base/vec.h"
#include "calendar/clock.h"
#include "civil/pack/pack.h"
#include "civil/screening/snapshot_files.h"
#include "civil/simulation/reform.h"

#include <dirent.h>
#include <errno.h>
#include <inttypes.h>
#include <libgen.h>
#include <signal.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

enum { DMN_BYTES_MAX = 4 << 20, YUAN_MAX = 1000000000 };

struct simulate {
    const char *folder, *out;
    VEC(const char *) schemes;
    VEC(struct figure_set) set;
    VEC(struct policy_text) text;
    date_t as_of;
    int64_t threads, line_fen, margin_fen;
    bool cliff_only;
    struct snapshot *snapshot;
};

static volatile bool interrupted;

static void on_interrupt(int signal) {
    (void)signal;
    interrupted = true;
}

/* ---- the line ------------------------------------------------------------------------- */

static enum status set_of(struct cli *c, const char *text, struct simulate *x, struct diag *d) {
    const char *equals = strchr(text, '=');
    struct figure_set *slot = vec_push_in(c->arena, &x->set);
    if (!slot)
        return arena_full(d);
    if (!equals || equals == text || dec_parse(span_of(equals + 1), &slot->value, NULL) != OK)
        return diag_fail(d, E_USAGE, "simulate.set", DIAG_S("text", text));
    slot->name = (struct span){text, (size_t)(equals - text)};
    for (size_t i = 0; i + 1 < x->set.size; i++)
        if (span_eq(x->set.at[i].name, slot->name))
            return diag_fail(d, E_USAGE, "simulate.twice", DIAG_SPAN("name", slot->name));
    return OK;
}

static enum status yuan(const char *text, const char *name, int64_t *ret, struct diag *d) {
    struct dec n;
    if (dec_parse(span_of(text), &n, NULL) != OK || dec_to_fen(n, ret, NULL) != OK || *ret <= 0 || *ret > (int64_t)YUAN_MAX * 100)
        return diag_at(d, "--%s", name), diag_fail(d, E_USAGE, "simulate.yuan");
    return OK;
}

static enum status lists(struct cli *c, int *argc, char **argv, struct simulate *x, struct diag *d) {
    enum status s = OK;
    for (const char *name; (name = cli_option(c, argc, argv, "scheme"));) {
        const char **slot = vec_push_in(c->arena, &x->schemes);
        if (!slot)
            return arena_full(d);
        *slot = name;
    }
    for (const char *text; s == OK && (text = cli_option(c, argc, argv, "set"));)
        s = set_of(c, text, x, d);
    for (const char *file; s == OK && (file = cli_option(c, argc, argv, "dmn"));) {
        struct policy_text *slot = vec_push_in(c->arena, &x->text);
        s = slot ? cli_read_file(c, file, DMN_BYTES_MAX, &slot->text, d) : arena_full(d);
        if (slot)
            slot->name = file;
    }
    return s;
}

static enum status options(struct cli *c, int argc, char **argv, struct simulate *x, struct diag *d) {
    const char *as_of = cli_option(c, &argc, argv, "as-of"), *threads = cli_option(c, &argc, argv, "threads");
    const char *line = cli_option(c, &argc, argv, "line"), *margin = cli_option(c, &argc, argv, "margin");
    x->folder = cli_option(c, &argc, argv, "snapshot");
    x->out = cli_option(c, &argc, argv, "out");
    x->cliff_only = cli_flag(c, &argc, argv, "cliff");
    x->as_of = DATE_NONE;
    x->threads = sysconf(_SC_NPROCESSORS_ONLN);
    enum status s = lists(c, &argc, argv, x, d);
    if (s == OK)
        s = cli_rest(c, argc, argv, 0, 0, d);
    if (s == OK && !x->folder && !x->cliff_only)
        s = diag_fail(d, E_USAGE, "simulate.no_snapshot");
    if (s == OK && !x->cliff_only && !x->set.size && !x->text.size)
        s = diag_fail(d, E_USAGE, "simulate.no_change");
    if (s == OK && x->cliff_only && (line || margin || x->schemes.size))
        s = diag_fail(d, E_USAGE, "simulate.cliff_only", DIAG_S("option", line ? "--line" : margin ? "--margin" : "--scheme"));
    if (s == OK && as_of && date_parse(span_of(as_of), &x->as_of, d) != OK)
        s = (diag_at(d, "--as-of"), E_USAGE);
    if (s == OK && threads)
        s = cli_number(threads, 1, SWEEP_THREADS_MAX, "threads", &x->threads, d);
    if (s == OK && line)
        s = yuan(line, "line", &x->line_fen, d);
    if (s == OK && margin)
        s = yuan(margin, "margin", &x->margin_fen, d);
    return s;
}

/* ---- what people read ------------------------------------------------------------------------ */

static const char *yuan_text(char *out, size_t n, int64_t fen) {
    snprintf(out, n, "%s%" PRId64 ".%02d", fen < 0 ? "-" : "", (fen < 0 ? -fen : fen) / 100, (int)((fen < 0 ? -fen : fen) % 100));
    return out;
}
#define YUAN(fen) yuan_text((char[32]){0}, 32, (fen))

static const char *rate_text(char *out, size_t n, double x) {
    snprintf(out, n, "%.4f", x);
    return out;
}
#define RATE(x) rate_text((char[32]){0}, 32, (x))

static const char *own(struct cli *c, const struct json *names) { return json_str(names, c->lang == LANG_ZH ? "zh" : "en", ""); }

/* "53 to 59": of some it is not proven that they must stay open. */
static const char *open_text_into(char *out, size_t n, const struct tally *t) {
    if (t->unsure)
        snprintf(out, n, "%" PRIu64 "–%" PRIu64, t->open - t->unsure, t->open);
    else
        snprintf(out, n, "%" PRIu64, t->open);
    return out;
}
#define open_text(t) open_text_into((char[48]){0}, 48, (t))

static void say_schemes(struct cli *c, const struct simulation *s) {
    for (size_t i = 0; i < s->scheme_count; i++) {
        const struct simulated_scheme *x = &s->scheme[i];
        const struct tally *b = &x->all.before, *e = &x->all.after;
        if (!x->changed)
            continue;
        cli_say(c, "simulate.scheme", CLI_ARGS(DIAG_S("name", own(c, json_get(x->matter->json, "name"))), DIAG_N("before", b->entitled), DIAG_N("after", e->entitled),
            DIAG_S("yuan_before", YUAN(b->entitled_fen)), DIAG_S("yuan_after", YUAN(e->entitled_fen)),
            DIAG_S("drawing_before", YUAN(b->drawing_fen)), DIAG_S("drawing_after", YUAN(e->drawing_fen))));
        if (b->open || e->open)
            cli_say(c, "simulate.open", CLI_ARGS(DIAG_S("before", open_text(b)), DIAG_S("after", open_text(e))));
        if (b->open_drawing || e->open_drawing)
            cli_say(c, "simulate.open_drawing", CLI_ARGS(DIAG_N("drawing_before", b->open_drawing), DIAG_N("drawing_after", e->open_drawing),
                DIAG_S("yuan_before", YUAN(b->open_drawing_fen)), DIAG_S("yuan_after", YUAN(e->open_drawing_fen))));
    }
}

static void say_result(struct cli *c, const struct simulation_report *r) {
    const struct simulation *s = r->result;
    const struct simulation_request *x = r->request;
    int64_t lose = 0, gain = 0, same = 0, sum = 0;
    for (int i = 0; i < SIMULATION_BANDS; i++) {
        const struct simulated_band *b = &s->band[i];
        *(b->high_fen <= 0 ? &lose : b->low_fen > 0 ? &gain : &same) += (int64_t)b->households;
        sum += b->sum_fen;
    }
    say_schemes(c, s);
    cli_say(c, "simulate.gainers", CLI_ARGS(DIAG_N("gain", gain), DIAG_N("lose", lose), DIAG_N("same", same), DIAG_S("yuan", YUAN(sum)), DIAG_S("year", YUAN(12 * sum))));
    if (s->unsettled.households)
        cli_say(c, "simulate.unsettled", CLI_ARGS(DIAG_N("n", s->unsettled.households), DIAG_S("yuan", YUAN(s->unsettled.sum_fen))));
    if (r->of_some)
        cli_say(c, "simulate.only", CLI_ARGS());
    if (s->people.income_unknown)
        cli_say(c, "simulate.income_unknown", CLI_ARGS(DIAG_N("n", s->people.income_unknown)));
    cli_say(c, "simulate.poverty", CLI_ARGS(DIAG_S("line", YUAN(x->line_fen)), DIAG_S("p0", RATE(s->before.fgt[0])), DIAG_S("q0", RATE(s->after.fgt[0])),
        DIAG_S("p1", RATE(s->before.fgt[1])), DIAG_S("q1", RATE(s->after.fgt[1])), DIAG_S("p2", RATE(s->before.fgt[2])), DIAG_S("q2", RATE(s->after.fgt[2])),
        DIAG_S("g", RATE(s->before.gini)), DIAG_S("h", RATE(s->after.gini))));
    if (x->margin_fen)
        cli_say(c, "simulate.margin", CLI_ARGS(DIAG_N("n", s->margin_before.households), DIAG_S("yuan", YUAN(x->margin_fen)),
            DIAG_N("before", s->margin_before.cliff), DIAG_N("after", s->margin_after.cliff)));
}

static void say_cliffs(struct cli *c, const struct simulation_report *r) {
    for (size_t i = 0; i < r->cliffs; i++) {
        const struct cliff *x = &r->after[i];
        int64_t at = 0;
        for (size_t k = 1; k < x->count; k++)
            if (x->point[k - 1].in_hand_fen - x->point[k].in_hand_fen == x->worst_fen)
                at = x->point[k].earned_fen;
        cli_say(c, x->worst_fen ? "simulate.cliff" : "simulate.no_cliff", CLI_ARGS(DIAG_S("name", own(c, x->household)), DIAG_S("at", YUAN(at)), DIAG_S("fall", YUAN(x->worst_fen))));
    }
}

/* ---- files --------------------------------------------------------------------------------------- */

static bool folder_free(const char *path) {
    DIR *dir = opendir(path);
    if (!dir)
        return errno == ENOENT;
    size_t n = 0;
    while (readdir(dir))
        n++;
    closedir(dir);
    return n <= 2; /* . and .. */
}

static enum status write_file(struct cli *c, const char *folder, const char *name, const struct buf *b, struct diag *d) {
    char *path = arena_printf(c->arena, "%s/%s", folder, name);
    return path ? out_file_whole(path, 0, buf_span(b), d) : arena_full(d);
}

static enum status write_tables(struct cli *c, const char *folder, const struct simulation_report *r, struct diag *d) {
    enum status s = OK;
    for (int i = 0; s == OK && i < SIMULATION_TABLES; i++) {
        BUF_AUTO b;
        buf_init(&b, 0);
        simulation_table(&b, r, i);
        if (b.size)
            s = write_file(c, folder, arena_printf(c->arena, "%s.csv", simulation_table_name(i)), &b, d);
    }
    return s;
}

static void remove_tables(struct cli *c, const char *folder) {
    for (int i = 0; i <= SIMULATION_TABLES; i++) {
        char *path = i < SIMULATION_TABLES ? arena_printf(c->arena, "%s/%s.csv", folder, simulation_table_name(i)) : arena_printf(c->arena, "%s/report.json", folder);
        if (path)
            unlink(path);
    }
    rmdir(folder);
}

static enum status write_folder(struct cli *c, const char *folder, const struct simulation_report *r, const struct buf *json, struct diag *d) {
    char *beside = arena_printf(c->arena, "%s.unfinished", folder), *parent = arena_dup(c->arena, span_of(folder));
    if (!beside || !parent)
        return arena_full(d);
    enum status s = cli_folder(dirname(parent), 0755, d);
    if (s == OK && mkdir(beside, 0755) != 0) /* another run's, or somebody's own */
        return diag_fail(d, errno == EEXIST ? E_CONFLICT : E_SYSTEM, errno == EEXIST ? "simulate.exists" : "simulate.write", DIAG_S(errno == EEXIST ? "folder" : "file", beside),
            DIAG_S("reason", errno_name(errno)));
    if (s == OK)
        s = write_tables(c, beside, r, d);
    if (s == OK)
        s = write_file(c, beside, "report.json", json, d);
    rmdir(folder); /* an empty one gives way */
    if (s == OK && rename(beside, folder) != 0)
        s = diag_fail(d, E_SYSTEM, "simulate.write", DIAG_S("file", folder), DIAG_S("reason", errno_name(errno)));
    if (s != OK)
        remove_tables(c, beside);
    return s;
}

/* ---- all ------------------------------------------------------------------------------------------- */

static enum status prepare(struct cli *c, struct simulate *x, struct diag *d) {
    enum status s = x->out && !folder_free(x->out) ? diag_fail(d, E_CONFLICT, "simulate.exists", DIAG_S("folder", x->out)) : OK;
    if (s == OK)
        s = cli_open(c, CLI_PACKS, d);
    if (s == OK)
        s = policies_load(c->packs, &c->policies, d);
    if (s == OK && x->folder)
        s = snapshot_open(x->folder, true, &x->snapshot, d);
    if (s == OK && x->as_of == DATE_NONE)
        x->as_of = x->snapshot ? snapshot_content(x->snapshot)->date : clock_today();
    return s;
}

static enum status show(struct cli *c, const struct simulate *x, const struct simulation_report *r, struct diag *d) {
    BUF_AUTO out;
    buf_init(&out, 0);
    struct json_writer w;
    json_begin(&w, &out, true);
    simulation_json(&w, r);
    buf_addc(&out, '\n');
    enum status s = x->out ? write_folder(c, x->out, r, &out, d) : OK;
    if (s != OK)
        return s;
    if (c->json)
        return fwrite(buf_str(&out), 1, out.size, stdout), OK;
    if (r->result)
        say_result(c, r);
    say_cliffs(c, r);
    cli_say(c, "simulate.static", CLI_ARGS());
    if (x->out)
        cli_say(c, "simulate.written", CLI_ARGS(DIAG_S("folder", x->out)));
    return OK;
}

int cmd_simulate(struct cli *c, int argc, char **argv) {
    struct diag d = {0};
    struct simulate x = {0};
    AUTO(reform_result) struct reform_result *result = NULL;
    enum status s = options(c, argc, argv, &x, &d);
    signal(SIGINT, on_interrupt);
    if (s == OK)
        s = prepare(c, &x, &d);
    struct screening_run how = {.threads = (unsigned)x.threads, .stop = &interrupted};
    struct reform r = {.packs = c->packs, .policies = c->policies, .household = x.snapshot && !x.cliff_only ? snapshot_household(x.snapshot) : NULL, .from = x.snapshot,
        .date = x.as_of, .set = x.set.at, .set_count = x.set.size, .text = x.text.at, .text_count = x.text.size, .scheme = x.schemes.at,
        .scheme_count = x.schemes.size, .line_fen = x.line_fen, .margin_fen = x.margin_fen, .how = &how};
    if (s == OK)
        s = reform_run(&r, c->arena, &result, &d);
    if (s == OK)
        s = show(c, &x, reform_report(result), &d);
    snapshot_free(x.snapshot);
    return s == OK ? EXIT_DONE : (d.status = s, cli_fail(c, &d));
}
