/* The household decision as loops over columns, written by hand: as one would first write it,
 * and branch-free with a running total of the members' part (the fastest that keeps the
 * households' order). */
#ifndef BENCH_BY_HAND_H
#define BENCH_BY_HAND_H

#include <stdint.h>

struct dibao_columns {
    int64_t households, members;
    const int32_t *deposits, *rent, *medical;
    const int8_t *cars, *homes, *local;
    const uint32_t *first; /* members of household i: first[i] … first[i + 1] - 1 */
    const int8_t *age, *grade, *student;
    const int32_t *income;
};

/* Households from … to: the index of household_findings and the amount. */
void by_hand_plain(const struct dibao_columns *c, int64_t from, int64_t to, int8_t *finding, int32_t *amount);
void by_hand_branch_free(const struct dibao_columns *c, int64_t from, int64_t to, int8_t *finding, int32_t *amount);

#endif
