#include "feel/builtin.h"

static struct feel_value finite_number(struct feel_env *env, struct dec d) {
    return dec_finite(d) ? feel_number(d) : feel_bad_value(env);
}

enum { SCALE_MIN = -6111, SCALE_MAX = 6176 }; /* exponents of decimal128, 10.3.4.6 */

/* Rounding grows with its argument, so an unknown's bounds are rounded. */
static struct feel_value rounded(struct feel_env *env, const struct feel_value *arg, size_t n,
    enum dec_rounding how) {
    int64_t scale = 0;
    if (n > 1 && !feel_is_unknown(&arg[1]) &&
        (arg[1].kind != FEEL_NUMBER ||
         dec_to_int(dec_round(arg[1].number, 0, DEC_DOWN), &scale, NULL) != OK))
        return feel_bad_argument(env, &arg[1]);
    if (scale < SCALE_MIN || scale > SCALE_MAX)
        return feel_bad_value(env);
    if (arg[0].kind == FEEL_NUMBER && !(n > 1 && feel_is_unknown(&arg[1])))
        return finite_number(env, dec_round(arg[0].number, (int)scale, how));
    if (!feel_is_unknown(&arg[0]) || arg[0].unknown->kind != FEEL_NUMBER || (n > 1 && feel_is_unknown(&arg[1])))
        return feel_has_unknown(&arg[0]) || (n > 1 && feel_has_unknown(&arg[1]))
            ? feel_unknown_of(env, FEEL_NUMBER, 'R', arg, n, true)
            : feel_bad_argument(env, &arg[0]);
    struct feel_bound lo = feel_lower(&arg[0]), hi = feel_upper(&arg[0]);
    lo.open = hi.open = false;
    if (!feel_is_null(lo.value))
        lo.value.number = dec_round(lo.value.number, (int)scale, how);
    if (!feel_is_null(hi.value))
        hi.value.number = dec_round(hi.value.number, (int)scale, how);
    return feel_unknown_bounds(env, FEEL_NUMBER, 0x520 + (uint64_t)how, arg, n, lo, hi,
        arg[0].unknown->may_error);
}

BUILTIN_FN(decimal) { return rounded(env, arg, n, DEC_HALF_EVEN); }
BUILTIN_FN(floor) { return rounded(env, arg, n, DEC_FLOOR); }
BUILTIN_FN(ceiling) { return rounded(env, arg, n, DEC_CEILING); }
BUILTIN_FN(round_up) { return rounded(env, arg, n, DEC_UP); }
BUILTIN_FN(round_down) { return rounded(env, arg, n, DEC_DOWN); }
BUILTIN_FN(round_half_up) { return rounded(env, arg, n, DEC_HALF_UP); }
BUILTIN_FN(round_half_down) { return rounded(env, arg, n, DEC_HALF_DOWN); }

BUILTIN_FN(abs) {
    switch ((enum feel_kind)arg->kind) {
    case FEEL_NUMBER: return feel_number(dec_abs(arg->number));
    case FEEL_YM_DURATION: return feel_months(arg->months < 0 ? -arg->months : arg->months);
    case FEEL_DT_DURATION: {
        __int128 x = feel_nanos(arg);
        return feel_seconds(x < 0 ? -x : x);
    }
    default: return feel_bad_argument(env, arg);
    }
}

static const struct feel_value *not_number(const struct feel_value *arg, size_t n) {
    for (size_t i = 0; i < n; i++)
        if (arg[i].kind != FEEL_NUMBER)
            return &arg[i];
    return NULL;
}

BUILTIN_FN(modulo) {
    const struct feel_value *bad = not_number(arg, n);
    if (bad)
        return feel_bad_argument(env, bad);
    if (dec_zero(arg[1].number))
        return feel_error(env, "feel.division_by_zero", SPAN("modulo"));
    return finite_number(env, dec_modulo(arg[0].number, arg[1].number));
}

BUILTIN_FN(sqrt) {
    if (arg->kind != FEEL_NUMBER)
        return feel_bad_argument(env, arg);
    return dec_sign(arg->number) < 0 ? feel_bad_value(env) : finite_number(env, dec_sqrt(arg->number));
}

BUILTIN_FN(log) {
    if (arg->kind != FEEL_NUMBER)
        return feel_bad_argument(env, arg);
    return dec_sign(arg->number) <= 0 ? feel_bad_value(env) : finite_number(env, dec_log(arg->number));
}

BUILTIN_FN(exp) {
    return arg->kind == FEEL_NUMBER ? finite_number(env, dec_exp(arg->number)) : feel_bad_argument(env, arg);
}

static struct feel_value parity(struct feel_env *env, const struct feel_value *arg, bool odd) {
    if (arg->kind != FEEL_NUMBER || !dec_is_int(arg->number))
        return feel_bad_argument(env, arg);
    return feel_bool(dec_zero(dec_modulo(arg->number, dec_int(2))) != odd);
}
BUILTIN_FN(odd) { return parity(env, arg, true); }
BUILTIN_FN(even) { return parity(env, arg, false); }

BUILTIN_FN(not) {
    if (arg->kind == FEEL_BOOLEAN || feel_is_unknown(arg) || feel_is_null(*arg))
        return feel_not(env, arg);
    return feel_bad_argument(env, arg);
}
