-- When the witnesses' quorum was there (src/tlog/cosign.h); NULL: not yet, or none is asked.
ALTER TABLE log_head ADD COLUMN final_at BIGINT;

-- What each witness said last of each tree.  size: the head it has, as far as
-- the log knows; the next proof begins there.
CREATE TABLE log_witness (
    tree TEXT NOT NULL,
    vkey TEXT NOT NULL,
    size BIGINT NOT NULL,
    state TEXT NOT NULL,
    detail TEXT NOT NULL,
    asked_at BIGINT NOT NULL,
    cosigned_at BIGINT,
    CONSTRAINT log_witness_key PRIMARY KEY (tree, vkey),
    CONSTRAINT log_witness_tree CHECK (tree IN ('sha256', 'sm3')),
    CONSTRAINT log_witness_state CHECK (state IN ('cosigned', 'away', 'refused', 'ahead', 'invalid'))
) STRICT;
