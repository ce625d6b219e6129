/* Calls and conversions. */
#include "cohort/internal.h"

#include "feel/vm.h"

enum { ARGUMENTS_MAX = 64 };

/* ---- types ------------------------------------------------------------------------ */

/* Does every value of the shape conform as it is?  Null does. */
static bool conforms(struct compiler *c, const struct feel_type *t, const struct shape *s) {
    if (!t || s->kind == SHAPE_UNKNOWN)
        return !t || (!t->allowed && !t->also);
    if (t->allowed || t->also)
        return false;
    if (t->kind == FEEL_TYPE_ANY)
        return true;
    if (s->kind == SHAPE_VALUE)
        return feel_is_null(s->value) || feel_instance(&c->env, t, &s->value);
    if ((int)feel_type_kind(t) != shape_kind_of(c, s))
        return false;
    if (t->kind == FEEL_TYPE_LIST)
        for (size_t i = 0; t->element && i < s->count; i++)
            if (!conforms(c, t->element, s->part[i].element))
                return false;
    if (t->kind == FEEL_TYPE_CONTEXT)
        for (size_t i = 0; !t->any_field && i < t->field_count; i++) {
            uint16_t at = c->at;
            c->at = s->frame == FRAME_ANY ? c->at : s->frame;
            bool ok = (s->kind == SHAPE_ROW || shape_has(c, s, t->field[i].key.text)) &&
                conforms(c, t->field[i].type, shape_path(c, s, t->field[i].key.text));
            c->at = at;
            if (!ok)
                return false;
        }
    return t->kind != FEEL_TYPE_FUNCTION || t->any_field;
}

const struct shape *compile_coerced(struct compiler *c, const struct feel_type *t, const struct shape *s) {
    if (failed(c) || !t)
        return s;
    if (s->kind == SHAPE_VALUE) {
        struct feel_value v = s->value;
        return feel_coerce(&c->env, t, &v) ? shape_value(c, v) : shape_error(c);
    }
    if (conforms(c, t, s))
        return s;
    bool null = s->kind == SHAPE_REGISTER && (op_at(c, s->reg)->may & (STATE_NULL | STATE_ERROR));
    bool scalar = shape_is_scalar(s) && t->kind > FEEL_TYPE_NULL && t->kind < FEEL_TYPE_LIST && t->kind != FEEL_TYPE_DATE_TIME && !t->allowed && !t->also;
    if (!scalar || null)
        unsupported(c, "a conversion to a type");
    return shape_error(c);
}

/* ---- functions of the model ------------------------------------------------------------ */

static bool is_error(const struct shape *s) { return s->kind == SHAPE_VALUE && feel_is_null(s->value) && (s->value.flag & FEEL_FLAG_ERROR); }

static const struct shape *apply(struct compiler *c, const struct shape *f, const struct feel_ast *call, const struct shape *const *arg) {
    const struct feel_ast *n = f->ast;
    const struct environment *e = f->env;
    if (n->op == 1 || (!call->name && call->count != n->count))
        return shape_error(c);
    for (size_t k = 0; call->name && k < call->count; k++) {
        size_t i = 0;
        while (i < n->count && !span_eq(n->name[i], call->name[k]))
            i++;
        if (i == n->count)
            return shape_error(c);
    }
    for (size_t i = 0; i < n->count; i++) {
        const struct shape *given = call->name ? shape_value(c, feel_null()) : arg[i];
        for (size_t k = 0; call->name && k < call->count; k++)
            if (span_eq(n->name[i], call->name[k]))
                given = arg[k];
        const struct shape *v = compile_coerced(c, n->type ? n->type[i] : NULL, given);
        if (!failed(c) && is_error(v) && !is_error(given))
            return shape_error(c);
        e = bind_name(c, e, n->name[i], v);
    }
    return failed(c) ? shape_error(c) : compile(c, n->a, e);
}

/* ---- builtins ---------------------------------------------------------------------------- */

/* In case mode an argument that is an error is the result. */
static const struct shape *unless_error(struct compiler *c, const struct shape *result, const struct shape *const *arg, size_t n) {
    for (size_t i = 0; i < n && !failed(c); i++) {
        if (!shape_is_scalar(arg[i]))
            continue;
        uint32_t fault = shape_fault(c, arg[i]);
        if (fault != NONE && !failed(c))
            result = shape_guard(c, fault, result);
    }
    return result;
}

static const struct shape *elements(struct compiler *c, const struct shape *const *arg, size_t n) {
    if (n == 1)
        return arg[0];
    struct part *p = ARENA_ARRAY(c->arena, n + 1, struct part);
    if (!p) {
        c->status = E_LIMIT;
        return arg[0];
    }
    for (size_t i = 0; i < n; i++)
        p[i] = (struct part){.single = true, .element = shape_lift(c, arg[i], c->at), .mask = NONE, .own = NONE};
    return list_of_parts(c, c->at, p, n, NONE);
}

static const struct shape *negation(struct compiler *c, const struct shape *a) {
    int kind = shape_kind_of(c, a);
    if (kind != FEEL_BOOLEAN && kind != FEEL_UNKNOWN)
        return shape_error(c);
    return shape_register(c, emit_not(c, shape_truth(c, a)));
}

static const struct shape *rounded(struct compiler *c, const struct shape *const *arg, size_t n, enum dec_rounding how) {
    int64_t digits = 0;
    int kind = shape_kind_of(c, arg[0]);
    bool known = n < 2 || (arg[1]->kind == SHAPE_VALUE && arg[1]->value.kind == FEEL_NUMBER &&
        dec_to_int(dec_round(arg[1]->value.number, 0, DEC_DOWN), &digits, NULL) == OK);
    if (!known) {
        unsupported(c, "rounding to a number of digits that differs by row");
        return arg[0];
    }
    if (kind == FEEL_UNKNOWN)
        return shape_register(c, emit_state(c, K_NUMBER, STATE_UNKNOWN | STATE_ERROR));
    return kind == FEEL_NUMBER ? number_round(c, arg[0], digits, how) : shape_error(c);
}

static const struct shape *absolute(struct compiler *c, const struct shape *a) {
    if (shape_kind_of(c, a) != FEEL_NUMBER)
        return a->kind == SHAPE_UNKNOWN ? shape_register(c, emit_state(c, K_NUMBER, STATE_UNKNOWN | STATE_ERROR)) : shape_error(c);
    const struct shape *zero = shape_value(c, feel_int(0));
    uint32_t r = number_register(c, a);
    a = shape_register(c, r);
    uint32_t below = number_compare(c, CMP_LT, a, zero);
    return failed(c) ? a : number_select(c, below, number_negate(c, a), a);
}

/* The entry of a context, null where it has none. */
static const struct shape *entry(struct compiler *c, const struct shape *context, const struct shape *key) {
    bool plain = (context->kind == SHAPE_CONTEXT && !context->member) || context->kind == SHAPE_ROW;
    if (!plain || key->kind != SHAPE_VALUE || key->value.kind != FEEL_STRING) {
        unsupported(c, "an entry whose context or key differs by row");
        return context;
    }
    if (context->kind == SHAPE_CONTEXT && !shape_has(c, context, key->value.string))
        return shape_value(c, feel_null());
    return shape_path(c, context, key->value.string);
}

static const struct { const char *name; enum dec_rounding how; } roundings[] = {
    {"decimal", DEC_HALF_EVEN}, {"floor", DEC_FLOOR}, {"ceiling", DEC_CEILING}, {"round up", DEC_UP}, {"round down", DEC_DOWN},
    {"round half up", DEC_HALF_UP}, {"round half down", DEC_HALF_DOWN}};

static const struct shape *builtin(struct compiler *c, const struct feel_builtin *b, const struct shape *const *arg, size_t n) {
    struct span name = span_of(b->name);
    bool values = true;
    struct feel_value v[ARGUMENTS_MAX];
    if ((int)n < b->min || (b->max >= 0 && (int)n > b->max))
        return shape_error(c);
    for (size_t i = 0; i < n; i++) {
        values = values && arg[i]->kind == SHAPE_VALUE;
        v[i] = arg[i]->value;
        if (is_error(arg[i]))
            return arg[i];
    }
    if (values)
        return shape_value(c, feel_builtin_call(&c->env, b, v, n));
    for (size_t i = 0; i < ARRAY_LEN(roundings); i++)
        if (span_is(name, roundings[i].name))
            return rounded(c, arg, n, roundings[i].how);
    if (span_is(name, "not")) return negation(c, arg[0]);
    if (span_is(name, "abs")) return absolute(c, arg[0]);
    if (span_is(name, "count")) return list_count(c, arg[0]);
    if (span_is(name, "sum")) return list_sum(c, elements(c, arg, n));
    if (span_is(name, "min")) return list_extreme(c, elements(c, arg, n), -1);
    if (span_is(name, "max")) return list_extreme(c, elements(c, arg, n), 1);
    if (span_is(name, "all")) return unless_error(c, list_all(c, elements(c, arg, n), true), arg, n);
    if (span_is(name, "any")) return unless_error(c, list_all(c, elements(c, arg, n), false), arg, n);
    if (span_is(name, "list contains")) return unless_error(c, list_contains(c, arg[0], arg[1], false), arg, n);
    if (span_is(name, "get value") && n == 2) return entry(c, arg[0], arg[1]);
    if (span_is(name, "append")) return unless_error(c, list_join(c, arg, n, true), arg, n);
    if (span_is(name, "concatenate")) return list_join(c, arg, n, false);
    char *why = arena_printf(c->arena, "the function %s of what differs by row", b->name);
    if (why)
        unsupported(c, why);
    else
        c->status = E_LIMIT;
    return arg[0];
}

static const struct shape *builtin_ordered(struct compiler *c, const struct feel_builtin *b, const struct feel_ast *n, const struct shape *const *arg) {
    const struct shape *ordered[ARGUMENTS_MAX];
    int order[ARGUMENTS_MAX], last = b->min - 1;
    if (!n->name)
        return builtin(c, b, arg, n->count);
    if (n->count > 16 || !feel_builtin_order(b, n->name, n->count, order))
        return shape_error(c);
    for (int i = 0; i < ARGUMENTS_MAX; i++)
        ordered[i] = NULL;
    for (size_t i = 0; i < n->count; i++) {
        ordered[order[i]] = arg[i];
        last = order[i] > last ? order[i] : last;
    }
    for (int i = 0; i <= last; i++)
        if (!ordered[i])
            ordered[i] = shape_value(c, feel_null());
    return builtin(c, b, ordered, (size_t)(last + 1));
}

const struct shape *compile_called(struct compiler *c, const struct feel_ast *n, const struct environment *e) {
    const struct shape *arg[ARGUMENTS_MAX], *f = compile(c, n->a, e);
    if (n->count > ARGUMENTS_MAX)
        unsupported(c, "a call with very many arguments");
    for (size_t i = 0; i < n->count && !failed(c); i++)
        arg[i] = shape_lift(c, compile(c, n->item[i], e), c->at);
    if (failed(c))
        return shape_error(c);
    switch (f->kind) {
    case SHAPE_BUILTIN: return builtin_ordered(c, f->builtin, n, arg);
    case SHAPE_FUNCTION: return apply(c, f, n, arg);
    case SHAPE_UNKNOWN: return f;
    default: return shape_error(c);
    }
}
