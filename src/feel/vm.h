/* Programs and the machine that runs them (internal to feel and dmn). */
#ifndef FEEL_VM_H
#define FEEL_VM_H

#include "feel/ast.h"
#include "feel/feel.h"

enum feel_opcode {
#define FEEL_OP(name, effect, meaning) FEEL_OP_##name,
#include "feel/opcodes.def"
#undef FEEL_OP
    FEEL_OP_COUNT
};

/* Locals that a list under construction and an iterator fill (vm_internal.h). */
enum { FEEL_BUILD_LOCALS = 5, FEEL_ITERATOR_LOCALS = 3 };

struct feel_insn { uint16_t op; uint16_t a; uint32_t b; };

struct feel_capture { bool local; uint32_t index; };
struct feel_proto {
    uint32_t start, end;
    uint32_t locals, stack;  /* slots of a frame */
    size_t param_count;
    const struct feel_key *param;
    const struct feel_type *const *param_type; /* entries may be NULL */
    size_t capture_count;
    const struct feel_capture *capture;
    const struct feel_type *result; /* of the body; NULL: cannot be told without running */
    bool external;           /* defined as external: calling it is null */
};

/* What a block does, when it is so little that the host need not run it:
 * compile_block.c finds out, feel_vm_block and feel_vm_truth do it. */
enum feel_block_form {
    BLOCK_RUN,     /* anything */
    BLOCK_CONST,   /* constant index */
    BLOCK_LOCAL,   /* local slot */
    BLOCK_GLOBAL,  /* global index */
    BLOCK_COMPARE, /* local slot op constant index: a test */
    BLOCK_COMPARE_GLOBAL /* local slot op global index: a test */
};
struct feel_block {
    uint32_t start, end;
    enum feel_block_form form;
    enum feel_cmp op;
    uint32_t slot, index; /* constant's or global's */
};
struct feel_extern {
    feel_extern_fn run;
    const void *data;
    uint32_t slot; /* its first own local */
    size_t block_count;
    const struct feel_block *block; /* start == end: empty */
};

struct feel_program {
    struct span text, where;
    const struct feel_insn *insn;
    const uint32_t *offset; /* text offset an instruction came from */
    size_t count;
    const struct feel_value *constant;
    const struct feel_key *key;
    const struct feel_shape *shape;
    const struct feel_proto *proto; /* [0]: the expression; local 0 is `?` */
    const struct feel_type *const *type;
    const struct feel_extern *external;
    const struct span *where_name;  /* of externs */
};

struct feel_builtin {
    const char *name;
    int min, max;       /* arguments; max -1: any number */
    uint8_t unknown;    /* enum builtin_unknown */
    uint8_t result;     /* enum feel_kind of an unknown result */
    const char *params; /* "string,start position,length" alternatives by ';' */
    struct feel_value (*run)(struct feel_env *env, const struct feel_value *arg, size_t n);
};
enum builtin_unknown {
    U_DEEP,    /* an unknown anywhere in the arguments makes the result unknown */
    U_SHALLOW, /* only an argument that is itself unknown does */
    U_SELF     /* the builtin sees unknowns itself */
};

enum feel_function_kind { FEEL_FUNCTION_USER, FEEL_FUNCTION_BUILTIN, FEEL_FUNCTION_HOST };
struct feel_function {
    enum feel_function_kind kind;
    const struct feel_program *program;
    const struct feel_value *globals;
    const struct feel_proto *proto;
    const struct feel_value *captured;
    const struct feel_builtin *builtin;
    struct feel_value (*host)(struct feel_env *env, const struct feel_function *f,
        const struct feel_value *arg, size_t n);
    const void *host_data;
    struct span name;              /* host */
    size_t param_count;            /* host */
    const struct feel_key *param;
    const struct feel_type *const *param_type;
    const struct feel_type *result; /* host; NULL: any */
};

/* A running frame. */
struct feel_vm {
    struct feel_env *env;
    const struct feel_program *program;
    const struct feel_value *globals;
    const struct feel_value *captured;
    struct feel_value *local;
    struct feel_value *top; /* one past the last value */
};

/* For externs. */
struct feel_value feel_vm_block(struct feel_vm *vm, const struct feel_extern *x, size_t block);
/* The truth of a test that needs no running and has no error: 1, 0; else -1. */
int feel_vm_truth(const struct feel_vm *vm, const struct feel_block *b);
static inline bool feel_vm_has(const struct feel_extern *x, size_t block) {
    return x->block[block].start != x->block[block].end;
}
static inline void feel_vm_slot(struct feel_vm *vm, const struct feel_extern *x, size_t i,
    struct feel_value v) {
    vm->local[x->slot + i] = v;
}

/* ---- errors ------------------------------------------------------------------ */

/* Null with a note. */
struct feel_value feel_error(struct feel_env *env, const char *code, struct span detail);
/* Stops the evaluation: E_LIMIT. */
struct feel_value feel_stop(struct feel_env *env);
/* Takes `n` steps; false: the budget is used up. */
static inline bool feel_steps(struct feel_env *env, uint64_t n) {
    if (env->steps_left < n) {
        env->steps_left = 0;
        env->status = E_LIMIT;
        return false;
    }
    env->steps_left -= n;
    return env->status == OK;
}

/* ---- making values in an evaluation ------------------------------------------- */

/* Lists in lists: comparing and writing recurse, and go through what is shared as
 * often as it occurs.  What the step budget can build element by element stays
 * below the second. */
enum { FEEL_VALUE_DEPTH_MAX = 200, FEEL_VALUE_NODES_MAX = 1 << 22 };
/* Depth and size of a list or context of these, for its `zone` (value.h): size as
 * a tree << 8 | depth.  false: beyond the two limits. */
bool feel_measure(const struct feel_value *v, size_t n, int32_t *ret);
/* Room for n values, all null; NULL: memory ended (env->status is set). */
struct feel_value *feel_items(struct feel_env *env, size_t n);
/* The same with whatever is there, for what is written whole at once. */
struct feel_value *feel_items_raw(struct feel_env *env, size_t n);
/* Takes the items over. */
struct feel_value feel_new_list(struct feel_env *env, const struct feel_value *item, size_t n);
struct feel_value feel_new_context(struct feel_env *env, const struct feel_shape *s,
    const struct feel_value *value);
/* As feel_context, measured; stops when memory ends. */
struct feel_value feel_made_context(struct feel_env *env, const struct span *key,
    const struct feel_value *value, size_t count);
struct feel_value feel_new_range(struct feel_env *env, struct feel_range r);
struct feel_value feel_new_string(struct feel_env *env, struct span s); /* copies */

/* ---- operations shared by the machine and the builtins ------------------------- */

struct feel_value feel_arith(struct feel_env *env, int op, const struct feel_value *a, const struct feel_value *b);
struct feel_value feel_negate(struct feel_env *env, const struct feel_value *a);
/* true, false, null, or unknown */
struct feel_value feel_compare(struct feel_env *env, int op, const struct feel_value *a, const struct feel_value *b);
struct feel_value feel_equal(struct feel_env *env, const struct feel_value *a, const struct feel_value *b);
struct feel_value feel_and(struct feel_env *env, const struct feel_value *a, const struct feel_value *b);
struct feel_value feel_or(struct feel_env *env, const struct feel_value *a, const struct feel_value *b);
struct feel_value feel_not(struct feel_env *env, const struct feel_value *a);
struct feel_value feel_in(struct feel_env *env, const struct feel_value *v, const struct feel_value *test);
struct feel_value feel_in_range(struct feel_env *env, const struct feel_value *v, const struct feel_range *r);
struct feel_value feel_path(struct feel_env *env, const struct feel_value *v, const struct feel_key *key);
struct feel_value feel_index(struct feel_env *env, const struct feel_value *list, const struct feel_value *at);
/* -1, 0, 1 for two known values of one ordered kind; 2: not comparable. */
int feel_order(const struct feel_value *a, const struct feel_value *b);
/* Neither before nor after the other, and equal as `=` has it: a local time is not to one with an offset. */
bool feel_tie(const struct feel_value *a, const struct feel_value *b);
struct feel_value feel_apply(struct feel_env *env, const struct feel_value *f,
    const struct feel_value *arg, size_t n);
bool feel_instance(struct feel_env *env, const struct feel_type *t, const struct feel_value *v);
/* The kind that values of a type have; FEEL_NULL: any. */
static inline enum feel_kind feel_type_kind(const struct feel_type *t) {
    static const uint8_t kinds[] = {FEEL_NULL, FEEL_NULL, FEEL_BOOLEAN, FEEL_NUMBER, FEEL_STRING, FEEL_DATE, FEEL_TIME,
        FEEL_DATE_TIME, FEEL_YM_DURATION, FEEL_DT_DURATION, FEEL_LIST, FEEL_CONTEXT, FEEL_RANGE, FEEL_FUNCTION};
    return (enum feel_kind)kinds[t->kind];
}
/* What needs no more than a look: a value of a scalar type without allowed values. */
static inline bool feel_conforms(const struct feel_type *t, const struct feel_value *v) {
    return t->kind > FEEL_TYPE_NULL && t->kind < FEEL_TYPE_LIST && !t->allowed && !t->also &&
        v->kind == feel_type_kind(t);
}

/* Type of a function's body as far as the text tells; NULL: it does not. */
const struct feel_type *feel_result_type(const struct feel_ast *function);
/* The relation <: of 10.3.2.9.2; NULL stands for Any. */
bool feel_type_conforms(const struct feel_type *t, const struct feel_type *s);

const struct feel_builtin *feel_builtin_find(struct span name);
const struct feel_builtin *feel_builtin_at(size_t i);
size_t feel_builtin_index(const struct feel_builtin *b);
/* Position of each named argument in the form that has all names: n.  Less: no form has
 * them all, each once, and name[of the answer] is the first that does not fit. */
size_t feel_builtin_order(const struct feel_builtin *b, const struct span *name, size_t n, int *ret);
struct feel_value feel_builtin_call(struct feel_env *env, const struct feel_builtin *b,
    const struct feel_value *arg, size_t n);

#endif
