/* Inside what a condition cannot take apart: the members of a quantifier, the body of a
 * function, the values that a cell lets through. */
#include "dmn/explain_internal.h"

#include "feel/unknown.h"

enum { MEMBERS_MAX = 10000, BODIES_MAX = 4, CANDIDATES_MAX = 64 };

bool explain_bind(struct explain_walk *w, const struct span *name, const struct feel_value *value, size_t n) {
    struct feel_scope *scope = feel_scope_new(w->arena, w->scope);
    struct feel_value *all = ARENA_ARRAY(w->arena, w->global_count + n + 1, struct feel_value);
    if (!scope || !all)
        return false;
    memcpy(all, w->globals, w->global_count * sizeof *all);
    for (size_t i = 0; i < n; i++) {
        all[w->global_count + i] = value[i];
        if (!feel_scope_global(scope, name[i], (uint32_t)(w->global_count + i), NULL))
            return false;
    }
    w->scope = scope;
    w->globals = all;
    w->global_count += n;
    return true;
}

static const struct dmn_slot *slot_named(const struct explain_walk *w, const struct feel_ast *n) {
    const struct feel_scope_entry *e = NULL;
    if (n->kind == AST_NAME) {
        e = feel_scope_find(w->scope, n->text);
    } else if (n->kind == AST_PATH && n->a->kind == AST_NAME) {
        const struct feel_scope_entry *of = feel_scope_find(w->scope, n->a->text);
        e = of && of->kind == ENTRY_NAMESPACE ? feel_scope_find(of->inside, n->text) : NULL;
    }
    bool global = e && e->kind == ENTRY_GLOBAL && w->base + e->index < w->model->slot_count;
    const struct dmn_slot *s = global ? &w->model->slot[w->base + e->index] : NULL;
    return s && span_eq(s->element->name, e->name) ? s : NULL; /* else one that was bound behind them */
}

const struct dmn_element *explain_element(const struct explain_walk *w, const struct feel_ast *n) {
    const struct dmn_slot *s = slot_named(w, n);
    return s ? s->element : NULL;
}

/* ---- members of a quantifier ---------------------------------------------------------- */

void explain_member(struct explain_walk *w, const struct feel_ast *n, bool wanted, struct dmn_condition *c) {
    bool decides = n->kind == AST_SOME; /* the truth of a member that decides alone */
    if (n->count != 1 || !n->name || c->actual.boolean != decides)
        return;
    struct feel_value list = explain_value(w, n->item[0]);
    if (list.kind != FEEL_LIST || list.count > MEMBERS_MAX || feel_has_unknown(&list))
        return;
    struct explain_walk inner = *w;
    const struct feel_program *p;
    struct feel_value v = feel_null();
    inner.list.at = NULL;
    inner.list.size = inner.list.room = 0;
    inner.loop = n->name[0];
    inner.input = NULL;
    if (!explain_bind(&inner, n->name, &v, 1)) {
        w->status = E_LIMIT;
        return;
    }
    struct feel_value *item = (struct feel_value *)(uintptr_t)&inner.globals[inner.global_count - 1];
    struct feel_value known = explain_value(&inner, n->a); /* with a member of null: are the other names told? */
    if (feel_is_unknown(&known) || feel_compile_ast(w->arena, inner.scope, n->a, (struct span){0}, &p, NULL) != OK)
        return;
    for (size_t i = 0; i < list.count && w->status == OK; i++) {
        *item = list.item[i];
        if (feel_run(p, w->env, inner.globals, &w->input_value, &v, NULL) != OK) {
            w->status = E_LIMIT;
        } else if (v.kind == FEEL_BOOLEAN && v.boolean == decides) {
            explain_want(&inner, n->a, wanted);
            w->status = inner.status;
            c->member = i + 1;
            c->why = inner.list.at;
            c->why_count = inner.list.size;
            return;
        }
    }
}

/* ---- bodies of functions --------------------------------------------------------------- */

/* What is said of a parameter is said of the argument, where that has a name. */
static void in_callers_words(const struct explain_walk *w, const struct feel_ast *n, const struct feel_ast *f, struct dmn_condition *c) {
    for (size_t i = 0; i < n->count; i++) {
        const struct feel_ast *arg = n->item[i];
        if (arg->kind == AST_COERCE)
            arg = arg->a;
        if (arg->kind != AST_NAME && arg->kind != AST_PATH)
            continue;
        if (span_eq(c->name, f->name[i])) {
            c->name = arg->text;
            c->source = arg->kind == AST_NAME && feel_scope_find(w->scope, arg->text) ? arg->text : (struct span){0};
        }
        if (span_eq(c->limit_name, f->name[i]))
            c->limit_name = arg->text;
    }
}

bool explain_body(struct explain_walk *w, const struct feel_ast *n, bool wanted, struct explain_cost *ret) {
    const struct dmn_slot *s = slot_named(w, n->a);
    const struct feel_ast *f = s && s->element->kind == DMN_BKM ? s->element->ast : NULL, *body = f ? f->a : NULL;
    while (body && body->kind == AST_COERCE)
        body = body->a;
    bool plain = body && f->kind == AST_FUNCTION && !f->op && body->kind != AST_EXTERN && body->kind != AST_CONST;
    if (!plain || n->name || n->count != f->count || w->depth >= BODIES_MAX)
        return false;
    struct feel_value *arg = ARENA_ARRAY(w->arena, n->count + 1, struct feel_value);
    if (!arg)
        return w->status = E_LIMIT, true;
    for (size_t i = 0; i < n->count; i++) {
        arg[i] = explain_value(w, n->item[i]);
        if (feel_has_unknown(&arg[i]))
            return false;
    }
    size_t shift = s->base - w->base;
    struct explain_walk inner = *w;
    inner.base = s->base;
    inner.scope = s->element->scope;
    inner.globals = w->globals + shift;
    inner.global_count = w->global_count - shift;
    inner.input = NULL;
    inner.depth++;
    size_t first = inner.list.size;
    if (!explain_bind(&inner, f->name, arg, f->count))
        return w->status = E_LIMIT, true;
    *ret = explain_want(&inner, body, wanted);
    w->status = inner.status;
    w->list = inner.list;
    for (size_t i = first; i < w->list.size; i++)
        in_callers_words(w, n, f, &w->list.at[i]);
    return w->list.size > first;
}

/* ---- what a cell lets through ------------------------------------------------------------- */

struct candidates { struct feel_value value[CANDIDATES_MAX]; size_t count; };

static void try_value(struct explain_walk *w, struct candidates *c, const struct feel_ast *n) {
    struct feel_value v = explain_value(w, n), step[3] = {v, v, v};
    if (v.kind == FEEL_NUMBER) {
        step[1] = feel_number(dec_sub(v.number, dec_int(1)));
        step[2] = feel_number(dec_add(v.number, dec_int(1)));
    } else if (v.kind == FEEL_DATE) {
        step[1].day--;
        step[2].day++;
    } else if (v.kind == FEEL_STRING) {
        step[1].string = SPAN("\x01"); /* another one */
    } else if (v.kind == FEEL_BOOLEAN) {
        step[1].boolean = !v.boolean;
    }
    for (size_t i = 0; i < 3 && c->count < CANDIDATES_MAX; i++)
        c->value[c->count++] = step[i];
}

/* The limits a cell names, and what lies beside them.  false: it is more than tests of the column. */
static bool limits(struct explain_walk *w, struct candidates *c, const struct feel_ast *n) {
    switch (n->kind) {
    case AST_COERCE: return limits(w, c, n->a);
    case AST_TESTS: {
        bool all = true;
        for (size_t i = 0; i < n->count; i++)
            all = limits(w, c, n->item[i]) && all;
        return all;
    }
    case AST_TEST: try_value(w, c, n->a); return true;
    case AST_RANGE: try_value(w, c, n->a); try_value(w, c, n->b); return true;
    case AST_CONST: try_value(w, c, n); return true;
    default: return false;
    }
}

static enum dmn_truth holds(struct explain_walk *w, const struct feel_ast *cell) {
    struct feel_value v = explain_value(w, cell);
    return v.kind == FEEL_BOOLEAN ? v.boolean ? DMN_TRUE : DMN_FALSE : DMN_UNKNOWN_TRUTH;
}

bool explain_possible(struct explain_walk *w, const struct dmn_trace_table *t, size_t rule, size_t fired, size_t i) {
    const struct feel_ast *wants = dmn_table_cell(t->source, rule, i), *bars = dmn_table_cell(t->source, fired, i);
    struct feel_value was = w->input_value;
    struct candidates *c = wants && bars ? ARENA_NEW(w->arena, struct candidates) : NULL;
    if (!c)
        return true;
    bool told = limits(w, c, wants) && limits(w, c, bars), found = false;
    for (size_t k = 0; told && k < c->count && !found; k++) {
        w->input_value = c->value[k];
        enum dmn_truth a = holds(w, wants), b = holds(w, bars);
        found = (a == DMN_TRUE && b == DMN_FALSE) || a == DMN_UNKNOWN_TRUTH || b == DMN_UNKNOWN_TRUTH;
    }
    w->input_value = was;
    return !told || found || c->count == CANDIDATES_MAX;
}
