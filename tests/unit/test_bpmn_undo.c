/* Compensation and cancelled transactions. */
#include "bpmn_unit.h"

#define UNDO_EVENT(id, on, by)                                                                                         \
    BOUNDARY(id, on, "true", "<compensateEventDefinition/>")                                                           \
    "<association id='" id "." by "' sourceRef='" id "' targetRef='" by "'/>"
#define HANDLER(id) "<userTask id='" id "' isForCompensation='true'/>"
#define THROW(id, ref) "<intermediateThrowEvent id='" id "'><compensateEventDefinition " ref "/></intermediateThrowEvent>"

static void youngest_first(void **state) {
    (void)state;
    struct play p = play_begin(MODEL(START USER("A") USER("B") UNDO_EVENT("ca", "A", "ha") UNDO_EVENT("cb", "B", "hb")
        HANDLER("ha") HANDLER("hb") THROW("T", "") END("E") FLOW("S", "A") FLOW("A", "B") FLOW("B", "T") FLOW("T", "E")), NULL);
    expect_waits(&p, "A");
    assert_int_equal(p.state->record_count, 0);
    play_complete(&p, "A", NULL);
    assert_int_equal(p.state->record_count, 1);
    play_complete(&p, "B", NULL);
    expect_waits(&p, "hb");
    assert_int_equal(count_effect(&p, BPMN_LEFT, "T"), 0);
    play_complete(&p, "hb", NULL);
    expect_waits(&p, "ha");
    play_complete(&p, "ha", NULL);
    expect_ended(&p, BPMN_COMPLETED, "E");
    play_done(&p);
}

static void one_activity_only(void **state) {
    (void)state;
    struct play p = play_begin(MODEL(START USER("A") USER("B") UNDO_EVENT("ca", "A", "ha") UNDO_EVENT("cb", "B", "hb")
        HANDLER("ha") HANDLER("hb") THROW("T", "activityRef='A'") "<endEvent id='E'><compensateEventDefinition/></endEvent>"
        FLOW("S", "A") FLOW("A", "B") FLOW("B", "T") FLOW("T", "E")), NULL);
    play_complete(&p, "A", NULL);
    play_complete(&p, "B", NULL);
    expect_waits(&p, "ha");
    play_complete(&p, "ha", NULL); /* then the end event undoes what is left */
    expect_waits(&p, "hb");
    play_complete(&p, "hb", NULL);
    expect_ended(&p, BPMN_COMPLETED, "E");
    play_done(&p);
}

static void nothing_to_undo(void **state) {
    (void)state;
    struct play p = play_begin(MODEL(START USER("A") UNDO_EVENT("ca", "A", "ha") HANDLER("ha") THROW("T", "") END("E")
        FLOW("S", "T") FLOW("T", "E")), NULL);
    expect_ended(&p, BPMN_COMPLETED, "E");
    play_done(&p);
}

#define INSIDE                                                                                                         \
    "<subProcess id='Sub'><startEvent id='SS'/>" USER("A") UNDO_EVENT("ca", "A", "ha") HANDLER("ha") FLOW("SS", "A")
#define AROUND THROW("T", "activityRef='Sub'") END("E") FLOW("S", "Sub") FLOW("Sub", "T") FLOW("T", "E")

static void a_whole_sub_process(void **state) {
    (void)state;
    struct play p = play_begin(MODEL(START INSIDE "</subProcess>" AROUND), NULL);
    play_complete(&p, "A", NULL);
    expect_waits(&p, "ha"); /* the sub-process is gone, its handler is not */
    play_complete(&p, "ha", NULL);
    expect_ended(&p, BPMN_COMPLETED, "E");
    play_done(&p);
    /* its own handler takes the place of what is inside */
    struct play q = play_begin(MODEL(START INSIDE "</subProcess>" UNDO_EVENT("cs", "Sub", "hs") HANDLER("hs") AROUND), NULL);
    play_complete(&q, "A", NULL);
    expect_waits(&q, "hs");
    play_complete(&q, "hs", NULL);
    expect_ended(&q, BPMN_COMPLETED, "E");
    play_done(&q);
}

static void compensation_event_sub_process(void **state) {
    (void)state;
    struct play p = play_begin(MODEL(START INSIDE
        "<subProcess id='Un' triggeredByEvent='true'><startEvent id='us'><compensateEventDefinition/></startEvent>" USER("U")
        FLOW("us", "U") "</subProcess></subProcess>" AROUND), NULL);
    play_complete(&p, "A", NULL);
    expect_waits(&p, "U");
    assert_int_equal(count_effect(&p, BPMN_ENTERED, "Un"), 1);
    play_complete(&p, "U", NULL);
    expect_ended(&p, BPMN_COMPLETED, "E");
    play_done(&p);
}

/* An error handler inside the sub-process undoes what the sub-process did. */
static void from_an_event_sub_process(void **state) {
    (void)state;
    struct play p = play_begin(MODEL(START "<subProcess id='Sub'><startEvent id='SS'/>" USER("A") UNDO_EVENT("ca", "A", "ha")
        HANDLER("ha") "<endEvent id='X'><errorEventDefinition/></endEvent>" FLOW("SS", "A") FLOW("A", "X")
        "<subProcess id='Ev' triggeredByEvent='true'><startEvent id='es'><errorEventDefinition/></startEvent>" THROW("T", "")
        END("ee") FLOW("es", "T") FLOW("T", "ee") "</subProcess></subProcess>" END("E") FLOW("S", "Sub") FLOW("Sub", "E")), NULL);
    play_complete(&p, "A", NULL);
    expect_waits(&p, "ha");
    play_complete(&p, "ha", NULL);
    expect_ended(&p, BPMN_COMPLETED, "E");
    play_done(&p);
}

#define TRANSACTION(boundary)                                                                                          \
    MODEL(START "<transaction id='Tx'><startEvent id='SS'/><parallelGateway id='G'/>" USER("A") USER("B")              \
        UNDO_EVENT("ca", "A", "ha") HANDLER("ha") "<endEvent id='X'><cancelEventDefinition/></endEvent>"               \
        FLOW("SS", "G") FLOW("G", "A") FLOW("G", "B") FLOW("B", "X") "</transaction>" boundary END("E")                \
        USER("Sorry") FLOW("S", "Tx") FLOW("Tx", "E"))

static void cancelled_transaction(void **state) {
    (void)state;
    struct play p = play_begin(TRANSACTION(BOUNDARY("C", "Tx", "true", "<cancelEventDefinition/>") FLOW("C", "Sorry")), NULL);
    struct play q = p;
    play_complete(&p, "A", NULL);
    play_complete(&p, "B", NULL);
    expect_waits(&p, "ha");
    play_complete(&p, "ha", NULL);
    expect_waits(&p, "Sorry");
    /* A is still open: cancelled, and nothing to undo */
    play_complete(&q, "B", NULL);
    expect_waits(&q, "Sorry");
    assert_int_equal(count_effect(&q, BPMN_TASK_CLOSED, "A"), 1);
    play_done(&p);
    struct play r = play_begin(TRANSACTION(""), NULL);
    play_complete(&r, "B", NULL);
    assert_int_equal(r.state->status, BPMN_COMPLETED);
    play_done(&r);
}

/* A handler may wait for days: a withdrawal in the middle ends everything. */
static void cancelled_while_undoing(void **state) {
    (void)state;
    struct play p = play_begin(MODEL(START USER("A") UNDO_EVENT("ca", "A", "ha") HANDLER("ha") THROW("T", "") FLOW("S", "A")
        FLOW("A", "T")), NULL);
    play_complete(&p, "A", NULL);
    expect_waits(&p, "ha");
    play_step(&p, (struct bpmn_event){.kind = BPMN_EVENT_CANCEL});
    assert_int_equal(p.state->status, BPMN_CANCELLED);
    assert_int_equal(p.state->record_count, 0);
    play_done(&p);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(youngest_first),
        cmocka_unit_test(one_activity_only),
        cmocka_unit_test(nothing_to_undo),
        cmocka_unit_test(a_whole_sub_process),
        cmocka_unit_test(compensation_event_sub_process),
        cmocka_unit_test(from_an_event_sub_process),
        cmocka_unit_test(cancelled_transaction),
        cmocka_unit_test(cancelled_while_undoing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
