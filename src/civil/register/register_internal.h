#ifndef CIVIL_REGISTER_REGISTER_INTERNAL_H
#define CIVIL_REGISTER_REGISTER_INTERNAL_H

#include "civil/register/register.h"

/* Where a sealed value belongs, "person.<column>|<district>|<id>": a value moved
 * to another row does not open. */
struct place { char text[80]; };
struct place place_of(const char *column, int64_t district, int64_t id);

/* household.c: the household somebody lives in now, without reading its members.
 * E_NOT_FOUND register.household. */
enum status household_id_of(struct txn *t, int64_t district, int64_t person, int64_t *ret, struct diag *d);

/* person_record.c: the first record of a person. */
enum status person_record_add(struct txn *t, const struct actor *who, int64_t district, int64_t person, const struct person_new *p,
    instant_t recorded_at, date_t valid_from, struct diag *d);
/* The member's facts of the record that holds, as keys and values of the 成员 object. */
enum { FACTS_MAX = 96 }; /* 20 of the record, and those of the business registers: seven today */
struct fact_list { struct span key[FACTS_MAX]; const struct json *value[FACTS_MAX]; size_t n; };
enum status person_record_facts(struct txn *t, struct arena *a, int64_t district, int64_t person, date_t as_of, struct fact_list *ret, struct diag *d);
bool fact_add(struct fact_list *f, struct arena *a, const char *key, const struct json *value);

/* business.c: facts the business registers hold of a person or household.
 * `source` NULL: those the bureau holds itself; else those of a simulated source. */
struct pack;
enum status business_facts(struct civil *c, struct txn *t, struct arena *a, const char *owner_kind, const char *source, int64_t district, int64_t owner,
    date_t as_of, struct fact_list *facts, struct fact_list *sources, struct diag *d);

#endif
