/* The compiled policies (private to civil/decision). */
#ifndef CIVIL_DECISION_POLICIES_H
#define CIVIL_DECISION_POLICIES_H

#include "civil/decision/decision.h"
#include "dmn/case.h"

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
    struct policy *policy;
    size_t count;
};

#define DECISION_ANSWER SPAN("结果")

/* The policy in force on `day`; NULL before the first.  *ret_first: when the matter's first begins,
 * DATE_NONE: there is no such scheme. */
const struct policy *policies_find(const struct policies *p, const char *scheme, date_t day, date_t *ret_first);

#endif
