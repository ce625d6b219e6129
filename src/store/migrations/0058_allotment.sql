-- A sum shared out over divisions by factors (civil/budget/allotment.h): drafted by one, approved by another, taken back by two again.
CREATE TABLE allotment (
  district BIGINT NOT NULL, id BIGINT NOT NULL, year BIGINT NOT NULL, fund TEXT NOT NULL, document TEXT NOT NULL,
  total_fen BIGINT NOT NULL, unit_fen BIGINT NOT NULL,
  factors TEXT NOT NULL,              -- the table it was reckoned from (docs/formats/factors.md)
  state TEXT NOT NULL, drafted_by BIGINT NOT NULL, drafted_at BIGINT NOT NULL, ended_at BIGINT, -- ended_at: withdrawn
  approved_by BIGINT, approved_at BIGINT,
  reason TEXT, asked_by BIGINT, asked_at BIGINT, revoked_by BIGINT, revoked_at BIGINT,           -- taking it back
  CONSTRAINT allotment_pk PRIMARY KEY (district, id),
  CONSTRAINT allotment_total CHECK (total_fen > 0 AND unit_fen > 0),
  CONSTRAINT allotment_state CHECK (state IN ('drafted', 'withdrawn', 'approved', 'revoking', 'revoked')),
  CONSTRAINT allotment_two CHECK ((approved_by IS NULL OR approved_by <> drafted_by) AND (revoked_by IS NULL OR revoked_by <> asked_by)),
  CONSTRAINT allotment_whole CHECK ((state IN ('approved', 'revoking', 'revoked')) = (approved_by IS NOT NULL) AND (state IN ('revoking', 'revoked')) = (asked_by IS NOT NULL)
    AND (state = 'revoked') = (revoked_by IS NOT NULL) AND (state = 'withdrawn') = (ended_at IS NOT NULL) AND (asked_by IS NULL) = (reason IS NULL))
) STRICT;
CREATE INDEX allotment_year ON allotment (district, year);
CREATE TABLE allotment_row (
  district BIGINT NOT NULL, id BIGINT NOT NULL, allotment BIGINT NOT NULL, division TEXT NOT NULL, amount_fen BIGINT NOT NULL,
  CONSTRAINT allotment_row_pk PRIMARY KEY (district, id),
  CONSTRAINT allotment_row_once UNIQUE (district, allotment, division),
  CONSTRAINT allotment_row_amount CHECK (amount_fen >= 0),
  CONSTRAINT allotment_row_of FOREIGN KEY (district, allotment) REFERENCES allotment (district, id)
) STRICT;
