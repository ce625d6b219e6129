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

/* Service verification.request. */
NODISCARD enum status verification_request(struct drive *x, const struct bpmn_node *n, const struct json **ret, struct diag *d);
/* API Verification. */
NODISCARD enum status verification_json(struct civil *c, struct txn *t, struct access *x, struct case_row *k, bool officer, struct json_writer *w, struct diag *d);
/* One step: an answer that is due taken in, or a question past its time given up; when the last is in, the process
 * is told.  *ret_did false: nothing is due.  A failure is kept with its question, which waits longer. */
NODISCARD enum status verification_sweep(struct civil *c, bool *ret_did, struct diag *d);

#endif
