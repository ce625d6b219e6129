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
struct access;

enum { ARCHIVE_LIST_MAX = 200, ARCHIVE_LOCATION_MAX = 100 /* characters */ };

/* What is in a compartment that the actor is not in does not exist for him: not in a
 * page, a count, a list of destruction; a list is of one compartment or of none.
 *
 * {"items": [{case, number, matter, ended_on, years, due_on, citation, state, files, filed, location, hold}], "next": id or null}:
 * closed cases with papers in the actor's district after the case `after`.  state: due, kept,
 * running (something granted goes on), unconfirmed, unknown (no period), held, listed. */
NODISCARD enum status archive_dossiers_json(struct civil *c, struct txn *t, const struct actor *who, int64_t after, int64_t max, struct json_writer *w,
    struct diag *d);
/* {"items": [{id, state, reason, compartment, proposed_at, proposed_by, decided_at, decided_by, decision_reason, cases, files, may_decide}], "may_propose"}, newest first. */
NODISCARD enum status archive_lists_json(struct civil *c, struct txn *t, const struct actor *who, struct json_writer *w, struct diag *d);
/* The same of one list, with "items": [{case, number, matter, filed, ended_on, years, due_on, state, files}].  E_NOT_FOUND archive.list. */
NODISCARD enum status archive_list_json(struct civil *c, struct txn *t, const struct actor *who, int64_t list, struct json_writer *w, struct diag *d);
/* The files of a dossier, without their content: a look at whose they are.  E_NOT_FOUND archive.case. */
NODISCARD enum status archive_files_json(struct civil *c, struct txn *t, struct access *x, int64_t case_id, struct json_writer *w, struct diag *d);
/* What is shown for a list that was carried out: the certificate of destruction (销毁证明), PDF in `a`.
 * E_NOT_FOUND archive.list; E_CONFLICT archive.not_destroyed. */
NODISCARD enum status archive_destruction_pdf(struct civil *c, struct txn *t, struct arena *a, const struct actor *who, int64_t list, struct span *ret, struct diag *d);

/* Gives the dossier its number (档号, DA/T 13-2022) and says where its paper lies; called again
 * it moves the paper.  Role district_clerk.  E_NOT_FOUND archive.case; E_CONFLICT archive.running,
 * archive.no_term (no confirmed period), archive.no_fonds; E_INPUT archive.location. */
NODISCARD enum status archive_file(struct civil *c, const struct actor *who, int64_t case_id, const char *location, struct diag *d);

/* Roles district_clerk, leader or auditor.  E_NOT_FOUND archive.case; E_CONFLICT archive.held, archive.not_held; E_INPUT archive.reason. */
NODISCARD enum status archive_hold(struct civil *c, const struct actor *who, int64_t case_id, const char *reason, struct diag *d);
NODISCARD enum status archive_release(struct civil *c, const struct actor *who, int64_t case_id, const char *reason, struct diag *d);
/* Lists what is due in `compartment` (NULL: in none), at most ARCHIVE_LIST_MAX.  E_NOT_FOUND archive.none_due. */
NODISCARD enum status archive_propose(struct civil *c, const struct actor *who, const char *compartment, const char *reason, int64_t *ret_list, struct diag *d);
/* E_FORBIDDEN archive.two_people; E_CONFLICT archive.decided. */
struct archive_decided { int64_t cases, files, struck; };
NODISCARD enum status archive_decide(struct civil *c, const struct actor *who, int64_t list, bool destroy, const char *reason, struct archive_decided *ret,
    struct diag *d);
/* The fonds number (全宗号) that the archives of the same level gave this office.  Roles
 * district_clerk, leader.  E_INPUT archive.fonds. */
NODISCARD enum status archive_fonds(struct civil *c, const struct actor *who, const char *code, struct diag *d);

#endif
