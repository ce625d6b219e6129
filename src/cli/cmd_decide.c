/* minzheng decide SCHEME | --all --input FILE.json [--as-of DATE] [--known-at DATE] [--explain zh|en] [--trace]
 * minzheng decide SCHEME --lines --input FILE
 * One household, or a household a line: an answer a line in the same order, a bad line's {"problem"} with its line; with --all every scheme, and what may be received together.  The packs are all it needs; with --db it goes by what was published
 * in that store too, with --known-at by what was published up to the end of that day. */
#include "cli/cli.h"

#include "civil/decision/examine.h"
#include "civil/decision/explanation.h"
#include "store/store.h"

#include <stdio.h>

enum { DECIDE_INPUT_MAX = 4 << 20 }; /* a household of thirty with every fact is below 100 kB */
enum { DECIDE_LINES_MAX = 256 << 20 }; /* some ten thousand households: a month's cases of a city; more goes in parts */

struct decide {
    const char *scheme, *input, *explain;
    date_t as_of, known_at;
    bool trace, all, lines;
    const struct policies *policies; /* that decide */
};

static enum status decide_options(struct cli *c, int argc, char **argv, struct decide *o, struct diag *d) {
    const char *as_of = cli_option(c, &argc, argv, "as-of"), *known_at = cli_option(c, &argc, argv, "known-at");
    o->input = cli_option(c, &argc, argv, "input");
    o->explain = cli_option(c, &argc, argv, "explain");
    o->trace = cli_flag(c, &argc, argv, "trace");
    o->all = cli_flag(c, &argc, argv, "all");
    o->lines = cli_flag(c, &argc, argv, "lines");
    o->as_of = o->known_at = DATE_NONE;
    enum status s = cli_rest(c, argc, argv, o->all ? 0 : 1, o->all ? 0 : 1, d);
    if (s != OK)
        return s;
    o->scheme = o->all ? NULL : argv[0];
    if (!o->input)
        return diag_fail(d, E_USAGE, "decide.no_input");
    if (o->lines && (o->all || o->explain || o->trace))
        return diag_fail(d, E_USAGE, "decide.lines");
    if (o->explain && strcmp(o->explain, "zh") != 0 && strcmp(o->explain, "en") != 0)
        return diag_fail(d, E_USAGE, "decide.explain");
    if (as_of && (s = date_parse(span_of(as_of), &o->as_of, d)) != OK)
        return diag_at(d, "--as-of"), E_USAGE;
    if (known_at && (s = date_parse(span_of(known_at), &o->known_at, d)) != OK)
        return diag_at(d, "--known-at"), E_USAGE;
    return known_at && !c->db ? diag_fail(d, E_USAGE, "decide.known_at") : OK;
}

/* The answer alone unless reasons are asked for: looking for changes asks the policy many times. */
static void decide_print(struct cli *c, const struct decide *o, const struct decision *r, const struct decision_explanation *x) {
    BUF_AUTO out;
    buf_init(&out, 0);
    if (c->json) {
        struct json_writer w;
        json_begin(&w, &out, true);
        decision_json(&w, r, o->trace, x);
        buf_addc(&out, '\n');
    } else {
        enum lang l = o->explain ? lang_parse(span_of(o->explain)) : c->lang;
        decision_text(&out, l, r);
        if (x)
            decision_explanation_text(&out, l, x);
    }
    fwrite(buf_str(&out), 1, out.size, stdout);
}

enum { DAY_S = 86400, SHANGHAI_S = 28800 };

/* The last microsecond of a day in Shanghai. */
static instant_t end_of(date_t day) { return (((int64_t)day + 1) * DAY_S - SHANGHAI_S) * 1000000 - 1; }

static enum status published(struct txn *t, void *arg, struct diag *d) {
    struct decide *o = arg;
    return policies_published(o->policies, t, o->known_at == DATE_NONE ? 0 : end_of(o->known_at), &o->policies, d);
}

static enum status decide_open(struct cli *c, struct decide *o, struct diag *d) {
    bool store = c->db != NULL;
    enum status s = cli_open(c, store ? CLI_PACKS | CLI_STORE | CLI_READ_ONLY : CLI_PACKS, d);
    if (s == OK)
        s = policies_load(c->packs, &c->policies, d);
    o->policies = c->policies;
    if (s == OK && store)
        s = store_read(c->store, published, o, d);
    return s;
}

static enum status decide_read(struct cli *c, struct decide *o, const struct json **facts, struct diag *d) {
    struct span text;
    enum status s = decide_open(c, o, d);
    if (s == OK)
        s = cli_read_file(c, o->input, DECIDE_INPUT_MAX, &text, d);
    if (s == OK)
        s = json_parse(c->arena, text, facts, d);
    return s;
}

static enum status decide_run(struct cli *c, struct decide *o, struct decision *ret, struct diag *d) {
    const struct json *facts;
    enum status s = decide_read(c, o, &facts, d);
    struct decision_request r = {.scheme = o->scheme, .facts = s == OK ? facts : NULL, .as_of = o->as_of};
    struct decision_explanation x;
    bool explain = o->explain || (c->json && o->trace);
    if (s == OK)
        s = decision_make(o->policies, c->arena, &r, ret, d);
    if (s == OK && explain)
        s = decision_explain(o->policies, c->arena, ret, 0, &x, d);
    if (s == OK)
        decide_print(c, o, ret, explain ? &x : NULL);
    return s;
}

static enum status examine_run(struct cli *c, struct decide *o, struct examination *ret, struct diag *d) {
    const struct json *facts = NULL;
    enum status s = decide_read(c, o, &facts, d);
    if (s == OK)
        s = decision_examine(o->policies, c->arena, facts, o->as_of, ret, d);
    if (s != OK)
        return s;
    BUF_AUTO out;
    buf_init(&out, 0);
    if (c->json) {
        struct json_writer w;
        json_begin(&w, &out, true);
        examination_json(&w, ret);
        buf_addc(&out, '\n');
    } else
        examination_text(&out, o->explain ? lang_parse(span_of(o->explain)) : c->lang, ret);
    fwrite(buf_str(&out), 1, out.size, stdout);
    return OK;
}

/* ---- a household a line ------------------------------------------------------ */

static enum status decide_line(const struct decide *o, struct span text, struct arena *a, struct json_writer *w, struct diag *d) {
    const struct json *facts = NULL;
    struct decision r;
    enum status s = text.size > DECIDE_INPUT_MAX ? diag_fail(d, E_LIMIT, "decide.line_size", DIAG_N("limit", DECIDE_INPUT_MAX >> 20)) : json_parse(a, text, &facts, d);
    struct decision_request q = {.scheme = o->scheme, .facts = facts, .as_of = o->as_of};
    if (s == OK)
        s = decision_make(o->policies, a, &q, &r, d);
    if (s == OK)
        decision_json(w, &r, false, NULL);
    return s;
}

/* Every line that is not blank gets its answer.  A bad one is told with its line
 * number and the rest goes on; without the scheme no line has an answer. */
static enum status decide_lines(struct cli *c, struct decide *o, bool *ret_bad, struct diag *d) {
    AUTO(arena) struct arena *a = arena_new(0);
    struct span rest;
    enum status s = decide_open(c, o, d);
    if (s == OK)
        s = cli_read_file(c, o->input, DECIDE_LINES_MAX, &rest, d);
    *ret_bad = false;
    for (uint32_t number = 1; s == OK && rest.size > 0; number++, arena_reset(a)) {
        const char *end = memchr(rest.at, '\n', rest.size);
        struct span line = {rest.at, end ? (size_t)(end - rest.at) : rest.size};
        rest = (struct span){rest.at + line.size + (end != NULL), rest.size - line.size - (end != NULL)};
        if (line.size == 0 || (line.size == 1 && *line.at == '\r'))
            continue;
        struct diag own = {0};
        BUF_AUTO out;
        buf_init(&out, 0);
        struct json_writer w;
        json_begin(&w, &out, false);
        if (decide_line(o, line, a, &w, &own) != OK) {
            if (strcmp(own.code, "decision.no_scheme") == 0)
                return *d = own, own.status;
            own.line = number;
            json_object(&w);
            cli_problem(c, &own, &w);
            json_object_end(&w);
            *ret_bad = true;
        }
        buf_addc(&out, '\n');
        fwrite(buf_str(&out), 1, out.size, stdout);
    }
    return s;
}

static bool any_proposed(const struct examination *x) {
    for (size_t i = 0; i < x->count; i++)
        if (x->item[i].state == EXAMINED_PROPOSED)
            return true;
    return false;
}

int cmd_decide(struct cli *c, int argc, char **argv) {
    struct diag d = {0};
    struct decide o;
    struct decision r;
    struct examination x;
    enum status s = decide_options(c, argc, argv, &o, &d);
    bool bad = false;
    if (s == OK && o.lines)
        s = decide_lines(c, &o, &bad, &d);
    else if (s == OK && o.all)
        s = examine_run(c, &o, &x, &d);
    else if (s == OK)
        s = decide_run(c, &o, &r, &d);
    if (s != OK)
        return d.status = s, cli_fail(c, &d);
    if (o.lines)
        return bad ? EXIT_INPUT : EXIT_DONE;
    if (o.all)
        return any_proposed(&x) ? EXIT_DONE : EXIT_NO;
    return r.outcome == DECISION_ELIGIBLE ? EXIT_DONE : EXIT_NO;
}
