/* A matter's policy of one day as it is run over many cases at once (civil/screening,
 * civil/simulation): the same model, figures and conventions as decision_make. */
#ifndef CIVIL_DECISION_BULK_H
#define CIVIL_DECISION_BULK_H

#include "civil/decision/decision.h"

struct decision_policy {
    const struct matter *matter;
    const struct pack_file *file;
    const struct dmn_model *model;
    struct feel_value figures;       /* context: name of a parameter -> its value */
    const struct parameter *const *parameter; /* rows used, without what was set */
    size_t parameter_count;
    const char *const *missing;      /* "参数.低保标准": nothing can be decided without */
    size_t missing_count;
    bool to_confirm;
    bool of_person;                  /* decided for a member (申请.对象), else for the household */
    const struct span *null_facts;   /* static */
    size_t null_fact_count;
};

/* `set` (may be NULL) goes before the packs' figures.  Lives in `a`, with `p`.  E_NOT_FOUND decision.no_scheme;
 * E_INPUT decision.no_policy; E_LIMIT. */
NODISCARD enum status decision_policy_on(const struct policies *p, struct arena *a, const char *scheme, date_t day,
    const struct figure_set *set, size_t set_count, struct decision_policy *ret, struct diag *d);

#endif
