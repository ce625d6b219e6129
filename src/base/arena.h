/* Memory by lifetime: everything allocated from an arena dies with it.
 *
 * Four lifetimes are used in the product: process, model (a parsed policy,
 * process or form), request (one HTTP call or one command), batch.  An arena
 * has a ceiling from birth; above it, or when malloc fails, arena_alloc
 * returns NULL and the caller returns E_LIMIT ("base.memory").
 * One thread at a time. */
#ifndef BASE_ARENA_H
#define BASE_ARENA_H

#include "base/base.h"

struct arena;

/* `ceiling` in bytes, 0: 1 GiB.  NULL when memory ends. */
struct arena *arena_new(size_t ceiling);
struct arena *arena_free(struct arena *a); /* NULL */
DEFINE_AUTO(arena)

/* 16-byte aligned, zeroed.  NULL: ceiling or memory reached. */
void *arena_alloc(struct arena *a, size_t n) __attribute__((malloc));
/* The same with whatever is there: for what is written whole at once. */
void *arena_alloc_raw(struct arena *a, size_t n) __attribute__((malloc));
/* n * size with the overflow checked. */
void *arena_array(struct arena *a, size_t n, size_t size);
/* Copies with a terminating NUL behind. NULL as above. */
char *arena_dup(struct arena *a, struct span s);
char *arena_printf(struct arena *a, const char *fmt, ...) PRINTF(2, 3);

size_t arena_used(const struct arena *a);
/* Forget everything allocated since `mark` (a value of arena_mark). */
struct arena_mark { void *block; size_t used; size_t total; };
struct arena_mark arena_mark(const struct arena *a);
void arena_rewind(struct arena *a, struct arena_mark mark);
/* Forget everything; keeps at most one block of 1 MiB for what comes next. */
void arena_reset(struct arena *a);

/* Fills diag with "base.memory" and returns E_LIMIT. */
enum status arena_full(struct diag *d);

#define ARENA_NEW(a, type) ((type *)arena_alloc((a), sizeof(type)))
#define ARENA_ARRAY(a, n, type) ((type *)arena_array((a), (n), sizeof(type)))

#endif
