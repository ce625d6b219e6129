-- What comes from other departments and what goes to them (civil/exchange).

-- One asking of a source or one file of its; state 'running' that nobody runs any more is gone on with by the same file.
CREATE TABLE exchange_run (
  district BIGINT NOT NULL, id BIGINT NOT NULL, source TEXT NOT NULL, way TEXT NOT NULL, name TEXT NOT NULL, sha256 TEXT NOT NULL, -- of what came; '' before it did
  begun_at BIGINT NOT NULL, begun_by BIGINT NOT NULL, ended_at BIGINT, as_of BIGINT, -- the day that what came tells of
  state TEXT NOT NULL, error TEXT, batch BIGINT, rows BIGINT NOT NULL, added BIGINT NOT NULL, changed BIGINT NOT NULL, same BIGINT NOT NULL, rejected BIGINT NOT NULL,
  former_rows BIGINT, simulated BIGINT NOT NULL,
  CONSTRAINT exchange_run_pk PRIMARY KEY (district, id),
  CONSTRAINT exchange_run_way CHECK (way IN ('file', 'sql', 'http')),
  CONSTRAINT exchange_run_state CHECK (state IN ('running', 'done', 'empty', 'failed')),
  CONSTRAINT exchange_run_ended CHECK ((state = 'running') = (ended_at IS NULL))
) STRICT;
CREATE INDEX exchange_run_newest ON exchange_run (district, source, begun_at);
-- A file is taken once.
CREATE UNIQUE INDEX exchange_run_once ON exchange_run (district, source, sha256) WHERE way = 'file' AND state IN ('running', 'done');

-- Who may fetch one offer of some divisions until a day.  Of the token itself only its SHA-256 is kept.
CREATE TABLE exchange_token (
  district BIGINT NOT NULL, id BIGINT NOT NULL, consumer TEXT NOT NULL, name TEXT NOT NULL, offer TEXT NOT NULL, division TEXT NOT NULL, hash BLOB NOT NULL, per_minute BIGINT NOT NULL,
  expires_on BIGINT NOT NULL, basis TEXT NOT NULL, created_at BIGINT NOT NULL, created_by BIGINT NOT NULL, revoked_at BIGINT, revoked_by BIGINT,
  CONSTRAINT exchange_token_pk PRIMARY KEY (district, id),
  CONSTRAINT exchange_token_hash UNIQUE (hash),
  CONSTRAINT exchange_token_rate CHECK (per_minute BETWEEN 1 AND 600),
  CONSTRAINT exchange_token_revoked CHECK ((revoked_at IS NULL) = (revoked_by IS NULL))
) STRICT;
-- Every page that was fetched; entry: of the access log, null where nobody was in it.
CREATE TABLE exchange_read (
  district BIGINT NOT NULL, id BIGINT NOT NULL, token BIGINT NOT NULL, at BIGINT NOT NULL, rows BIGINT NOT NULL, entry BIGINT,
  CONSTRAINT exchange_read_pk PRIMARY KEY (district, id),
  CONSTRAINT exchange_read_token FOREIGN KEY (district, token) REFERENCES exchange_token (district, id)
) STRICT;
CREATE INDEX exchange_read_rate ON exchange_read (district, token, at);
