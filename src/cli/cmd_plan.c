/* minzheng plan list
 * minzheng plan status --plan ID [--as-of DATE] [--series] [--db URL]     works without a store: then nothing has a value
 * minzheng plan report --plan ID --out FILE.pdf|FILE.xlsx [--as-of DATE] [--db URL]     the evaluation as a document
 * minzheng plan bulletin --month 2026-10 --out FILE.pdf|FILE.xlsx [--db URL]     the running figures of a month
 * minzheng plan record FILE.csv --as LOGIN [--db URL]      a series that an office keeps: key,division,day,value,numerator,denominator
 * minzheng plan outlines FILE.geojson --as LOGIN [--db URL]      outlines of divisions, for the map
 * minzheng plan compute --period 2026|2026-Q3|2026-11 [--as LOGIN] [--db URL]     every definition from the registers
 * minzheng plan allocate FILE.csv --total YUAN      a sum by weighted factors (cmd_plan_allocate.c)
 * minzheng plan index [INDEX] [--weights W]      divisions on a composite index (cmd_plan_index.c)
 * minzheng plan siting [--kind KIND] [--add N]      service circles, and where more places reach most (cmd_plan_siting.c)
 * minzheng plan work|task|reach|adjust|decide      tasks (cmd_plan_work.c)
 * Exit 1: rows of a file were left out; each is told. */
#include "cli/cli.h"
#include "cli/out_file.h"

#include "calendar/clock.h"
#include "civil/account/account.h"
#include "civil/indicator/bulletin.h"
#include "civil/indicator/report.h"
#include "civil/indicator/status.h"
#include "civil/register/outline.h"
#include "store/store.h"

#include <errno.h>
#include <libgen.h>
#include <stdio.h>
#include <unistd.h>

enum { SERIES_BYTES_MAX = 64 << 20 /* OBSERVATION_ROWS_MAX rows of some 100 bytes, and as much again */, PDF_BYTES_MAX = 64 << 20 };

struct job {
    struct cli *cli;
    struct plans plans;
    const struct plan *plan;
    date_t as_of;
    struct actor actor;
    const char *login;
    struct plan_state state;
    struct plan_report report;
    struct period month;
    struct bulletin bulletin;
};

enum status cli_plan(const struct plans *p, const char *id, const struct plan **ret, struct diag *d) {
    BUF_AUTO known;
    buf_init(&known, 0);
    if ((*ret = plans_find(p, id)))
        return OK;
    for (size_t i = 0; i < p->plan_count; i++)
        buf_addf(&known, "%s%s", i ? " " : "", p->plan[i].id);
    return diag_fail(d, E_INPUT, "plan.none", DIAG_S("id", id), DIAG_S("known", buf_str(&known)));
}

static enum status acting(struct job *j, struct diag *d) {
    if (j->login)
        return cli_actor(j->cli, j->login, &j->actor, d);
    j->actor = actor_system();
    return OK;
}

/* ---- status ------------------------------------------------------------------------------- */

static enum status read_state(struct txn *t, void *arg, struct diag *d) {
    struct job *j = arg;
    return plan_state_read(&j->cli->civil, t, j->cli->arena, &j->plans, j->plan, j->as_of, &j->state, d);
}

static bool store_is_there(const struct cli *c) {
    const char *path = strncmp(c->db, "sqlite:", 7) == 0 ? c->db + 7 : c->db;
    return strstr(path, "://") || access(path, F_OK) == 0;
}

static void print_row(const struct cli *c, const struct standing_row *r) {
    const struct indicator *i = r->indicator;
    char value[DEC_TEXT_MAX] = "-";
    BUF_AUTO word;
    buf_init(&word, 0);
    if (r->standing.has_value)
        dec_text_short(r->standing.value, value);
    if (r->standing.status)
        message_text(&word, c->lang, "plan.state", CLI_ARGS(DIAG_S("state", r->standing.status)));
    printf("%-18s %s | %s%s | %s → %s%s | %s | %s\n", i->key, c->lang == LANG_ZH ? i->name : i->name_en, *i->unit ? "" : "-", i->unit, *i->base ? i->base : "-", i->op[0] == '>' ? "≥" : "",
        *i->target ? i->target : "-", value, buf_str(&word));
}

static int status_of(struct job *j, bool series, struct diag *d) {
    enum status s = store_is_there(j->cli) ? cli_open(j->cli, CLI_STORE, d) : OK;
    if (s == OK)
        s = j->cli->store ? store_read(j->cli->store, read_state, j, d) : plan_state_read(NULL, NULL, j->cli->arena, &j->plans, j->plan, j->as_of, &j->state, d);
    if (s != OK)
        return cli_fail(j->cli, d);
    if (j->cli->json) {
        BUF_AUTO b;
        buf_init(&b, 0);
        struct json_writer w;
        json_begin(&w, &b, true);
        plan_state_json(&j->state, series, &w);
        printf("%s\n", buf_str(&b));
        return EXIT_DONE;
    }
    for (size_t i = 0; i < j->state.count; i++)
        print_row(j->cli, &j->state.row[i]);
    return EXIT_DONE;
}

static int list(struct job *j) {
    BUF_AUTO b;
    buf_init(&b, 0);
    struct json_writer w;
    json_begin(&w, &b, true);
    json_array(&w);
    for (size_t i = 0; i < j->plans.plan_count; i++) {
        const struct plan *p = &j->plans.plan[i];
        if (!j->cli->json)
            printf("%-12s %s\n", p->id, j->cli->lang == LANG_ZH ? p->name : p->name_en);
        json_value(&w, p->json);
    }
    json_array_end(&w);
    if (j->cli->json)
        printf("%s\n", buf_str(&b));
    return EXIT_DONE;
}

/* ---- report ------------------------------------------------------------------------------- */

static enum status read_report(struct txn *t, void *arg, struct diag *d) {
    struct job *j = arg;
    enum status s = read_state(t, j, d);
    j->report = (struct plan_report){.state = &j->state, .lang = j->cli->lang, .made_at = txn_now(t)};
    return s == OK ? report_base_read(t, j->cli->arena, &j->report.base, d) : s;
}

static enum status read_bulletin(struct txn *t, void *arg, struct diag *d) {
    struct job *j = arg;
    enum status s = bulletin_read(&j->cli->civil, t, j->cli->arena, &j->plans, &j->month, &j->bulletin, d);
    j->bulletin.lang = j->cli->lang;
    j->bulletin.made_at = txn_now(t);
    return s == OK ? report_base_read(t, j->cli->arena, &j->bulletin.base, d) : s;
}

static enum status write_pdf(struct job *j, bool bulletin, const char *path, struct diag *d) {
    BUF_AUTO b;
    buf_init(&b, PDF_BYTES_MAX);
    enum status s = bulletin ? bulletin_pdf(&j->bulletin, j->cli->arena, &b, d) : plan_report_pdf(&j->report, j->cli->arena, &b, d);
    return s == OK ? out_file_whole(path, 0, buf_span(&b), d) : s;
}

static enum status write_xlsx(struct job *j, bool bulletin, const char *path, struct diag *d) {
    return bulletin ? bulletin_xlsx(&j->bulletin, j->cli->arena, path, d) : plan_report_xlsx(&j->report, j->cli->arena, path, d);
}

/* The evaluation of a plan, or the bulletin of a month. */
static int document(struct job *j, bool bulletin, const char *out, struct diag *d) {
    size_t n = out ? strlen(out) : 0;
    bool pdf = n > 4 && strcmp(out + n - 4, ".pdf") == 0, xlsx = n > 5 && strcmp(out + n - 5, ".xlsx") == 0;
    enum status s = pdf || xlsx ? cli_open(j->cli, CLI_STORE, d) : diag_fail(d, E_USAGE, "plan.out");
    if (s == OK && access(out, F_OK) == 0)
        s = diag_fail(d, E_INPUT, "cli.file", DIAG_S("file", out), DIAG_S("reason", errno_name(EEXIST)));
    if (s == OK)
        s = store_read(j->cli->store, bulletin ? read_bulletin : read_report, j, d);
    if (s == OK)
        s = pdf ? write_pdf(j, bulletin, out, d) : write_xlsx(j, bulletin, out, d);
    if (s != OK)
        return cli_fail(j->cli, d);
    cli_note(j->cli, bulletin ? "plan.bulletined" : "plan.reported", CLI_ARGS(DIAG_S("file", out)));
    return EXIT_DONE;
}

/* ---- record and compute ---------------------------------------------------------------------- */

static int report(struct job *j, int64_t rows, int64_t changed, const struct observation_reject *reject, size_t rejected) {
    BUF_AUTO b;
    buf_init(&b, 0);
    struct json_writer w;
    json_begin(&w, &b, true);
    json_object(&w);
    json_kint(&w, "rows", rows);
    json_kint(&w, "recorded", changed);
    json_key(&w, "rejected");
    json_array(&w);
    for (size_t i = 0; i < rejected; i++) {
        BUF_AUTO why;
        buf_init(&why, 0);
        message_render(&why, j->cli->lang, &reject[i].why);
        json_object(&w);
        json_kint(&w, "line", reject[i].line);
        json_kstring(&w, "why", buf_str(&why));
        json_object_end(&w);
        if (!j->cli->json)
            cli_note(j->cli, "plan.rejected", CLI_ARGS(DIAG_N("line", reject[i].line), DIAG_S("why", buf_str(&why))));
    }
    json_array_end(&w);
    json_object_end(&w);
    if (j->cli->json)
        printf("%s\n", buf_str(&b));
    else
        cli_say(j->cli, "plan.recorded", CLI_ARGS(DIAG_N("rows", rows), DIAG_N("changed", changed), DIAG_N("rejected", (int64_t)rejected)));
    return rejected ? EXIT_NO : EXIT_DONE;
}

static int record(struct job *j, const char *file, struct diag *d) {
    struct span text;
    struct observation *row = NULL;
    struct observation_reject *reject = NULL;
    size_t n = 0, rejected = 0;
    int64_t changed = 0;
    char *copy = arena_dup(j->cli->arena, span_of(file));
    enum status s = !copy ? arena_full(d) : j->login ? cli_open(j->cli, CLI_STORE | CLI_LOG_KEYS, d) : diag_fail(d, E_USAGE, "plan.as");
    if (s == OK)
        s = acting(j, d);
    if (s == OK)
        s = cli_read_file(j->cli, file, SERIES_BYTES_MAX, &text, d);
    if (s == OK)
        s = observations_read(j->cli->arena, &j->plans, text, &row, &n, &reject, &rejected, d);
    if (s == OK)
        s = observations_record(&j->cli->civil, &j->actor, row, n, "imported", basename(copy), &changed, d);
    return s == OK ? report(j, (int64_t)(n + rejected), changed, reject, rejected) : cli_fail(j->cli, d);
}

static int outlines(struct job *j, const char *file, struct diag *d) {
    struct span text;
    struct outline *o = NULL;
    size_t n = 0;
    char *copy = arena_dup(j->cli->arena, span_of(file));
    enum status s = !copy ? arena_full(d) : j->login ? cli_open(j->cli, CLI_STORE | CLI_LOG_KEYS, d) : diag_fail(d, E_USAGE, "plan.as");
    if (s == OK)
        s = acting(j, d);
    if (s == OK)
        s = cli_read_file(j->cli, file, OUTLINE_FILE_BYTES_MAX, &text, d);
    if (s == OK)
        s = outlines_read(j->cli->arena, text, &o, &n, d);
    if (s == OK)
        s = outlines_keep(&j->cli->civil, &j->actor, o, n, basename(copy), d);
    if (s != OK)
        return cli_fail(j->cli, d);
    cli_note(j->cli, "outline.kept", CLI_ARGS(DIAG_N("n", (int64_t)n)));
    return EXIT_DONE;
}

static int compute(struct job *j, const char *text, struct diag *d) {
    struct period when;
    struct observation *row = NULL;
    size_t n = 0;
    int64_t changed = 0;
    enum status s = text ? period_parse(span_of(text), instant_date(clock_now()), &when, d) : diag_fail(d, E_USAGE, "plan.period_needed");
    if (s == OK)
        s = cli_open(j->cli, CLI_STORE | CLI_LOG_KEYS, d);
    if (s == OK)
        s = acting(j, d);
    if (s == OK)
        s = measures_compute(&j->cli->civil, j->cli->arena, &j->plans, &when, &row, &n, d);
    if (s == OK)
        s = observations_record(&j->cli->civil, &j->actor, row, n, "computed", "registers", &changed, d);
    return s == OK ? report(j, (int64_t)n, changed, NULL, 0) : cli_fail(j->cli, d);
}

int cmd_plan(struct cli *c, int argc, char **argv) {
    struct diag d = {0};
    struct job j = {.cli = c, .as_of = instant_date(clock_now())};
    if (argc > 0 && strcmp(argv[0], "allocate") == 0)
        return cmd_plan_allocate(c, argc - 1, argv + 1);
    if (argc > 0 && strcmp(argv[0], "index") == 0)
        return cmd_plan_index(c, argc - 1, argv + 1);
    if (argc > 0 && strcmp(argv[0], "siting") == 0)
        return cmd_plan_siting(c, argc - 1, argv + 1);
    static const char *const work[] = {"work", "task", "reach", "adjust", "decide"};
    for (size_t i = 0; argc > 0 && i < ARRAY_LEN(work); i++)
        if (strcmp(argv[0], work[i]) == 0)
            return cmd_plan_work(c, argc, argv);
    const char *id = cli_option(c, &argc, argv, "plan"), *as_of = cli_option(c, &argc, argv, "as-of"), *period = cli_option(c, &argc, argv, "period"), *out = cli_option(c, &argc, argv, "out"),
        *month = cli_option(c, &argc, argv, "month");
    bool series = cli_flag(c, &argc, argv, "series");
    j.login = cli_option(c, &argc, argv, "as");
    if (argc == 0)
        return cli_usage(c);
    const char *verb = argv[0];
    bool is_status = strcmp(verb, "status") == 0, is_record = strcmp(verb, "record") == 0, is_compute = strcmp(verb, "compute") == 0, is_report = strcmp(verb, "report") == 0,
         is_bulletin = strcmp(verb, "bulletin") == 0, is_outlines = strcmp(verb, "outlines") == 0, has_file = is_record || is_outlines;
    if (!is_status && !has_file && !is_compute && !is_report && !is_bulletin && strcmp(verb, "list") != 0)
        return cli_usage(c);
    enum status s = cli_rest(c, argc, argv, has_file ? 2 : 1, has_file ? 2 : 1, &d);
    if (s == OK && as_of && date_parse(span_of(as_of), &j.as_of, &d) != OK)
        s = (diag_at(&d, "--as-of"), E_USAGE);
    if (s == OK && (is_status || is_report) && !id)
        s = diag_fail(&d, E_USAGE, "plan.needed");
    if (s == OK && is_bulletin)
        s = month ? period_parse(span_of(month), instant_date(clock_now()), &j.month, &d) : diag_fail(&d, E_USAGE, "plan.month_needed");
    if (s == OK)
        s = cli_open(c, CLI_PACKS, &d);
    if (s == OK)
        s = plans_read(c->arena, c->packs, &j.plans, &d);
    if (s == OK && id)
        s = cli_plan(&j.plans, id, &j.plan, &d);
    if (s != OK)
        return cli_fail(c, &d);
    if (is_report || is_bulletin)
        return document(&j, is_bulletin, out, &d);
    return is_status ? status_of(&j, series, &d) : is_record ? record(&j, argv[1], &d) : is_outlines ? outlines(&j, argv[1], &d) : is_compute ? compute(&j, period, &d) : list(&j);
}
