/* minzheng benefit list|show|propose|serve|hear|decide|withdraw|serve-decision|restore|letter: proposals to change a
 * benefit, without the web.
 *
 * Who acts is an account of the store (--as LOGIN): its roles, the two people and the hearing hold here as on the desk.
 * What is written about a person comes from a file (- reads it from the pipe), since everybody on the machine sees a
 * command line; what is read of one is an entry of the log before it is shown. */
#include "cli/cli.h"
#include "cli/out_file.h"

#include "civil/access/access.h"
#include "civil/entitlement/letter.h"
#include "civil/entitlement/life_json.h"
#include "store/store.h"

#include <stdio.h>

enum { PROPOSAL_FILE_MAX = 1 << 20, WORDS_FILE_MAX = 64 << 10, LETTER_BYTES_MAX = 16 << 20 };

struct benefit_call {
    struct cli *cli;
    struct actor who;
    struct access *access;
    int64_t proposal;
    const char *state, *letter;
    struct buf *out;
};

/* ---- reading ------------------------------------------------------------------------ */

static enum status list_in(struct txn *t, void *arg, struct diag *d) {
    struct benefit_call *x = arg;
    struct life_query q = {.state = x->state};
    struct json_writer w;
    buf_clear(x->out);
    json_begin(&w, x->out, true);
    return proposals_json(&x->cli->civil, t, x->access, &x->who, &q, &w, d);
}

static enum status show_in(struct txn *t, void *arg, struct diag *d) {
    struct benefit_call *x = arg;
    struct json_writer w;
    buf_clear(x->out);
    json_begin(&w, x->out, true);
    return proposal_json(&x->cli->civil, t, x->access, &x->who, x->proposal, &w, d);
}

static enum status letter_in(struct txn *t, void *arg, struct diag *d) {
    struct benefit_call *x = arg;
    buf_clear(x->out);
    return proposal_letter(&x->cli->civil, t, x->access, &x->who, x->proposal, x->letter, x->out, d);
}

/* To the screen, or to `file`. */
static enum status look(struct benefit_call *x, txn_fn read, const char *file, struct diag *d) {
    BUF_AUTO out;
    buf_init(&out, LETTER_BYTES_MAX);
    x->out = &out;
    enum status s = access_begin(x->cli->arena, &x->who, NULL, "case_handling", 0, 0, &x->access, d);
    if (s == OK)
        s = store_read(x->cli->store, read, x, d);
    if (s == OK)
        s = access_commit(&x->cli->civil, x->access, d); /* before anybody sees it */
    if (s == OK && file)
        return out_file_whole(file, OUT_PRIVATE, buf_span(&out), d);
    if (s == OK)
        printf("%s\n", buf_str(&out));
    return s;
}

/* ---- writing ------------------------------------------------------------------------ */

static enum status words_of(struct cli *c, const char *file, const char **ret, struct diag *d) {
    struct span text = {0};
    enum status s = cli_read_file(c, file, WORDS_FILE_MAX, &text, d);
    while (s == OK && text.size && (text.at[text.size - 1] == '\n' || text.at[text.size - 1] == '\r'))
        text.size--;
    *ret = s == OK ? arena_dup(c->arena, text) : NULL;
    return s == OK && !*ret ? arena_full(d) : s;
}

/* A body as POST /api/proposals takes it. */
static enum status proposal_of(struct cli *c, const char *file, struct entitlement_proposal_new *ret, struct diag *d) {
    struct span text;
    const struct json *j = NULL;
    enum status s = cli_read_file(c, file, PROPOSAL_FILE_MAX, &text, d);
    if (s == OK)
        s = json_parse(c->arena, text, &j, d);
    if (s != OK)
        return s;
    *ret = (struct entitlement_proposal_new){.kind = json_str(j, "kind", ""), .cause = json_str(j, "cause", ""), .words = json_str(j, "words", ""), .event = DATE_NONE, .by_hand = true};
    const char *event = json_str(j, "event", ""), *month = json_str(j, "month", NULL);
    s = cli_number(json_str(j, "entitlement", ""), 1, INT64_MAX, "entitlement", &ret->entitlement, d);
    if (s == OK && *event && (s = date_parse(span_of(event), &ret->event, d)) != OK)
        return diag_at(d, "event");
    if (s == OK && month)
        s = month_parse(span_of(month), &ret->month, d);
    struct entitlement_line_new *line = NULL;
    if (s == OK)
        s = entitlement_lines_of(c->arena, json_get(j, "lines"), &line, &ret->line_count, d);
    ret->line = line;
    return s;
}

static enum status propose(struct benefit_call *x, const char *file, struct diag *d) {
    struct entitlement_proposal_new new;
    enum status s = proposal_of(x->cli, file, &new, d);
    return s == OK ? entitlement_propose(&x->cli->civil, &x->who, &new, &x->proposal, d) : s;
}

typedef enum status (*step_fn)(struct civil *c, const struct actor *who, int64_t proposal, const char *text, struct diag *d);

static enum status adopt(struct civil *c, const struct actor *who, int64_t proposal, const char *words, struct diag *d) { return entitlement_decide(c, who, proposal, true, words, NULL, d); }
static enum status drop(struct civil *c, const struct actor *who, int64_t proposal, const char *words, struct diag *d) { return entitlement_decide(c, who, proposal, false, words, NULL, d); }
static enum status restore(struct civil *c, const struct actor *who, int64_t proposal, const char *words, struct diag *d) { return entitlement_restore(c, who, proposal, words, NULL, d); }

static const struct { const char *verb; bool words; step_fn do_it; } steps[] = {
    {"serve", false, entitlement_hearing_served}, {"hear", true, entitlement_answer}, {"adopt", true, adopt}, {"drop", true, drop},
    {"withdraw", true, entitlement_withdraw}, {"serve-decision", false, entitlement_decision_served}, {"restore", true, restore},
};

static int step_of(const char *verb) {
    for (int i = 0; i < (int)ARRAY_LEN(steps); i++)
        if (strcmp(steps[i].verb, verb) == 0)
            return i;
    return -1;
}

static enum status step(struct benefit_call *x, int which, const char *text, struct diag *d) {
    enum status s = steps[which].words ? words_of(x->cli, text, &text, d) : OK;
    return s == OK ? steps[which].do_it(&x->cli->civil, &x->who, x->proposal, text, d) : s;
}

static void say(const struct benefit_call *x, const char *code) {
    if (x->cli->json)
        printf("{\"proposal\": \"%lld\"}\n", (long long)x->proposal);
    else
        cli_say(x->cli, code, CLI_ARGS(DIAG_N("proposal", x->proposal)));
}

int cmd_benefit(struct cli *c, int argc, char **argv) {
    struct diag d = {0};
    struct benefit_call x = {.cli = c};
    const char *login = cli_option(c, &argc, argv, "as");
    x.state = cli_option(c, &argc, argv, "state");
    const char *verb = argc ? argv[0] : "";
    bool list = strcmp(verb, "list") == 0, show = strcmp(verb, "show") == 0, proposes = strcmp(verb, "propose") == 0, letter = strcmp(verb, "letter") == 0;
    int which = step_of(verb), want = list ? 1 : show || proposes ? 2 : letter ? 4 : 3;
    if (!login || (!list && !show && !proposes && !letter && which < 0) || (x.state && !list))
        return cli_usage(c);
    enum status s = cli_rest(c, argc, argv, want, want, &d);
    if (s == OK && !list && !proposes)
        s = cli_number(argv[1], 1, INT64_MAX, "proposal", &x.proposal, &d);
    if (s == OK)
        s = cli_open(c, CLI_STORE | CLI_VAULT | CLI_PACKS | CLI_CALENDAR, &d);
    if (s == OK)
        s = cli_actor(c, login, &x.who, &d);
    x.who.lang = c->lang;
    x.letter = letter ? argv[2] : NULL;
    if (s == OK && (list || show || letter))
        s = look(&x, list ? list_in : show ? show_in : letter_in, letter ? argv[3] : NULL, &d);
    else if (s == OK)
        s = proposes ? propose(&x, argv[1], &d) : step(&x, which, argv[2], &d);
    if (s != OK)
        return cli_fail(c, &d);
    if (proposes || which >= 0)
        say(&x, proposes ? "benefit.proposed" : "benefit.done");
    return EXIT_DONE;
}
