/* Observations read back, and rolled up over divisions. */
#include "civil/indicator/observation.h"

#include "base/vec.h"
#include "store/store.h"

#include <stdlib.h>

#define DEFINITION_PREFIX "definition:"

const char *observation_key(struct arena *a, const struct indicator *i, bool computed) {
    return !computed ? i->key : i->definition ? arena_printf(a, DEFINITION_PREFIX "%s", i->definition->key) : NULL;
}

static enum status value(const struct rows *r, int column, struct dec *ret, struct diag *d) {
    return dec_parse(rows_text(r, column), ret, d) == OK ? OK : diag_fail(d, E_CORRUPT, "plan.stored");
}

enum status observations_load(struct civil *c, struct txn *t, struct arena *a, const char *division, date_t until, struct observed **ret, size_t *ret_n, struct diag *d) {
    AUTO(rows) struct rows *r = NULL;
    VEC(struct observed) list = {0};
    bool row = false;
    char *prefix = arena_printf(a, "%s%%", division);
    enum status s = !prefix ? arena_full(d) : sql_query(t, &r, d,
        "SELECT indicator, division, day, source, value, numerator, denominator, batch FROM indicator_observation "
        "WHERE district = ? AND division LIKE ? AND day <= ? AND superseded_at IS NULL ORDER BY indicator, division, day", SQL_I(c->district), SQL_S(prefix), SQL_D(until));
    while (s == OK && (s = rows_next(r, &row, d)) == OK && row) {
        struct observed *o = vec_push_in(a, &list);
        if (!o)
            return arena_full(d);
        *o = (struct observed){.o = {.key = rows_dup(r, 0, a), .division = rows_dup(r, 1, a), .day = rows_date(r, 2), .has_ratio = !rows_null(r, 5)},
            .source = span_is(rows_text(r, 3), "computed") ? "computed" : "imported", .batch = rows_int(r, 7)};
        s = o->o.key && o->o.division ? value(r, 4, &o->o.value, d) : arena_full(d);
        if (s == OK && o->o.has_ratio && (s = value(r, 5, &o->o.numerator, d)) == OK)
            s = value(r, 6, &o->o.denominator, d);
    }
    *ret = list.at;
    *ret_n = list.size;
    return s;
}

/* ---- rolling up --------------------------------------------------------------------------- */

size_t division_digits_below(const char *division) {
    size_t digits = strlen(division);
    return digits == 2 ? 6 : digits + 3;
}

struct sums { struct dec first, value, numerator, denominator; bool ratio, same; int n; };

static void add(struct sums *x, const struct observation *o) {
    if (!x->n)
        x->first = o->value;
    x->same &= dec_cmp(x->first, o->value) == 0;
    x->ratio &= o->has_ratio;
    x->value = x->n ? dec_add(x->value, o->value) : o->value;
    if (o->has_ratio) {
        x->numerator = dec_add(x->numerator, o->numerator);
        x->denominator = dec_add(x->denominator, o->denominator);
    }
    x->n++;
}

static bool rolled(const struct indicator *i, const struct sums *x, struct dec *ret) {
    switch (i->rollup) {
    case INDICATOR_SUM:
        *ret = x->value;
        return true;
    case INDICATOR_RATIO:
        *ret = x->ratio ? dec_round(dec_mul(dec_div(x->numerator, x->denominator), indicator_scale(i->unit)), 4, DEC_HALF_UP) : dec_int(0);
        return x->ratio && dec_sign(x->denominator) > 0;
    case INDICATOR_SAME:
        *ret = x->first;
        return x->same;
    }
    return false;
}

static int by_day(const void *a, const void *b) {
    const struct series_point *x = a, *y = b;
    return (x->day > y->day) - (x->day < y->day);
}

static struct series_point *point_on(struct series_point *p, size_t n, date_t day) {
    for (size_t i = 0; i < n; i++)
        if (p[i].day == day)
            return &p[i];
    return NULL;
}

enum status observation_series(struct arena *a, const struct indicator *i, const struct observed *o, size_t n, const char *division, const char *source,
    struct series_point **ret, size_t *ret_n, struct diag *d) {
    VEC(struct series_point) list = {0};
    const char *key = observation_key(a, i, strcmp(source, "computed") == 0);
    size_t under = division_digits_below(division);
    *ret = NULL;
    *ret_n = 0;
    if (!key)
        return OK;
    for (size_t k = 0; k < n; k++) {
        if (strcmp(o[k].o.key, key) != 0 || strcmp(o[k].source, source) != 0 || strcmp(o[k].o.division, division) != 0)
            continue;
        struct series_point *p = vec_push_in(a, &list);
        if (!p)
            return arena_full(d);
        *p = (struct series_point){o[k].o.day, o[k].o.value, o[k].source, 0};
    }
    for (size_t k = 0; k < n; k++) {
        const struct observation *first = &o[k].o;
        if (strcmp(first->key, key) != 0 || strcmp(o[k].source, source) != 0 || strlen(first->division) != under || point_on(list.at, list.size, first->day))
            continue;
        struct sums x = {.ratio = true, .same = true};
        for (size_t j = 0; j < n; j++)
            if (strcmp(o[j].source, source) == 0 && o[j].o.day == first->day && strcmp(o[j].o.key, key) == 0 && strlen(o[j].o.division) == under)
                add(&x, &o[j].o);
        struct dec v;
        if (!rolled(i, &x, &v))
            continue;
        struct series_point *p = vec_push_in(a, &list);
        if (!p)
            return arena_full(d);
        *p = (struct series_point){first->day, v, source, x.n};
    }
    if (list.size)
        qsort(list.at, list.size, sizeof *list.at, by_day);
    *ret = list.at;
    *ret_n = list.size;
    return OK;
}
