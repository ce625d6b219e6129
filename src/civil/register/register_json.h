/* People and households as the API shows them (src/server/api.json). */
#ifndef CIVIL_REGISTER_REGISTER_JSON_H
#define CIVIL_REGISTER_REGISTER_JSON_H

#include "civil/register/register.h"

/* PersonFoundList.  `id_number` (may be NULL) is a whole number, found anywhere in the
 * store but shown only inside q->division; otherwise at least two of name, last4, birth are
 * needed (E_INPUT register.query): one alone is a trawl. */
NODISCARD enum status person_search_json(struct civil *c, struct txn *t, struct access *x, const char *id_number,
    const struct person_query *q, size_t max, struct json_writer *w, struct diag *d);
/* Household of a person; `scope` a division prefix that must cover the household (NULL: the
 * person himself).  E_NOT_FOUND register.person. */
NODISCARD enum status person_household_json(struct civil *c, struct txn *t, struct access *x, int64_t district, int64_t person,
    const char *scope, struct json_writer *w, struct diag *d);
/* Household (API type) with members, masked numbers, facts with source and date. */
NODISCARD enum status household_json(struct civil *c, struct txn *t, struct access *x, int64_t district, int64_t household,
    int64_t applicant, struct json_writer *w, struct diag *d);
/* May this officer, in this role, look at this person: by division, or as a party of the named case in scope? */
NODISCARD enum status person_in_scope(struct civil *c, struct txn *t, const struct actor *who, const char *role, int64_t district, int64_t person,
    int64_t case_id, struct diag *d);
/* A case that a look names is one that this person is a party of and that the officer may know of: E_INPUT register.not_in_case. */
NODISCARD enum status person_in_case(struct txn *t, const struct actor *who, int64_t district, int64_t person, int64_t case_id, struct diag *d);

#endif
