-- The evidence log (src/tlog/log.h).

-- Entries committed with their events and not yet sequenced: a short queue,
-- so that the long table is only ever appended to.
CREATE TABLE log_pending (
    id BIGINT NOT NULL,
    kind TEXT NOT NULL,
    district BIGINT NOT NULL,
    bytes BLOB NOT NULL,
    CONSTRAINT log_pending_key PRIMARY KEY (id)
) STRICT;

-- In the order of the log.  A row never changes.
CREATE TABLE log_entry (
    idx BIGINT NOT NULL,
    id BIGINT NOT NULL,
    kind TEXT NOT NULL,
    district BIGINT NOT NULL,
    bytes BLOB NOT NULL,
    CONSTRAINT log_entry_key PRIMARY KEY (idx),
    CONSTRAINT log_entry_id UNIQUE (id),
    CONSTRAINT log_entry_idx CHECK (idx >= 0)
) STRICT;

-- Two rows once there are entries: tree is 'sha256' or 'sm3'.  frontier is
-- the right edge at `size`; origin and vkey are fixed by the first checkpoint.
CREATE TABLE log_tree (
    tree TEXT NOT NULL,
    size BIGINT NOT NULL,
    frontier BLOB NOT NULL,
    origin TEXT,
    vkey TEXT,
    CONSTRAINT log_tree_key PRIMARY KEY (tree),
    CONSTRAINT log_tree_name CHECK (tree IN ('sha256', 'sm3')),
    CONSTRAINT log_tree_size CHECK (size >= 0)
) STRICT;

-- hashes is the longest prefix known of the tile: 32 bytes each, 1 to 256.
CREATE TABLE log_tile (
    tree TEXT NOT NULL,
    level BIGINT NOT NULL,
    n BIGINT NOT NULL,
    hashes BLOB NOT NULL,
    CONSTRAINT log_tile_key PRIMARY KEY (tree, level, n),
    CONSTRAINT log_tile_tree CHECK (tree IN ('sha256', 'sm3')),
    CONSTRAINT log_tile_place CHECK (level BETWEEN 0 AND 7 AND n >= 0)
) STRICT;

-- Signed heads.  note is the checkpoint with the log's own signature.
CREATE TABLE log_head (
    tree TEXT NOT NULL,
    size BIGINT NOT NULL,
    root BLOB NOT NULL,
    signed_at BIGINT NOT NULL,
    note TEXT NOT NULL,
    CONSTRAINT log_head_key PRIMARY KEY (tree, size),
    CONSTRAINT log_head_tree CHECK (tree IN ('sha256', 'sm3')),
    CONSTRAINT log_head_size CHECK (size > 0)
) STRICT;

-- Witnesses' signature lines; vkey is the key a line was checked with.
CREATE TABLE log_cosignature (
    tree TEXT NOT NULL,
    size BIGINT NOT NULL,
    vkey TEXT NOT NULL,
    time_s BIGINT NOT NULL,
    line TEXT NOT NULL,
    CONSTRAINT log_cosignature_key PRIMARY KEY (tree, size, vkey),
    CONSTRAINT log_cosignature_head FOREIGN KEY (tree, size) REFERENCES log_head (tree, size)
) STRICT;
