/* What the store half of tlog shares.  Private to src/tlog.
 *
 *   log_write.c   append, record
 *   grow.c        both trees grow: frontier and tiles
 *   sequence.c    indices, rebuilding of tiles
 *   head.c        checkpoints, cosignatures
 *   log_read.c    entries, tiles, reader, receipts
 *   audit.c       everything recomputed
 *   export.c      files */
#ifndef TLOG_LOG_INTERNAL_H
#define TLOG_LOG_INTERNAL_H

#include "tlog/log.h"

enum { TLOG_LEVELS = TLOG_TILE_LEVEL_MAX + 1 };
#define TLOG_SM3_SUFFIX "/sm3"

/* HASH_SHA256 and HASH_SM3 are 0 and 1: they index what comes in pairs. */
static inline const char *tlog_tree_name(enum hash_kind tree) { return tree == HASH_SM3 ? "sm3" : "sha256"; }

/* ---- growing ----------------------------------------------------------- */

/* The tile at the right edge of one level. */
struct tlog_edge {
    uint64_t n;
    unsigned width;
    bool dirty;
    uint8_t hashes[TLOG_TILE_BYTES];
};
struct tlog_grower {
    struct txn *txn;
    struct diag *diag;
    enum status status; /* of the first tile that could not be saved */
    struct tlog_frontier frontier;
    struct tlog_edge edge[TLOG_LEVELS];
};

/* The row of log_tree; size 0 and no origin when there is none. */
struct tlog_tree_row {
    int64_t size;
    struct span frontier;
    char *origin, *vkey; /* NULL: no checkpoint yet */
};
NODISCARD enum status tlog_tree_load(struct txn *t, enum hash_kind tree, struct arena *a, struct tlog_tree_row *ret,
    struct diag *d);
NODISCARD enum status tlog_grower_empty(struct tlog_grower *g, struct txn *t, enum hash_kind tree, struct diag *d);
/* From the rows of the store.  E_CORRUPT tlog.frontier, tlog.audit_tile. */
NODISCARD enum status tlog_grower_load(struct tlog_grower *g, struct txn *t, enum hash_kind tree, struct diag *d);
/* Full tiles are saved as they fill; a failure shows in `status`. */
void tlog_grower_push(struct tlog_grower *g, struct span entry);
/* Saves the partial tiles; tlog_grower_save_tree also frontier and size. */
NODISCARD enum status tlog_grower_save_tiles(struct tlog_grower *g);
NODISCARD enum status tlog_grower_save_tree(struct tlog_grower *g);

/* ---- reading ----------------------------------------------------------- */

/* The stored prefix of a tile, in `a`; size 0 when there is no row. */
NODISCARD enum status tlog_tile_load(struct txn *t, enum hash_kind tree, int level, uint64_t n, struct arena *a,
    struct span *ret, struct diag *d);
/* E_NOT_FOUND or E_CORRUPT with the tile's path. */
enum status tlog_tile_fail(struct diag *d, enum status s, const char *code, enum hash_kind tree, struct tlog_tile tile);
/* Entries first .. first + count as a bundle.  E_CORRUPT tlog.audit_missing. */
NODISCARD enum status tlog_bundle_load(struct txn *t, uint64_t first, unsigned count, struct buf *out, struct diag *d);

#endif
