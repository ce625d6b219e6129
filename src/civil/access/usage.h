/* Who looked, for another portal: the shape of Estonia's data tracker (Andmejälgija,
 * usage service 2.0.0: findUsage, usagePeriod, heartbeat; github.com/e-gov/AJ,
 * dumonitor-openapi-v2.yaml), so that a portal that reads many registers reads ours. */
#ifndef CIVIL_ACCESS_USAGE_H
#define CIVIL_ACCESS_USAGE_H

#include "base/json.h"
#include "civil/civil.h"

struct txn;

enum { USAGE_LIMIT = 1000, USAGE_LIMIT_MAX = 10000 };
/* from, to: INT64_MIN and INT64_MAX for none.  Newest first; looks of the person are
 * left out when they are his own. */
struct usage_query { int64_t district, person; instant_t from, to; int64_t offset, limit; };
NODISCARD enum status usage_find_json(struct txn *t, const struct usage_query *q, enum lang l, struct json_writer *w, struct diag *d);
NODISCARD enum status usage_period_json(struct txn *t, struct json_writer *w, struct diag *d);

#endif
