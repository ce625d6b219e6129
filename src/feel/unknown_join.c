/* Either of two unknowns, and lists of unknown length. */
#include "feel/unknown_internal.h"

/* ---- joining --------------------------------------------------------------------------------- */

static struct feel_value join_lists(struct feel_env *env, const struct feel_value *choice,
    const struct feel_value *a, const struct feel_value *b) {
    struct feel_value *item = feel_items(env, a->count);
    if (!item)
        return feel_null();
    for (size_t i = 0; i < a->count; i++)
        item[i] = feel_unknown_join(env, choice, &a->item[i], &b->item[i]);
    return feel_new_list(env, item, a->count);
}

static bool same_keys(const struct feel_shape *a, const struct feel_shape *b) {
    if (a == b)
        return true;
    if (a->count != b->count)
        return false;
    for (size_t i = 0; i < a->count; i++)
        if (!span_eq(a->key[i].text, b->key[i].text))
            return false;
    return true;
}

static struct feel_value join_contexts(struct feel_env *env, const struct feel_value *choice,
    const struct feel_value *a, const struct feel_value *b) {
    struct feel_value *value = feel_items(env, a->shape->count);
    if (!value)
        return feel_null();
    for (size_t i = 0; i < a->shape->count; i++)
        value[i] = feel_unknown_join(env, choice, &a->value[i], &b->value[i]);
    return feel_new_context(env, a->shape, value);
}

size_t unknown_codes(const struct feel_value *v, const struct feel_value **ret) {
    if (!feel_is_unknown(v)) {
        *ret = v;
        return 1;
    }
    *ret = v->unknown->code;
    return v->unknown->code_count;
}

static void join_codes(struct feel_env *env, struct feel_unknown *u, const struct feel_value *a,
    const struct feel_value *b) {
    const struct feel_value *ca, *cb;
    size_t na = unknown_codes(a, &ca), nb = unknown_codes(b, &cb), n = 0;
    if (!na || !nb || na + nb > UNKNOWN_CODES_MAX || u->kind == FEEL_LIST || u->kind == FEEL_CONTEXT)
        return;
    struct feel_value *code = feel_items(env, na + nb);
    if (!code)
        return;
    for (size_t i = 0; i < na + nb; i++) {
        const struct feel_value *v = i < na ? &ca[i] : &cb[i - na];
        size_t j = 0;
        while (j < n && !feel_same(&code[j], v))
            j++;
        if (j == n)
            code[n++] = *v;
    }
    u->code = code;
    u->code_count = n;
}

static struct feel_bound hull(struct feel_bound a, struct feel_bound b, int sign) {
    if (unknown_no_bound(a) || unknown_no_bound(b))
        return (struct feel_bound){0};
    int o = feel_order(&a.value, &b.value);
    if (o == 2)
        return (struct feel_bound){0};
    if (o == 0) {
        a.open = a.open && b.open;
        return a;
    }
    return o * sign > 0 ? a : b;
}

static bool is_list(const struct feel_value *v) { return v->kind == FEEL_LIST || feel_is_open_list(v); }

/* Lists of different lengths: elements of either. */
static struct feel_value join_open(struct feel_env *env, const struct feel_value *parts, bool may) {
    const struct feel_value *side[2] = {&parts[1], &parts[2]};
    struct feel_value any = feel_null();
    size_t count_min = SIZE_MAX;
    bool found = false;
    for (int k = 0; k < 2; k++) {
        bool open = feel_is_unknown(side[k]);
        const struct feel_value *item = open ? side[k]->unknown->element : side[k]->item;
        size_t count = open ? 1 : side[k]->count, least = open ? side[k]->unknown->count_min : count;
        may = may || (open && side[k]->unknown->may_error);
        count_min = least < count_min ? least : count_min;
        for (size_t i = 0; i < count && env->status == OK; i++, found = true)
            any = found ? feel_unknown_hull(env, &any, &item[i]) : item[i];
    }
    return env->status == OK ? feel_unknown_list(env, 'j', parts, 3, &any, count_min, may, NULL) : feel_null();
}

struct feel_value feel_unknown_join(struct feel_env *env, const struct feel_value *choice,
    const struct feel_value *a, const struct feel_value *b) {
    bool choice_may = feel_may_error(choice) || unknown_kind(choice) != FEEL_BOOLEAN;
    if (!choice_may && feel_same(a, b) && !feel_find_error(a) && !feel_find_error(b))
        return *a;
    if (a->kind == FEEL_LIST && b->kind == FEEL_LIST && a->count == b->count && !choice_may)
        return join_lists(env, choice, a, b);
    if (a->kind == FEEL_CONTEXT && b->kind == FEEL_CONTEXT && same_keys(a->shape, b->shape) && !choice_may)
        return join_contexts(env, choice, a, b);
    unknown_hint_condition(env, choice);
    uint8_t kind = unknown_kind(a) == unknown_kind(b) ? unknown_kind(a) : FEEL_NULL;
    struct feel_value parts[3] = {*choice, *a, *b};
    if (is_list(a) && is_list(b))
        return join_open(env, parts, choice_may);
    struct feel_unknown *u = unknown_new(env, kind, 'j', parts, 3);
    if (!u)
        return feel_null();
    u->may_error = choice_may || feel_may_error(a) || feel_may_error(b) || feel_find_error(a) || feel_find_error(b);
    if (unknown_ordered(kind)) {
        u->lo = hull(feel_lower(a), feel_lower(b), -1);
        u->hi = hull(feel_upper(a), feel_upper(b), 1);
    }
    if (kind != FEEL_NULL)
        join_codes(env, u, a, b);
    return unknown_value(env, u);
}

/* ---- lists of unknown length ------------------------------------------------------------------------ */

struct feel_value feel_unknown_list(struct feel_env *env, uint64_t tag, const struct feel_value *args,
    size_t count, const struct feel_value *element, size_t count_min, bool may,
    const struct feel_unknown *through) {
    struct feel_unknown *u = unknown_new(env, FEEL_LIST, tag, args, count);
    struct feel_value *copy = u ? feel_items(env, 1) : NULL;
    if (!copy)
        return feel_stop(env);
    *copy = *element;
    feel_unknown_deps(env, element, (uint64_t *)(uintptr_t)u->deps);
    u->hash = unknown_mix(u->hash, feel_value_hash(element));
    u->each = unknown_discharged(env, u->each, through);
    u->element = copy;
    u->count_min = count_min;
    u->may_error = may;
    return unknown_value(env, u);
}

static struct feel_value fresh(struct feel_env *env, const struct feel_value *v, uint64_t serial, uint32_t each) {
    if (!feel_has_unknown(v) || !feel_steps(env, 1))
        return *v;
    if (feel_is_unknown(v)) {
        struct feel_unknown *u = ARENA_NEW(env->arena, struct feel_unknown);
        if (!u)
            return feel_stop(env);
        *u = *v->unknown;
        u->hash = unknown_mix(u->hash, serial);
        u->each = each;
        return unknown_value(env, u);
    }
    size_t n = v->kind == FEEL_LIST ? v->count : v->kind == FEEL_CONTEXT ? v->shape->count : 0;
    const struct feel_value *from = v->kind == FEEL_LIST ? v->item : v->value;
    struct feel_value *item = n ? feel_items(env, n) : NULL;
    if (!item)
        return *v;
    for (size_t i = 0; i < n; i++)
        item[i] = fresh(env, &from[i], serial, each);
    return v->kind == FEEL_LIST ? feel_new_list(env, item, n) : feel_new_context(env, v->shape, item);
}

struct feel_value feel_unknown_element(struct feel_env *env, const struct feel_value *list) {
    uint64_t place = unknown_mix(unknown_mix((uint64_t)(uintptr_t)env->where.at, env->pc), env->depth);
    struct feel_unknown_hints *h = env->hints;
    uint32_t each = FEEL_EACH_SEVERAL;
    if (h && !list->unknown->each && h->elements < h->elements_room) {
        h->element[h->elements++] = list->unknown;
        each = (uint32_t)h->elements;
    }
    return fresh(env, list->unknown->element, place, each);
}

struct feel_value feel_unknown_hull(struct feel_env *env, const struct feel_value *a, const struct feel_value *b) {
    struct feel_value parts[2] = {*a, *b};
    struct feel_value either = feel_unknown_of(env, FEEL_BOOLEAN, 'H', parts, 2, false);
    return env->status == OK ? feel_unknown_join(env, &either, a, b) : feel_null();
}

struct feel_value feel_unknown_question(struct feel_env *env, struct feel_value v) {
    struct feel_unknown_hints *h = env->hints;
    bool asks = feel_is_unknown(&v) && !v.unknown->may_error && !v.unknown->each && h && h->question &&
        (v.unknown->kind == FEEL_BOOLEAN || v.unknown->kind == FEEL_NUMBER);
    return asks ? h->question(h->user, env, v) : v;
}

struct feel_value feel_unknown_weaken(struct feel_env *env, const struct feel_value *list,
    const struct feel_value *condition, bool settled) {
    if (condition->kind == FEEL_BOOLEAN && condition->boolean == settled && !list->unknown->may_error)
        return *condition;
    struct feel_value parts[2] = {*list, *condition};
    struct feel_unknown *u = unknown_new(env, FEEL_BOOLEAN, settled ? 'W' : 'w', parts, 2);
    if (!u)
        return feel_null();
    u->may_error = list->unknown->may_error || feel_may_error(condition) || unknown_kind(condition) != FEEL_BOOLEAN;
    u->each = unknown_discharged(env, u->each, list->unknown);
    return feel_unknown_question(env, unknown_value(env, u));
}
