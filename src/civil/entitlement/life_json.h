/* Proposals, recoveries, back payments and the whole life of a benefit, as officers and the person see them.
 *
 * A list holds what is in the divisions that the viewer has a reading role over (proposals: clerk, decider, leader,
 * auditor; money: cashier and finance too), never what is in a compartment that he is not in; LIFE_PAGE a page,
 * the newest first.  What is not there for him by its id: E_NOT_FOUND. */
#ifndef CIVIL_ENTITLEMENT_LIFE_JSON_H
#define CIVIL_ENTITLEMENT_LIFE_JSON_H

#include "civil/entitlement/life.h"

enum { LIFE_PAGE = 50, LIFE_MONTHS = 36 };

/* NULL or "": whatever it is.  cursor: the digits of the last one's id. */
struct life_query { const char *state, *division, *cursor; };
NODISCARD enum status proposals_json(struct civil *c, struct txn *t, struct access *x, const struct actor *who, const struct life_query *q, struct json_writer *w, struct diag *d);
NODISCARD enum status proposal_json(struct civil *c, struct txn *t, struct access *x, const struct actor *who, int64_t id, struct json_writer *w, struct diag *d);
NODISCARD enum status recoveries_json(struct civil *c, struct txn *t, struct access *x, const struct actor *who, const struct life_query *q, struct json_writer *w, struct diag *d);
NODISCARD enum status recovery_json(struct civil *c, struct txn *t, struct access *x, const struct actor *who, int64_t id, struct json_writer *w, struct diag *d);
/* What was owed for months that were run, and which payment settles it: `state` owed, ordered or paid. */
NODISCARD enum status back_payments_json(struct civil *c, struct txn *t, struct access *x, const struct actor *who, const struct life_query *q, struct json_writer *w, struct diag *d);

/* API BenefitLife: from the grant to today, at most LIFE_MONTHS months. */
NODISCARD enum status benefit_json(struct civil *c, struct txn *t, struct access *x, const struct actor *who, int64_t entitlement, struct json_writer *w, struct diag *d);
/* API BenefitRefList: of a case (0: any); `state` active, suspended, ended, "due": a review within a month, or "relatives"
 * (近亲属备案): whose case names a relative that an officer declared; for leader and auditor, empty for others. */
NODISCARD enum status benefits_json(struct civil *c, struct txn *t, struct access *x, const struct actor *who, int64_t case_id, const struct life_query *q, struct json_writer *w, struct diag *d);

/* The resident's own: what he was told of, with every word, and no officer's name. */
NODISCARD enum status my_proposals_json(struct civil *c, struct txn *t, struct access *x, const struct actor *who, struct json_writer *w, struct diag *d);
NODISCARD enum status my_recoveries_json(struct civil *c, struct txn *t, struct access *x, const struct actor *who, struct json_writer *w, struct diag *d);

#endif
