/* Every invariant of the store, in one report: the backend's own check, the
 * books, references that no foreign key can hold, cases against their
 * processes, what is sealed against its key, events against the log, the log
 * against itself. */
#ifndef CIVIL_CHECK_CHECK_H
#define CIVIL_CHECK_CHECK_H

#include "base/message.h"
#include "civil/civil.h"

/* A line a finding, in `findings`; *ret_count how many.  Findings are not failures. */
NODISCARD enum status check_store(struct civil *c, enum lang l, struct buf *findings, int *ret_count, struct diag *d);

#endif
