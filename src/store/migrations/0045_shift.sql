-- Overnight and holiday duty (值班): who has a post for which hours.  A replacement ends the
-- shift that it takes over and is a row of its own; nothing is rewritten.
CREATE TABLE post_shift (
  id BIGINT NOT NULL, post BIGINT NOT NULL, account BIGINT NOT NULL,
  from_at BIGINT NOT NULL, until_at BIGINT NOT NULL, -- instants; the last one is not included
  telephone TEXT NOT NULL, -- of the duty, not of the officer
  replaces BIGINT, reason TEXT,
  made_by BIGINT NOT NULL, made_at BIGINT NOT NULL, ended_at BIGINT,
  CONSTRAINT post_shift_pk PRIMARY KEY (id),
  CONSTRAINT post_shift_post FOREIGN KEY (post) REFERENCES post (id),
  CONSTRAINT post_shift_account FOREIGN KEY (account) REFERENCES account (id),
  CONSTRAINT post_shift_replaces FOREIGN KEY (replaces) REFERENCES post_shift (id),
  CONSTRAINT post_shift_hours CHECK (until_at > from_at),
  CONSTRAINT post_shift_reason CHECK ((replaces IS NULL) = (reason IS NULL))
) STRICT;
CREATE INDEX post_shift_hours_of ON post_shift (until_at) WHERE ended_at IS NULL;
CREATE INDEX post_shift_by ON post_shift (account, until_at);
CREATE INDEX post_shift_at ON post_shift (post, until_at);
