/* Shapes: what a value is made of while compiling, and moving it between frames. */
#include "cohort/internal.h"

#include "feel/vm.h"

bool unsupported(struct compiler *c, const char *why) {
    if (!c->why.size)
        c->why = span_of(why);
    return false;
}

struct shape *shape_new(struct compiler *c, enum shape_kind kind) {
    static struct shape none; /* read only: what is made of it is thrown away */
    struct shape *s = ARENA_NEW(c->arena, struct shape);
    if (!s) {
        c->status = E_LIMIT;
        return &none;
    }
    *s = (struct shape){.kind = kind, .frame = c->at, .reg = NONE, .under = NONE, .plus = NONE, .whole = NONE, .index = NONE};
    return s;
}

const struct shape *shape_value(struct compiler *c, struct feel_value v) {
    struct shape *s = shape_new(c, SHAPE_VALUE);
    s->frame = FRAME_ANY;
    s->value = v;
    if (c->env.status != OK)
        c->status = E_LIMIT;
    return s;
}

const struct shape *shape_error(struct compiler *c) { return shape_value(c, (struct feel_value){.flag = FEEL_FLAG_ERROR}); }

const struct shape *shape_unknown(struct compiler *c) {
    struct shape *s = shape_new(c, SHAPE_UNKNOWN);
    s->frame = FRAME_ANY;
    return s;
}

const struct shape *shape_register(struct compiler *c, uint32_t reg) {
    struct shape *s = shape_new(c, SHAPE_REGISTER);
    if (failed(c))
        return s;
    s->reg = reg;
    s->frame = op_at(c, reg)->frame;
    return s;
}

const struct shape *shape_row(struct compiler *c, uint16_t frame, const struct cohort_table *t) {
    struct shape *s = shape_new(c, SHAPE_ROW);
    s->frame = s->row_frame = frame;
    s->table = t;
    return s;
}

bool shape_is_scalar(const struct shape *s) {
    return s->kind == SHAPE_REGISTER || s->kind == SHAPE_QUOTIENT || s->kind == SHAPE_UNKNOWN ||
        (s->kind == SHAPE_VALUE && s->value.kind < FEEL_LIST);
}

int shape_kind_of(const struct compiler *c, const struct shape *s) {
    static const uint8_t kinds[] = {FEEL_BOOLEAN, FEEL_NUMBER, FEEL_DATE, FEEL_STRING, FEEL_KIND_COUNT};
    switch (s->kind) {
    case SHAPE_VALUE: return s->value.kind;
    case SHAPE_REGISTER: return s->reg == NONE ? FEEL_UNKNOWN : kinds[op_at(c, s->reg)->kind]; /* NONE: compiling failed */
    case SHAPE_QUOTIENT: return FEEL_NUMBER;
    case SHAPE_CONTEXT:
    case SHAPE_ROW: return FEEL_CONTEXT;
    case SHAPE_LIST: return FEEL_LIST;
    case SHAPE_FUNCTION:
    case SHAPE_BUILTIN: return FEEL_FUNCTION;
    case SHAPE_UNKNOWN: break;
    }
    return FEEL_UNKNOWN;
}

/* ---- scalars ------------------------------------------------------------------------- */

static bool is_error_value(const struct shape *s) { return s->kind == SHAPE_VALUE && feel_is_null(s->value) && (s->value.flag & FEEL_FLAG_ERROR); }
static bool is_plain_null(const struct shape *s) { return s->kind == SHAPE_VALUE && feel_is_null(s->value) && !(s->value.flag & FEEL_FLAG_ERROR); }

uint32_t shape_scalar(struct compiler *c, const struct shape *s, int like) {
    enum kind kind = K_BOOLEAN;
    struct dict *dict = NULL;
    if (failed(c))
        return 0;
    if (like != (int)NONE) {
        kind = op_at(c, (uint32_t)like)->kind;
        dict = op_at(c, (uint32_t)like)->dict;
    }
    switch (s->kind) {
    case SHAPE_REGISTER: return s->reg;
    case SHAPE_QUOTIENT: return number_register(c, s);
    case SHAPE_UNKNOWN: return emit_state(c, kind, STATE_UNKNOWN | STATE_ERROR);
    case SHAPE_VALUE: break;
    default: unsupported(c, "a composite where a single value is needed"); return 0;
    }
    switch (s->value.kind) {
    case FEEL_NULL: return emit_state(c, kind, is_error_value(s) ? STATE_ERROR : STATE_NULL);
    case FEEL_BOOLEAN: return emit_truth(c, s->value.boolean);
    case FEEL_NUMBER: return number_constant(c, s->value.number);
    case FEEL_STRING: return emit_string(c, dict ? dict : c->constants, s->value.string);
    case FEEL_DATE:
        if (s->value.day >= INT32_MIN && s->value.day <= INT32_MAX)
            return emit_constant(c, K_DATE, s->value.day, 0, NULL);
        break;
    default: break;
    }
    unsupported(c, "a kind of value that no column has");
    return 0;
}

uint32_t shape_truth(struct compiler *c, const struct shape *s) {
    int kind = shape_kind_of(c, s);
    if (kind == FEEL_BOOLEAN || kind == FEEL_NULL || kind == FEEL_UNKNOWN)
        return shape_scalar(c, s, (int)NONE);
    return emit_state(c, K_BOOLEAN, STATE_ERROR);
}

/* ---- between frames ------------------------------------------------------------------------ */

static uint32_t view_register(struct compiler *c, uint32_t r, uint32_t index) { return r == NONE ? NONE : emit_gather(c, r, index); }

static const struct shape *view_list(struct compiler *c, const struct shape *s, uint16_t to, uint32_t index) {
    struct shape *v = shape_new(c, SHAPE_LIST);
    struct part *part = ARENA_ARRAY(c->arena, s->count + 1, struct part);
    if (!part) {
        c->status = E_LIMIT;
        return v;
    }
    for (size_t i = 0; i < s->count; i++) {
        part[i] = s->part[i];
        if (part[i].single) {
            part[i].element = shape_view(c, part[i].element, to, index);
            part[i].mask = view_register(c, part[i].mask, index);
        } else {
            part[i].own = part[i].own == NONE ? index : emit_gather(c, part[i].own, index);
        }
    }
    v->part = part;
    v->count = s->count;
    v->whole = view_register(c, s->whole, index);
    if (op_at(c, index)->may) /* no such row: no list either */
        v->whole = emit_and(c, v->whole, emit_gather(c, emit_truth(c, true), index));
    return v;
}

const struct shape *shape_view(struct compiler *c, const struct shape *s, uint16_t to, uint32_t index) {
    struct shape *v;
    if (failed(c))
        return s;
    switch (s->kind) {
    case SHAPE_VALUE:
        if (op_at(c, index)->may && s->value.kind < FEEL_LIST) {
            uint16_t at = c->at;
            c->at = to;
            v = (struct shape *)(uintptr_t)shape_register(c, emit_gather(c, shape_scalar(c, s, (int)NONE), index));
            c->at = at;
            return v;
        }
        return s;
    case SHAPE_REGISTER:
        v = shape_new(c, SHAPE_REGISTER);
        v->reg = emit_gather(c, s->reg, index);
        v->frame = failed(c) ? to : op_at(c, v->reg)->frame;
        return v;
    case SHAPE_QUOTIENT:
        v = shape_new(c, SHAPE_QUOTIENT);
        *v = *s;
        v->reg = emit_gather(c, s->reg, index);
        v->under = emit_gather(c, s->under, index);
        v->plus = view_register(c, s->plus, index);
        break;
    case SHAPE_CONTEXT: {
        const struct shape **field = (const struct shape **)ARENA_ARRAY(c->arena, s->count + 1, struct shape *);
        v = shape_new(c, SHAPE_CONTEXT);
        if (!field) {
            c->status = E_LIMIT;
            return s;
        }
        for (size_t i = 0; i < s->count; i++)
            field[i] = shape_view(c, s->field[i], to, index);
        *v = *s;
        v->field = field;
        break;
    }
    case SHAPE_ROW:
        v = shape_new(c, SHAPE_ROW);
        *v = *s;
        v->index = s->index == NONE ? index : emit_gather(c, s->index, index);
        break;
    case SHAPE_LIST: v = (struct shape *)(uintptr_t)view_list(c, s, to, index); break;
    default: return s;
    }
    v->frame = to;
    return v;
}

const struct shape *shape_lift(struct compiler *c, const struct shape *s, uint16_t to) {
    if (failed(c) || s->frame == FRAME_ANY || s->frame == to)
        return s;
    if (!frame_covers(c, to, s->frame)) {
        unsupported(c, "a value of another row");
        return s;
    }
    return shape_view(c, shape_lift(c, s, (uint16_t)c->frame.at[to].outer), to, frame_left(c, to));
}

uint16_t part_enter(struct compiler *c, const struct part *p, const struct shape **element, uint32_t *mask) {
    *element = p->element;
    *mask = p->mask;
    if (p->own == NONE)
        return p->child;
    uint16_t f = frame_pairs(c, c->at, p->own, p->child);
    if (failed(c))
        return c->at;
    uint32_t right = c->frame.at[f].right;
    *element = shape_view(c, p->element, f, right);
    *mask = view_register(c, p->mask, right);
    return f;
}

const struct shape *list_of_parts(struct compiler *c, uint16_t frame, const struct part *part, size_t count, uint32_t whole) {
    struct shape *s = shape_new(c, SHAPE_LIST);
    s->frame = frame;
    s->part = part;
    s->count = count;
    s->whole = whole;
    return s;
}

/* ---- paths --------------------------------------------------------------------------------------- */

bool request_null_fact(const struct cohort_request *r, struct span table, struct span name) {
    for (size_t i = 0; i < r->null_fact_count; i++) {
        struct span f = r->null_facts[i];
        if (f.size == table.size + 1 + name.size && memcmp(f.at, table.at, table.size) == 0 && f.at[table.size] == '.' &&
            memcmp(f.at + table.size + 1, name.at, name.size) == 0)
            return true;
    }
    return false;
}

bool shape_has(struct compiler *c, const struct shape *s, struct span name) {
    if (s->kind == SHAPE_VALUE)
        return feel_get(&s->value, name) != NULL;
    if (s->kind == SHAPE_ROW)
        return cohort_column_find(s->table, name) || cohort_list_find(s->table, name) || request_null_fact(c->request, s->table->name, name);
    for (size_t i = 0; s->kind == SHAPE_CONTEXT && i < s->count; i++)
        if (span_eq(s->name[i], name))
            return true;
    return false;
}

static const struct shape *row_list(struct compiler *c, const struct shape *row, const struct cohort_list *list) {
    struct part *p = ARENA_NEW(c->arena, struct part);
    uint16_t child = frame_list(c, row->row_frame, list);
    uint32_t whole = NONE;
    if (!p) {
        c->status = E_LIMIT;
        return row;
    }
    if (list->unknown)
        whole = emit(c, (struct op){.code = OP_LIST_KNOWN, .kind = K_BOOLEAN, .width = 1, .may = STATE_UNKNOWN, .frame = row->row_frame,
            .a = NONE, .b = NONE, .c = NONE, .ref = list, .high = 1});
    /* elements of a table of one nameless column are its values */
    const struct shape *element;
    uint16_t at = c->at;
    c->at = child;
    if (list->of->column_count == 1 && !list->of->column[0].name.size && !list->of->list_count)
        element = shape_register(c, emit_column(c, child, &list->of->column[0]));
    else
        element = shape_row(c, child, list->of);
    c->at = at;
    *p = (struct part){.element = element, .mask = NONE, .child = child, .own = NONE};
    const struct shape *s = list_of_parts(c, row->row_frame, p, 1, whole);
    return row->index == NONE ? s : shape_view(c, s, row->frame, row->index);
}

static const struct shape *row_path(struct compiler *c, const struct shape *s, struct span name) {
    const struct cohort_column *column = cohort_column_find(s->table, name);
    if (column) {
        const struct shape *v = shape_register(c, emit_column(c, s->row_frame, column));
        return s->index == NONE ? v : shape_view(c, v, s->frame, s->index);
    }
    const struct cohort_list *list = cohort_list_find(s->table, name);
    if (list)
        return row_list(c, s, list);
    if (!request_null_fact(c->request, s->table->name, name))
        return shape_unknown(c);
    const struct shape *v = shape_value(c, feel_null());
    return s->index == NONE ? v : shape_view(c, v, s->frame, s->index);
}

static const struct shape *context_path(struct compiler *c, const struct shape *s, struct span name) {
    for (size_t i = 0; i < s->count; i++) {
        if (!span_eq(s->name[i], name))
            continue;
        if (!s->member)
            return s->field[i];
        c->of_member = true;
        return c->household ? shape_unknown(c) : shape_lift(c, s->field[i], c->at);
    }
    return s->member ? shape_unknown(c) : shape_error(c);
}

const struct shape *shape_path(struct compiler *c, const struct shape *s, struct span name) {
    struct feel_key key;
    if (failed(c))
        return s;
    switch (s->kind) {
    case SHAPE_VALUE:
        key = feel_key(name);
        return shape_value(c, feel_path(&c->env, &s->value, &key));
    case SHAPE_CONTEXT: return context_path(c, s, name);
    case SHAPE_ROW: return row_path(c, s, name);
    case SHAPE_LIST: return list_map_path(c, s, name);
    case SHAPE_UNKNOWN: return s;
    case SHAPE_REGISTER:
        if (op_at(c, s->reg)->kind == K_DATE) {
            unsupported(c, "a property of a date that differs by row");
            return s;
        } /* fallthrough */
    default: return shape_error(c);
    }
}

/* ---- choosing ---------------------------------------------------------------------------------------- */

/* A register that is kin to both: a null or an unknown takes the other's kind. */
static const struct shape *select_scalars(struct compiler *c, uint32_t truth, const struct shape *a, const struct shape *b) {
    int ka = shape_kind_of(c, a), kb = shape_kind_of(c, b);
    bool odd_a = ka == FEEL_NULL || ka == FEEL_UNKNOWN, odd_b = kb == FEEL_NULL || kb == FEEL_UNKNOWN;
    if (!odd_a && !odd_b && ka != kb) {
        unsupported(c, "one of two kinds of value");
        return a;
    }
    if (ka == FEEL_NUMBER && kb == FEEL_NUMBER)
        return number_select(c, truth, a, b);
    uint32_t x, y;
    if (odd_a) {
        y = shape_scalar(c, b, (int)NONE);
        x = shape_scalar(c, a, (int)y);
    } else {
        x = shape_scalar(c, a, (int)NONE);
        y = shape_scalar(c, b, (int)x);
    }
    if (failed(c))
        return a;
    if (op_at(c, x)->kind != op_at(c, y)->kind) {
        unsupported(c, "one of two kinds of value");
        return a;
    }
    if (op_at(c, x)->kind == K_STRING && op_at(c, x)->dict != op_at(c, y)->dict) {
        struct dict *d = op_at(c, x)->dict, *e = op_at(c, y)->dict;
        d = !d || (d == c->constants && e) ? e : d;
        x = emit_in_dict(c, x, d);
        y = emit_in_dict(c, y, d);
    }
    if (op_at(c, x)->kind == K_NUMBER && op_at(c, x)->scale != op_at(c, y)->scale) {
        if (odd_a)
            return shape_register(c, emit_select(c, truth, number_at_scale(c, x, op_at(c, y)->scale), y));
        return shape_register(c, emit_select(c, truth, x, number_at_scale(c, y, op_at(c, x)->scale)));
    }
    return shape_register(c, emit_select(c, truth, x, y));
}

static const struct shape *select_contexts(struct compiler *c, uint32_t truth, const struct shape *a, const struct shape *b) {
    const struct shape *keys = a->kind == SHAPE_CONTEXT ? a : b, *other = keys == a ? b : a;
    bool alike = other->kind != SHAPE_CONTEXT || other->count == keys->count;
    for (size_t i = 0; alike && other->kind == SHAPE_CONTEXT && i < keys->count; i++)
        alike = shape_has(c, other, keys->name[i]);
    if (keys->kind != SHAPE_CONTEXT || keys->member || other->member || !alike ||
        (other->kind != SHAPE_CONTEXT && other->kind != SHAPE_UNKNOWN && !(other->kind == SHAPE_VALUE && feel_is_null(other->value)))) {
        unsupported(c, "one of two different contexts");
        return a;
    }
    const struct shape **field = (const struct shape **)ARENA_ARRAY(c->arena, keys->count + 1, struct shape *);
    struct shape *s = shape_new(c, SHAPE_CONTEXT);
    if (!field) {
        c->status = E_LIMIT;
        return a;
    }
    for (size_t i = 0; i < keys->count; i++)
        field[i] = shape_select(c, truth, shape_path(c, a, keys->name[i]), shape_path(c, b, keys->name[i]));
    s->count = keys->count;
    s->name = keys->name;
    s->field = field;
    return s;
}

/* Parts that are there only where `truth` says so. */
static size_t masked_parts(struct compiler *c, const struct shape *list, uint32_t truth, struct part *ret) {
    for (size_t i = 0; i < list->count && !failed(c); i++) {
        struct part p = list->part[i];
        if (p.single) {
            p.mask = emit_and(c, truth, p.mask);
        } else {
            uint16_t f = part_enter(c, &list->part[i], &p.element, &p.mask);
            p.child = f;
            p.own = NONE;
            p.mask = emit_and(c, emit_gather(c, truth, frame_left(c, f)), p.mask);
        }
        ret[i] = p;
    }
    return list->count;
}

static const struct shape *select_lists(struct compiler *c, uint32_t truth, const struct shape *a, const struct shape *b) {
    const struct shape *side[2] = {a, b};
    uint32_t whole[2];
    size_t n = 0;
    struct part *part = ARENA_ARRAY(c->arena, (a->kind == SHAPE_LIST ? a->count : 0) + (b->kind == SHAPE_LIST ? b->count : 0) + 1, struct part);
    if (!part) {
        c->status = E_LIMIT;
        return a;
    }
    for (int i = 0; i < 2; i++) {
        whole[i] = side[i]->whole == NONE ? emit_truth(c, true) : side[i]->whole;
        if (side[i]->kind == SHAPE_LIST)
            n += masked_parts(c, side[i], i == 0 ? truth : emit_not(c, truth), part + n);
        else if (side[i]->kind == SHAPE_UNKNOWN)
            whole[i] = emit_state(c, K_BOOLEAN, STATE_UNKNOWN | STATE_ERROR);
        else if (side[i]->kind == SHAPE_VALUE && feel_is_null(side[i]->value))
            whole[i] = emit_state(c, K_BOOLEAN, STATE_ERROR); /* whatever takes a list makes an error of it */
        else
            unsupported(c, "a list or something else");
    }
    if (failed(c))
        return a;
    uint32_t all = whole[0] == whole[1] && !op_at(c, truth)->may && op_at(c, whole[0])->code == OP_CONSTANT && !op_at(c, whole[0])->may
        ? NONE : emit_select(c, truth, whole[0], whole[1]);
    return list_of_parts(c, c->at, part, n, all);
}

const struct shape *shape_select(struct compiler *c, uint32_t truth, const struct shape *a, const struct shape *b) {
    if (failed(c))
        return a;
    const struct op *t = op_at(c, truth);
    if (t->code == OP_CONSTANT && !t->how)
        return t->k ? a : b;
    a = shape_lift(c, a, c->at);
    b = shape_lift(c, b, c->at);
    if (failed(c) || (a == b && !t->may))
        return a;
    if (shape_is_scalar(a) && shape_is_scalar(b))
        return select_scalars(c, truth, a, b);
    if (a->kind == SHAPE_LIST || b->kind == SHAPE_LIST)
        return select_lists(c, truth, a, b);
    return select_contexts(c, truth, a, b);
}

const struct shape *shape_guard(struct compiler *c, uint32_t truth, const struct shape *a) {
    if (failed(c))
        return a;
    const struct op *t = op_at(c, truth);
    if (t->code == OP_CONSTANT && !t->how && t->k)
        return a;
    a = shape_lift(c, a, c->at);
    if (shape_is_scalar(a))
        return shape_register(c, emit_guard(c, truth, shape_scalar(c, a, (int)NONE)));
    return shape_select(c, truth, a, shape_error(c));
}

/* ---- comparing ---------------------------------------------------------------------------------------------- */

static const struct shape *truth_shape(struct compiler *c, uint32_t r) { return shape_register(c, r); }

static const struct shape *negated_if(struct compiler *c, bool negate, uint32_t r) { return truth_shape(c, negate ? emit_not(c, r) : r); }

/* = null and != null */
static const struct shape *compare_null(struct compiler *c, int how, const struct shape *x) {
    if (x->kind == SHAPE_UNKNOWN)
        return truth_shape(c, emit_state(c, K_BOOLEAN, STATE_UNKNOWN | STATE_ERROR));
    if (x->kind == SHAPE_FUNCTION || x->kind == SHAPE_BUILTIN)
        return shape_value(c, feel_bool(how == CMP_NE));
    if (!shape_is_scalar(x)) {
        unsupported(c, "a list or context beside null");
        return x;
    }
    uint32_t r = shape_scalar(c, x, (int)NONE);
    return failed(c) ? x : negated_if(c, how == CMP_NE, emit_same(c, r, number_at_scale(c, emit_state(c, op_at(c, r)->kind, STATE_NULL), op_at(c, r)->scale)));
}

static const struct shape *compare_registers(struct compiler *c, int how, const struct shape *a, const struct shape *b) {
    bool equality = how == CMP_EQ || how == CMP_NE;
    uint32_t x = shape_scalar(c, a, (int)NONE), y;
    if (a->kind == SHAPE_VALUE) {
        y = shape_scalar(c, b, (int)NONE);
        x = shape_scalar(c, a, (int)y);
    } else {
        y = shape_scalar(c, b, (int)x);
    }
    if (failed(c))
        return a;
    if (op_at(c, x)->kind == K_STRING && op_at(c, x)->dict != op_at(c, y)->dict) {
        struct dict *d = op_at(c, x)->dict == c->constants ? op_at(c, y)->dict : op_at(c, x)->dict;
        x = emit_in_dict(c, x, d);
        y = emit_in_dict(c, y, d);
    }
    if (!equality && op_at(c, x)->kind == K_BOOLEAN)
        return shape_error(c);
    if (!equality && op_at(c, x)->kind == K_STRING) {
        unsupported(c, "the order of texts");
        return a;
    }
    return equality ? negated_if(c, how == CMP_NE, emit_same(c, x, y)) : truth_shape(c, emit_compare(c, how, x, y));
}

static bool may_be_null(const struct compiler *c, const struct shape *s) { return s->kind == SHAPE_REGISTER && (op_at(c, s->reg)->may & STATE_NULL); }

const struct shape *shape_compare(struct compiler *c, int how, const struct shape *a, const struct shape *b) {
    bool equality = how == CMP_EQ || how == CMP_NE;
    if (failed(c))
        return a;
    a = shape_lift(c, a, c->at);
    b = shape_lift(c, b, c->at);
    if (failed(c))
        return a;
    if (a->kind == SHAPE_VALUE && b->kind == SHAPE_VALUE)
        return shape_value(c, feel_compare(&c->env, how, &a->value, &b->value));
    if (is_error_value(a) || is_error_value(b))
        return shape_error(c);
    if (is_plain_null(a) || is_plain_null(b))
        return equality ? compare_null(c, how, is_plain_null(a) ? b : a) : shape_error(c);
    if (a->kind == SHAPE_UNKNOWN || b->kind == SHAPE_UNKNOWN)
        return truth_shape(c, emit_state(c, K_BOOLEAN, STATE_UNKNOWN | STATE_ERROR));
    if (!shape_is_scalar(a) || !shape_is_scalar(b)) {
        unsupported(c, "comparing lists or contexts");
        return a;
    }
    int ka = shape_kind_of(c, a), kb = shape_kind_of(c, b);
    if (ka != kb) {
        if (equality && (may_be_null(c, a) || may_be_null(c, b)))
            unsupported(c, "comparing two kinds of value");
        return shape_error(c);
    }
    if (ka == FEEL_NUMBER)
        return truth_shape(c, number_compare(c, how, a, b));
    return compare_registers(c, how, a, b);
}

/* ---- errors inside -------------------------------------------------------------------------------------------- */

static uint32_t register_fault(struct compiler *c, uint32_t r) {
    if (failed(c) || !(op_at(c, r)->may & STATE_ERROR))
        return NONE;
    unsigned may = STATE_ERROR | (op_at(c, r)->may & STATE_UNKNOWN);
    if (op_at(c, r)->code == OP_CONSTANT)
        return emit_state(c, K_BOOLEAN, op_at(c, r)->how == STATE_ERROR ? STATE_ERROR : STATE_UNKNOWN | STATE_ERROR);
    return emit(c, (struct op){.code = OP_FAULT, .kind = K_BOOLEAN, .width = 1, .may = (uint8_t)may, .frame = FRAME_ANY, .a = r, .b = NONE, .c = NONE, .high = 1});
}

static uint32_t part_fault(struct compiler *c, const struct part *p) {
    if (p->single) {
        uint32_t f = shape_fault(c, p->element);
        return f == NONE || p->mask == NONE ? f : emit_or(c, emit_not(c, p->mask), f);
    }
    const struct shape *element;
    uint32_t mask;
    uint16_t at = c->at, frame = part_enter(c, p, &element, &mask);
    if (failed(c))
        return NONE;
    c->at = frame;
    uint32_t f = shape_fault(c, element);
    if (f != NONE && mask != NONE)
        f = emit_or(c, emit_not(c, mask), f);
    c->at = at;
    return f == NONE ? NONE : emit_fold(c, OP_ALL, frame, op_at(c, f)->code == OP_CONSTANT ? emit_gather(c, f, frame_left(c, frame)) : f, NONE, 0);
}

uint32_t shape_fault(struct compiler *c, const struct shape *s) {
    uint32_t f = NONE;
    if (failed(c))
        return NONE;
    s = shape_lift(c, s, c->at);
    switch (s->kind) {
    case SHAPE_VALUE: return feel_find_error(&s->value) ? emit_state(c, K_BOOLEAN, STATE_ERROR) : NONE;
    case SHAPE_REGISTER: return register_fault(c, s->reg);
    case SHAPE_QUOTIENT: return register_fault(c, number_register(c, s));
    case SHAPE_UNKNOWN: return NONE; /* a fact: never an error */
    case SHAPE_CONTEXT:
        for (size_t i = 0; i < s->count && !s->member; i++)
            f = emit_and(c, f, shape_fault(c, s->field[i]));
        return f;
    case SHAPE_ROW: return s->index == NONE || !op_at(c, s->index)->may ? NONE : emit_gather(c, emit_truth(c, true), s->index);
    case SHAPE_LIST:
        f = s->whole;
        for (size_t i = 0; i < s->count && !failed(c); i++)
            f = emit_and(c, f, part_fault(c, &s->part[i]));
        return f;
    default: return NONE;
    }
}
