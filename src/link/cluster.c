#include "link/cluster.h"

struct node { uint64_t key; uint32_t parent, cluster; }; /* key: place * 2 + side + 1 */

static uint32_t root(struct node *n, uint32_t i) {
    while (n[i].parent != i) {
        n[i].parent = n[n[i].parent].parent;
        i = n[i].parent;
    }
    return i;
}

static uint32_t node_of(struct node *n, uint32_t *count, uint32_t *table, size_t mask, uint64_t key) {
    for (uint64_t i = link_mix(key);; i++) {
        uint32_t *slot = &table[i & mask];
        if (*slot == 0) {
            n[*count] = (struct node){key, *count, UINT32_MAX};
            *slot = ++*count;
            return *slot - 1;
        }
        if (n[*slot - 1].key == key)
            return *slot - 1;
    }
}

static uint64_t right_key(uint64_t at, const uint64_t *left_at, size_t rows) {
    if (!left_at)
        return at * 2 + 2;
    size_t low = 0, high = rows;
    while (low < high) {
        size_t middle = (low + high) / 2, there = middle;
        while (there < high && left_at[there] == UINT64_MAX) /* an empty line */
            there++;
        if (there < high && left_at[there] < at)
            low = there + 1;
        else
            high = middle;
    }
    while (low < rows && left_at[low] == UINT64_MAX)
        low++;
    return (uint64_t)low * 2 + 1;
}

static int by_cluster(const void *a, const void *b) {
    const struct link_member *x = a, *y = b;
    if (x->cluster != y->cluster)
        return x->cluster < y->cluster ? -1 : 1;
    if (x->right != y->right)
        return x->right ? 1 : -1;
    return x->at < y->at ? -1 : x->at > y->at;
}

enum status link_clusters(const struct link_pairs *p, double least, const uint64_t *left_at, size_t left_rows, struct arena *a,
    struct link_clusters *ret, struct diag *d) {
    size_t mask = 1023;
    while (mask < 4 * p->count)
        mask = mask * 2 + 1;
    struct node *n = arena_alloc_raw(a, (2 * p->count + 1) * sizeof *n);
    uint32_t *table = ARENA_ARRAY(a, mask + 1, uint32_t), count = 0, clusters = 0;
    if (!n || !table || p->count > UINT32_MAX / 4)
        return arena_full(d);
    for (size_t i = 0; i < p->count; i++) {
        if (link_probability((double)p->at[i].weight) < least)
            continue;
        uint32_t x = node_of(n, &count, table, mask, (uint64_t)p->at[i].left * 2 + 1);
        uint32_t y = node_of(n, &count, table, mask, right_key(p->at[i].right, left_at, left_rows));
        uint32_t rx = root(n, x), ry = root(n, y);
        n[rx > ry ? rx : ry].parent = rx < ry ? rx : ry;
    }
    struct link_member *m = arena_alloc_raw(a, ((size_t)count + 1) * sizeof *m);
    if (!m)
        return arena_full(d);
    for (uint32_t i = 0; i < count; i++) {
        uint32_t r = root(n, i);
        if (n[r].cluster == UINT32_MAX)
            n[r].cluster = clusters++;
        uint64_t key = n[i].key - 1;
        m[i] = (struct link_member){n[r].cluster, key & 1, key / 2};
    }
    qsort(m, count, sizeof *m, by_cluster);
    *ret = (struct link_clusters){m, count, clusters};
    return OK;
}
