/* Case mode: examples from the ruling, bad facts.  Random policies against brute
 * force: test_dmn_case_random. */
#include "unit.h"

#include "dmn/case.h"

/* ---- a policy and its facts ------------------------------------------------------- */

static const char vocabulary_csv[] =
    "entity,name,type,codes_or_unit,meaning\n"
    "输入,户,户,,\n输入,在享,list<在享>,,\n"
    "户,收入,number,元,\n户,财产,number,元,\n户,级,number,1..3,\n户,类,string,甲|乙|丙,\n户,病,boolean,,\n户,残,boolean,,\n"
    "户,生日,date,,\n户,成员,list<成员>,,\n户,编号,string,,\n户,标记,list<string>,甲|乙,\n"
    "成员,年龄,number,0..2,\n成员,学,boolean,,\n成员,死亡,date,,\n"
    "在享,待遇,string,低保|特困,\n在享,月金额,number,元,\n";

struct world {
    struct arena *model_arena, *arena;
    const struct dmn_model *model;
    const struct dmn_vocabulary *vocabulary;
    struct feel_notes notes;
    struct diag diag;
    enum status status;
    struct dmn_case_answer answer;
};

static void world_open(struct world *w, const char *expression) {
    static char xml[8192];
    memset(w, 0, sizeof *w);
    w->model_arena = arena_new(0);
    w->arena = arena_new(0);
    BUF_AUTO text;
    buf_init(&text, 0);
    bool table = *expression == '<'; /* XML as it stands */
    if (table)
        buf_adds(&text, expression);
    for (const char *p = expression; *p && !table; p++)
        buf_adds(&text, *p == '<' ? "&lt;" : (char[]){*p, 0});
    snprintf(xml, sizeof xml,
        "<definitions xmlns='https://www.omg.org/spec/DMN/20230324/MODEL/' name='m' namespace='m'>"
        "<inputData id='h' name='户'/><inputData id='b' name='在享'/>"
        "<decision id='r' name='结果'><variable name='结果'/>"
        "<informationRequirement><requiredInput href='#h'/></informationRequirement>"
        "<informationRequirement><requiredInput href='#b'/></informationRequirement>"
        "%s%s%s</decision></definitions>", table ? "" : "<literalExpression><text>", buf_str(&text), table ? "" : "</text></literalExpression>");
    assert_int_equal(OK, dmn_load(w->model_arena, span_of(xml), NULL, &w->model, &w->diag));
    if (dmn_problem_count(w->model))
        fail_msg("%s: %s", expression, dmn_problem(w->model, 0)->code);
    assert_int_equal(OK, dmn_vocabulary_load(w->model_arena, span_of(vocabulary_csv), span_of("输入"),
        &w->vocabulary, &w->diag));
}

static void world_close(struct world *w) {
    arena_free(w->model_arena);
    arena_free(w->arena);
}

static void decide(struct world *w, const char *facts) {
    static const struct span nulls[] = {{"成员.死亡", 13}};
    const struct json *j;
    arena_reset(w->arena);
    memset(&w->notes, 0, sizeof w->notes);
    diag_clear(&w->diag);
    assert_int_equal(OK, json_parse(w->arena, span_of(facts), &j, &w->diag));
    struct feel_env env;
    feel_env_init(&env, w->arena, &w->notes);
    struct dmn_case c = {.model = w->model, .answer = span_of("结果"), .vocabulary = w->vocabulary, .facts = j,
        .null_facts = nulls, .null_fact_count = 1};
    w->status = dmn_case_decide(&env, &c, &w->answer, &w->diag);
}

static const char *missing(const struct world *w) {
    static char text[512];
    text[0] = 0;
    for (size_t i = 0; i < w->answer.missing_count; i++)
        snprintf(text + strlen(text), sizeof text - strlen(text), "%s%.*s", i ? " " : "", SPAN_ARG(w->answer.missing[i]));
    return text;
}

static const char *value(const struct world *w) {
    static char text[1024];
    BUF_AUTO b;
    buf_init(&b, 0);
    feel_text(&b, &w->answer.value, true);
    snprintf(text, sizeof text, "%s", buf_str(&b));
    return text;
}

static void expect(const char *expression, const char *facts, const char *want_value, const char *want_missing) {
    struct world w;
    world_open(&w, expression);
    decide(&w, facts);
    if (w.status != OK)
        fail_msg("%s on %s: %s", expression, facts, w.diag.code);
    assert_string_equal(want_missing, missing(&w));
    assert_string_equal(want_value, value(&w));
    if (!w.answer.exact)
        fail_msg("not exact: %s on %s, %u evaluations", expression, facts, w.answer.evaluations);
    world_close(&w);
}

#define KNOWN "\"收入\":10,\"财产\":5,\"级\":1,\"类\":\"甲\",\"病\":false,\"残\":false,\"生日\":\"2000-01-01\",\"成员\":[],\"编号\":\"1\""

static void test_known_facts_decide(void **state) {
    (void)state;
    expect("户.收入 < 20", "{\"户\":{" KNOWN "},\"在享\":[]}", "true", "");
}

static void test_only_what_matters_is_missing(void **state) {
    (void)state;
    const char *rule = "if 户.收入 >= 100 then \"否\" else if 户.财产 > 50 then \"否\" else \"是\"";
    expect(rule, "{\"户\":{\"收入\":200},\"在享\":[]}", "\"否\"", "");
    expect(rule, "{\"户\":{\"收入\":20},\"在享\":[]}", "null", "户.财产");
    expect(rule, "{\"户\":{\"财产\":60},\"在享\":[]}", "\"否\"", "");
    expect(rule, "{\"户\":{}}", "null", "户.收入 户.财产");
}

static void test_amount_counts_as_well(void **state) {
    (void)state;
    expect("{符合: true, 额: 100 - 户.收入}", "{\"户\":{},\"在享\":[]}", "null", "户.收入");
    expect("{符合: true, 额: 100 - min(户.收入, 0)}", "{\"户\":{},\"在享\":[]}", "{符合: true, 额: 100}", "");
}

/* Whoever divides by an unknown number that is positive knows between which quotients it lies. */
static void test_quotients_of_an_unknown_divisor(void **state) {
    (void)state;
    const char *fee = "max(0, (户.收入 - 20) / max(1, 户.财产))";
    expect(fee, "{\"户\":{\"收入\":10}}", "0", "");
    expect(fee, "{\"户\":{\"收入\":20}}", "0", "");
    expect(fee, "{\"户\":{\"收入\":21}}", "null", "户.财产");
    expect(fee, "{\"户\":{}}", "null", "户.收入 户.财产");
    expect("(0 - 5) / (户.财产 + 1) < -5", "{\"户\":{}}", "false", "");
    expect("(0 - 5) / (户.财产 + 1) <= -5", "{\"户\":{}}", "null", "户.财产");
    expect("(0 - 5) / (户.财产 + 1) > 0", "{\"户\":{}}", "false", "");
    expect("(户.级 - 2) / (户.财产 + 1) > 1", "{\"户\":{}}", "false", "");
    expect("(户.级 - 2) / (户.财产 + 1) < -1", "{\"户\":{}}", "false", "");
    expect("(户.级 - 2) / (户.财产 + 1) >= 1", "{\"户\":{}}", "null", "户.级 户.财产");
}

/* Kleene logic alone says unknown: the two uses hang together. */
static void test_splitting_sees_through_correlation(void **state) {
    (void)state;
    expect("户.病 or not(户.病)", "{\"户\":{},\"在享\":[]}", "true", "");
    expect("if 户.类 = \"甲\" then 1 else if 户.类 = \"乙\" then 1 else 1", "{\"户\":{}}", "1", "");
    expect("if 户.收入 < 5 then \"a\" else if 户.收入 >= 5 then \"a\" else \"b\"", "{\"户\":{}}", "\"a\"", "");
    expect("if 户.收入 < 5 and 户.收入 > 4 and 户.财产 > 3 then 1 else 2", "{\"户\":{}}", "null", "户.收入 户.财产");
    expect("if 户.收入 = 5 and 户.病 then 1 else 2", "{\"户\":{}}", "null", "户.收入 户.病");
    expect("if 户.收入 > 5 and 户.收入 < 5 and 户.病 then 1 else 2", "{\"户\":{}}", "2", "");
}

static void test_thresholds_through_arithmetic(void **state) {
    (void)state;
    expect("(户.收入 * 3 - 12) / 4 > 30", "{\"户\":{}}", "null", "户.收入");
    expect("if 户.收入 * 2 + 1 = 8 and 户.病 then 1 else 2", "{\"户\":{}}", "null", "户.收入 户.病");
    expect("years and months duration(户.生日, date(\"2024-08-15\")).years >= 60", "{\"户\":{}}", "null", "户.生日");
    expect("if 户.生日 > date(\"2024-08-15\") - duration(\"P18Y\") then 户.病 else false",
        "{\"户\":{\"病\":false}}", "false", "");
}

static void test_absent_list_is_one_fact(void **state) {
    (void)state;
    expect("some z in 在享 satisfies z.待遇 = \"低保\"", "{\"户\":{}}", "null", "在享");
    expect("if 户.收入 > 5 then \"否\" else if some z in 在享 satisfies z.待遇 = \"低保\" then \"是\" else \"否\"",
        "{\"户\":{\"收入\":6}}", "\"否\"", "");
    expect("max(0, sum(append(for z in 在享 return z.月金额, 0))) >= 0", "{\"户\":{}}", "true", "");
    expect("count(在享[待遇 = \"特困\"])", "{\"户\":{}}", "null", "在享");
}

static void test_unknown_inside_lists(void **state) {
    (void)state;
    const char *rule = "some m in 户.成员 satisfies m.年龄 >= 2 and m.学";
    expect(rule, "{\"户\":{\"成员\":[{\"年龄\":2},{\"年龄\":0}]}}", "null", "成员.学");
    expect(rule, "{\"户\":{\"成员\":[{\"年龄\":1},{\"年龄\":0}]}}", "false", "");
    expect(rule, "{\"户\":{\"成员\":[{\"年龄\":2,\"学\":true},{}]}}", "true", "");
    expect(rule, "{\"户\":{\"成员\":[null]}}", "null", "成员.学 成员.年龄");
    expect("sum(append(for m in 户.成员[学] return m.年龄, 0)) > 4", "{\"户\":{\"成员\":[{},{}]}}", "false", "");
    expect("every m in 户.成员 satisfies m.死亡 = null", "{\"户\":{\"成员\":[{}]}}", "true", "");
}

static void test_rule_error_has_no_answer(void **state) {
    (void)state;
    struct world w;
    world_open(&w, "户.收入 / (户.财产 - 户.财产)");
    decide(&w, "{\"户\":{\"收入\":1,\"财产\":2}}");
    assert_int_equal(E_INPUT, w.status);
    assert_string_equal("dmn.rule_error", w.diag.code);
    world_close(&w);
    world_open(&w, "if 户.没有 > 1 then 1 else 2");
    decide(&w, "{\"户\":{}}");
    assert_int_equal(E_INPUT, w.status);
    world_close(&w);
    /* an error on one side of a fact is another answer */
    expect("if 户.病 then 1 / 0 else 2", "{\"户\":{}}", "null", "户.病");
}

/* Where an output's place among the others decides, and it is an error, nobody knows whether another comes first. */
static void test_an_error_among_the_first_outputs(void **state) {
    (void)state;
    struct world w;
    world_open(&w, "<decisionTable hitPolicy='PRIORITY'><input><inputExpression><text>户.收入</text></inputExpression></input>"
        "<output><outputValues><text>2, 1</text></outputValues></output>"
        "<rule><inputEntry><text>-</text></inputEntry><outputEntry><text>户.级 / (户.财产 - 户.财产)</text></outputEntry></rule>"
        "<rule><inputEntry><text>&gt; 5</text></inputEntry><outputEntry><text>1</text></outputEntry></rule></decisionTable>");
    decide(&w, "{\"户\":{" KNOWN "},\"在享\":[]}");
    assert_int_equal(E_INPUT, w.status);
    assert_string_equal("dmn.rule_error", w.diag.code);
    world_close(&w);
}

static void test_bad_facts_are_refused(void **state) {
    static const struct { const char *facts, *code, *where; } bad[] = {
        {"{\"户\":{\"收入\":\"10\"}}", "case.fact_type", "户.收入"},
        {"{\"户\":{\"收入\":-1}}", "case.fact_negative", "户.收入"},
        {"{\"户\":{\"类\":\"丁\"}}", "case.fact_code", "户.类"},
        {"{\"户\":{\"级\":4}}", "case.fact_code", "户.级"},
        {"{\"户\":{\"生日\":\"2023-02-29\"}}", "case.fact_type", "户.生日"},
        {"{\"户\":{\"病\":\"是\"}}", "case.fact_type", "户.病"},
        {"{\"户\":[]}", "case.fact_type", "户"},
        {"{\"户\":{\"成员\":{}}}", "case.fact_type", "户.成员"},
        {"{\"户\":{\"成员\":[{},{\"年龄\":9}]}}", "case.fact_code", "户.成员[2].年龄"},
    };
    (void)state;
    struct world w;
    world_open(&w, "户.收入");
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        decide(&w, bad[i].facts);
        assert_int_equal(E_INPUT, w.status);
        assert_string_equal(bad[i].code, w.diag.code);
        assert_string_equal(bad[i].where, w.diag.where);
    }
    world_close(&w);
}

/* ---- what is compared --------------------------------------------------------------- */

static void decide_compared(struct world *w, const char *facts, const char *compared) {
    struct feel_scope *scope = feel_scope_new(w->model_arena, NULL);
    const struct feel_program *program;
    const struct json *j;
    struct feel_env env;
    assert_true(feel_scope_global(scope, span_of("结果"), 0, NULL));
    assert_int_equal(OK, feel_compile(w->model_arena, scope, span_of(compared), span_of("结果"), &program, &w->diag));
    assert_int_equal(OK, json_parse(w->arena, span_of(facts), &j, &w->diag));
    feel_env_init(&env, w->arena, &w->notes);
    struct dmn_case c = {.model = w->model, .answer = span_of("结果"), .compared = program, .vocabulary = w->vocabulary, .facts = j};
    w->status = dmn_case_decide(&env, &c, &w->answer, &w->diag);
}

static void test_only_what_is_compared_counts(void **state) {
    (void)state;
    struct world w;
    const char *lines = "if 户.病 then [{谁: \"甲\", 额: 1}, {谁: \"乙\", 额: 2}] else [{谁: \"户\", 额: 3}]";
    world_open(&w, lines);
    decide_compared(&w, "{\"户\":{}}", "sum(结果.额)");
    assert_int_equal(OK, w.status);
    assert_true(w.answer.decided && w.answer.exact);
    assert_false(feel_has_unknown(&w.answer.value)); /* the lines of one completion */
    assert_int_equal(FEEL_LIST, w.answer.value.kind);
    decide_compared(&w, "{\"户\":{}}", "count(结果)");
    assert_string_equal("户.病", missing(&w));
    world_close(&w);
    /* an error beside what is compared is still a rule error, unknown or not */
    world_open(&w, "{甲: 1, 乙: if 户.病 then 1 / 0 else 2}");
    decide_compared(&w, "{\"户\":{}}", "结果.甲");
    assert_string_equal("户.病", missing(&w));
    decide_compared(&w, "{\"户\":{\"病\":true}}", "结果.甲");
    assert_int_equal(E_INPUT, w.status);
    world_close(&w);
}

/* ---- rule errors and the corners of unknown ------------------------------------------- */

static void test_an_error_of_every_completion_is_a_rule_error(void **state) {
    static const char *const always[] = {
        "if 户.病 then 1 / 0 else 2 / 0",
        "if 户.收入 > 5 then null else 1 / (户.级 - 户.级)",
        "count(户.成员) + 户.收入 / 0",
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(always); i++) {
        struct world w;
        world_open(&w, always[i]);
        decide(&w, "{\"户\":{}}");
        if (w.status != E_INPUT)
            fail_msg("%s: not a rule error", always[i]);
        assert_string_equal("dmn.rule_error", w.diag.code);
        world_close(&w);
    }
    /* one completion that answers makes it a question */
    expect("10 / 户.收入", "{\"户\":{}}", "null", "户.收入");
    expect("if 户.收入 = 5 then 1 / 0 else 2", "{\"户\":{}}", "null", "户.收入");
    expect("if 户.收入 < 0 then 1 / 0 else 2", "{\"户\":{}}", "2", "");
}

static void test_every_shape_of_unknown(void **state) {
    (void)state;
    /* a null entry is an unknown entry; the others are known */
    expect("list contains(户.标记, \"甲\")", "{\"户\":{\"标记\":[null,\"甲\"]}}", "true", "");
    expect("list contains(户.标记, \"甲\")", "{\"户\":{\"标记\":[null,\"乙\"]}}", "null", "户.标记");
    expect("list contains(户.标记, \"甲\")", "{\"户\":{\"标记\":[]}}", "false", "");
    expect("list contains(户.标记, \"甲\")", "{\"户\":{}}", "null", "户.标记");
    expect("count(户.标记)", "{\"户\":{\"标记\":[null,null]}}", "2", "");
    /* a code nobody knows is still a string, and one of its codes */
    expect("户.类 instance of string", "{\"户\":{}}", "true", "");
    expect("户.类 in (\"甲\", \"乙\", \"丙\")", "{\"户\":{}}", "true", "");
    expect("户.类 = \"丁\"", "{\"户\":{}}", "false", "");
    /* ages */
    expect("years and months duration(户.生日, date(\"2024-08-15\")).years >= 0 or 户.生日 > date(\"2024-08-15\")", "{\"户\":{}}", "true", "");
    expect("if 户.生日 <= date(\"1964-08-15\") then 户.病 else 户.病", "{\"户\":{\"病\":true}}", "true", "");
    /* a present list of benefits is complete, an absent one unknown, an entry's facts may be unknown */
    const char *benefit = "some z in 在享 satisfies z.待遇 = \"低保\" and z.月金额 > 100";
    expect(benefit, "{\"户\":{},\"在享\":[]}", "false", "");
    expect(benefit, "{\"户\":{}}", "null", "在享");
    expect(benefit, "{\"户\":{},\"在享\":[{\"月金额\":50}]}", "false", "");
    expect(benefit, "{\"户\":{},\"在享\":[{\"月金额\":150}]}", "null", "在享.待遇");
    expect(benefit, "{\"户\":{},\"在享\":[null]}", "null", "在享.待遇 在享.月金额");
    /* not dead unless a date says so */
    expect("every m in 户.成员 satisfies m.死亡 = null", "{\"户\":{\"成员\":[{},{\"死亡\":null}]}}", "true", "");
    expect("every m in 户.成员 satisfies m.死亡 = null", "{\"户\":{\"成员\":[{\"死亡\":\"2020-01-01\"}]}}", "false", "");
}

/* ---- bounds ------------------------------------------------------------------------------ */

static void entries(struct buf *out, const char *before, const char *entry, size_t n, const char *after) {
    buf_adds(out, before);
    for (size_t i = 0; i < n; i++)
        buf_addf(out, "%s%s", i ? "," : "", entry);
    buf_adds(out, after);
}

/* However little is known of however much, the budget ends it, and what is named is a superset. */
static void test_hostile_inputs_end(void **state) {
    static const char *const rules[] = {
        "if sum(append(for m in 户.成员[学] return m.年龄, 0)) > 17 then sum(在享.月金额) else count(户.成员[年龄 = 1])",
        "some a in 户.成员 satisfies (some b in 户.成员 satisfies (a.年龄 > b.年龄 and a.学 != b.学 and 户.收入 > 户.财产))",
        "sum(append(for m in 户.成员 return if m.学 and m.年龄 > 1 then 户.收入 else 户.财产, 0)) / (count(户.成员[学]) + 1)",
    };
    static const struct { const char *before, *entry, *after; size_t n; } inputs[] = {
        {"{\"户\":{\"成员\":[", "null", "]}}", 30},
        {"{\"户\":{\"成员\":[", "{}", "]},\"在享\":[null,null]}", 30},
        {"{\"户\":{\"收入\":1,\"成员\":[", "{\"学\":true}", "]}}", 1000},
        {"{\"户\":{\"成员\":[{}]},\"在享\":[", "null", "]}", 1000},
    };
    (void)state;
    for (size_t r = 0; r < ARRAY_LEN(rules); r++) {
        struct world w;
        world_open(&w, rules[r]);
        for (size_t i = 0; i < ARRAY_LEN(inputs); i++) {
            BUF_AUTO text;
            buf_init(&text, 0);
            entries(&text, inputs[i].before, inputs[i].entry, inputs[i].n, inputs[i].after);
            decide(&w, buf_str(&text));
            if (w.status == OK) {
                assert_true(w.answer.evaluations <= 1600);
                assert_true(w.answer.decided == (w.answer.missing_count == 0));
            } else {
                assert_int_equal(E_LIMIT, w.status);
            }
        }
        world_close(&w);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_known_facts_decide),
        cmocka_unit_test(test_only_what_matters_is_missing),
        cmocka_unit_test(test_amount_counts_as_well),
        cmocka_unit_test(test_quotients_of_an_unknown_divisor),
        cmocka_unit_test(test_splitting_sees_through_correlation),
        cmocka_unit_test(test_thresholds_through_arithmetic),
        cmocka_unit_test(test_absent_list_is_one_fact),
        cmocka_unit_test(test_unknown_inside_lists),
        cmocka_unit_test(test_rule_error_has_no_answer),
        cmocka_unit_test(test_an_error_among_the_first_outputs),
        cmocka_unit_test(test_bad_facts_are_refused),
        cmocka_unit_test(test_only_what_is_compared_counts),
        cmocka_unit_test(test_an_error_of_every_completion_is_a_rule_error),
        cmocka_unit_test(test_every_shape_of_unknown),
        cmocka_unit_test(test_hostile_inputs_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
