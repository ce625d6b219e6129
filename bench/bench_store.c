/* Writes and reads through the store beside raw SQLite with the same durability:
 * closures a second of 1, 8 and 64 threads that each wait for their commit,
 * against one thread that commits each insert; reads by key of 1 and 8 threads
 * against a prepared statement.  Both tables hold the same rows at the end. */
#include "bench.h"

#include "store/store.h"

#include <math.h>
#include <pthread.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static const char TABLE[] = "CREATE TABLE item (id BIGINT NOT NULL, body TEXT NOT NULL, CONSTRAINT item_pk PRIMARY KEY (id)) STRICT";
static const char TABLE_RAW[] = "CREATE TABLE item (id INTEGER NOT NULL, body TEXT NOT NULL, CONSTRAINT item_pk PRIMARY KEY (id)) STRICT";
static const char BODY[] = "{\"kind\":\"bench\",\"text\":\"two hundred bytes or so of an ordinary event, as a case writes many of them: who, when, what, and the "
                           "number of the entry in the log that it is under\",\"district\":110102}";

struct work { struct store *store; int64_t from, to; long sum; };

static instant_t now(void *arg) { return (instant_t)(bench_now() * 1e6); }
static enum status create(struct txn *t, void *arg, struct diag *d) { return sql_exec(t, d, TABLE); }
static enum status insert(struct txn *t, void *arg, struct diag *d) {
    return sql_exec(t, d, "INSERT INTO item (id, body) VALUES (?, ?)", SQL_I(*(int64_t *)arg), SQL_S(BODY));
}
static enum status find(struct txn *t, void *arg, struct diag *d) {
    struct work *w = arg;
    AUTO(rows) struct rows *r = NULL;
    enum status s = sql_one(t, &r, d, "SELECT body FROM item WHERE id = ?", SQL_I(w->from));
    if (s == OK)
        w->sum += (long)rows_text(r, 0).size;
    return s;
}
struct total { int64_t count, ids; };
static enum status sum(struct txn *t, void *arg, struct diag *d) {
    struct total *x = arg;
    enum status s = sql_int(t, &x->count, 0, d, "SELECT count(*) FROM item");
    return s == OK ? sql_int(t, &x->ids, 0, d, "SELECT sum(id * length(body)) FROM item") : s;
}

static void *write_many(void *arg) {
    struct work *w = arg;
    struct diag d = {0};
    for (int64_t i = w->from; i < w->to; i++)
        bench_ok(store_write(w->store, insert, &i, &d), "write", &d);
    return NULL;
}
static void *read_many(void *arg) {
    struct work *w = arg, one = {.store = w->store};
    struct diag d = {0};
    for (one.from = w->from; one.from < w->to; one.from++)
        bench_ok(store_read(w->store, find, &one, &d), "read", &d);
    w->sum = one.sum;
    return NULL;
}

static double threads(void *(*fn)(void *), struct store *s, int n, int64_t from, int64_t each, long *ret_sum) {
    pthread_t id[64];
    struct work w[64];
    double t = bench_now();
    for (int i = 0; i < n; i++) {
        w[i] = (struct work){.store = s, .from = from + i * each, .to = from + (i + 1) * each};
        BENCH_CHECK(pthread_create(&id[i], NULL, fn, &w[i]) == 0);
    }
    *ret_sum = 0;
    for (int i = 0; i < n; i++) {
        pthread_join(id[i], NULL);
        *ret_sum += w[i].sum;
    }
    return (double)(n * each) / (bench_now() - t);
}

static void raw_check(sqlite3 *db, int rc) {
    if (rc == SQLITE_OK || rc == SQLITE_ROW || rc == SQLITE_DONE)
        return;
    fprintf(stderr, "raw SQLite: %s\n", sqlite3_errmsg(db));
    exit(1);
}
static sqlite3 *raw_open(const char *path) {
    sqlite3 *db;
    raw_check(NULL, sqlite3_open(path, &db));
    raw_check(db, sqlite3_exec(db, "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL", NULL, NULL, NULL));
    raw_check(db, sqlite3_exec(db, TABLE_RAW, NULL, NULL, NULL));
    return db;
}
static double raw_write(sqlite3 *db, int64_t from, int64_t n, int64_t group) {
    sqlite3_stmt *st;
    raw_check(db, sqlite3_prepare_v2(db, "INSERT INTO item (id, body) VALUES (?, ?)", -1, &st, NULL));
    double t = bench_now();
    for (int64_t i = 0; i < n; i++) {
        if (i % group == 0)
            raw_check(db, sqlite3_exec(db, "BEGIN IMMEDIATE", NULL, NULL, NULL));
        sqlite3_bind_int64(st, 1, from + i);
        sqlite3_bind_text(st, 2, BODY, -1, SQLITE_STATIC);
        raw_check(db, sqlite3_step(st));
        sqlite3_reset(st);
        if ((i + 1) % group == 0 || i + 1 == n)
            raw_check(db, sqlite3_exec(db, "COMMIT", NULL, NULL, NULL));
    }
    sqlite3_finalize(st);
    return (double)n / (bench_now() - t);
}
static double raw_read(sqlite3 *db, int64_t n, long *ret_sum) {
    sqlite3_stmt *st;
    raw_check(db, sqlite3_prepare_v2(db, "SELECT body FROM item WHERE id = ?", -1, &st, NULL));
    double t = bench_now();
    *ret_sum = 0;
    for (int64_t i = 0; i < n; i++) {
        sqlite3_bind_int64(st, 1, i);
        raw_check(db, sqlite3_step(st));
        *ret_sum += sqlite3_column_bytes(st, 0);
        sqlite3_reset(st);
    }
    sqlite3_finalize(st);
    return (double)n / (bench_now() - t);
}

int main(void) {
    char folder[] = "/var/tmp/minzheng-bench-XXXXXX", a[64], b[64];
    BENCH_CHECK(mkdtemp(folder));
    snprintf(a, sizeof a, "%s/store.db", folder);
    snprintf(b, sizeof b, "%s/raw.db", folder);
    struct store_options o = {.now = now};
    struct store *s = NULL;
    BENCH_OK(store_open(a, &o, &s, &bench_diag));
    BENCH_OK(store_write(s, create, NULL, &bench_diag));
    sqlite3 *db = raw_open(b);
    static const int counts[] = {1, 8, 64};
    int64_t total = bench_tiny() ? 64 : 6400, at = 0;
    long sum_ours, sum_raw;
    bench_machine();
    bench_head("raw SQLite");
    for (size_t i = 0; i < ARRAY_LEN(counts); i++, at += total) {
        int64_t n = counts[i] == 1 ? total / 4 : total;
        char what[64];
        double ours = threads(write_many, s, counts[i], at, n / counts[i], &sum_ours), single = raw_write(db, at, n, 1);
        snprintf(what, sizeof what, "closures of %d thread%s, a commit each", counts[i], counts[i] > 1 ? "s" : "");
        bench_row(what, ours, "/s", single, NULL);
    }
    struct total x;
    sqlite3_stmt *st;
    BENCH_OK(store_read(s, sum, &x, &bench_diag));
    raw_check(db, sqlite3_prepare_v2(db, "SELECT count(*), sum(id * length(body)) FROM item", -1, &st, NULL));
    raw_check(db, sqlite3_step(st));
    BENCH_CHECK(x.count == sqlite3_column_int64(st, 0) && x.ids == sqlite3_column_int64(st, 1) && x.count > 0);
    sqlite3_finalize(st);
    int64_t reads = bench_tiny() ? 8 : 1600;
    for (int n = 1; n <= 8; n += 7) {
        double raw = raw_read(db, reads, &sum_raw), ours = threads(read_many, s, n, 0, reads / n, &sum_ours);
        BENCH_CHECK(sum_ours == sum_raw);
        bench_row(n == 1 ? "reads by key, 1 thread" : "reads by key, 8 threads", ours, "/s", raw, NULL);
    }
    store_free(s);
    sqlite3_close(db);
    static const char *const ends[] = {"", "-wal", "-shm"};
    for (size_t i = 0; i < ARRAY_LEN(ends); i++) {
        char path[128];
        snprintf(path, sizeof path, "%s%s", a, ends[i]);
        unlink(path);
        snprintf(path, sizeof path, "%s%s", b, ends[i]);
        unlink(path);
    }
    rmdir(folder);
    return 0;
}
