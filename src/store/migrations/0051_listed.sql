-- Lists of the desk by the places somebody looks after: findings that are open, benefits.
CREATE INDEX recheck_finding_desk ON recheck_finding (division, id) WHERE state = 'open';
CREATE INDEX entitlement_listed ON entitlement (division, id);
-- Dates that reach an unpublished year are looked for on every pass of the sweeper: by themselves, as of tasks and
-- timers, and not by walking through every open case.
CREATE INDEX case_file_provisional ON case_file (due_on) WHERE due_provisional = 1 AND closed_at IS NULL;
