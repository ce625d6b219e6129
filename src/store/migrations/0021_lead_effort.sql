-- What it costs to learn the facts that a possible lead lacks: those that need least come first.
ALTER TABLE lead ADD COLUMN effort BIGINT NOT NULL DEFAULT 0;
CREATE INDEX lead_ranked ON lead (division, state, effort, id);
