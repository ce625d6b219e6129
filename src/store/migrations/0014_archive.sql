-- What the archive did as an institution: master keys changed, holds, destruction,
-- each with its entry in the log.
CREATE TABLE archive_act (
  district BIGINT NOT NULL, id BIGINT NOT NULL, action TEXT NOT NULL,
  body TEXT NOT NULL,                 -- canonical JSON without personal data; what the entry commits to
  at BIGINT NOT NULL, by BIGINT NOT NULL, salt BLOB NOT NULL, entry BIGINT NOT NULL,
  CONSTRAINT archive_act_pk PRIMARY KEY (district, id)
) STRICT;
CREATE INDEX archive_act_entry ON archive_act (entry);

-- A file's own key, sealed with its person's; without it the content is gone
-- from every copy.  Small rows: what is erased is overwritten (secure_delete).
CREATE TABLE archive_key (
  district BIGINT NOT NULL, file BIGINT NOT NULL, wrapped BLOB NOT NULL,
  CONSTRAINT archive_key_pk PRIMARY KEY (district, file),
  CONSTRAINT archive_key_file FOREIGN KEY (district, file) REFERENCES archive_file (district, id)
) STRICT;
ALTER TABLE archive_file ADD COLUMN own_key BIGINT NOT NULL DEFAULT 0; -- 1: sealed with the key in archive_key, 0: with the person's
