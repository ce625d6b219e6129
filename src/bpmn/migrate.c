#include "bpmn/migrate.h"

#include "bpmn/engine_internal.h"

#include <limits.h>

/* ---- which element goes where --------------------------------------------------- */

static bool alike(const struct bpmn_node *a, const struct bpmn_node *b) {
    bool kind = a->kind == b->kind || (bpmn_by_person(a) && bpmn_by_person(b));
    enum bpmn_wait_kind x = 0, y = 0;
    bool waits = node_wait(a, &x) == node_wait(b, &y) && x == y;
    return kind && waits && a->trigger == b->trigger && a->loop == b->loop &&
           (a->collect[0] != '\0') == (b->collect[0] != '\0') && node_joins(a) == node_joins(b) &&
           a->transaction == b->transaction;
}

static const struct bpmn_move *named(const struct bpmn_move *move, uint32_t count, const char *id) {
    for (uint32_t i = 0; i < count; i++)
        if (strcmp(move[i].from, id) == 0)
            return &move[i];
    return NULL;
}

/* Where the old and the new numbers of nodes and flows are. */
struct journey {
    struct run *r; /* of the new model */
    const struct bpmn_model *from;
    const struct bpmn_move *move;
    uint32_t count;
    bool *known; /* by node of the new model: the old one had it too */
};

static uint32_t node_after(const struct journey *j, uint32_t old) {
    const struct bpmn_move *m = named(j->move, j->count, j->from->node[old].id);
    uint32_t new = bpmn_node_find(j->r->m, span_of(m ? m->to : j->from->node[old].id));
    return new != BPMN_NONE && alike(&j->from->node[old], &j->r->m->node[new]) ? new : BPMN_NONE;
}

/* A way into `node`, which is the new place of what stood at its end. */
static uint32_t flow_after(const struct journey *j, uint32_t old, uint32_t node) {
    if (old == BPMN_NONE)
        return BPMN_NONE;
    const struct bpmn_move *m = named(j->move, j->count, j->from->flow[old].id);
    uint32_t new = bpmn_flow_find(j->r->m, span_of(m ? m->to : j->from->flow[old].id));
    return new != BPMN_NONE && j->r->m->flow[new].to == node ? new : BPMN_NONE;
}

static enum status refuse_move(const struct journey *j, uint32_t old, const char *code) {
    const struct bpmn_node *n = &j->from->node[old];
    diag_fail(j->r->d, E_CONFLICT, code, DIAG_S("name", n->name), DIAG_S("element", n->id));
    diag_at(j->r->d, "%s", n->id);
    return E_CONFLICT;
}

static enum status go(const struct journey *j, uint32_t *node) {
    uint32_t new = node_after(j, *node);
    if (new == BPMN_NONE)
        return refuse_move(j, *node, "bpmn.migrate_element");
    *node = new;
    return OK;
}

/* ---- tokens, scopes, records --------------------------------------------------------- */

static enum status move_token(const struct journey *j, struct bpmn_token *t) {
    uint32_t old = t->node;
    enum status s = go(j, &t->node);
    if (s != OK)
        return s;
    t->flow = flow_after(j, t->flow, t->node);
    if (t->flow == BPMN_NONE && node_joins(&j->r->m->node[t->node]))
        return refuse_move(j, old, "bpmn.migrate_join");
    const struct bpmn_scope *scope = scope_find(j->r, t->scope); /* moved before */
    if (scope->kind == BPMN_SCOPE_BODY && j->r->m->node[t->node].parent != scope->node)
        return refuse_move(j, old, "bpmn.migrate_place");
    return OK;
}

/* What was done at two places must not be done twice at one. */
static enum status apart(const struct journey *j, const uint32_t *was) {
    struct run *r = j->r;
    for (size_t i = 0; i < r->token.size; i++)
        for (size_t k = 0; k < i; k++)
            if (r->token.at[i].scope == r->token.at[k].scope && r->token.at[i].node == r->token.at[k].node && was[i] != was[k])
                return refuse_move(j, was[i], "bpmn.migrate_twice");
    return OK;
}

static enum status move_tokens(const struct journey *j) {
    struct run *r = j->r;
    enum status s = OK;
    uint32_t *was = ARENA_ARRAY(r->a, r->token.size + 1, uint32_t);
    if (!was)
        return arena_full(r->d);
    for (size_t i = 0; i < r->token.size; i++)
        was[i] = r->token.at[i].node;
    for (size_t i = 0; s == OK && i < r->scope.size; i++)
        if (r->scope.at[i].node != BPMN_NONE)
            s = go(j, &r->scope.at[i].node);
    for (size_t i = 0; s == OK && i < r->token.size; i++)
        s = move_token(j, &r->token.at[i]);
    for (size_t i = 0; s == OK && i < r->record.size; i++) {
        s = go(j, &r->record.at[i].activity);
        if (s == OK)
            s = go(j, &r->record.at[i].handler);
    }
    return s == OK ? apart(j, was) : s;
}

/* Who did what is forgotten with a task that the new version has not. */
static void move_history(const struct journey *j) {
    struct run *r = j->r;
    if (r->end != BPMN_NONE)
        r->end = node_after(j, r->end);
    for (size_t i = 0; i < r->done.size;) {
        r->done.at[i].node = node_after(j, r->done.at[i].node);
        if (r->done.at[i].node == BPMN_NONE || !bpmn_remembers_who(&r->m->node[r->done.at[i].node]))
            REMOVE(&r->done, i);
        else
            i++;
    }
}

/* ---- waits ----------------------------------------------------------------------------- */

static bool at_gateway(const struct run *r, uint32_t gateway, uint32_t node) {
    for (uint32_t i = 0; i < r->m->node[gateway].out_count; i++)
        if (bpmn_out(r->m, gateway, i)->to == node)
            return true;
    return false;
}

/* The new model waits there too. */
static bool in_place(struct run *r, const struct bpmn_wait *w) {
    const struct bpmn_node *n = &r->m->node[w->node];
    if (w->token == 0)
        return r->m->node[n->parent].parent == scope_find(r, w->scope)->node;
    const struct bpmn_token *t = token_find(r, w->token);
    if (n->kind == BPMN_BOUNDARY)
        return n->attached == t->node;
    return w->node == t->node || at_gateway(r, t->node, w->node);
}

/* For the same thing. */
static bool same_name(const struct run *r, const struct bpmn_wait *w) {
    return (w->kind != BPMN_WAIT_MESSAGE && w->kind != BPMN_WAIT_SIGNAL) ||
           strcmp(w->text, r->m->node[w->node].reference) == 0;
}

/* Closed, kept under its key at its new place, or begun anew. */
static enum status move_wait(const struct journey *j, size_t i, bool *ret_kept) {
    struct run *r = j->r;
    uint32_t old = r->wait.at[i].node, new = node_after(j, old);
    struct bpmn_wait w = r->wait.at[i];
    w.node = new;
    bool here = new != BPMN_NONE && in_place(r, &w);
    *ret_kept = here && same_name(r, &w);
    if (*ret_kept) {
        bool limit = w.kind == BPMN_WAIT_TIMER && !span_eq(j->from->node[old].time, r->m->node[new].time);
        enum status s = limit ? wait_timer_text(r, &w, w.left) : OK;
        if (s != OK)
            return s;
        r->wait.at[i] = w;
        return run_emit(r, (struct bpmn_effect){.kind = BPMN_MOVED, .node = new, .key = w.key, .text = w.text,
                           .correlation = w.correlation});
    }
    r->wait.at[i].node = BPMN_NONE; /* for the effect: the new model does not know it */
    enum status s = wait_close(r, i, false);
    return s == OK && here ? wait_open(r, w.kind, new, w.token, w.scope, INT_MIN) : s;
}

static bool waits_at(const struct run *r, uint64_t token, uint64_t scope, uint32_t node) {
    for (size_t i = 0; i < r->wait.size; i++)
        if (r->wait.at[i].token == token && r->wait.at[i].scope == scope && r->wait.at[i].node == node)
            return true;
    return false;
}

static enum status begin_wait(struct run *r, const struct bpmn_token *t, uint32_t node, bool border) {
    enum bpmn_wait_kind kind;
    const struct bpmn_node *n = &r->m->node[node];
    bool any = border ? trigger_wait(n->trigger, &kind) : node_wait(n, &kind);
    if (!any || waits_at(r, t->id, t->scope, node))
        return OK;
    return wait_open(r, kind, node, t->id, t->scope, INT_MIN);
}

/* What the new version has beside it and the old had not.  (What the old had
 * and is not waited for has happened: a reminder comes once.) */
static enum status begin_waits_of(const struct journey *j, struct bpmn_token t) {
    struct run *r = j->r;
    const struct bpmn_node *n = &r->m->node[t.node];
    enum status s = OK;
    for (uint32_t i = 0; s == OK && n->kind == BPMN_EVENT_GATEWAY && i < n->out_count; i++)
        s = begin_wait(r, &t, bpmn_out(r->m, t.node, i)->to, false);
    for (uint32_t i = 0; s == OK && t.index < 0 && i < n->boundary_count; i++)
        if (!j->known[r->m->boundary[n->boundary + i]])
            s = begin_wait(r, &t, r->m->boundary[n->boundary + i], true);
    return s;
}

static enum status begin_listening(const struct journey *j, struct bpmn_scope scope) {
    struct run *r = j->r;
    enum status s = OK;
    for (uint32_t i = 0; s == OK && scope.kind == BPMN_SCOPE_BODY && i < r->m->node_count; i++) {
        const struct bpmn_node *n = &r->m->node[i];
        enum bpmn_wait_kind kind;
        if (n->kind == BPMN_START && n->parent != BPMN_NONE && r->m->node[n->parent].kind == BPMN_EVENT_SUBPROCESS &&
            r->m->node[n->parent].parent == scope.node && trigger_wait(n->trigger, &kind) && !j->known[i])
            s = wait_open(r, kind, i, 0, scope.id, INT_MIN);
    }
    return s;
}

/* An event sub-process that interrupts listens no longer once it runs, nor do
 * the others of that body: its tokens are all inside it. */
static bool interrupted(const struct run *r, const struct bpmn_scope *scope) {
    bool any = false;
    for (size_t i = 0; i < r->token.size; i++)
        if (r->token.at[i].scope == scope->id) {
            if (r->m->node[r->token.at[i].node].kind != BPMN_EVENT_SUBPROCESS)
                return false;
            any = true;
        }
    return any;
}

static enum status move_waits(const struct journey *j) {
    struct run *r = j->r;
    enum status s = OK;
    for (size_t i = 0; s == OK && i < r->wait.size;) {
        bool kept;
        s = move_wait(j, i, &kept);
        i += kept;
    }
    for (size_t i = 0; s == OK && i < r->token.size; i++)
        s = begin_waits_of(j, r->token.at[i]);
    for (size_t i = 0; s == OK && i < r->scope.size; i++)
        if (!interrupted(r, &r->scope.at[i]))
            s = begin_listening(j, r->scope.at[i]);
    return s;
}

/* ---- the whole ---------------------------------------------------------------------------- */

/* The last word is the reader's: it trusts nothing. */
static enum status prove(const struct bpmn_model *m, const struct bpmn_state *s, struct arena *a, struct diag *d) {
    BUF_AUTO text;
    const struct bpmn_state *read;
    buf_init(&text, 0);
    bpmn_state_write(&text, m, s);
    const char *copy = buf_ok(&text) ? arena_dup(a, buf_span(&text)) : NULL;
    return copy ? bpmn_state_read(m, span_bytes(copy, text.size), a, &read, d) : arena_full(d);
}

enum status bpmn_migrate(const struct bpmn_model *from, const struct bpmn_state *state, const struct bpmn_model *to,
    const struct bpmn_move *move, uint32_t count, const struct evaluator *feel, struct arena *a, struct bpmn_result *ret,
    struct diag *d) {
    assert(from && state && to && a && ret);
    struct diag scratch = {0};
    struct run r = {.m = to, .feel = feel, .a = a, .d = d ? d : &scratch};
    struct journey j = {&r, from, move, count, ARENA_ARRAY(a, to->node_count, bool)};
    struct bpmn_result result;
    if (state->status != BPMN_RUNNING)
        return diag_fail(r.d, E_CONFLICT, "bpmn.ended", DIAG_S("status", bpmn_status_name(state->status)));
    if (!j.known)
        return arena_full(r.d);
    for (uint32_t i = 0; i < from->node_count; i++) {
        uint32_t new = node_after(&j, i);
        if (new != BPMN_NONE)
            j.known[new] = true;
    }
    enum status s = run_from(&r, state);
    if (s == OK)
        s = move_tokens(&j);
    if (s != OK)
        return s;
    move_history(&j);
    s = move_waits(&j);
    if (s == OK)
        s = settle(&r, &result);
    if (s == OK)
        s = prove(to, result.state, a, r.d);
    if (s == OK)
        *ret = result;
    return s;
}

/* ---- the mapping alone ---------------------------------------------------------------------- */

struct list { VEC(struct bpmn_finding) at; };

static enum status find(struct arena *a, struct list *l, const char *code, const struct bpmn_move *m,
    const struct bpmn_node *n, struct diag *d) {
    struct bpmn_finding *f = vec_push_in(a, &l->at);
    if (!f)
        return arena_full(d);
    *f = (struct bpmn_finding){BPMN_ERROR_FINDING, code, m->from, n ? n->name : "", m->to, n ? n->line : 0};
    return OK;
}

static const char *problem(const struct bpmn_model *from, const struct bpmn_model *to, const struct bpmn_move *move,
    const struct bpmn_move *m, uint32_t old) {
    if (named(move, (uint32_t)(m - move), m->from))
        return "bpmn.migration_twice";
    if (old == BPMN_NONE) { /* a flow, then */
        if (bpmn_flow_find(from, span_of(m->from)) == BPMN_NONE)
            return "bpmn.migration_unknown";
        return bpmn_flow_find(to, span_of(m->to)) == BPMN_NONE ? "bpmn.migration_target" : NULL;
    }
    uint32_t new = bpmn_node_find(to, span_of(m->to));
    if (new == BPMN_NONE)
        return "bpmn.migration_target";
    return alike(&from->node[old], &to->node[new]) ? NULL : "bpmn.migration_unlike";
}

enum status bpmn_migration_check(struct arena *a, const struct bpmn_model *from, const struct bpmn_model *to,
    const struct bpmn_move *move, uint32_t count, struct bpmn_finding **ret, uint32_t *ret_count, struct diag *d) {
    assert(a && from && to && ret && ret_count);
    struct list l = {0};
    enum status s = OK;
    for (uint32_t i = 0; s == OK && i < count; i++) {
        uint32_t old = bpmn_node_find(from, span_of(move[i].from));
        const char *code = problem(from, to, move, &move[i], old);
        if (code)
            s = find(a, &l, code, &move[i], old == BPMN_NONE ? NULL : &from->node[old], d);
    }
    *ret = l.at.at;
    *ret_count = (uint32_t)l.at.size;
    return s;
}
