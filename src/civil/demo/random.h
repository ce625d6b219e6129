/* Reproducible chance: splitmix64. */
#ifndef CIVIL_DEMO_RANDOM_H
#define CIVIL_DEMO_RANDOM_H

#include "base/base.h"

#include <math.h>

struct chance { uint64_t state; };

static inline uint64_t chance_next(struct chance *c) {
    uint64_t z = (c->state += 0x9e3779b97f4a7c15u);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}
/* [0, 1) */
static inline double chance_unit(struct chance *c) { return (double)(chance_next(c) >> 11) / 9007199254740992.0; }
static inline bool chance_of(struct chance *c, double p) { return chance_unit(c) < p; }
/* lo..hi inclusive */
static inline int64_t chance_between(struct chance *c, int64_t lo, int64_t hi) { return lo + (int64_t)(chance_next(c) % (uint64_t)(hi - lo + 1)); }
static inline double chance_normal(struct chance *c) {
    double u = chance_unit(c), v = chance_unit(c);
    return sqrt(-2 * log(u > 0 ? u : 1e-12)) * cos(6.283185307179586 * v);
}
/* Index by weight. */
static inline size_t chance_pick(struct chance *c, const double *weight, size_t n) {
    double sum = 0, x;
    for (size_t i = 0; i < n; i++)
        sum += weight[i];
    x = chance_unit(c) * sum;
    for (size_t i = 0; i + 1 < n; i++)
        if ((x -= weight[i]) < 0)
            return i;
    return n - 1;
}

#endif
