-- Asking again before a month is paid: how far a run is, what it counted, and what came out otherwise.
CREATE TABLE recheck_run (
  district BIGINT NOT NULL, scheme TEXT NOT NULL, month BIGINT NOT NULL, at BIGINT NOT NULL, account BIGINT NOT NULL,
  cursor BIGINT NOT NULL, complete BIGINT NOT NULL, people BIGINT NOT NULL, asked BIGINT NOT NULL,
  same BIGINT NOT NULL, higher BIGINT NOT NULL, lower BIGINT NOT NULL, ends BIGINT NOT NULL, undecided BIGINT NOT NULL, failed BIGINT NOT NULL, death BIGINT NOT NULL,
  entry BIGINT,                       -- of the look at its people, when complete
  CONSTRAINT recheck_run_pk PRIMARY KEY (district, scheme, month),
  CONSTRAINT recheck_run_adds_up CHECK (asked = same + higher + lower + ends + undecided + failed + death)
) STRICT;
CREATE TABLE recheck_finding (
  district BIGINT NOT NULL, id BIGINT NOT NULL, entitlement BIGINT NOT NULL, scheme TEXT NOT NULL, division TEXT NOT NULL, payee BIGINT NOT NULL,
  month BIGINT NOT NULL, kind TEXT NOT NULL, due_fen BIGINT NOT NULL, found_fen BIGINT NOT NULL, event_on BIGINT NOT NULL,
  detail BLOB NOT NULL,               -- sealed with the payee's key: what changed, the lines, what is missing
  found_at BIGINT NOT NULL, state TEXT NOT NULL, closed_by BIGINT, closed_at BIGINT, words BLOB, -- sealed
  CONSTRAINT recheck_finding_pk PRIMARY KEY (district, id),
  CONSTRAINT recheck_finding_of FOREIGN KEY (district, entitlement) REFERENCES entitlement (district, id),
  CONSTRAINT recheck_finding_kind CHECK (kind IN ('higher','lower','ends','undecided','failed','death')),
  CONSTRAINT recheck_finding_state CHECK (state IN ('open','granted','proposed','kept','gone')),
  CONSTRAINT recheck_finding_closed CHECK ((state = 'open') = (closed_at IS NULL))
) STRICT;
CREATE UNIQUE INDEX recheck_finding_open ON recheck_finding (district, entitlement) WHERE state = 'open';
CREATE INDEX recheck_finding_by_id ON recheck_finding (id);
