/* What is said of an income distribution: poverty and inequality.
 *
 * Foster, Greer and Thorbecke, "A class of decomposable poverty measures", Econometrica 52 (1984): with line z and
 * income y of each person, FGT(a) is the mean of max(0, (z - y) / z)^a; 0 is the head-count, 1 the gap, 2 the
 * severity.  The Gini coefficient is half the mean absolute difference over the mean.
 * A household's income a head counts for each of its persons; incomes below zero count as zero. */
#ifndef CIVIL_SIMULATION_MEASURES_H
#define CIVIL_SIMULATION_MEASURES_H

#include "base/base.h"

struct measures {
    uint64_t persons, poor;       /* poor: below the line */
    double fgt[3], gini;          /* 0 where there is nobody, or no income */
    int64_t mean_fen;             /* a head and month */
};

/* income_fen[i] is what household i of persons[i] people has a month; line_fen > 0 a head and month.  Households
 * without persons are left out.  E_LIMIT. */
NODISCARD enum status measures_of(const int64_t *income_fen, const uint8_t *persons, size_t n, int64_t line_fen,
    struct measures *ret, struct diag *d);

#endif
