/* Indicators: the forecast against a hand-made regression, the way to a target, statuses at their borders,
 * roll-ups, and packs that are wrong. */
#include "unit.h"

#include "civil/indicator/measure.h"
#include "civil/indicator/status.h"
#include "civil/pack/pack.h"

#include <math.h>

static struct packs *packs;
static struct arena *arena;
static struct plans plans;

static int load(void **state) {
    struct diag d = {0};
    char path[1024];
    snprintf(path, sizeof path, "%s/packs", getenv("SOURCE_ROOT"));
    arena = arena_new(0);
    assert_int_equal(packs_load(path, &packs, &d), OK);
    assert_int_equal(plans_read(arena, packs, &plans, &d), OK);
    return 0;
}

static int unload(void **state) {
    packs = packs_free(packs);
    arena = arena_free(arena);
    return 0;
}

static void forecast(void **state) {
    struct indicator_point p[] = {{18992, dec_int(10)}, {19357, dec_int(12)}, {19722, dec_int(15)}, {20088, dec_int(15)}};
    struct indicator_forecast f;
    assert_true(indicator_forecast(p, 4, 20453, &f)); /* 2021 to 2024, asked for the end of 2025 */
    assert_true(fabs(f.value - 17.4990398605) < 1e-6 && fabs(f.low - 11.0321723728) < 1e-6 && fabs(f.high - 23.9659073481) < 1e-6);
    assert_false(indicator_forecast(p, 2, 20453, &f));
    struct indicator_point same[] = {{1, dec_int(1)}, {1, dec_int(2)}, {1, dec_int(3)}};
    assert_false(indicator_forecast(same, 3, 9, &f));
}

static const char *judged(const struct indicator *i, double value, date_t day) {
    struct diag d = {0};
    struct indicator_standing s = {.has_value = true, .value = dec_round(dec_double(value), 6, DEC_HALF_EVEN), .day = day};
    assert_int_equal(indicator_judge(&plans, i, day, arena, &s, &d), OK);
    return s.status;
}

static void statuses(void **state) {
    /* 20 to 40 over 2021..2025: half of 1826 days is 2023-07-02, and half of the way is 30. */
    struct indicator i = {.key = "x", .plan = "xicheng-14", .op = "=", .kind = INDICATOR_NUMBER, .base_year = 2020, .target_year = 2025, .due_year = 2025,
        .has_base = true, .has_target = true, .base_value = dec_int(20), .target_value = dec_int(40)};
    date_t half = plan_year_end(2020) + 913;
    assert_string_equal(judged(&i, 30, half), "on_track");
    assert_string_equal(judged(&i, 32, half), "on_track");     /* 0.6 against 0.5: ten points are still in step */
    assert_string_equal(judged(&i, 32.0001, half), "ahead");
    assert_string_equal(judged(&i, 28, half), "on_track");
    assert_string_equal(judged(&i, 27.9999, half), "at_risk");
    assert_string_equal(judged(&i, 40, half), "met");
    assert_string_equal(judged(&i, 41, half), "met");
    assert_string_equal(judged(&i, 39.9999, plan_year_end(2025)), "missed");
    assert_string_equal(judged(&i, 39.9999, plan_year_end(2025) - 1), "on_track");
    struct indicator_standing none = {0};
    struct diag d = {0};
    assert_int_equal(indicator_judge(&plans, &i, half, arena, &none, &d), OK);
    assert_string_equal(none.status, "no_data");
    /* Less is better: 4731 down to 3126. */
    i.down = true;
    i.base_value = dec_int(4731);
    i.target_value = dec_int(3126);
    assert_string_equal(judged(&i, 3126, half), "met");
    assert_string_equal(judged(&i, 3127, plan_year_end(2025)), "missed");
    assert_string_equal(judged(&i, 4731, half), "at_risk");
    /* To be kept: the base is the target. */
    i.down = false;
    i.base_value = i.target_value = dec_int(100);
    assert_string_equal(judged(&i, 100, half), "met");
    assert_string_equal(judged(&i, 99, half), "at_risk");
    i.kind = INDICATOR_BASELINE;
    assert_null(judged(&i, 1, half));
}

static void rolled_up(void **state) {
    struct indicator i = {.key = "k", .unit = "%", .rollup = INDICATOR_RATIO};
    struct observed o[] = {
        {{"k", "110102001", 10, dec_int(75), true, dec_int(3), dec_int(4)}, "imported", 1},
        {{"k", "110102001", 20, dec_int(50), true, dec_int(1), dec_int(2)}, "imported", 1},
        {{"k", "110102001001", 10, dec_int(1), true, dec_int(1), dec_int(100)}, "imported", 1}, /* a level too deep */
        {{"k", "110102003", 10, dec_int(10), true, dec_int(1), dec_int(6)}, "imported", 1},
        {{"other", "110102003", 10, dec_int(10), true, dec_int(9), dec_int(9)}, "imported", 1},
    };
    struct series_point *p;
    size_t n;
    struct diag d = {0};
    assert_int_equal(observation_series(arena, &i, o, ARRAY_LEN(o), "110102", "imported", &p, &n, &d), OK);
    assert_int_equal(n, 2);
    assert_int_equal(dec_cmp(p[0].value, dec_int(40)), 0); /* 4 of 10, not the mean of 75 and 16.7 */
    assert_int_equal(p[0].below, 2);
    assert_int_equal(dec_cmp(p[1].value, dec_int(50)), 0);
    o[3].o.has_ratio = false; /* without its parts a ratio has no whole */
    assert_int_equal(observation_series(arena, &i, o, ARRAY_LEN(o), "110102", "imported", &p, &n, &d), OK);
    assert_int_equal(n, 1);
    i.rollup = INDICATOR_SUM;
    assert_int_equal(observation_series(arena, &i, o, ARRAY_LEN(o), "110102", "imported", &p, &n, &d), OK);
    assert_int_equal(dec_cmp(p[0].value, dec_int(85)), 0);
    i.rollup = INDICATOR_SAME;
    assert_int_equal(observation_series(arena, &i, o, ARRAY_LEN(o), "110102", "imported", &p, &n, &d), OK);
    assert_int_equal(n, 1); /* 75 and 10 are no one standard */
    struct observed own = {{"k", "110102", 10, dec_int(7), false, dec_int(0), dec_int(0)}, "imported", 1};
    o[4] = own; /* the division's own value comes before what lies below it */
    assert_int_equal(observation_series(arena, &i, o, ARRAY_LEN(o), "110102", "imported", &p, &n, &d), OK);
    assert_int_equal(dec_cmp(p[0].value, dec_int(7)), 0);
}

static void periods(void **state) {
    struct period p;
    struct diag d = {0};
    date_t today = date_from_ymd(2026, 11, 22);
    assert_int_equal(period_parse(SPAN("2024-02"), today, &p, &d), OK);
    assert_int_equal(p.last, date_from_ymd(2024, 2, 29));
    assert_int_equal(period_parse(SPAN("2026-Q3"), today, &p, &d), OK);
    assert_int_equal(p.first, date_from_ymd(2026, 7, 1));
    assert_int_equal(p.last, date_from_ymd(2026, 9, 30));
    static const char *const bad[] = {"", "2026", "2026-11", "2026-13", "2026-00", "2026-Q0", "2026-Q4", "2026-q3", "26-01", "2026-1", "2026-010", "1900", "2025 ", "-025", "2025-+1", "99999999999999999999"};
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        struct diag why = {0};
        if (period_parse(span_of(bad[i]), today, &p, &why) == OK)
            fail_msg("%s is taken for a period", bad[i]);
    }
}

/* What packs say is compiled whole, and measures that are wrong are named. */
static void measures(void **state) {
    struct diag d = {0};
    assert_int_equal(measures_check(arena, packs, &plans, date_from_ymd(2026, 11, 22), &d), OK);
    static const struct indicator_measure bad[] = {{"坏", "没有这种登记", "true", "1", false}, {"坏", "待遇", "政策 = ", "1", false}, {"坏", "待遇", "true", "1 +", false}};
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        struct plans p = plans;
        struct diag why = {0};
        p.measure = &bad[i];
        p.measure_count = 1;
        p.definition_count = 0;
        assert_int_equal(measures_check(arena, packs, &p, date_from_ymd(2026, 11, 22), &why), E_INPUT);
        assert_non_null(strstr(why.where, "坏"));
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(forecast), cmocka_unit_test(statuses), cmocka_unit_test(rolled_up), cmocka_unit_test(periods), cmocka_unit_test(measures)};
    return cmocka_run_group_tests(tests, load, unload);
}
