/* What a simulation knows of each household besides the policies' answers: where it lives, of what kind it is,
 * how many it has, what comes in without benefits. */
#ifndef CIVIL_SIMULATION_PEOPLE_H
#define CIVIL_SIMULATION_PEOPLE_H

#include "base/date.h"
#include "cohort/table.h"

/* By ages on the day; a member without a known birth date counts as an adult. */
enum household_type { HOUSEHOLD_ALONE, HOUSEHOLD_ALONE_OLD, HOUSEHOLD_OLD, HOUSEHOLD_LONE_PARENT, HOUSEHOLD_CHILDREN, HOUSEHOLD_ADULTS, HOUSEHOLD_TYPES };
const char *household_type_name(enum household_type t); /* "alone" …; sentences simulation.type.* */

struct people {
    size_t count;               /* households */
    uint8_t *persons;           /* at most 255 */
    uint8_t *type;              /* enum household_type */
    int64_t *income_fen;        /* a month, of every kind the register knows; unknown amounts add nothing */
    uint64_t income_unknown;    /* households with a member whose incomes nobody knows */
    uint16_t *division;         /* index into `code` */
    char (*code)[13];           /* divisions as reported: districts, or subdistricts where there is one district alone */
    size_t divisions;
};

/* Free with people_free, also after a failure.  E_INPUT screening.no_members; E_LIMIT. */
NODISCARD enum status people_of(const struct cohort_table *household, date_t day, struct people *ret, struct diag *d);
void people_free(struct people *p);

#endif
