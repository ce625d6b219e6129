-- A notice's PDF is drawn after the write that issues it: `file` is empty until then.
CREATE TABLE notice_next (
  district BIGINT NOT NULL, id BIGINT NOT NULL, case_id BIGINT NOT NULL, person BIGINT NOT NULL, -- person: addressed to
  kind TEXT NOT NULL, number TEXT NOT NULL,
  issued_at BIGINT NOT NULL, issued_by BIGINT NOT NULL, seal TEXT NOT NULL, file BIGINT,
  opening BLOB NOT NULL,              -- salts and content, sealed with the person's data key
  served_at BIGINT, served_how TEXT, served_by BIGINT, service_paper BIGINT, service_entry BIGINT, entry BIGINT NOT NULL,
  CONSTRAINT notice_key PRIMARY KEY (district, id),
  CONSTRAINT notice_one_number UNIQUE (district, number),
  CONSTRAINT notice_how CHECK (served_how IN ('in_person','post','left','electronic','publication')),
  CONSTRAINT notice_served CHECK (served_at IS NULL OR (served_how IS NOT NULL AND served_by IS NOT NULL AND service_entry IS NOT NULL)),
  CONSTRAINT notice_case FOREIGN KEY (district, case_id) REFERENCES case_file (district, id),
  CONSTRAINT notice_file FOREIGN KEY (district, file) REFERENCES archive_file (district, id)
) STRICT;
INSERT INTO notice_next (district, id, case_id, person, kind, number, issued_at, issued_by, seal, file, opening, served_at, served_how, served_by, service_paper, service_entry, entry)
  SELECT district, id, case_id, person, kind, number, issued_at, issued_by, seal, file, opening, served_at, served_how, served_by, service_paper, service_entry, entry FROM notice;
DROP TABLE notice;
ALTER TABLE notice_next RENAME TO notice;
CREATE INDEX notice_of ON notice (district, case_id);
CREATE INDEX notice_undrawn ON notice (id) WHERE file IS NULL;
