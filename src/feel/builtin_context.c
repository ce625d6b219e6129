#include "feel/builtin.h"

BUILTIN_FN(get_value) {
    if (arg[0].kind != FEEL_CONTEXT)
        return feel_bad_argument(env, &arg[0]);
    if (arg[1].kind == FEEL_LIST) {
        struct feel_value at = arg[0];
        for (size_t i = 0; i < arg[1].count; i++) {
            if (arg[1].item[i].kind != FEEL_STRING)
                return feel_bad_argument(env, &arg[1].item[i]);
            const struct feel_value *v = feel_get(&at, arg[1].item[i].string);
            if (!v)
                return feel_null();
            at = *v;
        }
        return arg[1].count ? at : feel_null();
    }
    if (arg[1].kind != FEEL_STRING)
        return feel_bad_argument(env, &arg[1]);
    const struct feel_value *v = feel_get(&arg[0], arg[1].string);
    return v ? *v : feel_null();
}

BUILTIN_FN(get_entries) {
    if (arg->kind != FEEL_CONTEXT)
        return feel_bad_argument(env, arg);
    static const struct span keys[] = {{"key", 3}, {"value", 5}};
    size_t count = arg->shape->count;
    struct feel_value *item = feel_items(env, count);
    if (!item)
        return feel_null();
    for (size_t i = 0; i < count; i++) {
        struct feel_value pair[2] = {feel_string(arg->shape->key[i].text), arg->value[i]};
        item[i] = feel_made_context(env, keys, pair, 2);
        if (item[i].kind != FEEL_CONTEXT)
            return feel_null();
    }
    return feel_new_list(env, item, count);
}

/* A copy with one entry set. */
static struct feel_value put(struct feel_env *env, const struct feel_value *c, struct span key,
    struct feel_value value) {
    size_t n = c->shape->count, at = 0;
    struct span *k = ARENA_ARRAY(env->arena, n + 1, struct span);
    struct feel_value *v = k ? feel_items(env, n + 1) : NULL;
    if (!v)
        return feel_stop(env);
    for (size_t i = 0; i < n; i++) {
        k[i] = c->shape->key[i].text;
        v[i] = c->value[i];
    }
    while (at < n && !span_eq(k[at], key))
        at++;
    k[at] = key;
    v[at] = value;
    return feel_made_context(env, k, v, at == n ? n + 1 : n);
}

static struct feel_value put_path(struct feel_env *env, const struct feel_value *c,
    const struct feel_value *keys, size_t n, const struct feel_value *value) {
    if (c->kind != FEEL_CONTEXT)
        return feel_bad_argument(env, c);
    if (keys->kind != FEEL_STRING)
        return feel_bad_argument(env, keys);
    if (n == 1)
        return put(env, c, keys->string, *value);
    if (n > FEEL_VALUE_DEPTH_MAX)
        return feel_stop(env);
    const struct feel_value *inner = feel_get(c, keys->string);
    struct feel_value none = feel_null();
    struct feel_value v = put_path(env, inner ? inner : &none, keys + 1, n - 1, value);
    return feel_is_null(v) ? v : put(env, c, keys->string, v);
}

BUILTIN_FN(context_put) {
    if (arg[1].kind == FEEL_LIST)
        return arg[1].count ? put_path(env, &arg[0], arg[1].item, arg[1].count, &arg[2]) : feel_bad_value(env);
    return put_path(env, &arg[0], &arg[1], 1, &arg[2]);
}

BUILTIN_FN(context_merge) {
    struct feel_value list = feel_elements(arg, 1), all = feel_made_context(env, NULL, NULL, 0);
    for (size_t i = 0; i < list.count && env->status == OK; i++) {
        const struct feel_value *c = &list.item[i];
        if (c->kind != FEEL_CONTEXT)
            return feel_bad_argument(env, c);
        for (size_t k = 0; k < c->shape->count && env->status == OK; k++)
            all = put(env, &all, c->shape->key[k].text, c->value[k]);
    }
    return all;
}

BUILTIN_FN(context) {
    if (feel_is_null(*arg))
        return feel_bad_argument(env, arg);
    struct feel_value list = feel_elements(arg, 1);
    struct span *key = ARENA_ARRAY(env->arena, list.count + 1, struct span);
    struct feel_value *value = key ? feel_items(env, list.count) : NULL;
    if (!value)
        return feel_stop(env);
    for (size_t i = 0; i < list.count; i++) {
        const struct feel_value *k = feel_get(&list.item[i], SPAN("key"));
        const struct feel_value *v = feel_get(&list.item[i], SPAN("value"));
        if (!k || !v || k->kind != FEEL_STRING)
            return feel_bad_argument(env, &list.item[i]);
        if (!feel_steps(env, i))
            return feel_stop(env);
        for (size_t j = 0; j < i; j++)
            if (span_eq(key[j], k->string))
                return feel_error(env, "feel.duplicate_key", k->string);
        key[i] = k->string;
        value[i] = *v;
    }
    return feel_made_context(env, key, value, list.count);
}

/* The same element of the same domain (10.3.4.10). */
BUILTIN_FN(is) {
    if (arg[0].kind != arg[1].kind)
        return feel_bool(false);
    if (arg[0].kind == FEEL_TIME || arg[0].kind == FEEL_DATE_TIME) {
        struct feel_when a = feel_when(&arg[0]), b = feel_when(&arg[1]);
        return feel_bool(a.has_offset == b.has_offset && feel_same(&arg[0], &arg[1]));
    }
    return feel_bool(feel_same(&arg[0], &arg[1]));
}
