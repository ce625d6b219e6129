/* Types and names inside expressions (internal to the checker).
 *
 * One pass over the tree of an element gives every node a type, as far as it is
 * known: NULL is "any value", and nothing is said about it.  Whether an operator
 * or a built-in function accepts its operands is asked of the operation itself,
 * with a sample value of each operand's type, so that the checker and the machine
 * cannot disagree.
 *   check_type.c        the walk, operators
 *   check_fact.c        types of the inputs that the vocabulary of facts describes
 *   check_type_name.c   names, paths, what a wrong name may have meant
 *   check_type_call.c   calls
 *   check_type_table.c  cells and outputs of tables
 *   check_null.c        constants that are null */
#ifndef DMN_CHECK_TYPE_H
#define DMN_CHECK_TYPE_H

#include "dmn/check_internal.h"
#include "dmn/table.h"

/* Names bound inside the expression, innermost first. */
struct local {
    struct span name;
    const struct feel_type *type;
    bool item;                  /* of a filter: its properties are names too */
    const struct local *outer;
};

/* A context whose entry `at` is walked: it and those behind it are no names yet. */
struct pending { const struct feel_ast *context; size_t at; const struct pending *outer; };

struct typing {
    struct checker *c;
    const struct dmn_element *element;
    const struct xml *at;       /* the text being walked */
    struct span text;
    const struct feel_type *input; /* what `?` is */
    bool *used;                 /* by requirement of the element */
    size_t rule, column;        /* in a table, from 1; 0: none */
    bool output;
    bool column_input;          /* the expression of a table's column is walked: what its paths are of is kept */
    const struct pending *pending;
    int depth;
    int variant;                /* of samples: bit 0 long lists, bit 1 larger numbers */
};

/* The walk.  NULL: any. */
const struct feel_type *check_infer(struct typing *t, const struct feel_ast *n, const struct local *names);

/* A finding about the text being walked. */
struct dmn_finding *check_type_found(struct typing *t, const char *code, enum dmn_severity severity);
const struct feel_type *check_simple(enum feel_type_kind kind);
const struct feel_type *check_list_of(struct typing *t, const struct feel_type *element);
/* Known to be something, and not null. */
bool check_known(const struct feel_type *type);
struct span check_type_text(struct typing *t, const struct feel_type *type);
/* Two arguments of a finding; where both are contexts or lists of one name, what sets them apart is named. */
void check_type_args(struct typing *t, struct dmn_finding *f, const char *a, const struct feel_type *have, const char *b, const struct feel_type *want);
/* A value of the type; false: none is at hand. */
bool check_sample(struct typing *t, const struct feel_type *type, struct feel_value *ret);
/* No value of `type` conforms to `want`, not even after conversion. */
bool check_never(const struct feel_type *type, const struct feel_type *want);
const struct feel_type *check_join(const struct feel_type *a, const struct feel_type *b);
/* Always null when compared, by equality or by order. */
bool check_incomparable(struct typing *t, int op, const struct feel_type *a, const struct feel_type *b);
const struct feel_type *check_type_of_value(const struct feel_value *v);
/* A constant, or a list of them, that is compared with a value of `type` and is
 * none of the values that the type allows. */
void check_allowed(struct typing *t, const struct feel_type *type, const struct feel_ast *n);
/* An environment to run samples in, which keeps notes. */
struct feel_env check_probe_env(struct typing *t, struct feel_notes *notes);

/* check_type_name.c */
const struct feel_type *check_name_type(struct typing *t, const struct feel_ast *n, const struct local *names);
const struct feel_type *check_path_type(struct typing *t, const struct feel_ast *n, const struct local *names);
/* Does the name mean something inside the expression or the element's scope? */
const struct feel_scope_entry *check_global(const struct typing *t, const struct feel_ast *n, const struct local *names);
/* The candidate nearest to `name`; "" none is near. */
struct near { struct span name, best; int least; };
struct near check_near(struct span name);
void check_near_try(struct near *near, struct span candidate);

/* check_type_call.c */
const struct feel_type *check_call_type(struct typing *t, const struct feel_ast *n, const struct local *names);

/* check_type_table.c */
const struct feel_type *check_table_type(struct typing *t, const struct feel_ast *n, const struct local *names);
void check_tests(struct typing *t, const struct feel_ast *n, const struct feel_type *input, const struct local *names);

/* check_null.c: what is written in the text being walked, has no name in it and is null by an error. */
void check_null_constants(struct typing *t, const struct feel_ast *n);

/* check_element.c: the type of an element's value, and of a column's input as walked. */
const struct feel_type *check_service_type(struct checker *c, const struct dmn_element *e);
const struct feel_type *check_element_type(struct checker *c, size_t own);
void check_remember_input(struct checker *c, const struct feel_ast *input, const struct feel_type *type);

#endif
