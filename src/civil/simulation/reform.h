/* A reform, whole: what changes, over which register, and everything said of it. */
#ifndef CIVIL_SIMULATION_REFORM_H
#define CIVIL_SIMULATION_REFORM_H

#include "civil/simulation/report.h"

struct reform {
    const struct packs *packs;
    const struct policies *policies;     /* of today */
    const struct cohort_table *household;/* NULL: the cliff alone */
    const struct snapshot *from;         /* whose households they are, for the report to say; NULL: it is said elsewhere */
    date_t date;
    const struct figure_set *set;        /* figures in place of the packs' */
    size_t set_count;
    const struct policy_text *text;      /* decision files in place of the policies and shared models whose namespace they bear */
    size_t text_count;
    const char *const *scheme;           /* none: all that are screened */
    size_t scheme_count;
    int64_t line_fen;                    /* 0: the dibao standard of the day, the line the country itself draws */
    int64_t margin_fen;                  /* 0: none */
    const struct screening_run *how;
};

/* A figure above is a slip of the pen: no allowance, limit or rate of the packs is above ten million. */
enum { REFORM_CLIFF_STEP_FEN = 10000, REFORM_CLIFF_TO_FEN = 800000 };

struct reform_result;
/* E_INPUT simulation.unused (a figure that no policy has), simulation.not_in_force (one without a value on the day), simulation.range, simulation.no_line (no dibao standard on the
 * day), simulation.no_figure (a figure that a policy reads is missing or past its review on that day), those of policies_reform, simulate and cliffs_of; E_LIMIT.  The report lives with *ret and in `a`. */
NODISCARD enum status reform_run(const struct reform *r, struct arena *a, struct reform_result **ret, struct diag *d);
const struct simulation_report *reform_report(const struct reform_result *r);
struct reform_result *reform_result_free(struct reform_result *r); /* NULL */
DEFINE_AUTO(reform_result)

#endif
