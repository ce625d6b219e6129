/* Ways on foot over a network of streets.
 *
 * A network is a table of street sections, `from_longitude,from_latitude,to_longitude,to_latitude,metres`, degrees with six
 * decimals counting; ends at the same place are one crossing, and a section goes both ways.  An empty `metres` is the straight
 * line; one shorter than that is an error of the data.  A point is on the network at its nearest crossing, when that is at most
 * WALK_SNAP_M away; the straight line to it is walked too.  Shortest ways are Dijkstra's, within a limit. */
#ifndef GEO_WALK_H
#define GEO_WALK_H

#include "geo/siting.h"

enum { WALK_EDGES_MAX = 500000, WALK_EDGE_MAX_M = 20000, WALK_SNAP_M = 300 };
#define WALK_NONE (-1.0) /* no way within the limit */

struct walk;
/* Lives in `a`.  E_INPUT csv.*, walk.point, walk.metres (line), walk.empty; E_LIMIT walk.many. */
NODISCARD enum status walk_read(struct arena *a, struct span csv, struct walk **ret, struct diag *d);
size_t walk_crossings(const struct walk *w);
size_t walk_sections(const struct walk *w);

/* Where a point stands: its crossing and the metres to it; crossing SIZE_MAX: off the network. */
struct walk_place { size_t crossing; double metres; };
struct walk_place walk_find(const struct walk *w, struct geo_point at);

/* Metres to every crossing, WALK_NONE beyond `limit_m`; ret has walk_crossings(w) rooms. */
NODISCARD enum status walk_from(const struct walk *w, struct arena *a, struct walk_place from, double limit_m, double *ret, struct diag *d);

#endif
