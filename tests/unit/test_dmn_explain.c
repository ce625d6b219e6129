/* Explanations of small models: each kind of condition, the nearest rule, the chain, the words. */
#include "unit.h"

#include "dmn/labels.h"

#define HEAD "<definitions xmlns='https://www.omg.org/spec/DMN/20230324/MODEL/' name='m' namespace='m'>"
#define INPUT(n) "<inputData id='i_" n "' name='" n "'><variable name='" n "'/></inputData>"
#define NEED_INPUT(n) "<informationRequirement><requiredInput href='#i_" n "'/></informationRequirement>"
#define NEED(n) "<informationRequirement><requiredDecision href='#d_" n "'/></informationRequirement>"
#define KNOWS(n) "<knowledgeRequirement><requiredKnowledge href='#b_" n "'/></knowledgeRequirement>"
#define DECISION(n, needs, body) "<decision id='d_" n "' name='" n "'><variable name='" n "'/>" needs body "</decision>"
#define TEXT(t) "<literalExpression><text>" t "</text></literalExpression>"
#define COLUMN(label, e) "<input id='c' label='" label "'><inputExpression><text>" e "</text></inputExpression></input>"
#define ENTRY(t) "<inputEntry><text>" t "</text></inputEntry>"
#define RULE(id, cells, out, zh, en) "<rule id='" id "'>" cells "<outputEntry><text>" out "</text></outputEntry><annotationEntry><text>" zh \
    "</text></annotationEntry><annotationEntry><text>" en "</text></annotationEntry></rule>"
#define TABLE(policy, columns, rules) "<decisionTable id='t' hitPolicy='" policy "'>" columns "<output name='o'/><annotation name='说明'/><annotation name='说明_en'/>" rules "</decisionTable>"

static const char LABELS[] = "name,zh,en,unit,change\n收入,,income,元/月,\n标准,,the standard,元/月,\n上限,,the ceiling,元,\n户籍,,registration,,\n本市,,Beijing,,\n外埠,,elsewhere,,\n"
    "生日,,date of birth,,\n比率,,rate,比例,\n元/月,,yuan a month,,\n元,,yuan,,\n合格,,qualifies,,\n低,,low,,\n成员,,members,,\n";

struct explained {
    struct arena *a;
    const struct dmn_model *m;
    struct feel_notes notes;
    struct dmn_result r;
    struct dmn_explanation x;
    struct dmn_label_table *table;
    struct dmn_labels labels;
    struct diag d;
};

static void explain(struct explained *e, const char *xml, const char *inputs, const char *answer) {
    memset(e, 0, sizeof *e);
    e->a = arena_new(0);
    expect_ok(dmn_load(e->a, span_of(xml), NULL, &e->m, &e->d), &e->d);
    assert_int_equal(dmn_problem_count(e->m), 0);
    struct feel_env env;
    struct feel_value names;
    feel_env_init(&env, e->a, &e->notes);
    expect_ok(feel_eval_text(&env, span_of(inputs), NULL, &names, &e->d), &e->d);
    struct dmn_request q = {.model = e->m, .inputs = names, .trace = true};
    expect_ok(dmn_evaluate(&env, &q, &e->r, &e->d), &e->d);
    expect_ok(dmn_explain(e->a, e->m, e->r.trace, span_of(answer), &e->x, &e->d), &e->d);
    expect_ok(dmn_label_table_new(e->a, &e->table, &e->d), &e->d);
    expect_ok(dmn_label_table_add(e->table, span_of(LABELS), &e->d), &e->d);
    e->labels = dmn_label_table_labels(e->table);
}

static void says(const struct explained *e, enum lang l, const struct dmn_condition *c, const char *want) {
    BUF_AUTO b;
    buf_init(&b, 0);
    dmn_condition_text(&b, l, &e->labels, c);
    assert_string_equal(want, buf_str(&b));
}

/* ---- literal decisions -------------------------------------------------------------- */

/* What had to change for the yes-or-no `expression`, joined by " / ". */
static void would(const char *expression, const char *inputs, const char *want) {
    AUTO(arena) struct arena *a = arena_new(0);
    const char *xml = arena_printf(a, HEAD INPUT("收入") INPUT("标准") INPUT("上限") INPUT("户籍") INPUT("生日") INPUT("比率") INPUT("成员")
        DECISION("合格", NEED_INPUT("收入") NEED_INPUT("标准") NEED_INPUT("上限") NEED_INPUT("户籍") NEED_INPUT("生日") NEED_INPUT("比率") NEED_INPUT("成员"), TEXT("%s"))
        "</definitions>", expression);
    struct explained e;
    explain(&e, xml, inputs, "合格");
    BUF_AUTO b;
    buf_init(&b, 0);
    for (size_t i = 0; i < e.x.decision[0].would_count; i++) {
        buf_adds(&b, i ? " / " : "");
        dmn_condition_text(&b, LANG_ZH, &e.labels, &e.x.decision[0].would[i]);
    }
    if (strcmp(want, buf_str(&b)) != 0)
        print_error("%s\n", expression);
    assert_string_equal(want, buf_str(&b));
    arena_free(e.a);
}

static void each_kind_of_condition(void **state) {
    static const struct { const char *expression, *inputs, *want; } CASES[] = {
        {"收入 &lt; 标准", "{收入: 1650, 标准: 1395}", "收入 1,650.00 元/月，高于标准 1,395.00 元/月，高出 255.00 元"},
        {"收入 &lt; 标准", "{收入: 1395, 标准: 1395}", "收入 1,395.00 元/月，等于标准 1,395.00 元/月，须低于它"},
        {"收入 &lt; 标准", "{收入: 1394, 标准: 1395}", "收入 1,394.00 元/月，低于标准 1,395.00 元/月，低 1.00 元"},
        {"1395 &gt;= 收入", "{收入: 1400}", "收入 1,400.00 元/月，高于 1,395.00 元/月，高出 5.00 元"},
        {"收入 &lt;= 标准 * 2", "{收入: 3000, 标准: 1000.5}", "收入 3,000.00 元/月，高于标准 × 2 2,001.00 元/月，高出 999.00 元"},
        {"收入 - 100 &lt; 标准", "{收入: 3000, 标准: 1000}", "收入 − 100 2,900.00 元/月，高于标准 1,000.00 元/月，高出 1,900.00 元"},
        {"户籍 = \"本市\"", "{户籍: \"外埠\"}", "户籍：“外埠”，须为“本市”"},
        {"户籍 != \"外埠\"", "{户籍: \"外埠\"}", "户籍：“外埠”，不能是“外埠”"},
        {"户籍 in (\"本市\", \"京\")", "{户籍: \"外埠\"}", "户籍：“外埠”，须为“本市”、“京”"},
        {"not(户籍 in (\"外埠\", \"境外\"))", "{户籍: \"外埠\"}", "户籍：“外埠”，不能是“外埠”、“境外”"},
        {"收入 between 10 and 20", "{收入: 25}", "收入 25.00 元/月，不在 10.00 元/月 到 20.00 元/月之间，差 5.00 元"},
        {"not(收入 between 10 and 20)", "{收入: 12}", "收入 12.00 元/月，在 10.00 元/月 到 20.00 元/月之间，须在其外"},
        {"收入 in [10..20)", "{收入: 20}", "收入 20.00 元/月，须不低于 10.00 元/月 且低于 20.00 元/月"},
        {"收入 in (10..20]", "{收入: 5}", "收入 5.00 元/月，须高于 10.00 元/月 且不高于 20.00 元/月，差 5.00 元"},
        {"not(收入 in (10..20))", "{收入: 15}", "收入 15.00 元/月，在“高于 10.00 元/月 且低于 20.00 元/月”之内，须在其外"},
        {"收入 in (&lt; 10, &gt; 20, 15)", "{收入: 16}", "收入：16.00 元/月，须是其中之一：低于 10.00 元/月、高于 20.00 元/月、15.00 元/月"},
        {"every m in 成员 satisfies m.收入 &lt; 收入", "{收入: 100, 成员: [{收入: 50}, {收入: 150}]}",
            "“成员 中每个 m 都满足 m.收入 < 收入”：否，须为是；其中第 2 个：m.收入 150.00 元/月，高于收入 100.00 元/月，高出 50.00 元"},

        {"生日 &lt;= date(\"1966-11-22\")", "{生日: date(\"1966-11-25\")}", "生日 1966年11月25日，晚于 1966年11月22日，晚 3 天"},
        {"比率 &gt; 0.25", "{比率: 0.2}", "比率 20%，低于 25%，低 5%"},
        {"收入 &lt; 标准 and 户籍 = \"本市\"", "{收入: 1, 标准: 2, 户籍: \"外埠\"}", "户籍：“外埠”，须为“本市”"},
        {"收入 &lt; 标准 and 户籍 = \"本市\"", "{收入: 3, 标准: 2, 户籍: \"外埠\"}",
            "收入 3.00 元/月，高于标准 2.00 元/月，高出 1.00 元 / 户籍：“外埠”，须为“本市”"},
        {"收入 &lt; 标准 or 户籍 = \"本市\"", "{收入: 3, 标准: 2.9, 户籍: \"外埠\"}", "收入 3.00 元/月，高于标准 2.90 元/月，高出 0.10 元"},
        {"not(收入 &gt; 标准 or 户籍 = \"外埠\")", "{收入: 3, 标准: 2, 户籍: \"外埠\"}",
            "收入 3.00 元/月，高于标准 2.00 元/月，高出 1.00 元 / 户籍：“外埠”，不能是“外埠”"},
        {"if 户籍 = \"本市\" then 收入 &lt; 标准 else false", "{收入: 1, 标准: 2, 户籍: \"外埠\"}", "户籍：“外埠”，须为“本市”"},
        {"if 户籍 = \"本市\" then 收入 &lt; 标准 else false", "{收入: 3, 标准: 2, 户籍: \"本市\"}", "收入 3.00 元/月，高于标准 2.00 元/月，高出 1.00 元"},
        {"if 收入 &lt; 标准 then true else false", "{收入: 3, 标准: 2}", "收入 3.00 元/月，高于标准 2.00 元/月，高出 1.00 元"},
        {"count(成员) &gt; 0", "{成员: []}", "成员的数量 0，等于 0，须高于它"},
        {"some m in 成员 satisfies m &gt; 3", "{成员: [1, 2]}", "“成员 中有 m 满足 m > 3”：否，须为是"},
        {"(收入 &lt; 标准) = true", "{收入: 3, 标准: 2}", "收入 3.00 元/月，高于标准 2.00 元/月，高出 1.00 元"},
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(CASES); i++)
        would(CASES[i].expression, CASES[i].inputs, CASES[i].want);
}

static void english_has_its_own_words(void **state) {
    struct explained e;
    (void)state;
    explain(&e, HEAD INPUT("收入") INPUT("标准") DECISION("低", NEED_INPUT("收入") NEED_INPUT("标准"), TEXT("收入 &lt; 标准")) "</definitions>",
        "{收入: 1650, 标准: 1395}", "低");
    says(&e, LANG_EN, &e.x.decision[0].would[0], "income is 1,650.00 yuan a month, above the standard 1,395.00 yuan a month by 255.00 yuan");
    assert_int_equal(e.x.decision[0].held_count, 1);
    says(&e, LANG_EN, &e.x.decision[0].held[0], "income is 1,650.00 yuan a month, not below the standard 1,395.00 yuan a month");
    arena_free(e.a);
}

static void a_condition_is_a_record(void **state) {
    struct explained e;
    (void)state;
    explain(&e, HEAD INPUT("收入") INPUT("标准") DECISION("低", NEED_INPUT("收入") NEED_INPUT("标准"), TEXT("收入 &lt; 标准")) "</definitions>",
        "{收入: 1650, 标准: 1395}", "低");
    const struct dmn_condition *c = &e.x.decision[0].would[0];
    assert_true(span_is(c->name, "收入") && span_is(c->source, "收入") && span_is(c->limit_name, "标准"));
    assert_int_equal(c->op, DMN_OP_LT);
    assert_int_equal(c->held, DMN_FALSE);
    assert_true(c->has_distance);
    assert_int_equal(dec_cmp(c->distance, dec_int(255)), 0);
    assert_int_equal(dec_cmp(c->actual.number, dec_int(1650)), 0);
    assert_int_equal(dec_cmp(c->limit.number, dec_int(1395)), 0);
    arena_free(e.a);
}

/* ---- tables ---------------------------------------------------------------------------- */

#define FIRST_TABLE HEAD INPUT("收入") INPUT("户籍") INPUT("生日")                \
    DECISION("低", NEED_INPUT("收入"), TEXT("收入 &lt; 1395"))                    \
    DECISION("合格", NEED("低") NEED_INPUT("收入") NEED_INPUT("户籍") NEED_INPUT("生日"), \
        TABLE("FIRST", COLUMN("收入低", "低") COLUMN("户籍", "户籍") COLUMN("生日", "生日") COLUMN("收入", "收入"), \
            RULE("r1", ENTRY("-") ENTRY("\"外埠\"") ENTRY("-") ENTRY("-"), "false", "外埠不予", "not elsewhere") \
            RULE("r2", ENTRY("true") ENTRY("not(\"境外\")") ENTRY("&lt;= date(\"1966-11-22\")") ENTRY("-"), "true", "老年人", "old people") \
            RULE("r3", ENTRY("-") ENTRY("-") ENTRY("-") ENTRY("[100..200], &gt; 9000"), "true", "特别", "special") \
            RULE("r4", ENTRY("-") ENTRY("-") ENTRY("-") ENTRY("-"), "false", "", ""))) "</definitions>"

static const struct dmn_explained_table *table_of(const struct explained *e) {
    assert_int_equal(e->x.table_count, 1);
    return &e->x.table[0];
}

static void fired_rules_name_what_held(void **state) {
    struct explained e;
    (void)state;
    explain(&e, FIRST_TABLE, "{收入: 1300, 户籍: \"本市\", 生日: date(\"1960-01-01\")}", "合格");
    const struct dmn_explained_table *t = table_of(&e);
    assert_int_equal(t->fired_count, 1);
    assert_true(span_is(t->fired[0].rule->id, "r2"));
    assert_int_equal(t->fired[0].count, 3);
    says(&e, LANG_ZH, &t->fired[0].condition[0], "收入低：是");
    says(&e, LANG_ZH, &t->fired[0].condition[1], "户籍：“本市”，不是“境外”");
    says(&e, LANG_ZH, &t->fired[0].condition[2], "生日 1960年1月1日，不晚于 1966年11月22日");
    arena_free(e.a);
}

static void the_nearest_rule_comes_first(void **state) {
    struct explained e;
    (void)state;
    explain(&e, FIRST_TABLE, "{收入: 1400, 户籍: \"本市\", 生日: date(\"1970-01-01\")}", "合格");
    const struct dmn_explained_table *t = table_of(&e);
    assert_true(span_is(t->fired[0].rule->id, "r4"));
    assert_int_equal(t->near_count, 2); /* r1 would have said no as well */
    assert_true(span_is(t->near[0].rule->id, "r3"));
    assert_int_equal(t->near[0].count, 1);
    says(&e, LANG_ZH, &t->near[0].condition[0], "收入：1,400.00 元/月，须是其中之一：100.00 元/月 到 200.00 元/月、高于 9,000.00 元/月");
    arena_free(e.a);
}

static void an_earlier_rule_blocks(void **state) {
    struct explained e;
    (void)state;
    explain(&e, FIRST_TABLE, "{收入: 150, 户籍: \"外埠\", 生日: date(\"1960-01-01\")}", "合格");
    const struct dmn_explained_table *t = table_of(&e);
    assert_true(span_is(t->fired[0].rule->id, "r1"));
    assert_int_equal(t->near_count, 2);
    assert_int_equal(t->near[0].count, 1);
    assert_int_equal(t->near[0].condition[0].blocked_by, 1);
    says(&e, LANG_ZH, &t->near[0].condition[0], "第 1 条不再成立：户籍：“外埠”，不能是“外埠”");
    assert_true(span_is(t->near[0].rule->id, "r2")); /* equally near: the earlier one */
    arena_free(e.a);
}

static void the_chain_goes_down_to_the_cause(void **state) {
    struct explained e;
    (void)state;
    explain(&e, HEAD INPUT("收入") DECISION("低", NEED_INPUT("收入"), TEXT("收入 &lt; 1395"))
        DECISION("户", NEED("低"), TABLE("UNIQUE", COLUMN("低", "低"), RULE("r1", ENTRY("true"), "true", "低于标准", "below") RULE("r2", ENTRY("false"), "false", "不低于标准", "not below")))
        DECISION("结果", NEED("户"), TEXT("{结论: if 户 then \"符合\" else \"不符合\"}")) "</definitions>", "{收入: 1650}", "结果");
    assert_int_equal(e.x.chain_count, 3);
    static const char *const WANT[] = {"结果", "户", "低"};
    for (size_t i = 0; i < 3; i++)
        assert_true(span_is(e.x.decision[e.x.chain[i]].decision->name, WANT[i]));
    BUF_AUTO b;
    buf_init(&b, 0);
    dmn_explanation_text(&b, LANG_EN, &e.labels, &e.x, true);
    assert_string_equal(buf_str(&b),
        "How it was decided:\n结果\n  because 户: no\n  to change it: 户: no, must be yes\n户: no\n  rule 2 holds: not below\n    · low: no\n"
        "  the nearest rule not used is rule 1 (below); 1 to go:\n    · low: no, must be yes\n"
        "low: no\n  because income is 1,650.00 yuan a month, not below 1,395.00 yuan a month\n"
        "  to change it: income is 1,650.00 yuan a month, above 1,395.00 yuan a month by 255.00 yuan\n");
    arena_free(e.a);
}

/* The arguments of a business knowledge model are known to its table's cells. */
static void arguments_are_remembered(void **state) {
    struct explained e;
    (void)state;
    explain(&e, HEAD INPUT("收入")
        "<businessKnowledgeModel id='b_判' name='判'><variable name='判'/><encapsulatedLogic><formalParameter name='数'/><formalParameter name='线'/>"
        TABLE("FIRST", COLUMN("数", "数"), RULE("r1", ENTRY("&lt; 线"), "true", "", "") RULE("r2", ENTRY("-"), "false", "", ""))
        "</encapsulatedLogic></businessKnowledgeModel>"
        DECISION("合格", NEED_INPUT("收入") KNOWS("判"), TEXT("判(收入, 1000 + 395)")) "</definitions>", "{收入: 1650}", "合格");
    const struct dmn_explained_table *t = table_of(&e);
    assert_int_equal(t->near_count, 1);
    const struct dmn_condition *c = &t->near[0].condition[0];
    assert_true(span_is(c->limit_name, "线"));
    says(&e, LANG_ZH, c, "数 1,650，高于线 1,395，高出 255");
    arena_free(e.a);
}

static void a_labelled_column_is_said_by_its_label(void **state) {
    struct explained e;
    (void)state;
    explain(&e, HEAD INPUT("成员") INPUT("收入") DECISION("合格", NEED_INPUT("成员") NEED_INPUT("收入"),
        TABLE("FIRST", COLUMN("有大数", "some m in 成员 satisfies m &gt; 3") COLUMN("收入低", "收入 &lt; 100"),
            RULE("r1", ENTRY("true") ENTRY("true"), "true", "", "") RULE("r2", ENTRY("-") ENTRY("-"), "false", "", ""))) "</definitions>",
        "{成员: [1], 收入: 150}", "合格");
    const struct dmn_near_rule *near = &table_of(&e)->near[0];
    assert_int_equal(near->count, 2);
    says(&e, LANG_ZH, &near->condition[0], "有大数：否，须为是");
    says(&e, LANG_ZH, &near->condition[1], "收入 150.00 元/月，高于 100.00 元/月，高出 50.00 元");
    arena_free(e.a);
}

/* Names of an expression around, and what failed, are not made up. */
static void what_cannot_be_told_is_not_told(void **state) {
    struct explained e;
    (void)state;
    explain(&e, HEAD INPUT("收入") DECISION("甲", NEED_INPUT("收入"), TEXT("{和: 收入 + 1, 取: if 收入 &gt; 5 and 和 &gt; 5 then 1 else 2}"))
        DECISION("乙", NEED_INPUT("收入"), TEXT("收入 &lt; 5")) "</definitions>", "{收入: \"多\"}", "乙");
    const struct dmn_explained_decision *d = &e.x.decision[1];
    assert_int_equal(d->would_count, 0); /* null is no answer that could be otherwise */
    arena_free(e.a);
    explain(&e, HEAD INPUT("收入") DECISION("甲", NEED_INPUT("收入"), TEXT("{和: 收入 + 1, 取: if 收入 &gt; 5 and 和 &gt; 5 then 1 else 2}")) "</definitions>",
        "{收入: 9}", "甲");
    assert_int_equal(e.x.decision[0].held_count, 0); /* 和 is a name of the context, gone by now */
    assert_int_equal(e.x.decision[0].would_count, 0);
    arena_free(e.a);
}

static void labels_refuse_what_is_wrong(void **state) {
    static const struct { const char *csv, *code; } BAD[] = {
        {"", "csv.empty"}, {"name,en\n", "csv.header"}, {"name,zh,en,unit,change\n,,x,,\n", "dmn.label_empty"},
        {"name,zh,en,unit,change\n收入,,x,,maybe\n", "dmn.label_change"}, {"name,zh,en,unit,change\n收入,,x\n", "csv.columns"},
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(BAD); i++) {
        AUTO(arena) struct arena *a = arena_new(0);
        struct dmn_label_table *t;
        struct diag d = {0};
        expect_ok(dmn_label_table_new(a, &t, &d), &d);
        assert_int_equal(dmn_label_table_add(t, span_of(BAD[i].csv), &d), E_INPUT);
        assert_string_equal(d.code, BAD[i].code);
    }
}

static void rules_that_clash_are_named(void **state) {
    (void)state;
    static const char *const POLICY[] = {"UNIQUE", "ANY"};
    for (size_t i = 0; i < ARRAY_LEN(POLICY); i++) {
        struct explained e;
        BUF_AUTO xml, text;
        buf_init(&xml, 0);
        buf_init(&text, 0);
        buf_addf(&xml, HEAD INPUT("收入") "<decision id='d_y' name='y'><variable name='y'/>" NEED_INPUT("收入")
            "<decisionTable id='t' hitPolicy='%s'>" COLUMN("", "收入") "<output name='o'/><annotation name='说明'/>"
            "<rule id='r1'>" ENTRY("&lt; 10") "<outputEntry><text>1</text></outputEntry><annotationEntry><text>甲</text></annotationEntry></rule>"
            "<rule id='r2'>" ENTRY("&lt; 50") "<outputEntry><text>2</text></outputEntry><annotationEntry><text>乙</text></annotationEntry></rule>"
            "<rule id='r3'>" ENTRY("> 20") "<outputEntry><text>3</text></outputEntry><annotationEntry><text>丙</text></annotationEntry></rule>"
            "</decisionTable></decision></definitions>", POLICY[i]);
        explain(&e, buf_str(&xml), "{\"收入\": 30}", "y");
        const struct dmn_explained_table *t = &e.x.table[0];
        assert_int_equal(t->clash_count, 2);
        assert_int_equal(t->fired_count + t->near_count, 0);
        assert_int_equal(t->clash[0].rule->number, 2);
        assert_int_equal(t->clash[1].rule->number, 3);
        dmn_explanation_text(&text, LANG_EN, &e.labels, &e.x, true);
        assert_string_equal("How it was decided:\ny: no result\n  several rules of “y” hold together, which they must not:\n"
            "  rule 2 (乙):\n    · income is 30.00 yuan a month, below 50.00 yuan a month\n"
            "  rule 3 (丙):\n    · income is 30.00 yuan a month, above 20.00 yuan a month\n", buf_str(&text));
        arena_free(e.a);
        explain(&e, buf_str(&xml), "{\"收入\": 15}", "y");
        assert_int_equal(e.x.table[0].clash_count, 0);
        assert_int_equal(e.x.table[0].fired_count, 1);
        arena_free(e.a);
    }
}

/* The whole explanation in English. */
static void tells(const char *body, const char *inputs, const char *want) {
    AUTO(arena) struct arena *a = arena_new(0);
    struct explained e;
    BUF_AUTO text;
    buf_init(&text, 0);
    explain(&e, arena_printf(a, HEAD INPUT("收入")
        "<businessKnowledgeModel id='b_f' name='f'><variable name='f'/><encapsulatedLogic><formalParameter name='x'/>" TEXT("x &lt; 100") "</encapsulatedLogic></businessKnowledgeModel>"
        "<businessKnowledgeModel id='b_t' name='t'><variable name='t'/><encapsulatedLogic><formalParameter name='x'/><decisionTable hitPolicy='FIRST'>" COLUMN("", "x")
        "<output name='o'/><rule>" ENTRY("&lt; 100") "<outputEntry><text>1</text></outputEntry></rule><rule>" ENTRY("-") "<outputEntry><text>2</text></outputEntry></rule></decisionTable></encapsulatedLogic></businessKnowledgeModel>"
        DECISION("除", NEED_INPUT("收入"), TEXT("1 / 收入")) "<decision id='d_y' name='y'><variable name='y'/>" NEED("除") NEED_INPUT("收入") KNOWS("f") KNOWS("t") "%s</decision></definitions>", body), inputs, "y");
    dmn_explanation_text(&text, LANG_EN, NULL, &e.x, true);
    assert_string_equal(want, buf_str(&text));
    arena_free(e.a);
}

#define RANKED(policy) "<decisionTable hitPolicy='" policy "'>" COLUMN("", "收入") "<output name='o'><outputValues><text>\"高\", \"低\"</text></outputValues></output>" \
    "<rule>" ENTRY("&gt; 10") "<outputEntry><text>\"低\"</text></outputEntry></rule><rule>" ENTRY("&gt; 20") "<outputEntry><text>\"高\"</text></outputEntry></rule></decisionTable>"
#define MASKED "<decisionTable hitPolicy='FIRST'>" COLUMN("", "收入") "<output name='o'/><rule>" ENTRY("&gt; 10") "<outputEntry><text>1</text></outputEntry></rule>" \
    "<rule>" ENTRY("&gt; 20") "<outputEntry><text>2</text></outputEntry></rule></decisionTable>"

static void knowledge_ranks_and_nothing_are_told(void **state) {
    (void)state;
    tells(TEXT("f(收入)"), "{收入: 150}", "How it was decided:\ny: no\n  because 收入 is 150, not below 100\n  to change it: 收入 is 150, above 100 by 50\n");
    tells(TEXT("t(收入)"), "{收入: 150}", "How it was decided:\ny: 2\n    · y = t(收入) = 2\n  t: rule 2 applies\n  the nearest rule not used is rule 1; 1 to go:\n    · x is 150, above 100 by 50\n");
    tells(RANKED("PRIORITY"), "{收入: 30}", "How it was decided:\ny: “高”\n  rule 2 applies\n    · 收入 is 30, above 20\n"
        "  rule 1 holds too, but its output “低” comes after “高” in the order of the output values\n");
    tells(RANKED("OUTPUT ORDER"), "{收入: 30}", "How it was decided:\ny\n  rule 1 applies\n    · 收入 is 30, above 10\n  rule 2 applies\n    · 收入 is 30, above 20\n"
        "  the results stand in the order of the output values\n");
    tells(RANKED("FIRST"), "{收入: null}", "How it was decided:\ny: no result\n  because “收入” was not given\n  because “除” has no result\n"
        "  the nearest rule not used is rule 1; 1 to go:\n    · 收入: not given\n除: no result\n  because “收入” was not given\n");
    tells(MASKED, "{收入: 35}", "How it was decided:\ny: 1\n  rule 1 applies\n    · 收入 is 35, above 10\n"); /* nothing lets the second be the first */
    tells(TEXT("除 + 1"), "{收入: 0}", "How it was decided:\ny: no result\n  because “除” has no result\n除: no result\n  because: Division by zero\n");
    tells(TEXT("收入 + 1"), "{收入: null}", "How it was decided:\ny: no result\n  because “收入” was not given\n  because “除” has no result\n除: no result\n  because “收入” was not given\n");
}

/* ---- how numbers come about ------------------------------------------------------------ */

/* The formulas of the decision 合格, in Chinese, joined by " / "; then the decisions they lead to. */
static void computed(const char *expression, const char *inputs, const char *want, const char *want_computed) {
    AUTO(arena) struct arena *a = arena_new(0);
    struct explained e;
    BUF_AUTO b, names;
    buf_init(&b, 0);
    buf_init(&names, 0);
    explain(&e, arena_printf(a, HEAD INPUT("收入") INPUT("标准") INPUT("成员")
        "<businessKnowledgeModel id='b_t' name='奖'><variable name='奖'/><encapsulatedLogic><formalParameter name='x'/><decisionTable hitPolicy='FIRST'>" COLUMN("", "x")
        "<output name='o'/><rule>" ENTRY("&lt; 100") "<outputEntry><text>x * 2</text></outputEntry></rule><rule>" ENTRY("-") "<outputEntry><text>2</text></outputEntry></rule></decisionTable></encapsulatedLogic></businessKnowledgeModel>"
        DECISION("人数", NEED_INPUT("成员"), TEXT("count(成员)")) DECISION("空", "", TEXT("[]"))
        DECISION("合计", NEED_INPUT("成员") NEED("空"), TEXT("sum(append(for m in 成员 return m.额, 0))"))
        DECISION("合格", NEED_INPUT("收入") NEED_INPUT("标准") NEED_INPUT("成员") NEED("人数") NEED("合计") NEED("空") KNOWS("t"), TEXT("%s"))
        "</definitions>", expression), inputs, "合格");
    size_t at = 0;
    while (!span_is(e.x.decision[at].decision->name, "合格"))
        at++;
    for (size_t i = 0; i < e.x.decision[at].formula_count; i++) {
        buf_adds(&b, i ? " / " : "");
        dmn_formula_text(&b, LANG_ZH, &e.labels, &e.x.decision[at].formula[i]);
    }
    for (size_t i = 0; i < e.x.computed_count; i++) {
        buf_adds(&names, i ? " " : "");
        buf_add(&names, e.x.decision[e.x.computed[i]].decision->name);
    }
    assert_string_equal(want, buf_str(&b));
    assert_string_equal(want_computed, buf_str(&names));
    arena_free(e.a);
}

#define THREE "{收入: 500, 标准: 1000, 成员: [{额: 10}, {额: 20}, {额: 30}]}"
#define ONE "{收入: 500, 标准: 1000, 成员: [{额: 10}]}"
#define NOBODY "{收入: 500, 标准: 1000, 成员: []}"
static void numbers_tell_how_they_came_about(void **state) {
    (void)state;
    computed("标准 * 人数 - 收入", THREE, "合格 = 标准 × 人数 − 收入 = 1,000.00 × 3 − 500.00 = 2,500.00 元/月", "人数");
    computed("max(0, 收入 - 标准)", THREE, "合格 = 取较大者(0，收入 − 标准) = 取较大者(0，500.00 − 1,000.00) = 0.00 元/月", "");
    computed("round half up(收入 / 3, 2)", THREE, "合格 = 收入 ÷ 3 = 500.00 ÷ 3 = 166.67 元/月", "");
    computed("收入 - -标准", THREE, "合格 = 收入 − −标准 = 500.00 − −1,000.00 = 1,500.00 元/月", "");
    /* of `if` the way that was taken, and what only the other way needs is not told */
    computed("(if 收入 &gt; 标准 then 合计 else 收入) * 2", THREE, "合格 = 收入 × 2 = 500.00 × 2 = 1,000.00 元/月", "");
    computed("if 收入 &lt; 标准 then 标准 - 合计 else 合计 * 2", THREE, "合格 = 标准 − 合计 = 1,000.00 − 60 = 940.00 元/月", "合计");
    /* entries of a context stand on those before them */
    computed("{缺: 标准 - 收入, 付: 缺 * 人数}.付", THREE, "缺 = 标准 − 收入 = 1,000.00 − 500.00 = 500.00 元/月 / 付 = 缺 × 人数 = 500 × 3 = 1,500", "人数");
    /* a loop over several says the formula, over one its value, over none nothing */
    computed("for m in 成员 return {额: m.额 * 2}", THREE, "额 = 额 × 2", "");
    computed("for m in 成员 return {额: m.额 * 2}", ONE, "额 = 额 × 2 = 10 × 2 = 20", "");
    computed("for m in 成员 return {额: m.额 * 2}", NOBODY, "", "");
    computed("concatenate([{额: 收入 + 1}], 空)", THREE, "额 = 收入 + 1 = 500.00 + 1 = 501.00 元/月", "");
    /* what is no number has no formula; a name, a figure is its own */
    computed("收入 &gt; 标准", THREE, "", "");
    computed("合计", THREE, "", "合计");
    computed("1", THREE, "", "");
    computed("奖(收入) + 1", THREE, "合格 = 奖(收入) + 1 = 2.00 + 1 = 3.00 元/月", "");
    computed("收入 / (标准 - 标准)", THREE, "", "");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_kind_of_condition),
        cmocka_unit_test(english_has_its_own_words),
        cmocka_unit_test(a_condition_is_a_record),
        cmocka_unit_test(fired_rules_name_what_held),
        cmocka_unit_test(rules_that_clash_are_named),
        cmocka_unit_test(the_nearest_rule_comes_first),
        cmocka_unit_test(an_earlier_rule_blocks),
        cmocka_unit_test(the_chain_goes_down_to_the_cause),
        cmocka_unit_test(arguments_are_remembered),
        cmocka_unit_test(a_labelled_column_is_said_by_its_label),
        cmocka_unit_test(what_cannot_be_told_is_not_told),
        cmocka_unit_test(knowledge_ranks_and_nothing_are_told),
        cmocka_unit_test(numbers_tell_how_they_came_about),
        cmocka_unit_test(labels_refuse_what_is_wrong),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
