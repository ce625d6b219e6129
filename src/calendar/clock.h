/* The program's clock, for apps and domain; engines get times passed in.
 *
 * MINZHENG_NOW, an RFC 3339 instant or a date (its midnight in Shanghai), sets
 * the clock for tests and demonstrations; from the program's start it then
 * goes on at real speed.  Unset or empty: the system's clock.
 *
 * The one piece of global state below the apps.  Safe from any thread. */
#ifndef CALENDAR_CLOCK_H
#define CALENDAR_CLOCK_H

#include "base/date.h"

/* Reads MINZHENG_NOW; main calls it first.  E_USAGE "clock.now": not a time. */
NODISCARD enum status clock_start(struct diag *d);

/* These start the clock when nobody has, and abort on a MINZHENG_NOW that is
 * no time: a wrong date must not decide a case. */
instant_t clock_now(void);
date_t clock_today(void); /* in Asia/Shanghai */
bool clock_is_set(void);  /* MINZHENG_NOW is in force: say so where it shows */

#endif
