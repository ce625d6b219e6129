/* What follows from truths that are taken as known: instruction by instruction, as constants are folded. */
#include "cohort/sieve.h"

struct folding { const struct cohort_program *p; struct folded *of; };

static const struct folded NOTHING;

static bool is(const struct folding *f, uint32_t r, int64_t k) { return r != NONE && f->of[r].known && f->of[r].k == k; }

static struct folded known(int64_t k) { return (struct folded){true, k}; }

static struct folded zero_if(bool zero) { return zero ? known(0) : NOTHING; }

static struct folded compared(const struct folding *f, const struct op *o) {
    struct folded a = f->of[o->a], b = f->of[o->b];
    bool plain = f->p->op[o->a].scale == f->p->op[o->b].scale;
    if (!a.known || !b.known || !plain)
        return NOTHING;
    bool truth[] = {[CMP_EQ] = a.k == b.k, [CMP_NE] = a.k != b.k, [CMP_LT] = a.k < b.k, [CMP_LE] = a.k <= b.k, [CMP_GT] = a.k > b.k, [CMP_GE] = a.k >= b.k};
    return known(truth[o->how]);
}

static struct folded both(const struct folding *f, const struct op *o) {
    if (is(f, o->a, 0) || is(f, o->b, 0))
        return known(0);
    return (struct folded){is(f, o->a, 1) && is(f, o->b, 1), 1};
}

static struct folded either(const struct folding *f, const struct op *o) {
    if (is(f, o->a, 1) || is(f, o->b, 1))
        return known(1);
    return (struct folded){is(f, o->a, 0) && is(f, o->b, 0), 0};
}

/* Do rows of the frame belong to members, where those are the program's rows?  Then what is known speaks of one member. */
static bool of_one_member(const struct cohort_program *p, uint32_t frame) {
    for (; p->member && frame != 0 && frame != FRAME_ANY; frame = p->frame[frame].outer)
        if (frame == p->row_frame)
            return true;
    return false;
}

/* Fetched from the row outside, or from any row: then it must be known of all. */
static struct folded fetched(const struct folding *f, const struct op *o) {
    const struct cohort_program *p = f->p;
    bool outside = o->frame != FRAME_ANY && p->frame[o->frame].left == o->b;
    bool same = p->op[o->a].code == OP_CONSTANT || outside || !of_one_member(p, p->op[o->a].frame);
    return same && !(p->op[o->b].may & 7) ? f->of[o->a] : NOTHING;
}

static struct folded translated(const struct folding *f, const struct op *o) {
    struct folded a = f->of[o->a];
    return a.known && a.k >= 0 && a.k < o->k ? known(((const int32_t *)o->ref)[a.k]) : NOTHING;
}

/* Over the elements of a list.  Of all members nothing is known where rows are members. */
static struct folded over_list(const struct folding *f, const struct op *o) {
    if (o->a == NONE || (f->p->member && o->c == f->p->row_frame))
        return NOTHING;
    switch ((enum op_code)o->code) {
    case OP_ALL: return (struct folded){is(f, o->a, 1), 1};
    case OP_SUM:
        if (!is(f, o->a, 0) || o->how)
            return NOTHING;
        return o->b == NONE ? known(0) : f->of[o->b];
    default: return zero_if(is(f, o->a, 0));
    }
}

static struct folded fold_op(const struct folding *f, const struct op *o) {
    switch ((enum op_code)o->code) {
    case OP_CONSTANT: return (struct folded){o->how == 0, o->k};
    case OP_WIDEN:
    case OP_FLOOR:
    case OP_ELSE: return f->of[o->a];
    case OP_SETTLE: return f->of[o->a];
    case OP_GATHER: return fetched(f, o);
    case OP_TRANSLATE: return translated(f, o);
    case OP_COMPARE:
    case OP_SAME: return compared(f, o);
    case OP_AND: return both(f, o);
    case OP_OR: return either(f, o);
    case OP_NOT: return (struct folded){f->of[o->a].known, !f->of[o->a].k};
    case OP_HAS_STATE: return (struct folded){f->of[o->a].known, 0};
    case OP_FAULT: return (struct folded){f->of[o->a].known, 1};
    case OP_SELECT: return f->of[o->a].known ? f->of[f->of[o->a].k ? o->b : o->c] : NOTHING;
    case OP_SCALE:
    case OP_ROUND:
    case OP_NEG: return zero_if(is(f, o->a, 0));
    case OP_ADD:
    case OP_SUB:
    case OP_MIN:
    case OP_MAX: return zero_if(is(f, o->a, 0) && is(f, o->b, 0));
    case OP_MUL: return zero_if((is(f, o->a, 0) && f->of[o->b].known) || (is(f, o->b, 0) && f->of[o->a].known));
    case OP_GUARD: return is(f, o->a, 1) ? f->of[o->b] : NOTHING;
    case OP_COUNT:
    case OP_ANY:
    case OP_ALL:
    case OP_SUM: return over_list(f, o);
    default: return NOTHING;
    }
}

bool sieve_tells(const struct cohort_program *p, const int8_t *given, struct folded *of, bool *ret_fault) {
    struct folding f = {p, of};
    for (uint32_t i = 0; i < p->op_count; i++)
        of[i] = given[i] != UNGIVEN ? known(given[i]) : p->op[i].live ? fold_op(&f, &p->op[i]) : NOTHING;
    *ret_fault = p->fault == NONE || of[p->fault].known;
    for (size_t i = 0; i < p->output_count; i++)
        if (!is(&f, p->output[i], 0))
            return false;
    return true;
}
