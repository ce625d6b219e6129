/* Most rows get nothing, and one condition tells: a truth that, being false, leaves every output false or 0,
 * whatever else is computed.  Such a truth is a program of its own, shorter than the whole; the rows where it is known to be
 * false are decided by it, and the whole runs over the others alone (run_again.c).
 *
 * Which truth is best is measured while compiling, on a sample of the register. */
#include "cohort/run.h"

enum { SAMPLE = 2048, SAMPLES = 2, TRIED_MAX = 16,
    PICKED_PERCENT = 250 }; /* rows fetched one by one cost so much of what rows in order cost */

/* ---- which truths are such ----------------------------------------------------------------- */

/* What an instruction is worth when the truth is false. */
struct folded { bool known; int64_t k; };

struct folding { const struct cohort_program *p; uint32_t truth; struct folded *of; };

static bool is(const struct folding *f, uint32_t r, int64_t k) { return r != NONE && f->of[r].known && f->of[r].k == k; }

static struct folded same_if_known(const struct folding *f, uint32_t r) { return f->of[r]; }

static struct folded compared(const struct folding *f, const struct op *o) {
    struct folded a = f->of[o->a], b = f->of[o->b];
    bool plain = f->p->op[o->a].scale == f->p->op[o->b].scale;
    if (!a.known || !b.known || !plain)
        return (struct folded){0};
    bool truth[] = {[CMP_EQ] = a.k == b.k, [CMP_NE] = a.k != b.k, [CMP_LT] = a.k < b.k, [CMP_LE] = a.k <= b.k, [CMP_GT] = a.k > b.k, [CMP_GE] = a.k >= b.k};
    return (struct folded){true, truth[o->how]};
}

static struct folded fold_op(const struct folding *f, const struct op *o) {
    struct folded none = {0};
    switch ((enum op_code)o->code) {
    case OP_CONSTANT: return (struct folded){o->how == 0, o->k};
    case OP_WIDEN:
    case OP_GATHER: return same_if_known(f, o->a);
    case OP_TRANSLATE:
        return f->of[o->a].known && f->of[o->a].k >= 0 && f->of[o->a].k < o->k ? (struct folded){true, ((const int32_t *)o->ref)[f->of[o->a].k]} : none;
    case OP_COMPARE:
    case OP_SAME: return compared(f, o);
    case OP_AND:
        if (is(f, o->a, 0) || is(f, o->b, 0))
            return (struct folded){true, 0};
        return (struct folded){is(f, o->a, 1) && is(f, o->b, 1), 1};
    case OP_OR:
        if (is(f, o->a, 1) || is(f, o->b, 1))
            return (struct folded){true, 1};
        return (struct folded){is(f, o->a, 0) && is(f, o->b, 0), 0};
    case OP_NOT: return (struct folded){f->of[o->a].known, !f->of[o->a].k};
    case OP_HAS_STATE: return (struct folded){f->of[o->a].known, 0};
    case OP_FAULT: return (struct folded){f->of[o->a].known, 1};
    case OP_SELECT: return f->of[o->a].known ? f->of[f->of[o->a].k ? o->b : o->c] : none;
    case OP_SCALE:
    case OP_ROUND:
    case OP_NEG: return (struct folded){is(f, o->a, 0), 0};
    case OP_GUARD: return is(f, o->a, 1) ? f->of[o->b] : none;
    default: return none;
    }
}

/* Are all outputs 0 then?  *ret_fault: not even an error is possible. */
static bool tells(struct folding *f, bool *ret_fault) {
    const struct cohort_program *p = f->p;
    for (uint32_t i = 0; i < p->op_count; i++)
        f->of[i] = i == f->truth ? (struct folded){true, 0} : p->op[i].live ? fold_op(f, &p->op[i]) : (struct folded){0};
    for (size_t i = 0; i < p->output_count; i++)
        if (!is(f, p->output[i], 0))
            return false;
    *ret_fault = p->fault == NONE || f->of[p->fault].known;
    return true;
}

/* ---- a program of a truth --------------------------------------------------------------------- */

struct linking { struct op *op; struct frame *frame; };

static void keep_frame(struct linking *l, uint16_t frame);

static void keep(struct linking *l, uint32_t r) {
    if (r == NONE || l->op[r].live)
        return;
    struct op *o = &l->op[r];
    o->live = true;
    if (o->code != OP_CONSTANT)
        keep_frame(l, o->frame);
    keep(l, o->a);
    keep(l, o->b);
    if (o->code >= OP_SUM)
        keep_frame(l, (uint16_t)o->c);
    else
        keep(l, o->c);
}

static void keep_frame(struct linking *l, uint16_t frame) {
    struct frame *f = &l->frame[frame];
    if (f->live)
        return;
    f->live = true;
    if (f->kind == FRAME_ROOT)
        return;
    keep_frame(l, (uint16_t)f->outer);
    if (f->kind == FRAME_PAIRS) {
        keep_frame(l, (uint16_t)f->of);
        keep_frame(l, (uint16_t)l->frame[f->of].outer);
        keep(l, f->expand);
    }
}

static void reads(struct linking *l, uint32_t r, uint32_t at) {
    if (r != NONE)
        l->op[r].last = at;
}

/* The instructions of `p` that the truth and the fault take.  NULL: memory ended. */
static struct cohort_program *part_of(struct arena *a, const struct cohort_program *p, uint32_t truth, uint32_t fault) {
    struct cohort_program *part = ARENA_NEW(a, struct cohort_program);
    struct linking l = {ARENA_ARRAY(a, p->op_count + 1, struct op), ARENA_ARRAY(a, p->frame_count + 1, struct frame)};
    uint32_t *output = ARENA_ARRAY(a, 1, uint32_t);
    if (!part || !l.op || !l.frame || !output)
        return NULL;
    memcpy(l.op, p->op, p->op_count * sizeof *l.op);
    memcpy(l.frame, p->frame, p->frame_count * sizeof *l.frame);
    for (size_t i = 0; i < p->op_count; i++)
        l.op[i].live = false, l.op[i].last = 0;
    for (size_t i = 0; i < p->frame_count; i++)
        l.frame[i].live = false;
    keep(&l, truth);
    keep(&l, fault);
    keep_frame(&l, 0);
    keep_frame(&l, p->row_frame);
    for (uint32_t i = 0; i < p->op_count; i++) {
        if (!l.op[i].live)
            continue;
        reads(&l, l.op[i].a, i);
        reads(&l, l.op[i].b, i);
        if (l.op[i].code < OP_SUM)
            reads(&l, l.op[i].c, i);
    }
    reads(&l, truth, NONE);
    reads(&l, fault, NONE);
    *output = truth;
    *part = *p;
    part->op = l.op;
    part->frame = l.frame;
    part->output = output;
    part->output_count = 1;
    part->fault = fault;
    part->bounded = part->sieve = NULL;
    return part;
}

/* ---- which is best -------------------------------------------------------------------------------- */

/* Bytes that a household's rows of it move. */
static uint64_t cost(const struct cohort_program *p) {
    uint64_t sum = 1;
    for (size_t i = 0; i < p->op_count; i++) {
        const struct op *o = &p->op[i];
        if (!o->live || o->code == OP_CONSTANT)
            continue;
        const struct frame *f = &p->frame[o->frame];
        uint64_t rows = f->kind == FRAME_ROOT ? 100 : f->table && p->root->count ? 100 * f->table->count / p->root->count : 400;
        sum += (o->width + 2u) * rows;
    }
    return sum;
}

struct sample { uint8_t *state; int64_t *value; uint64_t first, count; };

/* Of the sample's rows, how many does it leave, in a thousand?  1001: it cannot tell. */
static uint64_t left(const struct cohort_program *p, struct arena *scratch, const struct sample *at) {
    uint64_t rows = 0, all = 0;
    for (int i = 0; i < SAMPLES; i++) {
        struct cohort_result r = {at[i].state, (int64_t *const[]){at[i].value}};
        struct diag d = {0};
        if (cohort_run(p, scratch, at[i].first, at[i].count, &r, &d) != OK)
            return 1001;
        for (uint64_t k = 0; k < at[i].count; k++)
            rows += !(r.state[k] == COHORT_DECIDED && !at[i].value[k]);
        all += at[i].count;
    }
    return all ? rows * 1000 / all : 1001;
}

struct candidate { uint32_t truth, fault; uint64_t cost; };

/* The cheapest of all, in order. */
static void add(struct candidate *list, size_t *n, struct candidate x) {
    size_t at = *n < TRIED_MAX ? (*n)++ : TRIED_MAX - 1;
    if (at == TRIED_MAX - 1 && list[at].cost && list[at].cost <= x.cost)
        return;
    for (; at > 0 && list[at - 1].cost > x.cost; at--)
        list[at] = list[at - 1];
    list[at] = x;
}

static bool candidates(struct arena *own, const struct cohort_program *p, uint64_t whole, struct candidate *list, size_t *n) {
    struct folding f = {.p = p, .of = ARENA_ARRAY(own, p->op_count + 1, struct folded)};
    for (uint32_t i = 0; f.of && i < p->op_count; i++) {
        const struct op *o = &p->op[i];
        bool no_fault = false;
        f.truth = i;
        if (!o->live || o->kind != K_BOOLEAN || o->code == OP_CONSTANT || o->frame != p->row_frame || !tells(&f, &no_fault))
            continue;
        struct candidate x = {i, no_fault ? NONE : p->fault, 0};
        struct arena_mark mark = arena_mark(own);
        const struct cohort_program *part = part_of(own, p, x.truth, x.fault);
        if (!part)
            return false;
        x.cost = cost(part);
        arena_rewind(own, mark);
        if (x.cost * 10 < whole * 8)
            add(list, n, x);
    }
    return f.of != NULL;
}

static bool samples(struct arena *own, const struct cohort_program *p, struct sample *ret) {
    for (int i = 0; i < SAMPLES; i++) {
        uint64_t most = p->rows / SAMPLES < SAMPLE ? p->rows / SAMPLES : SAMPLE;
        ret[i] = (struct sample){.state = arena_alloc(own, SAMPLE), .value = ARENA_ARRAY(own, SAMPLE, int64_t), .first = p->rows / SAMPLES * (uint64_t)i, .count = most};
        if (!ret[i].state || !ret[i].value)
            return false;
    }
    return true;
}

enum status sieve_choose(struct arena *a, struct cohort_program *p, struct diag *d) {
    AUTO(arena) struct arena *own = arena_new(0), *scratch = arena_new(0);
    struct candidate list[TRIED_MAX + 1] = {0}, best = {0};
    struct sample sample[SAMPLES];
    size_t n = 0;
    if (p->fallback_count || p->rows < SAMPLES)
        return OK;
    uint64_t whole = cost(p), least = whole * 1000;
    if (!own || !scratch || !samples(own, p, sample) || !candidates(own, p, whole, list, &n))
        return arena_full(d);
    for (size_t i = 0; i < n; i++) {
        struct arena_mark mark = arena_mark(own);
        const struct cohort_program *part = part_of(own, p, list[i].truth, list[i].fault);
        if (!part)
            return arena_full(d);
        uint64_t permille = left(part, scratch, sample), then = list[i].cost * 1000 + whole * permille * PICKED_PERCENT / 100;
        arena_rewind(own, mark);
        if (permille <= 1000 && then < least) {
            least = then;
            best = list[i];
        }
    }
    if (least < whole * 1000 && !(p->sieve = part_of(a, p, best.truth, best.fault)))
        return arena_full(d);
    return OK;
}
