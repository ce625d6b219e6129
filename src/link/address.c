#include "link/address.h"

#include "link/han.h"
#include "link/text.h"

enum { CHARS_MAX = 96, NUMBERS_MAX = 4 };

struct reading {
    struct link_address *to;
    uint16_t at[CHARS_MAX]; /* characters since the last part that ended */
    size_t size;
    uint16_t last;          /* the character before, for pairs */
    uint32_t number;
    bool in_number;
};

static inline int class_of(int32_t c) { return c >= LINK_HAN_FIRST && c <= LINK_HAN_LAST ? link_han_class[c - LINK_HAN_FIRST] : 0; }
static inline int numeral(int class) { return class >= 1 && class <= LINK_NUMERALS ? class - 1 : -1; }

static void number_ends(struct reading *r) {
    struct link_address *a = r->to;
    if (r->in_number && a->count < NUMBERS_MAX)
        a->numbers |= (uint64_t)(r->number & 0xffff) << 16 * a->count++;
    r->in_number = false;
    r->number = 0;
}

static uint16_t digest(const struct reading *r, size_t n) {
    return n == 0 ? 0 : (uint16_t)(link_hash(r->at, n * sizeof *r->at) >> 40) | 1;
}

/* A part of the division ends with its word: 省 市 区 县 旗 街道 镇 乡. */
static void part_ends(struct reading *r, int32_t c, int32_t before) {
    struct link_address *a = r->to;
    size_t n = r->size;
    switch (c) {
    case 0x7701: /* 省 */
        r->size = 0;
        break;
    case 0x5e02: /* 市: of a province, or a county-level one below it; the next 区 or 县 overwrites it */
        if (n >= 2 && n <= 6) {
            if (!a->county)
                a->county = digest(r, n);
            r->size = 0;
        }
        break;
    case 0x533a: /* 区, but not 小区, 社区, 园区 */
        if (before == 0x5c0f || before == 0x793e || before == 0x56ed || a->count || n > 8)
            break;
        /* fall through */
    case 0x53bf: case 0x65d7: /* 县 旗 */
        if (n >= 2 && !a->town) {
            a->county = digest(r, n);
            r->size = 0;
        }
        break;
    case 0x9053: /* 街道; a lone 道 ends a road */
        if (before == 0x8857 && n >= 3 && !a->count) {
            a->town = digest(r, n - 1);
            r->size = 0;
        }
        break;
    case 0x9547: case 0x4e61: /* 镇 乡 */
        if (n >= 2 && !a->count) {
            a->town = digest(r, n);
            r->size = 0;
        }
        break;
    default: break;
    }
}

static inline void character(struct reading *r, int32_t c, int class, bool digit_next) {
    struct link_address *a = r->to;
    int v = c >= '0' && c <= '9' ? c - '0' : -1;
    int han = v < 0 && r->size > 0 ? numeral(class) : -1;
    if (v >= 0 || (han >= 0 && digit_next)) {
        if (r->in_number && han == 10)
            r->number *= 10;
        else if (r->in_number && han >= 0 && r->number % 10 == 0)
            r->number += (uint32_t)han;
        else
            r->number = r->in_number ? r->number * 10 + (uint32_t)(v >= 0 ? v : han) : (uint32_t)(v >= 0 ? v : han);
        r->in_number = true;
        return;
    }
    number_ends(r);
    if (c <= ' ' || c == '-' || c == '#' || c == '(' || c == ')' || c == ',' || class == LINK_COUNTER)
        return;
    if (a->count == 0 && r->size < CHARS_MAX)
        r->at[r->size++] = (uint16_t)c;
    if (r->last) {
        uint32_t pair = (uint32_t)r->last << 16 | (uint16_t)c;
        a->pairs |= (uint64_t)1 << ((pair ^ pair >> 15) * 0x9e3779b1u >> 26);
    }
    uint16_t before = r->last;
    r->last = (uint16_t)c;
    if (class == LINK_PART)
        part_ends(r, c, before);
}

static inline int32_t folded(const char **p, const char *end) {
    int32_t c = link_next(p, end);
    if (c >= LINK_HAN_FIRST && c <= LINK_HAN_LAST)
        return link_code(c);
    if (c >= 0xff01 && c <= 0xff5e)
        c -= 0xfee0;
    if (c == 0x3000)
        c = ' ';
    if (c >= 'A' && c <= 'Z')
        c |= 0x20;
    return c >= 0x80 ? link_code(c) : c;
}

/* Behind a Chinese numeral: another one, a digit, or a word that is counted. 五一路 and 三里屯 are no numbers. */
static bool counts(const char *p, const char *end) {
    for (int i = 0; p < end && i < 4; i++) {
        int32_t c = folded(&p, end);
        if (class_of(c) == LINK_COUNTER)
            return true;
        if (numeral(class_of(c)) < 0 && !(c >= '0' && c <= '9'))
            return false;
    }
    return false;
}

bool link_address_read(struct span text, struct link_address *ret) {
    struct link_address a = {0};
    struct reading r = {.to = &a};
    uint64_t h = 0;
    text = link_said(text);
    const char *p = text.at, *end = text.size > 600 ? text.at + 600 : span_end(text);
    while (p < end) {
        int32_t c = folded(&p, end);
        if (c == ' ')
            continue;
        h = (h ^ (uint64_t)c) * 0x9e3779b97f4a7c15u;
        int class = class_of(c);
        character(&r, c, class, numeral(class) >= 0 && counts(p, end));
    }
    number_ends(&r);
    a.place = digest(&r, r.size);
    a.pair_count = (uint8_t)__builtin_popcountll(a.pairs);
    if (text.size > 600)
        h ^= link_hash(text.at + 600, text.size - 600);
    a.hash = (uint32_t)(link_mix(h) >> 32) | 1;
    *ret = a;
    return h != 0;
}

/* Twice the common pairs in the share of all of them, of 256. */
static int likeness(const struct link_address *a, const struct link_address *b) {
    int all = a->pair_count + b->pair_count;
    return all == 0 ? 0 : 512 * __builtin_popcountll(a->pairs & b->pairs) / all;
}

/* One list of numbers ends the other, or both are one list. */
static bool fits(const struct link_address *a, const struct link_address *b) {
    int n = a->count < b->count ? a->count : b->count;
    uint64_t mask = n >= 4 ? UINT64_MAX : ((uint64_t)1 << 16 * n) - 1;
    return n > 0 && ((a->numbers ^ b->numbers) & mask) == 0;
}

int link_address_compare(const struct link_address *a, const struct link_address *b) {
    if (a->hash == b->hash)
        return 7;
    bool county = a->county && a->county == b->county, apart = a->county && b->county && !county;
    bool place = a->place && a->place == b->place;
    bool numbers = a->count == b->count && a->numbers == b->numbers;
    int like = likeness(a, b);
    if (!apart && (place || like >= 180)) {
        if (numbers && a->count)
            return place || a->count >= 2 ? 7 : 6;
        if (fits(a, b))
            return 5;
        return numbers ? 5 : 4;
    }
    if (numbers && a->count >= 2 && like >= 110)
        return 6;
    if (like >= 180)
        return 4;
    if (a->town && a->town == b->town)
        return 3;
    return county ? 2 : 1;
}

uint32_t link_address_key(const struct link_address *a, enum link_address_part part) {
    uint64_t v = 0;
    switch (part) {
    case LINK_ADDRESS_ALL: return a->hash;
    case LINK_ADDRESS_DOOR: v = a->count && a->place ? a->numbers * 0x9e3779b97f4a7c15u ^ a->place : 0; break;
    case LINK_ADDRESS_PLACE: v = a->place; break;
    case LINK_ADDRESS_COUNTY: v = a->county; break;
    }
    return v ? (uint32_t)(link_mix(v << 3 ^ part) >> 32) | 1 : 0;
}
