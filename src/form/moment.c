/* Dates and times of an answer: ISO 8601 as form-js writes it, "2026-01-31",
 * "08:30", "2026-01-31T08:30", a time with nothing, "Z" or "+08:00" behind it. */
#include "form/form_internal.h"

#include <stdio.h>

/* Civil time is that of Asia/Shanghai, without summer time since 1992. */
enum { HERE = 8 * 60, DAY = 24 * 60 };

struct moment {
    date_t day;     /* DATE_NONE: a time alone */
    int minute;     /* of the day */
    int second;     /* -1: not said */
    int zone;       /* minutes east of Greenwich */
    bool zoned;
};

static bool digits(struct span s, size_t at, int *ret) {
    if (at + 2 > s.size || s.at[at] < '0' || s.at[at] > '9' || s.at[at + 1] < '0' || s.at[at + 1] > '9')
        return false;
    *ret = (s.at[at] - '0') * 10 + (s.at[at + 1] - '0');
    return true;
}

/* "08:30", "08:30:00", then nothing, "Z" or "+08:00". */
static bool read_time(struct span s, struct moment *m) {
    int h, min, zh, zm;
    if (!digits(s, 0, &h) || s.size < 5 || s.at[2] != ':' || !digits(s, 3, &min) || h > 23 || min > 59)
        return false;
    m->minute = h * 60 + min;
    m->second = -1;
    size_t at = 5;
    if (s.size > 7 && s.at[5] == ':') {
        if (!digits(s, 6, &m->second) || m->second > 59)
            return false;
        at = 8;
    }
    m->zoned = at < s.size;
    m->zone = 0;
    if (!m->zoned || (s.size == at + 1 && s.at[at] == 'Z'))
        return true;
    if (s.size != at + 6 || (s.at[at] != '+' && s.at[at] != '-') || s.at[at + 3] != ':' || !digits(s, at + 1, &zh) ||
        !digits(s, at + 4, &zm) || zh > 18 || zm > 59)
        return false;
    m->zone = (s.at[at] == '-' ? -1 : 1) * (zh * 60 + zm);
    return true;
}

static bool read_moment(const struct form_field *f, struct span s, struct moment *m) {
    *m = (struct moment){.day = DATE_NONE, .second = -1};
    if (f->type == FORM_TIME)
        return read_time(s, m);
    if (f->type == FORM_DATE)
        return date_parse(s, &m->day, NULL) == OK;
    return s.size > 11 && s.at[10] == 'T' && date_parse((struct span){s.at, 10}, &m->day, NULL) == OK &&
           read_time((struct span){s.at + 11, s.size - 11}, m);
}

/* The same moment as a clock shows it that is `to` minutes east. */
static void turn(struct moment *m, int to) {
    int from = m->zoned ? m->zone : HERE, minute = m->minute + to - from;
    int days = minute < 0 ? -1 : minute >= DAY ? 1 : 0;
    m->minute = minute - days * DAY;
    if (m->day != DATE_NONE)
        m->day += days;
    m->zone = to;
    m->zoned = true;
}

/* As the form keeps it; NULL: memory. */
static const struct json *written(struct arena *a, const struct form_field *f, struct moment m, const struct json *v) {
    if (f->zone == FORM_ZONE_ANY || f->type == FORM_DATE) {
        struct span s = form_trimmed(v->text);
        return s.size == v->text.size ? v : json_new_string(a, s);
    }
    if (f->zone == FORM_ZONE_UTC)
        turn(&m, 0);
    else if (f->zone == FORM_ZONE_NONE || !m.zoned)
        turn(&m, HERE);
    char day[DATE_TEXT_MAX + 1] = "", second[8] = "", zone[16] = "";
    if (m.day != DATE_NONE) {
        date_text(m.day, day);
        strcat(day, "T");
    }
    if (m.second >= 0)
        snprintf(second, sizeof second, ":%02d", m.second);
    if (f->zone == FORM_ZONE_UTC)
        strcpy(zone, "Z");
    else if (f->zone == FORM_ZONE_OFFSET)
        snprintf(zone, sizeof zone, "%c%02d:%02d", m.zone < 0 ? '-' : '+', abs(m.zone) / 60, abs(m.zone) % 60);
    const char *text = arena_printf(a, "%s%02d:%02d%s%s", day, m.minute / 60, m.minute % 60, second, zone);
    return text ? json_new_string(a, span_of(text)) : NULL;
}

const struct json *form_moment_seen(struct arena *a, const struct form_field *f, const struct json *v) {
    struct moment m;
    return read_moment(f, form_trimmed(v->text), &m) ? written(a, f, m, v) : v;
}

enum status form_check_moment(struct checker *c, const struct form_field *f, const struct json *v, const char *where,
    const struct json **ret) {
    struct moment m;
    if (v->type != JSON_STRING || !read_moment(f, form_trimmed(v->text), &m))
        return form_mistake(c, where, f, f->type == FORM_TIME && v->type == JSON_STRING ? "form.type_time" : "form.type_date", NULL, NULL);
    struct moment here = m;
    if (f->type == FORM_DATETIME)
        turn(&here, HERE);
    if (here.day != DATE_NONE && f->no_past && c->ctx->today != DATE_NONE && here.day < c->ctx->today)
        return form_mistake(c, where, f, "form.past", NULL, NULL);
    *ret = written(c->a, f, m, v);
    return *ret ? OK : arena_full(c->d);
}
