#include "bpmn_unit.h"

/* ---- gateways ------------------------------------------------------------------- */

#define SPLIT_JOIN                                                                                                     \
    START NODE("parallelGateway", "G") USER("A") USER("B") NODE("parallelGateway", "J") USER("C") END("E")             \
        FLOW("S", "G") FLOW("G", "A") FLOW("G", "B") FLOW("A", "J") FLOW("B", "J") FLOW("J", "C") FLOW("C", "E")

static void parallel_join(void **state) {
    (void)state;
    struct play p = play_begin(MODEL(SPLIT_JOIN), NULL);
    expect_waits(&p, "A B");
    play_complete(&p, "B", NULL);
    expect_waits(&p, "A");
    assert_int_equal(count_effect(&p, BPMN_ENTERED, "J"), 0);
    play_complete(&p, "A", NULL);
    expect_waits(&p, "C");
    assert_int_equal(count_effect(&p, BPMN_ENTERED, "J"), 1);
    play_complete(&p, "C", NULL);
    expect_ended(&p, BPMN_COMPLETED, "E");
    assert_int_equal(count_effect(&p, BPMN_ENDED, "E"), 1);
    play_done(&p);
}

/* Two tokens by the same way do not make a join. */
static void join_counts_ways_not_tokens(void **state) {
    (void)state;
    struct play p = play_begin(MODEL(START NODE("parallelGateway", "G") USER("A") USER("B") USER("C")
                                       NODE("exclusiveGateway", "M") NODE("parallelGateway", "J") END("E")
                                           FLOW("S", "G") FLOW("G", "A") FLOW("G", "B") FLOW("G", "C") FLOW("A", "M")
                                               FLOW("B", "M") FLOW("M", "J") FLOW("C", "J") FLOW("J", "E")),
        NULL);
    play_complete(&p, "A", NULL);
    play_complete(&p, "B", NULL);
    expect_waits(&p, "C");
    /* the second token by M stays behind for ever: refused, nothing has happened */
    assert_int_equal(play_try(&p, play_event(&p, BPMN_EVENT_COMPLETE, "C", NULL)), E_INPUT);
    assert_string_equal(p.d.code, "bpmn.deadlock");
    assert_string_equal(p.d.where, "J");
    expect_waits(&p, "C");
    play_done(&p);
}

#define CHOICE                                                                                                         \
    START "<exclusiveGateway id='X' default='X.C'/>" USER("A") USER("B") USER("C") FLOW("S", "X")                      \
        WHEN("X", "A", "n &lt; 10") FLOW("X", "C") WHEN("X", "B", "=n &lt; 20") END("E") FLOW("A", "E") FLOW("B", "E")  \
            FLOW("C", "E")

static void exclusive_takes_first_true(void **state) {
    (void)state;
    static const char *const CASE[][2] = {
        {"{\"n\":5}", "A"}, {"{\"n\":15}", "B"}, {"{\"n\":25}", "C"}, {"{}", "C"}, {"{\"n\":\"five\"}", "C"}};
    for (size_t i = 0; i < ARRAY_LEN(CASE); i++) {
        struct play p = play_begin(MODEL(CHOICE), CASE[i][0]);
        expect_waits(&p, CASE[i][1]);
        play_complete(&p, CASE[i][1], NULL);
        expect_ended(&p, BPMN_COMPLETED, "E");
        play_done(&p);
    }
}

static void no_way_out_changes_nothing(void **state) {
    (void)state;
    struct play p = play_begin(MODEL(START USER("A") NODE("exclusiveGateway", "X") USER("B") FLOW("S", "A") FLOW("A", "X")
                                       WHEN("X", "B", "ok = true")),
        NULL);
    struct bpmn_event e = play_event(&p, BPMN_EVENT_COMPLETE, "A", "{\"ok\":false}");
    assert_int_equal(play_try(&p, e), E_INPUT);
    assert_string_equal(p.d.code, "bpmn.no_way_out");
    assert_string_equal(p.d.where, "X");
    expect_waits(&p, "A");
    expect_variable(&p, "ok", "null");
    play_complete(&p, "A", "{\"ok\":true}");
    expect_waits(&p, "B");
    play_done(&p);
}

static void bad_condition(void **state) {
    (void)state;
    struct play p = play_begin(MODEL(START USER("A") NODE("exclusiveGateway", "X") END("E") FLOW("S", "A") FLOW("A", "X")
                                       WHEN("X", "E", "n")),
        NULL);
    assert_int_equal(play_try(&p, play_event(&p, BPMN_EVENT_COMPLETE, "A", "{\"n\":1}")), E_INPUT);
    assert_string_equal(p.d.code, "bpmn.condition");
    play_done(&p);
}

static void task_with_several_ways(void **state) {
    (void)state;
    struct play p = play_begin(MODEL(START USER("A") USER("B") USER("C") USER("D") FLOW("S", "A") FLOW("A", "B")
                                       WHEN("A", "C", "n = 1") WHEN("A", "D", "n = 2")),
        NULL);
    play_complete(&p, "A", "{\"n\":2}");
    expect_waits(&p, "B D");
    play_done(&p);
}

#define INCLUSIVE                                                                                                      \
    START "<inclusiveGateway id='O' default='O.C'/>" USER("A") USER("B") USER("C") NODE("inclusiveGateway", "J")       \
        USER("Z") FLOW("S", "O") WHEN("O", "A", "a = true") WHEN("O", "B", "b = true") FLOW("O", "C") FLOW("A", "J")    \
            FLOW("B", "J") FLOW("C", "J") FLOW("J", "Z")

static void inclusive(void **state) {
    (void)state;
    struct play p = play_begin(MODEL(INCLUSIVE), "{\"a\":true,\"b\":true}");
    expect_waits(&p, "A B");
    play_complete(&p, "A", NULL);
    expect_waits(&p, "B");
    play_complete(&p, "B", NULL);
    expect_waits(&p, "Z");
    play_done(&p);
    p = play_begin(MODEL(INCLUSIVE), "{\"b\":true}");
    expect_waits(&p, "B");
    play_complete(&p, "B", NULL);
    expect_waits(&p, "Z");
    play_done(&p);
    p = play_begin(MODEL(INCLUSIVE), NULL);
    expect_waits(&p, "C");
    play_done(&p);
}

/* The join waits for a token three tasks away, through a loop and a boundary
 * event, and not for one that cannot come any more. */
static void inclusive_join_looks_upstream(void **state) {
    (void)state;
    struct play p = play_begin(
        MODEL(START NODE("parallelGateway", "G") USER("A") USER("B") NODE("exclusiveGateway", "X") NODE("inclusiveGateway", "J")
                  USER("Z") BOUNDARY("T", "B", "true", TIMER("P1D")) FLOW("S", "G") FLOW("G", "A") FLOW("G", "B") FLOW("A", "J")
                      FLOW("B", "X") WHEN("X", "B", "again = true") WHEN("X", "E", "again = false") END("E") FLOW("T", "J")
                          FLOW("J", "Z")),
        NULL);
    play_complete(&p, "A", NULL);
    expect_waits(&p, "B T"); /* B's timer can still come to J */
    play_complete(&p, "B", "{\"again\":true}");
    expect_waits(&p, "B T");
    play_complete(&p, "B", "{\"again\":false}");
    expect_waits(&p, "Z"); /* nothing can come any more */
    play_done(&p);
}

/* ---- loops -------------------------------------------------------------------------- */

static void loop_until_done(void **state) {
    (void)state;
    struct play p = play_begin(MODEL(START USER("A") NODE("exclusiveGateway", "X") END("E") FLOW("S", "A") FLOW("A", "X")
                                       WHEN("X", "A", "again = true") WHEN("X", "E", "again = false")),
        NULL);
    uint64_t before = play_key(&p, "A");
    for (int i = 0; i < 50; i++) {
        play_complete(&p, "A", "{\"again\":true}");
        assert_true(play_key(&p, "A") > before); /* never the same key again */
        before = play_key(&p, "A");
    }
    play_complete(&p, "A", "{\"again\":false}");
    expect_ended(&p, BPMN_COMPLETED, "E");
    play_done(&p);
}

static void endless_loop_is_refused(void **state) {
    (void)state;
    struct play p = play_load(MODEL(START NODE("task", "A") NODE("exclusiveGateway", "X") FLOW("S", "A") FLOW("A", "X")
                                      FLOW("X", "A")));
    expect_fail(bpmn_start(p.m, SPAN(""), SPAN(""), NULL, &MINI_FEEL, p.a, &p.last, &p.d), &p.d, E_LIMIT, "bpmn.endless");
    play_done(&p);
    /* tokens that multiply */
    p = play_load(MODEL(START NODE("parallelGateway", "G") USER("U") FLOW("S", "M") NODE("exclusiveGateway", "M")
                            FLOW("M", "G") FLOW("G", "M") FLOW("G", "U")));
    enum status s = bpmn_start(p.m, SPAN(""), SPAN(""), NULL, &MINI_FEEL, p.a, &p.last, &p.d);
    assert_int_equal(s, E_LIMIT);
    play_done(&p);
}

/* ---- timers, messages, signals -------------------------------------------------------- */

static void boundary_timer_interrupts(void **state) {
    (void)state;
    struct play p = play_begin(MODEL(START USER("A") BOUNDARY("T", "A", "true", TIMER("P10WD")) USER("Late") END("E")
                                       FLOW("S", "A") FLOW("A", "E") FLOW("T", "Late")),
        NULL);
    expect_waits(&p, "A T");
    assert_string_equal(p.state->wait[1].text, "P10WD");
    uint64_t task = play_key(&p, "A");
    play_timer(&p, "T");
    expect_waits(&p, "Late");
    assert_int_equal(count_effect(&p, BPMN_TASK_CLOSED, "A"), 1);
    assert_int_equal(count_effect(&p, BPMN_CANCELLED_NODE, "A"), 1);
    /* the clerk who completes it now is told */
    assert_int_equal(play_try(&p, (struct bpmn_event){.kind = BPMN_EVENT_COMPLETE, .key = task}), E_CONFLICT);
    assert_string_equal(p.d.code, "bpmn.stale_key");
    play_done(&p);
}

static void completing_cancels_the_timer(void **state) {
    (void)state;
    struct play p = play_begin(MODEL(START USER("A") BOUNDARY("T", "A", "true", TIMER("PT2H")) USER("B") FLOW("S", "A")
                                       FLOW("A", "B") FLOW("T", "B")),
        NULL);
    uint64_t timer = play_key(&p, "T");
    play_complete(&p, "A", NULL);
    assert_int_equal(count_effect(&p, BPMN_TIMER_CLOSED, "T"), 1);
    assert_int_equal(play_try(&p, (struct bpmn_event){.kind = BPMN_EVENT_TIMER, .key = timer}), E_CONFLICT);
    play_done(&p);
}

static void reminder_does_not_interrupt(void **state) {
    (void)state;
    struct play p =
        play_begin(MODEL(START USER("A")
                           BOUNDARY("T", "A", "false",
                               "<timerEventDefinition><timeCycle>R3/P1D</timeCycle></timerEventDefinition>")
                               USER("R") FLOW("S", "A") FLOW("T", "R")),
            NULL);
    expect_waits(&p, "A T");
    assert_string_equal(p.state->wait[1].text, "P1D");
    play_timer(&p, "T");
    expect_waits(&p, "A T R");
    play_timer(&p, "T");
    play_timer(&p, "T");
    expect_waits(&p, "A R R R"); /* three times, no more */
    play_complete(&p, "A", NULL);
    expect_waits(&p, "R R R");
    play_done(&p);
}

#define RACE                                                                                                           \
    "<message id='m1' name='answer'/><message id='m2' name='refusal'/>" PROCESS(                                       \
        START NODE("eventBasedGateway", "G") CATCH("A", "<messageEventDefinition messageRef='m1'/>")                   \
            CATCH("B", "<messageEventDefinition messageRef='m2'/>") CATCH("T", TIMER("P30D")) USER("UA") USER("UB")    \
                USER("UT") FLOW("S", "G") FLOW("G", "A") FLOW("G", "B") FLOW("G", "T") FLOW("A", "UA") FLOW("B", "UB")  \
                    FLOW("T", "UT"))

static void event_gateway_race(void **state) {
    (void)state;
    struct play p = play_begin(DEFINITIONS(RACE), NULL);
    expect_waits(&p, "A B T");
    uint64_t timer = play_key(&p, "T");
    play_message(&p, "refusal", "{\"why\":\"x\"}");
    expect_waits(&p, "UB");
    expect_variable(&p, "why", "\"x\"");
    assert_int_equal(count_effect(&p, BPMN_TAKEN, "G.B"), 1);
    assert_int_equal(count_effect(&p, BPMN_MESSAGE_CLOSED, "A"), 1);
    assert_int_equal(count_effect(&p, BPMN_TIMER_CLOSED, "T"), 1);
    assert_int_equal(play_try(&p, (struct bpmn_event){.kind = BPMN_EVENT_TIMER, .key = timer}), E_CONFLICT);
    assert_int_equal(play_try(&p, (struct bpmn_event){.kind = BPMN_EVENT_MESSAGE, .name = SPAN("answer")}), E_CONFLICT);
    assert_string_equal(p.d.code, "bpmn.not_awaited");
    play_done(&p);
}

static void message_correlation(void **state) {
    (void)state;
    struct play p = play_begin(DEFINITIONS("<message id='m' name='reply'/>" PROCESS(
                                   START NODE("parallelGateway", "G")
                                       "<receiveTask id='A' messageRef='m' mz:correlation='first'/>"
                                       "<receiveTask id='B' messageRef='m' mz:correlation='second'/>" FLOW("S", "G")
                                           FLOW("G", "A") FLOW("G", "B"))),
        "{\"first\":\"k1\",\"second\":2}");
    expect_waits(&p, "A B");
    struct bpmn_event e = {.kind = BPMN_EVENT_MESSAGE, .name = SPAN("reply"), .correlation = SPAN("k9")};
    assert_int_equal(play_try(&p, e), E_CONFLICT);
    e.correlation = SPAN("2");
    play_step(&p, e);
    expect_waits(&p, "A");
    e.correlation = SPAN("k1");
    play_step(&p, e);
    expect_ended(&p, BPMN_COMPLETED, "");
    play_done(&p);
}

static void boundary_message_repeats(void **state) {
    (void)state;
    struct play p = play_begin(
        DEFINITIONS("<message id='m' name='note'/>" PROCESS(START USER("A") BOUNDARY("N", "A", "false",
            "<messageEventDefinition messageRef='m'/>") USER("Read") FLOW("S", "A") FLOW("N", "Read"))),
        NULL);
    play_message(&p, "note", NULL);
    play_message(&p, "note", NULL);
    expect_waits(&p, "A Read N Read");
    play_done(&p);
}

static void signals_reach_all(void **state) {
    (void)state;
    struct play p =
        play_begin(DEFINITIONS("<signal id='s' name='stop'/>" PROCESS(
                       START NODE("parallelGateway", "G") CATCH("A", "<signalEventDefinition signalRef='s'/>")
                           CATCH("B", "<signalEventDefinition signalRef='s'/>") USER("U") FLOW("S", "G") FLOW("G", "A")
                               FLOW("G", "B") FLOW("G", "U") USER("UA") FLOW("A", "UA")
                                   "<intermediateThrowEvent id='T'><signalEventDefinition signalRef='s'/></intermediateThrowEvent>"
                                   FLOW("U", "T"))),
            NULL);
    play_complete(&p, "U", NULL);
    assert_int_equal(count_effect(&p, BPMN_SIGNAL_SENT, "T"), 1);
    expect_waits(&p, "UA");
    play_done(&p);
}

#define SIGNALS(content) DEFINITIONS("<signal id='s' name='stop'/>" PROCESS(content))
#define BY_SIGNAL "<signalEventDefinition signalRef='s'/>"
#define LISTENER(interrupting) "<subProcess id='Ev' triggeredByEvent='true'><startEvent id='es' isInterrupting='" interrupting "'>" \
    BY_SIGNAL "</startEvent>" USER("H") FLOW("es", "H") "</subProcess>"

/* The step that throws may be the instance's last: who listens in it is told before. */
static void a_signal_is_heard_before_the_end(void **state) {
    (void)state;
    static const char *const MODELS[] = {
        SIGNALS(START USER("U") "<endEvent id='E'>" BY_SIGNAL "</endEvent>" FLOW("S", "U") FLOW("U", "E") LISTENER("false")),
        SIGNALS(START USER("U") "<intermediateThrowEvent id='T'>" BY_SIGNAL "</intermediateThrowEvent>" END("E")
            FLOW("S", "U") FLOW("U", "T") FLOW("T", "E") LISTENER("false")),
        SIGNALS(START USER("U") "<endEvent id='E'>" BY_SIGNAL "</endEvent>" FLOW("S", "U") FLOW("U", "E") LISTENER("true")),
        SIGNALS(START USER("U") "<intermediateThrowEvent id='T'>" BY_SIGNAL "</intermediateThrowEvent>" END("E")
            FLOW("S", "U") FLOW("U", "T") FLOW("T", "E") LISTENER("true")),
    };
    for (size_t i = 0; i < ARRAY_LEN(MODELS); i++) {
        struct play p = play_begin(MODELS[i], NULL);
        play_complete(&p, "U", NULL);
        expect_waits(&p, i < 2 ? "es H" : "H");
        play_complete(&p, "H", NULL);
        assert_int_equal(p.state->status, BPMN_COMPLETED);
        play_done(&p);
    }
    /* out of a sub-process, at its boundary */
    struct play p = play_begin(SIGNALS(START "<subProcess id='Sub'>" USER("U") "<endEvent id='E'>" BY_SIGNAL "</endEvent>" FLOW("U", "E")
        "</subProcess>" BOUNDARY("B", "Sub", "true", BY_SIGNAL) USER("H") USER("N") FLOW("S", "Sub") FLOW("B", "H") FLOW("Sub", "N")), NULL);
    play_complete(&p, "U", NULL);
    expect_waits(&p, "H");
    play_done(&p);
}

/* Of branches side by side none is first. */
static void a_signal_waits_for_the_branches_beside_it(void **state) {
    (void)state;
    struct play p = play_begin(SIGNALS(START NODE("parallelGateway", "G") "<intermediateThrowEvent id='T'>" BY_SIGNAL "</intermediateThrowEvent>"
        NODE("task", "Z") CATCH("A", BY_SIGNAL) USER("UA") USER("UT") FLOW("S", "G") FLOW("G", "T") FLOW("G", "Z") FLOW("Z", "A") FLOW("A", "UA")
        FLOW("T", "UT")), NULL);
    assert_int_equal(p.state->wait_count, 2);
    play_complete(&p, "UA", NULL);
    play_complete(&p, "UT", NULL);
    assert_int_equal(p.state->status, BPMN_COMPLETED);
    play_done(&p);
}

/* A listener that throws what it hears never comes to rest. */
static void a_signal_that_calls_itself_is_refused(void **state) {
    (void)state;
    struct play p = play_begin(SIGNALS(START USER("U") "<endEvent id='E'>" BY_SIGNAL "</endEvent>" FLOW("S", "U") FLOW("U", "E")
        "<subProcess id='Ev' triggeredByEvent='true'><startEvent id='es' isInterrupting='false'>" BY_SIGNAL "</startEvent><endEvent id='Again'>"
        BY_SIGNAL "</endEvent>" FLOW("es", "Again") "</subProcess>"), NULL);
    assert_int_equal(play_try(&p, (struct bpmn_event){.kind = BPMN_EVENT_SIGNAL, .name = SPAN("stop")}), E_LIMIT);
    play_done(&p);
}

static void send_and_links(void **state) {
    (void)state;
    struct play p = play_begin(
        DEFINITIONS("<message id='m' name='hello'/>" PROCESS(
            START "<sendTask id='M' messageRef='m' mz:correlation='who'/>"
                  "<intermediateThrowEvent id='L'><linkEventDefinition name='on'/></intermediateThrowEvent>"
                  "<intermediateCatchEvent id='C'><linkEventDefinition name='on'/></intermediateCatchEvent>" USER("U")
                      FLOW("S", "M") FLOW("M", "L") FLOW("C", "U"))),
        "{\"who\":\"w7\"}");
    expect_waits(&p, "U");
    assert_int_equal(count_effect(&p, BPMN_MESSAGE_SENT, "M"), 1);
    for (uint32_t i = 0; i < p.last.effect_count; i++)
        if (p.last.effect[i].kind == BPMN_MESSAGE_SENT) {
            assert_string_equal(p.last.effect[i].text, "hello");
            assert_string_equal(p.last.effect[i].correlation, "w7");
        }
    play_done(&p);
}

/* ---- sub-processes, errors --------------------------------------------------------------- */

#define ERROR(ref) "<errorEventDefinition errorRef='" ref "'/>"
#define SUB(inside) "<subProcess id='Sub'><startEvent id='SS'/>" inside "</subProcess>"

static void sub_process(void **state) {
    (void)state;
    struct play p = play_begin(MODEL(START SUB(USER("A") USER("B") FLOW("SS", "A") FLOW("SS", "B")) USER("Z")
                                       BOUNDARY("T", "Sub", "true", TIMER("P3D")) USER("Late") FLOW("S", "Sub")
                                           FLOW("Sub", "Z") FLOW("T", "Late")),
        NULL);
    expect_waits(&p, "T A B");
    play_complete(&p, "A", NULL);
    expect_waits(&p, "T B");
    struct play q = p; /* the same state, two futures */
    play_complete(&p, "B", NULL);
    expect_waits(&p, "Z");
    play_timer(&q, "T");
    expect_waits(&q, "Late");
    assert_int_equal(count_effect(&q, BPMN_TASK_CLOSED, "B"), 1);
    play_done(&p);
}

static void error_finds_its_boundary(void **state) {
    (void)state;
    struct play p = play_begin(
        DEFINITIONS("<error id='e1' errorCode='E1'/><error id='e2' errorCode='E2'/>" PROCESS(
            START SUB(USER("A") NODE("parallelGateway", "G") USER("B") FLOW("SS", "G") FLOW("G", "A") FLOW("G", "B")
                          FLOW("A", "X") NODE("exclusiveGateway", "X") "<endEvent id='X1'>" ERROR("e1") "</endEvent>"
                              "<endEvent id='X2'>" ERROR("e2") "</endEvent>" WHEN("X", "X1", "n = 1") WHEN("X", "X2", "n = 2"))
                BOUNDARY("One", "Sub", "true", ERROR("e1")) BOUNDARY("Any", "Sub", "true", "<errorEventDefinition/>")
                    USER("U1") USER("U2") FLOW("S", "Sub") FLOW("One", "U1") FLOW("Any", "U2"))),
        NULL);
    struct play q = p;
    play_complete(&p, "A", "{\"n\":1}");
    expect_waits(&p, "U1");
    assert_int_equal(count_effect(&p, BPMN_CANCELLED_NODE, "B"), 1);
    play_complete(&q, "A", "{\"n\":2}");
    expect_waits(&q, "U2");
    play_done(&p);
}

static void uncaught_error_ends_the_instance(void **state) {
    (void)state;
    struct play p = play_begin(DEFINITIONS("<error id='e' errorCode='E9'/>" PROCESS(
                                   START NODE("parallelGateway", "G") USER("A") USER("B") "<endEvent id='X'>" ERROR("e")
                                       "</endEvent>" FLOW("S", "G") FLOW("G", "A") FLOW("G", "B") FLOW("A", "X"))),
        NULL);
    play_complete(&p, "A", NULL);
    expect_ended(&p, BPMN_FAILED, "X");
    assert_string_equal(p.state->error, "E9");
    play_done(&p);
}

static void service_fails(void **state) {
    (void)state;
    struct play p = play_begin(DEFINITIONS("<error id='e' errorCode='busy'/>" PROCESS(
                                   START "<serviceTask id='V' mz:handler='verify' mz:result='report'/>"
                                       BOUNDARY("X", "V", "true", ERROR("e")) USER("Wait") USER("U") FLOW("S", "V")
                                           FLOW("V", "U") FLOW("X", "Wait"))),
        NULL);
    assert_int_equal(count_effect(&p, BPMN_SERVICE_WANTED, "V"), 1);
    struct play q = p;
    struct bpmn_event e = play_event(&p, BPMN_EVENT_FAIL, "V", NULL);
    e.name = SPAN("down");
    assert_int_equal(play_try(&p, e), E_INPUT); /* it may be asked again */
    assert_string_equal(p.d.code, "bpmn.error_uncaught");
    expect_waits(&p, "V");
    e.name = SPAN("busy");
    play_step(&p, e);
    expect_waits(&p, "Wait");
    play_step(&q, play_event(&q, BPMN_EVENT_ANSWER, "V", "[1,2]"));
    expect_waits(&q, "U");
    expect_variable(&q, "report", "[1,2]");
    play_done(&p);
}

static void escalation(void **state) {
    (void)state;
    struct play p = play_begin(
        DEFINITIONS("<escalation id='e' escalationCode='up'/>" PROCESS(
            START SUB(USER("A") "<intermediateThrowEvent id='T'><escalationEventDefinition escalationRef='e'/>"
                                "</intermediateThrowEvent>" USER("B") FLOW("SS", "A") FLOW("A", "T") FLOW("T", "B"))
                BOUNDARY("Up", "Sub", "false", "<escalationEventDefinition escalationRef='e'/>") USER("Chief")
                    FLOW("S", "Sub") FLOW("Up", "Chief"))),
        NULL);
    play_complete(&p, "A", NULL);
    expect_waits(&p, "B Chief");
    play_done(&p);
}

#define WITHDRAW(interrupting)                                                                                         \
    DEFINITIONS("<message id='m' name='withdraw'/>" PROCESS(                                                           \
        START USER("A") FLOW("S", "A") END("E") FLOW("A", "E")                                                         \
            "<subProcess id='W' triggeredByEvent='true'><startEvent id='WS' isInterrupting='" interrupting              \
            "'><messageEventDefinition messageRef='m'/></startEvent>" USER("WU") "<endEvent id='WE'/>" FLOW("WS", "WU") \
                FLOW("WU", "WE") "</subProcess>"))

static void event_sub_process(void **state) {
    (void)state;
    struct play p = play_begin(WITHDRAW("true"), NULL);
    expect_waits(&p, "WS A");
    play_message(&p, "withdraw", NULL);
    expect_waits(&p, "WU");
    assert_int_equal(count_effect(&p, BPMN_CANCELLED_NODE, "A"), 1);
    play_complete(&p, "WU", NULL);
    expect_ended(&p, BPMN_COMPLETED, "WE");
    play_done(&p);

    p = play_begin(WITHDRAW("false"), NULL);
    play_message(&p, "withdraw", NULL);
    play_message(&p, "withdraw", NULL);
    expect_waits(&p, "A WU WS WU");
    play_complete(&p, "A", NULL);
    expect_waits(&p, "WU WS WU"); /* the instance waits for what it began */
    play_complete(&p, "WU", NULL);
    play_complete(&p, "WU", NULL);
    expect_ended(&p, BPMN_COMPLETED, "WE");
    play_done(&p);
}

static void terminate(void **state) {
    (void)state;
    struct play p = play_begin(MODEL(START NODE("parallelGateway", "G") USER("A") SUB(USER("B") FLOW("SS", "B"))
                                       "<endEvent id='X'><terminateEventDefinition/></endEvent>" FLOW("S", "G")
                                           FLOW("G", "A") FLOW("G", "Sub") FLOW("A", "X")),
        NULL);
    expect_waits(&p, "A B");
    play_complete(&p, "A", NULL);
    expect_ended(&p, BPMN_TERMINATED, "X");
    assert_int_equal(count_effect(&p, BPMN_TASK_CLOSED, "B"), 1);
    play_done(&p);
    /* inside a sub-process it ends only that */
    p = play_begin(MODEL(START SUB(USER("A") USER("B") FLOW("SS", "A") FLOW("SS", "B")
                                 "<endEvent id='X'><terminateEventDefinition/></endEvent>" FLOW("A", "X")) USER("Z")
                           FLOW("S", "Sub") FLOW("Sub", "Z")),
        NULL);
    play_complete(&p, "A", NULL);
    expect_waits(&p, "Z");
    play_done(&p);
}

/* ---- data and people ------------------------------------------------------------------------ */

static void outcomes(void **state) {
    (void)state;
    struct play p = play_begin(MODEL(START "<userTask id='R' name='审核' mz:outcomes='同意, 退回'/>" NODE("exclusiveGateway", "X")
                                       USER("A") USER("B") FLOW("S", "R") FLOW("R", "X")
                                           WHEN("X", "A", "outcomes.R = \"同意\"") WHEN("X", "B", "outcome = \"退回\"")),
        NULL);
    static const char *const BAD[][2] = {{NULL, "bpmn.outcome_missing"}, {"{}", "bpmn.outcome_missing"},
        {"{\"outcome\":1}", "bpmn.outcome_missing"}, {"{\"outcome\":\"批准\"}", "bpmn.outcome_unknown"},
        {"{\"outcome\":\"同意\",\"outcomes\":{}}", "bpmn.reserved"}, {"[]", "bpmn.payload"}};
    for (size_t i = 0; i < ARRAY_LEN(BAD); i++) {
        assert_int_equal(play_try(&p, play_event(&p, BPMN_EVENT_COMPLETE, "R", BAD[i][0])), E_INPUT);
        assert_string_equal(p.d.code, BAD[i][1]);
    }
    struct play q = p;
    play_complete(&p, "R", "{\"outcome\":\"同意\"}");
    expect_waits(&p, "A");
    play_complete(&q, "R", "{\"outcome\":\"退回\"}");
    expect_waits(&q, "B");
    expect_variable(&q, "outcomes", "{\"R\":\"退回\"}");
    play_done(&p);
}

static void four_eyes(void **state) {
    (void)state;
    struct play p = play_begin(MODEL(START USER("A") "<userTask id='B' mz:notSameAs='A'/>" FLOW("S", "A") FLOW("A", "B")), NULL);
    struct bpmn_event e = play_event(&p, BPMN_EVENT_COMPLETE, "A", NULL);
    e.who = SPAN("u1");
    play_step(&p, e);
    e = play_event(&p, BPMN_EVENT_COMPLETE, "B", NULL);
    e.who = SPAN("u1");
    assert_int_equal(play_try(&p, e), E_FORBIDDEN);
    assert_string_equal(p.d.code, "bpmn.four_eyes");
    e.who = SPAN(""); /* nobody in particular is not another person */
    assert_int_equal(play_try(&p, e), E_FORBIDDEN);
    assert_int_equal(bpmn_may_complete(p.m, p.state, e.key, SPAN("u1"), &p.d), E_FORBIDDEN);
    assert_int_equal(bpmn_may_complete(p.m, p.state, e.key, SPAN("u2"), &p.d), OK);
    e.who = SPAN("u2");
    play_step(&p, e);
    expect_ended(&p, BPMN_COMPLETED, "");
    play_done(&p);
}

/* Who started a process may be kept from a task of it; others may not. */
static void four_eyes_from_the_start(void **state) {
    (void)state;
    struct play p = play_begin(MODEL(START USER("A") "<userTask id='B' mz:notSameAs='S'/>" FLOW("S", "A") FLOW("A", "B")), NULL);
    expect_ok(bpmn_start(p.m, SPAN(""), SPAN("u1"), NULL, &MINI_FEEL, p.a, &p.last, &p.d), &p.d);
    p.state = p.last.state;
    struct bpmn_event e = play_event(&p, BPMN_EVENT_COMPLETE, "A", NULL);
    e.who = SPAN("u1");
    play_step(&p, e);
    BUF_AUTO kept; /* it is in the state, and comes back with it */
    buf_init(&kept, 0);
    bpmn_state_write(&kept, p.m, p.state);
    expect_ok(bpmn_state_read(p.m, buf_span(&kept), p.a, &p.state, &p.d), &p.d);
    e = play_event(&p, BPMN_EVENT_COMPLETE, "B", NULL);
    e.who = SPAN("u1");
    assert_int_equal(play_try(&p, e), E_FORBIDDEN);
    assert_string_equal(p.d.code, "bpmn.four_eyes");
    e.who = SPAN("u2");
    play_step(&p, e);
    expect_ended(&p, BPMN_COMPLETED, "");
    play_done(&p);
}

static void scripts_and_answers(void **state) {
    (void)state;
    struct play p = play_begin(
        MODEL(START "<scriptTask id='A' scriptFormat='feel' mz:result='big'><script>n > 5</script></scriptTask>"
                    "<scriptTask id='B'><script>={ x: n, y: \"t\" }</script></scriptTask>"
                    "<businessRuleTask id='D' mz:decision='dibao'/>" FLOW("S", "A") FLOW("A", "B") FLOW("B", "D")),
        "{\"n\":7}");
    expect_variable(&p, "big", "true");
    expect_variable(&p, "x", "7");
    assert_int_equal(count_effect(&p, BPMN_DECISION_WANTED, "D"), 1);
    assert_int_equal(play_try(&p, play_event(&p, BPMN_EVENT_ANSWER, "D", "7")), E_INPUT);
    assert_string_equal(p.d.code, "bpmn.result_unnamed");
    play_step(&p, play_event(&p, BPMN_EVENT_ANSWER, "D", "{\"y\":\"new\",\"z\":[]}"));
    expect_variable(&p, "y", "\"new\"");
    expect_variable(&p, "z", "[]");
    expect_ended(&p, BPMN_COMPLETED, "");
    play_done(&p);
}

static void called_process(void **state) {
    (void)state;
    struct play p = play_begin(MODEL(START "<callActivity id='C' calledElement='Other'/>" END("E") FLOW("S", "C") FLOW("C", "E")),
        NULL);
    assert_int_equal(count_effect(&p, BPMN_CALL_WANTED, "C"), 1);
    assert_string_equal(p.m->node[p.state->wait[0].node].called, "Other");
    play_step(&p, play_event(&p, BPMN_EVENT_ANSWER, "C", "{\"done\":true}"));
    expect_ended(&p, BPMN_COMPLETED, "E");
    play_done(&p);
}

/* ---- the edges --------------------------------------------------------------------------------- */

static void withdrawal(void **state) {
    (void)state;
    struct play p = play_begin(MODEL(SPLIT_JOIN), NULL);
    play_complete(&p, "A", NULL);
    play_step(&p, (struct bpmn_event){.kind = BPMN_EVENT_CANCEL});
    expect_ended(&p, BPMN_CANCELLED, "");
    assert_int_equal(count_effect(&p, BPMN_TASK_CLOSED, "B"), 1);
    for (int kind = BPMN_EVENT_COMPLETE; kind <= BPMN_EVENT_CANCEL; kind++) {
        assert_int_equal(play_try(&p, (struct bpmn_event){.kind = (enum bpmn_event_kind)kind, .key = 3}), E_CONFLICT);
        assert_string_equal(p.d.code, "bpmn.ended");
    }
    play_done(&p);
}

static void stale_and_wrong_keys(void **state) {
    (void)state;
    struct play p = play_begin(MODEL(START USER("A") BOUNDARY("T", "A", "true", TIMER("P1D")) USER("B") FLOW("S", "A") FLOW("A", "B")), NULL);
    uint64_t task = play_key(&p, "A"), timer = play_key(&p, "T");
    static const enum bpmn_event_kind KEYED[] = {BPMN_EVENT_COMPLETE, BPMN_EVENT_TIMER, BPMN_EVENT_ANSWER, BPMN_EVENT_FAIL};
    for (size_t i = 0; i < ARRAY_LEN(KEYED); i++) {
        assert_int_equal(play_try(&p, (struct bpmn_event){.kind = KEYED[i], .key = 999}), E_CONFLICT);
        assert_string_equal(p.d.code, "bpmn.stale_key");
        uint64_t other = KEYED[i] == BPMN_EVENT_COMPLETE ? timer : task;
        assert_int_equal(play_try(&p, (struct bpmn_event){.kind = KEYED[i], .key = other}), E_CONFLICT);
        assert_string_equal(p.d.code, "bpmn.wrong_key");
    }
    assert_int_equal(play_try(&p, (struct bpmn_event){.kind = BPMN_EVENT_MESSAGE, .key = task, .name = SPAN("x")}), E_CONFLICT);
    assert_int_equal(play_try(&p, (struct bpmn_event){.kind = BPMN_EVENT_SIGNAL, .name = SPAN("x")}), E_CONFLICT);
    play_complete(&p, "A", NULL);
    assert_int_equal(play_try(&p, (struct bpmn_event){.kind = BPMN_EVENT_COMPLETE, .key = task}), E_CONFLICT);
    assert_string_equal(p.d.code, "bpmn.stale_key"); /* completed twice */
    play_done(&p);
}

static void starts(void **state) {
    (void)state;
    struct play p = play_load(DEFINITIONS("<message id='m' name='go'/>" PROCESS(
        "<startEvent id='M1'><messageEventDefinition messageRef='m'/></startEvent>"
        "<startEvent id='M2'>" TIMER("P1D") "</startEvent>" USER("A") USER("B") FLOW("M1", "A") FLOW("M2", "B"))));
    expect_fail(bpmn_start(p.m, SPAN(""), SPAN(""), NULL, NULL, p.a, &p.last, &p.d), &p.d, E_INPUT, "bpmn.start_ambiguous");
    expect_fail(bpmn_start(p.m, SPAN("A"), SPAN(""), NULL, NULL, p.a, &p.last, &p.d), &p.d, E_INPUT, "bpmn.start_unknown");
    expect_fail(bpmn_start(p.m, SPAN("M1"), SPAN(""), play_json(&p, "[]"), NULL, p.a, &p.last, &p.d), &p.d, E_INPUT, "bpmn.payload");
    expect_ok(bpmn_start(p.m, SPAN("M2"), SPAN(""), NULL, NULL, p.a, &p.last, &p.d), &p.d);
    play_round_trip(&p);
    expect_waits(&p, "B");
    play_done(&p);
    /* without start events, what has no way in begins */
    p = play_begin(MODEL(USER("A") USER("B") USER("C") FLOW("A", "B")), NULL);
    expect_waits(&p, "A C");
    play_done(&p);
    p = play_load(MODEL(START NODE("exclusiveGateway", "X") END("E") FLOW("S", "X") WHEN("X", "E", "a")));
    expect_fail(bpmn_start(p.m, SPAN(""), SPAN(""), NULL, NULL, p.a, &p.last, &p.d), &p.d, E_INPUT, "bpmn.no_evaluator");
    play_done(&p);
}

static void timers_in_feel(void **state) {
    (void)state;
    struct play p = play_begin(MODEL(START CATCH("T", TIMER("=days")) FLOW("S", "T")), "{\"days\":\"P5WD\"}");
    assert_string_equal(p.state->wait[0].text, "P5WD");
    play_done(&p);
    p = play_load(MODEL(START CATCH("T", TIMER("=days")) FLOW("S", "T")));
    expect_fail(bpmn_start(p.m, SPAN(""), SPAN(""), play_json(&p, "{\"days\":\"soon\"}"), &MINI_FEEL, p.a, &p.last, &p.d), &p.d,
        E_INPUT, "bpmn.time_value");
    play_done(&p);
}

static void no_memory(void **state) {
    (void)state;
    bool finished = false;
    for (size_t ceiling = 4096; !finished && ceiling < (1u << 22); ceiling += 4096) {
        AUTO(arena) struct arena *a = arena_new(ceiling);
        const struct bpmn_model *m;
        struct bpmn_result r;
        struct diag d = {0};
        if (!a)
            continue;
        enum status s = bpmn_load(a, span_of(MODEL(INCLUSIVE)), NULL, NULL, &m, &d);
        if (s == OK)
            s = bpmn_start(m, SPAN(""), SPAN(""), NULL, &MINI_FEEL, a, &r, &d);
        for (int i = 0; s == OK && i < 2; i++)
            s = bpmn_step(m, r.state, &(struct bpmn_event){.kind = BPMN_EVENT_COMPLETE, .key = r.state->wait[0].key},
                &MINI_FEEL, a, &r, &d);
        finished = s == OK;
        if (!finished)
            assert_int_equal(s, E_LIMIT);
    }
    assert_true(finished);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(parallel_join),
        cmocka_unit_test(join_counts_ways_not_tokens),
        cmocka_unit_test(exclusive_takes_first_true),
        cmocka_unit_test(no_way_out_changes_nothing),
        cmocka_unit_test(bad_condition),
        cmocka_unit_test(task_with_several_ways),
        cmocka_unit_test(inclusive),
        cmocka_unit_test(inclusive_join_looks_upstream),
        cmocka_unit_test(loop_until_done),
        cmocka_unit_test(endless_loop_is_refused),
        cmocka_unit_test(boundary_timer_interrupts),
        cmocka_unit_test(completing_cancels_the_timer),
        cmocka_unit_test(reminder_does_not_interrupt),
        cmocka_unit_test(event_gateway_race),
        cmocka_unit_test(message_correlation),
        cmocka_unit_test(boundary_message_repeats),
        cmocka_unit_test(signals_reach_all),
        cmocka_unit_test(a_signal_is_heard_before_the_end),
        cmocka_unit_test(a_signal_waits_for_the_branches_beside_it),
        cmocka_unit_test(a_signal_that_calls_itself_is_refused),
        cmocka_unit_test(send_and_links),
        cmocka_unit_test(sub_process),
        cmocka_unit_test(error_finds_its_boundary),
        cmocka_unit_test(uncaught_error_ends_the_instance),
        cmocka_unit_test(service_fails),
        cmocka_unit_test(escalation),
        cmocka_unit_test(event_sub_process),
        cmocka_unit_test(terminate),
        cmocka_unit_test(outcomes),
        cmocka_unit_test(four_eyes),
        cmocka_unit_test(four_eyes_from_the_start),
        cmocka_unit_test(scripts_and_answers),
        cmocka_unit_test(called_process),
        cmocka_unit_test(withdrawal),
        cmocka_unit_test(stale_and_wrong_keys),
        cmocka_unit_test(starts),
        cmocka_unit_test(timers_in_feel),
        cmocka_unit_test(no_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
