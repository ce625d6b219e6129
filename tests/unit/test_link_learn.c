/* Learning without labels: data drawn from known m and u, and what the model makes of it. */
#include "unit.h"

#include "link/cluster.h"
#include "link/link.h"
#include "link/model.h"

#include <math.h>

enum { FIELDS = 5, MATCHES = 20000, OTHERS = 400000, STRANGERS = 200000 };

static double share(uint64_t *seed) { return (double)(unit_random(seed) >> 11) * 0x1p-53; }

static uint64_t draw(uint64_t *seed, const double p[][LINK_LEVELS], double missing) {
    uint64_t levels = 0;
    for (int f = 0; f < FIELDS; f++) {
        double x = share(seed);
        int k = 1;
        while (k < 7 && x >= p[f][k])
            x -= p[f][k++];
        levels |= (uint64_t)(share(seed) < missing ? 0 : k) << 3 * f;
    }
    return levels;
}

static struct link_pattern patterns[1 << 15];
static size_t used;
static void count(uint64_t levels) {
    size_t i = levels % ARRAY_LEN(patterns);
    while (patterns[i].count > 0 && patterns[i].levels != levels)
        i = (i + 1) % ARRAY_LEN(patterns);
    used += patterns[i].count <= 0;
    patterns[i] = (struct link_pattern){levels, patterns[i].count + 1};
}

/* Every pair of the space is a candidate; random pairs have their share of matches. */
static void known_rates(void **state) {
    static const double m[FIELDS][LINK_LEVELS] = {{0, .05, 0, .02, 0, .03, .10, .80}, {0, .10, 0, 0, .05, 0, .05, .80}, {0, .02, 0, 0, 0, 0, .08, .90}, {0, .30, .05, 0, 0, .05, .10, .50}, {0, .01, 0, 0, 0, 0, 0, .99}};
    static const double u[FIELDS][LINK_LEVELS] = {{0, .95, .02, .015, .008, .004, .002, .001}, {0, .97, .01, .01, .005, .003, .001, .001}, {0, .985, .005, .004, .003, .002, .0005, .0005}, {0, .90, .05, .02, .01, .01, .005, .005}, {0, .5, 0, 0, 0, 0, 0, .5}};
    uint64_t seed = unit_seed("known_rates");
    struct link_evidence e = {.space = MATCHES + OTHERS, .expected = 5000};
    struct link_schema s = {.count = FIELDS};
    struct link_model model = {.count = FIELDS};
    struct link_report r;
    memset(patterns, 0, sizeof patterns);
    used = 0;
    for (int f = 0; f < FIELDS; f++) {
        s.field[f] = (struct link_field){.kind = LINK_TEXT, .swap = -1};
        model.implied_by[f] = -1;
    }
    for (int i = 0; i < MATCHES; i++)
        count(draw(&seed, m, .05));
    for (int i = 0; i < OTHERS; i++)
        count(draw(&seed, u, .05));
    for (int i = 0; i < STRANGERS; i++) {
        uint64_t levels = draw(&seed, share(&seed) < (double)MATCHES / (MATCHES + OTHERS) ? m : u, .05);
        for (int f = 0; f < FIELDS; f++)
            e.random[f][link_pattern_level(levels, f)]++;
    }
    static struct link_pattern packed[1 << 15];
    for (size_t i = 0; i < ARRAY_LEN(patterns); i++)
        if (patterns[i].count > 0)
            packed[e.patterns++] = patterns[i];
    e.pattern = packed;
    link_learn(&model, &s, &e, &r);
    assert_true(r.settled);
    if (fabs(r.matches - MATCHES) > 0.02 * MATCHES)
        fail_msg("%.0f matches expected, %d drawn", r.matches, MATCHES);
    for (int f = 0; f < FIELDS; f++)
        for (int k = 1; k < LINK_LEVELS; k++)
            if (fabs(model.m[f][k] - m[f][k]) > 0.015)
                fail_msg("m[%d][%d]: %.4f, drawn from %.4f", f, k, model.m[f][k], m[f][k]);
    uint64_t all = 0, none = 0;
    for (int f = 0; f < FIELDS; f++) {
        all |= (uint64_t)7 << 3 * f;
        none |= (uint64_t)1 << 3 * f;
    }
    assert_true(link_pattern_weight(&model, all) > 15);
    assert_true(link_pattern_weight(&model, none) < -10);
}

/* A number, a day, an address and a telephone: kin share the last two and are not taken for one person. */
static void kin(void **state) {
    static const enum link_kind kinds[FIELDS] = {LINK_NAME, LINK_DAY, LINK_PHONE, LINK_ADDRESS, LINK_CODE};
    static const double m[FIELDS][LINK_LEVELS] = {{0, .005, .005, .01, .01, .01, .06, .90}, {0, .02, .01, 0, 0, .02, .05, .90}, {0, .25, 0, 0, 0, 0, .02, .73}, {0, .25, .05, 0, .05, .15, 0, .5}, {0, .01, 0, 0, 0, 0, 0, .99}};
    static const double k[FIELDS][LINK_LEVELS] = {{0, .38, .52, .08, .01, .01, 0, 0}, {0, .95, .03, 0, .02, 0, 0, 0}, {0, .4, 0, 0, 0, 0, 0, .6}, {0, .1, 0, 0, .05, .15, 0, .7}, {0, .5, 0, 0, 0, 0, 0, .5}};
    static const double u[FIELDS][LINK_LEVELS] = {{0, .9688, .03, .001, .0001, .00005, .00003, .00002}, {0, .98, .0117, .003, .003, .001, .001, .0003}, {0, .9999, .00005, 0, 0, 0, .00003, .00002}, {0, .9, .07, .02, .009, .0005, .0003, .0002}, {0, .5, 0, 0, 0, 0, 0, .5}};
    uint64_t seed = unit_seed("kin");
    struct link_evidence e = {.space = 1e9, .expected = MATCHES};
    struct link_schema s = {.count = FIELDS};
    struct link_model model = {.count = FIELDS};
    struct link_report r;
    memset(patterns, 0, sizeof patterns);
    for (int f = 0; f < FIELDS; f++) {
        s.field[f] = (struct link_field){.kind = kinds[f], .swap = -1};
        model.implied_by[f] = -1;
    }
    for (int i = 0; i < MATCHES; i++)
        count(draw(&seed, m, .05));
    for (int i = 0; i < 2 * MATCHES; i++)
        count(draw(&seed, k, .05));
    for (int i = 0; i < STRANGERS; i++) {
        uint64_t levels = draw(&seed, u, .05);
        count(levels);
        for (int f = 0; f < FIELDS; f++)
            e.random[f][link_pattern_level(levels, f)]++;
    }
    static struct link_pattern packed[1 << 15];
    for (size_t i = 0; i < ARRAY_LEN(patterns); i++)
        if (patterns[i].count > 0)
            packed[e.patterns++] = patterns[i];
    e.pattern = packed;
    link_learn(&model, &s, &e, &r);
    if (fabs(r.matches - MATCHES) > 0.03 * MATCHES)
        fail_msg("%.0f matches expected, %d drawn", r.matches, MATCHES);
    /* Family name, telephone and address agree, the day does not. */
    assert_true(link_pattern_weight(&model, 2 | 1 << 3 | 7 << 6 | 7 << 9 | 7 << 12) < -4);
    assert_true(link_pattern_weight(&model, 7 | 7 << 3 | 1 << 6 | 1 << 9 | 7 << 12) > 0); /* moved */
}

static void one_to_one(void **state) {
    struct diag d = {0};
    AUTO(arena) struct arena *a = arena_new(0);
    struct link_pair list[] = {{0, 9, 100}, {0, 8, 200}, {1, 8.5f, 100}, {1, 3, 200}, {2, 1, 300}};
    struct link_pairs p = {list, ARRAY_LEN(list), ARRAY_LEN(list)};
    expect_ok(link_one_to_one(&p, 3, a, &d), &d);
    assert_int_equal(p.count, 3);
    assert_true(p.at[0].left == 0 && p.at[0].right == 100);
    assert_true(p.at[1].left == 1 && p.at[1].right == 200);
    assert_true(p.at[2].left == 2 && p.at[2].right == 300);
}

static void clusters(void **state) {
    struct diag d = {0};
    AUTO(arena) struct arena *a = arena_new(0);
    const uint64_t at[] = {10, 20, UINT64_MAX, 30, 40, 50};
    struct link_pair list[] = {{0, 5, 20}, {1, 5, 30}, {4, 5, 50}, {4, -5, 10}};
    struct link_pairs p = {list, ARRAY_LEN(list), ARRAY_LEN(list)};
    struct link_clusters k;
    expect_ok(link_clusters(&p, 0.5, at, ARRAY_LEN(at), a, &k, &d), &d);
    assert_int_equal(k.clusters, 2);
    assert_int_equal(k.count, 5);
    static const uint64_t rows[] = {0, 1, 3, 4, 5};
    for (size_t i = 0; i < k.count; i++) {
        assert_int_equal(k.member[i].at, rows[i]);
        assert_int_equal(k.member[i].cluster, i >= 3);
    }
    expect_ok(link_clusters(&p, 0.5, NULL, 0, a, &k, &d), &d); /* two tables: left 0 and right 20, and so on */
    assert_int_equal(k.clusters, 3);
    assert_int_equal(k.count, 6);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(known_rates), cmocka_unit_test(kin), cmocka_unit_test(one_to_one), cmocka_unit_test(clusters)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
