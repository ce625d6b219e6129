/* Made-up households, the same for every engine and every run: one generator
 * (SplitMix64) drawn from in a fixed order. */
#ifndef BENCH_HOUSEHOLDS_H
#define BENCH_HOUSEHOLDS_H

#include <stdbool.h>
#include <stdint.h>

struct household_member { int age, income, grade; bool student; }; /* whole yuan a month; grade 0: none, 1 to 4 */
struct household {
    int deposits, rent, medical, cars, homes; /* whole yuan */
    bool local;
    int count;
    struct household_member member[7];
};

struct household_draw { uint64_t state; };
void household_start(struct household_draw *d);
void household_next(struct household_draw *d, struct household *ret);

/* What the policy says, by hand: an index into household_findings, and yuan. */
extern const char *const household_findings[6];
int household_decide(const struct household *h, int *ret_amount);

/* Counts by finding, the sum of the amounts and of amount * (number % 97). */
struct household_sums { int64_t count[6], sum, check, number; };
void household_add(struct household_sums *s, int finding, int64_t amount);

#endif
