/* Running a program: batches of households, an instruction at a time. */
#include "cohort/kernel.h"

/* A batch's columns stay in the second-level cache; a household has some rows in each frame. */
enum { BATCH = 4096, ROOM = 1 << 16, ROOM_MAX = 1 << 26, SPARE = 64 };

/* ---- room ------------------------------------------------------------------------- */

static unsigned pool_of(unsigned width) { return width == 1 ? 0 : width == 2 ? 1 : width == 4 ? 2 : width == 8 ? 3 : 4; }

void *run_block(struct run *r, unsigned width) {
    struct pool *p = &r->pool[pool_of(width)];
    if (p->size)
        return p->at[--p->size];
    char *block = arena_alloc_raw(r->arena, (r->room + SPARE) * width + SPARE);
    if (!block) {
        r->full = true;
        return NULL;
    }
    return block + (SPARE - (uintptr_t)block % SPARE) % SPARE;
}

void run_release(struct run *r, void *block, unsigned width) {
    struct pool *p = &r->pool[pool_of(width)];
    if (block && p->size < p->room) /* else it waits for the arena's end */
        p->at[p->size++] = block;
}

void *run_values(struct run *r, struct vec *v, unsigned width) {
    if (!v->v) {
        v->v = run_block(r, width);
        v->own_v = true;
    }
    return v->v;
}

uint8_t *run_states(struct run *r, struct vec *v, const struct op *o) {
    if (!v->s) {
        v->s = run_block(r, 1);
        v->own_s = true;
        if (v->s)
            memset(v->s, 0, run_rows(r, o));
    }
    return v->s;
}

struct dec *run_decimals(struct run *r, struct vec *v) {
    if (!v->d) {
        v->d = run_block(r, 16);
        v->own_d = true;
    }
    return v->d;
}

static void vec_done(struct run *r, struct vec *v, unsigned width) {
    if (v->own_v)
        run_release(r, v->v, width);
    if (v->own_s)
        run_release(r, v->s, 1);
    if (v->own_d)
        run_release(r, v->d, 16);
    *v = (struct vec){0};
}

/* ---- values ------------------------------------------------------------------------- */

struct dec vec_decimal(const struct vec *v, const struct op *o, uint32_t i) {
    if (vec_state(v, i) & STATE_DECIMAL)
        return v->d[i];
    return number_decimal(vec_stored(v, o->width, i), o->scale);
}

#define CLEAR(bytes, type)                                                               \
    WIDE static void clear_##bytes(type *restrict v, const uint8_t *restrict s, uint32_t n) { \
        for (uint32_t i = 0; i < n; i++) {                                               \
            const type k = v[i];                                                         \
            v[i] = s[i] ? 0 : k;                                                         \
        }                                                                                \
    }
EACH_WIDTH(CLEAR)

void kernel_clear(void *v, unsigned width, const uint8_t *s, uint32_t n) {
    switch (width) {
    case 1: clear_1(v, s, n); break;
    case 2: clear_2(v, s, n); break;
    case 4: clear_4(v, s, n); break;
    default: clear_8(v, s, n); break;
    }
}

const uint8_t *kernel_states(const struct run *r, const struct vec *v) { return v->s ? v->s : r->zeros; }

static bool all_zero(const uint8_t *s, uint32_t n) {
    uint8_t any = 0;
    for (uint32_t i = 0; i < n; i++)
        any |= s[i];
    return !any;
}

void kernel_settle(struct run *r, struct vec *ret, uint32_t n) {
    if (!ret->s || !ret->own_s || !all_zero(ret->s, n))
        return;
    run_release(r, ret->s, 1);
    ret->s = NULL;
    ret->own_s = false;
}

void run_strict(struct run *r, const struct op *o, struct vec *ret, const struct vec *a, const struct vec *b, uint32_t n) {
    if (!a->s && !(b && b->s))
        return;
    const uint8_t *restrict x = kernel_states(r, a), *restrict y = b ? kernel_states(r, b) : r->zeros;
    uint8_t *restrict s = run_states(r, ret, o);
    for (uint32_t i = 0; s && i < n; i++) {
        uint8_t both = (uint8_t)((x[i] | y[i]) & 7);
        s[i] = (uint8_t)((both & ~STATE_NULL) | (both & STATE_NULL) << 2);
    }
    kernel_settle(r, ret, n);
}

const struct vec *kernel_spread(struct run *r, const struct op *o, const struct vec *v, struct vec *room, uint32_t n) {
    if (!v->one)
        return v;
    *room = (struct vec){.v = run_block(r, o->width), .own_v = true, .spread = o->width};
    if (room->v && o->width == 1)
        memset(room->v, (int)vec_stored(v, 1, 0), n);
    for (uint32_t i = 0; room->v && o->width > 1 && i < n; i++)
        vec_store(room->v, o->width, i, vec_stored(v, o->width, 0));
    return room->v ? room : NULL;
}

void kernel_unspread(struct run *r, struct vec *room) {
    if (room->own_v)
        run_release(r, room->v, room->spread);
}

/* ---- instructions that bring values in ---------------------------------------------------- */

static void constant(struct run *r, const struct op *o, struct vec *ret) {
    size_t n = r->room;
    int64_t *v;
    if (!o->how) {
        v = arena_alloc(r->arena, 64);
        if (v)
            vec_store(v, o->width, 0, o->k);
        ret->v = v;
        ret->one = true;
    } else {
        ret->v = arena_alloc(r->arena, (n + SPARE) * o->width);
        ret->s = arena_alloc(r->arena, n + SPARE);
        if (ret->s)
            memset(ret->s, o->how, n);
        if (o->how == STATE_DECIMAL) {
            ret->d = arena_alloc_raw(r->arena, (n + SPARE) * sizeof *ret->d);
            for (size_t i = 0; ret->d && i < n; i++)
                ret->d[i] = *(const struct dec *)o->ref;
        }
    }
    r->full = r->full || !ret->v || (o->how && !ret->s) || (o->how == STATE_DECIMAL && !ret->d);
}

static uint64_t word_at(const uint64_t *bits, uint64_t row, unsigned n) {
    uint64_t shift = row % 64, low = bits[row / 64] >> shift;
    if (shift && shift + n > 64)
        low |= bits[row / 64 + 1] << (64 - shift);
    return n == 64 ? low : low & (((uint64_t)1 << n) - 1);
}

/* Bits into states; nothing where none is set. */
static void add_bits(struct run *r, const struct op *o, struct vec *ret, const uint64_t *bits, uint64_t first, uint32_t n, uint8_t state) {
    for (uint32_t i = 0; bits && i < n; i += 64) {
        uint64_t w = word_at(bits, first + i, n - i < 64 ? n - i : 64);
        uint8_t *s = w ? run_states(r, ret, o) : NULL;
        for (; s && w; w &= w - 1) {
            uint8_t *at = &s[i + (uint32_t)__builtin_ctzll(w)];
            *at = *at ? *at : state;
        }
    }
}

/* Bits of the rows that were picked. */
static void pick_bits(struct run *r, const struct op *o, struct vec *ret, const uint64_t *bits, const uint64_t *pick, uint32_t n, uint8_t state) {
    for (uint32_t i = 0; bits && i < n; i++) {
        uint8_t *s = cohort_bit(bits, pick[i]) ? run_states(r, ret, o) : NULL;
        if (s)
            s[i] = s[i] ? s[i] : state;
    }
}

static void pick_column(struct run *r, const struct op *o, struct vec *ret, const struct cohort_column *c, const uint64_t *pick) {
    uint32_t n = run_rows(r, o);
    void *v = run_values(r, ret, c->width);
    for (uint32_t i = 0; v && i < n; i++)
        vec_store(v, c->width, i, cohort_stored(c, pick[i]));
    pick_bits(r, o, ret, c->unknown, pick, n, STATE_UNKNOWN);
    pick_bits(r, o, ret, c->null, pick, n, STATE_NULL);
}

static void column(struct run *r, const struct op *o, struct vec *ret) {
    const struct cohort_column *c = o->ref;
    uint64_t first = r->frame[o->frame].first;
    uint32_t n = run_rows(r, o);
    if (r->frame[o->frame].pick) {
        pick_column(r, o, ret, c, r->frame[o->frame].pick);
        return;
    }
    ret->v = (char *)(uintptr_t)c->value + first * c->width;
    add_bits(r, o, ret, c->unknown, first, n, STATE_UNKNOWN);
    add_bits(r, o, ret, c->null, first, n, STATE_NULL);
}

static void list_known(struct run *r, const struct op *o, struct vec *ret) {
    const struct cohort_list *l = o->ref;
    uint32_t n = run_rows(r, o);
    if (!run_values(r, ret, 1))
        return;
    memset(ret->v, 1, n);
    if (r->frame[o->frame].pick)
        pick_bits(r, o, ret, l->unknown, r->frame[o->frame].pick, n, STATE_UNKNOWN);
    else
        add_bits(r, o, ret, l->unknown, r->frame[o->frame].first, n, STATE_UNKNOWN);
    if (ret->s)
        kernel_clear(ret->v, 1, ret->s, n);
}

static void widen(struct run *r, const struct op *o, struct vec *ret) {
    const struct vec *a = vec_of(r, o->a);
    unsigned from = op_of(r, o->a)->width;
    uint32_t n = run_rows(r, o);
    if (!run_values(r, ret, o->width))
        return;
#define WIDEN(to_bytes, to, from_bytes, of)                                              \
    if (o->width == to_bytes && from == from_bytes) {                                    \
        to *restrict x = ret->v;                                                         \
        const of *restrict y = a->v;                                                     \
        for (uint32_t i = 0; i < n; i++)                                                 \
            x[i] = y[i];                                                                 \
    }
    WIDEN(2, int16_t, 1, int8_t)
    WIDEN(4, int32_t, 1, int8_t)
    WIDEN(8, int64_t, 1, int8_t)
    WIDEN(4, int32_t, 2, int16_t)
    WIDEN(8, int64_t, 2, int16_t)
    WIDEN(8, int64_t, 4, int32_t)
#undef WIDEN
    if (a->s) {
        uint8_t *s = run_states(r, ret, o);
        if (s)
            memcpy(s, a->s, n);
    }
    if (a->d) {
        struct dec *d = run_decimals(r, ret);
        if (d)
            memcpy(d, a->d, n * sizeof *d);
    }
}

static void translated(struct run *r, const struct op *o, struct vec *ret) {
    const struct vec *a = vec_of(r, o->a);
    const int32_t *table = o->ref;
    unsigned width = op_of(r, o->a)->width;
    uint32_t n = run_rows(r, o);
    int32_t *v = run_values(r, ret, 4);
    for (uint32_t i = 0; v && i < n; i++) {
        int64_t at = vec_stored(a, width, i);
        v[i] = vec_state(a, i) || at < 0 || at >= o->k ? 0 : table[at];
    }
    if (a->s) {
        uint8_t *s = run_states(r, ret, o);
        if (s)
            memcpy(s, a->s, n);
    }
}

/* ---- frames ---------------------------------------------------------------------------------- */

WIDE static void starts(uint32_t *restrict start, const uint64_t *restrict offset, uint32_t rows) {
    const uint32_t base = (uint32_t)offset[0]; /* a batch has fewer rows than 32 bits count */
    for (uint32_t i = 0; i <= rows; i++)
        start[i] = (uint32_t)offset[i] - base;
}

static void picked_list(struct run *r, const struct frame *f, const struct run_frame *outer, struct run_frame *ret) {
    const uint64_t *offset = f->list->offset;
    uint32_t rows = 0;
    ret->start = run_block(r, 4);
    ret->pick = run_block(r, 8);
    for (uint32_t i = 0; ret->start && ret->pick && i < outer->rows && !r->crowded; i++) {
        uint64_t from = offset[outer->pick[i]], n = offset[outer->pick[i] + 1] - from;
        ret->start[i] = rows;
        r->crowded = n > r->room - rows;
        for (uint64_t k = 0; k < n && !r->crowded; k++)
            ret->pick[rows++] = from + k;
    }
    if (ret->start && !r->crowded)
        ret->start[outer->rows] = rows;
    ret->rows = rows;
}

static void list_frame(struct run *r, const struct frame *f, struct run_frame *ret) {
    const struct run_frame *outer = &r->frame[f->outer];
    if (outer->pick) {
        picked_list(r, f, outer, ret);
        return;
    }
    const uint64_t *offset = f->list->offset + outer->first;
    uint64_t rows = offset[outer->rows] - offset[0];
    ret->first = offset[0];
    ret->rows = (uint32_t)rows;
    if (rows > r->room) {
        r->crowded = true;
        return;
    }
    ret->start = run_block(r, 4);
    if (ret->start)
        starts(ret->start, offset, outer->rows);
}

/* Each row beside each element of the list that it points to. */
static void expand(struct run *r, const struct op *o) {
    const struct frame *f = &r->p->frame[o->k];
    struct run_frame *x = &r->frame[o->k];
    const struct run_frame *of = &r->frame[f->of];
    const struct vec *own = vec_of(r, o->a);
    const uint32_t *at = own->v;
    uint32_t n = run_rows(r, o), rows = 0;
    x->start = run_block(r, 4);
    x->left = run_block(r, 4);
    x->right = run_block(r, 4);
    if (!x->start || !x->left || !x->right)
        return;
    for (uint32_t i = 0; i < n; i++) {
        x->start[i] = rows;
        if (vec_state(own, i))
            continue;
        uint32_t from = of->start[at[i]], to = of->start[at[i] + 1];
        if (to - from > r->room - rows) {
            r->crowded = true;
            return;
        }
        for (uint32_t k = from; k < to; k++, rows++) {
            x->left[rows] = i;
            x->right[rows] = k;
        }
    }
    x->start[n] = rows;
    x->rows = rows;
}

/* Lists are short and of differing length: instead of a loop over each, the beginnings are marked and counted. */
static void owners(uint32_t *restrict left, const uint32_t *restrict start, uint32_t outer, uint32_t rows) {
    memset(left, 0, ((size_t)rows + 1) * sizeof *left);
    for (uint32_t i = 1; i < outer; i++)
        left[start[i]]++;
    for (uint32_t k = 1; k < rows; k++)
        left[k] += left[k - 1];
}

static void left(struct run *r, const struct op *o, struct vec *ret) {
    struct run_frame *x = &r->frame[o->frame];
    if (!x->left) {
        x->left = run_block(r, 4);
        uint32_t outer = r->frame[r->p->frame[o->frame].outer].rows;
        if (x->left && outer)
            owners(x->left, x->start, outer, x->rows);
    }
    ret->v = x->left;
}

static void frames_open(struct run *r, uint32_t households) {
    for (size_t i = 0; i < r->p->frame_count && !r->crowded; i++) {
        const struct frame *f = &r->p->frame[i];
        r->frame[i] = (struct run_frame){0};
        if (f->kind == FRAME_ROOT)
            r->frame[i] = (struct run_frame){.first = r->base, .rows = households, .pick = r->pick};
        else if (f->kind == FRAME_LIST && f->live)
            list_frame(r, f, &r->frame[i]);
    }
}

static void frames_close(struct run *r) {
    for (size_t i = 0; i < r->p->frame_count; i++) {
        run_release(r, r->frame[i].start, 4);
        run_release(r, r->frame[i].left, 4);
        run_release(r, r->frame[i].right, 4);
        if (r->frame[i].pick != r->pick)
            run_release(r, r->frame[i].pick, 8);
        r->frame[i] = (struct run_frame){0};
    }
}

void run_op(struct run *r, const struct op *o, struct vec *v) {
    switch ((enum op_code)o->code) {
    case OP_CONSTANT: break;
    case OP_COLUMN: column(r, o, v); break;
    case OP_LIST_KNOWN: list_known(r, o, v); break;
    case OP_EXPAND: expand(r, o); break;
    case OP_LEFT: left(r, o, v); break;
    case OP_RIGHT: v->v = r->frame[o->frame].right; break;
    case OP_GATHER: kernel_gather(r, o, v); break;
    case OP_WIDEN: widen(r, o, v); break;
    case OP_TRANSLATE: translated(r, o, v); break;
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
    if (reg == NONE)
        return;
    const struct op *o = op_of(r, reg);
    if (o->last == at && o->code != OP_CONSTANT)
        vec_done(r, &r->vec[reg], o->width);
}

static void batch_run(struct run *r, uint32_t households) {
    const struct cohort_program *p = r->p;
    r->crowded = false;
    frames_open(r, households);
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

static void batch_end(struct run *r) {
    for (size_t i = 0; i < r->p->op_count; i++)
        if (r->p->op[i].live && r->p->op[i].code != OP_CONSTANT)
            vec_done(r, &r->vec[i], r->p->op[i].width);
    frames_close(r);
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

/* Rows from … from + n of the batch to those of the result from `to` on. */
static void batch_answer(const struct run *r, uint32_t from, uint32_t n, uint64_t to, struct cohort_result *ret) {
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

static enum status run_open(struct run *r, struct diag *d) {
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
            constant(r, &p->op[i], &r->vec[i]);
    return r->full ? arena_full(d) : OK;
}

struct range { uint64_t first, end; };

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
        batch_answer(r, (uint32_t)(low - from), (uint32_t)(high - low), low - wanted.first, ret);
}

static enum status run_range(struct run *r, struct range h, struct range wanted, struct cohort_result *ret, uint64_t *reached, struct diag *d) {
    uint32_t most = BATCH;
    for (r->base = h.first; r->base < h.end;) {
        uint32_t n = h.end - r->base < most ? (uint32_t)(h.end - r->base) : most;
        batch_run(r, n);
        if (r->full)
            return arena_full(d);
        if (r->crowded) {
            batch_end(r);
            if (n == 1)
                break;
            most = n / 2;
            continue;
        }
        answer(r, n, wanted, ret);
        batch_end(r);
        r->base += n;
    }
    *reached = r->base;
    return OK;
}

/* ---- rows that were left open, with bounds ---------------------------------------------------------- */

struct again {
    struct range wanted;
    struct cohort_result *all;  /* of the rows wanted */
    uint64_t *pick, *row;       /* households, and the first row of each */
    uint32_t picked;
    uint8_t *state;             /* of a batch */
    int64_t **value;
};

/* The households of open rows from row *at on, as many as a batch holds. */
static void pick_open(const struct cohort_program *p, struct again *g, uint64_t *at, uint64_t *household, uint32_t most) {
    const uint64_t *offset = p->member ? p->member->offset : NULL;
    uint64_t n = g->wanted.end - g->wanted.first;
    g->picked = 0;
    while (*at < n && g->picked < most) {
        if (g->all->state[*at] != COHORT_OPEN) {
            ++*at;
            continue;
        }
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
            g->all->state[row - g->wanted.first] = g->state[at];
            for (size_t o = 0; o < p->output_count; o++)
                g->all->value[o][row - g->wanted.first] = g->value[o][at];
        }
    }
}

static enum status again_open(struct run *r, struct again *g, struct diag *d) {
    g->pick = r->pick = ARENA_ARRAY(r->arena, BATCH, uint64_t);
    g->row = ARENA_ARRAY(r->arena, BATCH, uint64_t);
    g->state = arena_alloc_raw(r->arena, r->room + SPARE);
    g->value = ARENA_ARRAY(r->arena, r->p->output_count + 1, int64_t *);
    bool ok = g->pick && g->row && g->state && g->value;
    for (size_t o = 0; ok && o < r->p->output_count; o++)
        ok = (g->value[o] = arena_alloc_raw(r->arena, (r->room + SPARE) * sizeof(int64_t))) != NULL;
    return ok ? run_open(r, d) : arena_full(d);
}

static enum status again_range(struct run *r, struct again *g, uint64_t *at, struct diag *d) {
    struct cohort_result one = {g->state, g->value};
    uint64_t n = g->wanted.end - g->wanted.first, household = r->p->member ? cohort_owner(r->p->member, r->p->root->count, g->wanted.first) : 0;
    uint32_t most = BATCH;
    while (*at < n) {
        uint64_t next = *at, there = household;
        pick_open(r->p, g, &next, &there, most);
        if (g->picked)
            batch_run(r, g->picked);
        if (r->full)
            return arena_full(d);
        if (g->picked && r->crowded) {
            batch_end(r);
            if (g->picked == 1)
                break;
            most = g->picked / 2;
            continue;
        }
        if (g->picked) {
            batch_answer(r, 0, r->frame[r->p->row_frame].rows, 0, &one);
            take_over(r, g);
            batch_end(r);
        }
        *at = next;
        household = there;
    }
    return OK;
}

static enum status run_again(const struct cohort_program *p, struct arena *scratch, struct range wanted, struct cohort_result *ret, struct diag *d) {
    enum status s = OK;
    uint64_t at = 0;
    for (size_t room = ROOM; s == OK && at < wanted.end - wanted.first; room *= 8) {
        struct arena_mark mark = arena_mark(scratch);
        struct run r = {.p = p, .arena = scratch, .room = room};
        struct again g = {.wanted = wanted, .all = ret};
        s = room > ROOM_MAX ? diag_fail(d, E_LIMIT, "base.memory") : again_open(&r, &g, d);
        if (s == OK)
            s = again_range(&r, &g, &at, d);
        arena_rewind(scratch, mark);
    }
    return s;
}

enum status cohort_run(const struct cohort_program *p, struct arena *scratch, uint64_t first, uint64_t count,
    struct cohort_result *ret, struct diag *d) {
    assert(first <= p->rows && count <= p->rows - first);
    if (p->fallback_count)
        return scalar_rows(p, scratch, first, count, ret, d);
    struct range wanted = {first, first + count}, h = households_of(p, first, count);
    enum status s = OK;
    /* a household too large for the room gets more */
    for (size_t room = ROOM; s == OK && h.first < h.end && count; room *= 8) {
        struct arena_mark mark = arena_mark(scratch);
        struct run r = {.p = p, .arena = scratch, .room = room};
        s = room > ROOM_MAX ? diag_fail(d, E_LIMIT, "base.memory") : run_open(&r, d);
        if (s == OK)
            s = run_range(&r, h, wanted, ret, &h.first, d);
        arena_rewind(scratch, mark);
    }
    bool open = s == OK && p->bounded && memchr(ret->state, COHORT_OPEN, (size_t)count) != NULL;
    return open ? run_again(p->bounded, scratch, wanted, ret, d) : s;
}
