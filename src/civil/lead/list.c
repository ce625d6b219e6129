/* Leads for the desk. */
#include "civil/lead/lead_internal.h"

#include "base/vec.h"
#include "civil/access/access.h"
#include "civil/decision/explanation.h"
#include "civil/pack/pack.h"
#include "civil/register/register.h"
#include "civil/scope.h"
#include "civil/secrecy/secrecy.h"

#include <stdio.h>

enum { PAGE_DEFAULT = 50, PAGE_MAX = 200, WHERE_MAX = 48 };

struct lead {
    int64_t id, household, person, monthly_fen, found_at, handled_at, version, effort;
    char *scheme, *division, *class, *missing, *state, *cause, *note;
};

#define LEAD_COLUMNS "id, household, person, monthly_fen, found_at, handled_at, version, scheme, division, class, missing, state, cause, note, effort"

static enum status lead_fill(const struct rows *r, struct arena *a, struct lead *ret, struct diag *d) {
    *ret = (struct lead){.id = rows_int(r, 0), .household = rows_int(r, 1), .person = rows_int(r, 2), .monthly_fen = rows_int(r, 3), .found_at = rows_int(r, 4),
        .handled_at = rows_int(r, 5), .version = rows_int(r, 6), .scheme = rows_dup(r, 7, a), .division = rows_dup(r, 8, a), .class = rows_dup(r, 9, a),
        .missing = rows_dup(r, 10, a), .state = rows_dup(r, 11, a), .cause = rows_dup(r, 12, a), .note = rows_dup(r, 13, a), .effort = rows_int(r, 14)};
    return ret->scheme && ret->division && ret->class && ret->missing && ret->state && ret->cause && ret->note ? OK : arena_full(d);
}

/* ---- one as JSON --------------------------------------------------------------------------- */

static void text_pair(struct json_writer *w, const char *key, const struct json *pair, const char *otherwise) {
    json_kboth(w, key, json_str(pair, "zh", otherwise), json_str(pair, "en", otherwise));
}

/* Who lives there: the person of a lead, else the head of the household. */
static enum status name_of(struct civil *c, struct txn *t, struct access *x, const struct lead *l, char **ret, struct diag *d) {
    struct arena *a = txn_arena(t);
    struct person p;
    struct household h;
    int64_t person = l->person;
    enum status s = OK;
    if (!person) {
        s = household_read(c, t, x, a, c->district, l->household, &h, d);
        person = s == OK && h.member_count ? h.member[0].person : 0;
    }
    *ret = arena_dup(a, SPAN(""));
    if (s == E_NOT_FOUND || (s == OK && !person))
        return diag_clear(d), OK; /* gone since; the list goes on */
    if (s == OK)
        s = person_read(c, t, x, a, c->district, person, &p, d);
    if (s == OK)
        *ret = p.name;
    return s;
}

/* Names joined by blanks: as they are, and as they are called in both languages. */
static enum status missing_json(struct civil *c, struct txn *t, const char *missing, struct json_writer *w, struct diag *d) {
    static const char *const KEY[] = {"missing", "missing_names"};
    for (int round = 0; round < 2; round++) {
        json_key(w, KEY[round]);
        json_array(w);
        for (const char *at = missing; *at;) {
            size_t n = strcspn(at, " ");
            const char *name = arena_dup(txn_arena(t), (struct span){at, n});
            if (!name)
                return arena_full(d);
            if (round == 0)
                json_string(w, name);
            else
                policies_name_json(w, NULL, c->policies, name);
            at += n + (at[n] == ' ');
        }
        json_array_end(w);
    }
    return OK;
}

static enum status lead_object(struct civil *c, struct txn *t, struct access *x, const struct lead *l, struct json_writer *w, struct diag *d) {
    const struct matter *m = packs_matter(c->packs, l->scheme);
    const char *division = NULL;
    char *name = NULL;
    enum status s = division_name(t, txn_arena(t), l->division, &division, d);
    if (s == OK)
        s = name_of(c, t, x, l, &name, d);
    if (s != OK)
        return s;
    json_kid(w, "id", l->id);
    json_kstring(w, "scheme", l->scheme);
    text_pair(w, "scheme_name", m ? json_get(m->json, "name") : NULL, l->scheme);
    json_kbool(w, "open_for_application", m && m->open);
    json_kid(w, "household", l->household);
    json_key(w, "person");
    if (l->person)
        json_id(w, l->person);
    else
        json_nothing(w);
    json_kstring(w, "name", name);
    json_kstring(w, "division", l->division);
    json_kstring(w, "division_name", division);
    json_kstring(w, "class", l->class);
    json_kint(w, "monthly_fen", l->monthly_fen);
    if ((s = missing_json(c, t, l->missing, w, d)) != OK)
        return s;
    json_kinstant(w, "found_at", l->found_at);
    json_kstring(w, "state", l->state);
    json_kstring(w, "cause", *l->cause ? l->cause : NULL);
    json_kstring(w, "note", *l->note ? l->note : NULL);
    return OK;
}

/* ---- the list --------------------------------------------------------------------------------- */

struct where { struct buf sql; struct sql_value v[WHERE_MAX]; size_t n; };

static void equal(struct where *q, const char *column, const char *value) {
    if (!value || !*value)
        return;
    buf_addf(&q->sql, " AND %s = ?", column);
    q->v[q->n++] = SQL_S(value);
}

/* Leads of a matter in a compartment are its members' business.  Schemes are the
 * packs' own words. */
static void closed_schemes(struct where *q, const struct civil *c, const struct actor *who) {
    for (size_t i = 0; i < packs_count(c->packs); i++)
        for (size_t k = 0; k < packs_at(c->packs, i)->matter_count; k++) {
            const char *scheme = packs_at(c->packs, i)->matter[k].scheme;
            if (!secrecy_open_scheme(c, who, scheme) && strspn(scheme, "abcdefghijklmnopqrstuvwxyz_") == strlen(scheme))
                buf_addf(&q->sql, " AND scheme <> '%s'", scheme);
        }
}

/* "6.1234": where a page ended. */
struct after { int64_t effort, id; };

static bool cursor_read(const char *text, struct after *ret) {
    char *end;
    if (!text || !*text)
        return true;
    if (strspn(text, "0123456789.") != strlen(text) || *text == '.')
        return false;
    ret->effort = strtoll(text, &end, 10);
    if (*end != '.' || !end[1])
        return false;
    ret->id = strtoll(end + 1, &end, 10);
    return !*end;
}

static void conditions(struct where *q, struct arena *a, const struct civil *c, const struct actor *who, const struct lead_query *f, struct after after) {
    buf_adds(&q->sql, "SELECT " LEAD_COLUMNS " FROM lead WHERE district = ? AND ");
    q->v[q->n++] = SQL_I(c->district);
    scope_of(&q->sql, q->v, &q->n, a, who, "division", lead_roles, NULL);
    closed_schemes(q, c, who);
    const char *open = secrecy_open_people(a, who, "household", "person");
    buf_addf(&q->sql, " AND %s", open ? open : "1 = 0");
    equal(q, "scheme", f->scheme);
    equal(q, "class", f->class);
    if (f->state && *f->state)
        equal(q, "state", f->state);
    else
        buf_adds(&q->sql, " AND state <> 'closed'");
    if (f->division && *f->division) {
        buf_adds(&q->sql, " AND ");
        scope_under(&q->sql, q->v, &q->n, a, "division", f->division);
    }
    if (f->cursor && *f->cursor) {
        buf_adds(&q->sql, " AND (effort > ? OR (effort = ? AND id > ?))");
        q->v[q->n++] = SQL_I(after.effort);
        q->v[q->n++] = SQL_I(after.effort);
        q->v[q->n++] = SQL_I(after.id);
    }
    buf_adds(&q->sql, " ORDER BY effort, id LIMIT ?");
}

typedef VEC(struct lead) leads_t;

static enum status read_page(struct txn *t, const struct where *q, leads_t *ret, struct diag *d) {
    AUTO(rows) struct rows *r = NULL;
    bool row = false;
    enum status s = sql_query_(t, &r, d, buf_str(&q->sql), q->v, q->n);
    while (s == OK && (s = rows_next(r, &row, d)) == OK && row) {
        struct lead *l = vec_push_in(txn_arena(t), ret);
        s = l ? lead_fill(r, txn_arena(t), l, d) : arena_full(d);
    }
    return s;
}

enum status leads_json(struct civil *c, struct txn *t, struct access *x, const struct actor *who, const struct lead_query *f, struct json_writer *w, struct diag *d) {
    struct where q = {.n = 0};
    leads_t page = {0};
    size_t limit = f->limit > 0 && f->limit <= PAGE_MAX ? (size_t)f->limit : PAGE_DEFAULT;
    struct after after = {0};
    if (!cursor_read(f->cursor, &after))
        return diag_at(d, "cursor"), diag_fail(d, E_INPUT, "lead.cursor");
    buf_init(&q.sql, 16384);
    conditions(&q, txn_arena(t), c, who, f, after);
    q.v[q.n++] = SQL_I((int64_t)limit + 1);
    enum status s = read_page(t, &q, &page, d);
    buf_release(&q.sql);
    size_t shown = page.size > limit ? limit : page.size;
    json_object(w);
    json_key(w, "items");
    json_array(w);
    for (size_t i = 0; s == OK && i < shown; i++) {
        json_object(w);
        s = lead_object(c, t, x, &page.at[i], w, d);
        json_object_end(w);
    }
    json_array_end(w);
    json_key(w, "next");
    if (page.size > shown)
        json_stringf(w, "%lld.%lld", (long long)page.at[shown - 1].effort, (long long)page.at[shown - 1].id);
    else
        json_nothing(w);
    json_object_end(w);
    return s;
}

/* ---- one, with its reasons ------------------------------------------------------------------------ */

static const struct json *application(struct arena *a, int64_t person) {
    static const struct span KEY = {"对象", sizeof "对象" - 1};
    const struct json **value = ARENA_ARRAY(a, 1, const struct json *);
    char *text = arena_printf(a, "%lld", (long long)person);
    if (!value || !text || !(value[0] = json_new_string(a, span_of(text))))
        return NULL;
    return json_new_object(a, &KEY, value, person ? 1 : 0);
}

static enum status facts_now(struct civil *c, struct txn *t, struct access *x, const struct lead *l, const struct json **ret, struct diag *d) {
    struct arena *a = txn_arena(t);
    struct household h;
    const struct json *own = NULL, *sources = NULL, *facts = json_new_object(a, NULL, NULL, 0);
    enum status s = household_read(c, t, x, a, c->district, l->household, &h, d);
    int64_t applicant = l->person ? l->person : s == OK && h.member_count ? h.member[0].person : 0;
    if (s == OK)
        s = household_facts(c, t, x, a, c->district, l->household, applicant, txn_today(t), &own, &sources, d);
    if (s != OK)
        return s;
    const struct json *asked = application(a, l->person);
    facts = facts && own ? json_with(a, facts, "户", own) : NULL;
    *ret = facts && asked ? json_with(a, facts, "申请", asked) : NULL;
    return *ret ? OK : arena_full(d);
}

/* What the registers say today decides what is shown; a case that cannot be decided says so instead. */
static enum status reasons(struct civil *c, struct txn *t, struct access *x, const struct lead *l, struct json_writer *w, struct diag *d) {
    struct decision_request q = {.scheme = l->scheme, .as_of = txn_today(t)};
    struct decision r;
    struct decision_explanation e;
    const struct policies *p = NULL;
    struct diag why = {0};
    enum status s = policies_published(c->policies, t, 0, &p, d);
    if (s == OK)
        s = facts_now(c, t, x, l, &q.facts, d);
    if (s != OK)
        return s;
    s = decision_make(p, txn_arena(t), &q, &r, &why);
    if (s == OK)
        s = decision_explain(p, txn_arena(t), &r, 0, &e, &why);
    json_key(w, "now");
    if (s == OK)
        decision_json(w, &r, true, &e);
    else
        json_nothing(w);
    return s == E_LIMIT ? (*d = why, s) : OK;
}

enum status lead_json(struct civil *c, struct txn *t, struct access *x, const struct actor *who, int64_t lead, struct json_writer *w, int64_t *ret_version, struct diag *d) {
    AUTO(rows) struct rows *r = NULL;
    struct lead l;
    const char *open = secrecy_open_people(txn_arena(t), who, "household", "person");
    char *sql = open ? arena_printf(txn_arena(t), "SELECT " LEAD_COLUMNS " FROM lead WHERE district = ? AND id = ? AND %s", open) : NULL;
    enum status s = sql ? sql_one(t, &r, d, sql, SQL_I(c->district), SQL_I(lead)) : arena_full(d);
    if (s == E_NOT_FOUND)
        return diag_fail(d, E_NOT_FOUND, "lead.none");
    if (s == OK)
        s = lead_fill(r, txn_arena(t), &l, d);
    if (s == OK && !secrecy_open_scheme(c, who, l.scheme))
        return diag_fail(d, E_NOT_FOUND, "lead.none");
    if (s == OK && !lead_may(who, l.division))
        s = diag_fail(d, E_NOT_FOUND, "lead.none");
    if (s != OK)
        return s;
    *ret_version = l.version;
    json_object(w);
    json_key(w, "lead");
    json_object(w);
    s = lead_object(c, t, x, &l, w, d);
    json_object_end(w);
    if (s == OK)
        s = reasons(c, t, x, &l, w, d);
    json_object_end(w);
    return s;
}

/* ---- how good they are -------------------------------------------------------------------------------- */

enum status leads_quality_json(struct civil *c, struct txn *t, const struct actor *who, struct json_writer *w, struct diag *d) {
    AUTO(rows) struct rows *r = NULL;
    bool row = false;
    char district[16];
    snprintf(district, sizeof district, "%lld", (long long)c->district);
    if (!actor_may(who, NULL, district))
        return diag_fail(d, E_FORBIDDEN, "lead.scope");
    const char *open = secrecy_open_people(txn_arena(t), who, "household", "person");
    char *sql = open ? arena_printf(txn_arena(t),
        "SELECT scheme, count(*), SUM(CASE WHEN state = 'closed' THEN 1 ELSE 0 END), "
        "SUM(CASE WHEN cause IN ('wrong_data','already_receives','moved','died') THEN 1 ELSE 0 END), "
        "SUM(CASE WHEN cause = 'refused' THEN 1 ELSE 0 END), SUM(CASE WHEN cause = 'applied' OR state = 'offered' THEN 1 ELSE 0 END) "
        "FROM lead WHERE district = ? AND %s GROUP BY scheme ORDER BY scheme", open) : NULL;
    enum status s = sql ? sql_query(t, &r, d, sql, SQL_I(c->district)) : arena_full(d);
    json_object(w);
    json_key(w, "items");
    json_array(w);
    while (s == OK && (s = rows_next(r, &row, d)) == OK && row) {
        char *scheme = rows_dup(r, 0, txn_arena(t));
        if (!scheme)
            return arena_full(d);
        if (!secrecy_open_scheme(c, who, scheme))
            continue;
        static const char *const KEYS[] = {"found", "closed", "false", "refused", "taken_up"};
        json_object(w);
        json_kspan(w, "scheme", rows_text(r, 0));
        for (int i = 0; i < (int)ARRAY_LEN(KEYS); i++)
            json_kint(w, KEYS[i], rows_int(r, i + 1));
        json_object_end(w);
    }
    json_array_end(w);
    json_object_end(w);
    return s;
}
