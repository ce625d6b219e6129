/* Document numbers: by organ's district, pattern and year, without gaps.
 *
 * The series' row is raised in the transaction of the notice, so a number that
 * was refused is given to the next. */
#include "civil/notice/notice_internal.h"

#include "store/store.h"

#include <stdio.h>

enum { NUMBER_BYTES_MAX = 120 }; /* forty characters on a line of its own */

static enum status next(struct txn *t, int64_t district, const char *pattern, int year, int64_t *ret, struct diag *d) {
    char *series = arena_printf(txn_arena(t), "notice.%06lld.%s", (long long)district, pattern);
    if (!series)
        return arena_full(d);
    return sql_int(t, ret, 0, d,
        "INSERT INTO number_series (name, year, last) VALUES (?, ?, 1) ON CONFLICT (name, year) DO UPDATE SET last = number_series.last + 1 RETURNING last",
        SQL_S(series), SQL_I(year));
}

enum status notice_number(struct txn *t, int64_t district, const char *pattern, const char **ret, struct diag *d) {
    int year = date_ymd(txn_today(t)).year;
    int64_t seq = 0;
    if (!strstr(pattern, "{year}") || !strstr(pattern, "{seq5}"))
        return diag_fail(d, E_INPUT, "notice.template_bad", DIAG_S("text", pattern));
    enum status s = next(t, district, pattern, year, &seq, d);
    if (s != OK)
        return s;
    BUF_AUTO b;
    buf_init(&b, NUMBER_BYTES_MAX);
    for (const char *p = pattern; *p;) {
        if (strncmp(p, "{year}", 6) == 0)
            buf_addf(&b, "%04d", year), p += 6;
        else if (strncmp(p, "{seq5}", 6) == 0)
            buf_addf(&b, "%05lld", (long long)seq), p += 6;
        else if (strncmp(p, "{division6}", 11) == 0)
            buf_addf(&b, "%06lld", (long long)district), p += 11;
        else
            buf_addc(&b, *p++);
    }
    *ret = buf_ok(&b) && !strchr(buf_str(&b), '{') ? arena_dup(txn_arena(t), buf_span(&b)) : NULL;
    return *ret ? OK : diag_fail(d, E_INPUT, "notice.template_bad", DIAG_S("text", pattern));
}
