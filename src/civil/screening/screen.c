#include "civil/screening/screen.h"

#include "base/vec.h"
#include "civil/decision/policies.h"
#include "civil/screening/receiving.h"

#include <stdlib.h>

enum { DECIDE_CEILING = 64 << 20, MISSING_CEILING = 1 << 30, LEARNT_CEILING = 16 << 20 };

struct found { VEC(struct screened) list; uint64_t of_class[SCREEN_CLASSES], scalar; };

/* What a thread needs for the rows that columns leave open. */
struct asker {
    struct arena *decide, *kept; /* kept: names of missing facts, until the end */
    struct arena *learnt;        /* memory's: a chunk's, so that results do not hang on which thread had which chunks */
    struct dmn_case_memory *memory;
};

struct screener {
    const struct screening_program *x;
    bool scalar, columns_only;
    struct receiving receiving;
    struct found *chunk;
    struct asker asker[SWEEP_THREADS_MAX];
};

struct screening_own {
    struct screening public;
    struct arena *arena;
    struct screened *found;
    struct arena *kept[SWEEP_THREADS_MAX];
};

const char *screen_class_name(enum screen_class c) {
    static const char *const NAME[] = {"nothing", "lead", "possible", "review", "receiving", "error"};
    return NAME[c];
}

/* ---- one row ----------------------------------------------------------------------------- */

struct answer { enum decision_outcome outcome; bool error; int64_t monthly_fen, once_fen; };

static enum screen_class class_of(const struct answer *w, bool receives) {
    if (w->error)
        return SCREEN_RULE_ERROR;
    if (receives)
        return w->outcome == DECISION_NOT_ELIGIBLE ? SCREEN_REVIEW : SCREEN_RECEIVING;
    return w->outcome == DECISION_ELIGIBLE ? SCREEN_LEAD : w->outcome == DECISION_UNDECIDED ? SCREEN_POSSIBLE : SCREEN_NOTHING;
}

static enum status keep_missing(const struct screening_program *x, struct asker *w, const struct decision *r, struct screened *f, struct diag *d) {
    size_t n = r->missing_count < SCREEN_MISSING_MAX ? r->missing_count : SCREEN_MISSING_MAX;
    const char **list = ARENA_ARRAY(w->kept, n + 1, const char *);
    if (!list)
        return arena_full(d);
    for (size_t i = 0; i < n; i++)
        if (!(list[i] = arena_dup(w->kept, span_of(r->missing[i]))))
            return arena_full(d);
    f->missing = list;
    f->missing_count = (uint8_t)n;
    f->missing_exact = r->missing_exact && n == r->missing_count;
    f->effort = (uint16_t)vocabulary_effort(&x->policies->words, r->missing, r->missing_count);
    return OK;
}

/* The scalar engine's word on a row; memory alone ends the run, whatever else is the row's own error. */
static enum status ask(const struct screening_program *x, struct asker *w, uint64_t row, struct answer *ret, struct screened *f, struct diag *d) {
    struct decision r;
    struct diag why = {0};
    arena_reset(w->decide);
    enum status s = screening_decide(x, w->decide, row, w->memory, &r, &why);
    *ret = (struct answer){.outcome = DECISION_UNDECIDED};
    if (s == E_LIMIT)
        return *d = why, s;
    if (s != OK)
        return ret->error = true, OK;
    *ret = (struct answer){r.outcome, false, r.monthly_fen, r.once_fen};
    return r.outcome == DECISION_UNDECIDED ? keep_missing(x, w, &r, f, d) : OK;
}

/* What the columns say of the row `at` of a chunk. */
struct columns { const uint8_t *state; int64_t *const *value; };

static enum status one_row(struct screener *s, struct asker *w, struct found *c, uint64_t row, uint64_t household,
    const struct columns *v, uint64_t at, struct diag *d) {
    struct screened f = {.row = row};
    struct answer a = {.outcome = v->value[SCREENING_ELIGIBLE][at] ? DECISION_ELIGIBLE : DECISION_NOT_ELIGIBLE,
        .monthly_fen = v->value[SCREENING_MONTHLY][at], .once_fen = v->value[SCREENING_ONCE][at]};
    if (s->columns_only && v->state[at] == COHORT_OPEN)
        a.outcome = DECISION_UNDECIDED;
    else if (s->scalar || v->state[at] != COHORT_DECIDED) {
        c->scalar++;
        enum status st = ask(s->x, w, row, &a, &f, d);
        if (st != OK)
            return st;
    }
    f.class = class_of(&a, receiving_row(&s->receiving, row, household));
    c->of_class[f.class]++;
    if (f.class == SCREEN_NOTHING)
        return OK;
    bool pays = a.outcome == DECISION_ELIGIBLE;
    f.monthly_fen = pays ? a.monthly_fen : 0;
    f.once_fen = pays ? a.once_fen : 0;
    struct screened *slot = vec_push(&c->list);
    if (!slot)
        return arena_full(d);
    *slot = f;
    return OK;
}

static enum status begin_chunk(const struct screener *s, struct asker *w, struct diag *d) {
    if (!w->learnt)
        return OK;
    arena_reset(w->learnt);
    w->memory = dmn_case_memory_new(w->learnt, s->x->policies->vocabulary);
    return w->memory ? OK : arena_full(d);
}

enum { RUN_OF_ROWS = 64 };
_Static_assert(COHORT_DECIDED == 0, "the states of decided rows are nothing");

/* So many rows, all decided, that neither qualify nor receive: most are such. */
static bool nothing_there(const struct screener *s, const uint8_t *state, const int64_t *eligible, uint64_t household, uint64_t last_household) {
    uint64_t any = 0;
    if (s->scalar || (s->receiving.wanted >= 0 && s->receiving.list->offset[household] != s->receiving.list->offset[last_household + 1]))
        return false;
    for (size_t i = 0; i < RUN_OF_ROWS; i++)
        any |= (uint64_t)eligible[i] | state[i];
    return !any;
}

/* The row's household, `household` being an earlier row's. */
static uint64_t walk(const uint64_t *offset, uint64_t household, uint64_t row) {
    if (!offset)
        return row;
    while (offset[household + 1] <= row)
        household++;
    return household;
}

static enum status one_chunk(void *user, unsigned thread, uint64_t first, uint64_t n, const uint8_t *state, int64_t *const *value, struct diag *d) {
    struct screener *s = user;
    struct found *c = &s->chunk[first / SWEEP_ROWS];
    struct columns v = {state, value};
    const int64_t *eligible = value[SCREENING_ELIGIBLE];
    const uint64_t *offset = s->x->policy.of_person ? s->x->member->offset : NULL;
    uint64_t h = screening_household_of(s->x, first);
    enum status st = begin_chunk(s, &s->asker[thread], d);
    for (uint64_t i = 0; st == OK && i < n; i++) {
        h = walk(offset, h, first + i);
        if (i % RUN_OF_ROWS == 0 && i + RUN_OF_ROWS <= n) {
            uint64_t last = walk(offset, h, first + i + RUN_OF_ROWS - 1);
            if (nothing_there(s, state + i, eligible + i, h, last)) {
                c->of_class[SCREEN_NOTHING] += RUN_OF_ROWS;
                h = last;
                i += RUN_OF_ROWS - 1;
                continue;
            }
        }
        if (!s->scalar && state[i] == COHORT_DECIDED && !eligible[i] && !receiving_household(&s->receiving, h))
            c->of_class[SCREEN_NOTHING]++;
        else
            st = one_row(s, &s->asker[thread], c, first + i, h, &v, i, d);
    }
    return st;
}

/* ---- ranking ------------------------------------------------------------------------------------ */

uint32_t *screening_ranked(const struct screening *s) {
    size_t n = (size_t)s->of_class[SCREEN_POSSIBLE];
    uint32_t *ret = malloc((n + 1) * sizeof *ret), *start = calloc(UINT16_MAX + 2, sizeof *start);
    for (size_t i = 0; ret && start && i < s->count; i++)
        if (s->found[i].class == SCREEN_POSSIBLE)
            start[s->found[i].effort + 1]++;
    for (size_t k = 0; ret && start && k <= UINT16_MAX; k++)
        start[k + 1] += start[k];
    for (size_t i = 0; ret && start && i < s->count; i++)
        if (s->found[i].class == SCREEN_POSSIBLE)
            ret[start[s->found[i].effort]++] = (uint32_t)i;
    if (!start) {
        free(ret);
        ret = NULL;
    }
    free(start);
    return ret;
}

/* ---- the whole ---------------------------------------------------------------------------------- */

struct screening *screening_free(struct screening *public) {
    struct screening_own *o = (struct screening_own *)public;
    if (!o)
        return NULL;
    for (size_t i = 0; i < SWEEP_THREADS_MAX; i++)
        arena_free(o->kept[i]);
    free(o->found);
    arena_free(o->arena);
    free(o);
    return NULL;
}

static enum status gather(struct screener *s, uint64_t chunks, struct screening_own *o, struct diag *d) {
    size_t n = 0;
    for (uint64_t i = 0; i < chunks; i++)
        n += s->chunk[i].list.size;
    if (!(o->found = malloc((n + 1) * sizeof *o->found)))
        return arena_full(d);
    for (uint64_t i = 0; i < chunks; i++) {
        struct found *c = &s->chunk[i];
        if (c->list.size)
            memcpy(&o->found[o->public.count], c->list.at, c->list.size * sizeof *o->found);
        o->public.count += c->list.size;
        o->public.scalar += c->scalar;
        for (int k = 0; k < SCREEN_CLASSES; k++)
            o->public.of_class[k] += c->of_class[k];
    }
    o->public.found = o->found;
    return OK;
}

static bool askers_open(struct screener *s, unsigned threads, struct screening_own *o) {
    bool ok = true;
    for (unsigned i = 0; i < threads; i++) {
        struct asker *w = &s->asker[i];
        *w = (struct asker){.decide = arena_new(DECIDE_CEILING), .kept = arena_new(MISSING_CEILING)};
        o->kept[i] = w->kept;
        ok &= w->decide && w->kept;
        if (!s->scalar) /* that one is to compare with */
            ok &= (w->learnt = arena_new(LEARNT_CEILING)) != NULL;
    }
    return ok;
}

static enum status screen_all(struct screener *s, const struct screening_run *how, struct screening_own *o, struct diag *d) {
    uint64_t chunks = o->public.rows / SWEEP_ROWS + 1;
    s->chunk = calloc(chunks, sizeof *s->chunk);
    enum status st = s->chunk && askers_open(s, sweep_threads(how), o) ? receiving_open(o->arena, s->x, &s->receiving, d) : arena_full(d);
    if (st == OK)
        st = sweep(s->x, how, one_chunk, s, d);
    if (st == OK)
        st = gather(s, chunks, o, d);
    for (uint64_t i = 0; s->chunk && i < chunks; i++)
        vec_release(&s->chunk[i].list);
    for (size_t i = 0; i < SWEEP_THREADS_MAX; i++)
        arena_free(s->asker[i].decide), arena_free(s->asker[i].learnt);
    free(s->chunk);
    return st;
}

enum status screening_screen(const struct screening_program *x, const struct screening_run *how, struct screening **ret, struct diag *d) {
    AUTO(screening) struct screening *own = calloc(1, sizeof(struct screening_own));
    struct screening_own *o = (struct screening_own *)own;
    if (!o || !(o->arena = arena_new(0)))
        return arena_full(d);
    o->public.program = x;
    o->public.rows = x->program ? screening_rows(x) : 0;
    struct screener s = {.x = x, .scalar = how && how->scalar, .columns_only = how && how->columns_only};
    enum status st = screen_all(&s, how, o, d);
    if (st == OK)
        *ret = TAKE(own);
    return st;
}
