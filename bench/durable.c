/* durable MODEL.bpmn COUNT: runs COUNT instances of the process through the store,
 * start to end, one after the other and then by 64 threads at once that each wait
 * for their commits; and writes the same rows with raw SQLite, a commit a step and
 * 64 steps a commit.  Prints JSON.
 *
 * An instance is two transactions, as in civil/case: it begins, its service is
 * answered and its task opened; the task is completed.  Each writes the state as
 * it is read again, and the task's row. */
#include "bench.h"

#include "bpmn/engine.h"
#include "civil/evaluate/evaluate.h"
#include "store/store.h"

#include <pthread.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { TEXT_MAX = 1 << 20, THREADS = 64, GROUP = 64 };

static const char *const TABLES[] = {
    "CREATE TABLE process (id BIGINT NOT NULL, state TEXT NOT NULL, version BIGINT NOT NULL, CONSTRAINT process_pk PRIMARY KEY (id)) STRICT",
    "CREATE TABLE task (id BIGINT NOT NULL, process BIGINT NOT NULL, key BIGINT NOT NULL, element TEXT NOT NULL, state TEXT NOT NULL, done_at BIGINT, CONSTRAINT task_pk PRIMARY KEY (id)) STRICT",
    "CREATE INDEX task_open ON task (element, id) WHERE state = 'open'",
};
#define INSERT_PROCESS "INSERT INTO process (id, state, version) VALUES (?, ?, 1)"
#define INSERT_TASK "INSERT INTO task (id, process, key, element, state) VALUES (?, ?, ?, ?, 'open')"
#define READ_PROCESS "SELECT state FROM process WHERE id = ?"
#define UPDATE_PROCESS "UPDATE process SET state = ?, version = version + 1 WHERE id = ?"
#define UPDATE_TASK "UPDATE task SET state = 'done', done_at = ? WHERE id = ? AND state = 'open'"

static struct {
    const struct bpmn_model *m;
    const struct json *variables, *answer, *output;
    struct store *store;
} b;

static instant_t now(void *arg) { return (instant_t)(bench_now() * 1e6); }

/* ---- through the store ------------------------------------------------------------------ */

static enum status create(struct txn *t, void *arg, struct diag *d) {
    enum status s = OK;
    for (size_t i = 0; s == OK && i < ARRAY_LEN(TABLES); i++)
        s = sql_exec(t, d, TABLES[i]);
    return s;
}

static enum status save(struct txn *t, int64_t id, const struct bpmn_state *state, const char *sql, bool insert, struct diag *d) {
    BUF_AUTO text;
    buf_init(&text, 0);
    bpmn_state_write(&text, b.m, state);
    return insert ? sql_exec(t, d, sql, SQL_I(id), SQL_T(buf_span(&text))) : sql_exec(t, d, sql, SQL_T(buf_span(&text)), SQL_I(id));
}

static enum status begin(struct txn *t, void *arg, struct diag *d) {
    int64_t id = *(int64_t *)arg;
    struct bpmn_result r;
    struct arena *a = txn_arena(t);
    enum status s = bpmn_start(b.m, SPAN(""), SPAN("u1"), b.variables, &evaluate_feel, a, &r, d);
    if (s == OK)
        s = bpmn_step(b.m, r.state, &(struct bpmn_event){.kind = BPMN_EVENT_ANSWER, .key = r.state->wait[0].key, .payload = b.answer}, &evaluate_feel, a, &r, d);
    if (s == OK)
        s = save(t, id, r.state, INSERT_PROCESS, true, d);
    return s == OK ? sql_exec(t, d, INSERT_TASK, SQL_I(id), SQL_I(id), SQL_I(r.state->wait[0].key), SQL_S(b.m->node[r.state->wait[0].node].id)) : s;
}

static enum status complete(struct txn *t, void *arg, struct diag *d) {
    int64_t id = *(int64_t *)arg, changed = 0;
    struct arena *a = txn_arena(t);
    const struct bpmn_state *state = NULL;
    struct bpmn_result r;
    AUTO(rows) struct rows *row = NULL;
    enum status s = sql_one(t, &row, d, READ_PROCESS, SQL_I(id));
    if (s == OK)
        s = bpmn_state_read(b.m, rows_text(row, 0), a, &state, d);
    row = rows_free(row);
    if (s == OK)
        s = bpmn_step(b.m, state, &(struct bpmn_event){.kind = BPMN_EVENT_COMPLETE, .key = state->wait[0].key, .who = SPAN("u2"), .payload = b.output}, &evaluate_feel, a, &r, d);
    if (s == OK)
        s = save(t, id, r.state, UPDATE_PROCESS, false, d);
    if (s == OK)
        s = sql_exec_count(t, &changed, d, UPDATE_TASK, SQL_I(txn_now(t)), SQL_I(id));
    return s == OK && (changed != 1 || r.state->status != BPMN_COMPLETED) ? E_CORRUPT : s;
}

struct work { int64_t from, to; };
static void *work(void *arg) {
    struct work *w = arg;
    struct diag d = {0};
    for (int64_t id = w->from; id < w->to; id++) {
        bench_ok(store_write(b.store, begin, &id, &d), "begin", &d);
        bench_ok(store_write(b.store, complete, &id, &d), "complete", &d);
    }
    return NULL;
}

static double at_once(int threads, int64_t from, int64_t each) {
    pthread_t id[THREADS];
    struct work w[THREADS];
    double began = bench_now();
    for (int i = 0; i < threads; i++) {
        w[i] = (struct work){from + i * each, from + (i + 1) * each};
        BENCH_CHECK(pthread_create(&id[i], NULL, work, &w[i]) == 0);
    }
    for (int i = 0; i < threads; i++)
        pthread_join(id[i], NULL);
    return bench_now() - began;
}

/* ---- raw ------------------------------------------------------------------------------------ */

static void raw(sqlite3 *db, int rc) {
    if (rc == SQLITE_OK || rc == SQLITE_ROW || rc == SQLITE_DONE)
        return;
    fprintf(stderr, "raw SQLite: %s\n", sqlite3_errmsg(db));
    exit(1);
}

struct texts { struct span open, done; int64_t key; const char *element; };

/* The same rows: two inserts, then a read and two updates, `group` steps a commit. */
static double raw_rows(sqlite3 *db, int64_t from, int64_t count, int64_t group, const struct texts *x) {
    static const char *const sql[] = {INSERT_PROCESS, INSERT_TASK, READ_PROCESS, UPDATE_PROCESS, UPDATE_TASK};
    sqlite3_stmt *st[ARRAY_LEN(sql)];
    for (size_t i = 0; i < ARRAY_LEN(sql); i++)
        raw(db, sqlite3_prepare_v2(db, sql[i], -1, &st[i], NULL));
    double began = bench_now();
    for (int64_t first = from; first < from + count; first += group) /* a group begins together, and ends together */
        for (int step = 0; step < 2; step++) {
            raw(db, sqlite3_exec(db, "BEGIN IMMEDIATE", NULL, NULL, NULL));
            for (int64_t id = first; id < first + group && id < from + count; id++) {
                sqlite3_bind_int64(st[0], 1, id);
                sqlite3_bind_text(st[0], 2, x->open.at, (int)x->open.size, SQLITE_STATIC);
                sqlite3_bind_int64(st[1], 1, id);
                sqlite3_bind_int64(st[1], 2, id);
                sqlite3_bind_int64(st[1], 3, x->key);
                sqlite3_bind_text(st[1], 4, x->element, -1, SQLITE_STATIC);
                sqlite3_bind_int64(st[2], 1, id);
                sqlite3_bind_text(st[3], 1, x->done.at, (int)x->done.size, SQLITE_STATIC);
                sqlite3_bind_int64(st[3], 2, id);
                sqlite3_bind_int64(st[4], 1, now(NULL));
                sqlite3_bind_int64(st[4], 2, id);
                for (size_t i = step ? 2 : 0; i < (step ? ARRAY_LEN(sql) : 2); i++) {
                    raw(db, sqlite3_step(st[i]));
                    sqlite3_reset(st[i]);
                }
            }
            raw(db, sqlite3_exec(db, "COMMIT", NULL, NULL, NULL));
        }
    double seconds = bench_now() - began;
    for (size_t i = 0; i < ARRAY_LEN(sql); i++)
        sqlite3_finalize(st[i]);
    return seconds;
}

static int64_t raw_sum(sqlite3 *db) {
    sqlite3_stmt *st;
    raw(db, sqlite3_prepare_v2(db, "SELECT COUNT(*) + SUM(t.id) + SUM(LENGTH(p.state)) + SUM(p.version) FROM process p JOIN task t ON t.process = p.id WHERE t.state = 'done'", -1, &st, NULL));
    raw(db, sqlite3_step(st));
    int64_t n = sqlite3_column_int64(st, 0);
    sqlite3_finalize(st);
    return n;
}

/* What the store wrote for instance 0, so that both write the same. */
static void one_of_each(struct arena *a, struct texts *x) {
    struct bpmn_result r;
    struct buf text;
    buf_init(&text, 0);
    BENCH_OK(bpmn_start(b.m, SPAN(""), SPAN("u1"), b.variables, &evaluate_feel, a, &r, &bench_diag));
    BENCH_OK(bpmn_step(b.m, r.state, &(struct bpmn_event){.kind = BPMN_EVENT_ANSWER, .key = r.state->wait[0].key, .payload = b.answer}, &evaluate_feel, a, &r, &bench_diag));
    bpmn_state_write(&text, b.m, r.state);
    x->key = (int64_t)r.state->wait[0].key;
    x->element = b.m->node[r.state->wait[0].node].id;
    x->open = span_bytes(arena_dup(a, buf_span(&text)), text.size);
    BENCH_OK(bpmn_step(b.m, r.state, &(struct bpmn_event){.kind = BPMN_EVENT_COMPLETE, .key = r.state->wait[0].key, .who = SPAN("u2"), .payload = b.output}, &evaluate_feel, a, &r, &bench_diag));
    buf_clear(&text);
    bpmn_state_write(&text, b.m, r.state);
    x->done = span_bytes(arena_dup(a, buf_span(&text)), text.size);
    buf_release(&text);
}

static sqlite3 *raw_open(const char *path, bool create_tables) {
    sqlite3 *db;
    raw(NULL, sqlite3_open(path, &db));
    raw(db, sqlite3_exec(db, "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL", NULL, NULL, NULL));
    for (size_t i = 0; create_tables && i < ARRAY_LEN(TABLES); i++) {
        char sql[400];
        snprintf(sql, sizeof sql, "%s", TABLES[i]);
        for (char *at; (at = strstr(sql, "BIGINT"));) { /* as the store writes it for SQLite */
            memcpy(at, "INT", 3);
            memmove(at + 3, at + 6, strlen(at + 6) + 1);
        }
        raw(db, sqlite3_exec(db, sql, NULL, NULL, NULL));
    }
    return db;
}

static const struct json *object(struct arena *a, const char *text) {
    const struct json *v;
    BENCH_OK(json_parse(a, span_of(text), &v, &bench_diag));
    return v;
}

int main(int argc, char **argv) {
    int64_t count = argc == 3 ? atoll(argv[2]) : 0;
    FILE *f = argc == 3 ? fopen(argv[1], "rb") : NULL;
    if (count < THREADS || !f) {
        fprintf(stderr, "usage: durable MODEL.bpmn COUNT (at least %d)\n", THREADS);
        return 2;
    }
    AUTO(arena) struct arena *a = arena_new(0);
    char *text = arena_alloc(a, TEXT_MAX), folder[] = "/var/tmp/minzheng-bench-XXXXXX", ours[64], beside[64];
    size_t size = fread(text, 1, TEXT_MAX, f);
    fclose(f);
    BENCH_OK(bpmn_load(a, span_bytes(text, size), NULL, &evaluate_feel, &b.m, &bench_diag));
    b.variables = object(a, "{\"amount\":120,\"applicant\":\"张三\"}");
    b.answer = object(a, "{\"found\":true,\"income\":980.50}");
    b.output = object(a, "{\"outcome\":\"同意\"}");
    BENCH_CHECK(mkdtemp(folder));
    snprintf(ours, sizeof ours, "%s/store.db", folder);
    snprintf(beside, sizeof beside, "%s/raw.db", folder);
    struct store_options o = {.now = now};
    BENCH_OK(store_open(ours, &o, &b.store, &bench_diag));
    BENCH_OK(store_write(b.store, create, NULL, &bench_diag));
    sqlite3 *db = raw_open(beside, true);
    struct texts x;
    one_of_each(a, &x);
    int64_t few = count / 16 > 0 ? count / 16 : 1, each = count / THREADS, many = each * THREADS;
    double alone = at_once(1, 0, few), raw_alone = raw_rows(db, 0, few, 1, &x);
    double together = at_once(THREADS, few, each), raw_together = raw_rows(db, few, many, GROUP, &x);
    b.store = store_free(b.store);
    sqlite3 *same = raw_open(ours, false);
    BENCH_CHECK(raw_sum(same) == raw_sum(db) && raw_sum(db) > 0);
    sqlite3_close(same);
    sqlite3_close(db);
    printf("{\"single_count\":%lld,\"single_seconds\":%.6f,\"raw_single_seconds\":%.6f,\"group_count\":%lld,\"group_seconds\":%.6f,\"raw_group_seconds\":%.6f,\"threads\":%d,\"group\":%d}\n",
        (long long)few, alone, raw_alone, (long long)many, together, raw_together, THREADS, GROUP);
    static const char *const ends[] = {"", "-wal", "-shm"};
    for (size_t i = 0; i < ARRAY_LEN(ends); i++) {
        char path[128];
        snprintf(path, sizeof path, "%s%s", ours, ends[i]);
        unlink(path);
        snprintf(path, sizeof path, "%s%s", beside, ends[i]);
        unlink(path);
    }
    rmdir(folder);
    return 0;
}
