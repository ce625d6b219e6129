/* An HTTP/1.1 server around one function: request in, reply out.
 *
 * libmicrohttpd inside, a thread for each connection, so a handler may block
 * on a durable write while others are served.  Refused before the handler
 * runs: bodies over the route's ceiling (413, at once when the length is declared;
 * what the sender still sends is thrown away, drain.h), heads over 16 KiB (431), targets over
 * 8000 bytes and paths over 1024 (414), too many connections in all or from one address, paths
 * that are not UTF-8 or hold a NUL, heads that leave open where the request ends or whom it is for
 * (400), and methods other than GET HEAD POST PUT DELETE (405).
 *
 * What is not HTTP/1.1 at all is answered by the library before it asks anybody (0.9.75 has no
 * way to be asked): a broken request line, another version, a head above 64 KiB, a
 * Content-Length that is no number, chunks that are none.  Such an answer is one English sentence
 * as HTML with its 4xx or 505, or none; it names no product and no version, repeats nothing of the request, and
 * the connection is closed.  Browsers send none of these.  test_http_server.c holds this to it.
 *
 * Knows nothing of civil affairs. */
#ifndef HTTP_SERVER_H
#define HTTP_SERVER_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/message.h"

enum {
    HTTP_PARAMS_MAX = 4,             /* {case}/papers/{paper} has two */
    HTTP_BODY_MAX = 1 << 20,         /* a household form of twelve members is 40 kB */
    HTTP_UPLOAD_MAX = 11 << 20,      /* archive.h: 10 MiB a file */
    HTTP_REQUEST_MEMORY = 96 << 20   /* ceiling of the request's arena */
};

struct http_connection;

struct http_request {
    struct arena *arena;  /* dies with the request */
    const char *method;   /* "GET" for HEAD as well */
    const char *path;     /* percent-decoded, begins with '/' */
    struct span body;
    enum lang lang;       /* Accept-Language, overridden by the cookie mz_lang */
    const char *peer;     /* address as text */
    int64_t started_us;   /* monotonic */
    const char *param[HTTP_PARAMS_MAX]; /* path parameters, in order */
    struct http_connection *connection;
};
/* NULL when absent.  Header names in any case. */
const char *http_header(const struct http_request *r, const char *name);
const char *http_query(const struct http_request *r, const char *name);
/* Every parameter of the query in its order, decoded ("" for one without '='),
 * not checked for UTF-8; until `visit` says false, which is then the answer. */
bool http_query_each(const struct http_request *r, bool (*visit)(void *arg, struct span name, struct span value), void *arg);
const char *http_cookie(const struct http_request *r, const char *name);

struct http_header { const char *name; const char *value; };
struct http_reply {
    int status;
    const char *media;      /* Content-Type; NULL: application/json */
    struct buf body;        /* released by the server */
    struct span fixed;      /* or bytes that outlive the reply (static files); used when at is set */
    struct http_header header[12];
    int header_count;
};
/* `value` must live in the request's arena or longer. */
void http_reply_header(struct http_reply *r, const char *name, const char *value);

struct http_config {
    const char *listen;     /* "127.0.0.1:8080", "[::1]:0"; port 0 picks a free one */
    unsigned connections_max;   /* 0: 512 */
    unsigned per_address_max;   /* 0: no limit of its own (a proxy in front is one address) */
    unsigned idle_seconds;      /* 0: 30 */
    /* Ceiling of the body for a request, asked before it is read. 0: none allowed. */
    size_t (*body_max)(void *arg, const char *method, const char *path);
    void (*handle)(void *arg, struct http_request *r, struct http_reply *reply);
    /* What Allow says of a path when the method is none that this server knows; NULL (or NULL
     * back): every method that it knows. */
    const char *(*allow)(void *arg, const char *path);
    /* One line a request, no query string, no personal data; NULL: none. */
    void (*log)(void *arg, const char *method, const char *route, int status, int64_t microseconds, size_t bytes);
    void *arg;
};
struct http_server;
/* E_USAGE http.listen, E_SYSTEM http.start. */
NODISCARD enum status http_start(const struct http_config *config, struct http_server **ret, struct diag *d);
int http_port(const struct http_server *s);
/* Takes no new connections, waits for the running ones. */
struct http_server *http_stop(struct http_server *s);

#endif
