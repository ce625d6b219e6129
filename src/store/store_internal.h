/* What the backends share.  Private to src/store.
 *
 *   store.c        the public calls, the run of a closure, values in and out
 *   id.c           64-bit ids
 *   dialect.c      one SQL text, two dialects
 *   stmt_cache.c   prepared statements of a connection
 *   migrate.c      numbered changes of the schema
 *   file.c         files that are on disk when we say so
 *   store_sqlite.c writer.c sqlite_conn.c sqlite_rows.c sqlite_constraint.c
 *   store_pg.c     pg_conn.c pg_rows.c pg_backup.c */
#ifndef STORE_STORE_INTERNAL_H
#define STORE_STORE_INTERNAL_H

#include "store/store.h"

#include <pthread.h>
#include <stdatomic.h>

/* A store is its backend's functions; the rest of the folder never asks which. */
struct store_backend {
    bool postgres;
    enum status (*open)(struct store *s, const char *target, struct diag *d);
    void (*close)(struct store *s); /* after a failed open too */
    enum status (*write)(struct store *s, txn_fn fn, void *arg, struct diag *d);
    enum status (*read)(struct store *s, txn_fn fn, void *arg, struct diag *d);
    /* Into the empty file `partial`; store.c makes and publishes it. */
    enum status (*backup)(struct store *s, const char *partial, struct diag *d);
    enum status (*check)(struct store *s, struct diag *d);

    /* Inside a closure. */
    enum status (*query)(struct txn *t, struct rows **ret, struct diag *d, const char *sql,
        const struct sql_value *v, size_t n);
    enum status (*exec)(struct txn *t, int64_t *ret_changed, struct diag *d, const char *sql,
        const struct sql_value *v, size_t n);
    /* Several statements without parameters or results. */
    enum status (*script)(struct txn *t, const char *sql, struct diag *d);

    enum status (*rows_next)(struct rows *r, bool *ret_row, struct diag *d);
    struct sql_value (*rows_value)(const struct rows *r, int column, int wanted);
    const char *(*rows_name)(const struct rows *r, int column);
    void (*rows_free)(struct rows *r);
};

extern const struct store_backend store_sqlite;
extern const struct store_backend store_pg;

struct id_source {
    _Atomic uint64_t last; /* milliseconds << 12 | sequence */
    unsigned node;
};

struct store {
    const struct store_backend *backend;
    struct store_options options;
    char name[64]; /* "SQLite 3.40.1" */
    struct id_source ids;
    void *impl; /* struct sqlite_store or struct pg_store */

    pthread_mutex_t lock;
    pthread_cond_t left;
    unsigned calls; /* threads inside the backend: closing waits for them */
};

struct txn {
    struct store *store;
    void *conn; /* the backend's connection */
    struct arena *arena;
    struct rows *open; /* newest first */
    instant_t now;
    int64_t deadline_ns; /* monotonic; 0: none */
    struct diag *failure; /* NULL, or the first failed statement's diagnostic */
    bool retry;           /* the failure may vanish when the closure is rerun */
};

/* First member of the backends' own rows. */
struct rows {
    struct txn *txn;
    struct rows *next;
    struct rows **link;
    int columns;
    bool on_row;
};

/* A run: txn_start, fn, txn_finish.  txn_finish closes the rows, empties the
 * arena and gives the status that counts: fn's, or that of a failed statement
 * that fn kept to itself. */
void txn_start(struct txn *t, struct store *s, void *conn, struct arena *arena);
enum status txn_finish(struct txn *t, enum status fn_status, struct diag *d);
/* Notes the failure of a statement; returns its status. */
enum status txn_failed(struct txn *t, enum status s, struct diag *d);

void rows_attach(struct rows *r, struct txn *t);
void rows_detach(struct rows *r);

/* The arena of a run: a closure that wants more has too much in hand. */
enum { TXN_ARENA_BYTES_MAX = 256 << 20 };

int64_t monotonic_ns(void);

void id_source_init(struct id_source *ids, unsigned node);
int64_t id_source_next(struct id_source *ids);

/* ---- files -------------------------------------------------------------- */

/* E_SYSTEM `code` with errno's text. */
enum status file_fail(struct diag *d, const char *code);
/* An empty file of mode 0600, its name on disk. */
enum status file_make(const char *path, bool or_exists, struct diag *d);
/* Syncs `partial` and gives it the name `path`, unless there is one already
 * (E_CONFLICT store.backup_exists).  The name `partial` stays. */
enum status file_publish(const char *partial, const char *path, struct diag *d);

/* ---- dialect ----------------------------------------------------------- */

/* BEGIN, COMMIT and the like belong to the store. */
bool sql_controls_transaction(const char *sql);
bool sql_script_controls_transaction(const char *sql); /* any of its statements */
bool sql_is_ddl(const char *sql);
/* Adds `sql` to `out` in the backend's words.  In statements that begin with
 * CREATE or ALTER the types are translated.  For PostgreSQL a '?' outside
 * literals becomes $1.., or NULL where v[i] is a null: an untyped parameter is
 * an error in "$1 IS NULL", a literal is not.  Returns the number of '?'. */
struct buf;
size_t sql_translate(struct buf *out, const char *sql, bool postgres,
    const struct sql_value *v, size_t n);

/* ---- prepared statements of a connection -------------------------------- */

struct stmt_cache;
struct stmt_entry {
    void *statement; /* the backend's; NULL in a fresh entry */
    bool in_use;
};
typedef void (*stmt_drop_fn)(void *owner, void *statement);
struct stmt_cache *stmt_cache_new(size_t room, stmt_drop_fn drop, void *owner);
struct stmt_cache *stmt_cache_free(struct stmt_cache *c); /* drops all; NULL */
/* The entry of a key, made when absent (then statement is NULL), and the least
 * recently used one not in use dropped for it.  NULL: memory, or all in use. */
struct stmt_entry *stmt_cache_get(struct stmt_cache *c, struct span key);
void stmt_cache_forget(struct stmt_cache *c, struct stmt_entry *e);
void stmt_cache_clear(struct stmt_cache *c); /* drops those not in use */
size_t stmt_cache_size(const struct stmt_cache *c);

/* The number of distinct SQL texts of the product is some hundreds; a
 * statement takes a few kilobytes. */
enum { STATEMENTS_MAX = 512 };

#endif
