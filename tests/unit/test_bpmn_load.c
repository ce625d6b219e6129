#include "bpmn_unit.h"

#include "base/message.h"

/* ---- what is refused, with its code and its place ---------------------------------- */

static void refused_models(void **state) {
    (void)state;
    static const char *const BAD[][3] = {
        {"", "xml.syntax", NULL},
        {"<a", "xml.syntax", NULL},
        {"<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>", "xml.doctype", NULL},
        {"<html/>", "bpmn.not_bpmn", NULL},
        {"<definitions/>", "bpmn.not_bpmn", NULL},
        {DEFINITIONS(""), "bpmn.nothing_to_run", NULL},
        {MODEL(""), "bpmn.nothing_to_run", NULL},
        {MODEL(START START), "bpmn.duplicate_id", "S"},
        {MODEL(START FLOW("S", "Nowhere")), "bpmn.unknown_reference", "S.Nowhere"},
        {MODEL(START "<sequenceFlow id='f' sourceRef='S'/>"), "bpmn.unknown_reference", "f"},
        {MODEL(START NODE("adHocSubProcess", "A")), "bpmn.ad_hoc", "A"},
        {MODEL(START NODE("complexGateway", "A")), "bpmn.complex_gateway", "A"},
        {MODEL(START NODE("choreographyTask", "A")), "bpmn.unsupported_element", "A"},
        {MODEL(START "<receiveTask id='A' instantiate='true'/>"), "bpmn.instantiate", "A"},
        {MODEL(START "<eventBasedGateway id='A' eventGatewayType='Parallel'/>"), "bpmn.parallel_events", "A"},
        {MODEL(START "<intermediateCatchEvent id='A' parallelMultiple='true'>" TIMER("P1D") "</intermediateCatchEvent>"), "bpmn.parallel_multiple", "A"},
        {MODEL(START "<task id='A' startQuantity='2'/>"), "bpmn.unsupported_attribute", "A"},
        {MODEL(START "<userTask id='A'>" MULTI("mz:size='3'", "") "</userTask>"), "bpmn.unknown_attribute", "A"},
        {MODEL(START "<userTask id='A'>" MULTI("", "<loopCardinality>3 +</loopCardinality>") "</userTask>"), "mini.syntax", "A"},
        {MODEL(START "<userTask id='A'>" MULTI("mz:collect='x'", "<loopCardinality>3</loopCardinality>") "</userTask>"),
            "bpmn.mapping_source", "A"},
        {MODEL(START "<userTask id='A'><standardLoopCharacteristics loopMaximum='0'/></userTask>"), "bpmn.loop_maximum", "A"},
        {MODEL(START "<userTask id='A'><standardLoopCharacteristics loopMaximum='many'/></userTask>"), "bpmn.loop_maximum", "A"},
        {MODEL(START "<userTask id='A'><extensionElements><mz:input name='a.b' value='1'/></extensionElements></userTask>"),
            "bpmn.mapping_target", "A"},
        {MODEL(START "<userTask id='A'><extensionElements><mz:output name='a'/></extensionElements></userTask>"),
            "bpmn.mapping_source", "A"},
        {MODEL(START "<userTask id='A'><extensionElements><mz:input name='a' value='1 1'/></extensionElements></userTask>"),
            "mini.syntax", "A"},
        {MODEL(START "<endEvent id='E'><cancelEventDefinition/></endEvent>"), "bpmn.cancel_place", "E"},
        {MODEL(START "<subProcess id='Sub'>" USER("A") "</subProcess>" BOUNDARY("B", "Sub", "true", "<cancelEventDefinition/>")),
            "bpmn.cancel_place", "B"},
        {MODEL(START "<endEvent id='E'><compensateEventDefinition activityRef='x'/></endEvent>"), "bpmn.unknown_reference", "E"},
        {MODEL(START USER("A") BOUNDARY("B", "A", "true", "<compensateEventDefinition/>")
                   "<association id='N' sourceRef='B' targetRef='A'/>"), "bpmn.handler", "N"},
        {MODEL("<startEvent id='S'><compensateEventDefinition/></startEvent>"), "bpmn.event_not_here", "S"},
        {MODEL(START "<userTask id='A'><surprise/></userTask>"), "bpmn.unsupported_element", "A"},
        {MODEL(START "<userTask id='A' startQuantity='2'/>"), "bpmn.unsupported_attribute", "A"},
        {MODEL(START "<userTask id='A' mz:rolle='x'/>"), "bpmn.unknown_attribute", "A"},
        {MODEL(START "<userTask id='A'><extensionElements><mz:thing/></extensionElements></userTask>"), "bpmn.unknown_extension", "A"},
        {MODEL(START "<userTask id='A' mz:limit='ten days'/>"), "bpmn.duration", "A"},
        {MODEL(START "<userTask id='A' mz:level='province'/>"), "bpmn.level", "A"},
        {MODEL(START "<userTask id='A' mz:outcomes='a,,b'/>"), "bpmn.outcome_empty", "A"},
        {MODEL(START "<userTask id='A' mz:outcomes='a, a'/>"), "bpmn.outcome_twice", "A"},
        {MODEL(START "<userTask id='A' mz:notSameAs='B'/>"), "bpmn.unknown_reference", "A"},
        {MODEL(START "<userTask id='A' mz:notSameAs='A'/>"), "bpmn.unknown_reference", "A"},
        {MODEL(START "<subProcess id='P'><startEvent id='Q'/></subProcess><userTask id='A' mz:notSameAs='Q'/>"), "bpmn.unknown_reference", "A"},
        {MODEL(START "<serviceTask id='X' mz:handler='h'/><userTask id='A' mz:notSameAs='X'/>"), "bpmn.unknown_reference", "A"},
        {MODEL(START "<exclusiveGateway id='X' mz:role='r'/>"), "bpmn.attribute_not_here", "X"},
        {MODEL(START "<serviceTask id='X' mz:onDuty='true'/>"), "bpmn.attribute_not_here", "X"},
        {MODEL(START "<userTask id='A' mz:onDuty='night'/>"), "bpmn.attribute_not_here", "A"},
        {MODEL(START "<serviceTask id='X' mz:outcomes='a'/>"), "bpmn.attribute_not_here", "X"},
        {MODEL(START NODE("scriptTask", "A")), "bpmn.script_missing", "A"},
        {MODEL(START "<scriptTask id='A' scriptFormat='groovy'><script>1</script></scriptTask>"), "bpmn.expression_language", "A"},
        {MODEL(START "<scriptTask id='A'><script>${x}</script></scriptTask>"), "bpmn.vendor_expression", "A"},
        {MODEL(START "<scriptTask id='A'><script>1 +</script></scriptTask>"), "mini.syntax", "A"},
        {MODEL(START NODE("exclusiveGateway", "X") USER("A") WHEN("X", "A", "${x.run()}")), "bpmn.vendor_expression", "X.A"},
        {MODEL(START NODE("exclusiveGateway", "X") USER("A") "<sequenceFlow id='f' sourceRef='X' targetRef='A'>"
                     "<conditionExpression language='javascript'>x()</conditionExpression></sequenceFlow>"), "bpmn.expression_language", "f"},
        {MODEL(START "<exclusiveGateway id='X' default='f'/>" USER("A") FLOW("X", "A")), "bpmn.unknown_reference", "X"},
        {MODEL(START NODE("callActivity", "A")), "bpmn.called_missing", "A"},
        {MODEL(START NODE("intermediateCatchEvent", "A")), "bpmn.event_missing", "A"},
        {MODEL(START NODE("boundaryEvent", "A")), "bpmn.event_missing", "A"},
        {MODEL(START "<endEvent id='A'>" TIMER("P1D") "</endEvent>"), "bpmn.event_not_here", "A"},
        {MODEL("<startEvent id='A'><terminateEventDefinition/></startEvent>"), "bpmn.event_not_here", "A"},
        {MODEL("<startEvent id='A'><errorEventDefinition/></startEvent>"), "bpmn.event_not_here", "A"},
        {MODEL(START CATCH("A", "<conditionalEventDefinition/>")), "bpmn.condition_missing", "A"},
        {MODEL(START CATCH("A", TIMER("P1D") TIMER("P1D"))), "bpmn.several_definitions", "A"},
        {MODEL(START CATCH("A", "<timerEventDefinition/>")), "bpmn.time_missing", "A"},
        {MODEL(START CATCH("A", TIMER(" "))), "bpmn.time_missing", "A"},
        {MODEL(START CATCH("A", TIMER("P("))), "mini.syntax", "A"},
        {MODEL(START CATCH("A", TIMER("P1H"))), "bpmn.time", "A"},
        {MODEL(START CATCH("A", "<timerEventDefinition><timeDate>2026-02-30</timeDate></timerEventDefinition>")), "bpmn.time", "A"},
        {MODEL(START CATCH("A", "<timerEventDefinition><timeCycle>0 0 * * *</timeCycle></timerEventDefinition>")), "bpmn.time", "A"},
        {MODEL(START CATCH("A", "<messageEventDefinition messageRef='m'/>")), "bpmn.unknown_reference", "A"},
        {MODEL(START CATCH("A", "<eventDefinitionRef>d</eventDefinitionRef>")), "bpmn.unknown_reference", "A"},
        {MODEL(START BOUNDARY("B", "Nowhere", "true", TIMER("P1D"))), "bpmn.unknown_reference", "B"},
        {MODEL(START NODE("exclusiveGateway", "X") BOUNDARY("B", "X", "true", TIMER("P1D"))), "bpmn.attached_to", "B"},
        {MODEL(START USER("A") FLOW("A", "S")), "bpmn.flow_to", "A.S"},
        {MODEL(START END("E") USER("A") FLOW("E", "A")), "bpmn.flow_from", "E.A"},
        {MODEL(START USER("A") "<subProcess id='Sub'>" USER("B") "</subProcess>" FLOW("A", "B")), "bpmn.flow_crosses", "A.B"},
        {MODEL(START "<subProcess id='Sub'><startEvent id='x'/><startEvent id='y'/></subProcess>"), "bpmn.subprocess_starts", "Sub"},
        {MODEL(START "<subProcess id='Sub' triggeredByEvent='true'>" USER("B") "</subProcess>"), "bpmn.subprocess_starts", "Sub"},
        {MODEL(START "<subProcess id='Sub' triggeredByEvent='true'><startEvent id='x'/></subProcess>"), "bpmn.start_in_subprocess", "x"},
        {MODEL(START NODE("eventBasedGateway", "G")), "bpmn.event_gateway", "G"},
        {MODEL(START NODE("eventBasedGateway", "G") USER("A") FLOW("G", "A")), "bpmn.event_gateway", "G"},
        {MODEL(START "<intermediateThrowEvent id='L'><linkEventDefinition name='x'/></intermediateThrowEvent>"), "bpmn.link_missing", "L"},
    };
    for (size_t i = 0; i < ARRAY_LEN(BAD); i++) {
        AUTO(arena) struct arena *a = arena_new(0);
        const struct bpmn_model *m = NULL;
        struct diag d = {0};
        enum status s = bpmn_load(a, span_of(BAD[i][0]), NULL, &MINI_FEEL, &m, &d);
        if (s == OK || strcmp(d.code, BAD[i][1]) != 0)
            fail_msg("%s\n%s, wanted %s", BAD[i][0], s == OK ? "loaded" : d.code, BAD[i][1]);
        if (BAD[i][2] && (strcmp(d.where, BAD[i][2]) != 0 || d.line < 1))
            fail_msg("%s\n%s at '%s' line %d, wanted %s", BAD[i][0], d.code, d.where, d.line, BAD[i][2]);
        assert_null(m);
        if (strncmp(d.code, "bpmn.", 5) == 0)
            assert_true(message_known(d.code));
    }
}

static void says_the_line(void **state) {
    (void)state;
    AUTO(arena) struct arena *a = arena_new(0);
    const struct bpmn_model *m;
    struct diag d = {0};
    const char *xml = "<definitions xmlns='" BPMN_NS "'>\n<process id='P'>\n<startEvent id='S'/>\n\n"
                      "<complexGateway id='C'/>\n</process></definitions>";
    expect_fail(bpmn_load(a, span_of(xml), NULL, NULL, &m, &d), &d, E_INPUT, "bpmn.complex_gateway");
    assert_int_equal(d.line, 5);
    assert_string_equal(d.where, "C");
}

/* ---- what is skipped, and said ---------------------------------------------------------- */

static bool warned(const struct bpmn_model *m, const char *code, const char *what) {
    for (uint32_t i = 0; i < m->warning_count; i++)
        if (strcmp(m->warning[i].code, code) == 0 && strcmp(m->warning[i].what, what) == 0)
            return true;
    return false;
}

static void other_makers_are_skipped_and_listed(void **state) {
    (void)state;
    struct play p = play_load(DEFINITIONS(
        "<collaboration id='c'><participant id='p' processRef='P'/></collaboration><process id='Q'>" USER("q") "</process>"
        PROCESS("<laneSet id='ls'><lane id='l'/></laneSet>" START
            "<userTask id='A' v:assignee='kermit' mz:role='clerk'><documentation>d</documentation><extensionElements>"
            "<v:form/></extensionElements><potentialOwner/></userTask><userTask id='B' v:assignee='x'/>"
            "<dataObjectReference id='d'/><textAnnotation id='t'/><subProcess id='Empty'/>"
            FLOW("S", "A") WHEN("S", "B", "true"))));
    assert_string_equal(p.m->id, "P");
    assert_true(warned(p.m, "bpmn.ignored_attribute", "v:assignee"));
    assert_true(warned(p.m, "bpmn.ignored_element", "v:form"));
    assert_true(warned(p.m, "bpmn.ignored_element", "potentialOwner"));
    assert_true(warned(p.m, "bpmn.other_process", "Q"));
    assert_true(warned(p.m, "bpmn.condition_ignored", ""));
    assert_true(warned(p.m, "bpmn.subprocess_empty", "Empty"));
    for (uint32_t i = 0; i < p.m->warning_count; i++) {
        assert_true(message_known(p.m->warning[i].code));
        if (strcmp(p.m->warning[i].what, "v:assignee") == 0)
            assert_int_equal(p.m->warning[i].count, 2);
    }
    assert_string_equal(p.m->node[bpmn_node_find(p.m, SPAN("A"))].role, "clerk");
    play_done(&p);
}

static void takes_the_process_asked_for(void **state) {
    (void)state;
    AUTO(arena) struct arena *a = arena_new(0);
    const struct bpmn_model *m;
    struct diag d = {0};
    const char *xml = DEFINITIONS("<process id='Q'>" USER("q") "</process>" PROCESS(USER("p")));
    expect_ok(bpmn_load(a, span_of(xml), "Q", NULL, &m, &d), &d);
    assert_string_equal(m->id, "Q");
    expect_fail(bpmn_load(a, span_of(xml), "R", NULL, &m, &d), &d, E_NOT_FOUND, "bpmn.no_process");
}

static void too_large(void **state) {
    (void)state;
    BUF_AUTO b;
    buf_init(&b, 0);
    buf_adds(&b, "<definitions xmlns='" BPMN_NS "'><process id='P'>");
    for (int i = 0; i <= BPMN_NODES_MAX; i++)
        buf_addf(&b, "<task id='t%d'/>", i);
    buf_adds(&b, "</process></definitions>");
    AUTO(arena) struct arena *a = arena_new(0);
    const struct bpmn_model *m;
    struct diag d = {0};
    expect_fail(bpmn_load(a, buf_span(&b), NULL, NULL, &m, &d), &d, E_LIMIT, "bpmn.too_large");
}

/* Any byte of a good file changed or lost: refused or loaded, never a crash;
 * what loads can be started. */
static void damaged_files(void **state) {
    (void)state;
    static const char GOOD[] = DEFINITIONS("<message id='m' name='n'/>" PROCESS(
        START "<userTask id='A' mz:limit='P10WD' mz:outcomes='a,b' mz:notSameAs='B' mz:onDuty='true'/>" USER("B")
            BOUNDARY("T", "A", "false", TIMER("P1D")) NODE("eventBasedGateway", "G")
                CATCH("M", "<messageEventDefinition messageRef='m'/>") "<subProcess id='X'><startEvent id='XS'/></subProcess>"
                    FLOW("S", "A") FLOW("A", "B") FLOW("B", "G") FLOW("G", "M") FLOW("T", "X")));
    uint64_t seed = unit_seed("damaged_files");
    char text[sizeof GOOD];
    for (int i = 0; i < 4000; i++) {
        memcpy(text, GOOD, sizeof GOOD);
        size_t n = sizeof GOOD - 1;
        for (uint64_t k = 0; k <= unit_random(&seed) % 3; k++)
            text[unit_random(&seed) % n] = (char)(unit_random(&seed) % 4 ? GOOD[unit_random(&seed) % n] : (char)unit_random(&seed));
        if (unit_random(&seed) % 8 == 0)
            n = unit_random(&seed) % n;
        AUTO(arena) struct arena *a = arena_new(1 << 22);
        const struct bpmn_model *m;
        struct bpmn_result r;
        if (bpmn_load(a, (struct span){text, n}, NULL, &MINI_FEEL, &m, NULL) == OK)
            (void)!bpmn_start(m, SPAN(""), SPAN(""), NULL, &MINI_FEEL, a, &r, NULL);
    }
}

static void durations(void **state) {
    (void)state;
    static const struct { const char *text; struct bpmn_duration is; } GOOD[] = {
        {"P10WD", {.working_days = 10}},
        {"P7D", {.days = 7}},
        {"P2W", {.days = 14}},
        {"P1Y2M", {.months = 14}},
        {"PT2H", {.seconds = 7200}},
        {"P1DT12H30M5S", {.days = 1, .seconds = 45005}},
        {"PT0.05S", {.seconds = 1}},
        {"P0D", {0}},
    };
    struct bpmn_duration got;
    for (size_t i = 0; i < ARRAY_LEN(GOOD); i++) {
        struct diag d = {0};
        expect_ok(bpmn_duration_parse(span_of(GOOD[i].text), &got, &d), &d);
        assert_memory_equal(&got, &GOOD[i].is, sizeof got);
    }
    static const char *const BAD[] = {"", "P", "PT", "P1", "1D", "P1DT", "P1M1Y", "PT1S1H", "P1H", "P-1D", "P1D ", "P1WD2D",
        "P2D1WD", "P1.5D", "PT1.5H", "P999999999999D", "P99999999Y", "p1d", "P10WDT1H", "PT1.S"};
    for (size_t i = 0; i < ARRAY_LEN(BAD); i++)
        if (bpmn_duration_parse(span_of(BAD[i]), &got, NULL) == OK)
            fail_msg("%s was taken", BAD[i]);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(refused_models),
        cmocka_unit_test(says_the_line),
        cmocka_unit_test(other_makers_are_skipped_and_listed),
        cmocka_unit_test(takes_the_process_asked_for),
        cmocka_unit_test(too_large),
        cmocka_unit_test(damaged_files),
        cmocka_unit_test(durations),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
