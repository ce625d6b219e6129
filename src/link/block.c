#include "link/block.h"

enum { TRIALS = 4096, WORDS = TRIALS / 64, ATOMS_MAX = 80, PARTS_MAX = 4, COMBINATIONS_MAX = 60000, COUNTED_MAX = 160 };

/* How often a value of a kind is typed wrongly or has changed, among matches. */
static const struct { double typo, changed; } rates[LINK_KINDS] = {
    [LINK_NAME] = {.13, .02}, [LINK_TEXT] = {.15, .06}, [LINK_MAIL] = {.10, .10}, [LINK_CITIZEN] = {.10, .03}, [LINK_PHONE] = {.08, .22},
    [LINK_NUMBER] = {.10, .06}, [LINK_DAY] = {.09, .02}, [LINK_ADDRESS] = {.20, .30}, [LINK_CODE] = {0, .03},
};
/* The part of mistyped values in which a feature survives: an interval of (0, 1), so that two halves do not both. */
static const struct { double from, to; } survives[LINK_KINDS][PARTS_MAX] = {
    [LINK_NAME] = {{0, 0}, {0, .50}, {.20, .95}, {.80, 1}},
    [LINK_TEXT] = {{0, 0}, {0, .65}, {.40, 1}, {.15, .85}},
    [LINK_MAIL] = {{0, 0}, {0, .80}, {.10, 1}, {0, .5}},
    [LINK_CITIZEN] = {{0, .05}, {0, .35}, {.50, 1}, {0, 0}},
    [LINK_PHONE] = {{0, 0}, {0, .45}, {.55, 1}, {0, 0}},
    [LINK_NUMBER] = {{0, 0}, {0, .45}, {.55, 1}, {0, 0}},
    [LINK_DAY] = {{0, 0}, {0, .35}, {.65, 1}, {0, .65}},
    [LINK_ADDRESS] = {{0, .1}, {0, .60}, {0, .80}, {0, .95}},
    [LINK_CODE] = {{0, 0}, {0, 0}, {0, 0}, {0, 0}},
};
static int parts_of(enum link_kind k) {
    static const int parts[LINK_KINDS] = {[LINK_NAME] = 4, [LINK_TEXT] = 4, [LINK_MAIL] = 3, [LINK_CITIZEN] = 3, [LINK_PHONE] = 3, [LINK_NUMBER] = 3, [LINK_DAY] = 4, [LINK_ADDRESS] = 4, [LINK_CODE] = 1};
    return parts[k];
}

struct atom {
    struct link_atom is;
    uint32_t *left, *right;   /* the feature of every sampled record */
    double collide;           /* share of pairs that have it in common */
    double there;             /* share of pairs in which both have it */
    uint64_t trial[WORDS];    /* matches in which it survives */
};
/* `gain` never grows while passes are taken, so an old one is a bound: `seen` says after which pass it was counted. */
struct combination { uint8_t atom[LINK_ATOMS], count; bool counted, dead; uint8_t seen; uint16_t gain; float collide; };

struct choice {
    struct link_layout *l;
    struct arena *a;
    const struct link_block_sample *s;
    bool one_table;
    struct atom *atom;
    int atoms;
    struct combination *c;
    size_t combinations;
    uint32_t *table, *count; /* for counting: keys and how many lefts */
    uint32_t mask;
    uint64_t found[WORDS];
};

/* ---- what a key costs ------------------------------------------------------------------ */

static uint32_t key_at(const struct choice *w, const uint8_t *atom, int n, size_t row, bool right) {
    uint32_t key = (right ? w->atom[atom[0]].right : w->atom[atom[0]].left)[row];
    for (int i = 1; i < n && key; i++)
        key = link_join(key, (right ? w->atom[atom[i]].right : w->atom[atom[i]].left)[row]);
    return key;
}

/* The share of pairs of different records that agree on the key. */
static double collisions(struct choice *w, const uint8_t *atom, int n) {
    memset(w->table, 0, (w->mask + 1) * sizeof *w->table);
    for (size_t r = 0; r < w->s->lefts; r++) {
        uint32_t key = key_at(w, atom, n, r, false);
        for (uint32_t i = key; key; i++) {
            uint32_t *slot = &w->table[i & w->mask];
            if (*slot == 0) {
                *slot = key;
                w->count[i & w->mask] = 0;
            }
            if (*slot == key) {
                w->count[i & w->mask]++;
                break;
            }
        }
    }
    double pairs = 0;
    for (size_t r = 0; r < w->s->rights; r++) {
        uint32_t key = key_at(w, atom, n, r, true);
        for (uint32_t i = key; key && w->table[i & w->mask]; i++)
            if (w->table[i & w->mask] == key) {
                pairs += w->count[i & w->mask] - w->one_table;
                break;
            }
    }
    double lefts = (double)w->s->lefts - w->one_table, all = lefts * (double)w->s->rights;
    return all > 0 ? (pairs + 0.5) / all : 1;
}

/* ---- features and their fate in matches -------------------------------------------------- */

static uint64_t next_random(uint64_t *seed) {
    *seed += 0x9e3779b97f4a7c15u;
    return link_mix(*seed);
}
static double next_share(uint64_t *seed) { return (double)(next_random(seed) >> 11) * 0x1p-53; }

/* What becomes of every field in each of the trials; some records are dirtier than others. */
static void try_out(struct choice *w) {
    uint64_t seed = 20260101;
    for (int t = 0; t < TRIALS; t++) {
        uint64_t kind = next_random(&seed) % 20;
        double dirt = kind < 12 ? 0.5 : kind < 17 ? 1.5 : 4;
        double fate[LINK_FIELDS_MAX], where[LINK_FIELDS_MAX], missing[LINK_FIELDS_MAX];
        for (int f = 0; f < w->l->schema->count; f++) {
            fate[f] = next_share(&seed);
            where[f] = next_share(&seed);
            missing[f] = next_share(&seed);
        }
        for (int i = 0; i < w->atoms; i++) {
            int f = w->atom[i].is.field, part = w->atom[i].is.part;
            enum link_kind k = w->l->schema->field[f].kind;
            double typo = rates[k].typo * dirt, changed = rates[k].changed * dirt;
            bool alive = missing[f] < w->atom[i].there && fate[f] >= changed;
            if (alive && fate[f] < changed + typo)
                alive = where[f] >= survives[k][part].from && where[f] < survives[k][part].to;
            if (alive)
                w->atom[i].trial[t / 64] |= (uint64_t)1 << t % 64;
        }
    }
}

static enum status make_atoms(struct choice *w, struct diag *d) {
    const struct link_schema *s = w->l->schema;
    for (int f = 0; f < s->count; f++)
        for (int p = 0; p < parts_of(s->field[f].kind) && w->atoms < ATOMS_MAX; p++) {
            struct atom *at = &w->atom[w->atoms];
            double lefts = 0, rights = 0;
            *at = (struct atom){.is = {(uint8_t)f, (uint8_t)p}};
            at->left = arena_alloc_raw(w->a, 4 * (w->s->lefts + 1));
            at->right = arena_alloc_raw(w->a, 4 * (w->s->rights + 1));
            if (!at->left || !at->right)
                return arena_full(d);
            for (size_t i = 0; i < w->s->lefts; i++)
                lefts += (at->left[i] = link_feature(w->l, w->s->left + i * w->l->size, at->is)) != 0;
            for (size_t i = 0; i < w->s->rights; i++)
                rights += (at->right[i] = link_feature(w->l, w->s->right + i * w->l->size, at->is)) != 0;
            uint8_t self = (uint8_t)w->atoms;
            at->collide = collisions(w, &self, 1);
            at->there = lefts / ((double)w->s->lefts + 1e-9) * (rights / ((double)w->s->rights + 1e-9));
            w->atoms++;
        }
    try_out(w);
    return OK;
}

/* ---- the choice ------------------------------------------------------------------------------ */

static void add(struct choice *w, const int *atom, int n, double limit) {
    double collide = 1;
    struct combination c = {.count = (uint8_t)n};
    for (int i = 0; i < n; i++) {
        c.atom[i] = (uint8_t)atom[i];
        collide *= w->atom[atom[i]].collide;
        for (int k = 0; k < i; k++)
            if (w->atom[atom[i]].is.field == w->atom[atom[k]].is.field)
                return;
    }
    if (collide > limit || w->combinations == COMBINATIONS_MAX)
        return;
    c.collide = (float)collide;
    c.counted = n == 1;
    c.gain = TRIALS;
    w->c[w->combinations++] = c;
}

static void combine(struct choice *w, double limit) {
    for (int i = 0; i < w->atoms; i++) {
        add(w, (int[]){i}, 1, limit);
        for (int j = i + 1; j < w->atoms; j++) {
            add(w, (int[]){i, j}, 2, limit);
            for (int k = j + 1; k < w->atoms; k++)
                if (w->atom[i].collide * w->atom[j].collide > limit / 50) /* two are not enough */
                    add(w, (int[]){i, j, k}, 3, limit);
        }
    }
}

static int gain(const struct choice *w, const struct combination *c) {
    int n = 0;
    for (int i = 0; i < WORDS; i++) {
        uint64_t x = ~w->found[i];
        for (int k = 0; k < c->count; k++)
            x &= w->atom[c->atom[k]].trial[i];
        n += __builtin_popcountll(x);
    }
    return n;
}

/* What a large block is divided by: what survives most, of another field, and divides well. */
static void choose_refinement(const struct choice *w, struct link_pass *p) {
    int best = -1, best_count = 0;
    for (int i = 0; i < w->atoms; i++) {
        bool used = w->atom[i].collide > 0.02;
        for (int k = 0; k < p->count; k++)
            used |= p->atom[k].field == w->atom[i].is.field;
        int n = 0;
        for (int k = 0; k < WORDS && !used; k++)
            n += __builtin_popcountll(w->atom[i].trial[k]);
        if (n > best_count) {
            best = i;
            best_count = n;
        }
    }
    p->can_refine = best >= 0;
    if (best >= 0)
        p->refine = w->atom[best].is;
}

static void take(struct choice *w, const struct combination *c, double pairs, int gained) {
    struct link_pass *p = &w->l->pass[w->l->passes++];
    *p = (struct link_pass){.count = c->count, .pairs = pairs, .recall = (double)gained / TRIALS};
    for (int k = 0; k < c->count; k++)
        p->atom[k] = w->atom[c->atom[k]].is;
    for (int i = 0; i < WORDS; i++) {
        uint64_t x = UINT64_MAX;
        for (int k = 0; k < c->count; k++)
            x &= w->atom[c->atom[k]].trial[i];
        w->found[i] |= x;
    }
    choose_refinement(w, p);
}

/* Of TRIALS: one match in two thousand; in large tables, where a pass is dear, one in four hundred,
 * and one in a thousand for every candidate that a right record gets by it. */
enum { LEAST_GAIN = 2, LEAST_GAIN_LARGE = 10, LEAST_WORTH_LARGE = 4, LARGE = 200000 };
static const double PROBE = 0.6; /* what looking up a key costs, in pairs */

/* The combination that promises most, its gain perhaps out of date. */
static struct combination *best_of(struct choice *w, double lefts, double budget, double nothing) {
    struct combination *best = NULL;
    double best_worth = 0;
    for (size_t i = 0; i < w->combinations; i++) {
        struct combination *c = &w->c[i];
        double pairs = c->collide * lefts, worth = c->gain / (pairs + nothing);
        if (!c->dead && pairs <= budget && worth > best_worth) {
            best = c;
            best_worth = worth;
        }
    }
    return best;
}

static void choose(struct choice *w, double lefts, double rights, double budget, int passes_max) {
    int counted = 0, least = lefts < LARGE ? LEAST_GAIN : LEAST_GAIN_LARGE;
    double nothing = PROBE + budget / 100; /* so few pairs cost nothing: in small tables a pass may be wide */
    while (w->l->passes < passes_max) {
        struct combination *best = best_of(w, lefts, budget, nothing);
        if (!best)
            return;
        if (best->seen != w->l->passes + 1) {
            best->gain = (uint16_t)gain(w, best);
            best->seen = (uint8_t)(w->l->passes + 1);
            best->dead = best->gain < least;
        } else if (!best->counted) {
            best->dead = counted++ >= COUNTED_MAX;
            best->collide = (float)collisions(w, best->atom, best->count);
            best->counted = true;
        } else {
            double pairs = best->collide * lefts;
            best->dead = true;
            if (lefts >= LARGE && best->gain < LEAST_WORTH_LARGE * (pairs + nothing))
                continue;
            take(w, best, pairs * rights, best->gain);
            budget -= pairs;
        }
    }
}

enum status link_block_choose(struct link_layout *l, struct arena *a, const struct link_block_sample *s, const struct link_block_options *o, struct diag *d) {
    struct arena_mark mark = arena_mark(a);
    struct choice w = {.l = l, .a = a, .s = s, .one_table = s->left == s->right};
    double rights = o->right_rows > 1 ? o->right_rows : 1;
    double budget = o->pairs_per_right > 0 ? o->pairs_per_right : 14 + 3e6 / rights;
    l->passes = 0;
    if (o->left_rows <= budget) { /* every pair */
        l->pass[l->passes++] = (struct link_pass){.pairs = o->left_rows * rights, .recall = 1};
        link_layout_init(l, l->schema, l->passes);
        return OK;
    }
    for (w.mask = 1024; w.mask < 2 * s->lefts; w.mask *= 2)
        ;
    w.table = arena_alloc_raw(a, 4 * (size_t)w.mask);
    w.count = arena_alloc_raw(a, 4 * (size_t)w.mask);
    w.mask--;
    w.atom = ARENA_ARRAY(a, ATOMS_MAX, struct atom);
    w.c = arena_alloc_raw(a, COMBINATIONS_MAX * sizeof *w.c);
    if (!w.table || !w.count || !w.atom || !w.c)
        return arena_full(d);
    enum status st = make_atoms(&w, d);
    if (st == OK) {
        combine(&w, budget / o->left_rows);
        choose(&w, o->left_rows, rights, budget, o->passes_max > 0 && o->passes_max < LINK_PASSES_MAX ? o->passes_max : 12);
        link_layout_init(l, l->schema, l->passes);
    }
    arena_rewind(a, mark);
    return st;
}
