/* Who receives a benefit, by the list 在享 of the register (private to civil/screening). */
#ifndef CIVIL_SCREENING_RECEIVING_H
#define CIVIL_SCREENING_RECEIVING_H

#include "civil/screening/program.h"

struct receiving {
    const struct screening_program *x;
    const struct cohort_list *list;
    const struct cohort_column *benefit, *object, *from, *number, *amount;
    int64_t wanted;       /* index of the benefit's name in its dictionary, -1: nobody receives it */
    int32_t *number_of;   /* word of 对象 -> word of 编号, -1: none */
};

NODISCARD enum status receiving_open(struct arena *a, const struct screening_program *x, struct receiving *ret, struct diag *d);
/* May somebody of the household receive it?  false: no. */
static inline bool receiving_household(const struct receiving *r, uint64_t household) {
    return r->wanted >= 0 && r->list->offset[household] < r->list->offset[household + 1];
}
/* `household` is the row's.  Fen a month of what is received; an amount that nobody knows adds none; -1: nothing is received. */
int64_t receiving_fen(const struct receiving *r, uint64_t row, uint64_t household);
static inline bool receiving_row(const struct receiving *r, uint64_t row, uint64_t household) { return receiving_fen(r, row, household) >= 0; }

#endif
