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
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_a_folder), cmocka_unit_test(test_our_kit),
        cmocka_unit_test(test_nothing_is_lost), cmocka_unit_test(test_bad_folders)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
