/* What a reader of an answer should know beside it (private to civil/decision). */
#ifndef CIVIL_DECISION_NOTES_H
#define CIVIL_DECISION_NOTES_H

#include "civil/decision/decision.h"

/* Sets r->note: documents that its reasons cite and that were not in force on the day; benefits that
 * are said to begin after it and count as in payment; who was examined when the application names nobody;
 * figures out of force.  `given`: the facts as they came.  E_LIMIT. */
NODISCARD enum status notes_of(struct arena *a, const struct policies *p, const struct json *given, struct decision *r, struct diag *d);

#endif
