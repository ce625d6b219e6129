/* A small bureau for crash tests of civil/case: the repository's packs, made-up
 * households, staff of every role, a clock of its own.
 *
 * It is made once in the parent and inherited by every child: only the store
 * is copied and crashes.  One a process. */
#ifndef CRASH_BUREAU_H
#define CRASH_BUREAU_H

#include "civil/case/case.h"
#include "civil/civil.h"

enum { BUREAU_DISTRICT = 110102, BUREAU_HOUSEHOLDS = 16, BUREAU_STAFF = 16 };

struct bureau_household {
    int64_t household, person;
    struct actor resident;
    const struct json *form; /* what the head of it applies with, always the same */
};
struct bureau {
    struct civil civil; /* without a store: see bureau_in */
    struct bureau_household home[BUREAU_HOUSEHOLDS];
    struct actor staff[BUREAU_STAFF];
    int staff_count;
};

/* Fills an empty store.  SOURCE_ROOT in the environment says where packs are (default: here). */
NODISCARD enum status bureau_make(struct store *s, struct diag *d);
const struct bureau *bureau(void);
struct civil bureau_in(struct store *s);
/* The k-th officer who holds `role` over `division`, or NULL. */
const struct actor *bureau_officer(const char *role, const char *division, int k);

/* A Monday under the law of July 2026, nine o'clock. */
instant_t bureau_start(void);
instant_t bureau_now(void *arg);
void bureau_set_clock(instant_t at);
/* Never beyond the end of 2026, where published holidays and parameters end. */
void bureau_pass(int64_t seconds);

#endif
