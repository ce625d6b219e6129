/* Case mode against brute force: random small policies, random inputs with
 * facts left out, every completion decided by itself.
 *
 * What brute force proves must be named; a decided answer is every completion's
 * answer; a rule error is every completion's.  When the engine says exact,
 * every name must be proven too: by the grid, or, since no grid is all numbers
 * and lists, by completions sampled off it.
 *
 *   UNIT_SEED=N CASE_ROUNDS=200000 test_dmn_case_random      the long run
 *   CASE_FIRST=N starts at round N; every round has its own seed.
 *   CASE_COMPLETIONS=N completions of an input at most. */
#include "random_policy.h"

#include "feel/unknown.h"

enum { ROUNDS = 700, COMPLETIONS_MAX = 600, SAMPLES = 20000, INPUTS = 3 };

struct round {
    struct arena *model, *facts, *run;
    const struct dmn_model *policy;
    const struct dmn_vocabulary *vocabulary;
    struct dmn_case_memory *memory;
    struct rp_input in;
    struct buf xml, json;
    uint64_t *hash;
    bool proven[RP_PLACES_MAX];
    bool varies, all_errors;
    unsigned number;
    size_t most; /* completions */
};
struct tally { unsigned rounds, exact, undecided, errors, sampled, whether; unsigned long evaluations, recalled; };

static const uint64_t ERROR = 1;

/* ---- one completion --------------------------------------------------------------------- */

static uint64_t decide_whole(struct round *r, const struct feel_value *choice) {
    struct feel_env env;
    struct feel_notes notes = {0};
    struct dmn_result result;
    struct diag d = {0};
    static const struct span answer = {"结果", 6};
    arena_reset(r->run);
    feel_env_init(&env, r->run, &notes);
    env.case_mode = true;
    struct dmn_request q = {.model = r->policy, .decision = &answer, .decision_count = 1,
        .inputs = rp_complete(&r->in, r->run, choice)};
    if (dmn_evaluate(&env, &q, &result, &d) != OK)
        fail_msg("round %u: %s", r->number, d.code);
    assert_false(feel_has_unknown(&result.value));
    bool none = feel_is_null(result.value) || feel_find_error(&result.value);
    return none ? ERROR : feel_value_hash(&result.value);
}

/* ---- all of them --------------------------------------------------------------------------- */

static void choose(const struct rp_input *in, size_t n, struct feel_value *choice) {
    for (size_t i = 0; i < in->count; i++) {
        choice[i] = in->place[i].option[n % in->place[i].count];
        n /= in->place[i].count;
    }
}

static void brute_force(struct round *r) {
    struct feel_value choice[RP_PLACES_MAX];
    r->varies = false;
    r->all_errors = true;
    for (size_t n = 0; n < r->in.completions; n++) {
        choose(&r->in, n, choice);
        r->hash[n] = decide_whole(r, choice);
        r->varies = r->varies || r->hash[n] != r->hash[0];
        r->all_errors = r->all_errors && r->hash[n] == ERROR;
    }
    size_t stride = 1;
    for (size_t i = 0; i < r->in.count; i++) {
        size_t count = r->in.place[i].count;
        r->proven[i] = false;
        for (size_t n = 0; n < r->in.completions && !r->proven[i]; n++)
            r->proven[i] = r->hash[n] != r->hash[n - n / stride % count * stride];
        stride *= count;
    }
}

/* Does changing place i alone change the answer, off the grid? */
static bool sampled(struct round *r, size_t place, unsigned samples, uint64_t *dice) {
    AUTO(arena) struct arena *a = arena_new(0);
    struct feel_value choice[RP_PLACES_MAX];
    for (unsigned k = 0; k < samples; k++) {
        arena_reset(a);
        for (size_t i = 0; i < r->in.count; i++)
            choice[i] = rp_any(&r->in.place[i], a, dice);
        uint64_t h = decide_whole(r, choice);
        for (int again = 0; again < 4; again++) {
            choice[place] = rp_any(&r->in.place[place], a, dice);
            if (decide_whole(r, choice) != h)
                return true;
        }
    }
    return false;
}

/* ---- the comparison --------------------------------------------------------------------------- */

static void tell(struct round *r, const struct dmn_case_answer *a, const char *what) {
    printf("# %s\n# input %s\n# named:", buf_str(&r->xml), buf_str(&r->json));
    for (size_t i = 0; i < a->missing_count; i++)
        printf(" %.*s", SPAN_ARG(a->missing[i]));
    printf("; proven:");
    for (size_t i = 0; i < r->in.count; i++)
        printf(" %s%s", r->in.place[i].label, r->proven[i] ? "" : "(not)");
    fail_msg("round %u: %s (%s, %u evaluations)", r->number, what, a->exact ? "exact" : "not exact", a->evaluations);
}

static bool names(const struct dmn_case_answer *a, const char *label) {
    for (size_t k = 0; k < a->missing_count; k++)
        if (span_is(a->missing[k], label))
            return true;
    return false;
}

static bool proven_label(const struct round *r, const char *label) {
    for (size_t i = 0; i < r->in.count; i++)
        if (r->proven[i] && strcmp(r->in.place[i].label, label) == 0)
            return true;
    return false;
}

static void check_names(struct round *r, const struct dmn_case_answer *a, struct tally *t, uint64_t *dice) {
    for (size_t i = 0; i < r->in.count; i++)
        if (r->proven[i] && !names(a, r->in.place[i].label))
            tell(r, a, "a fact that changes the answer is not named");
    for (size_t i = 0; a->exact && i < r->in.count; i++) {
        const char *label = r->in.place[i].label;
        if (!names(a, label) || proven_label(r, label))
            continue;
        t->sampled++;
        for (size_t k = 0; k < r->in.count && !proven_label(r, label); k++)
            if (strcmp(label, r->in.place[k].label) == 0)
                r->proven[k] = sampled(r, k, SAMPLES, dice);
        if (!proven_label(r, label))
            tell(r, a, "named as exact, and nothing shows that it matters");
    }
}

static bool names_all(const struct dmn_case_answer *a, const struct dmn_case_answer *of) {
    for (size_t i = 0; i < of->missing_count; i++) {
        bool found = false;
        for (size_t k = 0; k < a->missing_count && !found; k++)
            found = span_eq(a->missing[k], of->missing[i]);
        if (!found)
            return false;
    }
    return true;
}

/* What the policy's other inputs showed changes nothing but how soon, and how surely, it is told. */
static void recall(struct round *r, struct tally *t, struct dmn_case c, const struct dmn_case_answer *a, struct feel_env *env) {
    struct dmn_case_answer b = {0};
    struct diag d = {0};
    c.memory = r->memory;
    expect_ok(dmn_case_decide(env, &c, &b, &d), &d);
    t->recalled += b.evaluations;
    if (a->decided != b.decided && (a->exact || b.exact))
        tell(r, &b, "what others showed decides it, or leaves it open");
    if ((a->exact && !names_all(&b, a)) || (b.exact && !names_all(a, &b)))
        tell(r, &b, "what others showed changes what is missing");
}

static void compare(struct round *r, struct tally *t, uint64_t *dice) {
    struct feel_env env;
    struct feel_notes notes = {0};
    struct dmn_case_answer a = {0};
    struct diag d = {0};
    const struct json *facts;
    static const struct span param = {"线", 3};
    struct feel_value line = feel_int(2);
    arena_reset(r->run);
    expect_ok(json_parse(r->run, span_of(buf_str(&r->json)), &facts, &d), &d);
    feel_env_init(&env, r->run, &notes);
    struct dmn_case c = {.model = r->policy, .answer = span_of("结果"), .vocabulary = r->vocabulary, .facts = facts,
        .extra = feel_context(r->run, &param, &line, 1), .null_facts = rp_null_facts, .null_fact_count = 1};
    enum status s = dmn_case_decide(&env, &c, &a, &d);
    t->rounds++;
    t->evaluations += a.evaluations;
    if (s != OK) {
        assert_string_equal("dmn.rule_error", d.code);
        t->errors++;
        if (!r->all_errors)
            tell(r, &a, "a rule error that is not every completion's");
        return;
    }
    t->exact += a.exact;
    recall(r, t, c, &a, &env);
    struct dmn_case_answer whether = {0};
    c.whether_only = true;
    expect_ok(dmn_case_decide(&env, &c, &whether, &d), &d);
    if (a.exact && whether.certain && whether.decided != a.decided)
        tell(r, &whether, "asked whether alone, it answers otherwise");
    t->whether += whether.certain;
    t->undecided += !a.decided;
    struct span *kept = ARENA_ARRAY(r->facts, a.missing_count + 1, struct span); /* what is asked again below resets r->run */
    assert_non_null(kept);
    for (size_t i = 0; i < a.missing_count; i++)
        kept[i] = a.missing[i];
    a.missing = kept;
    if (a.decided != (a.missing_count == 0))
        tell(r, &a, "decided with facts missing");
    if (a.decided && r->varies)
        tell(r, &a, "decided, and completions differ");
    if (a.decided && r->hash[0] != feel_value_hash(&a.value))
        tell(r, &a, "decided otherwise than every completion");
    check_names(r, &a, t, dice);
}

static void one_policy(struct round *r, struct tally *t, uint64_t seed) {
    struct diag d = {0};
    uint64_t dice = seed;
    arena_reset(r->model);
    buf_clear(&r->xml);
    rp_policy(&r->xml, &dice);
    expect_ok(dmn_load(r->model, span_of(buf_str(&r->xml)), NULL, &r->policy, &d), &d);
    if (dmn_problem_count(r->policy))
        fail_msg("%s: %s", buf_str(&r->xml), dmn_problem(r->policy, 0)->code);
    expect_ok(dmn_vocabulary_load(r->model, span_of(rp_vocabulary), span_of("输入"), &r->vocabulary, &d), &d);
    r->memory = dmn_case_memory_new(r->model, r->vocabulary);
    assert_non_null(r->memory);
    for (int i = 0; i < INPUTS; i++) {
        arena_reset(r->facts);
        buf_clear(&r->json);
        rp_input(&r->in, r->facts, &dice, r->most);
        rp_json(&r->in, &r->json, &dice);
        brute_force(r);
        compare(r, t, &dice);
    }
}

static unsigned setting(const char *name, unsigned otherwise) {
    const char *text = getenv(name);
    return text ? (unsigned)strtoul(text, NULL, 10) : otherwise;
}

static void random_policies_agree_with_brute_force(void **state) {
    (void)state;
    uint64_t seed = unit_seed("dmn_case_random");
    struct tally t = {0};
    struct round r = {.model = arena_new(0), .facts = arena_new(0), .run = arena_new(0),
        .most = setting("CASE_COMPLETIONS", COMPLETIONS_MAX)};
    r.hash = calloc(r.most, sizeof *r.hash);
    assert_non_null(r.hash);
    buf_init(&r.xml, 0);
    buf_init(&r.json, 0);
    unsigned rounds = setting("CASE_ROUNDS", ROUNDS);
    for (unsigned i = setting("CASE_FIRST", 0); i < rounds; i++) {
        r.number = i;
        one_policy(&r, &t, seed + i * 0x9e3779b97f4a7c15u);
    }
    printf("# %u inputs: %u exact, %u undecided, %u rule errors, %u names proven off the grid, %lu evaluations, %lu with what others showed\n",
        t.rounds, t.exact, t.undecided, t.errors, t.sampled, t.evaluations, t.recalled);
    assert_true(t.undecided > 0);
    assert_true(t.whether > t.undecided);
    buf_release(&r.xml);
    buf_release(&r.json);
    free(r.hash);
    arena_free(r.model);
    arena_free(r.facts);
    arena_free(r.run);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(random_policies_agree_with_brute_force)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
