/* population.c alone: whom a batch touched, and their evidence. */
#ifndef CIVIL_REGISTER_POPULATION_IDS_H
#define CIVIL_REGISTER_POPULATION_IDS_H

#include "civil/register/population.h"
#include "store/store.h"

NODISCARD enum status ids_add(struct arena *a, struct id_list *list, int64_t id, struct diag *d);
/* Of a query with two places, or of a batch's people between two. */
NODISCARD enum status ids_find(struct txn *t, const char *sql, struct sql_value first, struct sql_value second, struct id_list *list, struct diag *d);
NODISCARD enum status ids_between(struct txn *t, const char *sql, struct sql_value batch, int64_t after, int64_t last, struct id_list *list, struct diag *d);
/* Each once, EVIDENCE_KEPT_MAX an entry.  Sorts the list. */
NODISCARD enum status ids_keep(struct txn *t, const struct population_batch *b, const char *name, struct id_list *list, struct diag *d);

#endif
