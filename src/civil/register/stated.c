#include "civil/register/stated.h"

#include "civil/register/merge.h"
#include "civil/register/register.h"

enum { PAGE = 2000 }; /* PostgreSQL hands over all rows of a query at once */

static struct person_stated take(const struct rows *r) {
    return (struct person_stated){.person = rows_int(r, 0), .sex = rows_text(r, 1), .birth = rows_date(r, 2), .division = rows_text(r, 3), .address = rows_text(r, 4), .registered_division = rows_text(r, 5),
        .registered_address = rows_text(r, 6), .hukou = rows_text(r, 7), .marriage = rows_text(r, 8), .groups = rows_text(r, 9), .died_on = rows_date(r, 10), .moved_out_on = rows_date(r, 11),
        .recorded_at = rows_int(r, 12), .phone = rows_int(r, 13) != 0, .account = rows_int(r, 14) != 0, .household = !rows_null(r, 15), .division_known = rows_int(r, 16) != 0, .twice = rows_int(r, 17) != 0};
}

enum status people_stated(struct civil *c, struct txn *t, const char *scope, int64_t after, person_stated_fn *fn, void *arg, struct diag *d) {
    char *end = arena_printf(txn_arena(t), "%s:", scope); /* ':' follows '9' */
    enum status s = end ? OK : arena_full(d);
    for (size_t n = PAGE; s == OK && n == PAGE;) {
        AUTO(rows) struct rows *r = NULL;
        bool row = true;
        n = 0;
        s = sql_query(t, &r, d,
            "SELECT p.id, r.sex, r.birth, r.division, COALESCE(r.address, h.address), r.registered_division, r.registered_address, r.hukou, r.marriage, r.service_groups, r.died_on, r.moved_out_on, r.recorded_at, "
            "CASE WHEN p.phone IS NULL THEN 0 ELSE 1 END, CASE WHEN p.bank_account IS NULL THEN 0 ELSE 1 END, m.household, CASE WHEN EXISTS (SELECT 1 FROM division v WHERE v.code = r.division) THEN 1 ELSE 0 END, "
            "CASE WHEN EXISTS (SELECT 1 FROM linkage_pair k WHERE k.district = p.district AND k.one = p.id AND k.state IN ('open', 'undecided') AND k.probability_milli >= 500) "
            "OR EXISTS (SELECT 1 FROM linkage_pair k WHERE k.district = p.district AND k.other = p.id AND k.state IN ('open', 'undecided') AND k.probability_milli >= 500) THEN 1 ELSE 0 END "
            "FROM person p JOIN person_record r ON r.district = p.district AND r.person = p.id AND r.superseded_at IS NULL AND r.valid_to IS NULL AND " REGISTER_SHOWN("r") " AND " REGISTER_ONE("r", "person") " "
            "LEFT JOIN household_member m ON m.district = p.district AND m.person = p.id AND m.superseded_at IS NULL AND m.valid_to IS NULL AND " REGISTER_SHOWN("m") " "
            "LEFT JOIN household h ON h.district = m.district AND h.id = m.household WHERE p.district = ? AND p.id > ? AND r.division >= ? AND r.division < ? ORDER BY p.id LIMIT ?",
            SQL_I(c->district), SQL_I(after), SQL_S(scope), SQL_S(end), SQL_I(PAGE));
        for (; s == OK && (s = rows_next(r, &row, d)) == OK && row; n++) {
            const struct person_stated p = take(r);
            after = p.person;
            s = fn(arg, &p, d);
        }
    }
    return s;
}
