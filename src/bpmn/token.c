#include "bpmn/engine_internal.h"

#include <limits.h>

struct bpmn_token *token_find(struct run *r, uint64_t id) {
    for (size_t i = 0; i < r->token.size; i++)
        if (r->token.at[i].id == id)
            return &r->token.at[i];
    return NULL;
}

struct bpmn_scope *scope_find(struct run *r, uint64_t id) {
    for (size_t i = 0; i < r->scope.size; i++)
        if (r->scope.at[i].id == id)
            return &r->scope.at[i];
    return NULL;
}

struct bpmn_scope *scope_of_token(struct run *r, uint64_t token) {
    for (size_t i = 0; i < r->scope.size; i++)
        if (r->scope.at[i].token == token && token != 0)
            return &r->scope.at[i];
    return NULL;
}

/* Keeps the order: what is first in a list is oldest. */
#define REMOVE(list, index)                                                    \
    (memmove((list)->at + (index), (list)->at + (index) + 1,                   \
         ((list)->size - (index) - 1) * sizeof *(list)->at),                   \
        (list)->size--)

static void forget_token(struct run *r, uint64_t id) {
    for (size_t i = 0; i < r->token.size; i++)
        if (r->token.at[i].id == id) {
            REMOVE(&r->token, i);
            return;
        }
}

static enum status too_many(struct run *r, size_t n) {
    return n < BPMN_TOKENS_MAX ? OK : diag_fail(r->d, E_LIMIT, "bpmn.tokens", DIAG_N("limit", BPMN_TOKENS_MAX));
}

enum status arrive(struct run *r, uint64_t scope, uint32_t node, uint32_t flow) {
    enum status s = too_many(r, r->token.size);
    if (s != OK)
        return s;
    struct bpmn_token *t = vec_push_in(r->a, &r->token);
    uint64_t *ready = vec_push_in(r->a, &r->ready);
    if (!t || !ready)
        return arena_full(r->d);
    *t = (struct bpmn_token){.id = r->next++, .scope = scope, .node = node, .flow = flow};
    *ready = t->id;
    return OK;
}

/* ---- waits ---------------------------------------------------------------- */

static const struct { enum bpmn_effect_kind open, close; } WAIT_EFFECT[] = {
    [BPMN_WAIT_TASK] = {BPMN_TASK_OPENED, BPMN_TASK_CLOSED},
    [BPMN_WAIT_SERVICE] = {BPMN_SERVICE_WANTED, BPMN_SERVICE_CLOSED},
    [BPMN_WAIT_DECISION] = {BPMN_DECISION_WANTED, BPMN_DECISION_CLOSED},
    [BPMN_WAIT_CALL] = {BPMN_CALL_WANTED, BPMN_CALL_CLOSED},
    [BPMN_WAIT_TIMER] = {BPMN_TIMER_SET, BPMN_TIMER_CLOSED},
    [BPMN_WAIT_MESSAGE] = {BPMN_MESSAGE_AWAITED, BPMN_MESSAGE_CLOSED},
    [BPMN_WAIT_SIGNAL] = {BPMN_SIGNAL_AWAITED, BPMN_SIGNAL_CLOSED},
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

static enum status timer_text(struct run *r, struct bpmn_wait *w, int left) {
    const struct bpmn_node *n = &r->m->node[w->node];
    const char *text = n->time.at;
    if (n->time_is_feel) {
        enum status s = bpmn_text(r, w->node, n->time, "bpmn.time_value", &text);
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
        s = timer_text(r, &w, left);
    if (kind == BPMN_WAIT_MESSAGE || kind == BPMN_WAIT_SIGNAL)
        w.text = n->reference;
    if (s == OK && kind == BPMN_WAIT_MESSAGE && n->correlation.size > 0)
        s = bpmn_text(r, node, n->correlation, "bpmn.correlation", &w.correlation);
    if (s != OK)
        return s;
    struct bpmn_wait *slot = vec_push_in(r->a, &r->wait);
    if (!slot)
        return arena_full(r->d);
    w.key = r->next++;
    *slot = w;
    return emit(r, (struct bpmn_effect){.kind = WAIT_EFFECT[kind].open, .node = node, .key = w.key, .text = w.text,
        .correlation = w.correlation,
        .time_kind = kind != BPMN_WAIT_TIMER               ? BPMN_TIME_NONE
                     : n->time_kind == BPMN_TIME_DATE ? BPMN_TIME_DATE
                                                      : BPMN_TIME_DURATION});
}

enum status wait_close(struct run *r, size_t index, bool completed) {
    struct bpmn_wait w = r->wait.at[index];
    REMOVE(&r->wait, index);
    return emit(r, (struct bpmn_effect){.kind = WAIT_EFFECT[w.kind].close, .node = w.node, .key = w.key,
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
    for (uint32_t i = 0; s == OK && i < n->boundary_count; i++) {
        uint32_t b = r->m->boundary[n->boundary + i];
        enum bpmn_wait_kind kind;
        if (trigger_wait(r->m->node[b].trigger, &kind))
            s = wait_open(r, kind, b, token, t.scope, INT_MIN);
    }
    return s;
}

/* ---- leaving --------------------------------------------------------------- */

static enum status take(struct run *r, uint64_t scope, uint32_t flow) {
    enum status s = emit_node(r, BPMN_TAKEN, flow);
    return s == OK ? arrive(r, scope, r->m->flow[flow].to, flow) : s;
}

static enum status gone(struct run *r, uint64_t token, uint64_t scope) {
    enum status s = waits_close_of(r, token);
    if (s != OK)
        return s;
    forget_token(r, token);
    return complete_if_empty(r, scope);
}

enum status leave_by(struct run *r, uint64_t token, uint32_t flow) {
    struct bpmn_token t = *token_find(r, token);
    enum status s = waits_close_of(r, token);
    if (s == OK)
        s = emit_node(r, BPMN_LEFT, t.node);
    if (s == OK)
        s = take(r, t.scope, flow);
    return s == OK ? gone(r, token, t.scope) : s;
}

enum status leave_all(struct run *r, uint64_t token) {
    struct bpmn_token t = *token_find(r, token);
    const struct bpmn_node *n = &r->m->node[t.node];
    enum status s = waits_close_of(r, token);
    if (s == OK)
        s = emit_node(r, BPMN_LEFT, t.node);
    for (uint32_t i = 0; s == OK && i < n->out_count; i++)
        s = take(r, t.scope, r->m->out[n->out + i]);
    return s == OK ? gone(r, token, t.scope) : s;
}

/* Every flow whose condition is true; the default when no other is. */
enum status leave(struct run *r, uint64_t token) {
    struct bpmn_token t = *token_find(r, token);
    const struct bpmn_node *n = &r->m->node[t.node];
    enum status s = waits_close_of(r, token);
    if (s == OK)
        s = emit_node(r, BPMN_LEFT, t.node);
    uint32_t taken = 0;
    for (uint32_t i = 0; s == OK && i < n->out_count; i++) {
        uint32_t f = r->m->out[n->out + i];
        bool yes = false;
        if (f == n->default_flow)
            continue;
        s = feel_true(r, &r->m->flow[f], &yes);
        if (s == OK && yes) {
            s = take(r, t.scope, f);
            taken++;
        }
    }
    if (s == OK && taken == 0 && n->default_flow != BPMN_NONE)
        s = take(r, t.scope, n->default_flow);
    else if (s == OK && taken == 0 && n->out_count > 0)
        s = fail_at(r, t.node, diag_fail(r->d, E_INPUT, "bpmn.no_way_out", DIAG_S("name", n->name)));
    return s == OK ? gone(r, token, t.scope) : s;
}

enum status consume(struct run *r, uint64_t token) {
    struct bpmn_token t = *token_find(r, token);
    enum status s = emit_node(r, BPMN_LEFT, t.node);
    return s == OK ? gone(r, token, t.scope) : s;
}

/* ---- cancelling ------------------------------------------------------------ */

static bool is_ready(const struct run *r, uint64_t token) {
    for (size_t i = r->ready_at; i < r->ready.size; i++)
        if (r->ready.at[i] == token)
            return true;
    return false;
}

static void forget_scope(struct run *r, uint64_t id) {
    for (size_t i = 0; i < r->scope.size; i++)
        if (r->scope.at[i].id == id) {
            REMOVE(&r->scope, i);
            return;
        }
}

enum status kill_scope_content(struct run *r, uint64_t scope) {
    enum status s = OK;
    for (size_t i = 0; s == OK && i < r->token.size;)
        if (r->token.at[i].scope == scope) {
            s = token_kill(r, r->token.at[i].id);
            i = 0; /* other scopes' tokens may have gone with it */
        } else {
            i++;
        }
    for (size_t i = 0; s == OK && i < r->wait.size;)
        if (r->wait.at[i].scope == scope)
            s = wait_close(r, i, false);
        else
            i++;
    return s;
}

enum status token_kill(struct run *r, uint64_t token) {
    struct bpmn_token t = *token_find(r, token);
    enum status s = OK;
    struct bpmn_scope *inside = scope_of_token(r, token);
    if (inside) {
        uint64_t id = inside->id;
        s = kill_scope_content(r, id);
        forget_scope(r, id);
    }
    if (s == OK)
        s = waits_close_of(r, token);
    /* joins hold tokens that have not entered; nothing is cancelled there */
    if (s == OK && !node_joins(&r->m->node[t.node]) && !is_ready(r, token) && r->m->node[t.node].kind != BPMN_END)
        s = emit_node(r, BPMN_CANCELLED_NODE, t.node);
    forget_token(r, token);
    return s;
}

/* ---- scopes ---------------------------------------------------------------- */

enum status open_scope(struct run *r, uint32_t node, uint64_t token, uint64_t *ret) {
    enum status s = too_many(r, r->scope.size);
    if (s != OK)
        return s;
    struct bpmn_scope *scope = vec_push_in(r->a, &r->scope);
    if (!scope)
        return arena_full(r->d);
    uint64_t id = r->next++;
    *scope = (struct bpmn_scope){.id = id, .node = node, .token = token};
    *ret = id;
    for (uint32_t i = 0; s == OK && i < r->m->node_count; i++) {
        const struct bpmn_node *n = &r->m->node[i];
        enum bpmn_wait_kind kind;
        if (n->kind == BPMN_START && n->parent != BPMN_NONE && n->parent != node &&
            r->m->node[n->parent].kind == BPMN_EVENT_SUBPROCESS && r->m->node[n->parent].parent == node &&
            trigger_wait(n->trigger, &kind))
            s = wait_open(r, kind, i, 0, id, INT_MIN);
    }
    return s;
}

static enum status close_scope(struct run *r, struct bpmn_scope scope) {
    enum status s = kill_scope_content(r, scope.id); /* the waits of event sub-processes */
    if (s != OK)
        return s;
    forget_scope(r, scope.id);
    if (scope.token == 0)
        return finish(r, BPMN_COMPLETED);
    return r->m->node[scope.node].kind == BPMN_EVENT_SUBPROCESS ? consume(r, scope.token) : leave(r, scope.token);
}

enum status complete_if_empty(struct run *r, uint64_t scope) {
    struct bpmn_scope *found = scope_find(r, scope);
    if (!found)
        return OK;
    for (size_t i = 0; i < r->token.size; i++)
        if (r->token.at[i].scope == scope)
            return OK;
    return close_scope(r, *found);
}

enum status finish(struct run *r, enum bpmn_status status) {
    enum status s = OK;
    while (s == OK && r->scope.size > 0) {
        uint64_t root = r->scope.at[0].id;
        s = kill_scope_content(r, root);
        forget_scope(r, root);
    }
    r->status = status;
    return s == OK ? emit(r, (struct bpmn_effect){.kind = BPMN_ENDED, .node = r->end, .text = bpmn_status_name(status)})
                   : s;
}
