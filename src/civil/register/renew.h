/* Everything of the register that hangs on the master key, under the newest one. */
#ifndef CIVIL_REGISTER_RENEW_H
#define CIVIL_REGISTER_RENEW_H

#include "civil/civil.h"

struct txn;
/* Where a pass stands, by key; zeroed at its beginning. */
struct renewal { int64_t district, id; bool end; int64_t rows, values, renewed; };

/* The next `max` people after *at, in one transaction: *at moves on and counts
 * people, values and those that were sealed anew.  E_CORRUPT register.sealed: one
 * of a person's values does not open. */
NODISCARD enum status person_renew_in(struct civil *c, struct txn *t, int64_t max, struct renewal *at, struct diag *d);

#endif
