/* The population register and the business registers of a household.
 *
 * A record has two times: when it was so (valid, days) and when we thought so
 * (recorded, microseconds).  Nothing is overwritten: a correction closes the
 * former row's recorded time and adds one; a change closes its valid time.
 *
 * Reading takes a `struct access` (civil/access): no purpose, no data. */
#ifndef CIVIL_REGISTER_REGISTER_H
#define CIVIL_REGISTER_REGISTER_H

#include "civil/civil.h"
#include "base/json.h"
#include "crypto/hash.h"

struct txn;
struct access;

/* Every query of person_record, household_member and person_relation says it: what a batch of an import wrote is
 * there for nobody until it is confirmed (0030_population_import.sql). */
#define REGISTER_SHOWN(r) "(" r ".batch IS NULL OR " r ".batch NOT IN (SELECT batch FROM import_hidden))"

struct person {
    int64_t district, id;
    char *name;
    char id_masked[19];
    bool male;
    date_t birth;
    char *hukou;        /* 本市, 外埠 */
    char *division;     /* community code */
    char *registered_division; /* where he is registered (户籍地); NULL: the register does not say */
    bool has_phone, has_account;
    char *bank_name;
};

/* All reading functions allocate in `a` and add to the access. E_NOT_FOUND register.person. */
NODISCARD enum status person_read(struct civil *c, struct txn *t, struct access *x, struct arena *a,
    int64_t district, int64_t person, struct person *ret, struct diag *d);
/* Whether two spellings are one name: spaces and the kind of middle dot do not count. */
bool person_name_same(const char *a, const char *b);
/* The name as a public list shows it: first character, then ＊. */
void person_name_masked(struct buf *out, const char *name);
/* By whole ID number (blind index).  E_NOT_FOUND. */
NODISCARD enum status person_by_number(struct civil *c, struct txn *t, struct access *x, struct span id_number,
    int64_t *ret_district, int64_t *ret_person, struct diag *d);
/* The same index of a number (18 characters) for whoever keeps one of a person whom no register knows yet. */
struct hash person_number_blind(const struct civil *c, struct span id_number);
/* One person, known by row, by number or by both: fills in what the register knows of the half that is
 * missing (district 0: no row), and reads nobody. */
struct person_identity { int64_t district, person; struct hash blind; bool blind_known; };
NODISCARD enum status person_identify(struct txn *t, struct person_identity *io, struct diag *d);
/* By last four, birth and/or name inside a division prefix; at most `max`. */
struct person_query { const char *last4; const char *name; date_t birth; const char *division; };
NODISCARD enum status person_search(struct civil *c, struct txn *t, struct access *x, struct arena *a,
    const struct person_query *q, size_t max, struct person **ret, size_t *ret_count, bool *ret_more, struct diag *d);
/* The plain number, phone or account; field is one ACCESS_NUMBER, ACCESS_PHONE, ACCESS_ACCOUNT. */
NODISCARD enum status person_reveal(struct civil *c, struct txn *t, struct access *x, struct arena *a,
    int64_t district, int64_t person, unsigned field, struct span *ret, struct diag *d);

/* The person's data key, to seal or open what events say of them.
 * E_NOT_FOUND register.erased when it has been erased. Not a read of data by itself. */
struct person_key;
NODISCARD enum status person_data_key(struct civil *c, struct txn *t, int64_t district, int64_t person,
    struct person_key *ret, struct diag *d);
/* Made up for a demonstration or test?  Papers about them say so.  Not a read of data. */
NODISCARD enum status person_is_synthetic(struct txn *t, int64_t district, int64_t person, bool *ret, struct diag *d);
/* The day that the register believes the person died; DATE_NONE: it knows of none. */
NODISCARD enum status person_died(struct txn *t, struct access *x, int64_t district, int64_t person, date_t *ret, struct diag *d);
NODISCARD enum status person_erase_key(struct civil *c, struct txn *t, int64_t district, int64_t person, struct diag *d);

struct household_member { int64_t person; char *relation; };
struct household {
    int64_t district, id;
    char *division, *address;
    struct household_member *member;
    size_t member_count;
};
NODISCARD enum status household_of(struct civil *c, struct txn *t, struct access *x, struct arena *a,
    int64_t district, int64_t person, struct household *ret, struct diag *d); /* E_NOT_FOUND register.household */
NODISCARD enum status household_read(struct civil *c, struct txn *t, struct access *x, struct arena *a,
    int64_t district, int64_t household, struct household *ret, struct diag *d);

/* The document 户 of the vocabulary (packs/vocabulary.csv) as the registers
 * believe it at (as_of, now): facts the registers do not hold are absent.
 * `ret_sources`: JSON object fact -> {source, as_of}. */
NODISCARD enum status household_facts(struct civil *c, struct txn *t, struct access *x, struct arena *a,
    int64_t district, int64_t household, int64_t applicant, date_t as_of,
    const struct json **ret_household, const struct json **ret_sources, struct diag *d);

/* What one data department would answer about a person and his household: the
 * registers whose schema names this source ("tax", "hrss", "bank" ...), held by
 * the bureau or not.  For the simulated sources of civil/verification only; a
 * real department answers by itself.  Facts as a JSON object by entity:
 * {"成员": {...}, "户": {...}}; null when this source has no register. */
NODISCARD enum status source_facts(struct civil *c, struct txn *t, struct access *x, struct arena *a, const char *source,
    int64_t district, int64_t person, date_t as_of, const struct json **ret, struct diag *d);
/* Whether any register answers for this source. */
bool source_known(const struct civil *c, const char *source);

/* Writing.  All in the caller's transaction. */
struct person_new {
    struct span id_number; /* 15 or 18; checked */
    const char *name;
    bool male;
    date_t birth;
    const char *division, *hukou;
    const char *phone, *bank_account, *bank_name; /* NULL: unknown */
    const struct json *facts; /* the member's other facts by vocabulary name */
    bool synthetic;
    const char *source;
    const char *address, *registered_division, *registered_address, *service_groups; /* NULL: unknown; groups joined by '|' */
    int64_t batch;         /* of an import; 0: none */
};
NODISCARD enum status person_add(struct civil *c, struct txn *t, const struct actor *who, int64_t district,
    const struct person_new *p, int64_t *ret_person, struct diag *d); /* E_CONFLICT register.number_taken; E_INPUT register.* idnum.* */
/* correction: it was never so (the former row's recorded time ends); else it is so
 * from `valid_from` on, not later than today.  E_INPUT register.fact_unknown,
 * register.fact_type, register.future, register.number_differs (sex and birth
 * follow from the number); E_CONFLICT register.valid_from. */
NODISCARD enum status person_change(struct civil *c, struct txn *t, const struct actor *who, int64_t district,
    int64_t person, date_t valid_from, const struct json *facts, const char *source, bool correction, struct diag *d);
NODISCARD enum status person_set_account(struct civil *c, struct txn *t, const struct actor *who, int64_t district,
    int64_t person, const char *bank_account, const char *bank_name, struct diag *d);
NODISCARD enum status household_add(struct civil *c, struct txn *t, const struct actor *who, int64_t district,
    const char *division, const char *address, bool synthetic, int64_t *ret_household, struct diag *d);
NODISCARD enum status household_join(struct civil *c, struct txn *t, const struct actor *who, int64_t district,
    int64_t household, int64_t person, const char *relation, date_t from, struct diag *d);

/* Business registers: packs' registers/<name>.json -> table reg_<name>.  A field
 * that a later schema adds becomes a column; one that it drops or gives another
 * type is E_CONFLICT register.schema_changed.  E_INPUT register.schema. */
NODISCARD enum status register_create_tables(struct civil *c, struct txn *t, struct diag *d);
/* Adds one row; `fields` by the schema's field names; owner is a household or person by the schema.
 * E_NOT_FOUND register.unknown, register.owner; E_INPUT register.fact_unknown, register.fact_type. */
NODISCARD enum status register_add(struct civil *c, struct txn *t, const struct actor *who, const char *name,
    int64_t district, int64_t owner, const struct json *fields, date_t valid_from, const char *source, struct diag *d);

/* Divisions. */
NODISCARD enum status division_load(struct civil *c, struct txn *t, struct span csv, struct diag *d);
NODISCARD enum status division_name(struct txn *t, struct arena *a, const char *code, const char **ret, struct diag *d);

#endif
