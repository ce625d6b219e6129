-- By hand, too, a benefit is raised, corrected, suspended and resumed. What is to a person's advantage needs no hearing:
-- proposed by one, decided by another.
CREATE TABLE entitlement_proposal_next (
  district BIGINT NOT NULL, id BIGINT NOT NULL, entitlement BIGINT NOT NULL, kind TEXT NOT NULL, cause TEXT NOT NULL,
  event_on BIGINT NOT NULL, month BIGINT NOT NULL, monthly_fen BIGINT NOT NULL, lines TEXT NOT NULL, decision BIGINT,
  state TEXT NOT NULL, proposed_by BIGINT NOT NULL, proposed_at BIGINT NOT NULL,
  served_at BIGINT, served_how TEXT, answer_due BIGINT, answered_at BIGINT,
  decided_by BIGINT, decided_at BIGINT, decision_served_at BIGINT, act BIGINT, version BIGINT NOT NULL,
  CONSTRAINT entitlement_proposal_key PRIMARY KEY (district, id),
  CONSTRAINT entitlement_proposal_of FOREIGN KEY (district, entitlement) REFERENCES entitlement (district, id),
  CONSTRAINT entitlement_proposal_kind CHECK (kind IN ('reduce','end','suspend','raise','correct','resume')),
  CONSTRAINT entitlement_proposal_state CHECK (state IN ('proposed','heard','adopted','dropped')),
  CONSTRAINT entitlement_proposal_two CHECK (decided_by IS NULL OR decided_by <> proposed_by),
  CONSTRAINT entitlement_proposal_served CHECK (state <> 'adopted' OR (act IS NOT NULL AND (served_at IS NOT NULL OR kind IN ('raise','correct','resume')))),
  CONSTRAINT entitlement_proposal_how CHECK (served_how IN ('in_person','post','left','electronic','publication'))
) STRICT;
INSERT INTO entitlement_proposal_next (district, id, entitlement, kind, cause, event_on, month, monthly_fen, lines, decision, state, proposed_by, proposed_at, served_at, served_how,
  answer_due, answered_at, decided_by, decided_at, decision_served_at, act, version)
  SELECT district, id, entitlement, kind, cause, event_on, month, monthly_fen, lines, decision, state, proposed_by, proposed_at, served_at, served_how,
  answer_due, answered_at, decided_by, decided_at, decision_served_at, act, version FROM entitlement_proposal;
DROP TABLE entitlement_proposal;
ALTER TABLE entitlement_proposal_next RENAME TO entitlement_proposal;
CREATE UNIQUE INDEX entitlement_proposal_open ON entitlement_proposal (district, entitlement) WHERE state IN ('proposed','heard');
CREATE INDEX entitlement_proposal_by_id ON entitlement_proposal (id);
