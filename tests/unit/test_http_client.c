/* The client against a listener that says what a row of the table says, and
 * against bytes that were never an answer. */
#include "unit.h"

#include "http/client.h"
#include "http/client_answer.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

static struct arena *arena;

static int set_up(void **state) {
    arena = arena_new(0);
    return arena ? 0 : -1;
}
static int tear_down(void **state) {
    arena = arena_free(arena);
    return 0;
}

/* ---- reading ------------------------------------------------------------------ */

static void answers(void **state) {
    static const struct { const char *bytes; bool ended; enum http_progress want; int status; const char *body; } row[] = {
        {"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabc", false, HTTP_DONE, 200, "abc"},
        {"HTTP/1.0 404 \r\n\r\nno", true, HTTP_DONE, 404, "no"},
        {"HTTP/1.1 409\r\nContent-Type: text/x.tlog.size\r\ncontent-length: 3\r\n\r\n12\n", false, HTTP_DONE, 409, "12\n"},
        {"HTTP/1.1 200 OK\nContent-Length: 0\n\n", false, HTTP_DONE, 200, ""},
        {"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nx", false, HTTP_DONE, 200, "x"},
        {"HTTP/1.1 204 No\r\n\r\n", false, HTTP_DONE, 204, ""},
        {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2;x=y\r\nde\r\n0\r\n\r\n", false, HTTP_DONE, 200, "abcde"},
        {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\nX: y\r\n\r\n", false, HTTP_DONE, 200, "a"},
        {"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nab", false, HTTP_MORE, 0, NULL},
        {"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nab", true, HTTP_BAD, 0, NULL},
        {"HTTP/1.1 200 OK\r\nContent-Le", false, HTTP_MORE, 0, NULL},
        {"HTTP/1.1 200 OK\r\n\r\nabc", false, HTTP_MORE, 0, NULL},
        {"HTTP/1.1 200 OK\r\n", true, HTTP_BAD, 0, NULL},
        {"", true, HTTP_BAD, 0, NULL},
        {"HTTP/2 200 OK\r\n\r\n", true, HTTP_BAD, 0, NULL},
        {"SSH-2.0-OpenSSH\r\n", false, HTTP_BAD, 0, NULL},
        {"HTTP/1.1 20 OK\r\n\r\n", true, HTTP_BAD, 0, NULL},
        {"HTTP/1.1 2000 OK\r\n\r\n", true, HTTP_BAD, 0, NULL},
        {"HTTP/1.1 099 OK\r\n\r\n", true, HTTP_BAD, 0, NULL},
        {"HTTP/1.1 200 OK\r\nnonsense\r\n\r\n", true, HTTP_BAD, 0, NULL},
        {"HTTP/1.1 200 OK\r\n: x\r\n\r\n", true, HTTP_BAD, 0, NULL},
        {"HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n", true, HTTP_BAD, 0, NULL},
        {"HTTP/1.1 200 OK\r\nContent-Length: 9999999999999\r\n\r\n", true, HTTP_BAD, 0, NULL},
        {"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab", true, HTTP_BAD, 0, NULL},
        {"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", true, HTTP_BAD, 0, NULL},
        {"HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\n", true, HTTP_BAD, 0, NULL},
        {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", false, HTTP_BAD, 0, NULL},
        {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nffffffffff\r\n", false, HTTP_BAD, 0, NULL},
        {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nabc\r\n", false, HTTP_BAD, 0, NULL},
        {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nab", true, HTTP_BAD, 0, NULL},
    };
    for (size_t i = 0; i < ARRAY_LEN(row); i++) {
        struct http_answer a = {0};
        enum http_progress p = http_answer_read(arena, span_of(row[i].bytes), row[i].ended, &a);
        if (p != row[i].want || (p == HTTP_DONE && (a.status != row[i].status || !span_is(a.body, row[i].body))))
            fail_msg("row %zu: %d, %d, %.*s", i, (int)p, a.status, SPAN_ARG(a.body));
    }
}

/* No prefix of an answer is an answer. */
static void prefixes(void **state) {
    static const char *const whole[] = {
        "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nabcde",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n",
    };
    for (size_t k = 0; k < ARRAY_LEN(whole); k++)
        for (size_t n = 0; n < strlen(whole[k]); n++) {
            struct http_answer a;
            if (http_answer_read(arena, (struct span){whole[k], n}, false, &a) == HTTP_DONE)
                fail_msg("%zu bytes of %zu", n, k);
        }
}

/* ---- over a socket --------------------------------------------------------------- */

struct listener { int socket, port; const char *say; unsigned wait_ms; char heard[4000]; pthread_t thread; };

static void *serve_once(void *arg) {
    struct listener *l = arg;
    int s = accept(l->socket, NULL, NULL);
    ssize_t n = read(s, l->heard, sizeof l->heard - 1);
    l->heard[n > 0 ? n : 0] = 0;
    usleep(l->wait_ms * 1000);
    if (l->say && write(s, l->say, strlen(l->say)) < 0)
        l->port = -1;
    close(s);
    return NULL;
}

static void listen_once(struct listener *l) {
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof at;
    l->socket = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_int_equal(bind(l->socket, (struct sockaddr *)&at, size), 0);
    assert_int_equal(listen(l->socket, 1), 0);
    assert_int_equal(getsockname(l->socket, (struct sockaddr *)&at, &size), 0);
    l->port = ntohs(at.sin_port);
    assert_int_equal(pthread_create(&l->thread, NULL, serve_once, l), 0);
}
static void end(struct listener *l) {
    pthread_join(l->thread, NULL);
    close(l->socket);
}

static enum status fetch(int port, const char *path, int timeout_ms, size_t max, struct http_answer *ret, struct diag *d) {
    char url[200];
    snprintf(url, sizeof url, "http://127.0.0.1:%d%s", port, path);
    struct http_ask ask = {"POST", url, "text/plain", SPAN("hello\n"), timeout_ms, max};
    return http_fetch(&ask, arena, ret, d);
}

static void speaks(void **state) {
    struct listener l = {.say = "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 2\r\n\r\nhi"};
    struct http_answer a;
    struct diag d = {0};
    listen_once(&l);
    expect_ok(fetch(l.port, "/add-checkpoint?x=1", 5000, 10000, &a, &d), &d);
    end(&l);
    assert_true(span_is(a.body, "hi"));
    assert_string_equal(a.media, "text/plain");
    assert_non_null(strstr(l.heard, "POST /add-checkpoint?x=1 HTTP/1.1\r\nHost: 127.0.0.1:"));
    assert_non_null(strstr(l.heard, "Content-Length: 6\r\n"));
}

static void gives_up(void **state) {
    struct http_answer a;
    struct diag d = {0};
    struct listener slow = {.wait_ms = 400}, long_ = {.say = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi"}, mute = {0};
    listen_once(&slow);
    assert_int_equal(fetch(slow.port, "/", 50, 1000, &a, &d), E_BUSY);
    end(&slow);
    listen_once(&long_);
    assert_int_equal(fetch(long_.port, "/", 5000, 20, &a, &d), E_INPUT);
    end(&long_);
    listen_once(&mute);
    assert_int_equal(fetch(mute.port, "/", 5000, 1000, &a, &d), E_INPUT);
    end(&mute);
    assert_int_equal(fetch(mute.port, "/", 5000, 1000, &a, &d), E_SYSTEM); /* nobody listens any more */
}

static void addresses(void **state) {
    static const char *const bad[] = {
        "", "http://", "http:///x", "ftp://a/", "a.example", "http://a b/", "http://a/\r\nX: y", "http://u@a/", "http://a:x/", "http://a:/", "http://a/#f", "http://[::1/", "http://[::1]x/",
        "http://a:1234567890/",
    };
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        struct http_answer a;
        struct http_ask ask = {"GET", bad[i], NULL, {0}, 100, 1000};
        struct diag d = {0};
        if (http_fetch(&ask, arena, &a, &d) != E_USAGE)
            fail_msg("%s: %s", bad[i], d.code);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(answers), cmocka_unit_test(prefixes), cmocka_unit_test(speaks), cmocka_unit_test(gives_up), cmocka_unit_test(addresses),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
