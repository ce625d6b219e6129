/* minzheng plan work --plan ID [--year Y] [--as-of DATE] [--db URL]     tasks with their lights; --year: the yearly work plan
 * minzheng plan task FILE.json --plan ID --as LOGIN     a task, or an array of them, as POST /api/plans/{plan}/tasks takes it
 * minzheng plan reach MILESTONE --on DATE --evidence TEXT [--file ID] --as LOGIN
 * minzheng plan adjust TASK --version N --change JSON --reason TEXT --as LOGIN
 * minzheng plan decide ADJUSTMENT --approve|--refuse --note TEXT --as LOGIN     another person than who asked */
#include "cli/cli.h"

#include "calendar/clock.h"
#include "civil/account/account.h"
#include "civil/plan/task.h"
#include "store/store.h"

#include <stdio.h>

enum { TASKS_BYTES_MAX = 16 << 20 };

struct job {
    struct cli *cli;
    struct plans plans;
    const struct plan *plan;
    struct actor actor;
    const char *login;
    date_t as_of;
    int64_t year;
    struct buf out;
};

static enum status begin(struct job *j, const char *id, bool writes, struct diag *d) {
    enum status s = writes && !j->login ? diag_fail(d, E_USAGE, "plan.as") : OK;
    if (s == OK)
        s = cli_open(j->cli, writes ? CLI_PACKS | CLI_STORE | CLI_LOG_KEYS : CLI_PACKS | CLI_STORE, d);
    if (s == OK)
        s = plans_read(j->cli->arena, j->cli->packs, &j->plans, d);
    j->cli->civil.plans = &j->plans;
    if (s == OK && id)
        s = cli_plan(&j->plans, id, &j->plan, d);
    j->actor = actor_system();
    return s == OK && j->login ? cli_actor(j->cli, j->login, &j->actor, d) : s;
}

/* what: task, milestone, adjustment, file */
static enum status id_of(const char *text, const char *what, int64_t *ret, struct diag *d) {
    return cli_number(text, 1, INT64_MAX, what, ret, NULL) == OK ? OK : diag_fail(d, E_USAGE, "plan.id", DIAG_S("text", text), DIAG_S("what", what));
}

/* ---- work --------------------------------------------------------------------------------- */

static enum status read_work(struct txn *t, void *arg, struct diag *d) {
    struct job *j = arg;
    struct json_writer w;
    j->out.size = 0;
    json_begin(&w, &j->out, true);
    return plan_work_json(&j->cli->civil, t, &j->actor, &j->plans, j->plan, j->as_of, (int)j->year, &w, d);
}

static void print_work(struct job *j) {
    const struct json *work = NULL;
    if (json_parse(j->cli->arena, buf_span(&j->out), &work, NULL) != OK)
        return;
    const struct json *tasks = json_get(work, "tasks"), *units = json_get(work, "units");
    for (size_t i = 0; i < tasks->size; i++) {
        const struct json *k = tasks->item[i];
        BUF_AUTO word;
        buf_init(&word, 0);
        message_text(&word, j->cli->lang, "plan.light", CLI_ARGS(DIAG_S("light", json_str(k, "light", ""))));
        printf("%s %s | %s | %s | %s..%s | %lld/%lld | %s\n", json_str(k, "id", ""), json_str(k, "title", ""), json_str(k, "division_name", ""), json_str(k, "owner_name", ""),
            json_str(k, "from", ""), json_str(k, "due", ""), (long long)json_int(k, "done", 0), (long long)json_int(k, "all", 0), buf_str(&word));
    }
    for (size_t i = 0; i < units->size; i++) {
        const struct json *u = units->item[i];
        cli_say(j->cli, "plan.unit", CLI_ARGS(DIAG_S("name", json_str(u, "name", "")), DIAG_N("tasks", json_int(u, "tasks", 0)), DIAG_N("red", json_int(u, "red", 0)),
            DIAG_N("amber", json_int(u, "amber", 0)), DIAG_S("rule", json_str(u, "rule", ""))));
    }
}

static enum status work(struct job *j, struct diag *d) {
    buf_init(&j->out, 0);
    enum status s = store_read(j->cli->store, read_work, j, d);
    if (s == OK && j->cli->json)
        printf("%s\n", buf_str(&j->out));
    else if (s == OK)
        print_work(j);
    buf_release(&j->out);
    return s;
}

/* ---- writing -------------------------------------------------------------------------------- */

static void say_id(struct job *j, const char *code, int64_t id) {
    if (j->cli->json)
        printf("{\"id\": \"%lld\"}\n", (long long)id);
    else
        cli_say(j->cli, code, CLI_ARGS(DIAG_N("id", id)));
}

static enum status add_one(struct job *j, const struct json *one, struct diag *d) {
    struct plan_task_new n;
    int64_t id = 0;
    enum status s = plan_task_parse(j->cli->arena, one, j->plan->id, &n, d);
    if (s == OK)
        s = plan_task_add(&j->cli->civil, &j->actor, &n, &id, d);
    if (s == OK)
        say_id(j, "plan.task_made", id);
    return s;
}

static enum status add_all(struct job *j, const char *file, struct diag *d) {
    struct span text;
    const struct json *all = NULL;
    enum status s = cli_read_file(j->cli, file, TASKS_BYTES_MAX, &text, d);
    if (s == OK)
        s = json_parse(j->cli->arena, text, &all, d);
    if (s != OK || all->type != JSON_ARRAY)
        return s == OK ? add_one(j, all, d) : s;
    for (size_t i = 0; s == OK && i < all->size; i++)
        if ((s = add_one(j, all->item[i], d)) != OK)
            diag_under(d, "[%zu]", i); /* those before it are made, and were told */
    return s;
}

static enum status adjust(struct job *j, const char *task, const char *version, const char *change, const char *reason, struct diag *d) {
    const struct json *what = NULL;
    int64_t id = 0, made = 0, seen = 0;
    enum status s = change && reason && version ? OK : diag_fail(d, E_USAGE, "plan.adjust_needed");
    if (s == OK)
        s = id_of(task, "task", &id, d);
    if (s == OK)
        s = cli_number(version, 1, INT64_MAX, "version", &seen, d);
    if (s == OK && (s = json_parse(j->cli->arena, span_of(change), &what, d)) != OK)
        diag_under(d, "--change");
    if (s == OK)
        s = plan_adjust_ask(&j->cli->civil, &j->actor, id, seen, what, reason, &made, d);
    if (s == OK)
        say_id(j, "plan.adjust_made", made);
    return s;
}

static enum status reach(struct job *j, const char *milestone, const char *on, const char *evidence, const char *file, struct diag *d) {
    int64_t id = 0, paper = 0;
    date_t day = DATE_NONE;
    enum status s = on && evidence ? OK : diag_fail(d, E_USAGE, "plan.reach_needed");
    if (s == OK && date_parse(span_of(on), &day, d) != OK)
        s = (diag_at(d, "--on"), E_USAGE);
    if (s == OK)
        s = id_of(milestone, "milestone", &id, d);
    if (s == OK && file)
        s = id_of(file, "file", &paper, d);
    return s == OK ? plan_milestone_reach(&j->cli->civil, &j->actor, id, day, evidence, paper, d) : s;
}

static enum status decide(struct job *j, const char *adjustment, bool approve, bool refuse, const char *note, struct diag *d) {
    int64_t id = 0;
    enum status s = approve != refuse && note ? id_of(adjustment, "adjustment", &id, d) : diag_fail(d, E_USAGE, "plan.decide_needed");
    return s == OK ? plan_adjust_decide(&j->cli->civil, &j->actor, id, approve, note, d) : s;
}

int cmd_plan_work(struct cli *c, int argc, char **argv) {
    struct diag d = {0};
    struct job j = {.cli = c, .as_of = instant_date(clock_now()), .login = cli_option(c, &argc, argv, "as")};
    const char *id = cli_option(c, &argc, argv, "plan"), *as_of = cli_option(c, &argc, argv, "as-of"), *year = cli_option(c, &argc, argv, "year"), *on = cli_option(c, &argc, argv, "on"),
        *evidence = cli_option(c, &argc, argv, "evidence"), *file = cli_option(c, &argc, argv, "file"), *version = cli_option(c, &argc, argv, "version"),
        *change = cli_option(c, &argc, argv, "change"), *reason = cli_option(c, &argc, argv, "reason"), *note = cli_option(c, &argc, argv, "note");
    bool approve = cli_flag(c, &argc, argv, "approve"), refuse = cli_flag(c, &argc, argv, "refuse"), is_work = strcmp(argv[0], "work") == 0, is_task = strcmp(argv[0], "task") == 0;
    enum status s = cli_rest(c, argc, argv, is_work ? 1 : 2, is_work ? 1 : 2, &d);
    if (s == OK && as_of && date_parse(span_of(as_of), &j.as_of, &d) != OK)
        s = (diag_at(&d, "--as-of"), E_USAGE);
    if (s == OK && year)
        s = cli_number(year, 1949, 2100, "year", &j.year, &d);
    if (s == OK && (is_work || is_task) && !id)
        s = diag_fail(&d, E_USAGE, "plan.needed");
    if (s == OK)
        s = begin(&j, id, !is_work, &d);
    if (s == OK)
        s = is_work ? work(&j, &d) : is_task ? add_all(&j, argv[1], &d) : strcmp(argv[0], "reach") == 0 ? reach(&j, argv[1], on, evidence, file, &d)
            : strcmp(argv[0], "adjust") == 0 ? adjust(&j, argv[1], version, change, reason, &d) : decide(&j, argv[1], approve, refuse, note, &d);
    return s == OK ? EXIT_DONE : cli_fail(c, &d);
}
