-- What the log says of an account, with what opens it.
CREATE TABLE account_entry (
  entry BIGINT NOT NULL, district BIGINT NOT NULL, account BIGINT NOT NULL, action TEXT NOT NULL, salt BLOB NOT NULL,
  CONSTRAINT account_entry_pk PRIMARY KEY (entry)
) STRICT;

-- A resident asks why somebody looked (civil/access/question.h).
CREATE TABLE access_question (
  district BIGINT NOT NULL, id BIGINT NOT NULL, person BIGINT NOT NULL, access_id BIGINT NOT NULL,
  office TEXT NOT NULL, looked_by BIGINT NOT NULL, -- whose look it was: the division, and the account that may not answer
  asked_at BIGINT NOT NULL, due_on BIGINT NOT NULL,
  text BLOB NOT NULL, salt BLOB NOT NULL, -- sealed with the person's data key
  entry BIGINT NOT NULL,
  answered_at BIGINT, answered_by BIGINT, answered_role TEXT, answer BLOB, answer_salt BLOB, answer_entry BIGINT,
  CONSTRAINT access_question_pk PRIMARY KEY (district, id),
  CONSTRAINT access_question_once UNIQUE (district, access_id, person),
  CONSTRAINT access_question_of FOREIGN KEY (district, access_id) REFERENCES access_entry (district, id),
  CONSTRAINT access_question_other CHECK (answered_by IS NULL OR answered_by <> looked_by),
  CONSTRAINT access_question_answered CHECK (answered_at IS NULL OR (answered_by IS NOT NULL AND answered_role IS NOT NULL AND answer IS NOT NULL AND answer_entry IS NOT NULL))
) STRICT;
CREATE INDEX access_question_open ON access_question (office, due_on) WHERE answered_at IS NULL;
