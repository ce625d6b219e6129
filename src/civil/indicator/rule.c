/* A rule of packs/plans, asked: its text answer and what the rule that told it says of itself. */
#include "civil/indicator/indicator.h"

#include "dmn/dmn.h"

static const char *annotation(struct arena *a, const struct dmn_trace *t) {
    for (size_t i = 0; i < t->table_count; i++)
        for (size_t k = 0; k < t->table[i].rule_count; k++)
            if (t->table[i].rule[k].fired && t->table[i].annotation_count)
                return arena_dup(a, t->table[i].rule[k].annotation[0]);
    return "";
}

enum status plans_rule(const struct dmn_model *m, const char *decision, const char *const *name, const struct feel_value *value, size_t n, struct arena *a,
    const char **ret, const char **ret_why, struct diag *d) {
    struct feel_notes *notes = ARENA_NEW(a, struct feel_notes);
    struct span *key = ARENA_ARRAY(a, n + 1, struct span);
    if (!notes || !key)
        return arena_full(d);
    for (size_t i = 0; i < n; i++)
        key[i] = span_of(name[i]);
    struct feel_env env;
    feel_env_init(&env, a, notes);
    const struct span asked = span_of(decision);
    struct dmn_request r = {.model = m, .decision = &asked, .decision_count = 1, .inputs = feel_context(a, key, value, n), .trace = true};
    struct dmn_result result;
    enum status s = dmn_evaluate(&env, &r, &result, d);
    if (s != OK)
        return s;
    if (result.value.kind != FEEL_STRING)
        return diag_fail(d, E_INPUT, "plan.rule", DIAG_S("decision", decision));
    *ret = arena_dup(a, result.value.string);
    *ret_why = annotation(a, result.trace);
    return *ret && *ret_why ? OK : arena_full(d);
}
