/* Proof that a fact is missing: two completions, lists and all, that differ in
 * it alone and answer differently. */
#include "dmn/case_internal.h"

#include "feel/vm.h"

enum { LISTS_MAX = 3, WITNESS_DEPTH = 9, WITNESSES_MAX = 16, WITNESS_EVALUATIONS = 150 };

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
    if (!out || !case_split(s, b, &a, group, -1, out))
        return false;
    for (size_t i = 0; i < out->count && !case_spent(s); i++)
        if (varies(s, &out->box[i], group, seen, depth - 1))
            return true;
    return false;
}

/* One name is one entry of `missing`, whichever member it is proven for. */
void case_proven(struct search *s, int32_t group) {
    const struct fact *f = s->cells.at[group].fact;
    s->open = true;
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
            case_proven(s, group);
    }
}

/* ---- two boxes apart along one fact ------------------------------------------------------------------ */

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
    if (!out || !case_split(s, x, ax.known ? &ay : &ax, list, -1, out))
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

bool case_derived(const struct search *s, const struct box *b) {
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

static bool witness(struct search *s, struct box x, struct box y, const struct answer *ans_x,
    const struct answer *ans_y, int32_t group) {
    int32_t list[LISTS_MAX + 1];
    unsigned stop = s->pause;
    bool found = false;
    lists_of(s, &x, ans_x, ans_y, group, list);
    unset_lists(s, &x);
    unset_lists(s, &y);
    for (int corner = 0; corner < CORNERS && !case_spent(s); corner++)
        if (differ_at(s, point(x, corner), point(y, corner), corner))
            return true;
    for (int corner = 0; corner < CORNERS && !case_spent(s) && !found; corner++)
        for (size_t k = 0; list[k] >= 0 && !found; k++) {
            struct box px = point(x, corner), py = point(y, corner);
            px.free_group = py.free_group = list[k];
            s->pause = s->evaluations + WITNESS_EVALUATIONS < stop ? s->evaluations + WITNESS_EVALUATIONS : stop;
            found = differ_with(s, &px, &py, list[k], WITNESS_DEPTH);
        }
    s->pause = stop;
    return found;
}

void case_witness(struct search *s, const struct box *a, const struct box *b, const struct answer *ans_a,
    const struct answer *ans_b, int32_t group) {
    if (s->tried[group] >= WITNESSES_MAX)
        return;
    s->tried[group]++;
    int32_t last = (int32_t)(a->count > b->count ? a->count : b->count) - 1;
    if (last < 0)
        return;
    struct box x = case_box_copy(s, a, last), y = case_box_copy(s, b, last);
    if (s->status != OK)
        return;
    if (s->cells.at[group].length) { /* the list itself: along it */
        unset_lists(s, &x);
        case_prove(s, &x, group);
    } else if (witness(s, x, y, ans_a, ans_b, group)) {
        case_proven(s, group);
    }
}
