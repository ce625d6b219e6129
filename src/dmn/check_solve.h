/* Systems of linear equations and inequalities, decided exactly (internal to the checker).
 *
 * Gauss for equations, Fourier and Motzkin for inequalities, over the rationals; a variable
 * that takes whole numbers alone is branched on.  Coefficients are integers: what outgrows
 * SOLVE_LIMIT, SOLVE_ROWS_MAX or the branches is TOO_HARD, never wrong. */
#ifndef DMN_CHECK_SOLVE_H
#define DMN_CHECK_SOLVE_H

#include "base/arena.h"

enum { SOLVE_VARS_MAX = 10, SOLVE_ROWS_MAX = 300 };

enum solve_op { SOLVE_EQ, SOLVE_LE, SOLVE_LT };
/* c[0] x0 + c[1] x1 + … + k  op  0 */
struct solve_row { __int128 c[SOLVE_VARS_MAX], k; enum solve_op op; };
struct solve_ratio { __int128 num, den; }; /* den > 0, no common factor */
struct solve_system {
    const struct solve_row *row;
    size_t rows, vars;
    const bool *integer;           /* by variable */
};
enum solve_answer { NO_SOLUTION, SOLVED, TOO_HARD };

/* `ret`: a value for each variable, whole or of few decimals where there is room. */
enum solve_answer check_solve(struct arena *a, const struct solve_system *s, struct solve_ratio *ret);
/* The left side at a point; false: too large. */
bool check_solve_value(const struct solve_row *r, size_t vars, const struct solve_ratio *at, struct solve_ratio *ret);
bool check_ratio(__int128 num, __int128 den, struct solve_ratio *ret); /* reduced; false: too large */
bool check_ratio_add(struct solve_ratio a, struct solve_ratio b, struct solve_ratio *ret);
bool check_ratio_mul(struct solve_ratio a, struct solve_ratio b, struct solve_ratio *ret);

#endif
