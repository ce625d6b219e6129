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

/* Rows whose truth has a state: what both sides say alike, else unknown. */
#define JOIN(bytes, type)                                                                \
    WIDE static void join_##bytes(uint8_t *restrict s, type *restrict v, const uint8_t *restrict t, const type *restrict a, \
        const uint8_t *restrict x, const type *restrict b, const uint8_t *restrict y, uint32_t n) { \
        for (uint32_t i = 0; i < n; i++) {                                               \
            const uint8_t truth = t[i], p = x[i], q = y[i];                              \
            const uint8_t fails = truth & (STATE_NULL | STATE_ERROR) ? STATE_ERROR : 0; /* nothing follows from a null */ \
            const uint8_t alike = (uint8_t)((p == q) & ((p == STATE_NULL) | ((p == 0) & (a[i] == b[i]))) & !fails); \
            const uint8_t open = (uint8_t)(STATE_UNKNOWN | fails | ((p | q) & 7)); \
            const uint8_t state = truth & STATE_UNKNOWN ? (alike ? p : open) : STATE_ERROR; \
            s[i] = truth ? state : s[i];                                                 \
            v[i] = truth ? (state ? 0 : a[i]) : v[i];                                    \
        }                                                                                \
    }
EACH_WIDTH(JOIN)

static void join_rows(const struct op *o, struct vec *ret, const struct vec *t, const struct vec *a, const uint8_t *x, const struct vec *b, const uint8_t *y, uint32_t n) {
    enum { BLOCK = 64 };
    for (uint32_t i = next_state(t->s, 0, n); i < n; i = next_state(t->s, i + BLOCK, n)) {
        i -= i % BLOCK;
        uint32_t rows = n - i < BLOCK ? n - i : BLOCK;
        size_t at = (size_t)i * o->width;
        void *v = (char *)ret->v + at;
        const void *p = (const char *)a->v + at, *q = (const char *)b->v + at;
        switch (o->width) {
        case 1: join_1(ret->s + i, v, t->s + i, p, x + i, q, y + i, rows); break;
        case 2: join_2(ret->s + i, v, t->s + i, p, x + i, q, y + i, rows); break;
        case 4: join_4(ret->s + i, v, t->s + i, p, x + i, q, y + i, rows); break;
        default: join_8(ret->s + i, v, t->s + i, p, x + i, q, y + i, rows); break;
        }
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

static void least_fact(struct run *r, const struct op *o, struct vec *ret, uint32_t n) {
    const struct vec *a = vec_of(r, o->a);
    if (!a->s) {
        ret->v = a->v; /* a column's own */
        return;
    }
    if (!run_values(r, ret, o->width))
        return;
    copy(r, o, ret, a, n);
    for (uint32_t i = next_state(a->s, 0, n); ret->s && i < n; i = next_state(a->s, i + 1, n)) {
        ret->s[i] &= (uint8_t)~STATE_UNKNOWN;
        vec_store(ret->v, o->width, i, 0);
    }
    kernel_settle(r, ret, n);
}

static void otherwise(struct run *r, const struct op *o, struct vec *ret, uint32_t n) {
    const struct vec *a = vec_of(r, o->a), *b = vec_of(r, o->b);
    if (!run_values(r, ret, o->width))
        return;
    copy(r, o, ret, a, n);
    for (uint32_t i = a->s ? next_state(a->s, 0, n) : n; ret->s && i < n; i = next_state(a->s, i + 1, n)) {
        if (a->s[i] != STATE_UNKNOWN)
            continue;
        ret->s[i] = vec_state(b, i);
        vec_store(ret->v, o->width, i, vec_stored(b, o->width, i));
        struct dec *d = ret->s[i] & STATE_DECIMAL ? run_decimals(r, ret) : NULL;
        if (d)
            d[i] = b->d[i];
    }
    if (ret->s)
        kernel_settle(r, ret, n);
}

static void settle(struct run *r, const struct op *o, struct vec *ret, uint32_t n) {
    const struct vec *a = vec_of(r, o->a), *needed = o->b == NONE ? NULL : vec_of(r, o->b), *enough = o->c == NONE ? NULL : vec_of(r, o->c);
    if (!run_values(r, ret, 1))
        return;
    copy(r, o, ret, a, n);
    for (uint32_t i = a->s ? next_state(a->s, 0, n) : n; ret->s && i < n; i = next_state(a->s, i + 1, n)) {
        if (a->s[i] != STATE_UNKNOWN)
            continue;
        bool no = needed && !vec_state(needed, i) && !vec_stored(needed, 1, i), yes = enough && !vec_state(enough, i) && vec_stored(enough, 1, i);
        ret->s[i] = no || yes ? 0 : STATE_UNKNOWN;
        ((uint8_t *)ret->v)[i] = yes && !no;
    }
    if (ret->s)
        kernel_settle(r, ret, n);
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
