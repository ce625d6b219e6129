/* Statements and rows on PostgreSQL.
 *
 * Values travel in binary both ways, so a blob is its bytes and a text has a
 * length.  A prepared statement belongs to a text and the types of its values:
 * '?' is BIGINT, TEXT or BYTEA by what is passed, and a null is written into the
 * text as NULL. */
#include "store/pg_internal.h"

#include "base/buf.h"

#include <endian.h>
#include <errno.h>
#include <stdio.h>

/* pg_type.dat: these never change. */
enum {
    OID_BOOL = 16, OID_BYTEA = 17, OID_INT8 = 20, OID_INT2 = 21, OID_INT4 = 23, OID_TEXT = 25,
    OID_OID = 26, OID_FLOAT8 = 701, OID_NUMERIC = 1700
};

struct pg_rows {
    struct rows base;
    PGresult *result;
    int row; /* -1 before the first */
};

/* ---- parameters ------------------------------------------------------------------ */

struct params {
    int n; /* without the nulls */
    Oid *type;
    const char **at;
    int *size;
    int *format;
};

static enum status make_params(struct arena *a, const struct sql_value *v, size_t n, struct params *p, struct diag *d) {
    *p = (struct params){
        .type = ARENA_ARRAY(a, n + 1, Oid), .at = ARENA_ARRAY(a, n + 1, const char *),
        .size = ARENA_ARRAY(a, n + 1, int), .format = ARENA_ARRAY(a, n + 1, int),
    };
    int64_t *number = ARENA_ARRAY(a, n + 1, int64_t);
    if (!p->type || !p->at || !p->size || !p->format || !number)
        return arena_full(d);
    for (size_t i = 0; i < n; i++) {
        if (v[i].type == SQL_NULL)
            continue;
        if (v[i].bytes.size > INT32_MAX / 2)
            return diag_fail(d, E_LIMIT, "store.too_big");
        int k = p->n++;
        p->format[k] = 1;
        if (v[i].type == SQL_INT) {
            number[k] = (int64_t)htobe64((uint64_t)v[i].number);
            p->type[k] = OID_INT8;
            p->at[k] = (const char *)&number[k];
            p->size[k] = sizeof number[k];
        } else {
            p->type[k] = v[i].type == SQL_TEXT ? OID_TEXT : OID_BYTEA;
            p->at[k] = v[i].bytes.at ? v[i].bytes.at : "";
            p->size[k] = (int)v[i].bytes.size;
        }
    }
    return OK;
}

/* ---- prepared statements ------------------------------------------------------------ */

static enum status prepare(struct txn *t, const char *sql, const struct sql_value *v, size_t n,
    const struct params *p, char **ret_name, struct diag *d) {
    struct pg_conn *c = t->conn;
    if (sql_controls_transaction(sql))
        return diag_fail(d, E_SYSTEM, "store.sql", DIAG_S("detail", "transaction control in a closure"));
    BUF_AUTO text;
    buf_init(&text, 0);
    size_t marks = sql_translate(&text, sql, true, v, n);
    assert(marks == n);
    (void)marks;
    char name[24];
    snprintf(name, sizeof name, "s%lu", c->serial++);
    char *copy = strdup(name);
    if (!buf_ok(&text) || !copy) {
        free(copy);
        return diag_fail(d, E_LIMIT, "base.memory");
    }
    PGresult *r = PQprepare(c->pg, name, buf_str(&text), p->n, p->type);
    enum status s = PQresultStatus(r) == PGRES_COMMAND_OK ? OK : pg_fail(c, r, &t->retry, d);
    PQclear(r);
    if (s != OK)
        free(copy);
    else
        *ret_name = copy;
    return s;
}

static enum status statement_for(struct txn *t, const char *sql, const struct sql_value *v, size_t n,
    const struct params *p, const char **ret_name, struct diag *d) {
    struct pg_conn *c = t->conn;
    size_t sql_size = strlen(sql);
    char *key = arena_alloc(t->arena, sql_size + n + 2);
    if (!key)
        return arena_full(d);
    static const char letter[] = {[SQL_NULL] = 'n', [SQL_INT] = 'i', [SQL_TEXT] = 't', [SQL_BLOB] = 'b'};
    for (size_t i = 0; i < n; i++)
        key[i] = letter[v[i].type];
    key[n] = ' ';
    memcpy(key + n + 1, sql, sql_size);

    struct stmt_entry *e = stmt_cache_get(c->statements, span_bytes(key, n + 1 + sql_size));
    if (!e)
        return diag_fail(d, E_LIMIT, "base.memory");
    if (!e->statement) {
        char *name = NULL;
        enum status s = prepare(t, sql, v, n, p, &name, d);
        if (s != OK) {
            stmt_cache_forget(c->statements, e);
            return s;
        }
        e->statement = name;
    }
    *ret_name = e->statement;
    return OK;
}

/* DDL is not kept: each is run once, and a plan of it would be of no use. */
static enum status run_ddl(struct txn *t, const char *sql, PGresult **ret, struct diag *d) {
    struct pg_conn *c = t->conn;
    BUF_AUTO text;
    buf_init(&text, 0);
    sql_translate(&text, sql, true, NULL, 0);
    if (!buf_ok(&text))
        return diag_fail(d, E_LIMIT, "base.memory");
    *ret = PQexecParams(c->pg, buf_str(&text), 0, NULL, NULL, NULL, NULL, 1);
    return OK;
}

static enum status run_prepared(struct txn *t, const char *sql, const struct sql_value *v, size_t n,
    PGresult **ret, struct diag *d) {
    struct pg_conn *c = t->conn;
    struct params p;
    const char *name = NULL;
    enum status s = make_params(t->arena, v, n, &p, d);
    if (s == OK)
        s = statement_for(t, sql, v, n, &p, &name, d);
    if (s == OK)
        *ret = PQexecPrepared(c->pg, name, p.n, p.at, p.size, p.format, 1);
    return s;
}

static enum status run(struct txn *t, const char *sql, const struct sql_value *v, size_t n,
    PGresult **ret, struct diag *d) {
    struct pg_conn *c = t->conn;
    PGresult *r = NULL;
    struct arena_mark mark = arena_mark(t->arena);
    enum status s = sql_is_ddl(sql) ? run_ddl(t, sql, &r, d) : run_prepared(t, sql, v, n, &r, d);
    arena_rewind(t->arena, mark);
    if (s != OK)
        return s;
    ExecStatusType got = PQresultStatus(r);
    if (got != PGRES_COMMAND_OK && got != PGRES_TUPLES_OK) {
        s = pg_fail(c, r, &t->retry, d);
        PQclear(r);
        return s;
    }
    *ret = r;
    return OK;
}

enum status pg_exec(struct txn *t, int64_t *ret_changed, struct diag *d, const char *sql,
    const struct sql_value *v, size_t n) {
    PGresult *r = NULL;
    enum status s = run(t, sql, v, n, &r, d);
    if (s != OK)
        return s;
    if (ret_changed) {
        /* "SELECT 5" counts what was read, the others what was changed. */
        bool reading = strncmp(PQcmdStatus(r), "SELECT", 6) == 0;
        *ret_changed = reading ? 0 : strtoll(PQcmdTuples(r), NULL, 10);
    }
    PQclear(r);
    return OK;
}

enum status pg_script(struct txn *t, const char *sql, struct diag *d) {
    struct pg_conn *c = t->conn;
    if (sql_script_controls_transaction(sql))
        return diag_fail(d, E_SYSTEM, "store.sql", DIAG_S("detail", "transaction control in a script"));
    BUF_AUTO text;
    buf_init(&text, 0);
    sql_translate(&text, sql, true, NULL, 0);
    if (!buf_ok(&text))
        return diag_fail(d, E_LIMIT, "base.memory");
    return pg_run(c, buf_str(&text), &t->retry, d);
}

/* ---- rows --------------------------------------------------------------------------- */

enum status pg_query(struct txn *t, struct rows **ret, struct diag *d, const char *sql,
    const struct sql_value *v, size_t n) {
    PGresult *result = NULL;
    enum status s = run(t, sql, v, n, &result, d);
    if (s != OK)
        return s;
    struct pg_rows *r = calloc(1, sizeof *r);
    if (!r) {
        PQclear(result);
        return diag_fail(d, E_LIMIT, "base.memory");
    }
    r->result = result;
    r->row = -1;
    r->base.columns = PQnfields(result);
    rows_attach(&r->base, t);
    *ret = &r->base;
    return OK;
}

enum status pg_rows_next(struct rows *base, bool *ret_row, struct diag *d) {
    (void)d;
    struct pg_rows *r = (struct pg_rows *)base;
    int count = PQntuples(r->result);
    if (r->row < count)
        r->row++;
    *ret_row = r->row < count;
    return OK;
}

static int64_t big_endian(const char *at, int size) {
    uint64_t n = 0;
    for (int i = 0; i < size; i++)
        n = n << 8 | (uint8_t)at[i];
    int unused = 64 - 8 * size;
    return (int64_t)(n << unused) >> unused;
}

/* SUM(BIGINT) is NUMERIC: counts of digits, weight, sign, scale, then digits of
 * base 10,000 (numeric.c).  What is behind the point is cut off. */
static int64_t numeric_integer(const char *at, int size) {
    if (size < 8)
        return 0;
    int digits = (int)big_endian(at, 2), weight = (int)big_endian(at + 2, 2);
    bool negative = (big_endian(at + 4, 2) & 0xffff) == 0x4000;
    int64_t n = 0;
    for (int i = 0; i <= weight; i++) {
        int64_t digit = i < digits && 8 + 2 * i + 2 <= size ? big_endian(at + 8 + 2 * i, 2) : 0;
        if (__builtin_mul_overflow(n, 10000, &n)
            || __builtin_add_overflow(n, negative ? -digit : digit, &n))
            return negative ? INT64_MIN : INT64_MAX;
    }
    return n;
}

static int64_t text_integer(const char *at, int size) {
    char text[32];
    snprintf(text, sizeof text, "%.*s", size, at);
    return strtoll(text, NULL, 10);
}

static int64_t float_integer(const char *at) {
    uint64_t bits = (uint64_t)big_endian(at, 8);
    double x;
    memcpy(&x, &bits, sizeof x);
    return x > -9.2e18 && x < 9.2e18 ? (int64_t)x : 0;
}

static bool is_integer(Oid type, int64_t *ret, const char *at, int size) {
    switch (type) {
    case OID_BOOL:
        *ret = at[0] != 0;
        return true;
    case OID_INT2:
    case OID_INT4:
    case OID_INT8:
        *ret = big_endian(at, size);
        return true;
    case OID_OID:
        *ret = big_endian(at, size) & UINT32_MAX;
        return true;
    case OID_NUMERIC:
        *ret = numeric_integer(at, size);
        return true;
    case OID_FLOAT8:
        *ret = float_integer(at);
        return true;
    default:
        return false;
    }
}

struct sql_value pg_rows_value(const struct rows *base, int column, int wanted) {
    const struct pg_rows *r = (const struct pg_rows *)base;
    struct sql_value v = {.type = SQL_NULL};
    if (PQgetisnull(r->result, r->row, column))
        return v;
    const char *at = PQgetvalue(r->result, r->row, column);
    int size = PQgetlength(r->result, r->row, column);
    int64_t number = 0;
    bool integer = is_integer(PQftype(r->result, column), &number, at, size);
    if (wanted == SQL_NULL)
        return integer ? SQL_I(number) : SQL_B(span_bytes(at, (size_t)size));
    if (wanted == SQL_INT)
        return SQL_I(integer ? number : text_integer(at, size));
    if (!integer)
        return (struct sql_value){wanted, 0, span_bytes(at, (size_t)size)};
    const char *text = arena_printf(base->txn->arena, "%lld", (long long)number);
    return (struct sql_value){wanted, 0, span_of(text ? text : "")};
}

const char *pg_rows_name(const struct rows *r, int column) {
    return PQfname(((const struct pg_rows *)r)->result, column);
}

void pg_rows_free(struct rows *base) {
    struct pg_rows *r = (struct pg_rows *)base;
    rows_detach(base);
    PQclear(r->result);
    free(r);
}
