/* 主动发现: leads of a screening as work of the communities.
 *
 * A run keeps what it found: a lead that is there already is found again, a new one is added, one that a later
 * run no longer finds is closed by itself.  What a person refused is remembered: it is not
 * found again for LEAD_REFUSED_MONTHS.  A lead decides nothing. */
#ifndef CIVIL_LEAD_LEAD_H
#define CIVIL_LEAD_LEAD_H

#include "base/json.h"
#include "civil/civil.h"
#include "civil/screening/screen.h"

struct txn;
struct access;
struct snapshot;

/* Facts change within a year, and asking somebody every month who said no is no help. */
enum { LEAD_REFUSED_MONTHS = 12, LEAD_NOTE_MAX = 500 /* characters */ };

/* Why a lead is closed.  The first four say that it was a false one: they feed the quality figure. */
extern const char *const LEAD_CAUSES[]; /* wrong_data, already_receives, moved, died, refused, applied, settled, not_found_again, NULL */

/* Leads, possible leads and reviews of one scheme into the store, in chunks; who: policy officer, leader or the
 * system.  The snapshot must be of this store (E_INPUT lead.foreign_snapshot).  One entry of the log for the run.
 * E_FORBIDDEN lead.role. */
NODISCARD enum status leads_keep(struct civil *c, const struct actor *who, const struct snapshot *from, const struct screening *s,
    int64_t *ret_run, struct diag *d);

/* API LeadList: those of the actor's divisions; possible ones last, those that lack the fewest and easiest facts first; else the
 * oldest first. */
struct lead_query { const char *scheme, *class, *state, *division, *cursor; int limit; };
NODISCARD enum status leads_json(struct civil *c, struct txn *t, struct access *x, const struct actor *who, const struct lead_query *q, struct json_writer *w, struct diag *d);
/* API LeadDetail: the policy asked again of what the registers say now, with its reasons.  E_NOT_FOUND lead.none: there is none, or it is another place's. */
NODISCARD enum status lead_json(struct civil *c, struct txn *t, struct access *x, const struct actor *who, int64_t lead, struct json_writer *w, int64_t *ret_version, struct diag *d);
/* API LeadQuality: by scheme, how many were closed, and how many of these were false. */
NODISCARD enum status leads_quality_json(struct civil *c, struct txn *t, const struct actor *who, struct json_writer *w, struct diag *d);

/* state: visit, offered, closed (with a cause, and a note where the cause is settled or wrong_data).
 * E_CONFLICT lead.changed (version), lead.closed; E_INPUT lead.cause, lead.note. */
NODISCARD enum status lead_handle(struct civil *c, const struct actor *who, int64_t lead, int64_t version, const char *state,
    const char *cause, const char *note, struct diag *d);

#endif
