/* Runs a process in memory: tasks complete themselves, services answer at
 * once, timers fire in order on a virtual clock, signals come back, messages
 * that the process sends reach itself.  For `minzheng bpmn run --trace`.
 *
 * What a person or service would answer is taken from `answers`, an object
 * {element id: output, or [output of the first visit, second, ...]}; without one
 * a task with outcomes takes the first, others answer nothing.  Called
 * processes of the same file run in their place; the other pools of the diagram
 * run beside when they are executable, or when a message starts them. */
#ifndef BPMN_TRACE_H
#define BPMN_TRACE_H

#include "bpmn/engine.h"

struct bpmn_trace_line {
    uint64_t seq;        /* from 1 */
    const char *event;   /* start, enter, leave, cancel, take, end */
    const char *element; /* id */
    const char *type;    /* bpmn:UserTask, bpmn:SequenceFlow */
};
struct bpmn_trace {
    enum bpmn_status status;     /* BPMN_RUNNING: it waits */
    const char *waits_for;       /* name of the message or signal it waits for, "" */
    const char *waits_at;        /* element id */
    const struct json *variables;
    struct bpmn_trace_line *line;
    uint32_t line_count;
    uint32_t steps;
};

/* At most this many steps: a process that goes round for ever through its
 * timers ends with bpmn.endless. */
enum { BPMN_TRACE_STEPS_MAX = 2000 };

/* `file`: the whole text, for called processes; `model` from it.  `start`: as
 * bpmn_start, but of several start events the first plain one is taken.  When a step
 * is refused *ret holds the trace up to there. */
NODISCARD enum status bpmn_run(struct arena *a, struct span file, const struct bpmn_model *model,
    struct span start, const struct json *variables, const struct json *answers, const struct evaluator *feel,
    struct bpmn_trace *ret, struct diag *d);

/* One JSON object a line: {"seq":1,"event":"enter","element":"A","type":"bpmn:Task"} */
void bpmn_trace_write(struct buf *out, const struct bpmn_trace *t);

#endif
