#include "civil/register/ages.h"

#include "base/vec.h"
#include "civil/register/merge.h"
#include "civil/register/register.h"
#include "store/store.h"

/* Born on or before this day: has the age on `day`.  Who was born on 29 February has it on 28 February of a common year, a day before the
 * birthday that the law counts: of no weight in a count. */
static date_t born_by(date_t day, int years) { return date_add_months(day, -12 * years); }

enum status ages_count(struct civil *c, struct txn *t, struct arena *a, date_t day, struct age_count **ret, size_t *ret_n, struct diag *d) {
    AUTO(rows) struct rows *r = NULL;
    VEC(struct age_count) list = {0};
    bool row = false;
    enum status s = sql_query(t, &r, d,
        "SELECT p.division, SUM(CASE WHEN p.birth > ? THEN 1 ELSE 0 END), SUM(CASE WHEN p.birth <= ? AND p.birth > ? THEN 1 ELSE 0 END), "
        "SUM(CASE WHEN p.birth <= ? AND p.birth > ? THEN 1 ELSE 0 END), SUM(CASE WHEN p.birth <= ? THEN 1 ELSE 0 END) FROM person_record p "
        "WHERE p.district = ? AND p.superseded_at IS NULL AND p.valid_to IS NULL AND p.died_on IS NULL AND p.moved_out_on IS NULL AND p.birth <= ? AND " REGISTER_SHOWN("p") " AND " REGISTER_ONE("p", "person") " "
        "GROUP BY p.division ORDER BY p.division", SQL_D(born_by(day, 18)), SQL_D(born_by(day, 18)), SQL_D(born_by(day, 60)), SQL_D(born_by(day, 60)), SQL_D(born_by(day, 80)),
        SQL_D(born_by(day, 80)), SQL_I(c->district), SQL_D(day));
    while (s == OK && (s = rows_next(r, &row, d)) == OK && row) {
        struct age_count *n = vec_push_in(a, &list);
        if (!n || !(n->division = rows_dup(r, 0, a)))
            return arena_full(d);
        for (int k = 0; k < AGE_BANDS; k++)
            n->people[k] = rows_int(r, k + 1);
    }
    *ret = list.at;
    *ret_n = list.size;
    return s;
}
