/* Who may fetch what. */
#include "civil/exchange/exchange_internal.h"

#include "base/utf8.h"
#include "civil/evidence/keep.h"
#include "crypto/hash.h"

#include <stdio.h>

enum { SECRET_BYTES = 32, LIFE_DAYS_MAX = 366, RATE_MAX = 600 };

struct making { struct civil *c; const struct actor *who; const struct exchange_token_new *n; struct hash hash; int64_t id; };

static bool short_name(const char *s) {
    size_t n = strlen(s);
    for (size_t i = 0; i < n; i++)
        if (!((s[i] >= 'a' && s[i] <= 'z') || (s[i] >= '0' && s[i] <= '9') || (s[i] == '-' && i)))
            return false;
    return n >= 2 && n <= 24;
}

static bool plain_text(const char *s, size_t min, size_t max) {
    bool valid = utf8_valid(span_of(s));
    size_t n = valid ? utf8_length(span_of(s)) : 0;
    return valid && !utf8_has_hidden(span_of(s), true) && n >= min && n <= max;
}

static enum status wrong(const struct making *x, date_t today, struct diag *d) {
    const struct exchange_token_new *n = x->n;
    size_t length = strlen(n->division);
    bool place = (length == 6 || length == 9 || length == 12) && strspn(n->division, "0123456789") == length;
    if (!actor_may(x->who, "leader", place ? n->division : ""))
        return place ? diag_fail(d, E_FORBIDDEN, "exchange.role") : diag_fail(d, E_INPUT, "exchange.division");
    if (!exchange_item(x->c, "offers", n->offer))
        return diag_fail(d, E_NOT_FOUND, "exchange.offer");
    if (!short_name(n->consumer))
        return diag_fail(d, E_INPUT, "exchange.consumer");
    if (!plain_text(n->name, 2, 60))
        return diag_fail(d, E_INPUT, "exchange.name");
    if (n->per_minute < 1 || n->per_minute > RATE_MAX)
        return diag_fail(d, E_INPUT, "exchange.rate_wrong", DIAG_N("limit", RATE_MAX));
    if (n->expires_on < today || n->expires_on > today + LIFE_DAYS_MAX)
        return diag_fail(d, E_INPUT, "exchange.expires", DIAG_N("days", LIFE_DAYS_MAX));
    return !*n->basis || plain_text(n->basis, 4, 200) ? OK : diag_fail(d, E_INPUT, "exchange.basis");
}

static enum status make_in(struct txn *t, void *arg, struct diag *d) {
    struct making *x = arg;
    const struct exchange_token_new *n = x->n;
    enum status s = wrong(x, txn_today(t), d);
    x->id = txn_new_id(t);
    if (s == OK)
        s = sql_exec(t, d, "INSERT INTO exchange_token (district, id, consumer, name, offer, division, hash, per_minute, expires_on, basis, created_at, created_by) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            SQL_I(x->c->district), SQL_I(x->id), SQL_S(n->consumer), SQL_S(n->name), SQL_S(n->offer), SQL_S(n->division), SQL_B(span_bytes(x->hash.byte, HASH_BYTES)), SQL_I(n->per_minute),
            SQL_D(n->expires_on), SQL_S(n->basis), SQL_I(txn_now(t)), SQL_I(x->who->account));
    return s == OK ? evidence_keep_one(x->c, t, x->who, KEPT_EXCHANGE_TOKEN, x->c->district, x->id, d) : s;
}

enum status exchange_token_make(struct civil *c, const struct actor *who, const struct exchange_token_new *n, char token[EXCHANGE_TOKEN_CHARS + 1], int64_t *ret, struct diag *d) {
    struct hash secret;
    char hex[2 * HASH_BYTES + 1];
    struct making x = {.c = c, .who = who, .n = n};
    random_bytes(secret.byte, SECRET_BYTES);
    hash_hex(&secret, hex);
    snprintf(token, EXCHANGE_TOKEN_CHARS + 1, "mzx_%s", hex);
    x.hash = hash_one(HASH_SHA256, span_of(token));
    enum status s = store_write(c->store, make_in, &x, d);
    *ret = x.id;
    return s;
}

struct revoking { struct civil *c; const struct actor *who; int64_t id; };

static enum status revoke_in(struct txn *t, void *arg, struct diag *d) {
    struct revoking *x = arg;
    AUTO(rows) struct rows *r = NULL;
    enum status s = sql_one(t, &r, d, "SELECT division, revoked_at FROM exchange_token WHERE district = ? AND id = ?", SQL_I(x->c->district), SQL_I(x->id));
    char *division = s == OK ? rows_dup(r, 0, txn_arena(t)) : NULL;
    if (s == E_NOT_FOUND || (s == OK && !actor_may(x->who, "leader", division)))
        return diag_fail(d, E_NOT_FOUND, "exchange.no_token");
    if (s == OK && !rows_null(r, 1))
        return diag_fail(d, E_CONFLICT, "exchange.revoked");
    rows_free(TAKE(r));
    if (s == OK)
        s = sql_exec(t, d, "UPDATE exchange_token SET revoked_at = ?, revoked_by = ? WHERE district = ? AND id = ?", SQL_I(txn_now(t)), SQL_I(x->who->account), SQL_I(x->c->district), SQL_I(x->id));
    return s == OK ? evidence_keep_one(x->c, t, x->who, KEPT_EXCHANGE_TOKEN, x->c->district, x->id, d) : s;
}

enum status exchange_token_revoke(struct civil *c, const struct actor *who, int64_t id, struct diag *d) {
    struct revoking x = {c, who, id};
    return store_write(c->store, revoke_in, &x, d);
}
