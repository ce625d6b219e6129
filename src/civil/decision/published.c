/* What a store has published since its packs were written.
 *
 * A version never changes once published, so a set of them is compiled once a
 * process and kept.  Which set a transaction sees is told by the ids it reads,
 * never by a count or a clock: another process may have published, and a
 * transaction that published may have been lost. */
#include "civil/decision/policies.h"

#include "base/vec.h"
#include "store/store.h"

#include <pthread.h>
#include <stdio.h>

enum { SET_BYTES_MAX = 512 << 20 }; /* as the packs' own */

struct set { struct arena *arena; int64_t *id; size_t count; struct policies *policies; };

struct published {
    pthread_mutex_t lock;
    VEC(struct set) set; /* every set that was ever seen: one a publication */
};

typedef VEC(int64_t) ids_t;

struct published *published_new(void) {
    struct published *x = calloc(1, sizeof *x);
    if (x)
        pthread_mutex_init(&x->lock, NULL);
    return x;
}

struct published *published_free(struct published *x) {
    if (!x)
        return NULL;
    for (size_t i = 0; i < x->set.size; i++)
        arena_free(x->set.at[i].arena);
    vec_release(&x->set);
    pthread_mutex_destroy(&x->lock);
    free(x);
    return NULL;
}

/* ---- what a transaction sees --------------------------------------------------------- */

static enum status ids_read(struct txn *t, instant_t known_at, ids_t *ret, struct diag *d) {
    AUTO(rows) struct rows *r = NULL;
    enum status s = sql_query(t, &r, d, "SELECT id FROM policy_version WHERE ? = 0 OR published_at <= ? ORDER BY id", SQL_I(known_at), SQL_I(known_at));
    for (bool more = true; s == OK;) {
        if ((s = rows_next(r, &more, d)) != OK || !more)
            break;
        int64_t *slot = vec_push_in(txn_arena(t), ret);
        if (!slot)
            return arena_full(d);
        *slot = rows_int(r, 0);
    }
    return s;
}

static const struct policies *set_known(const struct published *x, const ids_t *ids) {
    for (size_t i = x->set.size; i-- > 0;)
        if (x->set.at[i].count == ids->size && memcmp(x->set.at[i].id, ids->at, ids->size * sizeof *ids->at) == 0)
            return x->set.at[i].policies;
    return NULL;
}

/* ---- compiling a set ------------------------------------------------------------------- */

static enum status version_read(struct arena *a, const struct rows *r, struct pack_file *ret, struct diag *d) {
    char *name = rows_dup(r, 2, a), *text = arena_dup(a, rows_text(r, 4));
    if (!name || !text)
        return arena_full(d);
    *ret = (struct pack_file){.version = rows_int(r, 1), .name = name, .valid_from = rows_date(r, 3), .text = {text, rows_text(r, 4).size}};
    snprintf(ret->sha256, sizeof ret->sha256, "%.*s", SPAN_ARG(rows_text(r, 5)));
    return OK;
}

/* In the order of publication, so that of two that begin on one day the later stays.  A matter
 * that the packs no longer have is passed over: nobody can ask for it. */
static enum status editions_read(const struct policies *p, struct arena *a, struct txn *t, instant_t known_at, struct editions *ret, struct diag *d) {
    AUTO(rows) struct rows *r = NULL;
    *ret = p->editions;
    enum status s = sql_query(t, &r, d,
        "SELECT matter, version, file, valid_from, text, sha256 FROM policy_version WHERE ? = 0 OR published_at <= ? ORDER BY matter, version",
        SQL_I(known_at), SQL_I(known_at));
    for (bool more = true; s == OK;) {
        struct pack_file file;
        if ((s = rows_next(r, &more, d)) != OK || !more)
            break;
        const struct matter *m = packs_matter(p->packs, rows_dup(r, 0, a));
        if (m && (s = version_read(a, r, &file, d)) == OK)
            s = editions_with(a, ret, m, &file, ret, d);
    }
    return s;
}

static enum status set_fill(const struct policies *p, struct txn *t, instant_t known_at, const ids_t *ids, struct set *x, struct diag *d) {
    struct editions editions;
    x->count = ids->size;
    if (!(x->id = ARENA_ARRAY(x->arena, ids->size, int64_t)))
        return arena_full(d);
    memcpy(x->id, ids->at, ids->size * sizeof *ids->at);
    enum status s = editions_read(p, x->arena, t, known_at, &editions, d);
    return s == OK ? policies_build(p, x->arena, &editions, NULL, &x->policies, d) : s;
}

static enum status set_make(const struct policies *p, struct txn *t, instant_t known_at, const ids_t *ids, const struct policies **ret, struct diag *d) {
    struct set x = {.arena = arena_new(SET_BYTES_MAX)}, *slot = NULL;
    enum status s = x.arena ? set_fill(p, t, known_at, ids, &x, d) : arena_full(d);
    if (s == OK && !(slot = vec_push(&p->published->set)))
        s = arena_full(d);
    if (s != OK) {
        arena_free(x.arena);
        return s;
    }
    *slot = x;
    *ret = x.policies;
    return OK;
}

enum status policies_published(const struct policies *p, struct txn *t, instant_t known_at, const struct policies **ret, struct diag *d) {
    assert(p->published);
    ids_t ids = {0};
    enum status s = ids_read(t, known_at, &ids, d);
    if (s != OK)
        return s;
    *ret = p;
    if (ids.size == 0)
        return OK;
    pthread_mutex_lock(&p->published->lock);
    if (!(*ret = set_known(p->published, &ids)))
        s = set_make(p, t, known_at, &ids, ret, d);
    pthread_mutex_unlock(&p->published->lock);
    return s;
}
