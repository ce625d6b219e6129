#include "civil/archive/certificate.h"

#include "base/utf8.h"
#include "civil/access/access.h"
#include "civil/evidence/evidence.h"
#include "civil/evidence/keep.h"
#include "civil/pack/pack.h"
#include "civil/register/register.h"
#include "civil/secrecy/secrecy.h"
#include "civil/salt.h"
#include "crypto/hash.h"
#include "crypto/vault.h"
#include "store/store.h"
#include "tlog/log.h"

#include <stdio.h>

enum status certificate_vkey(const struct civil *c, struct tlog_vkey *ret, struct diag *d) {
    char name[TLOG_NAME_MAX + 1];
    if (!c->certificate_sm2 || (size_t)snprintf(name, sizeof name, "%s/certificates", c->log_origin) >= sizeof name)
        return diag_fail(d, E_USAGE, "certificate.no_key");
    return tlog_vkey_of(name, c->certificate_sm2, false, ret, d);
}

static struct span place(struct arena *a, int64_t district, int64_t id) {
    char *s = arena_printf(a, "certificate.body|%lld|%lld", (long long)district, (long long)id);
    return s ? span_of(s) : (struct span){0};
}

/* ---- what the log is told ------------------------------------------------------------ */

/* `reason` NULL: of the issue. */
static const struct json *payload_of(struct arena *a, const char *sm3, const char *reason) {
    const struct json *j = NULL;
    char *text = reason ? arena_printf(a, "{\"certificate\":\"%s\",\"reason\":\"%s\"}", sm3, reason) : arena_printf(a, "{\"certificate\":\"%s\"}", sm3);
    return text && json_parse(a, span_of(text), &j, NULL) == OK ? j : NULL;
}

static const struct json *pair(struct arena *a, int64_t district, int64_t id) {
    char *text = arena_printf(a, "%lld:%lld", (long long)district, (long long)id);
    return text ? json_new_string(a, span_of(text)) : NULL;
}

struct told { int64_t district, case_id, person; struct span salt; const char *action, *sm3, *reason; };

static enum status tell(struct txn *t, const struct actor *who, const struct told *x, int64_t *ret_entry, struct diag *d) {
    struct arena *a = txn_arena(t);
    const struct json *value[] = {pair(a, x->district, x->case_id), pair(a, x->district, x->person), payload_of(a, x->sm3, x->reason)};
    static const char *const what[] = {"matter", "subject", "payload"};
    struct tlog_commitment c[3];
    enum status s = OK;
    for (size_t i = 0; s == OK && i < ARRAY_LEN(c); i++) {
        struct civil_salt own = civil_salt(x->salt, what[i]);
        s = value[i] ? tlog_entry_commit(span_bytes(own.byte, sizeof own.byte), value[i], &c[i], d) : arena_full(d);
    }
    const char *office = actor_division(who, NULL);
    struct tlog_entry e = {.kind = TLOG_ARCHIVE, .time = txn_now(t), .district = x->district, .office = *office ? office : who->kind,
        .role = who->grant_count ? who->grant[0].role : who->kind, .action = x->action, .matter = &c[0], .subject = &c[1], .subject_count = 1, .subjects = 1, .payload = &c[2]};
    return s == OK ? tlog_record(t, &e, ret_entry, d) : s;
}

/* ---- issuing ----------------------------------------------------------------------------- */

struct issuing {
    struct civil *c;
    const struct actor *who;
    int64_t case_id, id, district, person;
    const char *number, *role;
    const struct matter *matter;
    const struct json *kind; /* of matter.json */
    date_t valid_until;
};

static enum status find_role(const struct actor *who, const char *division, const char **ret, struct diag *d) {
    static const char *const roles[] = {"clerk", "district_clerk"};
    for (size_t i = 0; i < ARRAY_LEN(roles); i++)
        if (actor_may(who, roles[i], division)) {
            *ret = roles[i];
            return OK;
        }
    return diag_fail(d, E_FORBIDDEN, "archive.role");
}

enum status certificate_granted(struct txn *t, int64_t district, int64_t case_id, bool *ret, struct diag *d) {
    int64_t n = 0;
    struct ymd y = date_ymd(txn_today(t));
    enum status s = sql_int(t, &n, 0, d,
        "SELECT count(*) FROM entitlement e WHERE e.district = ? AND e.state = 'active' AND (e.to_month IS NULL OR e.to_month > ?) AND e.root IN "
        "(SELECT o.root FROM entitlement o WHERE o.district = ? AND o.case_id = ?)",
        SQL_I(district), SQL_I(y.year * 12 + y.month - 1), SQL_I(district), SQL_I(case_id));
    *ret = n > 0;
    return s;
}

static enum status look_at_case(struct txn *t, struct issuing *x, struct diag *d) {
    AUTO(rows) struct rows *r = NULL;
    struct arena *a = txn_arena(t);
    enum status s = sql_one(t, &r, d, "SELECT district, applicant, number, matter, division, compartment FROM case_file WHERE id = ?", SQL_I(x->case_id));
    if (s == E_NOT_FOUND || (s == OK && (!actor_inside(x->who, rows_dup(r, 5, a)) || !actor_may(x->who, NULL, rows_dup(r, 4, a)))))
        return diag_fail(d, E_NOT_FOUND, "archive.case");
    if (s != OK)
        return s;
    x->district = rows_int(r, 0);
    x->person = rows_int(r, 1);
    x->number = rows_dup(r, 2, a);
    x->matter = packs_matter(x->c->packs, rows_dup(r, 3, a));
    x->kind = x->matter ? json_get(x->matter->json, "certificate") : NULL;
    s = find_role(x->who, rows_dup(r, 4, a), &x->role, d);
    if (s == OK && !x->kind)
        s = diag_fail(d, E_CONFLICT, "certificate.none");
    bool granted = false;
    struct ymd y = date_ymd(txn_today(t));
    if (s == OK)
        s = certificate_granted(t, x->district, x->case_id, &granted, d);
    if (s == OK && !granted)
        s = diag_fail(d, E_CONFLICT, "certificate.nothing");
    /* A whole number of months, ending with the day before. */
    int64_t month = y.year * 12 + y.month - 1 + json_int(x->kind, "months", 12);
    int last = date_ymd(date_from_ymd((int)((month + 1) / 12), (int)((month + 1) % 12) + 1, 1) - 1).day;
    x->valid_until = date_from_ymd((int)(month / 12), (int)(month % 12) + 1, y.day < last ? y.day : last) - 1;
    return s;
}

/* Keys in code point order: the text is canonical as written. */
static void write_text(struct json_writer *w, const struct issuing *x, const struct person *p, const struct organ *o, date_t today) {
    const struct json *name = json_get(x->kind, "name");
    json_object(w);
    json_kstring(w, "case", x->number);
    json_kstring(w, "citation", json_str(x->kind, "citation", ""));
    json_key(w, "holder");
    json_object(w);
    json_kstring(w, "id_masked", p->id_masked);
    json_kstring(w, "name", p->name);
    json_object_end(w);
    json_kid(w, "id", x->id);
    json_kdate(w, "issued_on", today);
    json_key(w, "issuer");
    json_object(w);
    json_kstring(w, "en", o ? o->in_name_of_en : "");
    json_kstring(w, "zh", o ? o->in_name_of : "");
    json_object_end(w);
    json_kstring(w, "matter", x->matter->id);
    json_key(w, "name");
    json_object(w);
    json_kstring(w, "en", json_str(name, "en", ""));
    json_kstring(w, "zh", json_str(name, "zh", ""));
    json_object_end(w);
    json_kint(w, "v", 1);
    json_kdate(w, "valid_until", x->valid_until);
    json_object_end(w);
}

static enum status compose(struct txn *t, struct issuing *x, struct buf *note, struct hash *ret_sm3, struct diag *d) {
    struct access *access = NULL;
    struct person p;
    struct tlog_vkey vkey;
    struct json_writer w;
    enum status s = access_begin(txn_arena(t), x->who, x->role, "case_handling", x->district, x->case_id, &access, d);
    if (s == OK)
        s = person_read(x->c, t, access, txn_arena(t), x->district, x->person, &p, d);
    if (s == OK)
        s = access_commit_in(x->c, t, access, NULL, d);
    if (s == OK)
        s = certificate_vkey(x->c, &vkey, d);
    if (s != OK)
        return s;
    json_begin(&w, note, false);
    write_text(&w, x, &p, packs_organ(x->c->packs, x->matter->id, txn_today(t)), txn_today(t));
    buf_addc(note, '\n');
    if (!buf_ok(note))
        return arena_full(d);
    struct span text = {arena_dup(txn_arena(t), buf_span(note)), note->size};
    *ret_sm3 = hash_one(HASH_SM3, text);
    buf_addc(note, '\n');
    return tlog_note_sign(note, text, &vkey, x->c->certificate_sm2, 0, d);
}

static enum status keep(struct txn *t, const struct issuing *x, struct span note, const struct hash *sm3, struct diag *d) {
    uint8_t bytes[TLOG_SALT_BYTES];
    char hex[2 * HASH_BYTES + 1];
    struct person_key key;
    struct span sealed, salt = span_bytes(bytes, sizeof bytes);
    int64_t entry = 0;
    random_bytes(bytes, sizeof bytes);
    hash_hex(sm3, hex);
    struct told told = {x->district, x->case_id, x->person, salt, "cert.issued", hex, NULL};
    enum status s = tell(t, x->who, &told, &entry, d);
    if (s == OK)
        s = person_data_key(x->c, t, x->district, x->person, &key, d);
    if (s == OK)
        s = person_seal(&key, note, place(txn_arena(t), x->district, x->id), txn_arena(t), &sealed, d);
    explicit_bzero(&key, sizeof key);
    if (s == OK)
        s = sql_exec(t, d, "INSERT INTO certificate (district, id, case_id, person, matter, issued_at, issued_by, valid_until, body, sm3, salt, entry) "
                           "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            SQL_I(x->district), SQL_I(x->id), SQL_I(x->case_id), SQL_I(x->person), SQL_S(x->matter->id), SQL_I(txn_now(t)), SQL_I(x->who->account), SQL_I(x->valid_until),
            SQL_B(sealed), SQL_B(span_bytes(sm3->byte, HASH_BYTES)), SQL_B(salt), SQL_I(entry));
    if (s == OK)
        s = evidence_keep_one(x->c, t, x->who, KEPT_CERTIFICATE, x->district, x->id, d);
    return s == E_CONFLICT && sql_broke(d, "certificate_one") ? diag_fail(d, E_CONFLICT, "certificate.exists") : s;
}

static enum status issue(struct txn *t, void *arg, struct diag *d) {
    struct issuing *x = arg;
    struct hash sm3;
    BUF_AUTO note;
    buf_init(&note, TLOG_NOTE_BYTES_MAX);
    x->id = txn_new_id(t);
    enum status s = look_at_case(t, x, d);
    if (s == OK)
        s = compose(t, x, &note, &sm3, d);
    return s == OK ? keep(t, x, buf_span(&note), &sm3, d) : s;
}

enum status certificate_issue(struct civil *c, const struct actor *who, int64_t case_id, int64_t *ret_id, struct diag *d) {
    struct issuing x = {.c = c, .who = who, .case_id = case_id};
    enum status s = store_write(c->store, issue, &x, d);
    if (s == OK)
        *ret_id = x.id;
    return s;
}

/* ---- revoking ---------------------------------------------------------------------------- */

struct revoking { struct civil *c; const struct actor *who; int64_t id; const char *reason; };

static enum status revoke(struct txn *t, void *arg, struct diag *d) {
    struct revoking *x = arg;
    AUTO(rows) struct rows *r = NULL;
    const char *role;
    struct hash sm3 = {{0}};
    uint8_t bytes[TLOG_SALT_BYTES];
    char hex[2 * HASH_BYTES + 1];
    struct span salt = span_bytes(bytes, sizeof bytes);
    int64_t entry = 0, district = 0;
    enum status s = sql_one(t, &r, d, "SELECT k.district, k.case_id, k.person, k.sm3, k.revoked_at, f.division, f.compartment FROM certificate k "
                                      "JOIN case_file f ON f.district = k.district AND f.id = k.case_id WHERE k.id = ?", SQL_I(x->id));
    if (s == E_NOT_FOUND || (s == OK && (!actor_inside(x->who, rows_dup(r, 6, txn_arena(t))) || !actor_may(x->who, NULL, rows_dup(r, 5, txn_arena(t))))))
        return diag_fail(d, E_NOT_FOUND, "certificate.unknown");
    if (s == OK)
        s = find_role(x->who, rows_dup(r, 5, txn_arena(t)), &role, d);
    if (s == OK && !rows_null(r, 4))
        s = diag_fail(d, E_CONFLICT, "certificate.revoked");
    if (s != OK)
        return s;
    struct span digest = rows_blob(r, 3);
    memcpy(sm3.byte, digest.at, digest.size < HASH_BYTES ? digest.size : HASH_BYTES);
    hash_hex(&sm3, hex);
    random_bytes(bytes, sizeof bytes);
    district = rows_int(r, 0);
    struct told told = {district, rows_int(r, 1), rows_int(r, 2), salt, "cert.revoked", hex, x->reason};
    s = tell(t, x->who, &told, &entry, d);
    if (s == OK)
        s = sql_exec(t, d, "UPDATE certificate SET revoked_at = ?, revoked_by = ?, reason = ?, revoke_salt = ?, revoke_entry = ? WHERE district = ? AND id = ?",
            SQL_I(txn_now(t)), SQL_I(x->who->account), SQL_S(x->reason), SQL_B(salt), SQL_I(entry), SQL_I(district), SQL_I(x->id));
    return s == OK ? evidence_keep_one(x->c, t, x->who, KEPT_CERTIFICATE, district, x->id, d) : s;
}

enum status certificate_revoke(struct civil *c, const struct actor *who, int64_t id, const char *reason, struct diag *d) {
    static const char *const known[] = {"ended", "error", "death", "replaced"};
    for (size_t i = 0; i < ARRAY_LEN(known); i++)
        if (reason && strcmp(known[i], reason) == 0)
            return store_write(c->store, revoke, &(struct revoking){c, who, id, reason}, d);
    return diag_fail(d, E_INPUT, "certificate.reason");
}

/* ---- reading ------------------------------------------------------------------------------ */

/* To whom it does not exist: staff of other divisions and outside its compartment, residents whose it is not or from whom it is sealed. */
static enum status readable(struct txn *t, const struct actor *who, const struct rows *r, bool *ret, struct diag *d) {
    static const char *const roles[] = {"clerk", "district_clerk", "auditor", "leader"};
    struct arena *a = txn_arena(t);
    bool sealed = false;
    *ret = strcmp(who->kind, "system") == 0;
    if (strcmp(who->kind, "resident") == 0) {
        enum status s = secrecy_sealed(t, rows_int(r, 0), rows_int(r, 1), who, &sealed, d);
        *ret = who->district == rows_int(r, 0) && who->person == rows_int(r, 1) && !sealed;
        return s;
    }
    for (size_t i = 0; i < ARRAY_LEN(roles); i++)
        *ret = *ret || (actor_may(who, roles[i], rows_dup(r, 6, a)) && actor_inside(who, rows_dup(r, 7, a)));
    return OK;
}

enum status certificate_read_in(struct civil *c, struct txn *t, struct access *x, struct arena *a, int64_t id, struct span *ret_note, const char **ret_code,
    struct diag *d) {
    AUTO(rows) struct rows *r = NULL;
    struct person_key key;
    bool may = false;
    enum status s = sql_one(t, &r, d, "SELECT k.district, k.person, k.body, k.sm3, k.salt, k.entry, f.division, f.compartment FROM certificate k "
                                      "JOIN case_file f ON f.district = k.district AND f.id = k.case_id WHERE k.id = ?", SQL_I(id));
    if (s == OK)
        s = readable(t, access_actor(x), r, &may, d);
    if (s == E_NOT_FOUND || (s == OK && !may))
        return diag_fail(d, E_NOT_FOUND, "certificate.unknown");
    if (s == OK)
        s = person_data_key(c, t, rows_int(r, 0), rows_int(r, 1), &key, d);
    if (s == OK)
        s = person_unseal(&key, rows_blob(r, 2), place(txn_arena(t), rows_int(r, 0), id), a, ret_note, d);
    explicit_bzero(&key, sizeof key);
    if (s != OK)
        return s;
    BUF_AUTO code;
    buf_init(&code, 1024);
    struct civil_salt own = civil_salt(rows_blob(r, 4), "payload");
    buf_addf(&code, "mz1:%s:%lld:", c->log_origin, (long long)rows_int(r, 5));
    buf_base64(&code, span_bytes(own.byte, sizeof own.byte));
    buf_addc(&code, ':');
    buf_hex(&code, rows_blob(r, 3));
    *ret_code = buf_ok(&code) ? arena_dup(a, buf_span(&code)) : NULL;
    return *ret_code ? access_add(x, rows_int(r, 0), rows_int(r, 1), ACCESS_PAPERS, d) : arena_full(d);
}

/* r: salt, sm3, matter, valid_until, revoked_at, reason, issued_at. */
static void status_members(struct civil *c, struct txn *t, const struct rows *r, struct json_writer *w) {
    bool revoked = !rows_null(r, 4);
    const char *id = rows_dup(r, 2, txn_arena(t));
    const struct matter *m = id ? packs_matter(c->packs, id) : NULL;
    const struct json *name = m ? json_get(json_get(m->json, "certificate"), "name") : NULL;
    json_object(w);
    json_kstring(w, "status", revoked ? "revoked" : rows_date(r, 3) < txn_today(t) ? "expired" : "valid");
    json_kstring(w, "matter", id);
    json_key(w, "name");
    if (name)
        json_value(w, name);
    else
        json_nothing(w);
    json_kdate(w, "issued_on", instant_date(rows_int(r, 6)));
    json_kdate(w, "valid_until", rows_date(r, 3));
    json_key(w, "revoked_at");
    if (revoked)
        json_instant(w, rows_int(r, 4));
    else
        json_nothing(w);
    json_kstring(w, "reason", revoked ? rows_dup(r, 5, txn_arena(t)) : NULL);
    json_object_end(w);
}

enum status certificate_status_json(struct civil *c, struct txn *t, int64_t entry, struct span salt_base64, struct span sm3_hex, struct json_writer *w, struct diag *d) {
    AUTO(rows) struct rows *r = NULL;
    uint8_t salt[TLOG_SALT_BYTES], sm3[HASH_BYTES];
    size_t n = 0, m = 0;
    bool read = base64_decode(salt_base64, salt, sizeof salt, &n) && n == sizeof salt && hex_decode(sm3_hex, sm3, sizeof sm3, &m) && m == sizeof sm3;
    enum status s = sql_one(t, &r, d, "SELECT salt, sm3, matter, valid_until, revoked_at, reason, issued_at FROM certificate WHERE entry = ?", SQL_I(entry));
    if (s != OK && s != E_NOT_FOUND)
        return s;
    struct civil_salt own = s == OK ? civil_salt(rows_blob(r, 0), "payload") : (struct civil_salt){{0}};
    /* One answer for all that does not fit, so that entries cannot be tried. */
    if (s != OK || !read || !bytes_eq_constant_time(span_bytes(own.byte, sizeof own.byte), span_bytes(salt, sizeof salt)) || !span_eq(rows_blob(r, 1), span_bytes(sm3, sizeof sm3)))
        return diag_fail(d, E_NOT_FOUND, "certificate.unknown");
    status_members(c, t, r, w);
    return OK;
}

enum status certificate_code_json(struct civil *c, struct txn *t, struct span code, struct json_writer *w, struct diag *d) {
    struct span part[3]; /* from the right: sm3, salt, entry */
    size_t end = code.size;
    int64_t entry = 0;
    for (size_t i = 0; i < ARRAY_LEN(part); i++) {
        size_t at = end;
        while (at > 0 && code.at[at - 1] != ':')
            at--;
        if (at == 0)
            return diag_fail(d, E_NOT_FOUND, "certificate.unknown");
        part[i] = (struct span){code.at + at, end - at};
        end = at - 1;
    }
    char *ours = arena_printf(txn_arena(t), "mz1:%s", c->log_origin);
    if (!ours)
        return arena_full(d);
    bool number = part[2].size > 0 && part[2].size < 19;
    for (size_t i = 0; number && i < part[2].size; i++) {
        number = part[2].at[i] >= '0' && part[2].at[i] <= '9';
        entry = entry * 10 + (part[2].at[i] - '0');
    }
    if (!number || !span_eq((struct span){code.at, end}, span_of(ours)))
        return diag_fail(d, E_NOT_FOUND, "certificate.unknown");
    return certificate_status_json(c, t, entry, part[1], part[0], w, d);
}

enum status certificate_file_json(struct civil *c, struct txn *t, struct span file, struct json_writer *w, struct diag *d) {
    AUTO(rows) struct rows *r = NULL;
    struct tlog_vkey vkey;
    struct certificate_seen seen;
    uint8_t sm3[HASH_BYTES];
    size_t n = 0;
    enum status s = certificate_vkey(c, &vkey, d);
    if (s != OK)
        return s;
    if (certificate_check(txn_arena(t), file, &vkey, &seen, NULL) != OK)
        return diag_fail(d, E_INPUT, "certificate.forged");
    if (!hex_decode(span_of(seen.sm3), sm3, sizeof sm3, &n))
        return diag_fail(d, E_INPUT, "certificate.forged");
    s = sql_one(t, &r, d, "SELECT salt, sm3, matter, valid_until, revoked_at, reason, issued_at FROM certificate WHERE sm3 = ?", SQL_B(span_bytes(sm3, n)));
    if (s == E_NOT_FOUND) /* signed, and not on record: the key is not the bureau's alone any more */
        return diag_fail(d, E_NOT_FOUND, "certificate.unknown");
    if (s == OK)
        status_members(c, t, r, w);
    return s;
}

enum status certificate_revoked_json(struct civil *c, struct txn *t, struct json_writer *w, struct diag *d) {
    AUTO(rows) struct rows *r = NULL;
    bool row = false;
    enum status s = sql_query(t, &r, d, "SELECT sm3, revoked_at, reason FROM certificate WHERE revoked_at IS NOT NULL AND valid_until >= ? ORDER BY id LIMIT 100000",
        SQL_I(txn_today(t)));
    json_object(w);
    json_key(w, "items");
    json_array(w);
    while (s == OK && (s = rows_next(r, &row, d)) == OK && row) {
        char hex[2 * HASH_BYTES + 1] = "";
        struct hash h = {{0}};
        struct span sm3 = rows_blob(r, 0);
        memcpy(h.byte, sm3.at, sm3.size < HASH_BYTES ? sm3.size : HASH_BYTES);
        hash_hex(&h, hex);
        json_object(w);
        json_kstring(w, "sm3", hex);
        json_kinstant(w, "revoked_at", rows_int(r, 1));
        json_kspan(w, "reason", rows_text(r, 2));
        json_object_end(w);
    }
    json_array_end(w);
    json_object_end(w);
    return s;
}

enum status certificate_check(struct arena *a, struct span file, const struct tlog_vkey *key, struct certificate_seen *ret, struct diag *d) {
    struct tlog_note note;
    const struct json *j = NULL;
    struct certificate_seen seen = {0};
    enum status s = tlog_note_parse(a, file, &note, d);
    if (s == OK)
        s = tlog_note_check(&note, key, NULL, d);
    if (s == OK && (json_parse(a, note.text, &j, NULL) != OK || j->type != JSON_OBJECT || json_int(j, "v", 0) != 1 ||
                       date_parse(span_of(json_str(j, "valid_until", "")), &seen.valid_until, NULL) != OK))
        s = diag_fail(d, E_INPUT, "certificate.text");
    if (s != OK)
        return s;
    struct hash h = hash_one(HASH_SM3, note.text);
    hash_hex(&h, seen.sm3);
    seen.json = j;
    *ret = seen;
    return OK;
}

/* ---- against the log ------------------------------------------------------------------------ */

static enum status check_row(struct evidence_check *x, struct rows *r, bool revoked, struct diag *d) {
    struct arena *a = txn_arena(x->txn);
    struct hash h = {{0}};
    char hex[2 * HASH_BYTES + 1];
    struct span sm3 = rows_blob(r, 4), salt = rows_blob(r, revoked ? 9 : 5);
    memcpy(h.byte, sm3.at, sm3.size < HASH_BYTES ? sm3.size : HASH_BYTES);
    hash_hex(&h, hex);
    struct civil_salt of[] = {civil_salt(salt, "matter"), civil_salt(salt, "subject"), civil_salt(salt, "payload")};
    struct evidence_row e = {.what = "certificate", .id = rows_int(r, 1), .entry = rows_int(r, revoked ? 10 : 6), .kind = TLOG_ARCHIVE,
        .action = revoked ? "cert.revoked" : "cert.issued", .at = rows_int(r, revoked ? 8 : 7), .claims = 3,
        .claim = {{EVIDENCE_MATTER, span_bytes(of[0].byte, TLOG_SALT_BYTES), pair(a, rows_int(r, 0), rows_int(r, 2))},
            {EVIDENCE_SUBJECT, span_bytes(of[1].byte, TLOG_SALT_BYTES), pair(a, rows_int(r, 0), rows_int(r, 3))},
            {EVIDENCE_PAYLOAD, span_bytes(of[2].byte, TLOG_SALT_BYTES), payload_of(a, hex, revoked ? rows_dup(r, 11, a) : NULL)}}};
    return evidence_expect(x, &e, d);
}

enum status certificate_evidence(struct evidence_check *x, struct diag *d) {
    AUTO(rows) struct rows *r = NULL;
    bool row = false;
    struct arena_mark mark = arena_mark(txn_arena(x->txn));
    enum status s = sql_query(x->txn, &r, d,
        "SELECT district, id, case_id, person, sm3, salt, entry, issued_at, revoked_at, revoke_salt, revoke_entry, reason FROM certificate ORDER BY district, id");
    while (s == OK && (s = rows_next(r, &row, d)) == OK && row) {
        arena_rewind(txn_arena(x->txn), mark);
        s = check_row(x, r, false, d);
        if (s == OK && !rows_null(r, 8))
            s = check_row(x, r, true, d);
    }
    return s;
}
