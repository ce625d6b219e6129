#include "store/sqlite_internal.h"

/* Another program (the command line beside the server) may hold the file. */
enum { BUSY_TIMEOUT_MS = 5000 };

static void drop_statement(void *owner, void *statement) {
    (void)owner;
    sqlite3_finalize(statement);
}

/* The file is to be trusted no more than its schema: no functions with effects
 * in views and triggers, no writing to the schema table, no "text" for 'text'. */
static int harden(sqlite3 *db) {
    static const struct { int option, on; } set[] = {
        {SQLITE_DBCONFIG_DEFENSIVE, 1},
        {SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0},
        {SQLITE_DBCONFIG_DQS_DML, 0},
        {SQLITE_DBCONFIG_DQS_DDL, 0},
        {SQLITE_DBCONFIG_ENABLE_FKEY, 1},
    };
    for (size_t i = 0; i < ARRAY_LEN(set); i++) {
        int rc = sqlite3_db_config(db, set[i].option, set[i].on, NULL);
        if (rc != SQLITE_OK)
            return rc;
    }
    return SQLITE_OK;
}

/* journal_size_limit gives back what a long reader made the log grow to.
 * mmap saves the readers a copy; the writer does without, so that a stray
 * pointer cannot reach the file through its mapping. */
static const char common_pragmas[] =
    "PRAGMA cell_size_check = ON;"
    "PRAGMA case_sensitive_like = ON;"
    "PRAGMA temp_store = MEMORY;";
static const char writer_pragmas[] =
    "PRAGMA journal_mode = WAL;"
    "PRAGMA synchronous = FULL;"
    "PRAGMA wal_autocheckpoint = 4000;"
    "PRAGMA journal_size_limit = 67108864;"
    "PRAGMA cache_size = -65536;"
    /* A row that goes is overwritten in the page that is written anyway: wrapped keys are small rows, and gone means gone. */
    "PRAGMA secure_delete = FAST;"
    /* Rows of an index that ANALYZE looks at: 15 ms on 100,000 people. */
    "PRAGMA analysis_limit = 1000;";
static const char reader_pragmas[] =
    "PRAGMA query_only = ON;"
    "PRAGMA mmap_size = 67108864;"
    "PRAGMA cache_size = -16384;";

static enum status prepare_conn(const struct store *s, struct sqlite_conn *c, enum sqlite_role role,
    struct diag *d) {
    sqlite3_extended_result_codes(c->db, 1);
    sqlite3_busy_timeout(c->db, BUSY_TIMEOUT_MS);
    int rc = harden(c->db);
    if (rc == SQLITE_OK)
        rc = sqlite3_exec(c->db, common_pragmas, NULL, NULL, NULL);
    if (rc == SQLITE_OK)
        rc = sqlite3_exec(c->db, role == SQLITE_WRITER ? writer_pragmas : reader_pragmas, NULL, NULL, NULL);
    if (rc == SQLITE_OK && s->options.unsafe_no_sync)
        rc = sqlite3_exec(c->db, "PRAGMA synchronous = OFF", NULL, NULL, NULL);
    /* Reads the header, so that a file of another kind is found here. */
    if (rc == SQLITE_OK)
        rc = sqlite3_exec(c->db, "SELECT 1 FROM sqlite_schema LIMIT 1", NULL, NULL, NULL);
    return rc == SQLITE_OK ? OK : sqlite_fail(c, rc, NULL, d);
}

enum status sqlite_conn_open(const struct store *s, const char *path, enum sqlite_role role,
    struct sqlite_conn **ret, struct diag *d) {
    struct sqlite_conn *c = calloc(1, sizeof *c);
    if (!c)
        return diag_fail(d, E_LIMIT, "base.memory");
    int flags = SQLITE_OPEN_NOMUTEX
        | (s->options.read_only ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE);
    int rc = sqlite3_open_v2(path, &c->db, flags, s->options.sqlite_vfs);
    c->arena = arena_new(TXN_ARENA_BYTES_MAX);
    c->statements = stmt_cache_new(STATEMENTS_MAX, drop_statement, c);
    enum status status = OK;
    if (!c->db || !c->arena || !c->statements)
        status = diag_fail(d, E_LIMIT, "base.memory");
    else if (rc != SQLITE_OK)
        status = sqlite_fail(c, rc, NULL, d);
    else
        status = prepare_conn(s, c, role, d);
    if (status != OK) {
        sqlite_conn_free(c);
        return status;
    }
    *ret = c;
    return OK;
}

struct sqlite_conn *sqlite_conn_free(struct sqlite_conn *c) {
    if (!c)
        return NULL;
    stmt_cache_free(c->statements);
    int rc = sqlite3_close(c->db);
    assert(rc == SQLITE_OK); /* a statement was left open */
    (void)rc;
    arena_free(c->arena);
    free(c);
    return NULL;
}

enum status sqlite_run(struct sqlite_conn *c, const char *sql, struct diag *d) {
    struct stmt_entry *e = stmt_cache_get(c->statements, span_of(sql));
    if (!e)
        return diag_fail(d, E_LIMIT, "base.memory");
    int rc = SQLITE_OK;
    if (!e->statement) {
        sqlite3_stmt *st = NULL;
        rc = sqlite3_prepare_v3(c->db, sql, -1, SQLITE_PREPARE_PERSISTENT, &st, NULL);
        if (rc != SQLITE_OK) {
            stmt_cache_forget(c->statements, e);
            return sqlite_fail(c, rc, NULL, d);
        }
        e->statement = st;
        e->in_use = true; /* for good: a closure's COMMIT must not find this one */
    }
    rc = sqlite3_step(e->statement);
    if (rc != SQLITE_DONE && rc != SQLITE_ROW) {
        enum status status = sqlite_fail(c, rc, e->statement, d);
        sqlite3_reset(e->statement);
        return status;
    }
    sqlite3_reset(e->statement);
    return OK;
}

static enum status constraint_fail(struct sqlite_conn *c, int rc, sqlite3_stmt *stmt, struct diag *d) {
    if (rc == SQLITE_CONSTRAINT_DATATYPE) /* a text in a STRICT table's integer column */
        return diag_fail(d, E_INPUT, "store.value");
    char name[CONSTRAINT_NAME_MAX];
    sqlite_constraint_name(c, rc, stmt, name);
    return diag_fail(d, E_CONFLICT, "store.constraint", DIAG_S("name", name));
}

/* SQLite's messages name tables and columns and quote the SQL, never values. */
enum status sqlite_fail(struct sqlite_conn *c, int rc, sqlite3_stmt *stmt, struct diag *d) {
    int extended = sqlite3_extended_errcode(c->db);
    if ((extended & 0xff) != (rc & 0xff))
        extended = rc;
    const char *message = sqlite3_errmsg(c->db);
    switch (rc & 0xff) {
    case SQLITE_CONSTRAINT:
        return constraint_fail(c, extended, stmt, d);
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        return diag_fail(d, E_BUSY, "store.conflict");
    case SQLITE_FULL:
        return diag_fail(d, E_SYSTEM, "store.full");
    case SQLITE_NOMEM:
        return diag_fail(d, E_LIMIT, "base.memory");
    case SQLITE_TOOBIG:
        return diag_fail(d, E_LIMIT, "store.too_big");
    case SQLITE_READONLY:
        return diag_fail(d, E_FORBIDDEN, "store.read_only");
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
        return diag_fail(d, E_CORRUPT, "store.corrupt", DIAG_S("detail", message));
    case SQLITE_CANTOPEN:
    case SQLITE_PERM:
        return diag_fail(d, E_SYSTEM, "store.open", DIAG_S("detail", message));
    case SQLITE_IOERR:
        return diag_fail(d, E_SYSTEM, "store.io", DIAG_S("detail", message));
    case SQLITE_MISMATCH:
        return diag_fail(d, E_INPUT, "store.value");
    default:
        if (strstr(message, "overflow"))
            return diag_fail(d, E_INPUT, "store.value");
        return diag_fail(d, E_SYSTEM, "store.sql", DIAG_S("detail", message));
    }
}
