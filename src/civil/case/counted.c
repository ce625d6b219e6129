/* Nobody is supported twice by one scheme: not a household by two cases, and
 * no person in two households.  Whoever moves is left out of the former first. */
#include "civil/case/case_internal.h"

#include "civil/entitlement/entitlement.h"

/* A case that was granted: what it opened is in force, or is decided and still to be opened. */
#define IN_FORCE "e.state <> 'ended' AND e.to_month IS NULL"
#define TO_BE_OPENED                                                                                                             \
    "f.closed_at IS NULL AND f.monthly_fen IS NOT NULL AND EXISTS (SELECT 1 FROM decision_record q WHERE q.district = f.district " \
    "AND q.case_id = f.id AND q.state = 'confirmed')"

bool case_of_household(const struct case_row *k) { return strcmp(json_str(k->matter->json, "unit", ""), "household") == 0; }

enum status case_not_receiving(struct txn *t, const struct case_row *k, struct diag *d) {
    int64_t from = 0, household = case_of_household(k) ? k->household : 0;
    char month[8];
    enum status s = sql_int(t, &from, 0, d,
        "SELECT MIN(e.from_month) FROM entitlement e WHERE e.district = ? AND e.scheme = ? AND " IN_FORCE " AND (e.household = ? OR (? = 0 AND e.payee = ?))",
        SQL_I(k->district), SQL_S(k->matter->scheme), SQL_I(household), SQL_I(household), SQL_I(k->applicant));
    month_text(from, month);
    return s == OK && from ? diag_fail(d, E_CONFLICT, "case.receiving", DIAG_S("month", month)) : s;
}

struct other { char *number, *compartment; };

static enum status first(struct txn *t, struct rows *r, struct other *ret, struct diag *d) {
    bool row = false;
    enum status s = rows_next(r, &row, d);
    if (s != OK || !row)
        return s;
    *ret = (struct other){rows_dup(r, 0, txn_arena(t)), rows_null(r, 1) ? NULL : rows_dup(r, 1, txn_arena(t))};
    return ret->number ? OK : arena_full(d);
}

/* A line without a member supports everybody of its case.  Who is in a register now may be known to the other
 * case by his number only, and the other way round. */
static enum status counted(struct txn *t, const struct case_row *k, const struct party *p, struct other *ret, struct diag *d) {
    AUTO(rows) struct rows *r = NULL;
    struct person_identity who = {.district = p->person_district, .person = p->person, .blind_known = !p->person_district};
    memcpy(who.blind.byte, p->number_blind, HASH_BYTES);
    enum status s = person_identify(t, &who, d);
    if (s != OK)
        return s;
    s = sql_query(t, &r, d,
        "SELECT f.number, f.compartment FROM case_party p JOIN case_file f ON f.district = p.district AND f.id = p.case_id "
        "WHERE ((p.person_district <> 0 AND p.person_district = ? AND p.person = ?) OR p.number_blind = ?) AND p.party IN ('applicant', 'member') AND f.id <> ? AND f.scheme = ? AND ("
        "EXISTS (SELECT 1 FROM entitlement e JOIN entitlement_line l ON l.district = e.district AND l.entitlement = e.id "
        "WHERE e.district = f.district AND e.payee = f.applicant AND e.case_id = f.id AND " IN_FORCE " AND (l.member IS NULL OR l.member = p.person)) "
        "OR (" TO_BE_OPENED ")) ORDER BY f.id LIMIT 1",
        SQL_I(who.district), SQL_I(who.person), who.blind_known ? SQL_B(span_bytes(who.blind.byte, HASH_BYTES)) : SQL_NIL, SQL_I(k->id), SQL_S(k->matter->scheme));
    return s == OK ? first(t, r, ret, d) : s;
}

/* Another of the same household, granted and still to be opened. */
static enum status of_household(struct txn *t, const struct case_row *k, struct other *ret, struct diag *d) {
    AUTO(rows) struct rows *r = NULL;
    enum status s = sql_query(t, &r, d,
        "SELECT f.number, f.compartment FROM household_member h JOIN case_file f ON f.district = h.district AND f.applicant = h.person "
        "WHERE h.district = ? AND h.household = ? AND f.household = h.household AND f.id <> ? AND f.scheme = ? AND " TO_BE_OPENED " ORDER BY +f.id LIMIT 1", /* from the members, not through all cases */
        SQL_I(k->district), SQL_I(k->household), SQL_I(k->id), SQL_S(k->matter->scheme));
    return s == OK ? first(t, r, ret, d) : s;
}

static bool supports(const struct json *lines, const struct party *p) {
    for (size_t i = 0; lines && i < lines->size; i++) {
        const char *member = json_str(lines->item[i], "member", "");
        if (!*member || strcmp(member, p->number) == 0)
            return strcmp(p->party, "supporter") != 0;
    }
    return false;
}

enum status case_counted_once(struct drive *x, const struct decision_row *row, struct diag *d) {
    struct party *party = NULL;
    struct other other = {0};
    size_t n = 0;
    enum status s = case_not_receiving(x->t, x->k, d);
    if (s == OK && case_of_household(x->k))
        s = of_household(x->t, x->k, &other, d);
    if (s == OK)
        s = case_parties(x->c, x->t, NULL, x->k, &party, &n, d);
    for (size_t i = 0; s == OK && !other.number && i < n; i++)
        if (supports(json_get(row->result, "lines"), &party[i]))
            s = counted(x->t, x->k, &party[i], &other, d);
    if (s != OK || !other.number)
        return s;
    if (!actor_inside(x->who, other.compartment))
        return diag_fail(d, E_CONFLICT, "case.counted_kept");
    return diag_fail(d, E_CONFLICT, "case.counted_elsewhere", DIAG_S("number", other.number));
}
