-- Outlines of divisions for maps, as the bureau imported them: a drawing, no figure comes from it.
CREATE TABLE division_outline (
  district BIGINT NOT NULL, division TEXT NOT NULL,
  polygons TEXT NOT NULL,             -- coordinates of a GeoJSON MultiPolygon, five digits after the point
  source TEXT NOT NULL, recorded_at BIGINT NOT NULL, recorded_by BIGINT NOT NULL,
  CONSTRAINT division_outline_pk PRIMARY KEY (district, division)
) STRICT;
