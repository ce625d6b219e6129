/* Arithmetic with unknowns: bounds, affine forms, code sets. */
#include "feel/unknown_internal.h"

static struct feel_bound bound_op(struct feel_env *env, int op, struct feel_bound a, struct feel_bound b) {
    if (unknown_no_bound(a) || unknown_no_bound(b))
        return (struct feel_bound){0};
    struct feel_bound r = {feel_arith(env, op, &a.value, &b.value), a.open || b.open};
    return r;
}

static uint8_t result_kind(int op, uint8_t a, uint8_t b) {
    bool da = a == FEEL_YM_DURATION || a == FEEL_DT_DURATION, db = b == FEEL_YM_DURATION || b == FEEL_DT_DURATION;
    bool ma = a == FEEL_DATE || a == FEEL_DATE_TIME;
    if (a == FEEL_NUMBER && b == FEEL_NUMBER)
        return FEEL_NUMBER;
    if (op == '+' && a == FEEL_STRING && b == FEEL_STRING)
        return FEEL_STRING;
    if ((op == '+' || op == '-') && ((ma && db) || (a == FEEL_TIME && b == FEEL_DT_DURATION) || (da && a == b)))
        return a;
    if (op == '-' && ma && a == b)
        return FEEL_DT_DURATION;
    if ((op == '*' || op == '/') && da && b == FEEL_NUMBER)
        return a;
    if (op == '*' && db && a == FEEL_NUMBER)
        return b;
    return FEEL_NULL;
}

static int sign_of(struct feel_bound lo, struct feel_bound hi) {
    if (lo.value.kind == FEEL_NUMBER && (dec_sign(lo.value.number) > 0))
        return 1;
    if (hi.value.kind == FEEL_NUMBER && (dec_sign(hi.value.number) < 0))
        return -1;
    return 0;
}

static bool nonnegative(struct feel_bound lo) {
    return lo.value.kind == FEEL_NUMBER && dec_sign(lo.value.number) >= 0;
}

static bool negative(struct feel_bound hi) {
    return hi.value.kind == FEEL_NUMBER && dec_sign(hi.value.number) < 0;
}

/* Times (or over) a known number c. */
static void scale_bounds(struct feel_env *env, int op, struct feel_bound lo, struct feel_bound hi,
    const struct feel_value *c, struct feel_bound *ret_lo, struct feel_bound *ret_hi) {
    struct feel_bound k = {*c, false};
    bool flip = dec_sign(c->number) < 0;
    *ret_lo = bound_op(env, op, flip ? hi : lo, k);
    *ret_hi = bound_op(env, op, flip ? lo : hi, k);
}

/* A bound of what is divided over a bound of a positive divisor; over none it comes near zero. */
static struct feel_bound quotient(struct feel_env *env, struct feel_bound a, struct feel_bound b) {
    struct feel_bound zero = {feel_int(0), false};
    struct feel_bound r = unknown_no_bound(b) && !unknown_no_bound(a) ? zero : bound_op(env, '/', a, b);
    r.open = r.open && !(r.value.kind == FEEL_NUMBER && dec_zero(r.value.number)); /* 0 / x is 0 whether x is open or not */
    return r;
}

/* Over a positive divisor the least of it leads farthest from zero, the greatest nearest to it. */
static void quotient_bounds(struct feel_env *env, struct feel_bound al, struct feel_bound ah, struct feel_bound bl, struct feel_bound bh,
    struct feel_bound *lo, struct feel_bound *hi) {
    *lo = quotient(env, al, nonnegative(al) ? bh : bl);
    *hi = quotient(env, ah, negative(ah) ? bh : bl);
}

static void product_bounds(struct feel_env *env, int op, const struct feel_value *a,
    const struct feel_value *b, struct feel_bound *lo, struct feel_bound *hi) {
    struct feel_bound al = feel_lower(a), ah = feel_upper(a), bl = feel_lower(b), bh = feel_upper(b);
    if (b->kind == FEEL_NUMBER)
        scale_bounds(env, op, al, ah, b, lo, hi);
    else if (a->kind == FEEL_NUMBER && op == '*')
        scale_bounds(env, op, bl, bh, a, lo, hi);
    else if (op == '*' && nonnegative(al) && nonnegative(bl)) {
        *lo = bound_op(env, op, al, bl);
        *hi = bound_op(env, op, ah, bh);
        lo->open = false; /* 0 * x is 0 whether x is open or not */
    } else if (op == '/' && unknown_kind(a) == FEEL_NUMBER && sign_of(bl, bh) > 0) {
        quotient_bounds(env, al, ah, bl, bh, lo, hi);
    }
}

static void affine_result(struct feel_unknown *u, int op, const struct feel_value *a, const struct feel_value *b) {
    int32_t ca, cb;
    struct dec fa, fb, oa, ob;
    if (!unknown_affine(a, &ca, &fa, &oa) || !unknown_affine(b, &cb, &fb, &ob))
        return;
    if (op == '+' || op == '-') {
        if (ca >= 0 && cb >= 0 && ca != cb)
            return;
        u->factor = op == '+' ? dec_add(fa, fb) : dec_sub(fa, fb);
        u->offset = op == '+' ? dec_add(oa, ob) : dec_sub(oa, ob);
    } else if (op == '*' && (ca < 0 || cb < 0)) {
        struct dec k = ca < 0 ? oa : ob;
        u->factor = dec_mul(ca < 0 ? fb : fa, k);
        u->offset = dec_mul(ca < 0 ? ob : oa, k);
    } else if (op == '/' && cb < 0 && !dec_zero(ob)) {
        u->factor = dec_div(fa, ob);
        u->offset = dec_div(oa, ob);
    } else {
        return;
    }
    if (dec_finite(u->factor) && dec_finite(u->offset) && !dec_zero(u->factor))
        u->cell = ca >= 0 ? ca : cb;
}

/* A function of one code set is the set of its values. */
static void map_codes(struct feel_env *env, struct feel_unknown *u, int op, const struct feel_value *a,
    const struct feel_value *b) {
    const struct feel_value *ca, *cb;
    size_t na = unknown_codes(a, &ca), nb = unknown_codes(b, &cb);
    if ((na != 1 && nb != 1) || !na || !nb || na * nb > UNKNOWN_CODES_MAX)
        return;
    struct feel_value *code = feel_items(env, na * nb);
    if (!code)
        return;
    for (size_t i = 0; i < na * nb; i++) {
        code[i] = feel_arith(env, op, &ca[na == 1 ? 0 : i], &cb[nb == 1 ? 0 : i]);
        if (feel_is_null(code[i])) {
            u->may_error = true;
            return;
        }
    }
    u->code = code;
    u->code_count = na * nb;
}

static void arith_bounds(struct feel_env *env, int op, const struct feel_value *a,
    const struct feel_value *b, struct feel_bound *lo, struct feel_bound *hi) {
    switch (op) {
    case '+':
        *lo = bound_op(env, op, feel_lower(a), feel_lower(b));
        *hi = bound_op(env, op, feel_upper(a), feel_upper(b));
        break;
    case '-':
        *lo = bound_op(env, op, feel_lower(a), feel_upper(b));
        *hi = bound_op(env, op, feel_upper(a), feel_lower(b));
        break;
    case '*':
    case '/': product_bounds(env, op, a, b, lo, hi); break;
    default: break;
    }
}

struct feel_value feel_unknown_arith(struct feel_env *env, int op, const struct feel_value *a,
    const struct feel_value *b) {
    struct feel_value both[2] = {*a, *b};
    if (op == '/' && b->kind == FEEL_NUMBER && dec_zero(b->number)) /* whatever a is */
        return feel_error(env, "feel.division_by_zero", (struct span){0});
    uint8_t kind = result_kind(op, unknown_kind(a), unknown_kind(b));
    bool may = kind == FEEL_NULL || feel_may_error(a) || feel_may_error(b) || op == '^' ||
        (kind != FEEL_NUMBER && kind != FEEL_STRING && op != '-' && op != '+');
    if (op == '/' && kind == FEEL_NUMBER && sign_of(feel_lower(b), feel_upper(b)) == 0)
        may = true;
    if (op == '*' && !may && kind == FEEL_NUMBER &&
        ((a->kind == FEEL_NUMBER && dec_zero(a->number)) || (b->kind == FEEL_NUMBER && dec_zero(b->number))))
        return feel_int(0);
    struct feel_notes *notes = env->notes;
    env->notes = NULL;
    struct feel_bound lo = {0}, hi = {0};
    if (kind != FEEL_STRING && kind != FEEL_NULL && !(op == '/' && b->kind == FEEL_NUMBER && dec_zero(b->number)))
        arith_bounds(env, op, a, b, &lo, &hi);
    struct feel_value r = feel_unknown_bounds(env, kind, unknown_mix('a', (uint64_t)op), both, 2, lo, hi, may);
    if (feel_is_unknown(&r)) {
        struct feel_unknown *u = (struct feel_unknown *)(uintptr_t)r.unknown;
        affine_result(u, op, a, b);
        map_codes(env, u, op, a, b);
    }
    env->notes = notes;
    return r;
}
