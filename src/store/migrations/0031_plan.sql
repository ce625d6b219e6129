-- Tasks of plans: who answers for what, from when to when, in which place, and what shows it.
-- Every act is kept with its entry of the log (plan_act); the rows beside it are what the acts made.

CREATE TABLE plan_act (
  district BIGINT NOT NULL, id BIGINT NOT NULL, subject BIGINT NOT NULL, -- of a task or an allocation
  action TEXT NOT NULL, body TEXT NOT NULL,                              -- JSON without personal data
  at BIGINT NOT NULL, by_account BIGINT NOT NULL, salt BLOB NOT NULL, entry BIGINT NOT NULL,
  CONSTRAINT plan_act_pk PRIMARY KEY (district, id)
) STRICT;
CREATE INDEX plan_act_subject ON plan_act (district, subject, id);
CREATE INDEX plan_act_entry ON plan_act (entry);

CREATE TABLE plan_task (
  district BIGINT NOT NULL, id BIGINT NOT NULL, plan TEXT NOT NULL,
  source TEXT NOT NULL,      -- key in packs/plans/tasks.csv; '': the bureau's own
  parent BIGINT, division TEXT NOT NULL, title TEXT NOT NULL, measures TEXT NOT NULL, owner BIGINT NOT NULL,
  from_on BIGINT NOT NULL, due_on BIGINT NOT NULL,
  indicators TEXT NOT NULL,  -- keys, a blank between
  state TEXT NOT NULL, version BIGINT NOT NULL,
  CONSTRAINT plan_task_pk PRIMARY KEY (district, id),
  CONSTRAINT plan_task_parent FOREIGN KEY (district, parent) REFERENCES plan_task (district, id),
  CONSTRAINT plan_task_owner FOREIGN KEY (owner) REFERENCES account (id),
  CONSTRAINT plan_task_days CHECK (due_on >= from_on),
  CONSTRAINT plan_task_state CHECK (state IN ('open','dropped'))
) STRICT;
CREATE INDEX plan_task_plan ON plan_task (district, plan, division);
CREATE INDEX plan_task_child ON plan_task (district, parent);
CREATE INDEX plan_task_of_owner ON plan_task (owner);

CREATE TABLE plan_milestone (
  district BIGINT NOT NULL, id BIGINT NOT NULL, task BIGINT NOT NULL, title TEXT NOT NULL, due_on BIGINT NOT NULL,
  done_on BIGINT, done_by BIGINT, evidence TEXT, evidence_file BIGINT, -- a file of the archive
  CONSTRAINT plan_milestone_pk PRIMARY KEY (district, id),
  CONSTRAINT plan_milestone_task FOREIGN KEY (district, task) REFERENCES plan_task (district, id),
  CONSTRAINT plan_milestone_file FOREIGN KEY (district, evidence_file) REFERENCES archive_file (district, id),
  CONSTRAINT plan_milestone_done CHECK ((done_on IS NULL) = (done_by IS NULL) AND (done_on IS NULL) = (evidence IS NULL))
) STRICT;
CREATE INDEX plan_milestone_of ON plan_milestone (district, task);

-- A plan is adjusted by its own procedure: one asks with a reason, another decides.
CREATE TABLE plan_adjustment (
  district BIGINT NOT NULL, id BIGINT NOT NULL, task BIGINT NOT NULL,
  change_text TEXT NOT NULL, reason TEXT NOT NULL, -- change_text: JSON, what is to be otherwise
  asked_by BIGINT NOT NULL, asked_at BIGINT NOT NULL, state TEXT NOT NULL, decided_by BIGINT, decided_at BIGINT, note TEXT,
  CONSTRAINT plan_adjustment_pk PRIMARY KEY (district, id),
  CONSTRAINT plan_adjustment_task FOREIGN KEY (district, task) REFERENCES plan_task (district, id),
  CONSTRAINT plan_adjustment_state CHECK (state IN ('asked','approved','refused')),
  CONSTRAINT plan_adjustment_two CHECK (decided_by IS NULL OR decided_by <> asked_by),
  CONSTRAINT plan_adjustment_decided CHECK ((state = 'asked') = (decided_by IS NULL))
) STRICT;
CREATE UNIQUE INDEX plan_adjustment_one ON plan_adjustment (district, task) WHERE state = 'asked';
