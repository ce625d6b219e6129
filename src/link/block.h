/* Blocking: which keys bring together the pairs that are compared.
 *
 * A pass is a feature of a field or two or three of them (birth date and the sound of the
 * name). Passes are chosen greedily by what they add to the share of matches
 * found, for the pairs they cost. Cost is counted in a sample of both tables;
 * what a pass finds is drawn from rates at which values of each kind are
 * missing, mistyped and changed, since no match is known yet. */
#ifndef LINK_BLOCK_H
#define LINK_BLOCK_H

#include "link/record.h"

struct link_block_sample { const char *left, *right; size_t lefts, rights; }; /* records of `l`; right == left: one table */

struct link_block_options {
    double left_rows, right_rows; /* of the whole tables */
    double pairs_per_right;       /* ceiling of all passes together; 0: 14, more for small tables */
    int passes_max;               /* 0: 12 */
};

/* Sets l->pass and l->passes (and thereby the size: records are encoded anew). `l` as link_layout_init left it, of no passes.
 * E_LIMIT: memory. */
NODISCARD enum status link_block_choose(struct link_layout *l, struct arena *a, const struct link_block_sample *s, const struct link_block_options *o, struct diag *d);

#endif
