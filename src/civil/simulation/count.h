/* One policy over everybody, added up (private to civil/simulation). */
#ifndef CIVIL_SIMULATION_COUNT_H
#define CIVIL_SIMULATION_COUNT_H

#include "civil/screening/receiving.h"
#include "civil/simulation/simulation.h"

/* A row that qualifies on one side of a reform and not on the other: `now` in the reform. */
struct turned { uint64_t row, household; bool now; int64_t fen; };
struct turns { struct turned *at; size_t size, room; };

/* What a row is in the end. */
struct settled { enum { SETTLED_NO, SETTLED_YES, SETTLED_OPEN, SETTLED_ERROR } is; bool certain; int64_t fen; };

/* Of every row a bit each: it qualifies; it is open; that is not proven; it is an error. */
struct marks { uint64_t *yes, *open, *unsure, *error; };
bool marks_new(struct marks *m, uint64_t rows);
void marks_free(struct marks *m);
struct settled marks_of(const struct marks *m, uint64_t row); /* without the amount */

struct count {
    const struct screening_program *x;
    struct receiving receiving;
    struct people *people;
    struct simulated_scheme *scheme;
    bool after;
    int64_t *fen;          /* of each household, added to */
    struct marks *marks;
    const uint64_t *was;   /* the other side's marks->yes; NULL: not wanted */
    struct turns turns[SWEEP_THREADS_MAX]; /* those that were not and are */
    struct settled *rows;  /* instead of all that: what each row is; NULL: not wanted */
    uint64_t share;        /* evaluations of the case mode for a chunk: the same whatever the threads */
    struct arena *decide[SWEEP_THREADS_MAX];
};

/* `paid_fen`: what the row is paid today, -1: nothing (receiving_fen). */
void tally_add(struct tally *t, const struct settled *x, int64_t paid_fen, int sign);
/* What the household has of the row. */
int64_t settled_fen(const struct settled *x, int64_t paid_fen);
bool turns_add(struct turns *t, struct turned x); /* false: memory ended */
/* The caller frees `turns`, also after a failure. */
NODISCARD enum status count_all(const struct simulation_request *r, struct arena *a, struct count *c, struct diag *d);

#endif
