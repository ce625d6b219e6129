#include "unit.h"

#include "calendar/calendar.h"

/* The notices for 2024 to 2026 in part, and that for 2019 in whole where it
 * reaches into 2018. */
static const char table[] =
    "date,kind,name\n"
    "2018-01-01,holiday,元旦\n2018-12-29,workday,元旦\n2018-12-30,holiday,元旦\n2018-12-31,holiday,元旦\n"
    "2019-01-01,holiday,元旦\n"
    "2025-01-01,holiday,元旦\n"
    "2025-09-28,workday,国庆节\n2025-10-01,holiday,\"国庆节\"\n2025-10-02,holiday,国庆节\n2025-10-03,holiday,国庆节\n"
    "2025-10-04,holiday,国庆节\n2025-10-05,holiday,国庆节\n2025-10-06,holiday,国庆节\n2025-10-07,holiday,国庆节\n"
    "2025-10-08,holiday,国庆节\n2025-10-11,workday,国庆节\n"
    "2026-01-03,holiday,元旦\n2026-01-01,holiday,元旦\n2026-01-02,holiday,元旦\n2026-01-04,workday,元旦\r\n";

static date_t day(const char *text) {
    date_t d;
    assert_int_equal(date_parse(span_of(text), &d, NULL), OK);
    return d;
}

static const struct calendar *load(struct arena *a, const char *csv) {
    struct diag d = {0};
    const struct calendar *c = NULL;
    if (calendar_load(a, span_of(csv), &c, &d) != OK)
        fail_msg("%s line %d", d.code, d.line);
    return c;
}

#define expect_day(result, text, is_provisional, missing)                      \
    do {                                                                       \
        struct calendar_day r_ = (result);                                     \
        char t_[DATE_TEXT_MAX];                                                \
        date_text(r_.date, t_);                                                \
        assert_string_equal(t_, (text));                                       \
        assert_int_equal(r_.provisional, (is_provisional));                    \
        assert_int_equal(r_.missing_year, (missing));                          \
    } while (0)

static void single_days(void **state) {
    (void)state;
    AUTO(arena) struct arena *a = arena_new(0);
    const struct calendar *c = load(a, table);
    static const struct { const char *date; bool worked, provisional; } cases[] = {
        {"2025-09-26", true, false},  /* a Friday */
        {"2025-09-27", false, false}, /* a Saturday */
        {"2025-09-28", true, false},  /* a Sunday, made up */
        {"2025-10-01", false, false}, {"2025-10-08", false, false}, {"2025-10-09", true, false},
        {"2025-10-11", true, false},  /* a Saturday, made up */
        {"2026-01-02", false, false}, {"2026-01-04", true, false},
        {"2025-12-31", true, false},  /* 2026 is published */
        {"2018-12-29", true, false}, {"2018-12-31", false, false},
        {"2026-12-25", true, false}, {"2026-12-28", true, true}, {"2026-12-27", false, false},
        {"2027-01-01", false, true}, {"2027-01-04", true, true}, {"2027-05-03", true, true},
        {"2027-10-01", false, true}, {"2028-10-02", false, true}, {"2028-10-03", false, true},
        {"2028-10-04", true, true}, {"2028-05-01", false, true}, {"2024-01-01", false, true},
        {"2020-06-01", true, true},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        bool provisional;
        bool worked = calendar_working(c, day(cases[i].date), &provisional);
        if (worked != cases[i].worked || provisional != cases[i].provisional)
            fail_msg("%s: worked %d provisional %d", cases[i].date, worked, provisional);
    }
    assert_string_equal(calendar_name(c, day("2025-10-02")), "国庆节");
    assert_string_equal(calendar_name(c, day("2025-10-01")), "国庆节");
    assert_string_equal(calendar_name(c, day("2025-10-09")), "");
}

static void years(void **state) {
    (void)state;
    AUTO(arena) struct arena *a = arena_new(0);
    const struct calendar *c = load(a, table);
    assert_int_equal(calendar_first_year(c), 2018);
    assert_int_equal(calendar_last_year(c), 2026);
    assert_true(calendar_covers(c, 2019));
    assert_false(calendar_covers(c, 2020));
    assert_false(calendar_covers(c, 2027));
    /* December alone belongs to the next year's notice. */
    c = load(a, "date,kind,name\n2018-12-29,workday,\n2018-12-31,holiday,\n2019-01-01,holiday,\n");
    assert_false(calendar_covers(c, 2018));
    assert_int_equal(calendar_first_year(c), 2019);
    bool provisional;
    assert_false(calendar_working(c, day("2018-12-31"), &provisional));
    assert_false(provisional); /* that one day is published */
    assert_true(calendar_working(c, day("2018-06-01"), &provisional));
    assert_true(provisional);
}

static void adding(void **state) {
    (void)state;
    AUTO(arena) struct arena *a = arena_new(0);
    const struct calendar *c = load(a, table);
    expect_day(calendar_add(c, day("2025-07-04"), 3), "2025-07-09", false, 0); /* Friday, Wednesday */
    expect_day(calendar_add(c, day("2025-07-05"), 1), "2025-07-07", false, 0); /* from a Saturday */
    expect_day(calendar_add(c, day("2025-07-04"), 0), "2025-07-04", false, 0);
    expect_day(calendar_add(c, day("2025-07-05"), 0), "2025-07-05", false, 0);
    expect_day(calendar_add(c, day("2025-09-26"), 1), "2025-09-28", false, 0); /* the made-up Sunday */
    expect_day(calendar_add(c, day("2025-09-30"), 3), "2025-10-11", false, 0); /* 9, 10, made-up 11 */
    expect_day(calendar_add(c, day("2025-09-30"), 4), "2025-10-13", false, 0);
    expect_day(calendar_add(c, day("2025-12-31"), 1), "2026-01-04", false, 0);
    expect_day(calendar_add(c, day("2025-10-13"), -4), "2025-09-30", false, 0);
    expect_day(calendar_add(c, day("2026-01-04"), -1), "2025-12-31", false, 0);
    expect_day(calendar_add(c, day("2026-12-21"), 3), "2026-12-24", false, 0);
    expect_day(calendar_add(c, day("2026-12-24"), 2), "2026-12-28", true, 2027);
    expect_day(calendar_add(c, day("2026-12-31"), 1), "2027-01-04", true, 2027); /* 1 January fixed */
    expect_day(calendar_add(c, day("2027-12-31"), 1), "2028-01-03", true, 2028);
    expect_day(calendar_add(c, day("2026-12-24"), 300), "2028-02-21", true, 2027);
    expect_day(calendar_add(c, day("2019-01-02"), -1), "2018-12-29", false, 0);
    expect_day(calendar_add(c, day("2019-01-02"), -2), "2018-12-28", false, 0);
    expect_day(calendar_add(c, day("2025-01-02"), -1), "2024-12-31", true, 2024);
    assert_int_equal(calendar_add(c, day("2025-07-04"), CALENDAR_DAYS_MAX + 1).date, DATE_NONE);
    assert_int_equal(calendar_add(c, day("2025-07-04"), INT32_MIN).date, DATE_NONE);
    assert_true(calendar_add(c, day("2025-07-04"), CALENDAR_DAYS_MAX).provisional);
}

static void next_day(void **state) {
    (void)state;
    AUTO(arena) struct arena *a = arena_new(0);
    const struct calendar *c = load(a, table);
    expect_day(calendar_next(c, day("2025-10-01")), "2025-10-09", false, 0);
    expect_day(calendar_next(c, day("2025-09-27")), "2025-09-28", false, 0);
    expect_day(calendar_next(c, day("2025-07-04")), "2025-07-04", false, 0);
    expect_day(calendar_next(c, day("2027-10-01")), "2027-10-04", true, 2027);
    expect_day(calendar_next(c, day("2027-01-01")), "2027-01-04", true, 2027);
}

static void counting(void **state) {
    (void)state;
    AUTO(arena) struct arena *a = arena_new(0);
    const struct calendar *c = load(a, table);
    assert_int_equal(calendar_between(c, day("2025-07-04"), day("2025-07-09")).days, 3);
    assert_int_equal(calendar_between(c, day("2025-07-09"), day("2025-07-04")).days, -3);
    assert_int_equal(calendar_between(c, day("2025-07-05"), day("2025-07-05")).days, 0);
    assert_int_equal(calendar_between(c, day("2025-09-30"), day("2025-10-08")).days, 0);
    struct calendar_count n = calendar_between(c, day("2026-12-24"), day("2027-01-04"));
    assert_int_equal(n.days, 6);
    assert_true(n.provisional);
    assert_int_equal(n.missing_year, 2027);
}

/* Adding and counting are inverse; nothing lands on a day off. */
static void adding_agrees_with_counting(void **state) {
    (void)state;
    AUTO(arena) struct arena *a = arena_new(0);
    const struct calendar *c = load(a, table);
    uint64_t seed = unit_seed("calendar");
    for (int i = 0; i < 20000; i++) {
        date_t from = day("2017-06-01") + (date_t)(unit_random(&seed) % 4000);
        int n = (int)(unit_random(&seed) % 80) + 1;
        struct calendar_day r = calendar_add(c, from, n);
        struct calendar_count back = calendar_between(c, from, r.date);
        assert_int_equal(back.days, n);
        assert_int_equal(back.provisional, r.provisional);
        assert_int_equal(back.missing_year, r.missing_year);
        bool provisional;
        assert_true(calendar_working(c, r.date, &provisional));
        assert_true(!provisional || r.provisional);
    }
}

static void nothing_published(void **state) {
    (void)state;
    expect_day(calendar_add(NULL, day("2025-09-30"), 1), "2025-10-06", true, 2025);
    expect_day(calendar_next(NULL, day("2025-07-04")), "2025-07-04", true, 2025);
    assert_true(calendar_between(NULL, day("2025-07-04"), day("2025-07-09")).provisional);
    assert_false(calendar_covers(NULL, 2025));
    assert_int_equal(calendar_last_year(NULL), 0);
    assert_string_equal(calendar_name(NULL, day("2025-10-01")), "");
}

static void refused(void **state) {
    (void)state;
    static const struct { const char *csv, *code; int line; } bad[] = {
        {"", "calendar.header", 1}, {"\n", "calendar.header", 1}, {"date;kind;name\n", "calendar.header", 1},
        {"# x\ndate,kind,name\n", "calendar.header", 1}, {"\xef\xbb\xbf" "date,kind,name\n", "calendar.header", 1},
        {"date,kind,name\n", "calendar.empty", 0}, {"date,kind,name\n\n\r\n", "calendar.empty", 0},
        {"date,kind,name\n2025-01-01\n", "calendar.columns", 2},
        {"date,kind,name\n2025-01-01,holiday\n", "calendar.columns", 2},
        {"date,kind,name\n2025-01-01,holiday,a,b\n", "calendar.columns", 2},
        {"date,kind,name\n2025-01-01,holiday,\"a\"b\"\n", "calendar.columns", 2},
        {"date,kind,name\n2025-01-01,holiday,\"a\n", "calendar.columns", 2},
        {"date,kind,name\n2025-01-01,Holiday,a\n", "calendar.kind", 2},
        {"date,kind,name\n2025-01-01,,a\n", "calendar.kind", 2},
        {"date,kind,name\n\n2025-1-1,holiday,a\n", "date.syntax", 3},
        {"date,kind,name\n2025-02-29,holiday,a\n", "date.impossible", 2},
        {"date,kind,name\n2025-01-01,holiday,a\n2025-01-02,holiday,a\n2025-01-01,workday,a", "calendar.duplicate", 4},
        {"date,kind,name\n2025-01-01,holiday,\xff\n", "calendar.utf8", 2},
    };
    AUTO(arena) struct arena *a = arena_new(0);
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        struct diag d = {0};
        const struct calendar *c = NULL;
        if (calendar_load(a, span_of(bad[i].csv), &c, &d) != E_INPUT ||
            strcmp(d.code, bad[i].code) != 0 || d.line != bad[i].line)
            fail_msg("'%s': %s line %d", bad[i].csv, d.code, d.line);
        assert_null(c);
    }
    const struct calendar *c = load(a, "date,kind,name\n2025-01-01,holiday,\"a,\"\"b\"\"\"\n2025-01-02,holiday,");
    assert_string_equal(calendar_name(c, day("2025-01-01")), "a,\"b\"");
    assert_string_equal(calendar_name(c, day("2025-01-02")), "");
}

static void memory_ends(void **state) {
    (void)state;
    int refusals = 0;
    for (size_t room = 16;; room += 64, refusals++) {
        AUTO(arena) struct arena *a = arena_new(room);
        struct diag d = {0};
        const struct calendar *c;
        enum status s = calendar_load(a, span_of(table), &c, &d);
        if (s == OK)
            break;
        assert_int_equal(s, E_LIMIT);
    }
    assert_true(refusals > 10);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(single_days), cmocka_unit_test(years), cmocka_unit_test(adding),
        cmocka_unit_test(next_day), cmocka_unit_test(counting),
        cmocka_unit_test(adding_agrees_with_counting), cmocka_unit_test(nothing_published),
        cmocka_unit_test(refused), cmocka_unit_test(memory_ends),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
