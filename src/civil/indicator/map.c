/* One indicator over time and divisions, for a map. */
#include "civil/indicator/status.h"

#include "civil/register/outline.h"
#include "store/store.h"

struct asked { struct civil *civil; struct txn *txn; struct arena *arena; const struct indicator *indicator; const char *division, *source; const struct observed *o; size_t n; };

static void points(struct json_writer *w, const struct series_point *p, size_t n) {
    json_key(w, "points");
    json_array(w);
    for (size_t i = 0; i < n; i++) {
        json_object(w);
        json_kdate(w, "day", p[i].day);
        json_key(w, "value");
        json_decimal(w, p[i].value);
        json_kint(w, "divisions", p[i].below);
        json_object_end(w);
    }
    json_array_end(w);
}

/* Does a division right below the plan's have a figure of this source? */
static bool any(const struct asked *x) {
    const char *key = observation_key(x->arena, x->indicator, strcmp(x->source, "computed") == 0);
    size_t under = division_digits_below(x->division);
    for (size_t i = 0; key && i < x->n; i++)
        if (strcmp(x->o[i].o.key, key) == 0 && strcmp(x->o[i].source, x->source) == 0 && strlen(x->o[i].o.division) == under)
            return true;
    return false;
}

static enum status one_division(const struct asked *x, const struct rows *r, struct json_writer *w, struct diag *d) {
    const struct json *outline = NULL;
    struct series_point *p = NULL;
    size_t n = 0;
    const char *code = rows_dup(r, 0, x->arena);
    enum status s = code ? observation_series(x->arena, x->indicator, x->o, x->n, code, x->source, &p, &n, d) : arena_full(d);
    if (s == OK)
        s = outline_get(x->txn, x->civil->district, code, &outline, d);
    if (s != OK)
        return s;
    json_object(w);
    json_kstring(w, "code", code);
    json_kspan(w, "name", rows_text(r, 1));
    json_kint(w, "x", rows_int(r, 2));
    json_kint(w, "y", rows_int(r, 3));
    json_key(w, "outline");
    json_value(w, outline ? outline : json_null());
    points(w, p, n);
    json_object_end(w);
    return OK;
}

static enum status divisions(const struct asked *x, struct json_writer *w, struct diag *d) {
    AUTO(rows) struct rows *r = NULL;
    bool row = false;
    enum status s = sql_query(x->txn, &r, d, "SELECT code, name, coalesce(tile_x, 0), coalesce(tile_y, 0) FROM division WHERE parent = ? ORDER BY code", SQL_S(x->division));
    json_key(w, "items");
    json_array(w);
    while (s == OK && (s = rows_next(r, &row, d)) == OK && row)
        s = one_division(x, r, w, d);
    json_array_end(w);
    return s;
}

enum status indicator_map_json(struct civil *c, struct txn *t, struct arena *a, const struct plans *p, const struct indicator *i, struct json_writer *w, struct diag *d) {
    struct asked x = {.civil = c, .txn = t, .arena = a, .indicator = i, .division = plans_find(p, i->plan)->division, .source = "computed"};
    struct observed *o = NULL;
    struct series_point *whole = NULL;
    size_t n = 0;
    enum status s = observations_load(c, t, a, x.division, txn_today(t), &o, &x.n, d);
    x.o = o;
    if (s == OK && !any(&x))
        x.source = "imported";
    if (s == OK)
        s = observation_series(a, i, x.o, x.n, x.division, x.source, &whole, &n, d);
    if (s != OK)
        return s;
    json_object(w);
    json_kstring(w, "key", i->key);
    json_kstring(w, "source", x.source);
    points(w, whole, n);
    s = divisions(&x, w, d);
    json_object_end(w);
    return s;
}
