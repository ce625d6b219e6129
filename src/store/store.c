#include "store/store_internal.h"

#include "base/utf8.h"

#include <limits.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

/* A chunk of a long job holds the only writer that long. */
enum { CHUNK_MS_MAX = 50 };

int64_t monotonic_ns(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

/* ---- the store ---------------------------------------------------------- */

static const struct store_backend *backend_of(const char *url, const char **ret_target) {
    static const char sqlite[] = "sqlite:";
    if (strncmp(url, sqlite, sizeof sqlite - 1) == 0) {
        *ret_target = url + sizeof sqlite - 1;
        return &store_sqlite;
    }
    *ret_target = url;
    if (strncmp(url, "postgresql://", 13) == 0 || strncmp(url, "postgres://", 11) == 0)
        return &store_pg;
    return strstr(url, "://") ? NULL : &store_sqlite;
}

enum status store_open(const char *url, const struct store_options *o,
    struct store **ret, struct diag *d) {
    assert(url);
    assert(o && o->now);
    assert(o->node < 1024);
    assert(ret);

    const char *target = NULL;
    const struct store_backend *backend = backend_of(url, &target);
    if (!backend || !*target)
        return diag_fail(d, E_USAGE, "store.url");
    struct store *s = calloc(1, sizeof *s);
    if (!s)
        return diag_fail(d, E_LIMIT, "base.memory");
    s->backend = backend;
    s->options = *o;
    id_source_init(&s->ids, o->node);
    pthread_mutex_init(&s->lock, NULL);
    pthread_cond_init(&s->left, NULL);
    enum status status = backend->open(s, target, d);
    if (status != OK) {
        store_free(s);
        return status;
    }
    *ret = s;
    return OK;
}

struct store *store_free(struct store *s) {
    if (!s)
        return NULL;
    pthread_mutex_lock(&s->lock);
    while (s->calls > 0)
        pthread_cond_wait(&s->left, &s->lock);
    pthread_mutex_unlock(&s->lock);
    s->backend->close(s);
    pthread_cond_destroy(&s->left);
    pthread_mutex_destroy(&s->lock);
    free(s);
    return NULL;
}

static const struct store_backend *enter(struct store *s) {
    pthread_mutex_lock(&s->lock);
    s->calls++;
    pthread_mutex_unlock(&s->lock);
    return s->backend;
}

/* The last touch of the store by a call. */
static enum status leave(struct store *s, enum status status) {
    pthread_mutex_lock(&s->lock);
    if (--s->calls == 0)
        pthread_cond_signal(&s->left);
    pthread_mutex_unlock(&s->lock);
    return status;
}

bool store_is_postgres(const struct store *s) {
    return s->backend->postgres;
}

enum status sql_blob_columns(struct txn *t, struct rows **ret, struct diag *d) {
    return store_is_postgres(t->store)
        ? sql_query(t, ret, d, "SELECT CAST(table_name AS TEXT), CAST(column_name AS TEXT) FROM information_schema.columns "
                               "WHERE table_schema = current_schema() AND data_type = 'bytea' ORDER BY 1, 2")
        : sql_query(t, ret, d, "SELECT m.name, c.name FROM sqlite_master m JOIN pragma_table_info(m.name) c WHERE m.type = 'table' AND c.type = 'BLOB' ORDER BY 1, 2");
}

const char *store_backend(const struct store *s) {
    return s->name;
}

enum status store_write(struct store *s, txn_fn fn, void *arg, struct diag *d) {
    assert(s && fn);
    if (s->options.read_only)
        return diag_fail(d, E_FORBIDDEN, "store.read_only");
    return leave(s, enter(s)->write(s, fn, arg, d));
}

enum status store_read(struct store *s, txn_fn fn, void *arg, struct diag *d) {
    assert(s && fn);
    return leave(s, enter(s)->read(s, fn, arg, d));
}

enum status store_backup(struct store *s, const char *file, struct diag *d) {
    assert(s && file);
    char partial[PATH_MAX];
    if ((size_t)snprintf(partial, sizeof partial, "%s.partial", file) >= sizeof partial)
        return diag_fail(d, E_USAGE, "store.url");
    if (access(file, F_OK) == 0)
        return diag_fail(d, E_CONFLICT, "store.backup_exists");
    unlink(partial); /* of a backup that was broken off */
    enum status status = file_make(partial, false, d);
    if (status == OK)
        status = leave(s, enter(s)->backup(s, partial, d));
    if (status == OK)
        status = file_publish(partial, file, d);
    unlink(partial);
    return status;
}

/* SQLite's other connections read statistics when they read the schema, so the
 * table that holds them is made anew, which changes the schema. */
static enum status analyze(struct txn *t, void *arg, struct diag *d) {
    enum status s = store_is_postgres(t->store) ? OK : sql_exec(t, d, "DROP TABLE IF EXISTS sqlite_stat1");
    return s == OK ? sql_exec(t, d, "ANALYZE") : s;
}

enum status store_analyze(struct store *s, struct diag *d) {
    return store_write(s, analyze, NULL, d);
}

enum status store_check(struct store *s, struct diag *d) {
    assert(s);
    return leave(s, enter(s)->check(s, d));
}

struct chunk {
    txn_chunk_fn fn;
    void *arg;
    bool done;
};

static enum status run_chunk(struct txn *t, void *arg, struct diag *d) {
    struct chunk *c = arg;
    c->done = false; /* an earlier run of this chunk may have been undone */
    t->deadline_ns = monotonic_ns() + CHUNK_MS_MAX * INT64_C(1000000);
    return c->fn(t, c->arg, &c->done, d);
}

enum status store_write_chunks(struct store *s, txn_chunk_fn fn, void *arg, struct diag *d) {
    assert(s && fn);
    struct chunk c = {.fn = fn, .arg = arg};
    while (!c.done) {
        enum status status = store_write(s, run_chunk, &c, d);
        if (status != OK)
            return status;
    }
    return OK;
}

/* ---- one run of a closure ------------------------------------------------ */

void txn_start(struct txn *t, struct store *s, void *conn, struct arena *arena) {
    *t = (struct txn){.store = s, .conn = conn, .arena = arena};
    t->now = s->options.now(s->options.now_arg);
}

enum status txn_finish(struct txn *t, enum status fn_status, struct diag *d) {
    while (t->open)
        t->store->backend->rows_free(t->open);
    if (fn_status == OK && t->failure) {
        fn_status = t->failure->status;
        if (d)
            *d = *t->failure;
    }
    free(t->failure);
    t->failure = NULL;
    arena_reset(t->arena);
    return fn_status;
}

enum status txn_failed(struct txn *t, enum status s, struct diag *d) {
    assert(s != OK);
    if (t->failure)
        return s;
    t->failure = calloc(1, sizeof *t->failure);
    if (t->failure) {
        if (d)
            *t->failure = *d;
        t->failure->status = s;
    }
    return s;
}

static enum status failed_before(struct txn *t, struct diag *d) {
    if (d)
        *d = *t->failure;
    return t->failure->status;
}

bool txn_late(const struct txn *t) {
    return t->deadline_ns != 0 && monotonic_ns() >= t->deadline_ns;
}

instant_t txn_now(const struct txn *t) {
    return t->now;
}

date_t txn_today(const struct txn *t) {
    return instant_date(t->now);
}

struct arena *txn_arena(struct txn *t) {
    return t->arena;
}

struct store *txn_store(struct txn *t) {
    return t->store;
}

int64_t txn_new_id(struct txn *t) {
    return id_source_next(&t->store->ids);
}

/* ---- statements ----------------------------------------------------------- */

/* SQLite would keep such a text and PostgreSQL refuse it, so neither takes it. */
static enum status check_values(const struct sql_value *v, size_t n, struct diag *d) {
    for (size_t i = 0; i < n; i++) {
        if (v[i].type != SQL_TEXT || v[i].bytes.size == 0)
            continue;
        if (!utf8_valid(v[i].bytes) || memchr(v[i].bytes.at, '\0', v[i].bytes.size))
            return diag_fail(d, E_INPUT, "store.text", DIAG_N("position", i + 1));
    }
    return OK;
}

enum status sql_exec_(struct txn *t, int64_t *ret_changed, struct diag *d, const char *sql,
    const struct sql_value *v, size_t n) {
    assert(t && sql);
    if (t->failure)
        return failed_before(t, d);
    enum status s = check_values(v, n, d);
    if (s == OK)
        s = t->store->backend->exec(t, ret_changed, d, sql, v, n);
    return s == OK ? OK : txn_failed(t, s, d);
}

enum status sql_query_(struct txn *t, struct rows **ret, struct diag *d, const char *sql,
    const struct sql_value *v, size_t n) {
    assert(t && ret && sql);
    if (t->failure)
        return failed_before(t, d);
    enum status s = check_values(v, n, d);
    if (s == OK)
        s = t->store->backend->query(t, ret, d, sql, v, n);
    return s == OK ? OK : txn_failed(t, s, d);
}

enum status sql_one_(struct txn *t, struct rows **ret, struct diag *d, const char *sql,
    const struct sql_value *v, size_t n) {
    AUTO(rows) struct rows *r = NULL;
    enum status s = sql_query_(t, &r, d, sql, v, n);
    if (s != OK)
        return s;
    bool row = false;
    s = rows_next(r, &row, d);
    if (s != OK)
        return s;
    if (!row)
        return diag_fail(d, E_NOT_FOUND, "store.no_row");
    *ret = TAKE(r);
    return OK;
}

enum status sql_int_(struct txn *t, int64_t *ret, int64_t otherwise, struct diag *d,
    const char *sql, const struct sql_value *v, size_t n) {
    AUTO(rows) struct rows *r = NULL;
    enum status s = sql_query_(t, &r, d, sql, v, n);
    if (s != OK)
        return s;
    bool row = false;
    s = rows_next(r, &row, d);
    if (s != OK)
        return s;
    *ret = row && !rows_null(r, 0) ? rows_int(r, 0) : otherwise;
    return OK;
}

/* ---- rows ------------------------------------------------------------------ */

void rows_attach(struct rows *r, struct txn *t) {
    r->txn = t;
    r->next = t->open;
    r->link = &t->open;
    if (t->open)
        t->open->link = &r->next;
    t->open = r;
}

void rows_detach(struct rows *r) {
    *r->link = r->next;
    if (r->next)
        r->next->link = r->link;
}

static const struct store_backend *of(const struct rows *r) {
    return r->txn->store->backend;
}

enum status rows_next(struct rows *r, bool *ret_row, struct diag *d) {
    assert(r && ret_row);
    if (r->txn->failure)
        return failed_before(r->txn, d);
    bool row = false;
    enum status s = of(r)->rows_next(r, &row, d);
    r->on_row = s == OK && row;
    if (s != OK)
        return txn_failed(r->txn, s, d);
    *ret_row = row;
    return OK;
}

static struct sql_value value_at(const struct rows *r, int column, int wanted) {
    assert(r && r->on_row);
    assert(column >= 0 && column < r->columns);
    return of(r)->rows_value(r, column, wanted);
}

bool rows_null(const struct rows *r, int column) {
    return value_at(r, column, SQL_NULL).type == SQL_NULL;
}

int64_t rows_int(const struct rows *r, int column) {
    struct sql_value v = value_at(r, column, SQL_INT);
    return v.type == SQL_NULL ? 0 : v.number;
}

date_t rows_date(const struct rows *r, int column) {
    struct sql_value v = value_at(r, column, SQL_INT);
    if (v.type == SQL_NULL || v.number < INT32_MIN || v.number > INT32_MAX)
        return DATE_NONE;
    return (date_t)v.number;
}

struct span rows_text(const struct rows *r, int column) {
    return value_at(r, column, SQL_TEXT).bytes;
}

struct span rows_blob(const struct rows *r, int column) {
    return value_at(r, column, SQL_BLOB).bytes;
}

int rows_columns(const struct rows *r) {
    return r->columns;
}

const char *rows_column_name(const struct rows *r, int column) {
    assert(column >= 0 && column < r->columns);
    return of(r)->rows_name(r, column);
}

char *rows_dup(const struct rows *r, int column, struct arena *a) {
    struct span s = rows_text(r, column);
    return arena_dup(a, s.at ? s : SPAN(""));
}

struct rows *rows_free(struct rows *r) {
    if (r)
        of(r)->rows_free(r);
    return NULL;
}
