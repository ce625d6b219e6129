/* Deadlocks and lack of synchronisation, found by playing the model.
 *
 * The question is van der Aalst's soundness: can tokens be left waiting at a
 * join for ever, and can two tokens come along the same flow where the drawing
 * means one?  Data is left out: every way out of a decision may be taken.  So a
 * finding may need a combination of conditions that never holds; it is still a
 * place where the drawing does not say so.
 *
 * Each body (the process, a sub-process) is played by itself, an activity being
 * one move with the outcomes its borders allow.  A state is the set of flows
 * that carry a token.  Moves of different tokens do not disturb each other, so
 * only one token is moved on at a time, the one furthest behind in the drawing:
 * then tokens that can meet do meet, and the states are as many as there are
 * combinations of decisions, not of speeds.  A state with two tokens on one
 * flow is reported and not played on.  What is left over when nobody can move
 * waits at joins: inclusive joins fire by the rule of join.c, and if nothing
 * can, that is a deadlock. */
#include "base/map.h"
#include "bpmn/check_internal.h"

/* Decisions multiply: a model with more states than this is explored in part,
 * and the check says so. */
enum { STATES_MAX = 20000, WAYS_MAX = 6 };

struct edge { uint32_t from, to; }; /* nodes; from BPMN_NONE: where a body begins */

struct play {
    struct checker *c;
    const struct bpmn_model *m;
    VEC(struct edge) edge;   /* flows of the model first, then links and beginnings */
    uint32_t *rank;          /* by node: how far from the beginning */
    size_t words;            /* of one state */
    VEC(uint64_t *) todo;
    struct map *seen;
    uint32_t count;
    bool *said;              /* by node: already reported */
    bool over;
};

/* ---- states --------------------------------------------------------------------- */

static bool has(const uint64_t *state, uint32_t edge) { return state[edge / 64] >> (edge % 64) & 1; }
static void take_off(uint64_t *state, uint32_t edge) { state[edge / 64] &= ~((uint64_t)1 << (edge % 64)); }

static enum status say(struct play *p, enum bpmn_severity severity, const char *code, uint32_t node) {
    if (p->said[node])
        return OK;
    p->said[node] = true;
    return report_node(p->c, severity, code, node, "");
}

static enum status put(struct play *p, uint64_t *state, uint32_t edge, bool *twice) {
    *twice |= has(state, edge);
    if (has(state, edge))
        return say(p, BPMN_WARNING_FINDING, "bpmn.check_unsynchronised", p->edge.at[edge].to);
    state[edge / 64] |= (uint64_t)1 << (edge % 64);
    return OK;
}

static uint64_t *copy(struct play *p, const uint64_t *state) {
    uint64_t *made = ARENA_ARRAY(p->c->a, p->words, uint64_t);
    if (made)
        memcpy(made, state, p->words * sizeof *made);
    return made;
}

/* Kept if it is new; over the budget nothing is. */
static enum status later(struct play *p, uint64_t *state) {
    struct span key = {(const char *)state, p->words * sizeof *state};
    if (map_has(p->seen, key))
        return OK;
    if (p->count >= STATES_MAX) {
        p->over = true;
        return OK;
    }
    p->count++;
    uint64_t **slot = vec_push_in(p->c->a, &p->todo);
    if (!slot || !map_put(p->seen, key, p))
        return arena_full(p->c->d);
    *slot = state;
    return OK;
}

/* ---- one move ---------------------------------------------------------------------- */

static uint32_t out_edge(const struct bpmn_model *m, uint32_t node, uint32_t i) { return m->out[m->node[node].out + i]; }

static bool joins(const struct bpmn_node *n) {
    return (n->kind == BPMN_PARALLEL || n->kind == BPMN_INCLUSIVE) && n->in_count > 1;
}

static uint32_t link_edge(const struct play *p, uint32_t node) {
    for (uint32_t i = p->m->flow_count; i < p->edge.size; i++)
        if (p->edge.at[i].from == node)
            return i;
    return BPMN_NONE;
}

/* The state after `node` has put tokens on the outs of `mask`. */
static enum status go(struct play *p, const uint64_t *before, uint32_t node, uint64_t mask) {
    uint64_t *state = copy(p, before);
    bool twice = false;
    enum status s = state ? OK : arena_full(p->c->d);
    for (uint32_t i = 0; s == OK && i < p->m->node[node].out_count; i++)
        if (i >= 64 || mask >> i & 1)
            s = put(p, state, out_edge(p->m, node, i), &twice);
    return s == OK && !twice ? later(p, state) : s;
}

/* Exactly one way, whichever. */
static enum status go_one(struct play *p, const uint64_t *before, uint32_t node) {
    uint32_t n = p->m->node[node].out_count;
    enum status s = n == 0 ? go(p, before, node, 0) : OK;
    for (uint32_t i = 0; s == OK && i < n && i < 64; i++)
        s = go(p, before, node, (uint64_t)1 << i);
    return s;
}

/* Ways without condition always; of the others any, at least one in all.  With
 * many ways: each alone, and all. */
static enum status go_some(struct play *p, const uint64_t *before, uint32_t node) {
    const struct bpmn_node *n = &p->m->node[node];
    uint64_t always = 0, free = 0;
    for (uint32_t i = 0; i < n->out_count && i < 64; i++) {
        uint32_t f = out_edge(p->m, node, i);
        bool conditional = p->m->flow[f].condition.size > 0 || f == n->default_flow;
        *(conditional ? &free : &always) |= (uint64_t)1 << i;
    }
    if (free == 0 || n->out_count > 64)
        return go(p, before, node, always);
    enum status s = always ? go(p, before, node, always) : OK;
    if (n->out_count > WAYS_MAX) {
        for (uint32_t i = 0; s == OK && i < n->out_count; i++)
            if (free >> i & 1)
                s = go(p, before, node, always | (uint64_t)1 << i);
        return s == OK ? go(p, before, node, always | free) : s;
    }
    for (uint64_t mask = free; s == OK && mask; mask = (mask - 1) & free)
        s = go(p, before, node, always | mask);
    return s;
}

static enum status leave_node(struct play *p, const uint64_t *before, uint32_t node) {
    const struct bpmn_node *n = &p->m->node[node];
    switch (n->kind) {
    case BPMN_EXCLUSIVE:
    case BPMN_EVENT_GATEWAY:
        return go_one(p, before, node);
    case BPMN_PARALLEL:
        return go(p, before, node, UINT64_MAX);
    case BPMN_END: { /* what ends the whole body leaves nothing behind */
        static const uint64_t NOTHING[BPMN_FLOWS_MAX / 64 + 1];
        bool all = n->trigger == BPMN_TERMINATE || n->trigger == BPMN_ERROR || n->trigger == BPMN_CANCEL;
        return go(p, all ? NOTHING : before, node, 0);
    }
    case BPMN_THROW:
        if (n->link != BPMN_NONE) {
            bool twice = false;
            uint64_t *state = copy(p, before);
            enum status s = state ? put(p, state, link_edge(p, node), &twice) : arena_full(p->c->d);
            return s == OK && !twice ? later(p, state) : s;
        }
        return go_some(p, before, node);
    default:
        return go_some(p, before, node);
    }
}

/* An activity may instead be left by its border, or leave a token there too. */
static enum status move(struct play *p, const uint64_t *before, uint32_t node) {
    const struct bpmn_node *n = &p->m->node[node];
    enum status s = leave_node(p, before, node);
    for (uint32_t i = 0; s == OK && i < n->boundary_count; i++) {
        uint32_t b = p->m->boundary[n->boundary + i];
        const struct bpmn_node *border = &p->m->node[b];
        if (border->trigger == BPMN_COMPENSATION)
            continue;
        if (border->interrupting) {
            s = go_some(p, before, b);
            continue;
        }
        uint64_t *both = copy(p, before);
        bool twice = false;
        s = both ? OK : arena_full(p->c->d);
        for (uint32_t k = 0; s == OK && k < border->out_count; k++)
            s = put(p, both, out_edge(p->m, b, k), &twice);
        if (s == OK && !twice)
            s = leave_node(p, both, node);
    }
    return s;
}

/* ---- joins ----------------------------------------------------------------------------- */

static enum status fire_join(struct play *p, const uint64_t *before, uint32_t node) {
    const struct bpmn_node *n = &p->m->node[node];
    uint64_t *state = copy(p, before);
    if (!state)
        return arena_full(p->c->d);
    for (uint32_t i = 0; i < n->in_count; i++)
        take_off(state, p->m->in[n->in + i]);
    return n->kind == BPMN_PARALLEL ? go(p, state, node, UINT64_MAX) : go_some(p, state, node);
}

static bool complete(const struct play *p, const uint64_t *state, uint32_t node) {
    const struct bpmn_node *n = &p->m->node[node];
    for (uint32_t i = 0; i < n->in_count; i++)
        if (!has(state, p->m->in[n->in + i]))
            return false;
    return true;
}

/* Nodes from which one of the ways into `join` that do (or do not) carry a token
 * can be reached without passing it. */
static void reach_back(const struct play *p, const uint64_t *state, uint32_t join, bool full, bool *at, uint32_t *stack) {
    const struct bpmn_node *j = &p->m->node[join];
    uint32_t size = 0;
    for (uint32_t i = 0; i < j->in_count; i++) {
        uint32_t from = p->m->flow[p->m->in[j->in + i]].from;
        if (has(state, p->m->in[j->in + i]) == full && from != join && !at[from]) {
            at[from] = true;
            stack[size++] = from;
        }
    }
    while (size > 0) {
        uint32_t node = stack[--size];
        for (uint32_t e = 0; e < p->edge.size; e++) {
            uint32_t from = p->edge.at[e].from;
            bool border = p->m->node[node].kind == BPMN_BOUNDARY && from == p->m->node[node].attached;
            if ((p->edge.at[e].to == node || border) && from != BPMN_NONE && from != join && !at[from]) {
                at[from] = true;
                stack[size++] = from;
            }
        }
    }
}

static enum status can_fire(struct play *p, const uint64_t *state, uint32_t join, bool *ret) {
    struct arena_mark mark = arena_mark(p->c->a);
    bool *empty = ARENA_ARRAY(p->c->a, p->m->node_count, bool), *full = ARENA_ARRAY(p->c->a, p->m->node_count, bool);
    uint32_t *stack = ARENA_ARRAY(p->c->a, p->m->node_count, uint32_t);
    if (!empty || !full || !stack)
        return arena_full(p->c->d);
    reach_back(p, state, join, false, empty, stack);
    reach_back(p, state, join, true, full, stack);
    *ret = true;
    for (uint32_t e = 0; e < p->edge.size; e++) {
        uint32_t to = p->edge.at[e].to;
        if (has(state, e) && to != join && empty[to] && !full[to])
            *ret = false;
    }
    arena_rewind(p->c->a, mark);
    return OK;
}

/* Only tokens at joins are left. */
static enum status at_joins(struct play *p, const uint64_t *state) {
    uint32_t waiting = BPMN_NONE;
    for (uint32_t e = 0; e < p->edge.size; e++)
        if (has(state, e)) {
            if (complete(p, state, p->edge.at[e].to))
                return fire_join(p, state, p->edge.at[e].to);
            waiting = p->edge.at[e].to;
        }
    for (uint32_t e = 0; e < p->edge.size; e++) {
        uint32_t node = p->edge.at[e].to;
        bool yes = false;
        if (!has(state, e) || p->m->node[node].kind != BPMN_INCLUSIVE)
            continue;
        enum status s = can_fire(p, state, node, &yes);
        if (s != OK || yes)
            return s == OK ? fire_join(p, state, node) : s;
    }
    return waiting == BPMN_NONE ? OK : say(p, BPMN_ERROR_FINDING, "bpmn.check_deadlock", waiting);
}

static enum status play_on(struct play *p, const uint64_t *state) {
    uint32_t best = BPMN_NONE;
    for (uint32_t e = 0; e < p->edge.size; e++) {
        uint32_t to = p->edge.at[e].to;
        if (has(state, e) && !joins(&p->m->node[to]) &&
            (best == BPMN_NONE || p->rank[to] < p->rank[p->edge.at[best].to]))
            best = e;
    }
    if (best == BPMN_NONE)
        return at_joins(p, state);
    uint64_t *without = copy(p, state);
    if (!without)
        return arena_full(p->c->d);
    take_off(without, best);
    return move(p, without, p->edge.at[best].to);
}

/* ---- bodies ------------------------------------------------------------------------------ */

static enum status play_from(struct play *p, uint64_t *state) {
    enum status s = later(p, state);
    for (size_t i = 0; s == OK && i < p->todo.size; i++)
        s = play_on(p, p->todo.at[i]);
    p->todo.size = 0;
    return s;
}

/* The longest way from a beginning, loops not counted: rounds of relaxing, at
 * most as many as there are nodes; in a loop it stops where it is. */
static void rank_nodes(struct play *p) {
    uint32_t limit = p->m->node_count;
    for (uint32_t round = 0, changed = 1; changed && round < limit && round < 512; round++) {
        changed = 0;
        for (uint32_t e = 0; e < p->edge.size; e++) {
            uint32_t from = p->edge.at[e].from, to = p->edge.at[e].to;
            if (from == BPMN_NONE)
                continue;
            if (p->m->node[from].kind == BPMN_BOUNDARY)
                from = p->m->node[from].attached;
            if (p->rank[to] < p->rank[from] + 1 && p->rank[from] + 1 <= limit) {
                p->rank[to] = p->rank[from] + 1;
                changed = 1;
            }
        }
    }
}

static enum status play_body(struct play *p, uint32_t body) {
    enum status s = OK;
    uint64_t *together = ARENA_ARRAY(p->c->a, p->words, uint64_t);
    bool started = false, any = false, twice = false;
    if (!together)
        return arena_full(p->c->d);
    for (uint32_t e = p->m->flow_count; s == OK && e < p->edge.size; e++) {
        uint32_t to = p->edge.at[e].to;
        if (p->edge.at[e].from != BPMN_NONE || p->m->node[to].parent != body)
            continue;
        any = true;
        if (p->m->node[to].kind != BPMN_START) {
            s = put(p, together, e, &twice);
            continue;
        }
        started = true; /* each start begins a case of its own */
        uint64_t *alone = ARENA_ARRAY(p->c->a, p->words, uint64_t);
        s = alone ? put(p, alone, e, &twice) : arena_full(p->c->d);
        if (s == OK)
            s = play_from(p, alone);
    }
    return s == OK && any && !started ? play_from(p, together) : s;
}

static enum status draw_edges(struct play *p) {
    for (uint32_t i = 0; i < p->m->flow_count; i++) {
        struct edge *e = vec_push_in(p->c->a, &p->edge);
        if (!e)
            return arena_full(p->c->d);
        *e = (struct edge){p->m->flow[i].from, p->m->flow[i].to};
    }
    for (uint32_t i = 0; i < p->m->node_count; i++) {
        const struct bpmn_node *n = &p->m->node[i];
        bool link = n->kind == BPMN_THROW && n->link != BPMN_NONE;
        if (!link && n->kind != BPMN_START && !bpmn_begins_by_itself(n))
            continue;
        struct edge *e = vec_push_in(p->c->a, &p->edge);
        if (!e)
            return arena_full(p->c->d);
        *e = link ? (struct edge){i, n->link} : (struct edge){BPMN_NONE, i};
    }
    return OK;
}

enum status check_states(struct checker *c) {
    struct play p = {.c = c, .m = c->m};
    enum status s = draw_edges(&p);
    p.words = (p.edge.size + 63) / 64;
    p.rank = ARENA_ARRAY(c->a, c->m->node_count, uint32_t);
    p.said = ARENA_ARRAY(c->a, c->m->node_count, bool);
    if (s != OK || !p.rank || !p.said)
        return s != OK ? s : arena_full(c->d);
    /* a state is copied for each move: keep them all below 64 MiB */
    if (p.words * sizeof(uint64_t) * STATES_MAX > 64u << 20)
        return report_node(c, BPMN_WARNING_FINDING, "bpmn.check_budget", 0, "");
    rank_nodes(&p);
    for (uint32_t body = 0; s == OK && body <= c->m->node_count; body++) {
        uint32_t node = body == c->m->node_count ? BPMN_NONE : body;
        if (node != BPMN_NONE && c->m->node[node].kind != BPMN_SUBPROCESS && c->m->node[node].kind != BPMN_EVENT_SUBPROCESS)
            continue;
        p.seen = map_new(c->a, 0);
        p.count = 0;
        s = p.seen ? play_body(&p, node) : arena_full(c->d);
    }
    return s == OK && p.over ? report_node(c, BPMN_WARNING_FINDING, "bpmn.check_budget", 0, "") : s;
}
