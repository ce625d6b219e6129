/* The reasons of a decision: the annotations of the rules that fired (private to civil/decision). */
#ifndef CIVIL_DECISION_REASONS_H
#define CIVIL_DECISION_REASONS_H

#include "civil/decision/decision.h"

/* Fills r->reason from r->trace; none when undecided.  Those that refuse come first in a refusal and
 * last in a grant; among each, first what the answer hung on (of a refusal also what was nearest to
 * another one), then what other rules and regulations found on the way.  E_LIMIT. */
NODISCARD enum status reasons_of(struct arena *a, const struct packs *packs, const struct dmn_model *m, struct decision *r, struct diag *d);

#endif
