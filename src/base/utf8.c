#include "base/utf8.h"

int32_t utf8_next(const char **at, const char *end) {
    assert(*at < end);
    const unsigned char *p = (const unsigned char *)*at;
    size_t left = (size_t)(end - *at);
    unsigned c = p[0];
    *at += 1;
    if (c < 0x80)
        return (int32_t)c;
    /* RFC 3629 section 4: the second byte's range excludes overlong forms,
     * surrogates and what lies above U+10FFFF. */
    unsigned low = 0x80, high = 0xbf;
    size_t more;
    if (c >= 0xc2 && c <= 0xdf) {
        more = 1;
        c &= 0x1f;
    } else if (c >= 0xe0 && c <= 0xef) {
        more = 2;
        low = c == 0xe0 ? 0xa0 : low;
        high = c == 0xed ? 0x9f : high;
        c &= 0x0f;
    } else if (c >= 0xf0 && c <= 0xf4) {
        more = 3;
        low = c == 0xf0 ? 0x90 : low;
        high = c == 0xf4 ? 0x8f : high;
        c &= 0x07;
    } else
        return -1;
    if (left <= more || p[1] < low || p[1] > high)
        return -1;
    c = c << 6 | (p[1] & 0x3f);
    for (size_t i = 2; i <= more; i++) {
        if (p[i] < 0x80 || p[i] > 0xbf)
            return -1;
        c = c << 6 | (p[i] & 0x3f);
    }
    *at += more;
    return (int32_t)c;
}

/* Eight bytes at once while all are ASCII. */
static const char *skip_ascii(const char *p, const char *end) {
    for (uint64_t word; end - p >= 8; p += 8) {
        memcpy(&word, p, sizeof word);
        if (word & UINT64_C(0x8080808080808080))
            break;
    }
    return p;
}

bool utf8_valid(struct span s) {
    const char *p = s.at, *end = span_end(s);
    while ((p = skip_ascii(p, end)) < end)
        if (utf8_next(&p, end) < 0)
            return false;
    return true;
}

bool utf8_hidden(int32_t c) {
    static const struct { int32_t first, last; } ranges[] = {
        {0, 0x1f}, {0x7f, 0x9f}, {0xad, 0xad}, {0x34f, 0x34f}, {0x61c, 0x61c}, {0x115f, 0x1160}, {0x17b4, 0x17b5}, {0x180e, 0x180e},
        {0x200b, 0x200f}, {0x2028, 0x202e}, {0x2060, 0x206f}, {0x3164, 0x3164}, {0xfdd0, 0xfdef}, {0xfeff, 0xfeff}, {0xffa0, 0xffa0},
        {0xfff0, 0xfffb}, {0x1bca0, 0x1bca3}, {0x1d173, 0x1d17a}, {0xe0000, 0xe00ff}, {0xe01f0, 0xe0fff},
    };
    for (size_t i = 0; i < ARRAY_LEN(ranges); i++)
        if (c >= ranges[i].first && c <= ranges[i].last)
            return true;
    return (c & 0xfffe) == 0xfffe;
}

bool utf8_has_hidden(struct span s, bool lines) {
    for (const char *at = s.at, *end = span_end(s); at < end;) {
        int32_t c = utf8_next(&at, end);
        if (utf8_hidden(c) && !(lines && (c == '\n' || c == '\r' || c == '\t')))
            return true;
    }
    return false;
}

static bool blank(int32_t c) {
    return c == ' ' || c == 0xa0 || c == 0x1680 || (c >= 0x2000 && c <= 0x200a) || c == 0x2028 || c == 0x2029 || c == 0x202f || c == 0x205f || c == 0x3000 || c == 0x2800 ||
        utf8_hidden(c);
}

size_t utf8_written(struct span s) {
    size_t n = 0, written = 0;
    for (const char *at = s.at, *end = span_end(s); at < end;) {
        int32_t c = utf8_next(&at, end);
        if (c < 0)
            return 0;
        n += n || !blank(c);
        if (!blank(c))
            written = n;
    }
    return written;
}

size_t utf8_length(struct span s) {
    size_t n = 0;
    for (size_t i = 0; i < s.size; i++)
        n += ((unsigned char)s.at[i] & 0xc0) != 0x80;
    return n;
}

size_t utf8_encode(int32_t c, char out[4]) {
    assert(c >= 0 && c <= 0x10ffff && !(c >= 0xd800 && c <= 0xdfff));
    if (c < 0x80) {
        out[0] = (char)c;
        return 1;
    }
    if (c < 0x800) {
        out[0] = (char)(0xc0 | c >> 6);
        out[1] = (char)(0x80 | (c & 0x3f));
        return 2;
    }
    if (c < 0x10000) {
        out[0] = (char)(0xe0 | c >> 12);
        out[1] = (char)(0x80 | (c >> 6 & 0x3f));
        out[2] = (char)(0x80 | (c & 0x3f));
        return 3;
    }
    out[0] = (char)(0xf0 | c >> 18);
    out[1] = (char)(0x80 | (c >> 12 & 0x3f));
    out[2] = (char)(0x80 | (c >> 6 & 0x3f));
    out[3] = (char)(0x80 | (c & 0x3f));
    return 4;
}

size_t utf8_cut(struct span s, size_t max) {
    if (s.size <= max)
        return s.size;
    size_t n = max;
    /* Back over at most three continuation bytes: text that is not UTF-8 is
     * cut where it stands. */
    for (int i = 0; i < 3 && n > 0 && ((unsigned char)s.at[n] & 0xc0) == 0x80; i++)
        n--;
    return ((unsigned char)s.at[n] & 0xc0) == 0x80 ? max : n;
}

static size_t bytes_of(struct span s, size_t n) {
    const char *p = s.at, *end = span_end(s);
    while (n-- > 0 && p < end)
        utf8_next(&p, end);
    return (size_t)(p - s.at);
}

struct span utf8_skip(struct span s, size_t n) {
    if (s.size == 0)
        return s;
    size_t bytes = bytes_of(s, n);
    return (struct span){s.at + bytes, s.size - bytes};
}

struct span utf8_take(struct span s, size_t n) {
    if (s.size == 0)
        return s;
    return (struct span){s.at, bytes_of(s, n)};
}

/* Names longer than this are not misspelt, they are something else. */
enum { DISTANCE_CHARS_MAX = 128 };

static int decode_all(struct span s, int32_t out[DISTANCE_CHARS_MAX]) {
    const char *p = s.at, *end = span_end(s);
    int n = 0;
    while (p < end) {
        if (n == DISTANCE_CHARS_MAX)
            return -1;
        out[n++] = utf8_next(&p, end);
    }
    return n;
}

static int min2(int a, int b) { return a < b ? a : b; }

int utf8_distance(struct span a, struct span b, int limit) {
    assert(limit >= 0);
    int32_t x[DISTANCE_CHARS_MAX], y[DISTANCE_CHARS_MAX];
    int m = decode_all(a, x), n = decode_all(b, y);
    if (m < 0 || n < 0)
        return span_eq(a, b) ? 0 : limit + 1;
    if (abs(m - n) > limit)
        return limit + 1;
    int row[DISTANCE_CHARS_MAX + 1];
    for (int j = 0; j <= n; j++)
        row[j] = j;
    for (int i = 1; i <= m; i++) {
        int corner = row[0];
        row[0] = i;
        for (int j = 1; j <= n; j++) {
            int above = row[j];
            row[j] = min2(min2(above, row[j - 1]) + 1, corner + (x[i - 1] != y[j - 1]));
            corner = above;
        }
    }
    return min2(row[n], limit + 1);
}
