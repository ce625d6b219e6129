/* Every finding that the checker's catalogue has a sentence for, from the
 * smallest model that has the fault.  A new code needs a line here; a code that
 * nothing produces does not stay in the catalogue. */
#include "unit.h"

#include "base/message.h"
#include "dmn/case.h"
#include "dmn/check.h"

#define MODEL(body) "<definitions xmlns='https://www.omg.org/spec/DMN/20230324/MODEL/' id='m' name='m' namespace='m'>" body "</definitions>"
#define INPUT(n, type) "<inputData id='i_" n "' name='" n "'><variable name='" n "' typeRef='" type "'/></inputData>"
#define NEED(n) "<informationRequirement><requiredInput href='#i_" n "'/></informationRequirement>"
#define DECISION(n, body) "<decision id='d_" n "' name='" n "'><variable name='" n "'/>" body "</decision>"
#define TYPED(type, body) "<decision id='d_y' name='y'><variable name='y' typeRef='" type "'/>" body "</decision>"
#define TEXT(t) "<literalExpression><text>" t "</text></literalExpression>"
#define X INPUT("x", "number")
/* One decision about the number x. */
#define EXPRESSION(t) MODEL(X DECISION("y", NEED("x") TEXT(t)))
#define ITEM(n, type, more) "<itemDefinition name='" n "'><typeRef>" type "</typeRef>" more "</itemDefinition>"
#define ALLOWED(t) "<allowedValues><text>" t "</text></allowedValues>"
#define KNOWLEDGE(body) "<businessKnowledgeModel id='k' name='f'><variable name='f'/><encapsulatedLogic>" \
    "<formalParameter name='number' typeRef='number'/>" body "</encapsulatedLogic></businessKnowledgeModel>"
#define CALLS(t) MODEL(KNOWLEDGE(TEXT("number + 1")) \
    DECISION("y", "<knowledgeRequirement><requiredKnowledge href='#k'/></knowledgeRequirement>" TEXT(t)))

#define COLUMN(t, more) "<input><inputExpression><text>" t "</text></inputExpression>" more "</input>"
#define OUT "<output name='o'/>"
#define RULE(cell, out) "<rule><inputEntry><text>" cell "</text></inputEntry><outputEntry><text>" out "</text></outputEntry></rule>"
#define TABLE(policy, columns, rules) MODEL(X DECISION("y", NEED("x") "<decisionTable " policy ">" columns rules "</decisionTable>"))
#define RULES(policy, rules) TABLE("hitPolicy='" policy "'", COLUMN("x", "") OUT, rules)
#define FIVE RULE("-", "1") RULE("-", "1") RULE("-", "1") RULE("-", "1") RULE("-", "1")

static const struct { const char *code, *xml; bool policy; uint64_t steps; } cases[] = {
    /* structure */
    {"empty", MODEL("")},
    {"duplicate_id", MODEL(X X)},
    {"duplicate_name", MODEL(X "<inputData id='other' name='x'><variable name='x'/></inputData>")},
    {"duplicate_type", MODEL(ITEM("T", "number", "") ITEM("T", "string", ""))},
    {"duplicate_part", MODEL("<itemDefinition name='T'><itemComponent name='a'><typeRef>number</typeRef></itemComponent>"
        "<itemComponent name='a'><typeRef>number</typeRef></itemComponent></itemDefinition>")},
    {"duplicate_parameter", MODEL("<businessKnowledgeModel id='k' name='f'><variable name='f'/><encapsulatedLogic><formalParameter name='n'/><formalParameter name='n'/>"
        TEXT("n") "</encapsulatedLogic></businessKnowledgeModel>")},
    {"relation_row", MODEL(DECISION("y", "<relation><column name='a'/><column name='b'/><row>" TEXT("1") "</row></relation>"))},
    {"duplicate_entry", EXPRESSION("{a: x, a: 2}")},
    {"entry_order", EXPRESSION("{a: a + x}.a")},
    {"service_input", MODEL(X DECISION("y", NEED("x") TEXT("x + 1")) "<decisionService id='s' name='s'><variable name='s'/><outputDecision href='#d_y'/></decisionService>")},
    {"type_sum", TABLE("hitPolicy='COLLECT' aggregation='SUM'", COLUMN("x", "") OUT, RULE("&lt; 1", "\"a\"") RULE(">= 1", "\"b\""))},
    {"no_id", MODEL("<inputData name='x'><variable name='x'/></inputData>")},
    {"no_name", MODEL("<inputData id='x'><variable name='x'/></inputData>")},
    {"variable_name", MODEL("<inputData id='x' name='x'><variable name='z'/></inputData>")},
    {"empty_type", MODEL(INPUT("x", ""))},
    {"type_ref", MODEL(INPUT("x", "Persona"))},
    {"type_ref_near", MODEL(INPUT("x", "numbre"))},
    {"type_cycle", MODEL(ITEM("T", "U", "") ITEM("U", "tns:T", ""))},
    {"requirement_kind", MODEL(X DECISION("y", "<informationRequirement><requiredDecision href='#i_x'/></informationRequirement>" TEXT("x")))},
    {"requirement_empty", MODEL(X DECISION("y", "<informationRequirement/>" TEXT("1")))},
    {"requirement_twice", MODEL(X DECISION("y", NEED("x") NEED("x") TEXT("x")))},
    {"cycle", MODEL(DECISION("y", "<informationRequirement><requiredDecision href='#d_y'/></informationRequirement>" TEXT("y")))},
    {"no_logic", MODEL(X DECISION("y", NEED("x")))},
    {"no_output_decision", MODEL(X "<decisionService id='s' name='s'><variable name='s'/></decisionService>")},
    {"empty_text", EXPRESSION("")},
    {"language", MODEL(X DECISION("y", NEED("x") "<literalExpression expressionLanguage='http://www.java.com/java'><text>x</text></literalExpression>"))},
    /* shape of tables */
    {"rule_inputs", RULES("FIRST", "<rule><outputEntry><text>1</text></outputEntry></rule>")},
    {"rule_outputs", RULES("FIRST", "<rule><inputEntry><text>-</text></inputEntry></rule>")},
    {"no_output", TABLE("", COLUMN("x", ""), "<rule><inputEntry><text>-</text></inputEntry></rule>")},
    {"no_rules", RULES("FIRST", "")},
    {"output_name", TABLE("", COLUMN("x", "") "<output name='a'/><output/>", "")},
    {"output_twice", TABLE("", COLUMN("x", "") OUT OUT, "")},
    {"aggregation_unused", TABLE("hitPolicy='FIRST' aggregation='SUM'", COLUMN("x", "") OUT, RULE("-", "1"))},
    {"aggregation_outputs", TABLE("hitPolicy='COLLECT' aggregation='SUM'", COLUMN("x", "") "<output name='a'/><output name='b'/>", "")},
    {"no_order", RULES("PRIORITY", RULE("-", "1"))},
    {"no_input_expression", TABLE("", "<input/>" OUT, RULE("-", "1"))},
    {"unread", RULES("UNIQUE", RULE("&lt; 18", "1") RULE(">= >= 18", "2"))},
    /* what tables decide */
    {"budget", RULES("UNIQUE", RULE("&lt; 1", "1") RULE("> 2", "2") RULE("7", "2")), .steps = 1},
    {"sampled", RULES("FIRST", RULE("even(?) and ? > 7", "1") RULE("-", "2"))},
    {"gap", RULES("UNIQUE", RULE("&lt; 1", "1") RULE("> 1", "2"))},
    {"gap_default", TABLE("", COLUMN("x", "") "<output name='o'><defaultOutputEntry><text>0</text></defaultOutputEntry></output>", RULE("&lt; 1", "1"))},
    {"gap_collect", RULES("COLLECT", RULE("&lt; 1", "1"))},
    {"more_gaps", RULES("UNIQUE", RULE("0", "1") RULE("1", "1") RULE("2", "1") RULE("3", "1") RULE("4", "1") RULE("5", "1") RULE("6", "1")
        RULE("7", "1") RULE("8", "1") RULE("9", "1"))},
    {"never", MODEL(X INPUT("z", "number") DECISION("y", NEED("x") NEED("z") "<decisionTable hitPolicy='FIRST'>" COLUMN("x", "") COLUMN("z", "") OUT
        "<rule><inputEntry><text>> z</text></inputEntry><inputEntry><text>> x</text></inputEntry><outputEntry><text>1</text></outputEntry></rule>"
        "<rule><inputEntry><text>-</text></inputEntry><inputEntry><text>-</text></inputEntry><outputEntry><text>2</text></outputEntry></rule></decisionTable>"))},
    {"never_alone", MODEL(X INPUT("z", "number") DECISION("y", NEED("x") NEED("z") "<decisionTable hitPolicy='COLLECT'>" COLUMN("x", "") COLUMN("z", "") OUT
        "<rule><inputEntry><text>> z</text></inputEntry><inputEntry><text>> x</text></inputEntry><outputEntry><text>1</text></outputEntry></rule>"
        "<rule><inputEntry><text>-</text></inputEntry><inputEntry><text>-</text></inputEntry><outputEntry><text>2</text></outputEntry></rule></decisionTable>"))},
    {"always_null", RULES("FIRST", RULE("@\"foo\"", "1") RULE("-", "2"))},
    {"always_null_why", RULES("FIRST", RULE("-", "1/0"))},
    {"null_order", RULES("FIRST", RULE("> null", "1") RULE("-", "2"))},
    {"overlap", RULES("UNIQUE", RULE("&lt;= 1", "1") RULE(">= 1", "2"))},
    {"any_differs", RULES("ANY", RULE("&lt;= 1", "1") RULE(">= 1", "2"))},
    {"any_unsure", RULES("ANY", RULE("&lt;= 1", "1") RULE(">= 1", "x"))},
    {"overlaps_more", RULES("UNIQUE", FIVE FIVE)},
    {"contradiction", RULES("FIRST", RULE("? > 2 and ? &lt; 1", "1") RULE("-", "2"))},
    {"not_allowed", TABLE("hitPolicy='FIRST'", COLUMN("x", "<inputValues><text>[0..5]</text></inputValues>") OUT, RULE("6", "1") RULE("-", "2"))},
    {"masked", RULES("FIRST", RULE("&lt; 2", "1") RULE(">= 1", "2") RULE("[0..9]", "3"))},
    {"only_null", RULES("FIRST", RULE("&lt; 2", "1") RULE(">= 1", "2") RULE("-", "3"))},
    /* types */
    {"type_condition", EXPRESSION("if x then 1 else 2")},
    {"type_compare", EXPRESSION("x = \"a\"")},
    {"type_arith", EXPRESSION("x + \"a\"")},
    {"type_negate", EXPRESSION("if x > 1 then -\"a\" else \"b\"")},
    {"type_filter", EXPRESSION("[x][\"a\"]")},
    {"type_result", MODEL(X TYPED("string", NEED("x") TEXT("x")))},
    {"type_cell", RULES("FIRST", RULE("\"a\"", "1") RULE("-", "2"))},
    {"range_backward", RULES("FIRST", RULE("[5..3]", "1") RULE("-", "2"))},
    {"type_input", TABLE("", "<input><inputExpression typeRef='string'><text>x</text></inputExpression></input>" OUT, RULE("-", "1"))},
    {"type_default", TABLE("", COLUMN("x", "") "<output name='o' typeRef='number'><defaultOutputEntry><text>\"a\"</text></defaultOutputEntry></output>", RULE("-", "1"))},
    {"output_value", TABLE("", COLUMN("x", "") "<output name='o'><outputValues><text>1, 2</text></outputValues></output>", RULE("-", "3"))},
    {"value_not_allowed", MODEL(ITEM("T", "number", ALLOWED("1, 2")) TYPED("T", TEXT("3")))},
    {"not_a_value", MODEL(ITEM("T", "number", ALLOWED("1, 2")) INPUT("x", "T") DECISION("y", NEED("x") TEXT("x = 3")))},
    {"not_a_value_near", MODEL(ITEM("T", "string", ALLOWED("\"city\", \"elsewhere\"")) INPUT("x", "T") DECISION("y", NEED("x") TEXT("x in (\"cite\")")))},
    {"else_unreachable", EXPRESSION("if true then x else 2")},
    {"then_unreachable", EXPRESSION("if false then x else 2")},
    /* names */
    {"unknown_name", EXPRESSION("x + somewhere")},
    {"unknown_name_near", MODEL(INPUT("income", "number") DECISION("y", NEED("income") TEXT("income + incone")))},
    {"missing_requirement", MODEL(X INPUT("z", "number") DECISION("y", NEED("x") TEXT("x + z")))},
    {"requirement_unused", EXPRESSION("1")},
    {"no_property", EXPRESSION("{a: x}.other")},
    {"no_property_near", EXPRESSION("{income: x}.incone")},
    {"argument_count", EXPRESSION("abs(x, 1)")},
    {"argument_type", CALLS("f(\"a\")")},
    {"builtin_argument", EXPRESSION("upper case(x)")},
    {"no_parameter", CALLS("f(other: 1)")},
    {"no_parameter_near", CALLS("f(numbre: 1)")},
    {"not_a_function", EXPRESSION("x(1)")},
    /* policies */
    {"no_article", TABLE("hitPolicy='FIRST'", COLUMN("x", "") OUT "<annotation name='条款'/>", RULE("&lt; 1", "1") RULE("-", "2")), .policy = true},
    {"no_article_column", RULES("FIRST", RULE("&lt; 1", "1") RULE("-", "2")), .policy = true},
};

/* A place of the sentence that no argument filled: {name}. */
static bool has_hole(const char *text) {
    for (const char *at = strchr(text, '{'); at; at = strchr(at + 1, '{'))
        if (at[1 + strspn(at + 1, "abcdefghijklmnopqrstuvwxyz_@")] == '}')
            return true;
    return false;
}

static void sentence_is_whole(const struct dmn_finding *f) {
    for (enum lang l = LANG_ZH; l <= LANG_EN; l++) {
        BUF_AUTO text;
        buf_init(&text, 0);
        dmn_finding_place(&text, l, f);
        dmn_finding_text(&text, l, f);
        if (!text.size || has_hole(buf_str(&text)) || strstr(buf_str(&text), f->code))
            fail_msg("%s: %s", f->code, buf_str(&text));
    }
}

static void test_every_code_is_found(void **state) {
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        AUTO(arena) struct arena *a = arena_new(0);
        const struct dmn_findings *f = NULL;
        const struct dmn_check_options o = {.policy = cases[i].policy, .steps = cases[i].steps};
        struct diag d = {0};
        bool found = false;
        expect_ok(dmn_check(a, span_of(cases[i].xml), &o, &f, &d), &d);
        for (size_t k = 0; k < f->count; k++) {
            sentence_is_whole(&f->at[k]);
            found = found || strcmp(f->at[k].code + strlen("dmn_check."), cases[i].code) == 0;
        }
        if (!found) {
            for (size_t k = 0; k < f->count; k++)
                print_error("  found %s\n", f->at[k].code);
            fail_msg("%s is not found in %s", cases[i].code, cases[i].xml);
        }
    }
}

/* ---- patterns and signs ------------------------------------------------------------------------ */

static void test_patterns_and_signs(void **state) {
    static const struct { const char *xml, *code; } list[] = {
        {EXPRESSION("matches(string(x), \"(a\")"), "always_null_why"},
        {EXPRESSION("matches(string(x), \"a\", \"q\")"), "always_null_why"}, /* no flag of XPath 2.0 */
        {EXPRESSION("x / 0 + 1"), "always_null_why"},
        {EXPRESSION("[x, 1][0]"), "always_null_why"},
        {EXPRESSION("{f: function(n) if n &lt; 1 then 0 else f(n - 1), r: f(x)}.r"), "entry_order"},
        {EXPRESSION("{a: b + x, b: 1}.a"), "entry_order"},
        {EXPRESSION("replace(flags: \"i\", input: string(x), pattern: \"a**\", replacement: \"\")"), "always_null_why"},
        {EXPRESSION("split(string(x), \"[z-a]\")"), "always_null_why"},
        {EXPRESSION("split(string(x), \"[a-z]\")"), NULL},
        {EXPRESSION("x + 收入＞100"), "unknown_name_near"},
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(list); i++) {
        AUTO(arena) struct arena *a = arena_new(0);
        const struct dmn_findings *f = NULL;
        struct diag d = {0};
        expect_ok(dmn_check(a, span_of(list[i].xml), NULL, &f, &d), &d);
        assert_int_equal(list[i].code ? 1 : 0, f->count);
        if (f->count)
            assert_string_equal(list[i].code, f->at[0].code + strlen("dmn_check."));
    }
}

/* No example shows a value of a name that nothing has, and a constant column has no gap beside it. */
static void test_examples_are_of_what_is_there(void **state) {
    static const struct { const char *xml, *first; size_t count; } list[] = {
        {RULES("UNIQUE", RULE("> 0, foo", "1") RULE("&lt;= 0", "2")), "unread", 2},
        {MODEL(X DECISION("y", NEED("x") "<decisionTable>" COLUMN("\"a\"", "") COLUMN("x", "") OUT "<rule><inputEntry><text>\"a\"</text></inputEntry>"
            "<inputEntry><text>-</text></inputEntry><outputEntry><text>1</text></outputEntry></rule></decisionTable>")), "", 0},
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(list); i++) {
        AUTO(arena) struct arena *a = arena_new(0);
        const struct dmn_findings *f = NULL;
        struct diag d = {0};
        expect_ok(dmn_check(a, span_of(list[i].xml), NULL, &f, &d), &d);
        assert_int_equal(list[i].count, f->count);
        bool found = !f->count;
        for (size_t k = 0; k < f->count; k++)
            found = found || strcmp(f->at[k].code + strlen("dmn_check."), list[i].first) == 0;
        assert_true(found);
    }
}

/* ---- types that contain themselves ---------------------------------------------------------- */

#define PART(n, type) "<itemComponent name='" n "'><typeRef>" type "</typeRef></itemComponent>"
#define MANY(self) PART("a b", self) PART("c", self) PART("d", self) PART("e", self) PART("f", self) PART("g", self) PART("h", self)
#define TREE(n, leaf) "<itemDefinition name='" n "'>" MANY(n) PART("leaf", leaf) "</itemDefinition>"

/* Trees of every shape are types, and two of them are compared within bounds. */
static void test_types_inside_themselves(void **state) {
    static const struct { const char *xml, *code; } list[] = {
        {MODEL(TREE("T", "number") INPUT("x", "T") DECISION("y", NEED("x") TEXT("x.a b.a b.leaf + 1"))), NULL},
        {MODEL(TREE("T", "number") INPUT("x", "T") DECISION("y", NEED("x") TEXT("x.a b.lef"))), "no_property_near"},
        {MODEL(TREE("T", "number") TREE("U", "number") INPUT("x", "T") "<decision id='d' name='d'><variable name='d' typeRef='U'/>" NEED("x") TEXT("x") "</decision>"), NULL},
        {MODEL("<itemDefinition name='L' isCollection='true'><typeRef>L</typeRef></itemDefinition>" INPUT("x", "L")
            DECISION("y", NEED("x") TEXT("count(x[1][1])"))), NULL},
        {MODEL("<itemDefinition name='F'><functionItem outputTypeRef='F'><parameters name='f' typeRef='F'/></functionItem></itemDefinition>"
            "<decision id='d' name='d'><variable name='d' typeRef='F'/>" TEXT("function(f: F) f") "</decision>"), NULL},
        {MODEL("<itemDefinition name='T'><typeRef>L</typeRef></itemDefinition><itemDefinition name='L' isCollection='true'><typeRef>T</typeRef></itemDefinition>"), NULL},
        {MODEL("<itemDefinition name='T'><typeRef>T</typeRef></itemDefinition>" ), "type_cycle"},
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(list); i++) {
        AUTO(arena) struct arena *a = arena_new(0);
        const struct dmn_findings *f = NULL;
        struct diag d = {0};
        expect_ok(dmn_check(a, span_of(list[i].xml), NULL, &f, &d), &d);
        size_t errors = 0;
        for (size_t k = 0; k < f->count; k++)
            if (strcmp(f->at[k].code, "dmn_check.empty") != 0 && ++errors && (!list[i].code || strcmp(f->at[k].code + strlen("dmn_check."), list[i].code) != 0))
                fail_msg("%s: %s", f->at[k].code, list[i].xml);
        assert_int_equal(list[i].code ? 1 : 0, errors);
    }
}

/* ---- facts -------------------------------------------------------------------------------- */

#define FACTS "entity,name,type,codes_or_unit,zh,en\n" \
    "输入,户,户,,,\n输入,日期,date,,,\n输入,申请,context,,,\n户,成员,list<成员>,,,\n户,房租,number,元/月,,\n成员,户籍,string,本市|外埠,,\n" \
    "成员,身份,list<string>,老归侨|离休,,\n成员,等级,number,1..4,,\n成员,配偶,成员,,,\n申请,类型,string,急难型|支出型,,\n"
#define FACT(n) "<inputData id='i_" n "' name='" n "'><variable name='" n "'/></inputData>"
#define ABOUT(t) MODEL(FACT("户") DECISION("y", NEED("户") TEXT(t)))
#define KIND_TABLE(rules) MODEL(FACT("申请") DECISION("y", NEED("申请") "<decisionTable>" COLUMN("申请.类型", "") OUT rules "</decisionTable>"))

/* What is wrong with the use of a fact, and what was meant. */
static void test_facts_have_types(void **state) {
    static const struct { const char *xml, *code, *near; } list[] = {
        {ABOUT("户.房租 > 100"), NULL, NULL},
        {ABOUT("some m in 户.成员 satisfies m.户籍 = \"外埠\" and m.等级 = 2"), NULL, NULL},
        {ABOUT("some m in 户.成员 satisfies m.户籍 = null"), NULL, NULL},
        {ABOUT("户.成员[户籍 = \"本市\"].配偶.配偶.身份"), NULL, NULL},
        {ABOUT("户.房組 > 100"), "no_property_near", "房租"},
        {ABOUT("户.房租 > \"100\""), "type_compare", NULL},
        {ABOUT("some m in 户.成员 satisfies m.户口 = \"外埠\""), "no_property_near", "户籍"},
        {ABOUT("some m in 户.成员 satisfies m.户籍 = \"外地\""), "not_a_value_near", "\"外埠\""},
        {ABOUT("some m in 户.成员 satisfies \"海外华侨\" != m.户籍"), "not_a_value", NULL},
        {ABOUT("some m in 户.成员 satisfies m.户籍 in (\"本市\", \"外地\")"), "not_a_value_near", "\"外埠\""},
        {ABOUT("some m in 户.成员 satisfies list contains(m.身份, \"离修\")"), "not_a_value_near", "\"离休\""},
        {ABOUT("some m in 户.成员 satisfies m.等级 = 5"), "not_a_value", NULL},
        {ABOUT("户.成员[户籍 = \"本县\"].配偶"), "not_a_value_near", "\"本市\""},
        {KIND_TABLE(RULE("\"急难型\"", "1") RULE("\"支出型\"", "2")), NULL, NULL}, /* no code is left */
        {KIND_TABLE(RULE("\"急难型\"", "1")), "gap", NULL},
        {KIND_TABLE(RULE("\"急难型\"", "1") RULE("\"支出型\", \"急难\"", "2")), "not_a_value_near", "\"急难型\""},
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(list); i++) {
        AUTO(arena) struct arena *a = arena_new(0);
        const struct dmn_findings *f = NULL;
        struct dmn_check_options o = {0};
        struct diag d = {0};
        expect_ok(dmn_vocabulary_load(a, SPAN(FACTS), SPAN("输入"), &o.vocabulary, &d), &d);
        expect_ok(dmn_check(a, span_of(list[i].xml), &o, &f, &d), &d);
        if (f->count != (list[i].code ? 1 : 0) || (f->count && strcmp(f->at[0].code + strlen("dmn_check."), list[i].code) != 0))
            fail_msg("%zu findings, the first %s: %s", f->count, f->count ? f->at[0].code : "", list[i].xml);
        for (size_t k = 0; list[i].near && k < f->at[0].arg_count; k++)
            if (strcmp(f->at[0].arg[k].name, "near") == 0)
                assert_true(span_is(f->at[0].arg[k].value, list[i].near));
        if (f->count)
            sentence_is_whole(&f->at[0]);
        expect_ok(dmn_check(a, span_of(list[i].xml), NULL, &f, &d), &d); /* nobody says what the facts are */
        for (size_t k = 0; k < f->count; k++)
            assert_true(strcmp(f->at[k].code, "dmn_check.gap") == 0);
    }
}

/* ---- columns whose expression says what they can be ------------------------------------------ */

#define OF(type, column, one, two) MODEL(INPUT("x", type) DECISION("y", NEED("x") "<decisionTable>" COLUMN(column, "") OUT RULE(one, "1") RULE(two, "2") "</decisionTable>"))
#define PERIOD "years and months duration(x, date(\"2024-01-01\"))"

static void test_values_of_expressions(void **state) {
    static const struct { const char *xml, *code, *example; } list[] = {
        {OF("date", PERIOD ".years", "&lt;= 17", ">= 18"), NULL, NULL},
        {OF("date", PERIOD ".years", "&lt; 17", ">= 18"), "gap", "17"},
        {OF("date", "x.month", "[1..6]", "[7..12]"), NULL, NULL},
        {OF("date", "x.month", "[1..6]", "[8..12]"), "gap", "7"},
        {OF("date", "x.month", "-", "13"), "contradiction", NULL},
        {OF("date", "x.year - 1", "&lt; 2024", ">= 2024"), NULL, NULL},
        {OF("date", "x.year - 1", "&lt; 2024", "> 2024"), "gap", "2024"},
        {OF("date and time", "x.hour", "[0..11]", "[12..23]"), NULL, NULL},
        {OF("date and time", "x.second", "&lt;= 30", ">= 31"), "gap", "30.5"},
        {OF("time", "x.second", "[0..30)", "[30..60)"), NULL, NULL},
        {OF("time", "x.second", "[0..30]", "[31..60)"), "gap", "30.5"},
        {OF("days and time duration", "x.seconds", "(-60..0)", "[0..60)"), NULL, NULL},
        {OF("number", "modulo(floor(x), 3)", "[0..1]", "2"), NULL, NULL},
        {OF("number", "modulo(floor(x), 3)", "0", "2"), "gap", "1"},
        {OF("number", "modulo(x, 3)", "[0..1]", "(1..3)"), NULL, NULL},
        {OF("number", "modulo(x, 3)", "[0..1]", "[2..3)"), "gap", "1.5"},
        {OF("number", "modulo(ceiling(x), -3)", "[-2..-1]", "0"), NULL, NULL},
        {OF("date", "day of week(x)", "\"Saturday\", \"Sunday\"", "\"Monday\", \"Tuesday\", \"Wednesday\", \"Thursday\", \"Friday\""), NULL, NULL},
        {OF("date", "month of year(x)", "\"May\"", "not(\"May\", \"June\")"), "gap", "\"June\""},
        {OF("string", "x", "\"a\"", "\"b\""), "gap", "\"…\""},
        {OF("string", "string length(x)", "0", ">= 1"), NULL, NULL},
        {OF("string", "count(split(x, \",\")) + count(split(x, \";\"))", "0", ">= 1"), NULL, NULL},
        {OF("number", "floor(x)", "&lt;= 10", ">= 11"), NULL, NULL},
        {OF("number", "floor(x, 0)", "&lt;= 10", ">= 11"), NULL, NULL},
        {OF("number", "floor(x, 1)", "&lt;= 10", ">= 11"), "gap", "10.5"},
        {OF("number", "x", "odd(?)", "even(?)"), "gap", "0.5"},
        {OF("number", "x", "even(?)", "not(even(?))"), "gap", "0.5"},
        {OF("number", "floor(x)", "odd(?)", "even(?)"), NULL, NULL},
        {OF("number", "x", "odd(?)", "-"), "overlap", "1"},
        {OF("number", "abs(x)", "[0..1)", ">= 1"), NULL, NULL},
        {OF("number", "abs(x)", "[0..1]", ">= 2"), "gap", "1.5"},
        {OF("number", "if x > 5 then \"a\" else \"b\"", "\"a\"", "\"b\""), NULL, NULL},
        {OF("number", "if x > 5 then \"a\" else if x > 3 then \"b\" else \"c\"", "\"a\"", "\"b\""), "gap", "\"c\""},
        {OF("string", "x", "\"\"", "string length(?) > 0"), NULL, NULL},
        {MODEL("<itemDefinition name='T'><itemComponent name='month'><typeRef>number</typeRef></itemComponent></itemDefinition>" INPUT("x", "T")
            DECISION("y", NEED("x") "<decisionTable>" COLUMN("x.month", "") OUT RULE("&lt;= 6", "1") RULE(">= 7", "2") "</decisionTable>")), "gap", "6.5"},
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(list); i++) {
        AUTO(arena) struct arena *a = arena_new(0);
        const struct dmn_findings *f = NULL;
        struct diag d = {0};
        const struct dmn_finding *first = NULL;
        expect_ok(dmn_check(a, span_of(list[i].xml), NULL, &f, &d), &d);
        for (size_t k = 0; k < f->count && !first; k++)
            first = f->at[k].severity == DMN_INFO ? NULL : &f->at[k];
        if (dmn_findings_counted(f) != (list[i].code ? 1 : 0) || (first && strcmp(first->code + strlen("dmn_check."), list[i].code) != 0))
            fail_msg("%zu findings, the first %s: %s", dmn_findings_counted(f), first ? first->code : "", list[i].xml);
        if (list[i].example && (!first->example_count || !span_is(first->example[0].text, list[i].example)))
            fail_msg("the example is %.*s: %s", SPAN_ARG(first->example[0].text), list[i].xml);
    }
}

/* Of a column that is computed the example says what to enter. */
static void test_entered_values(void **state) {
    static const struct { const char *xml, *column, *name, *value; } list[] = {
        {OF("number", "x * 2", "&lt; 10", "> 10"), "10", "x", "5"},
        {OF("number", "100 - x / 4", "&lt; 10", "> 10"), "10", "x", "360"},
        {OF("number", "x ** 2 + 1", "&lt; 10", "> 10"), "10", NULL, NULL}, /* no line: 9 is tried and refused */
        {OF("number", "x - x", "&lt; 10", "> 10"), "10", NULL, NULL},
        {OF("number", "x", "&lt; 10", "> 10"), "10", NULL, NULL},
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(list); i++) {
        AUTO(arena) struct arena *a = arena_new(0);
        const struct dmn_findings *f = NULL;
        struct diag d = {0};
        expect_ok(dmn_check(a, span_of(list[i].xml), NULL, &f, &d), &d);
        assert_int_equal(f->count, 1);
        assert_true(span_is(f->at[0].example[0].text, list[i].column));
        assert_int_equal(f->at[0].example_count, list[i].name ? 2 : 1);
        assert_true(!list[i].name || (span_is(f->at[0].example[1].name, list[i].name) && span_is(f->at[0].example[1].text, list[i].value)));
    }
}

#define LANGUAGE(name) MODEL(X DECISION("y", NEED("x") "<literalExpression expressionLanguage='" name "'><text>x</text></literalExpression>"))

static void test_names_of_feel(void **state) {
    static const struct { const char *xml; size_t counted; } list[] = {
        {LANGUAGE("https://www.omg.org/spec/DMN/20230324/FEEL/"), 0},
        {LANGUAGE("feel"), 0},
        {LANGUAGE(" S-FEEL "), 0},
        {LANGUAGE(""), 0},
        {LANGUAGE("fee"), 1},
        {LANGUAGE("juel"), 1},
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(list); i++) {
        AUTO(arena) struct arena *a = arena_new(0);
        const struct dmn_findings *f = NULL;
        struct diag d = {0};
        expect_ok(dmn_check(a, span_of(list[i].xml), NULL, &f, &d), &d);
        if (dmn_findings_counted(f) != list[i].counted || (f->count && strcmp(f->at[0].code, "dmn_check.language") != 0))
            fail_msg("%zu findings: %s", dmn_findings_counted(f), list[i].xml);
    }
}

/* A type that is not there spoils what asks for it, not the model. */
static void test_types_in_expressions(void **state) {
    static const struct { const char *text, *code; } list[] = {
        {"x instance of number", NULL},
        {"x instance of nothing", "type_ref"},
        {"[x] instance of list&lt;nothing>", "type_ref"},
        {"x instance of numbr", "type_ref_near"},
        {"x instance of list", "always_null"},
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(list); i++) {
        AUTO(arena) struct arena *a = arena_new(0);
        const struct dmn_findings *f = NULL;
        struct diag d = {0};
        char *xml = arena_printf(a, MODEL(X DECISION("y", NEED("x") TEXT("%s"))), list[i].text);
        expect_ok(dmn_check(a, span_of(xml), NULL, &f, &d), &d);
        if (f->count != (list[i].code ? 1 : 0) || (f->count && strcmp(f->at[0].code + strlen("dmn_check."), list[i].code) != 0))
            fail_msg("%zu findings, the first %s: %s", f->count, f->count ? f->at[0].code : "", list[i].text);
    }
}

/* ---- places ------------------------------------------------------------------------------- */

#define DEAD(n) DECISION(n, NEED("x") "<decisionTable hitPolicy='FIRST'>" COLUMN("x", "") OUT RULE("-", "1") RULE(">= 2", "2") "</decisionTable>")

/* A whole model on one line: what is said of one element is not taken for what is said of another. */
static void test_elements_on_one_line(void **state) {
    (void)state;
    AUTO(arena) struct arena *a = arena_new(0);
    const struct dmn_findings *f = NULL;
    struct diag d = {0};
    expect_ok(dmn_check(a, SPAN(MODEL(X DEAD("y") DEAD("z") DECISION("u", TEXT("nothing + nothing")))), NULL, &f, &d), &d);
    assert_int_equal(3, f->count);
    assert_string_equal("dmn_check.unknown_name", f->at[0].code); /* though used twice */
    for (size_t i = 1; i < 3; i++) {
        assert_string_equal("dmn_check.masked", f->at[i].code);
        assert_true(span_is(f->at[i].element_name, i == 1 ? "y" : "z"));
    }
}

/* What has the wrong type is quoted, wherever the type is written. */
static void test_the_text_is_quoted(void **state) {
    static const struct { const char *xml, *text; } list[] = {
        {MODEL(TYPED("number", TEXT("\"a\""))), "\"a\""},
        {MODEL(TYPED("number", "<literalExpression typeRef='string'><text>\"a\"</text></literalExpression>")), "\"a\""},
        {MODEL(DECISION("y", "<context><contextEntry><variable name='k' typeRef='number'/>" TEXT("\"b\"") "</contextEntry></context>")), "\"b\""},
        {MODEL(DECISION("y", "<relation><column name='k' typeRef='number'/><row>" TEXT("\"c\"") "</row></relation>")), "\"c\""},
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(list); i++) {
        AUTO(arena) struct arena *a = arena_new(0);
        const struct dmn_findings *f = NULL;
        struct diag d = {0};
        expect_ok(dmn_check(a, span_of(list[i].xml), NULL, &f, &d), &d);
        assert_int_equal(1, f->count);
        assert_string_equal("dmn_check.type_result", f->at[0].code);
        assert_string_equal("text", f->at[0].arg[0].name);
        assert_true(span_is(f->at[0].arg[0].value, list[i].text));
    }
}

/* Two contexts differ in a property, which is named. */
static void test_what_sets_contexts_apart(void **state) {
#define HOLDS(n, body) "<itemComponent name='" n "'>" body "</itemComponent>"
#define WANTS "<itemDefinition name='T'>" HOLDS("a", HOLDS("b", "<typeRef>number</typeRef>") HOLDS("c", "<typeRef>string</typeRef>")) "</itemDefinition>"
    static const struct { const char *xml, *left, *right; } list[] = {
        {MODEL(WANTS TYPED("T", TEXT("{a: {b: 1, c: 2}}"))), "context<a: context<c: number>>", "context<a: context<c: string>>"},
        {MODEL(WANTS TYPED("T", TEXT("{a: {b: 1}}"))), "context<a: context<>>", "context<a: context<c: string>>"},
        {MODEL(WANTS TYPED("T", TEXT("{a: 1}"))), "context<a: number>", "context<a: context>"},
        {MODEL(WANTS TYPED("T", TEXT("1"))), "number", "context"},
        {MODEL(WANTS "<itemDefinition name='L' isCollection='true'><typeRef>T</typeRef></itemDefinition>" TYPED("L", TEXT("[{a: {b: \"1\", c: \"\"}}]"))),
            "list<context<a: context<b: string>>>", "list<context<a: context<b: number>>>"},
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(list); i++) {
        AUTO(arena) struct arena *a = arena_new(0);
        const struct dmn_findings *f = NULL;
        struct diag d = {0};
        expect_ok(dmn_check(a, span_of(list[i].xml), NULL, &f, &d), &d);
        assert_int_equal(1, f->count);
        assert_string_equal("dmn_check.type_result", f->at[0].code);
        for (size_t k = 0; k < f->at[0].arg_count; k++) {
            const struct dmn_check_arg *x = &f->at[0].arg[k];
            const char *want = strcmp(x->name, "left") == 0 ? list[i].left : strcmp(x->name, "right") == 0 ? list[i].right : NULL;
            if (want && !span_is(x->value, want))
                fail_msg("%s: %.*s, not %s", x->name, SPAN_ARG(x->value), want);
        }
    }
#undef HOLDS
#undef WANTS
}

/* ---- the catalogue ------------------------------------------------------------------------ */

/* Words of the report, not findings. */
static bool is_word(const char *code) {
    return strncmp(code, "place_", 6) == 0 || strcmp(code, "example") == 0 || strcmp(code, "and_value") == 0;
}

static bool has_case(const char *code) {
    for (size_t i = 0; i < ARRAY_LEN(cases); i++)
        if (strcmp(cases[i].code, code) == 0)
            return true;
    return false;
}

static void test_every_sentence_has_a_case(void **state) {
    (void)state;
    const char *root = getenv("SOURCE_ROOT");
    char path[1024], line[4096];
    size_t sentences = 0;
    snprintf(path, sizeof path, "%s/src/dmn/messages.csv", root ? root : ".");
    FILE *f = fopen(path, "r");
    assert_non_null(f);
    while (fgets(line, sizeof line, f)) {
        if (strncmp(line, "dmn_check.", strlen("dmn_check.")) != 0)
            continue;
        line[strcspn(line, ",")] = 0;
        const char *code = line + strlen("dmn_check.");
        sentences += !is_word(code);
        if (!is_word(code) && !has_case(code))
            fail_msg("%s: no model has this finding", code);
    }
    fclose(f);
    assert_int_equal(ARRAY_LEN(cases), sentences);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_every_code_is_found), cmocka_unit_test(test_patterns_and_signs), cmocka_unit_test(test_examples_are_of_what_is_there), cmocka_unit_test(test_types_inside_themselves), cmocka_unit_test(test_facts_have_types),
        cmocka_unit_test(test_values_of_expressions), cmocka_unit_test(test_entered_values), cmocka_unit_test(test_names_of_feel), cmocka_unit_test(test_types_in_expressions),
        cmocka_unit_test(test_elements_on_one_line), cmocka_unit_test(test_the_text_is_quoted), cmocka_unit_test(test_what_sets_contexts_apart), cmocka_unit_test(test_every_sentence_has_a_case)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
