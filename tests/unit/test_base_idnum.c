#include "unit.h"

#include "base/idnum.h"

/* 11010519491231002X and 440524188001010014 are the examples of GB 11643
 * itself, 91350100M000100Y43 is that of GB 32100; the others are made up. */

static void valid_18(void **state) {
    (void)state;
    struct diag d = {0};
    struct citizen_number n;
    expect_ok(citizen_number_parse(SPAN("11010519491231002X"), &n, &d), &d);
    assert_string_equal(n.text, "11010519491231002X");
    assert_string_equal(n.division, "110105");
    assert_int_equal(n.birth, date_from_ymd(1949, 12, 31));
    assert_false(n.male);
    expect_ok(citizen_number_parse(SPAN("440524188001010014"), &n, &d), &d);
    assert_true(n.male);
    assert_int_equal(n.birth, date_from_ymd(1880, 1, 1));
    expect_ok(citizen_number_parse(SPAN("11010519491231002x"), &n, &d), &d);
    assert_string_equal(n.text, "11010519491231002X");
}

static void old_15(void **state) {
    (void)state;
    struct diag d = {0};
    struct citizen_number n;
    expect_ok(citizen_number_parse(SPAN("110105491231002"), &n, &d), &d);
    assert_string_equal(n.text, "11010519491231002X");
    assert_int_equal(n.birth, date_from_ymd(1949, 12, 31));
    expect_fail(citizen_number_parse(SPAN("110105490231002"), &n, &d), &d, E_INPUT, "idnum.birth");
}

static void refused(void **state) {
    (void)state;
    static const struct { const char *text, *code; } bad[] = {
        {"", "idnum.length"}, {"1", "idnum.length"}, {"1101051949123100", "idnum.length"},
        {"11010519491231002", "idnum.length"}, {"11010519491231002XX", "idnum.character"},
        {"1101051949123100200", "idnum.length"},
        {"110105194912310021", "idnum.check_digit"}, {"110105194912310020", "idnum.check_digit"},
        {"11010519491231001X", "idnum.check_digit"}, {"11010519491321002X", "idnum.birth"},
        {"11010519490229002X", "idnum.birth"}, {"11010517991231002X", "idnum.birth"},
        {"11010519491200002X", "idnum.birth"}, {"01010519491231002X", "idnum.division"},
        {"1101051949123100X2", "idnum.character"}, {"11010549123100X", "idnum.character"},
        {" 11010519491231002X", "idnum.character"}, {"11010519491231002X ", "idnum.character"},
        {"110105-19491231-002X", "idnum.character"}, {"１１０１０５１９４９１２３１００２Ｘ", "idnum.character"},
        {"11010519491231002Ｘ", "idnum.character"}, {"张三", "idnum.character"},
        {"\xff\xfe", "idnum.character"}, {"1101051949123100\n2", "idnum.character"},
    };
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        struct diag d = {0};
        struct citizen_number n = {.birth = 77};
        enum status s = citizen_number_parse(span_of(bad[i].text), &n, &d);
        if (s != E_INPUT || strcmp(d.code, bad[i].code) != 0)
            fail_msg("'%s': %s, not %s", bad[i].text, d.code, bad[i].code);
        assert_int_equal(n.birth, 77); /* untouched */
    }
    struct diag d = {0};
    struct citizen_number n;
    expect_fail(citizen_number_parse(span_bytes("110105194912310\0002", 17), &n, &d), &d, E_INPUT, "idnum.character");
    expect_fail(citizen_number_parse((struct span){NULL, 0}, &n, &d), &d, E_INPUT, "idnum.length");
}

static void character_position(void **state) {
    (void)state;
    struct diag d = {0};
    struct citizen_number n;
    expect_fail(citizen_number_parse(SPAN("1101０519491231002X"), &n, &d), &d, E_INPUT, "idnum.character");
    assert_string_equal(d.arg[0].value, "5");
}

/* ISO 7064 MOD 11-2 catches every single wrong digit and every swap of
 * neighbours. */
static void check_digit_catches(void **state) {
    (void)state;
    static const char good[] = "11010519491231002X";
    for (int i = 0; i < 18; i++)
        for (char c = '0'; c <= '9'; c++) {
            char text[19];
            memcpy(text, good, sizeof text);
            if (text[i] == c)
                continue;
            text[i] = c;
            struct citizen_number n;
            assert_int_equal(citizen_number_parse(span_of(text), &n, NULL), E_INPUT);
        }
    for (int i = 0; i < 16; i++) {
        char text[19];
        memcpy(text, good, sizeof text);
        if (text[i] == text[i + 1])
            continue;
        text[i] = good[i + 1];
        text[i + 1] = good[i];
        struct citizen_number n;
        assert_int_equal(citizen_number_parse(span_of(text), &n, NULL), E_INPUT);
    }
}

static void diag_holds_no_number(void **state) {
    (void)state;
    struct diag d = {0};
    struct citizen_number n;
    assert_int_equal(citizen_number_parse(SPAN("110105194912310021"), &n, &d), E_INPUT);
    for (int i = 0; i < d.arg_count; i++)
        assert_true(strlen(d.arg[i].value) < 4);
}

static void mask(void **state) {
    (void)state;
    char out[19];
    citizen_mask("11010519491231002X", out);
    assert_string_equal(out, "110105********002X");
    static const struct { const char *text, *masked; } list[] = {
        {"11010519491231002X", "110105********002X"}, {"13812345678", "138****5678"}, {"6222021234567890123", "622************0123"},
        {"1234567890", "123***7890"}, {"123456789", "*********"}, {"", ""}, {"x", "*"}, {"工商银行6222", "****************"},
    };
    for (size_t i = 0; i < ARRAY_LEN(list); i++) {
        char text[64];
        strcpy(text, list[i].text);
        number_mask(text, strlen(text));
        assert_string_equal(text, list[i].masked);
    }
}

static void credit(void **state) {
    (void)state;
    struct diag d = {0};
    expect_ok(credit_code_check(SPAN("91350100M000100Y43"), &d), &d);
    static const struct { const char *text, *code; } bad[] = {
        {"", "idnum.credit_length"}, {"91350100M000100Y4", "idnum.credit_length"},
        {"91350100M000100Y433", "idnum.credit_length"},
        {"91350100M000100Y44", "idnum.credit_check_digit"},
        {"91350100M000100Y34", "idnum.credit_check_digit"},
        {"91350100m000100Y43", "idnum.credit_character"},
        {"91350100I000100Y43", "idnum.credit_character"},
        {"91350100O000100Y43", "idnum.credit_character"},
        {"9135A100M000100Y43", "idnum.credit_character"},
        {"91350100M000100Y4 ", "idnum.credit_character"},
        {"９1350100M000100Y43", "idnum.credit_character"},
        {"\xff", "idnum.credit_character"},
    };
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        diag_clear(&d);
        if (credit_code_check(span_of(bad[i].text), &d) != E_INPUT || strcmp(d.code, bad[i].code) != 0)
            fail_msg("'%s': %s, not %s", bad[i].text, d.code, bad[i].code);
    }
    assert_int_equal(credit_check_digit("91350100M000100Y4"), '3');
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(valid_18), cmocka_unit_test(old_15), cmocka_unit_test(refused),
        cmocka_unit_test(character_position), cmocka_unit_test(check_digit_catches),
        cmocka_unit_test(diag_holds_no_number), cmocka_unit_test(mask), cmocka_unit_test(credit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
