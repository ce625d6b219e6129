/* Folds over the rows that belong to a row.
 *
 * Lists are short and of differing length, so a loop over each mispredicts at
 * every end.  Sums and counts run through all elements once, keep the running
 * total, and a row's is the difference of two; unsigned wrapping leaves it right. */
#include "cohort/kernel.h"

#define RUNNING(bytes, type, total)                                                      \
    static void running_##bytes##_##total(total *restrict t, const struct vec *v, uint32_t n) { \
        const type *restrict a = v->v;                                                   \
        const type k = a[0];                                                             \
        total sum = 0;                                                                   \
        t[0] = 0;                                                                        \
        if (v->one)                                                                      \
            for (uint32_t i = 0; i < n; i++)                                             \
                t[i + 1] = sum += (total)k;                                              \
        else                                                                             \
            for (uint32_t i = 0; i < n; i++)                                             \
                t[i + 1] = sum += (total)a[i];                                           \
    }
#define RUNNING_BOTH(bytes, type) RUNNING(bytes, type, uint32_t) RUNNING(bytes, type, uint64_t)
EACH_WIDTH(RUNNING_BOTH)

/* A row's rows end where the next one's begin. */
#define DIFFERENCE_OF(bytes, type, total)                                                \
    static void difference_##bytes##_##total(void *ret, const total *restrict t, const uint32_t *restrict at, uint32_t n) { \
        type *restrict r = ret;                                                          \
        total before = t[at[0]];                                                         \
        for (uint32_t i = 0; i < n; i++) {                                               \
            const total after = t[at[i + 1]];                                            \
            r[i] = (type)(after - before);                                               \
            before = after;                                                              \
        }                                                                                \
    }
#define DIFFERENCE(bytes, type) DIFFERENCE_OF(bytes, type, uint32_t) DIFFERENCE_OF(bytes, type, uint64_t)
EACH_WIDTH(DIFFERENCE)

#define BY_WIDTH(width, name, suffix, ...)                                               \
    do {                                                                                 \
        switch (width) {                                                                 \
        case 1: name##_1##suffix(__VA_ARGS__); break;                                    \
        case 2: name##_2##suffix(__VA_ARGS__); break;                                    \
        case 4: name##_4##suffix(__VA_ARGS__); break;                                    \
        default: name##_8##suffix(__VA_ARGS__); break;                                   \
        }                                                                                \
    } while (0)

struct fold {
    const struct op *o;
    const struct vec *a, *b;
    unsigned width;              /* of a */
    const uint32_t *at;          /* first element of each row, and the end */
    uint32_t rows, elements;
};

/* ---- truths, packed -------------------------------------------------------------------- */

/* Lists that have at most so many elements: their bits lie in eight bytes, whatever bit of its byte the first one is. */
enum { PACKED_MAX = 56 };

static uint64_t eight_bits(uint64_t bytes) { /* of eight truths */
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    bytes = __builtin_bswap64(bytes);
#endif
    return bytes * UINT64_C(0x0102040810204080) >> 56;
}

/* Bit `shift` of each byte. */
WIDE static void pack(uint8_t *restrict bits, const uint8_t *restrict x, unsigned shift, uint32_t n) {
    const uint64_t ones = UINT64_C(0x0101010101010101);
    uint64_t eight = 0;
    for (uint32_t i = 0; i < n / 8; i++) {
        memcpy(&eight, x + (size_t)i * 8, 8);
        bits[i] = (uint8_t)eight_bits(eight >> shift & ones);
    }
    eight = 0;
    memcpy(&eight, x + n / 8 * 8, n % 8);
    bits[n / 8] = (uint8_t)eight_bits(eight >> shift & ones);
}

static uint64_t packed(const uint8_t *bits, uint32_t from) {
    uint64_t w;
    memcpy(&w, bits + from / 8, 8);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    w = __builtin_bswap64(w);
#endif
    return w >> from % 8;
}

#define PACKED(name, expression)                                                         \
    WIDE static void packed_##name(uint8_t *restrict v, const uint8_t *restrict bits, const uint32_t *restrict at, uint32_t n) { \
        uint32_t from = at[0];                                                           \
        for (uint32_t i = 0; i < n; i++) {                                               \
            const uint32_t to = at[i + 1];                                               \
            const uint64_t mask = (UINT64_C(1) << (to - from)) - 1, w = packed(bits, from) & mask; \
            v[i] = (uint8_t)(expression);                                                \
            from = to;                                                                   \
        }                                                                                \
    }
PACKED(any, w != 0)
PACKED(all, w == mask)
PACKED(count, __builtin_popcountll(w))

/* ---- states of a row's elements ------------------------------------------------------------ */

enum { MANY = 16 }; /* one element in so many having a state, the states go through as packed truths */

static bool many_states(const struct fold *f) {
    uint32_t n = 0;
    for (uint32_t k = next_state(f->a->s, 0, f->elements); k < f->elements; k = next_state(f->a->s, k - k % 8 + 8, f->elements))
        n++;
    return n > f->elements / MANY;
}

WIDE static void add_bit(uint8_t *restrict s, const uint8_t *restrict any, uint8_t state, uint32_t n) {
    for (uint32_t i = 0; i < n; i++)
        s[i] |= any[i] ? state : 0;
}

WIDE static void make_strict(uint8_t *restrict s, uint32_t n) {
    for (uint32_t i = 0; i < n; i++)
        s[i] = (uint8_t)((s[i] & 6) | (s[i] & STATE_NULL) << 2);
}

/* What the states of a row's elements come to; false: lists are too long, or few elements have one. */
static bool states_of(struct run *r, const struct fold *f, struct vec *ret) {
    if (r->p->frame[f->o->c].longest > PACKED_MAX || !many_states(f))
        return false;
    uint8_t *bits = run_block(r, 1), *any = run_block(r, 1), *s = run_states(r, ret, f->o), all = 0;
    for (uint32_t k = 0; k < f->elements; k++)
        all |= f->a->s[k];
    for (unsigned shift = 0; bits && any && s && shift < 3; shift++) {
        if (!(all >> shift & 1))
            continue;
        pack(bits, f->a->s, shift, f->elements);
        packed_any(any, bits, f->at, f->rows);
        add_bit(s, any, (uint8_t)(1u << shift), f->rows);
    }
    if (s)
        make_strict(s, f->rows);
    run_release(r, bits, 1);
    run_release(r, any, 1);
    return true;
}

/* Every element known. */
static void sum_known(struct run *r, const struct fold *f, struct vec *ret, bool wide) {
    void *total = run_block(r, wide ? 8 : 4);
    if (!total)
        return;
    if (wide) {
        BY_WIDTH(f->width, running, _uint64_t, total, f->a, f->elements);
        BY_WIDTH(f->o->width, difference, _uint64_t, ret->v, total, f->at, f->rows);
    } else {
        BY_WIDTH(f->width, running, _uint32_t, total, f->a, f->elements);
        BY_WIDTH(f->o->width, difference, _uint32_t, ret->v, total, f->at, f->rows);
    }
    run_release(r, total, wide ? 8 : 4);
}

#define ADD_BEFORE(bytes, type)                                                          \
    static void add_before_##bytes(void *ret, const struct vec *b, uint32_t n) {         \
        type *restrict r = ret;                                                          \
        const type *restrict x = b->v;                                                   \
        for (uint32_t i = 0; i < n; i++)                                                 \
            r[i] = (type)(r[i] + x[b->one ? 0 : i]);                                     \
    }
EACH_WIDTH(ADD_BEFORE)

static void decimal_sum(struct run *r, const struct fold *f, struct vec *ret, uint32_t i) {
    const struct op *oa = op_of(r, f->o->a);
    uint32_t k = f->at[i];
    struct dec total = f->b ? vec_decimal(f->b, op_of(r, f->o->b), i) : k < f->at[i + 1] ? vec_decimal(f->a, oa, k++) : dec_int(0);
    for (; k < f->at[i + 1]; k++)
        total = dec_add(total, vec_decimal(f->a, oa, k));
    struct dec *d = run_decimals(r, ret);
    uint8_t *s = run_states(r, ret, f->o);
    if (!d || !s)
        return;
    int64_t stored;
    if (!dec_finite(total)) {
        s[i] = STATE_ERROR;
    } else if (f->o->width == 8 && decimal_stored(total, f->o->scale, &stored)) {
        vec_store(ret->v, 8, i, stored);
    } else {
        d[i] = total;
        s[i] = STATE_DECIMAL;
    }
}

static void sum_row(struct run *r, const struct fold *f, struct vec *ret, uint32_t i) {
    unsigned states = f->b ? vec_state(f->b, i) : 0;
    __int128 total = f->b ? vec_stored(f->b, f->o->width, i) : 0;
    uint8_t *s = run_states(r, ret, f->o);
    if (!s)
        return;
    for (uint32_t k = f->at[i]; k < f->at[i + 1]; k++) {
        states |= vec_state(f->a, k);
        total += vec_stored(f->a, f->width, k);
    }
    s[i] = (uint8_t)state_strict(states & 7);
    vec_store(ret->v, f->o->width, i, 0);
    if (s[i])
        return;
    if (states & STATE_DECIMAL || total < INT64_MIN || total > INT64_MAX)
        decimal_sum(r, f, ret, i);
    else
        vec_store(ret->v, f->o->width, i, (int64_t)total);
}

static void count_row(struct run *r, const struct fold *f, struct vec *ret, uint32_t i) {
    uint8_t *s = run_states(r, ret, f->o);
    unsigned states = 0;
    for (uint32_t k = f->at[i]; k < f->at[i + 1]; k++)
        states |= f->a->s[k];
    if (!s)
        return;
    s[i] = (uint8_t)state_strict(states);
    vec_store(ret->v, f->o->width, i, 0);
}

static void truth_row(struct run *r, const struct fold *f, struct vec *ret, uint32_t i) {
    uint8_t *s = run_states(r, ret, f->o);
    const uint8_t *x = f->a->v;
    bool any = f->o->code == OP_ANY, settled = false;
    unsigned states = 0;
    for (uint32_t k = f->at[i]; k < f->at[i + 1]; k++) {
        states |= f->a->s[k];
        settled = settled || (!f->a->s[k] && x[f->a->one ? 0 : k] == (any ? 1 : 0));
    }
    if (!s)
        return;
    s[i] = settled ? 0 : (uint8_t)state_strict(states);
    ((uint8_t *)ret->v)[i] = settled && any;
}

/* Rows with an element that has a state, again. */
static void rows_again(struct run *r, const struct fold *f, struct vec *ret, void (*row)(struct run *, const struct fold *, struct vec *, uint32_t)) {
    uint32_t i = 0;
    for (uint32_t k = next_state(f->a->s, 0, f->elements); k < f->elements && !r->full; k = next_state(f->a->s, f->at[i + 1], f->elements)) {
        while (f->at[i + 1] <= k)
            i++;
        row(r, f, ret, i);
    }
}

static void sum(struct run *r, const struct fold *f, struct vec *ret) {
    for (uint32_t i = 0; f->o->how && i < f->rows && !r->full; i++)
        sum_row(r, f, ret, i);
    if (!f->o->how) {
        sum_known(r, f, ret, f->o->width == 8);
        if (f->b && !r->full)
            BY_WIDTH(f->o->width, add_before, , ret->v, f->b, f->rows);
        if (f->a->s && !r->full && !(!f->a->d && states_of(r, f, ret)))
            rows_again(r, f, ret, sum_row);
        else if (f->a->s && ret->s && !r->full)
            kernel_clear(ret->v, f->o->width, ret->s, f->rows);
        for (uint32_t i = f->b && f->b->s ? next_state(f->b->s, 0, f->rows) : f->rows; i < f->rows && !r->full; i = next_state(f->b->s, i + 1, f->rows))
            sum_row(r, f, ret, i);
    }
    kernel_settle(r, ret, f->rows);
}

/* ---- counting ------------------------------------------------------------------------ */

static void lengths(const struct fold *f, void *v) {
    const uint32_t *restrict at = f->at;
    const uint32_t n = f->rows;
    int8_t *restrict one = v;
    int16_t *restrict two = v;
    switch (f->o->width) {
    case 1:
        for (uint32_t i = 0; i < n; i++)
            one[i] = (int8_t)(at[i + 1] - at[i]);
        break;
    case 2:
        for (uint32_t i = 0; i < n; i++)
            two[i] = (int16_t)(at[i + 1] - at[i]);
        break;
    default:
        for (uint32_t i = 0; i < n; i++)
            vec_store(v, f->o->width, i, at[i + 1] - at[i]);
    }
}

/* Every element known; false: not so. */
static bool short_lists(struct run *r, const struct fold *f, struct vec *ret) {
    if (f->a->one || r->p->frame[f->o->c].longest > PACKED_MAX || f->o->width != 1)
        return false;
    uint8_t *bits = run_block(r, 1); /* an eighth of it; eight bytes are read from the last */
    if (!bits)
        return true;
    pack(bits, f->a->v, 0, f->elements);
    switch (f->o->code) {
    case OP_ANY: packed_any(ret->v, bits, f->at, f->rows); break;
    case OP_ALL: packed_all(ret->v, bits, f->at, f->rows); break;
    default: packed_count(ret->v, bits, f->at, f->rows); break;
    }
    run_release(r, bits, 1);
    return true;
}

static void count(struct run *r, const struct fold *f, struct vec *ret) {
    if (!f->a) {
        lengths(f, ret->v);
        return;
    }
    if (!short_lists(r, f, ret))
        sum_known(r, f, ret, false);
    if (f->a->s && !r->full && !states_of(r, f, ret))
        rows_again(r, f, ret, count_row);
    else if (f->a->s && ret->s && !r->full)
        kernel_clear(ret->v, f->o->width, ret->s, f->rows);
}

static void some_of(uint8_t *restrict v, const uint32_t *restrict t, const uint32_t *restrict at, uint32_t n) {
    uint32_t before = t[at[0]];
    for (uint32_t i = 0; i < n; i++) {
        const uint32_t after = t[at[i + 1]];
        v[i] = after != before;
        before = after;
    }
}

static void every_of(uint8_t *restrict v, const uint32_t *restrict t, const uint32_t *restrict at, uint32_t n) {
    uint32_t before = t[at[0]], from = at[0];
    for (uint32_t i = 0; i < n; i++) {
        const uint32_t to = at[i + 1], after = t[to];
        v[i] = after - before == to - from;
        before = after;
        from = to;
    }
}

/* Elements that are known and `wanted`: one settles a row. */
WIDE static void known_as(uint8_t *restrict x, const uint8_t *restrict v, const uint8_t *restrict s, uint8_t wanted, uint32_t n) {
    for (uint32_t i = 0; i < n; i++)
        x[i] = (uint8_t)((v[i] == wanted) & (s[i] == 0));
}

WIDE static void settled_by(uint8_t *restrict s, const uint8_t *restrict settled, uint32_t n) {
    for (uint32_t i = 0; i < n; i++)
        s[i] = settled[i] ? 0 : s[i];
}

/* The states of quantified truths, the values being there: one known element may settle a row. */
static bool truths_of(struct run *r, const struct fold *f, struct vec *ret, bool any) {
    if (f->a->one || !states_of(r, f, ret))
        return false;
    uint8_t *bits = run_block(r, 1), *settled = run_block(r, 1);
    if (!bits || !settled || !ret->s)
        return true;
    known_as(settled, f->a->v, f->a->s, any, f->elements);
    pack(bits, settled, 0, f->elements);
    packed_any(settled, bits, f->at, f->rows);
    settled_by(ret->s, settled, f->rows);
    memcpy(ret->v, settled, any ? f->rows : 0);
    kernel_clear(ret->v, 1, ret->s, f->rows);
    run_release(r, bits, 1);
    run_release(r, settled, 1);
    return true;
}

/* any: true where one is; all: false where one is; else what is not known counts. */
static void quantify(struct run *r, const struct fold *f, struct vec *ret, bool any) {
    if (f->a->v == r->ones && !f->a->s && !any) {
        memset(ret->v, 1, f->rows);
        return;
    }
    if (!short_lists(r, f, ret)) {
        uint32_t *total = run_block(r, 4);
        if (!total)
            return;
        running_1_uint32_t(total, f->a, f->elements);
        (any ? some_of : every_of)(ret->v, total, f->at, f->rows);
        run_release(r, total, 4);
    }
    if (f->a->s && !r->full && !truths_of(r, f, ret, any))
        rows_again(r, f, ret, truth_row);
    kernel_settle(r, ret, f->rows);
}

/* ---- choosing one ------------------------------------------------------------------------ */

static int order(const struct run *r, const struct fold *f, uint32_t i, uint32_t k) {
    const struct op *oa = op_of(r, f->o->a);
    if ((vec_state(f->a, i) | vec_state(f->a, k)) & STATE_DECIMAL)
        return dec_cmp(vec_decimal(f->a, oa, i), vec_decimal(f->a, oa, k));
    int64_t x = vec_stored(f->a, f->width, i), y = vec_stored(f->a, f->width, k);
    return x < y ? -1 : x > y;
}

/* b says which elements there are. */
static void extreme(struct run *r, const struct fold *f, struct vec *ret, int sign) {
    uint8_t *s = run_states(r, ret, f->o);
    for (uint32_t i = 0; s && i < f->rows && !r->full; i++) {
        unsigned states = 0;
        uint32_t best = NONE;
        for (uint32_t k = f->at[i]; k < f->at[i + 1]; k++) {
            unsigned there = f->b ? vec_state(f->b, k) : 0;
            if (!there && f->b && !vec_stored(f->b, 1, k))
                continue;
            states |= there | vec_state(f->a, k);
            if (best == NONE || order(r, f, k, best) * sign > 0)
                best = k;
        }
        s[i] = (uint8_t)(state_strict(states & 7) | (states & STATE_UNKNOWN ? STATE_NULL : 0));
        vec_store(ret->v, f->o->width, i, 0);
        if (s[i])
            continue;
        if (best == NONE) {
            s[i] = STATE_NULL;
        } else if (vec_state(f->a, best) & STATE_DECIMAL) {
            struct dec *d = run_decimals(r, ret);
            s[i] = STATE_DECIMAL;
            if (d)
                d[i] = f->a->d[best];
        } else {
            vec_store(ret->v, f->o->width, i, vec_stored(f->a, f->width, best));
        }
    }
    kernel_settle(r, ret, f->rows);
}

static bool there(const struct fold *f, uint32_t k) { return !f->a || (!vec_state(f->a, k) && vec_stored(f->a, 1, k)); }

static void nth(struct run *r, const struct fold *f, struct vec *ret) {
    uint8_t *s = run_states(r, ret, f->o);
    uint32_t *v = ret->v;
    for (uint32_t i = 0; s && i < f->rows; i++) {
        uint32_t from = f->at[i], to = f->at[i + 1], found = NONE;
        unsigned states = 0;
        int64_t left = f->o->k < 0 ? -f->o->k : f->o->k;
        for (uint32_t k = from; k < to && f->a; k++)
            states |= vec_state(f->a, k);
        for (uint32_t k = from; k < to && found == NONE; k++) {
            uint32_t at = f->o->k < 0 ? to - 1 - (k - from) : k;
            if (there(f, at) && --left == 0)
                found = at;
        }
        v[i] = found == NONE || states ? 0 : found;
        s[i] = states ? (uint8_t)(state_strict(states) | (states & STATE_UNKNOWN ? STATE_ERROR : 0)) : found == NONE ? STATE_ERROR : 0;
    }
    kernel_settle(r, ret, f->rows);
}

void kernel_fold(struct run *r, const struct op *o, struct vec *ret) {
    const struct run_frame *in = &r->frame[o->c];
    struct vec room_a = {0}, room_b = {0};
    struct fold f = {.o = o, .at = in->start, .rows = run_rows(r, o), .elements = in->rows};
    if (o->a != NONE) {
        f.a = vec_of(r, o->a);
        f.width = op_of(r, o->a)->width;
        if (o->code == OP_LEAST || o->code == OP_MOST || o->code == OP_NTH)
            f.a = kernel_spread(r, op_of(r, o->a), f.a, &room_a, in->rows);
    }
    if (o->b != NONE)
        f.b = kernel_spread(r, op_of(r, o->b), vec_of(r, o->b), &room_b, o->code == OP_SUM ? f.rows : in->rows);
    if (!run_values(r, ret, o->width) || (o->a != NONE && !f.a) || (o->b != NONE && !f.b))
        return;
    switch ((enum op_code)o->code) {
    case OP_SUM: sum(r, &f, ret); break;
    case OP_COUNT: count(r, &f, ret); break;
    case OP_ANY: quantify(r, &f, ret, true); break;
    case OP_ALL: quantify(r, &f, ret, false); break;
    case OP_LEAST: extreme(r, &f, ret, -1); break;
    case OP_MOST: extreme(r, &f, ret, 1); break;
    default: nth(r, &f, ret); break;
    }
    kernel_unspread(r, &room_a);
    kernel_unspread(r, &room_b);
}
