/* Loops over a batch, written once for each width (internal to cohort). */
#ifndef COHORT_KERNEL_H
#define COHORT_KERNEL_H

#include "cohort/internal.h"

/* Loops that gain from wider registers are compiled for the newer processors too, and the
 * one that runs is chosen when the program is loaded.  Sanitizers run before that can be. */
#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer) || __has_feature(memory_sanitizer)
#define KERNEL_PLAIN
#endif
#endif
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__) || !defined(__x86_64__) || !defined(__GLIBC__)
#define KERNEL_PLAIN
#endif
#ifdef KERNEL_PLAIN
#define WIDE
#else
#define WIDE __attribute__((target_clones("avx2", "default")))
#endif

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
/* The first of i … n that has a state; n: none.  Few rows have one: eight are passed over at a time. */
static inline uint32_t next_state(const uint8_t *s, uint32_t i, uint32_t n) {
    uint64_t eight;
    for (; i + 8 <= n; i += 8) {
        memcpy(&eight, s + i, 8);
        if (eight)
            return i + (uint32_t)__builtin_ctzll(eight) / 8;
    }
    while (i < n && !s[i])
        i++;
    return i;
}
static inline uint8_t strict(uint8_t s) { return (uint8_t)state_strict(s); }

#endif
