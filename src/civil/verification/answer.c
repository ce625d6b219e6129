/* Answers coming in. */
#include "civil/evidence/keep.h"
#include "civil/verification/verification_internal.h"

#include <stdio.h>

enum { RETRY_US = 30 * 1000000 };


/* Answers of one case taken in by one write; a household of five has some forty. */
enum { TOGETHER_MAX = 64 };

struct pending {
    struct civil *c;
    int64_t district, case_id; /* 0: nothing is due */
};

/* ---- what is due ---------------------------------------------------------------------- */

static enum status first(struct txn *t, struct pending *x, const char *sql, int64_t now, struct diag *d) {
    AUTO(rows) struct rows *r = NULL;
    bool row = false;
    enum status s = sql_query(t, &r, d, sql, SQL_I(now));
    if (s == OK)
        s = rows_next(r, &row, d);
    if (s == OK && row) {
        x->district = rows_int(r, 0);
        x->case_id = rows_int(r, 1);
    }
    return s;
}

static enum status due_closure(struct txn *t, void *arg, struct diag *d) {
    struct pending *x = arg;
    enum status s = first(t, x,
        "SELECT district, case_id FROM outbox WHERE done_at IS NULL AND kind = 'verification' AND not_before <= ? ORDER BY not_before, id LIMIT 1", txn_now(t), d);
    if (s != OK || x->case_id)
        return s;
    /* Past its time and not answered: its outbox row may be waiting for ever. */
    return first(t, x,
        "SELECT v.district, v.case_id FROM verification_request v WHERE v.state = 'waiting' AND v.due_on < ? ORDER BY v.due_on, v.id LIMIT 1", txn_today(t), d);
}

/* ---- taking it in ------------------------------------------------------------------------ */

static enum status question_of(struct txn *t, int64_t request, struct verification_question *q, const char **ret_source, bool *ret_waiting, bool *ret_consents, struct diag *d) {
    AUTO(rows) struct rows *r = NULL;
    struct arena *a = txn_arena(t);
    enum status s = sql_one(t, &r, d,
        "SELECT v.district, v.case_id, v.person, p.person_district, p.party, p.number, v.asked_at, v.source, v.state, f.applicant, CASE WHEN p.authorised_at IS NULL OR p.authorised_until < ? THEN 0 ELSE 1 END FROM verification_request v "
        "JOIN case_party p ON p.district = v.district AND p.case_id = v.case_id AND p.person = v.person "
        "JOIN case_file f ON f.district = v.district AND f.id = v.case_id WHERE v.id = ?",
        SQL_D(txn_today(t)), SQL_I(request));
    if (s != OK)
        return s;
    *q = (struct verification_question){.request = request, .case_district = rows_int(r, 0), .case_id = rows_int(r, 1), .person = rows_int(r, 2),
        .person_district = rows_int(r, 3), .party = rows_dup(r, 4, a), .place = strtoul(rows_dup(r, 5, a), NULL, 10), .asked_at = rows_int(r, 6),
        .applicant = rows_int(r, 9)};
    *ret_source = rows_dup(r, 7, a);
    *ret_waiting = span_is(rows_text(r, 8), "waiting");
    *ret_consents = rows_int(r, 10) != 0;
    return OK;
}

static enum status store_answer(struct civil *c, struct txn *t, struct case_row *k, const struct actor *who, const struct verification_source *source,
    const struct verification_question *q, const struct json *answer, struct diag *d) {
    struct evidence e;
    struct span sealed;
    int64_t entry = 0;
    enum status s = evidence_record(t, who, "system", TLOG_VERIFICATION, "answered", k, q->person_district ? q->person_district : k->district, q->person, answer, &e, &entry, d);
    if (s == OK)
        s = case_seal_json(c, t, k, "verification_request.answer", q->request, answer, &sealed, d);
    if (s == OK)
        s = sql_exec(t, d, "UPDATE verification_request SET state = 'answered', answered_at = ?, answer = ?, answer_salt = ?, answer_entry = ? WHERE district = ? AND id = ?",
            SQL_I(txn_now(t)), SQL_B(sealed), SQL_B(span_bytes(e.salt, sizeof e.salt)), SQL_I(entry), SQL_I(k->district), SQL_I(q->request));
    return s;
}

enum status verification_report_if_complete(struct civil *c, struct txn *t, struct case_row *k, const struct actor *who, struct diag *d) {
    int64_t waiting = 0;
    bool taken = false;
    enum status s = sql_int(t, &waiting, 0, d, "SELECT COUNT(*) FROM verification_request WHERE district = ? AND case_id = ? AND state = 'waiting'",
        SQL_I(k->district), SQL_I(k->id));
    if (s != OK || waiting)
        return s;
    s = case_awaits(t, k, "report", &taken, d);
    if (s != OK || !taken)
        return s;
    struct drive drive = {.c = c, .t = t, .who = who, .role = "system", .k = k};
    s = case_event_of(c, t, who, "system", k, "verification_report", NULL, NULL, NULL, NULL, d);
    return s == OK ? drive_message(&drive, "report", NULL, &taken, d) : s;
}

static enum status finish_outbox(struct txn *t, int64_t request, struct diag *d) {
    return sql_exec(t, d, "UPDATE outbox SET done_at = ?, error = NULL WHERE id = ? AND done_at IS NULL", SQL_I(txn_now(t)), SQL_I(request));
}

static enum status silent(struct civil *c, struct txn *t, struct case_row *k, const struct actor *who, const struct verification_source *source, int64_t request, struct diag *d) {
    const struct json *args = EVENT_ARGS(txn_arena(t), "source", event_word(txn_arena(t), LANG_ZH, "verification.source", source->id), "source_en",
        event_word(txn_arena(t), LANG_EN, "verification.source", source->id));
    enum status s = sql_exec(t, d, "UPDATE verification_request SET state = 'no_answer' WHERE district = ? AND id = ?", SQL_I(k->district), SQL_I(request));
    if (s == OK)
        s = args ? case_event_of(c, t, who, "system", k, "verification_silent", NULL, args, NULL, NULL, d) : arena_full(d);
    return s;
}

static enum status take_in(struct civil *c, struct txn *t, struct access *access, struct case_row *k, const struct actor *who, int64_t request, bool late, struct diag *d) {
    struct verification_question q;
    const char *id = NULL;
    const struct json *answer = NULL;
    bool waiting = false, consents = false;
    enum status s = question_of(t, request, &q, &id, &waiting, &consents, d);
    if (s == OK)
        s = finish_outbox(t, request, d);
    if (s != OK || !waiting)
        return s;
    const struct verification_source *source = verification_source_find(id);
    if (!source)
        return diag_fail(d, E_CORRUPT, "verification.no_source", DIAG_S("source", id));
    if (k->closed_at) /* withdrawn meanwhile: nobody may know any more */
        return sql_exec(t, d, "UPDATE verification_request SET state = 'no_answer', cause = 'closed' WHERE district = ? AND id = ?", SQL_I(k->district), SQL_I(request));
    if (!consents) /* the authorisation ended before the answer came */
        return sql_exec(t, d, "UPDATE verification_request SET state = 'no_answer', cause = 'expired' WHERE district = ? AND id = ?", SQL_I(k->district), SQL_I(request));
    if (late)
        return silent(c, t, k, who, source, request, d);
    s = source->answer(source, c, t, access, &q, &answer, d);
    return s == OK ? store_answer(c, t, k, who, source, &q, answer, d) : s;
}

struct due_one { int64_t request; bool late; };

static enum status due_of_case(struct txn *t, const struct pending *x, struct due_one list[TOGETHER_MAX], size_t *n, struct diag *d) {
    AUTO(rows) struct rows *r = NULL;
    bool row = true;
    enum status s = sql_query(t, &r, d,
        "SELECT v.id, CASE WHEN o.done_at IS NULL AND o.not_before <= ? THEN 0 ELSE 1 END FROM verification_request v JOIN outbox o ON o.id = v.id "
        "WHERE v.district = ? AND v.case_id = ? AND v.state = 'waiting' AND ((o.done_at IS NULL AND o.not_before <= ?) OR v.due_on < ?) ORDER BY v.id LIMIT ?",
        SQL_I(txn_now(t)), SQL_I(x->district), SQL_I(x->case_id), SQL_I(txn_now(t)), SQL_D(txn_today(t)), SQL_I(TOGETHER_MAX));
    for (*n = 0; s == OK && (s = rows_next(r, &row, d)) == OK && row; ++*n)
        list[*n] = (struct due_one){rows_int(r, 0), rows_int(r, 1) != 0};
    return s;
}

static enum status answer_closure(struct txn *t, void *arg, struct diag *d) {
    struct pending *x = arg;
    struct actor who = actor_system();
    struct access *access = NULL;
    struct case_row k;
    struct due_one list[TOGETHER_MAX];
    size_t n = 0;
    enum status s = case_row_read(x->c, t, x->case_id, &k, d);
    if (s == OK)
        s = access_begin(txn_arena(t), &who, "system", "verification", x->district, x->case_id, &access, d);
    if (s == OK)
        s = due_of_case(t, x, list, &n, d);
    for (size_t i = 0; s == OK && i < n; i++)
        s = take_in(x->c, t, access, &k, &who, list[i].request, list[i].late, d);
    if (s == OK && n)
        s = evidence_keep_one(x->c, t, &who, KEPT_VERIFICATION, x->district, x->case_id, d);
    if (s == OK && !access_empty(access))
        s = access_commit_in(x->c, t, access, NULL, d);
    if (s == OK && n == 0) /* an outbox row whose question is answered already */
        s = sql_exec(t, d, "UPDATE outbox SET done_at = ? WHERE district = ? AND case_id = ? AND done_at IS NULL AND not_before <= ?", SQL_I(txn_now(t)),
            SQL_I(x->district), SQL_I(x->case_id), SQL_I(txn_now(t)));
    return s == OK && !k.closed_at ? verification_report_if_complete(x->c, t, &k, &who, d) : s;
}

/* ---- when it fails ---------------------------------------------------------------------------- */

struct failure { const struct pending *pending; const struct diag *why; };

/* Waits twice as long each time, so that one bad case does not hold the others up. */
static enum status failure_closure(struct txn *t, void *arg, struct diag *d) {
    struct failure *x = arg;
    const struct pending *p = x->pending;
    struct actor system = actor_system();
    int64_t tries = 0;
    enum status s = sql_int(t, &tries, 0, d, "SELECT MAX(tries) FROM outbox WHERE district = ? AND case_id = ?", SQL_I(p->district), SQL_I(p->case_id));
    int64_t wait = (int64_t)RETRY_US << (tries < 10 ? tries : 10);
    if (s == OK)
        s = sql_exec(t, d, "UPDATE outbox SET tries = tries + 1, not_before = ?, error = ? WHERE district = ? AND case_id = ? AND done_at IS NULL AND not_before <= ?",
            SQL_I(txn_now(t) + wait), SQL_S(x->why->code), SQL_I(p->district), SQL_I(p->case_id), SQL_I(txn_now(t)));
    if (s == OK) /* what is past its time comes again tomorrow */
        s = sql_exec(t, d, "UPDATE verification_request SET due_on = ? WHERE district = ? AND case_id = ? AND state = 'waiting' AND due_on < ?", SQL_D(txn_today(t)),
            SQL_I(p->district), SQL_I(p->case_id), SQL_D(txn_today(t)));
    return s == OK ? evidence_keep_one(p->c, t, &system, KEPT_VERIFICATION, p->district, p->case_id, d) : s;
}

enum status verification_sweep(struct civil *c, bool *ret_did, struct diag *d) {
    struct pending x = {.c = c};
    *ret_did = false;
    enum status s = store_read(c->store, due_closure, &x, d);
    if (s != OK || !x.case_id)
        return s;
    struct diag why = {0};
    *ret_did = true;
    s = store_write(c->store, answer_closure, &x, &why);
    if (s == OK)
        return OK;
    struct failure f = {&x, &why};
    return store_write(c->store, failure_closure, &f, d);
}
