/* Rows of orders, what is recorded of each act, and both against the log. */
#include "civil/evidence/evidence.h"
#include "civil/evidence/keep.h"
#include "civil/secrecy/secrecy_internal.h"

#include "crypto/hash.h"
#include "crypto/vault.h"
#include "tlog/log.h"

#include <stdio.h>

enum status secrecy_row_take(const struct rows *r, struct arena *a, struct secrecy_row *ret, struct diag *d) {
    *ret = (struct secrecy_row){.district = rows_int(r, 0), .id = rows_int(r, 1), .kind = rows_dup(r, 2, a), .ground = rows_dup(r, 3, a), .person = rows_int(r, 4),
        .against = rows_int(r, 5), .account = rows_int(r, 6), .case_id = rows_int(r, 7), .purpose = rows_null(r, 8) ? NULL : rows_dup(r, 8, a), .until_on = rows_date(r, 9),
        .open_on = rows_date(r, 10), .ordered_by = rows_int(r, 11), .ordered_at = rows_int(r, 12), .office = rows_dup(r, 13, a), .role = rows_dup(r, 14, a),
        .holder = rows_int(r, 15), .confirmed_by = rows_int(r, 16), .confirmed_at = rows_int(r, 17), .ended_at = rows_int(r, 18)};
    return ret->kind && ret->ground && ret->office && ret->role ? OK : arena_full(d);
}

/* ---- what an act commits to --------------------------------------------------------- */

/* The order whole, and who did what to when for which reason: keys and values in one order. */
static const struct json *act_value(struct arena *a, const struct secrecy_row *o, const char *action, int64_t by, date_t until, struct span reason) {
    enum { N = 12 };
    char *text[N] = {arena_printf(a, "%lld", (long long)o->id), arena_dup(a, span_of(o->kind)), arena_dup(a, span_of(o->ground)), arena_printf(a, "%lld", (long long)o->person),
        arena_printf(a, "%lld", (long long)o->against), arena_printf(a, "%lld", (long long)o->account), arena_printf(a, "%lld", (long long)o->case_id),
        arena_dup(a, span_of(o->purpose ? o->purpose : "")), arena_printf(a, "%lld", (long long)(o->open_on == DATE_NONE ? 0 : o->open_on)), arena_dup(a, span_of(action)),
        arena_printf(a, "%lld", (long long)by), arena_printf(a, "%lld", (long long)(until == DATE_NONE ? 0 : until))};
    static const char *const names[N] = {"order", "kind", "ground", "person", "against", "account", "case", "purpose", "open", "action", "by", "until"};
    struct span key[N + 1];
    const struct json *value[N + 1];
    for (size_t i = 0; i < N; i++) {
        key[i] = span_of(names[i]);
        if (!text[i] || !(value[i] = json_new_string(a, span_of(text[i]))))
            return NULL;
    }
    char *copy = arena_dup(a, reason);
    key[N] = SPAN("reason");
    value[N] = copy ? json_new_string(a, (struct span){copy, reason.size}) : NULL;
    return value[N] ? json_new_object(a, key, value, N + 1) : NULL;
}

static struct span place(struct arena *a, int64_t act) {
    char *s = arena_printf(a, "secrecy_act.reason|%lld", (long long)act);
    return s ? span_of(s) : (struct span){0};
}

enum status secrecy_reason(struct civil *c, struct txn *t, int64_t act, struct span sealed, struct span *ret, struct diag *d) {
    return vault_unseal(c->vault, sealed, place(txn_arena(t), act), txn_arena(t), ret, d);
}

enum status secrecy_act(struct civil *c, struct txn *t, const struct actor *who, const struct secrecy_row *o, const struct secrecy_act *act, struct diag *d) {
    struct arena *a = txn_arena(t);
    int64_t id = txn_new_id(t), entry = 0;
    uint8_t bytes[TLOG_SALT_BYTES];
    struct tlog_commitment payload;
    struct span sealed = {0}, reason = span_of(act->reason ? act->reason : "");
    random_bytes(bytes, sizeof bytes);
    struct span salt = span_bytes(bytes, sizeof bytes);
    const struct json *value = act_value(a, o, act->action, who->account, act->until, reason);
    enum status s = value ? tlog_entry_commit(salt, value, &payload, d) : arena_full(d);
    if (s == OK)
        s = vault_seal(c->vault, reason, place(a, id), a, &sealed, d);
    struct tlog_entry e = {.kind = TLOG_SECRECY, .time = txn_now(t), .district = o->district, .office = act->office, .role = act->role, .action = act->action, .payload = &payload};
    if (s == OK)
        s = tlog_record(t, &e, &entry, d);
    if (s == OK)
        s = sql_exec(t, d, "INSERT INTO secrecy_act (district, id, order_id, action, at, account, office, role, until_on, reason, salt, entry) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            SQL_I(o->district), SQL_I(id), SQL_I(o->id), SQL_S(act->action), SQL_I(txn_now(t)), SQL_I(who->account), SQL_S(act->office), SQL_S(act->role),
            SQL_D(act->until), SQL_B(sealed), SQL_B(salt), SQL_I(entry));
    if (s == OK)
        s = evidence_keep_one(c, t, who, KEPT_SECRECY_ACT, o->district, id, d);
    return s == OK ? evidence_keep_one(c, t, who, KEPT_SECRECY_ORDER, o->district, o->id, d) : s; /* every act follows a write of the order */
}

/* ---- against the log ------------------------------------------------------------------- */

static enum status check(struct evidence_check *x, const struct rows *r, struct diag *d) {
    struct arena *a = txn_arena(x->txn);
    struct secrecy_row o;
    enum { AT = SECRECY_COLUMN_COUNT };
    enum status s = secrecy_row_take(r, a, &o, d);
    if (s != OK)
        return s;
    struct evidence_row e = {.what = "secrecy_act", .id = rows_int(r, AT), .entry = rows_int(r, AT + 8), .kind = TLOG_SECRECY, .at = rows_int(r, AT + 2),
        .action = rows_dup(r, AT + 1, a), .office = rows_dup(r, AT + 4, a), .role = rows_dup(r, AT + 5, a)};
    struct span salt = {arena_dup(a, rows_blob(r, AT + 9)), rows_blob(r, AT + 9).size}, reason = {0};
    if (!e.action || !e.office || !e.role || !salt.at)
        return arena_full(d);
    s = x->civil->vault ? secrecy_reason(x->civil, x->txn, e.id, rows_blob(r, AT + 7), &reason, d) : E_NOT_FOUND;
    if (s == E_NOT_FOUND)
        x->sealed++;
    else if (s == E_CORRUPT || s == E_INPUT)
        e.claim[e.claims++] = (struct evidence_claim){EVIDENCE_PAYLOAD, {0}, json_null()};
    else if (s != OK)
        return s;
    else
        e.claim[e.claims++] = (struct evidence_claim){EVIDENCE_PAYLOAD, salt, act_value(a, &o, e.action, rows_int(r, AT + 3), rows_date(r, AT + 6), reason)};
    diag_clear(d);
    return evidence_expect(x, &e, d);
}

/* What stands in the order must follow from its acts: an order of which it does not
 * has an act without an entry. */
static enum status check_states(struct evidence_check *x, struct diag *d) {
    AUTO(rows) struct rows *r = NULL;
    bool row = false;
    enum status s = sql_query(x->txn, &r, d,
        "SELECT o.id FROM secrecy_order o WHERE "
        "COALESCE(o.ordered_at, 0) <> COALESCE((SELECT min(a.at) FROM secrecy_act a WHERE a.district = o.district AND a.order_id = o.id AND a.action = 'ordered'), 0) OR "
        "COALESCE(o.confirmed_at, 0) <> COALESCE((SELECT min(a.at) FROM secrecy_act a WHERE a.district = o.district AND a.order_id = o.id AND a.action = 'confirmed'), 0) OR "
        "COALESCE(o.ended_at, 0) <> COALESCE((SELECT min(a.at) FROM secrecy_act a WHERE a.district = o.district AND a.order_id = o.id AND a.action = 'ended'), 0) OR "
        "COALESCE(o.confirmed_by, 0) <> COALESCE((SELECT min(a.account) FROM secrecy_act a WHERE a.district = o.district AND a.order_id = o.id AND a.action = 'confirmed'), 0) OR "
        "COALESCE(o.ordered_by, 0) <> COALESCE((SELECT min(a.account) FROM secrecy_act a WHERE a.district = o.district AND a.order_id = o.id AND a.action = 'ordered'), 0) OR "
        "o.office <> (SELECT min(a.office) FROM secrecy_act a WHERE a.district = o.district AND a.order_id = o.id AND a.action = 'ordered') OR "
        "o.role <> (SELECT min(a.role) FROM secrecy_act a WHERE a.district = o.district AND a.order_id = o.id AND a.action = 'ordered') OR "
        "o.holder <> (SELECT a.account FROM secrecy_act a WHERE a.district = o.district AND a.order_id = o.id AND a.action IN ('ordered', 'renewed') ORDER BY a.id DESC LIMIT 1) OR "
        "COALESCE(o.until_on, 0) <> COALESCE((SELECT max(a.until_on) FROM secrecy_act a WHERE a.district = o.district AND a.order_id = o.id), 0) ORDER BY o.id");
    while (s == OK && (s = rows_next(r, &row, d)) == OK && row) {
        struct evidence_row e = {.what = "secrecy_order", .id = rows_int(r, 0), .entry = 0, .kind = TLOG_SECRECY};
        s = evidence_expect(x, &e, d);
    }
    return s;
}

enum status secrecy_evidence(struct evidence_check *x, struct diag *d) {
    AUTO(rows) struct rows *r = NULL;
    bool row = false;
    struct arena_mark mark = arena_mark(txn_arena(x->txn));
    enum status s = sql_query(x->txn, &r, d,
        "SELECT " SECRECY_COLUMNS ", a.id, a.action, a.at, a.account, a.office, a.role, a.until_on, a.reason, a.entry, a.salt "
        "FROM secrecy_order o JOIN secrecy_act a ON a.district = o.district AND a.order_id = o.id ORDER BY a.id");
    while (s == OK && (s = rows_next(r, &row, d)) == OK && row) {
        arena_rewind(txn_arena(x->txn), mark);
        s = check(x, r, d);
    }
    return s == OK ? check_states(x, d) : s;
}
