/* Who looked, at whom, why.
 *
 * Personal data is read only through functions that take a `struct access *`
 * (civil/register, civil/case ...); there is no other way to the tables person,
 * person_record, household_member and reg_* (a test looks for SQL that
 * names them elsewhere), and an access cannot be made without a purpose.  It
 * collects its subjects while the response is built; access_commit writes one
 * log entry (a district; office, role, purpose, case, digest of the subjects, fields) and
 * its rows, durable before the response leaves.  A response that fails before
 * commit must not be sent.
 *
 * Bulk computation (screening, batch files, statistics) is one entry:
 * access_bulk_in. */
#ifndef CIVIL_ACCESS_ACCESS_H
#define CIVIL_ACCESS_ACCESS_H

#include "civil/civil.h"
#include "base/arena.h"

struct txn;
struct access;

/* purpose: a code of the catalogue (access.purpose.<code>): case_handling,
 * verification, review, decision, payment, self, counter_application,
 * enquiry, audit, home_visit, supervision, statistics, screening, protection_check,
 * fraud_check, secrecy_order, exchange, duplicate_check, family_finding, data_quality.  E_INPUT access.purpose for others.  NULL: the
 * one the role has of itself.  case_id 0: none.  Lives in `a`. */
NODISCARD enum status access_begin(struct arena *a, const struct actor *who, const char *role,
    const char *purpose, int64_t case_district, int64_t case_id, struct access **ret, struct diag *d);
/* At the doors: the look is made in this role, and its purpose must be one of the
 * role's.  Called again when the case shows in which of several roles an officer
 * looks.  E_FORBIDDEN access.purpose_role. */
NODISCARD enum status access_act_as(struct access *x, const char *role, struct diag *d);
/* The purposes of a role, its own first, NULL at the end; NULL: it has no
 * business with a person's record. */
const char *const *access_purposes(const char *role);
/* Called by the reading functions. fields: bits of enum access_field. */
enum access_field {
    ACCESS_NAME = 1, ACCESS_NUMBER = 2, ACCESS_PHONE = 4, ACCESS_ACCOUNT = 8, ACCESS_FAMILY = 16,
    ACCESS_INCOME = 32, ACCESS_PROPERTY = 64, ACCESS_HEALTH = 128, ACCESS_CASE = 256,
    ACCESS_VERIFICATION = 512, ACCESS_DECISION = 1024, ACCESS_PAYMENT = 2048, ACCESS_PAPERS = 4096
};
NODISCARD enum status access_add(struct access *x, int64_t district, int64_t person, unsigned fields, struct diag *d);
bool access_empty(const struct access *x);
size_t access_count(const struct access *x); /* people */
/* Who looks: what he may not know of (compartments, seals) the reading functions leave out. */
const struct actor *access_actor(const struct access *x);
/* Own transaction; nothing is written when it has no subjects (*ret_entry 0).
 * Subjects of several districts are an entry in each; *ret_entry is the first. */
NODISCARD enum status access_commit(struct civil *c, struct access *x, struct diag *d);
NODISCARD enum status access_commit_in(struct civil *c, struct txn *t, struct access *x, int64_t *ret_entry, struct diag *d);
NODISCARD enum status access_bulk_in(struct civil *c, struct txn *t, const struct actor *who, const char *role,
    const char *purpose, const char *query, int64_t rows, int64_t *ret_entry, struct diag *d);

/* What the entry of a look commits to as its subject.  people: the list, or the query of a computation over many. */
struct json;
const struct json *access_look_value(struct arena *a, int64_t account, const char *kind, const struct json *people);

#endif
