#ifndef CIVIL_SECRECY_SECRECY_INTERNAL_H
#define CIVIL_SECRECY_SECRECY_INTERNAL_H

#include "civil/pack/pack.h"
#include "civil/secrecy/secrecy.h"
#include "store/store.h"

/* secrecy_order as read in this transaction; strings in its arena. */
struct secrecy_row {
    int64_t district, id, person, against, account, case_id; /* 0: none */
    char *kind, *ground, *purpose /* NULL */, *office, *role;
    date_t until_on, open_on;                                /* DATE_NONE: none */
    int64_t ordered_by, holder, confirmed_by;
    instant_t ordered_at, confirmed_at, ended_at;            /* 0: not yet */
};
#define SECRECY_COLUMNS                                                                                             \
    "o.district, o.id, o.kind, o.ground, o.person, o.against, o.account, o.case_id, o.purpose, o.until_on, o.open_on, " \
    "o.ordered_by, o.ordered_at, o.office, o.role, o.holder, o.confirmed_by, o.confirmed_at, o.ended_at"
enum { SECRECY_COLUMN_COUNT = 19 };
NODISCARD enum status secrecy_row_take(const struct rows *r, struct arena *a, struct secrecy_row *ret, struct diag *d);

enum secrecy_phase { SECRECY_PROPOSED, SECRECY_IN_FORCE, SECRECY_OVER };
enum secrecy_phase secrecy_phase(const struct secrecy_row *o, date_t today);

/* The role in which this officer decides about orders; NULL: none. */
const char *secrecy_role(const struct civil *c, const struct actor *who);
/* Whether he may do this now: OK, or the refusal. */
NODISCARD enum status secrecy_may_confirm(const struct secrecy_row *o, const struct actor *who, date_t today, struct diag *d);
NODISCARD enum status secrecy_may_renew(const struct secrecy_row *o, const struct actor *who, date_t today, struct diag *d);
NODISCARD enum status secrecy_may_end(const struct secrecy_row *o, const struct actor *who, date_t today, struct diag *d);

/* One act: its row and its entry. */
struct secrecy_act { const char *action, *role, *office, *reason; date_t until; };
NODISCARD enum status secrecy_act(struct civil *c, struct txn *t, const struct actor *who, const struct secrecy_row *o, const struct secrecy_act *act, struct diag *d);
NODISCARD enum status secrecy_reason(struct civil *c, struct txn *t, int64_t act, struct span sealed, struct span *ret, struct diag *d);

/* The row of secrecy.csv in force on a day; kind "member" and "place" are of compartments. */
const struct secrecy_ground *secrecy_ground(const struct civil *c, const char *kind, const char *id, date_t day);

#endif
