/* What the parts of a job share. */
#ifndef LINK_LINK_INTERNAL_H
#define LINK_LINK_INTERNAL_H

#include "link/link.h"

/* Rows of both tables, encoded without keys or with the layout's; chosen over the whole text. */
struct link_samples { char *record[2]; size_t rows[2]; };

/* `want` rows of each side at most. For one table both are the same. */
NODISCARD enum status link_sample(struct link_job *job, const struct link_layout *l, size_t want, struct link_samples *ret, struct diag *d);
NODISCARD enum status link_train(struct link_job *job, const struct link_samples *s, struct diag *d);
/* `hash` has rows of 64 bits, 0: no row. E_INPUT link.id_twice with the row. Reorders them. */
NODISCARD enum status link_ids_check(uint64_t *hash, size_t rows, const struct link_crew *crew, struct arena *a, struct diag *d);
uint64_t link_id_hash(struct span id); /* 0: empty */

#endif
