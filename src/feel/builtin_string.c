#include "feel/builtin.h"

#include "base/utf8.h"

#include <unicode/uregex.h>
#include <unicode/ustring.h>

static const struct feel_value *not_string(const struct feel_value *arg, size_t n) {
    for (size_t i = 0; i < n; i++)
        if (arg[i].kind != FEEL_STRING)
            return &arg[i];
    return NULL;
}
#define NEED_STRINGS(arg, n)                                                   \
    do {                                                                       \
        const struct feel_value *bad_ = not_string((arg), (n));                \
        if (bad_)                                                              \
            return feel_bad_argument(env, bad_);                               \
    } while (0)

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
    char text[256];
    size_t len = 0;
    if (arg->string.size >= sizeof text)
        return feel_bad_value(env);
    for (size_t i = 0; i < arg->string.size; i++) {
        char c = arg->string.at[i];
        if (group.kind == FEEL_STRING && c == group.string.at[0])
            continue;
        text[len++] = point.kind == FEEL_STRING && c == point.string.at[0] ? '.' : c;
    }
    struct span s = {text, len};
    struct feel_value r = {.kind = FEEL_NUMBER};
    if (len && text[0] == '.') { /* ".5" */
        char zero[sizeof text + 1] = "0";
        memcpy(zero + 1, text, len);
        return dec_parse((struct span){zero, len + 1}, &r.number, NULL) == OK ? r : feel_bad_value(env);
    }
    return dec_parse(s, &r.number, NULL) == OK ? r : feel_bad_value(env);
}

BUILTIN_FN(substring) {
    NEED_STRINGS(arg, 1);
    int64_t start, length = INT64_MAX;
    if (arg[1].kind != FEEL_NUMBER || dec_to_int(dec_round(arg[1].number, 0, DEC_DOWN), &start, NULL) != OK)
        return feel_bad_argument(env, &arg[1]);
    if (n > 2 && (arg[2].kind != FEEL_NUMBER ||
                  dec_to_int(dec_round(arg[2].number, 0, DEC_DOWN), &length, NULL) != OK))
        return feel_bad_argument(env, &arg[2]);
    int64_t size = (int64_t)utf8_length(arg->string);
    if (start < 0)
        start += size + 1;
    if (start < 1 || start > size + 1 || length < 1)
        return start == 0 || length < 1 || start < 1 ? feel_bad_value(env) : feel_string(SPAN(""));
    struct span s = utf8_skip(arg->string, (size_t)(start - 1));
    if (length < size)
        s = utf8_take(s, (size_t)length);
    return feel_string(s);
}

BUILTIN_FN(string_length) {
    NEED_STRINGS(arg, 1);
    return feel_int((int64_t)utf8_length(arg->string));
}

/* ---- UTF-16, which ICU speaks ----------------------------------------------------- */

static UChar *utf16(struct feel_env *env, struct span s, int32_t *ret_size) {
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

static struct feel_value from_utf16(struct feel_env *env, const UChar *s, int32_t n) {
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
    UChar *s = utf16(env, arg->string, &n);
    UChar *out = s ? ARENA_ARRAY(env->arena, (size_t)n * 3 + 1, UChar) : NULL;
    if (!out)
        return feel_stop(env);
    UErrorCode err = U_ZERO_ERROR;
    int32_t m = upper ? u_strToUpper(out, n * 3 + 1, s, n, "", &err) : u_strToLower(out, n * 3 + 1, s, n, "", &err);
    return U_SUCCESS(err) ? from_utf16(env, out, m) : feel_stop(env);
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

/* ---- regular expressions (XPath flavour, on ICU's engine) ------------------------------ */

enum { FLAG_SPACES = 1 << 30 }; /* flag x: white space in the pattern is left out; not ICU's, which has comments too */

static bool regex_class(struct span p, size_t *at, struct buf *out, int depth);

/* From XPath's notation to ICU's.  false: no pattern. */
static bool regex_translate(struct span p, uint32_t flags, struct buf *out) {
    bool squeeze = flags & FLAG_SPACES;
    for (size_t i = 0; i < p.size;) {
        char c = p.at[i];
        if (c == '[') {
            if (!regex_class(p, &i, out, 0))
                return false;
            continue;
        }
        i++;
        if (squeeze && strchr(" \t\n\r", c) && c)
            continue;
        buf_addc(out, c);
        if (c != '\\')
            continue;
        while (squeeze && i < p.size && p.at[i] == ' ')
            i++;
        if (i >= p.size)
            return false;
        buf_addc(out, p.at[i++]);
    }
    return buf_ok(out);
}

/* A class [X-[Y]] becomes (?:(?![Y])[X]), which also means the right thing
 * where case is ignored; a reference inside a class is an error. */
static bool regex_class(struct span p, size_t *at, struct buf *out, int depth) {
    BUF_AUTO set;
    BUF_AUTO minus;
    buf_init(&set, 1 << 20);
    buf_init(&minus, 1 << 20);
    size_t i = *at + 1;
    for (; i < p.size && p.at[i] != ']'; i++) {
        if (p.at[i] == '-' && i + 1 < p.size && p.at[i + 1] == '[') {
            i++;
            if (depth > 20 || !regex_class(p, &i, &minus, depth + 1) || i >= p.size || p.at[i] != ']')
                return false;
            break;
        }
        if (p.at[i] == '[')
            return false;
        buf_addc(&set, p.at[i]);
        if (p.at[i] == '\\') {
            if (++i >= p.size || (p.at[i] >= '0' && p.at[i] <= '9'))
                return false;
            buf_addc(&set, p.at[i]);
        }
    }
    if (i >= p.size)
        return false;
    *at = i + 1;
    if (minus.size)
        buf_addf(out, "(?:(?!%s)[%s])", buf_str(&minus), buf_str(&set));
    else
        buf_addf(out, "[%s]", buf_str(&set));
    return buf_ok(out) && buf_ok(&set);
}

/* \p{IsBasicLatin} names a block. */
static void regex_blocks(struct span p, struct buf *out) {
    for (size_t i = 0; i < p.size; i++) {
        bool block = i + 5 <= p.size && p.at[i] == '\\' && (p.at[i + 1] == 'p' || p.at[i + 1] == 'P') &&
            memcmp(p.at + i + 2, "{Is", 3) == 0;
        if (!block) {
            buf_addc(out, p.at[i]);
            if (p.at[i] == '\\' && i + 1 < p.size)
                buf_addc(out, p.at[++i]);
            continue;
        }
        buf_addf(out, "\\%c{blk=", p.at[i + 1]);
        i += 4;
    }
}

static bool regex_flags(const struct feel_value *v, uint32_t *ret) {
    *ret = 0;
    for (size_t i = 0; v && v->kind == FEEL_STRING && i < v->string.size; i++)
        switch (v->string.at[i]) {
        case 's': *ret |= UREGEX_DOTALL; break;
        case 'm': *ret |= UREGEX_MULTILINE; break;
        case 'i': *ret |= UREGEX_CASE_INSENSITIVE; break;
        case 'x': *ret |= FLAG_SPACES; break;
        case 'q': *ret |= UREGEX_LITERAL; break;
        default: return false;
        }
    return !v || v->kind == FEEL_STRING || feel_is_null(*v);
}

/* NULL: not a pattern. Bounded in time and stack: a pattern may be hostile. */
static URegularExpression *regex_open(struct feel_env *env, struct span pattern, uint32_t flags) {
    int32_t n = 0;
    BUF_AUTO plain;
    BUF_AUTO blocks;
    buf_init(&plain, 1 << 20);
    buf_init(&blocks, 4 << 20);
    if (flags & UREGEX_LITERAL)
        buf_add(&blocks, pattern);
    else if (regex_translate(pattern, flags, &plain))
        regex_blocks(buf_span(&plain), &blocks);
    else
        return NULL;
    UChar *p = buf_ok(&blocks) ? utf16(env, buf_span(&blocks), &n) : NULL;
    UErrorCode err = U_ZERO_ERROR;
    UParseError where;
    URegularExpression *re = p ? uregex_open(p, n, flags & ~(uint32_t)FLAG_SPACES, &where, &err) : NULL;
    if (!re || U_FAILURE(err)) {
        uregex_close(re);
        return NULL;
    }
    uregex_setTimeLimit(re, 200, &err); /* units of about a millisecond */
    uregex_setStackLimit(re, 1 << 20, &err);
    return re;
}

BUILTIN_FN(matches) {
    NEED_STRINGS(arg, 2);
    uint32_t flags;
    if (!regex_flags(n > 2 ? &arg[2] : NULL, &flags))
        return feel_bad_value(env);
    int32_t size = 0;
    UChar *s = utf16(env, arg[0].string, &size);
    URegularExpression *re = s ? regex_open(env, arg[1].string, flags) : NULL;
    if (!re)
        return feel_error(env, "feel.pattern", (struct span){0});
    UErrorCode err = U_ZERO_ERROR;
    uregex_setText(re, s, size, &err);
    bool found = uregex_find(re, 0, &err);
    uregex_close(re);
    return U_SUCCESS(err) ? feel_bool(found) : feel_error(env, "feel.pattern", (struct span){0});
}

/* `$1` is ICU's as well; `$0` too. With flag q it is literal. */
BUILTIN_FN(replace) {
    NEED_STRINGS(arg, 3);
    uint32_t flags;
    if (!regex_flags(n > 3 ? &arg[3] : NULL, &flags))
        return feel_bad_value(env);
    int32_t size = 0, with_size = 0;
    UChar *s = utf16(env, arg[0].string, &size), *with = utf16(env, arg[2].string, &with_size);
    URegularExpression *re = s && with ? regex_open(env, arg[1].string, flags) : NULL;
    if (!re)
        return feel_error(env, "feel.pattern", (struct span){0});
    UErrorCode err = U_ZERO_ERROR;
    uregex_setText(re, s, size, &err);
    int32_t need = uregex_replaceAll(re, with, with_size, NULL, 0, &err);
    struct feel_value r = feel_null();
    if (err == U_BUFFER_OVERFLOW_ERROR || U_SUCCESS(err)) {
        err = U_ZERO_ERROR;
        UChar *out = feel_steps(env, (uint64_t)need / 16) ? ARENA_ARRAY(env->arena, (size_t)need + 1, UChar) : NULL;
        if (out)
            uregex_replaceAll(re, with, with_size, out, need + 1, &err);
        r = !out ? feel_stop(env) : U_SUCCESS(err) ? from_utf16(env, out, need) : r;
    }
    uregex_close(re);
    return r.kind == FEEL_STRING || env->status ? r : feel_error(env, "feel.pattern", (struct span){0});
}

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
        item[count++] = from_utf16(env, s + from, to - from);
        if (!more)
            break;
        from = uregex_end(re, 0, &err);
    }
    if (env->status)
        return feel_null();
    return U_SUCCESS(err) ? feel_new_list(env, item, count) : feel_error(env, "feel.pattern", (struct span){0});
}

BUILTIN_FN(split) {
    NEED_STRINGS(arg, 2);
    int32_t size = 0;
    UChar *s = utf16(env, arg[0].string, &size);
    URegularExpression *re = s ? regex_open(env, arg[1].string, 0) : NULL;
    if (!re)
        return feel_error(env, "feel.pattern", (struct span){0});
    struct feel_value r = split_at(env, re, s, size);
    uregex_close(re);
    return r;
}
