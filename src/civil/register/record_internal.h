#ifndef CIVIL_REGISTER_RECORD_INTERNAL_H
#define CIVIL_REGISTER_RECORD_INTERNAL_H

#include "civil/register/record.h"

/* Columns of a row before the fields' own. */
#define RECORD_HEAD "district, id, version, recorded_at, superseded_at, valid_from, valid_to, recorded_by, batch, source, reason"
enum { RECORD_HEAD_COLUMNS = 11 };

/* Uses of the blind index (crypto/vault.h), one for all registers: a number is looked up in several. */
#define BLIND_ID_NUMBER "reg id_number"
#define BLIND_PHONE "reg phone"

/* ", name, kind": the fields' columns, without their blind indexes. */
void record_columns(struct buf *sql, const struct schema *s);
/* A row of RECORD_HEAD and record_columns.  Opens what is sealed. */
NODISCARD enum status record_take(struct civil *c, const struct schema *s, struct rows *r, struct arena *a, struct record *ret, struct diag *d);
/* Schema of a register that this actor may read.  E_NOT_FOUND register.unknown, E_FORBIDDEN register.read. */
NODISCARD enum status record_schema(struct civil *c, struct txn *t, const struct actor *who, const char *name, const struct schema **ret, struct diag *d);
NODISCARD enum status record_as_of(struct civil *c, struct txn *t, const struct schema *s, int64_t id, date_t on, instant_t known, struct arena *a, struct record *ret, struct diag *d);
struct span record_place(const struct schema *s, const struct field *f, int64_t district, int64_t id, char out[160]);

#endif
