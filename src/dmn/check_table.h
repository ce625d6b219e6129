/* A table as regions (internal to the checker).
 *
 * A dimension is a column, or several with the same expression.  Its values
 * fall into atoms: the constants that cells compare with, and what lies between
 * them.  A cell that only compares its input with constants is true or false on
 * a whole atom, so that one evaluation decides it.  A rule is a box of atoms,
 * and gaps, overlaps and dead rules are questions about boxes:
 *   check_cell.c   constants of cells, sample values for names in them
 *   check_domain.c what a column's expression can give
 *   check_grid.c   dimensions, atoms, truth of every cell on every atom
 *   check_cover.c  the questions, on bits alone
 *   check_accept.c the same bits by atom, for tables of thousands of rules
 *   check_linear.c columns, names and sums of them that are compared: check_form.c reads the
 *                  cells as linear conditions, check_solve.c decides them
 *   check_related.c the same by trying every order of values, where something is not linear
 *   check_table.c  the findings */
#ifndef DMN_CHECK_TABLE_H
#define DMN_CHECK_TABLE_H

#include "dmn/check_internal.h"
#include "dmn/table.h"

/* ---- check_cell.c -------------------------------------------------------------------- */

/* A name that cells use (低保标准): it gets a value, so that cells can be run. */
struct check_symbol { struct span text; enum feel_kind kind; struct feel_value value; };
typedef VEC(struct check_symbol) check_symbols;

enum check_cell_kind {
    CELL_ANY,     /* no condition */
    CELL_EXACT,   /* decided by comparing the input with constants */
    CELL_SAMPLED, /* can be run, but may change its mind between the constants */
    CELL_OPEN     /* cannot be run here */
};
/* `source` is the tree it was computed from; `named`: out of sample values. */
struct check_constant { struct feel_value value; const struct feel_ast *source; bool named; };

struct check_cell {
    enum check_cell_kind kind;
    const struct feel_program *program; /* NULL: any, open */
    VEC(struct check_constant) constant;
};

/* Adds the names of a cell whose input is of kind `like` (FEEL_NULL: nobody
 * knows) and written `own` (NULL: nothing stands for it but `?`).  `column[]`: expressions that already have a value, since a column is
 * about them.  false: the cell cannot be run. */
bool check_cell_symbols(struct checker *c, const struct feel_ast *cell, const struct feel_ast *own, enum feel_kind like,
    const struct feel_ast *const *column, size_t column_count, check_symbols *symbols);
/* The second assignment turns the order of the samples around. */
void check_symbol_values(check_symbols *symbols, bool turned);
/* "a.b.c" of a name or path; "" of anything else. */
struct span check_path_of(struct checker *c, const struct feel_ast *n);
struct check_cell check_cell_read(struct checker *c, const struct feel_ast *cell, const struct feel_ast *own, const check_symbols *symbols);
/* Runs with `?`; false: it could not be run to the end. */
bool check_run(struct checker *c, const struct feel_program *p, const struct feel_value *input, struct feel_value *ret);
/* The value of a tree that needs no input and no names; false: it does. */
bool check_constant_value(struct checker *c, const struct feel_ast *n, struct feel_value *ret);
bool check_ast_same(const struct feel_ast *a, const struct feel_ast *b);
bool check_kind_ordered(enum feel_kind kind); /* has atoms between its constants */

/* ---- check_cover.c ------------------------------------------------------------------- */

/* Bits are in words of 64, lowest first. */
static inline size_t check_words(size_t bits) { return (bits + 63) / 64; }
static inline bool check_bit(const uint64_t *w, size_t i) { return w[i / 64] >> (i % 64) & 1; }
static inline void check_set(uint64_t *w, size_t i) { w[i / 64] |= (uint64_t)1 << (i % 64); }

/* rules x dimensions x atoms.  `cell` has, for every rule and dimension, the
 * atoms it accepts: at [rule * dims + dim]. */
struct check_boxes {
    size_t rules, dims;
    const size_t *atoms;           /* by dimension */
    const uint64_t *const *cell;
    uint64_t **accept;             /* by dimension, words of rules for each atom: who accepts it; NULL: not made */
};
enum check_answer { COVERED, OPEN_POINT, OUT_OF_BUDGET };

/* Is every point of the box `within` (bits by dimension) inside one of the
 * rules `by` (bits)?  Else an atom for each dimension that is not.  `steps`
 * goes down. */
enum check_answer check_covered(struct arena *a, const struct check_boxes *b, const uint64_t *const *within,
    const uint64_t *by, uint64_t *steps, size_t *ret_point);
/* A point in both rules and in `within`. */
bool check_overlap(const struct check_boxes *b, const uint64_t *const *within, size_t r, size_t s, size_t *ret_point);

/* ---- check_accept.c ------------------------------------------------------------------ */

/* Fills `accept` for the first `rules` rules.  false: memory ended. */
bool check_accept_make(struct arena *a, struct check_boxes *b, size_t rules);
static inline uint64_t *check_accept(const struct check_boxes *b, size_t dim, size_t atom) {
    return b->accept[dim] + atom * check_words(b->rules ? b->rules : 1);
}
/* Which rules share a point of `within` with a rule.  Both are kept.  NULL: memory ended. */
struct check_meeting *check_meeting_new(struct arena *a, const struct check_boxes *b, const uint64_t *const *within);
/* The rule itself is among them when it accepts anything; bits from `rules` on mean nothing. */
void check_meeting_of(struct check_meeting *m, size_t rule, uint64_t *ret);

/* ---- check_domain.c ------------------------------------------------------------------ */

/* Which values of its kind a column's expression can have; nothing set: all. */
struct check_domain {
    bool integer, has_low, has_high;
    bool below_high, above_low; /* the end itself is not one */
    int64_t low, high;
    VEC(struct feel_value) value; /* these alone, where there are any */
};
struct check_domain check_domain_of(struct checker *c, const struct feel_ast *input, enum feel_kind kind);
bool check_domain_limits(const struct check_domain *d);
bool check_domain_admits(const struct check_domain *d, const struct feel_value *v);
/* As check_value_between, among whole numbers where the domain is of those. */
bool check_domain_between(const struct check_domain *d, const struct feel_value *a, const struct feel_value *b, struct feel_value *ret);

/* ---- check_grid.c -------------------------------------------------------------------- */

struct check_atom {
    struct feel_value value;
    bool point;   /* one of the constants; else it stands for what lies between them */
    bool any;     /* a value of a type without atoms, or of no known type: cannot be run with */
    bool outside; /* null, or of another kind, where nobody names it: matters for dead rules only */
};
struct check_dim {
    size_t column;            /* the first of its columns */
    const struct feel_type *type;
    struct check_domain domain;
    VEC(struct check_atom) atom;
    size_t *sorted, *place;   /* atoms in order of value, those that are any last; the place of each there */
    uint64_t *inside;         /* atoms that are values of the column */
    uint64_t *everything;     /* those and the outside ones that may come */
    bool sampled;             /* a cell of it is CELL_SAMPLED */
    bool mixed;               /* constants that cannot be ordered: zones */
    bool one_name;            /* all constants are one name: every order of it is an atom */
};
struct check_grid {
    const struct dmn_table *table;
    struct check_dim *dim;
    size_t dim_count;
    size_t *dim_of;              /* by column */
    struct check_cell *cell;     /* rules * inputs */
    check_symbols symbols;
    /* Points: is the rule true at the value that stands for the atom?  A cell
     * that cannot be run may be (may), or not (must).  Regions: does it hold on
     * the whole atom for all values of the names (whole), can it (possible)? */
    struct check_boxes may, must, whole, possible;
    const uint64_t **inside, **everything; /* by dimension */
    size_t inexact, inexact_rule, inexact_column; /* cells, and the first (from 1) */
};
enum { CHECK_DIMS_MAX = 200, CHECK_RUNS_MAX = 300000 };
/* `type` by column, may be NULL.  false: too large, or memory ended (c->full). */
bool check_grid_build(struct checker *c, const struct dmn_table *t, const struct feel_extern_ast *x,
    const struct feel_type *const *type, bool turned, struct check_grid *ret);
/* Its conditions are only comparisons with constants: nothing of the cell is left to samples. */
bool check_cell_is_whole(const struct check_grid *g, size_t rule, size_t column);
/* A value strictly between two of one ordered kind; either may be NULL.  false: there is none. */
bool check_value_between(const struct feel_value *a, const struct feel_value *b, struct feel_value *ret);
/* The column (from 1) whose cell in `rule` no value satisfies; 0: none.
 * `ret_forbidden`: only the allowed values stand against it. */
size_t check_grid_empty_cell(const struct check_grid *g, size_t rule, bool *ret_forbidden);

/* ---- check_table.c and check_related.c ---------------------------------------------------- */

struct table_check {
    struct checker *c;
    const struct dmn_table *t;
    const struct feel_extern_ast *x;
    const struct check_grid *g;
    uint64_t steps;
    bool budget_told;
    bool *dead;
    size_t overlaps, overlaps_hidden;
};
struct dmn_finding *check_table_found(struct table_check *k, const char *code, enum dmn_severity severity, size_t rule);
/* `point`: an atom for each dimension; `given` (may be NULL): values that stand for some instead. */
void check_table_example(struct table_check *k, struct dmn_finding *f, const size_t *point, const struct feel_value *const *given);
void check_table_overlap(struct table_check *k, size_t r, size_t q, const size_t *point, const struct feel_value *const *given);
const char *check_gap_code(const struct dmn_table *t, enum dmn_severity *ret);
/* The box of a rule among the values of `domain`; NULL: memory ended. */
const uint64_t **check_rule_box(struct table_check *k, size_t rule, const uint64_t *const *domain);
/* Cells that name other columns.  Returns the gaps found, which are looked for when `gaps`; `seen`: pairs of
 * overlapping rules, NULL: none are.  *ret_exact: nothing about these cells was left to chance. */
size_t check_related(struct table_check *k, bool gaps, uint64_t *seen, bool *ret_exact);

/* ---- check_linear.c ------------------------------------------------------------------------------ */

/* Cells that compare columns, names and sums of them.  true: all gaps, overlaps and dead rules were looked for
 * so that none is missed; false: there are no such cells, or some are not of this kind or too many.  What was found
 * is said and flagged in `seen` and `dead`; *ret_gaps of it are gaps. */
bool check_linear(struct table_check *k, uint64_t *seen, size_t *ret_gaps);

#endif
