-- A draft is its officer's; his two devices do not overwrite each other unseen.
ALTER TABLE task_draft ADD COLUMN revision BIGINT NOT NULL DEFAULT 1;
