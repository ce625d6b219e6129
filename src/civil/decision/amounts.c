/* How the amounts of a decision came about, for pages. */
#include "civil/decision/explanation.h"

enum { ITEMS_TOLD = 50 }; /* more than a household has members */

struct sentence { struct buf of[2]; }; /* by language */

static struct sentence begun(void) {
    struct sentence s;
    buf_init(&s.of[LANG_ZH], 0);
    buf_init(&s.of[LANG_EN], 0);
    return s;
}

/* As a Text, under `key` (NULL: an item of an array), unless there is nothing to say or the last one said it. */
static void tell(struct json_writer *w, const char *key, struct sentence *s, struct sentence *last) {
    bool again = last && span_eq(buf_span(&last->of[LANG_ZH]), buf_span(&s->of[LANG_ZH]));
    if (s->of[LANG_ZH].size && !again) {
        if (key)
            json_key(w, key);
        json_object(w);
        json_kspan(w, "zh", buf_span(&s->of[LANG_ZH]));
        json_kspan(w, "en", buf_span(&s->of[LANG_EN]));
        json_object_end(w);
    }
    for (enum lang l = LANG_ZH; l <= LANG_EN; l++) {
        if (last) {
            buf_release(&last->of[l]);
            last->of[l] = s->of[l];
        } else {
            buf_release(&s->of[l]);
        }
    }
}

static void rules_json(struct json_writer *w, const struct decision_explanation *x, const struct dmn_trace_decision *d) {
    struct sentence last = begun();
    json_key(w, "rules");
    json_array(w);
    for (size_t i = 0; i < d->table_count; i++) {
        const struct dmn_explained_table *t = &x->why->table[d->table_first + i];
        for (size_t k = 0; k < t->fired_count; k++) {
            struct sentence s = begun();
            for (enum lang l = LANG_ZH; l <= LANG_EN; l++)
                dmn_rule_text(&s.of[l], l, t->table, t->fired[k].rule);
            tell(w, NULL, &s, &last);
        }
    }
    json_array_end(w);
    buf_release(&last.of[LANG_ZH]);
    buf_release(&last.of[LANG_EN]);
}

static void formula_json(struct json_writer *w, const struct dmn_labels *labels, const struct dmn_formula *f) {
    struct sentence s = begun();
    for (enum lang l = LANG_ZH; l <= LANG_EN; l++)
        dmn_formula_text(&s.of[l], l, labels, f);
    tell(w, NULL, &s, NULL);
}

static void formulas_json(struct json_writer *w, const struct decision_explanation *x, const struct dmn_explained_decision *d) {
    json_key(w, "formulas");
    json_array(w);
    for (size_t i = 0; i < d->formula_count; i++)
        formula_json(w, &x->decision->labels, &d->formula[i]);
    for (size_t i = 0; i < d->decision->table_count; i++) {
        const struct dmn_explained_table *t = &x->why->table[d->decision->table_first + i];
        bool own = span_eq(t->table->element_name, d->decision->name) || d->decision->table_count == 1;
        for (size_t k = 0; own && k < t->fired_count; k++)
            for (size_t n = 0; n < t->fired[k].formula_count; n++)
                formula_json(w, &x->decision->labels, &t->fired[k].formula[n]);
    }
    json_array_end(w);
}

static void items_json(struct json_writer *w, const struct decision_explanation *x, const struct dmn_explained_decision *d) {
    const struct feel_value *v = &d->decision->value;
    size_t n = d->formula_count && v->kind == FEEL_LIST ? v->count : 0;
    json_key(w, "items");
    json_array(w);
    for (size_t i = 0; i < n && i < ITEMS_TOLD; i++) {
        struct sentence s = begun();
        for (enum lang l = LANG_ZH; l <= LANG_EN; l++)
            dmn_item_text(&s.of[l], l, &x->decision->labels, &v->item[i]);
        tell(w, NULL, &s, NULL);
    }
    json_array_end(w);
}

static bool has_formula(const struct decision_explanation *x, const struct dmn_explained_decision *d) {
    bool any = d->formula_count > 0;
    for (size_t i = 0; i < d->decision->table_count && !any; i++) {
        const struct dmn_explained_table *t = &x->why->table[d->decision->table_first + i];
        for (size_t k = 0; k < t->fired_count && !any; k++)
            any = t->fired[k].formula_count > 0;
    }
    return any;
}

static void amount_json(struct json_writer *w, const struct decision_explanation *x, const struct dmn_explained_decision *d) {
    const struct dmn_labels *labels = &x->decision->labels;
    const struct dmn_trace_decision *t = d->decision;
    struct sentence name = begun(), value = begun();
    if (!has_formula(x, d))
        return;
    for (enum lang l = LANG_ZH; l <= LANG_EN; l++) {
        buf_add(&name.of[l], dmn_label_of(labels, l, t->name));
        if (dmn_value_is_short(&t->value))
            dmn_value_text(&value.of[l], l, labels, &t->value, dmn_unit_of(labels, t->name));
    }
    json_object(w);
    tell(w, "name", &name, NULL);
    if (!value.of[LANG_ZH].size) {
        json_key(w, "value");
        json_nothing(w);
    }
    tell(w, "value", &value, NULL);
    rules_json(w, x, t);
    formulas_json(w, x, d);
    items_json(w, x, d);
    json_object_end(w);
}

void decision_amounts_json(struct json_writer *w, const struct decision_explanation *x) {
    json_array(w);
    for (size_t i = 0; x->why && i < x->why->computed_count; i++)
        amount_json(w, x, &x->why->decision[x->why->computed[i]]);
    for (size_t i = 0; x->why && i < x->why->chain_count; i++)
        amount_json(w, x, &x->why->decision[x->why->chain[i]]);
    json_array_end(w);
}
