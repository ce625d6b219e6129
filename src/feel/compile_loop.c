/* Iteration, filters and tests. */
#include "feel/compile_internal.h"

/* ---- iteration ---------------------------------------------------------------- */

/* Back to the body (behind `next`) with another element. */
static void again(struct compiler *c, uint32_t iterator, uint32_t slot, uint32_t next) {
    if (c->plain) {
        compile_emit(c, FEEL_OP_JUMP, 0, next);
        return;
    }
    compile_emit(c, FEEL_OP_LOOP, iterator, next + 2);
    compile_emit(c, FEEL_OP_WORD, slot, 0);
}

/* Opens iterator i and those inside it, then the body; `emit_body` ends with
 * the stack as it was. */
static void iterate(struct compiler *c, const struct feel_ast *n, size_t i, uint32_t result, uint32_t outer) {
    if (i == n->count) {
        compile_expression(c, n->a);
        c->offset = n->a->offset;
        if (n->kind == AST_FOR)
            compile_emit(c, FEEL_OP_APPEND, result, 0);
        else
            compile_emit(c, n->kind == AST_SOME ? FEEL_OP_SOME : FEEL_OP_EVERY, result, UINT32_MAX);
        if (n->kind != AST_FOR)
            compile_emit(c, FEEL_OP_WORD, outer, 0);
        return;
    }
    uint32_t iterator = compile_locals(c, FEEL_ITERATOR_LOCALS), slot = compile_local(c);
    compile_expression(c, n->item[i]);
    c->offset = n->item[i]->offset;
    if (n->type && n->type[i]) {
        struct feel_type *list = ARENA_NEW(c->arena, struct feel_type);
        if (!list) {
            compile_failed(c, "base.memory");
            return;
        }
        list->kind = FEEL_TYPE_LIST;
        list->element = n->type[i];
        compile_emit(c, FEEL_OP_COERCE, TABLE_ADD(c, type, list), 0);
    }
    uint32_t open = compile_emit(c, FEEL_OP_ITER, iterator, 0);
    compile_emit(c, FEEL_OP_WORD, result, (size_t)n->kind | (size_t)outer << 8);
    uint32_t next = compile_emit(c, FEEL_OP_NEXT, iterator, 0);
    compile_emit(c, FEEL_OP_WORD, slot, 0);
    struct variable v = compile_variable(c, n->name[i], slot);
    c->variables = &v;
    iterate(c, n, i + 1, result, iterator);
    c->variables = v.outer;
    again(c, iterator, slot, next);
    compile_patch(c, open);
    compile_patch(c, next);
}

void compile_iteration(struct compiler *c, const struct feel_ast *n) {
    uint32_t result = compile_locals(c, n->kind == AST_FOR ? FEEL_BUILD_LOCALS : 1), start;
    struct variable partial = compile_variable(c, SPAN("partial"), result);
    partial.kind = VAR_PARTIAL;
    if (n->kind == AST_FOR) {
        c->variables = &partial;
        compile_emit(c, FEEL_OP_BUILD, result, 0);
    } else {
        compile_constant(c, feel_bool(n->kind == AST_EVERY));
        compile_emit(c, FEEL_OP_SET_LOCAL, result, 0);
    }
    start = compile_here(c);
    iterate(c, n, 0, result, 0);
    c->variables = partial.outer;
    /* the early ways out of some and every lead here */
    for (uint32_t i = start; i < compile_here(c); i++)
        if ((c->insn.at[i].op == FEEL_OP_SOME || c->insn.at[i].op == FEEL_OP_EVERY) &&
            c->insn.at[i].b == UINT32_MAX)
            c->insn.at[i].b = compile_here(c);
    compile_emit(c, n->kind == AST_FOR ? FEEL_OP_BUILT : FEEL_OP_LOCAL, result, 0);
}

static bool is_number(const struct feel_ast *n) {
    return (n->kind == AST_CONST && n->value.kind == FEEL_NUMBER) ||
        (n->kind == AST_NEGATE && is_number(n->a));
}

bool compile_is_index(const struct feel_ast *filter) { return is_number(filter->b); }

void compile_filter(struct compiler *c, const struct feel_ast *n, const struct feel_ast *count) {
    compile_expression(c, n->a);
    c->offset = n->offset;
    if (compile_is_index(n)) {
        compile_expression(c, n->b);
        c->offset = n->offset;
        compile_emit(c, FEEL_OP_INDEX, 0, 0);
        return;
    }
    uint32_t result = compile_locals(c, FEEL_BUILD_LOCALS), iterator = compile_locals(c, FEEL_ITERATOR_LOCALS);
    uint32_t slot = compile_local(c);
    compile_emit(c, FEEL_OP_BUILD, result, count != NULL);
    uint32_t open = compile_emit(c, FEEL_OP_ITER, iterator, 0);
    compile_emit(c, FEEL_OP_WORD, result, AST_FILTER);
    uint32_t next = compile_emit(c, FEEL_OP_NEXT, iterator, 0);
    compile_emit(c, FEEL_OP_WORD, slot, 0);
    struct variable item = compile_variable(c, SPAN("item"), slot);
    item.kind = VAR_ITEM;
    c->variables = &item;
    compile_expression(c, n->b);
    c->variables = item.outer;
    c->offset = n->b->offset;
    uint32_t test = compile_emit(c, FEEL_OP_FILTER, result, 0);
    compile_emit(c, FEEL_OP_WORD, slot, iterator);
    again(c, iterator, slot, next);
    compile_patch(c, open);
    compile_patch(c, next);
    compile_patch(c, test);
    c->offset = count ? count->offset : n->offset;
    compile_emit(c, count ? FEEL_OP_BUILT_COUNT : FEEL_OP_BUILT, result, 0);
}

/* ---- tests ---------------------------------------------------------------------- */

static bool mentions_input(const struct feel_ast *n, int depth) {
    if (!n || depth > 2 * FEEL_NEST_MAX + 1100)
        return false;
    if (n->kind == AST_INPUT)
        return true;
    if (mentions_input(n->a, depth + 1) || mentions_input(n->b, depth + 1) ||
        mentions_input(n->c, depth + 1))
        return true;
    for (size_t i = 0; n->item && i < n->count; i++)
        if (mentions_input(n->item[i], depth + 1))
            return true;
    return false;
}

/* What surely gives a boolean and asks about `?`. */
static bool asks_input(const struct feel_ast *t) {
    const struct feel_builtin *b;
    switch (t->kind) {
    case AST_COMPARE: case AST_AND: case AST_OR: case AST_BETWEEN: case AST_IN: case AST_SOME: case AST_EVERY: case AST_INSTANCE: break;
    case AST_CALL:
        b = t->a->kind == AST_NAME ? feel_builtin_find(t->a->text) : NULL;
        if (!b || b->result != FEEL_BOOLEAN)
            return false;
        break;
    default: return false;
    }
    return mentions_input(t, 0);
}

/* `true` in a cell is a value to compare with, as `"甲"` is; only an expression
 * that gives a boolean is a condition of its own (10.3.1.4). */
static bool condition(const struct feel_ast *t) { return t->kind != AST_CONST || t->value.kind != FEEL_BOOLEAN; }

/* The tested value is on the stack and stays there; the truth comes on top. */
static void one_test(struct compiler *c, const struct feel_ast *t, const struct variable *input, bool cell, bool own) {
    bool condition_of_input = cell ? mentions_input(t, 0) : own && asks_input(t);
    c->offset = t->offset;
    compile_load(c, input);
    if (t->kind == AST_TEST) {
        compile_expression(c, t->a);
        c->offset = t->offset;
        compile_emit(c, FEEL_OP_COMPARE, (size_t)t->op, 0);
        return;
    }
    if (condition_of_input) {
        compile_emit(c, FEEL_OP_POP, 0, 0);
        compile_expression(c, t);
        c->offset = t->offset;
        compile_emit(c, FEEL_OP_TRUTH, 0, 0);
        return;
    }
    compile_expression(c, t);
    c->offset = t->offset;
    compile_emit(c, cell && condition(t) ? FEEL_OP_TEST : FEEL_OP_IN, 0, 0);
}

static void test_list(struct compiler *c, const struct feel_ast *n, const struct variable *input, bool cell) {
    uint32_t *jump = ARENA_ARRAY(c->arena, n->count + 1, uint32_t);
    if (!jump) {
        compile_failed(c, "base.memory");
        return;
    }
    for (size_t i = 0; i < n->count; i++) {
        one_test(c, n->item[i], input, cell, n->op);
        if (i > 0)
            compile_emit(c, FEEL_OP_OR, 0, 0);
        if (i + 1 < n->count)
            jump[i] = compile_emit(c, FEEL_OP_OR_JUMP, 0, 0);
    }
    for (size_t i = 0; i + 1 < n->count; i++)
        compile_patch(c, jump[i]);
}

void compile_tests(struct compiler *c, const struct feel_ast *n) {
    const struct variable *input = compile_find(c, SPAN("?"));
    if (!input) {
        compile_failed(c, "feel.no_input");
        return;
    }
    test_list(c, n, input, true);
    if (n->op == 1)
        compile_emit(c, FEEL_OP_NOT, 0, 0);
}

/* `?` in a condition among the tests of `in` is its left side (10.3.2.8).  In a cell (op 0)
 * it stays the cell's input: `"a" in ?` and its like are written there. */
static bool binds_input(const struct feel_ast *n) {
    for (size_t i = 0; n->op && i < n->count; i++)
        if (asks_input(n->item[i]))
            return true;
    return false;
}

void compile_in(struct compiler *c, const struct feel_ast *n) {
    bool own = binds_input(n);
    if (!c->plain && n->count == 1 && !own) {
        const struct feel_ast *t = n->item[0];
        compile_expression(c, n->a);
        c->offset = t->offset;
        compile_expression(c, t->kind == AST_TEST ? t->a : t);
        c->offset = t->offset;
        compile_emit(c, t->kind == AST_TEST ? FEEL_OP_COMPARE : FEEL_OP_IN, t->kind == AST_TEST ? (size_t)t->op : 0, 0);
        return;
    }
    uint32_t slot = compile_local(c);
    compile_expression(c, n->a);
    compile_emit(c, FEEL_OP_SET_LOCAL, slot, 0);
    struct variable v = compile_variable(c, own ? SPAN("?") : SPAN(""), slot);
    if (own)
        c->variables = &v;
    test_list(c, n, &v, false);
    c->variables = v.outer;
}
