#include "feel/unknown.h"

#include "base/map.h"
#include "feel/temporal.h"
#include "feel/vm.h"

enum { CODES_MAX = 32 }; /* larger sets are kept as bounds only */

/* ---- hashes ------------------------------------------------------------------------ */

static uint64_t mix(uint64_t a, uint64_t b) {
    uint64_t x = a * 0x9E3779B97F4A7C15ULL ^ (b + 0x7F4A7C15F39CC060ULL + (a << 6) + (a >> 2));
    x ^= x >> 31;
    x *= 0xBF58476D1CE4E5B9ULL;
    return x ^ (x >> 29);
}

static uint64_t hash_many(uint64_t h, const struct feel_value *v, size_t n) {
    for (size_t i = 0; i < n; i++)
        h = mix(h, feel_value_hash(&v[i]));
    return h;
}

uint64_t feel_value_hash(const struct feel_value *v) {
    uint64_t h = mix(0x66ee1, v->kind);
    char text[DEC_TEXT_MAX];
    struct feel_when w;
    switch ((enum feel_kind)v->kind) {
    case FEEL_NULL: return h;
    case FEEL_BOOLEAN: return mix(h, v->boolean);
    case FEEL_NUMBER: return mix(h, hash_bytes((struct span){text, dec_text_short(v->number, text)}, 1));
    case FEEL_STRING: return mix(h, hash_bytes(v->string, 1));
    case FEEL_DATE:
    case FEEL_TIME:
    case FEEL_DATE_TIME:
        w = feel_when(v);
        return mix(mix(mix(h, (uint64_t)w.day), (uint64_t)w.nano), (uint64_t)w.offset);
    case FEEL_YM_DURATION: return mix(h, (uint64_t)v->months);
    case FEEL_DT_DURATION: return mix(mix(h, (uint64_t)v->seconds), (uint64_t)v->second_nano);
    case FEEL_LIST: return hash_many(mix(h, v->count), v->item, v->count);
    case FEEL_CONTEXT:
        for (size_t i = 0; i < v->shape->count; i++)
            h = mix(h, v->shape->key[i].hash);
        return hash_many(h, v->value, v->shape->count);
    case FEEL_RANGE:
        h = mix(h, (uint64_t)v->range->start_included * 2 + v->range->end_included);
        return mix(mix(h, feel_value_hash(&v->range->start)), feel_value_hash(&v->range->end));
    case FEEL_FUNCTION: return mix(h, (uint64_t)(uintptr_t)v->function);
    case FEEL_UNKNOWN: return v->unknown->hash;
    default: return h;
    }
}

/* ---- making ------------------------------------------------------------------------- */

static size_t words(const struct feel_env *env) { return env->hints ? env->hints->words : 0; }

void feel_unknown_deps(const struct feel_env *env, const struct feel_value *v, uint64_t *deps) {
    switch ((enum feel_kind)v->kind) {
    case FEEL_UNKNOWN:
        for (size_t i = 0; i < words(env); i++)
            deps[i] |= v->unknown->deps[i];
        break;
    case FEEL_LIST:
        for (size_t i = 0; i < v->count; i++)
            feel_unknown_deps(env, &v->item[i], deps);
        break;
    case FEEL_CONTEXT:
        for (size_t i = 0; i < v->shape->count; i++)
            feel_unknown_deps(env, &v->value[i], deps);
        break;
    case FEEL_RANGE:
        feel_unknown_deps(env, &v->range->start, deps);
        feel_unknown_deps(env, &v->range->end, deps);
        break;
    default: break;
    }
}

static uint32_t both_each(uint32_t a, uint32_t b) { return !a || a == b ? b : !b ? a : FEEL_EACH_SEVERAL; }

static uint32_t each_of(const struct feel_value *v) {
    uint32_t each = 0;
    switch ((enum feel_kind)v->kind) {
    case FEEL_UNKNOWN: return v->unknown->each;
    case FEEL_LIST:
        for (size_t i = 0; i < v->count; i++)
            each = both_each(each, each_of(&v->item[i]));
        return each;
    case FEEL_CONTEXT:
        for (size_t i = 0; i < v->shape->count; i++)
            each = both_each(each, each_of(&v->value[i]));
        return each;
    case FEEL_RANGE: return both_each(each_of(&v->range->start), each_of(&v->range->end));
    default: return 0;
    }
}

/* All elements of `list` have been gone through. */
static uint32_t discharged(const struct feel_env *env, uint32_t each, const struct feel_unknown *list) {
    bool its = list && each && each != FEEL_EACH_SEVERAL && env->hints && env->hints->element[each - 1] == list;
    return its ? list->each : each;
}

bool feel_may_error(const struct feel_value *v) {
    switch ((enum feel_kind)v->kind) {
    case FEEL_NULL: return true;
    case FEEL_UNKNOWN: return v->unknown->may_error;
    default: return false;
    }
}

static struct feel_unknown *unknown_new(struct feel_env *env, uint8_t kind, uint64_t tag,
    const struct feel_value *args, size_t count) {
    struct feel_unknown *u = feel_steps(env, 1 + count) ? ARENA_NEW(env->arena, struct feel_unknown) : NULL;
    uint64_t *deps = u ? ARENA_ARRAY(env->arena, words(env) + 1, uint64_t) : NULL;
    if (!deps) {
        feel_stop(env);
        return NULL;
    }
    for (size_t i = 0; i < count; i++) {
        feel_unknown_deps(env, &args[i], deps);
        u->each = both_each(u->each, each_of(&args[i]));
    }
    u->kind = kind;
    u->cell = -1;
    u->hash = hash_many(mix(tag, kind), args, count);
    u->deps = deps;
    return u;
}

static struct feel_value unknown_value(struct feel_env *env, const struct feel_unknown *u) {
    if (!u)
        return feel_stop(env);
    struct feel_value v = {.kind = FEEL_UNKNOWN};
    v.unknown = u;
    return v;
}

struct feel_value feel_unknown_of(struct feel_env *env, uint8_t kind, uint64_t tag,
    const struct feel_value *args, size_t count, bool may) {
    struct feel_unknown *u = unknown_new(env, kind, tag, args, count);
    if (u)
        u->may_error = may;
    return unknown_value(env, u);
}

struct feel_value feel_unknown_cell(struct feel_env *env, uint8_t kind, int32_t cell,
    struct feel_bound lo, struct feel_bound hi, const struct feel_value *code, size_t code_count) {
    struct feel_unknown *u = unknown_new(env, kind, 0xCE11, NULL, 0);
    if (!u)
        return feel_null();
    assert((size_t)cell / 64 < words(env));
    ((uint64_t *)u->deps)[cell / 64] |= 1ULL << (cell % 64);
    u->hash = mix(0xCE11, (uint64_t)cell);
    u->lo = lo;
    u->hi = hi;
    u->code = code;
    u->code_count = code_count;
    u->cell = cell;
    u->factor = dec_int(1);
    u->offset = dec_int(0);
    return unknown_value(env, u);
}

/* ---- bounds -------------------------------------------------------------------------- */

static bool ordered_kind(uint8_t kind) {
    return kind >= FEEL_NUMBER && kind <= FEEL_DT_DURATION;
}

static struct feel_bound extreme_code(const struct feel_unknown *u, int sign) {
    struct feel_bound b = {u->code[0], false};
    for (size_t i = 1; i < u->code_count; i++) {
        int o = feel_order(&u->code[i], &b.value);
        if (o != 2 && o * sign > 0)
            b.value = u->code[i];
    }
    return b;
}

struct feel_bound feel_lower(const struct feel_value *v) {
    if (!feel_is_unknown(v))
        return (struct feel_bound){*v, false};
    if (v->unknown->code_count && ordered_kind(v->unknown->kind))
        return extreme_code(v->unknown, -1);
    return v->unknown->lo;
}

struct feel_bound feel_upper(const struct feel_value *v) {
    if (!feel_is_unknown(v))
        return (struct feel_bound){*v, false};
    if (v->unknown->code_count && ordered_kind(v->unknown->kind))
        return extreme_code(v->unknown, 1);
    return v->unknown->hi;
}

static bool none(struct feel_bound b) { return feel_is_null(b.value); }

struct feel_value feel_unknown_bounds(struct feel_env *env, uint8_t kind, uint64_t tag,
    const struct feel_value *args, size_t count, struct feel_bound lo, struct feel_bound hi, bool may) {
    if (!may && !none(lo) && !none(hi) && !lo.open && !hi.open && feel_same(&lo.value, &hi.value))
        return lo.value;
    struct feel_unknown *u = unknown_new(env, kind, tag, args, count);
    if (!u)
        return feel_null();
    u->lo = lo;
    u->hi = hi;
    u->may_error = may;
    return unknown_value(env, u);
}

static uint8_t kind_of(const struct feel_value *v) {
    return feel_is_unknown(v) ? v->unknown->kind : v->kind;
}

/* ---- hints ----------------------------------------------------------------------------- */

static void hint(struct feel_env *env, int32_t cell, struct feel_value at) {
    struct feel_unknown_hints *h = env->hints;
    if (!h || cell < 0 || h->count == FEEL_HINTS_MAX)
        return;
    for (size_t i = 0; i < h->count; i++)
        if (h->hint[i].cell == cell && feel_same(&h->hint[i].at, &at))
            return;
    h->hint[h->count++] = (struct feel_hint){cell, at};
}

/* A boolean cell that decides by itself. */
static void hint_condition(struct feel_env *env, const struct feel_value *v) {
    if (feel_is_unknown(v) && v->unknown->cell >= 0 && v->unknown->kind == FEEL_BOOLEAN)
        hint(env, v->unknown->cell, feel_null());
}

/* value = factor * cell + offset of a number, known ones with factor 0. */
static bool affine(const struct feel_value *v, int32_t *cell, struct dec *factor, struct dec *offset) {
    if (v->kind == FEEL_NUMBER) {
        *cell = -1;
        *factor = dec_int(0);
        *offset = v->number;
        return true;
    }
    if (!feel_is_unknown(v) || v->unknown->cell < 0 || v->unknown->kind != FEEL_NUMBER)
        return false;
    *cell = v->unknown->cell;
    *factor = v->unknown->factor;
    *offset = v->unknown->offset;
    return true;
}

/* false: no threshold of one cell tells the two sides apart. */
static bool hint_threshold(struct feel_env *env, const struct feel_value *a, const struct feel_value *b) {
    int32_t ca, cb;
    struct dec fa, fb, oa, ob;
    if (affine(a, &ca, &fa, &oa) && affine(b, &cb, &fb, &ob)) {
        struct dec f = dec_sub(fa, fb);
        if ((ca < 0 || cb < 0 || ca == cb) && !dec_zero(f)) {
            struct dec at = dec_div(dec_sub(ob, oa), f);
            if (dec_finite(at))
                hint(env, ca >= 0 ? ca : cb, feel_number(at));
            return dec_finite(at);
        }
        return false;
    }
    const struct feel_value *u = feel_is_unknown(a) ? a : b, *k = u == a ? b : a;
    if (u->unknown->cell >= 0)
        hint(env, u->unknown->cell, feel_is_unknown(k) ? feel_null() : *k);
    return u->unknown->cell >= 0 && !feel_is_unknown(k);
}

/* ---- comparing -------------------------------------------------------------------------- */

/* -1: every a below every b (or equal where `touch`), 1: above, 0: open. */
static bool below(const struct feel_bound a_hi, const struct feel_bound b_lo, bool strict) {
    if (none(a_hi) || none(b_lo))
        return false;
    int o = feel_order(&a_hi.value, &b_lo.value);
    if (o == 2)
        return false;
    return o < 0 || (o == 0 && (!strict || a_hi.open || b_lo.open));
}

static int decide_order(int op, const struct feel_value *a, const struct feel_value *b) {
    struct feel_bound al = feel_lower(a), ah = feel_upper(a), bl = feel_lower(b), bh = feel_upper(b);
    switch ((enum feel_cmp)op) {
    case CMP_LT: return below(ah, bl, true) ? 1 : below(bh, al, false) ? 0 : -1;
    case CMP_LE: return below(ah, bl, false) ? 1 : below(bh, al, true) ? 0 : -1;
    case CMP_GT: return below(bh, al, true) ? 1 : below(ah, bl, false) ? 0 : -1;
    case CMP_GE: return below(bh, al, false) ? 1 : below(ah, bl, true) ? 0 : -1;
    default: return below(ah, bl, true) || below(bh, al, true) ? 0 : -1;
    }
}

/* All codes of `u` against a known value: 1, 0, or -1 when they differ. */
static int decide_codes(struct feel_env *env, int op, const struct feel_unknown *u,
    const struct feel_value *known, bool swapped) {
    int all = -2;
    for (size_t i = 0; i < u->code_count; i++) {
        struct feel_value r = swapped ? feel_compare(env, op, known, &u->code[i])
                                      : feel_compare(env, op, &u->code[i], known);
        int one = r.kind == FEEL_BOOLEAN ? r.boolean : -1;
        if (one < 0 || (all != -2 && one != all))
            return -1;
        all = one;
    }
    return all;
}

static bool code_sets_meet(const struct feel_unknown *a, const struct feel_unknown *b) {
    for (size_t i = 0; i < a->code_count; i++)
        for (size_t j = 0; j < b->code_count; j++)
            if (feel_same(&a->code[i], &b->code[j]))
                return true;
    return false;
}

struct feel_value feel_unknown_compare(struct feel_env *env, int op, const struct feel_value *a,
    const struct feel_value *b) {
    bool equality = op == CMP_EQ || op == CMP_NE;
    bool may = (feel_is_unknown(a) && a->unknown->may_error) || (feel_is_unknown(b) && b->unknown->may_error);
    uint8_t ka = kind_of(a), kb = kind_of(b);
    int answer = -1;
    struct feel_notes *notes = env->notes;
    env->notes = NULL;
    if (a->kind == FEEL_NULL || b->kind == FEEL_NULL) { /* a plain null; facts are never null */
        if (equality)
            answer = 0;
        may = may || !equality || kind_of(a->kind == FEEL_NULL ? b : a) == FEEL_NULL;
    } else if (ka == FEEL_NULL || kb == FEEL_NULL || ka != kb) {
        may = true;
    } else if (feel_is_unknown(a) && feel_is_unknown(b)) {
        if (a->unknown->hash == b->unknown->hash)
            answer = op == CMP_EQ || op == CMP_LE || op == CMP_GE;
        else if (equality && a->unknown->code_count && b->unknown->code_count &&
            !code_sets_meet(a->unknown, b->unknown))
            answer = 0;
        else
            answer = decide_order(op, a, b);
    } else {
        const struct feel_value *u = feel_is_unknown(a) ? a : b;
        if (u->unknown->code_count)
            answer = decide_codes(env, op, u->unknown, u == a ? b : a, u == b);
        else
            answer = decide_order(op, a, b);
    }
    env->notes = notes;
    if (answer >= 0 && !may)
        return feel_bool(answer);
    bool threshold = hint_threshold(env, a, b);
    struct feel_value both[2] = {*a, *b};
    struct feel_value open = feel_unknown_of(env, FEEL_BOOLEAN, mix('?', (uint64_t)op), both, 2, may);
    /* of a truth the conditions it is made of were asked already */
    return threshold || ka == FEEL_BOOLEAN ? open : feel_unknown_question(env, open);
}

/* ---- logic --------------------------------------------------------------------------------- */

static struct feel_value logic(struct feel_env *env, char tag, bool neutral, const struct feel_value *a,
    const struct feel_value *b) {
    if (a->kind == FEEL_BOOLEAN && a->boolean == neutral)
        return *b;
    if (b->kind == FEEL_BOOLEAN && b->boolean == neutral)
        return *a;
    if (feel_is_unknown(a) && feel_is_unknown(b) && a->unknown->hash == b->unknown->hash)
        return *a;
    hint_condition(env, a);
    hint_condition(env, b);
    struct feel_value both[2] = {*a, *b};
    return feel_unknown_of(env, FEEL_BOOLEAN, (uint64_t)tag, both, 2,
        feel_may_error(a) || feel_may_error(b) || kind_of(a) != FEEL_BOOLEAN || kind_of(b) != FEEL_BOOLEAN);
}

struct feel_value feel_unknown_and(struct feel_env *env, const struct feel_value *a, const struct feel_value *b) {
    return logic(env, '&', true, a, b);
}

struct feel_value feel_unknown_or(struct feel_env *env, const struct feel_value *a, const struct feel_value *b) {
    return logic(env, '|', false, a, b);
}

struct feel_value feel_unknown_not(struct feel_env *env, const struct feel_value *a) {
    hint_condition(env, a);
    return feel_unknown_of(env, FEEL_BOOLEAN, '!', a, 1, feel_may_error(a) || a->unknown->kind != FEEL_BOOLEAN);
}

/* ---- joining --------------------------------------------------------------------------------- */

static struct feel_value join_lists(struct feel_env *env, const struct feel_value *choice,
    const struct feel_value *a, const struct feel_value *b) {
    struct feel_value *item = feel_items(env, a->count);
    if (!item)
        return feel_null();
    for (size_t i = 0; i < a->count; i++)
        item[i] = feel_unknown_join(env, choice, &a->item[i], &b->item[i]);
    return feel_new_list(env, item, a->count);
}

static bool same_keys(const struct feel_shape *a, const struct feel_shape *b) {
    if (a == b)
        return true;
    if (a->count != b->count)
        return false;
    for (size_t i = 0; i < a->count; i++)
        if (!span_eq(a->key[i].text, b->key[i].text))
            return false;
    return true;
}

static struct feel_value join_contexts(struct feel_env *env, const struct feel_value *choice,
    const struct feel_value *a, const struct feel_value *b) {
    struct feel_value *value = feel_items(env, a->shape->count);
    if (!value)
        return feel_null();
    for (size_t i = 0; i < a->shape->count; i++)
        value[i] = feel_unknown_join(env, choice, &a->value[i], &b->value[i]);
    return feel_new_context(env, a->shape, value);
}

/* The codes of a value: itself when known. */
static size_t codes_of(const struct feel_value *v, const struct feel_value **ret) {
    if (!feel_is_unknown(v)) {
        *ret = v;
        return 1;
    }
    *ret = v->unknown->code;
    return v->unknown->code_count;
}

static void join_codes(struct feel_env *env, struct feel_unknown *u, const struct feel_value *a,
    const struct feel_value *b) {
    const struct feel_value *ca, *cb;
    size_t na = codes_of(a, &ca), nb = codes_of(b, &cb), n = 0;
    if (!na || !nb || na + nb > CODES_MAX || u->kind == FEEL_LIST || u->kind == FEEL_CONTEXT)
        return;
    struct feel_value *code = feel_items(env, na + nb);
    if (!code)
        return;
    for (size_t i = 0; i < na + nb; i++) {
        const struct feel_value *v = i < na ? &ca[i] : &cb[i - na];
        size_t j = 0;
        while (j < n && !feel_same(&code[j], v))
            j++;
        if (j == n)
            code[n++] = *v;
    }
    u->code = code;
    u->code_count = n;
}

static struct feel_bound hull(struct feel_bound a, struct feel_bound b, int sign) {
    if (none(a) || none(b))
        return (struct feel_bound){0};
    int o = feel_order(&a.value, &b.value);
    if (o == 2)
        return (struct feel_bound){0};
    if (o == 0) {
        a.open = a.open && b.open;
        return a;
    }
    return o * sign > 0 ? a : b;
}

static bool is_list(const struct feel_value *v) { return v->kind == FEEL_LIST || feel_is_open_list(v); }

/* Lists of different lengths: elements of either. */
static struct feel_value join_open(struct feel_env *env, const struct feel_value *parts, bool may) {
    const struct feel_value *side[2] = {&parts[1], &parts[2]};
    struct feel_value any = feel_null();
    size_t count_min = SIZE_MAX;
    bool found = false;
    for (int k = 0; k < 2; k++) {
        bool open = feel_is_unknown(side[k]);
        const struct feel_value *item = open ? side[k]->unknown->element : side[k]->item;
        size_t count = open ? 1 : side[k]->count, least = open ? side[k]->unknown->count_min : count;
        may = may || (open && side[k]->unknown->may_error);
        count_min = least < count_min ? least : count_min;
        for (size_t i = 0; i < count && env->status == OK; i++, found = true)
            any = found ? feel_unknown_hull(env, &any, &item[i]) : item[i];
    }
    return env->status == OK ? feel_unknown_list(env, 'j', parts, 3, &any, count_min, may, NULL) : feel_null();
}

struct feel_value feel_unknown_join(struct feel_env *env, const struct feel_value *choice,
    const struct feel_value *a, const struct feel_value *b) {
    bool choice_may = feel_may_error(choice) || kind_of(choice) != FEEL_BOOLEAN;
    if (!choice_may && feel_same(a, b) && !feel_find_error(a) && !feel_find_error(b))
        return *a;
    if (a->kind == FEEL_LIST && b->kind == FEEL_LIST && a->count == b->count && !choice_may)
        return join_lists(env, choice, a, b);
    if (a->kind == FEEL_CONTEXT && b->kind == FEEL_CONTEXT && same_keys(a->shape, b->shape) && !choice_may)
        return join_contexts(env, choice, a, b);
    hint_condition(env, choice);
    uint8_t kind = kind_of(a) == kind_of(b) ? kind_of(a) : FEEL_NULL;
    struct feel_value parts[3] = {*choice, *a, *b};
    if (is_list(a) && is_list(b))
        return join_open(env, parts, choice_may);
    struct feel_unknown *u = unknown_new(env, kind, 'j', parts, 3);
    if (!u)
        return feel_null();
    u->may_error = choice_may || feel_may_error(a) || feel_may_error(b) || feel_find_error(a) || feel_find_error(b);
    if (ordered_kind(kind)) {
        u->lo = hull(feel_lower(a), feel_lower(b), -1);
        u->hi = hull(feel_upper(a), feel_upper(b), 1);
    }
    if (kind != FEEL_NULL)
        join_codes(env, u, a, b);
    return unknown_value(env, u);
}

/* ---- arithmetic ---------------------------------------------------------------------------------- */

static struct feel_bound bound_op(struct feel_env *env, int op, struct feel_bound a, struct feel_bound b) {
    if (none(a) || none(b))
        return (struct feel_bound){0};
    struct feel_bound r = {feel_arith(env, op, &a.value, &b.value), a.open || b.open};
    return r;
}

static uint8_t result_kind(int op, uint8_t a, uint8_t b) {
    bool da = a == FEEL_YM_DURATION || a == FEEL_DT_DURATION, db = b == FEEL_YM_DURATION || b == FEEL_DT_DURATION;
    bool ma = a == FEEL_DATE || a == FEEL_DATE_TIME;
    if (a == FEEL_NUMBER && b == FEEL_NUMBER)
        return FEEL_NUMBER;
    if (op == '+' && a == FEEL_STRING && b == FEEL_STRING)
        return FEEL_STRING;
    if ((op == '+' || op == '-') && ((ma && db) || (a == FEEL_TIME && b == FEEL_DT_DURATION) || (da && a == b)))
        return a;
    if (op == '-' && ma && a == b)
        return FEEL_DT_DURATION;
    if ((op == '*' || op == '/') && da && b == FEEL_NUMBER)
        return a;
    if (op == '*' && db && a == FEEL_NUMBER)
        return b;
    return FEEL_NULL;
}

static int sign_of(struct feel_bound lo, struct feel_bound hi) {
    if (lo.value.kind == FEEL_NUMBER && (dec_sign(lo.value.number) > 0))
        return 1;
    if (hi.value.kind == FEEL_NUMBER && (dec_sign(hi.value.number) < 0))
        return -1;
    return 0;
}

static bool nonnegative(struct feel_bound lo) {
    return lo.value.kind == FEEL_NUMBER && dec_sign(lo.value.number) >= 0;
}

/* Times (or over) a known number c. */
static void scale_bounds(struct feel_env *env, int op, struct feel_bound lo, struct feel_bound hi,
    const struct feel_value *c, struct feel_bound *ret_lo, struct feel_bound *ret_hi) {
    struct feel_bound k = {*c, false};
    bool flip = dec_sign(c->number) < 0;
    *ret_lo = bound_op(env, op, flip ? hi : lo, k);
    *ret_hi = bound_op(env, op, flip ? lo : hi, k);
}

static void product_bounds(struct feel_env *env, int op, const struct feel_value *a,
    const struct feel_value *b, struct feel_bound *lo, struct feel_bound *hi) {
    struct feel_bound al = feel_lower(a), ah = feel_upper(a), bl = feel_lower(b), bh = feel_upper(b);
    if (b->kind == FEEL_NUMBER)
        scale_bounds(env, op, al, ah, b, lo, hi);
    else if (a->kind == FEEL_NUMBER && op == '*')
        scale_bounds(env, op, bl, bh, a, lo, hi);
    else if (op == '*' && nonnegative(al) && nonnegative(bl)) {
        *lo = bound_op(env, op, al, bl);
        *hi = bound_op(env, op, ah, bh);
        lo->open = false; /* 0 * x is 0 whether x is open or not */
    } else if (op == '/' && nonnegative(al) && sign_of(bl, bh) > 0) {
        *lo = none(bh) ? (struct feel_bound){feel_int(0), false} : bound_op(env, op, al, bh);
        *hi = bound_op(env, op, ah, bl);
        lo->open = false;
    }
}

static void affine_result(struct feel_unknown *u, int op, const struct feel_value *a, const struct feel_value *b) {
    int32_t ca, cb;
    struct dec fa, fb, oa, ob;
    if (!affine(a, &ca, &fa, &oa) || !affine(b, &cb, &fb, &ob))
        return;
    if (op == '+' || op == '-') {
        if (ca >= 0 && cb >= 0 && ca != cb)
            return;
        u->factor = op == '+' ? dec_add(fa, fb) : dec_sub(fa, fb);
        u->offset = op == '+' ? dec_add(oa, ob) : dec_sub(oa, ob);
    } else if (op == '*' && (ca < 0 || cb < 0)) {
        struct dec k = ca < 0 ? oa : ob;
        u->factor = dec_mul(ca < 0 ? fb : fa, k);
        u->offset = dec_mul(ca < 0 ? ob : oa, k);
    } else if (op == '/' && cb < 0 && !dec_zero(ob)) {
        u->factor = dec_div(fa, ob);
        u->offset = dec_div(oa, ob);
    } else {
        return;
    }
    if (dec_finite(u->factor) && dec_finite(u->offset) && !dec_zero(u->factor))
        u->cell = ca >= 0 ? ca : cb;
}

/* A function of one code set is the set of its values. */
static void map_codes(struct feel_env *env, struct feel_unknown *u, int op, const struct feel_value *a,
    const struct feel_value *b) {
    const struct feel_value *ca, *cb;
    size_t na = codes_of(a, &ca), nb = codes_of(b, &cb);
    if ((na != 1 && nb != 1) || !na || !nb || na * nb > CODES_MAX)
        return;
    struct feel_value *code = feel_items(env, na * nb);
    if (!code)
        return;
    for (size_t i = 0; i < na * nb; i++) {
        code[i] = feel_arith(env, op, &ca[na == 1 ? 0 : i], &cb[nb == 1 ? 0 : i]);
        if (feel_is_null(code[i])) {
            u->may_error = true;
            return;
        }
    }
    u->code = code;
    u->code_count = na * nb;
}

static void arith_bounds(struct feel_env *env, int op, const struct feel_value *a,
    const struct feel_value *b, struct feel_bound *lo, struct feel_bound *hi) {
    switch (op) {
    case '+':
        *lo = bound_op(env, op, feel_lower(a), feel_lower(b));
        *hi = bound_op(env, op, feel_upper(a), feel_upper(b));
        break;
    case '-':
        *lo = bound_op(env, op, feel_lower(a), feel_upper(b));
        *hi = bound_op(env, op, feel_upper(a), feel_lower(b));
        break;
    case '*':
    case '/': product_bounds(env, op, a, b, lo, hi); break;
    default: break;
    }
}

struct feel_value feel_unknown_arith(struct feel_env *env, int op, const struct feel_value *a,
    const struct feel_value *b) {
    struct feel_value both[2] = {*a, *b};
    uint8_t kind = result_kind(op, kind_of(a), kind_of(b));
    bool may = kind == FEEL_NULL || feel_may_error(a) || feel_may_error(b) || op == '^' ||
        (kind != FEEL_NUMBER && kind != FEEL_STRING && op != '-' && op != '+');
    if (op == '/' && kind == FEEL_NUMBER && sign_of(feel_lower(b), feel_upper(b)) == 0)
        may = true;
    if (op == '*' && !may && kind == FEEL_NUMBER &&
        ((a->kind == FEEL_NUMBER && dec_zero(a->number)) || (b->kind == FEEL_NUMBER && dec_zero(b->number))))
        return feel_int(0);
    struct feel_notes *notes = env->notes;
    env->notes = NULL;
    struct feel_bound lo = {0}, hi = {0};
    if (kind != FEEL_STRING && kind != FEEL_NULL && !(op == '/' && b->kind == FEEL_NUMBER && dec_zero(b->number)))
        arith_bounds(env, op, a, b, &lo, &hi);
    struct feel_value r = feel_unknown_bounds(env, kind, mix('a', (uint64_t)op), both, 2, lo, hi, may);
    if (feel_is_unknown(&r)) {
        struct feel_unknown *u = (struct feel_unknown *)(uintptr_t)r.unknown;
        affine_result(u, op, a, b);
        map_codes(env, u, op, a, b);
    }
    env->notes = notes;
    return r;
}

/* ---- lists of unknown length ------------------------------------------------------------------------ */

struct feel_value feel_unknown_list(struct feel_env *env, uint64_t tag, const struct feel_value *args,
    size_t count, const struct feel_value *element, size_t count_min, bool may,
    const struct feel_unknown *through) {
    struct feel_unknown *u = unknown_new(env, FEEL_LIST, tag, args, count);
    struct feel_value *copy = u ? feel_items(env, 1) : NULL;
    if (!copy)
        return feel_stop(env);
    *copy = *element;
    feel_unknown_deps(env, element, (uint64_t *)(uintptr_t)u->deps);
    u->hash = mix(u->hash, feel_value_hash(element));
    u->each = discharged(env, u->each, through);
    u->element = copy;
    u->count_min = count_min;
    u->may_error = may;
    return unknown_value(env, u);
}

static struct feel_value fresh(struct feel_env *env, const struct feel_value *v, uint64_t serial, uint32_t each) {
    if (!feel_has_unknown(v) || !feel_steps(env, 1))
        return *v;
    if (feel_is_unknown(v)) {
        struct feel_unknown *u = ARENA_NEW(env->arena, struct feel_unknown);
        if (!u)
            return feel_stop(env);
        *u = *v->unknown;
        u->hash = mix(u->hash, serial);
        u->each = each;
        return unknown_value(env, u);
    }
    size_t n = v->kind == FEEL_LIST ? v->count : v->kind == FEEL_CONTEXT ? v->shape->count : 0;
    const struct feel_value *from = v->kind == FEEL_LIST ? v->item : v->value;
    struct feel_value *item = n ? feel_items(env, n) : NULL;
    if (!item)
        return *v;
    for (size_t i = 0; i < n; i++)
        item[i] = fresh(env, &from[i], serial, each);
    return v->kind == FEEL_LIST ? feel_new_list(env, item, n) : feel_new_context(env, v->shape, item);
}

struct feel_value feel_unknown_element(struct feel_env *env, const struct feel_value *list) {
    uint64_t place = mix(mix((uint64_t)(uintptr_t)env->where.at, env->pc), env->depth);
    struct feel_unknown_hints *h = env->hints;
    uint32_t each = FEEL_EACH_SEVERAL;
    if (h && !list->unknown->each && h->elements < h->elements_room) {
        h->element[h->elements++] = list->unknown;
        each = (uint32_t)h->elements;
    }
    return fresh(env, list->unknown->element, place, each);
}

struct feel_value feel_unknown_hull(struct feel_env *env, const struct feel_value *a, const struct feel_value *b) {
    struct feel_value parts[2] = {*a, *b};
    struct feel_value either = feel_unknown_of(env, FEEL_BOOLEAN, 'H', parts, 2, false);
    return env->status == OK ? feel_unknown_join(env, &either, a, b) : feel_null();
}

struct feel_value feel_unknown_question(struct feel_env *env, struct feel_value v) {
    struct feel_unknown_hints *h = env->hints;
    bool asks = feel_is_unknown(&v) && !v.unknown->may_error && !v.unknown->each && h && h->question &&
        (v.unknown->kind == FEEL_BOOLEAN || v.unknown->kind == FEEL_NUMBER);
    return asks ? h->question(h->user, env, v) : v;
}

struct feel_value feel_unknown_weaken(struct feel_env *env, const struct feel_value *list,
    const struct feel_value *condition, bool settled) {
    if (condition->kind == FEEL_BOOLEAN && condition->boolean == settled && !list->unknown->may_error)
        return *condition;
    struct feel_value parts[2] = {*list, *condition};
    struct feel_unknown *u = unknown_new(env, FEEL_BOOLEAN, settled ? 'W' : 'w', parts, 2);
    if (!u)
        return feel_null();
    u->may_error = list->unknown->may_error || feel_may_error(condition) || kind_of(condition) != FEEL_BOOLEAN;
    u->each = discharged(env, u->each, list->unknown);
    return feel_unknown_question(env, unknown_value(env, u));
}
