/* Operators (DMN 1.5 10.3.2.12 and tables 53 to 57), shared by the machine,
 * the builtins and decision tables. */
#include "feel/vm.h"

#include "base/utf8.h"
#include "feel/temporal.h"
#include "feel/unknown.h"

/* ---- errors and construction ----------------------------------------------------- */

struct feel_value feel_error(struct feel_env *env, const char *code, struct span detail) {
    struct feel_value v = {.flag = FEEL_FLAG_ERROR};
    struct feel_notes *n = env->notes;
    if (!n)
        return v;
    if (n->count == FEEL_NOTES_MAX) {
        n->lost++;
        return v;
    }
    n->note[n->count] = (struct feel_note){code, env->where,
        env->program ? env->program->offset[env->pc] : 0, detail.at ? detail : SPAN("")};
    v.zone = (int32_t)++n->count;
    return v;
}

struct feel_value feel_stop(struct feel_env *env) {
    env->status = E_LIMIT;
    env->steps_left = 0;
    return feel_null();
}

struct feel_value *feel_items_raw(struct feel_env *env, size_t n) {
    size_t bytes;
    if (!feel_steps(env, n / 8))
        return NULL;
    struct feel_value *v = __builtin_mul_overflow(n ? n : 1, sizeof *v, &bytes) ? NULL : arena_alloc_raw(env->arena, bytes);
    if (!v)
        feel_stop(env);
    return v;
}

struct feel_value *feel_items(struct feel_env *env, size_t n) {
    if (!feel_steps(env, n / 8))
        return NULL;
    struct feel_value *v = ARENA_ARRAY(env->arena, n ? n : 1, struct feel_value);
    if (!v)
        feel_stop(env);
    return v;
}

bool feel_measure(const struct feel_value *v, size_t n, int32_t *ret) {
    int32_t depth = 0;
    int64_t nodes = 1;
    for (size_t i = 0; i < n; i++) {
        bool holds = v[i].kind == FEEL_LIST || v[i].kind == FEEL_CONTEXT;
        if (holds && (v[i].zone & 255) > depth)
            depth = v[i].zone & 255;
        nodes += holds && v[i].zone > 255 ? v[i].zone >> 8 : 1;
    }
    if (depth >= FEEL_VALUE_DEPTH_MAX || nodes > FEEL_VALUE_NODES_MAX)
        return false;
    *ret = (int32_t)nodes << 8 | (depth + 1);
    return true;
}

struct feel_value feel_new_list(struct feel_env *env, const struct feel_value *item, size_t n) {
    struct feel_value v = feel_list(item, n);
    return feel_measure(item, n, &v.zone) ? v : feel_stop(env);
}

struct feel_value feel_new_context(struct feel_env *env, const struct feel_shape *s,
    const struct feel_value *value) {
    struct feel_value v = {.kind = FEEL_CONTEXT};
    v.shape = s;
    v.value = value;
    return feel_measure(value, s->count, &v.zone) ? v : feel_stop(env);
}

struct feel_value feel_made_context(struct feel_env *env, const struct span *key,
    const struct feel_value *value, size_t count) {
    struct feel_value v = feel_context(env->arena, key, value, count);
    return v.kind == FEEL_CONTEXT ? feel_new_context(env, v.shape, v.value) : feel_stop(env);
}

static bool holds_values(const struct feel_value *v) {
    return v->kind == FEEL_LIST || v->kind == FEEL_CONTEXT || v->kind == FEEL_RANGE || v->kind == FEEL_FUNCTION;
}

struct feel_value feel_new_range(struct feel_env *env, struct feel_range r) {
    struct feel_range *copy = ARENA_NEW(env->arena, struct feel_range);
    if (!copy)
        return feel_stop(env);
    /* Ends are simple values (10.3.2.7); holding values would nest without bound. */
    if (holds_values(&r.start) || holds_values(&r.end))
        return feel_error(env, "feel.range_bounds", (struct span){0});
    *copy = r;
    struct feel_value v = {.kind = FEEL_RANGE};
    v.range = copy;
    return v;
}

struct feel_value feel_new_string(struct feel_env *env, struct span s) {
    char *copy = feel_steps(env, s.size / 64) ? arena_dup(env->arena, s) : NULL;
    return copy ? feel_string((struct span){copy, s.size}) : feel_stop(env);
}

static bool is_error(const struct feel_value *v) {
    return v->kind == FEEL_NULL && (v->flag & FEEL_FLAG_ERROR);
}

/* Case mode: an error passes through every operation but and, or. */
static const struct feel_value *error_among(const struct feel_env *env,
    const struct feel_value *a, const struct feel_value *b) {
    if (!env->case_mode)
        return NULL;
    return is_error(a) ? a : is_error(b) ? b : NULL;
}

static struct feel_value mismatch(struct feel_env *env, const struct feel_value *a,
    const struct feel_value *b) {
    const struct feel_value *odd = feel_is_null(*a) ? a : b;
    return feel_error(env, "feel.type_mismatch", span_of(feel_kind_name(odd->kind)));
}

/* ---- order and equality ------------------------------------------------------------- */

static int sign128(__int128 a, __int128 b) { return a < b ? -1 : a > b; }

static int order_strings(struct span a, struct span b) {
    size_t n = a.size < b.size ? a.size : b.size;
    int c = n ? memcmp(a.at, b.at, n) : 0; /* UTF-8 orders as code points do */
    return c ? (c < 0 ? -1 : 1) : sign128((__int128)a.size, (__int128)b.size);
}

/* Times compare to the second (10.3.2.3.4: the kit's time_005). */
static __int128 whole_seconds(__int128 nanos) {
    return nanos >= 0 ? nanos / FEEL_NANOS : -((-nanos + FEEL_NANOS - 1) / FEEL_NANOS);
}

int feel_order(const struct feel_value *a, const struct feel_value *b) {
    if (a->kind != b->kind)
        return 2;
    switch ((enum feel_kind)a->kind) {
    case FEEL_NUMBER: return dec_cmp(a->number, b->number);
    case FEEL_STRING: return order_strings(a->string, b->string);
    case FEEL_DATE: return sign128(a->day, b->day);
    case FEEL_TIME:
    case FEEL_DATE_TIME: {
        struct feel_when x = feel_when(a), y = feel_when(b);
        __int128 i = feel_instant(a), k = feel_instant(b);
        if (!x.has_offset) /* it is taken to be the other's (table 54) */
            i -= (__int128)y.offset * FEEL_NANOS;
        if (!y.has_offset)
            k -= (__int128)x.offset * FEEL_NANOS;
        return sign128(whole_seconds(i), whole_seconds(k));
    }
    case FEEL_YM_DURATION: return sign128(a->months, b->months);
    case FEEL_DT_DURATION: return sign128(feel_nanos(a), feel_nanos(b));
    default: return 2;
    }
}

static bool is_clock(const struct feel_value *v) { return v->kind == FEEL_TIME || v->kind == FEEL_DATE_TIME; }

/* A local time takes the other's offset to be before or after it (table 54), and is never equal to a
 * time with one (table 53, which has no such sentence; 10.3.2.3.4). */
bool feel_tie(const struct feel_value *a, const struct feel_value *b) {
    return feel_order(a, b) == 0 && (!is_clock(a) || feel_when(a).has_offset == feel_when(b).has_offset);
}

static struct feel_value equal_lists(struct feel_env *env, const struct feel_value *a,
    const struct feel_value *b) {
    if (a->count != b->count)
        return feel_bool(false);
    if (!feel_steps(env, a->count))
        return feel_stop(env);
    struct feel_value all = feel_bool(true);
    for (size_t i = 0; i < a->count; i++) {
        struct feel_value one = feel_equal(env, &a->item[i], &b->item[i]);
        all = feel_and(env, &all, &one);
        if (all.kind == FEEL_BOOLEAN && !all.boolean)
            break;
    }
    return all;
}

static struct feel_value equal_contexts(struct feel_env *env, const struct feel_value *a,
    const struct feel_value *b) {
    if (a->shape->count != b->shape->count)
        return feel_bool(false);
    if (!feel_steps(env, a->shape->count))
        return feel_stop(env);
    struct feel_value all = feel_bool(true);
    for (size_t i = 0; i < a->shape->count; i++) {
        const struct feel_value *other = feel_get_key(b, &a->shape->key[i]);
        if (!other)
            return feel_bool(false);
        struct feel_value one = feel_equal(env, &a->value[i], other);
        all = feel_and(env, &all, &one);
    }
    return all;
}

static struct feel_value equal_ranges(struct feel_env *env, const struct feel_range *a,
    const struct feel_range *b) {
    if (a->is_test != b->is_test) /* (<10) is not (null..10) */
        return feel_bool(false);
    if (a->start_included != b->start_included || a->end_included != b->end_included ||
        a->negated != b->negated)
        return feel_bool(false);
    struct feel_value start = feel_equal(env, &a->start, &b->start);
    struct feel_value end = feel_equal(env, &a->end, &b->end);
    return feel_and(env, &start, &end);
}

struct feel_value feel_equal(struct feel_env *env, const struct feel_value *a,
    const struct feel_value *b) {
    const struct feel_value *e = error_among(env, a, b);
    if (e)
        return *e;
    if (feel_is_unknown(a) || feel_is_unknown(b))
        return feel_unknown_compare(env, CMP_EQ, a, b);
    if (feel_is_null(*a) || feel_is_null(*b))
        return feel_bool(a->kind == b->kind);
    if (a->kind != b->kind)
        return mismatch(env, a, b);
    switch ((enum feel_kind)a->kind) {
    case FEEL_BOOLEAN: return feel_bool(a->boolean == b->boolean);
    case FEEL_STRING: return feel_bool(span_eq(a->string, b->string));
    case FEEL_LIST: return equal_lists(env, a, b);
    case FEEL_CONTEXT: return equal_contexts(env, a, b);
    case FEEL_RANGE: return equal_ranges(env, a->range, b->range);
    case FEEL_FUNCTION: /* itself; bodies are not compared */
        return a->function == b->function ? feel_bool(true) : mismatch(env, a, b);
    default: return feel_bool(feel_tie(a, b));
    }
}

static bool holds(int op, int order) {
    switch ((enum feel_cmp)op) {
    case CMP_LT: return order < 0;
    case CMP_LE: return order <= 0;
    case CMP_GT: return order > 0;
    case CMP_GE: return order >= 0;
    case CMP_EQ: return order == 0;
    case CMP_NE: return order != 0;
    }
    return false;
}

struct feel_value feel_compare(struct feel_env *env, int op, const struct feel_value *a,
    const struct feel_value *b) {
    if (a->kind == FEEL_NUMBER && b->kind == FEEL_NUMBER)
        return feel_bool(holds(op, dec_cmp(a->number, b->number)));
    if (op == CMP_EQ)
        return feel_equal(env, a, b);
    if (op == CMP_NE) {
        struct feel_value same = feel_equal(env, a, b);
        return feel_not(env, &same);
    }
    const struct feel_value *e = error_among(env, a, b);
    if (e)
        return *e;
    if (feel_is_unknown(a) || feel_is_unknown(b))
        return feel_unknown_compare(env, op, a, b);
    int o = feel_order(a, b);
    if (o == 0 && is_clock(a)) /* `<=` is `<` or `=` */
        return feel_bool((op == CMP_LE || op == CMP_GE) && feel_tie(a, b));
    return o == 2 ? mismatch(env, a, b) : feel_bool(holds(op, o));
}

/* ---- logic ----------------------------------------------------------------------------- */

static bool is_false(const struct feel_value *v) { return v->kind == FEEL_BOOLEAN && !v->boolean; }

/* null that stands for "neither": keeps the error it came from. */
static struct feel_value neither(struct feel_env *env, const struct feel_value *a,
    const struct feel_value *b) {
    const struct feel_value *odd = a->kind == FEEL_BOOLEAN ? b : a;
    if (feel_is_null(*odd) && !env->case_mode)
        return *odd;
    if (is_error(odd))
        return *odd;
    return feel_error(env, "feel.condition", span_of(feel_kind_name(odd->kind)));
}

struct feel_value feel_and(struct feel_env *env, const struct feel_value *a,
    const struct feel_value *b) {
    if (is_false(a) || is_false(b))
        return feel_bool(false);
    if (a->kind == FEEL_BOOLEAN && b->kind == FEEL_BOOLEAN)
        return feel_bool(true);
    if (feel_is_unknown(a) || feel_is_unknown(b))
        return feel_unknown_and(env, a, b);
    return neither(env, a, b);
}

struct feel_value feel_or(struct feel_env *env, const struct feel_value *a,
    const struct feel_value *b) {
    if (feel_is_true(*a) || feel_is_true(*b))
        return feel_bool(true);
    if (a->kind == FEEL_BOOLEAN && b->kind == FEEL_BOOLEAN)
        return feel_bool(false);
    if (feel_is_unknown(a) || feel_is_unknown(b))
        return feel_unknown_or(env, a, b);
    return neither(env, a, b);
}

struct feel_value feel_not(struct feel_env *env, const struct feel_value *a) {
    if (a->kind == FEEL_BOOLEAN)
        return feel_bool(!a->boolean);
    if (feel_is_unknown(a))
        return feel_unknown_not(env, a);
    if (feel_is_null(*a)) /* is null, and no error of its own (table 38 of DMN 1.5) */
        return *a;
    return is_error(a) ? *a : feel_error(env, "feel.condition", span_of(feel_kind_name(a->kind)));
}

/* ---- membership --------------------------------------------------------------------------- */

struct feel_value feel_in_range(struct feel_env *env, const struct feel_value *v,
    const struct feel_range *r) {
    struct feel_value all = feel_bool(true);
    if (r->is_test && r->start_included && r->end_included) {
        struct feel_value same = feel_equal(env, v, &r->start);
        return r->negated ? feel_not(env, &same) : same;
    }
    if (!r->is_test && (feel_is_null(r->start) || feel_is_null(r->end)))
        return feel_error(env, "feel.range_open", (struct span){0});
    if (!feel_is_null(r->start)) {
        struct feel_value low = feel_compare(env, r->start_included ? CMP_GE : CMP_GT, v, &r->start);
        all = feel_and(env, &all, &low);
    }
    if (!feel_is_null(r->end)) {
        struct feel_value high = feel_compare(env, r->end_included ? CMP_LE : CMP_LT, v, &r->end);
        all = feel_and(env, &all, &high);
    }
    return all;
}

/* Membership asks whether any element is equal; elements of other kinds are not. */
static struct feel_value member(struct feel_env *env, const struct feel_value *v,
    const struct feel_value *e) {
    if (e->kind == FEEL_RANGE && v->kind != FEEL_RANGE)
        return feel_in_range(env, v, e->range);
    if (feel_is_unknown(v) || feel_is_unknown(e) || v->kind == e->kind)
        return feel_equal(env, v, e);
    const struct feel_value *bad = error_among(env, v, e);
    return bad ? *bad : feel_bool(false);
}

struct feel_value feel_in(struct feel_env *env, const struct feel_value *v,
    const struct feel_value *test) {
    if (test->kind == FEEL_RANGE && v->kind != FEEL_RANGE)
        return feel_in_range(env, v, test->range);
    if (feel_is_open_list(test) && v->kind != FEEL_LIST) {
        struct feel_value e = feel_unknown_element(env, test), one = member(env, v, &e);
        return feel_unknown_weaken(env, test, &one, false);
    }
    if (test->kind != FEEL_LIST)
        return feel_equal(env, v, test);
    if (!feel_steps(env, test->count))
        return feel_stop(env);
    struct feel_value any = feel_bool(false);
    for (size_t i = 0; i < test->count && !feel_is_true(any); i++) {
        struct feel_value one = member(env, v, &test->item[i]);
        any = feel_or(env, &any, &one);
    }
    if (v->kind == FEEL_LIST && !feel_is_true(any)) {
        struct feel_value same = feel_equal(env, v, test);
        any = feel_or(env, &any, &same);
    }
    return any;
}

/* ---- arithmetic ------------------------------------------------------------------------------ */

static struct feel_value arith_numbers(struct feel_env *env, int op, struct dec a, struct dec b) {
    struct dec r;
    switch (op) {
    case '+': r = dec_add(a, b); break;
    case '-': r = dec_sub(a, b); break;
    case '*': r = dec_mul(a, b); break;
    case '/':
        if (dec_zero(b))
            return feel_error(env, "feel.division_by_zero", (struct span){0});
        r = dec_div(a, b);
        break;
    default: r = dec_pow(a, b); break;
    }
    return dec_finite(r) ? feel_number(r) : feel_error(env, "feel.number_range", (struct span){0});
}

static struct feel_value out_of_range(struct feel_env *env) {
    return feel_error(env, "feel.date_range", (struct span){0});
}

static bool day_in_range(int64_t day) {
    return day >= feel_days(-FEEL_YEAR_MAX, 1, 1) && day <= feel_days(FEEL_YEAR_MAX, 12, 31);
}

/* `w` is moved; false: out of the calendar. */
static bool move_clock(struct feel_when *w, __int128 nanos) {
    __int128 t = (__int128)w->day * FEEL_DAY_NANOS + w->nano + nanos;
    __int128 day = t / FEEL_DAY_NANOS, nano = t % FEEL_DAY_NANOS;
    if (nano < 0) {
        nano += FEEL_DAY_NANOS;
        day--;
    }
    if (day > INT64_MAX / 4 || day < INT64_MIN / 4)
        return false;
    w->day = (int64_t)day;
    w->nano = (int64_t)nano;
    return true;
}

/* A date and time of a named zone moves along UTC, since its clock may jump on the way
 * (table 57: valuedt(e1) + valuedtd(e2)); any other has a clock that runs evenly. */
static bool move_zoned(struct feel_when *w, __int128 nanos) {
    return move_clock(w, nanos - (__int128)w->offset * FEEL_NANOS) &&
        feel_zone_offset_utc(w->zone, w->day, w->nano, &w->offset) && move_clock(w, (__int128)w->offset * FEEL_NANOS);
}

/* date, time or date and time plus a number of nanoseconds */
static struct feel_value add_nanos(struct feel_env *env, const struct feel_value *a, __int128 nanos) {
    struct feel_when w = feel_when(a);
    if (a->kind == FEEL_TIME) { /* of no day: round the clock, and its zone's offset stays */
        w.day = 0;
        nanos %= FEEL_DAY_NANOS;
    }
    bool zoned = a->kind == FEEL_DATE_TIME && w.zone.size;
    if (!(zoned ? move_zoned(&w, nanos) : move_clock(&w, nanos)) || !day_in_range(w.day))
        return out_of_range(env);
    return a->kind == FEEL_DATE ? feel_date(w.day) : feel_make_time(env->arena, w, (enum feel_kind)a->kind);
}

/* Calendar arithmetic: the clock shows the same time, with its zone's offset on the new day. */
static struct feel_value add_months(struct feel_env *env, const struct feel_value *a, int64_t months) {
    struct feel_when w = feel_when(a);
    if (!feel_add_months(w.day, months, &w.day) || (w.zone.size && !feel_zone_offset(w.zone, w.day, w.nano, &w.offset)))
        return out_of_range(env);
    return a->kind == FEEL_DATE ? feel_date(w.day) : feel_make_time(env->arena, w, FEEL_DATE_TIME);
}

static bool fits64(__int128 n) { return n <= INT64_MAX && n >= -INT64_MAX; }

static struct feel_value months_value(struct feel_env *env, __int128 n) {
    return fits64(n) ? feel_months((int64_t)n) : out_of_range(env);
}

static struct feel_value nanos_value(struct feel_env *env, __int128 n) {
    return fits64(n / FEEL_NANOS) ? feel_seconds(n) : out_of_range(env);
}

static bool is_moment(const struct feel_value *v) {
    return v->kind == FEEL_DATE || v->kind == FEEL_DATE_TIME;
}

static struct feel_value difference(struct feel_env *env, const struct feel_value *a,
    const struct feel_value *b) {
    struct feel_when x = feel_when(a), y = feel_when(b);
    if (a->kind != FEEL_TIME && a->kind == b->kind && x.has_offset != y.has_offset)
        return mismatch(env, a, b);
    /* a date is midnight UTC beside a zoned date and time (table 56) */
    if (a->kind != b->kind && (a->kind == FEEL_DATE ? !y.has_offset : !x.has_offset))
        return mismatch(env, a, b);
    return nanos_value(env, feel_instant(a) - feel_instant(b));
}

static struct feel_value add_duration(struct feel_env *env, const struct feel_value *a,
    const struct feel_value *b, int sign) {
    if (b->kind == FEEL_DT_DURATION && (is_moment(a) || a->kind == FEEL_TIME))
        return add_nanos(env, a, sign * feel_nanos(b));
    if (b->kind == FEEL_YM_DURATION && is_moment(a))
        return add_months(env, a, sign * b->months);
    if (b->kind == FEEL_YM_DURATION && a->kind == FEEL_YM_DURATION)
        return months_value(env, (__int128)a->months + sign * (__int128)b->months);
    if (b->kind == FEEL_DT_DURATION && a->kind == FEEL_DT_DURATION)
        return nanos_value(env, feel_nanos(a) + sign * feel_nanos(b));
    return mismatch(env, a, b);
}

static struct feel_value plus(struct feel_env *env, const struct feel_value *a,
    const struct feel_value *b) {
    if (a->kind == FEEL_STRING && b->kind == FEEL_STRING) {
        size_t n = a->string.size + b->string.size;
        char *s = feel_steps(env, n / 64) ? arena_alloc(env->arena, n + 1) : NULL;
        if (!s)
            return feel_stop(env);
        memcpy(s, a->string.at, a->string.size);
        memcpy(s + a->string.size, b->string.at, b->string.size);
        return feel_string((struct span){s, n});
    }
    if (a->kind == FEEL_YM_DURATION || a->kind == FEEL_DT_DURATION)
        return b->kind == a->kind ? add_duration(env, a, b, 1) : add_duration(env, b, a, 1);
    return add_duration(env, a, b, 1);
}

static struct feel_value minus(struct feel_env *env, const struct feel_value *a,
    const struct feel_value *b) {
    if ((is_moment(a) && is_moment(b)) || (a->kind == FEEL_TIME && b->kind == FEEL_TIME))
        return difference(env, a, b);
    return add_duration(env, a, b, -1);
}

static struct dec dec_wide(__int128 n) {
    struct dec high = dec_int((int64_t)(n / FEEL_NANOS));
    return dec_add(dec_mul(high, dec_int(FEEL_NANOS)), dec_int((int64_t)(n % FEEL_NANOS)));
}

/* A decimal number of nanoseconds or months, towards zero. */
static bool wide_of(struct dec n, __int128 *ret) {
    struct dec whole = dec_round(n, 0, DEC_DOWN), high = dec_div(whole, dec_int(FEEL_NANOS));
    int64_t hi, lo;
    high = dec_round(high, 0, DEC_DOWN);
    if (!dec_finite(whole) || dec_to_int(high, &hi, NULL) != OK ||
        dec_to_int(dec_sub(whole, dec_mul(high, dec_int(FEEL_NANOS))), &lo, NULL) != OK)
        return false;
    *ret = (__int128)hi * FEEL_NANOS + lo;
    return true;
}

static struct feel_value scale(struct feel_env *env, const struct feel_value *duration, struct dec by,
    bool divide) {
    if (divide && dec_zero(by))
        return feel_error(env, "feel.division_by_zero", (struct span){0});
    struct dec n = duration->kind == FEEL_YM_DURATION ? dec_int(duration->months)
                                                      : dec_wide(feel_nanos(duration));
    __int128 r;
    if (!wide_of(divide ? dec_div(n, by) : dec_mul(n, by), &r))
        return out_of_range(env);
    return duration->kind == FEEL_YM_DURATION ? months_value(env, r) : nanos_value(env, r);
}

static bool is_duration(const struct feel_value *v) {
    return v->kind == FEEL_YM_DURATION || v->kind == FEEL_DT_DURATION;
}

static struct feel_value times(struct feel_env *env, const struct feel_value *a,
    const struct feel_value *b) {
    if (is_duration(a) && b->kind == FEEL_NUMBER)
        return scale(env, a, b->number, false);
    if (is_duration(b) && a->kind == FEEL_NUMBER)
        return scale(env, b, a->number, false);
    return mismatch(env, a, b);
}

static struct feel_value over(struct feel_env *env, const struct feel_value *a,
    const struct feel_value *b) {
    if (is_duration(a) && b->kind == FEEL_NUMBER)
        return scale(env, a, b->number, true);
    if (is_duration(a) && a->kind == b->kind) {
        struct dec x = a->kind == FEEL_YM_DURATION ? dec_int(a->months) : dec_wide(feel_nanos(a));
        struct dec y = a->kind == FEEL_YM_DURATION ? dec_int(b->months) : dec_wide(feel_nanos(b));
        return arith_numbers(env, '/', x, y);
    }
    return mismatch(env, a, b);
}

struct feel_value feel_arith(struct feel_env *env, int op, const struct feel_value *a,
    const struct feel_value *b) {
    if (a->kind == FEEL_NUMBER && b->kind == FEEL_NUMBER)
        return arith_numbers(env, op, a->number, b->number);
    const struct feel_value *e = error_among(env, a, b);
    if (e)
        return *e;
    if (feel_is_unknown(a) || feel_is_unknown(b))
        return feel_unknown_arith(env, op, a, b);
    switch (op) {
    case '+': return plus(env, a, b);
    case '-': return minus(env, a, b);
    case '*': return times(env, a, b);
    case '/': return over(env, a, b);
    default: return mismatch(env, a, b);
    }
}

struct feel_value feel_negate(struct feel_env *env, const struct feel_value *a) {
    struct feel_value zero = feel_int(0);
    switch ((enum feel_kind)a->kind) {
    case FEEL_NUMBER: return feel_number(dec_neg(a->number));
    case FEEL_YM_DURATION: return feel_months(-a->months);
    case FEEL_DT_DURATION: return feel_seconds(-feel_nanos(a));
    case FEEL_UNKNOWN: return feel_unknown_arith(env, '-', &zero, a);
    case FEEL_NULL:
        if (is_error(a))
            return *a;
        /* fall through */
    default: return feel_error(env, "feel.type_mismatch", span_of(feel_kind_name(a->kind)));
    }
}

/* ---- paths and indexes ---------------------------------------------------------------------- */

/* Seconds below a minute, with their fraction (table 65). */
static struct feel_value seconds_of(int64_t whole, int64_t nanos) {
    struct dec part = dec_div(dec_int(nanos), dec_int(FEEL_NANOS));
    return feel_number(dec_add(dec_int(whole), part));
}

static struct feel_value number_or_null(bool yes, int64_t n) { return yes ? feel_int(n) : feel_null(); }

static bool time_property(const struct feel_value *v, struct span key, struct feel_value *ret) {
    struct feel_when w = feel_when(v);
    bool day = v->kind != FEEL_TIME;
    int64_t s = w.nano / FEEL_NANOS;
    struct feel_civil c = day ? feel_civil(w.day) : (struct feel_civil){0};
    if (day && span_is(key, "year")) *ret = feel_int(c.year);
    else if (day && span_is(key, "month")) *ret = feel_int(c.month);
    else if (day && span_is(key, "day")) *ret = feel_int(c.day);
    else if (day && span_is(key, "weekday")) *ret = feel_int(feel_weekday(w.day));
    else if (v->kind == FEEL_DATE) return false;
    else if (span_is(key, "hour")) *ret = feel_int(s / 3600);
    else if (span_is(key, "minute")) *ret = feel_int(s / 60 % 60);
    else if (span_is(key, "second")) *ret = seconds_of(s % 60, w.nano % FEEL_NANOS);
    else if (span_is(key, "time offset"))
        *ret = w.has_offset ? feel_seconds((__int128)w.offset * FEEL_NANOS) : feel_null();
    else if (span_is(key, "timezone"))
        *ret = w.zone.size ? feel_string(w.zone) : feel_null();
    else return false;
    return true;
}

static bool duration_property(const struct feel_value *v, struct span key, struct feel_value *ret) {
    bool ym = v->kind == FEEL_YM_DURATION;
    __int128 n = ym ? 0 : feel_nanos(v);
    int64_t s = (int64_t)(n / FEEL_NANOS); /* towards zero */
    if (span_is(key, "years")) *ret = number_or_null(ym, ym ? v->months / 12 : 0);
    else if (span_is(key, "months")) *ret = number_or_null(ym, ym ? v->months % 12 : 0);
    else if (span_is(key, "days")) *ret = number_or_null(!ym, s / 86400);
    else if (span_is(key, "hours")) *ret = number_or_null(!ym, s / 3600 % 24);
    else if (span_is(key, "minutes")) *ret = number_or_null(!ym, s / 60 % 60);
    else if (span_is(key, "seconds")) *ret = ym ? feel_null() : seconds_of(s % 60, (int64_t)(n % FEEL_NANOS));
    else return false;
    return true;
}

static bool range_property(const struct feel_range *r, struct span key, struct feel_value *ret) {
    if (span_is(key, "start")) *ret = r->start;
    else if (span_is(key, "end")) *ret = r->end;
    else if (span_is(key, "start included")) *ret = feel_bool(r->start_included);
    else if (span_is(key, "end included")) *ret = feel_bool(r->end_included);
    else return false;
    return true;
}

static struct feel_value path_list(struct feel_env *env, const struct feel_value *v,
    const struct feel_key *key) {
    struct feel_value *item = feel_items(env, v->count);
    if (!item)
        return feel_null();
    for (size_t i = 0; i < v->count; i++) {
        if (!feel_steps(env, 1))
            return feel_stop(env);
        item[i] = feel_path(env, &v->item[i], key);
    }
    return feel_new_list(env, item, v->count);
}

/* .years of an unknown duration and .year of an unknown date grow with it. */
static struct feel_value path_unknown(struct feel_env *env, const struct feel_value *v,
    const struct feel_key *key) {
    const struct feel_unknown *u = v->unknown;
    if (feel_is_open_list(v)) {
        struct feel_value one = feel_path(env, u->element, key);
        return feel_unknown_list(env, key->hash, v, 1, &one, u->count_min, u->may_error, NULL);
    }
    bool grows = (u->kind == FEEL_YM_DURATION && span_is(key->text, "years")) ||
        (u->kind == FEEL_DT_DURATION && span_is(key->text, "days")) ||
        ((u->kind == FEEL_DATE || u->kind == FEEL_DATE_TIME) && span_is(key->text, "year"));
    if (!grows)
        return feel_unknown_of(env, FEEL_NULL, key->hash, v, 1, true);
    struct feel_bound lo = {0}, hi = {0};
    if (!feel_is_null(u->lo.value))
        lo.value = feel_path(env, &u->lo.value, key);
    if (!feel_is_null(u->hi.value))
        hi.value = feel_path(env, &u->hi.value, key);
    return feel_unknown_bounds(env, FEEL_NUMBER, key->hash, v, 1, lo, hi, u->may_error);
}

struct feel_value feel_path(struct feel_env *env, const struct feel_value *v,
    const struct feel_key *key) {
    struct feel_value r = feel_null();
    bool found = false;
    switch ((enum feel_kind)v->kind) {
    case FEEL_CONTEXT: {
        const struct feel_value *x = feel_get_key(v, key);
        if (x)
            return *x;
        break;
    }
    case FEEL_LIST: return path_list(env, v, key);
    case FEEL_DATE:
    case FEEL_TIME:
    case FEEL_DATE_TIME: found = time_property(v, key->text, &r); break;
    case FEEL_YM_DURATION:
    case FEEL_DT_DURATION: found = duration_property(v, key->text, &r); break;
    case FEEL_RANGE: found = range_property(v->range, key->text, &r); break;
    case FEEL_UNKNOWN: return path_unknown(env, v, key);
    case FEEL_NULL:
        if (is_error(v))
            return *v;
        break;
    default: break;
    }
    return found ? r : feel_error(env, "feel.no_property", key->text);
}

struct feel_value feel_index(struct feel_env *env, const struct feel_value *list,
    const struct feel_value *at) {
    if (feel_is_unknown(list) || feel_is_unknown(at)) {
        struct feel_value both[2] = {*list, *at};
        return feel_unknown_of(env, FEEL_NULL, '[', both, 2, true);
    }
    const struct feel_value *item = list;
    size_t count = feel_is_null(*list) ? 0 : 1;
    if (is_error(list))
        return *list;
    if (list->kind == FEEL_LIST) {
        item = list->item;
        count = list->count;
    }
    int64_t n;
    if (at->kind != FEEL_NUMBER || dec_to_int(at->number, &n, NULL) != OK || n == 0)
        return feel_error(env, "feel.index", (struct span){0});
    if (n < 0)
        n += (int64_t)count + 1;
    if (n < 1 || (uint64_t)n > count)
        return feel_error(env, "feel.index", (struct span){0});
    return item[n - 1];
}
