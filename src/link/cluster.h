/* Clusters: rows that pairs join, directly or through others. */
#ifndef LINK_CLUSTER_H
#define LINK_CLUSTER_H

#include "link/link.h"

struct link_member { uint32_t cluster; bool right; uint64_t at; }; /* at: left row; of the right table, where the row starts */
struct link_clusters { struct link_member *member; size_t count, clusters; };

/* Joins pairs of at least that probability. Clusters are numbered from 0 in the order of `pairs`, members together. `one_table`:
 * a right row is a left one too, found by its place in left_at (ascending); else NULL. E_LIMIT: memory. */
NODISCARD enum status link_clusters(const struct link_pairs *pairs, double least_probability, const uint64_t *left_at, size_t left_rows,
    struct arena *a, struct link_clusters *ret, struct diag *d);

#endif
