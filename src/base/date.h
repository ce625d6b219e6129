/* Civil dates of the proleptic Gregorian calendar, and instants.
 *
 * A date is a day number, so comparing and subtracting are integer
 * operations.  Civil dates are in Asia/Shanghai (UTC+8, no summer time since
 * 1992).  Working days are in calendar/calendar.h. */
#ifndef BASE_DATE_H
#define BASE_DATE_H

#include "base/base.h"

typedef int32_t date_t; /* days since 1970-01-01; DATE_NONE = absent */
#define DATE_NONE INT32_MIN

enum { DATE_TEXT_MAX = 20 };

struct ymd { int year; int month; int day; };

bool date_valid(int year, int month, int day); /* years -999999999..999999999 as FEEL allows are the FEEL engine's; here -9999..9999 */
date_t date_from_ymd(int year, int month, int day); /* must be valid */
struct ymd date_ymd(date_t d);
int date_weekday(date_t d); /* 1 Monday .. 7 Sunday, ISO 8601 */
int days_in_month(int year, int month);
/* Same day of month, or the month's last day: 31 January + 1 month = 28/29
 * February.  DATE_NONE when the year leaves -9999..9999. */
date_t date_add_months(date_t d, int months);
/* Whole years from birth to `on`: an age is reached on the birthday; born on
 * 29 February it is reached on 1 March of a common year. */
int date_age(date_t birth, date_t on);

/* "2024-08-15", nothing else.  E_INPUT "date.syntax" or "date.impossible". */
NODISCARD enum status date_parse(struct span text, date_t *ret, struct diag *d);
size_t date_text(date_t d, char out[DATE_TEXT_MAX]);

/* Instants: microseconds since 1970-01-01T00:00:00Z. */
typedef int64_t instant_t;
enum { INSTANT_TEXT_MAX = 40 };
date_t instant_date(instant_t t);                           /* in Asia/Shanghai */
size_t instant_text(instant_t t, char out[INSTANT_TEXT_MAX]); /* 2026-11-22T10:30:00.123+08:00 */
NODISCARD enum status instant_parse(struct span text, instant_t *ret, struct diag *d); /* RFC 3339; a bare date is its midnight in Shanghai */

#endif
