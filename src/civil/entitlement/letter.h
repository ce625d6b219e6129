/* Letters to a person about his benefit, for printing: told before it is reduced, suspended or ended (告知书); what was
 * decided (决定书); what is to be given back (退还通知书).  Drawn from the rows whenever it is asked for, Chinese first with English
 * beside; whoever may see the proposal or recovery may print it, and is in the access log for it. */
#ifndef CIVIL_ENTITLEMENT_LETTER_H
#define CIVIL_ENTITLEMENT_LETTER_H

#include "civil/entitlement/life.h"

struct access;

/* which: "hearing" or "decision".  E_NOT_FOUND entitlement.no_proposal; E_INPUT entitlement.letter (there is no such letter, or nobody
 * needs to be heard); E_CONFLICT entitlement.letter_undecided; E_NOT_FOUND register.erased. */
NODISCARD enum status proposal_letter(struct civil *c, struct txn *t, struct access *x, const struct actor *who, int64_t proposal, const char *which, struct buf *out, struct diag *d);
/* E_NOT_FOUND recovery.none; E_CONFLICT recovery.settled. */
NODISCARD enum status recovery_letter(struct civil *c, struct txn *t, struct access *x, const struct actor *who, int64_t recovery, struct buf *out, struct diag *d);

#endif
