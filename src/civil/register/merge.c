#include "civil/register/merge.h"

#include "civil/evidence/keep.h"
#include "civil/register/register.h"
#include "civil/register/touched.h"

/* ---- who stands for whom --------------------------------------------------------------------- */

enum status person_kept(struct txn *t, int64_t district, int64_t person, int64_t *ret, struct diag *d) {
    return sql_int(t, ret, person, d, "SELECT kept FROM person_merge WHERE district = ? AND merged = ? AND undone_at IS NULL", SQL_I(district), SQL_I(person));
}

/* ---- merging ------------------------------------------------------------------------------------ */

static enum status there(struct txn *t, int64_t district, int64_t person, struct diag *d) {
    int64_t n = 0;
    enum status s = sql_int(t, &n, 0, d, "SELECT count(*) FROM person_record r WHERE district = ? AND person = ? AND superseded_at IS NULL AND valid_to IS NULL AND " REGISTER_SHOWN("r"),
        SQL_I(district), SQL_I(person));
    return s == OK && !n ? diag_fail(d, E_NOT_FOUND, "register.person") : s;
}

/* Chains would make taking apart depend on the order. */
static enum status alone(struct txn *t, int64_t district, int64_t kept, int64_t merged, struct diag *d) {
    int64_t n = 0;
    enum status s = sql_int(t, &n, 0, d, "SELECT count(*) FROM person_merge WHERE district = ? AND undone_at IS NULL AND (merged IN (?, ?) OR kept = ?)",
        SQL_I(district), SQL_I(kept), SQL_I(merged), SQL_I(merged));
    return s == OK && n ? diag_fail(d, E_CONFLICT, "register.merged") : s;
}

/* Said without which: what there is may be kept from whoever asks. */
static enum status unused(struct txn *t, int64_t district, int64_t person, struct diag *d) {
    static const char *const uses[] = {
        "SELECT count(*) FROM case_party p JOIN case_file f ON f.district = p.district AND f.id = p.case_id AND f.closed_at IS NULL WHERE p.person_district = ? AND p.person = ?",
        "SELECT count(*) FROM case_file f WHERE f.district = ? AND f.applicant = ? AND f.closed_at IS NULL",
        "SELECT count(*) FROM entitlement e WHERE e.district = ? AND e.payee = ? AND e.state <> 'ended'",
        "SELECT count(*) FROM entitlement e JOIN entitlement_line l ON l.district = e.district AND l.entitlement = e.id WHERE e.district = ? AND l.member = ? AND e.state <> 'ended'",
        "SELECT count(*) FROM recovery r WHERE r.district = ? AND r.payee = ? AND r.amount_fen > r.reversed_fen + r.received_fen + r.waived_fen",
        "SELECT count(*) FROM account a WHERE a.district = ? AND a.person = ? AND a.state <> 'closed'",
    };
    enum status s = OK;
    for (size_t i = 0; s == OK && i < ARRAY_LEN(uses); i++) {
        int64_t n = 0;
        s = sql_int(t, &n, 0, d, uses[i], SQL_I(district), SQL_I(person));
        if (s == OK && n)
            s = diag_fail(d, E_CONFLICT, "register.merge_in_use");
    }
    return s;
}

struct place_held { int64_t household, at; char *relation; };

static enum status place_of_person(struct txn *t, int64_t district, int64_t person, struct place_held *ret, struct diag *d) {
    AUTO(rows) struct rows *r = NULL;
    *ret = (struct place_held){0};
    enum status s = sql_one(t, &r, d, "SELECT household, recorded_at, relation FROM household_member m WHERE district = ? AND person = ? AND superseded_at IS NULL AND valid_to IS NULL AND "
        REGISTER_SHOWN("m"), SQL_I(district), SQL_I(person));
    if (s == E_NOT_FOUND) {
        diag_clear(d);
        return OK;
    }
    if (s == OK)
        *ret = (struct place_held){rows_int(r, 0), rows_int(r, 1), rows_dup(r, 2, txn_arena(t))};
    return s == OK && !ret->relation ? arena_full(d) : s;
}

static enum status not_head(struct txn *t, int64_t district, int64_t person, int64_t kept, const struct place_held *held, struct diag *d) {
    int64_t n = 0;
    if (!held->household || strcmp(held->relation, "本人") != 0)
        return OK;
    enum status s = sql_int(t, &n, 0, d, "SELECT count(*) FROM household_member m WHERE district = ? AND household = ? AND person NOT IN (?, ?) AND superseded_at IS NULL AND valid_to IS NULL AND "
        REGISTER_SHOWN("m"), SQL_I(district), SQL_I(held->household), SQL_I(person), SQL_I(kept));
    return s == OK && n ? diag_fail(d, E_CONFLICT, "register.merge_head") : s;
}

enum status person_merge_in(struct civil *c, struct txn *t, const struct actor *who, int64_t district, int64_t kept, int64_t merged, int64_t *ret_merge, struct diag *d) {
    struct place_held held;
    int64_t id = txn_new_id(t);
    enum status s = there(t, district, kept, d);
    if (s == OK)
        s = there(t, district, merged, d);
    if (s == OK)
        s = alone(t, district, kept, merged, d);
    if (s == OK)
        s = unused(t, district, merged, d);
    if (s == OK)
        s = place_of_person(t, district, merged, &held, d);
    if (s == OK)
        s = not_head(t, district, merged, kept, &held, d);
    if (s == OK)
        s = sql_exec(t, d, "INSERT INTO person_merge (district, id, kept, merged, made_at, made_by, household, member_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)", SQL_I(district), SQL_I(id), SQL_I(kept),
            SQL_I(merged), SQL_I(txn_now(t)), SQL_I(who->account), held.household ? SQL_I(held.household) : SQL_NIL, held.household ? SQL_I(held.at) : SQL_NIL);
    if (s == OK && held.household)
        s = sql_exec(t, d, "UPDATE household_member SET superseded_at = ? WHERE district = ? AND household = ? AND person = ? AND recorded_at = ?", SQL_I(txn_now(t)), SQL_I(district),
            SQL_I(held.household), SQL_I(merged), SQL_I(held.at));
    if (s == OK && held.household)
        s = evidence_keep_one(c, t, who, KEPT_MEMBER, district, merged, d);
    if (s == OK && held.household)
        s = register_touched_household(t, district, held.household, d);
    if (s == OK)
        s = evidence_keep_one(c, t, who, KEPT_MERGE, district, id, d);
    if (s == OK)
        *ret_merge = id;
    return s;
}

/* ---- taking apart ---------------------------------------------------------------------------------- */

/* The place given up, once more and believed from now on. */
static enum status take_place(struct civil *c, struct txn *t, const struct actor *who, int64_t district, int64_t person, int64_t household, int64_t at, struct diag *d) {
    int64_t last = 0;
    enum status s = sql_int(t, &last, 0, d, "SELECT max(recorded_at) FROM household_member m WHERE district = ? AND person = ?", SQL_I(district), SQL_I(person));
    if (s == OK)
        s = sql_exec(t, d, "INSERT INTO household_member (district, household, person, recorded_at, relation, valid_from, valid_to, superseded_at, recorded_by) "
            "SELECT district, household, person, ?, relation, valid_from, valid_to, NULL, ? FROM household_member WHERE district = ? AND household = ? AND person = ? AND recorded_at = ?",
            SQL_I(last >= txn_now(t) ? last + 1 : txn_now(t)), SQL_I(who->account), SQL_I(district), SQL_I(household), SQL_I(person), SQL_I(at));
    if (s == OK)
        s = register_touched_household(t, district, household, d);
    return s == OK ? evidence_keep_one(c, t, who, KEPT_MEMBER, district, person, d) : s;
}

enum status person_part_in(struct civil *c, struct txn *t, const struct actor *who, int64_t district, int64_t merge, struct diag *d) {
    AUTO(rows) struct rows *r = NULL;
    enum status s = sql_one(t, &r, d, "SELECT merged, household, member_at, undone_at FROM person_merge WHERE district = ? AND id = ?", SQL_I(district), SQL_I(merge));
    if (s == E_NOT_FOUND)
        return diag_fail(d, E_NOT_FOUND, "register.merge");
    if (s == OK && !rows_null(r, 3))
        return diag_fail(d, E_CONFLICT, "register.parted");
    if (s != OK)
        return s;
    int64_t merged = rows_int(r, 0), household = rows_int(r, 1), at = rows_int(r, 2);
    rows_free(TAKE(r));
    s = sql_exec(t, d, "UPDATE person_merge SET undone_at = ?, undone_by = ? WHERE district = ? AND id = ?", SQL_I(txn_now(t)), SQL_I(who->account), SQL_I(district), SQL_I(merge));
    if (s == OK && household)
        s = take_place(c, t, who, district, merged, household, at, d);
    return s == OK ? evidence_keep_one(c, t, who, KEPT_MERGE, district, merge, d) : s;
}
