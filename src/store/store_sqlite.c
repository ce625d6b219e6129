/* The embedded backend: one file, one writer, several readers. */
#include "store/sqlite_internal.h"

#include <limits.h>
#include <stdio.h>
#include <unistd.h>

enum { READERS = 4 };

struct sqlite_store {
    char path[PATH_MAX];
    struct writer *writer; /* NULL: read-only */

    pthread_mutex_t lock;
    pthread_cond_t returned;
    struct sqlite_conn *idle;
    unsigned opened, limit;
};

/* ---- readers ------------------------------------------------------------- */

static enum status take_reader(struct store *s, struct sqlite_conn **ret, struct diag *d) {
    struct sqlite_store *q = s->impl;
    pthread_mutex_lock(&q->lock);
    while (!q->idle && q->opened == q->limit)
        pthread_cond_wait(&q->returned, &q->lock);
    struct sqlite_conn *c = q->idle;
    if (c)
        q->idle = c->next;
    else
        q->opened++;
    pthread_mutex_unlock(&q->lock);
    if (c) {
        *ret = c;
        return OK;
    }

    enum status status = sqlite_conn_open(s, q->path, SQLITE_READER, ret, d);
    if (status != OK) {
        pthread_mutex_lock(&q->lock);
        q->opened--;
        pthread_cond_signal(&q->returned);
        pthread_mutex_unlock(&q->lock);
    }
    return status;
}

static void return_reader(struct sqlite_store *q, struct sqlite_conn *c) {
    pthread_mutex_lock(&q->lock);
    c->next = q->idle;
    q->idle = c;
    pthread_cond_signal(&q->returned);
    pthread_mutex_unlock(&q->lock);
}

static enum status read_once(struct store *s, struct sqlite_conn *c, txn_fn fn, void *arg, struct diag *d) {
    enum status status = sqlite_run(c, "BEGIN", d);
    if (status != OK)
        return status;
    struct txn t;
    txn_start(&t, s, c, c->arena);
    status = txn_finish(&t, fn(&t, arg, d), d);
    if (!sqlite3_get_autocommit(c->db)) {
        enum status ended = sqlite_run(c, "ROLLBACK", status == OK ? d : NULL);
        status = status == OK ? ended : status;
    }
    return status;
}

static enum status sqlite_read(struct store *s, txn_fn fn, void *arg, struct diag *d) {
    struct sqlite_conn *c = NULL;
    enum status status = take_reader(s, &c, d);
    if (status != OK)
        return status;
    status = read_once(s, c, fn, arg, d);
    return_reader(s->impl, c);
    return status;
}

static enum status sqlite_write(struct store *s, txn_fn fn, void *arg, struct diag *d) {
    struct sqlite_store *q = s->impl;
    return writer_do(q->writer, fn, arg, d);
}

/* ---- backup and check ------------------------------------------------------ */

static enum status copy_pages(sqlite3 *from, const char *file, struct diag *d) {
    sqlite3 *to = NULL;
    int rc = sqlite3_open_v2(file, &to, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, NULL);
    sqlite3_backup *b = rc == SQLITE_OK ? sqlite3_backup_init(to, "main", from, "main") : NULL;
    if (b) {
        sqlite3_backup_step(b, -1); /* one read transaction: one moment */
        rc = sqlite3_backup_finish(b);
    } else if (rc == SQLITE_OK) {
        rc = sqlite3_errcode(to);
    }
    if (sqlite3_close(to) != SQLITE_OK && rc == SQLITE_OK)
        rc = SQLITE_IOERR;
    if (rc == SQLITE_OK)
        return OK;
    char journal[PATH_MAX]; /* SQLite keeps it where a write failed; the pages it belongs to are thrown away */
    if ((size_t)snprintf(journal, sizeof journal, "%s-journal", file) < sizeof journal)
        unlink(journal);
    return diag_fail(d, E_SYSTEM, rc == SQLITE_FULL ? "store.full" : "store.io",
        DIAG_S("detail", sqlite3_errstr(rc)));
}

static enum status write_backup(struct store *s, const char *partial, struct diag *d) {
    struct sqlite_conn *c = NULL;
    enum status status = take_reader(s, &c, d);
    if (status != OK)
        return status;
    status = copy_pages(c->db, partial, d);
    return_reader(s->impl, c);
    return status;
}

/* The first row of `sql` that is not "ok" is what was found. */
static enum status check_with(struct txn *t, const char *sql, struct diag *d) {
    AUTO(rows) struct rows *r = NULL;
    enum status s = sql_query(t, &r, d, sql);
    if (s != OK)
        return s;
    bool row = false;
    s = rows_next(r, &row, d);
    if (s != OK || !row || span_is(rows_text(r, 0), "ok"))
        return s;
    return diag_fail(d, E_CORRUPT, "store.corrupt", DIAG_SPAN("detail", rows_text(r, 0)));
}

static enum status check_all(struct txn *t, void *arg, struct diag *d) {
    (void)arg;
    enum status s = check_with(t, "PRAGMA integrity_check(1)", d);
    if (s == OK)
        s = check_with(t, "SELECT 'foreign key: ' || \"table\" || ' -> ' || parent FROM pragma_foreign_key_check LIMIT 1", d);
    return s;
}

static enum status sqlite_check(struct store *s, struct diag *d) {
    return sqlite_read(s, check_all, NULL, d);
}

/* ---- open and close --------------------------------------------------------- */

static enum status sqlite_open(struct store *s, const char *path, struct diag *d) {
    assert(sqlite3_threadsafe() != 0);
    struct sqlite_store *q = calloc(1, sizeof *q);
    if (!q)
        return diag_fail(d, E_LIMIT, "base.memory");
    s->impl = q;
    pthread_mutex_init(&q->lock, NULL);
    pthread_cond_init(&q->returned, NULL);
    q->limit = s->options.readers ? s->options.readers : READERS;
    snprintf(s->name, sizeof s->name, "SQLite %s", sqlite3_libversion());
    /* ":memory:" would be another store for every connection. */
    if (strlen(path) >= sizeof q->path || strncmp(path, ":memory:", 8) == 0)
        return diag_fail(d, E_USAGE, "store.url");
    strcpy(q->path, path);

    struct sqlite_conn *c = NULL;
    if (s->options.read_only) {
        enum status status = take_reader(s, &c, d);
        if (status == OK)
            return_reader(q, c);
        return status;
    }
    /* Only its owner may read the people in it; SQLite gives the log the same mode. */
    enum status status = file_make(path, true, d);
    if (status == OK)
        status = sqlite_conn_open(s, path, SQLITE_WRITER, &c, d);
    if (status == OK)
        status = writer_new(s, c, &q->writer, d);
    return status;
}

static void sqlite_close(struct store *s) {
    struct sqlite_store *q = s->impl;
    if (!q)
        return;
    for (struct sqlite_conn *c = q->idle, *next; c; c = next) {
        next = c->next;
        sqlite_conn_free(c);
    }
    writer_free(q->writer); /* last, so that it is the writer who folds the log into the file */
    pthread_cond_destroy(&q->returned);
    pthread_mutex_destroy(&q->lock);
    free(q);
}

const struct store_backend store_sqlite = {
    .postgres = false,
    .open = sqlite_open,
    .close = sqlite_close,
    .write = sqlite_write,
    .read = sqlite_read,
    .backup = write_backup,
    .check = sqlite_check,
    .query = sqlite_query,
    .exec = sqlite_exec,
    .script = sqlite_script,
    .rows_next = sqlite_rows_next,
    .rows_value = sqlite_rows_value,
    .rows_name = sqlite_rows_name,
    .rows_free = sqlite_rows_free,
};
