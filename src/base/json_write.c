#include "base/json.h"

#include <stdarg.h>
#include <stdio.h>

#include "base/date.h"
#include "base/utf8.h"

enum { INDENT = 2 };

void json_begin(struct json_writer *w, struct buf *out, bool pretty) {
    *w = (struct json_writer){.out = out, .pretty = pretty};
}

static void new_line(struct json_writer *w) {
    if (w->pretty)
        buf_addf(w->out, "\n%*s", (int)(w->depth * INDENT), "");
}

/* Comma and line break, unless a key stands in front. */
static void before_value(struct json_writer *w) {
    if (w->after_key) {
        w->after_key = false;
        return;
    }
    if (w->need_comma)
        buf_addc(w->out, ',');
    if (w->depth)
        new_line(w);
}

static void begin_container(struct json_writer *w, char c) {
    before_value(w);
    buf_addc(w->out, c);
    w->depth++;
    w->need_comma = false;
}

static void end_container(struct json_writer *w, char c) {
    assert(w->depth > 0 && !w->after_key);
    w->depth--;
    if (w->need_comma)
        new_line(w);
    buf_addc(w->out, c);
    w->need_comma = true;
}

void json_object(struct json_writer *w) { begin_container(w, '{'); }
void json_object_end(struct json_writer *w) { end_container(w, '}'); }
void json_array(struct json_writer *w) { begin_container(w, '['); }
void json_array_end(struct json_writer *w) { end_container(w, ']'); }

static void add_escaped(struct buf *out, unsigned char c) {
    static const char from[] = "\"\\\b\f\n\r\t", to[] = "\"\\bfnrt";
    const char *p = c ? strchr(from, c) : NULL;
    if (p)
        buf_addf(out, "\\%c", to[p - from]);
    else
        buf_addf(out, "\\u%04x", c);
}

/* What is not UTF-8 becomes U+FFFD: a reply is always valid JSON. */
static void add_quoted(struct buf *out, struct span s) {
    const char *p = s.at, *end = span_end(s), *from = p;
    buf_addc(out, '"');
    while (p < end) {
        const char *at = p;
        unsigned char ascii = (unsigned char)*p;
        if (ascii - 0x20u < 0x60u && ascii != '"' && ascii != '\\') {
            p++;
            continue;
        }
        int32_t c = utf8_next(&p, end);
        if (c >= 0x20 && c != '"' && c != '\\')
            continue;
        buf_add(out, span_bytes(from, (size_t)(at - from)));
        if (c < 0)
            buf_adds(out, "\xef\xbf\xbd");
        else
            add_escaped(out, (unsigned char)c);
        from = p;
    }
    if (s.size)
        buf_add(out, span_bytes(from, (size_t)(end - from)));
    buf_addc(out, '"');
}

void json_key_span(struct json_writer *w, struct span key) {
    assert(!w->after_key && w->depth > 0);
    before_value(w);
    add_quoted(w->out, key);
    buf_adds(w->out, w->pretty ? ": " : ":");
    w->after_key = true;
}

void json_key(struct json_writer *w, const char *key) { json_key_span(w, span_of(key)); }

static void word(struct json_writer *w, const char *text) {
    before_value(w);
    buf_adds(w->out, text);
    w->need_comma = true;
}

void json_span(struct json_writer *w, struct span s) {
    before_value(w);
    add_quoted(w->out, s);
    w->need_comma = true;
}

void json_string(struct json_writer *w, const char *s) {
    if (s)
        json_span(w, span_of(s));
    else
        json_nothing(w);
}

void json_stringf(struct json_writer *w, const char *fmt, ...) {
    va_list ap;
    va_start(ap, fmt);
    char *text = NULL;
    int n = vasprintf(&text, fmt, ap);
    va_end(ap);
    if (n < 0) {
        w->out->failed = true;
        return;
    }
    json_span(w, span_bytes(text, (size_t)n));
    free(text);
}

void json_int64(struct json_writer *w, int64_t n) {
    char text[32];
    snprintf(text, sizeof text, "%lld", (long long)n);
    word(w, text);
}

void json_id(struct json_writer *w, int64_t id) {
    char text[32];
    snprintf(text, sizeof text, "\"%lld\"", (long long)id);
    word(w, text);
}

void json_decimal(struct json_writer *w, struct dec n) {
    char text[DEC_TEXT_MAX];
    if (!dec_finite(n)) {
        json_nothing(w);
        return;
    }
    dec_text(n, text);
    word(w, text);
}

void json_boolean(struct json_writer *w, bool b) { word(w, b ? "true" : "false"); }

void json_nothing(struct json_writer *w) { word(w, "null"); }

void json_date(struct json_writer *w, int32_t date) {
    char text[DATE_TEXT_MAX];
    if (date == DATE_NONE) {
        json_nothing(w);
        return;
    }
    date_text(date, text);
    json_string(w, text);
}

void json_instant(struct json_writer *w, int64_t t) {
    char text[INSTANT_TEXT_MAX];
    instant_text(t, text);
    json_string(w, text);
}

void json_value(struct json_writer *w, const struct json *j) {
    if (!j) {
        json_nothing(w);
        return;
    }
    switch (j->type) {
    case JSON_NULL: json_nothing(w); break;
    case JSON_FALSE:
    case JSON_TRUE: json_boolean(w, j->type == JSON_TRUE); break;
    case JSON_NUMBER: json_decimal(w, j->number); break;
    case JSON_STRING: json_span(w, j->text); break;
    case JSON_ARRAY:
        json_array(w);
        for (size_t i = 0; i < j->size; i++)
            json_value(w, j->item[i]);
        json_array_end(w);
        break;
    case JSON_OBJECT:
        json_object(w);
        for (size_t i = 0; i < j->size; i++) {
            json_key_span(w, j->key[i]);
            json_value(w, j->item[i]);
        }
        json_object_end(w);
        break;
    }
}

void json_kstring(struct json_writer *w, const char *key, const char *s) { json_key(w, key); json_string(w, s); }
void json_kboth(struct json_writer *w, const char *key, const char *zh, const char *en) {
    json_key(w, key);
    json_object(w);
    json_kstring(w, "zh", zh);
    json_kstring(w, "en", en);
    json_object_end(w);
}
void json_kspan(struct json_writer *w, const char *key, struct span s) { json_key(w, key); json_span(w, s); }
void json_kint(struct json_writer *w, const char *key, int64_t n) { json_key(w, key); json_int64(w, n); }
void json_kid(struct json_writer *w, const char *key, int64_t id) { json_key(w, key); json_id(w, id); }
void json_kbool(struct json_writer *w, const char *key, bool b) { json_key(w, key); json_boolean(w, b); }
void json_kdate(struct json_writer *w, const char *key, int32_t date) { json_key(w, key); json_date(w, date); }
void json_kinstant(struct json_writer *w, const char *key, int64_t t) { json_key(w, key); json_instant(w, t); }

/* ---- canonical text ------------------------------------------------------------ */

static void canonical(struct json_writer *w, const struct json *j);

static int by_key(const void *a, const void *b, void *object) {
    const struct json *j = object;
    struct span x = j->key[*(const size_t *)a], y = j->key[*(const size_t *)b];
    size_t n = x.size < y.size ? x.size : y.size;
    /* Byte order of UTF-8 is code point order. */
    int c = n ? memcmp(x.at, y.at, n) : 0;
    return c ? c : (x.size > y.size) - (x.size < y.size);
}

static void canonical_object(struct json_writer *w, const struct json *j) {
    size_t *order = calloc(j->size ? j->size : 1, sizeof *order);
    if (!order) {
        w->out->failed = true;
        return;
    }
    for (size_t i = 0; i < j->size; i++)
        order[i] = i;
    qsort_r(order, j->size, sizeof *order, by_key, (void *)j);
    json_object(w);
    for (size_t i = 0; i < j->size; i++) {
        json_key_span(w, j->key[order[i]]);
        canonical(w, j->item[order[i]]);
    }
    json_object_end(w);
    free(order);
}

static void canonical(struct json_writer *w, const struct json *j) {
    char text[DEC_TEXT_MAX];
    if (j && j->type == JSON_OBJECT)
        canonical_object(w, j);
    else if (j && j->type == JSON_ARRAY) {
        json_array(w);
        for (size_t i = 0; i < j->size; i++)
            canonical(w, j->item[i]);
        json_array_end(w);
    } else if (j && j->type == JSON_NUMBER && dec_finite(j->number)) {
        dec_text_short(j->number, text); /* 1.50 and 1.5 are one number */
        word(w, text);
    } else
        json_value(w, j);
}

void json_canonical(struct buf *out, const struct json *j) {
    struct json_writer w;
    json_begin(&w, out, false);
    canonical(&w, j);
}
