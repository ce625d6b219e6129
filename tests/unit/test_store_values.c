/* What goes into a store comes out of it, on both backends. */
#include "../support/test_store.h"

static const char table_sql[] =
    "CREATE TABLE v (id BIGINT NOT NULL CONSTRAINT v_pk PRIMARY KEY, n BIGINT, text TEXT, b BLOB) STRICT";

struct value { const char *name; struct sql_value n, t, b; };

static enum status insert_values(struct txn *t, void *arg, struct diag *d) {
    const struct value *v = arg;
    return sql_exec(t, d, "INSERT INTO v (id, n, text, b) VALUES (?, ?, ?, ?)", SQL_I(1), v->n, v->t, v->b);
}

static void same_bytes(struct span got, const struct sql_value *wanted) {
    if (wanted->type == SQL_NULL) {
        assert_null(got.at);
        assert_int_equal(got.size, 0);
    } else {
        assert_non_null(got.at);
        assert_true(span_eq(got, wanted->bytes));
    }
}

static enum status compare_values(struct txn *t, void *arg, struct diag *d) {
    const struct value *v = arg;
    AUTO(rows) struct rows *r = NULL;
    enum status s = sql_one(t, &r, d, "SELECT n, text, b FROM v WHERE id = ?", SQL_I(1));
    if (s != OK)
        return s;
    assert_int_equal(rows_columns(r), 3);
    assert_string_equal(rows_column_name(r, 1), "text");
    assert_int_equal(rows_null(r, 0), v->n.type == SQL_NULL);
    assert_true(rows_int(r, 0) == v->n.number);
    assert_int_equal(rows_null(r, 1), v->t.type == SQL_NULL);
    same_bytes(rows_text(r, 1), &v->t);
    assert_int_equal(rows_null(r, 2), v->b.type == SQL_NULL);
    same_bytes(rows_blob(r, 2), &v->b);
    char *copy = rows_dup(r, 1, txn_arena(t));
    assert_int_equal(strlen(copy), v->t.bytes.size);
    return OK;
}

static void every_type(void **state) {
    FIXTURE(f);
    static char all_bytes[256], large[300000];
    for (int i = 0; i < 256; i++)
        all_bytes[i] = (char)i;
    memset(large, 'x', sizeof large);
    const struct value values[] = {
        {"zero", SQL_I(0), SQL_S("a"), SQL_B(SPAN("a"))},
        {"nulls", SQL_NIL, SQL_NIL, SQL_NIL},
        {"null pointer", SQL_NIL, SQL_S(NULL), SQL_NIL},
        {"empty", SQL_I(-1), SQL_S(""), SQL_B(SPAN(""))},
        {"empty without address", SQL_I(1), SQL_T(span_bytes(NULL, 0)), SQL_B(span_bytes(NULL, 0))},
        {"largest", SQL_I(INT64_MAX), SQL_S("身份证号码 𠮷"), SQL_B(span_bytes(all_bytes, sizeof all_bytes))},
        {"smallest", SQL_I(INT64_MIN), SQL_S("it's ? \"quoted\" \\ $1 %s\n\t"), SQL_B(span_bytes("\0", 1))},
        {"beyond doubles", SQL_I((INT64_C(1) << 53) + 1), SQL_S("'"), SQL_B(span_bytes("\0\0x\0", 4))},
        {"large", SQL_I(1), SQL_T(span_bytes(large, sizeof large)), SQL_B(span_bytes(large, sizeof large))},
        {"a piece of a longer text", SQL_I(1), SQL_T(span_bytes("abcdef", 3)), SQL_B(span_bytes("abcdef", 2))},
    };
    must_run(f, table_sql);
    for (size_t i = 0; i < ARRAY_LEN(values); i++) {
        must_run(f, "DELETE FROM v");
        expect_ok(store_write(f->store, insert_values, (void *)(uintptr_t)&values[i], &f->diag), &f->diag);
        expect_ok(store_read(f->store, compare_values, (void *)(uintptr_t)&values[i], &f->diag), &f->diag);
    }
}

static enum status insert_dates(struct txn *t, void *arg, struct diag *d) {
    (void)arg;
    enum status s = sql_exec(t, d, "INSERT INTO v (id, n) VALUES (?, ?)", SQL_I(1), SQL_D(DATE_NONE));
    if (s == OK)
        s = sql_exec(t, d, "INSERT INTO v (id, n) VALUES (?, ?)", SQL_I(2), SQL_D(date_from_ymd(1949, 10, 1)));
    return s;
}

static enum status read_dates(struct txn *t, void *arg, struct diag *d) {
    (void)arg;
    AUTO(rows) struct rows *r = NULL;
    enum status s = sql_query(t, &r, d, "SELECT n FROM v ORDER BY id");
    bool row = false;
    assert_int_equal(s, OK);
    assert_int_equal(rows_next(r, &row, d), OK);
    assert_true(row && rows_null(r, 0));
    assert_int_equal(rows_date(r, 0), DATE_NONE);
    assert_int_equal(rows_next(r, &row, d), OK);
    assert_int_equal(rows_date(r, 0), date_from_ymd(1949, 10, 1));
    assert_int_equal(rows_next(r, &row, d), OK);
    assert_false(row);
    assert_int_equal(rows_next(r, &row, d), OK); /* behind the end it stays the end */
    assert_false(row);
    return OK;
}

static void dates(void **state) {
    FIXTURE(f);
    must_run(f, table_sql);
    expect_ok(store_write(f->store, insert_dates, NULL, &f->diag), &f->diag);
    expect_ok(store_read(f->store, read_dates, NULL, &f->diag), &f->diag);
}

static enum status insert_text(struct txn *t, void *arg, struct diag *d) {
    return sql_exec(t, d, "INSERT INTO v (id, text) VALUES (?, ?)", SQL_I(1), SQL_T(*(struct span *)arg));
}

static void bad_texts_are_refused(void **state) {
    FIXTURE(f);
    must_run(f, table_sql);
    struct span bad[] = {span_bytes("a\0b", 3), span_bytes("\0", 1), SPAN("\xff"), SPAN("\xc3"),
        SPAN("\xed\xa0\x80"), SPAN("\xc0\x80"), SPAN("\xf4\x90\x80\x80")};
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        expect_fail(store_write(f->store, insert_text, &bad[i], &f->diag), &f->diag, E_INPUT, "store.text");
        assert_string_equal(f->diag.arg[0].value, "2");
    }
    assert_int_equal(ask_int(f, "SELECT count(*) FROM v"), 0);
}

/* Marks in literals, names and comments are no parameters; nulls have no number. */
static enum status marks(struct txn *t, void *arg, struct diag *d) {
    (void)arg;
    AUTO(rows) struct rows *r = NULL;
    enum status s = sql_one(t, &r, d,
        "SELECT '?' || ? || 'it''s ?' AS \"why?\", ? -- really?\n, /* ? */ ?, ?", SQL_S("a"), SQL_NIL, SQL_I(7), SQL_S("?"));
    if (s != OK)
        return s;
    assert_string_equal(rows_column_name(r, 0), "why?");
    assert_true(span_is(rows_text(r, 0), "?ait's ?"));
    assert_true(rows_null(r, 1));
    assert_int_equal(rows_int(r, 2), 7);
    assert_true(span_is(rows_text(r, 3), "?"));
    return OK;
}

static void question_marks_in_literals(void **state) {
    FIXTURE(f);
    expect_ok(store_read(f->store, marks, NULL, &f->diag), &f->diag);
}

/* "WHERE ? IS NULL OR n = ?" is how optional filters are written. */
static enum status optional_filter(struct txn *t, void *arg, struct diag *d) {
    struct sql_value *v = arg;
    int64_t n = -1;
    enum status s = sql_int(t, &n, 0, d, "SELECT count(*) FROM v WHERE (? IS NULL OR n = ?) AND (? IS NULL OR text = ?)",
        v[0], v[0], v[1], v[1]);
    v[2] = SQL_I(n);
    return s;
}

static void nulls_as_parameters(void **state) {
    FIXTURE(f);
    must_run(f, table_sql);
    must_run(f, "INSERT INTO v (id, n, text) VALUES (1, 1, 'a'), (2, 2, 'a'), (3, 2, 'b'), (4, NULL, NULL)");
    struct { struct sql_value n, t; int64_t wanted; } cases[] = {
        {SQL_NIL, SQL_NIL, 4}, {SQL_I(2), SQL_NIL, 2}, {SQL_NIL, SQL_S("a"), 2}, {SQL_I(2), SQL_S("b"), 1}, {SQL_I(9), SQL_S("b"), 0},
    };
    for (int again = 0; again < 2; again++) /* the second time from the statement cache */
        for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
            struct sql_value v[] = {cases[i].n, cases[i].t, SQL_NIL};
            expect_ok(store_read(f->store, optional_filter, v, &f->diag), &f->diag);
            assert_int_equal(v[2].number, cases[i].wanted);
        }
}

static enum status conversions(struct txn *t, void *arg, struct diag *d) {
    (void)arg;
    AUTO(rows) struct rows *r = NULL;
    enum status s = sql_one(t, &r, d, "SELECT sum(n), count(*), avg(n), n = 1, max(text), sum(CASE WHEN n > 1 THEN 1 ELSE 0 END)"
        " FROM v GROUP BY n = 1, n ORDER BY 1 DESC");
    if (s != OK)
        return s;
    assert_true(rows_int(r, 0) == INT64_C(9000000000000000000));
    assert_true(span_is(rows_text(r, 0), "9000000000000000000"));
    assert_int_equal(rows_int(r, 1), 1);
    assert_int_equal(rows_int(r, 3), 0);
    assert_int_equal(rows_int(r, 4), 42); /* a text that is a number */
    assert_int_equal(rows_int(r, 5), 1);
    return OK;
}

static void sums_and_conversions(void **state) {
    FIXTURE(f);
    must_run(f, table_sql);
    must_run(f, "INSERT INTO v (id, n, text) VALUES (1, 9000000000000000000, '42'), (2, 1, 'b'), (3, -70001, '')");
    expect_ok(store_read(f->store, conversions, NULL, &f->diag), &f->diag);
    assert_int_equal(ask_int(f, "SELECT sum(n) FROM v WHERE n < 1"), -70001);
    assert_int_equal(ask_int(f, "SELECT sum(n) FROM v WHERE n < -99999999"), -1); /* null: the other value */
    assert_int_equal(ask_int(f, "SELECT sum(n) FROM v WHERE n BETWEEN 1 AND 10000"), 1);
    assert_int_equal(ask_int(f, "SELECT sum(n * 10000) FROM v WHERE n < 100"), -700000000);
}

static enum status text_order(struct txn *t, void *arg, struct diag *d) {
    (void)arg;
    AUTO(rows) struct rows *r = NULL;
    enum status s = sql_query(t, &r, d, "SELECT text FROM v ORDER BY text");
    static const char *const wanted[] = {"", "Z", "_", "a", "ab", "b", "z", "é", "东", "西"};
    bool row = false;
    size_t i = 0;
    while (s == OK && (s = rows_next(r, &row, d)) == OK && row) {
        assert_true(i < ARRAY_LEN(wanted));
        assert_true(span_is(rows_text(r, 0), wanted[i++]));
    }
    assert_int_equal(i, ARRAY_LEN(wanted));
    return s;
}

static void texts_sort_by_bytes(void **state) {
    FIXTURE(f);
    must_run(f, table_sql);
    must_run(f, "INSERT INTO v (id, text) VALUES (1,'b'),(2,'a'),(3,'Z'),(4,'西'),(5,'东'),(6,'é'),(7,''),(8,'ab'),(9,'_'),(10,'z')");
    expect_ok(store_read(f->store, text_order, NULL, &f->diag), &f->diag);
    assert_int_equal(ask_int(f, "SELECT count(*) FROM v WHERE text LIKE 'A%'"), 0);
    assert_int_equal(ask_int(f, "SELECT count(*) FROM v WHERE text LIKE 'a%'"), 2);
}

static void out_of_range_is_input(void **state) {
    FIXTURE(f);
    must_run(f, table_sql);
    must_run(f, "INSERT INTO v (id, n) VALUES (1, 9223372036854775807), (2, 1)");
    assert_int_equal(run_sql(f, "INSERT INTO v (id, n) SELECT 3, CAST(sum(n) AS BIGINT) FROM v"), E_INPUT);
    assert_string_equal(f->diag.code, "store.value");
    assert_int_equal(ask_int(f, "SELECT count(*) FROM v"), 2);
}

/* Rows within rows, the same text at both levels, and a few thousand of them. */
static enum status nested(struct txn *t, void *arg, struct diag *d) {
    int64_t *pairs = arg;
    static const char sql[] = "SELECT id FROM v WHERE id <= ? ORDER BY id";
    AUTO(rows) struct rows *outer = NULL;
    enum status s = sql_query(t, &outer, d, sql, SQL_I(60));
    bool row = false;
    while (s == OK && (s = rows_next(outer, &row, d)) == OK && row) {
        AUTO(rows) struct rows *inner = NULL;
        s = sql_query(t, &inner, d, sql, SQL_I(rows_int(outer, 0)));
        bool more = false;
        while (s == OK && (s = rows_next(inner, &more, d)) == OK && more)
            ++*pairs;
    }
    return s;
}

static enum status fill(struct txn *t, void *arg, struct diag *d) {
    (void)arg;
    for (int i = 1; i <= 60; i++) {
        enum status s = sql_exec(t, d, "INSERT INTO v (id, n) VALUES (?, ?)", SQL_I(i), SQL_I(i * i));
        if (s != OK)
            return s;
    }
    return OK;
}

static void rows_within_rows(void **state) {
    FIXTURE(f);
    must_run(f, table_sql);
    expect_ok(store_write(f->store, fill, NULL, &f->diag), &f->diag);
    int64_t pairs = 0;
    expect_ok(store_read(f->store, nested, &pairs, &f->diag), &f->diag);
    assert_int_equal(pairs, 60 * 61 / 2);
}

static enum status returning(struct txn *t, void *arg, struct diag *d) {
    (void)arg;
    AUTO(rows) struct rows *r = NULL;
    enum status s = sql_query(t, &r, d, "INSERT INTO v (id, n) VALUES (?, ?) ON CONFLICT (id) DO UPDATE SET n = v.n + 1 RETURNING id, n",
        SQL_I(1), SQL_I(10));
    if (s != OK)
        return s;
    int64_t n = 0; /* it has happened before rows_next */
    s = sql_int(t, &n, 0, d, "SELECT count(*) FROM v");
    assert_int_equal(n, 1);
    bool row = false;
    s = s == OK ? rows_next(r, &row, d) : s;
    assert_true(row);
    *(int64_t *)arg = rows_int(r, 1);
    return s;
}

static void insert_returning(void **state) {
    FIXTURE(f);
    must_run(f, table_sql);
    int64_t n = 0;
    expect_ok(store_write(f->store, returning, &n, &f->diag), &f->diag);
    assert_int_equal(n, 10);
    expect_ok(store_write(f->store, returning, &n, &f->diag), &f->diag);
    assert_int_equal(n, 11);
}

static enum status counts(struct txn *t, void *arg, struct diag *d) {
    (void)arg;
    int64_t n = -1;
    enum status s = sql_exec_count(t, &n, d, "UPDATE v SET n = 0 WHERE id <= ?", SQL_I(7));
    assert_int_equal(n, 7);
    if (s == OK)
        s = sql_exec_count(t, &n, d, "DELETE FROM v WHERE id > ?", SQL_I(1000));
    assert_int_equal(n, 0);
    if (s == OK)
        s = sql_exec_count(t, &n, d, "INSERT INTO v (id) VALUES (1) ON CONFLICT DO NOTHING");
    assert_int_equal(n, 0);
    if (s == OK)
        s = sql_exec_count(t, &n, d, "SELECT id FROM v");
    assert_int_equal(n, 0);
    if (s == OK)
        s = sql_exec_count(t, &n, d, "CREATE TABLE w (a BIGINT)");
    assert_int_equal(n, 0);
    return s;
}

static void changed_rows_are_counted(void **state) {
    FIXTURE(f);
    must_run(f, table_sql);
    expect_ok(store_write(f->store, fill, NULL, &f->diag), &f->diag);
    expect_ok(store_write(f->store, counts, NULL, &f->diag), &f->diag);
}

static enum status one_of_none(struct txn *t, void *arg, struct diag *d) {
    (void)arg;
    AUTO(rows) struct rows *r = NULL;
    enum status s = sql_one(t, &r, d, "SELECT id FROM v WHERE id = ?", SQL_I(5));
    assert_int_equal(s, E_NOT_FOUND);
    assert_string_equal(d->code, "store.no_row");
    int64_t n = 0; /* an answer, not a failure: the run goes on */
    s = sql_int(t, &n, 42, d, "SELECT id FROM v WHERE id = ?", SQL_I(5));
    assert_int_equal(n, 42);
    return s;
}

static void no_row_is_an_answer(void **state) {
    FIXTURE(f);
    must_run(f, table_sql);
    expect_ok(store_write(f->store, one_of_none, NULL, &f->diag), &f->diag);
}

static void wrong_sql(void **state) {
    FIXTURE(f);
    must_run(f, table_sql);
    static const char *const bad[] = {"SELEC 1", "SELECT x FROM v", "INSERT INTO nowhere VALUES (1)",
        "SELECT 1; SELECT 2", "BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT a", "RELEASE closure",
        " /* c */ commit", "-- c\nEND", ";commit", "ROLLBACK TO closure", "SELECT \"no such column\" FROM v"};
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        assert_int_equal(run_sql(f, bad[i]), E_SYSTEM);
        assert_string_equal(f->diag.code, "store.sql");
        must_run(f, "INSERT INTO v (id) VALUES (1) ON CONFLICT DO NOTHING"); /* and life goes on */
    }
}

/* More texts than the cache holds, then the first ones again. */
static enum status many_texts(struct txn *t, void *arg, struct diag *d) {
    (void)arg;
    for (int i = 0; i < 1300; i++) {
        int64_t n = -1;
        char sql[64];
        snprintf(sql, sizeof sql, "SELECT %d + ?", i % 650);
        enum status s = sql_int(t, &n, 0, d, sql, SQL_I(1));
        if (s != OK)
            return s;
        assert_int_equal(n, i % 650 + 1);
    }
    return OK;
}

static void more_statements_than_the_cache_holds(void **state) {
    FIXTURE(f);
    expect_ok(store_read(f->store, many_texts, NULL, &f->diag), &f->diag);
    expect_ok(store_write(f->store, many_texts, NULL, &f->diag), &f->diag);
}

/* A statement prepared before the table changed. */
static void a_changed_table_is_noticed(void **state) {
    FIXTURE(f);
    must_run(f, table_sql);
    must_run(f, "INSERT INTO v (id, n) VALUES (1, 5)");
    assert_int_equal(ask_int(f, "SELECT * FROM (SELECT max(n) AS m FROM v) x"), 5);
    must_run(f, "UPDATE v SET n = n + 1");
    must_run(f, "ALTER TABLE v ADD COLUMN more TEXT");
    must_run(f, "ALTER TABLE v ADD c2 BLOB");
    must_run(f, "UPDATE v SET n = n + 1, more = 'x'");
    assert_int_equal(ask_int(f, "SELECT * FROM (SELECT max(n) AS m FROM v) x"), 7);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        ON_BOTH(every_type),
        ON_BOTH(dates),
        ON_BOTH(bad_texts_are_refused),
        ON_BOTH(question_marks_in_literals),
        ON_BOTH(nulls_as_parameters),
        ON_BOTH(sums_and_conversions),
        ON_BOTH(texts_sort_by_bytes),
        ON_BOTH(out_of_range_is_input),
        ON_BOTH(rows_within_rows),
        ON_BOTH(insert_returning),
        ON_BOTH(changed_rows_are_counted),
        ON_BOTH(no_row_is_an_answer),
        ON_BOTH(wrong_sql),
        ON_BOTH(more_statements_than_the_cache_holds),
        ON_BOTH(a_changed_table_is_noticed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
