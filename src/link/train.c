#include "link/link_internal.h"

enum { RANDOM_PAIRS = 300000, RANDOM_STRIP = 10000, PATTERNS = 1 << 17 };

/* ---- random pairs ------------------------------------------------------------------------ */

struct randoms {
    const struct link_job *job;
    const struct link_samples *s;
    size_t pairs;
    bool every; /* all pairs of the two samples, in order */
    double (*count)[LINK_FIELDS_MAX][LINK_LEVELS]; /* a worker */
};

static void random_strip(void *context, int worker, size_t i) {
    struct randoms *w = context;
    const struct link_layout *l = &w->job->layout;
    uint64_t seed = link_mix(i + 1);
    for (size_t k = i * RANDOM_STRIP; k < w->pairs && k < (i + 1) * RANDOM_STRIP; k++) {
        uint64_t x = link_mix(seed += 0x9e3779b97f4a7c15u);
        size_t a = w->every ? k % w->s->rows[0] : (uint32_t)x % w->s->rows[0], b = w->every ? k / w->s->rows[0] : (x >> 32) % w->s->rows[1];
        if (w->s->record[0] == w->s->record[1] && a == b)
            continue;
        uint64_t levels = link_levels(l, w->s->record[0] + a * l->size, w->s->record[1] + b * l->size);
        for (int f = 0; f < l->schema->count; f++)
            w->count[worker][f][link_pattern_level(levels, f)]++;
    }
}

static enum status random_pairs(struct link_job *job, const struct link_samples *s, struct link_evidence *e, struct diag *d) {
    double all = (double)s->rows[0] * (double)s->rows[1];
    struct randoms w = {.job = job, .s = s, .every = all <= RANDOM_PAIRS, .pairs = all < RANDOM_PAIRS ? (size_t)all : RANDOM_PAIRS};
    int workers = link_crew_size(job->crew);
    w.count = arena_alloc(job->arena, (size_t)workers * sizeof *w.count);
    if (!w.count)
        return arena_full(d);
    link_crew_run(job->crew, (w.pairs + RANDOM_STRIP - 1) / RANDOM_STRIP, random_strip, &w);
    for (int i = 0; i < workers; i++)
        for (int f = 0; f < job->schema.count; f++)
            for (int k = 0; k < LINK_LEVELS; k++)
                e->random[f][k] += w.count[i][f][k];
    job->report.random = w.pairs;
    return OK;
}

/* The share of equal values: sorted, not sampled by pairs. */
static double equal_share(const struct link_layout *l, const struct link_samples *s, int f, uint32_t *table, uint32_t *count, uint32_t mask) {
    double pairs = 0, lefts = 0, rights = 0;
    bool one = s->record[0] == s->record[1];
    memset(table, 0, ((size_t)mask + 1) * sizeof *table);
    for (size_t r = 0; r < s->rows[0]; r++) {
        uint32_t v = link_value(l, f, s->record[0] + r * l->size);
        lefts += v != 0;
        for (uint32_t i = v * 2654435761u; v; i++) {
            if (table[i & mask] == 0)
                table[i & mask] = v, count[i & mask] = 0;
            if (table[i & mask] == v) {
                count[i & mask]++;
                break;
            }
        }
    }
    for (size_t r = 0; r < s->rows[1]; r++) {
        uint32_t v = link_value(l, f, s->record[1] + r * l->size);
        rights += v != 0;
        for (uint32_t i = v * 2654435761u; v && table[i & mask]; i++)
            if (table[i & mask] == v) {
                pairs += count[i & mask] - one;
                break;
            }
    }
    double all = (lefts - one) * rights;
    return all > 0 ? pairs / all : 0;
}

static enum status equal_values(struct link_job *job, const struct link_samples *s, struct link_evidence *e, struct diag *d) {
    uint32_t mask = 1023;
    while (mask < 2 * s->rows[0])
        mask = mask * 2 + 1;
    uint32_t *table = arena_alloc_raw(job->arena, 4 * ((size_t)mask + 1)), *count = arena_alloc_raw(job->arena, 4 * ((size_t)mask + 1));
    if (!table || !count)
        return arena_full(d);
    for (int f = 0; f < job->schema.count; f++)
        e->equal[f] = equal_share(&job->layout, s, f, table, count, mask);
    return OK;
}

/* ---- candidates -------------------------------------------------------------------------- */

/* Patterns and how often they were seen, of one worker. */
struct patterns { struct link_pattern *at; size_t used; uint64_t candidates; const struct link_layout *l; bool one_table; };

static void count_pattern(struct link_pattern *table, size_t *used, uint64_t levels, double n) {
    uint64_t key = levels | (uint64_t)1 << 63; /* 20 fields leave the top bit free, so an empty slot is 0 */
    for (uint64_t i = link_mix(levels);; i++) {
        struct link_pattern *p = &table[i % PATTERNS];
        if (p->levels == key) {
            p->count += n;
            return;
        }
        if (p->levels == 0 && *used < PATTERNS / 2) {
            *p = (struct link_pattern){key, n};
            *used += 1;
            return;
        }
        if (p->levels == 0)
            return; /* too many sorts of pairs: the rare ones are left out of the lesson */
    }
}

static void seen(void *context, const char *left, uint32_t row, const char *right, uint32_t index) {
    struct patterns *p = context;
    if (p->one_table && link_head(right)->row == row)
        return;
    p->candidates++;
    count_pattern(p->at, &p->used, link_levels(p->l, left, right), 1);
}

struct looking { struct link_job *job; const char *right; size_t rows; struct patterns *of; };

static void look_up(void *context, int worker, size_t i) {
    struct looking *w = context;
    size_t from = i * LINK_BATCH, n = w->rows - from < LINK_BATCH ? w->rows - from : LINK_BATCH;
    link_index_probe(&w->job->index, w->right + from * w->job->layout.size, n, false, seen, &w->of[worker]);
}

/* In one table the sample's row numbers must be the table's: records of the index itself are taken. */
static enum status own_rows(struct link_job *job, size_t want, const char **ret, size_t *ret_rows, struct diag *d) {
    size_t size = job->layout.size, step = job->index.rows / want + 1, n = 0;
    char *to = arena_alloc_raw(job->arena, (job->index.rows / step + 1) * size);
    if (!to)
        return arena_full(d);
    for (size_t r = 0; r < job->index.rows; r += step)
        if (job->left_at[r] != UINT64_MAX)
            memcpy(to + n++ * size, link_record(&job->index, r), size);
    *ret = to;
    *ret_rows = n;
    return OK;
}

static enum status candidates(struct link_job *job, const struct link_samples *s, struct link_evidence *e, struct diag *d) {
    int workers = link_crew_size(job->crew);
    struct looking w = {.job = job, .right = s->record[1], .rows = s->rows[1]};
    bool one = job->left == job->right;
    enum status st = one ? own_rows(job, s->rows[1] ? s->rows[1] : 1, &w.right, &w.rows, d) : OK;
    if (st != OK)
        return st;
    w.of = arena_alloc(job->arena, (size_t)workers * sizeof *w.of);
    for (int i = 0; w.of && i < workers; i++) {
        w.of[i] = (struct patterns){.at = ARENA_ARRAY(job->arena, PATTERNS, struct link_pattern), .l = &job->layout, .one_table = one};
        if (!w.of[i].at)
            return arena_full(d);
    }
    if (!w.of)
        return arena_full(d);
    link_crew_run(job->crew, (w.rows + LINK_BATCH - 1) / LINK_BATCH, look_up, &w);
    struct patterns *all = &w.of[0];
    for (int i = 1; i < workers; i++) {
        all->candidates += w.of[i].candidates;
        for (size_t k = 0; k < PATTERNS; k++)
            if (w.of[i].at[k].levels)
                count_pattern(all->at, &all->used, w.of[i].at[k].levels & ~((uint64_t)1 << 63), w.of[i].at[k].count);
    }
    size_t n = 0;
    for (size_t k = 0; k < PATTERNS; k++)
        if (all->at[k].levels) {
            all->at[n] = (struct link_pattern){all->at[k].levels & ~((uint64_t)1 << 63), all->at[k].count};
            for (int f = 0; f < job->schema.count; f++)
                job->report.level[f][link_pattern_level(all->at[n].levels, f)] += (uint64_t)all->at[n].count;
            n++;
        }
    e->pattern = all->at;
    e->patterns = n;
    e->space = (double)w.rows * ((double)job->rows[0] - one);
    e->expected = 0.2 * (double)(w.rows < job->rows[0] ? w.rows : job->rows[0]);
    job->report.sampled = w.rows;
    job->report.candidates = all->candidates;
    return OK;
}

enum status link_train(struct link_job *job, const struct link_samples *s, struct diag *d) {
    struct link_evidence e = {0};
    enum status st = s->rows[0] && s->rows[1] ? random_pairs(job, s, &e, d) : diag_fail(d, E_INPUT, "link.empty");
    if (st == OK)
        st = equal_values(job, s, &e, d);
    if (st == OK)
        st = candidates(job, s, &e, d);
    if (st == OK && e.space < 1)
        st = diag_fail(d, E_INPUT, "link.empty");
    if (st == OK)
        link_learn(&job->model, &job->schema, &e, &job->report);
    return st;
}
