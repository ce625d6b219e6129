/* Two rows of the population register that are one person (同一人): one is kept and stands for the other.
 *
 * Nothing is moved and nothing is overwritten.  The merged row keeps its number, its past, its closed cases; it is found by nobody any more
 * (search, counts, households, a number typed in: all lead to the kept one), and it gives up its place in a household.  Taking it apart
 * writes that place anew as it was: afterwards every register answers as before the merge, and what was believed meanwhile is on record.
 *
 * Who says that two are one, and who confirms it, is civil/linkage's. */
#ifndef CIVIL_REGISTER_MERGE_H
#define CIVIL_REGISTER_MERGE_H

#include "civil/civil.h"
#include "store/store.h"

/* In a query: row `r`, whose column `person` names somebody, stands for himself. */
#define REGISTER_ONE(r, person) "NOT EXISTS (SELECT 1 FROM person_merge g WHERE g.district = " r ".district AND g.merged = " r "." person " AND g.undone_at IS NULL)"

/* E_NOT_FOUND register.person; E_CONFLICT register.merged (one of them stands for another already, or another for it: that is taken apart first),
 * register.merge_in_use (a case, benefit, recovery or account of the row that would go: the other is kept, or that is ended first),
 * register.merge_head (others live in the household that it heads). */
NODISCARD enum status person_merge_in(struct civil *c, struct txn *t, const struct actor *who, int64_t district, int64_t kept, int64_t merged, int64_t *ret_merge, struct diag *d);
/* E_NOT_FOUND register.merge; E_CONFLICT register.parted. */
NODISCARD enum status person_part_in(struct civil *c, struct txn *t, const struct actor *who, int64_t district, int64_t merge, struct diag *d);
/* Who stands for this person: himself, or the kept one. */
NODISCARD enum status person_kept(struct txn *t, int64_t district, int64_t person, int64_t *ret, struct diag *d);

#endif
