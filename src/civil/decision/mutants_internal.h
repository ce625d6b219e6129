#ifndef CIVIL_DECISION_MUTANTS_INTERNAL_H
#define CIVIL_DECISION_MUTANTS_INTERNAL_H

#include "base/vec.h"
#include "civil/decision/mutants.h"
#include "civil/decision/policies.h"
#include "dmn/mutate.h"

enum { MUTANT_SCHEMES_MAX = 64 }; /* a mutant's schemes are bits */

struct mutant_case { const struct json *json; const char *id, *scheme; const struct json *expected; bool undecided; };

struct mutant_entry {
    struct mutant shown;
    uint64_t schemes;                  /* editions of the policies that reach it */
    const struct dmn_mutation *change; /* NULL: of a parameter */
    size_t source, file;               /* which series, which of its files */
    struct parameter *row;
    const char *value;
};

struct mutants {
    struct arena *arena;
    struct arena *model, *scratch;     /* of a mutant, of a case */
    const struct policies *policies;
    const struct packs *packs;
    struct import_sources sources;
    VEC(struct mutant_entry) list;
    VEC(struct mutant_case) cases[MUTANT_SCHEMES_MAX]; /* those that killed last come first */
};

#endif
