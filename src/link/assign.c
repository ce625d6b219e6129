/* One to one: the heaviest pair first, then the heaviest of what is left. */
#include "link/link.h"

static int by_weight(const void *a, const void *b) {
    const struct link_pair *x = a, *y = b;
    if (x->weight > y->weight || x->weight < y->weight)
        return x->weight > y->weight ? -1 : 1;
    if (x->left != y->left)
        return x->left < y->left ? -1 : 1;
    return x->right < y->right ? -1 : x->right > y->right;
}

/* Whether `right` is new; then it is in the table. */
static bool take(uint64_t *table, size_t mask, uint64_t right) {
    for (uint64_t i = link_mix(right + 1);; i++) {
        if (table[i & mask] == right + 1)
            return false;
        if (table[i & mask] == 0) {
            table[i & mask] = right + 1;
            return true;
        }
    }
}

static bool taken(const uint64_t *table, size_t mask, uint64_t right) {
    for (uint64_t i = link_mix(right + 1); table[i & mask]; i++)
        if (table[i & mask] == right + 1)
            return true;
    return false;
}

enum status link_one_to_one(struct link_pairs *p, size_t left_rows, struct arena *a, struct diag *d) {
    struct arena_mark mark = arena_mark(a);
    size_t mask = 1023, n = 0;
    while (mask < 2 * p->count)
        mask = mask * 2 + 1;
    uint64_t *rights = ARENA_ARRAY(a, mask + 1, uint64_t);
    uint8_t *lefts = ARENA_ARRAY(a, left_rows + 1, uint8_t);
    if (!rights || !lefts)
        return arena_full(d);
    qsort(p->at, p->count, sizeof *p->at, by_weight);
    for (size_t i = 0; i < p->count; i++) {
        struct link_pair pair = p->at[i];
        if (lefts[pair.left] || taken(rights, mask, pair.right))
            continue;
        lefts[pair.left] = 1;
        (void)take(rights, mask, pair.right);
        p->at[n++] = pair;
    }
    p->count = n;
    arena_rewind(a, mark);
    return OK;
}
