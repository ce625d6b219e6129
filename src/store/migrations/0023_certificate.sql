-- Certificates (电子证照): signed texts, revocable.
CREATE TABLE certificate (
  district BIGINT NOT NULL, id BIGINT NOT NULL, case_id BIGINT NOT NULL, person BIGINT NOT NULL, matter TEXT NOT NULL,
  issued_at BIGINT NOT NULL, issued_by BIGINT NOT NULL, valid_until BIGINT NOT NULL, -- the last day
  body BLOB NOT NULL, sm3 BLOB NOT NULL,   -- the signed note, sealed with the person's data key; SM3 of its text
  salt BLOB NOT NULL, entry BIGINT NOT NULL,
  revoked_at BIGINT, revoked_by BIGINT, reason TEXT, revoke_salt BLOB, revoke_entry BIGINT,
  CONSTRAINT certificate_pk PRIMARY KEY (district, id),
  CONSTRAINT certificate_case FOREIGN KEY (district, case_id) REFERENCES case_file (district, id),
  CONSTRAINT certificate_reason CHECK (reason IN ('ended','error','death','replaced')),
  CONSTRAINT certificate_revoked CHECK (revoked_at IS NULL OR (revoked_by IS NOT NULL AND reason IS NOT NULL AND revoke_salt IS NOT NULL AND revoke_entry IS NOT NULL))
) STRICT;
CREATE UNIQUE INDEX certificate_one ON certificate (district, case_id) WHERE revoked_at IS NULL;
CREATE INDEX certificate_by_id ON certificate (id);
CREATE INDEX certificate_entry ON certificate (entry);
CREATE INDEX certificate_revocation ON certificate (revoke_entry);
CREATE INDEX certificate_person ON certificate (district, person);
