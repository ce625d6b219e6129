#include "link/text.h"

#include "link/han.h"

/* ---- folding ------------------------------------------------------------------------ */

/* U+00C0 to U+017F without accents; '.' stays as it is. */
static const char plain_letters[] =
    "aaaaaaaceeeeiiiidnooooo.ouuuuytsaaaaaaaceeeeiiiidnooooo.ouuuuyty"
    "aaaaaaccccccccddddeeeeeeeeeegggggggghhhhiiiiiiiiiiiijjkkklllllll"
    "lllnnnnnnnnnoooooooorrrrrrssssssssttttttuuuuuuuuuuuuwwyyyzzzzzzs";

static int32_t fold_character(int32_t c) {
    if (c >= 0xff01 && c <= 0xff5e)
        c -= 0xfee0;
    if (c >= 'A' && c <= 'Z')
        return c | 0x20;
    if (c >= 0xc0 && c < 0xc0 + (int32_t)sizeof plain_letters - 1 && plain_letters[c - 0xc0] != '.')
        return plain_letters[c - 0xc0];
    if (c <= ' ' || c == 0x3000 || c == 0xa0 || c == 0xfeff || c == 0x200b)
        return ' ';
    return c >= LINK_RARE - 1 || !link_is_han(c) ? c : link_code(c);
}

size_t link_fold(struct span text, char *out, size_t room) {
    size_t n = 0;
    bool blank = false;
    const char *p = text.at, *end = span_end(text);
    while (p < end && n < room) {
        int32_t raw = link_next(&p, end);
        int32_t c = raw < 0 ? 0xfffd : fold_character(raw);
        if (c == ' ') {
            blank = n > 0;
            continue;
        }
        char bytes[6] = {' '};
        size_t k = blank, size = c < 0x80 ? 1 : 0;
        if (size)
            bytes[k] = (char)c;
        else
            size = utf8_encode(c, bytes + k);
        if (raw == 0xdf)
            bytes[k + size++] = 's';
        if (n + k + size > room)
            break;
        memcpy(out + n, bytes, k + size);
        n += k + size;
        blank = false;
    }
    return n;
}

struct span link_said(struct span s) {
    static const char *const nothing[] = {"-", "--", "---", "/", "\\", "?", "null", "NULL", "Null", "NA", "N/A", "n/a", "nan", "NaN", "None",
        "none", "unknown", "Unknown", "UNKNOWN", "(null)", "无", "不详", "未知", "空", "暂无", "没有", "待查", "－", "—"};
    while (s.size && (unsigned char)*s.at <= ' ')
        s.at++, s.size--;
    while (s.size && (unsigned char)s.at[s.size - 1] <= ' ')
        s.size--;
    if (s.size == 0 || s.size > 9 || !strchr("-/\\?nNuU(\xe6\xe4\xe7\xe5\xef\xe2", *s.at))
        return s;
    for (size_t i = 0; i < ARRAY_LEN(nothing); i++)
        if (*nothing[i] == *s.at && span_is(s, nothing[i]))
            return (struct span){0};
    return s;
}

uint64_t link_hash(const void *at, size_t size) {
    const unsigned char *p = at;
    uint64_t h = 0x9e3779b97f4a7c15u ^ size, w;
    for (; size >= 8; p += 8, size -= 8) {
        memcpy(&w, p, 8);
        h = (h ^ w) * 0xff51afd7ed558ccdu;
        h ^= h >> 32;
    }
    if (size) {
        w = 0;
        memcpy(&w, p, size);
        h = (h ^ w) * 0xff51afd7ed558ccdu;
    }
    return link_mix(h);
}

/* ---- Jaro, Winkler -------------------------------------------------------------------- */

enum { LETTERS = 64 };
static size_t least(size_t a, size_t b) { return a < b ? a : b; }

double link_jaro_winkler(const char *a, size_t na, const char *b, size_t nb) {
    na = least(na, LETTERS);
    nb = least(nb, LETTERS);
    if (na == 0 || nb == 0)
        return na == nb ? 1 : 0;
    size_t longer = na > nb ? na : nb, reach = longer / 2 ? longer / 2 - 1 : 0, matches = 0;
    uint64_t taken = 0, used = 0;
    for (size_t i = 0; i < na; i++) {
        size_t from = i > reach ? i - reach : 0, to = least(i + reach + 1, nb);
        for (size_t j = from; j < to; j++)
            if (a[i] == b[j] && !(taken >> j & 1)) {
                taken |= (uint64_t)1 << j;
                used |= (uint64_t)1 << i;
                matches++;
                break;
            }
    }
    if (matches == 0)
        return 0;
    size_t moved = 0;
    for (uint64_t x = used, y = taken; x; x &= x - 1, y &= y - 1)
        moved += a[__builtin_ctzll(x)] != b[__builtin_ctzll(y)];
    double m = (double)matches;
    double jaro = (m / (double)na + m / (double)nb + (m - (double)(moved / 2)) / m) / 3;
    size_t prefix = 0;
    while (prefix < 4 && prefix < na && prefix < nb && a[prefix] == b[prefix])
        prefix++;
    return jaro + (double)prefix * 0.1 * (1 - jaro);
}

int link_distance(const char *a, size_t na, const char *b, size_t nb, int limit) {
    na = least(na, LETTERS);
    nb = least(nb, LETTERS);
    while (na && nb && *a == *b)
        a++, b++, na--, nb--;
    while (na && nb && a[na - 1] == b[nb - 1])
        na--, nb--;
    int apart = (int)(na > nb ? na - nb : nb - na);
    if (apart > limit)
        return limit + 1;
    int rows[3][LETTERS + 1], *before = rows[0], *last = rows[1], *now = rows[2];
    for (size_t j = 0; j <= nb; j++)
        last[j] = (int)j;
    for (size_t i = 1; i <= na; i++) {
        int best = now[0] = (int)i;
        for (size_t j = 1; j <= nb; j++) {
            int v = last[j - 1] + (a[i - 1] != b[j - 1]);
            v = v < last[j] + 1 ? v : last[j] + 1;
            v = v < now[j - 1] + 1 ? v : now[j - 1] + 1;
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] && before[j - 2] + 1 < v)
                v = before[j - 2] + 1;
            now[j] = v;
            best = v < best ? v : best;
        }
        if (best > limit + 1) /* a swap reaches back one row, so one above the limit may still come down */
            return limit + 1;
        int *oldest = before;
        before = last;
        last = now;
        now = oldest;
    }
    return last[nb] > limit ? limit + 1 : last[nb];
}

uint32_t link_soundex(const char *text, size_t n) {
    static const char digit[] = "01230120022455012623010202"; /* a to z; 0: vowel, h, w, y */
    uint32_t code = 0;
    int count = 0;
    char last = 0;
    for (size_t i = 0; i < n && count < 4; i++) {
        char c = text[i];
        if (c < 'a' || c > 'z')
            continue;
        char d = digit[c - 'a'];
        if (count == 0) {
            code = (uint32_t)c;
            count = 1;
            last = d;
        } else if (d != '0') {
            if (d != last) {
                code = code << 8 | (uint32_t)d;
                count++;
            }
            last = d;
        } else if (c != 'h' && c != 'w') {
            last = 0;
        }
    }
    while (count > 0 && count++ < 4)
        code = code << 8 | '0';
    return code;
}

/* ---- slots ------------------------------------------------------------------------------ */

bool link_text_read(struct span text, struct link_text *ret) {
    char folded[256];
    text = link_said(text);
    size_t n = link_fold(text, folded, sizeof folded);
    *ret = (struct link_text){0};
    if (n == 0)
        return false;
    uint64_t h = link_hash(folded, n);
    if (text.size > sizeof folded)
        h ^= link_hash(text.at + sizeof folded, text.size - sizeof folded);
    ret->hash = (uint32_t)(h >> 32) | 1;
    ret->size = (uint8_t)least(n, sizeof ret->at);
    memcpy(ret->at, folded, ret->size);
    return true;
}

static bool begins(const struct link_text *a, const struct link_text *b) {
    size_t n = least(a->size, b->size);
    return n >= 3 && memcmp(a->at, b->at, n) == 0;
}

int link_text_compare(const struct link_text *a, const struct link_text *b) {
    if (a->hash == b->hash)
        return 7;
    size_t na = a->size, nb = b->size, longer = na > nb ? na : nb;
    int limit = longer >= 6 ? 2 : 1;
    int d = longer >= 3 ? link_distance(a->at, na, b->at, nb, limit) : 9;
    if (d <= 1)
        return 6;
    double jw = link_jaro_winkler(a->at, na, b->at, nb);
    if (jw >= 0.92)
        return 5;
    if (d <= limit || jw >= 0.88 || begins(a, b))
        return 4;
    if (jw >= 0.8)
        return 3;
    uint32_t x = link_soundex(a->at, na);
    if (x && x == link_soundex(b->at, nb))
        return 3;
    return jw >= 0.7 ? 2 : 1;
}

int link_mail_compare(const struct link_text *a, const struct link_text *b) {
    if (a->hash == b->hash)
        return 7;
    const char *x = memchr(a->at, '@', a->size), *y = memchr(b->at, '@', b->size);
    size_t na = x ? (size_t)(x - a->at) : a->size, nb = y ? (size_t)(y - b->at) : b->size;
    if (na && na == nb && memcmp(a->at, b->at, na) == 0)
        return 6;
    int d = link_distance(a->at, a->size, b->at, b->size, 2);
    if (d <= 2)
        return d == 1 ? 5 : 4;
    double jw = link_jaro_winkler(a->at, na, b->at, nb);
    return jw >= 0.9 ? 3 : jw >= 0.8 ? 2 : 1;
}
