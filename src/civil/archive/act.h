/* An act of the archive and its entry in the log: which key came after which,
 * what is held, what was destroyed. */
#ifndef CIVIL_ARCHIVE_ACT_H
#define CIVIL_ARCHIVE_ACT_H

#include "civil/civil.h"
#include "base/json.h"

struct txn;

/* `body`: no personal data in it; the entry commits to it.  `action` is the
 * entry's: "key.rotated". */
NODISCARD enum status archive_act_in(struct civil *c, struct txn *t, const struct actor *who, int64_t district, const char *action, const struct json *body,
    int64_t *ret_id, struct diag *d);

#endif
