#include "store/store_internal.h"

#include "crypto/hash.h"

/* Its own first migration, so to say: it never changes. */
static const char table_sql[] =
    "CREATE TABLE IF NOT EXISTS schema_migration ("
    " version BIGINT NOT NULL CONSTRAINT schema_migration_pk PRIMARY KEY,"
    " name TEXT NOT NULL,"
    " sha256 BLOB NOT NULL,"
    " applied_at BIGINT NOT NULL) STRICT";

static enum status make_table(struct txn *t, void *arg, struct diag *d) {
    (void)arg;
    /* IF NOT EXISTS does not save PostgreSQL from two programs at once; the
     * number is ours alone (the first letters of the project, as ASCII). */
    enum status s = t->store->backend->postgres ? t->store->backend->script(t, "SELECT pg_advisory_xact_lock(5064826)", d) : OK;
    return s == OK ? t->store->backend->script(t, table_sql, d) : s;
}

struct step {
    const struct migration *migration;
    struct hash hash;
};

static bool same_hash(struct span stored, const struct hash *h) {
    return span_eq(stored, span_bytes(h->byte, HASH_BYTES));
}

/* Another program may be migrating the same store: who comes second waits here
 * and then finds the row. */
static enum status lock_table(struct txn *t, struct diag *d) {
    return t->store->backend->postgres
        ? sql_exec(t, d, "LOCK TABLE schema_migration IN EXCLUSIVE MODE") : OK;
}

static enum status apply_one(struct txn *t, void *arg, struct diag *d) {
    const struct step *step = arg;
    const struct migration *m = step->migration;
    enum status s = lock_table(t, d);
    if (s != OK)
        return s;

    AUTO(rows) struct rows *r = NULL;
    s = sql_one(t, &r, d, "SELECT sha256 FROM schema_migration WHERE version = ?", SQL_I(m->version));
    if (s == OK)
        return same_hash(rows_blob(r, 0), &step->hash) ? OK
            : diag_fail(d, E_CORRUPT, "store.migration_changed", DIAG_N("version", m->version), DIAG_S("name", m->name));
    if (s != E_NOT_FOUND)
        return s;
    if (d)
        diag_clear(d);
    s = t->store->backend->script(t, m->sql, d);
    if (s != OK)
        return diag_under(d, "%s", m->name), s;
    return sql_exec(t, d, "INSERT INTO schema_migration (version, name, sha256, applied_at) VALUES (?, ?, ?, ?)",
        SQL_I(m->version), SQL_S(m->name), SQL_B(span_bytes(step->hash.byte, HASH_BYTES)), SQL_I(txn_now(t)));
}

static enum status check_newest(struct txn *t, void *arg, struct diag *d) {
    int64_t known = *(const int *)arg, newest = 0;
    enum status s = sql_int(t, &newest, 0, d, "SELECT max(version) FROM schema_migration");
    if (s == OK && newest > known)
        return diag_fail(d, E_CONFLICT, "store.newer", DIAG_N("version", newest), DIAG_N("known", known));
    return s;
}

struct versions { bool postgres; int known; };

static enum status check_current(struct txn *t, void *arg, struct diag *d) {
    const struct versions *v = arg;
    int64_t there = 0, newest = 0;
    enum status s = sql_int(t, &there, 0, d, v->postgres ? "SELECT count(*) FROM information_schema.tables WHERE table_schema = current_schema() AND table_name = 'schema_migration'"
                                                         : "SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name = 'schema_migration'");
    if (s == OK && !there)
        return diag_fail(d, E_INPUT, "store.foreign");
    if (s == OK)
        s = sql_int(t, &newest, 0, d, "SELECT max(version) FROM schema_migration");
    if (s == OK && newest < v->known)
        return diag_fail(d, E_INPUT, "store.older", DIAG_N("version", newest), DIAG_N("known", v->known));
    if (s == OK && newest > v->known)
        return diag_fail(d, E_CONFLICT, "store.newer", DIAG_N("version", newest), DIAG_N("known", v->known));
    return s;
}

enum status store_is_current(struct store *s, const struct migration *list, size_t n, struct diag *d) {
    struct versions v = {store_is_postgres(s), n ? list[n - 1].version : 0};
    return store_read(s, check_current, &v, d);
}

enum status store_migrate(struct store *s, const struct migration *list, size_t n, struct diag *d) {
    assert(s && (list || n == 0));
    enum status status = store_write(s, make_table, NULL, d);
    int known = n > 0 ? list[n - 1].version : 0;
    if (status == OK)
        status = store_read(s, check_newest, &known, d);

    for (size_t i = 0; i < n && status == OK; i++) {
        assert(i == 0 || list[i].version > list[i - 1].version);
        struct step step = {&list[i], hash_one(HASH_SHA256, span_of(list[i].sql))};
        status = store_write(s, apply_one, &step, d);
    }
    return status;
}
