/* How long dossiers are kept, what holds them, and how they are destroyed.
 *
 * A dossier is the papers and notices of one case.  Its period is a dated
 * parameter of the pack (matter.json: "retention" names it); it begins with the
 * year after the case and everything granted in it have ended (国家档案局令第8号:
 * whole years).  A period that is still to be confirmed, or none, keeps
 * the dossier.
 *
 * Destruction takes a list, a proposer (district_clerk) and another person who
 * decides (leader); each dossier is looked at again in the deciding
 * transaction, and what is held by then, or goes on, is struck from the list.
 * Gone is the content with its key; what stays is digest, log entry and list, so a
 * receipt proves as before. */
#ifndef CIVIL_ARCHIVE_RETENTION_H
#define CIVIL_ARCHIVE_RETENTION_H

#include "civil/civil.h"
#include "base/json.h"

struct txn;

enum { ARCHIVE_LIST_MAX = 200 };

/* {"items": [{case, number, matter, ended_on, years, due_on, citation, state, hold, files}], "next": id or null}:
 * closed cases with papers in the actor's district after the case `after`.  state: due, kept,
 * running (something granted goes on), unconfirmed, unknown (no period), held, listed. */
NODISCARD enum status archive_dossiers_json(struct civil *c, struct txn *t, const struct actor *who, int64_t after, int64_t max, struct json_writer *w,
    struct diag *d);
/* {"items": [{id, state, reason, proposed_at, proposed_by, decided_at, decided_by, decision_reason, cases, files}]}, newest first. */
NODISCARD enum status archive_lists_json(struct civil *c, struct txn *t, const struct actor *who, struct json_writer *w, struct diag *d);

/* Roles district_clerk, leader or auditor.  E_NOT_FOUND archive.case; E_CONFLICT archive.held, archive.not_held; E_INPUT archive.reason. */
NODISCARD enum status archive_hold(struct civil *c, const struct actor *who, int64_t case_id, const char *reason, struct diag *d);
NODISCARD enum status archive_release(struct civil *c, const struct actor *who, int64_t case_id, const char *reason, struct diag *d);
/* Lists what is due, at most ARCHIVE_LIST_MAX.  E_NOT_FOUND archive.none_due. */
NODISCARD enum status archive_propose(struct civil *c, const struct actor *who, const char *reason, int64_t *ret_list, struct diag *d);
/* E_FORBIDDEN archive.two_people; E_CONFLICT archive.decided. */
struct archive_decided { int64_t cases, files, struck; };
NODISCARD enum status archive_decide(struct civil *c, const struct actor *who, int64_t list, bool destroy, const char *reason, struct archive_decided *ret,
    struct diag *d);

#endif
