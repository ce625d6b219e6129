/* cmocka with the headers it wants before itself, and a few helpers. */
#ifndef UNIT_H
#define UNIT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "base/base.h"

/* expect_ok(json_parse(a, text, &j, &diag), &diag) names the code on failure. */
#define expect_ok(call, d)                                                     \
    do {                                                                       \
        diag_clear(d);                                                         \
        if ((call) != OK)                                                      \
            fail_msg("%s: %s at '%s'", status_name((d)->status), (d)->code,    \
                (d)->where);                                                   \
    } while (0)

/* expect_fail(json_parse(...), &diag, E_INPUT, "json.syntax") */
#define expect_fail(call, d, status_wanted, code_wanted)                       \
    do {                                                                       \
        diag_clear(d);                                                         \
        assert_int_equal((call), (status_wanted));                             \
        assert_string_equal((d)->code, (code_wanted));                         \
    } while (0)

/* Randomised tests print their seed.  Of itself it is the test's own and always the same: what fails for
 * one fails for everybody.  UNIT_SEED=N takes another, UNIT_SEED=clock a new one each time, for long runs. */
static inline uint64_t unit_seed(const char *test) {
    const char *text = getenv("UNIT_SEED");
    uint64_t seed = 0xcbf29ce484222325u; /* FNV-1a */
    if (text)
        seed = strcmp(text, "clock") ? strtoull(text, NULL, 10) : (uint64_t)time(NULL) * 2654435761u;
    for (const char *c = text ? "" : test; *c; c++)
        seed = (seed ^ (unsigned char)*c) * 0x100000001b3u;
    fprintf(stderr, "%s: UNIT_SEED=%llu\n", test, (unsigned long long)seed);
    return seed;
}

/* splitmix64 */
static inline uint64_t unit_random(uint64_t *seed) {
    uint64_t z = (*seed += 0x9e3779b97f4a7c15u);
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
    z = (z ^ z >> 27) * 0x94d049bb133111ebu;
    return z ^ z >> 31;
}

#endif
