#include "civil/simulation/reform.h"

#include "base/vec.h"
#include "civil/pack/pack.h"
#include "civil/screening/skip.h"

#include <stdlib.h>

struct reform_result {
    struct simulation_report report;
    struct simulation_request request;
    struct simulation *simulation;
};

/* The first day of a figure that has no value on the day asked for; DATE_NONE: no pack has it. */
static date_t first_day(const struct packs *packs, const char *name) {
    date_t first = DATE_NONE;
    for (size_t i = 0; i < packs_count(packs); i++)
        for (size_t k = 0; k < packs_at(packs, i)->parameter_count; k++) {
            const struct parameter *p = &packs_at(packs, i)->parameter[k];
            if (strcmp(p->name, name) == 0 && (first == DATE_NONE || p->valid_from < first))
                first = p->valid_from;
        }
    return first;
}

static enum status no_figure(const struct reform *r, const char *name, struct diag *d) {
    date_t first = first_day(r->packs, name);
    char day[DATE_TEXT_MAX], from[DATE_TEXT_MAX];
    if (first == DATE_NONE)
        return diag_fail(d, E_INPUT, "simulation.unused", DIAG_S("name", name));
    date_text(r->date, day);
    date_text(first, from);
    return diag_fail(d, E_INPUT, "simulation.not_in_force", DIAG_S("name", name), DIAG_S("date", day), DIAG_S("from", from));
}

/* What nobody means: beyond it the answer would be that of a slip of the pen.  Far above every figure of the packs. */
static int64_t figure_most(const char *unit) {
    static const struct { const char *unit; int64_t most; } of[] = {
        {"周岁", 150}, {"年", 150}, {"个月", 1800 /* 150 years */}, {"日", 36500}, {"工作日", 36500}, {"比例", 1}, {"人", 1000}, {"平方米/人", 10000},
        {"元", 100000000}, {"元/月", 10000000}, {"元/人·月", 10000000}, {"元/人·年", 100000000}};
    for (size_t i = 0; i < ARRAY_LEN(of); i++)
        if (strcmp(of[i].unit, unit) == 0)
            return of[i].most;
    return 1000; /* so many times another figure */
}

static enum status known_figures(const struct reform *r, struct arena *a, struct diag *d) {
    for (size_t i = 0; i < r->set_count; i++) {
        const char *name = arena_dup(a, r->set[i].name);
        if (!name)
            return arena_full(d);
        const struct parameter *p = packs_parameter(r->packs, name, r->date);
        if (!p)
            return no_figure(r, name, d);
        if (dec_cmp(r->set[i].value, dec_int(0)) < 0 || dec_cmp(r->set[i].value, dec_int(figure_most(p->unit))) > 0)
            return diag_fail(d, E_INPUT, "simulation.range", DIAG_S("name", name), DIAG_N("most", figure_most(p->unit)), DIAG_S("unit", p->unit));
    }
    return OK;
}

typedef VEC(const char *) names_t;

static enum status every_scheme(const struct reform *r, struct arena *a, names_t *list, struct diag *d) {
    for (size_t i = 0; i < packs_count(r->packs); i++)
        for (size_t k = 0; k < packs_at(r->packs, i)->matter_count; k++) {
            const struct matter *m = &packs_at(r->packs, i)->matter[k];
            if (!m->decision_count || screening_skipped(m))
                continue;
            const char **slot = vec_push_in(a, list);
            if (!slot)
                return arena_full(d);
            *slot = m->scheme;
        }
    return list->size <= SIMULATION_SCHEMES_MAX ? OK : arena_full(d);
}

/* A figure past its review decides nothing: tables of nobody would look like an answer. */
static enum status figures_whole(const struct reform *r, const struct policies *after, struct arena *a, const names_t *all, struct diag *d) {
    for (size_t i = 0; i < all->size; i++) {
        struct decision_policy p;
        enum status s = decision_policy_on(after, a, all->at[i], r->date, r->set, r->set_count, &p, d);
        if (s != OK)
            return s;
        if (p.missing_count)
            return diag_fail(d, E_INPUT, "simulation.no_figure", DIAG_S("name", p.missing[0]), DIAG_S("scheme", all->at[i]));
    }
    return OK;
}

static enum status poverty_line(const struct reform *r, int64_t *ret, struct diag *d) {
    const struct parameter *p = packs_parameter(r->packs, "低保标准", r->date);
    struct dec n;
    if ((*ret = r->line_fen) > 0 || (p && dec_parse(span_of(p->value), &n, NULL) == OK && dec_to_fen(n, ret, NULL) == OK && *ret > 0))
        return OK;
    char day[DATE_TEXT_MAX];
    date_text(r->date, day);
    return diag_fail(d, E_INPUT, "simulation.no_line", DIAG_S("date", day));
}

static enum status cliffs(const struct reform *r, const struct policies *after, struct arena *a, struct simulation_report *out, struct diag *d) {
    struct cliff_request x = {.policies = r->policies, .date = r->date, .step_fen = REFORM_CLIFF_STEP_FEN, .to_fen = REFORM_CLIFF_TO_FEN};
    size_t n;
    enum status s = cliffs_of(r->packs, a, &x, &out->before, &out->cliffs, d);
    x.policies = after;
    x.set = r->set;
    x.set_count = r->set_count;
    out->after = out->before;
    return s == OK && (r->set_count || r->text_count) ? cliffs_of(r->packs, a, &x, &out->after, &n, d) : s;
}

static enum status over_register(const struct reform *r, const struct policies *after, const names_t *all, struct arena *a, struct reform_result *x, struct diag *d) {
    struct simulation_request *q = &x->request;
    *q = (struct simulation_request){.before = r->policies, .after = after, .scheme = r->scheme, .scheme_count = r->scheme_count, .set = r->set,
        .set_count = r->set_count, .household = r->household, .date = r->date, .margin_fen = r->margin_fen, .how = r->how};
    enum status s;
    if (!r->scheme_count) {
        q->scheme = all->at;
        q->scheme_count = all->size;
    }
    if (r->text_count) { /* what imports a changed text changes too */
        q->changed_text = q->scheme;
        q->changed_text_count = q->scheme_count;
    }
    s = poverty_line(r, &q->line_fen, d);
    if (s == OK)
        s = simulate(q, a, &x->simulation, d);
    x->report.request = q;
    x->report.result = x->simulation;
    return s;
}

enum status reform_run(const struct reform *r, struct arena *a, struct reform_result **ret, struct diag *d) {
    AUTO(reform_result) struct reform_result *x = calloc(1, sizeof *x);
    const struct policies *after = r->policies;
    if (!x)
        return arena_full(d);
    x->report = (struct simulation_report){.date = r->date, .set = r->set, .set_count = r->set_count, .text = r->text, .text_count = r->text_count, .of_some = r->scheme_count > 0, .from = r->household ? r->from : NULL};
    names_t all = {0};
    enum status s = known_figures(r, a, d);
    if (s == OK)
        s = every_scheme(r, a, &all, d);
    if (s == OK)
        s = policies_sound(r->policies, a, r->text, r->text_count, d);
    if (s == OK && r->text_count)
        s = policies_reform(r->policies, a, r->text, r->text_count, r->date, &after, d);
    if (s == OK)
        s = figures_whole(r, after, a, &all, d);
    if (s == OK)
        s = cliffs(r, after, a, &x->report, d);
    if (s == OK && r->household)
        s = over_register(r, after, &all, a, x, d);
    if (s == OK)
        *ret = TAKE(x);
    return s;
}

const struct simulation_report *reform_report(const struct reform_result *r) { return &r->report; }

struct reform_result *reform_result_free(struct reform_result *r) {
    if (r)
        simulation_free(r->simulation);
    free(r);
    return NULL;
}
