#ifndef DMN_MUTATE_INTERNAL_H
#define DMN_MUTATE_INTERNAL_H

#include "base/vec.h"
#include "dmn/mutate.h"

typedef VEC(struct dmn_mutation) dmn_mutation_list;

struct dmn_mutator {
    struct arena *arena;
    const struct dmn_mutate_options *options;
    dmn_mutation_list list;
    struct dmn_mutation here; /* what the mutations of the text at hand share */
    struct span text;         /* the FEEL text at hand */
    bool full;                /* memory ended */
};

/* The same place with text[at, at + size) replaced. */
void dmn_mutate_replace(struct dmn_mutator *m, size_t at, size_t size, struct span to);
/* mutate_text.c: every mutation of m->text by its tokens. */
void dmn_mutate_tokens(struct dmn_mutator *m, bool cell);

#endif
