-- Policies as this bureau changes them.  The first versions are the packs' files;
-- what follows is drafted by one person, published by another, and never changes
-- after.  A decision names the version and the digest of the text it was made by.

CREATE TABLE policy_draft (
  id BIGINT NOT NULL, matter TEXT NOT NULL, base TEXT NOT NULL, base_sha TEXT NOT NULL, -- the version it was written from
  author BIGINT NOT NULL, created_at BIGINT NOT NULL, updated_at BIGINT NOT NULL,
  text TEXT NOT NULL, sha256 TEXT NOT NULL,
  valid_from BIGINT, article TEXT, retroactive TEXT, -- retroactive: the article that orders an earlier day
  note TEXT, differences TEXT,        -- differences: why worked cases come out differently
  state TEXT NOT NULL, submitted_at BIGINT, returned_by BIGINT, returned_at BIGINT, reason TEXT,
  version BIGINT NOT NULL,            -- ETag
  CONSTRAINT policy_draft_pk PRIMARY KEY (id),
  CONSTRAINT policy_draft_state CHECK (state IN ('draft','submitted','published')),
  CONSTRAINT policy_draft_complete CHECK (state = 'draft' OR (submitted_at IS NOT NULL AND valid_from IS NOT NULL AND article IS NOT NULL AND note IS NOT NULL))
) STRICT;
CREATE INDEX policy_draft_open ON policy_draft (matter, updated_at) WHERE state <> 'published';

-- Written once.  The two people are the schema's rule, not the page's; a day before
-- the publication needs the article that orders it.
CREATE TABLE policy_version (
  id BIGINT NOT NULL, matter TEXT NOT NULL, version BIGINT NOT NULL, file TEXT NOT NULL, valid_from BIGINT NOT NULL,
  text TEXT NOT NULL, sha256 TEXT NOT NULL, base TEXT NOT NULL, article TEXT NOT NULL, retroactive TEXT, note TEXT NOT NULL, differences TEXT,
  author BIGINT NOT NULL, published_by BIGINT NOT NULL, published_at BIGINT NOT NULL, published_on BIGINT NOT NULL, -- published_on: the day
  salt BLOB NOT NULL, entry BIGINT NOT NULL,
  CONSTRAINT policy_version_pk PRIMARY KEY (id),
  CONSTRAINT policy_version_number UNIQUE (matter, version),
  CONSTRAINT policy_version_file UNIQUE (matter, file),
  CONSTRAINT policy_version_draft FOREIGN KEY (id) REFERENCES policy_draft (id),
  CONSTRAINT policy_version_entry UNIQUE (entry),
  CONSTRAINT policy_version_two_people CHECK (published_by <> author),
  CONSTRAINT policy_version_ahead CHECK (valid_from >= published_on OR retroactive IS NOT NULL)
) STRICT;
CREATE INDEX policy_version_known ON policy_version (published_at);
