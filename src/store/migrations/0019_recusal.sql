-- Whose cases an officer stays away from (回避): close relatives and others he has declared.
CREATE TABLE recusal (
  account BIGINT NOT NULL, person_district BIGINT NOT NULL, person BIGINT NOT NULL,
  relation TEXT NOT NULL, declared_at BIGINT NOT NULL, declared_by BIGINT NOT NULL,
  CONSTRAINT recusal_pk PRIMARY KEY (account, person_district, person),
  CONSTRAINT recusal_account FOREIGN KEY (account) REFERENCES account (id),
  CONSTRAINT recusal_relation CHECK (relation IN ('spouse','blood','in_law','interest'))
) STRICT;
