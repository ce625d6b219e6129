/* A reform of one scheme as the next one sees it, against each household asked by the engine of single cases, with what is held
 * written by hand; and the rows picked of a register, which answer as in the whole. */
#include "../support/test_store.h"

#include "civil/decision/decision.h"
#include "civil/decision/policies.h"
#include "civil/screening/city.h"
#include "civil/screening/snapshot_files.h"
#include "civil/simulation/simulation.h"

#include <stdio.h>

enum { PEOPLE = 4000, SCHEMES = 3 };
static const date_t TODAY = 20779; /* 2026-11-22 */
static const char *const schemes[SCHEMES] = {"dibao", "low_income", "elderly_living"};

struct town { struct arena *arena; struct packs *packs; struct policies *policies; struct snapshot *snapshot; struct figure_set set; };

static void open_town(struct town *t, struct fixture *f) {
    struct schema schema;
    AUTO(snapshot_writer) struct snapshot_writer *w = NULL;
    struct diag *d = &f->diag;
    char dir[600];
    t->arena = arena_new(0);
    snprintf(dir, sizeof dir, "%s/packs", getenv("SOURCE_ROOT"));
    expect_ok(packs_load(dir, &t->packs, d), d);
    expect_ok(policies_load(t->packs, &t->policies, d), d);
    expect_ok(schema_new(t->arena, &t->policies->words, &schema, d), d);
    struct city_config c = {.people = PEOPLE, .seed = 7, .today = TODAY, .missed_millionths = 200000, .lapsed_millionths = 40000,
        .dibao_fen = 145000, .low_income_fen = 254000, .threads = 1,
        .divisions = SPAN("code,name,level,parent\n11,北京市,1,\n110101001001,社区,4,110101001\n110105001001,社区,4,110105001\n")};
    snprintf(dir, sizeof dir, "%s/city", f->folder);
    expect_ok(snapshot_writer_new(dir, &schema, &w, d), d);
    expect_ok(city_write(&c, &schema, w, d), d);
    struct cohort_snapshot about = {.date = c.today, .source = {.synthetic = true}};
    expect_ok(snapshot_finish(w, &about, d), d);
    expect_ok(snapshot_open(dir, true, &t->snapshot, d), d);
}

static void close_town(struct town *t) {
    snapshot_free(t->snapshot);
    policies_free(t->policies);
    packs_free(t->packs);
    arena_free(t->arena);
}

/* ---- one by one ------------------------------------------------------------------------------- */

static struct decision asked(struct town *t, struct arena *a, const char *scheme, const struct json *facts, bool reform) {
    struct decision r;
    struct diag d = {0};
    struct decision_request q = {.scheme = scheme, .facts = facts, .as_of = TODAY, .budget = SIMULATION_ROW_BUDGET, .whether_only = true};
    if (reform) {
        q.set = &t->set;
        q.set_count = 1;
    }
    expect_ok(decision_make(t->policies, a, &q, &r, &d), &d);
    return r;
}

static bool is_dibao(const struct json *held) { return strcmp(json_str(held, "待遇", ""), "低保") == 0; }

/* 在享 without the subsistence allowance, or with one more. */
static const struct json *held_with(struct arena *a, const struct json *facts, bool begins, int64_t fen) {
    const struct json *held = json_get(facts, "在享"), *one = NULL;
    const struct json **list = ARENA_ARRAY(a, held->size + 1, const struct json *);
    size_t n = 0;
    for (size_t i = 0; i < held->size; i++)
        if (begins || !is_dibao(held->item[i]))
            list[n++] = held->item[i];
    char *text = arena_printf(a, "{\"待遇\":\"低保\",\"对象\":\"户\",\"起\":\"2026-11-22\",\"月金额\":%lld.%02lld}", (long long)fen / 100, (long long)fen % 100);
    struct diag d = {0};
    expect_ok(json_parse(a, span_of(text), &one, &d), &d);
    if (begins)
        list[n++] = one;
    return json_with(a, facts, "在享", json_new_array(a, list, n));
}

struct expected { uint64_t entitled; int64_t fen; unsigned turned; };

static struct expected low_income_by_hand(struct town *t, bool fed) {
    const struct cohort_table *h = snapshot_household(t->snapshot);
    struct screening_program x;
    struct diag d = {0};
    struct expected e = {0};
    expect_ok(screening_compile(t->policies, t->arena, h, "low_income", TODAY, NULL, 0, &x, &d), &d);
    for (uint64_t row = 0; row < h->count; row++) {
        AUTO(arena) struct arena *a = arena_new(0);
        const struct json *facts;
        expect_ok(screening_facts(&x, a, row, &facts, &d), &d);
        struct decision before = asked(t, a, "dibao", facts, false), after = asked(t, a, "dibao", facts, true);
        bool was = before.outcome == DECISION_ELIGIBLE, is = after.outcome == DECISION_ELIGIBLE, draws = false;
        const struct json *held = json_get(facts, "在享");
        for (size_t i = 0; held && i < held->size; i++)
            draws |= is_dibao(held->item[i]);
        if (fed && held && was != is && draws != is) {
            facts = held_with(a, facts, is, after.monthly_fen);
            e.turned++;
        }
        struct decision r = asked(t, a, "low_income", facts, true);
        e.entitled += r.outcome == DECISION_ELIGIBLE;
        e.fen += r.outcome == DECISION_ELIGIBLE ? r.monthly_fen : 0;
    }
    return e;
}

/* ---- tests --------------------------------------------------------------------------------------- */

static struct simulation *reform(struct town *t, const char *const *which, size_t n) {
    struct simulation_request r = {.before = t->policies, .after = t->policies, .scheme = which, .scheme_count = n, .set = &t->set, .set_count = 1,
        .household = snapshot_household(t->snapshot), .date = TODAY, .line_fen = 145000};
    struct simulation *s = NULL;
    struct diag d = {0};
    expect_ok(simulate(&r, t->arena, &s, &d), &d);
    return s;
}

static void expect_same(const struct simulated_scheme *x, const struct expected *e) {
    assert_int_equal(x->all.after.entitled, e->entitled);
    assert_int_equal(x->all.after.entitled_fen, e->fen);
}

static void the_next_scheme_sees_the_reform(void **state) {
    FIXTURE(f);
    static const char *const yuan[] = {"900", "1900"};
    struct town t;
    open_town(&t, f);
    for (size_t i = 0; i < ARRAY_LEN(yuan); i++) {
        t.set.name = SPAN("低保标准");
        expect_ok(dec_parse(span_of(yuan[i]), &t.set.value, &f->diag), &f->diag);
        AUTO(simulation) struct simulation *all = reform(&t, schemes, SCHEMES), *alone = reform(&t, schemes + 1, 1);
        struct expected fed = low_income_by_hand(&t, true), apart = low_income_by_hand(&t, false);
        assert_true(fed.turned > 0);
        assert_int_equal(all->scheme[1].fed, fed.turned);
        assert_int_equal(alone->scheme[0].fed, 0);
        expect_same(&all->scheme[1], &fed);
        expect_same(&alone->scheme[0], &apart);
        assert_true(i == 1 || fed.entitled > apart.entitled); /* who loses the allowance is low-income now */
        int64_t change = 0, sum = 0;
        for (size_t k = 0; k < SCHEMES; k++)
            change += all->scheme[k].all.after.entitled_fen + all->scheme[k].all.after.open_drawing_fen - all->scheme[k].all.before.entitled_fen - all->scheme[k].all.before.open_drawing_fen;
        for (size_t h = 0; h < all->people.count; h++)
            sum += all->after_fen[h] - all->before_fen[h];
        assert_int_equal(change, sum);
    }
    close_town(&t);
}

static void picked_rows_answer_as_in_the_whole(void **state) {
    FIXTURE(f);
    struct town t;
    open_town(&t, f);
    const struct cohort_table *whole = snapshot_household(t.snapshot);
    uint64_t n = 0, *row = ARENA_ARRAY(t.arena, whole->count, uint64_t);
    for (uint64_t i = 1; i < whole->count; i += 3)
        row[n++] = whole->count - i;
    struct cohort_table some;
    expect_ok(cohort_pick(t.arena, whole, row, n, &some, &f->diag), &f->diag);
    struct screening_program x, y;
    expect_ok(screening_compile(t.policies, t.arena, whole, "dibao", TODAY, NULL, 0, &x, &f->diag), &f->diag);
    expect_ok(screening_compile(t.policies, t.arena, &some, "dibao", TODAY, NULL, 0, &y, &f->diag), &f->diag);
    for (uint64_t i = 0; i < n; i++) {
        uint8_t s[2];
        int64_t v[2][SCREENING_OUTPUTS];
        struct cohort_result a = {&s[0], (int64_t *const[]){&v[0][0], &v[0][1], &v[0][2]}}, b = {&s[1], (int64_t *const[]){&v[1][0], &v[1][1], &v[1][2]}};
        expect_ok(cohort_run(x.program, t.arena, row[i], 1, &a, &f->diag), &f->diag);
        expect_ok(cohort_run(y.program, t.arena, i, 1, &b, &f->diag), &f->diag);
        assert_int_equal(s[0], s[1]);
        assert_memory_equal(v[0], v[1], sizeof v[0]);
    }
    close_town(&t);
}

int main(void) {
    const struct CMUnitTest tests[] = {ON_SQLITE_ONLY(the_next_scheme_sees_the_reform), ON_SQLITE_ONLY(picked_rows_answer_as_in_the_whole)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
