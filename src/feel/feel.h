/* FEEL, the expression language of DMN 1.5 chapter 10, compiled.
 *
 * A text is parsed against the names in scope (names may hold spaces,
 * operators and Chinese), compiled once into a flat program (opcodes.def),
 * and run any number of times.  Programs are immutable and may be run by
 * several threads at once, each with its own feel_env.
 *
 * A failing operation gives null and keeps a note; it never stops the
 * evaluation.  What stops it (E_LIMIT): the step budget, the depth of calls,
 * the arena's ceiling.  No input can crash it. */
#ifndef FEEL_FEEL_H
#define FEEL_FEEL_H

#include "feel/value.h"

enum {
    FEEL_TEXT_MAX = 1 << 20,    /* bytes of one expression; policies stay below 10 kB */
    FEEL_NEST_MAX = 200,        /* nesting of the text: parser recursion on a 256 kB stack */
    FEEL_CALL_DEPTH_MAX = 400,  /* calls inside calls: about 400 kB of C stack */
    FEEL_NOTES_MAX = 64,        /* notes kept by one evaluation; the rest are counted */
    FEEL_STEPS_DEFAULT = 20000000
};

/* ---- notes: why something became null ---------------------------------- */

struct feel_note {
    const char *code;   /* catalogue key, "feel.type_mismatch"; static */
    struct span where;  /* name of the expression (decision, table cell), "" */
    uint32_t offset;    /* byte in the expression's text where the operation starts */
    struct span detail; /* the operation or name it is about: "+", "substring" */
};

struct feel_notes {
    struct feel_note note[FEEL_NOTES_MAX];
    size_t count; /* kept */
    size_t lost;  /* beyond FEEL_NOTES_MAX */
};

/* ---- one evaluation ---------------------------------------------------- */

struct feel_unknown_hints; /* feel/unknown.h; case mode only */
struct feel_stack;         /* the machine's */
struct feel_program;

/* Owned by the caller, one thread at a time; initialise with feel_env_init. */
/* Which globals a run loads: `at[i]` becomes 1 for `base[i]`, what runs inside included. */
struct feel_reads { const struct feel_value *base; size_t count; uint8_t *at; };

struct feel_env {
    struct arena *arena;     /* results and temporaries */
    uint64_t steps_left;
    int64_t now;             /* instant_t in microseconds, for now() and today() */
    int32_t now_offset;      /* seconds east of UTC: 28800 */
    bool case_mode;
    struct feel_notes *notes;/* may be NULL */
    struct feel_unknown_hints *hints; /* case mode: where unknown facts decided */
    struct feel_reads *reads; /* NULL: nobody asks */
    void *user;              /* the host's (dmn: the running evaluation) */
    /* set by the evaluator */
    enum status status;
    unsigned depth;
    struct span where;       /* expression being run, for notes */
    const struct feel_program *program; /* being run, and its instruction */
    uint32_t pc;
    struct feel_stack *stack;
};
void feel_env_init(struct feel_env *env, struct arena *arena, struct feel_notes *notes);

/* ---- compiling --------------------------------------------------------- */

/* What names mean while a text is compiled.  Builtins are always there and are
 * shadowed by anything else. */
struct feel_scope;
struct feel_type;
struct feel_scope *feel_scope_new(struct arena *a, const struct feel_scope *outer);
/* Declares a global: slot `index` of the array given to feel_run. `type` may be NULL. */
NODISCARD bool feel_scope_global(struct feel_scope *s, struct span name,
    uint32_t index, const struct feel_type *type);
/* A property name with spaces that `.` and filters should recognise. */
NODISCARD bool feel_scope_property(struct feel_scope *s, struct span name);
/* A named type for `instance of` and function parameters. */
NODISCARD bool feel_scope_type(struct feel_scope *s, struct span name, const struct feel_type *type);

/* Compiles an expression into `a`, which must outlive the program; `text` and
 * `where` (name for notes) are copied.  E_INPUT: feel.syntax and others with
 * the `position` in characters from 1; E_LIMIT. */
NODISCARD enum status feel_compile(struct arena *a, const struct feel_scope *scope,
    struct span text, struct span where, const struct feel_program **ret, struct diag *d);
/* Unary tests (a table cell): the program tests the value given as `input`. */
NODISCARD enum status feel_compile_tests(struct arena *a, const struct feel_scope *scope,
    struct span text, struct span where, const struct feel_program **ret, struct diag *d);
/* The program as text, an instruction a line, for tests and newcomers. */
void feel_disassemble(struct buf *out, const struct feel_program *p);

/* ---- running ----------------------------------------------------------- */

/* `globals` are the slots declared in the scope.  `input` is `?` (may be NULL).
 * OK even when the result is null; E_LIMIT otherwise. */
NODISCARD enum status feel_run(const struct feel_program *p, struct feel_env *env,
    const struct feel_value *globals, const struct feel_value *input,
    struct feel_value *ret, struct diag *d);
/* Calls a function value with positional arguments. */
NODISCARD enum status feel_call(struct feel_env *env, const struct feel_value *function,
    const struct feel_value *args, size_t count, struct feel_value *ret, struct diag *d);

/* Compiles and runs in one: every key of the context `names` is in scope. For
 * `minzheng feel`, forms and tests. */
NODISCARD enum status feel_eval_text(struct feel_env *env, struct span text,
    const struct feel_value *names, struct feel_value *ret, struct diag *d);

/* ---- types -------------------------------------------------------------- */

enum feel_type_kind {
    FEEL_TYPE_ANY, FEEL_TYPE_NULL, FEEL_TYPE_BOOLEAN, FEEL_TYPE_NUMBER, FEEL_TYPE_STRING,
    FEEL_TYPE_DATE, FEEL_TYPE_TIME, FEEL_TYPE_DATE_TIME, FEEL_TYPE_YM_DURATION,
    FEEL_TYPE_DT_DURATION, FEEL_TYPE_LIST, FEEL_TYPE_CONTEXT, FEEL_TYPE_RANGE, FEEL_TYPE_FUNCTION
};
struct feel_ast;
struct feel_field { struct feel_key key; const struct feel_type *type; };
struct feel_type {
    enum feel_type_kind kind;
    const struct feel_type *element;   /* list, range; function: result */
    const struct feel_field *field;    /* context; function: parameters */
    size_t field_count;
    bool any_field;                    /* `context` without entries */
    const struct feel_program *allowed;/* unary tests every value must pass, or NULL */
    const struct feel_ast *allowed_ast;/* what `allowed` was compiled from; NULL: not kept */
    const struct feel_value *allowed_globals;
    const struct feel_type *also;      /* a wider type whose `allowed` holds as well, or NULL */
};
/* "number", "date and time" ...; NULL for any other name. */
const struct feel_type *feel_type_builtin(struct span name);
/* Conformance after the implicit conversions of DMN 1.5 10.3.2.9.4 (singleton
 * list to value and back, date to date and time).  false: does not conform. */
bool feel_coerce(struct feel_env *env, const struct feel_type *t, struct feel_value *v);
/* As JSON arrives: texts become dates, times and durations where the type says
 * so, then feel_coerce. */
bool feel_coerce_text(struct feel_env *env, const struct feel_type *t, struct feel_value *v);

/* Can matches, replace and split use the pattern, with these flags?  Flags that are none are another matter. */
bool feel_pattern_ok(struct feel_env *env, struct span pattern, struct span flags);

/* @"…" and date("…"), time("…"), …: false when the text is none of them. */
bool feel_parse_date(struct span text, struct feel_value *ret);
bool feel_parse_time(struct arena *a, struct span text, struct feel_value *ret);
bool feel_parse_date_time(struct arena *a, struct span text, struct feel_value *ret);
bool feel_parse_duration(struct span text, struct feel_value *ret);

#endif
