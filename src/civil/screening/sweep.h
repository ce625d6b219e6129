/* A compiled program over all its rows, in chunks, by several threads. */
#ifndef CIVIL_SCREENING_SWEEP_H
#define CIVIL_SCREENING_SWEEP_H

#include "civil/screening/program.h"

/* Rows a thread takes at a time: a few milliseconds of columns, and little memory. */
enum { SWEEP_ROWS = 1 << 16, SWEEP_THREADS_MAX = 64 };

struct screening_run {
    unsigned threads;          /* 0: 1; at most SWEEP_THREADS_MAX */
    const volatile bool *stop; /* may be NULL; set: ends with E_LIMIT screening.stopped */
    void (*progress)(void *user, uint64_t done, uint64_t rows); /* may be NULL; from one thread at a time */
    void *user;
    /* screening alone: every row by the scalar engine, to compare with; or none that columns leave open: it is
     * possible, and what is missing is told on demand */
    bool scalar, columns_only;
};

/* Rows first … first + n - 1: state and values as cohort_run gives them, n <= SWEEP_ROWS.  `thread` counts from 0;
 * chunks come in any order.  Another status than OK ends the sweep. */
typedef enum status sweep_chunk(void *user, unsigned thread, uint64_t first, uint64_t n, const uint8_t *state,
    int64_t *const *value, struct diag *d);

/* The status and diagnostic of the first chunk that failed. */
NODISCARD enum status sweep(const struct screening_program *x, const struct screening_run *how, sweep_chunk *chunk, void *user, struct diag *d);
unsigned sweep_threads(const struct screening_run *how);

#endif
