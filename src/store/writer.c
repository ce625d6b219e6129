/* The one writer of a SQLite file.
 *
 * A commit in WAL mode with synchronous=FULL costs one fsync, whatever is in
 * it.  So the writer takes all closures that wait, runs each under a savepoint
 * inside one transaction, and answers them together after the commit: while
 * one group is being synced the next one gathers.  Alone, a closure waits for
 * nobody: the group closes as soon as the queue is empty.
 *
 * Refusals wait for the commit too.  A closure may refuse because of what
 * another one in the group has just written, and that would be a false
 * answer if the group were lost.
 *
 * A group is lost when SQLite rolls the whole transaction back (disk full, I/O
 * error, memory) or the commit fails (a deferred foreign key).  Then every
 * closure of it runs again in a transaction of its own, in the same order, and
 * gets its own answer: one bad closure cannot fail its neighbours. */
#include "store/sqlite_internal.h"

/* 256 small closures take about 5 ms; beyond that the fsync is paid for and a
 * longer group only keeps its first members waiting. */
enum { GROUP_MAX = 256, GROUP_MS_MAX = 20 };

struct request {
    txn_fn fn;
    void *arg;
    struct diag *diag;  /* the caller's, or NULL */
    struct diag asked;  /* as the caller left it */
    enum status status;
    bool done;
    pthread_cond_t answered;
    struct request *next;
};

struct writer {
    struct store *store;
    struct sqlite_conn *conn;
    pthread_t thread;

    pthread_mutex_t lock;
    pthread_cond_t work;
    struct request *first, **last;
    bool stopping;
};

struct group {
    struct request *at[GROUP_MAX];
    size_t size;
    int64_t close_at_ns;
};

/* ---- running ------------------------------------------------------------- */

static void undo_all(struct sqlite_conn *c) {
    /* Some errors have rolled back already. */
    if (!sqlite3_get_autocommit(c->db))
        (void)!sqlite_run(c, "ROLLBACK", NULL);
    assert(sqlite3_get_autocommit(c->db));
}

static enum status run_fn(struct writer *w, struct request *q) {
    if (q->diag)
        *q->diag = q->asked;
    struct txn t;
    txn_start(&t, w->store, w->conn, w->conn->arena);
    return txn_finish(&t, q->fn(&t, q->arg, q->diag), q->diag);
}

/* false: the transaction around it is gone. */
static bool run_in_group(struct writer *w, struct request *q) {
    if (sqlite_run(w->conn, "SAVEPOINT closure", NULL) != OK)
        return false;
    q->status = run_fn(w, q);
    if (sqlite3_get_autocommit(w->conn->db))
        return false;
    if (q->status != OK && sqlite_run(w->conn, "ROLLBACK TO closure", NULL) != OK)
        return false;
    return sqlite_run(w->conn, "RELEASE closure", NULL) == OK;
}

static enum status run_alone(struct writer *w, struct request *q) {
    if (q->diag)
        *q->diag = q->asked;
    enum status s = sqlite_run(w->conn, "BEGIN IMMEDIATE", q->diag);
    if (s == OK)
        s = run_fn(w, q);
    if (s == OK && sqlite3_get_autocommit(w->conn->db))
        s = diag_fail(q->diag, E_SYSTEM, "store.io", DIAG_S("detail", "rolled back")); /* fn swallowed the error that rolled back */
    if (s == OK)
        s = sqlite_run(w->conn, "COMMIT", q->diag);
    if (s != OK)
        undo_all(w->conn);
    return s;
}

/* ---- the queue ------------------------------------------------------------ */

static struct request *pop(struct writer *w) {
    struct request *q = w->first;
    if (q) {
        w->first = q->next;
        if (!w->first)
            w->last = &w->first;
    }
    return q;
}

/* The next member of an open group, or NULL to close it. */
static struct request *next_member(struct writer *w, const struct group *g) {
    if (g->size == GROUP_MAX || (g->size > 0 && monotonic_ns() >= g->close_at_ns))
        return NULL;
    pthread_mutex_lock(&w->lock);
    struct request *q = pop(w);
    pthread_mutex_unlock(&w->lock);
    return q;
}

static void answer(struct writer *w, struct group *g) {
    pthread_mutex_lock(&w->lock);
    for (size_t i = 0; i < g->size; i++) {
        g->at[i]->done = true;
        pthread_cond_signal(&g->at[i]->answered);
    }
    pthread_mutex_unlock(&w->lock);
}

/* Another program holds the file, or it cannot be read: everybody in the queue
 * has waited long enough. */
static void refuse_all(struct writer *w, struct group *g, struct request *first, const struct diag *why) {
    for (struct request *q = first; q; q = next_member(w, g)) {
        g->at[g->size++] = q;
        q->status = why->status;
        if (q->diag)
            *q->diag = *why;
    }
    answer(w, g);
}

static void run_group(struct writer *w, struct request *first) {
    struct group g = {.close_at_ns = INT64_MAX};
    struct diag why = {0};
    if (sqlite_run(w->conn, "BEGIN IMMEDIATE", &why) != OK) {
        undo_all(w->conn);
        refuse_all(w, &g, first, &why);
        return;
    }
    g.close_at_ns = monotonic_ns() + GROUP_MS_MAX * INT64_C(1000000);
    bool held = true;
    for (struct request *q = first; q; q = held ? next_member(w, &g) : NULL) {
        g.at[g.size++] = q;
        held = run_in_group(w, q);
    }
    held = held && sqlite_run(w->conn, "COMMIT", NULL) == OK;
    if (!held) {
        undo_all(w->conn);
        for (size_t i = 0; i < g.size; i++)
            g.at[i]->status = run_alone(w, g.at[i]);
    }
    answer(w, &g);
}

static void *writer_main(void *arg) {
    struct writer *w = arg;
    for (;;) {
        pthread_mutex_lock(&w->lock);
        while (!w->first && !w->stopping)
            pthread_cond_wait(&w->work, &w->lock);
        struct request *q = pop(w);
        pthread_mutex_unlock(&w->lock);
        if (!q)
            return NULL;
        run_group(w, q);
    }
}

enum status writer_do(struct writer *w, txn_fn fn, void *arg, struct diag *d) {
    /* The writer would wait for itself. */
    assert(!pthread_equal(pthread_self(), w->thread));

    struct request q = {.fn = fn, .arg = arg, .diag = d};
    if (d)
        q.asked = *d;
    pthread_cond_init(&q.answered, NULL);
    pthread_mutex_lock(&w->lock);
    assert(!w->stopping);
    *w->last = &q;
    w->last = &q.next;
    pthread_cond_signal(&w->work);
    while (!q.done)
        pthread_cond_wait(&q.answered, &w->lock);
    pthread_mutex_unlock(&w->lock);
    pthread_cond_destroy(&q.answered);
    return q.status;
}

enum status writer_new(struct store *s, struct sqlite_conn *conn, struct writer **ret, struct diag *d) {
    struct writer *w = calloc(1, sizeof *w);
    if (!w) {
        sqlite_conn_free(conn);
        return diag_fail(d, E_LIMIT, "base.memory");
    }
    w->store = s;
    w->conn = conn;
    w->last = &w->first;
    pthread_mutex_init(&w->lock, NULL);
    pthread_cond_init(&w->work, NULL);
    if (pthread_create(&w->thread, NULL, writer_main, w) != 0) {
        sqlite_conn_free(conn);
        free(w);
        return diag_fail(d, E_SYSTEM, "store.thread");
    }
    *ret = w;
    return OK;
}

struct writer *writer_free(struct writer *w) {
    if (!w)
        return NULL;
    pthread_mutex_lock(&w->lock);
    w->stopping = true;
    pthread_cond_signal(&w->work);
    pthread_mutex_unlock(&w->lock);
    pthread_join(w->thread, NULL);
    sqlite_conn_free(w->conn);
    pthread_cond_destroy(&w->work);
    pthread_mutex_destroy(&w->lock);
    free(w);
    return NULL;
}
