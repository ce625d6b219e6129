/* Trees to programs: one pass, code appended as it is met.
 *
 * A function's locals are numbered for its whole body and never reused, so a
 * branch that is run twice (unknown conditions) cannot disturb another.
 * Functions inside expressions capture by value: FEEL values never change. */
#include "feel/compile_internal.h"

/* ---- hosts' constructs -------------------------------------------------------------- */

static void external(struct compiler *c, const struct feel_ast *n) {
    const struct feel_extern_ast *e = n->ext;
    struct feel_block *block = ARENA_ARRAY(c->arena, e->block_count + 1, struct feel_block);
    if (!block) {
        compile_failed(c, "base.memory");
        return;
    }
    struct feel_extern x = {e->run, e->data, c->function->locals, e->block_count, block};
    for (size_t i = 0; i < e->slot_count; i++)
        compile_local(c);
    uint32_t skip = compile_emit(c, FEEL_OP_JUMP, 0, 0);
    for (size_t i = 0; i < e->block_count; i++) {
        block[i].start = block[i].end = compile_here(c);
        if (!e->block[i])
            continue;
        struct variable v = compile_variable(c, SPAN("?"), x.slot + (uint32_t)(e->input[i] < 0 ? 0 : e->input[i]));
        if (e->input[i] >= 0)
            c->variables = &v;
        int depth = c->function->depth;
        compile_expression(c, e->block[i]);
        compile_emit(c, FEEL_OP_END, 0, 0);
        c->function->depth = depth;
        c->variables = v.outer;
        block[i].end = compile_here(c);
        if (!c->plain)
            compile_block_form(c, &block[i]);
    }
    compile_patch(c, skip);
    compile_emit(c, FEEL_OP_EXTERN, TABLE_ADD(c, external, x), 0);
}

/* ---- expressions ------------------------------------------------------------------- */

static void short_circuit(struct compiler *c, const struct feel_ast *n) {
    bool and = n->kind == AST_AND;
    compile_expression(c, n->a);
    uint32_t jump = compile_emit(c, and ? FEEL_OP_AND_JUMP : FEEL_OP_OR_JUMP, 0, 0);
    compile_expression(c, n->b);
    c->offset = n->offset;
    compile_emit(c, and ? FEEL_OP_AND : FEEL_OP_OR, 0, 0);
    compile_patch(c, jump);
}

static void if_else(struct compiler *c, const struct feel_ast *n) {
    compile_expression(c, n->a);
    c->offset = n->offset;
    uint32_t branch = compile_emit(c, FEEL_OP_BRANCH, 0, 0);
    compile_expression(c, n->b);
    uint32_t end = compile_emit(c, FEEL_OP_JUMP, 0, 0);
    compile_patch(c, branch);
    compile_adjust(c, -1);
    compile_expression(c, n->c);
    compile_patch(c, end);
}

static void context(struct compiler *c, const struct feel_ast *n) {
    struct variable *v = ARENA_ARRAY(c->arena, n->count + 1, struct variable);
    if (!v) {
        compile_failed(c, "base.memory");
        return;
    }
    const struct variable *outer = c->variables;
    /* a key given twice is an error (10.3.1.2) */
    for (size_t i = 0; i < n->count; i++)
        for (size_t j = 0; j < i && n->count < 1000; j++)
            if (span_eq(n->name[i], n->name[j])) {
                compile_emit(c, FEEL_OP_NO_NAME, compile_key(c, n->name[i]), NULL_KEY);
                return;
            }
    for (size_t i = 0; i < n->count; i++) {
        compile_expression(c, n->item[i]);
        uint32_t slot = compile_local(c);
        compile_emit(c, FEEL_OP_SET_LOCAL, slot, 0);
        v[i] = compile_variable(c, n->name[i], slot);
        c->variables = &v[i];
    }
    if (n->b) {
        compile_expression(c, n->b);
    } else {
        for (size_t i = 0; i < n->count; i++)
            compile_emit(c, FEEL_OP_LOCAL, v[i].slot, 0);
        compile_emit_effect(c, FEEL_OP_CONTEXT, compile_shape(c, n->name, n->count), n->count, 1 - (int)n->count);
    }
    c->variables = outer;
}

static void no_member(struct compiler *c, const struct feel_ast *n) {
    const char *name = arena_printf(c->arena, "%.*s.%.*s", SPAN_ARG(n->a->text), SPAN_ARG(n->text));
    if (name)
        compile_emit(c, FEEL_OP_NO_NAME, compile_key(c, span_of(name)), NULL_NAME);
    else
        compile_failed(c, "base.memory");
}

static void path(struct compiler *c, const struct feel_ast *n) {
    if (n->a->kind == AST_NAME && !compile_find(c, n->a->text)) {
        const struct feel_scope_entry *e = feel_scope_find(c->scope, n->a->text);
        if (e && e->kind == ENTRY_NAMESPACE) {
            const struct feel_scope_entry *m = feel_scope_find(e->inside, n->text);
            if (m && m->kind == ENTRY_GLOBAL)
                compile_emit(c, FEEL_OP_GLOBAL, 0, m->index);
            else
                no_member(c, n);
            return;
        }
    }
    compile_expression(c, n->a);
    c->offset = n->offset;
    compile_emit(c, FEEL_OP_PATH, compile_key(c, n->text), 0);
}

static void binary(struct compiler *c, const struct feel_ast *n, enum feel_opcode op, size_t a) {
    compile_expression(c, n->a);
    compile_expression(c, n->b);
    c->offset = n->offset;
    compile_emit(c, op, a, 0);
}

static enum feel_opcode arith_opcode(int op) {
    switch (op) {
    case '+': return FEEL_OP_ADD;
    case '-': return FEEL_OP_SUB;
    case '*': return FEEL_OP_MUL;
    case '/': return FEEL_OP_DIV;
    default: return FEEL_OP_POW;
    }
}

static void typed(struct compiler *c, const struct feel_ast *n, enum feel_opcode op) {
    compile_expression(c, n->a);
    c->offset = n->offset;
    compile_emit(c, op, TABLE_ADD(c, type, n->type[0]), 0);
}

/* What can only be null when it is read says why each time it is used. */
static void constant(struct compiler *c, const struct feel_ast *n) {
    if (feel_is_null(n->value) && (n->value.flag & FEEL_FLAG_ERROR))
        compile_emit(c, FEEL_OP_NO_NAME, compile_key(c, n->text), (size_t)n->op);
    else
        compile_constant(c, n->value);
}

void compile_expression(struct compiler *c, const struct feel_ast *n) {
    if (c->error)
        return;
    if (++c->nest > 4 * FEEL_NEST_MAX + 1200) { /* deep trees of flat chains: parse.c bounds them */
        compile_failed(c, "feel.too_deep");
        return;
    }
    c->offset = n->offset;
    struct feel_value known;
    if (!c->plain && compile_folded(c, n, &known)) {
        compile_constant(c, known);
        c->nest--;
        return;
    }
    switch (n->kind) {
    case AST_CONST: constant(c, n); break;
    case AST_NAME: compile_name(c, n->text); break;
    case AST_INPUT: compile_name(c, SPAN("?")); break;
    case AST_LIST:
        compile_arguments(c, n);
        compile_emit_effect(c, FEEL_OP_LIST, 0, n->count, 1 - (int)n->count);
        break;
    case AST_CONTEXT: context(c, n); break;
    case AST_RANGE: binary(c, n, FEEL_OP_RANGE, (size_t)n->op); break;
    case AST_TEST:
        compile_expression(c, n->a);
        c->offset = n->offset;
        compile_emit(c, FEEL_OP_TEST_RANGE, (size_t)n->op, 0);
        break;
    case AST_PATH: path(c, n); break;
    case AST_FILTER: compile_filter(c, n, NULL); break;
    case AST_CALL: compile_call(c, n); break;
    case AST_FUNCTION: compile_function(c, n); break;
    case AST_IF: if_else(c, n); break;
    case AST_FOR:
    case AST_SOME:
    case AST_EVERY: compile_iteration(c, n); break;
    case AST_AND:
    case AST_OR: short_circuit(c, n); break;
    case AST_COMPARE: binary(c, n, FEEL_OP_COMPARE, (size_t)n->op); break;
    case AST_ARITH: binary(c, n, arith_opcode(n->op), 0); break;
    case AST_NEGATE:
        compile_expression(c, n->a);
        c->offset = n->offset;
        compile_emit(c, FEEL_OP_NEG, 0, 0);
        break;
    case AST_BETWEEN:
        compile_expression(c, n->a);
        compile_expression(c, n->b);
        compile_expression(c, n->c);
        c->offset = n->offset;
        compile_emit(c, FEEL_OP_BETWEEN, 0, 0);
        break;
    case AST_IN: compile_in(c, n); break;
    case AST_TESTS: compile_tests(c, n); break;
    case AST_INSTANCE: typed(c, n, FEEL_OP_INSTANCE); break;
    case AST_COERCE: typed(c, n, FEEL_OP_COERCE); break;
    case AST_EXTERN: external(c, n); break;
    }
    c->nest--;
}

enum status feel_compile_ast(struct arena *a, const struct feel_scope *scope,
    const struct feel_ast *ast, struct span where, const struct feel_program **ret, struct diag *d) {
    struct function main = {.locals = 1};
    struct variable input = {.name = SPAN("?"), .function = &main};
    struct compiler c = {.arena = a, .scope = scope, .plain = scope && scope->plain, .label = UINT32_MAX, .where = where, .function = &main, .variables = &input};
    struct feel_program *p = ARENA_NEW(a, struct feel_program);
    struct feel_proto first = {0};
    TABLE_ADD(&c, proto, first);
    compile_expression(&c, ast);
    compile_emit(&c, FEEL_OP_END, 0, 0);
    if (!p || (c.error && strcmp(c.error, "base.memory") == 0))
        return arena_full(d);
    if (c.error)
        return diag_fail(d, E_INPUT, c.error, DIAG_N("offset", c.offset));
    c.proto.at[0] = (struct feel_proto){.end = compile_here(&c), .locals = main.locals,
        .stack = (uint32_t)main.depth_max + 1};
    const char *w = arena_dup(a, where);
    if (!w)
        return arena_full(d);
    *p = (struct feel_program){.where = {w, where.size}, .insn = c.insn.at, .offset = c.offsets.at,
        .count = c.insn.size, .constant = c.constant.at, .key = c.key.at, .shape = c.shape.at,
        .proto = c.proto.at, .type = c.type.at, .external = c.external.at};
    *ret = p;
    return OK;
}

static enum status compile_text(struct arena *a, const struct feel_scope *scope, struct span text,
    struct span where, enum feel_parse_mode mode, const struct feel_program **ret, struct diag *d) {
    struct feel_ast *ast;
    char *copy = arena_dup(a, text);
    if (!copy)
        return arena_full(d);
    enum status s = feel_parse(a, scope, (struct span){copy, text.size}, mode, &ast, d);
    return s == OK ? feel_compile_ast(a, scope, ast, where, ret, d) : s;
}

enum status feel_compile(struct arena *a, const struct feel_scope *scope, struct span text,
    struct span where, const struct feel_program **ret, struct diag *d) {
    return compile_text(a, scope, text, where, PARSE_EXPRESSION, ret, d);
}

enum status feel_compile_tests(struct arena *a, const struct feel_scope *scope, struct span text,
    struct span where, const struct feel_program **ret, struct diag *d) {
    return compile_text(a, scope, text, where, PARSE_TESTS, ret, d);
}

void feel_disassemble(struct buf *out, const struct feel_program *p) {
    static const char *const names[] = {
#define FEEL_OP(name, effect, meaning) #name,
#include "feel/opcodes.def"
#undef FEEL_OP
    };
    for (size_t i = 0; i < p->count; i++)
        buf_addf(out, "%4zu %-10s %u %u\n", i, names[p->insn[i].op], p->insn[i].a, p->insn[i].b);
}
