#include "unit.h"

#include "form/form.h"
#include "mini_feel.h"

/* A form about a household, as packs write it: the applicant first, the other
 * members as a list, incomes in a list inside. */
static const char SCHEMA[] =
    "{\"type\":\"default\",\"id\":\"F\",\"components\":["
    "{\"type\":\"group\",\"path\":\"applicant\",\"components\":["
    " {\"type\":\"datetime\",\"key\":\"birth\",\"properties\":{\"mz.fact\":\"户.成员[0].出生日期\"}},"
    " {\"type\":\"expression\",\"key\":\"rel\",\"expression\":\"=\\\"本人\\\"\",\"properties\":{\"mz.fact\":\"户.成员[0].与申请人关系\"}},"
    " {\"type\":\"dynamiclist\",\"path\":\"incomes\",\"properties\":{\"mz.fact\":\"户.成员[0].收入[]\"},\"components\":["
    "  {\"type\":\"number\",\"key\":\"amount\",\"properties\":{\"mz.fact\":\"户.成员[0].收入[].月金额\"}}]}]},"
    "{\"type\":\"dynamiclist\",\"path\":\"members\",\"properties\":{\"mz.fact\":\"户.成员[]\",\"mz.number\":\"编号\"},\"components\":["
    " {\"type\":\"datetime\",\"key\":\"birth\",\"properties\":{\"mz.fact\":\"户.成员[].出生日期\"}},"
    " {\"type\":\"radio\",\"key\":\"ill\",\"values\":[true,false,\"不清楚\"],\"properties\":{\"mz.fact\":\"户.成员[].重大疾病\",\"mz.unknown\":\"不清楚\"}},"
    " {\"type\":\"checklist\",\"key\":\"special\",\"values\":[\"离休\",\"老归侨\"],\"properties\":{\"mz.fact\":\"户.成员[].特殊身份\"}},"
    " {\"type\":\"dynamiclist\",\"path\":\"incomes\",\"conditional\":{\"hide\":\"=this.none = true\"},"
    "  \"properties\":{\"mz.fact\":\"户.成员[].收入[]\"},\"components\":["
    "  {\"type\":\"textfield\",\"key\":\"kind\",\"properties\":{\"mz.fact\":\"户.成员[].收入[].类别\"}},"
    "  {\"type\":\"number\",\"key\":\"amount\",\"properties\":{\"mz.fact\":\"户.成员[].收入[].月金额\"}}]},"
    " {\"type\":\"checkbox\",\"key\":\"none\"}]},"
    "{\"type\":\"number\",\"key\":\"money\",\"properties\":{\"mz.fact\":\"户.货币财产\"}},"
    "{\"type\":\"dynamiclist\",\"path\":\"cars\",\"properties\":{\"mz.fact\":\"户.机动车[]\"},\"components\":["
    " {\"type\":\"number\",\"key\":\"value\",\"properties\":{\"mz.fact\":\"户.机动车[].价值\"}}]},"
    "{\"type\":\"checkbox\",\"key\":\"nocar\",\"properties\":{\"mz.fact\":\"户.机动车\",\"mz.none\":\"true\"}},"
    "{\"type\":\"textfield\",\"key\":\"remark\"}]}";

static void expect_facts(const char *data, const char *wanted) {
    AUTO(arena) struct arena *a = arena_new(0);
    const struct form *form;
    const struct json *j, *clean, *facts;
    struct form_errors errors;
    struct form_context ctx = {.feel = &MINI_FEEL, .today = DATE_NONE};
    struct diag d = {0};
    expect_ok(form_load(a, span_of(SCHEMA), &MINI_FEEL, &form, &d), &d);
    expect_ok(json_parse(a, span_of(data), &j, &d), &d);
    expect_ok(form_validate(form, j, &ctx, a, &clean, &errors, &d), &d);
    if (errors.size > 0)
        fail_msg("%s at %s", errors.at[0].code, errors.at[0].where);
    expect_ok(form_facts(form, clean, a, &facts, &d), &d);
    BUF_AUTO b;
    buf_init(&b, 0);
    struct json_writer w;
    json_begin(&w, &b, false);
    json_value(&w, facts);
    assert_string_equal(buf_str(&b), wanted);
}

static void whole_household(void **state) {
    (void)state;
    expect_facts("{\"applicant\":{\"birth\":\"1979-03-02\",\"incomes\":[{\"amount\":1800.5}]},"
                 "\"members\":[{\"birth\":\"2010-01-01\",\"ill\":false,\"special\":[\"离休\"],"
                 "\"incomes\":[{\"kind\":\"工资性\",\"amount\":1},{\"amount\":2}]},{\"ill\":true}],"
                 "\"money\":12000,\"nocar\":true,\"remark\":\"x\"}",
        "{\"户\":{\"成员\":[{\"出生日期\":\"1979-03-02\",\"与申请人关系\":\"本人\",\"收入\":[{\"月金额\":1800.5}],\"编号\":\"1\"},"
        "{\"出生日期\":\"2010-01-01\",\"重大疾病\":false,\"特殊身份\":[\"离休\"],"
        "\"收入\":[{\"类别\":\"工资性\",\"月金额\":1},{\"月金额\":2}],\"编号\":\"2\"},{\"重大疾病\":true,\"编号\":\"3\"}],"
        "\"货币财产\":12000,\"机动车\":[]}}");
}

/* Nothing stated is nothing known; an empty list is known to be empty. */
static void unknown_stays_unknown(void **state) {
    (void)state;
    expect_facts("{}", "{\"户\":{\"成员\":[{\"与申请人关系\":\"本人\",\"编号\":\"1\"}]}}");
    expect_facts("{\"nocar\":false,\"money\":null}", "{\"户\":{\"成员\":[{\"与申请人关系\":\"本人\",\"编号\":\"1\"}]}}");
    expect_facts("{\"money\":0,\"members\":[{\"ill\":\"不清楚\",\"incomes\":[]}]}",
        "{\"户\":{\"成员\":[{\"与申请人关系\":\"本人\",\"编号\":\"1\"},{\"收入\":[],\"编号\":\"2\"}],\"货币财产\":0}}");
    /* "there are some" and none named */
    expect_facts("{\"nocar\":false,\"cars\":[]}", "{\"户\":{\"成员\":[{\"与申请人关系\":\"本人\",\"编号\":\"1\"}]}}");
    expect_facts("{\"nocar\":false,\"cars\":[{\"value\":5}]}",
        "{\"户\":{\"成员\":[{\"与申请人关系\":\"本人\",\"编号\":\"1\"}],\"机动车\":[{\"价值\":5}]}}");
    expect_facts("{\"cars\":[]}", "{\"户\":{\"成员\":[{\"与申请人关系\":\"本人\",\"编号\":\"1\"}],\"机动车\":[]}}");
    /* a hidden list was not asked */
    expect_facts("{\"members\":[{\"none\":true,\"incomes\":[{\"amount\":5}]}]}",
        "{\"户\":{\"成员\":[{\"与申请人关系\":\"本人\",\"编号\":\"1\"},{\"编号\":\"2\"}]}}");
}

static void clash(void **state) {
    (void)state;
    AUTO(arena) struct arena *a = arena_new(0);
    const struct form *form;
    const struct json *j, *facts;
    struct diag d = {0};
    expect_ok(form_load(a, SPAN("{\"components\":[{\"type\":\"textfield\",\"key\":\"a\",\"properties\":{\"mz.fact\":\"户\"}},"
                                "{\"type\":\"textfield\",\"key\":\"b\",\"properties\":{\"mz.fact\":\"户.名\"}}]}"),
                  NULL, &form, &d),
        &d);
    expect_ok(json_parse(a, SPAN("{\"a\":\"1\",\"b\":\"2\"}"), &j, &d), &d);
    expect_fail(form_facts(form, j, a, &facts, &d), &d, E_INPUT, "form.fact_clash");
}

/* ---- the other way round ------------------------------------------------------------ */

static const char KNOWING[] =
    "{\"type\":\"default\",\"id\":\"K\",\"components\":["
    "{\"type\":\"textfield\",\"key\":\"name\",\"properties\":{\"mz.register\":\"户.成员[0].姓名\"}},"
    "{\"type\":\"radio\",\"key\":\"hukou\",\"values\":[\"本市\",{\"label\":\"x\",\"value\":\"外埠\"}],\"properties\":{\"mz.register\":\"户.成员[0].户籍\"}},"
    "{\"type\":\"radio\",\"key\":\"alone\",\"values\":[true,false],\"properties\":{\"mz.register\":\"户.成员[]\"}},"
    "{\"type\":\"dynamiclist\",\"path\":\"members\",\"properties\":{\"mz.register\":\"户.成员[]\"},\"components\":["
    " {\"type\":\"group\",\"path\":\"who\",\"components\":[{\"type\":\"textfield\",\"key\":\"name\",\"properties\":{\"mz.register\":\"户.成员[].姓名\"}}]},"
    " {\"type\":\"checkbox\",\"key\":\"healthy\",\"properties\":{\"mz.register\":\"户.成员[].残疾[]\"}},"
    " {\"type\":\"dynamiclist\",\"path\":\"cards\",\"properties\":{\"mz.register\":\"户.成员[].残疾[]\"},\"components\":["
    "  {\"type\":\"number\",\"key\":\"grade\",\"properties\":{\"mz.register\":\"户.成员[].残疾[].等级\"}}]}]},"
    "{\"type\":\"checklist\",\"key\":\"kinds\",\"values\":[\"a\",\"b\"],\"properties\":{\"mz.register\":\"户.类\"}},"
    "{\"type\":\"textfield\",\"key\":\"told\"}]}";

static void expect_known(const char *known, const char *wanted) {
    AUTO(arena) struct arena *a = arena_new(0);
    const struct form *form;
    const struct json *j, *answers;
    struct diag d = {0};
    expect_ok(form_load(a, span_of(KNOWING), &MINI_FEEL, &form, &d), &d);
    expect_ok(json_parse(a, span_of(known), &j, &d), &d);
    expect_ok(form_known(form, j, a, &answers, &d), &d);
    BUF_AUTO b;
    buf_init(&b, 0);
    struct json_writer w;
    json_begin(&w, &b, false);
    json_value(&w, answers);
    assert_string_equal(buf_str(&b), wanted);
}

static void known_answers(void **state) {
    (void)state;
    expect_known("{}", "{}");
    expect_known("{\"户\":{\"成员\":[]}}", "{\"alone\":true}");
    expect_known("{\"户\":{\"成员\":[{\"姓名\":\"甲\",\"户籍\":\"外埠\"}]}}", "{\"name\":\"甲\",\"hukou\":\"外埠\",\"alone\":true}");
    expect_known("{\"户\":{\"成员\":[{\"姓名\":\"甲\"},{\"姓名\":\"乙\",\"残疾\":[{\"等级\":2},{\"等级\":1}]},{\"残疾\":[]}],\"类\":[\"b\"]}}",
        "{\"name\":\"甲\",\"alone\":false,\"members\":[{\"who\":{\"name\":\"乙\"},\"healthy\":false,\"cards\":[{\"grade\":2},{\"grade\":1}]},{\"healthy\":true}],\"kinds\":[\"b\"]}");
    /* what a person could not have said is asked */
    expect_known("{\"户\":{\"成员\":[{\"姓名\":7,\"户籍\":\"月球\"},{\"姓名\":null,\"残疾\":\"有\"},3],\"类\":[\"c\"]}}", "{\"alone\":false,\"members\":[{},{}]}");
    expect_known("{\"户\":7}", "{}");
    expect_known("{\"户\":{\"成员\":{\"姓名\":\"甲\"},\"类\":\"b\"}}", "{}");
}

static void known_paths(void **state) {
    (void)state;
    static const char *const bad[] = {"{\"type\":\"textfield\",\"key\":\"a\",\"properties\":{\"mz.register\":\"户.成员[].姓名\"}}",
        "{\"type\":\"radio\",\"key\":\"a\",\"values\":[true],\"properties\":{\"mz.register\":\"户.成员[].残疾[]\"}}",
        "{\"type\":\"dynamiclist\",\"path\":\"a\",\"properties\":{\"mz.register\":\"户.成员\"},\"components\":[]}",
        "{\"type\":\"textfield\",\"key\":\"a\",\"properties\":{\"mz.register\":\"户..名\"}}"};
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        AUTO(arena) struct arena *a = arena_new(0);
        const struct form *form;
        struct diag d = {0};
        char *schema = arena_printf(a, "{\"components\":[%s]}", bad[i]);
        expect_fail(form_load(a, span_of(schema), NULL, &form, &d), &d, E_INPUT, "form.fact_path");
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(whole_household),
        cmocka_unit_test(unknown_stays_unknown),
        cmocka_unit_test(clash),
        cmocka_unit_test(known_answers),
        cmocka_unit_test(known_paths),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
