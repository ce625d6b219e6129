/* Dates as people write them, compared by what goes wrong with them. */
#ifndef LINK_DAY_H
#define LINK_DAY_H

#include "base/base.h"

/* Eight decimal digits as nibbles, YYYYMMDD; month and day 00 when not written.
 * An impossible month or day stays as it was typed. */
struct link_day { uint32_t digits; };

/* `month_first`: 12/31/1949; else 31/12/1949. Also 19491231, 1949-12-31, 1949/12, 1949.12.31,
 * 1949年12月31日, 1949, and any of these with a time behind. */
bool link_day_read(struct span text, bool month_first, struct link_day *ret);
/* 7 equal · 6 one digit, two swapped, or day and month changed · 5 two of year, month, day · 4 what both have is
 * equal but one lacks the day, or a year away with the same month or day · 3 at most 31 days apart · 2 the same year · 1 other */
int link_day_compare(struct link_day a, struct link_day b);
enum link_day_part { LINK_DAY_ALL, LINK_DAY_YEAR_MONTH, LINK_DAY_MONTH_DAY, LINK_DAY_YEAR };
uint32_t link_day_key(struct link_day d, enum link_day_part part);

#endif
