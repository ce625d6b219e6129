/* Formulas and items of lists as sentences. */
#include "dmn/explain_internal.h"

void dmn_formula_text(struct buf *out, enum lang l, const struct dmn_labels *labels, const struct dmn_formula *f) {
    struct span unit = dmn_unit_of(labels, f->name);
    BUF_AUTO words, values, result;
    buf_init(&words, 0);
    buf_init(&values, 0);
    buf_init(&result, 0);
    if (!unit.size)
        unit = explain_unit_in(labels, f->ast);
    if (!f->name.size || span_is(unit, "比例")) /* what is computed with a share is none */
        unit = explain_bare_unit(span_is(unit, "比例") ? (struct span){0} : unit);
    explain_operands(&words, l, labels, f, true);
    dmn_value_text(&result, l, labels, &f->value, unit);
    if (f->name.size)
        buf_add(out, dmn_label_of(labels, l, f->name)), buf_adds(out, " = ");
    buf_add(out, buf_span(&words));
    if (f->whole && !(f->operand_count == 1 && f->operand[0].at == f->ast)) {
        explain_operands(&values, l, labels, f, false);
        if (!span_eq(buf_span(&values), buf_span(&words)))
            buf_adds(out, " = "), buf_add(out, buf_span(&values));
    }
    if (f->value.kind == FEEL_NUMBER)
        buf_adds(out, " = "), buf_add(out, buf_span(&result));
}


bool dmn_value_is_short(const struct feel_value *v) { return v->kind >= FEEL_BOOLEAN && v->kind < FEEL_LIST; }

void dmn_item_text(struct buf *out, enum lang l, const struct dmn_labels *labels, const struct feel_value *v) {
    size_t first = out->size;
    for (size_t k = 0; v->kind == FEEL_CONTEXT && k < v->shape->count; k++) {
        struct span name = v->shape->key[k].text;
        BUF_AUTO value;
        buf_init(&value, 0);
        if (!dmn_value_is_short(&v->value[k]))
            continue;
        dmn_value_text(&value, l, labels, &v->value[k], dmn_unit_of(labels, name));
        if (out->size > first)
            message_text(out, l, "explain.comma", NULL, 0);
        EXPLAIN_SAY(out, l, "explain.item_part", DIAG_SPAN("name", dmn_label_of(labels, l, name)), DIAG_SPAN("value", buf_span(&value)));
    }
}
