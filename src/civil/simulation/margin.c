#include "civil/simulation/margin.h"

#include <stdlib.h>

#define WAGE SPAN("工资性")

/* A register as another one but for one column of 收入. */
struct raised {
    struct cohort_table household, member, income;
    struct cohort_list *of_household, *of_member;
    struct cohort_column *column;
    int64_t *amount;
    uint8_t *earns; /* households with a wage that was raised */
};

static void raised_free(struct raised *x) {
    free(x->of_household);
    free(x->of_member);
    free(x->column);
    free(x->amount);
    free(x->earns);
}

static void *copy(const void *from, size_t n) {
    void *to = malloc(n + 1);
    return to ? memcpy(to, from, n) : NULL;
}

static struct cohort_list *list_of(struct cohort_list *list, size_t n, struct span name) {
    for (size_t i = 0; i < n; i++)
        if (span_eq(list[i].name, name))
            return &list[i];
    return NULL;
}

static struct cohort_column *column_of(struct cohort_column *c, size_t n, struct span name) {
    for (size_t i = 0; i < n; i++)
        if (span_eq(c[i].name, name))
            return &c[i];
    return NULL;
}

/* The first wage of each household. */
static void raise_wages(struct raised *x, const struct cohort_list *members, const struct cohort_list *incomes,
    const struct cohort_column *amount, const struct cohort_column *kind, int64_t more) {
    int64_t wage = -1;
    for (uint32_t i = 0; i < kind->word_count; i++)
        if (span_eq(kind->word[i], WAGE))
            wage = i;
    for (uint64_t h = 0; wage >= 0 && h < x->household.count; h++)
        for (uint64_t m = members->offset[h]; !x->earns[h] && m < members->offset[h + 1]; m++)
            for (uint64_t i = incomes->offset[m]; !x->earns[h] && i < incomes->offset[m + 1]; i++)
                if (cohort_known(kind, i) && cohort_known(amount, i) && cohort_stored(kind, i) == wage && x->amount[i] > 0) {
                    x->amount[i] += more;
                    x->earns[h] = 1;
                }
}

static enum status raised_make(const struct cohort_table *from, int64_t fen, struct raised *x, struct diag *d) {
    const struct cohort_list *members = cohort_list_find(from, SPAN("成员"));
    const struct cohort_list *incomes = members ? cohort_list_find(members->of, SPAN("收入")) : NULL;
    const struct cohort_column *amount = incomes ? cohort_column_find(incomes->of, SPAN("月金额")) : NULL;
    const struct cohort_column *kind = incomes ? cohort_column_find(incomes->of, SPAN("类别")) : NULL;
    if (!amount || !kind || kind->kind != COHORT_STRING)
        return diag_fail(d, E_INPUT, "simulation.no_wages");
    *x = (struct raised){.household = *from, .member = *members->of, .income = *incomes->of};
    x->of_household = copy(from->list, from->list_count * sizeof *from->list);
    x->of_member = copy(members->of->list, members->of->list_count * sizeof *from->list);
    x->column = copy(incomes->of->column, incomes->of->column_count * sizeof *x->column);
    x->amount = aligned_alloc(64, (incomes->of->count * sizeof *x->amount / 64 + 1) * 64);
    x->earns = calloc(from->count + 1, 1);
    if (!x->of_household || !x->of_member || !x->column || !x->amount || !x->earns)
        return arena_full(d);
    for (uint64_t i = 0; i < incomes->of->count; i++)
        x->amount[i] = cohort_stored(amount, i);
    raise_wages(x, members, incomes, amount, kind, cohort_units(amount, fen));
    struct cohort_column *c = column_of(x->column, incomes->of->column_count, amount->name);
    c->value = x->amount;
    c->width = sizeof *x->amount;
    c->high += cohort_units(amount, fen);
    x->income.column = x->column;
    list_of(x->of_member, members->of->list_count, SPAN("收入"))->of = &x->income;
    x->member.list = x->of_member;
    list_of(x->of_household, from->list_count, SPAN("成员"))->of = &x->member;
    x->household.list = x->of_household;
    return OK;
}

static void left_over(struct simulated_margin *m, int64_t more, int64_t left) {
    m->households++;
    m->cliff += left < 0;
    m->above_80 += left * 5 < more;
    m->above_50 += left * 2 < more;
}

enum status margin_measure(struct simulation *s, struct arena *a, const struct simulation_request *r, struct diag *d) {
    struct raised x = {0};
    AUTO(simulation) struct simulation *then = NULL;
    struct simulation_request again = *r;
    enum status st = raised_make(r->household, r->margin_fen, &x, d);
    again.household = &x.household;
    again.margin_fen = 0;
    if (st == OK)
        st = simulate(&again, a, &then, d);
    for (size_t h = 0; st == OK && h < s->people.count; h++)
        if (x.earns[h]) {
            left_over(&s->margin_before, r->margin_fen, r->margin_fen + then->before_fen[h] - s->before_fen[h]);
            left_over(&s->margin_after, r->margin_fen, r->margin_fen + then->after_fen[h] - s->after_fen[h]);
        }
    raised_free(&x);
    return st;
}
