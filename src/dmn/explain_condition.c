/* A truth is taken apart into the comparisons that decided it. */
#include "dmn/explain_internal.h"

#include "feel/unknown.h"

static const struct feel_unknown nobody_knows = {.cell = -1};

static struct feel_value untold(void) {
    struct feel_value v = {.kind = FEEL_UNKNOWN};
    v.unknown = &nobody_knows;
    return v;
}

/* ---- values ----------------------------------------------------------------------- */

/* Names that the tree itself binds on the way down; in a filter anything may be an item's. */
struct bound { const struct feel_ast *by; const struct bound *outer; };

static bool bound_inside(const struct bound *b, struct span name) {
    for (; b; b = b->outer) {
        if (b->by->kind == AST_FILTER)
            return true;
        for (size_t i = 0; b->by->name && i < b->by->count; i++)
            if (span_eq(b->by->name[i], name))
                return true;
    }
    return false;
}

static bool name_told(const struct explain_walk *w, struct span name, const struct bound *bound) {
    if (bound_inside(bound, name))
        return true;
    const struct feel_scope_entry *e = feel_scope_find(w->scope, name);
    if (!e)
        return feel_builtin_find(name) != NULL; /* else a name of the expression around, gone by now */
    if (e->kind != ENTRY_GLOBAL)
        return e->kind == ENTRY_NAMESPACE;
    /* of a list or a context that is open in parts, what is asked may be known all the same: the evaluation tells */
    return e->index < w->global_count && !feel_is_unknown(&w->globals[e->index]);
}

/* A part of something that is known in that part: 申请.所需金额, whatever else of 申请 is unknown.  NULL: no such path. */
static const struct feel_value *part_of(const struct explain_walk *w, const struct feel_ast *n, const struct bound *bound) {
    if (n->kind == AST_PATH) {
        const struct feel_value *whole = part_of(w, n->a, bound);
        return whole && whole->kind == FEEL_CONTEXT ? feel_get(whole, n->text) : NULL;
    }
    const struct feel_scope_entry *e = n->kind == AST_NAME && !bound_inside(bound, n->text) ? feel_scope_find(w->scope, n->text) : NULL;
    return e && e->kind == ENTRY_GLOBAL && e->index < w->global_count ? &w->globals[e->index] : NULL;
}

static bool binds(const struct feel_ast *n) {
    switch (n->kind) {
    case AST_FOR: case AST_SOME: case AST_EVERY: case AST_FUNCTION: case AST_CONTEXT: case AST_FILTER: return true;
    default: return false;
    }
}

static bool told_in(const struct explain_walk *w, const struct feel_ast *n, const struct bound *outer) {
    if (!n)
        return true;
    struct bound here = {n, outer};
    const struct bound *bound = binds(n) ? &here : outer;
    if (n->kind == AST_EXTERN || (n->kind == AST_NAME && !name_told(w, n->text, outer)))
        return false;
    if (n->kind == AST_INPUT && feel_has_unknown(&w->input_value))
        return false;
    const struct feel_value *part = n->kind == AST_PATH ? part_of(w, n, outer) : NULL;
    if (part)
        return !feel_is_unknown(part);
    if (!told_in(w, n->a, bound) || !told_in(w, n->b, bound) || !told_in(w, n->c, bound))
        return false;
    for (size_t i = 0; n->item && i < n->count; i++)
        if (!told_in(w, n->item[i], bound))
            return false;
    return true;
}

static bool told(const struct explain_walk *w, const struct feel_ast *n) { return told_in(w, n, NULL); }

struct feel_value explain_value(struct explain_walk *w, const struct feel_ast *n) {
    const struct feel_program *p;
    struct feel_value v = feel_null();
    if (n->kind == AST_CONST)
        return n->value;
    if (n->kind == AST_INPUT)
        return w->input_value;
    if (w->status != OK || !told(w, n))
        return untold();
    enum status s = feel_compile_ast(w->arena, w->scope, n, (struct span){0}, &p, NULL);
    if (s == OK)
        s = feel_run(p, w->env, w->globals, &w->input_value, &v, NULL);
    if (s == E_LIMIT)
        w->status = s;
    return s == OK ? v : untold();
}

static enum dmn_truth truth(const struct feel_value *v) {
    if (v->kind == FEEL_BOOLEAN)
        return v->boolean ? DMN_TRUE : DMN_FALSE;
    return v->kind == FEEL_UNKNOWN ? DMN_UNKNOWN_TRUTH : DMN_ERROR_TRUTH;
}

static enum dmn_truth truth_of(struct explain_walk *w, const struct feel_ast *n) {
    struct feel_value v = explain_value(w, n);
    return truth(&v);
}

static enum dmn_truth wished(bool wanted) { return wanted ? DMN_TRUE : DMN_FALSE; }

static const struct feel_ast *bare(const struct feel_ast *n) {
    while (n->kind == AST_COERCE)
        n = n->a;
    return n;
}

/* ---- what is compared ----------------------------------------------------------------- */

static bool is_builtin(const struct explain_walk *w, const struct feel_ast *n, const char *name) {
    return n->kind == AST_CALL && n->count == 1 && n->a->kind == AST_NAME && span_is(n->a->text, name) &&
        !feel_scope_find(w->scope, n->a->text);
}

static struct span plain_name(const struct feel_ast *n) {
    return n->kind == AST_NAME || n->kind == AST_PATH ? n->text : (struct span){0};
}

static struct span source_of(const struct explain_walk *w, const struct feel_ast *n) {
    while (n->kind == AST_PATH || n->kind == AST_FILTER)
        n = n->a;
    const struct feel_scope_entry *e = n->kind == AST_NAME ? feel_scope_find(w->scope, n->text) : NULL;
    return e && e->kind == ENTRY_GLOBAL ? e->name : (struct span){0};
}

static void describe(const struct explain_walk *w, struct dmn_condition *c, const struct feel_ast *n) {
    bool column = n->kind == AST_INPUT && w->input;
    if (column)
        n = bare(w->input);
    c->subject = n;
    if (is_builtin(w, n, "count")) {
        c->counted = true;
        n = bare(n->item[0]);
    }
    c->source = source_of(w, n);
    c->name = plain_name(n);
    if (n->kind == AST_PATH && w->loop.size && span_eq(c->source, w->loop)) { /* m.收入 is not 收入 */
        char *full = n->a->kind == AST_NAME ? arena_printf(w->arena, "%.*s.%.*s", SPAN_ARG(w->loop), SPAN_ARG(n->text)) : NULL;
        c->name = full ? span_of(full) : c->name;
    }
    if (column && w->input_label.size) {
        c->name = w->input_label;
        c->counted = false;
    }
}

static bool measure(const struct feel_value *a, const struct feel_value *b, struct dec *ret) {
    if (a->kind == FEEL_NUMBER && b->kind == FEEL_NUMBER)
        *ret = dec_abs(dec_sub(a->number, b->number));
    else if (a->kind == FEEL_DATE && b->kind == FEEL_DATE)
        *ret = dec_abs(dec_int(a->day - b->day));
    else
        return false;
    return dec_finite(*ret);
}

/* Days count against a year, so that a birthday next week is near.  What is counted is
 * at least one away. */
static double relative(const struct dmn_condition *c, const struct feel_value *limit) {
    if (!c->has_distance)
        return 1;
    double size = limit->kind == FEEL_NUMBER ? dec_to_double(dec_abs(limit->number)) : 365, far = dec_to_double(c->distance);
    if (c->counted && far < 1)
        far = 1;
    return far / (size > 1 ? size : 1);
}

/* Which of these inputs was not given; "": none. */
static struct span not_given(const struct explain_walk *w, const struct feel_ast *n) {
    if (n && n->kind == AST_INPUT && w->input)
        n = w->input;
    while (n && (n->kind == AST_COERCE || n->kind == AST_PATH))
        n = n->a;
    const struct dmn_element *e = n ? explain_element(w, n) : NULL;
    const struct feel_scope_entry *at = e && e->kind == DMN_INPUT ? feel_scope_find(w->scope, n->text) : NULL;
    bool null = at && at->kind == ENTRY_GLOBAL && at->index < w->global_count && feel_is_null(w->globals[at->index]);
    return null && !(w->globals[at->index].flag & FEEL_FLAG_ERROR) ? e->name : (struct span){0};
}

static struct explain_cost add(struct explain_walk *w, struct dmn_condition c, const struct feel_value *nearest) {
    if (c.held != DMN_TRUE)
        c.missing = not_given(w, c.subject);
    if (c.held != DMN_TRUE && !c.missing.size)
        c.missing = not_given(w, c.limit_ast);
    c.has_distance = nearest && measure(&c.actual, nearest, &c.distance);
    c.blocked_by = w->blocked_by;
    struct explain_cost cost = {c.held != DMN_TRUE, c.held == DMN_TRUE ? 0 : relative(&c, nearest)};
    struct dmn_condition *slot = vec_push_in(w->arena, &w->list);
    if (slot)
        *slot = c;
    else
        w->status = E_LIMIT;
    return cost;
}

static enum dmn_truth as_wished(enum dmn_truth t, bool wanted) {
    return t == DMN_TRUE || t == DMN_FALSE ? wished((t == DMN_TRUE) == wanted) : t;
}

/* A yes or no that cannot be taken apart. */
static struct explain_cost yes_or_no(struct explain_walk *w, const struct feel_ast *n, bool wanted) {
    struct dmn_condition c = {.actual = explain_value(w, n), .op = DMN_OP_IS, .limit = feel_bool(wanted)};
    describe(w, &c, n);
    c.held = as_wished(truth(&c.actual), wanted);
    if ((n->kind == AST_EVERY || n->kind == AST_SOME) && c.actual.kind == FEEL_BOOLEAN)
        explain_member(w, n, wanted, &c);
    return add(w, c, NULL);
}

/* ---- comparisons ------------------------------------------------------------------------- */

static enum dmn_operator operator_of(int op, bool wanted) {
    static const enum dmn_operator is[] = {DMN_OP_EQ, DMN_OP_NE, DMN_OP_LT, DMN_OP_LE, DMN_OP_GT, DMN_OP_GE};
    static const enum dmn_operator is_not[] = {DMN_OP_NE, DMN_OP_EQ, DMN_OP_GE, DMN_OP_GT, DMN_OP_LE, DMN_OP_LT};
    return (wanted ? is : is_not)[op];
}

static int turned(int op) {
    static const int to[] = {CMP_EQ, CMP_NE, CMP_GT, CMP_GE, CMP_LT, CMP_LE};
    return to[op];
}

static struct explain_cost compared(struct explain_walk *w, const struct feel_ast *subject, int op, const struct feel_ast *limit, bool wanted) {
    struct dmn_condition c = {.actual = explain_value(w, subject), .limit = explain_value(w, limit), .op = operator_of(op, wanted),
        .limit_ast = limit};
    struct feel_value t = feel_is_unknown(&c.actual) || feel_is_unknown(&c.limit) ? untold() : feel_compare(w->env, op, &c.actual, &c.limit);
    describe(w, &c, subject);
    c.limit_name = plain_name(bare(limit));
    c.held = as_wished(truth(&t), wanted);
    return add(w, c, &c.limit);
}

static struct explain_cost comparison(struct explain_walk *w, const struct feel_ast *n, bool wanted) {
    const struct feel_ast *a = bare(n->a), *b = bare(n->b);
    int op = n->op;
    if (a->kind == AST_CONST && b->kind != AST_CONST) {
        const struct feel_ast *swap = a;
        a = b;
        b = swap;
        op = turned(op);
    }
    if (b->kind == AST_CONST && b->value.kind == FEEL_BOOLEAN && (op == CMP_EQ || op == CMP_NE))
        return explain_want(w, a, wanted == (b->value.boolean == (op == CMP_EQ)));
    return compared(w, a, op, b, wanted);
}

/* ---- ranges and lists of tests -------------------------------------------------------------- */

static struct explain_cost within(struct explain_walk *w, const struct feel_ast *subject, const struct feel_ast *from, const struct feel_ast *to, int included, bool wanted) {
    struct feel_range *r = ARENA_NEW(w->arena, struct feel_range);
    if (!r)
        return w->status = E_LIMIT, (struct explain_cost){0};
    *r = (struct feel_range){.start = explain_value(w, from), .end = explain_value(w, to), .start_included = included & 1, .end_included = included & 2};
    struct dmn_condition c = {.actual = explain_value(w, subject), .op = wanted ? DMN_OP_WITHIN : DMN_OP_NOT_WITHIN, .limit_ast = from, .also = to};
    c.limit.kind = FEEL_RANGE;
    c.limit.range = r;
    bool open = feel_is_unknown(&c.actual) || feel_is_unknown(&r->start) || feel_is_unknown(&r->end);
    struct feel_value t = open ? untold() : feel_in_range(w->env, &c.actual, r);
    struct dec low, high;
    describe(w, &c, subject);
    c.held = as_wished(truth(&t), wanted);
    bool near_low = measure(&c.actual, &r->start, &low) && measure(&c.actual, &r->end, &high) && dec_cmp(low, high) <= 0;
    return add(w, c, near_low ? &r->start : &r->end);
}

static bool mentions_input(const struct feel_ast *n) {
    if (!n)
        return false;
    if (n->kind == AST_INPUT || mentions_input(n->a) || mentions_input(n->b) || mentions_input(n->c))
        return true;
    for (size_t i = 0; n->item && i < n->count; i++)
        if (mentions_input(n->item[i]))
            return true;
    return false;
}

/* One test of a list: does `subject` pass it? */
static struct explain_cost one_test(struct explain_walk *w, const struct feel_ast *subject, const struct feel_ast *t, bool wanted) {
    t = bare(t);
    if (t->kind == AST_TEST)
        return compared(w, subject, t->op, t->a, wanted);
    if (t->kind == AST_RANGE)
        return within(w, subject, t->a, t->b, t->op, wanted);
    if (mentions_input(t))
        return explain_want(w, t, wanted);
    struct feel_value v = explain_value(w, t);
    if (v.kind == FEEL_BOOLEAN)
        return t->kind == AST_CONST ? explain_want(w, subject, wanted == v.boolean) : explain_want(w, t, wanted);
    return compared(w, subject, CMP_EQ, t, wanted);
}

/* Plain values only: the list can be said in one sentence. */
static bool listed(struct explain_walk *w, const struct feel_ast *const *item, size_t n, struct feel_value *ret) {
    for (size_t i = 0; i < n; i++) {
        const struct feel_ast *t = bare(item[i]);
        if (t->kind == AST_TEST || t->kind == AST_RANGE || mentions_input(t))
            return false;
        ret[i] = explain_value(w, t);
        if (ret[i].kind == FEEL_BOOLEAN || ret[i].kind == FEEL_RANGE || ret[i].kind == FEEL_LIST || feel_is_unknown(&ret[i]))
            return false;
    }
    return true;
}

static struct explain_cost one_of(struct explain_walk *w, const struct feel_ast *subject, const struct feel_value *value, size_t n, bool wanted) {
    struct dmn_condition c = {.actual = explain_value(w, subject), .op = wanted ? DMN_OP_IN : DMN_OP_NOT_IN, .limit = feel_list(value, n)};
    bool found = false;
    for (size_t i = 0; i < n; i++)
        found = found || feel_same(&c.actual, &value[i]);
    struct feel_value t = feel_is_unknown(&c.actual) ? untold() : feel_bool(found);
    describe(w, &c, subject);
    c.held = as_wished(truth(&t), wanted);
    return add(w, c, NULL);
}

void explain_keep(struct explain_walk *w, size_t first, size_t at) {
    size_t n = w->list.size - at;
    if (n && at != first)
        memmove(w->list.at + first, w->list.at + at, n * sizeof *w->list.at);
    w->list.size = first + n;
}

/* ---- all and any ------------------------------------------------------------------------------- */

struct parts { const struct feel_ast *subject; const struct feel_ast *const *item; size_t count; };

static struct explain_cost part(struct explain_walk *w, const struct parts *p, size_t i, bool wanted) {
    return p->subject ? one_test(w, p->subject, p->item[i], wanted) : explain_want(w, p->item[i], wanted);
}

/* Every part must be `wanted`: those that are, when all are; else those that are not. */
static struct explain_cost all_of(struct explain_walk *w, const struct parts *p, bool wanted) {
    struct explain_cost sum = {0};
    size_t first = w->list.size;
    for (size_t i = 0; i < p->count; i++) {
        struct explain_cost c = part(w, p, i, wanted);
        sum.failed += c.failed;
        sum.distance += c.distance;
    }
    size_t kept = first;
    for (size_t i = first; sum.failed && i < w->list.size; i++)
        if (w->list.at[i].held != DMN_TRUE)
            w->list.at[kept++] = w->list.at[i];
    if (sum.failed)
        w->list.size = kept;
    return sum;
}

/* One part is enough: the nearest, the first of those that are so already.  Of a cell's tests all are named when none holds. */
static struct explain_cost any_of(struct explain_walk *w, const struct parts *p, bool wanted) {
    struct explain_cost best = {0};
    size_t first = w->list.size, others = 0;
    struct dmn_condition *other = p->subject && p->count > 1 ? ARENA_ARRAY(w->arena, p->count, struct dmn_condition) : NULL;
    for (size_t i = 0; i < p->count && w->status == OK; i++) {
        size_t at = w->list.size;
        struct explain_cost c = part(w, p, i, wanted);
        if (other && w->list.size == at + 1 && w->list.at[at].op != DMN_OP_IS)
            other[others++] = w->list.at[at];
        if (i == 0 || explain_nearer(c, best)) {
            explain_keep(w, first, at);
            best = c;
        } else
            w->list.size = at;
    }
    if (others == p->count && best.failed && w->list.size == first + 1 && w->list.at[first].held == DMN_FALSE) {
        w->list.at[first].other = other;
        w->list.at[first].other_count = others;
    }
    return best;
}

static struct explain_cost parts_of(struct explain_walk *w, const struct parts *p, bool all, bool wanted) {
    return all == wanted ? all_of(w, p, wanted) : any_of(w, p, wanted);
}

static struct explain_cost tests(struct explain_walk *w, const struct feel_ast *subject, const struct feel_ast *n, bool wanted) {
    struct parts p = {subject, (const struct feel_ast *const *)n->item, n->count};
    struct feel_value *value = ARENA_ARRAY(w->arena, n->count + 1, struct feel_value);
    if (!value)
        return w->status = E_LIMIT, (struct explain_cost){0};
    wanted = wanted != (n->kind == AST_TESTS && n->op == 1);
    if (n->count > 1 && listed(w, p.item, n->count, value))
        return one_of(w, subject, value, n->count, wanted);
    if (n->count == 1 && bare(n->item[0])->kind != AST_TEST && bare(n->item[0])->kind != AST_RANGE && !mentions_input(n->item[0])) {
        struct feel_value v = explain_value(w, n->item[0]);
        if (v.kind == FEEL_LIST)
            return one_of(w, subject, v.item, v.count, wanted);
    }
    return parts_of(w, &p, false, wanted);
}

/* The branch that was taken; when it is the constant answer itself, the condition. */
static struct explain_cost branch(struct explain_walk *w, const struct feel_ast *n, bool wanted) {
    enum dmn_truth t = truth_of(w, n->a);
    if (t == DMN_UNKNOWN_TRUTH)
        return explain_want(w, n->a, true);
    const struct feel_ast *taken = bare(t == DMN_TRUE ? n->b : n->c), *other = bare(t == DMN_TRUE ? n->c : n->b);
    bool constant = taken->kind == AST_CONST;
    if (constant && truth_of(w, taken) == wished(wanted))
        return explain_want(w, n->a, t == DMN_TRUE);
    size_t first = w->list.size;
    struct explain_cost here = {SIZE_MAX, 0}, there = {SIZE_MAX, 0};
    if (!constant)
        here = explain_want(w, taken, wanted);
    if (!constant && here.failed == 0)
        return here;
    size_t at = w->list.size;
    if (truth_of(w, other) == wished(wanted))
        there = explain_want(w, n->a, t != DMN_TRUE);
    if (explain_nearer(there, here)) {
        explain_keep(w, first, at);
        here = there;
    } else
        w->list.size = at;
    return here.failed == SIZE_MAX ? yes_or_no(w, n, wanted) : here;
}

static bool composed(const struct explain_walk *w, const struct feel_ast *n) {
    switch (n->kind) {
    case AST_AND: case AST_OR: case AST_COMPARE: case AST_BETWEEN: case AST_IN: case AST_IF: return true;
    default: return is_builtin(w, n, "not");
    }
}

/* Is there a better way to say it than the expression itself? */
static bool speakable(const struct dmn_condition *c) {
    enum feel_ast_kind k = c->subject->kind;
    return c->name.size || k == AST_ARITH || k == AST_NEGATE || k == AST_CONST;
}

/* A yes-or-no column that is written as a condition: its comparisons, unless they
 * are ones that the column's label says better. */
static struct explain_cost column(struct explain_walk *w, const struct feel_ast *n, bool wanted) {
    const struct feel_ast *input = w->input;
    struct span label = w->input_label;
    size_t first = w->list.size;
    w->input = NULL;
    struct explain_cost c = explain_want(w, input, wanted);
    w->input = input;
    bool all = true;
    for (size_t i = first; i < w->list.size; i++)
        all = all && speakable(&w->list.at[i]);
    if (all || !label.size)
        return c;
    w->list.size = first;
    return yes_or_no(w, n, wanted);
}

struct explain_cost explain_want(struct explain_walk *w, const struct feel_ast *n, bool wanted) {
    n = bare(n);
    if (w->status != OK)
        return (struct explain_cost){0};
    switch (n->kind) {
    case AST_AND: case AST_OR: {
        const struct feel_ast *side[] = {n->a, n->b};
        return parts_of(w, &(struct parts){NULL, side, 2}, n->kind == AST_AND, wanted);
    }
    case AST_COMPARE: return comparison(w, n, wanted);
    case AST_BETWEEN: return within(w, bare(n->a), n->b, n->c, 3, wanted);
    case AST_IN: return tests(w, bare(n->a), n, wanted);
    case AST_TESTS: {
        static const struct feel_ast input = {.kind = AST_INPUT};
        return tests(w, &input, n, wanted);
    }
    case AST_IF: return branch(w, n, wanted);
    case AST_INPUT: return w->input && composed(w, bare(w->input)) ? column(w, n, wanted) : yes_or_no(w, n, wanted);
    case AST_CALL: {
        struct explain_cost c;
        if (explain_body(w, n, wanted, &c))
            return c;
    } /* fall through */
    default:
        return is_builtin(w, n, "not") ? explain_want(w, n->item[0], !wanted) : yes_or_no(w, n, wanted);
    }
}
