/* Most rows get nothing, and one condition tells: a truth that, being false, leaves every output false or 0,
 * whatever else is computed.  Such a truth is a program of its own, shorter than the whole; the rows where it is known to be
 * false are decided by it, and the next, and at last the whole, run over the others alone (run_again.c).
 *
 * Which truths are best, and in what order, is measured while compiling, on a sample of the register. */
#include "cohort/run.h"

enum { SAMPLE = 2048, SAMPLES = 2, TRIED_MAX = 24, SIEVES_MAX = 3,
    PICKED_PERCENT = 160 }; /* rows fetched one by one cost so much of what rows in order cost */

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
    part->bounded = NULL;
    part->sieve = NULL;
    part->sieve_count = 0;
    return part;
}

/* ---- which is best -------------------------------------------------------------------------------- */

/* About what a row of it takes, in bytes moved: measured on the packs. */
static uint64_t weight(const struct op *o) {
    switch ((enum op_code)o->code) {
    case OP_CONSTANT: return 0;
    case OP_COLUMN:
    case OP_RIGHT:
    case OP_LIST_KNOWN: return 1;
    case OP_DIVIDE:
    case OP_ROUND:
    case OP_ROUND_RATIO:
    case OP_COMPARE_RATIO: return 60;
    case OP_EXPAND: return 30;
    case OP_GATHER:
    case OP_LEFT:
    case OP_TRANSLATE: return 6u + o->width;
    case OP_LEAST:
    case OP_MOST:
    case OP_NTH: return 40;
    case OP_SUM: return 30;
    case OP_COUNT:
    case OP_ANY:
    case OP_ALL: return 10;
    case OP_SELECT:
    case OP_SAME: return (o->may ? 6 : 2) + o->width;
    default: return (o->may ? 3 : 1) + o->width;
    }
}

/* A household's rows. */
static uint64_t cost(const struct cohort_program *p) {
    uint64_t sum = 1;
    for (size_t i = 0; i < p->op_count; i++) {
        const struct op *o = &p->op[i];
        if (!o->live || o->code == OP_CONSTANT)
            continue;
        const struct frame *f = &p->frame[o->frame];
        uint64_t rows = f->kind == FRAME_ROOT ? 100 : f->table && p->root->count ? 100 * f->table->count / p->root->count : 600;
        sum += weight(o) * rows;
    }
    return sum;
}

struct sample { uint64_t first, count; uint32_t *household; }; /* of each row, counted from the sample's first */

/* Of the sample's rows, those that it leaves; false: it cannot tell. */
static bool leaves(const struct cohort_program *p, struct arena *scratch, const struct sample *at, uint8_t *ret) {
    for (int i = 0; i < SAMPLES; ret += at[i++].count) {
        uint8_t state[SAMPLE];
        int64_t value[SAMPLE];
        struct cohort_result r = {state, (int64_t *const[]){value}};
        struct diag d = {0};
        if (cohort_run(p, scratch, at[i].first, at[i].count, &r, &d) != OK)
            return false;
        for (uint64_t k = 0; k < at[i].count; k++)
            ret[k] = !(state[k] == COHORT_DECIDED && !value[k]);
    }
    return true;
}

/* Households of which a row is left. */
static uint64_t households(const struct sample *at, const uint8_t *left) {
    uint64_t n = 0;
    for (int i = 0; i < SAMPLES; left += at[i++].count)
        for (uint64_t k = 0, last = UINT64_MAX; k < at[i].count; k++)
            if (left[k] && at[i].household[k] != last) {
                last = at[i].household[k];
                n++;
            }
    return n;
}

struct candidate { uint32_t truth, fault; uint64_t cost; uint8_t *left; };

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
        struct candidate x = {i, no_fault ? NONE : p->fault, 0, NULL};
        struct arena_mark mark = arena_mark(own);
        const struct cohort_program *part = part_of(own, p, x.truth, x.fault);
        if (!part)
            return false;
        x.cost = cost(part);
        arena_rewind(own, mark);
        if (x.cost * 10 < whole * 9)
            add(list, n, x);
    }
    return f.of != NULL;
}

static bool samples(struct arena *own, const struct cohort_program *p, struct sample *ret) {
    for (int i = 0; i < SAMPLES; i++) {
        uint64_t most = p->rows / SAMPLES < SAMPLE ? p->rows / SAMPLES : SAMPLE, first = p->rows / SAMPLES * (uint64_t)i;
        ret[i] = (struct sample){first, most, ARENA_ARRAY(own, SAMPLE, uint32_t)};
        if (!ret[i].household)
            return false;
        uint64_t from = p->member && most ? cohort_owner(p->member, p->root->count, first) : 0, h = from;
        for (uint64_t k = 0; k < most; k++) {
            while (p->member && p->member->offset[h + 1] <= first + k)
                h++;
            ret[i].household[k] = (uint32_t)(p->member ? h - from : k);
        }
    }
    return true;
}

/* The sieves in order, each over what those before it left; then the whole. */
struct order { uint32_t at[SIEVES_MAX]; size_t count; };
struct choosing { const struct candidate *list; const struct sample *sample; uint64_t whole, rows, all; uint8_t *left; };

/* What the sample would cost. */
static uint64_t total(const struct choosing *c, const struct order *o) {
    uint64_t n = c->all, sum = 0;
    memset(c->left, 1, c->rows);
    for (size_t i = 0; i <= o->count; i++) {
        uint64_t each = i < o->count ? c->list[o->at[i]].cost : c->whole;
        sum += n * each * (i ? PICKED_PERCENT : 100) / 100;
        for (uint64_t k = 0; i < o->count && k < c->rows; k++)
            c->left[k] &= c->list[o->at[i]].left[k];
        n = i < o->count ? households(c->sample, c->left) : n;
    }
    return sum;
}

/* The best of all orders with one sieve more; false: none is better. */
static bool extended(const struct choosing *c, size_t n, struct order *o, uint64_t *cost) {
    struct order best = *o;
    for (uint32_t i = 0; i < n; i++)
        for (size_t at = 0; c->list[i].left && at <= o->count; at++) {
            struct order x = {.count = o->count + 1};
            for (size_t k = 0; k < x.count; k++)
                x.at[k] = k < at ? o->at[k] : k == at ? i : o->at[k - 1];
            uint64_t then = total(c, &x);
            if (then < *cost) {
                *cost = then;
                best = x;
            }
        }
    bool better = best.count > o->count;
    *o = best;
    return better;
}

/* Most rows that the sieves leave stay open: then these have bounds at once. */
static enum status choose_bounds(struct cohort_program *p, struct arena *scratch, const struct choosing *c, struct diag *d) {
    if (!p->bounded || !p->sieve_count)
        return OK;
    uint8_t *state = arena_alloc(scratch, c->rows + 1), *open = arena_alloc(scratch, c->rows + 1), *at = open;
    int64_t **value = ARENA_ARRAY(scratch, p->output_count + 1, int64_t *);
    for (size_t o = 0; state && open && value && o < p->output_count; o++)
        if (!(value[o] = ARENA_ARRAY(scratch, c->rows + 1, int64_t)))
            return arena_full(d);
    if (!state || !open || !value)
        return arena_full(d);
    const struct cohort_program *bounded = p->bounded;
    enum status s = OK;
    p->bounded = NULL;
    for (int i = 0; s == OK && i < SAMPLES; at += c->sample[i++].count) {
        struct cohort_result r = {state, value};
        s = cohort_run(p, scratch, c->sample[i].first, c->sample[i].count, &r, d);
        for (uint64_t k = 0; k < c->sample[i].count; k++)
            at[k] = state[k] == COHORT_OPEN;
    }
    p->bounded = bounded;
    uint64_t whole = c->whole, wider = cost(bounded);
    p->bounds_first = households(c->sample, open) * wider + households(c->sample, c->left) * whole > households(c->sample, c->left) * wider;
    return s;
}

static enum status keep_order(struct arena *a, struct cohort_program *p, const struct candidate *list, const struct order *o, struct diag *d) {
    const struct cohort_program **sieve = ARENA_ARRAY(a, o->count + 1, const struct cohort_program *);
    for (size_t i = 0; sieve && i < o->count; i++)
        if (!(sieve[i] = part_of(a, p, list[o->at[i]].truth, list[o->at[i]].fault)))
            return arena_full(d);
    if (!sieve)
        return arena_full(d);
    p->sieve = sieve;
    p->sieve_count = o->count;
    return OK;
}

enum status sieve_choose(struct arena *a, struct cohort_program *p, struct diag *d) {
    AUTO(arena) struct arena *own = arena_new(0), *scratch = arena_new(0);
    struct candidate list[TRIED_MAX + 1] = {0};
    struct sample sample[SAMPLES];
    struct order best = {0};
    size_t n = 0;
    if (p->fallback_count || p->rows < SAMPLES)
        return OK;
    struct choosing c = {.list = list, .sample = sample, .whole = cost(p)};
    if (!own || !scratch || !samples(own, p, sample) || !candidates(own, p, c.whole, list, &n))
        return arena_full(d);
    for (int i = 0; i < SAMPLES; i++)
        c.rows += sample[i].count;
    if (!(c.left = arena_alloc(own, c.rows + 1)))
        return arena_full(d);
    memset(c.left, 1, c.rows);
    c.all = households(sample, c.left);
    for (size_t i = 0; i < n; i++) {
        const struct cohort_program *part = part_of(own, p, list[i].truth, list[i].fault);
        if (!part || !(list[i].left = arena_alloc(own, c.rows + 1)))
            return arena_full(d);
        if (!leaves(part, scratch, sample, list[i].left))
            list[i].left = NULL;
    }
    for (uint64_t least = total(&c, &best); best.count < SIEVES_MAX && extended(&c, n, &best, &least);)
        continue;
    total(&c, &best);
    enum status s = keep_order(a, p, list, &best, d);
    return s == OK ? choose_bounds(p, scratch, &c, d) : s;
}
