/* What a text that does not parse is told: the place in characters, the sign or name that was meant. */
#include "unit.h"

#include "feel/feel.h"

static struct diag refused(const char *text) {
    AUTO(arena) struct arena *a = arena_new(0);
    struct feel_scope *s = feel_scope_new(a, NULL);
    const struct feel_program *p;
    struct diag d = {0};
    assert_non_null(s);
    assert_true(feel_scope_global(s, SPAN("household income"), 0, NULL));
    assert_true(feel_scope_global(s, SPAN("收入（元）"), 1, NULL));
    assert_int_equal(E_INPUT, feel_compile(a, s, span_of(text), SPAN(""), &p, &d));
    return d;
}

static void told(const char *text, const char *code, const char *name, const char *value) {
    struct diag d = refused(text);
    assert_string_equal(code, d.code);
    for (int i = 0; i < d.arg_count; i++)
        if (strcmp(d.arg[i].name, name) == 0) {
            assert_string_equal(value, d.arg[i].value);
            return;
        }
    assert_null(name);
}

static void test_place(void **state) {
    (void)state;
    told("中文字 + ) 2", "feel.syntax", "position", "7");
    told("\"甲\" \"乙\"", "feel.syntax", "position", "5");
    told("甲 § 2", "feel.character", "position", "3");
    assert_string_equal("feel.syntax_end", refused("1 +").code);
    assert_string_equal("feel.syntax_end", refused("(1 + 中文 // 注").code);
    assert_string_equal("feel.syntax_end", refused("").code);
}

static void test_full_width(void **state) {
    (void)state;
    static const struct { const char *text, *half, *position; } cases[] = {
        {"max(1，2)", ",", "6"}, {"（1 + 2)", "(", "1"}, {"(1 + 2）", ")", "7"}, {"{a：1}", ":", "3"}, {"1＋2", "+", "2"},
        {"1－2", "-", "2"}, {"1 ＜ 2", "<", "3"}, {"1 ＞ 2", ">", "3"}, {"1 ＝ 2", "=", "3"}, {"\"，\" ＝ 2", "=", "5"}};
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        told(cases[i].text, "feel.full_width", "half", cases[i].half);
        told(cases[i].text, "feel.full_width", "position", cases[i].position);
    }
    /* in a text or a name they are right */
    assert_string_equal("feel.syntax", refused("\"，（\" ) 1").code);
    assert_string_equal("feel.syntax", refused("收入（元） ) 1").code);
}

static void test_name(void **state) {
    (void)state;
    static const char *const texts[] = {"houshold income + 1", "household incme + 1", "if houshold  income > 3 then 1 else 2"};
    for (size_t i = 0; i < ARRAY_LEN(texts); i++)
        told(texts[i], "feel.syntax_name", "name", "household income");
    told("houshold income + 1", "feel.syntax_name", "near", "houshold income");
    told("string lenght(\"a\")", "feel.syntax_name", "name", "string length");
    assert_string_equal("feel.syntax", refused("quite another").code);
    assert_string_equal("feel.syntax", refused("1 2").code);
    /* long and broken texts end quickly and within bounds */
    assert_string_equal("feel.syntax", refused("a b c d e f g h i j k l m n o p q r s t").code);
    BUF_AUTO b;
    buf_init(&b, 0);
    for (int i = 0; i < 3000; i++)
        buf_adds(&b, "甲");
    buf_adds(&b, " ");
    for (int i = 0; i < 3000; i++)
        buf_adds(&b, "乙");
    assert_string_equal("feel.syntax", refused(buf_str(&b)).code);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_place), cmocka_unit_test(test_full_width), cmocka_unit_test(test_name)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
