/* The private half of src/store: the two dialects and the statement cache. */
#include "unit.h"

#include "base/buf.h"
#include "store/store_internal.h"

static void check(const char *sql, const char *sqlite, const char *pg) {
    for (int postgres = 0; postgres < 2; postgres++) {
        BUF_AUTO out;
        buf_init(&out, 0);
        sql_translate(&out, sql, postgres, NULL, 0);
        assert_string_equal(buf_str(&out), postgres ? pg : sqlite);
    }
}

static void types_in_ddl(void **state) {
    (void)state;
    static const char *const cases[][3] = {
        {"CREATE TABLE t (a BIGINT, b TEXT, c BLOB) STRICT, WITHOUT ROWID;",
            "CREATE TABLE t (a INTEGER, b TEXT, c BLOB) STRICT, WITHOUT ROWID;",
            "CREATE TABLE t (a BIGINT, b TEXT COLLATE \"C\", c BYTEA);"},
        {"create table t (a bigint) without rowid , strict", "create table t (a INTEGER) without rowid , strict",
            "create table t (a BIGINT)"},
        {"CREATE TABLE t (a INTEGER PRIMARY KEY)STRICT", "CREATE TABLE t (a INTEGER PRIMARY KEY)STRICT",
            "CREATE TABLE t (a BIGINT PRIMARY KEY)"},
        /* columns that are called like types and options */
        {"CREATE TABLE t (text TEXT, blob BLOB NOT NULL, strict BIGINT, \"bigint\" BIGINT)",
            "CREATE TABLE t (text TEXT, blob BLOB NOT NULL, strict INTEGER, \"bigint\" INTEGER)",
            "CREATE TABLE t (text TEXT COLLATE \"C\", blob BYTEA NOT NULL, strict BIGINT, \"bigint\" BIGINT)"},
        {"CREATE TABLE t (a TEXT CHECK (text <> 'TEXT' AND length(CAST(a AS TEXT)) < 5), CONSTRAINT text UNIQUE (a, text))",
            "CREATE TABLE t (a TEXT CHECK (text <> 'TEXT' AND length(CAST(a AS TEXT)) < 5), CONSTRAINT text UNIQUE (a, text))",
            "CREATE TABLE t (a TEXT COLLATE \"C\" CHECK (text <> 'TEXT' AND length(CAST(a AS TEXT)) < 5), CONSTRAINT text UNIQUE (a, text))"},
        {"CREATE TABLE t ( -- a BLOB\n /* b BLOB */ 名称 TEXT DEFAULT 'a BLOB')",
            "CREATE TABLE t ( -- a BLOB\n /* b BLOB */ 名称 TEXT DEFAULT 'a BLOB')",
            "CREATE TABLE t ( -- a BLOB\n /* b BLOB */ 名称 TEXT COLLATE \"C\" DEFAULT 'a BLOB')"},
        {"ALTER TABLE t ADD COLUMN b BLOB; ALTER TABLE t ADD text TEXT; ALTER TABLE t ADD CONSTRAINT text UNIQUE (b)",
            "ALTER TABLE t ADD COLUMN b BLOB; ALTER TABLE t ADD text TEXT; ALTER TABLE t ADD CONSTRAINT text UNIQUE (b)",
            "ALTER TABLE t ADD COLUMN b BYTEA; ALTER TABLE t ADD text TEXT COLLATE \"C\"; ALTER TABLE t ADD CONSTRAINT text UNIQUE (b)"},
        {"CREATE INDEX i ON t (text, blob) WHERE blob IS NOT NULL", "CREATE INDEX i ON t (text, blob) WHERE blob IS NOT NULL",
            "CREATE INDEX i ON t (text, blob) WHERE blob IS NOT NULL"},
        /* other statements keep their words */
        {"INSERT INTO t (a, text) SELECT CAST(x AS TEXT), blob FROM strict", "INSERT INTO t (a, text) SELECT CAST(x AS TEXT), blob FROM strict",
            "INSERT INTO t (a, text) SELECT CAST(x AS TEXT), blob FROM strict"},
        {"CREATE TABLE a (x BLOB); UPDATE a SET x = '?'; CREATE TABLE b (x BLOB)", "CREATE TABLE a (x BLOB); UPDATE a SET x = '?'; CREATE TABLE b (x BLOB)",
            "CREATE TABLE a (x BYTEA); UPDATE a SET x = '?'; CREATE TABLE b (x BYTEA)"},
        {"", "", ""},
        {"'unterminated ?", "'unterminated ?", "'unterminated ?"},
        {"/* unterminated ?", "/* unterminated ?", "/* unterminated ?"},
        {"-- ?", "-- ?", "-- ?"},
        {"\"", "\"", "\""},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++)
        check(cases[i][0], cases[i][1], cases[i][2]);
}

static void marks_become_numbers(void **state) {
    (void)state;
    const struct sql_value v[] = {SQL_I(1), SQL_NIL, SQL_S("x")};
    BUF_AUTO out;
    buf_init(&out, 0);
    size_t n = sql_translate(&out, "SELECT ?, '?', \"?\", ? -- ?\n FROM t WHERE a=?", true, v, 3);
    assert_int_equal(n, 3);
    assert_string_equal(buf_str(&out), "SELECT $1, '?', \"?\", NULL -- ?\n FROM t WHERE a=$2");
}

static void transaction_control_is_seen(void **state) {
    (void)state;
    assert_true(sql_controls_transaction("/* x */ -- y\n commit"));
    assert_true(sql_controls_transaction(";;Begin"));
    assert_false(sql_controls_transaction("SELECT 'COMMIT'"));
    assert_false(sql_controls_transaction("committed"));
    assert_false(sql_controls_transaction(""));
    assert_true(sql_script_controls_transaction("SELECT 1; /* */ COMMIT"));
    assert_true(sql_script_controls_transaction("SELECT 1;\n;rollback;"));
    assert_false(sql_script_controls_transaction("SELECT '; COMMIT'; -- ; COMMIT\nSELECT \"; COMMIT\""));
}

static int dropped;

static void drop(void *owner, void *statement) {
    (void)owner, (void)statement;
    dropped++;
}

static struct stmt_entry *enter(struct stmt_cache *c, int i) {
    char key[16];
    snprintf(key, sizeof key, "%d", i);
    struct stmt_entry *e = stmt_cache_get(c, span_of(key));
    if (e && !e->statement)
        e->statement = (void *)(uintptr_t)(i + 1);
    return e;
}

static void the_cache_drops_the_least_recently_used(void **state) {
    (void)state;
    dropped = 0;
    struct stmt_cache *c = stmt_cache_new(3, drop, NULL);
    for (int i = 0; i < 3; i++)
        assert_non_null(enter(c, i));
    enter(c, 0);
    enter(c, 3); /* 1 goes */
    assert_int_equal(dropped, 1);
    assert_int_equal((uintptr_t)enter(c, 0)->statement, 1);
    assert_int_equal(dropped, 1);
    enter(c, 1); /* 2 goes */
    assert_int_equal(dropped, 2);

    struct stmt_entry *e[] = {enter(c, 0), enter(c, 1), enter(c, 3)};
    for (int i = 0; i < 3; i++)
        e[i]->in_use = true;
    assert_null(stmt_cache_get(c, SPAN("new"))); /* all in use */
    stmt_cache_clear(c);
    assert_int_equal(stmt_cache_size(c), 3);
    e[1]->in_use = false;
    assert_non_null(stmt_cache_get(c, SPAN("new")));
    assert_int_equal(dropped, 3);
    stmt_cache_clear(c);
    assert_int_equal(stmt_cache_size(c), 2);
    stmt_cache_free(c);
    assert_int_equal(dropped, 5);
}

static void many_keys(void **state) {
    (void)state;
    dropped = 0;
    struct stmt_cache *c = stmt_cache_new(2000, drop, NULL);
    for (int round = 0; round < 2; round++)
        for (int i = 0; i < 2000; i++)
            assert_int_equal((uintptr_t)enter(c, i)->statement, i + 1);
    assert_int_equal(stmt_cache_size(c), 2000);
    assert_int_equal(dropped, 0);
    stmt_cache_free(c);
    assert_int_equal(dropped, 2000);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(types_in_ddl),
        cmocka_unit_test(marks_become_numbers),
        cmocka_unit_test(transaction_control_is_seen),
        cmocka_unit_test(the_cache_drops_the_least_recently_used),
        cmocka_unit_test(many_keys),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
