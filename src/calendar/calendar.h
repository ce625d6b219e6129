/* Working days by the State Council's holiday notices.
 *
 * The notices (全国年节及纪念日放假办法, 国务院令第795号, and the yearly 通知 of
 * the General Office) make some weekdays holidays and some weekend days
 * working days.  They come as a table; what the table does not name follows
 * the week.
 *
 * A year nobody has published yet is never answered in silence: every answer
 * says whether it is provisional, that is, whether it looked at a day that the
 * table cannot know.  Such a day follows the week and the holidays that have a
 * fixed date: 1 January, 1 May, 1 to 3 October.  Recompute when the year is
 * imported.
 *
 * The last days of December belong to two notices: the next year's may move
 * them (2018-12-29 was worked and 2018-12-31 free by the notice for 2019), so
 * from 28 December on the next year must be there too.
 *
 * No I/O and no clock: the caller brings text and dates.  A table is immutable
 * and may be shared between threads.  A NULL calendar is an empty one:
 * everything is provisional. */
#ifndef CALENDAR_CALENDAR_H
#define CALENDAR_CALENDAR_H

#include "base/arena.h"
#include "base/date.h"

struct calendar;

/* CSV, UTF-8, header exactly "date,kind,name"; kind is holiday or workday; the
 * name (元旦) may be quoted or empty; rows in any order.  A year is covered
 * when a row before December names a day of it: rows of December alone come
 * with the next year's notice.
 *
 * E_INPUT with the line: calendar.header, calendar.columns, calendar.kind,
 * calendar.duplicate, calendar.utf8, date.syntax, date.impossible;
 * calendar.empty.  E_LIMIT: base.memory.  The table lives in `a`; `csv` is
 * not kept. */
NODISCARD enum status calendar_load(struct arena *a, struct span csv,
    const struct calendar **ret, struct diag *d);

bool calendar_covers(const struct calendar *c, int year);
/* 0 when the table is empty. */
int calendar_first_year(const struct calendar *c);
int calendar_last_year(const struct calendar *c);

/* Is `day` worked?  `ret_provisional` may be NULL only where the caller has
 * asked calendar_covers before. */
bool calendar_working(const struct calendar *c, date_t day, bool *ret_provisional);
/* The name of a day the table lists: "国庆节"; "" otherwise. */
const char *calendar_name(const struct calendar *c, date_t day);

struct calendar_day {
    date_t date;
    bool provisional;
    int missing_year; /* the first year that was needed and is not published; 0 */
};

enum { CALENDAR_DAYS_MAX = 36600 }; /* working days one may add: a century and more */

/* The n-th working day after `from`; `from` itself does not count (民法典
 * 第二百零一条): Friday + 3 is Wednesday.  Negative n counts backwards.
 * n = 0 is `from`, worked or not.  Beyond +-CALENDAR_DAYS_MAX: DATE_NONE. */
struct calendar_day calendar_add(const struct calendar *c, date_t from, int n);
/* `from`, or the first working day after it: where a period of calendar days
 * ends on a holiday, it ends on the next working day (民法典第二百零三条). */
struct calendar_day calendar_next(const struct calendar *c, date_t from);

struct calendar_count {
    int days;
    bool provisional;
    int missing_year;
};
/* Working days after `from` up to and with `to`; negative when `to` is before
 * `from`.  calendar_add(c, from, n) and this are inverse where the result is
 * worked.  At most +-366,000 calendar days apart. */
struct calendar_count calendar_between(const struct calendar *c, date_t from, date_t to);

#endif
