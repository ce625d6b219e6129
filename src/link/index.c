#include "link/index.h"

enum { QUEUE = 256 };

enum status link_index_init(struct link_index *x, struct arena *a, const struct link_layout *l, size_t rows, const struct link_crew *crew, struct diag *d) {
    *x = (struct link_index){.layout = l, .rows = rows, .shift = 22};
    while (x->shift > 3 && (size_t)1 << (32 - x->shift) < rows)
        x->shift--;
    size_t size = rows < SIZE_MAX / 2 / l->size ? (rows + 1) * l->size + 64 : 0;
    char *at = size ? arena_alloc_raw(a, size) : NULL;
    if (!at)
        return arena_full(d);
    link_scattered(crew, at, size);
    x->record = at + (64 - (uintptr_t)at % 64);
    return OK;
}

/* ---- building ------------------------------------------------------------------------- */

struct building {
    struct link_index *x;
    struct link_layout *l;
    uint32_t block_max;
    uint32_t *spare[LINK_PASSES_MAX]; /* keys of the pass by row, and room for large blocks */
    bool full;
};

static int compare_keys(const void *a, const void *b) {
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return x < y ? -1 : x > y;
}

/* Keys with more than `most` rows, of the buckets that have so many: into the pass's table. */
static void find_large(struct building *b, int pass, const uint32_t *bucket, uint32_t *keys) {
    struct link_index *x = b->x;
    struct link_pass *p = &b->l->pass[pass];
    size_t n = 0, large = 0;
    const uint32_t *key = b->spare[pass];
    for (size_t r = 0; r < x->rows; r++)
        if (key[r] && bucket[key[r] >> x->shift] > b->block_max)
            keys[n++] = key[r];
    qsort(keys, n, sizeof *keys, compare_keys);
    for (size_t i = 0, j; i < n; i = j) {
        for (j = i; j < n && keys[j] == keys[i]; j++)
            ;
        if (j - i > b->block_max)
            keys[large++] = keys[i];
    }
    if (large == 0 || large > p->large_mask / 2)
        return;
    for (size_t i = 0; i < large; i++)
        for (uint32_t k = keys[i];; k++)
            if (!p->large[k & p->large_mask]) {
                p->large[k & p->large_mask] = keys[i];
                break;
            }
}

static inline uint8_t filter_bit(const struct link_index *x, uint32_t key) { return (uint8_t)(1u << (key >> (x->shift - 3) & 7)); }

static void build_pass(void *context, int worker, size_t pass) {
    struct building *b = context;
    struct link_index *x = b->x;
    struct link_pass *p = &b->l->pass[pass];
    uint32_t *bucket = x->bucket[pass], *key = b->spare[pass];
    size_t buckets = (size_t)1 << (32 - x->shift);
    bool some_large = false;
    memset(bucket, 0, (buckets + 1) * sizeof *bucket);
    for (size_t r = 0; r < x->rows; r++)
        if (key[r])
            some_large |= ++bucket[key[r] >> x->shift] > b->block_max;
    if (some_large && p->count) {
        uint32_t *large = p->large;
        find_large(b, (int)pass, bucket, (uint32_t *)(void *)x->entry[pass]);
        for (size_t r = 0; r < x->rows; r++) {
            if (!key[r] || bucket[key[r] >> x->shift] <= b->block_max)
                continue;
            uint32_t now = link_key(b->l, link_record(x, r), p);
            if (now == key[r])
                continue;
            key[r] = now;
            memcpy(link_record(x, r) + LINK_KEYS + 4 * pass, &now, 4);
        }
        p->large = large;
        memset(bucket, 0, buckets * sizeof *bucket);
        for (size_t r = 0; r < x->rows; r++)
            if (key[r])
                bucket[key[r] >> x->shift]++;
    } else {
        p->large = NULL;
    }
    uint32_t at = 0;
    for (size_t i = 0; i < buckets; i++) { /* the end of each bucket; filling moves it to its start */
        at += bucket[i];
        bucket[i] = at;
    }
    bucket[buckets] = at;
    for (size_t r = x->rows; r-- > 0;)
        if (key[r])
            x->entry[pass][--bucket[key[r] >> x->shift]] = (struct link_entry){key[r], (uint32_t)r};
    memset(x->filter[pass], 0, buckets);
    for (size_t r = 0; r < x->rows; r++)
        if (key[r])
            x->filter[pass][key[r] >> x->shift] |= filter_bit(x, key[r]);
}

/* A power of 2 that holds every block above the limit twice. */
static uint32_t large_size(size_t rows, uint32_t block_max) {
    uint32_t n = 64;
    while (n < 4 * (rows / (block_max ? block_max : 1) + 1))
        n *= 2;
    return n;
}

struct columns { const struct link_index *x; uint32_t **to; };
enum { STRIP = 16384 };
static void take_keys(void *context, int worker, size_t i) {
    struct columns *c = context;
    size_t end = (i + 1) * STRIP < c->x->rows ? (i + 1) * STRIP : c->x->rows;
    for (size_t r = i * STRIP; r < end; r++) {
        const uint32_t *k = link_keys(link_record(c->x, r));
        for (int p = 0; p < c->x->layout->passes; p++)
            c->to[p][r] = k[p];
    }
}

enum status link_index_build(struct link_index *x, struct arena *a, struct link_layout *l, uint32_t block_max, const struct link_crew *crew, struct diag *d) {
    struct building b = {.x = x, .l = l, .block_max = block_max};
    size_t buckets = (size_t)1 << (32 - x->shift);
    for (int p = 0; p < l->passes; p++) {
        uint32_t size = large_size(x->rows, block_max);
        x->bucket[p] = arena_alloc_raw(a, (buckets + 1) * sizeof(uint32_t));
        x->entry[p] = arena_alloc_raw(a, (x->rows + 1) * sizeof(struct link_entry));
        x->filter[p] = arena_alloc_raw(a, buckets);
        link_scattered(crew, x->filter[p], buckets);
        link_scattered(crew, x->bucket[p], (buckets + 1) * sizeof(uint32_t));
        link_scattered(crew, x->entry[p], (x->rows + 1) * sizeof(struct link_entry));
        l->pass[p].large = ARENA_ARRAY(a, size, uint32_t);
        l->pass[p].large_mask = size - 1;
        if (!x->bucket[p] || !x->entry[p] || !x->filter[p] || !l->pass[p].large)
            return arena_full(d);
    }
    struct arena_mark mark = arena_mark(a);
    for (int p = 0; p < l->passes; p++)
        if (!(b.spare[p] = arena_alloc_raw(a, 4 * (x->rows + 1))))
            return arena_full(d);
        else
            link_scattered(crew, b.spare[p], 4 * (x->rows + 1));
    struct columns c = {x, b.spare};
    link_crew_run(crew, (x->rows + STRIP - 1) / STRIP, take_keys, &c);
    link_crew_run(crew, (size_t)l->passes, build_pass, &b);
    arena_rewind(a, mark);
    return OK;
}

/* ---- looking up --------------------------------------------------------------------------- */

struct queued { uint32_t row; uint16_t right; uint16_t pass; };
struct lookup { uint32_t key, from, to; uint16_t right, pass; };

static inline bool seen_before(const uint32_t *a, const uint32_t *b, unsigned pass) {
    for (unsigned p = 0; p < pass; p++)
        if (a[p] == b[p] && a[p])
            return true;
    return false;
}

static void work_off(const struct link_index *x, const char *right, const struct queued *q, size_t n, link_candidate_fn *found, void *context) {
    size_t size = x->layout->size;
    for (size_t i = 0; i < n; i++) {
        const char *a = link_record(x, q[i].row), *b = right + q[i].right * size;
        if (!seen_before(link_keys(a), link_keys(b), q[i].pass))
            found(context, a, q[i].row, b, q[i].right);
    }
}

/* The keys of the batch that may be in the index, their buckets asked for. */
static size_t filtered(const struct link_index *x, const char *right, size_t n, struct lookup *to) {
    const struct link_layout *l = x->layout;
    size_t lookups = 0;
    for (size_t i = 0; i < n; i++) {
        const uint32_t *k = link_keys(right + i * l->size);
        for (int p = 0; p < l->passes; p++)
            __builtin_prefetch(&x->filter[p][k[p] >> x->shift]);
    }
    for (size_t i = 0; i < n; i++) {
        const uint32_t *k = link_keys(right + i * l->size);
        for (int p = 0; p < l->passes; p++) {
            to[lookups] = (struct lookup){.key = k[p], .right = (uint16_t)i, .pass = (uint16_t)p};
            if (k[p] && x->filter[p][k[p] >> x->shift] & filter_bit(x, k[p])) {
                __builtin_prefetch(&x->bucket[p][k[p] >> x->shift]);
                lookups++;
            }
        }
    }
    return lookups;
}

void link_index_probe(const struct link_index *x, const char *right, size_t n, bool below, link_candidate_fn *found, void *context) {
    const struct link_layout *l = x->layout;
    struct lookup look[LINK_PASSES_MAX * LINK_BATCH + 1];
    struct queued queue[QUEUE];
    size_t queued = 0, lookups = filtered(x, right, n, look);
    for (size_t i = 0; i < lookups; i++) {
        const uint32_t *bucket = &x->bucket[look[i].pass][look[i].key >> x->shift];
        look[i].from = bucket[0];
        look[i].to = bucket[1];
        __builtin_prefetch(&x->entry[look[i].pass][look[i].from]);
    }
    for (size_t i = 0; i < lookups; i++) {
        const struct link_entry *entry = x->entry[look[i].pass];
        uint32_t limit = below ? link_head(right + look[i].right * l->size)->row : UINT32_MAX;
        for (uint32_t e = look[i].from; e < look[i].to; e++) {
            if (entry[e].key != look[i].key || entry[e].row >= limit)
                continue;
            const char *r = link_record(x, entry[e].row);
            for (uint32_t at = 0; at < l->size; at += 64)
                __builtin_prefetch(r + at);
            queue[queued++] = (struct queued){entry[e].row, look[i].right, look[i].pass};
            if (queued == QUEUE) {
                work_off(x, right, queue, queued, found, context);
                queued = 0;
            }
        }
    }
    work_off(x, right, queue, queued, found, context);
}
