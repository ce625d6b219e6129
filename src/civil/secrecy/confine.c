/* Compartments: who is in one, and conditions that leave out what is in the others. */
#include "civil/secrecy/secrecy_internal.h"

#include <stdio.h>

enum status secrecy_memberships(struct txn *t, struct actor *a, struct diag *d) {
    AUTO(rows) struct rows *r = NULL;
    bool row = false;
    a->compartment_count = 0;
    enum status s = sql_query(t, &r, d,
        "SELECT DISTINCT ground FROM secrecy_order WHERE kind = 'member' AND account = ? AND confirmed_at IS NOT NULL AND ended_at IS NULL AND until_on >= ? ORDER BY ground",
        SQL_I(a->account), SQL_D(txn_today(t)));
    while (s == OK && a->compartment_count < ACTOR_COMPARTMENTS_MAX && (s = rows_next(r, &row, d)) == OK && row)
        snprintf(a->compartment[a->compartment_count++], sizeof a->compartment[0], "%.*s", SPAN_ARG(rows_text(r, 0)));
    return s;
}

/* Ids are small letters (pack.secrecy), so they may stand in the text: the
 * statement is the same for everybody with the same memberships. */
static bool list_of(const struct actor *who, struct buf *out) {
    bool some = false;
    for (int i = 0; i < who->compartment_count; i++) {
        const char *id = who->compartment[i];
        if (!*id || strspn(id, "abcdefghijklmnopqrstuvwxyz_") != strlen(id))
            continue;
        buf_addf(out, "%s'%s'", some ? ", " : "", id);
        some = true;
    }
    return some;
}

static bool everything(const struct actor *who) { return strcmp(who->kind, "staff") != 0; }

const char *secrecy_open_column(struct arena *a, const struct actor *who, const char *column) {
    BUF_AUTO list;
    buf_init(&list, 4096);
    if (everything(who))
        return "1 = 1";
    return list_of(who, &list) ? arena_printf(a, "(%s IS NULL OR %s IN (%s))", column, column, buf_str(&list)) : arena_printf(a, "(%s IS NULL)", column);
}

const char *secrecy_open_case(struct arena *a, const struct actor *who, const char *column) {
    BUF_AUTO list;
    buf_init(&list, 4096);
    if (everything(who))
        return "1 = 1";
    bool some = list_of(who, &list);
    return arena_printf(a, "(%s IS NULL OR %s NOT IN (SELECT id FROM case_file WHERE compartment IS NOT NULL%s%s%s))", column, column, some ? " AND compartment NOT IN (" : "",
        some ? buf_str(&list) : "", some ? ")" : "");
}

const char *secrecy_open_people(struct arena *a, const struct actor *who, const char *household, const char *person) {
    BUF_AUTO list;
    buf_init(&list, 4096);
    if (everything(who))
        return "1 = 1";
    bool some = list_of(who, &list);
    const char *closed = some ? arena_printf(a, " AND f.compartment NOT IN (%s)", buf_str(&list)) : "";
    return closed ? arena_printf(a, "(%s NOT IN (SELECT f.household FROM case_file f WHERE f.compartment IS NOT NULL AND f.household IS NOT NULL%s) AND "
                                    "%s NOT IN (SELECT p.person FROM case_file f JOIN case_party p ON p.district = f.district AND p.case_id = f.id "
                                    "WHERE f.compartment IS NOT NULL AND p.person_district <> 0%s))", household, closed, person, closed) : NULL;
}

const char *secrecy_of_matter(const struct civil *c, const char *matter) {
    const struct matter *m = packs_matter(c->packs, matter);
    return m ? json_str(m->json, "compartment", "") : "";
}

bool secrecy_open_scheme(const struct civil *c, const struct actor *who, const char *scheme) {
    for (size_t i = 0; i < packs_count(c->packs); i++)
        for (size_t k = 0; k < packs_at(c->packs, i)->matter_count; k++) {
            const struct matter *m = &packs_at(c->packs, i)->matter[k];
            if (strcmp(m->scheme, scheme) == 0 && !actor_inside(who, json_str(m->json, "compartment", "")))
                return false;
        }
    return true;
}

enum status secrecy_protected(struct txn *t, int64_t district, int64_t person, bool *ret, struct diag *d) {
    int64_t n = 0;
    enum status s = sql_int(t, &n, 0, d,
        "SELECT COUNT(*) FROM (SELECT CAST(? AS BIGINT) AS district, CAST(? AS BIGINT) AS person UNION "
        "SELECT m.district, m.person FROM household_member own JOIN household_member m ON m.district = own.district AND m.household = own.household AND m.superseded_at IS NULL AND m.valid_to IS NULL "
        "WHERE own.district = ? AND own.person = ? AND own.superseded_at IS NULL AND own.valid_to IS NULL) w WHERE "
        "EXISTS (SELECT 1 FROM secrecy_order o WHERE o.district = w.district AND o.person = w.person AND o.ended_at IS NULL) OR "
        "EXISTS (SELECT 1 FROM case_party y JOIN case_file k ON k.district = y.district AND k.id = y.case_id WHERE y.person_district = w.district AND y.person = w.person "
        "AND (k.compartment IS NOT NULL OR EXISTS (SELECT 1 FROM secrecy_order o WHERE o.case_id = k.id AND o.ended_at IS NULL)))",
        SQL_I(district), SQL_I(person), SQL_I(district), SQL_I(person));
    *ret = s != OK || n > 0;
    return s;
}
