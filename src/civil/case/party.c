/* Who belongs to a case: applicant, members, supporters. */
#include "civil/case/case_internal.h"

#include "base/idnum.h"
#include "base/vec.h"
#include "civil/entitlement/entitlement.h"
#include "civil/verification/verification.h"

/* Until this age a guardian authorises (民法典第十七条、第二十七条). */
enum { ADULT_AGE = 18 };

/* ---- making --------------------------------------------------------------------- */

struct making {
    struct civil *c;
    struct txn *t;
    struct access *x;
    struct case_row *k;
    const struct json *people; /* desk.people of the matter */
    const struct json *clean, *facts;
    VEC(struct named { int64_t person; const char *number; }) named; /* members that the register knows */
    VEC(struct citizen_number) listed; /* a number in no register makes a person of its own: told apart here only */
};

static enum status stated_of(struct making *m, int64_t person, const char *name, const char *number, struct span *ret, struct diag *d) {
    const struct json *j = EVENT_ARGS(txn_arena(m->t), "name", name, "id_number", number);
    return j ? case_seal_json(m->c, m->t, m->k, "case_party.stated", person, j, ret, d) : arena_full(d);
}

static enum status party_insert(struct making *m, int64_t person, int64_t district, const char *party, const char *relation, const char *number,
    struct span stated, const struct hash *blind, bool authorised, const char *how, struct diag *d) {
    date_t until = authorised ? verification_consent_until(m->k, txn_today(m->t)) : DATE_NONE;
    return sql_exec(m->t, d,
        "INSERT INTO case_party (district, case_id, person, party, relation, person_district, number, stated, consent_needed, authorised_at, authorised_how, authorised_until, number_blind) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?, 1, ?, ?, ?, ?)",
        SQL_I(m->k->district), SQL_I(m->k->id), SQL_I(person), SQL_S(party), SQL_S(relation), SQL_I(district), SQL_S(number),
        stated.size ? SQL_B(stated) : SQL_NIL, authorised ? SQL_I(txn_now(m->t)) : SQL_NIL, SQL_S(authorised ? how : NULL), until == DATE_NONE ? SQL_NIL : SQL_D(until),
        blind ? SQL_B(span_bytes(blind->byte, HASH_BYTES)) : SQL_NIL);
}

/* The form's name where the register has another for the number: kept beside it,
 * for the officer who accepts. The applicant is not told: a number would answer with a name. */
static enum status name_stated(struct making *m, int64_t district, int64_t person, const char *name, const char *number, struct span *ret, struct diag *d) {
    struct person row;
    enum status s = person_read(m->c, m->t, m->x, txn_arena(m->t), district, person, &row, d);
    if (s != OK || !name || !*name || person_name_same(row.name, name))
        return s;
    return stated_of(m, person, name, number, ret, d);
}

static enum status list_number(struct making *m, const struct citizen_number *n, struct diag *d) {
    for (size_t i = 0; i < m->listed.size; i++)
        if (strcmp(m->listed.at[i].text, n->text) == 0)
            return diag_fail(d, E_INPUT, "case.party_twice");
    struct citizen_number *slot = vec_push_in(txn_arena(m->t), &m->listed);
    if (!slot)
        return arena_full(d);
    *slot = *n;
    return OK;
}

static enum status add_person(struct making *m, const struct json *entry, const struct json *keys, const char *party, const char *number, struct diag *d) {
    const char *name = json_str(entry, json_str(keys, "name", ""), ""), *idnum = json_str(entry, json_str(keys, "idnum", ""), "");
    const char *relation = json_str(entry, json_str(keys, "relation", ""), "");
    struct citizen_number n;
    int64_t district = 0, person = 0;
    enum status s = citizen_number_parse(span_of(idnum), &n, d);
    if (s == OK)
        s = list_number(m, &n, d);
    if (s != OK)
        return s;
    s = person_by_number(m->c, m->t, m->x, span_of(idnum), &district, &person, d);
    struct span stated = {0};
    struct hash blind;
    bool elsewhere = s == E_NOT_FOUND;
    if (elsewhere) { /* lives elsewhere: known from the form only */
        diag_clear(d);
        district = 0;
        person = txn_new_id(m->t);
        blind = person_number_blind(m->c, span_of(n.text));
        s = stated_of(m, person, name, n.text, &stated, d);
    } else if (s == OK) {
        s = name_stated(m, district, person, name, n.text, &stated, d);
    }
    if (s == OK && person == m->k->applicant)
        return diag_fail(d, E_INPUT, "case.party_twice");
    bool minor = strcmp(party, "member") == 0 && date_age(n.birth, txn_today(m->t)) < ADULT_AGE;
    struct named *known = s == OK && !elsewhere && strcmp(party, "member") == 0 ? vec_push_in(txn_arena(m->t), &m->named) : NULL;
    if (known)
        *known = (struct named){person, number};
    if (s == OK)
        s = party_insert(m, person, district, party, relation, number, stated, elsewhere ? &blind : NULL, minor, "guardian", d);
    return s == E_CONFLICT ? diag_fail(d, E_INPUT, "case.party_twice") : s;
}

static const char *member_number(const struct making *m, size_t i) {
    return json_str(json_at(json_get(json_get(m->facts, "户"), "成员"), i), "编号", "");
}

static enum status add_list(struct making *m, const char *what, const char *party, struct diag *d) {
    const struct json *keys = json_get(m->people, what);
    const struct json *list = json_get(m->clean, json_str(keys, "list", ""));
    enum status s = OK;
    for (size_t i = 0; s == OK && list && i < list->size; i++) {
        bool member = strcmp(party, "member") == 0;
        char *place = arena_printf(txn_arena(m->t), "%zu", i);
        const char *number = member ? member_number(m, i + 1) : place;
        if (!place)
            return arena_full(d);
        if ((s = add_person(m, list->item[i], keys, party, number, d)) != OK)
            diag_under(d, "%s[%zu].%s", json_str(keys, "list", ""), i, json_str(keys, "idnum", ""));
    }
    return s;
}

/* The applicant of the form is the one the case is opened for. */
static enum status check_applicant(struct making *m, struct diag *d) {
    const char *field = json_str(json_get(m->people, "applicant"), "idnum", "");
    int64_t district = 0, person = 0;
    const char *idnum = json_str(m->clean, field, NULL);
    if (!idnum)
        return OK; /* a form that does not ask */
    enum status s = person_by_number(m->c, m->t, m->x, span_of(idnum), &district, &person, d);
    if (s == E_NOT_FOUND || (s == OK && (district != m->k->district || person != m->k->applicant))) {
        diag_fail(d, E_INPUT, "case.not_applicant");
        diag_at(d, "%s", field);
        return E_INPUT;
    }
    return s;
}

/* Whose account it is: of a benefit of one person that person's, where the register knows him; else the applicant's. */
static int64_t account_of(const struct making *m) {
    const char *subject = json_str(json_get(m->facts, "申请"), "对象", NULL);
    for (size_t i = 0; subject && !case_of_household(m->k) && i < m->named.size; i++)
        if (strcmp(m->named.at[i].number, subject) == 0)
            return m->named.at[i].person;
    return m->k->applicant;
}

static enum status set_account(struct making *m, struct diag *d) {
    const struct json *keys = json_get(m->people, "applicant");
    const char *account = json_str(m->clean, json_str(keys, "bank_account", ""), NULL);
    struct actor system = actor_system();
    if (!account)
        return OK;
    enum status s = person_set_account(m->c, m->t, &system, m->k->district, account_of(m), account, json_str(m->clean, json_str(keys, "bank_name", ""), ""), d);
    if (s == E_INPUT)
        diag_at(d, "%s", json_str(keys, strcmp(d->code, "register.bank_name") == 0 ? "bank_name" : "bank_account", ""));
    return s;
}

enum status case_parties_make(struct civil *c, struct txn *t, struct access *x, struct case_row *k, const struct json *clean, const struct json *facts, struct diag *d) {
    struct making m = {.c = c, .t = t, .x = x, .k = k, .people = json_get(json_get(k->matter->json, "desk"), "people"), .clean = clean, .facts = facts};
    struct span stated = {0};
    const struct json *keys = json_get(m.people, "applicant");
    enum status s = check_applicant(&m, d);
    if (s == OK)
        s = name_stated(&m, k->district, k->applicant, json_str(clean, json_str(keys, "name", ""), NULL), json_str(clean, json_str(keys, "idnum", ""), ""), &stated, d);
    if (s == OK)
        s = party_insert(&m, k->applicant, k->district, "applicant", "本人", member_number(&m, 0), stated, NULL, true,
            strcmp(k->channel, "portal") == 0 ? "portal" : "paper", d);
    if (s == OK)
        s = add_list(&m, "members", "member", d);
    if (s == OK)
        s = add_list(&m, "supporters", "supporter", d);
    return s == OK ? set_account(&m, d) : s;
}

/* ---- reading ------------------------------------------------------------------------- */

/* E_NOT_FOUND: the applicant's key was erased, and with it what the form said. */
static enum status read_stated(struct civil *c, struct txn *t, struct case_row *k, struct party *p, struct span stated, struct diag *d) {
    const struct json *j = NULL;
    enum status s = case_unseal_json(c, t, k, "case_party.stated", p->person, stated, &j, d);
    if (s == E_NOT_FOUND) {
        diag_clear(d);
        return OK;
    }
    const char *name = json_str(j, "name", "");
    if (s != OK || person_name_same(p->name, name)) /* the register was put right since */
        return s;
    p->name_stated = arena_dup(txn_arena(t), span_of(name));
    return p->name_stated ? OK : arena_full(d);
}

const char *party_name_to(const struct party *p, bool officer) {
    bool own_word = p->authorised_how && (strcmp(p->authorised_how, "portal") == 0 || strcmp(p->authorised_how, "paper") == 0);
    return p->name_stated && !officer && !own_word ? p->name_stated : p->name ? p->name : "";
}

static enum status read_name(struct civil *c, struct txn *t, struct access *x, struct case_row *k, struct party *p, struct span stated, struct diag *d) {
    struct arena *a = txn_arena(t);
    if (p->person_district) {
        struct person row;
        enum status s = person_read(c, t, x, a, p->person_district, p->person, &row, d);
        if (s != OK)
            return s;
        p->name = row.name;
        memcpy(p->id_masked, row.id_masked, sizeof p->id_masked);
        return stated.size ? read_stated(c, t, k, p, stated, d) : OK;
    }
    const struct json *j = NULL;
    enum status s = case_unseal_json(c, t, k, "case_party.stated", p->person, stated, &j, d);
    if (s == OK && strlen(json_str(j, "id_number", "")) == 18)
        citizen_mask(json_str(j, "id_number", ""), p->id_masked);
    if (s == OK)
        p->name = arena_dup(a, span_of(json_str(j, "name", "")));
    return s;
}

enum status case_parties(struct civil *c, struct txn *t, struct access *x, struct case_row *k, struct party **ret, size_t *ret_n, struct diag *d) {
    struct arena *a = txn_arena(t);
    VEC(struct party) list = {0};
    VEC(struct span) stated = {0};
    AUTO(rows) struct rows *r = NULL;
    enum status s = sql_query(t, &r, d,
        "SELECT person, person_district, party, relation, number, consent_needed, authorised_at, authorised_how, stated, authorised_until, number_blind FROM case_party "
        "WHERE district = ? AND case_id = ? ORDER BY CASE party WHEN 'applicant' THEN 0 WHEN 'member' THEN 1 ELSE 2 END, LENGTH(number), number",
        SQL_I(k->district), SQL_I(k->id));
    for (bool row = true; s == OK;) {
        if ((s = rows_next(r, &row, d)) != OK || !row)
            break;
        struct party *p = vec_push_in(a, &list);
        struct span *b = vec_push_in(a, &stated);
        if (!p || !b)
            return arena_full(d);
        *p = (struct party){.person = rows_int(r, 0), .person_district = rows_int(r, 1), .party = rows_dup(r, 2, a), .relation = rows_dup(r, 3, a),
            .number = rows_dup(r, 4, a), .consent_needed = rows_int(r, 5) != 0, .authorised_at = rows_null(r, 6) ? 0 : rows_int(r, 6),
            .authorised_how = rows_null(r, 7) ? NULL : rows_dup(r, 7, a), .authorised_until = rows_null(r, 9) ? DATE_NONE : rows_date(r, 9)};
        if (!rows_null(r, 10))
            memcpy(p->number_blind, rows_blob(r, 10).at, HASH_BYTES);
        struct span raw = rows_blob(r, 8);
        *b = (struct span){arena_dup(a, raw), raw.size};
    }
    for (size_t i = 0; s == OK && x && i < list.size; i++)
        s = read_name(c, t, x, k, &list.at[i], stated.at[i], d);
    if (s == OK) {
        *ret = list.at;
        *ret_n = list.size;
    }
    return s;
}
