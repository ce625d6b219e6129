/* The compiler's state and the tools its rooms share:
 *   compile_code.c  instructions, tables, locals
 *   compile_name.c  names, calls, functions
 *   compile_loop.c  for, some, every, filters, tests
 *   compile_block.c what is known before it runs: constants, forms of blocks
 *   compile.c       everything else, entry
 * Emitters return nothing; the first error is kept and ends it. */
#ifndef FEEL_COMPILE_INTERNAL_H
#define FEEL_COMPILE_INTERNAL_H

#include "base/vec.h"
#include "feel/vm.h"

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
    bool plain;      /* see struct feel_scope */
    uint32_t label;  /* the last instruction that something jumps to */
    VEC(struct feel_insn) insn;
    VEC(uint32_t) offsets;
    VEC(struct feel_value) constant;
    VEC(struct feel_key) key;
    VEC(struct feel_shape) shape;
    VEC(struct feel_proto) proto;
    VEC(const struct feel_type *) type;
    VEC(struct feel_extern) external;
};

void compile_failed(struct compiler *c, const char *code);

/* Adds to one of the compiler's tables; operands are 16 bits wide. */
#define TABLE_ADD(c, table, item)                                              \
    __extension__({                                                            \
        __typeof__((c)->table.at) slot_ = vec_push_in((c)->arena, &(c)->table);\
        if (!slot_) compile_failed(c, "base.memory");                                  \
        else *slot_ = (item);                                                  \
        if ((c)->table.size > UINT16_MAX) compile_failed(c, "feel.too_complex");       \
        (uint16_t)((c)->table.size - 1);                                       \
    })

void compile_adjust(struct compiler *c, int effect); /* depth of the stack */
/* The index of the instruction; compile_patch makes it jump here. */
uint32_t compile_emit_effect(struct compiler *c, enum feel_opcode op, size_t a, size_t b, int effect);
/* May become one with the instruction before. */
uint32_t compile_emit(struct compiler *c, enum feel_opcode op, size_t a, size_t b);
uint32_t compile_here(const struct compiler *c);
void compile_patch(struct compiler *c, uint32_t at);
uint32_t compile_local(struct compiler *c);
uint32_t compile_locals(struct compiler *c, uint32_t n); /* in a row; the first */
void compile_constant(struct compiler *c, struct feel_value v);
uint16_t compile_key(struct compiler *c, struct span name);
uint16_t compile_shape(struct compiler *c, const struct span *name, size_t n);

struct variable compile_variable(struct compiler *c, struct span name, uint32_t slot);
void compile_load(struct compiler *c, const struct variable *v);
const struct variable *compile_find(const struct compiler *c, struct span name);
void compile_name(struct compiler *c, struct span text);
void compile_arguments(struct compiler *c, const struct feel_ast *n);
void compile_call(struct compiler *c, const struct feel_ast *n);
void compile_function(struct compiler *c, const struct feel_ast *n);

void compile_iteration(struct compiler *c, const struct feel_ast *n);
void compile_filter(struct compiler *c, const struct feel_ast *n,
    const struct feel_ast *count); /* NULL, or the call that asks for the length alone */
bool compile_is_index(const struct feel_ast *filter); /* [3], not a condition */
void compile_tests(struct compiler *c, const struct feel_ast *n);
void compile_in(struct compiler *c, const struct feel_ast *n);

/* compile_block.c */
/* What is known when compiling: a range or list of constants. */
bool compile_folded(struct compiler *c, const struct feel_ast *n, struct feel_value *ret);
/* The form of a block whose instructions are there. */
void compile_block_form(const struct compiler *c, struct feel_block *b);

void compile_expression(struct compiler *c, const struct feel_ast *n);

#endif
