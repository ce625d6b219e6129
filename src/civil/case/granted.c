/* What a benefit was granted on, for who asks again later. */
#include "civil/case/case_internal.h"

static enum status parties_of(struct civil *c, struct txn *t, struct case_row *k, struct granted *ret, struct diag *d) {
    struct party *party = NULL;
    size_t n = 0;
    enum status s = case_parties(c, t, NULL, k, &party, &n, d);
    struct recorded_party *list = s == OK ? ARENA_ARRAY(txn_arena(t), n + 1, struct recorded_party) : NULL;
    if (s == OK && !list)
        return arena_full(d);
    for (size_t i = 0; s == OK && i < n; i++)
        if (party[i].person && strcmp(party[i].party, "supporter") != 0)
            list[ret->party_count++] = (struct recorded_party){party[i].person, party[i].number, party[i].relation};
    ret->party = list;
    return s;
}

enum status case_granted(struct civil *c, struct txn *t, int64_t district, int64_t decision, struct granted *ret, struct diag *d) {
    AUTO(rows) struct rows *r = NULL;
    struct case_row k;
    enum status s = sql_one(t, &r, d, "SELECT case_id, as_of, input FROM decision_record WHERE district = ? AND id = ?", SQL_I(district), SQL_I(decision));
    if (s == E_NOT_FOUND)
        return diag_fail(d, E_NOT_FOUND, "case.no_decision");
    if (s == OK)
        s = case_row_read(c, t, rows_int(r, 0), &k, d);
    if (s != OK)
        return s;
    *ret = (struct granted){.case_id = k.id, .applicant = k.applicant, .household = k.household, .as_of = rows_date(r, 1)};
    s = case_unseal_json(c, t, &k, "decision_record.input", decision, rows_blob(r, 2), &ret->facts, d);
    return s == OK ? parties_of(c, t, &k, ret, d) : s;
}
