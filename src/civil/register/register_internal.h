#ifndef CIVIL_REGISTER_REGISTER_INTERNAL_H
#define CIVIL_REGISTER_REGISTER_INTERNAL_H

#include "civil/register/register.h"

/* Where a sealed value belongs, "person.<column>|<district>|<id>": a value moved
 * to another row does not open. */
struct place { char text[80]; };
struct place place_of(const char *column, int64_t district, int64_t id);

/* person.c: what person_add would refuse but for a number that is taken; the place alone. */
NODISCARD enum status person_check_new(int64_t district, const struct person_new *p, struct diag *d);
NODISCARD enum status person_place_check(int64_t district, const char *code, struct diag *d);

/* household.c: the household somebody lives in now, without reading its members.
 * E_NOT_FOUND register.household. */
enum status household_id_of(struct txn *t, int64_t district, int64_t person, int64_t *ret, struct diag *d);

/* person_record.c: the first record of a person. */
enum status person_record_add(struct txn *t, const struct actor *who, int64_t district, int64_t person, const struct person_new *p,
    instant_t recorded_at, date_t valid_from, struct diag *d);
/* What a row of a file says of somebody on record; NULL says nothing.  The new belief is written with
 * superseded_at = 0: nobody's, until population_confirm.  *ret_differs false: nothing new, nothing written.
 * E_NOT_FOUND register.person; E_CONFLICT register.valid_from. */
struct person_told { const char *division, *address, *registered_division, *registered_address, *service_groups; const struct json *facts; };
NODISCARD enum status person_record_pend(struct txn *t, const struct actor *who, int64_t district, int64_t person, int64_t batch, instant_t recorded_at, date_t valid_from, const char *source,
    const struct person_told *told, bool dry, bool *ret_differs, struct diag *d);
/* The member's facts of the record that holds, as keys and values of the 成员 object. */
enum { FACTS_MAX = 96 }; /* 20 of the record, and those of the business registers: seven today */
struct fact_list { struct span key[FACTS_MAX]; const struct json *value[FACTS_MAX]; size_t n; };
enum status person_record_facts(struct txn *t, struct arena *a, int64_t district, int64_t person, date_t as_of, struct fact_list *ret, struct diag *d);
/* The columns those are read from, and the facts of one row that has them from `first` on. */
#define RESIDENCE_COLUMNS "address, registered_division, registered_address, service_groups"
#define RECORD_COLUMNS                                                                                                \
    "sex, birth, hukou, residence_permit, collective_hukou, marriage, work, capacity, ability, schooling, "           \
    "serious_illness, single_parent, kept_by_relatives, not_counted, identities, died_on, moved_out_on, work_reported_on"
struct rows;
enum status person_record_take(struct rows *r, int first, struct arena *a, struct fact_list *ret, struct diag *d);
bool fact_add(struct fact_list *f, struct arena *a, const char *key, const struct json *value);

/* business.c: facts the business registers hold of a person or household.
 * `source` NULL: those the bureau holds itself; else those of a simulated source. */
struct pack;
bool register_identifier(const char *s); /* goes into SQL text: lower-case letters, digits, underscores, no word of SQL */
enum status business_facts(struct civil *c, struct txn *t, struct arena *a, const char *owner_kind, const char *source, int64_t district, int64_t owner,
    date_t as_of, struct fact_list *facts, struct fact_list *sources, struct diag *d);
/* The same in pieces, for many owners at once: the columns of a register (", amount, kind"), a row that has them from
 * `first` on, and what n rows of one owner state.  *ret_new (may be NULL): a fact that was not there. */
void business_columns(struct buf *sql, const struct json *schema);
const struct json *business_row(struct arena *a, struct rows *r, int first, const struct json *schema);
enum status business_put(struct arena *a, const struct json *schema, const struct json **row, size_t n, struct fact_list *facts, bool *ret_new, struct diag *d);

/* household.c: the register's relations are to the head; these are to the applicant. */
const char *household_relation(const char *applicant, const char *other, bool same);

#endif
