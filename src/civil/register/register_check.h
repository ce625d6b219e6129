/* The register's invariants, for civil/check. */
#ifndef CIVIL_REGISTER_REGISTER_CHECK_H
#define CIVIL_REGISTER_REGISTER_CHECK_H

#include "base/message.h"
#include "civil/register/register.h"

/* Numbers open with the key at hand and fit their blind index; no two beliefs
 * about one person overlap in valid time.  A sample of at most 2,000 people. */
NODISCARD enum status register_check_in(struct civil *c, struct txn *t, enum lang l, struct buf *findings, int *ret_count, struct diag *d);

#endif
