-- A register told something new of somebody on whom a benefit in payment rests: it is asked again at once (civil/register/touched.h).
CREATE TABLE recheck_asked (
  district BIGINT NOT NULL, person BIGINT NOT NULL, household BIGINT NOT NULL, -- one of them, the other 0
  at BIGINT NOT NULL, tries BIGINT NOT NULL,                                  -- not before this moment
  CONSTRAINT recheck_asked_pk PRIMARY KEY (district, person, household)
) STRICT;
CREATE INDEX recheck_asked_at ON recheck_asked (at);
