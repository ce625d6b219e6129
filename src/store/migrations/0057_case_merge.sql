-- Two cases of one household and matter are one: `merged` is closed, `kept` goes on.  Nothing is rewritten: what
-- `merged` waited for is held here until somebody takes the merge apart or the kept one is decided.
CREATE TABLE case_merge (
  district BIGINT NOT NULL, id BIGINT NOT NULL, merged BIGINT NOT NULL, kept BIGINT NOT NULL,
  held TEXT NOT NULL,                 -- JSON: state, tasks, timers, messages of `merged`; days of `kept` that became earlier
  made_at BIGINT NOT NULL, made_by BIGINT NOT NULL, undone_at BIGINT, undone_by BIGINT,
  CONSTRAINT case_merge_pk PRIMARY KEY (district, id),
  CONSTRAINT case_merge_merged FOREIGN KEY (district, merged) REFERENCES case_file (district, id),
  CONSTRAINT case_merge_kept FOREIGN KEY (district, kept) REFERENCES case_file (district, id),
  CONSTRAINT case_merge_other CHECK (merged <> kept),
  CONSTRAINT case_merge_undone CHECK ((undone_at IS NULL) = (undone_by IS NULL))
) STRICT;
CREATE UNIQUE INDEX case_merge_one ON case_merge (district, merged) WHERE undone_at IS NULL;
CREATE INDEX case_merge_kept_i ON case_merge (district, kept) WHERE undone_at IS NULL;
