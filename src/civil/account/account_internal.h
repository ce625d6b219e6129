/* Private to civil/account. */
#ifndef CIVIL_ACCOUNT_ACCOUNT_INTERNAL_H
#define CIVIL_ACCOUNT_ACCOUNT_INTERNAL_H

#include "civil/civil.h"

struct txn;

/* An entry of the log about an account: "created", "away", "closed" ... */
NODISCARD enum status account_record(struct txn *t, int64_t district, const char *action, int64_t account, struct diag *d);

#endif
