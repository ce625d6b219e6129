#include "civil/simulation/count.h"

#include "cohort/table.h"

#include <stdlib.h>

enum { DECIDE_CEILING = 64 << 20 };

bool turns_add(struct turns *t, struct turned x) {
    if (t->size == t->room) {
        size_t room = t->room ? t->room * 2 : 64;
        struct turned *more = realloc(t->at, room * sizeof *more);
        if (!more)
            return false;
        t->at = more;
        t->room = room;
    }
    t->at[t->size++] = x;
    return true;
}

bool marks_new(struct marks *m, uint64_t rows) {
    size_t words = (size_t)(rows / 64 + 1);
    *m = (struct marks){calloc(words, 8), calloc(words, 8), calloc(words, 8), calloc(words, 8)};
    return m->yes && m->open && m->unsure && m->error;
}

void marks_free(struct marks *m) {
    free(m->yes);
    free(m->open);
    free(m->unsure);
    free(m->error);
    *m = (struct marks){0};
}

struct settled marks_of(const struct marks *m, uint64_t row) {
    if (cohort_bit(m->yes, row))
        return (struct settled){SETTLED_YES, true, 0};
    if (cohort_bit(m->open, row))
        return (struct settled){SETTLED_OPEN, !cohort_bit(m->unsure, row), 0};
    return (struct settled){cohort_bit(m->error, row) ? SETTLED_ERROR : SETTLED_NO, true, 0};
}

/* A chunk's rows share no word with another's. */
static void mark(uint64_t *bits, uint64_t row) { bits[row / 64] |= (uint64_t)1 << (row % 64); }
_Static_assert(SWEEP_ROWS % 64 == 0, "chunks begin with a word of bits");

static struct tally *side(struct both *b, bool after) { return after ? &b->after : &b->before; }

static void bump(uint64_t *n, int sign) { __atomic_fetch_add(n, (uint64_t)(int64_t)sign, __ATOMIC_RELAXED); }

int64_t settled_fen(const struct settled *x, int64_t paid_fen) {
    return x->is == SETTLED_YES ? x->fen : x->is == SETTLED_OPEN && paid_fen > 0 ? paid_fen : 0;
}

/* Few rows are counted at all, so threads share the sums. */
void tally_add(struct tally *t, const struct settled *x, int64_t paid_fen, int sign) {
    bool drawing = paid_fen >= 0;
    if (x->is == SETTLED_OPEN || x->is == SETTLED_ERROR)
        bump(x->is == SETTLED_OPEN ? &t->open : &t->error, sign);
    if (x->is == SETTLED_OPEN && !x->certain)
        bump(&t->unsure, sign);
    if (x->is == SETTLED_OPEN && drawing) {
        bump(&t->open_drawing, sign);
        __atomic_fetch_add(&t->open_drawing_fen, sign * paid_fen, __ATOMIC_RELAXED);
    }
    if (x->is != SETTLED_YES)
        return;
    bump(&t->entitled, sign);
    __atomic_fetch_add(&t->entitled_fen, sign * x->fen, __ATOMIC_RELAXED);
    if (drawing) {
        bump(&t->drawing, sign);
        __atomic_fetch_add(&t->drawing_fen, sign * x->fen, __ATOMIC_RELAXED);
    }
}

static void remember(struct count *c, uint64_t row, const struct settled *x) {
    if (x->is == SETTLED_YES)
        mark(c->marks->yes, row);
    if (x->is == SETTLED_OPEN)
        mark(c->marks->open, row);
    if (x->is == SETTLED_OPEN && !x->certain)
        mark(c->marks->unsure, row);
    if (x->is == SETTLED_ERROR)
        mark(c->marks->error, row);
}

static bool take(struct count *c, unsigned thread, uint64_t row, uint64_t household, const struct settled *x) {
    if (c->rows) {
        c->rows[row] = *x;
        return true;
    }
    if (x->is == SETTLED_NO)
        return true;
    int64_t paid = x->is != SETTLED_ERROR ? receiving_fen(&c->receiving, row, household) : -1, fen = settled_fen(x, paid);
    remember(c, row, x);
    tally_add(side(&c->scheme->all, c->after), x, paid, 1);
    tally_add(side(&c->scheme->division[c->people->division[household]], c->after), x, paid, 1);
    tally_add(side(&c->scheme->type[c->people->type[household]], c->after), x, paid, 1);
    if (fen)
        __atomic_fetch_add(&c->fen[household], fen, __ATOMIC_RELAXED);
    return x->is != SETTLED_YES || !c->was || cohort_bit(c->was, row) || turns_add(&c->turns[thread], (struct turned){row, household, true, x->fen});
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
        if (!take(c, thread, first + i, h, &x))
            return arena_full(d);
    }
    return OK;
}

enum status count_all(const struct simulation_request *r, struct arena *a, struct count *c, struct diag *d) {
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
