/* A hash map from byte strings to pointers, insertion-ordered.
 *
 * Keys are copied into the map's arena; values belong to the caller.  The
 * hash is seeded SipHash-1-3 so that hostile keys cannot pile up; the seed is
 * passed in (engines draw no randomness of their own; 0 is allowed where the
 * keys are the program's own). */
#ifndef BASE_MAP_H
#define BASE_MAP_H

#include "base/arena.h"

struct map;

struct map *map_new(struct arena *a, uint64_t seed); /* lives in `a`; NULL: memory */
/* Replaces an existing value.  false: memory ended. */
NODISCARD bool map_put(struct map *m, struct span key, void *value);
void *map_get(const struct map *m, struct span key); /* NULL: absent */
bool map_has(const struct map *m, struct span key);
size_t map_size(const struct map *m);
/* i-th in order of first insertion. */
struct span map_key(const struct map *m, size_t i);
void *map_value(const struct map *m, size_t i);

uint64_t hash_bytes(struct span s, uint64_t seed);

#endif
