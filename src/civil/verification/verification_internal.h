/* Between the files of civil/verification. */
#ifndef CIVIL_VERIFICATION_VERIFICATION_INTERNAL_H
#define CIVIL_VERIFICATION_VERIFICATION_INTERNAL_H

#include "civil/case/case_internal.h"
#include "civil/verification/source.h"
#include "civil/verification/verification.h"

/* answer.c: the last answer sends the report to the process. */
NODISCARD enum status verification_report_if_complete(struct civil *c, struct txn *t, struct case_row *k, const struct actor *who, struct diag *d);
/* request.c: asks the sources about those who have given their word; `person` 0: all of them.  *ret_count: questions. */
NODISCARD enum status verification_ask(struct drive *x, int64_t person, size_t *ret_count, struct diag *d);

#endif
