#include "civil/facility/circle.h"

#include "base/vec.h"
#include "civil/register/ages.h"
#include "civil/register/record.h"
#include "geo/siting.h"
#include "geo/walk.h"

#include <stdlib.h>

enum { PAGE = 1000, DEGREE_DIGITS = 1000000, ARENA_BYTES = 256 << 20 };

struct place { const char *name, *division; struct geo_point at; int64_t capacity; bool community; /* a community service centre */ bool of_kind; };
struct community {
    const char *code, *name;
    int64_t people[AGE_BANDS], group;
    struct geo_point at;
    int points;              /* facilities that its point is the mean of; 0: it has none */
    bool centre;
    double nearest_m;        /* < 0: none */
    bool off;                /* has a point, and no street near it */
    const char *nearest;
};
struct circles {
    struct civil *c;
    const struct circle_query *q;
    struct arena *a;
    struct schema schema;
    int name, kind, division, longitude, latitude, capacity, state;
    VEC(struct place) places;
    struct community *community; size_t communities;
    struct siting siting;
    int *of_demand, *of_site;  /* community, or -1 - place */
    double *walked;          /* on foot: a row a community; first the places, then the communities; NULL: the straight line */
    int64_t new_capacity;
    int64_t last;
    size_t read;
};

/* ---- facilities ----------------------------------------------------------------------- */

static bool text_is(const struct sql_value *v, const char *text) { return v->type == SQL_TEXT && span_is(v->bytes, text); }

static enum status take(void *arg, const struct record *r, struct diag *d) {
    struct circles *x = arg;
    const struct sql_value *v = r->v;
    x->last = r->id;
    x->read++;
    if (!text_is(&v[x->state], "open") || v[x->longitude].type != SQL_INT || v[x->latitude].type != SQL_INT || v[x->division].type != SQL_TEXT)
        return OK;
    struct place *p = vec_push_in(x->a, &x->places);
    if (!p)
        return arena_full(d);
    *p = (struct place){.name = arena_dup(x->a, v[x->name].bytes), .division = arena_dup(x->a, v[x->division].bytes),
        .at = {(double)v[x->longitude].number / DEGREE_DIGITS, (double)v[x->latitude].number / DEGREE_DIGITS},
        .capacity = v[x->capacity].type == SQL_INT ? v[x->capacity].number : 0, .community = text_is(&v[x->kind], "community_service"), .of_kind = text_is(&v[x->kind], x->q->kind)};
    return p->name && p->division ? OK : arena_full(d);
}

static enum status facilities_read(struct circles *x, struct txn *t, struct diag *d) {
    enum status s = schema_find(x->c, x->a, "facility", &x->schema, d);
    if (s != OK)
        return s;
    const struct schema *f = &x->schema;
    x->name = schema_field(f, SPAN("name")), x->kind = schema_field(f, SPAN("kind")), x->division = schema_field(f, SPAN("division"));
    x->longitude = schema_field(f, SPAN("longitude")), x->latitude = schema_field(f, SPAN("latitude")), x->capacity = schema_field(f, SPAN("capacity"));
    x->state = schema_field(f, SPAN("state"));
    if (x->name < 0 || x->kind < 0 || x->division < 0 || x->longitude < 0 || x->latitude < 0 || x->capacity < 0 || x->state < 0)
        return diag_fail(d, E_INPUT, "circle.register");
    bool known = false;
    const struct json *codes = f->field[x->kind].codes;
    for (size_t i = 0; codes && i < codes->size; i++)
        known = known || strcmp(json_str(codes->item[i], "code", ""), x->q->kind) == 0;
    if (!known)
        return diag_at(d, "kind"), diag_fail(d, E_INPUT, "circle.kind", DIAG_S("kind", x->q->kind));
    do {
        struct record_query q = {.on = txn_today(t), .after = x->last, .limit = PAGE};
        x->read = 0;
        s = records_walk(x->c, t, f, &q, take, x, d);
    } while (s == OK && x->read == PAGE);
    return s;
}

/* ---- communities -------------------------------------------------------------------------- */

static int by_code(const void *key, const void *one) { return strcmp(key, ((const struct community *)one)->code); }
static struct community *community_of(const struct circles *x, const char *code) {
    return bsearch(code, x->community, x->communities, sizeof *x->community, by_code);
}

static int64_t group_of(const char *group, const int64_t *n) {
    int64_t elderly = n[AGE_60] + n[AGE_80];
    return strcmp(group, "minor") == 0 ? n[AGE_0] : strcmp(group, "elderly") == 0 ? elderly : strcmp(group, "aged") == 0 ? n[AGE_80] : n[AGE_0] + n[AGE_18] + elderly;
}

static enum status communities_read(struct circles *x, struct txn *t, struct diag *d) {
    struct age_count *n = NULL;
    AUTO(rows) struct rows *r = NULL;
    VEC(struct community) list = {0};
    bool row = false;
    size_t counts = 0, k = 0;
    char *prefix = arena_printf(x->a, "%lld%%", (long long)x->c->district);
    enum status s = prefix ? ages_count(x->c, t, x->a, txn_today(t), &n, &counts, d) : arena_full(d);
    if (s == OK)
        s = sql_query(t, &r, d, "SELECT code, name FROM division WHERE level = 4 AND code LIKE ? ORDER BY code", SQL_S(prefix));
    while (s == OK && (s = rows_next(r, &row, d)) == OK && row) {
        struct community *one = vec_push_in(x->a, &list);
        if (!one)
            return arena_full(d);
        *one = (struct community){.code = rows_dup(r, 0, x->a), .name = rows_dup(r, 1, x->a), .nearest_m = -1};
        if (!one->code || !one->name)
            return arena_full(d);
        while (k < counts && strcmp(n[k].division, one->code) < 0) /* both by code */
            k++;
        if (k < counts && strcmp(n[k].division, one->code) == 0)
            memcpy(one->people, n[k].people, sizeof one->people);
        one->group = group_of(x->q->group, one->people);
    }
    x->community = list.at;
    x->communities = list.size;
    for (size_t i = 0; s == OK && i < x->places.size; i++) {
        const struct place *p = &x->places.at[i];
        struct community *one = community_of(x, p->division);
        if (!one || (one->centre && !p->community))
            continue;
        if (p->community && !one->centre)
            one->centre = true, one->points = 0, one->at = (struct geo_point){0, 0};
        one->points++;
        one->at.longitude += (p->at.longitude - one->at.longitude) / one->points;
        one->at.latitude += (p->at.latitude - one->at.latitude) / one->points;
    }
    return s;
}

/* ---- distances ----------------------------------------------------------------------------- */

static size_t columns(const struct circles *x) { return x->places.size + x->communities; }

static double far(const struct circles *x, size_t community, size_t column) {
    if (x->walked)
        return x->walked[community * columns(x) + column];
    return geo_metres(x->community[community].at, column < x->places.size ? x->places.at[column].at : x->community[column - x->places.size].at);
}

/* From each community to every place and every other one. */
static enum status walk_all(struct circles *x, struct diag *d) {
    const struct walk *w = x->q->walk;
    size_t n = columns(x);
    if (!w)
        return OK;
    if (x->communities * n > CIRCLE_WALKS_MAX)
        return diag_fail(d, E_LIMIT, "siting.many", DIAG_N("most", SITING_PAIRS_MAX));
    double *all = arena_array(x->a, walk_crossings(w), sizeof *all), limit = x->q->radius_m > CIRCLE_WALK_MIN_M ? (double)x->q->radius_m : CIRCLE_WALK_MIN_M;
    struct walk_place *at = arena_array(x->a, n + 1, sizeof *at);
    double *walked = arena_array(x->a, x->communities * n + 1, sizeof *walked);
    enum status s = all && at && walked ? OK : arena_full(d);
    for (size_t k = 0; s == OK && k < n; k++)
        at[k] = walk_find(w, k < x->places.size ? x->places.at[k].at : x->community[k - x->places.size].at);
    for (size_t i = 0; s == OK && i < x->communities; i++) {
        s = walk_from(w, x->a, at[x->places.size + i], limit, all, d);
        x->community[i].off = x->community[i].points && at[x->places.size + i].crossing == SIZE_MAX;
        for (size_t k = 0; s == OK && k < n; k++) {
            double m = at[k].crossing == SIZE_MAX || all[at[k].crossing] < 0 ? WALK_NONE : all[at[k].crossing] + at[k].metres;
            if (m >= 0 && at[k].crossing == at[x->places.size + i].crossing) /* at one crossing: no need to walk to it and back */
                m = geo_metres(x->community[i].at, k < x->places.size ? x->places.at[k].at : x->community[k - x->places.size].at);
            walked[i * n + k] = m <= limit ? m : WALK_NONE;
        }
    }
    x->walked = walked;
    return s;
}

static void nearest_find(struct circles *x) {
    for (size_t i = 0; i < x->communities; i++)
        for (size_t k = 0; x->community[i].points && k < x->places.size; k++) {
            struct community *one = &x->community[i];
            double m = x->places.at[k].of_kind ? far(x, i, k) : -1;
            if (m >= 0 && (one->nearest_m < 0 || m < one->nearest_m))
                one->nearest_m = m, one->nearest = x->places.at[k].name;
        }
}

/* ---- siting --------------------------------------------------------------------------------- */

static int by_number(const void *a, const void *b) {
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

/* The middle capacity of the places there; of an even number the lower middle. */
static enum status capacity_of(struct circles *x, struct diag *d) {
    int64_t *n = arena_array(x->a, x->places.size + 1, sizeof *n);
    size_t k = 0;
    if (!n)
        return arena_full(d);
    for (size_t i = 0; i < x->places.size; i++)
        if (x->places.at[i].of_kind && x->places.at[i].capacity > 0)
            n[k++] = x->places.at[i].capacity;
    if (k)
        qsort(n, k, sizeof *n, by_number);
    x->new_capacity = x->q->capacity ? x->q->capacity : k ? n[(k - 1) / 2] : 0;
    return OK;
}

static double between(const void *arg, size_t demand, size_t site) {
    const struct circles *x = arg;
    int of = x->of_site[site];
    return far(x, (size_t)x->of_demand[demand], of < 0 ? (size_t)(-1 - of) : x->places.size + (size_t)of);
}

/* Places of the kind, and as candidates the points of communities without one. */
static enum status site(struct circles *x, struct diag *d) {
    struct siting *s = &x->siting;
    size_t most = x->communities + x->places.size + 1;
    *s = (struct siting){.radius_m = (double)x->q->radius_m, .add = (int)x->q->add, .demand = arena_array(x->a, most, sizeof *s->demand), .site = arena_array(x->a, most, sizeof *s->site)};
    x->of_demand = arena_array(x->a, most, sizeof *x->of_demand);
    x->of_site = arena_array(x->a, most, sizeof *x->of_site);
    if (!s->demand || !s->site || !x->of_demand || !x->of_site)
        return arena_full(d);
    for (size_t k = 0; k < x->places.size; k++)
        if (x->places.at[k].of_kind) {
            x->of_site[s->sites] = -1 - (int)k;
            s->site[s->sites++] = (struct siting_site){x->places.at[k].at, x->places.at[k].capacity, true, false, 0};
        }
    size_t there = s->sites;
    for (size_t i = 0; i < x->communities; i++) {
        const struct community *one = &x->community[i];
        bool has = false;
        if (!one->points)
            continue;
        x->of_demand[s->demands] = (int)i;
        s->demand[s->demands++] = (struct siting_demand){one->at, one->group, 0};
        for (size_t k = 0; k < there && !has; k++)
            has = strcmp(x->places.at[-1 - x->of_site[k]].division, one->code) == 0;
        if (!has && x->q->add) {
            x->of_site[s->sites] = (int)i;
            s->site[s->sites++] = (struct siting_site){one->at, x->new_capacity, false, false, 0};
        }
    }
    if (x->walked)
        s->metres = between, s->metres_arg = x;
    return siting_solve(x->a, s, d);
}

/* ---- JSON --------------------------------------------------------------------------------------- */

static void degrees(struct json_writer *w, struct geo_point p) {
    json_key(w, "longitude");
    json_decimal(w, dec_round(dec_double(p.longitude), 6, DEC_HALF_EVEN));
    json_key(w, "latitude");
    json_decimal(w, dec_round(dec_double(p.latitude), 6, DEC_HALF_EVEN));
}

static bool within(const struct circles *x, const struct community *one) { return one->nearest_m >= 0 && one->nearest_m <= (double)x->q->radius_m; }

static void community_json(const struct circles *x, const struct siting_demand *n, const struct community *one, struct json_writer *w) {
    json_object(w);
    json_kstring(w, "code", one->code);
    json_kstring(w, "name", one->name);
    degrees(w, one->at);
    json_kint(w, "people", one->group);
    json_kbool(w, "within", within(x, one));
    json_kint(w, "served", n->served);
    json_kstring(w, "nearest", one->nearest);
    json_key(w, "nearest_m");
    if (one->nearest_m < 0)
        json_nothing(w);
    else
        json_int64(w, (int64_t)(one->nearest_m + 0.5));
    json_object_end(w);
}

static void ages_json(const struct circles *x, struct json_writer *w) {
    static const char *const name[AGE_BANDS] = {"0-17", "18-59", "60-79", "80-"};
    json_array(w);
    for (int k = 0; k < AGE_BANDS; k++) {
        int64_t all = 0, in = 0;
        for (size_t i = 0; i < x->communities; i++)
            if (x->community[i].points) {
                all += x->community[i].people[k];
                in += within(x, &x->community[i]) ? x->community[i].people[k] : 0;
            }
        json_object(w);
        json_kstring(w, "ages", name[k]);
        json_kint(w, "people", all);
        json_kint(w, "within", in);
        json_object_end(w);
    }
    json_array_end(w);
}

static void sites_json(const struct circles *x, bool open, struct json_writer *w) {
    json_array(w);
    for (size_t j = 0; j < x->siting.sites; j++) {
        const struct siting_site *one = &x->siting.site[j];
        if (one->open != open || (!open && !one->chosen))
            continue;
        json_object(w);
        json_kstring(w, "name", open ? x->places.at[-1 - x->of_site[j]].name : x->community[x->of_site[j]].name);
        json_kstring(w, "division", open ? x->places.at[-1 - x->of_site[j]].division : x->community[x->of_site[j]].code);
        degrees(w, one->at);
        json_kint(w, "capacity", one->capacity);
        json_kint(w, "load", one->load);
        json_object_end(w);
    }
    json_array_end(w);
}

static void circles_write(const struct circles *x, date_t day, struct json_writer *w) {
    const struct siting *s = &x->siting;
    int64_t in = 0, nowhere = 0, off = 0;
    json_object(w);
    json_kstring(w, "kind", x->q->kind);
    json_kstring(w, "group", x->q->group);
    json_kint(w, "radius_m", x->q->radius_m);
    json_kint(w, "minutes", x->q->radius_m / CIRCLE_METRES_A_MINUTE);
    json_kstring(w, "method", x->walked ? "walking" : "straight");
    json_kdate(w, "as_of", day);
    json_key(w, "communities");
    json_array(w);
    for (size_t i = 0; i < s->demands; i++) {
        const struct community *one = &x->community[x->of_demand[i]];
        community_json(x, &s->demand[i], one, w);
        in += within(x, one) ? one->group : 0;
    }
    json_array_end(w);
    for (size_t i = 0; i < x->communities; i++)
        nowhere += !x->community[i].points, off += x->community[i].off;
    json_kint(w, "without_point", nowhere);
    json_kint(w, "off_streets", off);
    json_kint(w, "people", s->people);
    json_kint(w, "within", in);
    json_kint(w, "served", s->served_before);
    json_key(w, "ages");
    ages_json(x, w);
    json_key(w, "facilities");
    sites_json(x, true, w);
    json_kint(w, "add", x->q->add);
    json_kint(w, "new_capacity", x->new_capacity);
    json_kint(w, "served_after", s->served_after);
    json_kint(w, "bound", s->bound);
    json_kbool(w, "best", s->best);
    json_key(w, "sites");
    sites_json(x, false, w);
    json_object_end(w);
}

enum status circles_json(struct civil *c, struct txn *t, const struct circle_query *q, struct json_writer *w, struct diag *d) {
    static const char *const groups[] = {"all", "minor", "elderly", "aged"};
    AUTO(arena) struct arena *own = arena_new(ARENA_BYTES); /* a walk over records takes the transaction's back */
    struct circles x = {.c = c, .q = q, .a = own};
    bool known = false;
    for (size_t i = 0; i < ARRAY_LEN(groups); i++)
        known = known || strcmp(groups[i], q->group) == 0;
    if (!known)
        return diag_at(d, "group"), diag_fail(d, E_INPUT, "circle.group");
    if (q->radius_m < 1 || q->radius_m > CIRCLE_RADIUS_MAX_M)
        return diag_at(d, "radius"), diag_fail(d, E_INPUT, "circle.radius");
    if (q->add < 0 || q->add > CIRCLE_ADD_MAX || q->capacity < 0 || q->capacity > CIRCLE_CAPACITY_MAX)
        return diag_at(d, q->add < 0 || q->add > CIRCLE_ADD_MAX ? "add" : "capacity"), diag_fail(d, E_INPUT, "circle.add", DIAG_N("most", CIRCLE_ADD_MAX));
    enum status s = own ? facilities_read(&x, t, d) : arena_full(d);
    if (s == OK)
        s = communities_read(&x, t, d);
    if (s == OK)
        s = capacity_of(&x, d);
    if (s == OK)
        s = walk_all(&x, d);
    if (s == OK)
        nearest_find(&x);
    if (s == OK)
        s = site(&x, d);
    if (s == OK)
        circles_write(&x, txn_today(t), w);
    return s;
}
