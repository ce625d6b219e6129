#include "base/vec.h"

enum { ROOM_FIRST = 8 };

/* 0: the size would overflow. */
static size_t next_room(size_t size, size_t item) {
    size_t room = size ? size * 2 : ROOM_FIRST, bytes;
    if (room < size || __builtin_mul_overflow(room, item, &bytes))
        return 0;
    return room;
}

bool vec_grow_(void **at, size_t *room, size_t size, size_t item) {
    if (size < *room)
        return true;
    size_t n = next_room(size, item);
    void *p = n ? realloc(*at, n * item) : NULL;
    if (!p)
        return false;
    *at = p;
    *room = n;
    return true;
}

bool vec_grow_in_(struct arena *a, void **at, size_t *room, size_t size, size_t item) {
    if (size < *room)
        return true;
    size_t n = next_room(size, item);
    void *p = n ? arena_array(a, n, item) : NULL;
    if (!p)
        return false;
    if (size)
        memcpy(p, *at, size * item);
    *at = p;
    *room = n;
    return true;
}
