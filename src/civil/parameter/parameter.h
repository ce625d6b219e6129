/* Policy parameters as the bureau stands to them: the pack's dated rows, and
 * the confirmations of those that are marked to be confirmed. */
#ifndef CIVIL_PARAMETER_PARAMETER_H
#define CIVIL_PARAMETER_PARAMETER_H

#include "base/json.h"
#include "civil/civil.h"

struct txn;

/* API ParameterList of the rows in force on a day. */
NODISCARD enum status parameters_json(struct civil *c, struct txn *t, date_t day, struct json_writer *w, struct diag *d);
/* One confirmation, on record in the log.  `assumption`: a demonstration's, shown
 * as such.  E_NOT_FOUND parameter.unknown; E_CONFLICT parameter.confirmed,
 * parameter.certain; E_INPUT parameter.basis. */
NODISCARD enum status parameter_confirm(struct civil *c, const struct actor *who, const char *name, date_t valid_from, const char *basis,
    bool assumption, struct diag *d);
NODISCARD enum status parameter_confirm_in(struct civil *c, struct txn *t, const struct actor *who, const char *name, date_t valid_from,
    const char *basis, bool assumption, struct diag *d);
/* May money be paid by this parameter on that day?  *ret_open names the
 * first of the listed parameters that waits for confirmation; NULL when none.  A
 * confirmation is of a value: when the pack changes it, it waits again. */
NODISCARD enum status parameters_open(struct civil *c, struct txn *t, date_t day, const char *const *name, size_t n, const char **ret_open, struct diag *d);
/* Has this row been confirmed, with the value it has now? */
struct parameter;
NODISCARD enum status parameter_confirmed(struct txn *t, const struct parameter *p, bool *ret, bool *ret_assumption, struct diag *d);

#endif
