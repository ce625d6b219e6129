/* The search for changes (private to civil/decision). */
#ifndef CIVIL_DECISION_CHANGE_H
#define CIVIL_DECISION_CHANGE_H

#include "civil/decision/explanation.h"
#include "civil/decision/policies.h"

NODISCARD enum status decision_changes(const struct policies *p, struct arena *a, struct decision_explanation *x, struct diag *d);

#endif
