/* Models: hit policies, requirement graphs, types, the trace, bad files. */
#include "unit.h"

#include "dmn/dmn.h"

#define HEAD "<definitions xmlns='https://www.omg.org/spec/DMN/20230324/MODEL/' name='m' namespace='m'>"
#define INPUT(n) "<inputData id='i_" n "' name='" n "'><variable name='" n "'/></inputData>"
#define NEED_INPUT(n) "<informationRequirement><requiredInput href='#i_" n "'/></informationRequirement>"
#define NEED(n) "<informationRequirement><requiredDecision href='#d_" n "'/></informationRequirement>"
#define DECISION(n, needs, body) "<decision id='d_" n "' name='" n "'><variable name='" n "'/>" needs body "</decision>"
#define TEXT(t) "<literalExpression><text>" t "</text></literalExpression>"

struct loaded { struct arena *a; const struct dmn_model *m; struct diag d; struct feel_notes notes; };

static void load(struct loaded *l, const char *xml) {
    memset(l, 0, sizeof *l);
    l->a = arena_new(0);
    expect_ok(dmn_load(l->a, span_of(xml), NULL, &l->m, &l->d), &l->d);
}

static struct dmn_result evaluate(struct loaded *l, const char *decision, const char *inputs) {
    struct feel_env env;
    struct feel_value names;
    struct dmn_result r = {0};
    struct span name = span_of(decision);
    memset(&l->notes, 0, sizeof l->notes);
    feel_env_init(&env, l->a, &l->notes);
    expect_ok(feel_eval_text(&env, span_of(inputs), NULL, &names, &l->d), &l->d);
    struct dmn_request q = {.model = l->m, .decision = &name, .decision_count = 1, .inputs = names, .trace = true};
    expect_ok(dmn_evaluate(&env, &q, &r, &l->d), &l->d);
    return r;
}

static void gives(struct loaded *l, const char *decision, const char *inputs, const char *want) {
    struct dmn_result r = evaluate(l, decision, inputs);
    BUF_AUTO b;
    buf_init(&b, 0);
    feel_text(&b, &r.value, true);
    assert_string_equal(want, buf_str(&b));
}

/* ---- tables -------------------------------------------------------------------------- */

#define TABLE(policy, rules)                                                   \
    HEAD INPUT("x") DECISION("r", NEED_INPUT("x"), "<decisionTable id='t' " policy ">" \
        "<input id='in' label='数'><inputExpression><text>x</text></inputExpression></input>" \
        "<output name='o'><outputValues><text>\"c\",\"b\",\"a\"</text></outputValues></output>" \
        "<annotation name='条款'/>" rules "</decisionTable>") "</definitions>"
#define RULE(id, test, out, note)                                              \
    "<rule id='" id "'><inputEntry><text>" test "</text></inputEntry><outputEntry><text>" out \
    "</text></outputEntry><annotationEntry><text>" note "</text></annotationEntry></rule>"
#define THREE RULE("r1", "&lt; 10", "\"a\"", "第一条") RULE("r2", "[5..20]", "\"b\"", "第二条") RULE("r3", "7", "\"c\"", "第三条")
#define NUMBERS RULE("r1", "&lt; 10", "1", "") RULE("r2", "[5..20]", "2", "") RULE("r3", "7", "5", "")

static void test_hit_policies(void **state) {
    static const struct { const char *xml, *at7, *at3, *at99; } cases[] = {
        {TABLE("", THREE), "null", "\"a\"", "null"},
        {TABLE("hitPolicy='UNIQUE'", THREE), "null", "\"a\"", "null"},
        {TABLE("hitPolicy='FIRST'", THREE), "\"a\"", "\"a\"", "null"},
        {TABLE("hitPolicy='ANY'", THREE), "null", "\"a\"", "null"},
        {TABLE("hitPolicy='PRIORITY'", THREE), "\"c\"", "\"a\"", "null"},
        {TABLE("hitPolicy='RULE ORDER'", THREE), "[\"a\", \"b\", \"c\"]", "[\"a\"]", "null"},
        {TABLE("hitPolicy='OUTPUT ORDER'", THREE), "[\"c\", \"b\", \"a\"]", "[\"a\"]", "null"},
        {TABLE("hitPolicy='COLLECT'", NUMBERS), "[1, 2, 5]", "[1]", "null"},
        {TABLE("hitPolicy='COLLECT' aggregation='SUM'", NUMBERS), "8", "1", "null"},
        {TABLE("hitPolicy='COLLECT' aggregation='MIN'", NUMBERS), "1", "1", "null"},
        {TABLE("hitPolicy='COLLECT' aggregation='MAX'", NUMBERS), "5", "1", "null"},
        {TABLE("hitPolicy='COLLECT' aggregation='COUNT'", NUMBERS), "3", "1", "null"},
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct loaded l;
        load(&l, cases[i].xml);
        gives(&l, "r", "{x: 7}", cases[i].at7);
        gives(&l, "r", "{x: 3}", cases[i].at3);
        gives(&l, "r", "{x: 99}", cases[i].at99);
        arena_free(l.a);
    }
}

/* `true` is compared with the input: what is null, or no boolean, is not true.  An
 * expression that gives a boolean is a condition whatever the input is. */
static void test_boolean_cells(void **state) {
    static const struct { const char *cell, *at_true, *at_false, *at_null, *at_number; } cases[] = {
        {"true", "1", "null", "null", "null"}, {"false", "null", "1", "null", "null"},
        {"(true)", "1", "null", "null", "null"}, {"true, false", "1", "1", "null", "null"},
        {"null, true", "1", "null", "1", "null"}, {"not(true)", "null", "1", "1", "null"},
        {"1 = 1", "1", "null", "1", "1"}, {"? = true", "1", "null", "null", "null"},
        {"-", "1", "1", "1", "1"}, {"[true]", "1", "null", "null", "null"},
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct loaded l;
        char xml[2048];
        snprintf(xml, sizeof xml, TABLE("", RULE("r1", "%s", "1", "")), cases[i].cell);
        load(&l, xml);
        gives(&l, "r", "{x: true}", cases[i].at_true);
        gives(&l, "r", "{x: false}", cases[i].at_false);
        gives(&l, "r", "{x: null}", cases[i].at_null);
        gives(&l, "r", "{x: 7}", cases[i].at_number);
        arena_free(l.a);
    }
}

/* A word that the standard does not have is never read as the default in silence. */
static void test_policy_words_of_no_standard(void **state) {
    (void)state;
    static const struct { const char *xml, *code, *word; } list[] = {
        {TABLE("hitPolicy='FRIST'", NUMBERS), "dmn.hit_policy", "FRIST"}, {TABLE("hitPolicy='unique'", NUMBERS), "dmn.hit_policy", "unique"},
        {TABLE("hitPolicy=''", NUMBERS), "dmn.hit_policy", ""}, {TABLE("hitPolicy='RULE  ORDER'", NUMBERS), "dmn.hit_policy", "RULE  ORDER"},
        {TABLE("hitPolicy='COLLECT' aggregation='AVG'", NUMBERS), "dmn.aggregation", "AVG"},
        {TABLE("hitPolicy='COLLECT' aggregation='sum'", NUMBERS), "dmn.aggregation", "sum"},
    };
    static const char *const good[] = {TABLE("", NUMBERS), TABLE("hitPolicy='UNIQUE'", NUMBERS), TABLE("hitPolicy='ANY'", NUMBERS), TABLE("hitPolicy='PRIORITY'", NUMBERS),
        TABLE("hitPolicy='FIRST'", NUMBERS), TABLE("hitPolicy='RULE ORDER'", NUMBERS), TABLE("hitPolicy='OUTPUT ORDER'", NUMBERS), TABLE("hitPolicy='COLLECT'", NUMBERS),
        TABLE("hitPolicy='COLLECT' aggregation='SUM'", NUMBERS), TABLE("hitPolicy='COLLECT' aggregation='MIN'", NUMBERS), TABLE("hitPolicy='COLLECT' aggregation='MAX'", NUMBERS),
        TABLE("hitPolicy='COLLECT' aggregation='COUNT'", NUMBERS)};
    struct loaded l;
    for (size_t i = 0; i < ARRAY_LEN(list); i++) {
        load(&l, list[i].xml);
        assert_int_equal(1, dmn_problem_count(l.m));
        const struct diag *d = dmn_problem(l.m, 0);
        assert_string_equal(list[i].code, d->code);
        assert_string_equal(list[i].word, d->arg[0].value);
        arena_free(l.a);
    }
    for (size_t i = 0; i < ARRAY_LEN(good); i++) {
        load(&l, good[i]);
        if (dmn_problem_count(l.m))
            fail_msg("%s", dmn_problem(l.m, 0)->code);
        arena_free(l.a);
    }
}

static void test_trace_names_rules_cells_and_articles(void **state) {
    (void)state;
    struct loaded l;
    load(&l, TABLE("hitPolicy='FIRST'", THREE));
    const struct dmn_trace *t = evaluate(&l, "r", "{x: 12}").trace;
    assert_int_equal(1, t->table_count);
    assert_int_equal(1, t->decision_count);
    assert_int_equal(1, t->decision[0].table_count);
    const struct dmn_trace_table *table = &t->table[0];
    assert_true(span_is(table->table_id, "t") && span_is(table->element_id, "d_r"));
    assert_true(span_is(table->input_name[0], "数"));
    assert_int_equal(3, table->rule_count);
    assert_true(span_is(table->rule[1].id, "r2") && table->rule[1].fired && table->rule[1].held == DMN_TRUE);
    assert_int_equal(DMN_FALSE, table->rule[0].cell[0]);
    assert_false(table->rule[0].fired);
    assert_true(span_is(table->rule[1].annotation[0], "第二条"));
    BUF_AUTO b;
    buf_init(&b, 0);
    struct json_writer w;
    json_begin(&w, &b, false);
    dmn_trace_json(&w, t, &l.notes);
    assert_non_null(strstr(buf_str(&b), "\"annotations\":{\"条款\":\"第二条\"}"));
    const struct json *j;
    expect_ok(json_parse(l.a, buf_span(&b), &j, &l.d), &l.d);
    arena_free(l.a);
}

static void test_default_output_and_notes(void **state) {
    (void)state;
    struct loaded l;
    load(&l, HEAD INPUT("x") DECISION("r", NEED_INPUT("x"),
        "<decisionTable hitPolicy='UNIQUE'><input><inputExpression><text>x</text></inputExpression></input>"
        "<output name='a'><defaultOutputEntry><text>0</text></defaultOutputEntry></output><output name='b'/>"
        "<rule><inputEntry><text>1</text></inputEntry><outputEntry><text>10</text></outputEntry>"
        "<outputEntry><text>x + 1</text></outputEntry></rule>"
        "<rule><inputEntry><text>&lt; 2</text></inputEntry><outputEntry><text>10</text></outputEntry>"
        "<outputEntry><text>1</text></outputEntry></rule></decisionTable>") "</definitions>");
    gives(&l, "r", "{x: 0}", "{a: 10, b: 1}");
    gives(&l, "r", "{x: 5}", "{a: 0, b: null}");
    gives(&l, "r", "{x: 1}", "null");
    assert_string_equal("dmn.not_unique", l.notes.note[0].code);
    arena_free(l.a);
}

/* ---- graphs ------------------------------------------------------------------------------- */

static void test_graph_is_evaluated_in_order(void **state) {
    (void)state;
    struct loaded l;
    load(&l, HEAD DECISION("c", NEED("b") NEED("a"), TEXT("b + a")) DECISION("b", NEED("a"), TEXT("a * 2"))
        DECISION("a", NEED_INPUT("x"), TEXT("x + 1")) INPUT("x") "</definitions>");
    struct dmn_result r = evaluate(&l, "c", "{x: 1}");
    assert_int_equal(3, r.trace->decision_count);
    assert_true(span_is(r.trace->decision[0].name, "a") && span_is(r.trace->decision[2].name, "c"));
    gives(&l, "c", "{x: 1}", "6");
    gives(&l, "c", "{x: 1, b: 100}", "102"); /* given from outside */
    gives(&l, "d_a", "{x: 1}", "2");
    arena_free(l.a);
}

/* A service asked for is evaluated as when it is called: with its inputs and nothing else. */
static void test_services_are_evaluated(void **state) {
    (void)state;
    struct loaded l;
    load(&l, HEAD INPUT("x") "<inputData id='i_n' name='n'><variable name='n' typeRef='number'/></inputData>" DECISION("a", NEED_INPUT("x"), TEXT("x + 1"))
        DECISION("b", NEED("a") NEED_INPUT("n"), TEXT("[a, n]")) DECISION("c", NEED("a"), TEXT("a * 10"))
        "<decisionService id='s' name='S'><variable name='S'/><outputDecision href='#d_c'/><encapsulatedDecision href='#d_a'/><inputData href='#i_x'/></decisionService>"
        "<decisionService id='two' name='Two'><variable name='Two'/><outputDecision href='#d_b'/><outputDecision href='#d_c'/><inputDecision href='#d_a'/>"
        "<inputData href='#i_n'/></decisionService></definitions>");
    gives(&l, "S", "{x: 1}", "20");
    gives(&l, "s", "{x: 2}", "30");
    gives(&l, "Two", "{a: 7, n: 3}", "{b: [7, 3], c: 70}");
    gives(&l, "Two", "{x: 7, n: 3}", "{b: [null, 3], c: null}"); /* the service takes no x */
    gives(&l, "Two", "{a: 7, n: \"x\"}", "{b: [7, null], c: 70}");
    assert_string_equal("dmn.input_type", l.notes.note[0].code);
    struct dmn_result r = evaluate(&l, "S", "{x: 1}");
    assert_int_equal(2, r.trace->decision_count);
    arena_free(l.a);
}

static void test_names_need_a_requirement(void **state) {
    (void)state;
    struct loaded l;
    load(&l, HEAD INPUT("x") DECISION("r", "", TEXT("x")) "</definitions>");
    gives(&l, "r", "{x: 1}", "null");
    assert_string_equal("feel.unknown_name", l.notes.note[0].code);
    arena_free(l.a);
}

static void test_knowledge_may_call_itself(void **state) {
    (void)state;
    struct loaded l;
    load(&l, HEAD "<businessKnowledgeModel id='k' name='阶乘'><variable name='阶乘'/><encapsulatedLogic>"
        "<formalParameter name='n' typeRef='number'/>" TEXT("if n &lt; 2 then 1 else n * 阶乘(n - 1)")
        "</encapsulatedLogic></businessKnowledgeModel>" INPUT("x")
        DECISION("r", NEED_INPUT("x") "<knowledgeRequirement><requiredKnowledge href='#k'/></knowledgeRequirement>",
            "<invocation>" TEXT("阶乘") "<binding><parameter name='n'/>" TEXT("x") "</binding></invocation>")
        "</definitions>");
    gives(&l, "r", "{x: 5}", "120");
    gives(&l, "r", "{x: \"5\"}", "null");
    struct feel_env env;
    feel_env_init(&env, l.a, &l.notes);
    struct feel_value names;
    struct span name = span_of("r");
    expect_ok(feel_eval_text(&env, SPAN("{x: 100000}"), NULL, &names, &l.d), &l.d);
    struct dmn_request q = {.model = l.m, .decision = &name, .decision_count = 1, .inputs = names};
    struct dmn_result r;
    assert_int_equal(E_LIMIT, dmn_evaluate(&env, &q, &r, &l.d));
    arena_free(l.a);
}

static void test_boxed_context_relation_and_types(void **state) {
    (void)state;
    struct loaded l;
    load(&l, HEAD "<itemDefinition name='级'><typeRef>number</typeRef><allowedValues><text>[1..4]</text></allowedValues></itemDefinition>"
        "<inputData id='i_x' name='x'><variable name='x' typeRef='级'/></inputData>"
        DECISION("r", NEED_INPUT("x"), "<context><contextEntry><variable name='行'/><relation><column name='甲'/><column name='乙'/>"
            "<row>" TEXT("x") TEXT("x + 1") "</row></relation></contextEntry><contextEntry>" TEXT("行[甲 &lt; 3].乙") "</contextEntry></context>")
        "</definitions>");
    gives(&l, "r", "{x: 2}", "[3]");
    evaluate(&l, "r", "{x: 5}");
    assert_string_equal("dmn.input_outside", l.notes.note[0].code);
    arena_free(l.a);
}

static void test_columns_of_relations_have_types(void **state) {
    (void)state;
    struct loaded l;
    load(&l, HEAD DECISION("r", "", "<relation><column name='a' typeRef='number'/><column name='b'/>"
        "<row>" TEXT("\"x\"") TEXT("\"y\"") "</row><row>" TEXT("1") TEXT("2") "</row></relation>") "</definitions>");
    gives(&l, "r", "{}", "[{a: null, b: \"y\"}, {a: 1, b: 2}]");
    assert_int_equal(1, l.notes.count);
    assert_string_equal("feel.type_mismatch", l.notes.note[0].code);
    arena_free(l.a);
}

#define CODES(more) "<itemDefinition name='T'><typeRef>string</typeRef><allowedValues><text>\"c\",\"b\",\"a\"</text></allowedValues></itemDefinition>" more
#define RANKED(policy, variable, table, output) HEAD CODES("<itemDefinition name='U'><typeRef>T</typeRef></itemDefinition>") INPUT("x") \
    "<decision id='d_r' name='r'><variable name='r'" variable "/>" NEED_INPUT("x") "<decisionTable hitPolicy='" policy "'" table \
    "><input><inputExpression><text>x</text></inputExpression></input><output" output "/>" THREE "</decisionTable></decision></definitions>"

/* Without output values the order is that of the type's allowed values. */
static void test_priority_by_type(void **state) {
    static const struct { const char *xml, *want; } cases[] = {
        {RANKED("PRIORITY", "", "", " typeRef='T'"), "\"c\""},
        {RANKED("PRIORITY", "", " typeRef='U'", ""), "\"c\""},
        {RANKED("PRIORITY", " typeRef='T'", "", ""), "\"c\""},
        {RANKED("PRIORITY", "", "", ""), "\"a\""},
        {RANKED("OUTPUT ORDER", "", "", " typeRef='U'"), "[\"c\", \"b\", \"a\"]"},
        {RANKED("OUTPUT ORDER", "", "", " typeRef='string'"), "[\"a\", \"b\", \"c\"]"},
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct loaded l;
        load(&l, cases[i].xml);
        gives(&l, "r", "{x: 7}", cases[i].want);
        arena_free(l.a);
    }
}

#define AGE "<itemDefinition name='tAge'><typeRef>feel:number</typeRef><allowedValues><text>[0..150]</text></allowedValues></itemDefinition>"
#define PERSON(ref) "<itemDefinition name='tP'><itemComponent name='Age'><typeRef>" ref "</typeRef></itemComponent></itemDefinition>"
#define AGES(ref) "<itemDefinition name='tL' isCollection='true'><typeRef>" ref "</typeRef></itemDefinition>"
#define OLD(ref) "<itemDefinition name='tO'><typeRef>" ref "</typeRef></itemDefinition>"
#define OF_TYPE(definitions, type) HEAD definitions "<inputData id='i_x' name='x'><variable name='x' typeRef='" type "'/></inputData>" \
    DECISION("r", NEED_INPUT("x"), TEXT("x")) "</definitions>"

/* A definition means the same with and without a prefix, before and behind what it names. */
static void test_definitions_name_others_by_prefix_in_any_order(void **state) {
    static const struct { const char *xml, *good, *bad; } cases[] = {
        {OF_TYPE(AGE PERSON("tAge"), "tP"), "{Age: 20}", "{Age: 200}"},
        {OF_TYPE(AGE PERSON("tns:tAge"), "tns:tP"), "{Age: 20}", "{Age: 200}"},
        {OF_TYPE(PERSON("tns:tAge") AGE, "tns:tP"), "{Age: 20}", "{Age: 200}"},
        {OF_TYPE(AGE AGES(" tns:tAge "), "tL"), "[20, 30]", "[20, \"x\"]"},
        {OF_TYPE(AGES("tns:tAge") AGE, "tL"), "[20, 30]", "[20, 151]"},
        {OF_TYPE(AGE OLD("tns:tAge"), "tO"), "20", "\"x\""},
        {OF_TYPE(OLD("tns:tAge") AGE, "tO"), "20", "-1"},
        /* FEEL's own types keep their meaning, a definition's whole name comes first */
        {OF_TYPE("<itemDefinition name='string'><typeRef>feel:string</typeRef></itemDefinition>" OLD("feel:string"), "feel:number"), "20", "\"x\""},
        {OF_TYPE(AGE "<itemDefinition name='a:tAge'><typeRef>string</typeRef></itemDefinition>" OLD("a:tAge"), "tO"), "\"x\"", "20"},
        {OF_TYPE(PERSON("tns:tP") AGE, "tAge"), "20", "200"},
        {OF_TYPE(OLD("tns:tO") AGE PERSON(":") AGES("tns:"), "tAge"), "20", "200"},
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct loaded l;
        load(&l, cases[i].xml);
        gives(&l, "r", arena_printf(l.a, "{x: %s}", cases[i].good), cases[i].good);
        assert_int_equal(0, l.notes.count);
        gives(&l, "r", arena_printf(l.a, "{x: %s}", cases[i].bad), "null");
        assert_string_equal(strchr(cases[i].bad, '"') || i == 8 ? "dmn.input_type" : "dmn.input_outside", l.notes.note[0].code); /* 8: a string is wanted */
        arena_free(l.a);
    }
}

#define PERSONS AGE PERSON("tAge") AGES("tP")

/* What does not conform, how, and where in the value. */
static void test_unfit_inputs_are_told(void **state) {
    static const struct { const char *xml, *value, *code, *where; } cases[] = {
        {OF_TYPE(AGE, "tAge"), "200", "dmn.input_outside", "x"},
        {OF_TYPE(AGE, "tAge"), "\"200\"", "dmn.input_type", "x"},
        {OF_TYPE(AGE, "tAge"), "[200]", "dmn.input_outside", "x"},
        {OF_TYPE(AGE, "tAge"), "[20, 30]", "dmn.input_type", "x"},
        {OF_TYPE(PERSONS, "tP"), "{Age: 200}", "dmn.input_outside", "x.Age"},
        {OF_TYPE(PERSONS, "tP"), "{Age: {}}", "dmn.input_type", "x.Age"},
        {OF_TYPE(PERSONS, "tP"), "{age: 20}", "dmn.input_missing", "x.Age"},
        {OF_TYPE(PERSONS, "tP"), "20", "dmn.input_type", "x"},
        {OF_TYPE(PERSONS, "tL"), "[{Age: 1}, {Age: 151}]", "dmn.input_outside", "x[2].Age"},
        {OF_TYPE(PERSONS, "tL"), "{Age: -1}", "dmn.input_outside", "x.Age"},
        {OF_TYPE("<itemDefinition name='T'><typeRef>Any</typeRef><allowedValues><text>1, 3</text></allowedValues></itemDefinition>", "T"), "2", "dmn.input_outside", "x"},
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct loaded l;
        load(&l, cases[i].xml);
        gives(&l, "r", arena_printf(l.a, "{x: %s}", cases[i].value), "null");
        assert_string_equal(cases[i].code, l.notes.note[0].code);
        if (!span_is(l.notes.note[0].detail, cases[i].where))
            fail_msg("%zu: %.*s", i, SPAN_ARG(l.notes.note[0].detail));
        arena_free(l.a);
    }
}

/* ---- other languages ------------------------------------------------------------------------ */

#define LANGUAGE(l) "<literalExpression expressionLanguage='" l "'><text>1 + 1</text></literalExpression>"

static void test_other_languages_are_null(void **state) {
    (void)state;
    struct loaded l;
    load(&l, HEAD DECISION("a", "", LANGUAGE("javascript")) DECISION("b", "", LANGUAGE("urn:x/FEEL/")) DECISION("c", "", TEXT("3")) "</definitions>");
    assert_int_equal(1, dmn_problem_count(l.m));
    assert_string_equal("dmn.language", dmn_problem(l.m, 0)->code);
    gives(&l, "a", "{}", "null");
    gives(&l, "b", "{}", "2");
    gives(&l, "c", "{}", "3");
    arena_free(l.a);
    load(&l, "<definitions xmlns='https://www.omg.org/spec/DMN/20230324/MODEL/' expressionLanguage='urn:javascript'>" DECISION("a", "", TEXT("1 + 1"))
        DECISION("b", "", LANGUAGE("feel")) "</definitions>");
    gives(&l, "a", "{}", "null");
    gives(&l, "b", "{}", "2");
    arena_free(l.a);
}

#define SCHEMA "<import name='xs' namespace='urn:xs' importType='http://www.w3.org/2001/XMLSchema'/><import name='p' namespace='urn:p' importType='http://www.dmg.org/PMML-4_2'/>"

/* Nothing of the import is used by `a`; the others are told what they cannot have. */
static void test_imports_of_other_languages(void **state) {
    (void)state;
    struct loaded l;
    const struct diag *problem;
    bool imported;
    load(&l, HEAD SCHEMA DECISION("a", "", TEXT("3")) "<decision id='t' name='t'><variable name='t' typeRef='xs.tAge'/>" TEXT("4") "</decision>"
        "<decision id='k' name='k'><variable name='k'/><knowledgeRequirement><requiredKnowledge href='urn:p#m'/></knowledgeRequirement>" TEXT("5") "</decision>"
        DECISION("u", NEED("a") "<informationRequirement><requiredDecision href='#k'/></informationRequirement>", TEXT("a + k")) "</definitions>");
    assert_int_equal(2, dmn_problem_count(l.m));
    gives(&l, "a", "{}", "3");
    static const struct { const char *decision, *code; } cases[] = {{"a", NULL}, {"t", "dmn.foreign_type"}, {"k", "dmn.requirement"}, {"u", "dmn.requirement"}};
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        expect_ok(dmn_problem_of(l.a, l.m, span_of(cases[i].decision), &problem, &imported, &l.d), &l.d);
        assert_false(imported);
        assert_true(!problem == !cases[i].code);
        assert_true(!problem || strcmp(problem->code, cases[i].code) == 0);
    }
    expect_fail(dmn_problem_of(l.a, l.m, SPAN("nobody"), &problem, &imported, &l.d), &l.d, E_NOT_FOUND, "dmn.no_such_decision");
    arena_free(l.a);
}

/* ---- bad files ------------------------------------------------------------------------------ */

static void test_bad_files_are_refused(void **state) {
    static const struct { const char *xml, *code; } bad[] = {
        {"", "xml.syntax"},
        {"<definitions>", "xml.syntax"},
        {"<process/>", "dmn.no_definitions"},
        {"<definitions xmlns='http://www.omg.org/spec/BPMN/20100524/MODEL' id='x'/>", "dmn.not_dmn"},
        {"<o:definitions xmlns:o='urn:other'/>", "dmn.not_dmn"},
        {"<!DOCTYPE x [<!ENTITY a 'b'>]><definitions>&a;</definitions>", "xml.doctype"},
        {HEAD DECISION("a", NEED("b"), TEXT("b")) DECISION("b", NEED("a"), TEXT("a")) "</definitions>", "dmn.cycle"},
        {HEAD DECISION("a", NEED("a"), TEXT("a")) "</definitions>", "dmn.cycle"},
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        AUTO(arena) struct arena *a = arena_new(0);
        const struct dmn_model *m;
        struct diag d;
        expect_fail(dmn_load(a, span_of(bad[i].xml), NULL, &m, &d), &d, E_INPUT, bad[i].code);
    }
}

static void test_faulty_elements_are_listed_and_the_rest_runs(void **state) {
    (void)state;
    struct loaded l;
    load(&l, HEAD "<import name='n' namespace='nobody'/>" DECISION("a", "", TEXT("1 +")) DECISION("b", NEED("missing"), TEXT("2"))
        DECISION("c", "", TEXT("3")) "</definitions>");
    assert_int_equal(3, dmn_problem_count(l.m));
    assert_string_equal("dmn.import", dmn_problem(l.m, 0)->code);
    gives(&l, "c", "{}", "3");
    gives(&l, "a", "{}", "null");
    struct feel_env env;
    struct dmn_result r;
    struct span name = span_of("nobody");
    feel_env_init(&env, l.a, NULL);
    struct dmn_request q = {.model = l.m, .decision = &name, .decision_count = 1};
    expect_fail(dmn_evaluate(&env, &q, &r, &l.d), &l.d, E_NOT_FOUND, "dmn.no_such_decision");
    arena_free(l.a);
}

static void test_small_memory_never_crashes(void **state) {
    (void)state;
    const char *xml = TABLE("hitPolicy='COLLECT'", THREE);
    for (size_t memory = 500; memory < 400000; memory = memory * 9 / 8) {
        AUTO(arena) struct arena *a = arena_new(memory);
        const struct dmn_model *m;
        struct diag d;
        struct feel_env env;
        struct dmn_result r;
        if (!a || dmn_load(a, span_of(xml), NULL, &m, &d) != OK)
            continue;
        feel_env_init(&env, a, NULL);
        struct dmn_request q = {.model = m, .trace = true};
        (void)!dmn_evaluate(&env, &q, &r, &d);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_hit_policies), cmocka_unit_test(test_boolean_cells),
        cmocka_unit_test(test_policy_words_of_no_standard),
        cmocka_unit_test(test_trace_names_rules_cells_and_articles),
        cmocka_unit_test(test_default_output_and_notes),
        cmocka_unit_test(test_graph_is_evaluated_in_order),
        cmocka_unit_test(test_names_need_a_requirement),
        cmocka_unit_test(test_knowledge_may_call_itself),
        cmocka_unit_test(test_boxed_context_relation_and_types),
        cmocka_unit_test(test_columns_of_relations_have_types), cmocka_unit_test(test_priority_by_type),
        cmocka_unit_test(test_services_are_evaluated), cmocka_unit_test(test_unfit_inputs_are_told),
        cmocka_unit_test(test_other_languages_are_null), cmocka_unit_test(test_imports_of_other_languages),
        cmocka_unit_test(test_definitions_name_others_by_prefix_in_any_order),
        cmocka_unit_test(test_bad_files_are_refused),
        cmocka_unit_test(test_faulty_elements_are_listed_and_the_rest_runs),
        cmocka_unit_test(test_small_memory_never_crashes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
