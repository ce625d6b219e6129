/* How a number came about: its formula, taken from the tree, with what its parts were. */
#include "dmn/explain_internal.h"

#include "feel/unknown.h"

static const struct feel_ast *plain(const struct feel_ast *n) {
    while (n->kind == AST_COERCE)
        n = n->a;
    return n;
}

static bool is_call(const struct explain_walk *w, const struct feel_ast *n, const char *const *name, size_t count) {
    if (n->kind != AST_CALL || n->name || n->a->kind != AST_NAME || feel_scope_find(w->scope, n->a->text))
        return false;
    for (size_t i = 0; i < count; i++)
        if (span_is(n->a->text, name[i]))
            return true;
    return false;
}
#define IS_CALL(w, n, list) is_call(w, n, list, ARRAY_LEN(list))
static const char *const JOINS[] = {"concatenate", "append", "flatten"};
static const char *const ROUNDS[] = {"round half up", "round up", "round down", "round half down", "decimal"};
static const char *const SCALARS[] = {"min", "max", "floor", "ceiling", "abs", "round half up", "round up", "round down", "round half down", "decimal"};

/* ---- what it was computed from ------------------------------------------------------------- */

static void use(struct explain_walk *w, struct span name) {
    for (size_t i = 0; i < w->uses.size; i++)
        if (span_eq(w->uses.at[i], name))
            return;
    struct span *slot = vec_push_in(w->arena, &w->uses);
    if (slot)
        *slot = name;
    else
        w->status = E_LIMIT;
}

/* The decisions that a tree names, on the way that was taken. */
static void uses(struct explain_walk *w, const struct feel_ast *n) {
    if (!n || w->status != OK)
        return;
    const struct dmn_element *e = n->kind == AST_NAME || n->kind == AST_PATH ? explain_element(w, n) : NULL;
    if (e && e->kind == DMN_DECISION)
        use(w, e->name);
    if (n->kind == AST_IF) {
        struct feel_value v = explain_value(w, n->a);
        if (v.kind == FEEL_BOOLEAN) {
            uses(w, v.boolean ? n->b : n->c);
            return;
        }
    }
    uses(w, n->a);
    uses(w, n->b);
    uses(w, n->c);
    for (size_t i = 0; n->item && i < n->count; i++)
        uses(w, n->item[i]);
}

/* ---- formulas -------------------------------------------------------------------------------- */

struct parts { struct dmn_formula *of; VEC(struct dmn_operand) list; };

static void part(struct explain_walk *w, struct parts *p, const struct feel_ast *n, struct feel_value v) {
    struct dmn_operand *slot = vec_push_in(w->arena, &p->list);
    if (slot)
        *slot = (struct dmn_operand){n, v};
    else
        w->status = E_LIMIT;
}

/* Down to what is no arithmetic itself. */
static void operands(struct explain_walk *w, struct parts *p, const struct feel_ast *n) {
    struct feel_value v;
    switch (n->kind) {
    case AST_CONST: return;
    case AST_COERCE: case AST_NEGATE: operands(w, p, n->a); return;
    case AST_ARITH: operands(w, p, n->a); operands(w, p, n->b); return;
    case AST_IF:
        v = explain_value(w, n->a);
        part(w, p, n, v);
        if (v.kind == FEEL_BOOLEAN)
            operands(w, p, v.boolean ? n->b : n->c);
        else
            p->of->whole = false;
        return;
    default: break;
    }
    if (IS_CALL(w, n, SCALARS) && !(n->count == 1 && span_is(n->a->text, n->a->text.at[1] == 'i' ? "min" : "max"))) {
        for (size_t i = 0; i < n->count; i++)
            operands(w, p, n->item[i]);
        return;
    }
    v = explain_value(w, n);
    part(w, p, n, v);
    p->of->whole = p->of->whole && v.kind == FEEL_NUMBER;
}

/* A name, a figure or a list says nothing beyond its value; an amount rounded is the amount. */
static bool arithmetic(const struct explain_walk *w, const struct feel_ast *n) {
    return n->kind == AST_ARITH || n->kind == AST_NEGATE || n->kind == AST_CALL || (n->kind == AST_IF && (arithmetic(w, plain(n->b)) || arithmetic(w, plain(n->c))));
}

static void formula(struct explain_walk *w, const struct feel_ast *n, struct span name) {
    struct feel_value v = explain_value(w, n);
    uses(w, n);
    while (n->kind == AST_COERCE || (IS_CALL(w, n, ROUNDS) && n->count == 2 && plain(n->item[1])->kind == AST_CONST))
        n = n->kind == AST_COERCE ? n->a : n->item[0];
    if (!arithmetic(w, n) || v.kind != FEEL_NUMBER || w->status != OK)
        return;
    struct dmn_formula f = {.name = name, .ast = n, .value = v, .whole = true};
    struct parts p = {.of = &f};
    operands(w, &p, n);
    if (w->each) {
        f.value = (struct feel_value){0};
        f.whole = false;
    }
    f.operand = p.list.at;
    f.operand_count = p.list.size;
    struct dmn_formula *slot = vec_push_in(w->arena, &w->formulas);
    if (slot)
        *slot = f;
    else
        w->status = E_LIMIT;
}

/* Entry by entry: what comes later may name what came before. */
static void entries(struct explain_walk *w, const struct feel_ast *n) {
    const struct feel_scope *scope = w->scope;
    const struct feel_value *globals = w->globals;
    size_t count = w->global_count;
    for (size_t i = 0; i < n->count && w->status == OK; i++) {
        explain_amount(w, n->item[i], n->name[i]);
        struct feel_value v = explain_value(w, n->item[i]);
        if (!explain_bind(w, &n->name[i], &v, 1))
            w->status = E_LIMIT;
    }
    if (n->b && w->status == OK)
        explain_amount(w, n->b, (struct span){0});
    w->scope = scope;
    w->globals = globals;
    w->global_count = count;
}

/* One item of what is gone over stands for all; nothing is said of none. */
static void items(struct explain_walk *w, const struct feel_ast *n, struct span name) {
    const struct feel_scope *scope = w->scope;
    const struct feel_value *globals = w->globals;
    size_t count = w->global_count;
    bool each = w->each, any = true;
    for (size_t i = 0; i < n->count && any && w->status == OK; i++) {
        struct feel_value list = explain_value(w, n->item[i]);
        uses(w, n->item[i]);
        any = list.kind == FEEL_LIST && list.count > 0;
        w->each = w->each || list.count > 1;
        if (any && !explain_bind(w, &n->name[i], &list.item[0], 1))
            w->status = E_LIMIT;
    }
    if (any)
        explain_amount(w, n->a, name);
    w->each = each;
    w->scope = scope;
    w->globals = globals;
    w->global_count = count;
}

void explain_amount(struct explain_walk *w, const struct feel_ast *n, struct span name) {
    struct feel_value v;
    if (!n || w->status != OK)
        return;
    switch (n->kind) {
    case AST_COERCE: explain_amount(w, n->a, name); return;
    case AST_CONTEXT: entries(w, n); return;
    case AST_FILTER: explain_amount(w, n->a, name); return;
    case AST_LIST:
        for (size_t i = 0; i < n->count; i++)
            explain_amount(w, n->item[i], (struct span){0});
        return;
    case AST_FOR: items(w, n, name); return;
    case AST_IF:
        v = explain_value(w, n->a);
        if (v.kind == FEEL_BOOLEAN)
            explain_amount(w, v.boolean ? n->b : n->c, name);
        return;
    case AST_PATH:
        if (plain(n->a)->kind == AST_CONTEXT) {
            explain_amount(w, n->a, name);
            return;
        }
        break;
    case AST_CALL:
        for (size_t i = 0; IS_CALL(w, n, JOINS) && i < n->count; i++)
            explain_amount(w, n->item[i], name);
        if (IS_CALL(w, n, JOINS))
            return;
        break;
    case AST_NAME: case AST_ARITH: case AST_NEGATE: break;
    default: return;
    }
    formula(w, n, name);
}
