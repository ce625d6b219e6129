/* What is recorded of each person, field by field, for rules about the register itself (civil/quality).
 *
 * Like linkable.h: who calls it writes the look.  Nothing sealed is opened. */
#ifndef CIVIL_REGISTER_STATED_H
#define CIVIL_REGISTER_STATED_H

#include "civil/civil.h"
#include "store/store.h"

struct person_stated {
    int64_t person;
    struct span sex, division, address, registered_division, registered_address, hukou, marriage, groups; /* at NULL: not recorded */
    date_t birth, died_on, moved_out_on;
    instant_t recorded_at;
    bool phone, account, household, division_known, twice; /* twice: a pair that nobody decided yet, likelier than not */
};
typedef enum status person_stated_fn(void *arg, const struct person_stated *p, struct diag *d);
/* Everybody who stands for himself, behind `after` in the order of persons, in divisions that begin with `scope`; `fn` ends the walk by another status than OK. */
NODISCARD enum status people_stated(struct civil *c, struct txn *t, const char *scope, int64_t after, person_stated_fn *fn, void *arg, struct diag *d);

#endif
