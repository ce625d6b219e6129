/* Record linkage: which rows of two tables, or of one, are about one person.
 *
 *   link_table_open   two CSV texts (or one)
 *   link_guess        which columns, compared as what (or link_model_read)
 *   link_prepare      chooses the blocking, reads the left table, indexes it, learns the weights
 *   link_stream       reads the right table piece by piece and keeps the pairs above the threshold
 *   link_one_to_one, link_clusters
 *
 * Memory: about 150 bytes a left row and field kinds as in a register, and the pairs; the right table is
 * never held. No global state; the threads and the clock are the caller's (crew.h), chance is a fixed seed of its own. */
#ifndef LINK_LINK_H
#define LINK_LINK_H

#include "link/block.h"
#include "link/index.h"
#include "link/score.h"

struct link_pair {
    uint32_t left;   /* row of the left table */
    float weight;    /* log2 of the odds that they are one */
    uint64_t right;  /* where the right row starts in its text */
};
struct link_pairs { struct link_pair *at; size_t count, room; };
void link_pairs_release(struct link_pairs *p);

struct link_seconds { double sample, load, index, train, stream_load, stream, finish; }; /* of the clock; stream_*: of one worker, the mean */

struct link_job {
    const struct link_table *left, *right; /* right == left: de-duplication */
    const struct link_crew *crew;
    struct arena *arena;
    struct link_schema schema;
    struct link_layout layout;
    struct link_model model;
    struct link_report report;
    struct link_index index;
    uint64_t *left_at;   /* where each left row starts in its text; UINT64_MAX: no row */
    size_t rows[2];      /* read so far */
    struct link_seconds seconds;
    uint64_t candidates; /* compared while streaming */
};

struct link_options {
    bool trained;            /* job.model was read; do not learn */
    double least_probability; /* 0: 0.01 */
    double pairs_per_right;  /* 0: link_block's own */
    uint32_t block_max;      /* 0: 120, 2000 below 50,000 rows */
    size_t sample;           /* 0: 20000 rows a side */
};

/* job->left, right, crew, arena and schema (and model) are set. E_INPUT: csv.*, link.id_twice, link.id_missing, link.empty (no row). E_LIMIT. */
NODISCARD enum status link_prepare(struct link_job *job, const struct link_options *o, struct diag *d);
/* Pairs above the threshold, sorted by left, then right; each once. */
NODISCARD enum status link_stream(struct link_job *job, const struct link_options *o, struct link_pairs *ret, struct diag *d);

/* Keeps the heaviest pairs such that no row has two. E_LIMIT: memory. */
NODISCARD enum status link_one_to_one(struct link_pairs *pairs, size_t left_rows, struct arena *a, struct diag *d);

#endif
