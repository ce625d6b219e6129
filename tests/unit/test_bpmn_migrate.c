/* A running instance goes to another version of its process. */
#include "bpmn_unit.h"

#include "base/message.h"
#include "bpmn/migrate.h"
#include "random_process.h"

static const struct bpmn_model *other_version(struct play *p, const char *xml) {
    const struct bpmn_model *m;
    expect_ok(bpmn_load(p->a, span_of(xml), NULL, &MINI_FEEL, &m, &p->d), &p->d);
    return m;
}

static enum status try_move(struct play *p, const char *xml, const struct bpmn_move *move, uint32_t n) {
    const struct bpmn_model *to = other_version(p, xml);
    diag_clear(&p->d);
    enum status s = bpmn_migrate(p->m, p->state, to, move, n, &MINI_FEEL, p->a, &p->last, &p->d);
    if (s == OK) {
        p->m = to;
        play_round_trip(p);
    }
    return s;
}

#define V1 MODEL(START USER("A") USER("B") END("E") FLOW("S", "A") FLOW("A", "B") FLOW("B", "E"))

static void the_same_ids(void **state) {
    (void)state;
    struct play p = play_begin(V1, "{\"n\":1}");
    uint64_t key = play_key(&p, "A");
    expect_ok(try_move(&p, MODEL(START USER("A") USER("New") USER("B") END("E") FLOW("S", "A") FLOW("A", "New") FLOW("New", "B")
                           FLOW("B", "E")), NULL, 0), &p.d);
    assert_int_equal(play_key(&p, "A"), key);
    assert_int_equal(count_effect(&p, BPMN_MOVED, "A"), 1);
    assert_int_equal(p.last.effect_count, 1);
    play_complete(&p, "A", NULL);
    expect_waits(&p, "New");
    expect_variable(&p, "n", "1");
    play_done(&p);
}

static void named_by_the_mapping(void **state) {
    (void)state;
    struct play p = play_begin(V1, NULL);
    struct bpmn_event e = play_event(&p, BPMN_EVENT_COMPLETE, "A", NULL);
    e.who = SPAN("u1");
    play_step(&p, e);
    const char *v2 = MODEL(START USER("First") "<manualTask id='Second' mz:notSameAs='First'/>" END("E") FLOW("S", "First")
        FLOW("First", "Second") FLOW("Second", "E"));
    assert_int_equal(try_move(&p, v2, NULL, 0), E_CONFLICT);
    assert_string_equal(p.d.code, "bpmn.migrate_element");
    assert_string_equal(p.d.where, "B");
    static const struct bpmn_move MOVE[] = {{"A", "First"}, {"B", "Second"}};
    expect_ok(try_move(&p, v2, MOVE, 2), &p.d);
    expect_waits(&p, "Second");
    /* who did the first step is remembered under its new name */
    e = play_event(&p, BPMN_EVENT_COMPLETE, "Second", NULL);
    e.who = SPAN("u1");
    assert_int_equal(play_try(&p, e), E_FORBIDDEN);
    e.who = SPAN("u2");
    play_step(&p, e);
    expect_ended(&p, BPMN_COMPLETED, "E");
    play_done(&p);
}

static void what_begins_and_what_ends(void **state) {
    (void)state;
    struct play p = play_begin(MODEL(START USER("A") BOUNDARY("Old", "A", "true", TIMER("P1D")) BOUNDARY("Both", "A", "true", TIMER("P2D"))
        FLOW("S", "A")), NULL);
    uint64_t both = play_key(&p, "Both");
    expect_ok(try_move(&p, MODEL(START USER("A") BOUNDARY("Both", "A", "true", TIMER("P9D")) BOUNDARY("New", "A", "true", TIMER("P3D"))
                           FLOW("S", "A") "<subProcess id='Ev' triggeredByEvent='true'><startEvent id='es'><signalEventDefinition/></startEvent>"
                           USER("H") FLOW("es", "H") "</subProcess>"), NULL, 0), &p.d);
    expect_waits(&p, "A Both New es");
    assert_int_equal(play_key(&p, "Both"), both);
    for (uint32_t i = 0; i < p.state->wait_count; i++) /* the clock that runs has the new limit */
        if (p.state->wait[i].key == both)
            assert_string_equal(p.state->wait[i].text, "P9D");
    int closed = 0;
    for (uint32_t i = 0; i < p.last.effect_count; i++)
        if (p.last.effect[i].kind == BPMN_TIMER_CLOSED) {
            assert_int_equal(p.last.effect[i].node, BPMN_NONE);
            closed++;
        }
    assert_int_equal(closed, 1);
    assert_int_equal(count_effect(&p, BPMN_TIMER_SET, "New"), 1);
    play_done(&p);
}

/* A message with another name is another message. */
static void messages_are_awaited_anew(void **state) {
    (void)state;
#define RECEIVE(name) DEFINITIONS("<message id='m' name='" name "'/>" PROCESS(START "<receiveTask id='A' messageRef='m'/>" FLOW("S", "A")))
    struct play p = play_begin(RECEIVE("one"), NULL);
    uint64_t key = play_key(&p, "A");
    expect_ok(try_move(&p, RECEIVE("two"), NULL, 0), &p.d);
    assert_int_not_equal(play_key(&p, "A"), key);
    play_message(&p, "two", NULL);
    assert_int_equal(p.state->status, BPMN_COMPLETED);
    play_done(&p);
}

static void two_places_do_not_become_one(void **state) {
    (void)state;
    struct play p = play_begin(MODEL(START "<parallelGateway id='G'/>" USER("A") USER("B") FLOW("S", "G") FLOW("G", "A") FLOW("G", "B")), NULL);
    static const struct bpmn_move MOVE[] = {{"A", "X"}, {"B", "X"}};
    const char *to = MODEL(START "<parallelGateway id='G'/>" USER("X") FLOW("S", "G") FLOW("G", "X"));
    assert_int_equal(try_move(&p, to, MOVE, 2), E_CONFLICT);
    assert_string_equal(p.d.code, "bpmn.migrate_twice");
    play_complete(&p, "A", NULL); /* one alone may go there */
    expect_ok(try_move(&p, to, MOVE, 2), &p.d);
    expect_waits(&p, "X");
    play_done(&p);
}

/* A cycle keeps how often it still comes. */
static void cycles_go_on(void **state) {
    (void)state;
#define CYCLE(text) MODEL(START USER("A") BOUNDARY("T", "A", "false", "<timerEventDefinition><timeCycle>" text "</timeCycle></timerEventDefinition>") \
        "<endEvent id='X'/>" FLOW("S", "A") FLOW("T", "X"))
    struct play p = play_begin(CYCLE("R3/P1D"), NULL);
    play_timer(&p, "T");
    expect_ok(try_move(&p, CYCLE("R9/P5D"), NULL, 0), &p.d);
    for (uint32_t i = 0; i < p.state->wait_count; i++)
        if (p.state->wait[i].kind == BPMN_WAIT_TIMER) {
            assert_string_equal(p.state->wait[i].text, "P5D");
            assert_int_equal(p.state->wait[i].left, 1);
        }
    play_done(&p);
}

#define JOIN(one, two)                                                                                                 \
    MODEL(START "<parallelGateway id='G'/><parallelGateway id='J'/>" USER("A") USER("B") END("E") FLOW("S", "G")       \
        FLOW("G", "A") FLOW("G", "B") "<sequenceFlow id='" one "' sourceRef='A' targetRef='J'/>"                       \
        "<sequenceFlow id='" two "' sourceRef='B' targetRef='J'/>" FLOW("J", "E"))

static void joins_need_the_way_in(void **state) {
    (void)state;
    struct play p = play_begin(JOIN("a", "b"), NULL);
    play_complete(&p, "A", NULL);
    assert_int_equal(try_move(&p, JOIN("x", "b"), NULL, 0), E_CONFLICT);
    assert_string_equal(p.d.code, "bpmn.migrate_join");
    static const struct bpmn_move MOVE[] = {{"a", "x"}};
    expect_ok(try_move(&p, JOIN("x", "b"), MOVE, 1), &p.d);
    play_complete(&p, "B", NULL);
    expect_ended(&p, BPMN_COMPLETED, "E");
    play_done(&p);
}

static void refused(void **state) {
    (void)state;
    static const char *const BAD[][2] = {
        {MODEL(START USER("B") FLOW("S", "B")), "bpmn.migrate_element"},
        {MODEL(START NODE("serviceTask", "A") FLOW("S", "A")), "bpmn.migrate_element"},
        {MODEL(START "<userTask id='A'>" MULTI("", "<loopCardinality>2</loopCardinality>") "</userTask>" FLOW("S", "A")), "bpmn.migrate_element"},
        {MODEL(START "<subProcess id='Sub'>" USER("A") "</subProcess>" FLOW("S", "Sub")), "bpmn.migrate_place"},
    };
    for (size_t i = 0; i < ARRAY_LEN(BAD); i++) {
        struct play p = play_begin(V1, NULL);
        assert_int_equal(try_move(&p, BAD[i][0], NULL, 0), E_CONFLICT);
        assert_string_equal(p.d.code, BAD[i][1]);
        assert_string_equal(p.d.where, "A");
        assert_true(message_known(p.d.code));
        expect_waits(&p, "A"); /* the case is where it was */
        play_done(&p);
    }
    struct play p = play_begin(V1, NULL);
    play_step(&p, (struct bpmn_event){.kind = BPMN_EVENT_CANCEL});
    assert_int_equal(try_move(&p, V1, NULL, 0), E_CONFLICT);
    assert_string_equal(p.d.code, "bpmn.ended");
    play_done(&p);
}

static void mappings_are_checked(void **state) {
    (void)state;
    struct play p = play_begin(V1, NULL);
    const struct bpmn_model *to = other_version(&p, MODEL(START USER("X") NODE("serviceTask", "Y") FLOW("S", "X") FLOW("X", "Y")));
    static const struct bpmn_move MOVE[] = {{"A", "X"}, {"A", "X"}, {"B", "Y"}, {"E", "Nowhere"}, {"Ghost", "X"}, {"S.A", "S.X"}, {"A.B", "none"}};
    struct bpmn_finding *f;
    uint32_t n;
    expect_ok(bpmn_migration_check(p.a, p.m, to, MOVE, ARRAY_LEN(MOVE), &f, &n, &p.d), &p.d);
    static const char *const WANTED[][2] = {{"A", "twice"}, {"B", "unlike"}, {"E", "target"}, {"Ghost", "unknown"}, {"A.B", "target"}};
    assert_int_equal(n, ARRAY_LEN(WANTED));
    for (uint32_t i = 0; i < n; i++) {
        assert_string_equal(f[i].element, WANTED[i][0]);
        assert_string_equal(f[i].code + strlen("bpmn.migration_"), WANTED[i][1]);
        assert_true(message_known(f[i].code));
    }
    play_done(&p);
}

/* To the same version: nothing changes, wherever the case stands. */
static void to_itself(void **state) {
    (void)state;
    uint64_t seed = unit_seed("to_itself");
    int moved = 0;
    for (int i = 0; i < 150; i++) {
        BUF_AUTO xml;
        buf_init(&xml, 0);
        random_process(&xml, &seed, false);
        struct play p = play_load(buf_str(&xml));
        struct bpmn_result r;
        if (bpmn_start(p.m, SPAN(""), SPAN(""), play_json(&p, "{\"x\":1,\"y\":2}"), &MINI_FEEL, p.a, &p.last, &p.d) == OK)
            p.state = p.last.state;
        for (int k = 0; p.state && k < 12 && p.state->status == BPMN_RUNNING; k++) {
            BUF_AUTO before;
            BUF_AUTO after;
            buf_init(&before, 0);
            buf_init(&after, 0);
            bpmn_state_write(&before, p.m, p.state);
            expect_ok(bpmn_migrate(p.m, p.state, p.m, NULL, 0, &MINI_FEEL, p.a, &r, &p.d), &p.d);
            bpmn_state_write(&after, p.m, r.state);
            assert_string_equal(buf_str(&before), buf_str(&after));
            moved++;
            const struct bpmn_wait *w = &p.state->wait[unit_random(&seed) % p.state->wait_count];
            struct bpmn_event e = {.kind = w->kind == BPMN_WAIT_TASK ? BPMN_EVENT_COMPLETE : w->kind == BPMN_WAIT_TIMER ? BPMN_EVENT_TIMER
                                           : w->kind == BPMN_WAIT_MESSAGE ? BPMN_EVENT_MESSAGE : BPMN_EVENT_ANSWER,
                .key = w->key, .name = span_of(w->text)};
            if (bpmn_step(p.m, p.state, &e, &MINI_FEEL, p.a, &p.last, &p.d) == OK)
                p.state = p.last.state;
        }
        play_done(&p);
    }
    assert_true(moved > 150);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_same_ids),
        cmocka_unit_test(named_by_the_mapping),
        cmocka_unit_test(what_begins_and_what_ends),
        cmocka_unit_test(messages_are_awaited_anew), cmocka_unit_test(two_places_do_not_become_one), cmocka_unit_test(cycles_go_on),
        cmocka_unit_test(joins_need_the_way_in),
        cmocka_unit_test(refused),
        cmocka_unit_test(mappings_are_checked),
        cmocka_unit_test(to_itself),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
