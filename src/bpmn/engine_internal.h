/* Private to the engine.
 *
 * run.c     the working copy of a state, effects, expressions
 * data.c    variables: who sees and who writes what, mappings
 * token.c   tokens arrive, leave, die; scopes open and close
 * wait.c    what the outside world can answer
 * node.c    what each kind of node does when a token arrives
 * loop.c    activities that repeat
 * undo.c    compensation, cancelled transactions
 * event.c   what an event of the host does to the waits
 * join.c    inclusive joins
 * engine.c  start, step */
#ifndef BPMN_ENGINE_INTERNAL_H
#define BPMN_ENGINE_INTERNAL_H

#include "base/vec.h"
#include "bpmn/engine.h"

/* The state while a step changes it.  Everything grows in the caller's arena;
 * the old state is only read. */
struct run {
    const struct bpmn_model *m;
    const struct evaluator *feel;
    struct arena *a;
    struct diag *d;
    enum bpmn_status status;
    uint32_t end;
    const char *error;
    uint64_t next;
    const struct json *variables;
    VEC(struct bpmn_scope) scope;
    VEC(struct bpmn_token) token;
    VEC(struct bpmn_wait) wait;
    VEC(struct bpmn_done) done;
    VEC(struct bpmn_record) record;
    VEC(struct bpmn_effect) effect;
    VEC(uint64_t) ready; /* tokens that have arrived and not yet acted, in order */
    size_t ready_at;
    unsigned visits;
    bool locals; /* some token has, or a loop gives, variables of its own */
};

/* Where an expression is evaluated, or a variable written. */
struct place {
    uint32_t node;
    uint64_t token; /* 0: none, only the scope */
    uint64_t scope;
};

/* run.c */
NODISCARD enum status run_from(struct run *r, const struct bpmn_state *s);
NODISCARD enum status run_result(struct run *r, struct bpmn_result *ret);
NODISCARD enum status run_emit(struct run *r, struct bpmn_effect e);
NODISCARD enum status emit_node(struct run *r, enum bpmn_effect_kind kind, uint32_t node);
NODISCARD enum status feel_value(struct run *r, struct place p, struct span text, const struct json **ret);
/* Empty is true, null is not; what is neither true, false nor null is refused. */
NODISCARD enum status feel_true(struct run *r, struct place p, struct span condition, bool *ret);
/* A text out of FEEL: strings as they are, numbers printed; else `code`. */
NODISCARD enum status bpmn_text(struct run *r, struct place p, struct span text, const char *code, const char **ret);
enum status fail_at(struct run *r, uint32_t node, enum status s);

/* data.c */
struct place token_place(struct run *r, uint64_t token);
/* What is visible there.  NULL: memory. */
const struct json *names_at(struct run *r, struct place p);
/* Writes the members of `object` (NULL or null: nothing; other: bpmn.payload). */
NODISCARD enum status merge(struct run *r, struct place p, const struct json *object);
/* The answer of the node into mz:result, or merged. */
NODISCARD enum status take_answer(struct run *r, struct place p, const struct json *answer);
NODISCARD enum status map_input(struct run *r, uint64_t token);
NODISCARD enum status map_output(struct run *r, uint64_t token);
const struct json *json_of_int(struct arena *a, int64_t n); /* NULL: memory */

/* token.c; an index is valid until tokens are next added or removed */
struct bpmn_token *token_find(struct run *r, uint64_t id);
struct bpmn_scope *scope_find(struct run *r, uint64_t id);
struct bpmn_scope *scope_of_token(struct run *r, uint64_t token); /* that runs inside; NULL */
NODISCARD enum status arrive(struct run *r, uint64_t scope, uint32_t node, uint32_t flow);
/* Takes the token on: its waits close, its flows are taken. */
NODISCARD enum status leave(struct run *r, uint64_t token);
/* As leave, by the one flow. */
NODISCARD enum status leave_by(struct run *r, uint64_t token, uint32_t flow);
/* As leave, with all flows whatever their conditions. */
NODISCARD enum status leave_all(struct run *r, uint64_t token);
/* The token ends here; its scope may be complete with that. */
NODISCARD enum status consume(struct run *r, uint64_t token);
/* Cancelled, with everything inside; its scope is not looked at. */
NODISCARD enum status token_kill(struct run *r, uint64_t token);
NODISCARD enum status kill_scope_content(struct run *r, uint64_t scope);
NODISCARD enum status open_scope(struct run *r, enum bpmn_scope_kind kind, uint32_t node, uint64_t token,
    uint64_t *ret);
void forget_scope(struct run *r, uint64_t id); /* with its records */
void forget_token(struct run *r, uint64_t id);
NODISCARD enum status too_many(struct run *r, size_t n);
/* As leave, after the loop of a token's activity is over. */
NODISCARD enum status depart(struct run *r, uint64_t token);
/* The one that runs `token`'s node again and again, or NULL. */
struct bpmn_scope *loop_around(struct run *r, uint64_t token);
/* Keeps the order: what is first in a list is oldest. */
#define REMOVE(list, index)                                                    \
    (memmove((list)->at + (index), (list)->at + (index) + 1,                   \
         ((list)->size - (index) - 1) * sizeof *(list)->at),                   \
        (list)->size--)
NODISCARD enum status complete_if_empty(struct run *r, uint64_t scope);
NODISCARD enum status finish(struct run *r, enum bpmn_status status);

/* wait.c */
/* Opens a wait at `node` for `token` (0: for an event sub-process of `scope`).
 * `left`: INT_MIN reads it from the model. */
/* What the timer at w->node says now; `left`: cycles left, INT_MIN to count from its text. */
NODISCARD enum status wait_timer_text(struct run *r, struct bpmn_wait *w, int left);
NODISCARD enum status wait_open(struct run *r, enum bpmn_wait_kind kind, uint32_t node, uint64_t token,
    uint64_t scope, int left);
NODISCARD enum status wait_close(struct run *r, size_t index, bool completed);
NODISCARD enum status waits_close_of(struct run *r, uint64_t token);
NODISCARD enum status boundaries_open(struct run *r, uint64_t token);
/* The wait a trigger stands for: timer, message, signal. */
bool trigger_wait(enum bpmn_trigger t, enum bpmn_wait_kind *ret);
/* What a token that stands at this node waits for; false: nothing of the host. */
bool node_wait(const struct bpmn_node *n, enum bpmn_wait_kind *ret);
/* Tokens meet here: a parallel or inclusive gateway with several ways in. */
static inline bool node_joins(const struct bpmn_node *n) {
    return (n->kind == BPMN_PARALLEL || n->kind == BPMN_INCLUSIVE) && n->in_count > 1;
}

/* node.c */
NODISCARD enum status act(struct run *r, uint64_t token);
NODISCARD enum status run_ready(struct run *r);
/* Sends an error or escalation up from `token`: boundaries and event
 * sub-processes.  `*ret_caught`; the token may be gone afterwards. */
NODISCARD enum status propagate(struct run *r, uint64_t token, enum bpmn_trigger trigger, const char *code,
    bool *ret_caught);
NODISCARD enum status fire_boundary(struct run *r, uint64_t token, uint32_t boundary);
NODISCARD enum status fire_event_subprocess(struct run *r, uint64_t scope, uint32_t start);
/* `token` stands at the event sub-process already. */
NODISCARD enum status enter_event_subprocess(struct run *r, uint64_t token, uint32_t start);
uint32_t catching_boundary(const struct bpmn_model *m, uint32_t node, enum bpmn_trigger trigger, const char *code);
/* The start of an event sub-process inside `container`, BPMN_NONE. */
uint32_t catching_start(const struct bpmn_model *m, uint32_t container, enum bpmn_trigger trigger, const char *code);

/* loop.c */
NODISCARD enum status enter_loop(struct run *r, uint64_t token);
NODISCARD enum status instance_done(struct run *r, uint64_t token);
/* loopCounter and its kin as `token` (in this scope) sees them.  NULL: memory. */
const struct json *loop_names(struct run *r, const struct bpmn_scope *scope, const struct bpmn_token *token);

/* undo.c */
/* `token`'s activity is complete: can it be undone later? */
NODISCARD enum status record_done(struct run *r, struct bpmn_token t);
/* A body closes: what was completed in it belongs to the scope around. */
NODISCARD enum status hand_over(struct run *r, struct bpmn_scope scope);
NODISCARD enum status compensate(struct run *r, uint64_t token);
NODISCARD enum status cancel_transaction(struct run *r, uint64_t token);
NODISCARD enum status undo_next(struct run *r, uint64_t scope);

/* wait.c: fires one condition that has become true. */
NODISCARD enum status fire_conditions(struct run *r, bool *ret_any);

/* join.c: fires the inclusive joins that nothing can reach any more. */
NODISCARD enum status fire_inclusive(struct run *r, bool *ret_any);

/* engine.c: everything that is ready acts; what is left must wait for somebody. */
NODISCARD enum status settle(struct run *r, struct bpmn_result *ret);

/* event.c */
NODISCARD enum status fire_wait(struct run *r, size_t wait);
/* All that waits for this signal in this instance; `payload` (or NULL) is merged first. */
NODISCARD enum status fire_signal(struct run *r, struct span name, const struct json *payload, bool *ret_any);
NODISCARD enum status take_event(struct run *r, const struct bpmn_event *e);
enum status four_eyes(const struct bpmn_model *m, const struct bpmn_done *done, size_t n, uint32_t node,
    struct span who, struct diag *d);
/* Who did this last; an empty `who` is nobody. */
enum status remember_who(struct run *r, uint32_t node, struct span who);

#endif
