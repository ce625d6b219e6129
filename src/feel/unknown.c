#include "base/map.h"
#include "feel/unknown_internal.h"

/* ---- hashes ------------------------------------------------------------------------ */

uint64_t unknown_mix(uint64_t a, uint64_t b) {
    uint64_t x = a * 0x9E3779B97F4A7C15ULL ^ (b + 0x7F4A7C15F39CC060ULL + (a << 6) + (a >> 2));
    x ^= x >> 31;
    x *= 0xBF58476D1CE4E5B9ULL;
    return x ^ (x >> 29);
}

static uint64_t hash_many(uint64_t h, const struct feel_value *v, size_t n) {
    for (size_t i = 0; i < n; i++)
        h = unknown_mix(h, feel_value_hash(&v[i]));
    return h;
}

uint64_t feel_value_hash(const struct feel_value *v) {
    uint64_t h = unknown_mix(0x66ee1, v->kind);
    char text[DEC_TEXT_MAX];
    struct feel_when w;
    switch ((enum feel_kind)v->kind) {
    case FEEL_NULL: return h;
    case FEEL_BOOLEAN: return unknown_mix(h, v->boolean);
    case FEEL_NUMBER: return unknown_mix(h, hash_bytes((struct span){text, dec_text_short(v->number, text)}, 1));
    case FEEL_STRING: return unknown_mix(h, hash_bytes(v->string, 1));
    case FEEL_DATE:
    case FEEL_TIME:
    case FEEL_DATE_TIME:
        w = feel_when(v);
        return unknown_mix(unknown_mix(unknown_mix(h, (uint64_t)w.day), (uint64_t)w.nano), (uint64_t)w.offset);
    case FEEL_YM_DURATION: return unknown_mix(h, (uint64_t)v->months);
    case FEEL_DT_DURATION: return unknown_mix(unknown_mix(h, (uint64_t)v->seconds), (uint64_t)v->second_nano);
    case FEEL_LIST: return hash_many(unknown_mix(h, v->count), v->item, v->count);
    case FEEL_CONTEXT:
        for (size_t i = 0; i < v->shape->count; i++)
            h = unknown_mix(h, v->shape->key[i].hash);
        return hash_many(h, v->value, v->shape->count);
    case FEEL_RANGE:
        h = unknown_mix(h, (uint64_t)v->range->start_included * 2 + v->range->end_included);
        return unknown_mix(unknown_mix(h, feel_value_hash(&v->range->start)), feel_value_hash(&v->range->end));
    case FEEL_FUNCTION: return unknown_mix(h, (uint64_t)(uintptr_t)v->function);
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

uint32_t unknown_discharged(const struct feel_env *env, uint32_t each, const struct feel_unknown *list) {
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

struct feel_unknown *unknown_new(struct feel_env *env, uint8_t kind, uint64_t tag,
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
    u->hash = hash_many(unknown_mix(tag, kind), args, count);
    u->deps = deps;
    return u;
}

struct feel_value unknown_value(struct feel_env *env, const struct feel_unknown *u) {
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
    u->hash = unknown_mix(0xCE11, (uint64_t)cell);
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
    if (v->unknown->code_count && unknown_ordered(v->unknown->kind))
        return extreme_code(v->unknown, -1);
    return v->unknown->lo;
}

struct feel_bound feel_upper(const struct feel_value *v) {
    if (!feel_is_unknown(v))
        return (struct feel_bound){*v, false};
    if (v->unknown->code_count && unknown_ordered(v->unknown->kind))
        return extreme_code(v->unknown, 1);
    return v->unknown->hi;
}

struct feel_value feel_unknown_bounds(struct feel_env *env, uint8_t kind, uint64_t tag,
    const struct feel_value *args, size_t count, struct feel_bound lo, struct feel_bound hi, bool may) {
    if (!may && !unknown_no_bound(lo) && !unknown_no_bound(hi) && !lo.open && !hi.open && feel_same(&lo.value, &hi.value))
        return lo.value;
    struct feel_unknown *u = unknown_new(env, kind, tag, args, count);
    if (!u)
        return feel_null();
    u->lo = lo;
    u->hi = hi;
    u->may_error = may;
    return unknown_value(env, u);
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

void unknown_hint_condition(struct feel_env *env, const struct feel_value *v) {
    if (feel_is_unknown(v) && v->unknown->cell >= 0 && v->unknown->kind == FEEL_BOOLEAN)
        hint(env, v->unknown->cell, feel_null());
}

bool unknown_affine(const struct feel_value *v, int32_t *cell, struct dec *factor, struct dec *offset) {
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
    if (unknown_affine(a, &ca, &fa, &oa) && unknown_affine(b, &cb, &fb, &ob)) {
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
    if (unknown_no_bound(a_hi) || unknown_no_bound(b_lo))
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
    uint8_t ka = unknown_kind(a), kb = unknown_kind(b);
    int answer = -1;
    struct feel_notes *notes = env->notes;
    env->notes = NULL;
    if (a->kind == FEEL_NULL || b->kind == FEEL_NULL) { /* a plain null; facts are never null */
        if (equality)
            answer = 0;
        may = may || !equality || unknown_kind(a->kind == FEEL_NULL ? b : a) == FEEL_NULL;
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
    struct feel_value open = feel_unknown_of(env, FEEL_BOOLEAN, unknown_mix('?', (uint64_t)op), both, 2, may);
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
    unknown_hint_condition(env, a);
    unknown_hint_condition(env, b);
    struct feel_value both[2] = {*a, *b};
    return feel_unknown_of(env, FEEL_BOOLEAN, (uint64_t)tag, both, 2,
        feel_may_error(a) || feel_may_error(b) || unknown_kind(a) != FEEL_BOOLEAN || unknown_kind(b) != FEEL_BOOLEAN);
}

struct feel_value feel_unknown_and(struct feel_env *env, const struct feel_value *a, const struct feel_value *b) {
    return logic(env, '&', true, a, b);
}

struct feel_value feel_unknown_or(struct feel_env *env, const struct feel_value *a, const struct feel_value *b) {
    return logic(env, '|', false, a, b);
}

struct feel_value feel_unknown_not(struct feel_env *env, const struct feel_value *a) {
    unknown_hint_condition(env, a);
    return feel_unknown_of(env, FEEL_BOOLEAN, '!', a, 1, feel_may_error(a) || a->unknown->kind != FEEL_BOOLEAN);
}
