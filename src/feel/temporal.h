/* Calendar arithmetic of FEEL: years -999,999,999 to 999,999,999, nanoseconds. */
#ifndef FEEL_TEMPORAL_H
#define FEEL_TEMPORAL_H

#include "feel/value.h"

#define FEEL_NANOS 1000000000LL
#define FEEL_DAY_NANOS (86400LL * FEEL_NANOS)
#define FEEL_YEAR_MAX 999999999LL
#define FEEL_OFFSET_MAX_S (14 * 3600) /* XML Schema 1.1 part 2, D.2.1: -840 to 840 minutes */

struct feel_civil { int64_t year; int month, day; };
int64_t feel_days(int64_t year, int month, int day);
struct feel_civil feel_civil(int64_t day);
int feel_month_days(int64_t year, int month);
bool feel_civil_valid(int64_t year, int64_t month, int64_t day);
int feel_weekday(int64_t day); /* 1 Monday .. 7 Sunday */
/* Last day of the month where the day does not exist. false: out of range. */
bool feel_add_months(int64_t day, int64_t months, int64_t *ret);
/* Whole months from a to b (10.3.4.3), negative when b is earlier. */
int64_t feel_months_between(int64_t day_a, int64_t nano_a, int64_t day_b, int64_t nano_b);

/* Day, time, zone of a date, time or date and time; offset is set for zones. */
struct feel_when { int64_t day, nano; bool has_offset; int32_t offset; struct span zone; };
struct feel_when feel_when(const struct feel_value *v);
struct feel_value feel_make_time(struct arena *a, struct feel_when w, enum feel_kind kind);
/* Nanoseconds since the epoch, no zone taken as UTC. */
__int128 feel_instant(const struct feel_value *v);

struct feel_value feel_seconds(__int128 nanos); /* days and time duration */
__int128 feel_nanos(const struct feel_value *dt_duration);
static inline struct feel_value feel_months(int64_t n) {
    struct feel_value v = {.kind = FEEL_YM_DURATION};
    v.months = n;
    return v;
}

bool feel_zone_known(struct span zone);
/* Offset of an IANA zone at a local time. */
bool feel_zone_offset(struct span zone, int64_t day, int64_t nano, int32_t *ret);
/* The same at a time of UTC, which every zone has exactly once. */
bool feel_zone_offset_utc(struct span zone, int64_t day, int64_t nano, int32_t *ret);
void feel_temporal_text(struct buf *out, const struct feel_value *v);

#endif
