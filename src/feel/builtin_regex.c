/* matches, replace, split (DMN 1.5 10.3.4.3): XPath's patterns run by ICU. */
#include "feel/builtin.h"
#include "feel/regex.h"

#include <unicode/uregex.h>

/* ICU's "time" is no clock: it counts the states its matcher saves, and every TICK_STEPS of them are one
 * tick, which is reported and compared with the limit.  So a pattern stops at the same place everywhere:
 * a match may save two million states, some 50 ms, and all matches of a run together what its steps allow.
 * There is no second, linear engine: back references need this one. */
enum { TICK_STEPS = 10000, TIME_LIMIT = 200 /* ticks of one match */ };

static UBool U_CALLCONV tick(const void *env, int32_t steps) {
    (void)steps;
    return feel_steps((struct feel_env *)(uintptr_t)env, TICK_STEPS);
}

static bool flags_of(const struct feel_value *v, struct feel_regex_flags *ret) {
    *ret = (struct feel_regex_flags){0};
    if (!v || feel_is_null(*v))
        return true;
    return v->kind == FEEL_STRING && feel_regex_flags(v->string, ret);
}

static struct feel_value bad_pattern(struct feel_env *env) {
    return env->status == OK ? feel_error(env, "feel.pattern", (struct span){0}) : feel_null();
}

/* A matcher that stopped: at its time or stack, or for no reason of the pattern's. */
static struct feel_value stopped(struct feel_env *env, UErrorCode err) {
    bool slow = err == U_REGEX_TIME_OUT || err == U_REGEX_STACK_OVERFLOW;
    return slow && env->status == OK ? feel_error(env, "feel.pattern_slow", (struct span){0}) : bad_pattern(env);
}

/* NULL: no pattern, or memory ended.  A pattern may be hostile: its work is
 * counted and its stack bounded. */
static URegularExpression *open_pattern(struct feel_env *env, struct span pattern, struct feel_regex_flags flags) {
    BUF_AUTO b;
    buf_init(&b, 4 << 20);
    if (!feel_regex_translate(pattern, flags, &b))
        return NULL;
    int32_t n = 0;
    UChar *p = buf_ok(&b) ? feel_utf16(env, buf_span(&b), &n) : NULL;
    UErrorCode err = U_ZERO_ERROR;
    UParseError where;
    URegularExpression *re = p ? uregex_open(p, n, 0, &where, &err) : NULL;
    if (re && U_SUCCESS(err)) {
        uregex_setTimeLimit(re, TIME_LIMIT, &err);
        uregex_setStackLimit(re, 1 << 20, &err);
        uregex_setMatchCallback(re, tick, env, &err);
    }
    if (re && U_SUCCESS(err))
        return re;
    uregex_close(re);
    return NULL;
}

bool feel_pattern_ok(struct feel_env *env, struct span pattern, struct span flags) {
    struct feel_regex_flags f;
    if (!feel_regex_flags(flags, &f))
        return true; /* another mistake, which feel_regex_flags tells */
    URegularExpression *re = open_pattern(env, pattern, f);
    if (re)
        uregex_close(re);
    return re || env->status != OK;
}

BUILTIN_FN(matches) {
    NEED_STRINGS(arg, 2);
    struct feel_regex_flags flags;
    if (!flags_of(n > 2 ? &arg[2] : NULL, &flags))
        return feel_bad_value(env);
    int32_t size = 0;
    UChar *s = feel_utf16(env, arg[0].string, &size);
    URegularExpression *re = s ? open_pattern(env, arg[1].string, flags) : NULL;
    if (!re)
        return bad_pattern(env);
    UErrorCode err = U_ZERO_ERROR;
    uregex_setText(re, s, size, &err);
    bool found = uregex_find(re, 0, &err);
    uregex_close(re);
    return U_SUCCESS(err) ? feel_bool(found) : stopped(env, err);
}

/* A pattern that matches nothing at all cannot cut a text (FORX0003).  false: `why` it cannot. */
static bool cuts(struct feel_env *env, URegularExpression *re, struct feel_value *why) {
    static const UChar empty[1] = {0};
    UErrorCode err = U_ZERO_ERROR;
    uregex_setText(re, empty, 0, &err);
    bool found = uregex_find(re, 0, &err);
    if (U_FAILURE(err))
        *why = stopped(env, err);
    else if (found)
        *why = feel_error(env, "feel.pattern_empty", (struct span){0});
    return U_SUCCESS(err) && !found;
}

/* ---- replace ------------------------------------------------------------------------ */

struct replacing {
    struct feel_env *env;
    URegularExpression *re;
    const UChar *text, *with;
    int32_t with_size, groups;
    bool marked; /* groups are doubled: feel_regex_refers_back */
    UChar *out;
    size_t size, room;
};

static void put(struct replacing *r, const UChar *s, int32_t n) {
    if (n <= 0 || r->env->status != OK)
        return;
    if (r->size + (size_t)n > r->room) {
        size_t room = (r->size + (size_t)n) * 2 + 64;
        UChar *more = room < (64 << 20) && feel_steps(r->env, room / 16) ? ARENA_ARRAY(r->env->arena, room, UChar) : NULL;
        if (!more) {
            feel_stop(r->env);
            return;
        }
        if (r->size)
            memcpy(more, r->out, r->size * sizeof *more);
        r->out = more;
        r->room = room;
    }
    memcpy(r->out + r->size, s, (size_t)n * sizeof *s);
    r->size += (size_t)n;
}

static bool digit(const struct replacing *r, int32_t i) {
    return i < r->with_size && r->with[i] >= '0' && r->with[i] <= '9';
}

/* $N: the longest number that counts groups; one digit beyond them is nothing. */
static int32_t put_group(struct replacing *r, int32_t i) {
    UErrorCode err = U_ZERO_ERROR;
    int32_t n = r->with[i++] - '0';
    while (digit(r, i) && n * 10 + (r->with[i] - '0') <= r->groups)
        n = n * 10 + (r->with[i++] - '0');
    if (n <= r->groups) {
        int32_t own = r->marked && n ? 2 * n - 1 : n;
        int32_t from = uregex_start(r->re, own, &err), to = uregex_end(r->re, own, &err);
        if (U_SUCCESS(err) && from >= 0)
            put(r, r->text + from, to - from);
    }
    return i;
}

/* false: `$` without a digit, `\` before something else than `$` or `\` (FORX0004). */
static bool put_with(struct replacing *r) {
    for (int32_t i = 0; i < r->with_size;) {
        UChar c = r->with[i++];
        if (c == '$') {
            if (!digit(r, i))
                return false;
            i = put_group(r, i);
            continue;
        }
        if (c == '\\') {
            if (i == r->with_size || (r->with[i] != '\\' && r->with[i] != '$'))
                return false;
            c = r->with[i++];
        }
        put(r, &c, 1);
    }
    return true;
}

static struct feel_value replace_all(struct replacing *r, int32_t size) {
    UErrorCode err = U_ZERO_ERROR;
    int32_t from = 0;
    bool ok = true;
    r->groups = uregex_groupCount(r->re, &err) / (r->marked ? 2 : 1);
    uregex_setText(r->re, r->text, size, &err);
    while (ok && feel_steps(r->env, 1) && uregex_findNext(r->re, &err) && U_SUCCESS(err)) {
        put(r, r->text + from, uregex_start(r->re, 0, &err) - from);
        ok = put_with(r);
        from = uregex_end(r->re, 0, &err);
    }
    put(r, r->text + from, size - from);
    if (!ok || U_FAILURE(err) || r->env->status != OK)
        return stopped(r->env, err);
    return feel_from_utf16(r->env, r->out, (int32_t)r->size);
}

/* A replacement that is never used must be right as well. */
static bool replacement_ok(struct span s) {
    for (size_t i = 0; i < s.size; i++) {
        char c = s.at[i], next = i + 1 < s.size ? s.at[i + 1] : 0;
        if (c == '$' && !(next >= '0' && next <= '9'))
            return false;
        if (c == '\\' && next != '\\' && next != '$')
            return false;
        i += c == '\\';
    }
    return true;
}

BUILTIN_FN(replace) {
    NEED_STRINGS(arg, 3);
    struct feel_regex_flags flags;
    if (!flags_of(n > 3 ? &arg[3] : NULL, &flags) || !replacement_ok(arg[2].string))
        return feel_bad_value(env);
    int32_t size = 0;
    struct replacing r = {.env = env, .marked = feel_regex_refers_back(arg[1].string)};
    r.text = feel_utf16(env, arg[0].string, &size);
    r.with = r.text ? feel_utf16(env, arg[2].string, &r.with_size) : NULL;
    r.re = r.with ? open_pattern(env, arg[1].string, flags) : NULL;
    if (!r.re)
        return bad_pattern(env);
    struct feel_value why, v = cuts(env, r.re, &why) ? replace_all(&r, size) : why;
    uregex_close(r.re);
    return v;
}

/* ---- split --------------------------------------------------------------------------- */

static struct feel_value split_at(struct feel_env *env, URegularExpression *re, const UChar *s, int32_t size) {
    size_t room = 8, count = 0;
    struct feel_value *item = feel_items(env, room);
    UErrorCode err = U_ZERO_ERROR;
    int32_t from = 0;
    uregex_setText(re, s, size, &err);
    while (item && feel_steps(env, 1)) {
        bool more = uregex_findNext(re, &err) && U_SUCCESS(err);
        int32_t to = more ? uregex_start(re, 0, &err) : size;
        if (count == room) {
            struct feel_value *bigger = feel_items(env, room * 2);
            if (!bigger)
                break;
            memcpy(bigger, item, count * sizeof *item);
            item = bigger;
            room *= 2;
        }
        item[count++] = feel_from_utf16(env, s + from, to - from);
        if (!more)
            break;
        from = uregex_end(re, 0, &err);
    }
    if (env->status)
        return feel_null();
    return U_SUCCESS(err) ? feel_new_list(env, item, count) : stopped(env, err);
}

BUILTIN_FN(split) {
    NEED_STRINGS(arg, 2);
    int32_t size = 0;
    UChar *s = feel_utf16(env, arg[0].string, &size);
    URegularExpression *re = s ? open_pattern(env, arg[1].string, (struct feel_regex_flags){0}) : NULL;
    if (!re)
        return bad_pattern(env);
    struct feel_value why, r = cuts(env, re, &why) ? split_at(env, re, s, size) : why;
    uregex_close(re);
    return r;
}
