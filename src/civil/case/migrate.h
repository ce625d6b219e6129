/* Running cases go to another version of their matter's process.
 *
 * A case finishes on the version it began with unless somebody decides
 * otherwise: a mapping (element id to element id; what it does not name keeps
 * its id) is checked against both versions, shown with what it would do to each
 * case, and then applied, in one transaction with an event and a log entry of
 * every case.  A case that cannot go is listed with the reason and stays. */
#ifndef CIVIL_CASE_MIGRATE_H
#define CIVIL_CASE_MIGRATE_H

#include "base/json.h"
#include "civil/civil.h"

struct txn;

/* Cases of one call: a write of some 100 ms.  Go on with the report's `next`. */
enum { CASE_MIGRATE_MAX = 100 };
/* Lines of a mapping; the largest process that we know has 300 elements. */
enum { CASE_MOVES_MAX = 1000 };

struct case_migration {
    const char *matter, *from, *to; /* files of the matter's processes */
    const struct json *moves;       /* {"old id": "new id"}, or NULL */
    const char *reason;             /* of who applies it, kept in every case's history */
    int64_t after;                  /* cases with a greater id; 0: from the first */
    bool preview;                   /* say what would happen and change nothing */
};

/* *ret: API ProcessMigration.  With findings in the mapping no case is touched.
 * Counts are of the cases that the actor may know of; policy officers see no
 * numbers of cases.  Applying: leaders, over the cases of their division.
 * E_INPUT case.migrate_moves, case.migrate_same, case.reason_needed;
 * E_NOT_FOUND case.no_matter, case.no_version; E_FORBIDDEN case.scope, case.migrate_who. */
NODISCARD enum status case_migrate(struct civil *c, struct arena *a, const struct actor *who, const struct case_migration *m,
    const struct json **ret, struct diag *d);
/* The matters' processes with the number of cases that run on each (API ProcessVersionList). */
NODISCARD enum status case_processes_json(struct civil *c, struct txn *t, const struct actor *who, struct json_writer *w, struct diag *d);

#endif
