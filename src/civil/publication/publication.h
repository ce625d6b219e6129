/* Public notice (公示) and announcement (公布): what the article lists, names
 * masked, for its time, then gone.  The body is emptied when it ends; that it
 * stood, where and how long, stays in the log. */
#ifndef CIVIL_PUBLICATION_PUBLICATION_H
#define CIVIL_PUBLICATION_PUBLICATION_H

#include "civil/civil.h"
#include "base/json.h"

struct txn;
struct drive;
struct case_row;
struct bpmn_node;

/* Services publication.start (mz:form publication or announcement; mz:limit how long) and publication.end. */
NODISCARD enum status publication_start(struct drive *x, const struct bpmn_node *n, const struct json **ret, struct diag *d);
NODISCARD enum status publication_end(struct drive *x, const struct bpmn_node *n, const struct json **ret, struct diag *d);
/* API Publication of the case, null when none stands. */
NODISCARD enum status publication_json(struct civil *c, struct txn *t, const struct case_row *k, struct json_writer *w, struct diag *d);
/* A name as a notice shows it: masked, and none at all of a child (under 18). */
void publication_name(struct buf *out, const char *name, date_t birth, date_t today);
/* API PublicNoticeList, for everybody: what stands today, newest first; nothing of a compartment, nor of anybody of whom a
 * secrecy order is in force.  division NULL: all of the district; before 0: from the newest. */
NODISCARD enum status publication_list_json(struct civil *c, struct txn *t, const char *division, int64_t before, struct json_writer *w, struct diag *d);
/* Empties one whose last day is over; *ret_did false: none is. */
NODISCARD enum status publication_sweep(struct civil *c, bool *ret_did, struct diag *d);

#endif
