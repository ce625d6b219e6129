/* Acts on tasks and money of plans: what was done, by whom, with its entry of the log. */
#ifndef CIVIL_PLAN_ACT_H
#define CIVIL_PLAN_ACT_H

#include "base/json.h"
#include "civil/civil.h"

struct txn;

/* `body` is canonical JSON without personal data; what the entry commits to.  Ids and days are strings in it. */
NODISCARD enum status plan_act_in(struct civil *c, struct txn *t, const struct actor *who, int64_t subject, const char *action, const struct buf *body, struct diag *d);
/* Array of {"at","action","by","body","entry"}, oldest first. */
NODISCARD enum status plan_acts_json(struct civil *c, struct txn *t, int64_t subject, struct json_writer *w, struct diag *d);

/* Reads a body back: NULL when it does not parse or memory ends. */
const struct json *plan_act_value(struct arena *a, struct span text);

#endif
