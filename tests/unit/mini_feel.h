/* A handful of FEEL for tests of the engines that are given an evaluator:
 * strings, numbers, true, false, null, a.b.c, + -, = != < <= > >=, and, or, not(),
 * count(), { a: 1 }, [1, 2].  What cannot be read is E_INPUT "mini.syntax".
 * The engines' own tests use this so that they stand without src/feel. */
#ifndef MINI_FEEL_H
#define MINI_FEEL_H

#include <ctype.h>

#include "base/evaluator.h"

struct mini {
    struct arena *a;
    const char *at, *end;
    const struct json *names;
    bool bad;
};

static const struct json *mini_or(struct mini *m);

static void mini_space(struct mini *m) {
    while (m->at < m->end && isspace((unsigned char)*m->at))
        m->at++;
}

static bool mini_take(struct mini *m, const char *token) {
    mini_space(m);
    size_t n = strlen(token);
    if ((size_t)(m->end - m->at) < n || memcmp(m->at, token, n) != 0)
        return false;
    if (isalpha((unsigned char)token[n - 1]) && m->at + n < m->end && (isalnum((unsigned char)m->at[n]) || m->at[n] == '_'))
        return false;
    m->at += n;
    return true;
}

static struct span mini_name(struct mini *m) {
    mini_space(m);
    const char *from = m->at;
    while (m->at < m->end && (isalnum((unsigned char)*m->at) || *m->at == '_' || (unsigned char)*m->at >= 0x80))
        m->at++;
    return (struct span){from, (size_t)(m->at - from)};
}

static const struct json *mini_string(struct mini *m) {
    const char *from = m->at;
    while (m->at < m->end && *m->at != '"')
        m->at++;
    if (m->at >= m->end) {
        m->bad = true;
        return json_null();
    }
    return json_new_string(m->a, (struct span){from, (size_t)(m->at++ - from)});
}

static const struct json *mini_number(struct mini *m) {
    const char *from = m->at;
    if (*m->at == '-')
        m->at++;
    while (m->at < m->end && (isdigit((unsigned char)*m->at) || *m->at == '.'))
        m->at++;
    struct dec n;
    if (dec_parse((struct span){from, (size_t)(m->at - from)}, &n, NULL) != OK) {
        m->bad = true;
        return json_null();
    }
    return json_new_number(m->a, n);
}

static const struct json *mini_list(struct mini *m, char close) {
    struct span key[16];
    const struct json *value[16];
    size_t n = 0;
    char end[2] = {close, 0};
    while (!mini_take(m, end)) {
        if (n == 16 || (n > 0 && !mini_take(m, ","))) {
            m->bad = true;
            return json_null();
        }
        if (close == '}') {
            key[n] = mini_name(m);
            m->bad |= !mini_take(m, ":");
        }
        value[n++] = mini_or(m);
        if (m->bad)
            return json_null();
    }
    return close == '}' ? json_new_object(m->a, key, value, n) : json_new_array(m->a, value, n);
}

static const struct json *mini_primary(struct mini *m) {
    mini_space(m);
    const struct json *v;
    if (m->at >= m->end) {
        m->bad = true;
        return json_null();
    }
    if (mini_take(m, "\""))
        return mini_string(m);
    if (isdigit((unsigned char)*m->at) || *m->at == '-')
        return mini_number(m);
    if (mini_take(m, "true"))
        return json_new_bool(true);
    if (mini_take(m, "false"))
        return json_new_bool(false);
    if (mini_take(m, "null"))
        return json_null();
    if (mini_take(m, "{"))
        return mini_list(m, '}');
    if (mini_take(m, "["))
        return mini_list(m, ']');
    bool negate = mini_take(m, "not("), count = !negate && mini_take(m, "count(");
    if (negate || count || mini_take(m, "(")) {
        v = mini_or(m);
        m->bad |= !mini_take(m, ")");
        if (negate)
            return v->type == JSON_NULL ? v : json_new_bool(v->type == JSON_FALSE);
        return count ? json_new_number(m->a, dec_int((int64_t)v->size)) : v;
    }
    struct span name = mini_name(m);
    m->bad |= name.size == 0;
    v = json_get_span(m->names, name);
    while (m->at < m->end && *m->at == '.') {
        m->at++;
        name = mini_name(m);
        m->bad |= name.size == 0;
        v = json_get_span(v, name);
    }
    return v ? v : json_null();
}

static const struct json *mini_sum(struct mini *m) {
    const struct json *x = mini_primary(m);
    for (;;) {
        bool plus = mini_take(m, "+");
        if (!plus && !mini_take(m, "-"))
            return x;
        const struct json *y = mini_primary(m);
        if (x->type != JSON_NUMBER || y->type != JSON_NUMBER)
            x = json_null();
        else
            x = json_new_number(m->a, plus ? dec_add(x->number, y->number) : dec_sub(x->number, y->number));
    }
}

static const struct json *mini_compare(struct mini *m) {
    static const char *const OP[] = {"!=", "<=", ">=", "=", "<", ">"};
    const struct json *x = mini_sum(m), *y;
    int op = -1;
    for (int i = 0; op < 0 && i < 6; i++)
        if (mini_take(m, OP[i]))
            op = i;
    if (op < 0)
        return x;
    y = mini_sum(m);
    if (op == 0 || op == 3) {
        bool same = x->type == y->type && (x->type != JSON_STRING || span_eq(x->text, y->text)) &&
                    (x->type != JSON_NUMBER || dec_cmp(x->number, y->number) == 0);
        return json_new_bool(same == (op == 3));
    }
    if (x->type != JSON_NUMBER || y->type != JSON_NUMBER)
        return json_null();
    int c = dec_cmp(x->number, y->number);
    return json_new_bool(op == 1 ? c <= 0 : op == 2 ? c >= 0 : op == 4 ? c < 0 : c > 0);
}

static const struct json *mini_and(struct mini *m) {
    const struct json *x = mini_compare(m);
    while (mini_take(m, "and")) {
        const struct json *y = mini_compare(m);
        x = x->type == JSON_FALSE || y->type == JSON_FALSE ? json_new_bool(false)
            : x->type == JSON_TRUE && y->type == JSON_TRUE ? x
                                                           : json_null();
    }
    return x;
}

static const struct json *mini_or(struct mini *m) {
    const struct json *x = mini_and(m);
    while (mini_take(m, "or")) {
        const struct json *y = mini_and(m);
        x = x->type == JSON_TRUE || y->type == JSON_TRUE     ? json_new_bool(true)
            : x->type == JSON_FALSE && y->type == JSON_FALSE ? x
                                                             : json_null();
    }
    return x;
}

static enum status mini_value(void *user, struct arena *a, struct span text, const struct json *names,
    const struct json **ret, struct diag *d) {
    struct mini m = {a, text.at, text.at + text.size, names, false};
    (void)user;
    *ret = mini_or(&m);
    mini_space(&m);
    return m.bad || m.at < m.end ? diag_fail(d, E_INPUT, "mini.syntax", DIAG_SPAN("text", text)) : OK;
}

static enum status mini_check(void *user, struct span text, struct diag *d) {
    AUTO(arena) struct arena *a = arena_new(0);
    const struct json *names = json_new_object(a, NULL, NULL, 0), *ignored;
    return mini_value(user, a, text, names, &ignored, d);
}

UNUSED static const struct evaluator MINI_FEEL = {NULL, mini_value, mini_check};

#endif
