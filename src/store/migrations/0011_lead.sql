-- 主动发现: what a screening of the register found, and what became of it.  A lead decides
-- nothing: somebody visits, offers an application, or closes it with a cause.

CREATE TABLE screen_run (
  district BIGINT NOT NULL, id BIGINT NOT NULL, scheme TEXT NOT NULL, made_at BIGINT NOT NULL, made_by BIGINT NOT NULL,
  snapshot TEXT NOT NULL,             -- SHA-256 of the snapshot's manifest
  snapshot_date BIGINT NOT NULL, log_size BIGINT NOT NULL, policy_sha TEXT NOT NULL,
  found BIGINT NOT NULL, kept BIGINT NOT NULL, -- kept: the first so many are leads already
  complete BIGINT NOT NULL, entry BIGINT NOT NULL,
  CONSTRAINT screen_run_pk PRIMARY KEY (district, id)
) STRICT;
CREATE INDEX screen_run_last ON screen_run (district, scheme, made_at);

CREATE TABLE lead (
  district BIGINT NOT NULL, id BIGINT NOT NULL, scheme TEXT NOT NULL, household BIGINT NOT NULL,
  person BIGINT NOT NULL,             -- 0: the household
  division TEXT NOT NULL, class TEXT NOT NULL, monthly_fen BIGINT NOT NULL, missing TEXT NOT NULL, -- missing: names joined by blanks
  found_at BIGINT NOT NULL, run BIGINT NOT NULL, -- run: the last one that found it
  state TEXT NOT NULL, cause TEXT, note TEXT, handled_by BIGINT, handled_at BIGINT,
  version BIGINT NOT NULL,            -- ETag
  CONSTRAINT lead_pk PRIMARY KEY (district, id),
  CONSTRAINT lead_run FOREIGN KEY (district, run) REFERENCES screen_run (district, id),
  CONSTRAINT lead_household FOREIGN KEY (district, household) REFERENCES household (district, id),
  CONSTRAINT lead_class CHECK (class IN ('lead','possible','review')),
  CONSTRAINT lead_state CHECK (state IN ('open','visit','offered','closed')),
  CONSTRAINT lead_closed CHECK ((state = 'closed') = (cause IS NOT NULL)),
  CONSTRAINT lead_handled CHECK (state = 'open' OR handled_at IS NOT NULL)
) STRICT;
CREATE UNIQUE INDEX lead_one ON lead (district, household, person, scheme) WHERE state <> 'closed';
CREATE INDEX lead_desk ON lead (division, state, id);
CREATE INDEX lead_former ON lead (district, household, person, scheme, handled_at) WHERE state = 'closed';
