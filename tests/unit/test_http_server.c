/* A real server on the loopback interface and a small client that means no good:
 * after every request the server must still answer. */
#include "unit.h"

#include "http/drain.h"
#include "http/problem.h"
#include "http/rate.h"
#include "http/route.h"
#include "http/server.h"
#include "http/static.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

enum { BODY_MAX = 1000 };

static struct http_server *server;
static struct static_files *files;
static char folder[64];

/* Answers with what it was given: "METHOD PATH BODYBYTES query=..." or a file. */
static void handle(void *arg, struct http_request *r, struct http_reply *reply) {
    if (strncmp(r->path, "/s/", 3) == 0 || strcmp(r->path, "/s") == 0) {
        struct http_request below = *r;
        below.path = r->path + 2;
        if (!*below.path)
            below.path = "/";
        if (!static_reply(files, &below, reply)) {
            struct diag d = {0};
            (void)diag_fail(&d, E_NOT_FOUND, "http.path");
            problem_reply(r, reply, &d);
        }
        return;
    }
    if (strcmp(r->path, "/shared") == 0 || strcmp(r->path, "/short") == 0) {
        for (int i = 0; i < (strcmp(r->path, "/short") == 0 ? 1 : 1000); i++)
            buf_adds(&reply->body, "words ");
        http_shared_reply(r, reply);
        return;
    }
    const char *q = http_query(r, "q");
    reply->media = "text/plain";
    buf_addf(&reply->body, "%s %s %zu query=%s lang=%d", r->method, r->path, r->body.size, q ? q : "-", (int)r->lang);
}

static size_t body_max(void *arg, const char *method, const char *path) { return strcmp(method, "POST") == 0 ? BODY_MAX : 0; }

static void put(const char *name, const char *text, size_t size) {
    char path[160];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *f = fopen(path, "wb");
    assert_non_null(f);
    fwrite(text, 1, size, f);
    fclose(f);
}

static int set_up(void **state) {
    static char css[4000];
    struct diag d = {0};
    struct http_config c = {.listen = "127.0.0.1:0", .body_max = body_max, .handle = handle, .idle_seconds = 2};
    char path[160];
    snprintf(folder, sizeof folder, "test-http-XXXXXX");
    if (!mkdtemp(folder))
        return -1;
    snprintf(path, sizeof path, "%s/desk", folder);
    mkdir(path, 0700);
    snprintf(path, sizeof path, "%s/assets", folder);
    mkdir(path, 0700);
    memset(css, 'a', sizeof css);
    put("index.html", "<p>resident", 11);
    put("desk/index.html", "<p>desk", 7);
    put("assets/x.css", css, sizeof css);
    put("empty.txt", "", 0);
    put(".hidden", "secret", 6);
    snprintf(path, sizeof path, "%s/link", folder);
    if (symlink("/etc/passwd", path) != 0)
        return -1;
    return static_load(folder, &files, &d) == OK && http_start(&c, &server, &d) == OK ? 0 : -1;
}

static int tear_down(void **state) {
    static const char *const names[] = {"index.html", "desk/index.html", "assets/x.css", "empty.txt", ".hidden", "link", "desk", "assets", ""};
    server = http_stop(server);
    files = static_free(files);
    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        char path[160];
        snprintf(path, sizeof path, "%s/%s", folder, names[i]);
        remove(path);
    }
    return 0;
}

/* ---- the client -------------------------------------------------------------------- */

static int dial(void) {
    struct sockaddr_in a = {.sin_family = AF_INET, .sin_port = htons((uint16_t)http_port(server)), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    struct timeval t = {.tv_sec = 6};
    int s = socket(AF_INET, SOCK_STREAM, 0);
    setsockopt(s, SOL_SOCKET, SO_RCVTIMEO, &t, sizeof t);
    assert_int_equal(connect(s, (struct sockaddr *)&a, sizeof a), 0);
    return s;
}

static bool give(int s, const char *text, size_t n) {
    while (n > 0) {
        ssize_t k = send(s, text, n, MSG_NOSIGNAL);
        if (k <= 0)
            return false;
        text += k;
        n -= (size_t)k;
    }
    return true;
}

/* Everything until the server closes or waits. */
static char answer[1 << 20];
static size_t hear(int s) {
    size_t n = 0;
    ssize_t k;
    while (n < sizeof answer - 1 && (k = recv(s, answer + n, sizeof answer - 1 - n, 0)) > 0)
        n += (size_t)k;
    answer[n] = 0;
    close(s);
    return n;
}

static void hear_once(int s) {
    ssize_t n = recv(s, answer, sizeof answer - 1, 0);
    answer[n > 0 ? n : 0] = 0;
}

static int status(void) { return strncmp(answer, "HTTP/1.1 ", 9) == 0 ? (int)strtol(answer + 9, NULL, 10) : 0; }

static int ask_bytes(const char *request, size_t n) {
    int s = dial();
    give(s, request, n);
    hear(s);
    return status();
}

static int ask(const char *line_and_headers) {
    char text[8192];
    int n = snprintf(text, sizeof text, "%s\r\nHost: x\r\nConnection: close\r\n\r\n", line_and_headers);
    return ask_bytes(text, (size_t)n);
}

static void still_up(void) {
    assert_int_equal(ask("GET /alive HTTP/1.1"), 200);
    assert_non_null(strstr(answer, "GET /alive 0"));
}

/* ---- tests ---------------------------------------------------------------------------- */

static void plain_requests(void **state) {
    assert_int_equal(ask("GET /a%20b/%E5%8C%97?q=%E4%BA%AC HTTP/1.1"), 200);
    assert_non_null(strstr(answer, "GET /a b/北 0 query=京"));
    assert_int_equal(ask("GET /x HTTP/1.1\r\nAccept-Language: en-GB,en;q=0.9"), 200);
    assert_non_null(strstr(answer, "lang=1"));
    assert_int_equal(ask("GET /x HTTP/1.1\r\nAccept-Language: en\r\nCookie: mz_lang=zh"), 200);
    assert_non_null(strstr(answer, "lang=0"));
    assert_int_equal(ask("HEAD /x HTTP/1.1"), 200);
    assert_null(strstr(answer, "GET /x"));
    assert_int_equal(ask_bytes("POST /x HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 5\r\n\r\nhello", 72), 200);
    assert_non_null(strstr(answer, "POST /x 5"));
}

static void methods(void **state) {
    static const char *const bad[] = {"PATCH", "OPTIONS", "TRACE", "FOO"};
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        char line[64];
        snprintf(line, sizeof line, "%s /x HTTP/1.1", bad[i]);
        assert_int_equal(ask(line), 405);
        assert_non_null(strstr(answer, "Allow: GET, HEAD, POST, PUT, DELETE"));
        assert_non_null(strstr(answer, "\"status\":405"));
        assert_non_null(strstr(answer, "application/problem+json"));
    }
    still_up();
}

static void paths(void **state) {
    static const struct { const char *path; int status; } list[] = {
        {"/bad%FF", 400}, {"/bad%C0%AF", 400}, {"/over%ED%A0%80", 400}, {"/a%00b", 200 /* left as it is, matches nothing */}, {"/%2e%2e/%2e%2e/etc/passwd", 200},
        {"/%", 200}, {"/%zz", 200}, {"//x", 200}, {"relative", 400},
    };
    for (size_t i = 0; i < ARRAY_LEN(list); i++) {
        char line[128];
        snprintf(line, sizeof line, "GET %s HTTP/1.1", list[i].path);
        if (ask(line) != list[i].status)
            fail_msg("%s: %d", list[i].path, status());
    }
    assert_int_equal(ask("GET /a%00b HTTP/1.1"), 200);
    assert_non_null(strstr(answer, "GET /a%00b 0")); /* not cut at the NUL */
    char longer[1200 + 32] = "GET /";
    memset(longer + 5, 'a', 1100);
    strcpy(longer + 1105, " HTTP/1.1");
    assert_int_equal(ask(longer), 414);
    assert_non_null(strstr(answer, "application/problem+json"));
    assert_non_null(strstr(answer, "1 KB"));
    still_up();
}

static void targets_that_are_too_long(void **state) {
    static char line[12000];
    static const struct { int target, status; } list[] = {{8192, 200}, {8193, 414}, {11000, 414}};
    for (size_t i = 0; i < ARRAY_LEN(list); i++) {
        int n = snprintf(line, sizeof line, "GET /x?q=");
        memset(line + n, 'q', (size_t)(4 + list[i].target - n));
        n = 4 + list[i].target;
        n += snprintf(line + n, sizeof line - (size_t)n, " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
        assert_int_equal(ask_bytes(line, (size_t)n), list[i].status);
        if (list[i].status == 414) {
            assert_non_null(strstr(answer, "application/problem+json"));
            assert_non_null(strstr(answer, "8 KB"));
        }
    }
    still_up();
}

static void bodies_beyond_the_ceiling(void **state) {
    static char text[BODY_MAX + 400];
    int n = snprintf(text, sizeof text, "POST /x HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: %d\r\n\r\n", BODY_MAX + 1);
    assert_int_equal(ask_bytes(text, (size_t)n), 413); /* before the body comes */
    assert_non_null(strstr(answer, "1000 B"));
    assert_int_equal(ask("POST /x HTTP/1.1\r\nContent-Length: 99999999999999999999"), status());
    assert_true(status() == 413 || status() == 400);
    assert_int_equal(ask("DELETE /x HTTP/1.1\r\nContent-Length: 1"), 413); /* none allowed */
    n = snprintf(text, sizeof text, "POST /x HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: %d\r\n\r\n", BODY_MAX);
    memset(text + n, 'b', BODY_MAX);
    assert_int_equal(ask_bytes(text, (size_t)n + BODY_MAX), 200); /* just fits */
    still_up();
}

/* Who sends all of a body that was refused by its head still reads the answer:
 * without the reading on our side his socket is reset and the answer lost. */
static void what_was_refused_may_be_sent_to_its_end(void **state) {
    static char piece[1 << 16];
    static const struct { const char *line; int status; } list[] = {
        {"POST /x HTTP/1.1", 413}, {"PATCH /x HTTP/1.1", 405}, {"POST /bad%FF HTTP/1.1", 400}, {"DELETE /x HTTP/1.1", 413},
    };
    for (size_t i = 0; i < ARRAY_LEN(list); i++) {
        char head[256];
        int n = snprintf(head, sizeof head, "%s\r\nHost: x\r\nContent-Length: %d\r\n\r\n", list[i].line, 40 << 20);
        int s = dial();
        give(s, head, (size_t)n);
        for (int k = 0; k < (40 << 20) / (int)sizeof piece; k++)
            if (!give(s, piece, sizeof piece))
                fail_msg("%s: cut off after %d pieces", list[i].line, k);
        hear(s);
        if (status() != list[i].status)
            fail_msg("%s: %d", list[i].line, status());
        assert_non_null(strstr(answer, "application/problem+json"));
        assert_non_null(strstr(answer, "Connection: close"));
    }
    still_up();
}

static void what_was_refused_is_not_read_without_end(void **state) {
    static char piece[1 << 16];
    char head[160];
    int n = snprintf(head, sizeof head, "POST /x HTTP/1.1\r\nHost: x\r\nContent-Length: %lld\r\n\r\n", 1LL << 40);
    int s = dial(), sent = 0, most = 2 * (HTTP_DISCARD_MAX / (int)sizeof piece);
    give(s, head, (size_t)n);
    while (sent < most && give(s, piece, sizeof piece))
        sent++;
    close(s);
    assert_true(sent < most);
    s = dial(); /* answered, and then silent: the server stops all the same */
    give(s, head, (size_t)n);
    hear_once(s);
    assert_int_equal(status(), 413);
    struct http_config c = {.listen = "127.0.0.1:0", .body_max = body_max, .handle = handle};
    struct diag d = {0};
    struct http_server *mine = server, *other = NULL;
    expect_ok(http_start(&c, &other, &d), &d);
    server = other;
    int waiting = dial();
    give(waiting, head, (size_t)n);
    hear_once(waiting);
    assert_int_equal(status(), 413);
    assert_null(http_stop(other));
    server = mine;
    close(waiting);
    close(s);
    still_up();
}

static void chunked_beyond_the_ceiling(void **state) {
    static char chunk[4096 + 16];
    int n = snprintf(chunk, sizeof chunk, "1000\r\n");
    memset(chunk + n, 'c', 4096);
    memcpy(chunk + n + 4096, "\r\n", 2);
    size_t size = (size_t)n + 4096 + 2;
    static const char head[] = "POST /x HTTP/1.1\r\nHost: x\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n";
    int s = dial();
    give(s, head, sizeof head - 1);
    for (int i = 0; i < 3; i++)
        give(s, chunk, size);
    give(s, "0\r\n\r\n", 5);
    hear(s);
    assert_int_equal(status(), 413);
    s = dial(); /* without end: cut off */
    give(s, head, sizeof head - 1);
    int sent = 0;
    while (sent < 20000 && give(s, chunk, size))
        sent++;
    close(s);
    assert_true(sent < 20000);
    s = dial(); /* nonsense for a length */
    give(s, head, sizeof head - 1);
    give(s, "zz\r\nabc\r\n", 9);
    hear(s);
    still_up();
}

static void heads_that_are_too_much(void **state) {
    static char big[100000];
    int n = snprintf(big, sizeof big, "GET /x HTTP/1.1\r\nHost: x\r\nConnection: close\r\nX: ");
    memset(big + n, 'h', sizeof big - (size_t)n);
    memcpy(big + sizeof big - 4, "\r\n\r\n", 4);
    int s = dial();
    give(s, big, sizeof big);
    hear(s);
    assert_true(status() == 0 || (status() >= 400 && status() < 500));
    static const size_t ours[] = {17 * 1024, 30 * 1024, 48 * 1024};
    for (size_t i = 0; i < ARRAY_LEN(ours); i++) {
        memcpy(big + ours[i] - 4, "\r\n\r\n", 4);
        assert_int_equal(ask_bytes(big, ours[i]), 431);
        assert_non_null(strstr(answer, "application/problem+json"));
        assert_non_null(strstr(answer, "16 KB"));
        memset(big + ours[i] - 4, 'h', 4);
    }
    memcpy(big + 15 * 1024, "\r\n\r\n", 4);
    assert_int_equal(ask_bytes(big, 15 * 1024 + 4), 200);
    s = dial();
    give(s, "GET /x HTTP/1.1\r\nHost: x\r\n", 26);
    for (int i = 0; i < 5000 && give(s, "A: b\r\n", 6); i++)
        ;
    close(s);
    assert_true(ask_bytes("\r\n\r\n\0\0\0garbage\xff\xfe\r\n\r\n", 20) != 200);
    s = dial(); /* begins, and waits: the idle time ends it */
    give(s, "GET /x HT", 9);
    hear(s);
    assert_true(status() != 200);
    still_up();
}

/* What libmicrohttpd answers itself (server.h): closed, without a product, a version or anything that was sent. */
static void what_is_no_http(void **state) {
#define HEAD "POST /zebra HTTP/1.1\r\nHost: zebra\r\n"
    static const struct { const char *request; int status; } list[] = { /* 0: closed, by the idle time where more may come */
        {"zebra\r\n\r\n", 0}, {"\x16\x03\x01\x02\x01\x01\xfc zebra\r\n\r\n", 400}, {"GET /zebra HTTP/2.0\r\nHost: zebra\r\n\r\n", 505},
        {"GET /zebra HTTP/1.1\r\nHost: zebra\r\nzebra\r\n\r\n", 400}, {HEAD "Content-Length: zebra\r\n\r\n", 400},
        {HEAD "Content-Length: -1\r\n\r\n", 400}, {HEAD "Content-Length: 99999999999999999999999\r\n\r\n", 413},
        {HEAD "Transfer-Encoding: chunked\r\n\r\nzebra\r\n", 400}, {HEAD "Transfer-Encoding: chunked\r\n\r\n3\r\nzebra", 400},
        {HEAD "Transfer-Encoding: chunked\r\n\r\nfffffffffffffffffffff\r\nzebra", 413},
    };
    for (size_t i = 0; i < ARRAY_LEN(list); i++) {
        if (ask_bytes(list[i].request, strlen(list[i].request)) != list[i].status) /* returns when the server has closed */
            fail_msg("%s: %s", list[i].request, answer);
        if (status())
            assert_non_null(strstr(answer, "Connection: close"));
        assert_null(strstr(answer, "zebra"));
        assert_null(strstr(answer, "microhttpd"));
        assert_null(strstr(answer, "Server:"));
    }
    still_up();
}

/* Where it ends, and for whom it is: ours. */
static void framing(void **state) {
    static const char *const bad[] = {
        "GET /x HTTP/1.1\r\n\r\n", "GET /x HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n", "GET /x HTTP/1.0\r\nHost: x\r\nHost: x\r\n\r\n",
        HEAD "Content-Length: 1\r\nContent-Length: 1\r\n\r\na", HEAD "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        HEAD "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", HEAD "Transfer-Encoding: gzip\r\n\r\nabc",
        HEAD "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n", HEAD "Transfer-Encoding: identity\r\nContent-Length: 1\r\n\r\na",
    };
#undef HEAD
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        if (ask_bytes(bad[i], strlen(bad[i])) != 400 || !strstr(answer, "http.framing") || !strstr(answer, "Connection: close"))
            fail_msg("%s: %s", bad[i], answer);
    }
    static const char old[] = "GET /x HTTP/1.0\r\n\r\n"; /* 1.0 had no Host */
    ask_bytes(old, sizeof old - 1);
    assert_non_null(strstr(answer, "GET /x 0"));
    still_up();
}

static void many_at_once_and_pipelined(void **state) {
    int s = dial();
    for (int i = 0; i < 3; i++)
        give(s, "GET /one HTTP/1.1\r\nHost: x\r\n\r\n", 30);
    give(s, "GET /last HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", 50);
    hear(s);
    int n = 0;
    for (char *p = answer; (p = strstr(p, "HTTP/1.1 200")); p++)
        n++;
    assert_int_equal(n, 4);
    int many[40];
    for (int i = 0; i < 40; i++)
        many[i] = dial();
    still_up();
    for (int i = 0; i < 40; i++)
        close(many[i]);
    still_up();
}

static void files_and_only_files(void **state) {
    assert_int_equal(ask("GET /s/ HTTP/1.1"), 200);
    assert_non_null(strstr(answer, "<p>resident"));
    assert_non_null(strstr(answer, "Cache-Control: no-cache"));
    assert_int_equal(ask("GET /s/desk/ HTTP/1.1"), 200);
    assert_non_null(strstr(answer, "<p>desk"));
    assert_int_equal(ask("GET /s/desk HTTP/1.1"), 301);
    assert_non_null(strstr(answer, "Location: /desk/"));
    assert_int_equal(ask("GET /s/empty.txt HTTP/1.1"), 200);
    assert_non_null(strstr(answer, "Content-Length: 0"));
    static const char *const outside[] = {"/s/../etc/passwd", "/s/%2e%2e/%2e%2e/etc/passwd", "/s/..%2f..%2fetc/passwd", "/s//etc/passwd", "/s/desk/../index.html", "/s/.hidden",
        "/s/link", "/s/index.html%00.css", "/s/index.html/", "/s/assets", "/s/%5c..%5cindex.html"};
    for (size_t i = 0; i < ARRAY_LEN(outside); i++) {
        char line[128];
        snprintf(line, sizeof line, "GET %s HTTP/1.1", outside[i]);
        if (ask(line) != 404)
            fail_msg("%s: %d", outside[i], status());
    }
    assert_int_equal(ask("POST /s/index.html HTTP/1.1\r\nContent-Length: 0"), 404);
}

static void caching_and_gzip(void **state) {
    char etag[64] = "", line[256];
    assert_int_equal(ask("GET /s/assets/x.css HTTP/1.1"), 200);
    assert_non_null(strstr(answer, "immutable"));
    assert_non_null(strstr(answer, "Vary: Accept-Encoding"));
    assert_null(strstr(answer, "Content-Encoding"));
    const char *at = strstr(answer, "ETag: ");
    assert_non_null(at);
    snprintf(etag, sizeof etag, "%.*s", (int)strcspn(at + 6, "\r"), at + 6);
    snprintf(line, sizeof line, "GET /s/assets/x.css HTTP/1.1\r\nIf-None-Match: \"other\", W/%s", etag);
    assert_int_equal(ask(line), 304);
    assert_null(strstr(answer, "aaaa"));
    snprintf(line, sizeof line, "GET /s/assets/x.css HTTP/1.1\r\nIf-None-Match: \"other\"");
    assert_int_equal(ask(line), 200);
    assert_int_equal(ask("GET /s/assets/x.css HTTP/1.1\r\nAccept-Encoding: br, gzip;q=0.5"), 200);
    assert_non_null(strstr(answer, "Content-Encoding: gzip"));
    assert_non_null(strstr(answer, "\r\n\r\n\x1f\x8b"));
    assert_int_equal(ask("GET /s/assets/x.css HTTP/1.1\r\nAccept-Encoding: gzip;q=0"), 200);
    assert_null(strstr(answer, "Content-Encoding"));
}

static void what_is_the_same_for_everybody(void **state) {
    char etag[64] = "", line[256];
    assert_int_equal(ask("GET /shared HTTP/1.1"), 200);
    assert_non_null(strstr(answer, "Cache-Control: no-cache"));
    assert_non_null(strstr(answer, "Vary: Accept-Encoding"));
    assert_non_null(strstr(answer, "Content-Length: 6000"));
    const char *at = strstr(answer, "ETag: ");
    assert_non_null(at);
    snprintf(etag, sizeof etag, "%.*s", (int)strcspn(at + 6, "\r"), at + 6);
    snprintf(line, sizeof line, "GET /shared HTTP/1.1\r\nIf-None-Match: %s", etag);
    assert_int_equal(ask(line), 304);
    assert_null(strstr(answer, "words"));
    assert_non_null(strstr(answer, etag));
    snprintf(line, sizeof line, "GET /short HTTP/1.1\r\nIf-None-Match: %s", etag);
    assert_int_equal(ask(line), 200);
    assert_int_equal(ask("GET /shared HTTP/1.1\r\nAccept-Encoding: gzip"), 200);
    assert_non_null(strstr(answer, "Content-Encoding: gzip"));
    assert_non_null(strstr(answer, "\r\n\r\n\x1f\x8b"));
    assert_int_equal(ask("GET /short HTTP/1.1\r\nAccept-Encoding: gzip"), 200);
    assert_null(strstr(answer, "Content-Encoding"));
    still_up();
}

static void addresses_that_cannot_be(void **state) {
    static const char *const bad[] = {"", "8080", "127.0.0.1:", "127.0.0.1:99999", "localhost:80", "[::1:80", "1.2.3.4.5:80", "127.0.0.1:x"};
    struct diag d = {0};
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        struct http_config c = {.listen = bad[i], .handle = handle};
        struct http_server *s = NULL;
        diag_clear(&d);
        enum status st = http_start(&c, &s, &d);
        if (st == OK)
            fail_msg("%s was taken", bad[i]);
        assert_null(s);
    }
    char taken[32];
    snprintf(taken, sizeof taken, "127.0.0.1:%d", http_port(server));
    struct http_config c = {.listen = taken, .handle = handle};
    struct http_server *s = NULL;
    expect_fail(http_start(&c, &s, &d), &d, E_SYSTEM, "http.start");
}

/* ---- routes, rates --------------------------------------------------------------------------- */

static void routes(void **state) {
    static const struct route_template table[] = {
        {"GET", "/"}, {"GET", "/api/cases"}, {"POST", "/api/cases"}, {"GET", "/api/cases/mine"}, {"GET", "/api/cases/{case}"},
        {"GET", "/api/cases/{case}/notices/{notice}.pdf"}, {"PUT", "/api/cases/{case}/notices/{notice}.pdf"},
    };
    static const struct { const char *method, *path; enum route_match match; size_t index; const char *first, *second; } list[] = {
        {"GET", "/", ROUTE_FOUND, 0, NULL, NULL}, {"GET", "/api/cases", ROUTE_FOUND, 1, NULL, NULL}, {"POST", "/api/cases", ROUTE_FOUND, 2, NULL, NULL},
        {"DELETE", "/api/cases", ROUTE_METHOD, 0, NULL, NULL}, {"GET", "/api/cases/", ROUTE_NONE, 0, NULL, NULL}, {"GET", "/api/cases/mine", ROUTE_FOUND, 3, NULL, NULL},
        {"GET", "/api/cases/7", ROUTE_FOUND, 4, "7", NULL}, {"GET", "/api/cases/北京", ROUTE_FOUND, 4, "北京", NULL},
        {"GET", "/api/cases/7/notices/9.pdf", ROUTE_FOUND, 5, "7", "9"}, {"PUT", "/api/cases/7/notices/9.pdf", ROUTE_FOUND, 6, "7", "9"},
        {"GET", "/api/cases/7/notices/9", ROUTE_NONE, 0, NULL, NULL}, {"GET", "/api/cases/7/notices/.pdf", ROUTE_NONE, 0, NULL, NULL},
        {"GET", "/api/cases//notices/9.pdf", ROUTE_NONE, 0, NULL, NULL}, {"GET", "/api", ROUTE_NONE, 0, NULL, NULL}, {"GET", "", ROUTE_NONE, 0, NULL, NULL},
        {"GET", "api/cases", ROUTE_NONE, 0, NULL, NULL}, {"GET", "/api/cases/7/8/9/10/11/12", ROUTE_NONE, 0, NULL, NULL},
    };
    AUTO(arena) struct arena *a = arena_new(0);
    for (size_t i = 0; i < ARRAY_LEN(list); i++) {
        struct http_request r = {.arena = a, .method = list[i].method, .path = list[i].path};
        size_t index = 0;
        if (route_find(table, ARRAY_LEN(table), sizeof *table, &r, &index) != list[i].match)
            fail_msg("%s %s", list[i].method, list[i].path);
        if (list[i].match != ROUTE_FOUND)
            continue;
        assert_int_equal(index, list[i].index);
        if (list[i].first)
            assert_string_equal(r.param[0], list[i].first);
        if (list[i].second)
            assert_string_equal(r.param[1], list[i].second);
    }
}

static void rates(void **state) {
    struct rate *r = rate_new(3, 60);
    int64_t now = 1000000000;
    for (int i = 0; i < 3; i++)
        assert_true(rate_take(r, "10.0.0.1", now));
    assert_false(rate_take(r, "10.0.0.1", now));
    assert_true(rate_take(r, "10.0.0.2", now)); /* each his own */
    assert_false(rate_take(r, "10.0.0.1", now - 5000000)); /* a clock that steps back gives nothing */
    assert_true(rate_take(r, "10.0.0.1", now + 1000000));
    assert_false(rate_take(r, "10.0.0.1", now + 1000000));
    for (int i = 0; i < 3; i++) /* never more than the burst */
        assert_true(rate_take(r, "10.0.0.1", now + INT64_C(3600000000)));
    assert_false(rate_take(r, "10.0.0.1", now + INT64_C(3600000000)));
    for (int i = 0; i < 100000; i++) { /* a flood of keys stays in its table */
        char key[32];
        snprintf(key, sizeof key, "k%d", i);
        (void)rate_take(r, key, now);
    }
    rate_free(r);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(plain_requests), cmocka_unit_test(methods), cmocka_unit_test(paths), cmocka_unit_test(bodies_beyond_the_ceiling),
        cmocka_unit_test(what_was_refused_may_be_sent_to_its_end), cmocka_unit_test(what_was_refused_is_not_read_without_end),
        cmocka_unit_test(chunked_beyond_the_ceiling), cmocka_unit_test(heads_that_are_too_much), cmocka_unit_test(targets_that_are_too_long), cmocka_unit_test(what_is_no_http), cmocka_unit_test(framing),
        cmocka_unit_test(many_at_once_and_pipelined),
        cmocka_unit_test(files_and_only_files), cmocka_unit_test(caching_and_gzip), cmocka_unit_test(what_is_the_same_for_everybody), cmocka_unit_test(addresses_that_cannot_be), cmocka_unit_test(routes), cmocka_unit_test(rates),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
