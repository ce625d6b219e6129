#include "base/date.h"
#include "bpmn/model.h"

/* A number beyond this is a slip of the pen: no process waits 10,000 years. */
enum { AMOUNT_MAX = 99999999 };

static bool digits(struct span *s, int64_t *ret) {
    int64_t n = 0;
    size_t i = 0;
    for (; i < s->size && s->at[i] >= '0' && s->at[i] <= '9'; i++) {
        n = n * 10 + (s->at[i] - '0');
        if (n > AMOUNT_MAX)
            return false;
    }
    if (i == 0)
        return false;
    s->at += i;
    s->size -= i;
    *ret = n;
    return true;
}

static bool letter(struct span *s, char c) {
    if (s->size == 0 || *s->at != c)
        return false;
    s->at++;
    s->size--;
    return true;
}

/* One "<number><unit>" out of `units`, which must come in their order: `*stage`
 * is the first unit still allowed. */
static bool part(struct span *s, const char *units, size_t *stage, char *unit, int64_t *n) {
    if (!digits(s, n) || s->size == 0)
        return false;
    const char *u = strchr(units + *stage, *s->at);
    if (!u || *u == '\0')
        return false;
    *unit = *u;
    *stage = (size_t)(u - units) + 1;
    s->at++;
    s->size--;
    return true;
}

static bool date_parts(struct span *s, struct bpmn_duration *r, int *count) {
    size_t stage = 0;
    while (s->size > 0 && *s->at != 'T') {
        int64_t n;
        char unit;
        if (!part(s, "YMWD", &stage, &unit, &n))
            return false;
        if (unit == 'W' && letter(s, 'D')) {
            r->working_days = (int)n;
            return *count == 0 && s->size == 0 && ++*count;
        }
        switch (unit) {
        case 'Y':
            if (n > AMOUNT_MAX / 12)
                return false;
            r->months += (int)n * 12;
            break;
        case 'M':
            r->months += (int)n;
            break;
        case 'W':
            if (n > AMOUNT_MAX / 7)
                return false;
            r->days += (int)n * 7;
            break;
        default:
            r->days += (int)n;
        }
        ++*count;
    }
    return true;
}

/* "0.05S": a fraction of a second counts as a whole one; no legal limit has
 * one, but test models do. */
static bool time_part(struct span *s, size_t *stage, char *unit, int64_t *n) {
    struct span whole = *s;
    int64_t fraction = 0;
    if (digits(&whole, n) && letter(&whole, '.')) {
        if (!digits(&whole, &fraction) || !letter(&whole, 'S') || *stage > 2)
            return false;
        *s = whole;
        *stage = 3;
        *unit = 'S';
        *n += fraction > 0;
        return true;
    }
    return part(s, "HMS", stage, unit, n);
}

static bool time_parts(struct span *s, struct bpmn_duration *r, int *count) {
    if (!letter(s, 'T'))
        return true;
    size_t stage = 0;
    if (s->size == 0)
        return false;
    while (s->size > 0) {
        int64_t n;
        char unit;
        if (!time_part(s, &stage, &unit, &n))
            return false;
        r->seconds += n * (unit == 'H' ? 3600 : unit == 'M' ? 60 : 1);
        ++*count;
    }
    return true;
}

enum status bpmn_duration_parse(struct span text, struct bpmn_duration *ret, struct diag *d) {
    assert(ret);
    struct bpmn_duration r = {0};
    struct span s = text;
    int count = 0;
    if (!letter(&s, 'P') || !date_parts(&s, &r, &count) || !time_parts(&s, &r, &count) || count == 0)
        return diag_fail(d, E_INPUT, "bpmn.duration", DIAG_SPAN("text", text));
    *ret = r;
    return OK;
}

/* R3/PT10M, R/P1D */
static bool cycle_valid(struct span s) {
    struct bpmn_duration ignored;
    size_t i = 1;
    while (i < s.size && s.at[i] >= '0' && s.at[i] <= '9')
        i++;
    return s.size > 2 && s.at[0] == 'R' && i < s.size && i <= 6 && s.at[i] == '/' &&
           bpmn_duration_parse((struct span){s.at + i + 1, s.size - i - 1}, &ignored, NULL) == OK;
}

/* A day, an instant, or a local time of day: then Asia/Shanghai is meant. */
static bool moment_valid(struct span s) {
    date_t day;
    instant_t t;
    char zoned[48];
    if (date_parse(s, &day, NULL) == OK || instant_parse(s, &t, NULL) == OK)
        return true;
    if (s.size > 40 || s.size < 16)
        return false;
    memcpy(zoned, s.at, s.size);
    memcpy(zoned + s.size, "+08:00", 7);
    return instant_parse(span_of(zoned), &t, NULL) == OK;
}

bool bpmn_time_valid(enum bpmn_time kind, struct span text) {
    struct bpmn_duration ignored;
    return kind == BPMN_TIME_DURATION ? bpmn_duration_parse(text, &ignored, NULL) == OK
           : kind == BPMN_TIME_CYCLE  ? cycle_valid(text)
                                      : moment_valid(text);
}
