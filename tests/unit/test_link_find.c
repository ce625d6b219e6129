/* Family finding: the table scan gives what scoring every row and sorting gives, and the right person early. */
#include "unit.h"

#include "link/find.h"

static const char *const names[] = {"张伟", "章炜", "王小明", "李建国", "刘芳", "牛兰英", "刘兰英", "陈志强", "陈自强", "欧阳娜娜", "赵六", "ZHAO LIU"};

static struct link_find_hit hits[LINK_FIND_TOP_MAX], more[LINK_FIND_TOP_MAX];

static void ranked(void **state) {
    struct diag d = {0};
    AUTO(arena) struct arena *a = arena_new(0);
    const uint64_t rows[] = {
        link_find_row(SPAN("陈志强"), 1984, LINK_MALE, 51), link_find_row(SPAN("陈自强"), 1985, LINK_MALE, 51), link_find_row(SPAN("陈志强"), 1950, LINK_MALE, 51),
        link_find_row(SPAN("陈志强"), 1984, LINK_FEMALE, 51), link_find_row(SPAN("王芳"), 1984, LINK_MALE, 51), link_find_row(SPAN("陈志强"), 1986, LINK_MALE, 11),
    };
    struct link_find_question q = {.name = SPAN("chen zhiqiang"), .year = 1985, .year_error = 3, .sex = LINK_MALE, .province = 51};
    size_t n = 0;
    expect_ok(link_find(rows, ARRAY_LEN(rows), &q, 10, NULL, a, hits, &n, &d), &d);
    assert_int_equal(n, ARRAY_LEN(rows));
    assert_int_equal(hits[0].row, 0);
    assert_int_equal(hits[1].row, 1); /* to a southern ear zhi is zi */
    assert_int_equal(hits[n - 1].row, 4);
    q = (struct link_find_question){.name = SPAN("自强"), .given_only = true, .province = 51};
    expect_ok(link_find(rows, ARRAY_LEN(rows), &q, 1, NULL, a, hits, &n, &d), &d);
    assert_int_equal(n, 1);
    assert_int_equal(hits[0].row, 1);
    q = (struct link_find_question){.name = SPAN("?"), .year = 1980};
    expect_ok(link_find(rows, 0, &q, 5, NULL, a, hits, &n, &d), &d);
    assert_int_equal(n, 0);
    q = (struct link_find_question){0};
    expect_fail(link_find(rows, ARRAY_LEN(rows), &q, 5, NULL, a, hits, &n, &d), &d, E_USAGE, "link.find_nothing");
}

/* The best ten are the first ten of the best thousand, whatever was skipped on the way. */
static void nothing_skipped(void **state) {
    uint64_t seed = unit_seed("nothing_skipped");
    struct diag d = {0};
    AUTO(arena) struct arena *a = arena_new(0);
    enum { ROWS = 900 };
    uint64_t rows[ROWS];
    for (int round = 0; round < 50; round++) {
        for (int i = 0; i < ROWS; i++)
            rows[i] = link_find_row(span_of(names[unit_random(&seed) % ARRAY_LEN(names)]), 1930 + (int)(unit_random(&seed) % 90), (int)(unit_random(&seed) % 3), 11 + (int)(unit_random(&seed) % 50));
        struct link_find_question q = {.name = unit_random(&seed) % 4 ? span_of(names[unit_random(&seed) % ARRAY_LEN(names)]) : (struct span){0}, .year = 1930 + (int)(unit_random(&seed) % 90),
            .year_error = 1 + (int)(unit_random(&seed) % 9), .sex = (int)(unit_random(&seed) % 3), .province = (int)(unit_random(&seed) % 60), .given_only = unit_random(&seed) % 4 == 0};
        size_t few = 0, many = 0;
        expect_ok(link_find(rows, ROWS, &q, 10, NULL, a, hits, &few, &d), &d);
        expect_ok(link_find(rows, ROWS, &q, LINK_FIND_TOP_MAX, NULL, a, more, &many, &d), &d);
        assert_int_equal(few, 10);
        assert_int_equal(many, ROWS);
        for (size_t i = 0; i < few; i++)
            assert_int_equal(hits[i].row, more[i].row);
        for (size_t i = 1; i < many; i++)
            assert_true(more[i - 1].score >= more[i].score);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(ranked), cmocka_unit_test(nothing_skipped)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
