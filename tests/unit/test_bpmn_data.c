/* Data mappings, conditional events, and expressions of other makers. */
#include "bpmn_unit.h"

#include "bpmn/load_internal.h"

#define MAP(x) "<extensionElements>" x "</extensionElements>"

static void in_and_out(void **state) {
    (void)state;
    struct play p = play_begin(MODEL(START "<userTask id='A'>" MAP("<mz:input name='x' value='a.b'/><mz:output name='y' value='x + n'/>")
        "</userTask>" USER("B") FLOW("S", "A") FLOW("A", "B")), "{\"a\":{\"b\":5},\"x\":1}");
    assert_int_equal(json_int(bpmn_variables_at(p.m, p.state, play_key(&p, "A"), p.a), "x", 0), 5);
    play_complete(&p, "A", "{\"n\":2,\"noise\":1}");
    expect_variable(&p, "y", "7");
    expect_variable(&p, "x", "1");
    expect_variable(&p, "n", "null"); /* only what is mapped leaves */
    expect_variable(&p, "noise", "null");
    play_done(&p);
}

/* Without an output mapping what is not the activity's own goes outside. */
static void own_variables_stay_inside(void **state) {
    (void)state;
    struct play p = play_begin(MODEL(START "<subProcess id='Sub'>" MAP("<mz:input name='x' value='1'/>") "<startEvent id='SS'/>" USER("A")
        USER("B") FLOW("SS", "A") FLOW("A", "B") "</subProcess>" USER("C") FLOW("S", "Sub") FLOW("Sub", "C")), "{\"x\":0}");
    play_complete(&p, "A", "{\"x\":9,\"z\":3}");
    assert_int_equal(json_int(bpmn_variables_at(p.m, p.state, play_key(&p, "B"), p.a), "x", 0), 9);
    play_complete(&p, "B", NULL);
    expect_variable(&p, "x", "0");
    expect_variable(&p, "z", "3");
    play_done(&p);
}

static void calls_see_what_is_mapped(void **state) {
    (void)state;
    struct play p = play_begin(MODEL(START "<callActivity id='A' calledElement='Q'>"
        MAP("<v:in source='a' target='x'/><v:out source='r' target='y'/>") "</callActivity>" USER("B") FLOW("S", "A") FLOW("A", "B")),
        "{\"a\":1,\"secret\":2}");
    const struct json *seen = bpmn_variables_at(p.m, p.state, play_key(&p, "A"), p.a);
    assert_int_equal(seen->size, 1);
    assert_int_equal(json_int(seen, "x", 0), 1);
    play_step(&p, play_event(&p, BPMN_EVENT_ANSWER, "A", "{\"r\":4,\"other\":5}"));
    expect_variable(&p, "y", "4");
    expect_variable(&p, "other", "null");
    assert_null(bpmn_variables_at(p.m, p.state, 999, p.a));
    play_done(&p);
}

static void dialects(void **state) {
    (void)state;
    static const char *const SAME[] = {
        MAP("<mz:input name='x' value='a + 1'/>"),
        MAP("<v:ioMapping><v:input source='=a + 1' target='x'/></v:ioMapping>"),
        MAP("<v:inputOutput><v:inputParameter name='x'>${a + 1}</v:inputParameter></v:inputOutput>"),
        "<dataInputAssociation><assignment><from>a + 1</from><to>x</to></assignment></dataInputAssociation>",
    };
    for (size_t i = 0; i < ARRAY_LEN(SAME); i++) {
        char xml[2048];
        snprintf(xml, sizeof xml, "%s<userTask id='A'>%s</userTask>%s",
            "<definitions xmlns='http://www.omg.org/spec/BPMN/20100524/MODEL' xmlns:v='http://vendor.example' "
            "xmlns:mz='https://minzheng.example/bpmn'><process id='P'>" START FLOW("S", "A"), SAME[i], "</process></definitions>");
        struct play p = play_begin(xml, "{\"a\":1}");
        assert_int_equal(json_int(bpmn_variables_at(p.m, p.state, play_key(&p, "A"), p.a), "x", 0), 2);
        play_done(&p);
    }
}

/* ---- conditional events ------------------------------------------------------------- */

#define CONDITION(c) "<conditionalEventDefinition><condition>" c "</condition></conditionalEventDefinition>"

static void catches_when_true(void **state) {
    (void)state;
    struct play p = play_begin(MODEL(START "<parallelGateway id='G'/>" USER("A") USER("B") CATCH("C", CONDITION("x > 2")) USER("D")
        FLOW("S", "G") FLOW("G", "A") FLOW("G", "C") FLOW("A", "B") FLOW("C", "D")), "{\"x\":0}");
    expect_waits(&p, "A C");
    play_complete(&p, "A", "{\"x\":3}");
    expect_waits(&p, "B D");
    play_done(&p);
    struct play q = play_begin(MODEL(START CATCH("C", CONDITION("x > 2")) END("E") FLOW("S", "C") FLOW("C", "E")), "{\"x\":3}");
    expect_ended(&q, BPMN_COMPLETED, "E");
    play_done(&q);
}

static void boundary_conditions(void **state) {
    (void)state;
    struct play p = play_begin(MODEL(START USER("A") BOUNDARY("N", "A", "false", CONDITION("x > 2")) USER("Note") USER("B")
        FLOW("S", "A") FLOW("N", "Note") FLOW("A", "B")), "{\"x\":0}");
    static const struct { int x; const char *waits; } STEP[] = {
        {3, "A N Note"}, {4, "A N Note"}, {1, "A N Note"}, {5, "A N Note Note"}};
    /* a signal nobody waits for would be refused; a message to an own catch carries x */
    struct play q = play_begin(MODEL(START "<parallelGateway id='G'/>" USER("Set") USER("A")
        BOUNDARY("N", "A", "false", CONDITION("x > 2")) USER("Note") FLOW("S", "G") FLOW("G", "A") FLOW("G", "Set") FLOW("Set", "Set")
        FLOW("N", "Note")), "{\"x\":0}");
    int notes[] = {1, 1, 1, 2};
    for (size_t i = 0; i < ARRAY_LEN(STEP); i++) {
        char text[32];
        snprintf(text, sizeof text, "{\"x\":%d}", STEP[i].x);
        play_complete(&q, "Set", text);
        int n = 0;
        for (uint32_t k = 0; k < q.state->wait_count; k++)
            n += strcmp(q.m->node[q.state->wait[k].node].id, "Note") == 0;
        assert_int_equal(n, notes[i]); /* once each time it becomes true */
    }
    play_done(&q);
    play_complete(&p, "A", NULL);
    expect_waits(&p, "B");
    play_done(&p);
    struct play r = play_begin(MODEL(START USER("Z") "<subProcess id='Ev' triggeredByEvent='true'><startEvent id='es'>" CONDITION("x")
        "</startEvent>" USER("H") FLOW("es", "H") "</subProcess>" USER("Y") FLOW("S", "Z") FLOW("Z", "Y")), NULL);
    play_complete(&r, "Z", "{\"x\":true}");
    expect_waits(&r, "H");
    play_done(&r);
}

/* ---- expressions of other makers ------------------------------------------------------ */

static void translations(void **state) {
    (void)state;
    static const char *const SAME[][2] = {
        {"${a}", "a"},
        {"#{ a.b }", "a.b"},
        {"${input == 1}", "input = 1"},
        {"${name == 'x\"y'}", "name = \"x\\\"y\""},
        {"${a != null && !b}", "a != null and not(b)"},
        {"${a || b and not c}", "a or b and not(c)"},
        {"${(a + 2) * -b >= 3 div 4}", "(a + 2) * -b >= 3 / 4"},
        {"${a gt 1 or a le 0}", "a > 1 or a <= 0"},
        {"${list[0].price <= 100}", "list[(0) + 1].price <= 100"},
        {"${map['key'] === true}", "map.key = true"},
        {"${a ? 'x' : 'y'}", "(if a then \"x\" else \"y\")"},
        {"${empty a}", "((a) in (null, \"\", []))"},
        {"${execution.getVariable('v') != null}", "v != null"},
        {"${vars:equals(a, 'x')}", "((a) = (\"x\"))"},
        {"${var:gt(input,1)}", "((input) > (1))"},
        {"${vars:get(a)}", NULL},
        {"${vars:get('a')}", "a"},
        {"${variables.list}", "list"},
        {"${environment.variables.input}", "input"},
        {"${loopCounter == 0}", "(loopCounter - 1) = 0"},
        {"Dear ${name}, no. ${n}", "\"Dear \" + string(name) + \", no. \" + string(n)"},
        {"${StartDate}/PT10S", "string(StartDate) + \"/PT10S\""},
        {"choice == 'Yes'", "choice = \"Yes\""},
        {"x == None or not y", "x = null or not(y)"},
        {"${bean.method()}", NULL},
        {"${method(1)}", NULL},
        {"${a == }", NULL},
        {"${a", NULL},
        {"${}", NULL},
        {"${a b}", NULL},
        {"${'open}", NULL},
        {"${1a}", NULL},
        {"${a ? b}", NULL},
        {"${execution.setVariable('a')}", NULL},
        {"next(null, true)", NULL},
        {"x = 1", NULL},
    };
    for (size_t i = 0; i < ARRAY_LEN(SAME); i++) {
        BUF_AUTO b;
        buf_init(&b, 0);
        bool ok = vendor_to_feel(span_of(SAME[i][0]), &b);
        if (ok != (SAME[i][1] != NULL) || (ok && strcmp(buf_str(&b), SAME[i][1]) != 0))
            fail_msg("%s: %s", SAME[i][0], ok ? buf_str(&b) : "refused");
    }
    char deep[600] = "${";
    for (int i = 0; i < 200; i++)
        strcat(deep, "(");
    BUF_AUTO b;
    buf_init(&b, 0);
    assert_false(vendor_to_feel(span_of(deep), &b));
}

static void translated_models_run(void **state) {
    (void)state;
    struct play p = play_begin(MODEL(START "<exclusiveGateway id='X' default='X.B'/>" USER("A") USER("B") FLOW("S", "X")
        WHEN("X", "A", "${input == 'left' &amp;&amp; !stop}") FLOW("X", "B")), "{\"input\":\"left\",\"stop\":false}");
    expect_waits(&p, "A");
    assert_string_equal(p.m->warning[0].code, "bpmn.translated");
    play_done(&p);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(in_and_out),
        cmocka_unit_test(own_variables_stay_inside),
        cmocka_unit_test(calls_see_what_is_mapped),
        cmocka_unit_test(dialects),
        cmocka_unit_test(catches_when_true),
        cmocka_unit_test(boundary_conditions),
        cmocka_unit_test(translations),
        cmocka_unit_test(translated_models_run),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
