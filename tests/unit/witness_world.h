/* A witness with a store of its own that follows the world's two logs.
 *
 *     static void cosigns(void **state) { WITNESS; ... WITNESS_END; } */
#ifndef WITNESS_WORLD_H
#define WITNESS_WORLD_H

#include "tlog_world.h"

#include "tlog/witness.h"

#include <stdio.h>

static struct tlog_witness witness;
static struct tlog_vkey followed[2];
static char witness_db[200];
static instant_t clock_at = 1795314700000000;

static inline instant_t witness_clock(void *arg) { return clock_at; }

static inline void witness_open(void) {
    struct diag d = {0};
    struct store_options o = {.now = witness_clock};
    snprintf(witness_db, sizeof witness_db, "%s/witness.db", w.dir);
    expect_ok(store_open(witness_db, &o, &witness.store, &d), &d);
    expect_ok(tlog_witness_migrate(witness.store, &d), &d);
}

/* The witness follows the world's two logs. */
static inline void witness_start(void) {
    struct diag d = {0};
    expect_ok(tlog_vkey_of("minzheng.example/110102", w.ed25519, false, &followed[0], &d), &d);
    expect_ok(tlog_vkey_of("minzheng.example/110102/sm3", w.sm2, false, &followed[1], &d), &d);
    witness = (struct tlog_witness){.key = w.witness, .log = followed, .logs = 2};
    expect_ok(tlog_vkey_of("audit.example/w1", w.witness, true, &witness.vkey, &d), &d);
    witness_open();
}
#define WITNESS                                                                \
    WORLD;                                                                     \
    witness_start()
#define WITNESS_END witness.store = store_free(witness.store)

static inline struct tlog_witness_reply ask(struct span body) {
    struct diag d = {0};
    struct tlog_witness_reply r;
    expect_ok(tlog_witness_add(&witness, body, w.arena, &r, &d), &d);
    return r;
}
static inline int status_of(struct span body) { return ask(body).status; }

/* ---- requests ---------------------------------------------------------------- */

struct build { enum hash_kind tree; uint64_t old, below; struct tlog_witness_request q; };

static inline enum status build(struct txn *t, void *arg, struct diag *d) {
    struct build *b = arg;
    struct tlog_head head;
    struct tlog_reader r;
    enum status s = tlog_head_get(t, b->tree, b->below, w.arena, &head, d);
    b->q = (struct tlog_witness_request){.old = b->old, .note = head.note};
    if (s == OK)
        s = tlog_reader_new(t, b->tree, txn_arena(t), &r, d);
    return s == OK && b->old <= head.size ? tlog_prove_consistency(&r, b->tree, b->old, head.size, &b->q.proof, d) : s;
}

static inline struct span text_of(const struct tlog_witness_request *q) {
    BUF_AUTO b;
    buf_init(&b, 0);
    tlog_witness_request_write(&b, q);
    return (struct span){arena_dup(w.arena, buf_span(&b)), b.size};
}

/* From `old` to the latest head below `below` (0: the latest). */
static inline struct span request(enum hash_kind tree, uint64_t old, uint64_t below) {
    struct diag d = {0};
    struct build b = {.tree = tree, .old = old, .below = below};
    expect_ok(store_read(w.store, build, &b, &d), &d);
    return text_of(&b.q);
}

/* A note over any size and root, signed by `key`. */
static inline struct span signed_note(const char *origin, const struct sign_key *key, uint64_t size, struct hash root) {
    struct diag d = {0};
    struct tlog_vkey v;
    BUF_AUTO text;
    BUF_AUTO note;
    buf_init(&text, 0);
    buf_init(&note, 0);
    expect_ok(tlog_vkey_of(origin, key, false, &v, &d), &d);
    tlog_checkpoint_text(&text, &(struct tlog_checkpoint){span_of(origin), size, root});
    buf_add(&note, buf_span(&text));
    buf_addc(&note, '\n');
    expect_ok(tlog_note_sign(&note, buf_span(&text), &v, key, 0, &d), &d);
    return (struct span){arena_dup(w.arena, buf_span(&note)), note.size};
}

static inline uint64_t witnessed(int log, int64_t *ret_evidence) {
    struct diag d = {0};
    struct tlog_witnessed *list;
    expect_ok(tlog_witness_state(&witness, w.arena, &list, &d), &d);
    if (ret_evidence)
        *ret_evidence = list[log].evidence;
    return list[log].size;
}

static inline int64_t evidence(void) {
    int64_t n;
    (void)witnessed(0, &n);
    return n;
}

#endif
