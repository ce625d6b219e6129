/* What a reform would do: the policies of today and those of tomorrow over the same register.
 *
 * Static and at full take-up: everybody who qualifies is counted as drawing (`entitled`), beside those of them
 * who draw today (`drawing`).  Nobody changes what he does.  Each scheme reads in 在享 what is paid today; where the reform makes
 * another scheme begin or end that it asks for, it is asked again with that (feed.h).  Rows that stay open for want of facts, by the case mode's word, are counted, and pay nothing
 * on that side
 * but what is paid today, which goes on until somebody decides; a household with a row that is open on one side alone neither gains nor loses: nobody knows (`unsettled`).  Amounts are monthly and in fen; what is paid once is left out. */
#ifndef CIVIL_SIMULATION_SIMULATION_H
#define CIVIL_SIMULATION_SIMULATION_H

#include "civil/screening/sweep.h"
#include "civil/simulation/measures.h"
#include "civil/simulation/people.h"

/* Rows that columns leave open are asked of the case mode, with so many evaluations for each scheme and side (about a
 * quarter of a second of one thread) and so many for a row: what is over is counted as open, and as unsure. */
enum { SIMULATION_SCHEMES_MAX = 64, SIMULATION_BANDS = 9, SIMULATION_EVALUATIONS = 5000, SIMULATION_ROW_BUDGET = 60 };

struct simulation_request {
    const struct policies *before, *after; /* the same, unless texts change */
    const char *const *scheme;
    size_t scheme_count;                   /* at most SIMULATION_SCHEMES_MAX */
    const char *const *changed_text;       /* schemes whose decision file is another one in `after` */
    size_t changed_text_count;
    const struct figure_set *set;          /* in `after` */
    size_t set_count;
    const struct cohort_table *household;
    date_t date;
    int64_t line_fen;                      /* poverty line a head and month */
    int64_t margin_fen;                    /* > 0: also what this much more earned would leave (simulation.margin) */
    const struct screening_run *how;
};

/* open: for want of facts; unsure: those of them of which that is not proven, so that `open` is at most; open_drawing: who of them
 * draws today (open_drawing_fen: so much), so that drawing + open_drawing are those in payment of whom the policy does not say no. */
struct tally { uint64_t entitled, drawing, open, open_drawing, unsure, error; int64_t entitled_fen, drawing_fen, open_drawing_fen; };
struct both { struct tally before, after; };

struct simulated_scheme {
    const struct matter *matter;
    bool of_person, changed; /* changed: by a figure, a text or another scheme; else `after` is `before` */
    bool undecidable;        /* a figure is missing */
    uint64_t fed;            /* households in which it was asked again, another scheme beginning or ending */
    struct both all;
    struct both *division;   /* people.divisions of them */
    struct both type[HOUSEHOLD_TYPES];
};

/* Households by how much they would have more or less a month; the first band is below its limit, the middle one no change. */
struct simulated_band { int64_t low_fen, high_fen; uint64_t households, persons; int64_t sum_fen; };

/* Of households with somebody who earns: what is left of so much more earned. */
struct simulated_margin { uint64_t households, cliff, above_80, above_50; }; /* cliff: less in hand than before */

struct simulation {
    struct people people;
    struct simulated_scheme *scheme;
    size_t scheme_count;
    int64_t *before_fen, *after_fen;   /* benefits of each household: what is qualified for, and what is paid where that is open */
    struct simulated_band band[SIMULATION_BANDS], unsettled; /* every household is in one of them */
    bool *one_sided;                   /* of each household: a row is open on one side alone */
    struct measures none, before, after; /* none: without benefits */
    struct simulated_margin margin_before, margin_after;
};

/* Free with simulation_free.  E_INPUT simulation.unused (a set figure that no policy of the schemes reads), those of
 * screening_compile; E_LIMIT. */
NODISCARD enum status simulate(const struct simulation_request *r, struct arena *a, struct simulation **ret, struct diag *d);
struct simulation *simulation_free(struct simulation *s); /* NULL */
DEFINE_AUTO(simulation)

#endif
