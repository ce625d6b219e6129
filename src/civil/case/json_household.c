/* The household of a case as the registers know it (API Household). */
#include "civil/case/case_internal.h"
#include "civil/secrecy/secrecy.h"

#include <stdio.h>

static void fact_json(struct json_writer *w, struct span name, const struct json *value, const struct json *sources, const struct case_facts *f, const char *prefix) {
    const struct json *from = json_get_span(sources, name);
    BUF_AUTO path;
    buf_init(&path, 1024);
    buf_addf(&path, "%s%.*s", prefix, SPAN_ARG(name));
    json_object(w);
    json_kspan(w, "name", name);
    json_key(w, "value");
    json_value(w, value);
    json_kstring(w, "source", json_str(from, "source", "register"));
    json_key(w, "as_of");
    json_string(w, json_str(from, "as_of", NULL));
    json_key(w, "conflict");
    for (size_t i = 0; i < f->conflict_count; i++)
        if (span_is(buf_span(&path), f->conflict[i].fact)) {
            json_value(w, f->conflict[i].declared);
            json_object_end(w);
            return;
        }
    json_nothing(w);
    json_object_end(w);
}

static void facts_json(struct json_writer *w, const struct json *o, const struct json *sources, const struct case_facts *f, const char *prefix) {
    json_key(w, "facts");
    json_array(w);
    for (size_t i = 0; o && i < o->size; i++)
        if (!span_is(o->key[i], "成员") && !span_is(o->key[i], "编号") && !span_is(o->key[i], "与申请人关系"))
            fact_json(w, o->key[i], o->item[i], sources, f, prefix);
    json_array_end(w);
}

static const char *number_of(const struct party *p, size_t n, int64_t person) {
    for (size_t i = 0; i < n; i++)
        if (p[i].person == person)
            return p[i].number;
    return "";
}

struct view {
    struct civil *c;
    struct txn *t;
    struct access *x;
    const struct case_row *k;
    const struct party *party;
    size_t party_count;
    struct case_facts facts;
    const struct json *sources;
};

static enum status member_json(struct view *v, const struct json *m, struct json_writer *w, struct diag *d) {
    struct person p;
    int64_t person = strtoll(json_str(m, "编号", "0"), NULL, 10);
    enum status s = person_read(v->c, v->t, v->x, txn_arena(v->t), v->k->district, person, &p, d);
    if (s != OK)
        return s;
    char prefix[64];
    snprintf(prefix, sizeof prefix, "成员%s.", number_of(v->party, v->party_count, person));
    json_object(w);
    json_kid(w, "person", person);
    json_kstring(w, "name", p.name);
    json_kstring(w, "relation", json_str(m, "与申请人关系", ""));
    json_kstring(w, "sex", json_str(m, "性别", ""));
    json_kdate(w, "birth", p.birth);
    json_kint(w, "age", date_age(p.birth, txn_today(v->t)));
    json_kstring(w, "id_masked", p.id_masked);
    json_kstring(w, "hukou", p.hukou);
    facts_json(w, m, v->sources, &v->facts, prefix);
    json_object_end(w);
    return OK;
}

static enum status benefits_json(struct txn *t, const struct actor *who, const struct case_row *k, struct json_writer *w, struct diag *d) {
    AUTO(rows) struct rows *r = NULL;
    bool row = true;
    const char *open = secrecy_open_case(txn_arena(t), who, "case_id");
    char *sql = open ? arena_printf(txn_arena(t), "SELECT scheme, from_month, state FROM entitlement WHERE district = ? AND household = ? AND %s ORDER BY id", open) : NULL;
    enum status s = sql ? sql_query(t, &r, d, sql, SQL_I(k->district), SQL_I(k->household)) : arena_full(d);
    json_key(w, "benefits");
    json_array(w);
    while (s == OK && (s = rows_next(r, &row, d)) == OK && row) {
        json_object(w);
        json_kspan(w, "scheme", rows_text(r, 0));
        json_key(w, "from");
        json_stringf(w, "%04lld-%02lld", (long long)(rows_int(r, 1) / 12), (long long)(rows_int(r, 1) % 12) + 1);
        json_kspan(w, "state", rows_text(r, 2));
        json_object_end(w);
    }
    json_array_end(w);
    return s;
}

static enum status known_json(struct view *v, struct json_writer *w, struct diag *d) {
    const struct json *known = NULL;
    struct household h;
    const char *division = "";
    struct arena *a = txn_arena(v->t);
    enum status s = household_read(v->c, v->t, v->x, a, v->k->district, v->k->household, &h, d);
    if (s == OK)
        s = household_facts(v->c, v->t, v->x, a, v->k->district, v->k->household, v->k->applicant, txn_today(v->t), &known, &v->sources, d);
    if (s == OK)
        s = division_name(v->t, a, h.division, &division, d);
    if (s != OK)
        return s;
    const struct json *members = json_get(known, "成员");
    json_object(w);
    json_kid(w, "id", h.id);
    json_kstring(w, "division_name", division);
    json_kstring(w, "address", h.address);
    json_key(w, "members");
    json_array(w);
    for (size_t i = 0; s == OK && members && i < members->size; i++)
        s = member_json(v, members->item[i], w, d);
    json_array_end(w);
    facts_json(w, known, v->sources, &v->facts, "户.");
    if (s == OK)
        s = benefits_json(v->t, access_actor(v->x), v->k, w, d);
    json_object_end(w);
    return s;
}

static enum status unknown_json(struct view *v, struct json_writer *w, struct diag *d) {
    static const char *const empty[] = {"members", "facts", "benefits"};
    const char *division = "";
    enum status s = division_name(v->t, txn_arena(v->t), v->k->division, &division, d);
    json_object(w);
    json_key(w, "id");
    json_nothing(w);
    json_kstring(w, "division_name", division);
    json_key(w, "address");
    json_nothing(w);
    for (size_t i = 0; i < ARRAY_LEN(empty); i++) {
        json_key(w, empty[i]);
        json_array(w);
        json_array_end(w);
    }
    json_object_end(w);
    return s;
}

enum status case_household_json(struct civil *c, struct txn *t, struct access *x, const struct actor *who, int64_t case_id, struct json_writer *w, struct diag *d) {
    struct case_row k;
    enum case_eye eye;
    struct party *p = NULL;
    struct view v = {.c = c, .t = t, .x = x, .k = &k};
    enum status s = case_read_for(c, t, x, who, case_id, &k, &eye, d);
    if (s == OK && eye != EYE_STAFF && eye != EYE_AUDITOR)
        return diag_fail(d, E_FORBIDDEN, "case.staff_only");
    if (s == OK)
        s = case_parties(c, t, NULL, &k, &p, &v.party_count, d);
    v.party = p;
    if (s == OK)
        s = case_facts(c, t, x, &k, &v.facts, d);
    if (s != OK)
        return s;
    return k.household ? known_json(&v, w, d) : unknown_json(&v, w, d);
}
