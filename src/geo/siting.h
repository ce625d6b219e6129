/* Who is within reach of a place of service, and where more of them reach most people.
 *
 * Points are degrees (CGCS2000, which differs from WGS 84 by centimetres).  Distance is along the sphere of mean
 * radius 6,371,008.8 m (IUGG): the straight line, not the way on foot; at most 0.6 % off the ellipsoid.
 *
 * Siting is maximal covering with capacity (Church and ReVelle 1974; Pirkul and Schilling 1991): people of a point may be
 * served by several places within the radius, a place serves at most its capacity, and at most `add` of the
 * candidates are opened.  Solved by branch and bound (GLPK) within a number of nodes; a greedy solution
 * stands beside it.  What is returned is the better one and a bound that no choice exceeds (that of the tree, or of the
 * linear relaxation).  The same input gives the same answer. */
#ifndef GEO_SITING_H
#define GEO_SITING_H

#include "base/arena.h"
#include "base/base.h"

struct geo_point { double longitude, latitude; };
double geo_metres(struct geo_point a, struct geo_point b);

enum { SITING_DEMANDS_MAX = 20000, SITING_SITES_MAX = 20000, SITING_PAIRS_MAX = 60000 /* a district of 263 communities has some 4,000 at 1,000 m */, SITING_NODES = 2000 };

struct siting_demand { struct geo_point at; int64_t people; int64_t served; /* filled: by the places open in the end */ };
struct siting_site { struct geo_point at; int64_t capacity; bool open; /* there already */ bool chosen; /* filled */ int64_t load; /* filled */ };
struct siting {
    double radius_m;
    int add;                     /* how many candidates may open */
    double (*metres)(const void *arg, size_t demand, size_t site); /* another distance, below 0: no way; NULL: the straight line */
    const void *metres_arg;
    int nodes;                   /* of the tree at most; 0: SITING_NODES */
    struct siting_demand *demand; size_t demands;
    struct siting_site *site; size_t sites;
    /* filled */
    int64_t people;              /* in all */
    int64_t served_before, served_after;
    int64_t bound;               /* nobody can serve more; served_after when it is the best */
    bool best;                   /* proved */
};
/* E_INPUT siting.point (a coordinate or number out of range); E_LIMIT siting.many (too many pairs within the radius), siting.solver
 * (GLPK found no end, or no memory: then all that it holds in this thread is given back, also what others made of it there). */
NODISCARD enum status siting_solve(struct arena *a, struct siting *x, struct diag *d);

#endif
