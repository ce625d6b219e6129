/* Inclusive joins (BPMN 2.0.2, 13.4.3).
 *
 * A join with at least one token fires when no token elsewhere in its scope can
 * still reach one of its empty ways in - unless that token can just as well
 * reach a way in that has one already.  Paths that go through the join itself
 * do not count.
 *
 * Method: from the empty ways in walk backwards over the graph; likewise from
 * the full ways in; a token holds the join back when it stands in the first set
 * and not in the second.  Graphs are small and joins few, so nothing is
 * precomputed. */
#include "bpmn/engine_internal.h"

struct reach {
    bool *node;      /* a token here gets there */
    uint32_t *stack;
    uint32_t size;
};

static void push(struct reach *q, uint32_t node) {
    if (!q->node[node]) {
        q->node[node] = true;
        q->stack[q->size++] = node;
    }
}

/* Everything from which one of the pushed nodes can be reached without `join`.
 * A boundary event is reached from its activity, a link from its throw. */
static void walk_back(const struct bpmn_model *m, struct reach *q, uint32_t join) {
    while (q->size > 0) {
        uint32_t at = q->stack[--q->size];
        const struct bpmn_node *n = &m->node[at];
        if (at == join)
            continue;
        for (uint32_t i = 0; i < n->in_count; i++)
            if (m->flow[m->in[n->in + i]].from != join)
                push(q, m->flow[m->in[n->in + i]].from);
        if (n->kind == BPMN_BOUNDARY)
            push(q, n->attached);
        if (n->kind == BPMN_CATCH && n->trigger == BPMN_LINK)
            for (uint32_t i = 0; i < m->node_count; i++)
                if (m->node[i].link == at)
                    push(q, i);
    }
}

static bool reach_new(struct run *r, struct reach *q) {
    q->node = ARENA_ARRAY(r->a, r->m->node_count, bool);
    q->stack = ARENA_ARRAY(r->a, r->m->node_count, uint32_t);
    return q->node && q->stack;
}

static bool full(struct run *r, uint64_t scope, uint32_t join, uint32_t flow) {
    for (size_t i = 0; i < r->token.size; i++) {
        const struct bpmn_token *t = &r->token.at[i];
        if (t->scope == scope && t->node == join && t->flow == flow)
            return true;
    }
    return false;
}

static enum status can_fire(struct run *r, uint64_t scope, uint32_t join, bool *ret) {
    struct reach empty_way = {0}, full_way = {0};
    if (!reach_new(r, &empty_way) || !reach_new(r, &full_way))
        return arena_full(r->d);
    const struct bpmn_node *n = &r->m->node[join];
    for (uint32_t i = 0; i < n->in_count; i++) {
        uint32_t flow = r->m->in[n->in + i], from = r->m->flow[flow].from;
        if (from != join)
            push(full(r, scope, join, flow) ? &full_way : &empty_way, from);
    }
    walk_back(r->m, &empty_way, join);
    walk_back(r->m, &full_way, join);
    *ret = true;
    for (size_t i = 0; i < r->token.size; i++) {
        const struct bpmn_token *t = &r->token.at[i];
        if (t->scope == scope && t->node != join && empty_way.node[t->node] && !full_way.node[t->node])
            *ret = false;
    }
    return OK;
}

static enum status fire(struct run *r, uint64_t scope, uint32_t join) {
    const struct bpmn_node *n = &r->m->node[join];
    uint64_t survivor = 0;
    enum status s = emit_node(r, BPMN_ENTERED, join);
    for (uint32_t i = 0; s == OK && i < n->in_count; i++)
        for (size_t k = 0; k < r->token.size; k++) {
            const struct bpmn_token t = r->token.at[k];
            if (t.scope != scope || t.node != join || t.flow != r->m->in[n->in + i])
                continue;
            if (survivor == 0)
                survivor = t.id;
            else
                s = token_kill(r, t.id);
            break; /* one from each way in */
        }
    return s == OK ? leave(r, survivor) : s;
}

/* Another token at the same join, further up in the list, has been asked. */
static bool asked_before(const struct run *r, size_t i) {
    for (size_t k = 0; k < i; k++)
        if (r->token.at[k].scope == r->token.at[i].scope && r->token.at[k].node == r->token.at[i].node)
            return true;
    return false;
}

enum status fire_inclusive(struct run *r, bool *ret_any) {
    *ret_any = false;
    for (size_t i = 0; i < r->token.size; i++) {
        const struct bpmn_token t = r->token.at[i];
        if (r->m->node[t.node].kind != BPMN_INCLUSIVE || !node_joins(&r->m->node[t.node]) || asked_before(r, i))
            continue;
        if (++r->visits > BPMN_STEP_VISITS_MAX) /* each question walks the whole graph */
            return fail_at(r, t.node,
                diag_fail(r->d, E_LIMIT, "bpmn.endless", DIAG_N("limit", BPMN_STEP_VISITS_MAX)));
        struct arena_mark mark = arena_mark(r->a);
        bool yes = false;
        enum status s = can_fire(r, t.scope, t.node, &yes);
        arena_rewind(r->a, mark);
        if (s != OK)
            return s;
        if (yes) {
            *ret_any = true;
            return fire(r, t.scope, t.node);
        }
    }
    return OK;
}
