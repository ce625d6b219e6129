#include "base/buf.h"

#include <stdarg.h>
#include <stdio.h>

enum { ROOM_FIRST = 256 };
static const size_t CEILING_DEFAULT = (size_t)256 << 20;

void buf_init(struct buf *b, size_t ceiling) {
    *b = (struct buf){.ceiling = ceiling ? ceiling : CEILING_DEFAULT};
}

void buf_release(struct buf *b) {
    free(b->at);
    *b = (struct buf){.ceiling = b->ceiling};
}

/* Room for n more bytes and the terminator.  A buf that was only zeroed, not
 * initialised, has the default ceiling. */
static bool grow(struct buf *b, size_t n) {
    if (b->failed)
        return false;
    if (!b->ceiling)
        b->ceiling = CEILING_DEFAULT;
    if (n > b->ceiling || b->size > b->ceiling - n) {
        b->failed = true;
        return false;
    }
    size_t need = b->size + n + 1;
    if (need <= b->room)
        return true;
    size_t room = b->room ? b->room : ROOM_FIRST;
    while (room < need)
        room *= 2;
    char *p = realloc(b->at, room);
    if (!p) {
        b->failed = true;
        return false;
    }
    b->at = p;
    b->room = room;
    return true;
}

void buf_add(struct buf *b, struct span s) {
    if (!grow(b, s.size))
        return;
    if (s.size)
        memcpy(b->at + b->size, s.at, s.size);
    b->size += s.size;
    b->at[b->size] = '\0';
}

void buf_adds(struct buf *b, const char *s) { buf_add(b, span_of(s)); }

void buf_addc(struct buf *b, char c) {
    if (!grow(b, 1))
        return;
    b->at[b->size++] = c;
    b->at[b->size] = '\0';
}

void buf_addf(struct buf *b, const char *fmt, ...) {
    va_list ap, again;
    va_start(ap, fmt);
    va_copy(again, ap);
    int n = vsnprintf(NULL, 0, fmt, ap);
    va_end(ap);
    if (n < 0)
        b->failed = true;
    else if (grow(b, (size_t)n)) {
        vsnprintf(b->at + b->size, (size_t)n + 1, fmt, again);
        b->size += (size_t)n;
    }
    va_end(again);
}

void buf_cut(struct buf *b, size_t size) {
    if (size >= b->size)
        return;
    b->size = size;
    b->at[size] = '\0';
}

void buf_clear(struct buf *b) {
    b->size = 0;
    b->failed = false;
    if (b->at)
        b->at[0] = '\0';
}

char *buf_take(struct buf *b) {
    if (!b->at && !grow(b, 0))
        return NULL;
    b->at[b->size] = '\0';
    char *p = b->at;
    b->at = NULL;
    buf_release(b);
    return p;
}

/* ---- hexadecimal and base64 ------------------------------------------- */

void buf_hex(struct buf *b, struct span bytes) {
    static const char digit[] = "0123456789abcdef";
    if (bytes.size > SIZE_MAX / 2 || !grow(b, bytes.size * 2)) {
        b->failed = true;
        return;
    }
    for (size_t i = 0; i < bytes.size; i++) {
        unsigned c = (unsigned char)bytes.at[i];
        b->at[b->size++] = digit[c >> 4];
        b->at[b->size++] = digit[c & 15];
    }
    b->at[b->size] = '\0';
}

static const char base64_digit[] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

void buf_base64(struct buf *b, struct span bytes) {
    if (bytes.size > SIZE_MAX / 2 || !grow(b, (bytes.size + 2) / 3 * 4)) {
        b->failed = true;
        return;
    }
    const unsigned char *p = (const unsigned char *)bytes.at;
    for (size_t i = 0; i < bytes.size; i += 3) {
        size_t left = bytes.size - i;
        unsigned v = (unsigned)p[i] << 16 | (left > 1 ? (unsigned)p[i + 1] << 8 : 0) |
                     (left > 2 ? p[i + 2] : 0);
        b->at[b->size++] = base64_digit[v >> 18];
        b->at[b->size++] = base64_digit[v >> 12 & 63];
        b->at[b->size++] = left > 1 ? base64_digit[v >> 6 & 63] : '=';
        b->at[b->size++] = left > 2 ? base64_digit[v & 63] : '=';
    }
    b->at[b->size] = '\0';
}

static int hex_value(char c) {
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    return -1;
}

bool hex_decode(struct span text, uint8_t *ret, size_t room, size_t *ret_size) {
    if (text.size % 2 || text.size / 2 > room)
        return false;
    for (size_t i = 0; i < text.size; i += 2) {
        int high = hex_value(text.at[i]), low = hex_value(text.at[i + 1]);
        if (high < 0 || low < 0)
            return false;
        ret[i / 2] = (uint8_t)(high << 4 | low);
    }
    *ret_size = text.size / 2;
    return true;
}

static int base64_value(char c) {
    const char *p = c ? strchr(base64_digit, c) : NULL;
    return p ? (int)(p - base64_digit) : -1;
}

/* One text for one byte string: unused bits of the last digit must be zero. */
bool base64_decode(struct span text, uint8_t *ret, size_t room, size_t *ret_size) {
    if (text.size % 4)
        return false;
    size_t n = 0;
    for (size_t i = 0; i < text.size; i += 4) {
        const char *q = text.at + i;
        bool last = i + 4 == text.size;
        int pad = last && q[3] == '=' ? (q[2] == '=' ? 2 : 1) : 0;
        unsigned v = 0;
        for (int k = 0; k < 4; k++) {
            int d = k >= 4 - pad ? 0 : base64_value(q[k]);
            if (d < 0)
                return false;
            v = v << 6 | (unsigned)d;
        }
        if ((pad == 2 && v & 0xffff) || (pad == 1 && v & 0xff))
            return false;
        for (int k = 0; k < 3 - pad; k++) {
            if (n == room)
                return false;
            ret[n++] = (uint8_t)(v >> (16 - 8 * k));
        }
    }
    *ret_size = n;
    return true;
}
