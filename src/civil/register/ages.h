/* How many people live where, by age: counts of communities, nobody in particular. */
#ifndef CIVIL_REGISTER_AGES_H
#define CIVIL_REGISTER_AGES_H

#include "base/arena.h"
#include "civil/civil.h"

struct txn;

enum { AGE_0, AGE_18, AGE_60, AGE_80, AGE_BANDS };
struct age_count { const char *division; int64_t people[AGE_BANDS]; };
/* As the register stands now, ages as of `day`; by division. */
NODISCARD enum status ages_count(struct civil *c, struct txn *t, struct arena *a, date_t day, struct age_count **ret, size_t *ret_n, struct diag *d);

#endif
