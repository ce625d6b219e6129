-- What rows say that have no entry of their own, or say something else later (civil/evidence/keep.h): one row
-- for each state that was put under evidence; the last one is what the row must say now.
CREATE TABLE evidence_row (
  entry BIGINT NOT NULL,              -- one entry may stand for many rows: it commits to the list of their digests
  name TEXT NOT NULL,                 -- what of which table (keep.c)
  district BIGINT NOT NULL, id BIGINT NOT NULL,
  salt BLOB NOT NULL,                 -- empty once the person's key is erased
  digest BLOB NOT NULL,               -- the row's commitment: SHA-256 and SM3
  CONSTRAINT evidence_row_pk PRIMARY KEY (name, district, id, entry)
) STRICT;
CREATE INDEX evidence_row_entry ON evidence_row (entry);
