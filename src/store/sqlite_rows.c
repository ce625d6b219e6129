/* Statements and rows on SQLite. */
#include "store/sqlite_internal.h"

#include "base/buf.h"
#include "store/scan.h"

struct sqlite_rows {
    struct rows base;
    sqlite3_stmt *stmt;
    struct stmt_entry *entry; /* NULL: made for this use only */
    int ahead;                /* result of the step made in advance, or 0 */
};

/* A statement taken from the cache, or made for one use: DDL, and a text that
 * is already running further up in the same closure. */
struct taken {
    sqlite3_stmt *stmt;
    struct stmt_entry *entry;
};

static bool only_space(const char *sql) {
    size_t size;
    enum token k;
    while ((k = sql_token(sql, &size)) == T_SPACE || *sql == ';')
        sql += size;
    return k == T_END;
}

static enum status prepare(struct sqlite_conn *c, const char *sql, unsigned flags,
    sqlite3_stmt **ret, struct diag *d) {
    if (sql_controls_transaction(sql))
        return diag_fail(d, E_SYSTEM, "store.sql", DIAG_S("detail", "transaction control in a closure"));
    const char *tail = NULL;
    int rc = sqlite3_prepare_v3(c->db, sql, -1, flags, ret, &tail);
    if (rc != SQLITE_OK)
        return sqlite_fail(c, rc, NULL, d);
    if (*ret && only_space(tail))
        return OK;
    sqlite3_finalize(*ret);
    *ret = NULL;
    return diag_fail(d, E_SYSTEM, "store.sql", DIAG_S("detail", "not one statement"));
}

static enum status prepare_ddl(struct sqlite_conn *c, const char *sql, sqlite3_stmt **ret, struct diag *d) {
    BUF_AUTO text;
    buf_init(&text, 0);
    sql_translate(&text, sql, false, NULL, 0);
    if (!buf_ok(&text))
        return diag_fail(d, E_LIMIT, "base.memory");
    return prepare(c, buf_str(&text), 0, ret, d);
}

static enum status take(struct sqlite_conn *c, const char *sql, struct taken *ret, struct diag *d) {
    *ret = (struct taken){0};
    if (sql_is_ddl(sql))
        return prepare_ddl(c, sql, &ret->stmt, d);
    struct stmt_entry *e = stmt_cache_get(c->statements, span_of(sql));
    if (!e || e->in_use)
        return prepare(c, sql, 0, &ret->stmt, d);
    if (!e->statement) {
        sqlite3_stmt *st = NULL;
        enum status s = prepare(c, sql, SQLITE_PREPARE_PERSISTENT, &st, d);
        if (s != OK) {
            stmt_cache_forget(c->statements, e);
            return s;
        }
        e->statement = st;
    }
    e->in_use = true;
    *ret = (struct taken){e->statement, e};
    return OK;
}

static void give_back(sqlite3_stmt *stmt, struct stmt_entry *entry) {
    if (!entry) {
        sqlite3_finalize(stmt);
        return;
    }
    sqlite3_reset(stmt);
    sqlite3_clear_bindings(stmt);
    entry->in_use = false;
}

/* `life`: SQLITE_STATIC where the statement ends before the caller's values do. */
static int bind_one(sqlite3_stmt *stmt, int i, const struct sql_value *v, sqlite3_destructor_type life) {
    const char *at = v->bytes.at ? v->bytes.at : ""; /* NULL would bind a null */
    switch (v->type) {
    case SQL_NULL:
        return sqlite3_bind_null(stmt, i);
    case SQL_INT:
        return sqlite3_bind_int64(stmt, i, v->number);
    case SQL_TEXT:
        return sqlite3_bind_text64(stmt, i, at, v->bytes.size, life, SQLITE_UTF8);
    case SQL_BLOB:
        return sqlite3_bind_blob64(stmt, i, at, v->bytes.size, life);
    }
    return SQLITE_MISUSE;
}

static int bind_all(sqlite3_stmt *stmt, const struct sql_value *v, size_t n, sqlite3_destructor_type life) {
    assert((size_t)sqlite3_bind_parameter_count(stmt) == n);
    for (size_t i = 0; i < n; i++) {
        int rc = bind_one(stmt, (int)i + 1, &v[i], life);
        if (rc != SQLITE_OK)
            return rc;
    }
    return SQLITE_OK;
}

enum status sqlite_exec(struct txn *t, int64_t *ret_changed, struct diag *d, const char *sql,
    const struct sql_value *v, size_t n) {
    struct sqlite_conn *c = t->conn;
    struct taken k;
    enum status s = take(c, sql, &k, d);
    if (s != OK)
        return s;
    int64_t before = sqlite3_total_changes64(c->db);
    int rc = bind_all(k.stmt, v, n, SQLITE_STATIC);
    if (rc == SQLITE_OK)
        do
            rc = sqlite3_step(k.stmt);
        while (rc == SQLITE_ROW);
    if (rc != SQLITE_DONE)
        s = sqlite_fail(c, rc, k.stmt, d);
    else if (ret_changed) /* sqlite3_changes keeps the former count when nothing happens */
        *ret_changed = sqlite3_total_changes64(c->db) == before ? 0 : sqlite3_changes64(c->db);
    give_back(k.stmt, k.entry);
    return s;
}

enum status sqlite_query(struct txn *t, struct rows **ret, struct diag *d, const char *sql,
    const struct sql_value *v, size_t n) {
    struct sqlite_conn *c = t->conn;
    struct taken k;
    enum status s = take(c, sql, &k, d);
    if (s != OK)
        return s;
    struct sqlite_rows *r = calloc(1, sizeof *r);
    int rc = r ? bind_all(k.stmt, v, n, SQLITE_TRANSIENT) : SQLITE_NOMEM;
    if (rc == SQLITE_OK)
        rc = sqlite3_step(k.stmt);
    if (rc != SQLITE_ROW && rc != SQLITE_DONE) {
        s = r ? sqlite_fail(c, rc, k.stmt, d) : diag_fail(d, E_LIMIT, "base.memory");
        give_back(k.stmt, k.entry);
        free(r);
        return s;
    }
    r->stmt = k.stmt;
    r->entry = k.entry;
    r->ahead = rc;
    r->base.columns = sqlite3_column_count(k.stmt);
    rows_attach(&r->base, t);
    *ret = &r->base;
    return OK;
}

enum status sqlite_rows_next(struct rows *base, bool *ret_row, struct diag *d) {
    struct sqlite_rows *r = (struct sqlite_rows *)base;
    int rc = r->ahead;
    if (rc == 0)
        rc = sqlite3_step(r->stmt);
    r->ahead = rc == SQLITE_DONE ? SQLITE_DONE : 0; /* a step behind the end would start anew */
    *ret_row = rc == SQLITE_ROW;
    if (rc == SQLITE_ROW || rc == SQLITE_DONE)
        return OK;
    return sqlite_fail(base->txn->conn, rc, r->stmt, d);
}

static struct span bytes_of(const void *at, int size) {
    return at ? span_bytes(at, (size_t)size) : SPAN("");
}

struct sql_value sqlite_rows_value(const struct rows *base, int column, int wanted) {
    sqlite3_stmt *st = ((const struct sqlite_rows *)base)->stmt;
    struct sql_value v = {.type = SQL_NULL};
    if (sqlite3_column_type(st, column) == SQLITE_NULL)
        return v;
    switch (wanted) {
    case SQL_TEXT: {
        const void *at = sqlite3_column_text(st, column);
        v = SQL_T(bytes_of(at, sqlite3_column_bytes(st, column)));
        break;
    }
    case SQL_BLOB: {
        const void *at = sqlite3_column_blob(st, column);
        v = SQL_B(bytes_of(at, sqlite3_column_bytes(st, column)));
        break;
    }
    default:
        v = SQL_I(sqlite3_column_int64(st, column));
    }
    return v;
}

const char *sqlite_rows_name(const struct rows *r, int column) {
    return sqlite3_column_name(((const struct sqlite_rows *)r)->stmt, column);
}

void sqlite_rows_free(struct rows *base) {
    struct sqlite_rows *r = (struct sqlite_rows *)base;
    rows_detach(base);
    give_back(r->stmt, r->entry);
    free(r);
}

enum status sqlite_script(struct txn *t, const char *sql, struct diag *d) {
    struct sqlite_conn *c = t->conn;
    if (sql_script_controls_transaction(sql))
        return diag_fail(d, E_SYSTEM, "store.sql", DIAG_S("detail", "transaction control in a script"));
    BUF_AUTO text;
    buf_init(&text, 0);
    sql_translate(&text, sql, false, NULL, 0);
    if (!buf_ok(&text))
        return diag_fail(d, E_LIMIT, "base.memory");

    const char *at = buf_str(&text);
    while (!only_space(at)) {
        sqlite3_stmt *st = NULL;
        int rc = sqlite3_prepare_v2(c->db, at, -1, &st, &at);
        if (rc == SQLITE_OK && st)
            do
                rc = sqlite3_step(st);
            while (rc == SQLITE_ROW);
        enum status s = rc == SQLITE_OK || rc == SQLITE_DONE ? OK : sqlite_fail(c, rc, st, d);
        sqlite3_finalize(st);
        if (s != OK)
            return s;
    }
    return OK;
}
