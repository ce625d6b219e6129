/* What parties do, or a clerk for them: withdraw, authorise, explain; and the
 * service of notices. */
#include "civil/case/case_internal.h"
#include "civil/evidence/keep.h"

#include "civil/notice/notice.h"
#include "civil/verification/verification.h"

enum { TEXT_MAX = 8000 }; /* some 2,500 characters: four pages by hand */

struct act {
    struct civil *c;
    const struct actor *who;
    int64_t case_id, person, notice, paper, version;
    const char *text, *how;
    instant_t at;
};

static enum status text_ok(const char *text, bool needed, struct diag *d) {
    if (needed && !case_said(text))
        return diag_fail(d, E_INPUT, "case.text_needed", DIAG_N("min", CASE_SAID_MIN));
    if (text && strlen(text) > TEXT_MAX)
        return diag_fail(d, E_INPUT, "case.text_long", DIAG_N("limit", TEXT_MAX / 3));
    return OK;
}

/* The applicant, or staff in scope for him. */
static enum status open_for_applicant(struct txn *t, struct act *x, struct case_row *k, enum case_eye *eye, struct diag *d) {
    enum status s = case_for(x->c, t, x->who, x->case_id, k, eye, d);
    if (s == OK && *eye != EYE_APPLICANT && *eye != EYE_STAFF)
        return diag_fail(d, E_FORBIDDEN, "case.applicant_only");
    return s;
}

static const struct json *text_body(struct txn *t, const char *text) { return EVENT_ARGS(txn_arena(t), "text", text); }

/* ---- withdrawing -------------------------------------------------------------------- */

/* The applicant needs no reason; who records it for him says on what ground, and the history says who did. */
static enum status withdraw_closure(struct txn *t, void *arg, struct diag *d) {
    struct act *x = arg;
    struct case_row k;
    enum case_eye eye;
    bool taken = false;
    enum status s = open_for_applicant(t, x, &k, &eye, d);
    if (s == OK && eye == EYE_STAFF)
        s = text_ok(x->text, true, d);
    if (s != OK)
        return s;
    if (x->version && x->version != k.version)
        return diag_fail(d, E_CONFLICT, "case.changed");
    if (k.closed_at || k.decided_at)
        return diag_fail(d, E_CONFLICT, "case.decided_already");
    const char *role = case_role(x->who, k.division);
    struct drive drive = {.c = x->c, .t = t, .who = x->who, .role = role, .k = &k};
    const struct json *body = text_body(t, x->text);
    const struct json *args = eye == EYE_STAFF ? EVENT_ARGS(txn_arena(t), "role", role) : NULL;
    if (!body || (eye == EYE_STAFF && !args))
        return arena_full(d);
    s = case_event_of(x->c, t, x->who, role, &k, args ? "withdrawn_for" : "withdrawn", NULL, args, body, NULL, d);
    if (s == OK)
        s = drive_message(&drive, "withdrawal", NULL, &taken, d);
    return s == OK && !taken ? diag_fail(d, E_CONFLICT, "case.decided_already") : s;
}

enum status case_withdraw(struct civil *c, const struct actor *who, int64_t case_id, const char *reason, int64_t version, struct diag *d) {
    struct act x = {.c = c, .who = who, .case_id = case_id, .text = reason ? reason : "", .version = version};
    enum status s = text_ok(x.text, false, d);
    return s == OK ? store_write(c->store, withdraw_closure, &x, d) : s;
}

/* ---- authorising ----------------------------------------------------------------------- */

/* By their own account for themselves; by staff from paper, or a refusal told to staff. */
static enum status authorise_right(const struct act *x, enum case_eye eye, struct diag *d) {
    bool portal = strcmp(x->how, "portal") == 0, paper = strcmp(x->how, "paper") == 0;
    if (!portal && !paper && strcmp(x->how, "refused") != 0 && strcmp(x->how, "withdrawn") != 0)
        return diag_fail(d, E_INPUT, "case.authorise_how");
    if (eye == EYE_STAFF)
        return portal ? diag_fail(d, E_INPUT, "case.authorise_how") : OK;
    if (x->who->person != x->person || paper)
        return diag_fail(d, E_FORBIDDEN, "case.authorise_self");
    return OK;
}

static enum status authorise_closure(struct txn *t, void *arg, struct diag *d) {
    struct act *x = arg;
    struct case_row k;
    enum case_eye eye;
    int64_t changed = 0, asked = 0;
    bool refused = strcmp(x->how, "refused") == 0, withdrawn = strcmp(x->how, "withdrawn") == 0;
    date_t until = DATE_NONE;
    enum status s = case_for(x->c, t, x->who, x->case_id, &k, &eye, d);
    if (s == OK)
        s = authorise_right(x, eye, d);
    if (s == OK && k.closed_at)
        return diag_fail(d, E_CONFLICT, "case.closed");
    if (s == OK)
        s = sql_int(t, &asked, 0, d, "SELECT COUNT(*) FROM verification_request WHERE district = ? AND case_id = ? AND person = ?",
            SQL_I(k.district), SQL_I(k.id), SQL_I(x->person));
    if (s == OK && refused && asked)
        return diag_fail(d, E_CONFLICT, "case.asked_already");
    if (s == OK && withdrawn)
        s = verification_may_withdraw(t, &k, x->person, d);
    if (s == OK && !refused && !withdrawn)
        until = verification_consent_until(&k, txn_today(t));
    if (s == OK)
        s = sql_exec_count(t, &changed, d,
            "UPDATE case_party SET authorised_at = ?, authorised_how = ?, authorised_until = ?, paper = ? WHERE district = ? AND case_id = ? AND person = ? AND consent_needed = 1",
            refused || withdrawn ? SQL_NIL : SQL_I(txn_now(t)), SQL_S(x->how), until == DATE_NONE ? SQL_NIL : SQL_D(until), x->paper ? SQL_I(x->paper) : SQL_NIL,
            SQL_I(k.district), SQL_I(k.id), SQL_I(x->person));
    if (s == OK && changed == 0)
        return diag_fail(d, E_NOT_FOUND, "case.no_party");
    if (s == OK)
        s = evidence_keep_one(x->c, t, x->who, KEPT_PARTIES, k.district, k.id, d);
    const struct json *body = s == OK ? EVENT_ARGS(txn_arena(t), "how", x->how, "person", arena_printf(txn_arena(t), "%lld", (long long)x->person)) : NULL;
    if (s == OK && !body)
        return arena_full(d);
    if (s == OK)
        s = case_event_of(x->c, t, x->who, case_role(x->who, k.division), &k, refused ? "consent_refused" : withdrawn ? "consent_withdrawn" : "authorised", NULL, NULL, body, NULL, d);
    if (s == OK)
        s = case_row_save(x->c, t, x->who, &k, d);
    if (s == OK && !refused) /* what waits is stopped, or what was stopped is asked again */
        s = withdrawn ? verification_stop(x->c, t, x->who, &k, x->person, d) : verification_ask_again(x->c, t, x->who, &k, x->person, d);
    return s;
}

enum status case_authorise(struct civil *c, const struct actor *who, int64_t case_id, int64_t person, const char *how, int64_t paper, struct diag *d) {
    struct act x = {.c = c, .who = who, .case_id = case_id, .person = person, .how = how ? how : "", .paper = paper};
    return store_write(c->store, authorise_closure, &x, d);
}

/* ---- explaining ---------------------------------------------------------------------------- */

static enum status explain_closure(struct txn *t, void *arg, struct diag *d) {
    struct act *x = arg;
    struct case_row k;
    enum case_eye eye;
    bool awaited = false;
    enum status s = open_for_applicant(t, x, &k, &eye, d);
    if (s == OK)
        s = case_awaits(t, &k, "explanation", &awaited, d);
    if (s == OK && !awaited)
        return diag_fail(d, E_CONFLICT, "case.no_explanation_awaited");
    const char *role = s == OK ? case_role(x->who, k.division) : "";
    struct drive drive = {.c = x->c, .t = t, .who = x->who, .role = role, .k = &k};
    const struct json *body = text_body(t, x->text);
    if (s == OK)
        s = body ? case_event_of(x->c, t, x->who, role, &k, "explained", NULL, NULL, body, NULL, d) : arena_full(d);
    return s == OK ? drive_message(&drive, "explanation", NULL, &awaited, d) : s;
}

enum status case_explain(struct civil *c, const struct actor *who, int64_t case_id, const char *text, struct diag *d) {
    struct act x = {.c = c, .who = who, .case_id = case_id, .text = text};
    enum status s = text_ok(text, true, d);
    return s == OK ? store_write(c->store, explain_closure, &x, d) : s;
}

/* ---- service ------------------------------------------------------------------------------------ */

static enum status served_closure(struct txn *t, void *arg, struct diag *d) {
    struct act *x = arg;
    struct case_row k;
    enum case_eye eye;
    int64_t issued = 0;
    enum status s = case_for(x->c, t, x->who, x->case_id, &k, &eye, d);
    if (s == OK && eye != EYE_STAFF)
        return diag_fail(d, E_FORBIDDEN, "case.staff_only");
    if (s == OK)
        s = sql_int(t, &issued, 0, d, "SELECT issued_at FROM notice WHERE district = ? AND id = ? AND case_id = ?", SQL_I(k.district), SQL_I(x->notice), SQL_I(k.id));
    if (s == OK && !issued)
        return diag_fail(d, E_NOT_FOUND, "case.no_notice");
    instant_t at = x->at ? x->at : txn_now(t);
    if (s == OK && (at > txn_now(t) || instant_date(at) < instant_date(issued)))
        return diag_fail(d, E_INPUT, "case.served_when");
    if (s == OK)
        s = notice_served_in(x->c, t, x->who, k.district, x->notice, x->how, at, x->paper, d);
    if (s == OK)
        s = clocks_served(x->c, t, &k, x->notice, at, d);
    struct arena *a = txn_arena(t);
    const struct json *args = EVENT_ARGS(a, "how", event_word(a, LANG_ZH, "case.served", x->how), "how_en", event_word(a, LANG_EN, "case.served", x->how));
    if (s == OK)
        s = args ? case_event_of(x->c, t, x->who, case_role(x->who, k.division), &k, "notice_served", NULL, args, NULL, NULL, d) : arena_full(d);
    return s == OK ? case_row_save(x->c, t, x->who, &k, d) : s;
}

enum status case_notice_served(struct civil *c, const struct actor *who, int64_t case_id, int64_t notice, const char *how, instant_t at, int64_t paper, struct diag *d) {
    struct act x = {.c = c, .who = who, .case_id = case_id, .notice = notice, .how = how ? how : "", .at = at, .paper = paper};
    return store_write(c->store, served_closure, &x, d);
}
