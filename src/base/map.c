#include "base/map.h"

#include "base/vec.h"

/* ---- SipHash-1-3 (Aumasson and Bernstein 2012, one and three rounds) ---- */

static inline uint64_t rotate(uint64_t x, int b) { return x << b | x >> (64 - b); }

static inline void sip_round(uint64_t v[4]) {
    v[0] += v[1];
    v[1] = rotate(v[1], 13) ^ v[0];
    v[0] = rotate(v[0], 32);
    v[2] += v[3];
    v[3] = rotate(v[3], 16) ^ v[2];
    v[0] += v[3];
    v[3] = rotate(v[3], 21) ^ v[0];
    v[2] += v[1];
    v[1] = rotate(v[1], 17) ^ v[2];
    v[2] = rotate(v[2], 32);
}

uint64_t hash_bytes(struct span s, uint64_t seed) {
    /* The 128-bit key is the seed and its product with an odd constant. */
    uint64_t k0 = seed, k1 = seed * 0x9e3779b97f4a7c15u;
    uint64_t v[4] = {k0 ^ 0x736f6d6570736575u, k1 ^ 0x646f72616e646f6du,
        k0 ^ 0x6c7967656e657261u, k1 ^ 0x7465646279746573u};
    const unsigned char *p = (const unsigned char *)s.at;
    size_t left = s.size;
    for (; left >= 8; p += 8, left -= 8) {
        uint64_t m = 0;
        for (int i = 0; i < 8; i++)
            m |= (uint64_t)p[i] << (8 * i);
        v[3] ^= m;
        sip_round(v);
        v[0] ^= m;
    }
    uint64_t m = (uint64_t)s.size << 56;
    for (size_t i = 0; i < left; i++)
        m |= (uint64_t)p[i] << (8 * i);
    v[3] ^= m;
    sip_round(v);
    v[0] ^= m;
    v[2] ^= 0xff;
    for (int i = 0; i < 3; i++)
        sip_round(v);
    return v[0] ^ v[1] ^ v[2] ^ v[3];
}

/* ---- the map: entries in order, and an open-addressed table of indices -- */

struct entry {
    struct span key;
    uint64_t hash;
    void *value;
};

struct map {
    struct arena *arena;
    uint64_t seed;
    VEC(struct entry) entries;
    uint32_t *slot; /* index + 1, 0 is free */
    size_t slots;   /* power of two, at most half full */
};

enum { SLOTS_FIRST = 16 };

struct map *map_new(struct arena *a, uint64_t seed) {
    struct map *m = ARENA_NEW(a, struct map);
    if (!m)
        return NULL;
    m->arena = a;
    m->seed = seed;
    return m;
}

/* The slot that holds the key, or the free one where it belongs. */
static size_t slot_of(const struct map *m, struct span key, uint64_t hash) {
    size_t i = (size_t)hash & (m->slots - 1);
    while (m->slot[i]) {
        const struct entry *e = &m->entries.at[m->slot[i] - 1];
        if (e->hash == hash && span_eq(e->key, key))
            break;
        i = (i + 1) & (m->slots - 1);
    }
    return i;
}

static bool rehash(struct map *m, size_t slots) {
    uint32_t *slot = ARENA_ARRAY(m->arena, slots, uint32_t);
    if (!slot)
        return false;
    m->slot = slot;
    m->slots = slots;
    for (size_t i = 0; i < m->entries.size; i++)
        slot[slot_of(m, m->entries.at[i].key, m->entries.at[i].hash)] = (uint32_t)i + 1;
    return true;
}

static struct entry *find(const struct map *m, struct span key) {
    if (!m->slots)
        return NULL;
    uint32_t index = m->slot[slot_of(m, key, hash_bytes(key, m->seed))];
    return index ? &m->entries.at[index - 1] : NULL;
}

bool map_put(struct map *m, struct span key, void *value) {
    struct entry *e = find(m, key);
    if (e) {
        e->value = value;
        return true;
    }
    if (m->entries.size >= UINT32_MAX - 1)
        return false;
    if (m->entries.size * 2 >= m->slots &&
        !rehash(m, m->slots ? m->slots * 2 : SLOTS_FIRST))
        return false;
    char *copy = arena_dup(m->arena, key);
    if (!copy || !vec_grow_in_(m->arena, (void **)&m->entries.at, &m->entries.room,
            m->entries.size, sizeof *m->entries.at))
        return false;
    uint64_t hash = hash_bytes(key, m->seed);
    struct span kept = {copy, key.size};
    m->entries.at[m->entries.size++] = (struct entry){kept, hash, value};
    m->slot[slot_of(m, kept, hash)] = (uint32_t)m->entries.size;
    return true;
}

void *map_get(const struct map *m, struct span key) {
    struct entry *e = find(m, key);
    return e ? e->value : NULL;
}

bool map_has(const struct map *m, struct span key) { return find(m, key) != NULL; }

size_t map_size(const struct map *m) { return m->entries.size; }

struct span map_key(const struct map *m, size_t i) {
    assert(i < m->entries.size);
    return m->entries.at[i].key;
}

void *map_value(const struct map *m, size_t i) {
    assert(i < m->entries.size);
    return m->entries.at[i].value;
}
