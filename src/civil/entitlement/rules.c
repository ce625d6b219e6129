/* From which month something counts: the pack's dated parameters, never C. */
#include "civil/entitlement/life_internal.h"

#include "civil/pack/pack.h"

static const struct json *life_of(const struct civil *c, const char *scheme) {
    const struct matter *m = packs_scheme(c->packs, scheme);
    return m ? json_get(m->json, "life") : NULL;
}

/* The number that the named parameter has on a day. */
static enum status number_on(const struct civil *c, const char *scheme, const char *rule, const char *name, date_t day, int *ret, struct diag *d) {
    const struct parameter *p = name ? packs_parameter(c->packs, name, day) : NULL;
    char *end = NULL;
    long n = p ? strtol(p->value, &end, 10) : -1;
    if (!p || *end || n < 0 || n > 600)
        return diag_fail(d, E_CONFLICT, "entitlement.no_rule", DIAG_S("scheme", scheme), DIAG_S("rule", rule));
    *ret = (int)n;
    return OK;
}

enum status entitlement_month(const struct civil *c, const char *scheme, const char *rule, date_t event, date_t decided, month_t *ret, struct diag *d) {
    const struct json *r = json_get(life_of(c, scheme), rule);
    const char *after = json_str(r, "after", "decision");
    int months = 0;
    date_t from = strcmp(after, "event") == 0 ? event : decided;
    enum status s = number_on(c, scheme, rule, json_str(r, "months", NULL), decided, &months, d);
    if (s == OK)
        *ret = month_of(from) + months;
    return s;
}

enum status entitlement_review_on(const struct civil *c, const char *scheme, date_t from, date_t *ret, struct diag *d) {
    const char *name = json_str(life_of(c, scheme), "review", NULL);
    int months = 0;
    *ret = DATE_NONE;
    if (!name)
        return OK;
    enum status s = number_on(c, scheme, "review", name, from, &months, d);
    if (s == OK)
        *ret = date_add_months(from, months);
    return s;
}

/* Working days to answer, from the service of the notice. */
enum status entitlement_hearing_days(const struct civil *c, const char *scheme, date_t day, int *ret, struct diag *d) {
    return number_on(c, scheme, "hearing", json_str(life_of(c, scheme), "hearing", NULL), day, ret, d);
}
