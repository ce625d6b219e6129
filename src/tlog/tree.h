/* The Merkle tree of RFC 6962 section 2.1 over SHA-256 or SM3.
 *
 * A leaf is H(0x00 | entry), a node H(0x01 | left | right), the root of no
 * entry H("").  Everything here is a pure function: no store, no allocation,
 * no state but the frontier that the caller keeps.
 *
 * A perfect subtree is named by (height, index): it holds the entries
 * index << height  up to  (index + 1) << height. */
#ifndef TLOG_TREE_H
#define TLOG_TREE_H

#include "base/base.h"
#include "crypto/hash.h"

/* Sizes are stored as BIGINT; one bit is left so that sums cannot overflow. */
#define TLOG_SIZE_MAX ((uint64_t)1 << 62)
/* Inclusion: one hash a level; consistency: one more. */
enum { TLOG_HEIGHT_MAX = 62, TLOG_PROOF_MAX = TLOG_HEIGHT_MAX + 2 };

struct hash tlog_leaf_hash(enum hash_kind kind, struct span entry);
struct hash tlog_node_hash(enum hash_kind kind, const struct hash *left, const struct hash *right);
struct hash tlog_empty_root(enum hash_kind kind);

/* ---- frontier: the right edge of a growing tree ----------------------- */

/* node[h] is the perfect subtree of height h at the right edge; it is there
 * when bit h of `size` is set. */
struct tlog_frontier {
    enum hash_kind kind;
    uint64_t size;
    struct hash node[TLOG_HEIGHT_MAX + 1];
};
void tlog_frontier_init(struct tlog_frontier *f, enum hash_kind kind);
/* `completed` (may be NULL) hears of every perfect subtree that this leaf
 * completes, the leaf itself (height 0) first.  size must be < TLOG_SIZE_MAX. */
typedef void (*tlog_completed_fn)(void *arg, unsigned height, uint64_t index, const struct hash *h);
void tlog_frontier_push(struct tlog_frontier *f, struct hash leaf, tlog_completed_fn completed, void *arg);
struct hash tlog_frontier_root(const struct tlog_frontier *f);
/* The nodes that are there, lowest first, 32 bytes each.  Returns the bytes
 * written; out has room for all. */
enum { TLOG_FRONTIER_BYTES_MAX = (TLOG_HEIGHT_MAX + 1) * HASH_BYTES };
size_t tlog_frontier_save(const struct tlog_frontier *f, uint8_t out[TLOG_FRONTIER_BYTES_MAX]);
/* E_CORRUPT tlog.frontier: the length does not fit `size`. */
NODISCARD enum status tlog_frontier_load(struct tlog_frontier *f, enum hash_kind kind, uint64_t size,
    struct span saved, struct diag *d);

/* ---- proofs ----------------------------------------------------------- */

/* Reads the hash of a perfect subtree.  The callback's failure ends the proof
 * and is handed back. */
struct tlog_reader {
    enum status (*read)(void *arg, unsigned height, uint64_t index, struct hash *ret, struct diag *d);
    void *arg;
};

struct tlog_proof {
    size_t count;
    struct hash hash[TLOG_PROOF_MAX];
};

/* Root of the first `size` entries. */
NODISCARD enum status tlog_root(const struct tlog_reader *r, enum hash_kind kind, uint64_t size,
    struct hash *ret, struct diag *d);
/* RFC 6962 section 2.1.1.  E_USAGE tlog.index: index >= size. */
NODISCARD enum status tlog_prove_inclusion(const struct tlog_reader *r, enum hash_kind kind, uint64_t index,
    uint64_t size, struct tlog_proof *ret, struct diag *d);
/* RFC 6962 section 2.1.2.  E_USAGE tlog.size: old > size.  Empty when old is
 * 0 or size. */
NODISCARD enum status tlog_prove_consistency(const struct tlog_reader *r, enum hash_kind kind, uint64_t old,
    uint64_t size, struct tlog_proof *ret, struct diag *d);

/* RFC 9162 sections 2.1.3.2 and 2.1.4.2; every hash of the proof is used, no
 * more and no fewer. */
bool tlog_check_inclusion(enum hash_kind kind, const struct hash *leaf, uint64_t index, uint64_t size,
    const struct tlog_proof *proof, const struct hash *root);
bool tlog_check_consistency(enum hash_kind kind, uint64_t old, const struct hash *old_root, uint64_t size,
    const struct hash *root, const struct tlog_proof *proof);
/* What root the first `old` leaves had in the tree of `size` leaves with
 * `root`, 0 < old < size, as the hashes of a consistency proof show: the proof
 * binds whatever the sender says, since its hashes lead to `root`.  Where RFC
 * 6962 leaves the first hash out (`old` is a power of two), it must stand at the
 * head all the same.  false: the hashes do not lead to `root`, nothing is shown. */
bool tlog_prefix_root(enum hash_kind kind, uint64_t old, uint64_t size, const struct hash *root, const struct tlog_proof *proof,
    struct hash *ret);

#endif
