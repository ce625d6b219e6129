/* Columns that are compared with each other: a cell of one names the other.
 *
 * Such cells have no atoms of their own.  Where all a cell does is compare, only the order
 * of the values and constants among each other matters; so every such order is tried: the
 * constants of all these columns together, and between two of them as many values as there
 * are columns.  For one choice of values each rule's cells in these columns are run, and what
 * is left is a table of the other columns, about which the questions of check_cover.c are
 * asked.  A gap or an overlap found so is as real as any other. */
#include "dmn/check_table.h"

enum { RELATED_MAX = 3, CHOICES_MAX = 20000, RUNS_MAX = 200000, GAPS_TOLD_MAX = 5 };

struct related {
    struct table_check *k;
    const struct check_grid *g;
    size_t dim[RELATED_MAX], count;
    struct span *text;                /* by dimension: the name that stands for it; "" */
    VEC(struct feel_value) value;     /* candidates, the same for all */
    const struct feel_value *given[CHECK_DIMS_MAX]; /* by dimension, of the choice at hand */
    size_t *point;
    struct check_boxes may, must;     /* the related dimensions always accepted */
    uint64_t *alive_may, *alive_must, *fired, *told[GAPS_TOLD_MAX];
    size_t gaps, runs;
    bool exact;                       /* every cell only compares, and could be run */
};

/* ---- which columns ----------------------------------------------------------------------- */

static size_t named_dim(const struct related *x, struct span text) {
    size_t d = 0;
    while (d < x->g->dim_count && !(x->text[d].size && span_eq(x->text[d], text)))
        d++;
    return d;
}

static bool relate(struct related *x, size_t dim) {
    for (size_t i = 0; i < x->count; i++)
        if (x->dim[i] == dim)
            return true;
    if (x->count == RELATED_MAX)
        return false;
    x->dim[x->count++] = dim;
    return true;
}

static bool is_related(const struct related *x, size_t dim) {
    for (size_t i = 0; i < x->count; i++)
        if (x->dim[i] == dim)
            return true;
    return false;
}

static const struct feel_ast *cell_ast(const struct related *x, size_t rule, size_t column) {
    return x->k->x->block[dmn_block_cell(x->g->table, rule, column)];
}

static const struct feel_ast *own_ast(const struct related *x, size_t column) { return x->k->x->block[dmn_block_input(x->g->table, column)]; }

/* Every name of the cell is a column or has a sample value.  false: it cannot be run. */
static bool names_known(struct related *x, const struct feel_ast *n, size_t own, bool *ret_names) {
    check_symbols names = {0};
    *ret_names = false;
    if (!check_cell_symbols(x->k->c, n, NULL, FEEL_NUMBER, NULL, 0, &names))
        return false;
    for (size_t i = 0; i < names.size; i++) {
        size_t d = named_dim(x, names.at[i].text);
        bool sampled = false;
        for (size_t s = 0; s < x->g->symbols.size; s++)
            sampled = sampled || span_eq(x->g->symbols.at[s].text, names.at[i].text);
        if (d == x->g->dim_count && !sampled)
            return false;
        if (d < x->g->dim_count) {
            *ret_names = true;
            if (!relate(x, d))
                return false;
        }
    }
    return !*ret_names || relate(x, own);
}

/* Texts and truths are only asked whether they are equal: of an order between two texts not all is tried. */
static bool only_equals(const struct feel_ast *n) {
    if (!n)
        return true;
    if (n->kind == AST_RANGE || n->kind == AST_BETWEEN || ((n->kind == AST_TEST || n->kind == AST_COMPARE) && n->op != CMP_EQ && n->op != CMP_NE))
        return false;
    for (size_t i = 0; n->item && i < n->count; i++)
        if (!only_equals(n->item[i]))
            return false;
    return only_equals(n->a) && only_equals(n->b) && only_equals(n->c);
}

static bool only_compares(const struct feel_ast *n) {
    if (!n)
        return true;
    switch (n->kind) {
    case AST_CONST: case AST_NAME: case AST_INPUT: return true;
    case AST_PATH: return true;
    case AST_TEST: case AST_COMPARE: case AST_RANGE: case AST_TESTS: case AST_AND: case AST_OR: case AST_IN: case AST_BETWEEN: break;
    default: return false;
    }
    for (size_t i = 0; n->item && i < n->count; i++)
        if (!only_compares(n->item[i]))
            return false;
    return only_compares(n->a) && only_compares(n->b) && only_compares(n->c);
}

/* false: there are none, or a cell that no binding makes run. */
static bool find_related(struct related *x) {
    const struct dmn_table *t = x->g->table;
    x->exact = true;
    for (size_t d = 0; d < x->g->dim_count; d++)
        x->text[d] = check_path_of(x->k->c, x->k->x->block[dmn_block_input(t, x->g->dim[d].column)]);
    for (size_t r = 0; r < t->rules; r++)
        for (size_t i = 0; i < t->inputs; i++) {
            bool names;
            if (x->g->cell[r * t->inputs + i].kind != CELL_OPEN)
                continue;
            if (!names_known(x, cell_ast(x, r, i), x->g->dim_of[i], &names) || !names)
                return false;
            x->exact = x->exact && only_compares(cell_ast(x, r, i));
        }
    for (size_t i = 0; i < x->count; i++) /* of whole numbers not every order is tried */
        x->exact = x->exact && !check_domain_limits(&x->g->dim[x->dim[i]].domain);
    return x->count > 1;
}

/* ---- values to try -------------------------------------------------------------------------- */

static enum feel_kind common_kind(const struct related *x) {
    enum feel_kind kind = FEEL_NULL;
    for (size_t i = 0; i < x->count; i++) {
        const struct check_dim *d = &x->g->dim[x->dim[i]];
        enum feel_kind own = d->type ? feel_type_kind(d->type) : FEEL_NULL;
        if (d->mixed || (own && kind && own != kind))
            return FEEL_NULL;
        kind = own ? own : kind;
    }
    return check_kind_ordered(kind) || kind == FEEL_STRING || kind == FEEL_BOOLEAN ? kind : FEEL_NULL;
}

static void add_value(struct related *x, struct feel_value v) {
    struct feel_value *slot = vec_push_in(x->k->c->arena, &x->value);
    if (slot)
        *slot = v;
    else
        x->k->c->full = true;
}

static int by_order(const void *a, const void *b) { return feel_order(a, b); }

/* As many values between two as there are columns; fewer where there is no room. */
static void add_between(struct related *x, const struct feel_value *low, const struct feel_value *high) {
    struct feel_value from = low ? *low : *high, v;
    bool have = low != NULL;
    for (size_t i = 0; i < x->count; i++) {
        if (!check_value_between(have ? &from : NULL, high, &v))
            return;
        add_value(x, v);
        if (!have) { /* before the first constant: each lower than the one before */
            struct feel_value lower = v;
            for (size_t k = 1; k < x->count && check_value_between(NULL, &lower, &v); k++)
                add_value(x, lower = v);
            return;
        }
        from = v;
    }
}

/* The names of the related columns with values, before those that every cell may use. */
static bool bind(struct related *x, check_symbols *names) {
    for (size_t i = 0; i < x->g->symbols.size + x->count; i++) {
        struct check_symbol *s = vec_push_in(x->k->c->arena, names);
        if (!s)
            return x->k->c->full = true, false;
        size_t d = i < x->count ? x->dim[i] : 0;
        *s = i < x->count ? (struct check_symbol){x->text[d], FEEL_NULL, *x->given[d]} : x->g->symbols.at[i - x->count];
    }
    return true;
}

/* Constants beside the names: "> b, < 5". */
static void add_constants(struct related *x, enum feel_kind kind) {
    struct feel_value any = x->value.at[0];
    check_symbols names = {0};
    for (size_t i = 0; i < x->count; i++)
        x->given[x->dim[i]] = &any;
    if (!bind(x, &names))
        return;
    for (size_t k = 0; k < x->g->table->rules * x->g->table->inputs; k++) {
        if (x->g->cell[k].kind != CELL_OPEN)
            continue;
        size_t column = k % x->g->table->inputs;
        struct check_cell cell = check_cell_read(x->k->c, cell_ast(x, k / x->g->table->inputs, column), own_ast(x, column), &names);
        for (size_t i = 0; i < cell.constant.size; i++)
            if (cell.constant.at[i].value.kind == kind && !cell.constant.at[i].named)
                add_value(x, cell.constant.at[i].value);
    }
}

/* A text that no cell names, for each column its own. */
static void add_others(struct related *x) {
    for (size_t i = 0, number = 0; i < x->count; number++) {
        char *text = arena_printf(x->k->c->arena, "…%zu", number);
        bool used = !text;
        for (size_t k = 0; k < x->value.size && !used; k++)
            used = span_is(x->value.at[k].string, text);
        if (!text) {
            x->k->c->full = true;
            return;
        }
        if (used)
            continue;
        add_value(x, feel_string(span_of(text)));
        i++;
    }
}

/* Of texts and truths each that is named, and others: only which are equal matters. */
static bool make_unordered(struct related *x, enum feel_kind kind) {
    for (size_t r = 0; r < x->g->table->rules; r++)
        for (size_t i = 0; i < x->g->table->inputs; i++)
            x->exact = x->exact && (!is_related(x, x->g->dim_of[i]) || only_equals(cell_ast(x, r, i)));
    if (kind == FEEL_BOOLEAN) {
        x->value.size = 0;
        add_value(x, feel_bool(true));
        add_value(x, feel_bool(false));
        return !x->k->c->full;
    }
    size_t n = 0;
    for (size_t i = 0; i < x->value.size; i++) {
        size_t k = 0;
        while (k < n && !feel_same(&x->value.at[k], &x->value.at[i]))
            k++;
        if (k == n)
            x->value.at[n++] = x->value.at[i];
    }
    x->value.size = n;
    add_others(x);
    return !x->k->c->full;
}

static bool make_values(struct related *x) {
    enum feel_kind kind = common_kind(x);
    if (!kind)
        return false;
    for (size_t i = 0; i < x->count; i++) {
        const struct check_dim *d = &x->g->dim[x->dim[i]];
        for (size_t a = 0; a < d->atom.size; a++)
            if (d->atom.at[a].value.kind == kind && !d->atom.at[a].any && !d->atom.at[a].outside && (d->atom.at[a].point || d->atom.size < 4 || kind == FEEL_STRING))
                add_value(x, d->atom.at[a].value);
    }
    if (!x->value.size)
        return false;
    add_constants(x, kind);
    if (!check_kind_ordered(kind))
        return make_unordered(x, kind);
    qsort(x->value.at, x->value.size, sizeof *x->value.at, by_order);
    size_t n = 1;
    for (size_t i = 1; i < x->value.size; i++)
        if (feel_order(&x->value.at[n - 1], &x->value.at[i]) != 0)
            x->value.at[n++] = x->value.at[i];
    x->value.size = n;
    struct feel_value least = x->value.at[0];
    add_between(x, NULL, &least);
    for (size_t i = 0; i < n; i++) {
        struct feel_value low = x->value.at[i], high = x->value.at[i + 1 < n ? i + 1 : i];
        add_between(x, &low, i + 1 < n ? &high : NULL);
    }
    return !x->k->c->full;
}

/* The atom of the dimension that the value lies in; false: none that may come. */
static bool atom_of(const struct check_grid *g, size_t dim, const struct feel_value *v, size_t *ret) {
    const struct check_dim *d = &g->dim[dim];
    size_t best = d->atom.size;
    for (size_t a = 0; a < d->atom.size; a++) {
        const struct feel_value *w = &d->atom.at[a].value;
        if (d->atom.at[a].any || w->kind != v->kind)
            continue;
        bool ordered = check_kind_ordered((enum feel_kind)v->kind);
        if (d->atom.at[a].point && (ordered ? feel_order(w, v) == 0 : feel_same(w, v))) {
            best = a;
            break;
        }
        bool apart = d->atom.at[a].point;
        for (size_t p = 0; p < d->atom.size && ordered && !apart; p++) {
            const struct feel_value *q = &d->atom.at[p].value;
            if (d->atom.at[p].point && q->kind == v->kind)
                apart = (feel_order(w, q) < 0) != (feel_order(v, q) < 0);
        }
        if (!apart)
            best = a;
    }
    *ret = best;
    return best < d->atom.size && check_bit(g->inside[dim], best);
}

/* ---- one choice ------------------------------------------------------------------------------- */

/* true, false; -1 could not be run. */
static int holds(struct related *x, size_t rule, size_t column) {
    const struct check_cell *cell = &x->g->cell[rule * x->g->table->inputs + column];
    struct checker *c = x->k->c;
    struct feel_value v;
    if (cell->kind == CELL_ANY)
        return 1;
    struct arena_mark mark = arena_mark(c->arena);
    const struct feel_program *p = cell->program;
    if (cell->kind == CELL_OPEN) {
        check_symbols names = {0};
        if (!bind(x, &names))
            return -1;
        p = check_cell_read(c, cell_ast(x, rule, column), own_ast(x, column), &names).program;
    }
    x->runs++;
    bool ran = p && check_run(c, p, x->given[x->g->dim_of[column]], &v);
    int truth = !ran ? -1 : feel_is_true(v);
    arena_rewind(c->arena, mark);
    return truth;
}

static void find_alive(struct related *x) {
    const struct dmn_table *t = x->g->table;
    size_t words = check_words(t->rules + 1);
    memset(x->alive_may, 0, words * sizeof *x->alive_may);
    memset(x->alive_must, 0, words * sizeof *x->alive_must);
    for (size_t r = 0; r < t->rules; r++) {
        bool may = true, must = true;
        for (size_t i = 0; i < t->inputs && may; i++) {
            int h = is_related(x, x->g->dim_of[i]) ? holds(x, r, i) : 1;
            may = may && h;
            must = must && h > 0;
            x->exact = x->exact && h >= 0;
        }
        if (may)
            check_set(x->alive_may, r);
        if (may && must)
            check_set(x->alive_must, r);
    }
}

static bool told(struct related *x) {
    size_t words = check_words(x->g->table->rules + 1);
    for (size_t i = 0; i < x->gaps; i++)
        if (memcmp(x->told[i], x->alive_may, words * sizeof *x->alive_may) == 0)
            return true;
    return false;
}

static void look_for_gap(struct related *x) {
    struct table_check *k = x->k;
    enum dmn_severity severity;
    const char *code = check_gap_code(x->g->table, &severity);
    size_t words = check_words(x->g->table->rules + 1);
    if (x->gaps >= (severity == DMN_INFO ? 1 : GAPS_TOLD_MAX) || told(x))
        return;
    if (check_covered(k->c->arena, &x->may, x->g->inside, x->alive_may, &k->steps, x->point) != OPEN_POINT)
        return;
    check_table_example(k, check_table_found(k, code, severity, 0), x->point, x->given);
    uint64_t *copy = ARENA_ARRAY(k->c->arena, words, uint64_t);
    if (!copy) {
        k->c->full = true;
        return;
    }
    memcpy(copy, x->alive_may, words * sizeof *copy);
    x->told[x->gaps++] = copy;
}

static void look_for_overlaps(struct related *x, uint64_t *seen) {
    size_t n = x->g->table->rules;
    for (size_t r = 0; r < n; r++)
        for (size_t q = r + 1; check_bit(x->alive_must, r) && q < n; q++)
            if (check_bit(x->alive_must, q) && !check_bit(seen, r * n + q) && check_overlap(&x->must, x->g->inside, r, q, x->point)) {
                check_set(seen, r * n + q);
                check_table_overlap(x->k, r, q, x->point, x->given);
            }
}

/* Rules that this choice lets through: with FIRST, those that none before takes everything from. */
static void note_fired(struct related *x) {
    struct table_check *k = x->k;
    size_t n = x->g->table->rules;
    uint64_t *before = ARENA_ARRAY(k->c->arena, check_words(n + 1), uint64_t);
    for (size_t r = 0; before && r < n; r++) {
        bool open = check_bit(x->alive_may, r);
        if (open && x->g->table->hit == HIT_FIRST && !check_bit(x->fired, r)) {
            const uint64_t **box = check_rule_box(k, r, x->g->everything);
            open = !box || check_covered(k->c->arena, &x->must, box, before, &k->steps, x->point) != COVERED;
        }
        if (open)
            check_set(x->fired, r);
        if (check_bit(x->alive_must, r))
            check_set(before, r);
    }
}

/* ---- all choices -------------------------------------------------------------------------------- */

static bool free_boxes(struct related *x, const struct check_boxes *from, struct check_boxes *ret) {
    size_t n = from->rules * from->dims;
    const uint64_t **cell = ARENA_ARRAY(x->k->c->arena, n + 1, const uint64_t *);
    if (!cell)
        return false;
    for (size_t i = 0; i < n; i++) {
        cell[i] = from->cell[i];
        if (is_related(x, i % from->dims)) {
            size_t words = check_words(from->atoms[i % from->dims]);
            uint64_t *all = ARENA_ARRAY(x->k->c->arena, words, uint64_t);
            if (!all)
                return false;
            memset(all, 0xFF, words * sizeof *all);
            cell[i] = all;
        }
    }
    *ret = (struct check_boxes){from->rules, from->dims, from->atoms, cell, NULL};
    return true;
}

static bool choose(struct related *x, size_t choice) {
    for (size_t i = 0; i < x->count; i++) {
        size_t atom, d = x->dim[i];
        x->given[d] = &x->value.at[choice % x->value.size];
        choice /= x->value.size;
        if (!check_domain_admits(&x->g->dim[d].domain, x->given[d]) || !atom_of(x->g, d, x->given[d], &atom))
            return false;
    }
    return true;
}

static void try_all(struct related *x, bool gaps, uint64_t *seen) {
    size_t choices = 1;
    for (size_t i = 0; i < x->count; i++)
        choices *= x->value.size;
    if (choices > CHOICES_MAX) {
        x->exact = false;
        return;
    }
    for (size_t i = 0; i < choices && !x->k->c->full; i++) {
        if (!choose(x, i))
            continue;
        if (x->runs > RUNS_MAX || x->k->steps < 1000) {
            x->exact = false;
            return;
        }
        find_alive(x);
        if (gaps)
            look_for_gap(x);
        if (seen)
            look_for_overlaps(x, seen);
        note_fired(x);
    }
}

static void tell_never(struct related *x) {
    for (size_t r = 0; r < x->g->table->rules; r++) {
        if (check_bit(x->fired, r) || x->k->dead[r])
            continue;
        x->k->dead[r] = true;
        check_table_found(x->k, x->g->table->hit == HIT_FIRST ? "dmn_check.never" : "dmn_check.never_alone", DMN_ERROR, r + 1);
    }
}

size_t check_related(struct table_check *k, bool gaps, uint64_t *seen, bool *ret_exact) {
    struct related x = {.k = k, .g = k->g};
    size_t words = check_words(k->g->table->rules + 1);
    *ret_exact = false;
    x.text = ARENA_ARRAY(k->c->arena, k->g->dim_count + 1, struct span);
    x.point = ARENA_ARRAY(k->c->arena, k->g->dim_count + 1, size_t);
    x.alive_may = ARENA_ARRAY(k->c->arena, words, uint64_t);
    x.alive_must = ARENA_ARRAY(k->c->arena, words, uint64_t);
    x.fired = ARENA_ARRAY(k->c->arena, words, uint64_t);
    if (!x.text || !x.point || !x.alive_may || !x.alive_must || !x.fired)
        return k->c->full = true, 0;
    if (!find_related(&x) || !make_values(&x) || !free_boxes(&x, &k->g->may, &x.may) || !free_boxes(&x, &k->g->must, &x.must))
        return 0;
    try_all(&x, gaps, seen);
    *ret_exact = x.exact && !k->c->full;
    if (*ret_exact)
        tell_never(&x);
    return x.gaps;
}
