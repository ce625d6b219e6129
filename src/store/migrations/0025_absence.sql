-- Who stands in for whom, and on which days: the deputy has the absent colleague's
-- desk for that time, besides his own; nothing is passed on further.
CREATE TABLE absence (
  id BIGINT NOT NULL, account BIGINT NOT NULL, deputy BIGINT NOT NULL,
  from_on BIGINT NOT NULL, until_on BIGINT NOT NULL, -- days; the last one is included
  declared_by BIGINT NOT NULL, declared_at BIGINT NOT NULL, ended_at BIGINT,
  CONSTRAINT absence_pk PRIMARY KEY (id),
  CONSTRAINT absence_account FOREIGN KEY (account) REFERENCES account (id),
  CONSTRAINT absence_deputy FOREIGN KEY (deputy) REFERENCES account (id),
  CONSTRAINT absence_days CHECK (until_on >= from_on),
  CONSTRAINT absence_another CHECK (deputy <> account)
) STRICT;
CREATE INDEX absence_of ON absence (account, until_on) WHERE ended_at IS NULL;
CREATE INDEX absence_by ON absence (deputy, until_on) WHERE ended_at IS NULL;
