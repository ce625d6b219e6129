#include "store/store_internal.h"

#include "base/map.h"

/* A chained table plus a list by last use.  Lookup is one hash and one compare;
 * a statement of 200 bytes costs well under a microsecond. */

enum { BUCKETS = 1024 };

struct node {
    struct stmt_entry entry; /* first: the address handed out */
    struct node *chain;
    struct node *newer, *older;
    uint64_t hash;
    size_t key_size;
    char key[];
};

struct stmt_cache {
    stmt_drop_fn drop;
    void *owner;
    size_t room, size;
    struct node *newest, *oldest;
    struct node *bucket[BUCKETS];
};

struct stmt_cache *stmt_cache_new(size_t room, stmt_drop_fn drop, void *owner) {
    assert(room > 0 && drop);
    struct stmt_cache *c = calloc(1, sizeof *c);
    if (c) {
        c->room = room;
        c->drop = drop;
        c->owner = owner;
    }
    return c;
}

size_t stmt_cache_size(const struct stmt_cache *c) {
    return c->size;
}

static void unlink_use(struct stmt_cache *c, struct node *n) {
    *(n->newer ? &n->newer->older : &c->newest) = n->older;
    *(n->older ? &n->older->newer : &c->oldest) = n->newer;
    n->newer = n->older = NULL;
}

static void link_newest(struct stmt_cache *c, struct node *n) {
    n->older = c->newest;
    *(c->newest ? &c->newest->newer : &c->oldest) = n;
    c->newest = n;
}

static void remove_node(struct stmt_cache *c, struct node *n) {
    struct node **p = &c->bucket[n->hash % BUCKETS];
    while (*p != n)
        p = &(*p)->chain;
    *p = n->chain;
    unlink_use(c, n);
    c->size--;
    if (n->entry.statement)
        c->drop(c->owner, n->entry.statement);
    free(n);
}

static bool make_room(struct stmt_cache *c) {
    if (c->size < c->room)
        return true;
    struct node *n = c->oldest;
    while (n && n->entry.in_use)
        n = n->newer;
    if (!n)
        return false;
    remove_node(c, n);
    return true;
}

struct stmt_entry *stmt_cache_get(struct stmt_cache *c, struct span key) {
    uint64_t hash = hash_bytes(key, 0);
    for (struct node *n = c->bucket[hash % BUCKETS]; n; n = n->chain)
        if (n->hash == hash && span_eq(span_bytes(n->key, n->key_size), key)) {
            unlink_use(c, n);
            link_newest(c, n);
            return &n->entry;
        }

    if (!make_room(c))
        return NULL;
    struct node *n = calloc(1, sizeof *n + key.size);
    if (!n)
        return NULL;
    n->hash = hash;
    n->key_size = key.size;
    memcpy(n->key, key.at, key.size);
    n->chain = c->bucket[hash % BUCKETS];
    c->bucket[hash % BUCKETS] = n;
    link_newest(c, n);
    c->size++;
    return &n->entry;
}

void stmt_cache_forget(struct stmt_cache *c, struct stmt_entry *e) {
    remove_node(c, (struct node *)e);
}

void stmt_cache_clear(struct stmt_cache *c) {
    for (struct node *n = c->oldest, *newer; n; n = newer) {
        newer = n->newer;
        if (!n->entry.in_use)
            remove_node(c, n);
    }
}

struct stmt_cache *stmt_cache_free(struct stmt_cache *c) {
    if (!c)
        return NULL;
    while (c->oldest)
        remove_node(c, c->oldest);
    free(c);
    return NULL;
}
