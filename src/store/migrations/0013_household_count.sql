-- How many households a community has: the board asks at each look, and a district of a
-- million people has four hundred thousand. Kept with each household (register/household.c).

CREATE TABLE household_count (
  district BIGINT NOT NULL, division TEXT NOT NULL, n BIGINT NOT NULL,
  CONSTRAINT household_count_pk PRIMARY KEY (district, division)
) STRICT;
INSERT INTO household_count (district, division, n) SELECT district, division, count(*) FROM household GROUP BY district, division;
