-- What may be paid of a year for a scheme out of one level's money: entered by one, registered by another.
CREATE TABLE appropriation (
  district BIGINT NOT NULL, id BIGINT NOT NULL, year BIGINT NOT NULL, scheme TEXT NOT NULL, level TEXT NOT NULL, amount_fen BIGINT NOT NULL, document TEXT NOT NULL,
  state TEXT NOT NULL, entered_by BIGINT NOT NULL, entered_at BIGINT NOT NULL, registered_by BIGINT, registered_at BIGINT, salt BLOB, entry BIGINT,
  CONSTRAINT appropriation_pk PRIMARY KEY (district, id),
  CONSTRAINT appropriation_level CHECK (level IN ('central', 'city', 'district')),
  CONSTRAINT appropriation_amount CHECK (amount_fen > 0),
  CONSTRAINT appropriation_two CHECK (registered_by IS NULL OR registered_by <> entered_by),
  CONSTRAINT appropriation_state CHECK (state IN ('entered', 'registered')),
  CONSTRAINT appropriation_whole CHECK ((state = 'entered') = (registered_by IS NULL) AND (registered_by IS NULL) = (entry IS NULL))
) STRICT;
CREATE INDEX appropriation_year ON appropriation (district, year);

-- Ten-thousandths of each level when the batch was locked; NULL: its year was not controlled.
ALTER TABLE payment_batch ADD COLUMN funding_central BIGINT;
ALTER TABLE payment_batch ADD COLUMN funding_city BIGINT;
ALTER TABLE payment_batch ADD COLUMN funding_district BIGINT;
