/* Columns as atoms, and the truth of every cell on every atom. */
#include "dmn/check_table.h"

#include "feel/temporal.h"

struct building {
    struct checker *c;
    const struct feel_extern_ast *x;
    struct check_grid *g;
    struct check_cell *allowed; /* by column: inputValues */
    struct check_cell *limit;   /* by dimension: the type's allowed values */
    size_t runs;
    bool too_large;
};

static bool full(struct building *b) { return b->c->full = true, false; }

/* ---- dimensions ------------------------------------------------------------------------------ */

static const struct feel_ast *input_of(const struct building *b, size_t column) {
    return b->x->block[dmn_block_input(b->g->table, column)];
}

static bool make_dims(struct building *b, const struct feel_type *const *type) {
    struct check_grid *g = b->g;
    size_t n = g->table->inputs;
    g->dim = ARENA_ARRAY(b->c->arena, n + 1, struct check_dim);
    g->dim_of = ARENA_ARRAY(b->c->arena, n + 1, size_t);
    if (!g->dim || !g->dim_of)
        return full(b);
    for (size_t i = 0; i < n; i++) {
        size_t d = 0;
        while (d < g->dim_count && !(input_of(b, i) && check_ast_same(input_of(b, g->dim[d].column), input_of(b, i))))
            d++;
        if (d == g->dim_count)
            g->dim[g->dim_count++] = (struct check_dim){.column = i, .type = type[i]};
        else if (!g->dim[d].type)
            g->dim[d].type = type[i];
        g->dim_of[i] = d;
    }
    return true;
}

static enum feel_kind scalar_kind(const struct feel_type *t) {
    static const enum feel_kind kinds[] = {FEEL_NULL, FEEL_NULL, FEEL_BOOLEAN, FEEL_NUMBER, FEEL_STRING, FEEL_DATE,
        FEEL_TIME, FEEL_DATE_TIME, FEEL_YM_DURATION, FEEL_DT_DURATION, FEEL_NULL, FEEL_NULL, FEEL_NULL, FEEL_NULL};
    return t ? kinds[t->kind] : FEEL_NULL;
}

/* ---- cells ------------------------------------------------------------------------------------- */

static bool read_cells(struct building *b, bool turned) {
    struct check_grid *g = b->g;
    const struct dmn_table *t = g->table;
    const struct feel_ast *const *columns = (const struct feel_ast *const *)b->x->block;
    size_t count = t->rules * t->inputs;
    bool *open = arena_alloc(b->c->arena, count + 1);
    g->cell = ARENA_ARRAY(b->c->arena, count + 1, struct check_cell);
    b->allowed = ARENA_ARRAY(b->c->arena, t->inputs + 1, struct check_cell);
    b->limit = ARENA_ARRAY(b->c->arena, t->inputs + 1, struct check_cell);
    if (!open || !g->cell || !b->allowed || !b->limit)
        return full(b);
    for (size_t k = 0; k < count; k++) {
        const struct feel_ast *cell = b->x->block[dmn_block_cell(t, 0, 0) + k];
        enum feel_kind like = scalar_kind(g->dim[g->dim_of[k % t->inputs]].type);
        open[k] = cell && !check_cell_symbols(b->c, cell, input_of(b, k % t->inputs), like, columns, t->inputs, &g->symbols);
    }
    check_symbol_values(&g->symbols, turned);
    for (size_t k = 0; k < count; k++) {
        const struct feel_ast *cell = b->x->block[dmn_block_cell(t, 0, 0) + k];
        g->cell[k] = open[k] ? (struct check_cell){.kind = CELL_OPEN} : check_cell_read(b->c, cell, input_of(b, k % t->inputs), &g->symbols);
    }
    for (size_t i = 0; i < t->inputs; i++)
        b->allowed[i] = check_cell_read(b->c, b->x->block[dmn_block_allowed(t, i)], input_of(b, i), &g->symbols);
    for (size_t d = 0; d < g->dim_count; d++)
        b->limit[d] = check_cell_read(b->c, g->dim[d].type ? g->dim[d].type->allowed_ast : NULL, NULL, &g->symbols);
    return !b->c->full;
}

/* ---- atoms ---------------------------------------------------------------------------------------- */

static int order(const struct feel_value *a, const struct feel_value *b) {
    if (a->kind != b->kind)
        return a->kind < b->kind ? -1 : 1;
    if (a->kind == FEEL_BOOLEAN)
        return (int)a->boolean - (int)b->boolean;
    return a->kind == FEEL_NULL ? 0 : feel_order(a, b);
}

static int by_order(const void *x, const void *y) {
    return order(&((const struct check_atom *)x)->value, &((const struct check_atom *)y)->value);
}

static bool comparable(const struct feel_value *a, const struct feel_value *b) {
    if (a->kind != b->kind || (a->kind != FEEL_TIME && a->kind != FEEL_DATE_TIME))
        return true;
    return a->flag == b->flag && !(a->flag & FEEL_FLAG_NAMED) && a->zone == b->zone;
}

static void add_atom(struct building *b, struct check_dim *d, struct check_atom atom) {
    struct check_atom *a = vec_push_in(b->c->arena, &d->atom);
    if (a)
        *a = atom;
    else
        full(b);
}

static void add_point(struct building *b, struct check_dim *d, struct feel_value v) {
    add_atom(b, d, (struct check_atom){.value = v, .point = true});
}

static void add_constants(struct building *b, struct check_dim *d, const struct check_cell *cell) {
    for (size_t i = 0; i < cell->constant.size; i++)
        add_point(b, d, cell->constant.at[i].value);
}

static __int128 moment(const struct feel_value *v) {
    return (__int128)v->day * 86400 + v->nano / FEEL_NANOS;
}

static struct feel_value moment_value(const struct feel_value *like, __int128 seconds) {
    struct feel_value v = *like;
    __int128 day = seconds / 86400, rest = seconds % 86400;
    if (rest < 0)
        rest += 86400, day--;
    if (like->kind == FEEL_DATE_TIME)
        v.day = (int64_t)day;
    v.nano = (int64_t)rest * FEEL_NANOS;
    return v;
}

/* By halves; NULL: beyond the first or the last. */
bool check_value_between(const struct feel_value *a, const struct feel_value *b, struct feel_value *ret) {
    const struct feel_value *some = a ? a : b;
    *ret = *some;
    switch ((enum feel_kind)some->kind) {
    case FEEL_NUMBER: {
        struct dec one = dec_int(1);
        ret->number = !a ? dec_sub(b->number, one) : !b ? dec_add(a->number, one)
            : dec_div(dec_add(a->number, b->number), dec_int(2));
        return dec_finite(ret->number) && (!a || dec_cmp(a->number, ret->number) < 0) &&
            (!b || dec_cmp(ret->number, b->number) < 0);
    }
    case FEEL_DATE:
        ret->day = !a ? b->day - 1 : !b ? a->day + 1 : a->day + (b->day - a->day) / 2;
        return (!a || a->day < ret->day) && (!b || ret->day < b->day);
    case FEEL_YM_DURATION:
        ret->months = !a ? b->months - 1 : !b ? a->months + 1 : a->months + (b->months - a->months) / 2;
        return (!a || a->months < ret->months) && (!b || ret->months < b->months);
    case FEEL_DT_DURATION: {
        __int128 x = a ? feel_nanos(a) : 0, y = b ? feel_nanos(b) : 0;
        __int128 m = !a ? y - FEEL_DAY_NANOS : !b ? x + FEEL_DAY_NANOS : x + (y - x) / 2;
        *ret = feel_seconds(m);
        return (!a || x < m) && (!b || m < y);
    }
    case FEEL_TIME: case FEEL_DATE_TIME: {
        bool time = some->kind == FEEL_TIME;
        __int128 x = a ? moment(a) : time ? -1 : moment(b) - 7200, y = b ? moment(b) : time ? 86400 : moment(a) + 7200;
        if (time && a)
            x %= 86400;
        if (time && b)
            y %= 86400;
        __int128 m = x + (y - x) / 2;
        *ret = moment_value(some, m);
        return x < m && m < y;
    }
    default: return false;
    }
}

static bool kind_present(const struct check_dim *d, size_t n, enum feel_kind kind) {
    for (size_t i = 0; i < n; i++)
        if (d->atom.at[i].value.kind == kind)
            return true;
    return false;
}

/* Any other text, in no language. */
static struct feel_value other_string(struct building *b, const struct check_dim *d, size_t n) {
    for (int k = 0;; k++) {
        char *text = k ? arena_printf(b->c->arena, "…%d", k) : arena_printf(b->c->arena, "…");
        if (!text)
            return full(b), feel_null();
        bool used = false;
        for (size_t i = 0; i < n && !used; i++)
            used = d->atom.at[i].value.kind == FEEL_STRING && span_is(d->atom.at[i].value.string, text);
        if (!used)
            return feel_string(span_of(text));
    }
}

static void add_domain(struct building *b, struct check_dim *d) {
    if (d->domain.has_low)
        add_point(b, d, feel_int(d->domain.low));
    if (d->domain.has_high)
        add_point(b, d, feel_int(d->domain.high));
    for (size_t i = 0; i < d->domain.value.size; i++)
        add_point(b, d, d->domain.value.at[i]);
}

/* Values that the column's expression never gives; null stays, and what is of another kind is no value
 * of the column, but may be written in a cell. */
static void drop_atoms(struct check_dim *d, enum feel_kind kind) {
    size_t n = 0;
    for (size_t i = 0; i < d->atom.size; i++) {
        struct check_atom *a = &d->atom.at[i];
        if (kind && !a->any && a->value.kind == (uint8_t)kind && !check_domain_admits(&d->domain, &a->value))
            continue;
        if (kind && !a->any && a->value.kind != (uint8_t)kind && !feel_is_null(a->value))
            a->outside = true;
        d->atom.at[n++] = *a;
    }
    d->atom.size = n;
}

static void add_betweens(struct building *b, struct check_dim *d, size_t n) {
    for (size_t i = 0; i < n; i++) {
        const struct feel_value here = d->atom.at[i].value;
        struct feel_value v;
        if (!check_kind_ordered((enum feel_kind)here.kind))
            continue;
        bool first = i == 0 || d->atom.at[i - 1].value.kind != here.kind;
        bool last = i + 1 == n || d->atom.at[i + 1].value.kind != here.kind;
        const struct feel_value next = last ? here : d->atom.at[i + 1].value;
        if (first && check_domain_between(&d->domain, NULL, &here, &v))
            add_atom(b, d, (struct check_atom){.value = v});
        if (check_domain_between(&d->domain, &here, last ? NULL : &next, &v))
            add_atom(b, d, (struct check_atom){.value = v});
    }
}

static struct feel_value plain_value(enum feel_kind kind) {
    struct feel_value v = {.kind = (uint8_t)kind};
    if (kind == FEEL_NUMBER)
        return feel_int(1);
    if (kind == FEEL_DATE || kind == FEEL_DATE_TIME)
        v.day = feel_days(2020, 1, 1);
    return v;
}

/* Sorted points without doubles. */
static size_t unique_points(struct check_dim *d) {
    size_t n = 0;
    if (d->atom.size)
        qsort(d->atom.at, d->atom.size, sizeof *d->atom.at, by_order);
    for (size_t i = 0; i < d->atom.size; i++) {
        if (n && !comparable(&d->atom.at[n - 1].value, &d->atom.at[i].value))
            d->mixed = true;
        if (n == 0 || order(&d->atom.at[n - 1].value, &d->atom.at[i].value) != 0)
            d->atom.at[n++] = d->atom.at[i];
    }
    for (size_t i = 0; i < n; i++)
        d->mixed = d->mixed || ((d->atom.at[i].value.kind == FEEL_TIME || d->atom.at[i].value.kind == FEEL_DATE_TIME) &&
            (d->atom.at[i].value.flag & FEEL_FLAG_NAMED));
    d->atom.size = n;
    return n;
}

/* Where a cell asks for more than order (even(?)), whole numbers and a fraction are samples, too. */
static void add_samples(struct building *b, struct check_dim *d) {
    const struct feel_value sample[] = {feel_int(1), feel_int(2), feel_number(dec_div(dec_int(1), dec_int(2)))};
    for (size_t i = 0; i < ARRAY_LEN(sample) && d->sampled; i++) {
        bool there = false;
        for (size_t a = 0; a < d->atom.size && !there; a++)
            there = !d->atom.at[a].any && order(&d->atom.at[a].value, &sample[i]) == 0;
        if (!there)
            add_atom(b, d, (struct check_atom){.value = sample[i]});
    }
}

static void make_atoms(struct building *b, struct check_dim *d) {
    enum feel_kind kind = scalar_kind(d->type);
    bool untyped = !d->type || d->type->kind == FEEL_TYPE_ANY;
    add_domain(b, d);
    size_t n = unique_points(d);
    bool null_named = kind_present(d, n, FEEL_NULL);
    if (kind && kind != FEEL_BOOLEAN && kind != FEEL_STRING && !kind_present(d, n, kind))
        add_atom(b, d, (struct check_atom){.value = plain_value(kind)});
    if (!d->mixed)
        add_betweens(b, d, n);
    if (kind == FEEL_NUMBER)
        add_samples(b, d);
    if (kind == FEEL_STRING || kind_present(d, n, FEEL_STRING))
        add_atom(b, d, (struct check_atom){.value = other_string(b, d, n)});
    for (int v = 1; v >= 0 && (kind == FEEL_BOOLEAN || kind_present(d, n, FEEL_BOOLEAN)); v--) {
        bool there = false;
        for (size_t i = 0; i < n; i++)
            there = there || (d->atom.at[i].value.kind == FEEL_BOOLEAN && d->atom.at[i].value.boolean == (v == 1));
        if (!there)
            add_point(b, d, feel_bool(v == 1));
    }
    if ((!kind && !untyped) || (untyped && d->atom.size == (null_named ? 1 : 0)))
        add_atom(b, d, (struct check_atom){.any = true});
    else if (untyped)
        add_atom(b, d, (struct check_atom){.any = true, .outside = true});
    if (!null_named)
        add_atom(b, d, (struct check_atom){.point = true, .outside = true});
    drop_atoms(d, kind);
}

struct placed { const struct check_atom *atom; size_t at; };

static int by_value(const void *x, const void *y) {
    const struct placed *a = x, *b = y;
    if (a->atom->any != b->atom->any)
        return a->atom->any ? 1 : -1;
    int o = a->atom->any ? 0 : order(&a->atom->value, &b->atom->value);
    return o ? o : a->at < b->at ? -1 : 1;
}

static void sort_atoms(struct building *b, struct check_dim *d) {
    size_t n = d->atom.size;
    struct placed *p = ARENA_ARRAY(b->c->arena, n + 1, struct placed);
    d->sorted = ARENA_ARRAY(b->c->arena, n + 1, size_t);
    d->place = ARENA_ARRAY(b->c->arena, n + 1, size_t);
    if (!p || !d->sorted || !d->place) {
        full(b);
        return;
    }
    for (size_t a = 0; a < n; a++)
        p[a] = (struct placed){&d->atom.at[a], a};
    if (n)
        qsort(p, n, sizeof *p, by_value);
    for (size_t i = 0; i < n; i++) {
        d->sorted[i] = p[i].at;
        d->place[p[i].at] = i;
    }
}

static bool one_name_only(const struct building *b, size_t dim) {
    const struct feel_ast *source = NULL;
    const struct check_grid *g = b->g;
    for (size_t k = 0; k < g->table->rules * g->table->inputs; k++) {
        const struct check_cell *cell = &g->cell[k];
        if (g->dim_of[k % g->table->inputs] != dim)
            continue;
        for (size_t i = 0; i < cell->constant.size; i++) {
            if (!cell->constant.at[i].named || (source && !check_ast_same(source, cell->constant.at[i].source)))
                return false;
            source = cell->constant.at[i].source;
        }
    }
    return source != NULL;
}

static void find_domains(struct building *b) {
    struct check_grid *g = b->g;
    for (size_t d = 0; d < g->dim_count; d++)
        g->dim[d].domain = check_domain_of(b->c, input_of(b, g->dim[d].column), scalar_kind(g->dim[d].type));
}

static void fill_dims(struct building *b) {
    struct check_grid *g = b->g;
    for (size_t k = 0; k < g->table->rules * g->table->inputs; k++) {
        struct check_dim *d = &g->dim[g->dim_of[k % g->table->inputs]];
        add_constants(b, d, &g->cell[k]);
        d->sampled = d->sampled || g->cell[k].kind == CELL_SAMPLED;
    }
    for (size_t i = 0; i < g->table->inputs; i++)
        add_constants(b, &g->dim[g->dim_of[i]], &b->allowed[i]);
    for (size_t d = 0; d < g->dim_count; d++) {
        add_constants(b, &g->dim[d], &b->limit[d]);
        make_atoms(b, &g->dim[d]);
        sort_atoms(b, &g->dim[d]);
        g->dim[d].one_name = !check_domain_limits(&g->dim[d].domain) && one_name_only(b, d);
    }
}

/* ---- truth --------------------------------------------------------------------------------------------- */

enum truth { NO, YES, UNSURE };

static enum truth run(struct building *b, const struct check_cell *cell, const struct check_atom *atom) {
    struct feel_value v;
    if (cell->kind == CELL_ANY)
        return YES;
    if (cell->kind == CELL_OPEN || atom->any)
        return UNSURE;
    if (++b->runs > CHECK_RUNS_MAX) {
        b->too_large = true;
        return UNSURE;
    }
    struct arena_mark mark = arena_mark(b->c->arena);
    bool ran = check_run(b->c, cell->program, &atom->value, &v);
    enum truth t = !ran ? UNSURE : feel_is_true(v) ? YES : NO;
    arena_rewind(b->c->arena, mark);
    return t;
}

/* What a cell is on the atoms of its dimension. */
struct truths { uint64_t *yes, *unsure; };

static void set_truth(struct truths *t, size_t atom, enum truth is) {
    if (is == YES)
        check_set(t->yes, atom);
    else if (is == UNSURE)
        check_set(t->unsure, atom);
}

/* The first place from `from` on whose value is not below `v`, in order of value. */
static size_t place_of(const struct check_dim *d, size_t from, size_t to, const struct feel_value *v) {
    while (from < to) {
        size_t middle = from + (to - from) / 2;
        if (order(&d->atom.at[d->sorted[middle]].value, v) < 0)
            from = middle + 1;
        else
            to = middle;
    }
    return from;
}

struct cut { size_t place; const struct feel_value *constant; };

static int by_place(const void *x, const void *y) {
    const struct cut *a = x, *b = y;
    return a->place < b->place ? -1 : a->place > b->place;
}

/* Where the cell's own constants of the kind at place `from` lie. */
static struct cut *cuts_of(struct building *b, const struct check_cell *cell, const struct check_dim *d, size_t from, size_t to, size_t *ret) {
    uint8_t kind = d->atom.at[d->sorted[from]].value.kind;
    struct cut *cut = ARENA_ARRAY(b->c->arena, cell->constant.size + 1, struct cut);
    size_t n = 0;
    for (size_t i = 0; cut && i < cell->constant.size; i++)
        if (cell->constant.at[i].value.kind == kind)
            cut[n++] = (struct cut){place_of(d, from, to, &cell->constant.at[i].value), &cell->constant.at[i].value};
    if (cut && n)
        qsort(cut, n, sizeof *cut, by_place);
    *ret = n;
    return cut;
}

/* Places from..to-1 hold one kind that has an order, or texts: an exact cell is run at its own
 * constants, and once for each stretch between them; for texts, once for all others. */
static void run_stretches(struct building *b, const struct check_cell *cell, const struct check_dim *d, size_t from, size_t to, struct truths *t) {
    struct arena_mark mark = arena_mark(b->c->arena);
    bool text = d->atom.at[d->sorted[from]].value.kind == FEEL_STRING, known = false;
    enum truth other = UNSURE;
    size_t n;
    const struct cut *cut = cuts_of(b, cell, d, from, to, &n);
    if (!cut) {
        full(b);
        return;
    }
    for (size_t i = 0; i <= n; i++) {
        size_t end = i < n ? cut[i].place : to;
        if (from < end && !(known && text)) {
            other = run(b, cell, &d->atom.at[d->sorted[from]]);
            known = true;
        }
        for (; from < end; from++)
            set_truth(t, d->sorted[from], other);
        if (i < n && from < to && order(&d->atom.at[d->sorted[from]].value, cut[i].constant) == 0) {
            set_truth(t, d->sorted[from], run(b, cell, &d->atom.at[d->sorted[from]]));
            from++;
        }
    }
    arena_rewind(b->c->arena, mark);
}

static void run_all(struct building *b, const struct check_cell *cell, const struct check_dim *d, struct truths *t) {
    for (size_t from = 0, to; from < d->atom.size; from = to) {
        const struct check_atom *first = &d->atom.at[d->sorted[from]];
        enum feel_kind kind = (enum feel_kind)first->value.kind;
        bool stretches = cell->kind == CELL_EXACT && !first->any && !d->mixed && (check_kind_ordered(kind) || kind == FEEL_STRING);
        to = from + 1;
        while (stretches && to < d->atom.size && !d->atom.at[d->sorted[to]].any && d->atom.at[d->sorted[to]].value.kind == kind)
            to++;
        if (stretches)
            run_stretches(b, cell, d, from, to, t);
        else
            set_truth(t, d->sorted[from], run(b, cell, first));
    }
}

static bool new_boxes(struct building *b, struct check_boxes *x) {
    struct check_grid *g = b->g;
    size_t n = g->table->rules * g->dim_count;
    const uint64_t **cell = ARENA_ARRAY(b->c->arena, n + 1, const uint64_t *);
    size_t *atoms = ARENA_ARRAY(b->c->arena, g->dim_count + 1, size_t);
    if (!cell || !atoms)
        return full(b);
    for (size_t d = 0; d < g->dim_count; d++)
        atoms[d] = g->dim[d].atom.size;
    for (size_t k = 0; k < n; k++) {
        size_t words = check_words(atoms[k % g->dim_count]);
        uint64_t *bits = ARENA_ARRAY(b->c->arena, words, uint64_t);
        if (!bits)
            return full(b);
        memset(bits, 0xFF, words * sizeof *bits); /* columns of one dimension take bits away */
        cell[k] = bits;
    }
    *x = (struct check_boxes){g->table->rules, g->dim_count, atoms, cell};
    return true;
}

static bool is_region(const struct check_cell *cell, const struct check_dim *d) {
    if (cell->kind == CELL_ANY)
        return true;
    if (cell->kind != CELL_EXACT || d->mixed)
        return false;
    for (size_t i = 0; i < cell->constant.size && !d->one_name; i++)
        if (cell->constant.at[i].named)
            return false;
    return true;
}

bool check_cell_is_whole(const struct check_grid *g, size_t rule, size_t column) {
    return is_region(&g->cell[rule * g->table->inputs + column], &g->dim[g->dim_of[column]]);
}

static uint64_t *row_of(const struct check_boxes *x, size_t rule, size_t dim) {
    return (uint64_t *)(uintptr_t)x->cell[rule * x->dims + dim];
}

/* Columns of one dimension take bits away from each other. */
static void fill_cell(struct building *b, size_t rule, size_t column) {
    struct check_grid *g = b->g;
    const struct check_cell *cell = &g->cell[rule * g->table->inputs + column];
    size_t dim = g->dim_of[column];
    const struct check_dim *d = &g->dim[dim];
    size_t words = check_words(d->atom.size);
    bool region = is_region(cell, d);
    if (!region && !g->inexact++)
        g->inexact_rule = rule + 1, g->inexact_column = column + 1;
    if (cell->kind == CELL_ANY)
        return;
    struct arena_mark mark = arena_mark(b->c->arena);
    struct truths t = {ARENA_ARRAY(b->c->arena, words + 1, uint64_t), ARENA_ARRAY(b->c->arena, words + 1, uint64_t)};
    if (!t.yes || !t.unsure) {
        full(b);
        return;
    }
    run_all(b, cell, d, &t);
    uint64_t *may = row_of(&g->may, rule, dim), *must = row_of(&g->must, rule, dim);
    uint64_t *whole = row_of(&g->whole, rule, dim), *possible = row_of(&g->possible, rule, dim);
    for (size_t w = 0; w < words; w++) {
        may[w] &= t.yes[w] | t.unsure[w];
        must[w] &= t.yes[w];
        whole[w] &= region ? t.yes[w] : 0;
        possible[w] &= region ? t.yes[w] | t.unsure[w] : UINT64_MAX;
    }
    arena_rewind(b->c->arena, mark);
}

/* ---- what may come ------------------------------------------------------------------------------------- */

static bool admits(struct building *b, const struct check_cell *cell, const struct check_atom *atom) {
    return run(b, cell, atom) != NO;
}

/* The type's own constraint, and those of the types it narrows. */
static bool type_admits(struct building *b, size_t dim, const struct check_atom *atom) {
    const struct feel_type *wider = b->g->dim[dim].type;
    if (!admits(b, &b->limit[dim], atom))
        return false;
    for (wider = wider ? wider->also : NULL; wider && !atom->any; wider = wider->also) {
        struct feel_value v;
        if (wider->allowed && check_run(b->c, wider->allowed, &atom->value, &v) && !feel_is_true(v))
            return false;
    }
    return true;
}

static bool fill_domain(struct building *b) {
    struct check_grid *g = b->g;
    g->inside = ARENA_ARRAY(b->c->arena, g->dim_count + 1, const uint64_t *);
    g->everything = ARENA_ARRAY(b->c->arena, g->dim_count + 1, const uint64_t *);
    if (!g->inside || !g->everything)
        return full(b);
    for (size_t k = 0; k < g->dim_count; k++) {
        struct check_dim *d = &g->dim[k];
        d->inside = ARENA_ARRAY(b->c->arena, check_words(d->atom.size), uint64_t);
        d->everything = ARENA_ARRAY(b->c->arena, check_words(d->atom.size), uint64_t);
        if (!d->inside || !d->everything)
            return full(b);
        for (size_t a = 0; a < d->atom.size; a++) {
            const struct check_atom *atom = &d->atom.at[a];
            /* a value against its type arrives as null; a column refuses what it does not list */
            bool comes = (feel_is_null(atom->value) && !atom->any) || type_admits(b, k, atom);
            for (size_t i = 0; i < g->table->inputs; i++)
                comes = comes && (g->dim_of[i] != k || admits(b, &b->allowed[i], atom));
            if (comes)
                check_set(d->everything, a);
            if (comes && !atom->outside)
                check_set(d->inside, a);
        }
        g->inside[k] = d->inside;
        g->everything[k] = d->everything;
    }
    return true;
}

/* ---- the whole --------------------------------------------------------------------------------------------- */

bool check_grid_build(struct checker *c, const struct dmn_table *t, const struct feel_extern_ast *x,
    const struct feel_type *const *type, bool turned, struct check_grid *g) {
    struct building b = {.c = c, .x = x, .g = g};
    *g = (struct check_grid){.table = t};
    if (!make_dims(&b, type) || g->dim_count > CHECK_DIMS_MAX || !read_cells(&b, turned))
        return false;
    find_domains(&b);
    fill_dims(&b);
    size_t bits = 0;
    for (size_t d = 0; d < g->dim_count; d++)
        bits += g->dim[d].atom.size * t->rules;
    if (c->full || bits > (size_t)256 << 20)
        return false;
    if (!new_boxes(&b, &g->may) || !new_boxes(&b, &g->must) || !new_boxes(&b, &g->whole) || !new_boxes(&b, &g->possible))
        return false;
    for (size_t r = 0; r < t->rules && !b.too_large; r++)
        for (size_t i = 0; i < t->inputs; i++)
            fill_cell(&b, r, i);
    return !b.too_large && fill_domain(&b) && !b.too_large;
}

static bool accepts(const struct check_boxes *x, size_t rule, size_t dim, const uint64_t *among) {
    for (size_t a = 0; a < x->atoms[dim]; a++)
        if ((!among || check_bit(among, a)) && check_bit(x->cell[rule * x->dims + dim], a))
            return true;
    return false;
}

size_t check_grid_empty_cell(const struct check_grid *g, size_t rule, bool *ret_forbidden) {
    for (size_t i = 0; i < g->table->inputs; i++) {
        size_t d = g->dim_of[i];
        *ret_forbidden = accepts(&g->possible, rule, d, NULL);
        if (!accepts(&g->possible, rule, d, g->everything[d]))
            return i + 1;
    }
    return 0;
}
