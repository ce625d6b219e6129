#include "http/server.h"

#include "base/date.h"
#include "base/utf8.h"
#include "http/drain.h"
#include "http/problem.h"

#include <arpa/inet.h>
#include <errno.h>
#include <microhttpd.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdio.h>
#include <strings.h>
#include <sys/socket.h>
#include <time.h>

struct http_server {
    struct http_config config;
    struct MHD_Daemon *daemon;
    int port;
};

enum {
    PATH_MAX_BYTES = 1024,   /* the longest route with two ids has 80 */
    TARGET_MAX_BYTES = 8192, /* RFC 9112, 3: at least so much is to be taken; our longest query has 500 */
    BODY_SECONDS_MAX = 120,  /* 11 MB over a village's line of 1 Mbit/s takes 90 */
    /* Node's ceiling, twice Apache's and nginx's for a line; ours are below 2 KB. */
    HEAD_MAX_BYTES = 16 * 1024,
    /* libmicrohttpd's pool of a connection holds the head.  What fits here and is
     * above our ceiling gets our 431; what does not fit gets the library's own
     * page, since it asks nobody before it answers (0.9.75, connection.c). */
    POOL_BYTES = 64 * 1024,
};

/* One request while its body arrives. */
struct http_connection {
    struct http_server *server;
    struct MHD_Connection *mhd;
    struct http_request request;
    struct buf body;
    size_t body_max;
    size_t target;   /* bytes of the path as it came, with the query */
    const char *path;
    size_t beyond;   /* read and thrown away above the ceiling */
    bool too_large;
    bool bad_path;
    bool unread;     /* answered before the body was read */
    bool head;
    char peer[64];
};

static int64_t monotonic_us(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

const char *http_header(const struct http_request *r, const char *name) {
    return MHD_lookup_connection_value(r->connection->mhd, MHD_HEADER_KIND, name);
}

const char *http_query(const struct http_request *r, const char *name) {
    const char *v = MHD_lookup_connection_value(r->connection->mhd, MHD_GET_ARGUMENT_KIND, name);
    return v && utf8_valid(span_of(v)) ? v : NULL;
}

struct each { bool (*visit)(void *arg, struct span name, struct span value); void *arg; bool ok; };

static enum MHD_Result each_query(void *arg, enum MHD_ValueKind kind, const char *name, const char *value) {
    struct each *x = arg;
    x->ok = x->visit(x->arg, span_of(name ? name : ""), span_of(value ? value : ""));
    return x->ok ? MHD_YES : MHD_NO;
}

bool http_query_each(const struct http_request *r, bool (*visit)(void *arg, struct span name, struct span value), void *arg) {
    struct each x = {visit, arg, true};
    MHD_get_connection_values(r->connection->mhd, MHD_GET_ARGUMENT_KIND, each_query, &x);
    return x.ok;
}

const char *http_cookie(const struct http_request *r, const char *name) {
    return MHD_lookup_connection_value(r->connection->mhd, MHD_COOKIE_KIND, name);
}

void http_reply_header(struct http_reply *r, const char *name, const char *value) {
    assert(r->header_count < (int)ARRAY_LEN(r->header));
    if (!value) /* memory ended while it was made: the reply goes without */
        return;
    assert(!strpbrk(value, "\r\n"));
    r->header[r->header_count++] = (struct http_header){name, value};
}

static void peer_text(const struct sockaddr *sa, char out[64]) {
    out[0] = 0;
    if (sa && sa->sa_family == AF_INET)
        inet_ntop(AF_INET, &((const struct sockaddr_in *)(const void *)sa)->sin_addr, out, 64);
    else if (sa && sa->sa_family == AF_INET6)
        inet_ntop(AF_INET6, &((const struct sockaddr_in6 *)(const void *)sa)->sin6_addr, out, 64);
}

static enum MHD_Result send_reply(struct http_connection *c, struct http_reply *reply) {
    struct span body = reply->fixed.at ? reply->fixed : buf_span(&reply->body);
    struct MHD_Response *m = MHD_create_response_from_buffer(body.size, (void *)(uintptr_t)body.at,
        reply->fixed.at ? MHD_RESPMEM_PERSISTENT : MHD_RESPMEM_MUST_COPY);
    if (!m) {
        buf_release(&reply->body);
        return MHD_NO;
    }
    MHD_add_response_header(m, "Content-Type", reply->media ? reply->media : "application/json; charset=utf-8");
    for (int i = 0; i < reply->header_count; i++)
        MHD_add_response_header(m, reply->header[i].name, reply->header[i].value);
    enum MHD_Result r = MHD_queue_response(c->mhd, (unsigned)reply->status, m);
    MHD_destroy_response(m);
    if (c->server->config.log)
        c->server->config.log(c->server->config.arg, c->request.method, c->path ? c->path : "-", reply->status,
            monotonic_us() - c->request.started_us, body.size);
    buf_release(&reply->body);
    return r;
}

/* As people say it: 16 MB, 8 KB. */
static void size_text(size_t bytes, char ret[32]) {
    if (bytes >= 1u << 20)
        snprintf(ret, 32, "%zu MB", bytes >> 20);
    else if (bytes >= 1u << 10)
        snprintf(ret, 32, "%zu KB", bytes >> 10);
    else
        snprintf(ret, 32, "%zu B", bytes);
}

static enum MHD_Result refuse(struct http_connection *c, int http_status, const char *code, size_t limit) {
    struct http_reply reply = {.status = http_status};
    struct diag d = {0};
    char text[32];
    size_text(limit, text);
    buf_init(&reply.body, 0);
    (void)diag_fail(&d, E_LIMIT, code, DIAG_S("limit", text));
    problem_reply_as(&c->request, &reply, http_status, &d);
    if (http_status == 405) { /* RFC 9110, 15.5.6 */
        const struct http_config *config = &c->server->config;
        const char *allow = config->allow && c->path ? config->allow(config->arg, c->path) : NULL;
        http_reply_header(&reply, "Allow", allow ? allow : "GET, HEAD, POST, PUT, DELETE");
    }
    http_reply_header(&reply, "Connection", "close");
    return send_reply(c, &reply);
}

/* Called before the library takes the target to pieces; what it returns is *state of on_request. */
static void *on_target(void *arg, const char *uri, struct MHD_Connection *mhd) {
    struct http_connection *c = calloc(1, sizeof *c);
    if (!c)
        return NULL;
    c->server = arg;
    c->target = strlen(uri);
    return c;
}

static void connection_free(struct http_connection *c) {
    buf_release(&c->body);
    arena_free(c->request.arena);
    free(c);
}

static bool connection_begin(struct http_connection *c, struct MHD_Connection *mhd, const char *url, const char *method) {
    const struct http_server *s = c->server;
    c->request.arena = arena_new(HTTP_REQUEST_MEMORY);
    if (!c->request.arena)
        return false;
    c->mhd = mhd;
    c->head = strcmp(method, "HEAD") == 0;
    c->request.method = c->head ? "GET" : arena_dup(c->request.arena, span_of(method));
    c->request.connection = c;
    c->request.started_us = monotonic_us();
    c->path = arena_dup(c->request.arena, span_of(url));
    c->request.path = c->path;
    c->bad_path = !c->path || c->path[0] != '/' || !utf8_valid(span_of(c->path));
    const union MHD_ConnectionInfo *info = MHD_get_connection_info(mhd, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
    peer_text(info ? info->client_addr : NULL, c->peer);
    c->request.peer = c->peer;
    const char *lang = MHD_lookup_connection_value(mhd, MHD_COOKIE_KIND, "mz_lang");
    if (!lang)
        lang = MHD_lookup_connection_value(mhd, MHD_HEADER_KIND, "Accept-Language");
    c->request.lang = lang_parse(span_of(lang ? lang : "zh"));
    c->body_max = s->config.body_max ? s->config.body_max(s->config.arg, c->request.method, c->path ? c->path : "") : HTTP_BODY_MAX;
    buf_init(&c->body, c->body_max + 1);
    const char *length = MHD_lookup_connection_value(mhd, MHD_HEADER_KIND, "Content-Length");
    if (length && strtoull(length, NULL, 10) > c->body_max)
        c->too_large = true;
    return true;
}

static bool method_known(const char *m) {
    return !strcmp(m, "GET") || !strcmp(m, "HEAD") || !strcmp(m, "POST") || !strcmp(m, "PUT") || !strcmp(m, "DELETE");
}

/* A piece of the body.  One that turns out too long by its chunks is read on, so
 * that the sender gets his answer, and then cut off; so is one that drips. */
static enum MHD_Result take_body(struct http_connection *c, const char *piece, size_t size) {
    if (monotonic_us() - c->request.started_us > BODY_SECONDS_MAX * INT64_C(1000000))
        return MHD_NO;
    if (c->too_large || c->body.size + size > c->body_max) {
        c->too_large = true;
        c->beyond += size;
        return c->beyond > HTTP_DISCARD_MAX ? MHD_NO : MHD_YES;
    }
    buf_add(&c->body, (struct span){piece, size});
    return MHD_YES;
}

static size_t head_size(const struct http_connection *c) {
    const union MHD_ConnectionInfo *info = MHD_get_connection_info(c->mhd, MHD_CONNECTION_INFO_REQUEST_HEADER_SIZE);
    return info ? info->header_size : 0;
}

/* Where a request ends must be one thing to us and to a proxy in front (RFC 9112, 3.2, 6.1 and 6.3); the
 * library takes the first of several, and reads an encoding that it does not know to the connection's end. */
struct framing { int hosts, lengths, encodings; bool chunked; };

static enum MHD_Result each_framing(void *arg, enum MHD_ValueKind kind, const char *name, const char *value) {
    struct framing *f = arg;
    f->hosts += strcasecmp(name, "Host") == 0;
    f->lengths += strcasecmp(name, "Content-Length") == 0;
    if (strcasecmp(name, "Transfer-Encoding") == 0) {
        f->encodings++;
        f->chunked = value && strcasecmp(value, "chunked") == 0;
    }
    return MHD_YES;
}

static bool framing_sound(struct http_connection *c, const char *version) {
    struct framing f = {0};
    MHD_get_connection_values(c->mhd, MHD_HEADER_KIND, each_framing, &f);
    bool hosts = f.hosts == 1 || (f.hosts == 0 && strcmp(version, "HTTP/1.1") != 0);
    return hosts && f.lengths + f.encodings <= 1 && (f.encodings == 0 || f.chunked);
}

/* What the head alone decides is answered at once: a body that nobody will take
 * need not be sent. */
static enum MHD_Result refuse_early(struct http_connection *c, const char *method, const char *version) {
    c->unread = true;
    if (head_size(c) > HEAD_MAX_BYTES)
        return refuse(c, 431, "http.head_too_large", HEAD_MAX_BYTES);
    if (c->target > TARGET_MAX_BYTES)
        return refuse(c, 414, "http.target_too_long", TARGET_MAX_BYTES);
    if (c->path && strlen(c->path) > PATH_MAX_BYTES)
        return refuse(c, 414, "http.target_too_long", PATH_MAX_BYTES);
    if (!framing_sound(c, version))
        return refuse(c, 400, "http.framing", 0);
    if (c->bad_path)
        return refuse(c, 400, "http.path", 0);
    if (!method_known(method))
        return refuse(c, 405, "http.method", 0);
    if (c->too_large)
        return refuse(c, 413, "http.body_too_large", c->body_max);
    c->unread = false;
    return MHD_YES;
}

static enum MHD_Result on_request(void *arg, struct MHD_Connection *mhd, const char *url, const char *method,
    const char *version, const char *upload, size_t *upload_size, void **state) {
    struct http_server *s = arg;
    struct http_connection *c = *state;
    if (!c) /* no memory for it */
        return MHD_NO;
    if (!c->mhd)
        return connection_begin(c, mhd, url, method) ? refuse_early(c, method, version) : MHD_NO;
    if (*upload_size) {
        enum MHD_Result go_on = take_body(c, upload, *upload_size);
        *upload_size = 0;
        return go_on;
    }
    if (c->too_large || !buf_ok(&c->body))
        return refuse(c, 413, "http.body_too_large", c->body_max);
    struct http_reply reply = {.status = 200};
    buf_init(&reply.body, 0);
    c->request.body = buf_span(&c->body);
    s->config.handle(s->config.arg, &c->request, &reply);
    if (buf_ok(&reply.body))
        return send_reply(c, &reply);
    buf_release(&reply.body);
    return refuse(c, 500, "base.memory", 0);
}

/* The answer has left and the connection's own thread is here, before it closes the socket. */
static void on_completed(void *arg, struct MHD_Connection *mhd, void **state, enum MHD_RequestTerminationCode how) {
    struct http_connection *c = *state;
    if (!c)
        return;
    if (c->unread && how == MHD_REQUEST_TERMINATED_COMPLETED_OK) {
        const union MHD_ConnectionInfo *info = MHD_get_connection_info(mhd, MHD_CONNECTION_INFO_CONNECTION_FD);
        if (info)
            http_drain(info->connect_fd, HTTP_DISCARD_MAX);
    }
    connection_free(c);
    *state = NULL;
}

/* Keeps percent-encoded NULs out: a path with one is cut by C, so refuse it
 * by leaving the text undecoded (it then matches no route). */
static size_t unescape(void *arg, struct MHD_Connection *mhd, char *s) {
    if (strstr(s, "%00"))
        return strlen(s);
    return MHD_http_unescape(s);
}

static enum status listen_address(const char *text, struct sockaddr_storage *ret, socklen_t *ret_size, struct diag *d) {
    char host[256];
    const char *colon = strrchr(text, ':');
    if (!colon || !colon[1] || strspn(colon + 1, "0123456789") != strlen(colon + 1) || strtol(colon + 1, NULL, 10) > 65535 ||
        (size_t)(colon - text) >= sizeof host)
        return diag_fail(d, E_USAGE, "http.listen", DIAG_S("text", text));
    size_t n = (size_t)(colon - text);
    memcpy(host, text, n);
    host[n] = 0;
    char *h = host;
    if (h[0] == '[' && n > 1 && h[n - 1] == ']') {
        h[n - 1] = 0;
        h++;
    }
    struct addrinfo hints = {.ai_socktype = SOCK_STREAM, .ai_flags = AI_NUMERICHOST | AI_NUMERICSERV | AI_PASSIVE}, *ai = NULL;
    if (getaddrinfo(*h ? h : "127.0.0.1", colon + 1, &hints, &ai) != 0)
        return diag_fail(d, E_USAGE, "http.listen", DIAG_S("text", text));
    memcpy(ret, ai->ai_addr, ai->ai_addrlen);
    *ret_size = ai->ai_addrlen;
    freeaddrinfo(ai);
    return OK;
}

enum status http_start(const struct http_config *config, struct http_server **ret, struct diag *d) {
    assert(config && config->handle && ret);
    struct sockaddr_storage address = {0};
    socklen_t address_size = 0;
    enum status st = listen_address(config->listen, &address, &address_size, d);
    if (st != OK)
        return st;
    struct http_server *s = calloc(1, sizeof *s);
    if (!s)
        return arena_full(d);
    s->config = *config;
    unsigned flags = MHD_USE_INTERNAL_POLLING_THREAD | MHD_USE_THREAD_PER_CONNECTION | MHD_USE_AUTO;
    if (address.ss_family == AF_INET6)
        flags |= MHD_USE_IPv6;
    errno = 0;
    s->daemon = MHD_start_daemon(flags, 0, NULL, NULL, on_request, s,
        MHD_OPTION_SOCK_ADDR, (struct sockaddr *)&address,
        MHD_OPTION_URI_LOG_CALLBACK, on_target, s,
        MHD_OPTION_NOTIFY_COMPLETED, on_completed, s,
        MHD_OPTION_CONNECTION_LIMIT, config->connections_max ? config->connections_max : 512u,
        MHD_OPTION_PER_IP_CONNECTION_LIMIT, config->per_address_max,
        MHD_OPTION_CONNECTION_TIMEOUT, config->idle_seconds ? config->idle_seconds : 30u,
        MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)POOL_BYTES,
        MHD_OPTION_THREAD_STACK_SIZE, (size_t)(1024 * 1024),
        MHD_OPTION_UNESCAPE_CALLBACK, unescape, NULL,
        MHD_OPTION_END);
    if (!s->daemon) {
        int e = errno;
        free(s);
        return diag_fail(d, E_SYSTEM, "http.start", DIAG_S("address", config->listen), DIAG_S("reason", errno_name(e)));
    }
    const union MHD_DaemonInfo *info = MHD_get_daemon_info(s->daemon, MHD_DAEMON_INFO_BIND_PORT);
    s->port = info ? info->port : 0;
    *ret = s;
    return OK;
}

int http_port(const struct http_server *s) { return s->port; }

struct http_server *http_stop(struct http_server *s) {
    if (s) {
        MHD_stop_daemon(s->daemon);
        free(s);
    }
    return NULL;
}
