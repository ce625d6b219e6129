/* From a model to a program. */
#include "cohort/internal.h"

#include "feel/vm.h"

/* ---- inputs --------------------------------------------------------------------------- */

static const struct cohort_bind *bind_of(const struct compiler *c, struct span name) {
    for (size_t i = 0; i < c->request->bind_count; i++)
        if (span_eq(c->request->bind[i].input, name))
            return &c->request->bind[i];
    return NULL;
}

static const struct shape *member_context(struct compiler *c, const struct cohort_bind *b) {
    const struct cohort_column *column = c->program->member ? cohort_column_find(c->program->member->of, b->list) : NULL;
    struct shape *s = shape_new(c, SHAPE_CONTEXT);
    const struct shape **field = (const struct shape **)ARENA_ARRAY(c->arena, 1, struct shape *);
    if (!field) {
        c->status = E_LIMIT;
        return s;
    }
    s->frame = FRAME_ANY;
    s->member = true;
    s->name = &b->field;
    s->field = field;
    s->count = column ? 1 : 0;
    if (column)
        field[0] = shape_register(c, emit_column(c, c->row_frame, column));
    return s;
}

static const struct shape *input_shape(struct compiler *c, const struct dmn_element *e) {
    const struct cohort_bind *b = bind_of(c, e->name);
    const struct shape *row = shape_row(c, 0, c->request->household);
    if (!b)
        return shape_value(c, feel_null());
    switch (b->kind) {
    case COHORT_ROW: return row;
    case COHORT_COLUMN:
    case COHORT_LIST: return shape_path(c, row, b->list.size ? b->list : b->input);
    case COHORT_VALUE: return shape_value(c, b->value);
    case COHORT_MEMBER: return member_context(c, b);
    case COHORT_UNKNOWN: break;
    }
    return shape_unknown(c);
}

/* ---- decisions ------------------------------------------------------------------------- */

static const struct shape *element_shape(struct compiler *c, const struct dmn_slot *s) {
    const struct dmn_element *e = s->element;
    struct environment bottom = {.scope = e->scope, .base = s->base}, *kept = ARENA_NEW(c->arena, struct environment);
    if (!kept) {
        c->status = E_LIMIT;
        return shape_error(c);
    }
    *kept = bottom;
    if (e->kind == DMN_INPUT)
        return compile_coerced(c, e->type, input_shape(c, e));
    if (e->kind == DMN_SERVICE) {
        unsupported(c, "a decision service");
        return shape_error(c);
    }
    if (!e->ast || e->faulty)
        return e->faulty ? shape_error(c) : shape_value(c, feel_null());
    return compile(c, e->ast, kept);
}

/* Compiled for households; if it turns out to depend on which member the row is, for members. */
static const struct shape *in_frame(struct compiler *c, uint32_t slot, bool household) {
    struct decision_memo *m = &c->memo[slot];
    const struct dmn_slot *s = &c->model->slot[slot];
    uint16_t at = c->at;
    bool outer_household = c->household, outer_member = c->of_member;
    struct span why = c->why, where = c->where;
    m->state[household] = DECISION_RUNNING;
    c->at = household ? 0 : c->row_frame;
    c->household = household;
    c->of_member = false;
    const struct shape *v = element_shape(c, s);
    if (!failed(c))
        v = shape_lift(c, v, c->at);
    if (household && c->of_member && c->program->member) {
        m->of_member = true;
        c->why = why; /* what stood for a member's fact may have been the reason */
        c->where = where;
    } else if (c->why.size && !c->where.size) {
        c->where = s->element->name;
    }
    m->state[household] = DECISION_DONE;
    m->shape[household] = v;
    c->at = at;
    c->household = outer_household;
    c->of_member = outer_member;
    return v;
}

const struct shape *compile_slot(struct compiler *c, uint32_t slot) {
    struct decision_memo *m = &c->memo[slot];
    if (failed(c) || slot >= c->model->slot_count)
        return shape_error(c);
    if (c->model->slot[slot].element->kind == DMN_BKM) { /* its body is compiled where it is called */
        if (m->state[0] == DECISION_DONE)
            return m->shape[0];
        m->shape[0] = element_shape(c, &c->model->slot[slot]);
        m->state[0] = DECISION_DONE;
        return m->shape[0];
    }
    if (m->state[1] == DECISION_RUNNING || m->state[0] == DECISION_RUNNING) {
        unsupported(c, "a decision that needs itself");
        return shape_error(c);
    }
    if (m->state[1] == DECISION_NEW)
        in_frame(c, slot, true);
    if (!m->of_member)
        return m->shape[1];
    c->of_member = true;
    if (c->household)
        return shape_unknown(c);
    return m->state[0] == DECISION_DONE ? m->shape[0] : in_frame(c, slot, false);
}

/* ---- outputs ------------------------------------------------------------------------------ */

static struct feel_scope *output_scope(struct compiler *c) {
    const struct dmn_model *m = c->model;
    struct feel_scope *s = feel_scope_new(c->arena, m->scope);
    for (size_t i = 0; s && i < m->element_count; i++)
        if (!feel_scope_global(s, m->element[i].name, m->own + (uint32_t)i, m->element[i].type))
            return NULL;
    for (size_t i = 0; s && i < m->import_count; i++)
        if (m->import[i].name.size && !feel_scope_namespace(s, m->import[i].name, m->import[i].scope))
            return NULL;
    return s;
}

struct names { const struct span *bound; const struct names *outer; size_t count; bool item; };

static bool name_known(const struct feel_scope *scope, struct span name, const struct names *n) {
    for (; n; n = n->outer) {
        if (n->item)
            return true;
        for (size_t i = 0; i < n->count; i++)
            if (span_eq(n->bound[i], name))
                return true;
    }
    return feel_scope_find(scope, name) || feel_builtin_find(name);
}

/* The first name that nothing in scope has, and the model's decisions that are named. */
static struct span stray_name(struct compiler *c, const struct feel_scope *scope, const struct feel_ast *n, const struct names *outer, bool *named) {
    struct names inner = {.outer = outer};
    struct span none = {0}, found;
    if (!n)
        return none;
    if (n->kind == AST_NAME) {
        const struct feel_scope_entry *e = feel_scope_find(scope, n->text);
        if (e && e->kind == ENTRY_GLOBAL)
            named[e->index] = true;
        return name_known(scope, n->text, outer) ? none : n->text;
    }
    if (n->kind == AST_PATH && n->a->kind == AST_NAME) {
        const struct feel_scope_entry *e = feel_scope_find(scope, n->a->text);
        const struct feel_scope_entry *m = e && e->kind == ENTRY_NAMESPACE ? feel_scope_find(e->inside, n->text) : NULL;
        if (m && m->kind == ENTRY_GLOBAL)
            named[m->index] = true;
        if (e && e->kind == ENTRY_NAMESPACE)
            return m ? none : n->text;
    }
    bool binds = n->kind == AST_FOR || n->kind == AST_SOME || n->kind == AST_EVERY || n->kind == AST_CONTEXT || n->kind == AST_FUNCTION;
    if (binds) {
        inner.bound = n->name;
        inner.count = n->count;
    }
    inner.item = n->kind == AST_FILTER;
    const struct names *in = binds ? &inner : outer;
    if ((found = stray_name(c, scope, n->a, in, named)).size)
        return found;
    if ((found = stray_name(c, scope, n->b, inner.item ? &inner : in, named)).size || (found = stray_name(c, scope, n->c, in, named)).size)
        return found;
    for (size_t i = 0; n->item && i < n->count; i++)
        if ((found = stray_name(c, scope, n->item[i], in, named)).size)
            return found;
    return none;
}

static enum status read_outputs(struct compiler *c, bool *named, const struct feel_scope **ret_scope, struct diag *d) {
    const struct cohort_request *r = c->request;
    const struct feel_scope *scope = output_scope(c);
    const struct feel_ast **tree = (const struct feel_ast **)ARENA_ARRAY(c->arena, r->output_count + 1, struct feel_ast *);
    if (!scope || !tree)
        return arena_full(d);
    for (size_t i = 0; i < r->output_count; i++) {
        struct feel_ast *n;
        enum status s = feel_parse(c->arena, scope, r->output[i].expression, PARSE_EXPRESSION, &n, d);
        if (s != OK)
            return s;
        struct span stray = stray_name(c, scope, n, NULL, named);
        if (stray.size)
            return diag_fail(d, E_NOT_FOUND, "cohort.no_column", DIAG_SPAN("name", stray));
        tree[i] = n;
    }
    c->program->tree = tree;
    *ret_scope = scope;
    return OK;
}

/* More digits than are kept are an error of the row. */
static uint32_t number_output(struct compiler *c, const struct shape *s, unsigned scale) {
    int kind = shape_kind_of(c, s);
    if (kind != FEEL_NUMBER)
        return emit_state(c, K_NUMBER, kind == FEEL_UNKNOWN ? STATE_UNKNOWN : STATE_ERROR);
    s = shape_register(c, number_register(c, s));
    if (!failed(c) && (op_at(c, s->reg)->scale > scale || op_at(c, s->reg)->may & STATE_DECIMAL)) {
        const struct shape *cut = number_round(c, s, scale, DEC_DOWN);
        s = shape_guard(c, number_compare(c, CMP_EQ, cut, s), cut);
    }
    return failed(c) ? 0 : number_at_scale(c, number_register(c, s), scale);
}

static void compile_outputs(struct compiler *c, const struct feel_scope *scope, const bool *named) {
    struct environment *bottom = ARENA_NEW(c->arena, struct environment);
    struct cohort_program *p = c->program;
    if (!bottom) {
        c->status = E_LIMIT;
        return;
    }
    *bottom = (struct environment){.scope = scope};
    c->at = c->row_frame;
    for (size_t i = 0; i < p->output_count && !failed(c); i++) {
        const struct cohort_output *o = &c->request->output[i];
        const struct shape *s = shape_lift(c, compile(c, p->tree[i], bottom), c->at);
        if (!failed(c))
            p->output[i] = o->kind == COHORT_OUT_BOOLEAN ? shape_truth(c, s) : number_output(c, s, o->scale);
    }
    /* an error in any part of an answer is the row's */
    for (size_t i = 0; i < c->model->slot_count && !failed(c); i++)
        if (named[i] && c->model->slot[i].element->kind == DMN_DECISION)
            p->fault = emit_and(c, p->fault, shape_fault(c, compile_slot(c, (uint32_t)i)));
    if (c->why.size && !c->where.size)
        c->where = SPAN("output");
}

/* ---- linking ---------------------------------------------------------------------------------- */

static void keep_frame(struct compiler *c, uint16_t frame);

static void keep(struct compiler *c, uint32_t r) {
    if (r == NONE || op_at(c, r)->live)
        return;
    struct op *o = op_at(c, r);
    o->live = true;
    if (o->code != OP_CONSTANT)
        keep_frame(c, o->frame);
    keep(c, o->a);
    keep(c, o->b);
    if (o->code >= OP_SUM) /* folds: c is a frame */
        keep_frame(c, (uint16_t)o->c);
    else
        keep(c, o->c);
}

static void keep_frame(struct compiler *c, uint16_t frame) {
    struct frame *f = &c->frame.at[frame];
    if (f->live)
        return;
    f->live = true;
    if (f->kind == FRAME_ROOT)
        return;
    keep_frame(c, (uint16_t)f->outer);
    if (f->kind == FRAME_PAIRS) {
        keep_frame(c, (uint16_t)f->of);
        keep_frame(c, (uint16_t)c->frame.at[f->of].outer);
        keep(c, f->expand);
    }
}

static void reads(struct compiler *c, uint32_t r, uint32_t at) {
    if (r != NONE)
        op_at(c, r)->last = at;
}

/* Who reads a register last, so that its room can be another's. */
static void lifetimes(struct compiler *c) {
    for (uint32_t i = 0; i < c->op.size; i++) {
        const struct op *o = op_at(c, i);
        if (!o->live)
            continue;
        reads(c, o->a, i);
        reads(c, o->b, i);
        if (o->code < OP_SUM)
            reads(c, o->c, i);
    }
    for (size_t i = 0; i < c->program->output_count; i++)
        reads(c, c->program->output[i], NONE);
    reads(c, c->program->fault, NONE);
}

/* Which word of another dictionary each word is. */
static void translate(struct compiler *c, struct op *o) {
    struct dict *from = (struct dict *)(uintptr_t)o->ref, *to = o->dict;
    uint32_t n = from->count + (uint32_t)from->more.size, known = to->count + (uint32_t)to->more.size;
    int32_t *table = ARENA_ARRAY(c->arena, n + 1, int32_t);
    struct map *place = map_new(c->arena, 0);
    bool ok = table && place;
    for (uint32_t i = 0; ok && i < known; i++)
        ok = map_has(place, dict_word(to, i)) || map_put(place, dict_word(to, i), (void *)(uintptr_t)(i + 1));
    for (uint32_t i = 0; ok && i < n; i++) {
        uintptr_t at = (uintptr_t)map_get(place, dict_word(from, i));
        if (!at) {
            struct span *more = vec_push_in(c->arena, &to->more);
            at = to->count + (uintptr_t)to->more.size;
            ok = more && map_put(place, dict_word(from, i), (void *)at);
            if (more)
                *more = dict_word(from, i);
        }
        table[i] = (int32_t)(at - 1);
    }
    if (!ok)
        c->status = E_LIMIT;
    o->ref = table;
    o->k = n;
}

static void link_program(struct compiler *c) {
    struct cohort_program *p = c->program;
    for (size_t i = 0; i < p->output_count; i++)
        keep(c, p->output[i]);
    keep(c, p->fault);
    keep_frame(c, 0);
    keep_frame(c, c->row_frame);
    for (size_t i = 0; i < c->op.size; i++)
        if (op_at(c, (uint32_t)i)->live && op_at(c, (uint32_t)i)->code == OP_TRANSLATE)
            translate(c, op_at(c, (uint32_t)i));
    lifetimes(c);
    p->op = c->op.at;
    p->op_count = c->op.size;
    p->frame = c->frame.at;
    p->frame_count = c->frame.size;
    p->row_frame = c->row_frame;
}

/* ---- entry ------------------------------------------------------------------------------------------ */

static enum status check_binds(const struct cohort_request *r, struct diag *d) {
    for (size_t i = 0; i < r->bind_count; i++) {
        bool found = false;
        for (size_t k = 0; k < r->model->slot_count && !found; k++)
            found = r->model->slot[k].element->kind == DMN_INPUT && span_eq(r->model->slot[k].element->name, r->bind[i].input);
        if (!found)
            return diag_fail(d, E_NOT_FOUND, "cohort.no_input", DIAG_SPAN("name", r->bind[i].input));
    }
    return OK;
}

static enum status open_program(struct compiler *c, struct diag *d) {
    const struct cohort_request *r = c->request;
    struct cohort_program *p = c->program;
    struct cohort_request *kept = ARENA_NEW(c->arena, struct cohort_request);
    if (!kept)
        return arena_full(d);
    *kept = *r;
    *p = (struct cohort_program){.request = kept, .root = r->household, .fault = NONE, .output_count = r->output_count};
    p->output = ARENA_ARRAY(c->arena, r->output_count + 1, uint32_t);
    c->memo = ARENA_ARRAY(c->arena, r->model->slot_count + 1, struct decision_memo);
    struct frame *root = vec_push_in(c->arena, &c->frame);
    c->constants = dict_of(c, NULL, 0);
    if (!p->output || !c->memo || !root || !c->constants)
        return arena_full(d);
    *root = (struct frame){.kind = FRAME_ROOT, .table = r->household, .expand = NONE, .left = NONE, .right = NONE};
    if (r->member.size) {
        p->member = cohort_list_find(r->household, r->member);
        if (!p->member)
            return diag_fail(d, E_NOT_FOUND, "cohort.no_list", DIAG_SPAN("name", r->member));
        c->row_frame = frame_list(c, 0, p->member);
    }
    p->rows = p->member ? p->member->of->count : r->household->count;
    return c->status == OK ? OK : arena_full(d);
}

static enum status note_fallback(struct compiler *c, const struct feel_scope *scope, const bool *named, struct diag *d) {
    struct cohort_fallback *f = ARENA_NEW(c->arena, struct cohort_fallback);
    if (!f)
        return arena_full(d);
    *f = (struct cohort_fallback){c->where, c->why};
    c->program->fallback = f;
    c->program->fallback_count = 1;
    return scalar_prepare(c->arena, c->program, scope, named, d);
}

enum { COMPILE_CEILING = 64 << 20 }; /* four tables of OPS_MAX take 3 MB */

/* *ret_tell: bounds would say more. */
static enum status compile_program(struct arena *a, const struct cohort_request *r, bool bounds, struct cohort_program **ret, bool *ret_tell, struct diag *d) {
    AUTO(arena) struct arena *own = arena_new(COMPILE_CEILING);
    struct compiler c = {.arena = a, .own = own, .request = r, .model = r->model, .program = ARENA_NEW(a, struct cohort_program), .bounds = bounds};
    bool *named = ARENA_ARRAY(a, r->model->slot_count + 1, bool);
    const struct feel_scope *scope = NULL;
    if (!own || !c.program || !named)
        return arena_full(d);
    feel_env_init(&c.env, a, NULL);
    c.env.case_mode = true;
    enum status s = check_binds(r, d);
    if (s == OK)
        s = open_program(&c, d);
    if (s == OK)
        s = read_outputs(&c, named, &scope, d);
    if (s != OK)
        return s;
    compile_outputs(&c, scope, named);
    if (c.status == OK && !c.why.size)
        link_program(&c);
    if (c.status != OK)
        return arena_full(d);
    if (c.why.size)
        s = note_fallback(&c, scope, named, d);
    if (s == OK) {
        *ret = c.program;
        *ret_tell = c.bounds_tell && !c.why.size;
    }
    return s;
}

enum status cohort_compile(struct arena *a, const struct cohort_request *r, const struct cohort_program **ret, struct diag *d) {
    struct cohort_program *p = NULL, *bounded = NULL;
    bool tell = false, unused;
    enum status s = compile_program(a, r, false, &p, &tell, d);
    if (s == OK && tell)
        s = compile_program(a, r, true, &bounded, &unused, d);
    if (s != OK)
        return s;
    p->bounded = bounded && !bounded->fallback_count ? bounded : NULL;
    *ret = p;
    return sieve_choose(a, p, d);
}

uint64_t cohort_rows(const struct cohort_program *p) { return p->rows; }
size_t cohort_fallback_count(const struct cohort_program *p) { return p->fallback_count; }
struct cohort_fallback cohort_fallback(const struct cohort_program *p, size_t i) { return p->fallback[i]; }
