#include "bpmn/engine_internal.h"

#include <limits.h>

static const struct { enum bpmn_effect_kind open, close; } WAIT_EFFECT[] = {
    [BPMN_WAIT_TASK] = {BPMN_TASK_OPENED, BPMN_TASK_CLOSED},
    [BPMN_WAIT_SERVICE] = {BPMN_SERVICE_WANTED, BPMN_SERVICE_CLOSED},
    [BPMN_WAIT_DECISION] = {BPMN_DECISION_WANTED, BPMN_DECISION_CLOSED},
    [BPMN_WAIT_CALL] = {BPMN_CALL_WANTED, BPMN_CALL_CLOSED},
    [BPMN_WAIT_TIMER] = {BPMN_TIMER_SET, BPMN_TIMER_CLOSED},
    [BPMN_WAIT_MESSAGE] = {BPMN_MESSAGE_AWAITED, BPMN_MESSAGE_CLOSED},
    [BPMN_WAIT_SIGNAL] = {BPMN_SIGNAL_AWAITED, BPMN_SIGNAL_CLOSED},
    [BPMN_WAIT_CONDITION] = {BPMN_CONDITION_AWAITED, BPMN_CONDITION_CLOSED},
};

bool trigger_wait(enum bpmn_trigger t, enum bpmn_wait_kind *ret) {
    switch (t) {
    case BPMN_TIMER:
        *ret = BPMN_WAIT_TIMER;
        return true;
    case BPMN_MESSAGE:
        *ret = BPMN_WAIT_MESSAGE;
        return true;
    case BPMN_SIGNAL:
        *ret = BPMN_WAIT_SIGNAL;
        return true;
    case BPMN_CONDITIONAL:
        *ret = BPMN_WAIT_CONDITION;
        return true;
    default:
        return false;
    }
}

bool node_wait(const struct bpmn_node *n, enum bpmn_wait_kind *ret) {
    switch (n->kind) {
    case BPMN_USER_TASK:
    case BPMN_MANUAL_TASK:
        *ret = BPMN_WAIT_TASK;
        return true;
    case BPMN_SERVICE_TASK:
        *ret = BPMN_WAIT_SERVICE;
        return true;
    case BPMN_SEND_TASK:
        *ret = BPMN_WAIT_SERVICE;
        return n->handler[0] != '\0';
    case BPMN_RULE_TASK:
        *ret = BPMN_WAIT_DECISION;
        return true;
    case BPMN_CALL:
        *ret = BPMN_WAIT_CALL;
        return true;
    case BPMN_RECEIVE_TASK:
        *ret = BPMN_WAIT_MESSAGE;
        return true;
    case BPMN_CATCH:
        return trigger_wait(n->trigger, ret);
    default:
        return false;
    }
}

/* "R3/PT10M": two more after the first, "R/..": for ever (-1). */
static int cycle_left(const char *text) {
    if (text[1] == '/')
        return -1;
    int n = atoi(text + 1);
    return n > 0 ? n - 1 : 0;
}

enum status wait_timer_text(struct run *r, struct bpmn_wait *w, int left) {
    const struct bpmn_node *n = &r->m->node[w->node];
    const char *text = n->time.at;
    if (n->time_is_feel) {
        enum status s = bpmn_text(r, (struct place){w->node, w->token, w->scope}, n->time, "bpmn.time_value", &text);
        if (s != OK)
            return s;
        if (!bpmn_time_valid(n->time_kind, span_of(text)))
            return fail_at(r, w->node, diag_fail(r->d, E_INPUT, "bpmn.time_value", DIAG_SPAN("text", n->time)));
    }
    if (n->time_kind == BPMN_TIME_CYCLE) {
        w->left = left == INT_MIN ? cycle_left(text) : left;
        text = strchr(text, '/') + 1;
    }
    w->text = text;
    return OK;
}

enum status wait_open(struct run *r, enum bpmn_wait_kind kind, uint32_t node, uint64_t token, uint64_t scope,
    int left) {
    enum status s = too_many(r, r->wait.size);
    if (s != OK)
        return s;
    const struct bpmn_node *n = &r->m->node[node];
    struct bpmn_wait w = {.kind = kind, .node = node, .token = token, .scope = scope, .text = "", .correlation = ""};
    if (kind == BPMN_WAIT_TIMER)
        s = wait_timer_text(r, &w, left);
    if (kind == BPMN_WAIT_MESSAGE || kind == BPMN_WAIT_SIGNAL)
        w.text = n->reference;
    if (s == OK && kind == BPMN_WAIT_MESSAGE && n->correlation.size > 0)
        s = bpmn_text(r, (struct place){node, token, scope}, n->correlation, "bpmn.correlation", &w.correlation);
    if (s != OK)
        return s;
    struct bpmn_wait *slot = vec_push_in(r->a, &r->wait);
    if (!slot)
        return arena_full(r->d);
    w.key = r->next++;
    *slot = w;
    return run_emit(r, (struct bpmn_effect){.kind = WAIT_EFFECT[kind].open, .node = node, .key = w.key, .text = w.text,
        .correlation = w.correlation,
        .time_kind = kind != BPMN_WAIT_TIMER               ? BPMN_TIME_NONE
                     : n->time_kind == BPMN_TIME_DATE ? BPMN_TIME_DATE
                                                      : BPMN_TIME_DURATION});
}

enum status wait_close(struct run *r, size_t index, bool completed) {
    struct bpmn_wait w = r->wait.at[index];
    REMOVE(&r->wait, index);
    return run_emit(r, (struct bpmn_effect){.kind = WAIT_EFFECT[w.kind].close, .node = w.node, .key = w.key,
        .completed = completed, .text = w.text, .correlation = w.correlation});
}

enum status waits_close_of(struct run *r, uint64_t token) {
    enum status s = OK;
    for (size_t i = 0; s == OK && i < r->wait.size;)
        if (r->wait.at[i].token == token)
            s = wait_close(r, i, false);
        else
            i++;
    return s;
}

enum status boundaries_open(struct run *r, uint64_t token) {
    const struct bpmn_token t = *token_find(r, token);
    const struct bpmn_node *n = &r->m->node[t.node];
    enum status s = OK;
    if (t.index >= 0)
        return OK; /* they belong to the whole activity, not to one of its instances */
    for (uint32_t i = 0; s == OK && i < n->boundary_count; i++) {
        uint32_t b = r->m->boundary[n->boundary + i];
        enum bpmn_wait_kind kind;
        if (trigger_wait(r->m->node[b].trigger, &kind))
            s = wait_open(r, kind, b, token, t.scope, INT_MIN);
    }
    return s;
}

/* ---- conditions --------------------------------------------------------------- */

/* A condition fires when it becomes true: `left` keeps its last answer. */
enum status fire_conditions(struct run *r, bool *ret_any) {
    *ret_any = false;
    for (size_t i = 0; i < r->wait.size; i++) {
        struct bpmn_wait w = r->wait.at[i];
        if (w.kind != BPMN_WAIT_CONDITION)
            continue;
        if (++r->visits > BPMN_STEP_VISITS_MAX)
            return fail_at(r, w.node,
                diag_fail(r->d, E_LIMIT, "bpmn.endless", DIAG_N("limit", BPMN_STEP_VISITS_MAX)));
        bool now = false;
        enum status s = feel_true(r, (struct place){w.node, w.token, w.scope}, r->m->node[w.node].condition, &now);
        if (s != OK)
            return s;
        r->wait.at[i].left = now;
        if (now && !w.left) {
            *ret_any = true;
            return fire_wait(r, i);
        }
    }
    return OK;
}
