-- A step half filled in: sealed with the applicant's data key, dropped with the task.
CREATE TABLE task_draft (
  district BIGINT NOT NULL, task BIGINT NOT NULL, account BIGINT NOT NULL, data BLOB NOT NULL, saved_at BIGINT NOT NULL,
  CONSTRAINT task_draft_pk PRIMARY KEY (district, task, account),
  CONSTRAINT task_draft_task FOREIGN KEY (district, task) REFERENCES case_task (district, id)
) STRICT;
