/* A decision as JSON and as a page for people. */
#include "civil/decision/explanation.h"
#include "civil/decision/policies.h"

#include <stdio.h>

/* ---- JSON -------------------------------------------------------------------- */

void decision_lines_json(struct json_writer *w, const struct decision *r) {
    json_array(w);
    for (size_t i = 0; i < r->line_count; i++) {
        json_object(w);
        json_kstring(w, "member", r->line[i].member);
        json_kstring(w, "item", r->line[i].item);
        json_kint(w, "monthly_fen", r->line[i].monthly_fen);
        json_kint(w, "once_fen", r->line[i].once_fen);
        json_object_end(w);
    }
    json_array_end(w);
}

void decision_reasons_json(struct json_writer *w, const struct decision *r) {
    json_array(w);
    for (size_t i = 0; i < r->reason_count; i++) {
        json_object(w);
        json_kstring(w, "rule", r->reason[i].rule);
        json_kstring(w, "article", r->reason[i].article);
        json_kstring(w, "zh", r->reason[i].zh);
        json_kstring(w, "en", r->reason[i].en);
        json_kbool(w, "against", r->reason[i].against);
        json_object_end(w);
    }
    json_array_end(w);
}

static void notes_json(struct json_writer *w, const struct decision *r) {
    json_array(w);
    for (size_t i = 0; i < r->note_count; i++) {
        json_object(w);
        json_kstring(w, "code", r->note[i].code);
        json_kstring(w, "where", r->note[i].where);
        json_kstring(w, "zh", r->note[i].zh);
        json_kstring(w, "en", r->note[i].en);
        json_object_end(w);
    }
    json_array_end(w);
}

void decision_parameters_json(struct json_writer *w, const struct decision *r) {
    json_array(w);
    for (size_t i = 0; i < r->parameter_count; i++) {
        const struct parameter *p = r->parameter[i];
        json_object(w);
        json_kstring(w, "name", p->name);
        json_kstring(w, "value", p->value);
        json_kstring(w, "unit", p->unit);
        json_kdate(w, "valid_from", p->valid_from);
        json_kdate(w, "valid_to", p->valid_to);
        json_kstring(w, "citation", p->citation);
        json_kstring(w, "confidence", p->confidence);
        json_kbool(w, "confirmed", !p->to_confirm);
        json_object_end(w);
    }
    json_array_end(w);
}

static void policy_json(struct json_writer *w, const struct decision *r) {
    const struct json *list = json_get(r->matter->json, "decisions"), *note = NULL;
    for (size_t i = 0; list && i < list->size; i++)
        if (strcmp(json_str(list->item[i], "file", ""), r->policy->name) == 0)
            note = json_get(list->item[i], "note");
    json_object(w);
    json_kstring(w, "matter", r->matter->id);
    json_kstring(w, "file", r->policy->name);
    json_kint(w, "version", r->policy->version);
    json_kdate(w, "valid_from", r->policy->version ? r->policy->valid_from : DATE_NONE);
    json_kstring(w, "sha256", r->policy->sha256);
    json_key(w, "note");
    if (note)
        json_value(w, note);
    else
        json_nothing(w);
    json_object_end(w);
}

void decision_values_json(struct json_writer *w, const struct decision *r) {
    json_array(w);
    for (size_t i = 0; r->trace && i < r->trace->decision_count; i++) {
        const struct dmn_trace_decision *x = &r->trace->decision[i];
        json_object(w);
        json_kspan(w, "decision", x->id);
        json_kspan(w, "name", x->name);
        json_key(w, "value");
        feel_write_json(w, &x->value);
        json_object_end(w);
    }
    json_array_end(w);
}

static void rule_json(struct json_writer *w, const struct dmn_trace_table *t, const struct dmn_trace_rule *rule) {
    json_object(w);
    json_kspan(w, "decision", t->element_name);
    json_kspan(w, "decision_id", t->element_id);
    json_kspan(w, "table_id", t->table_id);
    json_kspan(w, "rule_id", rule->id);
    json_kint(w, "index", (int64_t)rule->number);
    json_kbool(w, "hit", rule->fired);
    json_key(w, "cells");
    json_array(w);
    for (size_t i = 0; i < t->input_count; i++)
        json_boolean(w, rule->cell[i] == DMN_TRUE);
    json_array_end(w);
    json_object_end(w);
}

void decision_rules_json(struct json_writer *w, const struct decision *r) {
    json_array(w);
    for (size_t i = 0; r->trace && i < r->trace->table_count; i++)
        for (size_t k = 0; k < r->trace->table[i].rule_count; k++)
            if (r->trace->table[i].rule[k].fired)
                rule_json(w, &r->trace->table[i], &r->trace->table[i].rule[k]);
    json_array_end(w);
}

void decision_json(struct json_writer *w, const struct decision *r, bool trace, const struct decision_explanation *x) {
    json_object(w);
    json_kstring(w, "scheme", r->scheme);
    json_kdate(w, "date", r->date);
    json_kstring(w, "outcome", decision_outcome_name(r->outcome));
    json_kint(w, "monthly_fen", r->monthly_fen);
    json_kint(w, "once_fen", r->once_fen);
    json_key(w, "lines");
    decision_lines_json(w, r);
    json_key(w, "reasons");
    decision_reasons_json(w, r);
    json_key(w, "notes");
    notes_json(w, r);
    json_key(w, "missing");
    json_array(w);
    for (size_t i = 0; i < r->missing_count; i++)
        json_string(w, r->missing[i]);
    json_array_end(w);
    json_kbool(w, "missing_exact", r->missing_exact);
    json_key(w, "parameters");
    decision_parameters_json(w, r);
    json_kbool(w, "to_confirm", r->to_confirm);
    json_key(w, "policy");
    policy_json(w, r);
    if (trace) {
        json_key(w, "inputs");
        json_value(w, r->facts);
        json_key(w, "values");
        decision_values_json(w, r);
        json_key(w, "rules");
        decision_rules_json(w, r);
    }
    if (x) {
        json_key(w, "explanation");
        decision_explanation_json(w, x, trace);
    }
    json_object_end(w);
}

/* ---- a page for people ---------------------------------------------------------- */

#define SAY(out, l, code, ...)                                                 \
    do {                                                                       \
        const struct diag_arg args_[] = {{0}, ##__VA_ARGS__};                  \
        message_text((out), (l), (code), args_ + 1, ARRAY_LEN(args_) - 1);     \
        buf_addc((out), '\n');                                                 \
    } while (0)

/* 145000 -> "1450.00" */
static const char *yuan(int64_t fen, char out[32]) {
    snprintf(out, 32, "%lld.%02lld", (long long)(fen / 100), (long long)(fen % 100));
    return out;
}

static const char *matter_name(const struct decision *r, enum lang l) {
    return json_str(json_get(r->matter->json, "name"), l == LANG_EN ? "en" : "zh", r->scheme);
}

static struct span named(const struct decision *r, enum lang l, const char *name) { return dmn_label_of(&r->labels, l, span_of(name)); }

void decision_fact_text(struct buf *out, enum lang l, const struct dmn_labels *labels, const char *fact) {
    const char *dot = strchr(fact, '.');
    struct dmn_label whole = {0};
    if (l == LANG_ZH || !dot) {
        buf_adds(out, fact);
        return;
    }
    char entity[128];
    snprintf(entity, sizeof entity, "实体.%.*s", (int)(dot - fact), fact);
    bool known = labels->find(labels->data, span_of(fact), &whole) && whole.en.size;
    message_text(out, l, "decision.text_fact",
        (const struct diag_arg[]){DIAG_SPAN("name", known ? whole.en : dmn_label_of(labels, l, span_of(dot + 1))), DIAG_SPAN("entity", dmn_label_of(labels, l, span_of(entity)))}, 2);
}

static bool nothing(const void *data UNUSED, struct span name UNUSED, struct dmn_label *ret UNUSED) { return false; }

void policies_name_json(struct json_writer *w, const char *key, const struct policies *p, const char *name) {
    struct dmn_labels labels = p ? dmn_label_table_labels(p->labels) : (struct dmn_labels){nothing, NULL};
    struct span zh = strchr(name, '.') ? span_of(name) : dmn_label_of(&labels, LANG_ZH, span_of(name));
    BUF_AUTO en;
    buf_init(&en, 0);
    if (p && strchr(name, '.'))
        decision_fact_text(&en, LANG_EN, &labels, name);
    else
        buf_add(&en, dmn_label_of(&labels, LANG_EN, span_of(name)));
    if (key)
        json_key(w, key);
    json_object(w);
    json_kspan(w, "zh", zh);
    json_kspan(w, "en", buf_span(&en));
    json_object_end(w);
}

static void amounts_text(struct buf *out, enum lang l, const struct decision *r) {
    char a[32], b[32];
    for (size_t i = 0; i < r->line_count; i++) {
        const struct decision_line *x = &r->line[i];
        const char *amount = yuan(x->once_fen ? x->once_fen : x->monthly_fen, a);
        if (x->member)
            SAY(out, l, "decision.text_line_member", DIAG_SPAN("item", named(r, l, x->item)), DIAG_S("member", x->member), DIAG_S("amount", amount));
        else
            SAY(out, l, "decision.text_line", DIAG_SPAN("item", named(r, l, x->item)), DIAG_S("amount", amount));
    }
    if (r->once_fen)
        SAY(out, l, "decision.text_total_once", DIAG_S("amount", yuan(r->once_fen, b)));
    else
        SAY(out, l, "decision.text_total", DIAG_S("amount", yuan(r->monthly_fen, b)));
}

static void reasons_text(struct buf *out, enum lang l, const struct decision *r) {
    if (r->reason_count)
        SAY(out, l, "decision.text_reasons");
    for (size_t i = 0; i < r->reason_count; i++)
        SAY(out, l, "decision.text_reason", DIAG_N("number", (long long)i + 1),
            DIAG_S("text", l == LANG_EN ? r->reason[i].en : r->reason[i].zh), DIAG_S("article", r->reason[i].article));
}

bool decision_figures_text(struct buf *out, enum lang l, const struct decision *r) {
    static const char FIGURE[] = "参数.";
    if (r->missing_count == 0 || strncmp(r->missing[0], FIGURE, sizeof FIGURE - 1) != 0)
        return false;
    char day[DATE_TEXT_MAX];
    date_text(r->date, day);
    SAY(out, l, "decision.text_no_figures", DIAG_S("date", day), DIAG_N("count", (long long)r->missing_count),
        DIAG_SPAN("name", named(r, l, r->missing[0] + sizeof FIGURE - 1)));
    return true;
}

static void missing_text(struct buf *out, enum lang l, const struct decision *r) {
    if (decision_figures_text(out, l, r))
        return;
    if (r->missing_count)
        SAY(out, l, "decision.text_missing");
    for (size_t i = 0; i < r->missing_count; i++) {
        BUF_AUTO fact;
        buf_init(&fact, 0);
        decision_fact_text(&fact, l, &r->labels, r->missing[i]);
        SAY(out, l, "decision.text_missing_one", DIAG_SPAN("fact", buf_span(&fact)));
    }
    if (r->missing_count && !r->missing_exact)
        SAY(out, l, "decision.text_missing_more");
}

static void figures_text(struct buf *out, enum lang l, const struct decision *r) {
    if (r->parameter_count)
        SAY(out, l, "decision.text_figures");
    for (size_t i = 0; i < r->parameter_count; i++) {
        const struct parameter *p = r->parameter[i];
        SAY(out, l, p->to_confirm ? "decision.text_figure_unconfirmed" : "decision.text_figure", DIAG_SPAN("name", named(r, l, p->name)),
            DIAG_S("value", p->value), DIAG_SPAN("unit", named(r, l, p->unit)), DIAG_S("citation", p->citation));
    }
}

/* Figures out of force stand in the place of what is missing already. */
static void notes_text(struct buf *out, enum lang l, const struct decision *r) {
    for (size_t i = 0; i < r->note_count; i++)
        if (strcmp(r->note[i].code, "decision.text_no_figures"))
            SAY(out, l, "decision.text_note", DIAG_S("text", l == LANG_EN ? r->note[i].en : r->note[i].zh));
}

void decision_text(struct buf *out, enum lang l, const struct decision *r) {
    static const char *const CONCLUSION[] = {"decision.text_eligible", "decision.text_not_eligible", "decision.text_undecided"};
    char day[DATE_TEXT_MAX];
    date_text(r->date, day);
    SAY(out, l, "decision.text_title", DIAG_S("name", matter_name(r, l)), DIAG_S("date", day));
    SAY(out, l, CONCLUSION[r->outcome]);
    if (r->outcome == DECISION_ELIGIBLE)
        amounts_text(out, l, r);
    missing_text(out, l, r);
    reasons_text(out, l, r);
    notes_text(out, l, r);
    figures_text(out, l, r);
    SAY(out, l, "decision.text_policy", DIAG_S("file", r->policy->name), DIAG_S("sha256", r->policy->sha256));
}
