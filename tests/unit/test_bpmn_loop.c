/* Activities that repeat: standard loops and multi-instance. */
#include "bpmn_unit.h"

#define TIMES(n) "<loopCardinality>" n "</loopCardinality>"
#define UNTIL(c) "<completionCondition>" c "</completionCondition>"
#define TASK(id, loop) "<userTask id='" id "'>" loop "</userTask>"
#define ONE(loop) MODEL(START TASK("A", loop) END("E") FLOW("S", "A") FLOW("A", "E"))

static void side_by_side(void **state) {
    (void)state;
    struct play p = play_begin(ONE(MULTI("isSequential='false'", TIMES("n + 1"))), "{\"n\":2}");
    expect_waits(&p, "A A A");
    assert_int_equal(count_effect(&p, BPMN_ENTERED, "A"), 1);
    play_complete(&p, "A", "{\"x\":1}");
    expect_waits(&p, "A A");
    assert_int_equal(count_effect(&p, BPMN_LEFT, "A"), 0);
    play_complete(&p, "A", NULL);
    play_complete(&p, "A", NULL);
    assert_int_equal(count_effect(&p, BPMN_LEFT, "A"), 1);
    expect_ended(&p, BPMN_COMPLETED, "E");
    expect_variable(&p, "x", "1");
    play_done(&p);
}

static void one_after_the_other(void **state) {
    (void)state;
    struct play p = play_begin(ONE(MULTI("isSequential='true' mz:collection='people' mz:element='person' "
                                         "mz:collect='answers' mz:collectValue='{who: person, n: loopCounter, said: said}'", "")),
        "{\"people\":[\"a\",\"b\"]}");
    static const char *const WHO[] = {"\"a\"", "\"b\""};
    for (int i = 0; i < 2; i++) {
        expect_waits(&p, "A");
        const struct json *seen = bpmn_variables_at(p.m, p.state, play_key(&p, "A"), p.a);
        assert_non_null(seen);
        assert_string_equal(json_str(seen, "person", ""), i ? "b" : "a");
        assert_int_equal(json_int(seen, "loopCounter", 0), i + 1);
        assert_int_equal(json_int(seen, "numberOfInstances", 0), 2);
        assert_int_equal(json_int(seen, "nrOfCompletedInstances", -1), i);
        char text[64];
        snprintf(text, sizeof text, "{\"said\":%s}", WHO[i]);
        play_complete(&p, "A", text);
    }
    expect_ended(&p, BPMN_COMPLETED, "E");
    expect_variable(&p, "answers", "[{\"who\":\"a\",\"n\":1,\"said\":\"a\"},{\"who\":\"b\",\"n\":2,\"said\":\"b\"}]");
    expect_variable(&p, "person", "null"); /* the item was the instance's */
    play_done(&p);
}

static void results_keep_their_places(void **state) {
    (void)state;
    struct play p = play_begin(ONE(MULTI("mz:collection='[10, 20, 30]' mz:element='v' mz:collect='out' mz:collectValue='v'", "")), NULL);
    uint64_t last = p.state->wait[2].key;
    play_step(&p, (struct bpmn_event){.kind = BPMN_EVENT_COMPLETE, .key = last});
    play_complete(&p, "A", NULL);
    play_complete(&p, "A", NULL);
    expect_variable(&p, "out", "[10,20,30]");
    play_done(&p);
}

static void none_at_all(void **state) {
    (void)state;
    static const char *const EMPTY[] = {ONE(MULTI("", TIMES("0"))), ONE(MULTI("isSequential='true'", TIMES("0"))),
        ONE(MULTI("mz:collection='[]' mz:collect='out' mz:collectValue='1'", "")),
        ONE("<standardLoopCharacteristics testBefore='true'><loopCondition>false</loopCondition></standardLoopCharacteristics>")};
    for (size_t i = 0; i < ARRAY_LEN(EMPTY); i++) {
        struct play p = play_begin(EMPTY[i], NULL);
        expect_ended(&p, BPMN_COMPLETED, "E");
        assert_int_equal(count_effect(&p, BPMN_LEFT, "A"), 1);
        play_done(&p);
    }
}

static void ends_early(void **state) {
    (void)state;
    struct play p = play_begin(ONE(MULTI("", TIMES("4") UNTIL("numberOfCompletedInstances = 2"))), NULL);
    play_complete(&p, "A", NULL);
    expect_waits(&p, "A A A");
    play_complete(&p, "A", NULL);
    expect_ended(&p, BPMN_COMPLETED, "E");
    assert_int_equal(count_effect(&p, BPMN_TASK_CLOSED, "A"), 3);
    assert_int_equal(count_effect(&p, BPMN_CANCELLED_NODE, "A"), 0);
    play_done(&p);
}

static void standard_loop(void **state) {
    (void)state;
#define AGAIN(attributes, c) "<standardLoopCharacteristics " attributes "><loopCondition>" c "</loopCondition></standardLoopCharacteristics>"
    struct play p = play_begin(ONE(AGAIN("", "again = true")), NULL);
    play_complete(&p, "A", "{\"again\":true}");
    play_complete(&p, "A", "{\"again\":true}");
    expect_waits(&p, "A");
    play_complete(&p, "A", "{\"again\":false}");
    expect_ended(&p, BPMN_COMPLETED, "E");
    play_done(&p);
    struct play q = play_begin(ONE(AGAIN("loopMaximum='2'", "true")), NULL);
    play_complete(&q, "A", NULL);
    play_complete(&q, "A", NULL);
    expect_ended(&q, BPMN_COMPLETED, "E");
    play_done(&q);
    struct play r = play_begin(ONE("<standardLoopCharacteristics loopMaximum='3'/>"), NULL);
    for (int i = 0; i < 3; i++)
        play_complete(&r, "A", NULL);
    expect_ended(&r, BPMN_COMPLETED, "E");
    play_done(&r);
}

/* A script with a loop runs without anybody: count to five. */
static void scripts_loop(void **state) {
    (void)state;
    struct play p = play_begin(MODEL(START
        "<scriptTask id='A' mz:result='n'><script>n + 1</script><standardLoopCharacteristics><loopCondition>n &lt; 5</loopCondition>"
        "</standardLoopCharacteristics></scriptTask>" END("E") FLOW("S", "A") FLOW("A", "E")), "{\"n\":0}");
    expect_ended(&p, BPMN_COMPLETED, "E");
    expect_variable(&p, "n", "5");
    play_done(&p);
    struct play q = play_load(MODEL(START
        "<scriptTask id='A' mz:result='n'><script>1</script><standardLoopCharacteristics><loopCondition>true</loopCondition>"
        "</standardLoopCharacteristics></scriptTask>" FLOW("S", "A")));
    expect_fail(bpmn_start(q.m, SPAN(""), SPAN(""), NULL, &MINI_FEEL, q.a, &q.last, &q.d), &q.d, E_LIMIT, "bpmn.endless");
    play_done(&q);
}

static void sub_processes_repeat(void **state) {
    (void)state;
    struct play p = play_begin(MODEL(START "<subProcess id='Sub'>" MULTI("mz:collection='[1, 2]' mz:element='v'", "")
        "<startEvent id='SS'/>" USER("B") USER("C") FLOW("SS", "B") FLOW("B", "C") "</subProcess>"
        BOUNDARY("T", "Sub", "true", TIMER("P1D")) USER("Late") END("E") FLOW("S", "Sub") FLOW("Sub", "E") FLOW("T", "Late")), NULL);
    expect_waits(&p, "T B B"); /* one timer for both */
    play_complete(&p, "B", NULL);
    expect_waits(&p, "T B C");
    const struct json *seen = bpmn_variables_at(p.m, p.state, play_key(&p, "C"), p.a);
    assert_int_equal(json_int(seen, "v", 0), 1);
    struct play q = p; /* the same state goes two ways */
    play_complete(&p, "C", NULL);
    play_complete(&p, "B", NULL);
    play_complete(&p, "C", NULL);
    expect_ended(&p, BPMN_COMPLETED, "E");
    play_timer(&q, "T");
    expect_waits(&q, "Late");
    assert_int_equal(count_effect(&q, BPMN_CANCELLED_NODE, "Sub"), 1);
    assert_int_equal(count_effect(&q, BPMN_CANCELLED_NODE, "B"), 1);
    play_done(&p);
}

/* What an instance throws is caught on the border of the whole activity. */
static void errors_leave_the_loop(void **state) {
    (void)state;
    struct play p = play_begin(MODEL(START "<serviceTask id='A'>" MULTI("", TIMES("3")) "</serviceTask>"
        BOUNDARY("X", "A", "true", "<errorEventDefinition/>") USER("Wrong") FLOW("S", "A") FLOW("X", "Wrong")), NULL);
    expect_waits(&p, "A A A");
    struct bpmn_event e = play_event(&p, BPMN_EVENT_FAIL, "A", NULL);
    e.name = SPAN("down");
    play_step(&p, e);
    expect_waits(&p, "Wrong");
    play_done(&p);
}

static void terminate_ends_one_instance(void **state) {
    (void)state;
    struct play p = play_begin(MODEL(START "<subProcess id='Sub'>" MULTI("", TIMES("2")) "<startEvent id='SS'/>" USER("B")
        "<endEvent id='X'><terminateEventDefinition/></endEvent>" FLOW("SS", "B") FLOW("B", "X") "</subProcess>" END("E")
        FLOW("S", "Sub") FLOW("Sub", "E")), NULL);
    play_complete(&p, "B", NULL);
    expect_waits(&p, "B");
    play_complete(&p, "B", NULL);
    expect_ended(&p, BPMN_COMPLETED, "E");
    play_done(&p);
}

static void what_cannot_be_counted(void **state) {
    (void)state;
    static const char *const BAD[][2] = {
        {ONE(MULTI("", TIMES("-1"))), "bpmn.loop_cardinality"},
        {ONE(MULTI("", TIMES("1.5"))), "bpmn.loop_cardinality"},
        {ONE(MULTI("", TIMES("5000"))), "bpmn.loop_cardinality"},
        {ONE(MULTI("", TIMES("unknown"))), "bpmn.loop_cardinality"},
        {ONE(MULTI("mz:collection='1'", "")), "bpmn.loop_collection"},
        {ONE(MULTI("mz:collection='unknown'", "")), "bpmn.loop_collection"},
        {ONE(MULTI("", TIMES("2") UNTIL("1"))), "bpmn.condition"},
    };
    for (size_t i = 0; i < ARRAY_LEN(BAD); i++) {
        struct play p = play_load(BAD[i][0]);
        enum status s = bpmn_start(p.m, SPAN(""), SPAN(""), NULL, &MINI_FEEL, p.a, &p.last, &p.d);
        if (s == OK) { /* seen when the first instance is done */
            play_round_trip(&p);
            s = play_try(&p, play_event(&p, BPMN_EVENT_COMPLETE, "A", NULL));
        }
        assert_int_equal(s, E_INPUT);
        assert_string_equal(p.d.code, BAD[i][1]);
        assert_string_equal(p.d.where, "A");
        play_done(&p);
    }
}

/* Other makers' words for the same. */
static void dialects(void **state) {
    (void)state;
    static const char *const SAME[] = {
        ONE(MULTI("v:collection='${list}' v:elementVariable='x'", "")),
        ONE(MULTI("v:collection='list' v:elementVariable='x'", "")),
        ONE(MULTI("", "<loopDataInputRef>list</loopDataInputRef><inputDataItem id='d' name='x'/>")),
        ONE(MULTI("", "<extensionElements><v:loopCharacteristics inputCollection='=list' inputElement='x'/></extensionElements>")),
    };
    for (size_t i = 0; i < ARRAY_LEN(SAME); i++) {
        struct play p = play_begin(SAME[i], "{\"list\":[7,8]}");
        expect_waits(&p, "A A");
        assert_int_equal(json_int(bpmn_variables_at(p.m, p.state, p.state->wait[1].key, p.a), "x", 0), 8);
        play_done(&p);
    }
    struct play p = play_begin(ONE(MULTI("", "")), NULL);
    expect_waits(&p, "A");
    assert_string_equal(p.m->warning[0].code, "bpmn.loop_once");
    play_done(&p);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(side_by_side),
        cmocka_unit_test(one_after_the_other),
        cmocka_unit_test(results_keep_their_places),
        cmocka_unit_test(none_at_all),
        cmocka_unit_test(ends_early),
        cmocka_unit_test(standard_loop),
        cmocka_unit_test(scripts_loop),
        cmocka_unit_test(sub_processes_repeat),
        cmocka_unit_test(errors_leave_the_loop),
        cmocka_unit_test(terminate_ends_one_instance),
        cmocka_unit_test(what_cannot_be_counted),
        cmocka_unit_test(dialects),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
