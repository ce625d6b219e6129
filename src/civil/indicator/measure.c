#include "civil/indicator/measure.h"

#include "base/vec.h"
#include "civil/indicator/source.h"
#include "civil/pack/pack.h"
#include "feel/feel.h"
#include "store/store.h"

#include <stdio.h>
#include <stdlib.h>

enum { DEFINITIONS_BYTES = 64 << 20 };

/* ---- periods --------------------------------------------------------------------------- */

enum status period_parse(struct span text, date_t today, struct period *ret, struct diag *d) {
    int year = 0, part = 0, end = 0;
    char copy[16];
    if (text.size < sizeof copy && !memchr(text.at, '+', text.size) && !memchr(text.at, ' ', text.size)) { /* what scanf would pass over */
        memcpy(copy, text.at, text.size);
        copy[text.size] = '\0';
        int months = 0;
        if (text.size == 4 && sscanf(copy, "%4d%n", &year, &end) == 1 && end == 4)
            part = 1, months = 12;
        else if (text.size == 7 && sscanf(copy, "%4d-Q%1d%n", &year, &part, &end) == 2 && end == 7 && part >= 1 && part <= 4)
            part = part * 3 - 2, months = 3;
        else if (text.size == 7 && sscanf(copy, "%4d-%2d%n", &year, &part, &end) == 2 && end == 7 && part >= 1 && part <= 12)
            months = 1;
        if (months && year >= 1949 && year <= 2100) {
            ret->first = date_from_ymd(year, part, 1);
            ret->last = date_add_months(ret->first, months) - 1;
            ret->grain = months == 12 ? INDICATOR_YEAR : months == 3 ? INDICATOR_QUARTER : INDICATOR_MONTH;
            return ret->last < today ? OK : diag_fail(d, E_INPUT, "plan.period_open", DIAG_SPAN("text", text));
        }
    }
    return diag_fail(d, E_INPUT, "plan.period", DIAG_SPAN("text", text));
}

/* ---- divisions --------------------------------------------------------------------------- */

struct places { char (*code)[16]; size_t n; };

static int by_code(const void *a, const void *b) { return strcmp(a, b); }

static enum status places_read(struct civil *c, struct txn *t, struct arena *a, struct places *ret, struct diag *d) {
    AUTO(rows) struct rows *r = NULL;
    char prefix[24];
    int64_t n = 0;
    bool row = false;
    snprintf(prefix, sizeof prefix, "%lld%%", (long long)c->district);
    enum status s = sql_int(t, &n, 0, d, "SELECT count(*) FROM division WHERE code LIKE ?", SQL_S(prefix));
    if (s == OK && !(ret->code = arena_alloc(a, ((size_t)n + 1) * sizeof *ret->code)))
        s = arena_full(d);
    if (s == OK)
        s = sql_query(t, &r, d, "SELECT code FROM division WHERE code LIKE ? ORDER BY code", SQL_S(prefix));
    while (s == OK && (s = rows_next(r, &row, d)) == OK && row && ret->n < (size_t)n)
        snprintf(ret->code[ret->n++], sizeof *ret->code, "%.*s", SPAN_ARG(rows_text(r, 0)));
    return s;
}

/* -1: no such division: a row of a district that is not this store's. */
static long place_of(const struct places *p, const char *code) {
    const char (*at)[16] = bsearch(code, p->code, p->n, sizeof *p->code, by_code);
    return at ? at - (const char (*)[16])p->code : -1;
}

/* ---- figures ------------------------------------------------------------------------------ */

static bool is_figures(const struct indicator_measure *m) { return strcmp(m->source, "参数") == 0; }

/* ---- compiled ---------------------------------------------------------------------------------- */

struct counter {
    const struct indicator_measure *measure;
    const struct source *source;             /* NULL: figures */
    const struct feel_program *condition, *amount;
    struct dec *sum;                         /* one a division */
    bool unknown;                            /* the register had not begun by the end of the period */
};
struct formula { const struct indicator_definition *definition; const struct feel_program *numerator, *denominator; };

struct work {
    struct civil *civil;
    const struct plans *plans;
    struct arena *arena, *scratch;
    struct period when;
    struct counter *counter;
    struct formula *formula;
    struct places places;
    const struct packs *packs;
    struct feel_value *figure;               /* slots of the figures' scope */
    struct feel_notes *notes;
};

static enum status faulty(const char *name, enum status s, struct diag *d) {
    diag_at(d, "%s", name);
    return s;
}

static enum status figures_scope(struct work *w, struct feel_scope **ret, struct diag *d) {
    struct feel_scope *scope = feel_scope_new(w->arena, NULL);
    size_t n = 0, at = 0;
    for (size_t i = 0; i < packs_count(w->packs); i++)
        n += packs_at(w->packs, i)->parameter_count;
    w->figure = ARENA_ARRAY(w->arena, n + 1, struct feel_value);
    if (!scope || !w->figure)
        return arena_full(d);
    for (size_t i = 0; i < packs_count(w->packs); i++)
        for (size_t k = 0; k < packs_at(w->packs, i)->parameter_count; k++) {
            const struct parameter *p = &packs_at(w->packs, i)->parameter[k];
            struct dec value;
            const struct parameter *now = packs_parameter(w->packs, p->name, w->when.last);
            if (k && strcmp(p->name, packs_at(w->packs, i)->parameter[k - 1].name) == 0)
                continue; /* rows of one name stand together */
            w->figure[at] = now && dec_parse(span_of(now->value), &value, NULL) == OK ? feel_number(value) : feel_null();
            if (!feel_scope_global(scope, span_of(p->name), (uint32_t)at++, NULL))
                return arena_full(d);
        }
    *ret = scope;
    return OK;
}

static enum status counters_compile(struct work *w, struct diag *d) {
    struct feel_scope *figures = NULL;
    enum status s = figures_scope(w, &figures, d);
    w->counter = ARENA_ARRAY(w->arena, w->plans->measure_count + 1, struct counter);
    if (s == OK && !w->counter)
        s = arena_full(d);
    for (size_t i = 0; s == OK && i < w->plans->measure_count; i++) {
        struct counter *x = &w->counter[i];
        x->measure = &w->plans->measure[i];
        x->source = source_named(x->measure->source);
        struct feel_scope *scope = is_figures(x->measure) ? figures : feel_scope_new(w->arena, NULL);
        if (!x->source && !is_figures(x->measure))
            return faulty(x->measure->name, diag_fail(d, E_INPUT, "plan.register", DIAG_S("name", x->measure->source)), d);
        const char *const *name = x->source ? source_names(x->source) : NULL;
        for (size_t k = 0; name && scope && name[k]; k++)
            if (!feel_scope_global(scope, span_of(name[k]), (uint32_t)k, NULL))
                return arena_full(d);
        s = scope ? feel_compile(w->arena, scope, span_of(x->measure->condition), span_of(x->measure->name), &x->condition, d) : arena_full(d);
        if (s == OK)
            s = feel_compile(w->arena, scope, span_of(x->measure->amount), span_of(x->measure->name), &x->amount, d);
        if (s != OK)
            return faulty(x->measure->name, s, d);
    }
    return s;
}

static enum status formulas_compile(struct work *w, struct diag *d) {
    struct feel_scope *scope = feel_scope_new(w->arena, NULL);
    enum status s = scope ? OK : arena_full(d);
    for (size_t i = 0; s == OK && i < w->plans->measure_count; i++)
        if (!feel_scope_global(scope, span_of(w->plans->measure[i].name), (uint32_t)i, NULL))
            return arena_full(d);
    w->formula = ARENA_ARRAY(w->arena, w->plans->definition_count + 1, struct formula);
    if (s == OK && !w->formula)
        s = arena_full(d);
    for (size_t i = 0; s == OK && i < w->plans->definition_count; i++) {
        struct formula *f = &w->formula[i];
        f->definition = &w->plans->definition[i];
        s = feel_compile(w->arena, scope, span_of(f->definition->numerator), span_of(f->definition->key), &f->numerator, d);
        if (s == OK && *f->definition->denominator)
            s = feel_compile(w->arena, scope, span_of(f->definition->denominator), span_of(f->definition->key), &f->denominator, d);
        if (s != OK)
            return faulty(f->definition->key, s, d);
    }
    return s;
}

static enum status compile(struct work *w, struct diag *d) {
    w->notes = ARENA_NEW(w->arena, struct feel_notes);
    enum status s = w->notes ? counters_compile(w, d) : arena_full(d);
    return s == OK ? formulas_compile(w, d) : s;
}

/* ---- counting ------------------------------------------------------------------------------------ */

static enum status run(struct work *w, const struct feel_program *p, const struct feel_value *globals, struct feel_value *ret, struct diag *d) {
    struct feel_env env;
    feel_env_init(&env, w->scratch, w->notes);
    return feel_run(p, &env, globals, NULL, ret, d);
}

/* Adds one row to a measure's sum of a division. */
static enum status count(struct work *w, struct counter *x, const struct feel_value *globals, long place, struct diag *d) {
    struct feel_value v;
    enum status s = run(w, x->condition, globals, &v, d);
    if (s != OK)
        return s;
    if (v.kind != FEEL_BOOLEAN)
        return faulty(x->measure->name, diag_fail(d, E_INPUT, "plan.condition", DIAG_S("name", x->measure->name)), d);
    if (!v.boolean)
        return OK;
    s = run(w, x->amount, globals, &v, d);
    if (s == OK && v.kind != FEEL_NUMBER)
        return faulty(x->measure->name, diag_fail(d, E_INPUT, "plan.amount", DIAG_S("name", x->measure->name)), d);
    if (s == OK)
        x->sum[place] = dec_add(x->sum[place], v.number);
    return s;
}

/* One row of a register, for every measure that counts in it. */
struct counting { struct work *work; const struct source *source; };

static enum status row_counted(void *arg, const char *division, const struct feel_value *value, struct diag *d) {
    struct counting *x = arg;
    struct work *w = x->work;
    long place = place_of(&w->places, division);
    struct arena_mark mark = arena_mark(w->scratch);
    enum status s = OK;
    for (size_t i = 0; s == OK && place >= 0 && i < w->plans->measure_count; i++)
        if (w->counter[i].source == x->source)
            s = count(w, &w->counter[i], value, place, d);
    arena_rewind(w->scratch, mark);
    return s;
}

static bool used(const struct work *w, const struct source *x) {
    for (size_t i = 0; i < w->plans->measure_count; i++)
        if (w->counter[i].source == x)
            return true;
    return false;
}

/* Divisions are sorted and a code begins with its parent's: what a community counts, its subdistrict
 * and district count too. */
static void sums_up(struct work *w, struct counter *x) {
    static const size_t levels[] = {12, 9};
    for (size_t l = 0; l < ARRAY_LEN(levels); l++)
        for (size_t i = 0; i < w->places.n; i++) {
            char up[16];
            if (strlen(w->places.code[i]) != levels[l])
                continue;
            snprintf(up, sizeof up, "%.*s", (int)levels[l] - 3, w->places.code[i]);
            long place = place_of(&w->places, up);
            if (place >= 0)
                x->sum[place] = dec_add(x->sum[place], x->sum[i]);
        }
}

static enum status registers_count(struct work *w, struct txn *t, struct diag *d) {
    enum status s = OK;
    for (size_t i = 0; s == OK && i < w->plans->measure_count; i++) {
        w->counter[i].sum = ARENA_ARRAY(w->arena, w->places.n + 1, struct dec);
        for (size_t k = 0; w->counter[i].sum && k < w->places.n; k++)
            w->counter[i].sum[k] = dec_int(0);
        if (!w->counter[i].sum)
            s = arena_full(d);
    }
    for (size_t i = 0; s == OK && source_at(i); i++) {
        struct counting x = {w, source_at(i)};
        bool begun = true;
        if (used(w, x.source) && (s = source_begun(x.source, w->civil, t, &w->when, &begun, d)) == OK)
            for (size_t k = 0; k < w->plans->measure_count; k++)
                w->counter[k].unknown = w->counter[k].unknown || (w->counter[k].source == x.source && !begun);
        if (s == OK && used(w, x.source))
            s = source_rows(x.source, w->civil, t, &w->when, w->scratch, row_counted, &x, d);
    }
    for (size_t i = 0; s == OK && i < w->plans->measure_count; i++)
        if (w->counter[i].source)
            sums_up(w, &w->counter[i]);
        else if (w->places.n)
            s = count(w, &w->counter[i], w->figure, 0, d);
    return s;
}

/* ---- definitions ------------------------------------------------------------------------------------ */

/* Figures hold for the district alone: a definition that uses one has no value below it. */
static bool uses_figures(const struct work *w, const struct indicator_definition *x) {
    for (size_t i = 0; i < w->plans->measure_count; i++)
        if (is_figures(&w->plans->measure[i]) && strstr(x->numerator, w->plans->measure[i].name))
            return true;
    return false;
}

/* It counts in a register that had not begun. */
static bool unknown(const struct work *w, const struct indicator_definition *x) {
    for (size_t i = 0; i < w->plans->measure_count; i++) {
        const char *name = w->plans->measure[i].name;
        if (w->counter[i].unknown && (strstr(x->numerator, name) || (x->denominator && strstr(x->denominator, name))))
            return true;
    }
    return false;
}

static enum status number(struct work *w, const struct formula *f, const struct feel_program *p, const struct feel_value *sums, struct dec *ret, struct diag *d) {
    struct feel_value v;
    enum status s = run(w, p, sums, &v, d);
    if (s == OK && v.kind != FEEL_NUMBER)
        return faulty(f->definition->key, diag_fail(d, E_INPUT, "plan.amount", DIAG_S("name", f->definition->key)), d);
    *ret = v.number;
    return s;
}

typedef VEC(struct observation) observation_list;

static enum status observe(struct work *w, const struct formula *f, size_t place, observation_list *list, struct diag *d) {
    struct feel_value *sums = ARENA_ARRAY(w->scratch, w->plans->measure_count + 1, struct feel_value);
    struct dec top, below = dec_int(1);
    if (!sums)
        return arena_full(d);
    for (size_t i = 0; i < w->plans->measure_count; i++)
        sums[i] = feel_number(w->counter[i].sum[place]);
    enum status s = number(w, f, f->numerator, sums, &top, d);
    if (s == OK && f->denominator)
        s = number(w, f, f->denominator, sums, &below, d);
    bool community = strlen(w->places.code[place]) == 12;
    if (s != OK || dec_sign(below) <= 0 || (community && dec_zero(top))) /* thousands of zeros say nothing that their subdistrict does not */
        return s;
    struct observation *o = vec_push_in(w->arena, list);
    char *key = arena_printf(w->arena, "definition:%s", f->definition->key), *code = arena_dup(w->arena, span_of(w->places.code[place]));
    if (!o || !key || !code)
        return arena_full(d);
    struct dec value = f->denominator ? dec_mul(dec_div(top, below), indicator_scale(f->definition->unit)) : top;
    *o = (struct observation){.key = key, .division = code, .day = w->when.last, .value = dec_round(value, f->definition->places, DEC_HALF_UP),
        .has_ratio = f->denominator, .numerator = top, .denominator = below};
    return OK;
}

static enum status compute(struct txn *t, void *arg, struct diag *d) {
    struct work *w = arg;
    enum status s = places_read(w->civil, t, w->arena, &w->places, d);
    return s == OK ? registers_count(w, t, d) : s;
}

enum status measures_compute(struct civil *c, struct arena *a, const struct plans *p, const struct period *when, struct observation **ret, size_t *ret_n, struct diag *d) {
    AUTO(arena) struct arena *scratch = arena_new(DEFINITIONS_BYTES);
    struct work w = {.civil = c, .plans = p, .arena = a, .scratch = scratch, .when = *when, .packs = c->packs};
    observation_list list = {0};
    enum status s = scratch ? compile(&w, d) : arena_full(d);
    if (s == OK)
        s = store_read(c->store, compute, &w, d);
    for (size_t i = 0; s == OK && i < p->definition_count; i++)
        for (size_t k = 0; s == OK && p->definition[i].grain == when->grain && k < w.places.n; k++) {
            struct arena_mark mark = arena_mark(scratch);
            if ((!k || !uses_figures(&w, w.formula[i].definition)) && !unknown(&w, w.formula[i].definition))
                s = observe(&w, &w.formula[i], k, &list, d);
            arena_rewind(scratch, mark);
        }
    *ret = list.at;
    *ret_n = list.size;
    return s;
}

enum status measures_check(struct arena *a, const struct packs *packs, const struct plans *p, date_t day, struct diag *d) {
    struct work w = {.plans = p, .arena = a, .packs = packs, .when = {day, day, INDICATOR_MONTH}};
    return compile(&w, d);
}
