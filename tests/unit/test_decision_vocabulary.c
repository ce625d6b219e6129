#include "unit.h"

#include "civil/decision/vocabulary.h"

static const char CSV[] =
    "entity,name,type,codes_or_unit,meaning_zh,meaning_en,absent,asked_after,entries,obtained\n"
    "输入,日期,date,,a,b,,,,\n"
    "输入,户,户,,a,b,,,,\n"
    "输入,在享,list<在享>,,a,b,,,,\n"
    "输入,申请,context,,a,b,,,,\n"
    "户,成员,list<成员>,,a,b,,,,\n"
    "户,货币财产,number,元,a,b,,,,authorise\n"
    "成员,编号,string,,a,b,,,,\n"
    "成员,与申请人关系,string,本人|配偶|子女,a,b,,,,\n"
    "成员,出生日期,date,,a,b,,,,register\n"
    "成员,死亡日期,date,,a,b,no,,,\n"
    "成员,居住证,boolean,,a,b,,出生日期,,\n"
    "成员,收入,list<收入>,,a,b,,,,\n"
    "成员,父母状况,list<string>,健在|死亡,a,b,,,2,\n"
    "成员,残疾,list<残疾>,,a,b,,,,\n"
    "成员,特殊身份,list<string>,离休|老归侨,a,b,,,,\n"
    "收入,类别,string,工资性|一次性,a,b,,,,\n"
    "收入,月金额,number,元/月,a,b,,,,\n"
    "残疾,类别,string,视力|听力,a,b,,,,\n"
    "残疾,等级,number,1..4,a,b,,,,assess\n"
    "成员,就业申报日期,date,,a,b,,,,\n"
    "户,赡养人家庭,list<赡养人家庭>,,a,b,,,,\n"
    "赡养人家庭,人数,number,人,a,b,,,,\n"
    "赡养人家庭,住房套数,number,套,a,b,,,,\n"
    "赡养人家庭,应赡养家庭数,number,户,a,b,,,,\n"
    "在享,待遇,string,低保|高龄津贴,a,b,,,,\n"
    "在享,起,date,,a,b,,,,\n"
    "申请,选择,list<string>,,a,b,,,,\n"
    "在享,对象,string,,a,b,,,,\n"
    "申请,对象,string,,a,b,,,,\n"
    "申请,单独申请,boolean,,a,b,,,,\n";

static enum status check(struct arena *a, const char *facts, struct diag *d) {
    struct vocabulary v;
    const struct json *j;
    expect_ok(vocabulary_load(a, SPAN(CSV), &v, d), d);
    expect_ok(json_parse(a, span_of(facts), &j, d), d);
    return vocabulary_check(&v, j, date_from_ymd(2024, 8, 15), d);
}

static void reads_the_table(void **state) {
    AUTO(arena) struct arena *a = arena_new(0);
    struct vocabulary v;
    struct diag d = {0};
    expect_ok(vocabulary_load(a, SPAN(CSV), &v, &d), &d);
    assert_int_equal(v.count, 30);
    assert_int_equal(v.absent_no_count, 1);
    assert_true(span_is(v.absent_no[0], "成员.死亡日期"));
    assert_true(span_is(vocabulary_find(&v, SPAN("成员"), SPAN("居住证"))->asked_after, "出生日期"));
    assert_int_equal(vocabulary_find(&v, SPAN("成员"), SPAN("父母状况"))->entries, 2);
    const struct fact *f = vocabulary_find(&v, SPAN("成员"), SPAN("特殊身份"));
    assert_true(f && f->list && f->kind == FACT_STRING && f->code_count == 2);
    f = vocabulary_find(&v, SPAN("残疾"), SPAN("等级"));
    assert_true(f && f->ranged && f->low == 1 && f->high == 4);
    f = vocabulary_find(&v, SPAN("输入"), SPAN("申请"));
    assert_true(f && f->kind == FACT_ENTITY && span_is(f->of, "申请"));
    assert_null(vocabulary_find(&v, SPAN("户"), SPAN("编号")));
    static const char *const LACKING[] = {"成员.出生日期", "户.货币财产", "残疾.等级", "成员.收入", "没有.这样的事实"};
    static const unsigned EFFORT[] = {0, 1, 1 + 4, 1 + 4 + 6, 1 + 4 + 6 + 2, 1 + 4 + 6 + 2 + FACT_EFFORT_MAX};
    for (size_t i = 0; i < ARRAY_LEN(EFFORT); i++)
        assert_int_equal(EFFORT[i], vocabulary_effort(&v, LACKING, i));
}

static void refuses_an_entity_nobody_defines(void **state) {
    AUTO(arena) struct arena *a = arena_new(0);
    struct vocabulary v;
    struct diag d = {0};
#define HEAD "entity,name,type,codes_or_unit,meaning_zh,meaning_en,absent,asked_after,entries,obtained\n"
    static const struct { const char *csv, *code; } BAD[] = {
        {HEAD "输入,户,户,,a,b,,,,\n", "decision.vocabulary_entity"},
        {HEAD "输入,日期,date,,a,b,yes,,,\n", "decision.vocabulary_absent"},
        {HEAD "输入,日期,date,,a,b,,时间,,\n", "decision.vocabulary_after"},
        {HEAD "输入,日期,date,,a,b,,,2,\n", "decision.vocabulary_entries"},
        {HEAD "输入,词,list<string>,,a,b,,,0,\n", "decision.vocabulary_entries"},
        {HEAD "输入,词,list<string>,,a,b,,,12,\n", "decision.vocabulary_entries"},
        {HEAD "输入,日期,date,,a,b,,,,guess\n", "decision.vocabulary_obtained"},
        {"entity,name,type,codes_or_unit,meaning_zh,meaning_en\n", "csv.header"},
    };
    for (size_t i = 0; i < ARRAY_LEN(BAD); i++)
        expect_fail(vocabulary_load(a, span_of(BAD[i].csv), &v, &d), &d, E_INPUT, BAD[i].code);
}

static void takes_what_is_right(void **state) {
    static const char *const GOOD[] = {
        "{}",
        "{\"户\":null,\"在享\":null}",
        "{\"户\":{\"成员\":[{\"编号\":\"1\",\"与申请人关系\":\"本人\",\"出生日期\":\"1924-08-15\",\"收入\":[{\"类别\":\"工资性\",\"月金额\":0}]}]}}",
        "{\"户\":{\"成员\":[null,{\"编号\":\"1\",\"特殊身份\":[null,\"离休\"],\"残疾\":[{\"等级\":4}]}]}}",
        "{\"户\":{\"成员\":[{\"编号\":\"1\"}]},\"在享\":[{\"对象\":\"户\"},{\"对象\":\"1\"}],\"申请\":{\"对象\":\"1\",\"单独申请\":false}}",
        "{\"户\":{\"成员\":[{\"编号\":\"1\",\"出生日期\":\"2024-08-15\"}]}}", /* born on the day */
        "{\"户\":{\"成员\":[{\"编号\":\"1\",\"残疾\":[{\"类别\":\"视力\",\"等级\":1},{\"类别\":\"听力\",\"等级\":2},{\"类别\":\"视力\"},{\"类别\":\"视力\",\"等级\":1},null,{\"等级\":3}]}]}}",
        "{\"户\":{\"成员\":[{\"编号\":\"1\",\"就业申报日期\":\"2024-08-15\"},{\"编号\":\"1 2\"}]}}",
        "{\"日期\":\"2024-12-01\",\"户\":{\"成员\":[{\"编号\":\"1\",\"就业申报日期\":\"2024-12-01\"}]},\"在享\":[{\"起\":\"2025-01-31\"}]}",
        "{\"在享\":[{\"起\":\"2024-09-30\",\"待遇\":\"低保\"},{\"起\":\"2034-08-15\"},null],\"申请\":{\"选择\":[\"低保\",null,\"高龄津贴\"]}}",
        "{\"户\":{\"赡养人家庭\":[{\"人数\":1,\"住房套数\":0,\"应赡养家庭数\":1},{\"人数\":null}]},\"申请\":{\"选择\":[]}}",
    };
    for (size_t i = 0; i < ARRAY_LEN(GOOD); i++) {
        AUTO(arena) struct arena *a = arena_new(0);
        struct diag d = {0};
        if (check(a, GOOD[i], &d) != OK)
            fail_msg("%s: %s at %s", GOOD[i], d.code, d.where);
    }
}

static void says_what_is_wrong_and_where(void **state) {
    static const struct { const char *facts, *code, *where; } BAD[] = {
        {"[]", "decision.not_object", ""},
        {"{\"户\":{\"成员\":[{\"编号\":\"1\",\"父母状况\":[\"健在\"]}]}}", "decision.entries", "户.成员[0].父母状况"},
        {"{\"户\":{\"成员\":[{\"编号\":\"1\",\"父母状况\":[\"健在\",null,null]}]}}", "decision.entries", "户.成员[0].父母状况"},
        {"{\"户口\":{}}", "decision.fact_near", "户口"},
        {"{\"收入总额\":1}", "decision.fact_unknown", "收入总额"},
        {"{\"户\":[]}", "decision.not_object", "户"},
        {"{\"户\":{\"货币财产\":\"3000\"}}", "decision.not_number", "户.货币财产"},
        {"{\"户\":{\"货币财产\":-1}}", "decision.fact_negative", "户.货币财产"},
        {"{\"户\":{\"货币财产\":1e15}}", "decision.fact_amount", "户.货币财产"},
        {"{\"户\":{\"货币财产\":3000.005}}", "decision.fact_fen", "户.货币财产"},
        {"{\"户\":{\"成员\":[{\"编号\":\"1\",\"收入\":[{\"类别\":\"工资性\",\"月金额\":1e-3}]}]}}", "decision.fact_fen", "户.成员[0].收入[0].月金额"},
        {"{\"户\":{\"成员\":[{\"编号\":\"1\",\"与申请人关系\":\"配偶\"},{\"编号\":\"2\",\"与申请人关系\":\"子女\"}]}}", "decision.no_applicant", "户.成员"},
        {"{\"户\":{\"成员\":{}}}", "decision.not_list", "户.成员"},
        {"{\"户\":{\"成员\":[]}}", "decision.no_members", "户.成员"},
        {"{\"户\":{\"成员\":[{}]}}", "decision.member_number", "户.成员[0].编号"},
        {"{\"户\":{\"成员\":[{\"编号\":1}]}}", "decision.not_string", "户.成员[0].编号"},
        {"{\"户\":{\"成员\":[{\"编号\":\"1\"},{\"编号\":\"1\"}]}}", "decision.member_twice", "户.成员[1].编号"},
        {"{\"户\":{\"成员\":[{\"编号\":\"1\",\"与申请人关系\":\"本人\"},{\"编号\":\"2\",\"与申请人关系\":\"本人\"}]}}", "decision.applicants", "户.成员[1].与申请人关系"},
        {"{\"户\":{\"成员\":[{\"编号\":\"1\",\"与申请人关系\":\"邻居\"}]}}", "decision.fact_code", "户.成员[0].与申请人关系"},
        {"{\"户\":{\"成员\":[{\"编号\":\"1\"},{\"编号\":\"2\",\"出生日期\":\"2023-02-29\"}]}}", "date.impossible", "户.成员[1].出生日期"},
        {"{\"户\":{\"成员\":[{\"编号\":\"1\",\"出生日期\":\"1979/3/2\"}]}}", "date.syntax", "户.成员[0].出生日期"},
        {"{\"户\":{\"成员\":[{\"编号\":\"1\",\"出生日期\":19790302}]}}", "decision.not_date", "户.成员[0].出生日期"},
        {"{\"户\":{\"成员\":[{\"编号\":\"1\",\"出生日期\":\"2024-08-16\"}]}}", "decision.born_later", "户.成员[0].出生日期"},
        {"{\"户\":{\"成员\":[{\"编号\":\"1\",\"出生日期\":\"1850-01-01\"}]}}", "decision.age", "户.成员[0].出生日期"},
        {"{\"户\":{\"成员\":[{\"编号\":\"1\",\"出生日期\":\"1874-08-15\"}]}}", "decision.age", "户.成员[0].出生日期"}, /* 150 today */
        {"{\"户\":{\"成员\":[{\"编号\":\" 户\"}]}}", "decision.member_household", "户.成员[0].编号"},
        {"{\"户\":{\"成员\":[{\"编号\":\"1\",\"出生日期\":\"1950-01-01\",\"死亡日期\":\"1949-12-31\"}]}}", "decision.died_before_birth", "户.成员[0].死亡日期"},
        {"{\"户\":{\"成员\":[{\"编号\":\"1\",\"居住证\":\"是\"}]}}", "decision.not_boolean", "户.成员[0].居住证"},
        {"{\"户\":{\"成员\":[{\"编号\":\"1\",\"残疾\":[{\"等级\":5}]}]}}", "decision.fact_range", "户.成员[0].残疾[0].等级"},
        {"{\"户\":{\"成员\":[{\"编号\":\"1\",\"残疾\":[{\"等级\":1.5}]}]}}", "decision.fact_range", "户.成员[0].残疾[0].等级"},
        {"{\"户\":{\"成员\":[{\"编号\":\"1\",\"特殊身份\":[\"离休\",\"劳模\"]}]}}", "decision.fact_code", "户.成员[0].特殊身份[1]"},
        {"{\"户\":{\"成员\":[{\"编号\":\"1\",\"收入\":[{\"类别\":\"工资性\",\"月金额\":true}]}]}}", "decision.not_number", "户.成员[0].收入[0].月金额"},
        {"{\"户\":{\"成员\":[{\"编号\":\"1\",\"收入\":[{\"月金颚\":1}]}]}}", "decision.fact_near", "户.成员[0].收入[0].月金颚"},
        {"{\"户\":{\"成员\":[{\"编号\":\"1\"}]},\"在享\":[{\"对象\":\"2\"}]}", "decision.subject_unknown", "在享[0].对象"},
        {"{\"户\":{\"成员\":[{\"编号\":\"1\"}]},\"申请\":{\"对象\":\"户\"}}", "decision.examined_unknown", "申请.对象"},
        {"{\"户\":{\"成员\":[{\"编号\":\"1\",\"残疾\":[{\"类别\":\"视力\",\"等级\":1},{\"类别\":\"听力\",\"等级\":1},{\"类别\":\"视力\",\"等级\":2}]}]}}", "decision.two_grades", "户.成员[0].残疾[2].等级"},
        {"{\"户\":{\"成员\":[{\"编号\":\"1\"},{\"编号\":\"1 \"}]}}", "decision.member_twice", "户.成员[1].编号"},
        {"{\"户\":{\"成员\":[{\"编号\":\"　1\"},{\"编号\":\"1\\t\"}]}}", "decision.member_twice", "户.成员[1].编号"},
        {"{\"户\":{\"成员\":[{\"编号\":\" 　\"}]}}", "decision.member_number", "户.成员[0].编号"},
        {"{\"户\":{\"成员\":[{\"编号\":\"1\",\"就业申报日期\":\"2024-08-16\"}]}}", "decision.reported_later", "户.成员[0].就业申报日期"},
        {"{\"申请\":{\"选择\":[\"低保\",\"高令津贴\"]}}", "decision.fact_code", "申请.选择[1]"},
        {"{\"申请\":{\"选择\":[\"\"]}}", "decision.fact_code", "申请.选择[0]"},
        {"{\"申请\":{\"选择\":[1]}}", "decision.not_string", "申请.选择[0]"},
        {"{\"户\":{\"赡养人家庭\":[{\"人数\":0}]}}", "decision.fact_none", "户.赡养人家庭[0].人数"},
        {"{\"户\":{\"赡养人家庭\":[{\"人数\":1},{\"应赡养家庭数\":0}]}}", "decision.fact_none", "户.赡养人家庭[1].应赡养家庭数"},
    };
    for (size_t i = 0; i < ARRAY_LEN(BAD); i++) {
        AUTO(arena) struct arena *a = arena_new(0);
        struct diag d = {0};
        enum status s = check(a, BAD[i].facts, &d);
        if (s != E_INPUT || strcmp(d.code, BAD[i].code) != 0 || strcmp(d.where, BAD[i].where) != 0)
            fail_msg("%s: %s %s at '%s'", BAD[i].facts, status_name(s), d.code, d.where);
    }
}

static void names_the_nearest(void **state) {
    AUTO(arena) struct arena *a = arena_new(0);
    struct diag d = {0};
    assert_int_equal(check(a, "{\"户\":{\"货币财务\":1}}", &d), E_INPUT);
    assert_string_equal(d.code, "decision.fact_near");
    assert_string_equal(d.arg[2].name, "nearest");
    assert_string_equal(d.arg[2].value, "货币财产");
}

static void lists_the_choices_in_words(void **state) {
    AUTO(arena) struct arena *a = arena_new(0);
    struct diag d = {0};
    assert_int_equal(check(a, "{\"户\":{\"成员\":[{\"编号\":\"1\",\"与申请人关系\":\"邻居\"}]}}", &d), E_INPUT);
    assert_string_equal(d.arg[0].value, "本人、配偶、子女");
}

/* More than a diagnostic holds ends in whole words and an ellipsis. */
static void a_long_list_of_choices_says_that_it_goes_on(void **state) {
    AUTO(arena) struct arena *a = arena_new(0);
    struct diag d = {0};
    struct vocabulary v;
    const struct json *j;
    BUF_AUTO csv;
    buf_init(&csv, 0);
    buf_adds(&csv, HEAD "输入,种类,string,");
    for (int i = 10; i < 40; i++)
        buf_addf(&csv, "%s第%d类", i > 10 ? "|" : "", i);
    buf_adds(&csv, ",a,b,,,,\n");
    assert_true(buf_ok(&csv));
    expect_ok(vocabulary_load(a, buf_span(&csv), &v, &d), &d);
    expect_ok(json_parse(a, SPAN("{\"种类\":\"甲\"}"), &j, &d), &d);
    assert_int_equal(vocabulary_check(&v, j, date_from_ymd(2024, 8, 15), &d), E_INPUT);
    assert_string_equal(d.code, "decision.fact_code");
    size_t n = strlen(d.arg[0].value), end = strlen("类、…");
    assert_true(n > 150 && strcmp(d.arg[0].value + n - end, "类、…") == 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_the_table),
        cmocka_unit_test(refuses_an_entity_nobody_defines),
        cmocka_unit_test(takes_what_is_right),
        cmocka_unit_test(says_what_is_wrong_and_where),
        cmocka_unit_test(names_the_nearest),
        cmocka_unit_test(lists_the_choices_in_words),
        cmocka_unit_test(a_long_list_of_choices_says_that_it_goes_on),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
