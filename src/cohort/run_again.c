/* Rows that were left open run again, picked together: by the next sieve, by the whole program, with bounds. */
#include "cohort/run.h"

/* The households of open rows from row *at on, as many as a batch holds. */
static void pick_open(const struct cohort_program *p, struct again *g, uint64_t *at, uint64_t *household, uint32_t most) {
    const uint64_t *offset = p->member ? p->member->offset : NULL;
    uint64_t n = g->wanted.end - g->wanted.first;
    g->picked = 0;
    while (*at < n && g->picked < most) {
        const uint8_t *open = memchr(g->all->state + *at, COHORT_OPEN, (size_t)(n - *at));
        *at = open ? (uint64_t)(open - g->all->state) : n;
        if (!open)
            return;
        uint64_t row = g->wanted.first + *at;
        while (offset && offset[*household + 1] <= row)
            ++*household;
        g->pick[g->picked] = offset ? *household : row;
        g->row[g->picked++] = offset ? offset[*household] : row;
        *at = (offset ? offset[*household + 1] : row + 1) - g->wanted.first;
    }
}

/* What the batch says of rows that are open and wanted. */
static void take_over(const struct run *r, const struct again *g) {
    const struct cohort_program *p = r->p;
    for (uint32_t i = 0, at = 0; i < g->picked; i++) {
        uint64_t rows = p->member ? p->member->offset[g->pick[i] + 1] - g->row[i] : 1;
        for (uint64_t k = 0; k < rows; k++, at++) {
            uint64_t row = g->row[i] + k;
            if (row < g->wanted.first || row >= g->wanted.end || g->all->state[row - g->wanted.first] != COHORT_OPEN)
                continue;
            bool left = g->sieve && (g->state[at] != COHORT_DECIDED || g->value[0][at]);
            g->all->state[row - g->wanted.first] = left ? COHORT_OPEN : g->state[at];
            for (size_t o = 0; !g->sieve && o < p->output_count; o++)
                g->all->value[o][row - g->wanted.first] = g->value[o][at];
        }
    }
}

enum status again_begin(struct run *r, struct again *g, struct diag *d) {
    g->pick = r->pick = ARENA_ARRAY(r->arena, BATCH, uint64_t);
    g->row = ARENA_ARRAY(r->arena, BATCH, uint64_t);
    g->state = arena_alloc_raw(r->arena, r->room + SPARE);
    g->value = ARENA_ARRAY(r->arena, r->p->output_count + 1, int64_t *);
    bool ok = g->pick && g->row && g->state && g->value;
    for (size_t o = 0; ok && o < r->p->output_count; o++)
        ok = (g->value[o] = arena_alloc_raw(r->arena, (r->room + SPARE) * sizeof(int64_t))) != NULL;
    return ok ? run_begin(r, d) : arena_full(d);
}

static enum status again_range(struct run *r, struct again *g, uint64_t *at, struct diag *d) {
    struct cohort_result one = {g->state, g->value};
    uint64_t n = g->wanted.end - g->wanted.first, household = r->p->member ? cohort_owner(r->p->member, r->p->root->count, g->wanted.first) : 0;
    uint32_t most = BATCH;
    while (*at < n) {
        uint64_t next = *at, there = household;
        pick_open(r->p, g, &next, &there, most);
        if (g->picked)
            run_batch(r, g->picked);
        if (r->full)
            return arena_full(d);
        if (g->picked && r->crowded) {
            run_batch_end(r);
            if (g->picked == 1)
                break;
            most = g->picked / 2;
            continue;
        }
        if (g->picked) {
            run_batch_answer(r, 0, r->frame[r->p->row_frame].rows, 0, &one);
            take_over(r, g);
            run_batch_end(r);
        }
        *at = next;
        household = there;
    }
    return OK;
}

enum status run_again(struct cohort_runner *u, const struct cohort_program *p, bool sieve, struct range wanted, struct cohort_result *ret, struct diag *d) {
    struct run_stage *stage;
    uint64_t at = 0;
    enum status s = run_stage(u, p, true, &stage, d);
    if (s == OK) {
        stage->again.wanted = wanted;
        stage->again.all = ret;
        stage->again.sieve = sieve;
        s = again_range(&stage->run, &stage->again, &at, d);
    }
    for (size_t room = (size_t)ROOM * 8; s == OK && at < wanted.end - wanted.first; room *= 8) {
        struct arena_mark mark = arena_mark(u->arena);
        struct run r = {.p = p, .arena = u->arena, .room = room};
        struct again g = {.wanted = wanted, .all = ret, .sieve = sieve};
        s = room > ROOM_MAX ? diag_fail(d, E_LIMIT, "base.memory") : again_begin(&r, &g, d);
        if (s == OK)
            s = again_range(&r, &g, &at, d);
        arena_rewind(u->arena, mark);
    }
    return s;
}
