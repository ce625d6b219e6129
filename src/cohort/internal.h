/* The compiled program and the compiler's rooms (internal to cohort).
 *
 * A policy is evaluated symbolically: every expression becomes a shape (shape.c)
 * whose scalar leaves are registers.  A register is a column of one frame, made by
 * one instruction; equal instructions are one (emit.c).  Composites exist only
 * while compiling.
 *
 * Frames are row spaces: the households, the elements of a list, and the pairs of
 * (a row, an element of one of its lists) for loops inside loops.  Each but the
 * first has an outer frame, whose rows its own rows belong to, in order.
 *
 * A value has a state beside it, a set of bits: 0 known, else what it may be. */
#ifndef COHORT_INTERNAL_H
#define COHORT_INTERNAL_H

#include "base/map.h"
#include "base/vec.h"
#include "cohort/cohort.h"
#include "dmn/internal.h"
#include "dmn/table.h"

enum {
    STATE_NULL = 1,    /* alone: null */
    STATE_UNKNOWN = 2, /* nobody knows; the other bits say what else it may be */
    STATE_ERROR = 4,   /* alone: a null made by an error */
    STATE_DECIMAL = 8  /* known, but no fixed point number of the register's scale: decimal */
};

enum { NONE = UINT32_MAX, FRAME_ANY = UINT16_MAX };
enum { OPS_MAX = 200000 }; /* the largest policy of the packs makes some thousands */
enum { SCALE_MAX = 12 }; /* digits after the point in fixed point; a column has 6 at most, a product of two 12 */

enum kind { K_BOOLEAN, K_NUMBER, K_DATE, K_STRING, K_INDEX };

/* A string register holds indexes into a dictionary: a column's words, then those
 * that were added while compiling. */
struct dict {
    const struct span *word;
    uint32_t count;
    VEC(struct span) more;
};

enum op_code {
#define OP(name) OP_##name,
#include "cohort/ops.def"
#undef OP
    OP_CODES
};

/* One instruction and the register it makes. */
struct op {
    uint8_t code, kind, width, scale;
    uint8_t may;         /* states that its values can have */
    uint8_t how;         /* enum feel_cmp, enum dec_rounding, state of a constant, 1: checked */
    uint16_t frame;      /* FRAME_ANY: constants */
    uint32_t a, b, c;    /* registers; NONE */
    int64_t k;           /* constant, digits; COMPARE: bytes of the operands */
    __int128 low, high;  /* of known values as stored; within 64 bits */
    const void *ref;     /* column, list, decimal constant, translation */
    struct dict *dict;
    uint32_t through;    /* the map through which all that it is computed from comes; NONE */
    bool live;
    uint32_t last;       /* instruction that reads it last */
};

enum frame_kind { FRAME_ROOT, FRAME_LIST, FRAME_PAIRS };
struct frame {
    enum frame_kind kind;
    uint32_t outer;      /* frame */
    const struct cohort_table *table;
    const struct cohort_list *list; /* FRAME_LIST */
    uint32_t of;         /* FRAME_PAIRS: whose rows are the elements */
    uint32_t expand, left, right; /* instructions: left is the row of outer, right of `of` */
    uint64_t shortest, longest; /* rows that belong to one row of outer, at least and at most */
    bool live;
};

struct part;
enum shape_kind { SHAPE_VALUE, SHAPE_REGISTER, SHAPE_QUOTIENT, SHAPE_CONTEXT, SHAPE_ROW, SHAPE_LIST, SHAPE_FUNCTION, SHAPE_BUILTIN, SHAPE_UNKNOWN };
struct environment;
/* What an expression means, in the rows of a frame. */
struct shape {
    enum shape_kind kind;
    uint16_t frame;               /* FRAME_ANY: the same in every row */
    struct feel_value value;      /* VALUE; never an unknown */
    uint32_t reg;                 /* REGISTER; QUOTIENT: dividend */
    uint32_t under, plus;         /* QUOTIENT: plus (or NONE) + or - reg / under */
    bool minus;
    size_t count;                 /* CONTEXT, LIST, FUNCTION */
    const struct span *name;      /* CONTEXT */
    const struct shape *const *field;
    const struct part *part;      /* LIST: its elements are the parts', one part after another */
    uint32_t whole;               /* LIST: a truth whose state is the list's own, or NONE */
    const struct cohort_table *table; /* ROW */
    uint16_t row_frame;           /* ROW: whose rows are the table's */
    uint32_t index;               /* ROW: register of rows of row_frame, NONE: frame is row_frame */
    bool member;                  /* CONTEXT, ROW: {对象} of the member that is the row */
    const struct feel_ast *ast;   /* FUNCTION */
    const struct environment *env;
    const struct feel_builtin *builtin;
};

/* One value of the owner's frame, or the rows of `child` that belong to the owner's row. */
struct part {
    bool single;
    const struct shape *element;  /* single: in the owner's frame, else in child */
    uint32_t mask;                /* truth in the same frame: is it in the list?  NONE: yes */
    uint16_t child;
    uint32_t own;                 /* row of child's outer frame; NONE: child's outer frame is the owner's */
};

struct environment {
    struct span name;             /* "": the item of a filter, whose properties are names */
    const struct shape *shape;
    bool item;
    const struct environment *outer;
    const struct feel_scope *scope; /* the bottom one: names of the model */
    uint32_t base;                  /* the model's first slot */
};

enum decision_state { DECISION_NEW, DECISION_RUNNING, DECISION_DONE };
struct decision_memo { const struct shape *shape[2]; uint8_t state[2]; bool of_member; };

struct cohort_program {
    const struct cohort_request *request;
    const struct cohort_table *root;
    const struct cohort_list *member; /* NULL: rows are households */
    const struct op *op;
    size_t op_count;
    const struct frame *frame;
    size_t frame_count;
    uint16_t row_frame;
    uint32_t *output;                 /* registers: truth, or number */
    uint32_t fault;                   /* truth whose state counts too; NONE */
    size_t output_count;
    const struct cohort_fallback *fallback; /* there is one: rows run in the scalar engine */
    size_t fallback_count;
    const struct scalar *scalar;      /* fallback.c */
    const struct feel_ast **tree;     /* of the outputs */
    const struct cohort_program *const *sieve; /* truths that, where one is false, decide a row: they run one after another */
    size_t sieve_count;
    bool bounds_first;                /* rows that sieves leave run with bounds at once */
    const struct cohort_program *bounded; /* the same with bounds, for rows that this leaves open; NULL: it would say no more */
    uint64_t rows;
};

struct compiler {
    struct arena *arena;
    struct arena *own;                /* ends with the compiler: what is looked up while compiling */
    const struct cohort_request *request;
    const struct dmn_model *model;
    struct cohort_program *program;
    VEC(struct op) op;
    VEC(struct frame) frame;
    uint32_t *bucket;                 /* hash of instructions */
    size_t bucket_count;
    uint32_t *chain;
    VEC(struct dict *) dicts;
    struct dict *constants;           /* words of no column */
    struct decision_memo *memo;       /* by slot */
    bool bounds, bounds_tell;         /* bounds.c: are they computed; would they say more? */
    uint32_t *bound[2];               /* low and high, by register */
    uint8_t *safe;                    /* the same */
    struct feel_env env;              /* for folding; case mode */
    uint16_t row_frame;
    uint16_t at;                      /* frame of the expression being compiled */
    bool of_member;                   /* something read depends on which member the row is */
    bool household;                   /* compiling for frame 0: members cannot be read */
    int depth;
    enum status status;
    struct span why, where;           /* the first that columns cannot do */
};

/* emit.c */
uint32_t emit(struct compiler *c, struct op op);
uint32_t emit_constant(struct compiler *c, enum kind kind, int64_t k, unsigned scale, struct dict *dict);
uint32_t emit_state(struct compiler *c, enum kind kind, uint8_t state); /* null, error, unknown */
uint32_t emit_truth(struct compiler *c, bool truth);
uint32_t emit_column(struct compiler *c, uint16_t frame, const struct cohort_column *column);
uint32_t emit_and(struct compiler *c, uint32_t a, uint32_t b); /* NONE: true */
uint32_t emit_or(struct compiler *c, uint32_t a, uint32_t b);
uint32_t emit_not(struct compiler *c, uint32_t a);
/* Known and equal to `state` bits only: null, error … a truth without states. */
uint32_t emit_has_state(struct compiler *c, uint32_t a, uint8_t states);
uint32_t emit_gather(struct compiler *c, uint32_t a, uint32_t index);
uint32_t emit_select(struct compiler *c, uint32_t truth, uint32_t a, uint32_t b);
/* a where truth is true; where it is not known or null, that state. */
uint32_t emit_guard(struct compiler *c, uint32_t truth, uint32_t a);
/* The same for a truth that is never false, as that of a list: where it is not known, nor is the value. */
uint32_t emit_whole(struct compiler *c, uint32_t whole, uint32_t a);
/* Null becomes an error. */
uint32_t emit_strict(struct compiler *c, uint32_t a);
uint32_t emit_compare(struct compiler *c, int how, uint32_t a, uint32_t b);
uint32_t emit_same(struct compiler *c, uint32_t a, uint32_t b); /* nulls equal */
uint32_t emit_widened(struct compiler *c, uint32_t a, unsigned width);
uint32_t emit_string(struct compiler *c, struct dict *dict, struct span text);
uint32_t emit_in_dict(struct compiler *c, uint32_t a, struct dict *dict);
uint16_t frame_list(struct compiler *c, uint16_t outer, const struct cohort_list *list);
uint16_t frame_pairs(struct compiler *c, uint16_t outer, uint32_t own, uint16_t of);
uint32_t frame_left(struct compiler *c, uint16_t frame);
uint32_t emit_fold(struct compiler *c, enum op_code code, uint16_t frame, uint32_t a, uint32_t b, int64_t k);
static inline struct op *op_at(const struct compiler *c, uint32_t r) { return &c->op.at[r]; }
static inline unsigned state_strict(unsigned s) { return (s & ~(unsigned)STATE_NULL) | (s & STATE_NULL) << 2; }
struct dict *dict_of(struct compiler *c, const struct span *word, uint32_t count);
uint32_t dict_index(struct compiler *c, struct dict *d, struct span text); /* adds it */
struct span dict_word(const struct dict *d, uint32_t i);
bool frame_covers(const struct compiler *c, uint16_t inner, uint16_t outer);
/* Is one of the lists it goes through unknown in some row?  Then ranges do not speak of all its elements. */
bool frame_open(const struct compiler *c, uint16_t frame);

/* number.c: numbers as registers and quotients. */
uint32_t number_constant(struct compiler *c, struct dec d);
const struct shape *number_arith(struct compiler *c, int op, const struct shape *a, const struct shape *b);
const struct shape *number_negate(struct compiler *c, const struct shape *a);
uint32_t number_register(struct compiler *c, const struct shape *a); /* a quotient is divided */
uint32_t number_compare(struct compiler *c, int how, const struct shape *a, const struct shape *b);
const struct shape *number_round(struct compiler *c, const struct shape *a, int64_t digits, enum dec_rounding how);
const struct shape *number_select(struct compiler *c, uint32_t truth, const struct shape *a, const struct shape *b);
uint32_t number_at_scale(struct compiler *c, uint32_t a, unsigned scale);
struct dec number_decimal(int64_t stored, unsigned scale);

/* bounds.c: what is told of numbers that nobody knows. */
typedef uint32_t number_comparison(struct compiler *c, int how, uint32_t a, uint32_t b, const void *arg);
/* `truth` is a `how` b; where it is unknown, and bounds tell, known. */
uint32_t number_settle(struct compiler *c, int how, uint32_t truth, uint32_t a, uint32_t b, number_comparison *compare, const void *arg);
bool number_nonnegative(const struct compiler *c, uint32_t r);
/* Does no completion of unknown lists and facts make it an error or a null? */
bool number_safe(struct compiler *c, uint32_t r);

/* shape.c */
bool unsupported(struct compiler *c, const char *why);
static inline bool failed(const struct compiler *c) { return c->status != OK || c->why.size; }
const struct shape *shape_value(struct compiler *c, struct feel_value v);
const struct shape *shape_error(struct compiler *c);
const struct shape *shape_unknown(struct compiler *c);
const struct shape *shape_register(struct compiler *c, uint32_t reg);
const struct shape *shape_row(struct compiler *c, uint16_t frame, const struct cohort_table *t);
struct shape *shape_new(struct compiler *c, enum shape_kind kind);
/* In the rows of frame `to`, of whose row i the register `index` (NONE: an inner frame's outer rows) says the row. */
const struct shape *shape_view(struct compiler *c, const struct shape *s, uint16_t to, uint32_t index);
const struct shape *shape_lift(struct compiler *c, const struct shape *s, uint16_t to);
const struct shape *shape_path(struct compiler *c, const struct shape *s, struct span name);
bool shape_has(struct compiler *c, const struct shape *s, struct span name);
bool request_null_fact(const struct cohort_request *r, struct span table, struct span name); /* absent, it is null */
const struct shape *shape_select(struct compiler *c, uint32_t truth, const struct shape *a, const struct shape *b);
const struct shape *shape_guard(struct compiler *c, uint32_t truth, const struct shape *a);
/* Scalars as a register of the kind wanted of the partner, or their own. */
bool shape_is_scalar(const struct shape *s);
int shape_kind_of(const struct compiler *c, const struct shape *s); /* enum feel_kind; FEEL_UNKNOWN: any; FEEL_NULL */
uint32_t shape_scalar(struct compiler *c, const struct shape *s, int like); /* like: register or NONE */
uint32_t shape_truth(struct compiler *c, const struct shape *s); /* not boolean: an error */
const struct shape *shape_compare(struct compiler *c, int how, const struct shape *a, const struct shape *b);
/* Truth whose state tells of errors inside; NONE: there cannot be any. */
uint32_t shape_fault(struct compiler *c, const struct shape *s);
const struct shape *list_of_parts(struct compiler *c, uint16_t frame, const struct part *part, size_t count, uint32_t whole);
/* Opens a loop over a part from the current frame: the frame of the body, its element and mask there. */
uint16_t part_enter(struct compiler *c, const struct part *p, const struct shape **element, uint32_t *mask);

/* compile_list.c */
const struct shape *list_filter(struct compiler *c, const struct feel_ast *n, const struct environment *e);
const struct shape *list_loop(struct compiler *c, const struct feel_ast *n, const struct environment *e);
const struct shape *list_index(struct compiler *c, const struct shape *list, int64_t at);
const struct shape *list_map_path(struct compiler *c, const struct shape *list, struct span name);
const struct shape *list_sum(struct compiler *c, const struct shape *list);
const struct shape *list_count(struct compiler *c, const struct shape *list);
const struct shape *list_extreme(struct compiler *c, const struct shape *list, int sign);
const struct shape *list_all(struct compiler *c, const struct shape *list, bool all);
const struct shape *list_contains(struct compiler *c, const struct shape *list, const struct shape *v, bool kinds);
const struct shape *list_join(struct compiler *c, const struct shape *const *arg, size_t count, bool append);

/* compile_expression.c, compile_call.c, compile_table.c */
const struct shape *compile(struct compiler *c, const struct feel_ast *n, const struct environment *e);
const struct shape *compile_slot(struct compiler *c, uint32_t slot);
const struct shape *compile_called(struct compiler *c, const struct feel_ast *n, const struct environment *e);
const struct shape *compile_coerced(struct compiler *c, const struct feel_type *t, const struct shape *s);
const struct shape *compile_decision_table(struct compiler *c, const struct feel_ast *n, const struct environment *e);
const struct shape *compile_test(struct compiler *c, const struct feel_ast *t, const struct shape *input, bool cell, const struct environment *e);
const struct shape *compile_tested(struct compiler *c, const struct feel_ast *n, const struct shape *input, const struct environment *e);
const struct shape *shape_in(struct compiler *c, const struct shape *v, const struct shape *test);
const struct environment *bind_name(struct compiler *c, const struct environment *outer, struct span name, const struct shape *s);

/* sieve.c: sets p->sieve where it pays. */
enum status sieve_choose(struct arena *a, struct cohort_program *p, struct diag *d);

/* fallback.c: the scalar engine, a row at a time. */
enum status scalar_prepare(struct arena *a, struct cohort_program *p, const struct feel_scope *scope, const bool *named, struct diag *d);
enum status scalar_rows(const struct cohort_program *p, struct arena *scratch, uint64_t first, uint64_t count,
    struct cohort_result *ret, struct diag *d);

/* run.c, kernel_*.c: what an instruction does to a batch. */
struct vec {
    void *v;
    uint8_t *s;          /* NULL: all known */
    struct dec *d;       /* where STATE_DECIMAL; NULL: nowhere */
    bool one;            /* a known constant: v holds one value */
    bool own_v, own_s, own_d;
    uint8_t spread;      /* width of v, where a constant was written out */
};
/* Rows of the frame's table: `first` and those that follow, or those of `pick`. */
struct run_frame { uint64_t first; uint32_t rows; uint32_t *start; uint32_t *left, *right; uint64_t *pick; };
struct pool { void **at; size_t size, room; };
struct run {
    const struct cohort_program *p;
    struct arena *arena;
    struct vec *vec;
    struct run_frame *frame;
    struct pool pool[5]; /* by bytes of a row: 1, 2, 4, 8, 16 */
    size_t room;         /* rows of a block */
    uint8_t *zeros, *ones; /* a state of each row: known; a truth */
    uint64_t base;       /* first household of the batch */
    uint64_t *pick;      /* households of the batch; NULL: those from base on */
    bool crowded;        /* a frame has more rows than a block: the batch must be smaller */
    bool full;           /* memory ended */
    bool keep;           /* registers stay until the batch's end: sieve_reason.c looks at them */
};
void *run_block(struct run *r, unsigned width);
uint8_t *run_states(struct run *r, struct vec *v, const struct op *o);
struct dec *run_decimals(struct run *r, struct vec *v);
void *run_values(struct run *r, struct vec *v, unsigned width);
void run_op(struct run *r, const struct op *o, struct vec *v);
static inline uint32_t run_rows(const struct run *r, const struct op *o) { return r->frame[o->frame].rows; }
/* States of a strict operation into `ret`: NULL when all are known. */
void run_strict(struct run *r, const struct op *o, struct vec *ret, const struct vec *a, const struct vec *b, uint32_t n);
static inline int64_t vec_stored(const struct vec *v, unsigned width, uint32_t i) {
    i = v->one ? 0 : i;
    switch (width) {
    case 1: return ((const int8_t *)v->v)[i];
    case 2: return ((const int16_t *)v->v)[i];
    case 4: return ((const int32_t *)v->v)[i];
    default: return ((const int64_t *)v->v)[i];
    }
}
struct dec vec_decimal(const struct vec *v, const struct op *o, uint32_t i);
static inline uint8_t vec_state(const struct vec *v, uint32_t i) { return v->s ? v->s[i] : 0; }
static inline void vec_store(void *v, unsigned width, uint32_t i, int64_t x) {
    switch (width) {
    case 1: ((int8_t *)v)[i] = (int8_t)x; break;
    case 2: ((int16_t *)v)[i] = (int16_t)x; break;
    case 4: ((int32_t *)v)[i] = (int32_t)x; break;
    default: ((int64_t *)v)[i] = x; break;
    }
}
/* A decimal as a stored number of the scale; false: it is none. */
bool decimal_stored(struct dec d, unsigned scale, int64_t *ret);

void kernel_arith(struct run *r, const struct op *o, struct vec *ret);
void kernel_compare(struct run *r, const struct op *o, struct vec *ret);
void kernel_select(struct run *r, const struct op *o, struct vec *ret);
void kernel_fold(struct run *r, const struct op *o, struct vec *ret);
void kernel_divide(struct run *r, const struct op *o, struct vec *ret);
void kernel_logic(struct run *r, const struct op *o, struct vec *ret);
void kernel_gather(struct run *r, const struct op *o, struct vec *ret);

#endif
