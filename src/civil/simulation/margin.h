/* The cliff among real households: somebody earns a little more; how much of it is left? (private to civil/simulation) */
#ifndef CIVIL_SIMULATION_MARGIN_H
#define CIVIL_SIMULATION_MARGIN_H

#include "civil/simulation/simulation.h"

/* Fills s->margin_before and margin_after, by another pass with r->margin_fen more on the first wage (工资性) of each
 * household that has one. */
NODISCARD enum status margin_measure(struct simulation *s, struct arena *a, const struct simulation_request *r, struct diag *d);

#endif
