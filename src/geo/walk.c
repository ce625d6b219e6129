#include "geo/walk.h"

#include "base/csv.h"
#include "base/decimal.h"
#include "base/vec.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define MICRO 1000000
/* Metres are given to the metre, and a sphere differs from the ellipsoid by 0.6 %. */
#define SHORTER_BY 0.99
#define ROUNDING_M 1

struct spot { int64_t x, y; }; /* millionths of a degree */
struct section { struct spot from, to; double metres; size_t a, b; };
struct way { size_t to; double metres; };
struct walk { struct spot *spot; size_t spots; struct way *way; size_t *first; /* spots + 1 */ size_t sections; };
struct reading { VEC(struct section) list; };

static struct geo_point point_of(struct spot s) { return (struct geo_point){(double)s.x / MICRO, (double)s.y / MICRO}; }

/* ---- reading ------------------------------------------------------------------------------ */

static bool degree_of(struct span text, int64_t most, int64_t *ret) {
    struct dec n;
    if (dec_parse(text, &n, NULL) != OK)
        return false;
    return dec_to_int(dec_round(dec_mul(n, dec_int(MICRO)), 0, DEC_HALF_EVEN), ret, NULL) == OK && *ret >= -most * MICRO && *ret <= most * MICRO;
}

static enum status section_of(const struct csv *c, struct section *ret, struct diag *d) {
    struct dec n;
    int64_t metres = 0;
    if (!degree_of(c->field[0], 180, &ret->from.x) || !degree_of(c->field[1], 90, &ret->from.y) || !degree_of(c->field[2], 180, &ret->to.x) || !degree_of(c->field[3], 90, &ret->to.y))
        return diag_fail(d, E_INPUT, "walk.point", DIAG_N("line", c->line));
    double straight = geo_metres(point_of(ret->from), point_of(ret->to));
    ret->metres = straight;
    if (c->field[4].size) {
        if (dec_parse(c->field[4], &n, NULL) != OK || dec_to_int(dec_round(dec_mul(n, dec_int(100)), 0, DEC_HALF_EVEN), &metres, NULL) != OK)
            return diag_fail(d, E_INPUT, "walk.metres", DIAG_N("line", c->line));
        ret->metres = (double)metres / 100;
    }
    if (ret->metres < straight * SHORTER_BY - ROUNDING_M || ret->metres < 0 || ret->metres > WALK_EDGE_MAX_M)
        return diag_fail(d, E_INPUT, "walk.metres", DIAG_N("line", c->line));
    return OK;
}

static int by_place(const void *a, const void *b) {
    const struct spot *p = a, *q = b;
    return p->x != q->x ? (p->x > q->x) - (p->x < q->x) : (p->y > q->y) - (p->y < q->y);
}
static size_t spot_index(const struct walk *w, struct spot s) {
    const struct spot *found = bsearch(&s, w->spot, w->spots, sizeof s, by_place);
    return (size_t)(found - w->spot); /* every end is among them */
}

/* Crossings from the ends, then each section both ways. */
static enum status build(struct arena *a, struct section *list, size_t n, struct walk *w, struct diag *d) {
    w->spot = arena_array(a, 2 * n, sizeof *w->spot);
    w->way = arena_array(a, 2 * n, sizeof *w->way);
    if (!w->spot || !w->way)
        return arena_full(d);
    for (size_t i = 0; i < n; i++)
        w->spot[2 * i] = list[i].from, w->spot[2 * i + 1] = list[i].to;
    qsort(w->spot, 2 * n, sizeof *w->spot, by_place);
    for (size_t i = 0; i < 2 * n; i++)
        if (!w->spots || by_place(&w->spot[w->spots - 1], &w->spot[i]) != 0)
            w->spot[w->spots++] = w->spot[i];
    size_t *at = arena_array(a, w->spots + 1, sizeof *at);
    w->first = arena_array(a, w->spots + 1, sizeof *w->first);
    if (!w->first || !at)
        return arena_full(d);
    memset(w->first, 0, (w->spots + 1) * sizeof *w->first);
    for (size_t i = 0; i < n; i++) {
        list[i].a = spot_index(w, list[i].from), list[i].b = spot_index(w, list[i].to);
        w->first[list[i].a + 1]++;
        w->first[list[i].b + 1]++;
    }
    for (size_t i = 0; i < w->spots; i++)
        w->first[i + 1] += w->first[i];
    memcpy(at, w->first, (w->spots + 1) * sizeof *at);
    for (size_t i = 0; i < n; i++) {
        w->way[at[list[i].a]++] = (struct way){list[i].b, list[i].metres};
        w->way[at[list[i].b]++] = (struct way){list[i].a, list[i].metres};
    }
    w->sections = n;
    return OK;
}

enum status walk_read(struct arena *a, struct span csv, struct walk **ret, struct diag *d) {
    struct reading x = {0};
    struct csv c;
    bool row = false;
    struct walk *w = arena_array(a, 1, sizeof *w);
    if (!w)
        return arena_full(d);
    *w = (struct walk){0};
    enum status s = csv_open(&c, a, csv, "from_longitude,from_latitude,to_longitude,to_latitude,metres", d);
    while (s == OK && (s = csv_next(&c, &row, d)) == OK && row) {
        if (x.list.size == WALK_EDGES_MAX)
            return diag_fail(d, E_LIMIT, "walk.many", DIAG_N("most", WALK_EDGES_MAX));
        struct section *one = vec_push_in(a, &x.list);
        if (!one)
            return arena_full(d);
        s = section_of(&c, one, d);
    }
    if (s == OK && !x.list.size)
        s = diag_fail(d, E_INPUT, "walk.empty");
    if (s == OK)
        s = build(a, x.list.at, x.list.size, w, d);
    *ret = w;
    return s;
}

size_t walk_crossings(const struct walk *w) { return w->spots; }
size_t walk_sections(const struct walk *w) { return w->sections; }

struct walk_place walk_find(const struct walk *w, struct geo_point at) {
    struct walk_place best = {SIZE_MAX, WALK_SNAP_M};
    for (size_t i = 0; i < w->spots; i++) {
        struct geo_point p = point_of(w->spot[i]);
        if (fabs(p.latitude - at.latitude) * 111000 > best.metres + ROUNDING_M) /* a degree of latitude is 111 km */
            continue;
        double m = geo_metres(at, p);
        if (m < best.metres || (m <= best.metres && best.crossing == SIZE_MAX))
            best = (struct walk_place){i, m};
    }
    return best;
}

/* ---- shortest ways --------------------------------------------------------------------------- */

struct entry { double metres; size_t at; };
struct heap { struct entry *e; size_t n; };

static void push(struct heap *h, struct entry x) {
    size_t i = h->n++;
    for (; i && h->e[(i - 1) / 2].metres > x.metres; i = (i - 1) / 2)
        h->e[i] = h->e[(i - 1) / 2];
    h->e[i] = x;
}
static struct entry pop(struct heap *h) {
    struct entry top = h->e[0], x = h->e[--h->n];
    size_t i = 0;
    for (size_t k; (k = 2 * i + 1) < h->n; i = k) {
        if (k + 1 < h->n && h->e[k + 1].metres < h->e[k].metres)
            k++;
        if (h->e[k].metres >= x.metres)
            break;
        h->e[i] = h->e[k];
    }
    h->e[i] = x;
    return top;
}

enum status walk_from(const struct walk *w, struct arena *a, struct walk_place from, double limit_m, double *ret, struct diag *d) {
    struct arena_mark mark = arena_mark(a);
    struct heap h = {.e = arena_array(a, 2 * w->sections + 1, sizeof *h.e)}; /* a way puts its end in once at most */
    if (!h.e)
        return arena_full(d);
    for (size_t i = 0; i < w->spots; i++)
        ret[i] = WALK_NONE;
    if (from.crossing < w->spots && from.metres <= limit_m) {
        ret[from.crossing] = from.metres;
        push(&h, (struct entry){from.metres, from.crossing});
    }
    while (h.n) {
        struct entry x = pop(&h);
        if (x.metres > ret[x.at])
            continue; /* a shorter way came later */
        for (size_t k = w->first[x.at]; k < w->first[x.at + 1]; k++) {
            double m = x.metres + w->way[k].metres;
            size_t to = w->way[k].to;
            if (m > limit_m || (ret[to] >= 0 && ret[to] <= m))
                continue;
            ret[to] = m;
            push(&h, (struct entry){m, to});
        }
    }
    arena_rewind(a, mark);
    return OK;
}
