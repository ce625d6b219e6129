-- What a form asks for and nobody sees with the case: who reported (civil/case/protected.c).
-- The case's own form never held it.  body: a list of {name, value}, sealed with the bureau's key,
-- since it is not the applicant's to open or erase.
CREATE TABLE case_protected (
  district BIGINT NOT NULL, case_id BIGINT NOT NULL, at BIGINT NOT NULL, body BLOB NOT NULL, salt BLOB NOT NULL, entry BIGINT NOT NULL,
  CONSTRAINT case_protected_pk PRIMARY KEY (district, case_id),
  CONSTRAINT case_protected_of FOREIGN KEY (district, case_id) REFERENCES case_file (district, id)
) STRICT;
-- Who opened it, and why: not among the looks that anybody of the case is shown.
CREATE TABLE case_protected_look (
  district BIGINT NOT NULL, id BIGINT NOT NULL, case_id BIGINT NOT NULL, at BIGINT NOT NULL,
  account BIGINT NOT NULL, office TEXT NOT NULL, role TEXT NOT NULL, reason BLOB NOT NULL, salt BLOB NOT NULL, entry BIGINT NOT NULL,
  CONSTRAINT case_protected_look_pk PRIMARY KEY (district, id),
  CONSTRAINT case_protected_look_of FOREIGN KEY (district, case_id) REFERENCES case_protected (district, case_id)
) STRICT;
