/* Facts of a grant, carried on to another day. */
#include "civil/recheck/recheck_internal.h"

#include "base/vec.h"
#include "civil/pack/pack.h"
#include "civil/register/register.h"

struct carry {
    struct arena *a;
    const struct granted *g;
    const struct json *household; /* 户, growing */
    VEC(const struct json *) change;
};

static bool note(struct carry *x, const char *where, struct span fact, const struct json *was, const struct json *is) {
    const struct json **slot = vec_push_in(x->a, &x->change);
    char *name = arena_printf(x->a, "%s%.*s", where, SPAN_ARG(fact));
    if (!slot || !name)
        return false;
    struct span key[] = {SPAN("fact"), SPAN("was"), SPAN("is")};
    const struct json *value[] = {json_new_string(x->a, span_of(name)), was ? was : json_null(), is ? is : json_null()};
    *slot = value[0] ? json_new_object(x->a, key, value, ARRAY_LEN(key)) : NULL;
    return *slot != NULL;
}

static bool identity(struct span key) { return span_is(key, "编号") || span_is(key, "与申请人关系") || span_is(key, "成员"); }

static const struct json *set(struct arena *a, const struct json *object, struct span key, const struct json *value) {
    char *name = arena_dup(a, key);
    if (json_is_null(value))
        return json_without(a, object, key);
    return name ? json_with(a, object, name, value) : NULL;
}

/* What a register says of today and did not say of the day of the decision. */
static const struct json *carried(struct carry *x, const char *where, const struct json *granted, const struct json *then, const struct json *now) {
    for (size_t i = 0; granted && now && i < now->size; i++)
        if (!identity(now->key[i]) && !json_same(json_get_span(then, now->key[i]), now->item[i]) && !json_same(json_get_span(granted, now->key[i]), now->item[i]))
            granted = note(x, where, now->key[i], json_get_span(granted, now->key[i]), now->item[i]) ? set(x->a, granted, now->key[i], now->item[i]) : NULL;
    for (size_t i = 0; granted && then && i < then->size; i++)
        if (!identity(then->key[i]) && !json_is_null(then->item[i]) && json_is_null(json_get_span(now, then->key[i])) && !json_is_null(json_get_span(granted, then->key[i])))
            granted = note(x, where, then->key[i], json_get_span(granted, then->key[i]), NULL) ? set(x->a, granted, then->key[i], NULL) : NULL;
    return granted;
}

static const struct json *member_of(const struct json *household, int64_t person) {
    const struct json *list = household ? json_get(household, "成员") : NULL;
    for (size_t i = 0; list && i < list->size; i++)
        if (strtoll(json_str(list->item[i], "编号", "0"), NULL, 10) == person)
            return list->item[i];
    return NULL;
}

static int64_t person_of(const struct granted *g, const char *number) {
    for (size_t i = 0; i < g->party_count; i++)
        if (strcmp(g->party[i].number, number) == 0)
            return g->party[i].person;
    return 0;
}

static bool granted_to(const struct granted *g, int64_t person) {
    for (size_t i = 0; i < g->party_count; i++)
        if (g->party[i].person == person)
            return true;
    return false;
}

/* Members who left are left out, who came is in with what the register knows of him. */
static enum status carry_members(struct carry *x, const struct json *then, const struct json *now, struct diag *d) {
    const struct json *list = json_get(x->household, "成员"), *new = json_get(now, "成员");
    size_t room = (list ? list->size : 0) + (new ? new->size : 0), n = 0;
    const struct json **item = ARENA_ARRAY(x->a, room + 1, const struct json *);
    if (!item)
        return arena_full(d);
    for (size_t i = 0; list && i < list->size; i++) {
        const char *number = json_str(list->item[i], "编号", "");
        int64_t person = person_of(x->g, number);
        const struct json *before = member_of(then, person), *today = member_of(now, person);
        char *where = arena_printf(x->a, "成员%s.", number);
        if (!where)
            return arena_full(d);
        if (before && !today) {
            if (!note(x, "户.成员", (struct span){0}, json_get(list->item[i], "编号"), NULL))
                return arena_full(d);
            continue;
        }
        item[n] = before && today ? carried(x, where, list->item[i], before, today) : list->item[i];
        if (!item[n++])
            return arena_full(d);
    }
    for (size_t i = 0; new && i < new->size; i++) {
        int64_t person = strtoll(json_str(new->item[i], "编号", "0"), NULL, 10);
        if (granted_to(x->g, person) || member_of(then, person))
            continue;
        if (!note(x, "户.成员", (struct span){0}, NULL, json_get(new->item[i], "编号")))
            return arena_full(d);
        item[n++] = new->item[i];
    }
    const struct json *grown = json_new_array(x->a, item, n);
    x->household = grown ? json_with(x->a, x->household, "成员", grown) : NULL;
    return x->household ? OK : arena_full(d);
}

/* ---- what the household receives by our own books ---------------------------------------- */

static const char *benefit_of(const struct civil *c, const char *scheme) {
    const struct matter *m = packs_matter(c->packs, scheme);
    return m ? json_str(m->json, "benefit", NULL) : NULL;
}

/* The number of the member whom a benefit of one person is for. */
static const char *number_of(const struct granted *g, int64_t person) {
    for (size_t i = 0; i < g->party_count; i++)
        if (g->party[i].person == person)
            return g->party[i].number;
    return NULL;
}

static bool names(const struct json *entry, const char *benefit, const char *who) {
    return strcmp(json_str(entry, "待遇", ""), benefit) == 0 && strcmp(json_str(entry, "对象", ""), who) == 0;
}

static size_t place_in(const struct json *const *list, size_t n, const char *benefit, const char *who) {
    size_t i = 0;
    while (i < n && !names(list[i], benefit, who))
        i++;
    return i;
}

static const struct json *entry_of(struct arena *a, const char *benefit, const char *who, month_t from) {
    char day[DATE_TEXT_MAX];
    date_text(month_first(from), day);
    struct span key[] = {SPAN("待遇"), SPAN("对象"), SPAN("起")};
    const struct json *value[] = {json_new_string(a, span_of(benefit)), json_new_string(a, span_of(who)), json_new_string(a, span_of(day))};
    return value[0] && value[1] && value[2] ? json_new_object(a, key, value, ARRAY_LEN(key)) : NULL;
}

/* What was declared, with what our books have granted since, without what they have ended. */
static enum status held(struct civil *c, struct txn *t, struct carry *x, int64_t district, const struct due *e, const struct json *declared, const struct json **ret, struct diag *d) {
    VEC(const struct json *) list = {0};
    AUTO(rows) struct rows *r = NULL;
    bool row = true, changed = false;
    for (size_t i = 0; declared && declared->type == JSON_ARRAY && i < declared->size; i++) {
        const struct json **slot = vec_push_in(x->a, &list);
        if (!slot)
            return arena_full(d);
        *slot = declared->item[i];
    }
    enum status s = sql_query(t, &r, d,
        "SELECT scheme, household, payee, from_month, CASE WHEN state = 'active' AND to_month IS NULL THEN 1 ELSE 0 END FROM entitlement WHERE district = ? AND id <> ? AND id IN "
        "(SELECT id FROM entitlement WHERE district = ? AND household = ? UNION SELECT id FROM entitlement WHERE district = ? AND payee = ?) ORDER BY id", /* an OR of both would look at the whole district */
        SQL_I(district), SQL_I(e->id), SQL_I(district), SQL_I(e->household), SQL_I(district), SQL_I(e->payee));
    while (s == OK && (s = rows_next(r, &row, d)) == OK && row) {
        const char *benefit = benefit_of(c, rows_dup(r, 0, x->a)), *who = rows_null(r, 1) ? number_of(x->g, rows_int(r, 2)) : "户";
        bool active = rows_int(r, 4) != 0;
        size_t at = benefit && who ? place_in(list.at, list.size, benefit, who) : 0;
        if (!benefit || !who || active == (at < list.size))
            continue;
        changed = true;
        if (!active)
            list.at[at] = list.at[--list.size];
        else {
            const struct json **slot = vec_push_in(x->a, &list);
            if (!slot || !(*slot = entry_of(x->a, benefit, who, rows_int(r, 3))))
                return arena_full(d);
        }
    }
    *ret = s == OK && changed ? json_new_array(x->a, list.at, list.size) : declared;
    return s != OK ? s : *ret || !changed ? OK : arena_full(d);
}

enum status recheck_facts(struct civil *c, struct txn *t, struct access *access, int64_t district, const struct due *e, const struct granted *g, date_t on,
    const struct json **ret_facts, const struct json **ret_changes, struct diag *d) {
    struct carry x = {.a = txn_arena(t), .g = g, .household = json_get(g->facts, "户")};
    const struct json *then = NULL, *now = NULL, *receives = NULL, *declared = json_get(g->facts, "在享"), *facts = g->facts;
    int64_t household = e->household ? e->household : g->household;
    enum status s = OK;
    if (!household && x.household) { /* a benefit of one person: where he lives today */
        struct household h;
        s = household_of(c, t, access, x.a, district, e->payee, &h, d);
        household = s == OK ? h.id : 0;
        if (s == E_NOT_FOUND) { /* in none that we know: as declared */
            diag_clear(d);
            s = OK;
        }
    }
    if (s == OK && household && x.household) {
        s = household_facts(c, t, access, x.a, district, household, e->payee, g->as_of, &then, NULL, d);
        if (s == OK)
            s = household_facts(c, t, access, x.a, district, household, e->payee, on, &now, NULL, d);
        if (s == OK)
            s = carry_members(&x, then, now, d);
        if (s == OK && !(x.household = carried(&x, "户.", x.household, then, now)))
            s = arena_full(d);
        if (s == OK && !(facts = json_with(x.a, facts, "户", x.household)))
            s = arena_full(d);
    }
    if (s == OK)
        s = held(c, t, &x, district, e, declared, &receives, d);
    if (s == OK && receives != declared && (!note(&x, "", SPAN("在享"), declared, receives) || !(facts = json_with(x.a, facts, "在享", receives))))
        s = arena_full(d);
    *ret_facts = facts;
    *ret_changes = s == OK ? json_new_array(x.a, x.change.at, x.change.size) : NULL;
    return s != OK ? s : *ret_changes ? OK : arena_full(d);
}
