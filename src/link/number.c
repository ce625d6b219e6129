#include "link/number.h"

#include "base/idnum.h"
#include "link/han.h"
#include "link/text.h"

enum { NIBBLES = 16, DIGITS_MAX = 40, MASKED = 15, CITIZEN = 18, CITIZEN_OLD = 15 };

/* Digits of a text, full-width ones too; X is 10, '*' MASKED. Other characters are passed over: `letters` counts them. */
static size_t digits_of(struct span text, uint8_t out[DIGITS_MAX], bool citizen, size_t *letters) {
    size_t n = 0;
    const char *p = text.at, *end = span_end(text);
    *letters = 0;
    while (p < end && n < DIGITS_MAX) {
        int32_t c = link_next(&p, end);
        if (c >= 0xff01 && c <= 0xff5e)
            c -= 0xfee0;
        if (c >= '0' && c <= '9')
            out[n++] = (uint8_t)(c - '0');
        else if (citizen && (c == 'x' || c == 'X'))
            out[n++] = 10;
        else if (citizen && c == '*')
            out[n++] = MASKED;
        else if (c != ' ' && c != '-' && c != '(' && c != ')' && c != '\'')
            *letters += 1;
    }
    return n;
}

static int marks(uint64_t x) { /* nibbles that are not 0 */
    x |= x >> 1;
    x |= x >> 2;
    return __builtin_popcountll(x & 0x1111111111111111u);
}

/* Two neighbours in each other's place, and nothing else. */
static bool swapped(uint64_t a, uint64_t b) {
    uint64_t x = a ^ b;
    if (x == 0)
        return false;
    int low = __builtin_ctzll(x) & ~3;
    if (low > 56 || (x >> low & ~(uint64_t)0xff) != 0)
        return false;
    unsigned p = a >> low & 0xff, q = b >> low & 0xff;
    return (p >> 4 | (p & 15) << 4) == q;
}

/* Digits of a number that is a digit longer: without one of them it is `b`. */
static bool one_more(uint64_t a, uint64_t b, int count_b) {
    for (int k = 0; k <= count_b && k < NIBBLES; k++) {
        uint64_t low = k ? a & (((uint64_t)1 << 4 * k) - 1) : 0;
        uint64_t high = 4 * (k + 1) < 64 ? a >> 4 * (k + 1) << 4 * k : 0;
        if ((high | low) == b)
            return true;
    }
    return false;
}

/* ---- citizen numbers ------------------------------------------------------------------ */

static uint32_t birth_of(const uint8_t *d, unsigned century) {
    unsigned year = century * 100 + d[0] * 10u + d[1], month = d[2] * 10u + d[3], day = d[4] * 10u + d[5];
    bool plain = d[0] < 10 && d[1] < 10 && d[2] < 10 && d[3] < 10 && d[4] < 10 && d[5] < 10;
    return plain && month >= 1 && month <= 12 && day >= 1 && day <= 31 ? year << 16 | month << 8 | day : 0;
}

static bool check_right(const uint8_t d[CITIZEN]) {
    char text[17];
    for (int i = 0; i < 17; i++) {
        if (d[i] > 9)
            return false;
        text[i] = (char)('0' + d[i]);
    }
    char c = citizen_check_digit(text);
    return (c == 'X' ? 10 : c - '0') == d[17];
}

static void pack(const uint8_t *d, size_t n, struct link_citizen *c) {
    for (size_t i = 0; i < n; i++) {
        c->digits = c->digits << 4 | (d[i] == MASKED ? 0 : d[i]);
        c->known = c->known << 4 | (d[i] == MASKED ? 0 : 15);
    }
}

bool link_citizen_read(struct span text, struct link_citizen *ret) {
    uint8_t d[DIGITS_MAX], core[NIBBLES];
    size_t letters, n = digits_of(link_said(text), d, true, &letters);
    struct link_citizen c = {.count = (uint8_t)n};
    *ret = c;
    if (n < 8 || n > 24 || letters > 2)
        return false;
    if (n == CITIZEN) {
        memcpy(core, d, 6);
        memcpy(core + 6, d + 8, 10);
        c.century = (uint8_t)(d[6] < 10 && d[7] < 10 ? d[6] * 10 + d[7] : 0);
        c.valid = check_right(d);
        pack(core, NIBBLES, &c);
        c.birth = birth_of(d + 8, c.century);
    } else if (n == CITIZEN_OLD) {
        memcpy(core, d, CITIZEN_OLD);
        core[15] = MASKED;
        pack(core, NIBBLES, &c);
        c.birth = birth_of(d + 6, 19);
    } else {
        pack(d, n < NIBBLES ? n : NIBBLES, &c);
        c.tail = n > NIBBLES ? (uint8_t)(d[16] << 4 | (n > 17 ? d[17] : 0)) : 0;
    }
    *ret = c;
    return true;
}

uint32_t link_citizen_hash(const struct link_citizen *c) { return (uint32_t)(link_mix(c->digits >> 4) >> 32) | 1; }

/* All digits as written; of the old form as the new one has them. */
static size_t unpack(const struct link_citizen *c, uint8_t d[20]) {
    size_t n = 0;
    bool plain = c->count == CITIZEN || c->count == CITIZEN_OLD;
    for (int i = 0; i < NIBBLES && (plain || i < c->count); i++) {
        if (plain && i == 6) {
            d[n++] = (uint8_t)((c->century ? c->century : 19) / 10);
            d[n++] = (uint8_t)((c->century ? c->century : 19) % 10);
        }
        int shift = plain || c->count >= NIBBLES ? 60 - 4 * i : 4 * (c->count - 1 - i);
        d[n++] = (uint8_t)(c->digits >> shift & 15);
    }
    for (int i = NIBBLES; !plain && i < c->count && i < 18; i++)
        d[n++] = (uint8_t)(i == 16 ? c->tail >> 4 : c->tail & 15);
    return n;
}

static bool written_short(const struct link_citizen *a, const struct link_citizen *b) {
    uint8_t x[20], y[20];
    size_t na = unpack(a, x), nb = unpack(b, y);
    uint8_t *l = na > nb ? x : y, *s = na > nb ? y : x;
    size_t nl = na > nb ? na : nb, ns = na > nb ? nb : na, head = 0, tail = 0;
    if (nl - ns > 1)
        return false;
    while (head < ns && l[head] == s[head])
        head++;
    while (tail < ns && l[nl - 1 - tail] == s[ns - 1 - tail])
        tail++;
    return nl == ns ? head + tail + 1 >= ns : head + tail >= ns;
}

int link_citizen_compare(const struct link_citizen *a, const struct link_citizen *b) {
    bool plain_a = a->count == CITIZEN || a->count == CITIZEN_OLD, plain_b = b->count == CITIZEN || b->count == CITIZEN_OLD;
    if (!plain_a || !plain_b) {
        if (a->digits == b->digits && a->count == b->count && a->tail == b->tail)
            return 7;
        return written_short(a, b) ? 5 : 1;
    }
    uint64_t known = a->known & b->known, x = (a->digits ^ b->digits) & known;
    int shared = marks(known), wrong = marks(x);
    bool both = a->valid && b->valid, century = a->century && b->century && a->century != b->century;
    if (wrong == 0 && shared >= 14)
        return century ? (both ? 1 : 6) : 7;
    if (wrong == 0)
        return shared >= 7 && !century ? 5 : 1;
    if (both)
        return x >> 16 == 0 && !century ? 3 : a->birth == b->birth ? 2 : 1;
    bool old = a->count != b->count;
    if (!century && (wrong == 1 || swapped(a->digits & known, b->digits & known)))
        return old ? 4 : 6;
    if (wrong == 2 && !century)
        return 5;
    return x >> 16 == 0 ? 3 : a->birth && a->birth == b->birth ? 2 : 1;
}

uint32_t link_citizen_key(const struct link_citizen *c, enum link_citizen_part part) {
    bool plain = c->count == CITIZEN || c->count == CITIZEN_OLD;
    if (part == LINK_CITIZEN_ALL)
        return c->known >> 4 == 0x0fffffffffffffff ? link_citizen_hash(c) : 0;
    if (!plain)
        return 0;
    uint64_t known = part == LINK_CITIZEN_HEAD ? c->known >> 16 : c->known >> 4 & 0xfffffff;
    uint64_t value = part == LINK_CITIZEN_HEAD ? c->digits >> 16 : c->digits >> 4 & 0xfffffff;
    if (known != (part == LINK_CITIZEN_HEAD ? 0xffffffffffff : 0xfffffff))
        return 0;
    return (uint32_t)(link_mix(value << 2 | part) >> 32) | 1;
}

/* ---- other numbers --------------------------------------------------------------------- */

static bool number_of(const uint8_t *d, size_t n, size_t letters, uint64_t whole, struct link_number *ret) {
    *ret = (struct link_number){0};
    if (n == 0)
        return false;
    struct link_number r = {.count = (uint8_t)(n < NIBBLES ? n : NIBBLES), .whole = n <= NIBBLES && letters == 0};
    for (size_t i = n > NIBBLES ? n - NIBBLES : 0; i < n; i++)
        r.digits = r.digits << 4 | d[i];
    r.hash = (uint32_t)(link_mix(r.whole ? r.digits ^ (uint64_t)r.count << 60 : whole) >> 32) | 1;
    *ret = r;
    return true;
}

bool link_number_read(struct span text, struct link_number *ret) {
    uint8_t d[DIGITS_MAX];
    size_t letters;
    text = link_said(text);
    size_t n = digits_of(text, d, false, &letters);
    return number_of(d, n, letters, link_hash(text.at, text.size), ret);
}

bool link_phone_read(struct span text, struct link_number *ret) {
    uint8_t d[DIGITS_MAX], *at = d;
    size_t letters;
    text = link_said(text);
    for (size_t i = 7; i < text.size; i++)
        if (text.at[i] == '/' || text.at[i] == ',' || text.at[i] == ';')
            text.size = i;
    size_t n = digits_of(text, d, false, &letters);
    if (n >= 4 && d[0] == 0 && d[1] == 0 && d[2] == 8 && d[3] == 6)
        at += 2, n -= 2;
    if (n >= 12 && at[0] == 8 && at[1] == 6)
        at += 2, n -= 2;
    return n >= 5 && number_of(at, n, 0, 0, ret);
}

int link_number_compare(const struct link_number *a, const struct link_number *b) {
    if (a->hash == b->hash)
        return 7;
    int n = a->count < b->count ? a->count : b->count, apart = a->count - b->count;
    uint64_t x = a->digits ^ b->digits;
    if (n >= 3 && apart == 0) {
        int wrong = marks(x);
        if (wrong == 1 || swapped(a->digits, b->digits))
            return 6;
        if (n >= 7 && (x & 0xfffffff) == 0)
            return 5;
        if (wrong == 2 && n >= 5)
            return 4;
    } else if (n >= 3) {
        if ((apart == 1 && one_more(a->digits, b->digits, b->count)) || (apart == -1 && one_more(b->digits, a->digits, a->count)))
            return 6;
        if (n >= 7 && (x & 0xfffffff) == 0)
            return 5;
    }
    int half = 4 * (n / 2);
    return n >= 4 && apart == 0 && x >> half == 0 ? 2 : 1;
}

uint32_t link_number_key(const struct link_number *n, enum link_number_part part) {
    if (part == LINK_NUMBER_ALL)
        return n->hash;
    if (n->count < 6 || !n->whole)
        return 0;
    int half = 4 * (n->count / 2);
    uint64_t v = part == LINK_NUMBER_HEAD ? n->digits >> half : n->digits & (((uint64_t)1 << half) - 1);
    return (uint32_t)(link_mix(v << 8 | part << 4 | n->count) >> 32) | 1;
}
