/* minzheng bank import|statements|differences|match|settle|counter|accept|simulate: the bank's statements without the web. */
#include "cli/cli.h"
#include "cli/out_file.h"

#include "civil/bank/bank.h"
#include "civil/demo/demo_bank.h"
#include "store/store.h"

#include <errno.h>
#include <stdio.h>
#include <unistd.h>

struct bank_call { struct cli *cli; struct actor who; month_t month; struct buf out; struct json_writer w; };

static enum status statements_in(struct txn *t, void *arg, struct diag *d) {
    struct bank_call *x = arg;
    return bank_statements_json(&x->cli->civil, t, &x->who, &x->w, d);
}

static enum status differences_in(struct txn *t, void *arg, struct diag *d) {
    struct bank_call *x = arg;
    return bank_differences_json(&x->cli->civil, t, &x->who, x->month, &x->w, d);
}

static enum status simulate_in(struct txn *t, void *arg, struct diag *d) {
    struct bank_call *x = arg;
    return demo_bank_statement(&x->cli->civil, t, month_first(x->month), month_first(x->month + 1) - 1, false, &x->out, d);
}

static enum status import(struct bank_call *x, const char *format, const char *file, struct diag *d) {
    struct span body;
    enum status s = cli_read_file(x->cli, file, 64 << 20, &body, d);
    return s == OK ? bank_import(&x->cli->civil, x->cli->arena, &x->who, format, body, &x->w, d) : s;
}

static enum status simulate(struct bank_call *x, const char *file, struct diag *d) {
    enum status s = store_read(x->cli->store, simulate_in, x, d);
    if (s != OK)
        return s;
    s = out_file_whole(file, OUT_PRIVATE, buf_span(&x->out), d);
    buf_clear(&x->out);
    return s;
}

static enum status matched(struct bank_call *x, struct diag *d) {
    int64_t n = 0;
    enum status s = bank_match_again(&x->cli->civil, &x->who, &n, d);
    json_object(&x->w);
    json_kint(&x->w, "matched", n);
    json_object_end(&x->w);
    return s;
}

/* What was settled is shown as what is left. */
static enum status settle(struct bank_call *x, const char *verb, const char *number, const char *kind, const char *reason, struct diag *d) {
    int64_t id = 0;
    bool counter = strcmp(verb, "counter") == 0;
    enum status s = cli_number(number, 1, INT64_MAX, counter ? "transfer" : "entry", &id, d);
    if (s == OK)
        s = counter ? bank_counter(&x->cli->civil, &x->who, id, reason, d) : bank_settle(&x->cli->civil, &x->who, id, kind, reason, d);
    return s == OK ? store_read(x->cli->store, differences_in, x, d) : s;
}

enum verb { IMPORT, STATEMENTS, DIFFERENCES, MATCH, SETTLE, COUNTER, ACCEPT, SIMULATE, VERBS };
/* Arguments beside the verb; options that it needs (upper case) or takes: month, format, kind, reason. */
static const struct { const char *name, *options; int arguments; } verbs[VERBS] = {
    {"import", "f", 1}, {"statements", "", 0}, {"differences", "m", 0}, {"match", "", 0}, {"settle", "KR", 1}, {"counter", "R", 1}, {"accept", "MR", 0}, {"simulate", "M", 1},
};

static bool fits(enum verb v, const char *const given[4]) {
    static const char letters[] = "mfkr";
    for (int i = 0; i < 4; i++) {
        bool needs = strchr(verbs[v].options, letters[i] - 32), takes = needs || strchr(verbs[v].options, letters[i]);
        if ((needs && !given[i]) || (given[i] && !takes))
            return false;
    }
    return true;
}

int cmd_bank(struct cli *c, int argc, char **argv) {
    struct diag d = {0};
    struct bank_call x = {.cli = c};
    const char *login = cli_option(c, &argc, argv, "as");
    const char *const given[4] = {cli_option(c, &argc, argv, "month"), cli_option(c, &argc, argv, "format"), cli_option(c, &argc, argv, "kind"), cli_option(c, &argc, argv, "reason")};
    int v = 0;
    while (v < VERBS && (!argc || strcmp(argv[0], verbs[v].name) != 0))
        v++;
    if (v == VERBS || !login || !fits((enum verb)v, given))
        return cli_usage(c);
    enum status s = cli_rest(c, argc, argv, verbs[v].arguments + 1, verbs[v].arguments + 1, &d);
    if (s == OK && given[0])
        s = month_parse(span_of(given[0]), &x.month, &d);
    if (s == OK)
        s = cli_open(c, CLI_STORE | CLI_VAULT | CLI_PACKS | CLI_CALENDAR, &d);
    if (s == OK)
        s = cli_actor(c, login, &x.who, &d);
    buf_init(&x.out, 0);
    json_begin(&x.w, &x.out, true);
    if (s == OK)
        switch ((enum verb)v) {
        case IMPORT: s = import(&x, given[1], argv[1], &d); break;
        case STATEMENTS: s = store_read(c->store, statements_in, &x, &d); break;
        case MATCH: s = matched(&x, &d); break;
        case SETTLE:
        case COUNTER: s = settle(&x, argv[0], argv[1], given[2], given[3], &d); break;
        case DIFFERENCES: s = store_read(c->store, differences_in, &x, &d); break;
        case ACCEPT:
            s = bank_accept(&c->civil, &x.who, x.month, given[3], &d);
            if (s == OK)
                s = store_read(c->store, differences_in, &x, &d);
            break;
        case SIMULATE: s = simulate(&x, argv[1], &d); break;
        case VERBS: break;
        }
    if (s == OK && x.out.size)
        printf("%s\n", buf_str(&x.out));
    buf_release(&x.out);
    return s == OK ? EXIT_DONE : cli_fail(c, &d);
}
