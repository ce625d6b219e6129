#include "dmn/check_form.h"

#include "feel/temporal.h"

enum { DEEP = 60, DECIMALS_MAX = 9 };

bool check_form_kind(enum feel_kind kind) {
    return kind == FEEL_NUMBER || kind == FEEL_DATE || kind == FEEL_YM_DURATION || kind == FEEL_DT_DURATION;
}

/* ---- variables and constants --------------------------------------------------------------------- */

size_t check_form_variable(struct check_forms *f, struct span text, enum feel_kind kind, bool integer) {
    size_t v = 0;
    while (v < f->variables && !(text.size && span_eq(f->variable[v].text, text)))
        v++;
    if (v < f->variables)
        return f->variable[v].kind == kind ? v : SIZE_MAX;
    if (v == SOLVE_VARS_MAX || !check_form_kind(kind))
        return SIZE_MAX;
    f->integer[v] = integer || kind == FEEL_DATE || kind == FEEL_YM_DURATION;
    f->variable[f->variables++] = (struct check_form_variable){text, kind, f->integer[v]};
    return v;
}

struct check_form check_form_of_variable(const struct check_forms *f, size_t v) {
    struct check_form form = {.den = 1, .kind = f->variable[v].kind};
    form.sum.c[v] = 1;
    return form;
}

static bool ratio_of(struct dec d, struct solve_ratio *ret) {
    int64_t n, scale = 1;
    for (int i = 0; i <= DECIMALS_MAX; i++, scale *= 10) {
        struct dec x = dec_mul(d, dec_int(scale));
        if (dec_finite(x) && dec_is_int(x))
            return dec_to_int(x, &n, NULL) == OK && check_ratio(n, scale, ret);
    }
    return false;
}

bool check_form_constant(const struct feel_value *v, struct check_form *ret) {
    struct solve_ratio x = {0, 1};
    switch ((enum feel_kind)v->kind) {
    case FEEL_NUMBER:
        if (!ratio_of(v->number, &x))
            return false;
        break;
    case FEEL_DATE: x.num = v->day; break;
    case FEEL_YM_DURATION: x.num = v->months; break;
    case FEEL_DT_DURATION:
        if (!check_ratio(feel_nanos(v), FEEL_NANOS, &x))
            return false;
        break;
    default: return false;
    }
    *ret = (struct check_form){.den = x.den, .kind = (enum feel_kind)v->kind};
    ret->sum.k = x.num;
    return true;
}

/* The value that is exactly this number; false: it needs more digits than there are. */
static bool value_of(enum feel_kind kind, struct solve_ratio x, struct feel_value *ret) {
    if (x.num > INT64_MAX || x.num < INT64_MIN || x.den > INT64_MAX || (kind != FEEL_NUMBER && kind != FEEL_DT_DURATION && x.den != 1))
        return false;
    switch (kind) {
    case FEEL_NUMBER: {
        struct dec d = dec_div(dec_int((int64_t)x.num), dec_int((int64_t)x.den));
        *ret = feel_number(d);
        return dec_finite(d) && dec_cmp(dec_mul(d, dec_int((int64_t)x.den)), dec_int((int64_t)x.num)) == 0;
    }
    case FEEL_DATE:
        *ret = feel_date((int64_t)x.num);
        return x.num > -100000000 && x.num < 100000000;
    case FEEL_YM_DURATION: *ret = feel_months((int64_t)x.num); return true;
    default:
        *ret = feel_seconds(x.num * (FEEL_NANOS / (x.den < FEEL_NANOS ? x.den : FEEL_NANOS)));
        return FEEL_NANOS % x.den == 0;
    }
}

bool check_form_value(const struct check_forms *f, const struct check_form *form, const struct solve_ratio *at, struct feel_value *ret) {
    struct solve_ratio sum;
    return check_solve_value(&form->sum, f->variables, at, &sum) && check_ratio_mul(sum, (struct solve_ratio){1, form->den}, &sum) &&
        value_of(form->kind, sum, ret);
}

/* ---- arithmetic -------------------------------------------------------------------------------------- */

static bool is_constant(const struct check_form *a) {
    for (size_t i = 0; i < SOLVE_VARS_MAX; i++)
        if (a->sum.c[i])
            return false;
    return true;
}

static bool small(__int128 x) { return x < ((__int128)1 << 50) && x > -((__int128)1 << 50); }

static bool scale(struct check_form *a, struct solve_ratio by) {
    a->den *= by.den;
    a->sum.k *= by.num;
    bool ok = small(a->den) && small(a->sum.k) && small(by.num);
    for (size_t i = 0; ok && i < SOLVE_VARS_MAX; i++) {
        a->sum.c[i] *= by.num;
        ok = small(a->sum.c[i]);
    }
    return ok;
}

static bool add(const struct check_form *a, const struct check_form *b, int sign, struct check_form *ret) {
    if (!small(a->den * b->den))
        return false;
    *ret = (struct check_form){.den = a->den * b->den, .kind = a->kind};
    ret->sum.k = a->sum.k * b->den + sign * b->sum.k * a->den;
    bool ok = small(ret->sum.k);
    for (size_t i = 0; i < SOLVE_VARS_MAX; i++) {
        ret->sum.c[i] = a->sum.c[i] * b->den + sign * b->sum.c[i] * a->den;
        ok = ok && small(ret->sum.c[i]);
    }
    return ok;
}

/* A date moves by whole days alone: a part of a day would be dropped. */
static bool days_of(const struct check_form *duration, struct check_form *ret) {
    *ret = *duration;
    if (!is_constant(duration) || duration->den != 1 || duration->sum.k % 86400)
        return false;
    ret->sum.k /= 86400;
    return true;
}

static bool sum(const struct check_form *a, const struct check_form *b, int sign, struct check_form *ret) {
    struct check_form days;
    if (a->kind == FEEL_DATE && b->kind == FEEL_DATE && sign < 0) {
        if (!add(a, b, -1, ret) || !scale(ret, (struct solve_ratio){86400, 1}))
            return false;
        ret->kind = FEEL_DT_DURATION;
        return true;
    }
    if (a->kind == FEEL_DATE && b->kind == FEEL_DT_DURATION)
        return days_of(b, &days) && add(a, &days, sign, ret);
    if (a->kind == FEEL_DT_DURATION && b->kind == FEEL_DATE && sign > 0) {
        bool ok = days_of(a, &days) && add(b, &days, 1, ret);
        return ok;
    }
    return a->kind == b->kind && a->kind != FEEL_DATE && add(a, b, sign, ret);
}

/* Only numbers: a part of a month or of a nanosecond would be dropped. */
static bool product(const struct check_form *a, const struct check_form *b, struct check_form *ret) {
    const struct check_form *by = is_constant(a) ? a : b, *of = by == a ? b : a;
    *ret = *of;
    return is_constant(by) && a->kind == FEEL_NUMBER && b->kind == FEEL_NUMBER && scale(ret, (struct solve_ratio){by->sum.k, by->den});
}

/* By 3 a decimal number cannot be divided exactly. */
static bool quotient(const struct check_form *a, const struct check_form *b, struct check_form *ret) {
    *ret = *a;
    if (!is_constant(b) || a->kind != FEEL_NUMBER || b->kind != FEEL_NUMBER || !b->sum.k)
        return false;
    __int128 n = b->sum.k < 0 ? -b->sum.k : b->sum.k;
    while (n % 2 == 0)
        n /= 2;
    while (n % 5 == 0)
        n /= 5;
    struct solve_ratio by;
    return n == 1 && check_ratio(b->den, b->sum.k, &by) && scale(ret, by);
}

/* ---- expressions ---------------------------------------------------------------------------------------- */

static bool read(struct check_forms *f, const struct feel_ast *n, const struct check_form *input, struct check_form *ret, int depth) {
    struct check_form a, b;
    struct feel_value v;
    while (n && n->kind == AST_COERCE)
        n = n->a;
    if (!n || depth > DEEP)
        return false;
    if (n->kind == AST_INPUT)
        return input && (*ret = *input, true);
    for (size_t i = 0; i < f->columns; i++)
        if (f->column[i] && f->column_form[i].kind && check_ast_same(f->column[i], n))
            return *ret = f->column_form[i], true;
    struct span path = check_path_of(f->c, n);
    for (size_t i = 0; path.size && i < f->variables; i++)
        if (span_eq(f->variable[i].text, path))
            return *ret = check_form_of_variable(f, i), true;
    switch (n->kind) {
    case AST_CONST: return check_form_constant(&n->value, ret);
    case AST_NEGATE:
        return read(f, n->a, input, ret, depth + 1) && ret->kind != FEEL_DATE && scale(ret, (struct solve_ratio){-1, 1});
    case AST_ARITH:
        if (!read(f, n->a, input, &a, depth + 1) || !read(f, n->b, input, &b, depth + 1))
            return false;
        switch (n->op) {
        case '+': return sum(&a, &b, 1, ret);
        case '-': return sum(&a, &b, -1, ret);
        case '*': return product(&a, &b, ret);
        case '/': return quotient(&a, &b, ret);
        default: return false;
        }
    default: return check_constant_value(f->c, n, &v) && check_form_constant(&v, ret); /* duration("P30D") */
    }
}

bool check_form_read(struct check_forms *f, const struct feel_ast *n, const struct check_form *input, struct check_form *ret) {
    return read(f, n, input, ret, 0);
}

/* ---- conditions -------------------------------------------------------------------------------------------- */

check_form_or check_form_always(struct check_forms *f) {
    check_form_or all = {0};
    struct check_form_and *one = vec_push_in(f->c->arena, &all);
    if (one)
        *one = (struct check_form_and){0};
    else
        f->c->full = true;
    return all;
}

bool check_form_either(struct check_forms *f, const check_form_or *a, check_form_or *ret) {
    for (size_t i = 0; i < a->size; i++) {
        struct check_form_and *one = ret->size < FORM_PARTS_MAX ? vec_push_in(f->c->arena, ret) : NULL;
        if (!one)
            return false;
        *one = a->at[i];
    }
    return true;
}

bool check_form_both(struct check_forms *f, const check_form_or *a, const check_form_or *b, check_form_or *ret) {
    check_form_or all = {0};
    for (size_t i = 0; i < a->size; i++)
        for (size_t k = 0; k < b->size; k++) {
            const struct check_form_and *x = &a->at[i], *y = &b->at[k];
            struct solve_row *row = ARENA_ARRAY(f->c->arena, x->rows + y->rows + 1, struct solve_row);
            struct check_form_and *one = row && all.size < FORM_PARTS_MAX ? vec_push_in(f->c->arena, &all) : NULL;
            if (!one)
                return false;
            if (x->rows)
                memcpy(row, x->row, x->rows * sizeof *row);
            if (y->rows)
                memcpy(row + x->rows, y->row, y->rows * sizeof *row);
            *one = (struct check_form_and){row, x->rows + y->rows};
        }
    *ret = all;
    return true;
}

static bool add_row(struct check_forms *f, const struct check_form *d, int sign, enum solve_op op, check_form_or *ret) {
    struct solve_row *row = ARENA_NEW(f->c->arena, struct solve_row);
    struct check_form_and *one = row && ret->size < FORM_PARTS_MAX ? vec_push_in(f->c->arena, ret) : NULL;
    if (!one)
        return false;
    *row = d->sum;
    row->op = op;
    row->k *= sign;
    for (size_t i = 0; i < SOLVE_VARS_MAX; i++)
        row->c[i] *= sign;
    *one = (struct check_form_and){row, 1};
    return true;
}

static bool compare(struct check_forms *f, const struct check_form *a, int op, const struct check_form *b, check_form_or *ret) {
    struct check_form d;
    if (a->kind != b->kind || !add(a, b, -1, &d))
        return false;
    *ret = (check_form_or){0};
    switch ((enum feel_cmp)op) {
    case CMP_EQ: return add_row(f, &d, 1, SOLVE_EQ, ret);
    case CMP_NE: return add_row(f, &d, 1, SOLVE_LT, ret) && add_row(f, &d, -1, SOLVE_LT, ret);
    case CMP_LT: return add_row(f, &d, 1, SOLVE_LT, ret);
    case CMP_LE: return add_row(f, &d, 1, SOLVE_LE, ret);
    case CMP_GT: return add_row(f, &d, -1, SOLVE_LT, ret);
    case CMP_GE: return add_row(f, &d, -1, SOLVE_LE, ret);
    }
    return false;
}

bool check_form_bound(struct check_forms *f, const struct check_form *input, int op, const struct feel_value *v, check_form_or *ret) {
    struct check_form b;
    return check_form_constant(v, &b) && compare(f, input, op, &b, ret);
}

static int opposite(int op) {
    static const uint8_t not_op[] = {[CMP_EQ] = CMP_NE, [CMP_NE] = CMP_EQ, [CMP_LT] = CMP_GE, [CMP_LE] = CMP_GT, [CMP_GT] = CMP_LE, [CMP_GE] = CMP_LT};
    return not_op[op];
}

static bool condition(struct check_forms *f, const struct feel_ast *n, const struct check_form *input, bool negated, check_form_or *ret, int depth);

static bool joined(struct check_forms *f, const check_form_or *a, const check_form_or *b, bool all, check_form_or *ret) {
    if (all)
        return check_form_both(f, a, b, ret);
    *ret = (check_form_or){0};
    return check_form_either(f, a, ret) && check_form_either(f, b, ret);
}

/* low <= x <= high.  A range from a higher to a lower end is null, and so is its negation; with
 * constants the end of the first is known. */
static bool between(struct check_forms *f, const struct check_form *x, const struct feel_ast *low, const struct feel_ast *high, int op,
    const struct check_form *input, bool negated, bool range, check_form_or *ret) {
    struct check_form a, b;
    check_form_or up, down;
    if (!check_form_read(f, low, input, &a) || !check_form_read(f, high, input, &b) || (negated && range && !(is_constant(&a) && is_constant(&b))))
        return false;
    int from = op & 1 ? CMP_GE : CMP_GT, to = op & 2 ? CMP_LE : CMP_LT;
    return compare(f, x, negated ? opposite(from) : from, &a, &up) && compare(f, x, negated ? opposite(to) : to, &b, &down) &&
        joined(f, &up, &down, !negated, ret);
}

/* `x` in a test. */
static bool test(struct check_forms *f, const struct feel_ast *n, const struct check_form *x, const struct check_form *input, bool negated, check_form_or *ret, int depth) {
    struct check_form a;
    struct feel_value v;
    bool read_as_value;
    switch (n->kind) {
    case AST_TEST: return check_form_read(f, n->a, input, &a) && compare(f, x, negated ? opposite(n->op) : n->op, &a, ret);
    case AST_RANGE: return !(n->op & ~3) && n->a && n->b && between(f, x, n->a, n->b, n->op, input, negated, true, ret);
    case AST_COMPARE: case AST_AND: case AST_OR: case AST_BETWEEN: case AST_IN: return condition(f, n, input, negated, ret, depth);
    case AST_CALL: if (n->a->kind == AST_NAME && span_is(n->a->text, "not")) return condition(f, n, input, negated, ret, depth); break;
    default: break;
    }
    if (n->kind == AST_CONST && n->value.kind == FEEL_RANGE) {
        const struct feel_range *r = n->value.range;
        struct feel_ast low = {.kind = AST_CONST, .value = r->start}, high = {.kind = AST_CONST, .value = r->end};
        if (!r->is_test && !r->negated)
            return between(f, x, &low, &high, r->start_included | r->end_included << 1, input, negated, true, ret);
        if (r->is_test && !r->negated && feel_is_null(r->start) != feel_is_null(r->end)) {
            int op = feel_is_null(r->start) ? (r->end_included ? CMP_LE : CMP_LT) : r->start_included ? CMP_GE : CMP_GT;
            return check_form_constant(feel_is_null(r->start) ? &r->end : &r->start, &a) && compare(f, x, negated ? opposite(op) : op, &a, ret);
        }
        return false;
    }
    read_as_value = check_form_read(f, n, input, &a) || (check_constant_value(f->c, n, &v) && check_form_constant(&v, &a));
    return read_as_value && compare(f, x, negated ? CMP_NE : CMP_EQ, &a, ret);
}

static bool tests(struct check_forms *f, const struct feel_ast *n, const struct check_form *x, const struct check_form *input, bool negated, check_form_or *ret, int depth) {
    check_form_or all = {0};
    if (negated)
        all = check_form_always(f);
    for (size_t i = 0; i < n->count; i++) {
        check_form_or one, before = all;
        if (!test(f, n->item[i], x, input, negated, &one, depth + 1) || !joined(f, &before, &one, negated, &all))
            return false;
    }
    *ret = all;
    return true;
}

static bool pair(struct check_forms *f, const struct feel_ast *n, const struct check_form *input, bool negated, check_form_or *ret, int depth) {
    check_form_or a, b;
    return condition(f, n->a, input, negated, &a, depth + 1) && condition(f, n->b, input, negated, &b, depth + 1) &&
        joined(f, &a, &b, (n->kind == AST_AND) != negated, ret);
}

/* True, or false, wherever nothing is null. */
static bool condition(struct check_forms *f, const struct feel_ast *n, const struct check_form *input, bool negated, check_form_or *ret, int depth) {
    struct check_form a, b;
    if (!n || depth > DEEP)
        return false;
    switch (n->kind) {
    case AST_COMPARE:
        return check_form_read(f, n->a, input, &a) && check_form_read(f, n->b, input, &b) && compare(f, &a, negated ? opposite(n->op) : n->op, &b, ret);
    case AST_BETWEEN: return check_form_read(f, n->a, input, &a) && between(f, &a, n->b, n->c, 3, input, negated, false, ret);
    case AST_IN: return n->op == 0 && check_form_read(f, n->a, input, &a) && tests(f, n, &a, input, negated, ret, depth);
    case AST_AND: case AST_OR: return pair(f, n, input, negated, ret, depth);
    case AST_CALL:
        return n->a->kind == AST_NAME && span_is(n->a->text, "not") && n->count == 1 && condition(f, n->item[0], input, !negated, ret, depth + 1);
    default: return false;
    }
}

bool check_form_cell(struct check_forms *f, const struct feel_ast *cell, const struct check_form *input, check_form_or *ret) {
    if (!cell)
        return *ret = check_form_always(f), true;
    if (cell->kind == AST_TESTS)
        return tests(f, cell, input, input, cell->op == 1, ret, 0);
    return test(f, cell, input, input, false, ret, 0);
}
