-- A person in no register is known by the form only; two forms with one ID number name one person.
ALTER TABLE case_party ADD COLUMN number_blind BLOB;         -- keyed index of the ID number; null: the register knows the person
CREATE INDEX case_party_blind ON case_party (number_blind) WHERE number_blind IS NOT NULL;
