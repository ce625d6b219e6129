/* minzheng demo: a synthetic district in an empty store. */
#include "cli/cli.h"
#include "civil/evidence/keep.h"
#include "cli/log_place.h"
#include "server/anchor.h"

#include "base/utf8.h"
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
    struct cli *c = arg;
    struct actor system = actor_system();
    enum status s = sql_exec(t, d, "INSERT INTO setting (name, value) VALUES ('demo', '1'), ('verification_delay_seconds', '3'), ('archive_fonds', 'X001') ON CONFLICT (name) DO UPDATE SET value = excluded.value");
    return s == OK ? evidence_keep_one(&c->civil, t, &system, KEPT_SETTING, 0, 0, d) : s;
}

/* ---- the accounts to try it with ------------------------------------------------ */

/* Columns of a terminal: ideographs and what stands behind them in Unicode take two (TR 11). */
static int columns(const char *text) {
    int n = 0;
    for (const char *at = text, *end = text + strlen(text); at < end;)
        n += utf8_next(&at, end) >= 0x2e80 ? 2 : 1;
    return n;
}

enum { LOGIN_COLUMNS = 24, ROLE_COLUMNS = 26, PLACE_COLUMNS = 22 };

static void cell(const char *text, int wide) {
    int spaces = wide - columns(text);
    printf("%s%*s", text, spaces > 1 ? spaces : 1, "");
}

/* The sentence PREFIX.CODE, or PREFIX alone. */
static const char *words(struct cli *c, struct buf *b, const char *prefix, const char *code) {
    char key[64];
    snprintf(key, sizeof key, "%s%s%s", prefix, *code ? "." : "", code);
    buf_clear(b);
    message_text(b, c->lang, key, NULL, 0);
    return buf_str(b);
}

static void line(struct cli *c, const char *login, const char *role, const char *place, const char *hint) {
    BUF_AUTO b;
    buf_init(&b, 4096);
    printf("  ");
    cell(login, LOGIN_COLUMNS);
    cell(words(c, &b, "role", role), ROLE_COLUMNS);
    cell(place, PLACE_COLUMNS);
    printf("%s\n", words(c, &b, "demo.try", hint));
}

static enum status print_accounts(struct txn *t, void *arg, struct diag *d) {
    struct cli *c = arg;
    struct demo_account *list = NULL;
    size_t n = 0, first = SIZE_MAX, last = 0;
    enum status s = demo_account_list(t, &list, &n, d);
    BUF_AUTO b;
    buf_init(&b, 4096);
    printf("  ");
    cell(words(c, &b, "demo.column.login", ""), LOGIN_COLUMNS);
    cell(words(c, &b, "demo.column.role", ""), ROLE_COLUMNS);
    cell(words(c, &b, "demo.column.place", ""), PLACE_COLUMNS);
    printf("%s\n", words(c, &b, "demo.column.try", ""));
    for (size_t i = 0; i < n; i++) {
        bool resident = strcmp(list[i].role, "resident") == 0;
        if (resident && first != SIZE_MAX) { /* they differ by their number only */
            last = i;
            continue;
        }
        if (resident)
            first = i;
        line(c, list[i].login, list[i].role, list[i].division, list[i].role);
    }
    if (last) {
        buf_clear(&b);
        buf_addf(&b, "%s … %s", list[first + 1].login, list[last].login);
        line(c, buf_str(&b), "resident", list[last].division, "resident_more");
    }
    return s;
}

static int report(struct cli *c, const struct demo_result *r) {
    if (!c->json) {
        cli_say(c, "demo.done", CLI_ARGS(DIAG_N("people", r->people), DIAG_N("households", r->households), DIAG_N("cases", r->cases), DIAG_N("batches", r->batches)));
        cli_say(c, "demo.accounts", CLI_ARGS(DIAG_S("password", DEMO_PASSWORD)));
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
    s = store_write(c->store, mark, c, &d);
    if (s == OK)
        s = demo_population(&c->civil, &config, &r, &d);
    if (s == OK)
        s = demo_confirm_parameters(&c->civil, &d);
    if (s == OK)
        s = demo_registers(&c->civil, &config, &d);
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
        s = demo_plan(&c->civil, &config, &d);
    if (s == OK)
        s = store_analyze(c->store, &d);
    struct tlog_keys keys = {c->civil.log_origin, c->ed25519, c->sm2};
    if (s == OK)
        s = tlog_sequence(c->store, NULL, &d);
    if (s == OK)
        s = tlog_checkpoint_make(c->store, &keys, NULL, &d);
    /* A demonstration begins its log anew, whatever stood beside these keys before. */
    const char *anchor = log_anchor(c);
    if (s == OK)
        s = anchor ? anchor_write(c->store, anchor, &d) : arena_full(&d);
    return s == OK ? report(c, &r) : cli_fail(c, &d);
}
