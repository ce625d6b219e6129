#include "dmn/check_solve.h"

#include <string.h>

/* Products of two and their sum stay inside 128 bits. */
#define SOLVE_LIMIT ((__int128)1 << 60)

enum { BRANCHES_MAX = 12 };

typedef __int128 big;

static big positive(big a) { return a < 0 ? -a : a; }
static bool large(big a) { return positive(a) > SOLVE_LIMIT; }

static big gcd(big a, big b) {
    a = positive(a);
    b = positive(b);
    while (b) {
        big r = a % b;
        a = b;
        b = r;
    }
    return a;
}

static big floor_div(big a, big b) { /* b > 0 */
    big q = a / b;
    return a % b < 0 ? q - 1 : q;
}

/* ---- ratios ---------------------------------------------------------------------------------- */

bool check_ratio(big num, big den, struct solve_ratio *ret) {
    big g = gcd(num, den);
    if (den < 0)
        g = -g;
    *ret = (struct solve_ratio){num / g, den / g};
    return !large(ret->num) && !large(ret->den);
}

bool check_ratio_add(struct solve_ratio a, struct solve_ratio b, struct solve_ratio *ret) {
    return check_ratio(a.num * b.den + b.num * a.den, a.den * b.den, ret);
}

bool check_ratio_mul(struct solve_ratio a, struct solve_ratio b, struct solve_ratio *ret) {
    return check_ratio(a.num * b.num, a.den * b.den, ret);
}

bool check_solve_value(const struct solve_row *r, size_t vars, const struct solve_ratio *at, struct solve_ratio *ret) {
    *ret = (struct solve_ratio){r->k, 1};
    for (size_t i = 0; i < vars; i++) {
        struct solve_ratio term;
        if (r->c[i] && (!check_ratio_mul((struct solve_ratio){r->c[i], 1}, at[i], &term) || !check_ratio_add(*ret, term, ret)))
            return false;
    }
    return true;
}

static int compare(struct solve_ratio a, struct solve_ratio b) {
    big x = a.num * b.den, y = b.num * a.den;
    return (x > y) - (x < y);
}

/* ---- rows ------------------------------------------------------------------------------------- */

/* What a variable was eliminated by, to find its value when those after it are known. */
struct step { size_t var; struct solve_row *row; size_t rows; };

struct solving {
    struct arena *arena;
    size_t vars;
    const bool *integer;
    struct solve_row *row; /* SOLVE_ROWS_MAX */
    size_t rows;
    struct step step[SOLVE_VARS_MAX];
    size_t steps;
    bool hard, none;
};

/* Without a common factor; over whole numbers a bound moves to the next one. */
static void normal(struct solving *s, struct solve_row *r) {
    big g = 0;
    bool whole = true;
    for (size_t i = 0; i < s->vars; i++) {
        g = gcd(g, r->c[i]);
        whole = whole && (!r->c[i] || s->integer[i]);
    }
    if (!g) {
        s->none = s->none || (r->op == SOLVE_EQ ? r->k != 0 : r->op == SOLVE_LE ? r->k > 0 : r->k >= 0);
        return;
    }
    if (whole && r->op == SOLVE_EQ && r->k % g)
        s->none = true;
    if (whole && r->op != SOLVE_EQ) {
        r->k = -floor_div(-r->k - (r->op == SOLVE_LT), g) * g;
        r->op = SOLVE_LE;
    }
    g = gcd(g, r->k);
    for (size_t i = 0; i < s->vars; i++) {
        r->c[i] /= g;
        s->hard = s->hard || large(r->c[i]);
    }
    r->k /= g;
    s->hard = s->hard || large(r->k);
}

static bool is_constant(const struct solving *s, const struct solve_row *r) {
    for (size_t i = 0; i < s->vars; i++)
        if (r->c[i])
            return false;
    return true;
}

/* One bound of each direction is enough: the tighter. */
static void add(struct solving *s, struct solve_row r) {
    normal(s, &r);
    if (s->none || s->hard || is_constant(s, &r))
        return;
    for (size_t i = 0; i < s->rows; i++) {
        struct solve_row *o = &s->row[i];
        if (o->op == SOLVE_EQ || r.op == SOLVE_EQ || memcmp(o->c, r.c, s->vars * sizeof *r.c) != 0)
            continue;
        if (r.k > o->k || (r.k == o->k && r.op == SOLVE_LT))
            *o = r;
        return;
    }
    if (s->rows == SOLVE_ROWS_MAX)
        s->hard = true;
    else
        s->row[s->rows++] = r;
}

/* p * a + q * b, p > 0. */
static struct solve_row combine(const struct solving *s, big p, const struct solve_row *a, big q, const struct solve_row *b, enum solve_op op) {
    struct solve_row r = {.op = op, .k = p * a->k + q * b->k};
    for (size_t i = 0; i < s->vars; i++)
        r.c[i] = p * a->c[i] + q * b->c[i];
    return r;
}

static struct solve_row *copy_of(struct solving *s, size_t *ret) {
    struct solve_row *copy = ARENA_ARRAY(s->arena, s->rows + 1, struct solve_row);
    s->hard = s->hard || !copy;
    if (copy)
        memcpy(copy, s->row, s->rows * sizeof *copy);
    *ret = s->rows;
    s->rows = 0;
    return copy;
}

static void record(struct solving *s, size_t var, const struct solve_row *row, size_t n) {
    struct step *step = &s->step[s->steps++];
    *step = (struct step){var, ARENA_ARRAY(s->arena, n + 1, struct solve_row), 0};
    s->hard = s->hard || !step->row;
    for (size_t i = 0; step->row && i < n; i++)
        if (row[i].c[var])
            step->row[step->rows++] = row[i];
}

static void substitute(struct solving *s, size_t equation, size_t var) {
    struct solve_row e = s->row[equation];
    size_t n;
    const struct solve_row *old = copy_of(s, &n);
    record(s, var, &e, 1);
    for (size_t i = 0; !s->hard && i < n; i++)
        if (i != equation)
            add(s, old[i].c[var] ? combine(s, positive(e.c[var]), &old[i], e.c[var] > 0 ? -old[i].c[var] : old[i].c[var], &e, old[i].op) : old[i]);
}

static void eliminate(struct solving *s, size_t var) {
    size_t n;
    const struct solve_row *old = copy_of(s, &n);
    if (!old)
        return;
    record(s, var, old, n);
    for (size_t i = 0; !s->hard && i < n; i++) {
        if (!old[i].c[var])
            add(s, old[i]);
        for (size_t k = 0; old[i].c[var] > 0 && k < n && !s->hard; k++)
            if (old[k].c[var] < 0)
                add(s, combine(s, -old[k].c[var], &old[i], old[i].c[var], &old[k], old[i].op == SOLVE_LT || old[k].op == SOLVE_LT ? SOLVE_LT : SOLVE_LE));
    }
}

/* ---- order of elimination ------------------------------------------------------------------------ */

static bool next_equation(const struct solving *s, size_t *ret_row, size_t *ret_var) {
    big least = 0;
    for (size_t r = 0; r < s->rows; r++)
        for (size_t v = 0; s->row[r].op == SOLVE_EQ && v < s->vars; v++) {
            big c = positive(s->row[r].c[v]) * (s->integer[v] ? 4 : 1);
            if (c && (!least || c < least)) {
                least = c;
                *ret_row = r;
                *ret_var = v;
            }
        }
    return least != 0;
}

/* The variable whose bounds make the fewest pairs. */
static bool next_variable(const struct solving *s, size_t *ret) {
    size_t least = SIZE_MAX;
    for (size_t v = 0; v < s->vars; v++) {
        size_t up = 0, down = 0;
        for (size_t r = 0; r < s->rows; r++) {
            up += s->row[r].c[v] > 0;
            down += s->row[r].c[v] < 0;
        }
        if (up + down && up * down < least) {
            least = up * down;
            *ret = v;
        }
    }
    return least != SIZE_MAX;
}

/* ---- values -------------------------------------------------------------------------------------------- */

struct interval { bool has_low, has_high, low_open, high_open; struct solve_ratio low, high; };

/* The bounds that a step's rows set, at the values of the variables after it. */
static bool bounds(const struct solving *s, const struct step *step, const struct solve_ratio *at, struct interval *ret) {
    *ret = (struct interval){0};
    for (size_t i = 0; i < step->rows; i++) {
        struct solve_row rest = step->row[i];
        big c = rest.c[step->var];
        struct solve_ratio v;
        rest.c[step->var] = 0;
        if (!check_solve_value(&rest, s->vars, at, &v) || !check_ratio(-v.num, v.den * c, &v))
            return false;
        bool open = rest.op == SOLVE_LT, equal = rest.op == SOLVE_EQ;
        if (c > 0 || equal) {
            int o = ret->has_high ? compare(v, ret->high) : -1;
            ret->high_open = o < 0 ? open : o == 0 ? ret->high_open || open : ret->high_open;
            if (o < 0)
                ret->high = v;
            ret->has_high = true;
        }
        if (c < 0 || equal) {
            int o = ret->has_low ? compare(v, ret->low) : 1;
            ret->low_open = o > 0 ? open : o == 0 ? ret->low_open || open : ret->low_open;
            if (o > 0)
                ret->low = v;
            ret->has_low = true;
        }
    }
    return true;
}

static bool inside(const struct interval *b, struct solve_ratio v) {
    int low = b->has_low ? compare(v, b->low) : 1, high = b->has_high ? compare(v, b->high) : -1;
    return (low > 0 || (low == 0 && !b->low_open)) && (high < 0 || (high == 0 && !b->high_open));
}

/* The first multiple of 1/scale above the low end, or below the high. */
static bool on_grid(const struct interval *b, big scale, struct solve_ratio *ret) {
    const struct solve_ratio zero = {0, 1};
    if (scale == 1 && inside(b, zero))
        return *ret = zero, true;
    if (large(b->low.num * scale) || large(b->high.num * scale))
        return false;
    big n = b->has_low ? floor_div(b->low.num * scale, b->low.den) + 1 : -floor_div(-b->high.num * scale, b->high.den) - 1;
    for (int i = 0; i < 2; i++, n += b->has_low ? -1 : 1) /* the end itself, when it is one */
        if (check_ratio(n, scale, ret) && inside(b, *ret))
            return true;
    return false;
}

static bool choose(const struct interval *b, bool integer, struct solve_ratio *ret) {
    for (big scale = 1; scale <= 1000000000; scale *= 10) {
        if (on_grid(b, scale, ret))
            return true;
        if (integer)
            return false;
    }
    if (b->has_low && inside(b, b->low))
        return *ret = b->low, true;
    struct solve_ratio sum;
    return b->has_low && b->has_high && check_ratio_add(b->low, b->high, &sum) && check_ratio(sum.num, sum.den * 2, ret) && inside(b, *ret);
}

/* ---- the whole --------------------------------------------------------------------------------------------- */

static enum solve_answer solve(struct arena *a, const struct solve_system *s, struct solve_ratio *ret, int *branches);

/* A whole number is wanted where only fractions fit. */
static enum solve_answer branch(struct arena *a, const struct solve_system *s, size_t var, struct solve_ratio at, struct solve_ratio *ret, int *branches) {
    struct solve_row *row = ARENA_ARRAY(a, s->rows + 1, struct solve_row);
    struct solve_system part = {row, s->rows + 1, s->vars, s->integer};
    enum solve_answer worst = NO_SOLUTION;
    if (!row || --*branches < 0)
        return TOO_HARD;
    memcpy(row, s->row, s->rows * sizeof *row);
    for (int up = 0; up < 2; up++) {
        big edge = floor_div(at.num, at.den) + up;
        row[s->rows] = (struct solve_row){.k = up ? edge : -edge, .op = SOLVE_LE};
        row[s->rows].c[var] = up ? -1 : 1;
        enum solve_answer one = solve(a, &part, ret, branches);
        if (one == SOLVED)
            return one;
        worst = one == TOO_HARD ? one : worst;
    }
    return worst;
}

static enum solve_answer values(struct solving *k, const struct solve_system *s, struct solve_ratio *ret, int *branches) {
    for (size_t v = 0; v < s->vars; v++)
        ret[v] = (struct solve_ratio){0, 1};
    while (k->steps) {
        const struct step *step = &k->step[--k->steps];
        struct interval b;
        if (!bounds(k, step, ret, &b))
            return TOO_HARD;
        if (choose(&b, s->integer[step->var], &ret[step->var]))
            continue;
        if (!s->integer[step->var] || !b.has_low)
            return TOO_HARD;
        return branch(k->arena, s, step->var, b.low, ret, branches);
    }
    return SOLVED;
}

static enum solve_answer solve(struct arena *a, const struct solve_system *s, struct solve_ratio *ret, int *branches) {
    struct solving k = {.arena = a, .vars = s->vars, .integer = s->integer, .row = ARENA_ARRAY(a, SOLVE_ROWS_MAX, struct solve_row)};
    size_t row, var;
    if (!k.row)
        return TOO_HARD;
    for (size_t i = 0; i < s->rows; i++)
        add(&k, s->row[i]);
    while (!k.none && !k.hard && next_equation(&k, &row, &var))
        substitute(&k, row, var);
    while (!k.none && !k.hard && next_variable(&k, &var))
        eliminate(&k, var);
    return k.none ? NO_SOLUTION : k.hard ? TOO_HARD : values(&k, s, ret, branches);
}

enum solve_answer check_solve(struct arena *a, const struct solve_system *s, struct solve_ratio *ret) {
    int branches = BRANCHES_MAX;
    struct arena_mark mark = arena_mark(a);
    enum solve_answer answer = solve(a, s, ret, &branches);
    arena_rewind(a, mark);
    return answer;
}
