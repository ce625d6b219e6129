/* The simulated bank's statement: what a bank would say of the days, out of what was handed to it and what it sent back.
 * camt.053.001.08, imported by the same door as a real one (civil/bank); it says itself that it is simulated. */
#ifndef CIVIL_DEMO_DEMO_BANK_H
#define CIVIL_DEMO_DEMO_BANK_H

#include "base/buf.h"
#include "civil/civil.h"

struct txn;

/* The statement after the last one imported, of the days `from` to `to`.  The treasury's money comes with each batch; `loose`: also a
 * charge, interest and money of nobody, so that there is something to settle.  E_FORBIDDEN demo.bank: the store is no demonstration. */
NODISCARD enum status demo_bank_statement(struct civil *c, struct txn *t, date_t from, date_t to, bool loose, struct buf *out, struct diag *d);
/* Its references of the treasury's money begin so. */
#define DEMO_BANK_FUNDING "CZ"

#endif
