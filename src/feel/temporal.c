#include "feel/temporal.h"

#include "feel/feel.h"

#include <stdio.h>

#include <unicode/ucal.h>

/* Days from civil and back: eras of 400 years beginning on 1 March. */
int64_t feel_days(int64_t year, int month, int day) {
    year -= month <= 2;
    int64_t era = (year >= 0 ? year : year - 399) / 400;
    int64_t yoe = year - era * 400;
    int64_t doy = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
    int64_t doe = yoe * 365 + yoe / 4 - yoe / 100 + doy;
    return era * 146097 + doe - 719468;
}

struct feel_civil feel_civil(int64_t day) {
    day += 719468;
    int64_t era = (day >= 0 ? day : day - 146096) / 146097;
    int64_t doe = day - era * 146097;
    int64_t yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
    int64_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
    int64_t mp = (5 * doy + 2) / 153;
    struct feel_civil c;
    c.day = (int)(doy - (153 * mp + 2) / 5 + 1);
    c.month = (int)(mp < 10 ? mp + 3 : mp - 9);
    c.year = yoe + era * 400 + (c.month <= 2);
    return c;
}

int feel_month_days(int64_t year, int month) {
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    return month == 2 && leap ? 29 : days[month - 1];
}

bool feel_civil_valid(int64_t year, int64_t month, int64_t day) {
    return year >= -FEEL_YEAR_MAX && year <= FEEL_YEAR_MAX && month >= 1 && month <= 12 &&
        day >= 1 && day <= feel_month_days(year, (int)month);
}

int feel_weekday(int64_t day) {
    int64_t w = (day + 3) % 7;
    return (int)(w < 0 ? w + 7 : w) + 1;
}

bool feel_add_months(int64_t day, int64_t months, int64_t *ret) {
    if (months > 12 * 2 * FEEL_YEAR_MAX || months < -12 * 2 * FEEL_YEAR_MAX)
        return false;
    struct feel_civil c = feel_civil(day);
    int64_t m = c.year * 12 + (c.month - 1) + months;
    int64_t year = m >= 0 ? m / 12 : (m - 11) / 12;
    int month = (int)(m - year * 12) + 1;
    if (year < -FEEL_YEAR_MAX || year > FEEL_YEAR_MAX)
        return false;
    int last = feel_month_days(year, month);
    *ret = feel_days(year, month, c.day < last ? c.day : last);
    return true;
}

int64_t feel_months_between(int64_t day_a, int64_t nano_a, int64_t day_b, int64_t nano_b) {
    if (day_b < day_a || (day_b == day_a && nano_b < nano_a))
        return -feel_months_between(day_b, nano_b, day_a, nano_a);
    struct feel_civil a = feel_civil(day_a), b = feel_civil(day_b);
    int64_t n = (b.year - a.year) * 12 + b.month - a.month;
    if (b.day < a.day || (b.day == a.day && nano_b < nano_a))
        n--;
    return n;
}

/* ---- zones ---------------------------------------------------------------- */

static bool zone_utf16(struct span zone, UChar out[64]) {
    if (zone.size == 0 || zone.size >= 64)
        return false;
    for (size_t i = 0; i < zone.size; i++) {
        if ((unsigned char)zone.at[i] >= 0x80)
            return false;
        out[i] = (UChar)zone.at[i];
    }
    out[zone.size] = 0;
    return true;
}

bool feel_zone_known(struct span zone) {
    UChar id[64], canonical[64];
    UErrorCode err = U_ZERO_ERROR;
    UBool system = 0;
    if (!zone_utf16(zone, id))
        return false;
    ucal_getCanonicalTimeZoneID(id, -1, canonical, 64, &system, &err);
    return U_SUCCESS(err) && system;
}

/* Far years repeat every 400; 146,097 days keep the weekday too. */
static int64_t near_day(int64_t day) {
    if (day > 10000000)
        return day % 146097 + 20 * 146097;
    return day < -10000000 ? day % 146097 - 20 * 146097 : day;
}

/* The zone's offset at the instant that a clock with `offset` shows as `day` and `nano`. */
static int32_t offset_at(UCalendar *c, int64_t day, int64_t nano, int32_t offset, UErrorCode *err) {
    ucal_setMillis(c, (double)day * 86400000.0 + (double)(nano / 1000000) - offset * 1000.0, err);
    return (ucal_get(c, UCAL_ZONE_OFFSET, err) + ucal_get(c, UCAL_DST_OFFSET, err)) / 1000;
}

/* A round goes from a guess to the offset at the instant guessed with it: one settles an
 * instant of UTC, a local time is settled by the third. */
static bool zone_offset(struct span zone, int64_t day, int64_t nano, int rounds, int32_t *ret) {
    UChar id[64];
    UErrorCode err = U_ZERO_ERROR;
    if (!zone_utf16(zone, id))
        return false;
    UCalendar *c = ucal_open(id, -1, "en", UCAL_GREGORIAN, &err);
    if (U_FAILURE(err))
        return false;
    int32_t offset = 0;
    for (int i = 0; i < rounds; i++)
        offset = offset_at(c, near_day(day), nano, offset, &err);
    ucal_close(c);
    if (U_FAILURE(err))
        return false;
    *ret = offset;
    return true;
}

bool feel_zone_offset(struct span zone, int64_t day, int64_t nano, int32_t *ret) {
    return zone_offset(zone, day, nano, 3, ret);
}

bool feel_zone_offset_utc(struct span zone, int64_t day, int64_t nano, int32_t *ret) {
    return zone_offset(zone, day, nano, 1, ret);
}

/* ---- values --------------------------------------------------------------- */

struct feel_when feel_when(const struct feel_value *v) {
    struct feel_when w = {0};
    if (v->flag & FEEL_FLAG_NAMED) {
        w.day = v->moment->day;
        w.nano = v->moment->nano;
        w.has_offset = true;
        w.offset = v->moment->offset;
        w.zone = v->moment->zone;
        return w;
    }
    w.day = v->day;
    w.nano = v->kind == FEEL_DATE ? 0 : v->nano;
    w.has_offset = (v->flag & FEEL_FLAG_OFFSET) != 0;
    w.offset = v->zone;
    return w;
}

struct feel_value feel_make_time(struct arena *a, struct feel_when w, enum feel_kind kind) {
    struct feel_value v = {.kind = (uint8_t)kind};
    if (kind == FEEL_TIME)
        w.day = 0;
    if (w.zone.size) {
        struct feel_moment *m = ARENA_NEW(a, struct feel_moment);
        if (!m)
            return feel_null();
        *m = (struct feel_moment){w.day, w.nano, w.offset, w.zone};
        v.flag = FEEL_FLAG_NAMED;
        v.moment = m;
        return v;
    }
    if (w.has_offset) {
        v.flag = FEEL_FLAG_OFFSET;
        v.zone = w.offset;
    }
    v.day = w.day;
    v.nano = w.nano;
    return v;
}

__int128 feel_instant(const struct feel_value *v) {
    struct feel_when w = feel_when(v);
    return (__int128)w.day * FEEL_DAY_NANOS + w.nano - (__int128)w.offset * FEEL_NANOS;
}

struct feel_value feel_seconds(__int128 nanos) {
    struct feel_value v = {.kind = FEEL_DT_DURATION};
    __int128 s = nanos / FEEL_NANOS, n = nanos % FEEL_NANOS;
    if (n < 0) {
        n += FEEL_NANOS;
        s--;
    }
    v.seconds = (int64_t)s;
    v.second_nano = (int64_t)n;
    return v;
}

__int128 feel_nanos(const struct feel_value *v) {
    return (__int128)v->seconds * FEEL_NANOS + v->second_nano;
}

/* ---- reading -------------------------------------------------------------- */

struct cursor { const char *at, *end; };

static bool take(struct cursor *c, char ch) {
    if (c->at >= c->end || *c->at != ch)
        return false;
    c->at++;
    return true;
}

/* Exactly `min` to `max` digits. */
static bool digits(struct cursor *c, int min, int max, int64_t *ret) {
    int n = 0;
    int64_t x = 0;
    while (c->at < c->end && *c->at >= '0' && *c->at <= '9' && n < max) {
        x = x * 10 + (*c->at++ - '0');
        n++;
    }
    *ret = x;
    return n >= min;
}

/* `least`: digits after the point.  A time has one; of a duration the pattern of XPath's data model 1.0
 * for dayTimeDuration, which table 72 names, takes PT1.S and PT.5S as well (XML Schema 1.1's own does not). */
static bool fraction(struct cursor *c, int64_t *ret, int least) {
    *ret = 0;
    if (!take(c, '.'))
        return true;
    const char *from = c->at;
    int64_t scale = FEEL_NANOS / 10;
    while (c->at < c->end && *c->at >= '0' && *c->at <= '9') {
        *ret += (*c->at++ - '0') * scale;
        scale /= 10;
    }
    return c->at - from >= least;
}

static bool read_date(struct cursor *c, int64_t *ret) {
    bool negative = take(c, '-');
    const char *start = c->at;
    int64_t y, m, d;
    if (!digits(c, 4, 9, &y) || (c->at - start > 4 && *start == '0') || !take(c, '-') ||
        !digits(c, 2, 2, &m) || !take(c, '-') || !digits(c, 2, 2, &d))
        return false;
    if (negative)
        y = -y;
    if (!feel_civil_valid(y, m, d))
        return false;
    *ret = feel_days(y, (int)m, (int)d);
    return true;
}

static bool read_zone(struct arena *a, struct cursor *c, struct feel_when *w) {
    if (c->at == c->end)
        return true;
    if (take(c, 'Z') || take(c, 'z')) {
        w->has_offset = true;
        return c->at == c->end;
    }
    if (take(c, '@')) {
        struct span z = {c->at, (size_t)(c->end - c->at)};
        if (!feel_zone_known(z) || !feel_zone_offset(z, w->day, w->nano, &w->offset))
            return false;
        char *copy = arena_dup(a, z);
        w->zone = (struct span){copy, copy ? z.size : 0};
        w->has_offset = true;
        return copy != NULL;
    }
    int sign = take(c, '+') ? 1 : take(c, '-') ? -1 : 0;
    int64_t h, m, s = 0;
    if (!sign || !digits(c, 2, 2, &h) || !take(c, ':') || !digits(c, 2, 2, &m))
        return false;
    if (take(c, ':') && !digits(c, 2, 2, &s))
        return false;
    int64_t offset = h * 3600 + m * 60 + s;
    if (c->at != c->end || m > 59 || s > 59 || offset > FEEL_OFFSET_MAX_S)
        return false;
    w->has_offset = true;
    w->offset = (int32_t)(sign * offset);
    return true;
}

/* 24:00:00 is midnight, of the next day when dated (XML Schema 1.1: endOfDayFrag of time and dateTime). */
static bool read_time(struct arena *a, struct cursor *c, struct feel_when *w) {
    int64_t h, m, s, f;
    if (!digits(c, 2, 2, &h) || !take(c, ':') || !digits(c, 2, 2, &m) || !take(c, ':') ||
        !digits(c, 2, 2, &s) || !fraction(c, &f, 1) || (h > 23 && !(h == 24 && !m && !s && !f)) || m > 59 || s > 59)
        return false;
    w->day += h / 24;
    if (feel_civil(w->day).year > FEEL_YEAR_MAX)
        return false;
    h %= 24;
    w->nano = ((h * 60 + m) * 60 + s) * FEEL_NANOS + f;
    return read_zone(a, c, w);
}

static struct cursor cursor_of(struct span s) { return (struct cursor){s.at, s.at + s.size}; }

bool feel_parse_date(struct span text, struct feel_value *ret) {
    struct cursor c = cursor_of(text);
    int64_t day;
    if (!text.size || !read_date(&c, &day) || c.at != c.end)
        return false;
    *ret = feel_date(day);
    return true;
}

bool feel_parse_time(struct arena *a, struct span text, struct feel_value *ret) {
    struct cursor c = cursor_of(text);
    struct feel_when w = {0};
    if (!text.size || !read_time(a, &c, &w))
        return false;
    *ret = feel_make_time(a, w, FEEL_TIME);
    return true;
}

bool feel_parse_date_time(struct arena *a, struct span text, struct feel_value *ret) {
    struct cursor c = cursor_of(text);
    struct feel_when w = {0};
    if (!text.size || !read_date(&c, &w.day))
        return false;
    if (c.at != c.end && (!take(&c, 'T') || !read_time(a, &c, &w)))
        return false;
    *ret = feel_make_time(a, w, FEEL_DATE_TIME);
    return true;
}

static bool unit(struct cursor *c, char letter, int64_t *ret, bool *any) {
    struct cursor before = *c;
    int64_t n;
    if (!digits(c, 1, 18, &n) || !take(c, letter)) {
        *c = before;
        return true;
    }
    *ret = n;
    *any = true;
    return true;
}

static bool read_clock(struct cursor *c, int64_t *h, int64_t *m, int64_t *s, int64_t *f, bool *any) {
    bool some = false;
    unit(c, 'H', h, &some);
    unit(c, 'M', m, &some);
    bool whole = digits(c, 1, 18, s), point = c->at < c->end && *c->at == '.';
    if (whole || point) {
        if (!fraction(c, f, whole ? 0 : 1) || !take(c, 'S'))
            return false;
        some = true;
    }
    *any = *any || some;
    return some;
}

bool feel_parse_duration(struct span text, struct feel_value *ret) {
    struct cursor c = cursor_of(text);
    if (!text.size)
        return false;
    bool negative = take(&c, '-');
    int64_t y = 0, mo = 0, d = 0, h = 0, m = 0, s = 0, f = 0;
    bool any_ym = false, any_dt = false;
    if (!take(&c, 'P'))
        return false;
    unit(&c, 'Y', &y, &any_ym);
    unit(&c, 'M', &mo, &any_ym);
    unit(&c, 'D', &d, &any_dt);
    if (take(&c, 'T') && !read_clock(&c, &h, &m, &s, &f, &any_dt))
        return false;
    if (c.at != c.end || any_ym == any_dt)
        return false;
    if (any_ym) {
        __int128 months = (__int128)y * 12 + mo;
        if (months > INT64_MAX)
            return false;
        *ret = feel_months(negative ? -(int64_t)months : (int64_t)months);
        return true;
    }
    __int128 seconds = (__int128)d * 86400 + (__int128)h * 3600 + (__int128)m * 60 + s;
    if (seconds > INT64_MAX / 2)
        return false;
    __int128 nanos = seconds * FEEL_NANOS + f;
    *ret = feel_seconds(negative ? -nanos : nanos);
    return true;
}

/* ---- writing -------------------------------------------------------------- */

static void write_date(struct buf *out, int64_t day) {
    struct feel_civil c = feel_civil(day);
    buf_addf(out, "%s%04lld-%02d-%02d", c.year < 0 ? "-" : "",
        (long long)(c.year < 0 ? -c.year : c.year), c.month, c.day);
}

static void write_fraction(struct buf *out, int64_t nano) {
    if (nano == 0)
        return;
    char text[16];
    int n = snprintf(text, sizeof text, ".%09lld", (long long)nano);
    while (n > 1 && text[n - 1] == '0')
        n--;
    buf_add(out, (struct span){text, (size_t)n});
}

static void write_time(struct buf *out, const struct feel_when *w) {
    int64_t s = w->nano / FEEL_NANOS;
    buf_addf(out, "%02d:%02d:%02d", (int)(s / 3600), (int)(s / 60 % 60), (int)(s % 60));
    write_fraction(out, w->nano % FEEL_NANOS);
    if (w->zone.size) {
        buf_addc(out, '@');
        buf_add(out, w->zone);
    } else if (w->has_offset && w->offset == 0) {
        buf_addc(out, 'Z');
    } else if (w->has_offset) {
        int32_t o = w->offset < 0 ? -w->offset : w->offset;
        buf_addf(out, "%c%02d:%02d", w->offset < 0 ? '-' : '+', o / 3600, o / 60 % 60);
        if (o % 60)
            buf_addf(out, ":%02d", o % 60);
    }
}

static void write_months(struct buf *out, int64_t n) {
    uint64_t m = n < 0 ? 0 - (uint64_t)n : (uint64_t)n;
    buf_adds(out, n < 0 ? "-P" : "P");
    if (m / 12)
        buf_addf(out, "%lluY", (unsigned long long)(m / 12));
    if (m % 12 || m == 0)
        buf_addf(out, "%lluM", (unsigned long long)(m % 12));
}

static void write_seconds(struct buf *out, const struct feel_value *v) {
    __int128 n = feel_nanos(v);
    if (n == 0) {
        buf_adds(out, "PT0S");
        return;
    }
    buf_adds(out, n < 0 ? "-P" : "P");
    if (n < 0)
        n = -n;
    int64_t s = (int64_t)(n / FEEL_NANOS), f = (int64_t)(n % FEEL_NANOS);
    if (s / 86400)
        buf_addf(out, "%lldD", (long long)(s / 86400));
    s %= 86400;
    if (!s && !f)
        return;
    buf_addc(out, 'T');
    if (s / 3600)
        buf_addf(out, "%lldH", (long long)(s / 3600));
    if (s / 60 % 60)
        buf_addf(out, "%lldM", (long long)(s / 60 % 60));
    if (s % 60 || f) {
        buf_addf(out, "%lld", (long long)(s % 60));
        write_fraction(out, f);
        buf_addc(out, 'S');
    }
}

void feel_temporal_text(struct buf *out, const struct feel_value *v) {
    struct feel_when w;
    switch ((enum feel_kind)v->kind) {
    case FEEL_DATE: write_date(out, v->day); break;
    case FEEL_TIME:
        w = feel_when(v);
        write_time(out, &w);
        break;
    case FEEL_DATE_TIME:
        w = feel_when(v);
        write_date(out, w.day);
        buf_addc(out, 'T');
        write_time(out, &w);
        break;
    case FEEL_YM_DURATION: write_months(out, v->months); break;
    case FEEL_DT_DURATION: write_seconds(out, v); break;
    default: break;
    }
}
