/* Service circles (服务圈): who lives within reach of a kind of facility, who does not, and where N more reach most.
 *
 * Facilities come from the register `facility` (state open, with coordinates).  People are counted by community from the
 * register of people: counts alone.  A community lies where its community service centre stands (kind
 * community_service), else at the mean of the facilities in it, else nowhere, and then it is listed and not counted.
 * Distance is the straight line (geo/siting.h), not the way on foot; everybody of a community is taken to live at its point. */
#ifndef CIVIL_FACILITY_CIRCLE_H
#define CIVIL_FACILITY_CIRCLE_H

#include "base/json.h"
#include "civil/civil.h"

struct txn;

enum { CIRCLE_RADIUS_M = 1000, CIRCLE_RADIUS_MAX_M = 100000, CIRCLE_ADD_MAX = 50, CIRCLE_CAPACITY_MAX = 1000000,
    CIRCLE_METRES_A_MINUTE = 67 /* 4 km/h, an elderly person's pace: an assumption, to be confirmed; 15 minutes are 1,005 m */ };

struct circle_query {
    const char *kind;     /* of the register: care_station */
    const char *group;    /* all, minor (below 18), elderly (60 and over), aged (80 and over) */
    int64_t radius_m, add, capacity; /* capacity of a new place; 0: the middle one of those there */
};
/* API Circles.  E_INPUT circle.kind, circle.group, circle.radius, circle.add; E_LIMIT siting.many, siting.solver. */
NODISCARD enum status circles_json(struct civil *c, struct txn *t, const struct circle_query *q, struct json_writer *w, struct diag *d);

#endif
