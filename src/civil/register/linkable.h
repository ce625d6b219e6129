/* People as record linkage and family finding read them: all of the register, each once.
 *
 * Like bulk.h: who calls it writes one entry of the log (access_bulk_in) before anything of it is handed on.  What a callback is given
 * lives until it returns, and is wiped. */
#ifndef CIVIL_REGISTER_LINKABLE_H
#define CIVIL_REGISTER_LINKABLE_H

#include "civil/civil.h"
#include "store/store.h"

struct access;

struct person_linkable {
    int64_t person;
    struct span name, division, address;  /* address: of residence, else of the household; may be empty */
    struct span registered;               /* division of registration; empty: not known */
    bool male, local;                     /* local: registered in this city (户籍 本市) */
    date_t birth;
    struct span number, phone;            /* opened; empty where `sealed` was false, or there is none */
};
typedef enum status person_linkable_fn(void *arg, const struct person_linkable *p, struct diag *d);
/* Everybody believed to be there and standing for himself (merge.h), in the order of persons.  `sealed`: with number and telephone. */
NODISCARD enum status people_linkable(struct civil *c, struct txn *t, bool sealed, person_linkable_fn *fn, void *arg, struct diag *d);
/* How many that are. */
NODISCARD enum status people_count(struct civil *c, struct txn *t, int64_t *ret, struct diag *d);

/* What stands beside a person when two are compared.  Counts leave out what `x`'s actor may not know of.  E_NOT_FOUND register.person. */
struct person_beside { char *address, *registered, *source; instant_t recorded_at; int64_t members, benefits, cases; };
NODISCARD enum status person_beside(struct txn *t, struct access *x, int64_t district, int64_t person, struct person_beside *ret, struct diag *d);

#endif
