/* Men alone who were granted dibao some days ago, each with the first decision of a paper: what workloads of benefits begin with. */
#ifndef TESTS_CRASH_HOMES_H
#define TESTS_CRASH_HOMES_H

#include "crash_steps.h"

struct crash_home { int64_t person, household, entitlement; };

/* Divisions, registers, then `n` homes of the decision of `days_ago`; in the parent, once. */
enum status crash_homes_make(struct store *store, const struct packs *packs, int days_ago, struct crash_home *home, int n, struct diag *d);
/* The keys, rules, models and calendar that all of them share: for struct crash_steps. */
void crash_homes_fill(struct civil *c);
/* Afterwards: all is under evidence, the benefits' lives add up, and `wrong` (SQL of a number) counts nothing. */
enum status crash_homes_check(struct civil *c, struct txn *t, const char *wrong, struct diag *d);
enum status crash_today(struct civil *c, date_t *ret, struct diag *d);

#endif
