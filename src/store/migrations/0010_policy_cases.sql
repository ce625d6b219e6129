-- Worked cases that a draft brings with it: a JSON array, or NULL.  A published
-- draft's row stays, and so do its cases: later drafts are tested with them.
ALTER TABLE policy_draft ADD COLUMN cases TEXT;
