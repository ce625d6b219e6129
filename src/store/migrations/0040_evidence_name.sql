-- Of which names the rows from before were taken into the log (civil/evidence/keep_list.c): it is done once.
CREATE TABLE evidence_name (
  name TEXT NOT NULL,
  since BIGINT NOT NULL,
  CONSTRAINT evidence_name_pk PRIMARY KEY (name)
) STRICT;
INSERT INTO evidence_name (name, since) SELECT DISTINCT name, 0 FROM evidence_row;
