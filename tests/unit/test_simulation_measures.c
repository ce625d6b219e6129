/* Poverty and inequality against values worked by hand. */
#include "unit.h"

#include "civil/simulation/measures.h"

#include <math.h>
#include <stdlib.h>

static void expect_near(double got, double wanted) {
    if (fabs(got - wanted) > 1e-9)
        fail_msg("%.12f is not %.12f", got, wanted);
}

/* Incomes 1, 2, 3, 4 yuan of four people living alone.  Gini: sum of |differences| 20 / (2 · 16 · 2.5) = 0.25.
 * Line 2.5: gaps 0.6 and 0.2; squares 0.36 and 0.04. */
static void four_people(void **state) {
    (void)state;
    int64_t fen[] = {300, 100, 400, 200};
    uint8_t persons[] = {1, 1, 1, 1};
    struct measures m;
    assert_int_equal(measures_of(fen, persons, 4, 250, &m, NULL), OK);
    expect_near(m.gini, 0.25);
    expect_near(m.fgt[0], 0.5);
    expect_near(m.fgt[1], 0.8 / 4);
    expect_near(m.fgt[2], 0.4 / 4);
    assert_int_equal(m.poor, 2);
    assert_int_equal(m.mean_fen, 250);
}

/* A household of three at 300 fen is three people at 100: with one person of 300, Gini = (3·200·2) / (2·16·150) = 0.25. */
static void households_count_by_heads(void **state) {
    (void)state;
    int64_t fen[] = {300, 300, 99999};
    uint8_t persons[] = {3, 1, 0};
    struct measures m;
    assert_int_equal(measures_of(fen, persons, 3, 100, &m, NULL), OK);
    assert_int_equal(m.persons, 4);
    expect_near(m.gini, 0.25);
    expect_near(m.fgt[0], 0); /* on the line is not below it */
    assert_int_equal(m.mean_fen, 150);
}

static void nobody_and_nothing(void **state) {
    (void)state;
    int64_t fen[] = {0, -500, INT64_MAX};
    uint8_t persons[] = {1, 2, 0};
    struct measures m;
    assert_int_equal(measures_of(fen, persons, 0, 100, &m, NULL), OK);
    assert_int_equal(m.persons, 0);
    assert_int_equal(measures_of(fen, persons, 2, 100, &m, NULL), OK);
    expect_near(m.gini, 0);
    expect_near(m.fgt[0], 1);
    expect_near(m.fgt[2], 1);
}

/* Against the definition, pair by pair. */
static void random_against_the_definition(void **state) {
    (void)state;
    enum { N = 200 };
    int64_t fen[N];
    uint8_t persons[N];
    unsigned seed = 7;
    for (int i = 0; i < N; i++) {
        fen[i] = rand_r(&seed) % 2000000 * 12;
        persons[i] = (uint8_t)(rand_r(&seed) % 4 + 1);
    }
    double sum = 0, people = 0, differences = 0, gap = 0;
    for (int i = 0; i < N; i++) {
        double y = (double)(fen[i] * 100 / persons[i]);
        sum += y * persons[i];
        people += persons[i];
        gap += y < 50000000 ? (50000000 - y) / 50000000 * persons[i] : 0;
        for (int k = 0; k < N; k++)
            differences += fabs(y - (double)(fen[k] * 100 / persons[k])) * persons[i] * persons[k];
    }
    struct measures m;
    assert_int_equal(measures_of(fen, persons, N, 500000, &m, NULL), OK);
    expect_near(m.gini, differences / (2 * people * sum));
    expect_near(m.fgt[1], gap / people);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(four_people),
        cmocka_unit_test(households_count_by_heads),
        cmocka_unit_test(nobody_and_nothing),
        cmocka_unit_test(random_against_the_definition),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
