-- The life of a benefit after it was granted: what is due in a month is what the
-- latest act says of it, else the lines that it was opened with.
ALTER TABLE entitlement ADD COLUMN monthly_fen BIGINT NOT NULL DEFAULT 0; -- what is due by the latest act that is open
UPDATE entitlement SET monthly_fen = COALESCE((SELECT sum(l.monthly_fen) FROM entitlement_line l
  WHERE l.district = entitlement.district AND l.entitlement = entitlement.id), 0);
-- A benefit of a person has no household: one of a scheme each.
CREATE UNIQUE INDEX entitlement_one_person ON entitlement (district, payee, scheme) WHERE state = 'active' AND to_month IS NULL AND household IS NULL;
CREATE INDEX entitlement_root ON entitlement (root);

-- Nothing is overwritten: an act says what is due from `month` on and before
-- `until` (NULL: open; equal to `month`: nothing of it changes), whatever was said before.
CREATE TABLE entitlement_act (
  district BIGINT NOT NULL, id BIGINT NOT NULL, entitlement BIGINT NOT NULL, seq BIGINT NOT NULL, kind TEXT NOT NULL,
  at BIGINT NOT NULL, account BIGINT NOT NULL, month BIGINT NOT NULL, until BIGINT, monthly_fen BIGINT NOT NULL,
  lines TEXT NOT NULL,                -- JSON: member, item, monthly_fen
  cause TEXT NOT NULL, event_on BIGINT, proposal BIGINT, decision BIGINT, undoes BIGINT,
  salt BLOB NOT NULL, entry BIGINT NOT NULL,
  CONSTRAINT entitlement_act_pk PRIMARY KEY (district, id),
  CONSTRAINT entitlement_act_seq UNIQUE (district, entitlement, seq),
  CONSTRAINT entitlement_act_of FOREIGN KEY (district, entitlement) REFERENCES entitlement (district, id),
  CONSTRAINT entitlement_act_kind CHECK (kind IN ('raised','reduced','suspended','resumed','ended','reviewed','moved_out','corrected','restored')),
  CONSTRAINT entitlement_act_amount CHECK (monthly_fen >= 0),
  CONSTRAINT entitlement_act_months CHECK (until IS NULL OR until >= month)
) STRICT;

-- To the disadvantage of a person only by this way: proposal, hearing, decision by another, service.
CREATE TABLE entitlement_proposal (
  district BIGINT NOT NULL, id BIGINT NOT NULL, entitlement BIGINT NOT NULL, kind TEXT NOT NULL, cause TEXT NOT NULL,
  event_on BIGINT NOT NULL, month BIGINT NOT NULL, monthly_fen BIGINT NOT NULL, lines TEXT NOT NULL, decision BIGINT,
  state TEXT NOT NULL, proposed_by BIGINT NOT NULL, proposed_at BIGINT NOT NULL,
  served_at BIGINT, served_how TEXT, answer_due BIGINT, answered_at BIGINT,
  decided_by BIGINT, decided_at BIGINT, decision_served_at BIGINT, act BIGINT, version BIGINT NOT NULL,
  CONSTRAINT entitlement_proposal_pk PRIMARY KEY (district, id),
  CONSTRAINT entitlement_proposal_of FOREIGN KEY (district, entitlement) REFERENCES entitlement (district, id),
  CONSTRAINT entitlement_proposal_kind CHECK (kind IN ('reduce','end')),
  CONSTRAINT entitlement_proposal_state CHECK (state IN ('proposed','heard','adopted','dropped')),
  CONSTRAINT entitlement_proposal_two CHECK (decided_by IS NULL OR decided_by <> proposed_by),
  CONSTRAINT entitlement_proposal_served CHECK (state <> 'adopted' OR (served_at IS NOT NULL AND act IS NOT NULL)),
  CONSTRAINT entitlement_proposal_how CHECK (served_how IN ('in_person','post','left','electronic','publication'))
) STRICT;
CREATE UNIQUE INDEX entitlement_proposal_open ON entitlement_proposal (district, entitlement) WHERE state IN ('proposed','heard');
CREATE INDEX entitlement_proposal_by_id ON entitlement_proposal (id);

-- What was owed to a person for months that were run already: one line of a later batch each.
CREATE TABLE entitlement_adjustment (
  district BIGINT NOT NULL, id BIGINT NOT NULL, entitlement BIGINT NOT NULL, root BIGINT NOT NULL, month BIGINT NOT NULL,
  act BIGINT, amount_fen BIGINT NOT NULL, cancelled_by BIGINT, -- act
  CONSTRAINT entitlement_adjustment_pk PRIMARY KEY (district, id),
  CONSTRAINT entitlement_adjustment_of FOREIGN KEY (district, entitlement) REFERENCES entitlement (district, id),
  CONSTRAINT entitlement_adjustment_amount CHECK (amount_fen > 0)
) STRICT;
CREATE INDEX entitlement_adjustment_month ON entitlement_adjustment (root, month);
CREATE INDEX entitlement_adjustment_entitlement ON entitlement_adjustment (district, entitlement);

-- What was paid and not due: recovered by instalments, waived by two people, or undone when the act that found it is.
CREATE TABLE recovery (
  district BIGINT NOT NULL, id BIGINT NOT NULL, entitlement BIGINT NOT NULL, root BIGINT NOT NULL, payee BIGINT NOT NULL, act BIGINT NOT NULL,
  found_at BIGINT NOT NULL, amount_fen BIGINT NOT NULL, reversed_fen BIGINT NOT NULL, received_fen BIGINT NOT NULL, waived_fen BIGINT NOT NULL,
  version BIGINT NOT NULL,
  CONSTRAINT recovery_pk PRIMARY KEY (district, id),
  CONSTRAINT recovery_of FOREIGN KEY (district, entitlement) REFERENCES entitlement (district, id),
  CONSTRAINT recovery_amount CHECK (amount_fen > 0 AND reversed_fen >= 0 AND received_fen >= 0 AND waived_fen >= 0),
  CONSTRAINT recovery_not_more CHECK (reversed_fen + received_fen + waived_fen <= amount_fen)
) STRICT;
CREATE INDEX recovery_root ON recovery (root);
CREATE INDEX recovery_by_id ON recovery (id);
CREATE TABLE recovery_month (
  district BIGINT NOT NULL, recovery BIGINT NOT NULL, root BIGINT NOT NULL, month BIGINT NOT NULL, amount_fen BIGINT NOT NULL, reversed_fen BIGINT NOT NULL,
  CONSTRAINT recovery_month_pk PRIMARY KEY (district, recovery, month),
  CONSTRAINT recovery_month_of FOREIGN KEY (district, recovery) REFERENCES recovery (district, id),
  CONSTRAINT recovery_month_amount CHECK (amount_fen > 0 AND reversed_fen >= 0 AND reversed_fen <= amount_fen)
) STRICT;
CREATE INDEX recovery_month_root ON recovery_month (root, month);
CREATE TABLE recovery_instalment (
  district BIGINT NOT NULL, recovery BIGINT NOT NULL, number BIGINT NOT NULL, due_on BIGINT NOT NULL, amount_fen BIGINT NOT NULL,
  CONSTRAINT recovery_instalment_pk PRIMARY KEY (district, recovery, number),
  CONSTRAINT recovery_instalment_of FOREIGN KEY (district, recovery) REFERENCES recovery (district, id),
  CONSTRAINT recovery_instalment_amount CHECK (amount_fen > 0)
) STRICT;
-- A receipt, or a waiver (asked for by one, approved by another).
CREATE TABLE recovery_part (
  district BIGINT NOT NULL, id BIGINT NOT NULL, recovery BIGINT NOT NULL, kind TEXT NOT NULL, amount_fen BIGINT NOT NULL, state TEXT NOT NULL,
  asked_by BIGINT NOT NULL, asked_at BIGINT NOT NULL, approved_by BIGINT, approved_at BIGINT,
  CONSTRAINT recovery_part_pk PRIMARY KEY (district, id),
  CONSTRAINT recovery_part_of FOREIGN KEY (district, recovery) REFERENCES recovery (district, id),
  CONSTRAINT recovery_part_kind CHECK (kind IN ('received','waived')),
  CONSTRAINT recovery_part_state CHECK (state IN ('asked','booked','refused')),
  CONSTRAINT recovery_part_amount CHECK (amount_fen > 0),
  CONSTRAINT recovery_part_two CHECK (approved_by IS NULL OR approved_by <> asked_by),
  CONSTRAINT recovery_part_waived CHECK (kind <> 'waived' OR state = 'asked' OR approved_by IS NOT NULL)
) STRICT;
CREATE INDEX recovery_part_by_id ON recovery_part (id);
CREATE INDEX recovery_part_recovery ON recovery_part (district, recovery);

-- Who said what about a proposal or a recovery; the words are sealed with the payee's data key.
CREATE TABLE entitlement_note (
  district BIGINT NOT NULL, id BIGINT NOT NULL, entitlement BIGINT NOT NULL, about BIGINT NOT NULL, kind TEXT NOT NULL,
  at BIGINT NOT NULL, account BIGINT NOT NULL, body BLOB NOT NULL, salt BLOB NOT NULL, entry BIGINT NOT NULL,
  CONSTRAINT entitlement_note_pk PRIMARY KEY (district, id),
  CONSTRAINT entitlement_note_of FOREIGN KEY (district, entitlement) REFERENCES entitlement (district, id)
) STRICT;
CREATE INDEX entitlement_note_about ON entitlement_note (district, about);

-- A line that corrects a month run before is a payment of its own, named by its adjustment; 0 is the month's own.
ALTER TABLE payment ADD COLUMN correction BIGINT NOT NULL DEFAULT 0;
DROP INDEX payment_once;
CREATE UNIQUE INDEX payment_once ON payment (root, month, correction) WHERE state NOT IN ('cancelled', 'returned');
CREATE INDEX payment_root ON payment (root, month);

-- A month that was run and had nobody to pay leaves no batch, and was run all the same.
CREATE TABLE payment_run_empty (
  district BIGINT NOT NULL, scheme TEXT NOT NULL, compartment TEXT NOT NULL, month BIGINT NOT NULL, at BIGINT NOT NULL, account BIGINT NOT NULL,
  CONSTRAINT payment_run_empty_pk PRIMARY KEY (district, scheme, compartment, month)
) STRICT;
