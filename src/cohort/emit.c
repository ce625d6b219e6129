/* Instructions: each is made once; what is known while compiling is not computed. */
#include "cohort/internal.h"

enum { BUCKETS = 1 << 14 };

static uint32_t stop(struct compiler *c) {
    if (c->status == OK)
        c->status = E_LIMIT;
    return 0;
}

static unsigned width_for(__int128 low, __int128 high) {
    if (low >= INT8_MIN && high <= INT8_MAX)
        return 1;
    if (low >= INT16_MIN && high <= INT16_MAX)
        return 2;
    return low >= INT32_MIN && high <= INT32_MAX ? 4 : 8;
}

/* ---- finding and adding ------------------------------------------------------------ */

static uint64_t mix(uint64_t h, uint64_t x) {
    h = (h ^ x) * 0x9E3779B97F4A7C15ULL;
    return h ^ (h >> 29);
}

static uint64_t hash_op(const struct op *o) {
    uint64_t h = mix(o->code, o->kind | (uint64_t)o->width << 8 | (uint64_t)o->scale << 16 | (uint64_t)o->how << 24 | (uint64_t)o->frame << 32);
    h = mix(mix(mix(h, o->a), o->b), o->c);
    return mix(mix(mix(h, (uint64_t)o->k), (uint64_t)(uintptr_t)o->ref), (uint64_t)(uintptr_t)o->dict);
}

static bool same_op(const struct op *x, const struct op *y) {
    return x->code == y->code && x->kind == y->kind && x->width == y->width && x->scale == y->scale && x->how == y->how &&
        x->frame == y->frame && x->a == y->a && x->b == y->b && x->c == y->c && x->k == y->k && x->ref == y->ref && x->dict == y->dict;
}

static bool is_map(const struct compiler *c, uint32_t r) {
    return r != NONE && (op_at(c, r)->code == OP_LEFT || op_at(c, r)->code == OP_RIGHT);
}

static uint32_t add(struct compiler *c, struct op o) {
    if (!c->bucket) {
        c->bucket = ARENA_ARRAY(c->own, BUCKETS, uint32_t);
        c->chain = ARENA_ARRAY(c->own, OPS_MAX, uint32_t);
        if (!c->bucket || !c->chain)
            return stop(c);
    }
    uint32_t *slot = &c->bucket[hash_op(&o) % BUCKETS];
    for (uint32_t i = *slot; i; i = c->chain[i - 1])
        if (same_op(op_at(c, i - 1), &o))
            return i - 1;
    struct op *at = c->op.size < OPS_MAX ? vec_push_in(c->arena, &c->op) : NULL;
    if (!at)
        return stop(c);
    *at = o;
    if (o.code == OP_GATHER)
        at->through = is_map(c, o.b) ? o.b : NONE;
    else if (o.code <= OP_RIGHT || o.code >= OP_SUM)
        at->through = NONE;
    uint32_t id = (uint32_t)(c->op.size - 1);
    c->chain[id] = *slot;
    *slot = id + 1;
    return id;
}

static bool is_constant(const struct compiler *c, uint32_t r) { return op_at(c, r)->code == OP_CONSTANT; }
static bool is_known(const struct compiler *c, uint32_t r, bool *ret) {
    const struct op *o = op_at(c, r);
    *ret = o->k != 0;
    return o->code == OP_CONSTANT && o->how == 0;
}

/* The map, with a row for each, through which the operands come; NONE: several, or none. */
static uint32_t map_of(const struct compiler *c, const uint32_t operand[3], unsigned *ret_count) {
    uint32_t map = NONE;
    *ret_count = 0;
    for (int i = 0; i < 3; i++) {
        if (operand[i] == NONE || is_constant(c, operand[i]))
            continue;
        uint32_t through = op_at(c, operand[i])->through;
        if (through == NONE || (map != NONE && map != through))
            return NONE;
        map = through;
        ++*ret_count;
    }
    return map;
}

/* The same as computed before the map. */
static uint32_t before_map(struct compiler *c, uint32_t r) {
    if (r == NONE || is_constant(c, r))
        return r;
    struct op o = *op_at(c, r);
    if (o.code == OP_GATHER)
        return o.a;
    o.through = NONE;
    o.a = before_map(c, o.a);
    o.b = before_map(c, o.b);
    o.c = before_map(c, o.c);
    o.frame = FRAME_ANY;
    return emit(c, o);
}

/* What comes through one map is computed before it: fewer rows, or fewer to fetch.  One operand
 * alone waits, for what it is fetched for may ask more of it. */
uint32_t emit(struct compiler *c, struct op o) {
    if (failed(c) && c->op.size)
        return 0;
    const uint32_t operand[3] = {o.a, o.b, o.c};
    unsigned operands;
    if (o.may && o.kind != K_INDEX) { /* what is not known is stored as 0 */
        o.low = o.low < 0 ? o.low : 0;
        o.high = o.high > 0 ? o.high : 0;
    }
    o.through = map_of(c, operand, &operands);
    if (o.through != NONE && operands > 1) {
        struct op inner = o;
        inner.a = before_map(c, o.a);
        inner.b = before_map(c, o.b);
        inner.c = before_map(c, o.c);
        inner.frame = FRAME_ANY;
        return emit_gather(c, emit(c, inner), o.through);
    }
    for (int i = 0; i < 3; i++)
        if (operand[i] != NONE && op_at(c, operand[i])->frame != FRAME_ANY) {
            if (o.frame != FRAME_ANY && o.frame != op_at(c, operand[i])->frame) {
                unsupported(c, "frames");
                return 0;
            }
            o.frame = op_at(c, operand[i])->frame;
        }
    if (o.frame == FRAME_ANY)
        o.frame = c->at;
    return add(c, o);
}

/* ---- constants and columns ------------------------------------------------------------ */

uint32_t emit_constant(struct compiler *c, enum kind kind, int64_t k, unsigned scale, struct dict *dict) {
    unsigned width = kind == K_BOOLEAN ? 1 : kind == K_DATE ? 4 : width_for(k, k);
    return add(c, (struct op){.code = OP_CONSTANT, .kind = (uint8_t)kind, .width = (uint8_t)width, .scale = (uint8_t)scale, .frame = FRAME_ANY,
        .a = NONE, .b = NONE, .c = NONE, .k = k, .low = k, .high = k, .dict = dict});
}

uint32_t emit_state(struct compiler *c, enum kind kind, uint8_t state) {
    unsigned width = kind == K_DATE || kind == K_INDEX ? 4 : 1;
    return add(c, (struct op){.code = OP_CONSTANT, .kind = (uint8_t)kind, .width = (uint8_t)width, .how = state, .may = state, .frame = FRAME_ANY,
        .a = NONE, .b = NONE, .c = NONE});
}

uint32_t emit_truth(struct compiler *c, bool truth) { return emit_constant(c, K_BOOLEAN, truth, 0, NULL); }

uint32_t emit_column(struct compiler *c, uint16_t frame, const struct cohort_column *column) {
    static const uint8_t kinds[] = {K_BOOLEAN, K_NUMBER, K_DATE, K_STRING};
    struct op o = {.code = OP_COLUMN, .kind = kinds[column->kind], .width = column->width, .scale = column->scale, .frame = frame,
        .a = NONE, .b = NONE, .c = NONE, .ref = column, .low = column->low, .high = column->high};
    if (column->low > column->high)
        o.low = o.high = 0;
    o.may = (uint8_t)((column->unknown ? STATE_UNKNOWN : 0) | (column->null ? STATE_NULL : 0));
    if (o.kind == K_STRING) {
        o.dict = dict_of(c, column->word, column->word_count);
    } else if (o.kind == K_BOOLEAN) {
        o.low = 0;
        o.high = 1;
    }
    return emit(c, o);
}

/* ---- dictionaries --------------------------------------------------------------------------- */

struct dict *dict_of(struct compiler *c, const struct span *word, uint32_t count) {
    for (size_t i = 0; i < c->dicts.size; i++)
        if (c->dicts.at[i]->word == word && c->dicts.at[i]->count == count)
            return c->dicts.at[i];
    struct dict **slot = vec_push_in(c->arena, &c->dicts), *d = ARENA_NEW(c->arena, struct dict);
    if (!slot || !d) {
        stop(c);
        return NULL;
    }
    *d = (struct dict){.word = word, .count = count};
    return *slot = d;
}

struct span dict_word(const struct dict *d, uint32_t i) { return i < d->count ? d->word[i] : d->more.at[i - d->count]; }

static bool dict_find(const struct dict *d, struct span text, uint32_t *ret) {
    for (uint32_t i = 0; i < d->count + d->more.size; i++)
        if (span_eq(dict_word(d, i), text)) {
            *ret = i;
            return true;
        }
    return false;
}

uint32_t dict_index(struct compiler *c, struct dict *d, struct span text) {
    uint32_t i;
    if (dict_find(d, text, &i))
        return i;
    struct span *slot = vec_push_in(c->arena, &d->more);
    if (!slot)
        return stop(c);
    *slot = text;
    return d->count + (uint32_t)d->more.size - 1;
}

uint32_t emit_string(struct compiler *c, struct dict *dict, struct span text) {
    return emit_constant(c, K_STRING, dict_index(c, dict, text), 0, dict);
}

uint32_t emit_in_dict(struct compiler *c, uint32_t a, struct dict *dict) {
    struct op *o = op_at(c, a);
    if (o->dict == dict)
        return a;
    if (o->code == OP_CONSTANT && o->how)
        return add(c, (struct op){.code = OP_CONSTANT, .kind = K_STRING, .width = 1, .how = o->how, .may = o->may, .frame = FRAME_ANY,
            .a = NONE, .b = NONE, .c = NONE, .dict = dict});
    if (o->code == OP_CONSTANT)
        return emit_string(c, dict, dict_word(o->dict, (uint32_t)o->k));
    struct op t = {.code = OP_TRANSLATE, .kind = K_STRING, .width = 4, .frame = FRAME_ANY, .a = a, .b = NONE, .c = NONE,
        .ref = o->dict, .dict = dict, .may = o->may, .low = 0, .high = INT32_MAX};
    return emit(c, t);
}

/* ---- widths ------------------------------------------------------------------------------------- */

uint32_t emit_widened(struct compiler *c, uint32_t a, unsigned width) {
    struct op o = *op_at(c, a);
    if (o.width >= width)
        return a;
    if (o.code == OP_CONSTANT) {
        o.width = (uint8_t)width;
        return add(c, o);
    }
    struct op w = {.code = OP_WIDEN, .kind = o.kind, .width = (uint8_t)width, .scale = o.scale, .may = o.may, .frame = FRAME_ANY,
        .a = a, .b = NONE, .c = NONE, .low = o.low, .high = o.high, .dict = o.dict};
    return emit(c, w);
}

static unsigned same_width(struct compiler *c, uint32_t *a, uint32_t *b) {
    unsigned w = op_at(c, *a)->width > op_at(c, *b)->width ? op_at(c, *a)->width : op_at(c, *b)->width;
    *a = emit_widened(c, *a, w);
    *b = emit_widened(c, *b, w);
    return w;
}

/* ---- logic ------------------------------------------------------------------------------------------ */

static uint32_t logic(struct compiler *c, enum op_code code, uint32_t a, uint32_t b) {
    unsigned may = state_strict(op_at(c, a)->may | op_at(c, b)->may);
    if (a > b) { /* one order, so that equal ones are found */
        uint32_t t = a;
        a = b;
        b = t;
    }
    return emit(c, (struct op){.code = (uint8_t)code, .kind = K_BOOLEAN, .width = 1, .may = (uint8_t)may, .frame = FRAME_ANY, .a = a, .b = b, .c = NONE, .high = 1});
}

uint32_t emit_and(struct compiler *c, uint32_t a, uint32_t b) {
    bool k;
    if (a == NONE || b == NONE)
        return a == NONE ? b : a;
    if (a == b && !(op_at(c, a)->may & STATE_NULL))
        return a;
    if (is_known(c, a, &k))
        return k && !(op_at(c, b)->may & STATE_NULL) ? b : k ? logic(c, OP_AND, a, b) : a;
    if (is_known(c, b, &k))
        return k && !(op_at(c, a)->may & STATE_NULL) ? a : k ? logic(c, OP_AND, a, b) : b;
    return logic(c, OP_AND, a, b);
}

uint32_t emit_or(struct compiler *c, uint32_t a, uint32_t b) {
    bool k;
    if (a == b && !(op_at(c, a)->may & STATE_NULL))
        return a;
    if (is_known(c, a, &k))
        return !k && !(op_at(c, b)->may & STATE_NULL) ? b : k ? a : logic(c, OP_OR, a, b);
    if (is_known(c, b, &k))
        return !k && !(op_at(c, a)->may & STATE_NULL) ? a : k ? b : logic(c, OP_OR, a, b);
    return logic(c, OP_OR, a, b);
}

uint32_t emit_not(struct compiler *c, uint32_t a) {
    bool k;
    if (is_known(c, a, &k))
        return emit_truth(c, !k);
    return emit(c, (struct op){.code = OP_NOT, .kind = K_BOOLEAN, .width = 1, .may = op_at(c, a)->may, .frame = FRAME_ANY,
        .a = a, .b = NONE, .c = NONE, .high = 1});
}

uint32_t emit_has_state(struct compiler *c, uint32_t a, uint8_t states) {
    const struct op *o = op_at(c, a);
    if (!(o->may & states))
        return emit_truth(c, false);
    if (o->code == OP_CONSTANT)
        return emit_truth(c, (states & STATE_NULL && o->how == STATE_NULL) || (states & STATE_ERROR && o->how == STATE_ERROR));
    return emit(c, (struct op){.code = OP_HAS_STATE, .kind = K_BOOLEAN, .width = 1, .frame = FRAME_ANY, .a = a, .b = NONE, .c = NONE, .k = states, .high = 1});
}

/* ---- comparing ------------------------------------------------------------------------------------------ */

static int turned(int how) {
    static const uint8_t other[] = {CMP_EQ, CMP_NE, CMP_GT, CMP_GE, CMP_LT, CMP_LE};
    return other[how];
}

/* What the ranges tell: 1, 0; -1: nothing. */
static int decided(int how, const struct op *a, const struct op *b) {
    switch ((enum feel_cmp)how) {
    case CMP_EQ: return a->high < b->low || a->low > b->high ? 0 : a->low == a->high && b->low == b->high && a->low == b->low ? 1 : -1;
    case CMP_NE: return a->high < b->low || a->low > b->high ? 1 : a->low == a->high && b->low == b->high && a->low == b->low ? 0 : -1;
    case CMP_LT: return a->high < b->low ? 1 : a->low >= b->high ? 0 : -1;
    case CMP_LE: return a->high <= b->low ? 1 : a->low > b->high ? 0 : -1;
    case CMP_GT: return a->low > b->high ? 1 : a->high <= b->low ? 0 : -1;
    case CMP_GE: return a->low >= b->high ? 1 : a->high < b->low ? 0 : -1;
    }
    return -1;
}

/* A truth that is never null, compared with true or false: it, or not. */
static bool compared_truth(struct compiler *c, int how, uint32_t a, uint32_t b, uint32_t *ret) {
    bool k;
    if (op_at(c, a)->kind != K_BOOLEAN || op_at(c, a)->may & STATE_NULL || !is_known(c, b, &k) || (how != CMP_EQ && how != CMP_NE))
        return false;
    *ret = k == (how == CMP_EQ) ? a : emit_not(c, a);
    return true;
}

static uint32_t compare(struct compiler *c, enum op_code code, int how, uint32_t a, uint32_t b, unsigned may) {
    uint32_t same;
    if (is_constant(c, a) && !is_constant(c, b)) {
        uint32_t t = a;
        a = b;
        b = t;
        how = turned(how);
    }
    if (compared_truth(c, how, a, b, &same))
        return same;
    bool open = frame_open(c, op_at(c, a)->frame) || frame_open(c, op_at(c, b)->frame);
    int truth = open || op_at(c, a)->may | op_at(c, b)->may ? -1 : decided(how, op_at(c, a), op_at(c, b));
    if (truth >= 0)
        return emit_truth(c, truth);
    unsigned width = same_width(c, &a, &b);
    return emit(c, (struct op){.code = (uint8_t)code, .kind = K_BOOLEAN, .width = 1, .how = (uint8_t)how, .k = width,
        .may = (uint8_t)may, .frame = FRAME_ANY, .a = a, .b = b, .c = NONE, .high = 1});
}

uint32_t emit_compare(struct compiler *c, int how, uint32_t a, uint32_t b) {
    unsigned may = state_strict((op_at(c, a)->may | op_at(c, b)->may) & ~(unsigned)STATE_DECIMAL);
    return compare(c, OP_COMPARE, how, a, b, may);
}

uint32_t emit_same(struct compiler *c, uint32_t a, uint32_t b) {
    unsigned may = (op_at(c, a)->may | op_at(c, b)->may) & ~(unsigned)(STATE_DECIMAL | STATE_NULL);
    bool nulls = (op_at(c, a)->may | op_at(c, b)->may) & STATE_NULL;
    return compare(c, nulls ? OP_SAME : OP_COMPARE, CMP_EQ, a, b, may);
}

/* ---- choosing ----------------------------------------------------------------------------------------------- */

static __int128 least(__int128 a, __int128 b) { return a < b ? a : b; }
static __int128 most(__int128 a, __int128 b) { return a > b ? a : b; }

/* One of two truths, of which one is known: and, or. */
static bool selected_truth(struct compiler *c, uint32_t truth, uint32_t a, uint32_t b, uint32_t *ret) {
    bool x = false, y = false, known_a = is_known(c, a, &x), known_b = is_known(c, b, &y);
    if (op_at(c, a)->kind != K_BOOLEAN || op_at(c, b)->kind != K_BOOLEAN || op_at(c, truth)->may & ~(unsigned)STATE_UNKNOWN)
        return false;
    if ((op_at(c, a)->may | op_at(c, b)->may) & STATE_NULL || (!known_a && !known_b))
        return false;
    if (known_a && known_b)
        *ret = x == y ? a : x ? truth : emit_not(c, truth);
    else if (known_a)
        *ret = x ? emit_or(c, truth, b) : emit_and(c, emit_not(c, truth), b);
    else
        *ret = y ? emit_or(c, emit_not(c, truth), a) : emit_and(c, truth, a);
    return true;
}

uint32_t emit_select(struct compiler *c, uint32_t truth, uint32_t a, uint32_t b) {
    bool k;
    uint32_t simpler;
    if (is_known(c, truth, &k))
        return k ? a : b;
    const struct op *t = op_at(c, truth);
    if (a == b && !t->may)
        return a;
    if (selected_truth(c, truth, a, b, &simpler))
        return simpler;
    t = op_at(c, truth);
    unsigned may = op_at(c, a)->may | op_at(c, b)->may;
    if (t->may & (STATE_NULL | STATE_ERROR))
        may |= STATE_ERROR;
    if (t->may & STATE_UNKNOWN)
        may |= STATE_UNKNOWN;
    unsigned width = same_width(c, &a, &b);
    const struct op *x = op_at(c, a), *y = op_at(c, b);
    return emit(c, (struct op){.code = OP_SELECT, .kind = x->kind, .width = (uint8_t)width, .scale = x->scale, .may = (uint8_t)may, .frame = FRAME_ANY,
        .a = truth, .b = a, .c = b, .low = least(x->low, y->low), .high = most(x->high, y->high), .dict = x->dict ? x->dict : y->dict});
}

uint32_t emit_guard(struct compiler *c, uint32_t truth, uint32_t a) {
    bool k;
    if (is_known(c, truth, &k) && k)
        return a;
    const struct op *x = op_at(c, a);
    unsigned may = x->may | STATE_ERROR | (op_at(c, truth)->may & STATE_UNKNOWN);
    return emit(c, (struct op){.code = OP_GUARD, .kind = x->kind, .width = x->width, .scale = x->scale, .may = (uint8_t)may, .frame = FRAME_ANY,
        .a = truth, .b = a, .c = NONE, .low = x->low, .high = x->high, .dict = x->dict});
}

uint32_t emit_whole(struct compiler *c, uint32_t whole, uint32_t a) {
    bool k;
    if (is_known(c, whole, &k) && k)
        return a;
    const struct op *x = op_at(c, a);
    unsigned may = x->may | (op_at(c, whole)->may & (STATE_UNKNOWN | STATE_ERROR));
    return emit(c, (struct op){.code = OP_GUARD, .kind = x->kind, .width = x->width, .scale = x->scale, .how = 1, .may = (uint8_t)may, .frame = FRAME_ANY,
        .a = whole, .b = a, .c = NONE, .low = x->low, .high = x->high, .dict = x->dict});
}

uint32_t emit_strict(struct compiler *c, uint32_t a) {
    return failed(c) || !(op_at(c, a)->may & STATE_NULL) ? a : emit_guard(c, emit_not(c, emit_has_state(c, a, STATE_NULL)), a);
}

/* ---- frames ---------------------------------------------------------------------------------------------------- */

uint32_t emit_gather(struct compiler *c, uint32_t a, uint32_t index) {
    const struct op *o = op_at(c, a), *i = op_at(c, index);
    if (o->code == OP_CONSTANT && !i->may)
        return a;
    struct op g = {.code = OP_GATHER, .kind = o->kind, .width = o->width, .scale = o->scale, .may = (uint8_t)(o->may | (i->may & 7)),
        .frame = i->frame, .a = a, .b = index, .c = NONE, .low = o->low, .high = o->high, .dict = o->dict, .k = o->k};
    if (g.may) {
        g.low = least(g.low, 0);
        g.high = most(g.high, 0);
    }
    return add(c, g);
}

static uint16_t frame_new(struct compiler *c, struct frame f) {
    struct frame *slot = c->frame.size < FRAME_ANY ? vec_push_in(c->arena, &c->frame) : NULL;
    if (!slot)
        return (uint16_t)stop(c);
    *slot = f;
    return (uint16_t)(c->frame.size - 1);
}

static void frame_maps(struct compiler *c, uint16_t frame) {
    struct op o = {.code = OP_LEFT, .kind = K_INDEX, .width = 4, .frame = frame, .a = NONE, .b = NONE, .c = NONE};
    uint32_t left = add(c, o);
    o.code = OP_RIGHT;
    uint32_t right = c->frame.at[frame].kind == FRAME_PAIRS ? add(c, o) : NONE;
    c->frame.at[frame].left = left;
    c->frame.at[frame].right = right;
}

uint16_t frame_list(struct compiler *c, uint16_t outer, const struct cohort_list *list) {
    for (size_t i = 0; i < c->frame.size; i++)
        if (c->frame.at[i].kind == FRAME_LIST && c->frame.at[i].outer == outer && c->frame.at[i].list == list)
            return (uint16_t)i;
    uint64_t shortest, longest;
    if (list->measured)
        shortest = list->shortest, longest = list->longest;
    else
        cohort_list_lengths(list, c->frame.at[outer].table->count, &shortest, &longest);
    uint16_t f = frame_new(c, (struct frame){.kind = FRAME_LIST, .outer = outer, .table = list->of, .list = list, .expand = NONE,
        .shortest = shortest, .longest = longest});
    if (c->status == OK)
        frame_maps(c, f);
    return f;
}

uint16_t frame_pairs(struct compiler *c, uint16_t outer, uint32_t own, uint16_t of) {
    for (size_t i = 0; i < c->frame.size; i++) {
        const struct frame *f = &c->frame.at[i];
        if (f->kind == FRAME_PAIRS && f->outer == outer && f->of == of && op_at(c, f->expand)->a == own)
            return (uint16_t)i;
    }
    uint16_t f = frame_new(c, (struct frame){.kind = FRAME_PAIRS, .outer = outer, .of = of, .longest = c->frame.at[of].longest});
    if (c->status != OK)
        return 0;
    uint32_t expand = add(c, (struct op){.code = OP_EXPAND, .kind = K_INDEX, .width = 4, .frame = outer, .a = own, .b = NONE, .c = NONE, .k = f});
    c->frame.at[f].expand = expand;
    frame_maps(c, f);
    return f;
}

uint32_t frame_left(struct compiler *c, uint16_t frame) { return c->frame.at[frame].left; }

bool frame_covers(const struct compiler *c, uint16_t inner, uint16_t outer) {
    while (inner != outer && c->frame.at[inner].kind != FRAME_ROOT)
        inner = (uint16_t)c->frame.at[inner].outer;
    return inner == outer;
}

bool frame_open(const struct compiler *c, uint16_t frame) {
    if (frame == FRAME_ANY || c->frame.at[frame].kind == FRAME_ROOT)
        return false;
    const struct frame *f = &c->frame.at[frame];
    return (f->kind == FRAME_LIST && f->list->unknown) || (f->kind == FRAME_PAIRS && frame_open(c, (uint16_t)f->of)) || frame_open(c, (uint16_t)f->outer);
}

/* ---- folds ----------------------------------------------------------------------------------------------------------- */

/* What does not depend on the loop outside is folded once for each list and fetched. */
static bool fold_before(struct compiler *c, enum op_code code, uint16_t frame, uint32_t a, uint32_t b, int64_t k, uint32_t *ret) {
    const struct frame f = c->frame.at[frame];
    if (f.kind != FRAME_PAIRS || b != NONE || code == OP_NTH)
        return false;
    uint32_t inside = a;
    if (a != NONE && !is_constant(c, a)) {
        if (op_at(c, a)->through != f.right)
            return false;
        inside = before_map(c, a);
    }
    *ret = emit_gather(c, emit_fold(c, code, (uint16_t)f.of, inside, NONE, k), op_at(c, f.expand)->a);
    return true;
}

uint32_t emit_fold(struct compiler *c, enum op_code code, uint16_t frame, uint32_t a, uint32_t b, int64_t k) {
    uint32_t before;
    if (failed(c))
        return 0;
    if (fold_before(c, code, frame, a, b, k, &before))
        return before;
    const struct frame f = c->frame.at[frame];
    uint16_t outer = (uint16_t)f.outer;
    struct op o = {.code = (uint8_t)code, .kind = K_BOOLEAN, .width = 1, .frame = outer, .a = a, .b = b, .c = frame, .k = k, .high = 1};
    unsigned may = state_strict((a == NONE ? 0 : op_at(c, a)->may) & ~(unsigned)STATE_DECIMAL);
    __int128 low, high, n = (__int128)f.longest;
    switch (code) {
    case OP_COUNT:
        o.kind = K_NUMBER;
        o.high = n;
        o.width = (uint8_t)width_for(0, n);
        break;
    case OP_SUM:
        o.kind = K_NUMBER;
        o.scale = op_at(c, a)->scale;
        may |= (op_at(c, a)->may & STATE_DECIMAL) | (b == NONE ? 0 : op_at(c, b)->may);
        low = least(op_at(c, a)->low, 0) * n + (b == NONE ? 0 : least(op_at(c, b)->low, 0));
        high = most(op_at(c, a)->high, 0) * n + (b == NONE ? 0 : most(op_at(c, b)->high, 0));
        if (low < INT64_MIN || high > INT64_MAX) {
            may |= STATE_DECIMAL;
            o.how = 1;
        }
        o.low = most(low, INT64_MIN);
        o.high = least(high, INT64_MAX);
        o.width = (uint8_t)width_for(o.low, o.high);
        if (o.width < op_at(c, a)->width)
            o.width = op_at(c, a)->width;
        if (b != NONE)
            o.b = emit_widened(c, b, o.width);
        if (o.b != NONE && op_at(c, o.b)->width > o.width)
            o.width = op_at(c, o.b)->width;
        break;
    case OP_LEAST:
    case OP_MOST:
        o.kind = op_at(c, a)->kind;
        o.scale = op_at(c, a)->scale;
        o.width = op_at(c, a)->width;
        o.low = op_at(c, a)->low;
        o.high = op_at(c, a)->high;
        may |= STATE_NULL | (op_at(c, a)->may & STATE_DECIMAL);
        break;
    case OP_NTH:
        o.kind = K_INDEX;
        o.width = 4;
        may |= STATE_ERROR;
        break;
    default: break;
    }
    o.may = (uint8_t)may;
    if (o.may && o.kind != K_INDEX) {
        o.low = least(o.low, 0);
        o.high = most(o.high, 0);
    }
    return add(c, o);
}
