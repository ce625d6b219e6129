/* A case as the portals show it (API Case, CaseSummary, EventList). */
#include "civil/case/case_internal.h"

#include "civil/register/contact.h"
#include "civil/access/access_list.h"
#include "civil/decision/decision.h"
#include "civil/publication/publication.h"
#include "civil/verification/verification.h"

#include <stdio.h>

/* ---- small things ----------------------------------------------------------------- */

void text_pair(struct json_writer *w, const char *key, const char *zh, const char *en) {
    if (key)
        json_key(w, key);
    json_object(w);
    json_kstring(w, "zh", zh);
    json_kstring(w, "en", en && *en ? en : zh);
    json_object_end(w);
}

void text_json(struct json_writer *w, const char *key, const struct json *text) {
    if (text && text->type == JSON_OBJECT)
        text_pair(w, key, json_str(text, "zh", ""), json_str(text, "en", ""));
    else {
        json_key(w, key);
        json_nothing(w);
    }
}

void json_kinstant_or_null(struct json_writer *w, const char *key, instant_t t) {
    json_key(w, key);
    if (t)
        json_instant(w, t);
    else
        json_nothing(w);
}

void json_kstring_or_null(struct json_writer *w, const char *key, const char *s) {
    json_key(w, key);
    json_string(w, s && *s ? s : NULL);
}

/* ---- summary ------------------------------------------------------------------------- */

void case_state_json(const struct case_row *k, struct json_writer *w) {
    json_kstring(w, "state", k->state);
    if (strcmp(k->state, CASE_MERGED) == 0) /* of every matter */
        access_text_pair(w, "state_name", "board.state", span_of(k->state));
    else
        text_json(w, "state_name", json_get(json_get(k->matter->json, "states"), k->state));
}

enum status case_summary_json(struct civil *c, struct txn *t, struct access *x, struct case_row *k, struct json_writer *w, struct diag *d) {
    struct person p;
    const char *division = "";
    enum status s = person_read(c, t, x, txn_arena(t), k->district, k->applicant, &p, d);
    if (s == OK)
        s = access_add(x, k->district, k->applicant, ACCESS_CASE, d);
    if (s == OK)
        s = division_name(t, txn_arena(t), k->division, &division, d);
    if (s != OK)
        return s;
    json_object(w);
    json_kid(w, "id", k->id);
    json_kstring(w, "number", k->number);
    json_kstring(w, "matter", k->matter->id);
    text_json(w, "matter_name", json_get(k->matter->json, "name"));
    case_state_json(k, w);
    json_kstring(w, "applicant_name", p.name);
    json_kstring(w, "division", k->division);
    json_kstring(w, "division_name", division);
    json_kdate(w, "applied_on", instant_date(k->applied_at));
    json_kdate(w, "due_on", k->due_on);
    json_kbool(w, "due_provisional", k->due_provisional);
    json_kbool(w, "late", !k->closed_at && k->due_on != DATE_NONE && k->due_on < txn_today(t));
    json_kstring(w, "channel", k->channel);
    json_kstring_or_null(w, "outcome", k->outcome);
    json_key(w, "monthly_fen");
    if (k->monthly_fen >= 0 && k->decided_at)
        json_int64(w, k->monthly_fen);
    else
        json_nothing(w);
    json_object_end(w);
    return OK;
}

/* ---- parties, papers, notices ---------------------------------------------------------------- */

static bool is_self(const struct actor *who, const struct party *p) { return p->person == who->person && p->person_district == who->district; }

static void party_json(struct json_writer *w, const struct party *p, date_t today, bool officer, bool self) {
    json_object(w);
    json_kid(w, "person", p->person);
    json_kstring(w, "name", party_name_to(p, officer || self));
    json_kstring_or_null(w, "name_stated", officer ? p->name_stated : NULL);
    json_kstring(w, "relation", p->relation);
    json_kstring(w, "party", p->party);
    json_kstring(w, "id_masked", p->id_masked);
    json_kinstant_or_null(w, "authorised_at", p->authorised_at);
    json_kdate(w, "authorised_until", p->authorised_until);
    json_kstring(w, "consent", verification_consent_state(p, today));
    json_kbool(w, "consent_needed", p->consent_needed && !p->authorised_at && !p->authorised_how);
    json_object_end(w);
}

/* `merged`: those of cases that go on in this one, too. */
enum status papers_json(struct civil *c, struct txn *t, const struct case_row *k, bool merged, struct json_writer *w, struct diag *d) {
    AUTO(rows) struct rows *r = NULL;
    bool row = true;
    enum status s = sql_query(t, &r, d,
        "SELECT f.id, f.name, f.kind, f.size, f.sm3, f.added_at, a.name, f.case_id, o.number FROM archive_file f LEFT JOIN account a ON a.id = f.added_by "
        "LEFT JOIN case_file o ON o.district = f.district AND o.id = f.case_id "
        "WHERE f.district = ? AND f.case_id IN (SELECT CAST(? AS BIGINT) UNION ALL SELECT merged FROM case_merge WHERE district = ? AND kept = ? AND undone_at IS NULL) "
        "AND NOT EXISTS (SELECT 1 FROM notice n WHERE n.district = f.district AND n.file = f.id) ORDER BY f.id",
        SQL_I(k->district), SQL_I(k->id), SQL_I(k->district), merged ? SQL_I(k->id) : SQL_I(0));
    json_array(w);
    while (s == OK && (s = rows_next(r, &row, d)) == OK && row) {
        BUF_AUTO hex;
        buf_init(&hex, 256);
        buf_hex(&hex, rows_blob(r, 4));
        json_object(w);
        json_kid(w, "id", rows_int(r, 0));
        json_kspan(w, "name", rows_text(r, 1));
        json_kspan(w, "kind", rows_text(r, 2));
        paper_kind_json(k, rows_text(r, 2), w);
        json_kint(w, "size", rows_int(r, 3));
        json_kspan(w, "sha", buf_span(&hex));
        json_kinstant(w, "added_at", rows_int(r, 5));
        json_kstring(w, "added_by", rows_dup(r, 6, txn_arena(t)));
        json_kid(w, "case", rows_int(r, 7));
        json_kstring_or_null(w, "case_number", rows_int(r, 7) == k->id ? NULL : rows_dup(r, 8, txn_arena(t)));
        json_object_end(w);
    }
    json_array_end(w);
    return s;
}

enum status notices_json(struct civil *c, struct txn *t, const struct case_row *k, struct json_writer *w, struct diag *d) {
    AUTO(rows) struct rows *r = NULL;
    bool row = true;
    enum status s = sql_query(t, &r, d, "SELECT id, kind, number, issued_at, served_at, served_how FROM notice WHERE district = ? AND case_id = ? ORDER BY id",
        SQL_I(k->district), SQL_I(k->id));
    json_array(w);
    while (s == OK && (s = rows_next(r, &row, d)) == OK && row) {
        const char *kind = rows_dup(r, 1, txn_arena(t));
        const struct json *title = json_get(matter_notice(k->matter, kind), "title");
        json_object(w);
        json_kid(w, "id", rows_int(r, 0));
        json_kstring(w, "kind", kind);
        text_pair(w, "name", json_str(title, "zh", kind), json_str(title, "en", kind));
        json_kspan(w, "number", rows_text(r, 2));
        json_kinstant(w, "issued_at", rows_int(r, 3));
        json_kinstant_or_null(w, "served_at", rows_null(r, 4) ? 0 : rows_int(r, 4));
        json_kstring_or_null(w, "served_how", rows_dup(r, 5, txn_arena(t)));
        json_key(w, "pdf");
        json_stringf(w, "/api/cases/%lld/notices/%lld.pdf", (long long)k->id, (long long)rows_int(r, 0));
        json_object_end(w);
    }
    json_array_end(w);
    return s;
}

static enum status tasks_json(struct civil *c, struct txn *t, struct access *x, const struct actor *who, const struct case_row *k, struct json_writer *w, struct diag *d) {
    AUTO(rows) struct rows *r = NULL;
    bool row = true;
    enum status s = sql_query(t, &r, d, "SELECT id FROM case_task WHERE district = ? AND case_id = ? AND state = 'open' ORDER BY due_on, id", SQL_I(k->district), SQL_I(k->id));
    json_array(w);
    while (s == OK && (s = rows_next(r, &row, d)) == OK && row)
        s = task_write(c, t, x, who, rows_int(r, 0), false, w, d);
    json_array_end(w);
    return s;
}

/* ---- what may be done now ------------------------------------------------------------------------- */

static enum status remedy_open(struct civil *c, struct txn *t, const struct case_row *k, bool *ret, struct diag *d) {
    const struct json *list = json_get(k->matter->json, "remedies");
    enum status s = OK;
    *ret = false;
    for (size_t i = 0; s == OK && list && i < list->size; i++) {
        date_t deadline;
        bool provisional, may;
        s = remedy_deadline(c, t, k, list->item[i], &deadline, &provisional, &may, d);
        *ret |= may;
    }
    return s;
}

static enum status may_json(struct civil *c, struct txn *t, const struct actor *who, const struct case_row *k, enum case_eye eye, const struct party *p, size_t n,
    bool unmerge, struct json_writer *w, struct diag *d) {
    bool acting = eye == EYE_APPLICANT || eye == EYE_STAFF, explain = false, remedy = false, consent = false, revoke = false;
    int64_t unserved = 0;
    for (size_t i = 0; i < n; i++) {
        bool speaks = p[i].consent_needed && (eye == EYE_STAFF || is_self(who, &p[i])), given = strcmp(verification_consent_state(&p[i], txn_today(t)), "given") == 0;
        consent |= speaks && !given;
        revoke |= speaks && given;
    }
    enum status s = case_awaits(t, k, "explanation", &explain, d);
    if (s == OK)
        s = remedy_open(c, t, k, &remedy, d);
    if (s == OK)
        s = sql_int(t, &unserved, 0, d, "SELECT COUNT(*) FROM notice WHERE district = ? AND case_id = ? AND served_at IS NULL", SQL_I(k->district), SQL_I(k->id));
    json_array(w);
    if (acting && !k->closed_at && !k->decided_at)
        json_string(w, "withdraw");
    if (acting && !k->closed_at)
        json_string(w, "paper");
    if (acting && explain)
        json_string(w, "explain");
    if (consent && !k->closed_at)
        json_string(w, "authorise");
    if (revoke && !k->closed_at && !k->decided_at)
        json_string(w, "withdraw_consent");
    if ((acting || eye == EYE_MEMBER) && remedy)
        json_string(w, "remedy");
    if (case_transfer_may(who, k))
        json_string(w, "transfer");
    if (case_merge_may(who, k))
        json_string(w, "merge");
    if (unmerge)
        json_string(w, "unmerge");
    if (eye == EYE_STAFF && unserved)
        json_string(w, "served");
    json_array_end(w);
    return s;
}

/* ---- the whole -------------------------------------------------------------------------------------- */

/* Of a supporter's own request only: that consent is asked, by whom, for what. */
static enum status supporter_json(struct civil *c, struct txn *t, struct access *x, const struct actor *who, struct case_row *k, const struct party *p, size_t n,
    struct json_writer *w, struct diag *d) {
    static const char *const empty[] = {"steps", "papers", "notices", "tasks", "remedies", "merged_into", "merged_from"};
    json_object(w);
    json_key(w, "summary");
    enum status s = case_summary_json(c, t, x, k, w, d);
    json_kint(w, "version", k->version);
    for (size_t i = 0; i < ARRAY_LEN(empty); i++) {
        json_key(w, empty[i]);
        json_array(w);
        json_array_end(w);
    }
    json_key(w, "parties");
    json_array(w);
    for (size_t i = 0; i < n; i++)
        if (p[i].person == who->person)
            party_json(w, &p[i], txn_today(t), false, true);
    json_array_end(w);
    static const char *const none[] = {"publication", "organ", "form_data", "ending", "contact", "contact_at", "decision_file", "process_file", "taken_in"};
    for (size_t i = 0; i < ARRAY_LEN(none); i++) {
        json_key(w, none[i]);
        json_nothing(w);
    }
    json_kbool(w, "alike", false);
    json_key(w, "may");
    if (s == OK)
        s = may_json(c, t, who, k, EYE_SUPPORTER, p, n, false, w, d);
    json_object_end(w);
    return s;
}

static enum status lists_json(struct civil *c, struct txn *t, struct access *x, const struct actor *who, struct case_row *k, enum case_eye eye, const struct party *p, size_t n,
    struct json_writer *w, struct diag *d) {
    json_key(w, "steps");
    enum status s = case_steps_json(c, t, k, w, d);
    json_key(w, "parties");
    json_array(w);
    for (size_t i = 0; i < n; i++)
        party_json(w, &p[i], txn_today(t), eye >= EYE_LEADER, is_self(who, &p[i]));
    json_array_end(w);
    json_key(w, "papers");
    if (s == OK && eye != EYE_LEADER)
        s = papers_json(c, t, k, eye >= EYE_AUDITOR, w, d);
    else if (s == OK) {
        json_array(w);
        json_array_end(w);
    }
    json_key(w, "notices");
    if (s == OK)
        s = notices_json(c, t, k, w, d);
    json_key(w, "tasks");
    if (s == OK && eye >= EYE_LEADER)
        s = tasks_json(c, t, x, who, k, w, d);
    else if (s == OK) {
        json_array(w);
        json_array_end(w);
    }
    json_key(w, "remedies");
    if (s == OK)
        s = remedies_json(c, t, k, w, d);
    json_key(w, "publication");
    if (s == OK)
        s = publication_json(c, t, k, w, d);
    return s;
}

static enum status form_json(struct civil *c, struct txn *t, struct access *x, struct case_row *k, enum case_eye eye, struct json_writer *w, struct diag *d) {
    const struct json *form = NULL;
    enum status s = OK;
    json_key(w, "form_data");
    if (eye != EYE_APPLICANT && eye != EYE_STAFF && eye != EYE_AUDITOR) {
        json_nothing(w);
        return OK;
    }
    s = case_form_data(c, t, k, &form, d);
    if (s == E_NOT_FOUND) { /* the person's key was erased, and with it what the form said */
        diag_clear(d);
        json_nothing(w);
        return OK;
    }
    if (s == OK)
        s = access_add(x, k->district, k->applicant, ACCESS_CASE | ACCESS_INCOME | ACCESS_PROPERTY | ACCESS_FAMILY, d);
    if (s == OK && !(form = case_mask(txn_arena(t), k->matter->form, form, eye == EYE_APPLICANT)))
        s = arena_full(d);
    if (s == OK)
        json_value(w, form);
    return s;
}

enum status case_json(struct civil *c, struct txn *t, struct access *x, const struct actor *who, int64_t case_id, struct json_writer *w, int64_t *ret_version, struct diag *d) {
    struct case_row k;
    enum case_eye eye;
    struct party *p = NULL;
    size_t n = 0;
    const char *subdistrict = "";
    enum status s = case_read_for(c, t, x, who, case_id, &k, &eye, d);
    if (s == OK)
        s = case_parties(c, t, x, &k, &p, &n, d);
    if (s == OK)
        s = division_name(t, txn_arena(t), k.subdistrict, &subdistrict, d);
    if (s != OK)
        return s;
    *ret_version = k.version;
    if (eye == EYE_SUPPORTER)
        return supporter_json(c, t, x, who, &k, p, n, w, d);
    json_object(w);
    json_key(w, "summary");
    s = case_summary_json(c, t, x, &k, w, d);
    json_kint(w, "version", k.version);
    if (s == OK)
        s = lists_json(c, t, x, who, &k, eye, p, n, w, d);
    organ_json(w, "organ", case_organ(c, &k, k.decided_at ? instant_date(k.decided_at) : txn_today(t)));
    if (s == OK)
        s = form_json(c, t, x, &k, eye, w, d);
    if (s == OK && (eye == EYE_APPLICANT || eye == EYE_STAFF || eye == EYE_AUDITOR))
        s = ending_json(c, t, x, &k, w, d);
    else {
        json_key(w, "ending");
        json_nothing(w);
    }
    bool unmerge = false;
    if (s == OK)
        s = case_merged_json(c, t, who, &k, eye, w, &unmerge, d);
    json_key(w, "may");
    if (s == OK)
        s = may_json(c, t, who, &k, eye, p, n, unmerge, w, d);
    text_pair(w, "contact", subdistrict, subdistrict);
    json_key(w, "contact_at");
    if (s == OK && (s = contact_json(t, k.subdistrict, w, d)) == E_NOT_FOUND) {
        diag_clear(d);
        json_nothing(w);
        s = OK;
    }
    json_kstring_or_null(w, "decision_file", k.decision_file);
    json_kstring(w, "process_file", k.process_file);
    if (s == OK && k.taken_in)
        s = case_office_json(t, k.taken_in, "taken_in", w, d);
    else
        json_kstring_or_null(w, "taken_in", NULL);
    json_object_end(w);
    return s;
}

/* ---- history ------------------------------------------------------------------------------------------ */

/* The sentence of an event: arguments with an English twin ("task_en") use it there. */
static void event_text(struct json_writer *w, struct span kind, const struct json *args) {
    json_key(w, "text");
    json_object(w);
    for (int l = LANG_ZH; l <= LANG_EN; l++) {
        struct diag_arg list[DIAG_ARGS_MAX];
        size_t n = 0;
        for (size_t i = 0; args && i < args->size && n < DIAG_ARGS_MAX; i++) {
            char twin[64];
            size_t len = args->key[i].size;
            if (args->item[i]->type != JSON_STRING || (len > 3 && memcmp(args->key[i].at + len - 3, "_en", 3) == 0))
                continue;
            snprintf(twin, sizeof twin, "%.*s_en", SPAN_ARG(args->key[i]));
            list[n++] = DIAG_S(args->key[i].at, l == LANG_EN ? json_str(args, twin, args->item[i]->text.at) : args->item[i]->text.at);
        }
        BUF_AUTO b;
        buf_init(&b, 4096);
        message_text(&b, (enum lang)l, case_event_code(kind), list, n);
        json_kspan(w, l == LANG_ZH ? "zh" : "en", buf_span(&b));
    }
    json_object_end(w);
}

static void actor_json(struct json_writer *w, enum lang l, const struct rows *r, struct txn *t) {
    BUF_AUTO b;
    buf_init(&b, 1024);
    if (rows_null(r, 6)) /* the sweeper */
        message_text(&b, l, "case.actor.system", NULL, 0);
    else
        buf_adds(&b, rows_dup(r, 6, txn_arena(t)));
    json_kspan(w, "actor", buf_span(&b));
}

enum status case_events_json(struct civil *c, struct txn *t, struct access *x, const struct actor *who, int64_t case_id, struct json_writer *w, struct diag *d) {
    struct case_row k;
    enum case_eye eye;
    AUTO(rows) struct rows *r = NULL;
    bool row = true;
    enum status s = case_read_for(c, t, x, who, case_id, &k, &eye, d);
    if (s == OK && eye == EYE_SUPPORTER)
        return diag_fail(d, E_FORBIDDEN, "case.applicant_only");
    if (s == OK)
        s = access_add(x, k.district, k.applicant, ACCESS_CASE, d);
    if (s == OK)
        s = sql_query(t, &r, d, /* staff see the past of what was merged into it beside its own */
            "SELECT e.seq, e.at, e.kind, e.arguments, e.role, e.entry, a.name, a.kind, e.case_id, o.number FROM case_event e LEFT JOIN account a ON a.id = e.account "
            "LEFT JOIN case_file o ON o.district = e.district AND o.id = e.case_id "
            "WHERE e.district = ? AND e.case_id IN (SELECT CAST(? AS BIGINT) UNION ALL SELECT merged FROM case_merge WHERE district = ? AND kept = ? AND undone_at IS NULL) ORDER BY e.at, e.case_id, e.seq",
            SQL_I(k.district), SQL_I(k.id), SQL_I(k.district), SQL_I(eye >= EYE_LEADER ? k.id : 0));
    json_object(w);
    json_key(w, "items");
    json_array(w);
    while (s == OK && (s = rows_next(r, &row, d)) == OK && row) {
        const struct json *args = NULL;
        if ((s = json_parse(txn_arena(t), rows_text(r, 3), &args, d)) != OK)
            break;
        json_object(w);
        json_kint(w, "seq", rows_int(r, 0));
        json_kinstant(w, "at", rows_int(r, 1));
        json_kspan(w, "kind", rows_text(r, 2));
        event_text(w, rows_text(r, 2), args);
        actor_json(w, who->lang, r, t);
        json_kspan(w, "role", rows_text(r, 4));
        json_kid(w, "entry", rows_int(r, 5));
        json_kstring_or_null(w, "case_number", rows_int(r, 8) == k.id ? NULL : rows_dup(r, 9, txn_arena(t)));
        json_object_end(w);
    }
    json_array_end(w);
    json_object_end(w);
    return s;
}

/* ---- the verification report ----------------------------------------------------------------------------- */

static enum status report_for(struct civil *c, struct txn *t, struct access *x, const struct actor *who, int64_t case_id, struct case_row *k, enum case_eye *eye, struct diag *d) {
    enum status s = case_read_for(c, t, x, who, case_id, k, eye, d);
    bool may = *eye == EYE_APPLICANT || *eye == EYE_STAFF || *eye == EYE_AUDITOR;
    return s == OK && !may ? diag_fail(d, E_FORBIDDEN, "case.applicant_only") : s;
}

enum status case_verification_json(struct civil *c, struct txn *t, struct access *x, const struct actor *who, int64_t case_id, struct json_writer *w, struct diag *d) {
    struct case_row k;
    enum case_eye eye = EYE_NONE;
    enum status s = report_for(c, t, x, who, case_id, &k, &eye, d);
    return s == OK ? verification_json(c, t, x, &k, eye >= EYE_LEADER, w, d) : s;
}

enum status case_verification_pdf(struct civil *c, struct txn *t, struct access *x, const struct actor *who, int64_t case_id, struct span *ret, struct diag *d) {
    struct case_row k;
    enum case_eye eye = EYE_NONE;
    enum status s = report_for(c, t, x, who, case_id, &k, &eye, d);
    return s == OK ? verification_pdf(c, t, x, &k, eye >= EYE_LEADER, ret, d) : s;
}
