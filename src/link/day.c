#include "link/day.h"

#include "link/han.h"
#include "link/text.h"

struct group { int value, digits; };

static struct link_day packed(int y, int m, int d) {
    uint32_t v = 0;
    int part[] = {y / 1000 % 10, y / 100 % 10, y / 10 % 10, y % 10, m / 10 % 10, m % 10, d / 10 % 10, d % 10};
    for (int i = 0; i < 8; i++)
        v = v << 4 | (uint32_t)part[i];
    return (struct link_day){v};
}

/* Up to three groups of digits; a time behind the date is left. */
static int groups_of(struct span s, struct group g[3]) {
    int n = 0;
    bool open = false;
    const char *p = s.at, *end = span_end(s);
    while (p < end) {
        int32_t c = link_next(&p, end);
        if (c >= 0xff10 && c <= 0xff19)
            c -= 0xfee0;
        if (c >= '0' && c <= '9') {
            if (!open && n == 3)
                return n;
            if (!open)
                g[n++] = (struct group){0};
            open = true;
            if (g[n - 1].digits < 9)
                g[n - 1].value = g[n - 1].value * 10 + (c - '0');
            g[n - 1].digits++;
        } else {
            open = false;
            if ((c == 'T' || c == ' ' || c == ':') && n > 0)
                return c == ':' ? 0 : n;
        }
    }
    return n;
}

bool link_day_read(struct span text, bool month_first, struct link_day *ret) {
    struct group g[3] = {0};
    *ret = (struct link_day){0};
    text = link_said(text);
    if (text.size == 0 || text.size > 40)
        return false;
    int n = groups_of(text, g);
    if (n == 1 && (g[0].digits == 8 || g[0].digits == 14)) {
        int v = g[0].digits == 8 ? g[0].value : g[0].value / 10;
        *ret = packed(v / 10000, v / 100 % 100, v % 100);
    } else if (n == 1 && g[0].digits == 6) {
        *ret = packed(g[0].value / 100, g[0].value % 100, 0);
    } else if (n == 1 && g[0].digits == 4) {
        *ret = packed(g[0].value, 0, 0);
    } else if (n >= 2 && g[0].digits == 4 && g[1].digits <= 2 && g[2].digits <= 2) {
        *ret = packed(g[0].value, g[1].value, g[2].value);
    } else if (n == 3 && g[2].digits == 4 && g[0].digits <= 2 && g[1].digits <= 2) {
        bool swap = month_first ? g[0].value <= 12 : g[1].value > 12;
        *ret = swap ? packed(g[2].value, g[0].value, g[1].value) : packed(g[2].value, g[1].value, g[0].value);
    }
    return ret->digits != 0;
}

static int number(uint32_t nibbles, int count) {
    int v = 0;
    for (int i = count - 1; i >= 0; i--)
        v = v * 10 + (int)(nibbles >> 4 * i & 15);
    return v;
}

static int days(uint32_t d) { return number(d >> 16, 4) * 372 + number(d >> 8 & 255, 2) * 31 + number(d & 255, 2); }

int link_day_compare(struct link_day a, struct link_day b) {
    uint32_t x = a.digits ^ b.digits;
    if (x == 0)
        return 7;
    uint32_t ma = a.digits >> 8 & 255, mb = b.digits >> 8 & 255, da = a.digits & 255, db = b.digits & 255;
    bool year = x >> 16 == 0;
    if (!ma || !mb || !da || !db)
        return !year ? 1 : !ma || !mb || ma == mb ? 4 : 2;
    uint32_t m = x | x >> 1;
    m = (m | m >> 2) & 0x11111111;
    int low = __builtin_ctz(x) & ~3;
    uint32_t p = a.digits >> low & 255, q = b.digits >> low & 255;
    if ((m & (m - 1)) == 0 || (low <= 24 && (x >> low & ~255u) == 0 && (p >> 4 | (p & 15) << 4) == q))
        return 6;
    if (year && ma == db && mb == da)
        return 6;
    bool month = ma == mb, day = da == db;
    if (year + month + day == 2)
        return 5;
    int apart = number(a.digits >> 16, 4) - number(b.digits >> 16, 4);
    if ((apart == 1 || apart == -1) && (month || day))
        return 4;
    int between = days(a.digits) - days(b.digits);
    if (between <= 31 && between >= -31)
        return 3;
    return year ? 2 : 1;
}

uint32_t link_day_key(struct link_day d, enum link_day_part part) {
    uint32_t v = d.digits;
    switch (part) {
    case LINK_DAY_ALL: break;
    case LINK_DAY_YEAR_MONTH: v >>= 8; break;
    case LINK_DAY_MONTH_DAY: v &= 0xffff; break;
    case LINK_DAY_YEAR: v >>= 16; break;
    }
    bool whole = part == LINK_DAY_YEAR ? v != 0 : part == LINK_DAY_YEAR_MONTH ? (v & 255) != 0 : (v & 255) != 0 && (v >> 8 & 255) != 0;
    return whole ? (uint32_t)(link_mix((uint64_t)v << 3 | part) >> 32) | 1 : 0;
}
