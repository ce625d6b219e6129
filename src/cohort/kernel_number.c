/* Arithmetic and comparison of a batch: whole numbers in a loop, decimals row by row. */
#include "cohort/kernel.h"

#include "feel/ast.h"

/* ---- fixed point ------------------------------------------------------------------- */

#define LOOPS(name, expression)                                                          \
    EACH_WIDTH_OF(name, expression, 1, int8_t)                                           \
    EACH_WIDTH_OF(name, expression, 2, int16_t)                                          \
    EACH_WIDTH_OF(name, expression, 4, int32_t)                                          \
    EACH_WIDTH_OF(name, expression, 8, int64_t)

#define EACH_WIDTH_OF(name, expression, bytes, type)                                     \
    WIDE static void name##_##bytes(void *ret, const struct vec *va, const struct vec *vb, uint32_t n) { \
        type *restrict r = ret;                                                          \
        const type *restrict a = va->v, *restrict b = vb->v;                             \
        if (va->one) {                                                                   \
            const type x = a[0];                                                         \
            for (uint32_t i = 0; i < n; i++) {                                           \
                const type y = vb->one ? b[0] : b[i];                                    \
                r[i] = (type)(expression);                                               \
            }                                                                            \
        } else if (vb->one) {                                                            \
            const type y = b[0];                                                         \
            for (uint32_t i = 0; i < n; i++) {                                           \
                const type x = a[i];                                                     \
                r[i] = (type)(expression);                                               \
            }                                                                            \
        } else {                                                                         \
            for (uint32_t i = 0; i < n; i++) {                                           \
                const type x = a[i], y = b[i];                                           \
                r[i] = (type)(expression);                                               \
            }                                                                            \
        }                                                                                \
    }
LOOPS(add, x + y)
LOOPS(sub, x - y)
LOOPS(mul, x * y)
LOOPS(least, x < y ? x : y)
LOOPS(most, x > y ? x : y)
#undef EACH_WIDTH_OF

#define EACH_WIDTH_OF(name, expression, bytes, type)                                     \
    WIDE static void name##_##bytes(void *ret, const struct vec *va, const struct vec *vb, uint32_t n) { \
        uint8_t *restrict r = ret;                                                       \
        const type *restrict a = va->v, *restrict b = vb->v;                             \
        if (vb->one) {                                                                   \
            const type y = b[0];                                                         \
            for (uint32_t i = 0; i < n; i++) {                                           \
                const type x = a[i];                                                     \
                r[i] = expression;                                                       \
            }                                                                            \
        } else {                                                                         \
            for (uint32_t i = 0; i < n; i++) {                                           \
                const type x = a[i], y = b[i];                                           \
                r[i] = expression;                                                       \
            }                                                                            \
        }                                                                                \
    }
LOOPS(eq, x == y)
LOOPS(ne, x != y)
LOOPS(lt, x < y)
LOOPS(le, x <= y)
LOOPS(gt, x > y)
LOOPS(ge, x >= y)
#undef EACH_WIDTH_OF

typedef void (*loop)(void *ret, const struct vec *a, const struct vec *b, uint32_t n);
#define WIDTHS_OF(name) {name##_1, name##_2, name##_4, name##_8}
static const loop arith_loops[][4] = {WIDTHS_OF(add), WIDTHS_OF(sub), WIDTHS_OF(mul), WIDTHS_OF(mul), WIDTHS_OF(least), WIDTHS_OF(most)};
static const loop compare_loops[][4] = {WIDTHS_OF(eq), WIDTHS_OF(ne), WIDTHS_OF(lt), WIDTHS_OF(le), WIDTHS_OF(gt), WIDTHS_OF(ge)};

static unsigned width_index(unsigned width) { return width == 1 ? 0 : width == 2 ? 1 : width == 4 ? 2 : 3; }

/* ---- decimals ----------------------------------------------------------------------- */

static struct dec decimal_of(enum op_code code, struct dec x, struct dec y) {
    switch (code) {
    case OP_ADD: return dec_add(x, y);
    case OP_SUB: return dec_sub(x, y);
    case OP_MUL:
    case OP_SCALE: return dec_mul(x, y);
    case OP_MIN: return dec_cmp(x, y) <= 0 ? x : y;
    case OP_MAX: return dec_cmp(x, y) >= 0 ? x : y;
    default: return dec_neg(x);
    }
}

static void put_decimal(struct run *r, const struct op *o, struct vec *ret, uint32_t i, struct dec d) {
    int64_t stored;
    uint8_t *s = run_states(r, ret, o);
    if (!s)
        return;
    bool narrow = o->width < 8;
    if (!dec_finite(d)) {
        s[i] = STATE_ERROR;
    } else if (!narrow && decimal_stored(d, o->scale, &stored)) {
        s[i] = 0;
        ((int64_t *)ret->v)[i] = stored;
    } else {
        struct dec *at = run_decimals(r, ret);
        if (at) {
            s[i] = STATE_DECIMAL;
            at[i] = d;
        }
    }
}

static bool is_decimal(const struct vec *a, const struct vec *b, uint32_t i) {
    return (vec_state(a, i) | (b ? vec_state(b, i) : 0)) & STATE_DECIMAL;
}

/* Rows that have a decimal among the operands. */
static void decimal_rows(struct run *r, const struct op *o, struct vec *ret, const struct vec *a, const struct vec *b, uint32_t n) {
    if (!a->d && !(b && b->d))
        return;
    for (uint32_t i = 0; i < n && !r->full; i++) {
        if (!is_decimal(a, b, i) || vec_state(ret, i))
            continue;
        struct dec x = vec_decimal(a, op_of(r, o->a), i), y = b ? vec_decimal(b, op_of(r, o->b), i) : x;
        put_decimal(r, o, ret, i, decimal_of(o->code, x, y));
    }
}

static __int128 power_of_ten(int64_t n) {
    __int128 p = 1;
    while (n-- > 0)
        p *= 10;
    return p;
}

/* The range does not promise that the result fits. */
static void checked_rows(struct run *r, const struct op *o, struct vec *ret, const struct vec *a, const struct vec *b, uint32_t n) {
    int64_t *v = ret->v;
    __int128 by = power_of_ten(o->k);
    for (uint32_t i = 0; i < n && !r->full; i++) {
        __int128 x = vec_stored(a, o->width, i), y = b ? vec_stored(b, o->width, i) : 0, z;
        switch (o->code) {
        case OP_ADD: z = x + y; break;
        case OP_SUB: z = x - y; break;
        case OP_MUL:
        case OP_SCALE: z = x * y; break;
        case OP_NEG: z = -x; break;
        default: z = x; break;
        }
        v[i] = 0;
        if (is_decimal(a, b, i) || vec_state(ret, i))
            continue;
        if (z % by == 0 && z / by >= INT64_MIN && z / by <= INT64_MAX) {
            v[i] = (int64_t)(z / by);
            continue;
        }
        struct dec dx = vec_decimal(a, op_of(r, o->a), i), dy = b ? vec_decimal(b, op_of(r, o->b), i) : dx;
        put_decimal(r, o, ret, i, decimal_of(o->code, dx, dy));
    }
}

static void same_rows(struct run *r, const struct op *o, struct vec *ret, const struct vec *a, uint32_t n) {
    uint8_t *s = a->s ? run_states(r, ret, o) : NULL;
    for (uint32_t i = 0; s && i < n; i++)
        s[i] = a->s[i] & 7;
}

void kernel_arith(struct run *r, const struct op *o, struct vec *ret) {
    static const int64_t nothing = 0;
    const struct vec zero = {.v = (void *)(uintptr_t)&nothing, .one = true};
    const struct vec *a = vec_of(r, o->a), *b = o->b == NONE ? NULL : vec_of(r, o->b);
    uint32_t n = run_rows(r, o);
    if (!run_values(r, ret, o->width))
        return;
    if (o->code == OP_SCALE)
        same_rows(r, o, ret, a, n);
    else
        run_strict(r, o, ret, a, b, n);
    if (o->how)
        checked_rows(r, o, ret, a, b, n);
    else if (o->code == OP_NEG)
        arith_loops[1][width_index(o->width)](ret->v, &zero, a, n);
    else
        arith_loops[o->code - OP_ADD][width_index(o->width)](ret->v, a, b, n);
    if (ret->s)
        kernel_clear(ret->v, o->width, ret->s, n);
    decimal_rows(r, o, ret, a, b, n);
}

/* ---- comparing -------------------------------------------------------------------------- */

static bool holds(int how, int order) {
    switch ((enum feel_cmp)how) {
    case CMP_EQ: return order == 0;
    case CMP_NE: return order != 0;
    case CMP_LT: return order < 0;
    case CMP_LE: return order <= 0;
    case CMP_GT: return order > 0;
    case CMP_GE: return order >= 0;
    }
    return false;
}

/* Null is equal to null, and to nothing else. */
WIDE static void same_loop(uint8_t *restrict s, uint8_t *restrict v, const uint8_t *restrict x, const uint8_t *restrict y, uint32_t n) {
    for (uint32_t i = 0; i < n; i++) { /* without branches: a column of nulls has no pattern */
        const uint8_t p = x[i] & 7, q = y[i] & 7, any = p | q;
        const uint8_t error = (uint8_t)((p == STATE_ERROR) | (q == STATE_ERROR)), unknown = (uint8_t)((any & STATE_UNKNOWN) != 0);
        const uint8_t never = (uint8_t)(((p == STATE_NULL) & ((q & STATE_NULL) == 0)) | ((q == STATE_NULL) & ((p & STATE_NULL) == 0)));
        const uint8_t fails = (uint8_t)((any & STATE_ERROR) != 0), open = (uint8_t)(unknown & ((never & (fails ^ 1)) ^ 1));
        const uint8_t state = open ? (uint8_t)(STATE_UNKNOWN | (any & STATE_ERROR)) : 0;
        const uint8_t nulls = (uint8_t)((p == STATE_NULL) & (q == STATE_NULL));
        s[i] = error ? STATE_ERROR : state;
        v[i] = any ? nulls : v[i];
    }
}

static void same_states(struct run *r, const struct op *o, struct vec *ret, const struct vec *a, const struct vec *b, uint32_t n) {
    uint8_t *s = run_states(r, ret, o);
    if (s)
        same_loop(s, ret->v, kernel_states(r, a), kernel_states(r, b), n);
    kernel_settle(r, ret, n);
}

/* Compared with null, by a column whose values are known or null; false: not so. */
static bool same_null(struct run *r, const struct op *o, struct vec *ret, uint32_t n) {
    const struct vec *a = vec_of(r, o->a);
    uint8_t any = 0;
    if (o->code != OP_SAME || op_of(r, o->b)->code != OP_CONSTANT || op_of(r, o->b)->how != STATE_NULL)
        return false;
    for (uint32_t i = 0; a->s && i < n; i++)
        any |= a->s[i];
    if (any & ~(unsigned)STATE_NULL)
        return false;
    uint8_t *v = run_values(r, ret, 1);
    if (v && any)
        memcpy(v, a->s, n); /* a truth is STATE_NULL's bit */
    else if (v)
        memset(v, 0, n);
    return true;
}
_Static_assert(STATE_NULL == 1, "the states of nulls are truths");

void kernel_compare(struct run *r, const struct op *o, struct vec *ret) {
    struct vec room = {0};
    uint32_t n = run_rows(r, o);
    const struct vec *a = vec_of(r, o->a), *b = vec_of(r, o->b);
    if (same_null(r, o, ret, n))
        return;
    if (a->one) /* the loops take one value on the right alone */
        a = kernel_spread(r, op_of(r, o->a), a, &room, n);
    uint8_t *v = run_values(r, ret, 1);
    if (!v || !a)
        return;
    compare_loops[o->how][width_index((unsigned)o->k)](v, a, b, n);
    if (a->s || b->s) {
        if (o->code == OP_SAME) {
            same_states(r, o, ret, a, b, n);
        } else {
            run_strict(r, o, ret, a, b, n);
            if (ret->s)
                kernel_clear(v, 1, ret->s, n);
        }
    }
    for (uint32_t i = 0; (a->d || b->d) && i < n; i++)
        if (is_decimal(a, b, i) && !((vec_state(a, i) | vec_state(b, i)) & 7))
            v[i] = holds(o->how, dec_cmp(vec_decimal(a, op_of(r, o->a), i), vec_decimal(b, op_of(r, o->b), i)));
    kernel_unspread(r, &room);
}

/* ---- quotients ----------------------------------------------------------------------------- */

/* Of two whole numbers that doubles hold exactly, the quotient, cut off: doubles divide faster, and what one is off by the rest tells. */
static const int64_t DOUBLE_MAX_INT = INT64_C(1) << 53;

static bool small_quotient(int64_t n, int64_t d, int64_t *ret, int64_t *ret_rest) {
    if (d == 0 || n > DOUBLE_MAX_INT || n < -DOUBLE_MAX_INT || d > DOUBLE_MAX_INT || d < -DOUBLE_MAX_INT)
        return false;
    int64_t q = (int64_t)((double)n / (double)d), rest = n - q * d;
    if (rest != 0 && (rest < 0) != (n < 0)) { /* rounded away from zero */
        int64_t one = (n < 0) == (d < 0) ? 1 : -1;
        q -= one;
        rest += one * d;
    }
    *ret = q;
    *ret_rest = rest;
    return true;
}

static __int128 rounded(__int128 n, __int128 d, enum dec_rounding how) {
    if (d < 0) {
        n = -n;
        d = -d;
    }
    __int128 q, rest;
    int64_t small_q, small_rest;
    if (n >= -DOUBLE_MAX_INT && n <= DOUBLE_MAX_INT && d <= DOUBLE_MAX_INT && small_quotient((int64_t)n, (int64_t)d, &small_q, &small_rest)) {
        q = small_q;
        rest = small_rest;
    } else if (n >= INT64_MIN && n <= INT64_MAX && d <= INT64_MAX) {
        q = (int64_t)n / (int64_t)d;
        rest = (int64_t)n % (int64_t)d;
    } else {
        q = n / d;
        rest = n % d;
    }
    int sign = n < 0 ? -1 : 1;
    __int128 twice = 2 * (rest < 0 ? -rest : rest);
    switch (how) {
    case DEC_HALF_EVEN: return twice > d || (twice == d && q % 2 != 0) ? q + sign : q;
    case DEC_HALF_UP: return twice >= d ? q + sign : q;
    case DEC_HALF_DOWN: return twice > d ? q + sign : q;
    case DEC_UP: return rest != 0 ? q + sign : q;
    case DEC_DOWN: return q;
    case DEC_FLOOR: return rest < 0 ? q - 1 : q;
    case DEC_CEILING: return rest > 0 ? q + 1 : q;
    }
    return q;
}

static uint8_t strict_of(const struct vec *a, const struct vec *b, const struct vec *c, uint32_t i) {
    return strict((uint8_t)((vec_state(a, i) | (b ? vec_state(b, i) : 0) | (c ? vec_state(c, i) : 0)) & 7));
}

static void put_state(struct run *r, const struct op *o, struct vec *ret, uint32_t i, uint8_t state) {
    uint8_t *s = state || ret->s ? run_states(r, ret, o) : NULL;
    if (s)
        s[i] = state;
}

/* An error, whatever is divided. */
static bool by_zero(const struct vec *b, int64_t divisor, uint32_t i) { return !vec_state(b, i) && divisor == 0; }

static void divide(struct run *r, const struct op *o, struct vec *ret) {
    const struct op *oa = op_of(r, o->a), *ob = op_of(r, o->b);
    const struct vec *a = vec_of(r, o->a), *b = vec_of(r, o->b);
    int64_t *v = ret->v;
    int e = o->scale - oa->scale + ob->scale;
    __int128 by = power_of_ten(e > 0 ? e : 0);
    int64_t by_small = e >= 0 && by <= DOUBLE_MAX_INT ? (int64_t)by : 0, product, quotient, rest;
    uint32_t n = run_rows(r, o);
    for (uint32_t i = 0; i < n && !r->full; i++) {
        uint8_t s = strict_of(a, b, NULL, i);
        int64_t d = vec_stored(b, ob->width, i);
        bool decimal = is_decimal(a, b, i);
        v[i] = 0;
        s = by_zero(b, d, i) ? STATE_ERROR : vec_state(b, i) & STATE_UNKNOWN ? s | STATE_ERROR : s; /* it may be by zero */
        put_state(r, o, ret, i, s);
        if (s)
            continue;
        if (!decimal && by_small && !__builtin_mul_overflow(vec_stored(a, oa->width, i), by_small, &product) && small_quotient(product, d, &quotient, &rest) && rest == 0) {
            v[i] = quotient;
            continue;
        }
        __int128 p = decimal ? 0 : vec_stored(a, oa->width, i) * by;
        bool small = p >= INT64_MIN && p <= INT64_MAX;
        if (!decimal && e >= 0 && (small ? (int64_t)p % d == 0 : p % d == 0) && p / d >= INT64_MIN && p / d <= INT64_MAX) {
            v[i] = (int64_t)(small ? (int64_t)p / d : p / d);
            continue;
        }
        struct dec y = vec_decimal(b, ob, i);
        if (dec_zero(y))
            put_state(r, o, ret, i, STATE_ERROR);
        else
            put_decimal(r, o, ret, i, dec_div(vec_decimal(a, oa, i), y));
    }
}

static void round_rows(struct run *r, const struct op *o, struct vec *ret) {
    const struct op *oa = op_of(r, o->a);
    const struct vec *a = vec_of(r, o->a);
    uint32_t n = run_rows(r, o);
    __int128 by = power_of_ten(oa->scale - o->k);
    for (uint32_t i = 0; i < n && !r->full; i++) {
        uint8_t s = strict_of(a, NULL, NULL, i);
        put_state(r, o, ret, i, s);
        vec_store(ret->v, o->width, i, 0);
        if (s)
            continue;
        if (!is_decimal(a, NULL, i)) {
            vec_store(ret->v, o->width, i, (int64_t)rounded(vec_stored(a, oa->width, i), by, o->how));
            continue;
        }
        struct dec d = dec_round(vec_decimal(a, oa, i), (int)o->k, o->how);
        int64_t stored;
        bool fits = decimal_stored(d, o->scale, &stored) && (o->width == 8 || (stored >= -((int64_t)1 << (8 * o->width - 1)) && stored < (int64_t)1 << (8 * o->width - 1)));
        if (fits)
            vec_store(ret->v, o->width, i, stored);
        else
            put_decimal(r, o, ret, i, d);
    }
}

static __int128 size_of(const struct op *o) {
    __int128 a = o->low < 0 ? -o->low : o->low, b = o->high < 0 ? -o->high : o->high;
    return a > b ? a : b;
}

/* All known, and the ranges promise that 64 bits hold what is computed from a * x and c * b * y. */
static bool narrow(const struct run *r, const struct op *o, __int128 x, __int128 y) {
    const __int128 limit = (__int128)1 << 62, most = (__int128)1 << 40; /* so that no product leaves 128 bits */
    const struct op *oc = o->c == NONE ? NULL : op_of(r, o->c);
    if (vec_of(r, o->a)->s || vec_of(r, o->b)->s || (oc && vec_of(r, o->c)->s) || x > most || y > most)
        return false;
    __int128 left = size_of(op_of(r, o->a)) * x, under = size_of(op_of(r, o->b));
    if (left > limit / 2 || under > most || (oc && size_of(oc) > most))
        return false;
    return !oc || size_of(oc) * under <= limit / 2 / y;
}

/* plus + a / b in whole numbers; see number.c for why this is what decimals give. */
static void round_ratio(struct run *r, const struct op *o, struct vec *ret) {
    const struct op *oa = op_of(r, o->a), *ob = op_of(r, o->b), *oc = o->c == NONE ? NULL : op_of(r, o->c);
    const struct vec *a = vec_of(r, o->a), *b = vec_of(r, o->b), *c = oc ? vec_of(r, o->c) : NULL;
    int x = oa->scale + (int)o->k, y = ob->scale + (oc ? oc->scale : 0) + (int)o->k, z = oa->scale + (oc ? oc->scale : 0);
    int common = x < y ? x : y;
    common = z < common ? z : common;
    __int128 px = power_of_ten(x - common), py = power_of_ten(y - common), pz = power_of_ten(z - common);
    uint32_t n = run_rows(r, o), i = 0;
    bool quick = narrow(r, o, py, px) && size_of(ob) * pz < (__int128)1 << 62;
    for (; quick && i < n; i++) {
        int64_t under = vec_stored(b, ob->width, i);
        if (!under)
            break;
        int64_t top = vec_stored(a, oa->width, i) * (int64_t)py + (c ? vec_stored(c, oc->width, i) * under * (int64_t)px : 0);
        vec_store(ret->v, o->width, i, (int64_t)rounded(top, under * (int64_t)pz, o->how));
    }
    for (; i < n && !r->full; i++) {
        uint8_t s = strict_of(a, b, c, i);
        bool decimal = is_decimal(a, b, i) || (c && (vec_state(c, i) & STATE_DECIMAL));
        int64_t d = vec_stored(b, ob->width, i);
        vec_store(ret->v, o->width, i, 0);
        s = by_zero(b, d, i) ? STATE_ERROR : vec_state(b, i) & STATE_UNKNOWN ? s | STATE_ERROR : s;
        put_state(r, o, ret, i, s);
        if (s)
            continue;
        if (!decimal) {
            __int128 top = vec_stored(a, oa->width, i) * py + (c ? (__int128)vec_stored(c, oc->width, i) * d * px : 0);
            vec_store(ret->v, o->width, i, (int64_t)rounded(top, (__int128)d * pz, o->how));
            continue;
        }
        struct dec q = dec_div(vec_decimal(a, oa, i), vec_decimal(b, ob, i));
        q = dec_round(c ? dec_add(vec_decimal(c, oc, i), q) : q, (int)o->k, o->how);
        int64_t stored;
        if (dec_finite(q) && decimal_stored(q, o->scale, &stored) && stored >= o->low && stored <= o->high)
            vec_store(ret->v, o->width, i, stored);
        else
            put_decimal(r, o, ret, i, q);
    }
}

static void compare_ratio(struct run *r, const struct op *o, struct vec *ret) {
    const struct op *oa = op_of(r, o->a), *ob = op_of(r, o->b), *oc = op_of(r, o->c);
    const struct vec *a = vec_of(r, o->a), *b = vec_of(r, o->b), *c = vec_of(r, o->c);
    __int128 left = power_of_ten(ob->scale + oc->scale), right = power_of_ten(oa->scale);
    uint32_t n = run_rows(r, o), i = 0;
    uint8_t *v = ret->v;
    const bool truth[3] = {holds(o->how, -1), holds(o->how, 0), holds(o->how, 1)};
    for (bool quick = narrow(r, o, left, right); quick && i < n; i++) {
        int64_t d = vec_stored(b, ob->width, i), x = vec_stored(a, oa->width, i) * (int64_t)left, y = vec_stored(c, oc->width, i) * d * (int64_t)right;
        if (!d)
            break;
        int order = (x > y) - (x < y);
        v[i] = truth[1 + (d < 0 ? -order : order)];
    }
    for (; i < n && !r->full; i++) {
        uint8_t s = strict_of(a, b, c, i);
        int64_t d = vec_stored(b, ob->width, i);
        v[i] = 0;
        s = by_zero(b, d, i) ? STATE_ERROR : vec_state(b, i) & STATE_UNKNOWN ? s | STATE_ERROR : s;
        put_state(r, o, ret, i, s);
        if (s)
            continue;
        if (is_decimal(a, b, i) || (vec_state(c, i) & STATE_DECIMAL)) {
            v[i] = holds(o->how, dec_cmp(dec_div(vec_decimal(a, oa, i), vec_decimal(b, ob, i)), vec_decimal(c, oc, i)));
            continue;
        }
        __int128 x = vec_stored(a, oa->width, i) * left, y = (__int128)vec_stored(c, oc->width, i) * d * right;
        int order = x < y ? -1 : x > y;
        v[i] = holds(o->how, d < 0 ? -order : order);
    }
}

void kernel_divide(struct run *r, const struct op *o, struct vec *ret) {
    if (!run_values(r, ret, o->width))
        return;
    switch ((enum op_code)o->code) {
    case OP_DIVIDE: divide(r, o, ret); break;
    case OP_ROUND: round_rows(r, o, ret); break;
    case OP_ROUND_RATIO: round_ratio(r, o, ret); break;
    default: compare_ratio(r, o, ret); break;
    }
    if (ret->s)
        kernel_settle(r, ret, run_rows(r, o));
}
