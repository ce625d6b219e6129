#include "civil/linkage/family.h"

#include "base/buf.h"
#include "base/utf8.h"
#include "civil/access/access.h"
#include "civil/register/linkable.h"
#include "civil/register/register.h"
#include "link/find.h"

#include <math.h>
#include <stdio.h>

enum { YEAR_FIRST = 1900, YEAR_ERROR = 5, YEAR_ERROR_MAX = 30 };

struct finding {
    struct civil *c;
    const struct actor *who;
    struct access *look;
    struct arena *arena;
    const char *role, *scope;
    uint64_t *row;
    int64_t *person;
    size_t n, room;
    struct link_find_hit hit[FAMILY_TOP];
    size_t hits;
    struct json_writer *w;
};

/* ---- everybody ----------------------------------------------------------------------------------- */

static int province_of(const struct finding *x, const struct person_linkable *p) {
    struct span code = p->registered.size >= 2 ? p->registered : SPAN("");
    bool digits = code.size >= 2 && code.at[0] >= '1' && code.at[0] <= '9' && code.at[1] >= '0' && code.at[1] <= '9';
    return digits ? (code.at[0] - '0') * 10 + code.at[1] - '0' : p->local ? (int)(x->c->district / 10000) : 0;
}

static enum status add(void *arg, const struct person_linkable *p, struct diag *d) {
    struct finding *x = arg;
    size_t m = strlen(x->scope);
    if (p->division.size < m || memcmp(p->division.at, x->scope, m) != 0 || x->n == x->room)
        return OK;
    x->person[x->n] = p->person;
    x->row[x->n++] = link_find_row(p->name, p->birth == DATE_NONE ? 0 : date_ymd(p->birth).year, p->male ? LINK_MALE : LINK_FEMALE, province_of(x, p));
    return OK;
}

static enum status read_all(struct txn *t, void *arg, struct diag *d) {
    struct finding *x = arg;
    int64_t n = 0;
    enum status s = people_count(x->c, t, &n, d);
    x->n = 0;
    x->room = (size_t)n;
    x->row = ARENA_ARRAY(x->arena, x->room + 1, uint64_t);
    x->person = ARENA_ARRAY(x->arena, x->room + 1, int64_t);
    if (s == OK && (!x->row || !x->person))
        s = arena_full(d);
    return s == OK ? people_linkable(x->c, t, false, add, x, d) : s;
}

static enum status record_look(struct txn *t, void *arg, struct diag *d) {
    struct finding *x = arg;
    return access_bulk_in(x->c, t, x->who, x->role, "family_finding", "family finding", (int64_t)x->n, NULL, d);
}

/* ---- whom it may be -------------------------------------------------------------------------------- */

static enum status show(struct txn *t, void *arg, struct diag *d) {
    struct finding *x = arg;
    enum status s = OK;
    for (size_t i = 0; s == OK && i < x->hits; i++) {
        struct person p;
        const char *division = "";
        BUF_AUTO name;
        buf_init(&name, 1024);
        s = person_read(x->c, t, x->look, txn_arena(t), x->c->district, x->person[x->hit[i].row], &p, d);
        if (s == E_NOT_FOUND) { /* gone since */
            diag_clear(d);
            s = OK;
            continue;
        }
        if (s == OK)
            s = division_name(t, txn_arena(t), p.division, &division, d);
        if (s != OK)
            return s;
        person_name_masked(&name, p.name);
        json_object(x->w);
        json_kid(x->w, "person", p.id);
        json_kspan(x->w, "name_masked", buf_span(&name));
        json_kstring(x->w, "id_masked", p.id_masked);
        json_kstring(x->w, "sex", p.male ? "男" : "女");
        json_kint(x->w, "birth_year", date_ymd(p.birth).year);
        json_kstring(x->w, "division_name", division);
        json_kint(x->w, "score_milli", llround((double)x->hit[i].score * 1000));
        json_object_end(x->w);
    }
    return s;
}

static enum status question(const struct family_asked *q, struct link_find_question *ret, struct diag *d) {
    bool name = q->name && *q->name, sex = q->sex && *q->sex;
    if (!name && !q->year && !sex && !q->province)
        return diag_fail(d, E_INPUT, "linkage.family_nothing");
    if (name && (strlen(q->name) > FAMILY_NAME_MAX || !utf8_valid(span_of(q->name))))
        return diag_fail(d, E_INPUT, "linkage.family_name");
    if ((q->year && (q->year < YEAR_FIRST || q->year > 2104)) || q->year_error < 0 || q->year_error > YEAR_ERROR_MAX)
        return diag_fail(d, E_INPUT, "linkage.family_year", DIAG_N("max", YEAR_ERROR_MAX));
    if (sex && strcmp(q->sex, "男") != 0 && strcmp(q->sex, "女") != 0)
        return diag_fail(d, E_INPUT, "linkage.family_sex");
    if (q->province && (q->province < 11 || q->province > 82))
        return diag_fail(d, E_INPUT, "linkage.family_province");
    *ret = (struct link_find_question){.name = name ? span_of(q->name) : SPAN(""), .given_only = q->given_only, .year = (int)q->year, .year_error = (int)(q->year_error ? q->year_error : YEAR_ERROR),
        .sex = !sex ? LINK_SEX_UNKNOWN : strcmp(q->sex, "男") == 0 ? LINK_MALE : LINK_FEMALE, .province = (int)q->province};
    return OK;
}

enum status family_find(struct civil *c, const struct actor *who, struct access *look, const struct link_crew *crew, const struct family_asked *q, struct json_writer *w, struct diag *d) {
    struct link_find_question ask;
    AUTO(arena) struct arena *a = arena_new((size_t)1 << 30);
    const char *district = actor_division(who, "district_clerk"), *own = actor_division(who, "clerk");
    struct finding x = {.c = c, .who = who, .look = look, .arena = a, .role = *district ? "district_clerk" : "clerk", .scope = *district ? district : own, .w = w};
    if (!*x.scope)
        return diag_fail(d, E_FORBIDDEN, "register.read");
    enum status s = a ? question(q, &ask, d) : arena_full(d);
    if (s == OK)
        s = store_read(c->store, read_all, &x, d);
    if (s == OK && x.n)
        s = link_find(x.row, x.n, &ask, FAMILY_TOP, crew, a, x.hit, &x.hits, d);
    if (s == OK)
        s = store_write(c->store, record_look, &x, d);
    json_object(w);
    json_kint(w, "people", (int64_t)x.n);
    json_key(w, "items");
    json_array(w);
    if (s == OK)
        s = store_read(c->store, show, &x, d);
    json_array_end(w);
    json_object_end(w);
    return s;
}
