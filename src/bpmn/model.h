/* A BPMN 2.0 process compiled into flat, immutable arrays.
 *
 * Norm: OMG BPMN 2.0.2 (formal/13-12-09), namespace 20100524/MODEL.
 * Understood: start and end events (none, message, timer, signal, condition;
 * end also error, escalation, compensation, cancel, terminate); intermediate
 * events (message, timer, signal, condition, link, escalation, compensation,
 * none); boundary events (message, timer, signal, condition, error, escalation,
 * compensation, cancel; interrupting or not); user, manual, service,
 * business-rule, script (FEEL), send, receive and plain tasks; call activities;
 * embedded sub-processes, transactions and event sub-processes; exclusive,
 * parallel, inclusive and event-based gateways; standard loops and
 * multi-instance activities, parallel and sequential; data mappings.  Pools,
 * lanes, data objects and annotations are drawings: they are skipped.
 *
 * Refused, with the element and its line: whatever would change the meaning
 * if it were skipped (ad-hoc sub-processes, complex gateways, several
 * definitions in one event, scripts that are not FEEL).  Attributes and
 * elements of other makers are skipped and listed as warnings, except those
 * that hold data mappings and loops (load_data.c).  Expressions of other makers
 * (`${...}`, and conditions in Python or JavaScript) are translated to FEEL
 * where they compare, calculate and combine variables (vendor.c); a script or a
 * call of foreign code is refused with its text.
 *
 * Our attributes, namespace https://minzheng.example/bpmn (prefix mz):
 *   on tasks
 *     mz:role       candidate role
 *     mz:form       form key
 *     mz:level      community | subdistrict | district | city
 *     mz:decision   decision scheme (business-rule task)
 *     mz:handler    service the host runs (service, send task)
 *     mz:limit      legal limit: P10WD (working days), P7D, PT2H
 *     mz:article    legal basis of the step or its limit
 *     mz:notSameAs  ids, comma separated, of tasks and of the process's start event:
 *                   who completed one of them last, or started the process, may
 *                   not complete this one (four eyes)
 *     mz:onDuty     "true": when it opens while somebody is on duty (值班) it is his
 *     mz:outcomes   comma separated choices; completing then needs one
 *   on script, service, business-rule and call activities
 *     mz:result     variable that receives the answer (see engine.h)
 *   on message events, send and receive tasks
 *     mz:correlation  FEEL: text that an incoming message must carry too
 *   on multiInstanceLoopCharacteristics
 *     mz:collection FEEL: a list, one instance for each item
 *     mz:element    variable that holds the item inside the instance
 *     mz:collect    variable that receives the list of what the instances gave
 *     mz:collectValue  FEEL: what an instance gives, in its own variables
 *   on any node
 *     mz:note       free text for the desk
 *   as extension elements of activities and of throwing and catching events
 *     <mz:input name="x" value="FEEL"/>   a variable inside the activity
 *     <mz:output name="x" value="FEEL"/>  what it leaves outside; with one of
 *                   them nothing else leaves
 *
 * A time (timeDuration, timeDate, mz:limit) is a literal or, for timers, FEEL;
 * the engine never computes a date. */
#ifndef BPMN_MODEL_H
#define BPMN_MODEL_H

#include "base/arena.h"
#include "base/evaluator.h"

#define BPMN_NS "http://www.omg.org/spec/BPMN/20100524/MODEL"
#define BPMN_MZ_NS "https://minzheng.example/bpmn"

/* A file beyond these is no process that a person drew. */
enum { BPMN_NODES_MAX = 4096, BPMN_FLOWS_MAX = 16384, BPMN_WARNINGS_MAX = 200 };

#define BPMN_NONE UINT32_MAX /* no node, no flow */

enum bpmn_kind {
    BPMN_START,
    BPMN_END,
    BPMN_CATCH,    /* intermediate */
    BPMN_THROW,    /* intermediate */
    BPMN_BOUNDARY,
    BPMN_TASK,     /* plain: done as soon as it is reached */
    BPMN_USER_TASK,
    BPMN_MANUAL_TASK,
    BPMN_SERVICE_TASK,
    BPMN_RULE_TASK,
    BPMN_SCRIPT_TASK,
    BPMN_SEND_TASK,
    BPMN_RECEIVE_TASK,
    BPMN_CALL,
    BPMN_SUBPROCESS,
    BPMN_EVENT_SUBPROCESS,
    BPMN_EXCLUSIVE,
    BPMN_PARALLEL,
    BPMN_INCLUSIVE,
    BPMN_EVENT_GATEWAY,
    BPMN_KIND_COUNT
};

enum bpmn_trigger {
    BPMN_PLAIN, /* none event, and every node that is no event */
    BPMN_MESSAGE,
    BPMN_TIMER,
    BPMN_SIGNAL,
    BPMN_ERROR,
    BPMN_ESCALATION,
    BPMN_LINK,
    BPMN_TERMINATE,
    BPMN_CONDITIONAL,
    BPMN_COMPENSATION,
    BPMN_CANCEL
};

enum bpmn_loop {
    BPMN_ONCE,
    BPMN_LOOP,        /* while a condition holds */
    BPMN_SEQUENTIAL,  /* multi-instance, one after the other */
    BPMN_AT_ONCE      /* multi-instance, side by side */
};

/* target := value of a FEEL expression */
struct bpmn_mapping {
    const char *target;
    struct span source;
};

enum bpmn_time {
    BPMN_TIME_NONE,
    BPMN_TIME_DURATION,
    BPMN_TIME_DATE,
    BPMN_TIME_CYCLE /* R3/PT10M: repeated by the engine, one timer at a time */
};

/* Strings are terminated, never NULL ("" when absent). */
struct bpmn_node {
    const char *id, *name;
    enum bpmn_kind kind;
    enum bpmn_trigger trigger;
    int line;
    uint32_t parent;       /* sub-process node, BPMN_NONE: the process */
    uint32_t attached;     /* boundary: its activity */
    uint32_t link;         /* link throw: the catch it goes to; compensation boundary: the handler */
    uint32_t compensated;  /* compensation throw and end: the activity, BPMN_NONE: all */
    uint32_t default_flow; /* BPMN_NONE */
    bool interrupting;     /* boundary; start of an event sub-process */
    bool shape;            /* drawn in the diagram */
    bool on_duty;          /* task: of whoever is on duty when it opens */
    bool compensates;      /* isForCompensation: outside the flow */
    bool transaction;      /* sub-process that a cancel end event undoes */
    /* flows: index into model->out / model->in, which hold flow numbers in
     * document order */
    uint32_t out, out_count, in, in_count;
    /* boundary events on this activity: model->boundary[...] */
    uint32_t boundary, boundary_count;

    enum bpmn_time time_kind;
    bool time_is_feel;
    struct span time;        /* "P10WD", "2026-01-01", or FEEL */
    const char *reference;   /* message, signal or link name; error or escalation code; "" catches all */
    struct span script;      /* FEEL */
    struct span condition;   /* FEEL: conditional event */
    struct span correlation; /* FEEL */
    const char *called;      /* call activity: process id */
    const char *result;

    enum bpmn_loop loop;
    bool test_before;           /* BPMN_LOOP: asked before the first round too */
    int loop_max;               /* BPMN_LOOP: 0 none */
    struct span loop_condition; /* BPMN_LOOP: goes round while true; multi-instance: ends when true; FEEL or empty */
    struct span cardinality, collection; /* FEEL; one of them */
    const char *element;        /* variable of the item, "" */
    const char *collect;        /* variable of the list of results, "" */
    struct span collect_value;  /* FEEL */
    const struct bpmn_mapping *input, *output;
    uint32_t input_count, output_count;

    const char *role, *form, *level, *decision, *handler, *limit, *article, *note;
    const char *const *outcome;    /* outcome_count terminated strings */
    uint32_t outcome_count;
    const uint32_t *not_same_as;   /* nodes */
    uint32_t not_same_as_count;
};

struct bpmn_flow {
    const char *id, *name;
    uint32_t from, to;
    struct span condition; /* FEEL, empty: none */
    int line;
    bool drawn;
};

/* Something of the file that has no effect here. */
struct bpmn_warning {
    const char *code;    /* bpmn.ignored_element, bpmn.ignored_attribute, bpmn.other_process ... */
    const char *element; /* id, "" */
    const char *what;    /* "camunda:asyncBefore" */
    int line;
    int count;           /* how often in the file */
};

struct bpmn_model {
    const char *id, *name; /* of the process */
    bool executable;       /* isExecutable */
    struct bpmn_node *node;
    uint32_t node_count;
    struct bpmn_flow *flow;
    uint32_t flow_count;
    const uint32_t *out, *in, *boundary;
    struct bpmn_warning *warning;
    uint32_t warning_count;
};

/* Compiles the process `process_id` of the file (NULL: the executable one,
 * else the first with nodes) into `a`; `text` need not stay.  `feel` may be
 * NULL; its check is asked about every expression.
 * E_INPUT: xml.*, bpmn.*, with diag.where = element id and diag.line;
 * E_NOT_FOUND: bpmn.no_process, bpmn.nothing_to_run; E_LIMIT. */
NODISCARD enum status bpmn_load(struct arena *a, struct span text, const char *process_id,
    const struct evaluator *feel, const struct bpmn_model **ret, struct diag *d);

uint32_t bpmn_node_find(const struct bpmn_model *m, struct span id); /* BPMN_NONE */
uint32_t bpmn_flow_find(const struct bpmn_model *m, struct span id); /* BPMN_NONE */
static inline const struct bpmn_flow *bpmn_out(const struct bpmn_model *m, uint32_t node, uint32_t i) {
    return &m->flow[m->out[m->node[node].out + i]];
}
/* The name in the standard, as bpmn-js writes it: "bpmn:UserTask". */
const char *bpmn_type(const struct bpmn_node *n);
/* A person does it: user and manual tasks. */
static inline bool bpmn_by_person(const struct bpmn_node *n) {
    return n->kind == BPMN_USER_TASK || n->kind == BPMN_MANUAL_TASK;
}

/* A task, call activity or sub-process. */
static inline bool bpmn_activity(const struct bpmn_node *n) { return n->kind >= BPMN_TASK && n->kind <= BPMN_SUBPROCESS; }

/* Begins with its container when that has no start event. */
static inline bool bpmn_begins_by_itself(const struct bpmn_node *n) {
    return n->in_count == 0 && n->kind != BPMN_START && n->kind != BPMN_BOUNDARY && n->kind != BPMN_EVENT_SUBPROCESS &&
           !n->compensates && !(n->kind == BPMN_CATCH && n->trigger == BPMN_LINK);
}

/* What mz:notSameAs may name: a task of a person, or the process's start. */
static inline bool bpmn_remembers_who(const struct bpmn_node *n) {
    return bpmn_by_person(n) || (n->kind == BPMN_START && n->parent == BPMN_NONE);
}

/* ---- durations ---------------------------------------------------------- */

/* P1Y2M3DT4H5M6S, P2W (ISO 8601) and P10WD (working days, ours, alone). */
struct bpmn_duration {
    int months;       /* years included */
    int days;         /* weeks included */
    int working_days;
    int64_t seconds;
};
/* E_INPUT: bpmn.duration */
NODISCARD enum status bpmn_duration_parse(struct span text, struct bpmn_duration *ret, struct diag *d);
/* A duration as above; a date, an instant (RFC 3339) or a local time (Shanghai);
 * or R<n>/<duration>. */
bool bpmn_time_valid(enum bpmn_time kind, struct span text);

#endif
