/* Chunks of households by key: a query a table and chunk, however many households. */
#include "civil/register/bulk.h"

#include "base/vec.h"
#include "civil/pack/pack.h"
#include "civil/register/schema.h"
#include "civil/register/register_internal.h"
#include "store/store.h"

#include <stdio.h>

/* Some thousand rows a query; with their facts some five megabytes. */
enum { CHUNK = 512 };

struct slot { int64_t id; size_t household; const char *relation; struct fact_list facts; }; /* a member */
struct home {
    int64_t id;
    const char *division;
    bool changed;
    size_t first, count;        /* of its members */
    struct fact_list facts;
};
struct by_person { int64_t person; size_t slot; };

struct chunk {
    struct civil *civil;
    struct txn *t;
    struct arena *a;
    struct diag *d;
    int64_t district;
    date_t as_of;
    const struct household_since *since;
    struct home *home;
    size_t homes;
    VEC(struct slot) member;
    struct by_person *index;    /* by person */
};

static struct sql_value first_id(const struct chunk *x) { return SQL_I(x->home[0].id); }
static struct sql_value last_id(const struct chunk *x) { return SQL_I(x->home[x->homes - 1].id); }

/* ---- who ------------------------------------------------------------------------------ */

static struct home *home_of(struct chunk *x, int64_t id) {
    size_t low = 0, high = x->homes;
    while (low < high) {
        size_t mid = (low + high) / 2;
        if (x->home[mid].id < id)
            low = mid + 1;
        else
            high = mid;
    }
    return low < x->homes && x->home[low].id == id ? &x->home[low] : NULL;
}

static enum status read_homes(struct chunk *x, int64_t after) {
    AUTO(rows) struct rows *r = NULL;
    enum status s = sql_query(x->t, &r, x->d, "SELECT id, division FROM household WHERE district = ? AND id > ? ORDER BY id LIMIT 512", SQL_I(x->district), SQL_I(after));
    _Static_assert(CHUNK == 512, "the query's limit");
    x->homes = 0;
    x->home = ARENA_ARRAY(x->a, CHUNK, struct home);
    for (bool more = true; s == OK && x->home;) {
        if ((s = rows_next(r, &more, x->d)) != OK || !more)
            break;
        struct home *h = &x->home[x->homes++];
        h->id = rows_int(r, 0);
        h->division = rows_dup(r, 1, x->a);
        h->changed = x->since->day == DATE_NONE;
        if (!h->division)
            return arena_full(x->d);
    }
    return s == OK && !x->home ? arena_full(x->d) : s;
}

static enum status read_members(struct chunk *x) {
    AUTO(rows) struct rows *r = NULL;
    enum status s = sql_query(x->t, &r, x->d,
        "SELECT household, person, relation FROM household_member m WHERE district = ? AND household BETWEEN ? AND ? AND superseded_at IS NULL AND " REGISTER_SHOWN("m") " "
        "AND valid_from <= ? AND (valid_to IS NULL OR valid_to > ?) ORDER BY household, CASE relation WHEN '本人' THEN 0 WHEN '配偶' THEN 1 ELSE 2 END, person",
        SQL_I(x->district), first_id(x), last_id(x), SQL_D(x->as_of), SQL_D(x->as_of));
    for (bool more = true; s == OK;) {
        if ((s = rows_next(r, &more, x->d)) != OK || !more)
            break;
        struct home *h = home_of(x, rows_int(r, 0));
        if (!h)
            continue;
        if (!h->count++)
            h->first = x->member.size;
        struct slot *m = vec_push_in(x->a, &x->member);
        if (!m || !(m->relation = rows_dup(r, 2, x->a)))
            return arena_full(x->d);
        m->id = rows_int(r, 1);
        m->household = (size_t)(h - x->home);
    }
    return s;
}

static int by_person(const void *a, const void *b) {
    const struct by_person *x = a, *y = b;
    return (x->person > y->person) - (x->person < y->person);
}

static enum status make_index(struct chunk *x) {
    x->index = ARENA_ARRAY(x->a, x->member.size + 1, struct by_person);
    if (!x->index)
        return arena_full(x->d);
    for (size_t i = 0; i < x->member.size; i++)
        x->index[i] = (struct by_person){x->member.at[i].id, i};
    qsort(x->index, x->member.size, sizeof *x->index, by_person);
    return OK;
}

static struct slot *member_of(struct chunk *x, int64_t person) {
    struct by_person key = {person, 0}, *at = bsearch(&key, x->index, x->member.size, sizeof key, by_person);
    return at ? &x->member.at[at->slot] : NULL;
}

/* ---- what changed ----------------------------------------------------------------------- */

static enum status mark_rows(struct chunk *x, const char *sql, const struct sql_value *v, size_t n) {
    AUTO(rows) struct rows *r = NULL;
    enum status s = sql_query_(x->t, &r, x->d, sql, v, n);
    for (bool more = true; s == OK;) {
        if ((s = rows_next(r, &more, x->d)) != OK || !more)
            break;
        struct home *h = home_of(x, rows_int(r, 0));
        if (h)
            h->changed = true;
    }
    return s;
}

static enum status mark(struct chunk *x, const char *sql) {
    instant_t from = x->since->recorded;
    date_t day = x->since->day;
    struct sql_value v[] = {SQL_I(x->district), first_id(x), last_id(x), SQL_I(from), SQL_I(from), SQL_D(day), SQL_D(x->as_of), SQL_D(day), SQL_D(x->as_of)};
    return mark_rows(x, sql, v, ARRAY_LEN(v));
}

static enum status mark_confirmed(struct chunk *x, const char *sql) {
    struct sql_value v[] = {SQL_I(x->district), first_id(x), last_id(x), SQL_I(x->since->recorded)};
    return mark_rows(x, sql, v, ARRAY_LEN(v));
}

/* A batch of an import is believed from its confirmation on, whenever its rows were written. */
#define CONFIRMED "EXISTS (SELECT 1 FROM import_batch b WHERE b.id = x.batch AND b.shown_at >= ?)"

/* Recorded or superseded since, or its time began or ended in between. */
#define CHANGED(t) "(" t ".recorded_at >= ? OR " t ".superseded_at >= ? OR (" t ".valid_from > ? AND " t ".valid_from <= ?) OR (" t ".valid_to > ? AND " t ".valid_to <= ?))"

static enum status mark_changed(struct chunk *x) {
    enum status s = mark(x, "SELECT x.household FROM household_member x WHERE x.district = ? AND x.household BETWEEN ? AND ? AND " CHANGED("x"));
    if (s == OK)
        s = mark_confirmed(x, "SELECT x.household FROM household_member x WHERE x.district = ? AND x.household BETWEEN ? AND ? AND " CONFIRMED);
    if (s == OK)
        s = mark_confirmed(x, "SELECT m.household FROM household_member m JOIN person_record x ON x.district = m.district AND x.person = m.person "
                              "WHERE m.district = ? AND m.household BETWEEN ? AND ? AND " CONFIRMED);
    if (s == OK)
        s = mark(x, "SELECT m.household FROM household_member m JOIN person_record x ON x.district = m.district AND x.person = m.person "
                    "WHERE m.district = ? AND m.household BETWEEN ? AND ? AND " CHANGED("x"));
    for (size_t i = 0; s == OK && i < packs_count(x->civil->packs); i++) {
        const struct pack *p = packs_at(x->civil->packs, i);
        for (size_t k = 0; s == OK && k < p->reg_count; k++) {
            char sql[512];
            const char *name = json_str(p->reg[k], "name", "");
            if (schema_is_self(p->reg[k]))
                continue;
            if (strcmp(json_str(p->reg[k], "owner", ""), "household") == 0)
                snprintf(sql, sizeof sql, "SELECT x.owner FROM reg_%s x WHERE x.district = ? AND x.owner BETWEEN ? AND ? AND " CHANGED("x"), name);
            else
                snprintf(sql, sizeof sql, "SELECT m.household FROM household_member m JOIN reg_%s x ON x.district = m.district AND x.owner = m.person "
                    "WHERE m.district = ? AND m.household BETWEEN ? AND ? AND " CHANGED("x"), name);
            s = mark(x, sql);
        }
    }
    return s;
}

/* ---- facts -------------------------------------------------------------------------------- */

static enum status read_records(struct chunk *x) {
    AUTO(rows) struct rows *r = NULL;
    enum status s = sql_query(x->t, &r, x->d,
        "SELECT m.person, " RECORD_COLUMNS " FROM household_member m JOIN person_record r ON r.district = m.district AND r.person = m.person "
        "WHERE m.district = ? AND m.household BETWEEN ? AND ? AND m.superseded_at IS NULL AND m.valid_from <= ? AND (m.valid_to IS NULL OR m.valid_to > ?) "
        "AND r.superseded_at IS NULL AND r.valid_from <= ? AND (r.valid_to IS NULL OR r.valid_to > ?) AND " REGISTER_SHOWN("m") " AND " REGISTER_SHOWN("r"),
        SQL_I(x->district), first_id(x), last_id(x), SQL_D(x->as_of), SQL_D(x->as_of), SQL_D(x->as_of), SQL_D(x->as_of));
    for (bool more = true; s == OK;) {
        if ((s = rows_next(r, &more, x->d)) != OK || !more)
            break;
        struct slot *m = member_of(x, rows_int(r, 0));
        if (m && m->facts.n == 0 && x->home[m->household].changed)
            s = person_record_take(r, 1, x->a, &m->facts, x->d);
    }
    return s;
}

static struct fact_list *facts_of(struct chunk *x, bool person, int64_t owner) {
    if (person) {
        struct slot *m = member_of(x, owner);
        return m && x->home[m->household].changed ? &m->facts : NULL;
    }
    struct home *h = home_of(x, owner);
    return h && h->changed ? &h->facts : NULL;
}

/* An owner's rows stand together. */
struct gathered { int64_t owner; VEC(const struct json *) row; };

static enum status put_gathered(struct chunk *x, const struct json *schema, bool person, struct gathered *g) {
    struct fact_list *f = g->row.size ? facts_of(x, person, g->owner) : NULL;
    enum status s = f ? business_put(x->a, schema, g->row.at, g->row.size, f, NULL, x->d) : OK;
    *g = (struct gathered){0};
    return s;
}

static bool has(const struct fact_list *f, const char *target) {
    for (size_t i = 0; i < f->n; i++)
        if (span_is(f->key[i], target))
            return true;
    return false;
}

/* Who has no row in a complete register has nothing. */
static enum status put_none(struct chunk *x, const struct json *schema, bool person) {
    enum status s = OK;
    const char *target = json_str(schema, "target", "");
    for (size_t i = 0; s == OK && person && i < x->member.size; i++)
        if (x->home[x->member.at[i].household].changed && !has(&x->member.at[i].facts, target))
            s = business_put(x->a, schema, NULL, 0, &x->member.at[i].facts, NULL, x->d);
    for (size_t i = 0; s == OK && !person && i < x->homes; i++)
        if (x->home[i].changed && !has(&x->home[i].facts, target))
            s = business_put(x->a, schema, NULL, 0, &x->home[i].facts, NULL, x->d);
    return s;
}

static enum status read_register(struct chunk *x, const struct json *schema) {
    bool person = strcmp(json_str(schema, "owner", ""), "person") == 0;
    const char *name = json_str(schema, "name", "");
    BUF_AUTO sql;
    buf_init(&sql, 65536);
    buf_adds(&sql, "SELECT x.owner");
    business_columns(&sql, schema);
    struct sql_value day = SQL_D(x->as_of), v[] = {SQL_I(x->district), first_id(x), last_id(x), day, day, day, day};
    if (person)
        buf_addf(&sql, " FROM household_member m JOIN reg_%s x ON x.district = m.district AND x.owner = m.person WHERE m.district = ? AND m.household BETWEEN ? AND ? "
            "AND m.superseded_at IS NULL AND m.valid_from <= ? AND (m.valid_to IS NULL OR m.valid_to > ?) AND " REGISTER_SHOWN("m"), name);
    else
        buf_addf(&sql, " FROM reg_%s x WHERE x.district = ? AND x.owner BETWEEN ? AND ?", name);
    buf_adds(&sql, " AND x.superseded_at IS NULL AND x.valid_from <= ? AND (x.valid_to IS NULL OR x.valid_to > ?) ORDER BY x.owner, x.id");
    AUTO(rows) struct rows *r = NULL;
    struct gathered g = {0};
    enum status s = buf_ok(&sql) ? sql_query_(x->t, &r, x->d, buf_str(&sql), v, person ? 7 : 5) : arena_full(x->d);
    for (bool more = true; s == OK;) {
        if ((s = rows_next(r, &more, x->d)) != OK || !more)
            break;
        if (g.row.size && rows_int(r, 0) != g.owner && (s = put_gathered(x, schema, person, &g)) != OK)
            break;
        g.owner = rows_int(r, 0);
        const struct json **slot = vec_push_in(x->a, &g.row);
        if (!slot || !(*slot = business_row(x->a, r, 1, schema)))
            s = arena_full(x->d);
    }
    if (s == OK)
        s = put_gathered(x, schema, person, &g);
    return s == OK ? put_none(x, schema, person) : s;
}

static enum status read_registers(struct chunk *x) {
    enum status s = OK;
    for (size_t i = 0; s == OK && i < packs_count(x->civil->packs); i++) {
        const struct pack *p = packs_at(x->civil->packs, i);
        for (size_t k = 0; s == OK && k < p->reg_count; k++)
            if (!schema_is_self(p->reg[k]) && json_bool(p->reg[k], "held", true))
                s = read_register(x, p->reg[k]);
    }
    return s;
}

/* ---- handing on ------------------------------------------------------------------------------ */

static const struct json *member_json(struct chunk *x, const struct home *h, size_t k, const char *head) {
    struct slot *m = &x->member.at[h->first + k];
    const char *number = arena_printf(x->a, "%zu", k + 1), *relation = household_relation(head, m->relation, k == 0);
    if (!number || !fact_add(&m->facts, x->a, "编号", json_new_string(x->a, span_of(number))) ||
        !fact_add(&m->facts, x->a, "与申请人关系", json_new_string(x->a, span_of(relation))))
        return NULL;
    return json_new_object(x->a, m->facts.key, m->facts.value, m->facts.n);
}

/* The head leads; where there is none, who comes first would apply. */
static enum status hand_on(struct chunk *x, struct home *h, household_bulk_fn *fn, void *arg) {
    struct household_bulk out = {.district = x->district, .id = h->id, .division = h->division};
    if (!h->changed)
        return fn(arg, &out, x->d);
    const struct json **list = ARENA_ARRAY(x->a, h->count, const struct json *);
    int64_t *person = ARENA_ARRAY(x->a, h->count, int64_t);
    if (!list || !person)
        return arena_full(x->d);
    for (size_t k = 0; k < h->count; k++) {
        person[k] = x->member.at[h->first + k].id;
        if (!(list[k] = member_json(x, h, k, x->member.at[h->first].relation)))
            return arena_full(x->d);
    }
    if (!fact_add(&h->facts, x->a, "成员", json_new_array(x->a, list, h->count)))
        return arena_full(x->d);
    out.facts = json_new_object(x->a, h->facts.key, h->facts.value, h->facts.n);
    out.person = person;
    out.people = h->count;
    return out.facts ? fn(arg, &out, x->d) : arena_full(x->d);
}

static enum status read_chunk(struct chunk *x, household_bulk_fn *fn, void *arg) {
    bool any = false;
    enum status s = x->since->day == DATE_NONE ? OK : mark_changed(x);
    if (s == OK)
        s = read_members(x);
    for (size_t i = 0; i < x->homes; i++)
        any |= x->home[i].changed;
    if (s == OK && any)
        s = make_index(x);
    if (s == OK && any)
        s = read_records(x);
    if (s == OK && any)
        s = read_registers(x);
    for (size_t i = 0; s == OK && i < x->homes; i++)
        if (x->home[i].count)
            s = hand_on(x, &x->home[i], fn, arg);
    return s;
}

static enum status read_district(struct chunk *x, household_bulk_fn *fn, void *arg) {
    enum status s = OK;
    for (int64_t after = 0; s == OK;) {
        struct arena_mark mark = arena_mark(x->a);
        x->member.at = NULL;
        x->member.size = x->member.room = 0;
        s = read_homes(x, after);
        if (s != OK || x->homes == 0)
            break;
        after = x->home[x->homes - 1].id;
        s = read_chunk(x, fn, arg);
        arena_rewind(x->a, mark);
    }
    return s;
}

enum status households_read_all(struct civil *c, struct txn *t, date_t as_of, const struct household_since *since, household_bulk_fn *fn, void *arg, struct diag *d) {
    static const struct household_since everything = {0, DATE_NONE};
    AUTO(arena) struct arena *a = arena_new(0), *districts = arena_new(0);
    VEC(int64_t) list = {0};
    if (!a || !districts)
        return arena_full(d);
    AUTO(rows) struct rows *r = NULL;
    enum status s = sql_query(t, &r, d, "SELECT DISTINCT district FROM household ORDER BY district");
    for (bool more = true; s == OK;) {
        if ((s = rows_next(r, &more, d)) != OK || !more)
            break;
        int64_t *slot = vec_push_in(districts, &list);
        if (!slot)
            return arena_full(d);
        *slot = rows_int(r, 0);
    }
    for (size_t i = 0; s == OK && i < list.size; i++) {
        struct chunk x = {.civil = c, .t = t, .a = a, .d = d, .district = list.at[i], .as_of = as_of, .since = since ? since : &everything};
        s = read_district(&x, fn, arg);
    }
    return s;
}
