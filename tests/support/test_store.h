/* A fresh store for each test, on both backends.
 *
 *     const struct CMUnitTest tests[] = { ON_BOTH(refusals_leave_nothing), ... };
 *
 * and in the test  struct fixture *f = *state;  f->store  is open and empty.
 *
 * SQLite is always there.  PostgreSQL is the server that MINZHENG_TEST_PG names
 * (a connection URL; each test gets a schema of its own in that database).  When
 * it is not set, the PostgreSQL half fails, so that nobody believes it has run;
 * MINZHENG_TEST_NO_PG=1 says that leaving it out is meant. */
#ifndef SUPPORT_TEST_STORE_H
#define SUPPORT_TEST_STORE_H

#include "../unit/unit.h"

#include "store/store.h"

#include <ftw.h>
#include <libpq-fe.h>
#include <unistd.h>

enum test_backend { ON_SQLITE, ON_POSTGRES };

struct fixture {
    enum test_backend backend;
    bool left_out;
    char folder[64]; /* for files of the test, both backends */
    char url[600];
    char schema[64];
    struct store *store;
    struct diag diag;
};

/* 2026-11-22 10:30 in Shanghai, unless a test moves it. */
static instant_t test_instant = INT64_C(1795314600000000);

static inline instant_t test_now(void *arg) {
    (void)arg;
    return __atomic_load_n(&test_instant, __ATOMIC_RELAXED);
}

static inline struct store_options test_options(void) {
    return (struct store_options){.now = test_now};
}

static inline int remove_one_(const char *path, const struct stat *st, int type, struct FTW *at) {
    (void)st, (void)type, (void)at;
    return remove(path);
}

static inline bool pg_admin_(const char *sql) {
    PGconn *c = PQconnectdb(getenv("MINZHENG_TEST_PG"));
    PGresult *r = PQexec(c, "SET client_min_messages = warning");
    PQclear(r);
    r = PQexec(c, sql);
    bool ok = PQresultStatus(r) == PGRES_COMMAND_OK;
    if (!ok)
        print_message("%s: %s\n", sql, PQerrorMessage(c));
    PQclear(r);
    PQfinish(c);
    return ok;
}

static inline bool fixture_postgres_(struct fixture *f) {
    const char *server = getenv("MINZHENG_TEST_PG");
    const char *without = getenv("MINZHENG_TEST_NO_PG");
    if (!server && without && strcmp(without, "1") == 0) {
        f->left_out = true;
        return true;
    }
    if (!server) {
        print_message("MINZHENG_TEST_PG is not set: no PostgreSQL to test on (MINZHENG_TEST_NO_PG=1 leaves it out)\n");
        return false;
    }
    static unsigned count;
    snprintf(f->schema, sizeof f->schema, "test_%d_%u", (int)getpid(), count++);
    char sql[128];
    snprintf(sql, sizeof sql, "CREATE SCHEMA %s", f->schema);
    snprintf(f->url, sizeof f->url, "%s%coptions=-csearch_path%%3D%s&application_name=%s", server,
        strchr(server, '?') ? '&' : '?', f->schema, f->schema);
    return pg_admin_(sql);
}

static inline bool fixture_open(struct fixture *f) {
    struct store_options o = test_options();
    if (store_open(f->url, &o, &f->store, &f->diag) == OK)
        return true;
    print_message("%s: %s %s\n", f->url, f->diag.code, f->diag.arg_count ? f->diag.arg[0].value : "");
    return false;
}

static inline int fixture_set_up_(void **state, enum test_backend backend) {
    struct fixture *f = calloc(1, sizeof *f);
    *state = f;
    f->backend = backend;
    snprintf(f->folder, sizeof f->folder, "test-store-XXXXXX");
    if (!mkdtemp(f->folder))
        return -1;
    if (backend == ON_SQLITE)
        snprintf(f->url, sizeof f->url, "sqlite:%s/store.db", f->folder);
    else if (!fixture_postgres_(f))
        return -1;
    return f->left_out || fixture_open(f) ? 0 : -1;
}

static inline int fixture_set_up_sqlite(void **state) { return fixture_set_up_(state, ON_SQLITE); }
static inline int fixture_set_up_postgres(void **state) { return fixture_set_up_(state, ON_POSTGRES); }

static inline int fixture_tear_down(void **state) {
    struct fixture *f = *state;
    f->store = store_free(f->store);
    if (f->schema[0]) {
        char sql[128];
        snprintf(sql, sizeof sql, "DROP SCHEMA %s CASCADE", f->schema);
        pg_admin_(sql);
    }
    nftw(f->folder, remove_one_, 8, FTW_DEPTH | FTW_PHYS);
    free(f);
    return 0;
}

/* At the start of a test. */
#define FIXTURE(f)                                                             \
    struct fixture *f = *state;                                                \
    if (f->left_out)                                                           \
    skip()

#define ON_SQLITE_ONLY(test) {#test " sqlite", test, fixture_set_up_sqlite, fixture_tear_down, NULL}
#define ON_POSTGRES_ONLY(test) {#test " postgresql", test, fixture_set_up_postgres, fixture_tear_down, NULL}
#define ON_BOTH(test) ON_SQLITE_ONLY(test), ON_POSTGRES_ONLY(test)

/* ---- small closures --------------------------------------------------------- */

static inline enum status run_text_(struct txn *t, void *sql, struct diag *d) {
    return sql_exec(t, d, sql);
}

/* One statement without values in a write of its own. */
static inline enum status run_sql(struct fixture *f, const char *sql) {
    diag_clear(&f->diag);
    return store_write(f->store, run_text_, (void *)(uintptr_t)sql, &f->diag);
}

#define must_run(f, sql) expect_ok(run_sql((f), (sql)), &(f)->diag)

struct ask_ { const char *sql; int64_t answer; };
static inline enum status ask_int_(struct txn *t, void *arg, struct diag *d) {
    struct ask_ *a = arg;
    return sql_int(t, &a->answer, -1, d, a->sql);
}

/* The first column of the first row; -1 for none. */
static inline int64_t ask_int(struct fixture *f, const char *sql) {
    struct ask_ a = {.sql = sql};
    expect_ok(store_read(f->store, ask_int_, &a, &f->diag), &f->diag);
    return a.answer;
}

#endif
