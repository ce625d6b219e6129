/* Legal clocks: from a limit's text to the day it ends. */
#include "civil/case/case_internal.h"
#include "civil/evidence/keep.h"

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
        s = sql_exec(t, d, "UPDATE case_timer SET due_at = ?, from_at = ?, provisional = ? WHERE district = ? AND case_id = ? AND key = ?",
            SQL_I(due.at), SQL_I(at), SQL_I(due.provisional), SQL_I(k->district), SQL_I(k->id), SQL_S(x->key));
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

/* ---- a year's holidays were published ------------------------------------------------ */

enum { AGAIN_MAX = 200 }; /* a write of some milliseconds; the sweeper comes back */

struct again { struct civil *c; bool did; };
struct stale { int64_t district, id; char *key, *limit; instant_t from; };

/* Up to this day nothing needs to be provisional any more (calendar.h: the last
 * days of December belong to the next year's notice too). */
static date_t known_until(const struct civil *c) {
    int year = calendar_last_year(c->calendar);
    return year ? date_from_ymd(year, 12, 27) : DATE_NONE;
}

static date_t known_from(const struct civil *c) { return date_from_ymd(calendar_first_year(c->calendar), 1, 1); }

static enum status stale_rows(struct txn *t, const char *sql, int64_t from, int64_t until, struct stale list[AGAIN_MAX], size_t *n, struct diag *d) {
    AUTO(rows) struct rows *r = NULL;
    bool row = true;
    struct arena *a = txn_arena(t);
    enum status s = sql_query(t, &r, d, sql, SQL_I(from), SQL_I(until), SQL_I(AGAIN_MAX));
    for (*n = 0; s == OK && (s = rows_next(r, &row, d)) == OK && row; ++*n)
        list[*n] = (struct stale){rows_int(r, 0), rows_int(r, 1), rows_dup(r, 2, a), rows_dup(r, 3, a), rows_int(r, 4)};
    return s;
}

static enum status keep_task(struct txn *t, struct again *x, const struct stale *task, struct diag *d) {
    AUTO(rows) struct rows *r = NULL;
    struct actor system = actor_system();
    enum status s = sql_query(t, &r, d, "SELECT case_id FROM case_task WHERE district = ? AND id = ?", SQL_I(task->district), SQL_I(task->id));
    return s == OK ? evidence_keep_found(x->c, t, &system, KEPT_TASKS, task->district, r, d) : s;
}

static enum status tasks_again(struct txn *t, struct again *x, struct stale *list, struct diag *d) {
    size_t n = 0;
    struct due due;
    enum status s = stale_rows(t,
        "SELECT district, id, key, limit_text, created_at FROM case_task WHERE due_provisional = 1 AND state = 'open' AND due_on >= ? AND due_on <= ? ORDER BY due_on, id LIMIT ?",
        known_from(x->c), known_until(x->c), list, &n, d);
    for (size_t i = 0; s == OK && i < n; i++)
        if ((s = due_of(x->c, list[i].from, span_of(list[i].limit), &due, d)) == OK && !due.provisional && (x->did = true)) {
            s = sql_exec(t, d, "UPDATE case_task SET due_on = ?, due_provisional = ? WHERE district = ? AND id = ?", SQL_D(due.on), SQL_I(due.provisional),
                SQL_I(list[i].district), SQL_I(list[i].id));
            if (s == OK)
                s = keep_task(t, x, &list[i], d);
        }
    return s;
}

static enum status timers_again(struct txn *t, struct again *x, struct stale *list, struct diag *d) {
    size_t n = 0;
    struct due due;
    enum status s = stale_rows(t,
        "SELECT district, case_id, key, limit_text, from_at FROM case_timer WHERE provisional = 1 AND due_at >= ? AND due_at <= ? ORDER BY due_at, case_id LIMIT ?",
        day_end(known_from(x->c)), day_end(known_until(x->c)), list, &n, d);
    for (size_t i = 0; s == OK && i < n; i++)
        if ((s = due_of(x->c, list[i].from, span_of(list[i].limit), &due, d)) == OK && !due.provisional && (x->did = true))
            s = sql_exec(t, d, "UPDATE case_timer SET due_at = ?, provisional = ? WHERE district = ? AND case_id = ? AND key = ?", SQL_I(due.at),
                SQL_I(due.provisional), SQL_I(list[i].district), SQL_I(list[i].id), SQL_S(list[i].key));
    return s;
}

static enum status cases_again(struct txn *t, struct again *x, struct stale *list, struct diag *d) {
    size_t n = 0;
    struct actor system = actor_system();
    enum status s = stale_rows(t,
        "SELECT district, id, '', '', COALESCE(accepted_at, applied_at) FROM case_file WHERE closed_at IS NULL AND due_provisional = 1 AND due_on >= ? AND due_on <= ? ORDER BY due_on LIMIT ?",
        known_from(x->c), known_until(x->c), list, &n, d);
    for (size_t i = 0; s == OK && i < n; i++) {
        struct case_row k;
        struct due due;
        if ((s = case_row_read(x->c, t, list[i].id, &k, d)) == OK && (s = case_whole_limit(x->c, &k, list[i].from, &due, d)) == OK && !due.provisional &&
            (x->did = true)) {
            s = sql_exec(t, d, "UPDATE case_file SET due_on = ?, due_provisional = ? WHERE district = ? AND id = ?", SQL_D(due.on), SQL_I(due.provisional),
                SQL_I(list[i].district), SQL_I(list[i].id));
            if (s == OK)
                s = evidence_keep_one(x->c, t, &system, KEPT_CASE, list[i].district, list[i].id, d);
        }
    }
    return s;
}

static enum status again_closure(struct txn *t, void *arg, struct diag *d) {
    struct again *x = arg;
    struct stale *list = ARENA_ARRAY(txn_arena(t), AGAIN_MAX, struct stale);
    x->did = false;
    enum status s = list ? tasks_again(t, x, list, d) : arena_full(d);
    if (s == OK)
        s = timers_again(t, x, list, d);
    return s == OK ? cases_again(t, x, list, d) : s;
}

static enum status any_closure(struct txn *t, void *arg, struct diag *d) {
    struct again *x = arg;
    int64_t n = 0;
    enum status s = sql_int(t, &n, 0, d,
        "SELECT (SELECT COUNT(*) FROM case_task WHERE due_provisional = 1 AND state = 'open' AND due_on >= ? AND due_on <= ?) + "
        "(SELECT COUNT(*) FROM case_timer WHERE provisional = 1 AND due_at >= ? AND due_at <= ?) + "
        "(SELECT COUNT(*) FROM case_file WHERE closed_at IS NULL AND due_provisional = 1 AND due_on >= ? AND due_on <= ?)",
        SQL_D(known_from(x->c)), SQL_D(known_until(x->c)), SQL_I(day_end(known_from(x->c))), SQL_I(day_end(known_until(x->c))),
        SQL_D(known_from(x->c)), SQL_D(known_until(x->c)));
    x->did = n > 0;
    return s;
}

enum status clocks_again(struct civil *c, bool *ret_did, struct diag *d) {
    struct again x = {c, false};
    *ret_did = false;
    if (known_until(c) == DATE_NONE)
        return OK;
    enum status s = store_read(c->store, any_closure, &x, d);
    if (s == OK && x.did)
        s = store_write(c->store, again_closure, &x, d);
    *ret_did = x.did;
    return s;
}
