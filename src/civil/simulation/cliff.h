/* The cliff (福利悬崖): what a typical household has in hand as somebody earns more, every scheme together.
 *
 * packs/<pack>/typical.json holds the households: [{"id","zh","en","earner","year","facts"}], facts as `minzheng decide`
 * reads them, earner the 编号 of who works, year the one they are told for: on a day of another year every date is moved by
 * as many years, so that a child of two is one of two.  For each amount earned the whole examination is made
 * (civil/decision/examine.h), so that what one scheme takes from another is in it.  In hand is what the
 * household has from incomes and monthly benefits together. */
#ifndef CIVIL_SIMULATION_CLIFF_H
#define CIVIL_SIMULATION_CLIFF_H

#include "civil/decision/examine.h"

struct cliff_point {
    int64_t earned_fen, benefit_fen, in_hand_fen; /* a month */
    bool falls;            /* less in hand than at the step before: earning more lost more than was earned */
};
struct cliff {
    const struct json *household; /* the entry of typical.json */
    const struct cliff_point *point;
    size_t count;
    int64_t worst_fen;     /* the deepest fall between two steps, 0: there is none */
};

struct cliff_request {
    const struct policies *policies;
    date_t date;
    const struct figure_set *set;
    size_t set_count;
    int64_t step_fen, to_fen; /* from nothing earned; at most CLIFF_POINTS_MAX steps */
};
enum { CLIFF_POINTS_MAX = 1000 };

/* Marginal effective tax rate between point i - 1 and i, in per mille: what of the step is lost. */
int cliff_marginal_rate(const struct cliff *c, size_t i);

/* Every household of typical.json in the packs; list in `a`.  E_INPUT simulation.typical (where names the file and
 * entry), those of decision_examine; E_LIMIT. */
NODISCARD enum status cliffs_of(const struct packs *packs, struct arena *a, const struct cliff_request *r,
    const struct cliff **ret, size_t *ret_count, struct diag *d);

#endif
