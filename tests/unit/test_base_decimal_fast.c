/* The fast path of decimal.h against the library, to the bit, on numbers drawn
 * around every border it has.  UNIT_SEED=N draws others. */
#include "unit.h"

#include <inttypes.h>
#include <stdio.h>

#include "base/decimal.h"

static uint64_t state;

static uint64_t draw(void) { return unit_random(&state); }

/* Coefficients of every length, many at a border; exponents mostly near 0. */
static struct dec number(void) {
    uint64_t low = draw() >> (draw() % 65 ? draw() % 64 : 63), high = 0;
    switch (draw() % 12) {
    case 0: low = UINT64_MAX - draw() % 3; break;
    case 1: low = draw() % 3; break;
    case 2: low = 10000000000000000000u / (draw() % 3 ? 1 : 10); break;
    case 3: high = draw() % DEC_COEFFICIENT_HIGH_END; break;
    case 4: high = DEC_COEFFICIENT_HIGH_END - 1; break;
    default: break;
    }
    int64_t exponent = draw() % 3 ? 0 : (int64_t)(draw() % 50) - 25;
    if (draw() % 16 == 0)
        exponent = draw() % 2 ? -6176 + (int64_t)(draw() % 40) : 6111 - (int64_t)(draw() % 40);
    return (struct dec){{low, (uint64_t)(exponent + 6176) << 49 | high | (draw() & DEC_SIGN)}};
}

static void same(const char *what, struct dec a, struct dec b, struct dec fast, struct dec wide) {
    if (fast.w[0] == wide.w[0] && fast.w[1] == wide.w[1])
        return;
    char t[4][DEC_TEXT_MAX];
    dec_text(a, t[0]);
    dec_text(b, t[1]);
    dec_text(fast, t[2]);
    dec_text(wide, t[3]);
    fail_msg("%s of %s and %s: %s, the library says %s (%016" PRIx64 " %016" PRIx64 ")", what, t[0], t[1], t[2], t[3],
        fast.w[1], wide.w[1]);
}

static void fast_is_the_library(void **unused) {
    (void)unused;
    state = unit_seed("base_decimal_fast");
    long alike = 0;
    for (int i = 0; i < 400000; i++) {
        struct dec a = number(), b = draw() % 8 ? number() : a;
        if (draw() % 8 == 0)
            b = dec_neg(b);
        alike += dec_alike(a, b);
        same("sum", a, b, dec_add(a, b), dec_add_wide(a, b));
        same("difference", a, b, dec_sub(a, b), dec_add_wide(a, dec_neg(b)));
        same("product", a, b, dec_mul(a, b), dec_mul_wide(a, b));
        same("quotient", a, b, dec_div(a, b), dec_div_wide(a, b));
        if (dec_cmp(a, b) != dec_cmp_wide(a, b))
            same("order", a, b, dec_int(dec_cmp(a, b)), dec_int(dec_cmp_wide(a, b)));
    }
    assert_true(alike > 40000); /* else it was not the fast path that was tried */
}

static void integers(void **unused) {
    (void)unused;
    static const int64_t some[] = {0, 1, -1, 10, INT64_MAX, INT64_MIN, INT64_MIN + 1};
    for (size_t i = 0; i < ARRAY_LEN(some); i++) {
        int64_t back;
        assert_int_equal(dec_to_int(dec_int(some[i]), &back, NULL), OK);
        assert_int_equal(back, some[i]);
        assert_true(dec_is_int(dec_int(some[i])));
    }
    struct dec large = {{(uint64_t)INT64_MAX + 2, DEC_INTEGER}};
    int64_t back;
    assert_int_equal(dec_to_int(large, &back, NULL), E_INPUT);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(fast_is_the_library), cmocka_unit_test(integers)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
