#include "civil/evidence/evidence.h"
#include "civil/evidence/keep.h"
#include "civil/account/account.h"

#include "base/utf8.h"
#include "civil/account/absence.h"
#include "civil/account/post.h"
#include "civil/account/account_internal.h"
#include "civil/secrecy/secrecy.h"
#include "crypto/hash.h"
#include "crypto/password.h"
#include "store/store.h"
#include "tlog/log.h"

#include <stdio.h>

enum {
    LOCK_FROM = 5, LOCK_MINUTES_MAX = 60, /* OWASP Authentication Cheat Sheet: lock-out that grows, and ends by itself */
    SESSION_SECONDS = 12 * 3600, IDLE_SECONDS = 30 * 60
};

static const int64_t SECOND = 1000000;

/* ---- adding ------------------------------------------------------------------ */

enum status account_record(struct txn *t, int64_t district, const char *action, int64_t account, struct diag *d) {
    uint8_t salt[TLOG_SALT_BYTES];
    random_bytes(salt, sizeof salt);
    char text[32];
    snprintf(text, sizeof text, "account:%lld", (long long)account);
    struct tlog_commitment subject;
    const struct json *j = json_new_string(txn_arena(t), span_of(text));
    enum status s = j ? tlog_entry_commit(span_bytes(salt, sizeof salt), j, &subject, d) : arena_full(d);
    struct tlog_entry e = {.kind = TLOG_ACCOUNT, .time = txn_now(t), .district = district, .office = "system", .role = "system",
        .action = action, .subject = &subject, .subject_count = 1, .subjects = 1};
    int64_t entry = 0;
    if (s == OK)
        s = tlog_record(t, &e, &entry, d);
    return s == OK ? sql_exec(t, d, "INSERT INTO account_entry (entry, district, account, action, salt) VALUES (?, ?, ?, ?, ?)", SQL_I(entry), SQL_I(district),
                         SQL_I(account), SQL_S(action), SQL_B(span_bytes(salt, sizeof salt))) : s;
}

enum status account_evidence(struct evidence_check *x, struct diag *d) {
    AUTO(rows) struct rows *r = NULL;
    bool row = false;
    struct arena *a = txn_arena(x->txn);
    struct arena_mark mark = arena_mark(a);
    enum status s = sql_query(x->txn, &r, d, "SELECT entry, account, action, salt, district FROM account_entry ORDER BY entry");
    while (s == OK && (s = rows_next(r, &row, d)) == OK && row) {
        arena_rewind(a, mark);
        char *text = arena_printf(a, "account:%lld", (long long)rows_int(r, 1));
        struct evidence_row e = {.what = "account", .id = rows_int(r, 1), .entry = rows_int(r, 0), .kind = TLOG_ACCOUNT, .action = rows_dup(r, 2, a), .district = rows_int(r, 4), .claims = 1,
            .claim = {{EVIDENCE_SUBJECT, rows_blob(r, 3), text ? json_new_string(a, span_of(text)) : NULL}}};
        s = evidence_expect(x, &e, d);
    }
    return s;
}

/* No blanks, no control characters, UTF-8. */
static bool login_ok(struct span s) {
    for (size_t i = 0; i < s.size; i++)
        if ((unsigned char)s.at[i] <= ' ' || s.at[i] == 0x7f)
            return false;
    return utf8_valid(s);
}

enum status account_add_in(struct civil *c, struct txn *t, const struct account_new *n, int64_t *ret, struct diag *d) {
    char phc[128];
    size_t len = strlen(n->login);
    if (len < 2 || len > 63 || !login_ok(span_of(n->login)) || n->grant_count > ACTOR_GRANTS_MAX)
        return diag_fail(d, E_INPUT, "account.login");
    enum status s = password_hash(n->password, phc, d);
    int64_t id = txn_new_id(t);
    if (s == OK)
        s = sql_exec(t, d,
            "INSERT INTO account (id, login, password, name, kind, district, person, state, demo, must_change, failed, locked_until, created_at) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, 'active', ?, ?, 0, NULL, ?)",
            SQL_I(id), SQL_S(n->login), SQL_S(phc), SQL_S(n->name), SQL_S(n->kind), n->district ? SQL_I(n->district) : SQL_NIL,
            n->person ? SQL_I(n->person) : SQL_NIL, SQL_I(n->demo), SQL_I(n->must_change), SQL_I(txn_now(t)));
    if (s == E_CONFLICT && (sql_broke(d, "account_login") || sql_broke(d, "account_person")))
        return diag_fail(d, E_CONFLICT, "account.taken");
    for (size_t i = 0; s == OK && i < n->grant_count; i++) {
        struct grant g = n->grant[i];
        s = sql_exec(t, d, "INSERT INTO account_role (account, role, division) VALUES (?, ?, ?)", SQL_I(id), SQL_S(g.role), SQL_S(g.division));
    }
    struct actor system = actor_system();
    if (s == OK)
        s = evidence_keep_one(c, t, &system, KEPT_ACCOUNT, 0, id, d);
    if (s == OK && n->grant_count)
        s = evidence_keep_one(c, t, &system, KEPT_ACCOUNT_ROLE, 0, id, d);
    if (s == OK)
        s = account_record(t, n->district ? n->district : c->district, "created", id, d);
    if (s == OK)
        *ret = id;
    return s;
}

/* ---- signing in ---------------------------------------------------------------- */

/* Read, verified outside any transaction (it takes 60 ms), then written: what
 * was read may have changed meanwhile, so the write asks again. */
struct sign_in {
    struct civil *civil;
    struct span login;
    struct session *session;
    int64_t account;
    char phc[128];
    char state[16];
    instant_t locked_until, now;
    bool correct; /* the password fits `phc` */
    bool open;    /* answer of the write: a session was made */
};

static void copy(char *out, size_t room, struct span s) { snprintf(out, room, "%.*s", SPAN_ARG(s)); }

static enum status find_account(struct txn *t, void *arg, struct diag *d) {
    struct sign_in *x = arg;
    AUTO(rows) struct rows *r = NULL;
    bool found = false;
    x->account = 0;
    x->now = txn_now(t);
    if (x->login.size > 63 || !login_ok(x->login)) /* no account has such a name */
        return OK;
    enum status s = sql_query(t, &r, d, "SELECT id, password, state, locked_until FROM account WHERE login = ?", SQL_T(x->login));
    if (s == OK)
        s = rows_next(r, &found, d);
    if (s != OK || !found)
        return s;
    x->account = rows_int(r, 0);
    copy(x->phc, sizeof x->phc, rows_text(r, 1));
    copy(x->state, sizeof x->state, rows_text(r, 2));
    x->locked_until = rows_int(r, 3);
    return OK;
}

static enum status load_actor(struct txn *t, int64_t account, struct session *ret, struct diag *d) {
    struct actor *a = &ret->actor;
    AUTO(rows) struct rows *r = NULL;
    enum status s = sql_one(t, &r, d, "SELECT login, name, kind, district, person, must_change FROM account WHERE id = ? AND state = 'active'", SQL_I(account));
    if (s != OK)
        return s == E_NOT_FOUND ? diag_fail(d, E_AUTH, "account.no_session") : s;
    memset(a, 0, sizeof *a);
    a->account = account;
    copy(a->login, sizeof a->login, rows_text(r, 0));
    copy(a->name, sizeof a->name, rows_text(r, 1));
    copy(a->kind, sizeof a->kind, rows_text(r, 2));
    a->district = rows_int(r, 3);
    a->person = rows_int(r, 4);
    ret->must_change_password = rows_int(r, 5) != 0;
    AUTO(rows) struct rows *g = NULL;
    const char *powers = account_powers_sql(t), *sql = powers ? arena_printf(txn_arena(t), "SELECT role, division FROM %s g WHERE account = ? ORDER BY role, division", powers) : NULL;
    s = sql ? sql_query(t, &g, d, sql, SQL_I(account)) : arena_full(d);
    for (bool more = true; s == OK && a->grant_count < ACTOR_GRANTS_MAX;) {
        if ((s = rows_next(g, &more, d)) != OK || !more)
            break;
        struct grant *n = &a->grant[a->grant_count++];
        copy(n->role, sizeof n->role, rows_text(g, 0));
        copy(n->division, sizeof n->division, rows_text(g, 1));
    }
    if (s == OK && strcmp(a->kind, "staff") == 0)
        s = absence_grants(t, a, d);
    return s == OK && strcmp(a->kind, "staff") == 0 ? secrecy_memberships(t, a, d) : s;
}

enum status account_actor_in(struct txn *t, const char *login, struct actor *ret, struct diag *d) {
    int64_t id = 0;
    struct session session;
    enum status s = sql_int(t, &id, 0, d, "SELECT id FROM account WHERE login = ?", SQL_S(login));
    if (s == OK && !id)
        return diag_fail(d, E_NOT_FOUND, "account.unknown");
    if (s == OK)
        s = load_actor(t, id, &session, d);
    if (s == OK)
        *ret = session.actor;
    return s;
}

static struct hash token_hash(struct span token) { return hash_one(HASH_SHA256, token); }

/* Minutes of lock-out after so many failures in a row: 1, 2, 4 ... 60. */
static int64_t lock_minutes(int64_t failed) {
    int64_t m = 1;
    for (int64_t i = LOCK_FROM; i < failed && m < LOCK_MINUTES_MAX; i++)
        m *= 2;
    return m < LOCK_MINUTES_MAX ? m : LOCK_MINUTES_MAX;
}

static enum status count_failure(struct txn *t, struct sign_in *x, int64_t failed, struct diag *d) {
    instant_t now = txn_now(t), until = failed >= LOCK_FROM ? now + lock_minutes(failed) * 60 * SECOND : 0;
    enum status s = sql_exec(t, d, "UPDATE account SET failed = ?, locked_until = ? WHERE id = ?", SQL_I(failed), until ? SQL_I(until) : SQL_NIL, SQL_I(x->account));
    return s == OK && failed == LOCK_FROM ? account_record(t, x->civil->district, "locked", x->account, d) : s;
}

static enum status make_session(struct txn *t, struct sign_in *x, struct diag *d) {
    instant_t now = txn_now(t);
    token_new(x->session->token);
    token_new(x->session->csrf);
    x->session->expires_at = now + SESSION_SECONDS * SECOND;
    struct hash h = token_hash(span_of(x->session->token));
    enum status s = load_actor(t, x->account, x->session, d);
    if (s == OK)
        s = sql_exec(t, d, "UPDATE account SET failed = 0, locked_until = NULL WHERE id = ?", SQL_I(x->account));
    if (s == OK)
        s = sql_exec(t, d, "INSERT INTO session (token, account, csrf, created_at, seen_at, expires_at) VALUES (?, ?, ?, ?, ?, ?)",
            SQL_B(span_bytes(h.byte, HASH_BYTES)), SQL_I(x->account), SQL_S(x->session->csrf), SQL_I(now), SQL_I(now), SQL_I(x->session->expires_at));
    return s;
}

/* Guesses made side by side are counted one after the other here, and those
 * behind the one that locked the account are refused, right or wrong. */
static enum status finish(struct txn *t, void *arg, struct diag *d) {
    struct sign_in *x = arg;
    AUTO(rows) struct rows *r = NULL;
    x->open = false;
    enum status s = sql_one(t, &r, d, "SELECT failed, locked_until, password, state FROM account WHERE id = ?", SQL_I(x->account));
    if (s != OK)
        return s;
    int64_t failed = rows_int(r, 0);
    x->now = txn_now(t);
    x->locked_until = rows_int(r, 1);
    bool same = span_is(rows_text(r, 2), x->phc) && span_is(rows_text(r, 3), "active");
    rows_free(TAKE(r));
    if (x->locked_until > x->now)
        return OK;
    x->open = x->correct && same;
    return x->open ? make_session(t, x, d) : count_failure(t, x, failed + 1, d);
}

/* A hash to verify against when the name is unknown, so that both cases take
 * the same time. */
static const char *decoy(void) {
    return "$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHRzb21lc2FsdA$V0n7UqlQW7dJ2nTRkpKRKJ9tnVSJjOqqMtpqv8b6PNc";
}

static enum status locked(const struct sign_in *x, struct diag *d) {
    return diag_fail(d, E_BUSY, "account.locked", DIAG_N("minutes", (x->locked_until - x->now + 60 * SECOND - 1) / (60 * SECOND)));
}

enum status session_open(struct civil *c, struct span login, struct span password, struct session *ret, struct diag *d) {
    struct session session = {0};
    struct sign_in x = {.civil = c, .login = login, .session = &session};
    enum status s = store_read(c->store, find_account, &x, d);
    if (s != OK)
        return s;
    if (x.account && x.locked_until > x.now)
        return locked(&x, d);
    x.correct = password_verify(password, x.account ? x.phc : decoy()) && x.account;
    if (x.account && (s = store_write(c->store, finish, &x, d)) != OK)
        return s;
    if (x.account && !x.open && x.locked_until > x.now)
        return locked(&x, d);
    if (!x.open)
        return diag_fail(d, E_AUTH, "account.refused");
    *ret = session;
    return OK;
}

/* ---- sessions ------------------------------------------------------------------- */

struct find { struct span token; struct session *session; int64_t account; instant_t seen, now; };

static enum status find_session(struct txn *t, void *arg, struct diag *d) {
    struct find *x = arg;
    struct hash h = token_hash(x->token);
    AUTO(rows) struct rows *r = NULL;
    enum status s = sql_one(t, &r, d, "SELECT account, csrf, seen_at, expires_at FROM session WHERE token = ?", SQL_B(span_bytes(h.byte, HASH_BYTES)));
    if (s != OK)
        return s == E_NOT_FOUND ? diag_fail(d, E_AUTH, "account.no_session") : s;
    x->now = txn_now(t);
    x->account = rows_int(r, 0);
    copy(x->session->csrf, sizeof x->session->csrf, rows_text(r, 1));
    x->seen = rows_int(r, 2);
    x->session->expires_at = rows_int(r, 3);
    if (x->now >= x->session->expires_at || x->now - x->seen > IDLE_SECONDS * SECOND)
        return diag_fail(d, E_AUTH, "account.no_session");
    return load_actor(t, x->account, x->session, d);
}

static enum status touch(struct txn *t, void *arg, struct diag *d) {
    struct find *x = arg;
    struct hash h = token_hash(x->token);
    return sql_exec(t, d, "UPDATE session SET seen_at = ? WHERE token = ?", SQL_I(txn_now(t)), SQL_B(span_bytes(h.byte, HASH_BYTES)));
}

enum status session_find(struct civil *c, struct span token, struct session *ret, struct diag *d) {
    if (token.size != 43)
        return diag_fail(d, E_AUTH, "account.no_session");
    struct find x = {.token = token, .session = ret};
    enum status s = store_read(c->store, find_session, &x, d);
    if (s == OK && x.now - x.seen > 60 * SECOND)
        s = store_write(c->store, touch, &x, d);
    return s;
}

static enum status close_session(struct txn *t, void *arg, struct diag *d) {
    struct span *token = arg;
    struct hash h = token_hash(*token);
    return sql_exec(t, d, "DELETE FROM session WHERE token = ?", SQL_B(span_bytes(h.byte, HASH_BYTES)));
}

enum status session_close(struct civil *c, struct span token, struct diag *d) {
    return store_write(c->store, close_session, &token, d);
}

static enum status sweep(struct txn *t, void *arg, struct diag *d) {
    return sql_exec(t, d, "DELETE FROM session WHERE expires_at <= ? OR seen_at < ?", SQL_I(txn_now(t)), SQL_I(txn_now(t) - IDLE_SECONDS * SECOND));
}

enum status session_sweep(struct civil *c, struct diag *d) { return store_write(c->store, sweep, NULL, d); }

/* ---- changing the password --------------------------------------------------------- */

struct change { int64_t account; char former[128]; char phc[128]; int64_t district; };

static enum status read_hash(struct txn *t, void *arg, struct diag *d) {
    struct change *x = arg;
    AUTO(rows) struct rows *r = NULL;
    enum status s = sql_one(t, &r, d, "SELECT password FROM account WHERE id = ?", SQL_I(x->account));
    if (s == OK)
        copy(x->former, sizeof x->former, rows_text(r, 0));
    return s == E_NOT_FOUND ? diag_fail(d, E_NOT_FOUND, "account.unknown") : s;
}

/* All sessions of the account end: whoever stole the old password is out.  A
 * password that was changed meanwhile is not the one that was verified. */
static enum status write_hash(struct txn *t, void *arg, struct diag *d) {
    struct change *x = arg;
    int64_t changed = 0;
    enum status s = sql_exec_count(t, &changed, d, "UPDATE account SET password = ?, must_change = 0 WHERE id = ? AND password = ?", SQL_S(x->phc),
        SQL_I(x->account), SQL_S(x->former));
    if (s == OK && !changed)
        return diag_fail(d, E_AUTH, "account.refused");
    if (s == OK)
        s = sql_exec(t, d, "DELETE FROM session WHERE account = ?", SQL_I(x->account));
    return s == OK ? account_record(t, x->district, "password", x->account, d) : s;
}

enum status account_change_password(struct civil *c, int64_t account, struct span former, struct span password, struct diag *d) {
    struct change x = {.account = account, .district = c->district};
    enum status s = store_read(c->store, read_hash, &x, d);
    if (s == OK && !password_verify(former, x.former))
        s = diag_fail(d, E_AUTH, "account.refused");
    if (s == OK)
        s = password_hash(password, x.phc, d);
    return s == OK ? store_write(c->store, write_hash, &x, d) : s;
}
