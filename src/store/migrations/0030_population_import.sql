-- Files of people (civil/import/people.h).  What a batch writes carries its id and is nobody's belief until the
-- batch is confirmed: rows of people new to the register stand in their tables while the batch is in import_hidden,
-- which every reader asks (REGISTER_SHOWN); rows that change somebody wait with superseded_at = 0, which is
-- before every moment.  Confirming looks at every row of the batch: a change is two updates, a new person none.

ALTER TABLE person_record ADD COLUMN service_groups TEXT;      -- codes joined by '|': the eight groups of the 13th plan
ALTER TABLE person_record ADD COLUMN registered_division TEXT; -- where the person is registered (户籍地), apart from where he lives (division)
ALTER TABLE person_record ADD COLUMN registered_address TEXT;
ALTER TABLE person_record ADD COLUMN address TEXT;             -- of residence
ALTER TABLE person_record ADD COLUMN batch BIGINT;
CREATE INDEX person_record_batch ON person_record (batch, person) WHERE batch IS NOT NULL;

ALTER TABLE household ADD COLUMN number TEXT;                  -- 户号; '#' and a keyed digest where a file names the head only
ALTER TABLE household ADD COLUMN batch BIGINT;
CREATE UNIQUE INDEX household_number ON household (district, number) WHERE number IS NOT NULL;
CREATE INDEX household_batch ON household (batch) WHERE batch IS NOT NULL;

ALTER TABLE household_member ADD COLUMN batch BIGINT;
CREATE INDEX household_member_batch ON household_member (batch, person) WHERE batch IS NOT NULL;

CREATE TABLE person_relation (
  district BIGINT NOT NULL, person BIGINT NOT NULL, other BIGINT NOT NULL, kind TEXT NOT NULL, -- other is person's guardian
  recorded_at BIGINT NOT NULL, valid_from BIGINT NOT NULL, valid_to BIGINT, superseded_at BIGINT, recorded_by BIGINT NOT NULL, batch BIGINT,
  CONSTRAINT person_relation_pk PRIMARY KEY (district, person, other, kind, recorded_at),
  CONSTRAINT person_relation_person FOREIGN KEY (district, person) REFERENCES person (district, id),
  CONSTRAINT person_relation_other FOREIGN KEY (district, other) REFERENCES person (district, id),
  CONSTRAINT person_relation_two CHECK (person <> other),
  CONSTRAINT person_relation_kind CHECK (kind IN ('guardian'))
) STRICT;
CREATE INDEX person_relation_batch ON person_relation (batch) WHERE batch IS NOT NULL;

CREATE TABLE import_hidden (
  batch BIGINT NOT NULL,
  CONSTRAINT import_hidden_pk PRIMARY KEY (batch)
) STRICT;

ALTER TABLE import_batch ADD COLUMN possible BIGINT;  -- rows that may be somebody on record: a person decides
ALTER TABLE import_batch ADD COLUMN ready_at BIGINT;  -- every row is in, the batch waits to be confirmed
ALTER TABLE import_batch ADD COLUMN shown_at BIGINT;  -- confirmed: since then it is what the register says

-- Guardians that a file names by number, until its last row is in: they may stand below.
CREATE TABLE import_guardian (
  district BIGINT NOT NULL, batch BIGINT NOT NULL, line BIGINT NOT NULL, person BIGINT NOT NULL, number_blind TEXT NOT NULL, -- hexadecimal
  CONSTRAINT import_guardian_pk PRIMARY KEY (district, batch, line)
) STRICT;

-- What a person is searched by (civil/register/search.h): 'n' and the end of a folded name, 'p' and its pinyin,
-- 'i' and its initials, 'a' and the address from the street on.  Place and birth stand in it so that a
-- page is found without a look at each person.
CREATE TABLE person_token (
  district BIGINT NOT NULL, token TEXT NOT NULL, person BIGINT NOT NULL, division TEXT NOT NULL, birth BIGINT NOT NULL,
  CONSTRAINT person_token_pk PRIMARY KEY (district, token, person, division)
) STRICT, WITHOUT ROWID;
