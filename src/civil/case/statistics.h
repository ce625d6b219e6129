/* What the steps of a process took and where its cases wait, and the same
 * history as an OCEL 2.0 file (docs/formats/ocel.md) for process mining. */
#ifndef CIVIL_CASE_STATISTICS_H
#define CIVIL_CASE_STATISTICS_H

#include "base/json.h"
#include "civil/civil.h"

struct txn;

/* matter NULL: dibao; file NULL: the process in force today; division NULL: the actor's widest; days of application,
 * both included, DATE_NONE: the last year. */
struct statistics_query { const char *matter, *file, *division; date_t from, until; };

/* API StepStatistics.  E_FORBIDDEN case.scope; E_NOT_FOUND case.no_matter, case.no_process; E_LIMIT case.statistics_size. */
NODISCARD enum status case_statistics_json(struct civil *c, struct txn *t, const struct actor *who, const struct statistics_query *q, struct json_writer *w, struct diag *d);

/* Takes the text piece by piece; E_SYSTEM stops the export. */
struct ocel_out { enum status (*put)(void *arg, struct span text, struct diag *d); void *arg; };
struct ocel_counts { int64_t objects, events; };
/* All cases of a matter (NULL: of all) with their tasks, notices, people and officers.  Ids are keyed hashes with a key that is
 * made for this export and kept nowhere; names, numbers and what was said are not in it. */
NODISCARD enum status case_ocel_write(struct civil *c, struct txn *t, const char *matter, const struct ocel_out *out, struct ocel_counts *ret, struct diag *d);

#endif
