#include "unit.h"

#include <float.h>
#include <math.h>

#include "base/decimal.h"

static struct dec D(const char *text) {
    struct dec d;
    struct diag diag = {0};
    if (dec_parse(span_of(text), &d, &diag) != OK)
        fail_msg("%s: %s", text, diag.code);
    return d;
}

static const char *T(struct dec d) {
    static char text[4][DEC_TEXT_MAX];
    static int next;
    char *out = text[next++ % 4];
    size_t n = dec_text(d, out);
    assert_int_equal(n, strlen(out));
    assert_true(n < DEC_TEXT_MAX);
    return out;
}

#define equal(d, text) assert_string_equal(T(d), (text))

#define NINES34 "9999999999999999999999999999999999"

static void text_in_and_out(void **state) {
    (void)state;
    static const char *const pairs[][2] = {
        {"0", "0"}, {"-0", "0"}, {"0.00", "0.00"}, {"-0.00", "0.00"}, {"1", "1"}, {"-1.5", "-1.5"},
        {"1.50", "1.50"}, {"1450.10", "1450.10"}, {"007", "7"}, {".5", "0.5"}, {"-.05", "-0.05"},
        {"1e3", "1000"}, {"1E+3", "1000"}, {"1.5e-3", "0.0015"}, {"12.3E2", "1230"},
        {"0e5", "0"}, {"0e-3", "0.000"}, {"0e99999999999", "0"},
        {"1234567890123456789012345678901234", "1234567890123456789012345678901234"},
        {"0.0000000000000000000000000000000001", "0.0000000000000000000000000000000001"},
        {NINES34, NINES34}, {"1e62", "100000000000000000000000000000000000000000000000000000000000000"},
        {"1e63", "1E+63"}, {"1e6144", "1.000000000000000000000000000000000E+6144"},
        {"-2.5e100", "-2.5E+100"}, {"2.5e-100", "2.5E-100"}, {"1e-6176", "1E-6176"},
        {"1.000000000000000000000000000000000000000000", "1.000000000000000000000000000000000"},
    };
    for (size_t i = 0; i < ARRAY_LEN(pairs); i++) {
        const char *got = T(D(pairs[i][0]));
        if (strcmp(got, pairs[i][1]) != 0)
            fail_msg("%s: %s", pairs[i][0], got);
    }
    char out[DEC_TEXT_MAX];
    dec_text_short(D("1.50"), out);
    assert_string_equal(out, "1.5");
    dec_text_short(D("100"), out);
    assert_string_equal(out, "100");
    dec_text_short(D("0.00"), out);
    assert_string_equal(out, "0");
    dec_text_short(D("1e6144"), out);
    assert_string_equal(out, "1E+6144");
    dec_text_short(D("-10.0e70"), out);
    assert_string_equal(out, "-1E+71");
}

static void text_refused(void **state) {
    (void)state;
    static const char *const bad[] = {"", "-", "+1", "1.", ".", "-.", "1e", "1e+", "e5", "1,000",
        "1 ", " 1", "NaN", "Infinity", "inf", "0x10", "1_000", "１２", "--1", "1.2.3", "1e5.0",
        "1e5e5", "一", "\xff", "1f", "$1"};
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        struct diag d = {0};
        struct dec v;
        if (dec_parse(span_of(bad[i]), &v, &d) != E_INPUT || strcmp(d.code, "decimal.syntax") != 0)
            fail_msg("'%s': %s", bad[i], d.code);
    }
    struct diag d = {0};
    struct dec v;
    expect_fail(dec_parse(span_bytes("1\0", 2), &v, &d), &d, E_INPUT, "decimal.syntax");
    expect_fail(dec_parse((struct span){NULL, 0}, &v, &d), &d, E_INPUT, "decimal.syntax");
    expect_fail(dec_parse(SPAN("1e6145"), &v, &d), &d, E_INPUT, "decimal.range");
    expect_fail(dec_parse(SPAN("-1e99999999999999999999"), &v, &d), &d, E_INPUT, "decimal.range");
    expect_fail(dec_parse(SPAN("1e-7000"), &v, &d), &d, E_INPUT, "decimal.range");
}

static void more_than_34_digits(void **state) {
    (void)state;
    /* half-even on the 35th digit; what follows breaks the tie */
    equal(D("12345678901234567890123456789012345"), "12345678901234567890123456789012340");
    equal(D("12345678901234567890123456789012355"), "12345678901234567890123456789012360");
    equal(D("123456789012345678901234567890123450000000000001"),
        "123456789012345678901234567890123500000000000000");
    equal(D("123456789012345678901234567890123450000000000000"),
        "123456789012345678901234567890123400000000000000");
    equal(D("0.12345678901234567890123456789012345"), "0.1234567890123456789012345678901234");
    equal(D("99999999999999999999999999999999995"), "100000000000000000000000000000000000");
    char many[5001];
    memset(many, '9', 5000);
    many[0] = '0';
    many[1] = '.';
    many[5000] = '\0';
    equal(D(many), "1.000000000000000000000000000000000");
}

static void arithmetic(void **state) {
    (void)state;
    equal(dec_add(D("0.1"), D("0.2")), "0.3");
    equal(dec_add(D("1.10"), D("2")), "3.10"); /* the finer quantum stays */
    equal(dec_sub(D("1.5"), D("1.5")), "0.0");
    equal(dec_mul(D("1.20"), D("3")), "3.60");
    equal(dec_div(D("1"), D("3")), "0.3333333333333333333333333333333333");
    equal(dec_div(D("2"), D("3")), "0.6666666666666666666666666666666667");
    equal(dec_div(D("6"), D("3")), "2");
    equal(dec_add(D(NINES34), D("0.5")), "10000000000000000000000000000000000");
    equal(dec_add(D("9999999999999999999999999999999998"), D("0.5")), "9999999999999999999999999999999998");
    equal(dec_neg(D("2.50")), "-2.50");
    equal(dec_abs(D("-2.50")), "2.50");
    equal(dec_sqrt(D("16")), "4");
    equal(dec_pow(D("1.1"), D("2")), "1.21");
    equal(dec_pow(D("0"), D("0")), "1");
    equal(dec_pow(D("-2"), D("3")), "-8");
    assert_int_equal(dec_cmp(dec_exp(D("0")), D("1")), 0);
    equal(dec_log(D("10")), "2.302585092994045684017991454684364");
    equal(dec_exp(D("1")), "2.718281828459045235360287471352662");
}

static void powers_agree_with_products(void **state) {
    (void)state;
    static const char *const base[] = {"2", "3", "7", "1.5", "-1.1", "10", "0.9"};
    for (size_t i = 0; i < ARRAY_LEN(base); i++) {
        struct dec product = dec_int(1);
        for (int n = 0; n <= 28; n++) { /* 15^28 has 33 digits: all products are exact */
            if (dec_cmp(dec_pow(D(base[i]), dec_int(n)), product) != 0)
                fail_msg("%s^%d: %s, not %s", base[i], n, T(dec_pow(D(base[i]), dec_int(n))), T(product));
            product = dec_mul(product, D(base[i]));
        }
    }
}

static void out_of_range_is_not_finite(void **state) {
    (void)state;
    struct dec big = D("9e6144"), zero = dec_int(0);
    const struct dec wrong[] = {dec_mul(big, big), dec_add(big, big), dec_div(dec_int(1), zero),
        dec_div(zero, zero), dec_sqrt(dec_int(-1)), dec_log(zero), dec_log(dec_int(-1)),
        dec_exp(D("1e6")), dec_pow(dec_int(10), D("7000")), dec_pow(dec_int(-8), D("0.5")),
        dec_pow(zero, dec_int(-1)), dec_modulo(dec_int(1), zero), dec_double((double)NAN),
        dec_double((double)INFINITY), dec_sub(dec_div(dec_int(1), zero), dec_int(1))};
    for (size_t i = 0; i < ARRAY_LEN(wrong); i++) {
        if (dec_finite(wrong[i]))
            fail_msg("%zu: %s", i, T(wrong[i]));
        int64_t n;
        equal(wrong[i], "NaN");
        assert_int_equal(dec_sign(wrong[i]), 0);
        assert_false(dec_zero(wrong[i]));
        assert_false(dec_is_int(wrong[i]));
        assert_false(dec_finite(dec_add(wrong[i], dec_int(1))));
        assert_false(dec_finite(dec_round(wrong[i], 2, DEC_HALF_UP)));
        assert_false(dec_finite(dec_neg(wrong[i])));
        assert_int_equal(dec_to_int(wrong[i], &n, NULL), E_INPUT);
        assert_int_equal(dec_to_fen(wrong[i], &n, NULL), E_INPUT);
    }
    assert_true(dec_finite(dec_mul(D("1e-6000"), D("1e-6000")))); /* to zero */
}

static void comparing(void **state) {
    (void)state;
    assert_int_equal(dec_cmp(D("1.0"), D("1.00")), 0);
    assert_int_equal(dec_cmp(D("-0"), D("0.000")), 0);
    assert_int_equal(dec_cmp(D("-1"), D("1")), -1);
    assert_int_equal(dec_cmp(D("1e3"), D("999.99")), 1);
    assert_int_equal(dec_sign(D("-0.0")), 0);
    assert_int_equal(dec_sign(D("-0.1")), -1);
    assert_int_equal(dec_sign(D("1e-6176")), 1);
    assert_true(dec_zero(D("-0.00")));
    assert_true(dec_is_int(D("5.00")));
    assert_true(dec_is_int(D("1e40")));
    assert_false(dec_is_int(D("5.01")));
}

/* DMN 1.5, table 74 and the sections on rounding functions */
static void rounding(void **state) {
    (void)state;
    static const struct { const char *in; int scale; const char *want[7]; } cases[] = {
        /*               half-even up      down     UP       DOWN     FLOOR    CEILING */
        {"5.5", 0,    {"6", "6", "5", "6", "5", "5", "6"}},
        {"2.5", 0,    {"2", "3", "2", "3", "2", "2", "3"}},
        {"1.6", 0,    {"2", "2", "2", "2", "1", "1", "2"}},
        {"1.1", 0,    {"1", "1", "1", "2", "1", "1", "2"}},
        {"1.0", 0,    {"1", "1", "1", "1", "1", "1", "1"}},
        {"-1.1", 0,   {"-1", "-1", "-1", "-2", "-1", "-2", "-1"}},
        {"-2.5", 0,   {"-2", "-3", "-2", "-3", "-2", "-3", "-2"}},
        {"-5.5", 0,   {"-6", "-6", "-5", "-6", "-5", "-6", "-5"}},
        {"1.125", 2,  {"1.12", "1.13", "1.12", "1.13", "1.12", "1.12", "1.13"}},
        {"1.1251", 2, {"1.13", "1.13", "1.13", "1.13", "1.12", "1.12", "1.13"}},
        {"250", -2,   {"200", "300", "200", "300", "200", "200", "300"}},
        {"7", 2,      {"7.00", "7.00", "7.00", "7.00", "7.00", "7.00", "7.00"}},
        {"0.004", 2,  {"0.00", "0.00", "0.00", "0.01", "0.00", "0.00", "0.01"}},
        {"-0.005", 2, {"0.00", "-0.01", "0.00", "-0.01", "0.00", "-0.01", "0.00"}},
        {NINES34, 5,  {NINES34, NINES34, NINES34, NINES34, NINES34, NINES34, NINES34}},
        {"1.5", 6000, {"1.5", "1.5", "1.5", "1.5", "1.5", "1.5", "1.5"}},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++)
        for (int how = 0; how < 7; how++) {
            const char *got = T(dec_round(D(cases[i].in), cases[i].scale, (enum dec_rounding)how));
            if (strcmp(got, cases[i].want[how]) != 0)
                fail_msg("%s to %d by %d: %s, not %s", cases[i].in, cases[i].scale, how, got, cases[i].want[how]);
        }
    equal(dec_round(D("12345"), -6111, DEC_HALF_UP), "0");
    equal(dec_round(D("12345"), INT32_MIN, DEC_HALF_EVEN), "0");
    equal(dec_round(D("1.25"), INT32_MAX, DEC_FLOOR), "1.25");
}

static void modulo(void **state) {
    (void)state;
    static const char *const cases[][3] = {
        /* DMN 1.5, table 74 */
        {"12", "5", "2"}, {"-12", "5", "3"}, {"12", "-5", "-3"}, {"-12", "-5", "-2"},
        {"10.1", "4.5", "1.1"}, {"-10.1", "4.5", "3.4"}, {"10.1", "-4.5", "-3.4"},
        {"-10.1", "-4.5", "-1.1"}, {"0", "5", "0"}, {"10", "5", "0"}, {"-10", "5", "0"},
        {"1e30", "7", "1"},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct dec got = dec_modulo(D(cases[i][0]), D(cases[i][1]));
        if (dec_cmp(got, D(cases[i][2])) != 0)
            fail_msg("%s mod %s: %s", cases[i][0], cases[i][1], T(got));
    }
}

static void integers(void **state) {
    (void)state;
    struct diag d = {0};
    int64_t n = 0;
    expect_ok(dec_to_int(D("9223372036854775807"), &n, &d), &d);
    assert_true(n == INT64_MAX);
    expect_ok(dec_to_int(D("-9223372036854775808"), &n, &d), &d);
    assert_true(n == INT64_MIN);
    expect_ok(dec_to_int(D("12.00"), &n, &d), &d);
    assert_int_equal(n, 12);
    expect_ok(dec_to_int(D("1e3"), &n, &d), &d);
    assert_int_equal(n, 1000);
    expect_fail(dec_to_int(D("9223372036854775808"), &n, &d), &d, E_INPUT, "decimal.range");
    expect_fail(dec_to_int(D("1e6144"), &n, &d), &d, E_INPUT, "decimal.range");
    expect_fail(dec_to_int(D("0.5"), &n, &d), &d, E_INPUT, "decimal.not_integer");
    assert_int_equal(n, 1000); /* untouched */
    equal(dec_int(INT64_MIN), "-9223372036854775808");
    equal(dec_int(INT64_MAX), "9223372036854775807");
    equal(dec_int(0), "0");
}

static void money(void **state) {
    (void)state;
    static const struct { const char *yuan; int64_t fen; } cases[] = {
        {"0", 0}, {"1450.10", 145010}, {"0.005", 1}, {"0.004999999999999999999999999999999999", 0},
        {"-0.005", -1}, {"-0.004", 0}, {"1.115", 112}, {"1.125", 113}, {"1e2", 10000},
        {"90071992547409.92", 9007199254740992}, {"-90071992547409.92", -9007199254740992},
        {"333.3333333333333333333333333333333", 33333},
    };
    struct diag d = {0};
    int64_t fen;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        expect_ok(dec_to_fen(D(cases[i].yuan), &fen, &d), &d);
        if (fen != cases[i].fen)
            fail_msg("%s: %lld", cases[i].yuan, (long long)fen);
    }
    static const char *const bad[] = {"90071992547409.93", "-90071992547409.93", "1e20", "1e6144", NINES34};
    for (size_t i = 0; i < ARRAY_LEN(bad); i++)
        expect_fail(dec_to_fen(D(bad[i]), &fen, &d), &d, E_INPUT, "decimal.money_range");
    equal(dec_from_fen(145010), "1450.10");
    equal(dec_from_fen(-5), "-0.05");
    equal(dec_from_fen(0), "0.00");
    equal(dec_from_fen(100), "1.00");
}

static void doubles(void **state) {
    (void)state;
    equal(dec_double(0.1), "0.1");
    equal(dec_double(1450.10), "1450.1");
    equal(dec_double(-1e22), "-10000000000000000000000");
    equal(dec_double(1.0 / 3), "0.3333333333333333");
    assert_true(dec_to_double(D("0.1")) == 0.1);
    assert_true(isnan(dec_to_double(dec_div(dec_int(1), dec_int(0)))));
    uint64_t seed = unit_seed("doubles");
    for (int i = 0; i < 20000; i++) {
        uint64_t bits = unit_random(&seed);
        double x;
        memcpy(&x, &bits, sizeof x);
        if (isfinite(x))
            assert_true(dec_to_double(dec_double(x)) == x);
    }
}

static struct dec random_decimal(uint64_t *seed) {
    char text[80];
    size_t n = 0, digits = 1 + unit_random(seed) % 34;
    if (unit_random(seed) % 2)
        text[n++] = '-';
    for (size_t i = 0; i < digits; i++)
        text[n++] = (char)('0' + unit_random(seed) % 10);
    int range = unit_random(seed) % 2 ? 40 : 6100;
    int exponent = (int)(unit_random(seed) % (unsigned)(2 * range)) - range;
    snprintf(text + n, sizeof text - n, "e%d", exponent);
    return D(text);
}

static void random_round_trip(void **state) {
    (void)state;
    uint64_t seed = unit_seed("decimal text");
    for (int i = 0; i < 100000; i++) {
        struct dec a = random_decimal(&seed);
        char text[DEC_TEXT_MAX], again[DEC_TEXT_MAX];
        assert_true(dec_text(a, text) < DEC_TEXT_MAX);
        struct dec b = D(text);
        if (dec_cmp(a, b) != 0)
            fail_msg("%s", text);
        dec_text(b, again);
        assert_string_equal(text, again);
        dec_text_short(a, text);
        assert_int_equal(dec_cmp(a, D(text)), 0);
        dec_text_short(b, again);
        assert_string_equal(text, again);
    }
}

static void random_identities(void **state) {
    (void)state;
    uint64_t seed = unit_seed("decimal identities");
    for (int i = 0; i < 20000; i++) {
        int64_t x = (int64_t)(unit_random(&seed) >> 16), y = (int64_t)(unit_random(&seed) >> 40) + 1, n;
        if (unit_random(&seed) % 2)
            x = -x;
        assert_int_equal(dec_to_int(dec_add(dec_int(x), dec_int(y)), &n, NULL), OK);
        assert_true(n == x + y);
        int64_t floor_mod = ((x % y) + y) % y;
        assert_int_equal(dec_to_int(dec_modulo(dec_int(x), dec_int(y)), &n, NULL), OK);
        assert_true(n == floor_mod);
        assert_int_equal(dec_to_fen(dec_from_fen(x), &n, NULL), OK);
        assert_true(n == x);
        assert_int_equal(dec_cmp(dec_int(x), dec_int(y)), (x > y) - (x < y));
        struct dec product = dec_mul(dec_int(x >> 8), dec_int(y));
        assert_int_equal(dec_cmp(dec_div(product, dec_int(y)), dec_int(x >> 8)), 0);
    }
}

/* A coefficient above 10^34-1 is no number the library writes; read from a
 * damaged store it is zero, as IEEE 754 says, and never a wild length. */
static void foreign_bits(void **state) {
    (void)state;
    uint64_t seed = unit_seed("decimal bits");
    for (int i = 0; i < 100000; i++) {
        struct dec d = {{unit_random(&seed), unit_random(&seed)}};
        char text[DEC_TEXT_MAX];
        assert_true(dec_text(d, text) < DEC_TEXT_MAX);
        assert_true(dec_text_short(d, text) < DEC_TEXT_MAX);
        dec_is_int(d);
        if (dec_finite(d))
            assert_int_equal(dec_cmp(d, D(text)), 0);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(text_in_and_out), cmocka_unit_test(text_refused),
        cmocka_unit_test(more_than_34_digits), cmocka_unit_test(arithmetic),
        cmocka_unit_test(powers_agree_with_products), cmocka_unit_test(out_of_range_is_not_finite),
        cmocka_unit_test(comparing), cmocka_unit_test(rounding), cmocka_unit_test(modulo),
        cmocka_unit_test(integers), cmocka_unit_test(money), cmocka_unit_test(doubles),
        cmocka_unit_test(random_round_trip), cmocka_unit_test(random_identities),
        cmocka_unit_test(foreign_bits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
