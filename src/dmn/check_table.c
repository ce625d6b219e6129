/* What is wrong with a decision table: gaps, overlaps, rules that never fire. */
#include "dmn/check_table.h"

enum { OVERLAPS_MAX = 20, GAPS_MAX = 10, MASKS_NAMED_MAX = 5, CELLS_NAMED_MAX = 20 };

struct dmn_finding *check_table_found(struct table_check *k, const char *code, enum dmn_severity severity, size_t rule) {
    const struct xml *at = k->t->xml;
    size_t n = 0;
    for (const struct xml *r = xml_child(k->t->xml, "rule"); r && rule; r = xml_next(r, "rule"))
        if (++n == rule)
            at = r;
    struct dmn_finding *f = dmn_found(k->c, code, severity, at);
    if (f)
        f->rule = rule;
    return f;
}

static void out_of_budget(struct table_check *k) {
    if (!k->budget_told)
        check_table_found(k, "dmn_check.budget", DMN_WARNING, 0);
    k->budget_told = true;
}

/* ---- examples ------------------------------------------------------------------------------------ */

static struct span value_text(struct checker *c, const struct feel_value *v) {
    BUF_AUTO text;
    buf_init(&text, 0);
    bool temporal = v->kind >= FEEL_DATE && v->kind <= FEEL_DT_DURATION;
    if (temporal)
        buf_adds(&text, "@\"");
    feel_text(&text, v, !temporal);
    if (temporal)
        buf_addc(&text, '"');
    char *copy = arena_dup(c->arena, buf_span(&text));
    c->full = c->full || !copy;
    return span_of(copy);
}

static bool never_tested(const struct check_grid *g, size_t dim) {
    for (size_t k = 0; k < g->table->rules * g->table->inputs; k++)
        if (g->dim_of[k % g->table->inputs] == dim && g->cell[k].kind != CELL_ANY)
            return false;
    return true;
}

/* "(a * 2)" beside " = 10"; a name, a path, a call and a label stand alone. */
static struct span column_name(struct table_check *k, size_t i) {
    const struct feel_ast *n = k->x->block[dmn_block_input(k->t, i)];
    struct span text = k->t->input_text[i];
    while (n && n->kind == AST_COERCE)
        n = n->a;
    if (!n || k->t->source.labelled[i] || n->kind == AST_NAME || n->kind == AST_PATH || n->kind == AST_CALL)
        return text;
    char *around = arena_printf(k->c->arena, "(%.*s)", SPAN_ARG(text));
    k->c->full = k->c->full || !around;
    return around ? span_of(around) : text;
}

/* The column's value when its one name has the value `x`. */
static bool column_at(struct table_check *k, const struct feel_ast *n, check_symbols *name, struct dec x, struct dec *ret) {
    struct feel_value v, none = feel_null();
    if (!dec_finite(x))
        return false;
    name->at[0].value = feel_number(x);
    struct check_cell cell = check_cell_read(k->c, n, NULL, name);
    if (!cell.program || !check_run(k->c, cell.program, &none, &v) || v.kind != FEEL_NUMBER)
        return false;
    *ret = v.number;
    return true;
}

/* What to enter so that a column computed from one number has the value `want`: found for a straight
 * line, as most are, and tried.  false: not found. */
static bool entered(struct table_check *k, size_t i, const struct feel_value *want, struct dmn_check_value *ret) {
    const struct feel_ast *n = k->x->block[dmn_block_input(k->t, i)];
    check_symbols name = {0};
    struct dec at_0, at_1, at_x, x;
    while (n && n->kind == AST_COERCE)
        n = n->a;
    if (!n || n->kind == AST_NAME || n->kind == AST_PATH || want->kind != FEEL_NUMBER ||
        !check_cell_symbols(k->c, n, NULL, FEEL_NUMBER, NULL, 0, &name) || name.size != 1 || name.at[0].kind != FEEL_NUMBER ||
        !column_at(k, n, &name, dec_int(0), &at_0) || !column_at(k, n, &name, dec_int(1), &at_1) || dec_cmp(at_0, at_1) == 0)
        return false;
    x = dec_div(dec_sub(want->number, at_0), dec_sub(at_1, at_0));
    if (!column_at(k, n, &name, x, &at_x) || dec_cmp(at_x, want->number) != 0)
        return false;
    *ret = (struct dmn_check_value){name.at[0].text, value_text(k->c, &name.at[0].value)};
    return true;
}

/* Said already, or a column of its own, whose value another line gives. */
static bool has_line(const struct dmn_check_value *v, size_t n, struct span name) {
    for (size_t i = 0; i < n; i++)
        if (span_eq(v[i].name, name))
            return true;
    return false;
}

void check_table_example(struct table_check *k, struct dmn_finding *f, const size_t *point, const struct feel_value *const *given) {
    const struct check_grid *g = k->g;
    size_t n = k->t->inputs, total = n + g->symbols.size;
    struct dmn_check_value *v = f ? ARENA_ARRAY(k->c->arena, total + n + 1, struct dmn_check_value) : NULL;
    if (!v)
        return;
    for (size_t i = 0; i < n; i++) {
        size_t d = g->dim_of[i];
        const struct check_atom *a = given && given[d] ? NULL : &g->dim[d].atom.at[point[d]];
        v[i].name = column_name(k, i);
        v[i].text = !a ? value_text(k->c, given[d]) : a->any || never_tested(g, d) ? SPAN("-") : value_text(k->c, &a->value);
    }
    for (size_t i = 0; i < g->symbols.size; i++)
        v[n + i] = (struct dmn_check_value){g->symbols.at[i].text, value_text(k->c, &g->symbols.at[i].value)};
    for (size_t i = 0; i < n; i++) {
        size_t d = g->dim_of[i];
        struct dmn_check_value x;
        const struct feel_value *want = given && given[d] ? given[d] : &g->dim[d].atom.at[point[d]].value;
        if (!span_is(v[i].text, "-") && entered(k, i, want, &x) && !has_line(v, total, x.name))
            v[total++] = x;
    }
    f->example = v;
    f->example_count = total;
}

/* ---- rules that never fire --------------------------------------------------------------------------- */

static void check_empty_rules(struct table_check *k) {
    for (size_t r = 0; r < k->t->rules; r++) {
        bool forbidden;
        size_t column = check_grid_empty_cell(k->g, r, &forbidden);
        if (!column)
            continue;
        k->dead[r] = true;
        struct dmn_finding *f = check_table_found(k, forbidden ? "dmn_check.not_allowed" : "dmn_check.contradiction", DMN_ERROR, r + 1);
        if (f)
            f->column = column;
        dmn_found_arg(k->c, f, "name", k->t->input_text[column - 1]);
    }
}

const uint64_t **check_rule_box(struct table_check *k, size_t rule, const uint64_t *const *domain) {
    const struct check_boxes *b = &k->g->possible;
    const uint64_t **box = ARENA_ARRAY(k->c->arena, b->dims + 1, const uint64_t *);
    for (size_t d = 0; box && d < b->dims; d++) {
        size_t words = check_words(b->atoms[d]);
        uint64_t *bits = ARENA_ARRAY(k->c->arena, words, uint64_t);
        if (!bits)
            return NULL;
        for (size_t w = 0; w < words; w++)
            bits[w] = b->cell[rule * b->dims + d][w] & domain[d][w];
        box[d] = bits;
    }
    return box;
}

static enum check_answer covered(struct table_check *k, const struct check_boxes *b, const uint64_t *const *within,
    const uint64_t *by, size_t *point) {
    enum check_answer answer = within ? check_covered(k->c->arena, b, within, by, &k->steps, point) : OUT_OF_BUDGET;
    k->c->full = k->c->full || !within;
    if (answer == OUT_OF_BUDGET)
        out_of_budget(k);
    return answer;
}

static void name_masks(struct table_check *k, struct dmn_finding *f, size_t rule, const uint64_t *by,
    const uint64_t *const *box, uint64_t *one, size_t *point) {
    BUF_AUTO list;
    buf_init(&list, 0);
    size_t named = 0;
    for (size_t q = 0; q < k->t->rules && f; q++) {
        if (!check_bit(by, q) || !check_overlap(&k->g->whole, box, q, q, point))
            continue;
        memset(one, 0, check_words(k->t->rules) * sizeof *one);
        check_set(one, q);
        if (check_covered(k->c->arena, &k->g->whole, box, one, &k->steps, point) == COVERED) {
            f->other_rule = q + 1;
            buf_clear(&list);
            buf_addf(&list, "%zu", q + 1);
            break;
        }
        if (named++ < MASKS_NAMED_MAX)
            buf_addf(&list, "%s%zu", list.size ? ", " : "", q + 1);
        else if (named == MASKS_NAMED_MAX + 1)
            buf_adds(&list, ", …");
    }
    (void)rule;
    char *text = arena_dup(k->c->arena, buf_span(&list));
    if (text)
        dmn_found_arg(k->c, f, "rules", span_of(text));
}

/* With one column only, `taken` are the atoms that the rules `by` take. */
static enum check_answer beaten(struct table_check *k, const uint64_t *const *within, const uint64_t *by, const uint64_t *taken, size_t *point) {
    if (!taken || !within)
        return covered(k, &k->g->whole, within, by, point);
    for (size_t w = 0; w < check_words(k->g->whole.atoms[0]); w++)
        if (within[0][w] & ~taken[w])
            return OPEN_POINT;
    return COVERED;
}

/* Is `rule` beaten by the rules `by` wherever it could fire? */
static void check_masked(struct table_check *k, size_t rule, const uint64_t *by, const uint64_t *taken) {
    size_t *point = ARENA_ARRAY(k->c->arena, k->g->dim_count + 1, size_t);
    uint64_t *one = ARENA_ARRAY(k->c->arena, check_words(k->t->rules), uint64_t);
    const uint64_t **all = check_rule_box(k, rule, k->g->everything), **inside = check_rule_box(k, rule, k->g->inside);
    if (!point || !one || !all || !inside) {
        k->c->full = true;
        return;
    }
    enum check_answer answer = beaten(k, all, by, taken, point);
    if (answer == COVERED) {
        k->dead[rule] = true;
        name_masks(k, check_table_found(k, "dmn_check.masked", DMN_ERROR, rule + 1), rule, by, all, one, point);
    } else if (answer == OPEN_POINT && beaten(k, inside, by, taken, point) == COVERED) {
        check_table_found(k, "dmn_check.only_null", DMN_INFO, rule + 1);
    }
}

static void check_first(struct table_check *k) {
    const struct check_boxes *whole = &k->g->whole;
    size_t atoms = whole->dims == 1 ? check_words(whole->atoms[0]) : 0;
    uint64_t *by = ARENA_ARRAY(k->c->arena, check_words(k->t->rules + 1), uint64_t);
    uint64_t *taken = ARENA_ARRAY(k->c->arena, atoms + 1, uint64_t);
    for (size_t r = 0; by && taken && r < k->t->rules; r++) {
        struct arena_mark mark = arena_mark(k->c->arena);
        size_t before = k->c->findings.size;
        if (!k->dead[r] && r > 0)
            check_masked(k, r, by, atoms ? taken : NULL);
        if (k->c->findings.size == before)
            arena_rewind(k->c->arena, mark);
        check_set(by, r);
        for (size_t w = 0; w < atoms; w++)
            taken[w] |= whole->cell[r][w];
    }
}

/* Places of the outputs among the output values; false: not constants. */
static bool output_rank(struct table_check *k, size_t rule, size_t *ret) {
    for (size_t o = 0; o < k->t->outputs; o++) {
        const struct feel_ast *values = k->x->block[dmn_block_values(k->t, o)];
        const struct feel_ast *out = k->x->block[dmn_block_output(k->t, rule, o)];
        struct feel_value list, v;
        ret[o] = 0;
        if (!values)
            continue;
        while (out && out->kind == AST_COERCE)
            out = out->a;
        if (!out || !check_constant_value(k->c, values, &list) || !check_constant_value(k->c, out, &v) ||
            list.kind != FEEL_LIST)
            return false;
        while (ret[o] < list.count && !feel_same(&list.item[ret[o]], &v))
            ret[o]++;
    }
    return true;
}

static int compare_ranks(const size_t *a, const size_t *b, size_t n) {
    for (size_t o = 0; o < n; o++)
        if (a[o] != b[o])
            return a[o] < b[o] ? -1 : 1;
    return 0;
}

static void check_priority(struct table_check *k) {
    size_t n = k->t->rules, width = k->t->outputs;
    size_t *rank = ARENA_ARRAY(k->c->arena, n * width + 1, size_t);
    bool *known = arena_alloc(k->c->arena, n + 1);
    uint64_t *by = ARENA_ARRAY(k->c->arena, check_words(n + 1), uint64_t);
    if (!rank || !known || !by) {
        k->c->full = true;
        return;
    }
    for (size_t r = 0; r < n; r++)
        known[r] = output_rank(k, r, rank + r * width);
    for (size_t r = 0; r < n; r++) {
        memset(by, 0, check_words(n + 1) * sizeof *by);
        for (size_t q = 0; q < n; q++) {
            int o = compare_ranks(rank + q * width, rank + r * width, width);
            if (q != r && known[q] && known[r] && (o < 0 || (o == 0 && q < r)))
                check_set(by, q);
        }
        if (!k->dead[r])
            check_masked(k, r, by, NULL);
    }
}

/* ---- overlaps ------------------------------------------------------------------------------------------ */

enum outputs { SAME, DIFFERENT, UNKNOWN_OUTPUTS };

static enum outputs compare_outputs(struct table_check *k, size_t r, size_t q) {
    enum outputs all = SAME;
    for (size_t o = 0; o < k->t->outputs; o++) {
        const struct feel_ast *a = k->x->block[dmn_block_output(k->t, r, o)], *b = k->x->block[dmn_block_output(k->t, q, o)];
        struct feel_value x, y;
        while (a && a->kind == AST_COERCE)
            a = a->a;
        while (b && b->kind == AST_COERCE)
            b = b->a;
        if (check_ast_same(a, b))
            continue;
        if (a && b && check_constant_value(k->c, a, &x) && check_constant_value(k->c, b, &y)) {
            if (!feel_same(&x, &y))
                return DIFFERENT;
        } else {
            all = UNKNOWN_OUTPUTS;
        }
    }
    return all;
}

void check_table_overlap(struct table_check *k, size_t r, size_t q, const size_t *point, const struct feel_value *const *given) {
    const char *code = "dmn_check.overlap";
    enum dmn_severity severity = DMN_ERROR;
    if (k->t->hit == HIT_ANY) {
        enum outputs o = compare_outputs(k, r, q);
        if (o == SAME)
            return;
        code = o == DIFFERENT ? "dmn_check.any_differs" : "dmn_check.any_unsure";
        severity = o == DIFFERENT ? DMN_ERROR : DMN_INFO;
    }
    if (k->overlaps++ >= OVERLAPS_MAX) {
        k->overlaps_hidden++;
        return;
    }
    struct dmn_finding *f = check_table_found(k, code, severity, r + 1);
    if (f)
        f->other_rule = q + 1;
    dmn_found_number(k->c, f, "other", q + 1);
    check_table_example(k, f, point, given);
}

/* `seen`: pairs reported with another order of the names. */
static void check_overlaps(struct table_check *k, uint64_t *seen) {
    size_t n = k->t->rules;
    size_t *point = ARENA_ARRAY(k->c->arena, k->g->dim_count + 1, size_t);
    uint64_t *with = ARENA_ARRAY(k->c->arena, check_words(n + 1), uint64_t);
    struct check_meeting *m = check_meeting_new(k->c->arena, &k->g->must, k->g->inside);
    if (!point || !with || !m) {
        k->c->full = true;
        return;
    }
    for (size_t r = 0; r < n; r++) {
        if (k->dead[r])
            continue;
        check_meeting_of(m, r, with);
        for (size_t q = r + 1; q < n; q++) {
            if (!check_bit(with, q) || k->dead[q] || check_bit(seen, r * n + q))
                continue;
            if (!k->steps) {
                out_of_budget(k);
                return;
            }
            k->steps--;
            check_set(seen, r * n + q);
            check_overlap(&k->g->must, k->g->inside, r, q, point);
            check_table_overlap(k, r, q, point, NULL);
        }
    }
}

/* ---- gaps ------------------------------------------------------------------------------------------------ */

/* Rules that meet the box in every dimension but `d`; a step for each word. */
static void beside(struct table_check *k, const struct check_boxes *b, uint64_t *const *box, size_t d, uint64_t *ret, uint64_t *one) {
    size_t words = check_words(b->rules);
    memset(ret, 0xFF, words * sizeof *ret);
    for (size_t e = 0; e < b->dims; e++) {
        if (e == d)
            continue;
        memset(one, 0, words * sizeof *one);
        for (size_t a = 0; a < b->atoms[e]; a++)
            for (size_t w = 0; check_bit(box[e], a) && w < words; w++)
                one[w] |= check_accept(b, e, a)[w];
        for (size_t w = 0; w < words; w++)
            ret[w] &= one[w];
    }
    k->steps -= k->steps < words ? k->steps : words;
}

static bool meets(const uint64_t *rules, const struct check_boxes *b, size_t d, size_t atom) {
    for (size_t w = 0; w < check_words(b->rules); w++)
        if (rules[w] & check_accept(b, d, atom)[w])
            return true;
    return false;
}

/* The atom next to another in the order of their values; the number of atoms: there is none. */
static size_t lies(const struct check_dim *d, size_t atom, bool up) {
    size_t at = d->place[atom], none = d->atom.size;
    if (up ? at + 1 == none : at == 0)
        return none;
    size_t next = d->sorted[up ? at + 1 : at - 1];
    return d->atom.at[next].any || d->atom.at[next].value.kind != d->atom.at[atom].value.kind ? none : next;
}

/* Of a column that has an order, what lies next to the point and is no rule's either; of another
 * only the point: each missing code is a gap of its own.  A column that does not matter is taken whole. */
static void grow_dim(struct table_check *k, const struct check_boxes *b, uint64_t **box, size_t d, size_t point, uint64_t *rules, uint64_t *one) {
    const struct check_dim *dim = &k->g->dim[d];
    bool matters = false;
    beside(k, b, box, d, rules, one);
    for (size_t a = 0; a < b->atoms[d] && !matters; a++)
        matters = check_bit(k->g->inside[d], a) && meets(rules, b, d, a);
    if (!matters)
        memcpy(box[d], k->g->inside[d], check_words(b->atoms[d]) * sizeof *box[d]);
    if (!matters || dim->mixed || !check_kind_ordered((enum feel_kind)dim->atom.at[point].value.kind))
        return;
    for (int up = 0; up < 2; up++)
        for (size_t a = lies(dim, point, up); a < dim->atom.size && check_bit(k->g->inside[d], a) && !meets(rules, b, d, a); a = lies(dim, a, up))
            check_set(box[d], a);
}

/* The gap around a point. */
static uint64_t **grown(struct table_check *k, const struct check_boxes *b, const size_t *point) {
    uint64_t **box = ARENA_ARRAY(k->c->arena, b->dims + 1, uint64_t *);
    uint64_t *rules = ARENA_ARRAY(k->c->arena, check_words(b->rules), uint64_t), *one = ARENA_ARRAY(k->c->arena, check_words(b->rules), uint64_t);
    if (!box || !rules || !one)
        return NULL;
    for (size_t d = 0; d < b->dims; d++) {
        box[d] = ARENA_ARRAY(k->c->arena, check_words(b->atoms[d]), uint64_t);
        if (!box[d])
            return NULL;
        check_set(box[d], point[d]);
    }
    for (size_t d = 0; d < b->dims && k->steps; d++)
        grow_dim(k, b, box, d, point[d], rules, one);
    return box;
}

const char *check_gap_code(const struct dmn_table *t, enum dmn_severity *ret) {
    *ret = DMN_INFO;
    if (t->has_default)
        return "dmn_check.gap_default";
    if (t->hit == HIT_COLLECT || t->hit == HIT_RULE_ORDER || t->hit == HIT_OUTPUT_ORDER)
        return "dmn_check.gap_collect";
    *ret = DMN_WARNING;
    return "dmn_check.gap";
}

/* A gap found counts as a rule of its own when the next is looked for. */
static size_t check_gaps(struct table_check *k) {
    const struct check_boxes *may = &k->g->may;
    size_t n = k->t->rules, found_count = 0, room = n + GAPS_MAX;
    const uint64_t **cell = ARENA_ARRAY(k->c->arena, room * may->dims + 1, const uint64_t *);
    size_t *point = ARENA_ARRAY(k->c->arena, may->dims + 1, size_t);
    uint64_t *by = ARENA_ARRAY(k->c->arena, check_words(room), uint64_t);
    enum dmn_severity severity;
    const char *code = check_gap_code(k->t, &severity);
    if (!cell || !point || !by) {
        k->c->full = true;
        return 0;
    }
    if (n && may->dims)
        memcpy(cell, may->cell, n * may->dims * sizeof *cell);
    for (size_t r = 0; r < n; r++)
        check_set(by, r);
    struct check_boxes b = {room, may->dims, may->atoms, cell, NULL};
    if (!check_accept_make(k->c->arena, &b, n)) {
        k->c->full = true;
        return 0;
    }
    size_t most = severity == DMN_INFO ? 1 : GAPS_MAX;
    for (;; found_count++) {
        if (covered(k, &b, k->g->inside, by, point) != OPEN_POINT)
            break;
        if (found_count == most) {
            if (severity != DMN_INFO)
                check_table_found(k, "dmn_check.more_gaps", DMN_INFO, 0);
            break;
        }
        check_table_example(k, check_table_found(k, code, severity, 0), point, NULL);
        uint64_t **box = grown(k, &b, point);
        if (!box) {
            k->c->full = true;
            break;
        }
        for (size_t d = 0; d < may->dims; d++) {
            cell[(n + found_count) * may->dims + d] = box[d];
            for (size_t a = 0; a < may->atoms[d]; a++)
                if (check_bit(box[d], a))
                    check_set(check_accept(&b, d, a), n + found_count);
        }
        check_set(by, n + found_count);
    }
    return found_count;
}

/* ---- the whole -------------------------------------------------------------------------------------------- */

static const struct feel_type **column_types(struct checker *c, const struct dmn_table *t, const struct feel_extern_ast *x) {
    const struct feel_type **type = (const struct feel_type **)ARENA_ARRAY(c->arena, t->inputs + 1, struct feel_type *);
    for (size_t i = 0; type && i < t->inputs; i++) {
        const struct feel_type *walked = dmn_check_input_type(c, x->block[dmn_block_input(t, i)]);
        type[i] = walked ? walked : t->input_type[i];
    }
    return type;
}

/* Cells that could not be looked at whole. */
static void tell_inexact(struct table_check *k, bool related) {
    size_t open = 0;
    for (size_t i = 0; related && i < k->t->rules * k->t->inputs; i++)
        open += k->g->cell[i].kind == CELL_OPEN;
    if (k->g->inexact == open)
        return;
    struct dmn_finding *f = check_table_found(k, "dmn_check.sampled", DMN_INFO, k->g->inexact_rule);
    if (f)
        f->column = k->g->inexact_column;
    dmn_found_number(k->c, f, "count", k->g->inexact - open);
    BUF_AUTO list;
    buf_init(&list, 0);
    for (size_t r = 0, named = 0; r < k->t->rules; r++)
        for (size_t i = 0; i < k->t->inputs; i++) {
            if (check_cell_is_whole(k->g, r, i) || (related && k->g->cell[r * k->t->inputs + i].kind == CELL_OPEN))
                continue;
            if (named++ < CELLS_NAMED_MAX)
                buf_addf(&list, "%s%zu:%zu", list.size ? ", " : "", r + 1, i + 1);
            else if (named == CELLS_NAMED_MAX + 1)
                buf_adds(&list, ", …");
        }
    char *text = arena_dup(k->c->arena, buf_span(&list));
    dmn_found_arg(k->c, f, "cells", text ? span_of(text) : SPAN(""));
}

static void tell_hidden(struct table_check *k) {
    if (k->overlaps_hidden)
        dmn_found_number(k->c, check_table_found(k, "dmn_check.overlaps_more", DMN_ERROR, 0), "count", k->overlaps_hidden);
}

static void examine(struct table_check *k, struct check_grid *own, const struct feel_type *const *type) {
    size_t n = k->t->rules;
    bool ordered = k->t->hit == HIT_FIRST || k->t->hit == HIT_PRIORITY;
    bool single = k->t->hit == HIT_UNIQUE || k->t->hit == HIT_ANY, related;
    size_t gaps;
    uint64_t *seen = single && n < 20000 ? ARENA_ARRAY(k->c->arena, check_words(n * n + 1), uint64_t) : NULL;
    struct check_grid turned;
    const struct check_grid *grid = k->g;
    check_empty_rules(k);
    if (ordered && !check_accept_make(k->c->arena, &own->whole, n)) {
        k->c->full = true;
        return;
    }
    if (k->t->hit == HIT_FIRST)
        check_first(k);
    if (k->t->hit == HIT_PRIORITY)
        check_priority(k);
    if (check_linear(k, seen, &gaps)) {
        tell_hidden(k);
        return;
    }
    if (seen)
        check_overlaps(k, seen);
    else if (single)
        out_of_budget(k);
    gaps = gaps ? gaps : check_gaps(k);
    gaps += check_related(k, !gaps, seen, &related);
    tell_inexact(k, related);
    if (k->g->symbols.size > 1 && check_grid_build(k->c, k->t, k->x, type, true, &turned)) {
        k->g = &turned;
        if (seen)
            check_overlaps(k, seen);
        if (!gaps)
            check_gaps(k);
        k->g = grid;
    }
    tell_hidden(k);
}

static size_t cells(const struct xml *rule, const char *name) {
    size_t n = 0;
    for (const struct xml *x = xml_child(rule, name); x; x = xml_next(x, name))
        n++;
    return n;
}

/* A rule with a cell too few or too many is told by its shape; what it covers nobody can say. */
static bool shapely(const struct dmn_table *t) {
    for (const struct xml *r = xml_child(t->xml, "rule"); r; r = xml_next(r, "rule"))
        if (cells(r, "inputEntry") != t->inputs || cells(r, "outputEntry") != t->outputs)
            return false;
    return true;
}

/* A condition with a syntax error covers nobody knows what: gaps found beside it would be false. */
static bool readable(const struct checker *c, const struct dmn_table *t) {
    for (size_t p = 0; p < c->model->problem_count; p++) {
        const struct xml *at = c->model->problem_place[p];
        if (!span_is(at->name, "inputEntry") && !span_is(at->name, "inputExpression") && !span_is(at->name, "inputValues"))
            continue;
        while (at && at != t->xml)
            at = at->parent;
        if (at)
            return false;
    }
    for (size_t i = 0; i < c->findings.size; i++) { /* a name that nothing has is no input that an example could show */
        const struct dmn_finding *f = &c->findings.at[i];
        if (f->rule && !f->output && strncmp(f->code, "dmn_check.unknown_name", strlen("dmn_check.unknown_name")) == 0 &&
            span_eq(f->element_id, t->element_id) && f->line >= t->xml->line)
            return false;
    }
    return true;
}

/* The order is that of the output values, or of the type's allowed values. */
static void check_order(struct table_check *k) {
    if (k->t->hit != HIT_PRIORITY && k->t->hit != HIT_OUTPUT_ORDER)
        return;
    for (size_t o = 0; o < k->t->outputs; o++)
        if (k->x->block[dmn_block_values(k->t, o)])
            return;
    dmn_found_arg(k->c, check_table_found(k, "dmn_check.no_order", DMN_ERROR, 0), "policy", xml_attr(k->t->xml, "hitPolicy"));
}

void dmn_check_table(struct checker *c, const struct feel_ast *n) {
    const struct dmn_table *t = n->ext->data;
    struct check_grid grid;
    struct table_check k = {.c = c, .t = t, .x = n->ext, .g = &grid,
        .steps = c->options->steps ? c->options->steps : DMN_CHECK_STEPS, .dead = arena_alloc(c->arena, t->rules + 1)};
    const struct feel_type **type = column_types(c, t, n->ext);
    check_order(&k);
    if (!t->rules || !shapely(t) || !type || !k.dead) {
        c->full = c->full || !type || !k.dead;
        return;
    }
    if (!readable(c, t)) {
        check_table_found(&k, "dmn_check.unread", DMN_INFO, 0);
    } else if (check_grid_build(c, t, n->ext, type, false, &grid)) {
        examine(&k, &grid, type);
    } else if (!c->full) {
        out_of_budget(&k);
    }
}
