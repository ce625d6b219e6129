/* Events of a case, each with its entry in the log. */
#include "civil/case/case_internal.h"

#include "base/utf8.h"
#include "tlog/log.h"

#include <stdio.h>

/* The kinds of events, by the catalogue's key of their sentence. */
static const char *const EVENT_CODES[] = {
    "case.event.applied", "case.event.taken_in", "case.event.task_done", "case.event.task_reason", "case.event.task_claimed", "case.event.task_released", "case.event.task_assigned", "case.event.task_on_duty",
    "case.event.authorised", "case.event.consent_refused", "case.event.consent_withdrawn", "case.event.verification_asked",
    "case.event.verification_silent", "case.event.verification_report", "case.event.computed_eligible", "case.event.computed_once", "case.event.computed_not_eligible",
    "case.event.computed_undecided", "case.event.compute_failed",
    "case.event.notice_issued", "case.event.notice_served", "case.event.published", "case.event.publication_ended",
    "case.event.drawn", "case.event.not_drawn", "case.event.decided", "case.event.entitled", "case.event.explained",
    "case.event.paper_added", "case.event.paper_handed", "case.event.remedy_filed", "case.event.withdrawn", "case.event.withdrawn_for", "case.event.closed", "case.event.time_over",
    "case.event.migrated", "case.event.transferred", "case.event.merged", "case.event.merged_in", "case.event.unmerged", "case.event.unmerged_from", "case.event.message",
};

const char *case_event_code(struct span kind) {
    enum { PREFIX = sizeof "case.event." - 1 };
    for (size_t i = 0; i < ARRAY_LEN(EVENT_CODES); i++)
        if (span_is(kind, EVENT_CODES[i] + PREFIX))
            return EVENT_CODES[i];
    return "case.event.message";
}

const struct json *event_args_(struct arena *a, const char *const *pair, size_t n) {
    struct span *keys = ARENA_ARRAY(a, n + 1, struct span);
    const struct json **values = ARENA_ARRAY(a, n + 1, const struct json *);
    size_t m = 0;
    if (!keys || !values)
        return NULL;
    for (size_t i = 0; i < n; i++) {
        if (!pair[2 * i + 1])
            continue;
        char *kept = arena_dup(a, span_of(pair[2 * i + 1]));
        keys[m] = span_of(pair[2 * i]);
        if (!kept || !(values[m++] = json_new_string(a, span_of(kept))))
            return NULL;
    }
    return json_new_object(a, keys, values, m);
}

const char *event_word(struct arena *a, enum lang l, const char *prefix, const char *code) {
    char key[96];
    BUF_AUTO b;
    buf_init(&b, 1024);
    snprintf(key, sizeof key, "%s.%s", prefix, code);
    message_text(&b, l, key, NULL, 0);
    return arena_dup(a, buf_span(&b));
}

bool case_said(const char *text) { return text && utf8_written(span_of(text)) >= CASE_SAID_MIN; }

/* ---- commitments ------------------------------------------------------------ */

void evidence_salt(struct span master, const char *what, uint8_t out[TLOG_SALT_BYTES]) {
    struct span part = span_of(what);
    struct hash h = hmac_of(HASH_SM3, master, &part, 1);
    memcpy(out, h.byte, TLOG_SALT_BYTES);
}

const struct json *evidence_matter(struct arena *a, int64_t district, int64_t case_id) {
    char *text = arena_printf(a, "%lld:%lld", (long long)district, (long long)case_id);
    return text ? json_new_string(a, span_of(text)) : NULL;
}

const struct json *evidence_subject(struct arena *a, int64_t district, int64_t person) { return evidence_matter(a, district, person); }

static enum status commit(struct span master, const char *what, const struct json *value, struct tlog_commitment *ret, struct diag *d) {
    uint8_t salt[TLOG_SALT_BYTES];
    if (!value)
        return arena_full(d);
    evidence_salt(master, what, salt);
    return tlog_entry_commit(span_bytes(salt, sizeof salt), value, ret, d);
}

enum status evidence_make(struct arena *a, int64_t district, int64_t case_id, int64_t person_district, int64_t person,
    const struct json *payload, struct evidence *ret, struct diag *d) {
    random_bytes(ret->salt, sizeof ret->salt);
    struct span master = span_bytes(ret->salt, sizeof ret->salt);
    enum status s = commit(master, "matter", evidence_matter(a, district, case_id), &ret->matter, d);
    if (s == OK)
        s = commit(master, "subject", evidence_subject(a, person_district, person), &ret->subject, d);
    return s == OK ? commit(master, "payload", payload, &ret->payload, d) : s;
}

static const char *office_of(const struct actor *who, const char *role) {
    if (strcmp(who->kind, "staff") != 0)
        return *who->kind ? who->kind : "system";
    const char *division = actor_division(who, role);
    return *division ? division : "staff";
}

enum status evidence_record(struct txn *t, const struct actor *who, const char *role, const char *kind, const char *action,
    const struct case_row *k, int64_t person_district, int64_t person, const struct json *payload, struct evidence *ret, int64_t *ret_entry, struct diag *d) {
    enum status s = evidence_make(txn_arena(t), k->district, k->id, person_district, person, payload, ret, d);
    if (s != OK)
        return s;
    struct tlog_entry e = {.kind = kind, .time = txn_now(t), .district = k->district, .office = office_of(who, role), .role = role, .action = action,
        .matter = &ret->matter, .subject = &ret->subject, .subject_count = 1, .subjects = 1, .payload = &ret->payload};
    return tlog_record(t, &e, ret_entry, d);
}

/* ---- events --------------------------------------------------------------------- */

/* What the payload commits to: the event as the case's history shows it. */
const struct json *event_value(struct arena *a, const char *kind, const char *element, const struct json *args, const struct json *body, int64_t account) {
    char *who = account < 0 ? NULL : arena_printf(a, "%lld", (long long)account);
    struct span keys[] = {SPAN("kind"), SPAN("element"), SPAN("arguments"), SPAN("body"), SPAN("account")};
    const struct json *values[] = {json_new_string(a, span_of(kind)), element ? json_new_string(a, span_of(element)) : json_null(),
        args ? args : json_null(), body ? body : json_null(), who ? json_new_string(a, span_of(who)) : json_null()};
    return values[0] && values[1] && values[4] && (account < 0 || who) ? json_new_object(a, keys, values, ARRAY_LEN(keys) - (account < 0)) : NULL;
}

static enum status next_seq(struct txn *t, const struct case_row *k, int64_t *ret, struct diag *d) {
    enum status s = sql_int(t, ret, 0, d, "SELECT MAX(seq) FROM case_event WHERE district = ? AND case_id = ?", SQL_I(k->district), SQL_I(k->id));
    ++*ret;
    return s;
}

enum status case_event_of(struct civil *c, struct txn *t, const struct actor *who, const char *role, struct case_row *k,
    const char *kind, const char *element, const struct json *args, const struct json *body, int64_t *ret_entry, struct diag *d) {
    struct arena *a = txn_arena(t);
    if (!args)
        args = json_new_object(a, NULL, NULL, 0);
    const struct json *payload = args ? event_value(a, kind, element, args, body, who->account) : NULL;
    struct evidence e;
    int64_t entry = 0, seq = 0;
    if (!payload)
        return arena_full(d);
    enum status s = evidence_record(t, who, role, TLOG_CASE_EVENT, kind, k, k->district, k->applicant, payload, &e, &entry, d);
    if (s == OK)
        s = next_seq(t, k, &seq, d);
    struct span sealed = {0};
    if (s == OK && body)
        s = case_seal_json(c, t, k, "case_event.body", entry, body, &sealed, d);
    BUF_AUTO text;
    buf_init(&text, 0);
    json_canonical(&text, args);
    if (s == OK && !buf_ok(&text))
        s = arena_full(d);
    if (s == OK)
        s = sql_exec(t, d,
            "INSERT INTO case_event (district, case_id, seq, at, account, role, office, kind, element, arguments, body, salt, entry) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            SQL_I(k->district), SQL_I(k->id), SQL_I(seq), SQL_I(txn_now(t)), SQL_I(who->account), SQL_S(role), SQL_S(office_of(who, role)),
            SQL_S(kind), SQL_S(element), SQL_T(buf_span(&text)), body ? SQL_B(sealed) : SQL_NIL, SQL_B(span_bytes(e.salt, sizeof e.salt)), SQL_I(entry));
    if (s == OK && ret_entry)
        *ret_entry = entry;
    return s;
}

enum status case_event_in(struct civil *c, struct txn *t, const struct actor *who, const char *role, int64_t case_district, int64_t case_id,
    const char *kind, const char *element, const char *arguments_json, const struct json *body, int64_t *ret_entry, struct diag *d) {
    struct case_row k;
    const struct json *args = NULL;
    enum status s = case_row_read(c, t, case_id, &k, d);
    if (s == OK && k.district != case_district)
        return diag_fail(d, E_NOT_FOUND, "case.none");
    if (s == OK && arguments_json && *arguments_json)
        s = json_parse(txn_arena(t), span_of(arguments_json), &args, d);
    return s == OK ? case_event_of(c, t, who, role, &k, kind, element, args, body, ret_entry, d) : s;
}
