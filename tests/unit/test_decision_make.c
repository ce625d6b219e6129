/* Decisions over the packs of the repository: the parts that are this folder's
 * own (days, figures, answers, reasons, pages).  Whether the rules are right is
 * asked by the worked cases (tests/cli/decide.test.mjs). */
#include "unit.h"

#include "civil/decision/decision.h"

static struct packs *packs;
static struct policies *policies;

static int load(void **state) {
    char dir[1024];
    struct diag d = {0};
    snprintf(dir, sizeof dir, "%s/packs", getenv("SOURCE_ROOT"));
    expect_ok(packs_load(dir, &packs, &d), &d);
    expect_ok(policies_load(packs, &policies, &d), &d);
    return 0;
}
static int unload(void **state) {
    policies_free(policies);
    packs_free(packs);
    return 0;
}

#define PERSON(income)                                                         \
    "\"户\":{\"成员\":[{\"编号\":\"1\",\"与申请人关系\":\"本人\",\"性别\":\"男\",\"出生日期\":\"1979-03-02\",\"户籍\":\"本市\"," \
    "\"就学迁入集体户\":false,\"婚姻状况\":\"未婚\",\"就业状态\":\"失业\",\"收入\":[" income "],\"残疾\":[],\"重大疾病\":false," \
    "\"劳动能力\":\"有\",\"在读\":\"无\",\"单独抚养\":false,\"依靠兄弟姐妹或老人扶养\":false,\"特殊身份\":[],\"不计入事由\":\"无\"}]," \
    "\"货币财产\":3000,\"机动车\":[],\"住房\":[],\"工商登记\":[],\"赡养人家庭\":[]},\"在享\":[],\"申请\":{}"

static enum status decide(struct arena *a, const char *scheme, const char *facts, date_t as_of, struct decision *r, struct diag *d) {
    const struct json *j;
    expect_ok(json_parse(a, span_of(facts), &j, d), d);
    struct decision_request q = {.scheme = scheme, .facts = j, .as_of = as_of};
    return decision_make(policies, a, &q, r, d);
}

static void computes_amount_lines_and_reasons(void **state) {
    AUTO(arena) struct arena *a = arena_new(0);
    struct diag d = {0};
    struct decision r;
    expect_ok(decide(a, "dibao", "{\"日期\":\"2024-08-15\"," PERSON("{\"类别\":\"失业金\",\"月金额\":400.01}") "}", DATE_NONE, &r, &d), &d);
    assert_int_equal(r.outcome, DECISION_ELIGIBLE);
    assert_int_equal(r.monthly_fen, 104999); /* to the fen */
    assert_int_equal(r.line_count, 1);
    assert_null(r.line[0].member);
    assert_string_equal(r.line[0].item, "低保金");
    bool below = false;
    for (size_t i = 0; i < r.reason_count; i++)
        below |= strcmp(r.reason[i].rule, "r_income_below") == 0 && strstr(r.reason[i].article, "二(一)") && *r.reason[i].en;
    assert_true(below);
    bool standard = false;
    for (size_t i = 0; i < r.parameter_count; i++) {
        standard |= strcmp(r.parameter[i]->name, "低保标准") == 0;
        assert_string_not_equal(r.parameter[i]->name, "渐退总月数"); /* no rule of this case came to it */
    }
    assert_true(standard);
}

static void a_refusal_leads_with_what_refuses(void **state) {
    AUTO(arena) struct arena *a = arena_new(0);
    struct diag d = {0};
    struct decision r;
    expect_ok(decide(a, "dibao", "{\"日期\":\"2024-08-15\"," PERSON("{\"类别\":\"养老金\",\"月金额\":5000}") "}", DATE_NONE, &r, &d), &d);
    assert_int_equal(r.outcome, DECISION_NOT_ELIGIBLE);
    assert_int_equal(r.monthly_fen, 0);
    assert_int_equal(r.line_count, 0);
    assert_true(r.reason_count > 0);
    assert_string_equal(r.reason[0].rule, "r_income_own_not_below");
}

static void the_day_chooses_the_figure(void **state) {
    AUTO(arena) struct arena *a = arena_new(0);
    struct diag d = {0};
    struct decision r;
    static const struct { int y, m, day; int64_t fen; } DAYS[] = {
        {2024, 6, 30, 139500}, {2024, 7, 1, 145000}, {2025, 7, 1, 145000}};
    for (size_t i = 0; i < ARRAY_LEN(DAYS); i++) {
        expect_ok(decide(a, "dibao", "{\"日期\":\"2020-01-01\"," PERSON("") "}", date_from_ymd(DAYS[i].y, DAYS[i].m, DAYS[i].day), &r, &d), &d);
        assert_int_equal(r.monthly_fen, DAYS[i].fen);
        for (size_t k = 0; k < r.parameter_count; k++)
            if (strcmp(r.parameter[k]->name, "低保标准") == 0)
                assert_int_equal(r.parameter[k]->to_confirm, i == 2);
    }
}

static void past_its_review_a_figure_decides_nothing(void **state) {
    AUTO(arena) struct arena *a = arena_new(0);
    struct diag d = {0};
    struct decision r;
    expect_ok(decide(a, "dibao", "{" PERSON("") "}", date_from_ymd(2030, 1, 1), &r, &d), &d);
    assert_int_equal(r.outcome, DECISION_UNDECIDED);
    assert_int_equal(r.monthly_fen, 0);
    bool standard = false;
    for (size_t i = 0; i < r.missing_count; i++)
        standard |= strcmp(r.missing[i], "参数.低保标准") == 0;
    assert_true(standard);
}

static void refuses_days_schemes_and_facts(void **state) {
    AUTO(arena) struct arena *a = arena_new(0);
    struct diag d = {0};
    struct decision r;
    expect_fail(decide(a, "dibao", "{" PERSON("") "}", DATE_NONE, &r, &d), &d, E_INPUT, "decision.no_date");
    assert_string_equal(d.where, "日期");
    expect_fail(decide(a, "dibao", "{\"日期\":20240815}", DATE_NONE, &r, &d), &d, E_INPUT, "decision.not_date");
    expect_fail(decide(a, "dibao", "{\"日期\":\"2024-02-30\"}", DATE_NONE, &r, &d), &d, E_INPUT, "date.impossible");
    expect_fail(decide(a, "dibao", "{\"日期\":\"1999-01-01\"}", DATE_NONE, &r, &d), &d, E_INPUT, "decision.no_policy");
    expect_fail(decide(a, "tibao", "{\"日期\":\"2024-08-15\"}", DATE_NONE, &r, &d), &d, E_NOT_FOUND, "decision.no_scheme");
    expect_fail(decide(a, "dibao", "[]", DATE_NONE, &r, &d), &d, E_INPUT, "decision.not_object");
    expect_fail(decide(a, "dibao", "{\"日期\":\"2024-08-15\",\"户\":{\"存款余额\":1}}", DATE_NONE, &r, &d), &d, E_INPUT, "decision.fact_unknown");
}

static void a_page_in_both_languages(void **state) {
    AUTO(arena) struct arena *a = arena_new(0);
    struct diag d = {0};
    struct decision r;
    expect_ok(decide(a, "dibao", "{\"日期\":\"2025-08-15\"," PERSON("") "}", DATE_NONE, &r, &d), &d);
    for (int l = LANG_ZH; l <= LANG_EN; l++) {
        BUF_AUTO out;
        buf_init(&out, 0);
        decision_text(&out, (enum lang)l, &r);
        assert_true(buf_ok(&out));
        assert_non_null(strstr(buf_str(&out), l == LANG_ZH ? "结论：符合条件" : "Conclusion: eligible"));
        assert_non_null(strstr(buf_str(&out), "1450.00"));
        assert_non_null(strstr(buf_str(&out), l == LANG_ZH ? "待确认" : "to be confirmed"));
        assert_null(strstr(buf_str(&out), "decision.text")); /* a code without its sentence */
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(computes_amount_lines_and_reasons),
        cmocka_unit_test(a_refusal_leads_with_what_refuses),
        cmocka_unit_test(the_day_chooses_the_figure),
        cmocka_unit_test(past_its_review_a_figure_decides_nothing),
        cmocka_unit_test(refuses_days_schemes_and_facts),
        cmocka_unit_test(a_page_in_both_languages),
    };
    return cmocka_run_group_tests(tests, load, unload);
}
