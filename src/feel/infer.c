/* Types that can be told without running: for `instance of function<…>->…`
 * (DMN 1.5 10.3.2.9, table 43). */
#include "feel/vm.h"

enum { DEPTH_MAX = 40, PAIRS_MAX = 20000 };

static const struct feel_type *named(const char *name) { return feel_type_builtin(span_of(name)); }

static const struct feel_type *of_kind(uint8_t kind) {
    return kind == FEEL_NULL ? named("Null")
        : kind <= FEEL_DT_DURATION ? named(feel_kind_name((enum feel_kind)kind)) : NULL;
}

static const struct feel_type *infer(const struct feel_ast *n, const struct feel_ast *function, int depth);

static const struct feel_type *of_name(struct span name, const struct feel_ast *function) {
    for (size_t i = 0; i < function->count; i++)
        if (span_eq(function->name[i], name))
            return function->type && function->type[i] ? function->type[i] : named("Any");
    return NULL;
}

static const struct feel_type *of_sum(const struct feel_ast *n, const struct feel_ast *function, int depth) {
    const struct feel_type *a = infer(n->a, function, depth + 1), *b = infer(n->b, function, depth + 1);
    if (!a || !b || a->kind != b->kind)
        return NULL;
    return a->kind == FEEL_TYPE_NUMBER || (a->kind == FEEL_TYPE_STRING && n->op == '+') ? a : NULL;
}

static const struct feel_type *of_call(const struct feel_ast *n, const struct feel_ast *function) {
    const struct feel_builtin *b = n->a->kind == AST_NAME && !of_name(n->a->text, function)
        ? feel_builtin_find(n->a->text) : NULL;
    return b && b->result != FEEL_NULL ? of_kind(b->result) : NULL;
}

static const struct feel_type *infer(const struct feel_ast *n, const struct feel_ast *function, int depth) {
    if (!n || depth > DEPTH_MAX)
        return NULL;
    switch (n->kind) {
    case AST_CONST: return of_kind(n->value.kind);
    case AST_NAME: return of_name(n->text, function);
    case AST_COERCE: return n->type[0];
    case AST_NEGATE: return infer(n->a, function, depth + 1);
    case AST_ARITH: return of_sum(n, function, depth);
    case AST_CALL: return of_call(n, function);
    case AST_IF: {
        const struct feel_type *a = infer(n->b, function, depth + 1), *b = infer(n->c, function, depth + 1);
        return a && b && a->kind == b->kind && a->kind <= FEEL_TYPE_DT_DURATION ? a : NULL;
    }
    case AST_SOME: case AST_EVERY: case AST_AND: case AST_OR: case AST_COMPARE:
    case AST_BETWEEN: case AST_IN: case AST_TESTS: case AST_INSTANCE: return named("boolean");
    default: return NULL;
    }
}

const struct feel_type *feel_result_type(const struct feel_ast *function) {
    return infer(function->a, function, 0);
}

/* ---- conformance of types ----------------------------------------------------------- */

/* Types may contain themselves: what is not told apart within the budget is the same. */
struct budget { int depth; unsigned *pairs; };
static struct budget below(struct budget b) { return (struct budget){b.depth + 1, b.pairs}; }
static bool out(struct budget b) { return b.depth > DEPTH_MAX || ++*b.pairs > PAIRS_MAX; }

static bool conforms(const struct feel_type *t, const struct feel_type *s, struct budget b);

static bool context_conforms(const struct feel_type *t, const struct feel_type *s, struct budget b) {
    for (size_t i = 0; i < s->field_count; i++) {
        size_t k = 0;
        while (k < t->field_count && !span_eq(t->field[k].key.text, s->field[i].key.text))
            k++;
        if (k == t->field_count || !conforms(t->field[k].type, s->field[i].type, below(b)))
            return false;
    }
    return true;
}

static bool function_conforms(const struct feel_type *t, const struct feel_type *s, struct budget b) {
    if (s->any_field || t->any_field)
        return s->any_field;
    if (t->field_count != s->field_count || !conforms(t->element, s->element, below(b)))
        return false;
    for (size_t i = 0; i < s->field_count; i++)
        if (!conforms(s->field[i].type, t->field[i].type, below(b)))
            return false;
    return true;
}

static bool conforms(const struct feel_type *t, const struct feel_type *s, struct budget b) {
    if (!s || s->kind == FEEL_TYPE_ANY || t == s || out(b) || (t && t->field_count && t->kind == s->kind && t->field == s->field))
        return true;
    if (!t || t->kind == FEEL_TYPE_ANY)
        return false;
    if (t->kind == FEEL_TYPE_NULL)
        return true;
    if (t->kind != s->kind)
        return false;
    switch (s->kind) {
    case FEEL_TYPE_LIST:
    case FEEL_TYPE_RANGE: return conforms(t->element, s->element, below(b));
    case FEEL_TYPE_CONTEXT: return s->any_field || context_conforms(t, s, b);
    case FEEL_TYPE_FUNCTION: return function_conforms(t, s, b);
    default: return true;
    }
}

bool feel_type_conforms(const struct feel_type *t, const struct feel_type *s) {
    unsigned pairs = 0;
    return conforms(t, s, (struct budget){0, &pairs});
}
