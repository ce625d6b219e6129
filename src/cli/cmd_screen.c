/* minzheng screen --snapshot DIR [--scheme S]... [--as-of DATE] [--out FILE.csv] [--threads N] [--scalar | --fast] [--json]
 * minzheng screen --snapshot DIR --keep --as LOGIN [--db URL] ...    what is found becomes leads of the communities
 * minzheng screen --snapshot DIR --scheme S --explain ROW
 * minzheng screen --snapshot DIR --explain-plan
 * Everybody in a snapshot against every scheme: who qualifies and does not receive, who may, who receives and no
 * longer qualifies.  ROW is a household's id, or id:编号 for a scheme of a person.  --scalar asks the engine of
 * single cases for every row, to compare with; --fast asks it for none that columns leave open, so that what is
 * missing is not named.
 * Exit 1: a scheme could not be screened, a figure of that day being missing.
 * Ctrl-C ends it without a result: FILE is written beside its place and named at the end. */
#include "cli/cli.h"
#include "cli/out_file.h"

#include "base/vec.h"
#include "civil/account/account.h"
#include "civil/decision/explanation.h"
#include "civil/lead/lead.h"
#include "civil/pack/pack.h"
#include "civil/screening/report.h"
#include "store/store.h"

#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

struct screen {
    const char *folder, *out, *row;
    VEC(const char *) schemes;
    date_t as_of;
    int64_t threads;
    bool plan, scalar, fast, keep;
    bool incomplete;    /* a scheme could not be screened for want of a figure */
    const char *login;
    struct actor actor; /* who keeps leads */
    struct snapshot *snapshot;
    const char *scheme; /* at work */
    struct out_file file; /* the CSV, with x->out */
    struct json_writer w;
};

static volatile bool interrupted;

static void on_interrupt(int signal) {
    (void)signal;
    interrupted = true;
}

/* ---- the line -------------------------------------------------------------------------- */

static enum status options(struct cli *c, int argc, char **argv, struct screen *x, struct diag *d) {
    const char *as_of = cli_option(c, &argc, argv, "as-of"), *threads = cli_option(c, &argc, argv, "threads");
    x->folder = cli_option(c, &argc, argv, "snapshot");
    x->out = cli_option(c, &argc, argv, "out");
    x->row = cli_option(c, &argc, argv, "explain");
    x->plan = cli_flag(c, &argc, argv, "explain-plan");
    x->scalar = cli_flag(c, &argc, argv, "scalar");
    x->fast = cli_flag(c, &argc, argv, "fast");
    x->keep = cli_flag(c, &argc, argv, "keep");
    x->login = cli_option(c, &argc, argv, "as");
    x->as_of = DATE_NONE;
    for (const char *name; (name = cli_option(c, &argc, argv, "scheme"));) {
        bool twice = false;
        for (size_t i = 0; i < x->schemes.size; i++)
            twice |= strcmp(x->schemes.at[i], name) == 0;
        const char **slot = twice ? NULL : vec_push_in(c->arena, &x->schemes);
        if (!slot && !twice)
            return arena_full(d);
        if (slot)
            *slot = name;
    }
    enum status s = cli_rest(c, argc, argv, 0, 0, d);
    if (s == OK && !x->folder)
        s = diag_fail(d, E_USAGE, "screen.no_snapshot");
    if (s == OK && x->scalar && x->fast)
        s = diag_fail(d, E_USAGE, "screen.fast");
    if (s == OK && x->keep && x->fast) /* what columns leave open would be a visit for somebody */
        s = diag_fail(d, E_USAGE, "screen.keep_fast");
    if (s == OK && x->out && !*x->out)
        s = diag_fail(d, E_USAGE, "cli.option_empty", DIAG_S("option", "--out"));
    if (s == OK && x->keep && !x->login)
        s = diag_fail(d, E_USAGE, "screen.keep_as");
    if (s == OK && x->row && x->schemes.size != 1)
        s = diag_fail(d, E_USAGE, "screen.explain_one");
    if (s == OK && as_of && date_parse(span_of(as_of), &x->as_of, d) != OK)
        s = (diag_at(d, "--as-of"), E_USAGE);
    if (s == OK && threads)
        s = cli_number(threads, 1, SWEEP_THREADS_MAX, "threads", &x->threads, d);
    else
        x->threads = sysconf(_SC_NPROCESSORS_ONLN);
    return s;
}

/* Every matter that has rules and can be asked without somebody's application, in the order of the packs. */
static enum status every_scheme(struct cli *c, struct screen *x, struct diag *d) {
    for (size_t i = 0; i < packs_count(c->packs); i++)
        for (size_t k = 0; k < packs_at(c->packs, i)->matter_count; k++) {
            const struct matter *m = &packs_at(c->packs, i)->matter[k];
            if (!m->decision_count || screening_skipped(m))
                continue;
            const char **slot = vec_push_in(c->arena, &x->schemes);
            if (!slot)
                return arena_full(d);
            *slot = m->scheme;
        }
    return OK;
}

static void say_skipped(struct cli *c) {
    for (size_t i = 0; i < packs_count(c->packs); i++)
        for (size_t k = 0; k < packs_at(c->packs, i)->matter_count; k++) {
            const struct matter *m = &packs_at(c->packs, i)->matter[k];
            const struct json *why = screening_skipped(m);
            if (why)
                cli_note(c, "screen.skipped", CLI_ARGS(DIAG_S("scheme", m->scheme), DIAG_S("why", json_str(why, c->lang == LANG_ZH ? "zh" : "en", ""))));
        }
}

static void progress(void *user, uint64_t done, uint64_t rows) {
    const struct screen *x = user;
    if (isatty(STDERR_FILENO))
        fprintf(stderr, "\r%-24s %3d %%%s", x->scheme, (int)(done * 100 / rows), done == rows ? "\r\033[K" : "");
}

/* ---- one scheme ---------------------------------------------------------------------------- */

static void print_plan(const struct screening_program *p) {
    BUF_AUTO out;
    buf_init(&out, 0);
    buf_addf(&out, "== %s\n", p->policy.matter->scheme);
    if (p->program)
        cohort_plan_text(&out, p->program);
    fwrite(buf_str(&out), 1, out.size, stdout);
}

static void say_scheme(struct cli *c, const struct screening *s, double seconds) {
    int64_t fen = 0;
    for (size_t i = 0; i < s->count; i++)
        fen += s->found[i].class == SCREEN_LEAD ? s->found[i].monthly_fen : 0;
    char yuan[32], time[32];
    snprintf(yuan, sizeof yuan, "%" PRId64 ".%02d", fen / 100, (int)(fen % 100));
    snprintf(time, sizeof time, "%.2f", seconds);
    const struct decision_policy *p = &s->program->policy;
    const char *name = json_str(json_get(p->matter->json, "name"), c->lang == LANG_ZH ? "zh" : "en", p->matter->scheme);
    cli_say(c, p->of_person ? "screen.persons" : "screen.households", CLI_ARGS(DIAG_S("name", name), DIAG_N("rows", s->rows), DIAG_S("seconds", time)));
    if (p->missing_count)
        cli_say(c, "screen.no_figure", CLI_ARGS(DIAG_S("names", p->missing[0])));
    cli_say(c, "screen.found", CLI_ARGS(DIAG_N("lead", s->of_class[SCREEN_LEAD]), DIAG_N("possible", s->of_class[SCREEN_POSSIBLE]),
        DIAG_N("review", s->of_class[SCREEN_REVIEW]), DIAG_N("receiving", s->of_class[SCREEN_RECEIVING]), DIAG_S("yuan", yuan)));
    if (s->of_class[SCREEN_RULE_ERROR])
        cli_say(c, "screen.errors", CLI_ARGS(DIAG_N("n", s->of_class[SCREEN_RULE_ERROR])));
}

static double seconds_now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* *ret_run 0: nothing could be screened. */
static enum status keep_leads(struct cli *c, struct screen *x, const struct screening *s, int64_t *ret_run, struct diag *d) {
    return s->program->program ? leads_keep(&c->civil, &x->actor, x->snapshot, s, ret_run, d) : OK;
}

static enum status put(void *arg, struct span text, struct diag *d) { return out_file_write(arg, text, d); }

static enum status one_scheme(struct cli *c, struct screen *x, const char *scheme, struct diag *d) {
    AUTO(arena) struct arena *a = arena_new(0);
    AUTO(screening) struct screening *s = NULL;
    struct screening_program p;
    struct screening_run how = {.threads = (unsigned)x->threads, .stop = &interrupted, .progress = progress, .user = x, .scalar = x->scalar, .columns_only = x->fast};
    double start = seconds_now();
    int64_t run = 0;
    if (!a)
        return arena_full(d);
    x->scheme = scheme;
    enum status st = screening_compile(c->policies, a, snapshot_household(x->snapshot), scheme, x->as_of, NULL, 0, &p, d);
    x->incomplete |= st == OK && p.policy.missing_count > 0;
    if (st == OK && x->plan)
        return print_plan(&p), OK;
    if (st == OK)
        st = screening_screen(&p, &how, &s, d);
    if (st == OK && x->out)
        st = screening_csv(put, &x->file, x->snapshot, s, d);
    if (st == OK && x->keep)
        st = keep_leads(c, x, s, &run, d);
    if (st == OK && c->json)
        st = screening_json(&x->w, x->snapshot, s, d);
    else if (st == OK)
        say_scheme(c, s, seconds_now() - start);
    if (st == OK && x->keep && run && !c->json)
        cli_say(c, "screen.kept", CLI_ARGS(DIAG_N("kept", s->of_class[SCREEN_LEAD] + s->of_class[SCREEN_POSSIBLE] + s->of_class[SCREEN_REVIEW]), DIAG_N("run", run)));
    return st;
}

/* ---- why one row -------------------------------------------------------------------------------- */

static enum status find_row(const struct screen *x, const struct screening_program *p, uint64_t *ret, struct diag *d) {
    char *end;
    errno = 0;
    int64_t id = strtoll(x->row, &end, 10);
    const struct cohort_table *t = snapshot_household(x->snapshot);
    bool person = *end == ':' && p->policy.of_person;
    for (uint64_t h = 0; errno == 0 && (*end == 0 || person) && h < t->count; h++) {
        if (snapshot_ids(x->snapshot)[h] != id)
            continue;
        if (!p->policy.of_person)
            return *ret = h, OK;
        for (uint64_t m = p->member->offset[h]; m < p->member->offset[h + 1]; m++)
            if (person && span_is(screening_number_of(p, m), end + 1))
                return *ret = m, OK;
    }
    return diag_fail(d, E_NOT_FOUND, "screen.no_row", DIAG_S("row", x->row));
}

static enum status explain_row(struct cli *c, struct screen *x, struct diag *d) {
    struct screening_program p;
    struct decision r;
    struct decision_explanation e;
    uint64_t row = 0;
    enum status s = screening_compile(c->policies, c->arena, snapshot_household(x->snapshot), x->schemes.at[0], x->as_of, NULL, 0, &p, d);
    if (s == OK)
        s = find_row(x, &p, &row, d);
    if (s == OK)
        s = screening_decide(&p, c->arena, row, NULL, &r, d);
    if (s == OK)
        s = decision_explain(c->policies, c->arena, &r, 0, &e, d);
    if (s != OK)
        return s;
    BUF_AUTO out;
    buf_init(&out, 0);
    if (c->json) {
        struct json_writer w;
        json_begin(&w, &out, true);
        decision_json(&w, &r, true, &e);
        buf_addc(&out, '\n');
    } else {
        decision_text(&out, c->lang, &r);
        decision_explanation_text(&out, c->lang, &e);
    }
    fwrite(buf_str(&out), 1, out.size, stdout);
    return OK;
}

/* ---- all ---------------------------------------------------------------------------------------- */

static enum status file_open(struct screen *x, struct diag *d) {
    enum status s = x->out ? out_file_open(x->out, OUT_OVER | OUT_PRIVATE, &x->file, d) : OK;
    return s == OK && x->out ? out_file_write(&x->file, SPAN(SCREENING_CSV_HEADING), d) : s;
}

static enum status screen_all(struct cli *c, struct screen *x, struct diag *d) {
    enum status s = file_open(x, d);
    BUF_AUTO out;
    buf_init(&out, 0);
    json_begin(&x->w, &out, true);
    json_object(&x->w);
    json_kdate(&x->w, "date", x->as_of);
    json_key(&x->w, "snapshot");
    screening_snapshot_json(&x->w, x->snapshot);
    json_key(&x->w, "schemes");
    json_array(&x->w);
    for (size_t i = 0; s == OK && i < x->schemes.size; i++)
        s = one_scheme(c, x, x->schemes.at[i], d);
    json_array_end(&x->w);
    json_object_end(&x->w);
    s = out_file_close(&x->file, s, d);
    if (s == OK && c->json)
        printf("%s\n", buf_str(&out));
    return s;
}

int cmd_screen(struct cli *c, int argc, char **argv) {
    struct diag d = {0};
    struct screen x = {0};
    enum status s = options(c, argc, argv, &x, &d);
    if (s == OK)
        s = cli_open(c, x.keep ? CLI_PACKS | CLI_STORE | CLI_VAULT : CLI_PACKS, &d);
    if (s == OK && x.keep)
        s = cli_actor(c, x.login, &x.actor, &d);
    if (s == OK && !c->policies)
        s = policies_load(c->packs, &c->policies, &d);
    if (s == OK)
        s = snapshot_open(x.folder, true, &x.snapshot, &d);
    if (s == OK && x.as_of == DATE_NONE)
        x.as_of = snapshot_content(x.snapshot)->date;
    bool all = !x.schemes.size;
    if (s == OK && all)
        s = every_scheme(c, &x, &d);
    signal(SIGINT, on_interrupt);
    if (s == OK)
        s = x.row ? explain_row(c, &x, &d) : screen_all(c, &x, &d);
    if (s == OK && all && !c->json)
        say_skipped(c);
    if (s == OK && x.fast && !c->json)
        cli_note(c, "screen.fast_says", CLI_ARGS());
    snapshot_free(x.snapshot);
    if (s != OK)
        return d.status = s, cli_fail(c, &d);
    return x.incomplete ? EXIT_NO : EXIT_DONE;
}
