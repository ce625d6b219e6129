#include "civil/evidence/keep.h"

#include "base/json.h"
#include "civil/evidence/evidence.h"
#include "civil/evidence/keep_internal.h"
#include "crypto/vault.h"
#include "store/store.h"
#include "tlog/log.h"

#include <stdio.h>
#include <stdlib.h>

/* ---- a row as it is now ---------------------------------------------------------- */

size_t kept_columns(const struct kept *k, struct column out[COLUMNS_MAX]) {
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
void kept_select(const struct kept *k, const char *where, char sql[SQL_BYTES]) {
    struct column c[COLUMNS_MAX];
    size_t n = kept_columns(k, c);
    int at = snprintf(sql, SQL_BYTES, "SELECT %s, %s", k->district, k->id);
    for (size_t i = 0; i < n; i++)
        at += snprintf(sql + at, SQL_BYTES - (size_t)at, ", k.%s", c[i].name);
    snprintf(sql + at, SQL_BYTES - (size_t)at, " FROM %s k WHERE %s", k->table, where);
}

bool kept_sealed(const struct kept *k) { return strstr(k->columns, "s:") != NULL; }

/* A value under the vault where it belongs: "<table>.<column>|<district>|<id>". */
static enum status opened(const struct civil *c, const struct kept *k, const char *column, const struct rows *r, struct span sealed, struct arena *a, struct span *ret, struct diag *d) {
    char *place = arena_printf(a, "%s.%s|%lld|%lld", k->table, column, (long long)rows_int(r, 0), (long long)rows_int(r, 1));
    return place ? vault_unseal(c->vault, sealed, span_of(place), a, ret, d) : arena_full(d);
}

static enum status column_json(const struct civil *c, const struct kept *k, const struct column *col, const struct rows *r, int i, struct arena *a, struct json_writer *w, struct diag *d) {
    char hex[2 * HASH_BYTES + 1];
    struct span bytes = rows_blob(r, i);
    if (k->grows && rows_null(r, i))
        return OK;
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
    size_t n = kept_columns(k, col);
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
    if (kept_sealed(k)) {
        h = vault_blind(c->vault, "evidence", stored);
        memcpy(out, h.byte, TLOG_SALT_BYTES);
    } else {
        memcpy(out, stored.at, TLOG_SALT_BYTES);
    }
}

enum status kept_digest(const struct civil *c, const struct kept *k, struct rows *r, struct span stored, struct arena *a, bool *ret_row, struct digest *ret, struct diag *d) {
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

const uint8_t kept_no_salt[TLOG_SALT_BYTES];

const struct json *kept_digests_json(struct arena *a, const struct many *m, size_t n) {
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

enum { NOWHERE = 110000 }; /* a store that has no district yet: the city */

enum status kept_entry(const struct civil *c, struct txn *t, const struct actor *who, const char *action, int64_t district, const struct tlog_commitment *payload, int64_t *ret, struct diag *d) {
    const char *office = actor_division(who, NULL);
    struct tlog_entry e = {.kind = TLOG_RECORD, .time = txn_now(t), .district = district ? district : c->district ? c->district : NOWHERE, .office = *office ? office : "system",
        .role = who->grant_count ? who->grant[0].role : "system", .action = action, .payload = payload};
    return tlog_record(t, &e, ret, d);
}

enum status kept_record(const struct civil *c, struct txn *t, const struct actor *who, const struct kept *k, const char *action, int64_t district, const struct many *m, size_t n, struct diag *d) {
    const struct json *value = kept_digests_json(txn_arena(t), m, n);
    struct tlog_commitment payload;
    int64_t entry = 0;
    enum status s = value ? tlog_entry_commit(span_bytes(kept_no_salt, sizeof kept_no_salt), value, &payload, d) : arena_full(d);
    if (s == OK)
        s = kept_entry(c, t, who, action ? action : k->name, district, &payload, &entry, d);
    for (size_t i = 0; s == OK && i < n; i++)
        s = sql_exec(t, d, "INSERT INTO evidence_row (entry, name, district, id, salt, digest) VALUES (?, ?, ?, ?, ?, ?)", SQL_I(entry), SQL_S(k->name), SQL_I(district), SQL_I(m[i].id),
            SQL_B(m[i].salt), SQL_B(m[i].digest));
    return s;
}

enum status kept_seal(struct civil *c, struct txn *t, const struct kept *k, struct rows *r, bool *ret_row, struct many *m, struct diag *d) {
    struct arena *a = txn_arena(t);
    uint8_t *salt = ARENA_ARRAY(a, TLOG_SALT_BYTES, uint8_t);
    struct digest *digest = arena_alloc(a, sizeof *digest);
    if (!salt || !digest)
        return arena_full(d);
    random_bytes(salt, TLOG_SALT_BYTES);
    *m = (struct many){span_bytes(salt, TLOG_SALT_BYTES), span_bytes(digest->byte, DIGEST_BYTES), rows_int(r, 1)};
    return kept_digest(c, k, r, m->salt, a, ret_row, digest, d);
}

static int by_id(const void *a, const void *b) {
    const struct many *x = a, *y = b;
    return x->id < y->id ? -1 : x->id > y->id;
}

enum status evidence_keep_in(struct civil *c, struct txn *t, const struct actor *who, const char *name, int64_t district, const int64_t *id, size_t n, struct diag *d) {
    const struct kept *k = kept_named(c, txn_arena(t), name);
    char where[512], sql[SQL_BYTES];
    assert(n <= EVIDENCE_KEPT_MAX);
    if (!k)
        return arena_full(d);
    struct many *m = arena_array(txn_arena(t), n + 1, sizeof *m);
    enum status s = m ? OK : arena_full(d);
    bool plain = strcmp(k->district, "0") == 0;
    snprintf(where, sizeof where, "%s = ? AND (%s)%s", k->id, k->which, plain ? "" : " AND k.district = ?");
    if (k->order)
        snprintf(where + strlen(where), sizeof where - strlen(where), " ORDER BY %s", k->order);
    kept_select(k, where, sql);
    for (size_t i = 0; s == OK && i < n; i++) {
        AUTO(rows) struct rows *r = NULL;
        bool row = false;
        s = plain ? sql_query(t, &r, d, sql, SQL_I(id[i])) : sql_query(t, &r, d, sql, SQL_I(id[i]), SQL_I(district));
        if (s == OK)
            s = rows_next(r, &row, d);
        if (s == OK && !row)
            s = diag_fail(d, E_NOT_FOUND, "store.no_row");
        if (s == OK)
            s = kept_seal(c, t, k, r, &row, &m[i], d);
    }
    if (s != OK || n == 0)
        return s;
    qsort(m, n, sizeof *m, by_id);
    return kept_record(c, t, who, k, NULL, district, m, n, d);
}

enum status evidence_keep_register(struct civil *c, struct txn *t, const struct actor *who, const char *name, int64_t district, int64_t id, struct diag *d) {
    const char *kept = arena_printf(txn_arena(t), "reg_%s", name);
    return kept ? evidence_keep_in(c, t, who, kept, district, &id, 1, d) : arena_full(d);
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

/* ---- what is destroyed ---------------------------------------------------------------- */

enum status evidence_forget_in(struct txn *t, const char *name, int64_t district, int64_t id, struct diag *d) {
    return sql_exec(t, d, "UPDATE evidence_row SET salt = ? WHERE name = ? AND district = ? AND id = ?", SQL_B(SPAN("")), SQL_S(name), SQL_I(district), SQL_I(id));
}

