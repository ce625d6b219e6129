/* The id of every row once: pairs could not be told apart otherwise. */
#include "link/link_internal.h"

enum { PARTS = 256 };

uint64_t link_id_hash(struct span id) {
    while (id.size && (unsigned char)*id.at <= ' ')
        id.at++, id.size--;
    return id.size ? link_hash(id.at, id.size) | 1 : 0;
}

struct checking { const uint64_t *hash; size_t start[PARTS + 1]; uint64_t *table[LINK_CREW_MAX]; size_t room; bool twice[PARTS]; };

static void check_part(void *context, int worker, size_t part) {
    struct checking *c = context;
    size_t n = c->start[part + 1] - c->start[part], mask = 63;
    uint64_t *table = c->table[worker];
    while (mask < 2 * n)
        mask = mask * 2 + 1;
    assert(mask < c->room);
    memset(table, 0, (mask + 1) * sizeof *table);
    for (size_t i = c->start[part]; i < c->start[part + 1]; i++)
        for (uint64_t k = c->hash[i] >> 8;; k++) {
            uint64_t *slot = &table[k & mask];
            if (*slot == 0) {
                *slot = c->hash[i];
                break;
            }
            if (*slot == c->hash[i]) {
                c->twice[part] = true;
                return;
            }
        }
}

enum status link_ids_check(uint64_t *hash, size_t rows, const struct link_crew *crew, struct arena *a, struct diag *d) {
    struct arena_mark mark = arena_mark(a);
    struct checking c = {0};
    size_t count[PARTS] = {0}, at[PARTS], most = 0;
    uint64_t *sorted = arena_alloc_raw(a, (rows + 1) * sizeof *sorted);
    if (!sorted)
        return arena_full(d);
    for (size_t i = 0; i < rows; i++)
        if (hash[i])
            count[hash[i] >> 56]++;
    for (size_t p = 0; p < PARTS; p++) {
        c.start[p + 1] = c.start[p] + count[p];
        at[p] = c.start[p];
        most = count[p] > most ? count[p] : most;
    }
    for (size_t i = 0; i < rows; i++)
        if (hash[i])
            sorted[at[hash[i] >> 56]++] = hash[i];
    c.hash = sorted;
    for (c.room = 128; c.room < 4 * most; c.room *= 2)
        ;
    for (int w = 0; w < link_crew_size(crew); w++)
        if (!(c.table[w] = arena_alloc_raw(a, c.room * sizeof **c.table)))
            return arena_full(d);
    link_crew_run(crew, PARTS, check_part, &c);
    enum status s = OK;
    for (size_t p = 0; p < PARTS && s == OK; p++)
        if (c.twice[p])
            s = diag_fail(d, E_INPUT, "link.id_twice");
    arena_rewind(a, mark);
    return s;
}
