/* Columns made of values, for tests: the tables that a vocabulary describes. */
#ifndef COHORT_VALUES_H
#define COHORT_VALUES_H

#include "cohort/table.h"
#include "feel/value.h"

/* A value that nobody knows. */
static inline struct feel_value cv_unknown(void) { return (struct feel_value){.kind = FEEL_UNKNOWN}; }
/* Contexts `row` as the entity's table; what a context lacks is unknown.  `csv` has
 * entity,name,type lines.  Numbers have `scale` digits.  Lives in `a`. */
struct cohort_table *cv_table(struct arena *a, struct span csv, const char *entity, const struct feel_value *row, size_t count);
/* One more list: row i has the elements of list[i], which may be unknown. */
void cv_add_list(struct arena *a, struct cohort_table *t, struct span csv, const char *name, const char *entity,
    const struct feel_value *list);

#endif
