/* Columns against the scalar engine: random small policies, random households with
 * facts that nobody knows and facts that are null.
 *
 * A decided row is what every completion of its unknown facts gives, an error what
 * every completion makes one of; a row without unknowns is never open.
 *
 *   UNIT_SEED=N COHORT_ROUNDS=20000 test_cohort_random */
#include "cohort_values.h"
#include "random_policy.h"

#include "cohort/cohort.h"

enum { ROUNDS = 150, ROWS = 40, COMPLETIONS_MAX = 40, SCALE = 9, TRIES = 60 };

struct round {
    struct arena *model, *facts, *run;
    const struct dmn_model *policy;
    struct rp_input in[ROWS];
    struct feel_value known[ROWS];  /* the whole input, unknowns marked */
    struct buf xml;
    unsigned number;
};
struct tally { unsigned rows, decided, open, errors, fallbacks, policies; };
struct answer { bool error; bool yes; int64_t amount; };

static struct feel_value cloned(struct arena *a, const struct feel_value *v) {
    size_t n = v->kind == FEEL_LIST ? v->count : v->kind == FEEL_CONTEXT ? v->shape->count : 0;
    struct feel_value copy = *v, *part = ARENA_ARRAY(a, n + 1, struct feel_value);
    for (size_t i = 0; i < n; i++)
        part[i] = cloned(a, v->kind == FEEL_LIST ? &v->item[i] : &v->value[i]);
    if (v->kind == FEEL_LIST)
        copy.item = part;
    else if (v->kind == FEEL_CONTEXT)
        copy.value = part;
    return copy;
}

/* Some known values become null: the same places in every completion. */
static void make_nulls(struct feel_value *v, uint64_t *dice, unsigned odds) {
    size_t n = v->kind == FEEL_LIST ? v->count : v->kind == FEEL_CONTEXT ? v->shape->count : 0;
    struct feel_value *part = (struct feel_value *)(uintptr_t)(v->kind == FEEL_LIST ? v->item : v->value);
    for (size_t i = 0; i < n; i++) {
        bool scalar = part[i].kind > FEEL_NULL && part[i].kind < FEEL_LIST;
        if (scalar && unit_random(dice) % 1000 < odds)
            part[i] = feel_null();
        else
            make_nulls(&part[i], dice, odds);
    }
}

/* What is unknown in `known` from the completion, everything else from `known`. */
static void fill(struct feel_value *known, const struct feel_value *whole) {
    if (known->kind == FEEL_UNKNOWN) {
        *known = *whole;
        return;
    }
    size_t n = known->kind == FEEL_LIST ? known->count : known->kind == FEEL_CONTEXT ? known->shape->count : 0;
    for (size_t i = 0; i < n; i++)
        fill((struct feel_value *)(uintptr_t)(known->kind == FEEL_LIST ? &known->item[i] : &known->value[i]),
            known->kind == FEEL_LIST ? &whole->item[i] : &whole->value[i]);
}

static struct answer decide(struct round *r, struct feel_value inputs, bool case_mode) {
    struct feel_env env;
    struct dmn_result result;
    struct diag d = {0};
    struct answer a = {0};
    static const struct span name = {"结果", 6};
    feel_env_init(&env, r->run, NULL);
    env.case_mode = case_mode;
    struct dmn_request q = {.model = r->policy, .decision = &name, .decision_count = 1, .inputs = inputs};
    if (dmn_evaluate(&env, &q, &result, &d) != OK)
        fail_msg("round %u: %s", r->number, d.code);
    const struct feel_value *yes = feel_get(&result.value, span_of("符合")), *amount = feel_get(&result.value, span_of("额"));
    a.error = !yes || !amount || yes->kind != FEEL_BOOLEAN || amount->kind != FEEL_NUMBER || feel_find_error(&result.value);
    if (a.error)
        return a;
    struct dec n = dec_mul(amount->number, dec_int(1000000000));
    a.yes = yes->boolean;
    a.error = dec_to_int(n, &a.amount, NULL) != OK;
    return a;
}

static const struct cohort_bind binds[] = {
    {.input = {"户", 3}, .kind = COHORT_ROW},
    {.input = {"在享", 6}, .kind = COHORT_LIST},
    {.input = {"日期", 6}, .kind = COHORT_VALUE},
    {.input = {"线", 3}, .kind = COHORT_VALUE},
};

static const struct cohort_program *program(struct round *r, const struct cohort_table *t) {
    static const struct cohort_output outputs[2] = {{{"结果.符合", 13}, COHORT_OUT_BOOLEAN, 0}, {{"结果.额", 10}, COHORT_OUT_NUMBER, SCALE}};
    struct cohort_bind *bind = ARENA_ARRAY(r->facts, ARRAY_LEN(binds), struct cohort_bind);
    struct diag d = {0};
    const struct cohort_program *p = NULL;
    memcpy(bind, binds, sizeof binds);
    assert_true(feel_parse_date(span_of("2024-08-15"), &bind[2].value));
    bind[3].value = feel_int(2);
    struct cohort_request q = {.model = r->policy, .household = t, .bind = bind, .bind_count = ARRAY_LEN(binds),
        .output = outputs, .output_count = 2};
    if (cohort_compile(r->facts, &q, &p, &d) != OK)
        fail_msg("round %u: %s\n%s", r->number, d.code, buf_str(&r->xml));
    return p;
}

static void tell(struct round *r, const struct cohort_program *p, size_t row, const char *what) {
    BUF_AUTO plan;
    buf_init(&plan, 0);
    cohort_plan_text(&plan, p);
    BUF_AUTO text;
    buf_init(&text, 0);
    feel_text(&text, &r->known[row], true);
    printf("# %s\n# %s\n%s", buf_str(&r->xml), buf_str(&text), buf_str(&plan));
    fail_msg("round %u, row %zu: %s", r->number, row, what);
}

static void check_row(struct round *r, const struct cohort_program *p, size_t row, uint8_t state, bool yes, int64_t amount, struct tally *t, uint64_t *dice) {
    struct rp_input *in = &r->in[row];
    struct feel_value choice[RP_PLACES_MAX];
    size_t n = in->completions < TRIES ? in->completions : TRIES;
    t->rows++;
    t->decided += state == COHORT_DECIDED;
    t->open += state == COHORT_OPEN;
    t->errors += state == COHORT_ERROR;
    if (in->count == 0 && state == COHORT_OPEN)
        tell(r, p, row, "open, and nothing is unknown");
    for (size_t k = 0; k < n; k++) {
        arena_reset(r->run);
        for (size_t i = 0; i < in->count; i++)
            choice[i] = k ? rp_any(&in->place[i], r->run, dice) : in->place[i].option[0];
        struct feel_value whole = rp_complete(in, r->run, choice), inputs = cloned(r->run, &r->known[row]);
        fill(&inputs, &whole);
        struct answer a = decide(r, inputs, true);
        if (state == COHORT_ERROR && !a.error)
            tell(r, p, row, "an error that is not every completion's");
        if (state == COHORT_DECIDED && (a.error || a.yes != yes || a.amount != amount)) {
            printf("# columns %d %lld, scalar %s%d %lld\n", yes, (long long)amount, a.error ? "error " : "", a.yes, (long long)a.amount);
            tell(r, p, row, "decided otherwise than a completion");
        }
        if (state != COHORT_DECIDED || in->count)
            continue;
        a = decide(r, inputs, false);
        if (a.error || a.yes != yes || a.amount != amount)
            tell(r, p, row, "the standard's own mode decides otherwise");
    }
}

static void one_policy(struct round *r, struct tally *t, uint64_t seed) {
    struct diag d = {0};
    uint64_t dice = seed;
    struct feel_value household[ROWS], benefits[ROWS];
    uint8_t state[ROWS];
    int64_t yes[ROWS], amount[ROWS], *value[2] = {yes, amount};
    arena_reset(r->model);
    arena_reset(r->facts);
    buf_clear(&r->xml);
    rp_policy(&r->xml, &dice);
    expect_ok(dmn_load(r->model, span_of(buf_str(&r->xml)), NULL, &r->policy, &d), &d);
    unsigned nulls = unit_random(&dice) % 3 ? 0 : 60;
    for (size_t i = 0; i < ROWS; i++) {
        struct feel_value choice[RP_PLACES_MAX];
        for (size_t k = 0; k < RP_PLACES_MAX; k++)
            choice[k] = cv_unknown();
        rp_input(&r->in[i], r->facts, &dice, unit_random(&dice) % 2 ? 1 : COMPLETIONS_MAX);
        struct feel_value v = rp_complete(&r->in[i], r->facts, choice);
        r->known[i] = cloned(r->facts, &v);
        make_nulls((struct feel_value *)(uintptr_t)feel_get(&r->known[i], span_of("户")), &dice, nulls);
        household[i] = *feel_get(&r->known[i], span_of("户"));
        benefits[i] = *feel_get(&r->known[i], span_of("在享"));
    }
    struct cohort_table *table = cv_table(r->facts, span_of(rp_vocabulary), "户", household, ROWS);
    cv_add_list(r->facts, table, span_of(rp_vocabulary), "在享", "在享", benefits);
    const struct cohort_program *p = program(r, table);
    struct cohort_result result = {state, value};
    expect_ok(cohort_run(p, r->run, 0, ROWS, &result, &d), &d);
    t->policies++;
    t->fallbacks += cohort_fallback_count(p) > 0;
    if (getenv("COHORT_WHY") && cohort_fallback_count(p))
        printf("# %.*s: %.*s\n", SPAN_ARG(cohort_fallback(p, 0).where), SPAN_ARG(cohort_fallback(p, 0).why));
    for (size_t i = 0; i < ROWS; i++)
        check_row(r, p, i, state[i], yes[i] != 0, amount[i], t, &dice);
}

static void random_policies(void **unused) {
    (void)unused;
    uint64_t seed = unit_seed("test_cohort_random");
    const char *rounds = getenv("COHORT_ROUNDS"), *first = getenv("COHORT_FIRST");
    unsigned n = rounds ? (unsigned)strtoul(rounds, NULL, 10) : ROUNDS, from = first ? (unsigned)strtoul(first, NULL, 10) : 0;
    static struct round r;
    struct tally t = {0};
    r.model = arena_new(0);
    r.facts = arena_new(0);
    r.run = arena_new(0);
    buf_init(&r.xml, 0);
    for (r.number = from; r.number < from + n; r.number++)
        one_policy(&r, &t, seed + r.number * 0x9E3779B97F4A7C15ULL);
    printf("# %u policies, %u row by row; %u rows: %u decided, %u open, %u errors\n", t.policies, t.fallbacks, t.rows, t.decided, t.open, t.errors);
    assert_true(t.decided > t.rows / 4 && t.open > 0 && t.errors > 0);
    assert_true(t.fallbacks * 2 < t.policies); /* else columns are hardly looked at */
    buf_release(&r.xml);
    arena_free(r.model);
    arena_free(r.facts);
    arena_free(r.run);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(random_policies)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
