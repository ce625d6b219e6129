/* A growable array of any type, on malloc.
 *
 *     VEC(struct edge) edges = {0};
 *     struct edge *e = vec_push(&edges);      NULL: memory ended
 *     for (size_t i = 0; i < edges.size; i++) use(&edges.at[i]);
 *     vec_release(&edges);
 *
 * and the same on an arena: vec_push_in(arena, &edges) (the old block stays
 * with the arena: amortised twice the memory). */
#ifndef BASE_VEC_H
#define BASE_VEC_H

#include "base/arena.h"

#define VEC(type) struct { type *at; size_t size; size_t room; }

bool vec_grow_(void **at, size_t *room, size_t size, size_t item);
bool vec_grow_in_(struct arena *a, void **at, size_t *room, size_t size, size_t item);

/* A zeroed new last element, or NULL. */
#define vec_push(v)                                                            \
    (vec_grow_((void **)&(v)->at, &(v)->room, (v)->size, sizeof *(v)->at)      \
            ? memset(&(v)->at[(v)->size++], 0, sizeof *(v)->at)                \
            : NULL)
#define vec_push_in(arena, v)                                                  \
    (vec_grow_in_((arena), (void **)&(v)->at, &(v)->room, (v)->size,           \
         sizeof *(v)->at)                                                      \
            ? memset(&(v)->at[(v)->size++], 0, sizeof *(v)->at)                \
            : NULL)
#define vec_release(v) (free((v)->at), (v)->at = NULL, (v)->size = (v)->room = 0)

#endif
