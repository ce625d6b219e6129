/* 因素法: a sum shared out over divisions by weighted factors, with floors and caps, every step shown.
 *
 * A division's share is the sum over the factors of weight x its value / the value of all.  Who would get less than its
 * floor is held there, who would get more than its cap likewise, and the rest is shared again by the same
 * shares until nobody is outside: the one division of the sum in which all who are not held get the
 * same amount per share.  What is left by rounding down to whole units goes, a unit each, to the largest
 * remainders; equal ones by the division's code.  The amounts add up to the sum, to the fen.
 *
 * Pure: no store, no clock. */
#ifndef CIVIL_BUDGET_FACTORS_H
#define CIVIL_BUDGET_FACTORS_H

#include "base/arena.h"
#include "base/decimal.h"
#include "base/json.h"

enum {
    FACTOR_MAX = 32,              /* a notice of the ministry names four to eight */
    FACTOR_DIVISIONS_MAX = 10000, /* a capital has 7,535 communities */
};
#define FACTOR_TOTAL_MAX_FEN ((int64_t)1 << 53) /* 90 trillion yuan: what JSON carries exactly */
#define FACTOR_NO_CAP INT64_MAX

struct factor {
    const char *name;
    struct dec weight; /* 0 < weight <= 1; all add up to 1 */
    struct dec sum;    /* of the values: filled by factors_allocate */
};

struct factor_row {
    const char *division;      /* a code, each once */
    int64_t floor_fen, cap_fen; /* whole units; 0 and FACTOR_NO_CAP where there is none */
    const struct dec *value;   /* one a factor, not negative, at most 1e15 */
    int line;                  /* of the file, for messages */
    /* filled by factors_allocate */
    struct dec *points;        /* weight x value / sum, one a factor */
    struct dec share;          /* their sum; all add up to 1 but for the 34th digit */
    int held;                  /* round in which it was held at its floor (-) or cap (+); 0: never */
    struct dec exact_fen;      /* before rounding to units */
    bool extra;                /* got one of the units that were left */
    int64_t amount_fen;
};

/* One round: what was to be shared among how many, and who was held in it. */
struct factor_round { struct dec rest_fen, rest_share; size_t free, at_floor, at_cap; };

struct allocation {
    int64_t total_fen, unit_fen; /* unit: 1, 100 (yuan) or 1,000,000 (万元) */
    struct factor *factor;
    size_t factor_count;
    struct factor_row *row; /* in the order given */
    size_t row_count;
    struct factor_round *round;
    size_t round_count;
    int64_t units_left; /* given to the largest remainders */
};

/* A table (docs/formats/factors.md): division,floor,cap,<factor>...; its first row has division "weight".  Amounts in yuan.
 * Fills all that is given; unit_fen must be set before.  E_INPUT factors.* with the line. */
NODISCARD enum status factors_read(struct arena *a, struct span text, struct allocation *ret, struct diag *d);

/* Shares out.  E_INPUT factors.total, factors.weights, factors.nobody (a factor that nobody has), factors.floors
 * (they alone exceed the sum), factors.caps (they cannot take it), factors.bounds (a floor above its cap), factors.units,
 * factors.twice. */
NODISCARD enum status factors_allocate(struct arena *a, struct allocation *x, struct diag *d);

/* API Allocation: factors, rounds, divisions with the points of each factor. */
void factors_json(const struct allocation *x, struct json_writer *w);

#endif
