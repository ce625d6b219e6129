/* Why an input does not conform to its type. */
#include "dmn/internal.h"

struct unfit { struct feel_env *env; bool text; const char *code; const char *where; };

static bool fits(struct unfit *u, const struct feel_type *t, const struct feel_value *v) {
    struct feel_value x = *v;
    return u->text ? feel_coerce_text(u->env, t, &x) : feel_coerce(u->env, t, &x);
}

static const char *below(struct unfit *u, const char *where, struct span name) {
    const char *path = arena_printf(u->env->arena, "%s.%.*s", where, SPAN_ARG(name));
    return path ? path : where;
}

static const char *item_of(struct unfit *u, const char *where, size_t number) {
    const char *path = arena_printf(u->env->arena, "%s[%zu]", where, number);
    return path ? path : where;
}

/* The same type without its allowed values: what fails there is no matter of values. */
static bool right_kind(struct unfit *u, const struct feel_type *t, const struct feel_value *v) {
    struct feel_type bare = {.kind = t->kind, .any_field = true};
    return fits(u, &bare, v);
}

static void find(struct unfit *u, const struct feel_type *t, const struct feel_value *v, const char *where, int depth);

/* true: it is one of the fields. */
static bool find_field(struct unfit *u, const struct feel_type *t, const struct feel_value *v, const char *where, int depth) {
    for (size_t i = 0; !t->any_field && i < t->field_count; i++) {
        const struct feel_value *x = feel_get_key(v, &t->field[i].key);
        const char *path = below(u, where, t->field[i].key.text);
        if (x && fits(u, t->field[i].type, x))
            continue;
        if (x)
            find(u, t->field[i].type, x, path, depth + 1);
        else
            *u = (struct unfit){u->env, u->text, "dmn.input_missing", path};
        return true;
    }
    return false;
}

static bool find_item(struct unfit *u, const struct feel_type *t, const struct feel_value *v, const char *where, int depth) {
    for (size_t i = 0; t->element && i < v->count && u->env->status == OK; i++)
        if (!fits(u, t->element, &v->item[i])) {
            find(u, t->element, &v->item[i], item_of(u, where, i + 1), depth + 1);
            return true;
        }
    return false;
}

static void find(struct unfit *u, const struct feel_type *t, const struct feel_value *v, const char *where, int depth) {
    u->where = where;
    if (depth > FEEL_VALUE_DEPTH_MAX || u->env->status != OK)
        return;
    if (v->kind == FEEL_LIST && v->count == 1 && t->kind != FEEL_TYPE_LIST && t->kind != FEEL_TYPE_ANY)
        v = &v->item[0]; /* a list of one is its item */
    if (t->kind != FEEL_TYPE_ANY && !right_kind(u, t, v))
        return;
    if (v->kind == FEEL_CONTEXT && t->kind == FEEL_TYPE_CONTEXT && find_field(u, t, v, where, depth))
        return;
    if (v->kind == FEEL_LIST && t->kind == FEEL_TYPE_LIST && find_item(u, t, v, where, depth))
        return;
    if (t->kind == FEEL_TYPE_LIST && v->kind != FEEL_LIST && t->element && !fits(u, t->element, v)) {
        find(u, t->element, v, where, depth + 1);
        return;
    }
    if (t->allowed || t->also)
        u->code = "dmn.input_outside";
}

struct feel_value dmn_unfit(struct feel_env *env, const struct feel_type *t, const struct feel_value *v, bool text, struct span name) {
    char *root = arena_dup(env->arena, name);
    struct unfit u = {env, text, "dmn.input_type", root};
    if (!root)
        return feel_stop(env);
    if (t && v && !env->case_mode)
        find(&u, t, v, root, 0);
    return env->status == OK ? feel_error(env, u.code, span_of(u.where)) : feel_null();
}
