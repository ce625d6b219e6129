/* Truths, choices, moves between frames. */
#include "cohort/kernel.h"

/* ---- and, or, not -------------------------------------------------------------------- */

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
    else if (and)
        for (uint32_t i = 0; i < n; i++)
            v[i] = x[i] & y[i];
    else
        for (uint32_t i = 0; i < n; i++)
            v[i] = x[i] | y[i];
    if (a->s || b->s) {
        const uint8_t *restrict p = kernel_states(r, a), *restrict q = kernel_states(r, b);
        uint8_t *restrict s = run_states(r, ret, o);
        for (uint32_t i = 0; s && and && i < n; i++) {
            uint8_t settled = (uint8_t)(((x[i] | p[i]) == 0) | ((y[i] | q[i]) == 0)), both = p[i] | q[i];
            both = (uint8_t)((both & ~STATE_NULL) | (both & STATE_NULL) << 2);
            s[i] = settled ? 0 : both;
        }
        for (uint32_t i = 0; s && !and && i < n; i++) {
            uint8_t both = p[i] | q[i];
            both = (uint8_t)((both & ~STATE_NULL) | (both & STATE_NULL) << 2);
            s[i] = v[i] ? 0 : both;
        }
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
    run_strict(r, o, ret, a, NULL, n);
    if (ret->s)
        kernel_clear(v, 1, ret->s, n);
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
        const uint8_t state = x[i] & 7, open = (state & (STATE_UNKNOWN | STATE_ERROR)) == (STATE_UNKNOWN | STATE_ERROR) ? STATE_UNKNOWN : 0;
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

static uint8_t joined(const struct op *o, const struct vec *a, const struct vec *b, uint8_t t, uint32_t i) {
    uint8_t x = vec_state(a, i), y = vec_state(b, i);
    bool same = !(t & STATE_ERROR) && x == y && (x == STATE_NULL || (x == 0 && vec_stored(a, o->width, i) == vec_stored(b, o->width, i)));
    return same ? x : (uint8_t)(STATE_UNKNOWN | (t & STATE_ERROR) | ((x | y) & 7));
}

static void select_states(struct run *r, const struct op *o, struct vec *ret, const struct vec *t, const struct vec *a, const struct vec *b, uint32_t n) {
    uint8_t *restrict s = run_states(r, ret, o);
    const uint8_t *restrict truth = t->v;
    if (!s)
        return;
    const struct vec x = {.v = (void *)(uintptr_t)kernel_states(r, a)}, y = {.v = (void *)(uintptr_t)kernel_states(r, b)};
    choose_1(s, truth, &x, &y, n);
    for (uint32_t i = t->s ? next_state(t->s, 0, n) : n; i < n; i = next_state(t->s, i + 1, n)) {
        s[i] = t->s[i] & STATE_UNKNOWN ? joined(o, a, b, t->s[i], i) : STATE_ERROR;
        vec_store(ret->v, o->width, i, s[i] ? 0 : vec_stored(a, o->width, i));
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
    for (uint32_t i = 0; s && i < n; i++) {
        const uint8_t here = y[i], open = x[i] & STATE_UNKNOWN ? (uint8_t)(STATE_UNKNOWN | STATE_ERROR | (here & 7)) : STATE_ERROR;
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

void kernel_logic(struct run *r, const struct op *o, struct vec *ret) {
    uint32_t n = run_rows(r, o);
    switch ((enum op_code)o->code) {
    case OP_AND:
    case OP_OR: and_or(r, o, ret, n); break;
    case OP_NOT: not(r, o, ret, n); break;
    case OP_HAS_STATE: has_state(r, o, ret, n); break;
    case OP_FAULT: fault(r, o, ret, n); break;
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
