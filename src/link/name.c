#include "link/name.h"

#include "link/han.h"
#include "link/text.h"

enum { CHARS = 4, LONG = 24 };

static uint16_t at(uint64_t chars, unsigned i) { return (uint16_t)(chars >> 16 * i); }

static bool skipped(int32_t c) {
    return c <= ' ' || c == 0x3000 || c == 0xa0 || c == 0xb7 || c == 0x2022 || c == 0x2027 || c == 0x30fb || c == '.' || c == 0xfeff || c == 0x200b;
}

static bool latin(struct span s) {
    for (size_t i = 0; i < s.size; i++)
        if (((unsigned char)s.at[i] | 0x20) >= 'a' && ((unsigned char)s.at[i] | 0x20) <= 'z')
            return true;
    return false;
}

static size_t codes_of(struct span text, uint16_t codes[LONG]) {
    size_t n = latin(text) ? link_pinyin(text, codes, LONG) : 0;
    const char *p = text.at, *end = span_end(text);
    bool divided = n > 0;
    while (!divided && p < end && n < LONG) {
        int32_t c = link_next(&p, end);
        if (c >= 0xff01 && c <= 0xff5e)
            c -= 0xfee0;
        if (c >= 0 && !skipped(c))
            codes[n++] = link_code(c >= 'A' && c <= 'Z' ? c | 0x20 : c);
    }
    return n;
}

bool link_name_read(struct span text, struct link_name *ret) {
    uint16_t codes[LONG] = {0};
    size_t n = codes_of(link_said(text), codes);
    *ret = (struct link_name){0};
    if (n == 0)
        return false;
    ret->count = (uint8_t)(n < CHARS ? n : CHARS);
    for (unsigned i = 0; i < ret->count; i++) {
        ret->chars |= (uint64_t)codes[i] << 16 * i;
        ret->hidden |= codes[i] == LINK_ANY;
    }
    if (n > CHARS)
        ret->rest = (uint16_t)(link_hash(codes + CHARS, (n - CHARS) * sizeof *codes) | 1);
    ret->hash = (uint32_t)(link_mix(ret->chars ^ (uint64_t)ret->rest * 0x9e3779b97f4a7c15u) >> 32) | 1;
    return true;
}

/* How many characters of the two, place by place, are alike. */
static unsigned alike_places(uint64_t a, uint64_t b, unsigned n) {
    unsigned found = 0;
    for (unsigned i = 0; i < n; i++)
        found += link_alike(at(a, i), at(b, i));
    return found;
}

/* The sum of the codes: other characters have, nearly always, another. */
static unsigned sum(uint64_t x) { return (unsigned)((x & 0xffff) + (x >> 16 & 0xffff) + (x >> 32 & 0xffff) + (x >> 48)); }

static bool other_order(uint64_t a, uint64_t b, unsigned n) {
    unsigned taken = 0;
    if (sum(a) != sum(b))
        return false;
    for (unsigned i = 0; i < n; i++) {
        unsigned j = 0;
        while (j < n && (taken >> j & 1 || at(a, i) != at(b, j)))
            j++;
        if (j == n)
            return false;
        taken |= 1u << j;
    }
    return true;
}

static bool one_ear(uint64_t a, uint64_t b, unsigned n) {
    for (unsigned i = 0; i < n; i++) {
        uint16_t x = link_sound_ear(at(a, i));
        if ((!x || x != link_sound_ear(at(b, i))) && !link_alike(at(a, i), at(b, i)))
            return false;
    }
    return true;
}

/* `longer` without one of its characters is `shorter`. */
static bool one_more(uint64_t longer, uint64_t shorter, unsigned n) {
    unsigned head = 0, tail = 0;
    while (head < n && link_alike(at(longer, head), at(shorter, head)))
        head++;
    while (tail < n && link_alike(at(longer, n - tail), at(shorter, n - 1 - tail)))
        tail++;
    return head + tail >= n;
}

int link_name_compare(const struct link_name *a, const struct link_name *b) {
    uint64_t x = a->chars, y = b->chars;
    if (x == y && a->rest == b->rest)
        return a->hidden ? 6 : 7;
    unsigned na = a->count, nb = b->count, n = na < nb ? na : nb;
    bool family = link_alike(at(x, 0), at(y, 0));
    if (na == nb) {
        unsigned alike = alike_places(x, y, n);
        if (alike == n)
            return a->rest == b->rest || n < CHARS ? 6 : 4;
        if (other_order(x, y, n) || one_ear(x, y, n))
            return 5;
        if (n >= 3 && alike == n - 1)
            return 3;
    } else if (na - nb == 1 || nb - na == 1) {
        if (n >= 2 && (na > nb ? one_more(x, y, nb) : one_more(y, x, na)))
            return 4;
    }
    return family ? 2 : 1;
}

static uint16_t key_sound(uint16_t code) {
    uint16_t s = link_sound(code);
    return s ? (uint16_t)(LINK_SOUND + s) : code;
}

uint32_t link_name_key(const struct link_name *n, enum link_name_part part) {
    uint16_t s[CHARS];
    unsigned from = part == LINK_NAME_GIVEN, to = part == LINK_NAME_FAMILY ? 1 : n->count;
    if (part == LINK_NAME_ALL)
        return n->hidden ? 0 : n->hash;
    if (from >= to)
        return 0;
    for (unsigned i = from; i < to; i++) {
        s[i] = key_sound(at(n->chars, i));
        if (s[i] == LINK_ANY)
            return 0;
        for (unsigned k = i; part == LINK_NAME_SOUND && k > from && s[k - 1] > s[k]; k--) {
            uint16_t swap = s[k];
            s[k] = s[k - 1];
            s[k - 1] = swap;
        }
    }
    uint64_t packed = 0;
    for (unsigned i = from; i < to; i++)
        packed = packed << 16 | s[i];
    return (uint32_t)(link_mix(packed ^ (uint64_t)part << 62) >> 32) | 1;
}
