#include "../support/test_store.h"

#include "store/migrations.h"

#include <pthread.h>

static const struct migration two[] = {
    {1, "0001_people", "-- people; and a comment with a ;\n"
        "CREATE TABLE person (district BIGINT NOT NULL, id BIGINT NOT NULL, name TEXT NOT NULL, photo BLOB,\n"
        "  CONSTRAINT person_pk PRIMARY KEY (district, id)) STRICT, WITHOUT ROWID;\n"
        "CREATE INDEX person_name ON person (name);\n"
        "INSERT INTO person (district, id, name) VALUES (110102, 1, '张三; BEGIN');\n"},
    {2, "0002_phone", "ALTER TABLE person ADD COLUMN phone TEXT;\nUPDATE person SET phone = '?'"},
};

static enum status migrate(struct fixture *f, const struct migration *list, size_t n) {
    diag_clear(&f->diag);
    return store_migrate(f->store, list, n, &f->diag);
}

static void applied_in_order_and_once(void **state) {
    FIXTURE(f);
    expect_ok(migrate(f, two, 1), &f->diag);
    assert_int_equal(ask_int(f, "SELECT max(version) FROM schema_migration"), 1);
    assert_int_equal(run_sql(f, "SELECT phone FROM person"), E_SYSTEM);
    for (int again = 0; again < 2; again++) {
        expect_ok(migrate(f, two, 2), &f->diag);
        assert_int_equal(ask_int(f, "SELECT count(*) FROM schema_migration"), 2);
        assert_int_equal(ask_int(f, "SELECT count(*) FROM person WHERE phone = '?'"), 1);
    }
    assert_true(ask_int(f, "SELECT applied_at FROM schema_migration WHERE name = '0002_phone'") == test_instant);
}

static void none_at_all(void **state) {
    FIXTURE(f);
    expect_ok(migrate(f, NULL, 0), &f->diag);
    assert_int_equal(ask_int(f, "SELECT count(*) FROM schema_migration"), 0);
}

static void a_changed_text_is_refused(void **state) {
    FIXTURE(f);
    expect_ok(migrate(f, two, 2), &f->diag);
    struct migration changed[] = {two[0], two[1], {3, "0003_more", "CREATE TABLE more (a BIGINT)"}};
    changed[0].sql = "CREATE TABLE person (district BIGINT)";
    assert_int_equal(migrate(f, changed, 3), E_CORRUPT);
    assert_string_equal(f->diag.code, "store.migration_changed");
    assert_int_equal(ask_int(f, "SELECT count(*) FROM schema_migration"), 2); /* and nothing after it */
}

static void a_newer_store_is_refused(void **state) {
    FIXTURE(f);
    expect_ok(migrate(f, two, 2), &f->diag);
    expect_fail(migrate(f, two, 1), &f->diag, E_CONFLICT, "store.newer");
    assert_string_equal(f->diag.arg[0].value, "2");
    expect_fail(migrate(f, NULL, 0), &f->diag, E_CONFLICT, "store.newer");
}

static void half_a_migration_leaves_nothing(void **state) {
    FIXTURE(f);
    static const struct { const char *sql; enum status status; const char *code; } bad[] = {
        {"CREATE TABLE one (a BIGINT); CREATE TABL two (a BIGINT);", E_SYSTEM, "store.sql"},
        {"CREATE TABLE one (a BIGINT NOT NULL); INSERT INTO one VALUES (NULL);", E_CONFLICT, "store.constraint"},
        {"CREATE TABLE one (a BIGINT); COMMIT; CREATE TABLE two (a BIGINT)", E_SYSTEM, "store.sql"},
        {"CREATE TABLE one (a BIGINT); rollback", E_SYSTEM, "store.sql"},
        {"CREATE TABLE one (a BIGINT); INSERT INTO person (district, id, name) VALUES (110102, 1, 'x')", E_CONFLICT, "store.constraint"},
    };
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        const struct migration list[] = {two[0], {2, "0002_bad", bad[i].sql}};
        assert_int_equal(migrate(f, list, 2), bad[i].status);
        assert_string_equal(f->diag.code, bad[i].code);
        assert_string_equal(f->diag.where, "0002_bad");
        assert_int_equal(ask_int(f, "SELECT max(version) FROM schema_migration"), 1);
        assert_int_equal(run_sql(f, "SELECT a FROM one"), E_SYSTEM);
    }
    expect_ok(migrate(f, two, 2), &f->diag); /* the corrected one goes in */
}

struct program { struct store *store; pthread_t thread; struct diag diag; enum status status; };

static void *program_main(void *arg) {
    struct program *p = arg;
    p->status = store_migrate(p->store, two, 2, &p->diag);
    return NULL;
}

static void programs_that_start_together(void **state) {
    FIXTURE(f);
    enum { PROGRAMS = 4 };
    struct program p[PROGRAMS] = {0};
    struct store_options o = test_options();
    for (int i = 0; i < PROGRAMS; i++)
        expect_ok(store_open(f->url, &o, &p[i].store, &f->diag), &f->diag);
    for (int i = 0; i < PROGRAMS; i++)
        assert_int_equal(pthread_create(&p[i].thread, NULL, program_main, &p[i]), 0);
    for (int i = 0; i < PROGRAMS; i++) {
        pthread_join(p[i].thread, NULL);
        store_free(p[i].store);
    }
    for (int i = 0; i < PROGRAMS; i++)
        if (p[i].status != OK)
            fail_msg("program %d: %s %s", i, status_name(p[i].status), p[i].diag.code);
    assert_int_equal(ask_int(f, "SELECT count(*) FROM schema_migration"), 2);
    assert_int_equal(ask_int(f, "SELECT count(*) FROM person"), 1);
}

/* The schema of the product itself, whatever it is by now. */
static void the_products_own(void **state) {
    FIXTURE(f);
    expect_ok(migrate(f, store_migrations, store_migration_count), &f->diag);
    assert_int_equal(ask_int(f, "SELECT count(*) FROM schema_migration"), store_migration_count);
    expect_ok(store_check(f->store, &f->diag), &f->diag);
    expect_ok(migrate(f, store_migrations, store_migration_count), &f->diag);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        ON_BOTH(applied_in_order_and_once),
        ON_BOTH(none_at_all),
        ON_BOTH(a_changed_text_is_refused),
        ON_BOTH(a_newer_store_is_refused),
        ON_BOTH(half_a_migration_leaves_nothing),
        ON_BOTH(programs_that_start_together),
        ON_BOTH(the_products_own),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
