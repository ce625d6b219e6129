#include "link/score.h"

#include "link/index.h"

#include <math.h>

void link_scorer_init(struct link_scorer *s, const struct link_layout *l, const struct link_model *m, double least_probability) {
    *s = (struct link_scorer){.layout = l, .model = m, .least = (float)log2(least_probability / (1 - least_probability))};
    bool taken[LINK_FIELDS_MAX] = {false};
    for (int i = 0; i < m->count; i++) {
        int best = -1;
        double most = -1;
        for (int f = 0; f < m->count; f++) { /* how far apart agreement and disagreement are; what implies others goes before them */
            double span = m->best[f] - m->weight[f][1] + (l->schema->field[f].kind == LINK_CITIZEN ? 100 : 0) - (l->schema->field[f].kind == LINK_ADDRESS ? 50 : 0);
            if (!taken[f] && (best < 0 || span > most)) {
                best = f;
                most = span;
            }
        }
        taken[best] = true;
        s->order[i] = best;
    }
    for (int i = m->count; i-- > 0;)
        s->rest[i] = s->rest[i + 1] + m->best[s->order[i]];
}

float link_score(const struct link_scorer *s, const char *a, const char *b) {
    const struct link_model *m = s->model;
    const struct link_layout *l = s->layout;
    uint64_t levels = 0;
    float w = m->base, kin = m->kin_base;
    for (int i = 0; i < m->count; i++) {
        if (w + s->rest[i] < s->least)
            return -1000;
        int f = s->order[i], k = link_level(l, f, a, b);
        levels |= (uint64_t)(unsigned)k << 3 * f;
        if (k == LINK_LEVELS - 1) {
            if (link_implied(m, levels, f))
                continue;
            if (m->by_rarity[f]) {
                float rarity = (float)(uint8_t)a[l->rarity + f] * 0.125f;
                w += rarity;
                kin += rarity;
            }
        }
        w += m->weight[f][k];
        kin += m->kin_weight[f][k];
    }
    return link_against_kin(w, kin);
}

uint64_t link_levels(const struct link_layout *l, const char *a, const char *b) {
    uint64_t levels = 0;
    for (int f = 0; f < l->schema->count; f++)
        levels |= (uint64_t)(unsigned)link_level(l, f, a, b) << 3 * f;
    return levels;
}

/* ---- rarity ----------------------------------------------------------------------------- */

/* Counters without keys, few enough to stay in the cache: values share them, and what a counter holds
 * of others on average is taken off again. */
enum { COUNTERS_MAX = 1 << 20, SHARES = 2, TABLE = 1024 };
struct counters { uint16_t *at; int field; size_t present; double all, shared; uint8_t rare[TABLE]; };
struct rarity { const struct link_index *x; struct counters counter[LINK_FIELDS_MAX]; size_t fields; uint32_t mask; };

/* `shared`: what a counter holds on average. */
static uint8_t eighths(double all, double n, double shared) {
    n -= shared;
    double bits = 8 * (all - log2(n > 1 ? n : 1));
    return (uint8_t)(bits < 0 ? 0 : bits > 255 ? 255 : bits + 0.5);
}

/* Every SHARES-th field, so that each record is fetched twice and not twice a field. */
static void count_fields(void *context, int worker, size_t share) {
    struct rarity *w = context;
    const struct link_layout *l = w->x->layout;
    for (size_t r = 0; r < w->x->rows; r++)
        for (size_t i = share; i < w->fields; i += SHARES) {
            struct counters *c = &w->counter[i];
            uint32_t v = link_value(l, c->field, link_record(w->x, r));
            uint16_t *n = &c->at[v >> 1 & w->mask];
            c->present += v != 0;
            *n = (uint16_t)(*n + (v && *n < UINT16_MAX));
        }
    for (size_t i = share; i < w->fields; i += SHARES) {
        struct counters *c = &w->counter[i];
        c->all = log2((double)(c->present ? c->present : 1));
        c->shared = w->mask < COUNTERS_MAX - 1 ? 0 : (double)c->present / COUNTERS_MAX;
        for (int n = 0; n < TABLE; n++)
            c->rare[n] = eighths(c->all, n, c->shared);
    }
    for (size_t r = 0; r < w->x->rows; r++)
        for (size_t i = share; i < w->fields; i += SHARES) {
            struct counters *c = &w->counter[i];
            char *at = link_record(w->x, r);
            uint32_t v = link_value(l, c->field, at), n = c->at[v >> 1 & w->mask];
            at[l->rarity + c->field] = (char)(!v ? 0 : n < TABLE ? c->rare[n] : eighths(c->all, n, c->shared));
        }
}

enum status link_rarity(const struct link_index *x, const struct link_model *m, struct arena *a, const struct link_crew *crew, struct diag *d) {
    struct arena_mark mark = arena_mark(a);
    struct rarity *w = ARENA_NEW(a, struct rarity);
    if (!w)
        return arena_full(d);
    w->x = x;
    for (w->mask = 1023; w->mask < 4 * x->rows && w->mask < COUNTERS_MAX - 1;)
        w->mask = w->mask * 2 + 1;
    for (int f = 0; f < m->count; f++)
        if (m->by_rarity[f]) {
            struct counters *c = &w->counter[w->fields++];
            c->field = f;
            if (!(c->at = ARENA_ARRAY(a, (size_t)w->mask + 1, uint16_t)))
                return arena_full(d);
        }
    link_crew_run(crew, SHARES, count_fields, w);
    arena_rewind(a, mark);
    return OK;
}
