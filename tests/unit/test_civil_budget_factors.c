/* 因素法: one worked by hand, the refusals of a file, and random ones against what makes the answer the only one: the
 * sum is whole, nobody is outside the bounds, all who are free have one amount per share, and who is held
 * would be outside with it. */
#include "unit.h"

#include "civil/budget/factors.h"

static enum status run(struct arena *a, const char *text, int64_t total, int64_t unit, struct allocation *x, struct diag *d) {
    *x = (struct allocation){.total_fen = total, .unit_fen = unit};
    enum status s = factors_read(a, span_of(text), x, d);
    return s == OK ? factors_allocate(a, x, d) : s;
}

/* 1,000 yuan; people 6:3:1 by one half, disabled 1:1:2 by the other.  Shares .425, .275, .3.  The first may have 300 at
 * most, the second has 400 at least: 125 too much, 125 too little, so both are held and 300 are left. */
static void by_hand(void **state) {
    AUTO(arena) struct arena *a = arena_new(0);
    struct diag d = {0};
    struct allocation x;
    assert_int_equal(run(a, "division,floor,cap,people,disabled\nweight,,,0.5,0.5\n110101,,300,6,1\n110102,400,,3,1\n110105,,,1,2\n", 100000, 1, &x, &d), OK);
    assert_int_equal(x.row[0].amount_fen, 30000);
    assert_int_equal(x.row[1].amount_fen, 40000);
    assert_int_equal(x.row[2].amount_fen, 30000);
    assert_int_equal(x.row[0].held, 1);
    assert_int_equal(x.row[1].held, -1);
    assert_int_equal(x.round_count, 2);
    /* A floor of 350 lacks 75: the cap comes first, 700 are left for .575, 334.78 and 365.22; then the floor. */
    assert_int_equal(run(a, "division,floor,cap,people,disabled\nweight,,,0.5,0.5\n110101,,300,6,1\n110102,350,,3,1\n110105,,,1,2\n", 100000, 1, &x, &d), OK);
    assert_int_equal(x.row[1].held, -2);
    assert_int_equal(x.row[2].amount_fen, 35000);
    assert_int_equal(x.round_count, 3);
}

static void thirds(void **state) {
    AUTO(arena) struct arena *a = arena_new(0);
    struct diag d = {0};
    struct allocation x;
    assert_int_equal(run(a, "division,floor,cap,n\nweight,,,1\n110105,,,7\n110101,,,7\n110102,,,7\n", 100, 1, &x, &d), OK);
    assert_int_equal(x.units_left, 1);
    assert_int_equal(x.row[0].amount_fen, 33);
    assert_int_equal(x.row[1].amount_fen, 34); /* equal remainders: the first by its code */
    assert_int_equal(x.row[2].amount_fen, 33);
    assert_int_equal(run(a, "division,floor,cap,n\nweight,,,1\n110105,,,7\n110101,,,7\n110102,,,7\n", 300, 1, &x, &d), OK);
    assert_int_equal(x.units_left, 0);
}

static void refusals(void **state) {
    static const struct { const char *text; int64_t total; const char *code; } bad[] = {
        {"", 100, "csv.empty"},
        {"division,floor,n\nweight,,1\n", 100, "factors.header"},
        {"division,floor,cap\nweight,,\n", 100, "factors.header"},
        {"division,floor,cap,n\n110101,,,1\n", 100, "factors.weight_row"},
        {"division,floor,cap,n\n", 100, "factors.weight_row"},
        {"division,floor,cap,n\nweight,,,0\n110101,,,1\n", 100, "factors.weight"},
        {"division,floor,cap,n,m\nweight,,,0.5,0.4\n110101,,,1,1\n", 100, "factors.weights"},
        {"division,floor,cap,n\nweight,,,1\n", 100, "factors.empty"},
        {"division,floor,cap,n\nweight,,,1\n11010x,,,1\n", 100, "factors.division"},
        {"division,floor,cap,n\nweight,,,1\n110101,,,-1\n", 100, "factors.value"},
        {"division,floor,cap,n\nweight,,,1\n110101,,,1e16\n", 100, "factors.value"},
        {"division,floor,cap,n\nweight,,,1\n110101,,,\n", 100, "factors.value"},
        {"division,floor,cap,n\nweight,,,1\n110101,NaN,,1\n", 100, "factors.value"},
        {"division,floor,cap,n\nweight,,,1\n110101,1e15,,1\n", 100, "factors.value"},
        {"division,floor,cap,n\nweight,,,1\n110101,,,1\n110101,,,2\n", 100, "factors.twice"},
        {"division,floor,cap,n\nweight,,,1\n110101,2,1,1\n", 100, "factors.bounds"},
        {"division,floor,cap,n\nweight,,,1\n110101,0.5,,1\n", 100, "factors.units"},
        {"division,floor,cap,n\nweight,,,1\n110101,2,,1\n", 100, "factors.floors"},
        {"division,floor,cap,n\nweight,,,1\n110101,,1,1\n", 200, "factors.caps"},
        {"division,floor,cap,n\nweight,,,1\n110101,,1,1\n110102,,,0\n", 200, "factors.shares"},
        {"division,floor,cap,n\nweight,,,1\n110101,,,0\n", 100, "factors.nobody"},
        {"division,floor,cap,n\nweight,,,1\n110101,,,1\n", 0, "factors.total"},
        {"division,floor,cap,n\nweight,,,1\n110101,,,1\n", 150, "factors.total"},
        {"division,floor,cap,n\nweight,,,1\n110101,,,1\n", INT64_MAX / 100 * 100, "factors.total"},
        {"division,floor,cap,n\nweight,,,1\n110101,\"1,,1\n", 100, "csv.quote"},
        {"division,floor,cap,n\nweight,,,1\n110101,1\n", 100, "csv.columns"},
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        AUTO(arena) struct arena *a = arena_new(0);
        struct diag d = {0};
        struct allocation x;
        assert_int_equal(run(a, bad[i].text, bad[i].total, 100, &x, &d), E_INPUT);
        assert_string_equal(d.code, bad[i].code);
    }
}

static void only_answer(const struct allocation *x) {
    int64_t sum = 0;
    struct dec per_share = dec_int(-1);
    for (size_t i = 0; i < x->row_count; i++) {
        const struct factor_row *r = &x->row[i];
        sum += r->amount_fen;
        assert_true(r->amount_fen >= r->floor_fen && r->amount_fen <= r->cap_fen && r->amount_fen % x->unit_fen == 0);
        struct dec off = dec_sub(r->exact_fen, dec_int(r->amount_fen));
        assert_true(dec_cmp(dec_abs(off), dec_int(x->unit_fen)) < 0);
        if (!r->held && !dec_zero(r->share))
            per_share = dec_div(r->exact_fen, r->share);
    }
    assert_true(sum == x->total_fen);
    if (dec_sign(per_share) < 0)
        return; /* everybody is held */
    for (size_t i = 0; i < x->row_count; i++) {
        const struct factor_row *r = &x->row[i];
        struct dec would = dec_round(dec_mul(per_share, r->share), 6, DEC_HALF_EVEN);
        if (r->held < 0)
            assert_true(dec_cmp(would, dec_int(r->floor_fen)) <= 0);
        else if (r->held > 0)
            assert_true(dec_cmp(would, dec_int(r->cap_fen)) >= 0);
        else
            assert_true(dec_cmp(would, dec_round(r->exact_fen, 6, DEC_HALF_EVEN)) == 0);
    }
}

static uint64_t below(uint64_t *seed, uint64_t n) { return unit_random(seed) % n; }

static void random_ones(void **state) {
    uint64_t seed = unit_seed("factors");
    int shared = 0, held = 0;
    for (int round = 0; round < 400; round++) {
        AUTO(arena) struct arena *a = arena_new(0);
        BUF_AUTO b;
        buf_init(&b, 0);
        struct diag d = {0};
        struct allocation x;
        int rows = 1 + (int)below(&seed, 40);
        buf_addf(&b, "division,floor,cap,a,b,c\nweight,,,0.5,0.2,0.3\n");
        int64_t total = 100 * (1 + (int64_t)below(&seed, 1000000));
        for (int i = 0; i < rows; i++) {
            char floor[32] = "", cap[32] = "";
            int64_t mean = total / 100 / rows;
            if (below(&seed, 3) == 0)
                snprintf(floor, sizeof floor, "%lld", (long long)below(&seed, (uint64_t)mean + 1));
            if (below(&seed, 3) == 0)
                snprintf(cap, sizeof cap, "%lld", (long long)(mean + (int64_t)below(&seed, (uint64_t)mean + 1)));
            buf_addf(&b, "%06d,%s,%s,%u,%u,%u.%02u\n", 110101 + i, floor, cap, (unsigned)below(&seed, 1000), (unsigned)below(&seed, 9), (unsigned)below(&seed, 9) + 1, (unsigned)below(&seed, 100));
        }
        enum status s = run(a, buf_str(&b), total, 100, &x, &d);
        if (s != OK) {
            assert_true(strcmp(d.code, "factors.caps") == 0 || strcmp(d.code, "factors.nobody") == 0 || strcmp(d.code, "factors.shares") == 0);
            continue;
        }
        only_answer(&x);
        shared++;
        held += x.round_count > 1;
    }
    assert_true(shared > 200 && held > 100);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(by_hand), cmocka_unit_test(thirds), cmocka_unit_test(refusals), cmocka_unit_test(random_ones)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
