/* The SQLite half of the store.  Private to src/store. */
#ifndef STORE_SQLITE_INTERNAL_H
#define STORE_SQLITE_INTERNAL_H

#include "store/store_internal.h"

#include <pthread.h>
#include <sqlite3.h>

/* One connection, one thread at a time (SQLITE_OPEN_NOMUTEX). */
struct sqlite_conn {
    sqlite3 *db;
    struct stmt_cache *statements;
    struct arena *arena;
    struct sqlite_conn *next; /* in the list of idle readers */
};

enum sqlite_role { SQLITE_READER, SQLITE_WRITER };

enum status sqlite_conn_open(const struct store *s, const char *path, enum sqlite_role role,
    struct sqlite_conn **ret, struct diag *d);
struct sqlite_conn *sqlite_conn_free(struct sqlite_conn *c); /* NULL */
/* BEGIN, COMMIT, SAVEPOINT c: fixed texts without parameters. */
enum status sqlite_run(struct sqlite_conn *c, const char *sql, struct diag *d);
/* The status and diagnostic of a result code.  `stmt` is the statement that
 * failed, not yet reset, or NULL. */
enum status sqlite_fail(struct sqlite_conn *c, int rc, sqlite3_stmt *stmt, struct diag *d);
/* The name of the constraint that `stmt` broke. */
enum { CONSTRAINT_NAME_MAX = 128 };
void sqlite_constraint_name(struct sqlite_conn *c, int rc, sqlite3_stmt *stmt,
    char out[CONSTRAINT_NAME_MAX]);

/* store_backend's statement functions. */
enum status sqlite_query(struct txn *t, struct rows **ret, struct diag *d, const char *sql,
    const struct sql_value *v, size_t n);
enum status sqlite_exec(struct txn *t, int64_t *ret_changed, struct diag *d, const char *sql,
    const struct sql_value *v, size_t n);
enum status sqlite_script(struct txn *t, const char *sql, struct diag *d);
enum status sqlite_rows_next(struct rows *r, bool *ret_row, struct diag *d);
struct sql_value sqlite_rows_value(const struct rows *r, int column, int wanted);
const char *sqlite_rows_name(const struct rows *r, int column);
void sqlite_rows_free(struct rows *r);

/* ---- the writer (writer.c) ------------------------------------------------ */

struct writer;
/* Starts the thread; `conn` belongs to the writer from here on. */
enum status writer_new(struct store *s, struct sqlite_conn *conn, struct writer **ret, struct diag *d);
/* Runs what waits, then ends the thread. NULL. */
struct writer *writer_free(struct writer *w);
/* Waits until the closure has been committed or refused. */
enum status writer_do(struct writer *w, txn_fn fn, void *arg, struct diag *d);

#endif
