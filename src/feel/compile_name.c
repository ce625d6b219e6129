/* Names, calls and functions. */
#include "feel/compile_internal.h"

/* ---- names ------------------------------------------------------------------- */

struct variable compile_variable(struct compiler *c, struct span name, uint32_t slot) {
    return (struct variable){name, slot, VAR_PLAIN, c->variables, c->function};
}

/* Index among the captures of `f`, which may have to capture through its outers. */
static uint32_t capture(struct compiler *c, struct function *f, const struct variable *v) {
    for (uint32_t i = 0; i < f->captured.size; i++)
        if (f->captured.at[i] == v)
            return i;
    struct feel_capture from = {f->outer == v->function, v->slot};
    if (!from.local)
        from.index = capture(c, f->outer, v);
    const struct variable **seen = vec_push_in(c->arena, &f->captured);
    struct feel_capture *p = vec_push_in(c->arena, &f->capture);
    if (!p || !seen) {
        compile_failed(c, "base.memory");
        return 0;
    }
    *seen = v;
    *p = from;
    return (uint32_t)(f->capture.size - 1);
}

void compile_load(struct compiler *c, const struct variable *v) {
    if (v->kind == VAR_PARTIAL)
        compile_emit(c, FEEL_OP_BUILT, v->slot, 0);
    else if (v->function == c->function)
        compile_emit(c, FEEL_OP_LOCAL, v->slot, 0);
    else
        compile_emit(c, FEEL_OP_CAPTURED, capture(c, c->function, v), 0);
}

const struct variable *compile_find(const struct compiler *c, struct span name) {
    for (const struct variable *v = c->variables; v; v = v->outer)
        if (span_eq(v->name, name) && (v->kind != VAR_PARTIAL || v->function == c->function))
            return v;
    return NULL;
}

static void outermost_name(struct compiler *c, struct span name) {
    const struct feel_scope_entry *e = feel_scope_find(c->scope, name);
    if (e && e->kind == ENTRY_GLOBAL) {
        compile_emit(c, FEEL_OP_GLOBAL, 0, e->index);
        return;
    }
    const struct feel_builtin *b = feel_builtin_find(name);
    if (b) {
        struct feel_function *f = ARENA_NEW(c->arena, struct feel_function);
        if (!f) {
            compile_failed(c, "base.memory");
            return;
        }
        f->kind = FEEL_FUNCTION_BUILTIN;
        f->builtin = b;
        struct feel_value v = {.kind = FEEL_FUNCTION};
        v.function = f;
        compile_constant(c, v);
        return;
    }
    compile_emit(c, FEEL_OP_NO_NAME, compile_key(c, name), NULL_NAME);
}

/* Innermost first; inside filters the item's own properties come before names
 * from farther out, and whether it has them is known only when it runs. */
void compile_name(struct compiler *c, struct span text) {
    VEC(uint32_t) found = {0};
    const struct variable *v = c->variables;
    for (; v; v = v->outer) {
        bool same = span_eq(v->name, text) && (v->kind != VAR_PARTIAL || v->function == c->function);
        if (v->kind != VAR_ITEM && same)
            break;
        if (v->kind != VAR_ITEM)
            continue;
        /* an entry called item hides the item itself (10.3.2.5) */
        uint32_t *jump = vec_push_in(c->arena, &found), at;
        if (!c->plain && v->function == c->function) {
            at = compile_emit(c, FEEL_OP_ITEM_LOCAL, compile_key(c, text), 0);
            compile_emit(c, FEEL_OP_WORD, v->slot, 0);
        } else {
            compile_load(c, v);
            at = compile_emit_effect(c, FEEL_OP_ITEM_NAME, compile_key(c, text), 0, -1);
        }
        if (jump)
            *jump = at;
        else
            compile_failed(c, "base.memory");
        if (same)
            break;
    }
    if (v)
        compile_load(c, v);
    else
        outermost_name(c, text);
    for (size_t i = 0; i < found.size; i++)
        compile_patch(c, found.at[i]);
}

/* ---- calls ------------------------------------------------------------------- */

static bool is_builtin_name(const struct compiler *c, const struct feel_ast *n) {
    return n->kind == AST_NAME && !compile_find(c, n->text) &&
        !feel_scope_find(c->scope, n->text) && feel_builtin_find(n->text);
}

void compile_arguments(struct compiler *c, const struct feel_ast *n) {
    for (size_t i = 0; i < n->count; i++)
        compile_expression(c, n->item[i]);
}

static void call_builtin(struct compiler *c, const struct feel_ast *n, const struct feel_builtin *b) {
    int order[16];
    if (!c->plain && !n->name && n->count == 1 && n->item[0]->kind == AST_FILTER && !compile_is_index(n->item[0]) &&
        strcmp(b->name, "count") == 0) {
        compile_filter(c, n->item[0], n);
        return;
    }
    if (!n->name) {
        compile_arguments(c, n);
        c->offset = n->offset;
        compile_emit_effect(c, FEEL_OP_BUILTIN, feel_builtin_index(b), n->count, 1 - (int)n->count);
        return;
    }
    size_t fit = n->count > ARRAY_LEN(order) ? 0 : feel_builtin_order(b, n->name, n->count, order);
    if (fit < n->count) {
        compile_emit(c, FEEL_OP_NO_NAME, compile_key(c, n->name[fit]), NULL_ARGUMENT);
        return;
    }
    /* order[i]: position of argument i; positions nobody named become null. */
    int last = b->min - 1;
    for (size_t i = 0; i < n->count; i++)
        last = order[i] > last ? order[i] : last;
    for (int at = 0; at <= last; at++) {
        size_t i = 0;
        while (i < n->count && order[i] != at)
            i++;
        if (i < n->count)
            compile_expression(c, n->item[i]);
        else
            compile_constant(c, feel_null());
    }
    c->offset = n->offset;
    compile_emit_effect(c, FEEL_OP_BUILTIN, feel_builtin_index(b), (size_t)(last + 1), -last);
}

void compile_call(struct compiler *c, const struct feel_ast *n) {
    if (is_builtin_name(c, n->a)) {
        call_builtin(c, n, feel_builtin_find(n->a->text));
        return;
    }
    compile_expression(c, n->a);
    compile_arguments(c, n);
    c->offset = n->offset;
    if (n->name)
        compile_emit_effect(c, FEEL_OP_CALL_NAMED, compile_shape(c, n->name, n->count), n->count, -(int)n->count);
    else
        compile_emit_effect(c, FEEL_OP_CALL, n->a->kind == AST_NAME ? compile_key(c, n->a->text) + 1 : 0, n->count, -(int)n->count);
}

void compile_function(struct compiler *c, const struct feel_ast *n) {
    struct function f = {.outer = c->function};
    const struct variable *outer_variables = c->variables;
    struct variable *params = ARENA_ARRAY(c->arena, n->count + 1, struct variable);
    struct feel_key *key = ARENA_ARRAY(c->arena, n->count + 1, struct feel_key);
    if (!params || !key) {
        compile_failed(c, "base.memory");
        return;
    }
    uint32_t skip = compile_emit(c, FEEL_OP_JUMP, 0, 0);
    c->function = &f;
    for (size_t i = 0; i < n->count; i++) {
        params[i] = compile_variable(c, n->name[i], compile_local(c));
        c->variables = &params[i];
        key[i] = feel_key(n->name[i]);
    }
    struct feel_proto p = {.start = compile_here(c), .param_count = n->count, .param = key,
        .param_type = n->type, .result = feel_result_type(n), .external = n->op == 1};
    compile_expression(c, n->a);
    compile_emit(c, FEEL_OP_END, 0, 0);
    p.end = compile_here(c);
    p.locals = f.locals;
    p.stack = (uint32_t)f.depth_max + 1;
    p.capture_count = f.capture.size;
    p.capture = f.capture.at;
    c->function = f.outer;
    c->variables = outer_variables;
    compile_patch(c, skip);
    compile_emit(c, FEEL_OP_CLOSURE, TABLE_ADD(c, proto, p), 0);
}
