/* Calls: how many arguments, which names, which types. */
#include "dmn/check_type.h"

enum { ARGUMENTS_MAX = 8 }; /* of a probe; no built-in of fixed arity has more */

static void wrong_count(struct typing *t, struct span name, size_t have) {
    struct dmn_finding *f = check_type_found(t, "dmn_check.argument_count", DMN_ERROR);
    dmn_found_arg(t->c, f, "name", name);
    dmn_found_number(t->c, f, "have", have);
}

static void wrong_type(struct typing *t, struct span name, size_t number, const struct feel_type *have, const struct feel_type *want) {
    struct dmn_finding *f = check_type_found(t, "dmn_check.argument_type", DMN_ERROR);
    dmn_found_arg(t->c, f, "name", name);
    dmn_found_number(t->c, f, "number", number);
    check_type_args(t, f, "have", have, "want", want);
}

static void no_parameter(struct typing *t, const struct near *near, struct span function) {
    struct dmn_finding *x = check_type_found(t, near->best.size ? "dmn_check.no_parameter_near" : "dmn_check.no_parameter", DMN_ERROR);
    dmn_found_arg(t->c, x, "function", function);
    dmn_found_arg(t->c, x, "name", near->name);
    if (near->best.size)
        dmn_found_arg(t->c, x, "near", near->best);
}

/* ---- built-in functions ---------------------------------------------------------------------- */

/* What the function itself says to a value of each argument's type; false: it
 * was not asked. */
static bool ask(struct typing *t, const struct feel_builtin *b, const struct feel_type *const *type, size_t n,
    struct feel_value *ret, struct feel_notes *notes) {
    struct feel_value arg[ARGUMENTS_MAX];
    for (size_t i = 0; i < n; i++)
        if (!check_sample(t, type[i], &arg[i]))
            return false;
    struct feel_env env = check_probe_env(t, notes);
    *ret = feel_builtin_call(&env, b, arg, n);
    return true;
}

static bool refused(const struct feel_value *v, const struct feel_notes *notes) {
    return feel_is_null(*v) && notes->count && strcmp(notes->note[0].code, "feel.argument_type") == 0;
}

/* Some functions speak of the type when a value is out of place: an argument is
 * wrong when no variant of the samples will do. */
static const struct feel_type *probe(struct typing *t, const struct feel_builtin *b, const struct feel_type *const *type, size_t n) {
    enum { VARIANTS = 4 };
    struct feel_value v = feel_null();
    struct feel_notes notes = {0};
    bool wrong = true;
    for (t->variant = 0; wrong && t->variant < VARIANTS; t->variant++) {
        if (!ask(t, b, type, n, &v, &notes)) {
            t->variant = 0;
            return NULL;
        }
        wrong = refused(&v, &notes);
    }
    t->variant = 0;
    if (wrong) {
        struct dmn_finding *f = check_type_found(t, "dmn_check.builtin_argument", DMN_ERROR);
        dmn_found_arg(t->c, f, "name", span_of(b->name));
        dmn_found_arg(t->c, f, "have", notes.note[0].detail);
    }
    bool scalar = v.kind >= FEEL_BOOLEAN && v.kind <= FEEL_DT_DURATION;
    return scalar ? check_type_of_value(&v) : NULL;
}

static const struct feel_type *result_of(const struct feel_builtin *b, const struct feel_type *probed) {
    static const enum feel_type_kind kinds[] = {FEEL_TYPE_ANY, FEEL_TYPE_BOOLEAN, FEEL_TYPE_NUMBER, FEEL_TYPE_STRING,
        FEEL_TYPE_DATE, FEEL_TYPE_TIME, FEEL_TYPE_DATE_TIME, FEEL_TYPE_YM_DURATION, FEEL_TYPE_DT_DURATION, FEEL_TYPE_LIST,
        FEEL_TYPE_CONTEXT, FEEL_TYPE_RANGE, FEEL_TYPE_FUNCTION, FEEL_TYPE_ANY};
    return b->result == FEEL_NULL ? probed : check_simple(kinds[b->result]);
}

/* No form of the function has it beside those before it. */
static void no_built_in_parameter(struct typing *t, const struct feel_builtin *b, struct span name) {
    struct near near = check_near(name);
    for (const char *at = b->params; *at;) {
        size_t n = strcspn(at, ",;");
        check_near_try(&near, (struct span){at, n});
        at += n + (at[n] != 0);
    }
    no_parameter(t, &near, span_of(b->name));
}

static const struct feel_type *builtin(struct typing *t, const struct feel_builtin *b, const struct feel_ast *n,
    const struct feel_type *const *type) {
    int place[ARGUMENTS_MAX];
    const struct feel_type *ordered[ARGUMENTS_MAX] = {0};
    if (n->name) {
        size_t fit = n->count > ARGUMENTS_MAX ? n->count : feel_builtin_order(b, n->name, n->count, place);
        if (fit < n->count)
            no_built_in_parameter(t, b, n->name[fit]);
        if (n->count > ARGUMENTS_MAX || fit < n->count)
            return result_of(b, NULL);
        bool dense = true;
        for (size_t i = 0; i < n->count; i++) {
            dense = dense && place[i] < (int)n->count;
            if (place[i] < ARGUMENTS_MAX)
                ordered[place[i]] = type[i];
        }
        return result_of(b, dense ? probe(t, b, ordered, n->count) : NULL);
    }
    if ((int)n->count < b->min || (b->max >= 0 && (int)n->count > b->max)) {
        wrong_count(t, span_of(b->name), n->count);
        return result_of(b, NULL);
    }
    if (strcmp(b->name, "list contains") == 0 && type[0] && type[0]->kind == FEEL_TYPE_LIST)
        check_allowed(t, type[0]->element, n->item[1]);
    return result_of(b, n->count <= ARGUMENTS_MAX ? probe(t, b, type, n->count) : NULL);
}

/* ---- functions of the model -------------------------------------------------------------------- */

static void no_parameter_of(struct typing *t, const struct feel_type *f, struct span function, struct span name) {
    struct near near = check_near(name);
    for (size_t i = 0; i < f->field_count; i++)
        check_near_try(&near, f->field[i].key.text);
    no_parameter(t, &near, function);
}

static size_t parameter(const struct feel_type *f, struct span name) {
    size_t i = 0;
    while (i < f->field_count && !span_eq(f->field[i].key.text, name))
        i++;
    return i;
}

static void own_function(struct typing *t, const struct feel_type *f, struct span name, const struct feel_ast *n,
    const struct feel_type *const *type) {
    if (!n->name && n->count != f->field_count)
        wrong_count(t, name, n->count);
    for (size_t i = 0; i < n->count; i++) {
        size_t at = n->name ? parameter(f, n->name[i]) : i;
        if (at >= f->field_count) {
            if (n->name)
                no_parameter_of(t, f, name, n->name[i]);
            continue;
        }
        if (check_never(type[i], f->field[at].type))
            wrong_type(t, name, at + 1, type[i], f->field[at].type);
    }
}

/* ---- the call -------------------------------------------------------------------------------------- */

const struct feel_type *check_call_type(struct typing *t, const struct feel_ast *n, const struct local *names) {
    const struct feel_type **type = (const struct feel_type **)ARENA_ARRAY(t->c->arena, n->count + 1, struct feel_type *);
    if (!type)
        return t->c->full = true, NULL;
    const struct feel_type *f = check_infer(t, n->a, names);
    for (size_t i = 0; i < n->count; i++)
        type[i] = check_infer(t, n->item[i], names);
    struct span name = n->a->kind == AST_NAME || n->a->kind == AST_PATH ? n->a->text : t->text;
    /* a name that is neither bound nor global, yet a function, is a built-in one */
    const struct feel_builtin *b = n->a->kind == AST_NAME && f == check_simple(FEEL_TYPE_FUNCTION) ? feel_builtin_find(name) : NULL;
    if (b)
        return builtin(t, b, n, type);
    if (!check_known(f))
        return NULL;
    if (f->kind != FEEL_TYPE_FUNCTION) {
        dmn_found_arg(t->c, check_type_found(t, "dmn_check.not_a_function", DMN_ERROR), "name", name);
        return NULL;
    }
    if (!f->any_field)
        own_function(t, f, name, n, type);
    return f->element;
}
