/* A register that stands for itself (owner "self"): its schema, read from a pack's
 * registers/<name>.json (docs/formats/register.md) into types.
 *
 * One table a register, reg_<name>, of real columns (register.h makes it together with the
 * registers of people and households).  Every place that takes a value from outside,
 * API and import alike, goes through field_parse; what it refuses has the field's column in
 * `where` and a sentence of its own. */
#ifndef CIVIL_REGISTER_SCHEMA_H
#define CIVIL_REGISTER_SCHEMA_H

#include "civil/civil.h"
#include "base/json.h"
#include "store/store.h"

enum { SCHEMA_FIELDS_MAX = 48 };

enum field_type {
    FIELD_TEXT, FIELD_CODE, FIELD_DIVISION, FIELD_CREDIT_CODE,      /* TEXT */
    FIELD_INT, FIELD_DECIMAL, FIELD_MONEY, FIELD_BOOL, FIELD_DATE, FIELD_REF, /* BIGINT; a decimal times 10^scale, money in fen */
    FIELD_ID_NUMBER, FIELD_PHONE                                    /* sealed, beside <column>_blind */
};

struct field {
    const char *column, *zh, *en;
    enum field_type type;
    bool required, listed, personal;
    int64_t min, max;       /* text: characters; else the stored number */
    int scale;              /* of FIELD_DECIMAL, 0..9 */
    const struct json *codes;      /* of FIELD_CODE: [{code, zh, en, also: []}] */
    const char *other;      /* of FIELD_REF: the register meant */
    const struct json *names;      /* headings by which offices' files call it, besides zh, en and column; may be NULL */
    const struct json *reveal;     /* of a personal field: the roles that may see it whole */
    const char *unit_zh, *unit_en; /* "": none */
};

struct schema {
    const char *name, *zh, *en, *pack;
    struct field field[SCHEMA_FIELDS_MAX];
    size_t fields;
    size_t key[4], keys;    /* fields that identify a record; 0: none */
    size_t title;           /* the field that names a record */
    int division;           /* the field of the place it belongs to; -1: the whole district */
    const struct json *read, *write; /* roles */
    const struct json *json;
};

/* The register called `name`; E_NOT_FOUND register.unknown (also for those of people and households). */
NODISCARD enum status schema_find(const struct civil *c, struct arena *a, const char *name, struct schema *ret, struct diag *d);
/* How files of people are read ("owner": "population"): fields alone, there is no table.  E_NOT_FOUND register.unknown. */
NODISCARD enum status schema_population(const struct civil *c, struct arena *a, struct schema *ret, struct diag *d);
/* E_INPUT register.schema with the name and, where it has one, the column. */
NODISCARD enum status schema_read(struct arena *a, const struct json *json, const char *pack, struct schema *ret, struct diag *d);
bool schema_is_self(const struct json *json);
int schema_field(const struct schema *s, struct span column); /* -1: none */
bool field_sealed(const struct field *f);

bool schema_readable(const struct schema *s, const struct actor *who);
/* False: it is in a compartment ("compartment" of its JSON) that he is not in, and to him it does not exist. */
bool schema_known(const struct schema *s, const struct actor *who);
/* May he write a record of this division ("": of the whole district, `c`'s)? */
bool schema_writable(const struct civil *c, const struct schema *s, const struct actor *who, const char *division);
/* The first of the actor's roles listed in `roles`; NULL: none. */
const char *schema_role(const struct json *roles, const struct actor *who);

/* DDL: the table with its indexes, or the columns that a former schema lacks. */
NODISCARD enum status schema_create_table(struct txn *t, const struct schema *s, struct diag *d);
NODISCARD enum status schema_alter_table(struct txn *t, const struct schema *former, const struct schema *s, struct diag *d);

/* A value on its way in; plain: what is sealed when the record's id is known (FIELD_ID_NUMBER, FIELD_PHONE). */
struct field_value { struct sql_value v; };

/* Text to value.  `office`: as files of offices write it (names of codes and divisions, 2024年8月15日, 是/否, keys
 * of the other register); else as the API says it.  An empty text is null.  E_INPUT register.value.* with
 * the field's name; E_NOT_FOUND does not come out. */
NODISCARD enum status field_parse(struct civil *c, struct txn *t, const struct schema *s, const struct field *f, struct span text, bool office,
    struct field_value *ret, struct diag *d);
/* The same from JSON: a string, number, boolean or null. */
NODISCARD enum status field_parse_json(struct civil *c, struct txn *t, const struct schema *s, const struct field *f, const struct json *j,
    struct field_value *ret, struct diag *d);
/* As people read it: yuan, the code's name, a date.  Personal ones come masked. */
NODISCARD enum status field_show(const struct field *f, struct sql_value v, bool english, struct buf *out, struct diag *d);
/* For the API: numbers as numbers (a decimal exact, money in fen), ids as strings. */
void field_json(const struct field *f, struct sql_value v, struct json_writer *w);

#endif
