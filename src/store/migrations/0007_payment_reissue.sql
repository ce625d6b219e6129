-- A payment that came back may be paid again, by a line of its own: of one
-- entitlement and month at most one is on its way or has arrived.
DROP INDEX payment_once;
CREATE UNIQUE INDEX payment_once ON payment (root, month) WHERE state NOT IN ('cancelled', 'returned');

-- Who ordered that a returned payment be paid again, once for each.
CREATE TABLE payment_reissue (
  district BIGINT NOT NULL, payment BIGINT NOT NULL, ordered_at BIGINT NOT NULL, ordered_by BIGINT NOT NULL,
  corrected BIGINT NOT NULL,          -- the account was corrected with it
  salt BLOB NOT NULL, entry BIGINT NOT NULL,
  CONSTRAINT payment_reissue_pk PRIMARY KEY (district, payment),
  CONSTRAINT payment_reissue_of FOREIGN KEY (district, payment) REFERENCES payment (district, id)
) STRICT;
