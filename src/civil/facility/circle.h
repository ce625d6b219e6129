/* Service circles (服务圈): who lives within reach of a kind of facility, who does not, and where N more reach most.
 *
 * Facilities come from the register `facility` (state open, with coordinates).  People are counted by community from the
 * register of people: counts alone.  A community lies where its community service centre stands (kind
 * community_service), else at the mean of the facilities in it, else nowhere, and then it is listed and not counted.
 * Distance is the way on foot where a network of streets is given (geo/walk.h), else the straight line (geo/siting.h), and
 * the answer says which (`method`); everybody of a community is taken to live at its point. */
#ifndef CIVIL_FACILITY_CIRCLE_H
#define CIVIL_FACILITY_CIRCLE_H

#include "base/json.h"
#include "civil/civil.h"

struct txn;

enum { CIRCLE_RADIUS_M = 1000, CIRCLE_RADIUS_MAX_M = 100000, CIRCLE_WALK_MIN_M = 5000 /* the nearest place is looked for so far on foot, or as far as the radius */, CIRCLE_WALKS_MAX = 4000000 /* distances kept at once */, CIRCLE_ADD_MAX = 50, CIRCLE_CAPACITY_MAX = 1000000,
    CIRCLE_METRES_A_MINUTE = 67 /* 4 km/h, an elderly person's pace: an assumption, to be confirmed; 15 minutes are 1,005 m */ };

struct walk;
struct circle_query {
    const char *kind;     /* of the register: care_station */
    const char *group;    /* all, minor (below 18), elderly (60 and over), aged (80 and over) */
    int64_t radius_m, add, capacity; /* capacity of a new place; 0: the middle one of those there */
    const struct walk *walk; /* NULL: the straight line */
};
/* API Circles.  E_INPUT circle.kind, circle.group, circle.radius, circle.add; E_LIMIT siting.many, siting.solver. */
NODISCARD enum status circles_json(struct civil *c, struct txn *t, const struct circle_query *q, struct json_writer *w, struct diag *d);

#endif
