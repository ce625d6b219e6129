#include "calendar/calendar.h"

#include "base/utf8.h"
#include "base/vec.h"

struct day {
    date_t date;
    bool worked;
    int line;
    const char *name;
};

struct calendar {
    size_t count;
    const struct day *day; /* by date, each once */
    size_t year_count;
    const int *year; /* covered, ascending, each once */
};

/* ---- loading ------------------------------------------------------------------ */

static enum status wrong(struct diag *d, int line, const char *code) {
    enum status s = diag_fail(d, E_INPUT, code);
    diag_line(d, line);
    return s;
}

/* Cuts the next line off `rest`, without its end. */
static struct span take_line(struct span *rest) {
    const char *end = memchr(rest->at, '\n', rest->size);
    size_t n = end ? (size_t)(end - rest->at) : rest->size;
    struct span line = {rest->at, n};
    n += end != NULL;
    *rest = (struct span){rest->at + n, rest->size - n};
    if (line.size && line.at[line.size - 1] == '\r')
        line.size--;
    return line;
}

static bool take_field(struct span *rest, struct span *ret) {
    const char *comma = rest->size ? memchr(rest->at, ',', rest->size) : NULL;
    if (!comma)
        return false;
    size_t n = (size_t)(comma - rest->at);
    *ret = (struct span){rest->at, n};
    *rest = (struct span){comma + 1, rest->size - n - 1};
    return true;
}

/* The last field: plain without comma or quote, or quoted with quotes doubled. */
static enum status read_name(struct arena *a, struct span s, int line, const char **ret, struct diag *d) {
    bool quoted = s.size >= 2 && s.at[0] == '"' && s.at[s.size - 1] == '"';
    if (!utf8_valid(s))
        return wrong(d, line, "calendar.utf8");
    if (!quoted && s.size && (memchr(s.at, ',', s.size) || memchr(s.at, '"', s.size)))
        return wrong(d, line, "calendar.columns");
    struct span inside = quoted ? (struct span){s.at + 1, s.size - 2} : s;
    char *name = arena_dup(a, inside);
    if (!name)
        return arena_full(d);
    size_t n = 0;
    for (size_t i = 0; i < inside.size; i++) {
        if (quoted && inside.at[i] == '"' && (++i == inside.size || inside.at[i] != '"'))
            return wrong(d, line, "calendar.columns");
        name[n++] = inside.at[i];
    }
    name[n] = '\0';
    *ret = name;
    return OK;
}

static enum status read_row(struct arena *a, struct span text, int line, struct day *ret, struct diag *d) {
    struct span date, kind;
    if (!take_field(&text, &date) || !take_field(&text, &kind))
        return wrong(d, line, "calendar.columns");
    enum status s = date_parse(date, &ret->date, d);
    if (s != OK) {
        diag_line(d, line);
        return s;
    }
    ret->worked = span_is(kind, "workday");
    if (!ret->worked && !span_is(kind, "holiday"))
        return wrong(d, line, "calendar.kind");
    ret->line = line;
    return read_name(a, text, line, &ret->name, d);
}

static int by_date(const void *a, const void *b) {
    const struct day *x = a, *y = b;
    if (x->date != y->date)
        return x->date < y->date ? -1 : 1;
    return x->line - y->line;
}

/* The years that have a row before December; the days are sorted. */
static const int *years_of(struct arena *a, const struct day *day, size_t n, size_t *ret_count) {
    int *year = ARENA_ARRAY(a, n, int);
    size_t count = 0;
    for (size_t i = 0; year && i < n; i++) {
        struct ymd t = date_ymd(day[i].date);
        if (t.month < 12 && (count == 0 || year[count - 1] != t.year))
            year[count++] = t.year;
    }
    *ret_count = count;
    return year;
}

enum status calendar_load(struct arena *a, struct span csv, const struct calendar **ret, struct diag *d) {
    VEC(struct day) days = {0};
    int line = 1;
    if (!csv.size || !span_is(take_line(&csv), "date,kind,name"))
        return wrong(d, 1, "calendar.header");
    while (csv.size) {
        struct span text = take_line(&csv);
        line++;
        if (!text.size)
            continue;
        struct day *day = vec_push_in(a, &days);
        if (!day)
            return arena_full(d);
        enum status s = read_row(a, text, line, day, d);
        if (s != OK)
            return s;
    }
    if (!days.size)
        return diag_fail(d, E_INPUT, "calendar.empty");
    qsort(days.at, days.size, sizeof *days.at, by_date);
    for (size_t i = 1; i < days.size; i++)
        if (days.at[i].date == days.at[i - 1].date)
            return wrong(d, days.at[i].line, "calendar.duplicate");
    struct calendar *c = ARENA_NEW(a, struct calendar);
    if (!c)
        return arena_full(d);
    c->day = days.at;
    c->count = days.size;
    c->year = years_of(a, days.at, days.size, &c->year_count);
    if (!c->year)
        return arena_full(d);
    *ret = c;
    return OK;
}

/* ---- one day ------------------------------------------------------------------- */

bool calendar_covers(const struct calendar *c, int year) {
    for (size_t i = 0; c && i < c->year_count; i++)
        if (c->year[i] == year)
            return true;
    return false;
}

int calendar_first_year(const struct calendar *c) {
    return c && c->year_count ? c->year[0] : 0;
}

int calendar_last_year(const struct calendar *c) {
    return c && c->year_count ? c->year[c->year_count - 1] : 0;
}

static const struct day *find(const struct calendar *c, date_t date) {
    size_t low = 0, high = c ? c->count : 0;
    while (low < high) {
        size_t mid = low + (high - low) / 2;
        if (c->day[mid].date == date)
            return &c->day[mid];
        if (c->day[mid].date < date)
            low = mid + 1;
        else
            high = mid;
    }
    return NULL;
}

enum { DECEMBER_SHARED = 28 }; /* from this day on the next year's notice may reach */

/* The year whose notice would be needed to know this day; 0: known. */
static int missing_year(const struct calendar *c, struct ymd t) {
    if (!calendar_covers(c, t.year))
        return t.year;
    if (t.month == 12 && t.day >= DECEMBER_SHARED && !calendar_covers(c, t.year + 1))
        return t.year + 1;
    return 0;
}

static bool fixed_holiday(struct ymd t) {
    return (t.month == 1 && t.day == 1) || (t.month == 5 && t.day == 1) ||
           (t.month == 10 && t.day <= 3);
}

static bool worked(const struct calendar *c, date_t date, int *ret_missing) {
    const struct day *named = find(c, date);
    *ret_missing = 0;
    if (named) /* published, whatever else is not */
        return named->worked;
    struct ymd t = date_ymd(date);
    *ret_missing = missing_year(c, t);
    if (date_weekday(date) > 5)
        return false;
    return *ret_missing != t.year || !fixed_holiday(t);
}

bool calendar_working(const struct calendar *c, date_t day, bool *ret_provisional) {
    int missing;
    bool w = worked(c, day, &missing);
    if (ret_provisional)
        *ret_provisional = missing != 0;
    return w;
}

const char *calendar_name(const struct calendar *c, date_t day) {
    const struct day *named = find(c, day);
    return named ? named->name : "";
}

/* ---- periods --------------------------------------------------------------------- */

static bool note(const struct calendar *c, date_t date, bool *provisional, int *first_missing) {
    int missing;
    bool w = worked(c, date, &missing);
    if (missing) {
        *provisional = true;
        if (!*first_missing || missing < *first_missing)
            *first_missing = missing;
    }
    return w;
}

struct calendar_day calendar_add(const struct calendar *c, date_t from, int n) {
    struct calendar_day r = {.date = from};
    if (n > CALENDAR_DAYS_MAX || n < -CALENDAR_DAYS_MAX) {
        r.date = DATE_NONE;
        return r;
    }
    int step = n < 0 ? -1 : 1;
    while (n != 0) {
        r.date += step;
        if (note(c, r.date, &r.provisional, &r.missing_year))
            n -= step;
    }
    return r;
}

struct calendar_day calendar_next(const struct calendar *c, date_t from) {
    struct calendar_day r = {.date = from};
    while (!note(c, r.date, &r.provisional, &r.missing_year))
        r.date++;
    return r;
}

struct calendar_count calendar_between(const struct calendar *c, date_t from, date_t to) {
    struct calendar_count r = {0};
    assert(from - (int64_t)to <= 366000 && to - (int64_t)from <= 366000);
    date_t low = from < to ? from : to, high = from < to ? to : from;
    for (date_t day = low + 1; day <= high; day++)
        r.days += note(c, day, &r.provisional, &r.missing_year);
    if (to < from)
        r.days = -r.days;
    return r;
}
