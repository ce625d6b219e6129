/* What only a file can do wrong. */
#include "../support/test_store.h"

#include <fcntl.h>
#include <pthread.h>
#include <sqlite3.h>
#include <sys/stat.h>

static const char table_sql[] = "CREATE TABLE note (id BIGINT NOT NULL CONSTRAINT note_pk PRIMARY KEY, body TEXT NOT NULL) STRICT";

static const char *path_of(struct fixture *f) {
    return f->url + strlen("sqlite:");
}

static enum status ask_text(struct txn *t, void *arg, struct diag *d) {
    char *out = arg;
    AUTO(rows) struct rows *r = NULL;
    enum status s = sql_one_(t, &r, d, out, NULL, 0);
    if (s == OK)
        snprintf(out, 64, "%.*s", SPAN_ARG(rows_text(r, 0)));
    return s;
}

static enum status ask_plan(struct txn *t, void *arg, struct diag *d) {
    char *out = arg;
    AUTO(rows) struct rows *r = NULL;
    enum status s = sql_one_(t, &r, d, out, NULL, 0);
    if (s == OK)
        snprintf(out, 512, "%.*s", SPAN_ARG(rows_text(r, 3)));
    return s;
}

/* Which table the plan begins with. */
static void assert_first_table(struct fixture *f, const char *plan, const char *table) {
    char text[512], *word;
    snprintf(text, sizeof text, "%s", plan);
    expect_ok(store_read(f->store, ask_plan, text, &f->diag), &f->diag);
    word = strchr(text, ' ');
    assert_non_null(word);
    word[1 + strcspn(word + 1, " ")] = 0;
    assert_string_equal(word + 1, table);
}

static void settings_are_in_force(void **state) {
    FIXTURE(f);
    static const char *const wanted[][2] = {{"PRAGMA journal_mode", "wal"}, {"PRAGMA synchronous", "2"},
        {"PRAGMA foreign_keys", "1"}, {"PRAGMA trusted_schema", "0"}, {"PRAGMA cell_size_check", "1"}};
    for (size_t i = 0; i < ARRAY_LEN(wanted); i++) {
        char text[64];
        snprintf(text, sizeof text, "%s", wanted[i][0]);
        expect_ok(store_write(f->store, ask_text, text, &f->diag), &f->diag);
        assert_string_equal(text, wanted[i][1]);
    }
    assert_int_equal(ask_int(f, "PRAGMA query_only"), 1);
    assert_int_equal(ask_int(f, "PRAGMA foreign_keys"), 1);
    assert_false(store_is_postgres(f->store));
    assert_int_equal(strncmp(store_backend(f->store), "SQLite 3.", 9), 0);
}

/* A connection that has read the schema before takes the new statistics, each time. */
static void statistics_reach_every_connection(void **state) {
    FIXTURE(f);
    must_run(f, "CREATE TABLE owner (district BIGINT NOT NULL, household BIGINT NOT NULL, id BIGINT NOT NULL, "
                "CONSTRAINT owner_pk PRIMARY KEY (district, household, id)) STRICT");
    must_run(f, "CREATE TABLE owned (district BIGINT NOT NULL, owner BIGINT NOT NULL, n BIGINT NOT NULL, CONSTRAINT owned_pk PRIMARY KEY (district, owner, n)) STRICT");
    static const char plan[] = "EXPLAIN QUERY PLAN SELECT count(*) FROM owned i JOIN owner k ON i.district = k.district AND i.owner = k.id "
                               "WHERE k.district = 1 AND k.household = 5";
    must_run(f, "INSERT INTO owner WITH RECURSIVE c (x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c WHERE x < 3000) SELECT 1, x / 3, x FROM c");
    must_run(f, "INSERT INTO owned SELECT 1, id, 1 FROM owner");
    expect_ok(store_analyze(f->store, &f->diag), &f->diag);
    assert_int_equal(ask_int(f, "SELECT count(*) FROM sqlite_stat1 WHERE tbl IN ('owner', 'owned')"), 2);
    assert_first_table(f, plan, "k");
    must_run(f, "DELETE FROM owned WHERE owner <> 7");
    must_run(f, "UPDATE owner SET household = 5");
    expect_ok(store_analyze(f->store, &f->diag), &f->diag);
    char again[512]; /* another text: an EXPLAIN that is prepared does not look at the schema */
    snprintf(again, sizeof again, "%s ", plan);
    assert_int_equal(ask_int(f, "SELECT count(*) FROM sqlite_stat1 WHERE tbl IN ('owner', 'owned')"), 2);
    assert_first_table(f, again, "i");
}

static void only_the_owner_reads_the_file(void **state) {
    FIXTURE(f);
    must_run(f, table_sql);
    char path[128];
    static const char *const ends[] = {"", "-wal", "-shm"};
    for (size_t i = 0; i < ARRAY_LEN(ends); i++) {
        struct stat st;
        snprintf(path, sizeof path, "%s%s", path_of(f), ends[i]);
        assert_int_equal(stat(path, &st), 0);
        assert_int_equal(st.st_mode & 0777, 0600);
    }
}

/* ---- disk full ---------------------------------------------------------------------- */

static enum status insert_large(struct txn *t, void *arg, struct diag *d) {
    static char body[100000];
    memset(body, 'x', sizeof body);
    return sql_exec(t, d, "INSERT INTO note (id, body) VALUES (?, ?)", SQL_I(*(int *)arg), SQL_T(span_bytes(body, sizeof body)));
}

static enum status insert_small(struct txn *t, void *arg, struct diag *d) {
    return sql_exec(t, d, "INSERT INTO note (id, body) VALUES (?, 'small')", SQL_I(*(int *)arg));
}

static enum status insert_large_and_hide_it(struct txn *t, void *arg, struct diag *d) {
    (void)!insert_large(t, arg, d);
    return OK;
}

struct small { struct fixture *f; pthread_t thread; int id; int accepted, wrong; };

static void *small_main(void *arg) {
    struct small *m = arg;
    struct diag d = {0};
    for (int i = 0; i < 40; i++, m->id++) {
        bool large = i % 4 == 3;
        enum status s = store_write(m->f->store, large ? insert_large : insert_small, &m->id, &d);
        m->accepted += s == OK;
        m->wrong += s != (large ? E_SYSTEM : OK);
    }
    return NULL;
}

static void a_full_disk_refuses_and_the_store_goes_on(void **state) {
    FIXTURE(f);
    must_run(f, table_sql);
    must_run(f, "PRAGMA max_page_count = 24");
    int id = 1;
    expect_fail(store_write(f->store, insert_large, &id, &f->diag), &f->diag, E_SYSTEM, "store.full");
    expect_fail(store_write(f->store, insert_large_and_hide_it, &id, &f->diag), &f->diag, E_SYSTEM, "store.full");
    expect_ok(store_write(f->store, insert_small, &id, &f->diag), &f->diag);

    struct small m[4];
    for (int i = 0; i < 4; i++) {
        m[i] = (struct small){.f = f, .id = 1000 * (i + 1)};
        assert_int_equal(pthread_create(&m[i].thread, NULL, small_main, &m[i]), 0);
    }
    int accepted = 1;
    for (int i = 0; i < 4; i++) {
        pthread_join(m[i].thread, NULL);
        assert_int_equal(m[i].wrong, 0);
        accepted += m[i].accepted;
    }
    assert_int_equal(ask_int(f, "SELECT count(*) FROM note"), accepted);
    must_run(f, "PRAGMA max_page_count = 100000");
    id = 2;
    expect_ok(store_write(f->store, insert_large, &id, &f->diag), &f->diag);
    expect_ok(store_check(f->store, &f->diag), &f->diag);
}

/* ---- reading only ---------------------------------------------------------------------- */

static void a_read_only_store(void **state) {
    FIXTURE(f);
    must_run(f, table_sql);
    must_run(f, "INSERT INTO note (id, body) VALUES (1, 'a')");
    struct store_options o = test_options();
    o.read_only = true;
    struct fixture only = {.backend = ON_SQLITE};
    expect_ok(store_open(f->url, &o, &only.store, &f->diag), &f->diag);
    assert_int_equal(ask_int(&only, "SELECT count(*) FROM note"), 1);
    assert_int_equal(run_sql(&only, "DELETE FROM note"), E_FORBIDDEN);
    assert_string_equal(only.diag.code, "store.read_only");
    must_run(f, "INSERT INTO note (id, body) VALUES (2, 'b')"); /* the other goes on writing */
    assert_int_equal(ask_int(&only, "SELECT count(*) FROM note"), 2);
    store_free(only.store);

    struct store *s = NULL;
    char missing[128];
    snprintf(missing, sizeof missing, "%s/none.db", f->folder);
    expect_fail(store_open(missing, &o, &s, &f->diag), &f->diag, E_SYSTEM, "store.open");
    assert_int_equal(access(missing, F_OK), -1); /* and does not make one */
}

/* ---- damage -------------------------------------------------------------------------------- */

static void overwrite(const char *path, long at, const char *with, size_t n) {
    int fd = open(path, O_RDWR);
    assert_true(fd >= 0);
    assert_int_equal(pwrite(fd, with, n, at), n);
    close(fd);
}

static void a_file_of_another_kind(void **state) {
    FIXTURE(f);
    char path[128];
    snprintf(path, sizeof path, "%s/other.db", f->folder);
    FILE *file = fopen(path, "w");
    for (int i = 0; i < 1000; i++)
        fputs("this is a letter, not a database\n", file);
    fclose(file);
    struct store_options o = test_options();
    struct store *s = NULL;
    expect_fail(store_open(path, &o, &s, &f->diag), &f->diag, E_CORRUPT, "store.corrupt");
    o.read_only = true;
    expect_fail(store_open(path, &o, &s, &f->diag), &f->diag, E_CORRUPT, "store.corrupt");
    assert_null(s);
}

static enum status fill(struct txn *t, void *arg, struct diag *d) {
    (void)arg;
    enum status s = OK;
    char body[200];
    memset(body, 'x', sizeof body);
    for (int i = 1; s == OK && i <= 500; i++)
        s = sql_exec(t, d, "INSERT INTO note (id, body) VALUES (?, ?)", SQL_I(i), SQL_T(span_bytes(body, sizeof body)));
    return s;
}

static void a_damaged_page(void **state) {
    FIXTURE(f);
    must_run(f, table_sql);
    expect_ok(store_write(f->store, fill, NULL, &f->diag), &f->diag);
    f->store = store_free(f->store); /* everything is in the file now */
    char garbage[4096];
    memset(garbage, 0xa5, sizeof garbage);
    overwrite(path_of(f), 4096 * 5, garbage, sizeof garbage);
    assert_true(fixture_open(f));
    expect_fail(store_check(f->store, &f->diag), &f->diag, E_CORRUPT, "store.corrupt");
    assert_int_equal(f->diag.arg_count, 1);
    struct ask_ a = {.sql = "SELECT count(*) FROM note WHERE body <> 'y'"};
    expect_fail(store_read(f->store, ask_int_, &a, &f->diag), &f->diag, E_CORRUPT, "store.corrupt");
    assert_int_equal(run_sql(f, "UPDATE note SET body = 'y'"), E_CORRUPT);
    assert_int_equal(run_sql(f, "CREATE TABLE fine (a BIGINT)"), OK); /* what is whole goes on */
}

static void a_broken_reference_is_found(void **state) {
    FIXTURE(f);
    must_run(f, table_sql);
    must_run(f, "CREATE TABLE reply (id BIGINT NOT NULL CONSTRAINT reply_pk PRIMARY KEY, note BIGINT CONSTRAINT reply_note REFERENCES note (id)) STRICT");
    expect_ok(store_check(f->store, &f->diag), &f->diag);
    f->store = store_free(f->store);
    sqlite3 *db = NULL; /* somebody else's tool, which does not check */
    assert_int_equal(sqlite3_open(path_of(f), &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, "INSERT INTO reply VALUES (1, 77)", NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(db);
    assert_true(fixture_open(f));
    expect_fail(store_check(f->store, &f->diag), &f->diag, E_CORRUPT, "store.corrupt");
    assert_non_null(strstr(f->diag.arg[0].value, "reply"));
}

/* ---- another program -------------------------------------------------------------------------- */

static void *let_go_later(void *arg) {
    usleep(300000);
    sqlite3_exec(arg, "COMMIT", NULL, NULL, NULL);
    return NULL;
}

static void another_program_writes_too(void **state) {
    FIXTURE(f);
    must_run(f, table_sql);
    sqlite3 *db = NULL;
    assert_int_equal(sqlite3_open(path_of(f), &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, "BEGIN IMMEDIATE; INSERT INTO note VALUES (1, 'theirs')", NULL, NULL, NULL), SQLITE_OK);
    pthread_t thread;
    assert_int_equal(pthread_create(&thread, NULL, let_go_later, db), 0);
    must_run(f, "INSERT INTO note (id, body) VALUES (2, 'ours')"); /* waits */
    pthread_join(thread, NULL);
    assert_int_equal(ask_int(f, "SELECT count(*) FROM note"), 2);

    /* Who never lets go makes everybody busy, once, not one after the other. */
    assert_int_equal(sqlite3_exec(db, "BEGIN IMMEDIATE", NULL, NULL, NULL), SQLITE_OK);
    assert_int_equal(run_sql(f, "DELETE FROM note"), E_BUSY);
    assert_string_equal(f->diag.code, "store.conflict");
    assert_int_equal(ask_int(f, "SELECT count(*) FROM note"), 2); /* reading goes on */
    sqlite3_exec(db, "COMMIT", NULL, NULL, NULL);
    sqlite3_close(db);
    must_run(f, "DELETE FROM note");
}

static void bad_addresses(void **state) {
    FIXTURE(f);
    static const struct { const char *url; enum status status; const char *code; } bad[] = {
        {"", E_USAGE, "store.url"}, {"sqlite:", E_USAGE, "store.url"}, {":memory:", E_USAGE, "store.url"},
        {"sqlite::memory:", E_USAGE, "store.url"}, {"mysql://localhost/x", E_USAGE, "store.url"},
        {"no/such/folder/x.db", E_SYSTEM, "store.open"}, {".", E_SYSTEM, "store.open"}, {"/dev/null/x", E_SYSTEM, "store.open"},
    };
    struct store_options o = test_options();
    struct store *s = NULL;
    for (size_t i = 0; i < ARRAY_LEN(bad); i++)
        expect_fail(store_open(bad[i].url, &o, &s, &f->diag), &f->diag, bad[i].status, bad[i].code);
    static char longest[5000];
    memset(longest, 'a', sizeof longest - 1);
    expect_fail(store_open(longest, &o, &s, &f->diag), &f->diag, E_USAGE, "store.url");
    assert_null(s);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        ON_SQLITE_ONLY(settings_are_in_force),
        ON_SQLITE_ONLY(statistics_reach_every_connection),
        ON_SQLITE_ONLY(only_the_owner_reads_the_file),
        ON_SQLITE_ONLY(a_full_disk_refuses_and_the_store_goes_on),
        ON_SQLITE_ONLY(a_read_only_store),
        ON_SQLITE_ONLY(a_file_of_another_kind),
        ON_SQLITE_ONLY(a_damaged_page),
        ON_SQLITE_ONLY(a_broken_reference_is_found),
        ON_SQLITE_ONLY(another_program_writes_too),
        ON_SQLITE_ONLY(bad_addresses),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
