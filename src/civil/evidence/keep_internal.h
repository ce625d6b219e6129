/* Of keep*.c alone: the list of what is kept, and a row as it is now. */
#ifndef CIVIL_EVIDENCE_KEEP_INTERNAL_H
#define CIVIL_EVIDENCE_KEEP_INTERNAL_H

#include "base/arena.h"
#include "base/json.h"
#include "civil/civil.h"
#include "store/store.h"
#include "tlog/entry.h"

/* What a row says.  Columns: i number, t text, b bytes (their SM3), s sealed by the vault (as it opens).  A file that
 * has been released never loses a column here: what is new gets a name of its own. */
struct kept {
    const char *name, *table;
    const char *district, *id; /* of table k; district "0": the table has none; id "0": the whole table is one */
    const char *which;         /* which rows are kept */
    const char *columns;
    bool gives_way;    /* a row may be replaced by another */
    const char *order; /* of the rows that share an id: they are kept as one; NULL: an id is one row */
    bool grows;        /* columns that hold nothing are left out: a later one changes nothing of what was committed to */
};
extern const struct kept evidence_kept[];
extern const size_t evidence_kept_count;

/* Those of the list, then a name for each register of the packs: "reg_income".  What is made for a register lives in the arena; NULL: it is full,
 * or there is no such name. */
size_t kept_count(const struct civil *c);
const struct kept *kept_at(const struct civil *c, struct arena *a, size_t i);
const struct kept *kept_named(const struct civil *c, struct arena *a, const char *name);
bool kept_is_register(const struct kept *k);

enum { COLUMNS_MAX = 110, SQL_BYTES = 8192, NAMES_MAX = 400 };
struct column { char type; char name[56]; };
enum { DIGEST_BYTES = 2 * HASH_BYTES };
struct digest { uint8_t byte[DIGEST_BYTES]; };
struct many { struct span salt, digest; int64_t id; };

size_t kept_columns(const struct kept *k, struct column out[COLUMNS_MAX]);
/* Columns: district, id, then those of the kind. */
void kept_select(const struct kept *k, const char *where, char sql[SQL_BYTES]);
bool kept_sealed(const struct kept *k);
/* Of the row where `r` stands, or the group; moves r behind it.  E_CORRUPT: a seal that does not open. */
NODISCARD enum status kept_digest(const struct civil *c, const struct kept *k, struct rows *r, struct span stored, struct arena *a, bool *ret_row, struct digest *ret, struct diag *d);
NODISCARD enum status kept_seal(struct civil *c, struct txn *t, const struct kept *k, struct rows *r, bool *ret_row, struct many *m, struct diag *d);

extern const uint8_t kept_no_salt[TLOG_SALT_BYTES]; /* the digests are salted; the list of them needs no salt */
const struct json *kept_digests_json(struct arena *a, const struct many *m, size_t n);
NODISCARD enum status kept_entry(const struct civil *c, struct txn *t, const struct actor *who, const char *action, int64_t district, const struct tlog_commitment *payload, int64_t *ret, struct diag *d);
NODISCARD enum status kept_record(const struct civil *c, struct txn *t, const struct actor *who, const struct kept *k, const char *action, int64_t district, const struct many *m, size_t n, struct diag *d);
/* {name: when it was taken in} of one entry. */
NODISCARD enum status kept_names_json(struct txn *t, int64_t entry, const struct json **ret, struct diag *d);

#endif
