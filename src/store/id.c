#include "store/store_internal.h"

#include "crypto/hash.h"

#include <time.h>

/* 2020-01-01T00:00:00Z; 41 bits of milliseconds last until 2089. */
static const int64_t epoch_ms = INT64_C(1577836800000);

enum { SEQUENCE_BITS = 12, NODE_BITS = 10 };

void id_source_init(struct id_source *ids, unsigned node) {
    atomic_init(&ids->last, 0);
    ids->node = node;
    while (ids->node == 0) {
        uint16_t drawn;
        random_bytes(&drawn, sizeof drawn);
        ids->node = drawn % (1u << NODE_BITS);
    }
}

/* The state only grows: a clock that steps back, or more than 4096 ids in one
 * millisecond, borrows from the milliseconds to come. */
int64_t id_source_next(struct id_source *ids) {
    struct timespec t;
    clock_gettime(CLOCK_REALTIME, &t);
    int64_t ms = (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000 - epoch_ms;
    uint64_t fresh = ms > 0 ? (uint64_t)ms << SEQUENCE_BITS : 0;

    uint64_t last = atomic_load_explicit(&ids->last, memory_order_relaxed);
    uint64_t next;
    do {
        next = fresh > last ? fresh : last + 1;
    } while (!atomic_compare_exchange_weak_explicit(&ids->last, &last, next,
        memory_order_relaxed, memory_order_relaxed));

    uint64_t sequence = next & ((1u << SEQUENCE_BITS) - 1);
    uint64_t id = (next >> SEQUENCE_BITS) << (SEQUENCE_BITS + NODE_BITS)
        | (uint64_t)ids->node << SEQUENCE_BITS | sequence;
    return (int64_t)(id & INT64_MAX);
}
