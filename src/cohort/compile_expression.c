/* Expressions to shapes. */
#include "cohort/internal.h"

#include "feel/vm.h"

enum { DEPTH_MAX = 600 }; /* trees inside functions inside trees; recursion ends here */

const struct environment *bind_name(struct compiler *c, const struct environment *outer, struct span name, const struct shape *s) {
    struct environment *e = ARENA_NEW(c->arena, struct environment);
    if (!e) {
        c->status = E_LIMIT;
        return outer;
    }
    *e = (struct environment){.name = name, .shape = s, .outer = outer};
    return e;
}

static const struct shape *full(struct compiler *c) {
    c->status = E_LIMIT;
    return shape_error(c);
}

/* ---- names ------------------------------------------------------------------------ */

static const struct shape *global(struct compiler *c, const struct environment *bottom, struct span name, bool of_row) {
    const struct feel_scope_entry *e = feel_scope_find(bottom->scope, name);
    if (e && e->kind == ENTRY_GLOBAL)
        return compile_slot(c, bottom->base + e->index);
    const struct feel_builtin *b = feel_builtin_find(name);
    if (b) {
        struct shape *s = shape_new(c, SHAPE_BUILTIN);
        s->frame = FRAME_ANY;
        s->builtin = b;
        return s;
    }
    if (span_is(name, "partial"))
        unsupported(c, "partial");
    return of_row ? shape_unknown(c) : shape_error(c); /* a fact that the register does not have */
}

/* Innermost first; the properties of a filter's item come before what is farther out. */
static const struct shape *named(struct compiler *c, struct span name, const struct environment *e) {
    bool of_row = false;
    for (; e->name.at || e->item; e = e->outer) {
        const struct shape *item = e->item ? shape_lift(c, e->shape, c->at) : NULL;
        if (item && (shape_has(c, item, name) || item->kind == SHAPE_UNKNOWN))
            return shape_path(c, item, name);
        of_row = of_row || (item && item->kind == SHAPE_ROW);
        if (span_eq(e->name, name))
            return shape_lift(c, e->shape, c->at);
    }
    return shape_lift(c, global(c, e, name, of_row), c->at);
}

static bool is_bound(const struct environment *e, struct span name) {
    for (; e->name.at || e->item; e = e->outer)
        if (span_eq(e->name, name))
            return true;
    return false;
}

static const struct environment *bottom_of(const struct environment *e) {
    while (e->name.at || e->item)
        e = e->outer;
    return e;
}

static const struct shape *path(struct compiler *c, const struct feel_ast *n, const struct environment *e) {
    if (n->a->kind == AST_NAME && !is_bound(e, n->a->text)) {
        const struct environment *bottom = bottom_of(e);
        const struct feel_scope_entry *x = feel_scope_find(bottom->scope, n->a->text);
        if (x && x->kind == ENTRY_NAMESPACE) {
            const struct feel_scope_entry *m = feel_scope_find(x->inside, n->text);
            return m && m->kind == ENTRY_GLOBAL ? shape_lift(c, compile_slot(c, bottom->base + m->index), c->at) : shape_error(c);
        }
    }
    return shape_path(c, compile(c, n->a, e), n->text);
}

/* ---- composites --------------------------------------------------------------------- */

static const struct shape *context(struct compiler *c, const struct feel_ast *n, const struct environment *e) {
    const struct shape **field = (const struct shape **)ARENA_ARRAY(c->arena, n->count + 1, struct shape *);
    if (!field)
        return full(c);
    for (size_t i = 0; i < n->count; i++)
        for (size_t j = 0; j < i; j++)
            if (span_eq(n->name[i], n->name[j]))
                return shape_error(c);
    for (size_t i = 0; i < n->count && !failed(c); i++) {
        field[i] = shape_lift(c, compile(c, n->item[i], e), c->at);
        e = bind_name(c, e, n->name[i], field[i]);
    }
    if (n->b || failed(c))
        return n->b ? compile(c, n->b, e) : shape_error(c);
    struct shape *s = shape_new(c, SHAPE_CONTEXT);
    s->count = n->count;
    s->name = n->name;
    s->field = field;
    return s;
}

static const struct shape *list(struct compiler *c, const struct feel_ast *n, const struct environment *e) {
    struct part *p = ARENA_ARRAY(c->arena, n->count + 1, struct part);
    if (!p)
        return full(c);
    for (size_t i = 0; i < n->count && !failed(c); i++)
        p[i] = (struct part){.single = true, .element = shape_lift(c, compile(c, n->item[i], e), c->at), .mask = NONE, .own = NONE};
    return list_of_parts(c, c->at, p, n->count, NONE);
}

static const struct shape *range(struct compiler *c, const struct feel_ast *n, const struct environment *e) {
    const struct shape *low = compile(c, n->a, e), *high = compile(c, n->b, e);
    if (failed(c))
        return low;
    if (low->kind != SHAPE_VALUE || high->kind != SHAPE_VALUE || (n->op & 4) || feel_is_null(low->value) || feel_is_null(high->value)) {
        unsupported(c, "a range whose ends differ by row");
        return low;
    }
    int order = feel_order(&low->value, &high->value);
    if (order == 2 || order > 0)
        return shape_error(c);
    return shape_value(c, feel_new_range(&c->env, (struct feel_range){low->value, high->value, n->op & 1, n->op & 2, false, false}));
}

/* ---- conditions ----------------------------------------------------------------------- */

static const struct shape *if_else(struct compiler *c, const struct feel_ast *n, const struct environment *e) {
    uint32_t truth = shape_truth(c, compile(c, n->a, e));
    if (failed(c))
        return shape_error(c);
    const struct op *t = op_at(c, truth);
    if (t->code == OP_CONSTANT && !t->how)
        return compile(c, t->k ? n->b : n->c, e);
    if (t->code == OP_CONSTANT && (t->how == STATE_NULL || t->how == STATE_ERROR))
        return shape_error(c);
    const struct shape *yes = compile(c, n->b, e), *no = compile(c, n->c, e);
    return shape_select(c, truth, yes, no);
}

static const struct shape *logic(struct compiler *c, const struct feel_ast *n, const struct environment *e) {
    bool and = n->kind == AST_AND;
    uint32_t a = shape_truth(c, compile(c, n->a, e));
    if (failed(c))
        return shape_error(c);
    const struct op *x = op_at(c, a);
    if (x->code == OP_CONSTANT && !x->how && (x->k != 0) != and)
        return shape_register(c, a);
    uint32_t b = shape_truth(c, compile(c, n->b, e));
    return failed(c) ? shape_error(c) : shape_register(c, and ? emit_and(c, a, b) : emit_or(c, a, b));
}

static const struct shape *both(struct compiler *c, const struct shape *a, const struct shape *b) {
    uint32_t x = shape_truth(c, a), y = shape_truth(c, b);
    return failed(c) ? a : shape_register(c, emit_and(c, x, y));
}

static const struct shape *in_range(struct compiler *c, const struct shape *v, const struct feel_range *r) {
    if (r->is_test || feel_is_null(r->start) || feel_is_null(r->end)) {
        unsupported(c, "a range with one end");
        return v;
    }
    const struct shape *low = shape_compare(c, r->start_included ? CMP_GE : CMP_GT, v, shape_value(c, r->start));
    const struct shape *high = shape_compare(c, r->end_included ? CMP_LE : CMP_LT, v, shape_value(c, r->end));
    return both(c, low, high);
}

const struct shape *shape_in(struct compiler *c, const struct shape *v, const struct shape *test) {
    if (failed(c))
        return v;
    v = shape_lift(c, v, c->at);
    if (v->kind == SHAPE_VALUE && test->kind == SHAPE_VALUE)
        return shape_value(c, feel_in(&c->env, &v->value, &test->value));
    if (test->kind == SHAPE_VALUE && test->value.kind == FEEL_RANGE)
        return in_range(c, v, test->value.range);
    if (test->kind == SHAPE_LIST || (test->kind == SHAPE_VALUE && test->value.kind == FEEL_LIST)) {
        if (v->kind == SHAPE_LIST) {
            unsupported(c, "a list in a list");
            return v;
        }
        return list_contains(c, test, v, true);
    }
    return shape_compare(c, CMP_EQ, v, test);
}

static bool mentions_input(const struct feel_ast *n) {
    if (!n)
        return false;
    if (n->kind == AST_INPUT || mentions_input(n->a) || mentions_input(n->b) || mentions_input(n->c))
        return true;
    for (size_t i = 0; n->item && i < n->count; i++)
        if (mentions_input(n->item[i]))
            return true;
    return false;
}

/* An expression as a unary test (10.3.1.4); see feel/vm.c. */
static const struct shape *tested_value(struct compiler *c, const struct shape *input, const struct shape *v) {
    int kind = shape_kind_of(c, v), of = shape_kind_of(c, input);
    if (kind == FEEL_LIST || kind == FEEL_RANGE)
        return shape_in(c, input, v);
    if (kind == FEEL_BOOLEAN && of != FEEL_BOOLEAN && of != FEEL_UNKNOWN)
        return v;
    if (kind == FEEL_BOOLEAN && of == FEEL_BOOLEAN && input->kind == SHAPE_REGISTER && (op_at(c, input->reg)->may & (STATE_NULL | STATE_ERROR)))
        unsupported(c, "a condition in a cell whose input may be null");
    if (kind == FEEL_UNKNOWN && of != FEEL_UNKNOWN)
        return shape_register(c, emit_state(c, K_BOOLEAN, STATE_UNKNOWN | STATE_ERROR));
    return shape_compare(c, CMP_EQ, input, v);
}

const struct shape *compile_test(struct compiler *c, const struct feel_ast *t, const struct shape *input, bool cell, const struct environment *e) {
    if (t->kind == AST_TEST)
        return shape_compare(c, t->op, input, compile(c, t->a, e));
    const struct shape *v = compile(c, t, e);
    if (failed(c))
        return v;
    if (cell && mentions_input(t)) {
        uint32_t truth = shape_truth(c, v);
        return failed(c) ? v : shape_register(c, truth);
    }
    bool plain = t->kind == AST_CONST && t->value.kind == FEEL_BOOLEAN;
    return cell && !plain ? tested_value(c, shape_lift(c, input, c->at), v) : shape_in(c, input, v);
}

static const struct shape *any_test(struct compiler *c, const struct feel_ast *n, const struct shape *input, bool cell, const struct environment *e) {
    uint32_t any = NONE;
    for (size_t i = 0; i < n->count && !failed(c); i++) {
        uint32_t one = shape_truth(c, compile_test(c, n->item[i], input, cell, e));
        if (!failed(c))
            any = any == NONE ? one : emit_or(c, any, one);
    }
    return failed(c) || any == NONE ? shape_error(c) : shape_register(c, any);
}

const struct shape *compile_tested(struct compiler *c, const struct feel_ast *n, const struct shape *input, const struct environment *e) {
    e = bind_name(c, e, SPAN("?"), input);
    if (failed(c))
        return input;
    if (n->kind != AST_TESTS)
        return compile(c, n, e);
    const struct shape *s = any_test(c, n, input, true, e);
    return failed(c) || n->op != 1 ? s : shape_register(c, emit_not(c, shape_truth(c, s)));
}

static const struct shape *instance(struct compiler *c, const struct feel_ast *n, const struct environment *e) {
    const struct shape *s = compile(c, n->a, e);
    if (failed(c))
        return s;
    if (s->kind == SHAPE_VALUE)
        return shape_value(c, feel_bool(feel_instance(&c->env, n->type[0], &s->value)));
    if (s->kind != SHAPE_REGISTER || op_at(c, s->reg)->may & ~(unsigned)STATE_DECIMAL || n->type[0]->allowed || n->type[0]->also || n->type[0]->kind <= FEEL_TYPE_NULL)
        unsupported(c, "instance of");
    return shape_value(c, feel_bool((int)feel_type_kind(n->type[0]) == shape_kind_of(c, s)));
}

/* ---- arithmetic ---------------------------------------------------------------------------- */

static bool no_value(const struct shape *s) { return s->kind == SHAPE_VALUE && feel_is_null(s->value); }

static const struct shape *arith(struct compiler *c, const struct feel_ast *n, const struct environment *e) {
    const struct shape *a = shape_lift(c, compile(c, n->a, e), c->at), *b = shape_lift(c, compile(c, n->b, e), c->at);
    if (failed(c))
        return a;
    if (a->kind == SHAPE_VALUE && b->kind == SHAPE_VALUE)
        return shape_value(c, feel_arith(&c->env, n->op, &a->value, &b->value));
    if (no_value(a) || no_value(b))
        return shape_error(c);
    int ka = shape_kind_of(c, a), kb = shape_kind_of(c, b);
    bool numbers = (ka == FEEL_NUMBER || ka == FEEL_UNKNOWN) && (kb == FEEL_NUMBER || kb == FEEL_UNKNOWN);
    if (!numbers && (ka == FEEL_DATE || kb == FEEL_DATE || ka == FEEL_STRING || kb == FEEL_STRING || ka == FEEL_UNKNOWN || kb == FEEL_UNKNOWN)) {
        unsupported(c, "arithmetic of dates or texts that differ by row");
        return a;
    }
    return number_arith(c, n->op, a, b);
}

static const struct shape *negate(struct compiler *c, const struct feel_ast *n, const struct environment *e) {
    const struct shape *a = compile(c, n->a, e);
    if (failed(c))
        return a;
    if (a->kind == SHAPE_VALUE)
        return shape_value(c, feel_negate(&c->env, &a->value));
    if (a->kind == SHAPE_UNKNOWN)
        return shape_register(c, emit_state(c, K_NUMBER, STATE_UNKNOWN | STATE_ERROR));
    return shape_kind_of(c, a) == FEEL_NUMBER ? number_negate(c, a) : shape_error(c);
}

static const struct shape *between(struct compiler *c, const struct feel_ast *n, const struct environment *e) {
    const struct shape *v = compile(c, n->a, e), *low = compile(c, n->b, e), *high = compile(c, n->c, e);
    return failed(c) ? v : both(c, shape_compare(c, CMP_GE, v, low), shape_compare(c, CMP_LE, v, high));
}

static const struct shape *function(struct compiler *c, const struct feel_ast *n, const struct environment *e) {
    struct shape *s = shape_new(c, SHAPE_FUNCTION);
    s->frame = FRAME_ANY;
    s->ast = n;
    s->env = e;
    return s;
}

static const struct shape *expression(struct compiler *c, const struct feel_ast *n, const struct environment *e) {
    switch (n->kind) {
    case AST_CONST: return shape_value(c, n->value);
    case AST_NAME: return named(c, n->text, e);
    case AST_INPUT: return named(c, SPAN("?"), e);
    case AST_LIST: return list(c, n, e);
    case AST_CONTEXT: return context(c, n, e);
    case AST_RANGE: return range(c, n, e);
    case AST_PATH: return path(c, n, e);
    case AST_FILTER: return list_filter(c, n, e);
    case AST_CALL: return compile_called(c, n, e);
    case AST_FUNCTION: return function(c, n, e);
    case AST_IF: return if_else(c, n, e);
    case AST_FOR:
    case AST_SOME:
    case AST_EVERY: return list_loop(c, n, e);
    case AST_AND:
    case AST_OR: return logic(c, n, e);
    case AST_COMPARE: {
        const struct shape *a = compile(c, n->a, e);
        return failed(c) ? a : shape_compare(c, n->op, a, compile(c, n->b, e));
    }
    case AST_ARITH: return arith(c, n, e);
    case AST_NEGATE: return negate(c, n, e);
    case AST_BETWEEN: return between(c, n, e);
    case AST_IN:
        if (n->op && mentions_input(n))
            unsupported(c, "? among the tests of in");
        return any_test(c, n, compile(c, n->a, e), false, e);
    case AST_INSTANCE: return instance(c, n, e);
    case AST_COERCE: return compile_coerced(c, n->type[0], compile(c, n->a, e));
    case AST_EXTERN: return compile_decision_table(c, n, e);
    case AST_TEST:
    case AST_TESTS: break;
    }
    unsupported(c, "a test as a value");
    return shape_error(c);
}

const struct shape *compile(struct compiler *c, const struct feel_ast *n, const struct environment *e) {
    if (failed(c))
        return shape_error(c);
    if (c->depth >= DEPTH_MAX) {
        unsupported(c, "too deep, or a function that calls itself");
        return shape_error(c);
    }
    c->depth++;
    const struct shape *s = expression(c, n, e);
    c->depth--;
    return s;
}
