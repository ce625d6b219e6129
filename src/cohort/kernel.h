/* Loops over a batch, written once for each width (internal to cohort). */
#ifndef COHORT_KERNEL_H
#define COHORT_KERNEL_H

#include "cohort/internal.h"

#define EACH_WIDTH(X) X(1, int8_t) X(2, int16_t) X(4, int32_t) X(8, int64_t)

static inline const struct op *op_of(const struct run *r, uint32_t reg) { return &r->p->op[reg]; }
static inline const struct vec *vec_of(const struct run *r, uint32_t reg) { return &r->vec[reg]; }
/* What is not known is stored as 0. */
void kernel_clear(void *v, unsigned width, const uint8_t *s, uint32_t n);
/* The operand with a value for each row. */
const struct vec *kernel_spread(struct run *r, const struct op *o, const struct vec *v, struct vec *room, uint32_t n);
void kernel_unspread(struct run *r, struct vec *room);
const uint8_t *kernel_states(const struct run *r, const struct vec *v); /* zeros where all are known */
/* Nothing but known values: no states. */
void kernel_settle(struct run *r, struct vec *ret, uint32_t n);
void run_release(struct run *r, void *block, unsigned width);
static inline uint8_t strict(uint8_t s) { return (uint8_t)state_strict(s); }

#endif
