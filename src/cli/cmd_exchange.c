/* minzheng exchange list|runs|run|round|token: what other departments send and fetch, for the operator and his timer. */
#include "cli/cli.h"
#include "cli/out_file.h"

#include "civil/exchange/exchange.h"
#include "http/client.h"
#include "store/store.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

enum { PAGE_TIMEOUT_MS = 20000 };

struct exchange_call { struct cli *cli; struct actor who; const char *source; struct buf out; struct json_writer w; };

static enum status list_in(struct txn *t, void *arg, struct diag *d) {
    struct exchange_call *x = arg;
    return exchange_list_json(&x->cli->civil, t, &x->who, &x->w, d);
}

static enum status runs_in(struct txn *t, void *arg, struct diag *d) {
    struct exchange_call *x = arg;
    return exchange_runs_json(&x->cli->civil, t, &x->who, x->source, &x->w, d);
}

/* What the other side wants of us as its password stays out of the command line. */
static enum status page(void *arg, const char *url, size_t max, struct arena *a, struct span *ret, struct diag *d) {
    struct http_answer answer;
    struct http_ask ask = {.method = "GET", .url = url, .bearer = getenv("MINZHENG_EXCHANGE_TOKEN"), .timeout_ms = PAGE_TIMEOUT_MS, .answer_max = max};
    (void)arg;
    enum status s = http_fetch(&ask, a, &answer, d);
    if (s == OK && answer.status != 200)
        return diag_fail(d, E_BUSY, "exchange.status", DIAG_N("number", answer.status));
    *ret = s == OK ? answer.body : (struct span){"", 0};
    return s;
}

/* A round of the timer: *ret_late: a person is to be told. */
static enum status round_of(struct exchange_call *x, const char *file, int64_t within, bool *ret_late, struct diag *d) {
    const struct json *places = NULL;
    struct span text;
    struct exchange_asked how = {.page = page, .within_seconds = within};
    enum status s = cli_read_file(x->cli, file, 1 << 20, &text, d);
    if (s == OK)
        s = json_parse(x->cli->arena, text, &places, d);
    return s == OK ? exchange_round(&x->cli->civil, &x->who, x->cli->arena, places, &how, &x->w, ret_late, d) : s;
}

static enum status run(struct exchange_call *x, const char *place, const char *rejected, int64_t within, struct diag *d) {
    BUF_AUTO rows;
    buf_init(&rows, EXCHANGE_BYTES_MAX * 2);
    struct exchange_asked ask = {.source = x->source, .place = place, .page = page, .rejected = &rows, .within_seconds = within};
    enum status s = exchange_ask(&x->cli->civil, &x->who, x->cli->arena, &ask, &x->w, d);
    if (s != OK || !rejected || !rows.size)
        return s;
    return out_file_whole(rejected, OUT_PRIVATE, buf_span(&rows), d);
}

static enum status token(struct exchange_call *x, struct exchange_token_new *n, const char *until, const char *rate, struct diag *d) {
    char secret[EXCHANGE_TOKEN_CHARS + 1];
    int64_t id = 0;
    enum status s = date_parse(span_of(until), &n->expires_on, d);
    if (s == OK)
        s = cli_number(rate, 1, 600, "rate", &n->per_minute, d);
    if (s == OK)
        s = exchange_token_make(&x->cli->civil, &x->who, n, secret, &id, d);
    if (s != OK)
        return s;
    json_object(&x->w);
    json_kid(&x->w, "id", id);
    json_kstring(&x->w, "token", secret);
    json_object_end(&x->w);
    return OK;
}

static enum status revoke(struct exchange_call *x, const char *number, struct diag *d) {
    int64_t id = 0;
    enum status s = cli_number(number, 1, INT64_MAX, "token", &id, d);
    if (s == OK)
        s = exchange_token_revoke(&x->cli->civil, &x->who, id, d);
    return s == OK ? store_read(x->cli->store, list_in, x, d) : s;
}

enum verb { LIST, RUNS, RUN, ROUND, TOKEN, REVOKE, VERBS };
static const struct { const char *name; int min, max; } verbs[VERBS] = {{"list", 0, 0}, {"runs", 0, 1}, {"run", 1, 1}, {"round", 0, 0}, {"token", 1, 1}, {"revoke", 1, 1}};

int cmd_exchange(struct cli *c, int argc, char **argv) {
    struct diag d = {0};
    struct exchange_call x = {.cli = c};
    const char *login = cli_option(c, &argc, argv, "as"), *place = cli_option(c, &argc, argv, "from"), *rejected = cli_option(c, &argc, argv, "rejected");
    const char *places = cli_option(c, &argc, argv, "places"), *within = cli_option(c, &argc, argv, "within");
    int64_t seconds = 0;
    bool late = false;
    const char *until = cli_option(c, &argc, argv, "until"), *rate = cli_option(c, &argc, argv, "rate"), *basis = cli_option(c, &argc, argv, "basis");
    struct exchange_token_new n = {.consumer = cli_option(c, &argc, argv, "consumer"), .name = cli_option(c, &argc, argv, "name"), .division = cli_option(c, &argc, argv, "division"), .basis = basis ? basis : ""};
    int v = 0;
    while (v < VERBS && (!argc || strcmp(argv[0], verbs[v].name) != 0))
        v++;
    bool of_token = n.consumer && n.name && n.division && until, any = n.consumer || n.name || n.division || until || rate || basis;
    if (v == VERBS || !login || (v == RUN) != (place != NULL) || (v == ROUND) != (places != NULL) || (within && v != RUN && v != ROUND) || (rejected && v != RUN) || (v == TOKEN ? !of_token : any))
        return cli_usage(c);
    enum status s = cli_rest(c, argc, argv, verbs[v].min + 1, verbs[v].max + 1, &d);
    if (s == OK && within)
        s = cli_number(within, 1, 86400, "within", &seconds, &d);
    if (s == OK)
        s = cli_open(c, CLI_STORE | CLI_VAULT | CLI_PACKS | CLI_CALENDAR, &d);
    if (s == OK)
        s = cli_actor(c, login, &x.who, &d);
    x.source = n.offer = argc > 1 ? argv[1] : NULL;
    buf_init(&x.out, 0);
    json_begin(&x.w, &x.out, true);
    if (s == OK)
        switch ((enum verb)v) {
        case LIST: s = store_read(c->store, list_in, &x, &d); break;
        case RUNS: s = store_read(c->store, runs_in, &x, &d); break;
        case RUN: s = run(&x, place, rejected, seconds, &d); break;
        case ROUND: s = round_of(&x, places, seconds, &late, &d); break;
        case TOKEN: s = token(&x, &n, until, rate ? rate : "60", &d); break;
        case REVOKE: s = revoke(&x, argv[1], &d); break;
        case VERBS: break;
        }
    if (s == OK && x.out.size)
        printf("%s\n", buf_str(&x.out));
    buf_release(&x.out);
    return s == OK ? (late ? EXIT_NO : EXIT_DONE) : cli_fail(c, &d); /* the timer tells a person */
}
