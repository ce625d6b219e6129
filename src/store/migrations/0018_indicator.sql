-- Indicators: what was observed, by division and day.  A value never changes: it is superseded.

CREATE TABLE indicator_batch (
  district BIGINT NOT NULL, id BIGINT NOT NULL, source TEXT NOT NULL, origin TEXT NOT NULL, -- origin: who says so, or the file's name
  row_count BIGINT NOT NULL, recorded_at BIGINT NOT NULL, recorded_by BIGINT NOT NULL, salt BLOB NOT NULL, entry BIGINT NOT NULL,
  CONSTRAINT indicator_batch_pk PRIMARY KEY (district, id),
  CONSTRAINT indicator_batch_source CHECK (source IN ('computed','imported'))
) STRICT;

CREATE TABLE indicator_observation (
  district BIGINT NOT NULL, id BIGINT NOT NULL, indicator TEXT NOT NULL, -- key of packs/plans, or definition:<key>
  division TEXT NOT NULL, day BIGINT NOT NULL, source TEXT NOT NULL,
  value TEXT NOT NULL, numerator TEXT, denominator TEXT, -- exact decimals
  batch BIGINT NOT NULL, superseded_at BIGINT,
  CONSTRAINT indicator_observation_pk PRIMARY KEY (district, id),
  CONSTRAINT indicator_observation_batch FOREIGN KEY (district, batch) REFERENCES indicator_batch (district, id),
  CONSTRAINT indicator_observation_ratio CHECK ((numerator IS NULL) = (denominator IS NULL))
) STRICT;
CREATE UNIQUE INDEX indicator_observation_current ON indicator_observation (district, indicator, division, day, source) WHERE superseded_at IS NULL;
CREATE INDEX indicator_observation_of ON indicator_observation (batch, id);
