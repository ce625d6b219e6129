#include "form/form_internal.h"

#include <unicode/uregex.h>
#include <unicode/ustring.h>

/* ICU counts "steps of the match engine"; a pattern that needs more on an answer
 * of a form backtracks without end. */
enum { MATCH_STEPS = 2000, MATCH_STACK = 1 << 20, PATTERN_MAX = 1000 };

/* \d and \w mean ASCII in ECMAScript and all scripts in ICU. */
static void translate(struct buf *out, const char *p) {
    bool set = false;
    for (; *p; p++) {
        if (*p == '\\' && (p[1] == 'd' || p[1] == 'w')) {
            const char *range = p[1] == 'd' ? "0-9" : "A-Za-z0-9_";
            buf_addf(out, set ? "%s" : "[%s]", range);
            p++;
        } else if (*p == '\\' && p[1]) {
            buf_addc(out, *p++);
            buf_addc(out, *p);
        } else {
            set = *p == '[' ? true : *p == ']' ? false : set;
            buf_addc(out, *p);
        }
    }
}

static UChar *to_utf16(struct arena *a, struct span s, int32_t *ret_size) {
    UErrorCode e = U_ZERO_ERROR;
    UChar *u = ARENA_ARRAY(a, s.size + 1, UChar); /* never more units than bytes */
    if (u)
        u_strFromUTF8(u, (int32_t)s.size + 1, ret_size, s.at, (int32_t)s.size, &e);
    return u && U_SUCCESS(e) ? u : NULL;
}

static enum status wrong(const char *pattern, struct diag *d) {
    return diag_fail(d, E_INPUT, "form.pattern_unreadable", DIAG_S("pattern", pattern));
}

enum status form_pattern_test(const char *pattern, struct span text, bool *ret, struct diag *d) {
    if (strlen(pattern) > PATTERN_MAX)
        return wrong(pattern, d);
    AUTO(arena) struct arena *a = arena_new(0);
    BUF_AUTO translated;
    buf_init(&translated, 0);
    translate(&translated, pattern);
    int32_t pattern_size = 0, text_size = 0;
    UChar *p = a && buf_ok(&translated) ? to_utf16(a, buf_span(&translated), &pattern_size) : NULL;
    UChar *t = p ? to_utf16(a, text, &text_size) : NULL;
    if (!a || !t)
        return wrong(pattern, d);
    UErrorCode e = U_ZERO_ERROR;
    URegularExpression *re = uregex_open(p, pattern_size, 0, NULL, &e);
    if (U_FAILURE(e))
        return wrong(pattern, d);
    uregex_setTimeLimit(re, MATCH_STEPS, &e);
    uregex_setStackLimit(re, MATCH_STACK, &e);
    uregex_setText(re, t, text_size, &e);
    *ret = uregex_find(re, 0, &e);
    uregex_close(re);
    return U_SUCCESS(e) ? OK : wrong(pattern, d);
}

enum status form_pattern_check(const char *pattern, struct diag *d) {
    bool ignored;
    return form_pattern_test(pattern, SPAN(""), &ignored, d);
}
