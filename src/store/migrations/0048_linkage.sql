-- Rows of the population register that are one person (civil/linkage): what the engine found, what people said of it, and the rows that
-- stand for another since (civil/register/merge.h).
CREATE TABLE linkage_run (
  district BIGINT NOT NULL, id BIGINT NOT NULL, at BIGINT NOT NULL, account BIGINT NOT NULL,
  people BIGINT NOT NULL, candidates BIGINT NOT NULL, found BIGINT NOT NULL, fresh BIGINT NOT NULL, gone BIGINT NOT NULL, -- fresh: seen for the first time; gone: no longer found
  verdicts BIGINT NOT NULL, shift_milli BIGINT NOT NULL, -- how many verdicts the probabilities were set right by, and by how much (thousandths of a bit)
  cut BIGINT NOT NULL, complete BIGINT NOT NULL, entry BIGINT,
  CONSTRAINT linkage_run_pk PRIMARY KEY (district, id)
) STRICT;

CREATE TABLE person_merge (
  district BIGINT NOT NULL, id BIGINT NOT NULL, kept BIGINT NOT NULL, merged BIGINT NOT NULL, made_at BIGINT NOT NULL, made_by BIGINT NOT NULL,
  household BIGINT, member_at BIGINT,  -- the place in a household that the merged row gave up, by its key
  undone_at BIGINT, undone_by BIGINT,
  CONSTRAINT person_merge_pk PRIMARY KEY (district, id),
  CONSTRAINT person_merge_kept FOREIGN KEY (district, kept) REFERENCES person (district, id),
  CONSTRAINT person_merge_merged FOREIGN KEY (district, merged) REFERENCES person (district, id),
  CONSTRAINT person_merge_two CHECK (kept <> merged),
  CONSTRAINT person_merge_undone CHECK ((undone_at IS NULL) = (undone_by IS NULL))
) STRICT;
CREATE UNIQUE INDEX person_merge_once ON person_merge (district, merged) WHERE undone_at IS NULL;
CREATE INDEX person_merge_kept_i ON person_merge (district, kept) WHERE undone_at IS NULL;

CREATE TABLE linkage_pair (
  district BIGINT NOT NULL, id BIGINT NOT NULL, one BIGINT NOT NULL, other BIGINT NOT NULL, -- persons, the smaller first
  division_one TEXT NOT NULL, division_other TEXT NOT NULL, -- when it was last found
  weight_milli BIGINT NOT NULL, probability_milli BIGINT NOT NULL, why TEXT NOT NULL, -- why: fields, levels of agreement and weights; no values
  run BIGINT NOT NULL, found_at BIGINT NOT NULL,
  state TEXT NOT NULL, kept BIGINT, merge BIGINT, said_by BIGINT, said_at BIGINT, confirmed_by BIGINT, confirmed_at BIGINT, version BIGINT NOT NULL,
  CONSTRAINT linkage_pair_pk PRIMARY KEY (district, id),
  CONSTRAINT linkage_pair_once UNIQUE (district, one, other),
  CONSTRAINT linkage_pair_order CHECK (one < other),
  CONSTRAINT linkage_pair_state CHECK (state IN ('open','undecided','different','proposed','merged','parting','gone')),
  CONSTRAINT linkage_pair_merge CHECK ((merge IS NULL) = (state NOT IN ('merged','parting')))
) STRICT;
CREATE INDEX linkage_pair_list ON linkage_pair (district, state, weight_milli, id);
CREATE INDEX linkage_pair_other ON linkage_pair (district, other);

-- Every verdict, and what followed of it.
CREATE TABLE linkage_act (
  district BIGINT NOT NULL, id BIGINT NOT NULL, pair BIGINT NOT NULL, at BIGINT NOT NULL, account BIGINT NOT NULL, kind TEXT NOT NULL, kept BIGINT,
  words BLOB NOT NULL,                 -- sealed with the key of the pair's first person
  CONSTRAINT linkage_act_pk PRIMARY KEY (district, id),
  CONSTRAINT linkage_act_pair FOREIGN KEY (district, pair) REFERENCES linkage_pair (district, id),
  CONSTRAINT linkage_act_kind CHECK (kind IN ('same','different','undecided','confirm','refuse','part'))
) STRICT;
CREATE INDEX linkage_act_of ON linkage_act (district, pair);
