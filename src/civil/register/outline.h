/* Outlines of divisions (区划边界) for maps: what a bureau imports with rights of its own.
 *
 * A file is GeoJSON (RFC 7946): a FeatureCollection whose features have a Polygon or MultiPolygon and a
 * property `code` (or `division`): the statistical code of 6, 9 or 12 digits.  Positions are longitude and latitude in
 * degrees, here inside China's frame; further numbers of a position are left out.  They are kept with five digits after the point
 * (about a metre).  An outline is a drawing: no figure is computed from it. */
#ifndef CIVIL_REGISTER_OUTLINE_H
#define CIVIL_REGISTER_OUTLINE_H

#include "base/json.h"
#include "civil/civil.h"

struct txn;

enum {
    OUTLINE_POINTS_MAX = 20000,         /* of a division: Beijing's finest published outlines have some 3,000 */
    OUTLINE_FILE_BYTES_MAX = 32 << 20,  /* a district's 300 communities of 1,000 points, 25 bytes a point, four times */
};

struct outline { const char *division; const struct json *polygons; /* MultiPolygon's coordinates */ };

/* In `a`.  E_INPUT outline.file, outline.feature, outline.code, outline.twice, outline.geometry, outline.ring, outline.position (each with the
 * number of the feature, from 1), those of JSON; E_LIMIT outline.points. */
NODISCARD enum status outlines_read(struct arena *a, struct span text, struct outline **ret, size_t *ret_n, struct diag *d);
/* All or none; one of before gives way.  Leaders, policy officers and the system.  E_FORBIDDEN outline.role; E_INPUT outline.unknown. */
NODISCARD enum status outlines_keep(struct civil *c, const struct actor *who, const struct outline *o, size_t n, const char *source, struct diag *d);
/* MultiPolygon's coordinates; NULL: none is kept. */
NODISCARD enum status outline_get(struct txn *t, int64_t district, const char *division, const struct json **ret, struct diag *d);

#endif
