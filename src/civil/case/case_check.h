/* The cases' invariants, for civil/check. */
#ifndef CIVIL_CASE_CASE_CHECK_H
#define CIVIL_CASE_CASE_CHECK_H

#include "base/message.h"
#include "civil/civil.h"

struct txn;

/* No case is between two steps: what its process waits for is, key by key,
 * what the lists of open tasks, timers and awaited messages hold.  Needs
 * c->models; without them nothing is checked. */
NODISCARD enum status case_check_in(struct civil *c, struct txn *t, enum lang l, struct buf *findings, int *ret_count, struct diag *d);

#endif
