/* The registers that measures count in (measure.h), row by row: a division and values that FEEL sees by name. */
#ifndef CIVIL_INDICATOR_SOURCE_H
#define CIVIL_INDICATOR_SOURCE_H

#include "civil/indicator/measure.h"
#include "feel/feel.h"

enum { SOURCE_NAMES_MAX = 8 };
struct source;
const struct source *source_named(const char *name); /* NULL: none */
const struct source *source_at(size_t i);            /* NULL: behind the last */
/* The names its rows have, in the order of their values; NULL ends. */
const char *const *source_names(const struct source *x);

typedef enum status source_row(void *arg, const char *division, const struct feel_value *value, struct diag *d);
/* Has it anything by the end of the period?  Before its first row nothing is known, which is not 0. */
NODISCARD enum status source_begun(const struct source *x, struct civil *c, struct txn *t, const struct period *when, bool *ret, struct diag *d);
/* Every row of the period, in no order; what `row` is given lives in `scratch` until it returns. */
NODISCARD enum status source_rows(const struct source *x, struct civil *c, struct txn *t, const struct period *when, struct arena *scratch, source_row *row, void *arg, struct diag *d);

#endif
