#include "http/problem.h"

#include <stdio.h>
#include <stdlib.h>

int problem_http_status(enum status s) {
    switch (s) {
    case OK: return 200;
    case E_USAGE: return 400;
    case E_INPUT: return 422;
    case E_AUTH: return 401;
    case E_FORBIDDEN: return 403;
    case E_NOT_FOUND: return 404;
    case E_CONFLICT: return 409;
    case E_LIMIT: return 413;
    case E_BUSY: return 429;
    case E_CORRUPT:
    case E_SYSTEM: return 500;
    }
    return 500;
}

static const char *title_code(int http) {
    switch (http) {
    case 400: return "http.title.bad_request";
    case 401: return "http.title.sign_in";
    case 403: return "http.title.forbidden";
    case 404: return "http.title.not_found";
    case 405: return "http.title.method";
    case 409: return "http.title.conflict";
    case 412: return "http.title.changed";
    case 413:
    case 414:
    case 431: return "http.title.too_large";
    case 415: return "http.title.media";
    case 422: return "http.title.invalid";
    case 428: return "http.title.precondition";
    case 429: return "http.title.slow_down";
    default: return "http.title.failed";
    }
}

/* What the sentence says, {seconds} or {minutes}; else a few. */
static const char *seconds(const struct diag *d, char out[24]) {
    long long n = 5;
    for (int i = 0; i < d->arg_count; i++) {
        if (strcmp(d->arg[i].name, "seconds") == 0)
            n = strtoll(d->arg[i].value, NULL, 10);
        if (strcmp(d->arg[i].name, "minutes") == 0)
            n = 60 * strtoll(d->arg[i].value, NULL, 10);
    }
    snprintf(out, 24, "%lld", n);
    return out;
}

static void problem(const struct http_request *r, struct http_reply *reply, int http, const struct diag *d, const struct json *errors) {
    bool ours = d->status == E_SYSTEM || d->status == E_CORRUPT;
    BUF_AUTO text;
    buf_init(&text, 0);
    buf_clear(&reply->body);
    reply->fixed = (struct span){0};
    reply->status = http;
    reply->media = "application/problem+json; charset=utf-8";
    struct json_writer w;
    json_begin(&w, &reply->body, false);
    json_object(&w);
    json_key(&w, "type");
    json_stringf(&w, "urn:minzheng:problem:%s", ours ? "internal" : d->code);
    message_text(&text, r->lang, title_code(http), NULL, 0);
    json_kspan(&w, "title", buf_span(&text));
    json_kint(&w, "status", http);
    buf_clear(&text);
    if (ours)
        message_text(&text, r->lang, "http.internal", NULL, 0);
    else
        message_render(&text, r->lang, d);
    json_kspan(&w, "detail", buf_span(&text));
    json_kstring(&w, "code", ours ? "http.internal" : d->code);
    if (d->where[0] && !ours)
        json_kstring(&w, "where", d->where);
    if (errors) {
        json_key(&w, "errors");
        json_value(&w, errors);
    }
    json_object_end(&w);
    http_reply_header(reply, "Cache-Control", "no-store");
    if (d->status == E_BUSY)
        http_reply_header(reply, "Retry-After", seconds(d, (char[24]){0}));
}

void problem_reply_errors(const struct http_request *r, struct http_reply *reply, const struct diag *d, const struct json *errors) {
    problem(r, reply, problem_http_status(d->status), d, errors);
}

void problem_reply(const struct http_request *r, struct http_reply *reply, const struct diag *d) {
    problem(r, reply, problem_http_status(d->status), d, NULL);
}

void problem_reply_as(const struct http_request *r, struct http_reply *reply, int http_status, const struct diag *d) {
    problem(r, reply, http_status, d, NULL);
}
