/* A store with an evidence log, on SQLite and, where MINZHENG_TEST_PG names a
 * server, on PostgreSQL in a schema of its own. */
#ifndef TLOG_WORLD_H
#define TLOG_WORLD_H

#include "unit.h"

#include <stdlib.h>
#include <unistd.h>

#include "store/migrations.h"
#include "tlog/log.h"

struct world {
    bool postgres;
    char dir[64];
    char schema[64];
    char url[512];
    struct store *store;
    struct arena *arena;
    struct sign_key *ed25519, *sm2, *witness;
    struct tlog_keys keys;
    instant_t clock;
};

static instant_t world_now(void *arg) {
    struct world *w = arg;
    return w->clock += 1000;
}

static enum status world_sql(struct txn *t, void *arg, struct diag *d) { return sql_exec(t, d, (const char *)arg); }
static inline void world_run(struct world *w, const char *sql) {
    struct diag d = {0};
    expect_ok(store_write(w->store, world_sql, (void *)(uintptr_t)sql, &d), &d);
}

static inline void world_open(struct world *w) {
    struct diag d = {0};
    struct store_options o = {.now = world_now, .now_arg = w};
    expect_ok(store_open(w->url, &o, &w->store, &d), &d);
}

static inline void world_schema(struct world *w, const char *verb, const char *more) {
    char sql[160];
    snprintf(sql, sizeof sql, "%s SCHEMA %s%s", verb, w->schema, more);
    world_run(w, sql);
}

static inline void world_start(struct world *w, bool postgres) {
    struct diag d = {0};
    static int number;
    *w = (struct world){.postgres = postgres, .clock = 1795314600000000};
    snprintf(w->dir, sizeof w->dir, "%s", "/tmp/minzheng-tlog-XXXXXX");
    assert_non_null(mkdtemp(w->dir));
    if (postgres) {
        const char *server = getenv("MINZHENG_TEST_PG");
        snprintf(w->schema, sizeof w->schema, "tlog_%d_%d", (int)getpid(), number++);
        snprintf(w->url, sizeof w->url, "%s", server);
        world_open(w);
        world_schema(w, "CREATE", "");
        w->store = store_free(w->store);
        snprintf(w->url, sizeof w->url, "%s%coptions=-csearch_path%%3D%s", server, strchr(server, '?') ? '&' : '?',
            w->schema);
    } else {
        snprintf(w->url, sizeof w->url, "sqlite:%s/store.db", w->dir);
    }
    world_open(w);
    expect_ok(store_migrate(w->store, store_migrations, store_migration_count, &d), &d);
    w->arena = arena_new(0);
    expect_ok(sign_key_new(SIGN_ED25519, &w->ed25519, &d), &d);
    expect_ok(sign_key_new(SIGN_SM2, &w->sm2, &d), &d);
    expect_ok(sign_key_new(SIGN_ED25519, &w->witness, &d), &d);
    w->keys = (struct tlog_keys){"minzheng.example/110102", w->ed25519, w->sm2};
}

static inline void world_end(struct world *w) {
    char command[128];
    if (w->postgres)
        world_schema(w, "DROP", " CASCADE");
    store_free(w->store);
    sign_key_free(w->ed25519);
    sign_key_free(w->sm2);
    sign_key_free(w->witness);
    arena_free(w->arena);
    snprintf(command, sizeof command, "rm -rf %s", w->dir);
    if (system(command) != 0)
        print_message("# %s is left\n", w->dir);
}

/* ---- entries -------------------------------------------------------------- */

struct add {
    int count;
    int64_t *id;
    int64_t from;
    enum status answer; /* what the closure returns in the end */
};
static enum status add_entries(struct txn *t, void *arg, struct diag *d) {
    struct add *a = arg;
    for (int i = 0; i < a->count; i++) {
        struct tlog_commitment c = {{{0}}, {{0}}};
        int64_t n = a->from + i, id;
        memcpy(c.sha256.byte, &n, sizeof n);
        struct tlog_entry e = {
            .kind = TLOG_CASE_EVENT, .time = txn_now(t), .district = 110102, .office = "110102003000",
            .role = "clerk", .action = "accepted", .matter = &c, .payload = &c,
        };
        enum status s = tlog_record(t, &e, &id, d);
        if (s != OK)
            return s;
        if (a->id)
            a->id[i] = id;
    }
    return a->answer == OK ? OK : diag_fail(d, a->answer, "test.refused");
}

static inline void world_add(struct world *w, int count, int64_t *id) {
    struct diag d = {0};
    for (int done = 0; done < count; done += 500) {
        struct add a = {count - done < 500 ? count - done : 500, id ? id + done : NULL, done, OK};
        expect_ok(store_write(w->store, add_entries, &a, &d), &d);
    }
}

static inline void world_grow(struct world *w, int count, int64_t *id) {
    struct diag d = {0};
    int64_t n;
    bool made;
    world_add(w, count, id);
    expect_ok(tlog_sequence(w->store, &n, &d), &d);
    assert_int_equal(n, count);
    expect_ok(tlog_checkpoint_make(w->store, &w->keys, &made, &d), &d);
    assert_true(made);
}

struct query { const char *sql; int64_t answer; };
static enum status query_int(struct txn *t, void *arg, struct diag *d) {
    struct query *q = arg;
    return sql_int(t, &q->answer, -1, d, q->sql);
}
static inline int64_t world_int(struct world *w, const char *sql) {
    struct diag d = {0};
    struct query q = {sql, 0};
    expect_ok(store_read(w->store, query_int, &q, &d), &d);
    return q.answer;
}

struct state_arg { struct tlog_state state; };
static enum status read_state(struct txn *t, void *arg, struct diag *d) { return tlog_state_get(t, arg, d); }
static inline struct tlog_state world_state(struct world *w) {
    struct diag d = {0};
    struct tlog_state st;
    expect_ok(store_read(w->store, read_state, &st, &d), &d);
    return st;
}

/* ---- findings ------------------------------------------------------------- */

struct findings {
    int count;
    struct diag first[20];
};
static void keep_finding(void *arg, const struct diag *d) {
    struct findings *f = arg;
    if (f->count < (int)ARRAY_LEN(f->first))
        f->first[f->count] = *d;
    f->count++;
}
static inline struct tlog_audit world_audit(struct world *w, struct findings *f) {
    struct diag d = {0};
    struct tlog_audit a;
    *f = (struct findings){0};
    expect_ok(tlog_verify_store(w->store, NULL, 0, keep_finding, f, &a, &d), &d);
    assert_int_equal(a.findings, f->count);
    return a;
}
static inline void world_sound(struct world *w) {
    struct findings f;
    world_audit(w, &f);
    if (f.count)
        fail_msg("%d findings, the first %s (%s %s)", f.count, f.first[0].code, f.first[0].arg[0].value,
            f.first[0].arg[1].value);
}

static struct world w;
static bool on_sqlite = false, on_postgres = true;
static int world_set_up(void **state) {
    world_start(&w, *(bool *)*state);
    return 0;
}
static int world_tear_down(void **state) {
    world_end(&w);
    return 0;
}
#define WORLD_TEST(f) cmocka_unit_test_setup_teardown(f, world_set_up, world_tear_down)

/* The same tests on every backend at hand, in one group: TAP has one plan. */
static inline int world_main(const struct CMUnitTest *test, size_t n) {
    struct CMUnitTest all[40];
    static char name[40][80];
    size_t count = 0;
    for (int backend = 0; backend < (getenv("MINZHENG_TEST_PG") ? 2 : 1); backend++)
        for (size_t i = 0; i < n; i++, count++) {
            assert(count < ARRAY_LEN(all));
            all[count] = test[i];
            snprintf(name[count], sizeof name[count], "%s, %s", test[i].name, backend ? "PostgreSQL" : "SQLite");
            all[count].name = name[count];
            all[count].initial_state = backend ? &on_postgres : &on_sqlite;
        }
    return _cmocka_run_group_tests("log", all, count, NULL, NULL);
}
#define WORLD_MAIN(tests) return world_main(tests, ARRAY_LEN(tests))

#endif
