#include "unit.h"

#include "base/date.h"

static void known_days(void **state) {
    (void)state;
    assert_int_equal(date_from_ymd(1970, 1, 1), 0);
    assert_int_equal(date_from_ymd(1969, 12, 31), -1);
    assert_int_equal(date_from_ymd(2000, 3, 1), 11017);
    assert_int_equal(date_from_ymd(2026, 7, 15) - date_from_ymd(2025, 7, 15), 365);
    assert_int_equal(date_weekday(0), 4);
    assert_int_equal(date_weekday(date_from_ymd(1949, 10, 1)), 6);
    assert_int_equal(date_weekday(date_from_ymd(2026, 7, 5)), 7);
    assert_int_equal(date_weekday(date_from_ymd(2026, 7, 6)), 1);
}

/* Every day of the range, counted by hand. */
static void every_day(void **state) {
    (void)state;
    date_t d = date_from_ymd(-9999, 1, 1);
    int weekday = date_weekday(d);
    for (int y = -9999; y <= 9999; y++)
        for (int m = 1; m <= 12; m++)
            for (int day = 1; day <= days_in_month(y, m); day++, d++) {
                struct ymd t = date_ymd(d);
                if (t.year != y || t.month != m || t.day != day ||
                    date_from_ymd(y, m, day) != d || date_weekday(d) != weekday)
                    fail_msg("%d-%d-%d", y, m, day);
                weekday = weekday % 7 + 1;
            }
}

static void leap_years(void **state) {
    (void)state;
    assert_true(date_valid(2024, 2, 29));
    assert_true(date_valid(2000, 2, 29));
    assert_false(date_valid(1900, 2, 29));
    assert_false(date_valid(2023, 2, 29));
    assert_false(date_valid(2024, 2, 30));
    assert_false(date_valid(2024, 0, 1));
    assert_false(date_valid(2024, 13, 1));
    assert_false(date_valid(2024, 4, 31));
    assert_false(date_valid(2024, 1, 0));
    assert_false(date_valid(10000, 1, 1));
    assert_int_equal(days_in_month(2024, 2), 29);
    assert_int_equal(days_in_month(2100, 2), 28);
}

static void months(void **state) {
    (void)state;
    assert_int_equal(date_add_months(date_from_ymd(2024, 1, 31), 1), date_from_ymd(2024, 2, 29));
    assert_int_equal(date_add_months(date_from_ymd(2023, 1, 31), 1), date_from_ymd(2023, 2, 28));
    assert_int_equal(date_add_months(date_from_ymd(2024, 3, 31), -1), date_from_ymd(2024, 2, 29));
    assert_int_equal(date_add_months(date_from_ymd(2024, 12, 15), 1), date_from_ymd(2025, 1, 15));
    assert_int_equal(date_add_months(date_from_ymd(2024, 1, 15), -1), date_from_ymd(2023, 12, 15));
    assert_int_equal(date_add_months(date_from_ymd(2024, 2, 29), 12), date_from_ymd(2025, 2, 28));
    assert_int_equal(date_add_months(date_from_ymd(2024, 5, 5), 0), date_from_ymd(2024, 5, 5));
    assert_int_equal(date_add_months(date_from_ymd(0, 1, 15), -1), date_from_ymd(-1, 12, 15));
    assert_int_equal(date_add_months(date_from_ymd(9999, 12, 1), 1), DATE_NONE);
    assert_int_equal(date_add_months(date_from_ymd(-9999, 1, 1), INT32_MIN), DATE_NONE);
}

static void ages(void **state) {
    (void)state;
    date_t leap = date_from_ymd(2008, 2, 29);
    assert_int_equal(date_age(leap, date_from_ymd(2026, 2, 28)), 17);
    assert_int_equal(date_age(leap, date_from_ymd(2026, 3, 1)), 18);
    assert_int_equal(date_age(leap, date_from_ymd(2024, 2, 28)), 15);
    assert_int_equal(date_age(leap, date_from_ymd(2024, 2, 29)), 16);
    date_t birth = date_from_ymd(1966, 7, 15);
    assert_int_equal(date_age(birth, date_from_ymd(2026, 7, 14)), 59);
    assert_int_equal(date_age(birth, date_from_ymd(2026, 7, 15)), 60);
    assert_int_equal(date_age(birth, birth), 0);
    assert_int_equal(date_age(birth, birth - 1), -1);
}

static void text(void **state) {
    (void)state;
    struct diag d = {0};
    uint64_t seed = unit_seed("date text");
    int span = date_from_ymd(9999, 12, 31) - date_from_ymd(0, 1, 1) + 1;
    for (int i = 0; i < 100000; i++) {
        date_t day = date_from_ymd(0, 1, 1) + (date_t)(unit_random(&seed) % (unsigned)span), back;
        char out[DATE_TEXT_MAX];
        assert_int_equal(date_text(day, out), 10);
        expect_ok(date_parse(span_of(out), &back, &d), &d);
        assert_int_equal(back, day);
    }
}

static void text_refused(void **state) {
    (void)state;
    static const struct { const char *text, *code; } bad[] = {
        {"", "date.syntax"}, {"2024-8-15", "date.syntax"}, {"2024/08/15", "date.syntax"},
        {"20240815", "date.syntax"}, {"2024-08-15 ", "date.syntax"}, {" 2024-08-15", "date.syntax"},
        {"2024-08-1a", "date.syntax"}, {"+024-08-15", "date.syntax"}, {"2024-08-15T", "date.syntax"},
        {"２０２４-08-15", "date.syntax"}, {"2024年8月15日", "date.syntax"}, {"2024-02-30", "date.impossible"},
        {"2023-02-29", "date.impossible"}, {"2024-13-01", "date.impossible"},
        {"2024-00-10", "date.impossible"}, {"2024-01-00", "date.impossible"},
    };
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        struct diag d = {0};
        date_t day = 5;
        if (date_parse(span_of(bad[i].text), &day, &d) != E_INPUT || strcmp(d.code, bad[i].code) != 0)
            fail_msg("'%s': %s", bad[i].text, d.code);
        assert_int_equal(day, 5);
    }
}

static void instants(void **state) {
    (void)state;
    struct diag d = {0};
    instant_t t, u;
    expect_ok(instant_parse(SPAN("1970-01-01T00:00:00Z"), &t, &d), &d);
    assert_int_equal(t, 0);
    char out[INSTANT_TEXT_MAX];
    instant_text(t, out);
    assert_string_equal(out, "1970-01-01T08:00:00.000+08:00");
    expect_ok(instant_parse(SPAN("2026-11-22T10:30:00.123+08:00"), &t, &d), &d);
    instant_text(t, out);
    assert_string_equal(out, "2026-11-22T10:30:00.123+08:00");
    expect_ok(instant_parse(SPAN("2026-11-22t02:30:00.1234567z"), &u, &d), &d);
    instant_text(u, out);
    assert_string_equal(out, "2026-11-22T10:30:00.123456+08:00");
    expect_ok(instant_parse(SPAN("2026-07-15"), &t, &d), &d);
    assert_int_equal(instant_date(t), date_from_ymd(2026, 7, 15));
    assert_int_equal(instant_date(t - 1), date_from_ymd(2026, 7, 14));
    instant_text(t, out);
    assert_string_equal(out, "2026-07-15T00:00:00.000+08:00");
    expect_ok(instant_parse(SPAN("2026-07-14 23:30:00-05:30"), &t, &d), &d);
    assert_int_equal(instant_date(t), date_from_ymd(2026, 7, 15));
    uint64_t seed = unit_seed("instant text");
    for (int i = 0; i < 20000; i++) {
        /* years 0 to 9998, before 1970 too */
        t = (instant_t)(unit_random(&seed) % 315500000000000000u) - 62135000000000000;
        instant_text(t, out);
        expect_ok(instant_parse(span_of(out), &u, &d), &d);
        assert_true(t == u);
    }
}

static void instants_refused(void **state) {
    (void)state;
    static const struct { const char *text, *code; } bad[] = {
        {"", "date.syntax"}, {"2026-11-22T10:30:00", "date.syntax"}, {"2026-11-22T10:30Z", "date.syntax"},
        {"2026-11-22T10:30:00.Z", "date.syntax"}, {"2026-11-22T10:30:00+0800", "date.syntax"},
        {"2026-11-22T10:30:00+08:60", "date.syntax"}, {"2026-11-22X10:30:00Z", "date.syntax"},
        {"2026-11-22T10:30:00Zx", "date.syntax"}, {"2026-11-22T1a:30:00Z", "date.syntax"},
        {"2026-11-22T24:00:00Z", "date.impossible"}, {"2026-11-22T10:60:00Z", "date.impossible"},
        {"2026-11-22T23:59:60Z", "date.impossible"}, {"2026-02-30T10:30:00Z", "date.impossible"},
    };
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        struct diag d = {0};
        instant_t t;
        if (instant_parse(span_of(bad[i].text), &t, &d) != E_INPUT || strcmp(d.code, bad[i].code) != 0)
            fail_msg("'%s': %s", bad[i].text, d.code);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(known_days), cmocka_unit_test(every_day), cmocka_unit_test(leap_years),
        cmocka_unit_test(months), cmocka_unit_test(ages), cmocka_unit_test(text),
        cmocka_unit_test(text_refused), cmocka_unit_test(instants), cmocka_unit_test(instants_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
