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

void forget_token(struct run *r, uint64_t id) {
    for (size_t i = 0; i < r->token.size; i++)
        if (r->token.at[i].id == id) {
            REMOVE(&r->token, i);
            return;
        }
}

enum status too_many(struct run *r, size_t n) {
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
    *t = (struct bpmn_token){.id = r->next++, .scope = scope, .node = node, .flow = flow, .index = -1};
    *ready = t->id;
    return OK;
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

struct bpmn_scope *loop_around(struct run *r, uint64_t token) {
    struct bpmn_token *t = token_find(r, token);
    if (t->index < 0)
        return NULL;
    struct bpmn_scope *scope = scope_find(r, t->scope);
    assert(scope->kind == BPMN_SCOPE_LOOP);
    return scope;
}

enum status leave(struct run *r, uint64_t token) {
    enum status s = map_output(r, token);
    if (s != OK)
        return s;
    return loop_around(r, token) ? instance_done(r, token) : depart(r, token);
}

/* Every flow whose condition is true; the default when no other is. */
enum status depart(struct run *r, uint64_t token) {
    struct bpmn_token t = *token_find(r, token);
    const struct bpmn_node *n = &r->m->node[t.node];
    struct place here = {t.node, token, t.scope};
    enum status s = waits_close_of(r, token);
    if (s == OK && bpmn_activity(n))
        s = record_done(r, t);
    if (s == OK)
        s = emit_node(r, BPMN_LEFT, t.node);
    uint32_t taken = 0;
    for (uint32_t i = 0; s == OK && i < n->out_count; i++) {
        uint32_t f = r->m->out[n->out + i];
        bool yes = false;
        if (f == n->default_flow)
            continue;
        s = feel_true(r, here, r->m->flow[f].condition, &yes);
        if (s != OK)
            diag_at(r->d, "%s", r->m->flow[f].id);
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

void forget_scope(struct run *r, uint64_t id) {
    for (size_t i = 0; i < r->record.size;)
        if (r->record.at[i].scope == id)
            REMOVE(&r->record, i);
        else
            i++;
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
    /* joins hold tokens that have not entered, and an activity that repeats is
     * entered once; nothing is cancelled there */
    if (s == OK && !node_joins(&r->m->node[t.node]) && !is_ready(r, token) && r->m->node[t.node].kind != BPMN_END &&
        t.index < 0)
        s = emit_node(r, BPMN_CANCELLED_NODE, t.node);
    forget_token(r, token);
    return s;
}

/* ---- scopes ---------------------------------------------------------------- */

/* Event sub-processes of `node` begin to listen. */
static enum status listen_inside(struct run *r, uint32_t node, uint64_t scope) {
    enum status s = OK;
    for (uint32_t i = 0; s == OK && i < r->m->node_count; i++) {
        const struct bpmn_node *n = &r->m->node[i];
        enum bpmn_wait_kind kind;
        if (n->kind == BPMN_START && n->parent != BPMN_NONE && n->parent != node &&
            r->m->node[n->parent].kind == BPMN_EVENT_SUBPROCESS && r->m->node[n->parent].parent == node &&
            trigger_wait(n->trigger, &kind))
            s = wait_open(r, kind, i, 0, scope, INT_MIN);
    }
    return s;
}

enum status open_scope(struct run *r, enum bpmn_scope_kind kind, uint32_t node, uint64_t token, uint64_t *ret) {
    enum status s = too_many(r, r->scope.size);
    if (s != OK)
        return s;
    struct bpmn_scope *scope = vec_push_in(r->a, &r->scope);
    if (!scope)
        return arena_full(r->d);
    *ret = r->next++;
    *scope = (struct bpmn_scope){.id = *ret, .node = node, .token = token, .kind = kind};
    return kind == BPMN_SCOPE_BODY ? listen_inside(r, node, *ret) : OK;
}

static enum status close_scope(struct run *r, struct bpmn_scope scope) {
    assert(scope.kind != BPMN_SCOPE_LOOP); /* instances end in loop.c */
    if (scope.kind == BPMN_SCOPE_UNDO)
        return undo_next(r, scope.id);
    enum status s = kill_scope_content(r, scope.id); /* the waits of event sub-processes */
    if (s == OK && scope.token != 0)
        s = hand_over(r, scope);
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
    return s == OK ? run_emit(r, (struct bpmn_effect){.kind = BPMN_ENDED, .node = r->end, .text = bpmn_status_name(status)})
                   : s;
}
