#include "civil/access/question.h"

#include "base/utf8.h"
#include "civil/access/access.h"
#include "civil/access/access_list.h"
#include "civil/evidence/evidence.h"
#include "civil/evidence/keep.h"
#include "civil/register/register.h"
#include "civil/salt.h"
#include "civil/secrecy/secrecy.h"
#include "crypto/vault.h"
#include "store/store.h"

#include <stdio.h>

enum { SHOWN = 200 };

static struct span place(struct arena *a, const char *column, int64_t id) {
    char *s = arena_printf(a, "access_question.%s|%lld", column, (long long)id);
    return s ? span_of(s) : (struct span){0};
}

static enum status seal(struct civil *c, struct txn *t, int64_t district, int64_t person, const char *column, int64_t id, const char *text, struct span *ret, struct diag *d) {
    struct person_key key;
    enum status s = person_data_key(c, t, district, person, &key, d);
    if (s == OK)
        s = person_seal(&key, span_of(text), place(txn_arena(t), column, id), txn_arena(t), ret, d);
    explicit_bzero(&key, sizeof key);
    return s;
}

/* *ret is "" when the person's key is erased. */
static enum status unseal(struct civil *c, struct txn *t, int64_t district, int64_t person, const char *column, int64_t id, struct span sealed, struct span *ret, struct diag *d) {
    struct person_key key;
    *ret = SPAN("");
    enum status s = person_data_key(c, t, district, person, &key, d);
    if (s == E_NOT_FOUND) {
        diag_clear(d);
        return OK;
    }
    if (s == OK)
        s = person_unseal(&key, sealed, place(txn_arena(t), column, id), txn_arena(t), ret, d);
    explicit_bzero(&key, sizeof key);
    return s;
}

static bool text_fits(const char *text, size_t min, size_t max) {
    struct span s = span_of(text);
    return utf8_valid(s) && utf8_length(s) >= min && utf8_length(s) <= max;
}

/* ---- the evidence ------------------------------------------------------------- */

static const struct json *person_value(struct arena *a, int64_t district, int64_t person) {
    char *text = arena_printf(a, "%lld:%lld", (long long)district, (long long)person);
    return text ? json_new_string(a, span_of(text)) : NULL;
}

/* {"look": access id, "text"} or {"question": id, "text"} */
static const struct json *payload_value(struct arena *a, const char *about, int64_t id, struct span text) {
    char *number = arena_printf(a, "%lld", (long long)id), *copy = arena_dup(a, text);
    const struct json *v[] = {number ? json_new_string(a, span_of(number)) : NULL, copy ? json_new_string(a, (struct span){copy, text.size}) : NULL};
    struct span keys[] = {span_of(about), SPAN("text")};
    return v[0] && v[1] ? json_new_object(a, keys, v, 2) : NULL;
}

static enum status record(struct txn *t, const char *action, const char *office, const char *role, int64_t district, int64_t person, struct span salt,
    const struct json *payload, int64_t *ret_entry, struct diag *d) {
    struct tlog_commitment subject, of_payload;
    const struct json *p = person_value(txn_arena(t), district, person);
    if (!p || !payload)
        return arena_full(d);
    struct civil_salt a = civil_salt(salt, "subject"), b = civil_salt(salt, "payload");
    enum status s = tlog_entry_commit(span_bytes(a.byte, sizeof a.byte), p, &subject, d);
    if (s == OK)
        s = tlog_entry_commit(span_bytes(b.byte, sizeof b.byte), payload, &of_payload, d);
    struct tlog_entry e = {.kind = TLOG_ACCESS_QUESTION, .time = txn_now(t), .district = district, .office = office, .role = role, .action = action,
        .subject = &subject, .subject_count = 1, .subjects = 1, .payload = &of_payload};
    return s == OK ? tlog_record(t, &e, ret_entry, d) : s;
}

/* ---- asking --------------------------------------------------------------------- */

struct ask { struct civil *civil; const struct actor *who; int64_t entry, id; const char *text; };
struct look { int64_t access, account; char office[32], kind[16]; };

static enum status find_look(struct txn *t, const struct ask *x, struct look *ret, struct diag *d) {
    AUTO(rows) struct rows *r = NULL;
    enum status s = sql_one(t, &r, d,
        "SELECT e.id, e.account, e.office, e.kind FROM access_entry e JOIN access_subject x ON x.district = e.district AND x.access_id = e.id "
        "WHERE e.district = ? AND e.entry = ? AND x.person = ? AND NOT (" SECRECY_LOOK_KEPT ")", SQL_I(x->who->district), SQL_I(x->entry), SQL_I(x->who->person),
        SQL_D(txn_today(t)), SQL_D(txn_today(t)));
    if (s == E_NOT_FOUND)
        return diag_fail(d, E_NOT_FOUND, "access.question_look");
    if (s != OK)
        return s;
    *ret = (struct look){.access = rows_int(r, 0), .account = rows_int(r, 1)};
    snprintf(ret->office, sizeof ret->office, "%.*s", SPAN_ARG(rows_text(r, 2)));
    snprintf(ret->kind, sizeof ret->kind, "%.*s", SPAN_ARG(rows_text(r, 3)));
    return OK;
}

static enum status ask(struct txn *t, void *arg, struct diag *d) {
    struct ask *x = arg;
    struct look look;
    struct span sealed;
    uint8_t bytes[TLOG_SALT_BYTES];
    int64_t district = x->who->district, entry = 0;
    random_bytes(bytes, sizeof bytes);
    struct span salt = span_bytes(bytes, sizeof bytes);
    x->id = txn_new_id(t);
    enum status s = find_look(t, x, &look, d);
    if (s == OK && strcmp(look.kind, "self") == 0)
        s = diag_fail(d, E_CONFLICT, "access.question_own");
    if (s == OK)
        s = seal(x->civil, t, district, x->who->person, "text", x->id, x->text, &sealed, d);
    if (s == OK)
        s = record(t, "asked", "resident", "resident", district, x->who->person, salt, payload_value(txn_arena(t), "look", look.access, span_of(x->text)), &entry, d);
    if (s != OK)
        return s;
    /* An office that is no division is the installation's own. */
    char home[16];
    snprintf(home, sizeof home, "%lld", (long long)x->civil->district);
    const char *office = look.office[0] >= '0' && look.office[0] <= '9' ? look.office : home;
    s = sql_exec(t, d,
        "INSERT INTO access_question (district, id, person, access_id, office, looked_by, asked_at, due_on, text, salt, entry) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        SQL_I(district), SQL_I(x->id), SQL_I(x->who->person), SQL_I(look.access), SQL_S(office), SQL_I(look.account), SQL_I(txn_now(t)),
        SQL_D(txn_today(t) + QUESTION_DAYS), SQL_B(sealed), SQL_B(salt), SQL_I(entry));
    if (s == OK)
        s = evidence_keep_one(x->civil, t, x->who, KEPT_QUESTION, district, x->id, d);
    return s == E_CONFLICT && sql_broke(d, "access_question_once") ? diag_fail(d, E_CONFLICT, "access.question_asked") : s;
}

enum status access_ask(struct civil *c, const struct actor *who, int64_t entry, const char *text, int64_t *ret_id, struct diag *d) {
    if (!text_fits(text, 0, QUESTION_TEXT_MAX)) {
        (void)!diag_fail(d, E_INPUT, "access.question_text", DIAG_N("max", QUESTION_TEXT_MAX));
        return diag_at(d, "text");
    }
    struct ask x = {c, who, entry, 0, text};
    enum status s = store_write(c->store, ask, &x, d);
    if (s == OK)
        *ret_id = x.id;
    return s;
}

/* ---- answering -------------------------------------------------------------------- */

/* Who oversees answers: those who handle cases looked themselves. */
static const char *answerer(const struct actor *who, const char *office) {
    static const char *const roles[] = {"leader", "auditor"};
    for (size_t i = 0; i < ARRAY_LEN(roles); i++)
        if (actor_may(who, roles[i], office))
            return roles[i];
    return NULL;
}

struct reply { struct civil *civil; const struct actor *who; int64_t id; const char *text; };
struct open { int64_t district, person, looked_by; char office[32]; bool answered; };

static enum status read_open(struct txn *t, int64_t id, struct open *ret, struct diag *d) {
    AUTO(rows) struct rows *r = NULL;
    enum status s = sql_one(t, &r, d, "SELECT district, person, looked_by, office, answered_at FROM access_question WHERE id = ?", SQL_I(id));
    if (s == E_NOT_FOUND)
        return diag_fail(d, E_NOT_FOUND, "access.question");
    if (s != OK)
        return s;
    *ret = (struct open){rows_int(r, 0), rows_int(r, 1), rows_int(r, 2), "", !rows_null(r, 4)};
    snprintf(ret->office, sizeof ret->office, "%.*s", SPAN_ARG(rows_text(r, 3)));
    return OK;
}

static enum status answer(struct txn *t, void *arg, struct diag *d) {
    const struct reply *x = arg;
    struct open q;
    struct span sealed;
    uint8_t bytes[TLOG_SALT_BYTES];
    int64_t entry = 0;
    random_bytes(bytes, sizeof bytes);
    struct span salt = span_bytes(bytes, sizeof bytes);
    enum status s = read_open(t, x->id, &q, d);
    const char *role = s == OK ? answerer(x->who, q.office) : NULL;
    if (s == OK && !role)
        s = diag_fail(d, E_NOT_FOUND, "access.question"); /* whether it was asked is not told */
    if (s == OK && q.looked_by == x->who->account)
        s = diag_fail(d, E_FORBIDDEN, "access.question_looker");
    if (s == OK && q.answered)
        s = diag_fail(d, E_CONFLICT, "access.question_answered");
    if (s == OK)
        s = seal(x->civil, t, q.district, q.person, "answer", x->id, x->text, &sealed, d);
    if (s == OK)
        s = record(t, "answered", actor_division(x->who, role), role, q.district, q.person, salt, payload_value(txn_arena(t), "question", x->id, span_of(x->text)), &entry, d);
    if (s == OK)
        s = sql_exec(t, d, "UPDATE access_question SET answered_at = ?, answered_by = ?, answered_role = ?, answer = ?, answer_salt = ?, answer_entry = ? WHERE district = ? AND id = ?",
            SQL_I(txn_now(t)), SQL_I(x->who->account), SQL_S(role), SQL_B(sealed), SQL_B(salt), SQL_I(entry), SQL_I(q.district), SQL_I(x->id));
    return s == OK ? evidence_keep_one(x->civil, t, x->who, KEPT_QUESTION, q.district, x->id, d) : s;
}

enum status access_answer(struct civil *c, const struct actor *who, int64_t id, const char *text, struct diag *d) {
    if (!text_fits(text, ANSWER_TEXT_MIN, ANSWER_TEXT_MAX)) {
        (void)!diag_fail(d, E_INPUT, "access.answer_text", DIAG_N("min", ANSWER_TEXT_MIN), DIAG_N("max", ANSWER_TEXT_MAX));
        return diag_at(d, "text");
    }
    struct reply x = {c, who, id, text};
    return store_write(c->store, answer, &x, d);
}

/* ---- showing -------------------------------------------------------------------- */

static const char columns[] =
    "SELECT q.district, q.id, q.person, q.asked_at, q.due_on, q.text, q.answered_at, q.answered_role, q.answer, e.at, e.office, e.role, e.purpose, e.fields, v.name, q.looked_by "
    "FROM access_question q JOIN access_entry e ON e.district = q.district AND e.id = q.access_id LEFT JOIN division v ON v.code = e.office ";

static enum status question_json(struct civil *c, struct txn *t, const struct rows *r, struct json_writer *w, struct diag *d) {
    struct span text, said = SPAN("");
    int64_t district = rows_int(r, 0), id = rows_int(r, 1), person = rows_int(r, 2);
    bool answered = !rows_null(r, 6);
    enum status s = unseal(c, t, district, person, "text", id, rows_blob(r, 5), &text, d);
    if (s == OK && answered)
        s = unseal(c, t, district, person, "answer", id, rows_blob(r, 8), &said, d);
    if (s != OK)
        return s;
    json_object(w);
    json_kid(w, "id", id);
    json_kinstant(w, "asked_at", rows_int(r, 3));
    json_kdate(w, "due_on", rows_date(r, 4));
    json_kbool(w, "late", !answered && txn_today(t) > rows_date(r, 4));
    json_kspan(w, "text", text);
    json_key(w, "answered_at");
    if (answered)
        json_instant(w, rows_int(r, 6));
    else
        json_nothing(w);
    json_key(w, "answered_role");
    if (answered)
        json_span(w, rows_text(r, 7));
    else
        json_nothing(w);
    json_kspan(w, "answer", said);
    return OK;
}

enum status access_question_json(struct civil *c, struct txn *t, int64_t district, int64_t person, int64_t access, struct json_writer *w, struct diag *d) {
    AUTO(rows) struct rows *r = NULL;
    bool row = false;
    char *sql = arena_printf(txn_arena(t), "%sWHERE q.district = ? AND q.access_id = ? AND q.person = ?", columns);
    enum status s = sql ? sql_query(t, &r, d, sql, SQL_I(district), SQL_I(access), SQL_I(person)) : arena_full(d);
    if (s == OK)
        s = rows_next(r, &row, d);
    json_key(w, "question");
    if (s != OK || !row) {
        json_nothing(w);
        return s;
    }
    s = question_json(c, t, r, w, d);
    json_object_end(w);
    return s;
}

static void look_json(const struct rows *r, const struct actor *who, struct json_writer *w) {
    json_kinstant(w, "looked_at", rows_int(r, 9));
    json_key(w, "office");
    json_span(w, rows_null(r, 14) ? rows_text(r, 10) : rows_text(r, 14));
    json_kspan(w, "role", rows_text(r, 11));
    access_text_pair(w, "purpose", "access.purpose", rows_text(r, 12));
    access_fields_json(w, rows_text(r, 13));
    json_kbool(w, "mine", rows_int(r, 15) == who->account);
}

enum status access_questions_json(struct civil *c, struct txn *t, struct access *x, const struct actor *who, struct json_writer *w, struct diag *d) {
    AUTO(rows) struct rows *r = NULL;
    bool row = false;
    const char *open = secrecy_open_case(txn_arena(t), who, "e.case_id");
    char *sql = arena_printf(txn_arena(t), "%sWHERE %s ORDER BY CASE WHEN q.answered_at IS NULL THEN 0 ELSE 1 END, q.due_on, q.id LIMIT 2000", columns, open ? open : "1 = 0");
    enum status s = sql && open ? sql_query(t, &r, d, sql) : arena_full(d);
    int n = 0;
    json_object(w);
    json_key(w, "items");
    json_array(w);
    while (s == OK && n < SHOWN && (s = rows_next(r, &row, d)) == OK && row) {
        char *office = rows_dup(r, 10, txn_arena(t));
        char home[16];
        snprintf(home, sizeof home, "%lld", (long long)c->district);
        if (!office)
            return arena_full(d);
        if (!answerer(who, *office >= '0' && *office <= '9' ? office : home))
            continue;
        n++;
        s = access_add(x, rows_int(r, 0), rows_int(r, 2), ACCESS_CASE, d);
        if (s == OK)
            s = question_json(c, t, r, w, d);
        if (s != OK)
            return s;
        look_json(r, who, w);
        json_object_end(w);
    }
    json_array_end(w);
    json_object_end(w);
    return s;
}

/* ---- against the log ------------------------------------------------------------------ */

static enum status check(struct evidence_check *x, const struct rows *r, bool answer_, struct diag *d) {
    struct arena *a = txn_arena(x->txn);
    int64_t district = rows_int(r, 0), id = rows_int(r, 1), person = rows_int(r, 2);
    struct span salt = rows_blob(r, answer_ ? 8 : 5), text;
    struct civil_salt subject = civil_salt(salt, "subject"), payload = civil_salt(salt, "payload");
    struct evidence_row e = {.what = "access_question", .id = id, .entry = rows_int(r, answer_ ? 9 : 6), .kind = TLOG_ACCESS_QUESTION, .action = answer_ ? "answered" : "asked",
        .at = rows_int(r, answer_ ? 10 : 11), .claims = 1, .claim = {{EVIDENCE_SUBJECT, span_bytes(subject.byte, sizeof subject.byte), person_value(a, district, person)}}};
    enum status s = x->civil->vault ? unseal(x->civil, x->txn, district, person, answer_ ? "answer" : "text", id, rows_blob(r, answer_ ? 7 : 4), &text, d) : E_NOT_FOUND;
    bool open = s == OK && (text.size > 0 || !answer_);
    if (s == E_NOT_FOUND || (s == OK && !open))
        x->sealed++;
    else if (s == E_CORRUPT || s == E_INPUT)
        e.claim[e.claims++] = (struct evidence_claim){EVIDENCE_PAYLOAD, {0}, json_null()};
    else if (s != OK)
        return s;
    diag_clear(d);
    if (open)
        e.claim[e.claims++] = (struct evidence_claim){EVIDENCE_PAYLOAD, span_bytes(payload.byte, sizeof payload.byte),
            payload_value(a, answer_ ? "question" : "look", answer_ ? id : rows_int(r, 3), text)};
    return evidence_expect(x, &e, d);
}

enum status question_evidence(struct evidence_check *x, struct diag *d) {
    AUTO(rows) struct rows *r = NULL;
    bool row = false;
    struct arena_mark mark = arena_mark(txn_arena(x->txn));
    enum status s = sql_query(x->txn, &r, d,
        "SELECT district, id, person, access_id, text, salt, entry, answer, answer_salt, answer_entry, answered_at, asked_at FROM access_question ORDER BY district, id");
    while (s == OK && (s = rows_next(r, &row, d)) == OK && row) {
        arena_rewind(txn_arena(x->txn), mark);
        s = check(x, r, false, d);
        if (s == OK && !rows_null(r, 9))
            s = check(x, r, true, d);
    }
    return s;
}
