/* Signing in and out. */
#include "server/server_internal.h"

#include "civil/access/access.h"
#include "store/store.h"

#include <stdio.h>

static enum status grants_json(struct txn *t, struct call *c, struct diag *d) {
    const struct actor *a = c->actor;
    json_key(&c->w, "roles");
    json_array(&c->w);
    enum status s = OK;
    for (int i = 0; s == OK && i < a->grant_count; i++) {
        AUTO(rows) struct rows *r = NULL;
        bool found = false;
        s = sql_query(t, &r, d, "SELECT name FROM division WHERE code = ?", SQL_S(a->grant[i].division));
        if (s == OK)
            s = rows_next(r, &found, d);
        if (s != OK)
            break;
        json_object(&c->w);
        json_kstring(&c->w, "role", a->grant[i].role);
        json_kstring(&c->w, "division", a->grant[i].division);
        json_kspan(&c->w, "division_name", found ? rows_text(r, 0) : span_of(a->grant[i].division));
        json_key(&c->w, "deputy_for");
        json_string(&c->w, a->grant[i].deputy_for ? a->grant[i].deputy_for_name : NULL);
        json_object_end(&c->w);
    }
    json_array_end(&c->w);
    return s;
}

/* What this officer may look at people for: of all his roles, each once. */
static void purposes_json(struct call *c) {
    const char *seen[ACTOR_GRANTS_MAX * 8];
    size_t n = 0;
    json_key(&c->w, "purposes");
    json_array(&c->w);
    for (int i = 0; i < c->actor->grant_count; i++)
        for (const char *const *p = access_purposes(c->actor->grant[i].role); p && *p; p++) {
            bool twice = false;
            for (size_t k = 0; k < n; k++)
                twice |= strcmp(seen[k], *p) == 0;
            if (!twice && n < ARRAY_LEN(seen))
                json_string(&c->w, seen[n++] = *p);
        }
    json_array_end(&c->w);
}

static enum status session_json(struct txn *t, void *arg, struct diag *d) {
    struct call *c = arg;
    json_object(&c->w);
    json_kid(&c->w, "account", c->actor->account);
    json_kstring(&c->w, "login", c->actor->login);
    json_kstring(&c->w, "name", c->actor->name);
    json_kstring(&c->w, "kind", c->actor->kind);
    enum status s = grants_json(t, c, d);
    json_kstring(&c->w, "csrf", c->session.csrf);
    json_kinstant(&c->w, "expires_at", c->session.expires_at);
    json_key(&c->w, "person");
    if (c->actor->person)
        json_id(&c->w, c->actor->person);
    else
        json_nothing(&c->w);
    purposes_json(c);
    json_kbool(&c->w, "must_change_password", c->session.must_change_password);
    json_object_end(&c->w);
    return s;
}

void api_session_get(struct call *c) { call_show(c, OK, session_json); }

static void set_cookie(struct call *c, const char *token, int64_t seconds) {
    char *v = arena_printf(c->arena, "mz_session=%s; Path=/; HttpOnly; SameSite=Strict; Max-Age=%lld%s", token, (long long)seconds,
        c->server->config.secure_cookies ? "; Secure" : "");
    if (v)
        http_reply_header(c->reply, "Set-Cookie", v);
}

void api_session_open(struct call *c) {
    const char *login = json_str(c->body, "login", ""), *password = json_str(c->body, "password", "");
    const char *former = http_cookie(c->request, "mz_session");
    enum status s = session_open(c->civil, span_of(login), span_of(password), &c->session, &c->diag);
    if (s == OK && former && c->signed_in) /* a new session, never the old one's token */
        s = session_close(c->civil, span_of(former), &c->diag);
    if (s == OK) {
        c->signed_in = true;
        set_cookie(c, c->session.token, 12 * 3600);
        s = call_read(c, session_json);
    }
    if (s != OK)
        call_fail(c, s);
}

void api_session_close(struct call *c) {
    enum status s = session_close(c->civil, span_of(http_cookie(c->request, "mz_session")), &c->diag);
    if (s != OK) {
        call_fail(c, s);
        return;
    }
    set_cookie(c, "", 0);
    json_object(&c->w);
    json_kbool(&c->w, "ok", true);
    json_object_end(&c->w);
}
