/* minzheng submission list|rows|make|file|receive|compare: what is reported as a file, and what comes back of it. */
#include "cli/cli.h"
#include "cli/out_file.h"

#include "civil/exchange/exchange.h"
#include "civil/exchange/submission.h"
#include "store/store.h"

#include <stdio.h>
#include <string.h>

struct submission_call { struct cli *cli; struct actor who; int64_t id; struct buf out; struct json_writer w; };

static enum status list_in(struct txn *t, void *arg, struct diag *d) {
    struct submission_call *x = arg;
    return submissions_json(&x->cli->civil, t, &x->who, &x->w, d);
}

static enum status rows_in(struct txn *t, void *arg, struct diag *d) {
    struct submission_call *x = arg;
    return submission_rows_json(&x->cli->civil, t, &x->who, x->id, &x->w, d);
}

static enum status save(struct submission_call *x, const char *to, struct diag *d) {
    struct span body;
    const char *name;
    enum status s = submission_file(&x->cli->civil, &x->who, x->cli->arena, x->id, &body, &name, d);
    return s == OK ? out_file_whole(to, OUT_PRIVATE, body, d) : s;
}

/* The file is made once; what could not be written is handed out again by `file`. */
static enum status make(struct submission_call *x, const struct submission_asked *ask, const char *to, struct diag *d) {
    enum status s = submission_make(&x->cli->civil, &x->who, ask, &x->id, d);
    if (s == OK)
        s = store_read(x->cli->store, rows_in, x, d);
    return s == OK && to ? save(x, to, d) : s;
}

static enum status take(struct submission_call *x, bool list, const char *target, const char *from, const char *map, struct diag *d) {
    struct span body;
    const char *slash = strrchr(from, '/'), *name = slash ? slash + 1 : from;
    enum status s = cli_read_file(x->cli, from, EXCHANGE_BYTES_MAX, &body, d);
    if (s != OK)
        return s;
    return list ? submission_compare(&x->cli->civil, &x->who, x->cli->arena, target, map, body, name, &x->w, d)
                : submission_receive(&x->cli->civil, &x->who, x->cli->arena, target, body, name, &x->w, d);
}

enum verb { LIST, ROWS, MAKE, FILE_OUT, RECEIVE, COMPARE, VERBS };
/* Options that it needs (upper case) or takes: basis, again, to, from, map. */
static const struct { const char *name, *options; int arguments; } verbs[VERBS] = {
    {"list", "", 0}, {"rows", "", 1}, {"make", "Bat", 1}, {"file", "T", 1}, {"receive", "F", 1}, {"compare", "Fm", 1},
};

static bool fits(enum verb v, const char *const given[5]) {
    static const char letters[] = "batfm";
    for (int i = 0; i < 5; i++) {
        bool needs = strchr(verbs[v].options, letters[i] - 32), takes = needs || strchr(verbs[v].options, letters[i]);
        if ((needs && !given[i]) || (given[i] && !takes))
            return false;
    }
    return true;
}

int cmd_submission(struct cli *c, int argc, char **argv) {
    struct diag d = {0};
    struct submission_call x = {.cli = c};
    const char *login = cli_option(c, &argc, argv, "as");
    const char *const given[5] = {cli_option(c, &argc, argv, "basis"), cli_option(c, &argc, argv, "again"), cli_option(c, &argc, argv, "to"), cli_option(c, &argc, argv, "from"), cli_option(c, &argc, argv, "map")};
    struct submission_asked ask = {.basis = given[0]};
    int v = 0;
    while (v < VERBS && (!argc || strcmp(argv[0], verbs[v].name) != 0))
        v++;
    if (v == VERBS || !login || !fits((enum verb)v, given))
        return cli_usage(c);
    enum status s = cli_rest(c, argc, argv, verbs[v].arguments + 1, verbs[v].arguments + 1, &d);
    if (s == OK && given[1])
        s = cli_number(given[1], 1, INT64_MAX, "again", &ask.again, &d);
    if (s == OK && (v == ROWS || v == FILE_OUT))
        s = cli_number(argv[1], 1, INT64_MAX, "file", &x.id, &d);
    if (s == OK)
        s = cli_open(c, CLI_STORE | CLI_VAULT | CLI_PACKS | CLI_CALENDAR, &d);
    if (s == OK)
        s = cli_actor(c, login, &x.who, &d);
    ask.target = argc > 1 ? argv[1] : "";
    buf_init(&x.out, 0);
    json_begin(&x.w, &x.out, true);
    if (s == OK)
        switch ((enum verb)v) {
        case LIST: s = store_read(c->store, list_in, &x, &d); break;
        case ROWS: s = store_read(c->store, rows_in, &x, &d); break;
        case MAKE: s = make(&x, &ask, given[2], &d); break;
        case FILE_OUT: s = save(&x, given[2], &d); break;
        case RECEIVE:
        case COMPARE: s = take(&x, v == COMPARE, argv[1], given[3], given[4], &d); break;
        case VERBS: break;
        }
    if (s == OK && x.out.size)
        printf("%s\n", buf_str(&x.out));
    buf_release(&x.out);
    return s == OK ? EXIT_DONE : cli_fail(c, &d);
}
