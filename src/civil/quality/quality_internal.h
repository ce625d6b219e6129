#ifndef CIVIL_QUALITY_QUALITY_INTERNAL_H
#define CIVIL_QUALITY_QUALITY_INTERNAL_H

#include "civil/quality/quality.h"
#include "civil/register/schema.h"
#include "feel/feel.h"

struct quality_rule {
    const char *id, *reg, *kind, *zh, *en, *owner;
    int64_t allowed, days;
    const struct feel_program *applies, *test; /* applies NULL: of all rows */
};
struct quality_rules { struct quality_rule rule[QUALITY_RULES_MAX]; size_t n; };
/* Of all packs, compiled into `a`. */
NODISCARD enum status quality_rules(struct civil *c, struct arena *a, struct quality_rules *ret, struct diag *d);

/* One row: how it is called, where it belongs, and its values in the order of the rule's scope; lives until the callback returns. */
struct quality_row { int64_t id; struct span division, title; const struct feel_value *value; };
typedef enum status quality_row_fn(void *arg, const struct quality_row *r, struct diag *d);
/* Every row of a register ("population", or a self register) in divisions that begin with `scope`, behind `after`, in the order of ids. */
NODISCARD enum status quality_rows(struct civil *c, struct txn *t, const char *reg, const char *scope, int64_t after, quality_row_fn *fn, void *arg, struct diag *d);

/* Does it fail?  *ret_asked false: the rule is not of this row. */
NODISCARD enum status quality_fails(const struct quality_rule *q, const struct quality_row *r, struct arena *scratch, struct feel_notes *notes, bool *ret_asked, bool *ret_bad, struct diag *d);

#endif
