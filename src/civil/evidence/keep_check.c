/* What stands in the store against what was put under evidence. */
#include "civil/evidence/evidence.h"
#include "civil/evidence/keep.h"
#include "civil/evidence/keep_internal.h"

#include <stdio.h>

static void tell(struct evidence_check *x, const char *code, const struct kept *k, int64_t id, int64_t entry, const char *which) {
    struct diag d = {0};
    (void)!diag_fail(&d, E_CORRUPT, code, DIAG_S("what", k->name), DIAG_N("id", id), DIAG_N("entry", entry), DIAG_S("which", which));
    x->findings++;
    x->finding(x->arg, &d);
}

/* What stands where r is against the last that was committed to.  Columns of r: the row's, then entry, salt, digest of that. */
static enum status check_row(struct evidence_check *x, const struct kept *k, struct rows *r, bool *ret_row, struct diag *d) {
    struct column col[COLUMNS_MAX];
    int at = (int)kept_columns(k, col) + 2;
    struct arena *a = txn_arena(x->txn);
    struct digest now;
    bool kept = !rows_null(r, at);
    int64_t district = rows_int(r, 0), id = rows_int(r, 1), entry = kept ? rows_int(r, at) : 0;
    struct span salt = {0}, then = {0};
    x->rows++;
    if (kept) {
        salt = (struct span){arena_dup(a, rows_blob(r, at + 1)), rows_blob(r, at + 1).size};
        then = (struct span){arena_dup(a, rows_blob(r, at + 2)), rows_blob(r, at + 2).size};
        if (!salt.at || !then.at)
            return arena_full(d);
    }
    bool bare = kept && (salt.size == 0 || (kept_sealed(k) && !x->civil->vault));
    if (!kept || bare) {
        enum status s = OK;
        x->sealed += bare;
        if (!kept)
            tell(x, "evidence.not_kept", k, id, 0, "");
        do
            s = rows_next(r, ret_row, d);
        while (s == OK && *ret_row && rows_int(r, 0) == district && rows_int(r, 1) == id);
        return s;
    }
    enum status s = salt.size == TLOG_SALT_BYTES ? kept_digest(x->civil, k, r, salt, a, ret_row, &now, d) : E_CORRUPT;
    if (salt.size != TLOG_SALT_BYTES)
        (void)!rows_next(r, ret_row, d);
    if (s == E_CORRUPT || s == E_INPUT) {
        diag_clear(d);
        memset(now.byte, 0, sizeof now.byte);
        s = OK;
    }
    if (s == OK && !span_eq(span_bytes(now.byte, DIGEST_BYTES), then))
        tell(x, "evidence.differs", k, id, entry, "row");
    return s;
}

static enum status check_rows(struct evidence_check *x, const struct kept *k, struct diag *d) {
    char sql[SQL_BYTES], all[2 * SQL_BYTES];
    AUTO(rows) struct rows *r = NULL;
    bool row = false;
    struct arena_mark mark = arena_mark(txn_arena(x->txn));
    kept_select(k, k->which, sql);
    char *from = strstr(sql, " FROM ");
    snprintf(all, sizeof all,
        "%.*s, e.entry, e.salt, e.digest FROM %s k LEFT JOIN evidence_row e ON e.name = '%s' AND e.district = %s AND e.id = %s AND e.entry = "
        "(SELECT max(f.entry) FROM evidence_row f WHERE f.name = '%s' AND f.district = %s AND f.id = %s) WHERE %s ORDER BY 1, 2%s%s",
        (int)(from - sql), sql, k->table, k->name, k->district, k->id, k->name, k->district, k->id, k->which, k->order ? ", " : "", k->order ? k->order : "");
    enum status s = sql_query(x->txn, &r, d, all);
    if (s == OK)
        s = rows_next(r, &row, d);
    while (s == OK && row) {
        arena_rewind(txn_arena(x->txn), mark);
        s = check_row(x, k, r, &row, d);
    }
    return s;
}

/* A row that was kept and is not there, or not of those to be kept any more. */
static enum status check_gone(struct evidence_check *x, const struct kept *k, struct diag *d) {
    char sql[SQL_BYTES];
    AUTO(rows) struct rows *r = NULL;
    bool row = false;
    snprintf(sql, sizeof sql, "SELECT e.id, max(e.entry) FROM evidence_row e WHERE e.name = '%s' AND NOT EXISTS (SELECT 1 FROM %s k WHERE %s = e.district AND %s = e.id AND (%s)) GROUP BY e.district, e.id ORDER BY 1",
        k->name, k->table, k->district, k->id, k->which);
    enum status s = k->gives_way ? OK : sql_query(x->txn, &r, d, sql);
    while (s == OK && !k->gives_way && (s = rows_next(r, &row, d)) == OK && row)
        tell(x, "evidence.row_gone", k, rows_int(r, 0), rows_int(r, 1), "");
    return s;
}

/* The rows of one entry, in order, against what it commits to. */
static enum status check_entry(struct evidence_check *x, int64_t entry, struct diag *d) {
    struct arena *a = txn_arena(x->txn);
    struct many *m = arena_array(a, EVIDENCE_KEPT_MAX + 1, sizeof *m);
    AUTO(rows) struct rows *r = NULL;
    const char *name = NULL, *column = NULL;
    bool row = false;
    size_t n = 0;
    enum status s = m ? sql_query(x->txn, &r, d, "SELECT id, digest, name, district FROM evidence_row WHERE entry = ? ORDER BY id", SQL_I(entry)) : arena_full(d);
    while (s == OK && (s = rows_next(r, &row, d)) == OK && row && n <= EVIDENCE_KEPT_MAX) {
        m[n] = (struct many){.digest = {arena_dup(a, rows_blob(r, 1)), rows_blob(r, 1).size}, .id = rows_int(r, 0)};
        name = n == 0 ? rows_dup(r, 2, a) : name;
        column = n && !span_is(rows_text(r, 2), name) ? "name" : column;
        if (!m[n].digest.at || !name)
            return arena_full(d);
        n++;
    }
    if (s != OK)
        return s;
    rows_free(TAKE(r));
    struct evidence_row e = {.what = "evidence_row", .id = m[0].id, .entry = entry, .kind = TLOG_RECORD, .claims = 1,
        .claim = {{EVIDENCE_PAYLOAD, span_bytes(kept_no_salt, sizeof kept_no_salt), kept_digests_json(a, m, n)}}};
    const struct kept *k = kept_named(x->civil, a, name);
    if (!k || column)
        e.claim[0].salt = (struct span){0}; /* not one of ours: it cannot agree */
    return evidence_expect(x, &e, d);
}

static enum status check_entries(struct evidence_check *x, struct diag *d) {
    AUTO(rows) struct rows *r = NULL;
    bool row = false;
    struct arena_mark mark = arena_mark(txn_arena(x->txn));
    enum status s = sql_query(x->txn, &r, d, "SELECT DISTINCT entry FROM evidence_row ORDER BY entry");
    while (s == OK && (s = rows_next(r, &row, d)) == OK && row) {
        arena_rewind(txn_arena(x->txn), mark);
        s = check_entry(x, rows_int(r, 0), d);
    }
    return s;
}

/* ---- names --------------------------------------------------------------------------- */

/* What was taken in at once says so: {name: when} of one entry. */
static enum status check_adoption(struct evidence_check *x, int64_t entry, struct diag *d) {
    const struct json *names = NULL;
    enum status s = kept_names_json(x->txn, entry, &names, d);
    struct evidence_row e = {.what = "evidence_name", .id = 0, .entry = entry, .kind = TLOG_RECORD, .action = "adopted_all", .claims = 1,
        .claim = {{EVIDENCE_PAYLOAD, span_bytes(kept_no_salt, sizeof kept_no_salt), names}}};
    return s == OK ? evidence_expect(x, &e, d) : s;
}

static enum status check_adoptions(struct evidence_check *x, struct diag *d) {
    int64_t entry[NAMES_MAX];
    size_t n = 0;
    AUTO(rows) struct rows *r = NULL;
    bool row = false;
    enum status s = sql_query(x->txn, &r, d, "SELECT DISTINCT entry FROM evidence_name WHERE entry IS NOT NULL ORDER BY entry");
    while (s == OK && n < NAMES_MAX && (s = rows_next(r, &row, d)) == OK && row)
        entry[n++] = rows_int(r, 0);
    rows_free(TAKE(r));
    for (size_t i = 0; s == OK && i < n; i++)
        s = check_adoption(x, entry[i], d);
    return s;
}

/* In a store that was set up every name stands: one that is gone would be taken in again in silence. */
static enum status check_name(struct evidence_check *x, const struct kept *k, bool *ret_there, struct diag *d) {
    int64_t known = 0, any = 0, rows = 0;
    enum status s = sql_int(x->txn, &known, 0, d, "SELECT count(*) FROM evidence_name WHERE name = ?", SQL_S(k->name));
    *ret_there = true;
    if (s == OK && kept_is_register(k)) { /* a pack's table, not made yet */
        s = sql_int(x->txn, &rows, 0, d, "SELECT count(*) FROM register_table WHERE name = ?", SQL_S(k->table + strlen("reg_")));
        *ret_there = rows > 0;
    }
    if (s == OK && !known)
        s = sql_int(x->txn, &any, 0, d, "SELECT count(*) FROM (SELECT 1 FROM evidence_name LIMIT 1) n");
    rows = 0;
    if (s == OK && !known && any)
        s = sql_int(x->txn, &rows, 0, d, "SELECT count(*) FROM (SELECT 1 FROM evidence_row WHERE name = ? LIMIT 1) e", SQL_S(k->name));
    if (s == OK && rows)
        tell(x, "evidence.no_name", k, 0, 0, "");
    return s;
}

enum status kept_evidence(struct evidence_check *x, struct diag *d) {
    enum status s = OK;
    for (size_t i = 0; s == OK && i < kept_count(x->civil); i++) {
        struct arena_mark mark = arena_mark(txn_arena(x->txn));
        const struct kept *k = kept_at(x->civil, txn_arena(x->txn), i);
        bool there = true;
        if (!k)
            return arena_full(d);
        s = check_name(x, k, &there, d);
        if (s == OK && there)
            s = check_rows(x, k, d);
        if (s == OK && there)
            s = check_gone(x, k, d);
        arena_rewind(txn_arena(x->txn), mark);
    }
    if (s == OK)
        s = check_adoptions(x, d);
    return s == OK ? check_entries(x, d) : s;
}
