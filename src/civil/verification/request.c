/* Asking. */
#include "civil/evidence/keep.h"
#include "civil/verification/verification_internal.h"

#include "calendar/calendar.h"

#include <stdio.h>

/* Seconds until a simulated answer comes in tests and demonstrations; -1: law time. */
static enum status quick_delay(struct txn *t, int64_t *ret, struct diag *d) {
    AUTO(rows) struct rows *r = NULL;
    bool row = false;
    *ret = -1;
    enum status s = sql_query(t, &r, d, "SELECT value FROM setting WHERE name = 'verification_delay_seconds'");
    if (s == OK)
        s = rows_next(r, &row, d);
    if (s == OK && row)
        *ret = strtoll(rows_dup(r, 0, txn_arena(t)), NULL, 10);
    return s;
}

/* Different for each question, the same when the closure runs again. */
static int64_t spread(const struct drive *x, const struct verification_source *s, int64_t person, int64_t range) {
    char text[96];
    snprintf(text, sizeof text, "%lld|%s|%lld", (long long)x->k->id, s->id, (long long)person);
    struct hash h = hash_one(HASH_SM3, span_of(text));
    return range > 0 ? (int64_t)(((unsigned)h.byte[0] << 8 | h.byte[1]) % (unsigned)range) : 0;
}

static instant_t answers_at(const struct drive *x, const struct verification_source *s, int64_t person, int64_t quick) {
    instant_t now = txn_now(x->t);
    if (quick >= 0)
        return now + (quick * 1000 + spread(x, s, person, 700)) * 1000;
    int64_t days = s->days_min + spread(x, s, person, s->days_max - s->days_min + 1);
    if (days == 0)
        return now + (60 + spread(x, s, person, 7200)) * 1000000LL; /* the same day */
    return day_end(calendar_add(x->c->calendar, txn_today(x->t), (int)days).date) - 12 * 3600 * 1000000LL;
}

static enum status ask(struct drive *x, const struct verification_source *source, const struct party *p, int64_t entry, struct span salt, int64_t quick, struct diag *d) {
    int64_t id = txn_new_id(x->t);
    instant_t at = answers_at(x, source, p->person, quick);
    date_t due = calendar_add(x->c->calendar, txn_today(x->t), source->days_max > 0 ? source->days_max : 1).date;
    char key[24];
    snprintf(key, sizeof key, "%lld", (long long)id);
    enum status s = sql_exec(x->t, d,
        "INSERT INTO verification_request (district, id, case_id, person, source, asked_at, due_on, state, salt, simulated, entry) VALUES (?, ?, ?, ?, ?, ?, ?, 'waiting', ?, ?, ?)",
        SQL_I(x->k->district), SQL_I(id), SQL_I(x->k->id), SQL_I(p->person), SQL_S(source->id), SQL_I(txn_now(x->t)), SQL_D(due), SQL_B(salt),
        SQL_I(source->simulated), SQL_I(entry));
    if (s == OK)
        s = sql_exec(x->t, d, "INSERT INTO outbox (id, district, case_id, kind, key, body, created_at, not_before, tries) VALUES (?, ?, ?, 'verification', ?, '{}', ?, ?, 0)",
            SQL_I(id), SQL_I(x->k->district), SQL_I(x->k->id), SQL_S(key), SQL_I(txn_now(x->t)), SQL_I(at));
    return s;
}

struct asking { int64_t person; date_t today; uint64_t done; }; /* person 0: everybody; done: sources that were asked about this one already */

static bool asked(const struct asking *w, const struct verification_source *s, const struct party *p) {
    if (w->done >> (s - VERIFICATION_SOURCES) & 1)
        return false;
    return (!w->person || p->person == w->person) && strcmp(verification_consent_state(p, w->today), "given") == 0 && (strcmp(p->party, "supporter") != 0 || s->supporters);
}

/* One entry for the whole asking: who, by case and number; which sources. */
static const struct json *payload_of(struct arena *a, const struct asking *w, const struct party *p, size_t n, size_t *ret_count) {
    BUF_AUTO b;
    struct json_writer out;
    const struct json *j = NULL;
    buf_init(&b, 0);
    json_begin(&out, &b, false);
    json_array(&out);
    *ret_count = 0;
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < VERIFICATION_SOURCE_COUNT; k++)
            if (asked(w, &VERIFICATION_SOURCES[k], &p[i])) {
                json_object(&out);
                json_kid(&out, "person", p[i].person);
                json_kstring(&out, "source", VERIFICATION_SOURCES[k].id);
                json_object_end(&out);
                ++*ret_count;
            }
    json_array_end(&out);
    return buf_ok(&b) && json_parse(a, buf_span(&b), &j, NULL) == OK ? j : NULL;
}

/* Which sources were asked about the person and not stopped. */
static enum status asked_before(struct txn *t, const struct case_row *k, struct asking *w, struct diag *d) {
    AUTO(rows) struct rows *r = NULL;
    bool row = w->person != 0;
    enum status s = !row ? OK : sql_query(t, &r, d, "SELECT source FROM verification_request WHERE district = ? AND case_id = ? AND person = ? AND cause IS NULL",
        SQL_I(k->district), SQL_I(k->id), SQL_I(w->person));
    while (s == OK && row && (s = rows_next(r, &row, d)) == OK && row) {
        const struct verification_source *source = verification_source_find(rows_dup(r, 0, txn_arena(t)));
        if (source)
            w->done |= UINT64_C(1) << (source - VERIFICATION_SOURCES);
    }
    return s;
}

enum status verification_ask(struct drive *x, int64_t person, size_t *ret_count, struct diag *d) {
    struct arena *a = txn_arena(x->t);
    struct asking w = {.person = person, .today = txn_today(x->t)};
    struct party *p = NULL;
    size_t parties = 0;
    struct evidence e;
    int64_t entry = 0, quick = -1;
    *ret_count = 0;
    enum status s = case_parties(x->c, x->t, NULL, x->k, &p, &parties, d);
    if (s == OK)
        s = asked_before(x->t, x->k, &w, d);
    if (s == OK)
        s = quick_delay(x->t, &quick, d);
    const struct json *payload = s == OK ? payload_of(a, &w, p, parties, ret_count) : NULL;
    if (s == OK && !payload)
        return arena_full(d);
    if (s != OK || *ret_count == 0)
        return s;
    s = evidence_record(x->t, x->who, x->role, TLOG_VERIFICATION, "asked", x->k, x->k->district, x->k->applicant, payload, &e, &entry, d);
    for (size_t i = 0; s == OK && i < parties; i++)
        for (size_t k = 0; s == OK && k < VERIFICATION_SOURCE_COUNT; k++)
            if (asked(&w, &VERIFICATION_SOURCES[k], &p[i]))
                s = ask(x, &VERIFICATION_SOURCES[k], &p[i], entry, span_bytes(e.salt, sizeof e.salt), quick, d);
    if (s == OK)
        s = evidence_keep_one(x->c, x->t, x->who, KEPT_VERIFICATION, x->k->district, x->k->id, d);
    char number[24];
    snprintf(number, sizeof number, "%zu", *ret_count);
    const struct json *args = EVENT_ARGS(a, "count", number);
    if (s == OK)
        s = args ? case_event_of(x->c, x->t, x->who, x->role, x->k, "verification_asked", NULL, args, NULL, NULL, d) : arena_full(d);
    return s;
}

enum status verification_request(struct drive *x, const struct bpmn_node *n, const struct json **ret, struct diag *d) {
    struct party *p = NULL;
    size_t count = 0, parties = 0;
    enum status s = verification_ask(x, 0, &count, d);
    if (s == OK && count == 0 && (s = case_parties(x->c, x->t, NULL, x->k, &p, &parties, d)) == OK)
        return diag_fail(d, E_CONFLICT, "case.consent_missing", DIAG_N("count", (long long)parties));
    return s;
}
