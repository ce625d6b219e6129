/* One indicator, division by division. */
#include "civil/indicator/status.h"

#include "base/vec.h"
#include "store/store.h"

struct part { const char *code; const struct observation *o; };
typedef VEC(struct part) part_list;

/* The last value of every division right below the plan's. */
static enum status parts_find(struct arena *a, const struct indicator *i, const struct plan *plan, const struct observed *o, size_t n, const char *source, part_list *ret, struct diag *d) {
    size_t under = division_digits_below(plan->division);
    const char *key = observation_key(a, i, strcmp(source, "computed") == 0);
    for (size_t k = 0; key && k < n; k++) {
        const struct observation *x = &o[k].o;
        if (strcmp(x->key, key) != 0 || strcmp(o[k].source, source) != 0 || strlen(x->division) != under)
            continue;
        /* by division, then day: a later one of the same division takes the place */
        struct part *last = ret->size ? &ret->at[ret->size - 1] : NULL;
        if (last && strcmp(last->code, x->division) == 0) {
            last->o = x;
            continue;
        }
        struct part *slot = vec_push_in(a, ret);
        if (!slot)
            return arena_full(d);
        *slot = (struct part){x->division, x};
    }
    return OK;
}

/* What this division would have to add for the target.  Of a ratio: what its own numerator lacks.  Of a sum:
 * its share of the gap, by its share of the present value. */
static bool to_add(const struct indicator *i, const struct part *p, struct dec total, struct dec *ret) {
    if (i->kind != INDICATOR_NUMBER || i->down)
        return false;
    if (i->rollup == INDICATOR_RATIO) {
        if (!p->o->has_ratio)
            return false;
        *ret = dec_sub(dec_div(dec_mul(i->target_value, p->o->denominator), indicator_scale(i->unit)), p->o->numerator);
    } else if (i->rollup == INDICATOR_SUM && dec_sign(total) > 0)
        *ret = dec_div(dec_mul(dec_sub(i->target_value, total), p->o->value), total);
    else
        return false;
    *ret = dec_sign(*ret) > 0 ? dec_round(*ret, 2, DEC_HALF_UP) : dec_int(0);
    return true;
}

static enum status name_of(struct txn *t, struct arena *a, const char *code, const char **ret, struct diag *d) {
    AUTO(rows) struct rows *r = NULL;
    enum status s = sql_one(t, &r, d, "SELECT name FROM division WHERE code = ?", SQL_S(code));
    *ret = s == OK ? rows_dup(r, 0, a) : code;
    return s == E_NOT_FOUND ? (diag_clear(d), OK) : s;
}

enum status indicator_divisions_json(struct civil *c, struct txn *t, struct arena *a, const struct plans *p, const struct indicator *i, date_t as_of, struct json_writer *w, struct diag *d) {
    const struct plan *plan = plans_find(p, i->plan);
    struct observed *o = NULL;
    size_t n = 0;
    part_list parts = {0};
    struct dec total = dec_int(0);
    enum status s = observations_load(c, t, a, plan->division, as_of, &o, &n, d);
    if (s == OK && i->definition)
        s = parts_find(a, i, plan, o, n, "computed", &parts, d);
    if (s == OK && !parts.size)
        s = parts_find(a, i, plan, o, n, "imported", &parts, d);
    for (size_t k = 0; k < parts.size; k++)
        total = dec_add(total, parts.at[k].o->value);
    json_object(w);
    json_kstring(w, "key", i->key);
    json_key(w, "items");
    json_array(w);
    for (size_t k = 0; s == OK && k < parts.size; k++) {
        const char *name = "";
        struct dec add;
        s = name_of(t, a, parts.at[k].code, &name, d);
        json_object(w);
        json_kstring(w, "code", parts.at[k].code);
        json_kstring(w, "name", name);
        json_kdate(w, "day", parts.at[k].o->day);
        json_key(w, "value");
        json_decimal(w, parts.at[k].o->value);
        json_key(w, "to_add");
        if (to_add(i, &parts.at[k], total, &add))
            json_decimal(w, add);
        else
            json_nothing(w);
        json_object_end(w);
    }
    json_array_end(w);
    json_object_end(w);
    return s;
}
