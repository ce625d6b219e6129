/* Tiles and entry bundles as C2SP tlog-tiles names and lays them out.
 *
 * A tile is up to 256 hashes of one height (a multiple of 8) side by side; a
 * bundle is the entries below a tile of level 0, each with its length as two
 * bytes, big end first.  A partial tile is a prefix of the full one, so a
 * store that keeps the longest prefix can serve every width. */
#ifndef TLOG_TILE_H
#define TLOG_TILE_H

#include "base/buf.h"
#include "tlog/tree.h"

enum {
    TLOG_TILE_HEIGHT = 8,
    TLOG_TILE_WIDTH = 1 << TLOG_TILE_HEIGHT,
    TLOG_TILE_BYTES = TLOG_TILE_WIDTH * HASH_BYTES,
    TLOG_TILE_LEVEL_MAX = TLOG_HEIGHT_MAX / TLOG_TILE_HEIGHT,
    TLOG_TILE_ENTRIES = -1,    /* the level of an entry bundle */
    TLOG_TILE_PATH_MAX = 64,
    TLOG_ENTRY_BYTES_MAX = 65535 /* what the two length bytes of a bundle can say */
};

struct tlog_tile {
    int level;      /* 0..TLOG_TILE_LEVEL_MAX, or TLOG_TILE_ENTRIES */
    uint64_t index;
    unsigned width; /* 1..256; 256 is full */
};

/* "tile/0/x001/x234/067", "tile/1/000.p/17", "tile/entries/000" */
size_t tlog_tile_path(struct tlog_tile t, char out[TLOG_TILE_PATH_MAX]);
/* Only the one spelling that tlog_tile_path writes.  E_INPUT tlog.tile_path. */
NODISCARD enum status tlog_tile_parse(struct span path, struct tlog_tile *ret, struct diag *d);
/* How wide the tile (level, index) is in a tree of `size`: 0 when it is not there. */
unsigned tlog_tile_width(int level, uint64_t index, uint64_t size);

/* Hash of the perfect subtree of `height` (0..8) over the hashes
 * index << height up to (index + 1) << height of one tile; they must be in it. */
struct hash tlog_tile_hash(enum hash_kind kind, struct span tile, unsigned height, unsigned index);
/* The tile and the place in it that tell the subtree (height, index). */
struct tlog_tile_place { int level; uint64_t tile; unsigned height; unsigned index; };
struct tlog_tile_place tlog_tile_place(unsigned height, uint64_t index);

/* entry.size must be at most TLOG_ENTRY_BYTES_MAX. */
void tlog_bundle_add(struct buf *bundle, struct span entry);
/* Takes the next entry off the front of *rest; false at the end or, with
 * *rest unchanged and not empty, when the bundle is torn. */
bool tlog_bundle_next(struct span *rest, struct span *ret_entry);

#endif
