-- What the bureau reports upward or to another department as a file, what comes back of it, and what their own list says (civil/exchange/submission.h).

-- One file: numbered without holes for each target; body: sealed.
CREATE TABLE exchange_submission (
  district BIGINT NOT NULL, id BIGINT NOT NULL, target TEXT NOT NULL, number BIGINT NOT NULL, format TEXT NOT NULL, again BIGINT, -- again: the file whose refused rows are in this one
  as_of BIGINT NOT NULL, due_on BIGINT NOT NULL, rows BIGINT NOT NULL, total_fen BIGINT NOT NULL, more BIGINT NOT NULL, basis TEXT NOT NULL, sm3 TEXT NOT NULL, body BLOB NOT NULL,
  made_at BIGINT NOT NULL, made_by BIGINT NOT NULL, answered_at BIGINT,
  CONSTRAINT exchange_submission_pk PRIMARY KEY (district, id),
  CONSTRAINT exchange_submission_number UNIQUE (district, target, number),
  CONSTRAINT exchange_submission_rows CHECK (rows > 0)
) STRICT;
-- content: keyed digest of what the row said, so that only what changed goes again.
CREATE TABLE exchange_submission_row (
  district BIGINT NOT NULL, submission BIGINT NOT NULL, line BIGINT NOT NULL, entitlement BIGINT NOT NULL, person BIGINT NOT NULL, number TEXT NOT NULL, content TEXT NOT NULL,
  state TEXT NOT NULL, code TEXT, reason TEXT, theirs TEXT, answered_at BIGINT,
  CONSTRAINT exchange_submission_row_pk PRIMARY KEY (district, submission, line),
  CONSTRAINT exchange_submission_row_number UNIQUE (district, submission, number),
  CONSTRAINT exchange_submission_row_of FOREIGN KEY (district, submission) REFERENCES exchange_submission (district, id),
  CONSTRAINT exchange_submission_row_state CHECK (state IN ('waiting', 'accepted', 'rejected')),
  CONSTRAINT exchange_submission_row_answered CHECK ((state = 'waiting') = (answered_at IS NULL))
) STRICT;
CREATE INDEX exchange_submission_row_benefit ON exchange_submission_row (district, entitlement);
-- What came back: an acknowledgement, or their own list compared with ours; figures: JSON of counts.
CREATE TABLE exchange_return (
  district BIGINT NOT NULL, id BIGINT NOT NULL, target TEXT NOT NULL, kind TEXT NOT NULL, name TEXT NOT NULL, sha256 TEXT NOT NULL, submission BIGINT, state TEXT NOT NULL, late BIGINT NOT NULL,
  figures TEXT NOT NULL, received_at BIGINT NOT NULL, received_by BIGINT NOT NULL,
  CONSTRAINT exchange_return_pk PRIMARY KEY (district, id),
  CONSTRAINT exchange_return_kind CHECK (kind IN ('receipt', 'list')),
  CONSTRAINT exchange_return_state CHECK (state IN ('taken', 'duplicate', 'unknown', 'other'))
) STRICT;
CREATE INDEX exchange_return_newest ON exchange_return (district, target, id);
