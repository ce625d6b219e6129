/* Answers coming in. */
#include "civil/verification/verification.h"

#include "civil/case/case_internal.h"
#include "civil/verification/source.h"

#include <stdio.h>

enum { RETRY_US = 30 * 1000000 };


struct pending {
    struct civil *c;
    int64_t request;      /* 0: none */
    bool silent;          /* past its time */
};

/* ---- what is due ---------------------------------------------------------------------- */

static enum status due_closure(struct txn *t, void *arg, struct diag *d) {
    struct pending *x = arg;
    enum status s = sql_int(t, &x->request, 0, d, "SELECT id FROM outbox WHERE done_at IS NULL AND kind = 'verification' AND not_before <= ? ORDER BY not_before, id LIMIT 1",
        SQL_I(txn_now(t)));
    if (s != OK || x->request)
        return s;
    x->silent = true;
    return sql_int(t, &x->request, 0, d, "SELECT id FROM verification_request WHERE state = 'waiting' AND due_on < ? ORDER BY due_on, id LIMIT 1", SQL_D(txn_today(t)));
}

/* ---- taking it in ------------------------------------------------------------------------ */

static enum status question_of(struct txn *t, int64_t request, struct verification_question *q, const char **ret_source, bool *ret_waiting, struct diag *d) {
    AUTO(rows) struct rows *r = NULL;
    struct arena *a = txn_arena(t);
    enum status s = sql_one(t, &r, d,
        "SELECT v.district, v.case_id, v.person, p.person_district, p.party, p.number, v.asked_at, v.source, v.state, f.applicant FROM verification_request v "
        "JOIN case_party p ON p.district = v.district AND p.case_id = v.case_id AND p.person = v.person "
        "JOIN case_file f ON f.district = v.district AND f.id = v.case_id WHERE v.id = ?",
        SQL_I(request));
    if (s != OK)
        return s;
    *q = (struct verification_question){.request = request, .case_district = rows_int(r, 0), .case_id = rows_int(r, 1), .person = rows_int(r, 2),
        .person_district = rows_int(r, 3), .party = rows_dup(r, 4, a), .place = strtoul(rows_dup(r, 5, a), NULL, 10), .asked_at = rows_int(r, 6),
        .applicant = rows_int(r, 9)};
    *ret_source = rows_dup(r, 7, a);
    *ret_waiting = span_is(rows_text(r, 8), "waiting");
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

/* The last answer sends the report to the process. */
static enum status report_if_complete(struct civil *c, struct txn *t, struct case_row *k, const struct actor *who, struct diag *d) {
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

static enum status take_in(struct civil *c, struct txn *t, struct case_row *k, const struct verification_source *source, const struct verification_question *q,
    bool silent, struct diag *d) {
    struct actor who = actor_system();
    struct access *access = NULL;
    const struct json *answer = NULL;
    enum status s = OK;
    const struct json *args = EVENT_ARGS(txn_arena(t), "source", source->id);
    if (silent)
        s = sql_exec(t, d, "UPDATE verification_request SET state = 'no_answer' WHERE district = ? AND id = ?", SQL_I(k->district), SQL_I(q->request));
    else {
        s = access_begin(txn_arena(t), &who, "system", "verification", k->district, k->id, &access, d);
        if (s == OK)
            s = source->answer(source, c, t, access, q, &answer, d);
        if (s == OK && !access_empty(access))
            s = access_commit_in(c, t, access, NULL, d);
        if (s == OK)
            s = store_answer(c, t, k, &who, source, q, answer, d);
    }
    if (s == OK)
        s = args ? case_event_of(c, t, &who, "system", k, silent ? "verification_silent" : "verification_answered", NULL, args, NULL, NULL, d) : arena_full(d);
    return s == OK ? report_if_complete(c, t, k, &who, d) : s;
}

static enum status answer_closure(struct txn *t, void *arg, struct diag *d) {
    struct pending *x = arg;
    struct verification_question q;
    const char *id = NULL;
    struct case_row k;
    bool waiting = false;
    enum status s = question_of(t, x->request, &q, &id, &waiting, d);
    if (s == OK)
        s = case_row_read(x->c, t, q.case_id, &k, d);
    if (s == OK)
        s = finish_outbox(t, x->request, d);
    if (s != OK || !waiting)
        return s;
    const struct verification_source *source = verification_source_find(id);
    if (!source)
        return diag_fail(d, E_CORRUPT, "verification.no_source", DIAG_S("source", id));
    if (k.closed_at) /* withdrawn meanwhile: nobody may know any more */
        return sql_exec(t, d, "UPDATE verification_request SET state = 'no_answer' WHERE district = ? AND id = ?", SQL_I(k.district), SQL_I(q.request));
    return take_in(x->c, t, &k, source, &q, x->silent, d);
}

/* ---- when it fails ---------------------------------------------------------------------------- */

struct failure { int64_t request; const struct diag *why; };

/* Waits twice as long each time, so that one bad case does not hold the others up. */
static enum status failure_closure(struct txn *t, void *arg, struct diag *d) {
    struct failure *x = arg;
    int64_t tries = 0;
    enum status s = sql_int(t, &tries, 0, d, "SELECT tries FROM outbox WHERE id = ?", SQL_I(x->request));
    int64_t wait = (int64_t)RETRY_US << (tries < 6 ? tries : 6);
    if (s == OK)
        s = sql_exec(t, d, "UPDATE outbox SET done_at = NULL, tries = tries + 1, not_before = ?, error = ? WHERE id = ?", SQL_I(txn_now(t) + wait),
            SQL_S(x->why->code), SQL_I(x->request));
    if (s == OK) /* a question given up on comes again tomorrow */
        s = sql_exec(t, d, "UPDATE verification_request SET due_on = due_on + 1 WHERE id = ? AND state = 'waiting' AND due_on < ?", SQL_I(x->request), SQL_D(txn_today(t)));
    return s;
}

enum status verification_sweep(struct civil *c, bool *ret_did, struct diag *d) {
    struct pending x = {.c = c};
    *ret_did = false;
    enum status s = store_read(c->store, due_closure, &x, d);
    if (s != OK || !x.request)
        return s;
    struct diag why = {0};
    *ret_did = true;
    s = store_write(c->store, answer_closure, &x, &why);
    if (s == OK)
        return OK;
    struct failure f = {x.request, &why};
    return store_write(c->store, failure_closure, &f, d);
}
