#include "civil/archive/retention.h"

#include "base/utf8.h"
#include "civil/archive/act.h"
#include "civil/pack/pack.h"
#include "civil/parameter/parameter.h"
#include "store/store.h"

#include <stdio.h>
#include <stdlib.h>

/* ---- one dossier ------------------------------------------------------------------ */

struct dossier {
    int64_t case_id, files, years;
    const char *number, *matter, *citation, *state;
    date_t ended_on, due_on; /* DATE_NONE: not known */
};

/* What was granted may go on under later cases of the same root. */
static const char columns[] =
    "SELECT k.id, k.number, k.matter, k.closed_at, "
    "(SELECT count(*) FROM archive_file f WHERE f.district = k.district AND f.case_id = k.id AND f.destroyed IS NULL), "
    "(SELECT max(COALESCE(e.to_month, 99999)) FROM entitlement e WHERE e.district = k.district AND e.root IN "
    "(SELECT o.root FROM entitlement o WHERE o.district = k.district AND o.case_id = k.id)), "
    "(SELECT count(*) FROM archive_hold h WHERE h.district = k.district AND h.case_id = k.id AND h.released_at IS NULL), "
    "(SELECT count(*) FROM archive_destruction_item i WHERE i.district = k.district AND i.case_id = k.id AND i.state = 'listed') "
    "FROM case_file k WHERE k.district = ? AND k.closed_at IS NOT NULL AND ";

enum { GOES_ON = 99999 }; /* no month */

static date_t end_of(int64_t closed_at, bool granted, int64_t to_month) {
    date_t closed = instant_date(closed_at);
    date_t until = granted ? date_from_ymd((int)(to_month / 12), (int)(to_month % 12) + 1, 1) - 1 : closed; /* to_month is excluded */
    return until > closed ? until : closed;
}

static enum status period(struct civil *c, struct txn *t, struct dossier *x, struct diag *d) {
    const struct matter *m = packs_matter(c->packs, x->matter);
    const char *name = m ? json_str(m->json, "retention", "") : "";
    const struct parameter *p = *name ? packs_parameter(c->packs, name, txn_today(t)) : NULL;
    x->state = "unknown";
    if (!p)
        return OK;
    char *end;
    x->citation = p->citation;
    x->years = strtoll(p->value, &end, 10);
    if (*end || x->years < 1)
        return OK;
    struct ymd y = date_ymd(x->ended_on);
    x->due_on = date_from_ymd(y.year + 1 + (int)x->years, 1, 1);
    bool confirmed = true, assumption = false;
    enum status s = p->to_confirm ? parameter_confirmed(t, p, &confirmed, &assumption, d) : OK;
    bool reviewed = p->review_by == DATE_NONE || txn_today(t) <= p->review_by;
    x->state = !confirmed || assumption || !reviewed ? "unconfirmed" : x->due_on <= txn_today(t) ? "due" : "kept";
    return s;
}

static enum status read_dossier(struct civil *c, struct txn *t, struct rows *r, struct dossier *ret, struct diag *d) {
    struct arena *a = txn_arena(t);
    *ret = (struct dossier){.case_id = rows_int(r, 0), .number = rows_dup(r, 1, a), .matter = rows_dup(r, 2, a), .citation = "", .files = rows_int(r, 4),
        .ended_on = DATE_NONE, .due_on = DATE_NONE};
    if (!ret->number || !ret->matter)
        return arena_full(d);
    bool granted = !rows_null(r, 5), held = rows_int(r, 6) > 0, listed = rows_int(r, 7) > 0;
    if (granted && rows_int(r, 5) == GOES_ON) {
        ret->state = held ? "held" : "running";
        return OK;
    }
    ret->ended_on = end_of(rows_int(r, 3), granted, rows_int(r, 5));
    enum status s = period(c, t, ret, d);
    if (held)
        ret->state = "held";
    else if (listed)
        ret->state = "listed";
    return s;
}

/* E_NOT_FOUND archive.case: none, or not closed. */
static enum status one_dossier(struct civil *c, struct txn *t, int64_t case_id, struct dossier *ret, struct diag *d) {
    AUTO(rows) struct rows *r = NULL;
    char *sql = arena_printf(txn_arena(t), "%s k.id = ?", columns);
    enum status s = sql ? sql_one(t, &r, d, sql, SQL_I(c->district), SQL_I(case_id)) : arena_full(d);
    return s == E_NOT_FOUND ? diag_fail(d, E_NOT_FOUND, "archive.case") : s == OK ? read_dossier(c, t, r, ret, d) : s;
}

/* Closed cases with papers, by id. */
static enum status dossiers(struct civil *c, struct txn *t, int64_t after, int64_t max, struct dossier **ret, int64_t *ret_n, struct diag *d) {
    AUTO(rows) struct rows *r = NULL;
    bool more = false;
    *ret = ARENA_ARRAY(txn_arena(t), (size_t)max, struct dossier);
    *ret_n = 0;
    char *sql = *ret ? arena_printf(txn_arena(t), "%s k.id > ? AND EXISTS (SELECT 1 FROM archive_file f WHERE f.district = k.district AND f.case_id = k.id AND f.destroyed IS NULL) "
                                                  "ORDER BY k.id LIMIT ?", columns) : NULL;
    enum status s = sql ? sql_query(t, &r, d, sql, SQL_I(c->district), SQL_I(after), SQL_I(max)) : arena_full(d);
    while (s == OK && (s = rows_next(r, &more, d)) == OK && more)
        s = read_dossier(c, t, r, &(*ret)[(*ret_n)++], d);
    return s;
}

/* ---- reading ------------------------------------------------------------------------- */

static enum status role(const struct civil *c, const struct actor *who, const char *const *roles, size_t n, struct diag *d) {
    char district[16];
    snprintf(district, sizeof district, "%lld", (long long)c->district);
    for (size_t i = 0; i < n; i++)
        if (actor_may(who, roles[i], district))
            return OK;
    return diag_fail(d, E_FORBIDDEN, "archive.role");
}
static const char *const KEEPERS[] = {"district_clerk", "leader", "auditor"};
#define MAY(c, who, d, ...) role((c), (who), (const char *const[]){__VA_ARGS__}, sizeof((const char *const[]){__VA_ARGS__}) / sizeof(char *), (d))

enum status archive_dossiers_json(struct civil *c, struct txn *t, const struct actor *who, int64_t after, int64_t max, struct json_writer *w, struct diag *d) {
    struct dossier *x = NULL;
    int64_t n = 0;
    enum status s = role(c, who, KEEPERS, ARRAY_LEN(KEEPERS), d);
    if (s == OK)
        s = dossiers(c, t, after, max, &x, &n, d);
    if (s != OK)
        return s;
    json_object(w);
    json_key(w, "items");
    json_array(w);
    for (int64_t i = 0; i < n; i++) {
        json_object(w);
        json_kid(w, "case", x[i].case_id);
        json_kstring(w, "number", x[i].number);
        json_kstring(w, "matter", x[i].matter);
        json_kdate(w, "ended_on", x[i].ended_on);
        json_kint(w, "years", x[i].years);
        json_kdate(w, "due_on", x[i].due_on);
        json_kstring(w, "citation", x[i].citation);
        json_kstring(w, "state", x[i].state);
        json_kint(w, "files", x[i].files);
        json_object_end(w);
    }
    json_array_end(w);
    json_key(w, "next");
    if (n == max && n > 0)
        json_id(w, x[n - 1].case_id);
    else
        json_nothing(w);
    json_object_end(w);
    return OK;
}

enum status archive_lists_json(struct civil *c, struct txn *t, const struct actor *who, struct json_writer *w, struct diag *d) {
    AUTO(rows) struct rows *r = NULL;
    bool more = false;
    enum status s = role(c, who, KEEPERS, ARRAY_LEN(KEEPERS), d);
    if (s == OK)
        s = sql_query(t, &r, d,
            "SELECT l.id, l.state, l.reason, l.proposed_at, p.name, l.decided_at, q.name, l.decision_reason, "
            "(SELECT count(*) FROM archive_destruction_item i WHERE i.district = l.district AND i.list = l.id AND i.state <> 'struck'), "
            "(SELECT sum(i.files) FROM archive_destruction_item i WHERE i.district = l.district AND i.list = l.id AND i.state <> 'struck') "
            "FROM archive_destruction l LEFT JOIN account p ON p.id = l.proposed_by LEFT JOIN account q ON q.id = l.decided_by "
            "WHERE l.district = ? ORDER BY l.id DESC LIMIT 100", SQL_I(c->district));
    json_object(w);
    json_key(w, "items");
    json_array(w);
    while (s == OK && (s = rows_next(r, &more, d)) == OK && more) {
        static const char *const text[] = {"state", "reason", NULL, "proposed_by", NULL, "decided_by", "decision_reason"};
        json_object(w);
        json_kid(w, "id", rows_int(r, 0));
        for (int i = 0; i < (int)ARRAY_LEN(text); i++)
            if (text[i])
                json_kstring(w, text[i], rows_null(r, i + 1) ? NULL : rows_dup(r, i + 1, txn_arena(t)));
        json_kinstant(w, "proposed_at", rows_int(r, 3));
        json_key(w, "decided_at");
        if (rows_null(r, 5))
            json_nothing(w);
        else
            json_instant(w, rows_int(r, 5));
        json_kint(w, "cases", rows_int(r, 8));
        json_kint(w, "files", rows_int(r, 9));
        json_object_end(w);
    }
    json_array_end(w);
    json_object_end(w);
    return s;
}

/* ---- acts --------------------------------------------------------------------------------- */

static enum status reason_ok(const char *reason, struct diag *d) {
    size_t n = reason && utf8_valid(span_of(reason)) ? utf8_length(span_of(reason)) : 0;
    return n >= 4 && n <= 500 ? OK : diag_fail(d, E_INPUT, "archive.reason");
}

/* {"case"|"list": id, name: number ...}; keys in order, no personal data: a written reason
 * may name people and stays in the row. */
static enum status act(struct civil *c, struct txn *t, const struct actor *who, const char *action, const char *what, int64_t id,
    const struct archive_decided *figures, struct diag *d) {
    char *text = figures ? arena_printf(txn_arena(t), "{\"cases\":%lld,\"files\":%lld,\"%s\":\"%lld\",\"struck\":%lld}", (long long)figures->cases,
                               (long long)figures->files, what, (long long)id, (long long)figures->struck)
                         : arena_printf(txn_arena(t), "{\"%s\":\"%lld\"}", what, (long long)id);
    const struct json *j = NULL;
    enum status s = text ? json_parse(txn_arena(t), span_of(text), &j, d) : arena_full(d);
    return s == OK ? archive_act_in(t, who, c->district, action, j, NULL, d) : s;
}

struct doing { struct civil *c; const struct actor *who; int64_t id; const char *reason; bool yes; struct archive_decided decided; };

static enum status hold(struct txn *t, void *arg, struct diag *d) {
    struct doing *x = arg;
    enum status s = role(x->c, x->who, KEEPERS, ARRAY_LEN(KEEPERS), d);
    int64_t known = 0, changed = 0;
    if (s == OK)
        s = reason_ok(x->reason, d);
    if (s == OK)
        s = sql_int(t, &known, 0, d, "SELECT count(*) FROM case_file WHERE district = ? AND id = ?", SQL_I(x->c->district), SQL_I(x->id));
    if (s == OK && !known)
        s = diag_fail(d, E_NOT_FOUND, "archive.case");
    if (s == OK)
        s = sql_exec_count(t, &changed, d, "INSERT INTO archive_hold (district, id, case_id, reason, placed_at, placed_by) VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
            SQL_I(x->c->district), SQL_I(txn_new_id(t)), SQL_I(x->id), SQL_S(x->reason), SQL_I(txn_now(t)), SQL_I(x->who->account));
    if (s == OK && !changed)
        s = diag_fail(d, E_CONFLICT, "archive.held");
    return s == OK ? act(x->c, t, x->who, "hold.placed", "case", x->id, NULL, d) : s;
}

static enum status release(struct txn *t, void *arg, struct diag *d) {
    struct doing *x = arg;
    int64_t changed = 0;
    enum status s = role(x->c, x->who, KEEPERS, ARRAY_LEN(KEEPERS), d);
    if (s == OK)
        s = reason_ok(x->reason, d);
    if (s == OK)
        s = sql_exec_count(t, &changed, d, "UPDATE archive_hold SET released_at = ?, released_by = ?, release_reason = ? WHERE district = ? AND case_id = ? AND released_at IS NULL",
            SQL_I(txn_now(t)), SQL_I(x->who->account), SQL_S(x->reason), SQL_I(x->c->district), SQL_I(x->id));
    if (s == OK && !changed)
        s = diag_fail(d, E_CONFLICT, "archive.not_held");
    return s == OK ? act(x->c, t, x->who, "hold.released", "case", x->id, NULL, d) : s;
}

enum status archive_hold(struct civil *c, const struct actor *who, int64_t case_id, const char *reason, struct diag *d) {
    return store_write(c->store, hold, &(struct doing){.c = c, .who = who, .id = case_id, .reason = reason}, d);
}
enum status archive_release(struct civil *c, const struct actor *who, int64_t case_id, const char *reason, struct diag *d) {
    return store_write(c->store, release, &(struct doing){.c = c, .who = who, .id = case_id, .reason = reason}, d);
}

/* ---- destruction -------------------------------------------------------------------------- */

static enum status list_due(struct txn *t, struct doing *x, int64_t list, int64_t *ret_n, struct diag *d) {
    struct dossier *row = NULL;
    int64_t n = ARCHIVE_LIST_MAX, after = 0;
    enum status s = OK;
    *ret_n = 0;
    while (s == OK && n == ARCHIVE_LIST_MAX && *ret_n < ARCHIVE_LIST_MAX) {
        s = dossiers(x->c, t, after, ARCHIVE_LIST_MAX, &row, &n, d);
        for (int64_t i = 0; s == OK && i < n && *ret_n < ARCHIVE_LIST_MAX; i++) {
            after = row[i].case_id;
            if (strcmp(row[i].state, "due") != 0)
                continue;
            s = sql_exec(t, d, "INSERT INTO archive_destruction_item (district, list, case_id, ended_on, years, due_on, state, files) VALUES (?, ?, ?, ?, ?, ?, 'listed', ?)",
                SQL_I(x->c->district), SQL_I(list), SQL_I(row[i].case_id), SQL_I(row[i].ended_on), SQL_I(row[i].years), SQL_I(row[i].due_on), SQL_I(row[i].files));
            ++*ret_n;
        }
    }
    return s;
}

static enum status propose(struct txn *t, void *arg, struct diag *d) {
    struct doing *x = arg;
    int64_t n = 0;
    x->id = txn_new_id(t);
    enum status s = MAY(x->c, x->who, d, "district_clerk");
    if (s == OK)
        s = reason_ok(x->reason, d);
    if (s == OK)
        s = sql_exec(t, d, "INSERT INTO archive_destruction (district, id, state, reason, proposed_at, proposed_by) VALUES (?, ?, 'proposed', ?, ?, ?)",
            SQL_I(x->c->district), SQL_I(x->id), SQL_S(x->reason), SQL_I(txn_now(t)), SQL_I(x->who->account));
    if (s == OK)
        s = list_due(t, x, x->id, &n, d);
    if (s == OK && n == 0)
        s = diag_fail(d, E_NOT_FOUND, "archive.none_due");
    return s == OK ? act(x->c, t, x->who, "destruction.proposed", "list", x->id, NULL, d) : s;
}

enum status archive_propose(struct civil *c, const struct actor *who, const char *reason, int64_t *ret_list, struct diag *d) {
    struct doing x = {.c = c, .who = who, .reason = reason};
    enum status s = store_write(c->store, propose, &x, d);
    if (s == OK)
        *ret_list = x.id;
    return s;
}

/* Key, content and name go; digest, entry and the row stay. */
static enum status destroy_case(struct txn *t, int64_t district, int64_t list, int64_t case_id, int64_t *ret_files, struct diag *d) {
    enum status s = sql_exec(t, d, "DELETE FROM archive_key WHERE district = ? AND file IN (SELECT id FROM archive_file WHERE district = ? AND case_id = ?)", SQL_I(district),
        SQL_I(district), SQL_I(case_id));
    if (s == OK)
        s = sql_exec_count(t, ret_files, d, "UPDATE archive_file SET body = ?, name = '', own_key = 1, destroyed = ? WHERE district = ? AND case_id = ? AND destroyed IS NULL",
            SQL_B(SPAN("")), SQL_I(list), SQL_I(district), SQL_I(case_id));
    /* A notice could be drawn again from what was committed. */
    return s == OK ? sql_exec(t, d, "UPDATE notice SET opening = ? WHERE district = ? AND case_id = ?", SQL_B(SPAN("")), SQL_I(district), SQL_I(case_id)) : s;
}

static enum status destroy_listed(struct txn *t, struct doing *x, struct diag *d) {
    AUTO(rows) struct rows *r = NULL;
    int64_t id[ARCHIVE_LIST_MAX], n = 0, district = x->c->district;
    bool more = false;
    enum status s = sql_query(t, &r, d, "SELECT case_id FROM archive_destruction_item WHERE district = ? AND list = ? ORDER BY case_id", SQL_I(district), SQL_I(x->id));
    while (s == OK && n < ARCHIVE_LIST_MAX && (s = rows_next(r, &more, d)) == OK && more)
        id[n++] = rows_int(r, 0);
    rows_free(TAKE(r));
    for (int64_t i = 0; s == OK && i < n; i++) {
        struct dossier k;
        int64_t files = 0;
        /* Struck from the list for the look at it, so that it stands as it would without. */
        s = sql_exec(t, d, "UPDATE archive_destruction_item SET state = 'struck' WHERE district = ? AND list = ? AND case_id = ?", SQL_I(district), SQL_I(x->id), SQL_I(id[i]));
        if (s == OK)
            s = one_dossier(x->c, t, id[i], &k, d);
        if (s == OK && strcmp(k.state, "due") != 0) {
            x->decided.struck++;
            continue;
        }
        if (s == OK)
            s = destroy_case(t, district, x->id, id[i], &files, d);
        if (s == OK)
            s = sql_exec(t, d, "UPDATE archive_destruction_item SET state = 'destroyed', files = ? WHERE district = ? AND list = ? AND case_id = ?", SQL_I(files), SQL_I(district),
                SQL_I(x->id), SQL_I(id[i]));
        x->decided.cases++;
        x->decided.files += files;
    }
    return s;
}

static enum status may_decide(struct txn *t, const struct doing *x, struct diag *d) {
    AUTO(rows) struct rows *r = NULL;
    enum status s = MAY(x->c, x->who, d, "leader");
    if (s == OK)
        s = reason_ok(x->reason, d);
    if (s == OK)
        s = sql_one(t, &r, d, "SELECT state, proposed_by FROM archive_destruction WHERE district = ? AND id = ?", SQL_I(x->c->district), SQL_I(x->id));
    if (s == E_NOT_FOUND)
        return diag_fail(d, E_NOT_FOUND, "archive.list");
    if (s == OK && !span_is(rows_text(r, 0), "proposed"))
        return diag_fail(d, E_CONFLICT, "archive.decided");
    return s == OK && rows_int(r, 1) == x->who->account ? diag_fail(d, E_FORBIDDEN, "archive.two_people") : s;
}

static enum status decide(struct txn *t, void *arg, struct diag *d) {
    struct doing *x = arg;
    x->decided = (struct archive_decided){0};
    enum status s = may_decide(t, x, d);
    if (s == OK)
        s = x->yes ? destroy_listed(t, x, d)
                   : sql_exec(t, d, "UPDATE archive_destruction_item SET state = 'kept' WHERE district = ? AND list = ?", SQL_I(x->c->district), SQL_I(x->id));
    if (s == OK)
        s = sql_exec(t, d, "UPDATE archive_destruction SET state = ?, decided_at = ?, decided_by = ?, decision_reason = ? WHERE district = ? AND id = ?",
            SQL_S(x->yes ? "destroyed" : "refused"), SQL_I(txn_now(t)), SQL_I(x->who->account), SQL_S(x->reason), SQL_I(x->c->district), SQL_I(x->id));
    return s == OK ? act(x->c, t, x->who, x->yes ? "destruction.done" : "destruction.refused", "list", x->id, &x->decided, d) : s;
}

enum status archive_decide(struct civil *c, const struct actor *who, int64_t list, bool destroy, const char *reason, struct archive_decided *ret, struct diag *d) {
    struct doing x = {.c = c, .who = who, .id = list, .yes = destroy, .reason = reason};
    enum status s = store_write(c->store, decide, &x, d);
    if (s == OK)
        *ret = x.decided;
    return s;
}
