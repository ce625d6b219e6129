/* What only a server can do wrong. */
#include "../support/test_store.h"

static const char table_sql[] = "CREATE TABLE note (id BIGINT NOT NULL CONSTRAINT note_pk PRIMARY KEY, body TEXT)";

static void its_name(void **state) {
    FIXTURE(f);
    assert_true(store_is_postgres(f->store));
    assert_int_equal(strncmp(store_backend(f->store), "PostgreSQL 1", 12), 0);
    assert_null(strchr(store_backend(f->store), '('));
}

/* Ends all connections of this test. */
static void terminate(struct fixture *f) {
    char sql[200];
    snprintf(sql, sizeof sql, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = '%s'", f->schema);
    PGconn *c = PQconnectdb(getenv("MINZHENG_TEST_PG"));
    PGresult *r = PQexec(c, sql);
    assert_int_equal(PQresultStatus(r), PGRES_TUPLES_OK);
    assert_true(PQntuples(r) > 0);
    PQclear(r);
    PQfinish(c);
    usleep(50000);
}

static void idle_connections_that_died(void **state) {
    FIXTURE(f);
    must_run(f, table_sql);
    terminate(f);
    must_run(f, "INSERT INTO note (id) VALUES (1)");
    terminate(f);
    assert_int_equal(ask_int(f, "SELECT count(*) FROM note"), 1);
}

struct interrupted { struct fixture *f; int runs; };

static enum status lose_the_connection(struct txn *t, void *arg, struct diag *d) {
    struct interrupted *i = arg;
    enum status s = sql_exec(t, d, "INSERT INTO note (id) VALUES (?)", SQL_I(5));
    if (s == OK && ++i->runs == 1)
        terminate(i->f);
    return s != OK ? s : sql_exec(t, d, "UPDATE note SET body = 'x' WHERE id = ?", SQL_I(5));
}

static void a_connection_that_dies_in_a_closure(void **state) {
    FIXTURE(f);
    must_run(f, table_sql);
    struct interrupted i = {.f = f};
    expect_ok(store_write(f->store, lose_the_connection, &i, &f->diag), &f->diag);
    assert_int_equal(i.runs, 2);
    assert_int_equal(ask_int(f, "SELECT count(*) FROM note WHERE body = 'x'"), 1);
}

static enum status insert_note(struct txn *t, void *arg, struct diag *d) {
    ++*(int *)arg;
    return sql_exec(t, d, "INSERT INTO note (id) VALUES (?)", SQL_I(1));
}

/* A deferred trigger ends the connection in the midst of COMMIT. */
static void a_commit_of_unknown_outcome_is_not_repeated(void **state) {
    FIXTURE(f);
    must_run(f, table_sql);
    must_run(f, "CREATE FUNCTION fall_dead() RETURNS trigger LANGUAGE plpgsql AS"
        " 'BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); PERFORM pg_sleep(1); RETURN NULL; END'");
    must_run(f, "CREATE CONSTRAINT TRIGGER falls AFTER INSERT ON note DEFERRABLE INITIALLY DEFERRED"
        " FOR EACH ROW EXECUTE FUNCTION fall_dead()");
    int runs = 0;
    expect_fail(store_write(f->store, insert_note, &runs, &f->diag), &f->diag, E_SYSTEM, "store.unknown_outcome");
    assert_int_equal(runs, 1);
    assert_int_equal(ask_int(f, "SELECT count(*) FROM note"), 0);
}

static enum status always_conflicts(struct txn *t, void *arg, struct diag *d) {
    ++*(int *)arg;
    return sql_exec(t, d, "DO 'BEGIN RAISE EXCEPTION USING ERRCODE = ''40001''; END'");
}

static void reruns_end(void **state) {
    FIXTURE(f);
    int runs = 0;
    expect_fail(store_write(f->store, always_conflicts, &runs, &f->diag), &f->diag, E_BUSY, "store.conflict");
    assert_true(runs > 10 && runs < 100);
}

/* Another program changes the table under our prepared statements. */
static void a_table_changed_by_another_program(void **state) {
    FIXTURE(f);
    must_run(f, table_sql);
    must_run(f, "INSERT INTO note (id, body) VALUES (1, 'a')");
    must_run(f, "SELECT * FROM note");
    struct fixture other = {.backend = ON_POSTGRES};
    snprintf(other.url, sizeof other.url, "%s", f->url);
    assert_true(fixture_open(&other));
    must_run(&other, "ALTER TABLE note ADD COLUMN more BIGINT");
    store_free(other.store);
    must_run(f, "SELECT * FROM note");
}

static void another_encoding_is_refused(void **state) {
    FIXTURE(f);
    char name[64], sql[200], url[600];
    snprintf(name, sizeof name, "ascii_%d", (int)getpid());
    snprintf(sql, sizeof sql, "CREATE DATABASE %s TEMPLATE template0 ENCODING 'SQL_ASCII' LC_COLLATE 'C' LC_CTYPE 'C'", name);
    assert_true(pg_admin_(sql));
    snprintf(url, sizeof url, "%s%cdbname=%s", getenv("MINZHENG_TEST_PG"), strchr(getenv("MINZHENG_TEST_PG"), '?') ? '&' : '?', name);
    struct store_options o = test_options();
    struct store *s = NULL;
    enum status status = store_open(url, &o, &s, &f->diag);
    snprintf(sql, sizeof sql, "DROP DATABASE %s", name);
    assert_true(pg_admin_(sql));
    assert_int_equal(status, E_SYSTEM);
    assert_string_equal(f->diag.code, "store.encoding");
}

static void bad_servers(void **state) {
    FIXTURE(f);
    static const char *const bad[] = {"postgresql://127.0.0.1:1/none", "postgresql:///none?host=/no/such/folder",
        "postgres://u:secret@127.0.0.1:1/x", "postgresql://127.0.0.1:999999/x", "postgresql://["};
    struct store_options o = test_options();
    struct store *s = NULL;
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        expect_fail(store_open(bad[i], &o, &s, &f->diag), &f->diag, E_SYSTEM, "store.open");
        assert_null(strstr(f->diag.arg[0].value, "secret"));
    }
    assert_null(s);
}

static void an_invalid_index_is_found(void **state) {
    FIXTURE(f);
    must_run(f, table_sql);
    expect_ok(store_check(f->store, &f->diag), &f->diag);
    must_run(f, "CREATE INDEX note_body ON note (body)");
    must_run(f, "UPDATE pg_index SET indisvalid = false WHERE indexrelid = CAST('note_body' AS regclass)");
    expect_fail(store_check(f->store, &f->diag), &f->diag, E_CORRUPT, "store.corrupt");
    assert_string_equal(f->diag.arg[0].value, "note_body");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        ON_POSTGRES_ONLY(its_name),
        ON_POSTGRES_ONLY(idle_connections_that_died),
        ON_POSTGRES_ONLY(a_connection_that_dies_in_a_closure),
        ON_POSTGRES_ONLY(a_commit_of_unknown_outcome_is_not_repeated),
        ON_POSTGRES_ONLY(reruns_end),
        ON_POSTGRES_ONLY(a_table_changed_by_another_program),
        ON_POSTGRES_ONLY(another_encoding_is_refused),
        ON_POSTGRES_ONLY(bad_servers),
        ON_POSTGRES_ONLY(an_invalid_index_is_found),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
