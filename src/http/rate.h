/* Token buckets by key (an address, an account) in a fixed table.
 *
 * Thread-safe.  When the table is full the oldest bucket is given away, so memory
 * is bounded and a flood of keys only loosens the limit for the idle. */
#ifndef HTTP_RATE_H
#define HTTP_RATE_H

#include "base/base.h"

struct rate;
/* `burst` at once, then `per_minute`. */
struct rate *rate_new(unsigned burst, unsigned per_minute);
struct rate *rate_free(struct rate *r);
/* Takes one; false: none left. */
bool rate_take(struct rate *r, const char *key, int64_t now_us);

#endif
