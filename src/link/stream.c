#include "link/link_internal.h"

struct worker {
    char *record, *scratch;
    struct link_pairs pairs;
    uint64_t right_at[LINK_BATCH];
    uint64_t candidates;
    double load, link;
    bool full;
    const struct link_scorer *scorer;
};
struct streaming { struct link_job *job; struct link_scorer scorer; struct worker *w; uint64_t *hash; size_t *rows; struct diag *diag; };

void link_pairs_release(struct link_pairs *p) {
    free(p->at);
    *p = (struct link_pairs){0};
}

static bool push(struct link_pairs *p, struct link_pair pair) {
    if (p->count == p->room) {
        size_t room = p->room ? 2 * p->room : 4096;
        struct link_pair *at = realloc(p->at, room * sizeof *at);
        if (!at)
            return false;
        p->at = at;
        p->room = room;
    }
    p->at[p->count++] = pair;
    return true;
}

static void candidate(void *context, const char *left, uint32_t row, const char *right, uint32_t index) {
    struct worker *w = context;
    w->candidates++;
    float weight = link_score(w->scorer, left, right);
    if (weight >= w->scorer->least && !push(&w->pairs, (struct link_pair){row, weight, w->right_at[index]}))
        w->full = true;
}

static void probe(struct streaming *s, struct worker *w, const char *record, size_t n, bool below) {
    link_index_probe(&s->job->index, record, n, below, candidate, w);
}

/* ---- a second table ------------------------------------------------------------------- */

static void read_piece(void *context, int worker, size_t piece) {
    struct streaming *s = context;
    struct link_job *job = s->job;
    struct worker *w = &s->w[worker];
    const struct link_table *t = job->right;
    struct link_cursor c;
    size_t n = 0, at = t->piece[piece].rows_before, size = job->layout.size;
    double before = link_seconds(job->crew);
    link_cursor_init(&c, t, piece, w->scratch);
    for (bool row = true; row;) {
        if (link_cursor_next(&c, &row, &s->diag[piece]) != OK)
            row = false;
        if (row) {
            char *r = w->record + n * size;
            link_encode(&job->layout, 1, c.field, 0, r);
            link_key_all(&job->layout, r);
            w->right_at[n++] = (uint64_t)(c.row - t->text.at);
            s->hash[at] = link_id_hash(c.field[job->schema.id[1]]);
            if (!s->hash[at++] && s->diag[piece].status == OK)
                (void)diag_fail(&s->diag[piece], E_INPUT, "link.id_missing", DIAG_N("row", at));
            s->rows[piece]++;
        }
        if (n == LINK_BATCH || !row) {
            double now = link_seconds(job->crew);
            w->load += now - before;
            probe(s, w, w->record, n, false);
            before = link_seconds(job->crew);
            w->link += before - now;
            n = 0;
        }
    }
    if (job->crew && job->crew->released) {
        size_t from = t->body + piece * (size_t)LINK_PIECE;
        job->crew->released(job->crew->arg, t->text.at + from, t->text.size - from < LINK_PIECE ? t->text.size - from : LINK_PIECE);
    }
}

/* ---- the same table ---------------------------------------------------------------------- */

static void own_batch(void *context, int worker, size_t i) {
    struct streaming *s = context;
    struct link_job *job = s->job;
    struct worker *w = &s->w[worker];
    size_t from = i * LINK_BATCH, n = job->index.rows - from < LINK_BATCH ? job->index.rows - from : LINK_BATCH;
    double before = link_seconds(job->crew);
    memcpy(w->right_at, job->left_at + from, n * sizeof *w->right_at);
    probe(s, w, link_record(&job->index, from), n, true);
    w->link += link_seconds(job->crew) - before;
}

/* ---- both ----------------------------------------------------------------------------------- */

static int by_rows(const void *a, const void *b) {
    const struct link_pair *x = a, *y = b;
    if (x->left != y->left)
        return x->left < y->left ? -1 : 1;
    return x->right < y->right ? -1 : x->right > y->right;
}

/* The workers' pairs in one list, in the order of the tables whoever found them. */
static enum status collect(struct streaming *s, int workers, struct link_pairs *ret, struct diag *d) {
    struct link_pairs all = {0};
    for (int i = 0; i < workers; i++)
        all.room += s->w[i].pairs.count;
    all.at = malloc((all.room + 1) * sizeof *all.at);
    for (int i = 0; i < workers; i++) {
        if (s->w[i].full || !all.at) {
            free(all.at);
            return arena_full(d);
        }
        if (s->w[i].pairs.count)
            memcpy(all.at + all.count, s->w[i].pairs.at, s->w[i].pairs.count * sizeof *all.at);
        all.count += s->w[i].pairs.count;
        s->job->candidates += s->w[i].candidates;
        s->job->seconds.stream_load += s->w[i].load / workers;
        s->job->seconds.stream += s->w[i].link / workers;
    }
    qsort(all.at, all.count, sizeof *all.at, by_rows);
    *ret = all;
    return OK;
}

static enum status stream_right(struct streaming *s, struct diag *d) {
    struct link_job *job = s->job;
    const struct link_table *t = job->right;
    s->hash = ARENA_ARRAY(job->arena, t->rows_max + 1, uint64_t);
    s->rows = ARENA_ARRAY(job->arena, t->pieces + 1, size_t);
    s->diag = ARENA_ARRAY(job->arena, t->pieces + 1, struct diag);
    if (!s->hash || !s->rows || !s->diag)
        return arena_full(d);
    link_crew_run(job->crew, t->pieces, read_piece, s);
    for (size_t i = 0; i < t->pieces; i++) {
        if (s->diag[i].status != OK) {
            if (d)
                *d = s->diag[i];
            return s->diag[i].status;
        }
        job->rows[1] += s->rows[i];
    }
    return link_ids_check(s->hash, t->rows_max, job->crew, job->arena, d);
}

enum status link_stream(struct link_job *job, const struct link_options *o, struct link_pairs *ret, struct diag *d) {
    int workers = link_crew_size(job->crew);
    struct streaming s = {.job = job};
    struct arena_mark mark = arena_mark(job->arena);
    enum status st = OK;
    link_scorer_init(&s.scorer, &job->layout, &job->model, o->least_probability > 0 ? o->least_probability : 0.01);
    s.w = arena_alloc(job->arena, (size_t)workers * sizeof *s.w);
    for (int i = 0; s.w && i < workers; i++) {
        s.w[i].scorer = &s.scorer;
        s.w[i].scratch = arena_alloc_raw(job->arena, LINK_UNQUOTE);
        char *record = arena_alloc(job->arena, LINK_BATCH * (size_t)job->layout.size + 64);
        s.w[i].record = record ? record + (64 - (uintptr_t)record % 64) : NULL;
        if (!s.w[i].scratch || !record)
            st = arena_full(d);
    }
    if (!s.w)
        return arena_full(d);
    if (st == OK && job->left == job->right) {
        link_crew_run(job->crew, (job->index.rows + LINK_BATCH - 1) / LINK_BATCH, own_batch, &s);
        job->rows[1] = job->rows[0];
    } else if (st == OK) {
        st = stream_right(&s, d);
    }
    double before = link_seconds(job->crew);
    if (st == OK)
        st = collect(&s, workers, ret, d);
    for (int i = 0; i < workers; i++)
        link_pairs_release(&s.w[i].pairs);
    arena_rewind(job->arena, mark);
    job->seconds.finish += link_seconds(job->crew) - before;
    return st;
}
