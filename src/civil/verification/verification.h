/* Verification of means (家庭经济状况核对): asking, answering, the report.
 *
 * Asked are the people who authorised it, each source one question a person;
 * who refused is not asked.  What does not come back in time is shown as
 * missing (未反馈), never as nothing found. */
#ifndef CIVIL_VERIFICATION_VERIFICATION_H
#define CIVIL_VERIFICATION_VERIFICATION_H

#include "civil/civil.h"
#include "base/json.h"

struct txn;
struct access;
struct drive;
struct case_row;
struct bpmn_node;
struct party;

/* Service verification.request. */
NODISCARD enum status verification_request(struct drive *x, const struct bpmn_node *n, const struct json **ret, struct diag *d);
/* ---- consent (consent.c) ----
 *
 * One person's word for one case: given, until a day, taken back.  Who takes it back is asked about no more, and what was
 * answered about him counts no more; it is never turned into income. */

/* The last day of an authorisation given today: the matter's verification.consent_months; DATE_NONE: while the case lasts. */
date_t verification_consent_until(const struct case_row *k, date_t today);
/* none (nobody asks for it), waiting, given, expired, refused, withdrawn. */
const char *verification_consent_state(const struct party *p, date_t today);
/* E_CONFLICT verification.not_given, case.decided_already: the case has been decided on it. */
NODISCARD enum status verification_may_withdraw(struct txn *t, const struct case_row *k, int64_t person, struct diag *d);
/* What was asked about the person and not answered is closed; the process is told when nothing is waited for. */
NODISCARD enum status verification_stop(struct civil *c, struct txn *t, const struct actor *who, struct case_row *k, int64_t person, struct diag *d);
/* Who gives his word again, while the report is awaited, is asked about again. */
NODISCARD enum status verification_ask_again(struct civil *c, struct txn *t, const struct actor *who, struct case_row *k, int64_t person, struct diag *d);

/* API Verification. */
NODISCARD enum status verification_json(struct civil *c, struct txn *t, struct access *x, struct case_row *k, bool officer, struct json_writer *w, struct diag *d);
/* The report as PDF, in the transaction's arena.  E_NOT_FOUND verification.none: nothing was asked yet. */
NODISCARD enum status verification_pdf(struct civil *c, struct txn *t, struct access *x, struct case_row *k, bool officer, struct span *ret, struct diag *d);
/* One step: an answer that is due taken in, or a question past its time given up; when the last is in, the process
 * is told.  *ret_did false: nothing is due.  A failure is kept with its question, which waits longer. */
NODISCARD enum status verification_sweep(struct civil *c, bool *ret_did, struct diag *d);

#endif
