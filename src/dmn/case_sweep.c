/* Does the answer change along one fact?
 *
 * A sweep takes a box of the other facts and looks at it along the fact: cut at
 * its codes and thresholds, each fibre has an answer, or a function of the other
 * facts.  Are all the same and none hangs on the fact, nothing changes along it
 * in the box; are two known and different, it is proven missing; else the other
 * facts are cut and the parts swept. */
#include "dmn/case_internal.h"

enum { FIBRES_MAX = 40, DEPTH_MAX = 60 };

struct fibres { struct leaf fibre[FIBRES_MAX]; size_t count; bool whole; };

static bool over(const struct search *s, int32_t group) {
    return case_spent(s) || s->evaluations >= s->pause || s->proven[group];
}

static bool hangs_on(const struct search *s, const struct answer *a, int32_t group) {
    for (size_t i = 0; i < s->cells.size; i++)
        if (has_bit(a->deps, i) && s->cells.at[i].group == group)
            return true;
    return false;
}

/* The fibres of a box, cut until none hangs on the group (`whole`), or as far as goes. */
static void add_fibres(struct search *s, const struct leaf *l, int32_t group, struct fibres *f, int depth) {
    struct parts *out = NULL;
    if (!l->answer.known && depth > 0 && hangs_on(s, &l->answer, group) && !over(s, group))
        out = ARENA_NEW(s->keep, struct parts);
    if (!out || f->count + 2 > FIBRES_MAX || !case_split(s, &l->box, &l->answer, group, -1, out)) {
        f->whole = f->whole && f->count < FIBRES_MAX && !hangs_on(s, &l->answer, group);
        if (f->count < FIBRES_MAX)
            f->fibre[f->count++] = *l;
        return;
    }
    for (size_t i = 0; i < out->count && s->status == OK; i++) {
        struct leaf part = {.box = out->box[i]};
        part.answer = case_look(s, &part.box);
        if (s->status == OK)
            add_fibres(s, &part, group, f, depth - 1);
    }
}

static bool all_same(const struct fibres *f) {
    for (size_t i = 1; i < f->count; i++)
        if (f->fibre[i].answer.hash != f->fibre[0].answer.hash)
            return false;
    return f->whole;
}

/* Two fibres with known answers that differ: proof, or, on derived conditions, a
 * reason to look for completions that meet them. */
static bool apart(struct search *s, const struct fibres *f, int32_t group) {
    const struct leaf *first = NULL;
    for (size_t i = 0; i < f->count; i++) {
        const struct leaf *l = &f->fibre[i];
        if (!l->answer.known)
            continue;
        if (!first)
            first = l;
        if (first->answer.hash == l->answer.hash)
            continue;
        if (!case_derived(s, &first->box) && !case_derived(s, &l->box))
            case_proven(s, group);
        else
            case_witness(s, &first->box, &l->box, &first->answer, &l->answer, group);
        return true;
    }
    return false;
}

/* Cuts the other facts where a fibre is still open. */
static bool cut_others(struct search *s, const struct leaf *l, const struct fibres *f, int32_t group, struct parts *out) {
    for (size_t i = 0; i < f->count; i++) {
        const struct answer *a = &f->fibre[i].answer;
        if (!a->known && case_split(s, &l->box, a, -1, group, out))
            return true;
    }
    return !l->answer.known && case_split(s, &l->box, &l->answer, -1, group, out);
}

/* false: some part is in doubt. */
static bool sweep(struct search *s, const struct box *b, int32_t group, int depth) {
    struct leaf l = {.box = *b};
    struct fibres *f = ARENA_NEW(s->keep, struct fibres);
    struct parts *out = ARENA_NEW(s->keep, struct parts);
    if (!f || !out)
        s->status = arena_full(s->d);
    if (over(s, group))
        return s->proven[group];
    l.answer = case_look(s, b);
    if (s->status != OK)
        return false;
    if (!hangs_on(s, &l.answer, group))
        return true;
    f->whole = true;
    add_fibres(s, &l, group, f, 6);
    if (s->status == OK && all_same(f))
        return true;
    bool differ = s->status == OK && apart(s, f, group);
    if (over(s, group))
        return s->proven[group];
    if (depth == 0 || !cut_others(s, &l, f, group, out)) {
        if (!differ)
            case_prove(s, b, group);
        return s->proven[group];
    }
    bool settled = true;
    for (size_t i = 0; i < out->count && !over(s, group); i++)
        settled = sweep(s, &out->box[i], group, depth - 1) && settled;
    return s->proven[group] || (settled && !over(s, group));
}

void dmn_case_sweep(struct search *s, int32_t group) {
    struct box all = {.free_group = -1, .free_corner = -1};
    s->tried[group] = 0;
    s->possible[group] = sweep(s, &all, group, DEPTH_MAX) ? 0 : 1;
}
