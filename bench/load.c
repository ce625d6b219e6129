/* load: sends HTTP requests over N kept-open connections and measures each.
 *
 *   load PORT CONNECTIONS REQUESTS REPLIES [TIMES]
 *
 * REQUESTS: for each request a line "SIZE", then its bytes.  Request k goes over
 * connection k % N, so that each connection can have a session of its own.  All
 * of them are sent TIMES times.  REPLIES gets, for each request's last reply, a
 * line "STATUS MICROSECONDS SIZE" and the body.  Standard output: one JSON object.
 *
 * Sockets block and a thread has one connection, so the load is closed: a
 * connection's next request waits for its last reply.  Each connection comes
 * from a loopback address of its own, since the server limits what one address
 * may ask in a minute. */
#include "bench.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

enum { CONNECTIONS_MAX = 256, REPLY_MAX = 16 << 20 };

struct request { const char *at; size_t size; };
struct reply { int status; double seconds; char *body; size_t size; };

struct load {
    struct request *request;
    struct reply *reply;
    double *latency; /* times * count */
    size_t count;
    int port, connections, times;
    pthread_barrier_t start;
    double began;
};
struct line { struct load *load; int number, socket; char *buf; size_t capacity, failed; };

static void die(const char *what) {
    fprintf(stderr, "load: %s: %s\n", what, strerror(errno));
    exit(1);
}

static void connect_line(struct line *l) {
    int on = 1;
    struct sockaddr_in from = {.sin_family = AF_INET}, to = {.sin_family = AF_INET, .sin_port = htons((uint16_t)l->load->port)};
    from.sin_addr.s_addr = htonl(INADDR_LOOPBACK + 1u + (unsigned)l->number);
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    l->socket = socket(AF_INET, SOCK_STREAM, 0);
    if (l->socket < 0 || bind(l->socket, (struct sockaddr *)&from, sizeof from) != 0 || connect(l->socket, (struct sockaddr *)&to, sizeof to) != 0)
        die("connect");
    setsockopt(l->socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
}

static void send_all(struct line *l, const struct request *r) {
    for (size_t done = 0; done < r->size;) {
        ssize_t n = write(l->socket, r->at + done, r->size - done);
        if (n <= 0)
            die("send");
        done += (size_t)n;
    }
}

static size_t receive_more(struct line *l, size_t have) {
    if (have == l->capacity) {
        l->capacity *= 2;
        if (l->capacity > REPLY_MAX || !(l->buf = realloc(l->buf, l->capacity + 1)))
            die("reply");
    }
    ssize_t n = read(l->socket, l->buf + have, l->capacity - have);
    if (n <= 0)
        die("receive");
    l->buf[have + (size_t)n] = 0;
    return have + (size_t)n;
}

/* The head's length with its empty line; the body follows it. */
static struct reply receive(struct line *l) {
    size_t have = 0, head = 0, size = 0;
    while (head == 0) {
        have = receive_more(l, have);
        const char *end = strstr(l->buf, "\r\n\r\n");
        head = end ? (size_t)(end - l->buf) + 4 : 0;
    }
    const char *length = strcasestr(l->buf, "\r\ncontent-length:");
    if (!length || length > l->buf + head) {
        errno = EPROTO;
        die("reply without a length");
    }
    size = strtoul(length + 17, NULL, 10);
    while (have < head + size)
        have = receive_more(l, have);
    return (struct reply){.status = atoi(l->buf + 9), .body = l->buf + head, .size = size};
}

static void *run_line(void *arg) {
    struct line *l = arg;
    struct load *x = l->load;
    pthread_barrier_wait(&x->start);
    for (int time = 0; time < x->times; time++)
        for (size_t k = (size_t)l->number; k < x->count; k += (size_t)x->connections) {
            double t = bench_now();
            send_all(l, &x->request[k]);
            struct reply r = receive(l);
            r.seconds = bench_now() - t;
            x->latency[(size_t)time * x->count + k] = r.seconds;
            l->failed += r.status < 200 || r.status > 299;
            if (time + 1 == x->times) {
                char *copy = malloc(r.size + 1);
                if (!copy)
                    die("memory");
                memcpy(copy, r.body, r.size);
                r.body = copy;
                x->reply[k] = r;
            }
        }
    return NULL;
}

static void read_requests(struct load *x, const char *path) {
    FILE *f = strcmp(path, "-") == 0 ? stdin : fopen(path, "rb");
    size_t size, capacity = 0;
    if (!f)
        die(path);
    while (fscanf(f, "%zu", &size) == 1) {
        char *at = malloc(size + 1);
        if (fgetc(f) != '\n' || !at || fread(at, 1, size, f) != size)
            die("requests");
        if (x->count == capacity) {
            capacity = capacity ? capacity * 2 : 64;
            x->request = realloc(x->request, capacity * sizeof *x->request);
            if (!x->request)
                die("memory");
        }
        x->request[x->count++] = (struct request){at, size};
    }
    if (f != stdin)
        fclose(f);
}

static void write_replies(const struct load *x, const char *path) {
    FILE *f = fopen(path, "wb");
    if (!f)
        die(path);
    for (size_t i = 0; i < x->count; i++) {
        fprintf(f, "%d %.0f %zu\n", x->reply[i].status, x->reply[i].seconds * 1e6, x->reply[i].size);
        fwrite(x->reply[i].body, 1, x->reply[i].size, f);
    }
    if (fclose(f) != 0)
        die(path);
}

int main(int argc, char **argv) {
    struct load x = {.times = argc > 5 ? atoi(argv[5]) : 1};
    if (argc < 5 || (x.port = atoi(argv[1])) <= 0 || (x.connections = atoi(argv[2])) <= 0 || x.connections > CONNECTIONS_MAX || x.times <= 0) {
        fprintf(stderr, "load PORT CONNECTIONS REQUESTS REPLIES [TIMES]\n");
        return 2;
    }
    read_requests(&x, argv[3]);
    size_t total = x.count * (size_t)x.times, failed = 0;
    if (x.count < (size_t)x.connections) {
        fprintf(stderr, "load: fewer requests than connections\n");
        return 2;
    }
    x.reply = calloc(x.count, sizeof *x.reply);
    x.latency = calloc(total, sizeof *x.latency);
    static struct line line[CONNECTIONS_MAX];
    pthread_t thread[CONNECTIONS_MAX];
    pthread_barrier_init(&x.start, NULL, (unsigned)x.connections + 1);
    for (int i = 0; i < x.connections; i++) {
        line[i] = (struct line){.load = &x, .number = i, .capacity = 65536, .buf = malloc(65537)};
        connect_line(&line[i]);
        if (pthread_create(&thread[i], NULL, run_line, &line[i]) != 0)
            die("thread");
    }
    double cpu = bench_cpu();
    pthread_barrier_wait(&x.start);
    double began = bench_now();
    for (int i = 0; i < x.connections; i++)
        pthread_join(thread[i], NULL);
    double took = bench_now() - began;
    cpu = bench_cpu() - cpu;
    for (int i = 0; i < x.connections; i++)
        failed += line[i].failed;
    write_replies(&x, argv[4]);
    printf("{\"requests\": %zu, \"failed\": %zu, \"seconds\": %.6f, \"client_cpu_seconds\": %.6f, ", total, failed, took, cpu);
    printf("\"p50_ms\": %.4f, \"p99_ms\": %.4f, \"max_ms\": %.4f}\n", bench_percentile(x.latency, total, 0.5) * 1e3,
        bench_percentile(x.latency, total, 0.99) * 1e3, bench_percentile(x.latency, total, 1) * 1e3);
    return 0;
}
