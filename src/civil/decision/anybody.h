/* A benefit of a person whose application does not say whom to examine (private to civil/decision). */
#ifndef CIVIL_DECISION_ANYBODY_H
#define CIVIL_DECISION_ANYBODY_H

#include "civil/decision/decision.h"

/* How one member is decided: as `evaluate` of decision.c.  Sets outcome, amounts, lines, missing, trace of *r. */
typedef enum status decide_member(void *user, const struct json *facts, struct decision *r, struct diag *d);

/* 申请.对象 is one of the members, nobody knows which: everybody is decided.  All refused: so is the answer, with the
 * applicant's reasons.  Else it is undecided: 申请.对象 is missing, and what is missing of anybody's.
 * *r comes with what does not hang on the member; its facts stay as they are.  What `decide` says. */
NODISCARD enum status anybody_decide(struct arena *a, decide_member *decide, void *user, struct decision *r, struct diag *d);

#endif
