#include "civil/screening/sweep.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

enum { RUN_CEILING = 256 << 20 }; /* registers of a batch are far below */

struct sweeping {
    const struct screening_program *x;
    const struct screening_run *how;
    sweep_chunk *chunk;
    void *user;
    uint64_t rows, chunks;
    atomic_uint_fast64_t next;
    atomic_bool failed;
    pthread_mutex_t lock; /* of what follows, and of progress */
    uint64_t done;
    enum status status;
    struct diag diag;
};

struct worker {
    struct sweeping *s;
    unsigned number;
    struct arena *scratch; /* the runner's */
    struct cohort_runner *runner;
    uint8_t *state;
    int64_t *value[SCREENING_OUTPUTS];
    pthread_t thread;
    bool running;
};

unsigned sweep_threads(const struct screening_run *how) {
    unsigned n = how && how->threads ? how->threads : 1;
    return n < SWEEP_THREADS_MAX ? n : SWEEP_THREADS_MAX;
}

static enum status one_chunk(struct worker *w, uint64_t index, struct diag *d) {
    struct sweeping *s = w->s;
    uint64_t first = index * SWEEP_ROWS, n = s->rows - first < SWEEP_ROWS ? s->rows - first : SWEEP_ROWS;
    struct cohort_result r = {w->state, w->value};
    enum status st = w->runner ? OK : cohort_runner_new(w->scratch, s->x->program, &w->runner, d);
    if (st == OK)
        st = cohort_runner_run(w->runner, first, n, &r, d);
    return st == OK ? s->chunk(s->user, w->number, first, n, w->state, w->value, d) : st;
}

static void finished(struct sweeping *s, enum status st, const struct diag *d) {
    pthread_mutex_lock(&s->lock);
    s->done += SWEEP_ROWS;
    if (st != OK && s->status == OK) {
        s->status = st;
        s->diag = *d;
        atomic_store(&s->failed, true);
    }
    if (s->how->progress)
        s->how->progress(s->how->user, s->done < s->rows ? s->done : s->rows, s->rows);
    pthread_mutex_unlock(&s->lock);
}

static void *work(void *arg) {
    struct worker *w = arg;
    struct sweeping *s = w->s;
    for (uint64_t i; !atomic_load(&s->failed) && (i = atomic_fetch_add(&s->next, 1)) < s->chunks;) {
        struct diag d = {0};
        bool stop = s->how->stop && *s->how->stop;
        enum status st = stop ? diag_fail(&d, E_LIMIT, "screening.stopped") : one_chunk(w, i, &d);
        finished(s, st, &d);
    }
    return NULL;
}

static bool worker_open(struct worker *w, struct sweeping *s, unsigned number) {
    w->s = s;
    w->number = number;
    w->scratch = arena_new(RUN_CEILING);
    w->state = malloc(SWEEP_ROWS);
    bool ok = w->scratch && w->state;
    for (int i = 0; i < SCREENING_OUTPUTS; i++)
        ok &= (w->value[i] = malloc(SWEEP_ROWS * sizeof(int64_t))) != NULL;
    return ok;
}

static void worker_close(struct worker *w) {
    arena_free(w->scratch);
    free(w->state);
    for (int i = 0; i < SCREENING_OUTPUTS; i++)
        free(w->value[i]);
}

/* The calling thread is one of them; fewer run where the system gives no more. */
static void run_all(struct worker *w, unsigned threads) {
    for (unsigned i = 1; i < threads; i++)
        w[i].running = pthread_create(&w[i].thread, NULL, work, &w[i]) == 0;
    work(&w[0]);
    for (unsigned i = 1; i < threads; i++)
        if (w[i].running)
            pthread_join(w[i].thread, NULL);
}

enum status sweep(const struct screening_program *x, const struct screening_run *how, sweep_chunk *chunk, void *user, struct diag *d) {
    static const struct screening_run NONE;
    struct sweeping s = {.x = x, .how = how ? how : &NONE, .chunk = chunk, .user = user,
        .rows = x->program ? screening_rows(x) : 0, .lock = PTHREAD_MUTEX_INITIALIZER};
    s.chunks = (s.rows + SWEEP_ROWS - 1) / SWEEP_ROWS;
    unsigned threads = sweep_threads(how);
    struct worker *w = calloc(threads, sizeof *w);
    bool ok = w != NULL;
    for (unsigned i = 0; ok && i < threads; i++)
        ok = worker_open(&w[i], &s, i);
    if (ok)
        run_all(w, threads);
    for (unsigned i = 0; w && i < threads; i++)
        worker_close(&w[i]);
    free(w);
    if (!ok)
        return arena_full(d);
    if (s.status != OK && d)
        *d = s.diag;
    return s.status;
}
