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
    const struct feel_scope *scope;
    const struct feel_value *globals; /* by the scope's indices */
    size_t global_count;
    /* `?`: the tree, its value and its label of the column whose cell is read; input NULL: none */
    const struct feel_ast *input;
    struct feel_value input_value;
    struct span input_label;
    size_t blocked_by;
    VEC(struct dmn_condition) list;
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

/* What was added to w->list from `at` on takes the place of what was added from `first` on. */
void explain_keep(struct explain_walk *w, size_t first, size_t at);

#define EXPLAIN_SAY(out, l, code, ...)                                         \
    message_text((out), (l), (code), (const struct diag_arg[]){{0}, ##__VA_ARGS__} + 1, \
        sizeof((const struct diag_arg[]){{0}, ##__VA_ARGS__}) / sizeof(struct diag_arg) - 1)

/* explain_words.c: the tree as text, names in the language. */
void explain_expression(struct buf *out, enum lang l, const struct dmn_labels *labels, const struct feel_ast *n);

#endif
