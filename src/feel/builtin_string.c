#include "feel/builtin.h"

#include "base/utf8.h"

#include <unicode/ustring.h>

const struct feel_value *feel_not_string(const struct feel_value *arg, size_t n) {
    for (size_t i = 0; i < n; i++)
        if (arg[i].kind != FEEL_STRING)
            return &arg[i];
    return NULL;
}

BUILTIN_FN(to_string) {
    if (feel_is_null(*arg))
        return feel_null();
    if (arg->kind == FEEL_STRING)
        return *arg;
    BUF_AUTO b;
    buf_init(&b, 64 << 20);
    feel_text(&b, arg, false);
    return buf_ok(&b) ? feel_new_string(env, buf_span(&b)) : feel_stop(env);
}

static bool separator_ok(const struct feel_value *v, const char *allowed) {
    return feel_is_null(*v) ||
        (v->kind == FEEL_STRING && v->string.size == 1 && strchr(allowed, v->string.at[0]));
}

BUILTIN_FN(to_number) {
    if (n == 1 && arg->kind == FEEL_NUMBER)
        return *arg;
    NEED_STRINGS(arg, 1);
    struct feel_value group = n > 1 ? arg[1] : feel_null(), point = n > 2 ? arg[2] : feel_null();
    if (!separator_ok(&group, " ,.") || !separator_ok(&point, ",.") ||
        (group.kind == FEEL_STRING && point.kind == FEEL_STRING && span_eq(group.string, point.string)))
        return feel_bad_value(env);
    char *text = feel_steps(env, arg->string.size / 64) ? arena_alloc(env->arena, arg->string.size + 1) : NULL;
    size_t len = 0;
    if (!text)
        return feel_stop(env);
    for (size_t i = 0; i < arg->string.size; i++) {
        char c = arg->string.at[i];
        if (group.kind == FEEL_STRING && c == group.string.at[0])
            continue;
        text[len++] = point.kind == FEEL_STRING && c == point.string.at[0] ? '.' : c;
    }
    struct feel_value r = {.kind = FEEL_NUMBER};
    return dec_parse((struct span){text, len}, &r.number, NULL) == OK ? r : feel_bad_value(env);
}

BUILTIN_FN(substring) {
    NEED_STRINGS(arg, 1);
    int64_t start, length = 0;
    if (arg[1].kind != FEEL_NUMBER || dec_to_int(dec_round(arg[1].number, 0, DEC_DOWN), &start, NULL) != OK)
        return feel_bad_argument(env, &arg[1]);
    if (n > 2 && (arg[2].kind != FEEL_NUMBER ||
                  dec_to_int(dec_round(arg[2].number, 0, DEC_DOWN), &length, NULL) != OK))
        return feel_bad_argument(env, &arg[2]);
    int64_t size = (int64_t)utf8_length(arg->string);
    if (start < 0)
        start += size + 1;
    if (start < 1 || start > size) /* footnote 1 of table 74: within the text, and so is what is cut */
        return feel_bad_value(env);
    struct span s = utf8_skip(arg->string, (size_t)(start - 1));
    if (n < 3)
        return feel_string(s);
    return length < 1 || length > size - start + 1 ? feel_bad_value(env) : feel_string(utf8_take(s, (size_t)length));
}

BUILTIN_FN(string_length) {
    NEED_STRINGS(arg, 1);
    return feel_int((int64_t)utf8_length(arg->string));
}

/* ---- UTF-16, which ICU speaks ----------------------------------------------------- */

uint16_t *feel_utf16(struct feel_env *env, struct span s, int32_t *ret_size) {
    if (s.size > FEEL_TEXT_MAX * 16 || !feel_steps(env, s.size / 16)) {
        feel_stop(env);
        return NULL;
    }
    UChar *out = ARENA_ARRAY(env->arena, s.size + 1, UChar);
    UErrorCode err = U_ZERO_ERROR;
    if (out)
        u_strFromUTF8(out, (int32_t)s.size + 1, ret_size, s.at, (int32_t)s.size, &err);
    if (!out || U_FAILURE(err)) {
        feel_stop(env);
        return NULL;
    }
    return out;
}

struct feel_value feel_from_utf16(struct feel_env *env, const uint16_t *s, int32_t n) {
    char *out = arena_alloc(env->arena, (size_t)n * 3 + 1);
    int32_t size = 0;
    UErrorCode err = U_ZERO_ERROR;
    if (out)
        u_strToUTF8(out, n * 3 + 1, &size, s, n, &err);
    return out && U_SUCCESS(err) ? feel_string((struct span){out, (size_t)size}) : feel_stop(env);
}

static struct feel_value change_case(struct feel_env *env, const struct feel_value *arg, bool upper) {
    NEED_STRINGS(arg, 1);
    int32_t n = 0;
    UChar *s = feel_utf16(env, arg->string, &n);
    UChar *out = s ? ARENA_ARRAY(env->arena, (size_t)n * 3 + 1, UChar) : NULL;
    if (!out)
        return feel_stop(env);
    UErrorCode err = U_ZERO_ERROR;
    int32_t m = upper ? u_strToUpper(out, n * 3 + 1, s, n, "", &err) : u_strToLower(out, n * 3 + 1, s, n, "", &err);
    return U_SUCCESS(err) ? feel_from_utf16(env, out, m) : feel_stop(env);
}
BUILTIN_FN(upper_case) { return change_case(env, arg, true); }
BUILTIN_FN(lower_case) { return change_case(env, arg, false); }

/* ---- plain searches ------------------------------------------------------------------ */

static const char *find(struct span s, struct span what) {
    return what.size == 0 ? s.at : memmem(s.at, s.size, what.at, what.size);
}

BUILTIN_FN(substring_before) {
    NEED_STRINGS(arg, 2);
    const char *p = find(arg[0].string, arg[1].string);
    return feel_string(p ? (struct span){arg[0].string.at, (size_t)(p - arg[0].string.at)} : SPAN(""));
}

BUILTIN_FN(substring_after) {
    NEED_STRINGS(arg, 2);
    struct span s = arg[0].string, w = arg[1].string;
    const char *p = find(s, w);
    if (!p)
        return feel_string(SPAN(""));
    p += w.size;
    return feel_string((struct span){p, s.size - (size_t)(p - s.at)});
}

BUILTIN_FN(contains) {
    NEED_STRINGS(arg, 2);
    return feel_bool(find(arg[0].string, arg[1].string) != NULL);
}

BUILTIN_FN(starts_with) {
    NEED_STRINGS(arg, 2);
    struct span s = arg[0].string, w = arg[1].string;
    return feel_bool(s.size >= w.size && (!w.size || memcmp(s.at, w.at, w.size) == 0));
}

BUILTIN_FN(ends_with) {
    NEED_STRINGS(arg, 2);
    struct span s = arg[0].string, w = arg[1].string;
    return feel_bool(s.size >= w.size && (!w.size || memcmp(s.at + s.size - w.size, w.at, w.size) == 0));
}

BUILTIN_FN(string_join) {
    if (feel_is_null(arg[0]))
        return feel_bad_argument(env, arg);
    struct feel_value list = feel_elements(arg, 1);
    struct span glue = {0};
    if (n > 1 && arg[1].kind == FEEL_STRING)
        glue = arg[1].string;
    else if (n > 1 && !feel_is_null(arg[1]))
        return feel_bad_argument(env, &arg[1]);
    BUF_AUTO b;
    buf_init(&b, 64 << 20);
    bool any = false;
    for (size_t i = 0; i < list.count; i++) {
        if (feel_is_null(list.item[i]))
            continue;
        if (list.item[i].kind != FEEL_STRING)
            return feel_bad_argument(env, &list.item[i]);
        if (any)
            buf_add(&b, glue);
        any = true;
        buf_add(&b, list.item[i].string);
    }
    return buf_ok(&b) ? feel_new_string(env, buf_span(&b)) : feel_stop(env);
}
