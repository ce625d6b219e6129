/* A row for the scalar engine, and policies that columns cannot run. */
#include "cohort/internal.h"

#include "feel/unknown.h"
#include "feel/vm.h"

struct scalar {
    const struct feel_program **program; /* of the outputs; globals are the model's slots */
    const uint32_t *slot;                /* decisions that they name */
    const struct span *decision;
    size_t slot_count;
    const struct span *asked;            /* names that the model looks for in contexts */
    size_t asked_count;
};

/* Unknowns are values while a row is decided, and left out of what others get. */
struct reading {
    struct arena *arena;
    struct feel_env *env;             /* NULL: unknowns are left out */
    const struct cohort_program *p;
    uint64_t serial;
    bool full;
};

static struct feel_value unknown(struct reading *r, enum feel_kind kind) {
    return feel_unknown_of(r->env, (uint8_t)kind, 0xC0404 + r->serial++, NULL, 0, false);
}

static struct feel_value stored_value(struct reading *r, const struct cohort_column *c, uint64_t row) {
    int64_t k = cohort_stored(c, row);
    switch (c->kind) {
    case COHORT_BOOLEAN: return feel_bool(k != 0);
    case COHORT_NUMBER: return feel_number(number_decimal(k, c->scale));
    case COHORT_DATE: return feel_date(k);
    case COHORT_STRING: return k >= 0 && k < c->word_count ? feel_string(c->word[k]) : feel_null();
    }
    (void)r;
    return feel_null();
}

static enum feel_kind kind_of(const struct cohort_column *c) {
    static const uint8_t kinds[] = {FEEL_BOOLEAN, FEEL_NUMBER, FEEL_DATE, FEEL_STRING};
    return (enum feel_kind)kinds[c->kind];
}

/* false: nobody knows it, and it is left out. */
static bool column_value(struct reading *r, const struct cohort_column *c, uint64_t row, struct feel_value *ret) {
    if (cohort_bit(c->unknown, row)) {
        if (r->env)
            *ret = unknown(r, kind_of(c));
        return r->env != NULL;
    }
    *ret = cohort_bit(c->null, row) ? feel_null() : stored_value(r, c, row);
    return true;
}

static struct feel_value row_value(struct reading *r, const struct cohort_table *t, uint64_t row, int depth);

static bool is_plain(const struct cohort_table *t) { return t->column_count == 1 && !t->column[0].name.size && !t->list_count; }

static struct feel_value list_value(struct reading *r, const struct cohort_list *l, uint64_t row, int depth) {
    uint64_t from = l->offset[row], n = l->offset[row + 1] - from;
    struct feel_value *item = ARENA_ARRAY(r->arena, (size_t)n + 1, struct feel_value), list;
    if (!item) {
        r->full = true;
        return feel_null();
    }
    for (uint64_t i = 0; i < n && !r->full; i++)
        if (!is_plain(l->of))
            item[i] = row_value(r, l->of, from + i, depth + 1);
        else if (!column_value(r, &l->of->column[0], from + i, &item[i]))
            item[i] = feel_null();
    list = feel_list(item, (size_t)n);
    if (!feel_measure(item, (size_t)n, &list.zone))
        r->full = true;
    return list;
}

static struct feel_value row_value(struct reading *r, const struct cohort_table *t, uint64_t row, int depth) {
    size_t room = t->column_count + t->list_count + (r->env ? r->p->scalar->asked_count : 0), n = 0;
    struct span *key = ARENA_ARRAY(r->arena, room + 1, struct span);
    struct feel_value *value = ARENA_ARRAY(r->arena, room + 1, struct feel_value);
    if (!key || !value || depth > FEEL_VALUE_DEPTH_MAX / 2) {
        r->full = true;
        return feel_null();
    }
    for (size_t i = 0; i < t->column_count; i++) {
        key[n] = t->column[i].name;
        n += column_value(r, &t->column[i], row, &value[n]);
    }
    for (size_t i = 0; i < t->list_count && !r->full; i++) {
        key[n] = t->list[i].name;
        if (cohort_bit(t->list[i].unknown, row) && !r->env)
            continue;
        value[n] = cohort_bit(t->list[i].unknown, row) ? unknown(r, FEEL_LIST) : list_value(r, &t->list[i], row, depth);
        n++;
    }
    for (size_t i = 0; r->env && i < r->p->scalar->asked_count; i++) {
        struct span name = r->p->scalar->asked[i];
        if (cohort_column_find(t, name) || cohort_list_find(t, name))
            continue;
        key[n] = name;
        value[n++] = request_null_fact(r->p->request, t->name, name) ? feel_null() : unknown(r, FEEL_NULL);
    }
    struct feel_value v = feel_context(r->arena, key, value, n);
    if (v.kind != FEEL_CONTEXT || !feel_measure(v.value, n, &v.zone))
        r->full = true;
    return v;
}

enum status cohort_row_value(struct arena *a, const struct cohort_table *t, uint64_t row, struct feel_value *ret, struct diag *d) {
    struct reading r = {.arena = a};
    assert(row < t->count);
    *ret = row_value(&r, t, row, 0);
    return r.full ? arena_full(d) : OK;
}

/* ---- preparing ------------------------------------------------------------------------ */

struct gathering { struct arena *arena; struct map *names; bool full; };

static void ask(struct gathering *g, struct span name) {
    if (name.size && !map_put(g->names, name, g->names))
        g->full = true;
}

static void gather(struct gathering *g, const struct feel_ast *n, bool filter) {
    if (!n || g->full)
        return;
    if (n->kind == AST_PATH || (filter && n->kind == AST_NAME))
        ask(g, n->text);
    gather(g, n->a, filter);
    gather(g, n->b, filter || n->kind == AST_FILTER);
    gather(g, n->c, filter);
    for (size_t i = 0; n->item && i < n->count; i++)
        gather(g, n->item[i], filter);
    for (size_t i = 0; n->kind == AST_EXTERN && i < n->ext->block_count; i++)
        gather(g, n->ext->block[i], filter);
}

static bool named_slots(struct scalar *x, struct arena *a, const struct cohort_program *p, const bool *named) {
    const struct dmn_model *m = p->request->model;
    uint32_t *slot = ARENA_ARRAY(a, m->slot_count + 1, uint32_t);
    struct span *decision = ARENA_ARRAY(a, m->slot_count + 1, struct span);
    for (uint32_t i = 0; slot && decision && i < m->slot_count; i++) {
        const struct dmn_slot *s = &m->slot[i];
        if (!named[i] || s->element->kind != DMN_DECISION)
            continue;
        char *text = arena_printf(a, "%.*s#%.*s", SPAN_ARG(s->model->uri), SPAN_ARG(s->element->name));
        slot[x->slot_count] = i;
        decision[x->slot_count] = i >= m->own ? s->element->name : span_of(text);
        if (!text)
            return false;
        x->slot_count++;
    }
    x->slot = slot;
    x->decision = decision;
    return slot && decision;
}

static bool asked_names(struct scalar *x, struct arena *a, const struct cohort_program *p) {
    struct gathering g = {.arena = a, .names = map_new(a, 0)};
    const struct dmn_model *m = p->request->model;
    for (size_t i = 0; g.names && i < m->slot_count; i++)
        gather(&g, m->slot[i].element->ast, false);
    size_t n = g.names ? map_size(g.names) : 0;
    struct span *asked = ARENA_ARRAY(a, n + 1, struct span);
    for (size_t i = 0; asked && i < n; i++)
        asked[i] = map_key(g.names, i);
    x->asked = asked;
    x->asked_count = n;
    return g.names && asked && !g.full;
}

enum status scalar_prepare(struct arena *a, struct cohort_program *p, const struct feel_scope *scope, const bool *named, struct diag *d) {
    struct scalar *x = ARENA_NEW(a, struct scalar);
    if (!x)
        return arena_full(d);
    x->program = (const struct feel_program **)ARENA_ARRAY(a, p->output_count + 1, struct feel_program *);
    if (!x->program || !named_slots(x, a, p, named) || !asked_names(x, a, p))
        return arena_full(d);
    for (size_t i = 0; i < p->output_count; i++) {
        enum status s = feel_compile(a, scope, p->request->output[i].expression, SPAN("output"), &x->program[i], d);
        if (s != OK)
            return s;
    }
    p->scalar = x;
    return OK;
}

/* ---- a row ----------------------------------------------------------------------------------- */

static struct feel_value member_value(struct reading *r, const struct cohort_bind *b, uint64_t member) {
    const struct cohort_list *l = r->p->member;
    const struct cohort_column *c = l ? cohort_column_find(l->of, b->list) : NULL;
    size_t room = r->p->scalar->asked_count + 1, n = 0;
    struct span *key = ARENA_ARRAY(r->arena, room, struct span);
    struct feel_value *value = ARENA_ARRAY(r->arena, room, struct feel_value);
    if (!key || !value) {
        r->full = true;
        return feel_null();
    }
    if (c) {
        key[n] = b->field;
        n += column_value(r, c, member, &value[n]);
    }
    for (size_t i = 0; i < r->p->scalar->asked_count; i++)
        if (!c || !span_eq(r->p->scalar->asked[i], b->field)) {
            key[n] = r->p->scalar->asked[i];
            value[n++] = unknown(r, FEEL_NULL);
        }
    return feel_context(r->arena, key, value, n);
}

static struct feel_value input_value(struct reading *r, const struct cohort_bind *b, uint64_t household, uint64_t member) {
    const struct cohort_table *t = r->p->root;
    struct span name = b->list.size ? b->list : b->input;
    struct feel_value v = feel_null();
    const struct cohort_column *c = cohort_column_find(t, name);
    const struct cohort_list *l = cohort_list_find(t, name);
    switch (b->kind) {
    case COHORT_ROW: return row_value(r, t, household, 0);
    case COHORT_COLUMN:
    case COHORT_LIST:
        if (c)
            column_value(r, c, household, &v);
        else if (l)
            v = cohort_bit(l->unknown, household) ? unknown(r, FEEL_LIST) : list_value(r, l, household, 0);
        else if (!request_null_fact(r->p->request, t->name, name))
            v = unknown(r, FEEL_NULL);
        return v;
    case COHORT_VALUE: return b->value;
    case COHORT_MEMBER: return member_value(r, b, member);
    case COHORT_UNKNOWN: break;
    }
    return unknown(r, FEEL_NULL);
}

static bool doubtful(const struct feel_value *v) {
    size_t n = v->kind == FEEL_LIST ? v->count : v->kind == FEEL_CONTEXT ? v->shape->count : 0;
    const struct feel_value *part = v->kind == FEEL_LIST ? v->item : v->value;
    if (feel_is_unknown(v)) {
        const struct feel_value *element = v->unknown->element; /* there may be one, or none */
        return v->unknown->may_error || (element && (feel_find_error(element) || doubtful(element)));
    }
    for (size_t i = 0; i < n; i++)
        if (doubtful(&part[i]))
            return true;
    return false;
}

struct verdict { enum cohort_state state; };

static void worse(struct verdict *v, enum cohort_state s) {
    if (v->state == COHORT_DECIDED || s == COHORT_ERROR)
        v->state = s;
}

static int64_t output_value(const struct cohort_output *o, const struct feel_value *v, struct verdict *ret) {
    int64_t stored = 0;
    if (feel_has_unknown(v))
        worse(ret, COHORT_OPEN);
    else if (o->kind == COHORT_OUT_BOOLEAN && v->kind == FEEL_BOOLEAN)
        stored = v->boolean;
    else if (o->kind != COHORT_OUT_NUMBER || v->kind != FEEL_NUMBER || !decimal_stored(v->number, o->scale, &stored))
        worse(ret, COHORT_ERROR);
    return stored;
}

static enum status evaluate(const struct cohort_program *p, struct feel_env *env, struct feel_value inputs, struct feel_value *global,
    struct verdict *ret, struct diag *d) {
    const struct scalar *x = p->scalar;
    struct dmn_request q = {.model = p->request->model, .decision = x->decision, .decision_count = x->slot_count, .inputs = inputs};
    struct dmn_result result = {0};
    enum status s = x->slot_count ? dmn_evaluate(env, &q, &result, d) : OK;
    for (size_t i = 0; s == OK && i < x->slot_count; i++) {
        const struct feel_value *v = x->slot_count == 1 ? &result.value : &result.value.value[i];
        global[x->slot[i]] = *v;
        if (feel_find_error(v))
            worse(ret, COHORT_ERROR);
        else if (doubtful(v))
            worse(ret, COHORT_OPEN);
    }
    return s;
}

static uint64_t household_of(const struct cohort_program *p, uint64_t row) {
    return p->member ? cohort_owner(p->member, p->root->count, row) : row;
}

static enum status scalar_row(const struct cohort_program *p, struct arena *scratch, uint64_t row, struct cohort_result *ret, size_t at, struct diag *d) {
    struct feel_env env;
    struct verdict verdict = {COHORT_DECIDED};
    size_t n = p->request->bind_count;
    struct span *key = ARENA_ARRAY(scratch, n + 1, struct span);
    struct feel_value *value = ARENA_ARRAY(scratch, n + 1, struct feel_value);
    struct feel_value *global = ARENA_ARRAY(scratch, p->request->model->slot_count + 1, struct feel_value);
    if (!key || !value || !global)
        return arena_full(d);
    feel_env_init(&env, scratch, NULL);
    env.case_mode = true;
    struct reading r = {.arena = scratch, .env = &env, .p = p};
    for (size_t i = 0; i < n; i++) {
        key[i] = p->request->bind[i].input;
        value[i] = input_value(&r, &p->request->bind[i], household_of(p, row), row);
    }
    struct feel_value inputs = feel_context(scratch, key, value, n);
    if (r.full || env.status != OK || inputs.kind != FEEL_CONTEXT)
        return arena_full(d);
    enum status s = evaluate(p, &env, inputs, global, &verdict, d);
    for (size_t i = 0; s == OK && i < p->output_count; i++) {
        struct feel_value v;
        s = feel_run(p->scalar->program[i], &env, global, NULL, &v, d);
        if (s == OK)
            ret->value[i][at] = output_value(&p->request->output[i], &v, &verdict);
    }
    ret->state[at] = (uint8_t)verdict.state;
    for (size_t i = 0; s == OK && verdict.state != COHORT_DECIDED && i < p->output_count; i++)
        ret->value[i][at] = 0;
    return s;
}

enum status scalar_rows(const struct cohort_program *p, struct arena *scratch, uint64_t first, uint64_t count,
    struct cohort_result *ret, struct diag *d) {
    enum status s = OK;
    for (uint64_t i = 0; i < count && s == OK; i++) {
        struct arena_mark mark = arena_mark(scratch);
        s = scalar_row(p, scratch, first + i, ret, (size_t)i, d);
        arena_rewind(scratch, mark);
    }
    return s;
}
