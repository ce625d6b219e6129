#include "civil/register/touched.h"

/* Four ways of resting on somebody, each by an index of its own. */
#define RESTING "SELECT e.id FROM entitlement e WHERE e.state <> 'ended' AND e.district = ? AND e.payee = ? " \
    "UNION SELECT e.id FROM entitlement e WHERE e.state <> 'ended' AND e.district = ? AND e.household = ? " \
    "UNION SELECT e.id FROM household_member m JOIN entitlement e ON e.district = m.district AND e.household = m.household WHERE e.state <> 'ended' AND m.district = ? AND m.person = ? " \
    "UNION SELECT e.id FROM case_party p JOIN entitlement e ON e.district = p.district AND e.case_id = p.case_id WHERE e.state <> 'ended' AND p.person_district = ? AND p.person = ?"

static enum status touched(struct txn *t, int64_t district, int64_t person, int64_t household, struct diag *d) {
    struct sql_value at = SQL_I(district), who = SQL_I(person), home = SQL_I(household);
    int64_t n = 0;
    enum status s = sql_int(t, &n, 0, d, "SELECT count(*) FROM (" RESTING " LIMIT 1) x", at, who, at, home, at, who, at, who);
    return s == OK && n ? sql_exec(t, d, "INSERT INTO recheck_asked (district, person, household, at, tries) VALUES (?, ?, ?, ?, 0) ON CONFLICT (district, person, household) DO NOTHING", at, who, home,
                              SQL_I(txn_now(t))) : s;
}

enum status register_touched_person(struct txn *t, int64_t district, int64_t person, struct diag *d) { return touched(t, district, person, 0, d); }
enum status register_touched_household(struct txn *t, int64_t district, int64_t household, struct diag *d) { return touched(t, district, 0, household, d); }

enum status register_touches(struct txn *t, int64_t district, int64_t person, int64_t household, int64_t after, int64_t *ret, size_t max, size_t *ret_n, struct diag *d) {
    struct sql_value at = SQL_I(district), who = SQL_I(person), home = SQL_I(household);
    AUTO(rows) struct rows *r = NULL;
    bool row = true;
    *ret_n = 0;
    enum status s = sql_query(t, &r, d, "SELECT x.id FROM (" RESTING ") x WHERE x.id > ? ORDER BY x.id LIMIT ?", at, who, at, home, at, who, at, who, SQL_I(after), SQL_I(max));
    while (s == OK && *ret_n < max && (s = rows_next(r, &row, d)) == OK && row)
        ret[(*ret_n)++] = rows_int(r, 0);
    return s;
}
