#include "bpmn/engine_internal.h"

#include <limits.h>

/* ---- gateways -------------------------------------------------------------- */

static enum status choose(struct run *r, uint64_t token, uint32_t node) {
    const struct bpmn_node *n = &r->m->node[node];
    for (uint32_t i = 0; i < n->out_count; i++) {
        uint32_t f = r->m->out[n->out + i];
        bool yes = false;
        if (f == n->default_flow)
            continue;
        enum status s = feel_true(r, token_place(r, token), r->m->flow[f].condition, &yes);
        if (s != OK)
            return diag_at(r->d, "%s", r->m->flow[f].id), s;
        if (yes)
            return leave_by(r, token, f);
    }
    if (n->default_flow != BPMN_NONE)
        return leave_by(r, token, n->default_flow);
    if (n->out_count == 0)
        return leave(r, token);
    return fail_at(r, node, diag_fail(r->d, E_INPUT, "bpmn.no_way_out", DIAG_S("name", n->name)));
}

/* The oldest token that came into `node` by `flow`; 0: none. */
static uint64_t came_by(struct run *r, uint64_t scope, uint32_t node, uint32_t flow) {
    for (size_t i = 0; i < r->token.size; i++) {
        const struct bpmn_token *t = &r->token.at[i];
        if (t->scope == scope && t->node == node && t->flow == flow)
            return t->id;
    }
    return 0;
}

/* One token from every way in becomes one token out (13.4.1). */
static enum status join_parallel(struct run *r, uint64_t token) {
    const struct bpmn_token t = *token_find(r, token);
    const struct bpmn_node *n = &r->m->node[t.node];
    for (uint32_t i = 0; i < n->in_count; i++)
        if (came_by(r, t.scope, t.node, r->m->in[n->in + i]) == 0)
            return OK; /* it waits */
    enum status s = emit_node(r, BPMN_ENTERED, t.node);
    for (uint32_t i = 0; s == OK && i < n->in_count; i++) {
        uint64_t other = came_by(r, t.scope, t.node, r->m->in[n->in + i]);
        if (other != token && r->m->in[n->in + i] != t.flow)
            s = token_kill(r, other);
    }
    return s == OK ? leave_all(r, token) : s;
}

static enum status open_race(struct run *r, uint64_t token) {
    const struct bpmn_token t = *token_find(r, token);
    const struct bpmn_node *n = &r->m->node[t.node];
    enum status s = OK;
    for (uint32_t i = 0; s == OK && i < n->out_count; i++) {
        uint32_t to = bpmn_out(r->m, t.node, i)->to;
        enum bpmn_wait_kind kind;
        if (node_wait(&r->m->node[to], &kind))
            s = wait_open(r, kind, to, token, t.scope, INT_MIN);
    }
    return s;
}

/* ---- sub-processes --------------------------------------------------------- */

static enum status enter_subprocess(struct run *r, uint64_t token, uint32_t node) {
    enum status s = boundaries_open(r, token);
    uint64_t scope = 0;
    if (s == OK)
        s = open_scope(r, BPMN_SCOPE_BODY, node, token, &scope);
    bool started = false;
    for (uint32_t i = 0; s == OK && i < r->m->node_count; i++)
        if (r->m->node[i].parent == node && r->m->node[i].kind == BPMN_START) {
            s = arrive(r, scope, i, BPMN_NONE);
            started = true;
        }
    for (uint32_t i = 0; s == OK && !started && i < r->m->node_count; i++)
        if (r->m->node[i].parent == node && bpmn_begins_by_itself(&r->m->node[i]))
            s = arrive(r, scope, i, BPMN_NONE);
    return s == OK ? complete_if_empty(r, scope) : s;
}

enum status enter_event_subprocess(struct run *r, uint64_t token, uint32_t start) {
    uint32_t node = r->m->node[start].parent;
    enum status s = emit_node(r, BPMN_ENTERED, node);
    uint64_t inside = 0;
    if (s == OK)
        s = open_scope(r, BPMN_SCOPE_BODY, node, token, &inside);
    return s == OK ? arrive(r, inside, start, BPMN_NONE) : s;
}

enum status fire_event_subprocess(struct run *r, uint64_t scope, uint32_t start) {
    enum status s = OK;
    if (r->m->node[start].interrupting)
        s = kill_scope_content(r, scope);
    if (s == OK)
        s = arrive(r, scope, r->m->node[start].parent, BPMN_NONE);
    if (s != OK)
        return s;
    /* the token stands at the sub-process while it runs; it does not act */
    r->ready.size--;
    return enter_event_subprocess(r, r->token.at[r->token.size - 1].id, start);
}

enum status fire_boundary(struct run *r, uint64_t token, uint32_t boundary) {
    uint64_t scope = token_find(r, token)->scope;
    enum status s = arrive(r, scope, boundary, BPMN_NONE);
    return s == OK && r->m->node[boundary].interrupting ? token_kill(r, token) : s;
}

/* ---- errors and escalations ------------------------------------------------- */

static bool catches(const struct bpmn_node *n, enum bpmn_trigger trigger, const char *code, bool exact) {
    return n->trigger == trigger && (exact ? n->reference[0] && strcmp(n->reference, code) == 0 : !n->reference[0]);
}

/* The boundary event of `node` that catches; the one with the code before the
 * one that catches all. */
uint32_t catching_boundary(const struct bpmn_model *m, uint32_t node, enum bpmn_trigger trigger,
    const char *code) {
    const struct bpmn_node *n = &m->node[node];
    for (int exact = 1; exact >= 0; exact--)
        for (uint32_t i = 0; i < n->boundary_count; i++)
            if (catches(&m->node[m->boundary[n->boundary + i]], trigger, code, exact))
                return m->boundary[n->boundary + i];
    return BPMN_NONE;
}

uint32_t catching_start(const struct bpmn_model *m, uint32_t container, enum bpmn_trigger trigger,
    const char *code) {
    for (int exact = 1; exact >= 0; exact--)
        for (uint32_t i = 0; i < m->node_count; i++) {
            const struct bpmn_node *n = &m->node[i];
            if (n->kind == BPMN_START && n->parent != BPMN_NONE &&
                m->node[n->parent].kind == BPMN_EVENT_SUBPROCESS && m->node[n->parent].parent == container &&
                catches(n, trigger, code, exact))
                return i;
        }
    return BPMN_NONE;
}

enum status propagate(struct run *r, uint64_t token, enum bpmn_trigger trigger, const char *code, bool *ret_caught) {
    *ret_caught = true;
    for (;;) {
        const struct bpmn_token t = *token_find(r, token);
        uint32_t b = t.index < 0 ? catching_boundary(r->m, t.node, trigger, code) : BPMN_NONE;
        if (b != BPMN_NONE)
            return fire_boundary(r, token, b);
        const struct bpmn_scope scope = *scope_find(r, t.scope);
        /* what an event sub-process throws is not for its siblings */
        if (scope.kind == BPMN_SCOPE_BODY && r->m->node[t.node].kind != BPMN_EVENT_SUBPROCESS) {
            uint32_t start = catching_start(r->m, scope.node, trigger, code);
            if (start != BPMN_NONE)
                return fire_event_subprocess(r, scope.id, start);
        }
        if (scope.token == 0)
            break;
        token = scope.token;
    }
    *ret_caught = false;
    return OK;
}

/* ---- events ------------------------------------------------------------------ */

/* The token may be gone afterwards: interrupted by what it called. */
static enum status throw_trigger(struct run *r, uint64_t token, uint32_t node) {
    const struct bpmn_node *n = &r->m->node[node];
    struct bpmn_effect e = {.node = node, .text = n->reference};
    if (n->trigger == BPMN_SIGNAL) {
        e.kind = BPMN_SIGNAL_SENT;
        bool any;
        enum status s = run_emit(r, e);
        return s == OK ? fire_signal(r, span_of(n->reference), NULL, &any) : s;
    }
    e.kind = BPMN_MESSAGE_SENT;
    enum status s = OK;
    if (n->correlation.size > 0)
        s = bpmn_text(r, token_place(r, token), n->correlation, "bpmn.correlation", &e.correlation);
    return s == OK ? run_emit(r, e) : s;
}

static enum status throw_event(struct run *r, uint64_t token, uint32_t node) {
    const struct bpmn_node *n = &r->m->node[node];
    bool caught;
    enum status s = OK;
    switch (n->trigger) {
    case BPMN_MESSAGE:
    case BPMN_SIGNAL:
        s = throw_trigger(r, token, node);
        break;
    case BPMN_ESCALATION:
        s = propagate(r, token, BPMN_ESCALATION, n->reference, &caught);
        break;
    case BPMN_COMPENSATION:
        return compensate(r, token);
    case BPMN_LINK: {
        uint64_t scope = token_find(r, token)->scope;
        s = arrive(r, scope, n->link, BPMN_NONE);
        return s == OK ? consume(r, token) : s;
    }
    default:
        break;
    }
    if (s != OK || !token_find(r, token))
        return s; /* interrupted by what it called */
    return leave(r, token);
}

static enum status end_by_error(struct run *r, uint64_t token, const char *code) {
    bool caught;
    enum status s = propagate(r, token, BPMN_ERROR, code, &caught);
    if (s != OK || caught)
        return s;
    r->error = code;
    return finish(r, BPMN_FAILED);
}

static enum status terminate(struct run *r, uint64_t token) {
    struct bpmn_scope scope = *scope_find(r, token_find(r, token)->scope);
    if (scope.token == 0)
        return finish(r, BPMN_TERMINATED);
    enum status s = kill_scope_content(r, scope.id);
    return s == OK ? complete_if_empty(r, scope.id) : s;
}

static enum status end_event(struct run *r, uint64_t token, uint32_t node) {
    const struct bpmn_node *n = &r->m->node[node];
    bool caught;
    enum status s = OK;
    r->end = node;
    switch (n->trigger) {
    case BPMN_TERMINATE:
        s = emit_node(r, BPMN_LEFT, node);
        return s == OK ? terminate(r, token) : s;
    case BPMN_ERROR:
        s = emit_node(r, BPMN_LEFT, node);
        return s == OK ? end_by_error(r, token, n->reference) : s;
    case BPMN_ESCALATION:
        s = propagate(r, token, BPMN_ESCALATION, n->reference, &caught);
        break;
    case BPMN_COMPENSATION:
        return compensate(r, token);
    case BPMN_CANCEL:
        return cancel_transaction(r, token);
    case BPMN_MESSAGE:
    case BPMN_SIGNAL:
        s = throw_trigger(r, token, node);
        break;
    default:
        break;
    }
    if (s != OK || !token_find(r, token))
        return s;
    return consume(r, token);
}

/* ---- a token arrives ---------------------------------------------------------- */

static enum status run_script(struct run *r, uint64_t token, uint32_t node) {
    const struct json *v;
    struct place here = token_place(r, token);
    enum status s = feel_value(r, here, r->m->node[node].script, &v);
    if (s == OK)
        s = take_answer(r, here, v);
    return s == OK ? leave(r, token) : s;
}

static enum status wait_here(struct run *r, uint64_t token, uint32_t node, enum bpmn_wait_kind kind) {
    uint64_t scope = token_find(r, token)->scope;
    enum status s = wait_open(r, kind, node, token, scope, INT_MIN);
    return s == OK ? boundaries_open(r, token) : s;
}

enum status act(struct run *r, uint64_t token) {
    uint32_t node = token_find(r, token)->node;
    const struct bpmn_node *n = &r->m->node[node];
    if (++r->visits > BPMN_STEP_VISITS_MAX)
        return fail_at(r, node, diag_fail(r->d, E_LIMIT, "bpmn.endless", DIAG_N("limit", BPMN_STEP_VISITS_MAX)));
    if (node_joins(n))
        return n->kind == BPMN_PARALLEL ? join_parallel(r, token) : OK; /* inclusive: join.c, when all is still */

    bool instance = loop_around(r, token) != NULL;
    if (n->loop != BPMN_ONCE && !instance)
        return enter_loop(r, token);
    enum status s = OK;
    /* event sub-processes say so themselves, an activity that repeats has said so */
    if (!instance && n->kind != BPMN_EVENT_SUBPROCESS)
        s = emit_node(r, BPMN_ENTERED, node);
    if (s == OK)
        s = map_input(r, token);
    if (s != OK)
        return s;
    enum bpmn_wait_kind kind;
    if (node_wait(n, &kind))
        return wait_here(r, token, node, kind);
    switch (n->kind) {
    case BPMN_EVENT_SUBPROCESS: /* as a compensation handler */
        return enter_event_subprocess(r, token, catching_start(r->m, n->parent, BPMN_COMPENSATION, ""));
    case BPMN_END:
        return end_event(r, token, node);
    case BPMN_THROW:
        return throw_event(r, token, node);
    case BPMN_SCRIPT_TASK:
        return run_script(r, token, node);
    case BPMN_SEND_TASK:
        s = throw_trigger(r, token, node);
        return s == OK && token_find(r, token) ? leave(r, token) : s;
    case BPMN_SUBPROCESS:
        return enter_subprocess(r, token, node);
    case BPMN_EXCLUSIVE:
        return choose(r, token, node);
    case BPMN_PARALLEL:
        return leave_all(r, token);
    case BPMN_EVENT_GATEWAY:
        return open_race(r, token);
    default: /* start, boundary, link catch, plain task, inclusive split */
        return leave(r, token);
    }
}

static bool throws_signal(struct run *r, uint64_t token) {
    const struct bpmn_token *t = token_find(r, token);
    const struct bpmn_node *n = t ? &r->m->node[t->node] : NULL;
    return n && n->trigger == BPMN_SIGNAL && (n->kind == BPMN_THROW || n->kind == BPMN_END);
}

/* A signal is thrown when nothing else of the step can act: the catch of a
 * branch beside it waits by then, whichever branch is drawn first. */
static bool must_yield(struct run *r, uint64_t token) {
    if (!throws_signal(r, token))
        return false;
    for (size_t i = r->ready_at; i < r->ready.size; i++)
        if (token_find(r, r->ready.at[i]) && !throws_signal(r, r->ready.at[i]))
            return true;
    return false;
}

enum status run_ready(struct run *r) {
    enum status s = OK;
    bool again = true;
    while (s == OK && again) {
        while (s == OK && r->ready_at < r->ready.size) {
            uint64_t token = r->ready.at[r->ready_at++];
            if (must_yield(r, token)) {
                uint64_t *later = vec_push_in(r->a, &r->ready);
                if (!later)
                    return arena_full(r->d);
                *later = token;
            } else if (token_find(r, token)) {
                s = act(r, token);
            }
        }
        again = false;
        if (s == OK)
            s = fire_inclusive(r, &again);
        if (s == OK && !again)
            s = fire_conditions(r, &again);
    }
    return s;
}
