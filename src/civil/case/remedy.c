/* The four remedies, which are four different things: objection to the public
 * notice, complaint, administrative reconsideration, litigation.  Each has its
 * own organ, limit and row; only the objection acts on the process. */
#include "civil/case/case_internal.h"

#include "calendar/calendar.h"
#include "civil/access/access_list.h"
#include "civil/evidence/keep.h"

#include <stdio.h>

enum { TEXT_MAX = 8000 };

const struct json *remedy_of(const struct matter *m, const char *kind) {
    const struct json *list = json_get(m->json, "remedies");
    for (size_t i = 0; list && i < list->size; i++)
        if (strcmp(json_str(list->item[i], "id", ""), kind) == 0)
            return list->item[i];
    return NULL;
}

/* ---- limits ---------------------------------------------------------------------------- */

/* The limit that the parameter of that name has on `day`, else the matter's own; "" none. */
static void limit_on(const struct civil *c, const char *parameter, const char *own, date_t day, char out[32]) {
    const struct parameter *p = packs_parameter(c->packs, parameter, day);
    snprintf(out, 32, "%s", own);
    if (p)
        snprintf(out, 32, "P%.10s%s", p->value, strcmp(p->unit, "工作日") == 0 ? "WD" : strcmp(p->unit, "个月") == 0 ? "M" : "D");
}

/* When the organ must have answered what is filed today; DATE_NONE: no article says. */
static enum status answer_due(const struct civil *c, struct txn *t, const struct json *remedy, struct due *ret, struct diag *d) {
    const struct json *answer = json_get(remedy, "answer");
    char text[32];
    *ret = (struct due){DATE_NONE, false, 0};
    limit_on(c, json_str(answer, "parameter", ""), json_str(answer, "limit", ""), txn_today(t), text);
    return *text ? due_of(c, txn_now(t), span_of(text), ret, d) : OK;
}

/* ---- until when ------------------------------------------------------------------------ */

static enum status started(struct txn *t, const struct case_row *k, const char *from, instant_t *ret, date_t *ret_until, struct diag *d) {
    *ret_until = DATE_NONE;
    if (strcmp(from, "publication") == 0) {
        AUTO(rows) struct rows *r = NULL;
        bool row = false;
        enum status s = sql_query(t, &r, d,
            "SELECT until_on FROM publication WHERE district = ? AND case_id = ? AND kind = 'public_notice' AND ended_at IS NULL ORDER BY id DESC LIMIT 1",
            SQL_I(k->district), SQL_I(k->id));
        if (s == OK)
            s = rows_next(r, &row, d);
        if (s == OK && row)
            *ret_until = rows_date(r, 0);
        *ret = 0;
        return s;
    }
    AUTO(rows) struct rows *r = NULL;
    bool row = true;
    enum status s = sql_query(t, &r, d, "SELECT kind, MAX(served_at) FROM notice WHERE district = ? AND case_id = ? AND served_at IS NOT NULL GROUP BY kind",
        SQL_I(k->district), SQL_I(k->id));
    *ret = 0;
    while (s == OK && (s = rows_next(r, &row, d)) == OK && row) {
        char *kind = rows_dup(r, 0, txn_arena(t));
        if (!kind)
            return arena_full(d);
        if (case_attackable(k->matter, kind) && rows_int(r, 1) > *ret)
            *ret = rows_int(r, 1);
    }
    return s;
}

/* `may`: can be filed today.  A clock that has not begun has no deadline. */
enum status remedy_deadline(const struct civil *c, struct txn *t, const struct case_row *k, const struct json *remedy, date_t *ret_deadline, bool *ret_provisional,
    bool *ret_may, struct diag *d) {
    const char *from = json_str(remedy, "from", "");
    char limit[32];
    instant_t begun = 0;
    *ret_deadline = DATE_NONE;
    *ret_provisional = false;
    *ret_may = true;
    if (!*from)
        return OK; /* a complaint has no time limit */
    enum status s = started(t, k, from, &begun, ret_deadline, d);
    if (s != OK)
        return s;
    if (strcmp(from, "publication") == 0) {
        *ret_may = *ret_deadline != DATE_NONE && txn_today(t) <= *ret_deadline;
        return OK;
    }
    if (!begun) { /* decided but not served: it may be attacked, the clock has not begun */
        *ret_may = k->decided_at != 0;
        return OK;
    }
    struct due due;
    limit_on(c, json_str(remedy, "limit_parameter", ""), json_str(remedy, "limit", ""), instant_date(begun), limit);
    if ((s = due_of(c, begun, span_of(limit), &due, d)) != OK)
        return s;
    *ret_deadline = due.on;
    *ret_provisional = due.provisional;
    *ret_may = txn_today(t) <= due.on;
    return OK;
}

/* ---- filing ----------------------------------------------------------------------------------- */

/* One may complain of several things, and object to a notice that is published again. */
static bool filed_once(const char *kind) { return strcmp(kind, "reconsideration") == 0 || strcmp(kind, "litigation") == 0; }

struct filing { struct civil *c; const struct actor *who; int64_t case_id, id; const char *kind, *text; };

static enum status file_row(struct txn *t, struct filing *x, struct case_row *k, const struct json *remedy, date_t deadline, bool provisional, struct diag *d) {
    struct arena *a = txn_arena(t);
    x->id = txn_new_id(t);
    const struct json *body = EVENT_ARGS(a, "remedy", x->kind, "text", x->text);
    const struct json *name = json_get(remedy, "name");
    const struct json *args = EVENT_ARGS(a, "remedy", json_str(name, "zh", x->kind), "remedy_en", json_str(name, "en", x->kind));
    struct span sealed;
    int64_t entry = 0;
    uint8_t salt[TLOG_SALT_BYTES];
    random_bytes(salt, sizeof salt);
    struct due answer;
    if (!body || !args)
        return arena_full(d);
    enum status s = case_seal(x->c, t, k, "remedy.text", x->id, span_of(x->text), &sealed, d);
    if (s == OK)
        s = answer_due(x->c, t, remedy, &answer, d);
    if (s == OK)
        s = case_event_of(x->c, t, x->who, case_role(x->who, k->division), k, "remedy_filed", NULL, args, body, &entry, d);
    if (s != OK)
        return s;
    s = sql_exec(t, d,
        "INSERT INTO remedy (district, id, case_id, kind, organ, filed_at, filed_by, deadline, due_on, due_provisional, text, salt, state, entry) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'filed', ?)",
        SQL_I(k->district), SQL_I(x->id), SQL_I(k->id), SQL_S(x->kind), SQL_S(json_str(json_get(remedy, "organ"), "zh", "")), SQL_I(txn_now(t)),
        SQL_I(x->who->account), SQL_D(deadline), SQL_D(answer.on), SQL_I(provisional || answer.provisional), SQL_B(sealed), SQL_B(span_bytes(salt, sizeof salt)), SQL_I(entry));
    return s == OK ? evidence_keep_one(x->c, t, x->who, KEPT_REMEDY, k->district, x->id, d) : s;
}

static enum status filing_closure(struct txn *t, void *arg, struct diag *d) {
    struct filing *x = arg;
    struct case_row k;
    enum case_eye eye;
    date_t deadline;
    bool provisional, may, taken = false;
    enum status s = case_for(x->c, t, x->who, x->case_id, &k, &eye, d);
    if (s == OK && eye != EYE_MEMBER && eye != EYE_APPLICANT && eye != EYE_STAFF)
        return diag_fail(d, E_FORBIDDEN, "case.applicant_only");
    const struct json *remedy = s == OK ? remedy_of(k.matter, x->kind) : NULL;
    if (s == OK && !remedy)
        return diag_fail(d, E_INPUT, "case.remedy_kind");
    if (s == OK)
        s = remedy_deadline(x->c, t, &k, remedy, &deadline, &provisional, &may, d);
    if (s == OK && !may)
        return diag_fail(d, E_CONFLICT, "case.remedy_not_now");
    int64_t filed = 0;
    if (s == OK && filed_once(x->kind))
        s = sql_int(t, &filed, 0, d, "SELECT count(*) FROM remedy WHERE district = ? AND case_id = ? AND kind = ?", SQL_I(k.district), SQL_I(k.id), SQL_S(x->kind));
    if (s == OK && filed)
        return diag_fail(d, E_CONFLICT, "case.remedy_filed");
    if (s == OK)
        s = file_row(t, x, &k, remedy, deadline, provisional, d);
    struct drive drive = {.c = x->c, .t = t, .who = x->who, .role = s == OK ? case_role(x->who, k.division) : "", .k = &k};
    if (s == OK && strcmp(x->kind, "objection") == 0)
        s = drive_message(&drive, "objection", NULL, &taken, d);
    return s == OK && !taken ? case_row_save(x->c, t, x->who, &k, d) : s;
}

enum status case_remedy_file(struct civil *c, const struct actor *who, int64_t case_id, const char *kind, const char *text, int64_t *ret, struct diag *d) {
    struct filing x = {c, who, case_id, 0, kind ? kind : "", text};
    if (!case_said(text))
        return diag_fail(d, E_INPUT, "case.text_needed", DIAG_N("min", CASE_SAID_MIN));
    if (strlen(text) > TEXT_MAX)
        return diag_fail(d, E_INPUT, "case.text_long", DIAG_N("limit", TEXT_MAX / 3));
    enum status s = store_write(c->store, filing_closure, &x, d);
    if (s == OK)
        *ret = x.id;
    return s;
}

/* ---- reading --------------------------------------------------------------------------------------- */

/* Who answers, and where it is written: that one may file, and by when there is an answer. */
static void organ_and_articles(struct json_writer *w, const struct json *remedy) {
    text_json(w, "organ", json_get(remedy, "organ"));
    json_kstring(w, "article", json_str(remedy, "article", NULL));
    json_kstring(w, "answer_article", json_str(json_get(remedy, "answer"), "article", NULL));
}

static enum status filed_json(struct txn *t, const struct case_row *k, const struct json *remedy, struct json_writer *w, bool *ret_filed, struct diag *d) {
    AUTO(rows) struct rows *r = NULL;
    bool row = true;
    enum status s = sql_query(t, &r, d, "SELECT id, filed_at, deadline, due_on, state FROM remedy WHERE district = ? AND case_id = ? AND kind = ? ORDER BY id",
        SQL_I(k->district), SQL_I(k->id), SQL_S(json_str(remedy, "id", "")));
    while (s == OK && (s = rows_next(r, &row, d)) == OK && row) {
        *ret_filed = true;
        json_object(w);
        json_kid(w, "id", rows_int(r, 0));
        json_kstring(w, "kind", json_str(remedy, "id", ""));
        text_json(w, "name", json_get(remedy, "name"));
        organ_and_articles(w, remedy);
        json_kinstant(w, "filed_at", rows_int(r, 1));
        json_kdate(w, "deadline", rows_date(r, 2));
        json_kdate(w, "due_on", rows_date(r, 3));
        json_kspan(w, "state", rows_text(r, 4));
        json_kbool(w, "may_file", false);
        text_json(w, "note", NULL);
        json_object_end(w);
    }
    return s;
}

static enum status open_json(struct civil *c, struct txn *t, const struct case_row *k, const struct json *remedy, bool filed, struct json_writer *w, struct diag *d) {
    date_t deadline;
    bool provisional, may;
    enum status s = remedy_deadline(c, t, k, remedy, &deadline, &provisional, &may, d);
    if (s != OK || (filed && (!may || filed_once(json_str(remedy, "id", "")))))
        return s;
    json_object(w);
    json_kid(w, "id", 0);
    json_kstring(w, "kind", json_str(remedy, "id", ""));
    text_json(w, "name", json_get(remedy, "name"));
    organ_and_articles(w, remedy);
    json_key(w, "filed_at");
    json_nothing(w);
    json_kdate(w, "deadline", deadline);
    json_key(w, "due_on");
    json_nothing(w);
    json_kstring(w, "state", may ? "open" : "closed");
    json_kbool(w, "may_file", may);
    if (provisional)
        access_text_pair(w, "note", "case.note", span_of("provisional"));
    else
        text_json(w, "note", NULL);
    json_object_end(w);
    return OK;
}

enum status remedies_json(struct civil *c, struct txn *t, const struct case_row *k, struct json_writer *w, struct diag *d) {
    const struct json *list = json_get(k->matter->json, "remedies");
    enum status s = OK;
    json_array(w);
    for (size_t i = 0; s == OK && list && i < list->size; i++) {
        bool filed = false;
        s = filed_json(t, k, list->item[i], w, &filed, d);
        if (s == OK)
            s = open_json(c, t, k, list->item[i], filed, w, d);
    }
    json_array_end(w);
    return s;
}

enum status case_remedy_json(struct civil *c, struct txn *t, const struct actor *who, int64_t remedy, struct json_writer *w, struct diag *d) {
    AUTO(rows) struct rows *r = NULL;
    struct case_row k;
    enum case_eye eye;
    enum status s = sql_one(t, &r, d, "SELECT case_id, kind, filed_at, deadline, due_on, state FROM remedy WHERE id = ?", SQL_I(remedy));
    if (s == E_NOT_FOUND)
        return diag_fail(d, E_NOT_FOUND, "case.no_remedy");
    if (s == OK)
        s = case_for(c, t, who, rows_int(r, 0), &k, &eye, d);
    if (s != OK)
        return s;
    const char *kind = rows_dup(r, 1, txn_arena(t));
    const struct json *x = remedy_of(k.matter, kind);
    json_object(w);
    json_kid(w, "id", remedy);
    json_kstring(w, "kind", kind);
    text_json(w, "name", json_get(x, "name"));
    organ_and_articles(w, x);
    json_kinstant(w, "filed_at", rows_int(r, 2));
    json_kdate(w, "deadline", rows_date(r, 3));
    json_kdate(w, "due_on", rows_date(r, 4));
    json_kspan(w, "state", rows_text(r, 5));
    json_kbool(w, "may_file", false);
    text_json(w, "note", NULL);
    json_object_end(w);
    return OK;
}
