/* Made-up series of the district's own plan: how each figure went from its base towards its target,
 * by subdistrict and year.  The batch's origin says that it is made up. */
#include "civil/demo/demo.h"

#include "base/vec.h"
#include "civil/demo/random.h"
#include "civil/indicator/measure.h"
#include "civil/indicator/observation.h"
#include "store/store.h"

#include <math.h>
#include <stdio.h>

enum { SUBDISTRICTS_MAX = 64, YEARS_MAX = 10, MONTHS = 12, SERIES_BYTES = 256 << 20 };

struct demo_plan {
    struct civil *civil;
    const struct demo_config *config;
    struct plans plans;
    struct arena *arena;
    const char *code[SUBDISTRICTS_MAX];
    size_t codes;
    struct chance chance;
    VEC(struct observation) rows;
};

static enum status subdistricts(struct txn *t, void *arg, struct diag *d) {
    struct demo_plan *x = arg;
    AUTO(rows) struct rows *r = NULL;
    bool row = false;
    x->codes = 0;
    enum status s = sql_query(t, &r, d, "SELECT code FROM division WHERE parent = ? ORDER BY code", SQL_S(x->config->district));
    while (s == OK && (s = rows_next(r, &row, d)) == OK && row && x->codes < SUBDISTRICTS_MAX)
        if (!(x->code[x->codes++] = rows_dup(r, 0, x->arena)))
            s = arena_full(d);
    return s;
}

static enum status add(struct demo_plan *x, const struct indicator *i, size_t place, int year, struct dec value, bool ratio, struct dec top, struct dec below, struct diag *d) {
    struct observation *o = vec_push_in(x->arena, &x->rows);
    if (!o)
        return arena_full(d);
    *o = (struct observation){i->key, x->code[place], plan_year_end(year), value, ratio, top, below};
    return OK;
}

/* Digits after the point that the plan prints. */
static int places_of(const struct indicator *i) {
    const char *text[] = {i->base, i->target};
    int most = 0;
    for (size_t k = 0; k < ARRAY_LEN(text); k++) {
        const char *point = strchr(text[k], '.');
        int n = point ? (int)strspn(point + 1, "0123456789") : 0;
        most = n > most ? n : most;
    }
    return most;
}

/* A sum is shared out by weight; the last takes what is left, so that the whole is exact. */
static enum status share_out(struct demo_plan *x, const struct indicator *i, int year, double whole, const double *weight, struct diag *d) {
    int places = places_of(i) + (strncmp(i->unit, "万", 3) == 0 ? 2 : 0);
    struct dec rest = dec_round(dec_double(whole), places, DEC_HALF_UP);
    enum status s = OK;
    for (size_t k = 0; s == OK && k < x->codes; k++) {
        struct dec part = k + 1 == x->codes ? rest : dec_round(dec_double(whole * weight[k]), places, DEC_DOWN);
        rest = dec_sub(rest, part);
        s = add(x, i, k, year, part, false, dec_int(0), dec_int(1), d);
    }
    return s;
}

static enum status ratios(struct demo_plan *x, const struct indicator *i, int year, double whole, const double *weight, struct diag *d) {
    double scale = dec_to_double(indicator_scale(i->unit));
    enum status s = OK;
    for (size_t k = 0; s == OK && k < x->codes; k++) {
        struct dec below = dec_int((int64_t)(200 + 3000 * weight[k])), top;
        double own = whole * (0.9 + 0.2 * chance_unit(&x->chance));
        if (scale > 1 && own > scale)
            own = scale;
        top = dec_round(dec_double(own / scale * dec_to_double(below)), 0, DEC_HALF_UP);
        s = add(x, i, k, year, dec_round(dec_mul(dec_div(top, below), indicator_scale(i->unit)), 4, DEC_HALF_UP), true, top, below, d);
    }
    return s;
}

/* Quick, steady or late, and in the end mostly above, sometimes below the target. */
static enum status follow(struct demo_plan *x, const struct indicator *i, const struct plan *plan, int last, struct diag *d) {
    double weight[SUBDISTRICTS_MAX], sum = 0, bend = 0.6 + 0.9 * chance_unit(&x->chance), end = 0.88 + 0.25 * chance_unit(&x->chance);
    double from = i->has_base ? dec_to_double(i->base_value) : 0, to = dec_to_double(i->target_value);
    enum status s = OK;
    for (size_t k = 0; k < x->codes; k++)
        sum += weight[k] = 0.5 + chance_unit(&x->chance);
    for (size_t k = 0; k < x->codes; k++)
        weight[k] /= sum;
    for (int year = plan->from; s == OK && year <= last; year++) {
        double way = pow((double)(year - plan->from + 1) / (i->due_year - plan->from + 1), bend) * end, whole = from + (to - from) * way;
        if (i->rollup == INDICATOR_RATIO)
            s = ratios(x, i, year, whole, weight, d);
        else
            s = share_out(x, i, year, whole, weight, d);
    }
    return s;
}

static enum status make(struct demo_plan *x, struct diag *d) {
    enum status s = OK;
    int this_year = date_ymd(x->config->today).year;
    for (size_t p = 0; s == OK && p < x->plans.plan_count; p++) {
        const struct plan *plan = &x->plans.plan[p];
        if (strcmp(plan->division, x->config->district) != 0)
            continue;
        for (size_t k = 0; s == OK && k < x->plans.indicator_count; k++) {
            const struct indicator *i = &x->plans.indicator[k];
            int last = this_year - 1 < i->due_year ? this_year - 1 : i->due_year;
            if (strcmp(i->plan, plan->id) == 0 && i->kind == INDICATOR_NUMBER && !i->definition && last - plan->from < YEARS_MAX)
                s = follow(x, i, plan, last, d);
        }
    }
    return s;
}

static enum status compute_one(struct demo_plan *x, const struct actor *who, const char *text, struct diag *d) {
    struct period when;
    struct observation *row = NULL;
    size_t n = 0;
    int64_t changed = 0;
    enum status s = period_parse(span_of(text), x->config->today, &when, d);
    if (s == OK)
        s = measures_compute(x->civil, x->arena, &x->plans, &when, &row, &n, d);
    return s == OK ? observations_record(x->civil, who, row, n, "computed", "registers", &changed, d) : s;
}

/* The past months, and the years of the district's own plans that are over, from the registers, as a bureau's
 * month end and year end do it. */
static enum status compute(struct demo_plan *x, const struct actor *who, struct diag *d) {
    struct ymd now = date_ymd(x->config->today);
    int first = now.year - 1;
    char text[16];
    enum status s = OK;
    for (int k = MONTHS; s == OK && k > 0; k--) {
        struct ymd m = date_ymd(date_add_months(date_from_ymd(now.year, now.month, 1), -k));
        snprintf(text, sizeof text, "%04d-%02d", m.year, m.month);
        s = compute_one(x, who, text, d);
    }
    for (size_t i = 0; i < x->plans.plan_count; i++)
        if (strcmp(x->plans.plan[i].division, x->config->district) == 0 && x->plans.plan[i].from < first)
            first = x->plans.plan[i].from;
    for (int year = first; s == OK && year < now.year; year++) {
        snprintf(text, sizeof text, "%04d", year);
        s = compute_one(x, who, text, d);
    }
    return s;
}

enum status demo_plan(struct civil *c, const struct demo_config *config, struct diag *d) {
    AUTO(arena) struct arena *a = arena_new(SERIES_BYTES);
    struct demo_plan x = {.civil = c, .config = config, .arena = a};
    struct actor system = actor_system();
    int64_t changed = 0;
    x.chance.state = config->seed ^ 0x706c616e;
    enum status s = a ? plans_read(a, c->packs, &x.plans, d) : arena_full(d);
    if (s == E_NOT_FOUND)
        return diag_clear(d), OK;
    if (s == OK)
        s = store_read(c->store, subdistricts, &x, d);
    if (s == OK)
        s = make(&x, d);
    if (s == OK && x.rows.size)
        s = observations_record(c, &system, x.rows.at, x.rows.size, "imported", "demo", &changed, d);
    if (s == OK)
        s = demo_tasks(c, &x.plans, config, d);
    return s == OK ? compute(&x, &system, d) : s;
}
