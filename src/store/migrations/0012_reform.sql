-- What-if computations that somebody wants to keep: what was changed, over which snapshot,
-- and the whole report as it was then.

CREATE TABLE reform (
  district BIGINT NOT NULL, id BIGINT NOT NULL, name TEXT NOT NULL, made_at BIGINT NOT NULL, made_by BIGINT NOT NULL,
  day BIGINT NOT NULL,                -- of the policies it was compared with
  figures TEXT NOT NULL,              -- JSON object: name -> value
  snapshot TEXT,                      -- SHA-256 of its manifest; NULL: the cliff alone
  report TEXT NOT NULL,               -- JSON (API Simulation)
  CONSTRAINT reform_pk PRIMARY KEY (district, id)
) STRICT;
CREATE INDEX reform_latest ON reform (district, made_at);
