/* The compiled policies (private to civil/decision).
 *
 * A `struct policies` is a set that never changes: the packs' files, or these
 * and what was published in a store, or these and a draft.  All that grew
 * out of one packs' set share its vocabulary. */
#ifndef CIVIL_DECISION_POLICIES_H
#define CIVIL_DECISION_POLICIES_H

#include "civil/decision/between.h"
#include "civil/decision/decision.h"
#include "civil/decision/imports.h"
#include "dmn/case.h"
#include "dmn/labels.h"

/* One decision file, compiled with what it imports from valid_from on. */
struct policy {
    const struct matter *matter;
    const struct pack_file *file;
    date_t valid_from;
    const struct dmn_model *model;
    const struct span *parameter; /* inputs of the answer that the vocabulary does not know */
    size_t parameter_count;
};

struct policies {
    struct arena *arena;
    const struct packs *packs;
    struct vocabulary words;
    const struct dmn_vocabulary *vocabulary;
    const struct feel_program *compared; /* of 结果: the outcome and the amounts */
    struct dmn_label_table *labels;
    struct editions editions;
    struct between between;
    const struct policy *policy;
    size_t count;
    struct published *published; /* of the packs' set alone: what stores have published since */
};

/* A set as `base` with these editions instead; compiled are those of `only` (NULL: all).  Lives in
 * `a`, its vocabulary with `base`.  As policies_load. */
NODISCARD enum status policies_build(const struct policies *base, struct arena *a, const struct editions *editions, const struct matter *only,
    struct policies **ret, struct diag *d);
/* As `base`, compiled again is one matter's edition alone, with imports from these sources: the
 * same file may mean another text.  Lives in `a`. */
NODISCARD enum status policies_of_sources(const struct policies *base, struct arena *a, const struct import_sources *sources,
    const struct edition *e, struct policies **ret, struct diag *d);
/* The editions with `file` among those of `m`: in place of one that begins on the same day. */
NODISCARD enum status editions_with(struct arena *a, const struct editions *from, const struct matter *m, const struct pack_file *file,
    struct editions *ret, struct diag *d);

/* published.c */
struct published *published_new(void);
struct published *published_free(struct published *x);

/* The policy that decides on `day`.  E_NOT_FOUND decision.no_scheme; E_INPUT decision.no_policy. */
NODISCARD enum status policy_on(const struct policies *p, const char *scheme, date_t day, const struct policy **ret, struct diag *d);

#define DECISION_ANSWER SPAN("结果")

/* Would the policy of decision `r` answer "eligible" for these other facts?  Facts that cannot be,
 * and what stays undecided, are no.  E_LIMIT. */
NODISCARD enum status decision_would(const struct policies *p, struct arena *a, const struct decision *r, const struct json *facts,
    unsigned budget, bool *ret_eligible, struct diag *d);

/* The policy in force on `day`; NULL before the first.  *ret_first: when the matter's first begins,
 * DATE_NONE: there is no such scheme. */
const struct policy *policies_find(const struct policies *p, const char *scheme, date_t day, date_t *ret_first);

#endif
