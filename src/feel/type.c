/* Types: conformance (10.3.2.9), implicit conversions, `instance of`. */
#include "feel/temporal.h"
#include "feel/unknown.h"
#include "feel/vm.h"

static const struct { const char *name; struct feel_type type; } builtin_types[] = {
    {"Any", {FEEL_TYPE_ANY}}, {"Null", {FEEL_TYPE_NULL}}, {"boolean", {FEEL_TYPE_BOOLEAN}},
    {"number", {FEEL_TYPE_NUMBER}}, {"string", {FEEL_TYPE_STRING}}, {"date", {FEEL_TYPE_DATE}},
    {"time", {FEEL_TYPE_TIME}}, {"date and time", {FEEL_TYPE_DATE_TIME}},
    {"dateTime", {FEEL_TYPE_DATE_TIME}},
    {"years and months duration", {FEEL_TYPE_YM_DURATION}},
    {"yearMonthDuration", {FEEL_TYPE_YM_DURATION}},
    {"year month duration", {FEEL_TYPE_YM_DURATION}},
    {"days and time duration", {FEEL_TYPE_DT_DURATION}},
    {"dayTimeDuration", {FEEL_TYPE_DT_DURATION}},
    {"day time duration", {FEEL_TYPE_DT_DURATION}},
    {"list", {FEEL_TYPE_LIST}}, {"context", {FEEL_TYPE_CONTEXT, .any_field = true}},
    {"range", {FEEL_TYPE_RANGE}}, {"function", {FEEL_TYPE_FUNCTION, .any_field = true}},
};

const struct feel_type *feel_type_builtin(struct span name) {
    for (size_t i = 0; i < ARRAY_LEN(builtin_types); i++)
        if (span_is(name, builtin_types[i].name))
            return &builtin_types[i].type;
    return NULL;
}

static bool instance(struct feel_env *env, const struct feel_type *t, const struct feel_value *v, int depth);

static bool context_instance(struct feel_env *env, const struct feel_type *t,
    const struct feel_value *v, int depth) {
    for (size_t i = 0; i < t->field_count; i++) {
        /* mostly in the order they are declared in */
        bool here = i < v->shape->count && feel_key_eq(&v->shape->key[i], &t->field[i].key);
        const struct feel_value *x = here ? &v->value[i] : feel_get_key(v, &t->field[i].key);
        if (!x)
            return false;
        if (!feel_is_null(*x) && !(t->field[i].type && feel_conforms(t->field[i].type, x)) && !instance(env, t->field[i].type, x, depth + 1))
            return false;
    }
    return true;
}

static bool list_instance(struct feel_env *env, const struct feel_type *t,
    const struct feel_value *v, int depth) {
    for (size_t i = 0; t->element && i < v->count; i++) {
        if (!feel_steps(env, 1))
            return false;
        if (!feel_is_null(v->item[i]) && !instance(env, t->element, &v->item[i], depth + 1))
            return false;
    }
    return true;
}

/* Parameters may take more, the result may be less (10.3.2.9.2). */
static bool function_instance(const struct feel_type *t, const struct feel_function *f) {
    if (t->any_field)
        return true;
    if (f->kind == FEEL_FUNCTION_BUILTIN) /* their domains are not written as types */
        return (int)t->field_count >= f->builtin->min &&
            (f->builtin->max < 0 || (int)t->field_count <= f->builtin->max);
    bool user = f->kind == FEEL_FUNCTION_USER;
    const struct feel_type *const *param = user ? f->proto->param_type : f->param_type;
    const struct feel_type *result = user ? f->proto->result : f->result;
    if ((user ? f->proto->param_count : f->param_count) != t->field_count)
        return false;
    for (size_t i = 0; i < t->field_count; i++)
        if (!feel_type_conforms(t->field[i].type, param ? param[i] : NULL))
            return false;
    return !result || feel_type_conforms(result, t->element);
}

static struct feel_value run_allowed(struct feel_env *env, const struct feel_type *t,
    const struct feel_value *v) {
    struct feel_value ok = feel_null();
    if (feel_run(t->allowed, env, t->allowed_globals, v, &ok, NULL) != OK)
        return feel_bool(false);
    return ok;
}

static bool allowed(struct feel_env *env, const struct feel_type *t, const struct feel_value *v) {
    for (; t; t = t->also) {
        if (!t->allowed || v->kind == FEEL_UNKNOWN)
            continue;
        struct feel_value ok = run_allowed(env, t, v);
        if (!feel_is_true(ok) && !feel_is_unknown(&ok))
            return false;
    }
    return true;
}

static bool instance(struct feel_env *env, const struct feel_type *t, const struct feel_value *v, int depth) {
    if (!t || t->kind == FEEL_TYPE_ANY)
        return t ? allowed(env, t, v) : true;
    if (depth > FEEL_VALUE_DEPTH_MAX)
        return false;
    if (t->kind == FEEL_TYPE_NULL || v->kind == FEEL_NULL)
        return v->kind == FEEL_NULL && t->kind == FEEL_TYPE_NULL;
    if (v->kind == FEEL_UNKNOWN)
        return true;
    if (v->kind != feel_type_kind(t))
        return false;
    if (t->kind == FEEL_TYPE_LIST && !list_instance(env, t, v, depth))
        return false;
    if (t->kind == FEEL_TYPE_CONTEXT && !t->any_field && !context_instance(env, t, v, depth))
        return false;
    if (t->kind == FEEL_TYPE_FUNCTION && !function_instance(t, v->function))
        return false;
    if (t->kind == FEEL_TYPE_RANGE && t->element) {
        const struct feel_value *end = feel_is_null(v->range->start) ? &v->range->end : &v->range->start;
        if (!instance(env, t->element, end, depth + 1))
            return false;
    }
    return allowed(env, t, v);
}

bool feel_instance(struct feel_env *env, const struct feel_type *t, const struct feel_value *v) {
    if (feel_is_null(*v))
        return t->kind == FEEL_TYPE_NULL;
    return instance(env, t, v, 0);
}

/* ---- conversions -------------------------------------------------------------------- */

/* Which of the possible values conform is not looked into: where some may not,
 * the value may be an error. */
static bool coerce_unknown(struct feel_env *env, const struct feel_type *t, struct feel_value *v) {
    const struct feel_unknown *u = v->unknown;
    bool sure = !t->allowed && (t->kind == FEEL_TYPE_ANY || u->kind == feel_type_kind(t));
    if (sure || u->may_error)
        return true;
    struct feel_unknown *copy = ARENA_NEW(env->arena, struct feel_unknown);
    if (!copy)
        return feel_stop(env), true;
    *copy = *u;
    copy->may_error = true;
    copy->hash ^= 0xC0E5CE;
    v->unknown = copy;
    return true;
}

bool feel_coerce(struct feel_env *env, const struct feel_type *t, struct feel_value *v) {
    if (!t || feel_is_null(*v))
        return true;
    if (v->kind == FEEL_UNKNOWN)
        return coerce_unknown(env, t, v);
    if (instance(env, t, v, 0))
        return true;
    if (t->kind == FEEL_TYPE_LIST && v->kind != FEEL_LIST) {
        struct feel_value one = *v;
        if (t->element && !feel_coerce(env, t->element, &one))
            return false;
        struct feel_value *item = feel_items(env, 1);
        if (!item)
            return false;
        *item = one;
        *v = feel_new_list(env, item, 1);
        return true;
    }
    if (v->kind == FEEL_LIST && v->count == 1 && t->kind != FEEL_TYPE_LIST) {
        struct feel_value one = v->item[0];
        if (!instance(env, t, &one, 0))
            return false;
        *v = one;
        return true;
    }
    if (v->kind == FEEL_DATE && t->kind == FEEL_TYPE_DATE_TIME) {
        struct feel_when w = {.day = v->day, .has_offset = true};
        *v = feel_make_time(env->arena, w, FEEL_DATE_TIME);
        return true;
    }
    return false;
}

static bool text_scalar(struct feel_env *env, const struct feel_type *t, struct feel_value *v) {
    struct span s = v->string;
    switch (t->kind) {
    case FEEL_TYPE_DATE: return feel_parse_date(s, v);
    case FEEL_TYPE_TIME: return feel_parse_time(env->arena, s, v);
    case FEEL_TYPE_DATE_TIME: return feel_parse_date_time(env->arena, s, v);
    case FEEL_TYPE_YM_DURATION:
    case FEEL_TYPE_DT_DURATION: return feel_parse_duration(s, v);
    default: return true;
    }
}

static bool text_items(struct feel_env *env, const struct feel_type *t, struct feel_value *v) {
    struct feel_value *item = feel_items(env, v->count);
    if (!item)
        return false;
    for (size_t i = 0; i < v->count; i++) {
        item[i] = v->item[i];
        if (!feel_coerce_text(env, t->element, &item[i]))
            return false;
    }
    v->item = item;
    return true;
}

static bool text_fields(struct feel_env *env, const struct feel_type *t, struct feel_value *v) {
    struct feel_value *value = feel_items(env, v->shape->count);
    if (!value)
        return false;
    for (size_t i = 0; i < v->shape->count; i++) {
        value[i] = v->value[i];
        for (size_t f = 0; f < t->field_count; f++)
            if (span_eq(t->field[f].key.text, v->shape->key[i].text) &&
                !feel_coerce_text(env, t->field[f].type, &value[i]))
                return false;
    }
    v->value = value;
    return true;
}

bool feel_coerce_text(struct feel_env *env, const struct feel_type *t, struct feel_value *v) {
    if (!t)
        return true;
    if (v->kind == FEEL_STRING && !text_scalar(env, t, v))
        return false;
    if (v->kind == FEEL_LIST && t->kind == FEEL_TYPE_LIST && t->element && !text_items(env, t, v))
        return false;
    if (v->kind == FEEL_CONTEXT && t->kind == FEEL_TYPE_CONTEXT && !text_fields(env, t, v))
        return false;
    return feel_coerce(env, t, v);
}
