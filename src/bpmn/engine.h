/* The process engine: a pure step(model, state, event) -> state, effects.
 *
 * Nothing is kept between calls, no clock, no chance.  A state is a value: it
 * is written to JSON with the instance and read back; a step that fails leaves
 * the old state as it was, so a case is either before or after a step.
 *
 * What the host does with the effects, in one transaction with the new state:
 *   TASK_OPENED       a row in the task list (node: role, form, level, limit,
 *                     article, outcomes); later COMPLETE with its key
 *   SERVICE_WANTED    an outbox entry; later ANSWER or FAIL with its key
 *                     (service and send tasks with mz:handler)
 *   DECISION_WANTED   the same for node->decision
 *   CALL_WANTED       starts an instance of node->called; ANSWER when it ends
 *   TIMER_SET         a row; text is "P10WD", "PT2H" or a date; later TIMER
 *   MESSAGE_AWAITED, SIGNAL_AWAITED   a subscription row (text: name,
 *                     correlation)
 *   MESSAGE_SENT, SIGNAL_SENT         an outbox entry; a signal goes to every
 *                     other instance that awaits it: what awaits it in this
 *                     one was told within the step, as the step may end it
 *   CONDITION_AWAITED nothing: the engine asks the condition after every step
 *   ..._CLOSED        that key is gone (done, cancelled or overtaken)
 *   MOVED             only from bpmn_migrate: the key stays, its node is another
 *   ENDED             the instance is over: text is completed, terminated,
 *                     cancelled or error; node the last end event
 *   ENTERED, LEFT, CANCELLED, TAKEN   the trace: nodes, and flows taken
 * Keys are unique within an instance and never used again.
 *
 * Variables are one JSON object.
 *   - The output of a task (an object) is merged into it, member by member.
 *   - A task with mz:outcomes needs "outcome" in its output, one of the list.
 *     It becomes the variable `outcome`, and `outcomes.<task id>` keeps it
 *     when later tasks overwrite `outcome`.
 *   - The answer of a service, decision, script or called process goes to the
 *     variable mz:result; without one an object is merged, null is dropped and
 *     anything else refused (bpmn.result_unnamed).
 *   - A message's payload (an object or null) is merged.
 *   - A mapping (mz:input, an instance's item) makes a variable that only the
 *     activity and what is inside it see.  What is written goes to the nearest
 *     such variable of that name, else to the instance's own.
 *   - `_initiator` etc. are the host's business: it may put anything into
 *     the variables when it starts an instance or completes a task.
 *
 * Choices the standard leaves open:
 *   - Conditions of a gateway are tried in document order, default last; a
 *     condition that is null is not true; a flow without condition is true.
 *   - No flow to take is E_INPUT bpmn.no_way_out: nothing has happened.
 *   - A message reaches one waiter, the one that has waited longest.
 *   - Inclusive joins follow BPMN 2.0.2, 13.4.3.
 *   - An uncaught error end event ends the instance (text "error"); an
 *     uncaught FAIL is refused (bpmn.error_uncaught): the service can be asked
 *     again, the case does not die of it.  Uncaught escalations are ignored.
 *   - In a loop or multi-instance activity loopCounter counts from 1, as lists
 *     do in FEEL; numberOfInstances, numberOfActiveInstances and
 *     numberOfCompletedInstances (and nrOf..., as other engines say) are known.
 *     The trace has the activity once, not once an instance.
 *   - Compensation handlers run one after the other, the last completed
 *     activity first (13.5.5); an activity that repeats is undone once.
 *   - A condition that is true when its event begins to wait fires at once; a
 *     boundary or event sub-process that does not interrupt fires again when the
 *     condition has been false in between.
 *   - A cycle timer (R3/P1D) on an event that does not interrupt is set again
 *     by the engine; elsewhere its first period counts. */
#ifndef BPMN_ENGINE_H
#define BPMN_ENGINE_H

#include "base/buf.h"
#include "bpmn/model.h"

/* Node visits in one step: a model with a loop that never waits ends here
 * with bpmn.endless instead of turning for ever.  Real processes need less
 * than a hundred. */
enum { BPMN_STEP_VISITS_MAX = 10000 };
/* Tokens, scopes and waits of one instance. */
enum { BPMN_TOKENS_MAX = 4096 };

enum bpmn_wait_kind {
    BPMN_WAIT_TASK,
    BPMN_WAIT_SERVICE,
    BPMN_WAIT_DECISION,
    BPMN_WAIT_CALL,
    BPMN_WAIT_TIMER,
    BPMN_WAIT_MESSAGE,
    BPMN_WAIT_SIGNAL,
    BPMN_WAIT_CONDITION
};

enum bpmn_scope_kind {
    BPMN_SCOPE_BODY, /* the process, or a running sub-process */
    BPMN_SCOPE_LOOP, /* the instances of an activity that repeats: tokens at its own node */
    BPMN_SCOPE_UNDO  /* handlers that a compensation runs */
};
/* The first scope is the process; every other is inside a token. */
struct bpmn_scope {
    uint64_t id;
    uint32_t node;   /* where `token` stands; BPMN_NONE: the process */
    uint64_t token;  /* that stands there meanwhile; 0: the process */
    enum bpmn_scope_kind kind;
    /* LOOP */
    int total;       /* instances in all, -1 not known (standard loop) */
    int started, done;
    const struct json *items;   /* sequential: the list; NULL */
    const struct json *results; /* list, with node->collect; NULL */
};
struct bpmn_token {
    uint64_t id;
    uint64_t scope;
    uint32_t node;
    uint32_t flow;   /* by which it came; BPMN_NONE */
    int index;       /* LOOP scope: which instance, from 0; else -1 */
    const struct json *local; /* variables of the activity, NULL none */
};
struct bpmn_wait {
    uint64_t key;
    enum bpmn_wait_kind kind;
    uint32_t node;          /* task, catch or boundary event, start of an event sub-process */
    uint64_t token;         /* 0: an event sub-process waits in `scope` */
    uint64_t scope;
    int left;               /* cycle timers: how many more times, -1 for ever; conditions: last answer */
    const char *text;       /* message or signal name; timer text */
    const char *correlation;/* "" */
};
struct bpmn_done { uint32_t node; const char *who; };
/* A completed activity that can be undone. */
struct bpmn_record {
    uint64_t scope;    /* in which it was completed; an UNDO scope: its turn comes */
    uint32_t activity;
    uint32_t handler;  /* activity, or event sub-process */
};

enum bpmn_status { BPMN_RUNNING, BPMN_COMPLETED, BPMN_TERMINATED, BPMN_CANCELLED, BPMN_FAILED };

struct bpmn_state {
    enum bpmn_status status;
    uint32_t end;     /* end event last reached, BPMN_NONE */
    const char *error;/* error code, "" */
    uint64_t next;    /* next id or key */
    const struct json *variables;
    struct bpmn_scope *scope;
    struct bpmn_token *token;
    struct bpmn_wait *wait;
    struct bpmn_done *done; /* who completed a task last (four eyes) */
    struct bpmn_record *record; /* oldest first */
    uint32_t scope_count, token_count, wait_count, done_count, record_count;
};

enum bpmn_event_kind {
    BPMN_EVENT_COMPLETE, /* task key; payload: output; who */
    BPMN_EVENT_TIMER,    /* key */
    BPMN_EVENT_MESSAGE,  /* name, correlation, payload; key if the host knows the waiter */
    BPMN_EVENT_SIGNAL,   /* name, payload: every waiter of the instance */
    BPMN_EVENT_ANSWER,   /* key of a service, decision or call; payload */
    BPMN_EVENT_FAIL,     /* key; name: error code; payload merged */
    BPMN_EVENT_CANCEL    /* withdrawal: everything ends */
};
struct bpmn_event {
    enum bpmn_event_kind kind;
    uint64_t key;
    struct span name, correlation, who;
    const struct json *payload; /* NULL: nothing */
};

enum bpmn_effect_kind {
    BPMN_TASK_OPENED,
    BPMN_TASK_CLOSED,
    BPMN_SERVICE_WANTED,
    BPMN_SERVICE_CLOSED,
    BPMN_DECISION_WANTED,
    BPMN_DECISION_CLOSED,
    BPMN_CALL_WANTED,
    BPMN_CALL_CLOSED,
    BPMN_TIMER_SET,
    BPMN_TIMER_CLOSED,
    BPMN_MESSAGE_AWAITED,
    BPMN_MESSAGE_CLOSED,
    BPMN_SIGNAL_AWAITED,
    BPMN_SIGNAL_CLOSED,
    BPMN_CONDITION_AWAITED,
    BPMN_CONDITION_CLOSED,
    BPMN_MESSAGE_SENT,
    BPMN_SIGNAL_SENT,
    BPMN_MOVED,
    BPMN_ENDED,
    /* trace */
    BPMN_ENTERED,
    BPMN_LEFT,
    BPMN_CANCELLED_NODE,
    BPMN_TAKEN,
    BPMN_EFFECT_COUNT
};
struct bpmn_effect {
    enum bpmn_effect_kind kind;
    uint32_t node;           /* BPMN_TAKEN: the flow */
    uint64_t key;            /* 0 where none */
    bool completed;          /* ..._CLOSED: by its own event, not cancelled */
    const char *text;        /* timer text, message or signal name, how it ended; "" */
    const char *correlation; /* "" */
    enum bpmn_time time_kind;/* TIMER_SET: TIME_DURATION or TIME_DATE */
};
struct bpmn_result {
    const struct bpmn_state *state;
    struct bpmn_effect *effect;
    uint32_t effect_count;
};

/* Starts an instance.  `start`: id of the start event (a message or timer
 * start the host has seen fire); empty: the none start event, or the only
 * start event.  `who` started it, for the four-eyes rule (mz:notSameAs may name
 * the start event); empty: nobody in particular.  `variables`: object or NULL.  `feel` may be NULL for models
 * without expressions (else bpmn.no_evaluator).  Everything returned is in
 * `a`, or belongs to model, state or event.
 * E_INPUT: bpmn.start_ambiguous, bpmn.start_unknown, bpmn.no_way_out,
 * bpmn.condition, bpmn.script ...; E_LIMIT: bpmn.endless, bpmn.tokens. */
NODISCARD enum status bpmn_start(const struct bpmn_model *m, struct span start,
    struct span who, const struct json *variables, const struct evaluator *feel, struct arena *a,
    struct bpmn_result *ret, struct diag *d);

/* E_CONFLICT: bpmn.ended, bpmn.stale_key (done or cancelled meanwhile),
 * bpmn.wrong_key (a key of another kind), bpmn.not_awaited (message, signal).
 * E_FORBIDDEN: bpmn.four_eyes.  E_INPUT: bpmn.outcome_missing,
 * bpmn.outcome_unknown, bpmn.payload, and those of bpmn_start. */
NODISCARD enum status bpmn_step(const struct bpmn_model *m, const struct bpmn_state *state,
    const struct bpmn_event *event, const struct evaluator *feel, struct arena *a,
    struct bpmn_result *ret, struct diag *d);

/* May `who` complete the task `key`?  The four-eyes rule alone, so that a task
 * list can show it.  E_FORBIDDEN, E_CONFLICT as bpmn_step. */
NODISCARD enum status bpmn_may_complete(const struct bpmn_model *m, const struct bpmn_state *state,
    uint64_t key, struct span who, struct diag *d);

/* The variables as they are seen where `key` waits: what a form of the task
 * shows, what a called process starts with (with input mappings only those).
 * NULL: no such key, or memory ends. */
const struct json *bpmn_variables_at(const struct bpmn_model *m, const struct bpmn_state *state, uint64_t key,
    struct arena *a);

/* The state as JSON, format in docs of bpmn/state.c; element ids, not numbers,
 * so that it can be read and migrated. */
void bpmn_state_write(struct buf *out, const struct bpmn_model *m, const struct bpmn_state *s);
/* Refuses what bpmn_step could not have written: unknown elements, broken
 * references, keys twice, a token where none can wait.  E_INPUT json.*;
 * E_CORRUPT bpmn.state_*. */
NODISCARD enum status bpmn_state_read(const struct bpmn_model *m, struct span text,
    struct arena *a, const struct bpmn_state **ret, struct diag *d);

/* "task_opened", for logs, traces and tests. */
const char *bpmn_effect_name(enum bpmn_effect_kind k);
const char *bpmn_status_name(enum bpmn_status s); /* "running" */

#endif
