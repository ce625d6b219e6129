#include "server/witness_server.h"

#include "base/json.h"
#include "http/problem.h"
#include "http/rate.h"
#include "http/server.h"

#include <stdio.h>

/* A log asks once a few seconds for each of its trees. */
enum { CALLS_BURST = 200, CALLS_PER_MINUTE = 1200 };

struct witness_server {
    struct witness_server_config config;
    struct http_server *http;
    struct rate *calls;
};

static size_t body_max(void *arg, const char *method, const char *path) {
    (void)arg;
    /* What is no call at all is read so far that its answer is 404 or 405, not 413. */
    return strcmp(path, "/add-checkpoint") == 0 && strcmp(method, "POST") == 0 ? TLOG_WITNESS_BODY_MAX : HTTP_BODY_MAX;
}

static void complain(struct witness_server *s, const char *what, const struct diag *d) {
    char line[300];
    snprintf(line, sizeof line, "%s: %s %s", what, status_name(d->status), d->code);
    if (s->config.log)
        s->config.log(s->config.log_arg, line);
}

static void fail(struct witness_server *s, const struct http_request *r, struct http_reply *reply, const struct diag *d) {
    complain(s, r->path, d);
    problem_reply(r, reply, d);
}

static void add_checkpoint(struct witness_server *s, struct http_request *r, struct http_reply *reply) {
    struct diag d = {0};
    struct tlog_witness_reply answer;
    if (tlog_witness_add(s->config.witness, r->body, r->arena, &answer, &d) != OK) {
        fail(s, r, reply, &d);
        return;
    }
    reply->status = answer.status;
    reply->media = answer.media;
    buf_add(&reply->body, answer.body);
    if (answer.status != 200 && s->config.log) {
        char line[80];
        snprintf(line, sizeof line, "add-checkpoint %d", answer.status);
        s->config.log(s->config.log_arg, line);
    }
}

static void state(struct witness_server *s, struct http_request *r, struct http_reply *reply) {
    struct diag d = {0};
    struct tlog_witnessed *list;
    struct json_writer w;
    char vkey[TLOG_VKEY_MAX];
    if (tlog_witness_state(s->config.witness, r->arena, &list, &d) != OK) {
        fail(s, r, reply, &d);
        return;
    }
    tlog_vkey_text(&s->config.witness->vkey, vkey);
    json_begin(&w, &reply->body, false);
    json_object(&w);
    json_kstring(&w, "vkey", vkey);
    json_key(&w, "logs");
    json_array(&w);
    for (size_t i = 0; i < s->config.witness->logs; i++) {
        json_object(&w);
        json_kstring(&w, "origin", list[i].origin);
        json_kint(&w, "size", (int64_t)list[i].size);
        if (list[i].size)
            json_kinstant(&w, "cosigned_at", list[i].at);
        json_kint(&w, "evidence", list[i].evidence);
        json_kspan(&w, "checkpoint", list[i].note);
        json_object_end(&w);
    }
    json_array_end(&w);
    json_object_end(&w);
    reply->status = 200;
}

static void vkey(struct witness_server *s, struct http_request *r, struct http_reply *reply) {
    (void)r;
    char text[TLOG_VKEY_MAX];
    tlog_vkey_text(&s->config.witness->vkey, text);
    reply->status = 200;
    reply->media = "text/plain; charset=utf-8";
    buf_addf(&reply->body, "%s\n", text);
}

static const struct { const char *path, *method, *allow; void (*run)(struct witness_server *s, struct http_request *r, struct http_reply *reply); } calls[] = {
    {"/add-checkpoint", "POST", "POST", add_checkpoint}, {"/", "GET", "GET, HEAD", state}, {"/vkey", "GET", "GET, HEAD", vkey},
};

/* RFC 9110, 15.5.6 */
static const char *allow(void *arg, const char *path) {
    (void)arg;
    for (size_t i = 0; i < ARRAY_LEN(calls); i++)
        if (strcmp(path, calls[i].path) == 0)
            return calls[i].allow;
    return NULL;
}

static void handle(void *arg, struct http_request *r, struct http_reply *reply) {
    struct witness_server *s = arg;
    struct diag d = {0};
    http_reply_header(reply, "Cache-Control", "no-store");
    if (!rate_take(s->calls, r->peer, r->started_us)) {
        (void)diag_fail(&d, E_BUSY, "api.rate", DIAG_N("seconds", 5));
        problem_reply(r, reply, &d);
        return;
    }
    for (size_t i = 0; i < ARRAY_LEN(calls); i++) {
        if (strcmp(r->path, calls[i].path) != 0)
            continue;
        if (strcmp(r->method, calls[i].method) == 0) {
            calls[i].run(s, r, reply);
            return;
        }
        (void)diag_fail(&d, E_USAGE, "http.method");
        problem_reply_as(r, reply, 405, &d);
        http_reply_header(reply, "Allow", calls[i].allow);
        return;
    }
    (void)diag_fail(&d, E_NOT_FOUND, "api.path");
    problem_reply(r, reply, &d);
}

enum status witness_server_start(const struct witness_server_config *c, struct witness_server **ret, struct diag *d) {
    struct witness_server *s = calloc(1, sizeof *s);
    if (!s)
        return arena_full(d);
    s->config = *c;
    s->calls = rate_new(CALLS_BURST, CALLS_PER_MINUTE);
    struct http_config http = {.listen = c->listen, .body_max = body_max, .allow = allow, .handle = handle, .arg = s};
    enum status st = s->calls ? http_start(&http, &s->http, d) : arena_full(d);
    if (st != OK) {
        witness_server_stop(s);
        return st;
    }
    *ret = s;
    return OK;
}

int witness_server_port(const struct witness_server *s) { return http_port(s->http); }

struct witness_server *witness_server_stop(struct witness_server *s) {
    if (!s)
        return NULL;
    http_stop(s->http);
    rate_free(s->calls);
    free(s);
    return NULL;
}
