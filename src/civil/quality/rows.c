/* Rows of a register as its rules see them. */
#include "civil/quality/quality_internal.h"

#include "base/map.h"
#include "civil/register/record.h"
#include "civil/register/stated.h"

enum { PAGE = 1000, VALUES_MAX = 2 * SCHEMA_FIELDS_MAX + 3, DAY_US = 86400 };

static int64_t days_since(struct txn *t, instant_t at) { return (txn_now(t) - at) / 1000000 / DAY_US; }
static struct feel_value text(struct span s) { return s.at && s.size ? feel_string(s) : feel_null(); }
static struct feel_value day(date_t d) { return d == DATE_NONE ? feel_null() : feel_date(d); }

/* ---- people ------------------------------------------------------------------------------------ */

struct walking { struct txn *t; quality_row_fn *fn; void *arg; };

static enum status person(void *arg, const struct person_stated *p, struct diag *d) {
    struct walking *x = arg;
    const struct feel_value v[] = {text(p->sex), day(p->birth), p->birth == DATE_NONE ? feel_null() : feel_int(date_age(p->birth, txn_today(x->t))), text(p->division), text(p->address),
        text(p->registered_division), text(p->registered_address), text(p->hukou), text(p->marriage), text(p->groups), day(p->died_on), day(p->moved_out_on), feel_bool(p->phone), feel_bool(p->account),
        feel_bool(p->household), feel_int(days_since(x->t, p->recorded_at)), feel_bool(p->division_known), feel_bool(p->twice)};
    return x->fn(x->arg, &(struct quality_row){p->person, p->division, SPAN(""), v}, d);
}

/* ---- registers of the packs ------------------------------------------------------------------------ */

struct records {
    struct civil *c;
    struct txn *t;
    struct schema schema;
    const char *scope;
    quality_row_fn *fn;
    void *arg;
    struct arena *own;      /* what outlives a row */
    struct map *titles;     /* title and place -> how often */
    bool counting;
    int64_t last;
    size_t read;
};

static struct span title_of(const struct records *x, const struct record *r, struct arena *a) {
    const struct sql_value *title = &r->v[x->schema.title], none = SQL_NIL, *division = x->schema.division >= 0 ? &r->v[x->schema.division] : &none;
    struct span place = division->type == SQL_TEXT ? division->bytes : SPAN("");
    char *key = title->type == SQL_TEXT ? arena_printf(a, "%.*s|%.*s", SPAN_ARG(title->bytes), SPAN_ARG(place)) : NULL;
    return key ? span_of(key) : SPAN("");
}

static struct feel_value value_of(const struct field *f, const struct sql_value *v) {
    if (v->type == SQL_NULL)
        return feel_null();
    switch (f->type) {
    case FIELD_MONEY: return feel_number(dec_from_fen(v->number));
    case FIELD_BOOL: return feel_bool(v->number != 0);
    case FIELD_DATE: return feel_date(v->number);
    case FIELD_DECIMAL: {
        struct dec scale = dec_int(1);
        for (int i = 0; i < f->scale; i++)
            scale = dec_mul(scale, dec_int(10));
        return feel_number(dec_div(dec_int(v->number), scale));
    }
    case FIELD_INT:
    case FIELD_REF: return feel_int(v->number);
    case FIELD_ID_NUMBER:
    case FIELD_PHONE: return feel_string(SPAN("有")); /* what is sealed stays sealed */
    case FIELD_TEXT:
    case FIELD_CODE:
    case FIELD_DIVISION:
    case FIELD_CREDIT_CODE: return text(v->bytes);
    }
    return feel_null();
}

static enum status known(struct records *x, const struct field *f, const struct sql_value *v, bool *ret, struct diag *d) {
    int64_t n = 0;
    enum status s = OK;
    *ret = v->type != SQL_NULL;
    if (*ret && f->type == FIELD_REF) {
        struct record other;
        struct schema *schema = ARENA_NEW(txn_arena(x->t), struct schema);
        s = schema ? schema_find(x->c, txn_arena(x->t), f->other, schema, d) : arena_full(d);
        if (s == OK)
            s = record_read(x->c, x->t, schema, v->number, &other, d);
        *ret = s == OK && other.valid_to == DATE_NONE;
        if (s == E_NOT_FOUND)
            diag_clear(d);
        return s == E_NOT_FOUND ? OK : s;
    }
    if (*ret)
        s = sql_int(x->t, &n, 0, d, "SELECT count(*) FROM division WHERE code = ?", *v);
    *ret = n > 0;
    return s;
}

static enum status record(void *arg, const struct record *r, struct diag *d) {
    struct records *x = arg;
    const struct schema *s = &x->schema;
    struct feel_value v[VALUES_MAX];
    size_t n = 0;
    enum status st = OK;
    x->last = r->id;
    x->read++;
    struct span division = s->division >= 0 && r->v[s->division].type == SQL_TEXT ? r->v[s->division].bytes : SPAN("");
    struct span key = title_of(x, r, x->counting ? x->own : txn_arena(x->t));
    if (x->counting) {
        int *count = map_get(x->titles, key);
        if (!count && (!(count = ARENA_NEW(x->own, int)) || !map_put(x->titles, key, count)))
            return arena_full(d);
        ++*count;
        return OK;
    }
    if (strncmp(division.at, x->scope, strlen(x->scope) < division.size ? strlen(x->scope) : division.size) != 0)
        return OK;
    for (size_t i = 0; i < s->fields; i++)
        v[n++] = value_of(&s->field[i], &r->v[i]);
    for (size_t i = 0; st == OK && i < s->fields; i++)
        if (s->field[i].type == FIELD_REF) {
            bool there = false;
            st = known(x, &s->field[i], &r->v[i], &there, d);
            v[n++] = feel_bool(there);
        }
    bool place = false;
    if (st == OK && s->division >= 0)
        st = known(x, &s->field[s->division], &r->v[s->division], &place, d);
    const int *count = map_get(x->titles, key);
    v[n++] = feel_int(days_since(x->t, r->recorded_at));
    v[n++] = feel_bool(place);
    v[n++] = feel_bool(count && *count > 1);
    return st == OK ? x->fn(x->arg, &(struct quality_row){r->id, division, r->v[s->title].type == SQL_TEXT ? r->v[s->title].bytes : SPAN(""), v}, d) : st;
}

static enum status walk(struct records *x, int64_t after, struct diag *d) {
    enum status s = OK;
    x->last = after;
    do {
        struct arena_mark mark = arena_mark(txn_arena(x->t));
        struct record_query q = {.on = txn_today(x->t), .after = x->last, .limit = PAGE};
        x->read = 0;
        s = records_walk(x->c, x->t, &x->schema, &q, record, x, d);
        arena_rewind(txn_arena(x->t), mark);
    } while (s == OK && x->read == PAGE);
    return s;
}

enum status quality_rows(struct civil *c, struct txn *t, const char *reg, const char *scope, int64_t after, quality_row_fn *fn, void *arg, struct diag *d) {
    if (strcmp(reg, "population") == 0) {
        struct walking w = {t, fn, arg};
        return people_stated(c, t, scope, after, person, &w, d);
    }
    AUTO(arena) struct arena *own = arena_new(0);
    struct records *x = own ? ARENA_NEW(own, struct records) : NULL;
    if (!x)
        return arena_full(d);
    *x = (struct records){.c = c, .t = t, .scope = scope, .fn = fn, .arg = arg, .own = own, .titles = map_new(own, 0), .counting = true};
    enum status s = x->titles ? schema_find(c, own, reg, &x->schema, d) : arena_full(d);
    if (s == OK)
        s = walk(x, 0, d);
    x->counting = false;
    return s == OK ? walk(x, after, d) : s;
}
