/* Absence and deputies: who is away, and who does the work meanwhile.
 *
 * From the first to the last day the deputy's actor has the roles with which the
 * absent colleague handles cases (no others: money and secrecy stay with who
 * holds them), marked with whose they are.  He acts under his own account, so four
 * eyes and recusal hold as they are.  What somebody has as a deputy he cannot
 * pass on.  Every beginning and end is an entry of the log. */
#ifndef CIVIL_ACCOUNT_ABSENCE_H
#define CIVIL_ACCOUNT_ABSENCE_H

#include "base/json.h"
#include "civil/civil.h"

struct txn;

enum { ABSENCE_DAYS_MAX = 366 };

struct absence_new { const char *login /* NULL: one's own */, *deputy; date_t from, until; };
/* One's own, or a leader's of all divisions where the colleague works.
 * E_INPUT absence.days, absence.deputy (no colleague of that place who handles cases);
 * E_NOT_FOUND account.unknown; E_CONFLICT absence.overlap, absence.deputy_away;
 * E_FORBIDDEN absence.who, absence.staff_only. */
NODISCARD enum status absence_declare(struct civil *c, const struct actor *who, const struct absence_new *n, int64_t *ret, struct diag *d);
/* At once; by who may declare it.  E_NOT_FOUND absence.none; E_CONFLICT absence.ended; E_FORBIDDEN absence.who. */
NODISCARD enum status absence_end(struct civil *c, const struct actor *who, int64_t id, struct diag *d);
/* Adds what the actor may do today for those who are away. */
NODISCARD enum status absence_grants(struct txn *t, struct actor *a, struct diag *d);
/* May `who` decide about this colleague's duties: a leader of every division where he works. */
NODISCARD enum status absence_leads(struct txn *t, const struct actor *who, int64_t account, bool *ret, struct diag *d);

/* Nobody signs in with it any more and nobody deputises for it or through it; its rows stay.  For civil/case's handover. */
NODISCARD enum status account_close_in(struct civil *c, struct txn *t, int64_t account, struct diag *d);
/* An entry of the log about an account, for what other capabilities do to it. */
NODISCARD enum status account_note_in(struct civil *c, struct txn *t, int64_t account, const char *action, struct diag *d);

#endif
