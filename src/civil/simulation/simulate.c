#include "civil/simulation/simulation.h"

#include "civil/screening/receiving.h"
#include "civil/simulation/margin.h"

#include <stdlib.h>

enum { DECIDE_CEILING = 64 << 20 };

static const int64_t BAND_FEN[SIMULATION_BANDS + 1] = {INT64_MIN, -50000, -20000, -5000, 0, 1, 5001, 20001, 50001, INT64_MAX};

/* ---- one policy over everybody ----------------------------------------------------------- */

struct count {
    const struct screening_program *x;
    struct receiving receiving;
    struct people *people;
    struct simulated_scheme *scheme;
    bool after;
    int64_t *fen;          /* of each household, added to */
    uint64_t share;        /* evaluations of the case mode for a chunk: the same whatever the threads */
    struct arena *decide[SWEEP_THREADS_MAX];
};

/* What a row is in the end. */
struct settled { enum { SETTLED_NO, SETTLED_YES, SETTLED_OPEN, SETTLED_ERROR } is; bool certain; int64_t fen; };

static struct tally *side(struct both *b, bool after) { return after ? &b->after : &b->before; }

/* Few rows qualify, so threads share the sums. */
static void add(struct tally *t, bool drawing, int64_t fen) {
    __atomic_fetch_add(&t->entitled, 1, __ATOMIC_RELAXED);
    __atomic_fetch_add(&t->entitled_fen, fen, __ATOMIC_RELAXED);
    if (drawing) {
        __atomic_fetch_add(&t->drawing, 1, __ATOMIC_RELAXED);
        __atomic_fetch_add(&t->drawing_fen, fen, __ATOMIC_RELAXED);
    }
}

static void undecided(struct count *c, uint64_t household, const struct settled *x) {
    struct both *cells[] = {&c->scheme->all, &c->scheme->division[c->people->division[household]], &c->scheme->type[c->people->type[household]]};
    for (size_t i = 0; i < ARRAY_LEN(cells); i++) {
        struct tally *t = side(cells[i], c->after);
        __atomic_fetch_add(x->is == SETTLED_OPEN ? &t->open : &t->error, 1, __ATOMIC_RELAXED);
        if (x->is == SETTLED_OPEN && !x->certain)
            __atomic_fetch_add(&t->unsure, 1, __ATOMIC_RELAXED);
    }
}

static void qualifies(struct count *c, uint64_t row, uint64_t household, int64_t fen) {
    bool drawing = receiving_row(&c->receiving, row, household);
    add(side(&c->scheme->all, c->after), drawing, fen);
    add(side(&c->scheme->division[c->people->division[household]], c->after), drawing, fen);
    add(side(&c->scheme->type[c->people->type[household]], c->after), drawing, fen);
    __atomic_fetch_add(&c->fen[household], fen, __ATOMIC_RELAXED);
}

/* A row that columns leave open.  They know less than the case mode: whether two amounts are of one fact, what follows
 * from two conditions together.  Memory alone ends the run; whatever else is the row's own error. */
static enum status settle(struct count *c, unsigned thread, uint64_t row, struct settled *ret, uint64_t *spent, struct diag *d) {
    struct decision r;
    struct diag why = {0};
    struct arena *a = c->decide[thread] ? c->decide[thread] : (c->decide[thread] = arena_new(DECIDE_CEILING));
    if (!a)
        return arena_full(d);
    arena_reset(a);
    enum status s = screening_whether(c->x, a, row, SIMULATION_ROW_BUDGET, &r, &why);
    if (s == E_LIMIT)
        return *d = why, s;
    *ret = (struct settled){SETTLED_ERROR, true, 0};
    *spent += 1 + (s == OK ? r.evaluations : 0);
    if (s == OK)
        *ret = (struct settled){r.outcome == DECISION_ELIGIBLE ? SETTLED_YES : r.outcome == DECISION_UNDECIDED ? SETTLED_OPEN : SETTLED_NO, r.certain, r.monthly_fen};
    return OK;
}

static enum status count_chunk(void *user, unsigned thread, uint64_t first, uint64_t n, const uint8_t *state, int64_t *const *value, struct diag *d) {
    struct count *c = user;
    const uint64_t *offset = c->x->policy.of_person ? c->x->member->offset : NULL;
    uint64_t household = screening_household_of(c->x, first), spent = 0;
    for (uint64_t i = 0; i < n; i++) {
        while (offset && offset[household + 1] <= first + i)
            household++;
        uint64_t h = offset ? household : first + i;
        struct settled x = {state[i] == COHORT_OPEN ? SETTLED_OPEN : state[i] != COHORT_DECIDED ? SETTLED_ERROR : value[SCREENING_ELIGIBLE][i] ? SETTLED_YES : SETTLED_NO,
            false, value[SCREENING_MONTHLY][i]};
        enum status s = x.is == SETTLED_OPEN && spent < c->share ? settle(c, thread, first + i, &x, &spent, d) : OK;
        if (s != OK)
            return s;
        if (x.is == SETTLED_OPEN || x.is == SETTLED_ERROR)
            undecided(c, h, &x);
        else if (x.is == SETTLED_YES)
            qualifies(c, first + i, h, x.fen);
    }
    return OK;
}

static enum status count_all(const struct simulation_request *r, struct arena *a, struct count *c, struct diag *d) {
    if (!c->x->program)
        return c->scheme->undecidable = true, OK;
    uint64_t chunks = screening_rows(c->x) / SWEEP_ROWS + 1;
    c->share = r->how && r->how->columns_only ? 0 : SIMULATION_EVALUATIONS > chunks ? SIMULATION_EVALUATIONS / chunks : 1;
    enum status s = receiving_open(a, c->x, &c->receiving, d);
    if (s == OK)
        s = sweep(c->x, r->how, count_chunk, c, d);
    for (size_t i = 0; i < SWEEP_THREADS_MAX; i++)
        arena_free(c->decide[i]);
    return s;
}

/* ---- what a reform changes ------------------------------------------------------------------- */

static bool reads(const struct decision_policy *p, struct span name) { return feel_get(&p->figures, name) != NULL; }

static bool changed(const struct simulation_request *r, const struct decision_policy *p) {
    for (size_t i = 0; i < r->changed_text_count; i++)
        if (strcmp(r->changed_text[i], p->matter->scheme) == 0)
            return true;
    for (size_t i = 0; i < r->set_count; i++)
        if (reads(p, r->set[i].name))
            return true;
    return false;
}

static enum status one_scheme(const struct simulation_request *r, struct arena *a, const char *scheme, struct simulation *s, struct simulated_scheme *out, bool *used, struct diag *d) {
    struct screening_program before, after;
    enum status st = screening_compile(r->before, a, r->household, scheme, r->date, NULL, 0, &before, d);
    if (st == OK)
        st = screening_compile(r->after, a, r->household, scheme, r->date, r->set, r->set_count, &after, d);
    if (st != OK)
        return st;
    *out = (struct simulated_scheme){.matter = before.policy.matter, .of_person = before.policy.of_person, .changed = changed(r, &after.policy)};
    for (size_t i = 0; i < r->set_count; i++)
        used[i] |= reads(&after.policy, r->set[i].name);
    if (!(out->division = calloc(s->people.divisions + 1, sizeof *out->division)))
        return arena_full(d);
    struct count c = {.x = &before, .people = &s->people, .scheme = out, .fen = s->before_fen};
    st = count_all(r, a, &c, d);
    if (st == OK && out->changed) {
        c = (struct count){.x = &after, .people = &s->people, .scheme = out, .after = true, .fen = s->after_fen};
        st = count_all(r, a, &c, d);
    }
    return st;
}

/* A scheme that does not change pays the same on both sides. */
static void carry_over(struct simulation *s, struct simulated_scheme *x, const int64_t *paid_before) {
    if (x->changed)
        return;
    x->all.after = x->all.before;
    for (size_t i = 0; i < s->people.divisions; i++)
        x->division[i].after = x->division[i].before;
    for (int i = 0; i < HOUSEHOLD_TYPES; i++)
        x->type[i].after = x->type[i].before;
    for (size_t h = 0; h < s->people.count; h++)
        s->after_fen[h] += s->before_fen[h] - paid_before[h];
}

static enum status every_scheme(const struct simulation_request *r, struct arena *a, struct simulation *s, struct diag *d) {
    bool *used = ARENA_ARRAY(a, r->set_count + 1, bool);
    int64_t *paid = malloc((s->people.count + 1) * sizeof *paid);
    enum status st = used && paid ? OK : arena_full(d);
    for (size_t i = 0; st == OK && i < r->scheme_count; i++) {
        memcpy(paid, s->before_fen, s->people.count * sizeof *paid);
        st = one_scheme(r, a, r->scheme[i], s, &s->scheme[i], used, d);
        s->scheme_count = i + 1;
        if (st == OK)
            carry_over(s, &s->scheme[i], paid);
    }
    free(paid);
    for (size_t i = 0; st == OK && i < r->set_count; i++)
        if (!used[i])
            st = diag_fail(d, E_INPUT, "simulation.unused", DIAG_SPAN("name", r->set[i].name));
    return st;
}

/* ---- households ------------------------------------------------------------------------------- */

static void bands(struct simulation *s) {
    for (int k = 0; k < SIMULATION_BANDS; k++)
        s->band[k] = (struct simulated_band){.low_fen = BAND_FEN[k], .high_fen = BAND_FEN[k + 1]};
    for (size_t h = 0; h < s->people.count; h++) {
        int64_t change = s->after_fen[h] - s->before_fen[h];
        int k = 0;
        while (k < SIMULATION_BANDS - 1 && change >= BAND_FEN[k + 1])
            k++;
        s->band[k].households++;
        s->band[k].persons += s->people.persons[h];
        s->band[k].sum_fen += change;
    }
}

static enum status distribution(const struct people *p, const int64_t *benefit_fen, int64_t line_fen, struct measures *ret, struct diag *d) {
    int64_t *income = malloc((p->count + 1) * sizeof *income);
    if (!income)
        return arena_full(d);
    for (size_t h = 0; h < p->count; h++)
        income[h] = p->income_fen[h] + (benefit_fen ? benefit_fen[h] : 0);
    enum status s = measures_of(income, p->persons, p->count, line_fen, ret, d);
    free(income);
    return s;
}

enum status simulate(const struct simulation_request *r, struct arena *a, struct simulation **ret, struct diag *d) {
    AUTO(simulation) struct simulation *s = calloc(1, sizeof *s);
    if (!s)
        return arena_full(d);
    enum status st = people_of(r->household, r->date, &s->people, d);
    size_t n = s->people.count + 1;
    if (st == OK && (!(s->scheme = calloc(r->scheme_count + 1, sizeof *s->scheme)) || !(s->before_fen = calloc(n, sizeof *s->before_fen)) ||
        !(s->after_fen = calloc(n, sizeof *s->after_fen))))
        st = arena_full(d);
    if (st == OK)
        st = every_scheme(r, a, s, d);
    if (st == OK && r->margin_fen > 0)
        st = margin_measure(s, a, r, d);
    if (st == OK) {
        bands(s);
        st = distribution(&s->people, NULL, r->line_fen, &s->none, d);
    }
    if (st == OK)
        st = distribution(&s->people, s->before_fen, r->line_fen, &s->before, d);
    if (st == OK)
        st = distribution(&s->people, s->after_fen, r->line_fen, &s->after, d);
    if (st == OK)
        *ret = TAKE(s);
    return st;
}

struct simulation *simulation_free(struct simulation *s) {
    if (!s)
        return NULL;
    for (size_t i = 0; i < s->scheme_count; i++)
        free(s->scheme[i].division);
    free(s->scheme);
    free(s->before_fen);
    free(s->after_fen);
    people_free(&s->people);
    free(s);
    return NULL;
}
