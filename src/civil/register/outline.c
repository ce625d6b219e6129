/* Outlines of divisions from GeoJSON. */
#include "civil/register/outline.h"

#include "base/vec.h"
#include "store/store.h"

#include <stdio.h>
#include <string.h>

enum { PLACES = 5, RING_POSITIONS_MIN = 4 /* RFC 7946 3.1.6: the first is the last again */ };
/* China's frame in degrees, islands included: what lies outside has its coordinates exchanged or in metres. */
enum { WEST = 73, EAST = 136, SOUTH = 3, NORTH = 54 };

struct reading { struct arena *a; int64_t feature; int points; };

static enum status bad(const struct reading *x, const char *code, struct diag *d) { return diag_fail(d, E_INPUT, code, DIAG_N("feature", x->feature)); }

static bool within(const struct json *n, int low, int high) {
    return n && n->type == JSON_NUMBER && dec_cmp(n->number, dec_int(low)) >= 0 && dec_cmp(n->number, dec_int(high)) <= 0;
}

static enum status position(struct reading *x, const struct json *j, const struct json **ret, struct diag *d) {
    const struct json *longitude = j->type == JSON_ARRAY ? json_at(j, 0) : NULL, *latitude = j->type == JSON_ARRAY ? json_at(j, 1) : NULL;
    if (!within(longitude, WEST, EAST) || !within(latitude, SOUTH, NORTH))
        return bad(x, "outline.position", d);
    if (++x->points > OUTLINE_POINTS_MAX)
        return diag_fail(d, E_LIMIT, "outline.points", DIAG_N("feature", x->feature), DIAG_N("most", OUTLINE_POINTS_MAX));
    const struct json *pair[] = {json_new_number(x->a, dec_round(longitude->number, PLACES, DEC_HALF_EVEN)), json_new_number(x->a, dec_round(latitude->number, PLACES, DEC_HALF_EVEN))};
    *ret = pair[0] && pair[1] ? json_new_array(x->a, pair, 2) : NULL;
    return *ret ? OK : arena_full(d);
}

/* The items of an array, each through `one`. */
static enum status each(struct reading *x, const struct json *j, size_t least, const char *code, enum status (*one)(struct reading *, const struct json *, const struct json **, struct diag *),
    const struct json **ret, struct diag *d) {
    if (!j || j->type != JSON_ARRAY || j->size < least)
        return bad(x, code, d);
    const struct json **item = ARENA_ARRAY(x->a, j->size, const struct json *);
    enum status s = item ? OK : arena_full(d);
    for (size_t i = 0; s == OK && i < j->size; i++)
        s = one(x, j->item[i], &item[i], d);
    if (s == OK && !(*ret = json_new_array(x->a, item, j->size)))
        s = arena_full(d);
    return s;
}

static enum status ring(struct reading *x, const struct json *j, const struct json **ret, struct diag *d) {
    enum status s = each(x, j, RING_POSITIONS_MIN, "outline.ring", position, ret, d);
    return s == OK && !json_same(json_at(*ret, 0), json_at(*ret, (*ret)->size - 1)) ? bad(x, "outline.ring", d) : s;
}
static enum status polygon(struct reading *x, const struct json *j, const struct json **ret, struct diag *d) { return each(x, j, 1, "outline.geometry", ring, ret, d); }

static enum status geometry(struct reading *x, const struct json *j, const struct json **ret, struct diag *d) {
    const char *type = json_str(j, "type", "");
    const struct json *at = json_get(j, "coordinates"), *one = NULL;
    if (strcmp(type, "MultiPolygon") == 0)
        return each(x, at, 1, "outline.geometry", polygon, ret, d);
    if (strcmp(type, "Polygon") != 0)
        return bad(x, "outline.geometry", d);
    enum status s = polygon(x, at, &one, d);
    return s == OK && !(*ret = json_new_array(x->a, &one, 1)) ? arena_full(d) : s;
}

/* Codes come as texts and as numbers. */
static const char *code_of(const struct reading *x, const struct json *properties) {
    const struct json *j = json_get(properties, "code");
    if (!j)
        j = json_get(properties, "division");
    char text[DEC_TEXT_MAX] = "";
    if (j && j->type == JSON_STRING)
        return j->text.at;
    if (j && j->type == JSON_NUMBER)
        dec_text_short(j->number, text);
    return arena_dup(x->a, span_of(text));
}

static bool code_good(const char *code) {
    size_t n = strlen(code);
    return (n == 6 || n == 9 || n == 12) && strspn(code, "0123456789") == n;
}

enum status outlines_read(struct arena *a, struct span text, struct outline **ret, size_t *ret_n, struct diag *d) {
    const struct json *file = NULL;
    VEC(struct outline) list = {0};
    enum status s = json_parse(a, text, &file, d);
    const struct json *features = s == OK && strcmp(json_str(file, "type", ""), "FeatureCollection") == 0 ? json_get(file, "features") : NULL;
    if (s == OK && (!features || features->type != JSON_ARRAY || !features->size))
        s = diag_fail(d, E_INPUT, "outline.file");
    for (size_t i = 0; s == OK && i < features->size; i++) {
        struct reading x = {a, (int64_t)i + 1, 0};
        const struct json *f = features->item[i];
        struct outline o = {code_of(&x, json_get(f, "properties")), NULL};
        if (!o.division)
            return arena_full(d);
        if (strcmp(json_str(f, "type", ""), "Feature") != 0)
            return bad(&x, "outline.feature", d);
        if (!code_good(o.division))
            return bad(&x, "outline.code", d);
        for (size_t k = 0; k < list.size; k++)
            if (strcmp(list.at[k].division, o.division) == 0)
                return diag_fail(d, E_INPUT, "outline.twice", DIAG_N("feature", x.feature), DIAG_S("code", o.division));
        s = geometry(&x, json_get(f, "geometry"), &o.polygons, d);
        struct outline *slot = s == OK ? vec_push_in(a, &list) : NULL;
        if (slot)
            *slot = o;
        else if (s == OK)
            s = arena_full(d);
    }
    *ret = list.at;
    *ret_n = list.size;
    return s;
}

/* ---- kept ----------------------------------------------------------------------------------- */

struct keeping { struct civil *civil; const struct actor *who; const struct outline *o; size_t n; const char *source; };

static enum status keep_one(struct txn *t, const struct keeping *x, const struct outline *o, struct diag *d) {
    BUF_AUTO text;
    struct json_writer w;
    int64_t known = 0;
    buf_init(&text, 0);
    json_begin(&w, &text, false);
    json_value(&w, o->polygons);
    enum status s = buf_ok(&text) ? sql_int(t, &known, 0, d, "SELECT count(*) FROM division WHERE code = ?", SQL_S(o->division)) : arena_full(d);
    if (s == OK && !known)
        s = diag_fail(d, E_INPUT, "outline.unknown", DIAG_S("code", o->division));
    if (s == OK)
        s = sql_exec(t, d,
            "INSERT INTO division_outline (district, division, polygons, source, recorded_at, recorded_by) VALUES (?, ?, ?, ?, ?, ?) "
            "ON CONFLICT (district, division) DO UPDATE SET polygons = excluded.polygons, source = excluded.source, recorded_at = excluded.recorded_at, recorded_by = excluded.recorded_by",
            SQL_I(x->civil->district), SQL_S(o->division), SQL_T(buf_span(&text)), SQL_S(x->source), SQL_I(txn_now(t)), SQL_I(x->who->account));
    return s;
}

static enum status keep(struct txn *t, void *arg, struct diag *d) {
    const struct keeping *x = arg;
    char district[16];
    snprintf(district, sizeof district, "%lld", (long long)x->civil->district);
    bool may = strcmp(x->who->kind, "system") == 0 || actor_may(x->who, "policy", district) || actor_may(x->who, "leader", district);
    enum status s = may ? OK : diag_fail(d, E_FORBIDDEN, "outline.role");
    for (size_t i = 0; s == OK && i < x->n; i++)
        s = keep_one(t, x, &x->o[i], d);
    return s;
}

enum status outlines_keep(struct civil *c, const struct actor *who, const struct outline *o, size_t n, const char *source, struct diag *d) {
    struct keeping x = {c, who, o, n, source};
    return store_write(c->store, keep, &x, d);
}

enum status outline_get(struct txn *t, int64_t district, const char *division, const struct json **ret, struct diag *d) {
    AUTO(rows) struct rows *r = NULL;
    *ret = NULL;
    enum status s = sql_one(t, &r, d, "SELECT polygons FROM division_outline WHERE district = ? AND division = ?", SQL_I(district), SQL_S(division));
    if (s == E_NOT_FOUND)
        return diag_clear(d), OK;
    return s == OK ? json_parse(txn_arena(t), rows_text(r, 0), ret, d) : s;
}
