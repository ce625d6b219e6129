/* The rooms of run*.c (internal to cohort). */
#ifndef COHORT_RUN_H
#define COHORT_RUN_H

#include "cohort/kernel.h"

/* A batch's columns stay in the second-level cache; a household has some rows in each frame. */
enum { BATCH = 2048, ROOM = 1 << 16, ROOM_MAX = 1 << 26, SPARE = 64 };

struct range { uint64_t first, end; };

/* run_room.c */
void run_done(struct run *r, struct vec *v, unsigned width);

/* run_source.c: instructions that bring values in, and frames */
void run_constant(struct run *r, const struct op *o, struct vec *ret);
void run_column(struct run *r, const struct op *o, struct vec *ret);
void run_list_known(struct run *r, const struct op *o, struct vec *ret);
void run_widen(struct run *r, const struct op *o, struct vec *ret);
void run_translated(struct run *r, const struct op *o, struct vec *ret);
void run_expand(struct run *r, const struct op *o);
void run_left(struct run *r, const struct op *o, struct vec *ret);
void run_frames_open(struct run *r, uint32_t households);
void run_frames_close(struct run *r);

/* run.c: a batch of households from r->base on, or those picked; then r->crowded or r->full, or its registers */
enum status run_begin(struct run *r, struct diag *d);
void run_batch(struct run *r, uint32_t households);
void run_batch_end(struct run *r);
/* Rows from … from + n of the batch to those of the result from `to` on. */
void run_batch_answer(const struct run *r, uint32_t from, uint32_t n, uint64_t to, struct cohort_result *ret);

/* run_again.c: rows that were left open, picked together */
struct again {
    struct range wanted;
    struct cohort_result *all;  /* of the rows wanted */
    uint64_t *pick, *row;       /* households, and the first row of each */
    uint32_t picked;
    bool sieve;                 /* the program is a sieve: what it does not decide stays open */
    uint8_t *state;             /* of a batch */
    int64_t **value;
};
enum status again_begin(struct run *r, struct again *g, struct diag *d);
enum status run_again(struct cohort_runner *u, const struct cohort_program *p, bool sieve, struct range wanted, struct cohort_result *ret, struct diag *d);

/* A program's registers, kept from one range of rows to the next. */
struct run_stage { struct run run; struct again again; };
struct cohort_runner {
    const struct cohort_program *p;
    struct arena *arena;
    struct run_stage *stage;
    size_t stages;
};
/* The program's registers; it is always run in order, or always over picked rows. */
enum status run_stage(struct cohort_runner *u, const struct cohort_program *p, bool picked, struct run_stage **ret, struct diag *d);

#endif
