/* The figures a policy reads on a day: the packs' parameters in force, or what is set in
 * their place (private to civil/decision). */
#ifndef CIVIL_DECISION_FIGURES_H
#define CIVIL_DECISION_FIGURES_H

#include "base/vec.h"
#include "civil/decision/policies.h"

struct figures {
    VEC(const struct parameter *) used; /* not those that were set */
    VEC(const char *) missing;          /* "参数.低保标准": no row in force, or past its review */
    struct feel_value values;           /* context name -> number */
};

/* E_LIMIT; E_INPUT of a row that is no number. */
NODISCARD enum status figures_on(const struct policies *p, struct arena *a, const struct policy *policy, date_t day,
    const struct figure_set *set, size_t set_count, struct figures *f, struct diag *d);

#endif
