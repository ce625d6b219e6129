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
    const struct span *null_facts;   /* the vocabulary's */
    size_t null_fact_count;
};

/* What of the answer must be the same for two answers to be the same, as FEEL over the model: the outcome,
 * and in yuan what is paid (0 unless eligible); by which lines the amount comes about is not asked. */
#define DECISION_ELIGIBLE_TEXT "结果.结论 = \"符合\""
#define DECISION_SUM_TEXT(key) "if 结果.结论 = \"符合\" then sum(append(for l in 结果.明细 return " \
    "if get value(l, \"" key "\") = null then 0 else round half up(get value(l, \"" key "\"), 2), 0)) else 0"
#define DECISION_MONTHLY_TEXT DECISION_SUM_TEXT("月金额")
#define DECISION_ONCE_TEXT DECISION_SUM_TEXT("一次金额")

/* `set` (may be NULL) goes before the packs' figures.  Lives in `a`, with `p`.  E_NOT_FOUND decision.no_scheme;
 * E_INPUT decision.no_policy; E_LIMIT. */
NODISCARD enum status decision_policy_on(const struct policies *p, struct arena *a, const char *scheme, date_t day,
    const struct figure_set *set, size_t set_count, struct decision_policy *ret, struct diag *d);

#endif
