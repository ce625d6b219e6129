/* Why does a row get nothing?  The program runs over its household alone and every truth in it is noted; as long as what is
 * left still makes all outputs 0, truths are taken away, the dearest first; then some are replaced by
 * what follows from them and costs no more, which is true of more rows. */
#include "cohort/sieve.h"

enum { REASON_ROOM = 2048, REASON_CEILING = 256 << 20, DEARER_PERCENT = 105 };

struct rows_of { uint32_t from, end; };

struct reasoning {
    const struct cohort_program *p;
    int8_t *given;
    struct folded *of;
    uint8_t *marked;
    uint32_t *order;   /* the truths that are given, those to be taken away first before the others */
    uint64_t *cost;    /* of each alone */
    size_t count;
};

static bool enough(struct reasoning *g) {
    bool no_fault;
    return sieve_tells(g->p, g->given, g->of, &no_fault) && no_fault;
}

/* ---- what is true of the row -------------------------------------------------------------------- */

/* Rows of the frame that belong to the row. */
static struct rows_of belonging(const struct run *r, uint32_t frame, uint32_t member) {
    const struct cohort_program *p = r->p;
    if (p->frame[frame].kind == FRAME_ROOT)
        return (struct rows_of){0, 1};
    if (p->member && frame == p->row_frame)
        return (struct rows_of){member, member + 1};
    struct rows_of outer = belonging(r, p->frame[frame].outer, member);
    return (struct rows_of){r->frame[frame].start[outer.from], r->frame[frame].start[outer.end]};
}

/* Alike in all of them and known; UNGIVEN: not so. */
static int8_t alike(const struct run *r, uint32_t i, uint32_t member) {
    const struct vec *v = &r->vec[i];
    struct rows_of of = belonging(r, r->p->op[i].frame, member);
    if (of.from == of.end)
        return UNGIVEN;
    int64_t k = vec_stored(v, 1, of.from);
    for (uint32_t x = of.from; x < of.end; x++)
        if (vec_state(v, x) || vec_stored(v, 1, x) != k)
            return UNGIVEN;
    return (int8_t)k;
}

static enum status note(struct reasoning *g, uint64_t row, struct diag *d) {
    AUTO(arena) struct arena *own = arena_new(REASON_CEILING);
    const struct cohort_program *p = g->p;
    struct run r = {.p = p, .arena = own, .room = REASON_ROOM, .keep = true};
    if (!own || run_begin(&r, d) != OK)
        return arena_full(d);
    r.base = p->member ? cohort_owner(p->member, p->root->count, row) : row;
    uint32_t member = p->member ? (uint32_t)(row - p->member->offset[r.base]) : 0;
    run_batch(&r, 1);
    for (uint32_t i = 0; i < p->op_count; i++) {
        const struct op *o = &p->op[i];
        bool truth = o->live && o->kind == K_BOOLEAN && o->code != OP_CONSTANT;
        g->given[i] = truth && !r.crowded && !r.full ? alike(&r, i, member) : UNGIVEN;
    }
    return r.full ? arena_full(d) : OK;
}

/* ---- fewer and cheaper ---------------------------------------------------------------------------- */

static void put_in_order(struct reasoning *g) {
    g->count = 0;
    for (uint32_t i = 0; i < g->p->op_count; i++) {
        if (g->given[i] == UNGIVEN)
            continue;
        size_t at = g->count++;
        for (; at > 0 && g->cost[g->order[at - 1]] < g->cost[i]; at--)
            g->order[at] = g->order[at - 1];
        g->order[at] = i;
    }
}

/* Without `n` of them from `at` on, where that is still enough. */
static bool take_away(struct reasoning *g, size_t at, size_t n) {
    int8_t kept[64];
    for (size_t i = 0; i < n; i++) {
        kept[i] = g->given[g->order[at + i]];
        g->given[g->order[at + i]] = UNGIVEN;
    }
    if (enough(g)) {
        memmove(&g->order[at], &g->order[at + n], (g->count - at - n) * sizeof *g->order);
        g->count -= n;
        return true;
    }
    for (size_t i = 0; i < n; i++)
        g->given[g->order[at + i]] = kept[i];
    return false;
}

static void fewer(struct reasoning *g) {
    for (size_t n = 64; n > 0; n /= 2)
        for (size_t at = 0; at < g->count;) {
            size_t here = g->count - at < n ? g->count - at : n;
            at += take_away(g, at, here) ? 0 : here;
        }
}

/* With truth d, which follows, instead of some from which it follows. */
static void replaced(struct reasoning *g, uint32_t d, bool value, uint64_t most) {
    int8_t before[64];
    uint32_t order[64];
    size_t n = g->count;
    g->given[d] = value;
    if (n > 64 || sieve_cost_of(g->p, g->given, g->marked) > most) {
        g->given[d] = UNGIVEN;
        return;
    }
    for (size_t i = 0; i < n; i++) {
        order[i] = g->order[i];
        before[i] = g->given[order[i]];
    }
    for (size_t at = 0; at < g->count;)
        at += take_away(g, at, 1) ? 0 : 1;
    if (g->count < n) {
        g->order[g->count++] = d;
        return;
    }
    for (size_t i = 0; i < n; i++)
        g->given[order[i]] = before[i];
    g->given[d] = UNGIVEN;
}

static void more_general(struct reasoning *g) {
    uint64_t most = sieve_cost_of(g->p, g->given, g->marked) * DEARER_PERCENT / 100;
    for (uint32_t i = (uint32_t)g->p->op_count; i-- > 0;) {
        const struct op *o = &g->p->op[i];
        if (!o->live || o->kind != K_BOOLEAN || o->code == OP_CONSTANT || g->given[i] != UNGIVEN || !enough(g) || !g->of[i].known)
            continue;
        replaced(g, i, g->of[i].k, most);
    }
}

enum status sieve_reason(const struct cohort_program *p, uint64_t row, int8_t *given, bool *ret_found, struct diag *d) {
    AUTO(arena) struct arena *own = arena_new(REASON_CEILING);
    size_t n = p->op_count + 1;
    if (!own)
        return arena_full(d);
    struct reasoning g = {p, given, ARENA_ARRAY(own, n, struct folded), arena_alloc(own, n), ARENA_ARRAY(own, n, uint32_t), ARENA_ARRAY(own, n, uint64_t), 0};
    int8_t *alone = arena_alloc(own, n);
    if (!g.of || !g.marked || !g.order || !g.cost || !alone)
        return arena_full(d);
    enum status s = note(&g, row, d);
    if (s != OK)
        return s;
    *ret_found = enough(&g);
    if (!*ret_found)
        return OK;
    memset(alone, UNGIVEN, n);
    for (uint32_t i = 0; i < p->op_count; i++)
        if (given[i] != UNGIVEN) {
            alone[i] = given[i];
            g.cost[i] = sieve_cost_of(p, alone, g.marked);
            alone[i] = UNGIVEN;
        }
    put_in_order(&g);
    fewer(&g);
    more_general(&g);
    *ret_found = g.count > 0; /* else nobody ever gets anything */
    return OK;
}
