#include "civil/evidence/keep.h"
#include "civil/verification/verification_internal.h"

date_t verification_consent_until(const struct case_row *k, date_t today) {
    int64_t months = json_int(json_get(k->matter->json, "verification"), "consent_months", 0);
    return months > 0 && months <= 120 ? date_add_months(today, (int)months) - 1 : DATE_NONE;
}

const char *verification_consent_state(const struct party *p, date_t today) {
    if (!p->consent_needed)
        return "none";
    if (p->authorised_at)
        return p->authorised_until != DATE_NONE && p->authorised_until < today ? "expired" : "given";
    if (!p->authorised_how)
        return "waiting";
    return strcmp(p->authorised_how, "withdrawn") == 0 ? "withdrawn" : "refused";
}

enum status verification_may_withdraw(struct txn *t, const struct case_row *k, int64_t person, struct diag *d) {
    int64_t parties = 0, given = 0;
    enum status s = sql_int(t, &parties, 0, d, "SELECT COUNT(*) FROM case_party WHERE district = ? AND case_id = ? AND person = ?", SQL_I(k->district), SQL_I(k->id), SQL_I(person));
    if (s == OK)
        s = sql_int(t, &given, 0, d, "SELECT COUNT(*) FROM case_party WHERE district = ? AND case_id = ? AND person = ? AND consent_needed = 1 AND authorised_at IS NOT NULL",
            SQL_I(k->district), SQL_I(k->id), SQL_I(person));
    if (s == OK && k->decided_at)
        return diag_fail(d, E_CONFLICT, "case.decided_already");
    return s == OK && parties && !given ? diag_fail(d, E_CONFLICT, "verification.not_given") : s; /* nobody of the case: said by who asked */
}

enum status verification_stop(struct civil *c, struct txn *t, const struct actor *who, struct case_row *k, int64_t person, struct diag *d) {
    int64_t stopped = 0;
    enum status s = sql_exec(t, d,
        "UPDATE outbox SET done_at = ? WHERE done_at IS NULL AND id IN (SELECT id FROM verification_request WHERE district = ? AND case_id = ? AND person = ? AND state = 'waiting')",
        SQL_I(txn_now(t)), SQL_I(k->district), SQL_I(k->id), SQL_I(person));
    if (s == OK)
        s = sql_exec_count(t, &stopped, d, "UPDATE verification_request SET state = 'no_answer', cause = 'withdrawn' WHERE district = ? AND case_id = ? AND person = ? AND state = 'waiting'",
            SQL_I(k->district), SQL_I(k->id), SQL_I(person));
    if (s == OK && stopped)
        s = evidence_keep_one(c, t, who, KEPT_VERIFICATION, k->district, k->id, d);
    return s == OK && stopped ? verification_report_if_complete(c, t, k, who, d) : s;
}

enum status verification_ask_again(struct civil *c, struct txn *t, const struct actor *who, struct case_row *k, int64_t person, struct diag *d) {
    bool awaited = false;
    size_t count = 0;
    enum status s = case_awaits(t, k, "report", &awaited, d);
    if (s != OK || !awaited)
        return s;
    struct drive drive = {.c = c, .t = t, .who = who, .role = case_role(who, k->division), .k = k};
    return verification_ask(&drive, person, &count, d);
}
