#include "civil/archive/archive.h"

#include "base/json.h"
#include "base/utf8.h"
#include "civil/access/access.h"
#include "civil/evidence/evidence.h"
#include "civil/evidence/keep.h"
#include "civil/register/register.h"
#include "civil/salt.h"
#include "crypto/hash.h"
#include "crypto/vault.h"
#include "doc/media.h"
#include "store/store.h"

#include <stdio.h>

static bool name_ok(const char *name) {
    size_t n = strlen(name);
    if (n < 1 || n > 200 || !utf8_valid(span_of(name)) || strpbrk(name, "/\\"))
        return false;
    for (size_t i = 0; i < n; i++)
        if ((unsigned char)name[i] < 0x20 || name[i] == 0x7f)
            return false;
    return true;
}

static struct span place(struct arena *a, int64_t district, int64_t id) {
    char *s = arena_printf(a, "archive_file.body|%lld|%lld", (long long)district, (long long)id);
    return s ? span_of(s) : (struct span){0};
}

static struct span key_place(struct arena *a, int64_t district, int64_t id) {
    char *s = arena_printf(a, "archive_key.wrapped|%lld|%lld", (long long)district, (long long)id);
    return s ? span_of(s) : (struct span){0};
}

/* A file's own key, made here and sealed with its person's. */
static enum status seal_own(struct txn *t, const struct person_key *person, int64_t district, int64_t id, struct span content, struct span *ret_body,
    struct span *ret_wrapped, struct diag *d) {
    struct arena *a = txn_arena(t);
    struct person_key own;
    random_bytes(own.byte, sizeof own.byte);
    enum status s = person_seal(&own, content, place(a, district, id), a, ret_body, d);
    if (s == OK)
        s = person_seal(person, span_bytes(own.byte, sizeof own.byte), key_place(a, district, id), a, ret_wrapped, d);
    explicit_bzero(&own, sizeof own);
    return s;
}

/* The key the content is sealed with.  E_NOT_FOUND archive.destroyed. */
static enum status own_key(struct txn *t, const struct person_key *person, int64_t district, int64_t id, struct person_key *ret, struct diag *d) {
    AUTO(rows) struct rows *r = NULL;
    struct span plain;
    enum status s = sql_one(t, &r, d, "SELECT wrapped FROM archive_key WHERE district = ? AND file = ?", SQL_I(district), SQL_I(id));
    if (s == E_NOT_FOUND)
        return diag_fail(d, E_NOT_FOUND, "archive.destroyed");
    if (s == OK)
        s = person_unseal(person, rows_blob(r, 0), key_place(txn_arena(t), district, id), txn_arena(t), &plain, d);
    if (s == OK && plain.size != sizeof ret->byte)
        s = diag_fail(d, E_CORRUPT, "vault.authentication");
    if (s == OK) {
        memcpy(ret->byte, plain.at, sizeof ret->byte);
        explicit_bzero((void *)(uintptr_t)plain.at, plain.size);
    }
    return s;
}

static enum status record(struct txn *t, const struct actor *who, int64_t district, int64_t case_id, const struct hash *h, struct span salt, int64_t *ret, struct diag *d) {
    struct arena *a = txn_arena(t);
    char hex[2 * HASH_BYTES + 1];
    hash_hex(h, hex);
    char *case_text = arena_printf(a, "%lld:%lld", (long long)district, (long long)case_id);
    const struct json *m = case_text ? json_new_string(a, span_of(case_text)) : NULL, *v = json_new_string(a, span_of(hex));
    struct tlog_commitment matter, payload;
    if (!m || !v)
        return arena_full(d);
    struct civil_salt of_matter = civil_salt(salt, "matter"), of_payload = civil_salt(salt, "payload");
    enum status s = tlog_entry_commit(span_bytes(of_matter.byte, sizeof of_matter.byte), m, &matter, d);
    if (s == OK)
        s = tlog_entry_commit(span_bytes(of_payload.byte, sizeof of_payload.byte), v, &payload, d);
    const char *office = actor_division(who, NULL);
    struct tlog_entry e = {.kind = TLOG_CASE_EVENT, .time = txn_now(t), .district = district, .office = *office ? office : who->kind,
        .role = who->grant_count ? who->grant[0].role : who->kind, .action = "paper.archived", .matter = &matter, .payload = &payload};
    return s == OK ? tlog_record(t, &e, ret, d) : s;
}

enum status archive_add_in(struct civil *c, struct txn *t, const struct actor *who, int64_t district, int64_t person, int64_t case_id, const char *name,
    const char *kind, struct span content, int64_t *ret_file, struct diag *d) {
    const char *media;
    enum doc_media_state state = doc_media(content, &media);
    if (!name_ok(name))
        return diag_fail(d, E_INPUT, "archive.name");
    if (content.size == 0)
        return diag_fail(d, E_INPUT, "archive.empty");
    if (content.size > ARCHIVE_FILE_MAX)
        return diag_fail(d, E_LIMIT, "archive.size", DIAG_N("limit", ARCHIVE_FILE_MAX / (1024 * 1024)));
    if (state != DOC_MEDIA_WHOLE)
        return diag_fail(d, E_INPUT, state == DOC_MEDIA_UNKNOWN ? "archive.type" : state == DOC_MEDIA_CUT ? "archive.cut" : "archive.damaged");
    struct person_key key;
    struct span sealed, wrapped;
    uint8_t salt_bytes[TLOG_SALT_BYTES];
    random_bytes(salt_bytes, sizeof salt_bytes);
    struct hash h = hash_one(HASH_SM3, content);
    int64_t id = txn_new_id(t), entry = 0;
    enum status s = person_data_key(c, t, district, person, &key, d);
    if (s == OK)
        s = seal_own(t, &key, district, id, content, &sealed, &wrapped, d);
    explicit_bzero(&key, sizeof key);
    if (s == OK)
        s = record(t, who, district, case_id, &h, span_bytes(salt_bytes, sizeof salt_bytes), &entry, d);
    if (s == OK)
        s = sql_exec(t, d,
            "INSERT INTO archive_file (district, id, case_id, name, kind, media_type, size, sm3, salt, body, person, added_at, added_by, entry, own_key) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 1)",
            SQL_I(district), SQL_I(id), case_id ? SQL_I(case_id) : SQL_NIL, SQL_S(name), SQL_S(kind), SQL_S(media), SQL_I((int64_t)content.size),
            SQL_B(span_bytes(h.byte, HASH_BYTES)), SQL_B(span_bytes(salt_bytes, sizeof salt_bytes)), SQL_B(sealed), SQL_I(person), SQL_I(txn_now(t)),
            SQL_I(who->account), SQL_I(entry));
    if (s == OK)
        s = sql_exec(t, d, "INSERT INTO archive_key (district, file, wrapped) VALUES (?, ?, ?)", SQL_I(district), SQL_I(id), SQL_B(wrapped));
    if (s == OK)
        s = evidence_keep_one(c, t, who, KEPT_FILE, district, id, d);
    if (s == OK)
        *ret_file = id;
    return s;
}

enum status archive_open_in(struct civil *c, struct txn *t, struct access *x, struct arena *a, int64_t district, int64_t file, struct span *ret,
    const char **ret_media, const char **ret_name, struct diag *d) {
    AUTO(rows) struct rows *r = NULL;
    struct person_key key;
    enum status s = sql_one(t, &r, d, "SELECT person, media_type, name, sm3, body, own_key FROM archive_file WHERE district = ? AND id = ?", SQL_I(district), SQL_I(file));
    if (s == E_NOT_FOUND)
        return diag_fail(d, E_NOT_FOUND, "archive.file");
    if (s == OK)
        s = person_data_key(c, t, district, rows_int(r, 0), &key, d);
    if (s == OK && rows_int(r, 5))
        s = own_key(t, &key, district, file, &key, d);
    if (s == OK)
        s = person_unseal(&key, rows_blob(r, 4), place(txn_arena(t), district, file), a, ret, d);
    explicit_bzero(&key, sizeof key);
    if (s != OK)
        return s;
    struct hash h = hash_one(HASH_SM3, *ret);
    if (!span_eq(span_bytes(h.byte, HASH_BYTES), rows_blob(r, 3)))
        return diag_fail(d, E_CORRUPT, "archive.hash");
    *ret_media = rows_dup(r, 1, a);
    *ret_name = rows_dup(r, 2, a);
    return access_add(x, district, rows_int(r, 0), ACCESS_PAPERS, d);
}

/* The digest that the log has; check-store opens the content itself. */
enum status archive_evidence(struct evidence_check *x, struct diag *d) {
    AUTO(rows) struct rows *r = NULL;
    bool row = false;
    struct arena *a = txn_arena(x->txn);
    struct arena_mark mark = arena_mark(a);
    enum status s = sql_query(x->txn, &r, d, "SELECT district, id, case_id, sm3, salt, entry, added_at FROM archive_file ORDER BY district, id");
    while (s == OK && (s = rows_next(r, &row, d)) == OK && row) {
        arena_rewind(a, mark);
        struct hash h = {{0}};
        char hex[2 * HASH_BYTES + 1];
        struct span sm3 = rows_blob(r, 3);
        memcpy(h.byte, sm3.at, sm3.size < HASH_BYTES ? sm3.size : HASH_BYTES);
        hash_hex(&h, hex);
        char *matter = arena_printf(a, "%lld:%lld", (long long)rows_int(r, 0), (long long)rows_int(r, 2));
        struct civil_salt of_matter = civil_salt(rows_blob(r, 4), "matter"), of_payload = civil_salt(rows_blob(r, 4), "payload");
        struct evidence_row e = {.what = "archive_file", .id = rows_int(r, 1), .entry = rows_int(r, 5), .kind = TLOG_CASE_EVENT, .action = "paper.archived",
            .at = rows_int(r, 6), .claims = 2,
            .claim = {{EVIDENCE_MATTER, span_bytes(of_matter.byte, sizeof of_matter.byte), matter ? json_new_string(a, span_of(matter)) : NULL},
                {EVIDENCE_PAYLOAD, span_bytes(of_payload.byte, sizeof of_payload.byte), json_new_string(a, span_of(hex))}}};
        s = evidence_expect(x, &e, d);
    }
    return s;
}
