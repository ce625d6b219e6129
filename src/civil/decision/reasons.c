#include "civil/decision/reasons.h"

#include "base/vec.h"
#include "civil/decision/articles.h"
#include "civil/decision/policies.h"

typedef VEC(struct decision_reason) reasons_t;

struct gathering {
    struct arena *arena;
    const struct packs *packs;
    const struct dmn_model *model;
    date_t day;
    const struct dmn_trace *trace;
    const struct dmn_explanation *why; /* NULL: no route is told apart */
    bool nearest;                      /* what would have changed the answer is of the route too */
    bool *on_route;                    /* a decision */
    reasons_t list;
};

/* ---- the route ------------------------------------------------------------------ */

static void follow(struct gathering *g, size_t decision);

/* What is compared is a decision or a part of one; of an import's, 老年.失能护理补贴对象条件, the name alone tells.
 * True: so was all of it. */
static bool follow_sources(struct gathering *g, const struct dmn_condition *c, size_t n) {
    bool all = true;
    for (size_t i = 0; i < n; i++) {
        struct span name = c[i].source.size ? c[i].source : c[i].name;
        bool found = false;
        for (size_t k = 0; k < g->trace->decision_count; k++)
            if (span_eq(g->trace->decision[k].name, name)) {
                follow(g, k);
                found = g->trace->decision[k].value.kind != FEEL_CONTEXT;
            }
        all = all && found;
    }
    return all;
}

static bool follow_table(struct gathering *g, const struct dmn_explained_table *t) {
    bool all = true;
    for (size_t i = 0; i < t->fired_count; i++)
        all = follow_sources(g, t->fired[i].condition, t->fired[i].count) && all;
    if (g->nearest && t->near_count)
        all = follow_sources(g, t->near[0].condition, t->near[0].count) && all;
    return all;
}

static bool is_word(const struct feel_value *v) { return v->kind == FEEL_BOOLEAN || v->kind == FEEL_STRING; }

/* A number that was too high or too low is made of others, as is the table of what was compared: who counted, what of theirs. */
static void follow_parts(struct gathering *g, size_t decision) {
    const struct dmn_explained_decision *x = &g->why->decision[decision];
    for (size_t i = 0; i < x->need_count; i++)
        if (!is_word(&g->trace->decision[x->need[i]].value) && !g->on_route[x->need[i]]) {
            follow(g, x->need[i]);
            follow_parts(g, x->need[i]);
        }
}

static void follow(struct gathering *g, size_t decision) {
    const struct dmn_explained_decision *x = &g->why->decision[decision];
    const struct feel_value *v = &x->decision->value;
    bool told = true;
    if (g->on_route[decision])
        return;
    g->on_route[decision] = true;
    follow_sources(g, x->held, x->held_count);
    if (g->nearest)
        follow_sources(g, x->would, x->would_count);
    for (size_t i = 0; i < x->decision->table_count; i++)
        told = follow_table(g, &g->why->table[x->decision->table_first + i]) && told;
    if (g->nearest && (v->kind == FEEL_NUMBER || (v->kind == FEEL_BOOLEAN && !v->boolean && !told)))
        follow_parts(g, decision);
}

/* What cannot be explained within the engine's bounds keeps the order of the trace. */
static enum status find_route(struct gathering *g, const struct dmn_model *m, struct diag *d) {
    struct dmn_explanation *why = ARENA_NEW(g->arena, struct dmn_explanation);
    g->on_route = ARENA_ARRAY(g->arena, g->trace->decision_count + 1, bool);
    if (!why || !g->on_route)
        return arena_full(d);
    if (dmn_explain(g->arena, m, g->trace, DECISION_ANSWER, why, NULL) != OK || !why->chain_count)
        return OK;
    g->why = why;
    follow(g, why->chain[0]);
    return OK;
}

/* ---- one table -------------------------------------------------------------------- */

static const char *annotation(const struct dmn_trace_table *t, const struct dmn_trace_rule *r, const char *name) {
    for (size_t i = 0; i < t->annotation_count; i++)
        if (span_is(t->annotation_name[i], name))
            return r->annotation[i].at ? r->annotation[i].at : "";
    return "";
}

/* Did the rule fire on known facts?  A rule that an unknown fact might have kept
 * from firing is not a reason to give to a person. */
static bool certain(const struct dmn_trace_table *t, size_t rule) {
    for (size_t i = 0; i < rule; i++)
        if (t->rule[i].held == DMN_UNKNOWN_TRUTH)
            return false;
    return t->rule[rule].held == DMN_TRUE;
}

/* A condition of the household that was answered no.  Ids are a model's own: two models may use one. */
static bool refuses(const struct dmn_trace_decision *x, const struct dmn_trace_table *t) {
    bool own = span_eq(x->id, t->element_id) && span_eq(x->name, t->element_name);
    return own && x->value.kind == FEEL_BOOLEAN && !x->value.boolean;
}

static bool has_reason(const reasons_t *list, struct span rule, const char *article, const char *zh) {
    for (size_t i = 0; i < list->size; i++)
        if (span_is(rule, list->at[i].rule) && strcmp(article, list->at[i].article) == 0 && strcmp(zh, list->at[i].zh) == 0)
            return true;
    return false;
}

static enum status add_rules(struct gathering *g, const struct dmn_trace_table *t, bool against, struct diag *d) {
    for (size_t k = 0; k < t->rule_count; k++) {
        const struct dmn_trace_rule *rule = &t->rule[k];
        const char *zh = annotation(t, rule, "说明"), *article = articles_on(g->arena, g->packs, annotation(t, rule, "条款"), g->day);
        if (!article)
            return arena_full(d);
        if (!rule->fired || !*zh || !certain(t, k) || has_reason(&g->list, rule->id, article, zh))
            continue;
        struct decision_reason *x = vec_push_in(g->arena, &g->list);
        char *id = arena_dup(g->arena, rule->id);
        if (!x || !id)
            return arena_full(d);
        *x = (struct decision_reason){id, article, zh, annotation(t, rule, "说明_en"), against};
    }
    return OK;
}

/* Of this policy, not of one that it imports. */
static bool is_own(const struct gathering *g, const struct dmn_trace_decision *x) {
    for (size_t i = 0; i < dmn_element_count(g->model); i++) {
        struct dmn_element_info e = dmn_element(g->model, i);
        if (span_eq(e.id, x->id) && span_eq(e.name, x->name))
            return true;
    }
    return false;
}

/* ---- all of them, in order ------------------------------------------------------------ */

static enum status collect(struct gathering *g, bool refusing, bool on_route, struct diag *d) {
    for (size_t i = 0; i < g->trace->decision_count; i++) {
        const struct dmn_trace_decision *x = &g->trace->decision[i];
        if (refusing && !g->nearest && g->list.size && !is_own(g, x))
            continue; /* that another benefit is refused makes nobody eligible for this one */
        if (!g->nearest && !dmn_trace_used(g->model, g->trace, i))
            continue; /* evaluated, and not asked for the answer: spending, where an emergency is aided */
        for (size_t k = 0; g->on_route[i] == on_route && k < x->table_count; k++) {
            const struct dmn_trace_table *t = &g->trace->table[x->table_first + k];
            enum status s = refuses(x, t) == refusing ? add_rules(g, t, refusing && g->nearest, d) : OK;
            if (s != OK)
                return s;
        }
    }
    return OK;
}

enum status reasons_of(struct arena *a, const struct packs *packs, const struct dmn_model *m, struct decision *r, struct diag *d) {
    if (!r->trace || r->outcome == DECISION_UNDECIDED)
        return OK;
    struct gathering g = {.arena = a, .packs = packs, .model = m, .day = r->date, .trace = r->trace, .nearest = r->outcome == DECISION_NOT_ELIGIBLE};
    enum status s = find_route(&g, m, d);
    bool first = r->outcome == DECISION_NOT_ELIGIBLE;
    for (int i = 0; s == OK && i < 4; i++) {
        bool refusing = i < 2 ? first : !first, on_route = i % 2 == 0;
        /* off its route nothing made a refusal or would have to change, and no condition that was answered no mattered
         * to who is eligible; when the route tells at all */
        bool none = g.list.size > 0 && !on_route && (first || (refusing && g.why));
        s = none ? OK : collect(&g, refusing, on_route, d);
    }
    r->reason = g.list.at;
    r->reason_count = g.list.size;
    return s;
}
