/* An application at any counter of the city (跨区申请、全城通办), for a matter whose matter.json says so ("city_wide").
 * Who decides stays where the applicant lives: the case goes to the tasks there at once.  The office that took it in
 * finds him by his whole number and by nothing else, sees of exactly these cases where they stand, and hands papers on;
 * every other door answers it as if there were no case.  Whom an order protects is not found, and his case is not there. */
#include "civil/case/case_internal.h"

#include "base/vec.h"
#include "civil/register/contact.h"
#include "civil/scope.h"
#include "civil/secrecy/secrecy.h"

#include <stdio.h>

/* Windows of streets and townships: whoever has this role there (160号 四(一)). */
#define COUNTER_ROLE "clerk"
static const char *const counter_roles[] = {COUNTER_ROLE, NULL};

enum { DISTRICT_DIGITS = 6, STREET_DIGITS = 9, PAGE_DEFAULT = 50, PAGE_MAX = 200 };

/* ---- whose city, which counter --------------------------------------------------------- */

/* Codes of GB/T 2260: a municipality is its first two digits, another city its first four. */
static size_t city_digits(const char *division) {
    static const char *const municipality[] = {"11", "12", "31", "50"};
    for (size_t i = 0; i < ARRAY_LEN(municipality); i++)
        if (strncmp(division, municipality[i], 2) == 0)
            return 2;
    return 4;
}

static bool same_city(const char *x, const char *y) { return strncmp(x, y, city_digits(x)) == 0; }

const char *case_counter(const struct actor *who) {
    for (int i = 0; strcmp(who->kind, "staff") == 0 && i < who->grant_count; i++)
        if (strcmp(who->grant[i].role, COUNTER_ROLE) == 0 && strlen(who->grant[i].division) >= DISTRICT_DIGITS)
            return who->grant[i].division;
    return "";
}

/* "西城区新街口街道" of a community there; of a district its name alone. */
enum status case_office_name(struct txn *t, const char *division, const char **ret, struct diag *d) {
    struct arena *a = txn_arena(t);
    char code[STREET_DIGITS + 1], district[DISTRICT_DIGITS + 1];
    const char *of = "", *name = "";
    snprintf(code, sizeof code, "%.9s", division);
    snprintf(district, sizeof district, "%.6s", division);
    enum status s = division_name(t, a, district, &of, d);
    if (s == OK && strlen(code) > DISTRICT_DIGITS)
        s = division_name(t, a, code, &name, d);
    char *both = s == OK ? arena_printf(a, "%s%s", of, name) : NULL;
    if (s == OK && !both)
        return arena_full(d);
    *ret = both;
    return s;
}

/* ---- finding who asks -------------------------------------------------------------------- */

enum status case_elsewhere(struct civil *c, struct txn *t, struct access *x, const struct actor *who, const struct matter *m, const char *number,
    struct elsewhere *ret, struct diag *d) {
    int64_t district = 0, person = 0;
    bool kept = false;
    *ret = (struct elsewhere){.counter = NULL};
    enum status s = person_by_number(c, t, x, span_of(number), &district, &person, d);
    if (s == OK)
        s = person_read(c, t, x, txn_arena(t), district, person, &ret->person, d);
    if (s != OK || case_staff_may(who, ret->person.division))
        return s;
    ret->counter = case_counter(who);
    bool here = *ret->counter && m->city_wide_from != DATE_NONE && m->city_wide_from <= txn_today(t) && same_city(ret->counter, ret->person.division);
    if (here)
        s = secrecy_protected(t, district, person, &kept, d);
    return s == OK && (!here || kept) ? diag_fail(d, E_NOT_FOUND, "register.person") : s; /* as if he were not registered */
}

enum status case_elsewhere_json(struct civil *c, struct txn *t, struct access *x, const struct actor *who, const char *number, const char *matter,
    struct json_writer *w, struct diag *d) {
    const struct matter *m = packs_matter(c->packs, matter);
    struct elsewhere e;
    const char *office = "";
    if (!m || !m->open || !actor_inside(who, json_str(m->json, "compartment", NULL)))
        return diag_fail(d, E_NOT_FOUND, "case.no_matter");
    enum status s = case_elsewhere(c, t, x, who, m, number, &e, d);
    if (s == OK)
        s = case_office_name(t, e.person.division, &office, d);
    if (s != OK)
        return s;
    BUF_AUTO masked;
    buf_init(&masked, 1024);
    person_name_masked(&masked, e.person.name);
    json_object(w);
    json_kspan(w, "name_masked", buf_span(&masked));
    json_kstring(w, "id_masked", e.person.id_masked);
    json_kint(w, "birth_year", date_ymd(e.person.birth).year);
    json_kbool(w, "elsewhere", e.counter != NULL);
    json_kstring(w, "office", office);
    json_object_end(w);
    return OK;
}

/* ---- what the counter keeps an eye on ------------------------------------------------------- */

enum status case_counter_for(struct civil *c, struct txn *t, const struct actor *who, int64_t id, struct case_row *ret, enum case_eye *eye, struct diag *d) {
    int64_t open = 0;
    enum status s = case_for(c, t, who, id, ret, eye, d);
    if (s != E_NOT_FOUND || strcmp(who->kind, "staff") != 0)
        return s;
    diag_clear(d);
    s = case_row_read(c, t, id, ret, d);
    if (s == OK && ret->taken_in && actor_may(who, COUNTER_ROLE, ret->taken_in))
        s = sql_int(t, &open, 0, d, "SELECT COUNT(*) FROM case_file k WHERE k.district = ? AND k.id = ? AND " SECRECY_OPEN_HOUSE, SQL_I(ret->district), SQL_I(id));
    if (s == OK && !open)
        return diag_fail(d, E_NOT_FOUND, "case.none");
    if (s == OK)
        *eye = EYE_COUNTER;
    return s;
}

const char *case_eye_role(const struct actor *who, const struct case_row *k, enum case_eye eye) {
    return eye == EYE_COUNTER ? COUNTER_ROLE : case_role(who, k->division);
}

static enum status taken_json(struct civil *c, struct txn *t, struct access *x, const struct case_row *k, struct json_writer *w, struct diag *d) {
    struct person p;
    const char *office = "";
    bool wanted = false;
    enum status s = person_read(c, t, x, txn_arena(t), k->district, k->applicant, &p, d);
    if (s == OK)
        s = access_add(x, k->district, k->applicant, ACCESS_CASE, d);
    if (s == OK)
        s = case_office_name(t, k->division, &office, d);
    if (s == OK && !k->closed_at)
        s = case_awaits(t, k, "papers", &wanted, d);
    if (s != OK)
        return s;
    json_object(w);
    json_kid(w, "id", k->id);
    json_kstring(w, "number", k->number);
    json_kstring(w, "matter", k->matter->id);
    text_json(w, "matter_name", json_get(k->matter->json, "name"));
    case_state_json(k, w);
    json_kstring(w, "applicant_name", p.name);
    json_kstring(w, "id_masked", p.id_masked);
    json_kstring(w, "office", office);
    json_kdate(w, "applied_on", instant_date(k->applied_at));
    json_kdate(w, "due_on", k->due_on);
    json_kbool(w, "due_provisional", k->due_provisional);
    json_kbool(w, "late", !k->closed_at && k->due_on != DATE_NONE && k->due_on < txn_today(t));
    json_kbool(w, "wanted", wanted);
    json_kbool(w, "closed", k->closed_at != 0);
    json_object_end(w);
    return OK;
}

/* Only what this office handed on: what was gathered where it is decided is none of its business. */
static enum status handed_json(struct txn *t, const struct case_row *k, struct json_writer *w, struct diag *d) {
    AUTO(rows) struct rows *r = NULL;
    bool row = true;
    enum status s = sql_query(t, &r, d, "SELECT f.id, f.kind, f.size, f.added_at, a.name FROM archive_file f LEFT JOIN account a ON a.id = f.added_by "
        "WHERE f.district = ? AND f.case_id = ? AND f.handed_in = ? ORDER BY f.id", SQL_I(k->district), SQL_I(k->id), SQL_S(k->taken_in));
    json_array(w);
    while (s == OK && (s = rows_next(r, &row, d)) == OK && row) {
        json_object(w);
        json_kid(w, "id", rows_int(r, 0));
        json_kspan(w, "kind", rows_text(r, 1));
        paper_kind_json(k, rows_text(r, 1), w);
        json_kint(w, "size", rows_int(r, 2));
        json_kinstant(w, "added_at", rows_int(r, 3));
        json_kstring(w, "added_by", rows_null(r, 4) ? "" : rows_dup(r, 4, txn_arena(t)));
        json_object_end(w);
    }
    json_array_end(w);
    return s;
}

enum status taken_case_json(struct civil *c, struct txn *t, struct access *x, const struct actor *who, int64_t case_id, struct json_writer *w, struct diag *d) {
    struct case_row k;
    enum case_eye eye;
    enum status s = case_counter_for(c, t, who, case_id, &k, &eye, d);
    if (s == OK && eye != EYE_COUNTER) /* of one's own division: the case itself is open to him */
        return diag_fail(d, E_NOT_FOUND, "case.none");
    if (s == OK)
        s = access_act_as(x, COUNTER_ROLE, d);
    if (s != OK)
        return s;
    json_object(w);
    json_key(w, "case");
    s = taken_json(c, t, x, &k, w, d);
    json_key(w, "steps");
    if (s == OK)
        s = case_steps_json(c, t, &k, w, d);
    json_key(w, "papers");
    if (s == OK)
        s = handed_json(t, &k, w, d);
    json_key(w, "contact_at");
    if (s == OK && (s = contact_json(t, k.subdistrict, w, d)) == E_NOT_FOUND) {
        diag_clear(d);
        json_nothing(w);
        s = OK;
    }
    json_object_end(w);
    return s;
}

/* ---- the list ------------------------------------------------------------------------------------ */

struct where { struct buf sql; struct sql_value v[2 * SCOPE_VALUES_MAX + 8]; size_t n; };

static enum status after(struct where *q, const char *cursor, struct diag *d) {
    long long at, id;
    char rest;
    if (!cursor || !*cursor)
        return OK;
    if (sscanf(cursor, "%lld.%lld%c", &at, &id, &rest) != 2) {
        (void)diag_fail(d, E_INPUT, "case.cursor");
        return diag_at(d, "cursor");
    }
    buf_adds(&q->sql, " AND (k.applied_at < ? OR (k.applied_at = ? AND k.id < ?))");
    q->v[q->n++] = SQL_I(at);
    q->v[q->n++] = SQL_I(at);
    q->v[q->n++] = SQL_I(id);
    return OK;
}

enum status taken_list_json(struct civil *c, struct txn *t, struct access *x, const struct actor *who, const struct taken_query *f, struct json_writer *w, struct diag *d) {
    struct where q = {.n = 0};
    VEC(int64_t) list = {0};
    AUTO(rows) struct rows *r = NULL;
    bool row = true;
    size_t limit = f->limit > 0 && f->limit <= PAGE_MAX ? (size_t)f->limit : PAGE_DEFAULT;
    struct case_row k = {.id = 0};
    buf_init(&q.sql, 32768);
    buf_adds(&q.sql, "SELECT k.id FROM case_file k WHERE k.taken_in IS NOT NULL AND ");
    scope_of(&q.sql, q.v, &q.n, txn_arena(t), who, "k.taken_in", counter_roles, NULL);
    buf_adds(&q.sql, " AND NOT "); /* one that has come here since is a case like others */
    scope_of(&q.sql, q.v, &q.n, txn_arena(t), who, "k.division", case_reader_roles, NULL);
    buf_adds(&q.sql, " AND " SECRECY_OPEN_HOUSE);
    if (f->open)
        buf_adds(&q.sql, " AND k.closed_at IS NULL");
    enum status s = after(&q, f->cursor, d);
    buf_adds(&q.sql, " ORDER BY k.applied_at DESC, k.id DESC LIMIT ?");
    q.v[q.n++] = SQL_I((int64_t)limit + 1);
    if (s == OK)
        s = buf_ok(&q.sql) ? sql_query_(t, &r, d, buf_str(&q.sql), q.v, q.n) : arena_full(d);
    buf_release(&q.sql);
    while (s == OK && (s = rows_next(r, &row, d)) == OK && row) {
        int64_t *slot = vec_push_in(txn_arena(t), &list);
        if (!slot)
            return arena_full(d);
        *slot = rows_int(r, 0);
    }
    size_t shown = list.size > limit ? limit : list.size;
    json_object(w);
    json_key(w, "items");
    json_array(w);
    for (size_t i = 0; s == OK && i < shown; i++)
        if ((s = case_row_read(c, t, list.at[i], &k, d)) == OK)
            s = taken_json(c, t, x, &k, w, d);
    json_array_end(w);
    json_key(w, "next");
    if (s == OK && list.size > shown)
        json_stringf(w, "%lld.%lld", (long long)k.applied_at, (long long)k.id);
    else
        json_nothing(w);
    json_object_end(w);
    return s;
}

enum status case_office_json(struct txn *t, const char *division, const char *key, struct json_writer *w, struct diag *d) {
    const char *office = "";
    enum status s = case_office_name(t, division, &office, d);
    json_kstring(w, key, office);
    return s;
}
