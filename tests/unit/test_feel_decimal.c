/* Decimal arithmetic against a table that Python's decimal module made
 * (tests/feel/decimal.tsv: expression, tab, value; precision 34, half even), and
 * the exponents the standard shows.  The kit compares to 1e-8 and proves none of
 * this. */
#include "unit.h"

#include "feel/feel.h"

static struct feel_value value_of(struct arena *a, const char *text) {
    struct feel_notes *notes = ARENA_NEW(a, struct feel_notes);
    struct feel_env env;
    struct feel_value v;
    struct diag d = {0};
    feel_env_init(&env, a, notes);
    if (feel_eval_text(&env, span_of(text), NULL, &v, &d) != OK)
        fail_msg("%s: %s", text, d.code);
    return v;
}

/* One unit in the last of 34 digits of `n`. */
static struct dec last_digit(struct dec n) {
    struct dec one;
    assert_int_equal(OK, dec_parse(SPAN("1E-33"), &one, NULL));
    return dec_mul(dec_abs(n), one);
}

static bool within_a_digit(struct dec a, struct dec b) {
    return dec_cmp(dec_abs(dec_sub(a, b)), last_digit(a)) <= 0;
}

/* exp, log and powers are not rounded correctly by every library: the last digit may differ. */
static bool is_inexact(const char *text) {
    return strstr(text, "exp(") == text || strstr(text, "log(") == text || strstr(text, "**");
}

static void test_against_python(void **state) {
    (void)state;
    char path[1024], line[1024];
    const char *root = getenv("SOURCE_ROOT");
    unsigned checked = 0, wrong = 0;
    snprintf(path, sizeof path, "%s/tests/feel/decimal.tsv", root ? root : ".");
    FILE *f = fopen(path, "r");
    assert_non_null(f);
    while (fgets(line, sizeof line, f)) {
        char *tab = strchr(line, '\t');
        line[strcspn(line, "\n")] = 0;
        if (line[0] == '#' || !tab)
            continue;
        *tab = 0;
        AUTO(arena) struct arena *a = arena_new(0);
        struct feel_value v = value_of(a, line);
        struct dec want;
        assert_int_equal(OK, dec_parse(span_of(tab + 1), &want, NULL));
        bool same = v.kind == FEEL_NUMBER && (dec_cmp(v.number, want) == 0 ||
            (is_inexact(line) && within_a_digit(want, v.number)));
        checked++;
        if (!same) {
            char got[DEC_TEXT_MAX] = "null";
            if (v.kind == FEEL_NUMBER)
                dec_text(v.number, got);
            wrong++;
            print_error("%s\n  want %s\n  got  %s\n", line, tab + 1, got);
        }
    }
    fclose(f);
    assert_true(checked > 1000);
    assert_int_equal(0, wrong);
}

/* The scale of a result, where tables 58 and 76 show or define it. */
static void test_the_scale_is_kept(void **state) {
    (void)state;
    static const char *const cases[][2] = {
        {"1.10", "1.10"}, {"1.10 + 1.2", "2.30"}, {"1.10 - 1.10", "0.00"}, {"1.10 * 2.0", "2.200"}, {"2.50 / 0.5", "5.0"},
        {"1 / 4", "0.25"}, {"10 / 5", "2"}, {"decimal(1/3, 2)", "0.33"}, {"decimal(2, 2)", "2.00"}, {"floor(1.5)", "1"},
        {"round half up(1.005, 2)", "1.01"}, {"-0.50", "-0.50"}, {"sum([0.10, 0.20])", "0.30"}, {"number(\"1,000.00\", \",\", \".\")", "1000.00"},
        {"abs(-1.0)", "1.0"}, {"max([1.0, 0.50])", "1.0"}, {"1/3", "0.3333333333333333333333333333333333"},
        {"2/3", "0.6666666666666666666666666666666667"}, {"1E-6176", "1E-6176"},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        AUTO(arena) struct arena *a = arena_new(0);
        struct feel_value v = value_of(a, cases[i][0]);
        BUF_AUTO b;
        buf_init(&b, 0);
        feel_text(&b, &v, false);
        if (strcmp(buf_str(&b), cases[i][1]) != 0)
            fail_msg("%s: want %s, got %s", cases[i][0], cases[i][1], buf_str(&b));
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_against_python), cmocka_unit_test(test_the_scale_is_kept)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
