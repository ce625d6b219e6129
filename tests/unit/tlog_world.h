/* A store with an evidence log and its keys, on both backends
 * (support/test_store.h).
 *
 *     static void proves(void **state) { WORLD; world_grow(5, NULL); ... }
 *     const struct CMUnitTest tests[] = { WORLD_TEST(proves) }; */
#ifndef TLOG_WORLD_H
#define TLOG_WORLD_H

#include "../support/test_store.h"

#include "store/migrations.h"
#include "tlog/log.h"

struct world {
    struct fixture *fixture;
    const char *dir;
    bool postgres;
    struct store *store;
    struct arena *arena;
    struct sign_key *ed25519, *sm2, *witness;
    struct tlog_keys keys;
};
static struct world w;

static int world_set_up(void **state, enum test_backend backend) {
    struct diag d = {0};
    if (fixture_set_up_(state, backend) != 0)
        return -1;
    w = (struct world){.fixture = *state, .postgres = backend == ON_POSTGRES};
    if (w.fixture->left_out)
        return 0;
    w.dir = w.fixture->folder;
    w.store = w.fixture->store;
    w.arena = arena_new(0);
    expect_ok(store_migrate(w.store, store_migrations, store_migration_count, &d), &d);
    expect_ok(sign_key_new(SIGN_ED25519, &w.ed25519, &d), &d);
    expect_ok(sign_key_new(SIGN_SM2, &w.sm2, &d), &d);
    expect_ok(sign_key_new(SIGN_ED25519, &w.witness, &d), &d);
    w.keys = (struct tlog_keys){"minzheng.example/110102", w.ed25519, w.sm2};
    return 0;
}
static int world_sqlite(void **state) { return world_set_up(state, ON_SQLITE); }
static int world_postgres(void **state) { return world_set_up(state, ON_POSTGRES); }
static int world_tear_down(void **state) {
    sign_key_free(w.ed25519);
    sign_key_free(w.sm2);
    sign_key_free(w.witness);
    arena_free(w.arena);
    return fixture_tear_down(state);
}
#define WORLD                                                                  \
    if (w.fixture->left_out)                                                   \
    skip()
#define WORLD_TEST_SQLITE(f) {#f " sqlite", f, world_sqlite, world_tear_down, NULL}
#define WORLD_TEST(f)                                                          \
    WORLD_TEST_SQLITE(f),                                                      \
    {#f " postgresql", f, world_postgres, world_tear_down, NULL}

#define world_run(sql) must_run(w.fixture, (sql))
#define world_int(sql) ask_int(w.fixture, (sql))

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

static inline void world_add(int count, int64_t *id) {
    struct diag d = {0};
    for (int done = 0; done < count; done += 500) {
        struct add a = {count - done < 500 ? count - done : 500, id ? id + done : NULL, done, OK};
        expect_ok(store_write(w.store, add_entries, &a, &d), &d);
    }
}

static inline void world_grow(int count, int64_t *id) {
    struct diag d = {0};
    int64_t n;
    bool made;
    world_add(count, id);
    expect_ok(tlog_sequence(w.store, &n, &d), &d);
    assert_int_equal(n, count);
    expect_ok(tlog_checkpoint_make(w.store, &w.keys, &made, &d), &d);
    assert_true(made);
}

static enum status read_state(struct txn *t, void *arg, struct diag *d) { return tlog_state_get(t, arg, d); }
static inline struct tlog_state world_state(void) {
    struct diag d = {0};
    struct tlog_state st;
    expect_ok(store_read(w.store, read_state, &st, &d), &d);
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
static inline struct tlog_audit world_audit(struct findings *f) {
    struct diag d = {0};
    struct tlog_audit a;
    *f = (struct findings){0};
    expect_ok(tlog_verify_store(w.store, NULL, 0, keep_finding, f, &a, &d), &d);
    assert_int_equal(a.findings, f->count);
    return a;
}
static inline void world_sound(void) {
    struct findings f;
    world_audit(&f);
    if (f.count)
        fail_msg("%d findings, the first %s (%s %s)", f.count, f.first[0].code, f.first[0].arg[0].value,
            f.first[0].arg[1].value);
}

#endif
