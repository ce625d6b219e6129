/* Do the worked cases hold the rules?  Every mutation (dmn/mutate.h) of every
 * rule that the packs' schemes reach, and of every parameter's value, is decided
 * on the worked cases until one differs from what it expects: that case kills
 * the mutant.  A model that several schemes share is mutated once, and the
 * cases of all of them are tried.
 *
 * A case is {"id","scheme","input","expected":{"outcome","monthly_fen","once_fen","lines","missing","articles"}};
 * "articles", where a case has it, lists what must be among the reasons' articles.
 *
 * Single-threaded: while a parameter's mutant is tried the packs hold its value. */
#ifndef CIVIL_DECISION_MUTANTS_H
#define CIVIL_DECISION_MUTANTS_H

#include "civil/decision/decision.h"

struct mutants;

struct mutant {
    const char *file;     /* "assistance/matters/dibao/decision.dmn", "assistance/parameters.csv" */
    const char *name;     /* "r_local_yes delete", "l_size < (2) → <=": what mutants.csv calls it */
    const char *element;  /* decision, knowledge or parameter */
    const char *article;  /* "" */
    size_t rule;          /* from 1; 0: none */
};

enum mutant_fate { MUTANT_KILLED, MUTANT_SURVIVED, MUTANT_BROKEN /* does not compile */ };

/* The mutants of these schemes (none: all), killed by the packs' own cases and `cases` (may be none).
 * Lives in `a`; `packs` are those of `p`, and are changed while a parameter is tried.
 * E_NOT_FOUND decision.no_scheme; those of dmn_mutations; E_LIMIT. */
NODISCARD enum status mutants_new(struct arena *a, const struct policies *p, const struct packs *packs,
    const char *const *scheme, size_t schemes, const struct json *const *cases, size_t case_count,
    struct mutants **ret, struct diag *d);
size_t mutants_count(const struct mutants *m);
const struct mutant *mutants_at(const struct mutants *m, size_t i);

/* First without mutation: the cases that differ already, which nothing may be judged by.
 * *ret: id of the first, NULL: none. */
NODISCARD enum status mutants_unchanged(struct mutants *m, const char **ret, struct diag *d);
/* Tries the i-th.  *ret_case: id of the case that killed it, else NULL. */
NODISCARD enum status mutants_try(struct mutants *m, size_t i, enum mutant_fate *ret, const char **ret_case, struct diag *d);

#endif
