/* Exact decimal numbers: IEEE 754-2008 decimal128, 34 digits, half-even.
 *
 * The arithmetic is the Intel decimal library's; its types stay out of this
 * header.  Money crosses between integer fen (storage) and decimal yuan
 * (FEEL) here and nowhere else. */
#ifndef BASE_DECIMAL_H
#define BASE_DECIMAL_H

#include "base/base.h"

struct dec {
    uint64_t w[2]; /* BID encoding; plain data, may be copied and stored */
};

/* Longest text dec_text writes, terminator included: sign, 34 digits, point,
 * and for exponents within +-6144 the plain notation is kept to this length,
 * scientific beyond. */
enum { DEC_TEXT_MAX = 64 };

static inline struct dec dec_int(int64_t n);
/* Decimal text as JSON and FEEL write it: "-12.50", "1e3".  E_INPUT
 * ("decimal.syntax") for anything else, "decimal.range" beyond decimal128;
 * more than 34 significant digits are rounded half-even.  NaN and infinity
 * are refused. */
NODISCARD enum status dec_parse(struct span text, struct dec *ret, struct diag *d);
/* Plain notation where it fits (1E+3 prints 1000; trailing zeros kept:
 * 1.50 prints 1.50), scientific otherwise (1.5E+80).  A zero has no sign.
 * What is not finite prints "NaN".  Returns the length. */
size_t dec_text(struct dec d, char out[DEC_TEXT_MAX]);
/* As dec_text but with trailing zeros removed: 1.50 prints 1.5.  Equal values
 * print equal texts. */
size_t dec_text_short(struct dec d, char out[DEC_TEXT_MAX]);
/* Nearest decimal that prints the shortest text reading back as `x`. */
struct dec dec_double(double x);
double dec_to_double(struct dec d);

/* Results that leave the range or are undefined are NaN (dec_finite false);
 * FEEL turns those into null. */
static inline struct dec dec_add(struct dec a, struct dec b);
static inline struct dec dec_sub(struct dec a, struct dec b);
static inline struct dec dec_mul(struct dec a, struct dec b);
struct dec dec_div(struct dec a, struct dec b);
static inline struct dec dec_neg(struct dec a);
struct dec dec_abs(struct dec a);
struct dec dec_pow(struct dec a, struct dec b);
struct dec dec_sqrt(struct dec a);
struct dec dec_exp(struct dec a);
struct dec dec_log(struct dec a);
/* floor(a/b) semantics of FEEL modulo: a - b * floor(a / b). */
struct dec dec_modulo(struct dec a, struct dec b);

enum dec_rounding { DEC_HALF_EVEN, DEC_HALF_UP, DEC_HALF_DOWN, DEC_UP, DEC_DOWN, DEC_FLOOR, DEC_CEILING };
/* Round to `scale` fractional digits (negative: tens, hundreds ...).
 * "half up/down, up, down" are away from / towards zero as DMN 1.5 10.3.4.6
 * defines them. */
struct dec dec_round(struct dec a, int scale, enum dec_rounding how);

static inline bool dec_finite(struct dec a);
bool dec_zero(struct dec a);
int dec_sign(struct dec a);              /* -1, 0, 1 */
static inline int dec_cmp(struct dec a, struct dec b); /* by value: 1.0 equals 1.00; both finite */
bool dec_is_int(struct dec a);
/* E_INPUT ("decimal.not_integer", "decimal.range") */
NODISCARD enum status dec_to_int(struct dec a, int64_t *ret, struct diag *d);

/* yuan -> fen, rounded half up (away from zero); E_INPUT
 * ("decimal.money_range") above 2^53 fen. */
NODISCARD enum status dec_to_fen(struct dec yuan, int64_t *ret_fen, struct diag *d);
struct dec dec_from_fen(int64_t fen); /* exact, two fractional digits */

/* ---- the fast path ----------------------------------------------------------
 *
 * Nearly every number of a policy has a coefficient below 2^64: the high word
 * is then sign and exponent alone, and two numbers of one exponent add, compare
 * and multiply as integers do.  The result is the library's to the bit, sign of
 * zero and exponent included; tests/unit/test_base_decimal_fast.c compares them. */

#define DEC_SIGN ((uint64_t)1 << 63)
#define DEC_COEFFICIENT_HIGH (((uint64_t)1 << 49) - 1)
#define DEC_INTEGER ((uint64_t)6176 << 49) /* high word of exponent 0 */
#define DEC_COEFFICIENT_HIGH_END 542101086242752ULL /* 10^34 / 2^64: below it the low word does not matter */

/* The library alone, and for what is not so small. */
struct dec dec_add_wide(struct dec a, struct dec b);
struct dec dec_mul_wide(struct dec a, struct dec b);
struct dec dec_div_wide(struct dec a, struct dec b);
int dec_cmp_wide(struct dec a, struct dec b);
/* Small, but of different exponents; else the library. */
struct dec dec_add_scaled(struct dec a, struct dec b);
struct dec dec_mul_scaled(struct dec a, struct dec b);
int dec_cmp_scaled(struct dec a, struct dec b);

static inline bool dec_finite(struct dec a) { return (a.w[1] >> 59 & 15) != 15; }

static inline struct dec dec_int(int64_t n) {
    return n < 0 ? (struct dec){{(uint64_t)0 - (uint64_t)n, DEC_INTEGER | DEC_SIGN}} : (struct dec){{(uint64_t)n, DEC_INTEGER}};
}

static inline struct dec dec_neg(struct dec a) {
    a.w[1] ^= DEC_SIGN;
    return a;
}

/* Both small, of one exponent, and finite. */
static inline bool dec_alike(struct dec a, struct dec b) {
    return ((a.w[1] ^ b.w[1]) & ~DEC_SIGN) == 0 && (a.w[1] & DEC_COEFFICIENT_HIGH) == 0 && (a.w[1] >> 61 & 3) != 3;
}

static inline struct dec dec_add(struct dec a, struct dec b) {
    if (!dec_alike(a, b))
        return dec_add_scaled(a, b);
    uint64_t sum;
    if (a.w[1] == b.w[1])
        return __builtin_add_overflow(a.w[0], b.w[0], &sum) ? dec_add_wide(a, b) : (struct dec){{sum, a.w[1]}};
    if (a.w[0] == b.w[0])
        return (struct dec){{0, a.w[1] & ~DEC_SIGN}};
    return a.w[0] > b.w[0] ? (struct dec){{a.w[0] - b.w[0], a.w[1]}} : (struct dec){{b.w[0] - a.w[0], b.w[1]}};
}

static inline struct dec dec_sub(struct dec a, struct dec b) { return dec_add(a, dec_neg(b)); }

static inline struct dec dec_mul(struct dec a, struct dec b) {
    if ((a.w[1] & ~DEC_SIGN) != DEC_INTEGER || (b.w[1] & ~DEC_SIGN) != DEC_INTEGER)
        return dec_mul_scaled(a, b);
    unsigned __int128 p = (unsigned __int128)a.w[0] * b.w[0];
    uint64_t high = (uint64_t)(p >> 64);
    if (high >= DEC_COEFFICIENT_HIGH_END)
        return dec_mul_wide(a, b);
    return (struct dec){{(uint64_t)p, DEC_INTEGER | ((a.w[1] ^ b.w[1]) & DEC_SIGN) | high}};
}

static inline int dec_cmp(struct dec a, struct dec b) {
    if (!dec_alike(a, b))
        return dec_cmp_scaled(a, b);
    if (a.w[1] == b.w[1]) {
        int c = (a.w[0] > b.w[0]) - (a.w[0] < b.w[0]);
        return a.w[1] & DEC_SIGN ? -c : c;
    }
    if ((a.w[0] | b.w[0]) == 0)
        return 0; /* -0 equals 0 */
    return a.w[1] & DEC_SIGN ? -1 : 1;
}

#endif
