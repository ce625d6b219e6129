-- The lists of cases go by the day they were applied for; a place and a compartment are told from the index alone.
CREATE INDEX case_file_listed ON case_file (applied_at, id, division, compartment);
