#include "http/rate.h"

#include "base/map.h"

#include <pthread.h>

enum { RATE_SLOTS = 4096, RATE_WAYS = 8 }; /* 4096 active addresses behind one subdistrict's gateway is ample */

struct bucket { uint64_t key; int64_t at_us; double tokens; };
struct rate {
    pthread_mutex_t lock;
    double burst, per_us;
    struct bucket bucket[RATE_SLOTS];
};

struct rate *rate_new(unsigned burst, unsigned per_minute) {
    struct rate *r = calloc(1, sizeof *r);
    if (!r)
        return NULL;
    pthread_mutex_init(&r->lock, NULL);
    r->burst = burst;
    r->per_us = per_minute / 60e6;
    return r;
}

struct rate *rate_free(struct rate *r) {
    if (r)
        pthread_mutex_destroy(&r->lock);
    free(r);
    return NULL;
}

bool rate_take(struct rate *r, const char *key, int64_t now_us) {
    uint64_t h = hash_bytes(span_of(key), 0x6d696e7a68656e67u) | 1;
    size_t set = (h >> 8) % (RATE_SLOTS / RATE_WAYS) * RATE_WAYS;
    pthread_mutex_lock(&r->lock);
    struct bucket *b = NULL, *oldest = &r->bucket[set];
    for (size_t i = set; i < set + RATE_WAYS; i++) {
        if (r->bucket[i].key == h)
            b = &r->bucket[i];
        if (r->bucket[i].at_us < oldest->at_us)
            oldest = &r->bucket[i];
    }
    if (!b) {
        b = oldest;
        *b = (struct bucket){h, now_us, r->burst};
    }
    if (now_us > b->at_us) {
        b->tokens += (double)(now_us - b->at_us) * r->per_us;
        b->at_us = now_us;
    }
    if (b->tokens > r->burst)
        b->tokens = r->burst;
    bool ok = b->tokens >= 1;
    if (ok)
        b->tokens -= 1;
    pthread_mutex_unlock(&r->lock);
    return ok;
}
