-- Files taken into registers (civil/import).  What was rejected is kept by line and reason; the rows
-- themselves stay in the file, since they may hold numbers of people.

CREATE TABLE import_batch (
  district BIGINT NOT NULL, id BIGINT NOT NULL, register TEXT NOT NULL, file TEXT NOT NULL, sha256 TEXT NOT NULL,
  valid_from BIGINT NOT NULL,          -- the day from which what it says is so
  state TEXT NOT NULL, begun_at BIGINT NOT NULL, begun_by BIGINT NOT NULL, ended_at BIGINT,
  done_line BIGINT NOT NULL,           -- every row up to this line of the file is in
  added BIGINT NOT NULL, changed BIGINT NOT NULL, same BIGINT NOT NULL, rejected BIGINT NOT NULL,
  undone BIGINT NOT NULL, kept BIGINT NOT NULL, undo_after BIGINT NOT NULL,
  entry BIGINT,                        -- of the log, once it is complete
  CONSTRAINT import_batch_pk PRIMARY KEY (district, id),
  CONSTRAINT import_batch_state CHECK (state IN ('running','done','undoing','undone'))
) STRICT;
CREATE INDEX import_batch_file ON import_batch (register, sha256);

CREATE TABLE import_reject (
  district BIGINT NOT NULL, batch BIGINT NOT NULL, line BIGINT NOT NULL, heading TEXT NOT NULL, reason TEXT NOT NULL,
  CONSTRAINT import_reject_pk PRIMARY KEY (district, batch, line),
  CONSTRAINT import_reject_batch FOREIGN KEY (district, batch) REFERENCES import_batch (district, id)
) STRICT;

-- Which field a source's column is: remembered for files with the same headings.
CREATE TABLE import_mapping (
  register TEXT NOT NULL, headings TEXT NOT NULL, mapping TEXT NOT NULL, set_at BIGINT NOT NULL, set_by BIGINT NOT NULL,
  CONSTRAINT import_mapping_pk PRIMARY KEY (register, headings)
) STRICT;

-- Files name places by their names.
CREATE INDEX division_name ON division (name);
