/* The kit's runner on a small kit of its own: imports, services, wrong
 * expectations, Java. */
#include "unit.h"

#include "dmn/tck.h"

#define DMN "<definitions xmlns='https://www.omg.org/spec/DMN/20230324/MODEL/' "
#define TESTS "<testCases xmlns='http://www.omg.org/spec/DMN/20160719/testcase' " \
    "xmlns:xsi='http://www.w3.org/2001/XMLSchema-instance' xmlns:xsd='http://www.w3.org/2001/XMLSchema'>"
#define WANT(node, value) "<resultNode name='" node "'><expected>" value "</expected></resultNode>"
#define NUMBER(n) "<value xsi:type='xsd:decimal'>" n "</value>"

static const char inner[] = DMN "name='inner' namespace='urn:inner'>"
    "<inputData id='x' name='x'><variable name='x'/></inputData>"
    "<decision id='d' name='two times'><variable name='two times'/>"
    "<informationRequirement><requiredInput href='#x'/></informationRequirement>"
    "<literalExpression><text>x * 2</text></literalExpression></decision></definitions>";

static const char outer[] = DMN "name='outer' namespace='urn:outer'>"
    "<import name='other model' namespace='urn:inner' importType=''/>"
    "<decision id='d' name='sum'><variable name='sum'/>"
    "<informationRequirement><requiredDecision href='urn:inner#d'/></informationRequirement>"
    "<literalExpression><text>other model.two times + 1</text></literalExpression></decision>"
    "<inputData id='n' name='n'><variable name='n'/></inputData>"
    "<decision id='e' name='list'><variable name='list'/>"
    "<informationRequirement><requiredInput href='#n'/></informationRequirement>"
    "<literalExpression><text>{a: [n, n / 3], b: @\"2024-08-15\"}</text></literalExpression></decision>"
    "<decisionService id='s' name='service'><variable name='service'/><outputDecision href='#e'/><inputData href='#n'/></decisionService>"
    "<businessKnowledgeModel id='j' name='java'><variable name='java'/><encapsulatedLogic kind='Java'>"
    "<context/></encapsulatedLogic></businessKnowledgeModel>"
    "<decision id='f' name='uses java'><variable name='uses java'/>"
    "<knowledgeRequirement><requiredKnowledge href='#j'/></knowledgeRequirement>"
    "<literalExpression><text>java()</text></literalExpression></decision></definitions>";

static const char tests_xml[] = TESTS "<modelName>outer.dmn</modelName>"
    "<testCase id='import'><inputNode name='x'>" NUMBER("4") "</inputNode>" WANT("sum", NUMBER("9.000000001")) "</testCase>"
    "<testCase id='structure'><inputNode name='n'>" NUMBER("1") "</inputNode>"
    WANT("list", "<component name='a'><list><item>" NUMBER("1") "</item><item>" NUMBER("0.33333333333") "</item></list></component>"
        "<component name='b'><value xsi:type='xsd:date'>2024-08-15</value></component>") "</testCase>"
    "<testCase id='service' type='decisionService' invocableName='service'><inputNode name='n'>" NUMBER("3") "</inputNode>"
    WANT("list", "<component name='a'><list><item>" NUMBER("3") "</item><item>" NUMBER("1") "</item></list></component>"
        "<component name='b'><value xsi:type='xsd:date'>2024-08-15</value></component>") "</testCase>"
    "<testCase id='error'><resultNode name='sum' errorResult='true'><expected><value xsi:nil='true'/></expected></resultNode></testCase>"
    "<testCase id='wrong'><inputNode name='x'>" NUMBER("4") "</inputNode>" WANT("sum", NUMBER("10")) "</testCase>"
    "<testCase id='nobody'>" WANT("nobody", NUMBER("10")) "</testCase>"
    "<testCase id='java'>" WANT("uses java", NUMBER("10")) "</testCase>"
    "</testCases>";

static char failures[256];

static void report(void *data, const struct dmn_tck_result *r) {
    (void)data;
    static const char *const marks[] = {"", "-", "?"};
    size_t n = strlen(failures);
    if (r->outcome != DMN_TCK_PASSED)
        snprintf(failures + n, sizeof failures - n, "%s%.*s ", marks[r->outcome], SPAN_ARG(r->case_id));
}

static void test_a_folder(void **state) {
    (void)state;
    struct dmn_tck_file files[] = {
        {SPAN("inner.dmn"), span_of(inner)}, {SPAN("outer.dmn"), span_of(outer)},
        {SPAN("outer-test.xml"), span_of(tests_xml)},
    };
    AUTO(arena) struct arena *a = arena_new(0);
    struct dmn_tck_count count = {0};
    struct diag d;
    expect_ok(dmn_tck_folder(a, SPAN("kit"), files, ARRAY_LEN(files), report, NULL, &count, &d), &d);
    assert_string_equal("-wrong -nobody ?java ", failures);
    assert_int_equal(4, count.passed);
    assert_int_equal(2, count.failed);
    assert_int_equal(1, count.skipped);
}

/* Our own kit, written from the standard: tests/dmn. */
static void print_failure(void *data, const struct dmn_tck_result *r) {
    (void)data;
    if (r->outcome != DMN_TCK_PASSED)
        print_error("%.*s %.*s %.*s: want %.*s, got %.*s (%.*s)\n", SPAN_ARG(r->file), SPAN_ARG(r->case_id), SPAN_ARG(r->node),
            SPAN_ARG(r->expected), SPAN_ARG(r->actual), SPAN_ARG(r->reason));
}

static void test_our_kit(void **state) {
    (void)state;
    char folder[512];
    const char *root = getenv("SOURCE_ROOT");
    snprintf(folder, sizeof folder, "%s/tests/dmn", root ? root : ".");
    struct dmn_tck_count count = {0};
    struct diag d;
    expect_ok(dmn_tck_directory(folder, print_failure, NULL, &count, &d), &d);
    assert_int_equal(0, count.failed);
    assert_int_equal(0, count.skipped);
    assert_true(count.passed > 200);
}

/* Whatever of a kit cannot be run is counted, not lost. */
static void test_nothing_is_lost(void **state) {
    (void)state;
    static const char *const texts[] = {
        "<testCases", "", "<testCases xmlns='http://www.omg.org/spec/DMN/20160719/testcase'/>",
        TESTS "<modelName>nowhere.dmn</modelName><testCase id='1'>" WANT("a", NUMBER("1")) "</testCase></testCases>",
        TESTS "<testCase id='1'>" WANT("a", NUMBER("1")) "</testCase></testCases>",
        TESTS "<modelName>outer.dmn</modelName><testCase id='1'/></testCases>",
        TESTS "<modelName>outer.dmn</modelName><testCase id='1'><inputNode name='x'>" NUMBER("1") "</inputNode></testCase></testCases>",
    };
    for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
        struct dmn_tck_file files[] = {{SPAN("inner.dmn"), span_of(inner)}, {SPAN("outer.dmn"), span_of(outer)},
            {SPAN("t.xml"), span_of(texts[i])}};
        AUTO(arena) struct arena *a = arena_new(0);
        struct dmn_tck_count count = {0};
        struct diag d;
        expect_ok(dmn_tck_folder(a, SPAN("kit"), files, ARRAY_LEN(files), NULL, NULL, &count, &d), &d);
        assert_int_equal(0, count.passed);
        assert_int_equal(1, count.failed);
    }
}

/* ---- hostile models --------------------------------------------------------------------- */

#define MODEL(name, body) "<definitions xmlns='https://www.omg.org/spec/DMN/20230324/MODEL/' name='" name "' namespace='urn:" name "'>" body "</definitions>"
#define IMPORT(as, of) "<import name='" as "' namespace='urn:" of "' importType='dmn'/>"
#define TEXTUAL(t) "<literalExpression><text>" t "</text></literalExpression>"
#define DECIDE(n, needs, t) "<decision id='" n "' name='" n "'><variable name='" n "'/>" needs TEXTUAL(t) "</decision>"
#define KNOW(n) "<knowledgeRequirement><requiredKnowledge href='#" n "'/></knowledgeRequirement>"
#define KNOWLEDGE(n, needs, t) "<businessKnowledgeModel id='" n "' name='" n "'><variable name='" n "'/><encapsulatedLogic><formalParameter name='x'/>" TEXTUAL(t) "</encapsulatedLogic>" needs "</businessKnowledgeModel>"
#define ONE_CASE TESTS "<modelName>m.dmn</modelName><testCase id='1'>" WANT("r", NUMBER("1")) "</testCase></testCases>"

/* The case ends, and says passed or failed. */
static void ends(const char *const *model, size_t count, size_t passed) {
    struct dmn_tck_file files[40];
    static const char *const names[] = {"m.dmn", "n.dmn", "o.dmn"};
    AUTO(arena) struct arena *a = arena_new(512 << 20);
    for (size_t i = 0; i < count; i++)
        files[i] = (struct dmn_tck_file){span_of(i < 3 ? names[i] : arena_printf(a, "p%zu.dmn", i)), span_of(model[i])};
    files[count] = (struct dmn_tck_file){SPAN("t.xml"), span_of(ONE_CASE)};
    struct dmn_tck_count n = {0};
    struct diag d;
    expect_ok(dmn_tck_folder(a, SPAN("kit"), files, count + 1, NULL, NULL, &n, &d), &d);
    assert_int_equal(passed, n.passed);
    assert_int_equal(1 - passed, n.failed);
}

static void test_cycles_end(void **state) {
    (void)state;
    const char *const imports[] = {MODEL("m", IMPORT("n", "n") DECIDE("r", "", "1")), MODEL("n", IMPORT("m", "m") DECIDE("s", "", "m.r"))};
    const char *const itself[] = {MODEL("m", IMPORT("m", "m") DECIDE("r", "", "1"))};
    const char *const types[] = {MODEL("m", "<itemDefinition name='a'><typeRef>b</typeRef></itemDefinition>"
        "<itemDefinition name='b' isCollection='true'><typeRef>a</typeRef></itemDefinition>"
        "<itemDefinition name='c'><itemComponent name='d'><typeRef>c</typeRef></itemComponent></itemDefinition>"
        "<decision id='q' name='q'><variable name='q' typeRef='c'/>" TEXTUAL("{d: {d: null}}") "</decision>"
        "<decision id='p' name='p'><variable name='p' typeRef='b'/>" TEXTUAL("[[[1]]]") "</decision>" DECIDE("r", "", "1"))};
    const char *const knowledge[] = {MODEL("m", KNOWLEDGE("f", KNOW("g"), "g(x)") KNOWLEDGE("g", KNOW("f"), "f(x)") DECIDE("r", KNOW("f"), "f(1)"))};
    const char *const decisions[] = {MODEL("m", "<decision id='r' name='r'><variable name='r'/><informationRequirement><requiredDecision href='#s'/></informationRequirement>" TEXTUAL("s") "</decision>"
        "<decision id='s' name='s'><variable name='s'/><informationRequirement><requiredDecision href='#r'/></informationRequirement>" TEXTUAL("r") "</decision>")};
    const char *const service[] = {MODEL("m", DECIDE("r", KNOW("v"), "v()") "<decisionService id='v' name='v'><variable name='v'/><outputDecision href='#r'/></decisionService>")};
    ends(imports, 2, 1);
    ends(itself, 1, 1);
    ends(types, 1, 1);
    ends(knowledge, 1, 0);
    ends(decisions, 1, 0);
    ends(service, 1, 0);
}

/* Every model imports the one before twice: 2^30 elements if nobody counted. */
static void test_imports_that_double(void **state) {
    (void)state;
    AUTO(arena) struct arena *a = arena_new(0);
    const char *model[31];
    for (int i = 0; i < 31; i++)
        model[30 - i] = i == 0 ? arena_printf(a, MODEL("%d", DECIDE("r", "", "1")), 0, 0)
            : arena_printf(a, MODEL("%d", IMPORT("x", "%d") IMPORT("y", "%d") DECIDE("r", "", "1")), i, i, i - 1, i - 1);
    ends(model, 31, 1); /* the import that is too large is a problem of its importer; the rest runs */
}

static void test_xml_tricks(void **state) {
    (void)state;
    const char *const bomb[] = {"<!DOCTYPE d [<!ENTITY a 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa'><!ENTITY b '&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;'>"
        "<!ENTITY c '&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;'><!ENTITY e '&c;&c;&c;&c;&c;&c;&c;&c;&c;&c;'><!ENTITY f '&e;&e;&e;&e;&e;&e;&e;&e;&e;&e;'>"
        "<!ENTITY g '&f;&f;&f;&f;&f;&f;&f;&f;&f;&f;'><!ENTITY h '&g;&g;&g;&g;&g;&g;&g;&g;&g;&g;'>]>" MODEL("m", DECIDE("r", "", "\"&h;\""))};
    const char *const outside[] = {"<!DOCTYPE d [<!ENTITY a SYSTEM 'file:///etc/hostname'>]>" MODEL("m", DECIDE("r", "", "string length(\"&a;\") / 0 = 1"))};
    ends(bomb, 1, 0);
    ends(outside, 1, 0);
    struct buf b;
    buf_init(&b, 0);
    buf_adds(&b, "<definitions xmlns='https://www.omg.org/spec/DMN/20230324/MODEL/' name='m' namespace='m'><decision id='r' name='r'><variable name='r'/>");
    for (int i = 0; i < 100000; i++)
        buf_adds(&b, "<context><contextEntry>");
    const char *const deep[] = {buf_str(&b)};
    ends(deep, 1, 0);
    buf_release(&b);
}

static void test_bad_folders(void **state) {
    (void)state;
    struct dmn_tck_file broken[] = {{SPAN("m.dmn"), SPAN("<definitions")},
        {SPAN("t.xml"), span_of(TESTS "<modelName>m.dmn</modelName><testCase id='1'>" WANT("a", NUMBER("1")) "</testCase></testCases>")}};
    AUTO(arena) struct arena *a = arena_new(0);
    struct dmn_tck_count count = {0};
    struct diag d;
    expect_ok(dmn_tck_folder(a, SPAN("kit"), broken, 2, NULL, NULL, &count, &d), &d);
    assert_int_equal(1, count.failed);
    expect_fail(dmn_tck_folder(a, SPAN("kit"), broken, 1, NULL, NULL, &count, &d), &d, E_INPUT, "dmn.no_tests");
    expect_fail(dmn_tck_directory("nowhere at all", NULL, NULL, &count, &d), &d, E_NOT_FOUND, "dmn.unreadable");
    const char *root = getenv("SOURCE_ROOT");
    char model[4096];
    snprintf(model, sizeof model, "%s/tests/dmn/services/services.dmn", root ? root : ".");
    expect_fail(dmn_tck_directory(model, NULL, NULL, &count, &d), &d, E_INPUT, "dmn.not_tests");
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_a_folder), cmocka_unit_test(test_our_kit),
        cmocka_unit_test(test_nothing_is_lost), cmocka_unit_test(test_cycles_end),
        cmocka_unit_test(test_imports_that_double), cmocka_unit_test(test_xml_tricks), cmocka_unit_test(test_bad_folders)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
