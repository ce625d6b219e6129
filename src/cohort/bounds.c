/* Bounds of numbers that nobody knows.
 *
 * A fact is never negative (dmn/case.h), so a number of which a part is unknown still has a bound, and a
 * comparison may be decided by it: an income whose known part is above the line is, whatever the
 * rest.  A bound is a register of its own, computed by the same instructions: in rows where the number is known, it;
 * where it is unknown, and no completion makes it an error, no more (or no less) than any completion gives, or unknown
 * again.  So a number without better is its own bound.
 *
 * Ranges of columns say nothing here: they are of known values.
 *
 * A program with bounds is about twice as long, so it runs over those rows alone that the same without them leaves open
 * (run_again.c). */
#include "cohort/internal.h"

#include "feel/vm.h"

enum side { LOW, HIGH };

static uint32_t bound(struct compiler *c, uint32_t r, enum side side);

/* ---- what is never negative ---------------------------------------------------------- */

bool number_nonnegative(const struct compiler *c, uint32_t r) {
    const struct op *o = op_at(c, r);
    switch ((enum op_code)o->code) {
    case OP_CONSTANT: return !o->how && o->k >= 0;
    case OP_COLUMN: return o->kind == K_NUMBER && o->low >= 0;
    case OP_COUNT: return true;
    case OP_WIDEN:
    case OP_SCALE:
    case OP_GATHER:
    case OP_ROUND:
    case OP_LEAST:
    case OP_MOST: return number_nonnegative(c, o->a);
    case OP_SUM: return number_nonnegative(c, o->a) && (o->b == NONE || number_nonnegative(c, o->b));
    case OP_ADD:
    case OP_MUL:
    case OP_MIN:
    case OP_MAX: return number_nonnegative(c, o->a) && number_nonnegative(c, o->b);
    case OP_SELECT: return number_nonnegative(c, o->b) && number_nonnegative(c, o->c);
    case OP_GUARD: return number_nonnegative(c, o->b);
    default: return false;
    }
}

/* Computed with the elements that are known of a list, it is no more than with all of them. */
static bool grows(const struct compiler *c, uint32_t r) {
    const struct op *o = op_at(c, r);
    switch ((enum op_code)o->code) {
    case OP_CONSTANT:
    case OP_COLUMN:
    case OP_COUNT: return true;
    case OP_WIDEN:
    case OP_SCALE: return grows(c, o->a);
    case OP_ADD: return grows(c, o->a) && grows(c, o->b);
    case OP_SUM: return number_nonnegative(c, o->a) && (o->b == NONE || grows(c, o->b));
    default: return false;
    }
}

/* ---- instruction by instruction -------------------------------------------------------- */

static uint32_t combined(struct compiler *c, int op, uint32_t a, uint32_t b) {
    return failed(c) ? a : number_register(c, number_arith(c, op, shape_register(c, a), shape_register(c, b)));
}

static uint32_t product(struct compiler *c, uint32_t r, const struct op *o, enum side side) {
    const struct op *x = op_at(c, o->a);
    if (number_nonnegative(c, o->a) && number_nonnegative(c, o->b))
        return combined(c, '*', bound(c, o->a, side), bound(c, o->b, side));
    uint32_t k = x->code == OP_CONSTANT ? o->a : o->b, other = k == o->a ? o->b : o->a;
    if (op_at(c, k)->code != OP_CONSTANT || op_at(c, k)->how)
        return r;
    enum side turned = op_at(c, k)->k < 0 ? (side == LOW ? HIGH : LOW) : side;
    return combined(c, '*', bound(c, other, turned), k);
}

static uint32_t extreme(struct compiler *c, uint32_t a, uint32_t b, enum side side) {
    const struct op *x = op_at(c, a), *y = op_at(c, b);
    if (x->code == OP_CONSTANT && y->code == OP_CONSTANT && !x->how && !y->how)
        return (x->k < y->k) == (side == LOW) ? a : b;
    unsigned width = x->width > y->width ? x->width : y->width;
    struct op o = {.code = side == LOW ? OP_MIN : OP_MAX, .kind = K_NUMBER, .width = (uint8_t)width, .scale = x->scale,
        .may = (uint8_t)state_strict(x->may | y->may), .frame = FRAME_ANY, .c = NONE,
        .low = x->low < y->low ? x->low : y->low, .high = x->high > y->high ? x->high : y->high};
    o.a = emit_widened(c, a, width);
    o.b = emit_widened(c, b, width);
    return emit(c, o);
}

/* a; where it is unknown, b. */
static uint32_t otherwise(struct compiler *c, uint32_t a, uint32_t b) {
    const struct op *x = op_at(c, a), *y = op_at(c, b);
    if (failed(c) || !(x->may & STATE_UNKNOWN))
        return a;
    unsigned width = x->width > y->width ? x->width : y->width;
    struct op o = {.code = OP_ELSE, .kind = x->kind, .width = (uint8_t)width, .scale = x->scale,
        .may = (uint8_t)((x->may & (STATE_NULL | STATE_ERROR) ? x->may : x->may & ~STATE_UNKNOWN) | y->may), .frame = FRAME_ANY, .c = NONE,
        .low = x->low < y->low ? x->low : y->low, .high = x->high > y->high ? x->high : y->high};
    o.a = emit_widened(c, a, width);
    o.b = emit_widened(c, b, width);
    return emit(c, o);
}

static uint32_t chosen(struct compiler *c, const struct op *o, enum side side) {
    uint32_t a = bound(c, o->b, side), b = bound(c, o->c, side);
    if (failed(c))
        return o->b;
    uint32_t one = emit_select(c, o->a, a, b);
    return failed(c) || !(op_at(c, o->a)->may & STATE_UNKNOWN) ? one : otherwise(c, one, extreme(c, a, b, side));
}

/* How many are there surely, or at most? */
static uint32_t count(struct compiler *c, uint32_t r, const struct op *o, enum side side) {
    return o->a == NONE ? r : emit_fold(c, OP_COUNT, (uint16_t)o->c, otherwise(c, o->a, emit_truth(c, side == HIGH)), NONE, 0);
}

static uint32_t guarded(struct compiler *c, const struct op *o, enum side side) {
    uint32_t b = bound(c, o->b, side);
    if (failed(c) || (o->how && side == LOW && grows(c, o->b)))
        return b;
    return o->how ? emit_whole(c, o->a, b) : emit_guard(c, o->a, b);
}

static uint32_t fact(struct compiler *c, uint32_t r) {
    struct op o = *op_at(c, r);
    return emit(c, (struct op){.code = OP_FLOOR, .kind = o.kind, .width = o.width, .scale = o.scale, .may = (uint8_t)(o.may & ~STATE_UNKNOWN),
        .frame = FRAME_ANY, .a = r, .b = NONE, .c = NONE, .low = o.low, .high = o.high});
}

static uint32_t of_op(struct compiler *c, uint32_t r, enum side side) {
    const struct op o = *op_at(c, r); /* emitting moves it */
    enum side turned = side == LOW ? HIGH : LOW;
    uint32_t x, b;
    switch ((enum op_code)o.code) {
    case OP_COLUMN: return side == LOW ? fact(c, r) : r;
    case OP_ADD: return combined(c, '+', bound(c, o.a, side), bound(c, o.b, side));
    case OP_SUB: return combined(c, '-', bound(c, o.a, side), bound(c, o.b, turned));
    case OP_NEG: return number_register(c, number_negate(c, shape_register(c, bound(c, o.a, turned))));
    case OP_MUL: return product(c, r, &o, side);
    case OP_SCALE:
    case OP_WIDEN: return bound(c, o.a, side);
    case OP_GATHER:
        x = bound(c, o.a, side);
        return failed(c) ? r : emit_gather(c, x, o.b);
    case OP_SELECT: return chosen(c, &o, side);
    case OP_SUM:
        x = bound(c, o.a, side);
        b = o.b == NONE ? NONE : bound(c, o.b, side);
        return emit_fold(c, OP_SUM, (uint16_t)o.c, x, b, 0);
    case OP_COUNT: return count(c, r, &o, side);
    case OP_GUARD: return guarded(c, &o, side);
    case OP_ROUND: return number_register(c, number_round(c, shape_register(c, bound(c, o.a, side)), o.k, o.how));
    default: return r;
    }
}

/* Of the scale of r, whatever the width. */
static uint32_t bound(struct compiler *c, uint32_t r, enum side side) {
    if (failed(c) || !(op_at(c, r)->may & STATE_UNKNOWN) || op_at(c, r)->code == OP_CONSTANT)
        return r;
    uint32_t *kept = &c->bound[side][r];
    if (*kept)
        return *kept - 1;
    uint16_t at = c->at;
    unsigned scale = op_at(c, r)->scale;
    c->at = op_at(c, r)->frame;
    uint32_t x = of_op(c, r, side);
    if (!failed(c))
        x = op_at(c, x)->scale <= scale ? number_at_scale(c, x, scale) : r;
    if (!failed(c) && side == LOW && number_nonnegative(c, r))
        x = otherwise(c, x, number_at_scale(c, emit_constant(c, K_NUMBER, 0, 0, NULL), scale));
    c->at = at;
    *kept = x + 1;
    return x;
}

/* ---- comparisons ------------------------------------------------------------------------------ */

static bool bounds_open(struct compiler *c) {
    if (c->bound[LOW])
        return true;
    c->bound[LOW] = ARENA_ARRAY(c->own, OPS_MAX, uint32_t);
    c->bound[HIGH] = ARENA_ARRAY(c->own, OPS_MAX, uint32_t);
    if (!c->bound[LOW] || !c->bound[HIGH])
        c->status = E_LIMIT;
    return c->status == OK;
}

/* Where `truth` is unknown: false where `needed` is, true where `enough` is (NONE: never). */
static uint32_t settled(struct compiler *c, uint32_t truth, uint32_t needed, uint32_t enough) {
    needed = needed == truth ? NONE : needed;
    enough = enough == truth ? NONE : enough;
    if (failed(c) || (needed == NONE && enough == NONE))
        return truth;
    return emit(c, (struct op){.code = OP_SETTLE, .kind = K_BOOLEAN, .width = 1, .may = op_at(c, truth)->may, .frame = FRAME_ANY,
        .a = truth, .b = needed, .c = enough, .high = 1});
}

static uint32_t compared(struct compiler *c, int how, uint32_t a, uint32_t b, number_comparison *compare, const void *arg) {
    return failed(c) ? NONE : compare(c, how, a, b, arg);
}

uint32_t number_settle(struct compiler *c, int how, uint32_t truth, uint32_t a, uint32_t b, number_comparison *compare, const void *arg) {
    bool unknown = !failed(c) && ((op_at(c, a)->may | op_at(c, b)->may) & STATE_UNKNOWN) && op_at(c, truth)->may & STATE_UNKNOWN;
    c->bounds_tell = c->bounds_tell || unknown;
    if (!unknown || !c->bounds || !bounds_open(c))
        return truth;
    uint32_t al = bound(c, a, LOW), ah = bound(c, a, HIGH), bl = bound(c, b, LOW), bh = bound(c, b, HIGH);
    if (al == a && ah == a && bl == b && bh == b)
        return truth;
    switch ((enum feel_cmp)how) {
    case CMP_LT:
    case CMP_LE: return settled(c, truth, compared(c, how, al, bh, compare, arg), compared(c, how, ah, bl, compare, arg));
    case CMP_GT:
    case CMP_GE: return settled(c, truth, compared(c, how, ah, bl, compare, arg), compared(c, how, al, bh, compare, arg));
    default: /* equal, only where neither is above the other */
        truth = settled(c, truth, compared(c, CMP_LE, al, bh, compare, arg), NONE);
        return settled(c, truth, compared(c, CMP_GE, ah, bl, compare, arg), NONE);
    }
}

/* ---- lists that nobody knows --------------------------------------------------------------------- */

/* Is the value no error and no null, whatever elements a list has?  What is told from ranges alone is not told in the rows
 * of such lists (frame_open), so that every condition is seen here. */
static bool safe(struct compiler *c, uint32_t r) {
    const struct op o = *op_at(c, r);
    if (c->safe[r])
        return c->safe[r] == 1;
    bool ok = false;
    switch ((enum op_code)o.code) {
    case OP_CONSTANT: ok = !(o.how & (STATE_NULL | STATE_ERROR)); break;
    case OP_COLUMN: ok = !(o.may & STATE_NULL) && !request_null_fact(c->request, c->frame.at[o.frame].table->name, ((const struct cohort_column *)o.ref)->name);
        break;
    case OP_LIST_KNOWN:
    case OP_LEFT:
    case OP_RIGHT: ok = true; break;
    case OP_GUARD: ok = o.how && safe(c, o.a) && safe(c, o.b); break;
    case OP_GATHER:
    case OP_WIDEN:
    case OP_TRANSLATE:
    case OP_ADD:
    case OP_SUB:
    case OP_MUL:
    case OP_SCALE:
    case OP_MIN:
    case OP_MAX:
    case OP_NEG:
    case OP_ROUND:
    case OP_COMPARE:
    case OP_SETTLE:
    case OP_AND:
    case OP_OR:
    case OP_NOT:
    case OP_SELECT: ok = safe(c, o.a) && (o.b == NONE || safe(c, o.b)) && (o.c == NONE || safe(c, o.c)); break;
    case OP_SUM:
    case OP_COUNT:
    case OP_ANY:
    case OP_ALL: ok = (o.a == NONE || safe(c, o.a)) && (o.b == NONE || safe(c, o.b)); break;
    default: break;
    }
    c->safe[r] = ok ? 1 : 2;
    return ok;
}

bool number_safe(struct compiler *c, uint32_t r) {
    if (!c->safe && !(c->safe = arena_alloc(c->own, OPS_MAX)))
        c->status = E_LIMIT;
    return !failed(c) && safe(c, r);
}
