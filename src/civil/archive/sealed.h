/* Every value that is sealed with the store's master key, in one list.
 *
 * What a person's data key seals is not in it: that key hangs on the master key as
 * person.data_key.  A test compares the list with the columns of the schema, and
 * sealed_left asks the store itself, so a column that nobody listed keeps its key. */
#ifndef CIVIL_ARCHIVE_SEALED_H
#define CIVIL_ARCHIVE_SEALED_H

#include "civil/civil.h"
#include "base/arena.h"

struct txn;

enum { SEALED_COLUMNS_MAX = 48 }; /* SCHEMA_FIELDS_MAX: a register could seal every field */
struct sealed_table {
    const char *name, *id;      /* the column that numbers a row within its district */
    const char *version;        /* of tables with several rows a number, else NULL */
    bool district_in_place;     /* associated data: "table.column|district|id", else without the district */
    bool large;                 /* values of megabytes: one row a write */
    const char *column[SEALED_COLUMNS_MAX];
    size_t columns;
};
/* The tables of the product and those of the registers, as the store has them; in `a`. */
NODISCARD enum status sealed_tables(struct txn *t, struct arena *a, const struct sealed_table **ret, size_t *ret_n, struct diag *d);

/* Where a pass over one table stands; zeroed at its beginning. */
struct renewal { int64_t district, id, version; bool end; int64_t rows, values, renewed; };
/* The next rows after *at under the newest key, in this transaction.  E_CORRUPT
 * archive.sealed: a value opens under none. */
NODISCARD enum status sealed_renew_in(struct civil *c, struct txn *t, const struct sealed_table *table, struct renewal *at, struct diag *d);

/* E_CORRUPT archive.sealed_left, with table and column: somewhere in the store, listed or not, a value is under a former key. */
NODISCARD enum status sealed_left(struct civil *c, struct txn *t, struct diag *d);

#endif
