/* The client against a listener that says what a row of the table says, and
 * against bytes that were never an answer. */
#include "unit.h"

#include "http/client.h"
#include "http/client_answer.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
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

static void listen_with(struct listener *l, void *(*serve)(void *), void *arg) {
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof at;
    l->socket = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_int_equal(bind(l->socket, (struct sockaddr *)&at, size), 0);
    assert_int_equal(listen(l->socket, 1), 0);
    assert_int_equal(getsockname(l->socket, (struct sockaddr *)&at, &size), 0);
    l->port = ntohs(at.sin_port);
    assert_int_equal(pthread_create(&l->thread, NULL, serve, arg), 0);
}
static void listen_once(struct listener *l) { listen_with(l, serve_once, l); }
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

/* ---- TLS ------------------------------------------------------------------------- */

struct identity { EVP_PKEY *key; X509 *cert; };

static void extend(X509 *cert, X509 *issuer, int nid, const char *value) {
    X509V3_CTX ctx;
    X509V3_set_ctx(&ctx, issuer, cert, NULL, NULL, 0);
    X509_EXTENSION *e = X509V3_EXT_conf_nid(NULL, &ctx, nid, value);
    assert_non_null(e);
    assert_int_equal(X509_add_ext(cert, e, -1), 1);
    X509_EXTENSION_free(e);
}

/* Valid from a day ago until `days` from now; `by` NULL: signed by itself. */
static struct identity identity(const char *name, const char *alternative, const struct identity *by, int days) {
    struct identity i = {EVP_EC_gen("P-256"), X509_new()};
    X509 *cert = i.cert;
    assert_true(i.key && cert);
    X509_set_version(cert, X509_VERSION_3);
    ASN1_INTEGER_set(X509_get_serialNumber(cert), by ? 2 : 1);
    X509_gmtime_adj(X509_getm_notBefore(cert), -2 * 86400);
    X509_gmtime_adj(X509_getm_notAfter(cert), (long)days * 86400);
    X509_set_pubkey(cert, i.key);
    X509_NAME_add_entry_by_txt(X509_get_subject_name(cert), "CN", MBSTRING_UTF8, (const unsigned char *)name, -1, -1, 0);
    X509_set_issuer_name(cert, X509_get_subject_name(by ? by->cert : cert));
    extend(cert, by ? by->cert : cert, NID_basic_constraints, by ? "critical,CA:FALSE" : "critical,CA:TRUE");
    if (alternative)
        extend(cert, by ? by->cert : cert, NID_subject_alt_name, alternative);
    assert_true(X509_sign(cert, by ? by->key : i.key, EVP_sha256()) > 0);
    return i;
}

static void identity_free(struct identity *i) {
    EVP_PKEY_free(i->key);
    X509_free(i->cert);
}

struct tls_listener { struct listener l; const struct identity *who; int version_max; };

static void *serve_tls(void *arg) {
    struct tls_listener *t = arg;
    SSL_CTX *context = SSL_CTX_new(TLS_server_method());
    SSL_CTX_set_security_level(context, 0); /* so that the old versions are really offered */
    SSL_CTX_use_certificate(context, t->who->cert);
    SSL_CTX_use_PrivateKey(context, t->who->key);
    SSL_CTX_set_max_proto_version(context, t->version_max);
    SSL *ssl = SSL_new(context);
    int s = accept(t->l.socket, NULL, NULL);
    SSL_set_fd(ssl, s);
    if (SSL_accept(ssl) == 1) {
        int n = SSL_read(ssl, t->l.heard, sizeof t->l.heard - 1);
        t->l.heard[n > 0 ? n : 0] = 0;
        if (t->l.say && SSL_write(ssl, t->l.say, (int)strlen(t->l.say)) > 0)
            SSL_shutdown(ssl);
    }
    SSL_free(ssl);
    SSL_CTX_free(context);
    close(s);
    return NULL;
}

static void write_roots(const char *file, X509 *cert) {
    FILE *f = fopen(file, "w");
    assert_non_null(f);
    assert_true(!cert || PEM_write_X509(f, cert) == 1);
    fclose(f);
}

/* The client has no switch that would make it trust more: the machine's roots
 * are replaced as an operator would, by SSL_CERT_FILE. */
static void tls(void **state) {
    char file[] = "/tmp/http-roots-XXXXXX", url[200];
    int fd = mkstemp(file);
    assert_true(fd >= 0);
    close(fd);
    setenv("SSL_CERT_FILE", file, 1);
    setenv("SSL_CERT_DIR", "/nonexistent", 1);
    struct identity root = identity("Test root", NULL, NULL, 10), other = identity("Other root", NULL, NULL, 10);
    struct identity good = identity("localhost", "DNS:localhost,IP:127.0.0.1", &root, 10), elsewhere = identity("witness.example", "DNS:witness.example", &root, 10),
                    late = identity("localhost", "DNS:localhost,IP:127.0.0.1", &root, -1), self = identity("localhost", "DNS:localhost", NULL, 10);
    const struct { const char *what; const struct identity *roots, *server; const char *host; int version; enum status want; } row[] = {
        {"trusted by the file, by name", &root, &good, "localhost", 0, OK},
        {"trusted by the file, by address", &root, &good, "127.0.0.1", 0, OK},
        {"TLS 1.2", &root, &good, "localhost", TLS1_2_VERSION, OK},
        {"no root at all", NULL, &good, "localhost", 0, E_SYSTEM},
        {"another root", &other, &good, "localhost", 0, E_SYSTEM},
        {"another host", &root, &elsewhere, "localhost", 0, E_SYSTEM},
        {"another host, by address", &root, &elsewhere, "127.0.0.1", 0, E_SYSTEM},
        {"over", &root, &late, "localhost", 0, E_SYSTEM},
        {"signed by itself", &root, &self, "localhost", 0, E_SYSTEM},
        {"TLS 1.1", &root, &good, "localhost", TLS1_1_VERSION, E_SYSTEM},
    };
    for (size_t i = 0; i < ARRAY_LEN(row); i++) {
        struct tls_listener t = {.l = {.say = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi"}, .who = row[i].server, .version_max = row[i].version};
        struct http_answer a = {0};
        struct diag d = {0};
        write_roots(file, row[i].roots ? row[i].roots->cert : NULL);
        listen_with(&t.l, serve_tls, &t);
        snprintf(url, sizeof url, "https://%s:%d/add-checkpoint", row[i].host, t.l.port);
        enum status s = http_fetch(&(struct http_ask){"POST", url, "text/plain", SPAN("hello\n"), 5000, 1000}, arena, &a, &d);
        end(&t.l);
        bool told = strstr(t.l.heard, "POST /add-checkpoint") != NULL;
        if (s != row[i].want || told != (s == OK) || (s == OK && !span_is(a.body, "hi")) || (s != OK && strcmp(d.code, "http.tls") != 0))
            fail_msg("%s: %s %s, heard \"%s\"", row[i].what, status_name(s), d.code, t.l.heard);
    }
    struct listener plain = {.say = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi"}; /* no downgrade: http where https was asked */
    struct http_answer a;
    struct diag d = {0};
    listen_once(&plain);
    snprintf(url, sizeof url, "https://localhost:%d/", plain.port);
    expect_fail(http_fetch(&(struct http_ask){"GET", url, NULL, {0}, 5000, 1000}, arena, &a, &d), &d, E_SYSTEM, "http.tls");
    end(&plain);
    struct identity *const all[] = {&root, &other, &good, &elsewhere, &late, &self};
    for (size_t i = 0; i < ARRAY_LEN(all); i++)
        identity_free(all[i]);
    unsetenv("SSL_CERT_FILE");
    unsetenv("SSL_CERT_DIR");
    unlink(file);
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
        cmocka_unit_test(answers), cmocka_unit_test(prefixes), cmocka_unit_test(speaks), cmocka_unit_test(gives_up), cmocka_unit_test(tls), cmocka_unit_test(addresses),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
