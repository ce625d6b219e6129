/* Instructions, tables and locals of a program being made. */
#include "feel/compile_internal.h"

void compile_failed(struct compiler *c, const char *code) {
    if (!c->error)
        c->error = code;
}

static const int effects[] = {
#define FEEL_OP(name, effect, meaning) effect,
#include "feel/opcodes.def"
#undef FEEL_OP
};

void compile_adjust(struct compiler *c, int effect) {
    struct function *f = c->function;
    f->depth += effect;
    if (f->depth > f->depth_max)
        f->depth_max = f->depth;
}

uint32_t compile_emit_effect(struct compiler *c, enum feel_opcode op, size_t a, size_t b, int effect) {
    struct feel_insn *i = vec_push_in(c->arena, &c->insn);
    uint32_t *o = vec_push_in(c->arena, &c->offsets);
    if (!i || !o) {
        compile_failed(c, "base.memory");
        return 0;
    }
    if (a > UINT16_MAX)
        compile_failed(c, "feel.too_complex");
    *i = (struct feel_insn){(uint16_t)op, (uint16_t)a, (uint32_t)b};
    *o = c->offset;
    compile_adjust(c, effect);
    return (uint32_t)(c->insn.size - 1);
}

/* The last instruction, when nothing jumps between it and what comes next. */
static struct feel_insn *last(struct compiler *c) {
    bool free = !c->plain && c->insn.size > 0 && c->label != c->insn.size;
    return free ? &c->insn.at[c->insn.size - 1] : NULL;
}

/* Pushing an operand and using it are one instruction where that is frequent. */
static bool fused(struct compiler *c, enum feel_opcode op, size_t a) {
    struct feel_insn *i = last(c);
    if (!i)
        return false;
    if (op == FEEL_OP_COMPARE && i->op == FEEL_OP_CONST)
        *i = (struct feel_insn){FEEL_OP_COMPARE_CONST, (uint16_t)a, i->a};
    else if (op == FEEL_OP_IN && i->op == FEEL_OP_CONST)
        *i = (struct feel_insn){FEEL_OP_IN_CONST, i->a, 0};
    else if (op == FEEL_OP_PATH && i->op == FEEL_OP_LOCAL)
        *i = (struct feel_insn){FEEL_OP_PATH_LOCAL, (uint16_t)a, i->a};
    else
        return false;
    c->offsets.at[c->insn.size - 1] = c->offset;
    compile_adjust(c, effects[op]);
    return true;
}

uint32_t compile_emit(struct compiler *c, enum feel_opcode op, size_t a, size_t b) {
    if (fused(c, op, a))
        return (uint32_t)(c->insn.size - 1);
    return compile_emit_effect(c, op, a, b, effects[op]);
}

uint32_t compile_here(const struct compiler *c) { return (uint32_t)c->insn.size; }

void compile_patch(struct compiler *c, uint32_t at) {
    if (at < c->insn.size)
        c->insn.at[at].b = compile_here(c);
    c->label = compile_here(c);
}

uint32_t compile_local(struct compiler *c) { return compile_locals(c, 1); }

uint32_t compile_locals(struct compiler *c, uint32_t n) {
    uint32_t first = c->function->locals;
    if (first + n > UINT16_MAX)
        compile_failed(c, "feel.too_complex");
    else
        c->function->locals += n;
    return first;
}

void compile_constant(struct compiler *c, struct feel_value v) {
    compile_emit(c, FEEL_OP_CONST, TABLE_ADD(c, constant, v), 0);
}

uint16_t compile_key(struct compiler *c, struct span name) {
    for (size_t i = 0; i < c->key.size && i < 64; i++)
        if (span_eq(c->key.at[i].text, name))
            return (uint16_t)i;
    return TABLE_ADD(c, key, feel_key(name));
}

uint16_t compile_shape(struct compiler *c, const struct span *name, size_t n) {
    struct feel_key *key = ARENA_ARRAY(c->arena, n + 1, struct feel_key);
    if (!key) {
        compile_failed(c, "base.memory");
        return 0;
    }
    for (size_t i = 0; i < n; i++)
        key[i] = feel_key(name[i]);
    return TABLE_ADD(c, shape, ((struct feel_shape){n, key}));
}
