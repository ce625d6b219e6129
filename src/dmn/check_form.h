/* Cells as linear conditions on what they name (internal to the checker).
 *
 * A number is a number, a date its day, a duration its months or its seconds; `a + 2 * b`,
 * `date + duration("P30D")` and `date1 - date2` are linear forms of the names in them, and a
 * comparison of two forms is a row of check_solve.h.  What a cell says is any of several
 * conjunctions of rows. */
#ifndef DMN_CHECK_FORM_H
#define DMN_CHECK_FORM_H

#include "dmn/check_solve.h"
#include "dmn/check_table.h"

enum { FORM_PARTS_MAX = 48 }; /* conjunctions of one rule */

struct check_form { struct solve_row sum; /* op is not used */ __int128 den; enum feel_kind kind; };
struct check_form_and { const struct solve_row *row; size_t rows; };
typedef VEC(struct check_form_and) check_form_or; /* empty: never; one without rows: always */

struct check_form_variable { struct span text; enum feel_kind kind; bool integer; };
struct check_forms {
    struct checker *c;
    struct check_form_variable variable[SOLVE_VARS_MAX];
    size_t variables;
    bool integer[SOLVE_VARS_MAX];
    /* expressions that have a form already: columns, by dimension; kind FEEL_NULL: none */
    const struct feel_ast *const *column;
    const struct check_form *column_form;
    size_t columns;
};

bool check_form_kind(enum feel_kind kind); /* one that has forms */
/* The variable of that name, a new one if need be; SIZE_MAX: too many. */
size_t check_form_variable(struct check_forms *f, struct span text, enum feel_kind kind, bool integer);
struct check_form check_form_of_variable(const struct check_forms *f, size_t v);
/* false: not linear, or not of one kind. */
bool check_form_read(struct check_forms *f, const struct feel_ast *n, const struct check_form *input, struct check_form *ret);
bool check_form_constant(const struct feel_value *v, struct check_form *ret);
bool check_form_value(const struct check_forms *f, const struct check_form *form, const struct solve_ratio *at, struct feel_value *ret);
/* What a cell says of its input; false: it cannot be said so. */
bool check_form_cell(struct check_forms *f, const struct feel_ast *cell, const struct check_form *input, check_form_or *ret);
/* `input` compared with a value. */
bool check_form_bound(struct check_forms *f, const struct check_form *input, int op, const struct feel_value *v, check_form_or *ret);
bool check_form_both(struct check_forms *f, const check_form_or *a, const check_form_or *b, check_form_or *ret);
bool check_form_either(struct check_forms *f, const check_form_or *a, check_form_or *ret);
check_form_or check_form_always(struct check_forms *f);

#endif
