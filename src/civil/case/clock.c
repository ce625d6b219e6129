/* Legal clocks: from a limit's text to the day it ends. */
#include "civil/case/case_internal.h"

#include "calendar/calendar.h"

#include <stdio.h>

enum { SECOND_US = 1000000 };
static const int64_t DAY_US = 86400LL * SECOND_US;
static const int64_t SHANGHAI_US = 8LL * 3600 * SECOND_US;

instant_t day_end(date_t d) { return ((int64_t)d + 1) * DAY_US - SHANGHAI_US; }

/* A period of calendar days that ends on a holiday ends on the next working
 * day (民法典第二百零三条); the day it begins does not count (第二百零一条). */
enum status due_of(const struct civil *c, instant_t from, struct span text, struct due *ret, struct diag *d) {
    date_t day = DATE_NONE, start = instant_date(from);
    if (text.size && text.at[0] != 'P') {
        struct diag quiet = {0};
        if (text.size > 10 && instant_parse(text, &ret->at, &quiet) == OK) {
            ret->on = instant_date(ret->at);
            ret->provisional = false;
            return OK;
        }
        enum status s = date_parse(text, &day, d);
        *ret = (struct due){day, false, s == OK ? day_end(day) : 0};
        return s;
    }
    struct bpmn_duration n;
    enum status s = bpmn_duration_parse(text, &n, d);
    if (s != OK)
        return s;
    if (n.seconds && !n.months && !n.days && !n.working_days) {
        *ret = (struct due){instant_date(from + n.seconds * SECOND_US), false, from + n.seconds * SECOND_US};
        return OK;
    }
    struct calendar_day end;
    if (n.working_days)
        end = calendar_add(c->calendar, start, n.working_days);
    else {
        day = date_add_months(start, n.months);
        end = calendar_next(c->calendar, day == DATE_NONE ? start : day + n.days);
    }
    *ret = (struct due){end.date, end.provisional, day_end(end.date) + n.seconds * SECOND_US};
    return OK;
}

enum status case_whole_limit(const struct civil *c, const struct case_row *k, instant_t from, struct due *ret, struct diag *d) {
    date_t day = instant_date(from);
    const struct organ *o = packs_organ(c->packs, k->matter->id, day);
    const struct json *list = json_get(json_get(k->matter->json, "desk"), "limits");
    *ret = (struct due){DATE_NONE, false, 0};
    for (size_t i = 0; o && list && i < list->size; i++) {
        const struct parameter *p = packs_parameter(c->packs, json_str(list->item[i], "parameter", ""), day);
        if (!p || strcmp(json_str(list->item[i], "level", ""), o->level) != 0)
            continue;
        char text[32];
        snprintf(text, sizeof text, "P%s%s", p->value, strcmp(p->unit, "工作日") == 0 ? "WD" : "D");
        return due_of(c, from, span_of(text), ret, d);
    }
    /* Before any article set a limit for the whole: what the matter promises. */
    char promised[32];
    int64_t days = json_int(k->matter->json, "days", 0);
    snprintf(promised, sizeof promised, "P%dD", (int)(days > 0 && days < 3660 ? days : 0));
    return days > 0 && days < 3660 ? due_of(c, from, span_of(promised), ret, d) : OK;
}

struct clock { char *key, *limit; };

static enum status start_clock(struct civil *c, struct txn *t, const struct case_row *k, const struct clock *x, instant_t at, struct diag *d) {
    struct due due;
    enum status s = due_of(c, at, span_of(x->limit), &due, d);
    if (s == OK)
        s = sql_exec(t, d, "UPDATE case_timer SET due_at = ?, provisional = ? WHERE district = ? AND case_id = ? AND key = ?",
            SQL_I(due.at), SQL_I(due.provisional), SQL_I(k->district), SQL_I(k->id), SQL_S(x->key));
    return s;
}

enum status clocks_served(struct civil *c, struct txn *t, const struct case_row *k, int64_t notice, instant_t at, struct diag *d) {
    struct clock clock[8]; /* a gateway waits for one or two times, not for eight */
    size_t n = 0;
    AUTO(rows) struct rows *r = NULL;
    enum status s = sql_query(t, &r, d, "SELECT key, limit_text FROM case_timer WHERE district = ? AND case_id = ? AND notice = ? AND due_at IS NULL ORDER BY key",
        SQL_I(k->district), SQL_I(k->id), SQL_I(notice));
    for (bool row = true; s == OK && n < ARRAY_LEN(clock);) {
        if ((s = rows_next(r, &row, d)) != OK || !row)
            break;
        clock[n++] = (struct clock){rows_dup(r, 0, txn_arena(t)), rows_dup(r, 1, txn_arena(t))};
    }
    for (size_t i = 0; s == OK && i < n; i++)
        s = start_clock(c, t, k, &clock[i], at, d);
    return s;
}
