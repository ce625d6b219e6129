#include "civil/register/register_json.h"

#include "civil/access/access.h"
#include "civil/secrecy/secrecy.h"
#include "civil/register/register_internal.h"
#include "civil/register/search.h"
#include "store/store.h"

#include <stdio.h>

static const char *division_text(struct txn *t, const char *code, struct diag *d) {
    const char *name = code;
    return division_name(t, txn_arena(t), code, &name, d) == OK ? name : code;
}

/* ---- finding ---------------------------------------------------------------------- */

static enum status found_json(struct txn *t, const struct person *p, struct json_writer *w, struct diag *d) {
    int64_t household = 0;
    BUF_AUTO masked;
    buf_init(&masked, 1024);
    person_name_masked(&masked, p->name);
    json_object(w);
    json_kid(w, "person", p->id);
    json_kspan(w, "name_masked", buf_span(&masked));
    json_kstring(w, "id_masked", p->id_masked);
    json_kint(w, "birth_year", date_ymd(p->birth).year);
    json_kstring(w, "division_name", division_text(t, p->division, d));
    json_key(w, "household");
    enum status s = household_id_of(t, p->district, p->id, &household, d);
    if (s == OK)
        json_id(w, household);
    else
        json_nothing(w);
    json_object_end(w);
    return s == E_NOT_FOUND ? OK : s;
}

static enum status by_number(struct civil *c, struct txn *t, struct access *x, const char *number, const char *scope, struct json_writer *w, struct diag *d) {
    int64_t district = 0, person = 0;
    struct person p;
    enum status s = person_by_number(c, t, x, span_of(number), &district, &person, d);
    if (s == E_NOT_FOUND)
        return OK;
    if (s == OK)
        s = person_read(c, t, x, txn_arena(t), district, person, &p, d);
    if (s == OK && strncmp(p.division, scope, strlen(scope)) == 0)
        s = found_json(t, &p, w, d);
    return s;
}

enum status person_search_json(struct civil *c, struct txn *t, struct access *x, const char *id_number, const struct person_query *q, size_t max,
    struct json_writer *w, struct diag *d) {
    bool whole = id_number && *id_number, more = false;
    int given = (q->last4 && *q->last4) + (q->name && *q->name) + (q->birth != DATE_NONE);
    if (!whole && given < 2)
        return diag_fail(d, E_INPUT, "register.query");
    struct person *list = NULL;
    size_t n = 0;
    json_object(w);
    json_key(w, "items");
    json_array(w);
    enum status s = whole ? by_number(c, t, x, id_number, q->division, w, d) : person_search(c, t, x, txn_arena(t), q, max, &list, &n, &more, d);
    for (size_t i = 0; s == OK && i < n; i++)
        s = found_json(t, &list[i], w, d);
    json_array_end(w);
    json_kbool(w, "more", more);
    json_object_end(w);
    return s;
}

enum status search_json(struct civil *c, struct txn *t, struct access *x, struct span text, const char *scope, struct json_writer *w, struct diag *d) {
    struct person *list = NULL;
    size_t n = 0;
    bool more = false;
    enum status s = search_persons(c, t, x, txn_arena(t), text, scope, &list, &n, &more, d);
    json_object(w);
    json_key(w, "items");
    json_array(w);
    for (size_t i = 0; s == OK && i < n; i++)
        s = found_json(t, &list[i], w, d);
    json_array_end(w);
    json_kbool(w, "more", more);
    json_object_end(w);
    return s;
}

/* ---- a household -------------------------------------------------------------------- */

static void facts_json(struct json_writer *w, const struct json *facts, const struct json *sources) {
    json_key(w, "facts");
    json_array(w);
    for (size_t i = 0; facts && i < facts->size; i++) {
        if (span_is(facts->key[i], "成员") || span_is(facts->key[i], "编号"))
            continue;
        const struct json *source = json_get_span(sources, facts->key[i]);
        json_object(w);
        json_kspan(w, "name", facts->key[i]);
        json_key(w, "value");
        json_value(w, facts->item[i]);
        json_kstring(w, "source", json_str(source, "source", "population"));
        json_key(w, "as_of");
        const char *as_of = json_str(source, "as_of", NULL);
        if (as_of)
            json_string(w, as_of);
        else
            json_nothing(w);
        json_object_end(w);
    }
    json_array_end(w);
}

static enum status member_json(struct civil *c, struct txn *t, struct access *x, int64_t district, const struct json *facts, const struct json *sources,
    struct json_writer *w, struct diag *d) {
    struct person p;
    int64_t id = strtoll(json_str(facts, "编号", "0"), NULL, 10);
    enum status s = person_read(c, t, x, txn_arena(t), district, id, &p, d);
    if (s != OK)
        return s;
    json_object(w);
    json_kid(w, "person", p.id);
    json_kstring(w, "name", p.name);
    json_kstring(w, "relation", json_str(facts, "与申请人关系", ""));
    json_kstring(w, "sex", p.male ? "男" : "女");
    json_kdate(w, "birth", p.birth);
    json_kint(w, "age", date_age(p.birth, txn_today(t)));
    json_kstring(w, "id_masked", p.id_masked);
    json_kstring(w, "hukou", p.hukou);
    facts_json(w, facts, sources);
    json_object_end(w);
    return OK;
}

enum status household_json(struct civil *c, struct txn *t, struct access *x, int64_t district, int64_t household, int64_t applicant, struct json_writer *w, struct diag *d) {
    struct household h;
    const struct json *facts = NULL, *sources = NULL;
    struct arena *a = txn_arena(t);
    enum status s = household_read(c, t, x, a, district, household, &h, d);
    if (s == OK)
        s = household_facts(c, t, x, a, district, household, applicant, txn_today(t), &facts, &sources, d);
    if (s != OK)
        return s;
    json_object(w);
    json_kid(w, "id", h.id);
    json_kstring(w, "division_name", division_text(t, h.division, d));
    json_kstring(w, "address", h.address);
    json_key(w, "members");
    json_array(w);
    const struct json *members = json_get(facts, "成员");
    for (size_t i = 0; s == OK && i < members->size; i++)
        s = member_json(c, t, x, district, members->item[i], sources, w, d);
    json_array_end(w);
    facts_json(w, facts, sources);
    json_key(w, "benefits");
    json_array(w);
    AUTO(rows) struct rows *r = NULL;
    const struct actor *who = access_actor(x);
    const char *open = secrecy_open_case(a, who, "e.case_id");
    char *sql = open ? arena_printf(a,
        "SELECT e.scheme, e.from_month, e.state, (SELECT sum(l.monthly_fen) FROM entitlement_line l WHERE l.district = e.district AND l.entitlement = e.id) "
        "FROM entitlement e WHERE e.district = ? AND e.household = ? AND %s AND NOT EXISTS (SELECT 1 FROM case_file f WHERE f.district = e.district AND f.id = e.case_id AND "
        SECRECY_CASE_SEALED("f.district", "f.applicant") ") ORDER BY e.id DESC", open) : NULL;
    int64_t person = strcmp(who->kind, "resident") == 0 ? who->person : 0;
    if (s == OK)
        s = sql ? sql_query(t, &r, d, sql, SQL_I(district), SQL_I(household), SQL_I(person), SQL_I(person), SQL_D(txn_today(t))) : arena_full(d);
    for (bool more = true; s == OK;) {
        if ((s = rows_next(r, &more, d)) != OK || !more)
            break;
        json_object(w);
        json_kspan(w, "scheme", rows_text(r, 0));
        json_key(w, "from");
        json_stringf(w, "%04lld-%02lld", (long long)(rows_int(r, 1) / 12), (long long)(rows_int(r, 1) % 12 + 1));
        json_kspan(w, "state", rows_text(r, 2));
        json_kint(w, "monthly_fen", rows_int(r, 3));
        json_object_end(w);
    }
    json_array_end(w);
    json_object_end(w);
    return s;
}

enum status person_household_json(struct civil *c, struct txn *t, struct access *x, int64_t district, int64_t person, const char *scope,
    struct json_writer *w, struct diag *d) {
    struct household h;
    enum status s = household_of(c, t, x, txn_arena(t), district, person, &h, d);
    if (s == E_NOT_FOUND || (s == OK && scope && strncmp(h.division, scope, strlen(scope)) != 0))
        return diag_fail(d, E_NOT_FOUND, scope ? "register.person" : "register.household"); /* not here, and not his: the same answer */
    return s == OK ? household_json(c, t, x, district, h.id, person, w, d) : s;
}

enum status person_in_case(struct txn *t, const struct actor *who, int64_t district, int64_t person, int64_t case_id, struct diag *d) {
    const char *open = secrecy_open_case(txn_arena(t), who, "p.case_id");
    int64_t n = 0;
    char *sql = open ? arena_printf(txn_arena(t), "SELECT COUNT(*) FROM case_party p WHERE p.district = ? AND p.case_id = ? AND p.person_district = ? AND p.person = ? AND %s", open) : NULL;
    enum status s = sql ? sql_int(t, &n, 0, d, sql, SQL_I(district), SQL_I(case_id), SQL_I(district), SQL_I(person)) : arena_full(d);
    if (s != OK || n)
        return s;
    (void)!diag_fail(d, E_INPUT, "register.not_in_case");
    return diag_at(d, "case");
}

enum status person_in_scope(struct civil *c, struct txn *t, const struct actor *who, const char *role, int64_t district, int64_t person, int64_t case_id, struct diag *d) {
    AUTO(rows) struct rows *r = NULL;
    const char *open = secrecy_open_column(txn_arena(t), who, "f.compartment");
    char *sql = open ? arena_printf(txn_arena(t),
        "SELECT division FROM person_record r WHERE district = ? AND person = ? AND superseded_at IS NULL AND valid_to IS NULL AND " REGISTER_SHOWN("r") " "
        "UNION SELECT f.division FROM case_file f JOIN case_party p ON p.district = f.district AND p.case_id = f.id "
        "WHERE f.district = ? AND f.id = ? AND p.person = ? AND %s", open) : NULL;
    enum status s = sql ? sql_query(t, &r, d, sql, SQL_I(district), SQL_I(person), SQL_I(district), SQL_I(case_id), SQL_I(person)) : arena_full(d);
    for (bool more = true; s == OK;) {
        if ((s = rows_next(r, &more, d)) != OK || !more)
            break;
        char code[16];
        snprintf(code, sizeof code, "%.*s", SPAN_ARG(rows_text(r, 0)));
        if (actor_may(who, role, code))
            return OK;
    }
    return s == OK ? diag_fail(d, E_NOT_FOUND, "register.person") : s;
}
