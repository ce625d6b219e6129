/* The registers read whole, for a computation over everybody (snapshots).
 *
 * What is read here has no subjects one by one: whoever calls it writes one entry
 * of the log, access_bulk_in with purpose and query (civil/access/access.h), durable before
 * anything of it is handed on. */
#ifndef CIVIL_REGISTER_BULK_H
#define CIVIL_REGISTER_BULK_H

#include "civil/civil.h"
#include "base/json.h"

struct txn;

struct household_bulk {
    int64_t district, id;
    const char *division;
    const struct json *facts;   /* as household_facts gives them, but that a member's 编号 is 1, 2 …; NULL: unchanged */
    const int64_t *person;      /* of each member, in their order */
    size_t people;
};

/* Where only changes are asked for. */
struct household_since {
    instant_t recorded;         /* recorded or superseded from this instant on */
    date_t day;                 /* what began or ended after this day is a change too; DATE_NONE: everything is wanted */
};

/* Each household where somebody lived on `as_of`, in the order of district and id; `fn` ends the walk by another status than OK.
 * What `fn` is given lives until it returns.  An unchanged household is handed on without facts, and with no people.  E_LIMIT. */
typedef enum status household_bulk_fn(void *arg, const struct household_bulk *h, struct diag *d);
NODISCARD enum status households_read_all(struct civil *c, struct txn *t, date_t as_of, const struct household_since *since,
    household_bulk_fn *fn, void *arg, struct diag *d);

#endif
