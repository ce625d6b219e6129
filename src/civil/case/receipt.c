/* Proofs of a case's entries: the receipt with the openings this actor may have. */
#include "civil/case/case_internal.h"

#include "base/vec.h"
#include "civil/notice/notice.h"
#include "tlog/log.h"

enum status case_entries(struct civil *c, struct txn *t, struct access *x, const struct actor *who, int64_t case_id, struct arena *a, int64_t **ret, size_t *ret_n, struct diag *d) {
    struct case_row k;
    enum case_eye eye;
    VEC(int64_t) list = {0};
    AUTO(rows) struct rows *r = NULL;
    bool row = true;
    enum status s = case_inside_for(c, t, x, who, case_id, &k, &eye, d);
    if (s == OK && eye == EYE_SUPPORTER)
        return diag_fail(d, E_FORBIDDEN, "case.applicant_only");
    if (s == OK)
        s = sql_query(t, &r, d,
            "SELECT entry FROM case_event WHERE district = ? AND case_id = ? UNION SELECT entry FROM decision_record WHERE district = ? AND case_id = ? "
            "UNION SELECT answer_entry FROM verification_request WHERE district = ? AND case_id = ? AND answer_entry IS NOT NULL "
            "UNION SELECT entry FROM notice WHERE district = ? AND case_id = ? UNION SELECT service_entry FROM notice WHERE district = ? AND case_id = ? AND service_entry IS NOT NULL ORDER BY 1",
            SQL_I(k.district), SQL_I(k.id), SQL_I(k.district), SQL_I(k.id), SQL_I(k.district), SQL_I(k.id), SQL_I(k.district), SQL_I(k.id), SQL_I(k.district), SQL_I(k.id));
    while (s == OK && (s = rows_next(r, &row, d)) == OK && row) {
        int64_t *slot = vec_push_in(a, &list);
        if (!slot)
            return arena_full(d);
        *slot = rows_int(r, 0);
    }
    if (s == OK) {
        *ret = list.at;
        *ret_n = list.size;
    }
    return s;
}

/* ---- openings ---------------------------------------------------------------------- */

struct found {
    int64_t case_id;
    char salt[TLOG_SALT_BYTES];
    enum { EVENT, DECISION, ANSWER, NOTICE } what;
};

static enum status find(struct txn *t, int64_t entry, struct found *ret, struct diag *d) {
    static const char *const sql[] = {"SELECT case_id, salt FROM case_event WHERE entry = ?", "SELECT case_id, salt FROM decision_record WHERE entry = ?",
        "SELECT case_id, answer_salt FROM verification_request WHERE answer_entry = ?"};
    for (size_t i = 0; i < ARRAY_LEN(sql); i++) {
        AUTO(rows) struct rows *r = NULL;
        bool row = false;
        enum status s = sql_query(t, &r, d, sql[i], SQL_I(entry));
        if (s == OK)
            s = rows_next(r, &row, d);
        if (s != OK)
            return s;
        struct span salt = row ? rows_blob(r, 1) : (struct span){0};
        if (!row || salt.size != TLOG_SALT_BYTES)
            continue;
        ret->case_id = rows_int(r, 0);
        ret->what = (int)i;
        memcpy(ret->salt, salt.at, TLOG_SALT_BYTES);
        return OK;
    }
    /* A notice keeps its openings itself (civil/notice). */
    ret->what = NOTICE;
    enum status s = sql_int(t, &ret->case_id, 0, d, "SELECT case_id FROM notice WHERE entry = ? OR service_entry = ?", SQL_I(entry), SQL_I(entry));
    return s == OK && !ret->case_id ? diag_fail(d, E_NOT_FOUND, "case.no_entry") : s;
}

enum status event_payload(struct civil *c, struct txn *t, struct case_row *k, int64_t entry, const struct json **ret, const struct json **ret_former, struct diag *d) {
    struct arena *a = txn_arena(t);
    AUTO(rows) struct rows *r = NULL;
    const struct json *args = NULL, *body = NULL;
    enum status s = sql_one(t, &r, d, "SELECT kind, element, arguments, body, account FROM case_event WHERE entry = ?", SQL_I(entry));
    if (s == OK)
        s = json_parse(a, rows_text(r, 2), &args, d);
    if (s == OK && !rows_null(r, 3))
        s = case_unseal_json(c, t, k, "case_event.body", entry, rows_blob(r, 3), &body, d);
    if (s != OK)
        return s;
    const char *kind = rows_dup(r, 0, a), *element = rows_null(r, 1) ? NULL : rows_dup(r, 1, a);
    if (!kind || (!element && !rows_null(r, 1)))
        return arena_full(d);
    *ret = event_value(a, kind, element, args, body, rows_int(r, 4));
    *ret_former = event_value(a, kind, element, args, body, -1);
    return *ret && *ret_former ? OK : arena_full(d);
}

enum status decision_payload(struct civil *c, struct txn *t, struct case_row *k, int64_t entry, const struct json **ret, const struct json **ret_former, struct diag *d) {
    struct arena *a = txn_arena(t);
    AUTO(rows) struct rows *r = NULL;
    const struct json *input = NULL, *result = NULL;
    char day[DATE_TEXT_MAX];
    enum status s = sql_one(t, &r, d, "SELECT id, input, result, policy_sha, as_of, parameters FROM decision_record WHERE entry = ?", SQL_I(entry));
    if (s == OK)
        s = case_unseal_json(c, t, k, "decision_record.input", rows_int(r, 0), rows_blob(r, 1), &input, d);
    if (s == OK)
        s = case_unseal_json(c, t, k, "decision_record.result", rows_int(r, 0), rows_blob(r, 2), &result, d);
    if (s != OK)
        return s;
    date_text(rows_date(r, 4), day);
    const char *policy = rows_dup(r, 3, a), *parameters = rows_dup(r, 5, a);
    if (!policy || !parameters)
        return arena_full(d);
    *ret = decision_value(a, input, result, policy, day, parameters);
    *ret_former = decision_value(a, input, result, policy, NULL, NULL);
    return *ret && *ret_former ? OK : arena_full(d);
}

/* The one of two versions of a payload that the entry committed to. */
static enum status committed(struct txn *t, int64_t entry, struct span master, const struct json *former, const struct json **io, struct diag *d) {
    uint8_t salt[TLOG_SALT_BYTES];
    struct tlog_stored stored;
    struct tlog_entry e;
    struct tlog_commitment then;
    evidence_salt(master, "payload", salt);
    enum status s = tlog_entry_get(t, entry, txn_arena(t), &stored, d);
    if (s == OK)
        s = tlog_entry_read(txn_arena(t), stored.bytes, &e, d);
    if (s == OK)
        s = tlog_entry_commit(span_bytes(salt, sizeof salt), former, &then, d);
    if (s == OK && e.payload && tlog_commitment_eq(e.payload, &then))
        *io = former;
    return s;
}

/* What a source said of a person: its subject is that person. */
enum status answer_payload(struct civil *c, struct txn *t, struct case_row *k, int64_t entry, const struct json **ret, const struct json **ret_subject, struct diag *d) {
    AUTO(rows) struct rows *r = NULL;
    enum status s = sql_one(t, &r, d,
        "SELECT v.id, v.answer, v.person, p.person_district FROM verification_request v "
        "JOIN case_party p ON p.district = v.district AND p.case_id = v.case_id AND p.person = v.person WHERE v.answer_entry = ?",
        SQL_I(entry));
    if (s != OK)
        return s;
    *ret_subject = evidence_subject(txn_arena(t), rows_int(r, 3) ? rows_int(r, 3) : k->district, rows_int(r, 2));
    return case_unseal_json(c, t, k, "verification_request.answer", rows_int(r, 0), rows_blob(r, 1), ret, d);
}

static enum status opening(struct arena *a, struct span master, const char *what, const struct json *value, struct tlog_opening *ret, struct diag *d) {
    uint8_t *salt = ARENA_ARRAY(a, TLOG_SALT_BYTES, uint8_t);
    if (!salt || !value)
        return arena_full(d);
    evidence_salt(master, what, salt);
    *ret = (struct tlog_opening){span_bytes(salt, TLOG_SALT_BYTES), value};
    return OK;
}

/* A person whose key was erased: the entry stays provable, its content is gone. */
enum status case_receipt(struct civil *c, struct txn *t, const struct actor *who, int64_t entry, struct arena *a, struct span *ret, struct diag *d) {
    struct found f;
    struct case_row k;
    enum case_eye eye;
    const struct json *payload = NULL, *former = NULL;
    struct tlog_opening open[NOTICE_OPENINGS];
    enum status s = find(t, entry, &f, d);
    if (s == OK)
        s = case_for(c, t, who, f.case_id, &k, &eye, d);
    if (s == E_NOT_FOUND) /* what must not be known is as what is not there */
        return diag_fail(d, E_NOT_FOUND, "case.no_entry");
    if (s == OK && eye != EYE_APPLICANT && eye != EYE_STAFF && eye != EYE_AUDITOR)
        return diag_fail(d, E_FORBIDDEN, "case.applicant_only");
    if (s != OK)
        return s;
    struct span master = span_bytes(f.salt, TLOG_SALT_BYTES);
    const struct json *subject = evidence_subject(a, k.district, k.applicant);
    if (f.what == NOTICE) {
        s = notice_openings_in(c, t, a, k.district, entry, open, d);
        if (s == OK)
            return tlog_prove(t, entry, open, ARRAY_LEN(open), a, ret, d);
    } else if (f.what == ANSWER)
        s = answer_payload(c, t, &k, entry, &payload, &subject, d);
    else
        s = f.what == DECISION ? decision_payload(c, t, &k, entry, &payload, &former, d) : event_payload(c, t, &k, entry, &payload, &former, d);
    if (s == E_NOT_FOUND) {
        diag_clear(d);
        return tlog_prove(t, entry, NULL, 0, a, ret, d);
    }
    if (s == OK && former)
        s = committed(t, entry, master, former, &payload, d);
    if (s == OK)
        s = opening(a, master, "matter", evidence_matter(a, k.district, k.id), &open[0], d);
    if (s == OK)
        s = opening(a, master, "subject", subject, &open[1], d);
    if (s == OK)
        s = opening(a, master, "payload", payload, &open[2], d);
    /* What it says of people, with whole numbers, is for the applicant; others prove whose entry it is. */
    size_t shown = eye == EYE_APPLICANT ? ARRAY_LEN(open) : 2;
    return s == OK ? tlog_prove(t, entry, open, shown, a, ret, d) : s;
}
