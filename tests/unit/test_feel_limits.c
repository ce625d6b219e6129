/* Hostile expressions: refused inside the budget, with a diagnostic. */
#include "unit.h"

#include "feel/feel.h"

static enum status run(const char *text, uint64_t steps, size_t memory, struct diag *d) {
    AUTO(arena) struct arena *a = arena_new(memory);
    struct feel_notes *notes = ARENA_NEW(a, struct feel_notes);
    struct feel_env env;
    struct feel_value v;
    feel_env_init(&env, a, notes);
    env.steps_left = steps;
    diag_clear(d);
    return feel_eval_text(&env, span_of(text), NULL, &v, d);
}

static char *repeat(const char *before, const char *middle, const char *after, size_t n) {
    BUF_AUTO b;
    buf_init(&b, 0);
    for (size_t i = 0; i < n; i++)
        buf_adds(&b, before);
    buf_adds(&b, middle);
    for (size_t i = 0; i < n; i++)
        buf_adds(&b, after);
    return buf_take(&b);
}

static void refused(const char *before, const char *middle, const char *after, size_t n) {
    struct diag d;
    char *text = repeat(before, middle, after, n);
    assert_int_not_equal(OK, run(text, 1000000, 64 << 20, &d));
    assert_true(d.code[0]);
    free(text);
}

static void test_deep_nesting(void **state) {
    (void)state;
    refused("(", "1", ")", 100000);
    refused("[", "1", "]", 100000);
    refused("{a:", "1", "}", 100000);
    refused("-", "1", "", 100000);
    refused("if true then ", "1", " else 1", 100000);
    refused("x in (", "1", ")", 100000);
    refused("function() ", "1", "", 100000);
    refused("for x in [1] return ", "1", "", 100000);
    refused("1", "", "+1", 100000);
    refused("a", "", ".a", 100000);
    refused("[1]", "", "[1]", 100000);
    refused("not(", "true", ")", 100000);
}

static void test_long_work(void **state) {
    (void)state;
    static const char *const endless[] = {
        "count(for x in 1..1000000000 return x)",
        "some x in 1..1000000000 satisfies x < 0",
        "for a in 1..1000, b in 1..1000, c in 1..1000 return a",
        "for i in 1..100000 return append(partial, i)",
        "for i in 1..100000 return if i = 1 then [] else [partial[-1]]",
        "for i in 1..60 return if i = 1 then \"aaaaaaaaaa\" else partial[-1] + partial[-1]",
        "count(for i in 1..60 return if i = 1 then [1] else concatenate(partial[-1], partial[-1]))",
        "{f: function(f) f(f), r: f(f)}.r",
    };
    for (size_t i = 0; i < ARRAY_LEN(endless); i++) {
        struct diag d;
        enum status s = run(endless[i], 1000000, 64 << 20, &d);
        if (s != E_LIMIT)
            fail_msg("%s: %s", endless[i], status_name(s));
        assert_true(d.code[0]);
    }
}

/* What shares its parts is as large as it is written out. */
static void test_values_that_double(void **state) {
    (void)state;
    static const char *const doubling[] = {
        "for i in 1..100 return if i = 1 then [1] else [partial[-1], partial[-1]]",
        "for i in 1..100 return if i = 1 then {a: 1} else {a: partial[-1], b: partial[-1]}",
        "string(for i in 1..60 return if i = 1 then [1] else [partial[-1], partial[-1]])",
        "flatten(for i in 1..60 return if i = 1 then [1] else [partial[-1], partial[-1]])",
        "distinct values(for i in 1..60 return if i = 1 then [1] else [partial[-1], partial[-1]])",
        "for i in 1..60 return if i = 1 then {a: 1} else context put(context put({}, \"a\", partial[-1]), \"b\", partial[-1])",
        "for i in 1..60 return if i = 1 then [1] else get entries({a: partial[-1], b: partial[-1]})",
        "for i in 1..300 return if i = 1 then [1] else [partial[-1]]",
        "for i in 1..300 return if i = 1 then {} else {a: partial[-1]}",
        "for i in 1..100 return if i = 1 then \"aaaaaaaaaaaaaaaa\" else string join([partial[-1], partial[-1]], \"-\")",
    };
    for (size_t i = 0; i < ARRAY_LEN(doubling); i++) {
        struct diag d;
        enum status s = run(doubling[i], 1000000, 64 << 20, &d);
        if (s != E_LIMIT)
            fail_msg("%s: %s", doubling[i], status_name(s));
        assert_true(d.code[0]);
    }
}

/* Large and honest work is not refused: sets take n comparisons, `partial` is not copied. */
static void test_large_lists(void **state) {
    (void)state;
    static const char *const large[] = {
        "count(distinct values(for i in 1..100000 return i))", "count(union(for i in 1..50000 return i, for i in 1..50000 return i))",
        "count(duplicate values(for i in 1..100000 return string(i)))",
        "count(for i in 1..100000 return if i = 1 then 1 else partial[-1] + 1)",
        "count(sort(for i in 1..50000 return 50000 - i, function(a, b) a < b))",
    };
    for (size_t i = 0; i < ARRAY_LEN(large); i++) {
        struct diag d;
        if (run(large[i], FEEL_STEPS_DEFAULT, 512 << 20, &d) != OK)
            fail_msg("%s: %s", large[i], d.code);
    }
}

/* An end of a range that holds values would nest without bound. */
static void test_ranges_hold_no_lists(void **state) {
    (void)state;
    struct diag d;
    assert_int_equal(OK, run("for i in 1..10000 return if i = 1 then (=1) else (=[partial[-1]])", FEEL_STEPS_DEFAULT, 64 << 20, &d));
    assert_int_equal(OK, run("for i in 1..10000 return if i = 1 then 1 else {a: (<partial[-1])}", FEEL_STEPS_DEFAULT, 64 << 20, &d));
}

static void test_regular_expressions_end(void **state) {
    (void)state;
    static const char *const endless = "matches(\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab\", \"^(a+)+$\")";
    static const char *const often = "for i in 1..1000 return matches(\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab\", \"^(a+)+$\")";
    struct diag d;
    /* one is given up with a note; its work counts, so many of them end the evaluation */
    assert_int_equal(OK, run(endless, FEEL_STEPS_DEFAULT, 64 << 20, &d));
    assert_int_equal(E_LIMIT, run(endless, 1000000, 64 << 20, &d));
    assert_int_equal(E_LIMIT, run(often, FEEL_STEPS_DEFAULT, 64 << 20, &d));
}

static void test_small_memory(void **state) {
    (void)state;
    struct diag d;
    for (size_t memory = 1000; memory < 300000; memory = memory * 5 / 4)
        (void)!run("sum(for x in [1, 2, 3] return string length(string(x)))", 1000000, memory, &d);
    assert_int_equal(OK, run("sum([1, 2])", 1000000, 1 << 20, &d));
}

static void test_too_long(void **state) {
    (void)state;
    struct diag d;
    char *text = repeat(" ", "1", " ", FEEL_TEXT_MAX);
    assert_int_equal(E_LIMIT, run(text, 1000000, 64 << 20, &d));
    assert_string_equal("feel.text_size", d.code);
    free(text);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_deep_nesting),
        cmocka_unit_test(test_long_work),
        cmocka_unit_test(test_values_that_double),
        cmocka_unit_test(test_large_lists),
        cmocka_unit_test(test_ranges_hold_no_lists),
        cmocka_unit_test(test_regular_expressions_end),
        cmocka_unit_test(test_small_memory),
        cmocka_unit_test(test_too_long),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
