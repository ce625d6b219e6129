/* Ways on foot: a river with one bridge by hand, what is refused, and random networks against Floyd and Warshall. */
#include "unit.h"

#include "base/buf.h"
#include "geo/walk.h"

#include <math.h>

#define SAME(got, wanted, within) assert_true(fabs((got) - (wanted)) <= (within))
#define HEAD "from_longitude,from_latitude,to_longitude,to_latitude,metres\n"

static double metres(const struct walk *w, struct arena *a, struct geo_point from, struct geo_point to, double limit) {
    struct diag d = {0};
    double *all = arena_array(a, walk_crossings(w), sizeof *all);
    struct walk_place f = walk_find(w, from), t = walk_find(w, to);
    assert_int_equal(walk_from(w, a, f, limit, all, &d), OK);
    if (t.crossing == SIZE_MAX || all[t.crossing] < 0 || all[t.crossing] + t.metres > limit)
        return WALK_NONE;
    return all[t.crossing] + t.metres;
}

/* Two banks 100 m apart; the bridge is 500 m down: 500 + 120 + 500. */
static void a_river(void **state) {
    AUTO(arena) struct arena *a = arena_new(0);
    struct diag d = {0};
    struct walk *w = NULL;
    (void)state;
    assert_int_equal(walk_read(a, SPAN(HEAD "116.300000,39.900000,116.300000,39.895500,501\n116.300000,39.895500,116.301170,39.895500,120\n116.301170,39.895500,116.301170,39.900000,501\n"), &w, &d), OK);
    assert_int_equal(walk_crossings(w), 4);
    assert_int_equal(walk_sections(w), 3);
    struct geo_point west = {116.3, 39.9}, east = {116.30117, 39.9}, far = {116.4, 39.9};
    assert_true(geo_metres(west, east) < 101);
    SAME(metres(w, a, west, east, 2000), 1122, 0.001);
    SAME(metres(w, a, east, west, 1122), 1122, 0.001);
    SAME(metres(w, a, west, east, 1121), WALK_NONE, 0);
    SAME(metres(w, a, far, east, 100000), WALK_NONE, 0); /* eight kilometres from the next crossing */
    struct geo_point door = {116.3, 39.901}; /* 111 m north of the first crossing */
    SAME(metres(w, a, door, east, 2000), 1122 + geo_metres(door, west), 0.001);
}

static void refused(void **state) {
    static const struct { const char *text, *code; } bad[] = {
        {"", "csv.empty"}, {"a,b\n", "csv.header"}, {HEAD, "walk.empty"}, {HEAD "181,39,116,39,\n", "walk.point"}, {HEAD "116,91,116,39,\n", "walk.point"}, {HEAD "116,x,116,39,\n", "walk.point"},
        {HEAD "116,,116,39,\n", "walk.point"}, {HEAD "1e400,39,116,39,\n", "walk.point"}, {HEAD "116,39,116.01,39,10\n", "walk.metres"} /* 865 m apart */, {HEAD "116,39,116.001,39,-5\n", "walk.metres"},
        {HEAD "116,39,116.001,39,NaN\n", "walk.metres"}, {HEAD "116,39,116.001,39,1e18\n", "walk.metres"}, {HEAD "116,39,117,39,\n", "walk.metres"} /* 86 km */, {HEAD "116,39,116.001,39,20001\n", "walk.metres"},
        {HEAD "116,39,116.001\n", "csv.columns"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        AUTO(arena) struct arena *a = arena_new(0);
        struct diag d = {0};
        struct walk *w = NULL;
        enum status s = walk_read(a, span_of(bad[i].text), &w, &d);
        if (s != E_INPUT || (strncmp(bad[i].code, "walk", 4) == 0 && strcmp(d.code, bad[i].code) != 0))
            print_message("%zu: %s\n", i, d.code);
        assert_int_equal(s, E_INPUT);
        if (strncmp(bad[i].code, "walk", 4) == 0)
            assert_string_equal(d.code, bad[i].code);
    }
}

static void as_floyd_and_warshall(void **state) {
    enum { N = 24, NETWORKS = 200 };
    uint64_t seed = unit_seed(__func__);
    (void)state;
    for (int round = 0; round < NETWORKS; round++) {
        AUTO(arena) struct arena *a = arena_new(0);
        struct diag d = {0};
        struct walk *w = NULL;
        BUF_AUTO b;
        buf_init(&b, 0);
        buf_adds(&b, HEAD);
        double far[N][N];
        for (int i = 0; i < N; i++)
            for (int j = 0; j < N; j++)
                far[i][j] = i == j ? 0 : 1e9;
        for (int k = 0; k < 40; k++) { /* crossing i lies at 116 + i/1000: 90 m apart */
            int i = (int)(unit_random(&seed) % N), j = (int)(unit_random(&seed) % N);
            int m = 90 * (i > j ? i - j : j - i) + (int)(unit_random(&seed) % 500) + 1;
            buf_addf(&b, "116.%03d,39,116.%03d,39,%d\n", i, j, m);
            if (i != j && m < far[i][j])
                far[i][j] = far[j][i] = m;
        }
        for (int k = 0; k < N; k++)
            for (int i = 0; i < N; i++)
                for (int j = 0; j < N; j++)
                    if (far[i][k] + far[k][j] < far[i][j])
                        far[i][j] = far[i][k] + far[k][j];
        assert_int_equal(walk_read(a, buf_span(&b), &w, &d), OK);
        double limit = 500 + (double)(unit_random(&seed) % 3000), *all = arena_array(a, walk_crossings(w), sizeof *all);
        for (int i = 0; i < N; i++) {
            struct walk_place from = walk_find(w, (struct geo_point){116 + i / 1000.0, 39});
            if (from.crossing == SIZE_MAX || from.metres > 0.01)
                continue; /* no section ends there */
            assert_int_equal(walk_from(w, a, from, limit, all, &d), OK);
            for (int j = 0; j < N; j++) {
                struct walk_place to = walk_find(w, (struct geo_point){116 + j / 1000.0, 39});
                if (to.metres < 0.01)
                    assert_true(far[i][j] > limit + 0.1 ? all[to.crossing] < 0 : far[i][j] > limit - 0.1 || fabs(all[to.crossing] - far[i][j]) < 0.1);
            }
        }
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(a_river), cmocka_unit_test(refused), cmocka_unit_test(as_floyd_and_warshall)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
