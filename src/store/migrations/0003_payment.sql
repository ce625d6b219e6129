-- The bank's file as it went out: every export of a batch is these bytes, even
-- when a name or an account has changed since.  'body' is sealed (crypto/vault.h).
CREATE TABLE payment_file (
  district BIGINT NOT NULL, batch BIGINT NOT NULL, sm3 TEXT NOT NULL, body BLOB NOT NULL, made_at BIGINT NOT NULL, made_by BIGINT NOT NULL,
  CONSTRAINT payment_file_pk PRIMARY KEY (district, batch),
  CONSTRAINT payment_file_batch FOREIGN KEY (district, batch) REFERENCES payment_batch (district, id)
) STRICT;

-- Who gave a batch up, and why.
CREATE TABLE payment_cancel (
  district BIGINT NOT NULL, batch BIGINT NOT NULL, reason TEXT NOT NULL, cancelled_at BIGINT NOT NULL, cancelled_by BIGINT NOT NULL,
  salt BLOB NOT NULL, entry BIGINT NOT NULL,
  CONSTRAINT payment_cancel_pk PRIMARY KEY (district, batch),
  CONSTRAINT payment_cancel_batch FOREIGN KEY (district, batch) REFERENCES payment_batch (district, id)
) STRICT;
