/* The packs' policies over columns against decision_make: a made-up city, and the packs'
 * own cases with facts left out.  No policy falls back to the scalar engine.
 *
 *   COHORT_ROWS=N rows of each scheme that are asked again (all: 0) */
#include "../support/test_store.h"

#include "civil/decision/decision.h"
#include "civil/screening/city.h"
#include "civil/screening/program.h"
#include "civil/screening/snapshot_files.h"

#include <stdio.h>

enum { PEOPLE = 20000, ASKED = 60 };
static const date_t TODAY = 20779; /* 2026-11-22 */
static const char *const schemes[] = {"dibao", "low_income", "tekun", "temporary", "disability_living", "disability_care", "elderly_living",
    "elderly_care", "elderly_age", "children"};

static struct span whole(struct arena *a, const char *name) {
    char path[512];
    snprintf(path, sizeof path, "%s/%s", getenv("SOURCE_ROOT"), name);
    FILE *in = fopen(path, "rb");
    assert_non_null(in);
    char *text = arena_alloc(a, 1 << 20);
    size_t n = fread(text, 1, 1 << 20, in);
    fclose(in);
    return (struct span){text, n};
}

static struct snapshot *city(struct arena *a, struct fixture *f, int64_t people, uint64_t seed) {
    struct schema schema; /* before what is freed with it */
    AUTO(snapshot_writer) struct snapshot_writer *w = NULL;
    struct snapshot *s = NULL;
    struct vocabulary v;
    char dir[600];
    expect_ok(vocabulary_load(a, whole(a, "packs/vocabulary.csv"), &v, &f->diag), &f->diag);
    expect_ok(schema_new(a, &v, &schema, &f->diag), &f->diag);
    struct city_config c = {.people = people, .seed = seed, .today = TODAY, .missed_millionths = 200000, .lapsed_millionths = 40000,
        .dibao_fen = 145000, .low_income_fen = 254000, .threads = 1,
        .divisions = SPAN("code,name,level,parent\n11,北京市,1,\n110101001001,社区,4,110101001\n110105001001,社区,4,110105001\n")};
    snprintf(dir, sizeof dir, "%s/city", f->folder);
    expect_ok(snapshot_writer_new(dir, &schema, &w, &f->diag), &f->diag);
    expect_ok(city_write(&c, &schema, w, &f->diag), &f->diag);
    struct cohort_snapshot about = {.date = c.today, .source = {.synthetic = true}};
    expect_ok(snapshot_finish(w, &about, &f->diag), &f->diag);
    expect_ok(snapshot_open(dir, true, &s, &f->diag), &f->diag);
    return s;
}

struct tally { unsigned rows, decided, open, error, asked, same, needless; };

static void check_row(const struct screening_program *x, uint64_t row, uint8_t state, const int64_t *value, struct tally *t) {
    AUTO(arena) struct arena *a = arena_new(0);
    struct decision r;
    struct diag d = {0};
    enum status s = screening_decide(x, a, row, NULL, &r, &d);
    const char *scheme = x->policy.matter->scheme;
    t->asked++;
    if (s != OK) {
        if (strcmp(d.code, "dmn.rule_error") != 0 || state == COHORT_DECIDED)
            fail_msg("%s row %llu: %s at %s, columns %d", scheme, (unsigned long long)row, d.code, d.where, state);
        return;
    }
    if (state == COHORT_ERROR)
        fail_msg("%s row %llu: columns have a rule error", scheme, (unsigned long long)row);
    if (r.outcome == DECISION_UNDECIDED && state != COHORT_OPEN)
        fail_msg("%s row %llu: undecided (%s …), columns decided", scheme, (unsigned long long)row, r.missing[0]);
    if (state == COHORT_OPEN) {
        t->needless += r.outcome != DECISION_UNDECIDED;
        return;
    }
    bool eligible = r.outcome == DECISION_ELIGIBLE;
    if (value[0] != eligible || value[1] != r.monthly_fen || value[2] != r.once_fen)
        fail_msg("%s row %llu: columns %lld %lld %lld, scalar %d %lld %lld", scheme, (unsigned long long)row, (long long)value[0],
            (long long)value[1], (long long)value[2], eligible, (long long)r.monthly_fen, (long long)r.once_fen);
    t->same++;
}

static void check_scheme(const struct policies *p, const struct cohort_table *household, const char *scheme, uint64_t *dice) {
    AUTO(arena) struct arena *a = arena_new(0), *scratch = arena_new(0);
    struct screening_program x;
    struct diag d = {0};
    struct tally t = {0};
    expect_ok(screening_compile(p, a, household, scheme, TODAY, NULL, 0, &x, &d), &d);
    assert_non_null(x.program);
    if (cohort_fallback_count(x.program))
        fail_msg("%s runs row by row: %.*s: %.*s", scheme, SPAN_ARG(cohort_fallback(x.program, 0).where), SPAN_ARG(cohort_fallback(x.program, 0).why));
    uint64_t n = cohort_rows(x.program);
    uint8_t *state = arena_array(a, n, 1);
    int64_t *value[SCREENING_OUTPUTS];
    for (int i = 0; i < SCREENING_OUTPUTS; i++)
        value[i] = arena_array(a, n, 8);
    struct cohort_result result = {state, value};
    expect_ok(cohort_run(x.program, scratch, 0, n, &result, &d), &d);
    for (uint64_t i = 0; i < n; i++) {
        t.rows++;
        t.decided += state[i] == COHORT_DECIDED;
        t.open += state[i] == COHORT_OPEN;
        t.error += state[i] == COHORT_ERROR;
    }
    const char *rows = getenv("COHORT_ROWS");
    uint64_t asked = rows ? strtoull(rows, NULL, 10) : ASKED;
    for (uint64_t k = 0; k < (asked ? asked : n); k++) {
        uint64_t i = asked ? unit_random(dice) % n : k;
        for (int tries = 0; asked && k % 2 && state[i] == COHORT_DECIDED && !value[0][i] && tries < 500; tries++)
            i = unit_random(dice) % n; /* those who get nothing are most */
        const int64_t v[] = {value[0][i], value[1][i], value[2][i]};
        check_row(&x, i, state[i], v, &t);
    }
    printf("# %s: %u rows, %u decided, %u open, %u errors; %u asked again, %u the same, %u open that are decided\n", scheme, t.rows, t.decided,
        t.open, t.error, t.asked, t.same, t.needless);
    assert_int_equal(0, t.error);
}

static void the_city_is_decided_as_each_of_its_cases(void **state) {
    FIXTURE(f);
    AUTO(arena) struct arena *a = arena_new(0);
    uint64_t dice = unit_seed("test_cohort_packs");
    AUTO(packs) struct packs *packs = NULL;
    AUTO(policies) struct policies *policies = NULL;
    char dir[512];
    snprintf(dir, sizeof dir, "%s/packs", getenv("SOURCE_ROOT"));
    expect_ok(packs_load(dir, &packs, &f->diag), &f->diag);
    expect_ok(policies_load(packs, &policies, &f->diag), &f->diag);
    AUTO(snapshot) struct snapshot *s = city(a, f, PEOPLE, dice);
    for (size_t i = 0; i < ARRAY_LEN(schemes); i++)
        check_scheme(policies, snapshot_household(s), schemes[i], &dice);
}

int main(void) {
    const struct CMUnitTest tests[] = {ON_SQLITE_ONLY(the_city_is_decided_as_each_of_its_cases)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
