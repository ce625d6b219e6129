/* From a trace: which rules fired, which would have been next, and on what each
 * decision hung. */
#include "dmn/explain_internal.h"

#include "feel/unknown.h"

enum { EXPLAIN_STEPS = 2000000 }; /* an evaluation of a policy takes some thousand */

struct explaining {
    struct arena *arena;
    const struct dmn_model *model;
    const struct dmn_trace *trace;
    struct feel_env env;
    struct feel_notes notes;
    enum status status;
};

/* ---- where a tree is read --------------------------------------------------------- */

static const struct dmn_slot *slot_of(const struct explaining *x, const struct dmn_element *e) {
    for (size_t i = 0; i < x->model->slot_count; i++)
        if (x->model->slot[i].element == e)
            return &x->model->slot[i];
    return NULL;
}

static struct explain_walk walk_at(struct explaining *x, const struct dmn_slot *s, const struct feel_scope *scope) {
    return (struct explain_walk){.arena = x->arena, .env = &x->env, .model = x->model, .base = s->base, .scope = scope, .globals = x->trace->value + s->base,
        .global_count = x->trace->value_count - s->base, .status = x->status};
}

/* The arguments of the function whose body a table is become globals behind the model's. */
static bool with_arguments(struct explain_walk *w, const struct dmn_trace_table *t) {
    const struct feel_ast *f = t->source->function;
    return !f || explain_bind(w, f->name, t->argument, f->count);
}

/* ---- tables --------------------------------------------------------------------------- */

static struct explain_cost cell(struct explain_walk *w, const struct dmn_trace_table *t, size_t rule, size_t i, bool wanted) {
    const struct feel_ast *n = dmn_table_cell(t->source, rule, i);
    w->input = dmn_table_input(t->source, i);
    w->input_value = t->input[i];
    w->input_label = t->source->labelled[i] ? t->input_name[i] : (struct span){0};
    struct explain_cost c = n ? explain_want(w, n, wanted) : (struct explain_cost){0};
    w->input = NULL;
    return c;
}

/* The cells of a rule, all of which must hold: what held, or what did not. */
static struct explain_cost rule_holds(struct explain_walk *w, const struct dmn_trace_table *t, size_t rule, bool failed_only) {
    struct explain_cost sum = {0};
    for (size_t i = 0; i < t->input_count && w->status == OK; i++) {
        size_t at = w->list.size;
        struct explain_cost c = cell(w, t, rule, i, true);
        if (failed_only && !c.failed)
            w->list.size = at;
        sum.failed += c.failed;
        sum.distance += c.distance;
    }
    return sum;
}

/* The one cell of a rule whose failing would be nearest, of those that can fail while `then` holds; false: none can. */
static bool rule_breaks(struct explain_walk *w, const struct dmn_trace_table *t, size_t rule, size_t then, struct explain_cost *ret) {
    struct explain_cost best = {0};
    size_t first = w->list.size;
    bool any = false;
    w->blocked_by = rule + 1;
    for (size_t i = 0; i < t->input_count && w->status == OK; i++) {
        if (!dmn_table_cell(t->source, rule, i) || !explain_possible(w, t, then, rule, i))
            continue;
        size_t at = w->list.size;
        struct explain_cost c = cell(w, t, rule, i, false);
        if (any && !explain_nearer(c, best)) {
            w->list.size = at;
            continue;
        }
        explain_keep(w, first, at);
        best = c;
        any = true;
    }
    w->blocked_by = 0;
    *ret = best;
    return any;
}

/* A rule of the same output would have changed nothing. */
static bool same_output(struct explain_walk *w, const struct dmn_trace_table *t, size_t rule) {
    for (size_t o = 0; o < t->output_count; o++) {
        const struct feel_ast *n = dmn_table_output(t->source, rule, o);
        struct feel_value v = n ? explain_value(w, n) : feel_null();
        const struct feel_value *was = t->output_count == 1 ? &t->result : feel_get(&t->result, t->output_name[o]);
        if (!was || feel_is_unknown(&v) || !feel_same(&v, was))
            return false;
    }
    return true;
}

static size_t first_to_fire(const struct dmn_trace_table *t) {
    for (size_t r = 0; t->source->first && r < t->rule_count; r++)
        if (t->rule[r].fired)
            return r;
    return t->rule_count;
}

/* How many of these want another word than a decision found. */
static size_t decided(const struct explaining *x, const struct dmn_condition *list, size_t n) {
    size_t sum = 0;
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < x->trace->decision_count; k++) {
            const struct dmn_trace_decision *d = &x->trace->decision[k];
            sum += d->value.kind == FEEL_STRING && span_eq(d->name, list[i].source);
        }
    return sum;
}

/* What rule `r` lacked; of a FIRST table also that an earlier one holds no more. */
static struct dmn_near_rule near_rule(const struct explaining *x, struct explain_walk *w, const struct dmn_trace_table *t, size_t r, size_t fired) {
    w->list.at = NULL;
    w->list.size = w->list.room = 0;
    struct explain_cost c = rule_holds(w, t, r, true);
    if (fired < r) {
        struct explain_cost b = {0};
        if (!rule_breaks(w, t, fired, r, &b))
            w->list.size = 0; /* nothing near makes this one the first */
        c.distance += b.distance;
    }
    return (struct dmn_near_rule){&t->rule[r], w->list.at, w->list.size, c.distance, decided(x, w->list.at, w->list.size)};
}

static bool nearer(const struct dmn_near_rule *a, const struct dmn_near_rule *b) {
    if (a->count != b->count)
        return a->count < b->count;
    return a->distance != b->distance ? a->distance < b->distance : a->decided > b->decided;
}

static void keep_nearest(struct dmn_explained_table *x, struct dmn_near_rule *list, struct dmn_near_rule one) {
    size_t at = x->near_count < DMN_NEAR_MAX ? x->near_count++ : DMN_NEAR_MAX;
    if (at == DMN_NEAR_MAX && !nearer(&one, &list[at - 1]))
        return;
    if (at == DMN_NEAR_MAX)
        at--;
    for (; at > 0 && nearer(&one, &list[at - 1]); at--) /* equals stay in the order of the rules */
        list[at] = list[at - 1];
    list[at] = one;
}

static bool clashes(const struct dmn_trace_table *t) {
    size_t held = 0;
    for (size_t r = 0; r < t->rule_count; r++)
        held += t->rule[r].held == DMN_TRUE;
    return t->source->alone && held > 1 && feel_is_null(t->result) && (t->result.flag & FEEL_FLAG_ERROR);
}

/* What the rules that hold besides the one of the first output conclude. */
static void outranked_rules(struct explaining *x, struct explain_walk *w, const struct dmn_trace_table *t, struct dmn_explained_table *ret) {
    struct dmn_outranked_rule *list = ARENA_ARRAY(x->arena, t->rule_count + 1, struct dmn_outranked_rule);
    if (!list) {
        x->status = E_LIMIT;
        return;
    }
    ret->outranked = list;
    for (size_t r = 0; r < t->rule_count; r++) {
        if (t->rule[r].held != DMN_TRUE || t->rule[r].fired || t->output_count != 1 || same_output(w, t, r))
            continue;
        const struct feel_ast *n = dmn_table_output(t->source, r, 0);
        list[ret->outranked_count++] = (struct dmn_outranked_rule){&t->rule[r], n ? explain_value(w, n) : feel_null()};
    }
}

/* The rules of a table whose result is not known that may hold: what is not known of them. */
static void open_rules(const struct explaining *x, struct explain_walk *w, const struct dmn_trace_table *t, struct dmn_explained_table *ret, struct dmn_near_rule *near) {
    for (size_t r = 0; r < t->rule_count && w->status == OK; r++) {
        if (t->rule[r].held != DMN_UNKNOWN_TRUTH)
            continue;
        struct dmn_near_rule one = near_rule(x, w, t, r, t->rule_count);
        if (one.count)
            keep_nearest(ret, near, one);
    }
}

/* How the numbers that a fired rule gives came about. */
static void outputs(struct explain_walk *w, const struct dmn_trace_table *t, size_t rule, struct dmn_fired_rule *ret) {
    w->formulas.at = NULL;
    w->formulas.size = w->formulas.room = 0;
    for (size_t o = 0; o < t->output_count; o++)
        explain_amount(w, dmn_table_output(t->source, rule, o), t->output_count == 1 ? t->element_name : t->output_name[o]);
    ret->formula = w->formulas.at;
    ret->formula_count = w->formulas.size;
}

static void explain_table(struct explaining *x, const struct dmn_trace_table *t, struct dmn_explained_table *ret) {
    const struct dmn_slot *slot = t->source ? slot_of(x, t->source->element) : NULL;
    struct dmn_fired_rule *fired = ARENA_ARRAY(x->arena, t->rule_count + 1, struct dmn_fired_rule);
    struct dmn_near_rule *near = ARENA_ARRAY(x->arena, DMN_NEAR_MAX, struct dmn_near_rule);
    *ret = (struct dmn_explained_table){.table = t, .fired = fired, .near = near};
    if (!fired || !near) {
        x->status = E_LIMIT;
        return;
    }
    if (!slot)
        return;
    struct explain_walk w = walk_at(x, slot, t->source->scope);
    if (!with_arguments(&w, t)) {
        x->status = E_LIMIT;
        return;
    }
    size_t first = first_to_fire(t), together = 0;
    bool clash = clashes(t);
    ret->open = feel_has_unknown(&t->result);
    if (ret->open)
        open_rules(x, &w, t, ret, near);
    for (size_t r = 0; !ret->open && r < t->rule_count && w.status == OK; r++) {
        w.list.at = NULL;
        w.list.size = w.list.room = 0;
        if (clash && t->rule[r].held == DMN_TRUE) {
            rule_holds(&w, t, r, false);
            fired[together++] = (struct dmn_fired_rule){.rule = &t->rule[r], .condition = w.list.at, .count = w.list.size};
        } else if (clash) {
            continue; /* no rule's lacking made the answer */
        } else if (t->rule[r].fired) {
            rule_holds(&w, t, r, false);
            fired[ret->fired_count] = (struct dmn_fired_rule){&t->rule[r], w.list.at, w.list.size};
            outputs(&w, t, r, &fired[ret->fired_count++]);
        } else if (!same_output(&w, t, r)) {
            struct dmn_near_rule one = near_rule(x, &w, t, r, first);
            if (one.count) /* else nothing can be said: it holds, and another policy than FIRST left it out */
                keep_nearest(ret, near, one);
        }
    }
    if (t->source->priority && !ret->open)
        outranked_rules(x, &w, t, ret);
    ret->uses = w.uses.at;
    ret->use_count = w.uses.size;
    ret->ordered = t->source->ordered && ret->fired_count > 1;
    if (clash)
        ret->clash = fired, ret->clash_count = together;
    x->status = w.status;
}

/* ---- a decision's own expression ------------------------------------------------------------ */

/* Does the branch not taken come to the same value? */
static bool branches_alike(struct explain_walk *w, const struct feel_ast *n) {
    struct feel_value yes = explain_value(w, n->b), no = explain_value(w, n->c);
    return !feel_has_unknown(&yes) && !feel_has_unknown(&no) && feel_same(&yes, &no);
}

/* The conditions that chose among branches, outermost first; `other`: how they would choose another value.
 * `open`: the value is not known, and a condition that is not known either is what it hangs on. */
static void branches(struct explain_walk *w, const struct feel_ast *n, bool other, bool open) {
    if (!n || w->status != OK)
        return;
    switch (n->kind) {
    case AST_COERCE: case AST_PATH:
        branches(w, n->a, other, open);
        return;
    case AST_CONTEXT:
        for (size_t i = 0; i < n->count; i++)
            branches(w, n->item[i], other, open);
        branches(w, n->b, other, open);
        return;
    case AST_IF: {
        struct feel_value v = explain_value(w, n->a);
        if (open && !other && feel_is_unknown(&v))
            explain_want(w, n->a, true);
        if (v.kind != FEEL_BOOLEAN)
            return;
        const struct feel_ast *taken = v.boolean ? n->b : n->c;
        /* what comes after a condition that gave the answer is not asked as long as that one does not change */
        if (!other || taken->kind == AST_CONST || !branches_alike(w, n))
            explain_want(w, n->a, v.boolean != other);
        branches(w, taken, other, open);
        return;
    }
    default: return;
    }
}

static void literal(struct explaining *x, const struct dmn_element *e, const struct dmn_slot *s, bool other, const struct dmn_condition **ret, size_t *ret_count) {
    struct explain_walk w = walk_at(x, s, e->scope);
    const struct feel_ast *n = e->ast;
    while (n->kind == AST_COERCE)
        n = n->a;
    struct feel_value v = x->trace->value[s - x->model->slot];
    bool logic = n->kind != AST_EXTERN && n->kind != AST_CONST, open = feel_has_unknown(&v);
    if (v.kind == FEEL_BOOLEAN && logic)
        explain_want(&w, n, v.boolean != other);
    else if (feel_is_unknown(&v) && v.unknown->kind == FEEL_BOOLEAN && n->kind != AST_IF && logic && !other)
        explain_want(&w, n, true);
    else
        branches(&w, n, other, open);
    x->status = w.status;
    *ret = w.list.at;
    *ret_count = w.list.size;
}

static const struct dmn_slot *decision_slot(const struct explaining *x, const struct dmn_trace_decision *d) {
    for (size_t i = 0; i < x->model->slot_count; i++) {
        const struct dmn_element *e = x->model->slot[i].element;
        if (e->kind == DMN_DECISION && e->name.at == d->name.at)
            return &x->model->slot[i];
    }
    return NULL;
}

static void requires(struct explaining *x, const struct dmn_slot *s, struct dmn_explained_decision *ret) {
    size_t *need = ARENA_ARRAY(x->arena, s->element->need_count + 1, size_t);
    if (!need) {
        x->status = E_LIMIT;
        return;
    }
    ret->need = need;
    /* A model that several import is evaluated for each of them: the same decision stands in the trace more than once, with one value. */
    for (size_t i = 0; i < s->element->need_count; i++) {
        struct span name = x->model->slot[s->base + s->element->need[i]].element->name;
        for (size_t k = 0; k < x->trace->decision_count; k++)
            if (x->trace->decision[k].name.at == name.at) {
                need[ret->need_count++] = k;
                break;
            }
    }
}

static void not_given(struct explaining *x, const struct dmn_slot *s, struct dmn_explained_decision *ret) {
    struct span *list = ARENA_ARRAY(x->arena, s->element->need_count + 1, struct span);
    if (!list) {
        x->status = E_LIMIT;
        return;
    }
    ret->not_given = list;
    for (size_t i = 0; i < s->element->need_count; i++) {
        uint32_t at = s->base + s->element->need[i];
        const struct dmn_element *e = x->model->slot[at].element;
        if (e->kind == DMN_INPUT && feel_is_null(x->trace->value[at]) && !(x->trace->value[at].flag & FEEL_FLAG_ERROR))
            list[ret->not_given_count++] = e->name;
    }
}

static void amounts(struct explaining *x, const struct dmn_slot *s, struct dmn_explained_decision *ret) {
    struct explain_walk w = walk_at(x, s, s->element->scope);
    struct feel_value v = x->trace->value[s - x->model->slot];
    if (v.kind == FEEL_NUMBER || v.kind == FEEL_LIST || v.kind == FEEL_CONTEXT)
        explain_amount(&w, s->element->ast, s->element->name);
    x->status = w.status;
    ret->formula = w.formulas.at;
    ret->formula_count = w.formulas.size;
    ret->uses = w.uses.at;
    ret->use_count = w.uses.size;
}

static void explain_decision(struct explaining *x, const struct dmn_trace_decision *d, struct dmn_explained_decision *ret) {
    const struct dmn_slot *s = decision_slot(x, d);
    *ret = (struct dmn_explained_decision){.decision = d};
    if (s)
        requires(x, s, ret);
    if (s && feel_is_null(d->value))
        not_given(x, s, ret);
    if (!s || !s->element->ast || x->status != OK)
        return;
    literal(x, s->element, s, false, &ret->held, &ret->held_count);
    if (x->status == OK)
        literal(x, s->element, s, true, &ret->would, &ret->would_count);
    if (x->status == OK)
        amounts(x, s, ret);
}

/* ---- the chain --------------------------------------------------------------------------------- */

struct chain { const struct dmn_explanation *x; size_t *at; size_t count; bool *seen; };

static size_t named(const struct dmn_explanation *x, struct span name) {
    for (size_t i = 0; i < x->decision_count; i++)
        if (span_eq(x->decision[i].decision->name, name) || span_eq(x->decision[i].decision->id, name))
            return i;
    return x->decision_count;
}

/* A yes, a no or a word was decided, as was a number that a table of its own chose; another number was computed,
 * and the condition has said all of it.  What is not known yet has its own reason. */
static bool answers(const struct dmn_explanation *x, size_t decision) {
    const struct dmn_trace_decision *d = x->decision[decision].decision;
    for (size_t i = 0; i < d->table_count; i++)
        if (span_eq(x->table[d->table_first + i].table->element_name, d->name))
            return true;
    return d->value.kind == FEEL_BOOLEAN || d->value.kind == FEEL_STRING || feel_is_unknown(&d->value);
}

static void follow(struct chain *c, size_t decision);

static void follow_all(struct chain *c, const struct dmn_condition *list, size_t n) {
    for (size_t i = 0; i < n; i++) {
        size_t at = named(c->x, list[i].source.size ? list[i].source : list[i].name); /* an import's has no source */
        if (at < c->x->decision_count && answers(c->x, at))
            follow(c, at);
    }
}

static void follow(struct chain *c, size_t decision) {
    const struct dmn_explained_decision *d = &c->x->decision[decision];
    if (c->seen[decision])
        return;
    c->seen[decision] = true;
    c->at[c->count++] = decision;
    follow_all(c, d->held, d->held_count);
    follow_all(c, d->would, d->would_count);
    for (size_t i = 0; feel_is_null(d->decision->value) && i < d->need_count; i++)
        if (feel_is_null(c->x->decision[d->need[i]].decision->value)) /* what has no result may have left none here */
            follow(c, d->need[i]);
    for (size_t i = 0; i < d->decision->table_count; i++) {
        const struct dmn_explained_table *t = &c->x->table[d->decision->table_first + i];
        for (size_t k = 0; k < t->fired_count; k++)
            follow_all(c, t->fired[k].condition, t->fired[k].count);
        for (size_t k = 0; k < t->clash_count; k++)
            follow_all(c, t->clash[k].condition, t->clash[k].count);
        for (size_t k = 0; k < t->near_count && (k == 0 || t->open); k++)
            follow_all(c, t->near[k].condition, t->near[k].count);
    }
}

/* ---- what the numbers were computed from -------------------------------------------------------- */

static void compute(struct chain *c, size_t decision);

/* What has nothing to say but what it names is passed through; of an empty list there is nothing to tell. */
static void compute_named(struct chain *c, struct span name, bool number) {
    size_t at = named(c->x, name);
    if (at >= c->x->decision_count || c->seen[at])
        return;
    const struct dmn_explained_decision *d = &c->x->decision[at];
    const struct feel_value *v = &d->decision->value;
    if (feel_has_unknown(v) || (v->kind == FEEL_LIST ? v->count == 0 : number && !d->formula_count))
        return;
    c->seen[at] = true;
    if (d->held_count || d->formula_count || d->decision->table_count)
        c->at[c->count++] = at;
    compute(c, at);
}

static void compute_compared(struct chain *c, const struct dmn_condition *list, size_t n) {
    for (size_t i = 0; i < n; i++) {
        if (list[i].actual.kind == FEEL_NUMBER)
            compute_named(c, list[i].source.size ? list[i].source : list[i].name, true);
        if (list[i].limit.kind == FEEL_NUMBER)
            compute_named(c, list[i].limit_name, true);
    }
}

static void compute(struct chain *c, size_t decision) {
    const struct dmn_explained_decision *d = &c->x->decision[decision];
    for (size_t i = 0; i < d->use_count; i++)
        compute_named(c, d->uses[i], false);
    compute_compared(c, d->held, d->held_count);
    for (size_t i = 0; i < d->decision->table_count; i++) {
        const struct dmn_explained_table *t = &c->x->table[d->decision->table_first + i];
        for (size_t k = 0; k < t->use_count; k++)
            compute_named(c, t->uses[k], false);
        for (size_t k = 0; k < t->fired_count; k++)
            compute_compared(c, t->fired[k].condition, t->fired[k].count);
        if (t->near_count)
            compute_compared(c, t->near[0].condition, t->near[0].count);
    }
}

/* Every decision that none of the others requires. */
static bool follow_ends(struct explaining *x, struct chain *c) {
    size_t n = c->x->decision_count;
    bool *required = ARENA_ARRAY(x->arena, x->model->slot_count + 1, bool);
    const struct dmn_slot **slot = (const struct dmn_slot **)ARENA_ARRAY(x->arena, n + 1, struct dmn_slot *);
    if (!required || !slot)
        return false;
    for (size_t i = 0; i < n; i++) {
        slot[i] = decision_slot(x, c->x->decision[i].decision);
        for (size_t k = 0; slot[i] && k < slot[i]->element->need_count; k++)
            required[slot[i]->base + slot[i]->element->need[k]] = true;
    }
    for (size_t i = 0; i < n; i++)
        if (slot[i] && !required[slot[i] - x->model->slot])
            follow(c, i);
    return true;
}

static bool chain(struct explaining *x, struct dmn_explanation *ret, struct span answer) {
    struct chain c = {.x = ret, .at = ARENA_ARRAY(x->arena, ret->decision_count + 1, size_t),
        .seen = ARENA_ARRAY(x->arena, ret->decision_count + 1, bool)};
    if (!c.at || !c.seen)
        return false;
    size_t from = answer.size ? named(ret, answer) : ret->decision_count;
    if (from < ret->decision_count)
        follow(&c, from);
    else if (!answer.size && !follow_ends(x, &c))
        return false;
    ret->chain = c.at;
    ret->chain_count = c.count;
    for (size_t i = 0; i < ret->chain_count; i++)
        compute(&c, ret->chain[i]);
    ret->computed = c.at + ret->chain_count;
    ret->computed_count = c.count - ret->chain_count;
    return true;
}

enum status dmn_explain(struct arena *a, const struct dmn_model *m, const struct dmn_trace *t, struct span answer,
    struct dmn_explanation *ret, struct diag *d) {
    struct explaining *x = ARENA_NEW(a, struct explaining);
    struct dmn_explained_decision *decision = ARENA_ARRAY(a, t->decision_count + 1, struct dmn_explained_decision);
    struct dmn_explained_table *table = ARENA_ARRAY(a, t->table_count + 1, struct dmn_explained_table);
    if (!x || !decision || !table)
        return arena_full(d);
    *x = (struct explaining){.arena = a, .model = m, .trace = t};
    feel_env_init(&x->env, a, &x->notes);
    x->env.steps_left = EXPLAIN_STEPS;
    for (size_t i = 0; i < t->table_count && x->status == OK; i++)
        explain_table(x, &t->table[i], &table[i]);
    for (size_t i = 0; i < t->decision_count && x->status == OK; i++)
        explain_decision(x, &t->decision[i], &decision[i]);
    struct dmn_explanation r = {.trace = t, .decision = decision, .decision_count = t->decision_count, .table = table, .table_count = t->table_count};
    if (x->status == OK && !chain(x, &r, answer))
        x->status = E_LIMIT;
    if (x->status != OK)
        return x->env.steps_left == 0 ? diag_fail(d, E_LIMIT, "feel.budget", DIAG_S("where", "explain")) : arena_full(d);
    *ret = r;
    return OK;
}
