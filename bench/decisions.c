/* decisions: how fast households of a demonstration are decided: 低保 in four ways, and every scheme for the applicant.
 *
 *   decisions DB COUNT
 *
 * As the registers and a bank know a household; with one fact taken away, so that it is
 * unknown and the engine has to say whether it matters; with and without writing
 * the trace.  "Beside" is the same household once more.
 * Of every scheme the rule that takes most of one evaluation's steps is named.
 * Every decision is made twice and must come out the same; taking a fact away may
 * only leave the answer or make it undecided by that fact. */
#include "bench.h"

#include "calendar/clock.h"
#include "civil/access/access.h"
#include "civil/decision/decision.h"
#include "civil/pack/pack.h"
#include "civil/register/register.h"
#include "cli/cli.h"
#include "store/store.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

struct households { struct cli *cli; struct arena *arena; const struct json **facts; int64_t count; };

static enum status read_facts(struct txn *t, void *arg, struct diag *d) {
    struct households *h = arg;
    struct actor system = actor_system();
    struct access *x = NULL;
    AUTO(rows) struct rows *r = NULL;
    enum status s = access_begin(txn_arena(t), &system, "system", "statistics", 0, 0, &x, d);
    if (s == OK)
        s = sql_query(t, &r, d, "SELECT household, person FROM household_member WHERE relation = '本人' AND superseded_at IS NULL AND valid_to IS NULL ORDER BY household LIMIT ?",
            SQL_I(h->count));
    int64_t n = 0;
    for (bool more = true; s == OK;) {
        if ((s = rows_next(r, &more, d)) != OK || !more)
            break;
        const struct json *household = NULL;
        s = household_facts(&h->cli->civil, t, x, h->arena, h->cli->civil.district, rows_int(r, 0), rows_int(r, 1), txn_today(t), &household, NULL, d);
        char day[DATE_TEXT_MAX];
        date_text(txn_today(t), day);
        struct span key[] = {SPAN("日期"), SPAN("户")};
        /* Money is a bank's to tell, not the registers': some for every third. */
        if (s == OK)
            household = json_with(h->arena, household, "货币财产", json_new_number(h->arena, dec_int(n % 3 == 0 ? 900000 : 20000)));
        const struct json *value[] = {json_new_string(h->arena, span_of(day)), household};
        if (s == OK)
            h->facts[n++] = json_new_object(h->arena, key, value, 2);
    }
    h->count = n;
    return s;
}

/* Steps of one evaluation by decision, over all households. */
enum { RULES_MAX = 256 };
struct costs { struct span name[RULES_MAX]; uint64_t steps[RULES_MAX], all; size_t count; };

static void add_costs(struct costs *c, const struct dmn_trace *t) {
    for (size_t i = 0; t && i < t->decision_count; i++) {
        size_t k = 0;
        while (k < c->count && !span_eq(c->name[k], t->decision[i].name))
            k++;
        BENCH_CHECK(k < RULES_MAX);
        c->name[k] = t->decision[i].name; /* of the model, not of the arena */
        c->count += k == c->count;
        c->steps[k] += t->decision[i].steps;
        c->all += t->decision[i].steps;
    }
}

static size_t slowest(const struct costs *c) {
    size_t most = 0;
    for (size_t k = 1; k < c->count; k++)
        if (c->steps[k] > c->steps[most])
            most = k;
    return most;
}

struct answer { int outcome; int64_t fen; size_t missing; };

/* Decisions a second; the answers go to `ret` or are compared with it. */
static double decide(const struct households *h, const char *scheme, const struct json *const *facts, bool trace, bool first, struct answer *ret, unsigned *ret_evaluations, struct costs *costs) {
    AUTO(arena) struct arena *a = arena_new(0);
    *ret_evaluations = 0;
    double t = bench_now();
    for (int64_t i = 0; i < h->count; i++) {
        struct decision_request q = {.scheme = scheme, .facts = facts[i], .as_of = DATE_NONE};
        struct decision r;
        BENCH_OK(decision_make(h->cli->policies, a, &q, &r, &bench_diag));
        struct answer got = {(int)r.outcome, r.monthly_fen, r.missing_count};
        *ret_evaluations += r.evaluations;
        if (costs)
            add_costs(costs, r.trace);
        if (trace) {
            BUF_AUTO out;
            struct json_writer w;
            buf_init(&out, 0);
            json_begin(&w, &out, false);
            decision_json(&w, &r, true, NULL);
            BENCH_CHECK(out.size > 100);
        }
        if (first)
            ret[i] = got;
        else
            BENCH_CHECK(got.outcome == ret[i].outcome && got.fen == ret[i].fen && got.missing == ret[i].missing);
        arena_reset(a);
    }
    return (double)h->count / (bench_now() - t);
}

/* Nobody tells these facts in the registers: as a household that receives nothing and has one applicant would. */
static void every_scheme(const struct households *h, struct answer *answer) {
    const struct packs *packs = h->cli->packs;
    const struct json **facts = calloc((size_t)h->count, sizeof *facts);
    BENCH_CHECK(facts);
    for (int64_t i = 0; i < h->count; i++)
        BENCH_CHECK((facts[i] = json_with(h->arena, h->facts[i], "在享", json_new_array(h->arena, NULL, 0))));
    for (size_t p = 0; p < packs_count(packs); p++)
        for (size_t k = 0; k < packs_at(packs, p)->matter_count; k++) {
            const char *scheme = packs_at(packs, p)->matter[k].scheme;
            unsigned evaluations;
            long undecided = 0, eligible = 0;
            char note[256];
            struct costs costs = {0};
            double rate = decide(h, scheme, facts, false, true, answer, &evaluations, NULL), again = decide(h, scheme, facts, false, false, answer, &evaluations, NULL);
            decide(h, scheme, facts, false, false, answer, &evaluations, &costs);
            size_t most = slowest(&costs);
            BENCH_CHECK(costs.count && costs.all);
            for (int64_t i = 0; i < h->count; i++) {
                undecided += answer[i].outcome == DECISION_UNDECIDED;
                eligible += answer[i].outcome == DECISION_ELIGIBLE;
            }
            snprintf(note, sizeof note, "%ld eligible, %ld undecided of %lld, %.1f evaluations each; slowest rule %.*s, %.0f %% of %.0f steps", eligible, undecided, (long long)h->count,
                (double)evaluations / (double)h->count, SPAN_ARG(costs.name[most]), 100.0 * (double)costs.steps[most] / (double)costs.all, (double)costs.all / (double)h->count);
            bench_row(scheme, rate, "/s", again, note);
        }
    free(facts);
}

int main(int argc, char **argv) {
    if (argc != 3) {
        fprintf(stderr, "decisions DB COUNT\n");
        return 2;
    }
    struct cli cli = {.db = argv[1], .arena = arena_new(0)};
    struct households h = {.cli = &cli, .arena = arena_new(0), .count = strtoll(argv[2], NULL, 10)};
    BENCH_OK(clock_start(&bench_diag));
    BENCH_OK(cli_open(&cli, CLI_STORE | CLI_VAULT | CLI_PACKS | CLI_LOG_KEYS | CLI_CALENDAR, &bench_diag));
    struct policies *again = NULL;
    double t = bench_now();
    BENCH_OK(policies_load(cli.packs, &again, &bench_diag));
    double compile = bench_now() - t;
    policies_free(again);
    h.facts = calloc((size_t)h.count, sizeof *h.facts);
    struct answer *known = calloc((size_t)h.count, sizeof *known), *less = calloc((size_t)h.count, sizeof *less);
    const struct json **unknown = calloc((size_t)h.count, sizeof *unknown);
    BENCH_CHECK(h.facts && known && less && unknown);
    BENCH_OK(store_read(cli.store, read_facts, &h, &bench_diag));
    BENCH_CHECK(h.count > 0);
    for (int64_t i = 0; i < h.count; i++) {
        const struct json *household = json_with(h.arena, json_get(h.facts[i], "户"), "货币财产", json_null());
        unknown[i] = json_with(h.arena, h.facts[i], "户", household);
    }
    unsigned e1, e2, e3;
    double plain = decide(&h, "dibao", h.facts, false, true, known, &e1, NULL), traced = decide(&h, "dibao", h.facts, true, false, known, &e3, NULL), in_doubt = decide(&h, "dibao", unknown, false, true, less, &e2, NULL);
    double same = decide(&h, "dibao", h.facts, false, false, known, &e1, NULL);
    decide(&h, "dibao", unknown, false, false, less, &e3, NULL);
    long undecided = 0, doubt = 0;
    for (int64_t i = 0; i < h.count; i++) {
        BENCH_CHECK(less[i].outcome == DECISION_UNDECIDED || less[i].outcome == known[i].outcome);
        BENCH_CHECK(less[i].outcome != DECISION_UNDECIDED || less[i].missing > 0);
        undecided += known[i].outcome == DECISION_UNDECIDED;
        doubt += less[i].outcome == DECISION_UNDECIDED;
    }
    char note[96];
    bench_machine();
    bench_head("the same again");
    snprintf(note, sizeof note, "%ld of %lld undecided, %.1f evaluations each", undecided, (long long)h.count, (double)e1 / (double)h.count);
    bench_row("as registers and bank know it", plain, "/s", same, note);
    bench_row("the same, trace written as JSON", traced, "/s", same, NULL);
    snprintf(note, sizeof note, "%ld of %lld undecided, %.1f evaluations each", doubt, (long long)h.count, (double)e2 / (double)h.count);
    bench_row("one fact unknown (货币财产)", in_doubt, "/s", same, note);
    bench_row("all policies compiled", compile * 1e3, "ms", NAN, NULL);
    every_scheme(&h, known);
    store_free(cli.store);
    return 0;
}
