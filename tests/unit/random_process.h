/* Processes by chance: blocks inside blocks, so that most of them are sound,
 * and now and then a flow that should not be there.
 *
 * Everything is decided by `*seed`; the same seed gives the same text. */
#ifndef RANDOM_PROCESS_H
#define RANDOM_PROCESS_H

#include <stdint.h>
#include <stdio.h>

#include "base/buf.h"

struct maker {
    struct buf *out;
    uint64_t *seed;
    int next, budget;   /* ids; blocks that may still be made */
    bool wild;          /* flows that should not be there, errors nobody catches */
};

static inline uint64_t maker_random(struct maker *m, uint64_t below) {
    uint64_t x = *m->seed += 0x9e3779b97f4a7c15u;
    x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9u;
    x = (x ^ x >> 27) * 0x94d049bb133111ebu;
    return (x ^ x >> 31) % below;
}

static inline void maker_flow(struct maker *m, int from, int to, const char *condition) {
    int id = m->next++;
    if (condition)
        buf_addf(m->out, "<sequenceFlow id='f%d' sourceRef='n%d' targetRef='n%d'><conditionExpression>%s</conditionExpression></sequenceFlow>",
            id, from, to, condition);
    else
        buf_addf(m->out, "<sequenceFlow id='f%d' sourceRef='n%d' targetRef='n%d'/>", id, from, to);
}

static inline const char *maker_condition(struct maker *m) {
    static const char *const LIST[] = {"x = 1", "x = 2", "y &lt; 3", "not(x = 1)", "true", "false", "x = 1 or y = 2", "x"};
    return LIST[maker_random(m, 7)];
}

struct span_of_nodes { int first, last; };
static inline struct span_of_nodes maker_block(struct maker *m, int depth);

static inline struct span_of_nodes maker_one(struct maker *m, const char *type, const char *attributes, const char *inside) {
    int id = m->next++;
    buf_addf(m->out, "<%s id='n%d'%s>%s</%s>", type, id, attributes, inside, type);
    return (struct span_of_nodes){id, id};
}

static inline const char *maker_loop(struct maker *m) {
    static const char *const LIST[] = {"", "", "", "", "<multiInstanceLoopCharacteristics><loopCardinality>2</loopCardinality></multiInstanceLoopCharacteristics>",
        "<multiInstanceLoopCharacteristics isSequential='true'><loopCardinality>y</loopCardinality></multiInstanceLoopCharacteristics>",
        ("<multiInstanceLoopCharacteristics mz:collection='[1, 2, 3]' mz:element='x' mz:collect='got' mz:collectValue='x'>"
         "<completionCondition>numberOfCompletedInstances = 2</completionCondition></multiInstanceLoopCharacteristics>"),
        "<standardLoopCharacteristics loopMaximum='3'><loopCondition>x = 1</loopCondition></standardLoopCharacteristics>"};
    return LIST[maker_random(m, 8)];
}

static inline struct span_of_nodes maker_task(struct maker *m) {
    static const char *const TYPE[] = {"userTask", "userTask", "serviceTask", "manualTask", "task", "businessRuleTask", "receiveTask", "callActivity"};
    const char *type = TYPE[maker_random(m, 8)];
    char inside[1024];
    snprintf(inside, sizeof inside, "%s%s", maker_random(m, 6) ? "" : "<extensionElements><mz:input name='x' value='y'/></extensionElements>",
        maker_loop(m));
    return maker_one(m, type, type[0] == 'c' ? " calledElement='Q'" : type[0] == 'r' ? " messageRef='m'" : "", inside);
}

static inline struct span_of_nodes maker_event(struct maker *m) {
    static const char *const CATCH[] = {"<timerEventDefinition><timeDuration>P1D</timeDuration></timerEventDefinition>", "<messageEventDefinition messageRef='m'/>",
        "<signalEventDefinition signalRef='s'/>", "<conditionalEventDefinition><condition>x = 1</condition></conditionalEventDefinition>"};
    static const char *const THROW[] = {"", "<messageEventDefinition messageRef='m'/>", "<signalEventDefinition signalRef='s'/>",
        "<escalationEventDefinition/>", "<compensateEventDefinition/>"};
    return maker_random(m, 2) ? maker_one(m, "intermediateCatchEvent", "", CATCH[maker_random(m, 4)])
                              : maker_one(m, "intermediateThrowEvent", "", THROW[maker_random(m, 5)]);
}

/* `kind` splits into two or three, `join` joins. */
static inline struct span_of_nodes maker_split(struct maker *m, int depth, const char *kind, const char *join) {
    struct span_of_nodes open = maker_one(m, kind, "", ""), close = maker_one(m, join, "", "");
    int ways = 2 + (int)maker_random(m, 2);
    for (int i = 0; i < ways; i++) {
        struct span_of_nodes b = maker_block(m, depth + 1);
        maker_flow(m, open.first, b.first, kind[0] == 'p' || i == 0 ? NULL : maker_condition(m));
        maker_flow(m, b.last, close.first, NULL);
    }
    return (struct span_of_nodes){open.first, close.last};
}

static inline struct span_of_nodes maker_race(struct maker *m, int depth) {
    static const char *const DEFINITION[] = {"<timerEventDefinition><timeDuration>P1D</timeDuration></timerEventDefinition>",
        "<messageEventDefinition messageRef='m'/>", "<conditionalEventDefinition><condition>y = 1</condition></conditionalEventDefinition>"};
    struct span_of_nodes open = maker_one(m, "eventBasedGateway", "", ""), close = maker_one(m, "exclusiveGateway", "", "");
    for (int i = 0; i < 3; i++) {
        struct span_of_nodes c = maker_one(m, "intermediateCatchEvent", "", DEFINITION[i]), b = maker_block(m, depth + 1);
        maker_flow(m, open.first, c.first, NULL);
        maker_flow(m, c.first, b.first, NULL);
        maker_flow(m, b.last, close.first, NULL);
    }
    return (struct span_of_nodes){open.first, close.last};
}

static inline void maker_body(struct maker *m, int depth) {
    struct span_of_nodes s = maker_one(m, "startEvent", "", ""), b = maker_block(m, depth + 1);
    for (int i = 0; depth == 0 && i < 3; i++) {
        struct span_of_nodes next = maker_block(m, depth + 1);
        maker_flow(m, b.last, next.first, NULL);
        b.last = next.last;
    }
    static const char *const ENDING[] = {"", "", "", "<terminateEventDefinition/>", "<escalationEventDefinition/>", "<messageEventDefinition messageRef='m'/>",
        "<compensateEventDefinition/>", "<errorEventDefinition errorRef='e'/>"};
    struct span_of_nodes e = maker_one(m, "endEvent", "", ENDING[maker_random(m, m->wild ? 8 : 7)]);
    maker_flow(m, s.first, b.first, NULL);
    maker_flow(m, b.last, e.first, NULL);
}

static inline void maker_event_subprocess(struct maker *m, int depth) {
    static const char *const BEGINNING[] = {"<messageEventDefinition messageRef='n'/>", "<errorEventDefinition/>", "<escalationEventDefinition/>",
        "<timerEventDefinition><timeDuration>P2D</timeDuration></timerEventDefinition>", "<compensateEventDefinition/>"};
    buf_addf(m->out, "<subProcess id='n%d' triggeredByEvent='true'>", m->next++);
    int start = m->next++;
    uint64_t which = maker_random(m, depth > 0 ? 5 : 4);
    buf_addf(m->out, "<startEvent id='n%d' isInterrupting='%s'>%s</startEvent>", start, maker_random(m, 2) || which == 1 ? "true" : "false", BEGINNING[which]);
    struct span_of_nodes b = maker_block(m, depth + 1), e = maker_one(m, "endEvent", "", "");
    maker_flow(m, start, b.first, NULL);
    maker_flow(m, b.last, e.first, NULL);
    buf_adds(m->out, "</subProcess>");
}

static inline struct span_of_nodes maker_subprocess(struct maker *m, int depth) {
    int id = m->next++;
    const char *loop = maker_loop(m);
    buf_addf(m->out, "<subProcess id='n%d'>%s", id, loop);
    maker_body(m, depth);
    if (maker_random(m, 3) == 0)
        maker_event_subprocess(m, depth + 1);
    buf_adds(m->out, "</subProcess>");
    return (struct span_of_nodes){id, id};
}

/* What happens on the border leads back to where the activity leads, or to an
 * end of its own. */
static inline struct span_of_nodes maker_border(struct maker *m, int depth) {
    static const char *const DEFINITION[] = {"<timerEventDefinition><timeDuration>P1D</timeDuration></timerEventDefinition>",
        "<messageEventDefinition messageRef='b'/>", "<errorEventDefinition/>", "<escalationEventDefinition/>",
        "<conditionalEventDefinition><condition>x = 2</condition></conditionalEventDefinition>"};
    struct span_of_nodes a = maker_random(m, 2) ? maker_task(m) : maker_subprocess(m, depth);
    struct span_of_nodes close = maker_one(m, "exclusiveGateway", "", "");
    maker_flow(m, a.last, close.first, NULL);
    int id = m->next++;
    uint64_t which = maker_random(m, 5);
    bool interrupts = which == 2 || maker_random(m, 2);
    buf_addf(m->out, "<boundaryEvent id='n%d' attachedToRef='n%d' cancelActivity='%s'>%s</boundaryEvent>", id, a.first,
        interrupts ? "true" : "false", DEFINITION[which]);
    struct span_of_nodes b = maker_block(m, depth + 1);
    maker_flow(m, id, b.first, NULL);
    maker_flow(m, b.last, interrupts ? close.first : maker_one(m, "endEvent", "", "").first, NULL);
    return (struct span_of_nodes){a.first, close.last};
}

static inline struct span_of_nodes maker_undoable(struct maker *m) {
    struct span_of_nodes a = maker_one(m, "userTask", "", "");
    int boundary = m->next++, handler = m->next++;
    buf_addf(m->out, "<boundaryEvent id='n%d' attachedToRef='n%d'><compensateEventDefinition/></boundaryEvent>"
        "<userTask id='n%d' isForCompensation='true'/><association id='a%d' sourceRef='n%d' targetRef='n%d'/>",
        boundary, a.first, handler, boundary, boundary, handler);
    return a;
}

static inline struct span_of_nodes maker_block(struct maker *m, int depth) {
    if (depth > 6 || m->budget-- <= 0)
        return maker_task(m);
    struct span_of_nodes a, b;
    switch (maker_random(m, 12)) {
    case 0: return maker_split(m, depth, "parallelGateway", "parallelGateway");
    case 1: return maker_split(m, depth, "exclusiveGateway", "exclusiveGateway");
    case 2: return maker_split(m, depth, "inclusiveGateway", "inclusiveGateway");
    case 3: return maker_race(m, depth);
    case 4: return maker_subprocess(m, depth);
    case 5: return maker_border(m, depth);
    case 6: return maker_undoable(m);
    case 7: return maker_event(m);
    case 8:
        if (m->wild && maker_random(m, 3) == 0)
            return maker_split(m, depth, "parallelGateway", maker_random(m, 2) ? "exclusiveGateway" : "inclusiveGateway");
        if (m->wild && maker_random(m, 3) == 0)
            return maker_split(m, depth, "exclusiveGateway", "parallelGateway");
        return maker_task(m);
    default:
        a = maker_block(m, depth + 1);
        b = maker_block(m, depth + 1);
        maker_flow(m, a.last, b.first, NULL);
        return (struct span_of_nodes){a.first, b.last};
    }
}

static inline void random_process(struct buf *out, uint64_t *seed, bool wild) {
    struct maker m = {.out = out, .seed = seed, .budget = 24, .wild = wild};
    buf_adds(out, "<definitions xmlns='http://www.omg.org/spec/BPMN/20100524/MODEL' xmlns:mz='https://minzheng.example/bpmn'>"
                  "<message id='m' name='m'/><message id='n' name='n'/><message id='b' name='b'/><signal id='s' name='s'/>"
                  "<error id='e' errorCode='e'/><process id='P' isExecutable='true'>");
    maker_body(&m, 0);
    if (maker_random(&m, 3) == 0)
        maker_event_subprocess(&m, 0);
    buf_adds(out, "</process></definitions>");
}

#endif
