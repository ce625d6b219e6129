-- What is kept from whom, by whose order and for how long (civil/secrecy/secrecy.h).
--   delay   looks at `person` with `purpose` are shown to him after `until_on`
--   seal    what is on record of the child `person` is kept from the guardian `against`;
--           from `open_on`, his coming of age, the child's own account shows it
--   member  `account` belongs to the compartment `ground` until `until_on`
--   place   the case `case_id` is in the compartment `ground`
-- Two people: who orders does not confirm, and nobody grants himself.
CREATE TABLE secrecy_order (
  district BIGINT NOT NULL, id BIGINT NOT NULL, kind TEXT NOT NULL,
  ground TEXT NOT NULL,               -- id in a pack's secrecy.csv
  person BIGINT, against BIGINT, account BIGINT, case_id BIGINT, purpose TEXT,
  until_on BIGINT, open_on BIGINT,    -- days; the last one is included
  ordered_by BIGINT NOT NULL, ordered_at BIGINT NOT NULL, office TEXT NOT NULL, role TEXT NOT NULL,
  holder BIGINT NOT NULL,             -- who ordered or renewed it last
  confirmed_by BIGINT, confirmed_at BIGINT, ended_at BIGINT,
  CONSTRAINT secrecy_order_pk PRIMARY KEY (district, id),
  CONSTRAINT secrecy_order_kind CHECK (kind IN ('delay','seal','member','place')),
  CONSTRAINT secrecy_order_two_people CHECK (confirmed_by IS NULL OR confirmed_by <> ordered_by),
  CONSTRAINT secrecy_order_not_himself CHECK (account IS NULL OR (account <> ordered_by AND (confirmed_by IS NULL OR account <> confirmed_by))),
  CONSTRAINT secrecy_order_confirmed CHECK ((confirmed_by IS NULL) = (confirmed_at IS NULL)),
  CONSTRAINT secrecy_order_ends CHECK (kind NOT IN ('delay','member') OR until_on IS NOT NULL),
  CONSTRAINT secrecy_order_whom CHECK (
    (kind = 'delay' AND person IS NOT NULL AND purpose IS NOT NULL) OR (kind = 'member' AND account IS NOT NULL) OR
    (kind = 'seal' AND person IS NOT NULL AND against IS NOT NULL AND open_on IS NOT NULL) OR (kind = 'place' AND case_id IS NOT NULL))
) STRICT;
CREATE INDEX secrecy_order_person ON secrecy_order (district, person);
CREATE INDEX secrecy_order_against ON secrecy_order (district, against) WHERE against IS NOT NULL;
CREATE INDEX secrecy_order_account ON secrecy_order (account) WHERE account IS NOT NULL;

-- What was done to an order; each is an entry of the log.
CREATE TABLE secrecy_act (
  district BIGINT NOT NULL, id BIGINT NOT NULL, order_id BIGINT NOT NULL, action TEXT NOT NULL,
  at BIGINT NOT NULL, account BIGINT NOT NULL, office TEXT NOT NULL, role TEXT NOT NULL,
  until_on BIGINT, reason BLOB NOT NULL, -- sealed
  salt BLOB NOT NULL, entry BIGINT NOT NULL,
  CONSTRAINT secrecy_act_pk PRIMARY KEY (district, id),
  CONSTRAINT secrecy_act_of FOREIGN KEY (district, order_id) REFERENCES secrecy_order (district, id),
  CONSTRAINT secrecy_act_action CHECK (action IN ('ordered','confirmed','renewed','ended'))
) STRICT;
CREATE INDEX secrecy_act_order ON secrecy_act (district, order_id);

-- Compartments beyond role and division: NULL, or the id in a pack's secrecy.csv.
ALTER TABLE case_file ADD COLUMN compartment TEXT;
CREATE INDEX case_file_compartment ON case_file (compartment, id) WHERE compartment IS NOT NULL;
DROP INDEX case_file_board;
CREATE INDEX case_file_board ON case_file (subdistrict, applied_at, decided_at, outcome, due_on, closed_at, state, division, compartment);
-- A batch pays one compartment, or what is in none.
ALTER TABLE payment_batch ADD COLUMN compartment TEXT;
