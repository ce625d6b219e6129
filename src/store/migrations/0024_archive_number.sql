-- The number a closed case's dossier is filed under (档号), and where its paper lies.
CREATE TABLE archive_number (
  district BIGINT NOT NULL, case_id BIGINT NOT NULL, number TEXT NOT NULL, location TEXT NOT NULL,
  filed_at BIGINT NOT NULL, filed_by BIGINT NOT NULL,
  CONSTRAINT archive_number_pk PRIMARY KEY (district, case_id),
  CONSTRAINT archive_number_once UNIQUE (number),
  CONSTRAINT archive_number_case FOREIGN KEY (district, case_id) REFERENCES case_file (district, id)
) STRICT;

-- A list of destruction speaks of one compartment, or of what is in none.
ALTER TABLE archive_destruction ADD COLUMN compartment TEXT;
CREATE INDEX certificate_sm3 ON certificate (sm3);
