/* Connections to PostgreSQL and what their errors mean. */
#include "store/pg_internal.h"

#include <stdio.h>

static void silent(void *arg, const PGresult *r) {
    (void)arg, (void)r; /* libpq would print notices */
}

static void drop_statement(void *owner, void *statement) {
    struct pg_conn *c = owner;
    char sql[64];
    snprintf(sql, sizeof sql, "DEALLOCATE %s", (const char *)statement);
    PGTransactionStatusType state = PQtransactionStatus(c->pg);
    if (state == PQTRANS_IDLE || state == PQTRANS_INTRANS)
        PQclear(PQexec(c->pg, sql));
    free(statement);
}

bool pg_alive(const struct pg_conn *c) {
    return PQstatus(c->pg) == CONNECTION_OK;
}

/* A setting of the server that gives durability away is not accepted; a
 * stronger one (remote_apply) stays.  lock_timeout: a closure that waits
 * longer is rerun, so that nobody hangs on a forgotten psql. */
static const char session_sql[] =
    "SET standard_conforming_strings = on;"
    "SET lock_timeout = '10s';"
    "SET timezone = 'UTC';"
    "SELECT set_config('synchronous_commit', 'on', false)"
    " WHERE current_setting('synchronous_commit') IN ('off', 'local')";

static enum status set_up(const struct store *s, struct pg_conn *c, struct diag *d) {
    const char *encoding = PQparameterStatus(c->pg, "server_encoding");
    if (!encoding || strcmp(encoding, "UTF8") != 0)
        return diag_fail(d, E_SYSTEM, "store.encoding", DIAG_S("encoding", encoding ? encoding : "?"));
    bool retry = false;
    enum status status = pg_run(c, session_sql, &retry, d);
    if (status == OK && s->options.unsafe_no_sync)
        status = pg_run(c, "SET synchronous_commit = off", &retry, d);
    return status;
}

static PGconn *connect_to(const char *url) {
    static const char *const keys[] = {"connect_timeout", "fallback_application_name", "dbname",
        "client_encoding", NULL};
    const char *const values[] = {"10", "minzheng", url, "UTF8", NULL};
    return PQconnectdbParams(keys, values, 1);
}

/* The message names host, port and user, never a password. */
static enum status connect_fail(struct pg_conn *c, struct diag *d) {
    const char *message = PQerrorMessage(c->pg);
    struct span first = span_bytes(message, strcspn(message, "\n"));
    return diag_fail(d, E_SYSTEM, "store.open", DIAG_SPAN("detail", first));
}

enum status pg_connect(const struct store *s, const char *url, struct pg_conn **ret, struct diag *d) {
    struct pg_conn *c = calloc(1, sizeof *c);
    if (!c)
        return diag_fail(d, E_LIMIT, "base.memory");
    c->pg = connect_to(url);
    c->arena = arena_new(TXN_ARENA_BYTES_MAX);
    c->statements = stmt_cache_new(STATEMENTS_MAX, drop_statement, c);
    enum status status;
    if (!c->pg || !c->arena || !c->statements) {
        status = diag_fail(d, E_LIMIT, "base.memory");
    } else if (!pg_alive(c)) {
        status = connect_fail(c, d);
    } else {
        PQsetNoticeReceiver(c->pg, silent, NULL);
        status = set_up(s, c, d);
    }
    if (status != OK) {
        pg_conn_free(c);
        return status;
    }
    *ret = c;
    return OK;
}

struct pg_conn *pg_conn_free(struct pg_conn *c) {
    if (!c)
        return NULL;
    /* First the connection: its statements die with it, without a round trip. */
    PQfinish(c->pg);
    c->pg = NULL;
    stmt_cache_free(c->statements);
    arena_free(c->arena);
    free(c);
    return NULL;
}

enum status pg_run(struct pg_conn *c, const char *sql, bool *ret_retry, struct diag *d) {
    PGresult *r = PQexec(c->pg, sql);
    ExecStatusType got = PQresultStatus(r);
    enum status s = got == PGRES_COMMAND_OK || got == PGRES_TUPLES_OK ? OK : pg_fail(c, r, ret_retry, d);
    PQclear(r);
    return s;
}

/* ---- errors --------------------------------------------------------------------- */

/* SQLSTATE, PostgreSQL manual appendix A.  A prefix of two is a class. */
static const struct meaning {
    const char *state;
    enum status status;
    const char *code;
    bool retry;
} meanings[] = {
    {"40001", E_BUSY, "store.conflict", true},   /* serialization_failure */
    {"40P01", E_BUSY, "store.conflict", true},   /* deadlock_detected */
    {"55P03", E_BUSY, "store.conflict", true},   /* lock_not_available */
    {"25006", E_FORBIDDEN, "store.read_only", false},
    {"53100", E_SYSTEM, "store.full", false},    /* disk_full */
    {"53200", E_LIMIT, "base.memory", false},    /* out_of_memory */
    {"54000", E_LIMIT, "store.too_big", false},  /* program_limit_exceeded */
    {"58030", E_SYSTEM, "store.io", false},
    {"22021", E_INPUT, "store.text", false},
    {"08", E_SYSTEM, "store.connection", true},
    {"57P", E_SYSTEM, "store.connection", true}, /* the server is shutting down */
    {"22", E_INPUT, "store.value", false},
    {"XX001", E_CORRUPT, "store.corrupt", false}, /* data_corrupted */
    {"XX002", E_CORRUPT, "store.corrupt", false}, /* index_corrupted */
};

static const struct meaning *meaning_of(const char *state) {
    for (size_t i = 0; i < ARRAY_LEN(meanings); i++)
        if (strncmp(state, meanings[i].state, strlen(meanings[i].state)) == 0)
            return &meanings[i];
    return NULL;
}

static enum status constraint_fail(const PGresult *r, const char *state, struct diag *d) {
    const char *name = PQresultErrorField(r, PG_DIAG_CONSTRAINT_NAME);
    const char *table = PQresultErrorField(r, PG_DIAG_TABLE_NAME);
    const char *column = PQresultErrorField(r, PG_DIAG_COLUMN_NAME);
    char text[136];
    if (strcmp(state, "23502") == 0 && table && column) { /* not_null_violation has no name */
        snprintf(text, sizeof text, "%s.%s", table, column);
        name = text;
    }
    return diag_fail(d, E_CONFLICT, "store.constraint", DIAG_S("name", name ? name : "?"));
}

enum status pg_fail(struct pg_conn *c, const PGresult *r, bool *ret_retry, struct diag *d) {
    const char *state = r ? PQresultErrorField(r, PG_DIAG_SQLSTATE) : NULL;
    if (!state || !pg_alive(c)) {
        *ret_retry = true;
        return diag_fail(d, E_SYSTEM, "store.connection");
    }
    if (strncmp(state, "23", 2) == 0)
        return constraint_fail(r, state, d);
    const char *message = PQresultErrorField(r, PG_DIAG_MESSAGE_PRIMARY);
    /* A plan made before a migration: prepare again. */
    if (strcmp(state, "26000") == 0 || (strcmp(state, "0A000") == 0 && strstr(message, "cached plan"))) {
        c->stale = true;
        *ret_retry = true;
        return diag_fail(d, E_BUSY, "store.conflict");
    }
    const struct meaning *m = meaning_of(state);
    if (m) {
        *ret_retry = *ret_retry || m->retry;
        return diag_fail(d, m->status, m->code, DIAG_S("detail", state));
    }
    /* Class 42 is about the SQL text; other messages may quote people's data. */
    bool about_sql = strncmp(state, "42", 2) == 0;
    return diag_fail(d, E_SYSTEM, "store.sql", DIAG_S("detail", about_sql ? message : state));
}
