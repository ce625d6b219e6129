/* Service of a notice (送达), and the openings of both its entries. */
#include "civil/evidence/evidence.h"
#include "civil/evidence/keep.h"
#include "civil/notice/notice_internal.h"

#include "civil/register/register.h"
#include "crypto/vault.h"
#include "store/store.h"
#include "tlog/log.h"

/* ---- commitments --------------------------------------------------------------------- */

void notice_salt(struct span master, const char *what, uint8_t out[TLOG_SALT_BYTES]) {
    struct span part = span_of(what);
    struct hash h = hmac_of(HASH_SM3, master, &part, 1);
    memcpy(out, h.byte, TLOG_SALT_BYTES);
}

const struct json *notice_case_value(struct arena *a, int64_t district, int64_t id) {
    char *text = arena_printf(a, "%lld:%lld", (long long)district, (long long)id);
    return text ? json_new_string(a, span_of(text)) : NULL;
}

static const struct json *object(struct arena *a, const char *const *key, const char *const *text, size_t n) {
    struct span *keys = ARENA_ARRAY(a, n, struct span);
    const struct json **values = ARENA_ARRAY(a, n, const struct json *);
    for (size_t i = 0; i < n; i++) {
        char *kept = keys && values && text[i] ? arena_dup(a, span_of(text[i])) : NULL;
        if (!kept || !(values[i] = json_new_string(a, span_of(kept))))
            return NULL;
        keys[i] = span_of(key[i]);
    }
    return json_new_object(a, keys, values, n);
}

const struct json *notice_payload(struct arena *a, const char *digest) { return object(a, (const char *const[]){"document"}, &digest, 1); }

enum status notice_digest(const struct json *content, char ret[2 * HASH_BYTES + 1], struct diag *d) {
    BUF_AUTO b;
    buf_init(&b, 0);
    json_canonical(&b, content);
    if (!buf_ok(&b))
        return arena_full(d);
    struct hash h = hash_one(HASH_SM3, buf_span(&b));
    hash_hex(&h, ret);
    return OK;
}

static enum status commit(struct span master, const char *what, const struct json *value, struct tlog_commitment *ret, struct diag *d) {
    uint8_t salt[TLOG_SALT_BYTES];
    if (!value)
        return arena_full(d);
    notice_salt(master, what, salt);
    return tlog_entry_commit(span_bytes(salt, sizeof salt), value, ret, d);
}

/* The service's commitments to case and person have salts of their own: equal
 * ones would show that two entries speak of the same case. */
enum status notice_record(struct txn *t, const struct actor *who, const char *action, int64_t district, int64_t case_id, int64_t person,
    struct span master, const char *payload_salt, const struct json *payload, int64_t *ret_entry, struct diag *d) {
    struct arena *a = txn_arena(t);
    bool service = strcmp(payload_salt, "payload") != 0;
    struct tlog_commitment matter, subject, document;
    enum status s = commit(master, service ? "service.matter" : "matter", notice_case_value(a, district, case_id), &matter, d);
    if (s == OK)
        s = commit(master, service ? "service.subject" : "subject", notice_case_value(a, district, person), &subject, d);
    if (s == OK)
        s = commit(master, payload_salt, payload, &document, d);
    const char *office = actor_division(who, NULL);
    struct tlog_entry e = {.kind = TLOG_NOTICE, .time = txn_now(t), .district = district, .office = *office ? office : who->kind,
        .role = who->grant_count ? who->grant[0].role : who->kind, .action = action, .matter = &matter, .subject = &subject, .subject_count = 1, .subjects = 1,
        .payload = &document};
    return s == OK ? tlog_record(t, &e, ret_entry, d) : s;
}

struct span notice_place(struct arena *a, int64_t district, int64_t id) {
    char *s = arena_printf(a, "notice.opening|%lld|%lld", (long long)district, (long long)id);
    return span_of(s);
}

/* ---- the row ------------------------------------------------------------------------- */

struct stored {
    int64_t id, case_id, person, issued_at, served_at, service_entry;
    char *how;
    struct span sealed;
};

static enum status read_row(struct txn *t, const char *column, int64_t district, int64_t value, struct stored *ret, struct diag *d) {
    struct arena *a = txn_arena(t);
    AUTO(rows) struct rows *r = NULL;
    char *sql = arena_printf(a, "SELECT id, case_id, person, issued_at, served_at, service_entry, served_how, opening FROM notice WHERE district = ? AND %s", column);
    enum status s = sql ? sql_one(t, &r, d, sql, SQL_I(district), SQL_I(value)) : arena_full(d);
    if (s == E_NOT_FOUND)
        return diag_fail(d, E_NOT_FOUND, "notice.none");
    if (s != OK)
        return s;
    struct span sealed = rows_blob(r, 7);
    *ret = (struct stored){.id = rows_int(r, 0), .case_id = rows_int(r, 1), .person = rows_int(r, 2), .issued_at = rows_int(r, 3), .served_at = rows_int(r, 4),
        .service_entry = rows_int(r, 5), .how = rows_dup(r, 6, a), .sealed = {arena_dup(a, sealed), sealed.size}};
    return ret->how && ret->sealed.at ? OK : arena_full(d);
}

struct opened { uint8_t master[TLOG_SALT_BYTES]; const struct json *document; };

static enum status open_row(struct civil *c, struct txn *t, struct arena *a, int64_t district, const struct stored *n, struct opened *ret, struct diag *d) {
    struct person_key key;
    struct span plain;
    const struct json *j = NULL;
    size_t size = 0;
    enum status s = person_data_key(c, t, district, n->person, &key, d);
    if (s == OK && n->sealed.size == 0)
        s = diag_fail(d, E_NOT_FOUND, "archive.destroyed");
    if (s == OK)
        s = person_unseal(&key, n->sealed, notice_place(txn_arena(t), district, n->id), a, &plain, d);
    memset(&key, 0, sizeof key);
    if (s == OK)
        s = json_parse(a, plain, &j, d);
    if (s != OK)
        return s;
    ret->document = json_get(j, "document");
    if (!ret->document || !base64_decode(span_of(json_str(j, "salt", "")), ret->master, sizeof ret->master, &size) || size != TLOG_SALT_BYTES)
        return diag_fail(d, E_CORRUPT, "notice.opening");
    return OK;
}

enum status notice_opened_in(struct civil *c, struct txn *t, struct arena *a, int64_t district, int64_t notice, struct notice_opened *ret, struct diag *d) {
    struct stored n;
    struct opened o;
    enum status s = read_row(t, "id = ?", district, notice, &n, d);
    if (s == OK)
        s = open_row(c, t, a, district, &n, &o, d);
    if (s != OK)
        return s;
    *ret = (struct notice_opened){.person = n.person, .case_id = n.case_id, .document = o.document};
    memcpy(ret->master, o.master, sizeof ret->master);
    return OK;
}

enum status notice_content_in(struct civil *c, struct txn *t, struct arena *a, int64_t district, int64_t notice, const struct json **ret, struct diag *d) {
    struct stored n;
    struct opened o;
    enum status s = read_row(t, "id = ?", district, notice, &n, d);
    if (s == OK)
        s = open_row(c, t, a, district, &n, &o, d);
    if (s == OK)
        *ret = o.document;
    return s;
}

/* ---- serving -------------------------------------------------------------------------- */

static const struct json *service_payload(struct arena *a, int64_t notice, const char *how, instant_t at) {
    char when[INSTANT_TEXT_MAX];
    instant_text(at, when);
    const char *key[] = {"notice", "how", "at"}, *text[] = {arena_printf(a, "%lld", (long long)notice), how, when};
    return object(a, key, text, ARRAY_LEN(key));
}

static enum status paper_ok(struct txn *t, int64_t district, const struct stored *n, int64_t paper, struct diag *d) {
    int64_t found = 0;
    if (!paper)
        return OK;
    enum status s = sql_int(t, &found, 0, d, "SELECT id FROM archive_file WHERE district = ? AND id = ? AND case_id = ?", SQL_I(district), SQL_I(paper), SQL_I(n->case_id));
    return s == OK && !found ? diag_fail(d, E_INPUT, "notice.paper") : s;
}

static bool how_known(const char *how) {
    static const char *const HOW[] = {"in_person", "post", "left", "electronic", "publication"};
    for (size_t i = 0; how && i < ARRAY_LEN(HOW); i++)
        if (strcmp(how, HOW[i]) == 0)
            return true;
    return false;
}

enum status notice_served_in(struct civil *c, struct txn *t, const struct actor *who, int64_t district, int64_t notice, const char *how, instant_t at,
    int64_t paper, struct diag *d) {
    struct arena *a = txn_arena(t);
    struct stored n;
    struct opened o;
    int64_t entry = 0, changed = 0;
    if (!how_known(how))
        return diag_fail(d, E_INPUT, "notice.how");
    enum status s = read_row(t, "id = ?", district, notice, &n, d);
    if (s == OK && n.service_entry)
        return diag_fail(d, E_CONFLICT, "notice.already_served");
    /* A day without its hour counts: a receipt is dated by the day. */
    if (s == OK && (at > txn_now(t) || instant_date(at) < instant_date(n.issued_at)))
        return diag_fail(d, E_INPUT, "notice.served_when");
    if (s == OK)
        s = paper_ok(t, district, &n, paper, d);
    if (s == OK)
        s = open_row(c, t, a, district, &n, &o, d);
    if (s == OK)
        s = notice_record(t, who, "served", district, n.case_id, n.person, span_bytes(o.master, sizeof o.master), "service.payload",
            service_payload(a, notice, how, at), &entry, d);
    if (s == OK)
        s = sql_exec_count(t, &changed, d,
            "UPDATE notice SET served_at = ?, served_how = ?, served_by = ?, service_paper = ?, service_entry = ? WHERE district = ? AND id = ? AND service_entry IS NULL",
            SQL_I(at), SQL_S(how), SQL_I(who->account), paper ? SQL_I(paper) : SQL_NIL, SQL_I(entry), SQL_I(district), SQL_I(notice));
    if (s == OK && changed != 1)
        return diag_fail(d, E_CONFLICT, "notice.already_served");
    return s == OK ? evidence_keep_one(c, t, who, KEPT_NOTICE, district, notice, d) : s;
}

/* ---- openings ------------------------------------------------------------------------- */

static enum status opening(struct arena *a, const struct opened *o, const char *what, const struct json *value, struct tlog_opening *ret, struct diag *d) {
    uint8_t *salt = ARENA_ARRAY(a, TLOG_SALT_BYTES, uint8_t);
    if (!salt || !value)
        return arena_full(d);
    notice_salt(span_bytes(o->master, sizeof o->master), what, salt);
    *ret = (struct tlog_opening){span_bytes(salt, TLOG_SALT_BYTES), value};
    return OK;
}

enum status notice_openings_in(struct civil *c, struct txn *t, struct arena *a, int64_t district, int64_t entry, struct tlog_opening ret[NOTICE_OPENINGS], struct diag *d) {
    struct stored n;
    struct opened o;
    char digest[2 * HASH_BYTES + 1];
    enum status s = read_row(t, "? IN (entry, service_entry)", district, entry, &n, d);
    if (s == OK)
        s = open_row(c, t, a, district, &n, &o, d);
    if (s == OK)
        s = notice_digest(o.document, digest, d);
    if (s != OK)
        return s;
    bool service = entry == n.service_entry;
    s = opening(a, &o, service ? "service.matter" : "matter", notice_case_value(a, district, n.case_id), &ret[0], d);
    if (s == OK)
        s = opening(a, &o, service ? "service.subject" : "subject", notice_case_value(a, district, n.person), &ret[1], d);
    if (s == OK)
        s = opening(a, &o, service ? "service.payload" : "payload", service ? service_payload(a, n.id, n.how, n.served_at) : notice_payload(a, digest), &ret[2], d);
    return s;
}

/* ---- against the log -------------------------------------------------------------------- */

static enum status check_notice(struct evidence_check *x, const char *what, const char *action, int64_t district, int64_t id, int64_t entry, struct diag *d) {
    struct arena *a = txn_arena(x->txn);
    struct tlog_opening o[NOTICE_OPENINGS];
    static const enum evidence_part parts[NOTICE_OPENINGS] = {EVIDENCE_MATTER, EVIDENCE_SUBJECT, EVIDENCE_PAYLOAD};
    struct evidence_row e = {.what = what, .id = id, .entry = entry, .kind = TLOG_NOTICE, .action = action};
    enum status s = x->civil->vault ? notice_openings_in(x->civil, x->txn, a, district, entry, o, d) : E_NOT_FOUND;
    if (s == E_NOT_FOUND) { /* the key is erased, or not here */
        x->sealed++;
    } else if (s == E_CORRUPT || s == E_INPUT) {
        e.claim[e.claims++] = (struct evidence_claim){EVIDENCE_PAYLOAD, {0}, json_null()};
    } else if (s != OK) {
        return s;
    }
    for (size_t i = 0; s == OK && i < NOTICE_OPENINGS; i++)
        e.claim[e.claims++] = (struct evidence_claim){parts[i], o[i].salt, o[i].value};
    diag_clear(d);
    return evidence_expect(x, &e, d);
}

enum status notice_evidence(struct evidence_check *x, struct diag *d) {
    AUTO(rows) struct rows *r = NULL;
    bool row = false;
    struct arena_mark mark = arena_mark(txn_arena(x->txn));
    enum status s = sql_query(x->txn, &r, d, "SELECT district, id, entry, service_entry FROM notice ORDER BY district, id");
    while (s == OK && (s = rows_next(r, &row, d)) == OK && row) {
        arena_rewind(txn_arena(x->txn), mark);
        s = check_notice(x, "notice", "issued", rows_int(r, 0), rows_int(r, 1), rows_int(r, 2), d);
        if (s == OK && !rows_null(r, 3))
            s = check_notice(x, "notice_service", "served", rows_int(r, 0), rows_int(r, 1), rows_int(r, 3), d);
    }
    return s;
}
