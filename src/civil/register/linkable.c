#include "civil/register/linkable.h"

#include "civil/access/access.h"
#include "civil/register/merge.h"
#include "civil/register/register_internal.h"
#include "civil/secrecy/secrecy.h"
#include "crypto/vault.h"

enum { PAGE = 2000 }; /* PostgreSQL hands over all rows of a query at once */

/* The dead too: who died under one number may receive under another. */
#define BELIEVED "r.superseded_at IS NULL AND r.valid_to IS NULL AND " REGISTER_SHOWN("r") " AND " REGISTER_ONE("r", "person")

/* ---- everybody -------------------------------------------------------------------------------- */

static enum status opened(struct civil *c, struct arena *a, const char *column, int64_t district, int64_t person, struct span sealed, struct span *ret, struct diag *d) {
    struct place where = place_of(column, district, person);
    *ret = SPAN("");
    return sealed.size ? vault_unseal(c->vault, sealed, span_of(where.text), a, ret, d) : OK;
}

static void wipe(struct span s) {
    if (s.size)
        explicit_bzero((char *)(uintptr_t)s.at, s.size);
}

static enum status one(struct civil *c, struct arena *a, const struct rows *r, bool sealed, person_linkable_fn *fn, void *arg, struct diag *d) {
    struct person_linkable p = {.person = rows_int(r, 0), .name = rows_text(r, 1), .male = span_is(rows_text(r, 2), "男"), .birth = rows_date(r, 3), .division = rows_text(r, 4),
        .address = rows_text(r, 5), .registered = rows_text(r, 6), .local = span_is(rows_text(r, 7), "本市"), .number = SPAN(""), .phone = SPAN("")};
    enum status s = sealed ? opened(c, a, "id_number", c->district, p.person, rows_blob(r, 8), &p.number, d) : OK;
    if (s == OK && sealed)
        s = opened(c, a, "phone", c->district, p.person, rows_blob(r, 9), &p.phone, d);
    if (s == OK)
        s = fn(arg, &p, d);
    wipe(p.number);
    wipe(p.phone);
    return s;
}

enum status people_linkable(struct civil *c, struct txn *t, bool sealed, person_linkable_fn *fn, void *arg, struct diag *d) {
    struct arena *a = txn_arena(t);
    int64_t after = 0;
    enum status s = OK;
    for (size_t n = PAGE; s == OK && n == PAGE;) {
        struct arena_mark mark = arena_mark(a);
        AUTO(rows) struct rows *r = NULL;
        bool row = true;
        n = 0;
        s = sql_query(t, &r, d,
            "SELECT p.id, r.name, r.sex, r.birth, r.division, COALESCE(r.address, (SELECT h.address FROM household_member m JOIN household h ON h.district = m.district AND h.id = m.household "
            "WHERE m.district = p.district AND m.person = p.id AND m.superseded_at IS NULL AND m.valid_to IS NULL AND " REGISTER_SHOWN("m") ")), r.registered_division, r.hukou, p.id_number, p.phone "
            "FROM person p JOIN person_record r ON r.district = p.district AND r.person = p.id AND " BELIEVED " WHERE p.district = ? AND p.id > ? ORDER BY p.id LIMIT ?",
            SQL_I(c->district), SQL_I(after), SQL_I(PAGE));
        for (; s == OK && (s = rows_next(r, &row, d)) == OK && row; n++) {
            after = rows_int(r, 0);
            s = one(c, a, r, sealed, fn, arg, d);
        }
        rows_free(TAKE(r));
        arena_rewind(a, mark);
    }
    return s;
}

enum status people_count(struct civil *c, struct txn *t, int64_t *ret, struct diag *d) {
    return sql_int(t, ret, 0, d, "SELECT count(*) FROM person_record r WHERE r.district = ? AND " BELIEVED, SQL_I(c->district));
}

/* ---- one, beside another -------------------------------------------------------------------------- */

static enum status counted(struct txn *t, struct access *x, int64_t district, int64_t person, const char *what, const char *case_column, int64_t *ret, struct diag *d) {
    const char *open = secrecy_open_case(txn_arena(t), access_actor(x), case_column);
    char *sql = open ? arena_printf(txn_arena(t), "%s AND %s", what, open) : NULL;
    return sql ? sql_int(t, ret, 0, d, sql, SQL_I(district), SQL_I(person)) : arena_full(d);
}

enum status person_beside(struct txn *t, struct access *x, int64_t district, int64_t person, struct person_beside *ret, struct diag *d) {
    struct arena *a = txn_arena(t);
    AUTO(rows) struct rows *r = NULL;
    enum status s = sql_one(t, &r, d,
        "SELECT COALESCE(r.address, h.address), r.registered_division, r.source, r.recorded_at, (SELECT count(*) FROM household_member o WHERE o.district = m.district AND o.household = m.household "
        "AND o.superseded_at IS NULL AND o.valid_to IS NULL AND " REGISTER_SHOWN("o") ") FROM person_record r "
        "LEFT JOIN household_member m ON m.district = r.district AND m.person = r.person AND m.superseded_at IS NULL AND m.valid_to IS NULL AND " REGISTER_SHOWN("m") " "
        "LEFT JOIN household h ON h.district = m.district AND h.id = m.household "
        "WHERE r.district = ? AND r.person = ? AND r.superseded_at IS NULL AND r.valid_to IS NULL AND " REGISTER_SHOWN("r"), SQL_I(district), SQL_I(person));
    if (s == E_NOT_FOUND)
        return diag_fail(d, E_NOT_FOUND, "register.person");
    if (s != OK)
        return s;
    *ret = (struct person_beside){.address = rows_dup(r, 0, a), .registered = rows_dup(r, 1, a), .source = rows_dup(r, 2, a), .recorded_at = rows_int(r, 3), .members = rows_int(r, 4)};
    if (!ret->address || !ret->registered || !ret->source)
        return arena_full(d);
    rows_free(TAKE(r));
    s = counted(t, x, district, person, "SELECT count(*) FROM entitlement e WHERE e.district = ? AND e.payee = ? AND e.state <> 'ended'", "e.case_id", &ret->benefits, d);
    if (s == OK)
        s = counted(t, x, district, person, "SELECT count(*) FROM case_file f WHERE f.district = ? AND f.applicant = ? AND f.closed_at IS NULL", "f.id", &ret->cases, d);
    return s == OK ? access_add(x, district, person, ACCESS_FAMILY, d) : s;
}
