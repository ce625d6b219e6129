/* minzheng demo: a synthetic district in an empty store. */
#include "cli/cli.h"

#include "calendar/clock.h"
#include "civil/demo/demo.h"
#include "civil/register/register.h"
#include "store/store.h"
#include "tlog/log.h"

#include <stdio.h>
#include <unistd.h>

/* A line that moves on a terminal, a line every tenth part elsewhere. */
static void progress(void *arg, const char *code, int permille) {
    struct cli *c = arg;
    static int last = -1;
    static const char *stage = "";
    int step = isatty(2) ? permille / 10 : permille / 100 * 10;
    if (stage == code && step == last)
        return;
    stage = code;
    last = step;
    BUF_AUTO b;
    buf_init(&b, 4096);
    message_text(&b, c->lang, code, NULL, 0);
    fprintf(stderr, isatty(2) ? "\r%s %3d %%%s" : "%s %d %%%s", buf_str(&b), permille / 10, isatty(2) && permille < 1000 ? "" : "\n");
}

static enum status mark(struct txn *t, void *arg, struct diag *d) {
    return sql_exec(t, d, "INSERT INTO setting (name, value) VALUES ('demo', '1'), ('verification_delay_seconds', '3') ON CONFLICT (name) DO UPDATE SET value = excluded.value");
}

/* The accounts to try it with; they exist in a demonstration only. */
static enum status print_accounts(struct txn *t, void *arg, struct diag *d) {
    AUTO(rows) struct rows *r = NULL;
    enum status s = sql_query(t, &r, d,
        "SELECT a.login, a.name, COALESCE(g.role, 'resident'), COALESCE(v.name, '') FROM account a LEFT JOIN account_role g ON g.account = a.id "
        "LEFT JOIN division v ON v.code = g.division WHERE a.demo = 1 ORDER BY a.id, g.role");
    for (bool more = true; s == OK;) {
        if ((s = rows_next(r, &more, d)) != OK || !more)
            break;
        printf("  %-18.*s %-18s %-18.*s %.*s %.*s\n", SPAN_ARG(rows_text(r, 0)), DEMO_PASSWORD, SPAN_ARG(rows_text(r, 2)), SPAN_ARG(rows_text(r, 3)), SPAN_ARG(rows_text(r, 1)));
    }
    return s;
}

static int report(struct cli *c, const struct demo_result *r) {
    if (!c->json) {
        cli_say(c, "demo.done", CLI_ARGS(DIAG_N("people", r->people), DIAG_N("households", r->households), DIAG_N("cases", r->cases), DIAG_N("batches", r->batches)));
        cli_say(c, "demo.accounts", NULL, 0);
        struct diag d = {0};
        return store_read(c->store, print_accounts, c, &d) == OK ? EXIT_DONE : cli_fail(c, &d);
    }
    BUF_AUTO b;
    buf_init(&b, 4096);
    struct json_writer w;
    json_begin(&w, &b, true);
    json_object(&w);
    json_kint(&w, "people", r->people);
    json_kint(&w, "households", r->households);
    json_kint(&w, "cases", r->cases);
    json_kint(&w, "batches", r->batches);
    json_object_end(&w);
    printf("%s\n", buf_str(&b));
    return EXIT_DONE;
}

int cmd_demo(struct cli *c, int argc, char **argv) {
    struct diag d = {0};
    int64_t people = 100000, seed = 1;
    const char *district = cli_option(c, &argc, argv, "district"), *people_text = cli_option(c, &argc, argv, "people"), *seed_text = cli_option(c, &argc, argv, "seed");
    bool no_cases = cli_flag(c, &argc, argv, "no-cases");
    enum status s = cli_rest(c, argc, argv, 0, 0, &d);
    if (s == OK && people_text)
        s = cli_number(people_text, DEMO_PEOPLE_MIN, DEMO_PEOPLE_MAX, "people", &people, &d);
    if (s == OK && seed_text)
        s = cli_number(seed_text, 0, INT64_MAX, "seed", &seed, &d);
    if (s != OK)
        return cli_fail(c, &d);
    /* init and demo in one: a newcomer needs one command. */
    char option[] = "--district", code[16];
    snprintf(code, sizeof code, "%s", district ? district : "110102");
    char *init_args[] = {option, code, NULL};
    int exit = cmd_init(c, 2, init_args);
    if (exit != EXIT_DONE)
        return exit;
    struct demo_result r = {0};
    struct demo_config config = {.district = district ? district : "110102", .people = people, .seed = (uint64_t)seed, .today = clock_today(), .progress = progress, .arg = c};
    c->civil.district = strtoll(config.district, NULL, 10);
    s = store_write(c->store, mark, NULL, &d);
    if (s == OK)
        s = demo_population(&c->civil, &config, &r, &d);
    if (s == OK)
        s = demo_confirm_parameters(&c->civil, &d);
    if (s == OK)
        s = demo_accounts(&c->civil, &config, &d);
    char draw[32];
    snprintf(draw, sizeof draw, "demo %lld", (long long)seed);
    c->civil.draw_seed = draw;
    if (s == OK && !no_cases)
        s = demo_cases(&c->civil, &config, &c->moved_now, &r, &d);
    c->civil.draw_seed = NULL;
    c->moved_now = 0;
    if (s == OK)
        s = store_analyze(c->store, &d);
    struct tlog_keys keys = {c->civil.log_origin, c->ed25519, c->sm2};
    if (s == OK)
        s = tlog_sequence(c->store, NULL, &d);
    if (s == OK)
        s = tlog_checkpoint_make(c->store, &keys, NULL, &d);
    return s == OK ? report(c, &r) : cli_fail(c, &d);
}
