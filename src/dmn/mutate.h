/* Mutations of a decision model: each one small thing that somebody could get
 * wrong in it.  Worked cases that do not notice one do not hold the rule
 * it is in.
 *
 * Mutated is what the decision needs in the end, imported models included:
 * rules are deleted, cells negated or replaced by "-", and in every expression
 * comparisons moved across their boundary, numbers and dates moved by one,
 * codes exchanged for a neighbour, true and false, and and or, plus and minus
 * exchanged.  A mutation is an edit of the file's bytes, so that the mutant
 * is read as any file is. */
#ifndef DMN_MUTATE_H
#define DMN_MUTATE_H

#include "dmn/dmn.h"

struct dmn_mutation {
    struct span uri;          /* namespace of the model it is in */
    struct span element_name; /* decision or knowledge */
    struct span at;           /* XML id of the rule, cell or expression */
    size_t rule;              /* from 1; 0: not of a rule */
    struct span article;      /* the rule's annotation, "" */
    struct span from, to;     /* "" to "": the rule is deleted */
    size_t nth;               /* `from` occurs more than once in the text: which, from 1; else 0 */
    size_t start, end;        /* bytes of the file */
    struct span text;         /* what stands there instead */
};

/* The values among which a code has its neighbours. */
struct dmn_codes { const struct span *code; size_t count; };

struct dmn_mutate_options {
    struct span annotation;   /* name of the annotation column that names the article */
    const struct dmn_codes *codes;
    size_t codes_count;
};

/* Mutations of what `decision` needs, in the order of the files.  Everything lives in `a`,
 * and refers to the model.  E_NOT_FOUND dmn.no_such_decision; E_LIMIT. */
NODISCARD enum status dmn_mutations(struct arena *a, const struct dmn_model *m, struct span decision,
    const struct dmn_mutate_options *o, const struct dmn_mutation **ret, size_t *ret_count, struct diag *d);

/* The file with the mutation made, in `a`; at NULL: memory ended. */
struct span dmn_mutated(struct arena *a, struct span xml, const struct dmn_mutation *m);

#endif
