/* Decisions over a whole register: the DMN model that decides one case, compiled
 * to a program over columns (cohort/table.h) and run over batches of rows.
 *
 * The program answers as dmn_evaluate and the case mode (dmn/case.h) would:
 *   decided   no completion of what is unknown in the row changes the outputs; these
 *             are exact (fixed point where types and ranges prove it, else decimal);
 *   open      something unknown may matter: ask dmn_case_decide of that row;
 *   error     a rule gave a null by error: ask the scalar engine for the reason.
 * A row without unknowns is never open.  Open is a superset of undecided.
 *
 * What cannot be compiled to columns runs row by row in the scalar engine, with the
 * same answer; the plan says which and why.
 *
 * Compiled programs are immutable and may be run by several threads at once, each
 * with an arena of its own. */
#ifndef COHORT_COHORT_H
#define COHORT_COHORT_H

#include "cohort/table.h"
#include "dmn/dmn.h"

/* One input of the model, bound to the register. */
enum cohort_bind_kind {
    COHORT_ROW,     /* the row's household as a context (户) */
    COHORT_LIST,    /* a list of the household (在享) */
    COHORT_COLUMN,  /* a column of the household (存款) */
    COHORT_VALUE,   /* the same known value for every row (日期, parameters) */
    COHORT_MEMBER,  /* {field: that column of the member who is the row} (申请 = {对象: 编号}); what else
                       of the context is asked for is unknown */
    COHORT_UNKNOWN  /* nobody knows it for any row */
};
struct cohort_bind {
    struct span input;            /* name of the input data */
    enum cohort_bind_kind kind;
    struct span list;             /* COHORT_LIST, COHORT_COLUMN: name in the household table, "" for the input's own;
                                     COHORT_MEMBER: the column (编号) */
    struct span field;            /* COHORT_MEMBER: 对象 */
    struct feel_value value;      /* COHORT_VALUE */
};

enum cohort_output_kind { COHORT_OUT_BOOLEAN, COHORT_OUT_NUMBER };
struct cohort_output {
    struct span expression;       /* FEEL over the model's decisions: 结果.结论 = "符合" */
    enum cohort_output_kind kind;
    uint8_t scale;                /* number: digits after the point that are kept; more are an error of the row */
};

struct cohort_request {
    const struct dmn_model *model;
    const struct cohort_table *household;
    struct span member;           /* "": a row is a household; else the list whose elements are the rows (成员) */
    const struct cohort_bind *bind;
    size_t bind_count;
    const struct cohort_output *output;
    size_t output_count;
    const struct span *null_facts; /* "成员.死亡日期": absent means null (dmn/case.h); where a column is missing from
                                      the register, the fact is null there, others are unknown */
    size_t null_fact_count;
};

struct cohort_program;
/* Lives in `a`, with the model and the table.  E_NOT_FOUND cohort.no_input (a bound input that the model does not
 * have), cohort.no_column (an output speaks of a decision that is not there); E_INPUT feel.*; E_LIMIT. */
NODISCARD enum status cohort_compile(struct arena *a, const struct cohort_request *r,
    const struct cohort_program **ret, struct diag *d);

/* Rows of the program: households, or members. */
uint64_t cohort_rows(const struct cohort_program *p);

enum cohort_state { COHORT_DECIDED, COHORT_OPEN, COHORT_ERROR };
struct cohort_result {
    uint8_t *state;               /* enum cohort_state, one a row */
    int64_t *const *value;        /* one array an output: boolean 0, 1; number × 10^scale.  0 unless decided */
};
/* Rows first … first + count - 1 into result[0 … count - 1].  Temporaries live in `scratch`, which is
 * given back as it was.  E_LIMIT when memory ends. */
NODISCARD enum status cohort_run(const struct cohort_program *p, struct arena *scratch,
    uint64_t first, uint64_t count, struct cohort_result *ret, struct diag *d);

/* The same for one range after another, without taking and giving back its rooms each time: a thread's own, in `a`, with the
 * program; `a` is that of no other while it runs.  After a failure it is not run again. */
struct cohort_runner;
NODISCARD enum status cohort_runner_new(struct arena *a, const struct cohort_program *p, struct cohort_runner **ret, struct diag *d);
NODISCARD enum status cohort_runner_run(struct cohort_runner *u, uint64_t first, uint64_t count, struct cohort_result *ret, struct diag *d);

/* What runs row by row, and the instructions of the rest, a line each. */
struct cohort_fallback { struct span where, why; };
size_t cohort_fallback_count(const struct cohort_program *p);
struct cohort_fallback cohort_fallback(const struct cohort_program *p, size_t i);
void cohort_plan_text(struct buf *out, const struct cohort_program *p);

/* A row as the scalar engine takes it: the household's context, with its lists; unknown facts left out,
 * null facts as null.  The context of the member's row has the household's members too.  In `a`. */
NODISCARD enum status cohort_row_value(struct arena *a, const struct cohort_table *t, uint64_t row,
    struct feel_value *ret, struct diag *d);

#endif
