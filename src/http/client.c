#include "http/client.h"

#include "base/buf.h"
#include "http/client_answer.h"

#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <poll.h>
#include <stdio.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

struct target { char host[256], port[8], path[1024]; bool tls; };

struct line {
    int socket;
    SSL_CTX *context;
    SSL *ssl;
    int64_t deadline_ms;
    const struct target *to;
    struct diag *d;
};

static int64_t now_ms(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* Bytes that would end a line of the request are no part of a URL. */
static bool plain(const char *s) {
    for (; *s; s++)
        if ((unsigned char)*s <= 0x20 || *s == 0x7f)
            return false;
    return true;
}

static bool read_target(const char *url, struct target *t) {
    if (!plain(url))
        return false;
    bool tls = strncmp(url, "https://", 8) == 0;
    if (!tls && strncmp(url, "http://", 7) != 0)
        return false;
    const char *host = url + (tls ? 8 : 7);
    size_t n = strcspn(host, "/?#");
    const char *path = host + n;
    const char *end = host + n, *port = NULL;
    bool bracket = *host == '[';
    if (bracket) {
        host++;
        const char *close = memchr(host, ']', (size_t)(end - host));
        if (!close || (close + 1 != end && close[1] != ':'))
            return false;
        port = close + 1 != end ? close + 2 : NULL;
        n = (size_t)(close - host);
    } else if ((port = memchr(host, ':', n)) != NULL) {
        n = (size_t)(port++ - host);
    }
    size_t digits = port ? (size_t)(end - port) : 0;
    if (n == 0 || n >= sizeof t->host || digits >= sizeof t->port - 1 || (port && (digits == 0 || strspn(port, "0123456789") < digits)) ||
        memchr(host, '@', n) || strchr(path, '#'))
        return false;
    snprintf(t->host, sizeof t->host, "%.*s", (int)n, host);
    snprintf(t->port, sizeof t->port, "%.*s", port ? (int)digits : tls ? 3 : 2, port ? port : tls ? "443" : "80");
    t->tls = tls;
    return (size_t)snprintf(t->path, sizeof t->path, "%s%s", *path == '/' ? "" : "/", path) < sizeof t->path;
}

static enum status fail(struct line *l, enum status s, const char *code, const char *reason) {
    return diag_fail(l->d, s, code, DIAG_S("host", l->to->host), DIAG_S("reason", reason));
}

static enum status wait_for(struct line *l, short events) {
    for (;;) {
        int64_t left = l->deadline_ms - now_ms();
        if (left <= 0)
            return fail(l, E_BUSY, "http.timeout", "");
        struct pollfd p = {l->socket, events, 0};
        int n = poll(&p, 1, (int)left);
        if (n > 0)
            return OK;
        if (n < 0 && errno != EINTR)
            return fail(l, E_SYSTEM, "http.unreachable", errno_name(errno));
    }
}

static enum status connect_to(struct line *l, const struct addrinfo *at) {
    l->socket = socket(at->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (l->socket < 0)
        return fail(l, E_SYSTEM, "http.unreachable", errno_name(errno));
    int error = 0;
    socklen_t size = sizeof error;
    if (connect(l->socket, at->ai_addr, at->ai_addrlen) == 0)
        return OK;
    if (errno != EINPROGRESS)
        return fail(l, E_SYSTEM, "http.unreachable", errno_name(errno));
    enum status s = wait_for(l, POLLOUT);
    if (s == OK && (getsockopt(l->socket, SOL_SOCKET, SO_ERROR, &error, &size) != 0 || error != 0))
        s = fail(l, E_SYSTEM, "http.unreachable", errno_name(error));
    return s;
}

static enum status open_socket(struct line *l) {
    struct addrinfo hints = {.ai_socktype = SOCK_STREAM}, *list = NULL;
    int rc = getaddrinfo(l->to->host, l->to->port, &hints, &list);
    if (rc != 0)
        return fail(l, E_SYSTEM, "http.unreachable", gai_strerror(rc));
    enum status s = E_SYSTEM;
    for (const struct addrinfo *at = list; at; at = at->ai_next) {
        if (l->socket >= 0)
            close(l->socket);
        l->socket = -1;
        if ((s = connect_to(l, at)) == OK)
            break;
    }
    freeaddrinfo(list);
    return s;
}

/* ---- TLS ------------------------------------------------------------------- */

static enum status tls_fail(struct line *l) {
    char reason[160] = "";
    long verify = l->ssl ? SSL_get_verify_result(l->ssl) : X509_V_OK;
    if (verify != X509_V_OK)
        snprintf(reason, sizeof reason, "%s", X509_verify_cert_error_string(verify));
    else
        ERR_error_string_n(ERR_peek_error(), reason, sizeof reason);
    ERR_clear_error();
    return fail(l, E_SYSTEM, "http.tls", reason);
}

/* What OpenSSL waits for; OK: try again. */
static enum status tls_wait(struct line *l, int rc) {
    switch (SSL_get_error(l->ssl, rc)) {
    case SSL_ERROR_WANT_READ: return wait_for(l, POLLIN);
    case SSL_ERROR_WANT_WRITE: return wait_for(l, POLLOUT);
    default: return tls_fail(l);
    }
}

static enum status open_tls(struct line *l) {
    l->context = SSL_CTX_new(TLS_client_method());
    if (!l->context || !SSL_CTX_set_min_proto_version(l->context, TLS1_2_VERSION) || !SSL_CTX_set_default_verify_paths(l->context))
        return tls_fail(l);
    SSL_CTX_set_verify(l->context, SSL_VERIFY_PEER, NULL);
    l->ssl = SSL_new(l->context);
    if (!l->ssl || !SSL_set_fd(l->ssl, l->socket))
        return tls_fail(l);
    /* An address is no server name, but a certificate may name it. */
    bool address = strspn(l->to->host, "0123456789.") == strlen(l->to->host) || strchr(l->to->host, ':');
    bool good = address ? X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(l->ssl), l->to->host)
                        : SSL_set_tlsext_host_name(l->ssl, l->to->host) && SSL_set1_host(l->ssl, l->to->host);
    if (!good)
        return tls_fail(l);
    for (int rc; (rc = SSL_connect(l->ssl)) != 1;) {
        enum status s = tls_wait(l, rc);
        if (s != OK)
            return s;
    }
    return OK;
}

static void close_line(struct line *l) {
    if (l->ssl)
        SSL_shutdown(l->ssl);
    SSL_free(l->ssl);
    SSL_CTX_free(l->context);
    if (l->socket >= 0)
        close(l->socket);
}

/* ---- sending and receiving ---------------------------------------------------- */

static enum status send_all(struct line *l, struct span s) {
    while (s.size) {
        ssize_t n = l->ssl ? SSL_write(l->ssl, s.at, (int)(s.size < 65536 ? s.size : 65536)) : send(l->socket, s.at, s.size, MSG_NOSIGNAL);
        if (n > 0) {
            s = (struct span){s.at + n, s.size - (size_t)n};
            continue;
        }
        bool blocked = !l->ssl && (errno == EAGAIN || errno == EINTR);
        enum status st = l->ssl ? tls_wait(l, (int)n) : blocked ? wait_for(l, POLLOUT) : fail(l, E_SYSTEM, "http.unreachable", errno_name(errno));
        if (st != OK)
            return st;
    }
    return OK;
}

/* 0 bytes: the peer closed. */
static enum status receive(struct line *l, char *into, size_t room, size_t *ret) {
    for (;;) {
        ssize_t n = l->ssl ? SSL_read(l->ssl, into, (int)room) : recv(l->socket, into, room, 0);
        bool closed = l->ssl ? n <= 0 && SSL_get_error(l->ssl, (int)n) == SSL_ERROR_ZERO_RETURN : n == 0;
        if (n > 0 || closed) {
            *ret = n > 0 ? (size_t)n : 0;
            return OK;
        }
        bool blocked = !l->ssl && (errno == EAGAIN || errno == EINTR);
        enum status st = l->ssl ? tls_wait(l, (int)n) : blocked ? wait_for(l, POLLIN) : fail(l, E_SYSTEM, "http.unreachable", errno_name(errno));
        if (st != OK)
            return st;
    }
}

static enum status converse(struct line *l, const struct http_ask *ask, struct arena *a, struct http_answer *ret) {
    BUF_AUTO request;
    BUF_AUTO answer;
    char block[16384];
    bool six = strchr(l->to->host, ':') != NULL;
    buf_init(&request, 0);
    buf_init(&answer, ask->answer_max);
    buf_addf(&request, "%s %s HTTP/1.1\r\nHost: %s%s%s:%s\r\nConnection: close\r\nAccept-Encoding: identity\r\nUser-Agent: minzheng\r\n",
        ask->method, l->to->path, six ? "[" : "", l->to->host, six ? "]" : "", l->to->port);
    if (ask->bearer)
        buf_addf(&request, "Authorization: Bearer %s\r\n", ask->bearer);
    if (ask->media)
        buf_addf(&request, "Content-Type: %s\r\nContent-Length: %zu\r\n", ask->media, ask->body.size);
    buf_adds(&request, "\r\n");
    buf_add(&request, ask->body);
    enum status s = buf_ok(&request) ? send_all(l, buf_span(&request)) : arena_full(l->d);
    while (s == OK) {
        size_t n = 0;
        s = receive(l, block, sizeof block, &n);
        if (s != OK)
            return s;
        buf_add(&answer, (struct span){block, n});
        enum http_progress p = buf_ok(&answer) ? http_answer_read(a, buf_span(&answer), n == 0, ret) : HTTP_BAD;
        if (p == HTTP_DONE)
            return OK;
        if (p == HTTP_BAD || n == 0)
            return fail(l, E_INPUT, "http.answer", "");
    }
    return s;
}

enum status http_fetch(const struct http_ask *ask, struct arena *a, struct http_answer *ret, struct diag *d) {
    struct target to;
    if (!read_target(ask->url, &to))
        return diag_fail(d, E_USAGE, "http.url", DIAG_S("url", ask->url));
    struct line l = {.socket = -1, .deadline_ms = now_ms() + ask->timeout_ms, .to = &to, .d = d};
    enum status s = open_socket(&l);
    if (s == OK && to.tls)
        s = open_tls(&l);
    if (s == OK)
        s = converse(&l, ask, a, ret);
    close_line(&l);
    return s;
}
