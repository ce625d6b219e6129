/* The board: where the district stands (API type Board).  Counts only, no
 * person; one entry a day is not needed for statistics without subjects. */
#ifndef CIVIL_BOARD_BOARD_H
#define CIVIL_BOARD_BOARD_H

#include "base/json.h"
#include "civil/entitlement/entitlement.h"

struct access;

/* For the division the actor may see (his widest grant). month 0: the present. */
NODISCARD enum status board_json(struct civil *c, struct txn *t, struct access *x, const struct actor *who, month_t month, struct json_writer *w, struct diag *d);

#endif
