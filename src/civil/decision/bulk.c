#include "civil/decision/bulk.h"

#include "civil/decision/figures.h"

enum status decision_policy_on(const struct policies *p, struct arena *a, const char *scheme, date_t day,
    const struct figure_set *set, size_t set_count, struct decision_policy *ret, struct diag *d) {
    const struct policy *policy;
    struct figures f = {0};
    enum status s = policy_on(p, scheme, day, &policy, d);
    if (s == OK)
        s = figures_on(p, a, policy, day, set, set_count, &f, d);
    if (s != OK)
        return s;
    *ret = (struct decision_policy){.matter = policy->matter, .file = policy->file, .model = policy->model, .figures = f.values,
        .parameter = f.used.at, .parameter_count = f.used.size, .missing = f.missing.at, .missing_count = f.missing.size,
        .of_person = strcmp(json_str(policy->matter->json, "unit", ""), "person") == 0,
        .null_facts = p->words.absent_no, .null_fact_count = p->words.absent_no_count};
    for (size_t i = 0; i < f.used.size; i++)
        ret->to_confirm |= f.used.at[i]->to_confirm;
    return OK;
}
