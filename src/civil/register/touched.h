/* Whoever changes what a register says of a person or household says so here, in the same transaction; when a benefit in payment
 * rests on it, the benefit is asked again without waiting for the month (civil/recheck, recheck_asked). */
#ifndef CIVIL_REGISTER_TOUCHED_H
#define CIVIL_REGISTER_TOUCHED_H

#include "civil/civil.h"
#include "store/store.h"

/* Nothing is written where nobody's benefit rests on it. */
NODISCARD enum status register_touched_person(struct txn *t, int64_t district, int64_t person, struct diag *d);
NODISCARD enum status register_touched_household(struct txn *t, int64_t district, int64_t household, struct diag *d);

/* Benefits that rest on a person (payee, household now or before, party of its case) or household: at most `max` ids behind `after`, in order. */
NODISCARD enum status register_touches(struct txn *t, int64_t district, int64_t person, int64_t household, int64_t after, int64_t *ret, size_t max, size_t *ret_n, struct diag *d);

#endif
