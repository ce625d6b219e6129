/* Most rows get nothing, and a few truths tell: taken as they are in such a row, they leave every output false or 0, whatever
 * else is computed (sieve_reason.c; often one truth, being false, is enough).  Such a reason is a program of its own, shorter than
 * the whole (sieve_part.c); the rows of which it holds are decided by it, and the next, and at last the whole, run over
 * the others alone (run_again.c).
 *
 * Which reasons are best, and in what order, is measured while compiling, on a sample of the register. */
#include "cohort/sieve.h"

enum { SAMPLE = 2048, SAMPLES = 2, TRIED_MAX = 24, SIEVES_MAX = 3, REASONS_MAX = 8,
    PICKED_PERCENT = 160 }; /* rows fetched one by one cost so much of what rows in order cost */

/* ---- a sample ---------------------------------------------------------------------------------------- */

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

struct candidate { const struct cohort_program *part; uint64_t cost; uint8_t *left; };

/* The cheapest of all, in order. */
static void add(struct candidate *list, size_t *n, struct candidate x) {
    size_t at = *n < TRIED_MAX ? (*n)++ : TRIED_MAX - 1;
    if (at == TRIED_MAX - 1 && list[at].cost && list[at].cost <= x.cost)
        return;
    for (; at > 0 && list[at - 1].cost > x.cost; at--)
        list[at] = list[at - 1];
    list[at] = x;
}

static bool worth_it(uint64_t cost, uint64_t whole) { return cost * 10 < whole * 9; }

/* Truths that alone decide. */
static bool single_truths(struct arena *own, const struct cohort_program *p, uint64_t whole, struct candidate *list, size_t *n) {
    struct folded *of = ARENA_ARRAY(own, p->op_count + 1, struct folded);
    int8_t *given = arena_alloc(own, p->op_count + 1);
    if (!of || !given)
        return false;
    memset(given, UNGIVEN, p->op_count + 1);
    for (uint32_t i = 0; i < p->op_count; i++) {
        const struct op *o = &p->op[i];
        bool no_fault = false;
        if (!o->live || o->kind != K_BOOLEAN || o->code == OP_CONSTANT || o->frame != p->row_frame)
            continue;
        given[i] = 0;
        bool tells = sieve_tells(p, given, of, &no_fault);
        given[i] = UNGIVEN;
        if (!tells)
            continue;
        struct candidate x = {.part = sieve_part(own, p, i, no_fault ? NONE : p->fault)};
        if (!x.part)
            return false;
        x.cost = sieve_cost(x.part);
        if (worth_it(x.cost, whole))
            add(list, n, x);
    }
    return true;
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
    uint64_t whole = c->whole, wider = sieve_cost(bounded);
    p->bounds_first = households(c->sample, open) * wider + households(c->sample, c->left) * whole > households(c->sample, c->left) * wider;
    return s;
}

/* A part's own rooms, copied. */
static const struct cohort_program *kept_in(struct arena *a, const struct cohort_program *part) {
    struct cohort_program *p = ARENA_NEW(a, struct cohort_program);
    struct op *op = ARENA_ARRAY(a, part->op_count + 1, struct op);
    struct frame *frame = ARENA_ARRAY(a, part->frame_count + 1, struct frame);
    uint32_t *output = ARENA_ARRAY(a, 1, uint32_t);
    if (!p || !op || !frame || !output)
        return NULL;
    *p = *part;
    p->op = memcpy(op, part->op, part->op_count * sizeof *op);
    p->frame = memcpy(frame, part->frame, part->frame_count * sizeof *frame);
    p->output = memcpy(output, part->output, sizeof *output);
    return p;
}

static enum status keep_order(struct arena *a, struct cohort_program *p, const struct candidate *list, const struct order *o, struct diag *d) {
    const struct cohort_program **sieve = ARENA_ARRAY(a, o->count + 1, const struct cohort_program *);
    for (size_t i = 0; sieve && i < o->count; i++)
        if (!(sieve[i] = kept_in(a, list[o->at[i]].part)))
            return arena_full(d);
    if (!sieve)
        return arena_full(d);
    p->sieve = sieve;
    p->sieve_count = o->count;
    return OK;
}

/* The rows of the sample of which the program says nothing else than that they get nothing. */
static enum status nothing_for(struct cohort_program *p, struct arena *own, struct arena *scratch, const struct choosing *c, uint8_t *ret, struct diag *d) {
    int64_t **value = ARENA_ARRAY(own, p->output_count + 1, int64_t *);
    uint8_t *state = arena_alloc(own, SAMPLE), *at = ret;
    for (size_t o = 0; value && o < p->output_count; o++)
        if (!(value[o] = ARENA_ARRAY(own, SAMPLE, int64_t)))
            return arena_full(d);
    if (!value || !state)
        return arena_full(d);
    const struct cohort_program *bounded = p->bounded;
    enum status s = OK;
    p->bounded = NULL;
    for (int i = 0; s == OK && i < SAMPLES; at += c->sample[i++].count) {
        struct cohort_result r = {state, value};
        s = cohort_run(p, scratch, c->sample[i].first, c->sample[i].count, &r, d);
        for (uint64_t k = 0; k < c->sample[i].count; k++) {
            at[k] = state[k] == COHORT_DECIDED;
            for (size_t o = 0; o < p->output_count; o++)
                at[k] = at[k] && !value[o][k];
        }
    }
    p->bounded = bounded;
    return s;
}

static uint64_t row_at(const struct choosing *c, uint64_t k) {
    int i = 0;
    for (; k >= c->sample[i].count; i++)
        k -= c->sample[i].count;
    return c->sample[i].first + k;
}

/* Reasons of rows that get nothing, each of one that the reasons before it do not decide. */
static enum status reasons(struct cohort_program *p, struct arena *own, struct arena *scratch, const struct choosing *c, struct candidate *list, size_t *n, struct diag *d) {
    uint8_t *nothing = arena_alloc(own, c->rows + 1);
    int8_t *given = arena_alloc(own, p->op_count + 1);
    if (!nothing || !given)
        return arena_full(d);
    enum status s = nothing_for(p, own, scratch, c, nothing, d);
    for (uint64_t tried = 0, k = 0; s == OK && tried < REASONS_MAX && k < c->rows; k++) {
        bool found = false;
        if (!nothing[k])
            continue;
        tried++;
        if ((s = sieve_reason(p, row_at(c, k), given, &found, d)) != OK || !found)
            continue;
        struct candidate x = {.part = sieve_of_reason(own, p, given), .left = arena_alloc(own, c->rows + 1)};
        if (!x.part || !x.left)
            return arena_full(d);
        x.cost = sieve_cost(x.part);
        if (!worth_it(x.cost, c->whole) || !leaves(x.part, scratch, c->sample, x.left))
            continue;
        add(list, n, x);
        for (uint64_t i = 0; i < c->rows; i++)
            nothing[i] = nothing[i] && x.left[i];
    }
    return s;
}

enum status sieve_choose(struct arena *a, struct cohort_program *p, struct diag *d) {
    AUTO(arena) struct arena *own = arena_new(0), *scratch = arena_new(0);
    struct candidate list[TRIED_MAX + 1] = {0};
    struct sample sample[SAMPLES];
    struct order best = {0};
    size_t n = 0;
    if (p->fallback_count || p->rows < SAMPLES)
        return OK;
    struct choosing c = {.list = list, .sample = sample, .whole = sieve_cost(p)};
    if (!own || !scratch || !samples(own, p, sample) || !single_truths(own, p, c.whole, list, &n))
        return arena_full(d);
    for (int i = 0; i < SAMPLES; i++)
        c.rows += sample[i].count;
    if (!(c.left = arena_alloc(own, c.rows + 1)))
        return arena_full(d);
    memset(c.left, 1, c.rows);
    c.all = households(sample, c.left);
    enum status s = reasons(p, own, scratch, &c, list, &n, d);
    for (size_t i = 0; s == OK && i < n; i++) {
        if (list[i].left)
            continue;
        if (!(list[i].left = arena_alloc(own, c.rows + 1)))
            return arena_full(d);
        if (!leaves(list[i].part, scratch, sample, list[i].left))
            list[i].left = NULL;
    }
    for (uint64_t least = total(&c, &best); s == OK && best.count < SIEVES_MAX && extended(&c, n, &best, &least);)
        continue;
    total(&c, &best);
    if (s == OK)
        s = keep_order(a, p, list, &best, d);
    return s == OK ? choose_bounds(p, scratch, &c, d) : s;
}
