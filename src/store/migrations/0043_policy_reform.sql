-- A publication may name the computation it was weighed with: which, its name, and a digest of what it said (civil/simulation/saved.h).
ALTER TABLE policy_draft ADD COLUMN reform BIGINT;
ALTER TABLE policy_version ADD COLUMN reform BIGINT;
ALTER TABLE policy_version ADD COLUMN reform_name TEXT;
ALTER TABLE policy_version ADD COLUMN reform_sha TEXT;
