/* The schema of the product: src/store/migrations/NNNN_name.sql, in order of
 * their numbers, put into the program by tools/embed.py.
 *
 *     store_migrate(store, store_migrations, store_migration_count, &diag);
 *
 * The SQL is the common subset that store.h describes, without triggers.
 * A file that has been released never changes (store.migration_changed): what
 * comes later is a file of its own. */
#ifndef STORE_MIGRATIONS_H
#define STORE_MIGRATIONS_H

#include "store/store.h"

extern const struct migration store_migrations[];
extern const size_t store_migration_count;

#endif
