#include "unit.h"

#include "base/message.h"
#include "base/utf8.h"

static void fills_arguments(void **state) {
    (void)state;
    struct diag d = {0};
    assert_int_equal(diag_fail(&d, E_LIMIT, "a.b", DIAG_S("text", "字"), DIAG_N("number", -7),
                         DIAG_SPAN("span", span_bytes("abcdef", 3))), E_LIMIT);
    assert_int_equal(d.status, E_LIMIT);
    assert_int_equal(d.arg_count, 3);
    assert_string_equal(d.arg[0].value, "字");
    assert_string_equal(d.arg[1].value, "-7");
    assert_string_equal(d.arg[2].value, "abc");
    assert_int_equal(diag_fail(&d, E_INPUT, "a.c"), E_INPUT);
    assert_int_equal(d.arg_count, 0);
    assert_int_equal(diag_fail(NULL, E_BUSY, "a.c"), E_BUSY);
}

static void cuts_at_characters(void **state) {
    (void)state;
    struct diag d = {0};
    char text[400] = "";
    for (int i = 0; i < 100; i++)
        strcat(text, "民");
    diag_fail(&d, E_INPUT, "a.b", DIAG_S("text", text));
    assert_true(utf8_valid(span_of(d.arg[0].value)));
    assert_int_equal(strlen(d.arg[0].value), 198);
    diag_at(&d, "%s", text);
    assert_true(utf8_valid(span_of(d.where)));
    diag_under(&d, "%s", text);
    assert_true(utf8_valid(span_of(d.where)));
}

static void places_nest(void **state) {
    (void)state;
    struct diag d = {0};
    diag_at(&d, "收入");
    diag_fail(&d, E_INPUT, "decimal.syntax");
    assert_string_equal(d.where, "收入");
    assert_int_equal(diag_under(&d, "[%d]", 2), E_INPUT);
    assert_string_equal(d.where, "[2].收入");
    diag_under(&d, "成员");
    assert_string_equal(d.where, "成员[2].收入");
    diag_clear(&d);
    assert_string_equal(d.where, "");
    assert_int_equal(d.status, OK);
}

static const char *render(struct buf *b, enum lang l, const struct diag *d) {
    buf_clear(b);
    message_render(b, l, d);
    assert_true(buf_ok(b));
    return buf_str(b);
}

static void sentences(void **state) {
    (void)state;
    BUF_AUTO b;
    buf_init(&b, 0);
    struct diag d = {0};
    diag_fail(&d, E_INPUT, "idnum.length", DIAG_N("count", 17));
    assert_string_equal(render(&b, LANG_ZH, &d),
        "身份证号码应为 18 位（旧号码 15 位），现在是 17 位，请核对后重填");
    assert_non_null(strstr(render(&b, LANG_EN, &d), "this one has 17;"));
    diag_at(&d, "成员[2]");
    assert_ptr_equal(strstr(render(&b, LANG_ZH, &d), "成员[2]："), buf_str(&b));
    diag_line(&d, 12);
    assert_ptr_equal(strstr(render(&b, LANG_ZH, &d), "成员[2] 第 12 行："), buf_str(&b));
    diag_at(&d, "%s", "");
    assert_ptr_equal(strstr(render(&b, LANG_EN, &d), "line 12: An ID number"), buf_str(&b));
}

static void unknown_code_and_missing_argument_show(void **state) {
    (void)state;
    BUF_AUTO b;
    buf_init(&b, 0);
    message_text(&b, LANG_ZH, "no.such", NULL, 0);
    assert_string_equal(buf_str(&b), "no.such");
    buf_clear(&b);
    message_text(&b, LANG_EN, "idnum.length", NULL, 0);
    assert_non_null(strstr(buf_str(&b), "{count}"));
    assert_true(message_known("base.memory"));
    assert_false(message_known("base"));
    assert_false(message_known(""));
}

static void languages(void **state) {
    (void)state;
    static const struct { const char *tag; enum lang want; } cases[] = {
        {"", LANG_ZH}, {"zh", LANG_ZH}, {"zh-CN", LANG_ZH}, {"en", LANG_EN}, {"EN-us", LANG_EN},
        {"de", LANG_ZH}, {"english", LANG_ZH}, {"en-US,en;q=0.9,zh;q=0.8", LANG_EN},
        {"zh;q=0.5, en;q=0.9", LANG_EN}, {"en;q=0.3,zh-CN", LANG_ZH}, {"fr, en;q=0.1", LANG_EN},
        {"en;q=0, zh;q=0", LANG_ZH}, {",,;q=,", LANG_ZH},
        {"en;q=99999999999999999999999", LANG_EN},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++)
        if (lang_parse(span_of(cases[i].tag)) != cases[i].want)
            fail_msg("%s", cases[i].tag);
}

static void codes_have_their_names(void **state) {
    (void)state;
    static const struct { const char *code, *name, *value, *zh, *en; } list[] = {
        {"case.role", "role", "clerk", "“街道经办”", "Subdistrict clerk"}, {"payment.state", "state", "draft", "（待复核）", "(prepared)"},
        {"bpmn.ended", "status", "completed", "（已完成）", "(completed)"}, {"case.role", "role", "no_such", "“no_such”", "no_such"},
    };
    for (size_t i = 0; i < ARRAY_LEN(list); i++)
        for (int l = LANG_ZH; l <= LANG_EN; l++) {
            struct diag d = {0};
            BUF_AUTO b;
            buf_init(&b, 0);
            (void)diag_fail(&d, E_CONFLICT, list[i].code, DIAG_S(list[i].name, list[i].value));
            message_render(&b, (enum lang)l, &d);
            if (!strstr(buf_str(&b), l == LANG_ZH ? list[i].zh : list[i].en))
                fail_msg("%s: %s", list[i].code, buf_str(&b));
        }
    char longer[200];
    memset(longer, 'x', sizeof longer - 1);
    longer[sizeof longer - 1] = 0;
    BUF_AUTO b;
    buf_init(&b, 0);
    message_text(&b, LANG_ZH, "case.role", &DIAG_S("role", longer), 1);
    assert_non_null(strstr(buf_str(&b), longer));
}

static void status_names(void **state) {
    (void)state;
    assert_string_equal(status_name(OK), "OK");
    assert_string_equal(status_name(E_SYSTEM), "E_SYSTEM");
    assert_string_equal(status_name(E_INPUT), "E_INPUT");
}

static void takes(void **state) {
    (void)state;
    char *p = xstrdup("x"), *q = TAKE(p);
    assert_null(p);
    assert_string_equal(q, "x");
    free(q);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(fills_arguments), cmocka_unit_test(cuts_at_characters),
        cmocka_unit_test(places_nest), cmocka_unit_test(sentences),
        cmocka_unit_test(unknown_code_and_missing_argument_show), cmocka_unit_test(languages),
        cmocka_unit_test(codes_have_their_names), cmocka_unit_test(status_names), cmocka_unit_test(takes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
