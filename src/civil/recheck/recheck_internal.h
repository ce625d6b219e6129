#ifndef CIVIL_RECHECK_RECHECK_INTERNAL_H
#define CIVIL_RECHECK_RECHECK_INTERNAL_H

#include "civil/access/access.h"
#include "civil/case/case.h"
#include "civil/recheck/recheck.h"
#include "store/store.h"

/* One that is due in the month of the run. */
struct due { int64_t id, payee, household, decision, fen; };

/* The facts of a grant as they are today.  *ret_changes: [{"fact", "was", "is"}], what the registers and the books
 * tell otherwise; "was" or "is" null: nothing. facts.c */
NODISCARD enum status recheck_facts(struct civil *c, struct txn *t, struct access *x, int64_t district, const struct due *e, const struct granted *g, date_t on,
    const struct json **ret_facts, const struct json **ret_changes, struct diag *d);

/* One benefit, asked for a month and kept, outside a run (run.c).  *people: grows by who was looked at. */
NODISCARD enum status recheck_one_in(struct civil *c, struct txn *t, const struct actor *who, int64_t district, const char *scheme, month_t m, const struct due *e, int64_t *people, bool *ret_died, struct diag *d);
NODISCARD enum status recheck_suspend_the_dead(struct civil *c, int64_t district, const char *scheme, struct diag *d);

/* What a finding keeps sealed: {"changes", "lines", "missing", "problem"}, the problem as {"zh","en"}. */
NODISCARD enum status finding_seal(struct civil *c, struct txn *t, int64_t district, int64_t payee, int64_t id, const struct json *detail, struct span *ret, struct diag *d);
NODISCARD enum status finding_unseal(struct civil *c, struct txn *t, int64_t district, int64_t payee, int64_t id, struct span sealed, const struct json **ret, struct diag *d);

#endif
