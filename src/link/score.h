/* The weight of a pair: the sum of its fields', stopped as soon as the rest cannot lift it to the threshold. */
#ifndef LINK_SCORE_H
#define LINK_SCORE_H

#include "link/model.h"
#include "link/record.h"

struct link_scorer {
    const struct link_layout *layout;
    const struct link_model *model;
    int order[LINK_FIELDS_MAX];      /* what decides most, first */
    float rest[LINK_FIELDS_MAX + 1]; /* the most that the fields from there on can add */
    float least;                     /* log2 odds below which a pair is of no interest */
};

void link_scorer_init(struct link_scorer *s, const struct link_layout *l, const struct link_model *m, double least_probability);
/* log2 of the posterior odds; anything below s->least means below. `a` is a left record, with its rarities. */
float link_score(const struct link_scorer *s, const char *a, const char *b);
uint64_t link_levels(const struct link_layout *l, const char *a, const char *b); /* every field's, as in link_pattern */

/* Fills in the rarity of every value of n left records: eight times -log2 of its share, for fields of the model that ask. */
struct link_index;
NODISCARD enum status link_rarity(const struct link_index *x, const struct link_model *m, struct arena *a, const struct link_crew *crew, struct diag *d);

#endif
