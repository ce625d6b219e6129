/* Running a program: batches of households, an instruction at a time. */
#include "cohort/run.h"

void run_op(struct run *r, const struct op *o, struct vec *v) {
    switch ((enum op_code)o->code) {
    case OP_CONSTANT: break;
    case OP_COLUMN: run_column(r, o, v); break;
    case OP_LIST_KNOWN: run_list_known(r, o, v); break;
    case OP_EXPAND: run_expand(r, o); break;
    case OP_LEFT: run_left(r, o, v); break;
    case OP_RIGHT: v->v = r->frame[o->frame].right; break;
    case OP_GATHER: kernel_gather(r, o, v); break;
    case OP_WIDEN: run_widen(r, o, v); break;
    case OP_TRANSLATE: run_translated(r, o, v); break;
    case OP_ADD:
    case OP_SUB:
    case OP_MUL:
    case OP_SCALE:
    case OP_MIN:
    case OP_MAX:
    case OP_NEG: kernel_arith(r, o, v); break;
    case OP_DIVIDE:
    case OP_ROUND:
    case OP_ROUND_RATIO:
    case OP_COMPARE_RATIO: kernel_divide(r, o, v); break;
    case OP_COMPARE:
    case OP_SAME: kernel_compare(r, o, v); break;
    case OP_AND:
    case OP_OR:
    case OP_NOT:
    case OP_HAS_STATE:
    case OP_FAULT:
    case OP_GUARD:
    case OP_FLOOR:
    case OP_ELSE:
    case OP_SETTLE: kernel_logic(r, o, v); break;
    case OP_SELECT: kernel_select(r, o, v); break;
    case OP_SUM:
    case OP_COUNT:
    case OP_ANY:
    case OP_ALL:
    case OP_LEAST:
    case OP_MOST:
    case OP_NTH: kernel_fold(r, o, v); break;
    case OP_CODES: break;
    }
}

/* ---- a batch --------------------------------------------------------------------------------------- */

static void done_with(struct run *r, uint32_t reg, size_t at) {
    if (reg == NONE || r->keep)
        return;
    const struct op *o = op_of(r, reg);
    if (o->last == at && o->code != OP_CONSTANT)
        run_done(r, &r->vec[reg], o->width);
}

void run_batch(struct run *r, uint32_t households) {
    const struct cohort_program *p = r->p;
    r->crowded = false;
    run_frames_open(r, households);
    for (size_t i = 0; i < p->op_count && !r->crowded && !r->full; i++) {
        const struct op *o = &p->op[i];
        if (!o->live || o->code == OP_CONSTANT)
            continue;
        run_op(r, o, &r->vec[i]);
        done_with(r, o->a, i);
        done_with(r, o->b, i);
        if (o->code < OP_SUM)
            done_with(r, o->c, i);
    }
}

void run_batch_end(struct run *r) {
    for (size_t i = 0; i < r->p->op_count; i++)
        if (r->p->op[i].live && r->p->op[i].code != OP_CONSTANT)
            run_done(r, &r->vec[i], r->p->op[i].width);
    run_frames_close(r);
}

static uint8_t row_state(unsigned s) {
    return s & STATE_UNKNOWN ? COHORT_OPEN : s & (STATE_NULL | STATE_ERROR) ? COHORT_ERROR : COHORT_DECIDED;
}

WIDE static void add_states(uint8_t *restrict state, const uint8_t *restrict s, uint32_t n) {
    for (uint32_t i = 0; i < n; i++) {
        const uint8_t here = s[i] & STATE_DECIMAL ? STATE_ERROR : s[i];
        state[i] |= here;
    }
}

#define OUT(bytes, type)                                                                 \
    WIDE static void out_##bytes(int64_t *restrict to, const void *from, uint32_t n) {   \
        const type *restrict v = from;                                                   \
        for (uint32_t i = 0; i < n; i++)                                                 \
            to[i] = v[i];                                                                \
    }
EACH_WIDTH(OUT)

static void out(const struct vec *v, unsigned width, uint32_t from, uint32_t n, int64_t *to) {
    const char *at = (const char *)v->v + (size_t)from * width;
    if (v->one)
        for (uint32_t i = 0; i < n; i++)
            to[i] = vec_stored(v, width, 0);
    else if (width == 1)
        out_1(to, at, n);
    else if (width == 2)
        out_2(to, at, n);
    else if (width == 4)
        out_4(to, at, n);
    else
        out_8(to, at, n);
}

void run_batch_answer(const struct run *r, uint32_t from, uint32_t n, uint64_t to, struct cohort_result *ret) {
    const struct cohort_program *p = r->p;
    const struct vec *fault = p->fault == NONE ? NULL : &r->vec[p->fault];
    uint8_t *state = ret->state + to;
    bool clear = !(fault && fault->s);
    memset(state, COHORT_DECIDED, n);
    for (size_t o = 0; o < p->output_count; o++) {
        const struct vec *v = &r->vec[p->output[o]];
        clear = clear && !v->s;
        if (v->s)
            add_states(state, v->s + from, n);
        out(v, p->op[p->output[o]].width, from, n, ret->value[o] + to);
    }
    if (clear)
        return;
    if (fault && fault->s)
        add_states(state, fault->s + from, n);
    for (uint32_t i = next_state(state, 0, n); i < n; i = next_state(state, i + 1, n)) {
        state[i] = row_state(state[i]);
        for (size_t o = 0; state[i] != COHORT_DECIDED && o < p->output_count; o++)
            ret->value[o][to + i] = 0;
    }
}

enum status run_begin(struct run *r, struct diag *d) {
    const struct cohort_program *p = r->p;
    r->vec = ARENA_ARRAY(r->arena, p->op_count + 1, struct vec);
    r->frame = ARENA_ARRAY(r->arena, p->frame_count + 1, struct run_frame);
    r->zeros = arena_alloc(r->arena, r->room + SPARE);
    r->ones = arena_alloc(r->arena, r->room + SPARE);
    for (size_t i = 0; i < ARRAY_LEN(r->pool); i++) {
        r->pool[i].room = 2 * p->op_count + 4 * p->frame_count + 16;
        r->pool[i].size = 0;
        r->pool[i].at = ARENA_ARRAY(r->arena, r->pool[i].room, void *);
        r->full = r->full || !r->pool[i].at;
    }
    if (!r->vec || !r->frame || !r->zeros || !r->ones || r->full)
        return arena_full(d);
    memset(r->ones, 1, r->room);
    for (size_t i = 0; i < p->op_count; i++)
        if (p->op[i].live && p->op[i].code == OP_CONSTANT)
            run_constant(r, &p->op[i], &r->vec[i]);
    return r->full ? arena_full(d) : OK;
}

static struct range households_of(const struct cohort_program *p, uint64_t first, uint64_t count) {
    if (!p->member || count == 0)
        return (struct range){first, first + count};
    uint64_t n = p->root->count;
    return (struct range){cohort_owner(p->member, n, first), cohort_owner(p->member, n, first + count - 1) + 1};
}

static void answer(const struct run *r, uint32_t households, struct range wanted, struct cohort_result *ret) {
    uint64_t from = r->base, end = r->base + households;
    if (r->p->member) {
        from = r->p->member->offset[from];
        end = r->p->member->offset[end];
    }
    uint64_t low = from > wanted.first ? from : wanted.first, high = end < wanted.end ? end : wanted.end;
    if (low < high)
        run_batch_answer(r, (uint32_t)(low - from), (uint32_t)(high - low), low - wanted.first, ret);
}

static enum status run_range(struct run *r, struct range h, struct range wanted, struct cohort_result *ret, uint64_t *reached, struct diag *d) {
    uint32_t most = BATCH;
    for (r->base = h.first; r->base < h.end;) {
        uint32_t n = h.end - r->base < most ? (uint32_t)(h.end - r->base) : most;
        run_batch(r, n);
        if (r->full)
            return arena_full(d);
        if (r->crowded) {
            run_batch_end(r);
            if (n == 1)
                break;
            most = n / 2;
            continue;
        }
        answer(r, n, wanted, ret);
        run_batch_end(r);
        r->base += n;
    }
    *reached = r->base;
    return OK;
}

/* ---- rooms that are kept ------------------------------------------------------------------------- */

enum status cohort_runner_new(struct arena *a, const struct cohort_program *p, struct cohort_runner **ret, struct diag *d) {
    struct cohort_runner *u = ARENA_NEW(a, struct cohort_runner);
    size_t stages = p->sieve_count + 2; /* the sieves, itself, the bounded one */
    if (!u || !(u->stage = ARENA_ARRAY(a, stages, struct run_stage)))
        return arena_full(d);
    u->p = p;
    u->arena = a;
    *ret = u;
    return OK;
}

enum status run_stage(struct cohort_runner *u, const struct cohort_program *p, bool picked, struct run_stage **ret, struct diag *d) {
    for (size_t i = 0; i < u->stages; i++)
        if (u->stage[i].run.p == p)
            return *ret = &u->stage[i], OK;
    struct run_stage *x = &u->stage[u->stages];
    *x = (struct run_stage){.run = {.p = p, .arena = u->arena, .room = ROOM}};
    enum status s = picked ? again_begin(&x->run, &x->again, d) : run_begin(&x->run, d);
    if (s == OK) {
        u->stages++;
        *ret = x;
    }
    return s;
}

/* All rows of a range, in order. */
static enum status run_rows_of(struct cohort_runner *u, const struct cohort_program *p, struct range wanted, struct cohort_result *ret, struct diag *d) {
    struct range h = households_of(p, wanted.first, wanted.end - wanted.first);
    struct run_stage *stage;
    enum status s = run_stage(u, p, false, &stage, d);
    if (s == OK)
        s = run_range(&stage->run, h, wanted, ret, &h.first, d);
    /* a household too large for the room gets more */
    for (size_t room = (size_t)ROOM * 8; s == OK && h.first < h.end; room *= 8) {
        struct arena_mark mark = arena_mark(u->arena);
        struct run r = {.p = p, .arena = u->arena, .room = room};
        s = room > ROOM_MAX ? diag_fail(d, E_LIMIT, "base.memory") : run_begin(&r, d);
        if (s == OK)
            s = run_range(&r, h, wanted, ret, &h.first, d);
        arena_rewind(u->arena, mark);
    }
    return s;
}

static bool some_open(const struct cohort_result *r, uint64_t n) { return memchr(r->state, COHORT_OPEN, (size_t)n) != NULL; }

/* Rows that a sieve says nothing of are open until the whole program has run over them. */
static enum status run_sieved(struct cohort_runner *u, struct range wanted, struct cohort_result *ret, struct diag *d) {
    const struct cohort_program *p = u->p;
    uint64_t n = wanted.end - wanted.first;
    enum status s = run_rows_of(u, p->sieve[0], wanted, ret, d);
    for (uint64_t i = 0; s == OK && i < n; i++) {
        bool left = ret->state[i] != COHORT_DECIDED || ret->value[0][i];
        ret->state[i] = left ? COHORT_OPEN : COHORT_DECIDED;
        ret->value[0][i] = 0;
    }
    for (size_t o = 1; s == OK && o < p->output_count; o++)
        memset(ret->value[o], 0, n * sizeof(int64_t));
    for (size_t i = 1; s == OK && i < p->sieve_count && some_open(ret, n); i++)
        s = run_again(u, p->sieve[i], true, wanted, ret, d);
    return s == OK && !p->bounds_first && some_open(ret, n) ? run_again(u, p, false, wanted, ret, d) : s;
}

enum status cohort_runner_run(struct cohort_runner *u, uint64_t first, uint64_t count, struct cohort_result *ret, struct diag *d) {
    const struct cohort_program *p = u->p;
    assert(first <= p->rows && count <= p->rows - first);
    struct range wanted = {first, first + count};
    if (p->fallback_count)
        return scalar_rows(p, u->arena, first, count, ret, d);
    if (!count)
        return OK;
    enum status s = p->sieve_count ? run_sieved(u, wanted, ret, d) : run_rows_of(u, p, wanted, ret, d);
    return s == OK && p->bounded && some_open(ret, count) ? run_again(u, p->bounded, false, wanted, ret, d) : s;
}

enum status cohort_run(const struct cohort_program *p, struct arena *scratch, uint64_t first, uint64_t count,
    struct cohort_result *ret, struct diag *d) {
    struct arena_mark mark = arena_mark(scratch);
    struct cohort_runner *u;
    enum status s = cohort_runner_new(scratch, p, &u, d);
    if (s == OK)
        s = cohort_runner_run(u, first, count, ret, d);
    arena_rewind(scratch, mark);
    return s;
}
