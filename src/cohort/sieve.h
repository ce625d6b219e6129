/* The rooms of sieve*.c (internal to cohort). */
#ifndef COHORT_SIEVE_H
#define COHORT_SIEVE_H

#include "cohort/run.h"

/* Truths that are taken as known, by instruction: 0, 1, or UNGIVEN.  One of a frame holds in all rows of it that belong to the
 * row; where rows are members, one of the members' frame speaks of the row's own member alone. */
enum { UNGIVEN = -1 };

/* What an instruction is worth under them. */
struct folded { bool known; int64_t k; };

/* Are all outputs 0 then, and all known?  `of` has room for every instruction and says what each is worth;
 * *ret_fault: not even an error is possible. */
bool sieve_tells(const struct cohort_program *p, const int8_t *given, struct folded *of, bool *ret_fault);

/* About what a household's rows take. */
uint64_t sieve_cost(const struct cohort_program *p);
/* The same for the instructions that the given truths take; `marked` has room for every instruction. */
uint64_t sieve_cost_of(const struct cohort_program *p, const int8_t *given, uint8_t *marked);

/* The instructions of `p` that the truth and the fault take.  NULL: memory ended. */
struct cohort_program *sieve_part(struct arena *a, const struct cohort_program *p, uint32_t truth, uint32_t fault);
/* A program that is false where all given truths are as given.  NULL: memory ended. */
struct cohort_program *sieve_of_reason(struct arena *a, const struct cohort_program *p, const int8_t *given);

/* Why the row gets nothing, in truths that are as cheap as can be found and as few: `given` has room for every instruction.
 * *ret_found is false where it gets something, or the reason is not to be told.  E_LIMIT. */
enum status sieve_reason(const struct cohort_program *p, uint64_t row, int8_t *given, bool *ret_found, struct diag *d);

#endif
