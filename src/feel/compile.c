/* Trees to programs: one pass, code appended as it is met.
 *
 * A function's locals are numbered for its whole body and never reused, so a
 * branch that is run twice (unknown conditions) cannot disturb another.
 * Functions inside expressions capture by value: FEEL values never change. */
#include "feel/vm.h"

#include "base/vec.h"

struct variable {
    struct span name;
    uint32_t slot;
    enum { VAR_PLAIN, VAR_ITEM, VAR_PARTIAL } kind;
    const struct variable *outer;
    struct function *function;
};

struct function {
    struct function *outer;
    uint32_t locals;
    int depth, depth_max;
    VEC(struct feel_capture) capture;
    VEC(const struct variable *) captured;
};

struct compiler {
    struct arena *arena;
    const struct feel_scope *scope;
    struct span where;
    const char *error;
    uint32_t offset;
    const struct variable *variables;
    struct function *function;
    int nest;
    VEC(struct feel_insn) insn;
    VEC(uint32_t) offsets;
    VEC(struct feel_value) constant;
    VEC(struct feel_key) key;
    VEC(struct feel_shape) shape;
    VEC(struct feel_proto) proto;
    VEC(const struct feel_type *) type;
    VEC(struct feel_extern) external;
};

static void expression(struct compiler *c, const struct feel_ast *n);

static void failed(struct compiler *c, const char *code) {
    if (!c->error)
        c->error = code;
}

/* Adds to one of the compiler's tables; operands are 16 bits wide. */
#define TABLE_ADD(c, table, item)                                              \
    __extension__({                                                            \
        __typeof__((c)->table.at) slot_ = vec_push_in((c)->arena, &(c)->table);\
        if (!slot_) failed(c, "base.memory");                                  \
        else *slot_ = (item);                                                  \
        if ((c)->table.size > UINT16_MAX) failed(c, "feel.too_complex");       \
        (uint16_t)((c)->table.size - 1);                                       \
    })

static const int effects[] = {
#define FEEL_OP(name, effect, meaning) effect,
#include "feel/opcodes.def"
#undef FEEL_OP
};

static void adjust(struct compiler *c, int effect) {
    struct function *f = c->function;
    f->depth += effect;
    if (f->depth > f->depth_max)
        f->depth_max = f->depth;
}

static uint32_t emit_effect(struct compiler *c, enum feel_opcode op, size_t a, size_t b, int effect) {
    struct feel_insn *i = vec_push_in(c->arena, &c->insn);
    uint32_t *o = vec_push_in(c->arena, &c->offsets);
    if (!i || !o) {
        failed(c, "base.memory");
        return 0;
    }
    if (a > UINT16_MAX)
        failed(c, "feel.too_complex");
    *i = (struct feel_insn){(uint16_t)op, (uint16_t)a, (uint32_t)b};
    *o = c->offset;
    adjust(c, effect);
    return (uint32_t)(c->insn.size - 1);
}

static uint32_t emit(struct compiler *c, enum feel_opcode op, size_t a, size_t b) {
    return emit_effect(c, op, a, b, effects[op]);
}

static uint32_t here(const struct compiler *c) { return (uint32_t)c->insn.size; }

static void patch(struct compiler *c, uint32_t at) {
    if (at < c->insn.size)
        c->insn.at[at].b = here(c);
}

static uint32_t new_local(struct compiler *c) {
    if (c->function->locals >= UINT16_MAX)
        failed(c, "feel.too_complex");
    return c->function->locals++;
}

static void constant(struct compiler *c, struct feel_value v) {
    emit(c, FEEL_OP_CONST, TABLE_ADD(c, constant, v), 0);
}

static uint16_t key_index(struct compiler *c, struct span name) {
    for (size_t i = 0; i < c->key.size && i < 64; i++)
        if (span_eq(c->key.at[i].text, name))
            return (uint16_t)i;
    return TABLE_ADD(c, key, feel_key(name));
}

static uint16_t shape_index(struct compiler *c, const struct span *name, size_t n) {
    struct feel_key *key = ARENA_ARRAY(c->arena, n + 1, struct feel_key);
    if (!key) {
        failed(c, "base.memory");
        return 0;
    }
    for (size_t i = 0; i < n; i++)
        key[i] = feel_key(name[i]);
    return TABLE_ADD(c, shape, ((struct feel_shape){n, key}));
}

/* ---- names ------------------------------------------------------------------- */

static struct variable variable_new(struct compiler *c, struct span name, uint32_t slot) {
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
        failed(c, "base.memory");
        return 0;
    }
    *seen = v;
    *p = from;
    return (uint32_t)(f->capture.size - 1);
}

static void load(struct compiler *c, const struct variable *v) {
    if (v->kind == VAR_PARTIAL)
        emit(c, FEEL_OP_BUILT, v->slot, 0);
    else if (v->function == c->function)
        emit(c, FEEL_OP_LOCAL, v->slot, 0);
    else
        emit(c, FEEL_OP_CAPTURED, capture(c, c->function, v), 0);
}

static const struct variable *find_variable(const struct compiler *c, struct span name) {
    for (const struct variable *v = c->variables; v; v = v->outer)
        if (span_eq(v->name, name) && (v->kind != VAR_PARTIAL || v->function == c->function))
            return v;
    return NULL;
}

static void outermost_name(struct compiler *c, struct span name) {
    const struct feel_scope_entry *e = feel_scope_find(c->scope, name);
    if (e && e->kind == ENTRY_GLOBAL) {
        emit(c, FEEL_OP_GLOBAL, 0, e->index);
        return;
    }
    const struct feel_builtin *b = feel_builtin_find(name);
    if (b) {
        struct feel_function *f = ARENA_NEW(c->arena, struct feel_function);
        if (!f) {
            failed(c, "base.memory");
            return;
        }
        f->kind = FEEL_FUNCTION_BUILTIN;
        f->builtin = b;
        struct feel_value v = {.kind = FEEL_FUNCTION};
        v.function = f;
        constant(c, v);
        return;
    }
    emit(c, FEEL_OP_NO_NAME, key_index(c, name), 0);
}

/* Innermost first; inside filters the item's own properties come before names
 * from farther out, and whether it has them is known only when it runs. */
static void name(struct compiler *c, struct span text) {
    VEC(uint32_t) found = {0};
    const struct variable *v = c->variables;
    for (; v; v = v->outer) {
        if (span_eq(v->name, text) && (v->kind != VAR_PARTIAL || v->function == c->function))
            break;
        if (v->kind != VAR_ITEM)
            continue;
        load(c, v);
        uint32_t *jump = vec_push_in(c->arena, &found);
        uint32_t at = emit_effect(c, FEEL_OP_ITEM_NAME, key_index(c, text), 0, -1);
        if (jump)
            *jump = at;
        else
            failed(c, "base.memory");
    }
    if (v)
        load(c, v);
    else
        outermost_name(c, text);
    for (size_t i = 0; i < found.size; i++)
        patch(c, found.at[i]);
}

/* ---- calls ------------------------------------------------------------------- */

static bool is_builtin_name(const struct compiler *c, const struct feel_ast *n) {
    return n->kind == AST_NAME && !find_variable(c, n->text) &&
        !feel_scope_find(c->scope, n->text) && feel_builtin_find(n->text);
}

static void arguments(struct compiler *c, const struct feel_ast *n) {
    for (size_t i = 0; i < n->count; i++)
        expression(c, n->item[i]);
}

static void call_builtin(struct compiler *c, const struct feel_ast *n, const struct feel_builtin *b) {
    int order[16];
    if (!n->name) {
        arguments(c, n);
        emit_effect(c, FEEL_OP_BUILTIN, feel_builtin_index(b), n->count, 1 - (int)n->count);
        return;
    }
    if (n->count > ARRAY_LEN(order) || !feel_builtin_order(b, n->name, n->count, order)) {
        emit(c, FEEL_OP_NO_NAME, key_index(c, n->name[0]), 1);
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
            expression(c, n->item[i]);
        else
            constant(c, feel_null());
    }
    emit_effect(c, FEEL_OP_BUILTIN, feel_builtin_index(b), (size_t)(last + 1), -last);
}

static void call(struct compiler *c, const struct feel_ast *n) {
    if (is_builtin_name(c, n->a)) {
        call_builtin(c, n, feel_builtin_find(n->a->text));
        return;
    }
    expression(c, n->a);
    arguments(c, n);
    c->offset = n->offset;
    if (n->name)
        emit_effect(c, FEEL_OP_CALL_NAMED, shape_index(c, n->name, n->count), n->count, -(int)n->count);
    else
        emit_effect(c, FEEL_OP_CALL, 0, n->count, -(int)n->count);
}

static void function(struct compiler *c, const struct feel_ast *n) {
    struct function f = {.outer = c->function};
    const struct variable *outer_variables = c->variables;
    struct variable *params = ARENA_ARRAY(c->arena, n->count + 1, struct variable);
    struct feel_key *key = ARENA_ARRAY(c->arena, n->count + 1, struct feel_key);
    if (!params || !key) {
        failed(c, "base.memory");
        return;
    }
    uint32_t skip = emit(c, FEEL_OP_JUMP, 0, 0);
    c->function = &f;
    for (size_t i = 0; i < n->count; i++) {
        params[i] = variable_new(c, n->name[i], new_local(c));
        c->variables = &params[i];
        key[i] = feel_key(n->name[i]);
    }
    struct feel_proto p = {.start = here(c), .param_count = n->count, .param = key,
        .param_type = n->type, .external = n->op == 1};
    expression(c, n->a);
    emit(c, FEEL_OP_END, 0, 0);
    p.end = here(c);
    p.locals = f.locals;
    p.stack = (uint32_t)f.depth_max + 1;
    p.capture_count = f.capture.size;
    p.capture = f.capture.at;
    c->function = f.outer;
    c->variables = outer_variables;
    patch(c, skip);
    emit(c, FEEL_OP_CLOSURE, TABLE_ADD(c, proto, p), 0);
}

/* ---- iteration ---------------------------------------------------------------- */

/* Opens iterator i and those inside it, then the body; `emit_body` ends with
 * the stack as it was. */
static void iterate(struct compiler *c, const struct feel_ast *n, size_t i, uint32_t result, uint32_t outer) {
    if (i == n->count) {
        expression(c, n->a);
        if (n->kind == AST_FOR)
            emit(c, FEEL_OP_APPEND, result, 0);
        else
            emit(c, n->kind == AST_SOME ? FEEL_OP_SOME : FEEL_OP_EVERY, result, UINT32_MAX);
        if (n->kind != AST_FOR)
            emit(c, FEEL_OP_WORD, outer, 0);
        return;
    }
    uint32_t iterator = new_local(c), slot = new_local(c);
    expression(c, n->item[i]);
    if (n->type && n->type[i]) {
        struct feel_type *list = ARENA_NEW(c->arena, struct feel_type);
        if (!list) {
            failed(c, "base.memory");
            return;
        }
        list->kind = FEEL_TYPE_LIST;
        list->element = n->type[i];
        emit(c, FEEL_OP_COERCE, TABLE_ADD(c, type, list), 0);
    }
    uint32_t open = emit(c, FEEL_OP_ITER, iterator, 0);
    emit(c, FEEL_OP_WORD, result, (size_t)n->kind | (size_t)outer << 8);
    uint32_t next = emit(c, FEEL_OP_NEXT, iterator, 0);
    emit(c, FEEL_OP_WORD, slot, 0);
    struct variable v = variable_new(c, n->name[i], slot);
    c->variables = &v;
    iterate(c, n, i + 1, result, iterator);
    c->variables = v.outer;
    emit(c, FEEL_OP_JUMP, 0, next);
    patch(c, open);
    patch(c, next);
}

static void iteration(struct compiler *c, const struct feel_ast *n) {
    uint32_t result = new_local(c), start;
    struct variable partial = variable_new(c, SPAN("partial"), result);
    partial.kind = VAR_PARTIAL;
    if (n->kind == AST_FOR) {
        c->variables = &partial;
        emit(c, FEEL_OP_BUILD, result, 0);
    } else {
        constant(c, feel_bool(n->kind == AST_EVERY));
        emit(c, FEEL_OP_SET_LOCAL, result, 0);
    }
    start = here(c);
    iterate(c, n, 0, result, 0);
    c->variables = partial.outer;
    /* the early ways out of some and every lead here */
    for (uint32_t i = start; i < here(c); i++)
        if ((c->insn.at[i].op == FEEL_OP_SOME || c->insn.at[i].op == FEEL_OP_EVERY) &&
            c->insn.at[i].b == UINT32_MAX)
            c->insn.at[i].b = here(c);
    emit(c, n->kind == AST_FOR ? FEEL_OP_BUILT : FEEL_OP_LOCAL, result, 0);
}

static bool is_number(const struct feel_ast *n) {
    return (n->kind == AST_CONST && n->value.kind == FEEL_NUMBER) ||
        (n->kind == AST_NEGATE && is_number(n->a));
}

static void filter(struct compiler *c, const struct feel_ast *n) {
    expression(c, n->a);
    c->offset = n->offset;
    if (is_number(n->b)) {
        expression(c, n->b);
        emit(c, FEEL_OP_INDEX, 0, 0);
        return;
    }
    uint32_t result = new_local(c), iterator = new_local(c), slot = new_local(c);
    emit(c, FEEL_OP_BUILD, result, 0);
    uint32_t open = emit(c, FEEL_OP_ITER, iterator, 0);
    emit(c, FEEL_OP_WORD, result, AST_FILTER);
    uint32_t next = emit(c, FEEL_OP_NEXT, iterator, 0);
    emit(c, FEEL_OP_WORD, slot, 0);
    struct variable item = variable_new(c, SPAN("item"), slot);
    item.kind = VAR_ITEM;
    c->variables = &item;
    expression(c, n->b);
    c->variables = item.outer;
    uint32_t test = emit(c, FEEL_OP_FILTER, result, 0);
    emit(c, FEEL_OP_WORD, slot, iterator);
    emit(c, FEEL_OP_JUMP, 0, next);
    patch(c, open);
    patch(c, next);
    patch(c, test);
    emit(c, FEEL_OP_BUILT, result, 0);
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

/* The tested value is on the stack and stays there; the truth comes on top. */
static void one_test(struct compiler *c, const struct feel_ast *t, const struct variable *input, bool cell) {
    c->offset = t->offset;
    load(c, input);
    if (t->kind == AST_TEST) {
        expression(c, t->a);
        emit(c, FEEL_OP_COMPARE, (size_t)t->op, 0);
        return;
    }
    if (cell && mentions_input(t, 0)) {
        emit(c, FEEL_OP_POP, 0, 0);
        expression(c, t);
        emit(c, FEEL_OP_TRUTH, 0, 0);
        return;
    }
    expression(c, t);
    emit(c, cell ? FEEL_OP_TEST : FEEL_OP_IN, 0, 0);
}

static void test_list(struct compiler *c, const struct feel_ast *n, const struct variable *input, bool cell) {
    uint32_t *jump = ARENA_ARRAY(c->arena, n->count + 1, uint32_t);
    if (!jump) {
        failed(c, "base.memory");
        return;
    }
    for (size_t i = 0; i < n->count; i++) {
        one_test(c, n->item[i], input, cell);
        if (i > 0)
            emit(c, FEEL_OP_OR, 0, 0);
        if (i + 1 < n->count)
            jump[i] = emit(c, FEEL_OP_OR_JUMP, 0, 0);
    }
    for (size_t i = 0; i + 1 < n->count; i++)
        patch(c, jump[i]);
}

static void tests(struct compiler *c, const struct feel_ast *n) {
    const struct variable *input = find_variable(c, SPAN("?"));
    if (!input) {
        failed(c, "feel.no_input");
        return;
    }
    test_list(c, n, input, true);
    if (n->op == 1)
        emit(c, FEEL_OP_NOT, 0, 0);
}

static void in(struct compiler *c, const struct feel_ast *n) {
    uint32_t slot = new_local(c);
    expression(c, n->a);
    emit(c, FEEL_OP_SET_LOCAL, slot, 0);
    struct variable v = variable_new(c, SPAN(""), slot);
    test_list(c, n, &v, false);
}

/* ---- hosts' constructs -------------------------------------------------------------- */

static void external(struct compiler *c, const struct feel_ast *n) {
    const struct feel_extern_ast *e = n->ext;
    struct feel_block *block = ARENA_ARRAY(c->arena, e->block_count + 1, struct feel_block);
    if (!block) {
        failed(c, "base.memory");
        return;
    }
    struct feel_extern x = {e->run, e->data, c->function->locals, e->block_count, block};
    for (size_t i = 0; i < e->slot_count; i++)
        new_local(c);
    uint32_t skip = emit(c, FEEL_OP_JUMP, 0, 0);
    for (size_t i = 0; i < e->block_count; i++) {
        block[i].start = block[i].end = here(c);
        if (!e->block[i])
            continue;
        struct variable v = variable_new(c, SPAN("?"), x.slot + (uint32_t)(e->input[i] < 0 ? 0 : e->input[i]));
        if (e->input[i] >= 0)
            c->variables = &v;
        int depth = c->function->depth;
        expression(c, e->block[i]);
        emit(c, FEEL_OP_END, 0, 0);
        c->function->depth = depth;
        c->variables = v.outer;
        block[i].end = here(c);
    }
    patch(c, skip);
    emit(c, FEEL_OP_EXTERN, TABLE_ADD(c, external, x), 0);
}

/* ---- expressions ------------------------------------------------------------------- */

static void short_circuit(struct compiler *c, const struct feel_ast *n) {
    bool and = n->kind == AST_AND;
    expression(c, n->a);
    uint32_t jump = emit(c, and ? FEEL_OP_AND_JUMP : FEEL_OP_OR_JUMP, 0, 0);
    expression(c, n->b);
    c->offset = n->offset;
    emit(c, and ? FEEL_OP_AND : FEEL_OP_OR, 0, 0);
    patch(c, jump);
}

static void if_else(struct compiler *c, const struct feel_ast *n) {
    expression(c, n->a);
    c->offset = n->offset;
    uint32_t branch = emit(c, FEEL_OP_BRANCH, 0, 0);
    expression(c, n->b);
    uint32_t end = emit(c, FEEL_OP_JUMP, 0, 0);
    patch(c, branch);
    adjust(c, -1);
    expression(c, n->c);
    patch(c, end);
}

static void context(struct compiler *c, const struct feel_ast *n) {
    struct variable *v = ARENA_ARRAY(c->arena, n->count + 1, struct variable);
    if (!v) {
        failed(c, "base.memory");
        return;
    }
    const struct variable *outer = c->variables;
    /* a key given twice is an error (10.3.1.2) */
    for (size_t i = 0; i < n->count; i++)
        for (size_t j = 0; j < i && n->count < 1000; j++)
            if (span_eq(n->name[i], n->name[j])) {
                emit(c, FEEL_OP_NO_NAME, key_index(c, n->name[i]), 2);
                return;
            }
    for (size_t i = 0; i < n->count; i++) {
        expression(c, n->item[i]);
        uint32_t slot = new_local(c);
        emit(c, FEEL_OP_SET_LOCAL, slot, 0);
        v[i] = variable_new(c, n->name[i], slot);
        c->variables = &v[i];
    }
    if (n->b) {
        expression(c, n->b);
    } else {
        for (size_t i = 0; i < n->count; i++)
            emit(c, FEEL_OP_LOCAL, v[i].slot, 0);
        emit_effect(c, FEEL_OP_CONTEXT, shape_index(c, n->name, n->count), n->count, 1 - (int)n->count);
    }
    c->variables = outer;
}

static void path(struct compiler *c, const struct feel_ast *n) {
    if (n->a->kind == AST_NAME && !find_variable(c, n->a->text)) {
        const struct feel_scope_entry *e = feel_scope_find(c->scope, n->a->text);
        if (e && e->kind == ENTRY_NAMESPACE) {
            const struct feel_scope_entry *m = feel_scope_find(e->inside, n->text);
            if (m && m->kind == ENTRY_GLOBAL)
                emit(c, FEEL_OP_GLOBAL, 0, m->index);
            else
                emit(c, FEEL_OP_NO_NAME, key_index(c, n->text), 0);
            return;
        }
    }
    expression(c, n->a);
    c->offset = n->offset;
    emit(c, FEEL_OP_PATH, key_index(c, n->text), 0);
}

static void binary(struct compiler *c, const struct feel_ast *n, enum feel_opcode op, size_t a) {
    expression(c, n->a);
    expression(c, n->b);
    c->offset = n->offset;
    emit(c, op, a, 0);
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
    expression(c, n->a);
    c->offset = n->offset;
    emit(c, op, TABLE_ADD(c, type, n->type[0]), 0);
}

static void expression(struct compiler *c, const struct feel_ast *n) {
    if (c->error)
        return;
    if (++c->nest > 4 * FEEL_NEST_MAX + 1200) { /* deep trees of flat chains: parse.c bounds them */
        failed(c, "feel.too_deep");
        return;
    }
    c->offset = n->offset;
    switch (n->kind) {
    case AST_CONST: constant(c, n->value); break;
    case AST_NAME: name(c, n->text); break;
    case AST_INPUT: name(c, SPAN("?")); break;
    case AST_LIST:
        arguments(c, n);
        emit_effect(c, FEEL_OP_LIST, 0, n->count, 1 - (int)n->count);
        break;
    case AST_CONTEXT: context(c, n); break;
    case AST_RANGE: binary(c, n, FEEL_OP_RANGE, (size_t)n->op); break;
    case AST_TEST:
        expression(c, n->a);
        emit(c, FEEL_OP_TEST_RANGE, (size_t)n->op, 0);
        break;
    case AST_PATH: path(c, n); break;
    case AST_FILTER: filter(c, n); break;
    case AST_CALL: call(c, n); break;
    case AST_FUNCTION: function(c, n); break;
    case AST_IF: if_else(c, n); break;
    case AST_FOR:
    case AST_SOME:
    case AST_EVERY: iteration(c, n); break;
    case AST_AND:
    case AST_OR: short_circuit(c, n); break;
    case AST_COMPARE: binary(c, n, FEEL_OP_COMPARE, (size_t)n->op); break;
    case AST_ARITH: binary(c, n, arith_opcode(n->op), 0); break;
    case AST_NEGATE:
        expression(c, n->a);
        c->offset = n->offset;
        emit(c, FEEL_OP_NEG, 0, 0);
        break;
    case AST_BETWEEN:
        expression(c, n->a);
        expression(c, n->b);
        expression(c, n->c);
        c->offset = n->offset;
        emit(c, FEEL_OP_BETWEEN, 0, 0);
        break;
    case AST_IN: in(c, n); break;
    case AST_TESTS: tests(c, n); break;
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
    struct compiler c = {.arena = a, .scope = scope, .where = where, .function = &main, .variables = &input};
    struct feel_program *p = ARENA_NEW(a, struct feel_program);
    struct feel_proto first = {0};
    TABLE_ADD(&c, proto, first);
    expression(&c, ast);
    emit(&c, FEEL_OP_END, 0, 0);
    if (!p || (c.error && strcmp(c.error, "base.memory") == 0))
        return arena_full(d);
    if (c.error)
        return diag_fail(d, E_INPUT, c.error, DIAG_N("offset", c.offset));
    c.proto.at[0] = (struct feel_proto){.end = here(&c), .locals = main.locals,
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
