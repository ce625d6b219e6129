/* Proof that a fact is missing: two completions, lists and all, that differ in
 * it alone and answer differently. */
#include "dmn/case_internal.h"

#include "feel/vm.h"

enum { CORNERS = 4, LISTS_MAX = 3, WITNESSES_MAX = 12, WITNESS_EVALUATIONS = 60 };

/* ---- boxes of points ------------------------------------------------------------------------ */

/* Everything at a point but the group, which is free over its whole domain. */
static struct box line(struct search *s, const struct box *b, int32_t group, int corner) {
    struct box copy = case_box_copy(s, b, group);
    for (size_t i = 0; i < copy.count; i++)
        if (s->cells.at[i].group == group)
            copy.domain[i].set = false;
    copy.point = true;
    copy.corner = corner;
    copy.free_group = group;
    copy.free_corner = -1;
    return copy;
}

static struct box point(struct box b, int corner) {
    b.point = true;
    b.corner = corner;
    b.free_group = -1;
    b.free_corner = -1;
    return b;
}

/* ---- proving along one fact ------------------------------------------------------------------- */

struct seen { bool any; uint64_t hash; };

/* true: this answer differs from one seen before. */
static bool differs(struct seen *seen, const struct answer *a) {
    if (!a->known)
        return false;
    if (seen->any && seen->hash != a->hash)
        return true;
    seen->any = true;
    seen->hash = a->hash;
    return false;
}

/* Does the answer change along `group` with the rest at a point?  Splits the
 * line a few times, best hints first. */
static bool varies(struct search *s, const struct box *b, int32_t group, struct seen *seen, int depth) {
    struct answer a = case_look(s, b);
    if (s->status != OK || a.known)
        return s->status == OK && differs(seen, &a);
    for (int corner = 0; corner < CORNERS && !case_spent(s); corner++) {
        struct box p = *b;
        p.free_corner = corner;
        struct answer x = case_look(s, &p);
        if (s->status == OK && differs(seen, &x))
            return true;
    }
    if (depth == 0 || case_spent(s))
        return false;
    struct parts *out = ARENA_NEW(s->keep, struct parts);
    if (!out || !case_split(s, b, &a, group, out))
        return false;
    for (size_t i = 0; i < out->count && !case_spent(s); i++)
        if (varies(s, &out->box[i], group, seen, depth - 1))
            return true;
    return false;
}

/* One name is one entry of `missing`, whichever member it is proven for. */
static void proven(struct search *s, int32_t group) {
    const struct fact *f = s->cells.at[group].fact;
    for (size_t i = 0; i < s->cells.size; i++)
        if (s->cells.at[i].fact == f && s->cells.at[i].group == (int32_t)i)
            s->proven[i] = 1;
}

void case_prove(struct search *s, const struct box *b, int32_t group) {
    s->tried[group] += s->tried[group] < UINT8_MAX;
    for (int corner = 0; corner < CORNERS && !case_spent(s) && !s->proven[group]; corner++) {
        struct box l = line(s, b, group, corner);
        struct seen seen = {0};
        if (s->status == OK && varies(s, &l, group, &seen, 4))
            proven(s, group);
    }
}

/* ---- pairs of leaves ----------------------------------------------------------------------------- */

static bool bounds_apart(const struct feel_bound *hi, const struct feel_bound *lo) {
    if (feel_is_null(hi->value) || feel_is_null(lo->value))
        return false;
    int o = feel_order(&hi->value, &lo->value);
    return o < 0 || (o == 0 && (hi->open || lo->open));
}

static bool domains_apart(const struct domain *a, const struct domain *b) {
    if (a->codes || b->codes)
        return (a->codes & b->codes) == 0;
    if (!feel_is_null(a->exactly) || !feel_is_null(b->exactly))
        return !feel_is_null(a->exactly) && !feel_is_null(b->exactly) && !feel_same(&a->exactly, &b->exactly);
    if (a->length != b->length || a->tail != b->tail)
        return !((a->tail && b->length >= a->length) || (b->tail && a->length >= b->length));
    return bounds_apart(&a->hi, &b->lo) || bounds_apart(&b->hi, &a->lo);
}

/* The one group in whose cells two boxes are apart; -1: none or several. */
int32_t case_neighbours(const struct search *s, const struct box *a, const struct box *b) {
    size_t n = a->count < b->count ? a->count : b->count;
    int32_t group = -1;
    for (size_t i = 0; i < n; i++) {
        if (!a->domain[i].set || !b->domain[i].set || !domains_apart(&a->domain[i], &b->domain[i]))
            continue;
        int32_t g = s->cells.at[i].group;
        if (group >= 0 && group != g)
            return -1;
        group = g;
    }
    return group;
}

static struct feel_bound tighter(struct feel_bound a, struct feel_bound b, int sign) {
    if (feel_is_null(a.value))
        return b;
    if (feel_is_null(b.value))
        return a;
    int o = feel_order(&a.value, &b.value);
    if (o == 0)
        a.open = a.open || b.open;
    return o * sign >= 0 ? a : b;
}

static struct domain both(const struct domain *a, const struct domain *b) {
    struct domain d = *a;
    d.codes = a->codes & b->codes;
    d.lo = tighter(a->lo, b->lo, 1);
    d.hi = tighter(a->hi, b->hi, -1);
    if (feel_is_null(d.exactly))
        d.exactly = b->exactly;
    if (b->length > a->length || !b->tail) {
        d.length = b->length > a->length ? b->length : a->length;
        d.tail = a->tail && b->tail;
    }
    return d;
}

static bool differ_at(struct search *s, struct box x, struct box y, int corner) {
    x.free_corner = y.free_corner = corner;
    struct answer ax = case_look(s, &x), ay = s->status == OK ? case_look(s, &y) : ax;
    return s->status == OK && ax.known && ay.known && ax.hash != ay.hash;
}

/* Both boxes are points but for an unknown list, `list`, that is the same in
 * both: is there one with which they answer differently? */
static bool differ_with(struct search *s, const struct box *x, const struct box *y, int32_t list, int depth) {
    struct answer ax = case_look(s, x), ay = s->status == OK ? case_look(s, y) : ax;
    if (s->status != OK || ax.hash == ay.hash) /* the same function of the list */
        return false;
    if (ax.known && ay.known)
        return true;
    for (int corner = 1; corner < CORNERS && list >= 0 && s->evaluations < s->pause; corner++)
        if (differ_at(s, *x, *y, corner))
            return true;
    struct parts *out = list >= 0 && depth > 0 && s->evaluations < s->pause && !case_spent(s) ? ARENA_NEW(s->keep, struct parts) : NULL;
    if (!out || !case_split(s, x, ax.known ? &ay : &ax, list, out))
        return false;
    for (size_t i = 0; i < out->count && s->evaluations < s->pause && !case_spent(s); i++) {
        struct box other = case_restricted(s, y, out->cell, out->box[i].domain[out->cell]);
        if (s->status == OK && differ_with(s, &out->box[i], &other, list, depth - 1))
            return true;
    }
    return false;
}

/* The unknown lists that two answers hang on, and those the boxes say something of; -1 ends. */
static void lists_of(const struct search *s, const struct box *x, const struct answer *a, const struct answer *b,
    int32_t not_group, int32_t ret[LISTS_MAX + 1]) {
    size_t n = 0;
    for (int pass = 0; pass < 2; pass++)
        for (size_t i = 0; i < s->cells.size && n < LISTS_MAX; i++) {
            int32_t g = s->cells.at[i].group;
            bool asked = pass == 0 ? has_bit(a->deps, i) || has_bit(b->deps, i) : i < x->count && x->domain[i].set;
            bool dup = g == not_group || !asked || !(s->cells.at[g].length || s->cells.at[i].derived);
            for (size_t k = 0; k < n && !dup; k++)
                dup = ret[k] == g;
            if (!dup)
                ret[n++] = g;
        }
    ret[n] = -1;
}

static bool derived_of(const struct search *s, const struct box *b) {
    for (size_t i = 0; i < b->count; i++)
        if (b->domain[i].set && s->cells.at[i].derived)
            return true;
    return false;
}

static void unset_lists(struct search *s, struct box *b) {
    for (size_t i = 0; i < b->count; i++) {
        int32_t g = s->cells.at[i].group;
        if (s->cells.at[i].derived || s->cells.at[g].length)
            b->domain[i].set = false;
    }
}

static bool witness(struct search *s, const struct box *a, const struct box *b, const struct answer *ans_a,
    const struct answer *ans_b, int32_t group) {
    size_t n = a->count > b->count ? a->count : b->count;
    if (n == 0)
        return false;
    if (ans_a->known && ans_b->known && !derived_of(s, a) && !derived_of(s, b))
        return true;
    if (s->tried[group] >= WITNESSES_MAX)
        return false;
    s->tried[group]++;
    struct box x = case_box_copy(s, a, (int32_t)n - 1), y = case_box_copy(s, b, (int32_t)n - 1);
    for (size_t i = 0; s->status == OK && i < n; i++) {
        if (s->cells.at[i].group == group || (!x.domain[i].set && !y.domain[i].set))
            continue;
        struct domain dx = cell_domain(s, &x, (int32_t)i), dy = cell_domain(s, &y, (int32_t)i);
        x.domain[i] = y.domain[i] = both(&dx, &dy);
    }
    if (s->status != OK)
        return false;
    if (s->cells.at[group].length) { /* the list itself: along it */
        unset_lists(s, &x);
        case_prove(s, &x, group);
        return s->proven[group];
    }
    int32_t list[LISTS_MAX + 1];
    lists_of(s, &x, ans_a, ans_b, group, list);
    unset_lists(s, &x);
    unset_lists(s, &y);
    for (int corner = 0; corner < CORNERS && !case_spent(s); corner++)
        if (differ_at(s, point(x, corner), point(y, corner), corner))
            return true;
    for (int corner = 0; corner < CORNERS && !case_spent(s); corner++)
        for (size_t k = 0; list[k] >= 0; k++) {
            struct box px = point(x, corner), py = point(y, corner);
            px.free_group = py.free_group = list[k];
            s->pause = s->evaluations + WITNESS_EVALUATIONS;
            if (differ_with(s, &px, &py, list[k], 6))
                return true;
        }
    return false;
}

bool case_witness(struct search *s, const struct box *a, const struct box *b, const struct answer *ans_a,
    const struct answer *ans_b, int32_t group) {
    bool found = witness(s, a, b, ans_a, ans_b, group);
    if (found)
        proven(s, group);
    return found;
}
