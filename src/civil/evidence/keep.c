#include "civil/evidence/keep.h"

#include "base/json.h"
#include "civil/evidence/evidence.h"
#include "civil/evidence/keep_internal.h"
#include "crypto/vault.h"
#include "store/store.h"
#include "tlog/log.h"

#include <stdio.h>
#include <stdlib.h>

static const struct kept *find_kept(const char *name) {
    for (size_t i = 0; i < evidence_kept_count; i++)
        if (strcmp(evidence_kept[i].name, name) == 0)
            return &evidence_kept[i];
    return NULL;
}

/* ---- a row as it is now ---------------------------------------------------------- */

enum { COLUMNS_MAX = 40, SQL_BYTES = 2048 };
struct column { char type; char name[40]; };

static size_t columns_of(const struct kept *k, struct column out[COLUMNS_MAX]) {
    size_t n = 0;
    for (const char *at = k->columns; *at && n < COLUMNS_MAX; n++) {
        size_t length = strcspn(at, " ");
        out[n].type = *at;
        snprintf(out[n].name, sizeof out[n].name, "%.*s", (int)length - 2, at + 2);
        at += length + (at[length] == ' ');
    }
    return n;
}

/* Columns: district, id, then those of the kind. */
static void select_of(const struct kept *k, const char *where, char sql[SQL_BYTES]) {
    struct column c[COLUMNS_MAX];
    size_t n = columns_of(k, c);
    int at = snprintf(sql, SQL_BYTES, "SELECT %s, k.%s", strcmp(k->district, "0") == 0 ? "0" : "k.district", k->id);
    for (size_t i = 0; i < n; i++)
        at += snprintf(sql + at, SQL_BYTES - (size_t)at, ", k.%s", c[i].name);
    snprintf(sql + at, SQL_BYTES - (size_t)at, " FROM %s k WHERE %s", k->table, where);
}

static bool has_sealed(const struct kept *k) { return strstr(k->columns, "s:") != NULL; }

/* A value under the vault where it belongs: "<table>.<column>|<district>|<id>". */
static enum status opened(const struct civil *c, const struct kept *k, const char *column, const struct rows *r, struct span sealed, struct arena *a, struct span *ret, struct diag *d) {
    char *place = arena_printf(a, "%s.%s|%lld|%lld", k->table, column, (long long)rows_int(r, 0), (long long)rows_int(r, 1));
    return place ? vault_unseal(c->vault, sealed, span_of(place), a, ret, d) : arena_full(d);
}

static enum status column_json(const struct civil *c, const struct kept *k, const struct column *col, const struct rows *r, int i, struct arena *a, struct json_writer *w, struct diag *d) {
    char hex[2 * HASH_BYTES + 1];
    struct span bytes = rows_blob(r, i);
    json_key(w, col->name);
    if (rows_null(r, i)) {
        json_nothing(w);
        return OK;
    }
    if (col->type == 'i') {
        json_stringf(w, "%lld", (long long)rows_int(r, i));
        return OK;
    }
    if (col->type == 't') {
        json_span(w, rows_text(r, i));
        return OK;
    }
    enum status s = col->type == 's' ? opened(c, k, col->name, r, rows_blob(r, i), a, &bytes, d) : OK;
    if (s != OK)
        return s;
    struct hash h = hash_one(HASH_SM3, bytes);
    hash_hex(&h, hex);
    json_string(w, hex);
    return OK;
}

/* All rows from where `r` stands that have its district and id: one, or the group.  ret_row: whether r stands on another then.
 * {"name", "district", "id", "row": {column: value}}, of a group "rows": [...].  E_CORRUPT: a seal that does not open. */
static enum status value_of(const struct civil *c, const struct kept *k, struct rows *r, struct arena *a, bool *ret_row, const struct json **ret, struct diag *d) {
    struct column col[COLUMNS_MAX];
    size_t n = columns_of(k, col);
    int64_t district = rows_int(r, 0), id = rows_int(r, 1);
    enum status s = OK;
    struct json_writer w;
    BUF_AUTO b;
    buf_init(&b, 0);
    json_begin(&w, &b, false);
    json_object(&w);
    json_kstring(&w, "name", k->name);
    json_kid(&w, "district", district);
    json_kid(&w, "id", id);
    json_key(&w, k->order ? "rows" : "row");
    if (k->order)
        json_array(&w);
    do {
        json_object(&w);
        for (size_t i = 0; s == OK && i < n; i++)
            s = column_json(c, k, &col[i], r, (int)i + 2, a, &w, d);
        if (s == OK)
            json_object_end(&w);
        struct diag first = *d;
        enum status next = rows_next(r, ret_row, d);
        if (s != OK && next == OK)
            *d = first;
        s = next == OK ? s : next;
    } while (s == OK && *ret_row && rows_int(r, 0) == district && rows_int(r, 1) == id);
    if (s != OK)
        return s;
    if (k->order)
        json_array_end(&w);
    json_object_end(&w);
    return buf_ok(&b) ? json_parse(a, buf_span(&b), ret, d) : arena_full(d);
}

/* Of values that are sealed in the row the salt itself says nothing without the vault. */
static void salt_of(const struct civil *c, const struct kept *k, struct span stored, uint8_t out[TLOG_SALT_BYTES]) {
    struct hash h;
    if (has_sealed(k)) {
        h = vault_blind(c->vault, "evidence", stored);
        memcpy(out, h.byte, TLOG_SALT_BYTES);
    } else {
        memcpy(out, stored.at, TLOG_SALT_BYTES);
    }
}

enum { DIGEST_BYTES = 2 * HASH_BYTES };
struct digest { uint8_t byte[DIGEST_BYTES]; };

static enum status digest_of(const struct civil *c, const struct kept *k, struct rows *r, struct span stored, struct arena *a, bool *ret_row, struct digest *ret, struct diag *d) {
    uint8_t salt[TLOG_SALT_BYTES];
    struct tlog_commitment now;
    const struct json *value = NULL;
    enum status s = value_of(c, k, r, a, ret_row, &value, d);
    if (s != OK)
        return s;
    salt_of(c, k, stored, salt);
    s = tlog_entry_commit(span_bytes(salt, sizeof salt), value, &now, d);
    memcpy(ret->byte, now.sha256.byte, HASH_BYTES);
    memcpy(ret->byte + HASH_BYTES, now.sm3.byte, HASH_BYTES);
    return s;
}

/* ---- the entry --------------------------------------------------------------------- */

/* The digests are salted; the list of them needs no salt. */
static const uint8_t NO_SALT[TLOG_SALT_BYTES];

struct many { struct span salt, digest; int64_t id; };

static const struct json *digests_json(struct arena *a, const struct many *m, size_t n) {
    const struct json **item = arena_array(a, n + 1, sizeof *item);
    for (size_t i = 0; item && i < n; i++) {
        BUF_AUTO b;
        buf_init(&b, 0);
        buf_hex(&b, m[i].digest);
        char *text = buf_ok(&b) ? arena_dup(a, buf_span(&b)) : NULL;
        if (!text || !(item[i] = json_new_string(a, span_of(text))))
            return NULL;
    }
    return item ? json_new_array(a, item, n) : NULL;
}

static enum status record(const struct civil *c, struct txn *t, const struct actor *who, const struct kept *k, const char *action, int64_t district, const struct many *m, size_t n, struct diag *d) {
    const struct json *value = digests_json(txn_arena(t), m, n);
    struct tlog_commitment payload;
    int64_t entry = 0;
    enum status s = value ? tlog_entry_commit(span_bytes(NO_SALT, sizeof NO_SALT), value, &payload, d) : arena_full(d);
    const char *office = actor_division(who, NULL);
    struct tlog_entry e = {.kind = TLOG_RECORD, .time = txn_now(t), .district = district ? district : c->district, .office = *office ? office : "system",
        .role = who->grant_count ? who->grant[0].role : "system", .action = action ? action : k->name, .payload = &payload};
    if (s == OK)
        s = tlog_record(t, &e, &entry, d);
    for (size_t i = 0; s == OK && i < n; i++)
        s = sql_exec(t, d, "INSERT INTO evidence_row (entry, name, district, id, salt, digest) VALUES (?, ?, ?, ?, ?, ?)", SQL_I(entry), SQL_S(k->name), SQL_I(district), SQL_I(m[i].id),
            SQL_B(m[i].salt), SQL_B(m[i].digest));
    return s;
}

static enum status seal_row(struct civil *c, struct txn *t, const struct kept *k, struct rows *r, bool *ret_row, struct many *m, struct diag *d) {
    struct arena *a = txn_arena(t);
    uint8_t *salt = ARENA_ARRAY(a, TLOG_SALT_BYTES, uint8_t);
    struct digest *digest = arena_alloc(a, sizeof *digest);
    if (!salt || !digest)
        return arena_full(d);
    random_bytes(salt, TLOG_SALT_BYTES);
    *m = (struct many){span_bytes(salt, TLOG_SALT_BYTES), span_bytes(digest->byte, DIGEST_BYTES), rows_int(r, 1)};
    return digest_of(c, k, r, m->salt, a, ret_row, digest, d);
}

static int by_id(const void *a, const void *b) {
    const struct many *x = a, *y = b;
    return x->id < y->id ? -1 : x->id > y->id;
}

enum status evidence_keep_in(struct civil *c, struct txn *t, const struct actor *who, const char *name, int64_t district, const int64_t *id, size_t n, struct diag *d) {
    const struct kept *k = find_kept(name);
    char where[256], sql[SQL_BYTES];
    assert(k && n <= EVIDENCE_KEPT_MAX);
    struct many *m = arena_array(txn_arena(t), n + 1, sizeof *m);
    enum status s = m ? OK : arena_full(d);
    bool plain = strcmp(k->district, "0") == 0;
    snprintf(where, sizeof where, "k.%s = ? AND (%s)%s", k->id, k->which, plain ? "" : " AND k.district = ?");
    if (k->order)
        snprintf(where + strlen(where), sizeof where - strlen(where), " ORDER BY %s", k->order);
    select_of(k, where, sql);
    for (size_t i = 0; s == OK && i < n; i++) {
        AUTO(rows) struct rows *r = NULL;
        bool row = false;
        s = plain ? sql_query(t, &r, d, sql, SQL_I(id[i])) : sql_query(t, &r, d, sql, SQL_I(id[i]), SQL_I(district));
        if (s == OK)
            s = rows_next(r, &row, d);
        if (s == OK && !row)
            s = diag_fail(d, E_NOT_FOUND, "store.no_row");
        if (s == OK)
            s = seal_row(c, t, k, r, &row, &m[i], d);
    }
    if (s != OK || n == 0)
        return s;
    qsort(m, n, sizeof *m, by_id);
    return record(c, t, who, k, NULL, district, m, n, d);
}

enum status evidence_keep_one(struct civil *c, struct txn *t, const struct actor *who, const char *name, int64_t district, int64_t id, struct diag *d) {
    return evidence_keep_in(c, t, who, name, district, &id, 1, d);
}

enum status evidence_keep_found(struct civil *c, struct txn *t, const struct actor *who, const char *name, int64_t district, struct rows *rows, struct diag *d) {
    int64_t *id = arena_array(txn_arena(t), EVIDENCE_KEPT_MAX, sizeof *id);
    enum status s = id ? OK : arena_full(d);
    bool row = true;
    while (s == OK && row) {
        size_t n = 0;
        while (n < EVIDENCE_KEPT_MAX && (s = rows_next(rows, &row, d)) == OK && row)
            id[n++] = rows_int(rows, 0);
        if (s == OK)
            s = evidence_keep_in(c, t, who, name, district, id, n, d);
    }
    return s;
}

/* ---- what has none ------------------------------------------------------------------- */

struct adopt { struct civil *civil; const struct kept *kept; bool done; };

#define LIMIT "500"
_Static_assert(EVIDENCE_KEPT_MAX == 500, "LIMIT is EVIDENCE_KEPT_MAX");

static enum status adopt_chunk(struct txn *t, void *arg, bool *done, struct diag *d) {
    struct adopt *x = arg;
    struct arena *a = txn_arena(t);
    struct many *m = arena_array(a, EVIDENCE_KEPT_MAX, sizeof *m);
    char where[512], sql[SQL_BYTES];
    struct actor who = actor_system();
    int64_t district = 0;
    size_t n = 0;
    bool row = true;
    AUTO(rows) struct rows *r = NULL;
    const char *place = strcmp(x->kept->district, "0") == 0 ? "0" : "k.district";
    snprintf(where, sizeof where, "(%s) AND NOT EXISTS (SELECT 1 FROM evidence_row e WHERE e.name = '%s' AND e.district = %s AND e.id = k.%s) ORDER BY 1, 2", x->kept->which,
        x->kept->name, place, x->kept->id);
    /* A group is never cut. */
    snprintf(where + strlen(where), sizeof where - strlen(where), x->kept->order ? ", %s" : " LIMIT %s", x->kept->order ? x->kept->order : LIMIT);
    select_of(x->kept, where, sql);
    enum status s = m ? sql_query(t, &r, d, sql) : arena_full(d);
    if (s == OK)
        s = rows_next(r, &row, d);
    while (s == OK && row && n < EVIDENCE_KEPT_MAX) {
        if (n && rows_int(r, 0) != district)
            break; /* an entry is of one district */
        district = rows_int(r, 0);
        s = seal_row(x->civil, t, x->kept, r, &row, &m[n], d);
        n++;
    }
    rows_free(TAKE(r));
    *done = s == OK && n == 0;
    return s == OK && n ? record(x->civil, t, &who, x->kept, "adopted", district, m, n, d) : s;
}

enum status evidence_adopt(struct civil *c, const char *name, struct diag *d) {
    struct adopt x = {.civil = c, .kept = find_kept(name)};
    assert(x.kept);
    return store_write_chunks(c->store, adopt_chunk, &x, d);
}

static enum status is_adopted(struct txn *t, void *arg, struct diag *d) {
    struct adopt *x = arg;
    int64_t n = 0;
    enum status s = sql_int(t, &n, 0, d, "SELECT count(*) FROM evidence_name WHERE name = ?", SQL_S(x->kept->name));
    x->done = n > 0;
    return s;
}

static enum status adopted(struct txn *t, void *arg, struct diag *d) {
    struct adopt *x = arg;
    return sql_exec(t, d, "INSERT INTO evidence_name (name, since) VALUES (?, ?) ON CONFLICT DO NOTHING", SQL_S(x->kept->name), SQL_I(txn_now(t)));
}

/* Of a name rows are taken in once: what comes later without evidence is told of. */
enum status evidence_adopt_all(struct civil *c, struct diag *d) {
    enum status s = OK;
    for (size_t i = 0; s == OK && i < evidence_kept_count; i++) {
        struct adopt x = {.civil = c, .kept = &evidence_kept[i]};
        s = store_read(c->store, is_adopted, &x, d);
        if (s == OK && !x.done)
            s = evidence_adopt(c, x.kept->name, d);
        if (s == OK && !x.done)
            s = store_write(c->store, adopted, &x, d);
    }
    return s;
}

enum status evidence_forget_in(struct txn *t, const char *name, int64_t district, int64_t id, struct diag *d) {
    return sql_exec(t, d, "UPDATE evidence_row SET salt = ? WHERE name = ? AND district = ? AND id = ?", SQL_B(SPAN("")), SQL_S(name), SQL_I(district), SQL_I(id));
}

/* ---- checking -------------------------------------------------------------------------- */

static void tell(struct evidence_check *x, const char *code, const struct kept *k, int64_t id, int64_t entry, const char *which) {
    struct diag d = {0};
    (void)!diag_fail(&d, E_CORRUPT, code, DIAG_S("what", k->name), DIAG_N("id", id), DIAG_N("entry", entry), DIAG_S("which", which));
    x->findings++;
    x->finding(x->arg, &d);
}

/* What stands where r is against the last that was committed to.  Columns of r: the row's, then entry, salt, digest of that. */
static enum status check_row(struct evidence_check *x, const struct kept *k, struct rows *r, bool *ret_row, struct diag *d) {
    struct column col[COLUMNS_MAX];
    int at = (int)columns_of(k, col) + 2;
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
    bool bare = kept && (salt.size == 0 || (has_sealed(k) && !x->civil->vault));
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
    enum status s = salt.size == TLOG_SALT_BYTES ? digest_of(x->civil, k, r, salt, a, ret_row, &now, d) : E_CORRUPT;
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
    const char *place = strcmp(k->district, "0") == 0 ? "0" : "k.district";
    select_of(k, k->which, sql);
    char *from = strstr(sql, " FROM ");
    snprintf(all, sizeof all,
        "%.*s, e.entry, e.salt, e.digest FROM %s k LEFT JOIN evidence_row e ON e.name = '%s' AND e.district = %s AND e.id = k.%s AND e.entry = "
        "(SELECT max(f.entry) FROM evidence_row f WHERE f.name = '%s' AND f.district = %s AND f.id = k.%s) WHERE %s ORDER BY 1, 2%s%s",
        (int)(from - sql), sql, k->table, k->name, place, k->id, k->name, place, k->id, k->which, k->order ? ", " : "", k->order ? k->order : "");
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
    const char *place = strcmp(k->district, "0") == 0 ? "" : "k.district = e.district AND ";
    snprintf(sql, sizeof sql, "SELECT e.id, max(e.entry) FROM evidence_row e WHERE e.name = '%s' AND NOT EXISTS (SELECT 1 FROM %s k WHERE %sk.%s = e.id AND (%s)) GROUP BY e.district, e.id ORDER BY 1",
        k->name, k->table, place, k->id, k->which);
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
        .claim = {{EVIDENCE_PAYLOAD, span_bytes(NO_SALT, sizeof NO_SALT), digests_json(a, m, n)}}};
    const struct kept *k = find_kept(name);
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

enum status kept_evidence(struct evidence_check *x, struct diag *d) {
    enum status s = OK;
    for (size_t i = 0; s == OK && i < evidence_kept_count; i++) {
        s = check_rows(x, &evidence_kept[i], d);
        if (s == OK)
            s = check_gone(x, &evidence_kept[i], d);
    }
    return s == OK ? check_entries(x, d) : s;
}
