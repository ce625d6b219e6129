#include "civil/account/post.h"

#include "base/utf8.h"
#include "civil/account/account_internal.h"
#include "civil/evidence/keep.h"
#include "store/store.h"

#include <string.h>

const char *account_powers_sql(struct txn *t) {
    return arena_printf(txn_arena(t),
        "(SELECT account, role, division FROM account_role UNION SELECT h.account, r.role, p.division FROM post_holder h JOIN post p ON p.id = h.post "
        "JOIN post_role r ON r.post = p.id WHERE h.ended_at IS NULL AND h.from_on <= %d AND (h.until_on IS NULL OR h.until_on >= %d) "
        "UNION SELECT h.account, r.role, p.division FROM post_shift h JOIN post p ON p.id = h.post JOIN post_role r ON r.post = p.id "
        "WHERE h.ended_at IS NULL AND h.until_at > %lld AND h.from_at <= %lld)",
        (int)txn_today(t), (int)txn_today(t), (long long)txn_now(t), (long long)txn_now(t));
}

/* ---- the post ---------------------------------------------------------------------- */

struct adding { struct civil *c; const struct actor *who; const struct post_new *n; int64_t id; };

static enum status add_closure(struct txn *t, void *arg, struct diag *d) {
    struct adding *x = arg;
    int64_t there = 0;
    enum status s = sql_int(t, &there, 0, d, "SELECT COUNT(*) FROM post WHERE division = ? AND name = ?", SQL_S(x->n->division), SQL_S(x->n->name));
    if (s == OK && there)
        return diag_fail(d, E_CONFLICT, "post.exists");
    x->id = txn_new_id(t);
    if (s == OK)
        s = sql_exec(t, d, "INSERT INTO post (id, name, division, made_by, made_at) VALUES (?, ?, ?, ?, ?)", SQL_I(x->id), SQL_S(x->n->name), SQL_S(x->n->division),
            SQL_I(x->who->account), SQL_I(txn_now(t)));
    for (size_t i = 0; s == OK && i < x->n->role_count; i++)
        s = sql_exec(t, d, "INSERT INTO post_role (post, role) VALUES (?, ?)", SQL_I(x->id), SQL_S(x->n->role[i]));
    if (s == OK)
        s = evidence_keep_one(x->c, t, x->who, KEPT_POST, 0, x->id, d);
    return s == OK ? evidence_keep_one(x->c, t, x->who, KEPT_POST_ROLE, 0, x->id, d) : s;
}

static bool role_given(const char *role) {
    static const char *const known[] = {"community", "clerk", "reviewer", "decider", "district_clerk", "district_decider"};
    for (size_t i = 0; i < ARRAY_LEN(known); i++)
        if (strcmp(known[i], role) == 0)
            return true;
    return false;
}

enum status post_add(struct civil *c, const struct actor *who, const struct post_new *n, int64_t *ret, struct diag *d) {
    struct adding x = {c, who, n, 0};
    size_t size = strlen(n->name);
    if (!actor_may(who, "leader", n->division))
        return diag_fail(d, E_FORBIDDEN, "post.who");
    if (size == 0 || size > 120 || utf8_has_hidden(span_of(n->name), false))
        return diag_fail(d, E_INPUT, "post.name");
    for (size_t i = 0; i < n->role_count; i++) {
        bool twice = false;
        for (size_t k = 0; k < i; k++)
            twice |= strcmp(n->role[i], n->role[k]) == 0;
        if (twice || !role_given(n->role[i]))
            return diag_fail(d, E_INPUT, "post.role");
    }
    if (n->role_count == 0)
        return diag_fail(d, E_INPUT, "post.role");
    enum status s = store_write(c->store, add_closure, &x, d);
    if (s == OK)
        *ret = x.id;
    return s;
}

/* ---- who holds it --------------------------------------------------------------------- */

/* The post's division, if the actor leads it. */
enum status post_led(struct txn *t, const struct actor *who, int64_t post, struct diag *d) {
    AUTO(rows) struct rows *r = NULL;
    enum status s = sql_one(t, &r, d, "SELECT division FROM post WHERE id = ?", SQL_I(post));
    if (s == E_NOT_FOUND)
        return diag_fail(d, E_NOT_FOUND, "post.none");
    char *division = s == OK ? rows_dup(r, 0, txn_arena(t)) : NULL;
    if (s != OK || !division)
        return s != OK ? s : arena_full(d);
    return actor_may(who, "leader", division) ? OK : diag_fail(d, E_FORBIDDEN, "post.who");
}

struct appointing { struct civil *c; const struct actor *who; const struct post_holding *h; int64_t id; };

static enum status appoint_closure(struct txn *t, void *arg, struct diag *d) {
    struct appointing *x = arg;
    const struct post_holding *h = x->h;
    int64_t account = 0, held = 0;
    bool open = h->until == DATE_NONE;
    enum status s = post_led(t, x->who, h->post, d);
    if (s == OK && (h->from == DATE_NONE || h->from < txn_today(t) || (!open && h->until < h->from) || (h->acting && open)))
        return diag_fail(d, E_INPUT, "post.days");
    if (s == OK)
        s = sql_int(t, &account, 0, d, "SELECT id FROM account WHERE login = ? AND kind = 'staff' AND state = 'active'", SQL_S(h->login));
    if (s == OK && !account)
        return diag_fail(d, E_NOT_FOUND, "account.unknown");
    if (s == OK && account == x->who->account)
        return diag_fail(d, E_FORBIDDEN, "post.self");
    if (s == OK)
        s = sql_int(t, &held, 0, d, "SELECT COUNT(*) FROM post_holder WHERE post = ? AND ended_at IS NULL AND (acting = ? OR account = ?) AND (until_on IS NULL OR until_on >= ?) AND from_on <= ?",
            SQL_I(h->post), SQL_I(h->acting), SQL_I(account), SQL_D(h->from), SQL_D(open ? INT32_MAX : h->until));
    if (s == OK && held)
        return diag_fail(d, E_CONFLICT, "post.held");
    x->id = txn_new_id(t);
    if (s == OK)
        s = sql_exec(t, d, "INSERT INTO post_holder (id, post, account, acting, from_on, until_on, appointed_by, appointed_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)", SQL_I(x->id),
            SQL_I(h->post), SQL_I(account), SQL_I(h->acting), SQL_D(h->from), open ? SQL_NIL : SQL_D(h->until), SQL_I(x->who->account), SQL_I(txn_now(t)));
    if (s == OK)
        s = evidence_keep_one(x->c, t, x->who, KEPT_POST_HOLDER, 0, x->id, d);
    return s == OK ? account_record(t, x->c->district, "appointed", account, d) : s;
}

enum status post_appoint(struct civil *c, const struct actor *who, const struct post_holding *h, int64_t *ret, struct diag *d) {
    struct appointing x = {c, who, h, 0};
    enum status s = store_write(c->store, appoint_closure, &x, d);
    if (s == OK)
        *ret = x.id;
    return s;
}

struct leaving { struct civil *c; const struct actor *who; int64_t id; };

static enum status leave_closure(struct txn *t, void *arg, struct diag *d) {
    struct leaving *x = arg;
    AUTO(rows) struct rows *r = NULL;
    enum status s = sql_one(t, &r, d, "SELECT post, account, ended_at, until_on FROM post_holder WHERE id = ?", SQL_I(x->id));
    if (s == E_NOT_FOUND)
        return diag_fail(d, E_NOT_FOUND, "post.none");
    if (s != OK)
        return s;
    int64_t post = rows_int(r, 0), account = rows_int(r, 1);
    bool over = !rows_null(r, 2) || (!rows_null(r, 3) && rows_date(r, 3) < txn_today(t));
    r = rows_free(r);
    s = post_led(t, x->who, post, d);
    if (s == OK && over)
        return diag_fail(d, E_CONFLICT, "post.ended");
    if (s == OK)
        s = sql_exec(t, d, "UPDATE post_holder SET ended_at = ? WHERE id = ?", SQL_I(txn_now(t)), SQL_I(x->id));
    if (s == OK)
        s = evidence_keep_one(x->c, t, x->who, KEPT_POST_HOLDER, 0, x->id, d);
    return s == OK ? account_record(t, x->c->district, "left_post", account, d) : s;
}

enum status post_leave(struct civil *c, const struct actor *who, int64_t holding, struct diag *d) {
    struct leaving x = {c, who, holding};
    return store_write(c->store, leave_closure, &x, d);
}

/* ---- the register ------------------------------------------------------------------------ */

bool actor_near(const struct actor *who, const char *division) {
    for (int i = 0; i < who->grant_count; i++) {
        size_t a = strlen(division), b = strlen(who->grant[i].division);
        if (strncmp(division, who->grant[i].division, a < b ? a : b) == 0)
            return true;
    }
    return false;
}

static enum status roles_of(struct txn *t, int64_t post, struct json_writer *w, struct diag *d) {
    AUTO(rows) struct rows *r = NULL;
    bool row = true;
    enum status s = sql_query(t, &r, d, "SELECT role FROM post_role WHERE post = ? ORDER BY role", SQL_I(post));
    json_key(w, "roles");
    json_array(w);
    while (s == OK && (s = rows_next(r, &row, d)) == OK && row)
        json_span(w, rows_text(r, 0));
    json_array_end(w);
    return s;
}

/* One who holds the post or will; or, `left`, who held it. */
static void holder_json(struct rows *r, date_t today, bool left, struct json_writer *w) {
    date_t until = !rows_null(r, 6) ? instant_date(rows_int(r, 6)) : rows_null(r, 5) ? DATE_NONE : rows_date(r, 5);
    json_object(w);
    json_kid(w, "id", rows_int(r, 0));
    json_kspan(w, "login", rows_text(r, 1));
    json_kspan(w, "name", rows_text(r, 2));
    json_kbool(w, "acting", rows_int(r, 3) != 0);
    json_kdate(w, "from", rows_date(r, 4));
    json_kdate(w, "until", until);
    json_kbool(w, "now", !left && rows_date(r, 4) <= today);
    json_object_end(w);
}

#define HOLDER_SQL "SELECT h.id, a.login, a.name, h.acting, h.from_on, h.until_on, h.ended_at FROM post_holder h JOIN account a ON a.id = h.account WHERE h.post = ? AND "

static enum status holders_of(struct txn *t, int64_t post, bool left, struct json_writer *w, struct diag *d) {
    AUTO(rows) struct rows *r = NULL;
    bool row = true;
    int shown = 0;
    date_t today = txn_today(t);
    enum status s = left
        ? sql_query(t, &r, d, HOLDER_SQL "(h.ended_at IS NOT NULL OR h.until_on < ?) ORDER BY h.id DESC LIMIT ?", SQL_I(post), SQL_D(today), SQL_I(POST_LEFT_SHOWN_MAX + 1))
        : sql_query(t, &r, d, HOLDER_SQL "h.ended_at IS NULL AND (h.until_on IS NULL OR h.until_on >= ?) ORDER BY h.from_on, h.id LIMIT ?", SQL_I(post), SQL_D(today), SQL_I(POST_HOLDERS_SHOWN_MAX));
    json_key(w, left ? "left" : "holders");
    json_array(w);
    while (s == OK && (s = rows_next(r, &row, d)) == OK && row)
        if (shown++ < (left ? POST_LEFT_SHOWN_MAX : POST_HOLDERS_SHOWN_MAX))
            holder_json(r, today, left, w);
    json_array_end(w);
    if (left)
        json_kbool(w, "left_more", shown > POST_LEFT_SHOWN_MAX);
    return s;
}

static enum status post_json(struct txn *t, struct rows *r, const char *division, const struct actor *who, struct json_writer *w, struct diag *d) {
    int64_t id = rows_int(r, 0);
    json_object(w);
    json_kid(w, "id", id);
    json_kspan(w, "name", rows_text(r, 1));
    json_kstring(w, "division", division);
    json_kspan(w, "division_name", rows_null(r, 3) ? rows_text(r, 2) : rows_text(r, 3));
    json_kbool(w, "leads", actor_may(who, "leader", division));
    enum status s = roles_of(t, id, w, d);
    if (s == OK)
        s = holders_of(t, id, false, w, d);
    if (s == OK)
        s = holders_of(t, id, true, w, d);
    json_object_end(w);
    return s;
}

enum status posts_json(struct civil *c, struct txn *t, const struct actor *who, struct json_writer *w, struct diag *d) {
    AUTO(rows) struct rows *r = NULL;
    bool row = true;
    int shown = 0;
    (void)c;
    enum status s = sql_query(t, &r, d, "SELECT p.id, p.name, p.division, v.name FROM post p LEFT JOIN division v ON v.code = p.division ORDER BY p.division, p.name");
    json_object(w);
    json_key(w, "items");
    json_array(w);
    while (s == OK && shown <= POSTS_SHOWN_MAX && (s = rows_next(r, &row, d)) == OK && row) {
        char *division = rows_dup(r, 2, txn_arena(t));
        if (!division)
            return arena_full(d);
        if (actor_near(who, division) && shown++ < POSTS_SHOWN_MAX)
            s = post_json(t, r, division, who, w, d);
    }
    json_array_end(w);
    json_kbool(w, "more", shown > POSTS_SHOWN_MAX);
    json_object_end(w);
    return s;
}
