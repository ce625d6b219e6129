#include "civil/decision/figures.h"

struct figure_row { struct span *key; struct feel_value *value; size_t count; };

static const struct figure_set *figure_given(const struct figure_set *set, size_t count, struct span name) {
    for (size_t i = 0; i < count; i++)
        if (span_eq(set[i].name, name))
            return &set[i];
    return NULL;
}

static enum status figure(const struct policies *p, struct arena *a, struct span name, date_t day, struct figures *f, struct figure_row *out, struct diag *d) {
    const struct parameter *row = packs_parameter(p->packs, name.at, day);
    if (!row || (row->review_by != DATE_NONE && row->review_by < day)) {
        const char **slot = vec_push_in(a, &f->missing);
        if (!slot || !(*slot = arena_printf(a, "参数.%.*s", SPAN_ARG(name))))
            return arena_full(d);
        return OK;
    }
    const struct parameter **slot = vec_push_in(a, &f->used);
    if (!slot)
        return arena_full(d);
    *slot = row;
    struct dec number;
    enum status s = dec_parse(span_of(row->value), &number, d);
    if (s != OK)
        return diag_at(d, "parameters.csv %s", row->name), s;
    out->key[out->count] = name;
    out->value[out->count++] = feel_number(number);
    return OK;
}

enum status figures_on(const struct policies *p, struct arena *a, const struct policy *policy, date_t day,
    const struct figure_set *set, size_t set_count, struct figures *f, struct diag *d) {
    size_t n = policy->parameter_count;
    struct figure_row out = {ARENA_ARRAY(a, n + 1, struct span), ARENA_ARRAY(a, n + 1, struct feel_value), 0};
    if (!out.key || !out.value)
        return arena_full(d);
    for (size_t i = 0; i < n; i++) {
        char *name = arena_dup(a, policy->parameter[i]); /* terminated, for the look-up */
        if (!name)
            return arena_full(d);
        struct span key = {name, policy->parameter[i].size};
        const struct figure_set *given = figure_given(set, set_count, key);
        if (given) {
            out.key[out.count] = key;
            out.value[out.count++] = feel_number(given->value);
            continue;
        }
        enum status s = figure(p, a, key, day, f, &out, d);
        if (s != OK)
            return s;
    }
    f->values = feel_context(a, out.key, out.value, out.count);
    return feel_find_error(&f->values) ? arena_full(d) : OK;
}
