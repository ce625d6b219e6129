/* Composite indexes (综合指数, as 七有五性): divisions side by side on one scale, with the weights shown.
 *
 * packs/plans/indexes.csv: an index is a list of parts, each a series (an indicator's key, or
 * "definition:<key>"), a weight, what is better, and optionally the values that are worth 0 and 100 points:
 *   index,index_zh,index_en,part,part_zh,part_en,group_zh,group_en,series,weight,better,low,high
 * (index_zh and index_en stand in the first row of an index; low and high both or neither.)
 *
 * A division's points in a part are 100 x (value - low) / (high - low), turned round where less is better, held
 * within 0 and 100; without low and high, the least and the greatest of the divisions compared are taken, and where
 * they are equal everybody has 100.  The score is the mean of the points by weight.
 *
 * What is not known is not nought: a part that one of the divisions has no value of is left out for all
 * of them, and said so; the other weights share the whole.  So is a division left out that has a value of nothing.
 *
 * How firm a rank is: each weight that counts is raised and lowered by `spread` per cent of itself, one at a time; the
 * best and the worst rank that a division then has are told, and how many divisions change places by a part. */
#ifndef CIVIL_INDICATOR_COMPOSITE_H
#define CIVIL_INDICATOR_COMPOSITE_H

#include "civil/indicator/observation.h"

enum { COMPOSITE_PARTS_MAX = 40 /* the city's index of 2019 has some thirty */, COMPOSITE_SPREAD = 25, COMPOSITE_SPREAD_MAX = 100 };

struct composite_part {
    const char *index, *index_name, *index_name_en, *key, *name, *name_en, *group, *group_en, *series, *unit;
    struct dec weight, low, high;
    bool down, bounded;
};
/* Filled for `p` by plans_read: rows in the order of the file.  E_INPUT plan.file. */
NODISCARD enum status composites_read(struct arena *a, struct span text, const struct plans *p, const struct composite_part **ret, size_t *ret_n, struct diag *d);

struct composite_cell { bool has; struct dec value, points; date_t day; const char *source; };
struct composite_row { const char *division, *name; struct composite_cell *cell; struct dec score; int rank, best, worst; };
struct composite {
    const struct composite_part *part; size_t parts;
    struct dec *weight;      /* as asked for; one a part */
    bool *used;              /* every division has a value, and the weight is not 0 */
    int *moves;              /* divisions that change places when this weight changes */
    size_t *without;         /* divisions that have no value */
    struct composite_row *row; size_t rows;
    date_t as_of; int spread;
};

struct composite_query { const char *index; const char *weights; /* "part=2 other=0.5"; NULL or "": as the file says */ date_t as_of; int spread; };
/* The divisions right below the store's district.  E_NOT_FOUND composite.none; E_INPUT composite.weights, composite.spread. */
NODISCARD enum status composite_read(struct civil *c, struct txn *t, struct arena *a, const struct plans *p, const struct composite_query *q, struct composite *ret, struct diag *d);
/* Points, scores, ranks and how firm they are, from cells and weights: no store.  Rows that have no value at all are put behind and have rank 0. */
NODISCARD enum status composite_rank(struct arena *a, struct composite *x, struct diag *d);

/* API Composite. */
void composite_json(const struct composite *x, struct json_writer *w);

#endif
