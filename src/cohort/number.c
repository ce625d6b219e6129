/* Numbers: fixed point registers whose ranges are proven, and quotients that wait.
 *
 * A quotient is not divided before somebody needs its digits.  Comparing it with a
 * fixed point number, or rounding it after one was added, is done in whole numbers
 * and gives what the decimal division of 34 digits would give: a ratio that is not
 * exactly at the threshold (or at the middle between two rounded values) is farther
 * from it than the 34th digit, which `precise` checks by the ranges. */
#include "cohort/internal.h"

#include "feel/vm.h"

#include <math.h>

static __int128 power_of_ten(unsigned n) {
    __int128 p = 1;
    while (n-- > 0)
        p *= 10;
    return p;
}

static bool fits(__int128 x) { return x >= INT64_MIN && x <= INT64_MAX; }

/* ---- decimals -------------------------------------------------------------------------- */

struct dec number_decimal(int64_t stored, unsigned scale) {
    struct dec d = dec_int(stored);
    d.w[1] -= (uint64_t)scale << 49;
    return d;
}

bool decimal_stored(struct dec d, unsigned scale, int64_t *ret) {
    if (!dec_finite(d))
        return false;
    if ((d.w[1] & DEC_COEFFICIENT_HIGH) == 0 && (d.w[1] >> 61 & 3) != 3) {
        int e = (int)((d.w[1] & ~DEC_SIGN) >> 49) - 6176 + (int)scale;
        uint64_t n = d.w[0];
        for (; e < 0 && n; e++, n /= 10)
            if (n % 10)
                return false;
        for (; e > 0 && n; e--)
            if (__builtin_mul_overflow(n, (uint64_t)10, &n))
                return false;
        if (n > INT64_MAX)
            return false;
        *ret = d.w[1] & DEC_SIGN ? -(int64_t)n : (int64_t)n;
        return true;
    }
    struct dec scaled = dec_mul(d, number_decimal((int64_t)power_of_ten(scale), 0));
    return dec_is_int(scaled) && dec_cmp(dec_div(scaled, number_decimal((int64_t)power_of_ten(scale), 0)), d) == 0 && dec_to_int(scaled, ret, NULL) == OK;
}

uint32_t number_constant(struct compiler *c, struct dec d) {
    int64_t k;
    for (unsigned scale = 0; scale <= SCALE_MAX; scale++)
        if (decimal_stored(d, scale, &k))
            return emit_constant(c, K_NUMBER, k, scale, NULL);
    struct dec *kept = ARENA_NEW(c->arena, struct dec);
    if (!kept) {
        c->status = E_LIMIT;
        return 0;
    }
    *kept = d;
    struct op o = {.code = OP_CONSTANT, .kind = K_NUMBER, .width = 1, .how = STATE_DECIMAL, .may = STATE_DECIMAL, .frame = FRAME_ANY,
        .a = NONE, .b = NONE, .c = NONE, .ref = kept};
    return emit(c, o);
}

/* ---- registers --------------------------------------------------------------------------- */

static unsigned width_for(__int128 low, __int128 high) {
    if (low >= INT8_MIN && high <= INT8_MAX)
        return 1;
    if (low >= INT16_MIN && high <= INT16_MAX)
        return 2;
    return low >= INT32_MIN && high <= INT32_MAX ? 4 : 8;
}

/* Where the range leaves 64 bits the instruction checks each row. */
static uint32_t emit_number(struct compiler *c, enum op_code code, uint32_t a, uint32_t b, unsigned scale, unsigned excess, __int128 low, __int128 high) {
    struct op o = {.code = (uint8_t)code, .kind = K_NUMBER, .scale = (uint8_t)scale, .frame = FRAME_ANY, .a = a, .b = b, .c = NONE, .k = excess};
    unsigned may = op_at(c, a)->may | (b == NONE ? 0 : op_at(c, b)->may);
    unsigned width = width_for(low, high);
    if (!fits(low) || !fits(high) || excess) {
        o.how = 1;
        may |= STATE_DECIMAL;
        width = 8;
    }
    if (width < op_at(c, a)->width)
        width = op_at(c, a)->width;
    if (b != NONE && width < op_at(c, b)->width)
        width = op_at(c, b)->width;
    o.low = low < INT64_MIN ? INT64_MIN : low;
    o.high = high > INT64_MAX ? INT64_MAX : high;
    o.may = (uint8_t)(code == OP_SCALE ? may : state_strict(may));
    o.width = (uint8_t)width;
    o.a = emit_widened(c, a, width);
    if (b != NONE)
        o.b = emit_widened(c, b, width);
    return emit(c, o);
}

static __int128 least(__int128 a, __int128 b) { return a < b ? a : b; }
static __int128 most(__int128 a, __int128 b) { return a > b ? a : b; }

static uint32_t multiplied(struct compiler *c, uint32_t a, uint32_t b) {
    const struct op x = *op_at(c, a), y = *op_at(c, b);
    __int128 p[4] = {x.low * y.low, x.low * y.high, x.high * y.low, x.high * y.high}, low = p[0], high = p[0];
    for (int i = 1; i < 4; i++) {
        low = least(low, p[i]);
        high = most(high, p[i]);
    }
    unsigned scale = (unsigned)x.scale + y.scale, excess = scale > SCALE_MAX ? scale - SCALE_MAX : 0;
    if (y.code == OP_CONSTANT && !y.how && y.k == 1 && y.scale == 0)
        return emit_strict(c, a);
    if (x.code == OP_CONSTANT && !x.how && x.k == 1 && x.scale == 0)
        return emit_strict(c, b);
    return emit_number(c, OP_MUL, a, b, scale - excess, excess, low, high);
}

uint32_t number_at_scale(struct compiler *c, uint32_t a, unsigned scale) {
    struct op o = *op_at(c, a);
    if (failed(c) || o.scale == scale || o.kind != K_NUMBER)
        return a;
    if (o.code == OP_CONSTANT && o.how && o.how != STATE_DECIMAL) {
        o.scale = (uint8_t)scale;
        return emit(c, o);
    }
    __int128 by = power_of_ten(scale - o.scale);
    if (o.code == OP_CONSTANT && !o.how && fits(o.k * by))
        return emit_constant(c, K_NUMBER, (int64_t)(o.k * by), scale, NULL);
    /* times one, written with more digits */
    uint32_t one = emit_constant(c, K_NUMBER, (int64_t)by, scale - o.scale, NULL);
    return emit_number(c, OP_SCALE, a, one, scale, 0, o.low * by, o.high * by);
}

static unsigned same_scale(struct compiler *c, uint32_t *a, uint32_t *b) {
    unsigned scale = op_at(c, *a)->scale > op_at(c, *b)->scale ? op_at(c, *a)->scale : op_at(c, *b)->scale;
    *a = number_at_scale(c, *a, scale);
    *b = number_at_scale(c, *b, scale);
    return scale;
}

static uint32_t combined(struct compiler *c, int sign, uint32_t a, uint32_t b) {
    unsigned scale = same_scale(c, &a, &b);
    const struct op x = *op_at(c, a), y = *op_at(c, b);
    if (y.code == OP_CONSTANT && !y.how && y.k == 0)
        return emit_strict(c, a);
    if (sign > 0 && x.code == OP_CONSTANT && !x.how && x.k == 0)
        return emit_strict(c, b);
    return emit_number(c, sign > 0 ? OP_ADD : OP_SUB, a, b, scale, 0, sign > 0 ? x.low + y.low : x.low - y.high, sign > 0 ? x.high + y.high : x.high - y.low);
}

static uint32_t negated(struct compiler *c, uint32_t a) {
    const struct op x = *op_at(c, a);
    return emit_number(c, OP_NEG, a, NONE, x.scale, 0, -x.high, -x.low);
}

/* ---- quotients ------------------------------------------------------------------------------- */

static const struct shape *quotient(struct compiler *c, uint32_t plus, bool minus, uint32_t reg, uint32_t under) {
    struct shape *s = shape_new(c, SHAPE_QUOTIENT);
    s->reg = reg;
    s->under = under;
    s->plus = plus;
    s->minus = minus;
    s->frame = op_at(c, reg)->frame != FRAME_ANY ? op_at(c, reg)->frame : op_at(c, under)->frame;
    if (s->frame == FRAME_ANY && plus != NONE)
        s->frame = op_at(c, plus)->frame;
    if (s->frame == FRAME_ANY)
        s->frame = c->at;
    return s;
}

static double size_of(const struct op *o) {
    double a = fabs((double)o->low), b = fabs((double)o->high);
    return a > b ? a : b > 1 ? b : 1;
}

static double ten(double n) { return pow(10, n); }

/* Is dividend / under, beside `other`, looked at with `digits` after the point, told apart by 34 digits and by 127 bits? */
static bool precise(const struct op *dividend, const struct op *under, const struct op *other, double digits) {
    double p = size_of(dividend) * ten(under->scale), d = size_of(under), o = other ? size_of(other) : 0, so = other ? other->scale : 0;
    double largest = p * ten(so) + o * d * ten(dividend->scale);
    return largest * 4 * d * ten(digits + dividend->scale) < 1e33 && largest * ten(digits) < 1e37 && d * ten(dividend->scale + so) < 1e37;
}

static uint32_t divided(struct compiler *c, uint32_t a, uint32_t b) {
    const struct op x = *op_at(c, a), y = *op_at(c, b);
    unsigned scale = x.scale + 3u < 9 ? x.scale + 3u : 9;
    unsigned may = state_strict(x.may | y.may) | STATE_DECIMAL;
    if (y.low <= 0 && y.high >= 0)
        may |= STATE_ERROR;
    double bound = size_of(&x) * ten((double)scale - x.scale + y.scale);
    int64_t limit = bound < 9e18 ? (int64_t)bound : INT64_MAX;
    struct op o = {.code = OP_DIVIDE, .kind = K_NUMBER, .width = 8, .scale = (uint8_t)scale, .may = (uint8_t)may, .frame = FRAME_ANY,
        .a = a, .b = b, .c = NONE, .low = -(__int128)limit, .high = limit};
    return emit(c, o);
}

uint32_t number_register(struct compiler *c, const struct shape *s) {
    if (s->kind != SHAPE_QUOTIENT || failed(c))
        return failed(c) ? 0 : shape_scalar(c, s, (int)NONE);
    uint32_t q = divided(c, s->reg, s->under);
    if (s->plus != NONE)
        return combined(c, s->minus ? -1 : 1, s->plus, q);
    return s->minus ? negated(c, q) : q;
}

/* ---- arithmetic ----------------------------------------------------------------------------------- */

static const struct shape *sum_with_quotient(struct compiler *c, int sign, const struct shape *a, const struct shape *b) {
    const struct shape *q = a->kind == SHAPE_QUOTIENT ? a : b, *x = q == a ? b : a;
    if (x->kind == SHAPE_QUOTIENT)
        return shape_register(c, combined(c, sign, number_register(c, a), number_register(c, b)));
    uint32_t r = number_register(c, x), plus = q->plus;
    if (failed(c))
        return a;
    if (q == a)
        plus = plus == NONE ? (sign > 0 ? r : negated(c, r)) : combined(c, sign, plus, r);
    else
        plus = plus == NONE ? r : combined(c, sign, r, plus);
    return quotient(c, plus, q == a || sign > 0 ? q->minus : !q->minus, q->reg, q->under);
}

/* 1 / b where that has few digits: a product is exact where the quotient is. */
static bool reciprocal(struct compiler *c, const struct shape *b, uint32_t *ret) {
    if (b->kind != SHAPE_VALUE)
        return false;
    struct dec r = dec_div(dec_int(1), b->value.number);
    int64_t k;
    for (unsigned scale = 0; scale <= 6; scale++)
        if (decimal_stored(r, scale, &k) && dec_cmp(dec_mul(r, b->value.number), dec_int(1)) == 0) {
            *ret = emit_constant(c, K_NUMBER, k, scale, NULL);
            return true;
        }
    return false;
}

static const struct shape *over(struct compiler *c, const struct shape *a, const struct shape *b) {
    if (b->kind == SHAPE_VALUE && dec_zero(b->value.number))
        return shape_error(c);
    uint32_t x = number_register(c, a), r;
    if (failed(c))
        return a;
    if (reciprocal(c, b, &r))
        return shape_register(c, multiplied(c, x, r));
    uint32_t y = number_register(c, b);
    return failed(c) ? a : quotient(c, NONE, false, x, y);
}

static bool is_number(const struct compiler *c, const struct shape *s) { return shape_kind_of(c, s) == FEEL_NUMBER; }

const struct shape *number_arith(struct compiler *c, int op, const struct shape *a, const struct shape *b) {
    if (failed(c))
        return a;
    if ((a->kind == SHAPE_UNKNOWN && (is_number(c, b) || b->kind == SHAPE_UNKNOWN)) || (b->kind == SHAPE_UNKNOWN && is_number(c, a)))
        return shape_register(c, emit_state(c, K_NUMBER, STATE_UNKNOWN | STATE_ERROR));
    if (!is_number(c, a) || !is_number(c, b))
        return shape_error(c);
    if ((op == '+' || op == '-') && (a->kind == SHAPE_QUOTIENT || b->kind == SHAPE_QUOTIENT))
        return sum_with_quotient(c, op == '+' ? 1 : -1, a, b);
    if (op == '/')
        return over(c, a, b);
    uint32_t x = number_register(c, a), y = number_register(c, b);
    if (failed(c))
        return a;
    switch (op) {
    case '+': return shape_register(c, combined(c, 1, x, y));
    case '-': return shape_register(c, combined(c, -1, x, y));
    case '*': return shape_register(c, multiplied(c, x, y));
    default: unsupported(c, "a power"); return a;
    }
}

const struct shape *number_negate(struct compiler *c, const struct shape *a) {
    uint32_t r = number_register(c, a);
    return failed(c) ? a : shape_register(c, negated(c, r));
}

/* ---- comparing, choosing, rounding ---------------------------------------------------------------------- */

static int turned(int how) {
    static const uint8_t other[] = {CMP_EQ, CMP_NE, CMP_GT, CMP_GE, CMP_LT, CMP_LE};
    return other[how];
}

/* dividend / *under beside y; NONE: 34 digits might tell otherwise. */
static uint32_t ratio_compared(struct compiler *c, int how, uint32_t dividend, uint32_t y, const void *arg) {
    uint32_t under = *(const uint32_t *)arg;
    if (!precise(op_at(c, dividend), op_at(c, under), op_at(c, y), op_at(c, y)->scale))
        return NONE;
    unsigned may = state_strict((op_at(c, dividend)->may | op_at(c, under)->may | op_at(c, y)->may) & ~(unsigned)STATE_DECIMAL);
    if (op_at(c, under)->low <= 0 && op_at(c, under)->high >= 0)
        may |= STATE_ERROR;
    return emit(c, (struct op){.code = OP_COMPARE_RATIO, .kind = K_BOOLEAN, .width = 1, .how = (uint8_t)how, .may = (uint8_t)may, .frame = FRAME_ANY,
        .a = dividend, .b = under, .c = y, .high = 1});
}

static bool compare_ratio(struct compiler *c, int how, const struct shape *q, const struct shape *x, uint32_t *ret) {
    if (q->kind != SHAPE_QUOTIENT || x->kind == SHAPE_QUOTIENT || q->plus != NONE || q->minus)
        return false;
    uint32_t y = number_register(c, x), r = failed(c) ? NONE : ratio_compared(c, how, q->reg, y, &q->under);
    if (r == NONE)
        return false;
    bool grows = number_nonnegative(c, q->under) && !(op_at(c, q->under)->may & STATE_UNKNOWN); /* with the dividend */
    *ret = grows ? number_settle(c, how, r, q->reg, y, ratio_compared, &q->under) : r;
    return true;
}

static uint32_t plainly_compared(struct compiler *c, int how, uint32_t a, uint32_t b, const void *unused) {
    (void)unused;
    same_scale(c, &a, &b);
    return emit_compare(c, how, a, b);
}

uint32_t number_compare(struct compiler *c, int how, const struct shape *a, const struct shape *b) {
    uint32_t r;
    bool equality = how == CMP_EQ || how == CMP_NE;
    if (failed(c))
        return 0;
    if (compare_ratio(c, how, a, b, &r) || compare_ratio(c, turned(how), b, a, &r))
        return r;
    uint32_t x = number_register(c, a), y = number_register(c, b);
    if (failed(c))
        return 0;
    same_scale(c, &x, &y);
    if (!equality)
        return number_settle(c, how, emit_compare(c, how, x, y), x, y, plainly_compared, NULL);
    r = number_settle(c, CMP_EQ, emit_same(c, x, y), x, y, plainly_compared, NULL);
    return how == CMP_NE ? emit_not(c, r) : r;
}

static const struct shape *as_quotient(struct compiler *c, const struct shape *s) {
    if (s->kind == SHAPE_QUOTIENT)
        return s;
    uint32_t r = number_register(c, s);
    return failed(c) ? s : quotient(c, NONE, false, r, emit_constant(c, K_NUMBER, 1, 0, NULL));
}

static uint32_t select_plus(struct compiler *c, uint32_t truth, uint32_t a, uint32_t b) {
    if (a == NONE && b == NONE)
        return NONE;
    a = a == NONE ? emit_constant(c, K_NUMBER, 0, 0, NULL) : a;
    b = b == NONE ? emit_constant(c, K_NUMBER, 0, 0, NULL) : b;
    same_scale(c, &a, &b);
    return emit_select(c, truth, a, b);
}

static uint32_t select_aligned(struct compiler *c, uint32_t truth, uint32_t a, uint32_t b) {
    same_scale(c, &a, &b);
    return emit_select(c, truth, a, b);
}

const struct shape *number_select(struct compiler *c, uint32_t truth, const struct shape *a, const struct shape *b) {
    bool ratio = a->kind == SHAPE_QUOTIENT || b->kind == SHAPE_QUOTIENT;
    if (ratio && !op_at(c, truth)->may) {
        const struct shape *x = as_quotient(c, a), *y = as_quotient(c, b);
        if (failed(c))
            return a;
        if (x->minus == y->minus || a->kind != SHAPE_QUOTIENT || b->kind != SHAPE_QUOTIENT) {
            bool minus = a->kind == SHAPE_QUOTIENT ? x->minus : y->minus;
            uint32_t p = x->minus == minus ? x->reg : negated(c, x->reg), q = y->minus == minus ? y->reg : negated(c, y->reg);
            return quotient(c, select_plus(c, truth, x->plus, y->plus), minus, select_aligned(c, truth, p, q),
                select_aligned(c, truth, x->under, y->under));
        }
    }
    uint32_t x = number_register(c, a), y = number_register(c, b);
    return failed(c) ? a : shape_register(c, select_aligned(c, truth, x, y));
}

static const struct shape *round_ratio(struct compiler *c, const struct shape *a, unsigned digits, enum dec_rounding how) {
    const struct op *p = op_at(c, a->reg), *d = op_at(c, a->under), *x = a->plus == NONE ? NULL : op_at(c, a->plus);
    double bound = (size_of(p) * ten(d->scale - (double)p->scale) + (x ? size_of(x) * ten(-(double)x->scale) : 0) + 1) * ten(digits);
    if (!precise(p, d, x, digits) || bound > 9e18)
        return NULL;
    unsigned may = state_strict(p->may | d->may | (x ? x->may : 0));
    if (d->low <= 0 && d->high >= 0)
        may |= STATE_ERROR;
    int64_t limit = (int64_t)bound + 1;
    uint32_t reg = a->minus ? negated(c, a->reg) : a->reg;
    unsigned width = width_for(-(__int128)limit, limit);
    struct op o = {.code = OP_ROUND_RATIO, .kind = K_NUMBER, .width = (uint8_t)width, .scale = (uint8_t)digits, .how = (uint8_t)how,
        .may = (uint8_t)may, .frame = FRAME_ANY, .a = reg, .b = a->under, .c = a->plus, .k = digits, .low = -(__int128)limit, .high = limit};
    return shape_register(c, emit(c, o));
}

const struct shape *number_round(struct compiler *c, const struct shape *a, int64_t digits, enum dec_rounding how) {
    if (failed(c))
        return a;
    if (digits < 0 || digits > SCALE_MAX) {
        unsupported(c, "rounding before the point, or very far behind it");
        return a;
    }
    if (a->kind == SHAPE_QUOTIENT) {
        const struct shape *r = round_ratio(c, a, (unsigned)digits, how);
        if (r)
            return r;
    }
    uint32_t r = number_register(c, a);
    if (failed(c))
        return a;
    const struct op x = *op_at(c, r);
    if (digits >= x.scale && !(x.may & STATE_DECIMAL))
        return shape_register(c, emit_strict(c, r));
    if (digits >= x.scale) {
        r = number_at_scale(c, r, (unsigned)digits);
        return shape_register(c, emit(c, (struct op){.code = OP_ROUND, .kind = K_NUMBER, .width = op_at(c, r)->width, .scale = (uint8_t)digits, .how = (uint8_t)how,
            .may = (uint8_t)state_strict(x.may), .frame = FRAME_ANY, .a = r, .b = NONE, .c = NONE, .k = digits, .low = op_at(c, r)->low, .high = op_at(c, r)->high}));
    }
    __int128 by = power_of_ten(x.scale - (unsigned)digits);
    return shape_register(c, emit(c, (struct op){.code = OP_ROUND, .kind = K_NUMBER, .width = x.width, .scale = (uint8_t)digits, .how = (uint8_t)how,
        .may = (uint8_t)state_strict(x.may), .frame = FRAME_ANY, .a = r, .b = NONE, .c = NONE, .k = digits, .low = x.low / by - 1, .high = x.high / by + 1}));
}
