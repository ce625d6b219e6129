/* Two cases of one household and matter become one: husband and wife applied at two counters, or one of
 * them by portal and a clerk for both.  The one goes on with the papers and the past of the other beside
 * its own, and with the earlier of their official days; the other is closed and says where it went.
 * Nothing is rewritten, so a person can take it apart until somebody decides. */
#include "civil/case/case_internal.h"

#include "civil/evidence/keep.h"
#include "civil/verification/verification.h"

struct merging { struct civil *c; const struct actor *who; int64_t case_id, kept_id, version; const char *reason; };

/* ---- which are alike --------------------------------------------------------------------- */

bool case_merge_may(const struct actor *who, const struct case_row *k) { return case_transfer_may(who, k); }

static bool same_ground(const char *x, const char *y) { return x && y ? strcmp(x, y) == 0 : !x && !y; }

enum status case_alike(struct txn *t, const struct actor *who, const struct case_row *k, int64_t *ret, size_t room, size_t *ret_n, struct diag *d) {
    AUTO(rows) struct rows *r = NULL;
    bool row = true;
    *ret_n = 0;
    if (k->closed_at || k->decided_at || !*k->process_file)
        return OK;
    /* by the index of people: whoever applies or lives in both */
    enum status s = sql_query(t, &r, d,
        "SELECT DISTINCT f.id, f.division, f.compartment FROM case_party p JOIN case_party q ON q.person_district = p.person_district AND q.person = p.person AND q.case_id <> p.case_id "
        "JOIN case_file f ON f.district = q.district AND f.id = q.case_id WHERE p.district = ? AND p.case_id = ? AND p.person_district <> 0 "
        "AND p.party IN ('applicant', 'member') AND q.party IN ('applicant', 'member') AND f.district = p.district AND f.matter = ? "
        "AND f.closed_at IS NULL AND f.decided_at IS NULL AND f.process_file <> '' ORDER BY f.id",
        SQL_I(k->district), SQL_I(k->id), SQL_S(k->matter->id));
    while (s == OK && *ret_n < room && (s = rows_next(r, &row, d)) == OK && row) {
        char *division = rows_dup(r, 1, txn_arena(t)), *compartment = rows_null(r, 2) ? NULL : rows_dup(r, 2, txn_arena(t));
        if (!division || (!compartment && !rows_null(r, 2)))
            return arena_full(d);
        if (same_ground(k->compartment, compartment) && case_reader_may(who, division))
            ret[(*ret_n)++] = rows_int(r, 0);
    }
    return s;
}

enum { ALIKE_SHOWN = 20 };

enum status case_duplicates_json(struct civil *c, struct txn *t, struct access *x, const struct actor *who, int64_t case_id, struct json_writer *w, struct diag *d) {
    struct case_row k;
    enum case_eye eye;
    int64_t id[ALIKE_SHOWN + 1];
    size_t n = 0;
    enum status s = case_read_for(c, t, x, who, case_id, &k, &eye, d);
    if (s == OK && eye < EYE_LEADER)
        return diag_fail(d, E_FORBIDDEN, "case.staff_only");
    if (s == OK)
        s = case_alike(t, who, &k, id, ARRAY_LEN(id), &n, d);
    json_object(w);
    json_key(w, "items");
    json_array(w);
    for (size_t i = 0; s == OK && i < n && i < ALIKE_SHOWN; i++) {
        struct case_row other;
        if ((s = case_read_for(c, t, x, who, id[i], &other, &eye, d)) == OK)
            s = case_summary_json(c, t, x, &other, w, d);
    }
    json_array_end(w);
    json_kbool(w, "more", n > ALIKE_SHOWN);
    json_object_end(w);
    return s;
}

/* ---- may they -------------------------------------------------------------------------------- */

static enum status staff_case(struct txn *t, const struct merging *x, int64_t id, struct case_row *k, struct diag *d) {
    enum case_eye eye;
    bool recused = false;
    enum status s = case_for(x->c, t, x->who, id, k, &eye, d);
    if (s == OK && eye != EYE_STAFF && eye != EYE_LEADER)
        return diag_fail(d, E_FORBIDDEN, "case.staff_only");
    if (s == OK)
        s = task_recused(t, x->who, id, &recused, d);
    return s == OK && recused ? diag_fail(d, E_FORBIDDEN, "case.recused") : s;
}

static enum status said(const struct merging *x, struct diag *d) {
    if (case_said(x->reason))
        return OK;
    (void)diag_fail(d, E_INPUT, "case.reason_needed", DIAG_N("min", CASE_SAID_MIN));
    return diag_at(d, "reason");
}

static enum status bad_other(struct diag *d, enum status s, const char *code) {
    (void)diag_fail(d, s, code);
    return diag_at(d, "into");
}

/* Nobody's application disappears: who applied in the one is of the household in the other. */
static enum status check_people(struct txn *t, const struct case_row *from, const struct case_row *into, struct diag *d) {
    int64_t n = 0, merged = 0, hangs = 0;
    enum status s = sql_int(t, &n, 0, d,
        "SELECT COUNT(*) FROM case_party WHERE district = ? AND case_id = ? AND person = ? AND person_district = ? AND party IN ('applicant', 'member')",
        SQL_I(into->district), SQL_I(into->id), SQL_I(from->applicant), SQL_I(from->district));
    if (s == OK && !n)
        return bad_other(d, E_CONFLICT, "case.merge_people");
    if (s == OK)
        s = sql_int(t, &merged, 0, d, "SELECT COUNT(*) FROM case_merge WHERE district = ? AND kept = ? AND undone_at IS NULL", SQL_I(from->district), SQL_I(from->id));
    if (s == OK && merged)
        return bad_other(d, E_CONFLICT, "case.merge_chain");
    if (s == OK)
        s = sql_int(t, &hangs, 0, d, "SELECT COUNT(*) FROM publication WHERE district = ? AND case_id = ? AND ended_at IS NULL", SQL_I(from->district), SQL_I(from->id));
    return s == OK && hangs ? diag_fail(d, E_CONFLICT, "case.merge_published") : s;
}

static enum status check(struct txn *t, const struct merging *x, const struct case_row *from, const struct case_row *into, struct diag *d) {
    if (from->id == into->id)
        return bad_other(d, E_INPUT, "case.merge_same");
    if (from->closed_at || from->decided_at)
        return diag_fail(d, E_CONFLICT, "case.merge_decided");
    if (into->closed_at || into->decided_at)
        return bad_other(d, E_CONFLICT, "case.merge_decided");
    if (!case_merge_may(x->who, from) || !case_merge_may(x->who, into))
        return diag_fail(d, E_FORBIDDEN, "case.merge_who");
    if (x->version && x->version != from->version)
        return diag_fail(d, E_CONFLICT, "case.changed");
    if (from->matter != into->matter || from->district != into->district || !same_ground(from->compartment, into->compartment))
        return bad_other(d, E_CONFLICT, "case.merge_matter");
    enum status s = said(x, d);
    return s == OK ? check_people(t, from, into, d) : s;
}

/* ---- what goes over -------------------------------------------------------------------------------- */

struct pair { int64_t mine, other, due, due_other, claimed, claimed_other; bool provisional, provisional_other; char *element; };
enum { PAIRS_MAX = 64 };

/* Who had taken the step up there goes on here, unless he may not: he did the step before. */
static enum status claim_over(struct txn *t, const struct merging *x, struct case_row *from, struct case_row *into, const struct pair *p, struct diag *d) {
    const struct bpmn_state *state = NULL;
    struct actor by = {.account = p->claimed_other};
    uint32_t node = bpmn_node_find(into->process->model, span_of(p->element));
    enum status s = case_state_read(x->c, t, into, &state, NULL, d);
    if (s != OK || node == BPMN_NONE || task_four_eyes(into->process->model, state, &into->process->model->node[node], &by))
        return s;
    s = sql_exec(t, d, "UPDATE case_task SET claimed_by = ?, claimed_at = ? WHERE district = ? AND id = ?", SQL_I(by.account), SQL_I(txn_now(t)), SQL_I(into->district), SQL_I(p->mine));
    return s == OK ? task_draft_carry(x->c, t, &by, from, p->other, into, p->mine, d) : s;
}

/* Steps at which both stand: the earlier day holds. */
static enum status tasks_over(struct txn *t, const struct merging *x, struct case_row *from, struct case_row *into, struct json_writer *w, struct diag *d) {
    struct pair p[PAIRS_MAX];
    size_t n = 0;
    bool row = true;
    AUTO(rows) struct rows *r = NULL;
    enum status s = sql_query(t, &r, d,
        "SELECT i.id, f.id, i.due_on, f.due_on, i.claimed_by, f.claimed_by, i.due_provisional, f.due_provisional, i.element FROM case_task f JOIN case_task i ON i.district = f.district "
        "AND i.element = f.element WHERE f.district = ? AND f.case_id = ? AND i.case_id = ? AND f.state = 'open' AND i.state = 'open' ORDER BY i.id, f.id",
        SQL_I(from->district), SQL_I(from->id), SQL_I(into->id));
    while (s == OK && n < PAIRS_MAX && (s = rows_next(r, &row, d)) == OK && row) {
        p[n] = (struct pair){rows_int(r, 0), rows_int(r, 1), rows_date(r, 2), rows_date(r, 3), rows_int(r, 4), rows_int(r, 5), rows_int(r, 6) != 0, rows_int(r, 7) != 0,
            rows_dup(r, 8, txn_arena(t))};
        if (!p[n++].element)
            return arena_full(d);
    }
    r = rows_free(r);
    json_key(w, "moved");
    json_array(w);
    for (size_t i = 0; s == OK && i < n; i++) {
        if (p[i].due_other != DATE_NONE && (p[i].due == DATE_NONE || p[i].due_other < p[i].due)) {
            json_object(w);
            json_kid(w, "task", p[i].mine);
            json_kint(w, "was", p[i].due);
            json_kint(w, "provisional", p[i].provisional);
            json_kint(w, "is", p[i].due_other);
            json_object_end(w);
            s = sql_exec(t, d, "UPDATE case_task SET due_on = ?, due_provisional = ? WHERE district = ? AND id = ?", SQL_D((date_t)p[i].due_other), SQL_I(p[i].provisional_other),
                SQL_I(into->district), SQL_I(p[i].mine));
        }
        if (s == OK && p[i].claimed_other && !p[i].claimed)
            s = claim_over(t, x, from, into, &p[i], d);
    }
    json_array_end(w);
    return s;
}

/* The whole limit runs from the first application. */
static void days_over(const struct case_row *from, struct case_row *into, struct json_writer *w) {
    json_kint(w, "was", into->due_on);
    json_kint(w, "was_provisional", into->due_provisional);
    if (from->due_on != DATE_NONE && (into->due_on == DATE_NONE || from->due_on < into->due_on)) {
        into->due_on = from->due_on;
        into->due_provisional = from->due_provisional;
    }
    json_kint(w, "is", into->due_on);
}

/* ---- what is held -------------------------------------------------------------------------------------- */

static enum status trace(struct txn *t, const struct actor *who, const struct case_row *k, const char *element, const char *event, struct diag *d) {
    int64_t seq = 0;
    enum status s = sql_int(t, &seq, 0, d, "SELECT MAX(seq) FROM case_trace WHERE district = ? AND case_id = ?", SQL_I(k->district), SQL_I(k->id));
    return s == OK ? sql_exec(t, d, "INSERT INTO case_trace (district, case_id, seq, at, element, event, account) VALUES (?, ?, ?, ?, ?, ?, ?)", SQL_I(k->district), SQL_I(k->id),
                         SQL_I(seq + 1), SQL_I(txn_now(t)), SQL_S(element), SQL_S(event), SQL_I(who->account)) : s;
}

static void text_or_null(struct json_writer *w, const char *key, const struct rows *r, int column) {
    json_key(w, key);
    if (rows_null(r, column))
        json_nothing(w);
    else
        json_span(w, rows_text(r, column));
}

static void id_or_null(struct json_writer *w, const char *key, const struct rows *r, int column) {
    json_key(w, key);
    if (rows_null(r, column))
        json_nothing(w);
    else
        json_id(w, rows_int(r, column));
}

static enum status hold_timers(struct txn *t, const struct case_row *k, struct json_writer *w, struct diag *d) {
    AUTO(rows) struct rows *r = NULL;
    bool row = true;
    enum status s = sql_query(t, &r, d, "SELECT key, element, due_at, from_at, provisional, limit_text, notice, tries, error FROM case_timer WHERE district = ? AND case_id = ? ORDER BY key",
        SQL_I(k->district), SQL_I(k->id));
    json_key(w, "timers");
    json_array(w);
    while (s == OK && (s = rows_next(r, &row, d)) == OK && row) {
        json_object(w);
        text_or_null(w, "key", r, 0);
        text_or_null(w, "element", r, 1);
        id_or_null(w, "due_at", r, 2);
        id_or_null(w, "from_at", r, 3);
        json_kint(w, "provisional", rows_int(r, 4));
        text_or_null(w, "limit", r, 5);
        id_or_null(w, "notice", r, 6);
        json_kint(w, "tries", rows_int(r, 7));
        text_or_null(w, "error", r, 8);
        json_object_end(w);
    }
    json_array_end(w);
    r = rows_free(r);
    return s == OK ? sql_exec(t, d, "DELETE FROM case_timer WHERE district = ? AND case_id = ?", SQL_I(k->district), SQL_I(k->id)) : s;
}

static enum status hold_messages(struct txn *t, const struct case_row *k, struct json_writer *w, struct diag *d) {
    AUTO(rows) struct rows *r = NULL;
    bool row = true;
    enum status s = sql_query(t, &r, d, "SELECT key, element, message FROM case_subscription WHERE district = ? AND case_id = ? ORDER BY key", SQL_I(k->district), SQL_I(k->id));
    json_key(w, "messages");
    json_array(w);
    while (s == OK && (s = rows_next(r, &row, d)) == OK && row) {
        json_object(w);
        text_or_null(w, "key", r, 0);
        text_or_null(w, "element", r, 1);
        text_or_null(w, "message", r, 2);
        json_object_end(w);
    }
    json_array_end(w);
    r = rows_free(r);
    return s == OK ? sql_exec(t, d, "DELETE FROM case_subscription WHERE district = ? AND case_id = ?", SQL_I(k->district), SQL_I(k->id)) : s;
}

static enum status hold_tasks(struct txn *t, const struct merging *x, const struct case_row *k, struct json_writer *w, struct diag *d) {
    AUTO(rows) struct rows *r = NULL;
    bool row = true;
    const char *element[PAIRS_MAX];
    size_t n = 0;
    enum status s = sql_query(t, &r, d, "SELECT id, element FROM case_task WHERE district = ? AND case_id = ? AND state = 'open' ORDER BY id", SQL_I(k->district), SQL_I(k->id));
    json_key(w, "tasks");
    json_array(w);
    while (s == OK && (s = rows_next(r, &row, d)) == OK && row) {
        if (n == PAIRS_MAX)
            return diag_fail(d, E_LIMIT, "bpmn.endless");
        json_object(w);
        json_kid(w, "task", rows_int(r, 0));
        text_or_null(w, "element", r, 1);
        json_object_end(w);
        if (!(element[n++] = rows_dup(r, 1, txn_arena(t))))
            return arena_full(d);
    }
    json_array_end(w);
    r = rows_free(r);
    for (size_t i = 0; s == OK && i < n; i++)
        s = trace(t, x->who, k, element[i], "cancel", d);
    return s == OK ? sql_exec(t, d, "UPDATE case_task SET state = 'cancelled', done_at = ? WHERE district = ? AND case_id = ? AND state = 'open'", SQL_I(txn_now(t)), SQL_I(k->district),
                         SQL_I(k->id)) : s;
}

/* ---- merging ------------------------------------------------------------------------------------------------ */

static enum status told(struct txn *t, const struct merging *x, struct case_row *k, const char *kind, const char *other, struct diag *d) {
    const struct json *args = EVENT_ARGS(txn_arena(t), "number", other), *body = EVENT_ARGS(txn_arena(t), "note", x->reason);
    return args && body ? case_event_of(x->c, t, x->who, case_role(x->who, k->division), k, kind, NULL, args, body, NULL, d) : arena_full(d);
}

static enum status carry(struct txn *t, const struct merging *x, struct case_row *from, struct case_row *into, struct buf *held, struct diag *d) {
    struct json_writer w;
    json_begin(&w, held, false);
    json_object(&w);
    json_kstring(&w, "state", from->state);
    days_over(from, into, &w);
    enum status s = tasks_over(t, x, from, into, &w, d);
    if (s == OK)
        s = hold_tasks(t, x, from, &w, d);
    if (s == OK)
        s = hold_timers(t, from, &w, d);
    if (s == OK)
        s = hold_messages(t, from, &w, d);
    json_object_end(&w);
    return s == OK && !buf_ok(held) ? arena_full(d) : s;
}

static enum status merge_closure(struct txn *t, void *arg, struct diag *d) {
    struct merging *x = arg;
    struct case_row from, into;
    int64_t id = txn_new_id(t);
    enum status s = staff_case(t, x, x->case_id, &from, d);
    if (s == OK)
        s = staff_case(t, x, x->kept_id, &into, d);
    if (s == OK)
        s = check(t, x, &from, &into, d);
    if (s != OK)
        return s;
    BUF_AUTO held;
    buf_init(&held, 0);
    s = carry(t, x, &from, &into, &held, d);
    if (s == OK)
        s = sql_exec(t, d, "INSERT INTO case_merge (district, id, merged, kept, held, made_at, made_by) VALUES (?, ?, ?, ?, ?, ?, ?)", SQL_I(from.district), SQL_I(id), SQL_I(from.id),
            SQL_I(into.id), SQL_T(buf_span(&held)), SQL_I(txn_now(t)), SQL_I(x->who->account));
    if (s == OK)
        s = evidence_keep_one(x->c, t, x->who, KEPT_CASE_MERGE, from.district, id, d);
    if (s == OK)
        s = told(t, x, &from, "merged", into.number, d);
    if (s == OK)
        s = told(t, x, &into, "merged_in", from.number, d);
    from.state = from.outcome = arena_dup(txn_arena(t), SPAN(CASE_MERGED));
    from.closed_at = txn_now(t);
    if (s == OK && !from.state)
        return arena_full(d);
    if (s == OK)
        s = case_row_save(x->c, t, x->who, &from, d);
    return s == OK ? case_row_save(x->c, t, x->who, &into, d) : s;
}

enum status case_merge(struct civil *c, const struct actor *who, int64_t case_id, int64_t into, const char *reason, int64_t version, struct diag *d) {
    struct merging x = {c, who, case_id, into, version, reason};
    return store_write(c->store, merge_closure, &x, d);
}

/* ---- taking apart ----------------------------------------------------------------------------------------------- */

static int64_t id_in(const struct json *j, const char *key) { return strtoll(json_str(j, key, "0"), NULL, 10); }

static struct sql_value id_or_nil(const struct json *j, const char *key) { return json_str(j, key, NULL) ? SQL_I(id_in(j, key)) : SQL_NIL; }

/* Days that were promised to people begin again: they were told that the other case is the one. */
static enum status timer_back(struct txn *t, const struct merging *x, const struct case_row *k, const struct json *m, int64_t away, struct diag *d) {
    struct due due = {0};
    const char *limit = json_str(m, "limit", "");
    bool waits = !json_str(m, "due_at", NULL);
    int64_t from = id_in(m, "from_at") + (waits ? 0 : away);
    enum status s = waits ? OK : due_of(x->c, from, span_of(limit), &due, d);
    return s == OK ? sql_exec(t, d,
        "INSERT INTO case_timer (district, case_id, key, element, due_at, from_at, provisional, limit_text, notice, tries, error) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        SQL_I(k->district), SQL_I(k->id), SQL_S(json_str(m, "key", "")), SQL_S(json_str(m, "element", "")), waits ? SQL_NIL : SQL_I(due.at), SQL_I(from),
        SQL_I(waits ? json_int(m, "provisional", 0) : due.provisional), SQL_S(limit), id_or_nil(m, "notice"), SQL_I(json_int(m, "tries", 0)), SQL_S(json_str(m, "error", NULL))) : s;
}

static enum status waits_back(struct txn *t, const struct merging *x, const struct case_row *k, const struct json *held, int64_t away, struct diag *d) {
    const struct json *tasks = json_get(held, "tasks"), *timers = json_get(held, "timers"), *messages = json_get(held, "messages");
    enum status s = OK;
    for (size_t i = 0; s == OK && tasks && i < tasks->size; i++) {
        s = sql_exec(t, d, "UPDATE case_task SET state = 'open', done_at = NULL WHERE district = ? AND id = ? AND case_id = ? AND state = 'cancelled'", SQL_I(k->district),
            SQL_I(id_in(tasks->item[i], "task")), SQL_I(k->id));
        if (s == OK)
            s = trace(t, x->who, k, json_str(tasks->item[i], "element", ""), "enter", d);
    }
    for (size_t i = 0; s == OK && timers && i < timers->size; i++)
        s = timer_back(t, x, k, timers->item[i], away, d);
    for (size_t i = 0; s == OK && messages && i < messages->size; i++)
        s = sql_exec(t, d, "INSERT INTO case_subscription (district, case_id, key, element, message) VALUES (?, ?, ?, ?, ?)", SQL_I(k->district), SQL_I(k->id),
            SQL_S(json_str(messages->item[i], "key", "")), SQL_S(json_str(messages->item[i], "element", "")), SQL_S(json_str(messages->item[i], "message", "")));
    return s;
}

/* The kept one has its own days again, where nothing has changed them since. */
static enum status days_back(struct txn *t, struct case_row *into, const struct json *held, struct diag *d) {
    const struct json *moved = json_get(held, "moved");
    enum status s = OK;
    if (into->closed_at)
        return OK;
    for (size_t i = 0; s == OK && moved && i < moved->size; i++) {
        const struct json *m = moved->item[i];
        date_t was = (date_t)json_int(m, "was", DATE_NONE);
        s = sql_exec(t, d, "UPDATE case_task SET due_on = ?, due_provisional = ? WHERE district = ? AND id = ? AND state = 'open' AND due_on = ?", SQL_D(was),
            SQL_I(json_int(m, "provisional", 0)), SQL_I(into->district), SQL_I(id_in(m, "task")), SQL_I(json_int(m, "is", 0)));
    }
    if (into->due_on == (date_t)json_int(held, "is", DATE_NONE)) {
        into->due_on = (date_t)json_int(held, "was", DATE_NONE);
        into->due_provisional = json_int(held, "was_provisional", 0) != 0;
    }
    return s;
}

/* What was asked of a data department and came while the case was closed is not known: it is asked again. */
static enum status asked_back(struct txn *t, const struct merging *x, struct case_row *k, struct diag *d) {
    AUTO(rows) struct rows *r = NULL;
    int64_t person[PAIRS_MAX];
    size_t n = 0;
    bool row = true;
    enum status s = sql_query(t, &r, d, "SELECT DISTINCT person FROM verification_request WHERE district = ? AND case_id = ? AND cause = 'closed' ORDER BY person", SQL_I(k->district), SQL_I(k->id));
    while (s == OK && n < PAIRS_MAX && (s = rows_next(r, &row, d)) == OK && row)
        person[n++] = rows_int(r, 0);
    r = rows_free(r);
    for (size_t i = 0; s == OK && i < n; i++)
        s = verification_ask_again(x->c, t, x->who, k, person[i], d);
    return s;
}

struct made { int64_t id, kept; instant_t at; const struct json *held; };

static enum status merge_of(struct txn *t, const struct case_row *k, struct made *ret, struct diag *d) {
    AUTO(rows) struct rows *r = NULL;
    enum status s = sql_one(t, &r, d, "SELECT id, kept, made_at, held FROM case_merge WHERE district = ? AND merged = ? AND undone_at IS NULL", SQL_I(k->district), SQL_I(k->id));
    if (s == E_NOT_FOUND)
        return diag_fail(d, E_CONFLICT, "case.merge_none");
    if (s != OK)
        return s;
    *ret = (struct made){rows_int(r, 0), rows_int(r, 1), rows_int(r, 2), NULL};
    return json_parse(txn_arena(t), rows_text(r, 3), &ret->held, d);
}

static bool unmerge_may(const struct actor *who, struct case_row from, const struct case_row *into) {
    from.closed_at = 0; /* closed by the merge alone */
    return !into->decided_at && case_merge_may(who, &from);
}

static enum status check_apart(struct txn *t, const struct merging *x, const struct case_row *from, const struct case_row *into, struct diag *d) {
    int64_t again = 0;
    if (into->decided_at)
        return diag_fail(d, E_CONFLICT, "case.merge_late");
    if (!unmerge_may(x->who, *from, into))
        return diag_fail(d, E_FORBIDDEN, "case.merge_who");
    if (x->version && x->version != from->version)
        return diag_fail(d, E_CONFLICT, "case.changed");
    enum status s = said(x, d);
    if (s == OK)
        s = sql_int(t, &again, 0, d, "SELECT COUNT(*) FROM case_file WHERE district = ? AND applicant = ? AND matter = ? AND closed_at IS NULL", SQL_I(from->district), SQL_I(from->applicant),
            SQL_S(from->matter->id));
    return s == OK && again ? diag_fail(d, E_CONFLICT, "case.already_open") : s;
}

static enum status apart(struct txn *t, const struct merging *x, struct case_row *from, struct case_row *into, const struct made *m, struct diag *d) {
    enum status s = sql_exec(t, d, "UPDATE case_merge SET undone_at = ?, undone_by = ? WHERE district = ? AND id = ?", SQL_I(txn_now(t)), SQL_I(x->who->account), SQL_I(from->district), SQL_I(m->id));
    if (s == OK)
        s = evidence_keep_one(x->c, t, x->who, KEPT_CASE_MERGE, from->district, m->id, d);
    if (s == OK)
        s = waits_back(t, x, from, m->held, txn_now(t) - m->at, d);
    if (s == OK)
        s = days_back(t, into, m->held, d);
    if (s == OK)
        s = told(t, x, from, "unmerged", into->number, d);
    if (s == OK)
        s = told(t, x, into, "unmerged_from", from->number, d);
    from->state = arena_dup(txn_arena(t), span_of(json_str(m->held, "state", "applied")));
    from->outcome = NULL;
    from->closed_at = 0;
    if (s == OK && !from->state)
        return arena_full(d);
    if (s == OK)
        s = case_row_save(x->c, t, x->who, from, d);
    if (s == OK)
        s = case_row_save(x->c, t, x->who, into, d);
    return s == OK ? asked_back(t, x, from, d) : s;
}

static enum status unmerge_closure(struct txn *t, void *arg, struct diag *d) {
    struct merging *x = arg;
    struct case_row from, into;
    struct made m;
    enum status s = staff_case(t, x, x->case_id, &from, d);
    if (s == OK)
        s = merge_of(t, &from, &m, d);
    if (s == OK)
        s = staff_case(t, x, m.kept, &into, d);
    if (s == OK)
        s = check_apart(t, x, &from, &into, d);
    return s == OK ? apart(t, x, &from, &into, &m, d) : s;
}

enum status case_unmerge(struct civil *c, const struct actor *who, int64_t case_id, const char *reason, int64_t version, struct diag *d) {
    struct merging x = {c, who, case_id, 0, version, reason};
    return store_write(c->store, unmerge_closure, &x, d);
}

/* ---- reading ------------------------------------------------------------------------------------------------------ */

enum status case_merge_waits(struct txn *t, const struct case_row *k, bool *ret_merged, uint32_t *ret_held, struct diag *d) {
    struct made m;
    *ret_held = 0;
    enum status s = merge_of(t, k, &m, d);
    *ret_merged = s == OK;
    if (s == E_CONFLICT) {
        diag_clear(d);
        return OK;
    }
    static const char *const lists[] = {"tasks", "timers", "messages"};
    for (size_t i = 0; s == OK && i < ARRAY_LEN(lists); i++) {
        const struct json *list = json_get(m.held, lists[i]);
        *ret_held += list ? (uint32_t)list->size : 0;
    }
    return s;
}

static enum status links(struct txn *t, const struct case_row *k, const char *sql, struct json_writer *w, bool *ret_any, struct diag *d) {
    AUTO(rows) struct rows *r = NULL;
    bool row = true;
    enum status s = sql_query(t, &r, d, sql, SQL_I(k->district), SQL_I(k->id));
    json_array(w);
    while (s == OK && (s = rows_next(r, &row, d)) == OK && row) {
        *ret_any = true;
        json_object(w);
        json_kid(w, "id", rows_int(r, 0));
        json_kspan(w, "number", rows_text(r, 1));
        json_object_end(w);
    }
    json_array_end(w);
    return s;
}

enum status case_merged_json(struct civil *c, struct txn *t, const struct actor *who, struct case_row *k, enum case_eye eye, struct json_writer *w, bool *ret_may_undo, struct diag *d) {
    bool into = false, any = false;
    int64_t alike[1];
    size_t n = 0;
    *ret_may_undo = false;
    json_key(w, "merged_into");
    enum status s = links(t, k, "SELECT f.id, f.number FROM case_merge m JOIN case_file f ON f.district = m.district AND f.id = m.kept WHERE m.district = ? AND m.merged = ? AND m.undone_at IS NULL",
        w, &into, d);
    json_key(w, "merged_from");
    if (s == OK)
        s = links(t, k, "SELECT f.id, f.number FROM case_merge m JOIN case_file f ON f.district = m.district AND f.id = m.merged WHERE m.district = ? AND m.kept = ? AND m.undone_at IS NULL ORDER BY m.id",
            w, &any, d);
    if (s == OK && eye >= EYE_LEADER)
        s = case_alike(t, who, k, alike, ARRAY_LEN(alike), &n, d);
    json_kbool(w, "alike", n > 0);
    if (s == OK && into && eye >= EYE_LEADER) {
        struct case_row kept;
        struct made m;
        if ((s = merge_of(t, k, &m, d)) == OK && (s = case_row_read(c, t, m.kept, &kept, d)) == OK)
            *ret_may_undo = unmerge_may(who, *k, &kept);
    }
    return s;
}
