#include "link/link_internal.h"

enum { SAMPLE_ROWS = 20000, SAMPLE_PIECES = 64, SMALL = 50000 };

/* ---- sampling ------------------------------------------------------------------------- */

struct sampling {
    const struct link_job *job;
    const struct link_layout *l;
    int side;
    size_t step, share, *rows; /* pieces between two that are read; rows of each at most; and found */
    char *record, *scratch[LINK_CREW_MAX];
    struct diag *diag;
};

static void sample_piece(void *context, int worker, size_t i) {
    struct sampling *w = context;
    struct link_cursor c;
    bool row = true;
    link_cursor_init(&c, w->side ? w->job->right : w->job->left, i * w->step, w->scratch[worker]);
    while (w->rows[i] < w->share && link_cursor_next(&c, &row, &w->diag[i]) == OK && row) {
        size_t n = i * w->share + w->rows[i]++;
        char *at = w->record + n * w->l->size;
        link_encode(w->l, w->side, c.field, (uint32_t)n, at);
        link_key_all(w->l, at);
    }
}

static enum status sample_side(struct link_job *job, const struct link_layout *l, int side, size_t want, struct link_samples *ret, struct diag *d) {
    const struct link_table *t = side ? job->right : job->left;
    struct sampling w = {.job = job, .l = l, .side = side, .step = t->pieces > SAMPLE_PIECES ? t->pieces / SAMPLE_PIECES : 1};
    size_t pieces = t->pieces / w.step + (t->pieces % w.step != 0), n = 0;
    w.share = pieces ? want / pieces + 1 : 0;
    w.record = arena_alloc_raw(job->arena, (pieces * w.share + 1) * l->size);
    w.rows = ARENA_ARRAY(job->arena, pieces + 1, size_t);
    w.diag = ARENA_ARRAY(job->arena, pieces + 1, struct diag);
    for (int i = 0; i < link_crew_size(job->crew); i++)
        if (!(w.scratch[i] = arena_alloc_raw(job->arena, LINK_UNQUOTE)))
            return arena_full(d);
    if (!w.record || !w.rows || !w.diag)
        return arena_full(d);
    link_crew_run(job->crew, pieces, sample_piece, &w);
    for (size_t i = 0; i < pieces; i++) {
        if (w.diag[i].status != OK) {
            if (d)
                *d = w.diag[i];
            return w.diag[i].status;
        }
        memmove(w.record + n * l->size, w.record + i * w.share * l->size, w.rows[i] * l->size);
        n += w.rows[i];
    }
    ret->record[side] = w.record;
    ret->rows[side] = n;
    return OK;
}

enum status link_sample(struct link_job *job, const struct link_layout *l, size_t want, struct link_samples *ret, struct diag *d) {
    *ret = (struct link_samples){0};
    for (int side = 0; side < 2; side++) {
        if (side && job->left == job->right) {
            ret->record[1] = ret->record[0];
            ret->rows[1] = ret->rows[0];
            return OK;
        }
        enum status s = sample_side(job, l, side, want, ret, d);
        if (s != OK)
            return s;
    }
    return OK;
}

/* ---- the left table ------------------------------------------------------------------------ */

struct loading { struct link_job *job; uint64_t *hash; char *scratch[LINK_CREW_MAX]; struct diag *diag; size_t *rows; size_t missing; };

static void load_piece(void *context, int worker, size_t piece) {
    struct loading *w = context;
    struct link_job *job = w->job;
    const struct link_table *t = job->left;
    struct link_cursor c;
    size_t at = t->piece[piece].rows_before;
    bool row = true;
    link_cursor_init(&c, t, piece, w->scratch[worker]);
    while (link_cursor_next(&c, &row, &w->diag[piece]) == OK && row) {
        assert(at < job->index.rows);
        char *r = link_record(&job->index, at);
        link_encode(&job->layout, 0, c.field, (uint32_t)at, r);
        link_key_all(&job->layout, r);
        job->left_at[at] = (uint64_t)(c.row - t->text.at);
        w->hash[at] = link_id_hash(c.field[job->schema.id[0]]);
        if (!w->hash[at] && w->diag[piece].status == OK)
            (void)diag_fail(&w->diag[piece], E_INPUT, "link.id_missing", DIAG_N("row", at + 1));
        at++;
        w->rows[piece]++;
    }
    if (at < t->piece[piece].rows_before + t->piece[piece].rows)
        link_index_empty(&job->index, at, t->piece[piece].rows_before + t->piece[piece].rows);
    if (job->crew && job->crew->released) {
        size_t from = t->body + piece * (size_t)LINK_PIECE;
        job->crew->released(job->crew->arg, t->text.at + from, t->text.size - from < LINK_PIECE ? t->text.size - from : LINK_PIECE);
    }
}

static enum status load_left(struct link_job *job, struct diag *d) {
    const struct link_table *t = job->left;
    struct loading w = {.job = job};
    enum status s = link_index_init(&job->index, job->arena, &job->layout, t->rows_max, job->crew, d);
    if (s != OK)
        return s;
    job->left_at = arena_alloc_raw(job->arena, (t->rows_max + 1) * sizeof *job->left_at);
    struct arena_mark mark = arena_mark(job->arena);
    w.hash = ARENA_ARRAY(job->arena, t->rows_max + 1, uint64_t);
    w.diag = ARENA_ARRAY(job->arena, t->pieces + 1, struct diag);
    w.rows = ARENA_ARRAY(job->arena, t->pieces + 1, size_t);
    if (!job->left_at || !w.hash || !w.diag || !w.rows)
        return arena_full(d);
    memset(job->left_at, 0xff, (t->rows_max + 1) * sizeof *job->left_at);
    for (int i = 0; i < link_crew_size(job->crew); i++)
        if (!(w.scratch[i] = arena_alloc_raw(job->arena, LINK_UNQUOTE)))
            return arena_full(d);
    link_crew_run(job->crew, t->pieces, load_piece, &w);
    for (size_t i = 0; i < t->pieces; i++) {
        if (w.diag[i].status != OK) {
            if (d)
                *d = w.diag[i];
            return w.diag[i].status;
        }
        job->rows[0] += w.rows[i];
    }
    s = job->rows[0] ? link_ids_check(w.hash, t->rows_max, job->crew, job->arena, d) : diag_fail(d, E_INPUT, "link.empty");
    arena_rewind(job->arena, mark);
    return s;
}

/* ---- preparing ------------------------------------------------------------------------------ */

/* Rows of a table that nobody has counted yet, by the rows of a sample: all lines for a small one. */
static double rows_of(const struct link_table *t) { return t->rows_max > 1 ? (double)t->rows_max : 1; }

static enum status choose_blocks(struct link_job *job, const struct link_options *o, struct diag *d) {
    struct link_samples s;
    struct arena_mark mark = arena_mark(job->arena);
    link_layout_init(&job->layout, &job->schema, 0);
    enum status st = link_sample(job, &job->layout, o->sample ? o->sample : SAMPLE_ROWS, &s, d);
    if (st != OK)
        return st;
    struct link_block_sample b = {s.record[0], s.record[1], s.rows[0], s.rows[1]};
    struct link_block_options bo = {rows_of(job->left), rows_of(job->right), o->pairs_per_right, 0};
    st = link_block_choose(&job->layout, job->arena, &b, &bo, d);
    arena_rewind(job->arena, mark);
    return st;
}

static void start_model(struct link_job *job) {
    struct link_model *m = &job->model;
    *m = (struct link_model){.count = job->schema.count};
    for (int f = 0; f < m->count; f++) {
        m->by_rarity[f] = job->schema.field[f].kind != LINK_CODE;
        m->implied_by[f] = -1;
        for (int k = 0; k < m->count; k++)
            if (job->schema.field[f].inside && job->schema.field[k].kind == LINK_CITIZEN)
                m->implied_by[f] = k;
        m->implied_from[f] = job->schema.field[f].kind == LINK_DAY ? 2 : 4;
    }
}

enum status link_prepare(struct link_job *job, const struct link_options *o, struct diag *d) {
    double t0 = link_seconds(job->crew);
    if (!o->trained)
        start_model(job);
    enum status s = choose_blocks(job, o, d);
    double t1 = link_seconds(job->crew);
    if (s == OK)
        s = load_left(job, d);
    double t2 = link_seconds(job->crew);
    uint32_t most = o->block_max ? o->block_max : job->rows[0] < SMALL ? 2000 : 120;
    if (s == OK)
        s = link_index_build(&job->index, job->arena, &job->layout, most, job->crew, d);
    if (s == OK)
        s = link_rarity(&job->index, &job->model, job->arena, job->crew, d);
    double t3 = link_seconds(job->crew);
    struct arena_mark mark = arena_mark(job->arena);
    struct link_samples samples;
    if (s == OK && !o->trained && (s = link_sample(job, &job->layout, o->sample ? o->sample : SAMPLE_ROWS, &samples, d)) == OK) {
        s = link_train(job, &samples, d);
        arena_rewind(job->arena, mark);
    }
    job->seconds = (struct link_seconds){.sample = t1 - t0, .load = t2 - t1, .index = t3 - t2, .train = link_seconds(job->crew) - t3};
    return s;
}
