-- Posts (岗位): what roles one gives where, and who holds it on which days.  An
-- account that has its roles of its own keeps them.
CREATE TABLE post (
  id BIGINT NOT NULL, name TEXT NOT NULL, division TEXT NOT NULL,
  made_by BIGINT NOT NULL, made_at BIGINT NOT NULL,
  CONSTRAINT post_pk PRIMARY KEY (id),
  CONSTRAINT post_name UNIQUE (division, name)
) STRICT;
CREATE TABLE post_role (
  post BIGINT NOT NULL, role TEXT NOT NULL,
  CONSTRAINT post_role_pk PRIMARY KEY (post, role),
  CONSTRAINT post_role_post FOREIGN KEY (post) REFERENCES post (id),
  CONSTRAINT post_role_known CHECK (role IN ('community','clerk','reviewer','decider','district_clerk','district_decider'))
) STRICT;
CREATE TABLE post_holder (
  id BIGINT NOT NULL, post BIGINT NOT NULL, account BIGINT NOT NULL, acting BIGINT NOT NULL, -- 1: replaces the holder for a time
  from_on BIGINT NOT NULL, until_on BIGINT, -- days; the last one is included; NULL: until further notice
  appointed_by BIGINT NOT NULL, appointed_at BIGINT NOT NULL, ended_at BIGINT,
  CONSTRAINT post_holder_pk PRIMARY KEY (id),
  CONSTRAINT post_holder_post FOREIGN KEY (post) REFERENCES post (id),
  CONSTRAINT post_holder_account FOREIGN KEY (account) REFERENCES account (id),
  CONSTRAINT post_holder_days CHECK (until_on IS NULL OR until_on >= from_on),
  CONSTRAINT post_holder_acting CHECK (acting IN (0, 1))
) STRICT;
CREATE INDEX post_holder_of ON post_holder (account) WHERE ended_at IS NULL;
CREATE INDEX post_holder_at ON post_holder (post);
-- A declaration made in error is taken back by a leader, with the reason; the row stays.
ALTER TABLE recusal ADD COLUMN withdrawn_at BIGINT;
ALTER TABLE recusal ADD COLUMN withdrawn_by BIGINT;
ALTER TABLE recusal ADD COLUMN withdrawn_reason TEXT;
