/* The store: one thin interface, SQLite in one file or PostgreSQL.
 *
 * Promises.  A write is a re-runnable closure.  What store_write answered OK
 * is on disk (WAL, synchronous=FULL; PostgreSQL synchronous_commit=on); what
 * it refused left no trace.  On SQLite one writer thread takes the waiting
 * closures, runs each under its own savepoint inside a shared transaction and
 * answers all of them, refusals included, after the commit; when the commit
 * itself is lost every closure is rerun or fails.  On PostgreSQL a closure is
 * one serializable transaction, retried on serialization failure.
 * Therefore a closure has no effect outside the store (effects go to the
 * outbox table) and may be run more than once.
 *
 * Readers run beside the writer on a snapshot of their own.
 *
 * SQL is the common subset of both: '?' parameters, BIGINT/TEXT/BLOB columns,
 * INSERT ... ON CONFLICT, RETURNING, window functions, no JSON operators, no
 * dates (dates are BIGINT days, instants BIGINT microseconds, money BIGINT
 * fen, booleans BIGINT 0/1).  BLOB is BYTEA on PostgreSQL (DDL is translated).
 *
 * Every row about a person, household, case or payment has its district
 * (six-digit code, BIGINT) first in its primary key. */
#ifndef STORE_STORE_H
#define STORE_STORE_H

#include "base/arena.h"
#include "base/date.h"

struct store;
struct txn; /* valid inside one closure run */

struct store_options {
    /* The clock; never NULL.  Called once per closure run. */
    instant_t (*now)(void *arg);
    void *now_arg;
    unsigned readers;       /* connections for reading, 0: 4 */
    const char *sqlite_vfs; /* tests: the power-loss VFS; NULL: default */
    bool unsafe_no_sync;    /* tests: proves that the power-loss test can fail */
    bool read_only;         /* writes are E_FORBIDDEN store.read_only; the file must exist */
    unsigned node;          /* 1..1023, this program among those that write to one
                             * store; 0: drawn at random at each opening */
};

/* url: "sqlite:PATH", a plain path, or "postgresql://...".  Does not migrate.
 * A new SQLite file is made with mode 0600.  A PostgreSQL database must be in
 * UTF-8 (store.encoding).
 * E_SYSTEM store.open, E_CORRUPT store.corrupt, E_USAGE store.url. */
NODISCARD enum status store_open(const char *url, const struct store_options *o,
    struct store **ret, struct diag *d);
struct store *store_free(struct store *s); /* waits for running closures; NULL */
DEFINE_AUTO(store)

/* Applies the migrations not yet applied, in order, each in a transaction
 * with its row in schema_migration(version, name, sha256, applied_at).
 * A changed text of an applied migration is E_CORRUPT store.migration_changed;
 * a store newer than the program E_CONFLICT store.newer. */
struct migration { int version; const char *name; const char *sql; };
NODISCARD enum status store_migrate(struct store *s, const struct migration *list, size_t n, struct diag *d);

/* OK when all of them and no others are applied.  E_INPUT store.foreign (no store of ours), store.older, E_CONFLICT store.newer. */
NODISCARD enum status store_is_current(struct store *s, const struct migration *list, size_t n, struct diag *d);

bool store_is_postgres(const struct store *s);
const char *store_backend(const struct store *s); /* "SQLite 3.40.1", "PostgreSQL 15.8" */

/* `fn` returns OK to commit; anything else undoes it and is handed back.
 * Thread-safe.  Not from inside a closure (asserted on SQLite).  `d` is as the
 * caller left it at the start of every run.
 *
 * After a failed sql_... call the run is lost on both backends (PostgreSQL
 * knows no other way): every further call gives the same failure again, and
 * an `fn` that returns OK all the same is answered with that failure.  Where a
 * conflict is expected, write ON CONFLICT DO NOTHING and sql_exec_count.
 * E_NOT_FOUND store.no_row is an answer, not a failure.
 *
 * E_BUSY store.conflict: retries used up, or another program holds the file.
 * E_SYSTEM store.full, store.io, store.connection; store.unknown_outcome: the
 * connection to PostgreSQL broke during COMMIT, so the write may be there.
 * E_CORRUPT store.corrupt. */
typedef enum status (*txn_fn)(struct txn *t, void *arg, struct diag *d);
NODISCARD enum status store_write(struct store *s, txn_fn fn, void *arg, struct diag *d);
/* A snapshot, taken at the first statement.  Writing inside is E_FORBIDDEN
 * store.read_only.  `fn` runs once. */
NODISCARD enum status store_read(struct store *s, txn_fn fn, void *arg, struct diag *d);

/* Long jobs: `fn` is called again and again, each time in a write of its own
 * that should take at most 50 ms (`deadline` is the monotonic clock's value to
 * stop at; txn_late(t) tells), until it sets *done.  Being re-runnable, it finds
 * where to go on in the store, not in `arg`.  What earlier chunks wrote stays
 * when a later one fails. */
typedef enum status (*txn_chunk_fn)(struct txn *t, void *arg, bool *done, struct diag *d);
NODISCARD enum status store_write_chunks(struct store *s, txn_chunk_fn fn, void *arg, struct diag *d);
bool txn_late(const struct txn *t);

instant_t txn_now(const struct txn *t);      /* one value for the whole run */
date_t txn_today(const struct txn *t);
struct arena *txn_arena(struct txn *t);      /* dies after the run; for strings on their way in */
struct store *txn_store(struct txn *t);
/* 64-bit, sortable by time, unique without a counter: 41 bits of milliseconds
 * since 2020, 10 bits of node, 12 of sequence; always positive.  From the
 * machine's clock, not options.now: a test's clock that stands still would
 * hand out the same ids after a restart. */
int64_t txn_new_id(struct txn *t);

/* ---- SQL -------------------------------------------------------------- */

struct sql_value {
    enum { SQL_NULL, SQL_INT, SQL_TEXT, SQL_BLOB } type;
    int64_t number;
    struct span bytes;
};
#define SQL_I(n) ((struct sql_value){SQL_INT, (int64_t)(n), {0}})
#define SQL_S(s) sql_text_value(s)                                   /* const char *, NULL: null */
#define SQL_T(span) ((struct sql_value){SQL_TEXT, 0, (span)})
#define SQL_B(span) ((struct sql_value){SQL_BLOB, 0, (span)})
#define SQL_D(date) sql_date_value(date)                             /* DATE_NONE: null */
#define SQL_NIL ((struct sql_value){SQL_NULL, 0, {0}})
static inline struct sql_value sql_text_value(const char *s) {
    return s ? (struct sql_value){SQL_TEXT, 0, span_of(s)} : (struct sql_value){SQL_NULL, 0, {0}};
}
static inline struct sql_value sql_date_value(date_t d) {
    return d == DATE_NONE ? (struct sql_value){SQL_NULL, 0, {0}} : (struct sql_value){SQL_INT, d, {0}};
}

/* SQL is one statement without BEGIN, COMMIT or SAVEPOINT.  In CREATE and ALTER
 * the types are translated: BIGINT, TEXT, BLOB in the text become INTEGER, TEXT,
 * BLOB on SQLite and BIGINT, TEXT COLLATE "C", BYTEA on PostgreSQL, where STRICT
 * and WITHOUT ROWID disappear; so both sort and compare by bytes.  LIKE
 * distinguishes case on both.
 *
 * Traps of the common subset: PostgreSQL has no implicit conversion between
 * text and numbers; a comparison is a boolean there (SUM(CASE WHEN ...), not
 * SUM(a > b)); '?' is BIGINT, TEXT or BYTEA by its value (write
 * CAST(? AS INTEGER) for a length or position); SELECT without ORDER BY has no
 * order.  Do not change the rows that are being read: read them all first.
 *
 * sql_exec(t, d, "UPDATE x SET a = ? WHERE id = ?", SQL_I(1), SQL_I(2))
 * sql_exec_count: rows changed in *ret.  A broken unique, foreign key or check
 * constraint is E_CONFLICT store.constraint with the constraint's name as
 * argument `name` (name every constraint in the DDL; unnamed ones get what
 * PostgreSQL would call them); NOT NULL: "table.column".
 * E_INPUT store.text: a text that is not UTF-8 or has a NUL in it.
 * E_INPUT store.value: out of range, division by zero.
 * E_SYSTEM store.sql: the SQL is wrong. */
#define SQL_ARGS_(...) (const struct sql_value[]){{0}, ##__VA_ARGS__} + 1,     \
    sizeof((const struct sql_value[]){{0}, ##__VA_ARGS__}) / sizeof(struct sql_value) - 1
#define sql_exec(t, d, sql, ...) sql_exec_((t), NULL, (d), (sql), SQL_ARGS_(__VA_ARGS__))
#define sql_exec_count(t, ret, d, sql, ...) sql_exec_((t), (ret), (d), (sql), SQL_ARGS_(__VA_ARGS__))
NODISCARD enum status sql_exec_(struct txn *t, int64_t *ret_changed, struct diag *d, const char *sql,
    const struct sql_value *v, size_t n);

/* After E_CONFLICT: was it this constraint?  So that a refusal says what it means
 * and every other broken constraint stays what it is. */
static inline bool sql_broke(const struct diag *d, const char *constraint) {
    if (!d || strcmp(d->code, "store.constraint") != 0)
        return false;
    for (int i = 0; i < d->arg_count; i++)
        if (strcmp(d->arg[i].name, "name") == 0 && strcmp(d->arg[i].value, constraint) == 0)
            return true;
    return false;
}

/* AUTO(rows) struct rows *r = NULL;
 * enum status s = sql_query(t, &r, d, "SELECT a, b FROM x WHERE c = ?", SQL_I(3));
 * bool row = false;
 * while (s == OK && (s = rows_next(r, &row, d)) == OK && row)
 *     use(rows_int(r, 0), rows_text(r, 1));
 * if (s != OK)
 *     return s;
 *
 * sql_query runs the statement up to its first row, so INSERT ... RETURNING has
 * happened and a broken constraint is its failure, not rows_next's.
 * The rows end with the closure at the latest; rows_free earlier frees the
 * statement.  Several may be open at once.  Statements are prepared once per
 * connection and SQL text.  PostgreSQL hands all rows over at once: read a
 * large table by key, some thousand rows a query.
 *
 * Texts and blobs handed out live until the next rows_next or rows_free; an
 * empty one has at != NULL, a null one at == NULL. */
struct rows;
#define sql_query(t, ret, d, sql, ...) sql_query_((t), (ret), (d), (sql), SQL_ARGS_(__VA_ARGS__))
NODISCARD enum status sql_query_(struct txn *t, struct rows **ret, struct diag *d, const char *sql,
    const struct sql_value *v, size_t n);
/* Steps to the first / next row; *ret_row false at the end. */
NODISCARD enum status rows_next(struct rows *r, bool *ret_row, struct diag *d);
bool rows_null(const struct rows *r, int column);
int64_t rows_int(const struct rows *r, int column);     /* null: 0 */
date_t rows_date(const struct rows *r, int column);     /* null: DATE_NONE */
struct span rows_text(const struct rows *r, int column);/* null: {NULL,0} */
struct span rows_blob(const struct rows *r, int column);
int rows_columns(const struct rows *r);
const char *rows_column_name(const struct rows *r, int column);
/* Copies into `a`; "" for null. */
char *rows_dup(const struct rows *r, int column, struct arena *a);
struct rows *rows_free(struct rows *r);
DEFINE_AUTO(rows)

/* One row or E_NOT_FOUND store.no_row: *ret points at it until rows_free. */
#define sql_one(t, ret, d, sql, ...) sql_one_((t), (ret), (d), (sql), SQL_ARGS_(__VA_ARGS__))
NODISCARD enum status sql_one_(struct txn *t, struct rows **ret, struct diag *d, const char *sql,
    const struct sql_value *v, size_t n);
/* First column of the only row; `otherwise` when there is none or it is null. */
#define sql_int(t, ret, otherwise, d, sql, ...) sql_int_((t), (ret), (otherwise), (d), (sql), SQL_ARGS_(__VA_ARGS__))
NODISCARD enum status sql_int_(struct txn *t, int64_t *ret, int64_t otherwise, struct diag *d, const char *sql,
    const struct sql_value *v, size_t n);

/* Table and column of every BLOB column there is, sorted. */
NODISCARD enum status sql_blob_columns(struct txn *t, struct rows **ret, struct diag *d);

/* Online copy to a file (SQLite) or a tar archive with one CSV file a table
 * (PostgreSQL); consistent at one moment, writers go on.  The file appears
 * complete or not at all; E_CONFLICT store.backup_exists. */
NODISCARD enum status store_backup(struct store *s, const char *file, struct diag *d);
/* Collects the planner's statistics anew, for all connections: after much was
 * loaded, and now and then.  Without them SQLite takes the district, which every
 * key begins with, for selective and starts joins from the wrong end. */
NODISCARD enum status store_analyze(struct store *s, struct diag *d);
/* The backend's own integrity check; E_CORRUPT store.corrupt with what it
 * found as argument `detail`. */
NODISCARD enum status store_check(struct store *s, struct diag *d);

#endif
