/* An explanation as records, each with its sentence (docs/formats/explanation.md). */
#include "dmn/explain_internal.h"

const char *dmn_operator_name(enum dmn_operator op) {
    static const char *const NAME[] = {"eq", "ne", "lt", "le", "gt", "ge", "in", "not_in", "within", "not_within", "is"};
    return NAME[op];
}

static const char *truth_name(enum dmn_truth t) {
    static const char *const NAME[] = {"unknown", "false", "true", "unknown", "error"};
    return NAME[t];
}

static void label_json(struct json_writer *w, const char *key, const struct dmn_labels *labels, struct span name) {
    json_key(w, key);
    json_object(w);
    json_kspan(w, "zh", dmn_label_of(labels, LANG_ZH, name));
    json_kspan(w, "en", dmn_label_of(labels, LANG_EN, name));
    json_object_end(w);
}

static void text_json(struct json_writer *w, const struct dmn_labels *labels, const struct dmn_condition *c) {
    json_key(w, "text");
    json_object(w);
    for (enum lang l = LANG_ZH; l <= LANG_EN; l++) {
        BUF_AUTO b;
        buf_init(&b, 0);
        dmn_condition_text(&b, l, labels, c);
        json_kspan(w, l == LANG_ZH ? "zh" : "en", buf_span(&b));
    }
    json_object_end(w);
}

static void expression_json(struct json_writer *w, const char *key, const struct feel_ast *n) {
    BUF_AUTO b;
    buf_init(&b, 0);
    explain_expression(&b, LANG_EN, NULL, n); /* FEEL has English words */
    json_kspan(w, key, buf_span(&b));
}

void dmn_condition_json(struct json_writer *w, const struct dmn_labels *labels, const struct dmn_condition *c) {
    struct dmn_label label = {0};
    struct feel_value distance = feel_number(c->distance);
    json_object(w);
    json_kspan(w, "name", c->name);
    if (!c->name.size)
        expression_json(w, "expression", c->subject);
    json_kbool(w, "counted", c->counted);
    json_kspan(w, "source", c->source);
    json_key(w, "actual");
    feel_write_json(w, &c->actual);
    json_kstring(w, "operator", dmn_operator_name(c->op));
    json_key(w, "limit");
    feel_write_json(w, &c->limit);
    json_kspan(w, "limit_name", c->limit_name);
    json_key(w, "unit");
    if (labels && c->name.size && labels->find(labels->data, c->name, &label) && label.unit.size)
        json_span(w, label.unit);
    else
        json_nothing(w);
    json_kstring(w, "type", feel_kind_name((enum feel_kind)c->actual.kind));
    json_kstring(w, "held", truth_name(c->held));
    json_key(w, "distance");
    if (c->has_distance)
        feel_write_json(w, &distance);
    else
        json_nothing(w);
    if (c->missing.size)
        json_kspan(w, "missing", c->missing);
    if (c->member)
        json_kint(w, "member", (int64_t)c->member);
    if (c->blocked_by)
        json_kint(w, "blocked_by", (int64_t)c->blocked_by);
    text_json(w, labels, c);
    json_object_end(w);
}

static void conditions_json(struct json_writer *w, const char *key, const struct dmn_labels *labels, const struct dmn_condition *list, size_t n) {
    json_key(w, key);
    json_array(w);
    for (size_t i = 0; i < n; i++)
        dmn_condition_json(w, labels, &list[i]);
    json_array_end(w);
}

static void formulas_json(struct json_writer *w, const struct dmn_labels *labels, const struct dmn_formula *list, size_t n) {
    json_key(w, "formulas");
    json_array(w);
    for (size_t i = 0; i < n; i++) {
        json_object(w);
        json_kspan(w, "name", list[i].name);
        expression_json(w, "expression", list[i].ast);
        json_key(w, "value");
        feel_write_json(w, &list[i].value);
        json_key(w, "text");
        json_object(w);
        for (enum lang l = LANG_ZH; l <= LANG_EN; l++) {
            BUF_AUTO b;
            buf_init(&b, 0);
            dmn_formula_text(&b, l, labels, &list[i]);
            json_kspan(w, l == LANG_ZH ? "zh" : "en", buf_span(&b));
        }
        json_object_end(w);
        json_object_end(w);
    }
    json_array_end(w);
}

static void rule_members(struct json_writer *w, const struct dmn_labels *labels, const struct dmn_trace_table *t, const struct dmn_trace_rule *r, const struct dmn_condition *list, size_t n) {
    json_kspan(w, "id", r->id);
    json_kint(w, "number", (int64_t)r->number);
    json_key(w, "annotations");
    json_object(w);
    for (size_t i = 0; i < t->annotation_count; i++)
        if (r->annotation[i].size) {
            json_key_span(w, t->annotation_name[i]);
            json_span(w, r->annotation[i]);
        }
    json_object_end(w);
    conditions_json(w, "conditions", labels, list, n);
}

static void rule_json(struct json_writer *w, const struct dmn_labels *labels, const struct dmn_trace_table *t, const struct dmn_trace_rule *r, const struct dmn_condition *list, size_t n) {
    json_object(w);
    rule_members(w, labels, t, r, list, n);
    json_object_end(w);
}

static void table_json(struct json_writer *w, const struct dmn_labels *labels, const struct dmn_explained_table *t) {
    json_object(w);
    json_kspan(w, "element", t->table->element_name);
    json_kspan(w, "table_id", t->table->table_id);
    json_key(w, "fired");
    json_array(w);
    for (size_t i = 0; i < t->fired_count; i++) {
        const struct dmn_fired_rule *f = &t->fired[i];
        json_object(w);
        rule_members(w, labels, t->table, f->rule, f->condition, f->count);
        formulas_json(w, labels, f->formula, f->formula_count);
        json_object_end(w);
    }
    json_array_end(w);
    json_key(w, "clash");
    json_array(w);
    for (size_t i = 0; i < t->clash_count; i++)
        rule_json(w, labels, t->table, t->clash[i].rule, t->clash[i].condition, t->clash[i].count);
    json_array_end(w);
    json_key(w, "outranked");
    json_array(w);
    for (size_t i = 0; i < t->outranked_count; i++) {
        json_object(w);
        json_kspan(w, "id", t->outranked[i].rule->id);
        json_kint(w, "number", (int64_t)t->outranked[i].rule->number);
        json_key(w, "output");
        feel_write_json(w, &t->outranked[i].output);
        json_object_end(w);
    }
    json_array_end(w);
    json_key(w, "nearest");
    json_array(w);
    for (size_t i = 0; i < t->near_count; i++)
        rule_json(w, labels, t->table, t->near[i].rule, t->near[i].condition, t->near[i].count);
    json_array_end(w);
    json_object_end(w);
}

static void decision_json(struct json_writer *w, const struct dmn_labels *labels, const struct dmn_explanation *x, const struct dmn_explained_decision *d) {
    const struct dmn_trace_decision *t = d->decision;
    json_object(w);
    json_kspan(w, "decision", t->id);
    json_kspan(w, "name", t->name);
    label_json(w, "label", labels, t->name);
    conditions_json(w, "because", labels, d->held, d->held_count);
    conditions_json(w, "otherwise", labels, d->would, d->would_count);
    formulas_json(w, labels, d->formula, d->formula_count);
    json_key(w, "tables");
    json_array(w);
    for (size_t i = 0; i < t->table_count; i++)
        table_json(w, labels, &x->table[t->table_first + i]);
    json_array_end(w);
    json_object_end(w);
}

void dmn_explanation_json(struct json_writer *w, const struct dmn_labels *labels, const struct dmn_explanation *x) {
    json_object(w);
    json_key(w, "decisions");
    json_array(w);
    for (size_t i = 0; i < x->decision_count; i++)
        decision_json(w, labels, x, &x->decision[i]);
    json_array_end(w);
    json_key(w, "chain");
    json_array(w);
    for (size_t i = 0; i < x->chain_count; i++)
        json_span(w, x->decision[x->chain[i]].decision->name);
    json_array_end(w);
    json_key(w, "computed");
    json_array(w);
    for (size_t i = 0; i < x->computed_count; i++)
        json_span(w, x->decision[x->computed[i]].decision->name);
    json_array_end(w);
    json_object_end(w);
}
