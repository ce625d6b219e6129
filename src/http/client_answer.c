#include "http/client_answer.h"

#include <strings.h>

/* A line without its CR LF (a lone LF is taken, RFC 9112 2.2); false: not there yet. */
static bool take_line(struct span *s, struct span *ret) {
    const char *end = s->size ? memchr(s->at, '\n', s->size) : NULL;
    if (!end)
        return false;
    size_t n = (size_t)(end - s->at);
    *ret = (struct span){s->at, n && s->at[n - 1] == '\r' ? n - 1 : n};
    *s = (struct span){end + 1, s->size - n - 1};
    return true;
}

static bool is_digit(char c) { return c >= '0' && c <= '9'; }

/* "HTTP/1.1 200 OK" */
static bool read_status(struct span line, int *ret) {
    if (line.size < 12 || memcmp(line.at, "HTTP/1.", 7) != 0 || !is_digit(line.at[7]) || line.at[8] != ' ' || (line.size > 12 && line.at[12] != ' '))
        return false;
    int v = 0;
    for (int i = 9; i < 12; i++) {
        if (!is_digit(line.at[i]))
            return false;
        v = v * 10 + (line.at[i] - '0');
    }
    *ret = v;
    return v >= 100;
}

static struct span trim(struct span s) {
    while (s.size && (s.at[0] == ' ' || s.at[0] == '\t'))
        s.at++, s.size--;
    while (s.size && (s.at[s.size - 1] == ' ' || s.at[s.size - 1] == '\t'))
        s.size--;
    return s;
}

static bool named(struct span name, const char *what) { return name.size == strlen(what) && strncasecmp(name.at, what, name.size) == 0; }

struct head { int status; struct span media; bool chunked, sized; size_t length; };

static bool read_length(struct span s, size_t *ret) {
    size_t v = 0;
    if (s.size == 0 || s.size > 12)
        return false;
    for (size_t i = 0; i < s.size; i++) {
        if (!is_digit(s.at[i]))
            return false;
        v = v * 10 + (size_t)(s.at[i] - '0');
    }
    *ret = v;
    return true;
}

static bool read_field(struct head *h, struct span line) {
    const char *colon = memchr(line.at, ':', line.size);
    if (!colon || colon == line.at)
        return false;
    struct span name = {line.at, (size_t)(colon - line.at)};
    struct span value = trim((struct span){colon + 1, line.size - name.size - 1});
    if (named(name, "Content-Type"))
        h->media = value;
    if (named(name, "Transfer-Encoding")) {
        h->chunked = value.size == 7 && strncasecmp(value.at, "chunked", 7) == 0;
        return h->chunked;
    }
    if (named(name, "Content-Length")) {
        bool before = h->sized;
        size_t length = h->length;
        h->sized = read_length(value, &h->length);
        return h->sized && (!before || length == h->length);
    }
    return true;
}

static enum http_progress read_head(struct span *s, struct head *h) {
    struct span line;
    if (!take_line(s, &line))
        return HTTP_MORE;
    if (!read_status(line, &h->status))
        return HTTP_BAD;
    for (;;) {
        if (!take_line(s, &line))
            return HTTP_MORE;
        if (line.size == 0)
            return HTTP_DONE;
        if (!read_field(h, line))
            return HTTP_BAD;
    }
}

static bool hex_length(struct span s, size_t *ret) {
    size_t v = 0, n = 0;
    for (; n < s.size && s.at[n] != ';' && s.at[n] != ' '; n++) {
        char c = s.at[n];
        int digit = is_digit(c) ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
        if (digit < 0 || n >= 8)
            return false;
        v = v * 16 + (size_t)digit;
    }
    *ret = v;
    return n > 0;
}

/* RFC 9112 7.1; trailer fields are read over. */
static enum http_progress read_chunks(struct arena *a, struct span s, struct span *ret) {
    char *out = arena_alloc_raw(a, s.size + 1);
    size_t size = 0, n;
    struct span line;
    if (!out)
        return HTTP_BAD;
    for (;;) {
        if (!take_line(&s, &line))
            return HTTP_MORE;
        if (!hex_length(line, &n))
            return HTTP_BAD;
        if (n == 0)
            break;
        if (s.size < n + 1)
            return HTTP_MORE;
        memcpy(out + size, s.at, n);
        size += n;
        s = (struct span){s.at + n, s.size - n};
        if (!take_line(&s, &line))
            return HTTP_MORE;
        if (line.size)
            return HTTP_BAD;
    }
    for (;;) {
        if (!take_line(&s, &line))
            return HTTP_MORE;
        if (line.size == 0)
            break;
    }
    *ret = (struct span){out, size};
    return HTTP_DONE;
}

static enum http_progress done(struct arena *a, const struct head *h, struct span body, struct http_answer *ret) {
    char *copy = arena_dup(a, body), *media = arena_dup(a, h->media);
    if (!copy || !media)
        return HTTP_BAD;
    *ret = (struct http_answer){h->status, media, {copy, body.size}};
    return HTTP_DONE;
}

enum http_progress http_answer_read(struct arena *a, struct span bytes, bool ended, struct http_answer *ret) {
    struct head h;
    enum http_progress p;
    do { /* 100 Continue and the like announce another head */
        h = (struct head){.media = SPAN("")};
        p = read_head(&bytes, &h);
        if (p != HTTP_DONE)
            return p == HTTP_MORE && ended ? HTTP_BAD : p;
    } while (h.status < 200);
    if (h.status == 204 || h.status == 304)
        return done(a, &h, SPAN(""), ret);
    if (h.chunked && h.sized)
        return HTTP_BAD; /* RFC 9112 6.3: somebody smuggles */
    if (h.chunked) {
        struct span body;
        struct arena_mark mark = arena_mark(a);
        p = read_chunks(a, bytes, &body);
        if (p == HTTP_DONE)
            return done(a, &h, body, ret);
        arena_rewind(a, mark);
        return p == HTTP_MORE && ended ? HTTP_BAD : p;
    }
    if (!h.sized)
        return ended ? done(a, &h, bytes, ret) : HTTP_MORE;
    if (bytes.size < h.length)
        return ended ? HTTP_BAD : HTTP_MORE;
    return done(a, &h, (struct span){bytes.at, h.length}, ret);
}
