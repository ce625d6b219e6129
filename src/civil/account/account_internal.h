/* Private to civil/account. */
#ifndef CIVIL_ACCOUNT_ACCOUNT_INTERNAL_H
#define CIVIL_ACCOUNT_ACCOUNT_INTERNAL_H

#include "civil/civil.h"

struct txn;

/* E_NOT_FOUND post.none; E_FORBIDDEN post.who: the actor does not lead the post's division.  post.c */
NODISCARD enum status post_led(struct txn *t, const struct actor *who, int64_t post, struct diag *d);
/* A division of this actor contains that one, or lies in it.  post.c */
bool actor_near(const struct actor *who, const char *division);
/* Two who handle cases in one place, else E_INPUT absence.deputy.  absence.c */
NODISCARD enum status absence_colleagues(struct txn *t, int64_t account, int64_t deputy, struct diag *d);

/* An entry of the log about an account: "created", "away", "closed" ... */
NODISCARD enum status account_record(struct txn *t, int64_t district, const char *action, int64_t account, struct diag *d);

#endif
