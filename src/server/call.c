/* What handlers work with (api.h): the reply's last words, access, ids, versions, the query. */
#include "server/server_internal.h"

#include "civil/access/access.h"
#include "http/problem.h"
#include "store/store.h"

#include <stdio.h>
#include <stdlib.h>

/* The statuses of HTTP that say more than ours: RFC 9110 15.5.13, 15.5.16, RFC 6585 3. */
static int exact_status(const struct call *c) {
    static const struct { const char *code; int status; } exact[] = {
        {"api.media", 415}, {"api.object", 400}, {"api.no_body", 400}, {"api.if_match", 400}, {"api.if_match_missing", 428}, {"http.method", 405},
    };
    for (size_t i = 0; i < ARRAY_LEN(exact); i++)
        if (strcmp(c->diag.code, exact[i].code) == 0)
            return exact[i].status;
    if (strncmp(c->diag.code, "json.", 5) == 0 && !c->body)
        return 400;
    bool changed = strcmp(c->diag.code, "case.changed") == 0 || strcmp(c->diag.code, "payment.version") == 0 || strcmp(c->diag.code, "policy.changed") == 0;
    return changed && http_header(c->request, "If-Match") ? 412 : 0;
}

void call_fail_errors(struct call *c, enum status s, const struct json *errors) {
    if (c->diag.status == OK)
        c->diag.status = s;
    int exact = errors ? 0 : exact_status(c);
    if (exact)
        problem_reply_as(c->request, c->reply, exact, &c->diag);
    else
        problem_reply_errors(c->request, c->reply, &c->diag, errors);
    if ((s == E_SYSTEM || s == E_CORRUPT) && c->server->config.log) {
        char line[400];
        snprintf(line, sizeof line, "%s %s: %s %s", c->request->method, c->request->path, status_name(s), c->diag.code);
        c->server->config.log(c->server->config.log_arg, line);
    }
}

void call_fail(struct call *c, enum status s) { call_fail_errors(c, s, NULL); }

void call_done(struct call *c, enum status s) {
    if (s != OK) {
        call_fail(c, s);
        return;
    }
    json_object(&c->w);
    json_kbool(&c->w, "ok", true);
    json_object_end(&c->w);
}

void call_made(struct call *c, enum status s, int64_t id) {
    if (s != OK) {
        call_fail(c, s);
        return;
    }
    json_object(&c->w);
    json_kid(&c->w, "id", id);
    json_object_end(&c->w);
}

void call_file(struct call *c, struct span body, const char *media, const char *how, const char *name) {
    buf_add(&c->reply->body, body);
    c->reply->media = arena_dup(c->arena, span_of(media));
    http_reply_header(c->reply, "Content-Disposition", arena_printf(c->arena, "%s; filename=\"%s\"", how, name));
}

/* ---- who, and what he reads --------------------------------------------------- */

/* Where `role` stands in the route's list; SIZE_MAX: it does not. */
static size_t rank(const char *who, const char *role) {
    size_t n = strlen(role);
    if (strcmp(who, "signed") == 0)
        return 0;
    for (const char *at = who; (at = strstr(at, role)) != NULL; at += n)
        if ((at == who || at[-1] == ',') && (at[n] == ',' || !at[n]))
            return (size_t)(at - who);
    return SIZE_MAX;
}

const char *call_role(struct call *c, const char *division) {
    const char *best = "";
    size_t best_rank = SIZE_MAX;
    for (int i = 0; i < c->actor->grant_count; i++) {
        const struct grant *g = &c->actor->grant[i];
        size_t r = rank(c->route->who, g->role);
        if (r < best_rank && (!division || strncmp(g->division, division, strlen(g->division)) == 0)) {
            best = g->role;
            best_rank = r;
        }
    }
    return best;
}

bool call_role_listed(const struct call *c, const char *role) { return rank(c->route->who, role) != SIZE_MAX; }

enum status call_access(struct call *c, const char *purpose, int64_t case_id) {
    const char *role = strcmp(c->actor->kind, "resident") == 0 ? "resident" : call_role(c, NULL);
    enum status s = access_begin(c->arena, c->actor, role, purpose, c->civil->district, case_id, &c->access, &c->diag);
    return s == OK ? access_act_as(c->access, role, &c->diag) : s;
}

enum status call_id(struct call *c, const char *text, int64_t *ret) {
    char *end = NULL;
    long long v = text && *text >= '0' && *text <= '9' ? strtoll(text, &end, 10) : 0;
    if (v <= 0 || *end || strlen(text) > 19)
        return diag_fail(&c->diag, E_NOT_FOUND, "api.id");
    *ret = v;
    return OK;
}

int64_t call_path_id(const struct call *c, int i) { return strtoll(c->request->param[i], NULL, 10); }

struct read_call { struct call *call; call_read_fn fn; };

static enum status read_closure(struct txn *t, void *arg, struct diag *d) {
    struct read_call *x = arg;
    return x->fn(t, x->call, d);
}

enum status call_read(struct call *c, call_read_fn fn) {
    struct read_call x = {c, fn};
    return store_read(c->civil->store, read_closure, &x, &c->diag);
}

void call_show(struct call *c, enum status s, call_read_fn fn) {
    if (s == OK)
        s = call_read(c, fn);
    if (s != OK)
        call_fail(c, s);
}

void call_look(struct call *c, enum status s, const char *purpose, int64_t case_id, call_read_fn fn) {
    call_show(c, s == OK ? call_access(c, purpose, case_id) : s, fn);
}

enum status call_version(struct call *c, int64_t *ret) {
    const char *v = http_header(c->request, "If-Match");
    *ret = 0;
    if (!v)
        return diag_fail(&c->diag, E_INPUT, "api.if_match_missing");
    char *end = NULL;
    if (v[0] == '"' && v[1] >= '0' && v[1] <= '9')
        *ret = strtoll(v + 1, &end, 10);
    if (!end || *end != '"' || end[1] || *ret <= 0)
        return diag_fail(&c->diag, E_INPUT, "api.if_match");
    return OK;
}

void call_etag(struct call *c, int64_t version) {
    char *text = arena_printf(c->arena, "\"%lld\"", (long long)version);
    if (text)
        http_reply_header(c->reply, "ETag", text);
}

/* ---- the query, and days of the body --------------------------------------------- */

static const char *query_text(const struct call *c, const char *name) {
    const char *text = http_query(c->request, name);
    return text && *text ? text : NULL;
}

int64_t call_query_int(const struct call *c, const char *name, int64_t otherwise) {
    const char *text = query_text(c, name);
    return text ? strtoll(text, NULL, 10) : otherwise;
}

bool call_query_true(const struct call *c, const char *name) {
    const char *text = query_text(c, name);
    return text && strcmp(text, "true") == 0;
}

enum status call_query_date(struct call *c, const char *name, date_t otherwise, date_t *ret) {
    const char *text = query_text(c, name);
    *ret = otherwise;
    return text && date_parse(span_of(text), ret, &c->diag) != OK ? diag_at(&c->diag, "%s", name) : OK;
}

enum status call_query_month(struct call *c, const char *name, month_t otherwise, month_t *ret) {
    const char *text = query_text(c, name);
    *ret = otherwise;
    return text && month_parse(span_of(text), ret, &c->diag) != OK ? diag_at(&c->diag, "%s", name) : OK;
}

enum status call_query_instant(struct call *c, const char *name, instant_t otherwise, instant_t *ret) {
    const char *text = query_text(c, name);
    *ret = otherwise;
    return text && instant_parse(span_of(text), ret, &c->diag) != OK ? diag_at(&c->diag, "%s", name) : OK;
}

enum status call_body_date(struct call *c, const char *name, date_t *ret) {
    const char *text = json_str(c->body, name, "");
    *ret = DATE_NONE;
    return *text && date_parse(span_of(text), ret, &c->diag) != OK ? diag_at(&c->diag, "%s", name) : OK;
}
