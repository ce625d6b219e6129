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

/* Counters without keys: two values may share one, and then seem a bit more frequent than they are. */
enum { COUNTERS_MAX = 1 << 22 };
struct rarity { const struct link_index *x; uint16_t *counter[LINK_FIELDS_MAX]; uint32_t mask; int field[LINK_FIELDS_MAX]; };

static void count_field(void *context, int worker, size_t i) {
    struct rarity *w = context;
    const struct link_layout *l = w->x->layout;
    int f = w->field[i];
    uint16_t *counter = w->counter[i];
    size_t present = 0;
    uint8_t rare[65536 / 64];
    for (size_t r = 0; r < w->x->rows; r++) {
        uint32_t v = link_value(l, f, link_record(w->x, r));
        if (!v)
            continue;
        present++;
        counter[v >> 1 & w->mask] += counter[v >> 1 & w->mask] < UINT16_MAX;
    }
    double all = log2((double)(present ? present : 1));
    for (size_t n = 0; n < sizeof rare; n++) {
        double bits = 8 * (all - log2(n ? (double)n : 1));
        rare[n] = (uint8_t)(bits < 0 ? 0 : bits > 255 ? 255 : bits + 0.5);
    }
    for (size_t r = 0; r < w->x->rows; r++) {
        char *at = link_record(w->x, r);
        uint32_t v = link_value(l, f, at), n = v ? counter[v >> 1 & w->mask] : 0;
        double bits = 0;
        if (n >= sizeof rare)
            bits = 8 * (all - log2(n));
        if (v)
            at[l->rarity + f] = (char)(n < sizeof rare ? rare[n] : (uint8_t)(bits < 0 ? 0 : bits + 0.5));
    }
}

enum status link_rarity(const struct link_index *x, const struct link_model *m, struct arena *a, const struct link_crew *crew, struct diag *d) {
    struct rarity w = {.x = x, .mask = 1023};
    struct arena_mark mark = arena_mark(a);
    size_t n = 0;
    while (w.mask < 4 * x->rows && w.mask < COUNTERS_MAX - 1)
        w.mask = w.mask * 2 + 1;
    for (int f = 0; f < m->count; f++)
        if (m->by_rarity[f]) {
            if (!(w.counter[n] = ARENA_ARRAY(a, (size_t)w.mask + 1, uint16_t)))
                return arena_full(d);
            w.field[n++] = f;
        }
    link_crew_run(crew, n, count_field, &w);
    arena_rewind(a, mark);
    return OK;
}
