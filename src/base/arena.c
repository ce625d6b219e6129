#include "base/arena.h"

#include <stdarg.h>
#include <stdio.h>

/* Under AddressSanitizer the free part of a block is poisoned, so that
 * writing behind an allocation is caught as it would be on the heap. */
#if defined(__SANITIZE_ADDRESS__)
#define ARENA_ASAN 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define ARENA_ASAN 1
#endif
#endif
#ifdef ARENA_ASAN
#include <sanitizer/asan_interface.h>
#else
#define ASAN_POISON_MEMORY_REGION(p, n) ((void)(p), (void)(n))
#define ASAN_UNPOISON_MEMORY_REGION(p, n) ((void)(p), (void)(n))
#endif

enum {
    ALIGN = 16,
    BLOCK_FIRST = 4096,     /* a small request fits */
    BLOCK_MAX = 1024 * 1024 /* slack of a large arena stays below this */
};
static const size_t CEILING_DEFAULT = (size_t)1 << 30;

struct block {
    struct block *before;
    size_t room;
    _Alignas(ALIGN) char bytes[];
};

struct arena {
    struct block *last; /* NULL until the first allocation */
    size_t used;        /* in the last block */
    size_t total;       /* in all blocks, rounded to ALIGN */
    size_t ceiling;
    size_t next_room;
};

struct arena *arena_new(size_t ceiling) {
    struct arena *a = calloc(1, sizeof *a);
    if (!a)
        return NULL;
    a->ceiling = ceiling ? ceiling : CEILING_DEFAULT;
    a->next_room = BLOCK_FIRST;
    return a;
}

static void drop_block(struct block *b) {
    ASAN_UNPOISON_MEMORY_REGION(b->bytes, b->room);
    free(b);
}

static void drop_last(struct arena *a) {
    struct block *b = a->last;
    a->last = b->before;
    drop_block(b);
}

struct arena *arena_free(struct arena *a) {
    if (a) {
        while (a->last)
            drop_last(a);
        free(a);
    }
    return NULL;
}

static bool add_block(struct arena *a, size_t n) {
    size_t room = n > a->next_room ? n : a->next_room;
    struct block *b = malloc(sizeof *b + room);
    if (!b)
        return false;
    b->before = a->last;
    b->room = room;
    ASAN_POISON_MEMORY_REGION(b->bytes, room);
    a->last = b;
    a->used = 0;
    if (a->next_room < BLOCK_MAX)
        a->next_room *= 2;
    return true;
}

void *arena_alloc(struct arena *a, size_t n) {
    char *p = arena_alloc_raw(a, n);
    return p ? memset(p, 0, n ? n : 1) : NULL;
}

void *arena_alloc_raw(struct arena *a, size_t n) {
    assert(a);
    if (n == 0)
        n = 1;
    if (n > SIZE_MAX / 2)
        return NULL;
    size_t rounded = (n + ALIGN - 1) & ~(size_t)(ALIGN - 1);
    if (a->total > a->ceiling || n > a->ceiling - a->total)
        return NULL;
    if ((!a->last || a->last->room - a->used < rounded) && !add_block(a, rounded))
        return NULL;
    char *p = a->last->bytes + a->used;
    a->used += rounded;
    a->total += rounded;
    ASAN_UNPOISON_MEMORY_REGION(p, n);
    return p;
}

void *arena_array(struct arena *a, size_t n, size_t size) {
    size_t bytes;
    if (__builtin_mul_overflow(n, size, &bytes))
        return NULL;
    return arena_alloc(a, bytes);
}

char *arena_dup(struct arena *a, struct span s) {
    if (s.size == SIZE_MAX)
        return NULL;
    char *p = arena_alloc_raw(a, s.size + 1);
    if (!p)
        return NULL;
    if (s.size)
        memcpy(p, s.at, s.size);
    p[s.size] = 0;
    return p;
}

char *arena_printf(struct arena *a, const char *fmt, ...) {
    va_list ap, again;
    va_start(ap, fmt);
    va_copy(again, ap);
    int n = vsnprintf(NULL, 0, fmt, ap);
    va_end(ap);
    char *p = n < 0 ? NULL : arena_alloc_raw(a, (size_t)n + 1);
    if (p)
        vsnprintf(p, (size_t)n + 1, fmt, again);
    va_end(again);
    return p;
}

size_t arena_used(const struct arena *a) { return a->total; }

struct arena_mark arena_mark(const struct arena *a) {
    return (struct arena_mark){a->last, a->used, a->total};
}

void arena_rewind(struct arena *a, struct arena_mark mark) {
    while (a->last != mark.block) {
        assert(a->last); /* the mark is of this arena and not yet rewound */
        drop_last(a);
    }
    a->used = mark.used;
    a->total = mark.total;
    if (a->last)
        ASAN_POISON_MEMORY_REGION(a->last->bytes + a->used, a->last->room - a->used);
}

/* One block stays, the largest that is no larger than BLOCK_MAX: a request like
 * the one before then needs no other. */
void arena_reset(struct arena *a) {
    struct block *kept = NULL;
    while (a->last) {
        struct block *b = a->last;
        bool better = b->room <= BLOCK_MAX && (!kept || b->room > kept->room);
        a->last = b->before;
        struct block *drop = better ? kept : b;
        if (better)
            kept = b;
        if (drop)
            drop_block(drop);
    }
    a->last = kept;
    a->used = a->total = 0;
    a->next_room = BLOCK_FIRST;
    if (!kept)
        return;
    kept->before = NULL;
    a->next_room = kept->room < BLOCK_MAX / 2 ? 2 * kept->room : BLOCK_MAX;
    ASAN_POISON_MEMORY_REGION(kept->bytes, kept->room);
}

enum status arena_full(struct diag *d) {
    return diag_fail(d, E_LIMIT, "base.memory");
}
