/* cmocka with the headers it wants before itself, and two helpers. */
#ifndef UNIT_H
#define UNIT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

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

#endif
