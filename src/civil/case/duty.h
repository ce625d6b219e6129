/* Duties: who has which post, who is away and who stands in, what nobody holds,
 * and how a leaving colleague's work goes to another. */
#ifndef CIVIL_CASE_DUTY_H
#define CIVIL_CASE_DUTY_H

#include "base/json.h"
#include "civil/civil.h"

struct txn;
struct access;

/* Tasks of one handover: a write of some 200 ms; what is left is said, and it is asked again. */
enum { HANDOVER_MAX = 200 };

/* Posts of the actor's divisions, those above and below, with absences and tasks in hand (API DutyList). */
NODISCARD enum status duty_json(struct civil *c, struct txn *t, const struct actor *who, struct json_writer *w, struct diag *d);
/* Whom this officer stays away from (API RecusalList); names are a look at the people. */
NODISCARD enum status recusals_json(struct civil *c, struct txn *t, struct access *x, const struct actor *who, struct json_writer *w, struct diag *d);

enum { RECUSALS_LED_MAX = 200 };
/* What colleagues whom this leader leads have declared (API RecusalLedList). */
NODISCARD enum status recusals_led_json(struct civil *c, struct txn *t, struct access *x, const struct actor *who, struct json_writer *w, struct diag *d);

struct handover { const char *from, *to; bool preview, close; };
/* Every open task that `from` has taken goes to `to`; what `to` may not do goes back to where everybody sees it.  *ret: API
 * Handover.  `close`: then the account is closed, once nothing is left.  By the colleague himself (not closing), or by a
 * leader of every division where he works.
 * E_NOT_FOUND account.unknown; E_INPUT duty.same; E_FORBIDDEN absence.who, duty.close. */
NODISCARD enum status case_handover(struct civil *c, struct arena *a, const struct actor *who, const struct handover *h, const struct json **ret, struct diag *d);

#endif
