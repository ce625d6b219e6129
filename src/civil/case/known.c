/* What the register knows of an applicant and those he lives with, as answers of a
 * form (mz.register).  A number goes out as "register/PERSON/MASKED" only; when the
 * form comes back, numbers of the applicant's household are put in here: for the
 * resident himself and for an officer of the place who enters it. */
#include "base/idnum.h"
#include "civil/case/case_internal.h"

#define REFERENCE "register/"

struct person_ref { int64_t district, person; };

/* ---- going out --------------------------------------------------------------------- */

static enum status with_text(struct arena *a, const struct json **o, const char *key, const char *text, struct diag *d) {
    const struct json *v = text ? json_new_string(a, span_of(text)) : NULL;
    *o = v ? json_with(a, *o, key, v) : NULL;
    return *o ? OK : arena_full(d);
}

/* `facts` and who it is. */
static enum status person_known(struct civil *c, struct txn *t, struct access *x, int64_t district, int64_t person, const struct json *facts,
    const struct json **ret, struct diag *d) {
    struct arena *a = txn_arena(t);
    struct person p;
    enum status s = person_read(c, t, x, a, district, person, &p, d);
    *ret = facts ? facts : json_new_object(a, NULL, NULL, 0);
    if (s == OK && !*ret)
        s = arena_full(d);
    if (s == OK)
        s = with_text(a, ret, "姓名", p.name, d);
    if (s == OK)
        s = with_text(a, ret, "身份证号", arena_printf(a, REFERENCE "%lld/%s", (long long)person, p.id_masked), d);
    return s == OK && !json_get(*ret, "户籍") ? with_text(a, ret, "户籍", p.hukou, d) : s;
}

static int64_t number_of(const struct json *member) { return strtoll(json_str(member, "编号", "0"), NULL, 10); }

/* The applicant first, then the others. */
static enum status people_known(struct civil *c, struct txn *t, struct access *x, struct person_ref of, const struct json *household,
    const struct json **ret, struct diag *d) {
    struct arena *a = txn_arena(t);
    const struct json *members = json_get(household, "成员"), *own = NULL;
    size_t all = members ? members->size : 0, n = 1;
    const struct json **list = ARENA_ARRAY(a, all + 1, const struct json *);
    if (!list)
        return arena_full(d);
    for (size_t i = 0; i < all; i++)
        if (number_of(members->item[i]) == of.person)
            own = members->item[i];
    enum status s = person_known(c, t, x, of.district, of.person, own, &list[0], d);
    for (size_t i = 0; s == OK && i < all; i++)
        if (members->item[i] != own)
            s = person_known(c, t, x, of.district, number_of(members->item[i]), members->item[i], &list[n++], d);
    if (s == OK && !(*ret = json_new_array(a, list, n)))
        s = arena_full(d);
    return s;
}

static enum status household_known(struct civil *c, struct txn *t, struct access *x, struct person_ref of, const struct json **ret, struct diag *d) {
    struct arena *a = txn_arena(t);
    struct household h;
    const struct json *household = NULL, *people = NULL;
    enum status s = household_of(c, t, x, a, of.district, of.person, &h, d);
    if (s == OK)
        s = household_facts(c, t, x, a, of.district, h.id, of.person, txn_today(t), &household, NULL, d);
    else if (s == E_NOT_FOUND) {
        diag_clear(d);
        household = json_new_object(a, NULL, NULL, 0);
        s = household ? OK : arena_full(d);
    }
    if (s == OK)
        s = people_known(c, t, x, of, household, &people, d);
    if (s == OK && !(household = json_with(a, household, "成员", people)))
        s = arena_full(d);
    struct span key = SPAN("户");
    if (s == OK && !(*ret = json_new_object(a, &key, &household, 1)))
        s = arena_full(d);
    return s;
}

/* Staff: whom they may enter an application for; another is as if he were not registered. */
static enum status may_enter(struct civil *c, struct txn *t, struct access *x, const struct actor *who, struct person_ref of, struct diag *d) {
    struct person p;
    if (strcmp(who->kind, "resident") == 0)
        return of.person && of.person == who->person && of.district == who->district ? OK : diag_fail(d, E_FORBIDDEN, "case.residents_only");
    enum status s = person_read(c, t, x, txn_arena(t), of.district, of.person, &p, d);
    return s != OK || case_staff_may(who, p.division) ? s : diag_fail(d, E_NOT_FOUND, "register.person");
}

enum status case_known_json(struct civil *c, struct txn *t, struct access *x, const struct actor *who, int64_t district, int64_t person, const char *matter,
    struct json_writer *w, struct diag *d) {
    const struct person_ref of = {district, person};
    const struct matter *m = packs_matter(c->packs, matter);
    const struct json *known = NULL, *answers = NULL;
    const struct form *form = m && actor_inside(who, json_str(m->json, "compartment", NULL)) ? case_form(c->models, m) : NULL;
    if (!form)
        return diag_fail(d, E_NOT_FOUND, "case.no_matter");
    struct person p;
    enum status s = may_enter(c, t, x, who, of, d);
    if (s == OK)
        s = person_read(c, t, x, txn_arena(t), district, person, &p, d);
    if (s == OK)
        s = household_known(c, t, x, of, &known, d);
    if (s == OK)
        s = form_known(form, known, txn_arena(t), &answers, d);
    if (s != OK)
        return s;
    json_object(w);
    json_key(w, "answers");
    json_value(w, answers);
    json_kdate(w, "as_of", txn_today(t));
    s = case_office_json(t, p.division, "office", w, d);
    json_object_end(w);
    return s;
}

/* ---- coming back --------------------------------------------------------------------- */

enum { REFERRED_MAX = 200 }; /* a household of the register has thirty people at most */

struct referred { struct span reference; const char *number; };
struct case_referred {
    struct referred at[REFERRED_MAX];
    size_t n;
    bool any;
};

struct resolve {
    struct civil *c;
    const struct actor *who;
    struct person_ref of;
    struct arena *a;
    const struct json *form, *data;
    struct case_referred *found;
};

static bool of_known(const struct json *properties) {
    return strcmp(json_str(properties, "mz.idnum", ""), "true") == 0 && *json_str(properties, "mz.register", "");
}

static int64_t referred_person(struct span text) {
    size_t head = strlen(REFERENCE);
    const char *end = text.size > head && memcmp(text.at, REFERENCE, head) == 0 ? memchr(text.at + head, '/', text.size - head) : NULL;
    int64_t id = 0;
    for (const char *p = end ? text.at + head : NULL; p && p < end; p++) {
        if (*p < '0' || *p > '9' || id > (INT64_MAX - 9) / 10)
            return 0;
        id = id * 10 + (*p - '0');
    }
    return id;
}

static const struct json *note(struct arena *a, void *arg, const struct json *text) {
    struct case_referred *x = arg;
    x->any |= referred_person(text->text) != 0;
    if (referred_person(text->text) && x->n < REFERRED_MAX)
        x->at[x->n++] = (struct referred){text->text, NULL};
    return text;
}

static const struct json *put_number(struct arena *a, void *arg, const struct json *text) {
    const struct case_referred *x = arg;
    for (size_t i = 0; i < x->n; i++)
        if (x->at[i].number && span_eq(x->at[i].reference, text->text))
            return json_new_string(a, span_of(x->at[i].number));
    return text;
}

static const struct json *put_reference(struct arena *a, void *arg, const struct json *text) {
    const struct case_referred *x = arg;
    for (size_t i = 0; i < x->n; i++)
        if (x->at[i].number && span_is(text->text, x->at[i].number))
            return json_new_string(a, x->at[i].reference);
    return text;
}

static bool lives_there(const struct household *h, int64_t person) {
    for (size_t i = 0; i < h->member_count; i++)
        if (h->member[i].person == person)
            return true;
    return false;
}

static enum status resolve_closure(struct txn *t, void *arg, struct diag *d) {
    struct resolve *x = arg;
    struct access *access = NULL;
    struct household h = {0};
    bool resident = strcmp(x->who->kind, "resident") == 0;
    enum status s = access_begin(txn_arena(t), x->who, NULL, resident ? "self" : "counter_application", 0, 0, &access, d);
    if (s == OK)
        s = may_enter(x->c, t, access, x->who, x->of, d);
    if (s != OK)
        return s;
    s = household_of(x->c, t, access, txn_arena(t), x->of.district, x->of.person, &h, d);
    if (s == E_NOT_FOUND) {
        diag_clear(d);
        s = OK;
    }
    for (size_t i = 0; s == OK && i < x->found->n; i++) {
        int64_t person = referred_person(x->found->at[i].reference);
        struct span number;
        x->found->at[i].number = NULL;
        if (person != x->of.person && !lives_there(&h, person))
            continue; /* stays as it came: no number, which the form says of it */
        s = person_reveal(x->c, t, access, x->a, x->of.district, person, ACCESS_NUMBER, &number, d);
        if (s == OK && !(x->found->at[i].number = arena_dup(x->a, number)))
            s = arena_full(d);
        if (s == E_NOT_FOUND) { /* erased */
            diag_clear(d);
            s = OK;
        }
    }
    return s == OK ? access_commit_in(x->c, t, access, NULL, d) : s;
}

enum status case_known_take(struct civil *c, struct arena *a, const struct actor *who, int64_t district, int64_t person, const struct json *form, const struct json *data,
    const struct json **ret, struct case_referred **ret_found, struct diag *d) {
    struct case_referred *found = ARENA_NEW(a, struct case_referred);
    struct resolve x = {.c = c, .who = who, .of = {district, person}, .a = a, .form = form, .data = data, .found = found};
    *ret = data;
    *ret_found = found;
    if (!found || !case_numbers_change(a, form, data, &(struct number_change){of_known, note, found}))
        return arena_full(d);
    if (!found->any)
        return OK;
    enum status s = store_write(c->store, resolve_closure, &x, d);
    if (s == OK && !(*ret = case_numbers_change(a, form, data, &(struct number_change){of_known, put_number, found})))
        s = arena_full(d);
    return s;
}

const struct json *case_known_said(struct arena *a, const struct json *form, const struct json *clean, struct case_referred *found) {
    return case_numbers_change(a, form, clean, &(struct number_change){of_known, put_reference, found});
}
