-- How good the registers are (civil/quality): what each rule of the packs counted of a community on a day, and what is to be mended where.
CREATE TABLE quality_figure (
  district BIGINT NOT NULL, rule TEXT NOT NULL, day BIGINT NOT NULL, division TEXT NOT NULL, -- community, or as far as the row says
  rows BIGINT NOT NULL, bad BIGINT NOT NULL,
  CONSTRAINT quality_figure_pk PRIMARY KEY (district, rule, day, division),
  CONSTRAINT quality_figure_bad CHECK (bad BETWEEN 0 AND rows)
) STRICT;
CREATE INDEX quality_figure_day ON quality_figure (district, day);
CREATE TABLE quality_work (
  district BIGINT NOT NULL, rule TEXT NOT NULL, division TEXT NOT NULL, -- subdistrict, or the district
  rows BIGINT NOT NULL, bad BIGINT NOT NULL, state TEXT NOT NULL, opened_on BIGINT NOT NULL, due_on BIGINT NOT NULL, done_on BIGINT,
  CONSTRAINT quality_work_pk PRIMARY KEY (district, rule, division),
  CONSTRAINT quality_work_state CHECK (state IN ('open','done')),
  CONSTRAINT quality_work_done CHECK ((state = 'done') = (done_on IS NOT NULL))
) STRICT;
