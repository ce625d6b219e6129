/* One tree under audit.  Private to src/tlog.
 *
 * Two frontiers: `e` grows from the entries, `t` from the stored leaves where
 * those differ.  While they agree only `e` is kept.  The next signed head, or
 * at the end the stored frontier, tells which of the two was changed. */
#ifndef TLOG_AUDIT_INTERNAL_H
#define TLOG_AUDIT_INTERNAL_H

#include "tlog/log_internal.h"

/* The first mismatches of a stretch are named one by one; a store that is
 * damaged all over needs no longer list. */
enum { AUDIT_NAMED_MAX = 1000 };

struct audit {
    struct txn *txn;
    const struct tlog_vkey *key;
    size_t keys;
    tlog_finding_fn finding;
    void *arg;
    struct tlog_audit result;
    struct arena *arena; /* reset often */
};

struct audit_level {
    bool loaded, blamed;
    uint64_t n;
    size_t size;
    uint8_t hashes[TLOG_TILE_BYTES];
};

struct audit_tree {
    struct audit *audit;
    enum hash_kind kind;
    uint64_t size; /* the tree should have */
    struct tlog_frontier e, t;
    bool split;
    bool head_failed; /* the last one: those that follow fail for the same reason */
    int64_t head;     /* size of the next head, INT64_MAX: none */
    struct audit_level level[TLOG_LEVELS];
    struct hash now[2][TLOG_LEVELS]; /* completed by this entry, from e and t */
    unsigned completed;              /* bit a level */
    size_t named;
    struct { int64_t index, id; } mismatch[AUDIT_NAMED_MAX];
};

void audit_report(struct audit *a, const struct diag *d);
#define AUDIT_FIND(a, code, ...)                                               \
    do {                                                                       \
        struct diag find_ = {0};                                               \
        (void)!diag_fail(&find_, E_CORRUPT, (code), __VA_ARGS__);              \
        audit_report((a), &find_);                                             \
    } while (0)

NODISCARD enum status audit_tree_start(struct audit_tree *x, struct audit *a, enum hash_kind kind, uint64_t size,
    struct diag *d);
/* The entry's bytes; NULL: the row is missing and its stored leaf stands in. */
NODISCARD enum status audit_tree_push(struct audit_tree *x, int64_t id, const struct span *entry, struct diag *d);
/* `frontier` is the stored one. */
NODISCARD enum status audit_tree_end(struct audit_tree *x, struct span frontier, struct diag *d);

/* The head of `size`: record, signature, cosignatures.  The signed root. */
NODISCARD enum status audit_head(struct audit *a, enum hash_kind tree, int64_t size, struct hash *ret_root,
    struct diag *d);

#endif
