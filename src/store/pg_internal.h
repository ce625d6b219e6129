/* The PostgreSQL half of the store.  Private to src/store. */
#ifndef STORE_PG_INTERNAL_H
#define STORE_PG_INTERNAL_H

#include "store/store_internal.h"

#include <libpq-fe.h>

struct pg_conn {
    PGconn *pg;
    struct stmt_cache *statements;
    struct arena *arena;
    unsigned long serial;   /* of the next statement's name */
    bool stale;             /* its statements must be prepared anew */
    struct pg_conn *next;   /* in the list of idle connections */
};

enum status pg_connect(const struct store *s, const char *url, struct pg_conn **ret, struct diag *d);
struct pg_conn *pg_conn_free(struct pg_conn *c); /* NULL */
bool pg_alive(const struct pg_conn *c);
/* A text of fixed statements, in one round trip. */
enum status pg_run(struct pg_conn *c, const char *sql, bool *ret_retry, struct diag *d);
/* The status of a failed result.  *ret_retry becomes true when a rerun of the
 * closure may succeed. */
enum status pg_fail(struct pg_conn *c, const PGresult *r, bool *ret_retry, struct diag *d);

enum status pg_query(struct txn *t, struct rows **ret, struct diag *d, const char *sql,
    const struct sql_value *v, size_t n);
enum status pg_exec(struct txn *t, int64_t *ret_changed, struct diag *d, const char *sql,
    const struct sql_value *v, size_t n);
enum status pg_script(struct txn *t, const char *sql, struct diag *d);
enum status pg_rows_next(struct rows *r, bool *ret_row, struct diag *d);
struct sql_value pg_rows_value(const struct rows *r, int column, int wanted);
const char *pg_rows_name(const struct rows *r, int column);
void pg_rows_free(struct rows *r);

enum status pg_copy_tables(struct pg_conn *c, const char *partial, struct diag *d);

#endif
