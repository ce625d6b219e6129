/* Everything a call passes before and after its handler: rate, route, session,
 * CSRF, role, body; then the access entry, the headers. */
#include "server/server_internal.h"

#include "civil/access/access.h"
#include "http/problem.h"
#include "server/log_files.h"
#include "crypto/hash.h"
#include "store/store.h"

#include <stdio.h>
#include <stdlib.h>

/* ---- before the handler ---------------------------------------------------------- */

size_t server_body_max(void *server, const char *method, const char *path) {
    size_t i;
    if (route_lookup(&api_routes[0].path, ROUTE_COUNT, sizeof api_routes[0], method, path, &i) != ROUTE_FOUND)
        return HTTP_BODY_MAX; /* so that the answer is 404, not 413 */
    return api_routes[i].body_max ? api_routes[i].body_max : HTTP_BODY_MAX; /* read, so that parse_body can say what is wrong */
}

static enum status find_session(struct call *c) {
    const char *token = http_cookie(c->request, "mz_session");
    if (!token)
        return OK;
    enum status s = session_find(c->civil, span_of(token), &c->session, &c->diag);
    if (s == E_AUTH) { /* an old cookie is the same as none */
        diag_clear(&c->diag);
        return OK;
    }
    c->signed_in = s == OK;
    c->actor = &c->session.actor;
    if (c->signed_in)
        c->session.actor.lang = c->request->lang;
    return s;
}

static bool role_listed(struct call *c) {
    return strcmp(c->actor->kind, "resident") == 0 ? call_role_listed(c, "resident") : strcmp(c->actor->kind, "staff") == 0 && *call_role(c, NULL);
}

/* Writes from a page of another site carry its Origin; ours carry none or ours. */
static bool same_origin(const struct http_request *r) {
    const char *site = http_header(r, "Sec-Fetch-Site");
    if (site && strcmp(site, "same-origin") != 0 && strcmp(site, "none") != 0)
        return false;
    const char *origin = http_header(r, "Origin"), *host = http_header(r, "Host");
    const char *at = origin ? strstr(origin, "://") : NULL;
    return !origin || (at && host && strcmp(at + 3, host) == 0);
}

static enum status check_caller(struct call *c, const struct api_route *route) {
    if (strcmp(route->who, "public") == 0)
        return route->write || strcmp(route->path.method, "GET") == 0 || same_origin(c->request)
            ? OK : diag_fail(&c->diag, E_FORBIDDEN, "api.origin");
    if (strcmp(route->who, "token") == 0) /* another department: the handler looks at its token */
        return OK;
    if (!c->signed_in)
        return diag_fail(&c->diag, E_AUTH, "account.no_session");
    if (strcmp(route->who, "signed") != 0 && !role_listed(c))
        return diag_fail(&c->diag, E_FORBIDDEN, "api.role");
    if (!route->write)
        return OK;
    const char *csrf = http_header(c->request, "X-CSRF-Token");
    if (!csrf || !bytes_eq_constant_time(span_of(csrf), span_of(c->session.csrf)))
        return diag_fail(&c->diag, E_FORBIDDEN, "api.csrf");
    if (!same_origin(c->request))
        return diag_fail(&c->diag, E_FORBIDDEN, "api.origin");
    return OK;
}

static enum status check_rates(struct call *c, const struct api_route *route) {
    struct server *s = c->server;
    int64_t now = c->request->started_us;
    bool ok = rate_take(s->calls, c->request->peer, now);
    if (ok && route->handler == api_session_open)
        ok = rate_take(s->sign_ins, c->request->peer, now);
    if (ok && route->handler == api_examination)
        ok = rate_take(s->estimates, c->request->peer, now);
    if (ok && route->write && c->signed_in)
        ok = rate_take(s->writes, c->session.actor.login, now);
    return ok ? OK : diag_fail(&c->diag, E_BUSY, "api.rate", DIAG_N("seconds", 5));
}

/* Many clients send {} where nothing is asked: that is nothing, whatever its
 * media type. Anything else was meant to be heard. */
static enum status expect_no_body(struct call *c) {
    const struct json *body = NULL;
    bool nothing = c->request->body.size == 0 || (json_parse(c->arena, c->request->body, &body, NULL) == OK && body->type == JSON_OBJECT && body->size == 0);
    return nothing ? OK : diag_fail(&c->diag, E_INPUT, "api.no_body");
}

static enum status parse_body(struct call *c, const struct api_route *route) {
    if (route->body_max == 0)
        return expect_no_body(c);
    if (route->body_max == HTTP_UPLOAD_MAX)
        return OK;
    const char *media = http_header(c->request, "Content-Type");
    if (!media || strncmp(media, "application/json", 16) != 0 || (media[16] && media[16] != ';' && media[16] != ' '))
        return diag_fail(&c->diag, E_INPUT, "api.media");
    enum status s = json_parse(c->arena, c->request->body, &c->body, &c->diag);
    if (s == OK && c->body->type != JSON_OBJECT)
        s = diag_fail(&c->diag, E_INPUT, "api.object");
    return s == OK ? fields_check_body(route->body, c->body, &c->diag) : s;
}

/* ---- around it ---------------------------------------------------------------------- */

static void security_headers(struct http_reply *reply, bool page, bool antd) {
    http_reply_header(reply, "X-Content-Type-Options", "nosniff");
    http_reply_header(reply, "Referrer-Policy", "no-referrer");
    if (!page) {
        http_reply_header(reply, "Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'");
        return;
    }
    /* The desk's component library writes style elements; the resident's page has none. */
    http_reply_header(reply, "Content-Security-Policy", antd
        ? "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self' data:; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
        : "default-src 'self'; style-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'");
    http_reply_header(reply, "Permissions-Policy", "camera=(), microphone=(), geolocation=()");
}

static void serve_file(struct server *s, struct http_request *r, struct http_reply *reply) {
    if (!rate_take(s->calls, r->peer, r->started_us)) {
        struct diag d = {0};
        (void)diag_fail(&d, E_BUSY, "api.rate", DIAG_N("seconds", 5));
        problem_reply(r, reply, &d);
    } else if (!static_reply(s->files, r, reply)) {
        struct diag d = {0};
        (void)diag_fail(&d, E_NOT_FOUND, "api.path");
        problem_reply(r, reply, &d);
    }
    security_headers(reply, true, strncmp(r->path, "/desk", 5) == 0 || strncmp(r->path, "/board", 6) == 0 || strncmp(r->path, "/studio", 7) == 0);
}

static void serve_log(struct server *s, struct http_request *r, struct http_reply *reply) {
    if (rate_take(s->calls, r->peer, r->started_us)) {
        log_file_reply(s->config.civil->store, r->path + strlen("/log/"), r, reply);
    } else {
        struct diag d = {0};
        (void)diag_fail(&d, E_BUSY, "api.rate", DIAG_N("seconds", 5));
        problem_reply(r, reply, &d);
    }
    security_headers(reply, false, false);
}

static void run_handler(struct call *c, const struct api_route *route) {
    c->route = route;
    enum status s = find_session(c);
    if (s == OK)
        s = check_rates(c, route);
    if (s == OK)
        s = check_caller(c, route);
    if (s == OK)
        s = fields_check_query(route->query, c->request, &c->diag);
    if (s == OK)
        s = parse_body(c, route);
    if (s != OK) {
        call_fail(c, s);
        return;
    }
    c->reply->status = route->status;
    json_begin(&c->w, &c->reply->body, false);
    route->handler(c);
    /* What was read is on record before it leaves. */
    if (c->reply->status < 400 && !access_empty(c->access)) {
        s = access_commit(c->civil, c->access, &c->diag);
        if (s != OK) {
            c->reply->header_count = 0;
            call_fail(c, s);
        }
    }
    if (!route->write && strcmp(route->who, "public") == 0 && c->reply->status == 200)
        http_shared_reply(c->request, c->reply);
}

/* RFC 9110, 15.5.6: what this path does take. */
static void allow_header(struct http_request *r, struct http_reply *reply) {
    static const struct { const char *method, *named; } known[] = {{"GET", "GET, HEAD"}, {"POST", "POST"}, {"PUT", "PUT"}, {"DELETE", "DELETE"}}; /* HEAD is a GET */
    BUF_AUTO b;
    size_t at;
    buf_init(&b, 64);
    for (size_t i = 0; i < ARRAY_LEN(known); i++)
        if (route_lookup(&api_routes[0].path, ROUTE_COUNT, sizeof api_routes[0], known[i].method, r->path, &at) == ROUTE_FOUND)
            buf_addf(&b, "%s%s", buf_span(&b).size ? ", " : "", known[i].named);
    char *list = arena_dup(r->arena, buf_span(&b));
    if (list)
        http_reply_header(reply, "Allow", list);
}

void server_handle(void *server, struct http_request *r, struct http_reply *reply) {
    struct server *s = server;
    if (strncmp(r->path, "/log/", 5) == 0) {
        serve_log(s, r, reply);
        return;
    }
    if (strncmp(r->path, "/api/", 5) != 0) {
        serve_file(s, r, reply);
        return;
    }
    struct call c = {.server = s, .civil = s->config.civil, .request = r, .reply = reply, .arena = r->arena};
    c.actor = &c.session.actor;
    size_t i = 0;
    switch (route_find(&api_routes[0].path, ROUTE_COUNT, sizeof api_routes[0], r, &i)) {
    case ROUTE_FOUND:
        run_handler(&c, &api_routes[i]);
        break;
    case ROUTE_METHOD:
        call_fail(&c, diag_fail(&c.diag, E_USAGE, "http.method"));
        allow_header(r, reply);
        break;
    case ROUTE_NONE:
        call_fail(&c, diag_fail(&c.diag, E_NOT_FOUND, "api.path"));
    }
    security_headers(reply, false, false);
    bool cached = false;
    for (int k = 0; k < reply->header_count; k++)
        cached |= strcmp(reply->header[k].name, "Cache-Control") == 0;
    if (!cached)
        http_reply_header(reply, "Cache-Control", "no-store");
}

/* One line a call: the route's template, never the path itself, since a path
 * may name a case. */
void server_log(void *server, const char *method, const char *path, int status, int64_t us, size_t bytes) {
    struct server *s = server;
    if (!s->config.log)
        return;
    size_t i;
    const char *name = strncmp(path, "/api/", 5) == 0 ? "/api" : strncmp(path, "/log/", 5) == 0 ? "/log" : "page";
    if (route_lookup(&api_routes[0].path, ROUTE_COUNT, sizeof api_routes[0], method, path, &i) == ROUTE_FOUND)
        name = api_routes[i].path.path;
    char line[256];
    snprintf(line, sizeof line, "%s %s %d %lld us %zu B", method, name, status, (long long)us, bytes);
    s->config.log(s->config.log_arg, line);
}
