/* Decision tables as truths of rules (dmn/table.c is what they mean). */
#include "cohort/internal.h"

#include "feel/vm.h"

struct table {
    const struct dmn_table *t;
    const struct feel_extern_ast *x;
    const struct environment *e;
    const struct shape **input;
    uint32_t *held;               /* by rule */
    const struct shape **output;  /* by rule, made when asked for */
};

static const struct shape *block(struct compiler *c, const struct table *t, size_t at) {
    return t->x->block[at] ? shape_lift(c, compile(c, t->x->block[at], t->e), c->at) : shape_value(c, feel_null());
}

static const struct shape *combined(struct compiler *c, const struct table *t, size_t first) {
    if (t->t->outputs == 1)
        return block(c, t, first);
    const struct shape **field = (const struct shape **)ARENA_ARRAY(c->arena, t->t->outputs + 1, struct shape *);
    struct shape *s = shape_new(c, SHAPE_CONTEXT);
    if (!field) {
        c->status = E_LIMIT;
        return shape_error(c);
    }
    for (size_t o = 0; o < t->t->outputs; o++)
        field[o] = block(c, t, first + o);
    s->count = t->t->outputs;
    s->name = t->t->output_name;
    s->field = field;
    return s;
}

static const struct shape *output(struct compiler *c, struct table *t, size_t rule) {
    if (!t->output[rule])
        t->output[rule] = combined(c, t, dmn_block_output(t->t, rule, 0));
    return t->output[rule];
}

static const struct shape *no_match(struct compiler *c, const struct table *t) {
    return t->t->has_default ? combined(c, t, dmn_block_default(t->t, 0)) : shape_value(c, feel_null());
}

static uint32_t holds(struct compiler *c, const struct table *t, size_t rule) {
    uint32_t all = emit_truth(c, true);
    for (size_t i = 0; i < t->t->inputs && !failed(c); i++) {
        const struct feel_ast *cell = t->x->block[dmn_block_cell(t->t, rule, i)];
        if (!cell)
            continue;
        uint32_t one = shape_truth(c, compile_tested(c, cell, t->input[i], t->e));
        if (!failed(c))
            all = emit_and(c, all, one);
    }
    return all;
}

static uint32_t allowed(struct compiler *c, const struct table *t) {
    uint32_t all = NONE;
    for (size_t i = 0; i < t->t->inputs && !failed(c); i++) {
        const struct feel_ast *test = t->x->block[dmn_block_allowed(t->t, i)];
        if (!test)
            continue;
        uint32_t one = shape_truth(c, compile_tested(c, test, t->input[i], t->e));
        if (!failed(c))
            all = emit_and(c, all, one);
    }
    return all;
}

static const struct shape *first_of(struct compiler *c, struct table *t, const size_t *order) {
    const struct shape *s = no_match(c, t);
    for (size_t i = t->t->rules; i-- > 0 && !failed(c);) {
        size_t r = order ? order[i] : i;
        s = shape_select(c, t->held[r], output(c, t, r), s);
    }
    return s;
}

static const struct shape *unique(struct compiler *c, struct table *t) {
    const struct shape *s = first_of(c, t, NULL);
    uint32_t seen = emit_truth(c, false), twice = emit_truth(c, false);
    for (size_t r = 0; r < t->t->rules && !failed(c); r++) {
        twice = emit_or(c, twice, emit_and(c, seen, t->held[r]));
        seen = emit_or(c, seen, t->held[r]);
    }
    return failed(c) ? s : shape_guard(c, emit_not(c, twice), s);
}

/* Rules that hold together must say the same. */
static const struct shape *any(struct compiler *c, struct table *t) {
    const struct shape *s = first_of(c, t, NULL);
    uint32_t agree = NONE;
    if (t->t->outputs != 1) {
        unsupported(c, "hit policy ANY with several outputs");
        return s;
    }
    for (size_t r = 0; r < t->t->rules && !failed(c); r++) {
        uint32_t same = shape_truth(c, shape_compare(c, CMP_EQ, output(c, t, r), s));
        if (!failed(c))
            agree = emit_and(c, agree, emit_or(c, emit_not(c, t->held[r]), same));
    }
    return failed(c) || agree == NONE ? s : shape_guard(c, agree, s);
}

/* ---- by the order of output values --------------------------------------------------- */

static bool place(struct compiler *c, struct table *t, size_t rule, size_t o, size_t *ret) {
    size_t at = dmn_block_values(t->t, o);
    *ret = 0;
    if (!t->x->block[at])
        return true;
    const struct shape *order = block(c, t, at), *s = output(c, t, rule);
    s = s->kind == SHAPE_CONTEXT ? s->field[o] : s;
    if (failed(c) || s->kind != SHAPE_VALUE || order->kind != SHAPE_LIST)
        return false;
    *ret = order->count;
    for (size_t i = order->count; i-- > 0;) {
        if (order->part[i].element->kind != SHAPE_VALUE)
            return false;
        if (feel_same(&order->part[i].element->value, &s->value))
            *ret = i;
    }
    return true;
}

static bool before(struct compiler *c, struct table *t, size_t a, size_t b, bool *ret) {
    size_t x, y;
    *ret = false;
    for (size_t o = 0; o < t->t->outputs; o++) {
        if (!place(c, t, a, o, &x) || !place(c, t, b, o, &y))
            return false;
        if (x != y) {
            *ret = x < y;
            return true;
        }
    }
    return true;
}

/* Rules in the order of their outputs; equals stay as they are written. */
static const size_t *by_output(struct compiler *c, struct table *t) {
    size_t *order = ARENA_ARRAY(c->arena, t->t->rules + 1, size_t);
    bool first = false;
    if (!order) {
        c->status = E_LIMIT;
        return NULL;
    }
    for (size_t r = 0; r < t->t->rules && !failed(c); r++) {
        size_t i = r;
        for (; i > 0; i--) {
            if (!before(c, t, r, order[i - 1], &first))
                unsupported(c, "an order of outputs that are computed");
            if (!first || failed(c))
                break;
            order[i] = order[i - 1];
        }
        order[i] = r;
    }
    return order;
}

/* The first by its output; where the output of a rule that holds is an error, its place is not known. */
static const struct shape *priority(struct compiler *c, struct table *t) {
    const struct shape *s = first_of(c, t, by_output(c, t));
    uint32_t placed = NONE;
    for (size_t r = 0; r < t->t->rules && !failed(c); r++) {
        uint32_t fine = shape_fault(c, output(c, t, r));
        if (fine != NONE && !failed(c))
            placed = emit_and(c, placed, emit_or(c, emit_not(c, t->held[r]), fine));
    }
    return failed(c) || placed == NONE ? s : shape_guard(c, placed, s);
}

/* ---- several ------------------------------------------------------------------------------ */

static const struct shape *several(struct compiler *c, struct table *t) {
    const size_t *order = t->t->hit == HIT_OUTPUT_ORDER ? by_output(c, t) : NULL;
    struct part *part = ARENA_ARRAY(c->arena, t->t->rules + 1, struct part);
    uint32_t some = emit_truth(c, false);
    if (!part) {
        c->status = E_LIMIT;
        return shape_error(c);
    }
    for (size_t i = 0; i < t->t->rules && !failed(c); i++) {
        size_t r = order ? order[i] : i;
        part[i] = (struct part){.single = true, .element = output(c, t, r), .mask = t->held[r], .own = NONE};
        const struct op *h = op_at(c, t->held[r]);
        if (h->code == OP_CONSTANT && !h->how && h->k)
            part[i].mask = NONE;
        some = emit_or(c, some, t->held[r]);
    }
    const struct shape *s = list_of_parts(c, c->at, part, t->t->rules, NONE);
    if (failed(c))
        return s;
    if (t->t->hit == HIT_COLLECT)
        switch (t->t->aggregate) {
        case AGG_LIST: break;
        case AGG_COUNT: s = list_count(c, s); break;
        case AGG_SUM: s = list_sum(c, s); break;
        case AGG_MIN:
        case AGG_MAX:
            unsupported(c, "the extreme of the rules that hold");
            break;
        }
    return shape_select(c, some, s, no_match(c, t));
}

static const struct shape *by_policy(struct compiler *c, struct table *t) {
    switch (t->t->hit) {
    case HIT_FIRST: return first_of(c, t, NULL);
    case HIT_UNIQUE: return unique(c, t);
    case HIT_ANY: return any(c, t);
    case HIT_PRIORITY: return priority(c, t);
    default: return several(c, t);
    }
}

/* Where not the first decides, a rule whose cell is an error makes the table one. */
static const struct shape *unless_faulty(struct compiler *c, const struct table *t, const struct shape *s) {
    uint32_t fault = NONE;
    for (size_t r = 0; r < t->t->rules && !failed(c) && t->t->hit != HIT_FIRST; r++)
        fault = emit_and(c, fault, shape_fault(c, shape_register(c, t->held[r])));
    return failed(c) || fault == NONE ? s : shape_guard(c, fault, s);
}

const struct shape *compile_decision_table(struct compiler *c, const struct feel_ast *n, const struct environment *e) {
    const struct dmn_table *d = n->ext->data;
    struct table t = {.t = d, .x = n->ext, .e = e};
    t.input = (const struct shape **)ARENA_ARRAY(c->arena, d->inputs + 1, struct shape *);
    t.held = ARENA_ARRAY(c->arena, d->rules + 1, uint32_t);
    t.output = (const struct shape **)ARENA_ARRAY(c->arena, d->rules + 1, struct shape *);
    if (!t.input || !t.held || !t.output) {
        c->status = E_LIMIT;
        return shape_error(c);
    }
    for (size_t i = 0; i < d->inputs && !failed(c); i++)
        t.input[i] = block(c, &t, dmn_block_input(d, i));
    uint32_t fine = allowed(c, &t);
    size_t rules = d->rules;
    for (size_t r = 0; r < rules && !failed(c); r++)
        t.held[r] = holds(c, &t, r);
    if (failed(c))
        return shape_error(c);
    const struct shape *s = unless_faulty(c, &t, by_policy(c, &t));
    return failed(c) || fine == NONE ? s : shape_guard(c, fine, s);
}
