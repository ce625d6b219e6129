#include "base/decimal.h"

#include <math.h>
#include <stdio.h>

/* The library as Debian builds libbidgcc000: operands by value, rounding mode
 * and flags passed by the caller. */
#define DECIMAL_CALL_BY_REFERENCE 0
#define DECIMAL_GLOBAL_ROUNDING 0
#define DECIMAL_GLOBAL_EXCEPTION_FLAGS 0
#include <bid_conf.h> /* must come first */
#include <bid_functions.h>

typedef unsigned __int128 wide;

enum {
    DIGITS_MAX = 34,
    EXPONENT_MIN = -6176, /* of the integer coefficient */
    EXPONENT_MAX = 6111
};

static const struct dec NOT_A_NUMBER = {{0, 0x7c00000000000000u}};

static BID_UINT128 in(struct dec d) {
    BID_UINT128 x;
    x.w[0] = d.w[0];
    x.w[1] = d.w[1];
    return x;
}

static struct dec out_of(BID_UINT128 x) {
    struct dec d = {{x.w[0], x.w[1]}};
    return dec_finite(d) ? d : NOT_A_NUMBER;
}

/* ---- the encoding: IEEE 754-2008 3.5.2, binary integer significand -------- */

struct parts {
    bool negative;
    int exponent;
    wide coefficient;
};

static wide coefficient_end(void) { /* 10^34 */
    wide p = 10000000000000000u; /* 10^16 */
    return p * p * 100;
}

static struct parts unpack(struct dec d) {
    struct parts p = {.negative = d.w[1] >> 63};
    /* "11" behind the sign is a coefficient beyond 10^34: not canonical, 0. */
    if ((d.w[1] >> 61 & 3) == 3) {
        p.exponent = (int)(d.w[1] >> 47 & 0x3fff) + EXPONENT_MIN;
        return p;
    }
    p.exponent = (int)(d.w[1] >> 49 & 0x3fff) + EXPONENT_MIN;
    p.coefficient = (wide)(d.w[1] & 0x1ffffffffffffu) << 64 | d.w[0];
    if (p.coefficient >= coefficient_end())
        p.coefficient = 0;
    return p;
}

static struct dec pack(bool negative, wide coefficient, int exponent) {
    assert(coefficient < coefficient_end());
    assert(exponent >= EXPONENT_MIN && exponent <= EXPONENT_MAX);
    return (struct dec){{(uint64_t)coefficient,
        (uint64_t)negative << 63 | (uint64_t)(exponent - EXPONENT_MIN) << 49 |
            (uint64_t)(coefficient >> 64)}};
}

bool dec_zero(struct dec a) { return dec_finite(a) && unpack(a).coefficient == 0; }

int dec_sign(struct dec a) {
    if (!dec_finite(a))
        return 0;
    struct parts p = unpack(a);
    return p.coefficient == 0 ? 0 : p.negative ? -1 : 1;
}

/* ---- text in --------------------------------------------------------------- */

struct number_text {
    bool negative;
    char digit[DIGITS_MAX + 4]; /* significant digits; the last stands for a rest */
    int digits;
    long exponent; /* of the last digit kept */
};

static bool is_digit(char c) { return c >= '0' && c <= '9'; }

static void take_digit(struct number_text *n, char c, bool fraction) {
    if (n->digits == 0 && c == '0') { /* leading zero */
        n->exponent -= fraction;
        return;
    }
    if (n->digits < DIGITS_MAX + 2) {
        n->digit[n->digits++] = c;
        n->exponent -= fraction;
        return;
    }
    /* What is cut off only matters to rounding by being non-zero. */
    if (c != '0')
        n->digit[n->digits] = '1';
    n->exponent += !fraction;
}

/* [-] digits [. digits] [e [+-] digits], or . digits */
static bool scan_number(struct span s, struct number_text *n) {
    const long limit = 1000000; /* beyond any exponent, below overflow */
    size_t i = 0, start;
    *n = (struct number_text){0};
    if (i < s.size && s.at[i] == '-') {
        n->negative = true;
        i++;
    }
    for (start = i; i < s.size && is_digit(s.at[i]); i++)
        take_digit(n, s.at[i], false);
    bool whole = i > start;
    if (i < s.size && s.at[i] == '.') {
        for (start = ++i; i < s.size && is_digit(s.at[i]); i++)
            take_digit(n, s.at[i], true);
        if (i == start)
            return false;
    } else if (!whole)
        return false;
    if (i < s.size && (s.at[i] == 'e' || s.at[i] == 'E')) {
        bool minus = ++i < s.size && s.at[i] == '-';
        long e = 0;
        i += i < s.size && (s.at[i] == '-' || s.at[i] == '+');
        for (start = i; i < s.size && is_digit(s.at[i]); i++)
            e = e < limit ? e * 10 + (s.at[i] - '0') : e;
        if (i == start)
            return false;
        n->exponent += minus ? -e : e;
    }
    return i == s.size;
}

enum status dec_parse(struct span text, struct dec *ret, struct diag *d) {
    struct number_text n;
    if (!scan_number(text, &n))
        return diag_fail(d, E_INPUT, "decimal.syntax");
    if (n.digits == 0) {
        long e = n.exponent < EXPONENT_MIN ? EXPONENT_MIN
               : n.exponent > EXPONENT_MAX ? EXPONENT_MAX : n.exponent;
        *ret = pack(n.negative, 0, (int)e);
        return OK;
    }
    char t[DIGITS_MAX + 40];
    bool rest = n.digit[n.digits] == '1';
    snprintf(t, sizeof t, "%s%.*sE%ld", n.negative ? "-" : "", n.digits + rest,
        n.digit, n.exponent - rest);
    _IDEC_flags flags = 0;
    struct dec v = out_of(bid128_from_string(t, BID_ROUNDING_TO_NEAREST, &flags));
    if (!dec_finite(v) || (flags & (BID_OVERFLOW_EXCEPTION | BID_UNDERFLOW_EXCEPTION)))
        return diag_fail(d, E_INPUT, "decimal.range");
    *ret = v;
    return OK;
}

/* ---- text out -------------------------------------------------------------- */

static int digits_of(wide c, char out[DIGITS_MAX + 1]) {
    char back[DIGITS_MAX + 6];
    int n = 0;
    do {
        back[n++] = (char)('0' + (int)(c % 10));
        c /= 10;
    } while (c);
    for (int i = 0; i < n; i++)
        out[i] = back[n - 1 - i];
    out[n] = '\0';
    return n;
}

/* Plain notation, or 0 when it does not fit. */
static size_t plain(const char *sign, const char *digit, int n, int exponent,
    char out[DEC_TEXT_MAX]) {
    int room = DEC_TEXT_MAX - 1 - (int)strlen(sign), point = n + exponent, used;
    if (exponent >= 0) {
        if (n + exponent > room)
            return 0;
        used = snprintf(out, DEC_TEXT_MAX, "%s%s", sign, digit);
        memset(out + used, '0', (size_t)exponent);
        out[used + exponent] = '\0';
        return (size_t)(used + exponent);
    }
    if (point > 0)
        return (size_t)snprintf(out, DEC_TEXT_MAX, "%s%.*s.%s", sign, point, digit,
            digit + point);
    if (2 - point + n > room)
        return 0;
    used = snprintf(out, DEC_TEXT_MAX, "%s0.", sign);
    memset(out + used, '0', (size_t)-point);
    used -= point;
    memcpy(out + used, digit, (size_t)n + 1);
    return (size_t)(used + n);
}

static size_t scientific(const char *sign, const char *digit, int n, int exponent,
    char out[DEC_TEXT_MAX]) {
    return (size_t)snprintf(out, DEC_TEXT_MAX, "%s%c%s%sE%+d", sign, digit[0],
        n > 1 ? "." : "", digit + 1, exponent + n - 1);
}

static size_t text_of(struct parts p, char out[DEC_TEXT_MAX]) {
    char digit[DIGITS_MAX + 1];
    int n = digits_of(p.coefficient, digit);
    /* A zero has no sign for the reader, and none of its trailing noughts. */
    const char *sign = p.negative && p.coefficient ? "-" : "";
    if (p.coefficient == 0 && p.exponent > 0)
        p.exponent = 0;
    size_t size = plain(sign, digit, n, p.exponent, out);
    return size ? size : scientific(sign, digit, n, p.exponent, out);
}

static size_t text_nan(char out[DEC_TEXT_MAX]) {
    return (size_t)snprintf(out, DEC_TEXT_MAX, "NaN");
}

size_t dec_text(struct dec d, char out[DEC_TEXT_MAX]) {
    return dec_finite(d) ? text_of(unpack(d), out) : text_nan(out);
}

size_t dec_text_short(struct dec d, char out[DEC_TEXT_MAX]) {
    if (!dec_finite(d))
        return text_nan(out);
    struct parts p = unpack(d);
    if (p.coefficient == 0)
        p.exponent = 0;
    /* All trailing zeros, whole ones too: equal values print equal texts,
     * also where the notation is scientific. */
    while (p.coefficient && p.coefficient % 10 == 0) {
        p.coefficient /= 10;
        p.exponent++;
    }
    return text_of(p, out);
}

struct dec dec_double(double x) {
    if (!isfinite(x))
        return NOT_A_NUMBER;
    char t[40];
    for (int digits = 15; digits <= 17; digits++) {
        snprintf(t, sizeof t, "%.*g", digits, x);
        if (strtod(t, NULL) == x)
            break;
    }
    /* The point is the locale's. */
    for (char *c = t; *c; c++)
        if (!is_digit(*c) && *c != 'e' && *c != '-' && *c != '+')
            *c = '.';
    struct dec d;
    return dec_parse(span_of(t), &d, NULL) == OK ? d : NOT_A_NUMBER;
}

double dec_to_double(struct dec d) {
    _IDEC_flags flags = 0;
    if (!dec_finite(d))
        return (double)NAN;
    return bid128_to_binary64(in(d), BID_ROUNDING_TO_NEAREST, &flags);
}

/* ---- arithmetic ------------------------------------------------------------- */

#define BINARY(name, function)                                                 \
    struct dec name(struct dec a, struct dec b) {                              \
        _IDEC_flags flags = 0;                                                 \
        return out_of(function(in(a), in(b), BID_ROUNDING_TO_NEAREST, &flags));\
    }
#define UNARY(name, function)                                                  \
    struct dec name(struct dec a) {                                            \
        _IDEC_flags flags = 0;                                                 \
        return out_of(function(in(a), BID_ROUNDING_TO_NEAREST, &flags));       \
    }

BINARY(dec_add_wide, bid128_add)
BINARY(dec_mul_wide, bid128_mul)
BINARY(dec_div_wide, bid128_div)
UNARY(dec_sqrt, bid128_sqrt)
UNARY(dec_exp, bid128_exp)
UNARY(dec_log, bid128_log)

struct dec dec_abs(struct dec a) {
    a.w[1] &= ~((uint64_t)1 << 63);
    return a;
}

int dec_cmp_wide(struct dec a, struct dec b) {
    assert(dec_finite(a) && dec_finite(b));
    _IDEC_flags flags = 0;
    if (bid128_quiet_less(in(a), in(b), &flags))
        return -1;
    return bid128_quiet_greater(in(a), in(b), &flags) ? 1 : 0;
}

/* ---- small numbers of different exponents ------------------------------------- */

static const uint64_t ten_to[] = {1, 10, 100, 1000, 10000, 100000, 1000000, 10000000, 100000000, 1000000000,
    10000000000, 100000000000, 1000000000000, 10000000000000, 100000000000000, 1000000000000000,
    10000000000000000, 100000000000000000, 1000000000000000000, 10000000000000000000u};

static bool small(struct dec a) { return (a.w[1] & DEC_COEFFICIENT_HIGH) == 0 && (a.w[1] >> 61 & 3) != 3; }
static int biased(struct dec a) { return (int)(a.w[1] >> 49 & 0x3fff); }

/* The larger exponent is brought down to the other, which is the exponent that
 * IEEE 754 prefers for a sum.  false: a coefficient would be too long. */
static bool to_one_exponent(struct dec *a, struct dec *b) {
    if (!small(*a) || !small(*b))
        return false;
    int apart = biased(*a) - biased(*b);
    struct dec *high = apart > 0 ? a : b;
    size_t steps = (size_t)(apart > 0 ? apart : -apart);
    if (steps >= ARRAY_LEN(ten_to) || __builtin_mul_overflow(high->w[0], ten_to[steps], &high->w[0]))
        return false;
    high->w[1] -= (uint64_t)steps << 49;
    return true;
}

struct dec dec_add_scaled(struct dec a, struct dec b) {
    struct dec x = a, y = b;
    return to_one_exponent(&x, &y) ? dec_add(x, y) : dec_add_wide(a, b);
}

int dec_cmp_scaled(struct dec a, struct dec b) {
    struct dec x = a, y = b;
    return to_one_exponent(&x, &y) ? dec_cmp(x, y) : dec_cmp_wide(a, b);
}

struct dec dec_mul_scaled(struct dec a, struct dec b) {
    int e = biased(a) + biased(b) + EXPONENT_MIN;
    wide p = (wide)a.w[0] * b.w[0];
    if (!small(a) || !small(b) || e < 0 || e > EXPONENT_MAX - EXPONENT_MIN || p >= coefficient_end())
        return dec_mul_wide(a, b);
    return pack((a.w[1] ^ b.w[1]) >> 63, p, e + EXPONENT_MIN);
}

/* Exact quotients of small numbers keep the exponent that IEEE 754 prefers. */
struct dec dec_div(struct dec a, struct dec b) {
    int e = biased(a) - biased(b);
    if (!small(a) || !small(b) || b.w[0] == 0 || a.w[0] % b.w[0] || e < EXPONENT_MIN || e > EXPONENT_MAX)
        return dec_div_wide(a, b);
    return pack((a.w[1] ^ b.w[1]) >> 63, a.w[0] / b.w[0], e);
}

bool dec_is_int(struct dec a) {
    if ((a.w[1] & ~DEC_SIGN) == DEC_INTEGER)
        return true;
    if (!dec_finite(a))
        return false;
    struct parts p = unpack(a);
    for (; p.exponent < 0 && p.coefficient; p.exponent++) {
        if (p.coefficient % 10)
            return false;
        p.coefficient /= 10;
    }
    return true;
}

struct dec dec_pow(struct dec a, struct dec b) {
    _IDEC_flags flags = 0;
    if (!dec_finite(a) || !dec_finite(b))
        return NOT_A_NUMBER;
    return out_of(bid128_pow(in(a), in(b), BID_ROUNDING_TO_NEAREST, &flags));
}

struct dec dec_modulo(struct dec a, struct dec b) {
    _IDEC_flags flags = 0;
    if (!dec_finite(a) || !dec_finite(b) || dec_zero(b))
        return NOT_A_NUMBER;
    /* The remainder of the truncated quotient is exact, the rounded quotient
     * would not be. */
    struct dec r = out_of(bid128_fmod(in(a), in(b), &flags));
    if (dec_sign(r) && dec_sign(r) != dec_sign(b))
        r = dec_add(r, b);
    return r;
}

/* ---- rounding --------------------------------------------------------------- */

static struct dec quantize(struct dec a, struct dec unit, unsigned mode) {
    _IDEC_flags flags = 0;
    return out_of(bid128_quantize(in(a), in(unit), mode, &flags));
}

/* Ties go towards zero, which IEEE 754 has no mode for. */
static struct dec half_down(struct dec a, struct dec unit) {
    struct dec low = quantize(a, unit, BID_ROUNDING_TO_ZERO);
    if (!dec_finite(low))
        return low;
    struct dec rest = dec_abs(dec_sub(a, low)); /* exact: the digits cut off */
    if (dec_cmp(dec_add(rest, rest), unit) <= 0)
        return low;
    return quantize(a, unit, dec_sign(a) < 0 ? BID_ROUNDING_DOWN : BID_ROUNDING_UP);
}

struct dec dec_round(struct dec a, int scale, enum dec_rounding how) {
    if (!dec_finite(a))
        return NOT_A_NUMBER;
    /* Already coarse enough: only noughts would be added, if they fit. */
    if (scale > -EXPONENT_MIN)
        return a;
    bool coarse = scale >= -unpack(a).exponent;
    if (scale < -EXPONENT_MAX)
        scale = -EXPONENT_MAX; /* coarser than any number is long */
    struct dec unit = pack(false, 1, -scale), r;
    switch (how) {
    case DEC_HALF_UP: r = quantize(a, unit, BID_ROUNDING_TIES_AWAY); break;
    case DEC_HALF_DOWN: r = half_down(a, unit); break;
    case DEC_UP:
        r = quantize(a, unit, dec_sign(a) < 0 ? BID_ROUNDING_DOWN : BID_ROUNDING_UP);
        break;
    case DEC_DOWN: r = quantize(a, unit, BID_ROUNDING_TO_ZERO); break;
    case DEC_FLOOR: r = quantize(a, unit, BID_ROUNDING_DOWN); break;
    case DEC_CEILING: r = quantize(a, unit, BID_ROUNDING_UP); break;
    case DEC_HALF_EVEN:
    default: r = quantize(a, unit, BID_ROUNDING_TO_NEAREST); break;
    }
    return !dec_finite(r) && coarse ? a : r;
}

/* ---- integers and money ------------------------------------------------------ */

enum status dec_to_int(struct dec a, int64_t *ret, struct diag *d) {
    if ((a.w[1] & ~DEC_SIGN) == DEC_INTEGER && a.w[0] <= INT64_MAX) {
        *ret = a.w[1] & DEC_SIGN ? -(int64_t)a.w[0] : (int64_t)a.w[0];
        return OK;
    }
    if (!dec_finite(a))
        return diag_fail(d, E_INPUT, "decimal.range");
    if (!dec_is_int(a))
        return diag_fail(d, E_INPUT, "decimal.not_integer");
    _IDEC_flags flags = 0;
    int64_t n = bid128_to_int64_xint(in(a), &flags);
    if (flags & BID_INVALID_EXCEPTION)
        return diag_fail(d, E_INPUT, "decimal.range");
    *ret = n;
    return OK;
}

enum status dec_to_fen(struct dec yuan, int64_t *ret_fen, struct diag *d) {
    const int64_t limit = (int64_t)1 << 53; /* exact in JavaScript too */
    int64_t fen;
    struct dec rounded = dec_round(yuan, 2, DEC_HALF_UP);
    if (!dec_finite(rounded) ||
        dec_to_int(dec_mul(rounded, dec_int(100)), &fen, NULL) != OK ||
        fen > limit || fen < -limit)
        return diag_fail(d, E_INPUT, "decimal.money_range");
    *ret_fen = fen;
    return OK;
}

struct dec dec_from_fen(int64_t fen) {
    struct dec n = dec_int(fen);
    struct parts p = unpack(n);
    return pack(p.negative, p.coefficient, -2);
}
