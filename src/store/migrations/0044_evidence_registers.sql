-- Which entry of the log says that the rows of a name were taken in (civil/evidence/keep_adopt.c): a name deleted here is missing there.
ALTER TABLE evidence_name ADD COLUMN entry BIGINT;
-- What a transaction posted is found by its moment (civil/books/keep.c), a month's postings too.
CREATE INDEX ledger_transfer_at ON ledger_transfer (district, at);
-- Whose households a person was of, ended ones too: they come under evidence together.
CREATE INDEX household_member_person ON household_member (district, person);
-- How many heads of each tree were signed: one that is deleted afterwards is missed (tlog/audit.c).
ALTER TABLE log_tree ADD COLUMN heads BIGINT;
