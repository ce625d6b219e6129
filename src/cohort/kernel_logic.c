/* Truths, choices, moves between frames. */
#include "cohort/kernel.h"

/* ---- and, or, not -------------------------------------------------------------------- */

WIDE static void both_true(uint8_t *restrict v, const uint8_t *restrict x, const uint8_t *restrict y, uint32_t n) {
    for (uint32_t i = 0; i < n; i++)
        v[i] = x[i] & y[i];
}

WIDE static void one_true(uint8_t *restrict v, const uint8_t *restrict x, const uint8_t *restrict y, uint32_t n) {
    for (uint32_t i = 0; i < n; i++)
        v[i] = x[i] | y[i];
}

WIDE static void and_states(uint8_t *restrict s, const uint8_t *restrict x, const uint8_t *restrict p, const uint8_t *restrict y, const uint8_t *restrict q, uint32_t n) {
    for (uint32_t i = 0; i < n; i++) {
        const uint8_t left = (uint8_t)((x[i] | p[i]) != 0 ? 255 : 0), right = (uint8_t)((y[i] | q[i]) != 0 ? 255 : 0), both = p[i] | q[i];
        s[i] = (uint8_t)((both & ~STATE_NULL) | (both & STATE_NULL) << 2) & left & right;
    }
}

WIDE static void or_states(uint8_t *restrict s, const uint8_t *restrict v, const uint8_t *restrict p, const uint8_t *restrict q, uint32_t n) {
    for (uint32_t i = 0; i < n; i++) {
        const uint8_t both = p[i] | q[i], strict = (uint8_t)((both & ~STATE_NULL) | (both & STATE_NULL) << 2);
        s[i] = v[i] ? 0 : strict;
    }
}

static void and_or(struct run *r, const struct op *o, struct vec *ret, uint32_t n) {
    struct vec room_a = {0}, room_b = {0};
    const struct vec *a = kernel_spread(r, op_of(r, o->a), vec_of(r, o->a), &room_a, n), *b = kernel_spread(r, op_of(r, o->b), vec_of(r, o->b), &room_b, n);
    uint8_t *restrict v = run_values(r, ret, 1);
    if (!a || !b || !v)
        return;
    const uint8_t *restrict x = a->v, *restrict y = b->v;
    bool and = o->code == OP_AND;
    if (and && (x == r->ones || y == r->ones))
        memcpy(v, x == r->ones ? y : x, n);
    else
        (and ? both_true : one_true)(v, x, y, n);
    if (a->s || b->s) {
        const uint8_t *restrict p = kernel_states(r, a), *restrict q = kernel_states(r, b);
        uint8_t *restrict s = run_states(r, ret, o);
        if (s && and)
            and_states(s, x, p, y, q, n);
        else if (s)
            or_states(s, v, p, q, n);
        kernel_settle(r, ret, n);
    }
    kernel_unspread(r, &room_a);
    kernel_unspread(r, &room_b);
}

static void not(struct run *r, const struct op *o, struct vec *ret, uint32_t n) {
    const struct vec *a = vec_of(r, o->a);
    uint8_t *restrict v = run_values(r, ret, 1);
    const uint8_t *restrict x = a->v;
    if (!v)
        return;
    for (uint32_t i = 0; i < n; i++)
        v[i] = x[i] ^ 1;
    if (!a->s)
        return;
    const uint8_t *restrict x_state = kernel_states(r, a); /* not null is null, and no error of its own */
    uint8_t *restrict s = run_states(r, ret, o);
    if (!s)
        return;
    memcpy(s, x_state, n);
    kernel_clear(v, 1, s, n);
}

static void has_state(struct run *r, const struct op *o, struct vec *ret, uint32_t n) {
    const struct vec *a = vec_of(r, o->a);
    uint8_t *restrict v = run_values(r, ret, 1);
    const uint8_t *restrict s = a->s;
    if (!v)
        return;
    if (!s) {
        memset(v, 0, n);
        return;
    }
    if (o->k == (STATE_UNKNOWN | STATE_ERROR)) {
        for (uint32_t i = 0; i < n; i++)
            v[i] = (s[i] & (STATE_UNKNOWN | STATE_ERROR)) == (STATE_UNKNOWN | STATE_ERROR);
        return;
    }
    uint8_t x = o->k & STATE_NULL ? STATE_NULL : 255, y = o->k & STATE_ERROR ? STATE_ERROR : 255;
    for (uint32_t i = 0; i < n; i++)
        v[i] = (uint8_t)((s[i] == x) | (s[i] == y));
}

static void fault(struct run *r, const struct op *o, struct vec *ret, uint32_t n) {
    const uint8_t *restrict x = vec_of(r, o->a)->s;
    ret->v = r->ones;
    if (!x)
        return;
    uint8_t *restrict s = run_states(r, ret, o);
    for (uint32_t i = 0; s && i < n; i++) {
        const uint8_t state = x[i] & 7, open = (state & (STATE_UNKNOWN | STATE_ERROR)) == (STATE_UNKNOWN | STATE_ERROR) ? STATE_UNKNOWN | STATE_ERROR : 0;
        s[i] = state == STATE_ERROR ? STATE_ERROR : open;
    }
    kernel_settle(r, ret, n);
    if (!ret->s)
        return;
    ret->v = NULL;
    if (!run_values(r, ret, 1))
        return;
    for (uint32_t i = 0; i < n; i++)
        ((uint8_t *)ret->v)[i] = ret->s[i] == 0;
}

/* ---- choosing ---------------------------------------------------------------------------- */

#define CHOOSE(bytes, type)                                                              \
    WIDE static void choose_##bytes(void *ret, const uint8_t *restrict t, const struct vec *va, const struct vec *vb, uint32_t n) { \
        type *restrict r = ret;                                                          \
        const type *restrict a = va->v, *restrict b = vb->v;                             \
        if (va->one && vb->one) {                                                        \
            const type x = a[0], y = b[0];                                               \
            for (uint32_t i = 0; i < n; i++)                                             \
                r[i] = t[i] ? x : y;                                                     \
        } else if (va->one) {                                                            \
            const type x = a[0];                                                         \
            for (uint32_t i = 0; i < n; i++) {                                           \
                const type y = b[i];                                                     \
                r[i] = t[i] ? x : y;                                                     \
            }                                                                            \
        } else if (vb->one) {                                                            \
            const type y = b[0];                                                         \
            for (uint32_t i = 0; i < n; i++) {                                           \
                const type x = a[i];                                                     \
                r[i] = t[i] ? x : y;                                                     \
            }                                                                            \
        } else {                                                                         \
            for (uint32_t i = 0; i < n; i++) {                                           \
                const type x = a[i], y = b[i];                                           \
                r[i] = t[i] ? x : y;                                                     \
            }                                                                            \
        }                                                                                \
    }
EACH_WIDTH(CHOOSE)

/* Rows whose truth has a state: what both sides say alike, else unknown.  Masks, so that many rows go at once. */
enum { BLOCK = 64 };
static inline uint8_t mask(bool x) { return x ? 255 : 0; }

#define EQUAL(bytes, type)                                                               \
    WIDE static void equal_##bytes(uint8_t *restrict e, const void *va, const void *vb, uint32_t n) { \
        const type *restrict a = va, *restrict b = vb;                                   \
        for (uint32_t i = 0; i < n; i++)                                                 \
            e[i] = a[i] == b[i];                                                         \
    }                                                                                    \
    WIDE static void replace_##bytes(void *vv, const void *va, const uint8_t *restrict t, const uint8_t *restrict s, uint32_t n) { \
        type *restrict v = vv;                                                           \
        const type *restrict a = va;                                                     \
        for (uint32_t i = 0; i < n; i++) {                                               \
            const type x = s[i] ? 0 : a[i], y = v[i];                                    \
            v[i] = t[i] ? x : y;                                                         \
        }                                                                                \
    }
EACH_WIDTH(EQUAL)

WIDE static void join_states(uint8_t *restrict s, const uint8_t *restrict t, const uint8_t *restrict x, const uint8_t *restrict y, const uint8_t *restrict e, uint32_t n) {
    for (uint32_t i = 0; i < n; i++) {
        const uint8_t truth = t[i], p = x[i], q = y[i];
        const uint8_t fails = mask(truth & (STATE_NULL | STATE_ERROR)); /* nothing follows from a null */
        const uint8_t unknown = mask(truth & STATE_UNKNOWN), any = mask(truth);
        const uint8_t alike = mask(p == q) & (mask(p == STATE_NULL) | (mask(p == 0) & mask(e[i]))) & (uint8_t)~fails;
        const uint8_t open = (uint8_t)(STATE_UNKNOWN | (fails & STATE_ERROR) | ((p | q) & 7));
        const uint8_t state = (unknown & ((alike & p) | (open & (uint8_t)~alike))) | (STATE_ERROR & (uint8_t)~unknown);
        s[i] = (any & state) | (s[i] & (uint8_t)~any);
    }
}

static void join_block(unsigned width, uint8_t *s, void *v, const uint8_t *t, const void *a, const uint8_t *x, const void *b, const uint8_t *y, uint32_t n) {
    uint8_t e[BLOCK];
    switch (width) {
    case 1: equal_1(e, a, b, n); break;
    case 2: equal_2(e, a, b, n); break;
    case 4: equal_4(e, a, b, n); break;
    default: equal_8(e, a, b, n); break;
    }
    join_states(s, t, x, y, e, n);
    switch (width) {
    case 1: replace_1(v, a, t, s, n); break;
    case 2: replace_2(v, a, t, s, n); break;
    case 4: replace_4(v, a, t, s, n); break;
    default: replace_8(v, a, t, s, n); break;
    }
}

static void join_rows(const struct op *o, struct vec *ret, const struct vec *t, const struct vec *a, const uint8_t *x, const struct vec *b, const uint8_t *y, uint32_t n) {
    for (uint32_t i = next_state(t->s, 0, n); i < n; i = next_state(t->s, i + BLOCK, n)) {
        i -= i % BLOCK;
        uint32_t rows = n - i < BLOCK ? n - i : BLOCK;
        size_t at = (size_t)i * o->width;
        join_block(o->width, ret->s + i, (char *)ret->v + at, t->s + i, (const char *)a->v + at, x + i, (const char *)b->v + at, y + i, rows);
    }
}

static void select_states(struct run *r, const struct op *o, struct vec *ret, const struct vec *t, const struct vec *a, const struct vec *b, uint32_t n) {
    struct vec room_a = {0}, room_b = {0};
    uint8_t *restrict s = run_states(r, ret, o);
    const uint8_t *restrict truth = t->v;
    if (!s)
        return;
    const struct vec x = {.v = (void *)(uintptr_t)kernel_states(r, a)}, y = {.v = (void *)(uintptr_t)kernel_states(r, b)};
    choose_1(s, truth, &x, &y, n);
    if (t->s) {
        const struct vec *p = kernel_spread(r, op_of(r, o->b), a, &room_a, n), *q = kernel_spread(r, op_of(r, o->c), b, &room_b, n);
        if (p && q)
            join_rows(o, ret, t, p, x.v, q, y.v, n);
        kernel_unspread(r, &room_a);
        kernel_unspread(r, &room_b);
    }
    if (a->d || b->d) {
        struct dec *d = run_decimals(r, ret);
        for (uint32_t i = 0; d && i < n; i++)
            if (s[i] == STATE_DECIMAL)
                d[i] = truth[i] ? a->d[i] : b->d[i];
    }
    kernel_settle(r, ret, n);
}

void kernel_select(struct run *r, const struct op *o, struct vec *ret) {
    struct vec room = {0};
    uint32_t n = run_rows(r, o);
    const struct vec *t = kernel_spread(r, op_of(r, o->a), vec_of(r, o->a), &room, n), *a = vec_of(r, o->b), *b = vec_of(r, o->c);
    if (!run_values(r, ret, o->width) || !t)
        return;
    switch (o->width) {
    case 1: choose_1(ret->v, t->v, a, b, n); break;
    case 2: choose_2(ret->v, t->v, a, b, n); break;
    case 4: choose_4(ret->v, t->v, a, b, n); break;
    default: choose_8(ret->v, t->v, a, b, n); break;
    }
    if (t->s || a->s || b->s)
        select_states(r, o, ret, t, a, b, n);
    kernel_unspread(r, &room);
}

static void guard(struct run *r, const struct op *o, struct vec *ret, uint32_t n) {
    struct vec room_t = {0}, room_a = {0};
    const struct vec *t = kernel_spread(r, op_of(r, o->a), vec_of(r, o->a), &room_t, n), *a = kernel_spread(r, op_of(r, o->b), vec_of(r, o->b), &room_a, n);
    if (!run_values(r, ret, o->width) || !t || !a)
        return;
    uint8_t *s = run_states(r, ret, o);
    const uint8_t *truth = t->v, *x = kernel_states(r, t), *y = kernel_states(r, a);
    memcpy(ret->v, a->v, (size_t)n * o->width);
    const uint8_t fails = o->how ? 0 : STATE_ERROR;
    for (uint32_t i = 0; s && i < n; i++) {
        const uint8_t here = y[i], open = x[i] & STATE_UNKNOWN ? (uint8_t)(STATE_UNKNOWN | fails | (x[i] & STATE_ERROR) | (here & 7)) : STATE_ERROR;
        s[i] = truth[i] ? here : open;
    }
    if (s)
        kernel_clear(ret->v, o->width, s, n);
    if (a->d) {
        struct dec *d = run_decimals(r, ret);
        for (uint32_t i = 0; d && i < n; i++)
            if (s[i] == STATE_DECIMAL)
                d[i] = a->d[i];
    }
    kernel_settle(r, ret, n);
    kernel_unspread(r, &room_t);
    kernel_unspread(r, &room_a);
}

/* ---- what bounds tell ------------------------------------------------------------------------ */

static void copy(struct run *r, const struct op *o, struct vec *ret, const struct vec *a, uint32_t n) {
    if (a->one) {
        for (uint32_t i = 0; i < n; i++)
            vec_store(ret->v, o->width, i, vec_stored(a, o->width, 0));
    } else {
        memcpy(ret->v, a->v, (size_t)n * o->width);
    }
    uint8_t *s = a->s ? run_states(r, ret, o) : NULL;
    if (s)
        memcpy(s, a->s, n);
    struct dec *d = a->d ? run_decimals(r, ret) : NULL;
    if (d)
        memcpy(d, a->d, n * sizeof *d);
}

WIDE static void without_unknown(uint8_t *restrict s, uint32_t n) {
    for (uint32_t i = 0; i < n; i++)
        s[i] &= (uint8_t)~STATE_UNKNOWN;
}

static void least_fact(struct run *r, const struct op *o, struct vec *ret, uint32_t n) {
    const struct vec *a = vec_of(r, o->a);
    if (!a->s && !a->own_v) { /* the table's own; what was picked into a block goes with its register */
        ret->v = a->v;
        return;
    }
    if (!run_values(r, ret, o->width))
        return;
    copy(r, o, ret, a, n);
    if (!ret->s)
        return;
    kernel_clear(ret->v, o->width, a->s, n);
    without_unknown(ret->s, n);
    kernel_settle(r, ret, n);
}

#define INSTEAD(bytes, type)                                                             \
    WIDE static void instead_##bytes(void *vv, const uint8_t *restrict s, const void *vb, uint32_t n) { \
        type *restrict v = vv;                                                           \
        const type *restrict b = vb;                                                     \
        for (uint32_t i = 0; i < n; i++) {                                               \
            const type x = v[i], y = b[i];                                               \
            v[i] = s[i] == STATE_UNKNOWN ? y : x;                                        \
        }                                                                                \
    }
EACH_WIDTH(INSTEAD)

static void otherwise(struct run *r, const struct op *o, struct vec *ret, uint32_t n) {
    struct vec room = {0};
    const struct vec *a = vec_of(r, o->a), *b = a->s ? kernel_spread(r, op_of(r, o->b), vec_of(r, o->b), &room, n) : NULL;
    if (!run_values(r, ret, o->width) || (a->s && !b))
        return;
    copy(r, o, ret, a, n);
    if (!ret->s)
        return;
    switch (o->width) {
    case 1: instead_1(ret->v, a->s, b->v, n); break;
    case 2: instead_2(ret->v, a->s, b->v, n); break;
    case 4: instead_4(ret->v, a->s, b->v, n); break;
    default: instead_8(ret->v, a->s, b->v, n); break;
    }
    instead_1(ret->s, a->s, kernel_states(r, b), n);
    struct dec *d = b->d ? run_decimals(r, ret) : NULL;
    for (uint32_t i = 0; d && i < n; i++)
        if (a->s[i] == STATE_UNKNOWN && ret->s[i] & STATE_DECIMAL)
            d[i] = b->d[i];
    kernel_settle(r, ret, n);
    kernel_unspread(r, &room);
}

WIDE static void settle_loop(uint8_t *restrict s, uint8_t *restrict v, const uint8_t *restrict p, const uint8_t *restrict needed,
    const uint8_t *restrict q, const uint8_t *restrict enough, uint32_t n) {
    for (uint32_t i = 0; i < n; i++) {
        const uint8_t open = mask(s[i] == STATE_UNKNOWN), no = open & mask(p[i] == 0) & mask(needed[i] == 0);
        const uint8_t yes = open & mask(q[i] == 0) & mask(enough[i] != 0);
        s[i] &= (uint8_t)~(no | yes);
        v[i] = (yes & (uint8_t)~no & 1) | (v[i] & (uint8_t)~open);
    }
}

/* A truth that is not there says nothing, as one with a state. */
static void settle(struct run *r, const struct op *o, struct vec *ret, uint32_t n) {
    struct vec room_b = {0}, room_c = {0};
    const struct vec nothing = {.v = r->zeros, .s = r->ones};
    const struct vec *a = vec_of(r, o->a);
    if (!run_values(r, ret, 1))
        return;
    copy(r, o, ret, a, n);
    if (!ret->s)
        return;
    const struct vec *needed = o->b == NONE ? &nothing : kernel_spread(r, op_of(r, o->b), vec_of(r, o->b), &room_b, n);
    const struct vec *enough = o->c == NONE ? &nothing : kernel_spread(r, op_of(r, o->c), vec_of(r, o->c), &room_c, n);
    if (needed && enough)
        settle_loop(ret->s, ret->v, kernel_states(r, needed), needed->v, kernel_states(r, enough), enough->v, n);
    kernel_settle(r, ret, n);
    kernel_unspread(r, &room_b);
    kernel_unspread(r, &room_c);
}

void kernel_logic(struct run *r, const struct op *o, struct vec *ret) {
    uint32_t n = run_rows(r, o);
    switch ((enum op_code)o->code) {
    case OP_AND:
    case OP_OR: and_or(r, o, ret, n); break;
    case OP_NOT: not(r, o, ret, n); break;
    case OP_HAS_STATE: has_state(r, o, ret, n); break;
    case OP_FAULT: fault(r, o, ret, n); break;
    case OP_FLOOR: least_fact(r, o, ret, n); break;
    case OP_ELSE: otherwise(r, o, ret, n); break;
    case OP_SETTLE: settle(r, o, ret, n); break;
    default: guard(r, o, ret, n); break;
    }
}

/* ---- other rows ------------------------------------------------------------------------------ */

#define FETCH(bytes, type)                                                               \
    static void fetch_##bytes(void *ret, const void *from, const uint32_t *restrict at, uint32_t n) { \
        type *restrict r = ret;                                                          \
        const type *restrict a = from;                                                   \
        for (uint32_t i = 0; i < n; i++)                                                 \
            r[i] = a[at[i]];                                                             \
    }
EACH_WIDTH(FETCH)

static void fetch(void *ret, const void *from, const uint32_t *at, uint32_t n, unsigned width) {
    switch (width) {
    case 1: fetch_1(ret, from, at, n); break;
    case 2: fetch_2(ret, from, at, n); break;
    case 4: fetch_4(ret, from, at, n); break;
    default: fetch_8(ret, from, at, n); break;
    }
}

/* Some rows have none to fetch from. */
static void fetch_some(struct run *r, const struct op *o, struct vec *ret, const struct vec *a, const struct vec *index, uint32_t n) {
    const uint32_t *at = index->v;
    const uint8_t *x = kernel_states(r, index);
    uint8_t *s = run_states(r, ret, o);
    for (uint32_t i = 0; s && i < n; i++) {
        s[i] = x[i] ? strict(x[i] & 7) : a->one ? 0 : vec_state(a, at[i]);
        vec_store(ret->v, o->width, i, s[i] ? 0 : vec_stored(a, o->width, at[i]));
    }
}

void kernel_gather(struct run *r, const struct op *o, struct vec *ret) {
    const struct vec *a = vec_of(r, o->a), *index = vec_of(r, o->b);
    uint32_t n = run_rows(r, o);
    const uint32_t *at = index->v;
    if (!run_values(r, ret, o->width))
        return;
    if (index->s || a->one) {
        fetch_some(r, o, ret, a, index, n);
    } else {
        fetch(ret->v, a->v, at, n, o->width);
        if (a->s) {
            uint8_t *s = run_states(r, ret, o);
            if (s)
                fetch_1(s, a->s, at, n);
        }
    }
    if (a->d) {
        struct dec *d = run_decimals(r, ret);
        for (uint32_t i = 0; d && i < n; i++)
            if (ret->s && ret->s[i] == STATE_DECIMAL)
                d[i] = a->d[at[i]];
    }
    if (ret->s)
        kernel_settle(r, ret, n);
}
