-- What may not be destroyed, whatever its age: a lawsuit, an audit, an inquiry.
CREATE TABLE archive_hold (
  district BIGINT NOT NULL, id BIGINT NOT NULL, case_id BIGINT NOT NULL,
  reason TEXT NOT NULL, placed_at BIGINT NOT NULL, placed_by BIGINT NOT NULL,
  released_at BIGINT, released_by BIGINT, release_reason TEXT,
  CONSTRAINT archive_hold_pk PRIMARY KEY (district, id),
  CONSTRAINT archive_hold_case FOREIGN KEY (district, case_id) REFERENCES case_file (district, id),
  CONSTRAINT archive_hold_released CHECK (released_at IS NULL OR (released_by IS NOT NULL AND release_reason IS NOT NULL))
) STRICT;
CREATE UNIQUE INDEX archive_hold_one ON archive_hold (district, case_id) WHERE released_at IS NULL;

-- A list of dossiers to destroy (销毁清册): one proposes, another decides.
CREATE TABLE archive_destruction (
  district BIGINT NOT NULL, id BIGINT NOT NULL, state TEXT NOT NULL,
  reason TEXT NOT NULL, proposed_at BIGINT NOT NULL, proposed_by BIGINT NOT NULL,
  decided_at BIGINT, decided_by BIGINT, decision_reason TEXT,
  CONSTRAINT archive_destruction_pk PRIMARY KEY (district, id),
  CONSTRAINT archive_destruction_state CHECK (state IN ('proposed','destroyed','refused')),
  CONSTRAINT archive_destruction_two_people CHECK (decided_by IS NULL OR decided_by <> proposed_by),
  CONSTRAINT archive_destruction_decided CHECK (state = 'proposed' OR (decided_by IS NOT NULL AND decided_at IS NOT NULL))
) STRICT;
CREATE TABLE archive_destruction_item (
  district BIGINT NOT NULL, list BIGINT NOT NULL, case_id BIGINT NOT NULL,
  ended_on BIGINT NOT NULL, years BIGINT NOT NULL, due_on BIGINT NOT NULL,
  state TEXT NOT NULL, files BIGINT NOT NULL, -- struck: held or no longer due when it was decided
  CONSTRAINT archive_destruction_item_pk PRIMARY KEY (district, list, case_id),
  CONSTRAINT archive_destruction_item_list FOREIGN KEY (district, list) REFERENCES archive_destruction (district, id),
  CONSTRAINT archive_destruction_item_case FOREIGN KEY (district, case_id) REFERENCES case_file (district, id),
  CONSTRAINT archive_destruction_item_state CHECK (state IN ('listed','destroyed','struck','kept'))
) STRICT;
-- A dossier stands on one open list at most.
CREATE UNIQUE INDEX archive_destruction_item_open ON archive_destruction_item (district, case_id) WHERE state = 'listed';

ALTER TABLE archive_file ADD COLUMN destroyed BIGINT; -- the list; content and key are gone, digest and entry stay
