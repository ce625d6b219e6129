/* Households: who lives together, and what is known of them together. */
#include "civil/register/register_internal.h"

#include "base/vec.h"
#include "civil/access/access.h"
#include "civil/evidence/keep.h"
#include "civil/register/search.h"
#include "civil/register/touched.h"
#include "store/store.h"

#include <stdio.h>

/* ---- reading ------------------------------------------------------------------- */

/* Who lives there on a day as the register believes it now; DATE_NONE: the current rows. */
static enum status members(struct txn *t, struct arena *a, int64_t district, struct household *h, date_t as_of, struct access *x, struct diag *d) {
    VEC(struct household_member) list = {0};
    AUTO(rows) struct rows *r = NULL;
    enum status s = as_of == DATE_NONE
        ? sql_query(t, &r, d,
              "SELECT person, relation FROM household_member m WHERE district = ? AND household = ? AND superseded_at IS NULL AND valid_to IS NULL AND " REGISTER_SHOWN("m") " "
              "ORDER BY CASE relation WHEN '本人' THEN 0 WHEN '配偶' THEN 1 ELSE 2 END, person",
              SQL_I(district), SQL_I(h->id))
        : sql_query(t, &r, d,
              "SELECT person, relation FROM household_member m WHERE district = ? AND household = ? AND superseded_at IS NULL AND " REGISTER_SHOWN("m") " "
              "AND valid_from <= ? AND (valid_to IS NULL OR valid_to > ?) ORDER BY CASE relation WHEN '本人' THEN 0 WHEN '配偶' THEN 1 ELSE 2 END, person",
              SQL_I(district), SQL_I(h->id), SQL_D(as_of), SQL_D(as_of));
    for (bool more = true; s == OK;) {
        if ((s = rows_next(r, &more, d)) != OK || !more)
            break;
        struct household_member *m = vec_push_in(a, &list);
        if (!m)
            return arena_full(d);
        *m = (struct household_member){rows_int(r, 0), rows_dup(r, 1, a)};
        s = m->relation ? access_add(x, district, m->person, ACCESS_FAMILY, d) : arena_full(d);
    }
    h->member = list.at;
    h->member_count = list.size;
    return s;
}

static enum status read_on(struct txn *t, struct access *x, struct arena *a, int64_t district, int64_t household, date_t as_of, struct household *ret, struct diag *d) {
    AUTO(rows) struct rows *r = NULL;
    enum status s = sql_one(t, &r, d, "SELECT division, address FROM household WHERE district = ? AND id = ?", SQL_I(district), SQL_I(household));
    if (s == E_NOT_FOUND)
        return diag_fail(d, E_NOT_FOUND, "register.household");
    if (s != OK)
        return s;
    *ret = (struct household){.district = district, .id = household, .division = rows_dup(r, 0, a), .address = rows_dup(r, 1, a)};
    return ret->division && ret->address ? members(t, a, district, ret, as_of, x, d) : arena_full(d);
}

enum status household_read(struct civil *c, struct txn *t, struct access *x, struct arena *a, int64_t district, int64_t household, struct household *ret, struct diag *d) {
    return read_on(t, x, a, district, household, DATE_NONE, ret, d);
}

enum status household_id_of(struct txn *t, int64_t district, int64_t person, int64_t *ret, struct diag *d) {
    enum status s = sql_int(t, ret, 0, d,
        "SELECT household FROM household_member m WHERE district = ? AND person = ? AND superseded_at IS NULL AND valid_to IS NULL AND " REGISTER_SHOWN("m"), SQL_I(district), SQL_I(person));
    return s == OK && !*ret ? diag_fail(d, E_NOT_FOUND, "register.household") : s;
}

enum status household_of(struct civil *c, struct txn *t, struct access *x, struct arena *a, int64_t district, int64_t person, struct household *ret, struct diag *d) {
    int64_t household = 0;
    enum status s = household_id_of(t, district, person, &household, d);
    return s == OK ? household_read(c, t, x, a, district, household, ret, d) : s;
}

/* ---- relations seen from the applicant -------------------------------------------- */

/* The register says how each is related to the head (本人 is the head); a case
 * asks how each is related to the applicant.  What does not follow is 其他. */
const char *household_relation(const char *applicant, const char *other, bool same) {
    static const char *const table[][3] = {
        /* applicant is the head's, the other is the head's, so the other is the applicant's */
        {"配偶", "本人", "配偶"}, {"配偶", "子女", "子女"}, {"配偶", "孙子女", "孙子女"},
        {"子女", "本人", "父母"}, {"子女", "配偶", "父母"}, {"子女", "子女", "兄弟姐妹"}, {"子女", "父母", "祖父母"},
        {"父母", "本人", "子女"}, {"父母", "子女", "孙子女"}, {"父母", "父母", "配偶"}, {"父母", "兄弟姐妹", "子女"},
        {"孙子女", "本人", "祖父母"}, {"孙子女", "配偶", "祖父母"}, {"孙子女", "子女", "父母"},
        {"祖父母", "本人", "孙子女"}, {"祖父母", "祖父母", "配偶"},
        {"兄弟姐妹", "本人", "兄弟姐妹"}, {"兄弟姐妹", "兄弟姐妹", "兄弟姐妹"}, {"兄弟姐妹", "父母", "父母"},
    };
    if (same)
        return "本人";
    if (strcmp(applicant, "本人") == 0)
        return other;
    for (size_t i = 0; i < ARRAY_LEN(table); i++)
        if (strcmp(table[i][0], applicant) == 0 && strcmp(table[i][1], other) == 0)
            return table[i][2];
    return "其他";
}

/* ---- the document 户 ------------------------------------------------------------------ */

static enum status member_facts(struct civil *c, struct txn *t, struct access *x, struct arena *a, int64_t district, const struct household_member *m,
    const char *relation, date_t as_of, struct fact_list *sources, const struct json **ret, struct diag *d) {
    struct fact_list f = {0};
    char *id = arena_printf(a, "%lld", (long long)m->person);
    if (!id || !fact_add(&f, a, "编号", json_new_string(a, span_of(id))) || !fact_add(&f, a, "与申请人关系", json_new_string(a, span_of(relation))))
        return arena_full(d);
    enum status s = person_record_facts(t, a, district, m->person, as_of, &f, d);
    if (s == OK)
        s = business_facts(c, t, a, "person", NULL, district, m->person, as_of, &f, sources, d);
    if (s == OK)
        s = access_add(x, district, m->person, ACCESS_FAMILY | ACCESS_INCOME | ACCESS_HEALTH, d);
    if (s != OK)
        return s;
    *ret = json_new_object(a, f.key, f.value, f.n);
    return *ret ? OK : arena_full(d);
}

enum status household_facts(struct civil *c, struct txn *t, struct access *x, struct arena *a, int64_t district, int64_t household, int64_t applicant,
    date_t as_of, const struct json **ret_household, const struct json **ret_sources, struct diag *d) {
    struct household h;
    struct fact_list f = {0}, sources = {0};
    enum status s = read_on(t, x, a, district, household, as_of, &h, d);
    if (s != OK)
        return s;
    const char *applicant_relation = "本人";
    for (size_t i = 0; i < h.member_count; i++)
        if (h.member[i].person == applicant)
            applicant_relation = h.member[i].relation;
    const struct json **list = ARENA_ARRAY(a, h.member_count ? h.member_count : 1, const struct json *);
    if (!list)
        return arena_full(d);
    for (size_t i = 0; s == OK && i < h.member_count; i++) {
        const char *relation = household_relation(applicant_relation, h.member[i].relation, h.member[i].person == applicant);
        struct fact_list own = {0};
        s = member_facts(c, t, x, a, district, &h.member[i], relation, as_of, &own, &list[i], d);
        for (size_t k = 0; s == OK && k < own.n; k++) {
            bool known = false;
            for (size_t j = 0; j < sources.n; j++)
                known |= span_eq(sources.key[j], own.key[k]);
            if (!known && sources.n < ARRAY_LEN(sources.key)) {
                sources.key[sources.n] = own.key[k];
                sources.value[sources.n++] = own.value[k];
            }
        }
    }
    if (s == OK && !fact_add(&f, a, "成员", json_new_array(a, list, h.member_count)))
        s = arena_full(d);
    if (s == OK)
        s = business_facts(c, t, a, "household", NULL, district, household, as_of, &f, &sources, d);
    if (s != OK)
        return s;
    *ret_household = json_new_object(a, f.key, f.value, f.n);
    if (ret_sources)
        *ret_sources = json_new_object(a, sources.key, sources.value, sources.n);
    return *ret_household && (!ret_sources || *ret_sources) ? OK : arena_full(d);
}

/* ---- writing ------------------------------------------------------------------------------ */

enum status household_add(struct civil *c, struct txn *t, const struct actor *who, int64_t district, const char *division, const char *address,
    bool synthetic, int64_t *ret_household, struct diag *d) {
    int64_t id = txn_new_id(t);
    enum status s = sql_exec(t, d, "INSERT INTO household (district, id, division, address, created_at, synthetic) VALUES (?, ?, ?, ?, ?, ?)", SQL_I(district),
        SQL_I(id), SQL_S(division), SQL_S(address), SQL_I(txn_now(t)), SQL_I(synthetic));
    if (s == OK)
        s = sql_exec(t, d, "INSERT INTO household_count (district, division, n) VALUES (?, ?, 1) ON CONFLICT (district, division) DO UPDATE SET n = household_count.n + 1",
            SQL_I(district), SQL_S(division));
    if (s == OK && !who->keeps_later)
        s = evidence_keep_one(c, t, who, KEPT_HOUSEHOLD, district, id, d);
    if (s == OK)
        *ret_household = id;
    return s;
}

/* People are found by the address of their household, too. */
static enum status address_found(struct txn *t, int64_t district, int64_t household, int64_t person, struct diag *d) {
    AUTO(rows) struct rows *r = NULL;
    enum status s = sql_one(t, &r, d, "SELECT r.name, r.division, h.address, r.birth FROM household h JOIN person_record r ON r.district = h.district AND r.person = ? AND r.superseded_at IS NULL "
        "AND r.valid_to IS NULL AND " REGISTER_SHOWN("r") " WHERE h.district = ? AND h.id = ?", SQL_I(person), SQL_I(district), SQL_I(household));
    if (s != OK)
        return s == E_NOT_FOUND ? OK : s;
    struct arena *a = txn_arena(t);
    struct search_about about = {rows_dup(r, 0, a), rows_dup(r, 1, a), rows_dup(r, 2, a), rows_date(r, 3)};
    rows_free(TAKE(r));
    return about.name && about.division && about.address ? search_put_address(t, district, person, &about, d) : arena_full(d);
}

enum status household_join(struct civil *c, struct txn *t, const struct actor *who, int64_t district, int64_t household, int64_t person, const char *relation,
    date_t from, struct diag *d) {
    enum status s = sql_exec(t, d,
        "INSERT INTO household_member (district, household, person, recorded_at, relation, valid_from, valid_to, superseded_at, recorded_by) "
        "VALUES (?, ?, ?, ?, ?, ?, NULL, NULL, ?)",
        SQL_I(district), SQL_I(household), SQL_I(person), SQL_I(txn_now(t)), SQL_S(relation), SQL_D(from), SQL_I(who->account));
    if (s == E_CONFLICT && sql_broke(d, "household_member_current"))
        return diag_fail(d, E_CONFLICT, "register.has_household");
    if (s == E_CONFLICT && sql_broke(d, "household_member_household"))
        return diag_fail(d, E_NOT_FOUND, "register.household");
    if (s == E_CONFLICT && sql_broke(d, "household_member_person"))
        return diag_fail(d, E_NOT_FOUND, "register.person");
    if (s == OK && !who->keeps_later)
        s = evidence_keep_one(c, t, who, KEPT_MEMBER, district, person, d);
    if (s == OK && !who->keeps_later)
        s = register_touched_household(t, district, household, d);
    if (s == OK && !who->keeps_later)
        s = register_touched_person(t, district, person, d);
    return s == OK ? address_found(t, district, household, person, d) : s;
}
