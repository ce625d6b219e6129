/* The evidence log in the store.
 *
 * An entry's bytes are inserted in the caller's transaction, so an event and
 * its evidence commit or vanish together.  The sequencer moves them, in order
 * of their ids, to their indices, and both trees (SHA-256 and SM3) grow in the
 * same transaction: tiles, frontier and size.  An index once given never
 * changes.  A checkpoint signs a size that was sequenced; before it signs, it
 * proves from the tiles that the former head is a prefix.
 *
 * Tables: log_pending, log_entry, log_tile, log_tree, log_head,
 * log_cosignature (store/migrations/0002_tlog.sql).  There is one log in a
 * store.  src/tlog/README.md says why the tiles are stored. */
#ifndef TLOG_LOG_H
#define TLOG_LOG_H

#include "base/json.h"
#include "store/store.h"
#include "tlog/note.h"
#include "tlog/receipt.h"
#include "tlog/tile.h"

/* The log's name and the keys it signs with.  `<origin>/sm3` is the second
 * log's origin and key name.  The first checkpoint fixes origin and keys; after a
 * restart (doubt.h) the name is <origin>/r1 and so on. */
struct tlog_keys {
    const char *origin;              /* "minzheng.example/110102" */
    const struct sign_key *ed25519;
    const struct sign_key *sm2;
};

/* ---- writing ---------------------------------------------------------- */

/* Inserts the entry; it has no index yet.  `kind` and `district` are the
 * entry's own, for queries.  E_LIMIT tlog.entry_size. */
NODISCARD enum status tlog_append(struct txn *t, const char *kind, int64_t district, struct span entry,
    int64_t *ret_entry_id, struct diag *d);
/* tlog_entry_write and tlog_append in one. */
NODISCARD enum status tlog_record(struct txn *t, const struct tlog_entry *e, int64_t *ret_entry_id, struct diag *d);

/* Gives indices to all entries that have none, in chunks.  *ret_count (may be
 * NULL) entries were sequenced by this call.  Safe to run twice at once. */
NODISCARD enum status tlog_sequence(struct store *s, int64_t *ret_count, struct diag *d);
/* Writes all tiles again from the entries, after checking that the entries
 * still give the stored frontiers.  E_CORRUPT otherwise, with nothing written. */
NODISCARD enum status tlog_rebuild_tiles(struct store *s, struct diag *d);
/* Signs the present size of both trees when it grew since the last head.
 * *ret_new (may be NULL): a head was made.  E_CONFLICT tlog.origin: the log
 * has another origin or other keys.  E_CORRUPT tlog.fork: the former head is
 * no prefix; tlog.frontier_root: tiles and frontier disagree.  An empty log
 * gets no checkpoint. */
NODISCARD enum status tlog_checkpoint_make(struct store *s, const struct tlog_keys *k, bool *ret_new, struct diag *d);
/* Keeps a witness's signature line ("— name base64\n") after checking it
 * against `witness`.  E_NOT_FOUND tlog.head: no head of that size. */
NODISCARD enum status tlog_cosignature_add(struct store *s, enum hash_kind tree, uint64_t size,
    const struct tlog_vkey *witness, struct span line, struct diag *d);
NODISCARD enum status tlog_cosignature_add_in(struct txn *t, enum hash_kind tree, uint64_t size,
    const struct tlog_vkey *witness, struct span line, struct diag *d);

/* ---- reading ---------------------------------------------------------- */

struct tlog_stored {
    int64_t id;
    int64_t index;     /* -1: not sequenced yet */
    int64_t district;
    char *kind;
    struct span bytes;
};
/* E_NOT_FOUND tlog.no_entry */
NODISCARD enum status tlog_entry_get(struct txn *t, int64_t entry_id, struct arena *a, struct tlog_stored *ret,
    struct diag *d);

struct tlog_head {
    uint64_t size;
    struct hash root;
    instant_t at;
    struct span note;  /* with the cosignatures at hand */
};
/* The latest head, or the latest below `below` (0: no bound).  E_NOT_FOUND tlog.head */
NODISCARD enum status tlog_head_get(struct txn *t, enum hash_kind tree, uint64_t below, struct arena *a,
    struct tlog_head *ret, struct diag *d);
/* The log's own vkeys, SHA-256's first, as kept by the first checkpoint.  E_NOT_FOUND tlog.head. */
enum { TLOG_TREES = 2 };
NODISCARD enum status tlog_own_vkeys(struct txn *t, struct arena *a, struct span ret[TLOG_TREES], struct diag *d);
/* How many entries have an index, how many wait, how many are signed. */
struct tlog_state { int64_t sequenced, pending, signed_size; };
NODISCARD enum status tlog_state_get(struct txn *t, struct tlog_state *ret, struct diag *d);

/* A tile or bundle as it is served: only what a checkpoint covers.  E_NOT_FOUND
 * tlog.tile; E_CORRUPT: an entry does not fit its tile. */
NODISCARD enum status tlog_tile_get(struct txn *t, enum hash_kind tree, struct tlog_tile tile, struct arena *a,
    struct span *ret, struct diag *d);
/* A reader for the proofs of tree.h; lives in `a`, keeps the tiles it read there. */
NODISCARD enum status tlog_reader_new(struct txn *t, enum hash_kind tree, struct arena *a, struct tlog_reader *ret,
    struct diag *d);

/* The receipt of an entry under the latest final heads, or under the latest
 * while no final one has it.  E_NOT_FOUND tlog.no_entry;
 * E_BUSY tlog.not_yet: not under a checkpoint yet. */
NODISCARD enum status tlog_prove(struct txn *t, int64_t entry_id, const struct tlog_opening *opening, size_t openings,
    struct arena *a, struct span *ret_receipt, struct diag *d);

/* ---- checking --------------------------------------------------------- */

/* Called once for every thing that is wrong; `d` says what and where. */
typedef void (*tlog_finding_fn)(void *arg, const struct diag *d);
struct tlog_audit {
    int64_t entries, tiles, heads, cosignatures; /* checked */
    int64_t findings;
};
/* Recomputes everything from the entries: contiguous indices, ids, the
 * columns beside the bytes, every tile, frontiers, every head's root and
 * signature, cosignatures; and what witnesses know better (doubt.h).  Findings are counted, not returned as failure.
 * `keys`: the log's vkeys, or none to take those of the store. */
NODISCARD enum status tlog_verify_store(struct store *s, const struct tlog_vkey *key, size_t keys,
    tlog_finding_fn finding, void *arg, struct tlog_audit *ret, struct diag *d);

/* Writes DIR/{vkeys,checkpoint,checkpoint.old,tile/...} and the same below
 * DIR/sm3.  Tiles that are there in full are kept, so a second export writes
 * only what is new.  `witness` keys go to vkeys.  E_SYSTEM tlog.file. */
NODISCARD enum status tlog_export(struct store *s, const char *dir, const struct tlog_vkey *witness, size_t witnesses,
    struct diag *d);

#endif
