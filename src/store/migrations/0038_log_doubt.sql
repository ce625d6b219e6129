-- What speaks against this store being the log's whole history (src/tlog/doubt.h): a witness shows a checkpoint signed by
-- the log that the store does not contain (note), or only claims to know another history (note empty).  stops: no head is
-- signed while it stands.
CREATE TABLE log_doubt (
    tree TEXT NOT NULL,
    vkey TEXT NOT NULL,
    size BIGINT NOT NULL,
    note TEXT NOT NULL,
    stops BIGINT NOT NULL,
    seen_at BIGINT NOT NULL,
    CONSTRAINT log_doubt_key PRIMARY KEY (tree, vkey),
    CONSTRAINT log_doubt_tree CHECK (tree IN ('sha256', 'sm3')),
    CONSTRAINT log_doubt_stops CHECK (stops IN (0, 1))
) STRICT;

-- The log's former names, one for each time that a lost part was given up (minzheng log restart).  size: of its last head here.
CREATE TABLE log_former (
    n BIGINT NOT NULL,
    size BIGINT NOT NULL,
    vkey TEXT NOT NULL,
    vkey_sm3 TEXT NOT NULL,
    ended_at BIGINT NOT NULL,
    CONSTRAINT log_former_key PRIMARY KEY (n)
) STRICT;
