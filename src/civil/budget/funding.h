/* Who bears what: packs/<pack>/funding.csv (docs/formats/pack.md), shares of a scheme by level, dated. */
#ifndef CIVIL_BUDGET_FUNDING_H
#define CIVIL_BUDGET_FUNDING_H

#include "civil/budget/appropriation.h"

struct packs;

/* Ten-thousandths of each level in that month; 10000 in all.  A scheme without rows is the district's.
 * E_INPUT budget.funding (scheme): rows that cannot be read, or do not add up. */
NODISCARD enum status funding_shares(const struct packs *p, const char *scheme, month_t m, int64_t ret[BUDGET_LEVELS], struct diag *d);
/* Largest remainders; equal ones by level.  Adds up to `fen`. */
void funding_split(const int64_t share[BUDGET_LEVELS], int64_t fen, int64_t ret[BUDGET_LEVELS]);

#endif
