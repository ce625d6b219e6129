/* A matter's policy compiled over the columns of a register (cohort/cohort.h), and the
 * same policy asked of one row by the scalar engine, which has the last word. */
#ifndef CIVIL_SCREENING_PROGRAM_H
#define CIVIL_SCREENING_PROGRAM_H

#include "civil/decision/bulk.h"
#include "cohort/cohort.h"

/* Columns whose names begin with _ are not facts: _id, _division. */
enum screening_output { SCREENING_ELIGIBLE, SCREENING_MONTHLY, SCREENING_ONCE, SCREENING_OUTPUTS };
extern const struct cohort_output SCREENING_OUTPUT[SCREENING_OUTPUTS]; /* amounts in fen */

struct screening_program {
    struct decision_policy policy;
    const struct policies *policies;
    const struct cohort_table *household;
    const struct cohort_list *member;     /* 成员 */
    const struct cohort_program *program; /* NULL: a figure is missing, nothing can be decided */
    date_t date;
    const struct figure_set *set;
    size_t set_count;
};

/* Lives in `a`, with the policies and the table.  Those of decision_policy_on and cohort_compile. */
NODISCARD enum status screening_compile(const struct policies *p, struct arena *a, const struct cohort_table *household,
    const char *scheme, date_t day, const struct figure_set *set, size_t set_count, struct screening_program *ret, struct diag *d);

/* Rows of the program: households, or members where the policy is decided for a person. */
uint64_t screening_rows(const struct screening_program *x);
uint64_t screening_household_of(const struct screening_program *x, uint64_t row);
/* The member's 编号; "" where a row is a household. */
struct span screening_number_of(const struct screening_program *x, uint64_t row);

/* Evaluations a row: a lead that would take more is possible, with more names of missing facts than there need be. */
enum { SCREENING_BUDGET = 100 };

/* The facts of a row as `minzheng decide` reads them.  In `a`; E_LIMIT. */
NODISCARD enum status screening_facts(const struct screening_program *x, struct arena *a, uint64_t row, const struct json **ret, struct diag *d);
/* The same, when only the answer matters and not what is missing for it.  Those of decision_make. */
NODISCARD enum status screening_whether(const struct screening_program *x, struct arena *a, uint64_t row, unsigned budget, struct decision *ret, struct diag *d);
/* decision_make of the row, with what other rows showed (NULL: nothing).  Those of decision_make. */
NODISCARD enum status screening_decide(const struct screening_program *x, struct arena *a, uint64_t row, struct dmn_case_memory *memory, struct decision *ret, struct diag *d);

#endif
