/* Compensation (BPMN 2.0.2, 13.5.5) and cancelled transactions (13.3.5).
 *
 * A completed activity that can be undone leaves a record in its scope; when a
 * sub-process completes its records go to the scope around it, so that it can
 * be undone as a whole.  A throwing event takes the records it means into an
 * UNDO scope of its own, and the handlers run there one after the other, the
 * youngest record first; meanwhile its token waits. */
#include "bpmn/engine_internal.h"

/* ---- what can be undone ------------------------------------------------------- */

/* What undoes `activity`: the handler of its boundary event, BPMN_NONE. */
static uint32_t handler_of(const struct bpmn_model *m, uint32_t activity) {
    uint32_t b = catching_boundary(m, activity, BPMN_COMPENSATION, "");
    return b == BPMN_NONE ? BPMN_NONE : m->node[b].link;
}

static enum status add_record(struct run *r, uint64_t scope, uint32_t activity, uint32_t handler) {
    enum status s = too_many(r, r->record.size);
    if (s != OK)
        return s;
    struct bpmn_record *slot = vec_push_in(r->a, &r->record);
    if (!slot)
        return arena_full(r->d);
    *slot = (struct bpmn_record){scope, activity, handler};
    return OK;
}

enum status record_done(struct run *r, struct bpmn_token t) {
    uint32_t handler = r->m->node[t.node].boundary_count > 0 ? handler_of(r->m, t.node) : BPMN_NONE;
    return handler == BPMN_NONE ? OK : add_record(r, t.scope, t.node, handler);
}

enum status hand_over(struct run *r, struct bpmn_scope scope) {
    uint64_t outer = token_find(r, scope.token)->scope;
    uint32_t start = BPMN_NONE;
    if (scope.kind == BPMN_SCOPE_BODY)
        start = catching_start(r->m, scope.node, BPMN_COMPENSATION, "");
    bool own = handler_of(r->m, scope.node) != BPMN_NONE || start != BPMN_NONE;
    for (size_t i = 0; i < r->record.size;) {
        struct bpmn_record *record = &r->record.at[i];
        if (record->scope == scope.id && own) {
            REMOVE(&r->record, i);
            continue;
        }
        if (record->scope == scope.id)
            record->scope = outer;
        i++;
    }
    return start != BPMN_NONE ? add_record(r, outer, scope.node, r->m->node[start].parent) : OK;
}

/* ---- undoing ---------------------------------------------------------------------- */

static bool within(const struct bpmn_model *m, uint32_t node, uint32_t container) {
    while (node != BPMN_NONE && node != container)
        node = m->node[node].parent;
    return node == container;
}

/* Takes the records of `from` that `activity` (BPMN_NONE: all) means. */
static void take_records(struct run *r, uint64_t from, uint32_t activity, uint64_t into) {
    for (size_t i = 0; i < r->record.size; i++)
        if (r->record.at[i].scope == from &&
            (activity == BPMN_NONE || within(r->m, r->record.at[i].activity, activity)))
            r->record.at[i].scope = into;
}

/* An event sub-process undoes what was done in the body around it. */
static enum status undo(struct run *r, uint64_t token, uint32_t activity) {
    struct bpmn_token t = *token_find(r, token);
    struct bpmn_scope around = *scope_find(r, t.scope);
    uint64_t undoing = 0;
    enum status s = open_scope(r, BPMN_SCOPE_UNDO, t.node, token, &undoing);
    if (s != OK)
        return s;
    take_records(r, t.scope, activity, undoing);
    if (around.token != 0 && r->m->node[around.node].kind == BPMN_EVENT_SUBPROCESS)
        take_records(r, token_find(r, around.token)->scope, activity, undoing);
    return undo_next(r, undoing);
}

/* The sub-process is left by its cancel event; without one it just ends. */
static enum status leave_cancelled(struct run *r, uint64_t token) {
    struct bpmn_scope body = *scope_find(r, token_find(r, token)->scope);
    uint32_t b = catching_boundary(r->m, body.node, BPMN_CANCEL, "");
    enum status s = emit_node(r, BPMN_LEFT, token_find(r, token)->node);
    if (s != OK)
        return s;
    struct bpmn_token outer = *token_find(r, body.token);
    if (outer.index >= 0) { /* one instance is cancelled: so is the activity */
        body = *scope_find(r, outer.scope);
        outer = *token_find(r, body.token);
    }
    if (b != BPMN_NONE)
        return fire_boundary(r, outer.id, b);
    s = token_kill(r, outer.id);
    return s == OK ? complete_if_empty(r, outer.scope) : s;
}

/* All handlers have run: what threw goes on. */
static enum status undone(struct run *r, uint64_t token) {
    const struct bpmn_node *n = &r->m->node[token_find(r, token)->node];
    if (n->trigger == BPMN_CANCEL)
        return leave_cancelled(r, token);
    return n->kind == BPMN_END ? consume(r, token) : leave(r, token);
}

enum status undo_next(struct run *r, uint64_t scope) {
    for (size_t i = r->record.size; i-- > 0;) {
        struct bpmn_record record = r->record.at[i];
        if (record.scope != scope)
            continue;
        REMOVE(&r->record, i);
        return arrive(r, scope, record.handler, BPMN_NONE);
    }
    uint64_t token = scope_find(r, scope)->token;
    forget_scope(r, scope);
    return undone(r, token);
}

enum status compensate(struct run *r, uint64_t token) {
    return undo(r, token, r->m->node[token_find(r, token)->node].compensated);
}

enum status cancel_transaction(struct run *r, uint64_t token) {
    uint64_t scope = token_find(r, token)->scope;
    enum status s = OK;
    for (size_t i = 0; s == OK && i < r->token.size;)
        if (r->token.at[i].scope == scope && r->token.at[i].id != token) {
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
    return s == OK ? undo(r, token, BPMN_NONE) : s;
}
