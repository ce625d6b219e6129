/* Taking a condition apart (private to dmn/explain_*.c). */
#ifndef DMN_EXPLAIN_INTERNAL_H
#define DMN_EXPLAIN_INTERNAL_H

#include "base/vec.h"
#include "dmn/explain.h"
#include "dmn/internal.h"

/* Where a tree is read: what its names mean and what they were. */
struct explain_walk {
    struct arena *arena;
    struct feel_env *env;
    const struct dmn_model *model;
    uint32_t base;                    /* of the model whose names the scope has */
    const struct feel_scope *scope;
    const struct feel_value *globals; /* by the scope's indices */
    size_t global_count;
    /* `?`: the tree, its value and its label of the column whose cell is read; input NULL: none */
    const struct feel_ast *input;
    struct feel_value input_value;
    struct span input_label;
    size_t blocked_by;
    struct span loop;                 /* name that the quantifier around binds */
    int depth;                        /* of functions whose bodies are gone into */
    VEC(struct dmn_condition) list;
    VEC(struct dmn_formula) formulas;
    VEC(struct span) uses;            /* decisions that formulas name, each once */
    bool each;                        /* of a list with several items: no formula has one value */
    enum status status;
};

/* How far a wish is from being so. */
struct explain_cost { size_t failed; double distance; };
static inline bool explain_nearer(struct explain_cost a, struct explain_cost b) {
    return a.failed != b.failed ? a.failed < b.failed : a.distance < b.distance;
}

/* Adds to w->list the comparisons on which it hung that `n` was, or was not, `wanted`. */
struct explain_cost explain_want(struct explain_walk *w, const struct feel_ast *n, bool wanted);
/* The value of a tree; unknown when it hangs on what nobody knows or on names
 * that are not there any more (a loop's). */
struct feel_value explain_value(struct explain_walk *w, const struct feel_ast *n);

/* explain_amount.c: adds to w->formulas how the numbers in the value of `n` came about, and to w->uses what from. */
void explain_amount(struct explain_walk *w, const struct feel_ast *n, struct span name);

/* explain_inside.c: what a name that is no local means; NULL: nothing of the model. */
const struct dmn_element *explain_element(const struct explain_walk *w, const struct feel_ast *n);
/* Into a condition about a quantifier: the first member that decided it, and why. */
void explain_member(struct explain_walk *w, const struct feel_ast *n, bool wanted, struct dmn_condition *c);
/* Of a call of knowledge that is an expression: its body's conditions, in terms of the arguments.  false: it is no such call. */
bool explain_body(struct explain_walk *w, const struct feel_ast *n, bool wanted, struct explain_cost *ret);
/* Adds names with values to the walk's.  false: memory ended. */
bool explain_bind(struct explain_walk *w, const struct span *name, const struct feel_value *value, size_t n);
/* Could a value of column `i` hold in `rule` and not in `fired`?  true where it is not known. */
bool explain_possible(struct explain_walk *w, const struct dmn_trace_table *t, size_t rule, size_t fired, size_t i);

/* What was added to w->list from `at` on takes the place of what was added from `first` on. */
void explain_keep(struct explain_walk *w, size_t first, size_t at);

#define EXPLAIN_SAY(out, l, code, ...)                                         \
    message_text((out), (l), (code), (const struct diag_arg[]){{0}, ##__VA_ARGS__} + 1, \
        sizeof((const struct diag_arg[]){{0}, ##__VA_ARGS__}) / sizeof(struct diag_arg) - 1)

/* explain_words.c: "at least 100 and below 1,650". */
void explain_range(struct buf *out, enum lang l, const struct dmn_labels *labels, const struct feel_range *r, struct span unit);
/* The tree as text, names in the language. */
void explain_expression(struct buf *out, enum lang l, const struct dmn_labels *labels, const struct feel_ast *n);
/* A formula as text, of `if` only the way that was taken: names, or values in their place. */
void explain_operands(struct buf *out, enum lang l, const struct dmn_labels *labels, const struct dmn_formula *f, bool names);
/* explain_text.c: what the first name of an expression that has one is counted in; "": not known. */
struct span explain_unit_in(const struct dmn_labels *labels, const struct feel_ast *n);
struct span explain_bare_unit(struct span unit); /* 元/人·月 -> 元 */

#endif
