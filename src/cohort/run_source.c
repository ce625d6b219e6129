/* Where values and rows come from: columns, dictionaries, lists. */
#include "cohort/run.h"

/* ---- instructions that bring values in ---------------------------------------------------- */

void run_constant(struct run *r, const struct op *o, struct vec *ret) {
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

/* Eight states: `state` where a bit is set and there was none. */
static void eight_states(uint8_t *s, uint64_t bits, uint8_t state) {
    const uint64_t ones = UINT64_C(0x0101010101010101), sevens = UINT64_C(0x7f7f7f7f7f7f7f7f);
    uint64_t had, here = ((((bits & 255) * ones & UINT64_C(0x8040201008040201)) + sevens) >> 7 & ones) * state;
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    here = __builtin_bswap64(here);
#endif
    memcpy(&had, s, 8);
    had |= here & ~(((((had & sevens) + sevens) | had) >> 7 & ones) * 255);
    memcpy(s, &had, 8);
}

/* Bits into states; nothing where none is set. */
static void add_bits(struct run *r, const struct op *o, struct vec *ret, const uint64_t *bits, uint64_t first, uint32_t n, uint8_t state) {
    for (uint32_t i = 0; bits && i < n; i += 64) {
        uint64_t w = word_at(bits, first + i, n - i < 64 ? n - i : 64);
        uint8_t *s = w ? run_states(r, ret, o) : NULL;
        for (uint32_t k = 0; s && w; k += 8, w >>= 8) /* blocks have room behind the last row */
            eight_states(s + i + k, w, state);
    }
}

/* Bits of the rows that were picked: without branches, for a column that few know has no pattern. */
static void pick_bits(struct run *r, const struct op *o, struct vec *ret, const uint64_t *bits, const uint64_t *restrict pick, uint32_t n, uint8_t state) {
    uint8_t any = 0, *s = bits ? run_states(r, ret, o) : NULL;
    for (uint32_t i = 0; s && i < n; i++) {
        const uint8_t here = (uint8_t)((bits[pick[i] / 64] >> (pick[i] % 64) & 1) * state), had = s[i];
        s[i] = had ? had : here;
        any |= s[i];
    }
    if (s && !any)
        kernel_settle(r, ret, n);
}

#define PICK(bytes, type)                                                                \
    static void pick_##bytes(void *ret, const void *from, const uint64_t *restrict pick, uint32_t n) { \
        type *restrict v = ret;                                                          \
        const type *restrict a = from;                                                   \
        for (uint32_t i = 0; i < n; i++)                                                 \
            v[i] = a[pick[i]];                                                           \
    }
EACH_WIDTH(PICK)

static void pick_column(struct run *r, const struct op *o, struct vec *ret, const struct cohort_column *c, const uint64_t *pick) {
    uint32_t n = run_rows(r, o);
    void *v = run_values(r, ret, c->width);
    if (!v)
        return;
    switch (c->width) {
    case 1: pick_1(v, c->value, pick, n); break;
    case 2: pick_2(v, c->value, pick, n); break;
    case 4: pick_4(v, c->value, pick, n); break;
    default: pick_8(v, c->value, pick, n); break;
    }
    pick_bits(r, o, ret, c->unknown, pick, n, STATE_UNKNOWN);
    pick_bits(r, o, ret, c->null, pick, n, STATE_NULL);
}

void run_column(struct run *r, const struct op *o, struct vec *ret) {
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

void run_list_known(struct run *r, const struct op *o, struct vec *ret) {
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

void run_widen(struct run *r, const struct op *o, struct vec *ret) {
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

void run_translated(struct run *r, const struct op *o, struct vec *ret) {
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

enum { EIGHT = 8 };

static void picked_list(struct run *r, const struct frame *f, const struct run_frame *outer, struct run_frame *ret) {
    const uint64_t *offset = f->list->offset;
    uint32_t rows = 0;
    ret->start = run_block(r, 4);
    ret->pick = run_block(r, 8);
    for (uint32_t i = 0; ret->start && ret->pick && i < outer->rows && !r->crowded; i++) {
        uint64_t from = offset[outer->pick[i]], n = offset[outer->pick[i] + 1] - from;
        ret->start[i] = rows;
        r->crowded = n > r->room - rows;
        for (uint64_t k = 0; k < n && !r->crowded; k += EIGHT) /* lists are short: eight at once, and there is room behind the last */
            for (uint64_t j = 0; j < EIGHT; j++)
                ret->pick[rows + k + j] = from + k + j;
        rows += r->crowded ? 0 : (uint32_t)n;
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
void run_expand(struct run *r, const struct op *o) {
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
        uint32_t from = of->start[at[i]], to = of->start[at[i] + 1], count = to - from;
        if (count > r->room - rows) {
            r->crowded = true;
            return;
        }
        for (uint32_t k = 0; k < count; k += EIGHT) /* lists are short: eight at once, and there is room behind the last */
            for (uint32_t j = 0; j < EIGHT; j++) {
                x->left[rows + k + j] = i;
                x->right[rows + k + j] = from + k + j;
            }
        rows += count;
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

void run_left(struct run *r, const struct op *o, struct vec *ret) {
    struct run_frame *x = &r->frame[o->frame];
    if (!x->left) {
        x->left = run_block(r, 4);
        uint32_t outer = r->frame[r->p->frame[o->frame].outer].rows;
        if (x->left && outer)
            owners(x->left, x->start, outer, x->rows);
    }
    ret->v = x->left;
}

void run_frames_open(struct run *r, uint32_t households) {
    for (size_t i = 0; i < r->p->frame_count && !r->crowded; i++) {
        const struct frame *f = &r->p->frame[i];
        r->frame[i] = (struct run_frame){0};
        if (f->kind == FRAME_ROOT)
            r->frame[i] = (struct run_frame){.first = r->base, .rows = households, .pick = r->pick};
        else if (f->kind == FRAME_LIST && f->live)
            list_frame(r, f, &r->frame[i]);
    }
}

void run_frames_close(struct run *r) {
    for (size_t i = 0; i < r->p->frame_count; i++) {
        run_release(r, r->frame[i].start, 4);
        run_release(r, r->frame[i].left, 4);
        run_release(r, r->frame[i].right, 4);
        if (r->frame[i].pick != r->pick)
            run_release(r, r->frame[i].pick, 8);
        r->frame[i] = (struct run_frame){0};
    }
}
