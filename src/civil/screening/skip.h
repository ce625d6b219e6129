#ifndef CIVIL_SCREENING_SKIP_H
#define CIVIL_SCREENING_SKIP_H

#include "civil/pack/pack.h"

/* Why a matter is not screened unless asked for by name; NULL: it is.  matter.json "screening": {"skip": {"zh","en"}}:
 * what it goes by is told by who applies and stands in no register. */
static inline const struct json *screening_skipped(const struct matter *m) { return json_get(json_get(m->json, "screening"), "skip"); }

#endif
