/* The PostgreSQL backend: a pool of connections, serializable closures.
 *
 * A closure runs behind a savepoint.  A refusal goes back to it and still
 * commits, because only a commit proves that what the refusal was based on
 * was not a mirage of a concurrent transaction (manual, 13.2.3: data read is
 * not valid until the transaction which read it commits). */
#include "store/pg_internal.h"

#include "crypto/hash.h"

#include <pthread.h>
#include <stdio.h>
#include <time.h>

enum {
    READERS = 4,
    WRITERS = 4,
    /* Thirty reruns with up to 50 ms between them: more than a second of a
     * row that everybody wants. */
    ATTEMPTS_MAX = 30,
    PAUSE_MS_MAX = 50
};

static const char begin_write[] =
    "BEGIN ISOLATION LEVEL SERIALIZABLE READ WRITE; SAVEPOINT closure";
static const char begin_read[] =
    "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";

struct pg_store {
    char *url;
    pthread_mutex_t lock;
    pthread_cond_t returned;
    struct pg_conn *idle;
    unsigned opened, limit;
};

/* ---- the pool -------------------------------------------------------------------- */

static void forget_conn(struct pg_store *q, struct pg_conn *c) {
    pg_conn_free(c);
    pthread_mutex_lock(&q->lock);
    q->opened--;
    pthread_cond_signal(&q->returned);
    pthread_mutex_unlock(&q->lock);
}

static enum status take_conn(struct store *s, struct pg_conn **ret, struct diag *d) {
    struct pg_store *q = s->impl;
    pthread_mutex_lock(&q->lock);
    while (!q->idle && q->opened == q->limit)
        pthread_cond_wait(&q->returned, &q->lock);
    struct pg_conn *c = q->idle;
    if (c)
        q->idle = c->next;
    else
        q->opened++;
    pthread_mutex_unlock(&q->lock);
    if (c) {
        *ret = c;
        return OK;
    }
    enum status status = pg_connect(s, q->url, ret, d);
    if (status != OK)
        forget_conn(q, NULL);
    return status;
}

static void return_conn(struct store *s, struct pg_conn *c) {
    struct pg_store *q = s->impl;
    /* Whatever a broken connection left behind ends with it. */
    if (!pg_alive(c) || PQtransactionStatus(c->pg) != PQTRANS_IDLE) {
        forget_conn(q, c);
        return;
    }
    if (c->stale) {
        stmt_cache_clear(c->statements);
        c->stale = false;
    }
    pthread_mutex_lock(&q->lock);
    c->next = q->idle;
    q->idle = c;
    pthread_cond_signal(&q->returned);
    pthread_mutex_unlock(&q->lock);
}

/* A connection that died while it lay idle is noticed at BEGIN: then all idle
 * ones may be dead, and fresh ones are tried until one is really new. */
static enum status begin_on(struct store *s, const char *begin, struct pg_conn **ret, struct diag *d) {
    struct pg_store *q = s->impl;
    for (unsigned i = 0; i <= q->limit; i++) {
        struct pg_conn *c = NULL;
        enum status status = take_conn(s, &c, d);
        if (status != OK)
            return status;
        bool retry = false;
        status = pg_run(c, begin, &retry, d);
        if (status == OK) {
            *ret = c;
            return OK;
        }
        bool dead = !pg_alive(c);
        return_conn(s, c);
        if (!dead)
            return status;
    }
    return diag_fail(d, E_SYSTEM, "store.connection");
}

/* ---- closures --------------------------------------------------------------------- */

static void pause_before(unsigned attempt) {
    uint32_t random;
    random_bytes(&random, sizeof random);
    uint64_t ceiling_us = attempt < 6 ? UINT64_C(1000) << attempt : PAUSE_MS_MAX * UINT64_C(1000);
    uint64_t us = random % ceiling_us;
    nanosleep(&(struct timespec){.tv_nsec = (long)us * 1000}, NULL);
}

/* `refused`: the status of the closure, OK to keep what it wrote. */
static enum status end_write(struct pg_conn *c, enum status refused, bool *ret_retry, struct diag *d) {
    PGresult *r = PQexec(c->pg, refused == OK ? "COMMIT" : "ROLLBACK TO closure; COMMIT");
    bool committed = PQresultStatus(r) == PGRES_COMMAND_OK && strcmp(PQcmdStatus(r), "COMMIT") == 0;
    enum status s = refused;
    if (!committed && !pg_alive(c)) {
        *ret_retry = false; /* it may have been done: nobody but the caller can know what to do */
        s = refused == OK ? diag_fail(d, E_SYSTEM, "store.unknown_outcome") : refused;
    } else if (!committed) {
        struct diag *failure = refused == OK ? d : NULL;
        enum status ended = PQresultStatus(r) == PGRES_COMMAND_OK
            ? diag_fail(failure, E_SYSTEM, "store.sql", DIAG_S("detail", "the transaction was aborted"))
            : pg_fail(c, r, ret_retry, failure);
        s = refused == OK ? ended : refused;
    }
    PQclear(r);
    if (PQtransactionStatus(c->pg) != PQTRANS_IDLE)
        PQclear(PQexec(c->pg, "ROLLBACK"));
    return s;
}

static enum status write_once(struct store *s, txn_fn fn, void *arg, bool *ret_retry, struct diag *d) {
    struct pg_conn *c = NULL;
    enum status status = begin_on(s, begin_write, &c, d);
    if (status != OK)
        return status;
    struct txn t;
    txn_start(&t, s, c, c->arena);
    status = txn_finish(&t, fn(&t, arg, d), d);
    *ret_retry = t.retry;
    if (t.retry)
        PQclear(PQexec(c->pg, "ROLLBACK"));
    else
        status = end_write(c, status, ret_retry, d);
    return_conn(s, c);
    return status;
}

static enum status pg_write(struct store *s, txn_fn fn, void *arg, struct diag *d) {
    struct diag asked = {0};
    if (d)
        asked = *d;
    for (unsigned attempt = 0;; attempt++) {
        if (d)
            *d = asked;
        bool retry = false;
        enum status status = write_once(s, fn, arg, &retry, d);
        if (!retry || attempt == ATTEMPTS_MAX)
            return status;
        pause_before(attempt);
    }
}

static enum status pg_read(struct store *s, txn_fn fn, void *arg, struct diag *d) {
    struct pg_conn *c = NULL;
    enum status status = begin_on(s, begin_read, &c, d);
    if (status != OK)
        return status;
    struct txn t;
    txn_start(&t, s, c, c->arena);
    status = txn_finish(&t, fn(&t, arg, d), d);
    PQclear(PQexec(c->pg, "ROLLBACK"));
    return_conn(s, c);
    return status;
}

/* ---- backup and check ----------------------------------------------------------------- */

static enum status pg_backup(struct store *s, const char *partial, struct diag *d) {
    struct pg_conn *c = NULL;
    enum status status = begin_on(s, begin_read, &c, d);
    if (status != OK)
        return status;
    status = pg_copy_tables(c, partial, d);
    PQclear(PQexec(c->pg, "ROLLBACK"));
    return_conn(s, c);
    return status;
}

/* Of our schema only.  amcheck is in postgresql-contrib; without it the server's
 * own bookkeeping is all there is to ask. */
static const char bad_index_sql[] =
    "SELECT c.relname FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid"
    " WHERE NOT (i.indisvalid AND i.indisready) AND c.relnamespace = current_schema()::regnamespace LIMIT 1";
static const char bad_constraint_sql[] =
    "SELECT conname FROM pg_constraint WHERE NOT convalidated"
    " AND connamespace = current_schema()::regnamespace LIMIT 1";
static const char amcheck_there_sql[] =
    "SELECT count(*) FROM pg_extension WHERE extname = 'amcheck'";
static const char amcheck_sql[] =
    "SELECT bt_index_check(c.oid::regclass, true) FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid"
    " JOIN pg_am a ON a.oid = c.relam WHERE a.amname = 'btree' AND i.indisvalid"
    " AND c.relnamespace = current_schema()::regnamespace";

static enum status nothing_found(struct txn *t, const char *sql, struct diag *d) {
    AUTO(rows) struct rows *r = NULL;
    enum status s = sql_one_(t, &r, d, sql, NULL, 0);
    if (s == OK)
        return diag_fail(d, E_CORRUPT, "store.corrupt", DIAG_SPAN("detail", rows_text(r, 0)));
    return s == E_NOT_FOUND ? OK : s;
}

static enum status check_all(struct txn *t, void *arg, struct diag *d) {
    (void)arg;
    enum status s = nothing_found(t, bad_index_sql, d);
    if (s == OK)
        s = nothing_found(t, bad_constraint_sql, d);
    int64_t amcheck = 0;
    if (s == OK)
        s = sql_int(t, &amcheck, 0, d, amcheck_there_sql);
    if (s == OK && amcheck)
        s = sql_exec(t, d, amcheck_sql);
    if (s == OK && d)
        diag_clear(d);
    return s;
}

static enum status pg_check(struct store *s, struct diag *d) {
    return pg_read(s, check_all, NULL, d);
}

/* ---- open and close ---------------------------------------------------------------------- */

static enum status pg_open(struct store *s, const char *url, struct diag *d) {
    struct pg_store *q = calloc(1, sizeof *q);
    if (!q)
        return diag_fail(d, E_LIMIT, "base.memory");
    s->impl = q;
    pthread_mutex_init(&q->lock, NULL);
    pthread_cond_init(&q->returned, NULL);
    q->limit = (s->options.readers ? s->options.readers : READERS) + WRITERS;
    q->url = strdup(url);
    if (!q->url)
        return diag_fail(d, E_LIMIT, "base.memory");
    struct pg_conn *c = NULL;
    enum status status = take_conn(s, &c, d);
    if (status != OK)
        return status;
    const char *version = PQparameterStatus(c->pg, "server_version");
    version = version ? version : "?";
    snprintf(s->name, sizeof s->name, "PostgreSQL %.*s", (int)strcspn(version, " "), version);
    return_conn(s, c);
    return OK;
}

static void pg_close(struct store *s) {
    struct pg_store *q = s->impl;
    if (!q)
        return;
    for (struct pg_conn *c = q->idle, *next; c; c = next) {
        next = c->next;
        pg_conn_free(c);
    }
    pthread_cond_destroy(&q->returned);
    pthread_mutex_destroy(&q->lock);
    free(q->url);
    free(q);
}

const struct store_backend store_pg = {
    .postgres = true,
    .open = pg_open,
    .close = pg_close,
    .write = pg_write,
    .read = pg_read,
    .backup = pg_backup,
    .check = pg_check,
    .query = pg_query,
    .exec = pg_exec,
    .script = pg_script,
    .rows_next = pg_rows_next,
    .rows_value = pg_rows_value,
    .rows_name = pg_rows_name,
    .rows_free = pg_rows_free,
};
