/* Loops, filters and folds over lists. */
#include "cohort/internal.h"

static const struct shape *full(struct compiler *c, const struct shape *s) {
    c->status = E_LIMIT;
    return s;
}

/* A list in the current frame; NULL: it is none that columns can go through. */
static const struct shape *as_list(struct compiler *c, const struct shape *s, bool single) {
    struct part *p;
    if (failed(c))
        return NULL;
    s = shape_lift(c, s, c->at);
    if (s->kind == SHAPE_LIST)
        return s;
    if (s->kind == SHAPE_UNKNOWN) /* no part is known, nor is the whole */
        return list_of_parts(c, c->at, NULL, 0, emit_state(c, K_BOOLEAN, STATE_UNKNOWN | STATE_ERROR));
    if (s->kind == SHAPE_VALUE && s->value.kind == FEEL_LIST) {
        p = ARENA_ARRAY(c->arena, s->value.count + 1, struct part);
        for (size_t i = 0; p && i < s->value.count; i++)
            p[i] = (struct part){.single = true, .element = shape_value(c, s->value.item[i]), .mask = NONE, .own = NONE};
        return p ? list_of_parts(c, c->at, p, s->value.count, NONE) : full(c, NULL);
    }
    if (s->kind == SHAPE_VALUE && feel_is_null(s->value))
        return list_of_parts(c, c->at, NULL, 0, emit_state(c, K_BOOLEAN, STATE_ERROR));
    if (!single) {
        unsupported(c, "a loop over what is no list");
        return NULL;
    }
    p = ARENA_NEW(c->arena, struct part);
    if (!p)
        return full(c, NULL);
    *p = (struct part){.single = true, .element = s, .mask = NONE, .own = NONE};
    return list_of_parts(c, c->at, p, 1, NONE);
}

static const struct shape *guarded(struct compiler *c, const struct shape *list, uint32_t r) {
    if (failed(c))
        return list;
    if (list->whole == NONE)
        return shape_register(c, r);
    return shape_register(c, number_safe(c, r) ? emit_whole(c, list->whole, r) : emit_guard(c, list->whole, r));
}

/* ---- loops ---------------------------------------------------------------------------- */

struct loop { const struct feel_ast *n; size_t at; };

static const struct shape *body(struct compiler *c, struct loop l, const struct environment *e);

static const struct shape *body_in(struct compiler *c, struct loop l, const struct environment *e, uint16_t frame, const struct shape *element) {
    uint16_t at = c->at;
    c->at = frame;
    const struct shape *s = body(c, (struct loop){l.n, l.at + 1}, bind_name(c, e, l.n->name[l.at], element));
    s = shape_lift(c, s, frame);
    c->at = at;
    return s;
}

static const struct shape *for_each(struct compiler *c, struct loop l, const struct environment *e, const struct shape *list) {
    struct part *part = ARENA_ARRAY(c->arena, list->count + 1, struct part);
    if (!part)
        return full(c, list);
    for (size_t i = 0; i < list->count && !failed(c); i++) {
        struct part p = list->part[i];
        if (!p.single) {
            p.child = part_enter(c, &list->part[i], &p.element, &p.mask);
            p.own = NONE;
        }
        p.element = body_in(c, l, e, p.single ? c->at : p.child, p.element);
        part[i] = p;
    }
    return list_of_parts(c, c->at, part, list->count, list->whole);
}

static uint32_t truth_in(struct compiler *c, uint16_t frame, const struct shape *s) {
    uint16_t at = c->at;
    c->at = frame;
    uint32_t t = shape_truth(c, s);
    c->at = at;
    return t;
}

static uint32_t folded_truth(struct compiler *c, bool any, uint32_t mask, uint32_t t, uint16_t frame, bool single) {
    if (failed(c))
        return 0;
    if (mask != NONE)
        t = any ? emit_and(c, mask, t) : emit_or(c, emit_not(c, mask), t);
    return single ? t : emit_fold(c, any ? OP_ANY : OP_ALL, frame, t, NONE, 0);
}

static const struct shape *quantified(struct compiler *c, struct loop l, const struct environment *e, const struct shape *list) {
    bool any = l.n->kind == AST_SOME;
    uint32_t so_far = emit_truth(c, !any);
    for (size_t i = 0; i < list->count && !failed(c); i++) {
        const struct shape *element = list->part[i].element;
        uint32_t mask = list->part[i].mask;
        bool single = list->part[i].single;
        uint16_t frame = single ? c->at : part_enter(c, &list->part[i], &element, &mask);
        if (failed(c))
            break;
        uint32_t t = truth_in(c, frame, body_in(c, l, e, frame, element));
        t = folded_truth(c, any, mask, t, frame, single);
        so_far = any ? emit_or(c, so_far, t) : emit_and(c, so_far, t);
    }
    return guarded(c, list, so_far);
}

static const struct shape *body(struct compiler *c, struct loop l, const struct environment *e) {
    if (l.at == l.n->count)
        return compile(c, l.n->a, e);
    const struct shape *list = as_list(c, compile(c, l.n->item[l.at], e), false);
    if (!list || failed(c))
        return shape_error(c);
    if (l.n->type && l.n->type[l.at] && l.n->type[l.at]->kind != FEEL_TYPE_ANY) {
        unsupported(c, "a loop whose variable has a type");
        return list;
    }
    if (l.n->kind != AST_FOR)
        return quantified(c, l, e, list);
    if (l.n->count > 1) {
        unsupported(c, "a loop over several lists at once");
        return list;
    }
    return for_each(c, l, e, list);
}

const struct shape *list_loop(struct compiler *c, const struct feel_ast *n, const struct environment *e) {
    return body(c, (struct loop){n, 0}, e);
}

/* ---- filters ------------------------------------------------------------------------------- */

static bool constant_number(const struct feel_ast *n, int sign, int64_t *ret) {
    if (n->kind == AST_NEGATE)
        return constant_number(n->a, -sign, ret);
    if (n->kind != AST_CONST || n->value.kind != FEEL_NUMBER || dec_to_int(n->value.number, ret, NULL) != OK)
        return false;
    *ret *= sign;
    return true;
}

/* The list's elements whose key is the row's, the row being one of them: the row alone. */
static bool row_itself(struct compiler *c, const struct part *p, uint16_t pairs, uint32_t truth) {
    const struct frame f = c->frame.at[pairs];
    const struct op t = *op_at(c, truth);
    if (c->at != p->child || f.kind != FRAME_PAIRS || f.of != c->at || (t.code != OP_COMPARE && t.code != OP_SAME) || t.how != CMP_EQ)
        return false;
    const struct op x = *op_at(c, t.a), y = *op_at(c, t.b), list = *op_at(c, c->frame.at[c->at].left);
    bool maps = (x.b == f.left && y.b == f.right) || (x.b == f.right && y.b == f.left);
    if (x.code != OP_GATHER || y.code != OP_GATHER || !maps || x.a != y.a || op_at(c, x.a)->code != OP_COLUMN || list.code != OP_LEFT)
        return false;
    /* the pairs are with the elements of the row's own list */
    const struct frame own = c->frame.at[c->at];
    return op_at(c, f.expand)->a == own.left && cohort_distinct(own.list, c->frame.at[own.outer].table->count, op_at(c, x.a)->ref);
}

static uint32_t mask_fault(struct compiler *c, uint16_t frame, uint32_t mask, bool single) {
    uint16_t at = c->at;
    c->at = frame;
    uint32_t f = failed(c) || !(op_at(c, mask)->may & STATE_ERROR) ? NONE : shape_fault(c, shape_register(c, mask));
    c->at = at;
    return f == NONE || single ? f : emit_fold(c, OP_ALL, frame, f, NONE, 0);
}

const struct shape *list_filter(struct compiler *c, const struct feel_ast *n, const struct environment *e) {
    int64_t place;
    const struct shape *source = compile(c, n->a, e);
    if (failed(c))
        return source;
    if (constant_number(n->b, 1, &place))
        return list_index(c, source, place);
    if (source->kind == SHAPE_VALUE && source->value.kind != FEEL_LIST) {
        unsupported(c, "a filter of what is no list");
        return source;
    }
    const struct shape *list = as_list(c, source, false);
    struct part *part = list ? ARENA_ARRAY(c->arena, list->count + 1, struct part) : NULL;
    if (!part)
        return failed(c) ? source : full(c, source);
    uint32_t whole = list->whole;
    for (size_t i = 0; i < list->count && !failed(c); i++) {
        struct part p = list->part[i];
        uint16_t frame = p.single ? c->at : part_enter(c, &list->part[i], &p.element, &p.mask), at = c->at;
        c->at = frame;
        struct environment *item = (struct environment *)(uintptr_t)bind_name(c, e, SPAN("item"), p.element);
        if (failed(c))
            return source;
        item->item = true;
        const struct shape *condition = shape_lift(c, compile(c, n->b, item), frame);
        if (!failed(c) && shape_kind_of(c, condition) == FEEL_NUMBER)
            unsupported(c, "an index that is computed");
        uint32_t truth = shape_truth(c, condition);
        if (!failed(c) && (op_at(c, truth)->may & STATE_NULL)) /* a condition that is null is an error */
            truth = emit_and(c, emit_truth(c, true), truth);
        c->at = at;
        if (failed(c))
            return source;
        if (!p.single && row_itself(c, &list->part[i], frame, truth)) {
            p = (struct part){.single = true, .element = list->part[i].element, .mask = list->part[i].mask, .own = NONE};
        } else {
            p.mask = emit_and(c, p.mask, truth);
            whole = emit_and(c, whole, mask_fault(c, frame, p.mask, p.single));
            if (!p.single) {
                p.child = frame;
                p.own = NONE;
            }
        }
        part[i] = p;
    }
    return list_of_parts(c, c->at, part, list->count, whole);
}

const struct shape *list_index(struct compiler *c, const struct shape *source, int64_t at) {
    const struct shape *list = as_list(c, source, true);
    if (!list || failed(c))
        return source;
    if (source->kind == SHAPE_UNKNOWN)
        return source;
    size_t n = list->count;
    bool singles = true;
    for (size_t i = 0; i < n; i++)
        singles = singles && list->part[i].single && list->part[i].mask == NONE;
    if (singles && list->whole == NONE) {
        int64_t i = at < 0 ? at + (int64_t)n : at - 1;
        return at == 0 || i < 0 || i >= (int64_t)n ? shape_error(c) : list->part[i].element;
    }
    if (n != 1 || at == 0) {
        unsupported(c, "an index into a list of several parts");
        return source;
    }
    if (list->part[0].single) {
        const struct shape *s = at == 1 || at == -1 ? list->part[0].element : shape_error(c);
        s = list->part[0].mask == NONE ? s : shape_select(c, list->part[0].mask, s, shape_error(c));
        return list->whole == NONE ? s : shape_guard(c, list->whole, s);
    }
    const struct shape *element;
    uint32_t mask;
    uint16_t frame = part_enter(c, &list->part[0], &element, &mask);
    uint32_t index = emit_fold(c, OP_NTH, frame, mask, NONE, at);
    if (failed(c))
        return source;
    if (list->whole != NONE)
        index = emit_guard(c, list->whole, index);
    return shape_view(c, element, c->at, index);
}

const struct shape *list_map_path(struct compiler *c, const struct shape *list, struct span name) {
    struct part *part = ARENA_ARRAY(c->arena, list->count + 1, struct part);
    uint16_t at = c->at;
    if (!part)
        return full(c, list);
    for (size_t i = 0; i < list->count; i++) {
        part[i] = list->part[i];
        c->at = part[i].single ? list->frame : part[i].child;
        part[i].element = shape_path(c, part[i].element, name);
    }
    c->at = at;
    struct shape *s = (struct shape *)(uintptr_t)list_of_parts(c, list->frame, part, list->count, list->whole);
    return s;
}

/* ---- folds ------------------------------------------------------------------------------------- */

/* Is there an element in every row? */
static bool never_empty(const struct compiler *c, const struct shape *list) {
    for (size_t i = 0; i < list->count; i++) {
        const struct part *p = &list->part[i];
        if (p->mask == NONE && (p->single || (p->own == NONE && c->frame.at[p->child].kind == FRAME_LIST && c->frame.at[p->child].shortest > 0)))
            return true;
    }
    return false;
}

static uint32_t counted(struct compiler *c, const struct shape *list) {
    const struct shape *n = shape_value(c, feel_int(0));
    for (size_t i = 0; i < list->count && !failed(c); i++) {
        const struct part *p = &list->part[i];
        const struct shape *element, *one = shape_value(c, feel_int(1));
        uint32_t mask;
        if (p->single && p->mask != NONE)
            one = shape_select(c, p->mask, one, shape_value(c, feel_int(0)));
        if (!p->single) {
            uint16_t frame = part_enter(c, p, &element, &mask);
            one = shape_register(c, emit_fold(c, OP_COUNT, frame, mask, NONE, 0));
        }
        n = number_arith(c, '+', n, one);
    }
    return number_register(c, n);
}

const struct shape *list_count(struct compiler *c, const struct shape *s) {
    const struct shape *list = as_list(c, s, true);
    if (!list || failed(c))
        return s;
    return guarded(c, list, counted(c, list));
}

/* A number in the frame of the part, 0 where it is not in the list. */
static uint32_t addend(struct compiler *c, const struct shape *element, uint32_t mask) {
    int kind = shape_kind_of(c, element);
    if (kind != FEEL_NUMBER && kind != FEEL_NULL && kind != FEEL_UNKNOWN) {
        unsupported(c, "a sum of what are no numbers");
        return 0;
    }
    uint32_t r = kind == FEEL_NUMBER ? emit_strict(c, number_register(c, element))
        : emit_state(c, K_NUMBER, kind == FEEL_UNKNOWN ? STATE_UNKNOWN | STATE_ERROR : STATE_ERROR);
    if (failed(c) || mask == NONE)
        return r;
    return emit_select(c, mask, r, number_at_scale(c, emit_constant(c, K_NUMBER, 0, 0, NULL), op_at(c, r)->scale));
}

const struct shape *list_sum(struct compiler *c, const struct shape *s) {
    const struct shape *list = as_list(c, s, true), *total = NULL;
    if (!list || failed(c))
        return s;
    for (size_t i = 0; i < list->count && !failed(c); i++) {
        const struct part *p = &list->part[i];
        const struct shape *element = p->element;
        uint32_t mask = p->mask, before = NONE;
        uint16_t at = c->at, frame = p->single ? c->at : part_enter(c, p, &element, &mask);
        c->at = frame;
        uint32_t r = addend(c, element, mask);
        c->at = at;
        if (failed(c))
            break;
        if (p->single) {
            total = total ? number_arith(c, '+', total, shape_register(c, r)) : shape_register(c, r);
            continue;
        }
        if (total) {
            before = number_register(c, total);
            unsigned scale = op_at(c, before)->scale > op_at(c, r)->scale ? op_at(c, before)->scale : op_at(c, r)->scale;
            before = number_at_scale(c, before, scale);
            c->at = frame;
            r = number_at_scale(c, r, scale);
            c->at = at;
        }
        total = shape_register(c, emit_fold(c, OP_SUM, frame, r, before, 0));
    }
    if (failed(c))
        return s;
    if (!total)
        return list->whole == NONE ? shape_value(c, feel_null()) : guarded(c, list, number_register(c, shape_value(c, feel_int(0))));
    if (!never_empty(c, list)) {
        uint32_t some = number_compare(c, CMP_GT, shape_register(c, counted(c, list)), shape_value(c, feel_int(0)));
        total = shape_select(c, some, total, shape_value(c, feel_null()));
    }
    return guarded(c, list, number_register(c, total));
}

static const struct shape *larger(struct compiler *c, const struct shape *a, const struct shape *b, int sign) {
    return shape_select(c, shape_truth(c, shape_compare(c, sign > 0 ? CMP_GT : CMP_LT, b, a)), b, a);
}

const struct shape *list_extreme(struct compiler *c, const struct shape *s, int sign) {
    const struct shape *list = as_list(c, s, true), *best = NULL;
    bool sure = false; /* there is one whatever the row */
    if (!list || failed(c))
        return s;
    for (size_t i = 0; i < list->count && !failed(c); i++) {
        const struct part *p = &list->part[i];
        const struct shape *element = p->element, *one;
        uint32_t mask = p->mask;
        uint16_t at = c->at, frame = p->single ? c->at : part_enter(c, p, &element, &mask);
        if (element->kind == SHAPE_UNKNOWN)
            element = shape_register(c, emit_state(c, K_NUMBER, STATE_UNKNOWN | STATE_ERROR));
        int kind = shape_kind_of(c, element);
        if (kind != FEEL_NUMBER && kind != FEEL_DATE) {
            unsupported(c, "the extreme of what are no numbers");
            break;
        }
        c->at = frame;
        uint32_t r = kind == FEEL_NUMBER ? number_register(c, element) : shape_scalar(c, element, (int)NONE);
        c->at = at;
        if (failed(c))
            break;
        bool always = p->single && mask == NONE;
        if (p->single)
            one = mask == NONE ? element : shape_select(c, mask, element, shape_value(c, feel_null()));
        else
            one = shape_register(c, emit_fold(c, sign > 0 ? OP_MOST : OP_LEAST, frame, r, mask, 0));
        if (!best) {
            best = one;
        } else if (always || sure) { /* the side that may be empty stands aside where it is */
            const struct shape *maybe = always ? best : one, *here = always ? one : best;
            if (!(always && sure)) {
                uint32_t m = shape_scalar(c, maybe, (int)NONE);
                maybe = shape_select(c, emit_has_state(c, m, STATE_NULL), here, shape_register(c, m));
            }
            best = always ? larger(c, maybe, here, sign) : larger(c, here, maybe, sign);
        } else {
            unsupported(c, "the extreme of several lists that may be empty");
        }
        sure = sure || always;
    }
    if (failed(c) || !best)
        return failed(c) ? s : shape_value(c, feel_null());
    if (list->count == 1 && sure) /* nothing was compared with it */
        best = shape_register(c, emit_strict(c, shape_scalar(c, best, (int)NONE)));
    return list->whole == NONE ? best : shape_guard(c, list->whole, best);
}

const struct shape *list_all(struct compiler *c, const struct shape *s, bool all) {
    const struct shape *list = as_list(c, s, true);
    if (!list || failed(c))
        return s;
    uint32_t so_far = emit_truth(c, all);
    for (size_t i = 0; i < list->count && !failed(c); i++) {
        const struct part *p = &list->part[i];
        const struct shape *element = p->element;
        uint32_t mask = p->mask;
        uint16_t frame = p->single ? c->at : part_enter(c, p, &element, &mask);
        int kind = shape_kind_of(c, element);
        if (kind != FEEL_BOOLEAN && kind != FEEL_NULL && kind != FEEL_UNKNOWN)
            unsupported(c, "all or any of what are no truths");
        uint32_t t = folded_truth(c, !all, mask, truth_in(c, frame, element), frame, p->single);
        so_far = failed(c) ? 0 : all ? emit_and(c, so_far, t) : emit_or(c, so_far, t);
    }
    return guarded(c, list, so_far);
}

/* Equal to one element; one of another kind is not. */
const struct shape *list_contains(struct compiler *c, const struct shape *s, const struct shape *v, bool ranges) {
    const struct shape *list = as_list(c, s, true);
    if (!list || failed(c))
        return s;
    uint32_t so_far = emit_truth(c, false);
    for (size_t i = 0; i < list->count && !failed(c); i++) {
        const struct part *p = &list->part[i];
        const struct shape *element = p->element, *one;
        uint32_t mask = p->mask;
        uint16_t at = c->at, frame = p->single ? c->at : part_enter(c, p, &element, &mask);
        c->at = frame;
        int ke = shape_kind_of(c, element), kv = shape_kind_of(c, v);
        bool odd = ke == FEEL_UNKNOWN || kv == FEEL_UNKNOWN || ke == FEEL_NULL || kv == FEEL_NULL;
        if (ranges && ke == FEEL_RANGE)
            one = shape_in(c, v, element);
        else if (!odd && ke != kv && element->kind == SHAPE_VALUE && v->kind == SHAPE_VALUE)
            one = shape_value(c, feel_bool(false));
        else if (!odd && ke != kv)
            one = (unsupported(c, "looking for one kind of value among another"), v);
        else
            one = shape_compare(c, CMP_EQ, element, v);
        c->at = at;
        uint32_t t = folded_truth(c, true, mask, truth_in(c, frame, one), frame, p->single);
        so_far = failed(c) ? 0 : emit_or(c, so_far, t);
    }
    return guarded(c, list, so_far);
}

const struct shape *list_join(struct compiler *c, const struct shape *const *arg, size_t count, bool append) {
    size_t n = 0;
    uint32_t whole = NONE;
    const struct shape **list = (const struct shape **)ARENA_ARRAY(c->arena, count + 1, struct shape *);
    if (!list)
        return full(c, arg[0]);
    for (size_t i = 0; i < count && !failed(c); i++) {
        bool value = append && i > 0;
        if (append && i == 0 && arg[i]->kind == SHAPE_VALUE && feel_is_null(arg[i]->value))
            unsupported(c, "append to null");
        if (value) {
            struct part *p = ARENA_NEW(c->arena, struct part);
            if (!p)
                return full(c, arg[0]);
            *p = (struct part){.single = true, .element = shape_lift(c, arg[i], c->at), .mask = NONE, .own = NONE};
            list[i] = list_of_parts(c, c->at, p, 1, NONE);
        } else {
            list[i] = as_list(c, arg[i], true);
        }
        if (failed(c) || !list[i])
            return arg[0];
        n += list[i]->count;
        whole = emit_and(c, whole, list[i]->whole);
    }
    struct part *part = ARENA_ARRAY(c->arena, n + 1, struct part);
    if (!part)
        return full(c, arg[0]);
    n = 0;
    for (size_t i = 0; i < count && !failed(c); i++)
        for (size_t k = 0; k < list[i]->count; k++)
            part[n++] = list[i]->part[k];
    return list_of_parts(c, c->at, part, n, whole);
}
