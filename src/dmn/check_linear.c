/* Tables whose cells compare columns, names and sums of them: gaps, overlaps and rules that never
 * fire, decided exactly.
 *
 * The dimensions that such cells are about become linear forms of their variables (check_form.c);
 * the others stay boxes of atoms.  A rule is then one of several conjunctions of rows, and a box.
 * Two rules overlap where a conjunction of each has a solution and their boxes meet.
 *
 * A gap is searched for by its solution: at any point of what is left some rules hold.  If they do
 * not cover the boxes, the point is a gap.  Else one of them must not hold there: each in turn is
 * refused, by each way its rows can be false, and those refused before it hold from then on.
 * Nothing is found only when no system of rows is left.
 *
 * What is found is run with the cells' own programs before it is said. */
#include "dmn/check_form.h"

#include "feel/temporal.h"

enum { SOLVES_MAX = 4000, GAPS_TOLD_MAX = 5, REFUSALS_MAX = 2000 };

struct linear {
    struct table_check *k;
    const struct check_grid *g;
    struct check_forms forms;
    bool *taken;                      /* by dimension: a linear form stands for it */
    struct check_form *form;
    const struct feel_ast **column;   /* by dimension: its expression */
    check_form_or *rule, base;              /* what holds of the taken dimensions */
    struct check_boxes box;           /* the rest: taken dimensions are always accepted */
    struct solve_ratio at[SOLVE_VARS_MAX];
    struct feel_value *value;         /* by dimension, at the point */
    const struct feel_value **given;
    size_t *point;
    size_t solves, gaps;
    uint64_t *told[GAPS_TOLD_MAX];
    bool open;                        /* something was left to chance */
};

static const struct feel_ast *plain(const struct feel_ast *n) {
    while (n && n->kind == AST_COERCE)
        n = n->a;
    return n;
}

/* A condition with a name in it, or one that atoms do not decide. */
static bool is_linear_cell(const struct linear *x, size_t rule, size_t column) {
    const struct check_cell *cell = &x->g->cell[rule * x->g->table->inputs + column];
    for (size_t i = 0; i < cell->constant.size; i++)
        if (cell->constant.at[i].named)
            return true;
    return !check_cell_is_whole(x->g, rule, column);
}

static const struct feel_ast *cell_ast(const struct linear *x, size_t rule, size_t column) {
    return x->k->x->block[dmn_block_cell(x->g->table, rule, column)];
}

/* ---- which dimensions ------------------------------------------------------------------------------- */

static bool names_of(const struct linear *x, const struct feel_ast *n, enum feel_kind like, check_symbols *ret) {
    *ret = (check_symbols){0};
    return n && check_cell_symbols(x->k->c, n, NULL, like, NULL, 0, ret);
}

static enum feel_kind kind_of(const struct linear *x, size_t d) {
    const struct check_dim *dim = &x->g->dim[d];
    enum feel_kind kind = dim->type ? feel_type_kind(dim->type) : FEEL_NULL;
    for (size_t a = 0; !kind && a < dim->atom.size; a++)
        if (check_bit(dim->inside, a) && !dim->atom.at[a].any)
            kind = (enum feel_kind)dim->atom.at[a].value.kind;
    return kind;
}

/* Dimensions whose expressions have a name in common. */
static bool share(struct linear *x, size_t d, size_t e) {
    check_symbols a, b;
    if (!names_of(x, x->column[d], FEEL_NUMBER, &a) || !names_of(x, x->column[e], FEEL_NUMBER, &b))
        return false;
    for (size_t i = 0; i < a.size; i++)
        for (size_t k = 0; k < b.size; k++)
            if (span_eq(a.at[i].text, b.at[k].text))
                return true;
    return false;
}

static void take_named(struct linear *x, const struct feel_ast *cell) {
    check_symbols names;
    if (!names_of(x, cell, FEEL_NUMBER, &names))
        return;
    for (size_t i = 0; i < names.size; i++)
        for (size_t d = 0; d < x->g->dim_count; d++)
            x->taken[d] = x->taken[d] || span_eq(check_path_of(x->k->c, x->column[d]), names.at[i].text);
}

/* false: none is. */
static bool find_taken(struct linear *x) {
    const struct dmn_table *t = x->g->table;
    bool some = false;
    for (size_t r = 0; r < t->rules; r++)
        for (size_t i = 0; i < t->inputs; i++)
            if (is_linear_cell(x, r, i)) {
                x->taken[x->g->dim_of[i]] = some = true;
                take_named(x, cell_ast(x, r, i));
            }
    for (size_t d = 0; d < x->g->dim_count; d++)
        for (size_t e = 0; e < d; e++)
            if (check_form_kind(kind_of(x, d)) && check_form_kind(kind_of(x, e)) && share(x, d, e))
                x->taken[d] = x->taken[e] = some = true;
    return some;
}

/* ---- forms of columns ---------------------------------------------------------------------------------- */

/* Every value that may come is of the one kind. */
static bool of_one_kind(const struct linear *x, size_t d, enum feel_kind kind) {
    const struct check_dim *dim = &x->g->dim[d];
    for (size_t a = 0; a < dim->atom.size; a++)
        if (check_bit(dim->inside, a) && (dim->atom.at[a].any ? dim->type != NULL : dim->atom.at[a].value.kind != (uint8_t)kind))
            return false;
    return !dim->mixed && !dim->domain.value.size;
}

static bool add_variables(struct linear *x, const struct feel_ast *n, enum feel_kind like) {
    check_symbols names;
    if (!names_of(x, n, like, &names))
        return false;
    for (size_t i = 0; i < names.size; i++)
        if (check_form_variable(&x->forms, names.at[i].text, names.at[i].kind, false) == SIZE_MAX)
            return false;
    return true;
}

/* A column is a name, or a sum of names, or something of which nothing more is known. */
static bool make_form(struct linear *x, size_t d, enum feel_kind kind) {
    const struct check_dim *dim = &x->g->dim[d];
    struct span path = check_path_of(x->k->c, x->column[d]);
    struct check_forms before = x->forms;
    if (!path.size && kind == FEEL_NUMBER && add_variables(x, x->column[d], kind) && check_form_read(&x->forms, x->column[d], NULL, &x->form[d]))
        return x->form[d].kind == kind;
    x->forms = before;
    check_symbols names;
    if (!path.size && names_of(x, x->column[d], kind, &names))
        for (size_t e = 0; e < x->g->dim_count; e++)
            if (e != d && share(x, d, e))
                return false; /* not linear, and not independent of another */
    size_t v = check_form_variable(&x->forms, path, kind, dim->domain.integer);
    if (v == SIZE_MAX)
        return false;
    x->forms.integer[v] = x->forms.integer[v] || dim->domain.integer;
    x->form[d] = check_form_of_variable(&x->forms, v);
    return true;
}

static enum feel_kind known_kind(const struct linear *x) {
    enum feel_kind kind = FEEL_NULL;
    for (size_t d = 0; d < x->g->dim_count && !kind; d++)
        if (x->taken[d])
            kind = kind_of(x, d);
    return kind;
}

static bool make_forms(struct linear *x) {
    const struct dmn_table *t = x->g->table;
    for (int computed = 0; computed < 2; computed++) /* columns that are names first: their kinds are known */
        for (size_t d = 0; d < x->g->dim_count; d++) {
            enum feel_kind kind = kind_of(x, d) ? kind_of(x, d) : known_kind(x);
            if (!x->taken[d] || (check_path_of(x->k->c, x->column[d]).size == 0) != (computed == 1))
                continue;
            if (!check_form_kind(kind) || !of_one_kind(x, d, kind) || !make_form(x, d, kind))
                return false;
        }
    x->forms.column = x->column;
    x->forms.column_form = x->form;
    x->forms.columns = x->g->dim_count;
    for (size_t r = 0; r < t->rules; r++)
        for (size_t i = 0; i < t->inputs; i++)
            if (is_linear_cell(x, r, i) && !add_variables(x, cell_ast(x, r, i), x->form[x->g->dim_of[i]].kind))
                return false;
    return true;
}

/* ---- forms of rules ---------------------------------------------------------------------------------------- */

static bool narrow(struct linear *x, check_form_or *all, const check_form_or *by) {
    check_form_or before = *all;
    return check_form_both(&x->forms, &before, by, all);
}

/* The atoms from `first` to `last`, in order of value, as bounds. */
static bool stretch(struct linear *x, size_t d, size_t first, size_t last, check_form_or *ret) {
    const struct check_dim *dim = &x->g->dim[d];
    const struct check_atom *low = &dim->atom.at[dim->sorted[first]], *high = &dim->atom.at[dim->sorted[last]];
    check_form_or one;
    *ret = check_form_always(&x->forms);
    for (size_t p = first; !low->point && p-- > 0;)
        if (dim->atom.at[dim->sorted[p]].point && dim->atom.at[dim->sorted[p]].value.kind == low->value.kind) {
            if (!check_form_bound(&x->forms, &x->form[d], CMP_GT, &dim->atom.at[dim->sorted[p]].value, &one) || !narrow(x, ret, &one))
                return false;
            break;
        }
    if (low->point && (!check_form_bound(&x->forms, &x->form[d], CMP_GE, &low->value, &one) || !narrow(x, ret, &one)))
        return false;
    for (size_t p = last + 1; !high->point && p < dim->atom.size; p++)
        if (dim->atom.at[dim->sorted[p]].point && dim->atom.at[dim->sorted[p]].value.kind == high->value.kind)
            return check_form_bound(&x->forms, &x->form[d], CMP_LT, &dim->atom.at[dim->sorted[p]].value, &one) && narrow(x, ret, &one);
    return !high->point || (check_form_bound(&x->forms, &x->form[d], CMP_LE, &high->value, &one) && narrow(x, ret, &one));
}

/* A set of atoms as stretches; all that may come is no condition. */
static bool stretches(struct linear *x, size_t d, const uint64_t *bits, const uint64_t *among, check_form_or *ret) {
    const struct check_dim *dim = &x->g->dim[d];
    bool whole = true;
    *ret = (check_form_or){0};
    for (size_t a = 0; a < dim->atom.size; a++)
        whole = whole && (check_bit(bits, a) || (among && !check_bit(among, a)) || dim->atom.at[a].outside);
    if (whole)
        return *ret = check_form_always(&x->forms), true;
    for (size_t i = 0; i < dim->atom.size;) {
        size_t first = i;
        while (i < dim->atom.size && check_bit(bits, dim->sorted[i]) && !dim->atom.at[dim->sorted[i]].any &&
            check_form_kind((enum feel_kind)dim->atom.at[dim->sorted[i]].value.kind))
            i++;
        check_form_or one;
        if (i == first)
            i++;
        else if (!stretch(x, d, first, i - 1, &one) || !check_form_either(&x->forms, &one, ret))
            return false;
    }
    return true;
}

/* One of its cells in the dimension is linear: what its atoms say was found with sample values of names. */
static bool is_linear_row(const struct linear *x, size_t r, size_t d) {
    for (size_t i = 0; i < x->g->table->inputs; i++)
        if (x->g->dim_of[i] == d && is_linear_cell(x, r, i))
            return true;
    return false;
}

static bool make_rule(struct linear *x, size_t r) {
    const struct dmn_table *t = x->g->table;
    check_form_or one;
    x->rule[r] = check_form_always(&x->forms);
    for (size_t d = 0; d < x->g->dim_count; d++)
        if (x->taken[d] && !is_linear_row(x, r, d) && (!stretches(x, d, x->g->possible.cell[r * x->g->dim_count + d], x->g->inside[d], &one) || !narrow(x, &x->rule[r], &one)))
            return false;
    for (size_t i = 0; i < t->inputs; i++)
        if (is_linear_row(x, r, x->g->dim_of[i]) && (!check_form_cell(&x->forms, cell_ast(x, r, i), &x->form[x->g->dim_of[i]], &one) || !narrow(x, &x->rule[r], &one)))
            return false;
    return true;
}

static bool make_base(struct linear *x) {
    check_form_or one;
    x->base = check_form_always(&x->forms);
    for (size_t d = 0; d < x->g->dim_count; d++) {
        const struct check_domain *domain = &x->g->dim[d].domain;
        if (!x->taken[d])
            continue;
        struct feel_value low = feel_int(domain->low), high = feel_int(domain->high);
        if (domain->has_low && (!check_form_bound(&x->forms, &x->form[d], domain->above_low ? CMP_GT : CMP_GE, &low, &one) || !narrow(x, &x->base, &one)))
            return false;
        if (domain->has_high && (!check_form_bound(&x->forms, &x->form[d], domain->below_high ? CMP_LT : CMP_LE, &high, &one) || !narrow(x, &x->base, &one)))
            return false;
        if (!stretches(x, d, x->g->inside[d], NULL, &one) || !narrow(x, &x->base, &one))
            return false;
    }
    return true;
}

/* A name that is no column has the allowed values of its type. */
static bool limit_names(struct linear *x) {
    const struct feel_scope *scope = x->k->c->element ? x->k->c->element->scope : NULL;
    for (size_t v = 0; scope && v < x->forms.variables; v++) {
        struct span name = x->forms.variable[v].text;
        const struct feel_scope_entry *e = name.size ? feel_scope_find(scope, name) : NULL;
        struct check_form form = check_form_of_variable(&x->forms, v);
        check_form_or one;
        for (const struct feel_type *t = e ? e->type : NULL; t; t = t->also)
            if (t->allowed_ast && (!check_form_cell(&x->forms, t->allowed_ast, &form, &one) || !narrow(x, &x->base, &one)))
                return false;
    }
    return true;
}

static bool make_boxes(struct linear *x) {
    const struct check_boxes *from = &x->g->may;
    size_t n = from->rules * from->dims;
    const uint64_t **cell = ARENA_ARRAY(x->k->c->arena, n + 1, const uint64_t *);
    for (size_t i = 0; cell && i < n; i++) {
        cell[i] = from->cell[i];
        if (!x->taken[i % from->dims])
            continue;
        size_t words = check_words(from->atoms[i % from->dims]);
        uint64_t *all = ARENA_ARRAY(x->k->c->arena, words, uint64_t);
        if (!all)
            return false;
        memset(all, 0xFF, words * sizeof *all);
        cell[i] = all;
    }
    x->box = (struct check_boxes){from->rules, from->dims, from->atoms, cell, NULL};
    return cell != NULL;
}

/* ---- points -------------------------------------------------------------------------------------------------- */

/* A list of rows that grows while the search goes down. */
struct trail { const struct solve_row **row; size_t rows; };

/* An example without negative numbers and old dates is looked for first: amounts and counts have none. */
static enum solve_answer solve_rows(struct linear *x, const struct solve_row *row, size_t n) {
    struct arena *a = x->k->c->arena;
    struct arena_mark mark = arena_mark(a);
    struct solve_row *more = ARENA_ARRAY(a, n + SOLVE_VARS_MAX + 1, struct solve_row);
    struct solve_system s = {more, n, x->forms.variables, x->forms.integer};
    if (!more || ++x->solves > SOLVES_MAX)
        return TOO_HARD;
    if (n)
        memcpy(more, row, n * sizeof *row);
    for (size_t v = 0; v < x->forms.variables; v++) {
        more[s.rows] = (struct solve_row){.op = SOLVE_LE, .k = x->forms.variable[v].kind == FEEL_DATE ? feel_days(2020, 1, 1) : 0};
        more[s.rows++].c[v] = -1;
    }
    enum solve_answer answer = check_solve(a, &s, x->at);
    s.rows = n;
    if (answer != SOLVED)
        answer = check_solve(a, &s, x->at);
    arena_rewind(a, mark);
    return answer;
}

static enum solve_answer solve(struct linear *x, const struct trail *t) {
    struct arena_mark mark = arena_mark(x->k->c->arena);
    struct solve_row *row = ARENA_ARRAY(x->k->c->arena, t->rows + 1, struct solve_row);
    for (size_t i = 0; row && i < t->rows; i++)
        row[i] = *t->row[i];
    enum solve_answer answer = row ? solve_rows(x, row, t->rows) : TOO_HARD;
    arena_rewind(x->k->c->arena, mark);
    return answer;
}

/* 1 true, 0 false, -1 too large. */
static int row_holds(const struct linear *x, const struct solve_row *r) {
    struct solve_ratio v;
    if (!check_solve_value(r, x->forms.variables, x->at, &v))
        return -1;
    return r->op == SOLVE_EQ ? v.num == 0 : r->op == SOLVE_LE ? v.num <= 0 : v.num < 0;
}

static int rule_holds(const struct linear *x, size_t r) {
    for (size_t i = 0; i < x->rule[r].size; i++) {
        const struct check_form_and *p = &x->rule[r].at[i];
        int all = 1;
        for (size_t k = 0; k < p->rows && all == 1; k++)
            all = row_holds(x, &p->row[k]);
        if (all)
            return all;
    }
    return 0;
}

/* Values of the columns and names at the solution. */
static bool take_point(struct linear *x, check_symbols *names) {
    *names = (check_symbols){0};
    for (size_t d = 0; d < x->g->dim_count; d++) {
        x->given[d] = x->taken[d] ? &x->value[d] : NULL;
        if (x->taken[d] && !check_form_value(&x->forms, &x->form[d], x->at, &x->value[d]))
            return false;
    }
    for (size_t v = 0; v < x->forms.variables; v++) {
        struct check_form form = check_form_of_variable(&x->forms, v);
        struct check_symbol *s = vec_push_in(x->k->c->arena, names);
        if (!s)
            return x->k->c->full = true, false;
        *s = (struct check_symbol){x->forms.variable[v].text, form.kind, feel_null()};
        if (!check_form_value(&x->forms, &form, x->at, &s->value))
            return false;
    }
    return true;
}

/* As the programs have it: 1, 0; -1 it could not be run. */
static int runs_true(struct linear *x, size_t rule, const check_symbols *names) {
    struct checker *c = x->k->c;
    const struct dmn_table *t = x->g->table;
    for (size_t i = 0; i < t->inputs; i++) {
        struct check_cell cell = x->g->cell[rule * t->inputs + i];
        size_t d = x->g->dim_of[i];
        struct feel_value v;
        if (!x->taken[d] || cell.kind == CELL_ANY)
            continue;
        struct arena_mark mark = arena_mark(c->arena);
        if (is_linear_cell(x, rule, i))
            cell = check_cell_read(c, cell_ast(x, rule, i), x->k->x->block[dmn_block_input(t, i)], names);
        bool ran = cell.program && check_run(c, cell.program, x->given[d], &v);
        bool yes = ran && feel_is_true(v);
        arena_rewind(c->arena, mark);
        if (!ran || !yes)
            return ran ? 0 : -1;
    }
    return 1;
}

/* Names have the point's values while an example is written, and those that are no column are listed. */
static void example(struct linear *x, const check_symbols *names, void (*say)(struct linear *x, void *with), void *with) {
    const struct check_grid *g = x->g;
    struct feel_value *before = ARENA_ARRAY(x->k->c->arena, g->symbols.size + 1, struct feel_value);
    for (size_t i = 0; before && i < g->symbols.size; i++) {
        before[i] = g->symbols.at[i].value;
        for (size_t k = 0; k < names->size; k++)
            if (span_eq(names->at[k].text, g->symbols.at[i].text))
                g->symbols.at[i].value = names->at[k].value;
    }
    if (before)
        say(x, with);
    for (size_t i = 0; before && i < g->symbols.size; i++)
        g->symbols.at[i].value = before[i];
}

/* ---- gaps ------------------------------------------------------------------------------------------------------ */

struct search {
    struct linear *x;
    struct trail trail;
    const uint64_t *considered;       /* rules */
    const uint64_t *const *within;    /* of the boxes */
    bool first;                       /* one point is enough: is there any? */
    bool found;
    size_t refusals;
};

static bool told(const struct linear *x, const uint64_t *alive) {
    for (size_t i = 0; i < x->gaps; i++)
        if (memcmp(x->told[i], alive, check_words(x->g->table->rules + 1) * sizeof *alive) == 0)
            return true;
    return false;
}

static void say_gap(struct linear *x, void *with) {
    enum dmn_severity severity;
    const char *code = check_gap_code(x->g->table, &severity);
    (void)with;
    check_table_example(x->k, check_table_found(x->k, code, severity, 0), x->point, x->given);
}

/* No rule holds at the point, run as it stands. */
static bool is_gap(struct linear *x, const check_symbols *names) {
    for (size_t r = 0; r < x->g->table->rules; r++) {
        size_t d = 0;
        while (d < x->box.dims && (x->taken[d] || check_bit(x->box.cell[r * x->box.dims + d], x->point[d])))
            d++;
        if (d == x->box.dims && runs_true(x, r, names) != 0)
            return false;
    }
    return true;
}

static void tell_gap(struct linear *x, const uint64_t *alive) {
    enum dmn_severity severity;
    check_symbols names;
    size_t words = check_words(x->g->table->rules + 1);
    check_gap_code(x->g->table, &severity);
    if (x->gaps >= (severity == DMN_INFO ? 1 : GAPS_TOLD_MAX) || told(x, alive))
        return;
    uint64_t *copy = ARENA_ARRAY(x->k->c->arena, words, uint64_t);
    if (!copy || !take_point(x, &names) || !is_gap(x, &names)) {
        x->open = true;
        return;
    }
    example(x, &names, say_gap, NULL);
    memcpy(copy, alive, words * sizeof *copy);
    x->told[x->gaps++] = copy;
}

static void look(struct search *s, const uint64_t *holding);

/* The rule is false by one row of each conjunction from `part` on. */
static void refuse(struct search *s, size_t rule, size_t part, const uint64_t *holding) {
    const check_form_or *any = &s->x->rule[rule];
    if (part == any->size) {
        look(s, holding);
        return;
    }
    for (size_t k = 0; k < any->at[part].rows && !(s->first && s->found) && !s->x->open; k++) {
        const struct solve_row *row = &any->at[part].row[k];
        for (int side = 0; side < (row->op == SOLVE_EQ ? 2 : 1); side++) {
            struct solve_row not_row = *row;
            not_row.op = row->op == SOLVE_LT ? SOLVE_LE : SOLVE_LT;
            for (size_t v = 0; side == 0 && v < SOLVE_VARS_MAX; v++)
                not_row.c[v] = -not_row.c[v];
            if (side == 0)
                not_row.k = -not_row.k;
            if (s->trail.rows == REFUSALS_MAX) {
                s->x->open = true;
                return;
            }
            s->trail.row[s->trail.rows++] = &not_row;
            refuse(s, rule, part + 1, holding);
            s->trail.rows--;
        }
    }
}

/* `holding`: rules that are taken to hold in what is left. */
static void look(struct search *s, const uint64_t *holding) {
    struct linear *x = s->x;
    struct table_check *k = x->k;
    size_t words = check_words(x->g->table->rules + 1);
    uint64_t *alive = ARENA_ARRAY(k->c->arena, words, uint64_t), *hold = ARENA_ARRAY(k->c->arena, words, uint64_t);
    enum solve_answer answer = alive && hold ? solve(x, &s->trail) : TOO_HARD;
    bool gap = false;
    if (answer == SOLVED) {
        memcpy(hold, holding, words * sizeof *hold);
        for (size_t r = 0; r < x->g->table->rules; r++) {
            int holds = check_bit(s->considered, r) ? rule_holds(x, r) : 0;
            x->open = x->open || holds < 0;
            if (holds)
                check_set(alive, r);
        }
        enum check_answer covers = check_covered(k->c->arena, &x->box, s->within, alive, &k->steps, x->point);
        x->open = x->open || covers == OUT_OF_BUDGET;
        gap = covers == OPEN_POINT;
    }
    x->open = x->open || answer == TOO_HARD;
    if (gap && !x->open) {
        s->found = true;
        if (!s->first)
            tell_gap(x, alive);
    }
    for (size_t r = 0; answer == SOLVED && !gap && !x->open && !(s->first && s->found) && r < x->g->table->rules; r++) {
        if (!check_bit(alive, r) || check_bit(hold, r))
            continue;
        if (check_covered(k->c->arena, &x->box, s->within, hold, &k->steps, x->point) == COVERED)
            break;
        refuse(s, r, 0, hold);
        check_set(hold, r);
    }
}

/* Is there a point of one of the conjunctions, and of the base, where none of `considered` decides? */
static bool somewhere(struct linear *x, const check_form_or *start, const uint64_t *considered, const uint64_t *const *within, bool first) {
    struct search s = {.x = x, .considered = considered, .within = within, .first = first,
        .trail = {ARENA_ARRAY(x->k->c->arena, REFUSALS_MAX, const struct solve_row *), 0}};
    uint64_t *none = ARENA_ARRAY(x->k->c->arena, check_words(x->g->table->rules + 1), uint64_t);
    if (!s.trail.row || !none)
        return x->k->c->full = true;
    for (size_t i = 0; i < start->size && !x->open && !(first && s.found); i++) {
        s.trail.rows = 0;
        for (size_t k = 0; k < start->at[i].rows && s.trail.rows < REFUSALS_MAX; k++)
            s.trail.row[s.trail.rows++] = &start->at[i].row[k];
        look(&s, none);
    }
    return s.found;
}

/* ---- overlaps and rules that never fire --------------------------------------------------------------------------- */

struct two { size_t r, q; };

static void say_overlap(struct linear *x, void *with) {
    const struct two *p = with;
    check_table_overlap(x->k, p->r, p->q, x->point, x->given);
}

/* The point is in x->at. */
static bool possible(struct linear *x, const check_form_or *any) {
    for (size_t i = 0; i < any->size; i++) {
        enum solve_answer answer = solve_rows(x, any->at[i].row, any->at[i].rows);
        x->open = x->open || answer == TOO_HARD;
        if (answer == SOLVED)
            return true;
    }
    return false;
}

static bool meet(struct linear *x, size_t r, size_t q) {
    check_form_or both, all;
    if (!check_form_both(&x->forms, &x->rule[r], &x->rule[q], &both) || !check_form_both(&x->forms, &both, &x->base, &all))
        return x->open = true, false;
    return possible(x, &all);
}

static void overlaps(struct linear *x, uint64_t *seen) {
    size_t n = x->g->table->rules;
    for (size_t r = 0; r < n; r++)
        for (size_t q = r + 1; q < n && !x->open; q++) {
            check_symbols names;
            struct two p = {r, q};
            if (check_bit(seen, r * n + q) || x->k->dead[r] || x->k->dead[q] ||
                !check_overlap(&x->box, x->g->inside, r, q, x->point) || !meet(x, r, q))
                continue;
            if (!take_point(x, &names) || runs_true(x, r, &names) != 1 || runs_true(x, q, &names) != 1) {
                x->open = true;
                return;
            }
            check_set(seen, r * n + q);
            example(x, &names, say_overlap, &p);
        }
}

/* Null is true of no comparison, but of "-" and of what names it. */
static bool takes_null(const struct linear *x, size_t r) {
    const struct dmn_table *t = x->g->table;
    for (size_t i = 0; i < t->inputs; i++) {
        size_t d = x->g->dim_of[i];
        const uint64_t *row = x->g->must.cell[r * x->g->dim_count + d];
        bool some = x->taken[d] && !is_linear_row(x, r, d);
        for (size_t a = 0; some && a < x->g->dim[d].atom.size; a++)
            if (x->g->dim[d].atom.at[a].outside && check_bit(row, a) && check_bit(x->g->everything[d], a))
                return true;
    }
    return false;
}

/* `all`: what the rule says by itself. */
static void tell_never(struct linear *x, size_t r, const check_form_or *all) {
    x->k->dead[r] = true;
    if (x->g->table->hit == HIT_FIRST && takes_null(x, r) && possible(x, all))
        check_table_found(x->k, "dmn_check.only_null", DMN_INFO, r + 1);
    else
        check_table_found(x->k, x->g->table->hit == HIT_FIRST ? "dmn_check.never" : "dmn_check.never_alone", DMN_ERROR, r + 1);
}

static void never(struct linear *x) {
    size_t n = x->g->table->rules;
    uint64_t *before = ARENA_ARRAY(x->k->c->arena, check_words(n + 1), uint64_t);
    for (size_t r = 0; before && r < n && !x->open; r++) {
        const uint64_t **box = check_rule_box(x->k, r, x->g->everything);
        check_form_or all;
        if (!box || !check_form_both(&x->forms, &x->rule[r], &x->base, &all)) {
            x->open = true;
            return;
        }
        for (size_t d = 0; d < x->g->dim_count; d++)
            box[d] = x->taken[d] ? x->g->inside[d] : box[d];
        if (!x->k->dead[r] && !somewhere(x, &all, before, box, true) && !x->open) {
            tell_never(x, r, &all);
        }
        if (x->g->table->hit == HIT_FIRST)
            check_set(before, r);
    }
}

/* ---- the whole --------------------------------------------------------------------------------------------------------- */

static bool prepare(struct linear *x) {
    struct checker *c = x->k->c;
    size_t dims = x->g->dim_count;
    x->forms.c = c;
    x->taken = arena_alloc(c->arena, dims + 1);
    x->form = ARENA_ARRAY(c->arena, dims + 1, struct check_form);
    x->column = ARENA_ARRAY(c->arena, dims + 1, const struct feel_ast *);
    x->rule = (check_form_or *)arena_alloc(c->arena, (x->g->table->rules + 1) * sizeof *x->rule);
    x->value = ARENA_ARRAY(c->arena, dims + 1, struct feel_value);
    x->given = ARENA_ARRAY(c->arena, dims + 1, const struct feel_value *);
    x->point = ARENA_ARRAY(c->arena, dims + 1, size_t);
    if (!x->taken || !x->form || !x->column || !x->rule || !x->value || !x->given || !x->point)
        return c->full = true, false;
    for (size_t d = 0; d < dims; d++)
        x->column[d] = plain(x->k->x->block[dmn_block_input(x->g->table, x->g->dim[d].column)]);
    if (!find_taken(x) || !make_forms(x) || !make_base(x) || !limit_names(x) || !make_boxes(x))
        return false;
    for (size_t r = 0; r < x->g->table->rules; r++)
        if (!make_rule(x, r))
            return false;
    return true;
}

bool check_linear(struct table_check *k, uint64_t *seen, size_t *ret_gaps) {
    struct linear x = {.k = k, .g = k->g};
    *ret_gaps = 0;
    if (!prepare(&x))
        return false;
    uint64_t *all = ARENA_ARRAY(k->c->arena, check_words(k->g->table->rules + 1), uint64_t);
    for (size_t r = 0; all && r < k->g->table->rules; r++)
        check_set(all, r);
    never(&x);
    if (seen && !x.open)
        overlaps(&x, seen);
    if (all && !x.open)
        somewhere(&x, &x.base, all, k->g->inside, false);
    *ret_gaps = x.gaps;
    return !x.open && !k->c->full;
}
