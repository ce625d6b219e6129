/* What a reform of one scheme does to the next (private to civil/simulation): schemes ask in 在享 what else is received, and
 * packs/<pack>/between.csv says which asks for which (`feeds`, `excludes`).  In that order each scheme is computed again for the
 * households in which an earlier one begins or ends: as if who newly qualifies received it, and who no
 * longer does did not.  Amounts that merely change feed nothing, nor does a later scheme an earlier one. */
#ifndef CIVIL_SIMULATION_FEED_H
#define CIVIL_SIMULATION_FEED_H

#include "civil/simulation/count.h"

/* Of a scheme: what its rows were before the reform and are with it (empty where it does not change), and which turned. */
struct fed { struct marks was, now; struct turns turns; };

/* Corrects the schemes' `after` and the households' after_fen; `fed` has one for each scheme. */
NODISCARD enum status feed_schemes(const struct simulation_request *r, struct simulation *s, struct fed *fed, struct diag *d);
void feed_free(struct fed *f, size_t count);

#endif
