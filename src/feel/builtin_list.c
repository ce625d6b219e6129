#include "feel/builtin.h"

#include "base/map.h"

/* Lists come as one argument; a single value stands for a list of one. */
static struct feel_value list_of(const struct feel_value *v) {
    return v->kind == FEEL_LIST ? *v : feel_list(v, 1);
}

/* Lists one after another, some of unknown length. */
static struct feel_value open_concatenation(struct feel_env *env, const struct feel_value *arg, size_t n) {
    struct feel_value any = feel_null();
    size_t count_min = 0;
    bool found = false, may = false;
    for (size_t i = 0; i < n; i++) {
        struct feel_value list = list_of(&arg[i]);
        bool open = feel_is_open_list(&arg[i]);
        if (feel_is_unknown(&arg[i]) && !open && (arg[i].unknown->kind == FEEL_LIST || arg[i].unknown->kind == FEEL_NULL))
            return feel_unknown_of(env, FEEL_LIST, 'c', arg, n, true);
        const struct feel_value *item = open ? arg[i].unknown->element : list.item;
        size_t count = open ? 1 : list.count;
        for (size_t k = 0; k < count && env->status == OK; k++) {
            any = found ? feel_unknown_hull(env, &any, &item[k]) : item[k];
            found = true;
        }
        count_min += open ? arg[i].unknown->count_min : list.count;
        may = may || (open && arg[i].unknown->may_error);
    }
    return env->status == OK ? feel_unknown_list(env, 'c', arg, n, &any, count_min, may, NULL) : feel_null();
}

BUILTIN_FN(list_contains) {
    if (feel_is_open_list(arg)) {
        struct feel_value e = feel_unknown_element(env, arg), one = feel_bool(false);
        if (e.kind == arg[1].kind || feel_is_unknown(&e) || feel_is_unknown(&arg[1]))
            one = feel_equal(env, &e, &arg[1]);
        return feel_unknown_weaken(env, arg, &one, false);
    }
    if (feel_is_null(arg[0]))
        return feel_bad_argument(env, arg);
    if (feel_is_unknown(arg))
        return feel_unknown_of(env, FEEL_BOOLEAN, 'C', arg, 2, true);
    struct feel_value list = list_of(arg), any = feel_bool(false);
    for (size_t i = 0; i < list.count && !feel_is_true(any); i++) {
        const struct feel_value *e = &list.item[i];
        struct feel_value one = feel_bool(false);
        if (!feel_steps(env, 1))
            return feel_stop(env);
        if (e->kind == arg[1].kind || feel_is_unknown(e) || feel_is_unknown(&arg[1]))
            one = feel_equal(env, e, &arg[1]);
        any = feel_or(env, &any, &one);
    }
    return any;
}

BUILTIN_FN(count) {
    if (feel_is_unknown(arg)) {
        bool open = feel_is_open_list(arg), list = arg->unknown->kind == FEEL_LIST;
        struct feel_bound least = {feel_int(open ? (int64_t)arg->unknown->count_min : 0), false};
        if (list || arg->unknown->kind == FEEL_NULL)
            return feel_unknown_question(env, feel_unknown_bounds(env, FEEL_NUMBER, '#', arg, 1, least,
                (struct feel_bound){0}, !list || arg->unknown->may_error));
    }
    if (feel_is_null(*arg))
        return feel_bad_argument(env, arg);
    return feel_int((int64_t)list_of(arg).count);
}

/* ---- folds over numbers, unknowns included ------------------------------------------- */

static bool unknown_list(const struct feel_value *arg, size_t n) { return n == 1 && feel_is_unknown(arg) && arg->unknown->kind != FEEL_NUMBER; }

/* The sum of elements that are not negative is not negative. */
static struct feel_value open_sum(struct feel_env *env, const struct feel_value *arg, int op) {
    const struct feel_unknown *u = arg->unknown;
    const struct feel_value *e = u->element;
    struct feel_bound lo = feel_lower(e), hi = feel_upper(e), low = {0}, high = {0};
    bool number = e->kind == FEEL_NUMBER || (feel_is_unknown(e) && e->unknown->kind == FEEL_NUMBER);
    bool may = u->may_error || u->count_min == 0 || feel_may_error(e) || !number;
    if (op == '+' && number && !feel_is_null(lo.value) && dec_sign(lo.value.number) >= 0)
        low.value = lo.value;
    if (op == '+' && number && !feel_is_null(hi.value) && dec_sign(hi.value.number) <= 0)
        high.value = hi.value;
    return feel_unknown_question(env, feel_unknown_bounds(env, FEEL_NUMBER, (uint64_t)op + 50, arg, 1, low, high, may));
}

static struct feel_value fold(struct feel_env *env, const struct feel_value *arg, size_t n, int op) {
    if (n == 1 && feel_is_open_list(arg))
        return open_sum(env, arg, op);
    if (unknown_list(arg, n))
        return feel_unknown_of(env, FEEL_NUMBER, (uint64_t)op + 50, arg, n, true);
    struct feel_value list = feel_elements(arg, n);
    if (list.count == 0)
        return feel_null();
    struct feel_value total = list.item[0];
    if (total.kind != FEEL_NUMBER && !feel_is_unknown(&total))
        return feel_bad_argument(env, &total);
    for (size_t i = 1; i < list.count; i++) {
        const struct feel_value *e = &list.item[i];
        if (e->kind != FEEL_NUMBER && !feel_is_unknown(e))
            return feel_bad_argument(env, e);
        if (!feel_steps(env, 1))
            return feel_stop(env);
        total = feel_arith(env, op, &total, e);
    }
    return total;
}

BUILTIN_FN(sum) { return fold(env, arg, n, '+'); }
BUILTIN_FN(product) { return fold(env, arg, n, '*'); }

BUILTIN_FN(mean) {
    struct feel_value total = fold(env, arg, n, '+');
    if (feel_is_null(total))
        return total;
    struct feel_value count = feel_int((int64_t)feel_elements(arg, n).count);
    return feel_arith(env, '/', &total, &count);
}

static struct feel_bound pick(struct feel_bound a, struct feel_bound b, int sign, bool either) {
    bool no_a = feel_is_null(a.value), no_b = feel_is_null(b.value);
    if (no_a || no_b) /* `either`: one bound is enough */
        return !either ? (struct feel_bound){0} : no_a ? b : a;
    int o = feel_order(&a.value, &b.value);
    if (o == 2)
        return (struct feel_bound){0};
    if (o == 0)
        a.open = either ? a.open || b.open : a.open && b.open;
    return o * sign >= 0 ? a : b;
}

/* The larger (sign 1) or smaller (-1) of two, one of them unknown. */
static struct feel_value extreme_unknown(struct feel_env *env, const struct feel_value *a,
    const struct feel_value *b, int sign) {
    struct feel_value both[2] = {*a, *b};
    uint8_t ka = feel_is_unknown(a) ? a->unknown->kind : a->kind;
    uint8_t kb = feel_is_unknown(b) ? b->unknown->kind : b->kind;
    bool may = ka != kb || ka == FEEL_NULL || (feel_is_unknown(a) && a->unknown->may_error) ||
        (feel_is_unknown(b) && b->unknown->may_error);
    struct feel_value higher = feel_compare(env, sign > 0 ? CMP_GE : CMP_LE, a, b);
    if (!may && higher.kind == FEEL_BOOLEAN)
        return higher.boolean ? *a : *b;
    struct feel_bound lo = pick(feel_lower(a), feel_lower(b), sign, sign > 0);
    struct feel_bound hi = pick(feel_upper(a), feel_upper(b), sign, sign < 0);
    return feel_unknown_bounds(env, ka == kb ? ka : FEEL_NULL, sign > 0 ? 'M' : 'm', both, 2, lo, hi, may);
}

static struct feel_value extreme(struct feel_env *env, const struct feel_value *arg, size_t n, int sign) {
    if (n == 1 && feel_is_open_list(arg)) {
        const struct feel_unknown *u = arg->unknown;
        uint8_t kind = feel_is_unknown(u->element) ? u->element->unknown->kind : u->element->kind;
        return feel_unknown_question(env, feel_unknown_bounds(env, kind, sign > 0 ? 'M' : 'm', arg, 1,
            feel_lower(u->element), feel_upper(u->element), u->may_error || u->count_min == 0 || feel_may_error(u->element) || kind == FEEL_NULL));
    }
    if (n == 1 && feel_is_unknown(arg) && (arg->unknown->kind == FEEL_LIST || arg->unknown->kind == FEEL_NULL))
        return feel_unknown_of(env, FEEL_NULL, sign > 0 ? 'M' : 'm', arg, 1, true);
    struct feel_value list = feel_elements(arg, n), best;
    if (list.count == 0)
        return feel_null();
    best = list.item[0];
    if (!feel_is_unknown(&best) && feel_order(&best, &best) == 2)
        return feel_bad_argument(env, &best);
    for (size_t i = 1; i < list.count; i++) {
        const struct feel_value *e = &list.item[i];
        if (!feel_steps(env, 1))
            return feel_stop(env);
        if (feel_is_null(*e))
            return feel_bad_argument(env, e);
        if (feel_is_unknown(&best) || feel_is_unknown(e)) {
            best = extreme_unknown(env, &best, e, sign);
            continue;
        }
        int o = feel_order(e, &best);
        if (o == 2)
            return feel_bad_argument(env, e);
        if (o * sign > 0)
            best = *e;
    }
    return best;
}

BUILTIN_FN(min) { return extreme(env, arg, n, -1); }
BUILTIN_FN(max) { return extreme(env, arg, n, 1); }

/* all: false if any is false; any: true if any is true; else null when any is not boolean. */
static struct feel_value quantify(struct feel_env *env, const struct feel_value *arg, size_t n, bool all) {
    if (n == 1 && feel_is_unknown(arg) && arg->unknown->kind != FEEL_BOOLEAN)
        return feel_unknown_of(env, FEEL_BOOLEAN, all ? 'A' : 'O', arg, 1, true);
    struct feel_value list = feel_elements(arg, n), so_far = feel_bool(all);
    for (size_t i = 0; i < list.count; i++) {
        const struct feel_value *e = &list.item[i];
        if (!feel_steps(env, 1))
            return feel_stop(env);
        if (e->kind != FEEL_BOOLEAN && !feel_is_unknown(e) && !feel_is_null(*e))
            return feel_bad_argument(env, e);
        so_far = all ? feel_and(env, &so_far, e) : feel_or(env, &so_far, e);
    }
    return so_far;
}
BUILTIN_FN(all) { return quantify(env, arg, n, true); }
BUILTIN_FN(any) { return quantify(env, arg, n, false); }

/* ---- building lists --------------------------------------------------------------------- */

/* `from` .. `from + count` of `list` into a new list with `extra` free places at `gap`. */
static struct feel_value *copy(struct feel_env *env, const struct feel_value *list, size_t extra) {
    struct feel_value *item = feel_items(env, list->count + extra);
    if (item && list->count)
        memcpy(item, list->item, list->count * sizeof *item);
    return item;
}

BUILTIN_FN(sublist) {
    struct feel_value list = list_of(arg);
    int64_t start, length = INT64_MAX, size = (int64_t)list.count;
    if (feel_is_null(*arg) || !feel_int_argument(&arg[1], &start))
        return feel_bad_argument(env, &arg[1]);
    if (n > 2 && !feel_int_argument(&arg[2], &length))
        return feel_bad_argument(env, &arg[2]);
    if (start < 0)
        start += size + 1;
    if (start < 1 || start > size || length < 0 || (n > 2 && length > size - start + 1))
        return feel_bad_value(env);
    if (length > size - start + 1)
        length = size - start + 1;
    struct feel_value *item = feel_items(env, (size_t)length); /* the list of one may be the machine's own stack */
    if (!item)
        return feel_null();
    memcpy(item, list.item + start - 1, (size_t)length * sizeof *item);
    return feel_new_list(env, item, (size_t)length);
}

BUILTIN_FN(append) {
    if (feel_is_unknown(arg)) {
        struct feel_value both[2] = {*arg, feel_list(arg + 1, n - 1)};
        return open_concatenation(env, both, 2);
    }
    if (feel_is_null(*arg) && n == 1)
        return feel_bad_argument(env, arg);
    struct feel_value list = feel_is_null(*arg) ? feel_list(arg, 1) : list_of(arg);
    struct feel_value *item = copy(env, &list, n - 1);
    if (!item)
        return feel_null();
    memcpy(item + list.count, arg + 1, (n - 1) * sizeof *item);
    return feel_new_list(env, item, list.count + n - 1);
}

BUILTIN_FN(concatenate) {
    size_t total = 0, at = 0;
    for (size_t i = 0; i < n; i++)
        if (feel_is_unknown(&arg[i]) && (arg[i].unknown->kind == FEEL_LIST || arg[i].unknown->kind == FEEL_NULL))
            return open_concatenation(env, arg, n);
    for (size_t i = 0; i < n; i++) {
        if (feel_is_null(arg[i]))
            return feel_bad_argument(env, &arg[i]);
        total += list_of(&arg[i]).count;
    }
    struct feel_value *item = feel_items(env, total);
    if (!item)
        return feel_null();
    for (size_t i = 0; i < n; i++) {
        struct feel_value l = list_of(&arg[i]);
        if (l.count)
            memcpy(item + at, l.item, l.count * sizeof *item);
        at += l.count;
    }
    return feel_new_list(env, item, total);
}

/* 1-based, negative from the end; false: no such place. */
static bool place(const struct feel_value *v, size_t count, size_t *ret) {
    int64_t p;
    if (!feel_int_argument(v, &p))
        return false;
    if (p < 0)
        p += (int64_t)count + 1;
    if (p < 1 || (uint64_t)p > count)
        return false;
    *ret = (size_t)(p - 1);
    return true;
}

/* Of a position that place() refuses. */
static struct feel_value bad_place(struct feel_env *env, const struct feel_value *list, const struct feel_value *at) {
    if (feel_is_null(*list))
        return feel_bad_argument(env, list);
    return at->kind == FEEL_NUMBER ? feel_bad_value(env) : feel_bad_argument(env, at);
}

BUILTIN_FN(insert_before) {
    struct feel_value list = list_of(arg);
    size_t at;
    if (feel_is_null(*arg) || !place(&arg[1], list.count, &at))
        return bad_place(env, arg, &arg[1]);
    struct feel_value *item = feel_items(env, list.count + 1);
    if (!item)
        return feel_null();
    memcpy(item, list.item, at * sizeof *item);
    item[at] = arg[2];
    memcpy(item + at + 1, list.item + at, (list.count - at) * sizeof *item);
    return feel_new_list(env, item, list.count + 1);
}

BUILTIN_FN(remove) {
    struct feel_value list = list_of(arg);
    size_t at;
    if (feel_is_null(*arg) || !place(&arg[1], list.count, &at))
        return bad_place(env, arg, &arg[1]);
    struct feel_value *item = feel_items(env, list.count);
    if (!item)
        return feel_null();
    memcpy(item, list.item, at * sizeof *item);
    memcpy(item + at, list.item + at + 1, (list.count - at - 1) * sizeof *item);
    return feel_new_list(env, item, list.count - 1);
}

static struct feel_value replace_matching(struct feel_env *env, const struct feel_value *arg,
    const struct feel_value *list, struct feel_value *item) {
    for (size_t i = 0; i < list->count; i++) {
        struct feel_value pair[2] = {list->item[i], arg[2]};
        struct feel_value hit = feel_apply(env, &arg[1], pair, 2);
        if (env->status)
            return feel_null();
        if (hit.kind != FEEL_BOOLEAN)
            return feel_bad_argument(env, &hit);
        if (hit.boolean)
            item[i] = arg[2];
    }
    return feel_new_list(env, item, list->count);
}

BUILTIN_FN(list_replace) {
    struct feel_value list = list_of(arg);
    if (feel_is_null(*arg))
        return feel_bad_argument(env, arg);
    struct feel_value *item = copy(env, &list, 0);
    size_t at;
    if (!item)
        return feel_null();
    if (arg[1].kind == FEEL_FUNCTION)
        return replace_matching(env, arg, &list, item);
    struct feel_value whole = arg[1]; /* a fraction is cut off here, as the kit has it */
    if (whole.kind == FEEL_NUMBER)
        whole.number = dec_round(whole.number, 0, DEC_DOWN);
    if (!place(&whole, list.count, &at))
        return bad_place(env, arg, &arg[1]);
    item[at] = arg[2];
    return feel_new_list(env, item, list.count);
}

BUILTIN_FN(reverse) {
    struct feel_value list = list_of(arg);
    if (feel_is_null(*arg))
        return feel_bad_argument(env, arg);
    struct feel_value *item = feel_items(env, list.count);
    for (size_t i = 0; item && i < list.count; i++)
        item[i] = list.item[list.count - 1 - i];
    return item ? feel_new_list(env, item, list.count) : feel_null();
}

static bool same(struct feel_env *env, const struct feel_value *a, const struct feel_value *b) {
    if (a->kind != b->kind || !feel_steps(env, 1))
        return false;
    struct feel_value r = feel_equal(env, a, b);
    return feel_is_true(r);
}

BUILTIN_FN(index_of) {
    if (feel_is_null(*arg))
        return feel_bad_argument(env, arg);
    struct feel_value list = list_of(arg), *item = feel_items(env, list.count);
    size_t count = 0;
    for (size_t i = 0; item && i < list.count; i++)
        if (same(env, &list.item[i], &arg[1]))
            item[count++] = feel_int((int64_t)i + 1);
    return item ? feel_new_list(env, item, count) : feel_null();
}

/* ---- sets of values ------------------------------------------------------------------- */

/* Places of values by hash, so that n values take n comparisons and not n². */
struct seen { struct feel_env *env; const struct feel_value *item; uint32_t *place; size_t room; };

/* Equal values have equal hashes; kinds whose equality is not sameness share one. */
static uint64_t hash(const struct feel_value *v) {
    switch ((enum feel_kind)v->kind) {
    case FEEL_NUMBER: {
        char text[DEC_TEXT_MAX];
        return hash_bytes((struct span){text, dec_text_short(v->number, text)}, 1);
    }
    case FEEL_STRING: return hash_bytes(v->string, 2);
    case FEEL_DATE: return hash_bytes((struct span){(const char *)&v->day, sizeof v->day}, 3);
    case FEEL_YM_DURATION: return hash_bytes((struct span){(const char *)&v->months, sizeof v->months}, 4);
    case FEEL_DT_DURATION: return hash_bytes((struct span){(const char *)&v->seconds, sizeof v->seconds}, 5);
    case FEEL_TIME:
    case FEEL_DATE_TIME: { /* equal to the second, whatever the offset */
        __int128 nanos = feel_instant(v);
        int64_t seconds = (int64_t)((nanos - (nanos < 0 ? FEEL_NANOS - 1 : 0)) / FEEL_NANOS);
        return hash_bytes((struct span){(const char *)&seconds, sizeof seconds}, 6);
    }
    case FEEL_CONTEXT: /* order does not count */
        return v->shape->count;
    case FEEL_LIST: return v->count ? hash(&v->item[0]) + v->count : 0;
    default: return v->kind;
    }
}

static bool seen_open(struct seen *s, struct feel_env *env, const struct feel_value *item, size_t n) {
    *s = (struct seen){.env = env, .item = item, .room = 16};
    while (s->room < 2 * n)
        s->room *= 2;
    s->place = feel_steps(env, n / 8) ? ARENA_ARRAY(env->arena, s->room, uint32_t) : NULL;
    if (!s->place)
        feel_stop(env);
    return s->place != NULL;
}

/* Is a value equal to item[at] already there?  If not, item[at] is, from now on. */
static bool seen_before(struct seen *s, size_t at) {
    size_t i = hash(&s->item[at]) & (s->room - 1);
    for (; s->place[i]; i = (i + 1) & (s->room - 1))
        if (same(s->env, &s->item[s->place[i] - 1], &s->item[at]))
            return true;
    s->place[i] = (uint32_t)at + 1;
    return false;
}

static struct feel_value distinct(struct feel_env *env, const struct feel_value *list) {
    struct feel_value *item = feel_items(env, list->count);
    struct seen seen;
    size_t count = 0;
    if (!item || !seen_open(&seen, env, list->item, list->count))
        return feel_null();
    for (size_t i = 0; i < list->count && env->status == OK; i++)
        if (!seen_before(&seen, i))
            item[count++] = list->item[i];
    return feel_new_list(env, item, count);
}

BUILTIN_FN(distinct_values) {
    struct feel_value list = list_of(arg);
    return feel_is_null(*arg) ? feel_bad_argument(env, arg) : distinct(env, &list);
}

/* Once each, in the order in which they come first. */
BUILTIN_FN(duplicate_values) {
    struct feel_value list = list_of(arg), *item = feel_items(env, list.count);
    bool *again = item ? ARENA_ARRAY(env->arena, list.count + 1, bool) : NULL;
    struct seen later, told;
    size_t count = 0;
    if (!again || !seen_open(&later, env, list.item, list.count) || !seen_open(&told, env, list.item, list.count))
        return feel_stop(env);
    for (size_t i = list.count; i-- > 0 && env->status == OK;)
        again[i] = seen_before(&later, i);
    for (size_t i = 0; i < list.count && env->status == OK; i++)
        if (again[i] && !seen_before(&told, i))
            item[count++] = list.item[i];
    return feel_new_list(env, item, count);
}

BUILTIN_FN(union) {
    struct feel_value all = feel_builtin_concatenate(env, arg, n);
    return all.kind == FEEL_LIST ? distinct(env, &all) : all;
}

static size_t flat_count(const struct feel_value *v) {
    size_t n = 0;
    if (v->kind != FEEL_LIST)
        return 1;
    for (size_t i = 0; i < v->count; i++)
        n += flat_count(&v->item[i]);
    return n;
}

static void flat_copy(struct feel_env *env, const struct feel_value *v, struct feel_value *item, size_t *at) {
    if (v->kind != FEEL_LIST) {
        item[(*at)++] = *v;
        return;
    }
    for (size_t i = 0; i < v->count; i++)
        flat_copy(env, &v->item[i], item, at);
}

BUILTIN_FN(flatten) {
    if (feel_is_null(*arg))
        return feel_bad_argument(env, arg);
    size_t total = flat_count(arg), at = 0;
    struct feel_value *item = feel_items(env, total);
    if (!item)
        return feel_null();
    flat_copy(env, arg, item, &at);
    return feel_new_list(env, item, total);
}

/* ---- order ---------------------------------------------------------------------------------- */

struct sorting { struct feel_env *env; const struct feel_value *precedes; const struct feel_value *bad; };

/* true: b must come before a.  Without a function the natural order is used. */
static bool goes_after(struct sorting *s, const struct feel_value *a, const struct feel_value *b) {
    if (!feel_steps(s->env, 1))
        return false;
    if (!s->precedes) {
        int o = feel_order(b, a);
        if (o == 2)
            s->bad = a;
        return o < 0;
    }
    struct feel_value pair[2] = {*b, *a};
    struct feel_value r = feel_apply(s->env, s->precedes, pair, 2);
    if (r.kind != FEEL_BOOLEAN)
        s->bad = a;
    return feel_is_true(r);
}

/* Stable, and at most n log n comparisons whatever the function answers. */
static void merge_sort(struct sorting *s, struct feel_value *v, struct feel_value *spare, size_t n) {
    if (n < 2 || s->env->status)
        return;
    size_t half = n / 2, i = 0, j = half, k = 0;
    merge_sort(s, v, spare, half);
    merge_sort(s, v + half, spare, n - half);
    while (i < half && j < n)
        spare[k++] = goes_after(s, &v[i], &v[j]) ? v[j++] : v[i++];
    while (i < half)
        spare[k++] = v[i++];
    while (j < n)
        spare[k++] = v[j++];
    memcpy(v, spare, n * sizeof *v);
}

static struct feel_value sorted(struct feel_env *env, const struct feel_value *list,
    const struct feel_value *precedes) {
    struct feel_value *item = copy(env, list, 0), *spare = item ? feel_items(env, list->count) : NULL;
    if (!spare)
        return feel_null();
    struct sorting s = {env, precedes, NULL};
    merge_sort(&s, item, spare, list->count);
    return s.bad ? feel_bad_argument(env, s.bad) : feel_new_list(env, item, list->count);
}

BUILTIN_FN(sort) {
    if (feel_is_null(*arg))
        return feel_bad_argument(env, arg);
    if (n > 1 && arg[1].kind != FEEL_FUNCTION)
        return feel_bad_argument(env, &arg[1]);
    struct feel_value list = list_of(arg);
    return sorted(env, &list, n > 1 ? &arg[1] : NULL);
}

/* ---- statistics -------------------------------------------------------------------------------- */

static const struct feel_value *not_number(const struct feel_value *list) {
    for (size_t i = 0; i < list->count; i++)
        if (list->item[i].kind != FEEL_NUMBER)
            return &list->item[i];
    return NULL;
}

BUILTIN_FN(median) {
    struct feel_value list = feel_elements(arg, n);
    const struct feel_value *bad = not_number(&list);
    if (bad)
        return feel_bad_argument(env, bad);
    if (list.count == 0)
        return feel_null();
    struct feel_value s = sorted(env, &list, NULL);
    if (s.kind != FEEL_LIST)
        return s;
    size_t mid = s.count / 2;
    if (s.count % 2)
        return s.item[mid];
    return feel_number(dec_div(dec_add(s.item[mid - 1].number, s.item[mid].number), dec_int(2)));
}

BUILTIN_FN(stddev) {
    struct feel_value list = feel_elements(arg, n);
    const struct feel_value *bad = not_number(&list);
    if (bad)
        return feel_bad_argument(env, bad);
    if (list.count < 2)
        return feel_bad_value(env);
    struct dec sum = dec_int(0), squares = dec_int(0), count = dec_int((int64_t)list.count);
    for (size_t i = 0; i < list.count; i++)
        sum = dec_add(sum, list.item[i].number);
    struct dec mean = dec_div(sum, count);
    for (size_t i = 0; i < list.count; i++) {
        struct dec d = dec_sub(list.item[i].number, mean);
        squares = dec_add(squares, dec_mul(d, d));
    }
    struct dec r = dec_sqrt(dec_div(squares, dec_int((int64_t)list.count - 1)));
    return dec_finite(r) ? feel_number(r) : feel_bad_value(env);
}

BUILTIN_FN(mode) {
    struct feel_value list = feel_elements(arg, n);
    const struct feel_value *bad = not_number(&list);
    if (bad)
        return feel_bad_argument(env, bad);
    struct feel_value s = sorted(env, &list, NULL), *item = feel_items(env, list.count);
    if (s.kind != FEEL_LIST || !item)
        return s;
    size_t best = 0, count = 0;
    for (size_t i = 0, run; i < s.count; i += run) {
        for (run = 1; i + run < s.count && dec_cmp(s.item[i + run].number, s.item[i].number) == 0;)
            run++;
        if (run > best)
            count = 0;
        if (run >= best) {
            item[count++] = s.item[i];
            best = run;
        }
    }
    return feel_new_list(env, item, count);
}
