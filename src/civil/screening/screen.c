#include "civil/screening/screen.h"

#include "base/vec.h"
#include "civil/screening/receiving.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

/* Rows that a thread takes at a time: a few milliseconds of columns, and little memory. */
enum { CHUNK_ROWS = 1 << 16, RUN_CEILING = 64 << 20, DECIDE_CEILING = 64 << 20, MISSING_CEILING = 1 << 30 };

struct chunk {
    VEC(struct screened) found;
    uint64_t of_class[SCREEN_CLASSES], scalar;
};

struct sweep {
    const struct screening_program *x;
    const struct screening_run *how;
    struct receiving receiving;
    uint64_t rows, chunks;
    struct chunk *chunk;
    atomic_uint_fast64_t next, done;
    atomic_bool failed;
    pthread_mutex_t lock;     /* of what follows, and of progress */
    enum status status;
    struct diag diag;
};

struct worker {
    struct sweep *s;
    struct arena *scratch, *decide, *kept; /* kept: names of missing facts, until the end */
    uint8_t *state;
    int64_t *value[SCREENING_OUTPUTS];
    pthread_t thread;
    bool running;
};

struct screening_own { struct screening public; struct arena *arena; struct screened *found; struct arena **kept; size_t kept_count; };

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

static enum status keep_missing(struct worker *w, const struct decision *r, struct screened *f, struct diag *d) {
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
    return OK;
}

/* The scalar engine's word on a row; memory alone ends the run, whatever else is the row's own error. */
static enum status ask(struct worker *w, uint64_t row, struct answer *ret, struct screened *f, struct diag *d) {
    struct decision r;
    struct diag why = {0};
    arena_reset(w->decide);
    enum status s = screening_decide(w->s->x, w->decide, row, &r, &why);
    *ret = (struct answer){.outcome = DECISION_UNDECIDED};
    if (s == E_LIMIT)
        return *d = why, s;
    if (s != OK)
        return ret->error = true, OK;
    *ret = (struct answer){r.outcome, false, r.monthly_fen, r.once_fen};
    return r.outcome == DECISION_UNDECIDED ? keep_missing(w, &r, f, d) : OK;
}

static uint64_t smaller(uint64_t a, uint64_t b) { return a < b ? a : b; }

static enum status one_row(struct worker *w, struct chunk *c, uint64_t row, uint64_t household, uint64_t at, struct diag *d) {
    struct screened f = {.row = row};
    struct answer a = {.outcome = w->value[SCREENING_ELIGIBLE][at] ? DECISION_ELIGIBLE : DECISION_NOT_ELIGIBLE,
        .monthly_fen = w->value[SCREENING_MONTHLY][at], .once_fen = w->value[SCREENING_ONCE][at]};
    bool receives = receiving_row(&w->s->receiving, row, household), open = w->state[at] == COHORT_OPEN;
    if (open && w->s->how->columns_only)
        a.outcome = DECISION_UNDECIDED;
    else if (w->state[at] != COHORT_DECIDED) {
        c->scalar++;
        enum status s = ask(w, row, &a, &f, d);
        if (s != OK)
            return s;
    }
    f.class = class_of(&a, receives);
    c->of_class[f.class]++;
    if (f.class == SCREEN_NOTHING)
        return OK;
    bool pays = a.outcome == DECISION_ELIGIBLE;
    f.monthly_fen = pays ? a.monthly_fen : 0;
    f.once_fen = pays ? a.once_fen : 0;
    struct screened *slot = vec_push(&c->found);
    if (!slot)
        return arena_full(d);
    *slot = f;
    return OK;
}

/* ---- chunks --------------------------------------------------------------------------------- */

static enum status one_chunk(struct worker *w, uint64_t index, struct diag *d) {
    struct sweep *s = w->s;
    struct chunk *c = &s->chunk[index];
    uint64_t first = index * CHUNK_ROWS, n = smaller(CHUNK_ROWS, s->rows - first);
    struct cohort_result r = {w->state, w->value};
    struct arena_mark mark = arena_mark(w->scratch);
    enum status st = cohort_run(s->x->program, w->scratch, first, n, &r, d);
    arena_rewind(w->scratch, mark);
    uint64_t household = screening_household_of(s->x, first);
    const uint64_t *offset = s->x->policy.of_person ? s->x->member->offset : NULL;
    for (uint64_t i = 0; st == OK && i < n; i++) {
        if (offset)
            while (offset[household + 1] <= first + i)
                household++;
        else
            household = first + i;
        st = one_row(w, c, first + i, household, i, d);
    }
    return st;
}

static void *work(void *arg) {
    struct worker *w = arg;
    struct sweep *s = w->s;
    for (uint64_t i; !atomic_load(&s->failed) && (i = atomic_fetch_add(&s->next, 1)) < s->chunks;) {
        struct diag d = {0};
        enum status st = s->how->stop && *s->how->stop ? diag_fail(&d, E_LIMIT, "screening.stopped") : one_chunk(w, i, &d);
        pthread_mutex_lock(&s->lock);
        uint64_t done = atomic_fetch_add(&s->done, 1) + 1;
        if (st != OK && s->status == OK) {
            s->status = st;
            s->diag = d;
            atomic_store(&s->failed, true);
        }
        if (s->how->progress)
            s->how->progress(s->how->user, smaller(done * CHUNK_ROWS, s->rows), s->rows);
        pthread_mutex_unlock(&s->lock);
    }
    return NULL;
}

static bool worker_open(struct worker *w, struct sweep *s) {
    w->s = s;
    w->scratch = arena_new(RUN_CEILING);
    w->decide = arena_new(DECIDE_CEILING);
    w->kept = arena_new(MISSING_CEILING);
    w->state = malloc(CHUNK_ROWS);
    bool ok = w->scratch && w->decide && w->kept && w->state;
    for (int i = 0; i < SCREENING_OUTPUTS; i++)
        ok &= (w->value[i] = malloc(CHUNK_ROWS * sizeof(int64_t))) != NULL;
    return ok;
}

static void worker_close(struct worker *w) {
    arena_free(w->scratch);
    arena_free(w->decide);
    free(w->state);
    for (int i = 0; i < SCREENING_OUTPUTS; i++)
        free(w->value[i]);
}

/* The calling thread is one of them; fewer run where the system gives no more. */
static enum status run_all(struct worker *w, unsigned threads, struct sweep *s, struct diag *d) {
    for (unsigned i = 0; i < threads; i++)
        if (!worker_open(&w[i], s))
            return arena_full(d);
    for (unsigned i = 1; i < threads; i++)
        w[i].running = pthread_create(&w[i].thread, NULL, work, &w[i]) == 0;
    work(&w[0]);
    for (unsigned i = 1; i < threads; i++)
        if (w[i].running)
            pthread_join(w[i].thread, NULL);
    if (s->status != OK)
        *d = s->diag;
    return s->status;
}

/* ---- the whole ---------------------------------------------------------------------------------- */

struct screening *screening_free(struct screening *public) {
    struct screening_own *o = (struct screening_own *)public;
    if (!o)
        return NULL;
    for (size_t i = 0; i < o->kept_count; i++)
        arena_free(o->kept[i]);
    free(o->kept);
    free(o->found);
    arena_free(o->arena);
    free(o);
    return NULL;
}

static enum status gather(struct sweep *s, struct screening_own *o, struct diag *d) {
    size_t n = 0;
    for (uint64_t i = 0; i < s->chunks; i++)
        n += s->chunk[i].found.size;
    if (!(o->found = malloc((n + 1) * sizeof *o->found)))
        return arena_full(d);
    for (uint64_t i = 0; i < s->chunks; i++) {
        struct chunk *c = &s->chunk[i];
        if (c->found.size)
            memcpy(&o->found[o->public.count], c->found.at, c->found.size * sizeof *o->found);
        o->public.count += c->found.size;
        o->public.scalar += c->scalar;
        for (int k = 0; k < SCREEN_CLASSES; k++)
            o->public.of_class[k] += c->of_class[k];
    }
    o->public.found = o->found;
    return OK;
}

static enum status sweep_all(struct sweep *s, unsigned threads, struct screening_own *o, struct diag *d) {
    struct worker *w = calloc(threads, sizeof *w);
    s->chunk = calloc(s->chunks + 1, sizeof *s->chunk);
    o->kept = calloc(threads, sizeof *o->kept);
    enum status st = w && s->chunk && o->kept ? run_all(w, threads, s, d) : arena_full(d);
    if (st == OK)
        st = gather(s, o, d);
    for (unsigned i = 0; w && o->kept && i < threads; i++) {
        worker_close(&w[i]);
        o->kept[o->kept_count++] = w[i].kept;
    }
    for (uint64_t i = 0; s->chunk && i < s->chunks; i++)
        vec_release(&s->chunk[i].found);
    free(s->chunk);
    free(w);
    return st;
}

enum status screening_screen(const struct screening_program *x, const struct screening_run *how, struct screening **ret, struct diag *d) {
    static const struct screening_run NONE;
    struct sweep s = {.x = x, .how = how ? how : &NONE, .rows = x->program ? screening_rows(x) : 0, .lock = PTHREAD_MUTEX_INITIALIZER};
    AUTO(screening) struct screening *own = calloc(1, sizeof(struct screening_own));
    struct screening_own *o = (struct screening_own *)own;
    if (!o || !(o->arena = arena_new(0)))
        return arena_full(d);
    o->public.program = x;
    o->public.rows = s.rows;
    s.chunks = (s.rows + CHUNK_ROWS - 1) / CHUNK_ROWS;
    enum status st = receiving_open(o->arena, x, &s.receiving, d);
    if (st == OK)
        st = sweep_all(&s, s.how->threads ? s.how->threads : 1, o, d);
    if (st == OK)
        *ret = TAKE(own);
    return st;
}
