/* 检举人、报告人: fields of a form that say mz.protected never become part of the case.
 * They are taken out before anything is stored, told or printed, so no timeline, look,
 * export or notice can hold them; members of the compartment "reporter" open them, with a
 * reason, and each time is an entry of the log that nobody of the case is shown
 * (Anti-Domestic Violence Law, article 14: who reports is kept secret). */
#include "civil/case/case_internal.h"

#include "base/utf8.h"
#include "base/vec.h"
#include "civil/evidence/evidence.h"
#include "civil/evidence/keep.h"
#include "civil/salt.h"

#include <stdio.h>

#define COMPARTMENT "reporter"
enum { REASON_MIN = 4, REASON_MAX = 500 };

/* ---- taking them out ------------------------------------------------------------- */

struct taking { struct arena *arena; VEC(struct span) key; VEC(const struct json *) found; bool failed; };

static void collect(struct taking *x, const struct json *component) {
    const struct json *key = json_get(component, "key"), *inside = json_get(component, "components");
    if (key && key->type == JSON_STRING && strcmp(json_str(json_get(component, "properties"), "mz.protected", ""), "true") == 0) {
        struct span *slot = vec_push_in(x->arena, &x->key);
        if (slot)
            *slot = key->text;
        x->failed |= !slot;
    }
    for (size_t i = 0; inside && i < inside->size; i++)
        collect(x, inside->item[i]);
}

static bool is_protected(const struct taking *x, struct span key) {
    for (size_t i = 0; i < x->key.size; i++)
        if (span_eq(x->key.at[i], key))
            return true;
    return false;
}

static void keep(struct taking *x, struct span name, const struct json *value) {
    static const struct span keys[] = {{"name", 4}, {"value", 5}};
    const struct json *text = json_new_string(x->arena, name), **slot = vec_push_in(x->arena, &x->found);
    const struct json *pair = text ? json_new_object(x->arena, keys, (const struct json *[]){text, value}, 2) : NULL;
    if (slot)
        *slot = pair;
    x->failed |= !slot || !pair;
}

static const struct json *without(struct taking *x, const struct json *j) {
    if (j->type != JSON_ARRAY && j->type != JSON_OBJECT)
        return j;
    const struct json **item = ARENA_ARRAY(x->arena, j->size ? j->size : 1, const struct json *);
    struct span *key = ARENA_ARRAY(x->arena, j->size ? j->size : 1, struct span);
    size_t n = 0;
    if (!item || !key)
        return NULL;
    for (size_t i = 0; i < j->size; i++) {
        if (j->type == JSON_OBJECT && is_protected(x, j->key[i])) {
            if (!json_is_null(j->item[i]))
                keep(x, j->key[i], j->item[i]);
            continue;
        }
        if (j->type == JSON_OBJECT)
            key[n] = j->key[i];
        if (!(item[n++] = without(x, j->item[i])))
            return NULL;
    }
    return j->type == JSON_ARRAY ? json_new_array(x->arena, item, n) : json_new_object(x->arena, key, item, n);
}

enum status case_protected_take(struct arena *a, const struct json *form, const struct json *data, const struct json **ret_rest, const struct json **ret_taken, struct diag *d) {
    struct taking x = {.arena = a};
    *ret_taken = NULL;
    *ret_rest = data;
    collect(&x, form);
    if (!x.key.size && !x.failed)
        return OK;
    *ret_rest = without(&x, data);
    if (x.found.size)
        *ret_taken = json_new_array(a, x.found.at, x.found.size);
    return *ret_rest && !x.failed && (!x.found.size || *ret_taken) ? OK : arena_full(d);
}

/* ---- keeping and opening ------------------------------------------------------------ */

static struct span place(struct arena *a, const char *what, int64_t id) {
    char *s = arena_printf(a, "%s|%lld", what, (long long)id);
    return s ? span_of(s) : (struct span){0};
}

static enum status record(struct txn *t, int64_t district, const char *office, const char *role, const char *action, struct span salt, const struct json *payload, int64_t *ret_entry,
    struct diag *d) {
    struct tlog_commitment commitment;
    enum status s = payload ? tlog_entry_commit(salt, payload, &commitment, d) : arena_full(d);
    struct tlog_entry e = {.kind = TLOG_SECRECY, .time = txn_now(t), .district = district, .office = office, .role = role, .action = action, .payload = &commitment};
    return s == OK ? tlog_record(t, &e, ret_entry, d) : s;
}

enum status case_protected_save(struct civil *c, struct txn *t, const struct case_row *k, const struct json *taken, struct diag *d) {
    struct arena *a = txn_arena(t);
    uint8_t bytes[TLOG_SALT_BYTES];
    int64_t entry = 0;
    struct span sealed;
    if (!taken)
        return OK;
    BUF_AUTO text;
    buf_init(&text, 0);
    json_canonical(&text, taken);
    if (!buf_ok(&text))
        return arena_full(d);
    random_bytes(bytes, sizeof bytes);
    struct span salt = span_bytes(bytes, sizeof bytes);
    enum status s = vault_seal(c->vault, buf_span(&text), place(a, "case_protected.body", k->id), a, &sealed, d);
    /* By the system: the log does not say which office the report came through. */
    if (s == OK)
        s = record(t, k->district, "system", "system", "protected", salt, taken, &entry, d);
    return s == OK ? sql_exec(t, d, "INSERT INTO case_protected (district, case_id, at, body, salt, entry) VALUES (?, ?, ?, ?, ?, ?)", SQL_I(k->district), SQL_I(k->id),
                         SQL_I(txn_now(t)), SQL_B(sealed), SQL_B(salt), SQL_I(entry)) : s;
}

static const struct json *look_value(struct arena *a, int64_t case_id, int64_t account, struct span reason) {
    static const struct span keys[] = {{"case", 4}, {"account", 7}, {"reason", 6}};
    char *id = arena_printf(a, "%lld", (long long)case_id), *by = arena_printf(a, "%lld", (long long)account), *why = arena_dup(a, reason);
    const struct json *v[] = {id ? json_new_string(a, span_of(id)) : NULL, by ? json_new_string(a, span_of(by)) : NULL, why ? json_new_string(a, (struct span){why, reason.size}) : NULL};
    return v[0] && v[1] && v[2] ? json_new_object(a, keys, v, 3) : NULL;
}

struct opening { struct civil *civil; const struct actor *who; int64_t case_id; const char *reason; struct arena *arena; const struct json *found; };

static enum status read_body(struct civil *c, struct txn *t, int64_t case_id, struct span sealed, struct arena *a, const struct json **ret, struct diag *d) {
    struct span plain;
    enum status s = vault_unseal(c->vault, sealed, place(txn_arena(t), "case_protected.body", case_id), a, &plain, d);
    return s == OK ? json_parse(a, plain, ret, d) : s;
}

static enum status open_one(struct txn *t, void *arg, struct diag *d) {
    struct opening *x = arg;
    struct case_row k;
    enum case_eye eye;
    struct arena *a = txn_arena(t);
    AUTO(rows) struct rows *r = NULL;
    uint8_t bytes[TLOG_SALT_BYTES];
    int64_t entry = 0, id = txn_new_id(t);
    struct span sealed;
    enum status s = case_for(x->civil, t, x->who, x->case_id, &k, &eye, d);
    if (s == OK && (eye != EYE_STAFF || !actor_inside(x->who, COMPARTMENT)))
        return diag_fail(d, E_NOT_FOUND, "case.none");
    if (s == OK)
        s = sql_one(t, &r, d, "SELECT body FROM case_protected WHERE district = ? AND case_id = ?", SQL_I(k.district), SQL_I(k.id));
    if (s == E_NOT_FOUND)
        return diag_fail(d, E_NOT_FOUND, "case.none");
    if (s == OK)
        s = read_body(x->civil, t, k.id, rows_blob(r, 0), x->arena, &x->found, d);
    if (s == OK)
        s = vault_seal(x->civil->vault, span_of(x->reason), place(a, "case_protected_look.reason", id), a, &sealed, d);
    random_bytes(bytes, sizeof bytes);
    struct span salt = span_bytes(bytes, sizeof bytes);
    const char *role = case_role(x->who, k.division), *office = actor_division(x->who, role);
    if (s == OK)
        s = record(t, k.district, office, role, "opened", salt, look_value(a, k.id, x->who->account, span_of(x->reason)), &entry, d);
    if (s == OK)
        s = sql_exec(t, d, "INSERT INTO case_protected_look (district, id, case_id, at, account, office, role, reason, salt, entry) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            SQL_I(k.district), SQL_I(id), SQL_I(k.id), SQL_I(txn_now(t)), SQL_I(x->who->account), SQL_S(office), SQL_S(role), SQL_B(sealed), SQL_B(salt), SQL_I(entry));
    return s == OK ? evidence_keep_one(x->civil, t, x->who, KEPT_PROTECTED_LOOK, k.district, id, d) : s;
}

enum status case_protected_open(struct civil *c, struct arena *a, const struct actor *who, int64_t case_id, const char *reason, const struct json **ret, struct diag *d) {
    struct opening x = {c, who, case_id, reason, a, NULL};
    struct span s = span_of(reason);
    if (!utf8_valid(s) || utf8_length(s) < REASON_MIN || utf8_length(s) > REASON_MAX) {
        (void)!diag_fail(d, E_INPUT, "secrecy.reason", DIAG_N("min", REASON_MIN), DIAG_N("max", REASON_MAX));
        return diag_at(d, "reason");
    }
    enum status st = store_write(c->store, open_one, &x, d);
    if (st == OK)
        *ret = x.found;
    return st;
}

/* ---- against the log ------------------------------------------------------------------- */

static enum status expect(struct evidence_check *x, struct evidence_row *e, enum status opened, struct span salt, const struct json *value, struct diag *d) {
    if (opened == E_NOT_FOUND)
        x->sealed++;
    else if (opened == E_CORRUPT || opened == E_INPUT)
        e->claim[e->claims++] = (struct evidence_claim){EVIDENCE_PAYLOAD, {0}, json_null()};
    else if (opened != OK)
        return opened;
    else
        e->claim[e->claims++] = (struct evidence_claim){EVIDENCE_PAYLOAD, salt, value};
    diag_clear(d);
    return evidence_expect(x, e, d);
}

enum status protected_evidence(struct evidence_check *x, struct diag *d) {
    AUTO(rows) struct rows *r = NULL, *look = NULL;
    struct arena *a = txn_arena(x->txn);
    struct arena_mark mark = arena_mark(a);
    bool row = false;
    enum status s = sql_query(x->txn, &r, d, "SELECT case_id, at, body, salt, entry FROM case_protected ORDER BY case_id");
    while (s == OK && (s = rows_next(r, &row, d)) == OK && row) {
        const struct json *body = NULL;
        struct evidence_row e = {.what = "case_protected", .id = rows_int(r, 0), .at = rows_int(r, 1), .entry = rows_int(r, 4), .kind = TLOG_SECRECY, .action = "protected"};
        arena_rewind(a, mark);
        enum status opened = x->civil->vault ? read_body(x->civil, x->txn, e.id, rows_blob(r, 2), a, &body, d) : E_NOT_FOUND;
        s = expect(x, &e, opened, rows_blob(r, 3), body, d);
    }
    if (s == OK)
        s = sql_query(x->txn, &look, d, "SELECT id, case_id, at, account, office, role, reason, salt, entry FROM case_protected_look ORDER BY id");
    while (s == OK && (s = rows_next(look, &row, d)) == OK && row) {
        struct span reason = {0};
        arena_rewind(a, mark);
        struct evidence_row e = {.what = "case_protected_look", .id = rows_int(look, 0), .at = rows_int(look, 2), .entry = rows_int(look, 8), .kind = TLOG_SECRECY, .action = "opened",
            .office = rows_dup(look, 4, a), .role = rows_dup(look, 5, a)};
        if (!e.office || !e.role)
            return arena_full(d);
        enum status opened = x->civil->vault ? vault_unseal(x->civil->vault, rows_blob(look, 6), place(a, "case_protected_look.reason", e.id), a, &reason, d) : E_NOT_FOUND;
        s = expect(x, &e, opened, rows_blob(look, 7), opened == OK ? look_value(a, rows_int(look, 1), rows_int(look, 3), reason) : NULL, d);
    }
    return s;
}
