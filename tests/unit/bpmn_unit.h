/* Small processes written in place, and a player that moves one instance.
 *
 * After every step the state is written, read back and written again: a test
 * that passes has also shown that its states survive storage. */
#ifndef BPMN_UNIT_H
#define BPMN_UNIT_H

#include "unit.h"

#include "bpmn/engine.h"
#include "mini_feel.h"

#define DEFINITIONS(x)                                                                                                 \
    "<definitions xmlns='http://www.omg.org/spec/BPMN/20100524/MODEL' xmlns:v='http://vendor.example' "                \
    "xmlns:mz='https://minzheng.example/bpmn' targetNamespace='t'>" x "</definitions>"
#define PROCESS(x) "<process id='P' isExecutable='true'>" x "</process>"
#define MODEL(x) DEFINITIONS(PROCESS(x))
#define START "<startEvent id='S'/>"
#define END(id) "<endEvent id='" id "'/>"
#define USER(id) "<userTask id='" id "'/>"
#define NODE(type, id) "<" type " id='" id "'/>"
#define FLOW(a, b) "<sequenceFlow id='" a "." b "' sourceRef='" a "' targetRef='" b "'/>"
#define WHEN(a, b, condition)                                                                                          \
    "<sequenceFlow id='" a "." b "' sourceRef='" a "' targetRef='" b "'><conditionExpression>" condition                \
    "</conditionExpression></sequenceFlow>"
#define MULTI(attributes, inside)                                                                                      \
    "<multiInstanceLoopCharacteristics " attributes ">" inside "</multiInstanceLoopCharacteristics>"
#define TIMER(text) "<timerEventDefinition><timeDuration>" text "</timeDuration></timerEventDefinition>"
#define CATCH(id, definition) "<intermediateCatchEvent id='" id "'>" definition "</intermediateCatchEvent>"
#define BOUNDARY(id, on, cancel, definition)                                                                           \
    "<boundaryEvent id='" id "' attachedToRef='" on "' cancelActivity='" cancel "'>" definition "</boundaryEvent>"

struct play {
    struct arena *a;
    const struct bpmn_model *m;
    const struct bpmn_state *state;
    struct bpmn_result last;
    struct diag d;
};

UNUSED static const struct json *play_json(struct play *p, const char *text) {
    const struct json *j;
    expect_ok(json_parse(p->a, span_of(text), &j, &p->d), &p->d);
    return j;
}

UNUSED static struct play play_load(const char *xml) {
    struct play p = {.a = arena_new(0)};
    expect_ok(bpmn_load(p.a, span_of(xml), NULL, &MINI_FEEL, &p.m, &p.d), &p.d);
    return p;
}

UNUSED static void play_round_trip(struct play *p) {
    BUF_AUTO one;
    BUF_AUTO two;
    buf_init(&one, 0);
    buf_init(&two, 0);
    const struct bpmn_state *read;
    bpmn_state_write(&one, p->m, p->last.state);
    struct span kept = span_bytes(arena_dup(p->a, buf_span(&one)), one.size);
    expect_ok(bpmn_state_read(p->m, kept, p->a, &read, &p->d), &p->d);
    bpmn_state_write(&two, p->m, read);
    assert_string_equal(buf_str(&one), buf_str(&two));
    p->state = read;
}

UNUSED static void play_start(struct play *p, const char *variables) {
    expect_ok(bpmn_start(p->m, SPAN(""), SPAN(""), variables ? play_json(p, variables) : NULL, &MINI_FEEL, p->a, &p->last, &p->d),
        &p->d);
    play_round_trip(p);
}

UNUSED static struct play play_begin(const char *xml, const char *variables) {
    struct play p = play_load(xml);
    play_start(&p, variables);
    return p;
}

/* The key of what waits at `element` (an event or a task); 0: nothing. */
UNUSED static uint64_t play_key(const struct play *p, const char *element) {
    for (uint32_t i = 0; i < p->state->wait_count; i++)
        if (strcmp(p->m->node[p->state->wait[i].node].id, element) == 0)
            return p->state->wait[i].key;
    return 0;
}

UNUSED static enum status play_try(struct play *p, struct bpmn_event e) {
    diag_clear(&p->d);
    enum status s = bpmn_step(p->m, p->state, &e, &MINI_FEEL, p->a, &p->last, &p->d);
    if (s == OK)
        play_round_trip(p);
    return s;
}

UNUSED static void play_step(struct play *p, struct bpmn_event e) { expect_ok(play_try(p, e), &p->d); }

UNUSED static struct bpmn_event play_event(struct play *p, enum bpmn_event_kind kind, const char *element,
    const char *payload) {
    uint64_t key = play_key(p, element);
    if (key == 0)
        fail_msg("nothing waits at %s", element);
    return (struct bpmn_event){.kind = kind, .key = key, .payload = payload ? play_json(p, payload) : NULL};
}

UNUSED static void play_complete(struct play *p, const char *task, const char *output) {
    play_step(p, play_event(p, BPMN_EVENT_COMPLETE, task, output));
}
UNUSED static void play_timer(struct play *p, const char *element) {
    play_step(p, play_event(p, BPMN_EVENT_TIMER, element, NULL));
}
UNUSED static void play_message(struct play *p, const char *name, const char *payload) {
    play_step(p, (struct bpmn_event){.kind = BPMN_EVENT_MESSAGE, .name = span_of(name),
                     .payload = payload ? play_json(p, payload) : NULL});
}

/* "A B": the elements that something waits at, in the order of the keys. */
UNUSED static void expect_waits(const struct play *p, const char *wanted) {
    BUF_AUTO b;
    buf_init(&b, 0);
    for (uint32_t i = 0; i < p->state->wait_count; i++)
        buf_addf(&b, "%s%s", i ? " " : "", p->m->node[p->state->wait[i].node].id);
    assert_string_equal(buf_str(&b), wanted);
}

UNUSED static void expect_ended(const struct play *p, enum bpmn_status status, const char *end) {
    assert_string_equal(bpmn_status_name(p->state->status), bpmn_status_name(status));
    assert_string_equal(p->state->end == BPMN_NONE ? "" : p->m->node[p->state->end].id, end);
    assert_int_equal(p->state->token_count, 0);
    assert_int_equal(p->state->wait_count, 0);
}

/* How often the last step had this effect on the element. */
UNUSED static int count_effect(const struct play *p, enum bpmn_effect_kind kind, const char *element) {
    int n = 0;
    for (uint32_t i = 0; i < p->last.effect_count; i++) {
        const struct bpmn_effect *e = &p->last.effect[i];
        const char *id = kind == BPMN_TAKEN ? p->m->flow[e->node].id : e->node == BPMN_NONE ? "" : p->m->node[e->node].id;
        n += e->kind == kind && strcmp(id, element) == 0;
    }
    return n;
}

UNUSED static void expect_variable(const struct play *p, const char *name, const char *wanted) {
    BUF_AUTO b;
    buf_init(&b, 0);
    struct json_writer w;
    json_begin(&w, &b, false);
    const struct json *v = json_get(p->state->variables, name);
    json_value(&w, v ? v : json_null());
    assert_string_equal(buf_str(&b), wanted);
}

UNUSED static void play_done(struct play *p) { arena_free(p->a); }

#endif
