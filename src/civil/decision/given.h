/* The facts as a policy takes them (private to civil/decision): the day, what
 * the application leaves to be understood, and what its silence means. */
#ifndef CIVIL_DECISION_GIVEN_H
#define CIVIL_DECISION_GIVEN_H

#include "base/date.h"
#include "base/json.h"
#include "civil/decision/vocabulary.h"

/* Facts that are null when they are absent, not unknown, by their labels: events that have not
 * happened, and of the member examined what says more of a fact that is itself not known whole
 * (columns absent and asked_after of the vocabulary).  E_LIMIT. */
NODISCARD enum status given_null(struct arena *a, const struct vocabulary *v, const struct json *facts, const struct span **ret, size_t *ret_count, struct diag *d);

/* Whom a benefit in payment may name: the household or a member, where every member's number is known.  None where not,
 * or where they are more than codes may be.  E_LIMIT. */
struct dmn_case_codes;
NODISCARD enum status given_subjects(struct arena *a, const struct json *facts, struct dmn_case_codes *ret, size_t *ret_count, struct diag *d);

/* Each gives *ret = `facts` with one part set; what is unchanged is shared.  E_LIMIT. */
NODISCARD enum status given_date(struct arena *a, const struct json *facts, date_t day, const struct json **ret, struct diag *d);
/* What begins after the day is not in payment on it: `as of` an earlier day the same list serves.  What is granted begins
 * in the month of the grant or the next, so a day after that, counted from the day `known` on which the facts were written,
 * tells nothing, and the entry stands for what it says: in payment. */
NODISCARD enum status given_benefits(struct arena *a, const struct json *facts, date_t day, date_t known, const struct json **ret, struct diag *d);
/* A benefit of a person is decided for the member that the application names; where it names none, for the only one
 * there is, or, of a matter that people apply for themselves (`own`), for the applicant. */
NODISCARD enum status given_object(struct arena *a, const struct json *facts, bool own, const struct json **ret, struct diag *d);

#endif
