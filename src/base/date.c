#include "base/date.h"

#include <stdio.h>

enum { YEAR_MIN = -9999, YEAR_MAX = 9999 };

static bool leap(int year) {
    return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

int days_in_month(int year, int month) {
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    assert(month >= 1 && month <= 12);
    return month == 2 && leap(year) ? 29 : days[month - 1];
}

bool date_valid(int year, int month, int day) {
    return year >= YEAR_MIN && year <= YEAR_MAX && month >= 1 && month <= 12 &&
           day >= 1 && day <= days_in_month(year, month);
}

/* Eras of 400 years (146,097 days) whose years begin on 1 March, so that the
 * leap day is the last of its year. */
enum { ERA_DAYS = 146097, EPOCH_SHIFT = 719468 /* 0000-03-01 to 1970-01-01 */ };

date_t date_from_ymd(int year, int month, int day) {
    assert(date_valid(year, month, day));
    int y = year - (month <= 2);
    int era = (y >= 0 ? y : y - 399) / 400;
    int year_of_era = y - era * 400;
    int day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
    int day_of_era =
        year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    return era * ERA_DAYS + day_of_era - EPOCH_SHIFT;
}

struct ymd date_ymd(date_t d) {
    int64_t z = (int64_t)d + EPOCH_SHIFT;
    int64_t era = (z >= 0 ? z : z - (ERA_DAYS - 1)) / ERA_DAYS;
    int doe = (int)(z - era * ERA_DAYS);
    int yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
    int doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
    int mp = (5 * doy + 2) / 153;
    int month = mp < 10 ? mp + 3 : mp - 9;
    return (struct ymd){(int)(yoe + era * 400) + (month <= 2), month,
        doy - (153 * mp + 2) / 5 + 1};
}

int date_weekday(date_t d) {
    int r = (int)(((int64_t)d + 3) % 7); /* 1970-01-01 was a Thursday */
    return (r < 0 ? r + 7 : r) + 1;
}

date_t date_add_months(date_t d, int months) {
    struct ymd t = date_ymd(d);
    int64_t count = (int64_t)t.year * 12 + t.month - 1 + months;
    int64_t year = (count >= 0 ? count : count - 11) / 12;
    int month = (int)(count - year * 12) + 1;
    if (year < YEAR_MIN || year > YEAR_MAX)
        return DATE_NONE;
    int last = days_in_month((int)year, month);
    return date_from_ymd((int)year, month, t.day < last ? t.day : last);
}

int date_age(date_t birth, date_t on) {
    struct ymd b = date_ymd(birth), o = date_ymd(on);
    bool before = o.month < b.month || (o.month == b.month && o.day < b.day);
    return o.year - b.year - before;
}

/* ---- text --------------------------------------------------------------- */

/* Exactly n digits at `at`; -1 otherwise. */
static int digits(struct span s, size_t at, size_t n) {
    int v = 0;
    if (at + n > s.size)
        return -1;
    for (size_t i = at; i < at + n; i++) {
        if (s.at[i] < '0' || s.at[i] > '9')
            return -1;
        v = v * 10 + (s.at[i] - '0');
    }
    return v;
}

enum status date_parse(struct span text, date_t *ret, struct diag *d) {
    if (text.size != 10 || text.at[4] != '-' || text.at[7] != '-')
        return diag_fail(d, E_INPUT, "date.syntax");
    int year = digits(text, 0, 4), month = digits(text, 5, 2), day = digits(text, 8, 2);
    if (year < 0 || month < 0 || day < 0)
        return diag_fail(d, E_INPUT, "date.syntax");
    if (!date_valid(year, month, day))
        return diag_fail(d, E_INPUT, "date.impossible");
    *ret = date_from_ymd(year, month, day);
    return OK;
}

size_t date_text(date_t d, char out[DATE_TEXT_MAX]) {
    struct ymd t = date_ymd(d);
    int n = snprintf(out, DATE_TEXT_MAX, "%s%04d-%02d-%02d", t.year < 0 ? "-" : "",
        abs(t.year), t.month, t.day);
    return (size_t)n;
}

/* ---- instants ------------------------------------------------------------ */

static const int64_t SECOND = 1000000;
static const int64_t DAY = 86400 * (int64_t)1000000;
static const int64_t SHANGHAI = 8 * 3600 * (int64_t)1000000;

static int64_t floor_div(int64_t a, int64_t b) {
    return a / b - (a % b < 0);
}

date_t instant_date(instant_t t) {
    assert(t <= INT64_MAX - SHANGHAI);
    return (date_t)floor_div(t + SHANGHAI, DAY);
}

size_t instant_text(instant_t t, char out[INSTANT_TEXT_MAX]) {
    date_t date = instant_date(t);
    int64_t in_day = t + SHANGHAI - (int64_t)date * DAY;
    int64_t second = in_day / SECOND, micro = in_day % SECOND;
    size_t n = date_text(date, out);
    bool millis = micro % 1000 == 0;
    n += (size_t)snprintf(out + n, INSTANT_TEXT_MAX - n, "T%02d:%02d:%02d.%0*d+08:00",
        (int)(second / 3600), (int)(second / 60 % 60), (int)(second % 60),
        millis ? 3 : 6, (int)(millis ? micro / 1000 : micro));
    return n;
}

/* The fraction in microseconds (further digits are dropped); advances *at.
 * -1: a point without digits. */
static int fraction(struct span s, size_t *at) {
    if (*at >= s.size || s.at[*at] != '.')
        return 0;
    int micro = 0, unit = 100000;
    size_t from = ++*at;
    for (; *at < s.size && s.at[*at] >= '0' && s.at[*at] <= '9'; ++*at) {
        micro += (s.at[*at] - '0') * unit;
        unit /= 10;
    }
    return *at == from ? -1 : micro;
}

/* Microseconds east of UTC; false: no such offset. */
static bool offset(struct span s, size_t at, int64_t *ret) {
    if (at + 1 == s.size && (s.at[at] == 'Z' || s.at[at] == 'z')) {
        *ret = 0;
        return true;
    }
    if (at + 6 != s.size || (s.at[at] != '+' && s.at[at] != '-') || s.at[at + 3] != ':')
        return false;
    int h = digits(s, at + 1, 2), m = digits(s, at + 4, 2);
    if (h < 0 || h > 23 || m < 0 || m > 59)
        return false;
    *ret = (s.at[at] == '-' ? -1 : 1) * (h * 3600 + m * 60) * SECOND;
    return true;
}

enum status instant_parse(struct span text, instant_t *ret, struct diag *d) {
    date_t date;
    struct span day = {text.at, text.size < 10 ? text.size : 10};
    enum status s = date_parse(day, &date, d);
    if (s != OK)
        return s;
    int64_t midnight = (int64_t)date * DAY;
    if (text.size == 10) {
        *ret = midnight - SHANGHAI;
        return OK;
    }
    if (text.size < 20 || !strchr("Tt ", text.at[10]) || !text.at[10] ||
        text.at[13] != ':' || text.at[16] != ':')
        return diag_fail(d, E_INPUT, "date.syntax");
    int hour = digits(text, 11, 2), minute = digits(text, 14, 2), second = digits(text, 17, 2);
    size_t at = 19;
    int micro = fraction(text, &at);
    int64_t east;
    if (hour < 0 || minute < 0 || second < 0 || micro < 0 || !offset(text, at, &east))
        return diag_fail(d, E_INPUT, "date.syntax");
    /* A leap second (:60) has no place in POSIX time. */
    if (hour > 23 || minute > 59 || second > 59)
        return diag_fail(d, E_INPUT, "date.impossible");
    *ret = midnight + (hour * 3600 + minute * 60 + second) * SECOND + micro - east;
    return OK;
}
