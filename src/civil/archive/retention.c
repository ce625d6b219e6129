#include "civil/archive/retention.h"

#include "base/utf8.h"
#include "civil/access/access.h"
#include "civil/archive/act.h"
#include "civil/evidence/keep.h"
#include "civil/pack/pack.h"
#include "civil/parameter/parameter.h"
#include "civil/secrecy/secrecy.h"
#include "civil/row_json.h"
#include "store/store.h"

#include <stdio.h>
#include <stdlib.h>

/* ---- one dossier ------------------------------------------------------------------ */

struct dossier {
    int64_t case_id, files, years;
    const char *number, *matter, *citation, *state;
    const char *filed, *location, *hold, *compartment; /* NULL: not filed, not held, in none */
    date_t ended_on, due_on; /* DATE_NONE: not known */
    bool confirmed;          /* the period */
};

/* What was granted may go on under later cases of the same root. */
static const char columns[] =
    "SELECT k.id, k.number, k.matter, k.closed_at, "
    "(SELECT count(*) FROM archive_file f WHERE f.district = k.district AND f.case_id = k.id AND f.destroyed IS NULL), "
    "(SELECT max(COALESCE(e.to_month, 99999)) FROM entitlement e WHERE e.district = k.district AND e.root IN "
    "(SELECT o.root FROM entitlement o WHERE o.district = k.district AND o.case_id = k.id)), "
    "(SELECT h.reason FROM archive_hold h WHERE h.district = k.district AND h.case_id = k.id AND h.released_at IS NULL), "
    "(SELECT count(*) FROM archive_destruction_item i WHERE i.district = k.district AND i.case_id = k.id AND i.state = 'listed'), "
    "n.number, n.location, k.compartment "
    "FROM case_file k LEFT JOIN archive_number n ON n.district = k.district AND n.case_id = k.id WHERE k.district = ? AND k.closed_at IS NOT NULL AND ";

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
    x->confirmed = confirmed && !assumption && reviewed;
    x->state = !x->confirmed ? "unconfirmed" : x->due_on <= txn_today(t) ? "due" : "kept";
    return s;
}

static char *dup_or_null(const struct rows *r, int column, struct arena *a) { return rows_null(r, column) ? NULL : rows_dup(r, column, a); }

static enum status read_dossier(struct civil *c, struct txn *t, struct rows *r, struct dossier *ret, struct diag *d) {
    struct arena *a = txn_arena(t);
    *ret = (struct dossier){.case_id = rows_int(r, 0), .number = rows_dup(r, 1, a), .matter = rows_dup(r, 2, a), .citation = "", .files = rows_int(r, 4),
        .ended_on = DATE_NONE, .due_on = DATE_NONE, .hold = dup_or_null(r, 6, a), .filed = dup_or_null(r, 8, a), .location = dup_or_null(r, 9, a),
        .compartment = dup_or_null(r, 10, a)};
    if (!ret->number || !ret->matter)
        return arena_full(d);
    bool granted = !rows_null(r, 5), held = !rows_null(r, 6), listed = rows_int(r, 7) > 0;
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

/* E_NOT_FOUND archive.case: none, not closed, or in a compartment that `who` is not in. */
static enum status one_dossier(struct civil *c, struct txn *t, const struct actor *who, int64_t case_id, struct dossier *ret, struct diag *d) {
    AUTO(rows) struct rows *r = NULL;
    const char *open = secrecy_open_column(txn_arena(t), who, "k.compartment");
    char *sql = open ? arena_printf(txn_arena(t), "%s k.id = ? AND %s", columns, open) : NULL;
    enum status s = sql ? sql_one(t, &r, d, sql, SQL_I(c->district), SQL_I(case_id)) : arena_full(d);
    return s == E_NOT_FOUND ? diag_fail(d, E_NOT_FOUND, "archive.case") : s == OK ? read_dossier(c, t, r, ret, d) : s;
}

/* Closed cases with papers, by id; `where`: one more condition, on k. */
static enum status dossiers(struct civil *c, struct txn *t, const char *where, int64_t after, int64_t max, struct dossier **ret, int64_t *ret_n, struct diag *d) {
    AUTO(rows) struct rows *r = NULL;
    bool more = false;
    *ret = ARENA_ARRAY(txn_arena(t), (size_t)max, struct dossier);
    *ret_n = 0;
    char *sql = *ret && where ? arena_printf(txn_arena(t), "%s k.id > ? AND EXISTS (SELECT 1 FROM archive_file f WHERE f.district = k.district AND f.case_id = k.id AND "
                                                           "f.destroyed IS NULL) AND %s ORDER BY k.id LIMIT ?", columns, where) : NULL;
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
        s = dossiers(c, t, secrecy_open_column(txn_arena(t), who, "k.compartment"), after, max, &x, &n, d);
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
        json_kstring(w, "filed", x[i].filed);
        json_kstring(w, "location", x[i].location);
        json_kstring(w, "hold", x[i].hold);
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

static const char list_columns[] =
    "SELECT l.id, l.state, l.reason, l.proposed_at, p.name, l.decided_at, q.name, l.decision_reason, "
    "(SELECT count(*) FROM archive_destruction_item i WHERE i.district = l.district AND i.list = l.id AND i.state <> 'struck'), "
    "(SELECT COALESCE(sum(i.files), 0) FROM archive_destruction_item i WHERE i.district = l.district AND i.list = l.id AND i.state <> 'struck'), l.compartment, l.proposed_by "
    "FROM archive_destruction l LEFT JOIN account p ON p.id = l.proposed_by LEFT JOIN account q ON q.id = l.decided_by WHERE l.district = ? AND ";

/* Who may decide it now: not who proposed it. */
static void list_members(const struct rows *r, struct arena *a, bool decides, int64_t account, struct json_writer *w) {
    static const char *const text[] = {"state", "reason", NULL, "proposed_by", NULL, "decided_by", "decision_reason"};
    json_kid(w, "id", rows_int(r, 0));
    for (int i = 0; i < (int)ARRAY_LEN(text); i++)
        if (text[i])
            json_kstring(w, text[i], dup_or_null(r, i + 1, a));
    json_kstring(w, "compartment", dup_or_null(r, 10, a));
    json_kinstant(w, "proposed_at", rows_int(r, 3));
    row_instant_or_null(w, "decided_at", r, 5);
    json_kint(w, "cases", rows_int(r, 8));
    json_kint(w, "files", rows_int(r, 9));
    json_kbool(w, "may_decide", decides && span_is(rows_text(r, 1), "proposed") && rows_int(r, 11) != account);
}

enum status archive_lists_json(struct civil *c, struct txn *t, const struct actor *who, struct json_writer *w, struct diag *d) {
    AUTO(rows) struct rows *r = NULL;
    bool more = false, decides = MAY(c, who, NULL, "leader") == OK;
    const char *open = secrecy_open_column(txn_arena(t), who, "l.compartment");
    char *sql = open ? arena_printf(txn_arena(t), "%s %s ORDER BY l.id DESC LIMIT 100", list_columns, open) : NULL;
    enum status s = sql ? role(c, who, KEEPERS, ARRAY_LEN(KEEPERS), d) : arena_full(d);
    if (s == OK)
        s = sql_query(t, &r, d, sql, SQL_I(c->district));
    json_object(w);
    json_key(w, "items");
    json_array(w);
    while (s == OK && (s = rows_next(r, &more, d)) == OK && more) {
        json_object(w);
        list_members(r, txn_arena(t), decides, who->account, w);
        json_object_end(w);
    }
    json_array_end(w);
    json_kbool(w, "may_propose", MAY(c, who, NULL, "district_clerk") == OK);
    json_object_end(w);
    return s;
}

static enum status items_json(struct txn *t, int64_t district, int64_t list, struct json_writer *w, struct diag *d) {
    AUTO(rows) struct rows *r = NULL;
    bool more = false;
    enum status s = sql_query(t, &r, d,
        "SELECT i.case_id, k.number, k.matter, n.number, i.ended_on, i.years, i.due_on, i.state, i.files FROM archive_destruction_item i "
        "JOIN case_file k ON k.district = i.district AND k.id = i.case_id LEFT JOIN archive_number n ON n.district = i.district AND n.case_id = i.case_id "
        "WHERE i.district = ? AND i.list = ? ORDER BY i.case_id", SQL_I(district), SQL_I(list));
    json_key(w, "items");
    json_array(w);
    while (s == OK && (s = rows_next(r, &more, d)) == OK && more) {
        json_object(w);
        json_kid(w, "case", rows_int(r, 0));
        json_kspan(w, "number", rows_text(r, 1));
        json_kspan(w, "matter", rows_text(r, 2));
        json_kstring(w, "filed", dup_or_null(r, 3, txn_arena(t)));
        json_kdate(w, "ended_on", rows_date(r, 4));
        json_kint(w, "years", rows_int(r, 5));
        json_kdate(w, "due_on", rows_date(r, 6));
        json_kspan(w, "state", rows_text(r, 7));
        json_kint(w, "files", rows_int(r, 8));
        json_object_end(w);
    }
    json_array_end(w);
    return s;
}

enum status archive_list_json(struct civil *c, struct txn *t, const struct actor *who, int64_t list, struct json_writer *w, struct diag *d) {
    AUTO(rows) struct rows *r = NULL;
    const char *open = secrecy_open_column(txn_arena(t), who, "l.compartment");
    char *sql = open ? arena_printf(txn_arena(t), "%s l.id = ? AND %s", list_columns, open) : NULL;
    enum status s = sql ? role(c, who, KEEPERS, ARRAY_LEN(KEEPERS), d) : arena_full(d);
    if (s == OK && (s = sql_one(t, &r, d, sql, SQL_I(c->district), SQL_I(list))) == E_NOT_FOUND)
        return diag_fail(d, E_NOT_FOUND, "archive.list");
    if (s != OK)
        return s;
    json_object(w);
    list_members(r, txn_arena(t), MAY(c, who, NULL, "leader") == OK, who->account, w);
    s = items_json(t, c->district, list, w, d);
    json_object_end(w);
    return s;
}

enum status archive_files_json(struct civil *c, struct txn *t, struct access *x, int64_t case_id, struct json_writer *w, struct diag *d) {
    AUTO(rows) struct rows *r = NULL;
    bool more = false;
    struct dossier k;
    const struct actor *who = access_actor(x);
    enum status s = role(c, who, KEEPERS, ARRAY_LEN(KEEPERS), d);
    if (s == OK)
        s = one_dossier(c, t, who, case_id, &k, d);
    if (s == OK)
        s = sql_query(t, &r, d, "SELECT id, name, kind, media_type, size, sm3, added_at, destroyed, person FROM archive_file WHERE district = ? AND case_id = ? ORDER BY id",
            SQL_I(c->district), SQL_I(case_id));
    json_object(w);
    json_key(w, "items");
    json_array(w);
    while (s == OK && (s = rows_next(r, &more, d)) == OK && more) {
        BUF_AUTO hex;
        buf_init(&hex, 0);
        buf_hex(&hex, rows_blob(r, 5));
        json_object(w);
        json_kid(w, "id", rows_int(r, 0));
        json_kspan(w, "name", rows_text(r, 1));
        json_kspan(w, "kind", rows_text(r, 2));
        json_kspan(w, "media", rows_text(r, 3));
        json_kint(w, "size", rows_int(r, 4));
        json_kstring(w, "sm3", buf_str(&hex));
        json_kinstant(w, "added_at", rows_int(r, 6));
        json_kbool(w, "destroyed", !rows_null(r, 7));
        json_object_end(w);
        s = access_add(x, c->district, rows_int(r, 8), ACCESS_PAPERS, d);
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
    return s == OK ? archive_act_in(c, t, who, c->district, action, j, NULL, d) : s;
}

struct doing { struct civil *c; const struct actor *who; int64_t id; const char *reason, *compartment; bool yes; struct archive_decided decided; };

/* A case that this officer may know of; it need not be closed. */
static enum status known(struct txn *t, const struct doing *x, struct diag *d) {
    int64_t n = 0;
    const char *open = secrecy_open_column(txn_arena(t), x->who, "compartment");
    char *sql = open ? arena_printf(txn_arena(t), "SELECT count(*) FROM case_file WHERE district = ? AND id = ? AND %s", open) : NULL;
    enum status s = sql ? sql_int(t, &n, 0, d, sql, SQL_I(x->c->district), SQL_I(x->id)) : arena_full(d);
    return s == OK && !n ? diag_fail(d, E_NOT_FOUND, "archive.case") : s;
}

static enum status hold(struct txn *t, void *arg, struct diag *d) {
    struct doing *x = arg;
    enum status s = role(x->c, x->who, KEEPERS, ARRAY_LEN(KEEPERS), d);
    int64_t changed = 0;
    if (s == OK)
        s = reason_ok(x->reason, d);
    if (s == OK)
        s = known(t, x, d);
    int64_t id = txn_new_id(t);
    if (s == OK)
        s = sql_exec_count(t, &changed, d, "INSERT INTO archive_hold (district, id, case_id, reason, placed_at, placed_by) VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
            SQL_I(x->c->district), SQL_I(id), SQL_I(x->id), SQL_S(x->reason), SQL_I(txn_now(t)), SQL_I(x->who->account));
    if (s == OK && !changed)
        s = diag_fail(d, E_CONFLICT, "archive.held");
    if (s == OK)
        s = evidence_keep_one(x->c, t, x->who, KEPT_HOLD, x->c->district, id, d);
    return s == OK ? act(x->c, t, x->who, "hold.placed", "case", x->id, NULL, d) : s;
}

static enum status release(struct txn *t, void *arg, struct diag *d) {
    struct doing *x = arg;
    int64_t id = 0;
    enum status s = role(x->c, x->who, KEEPERS, ARRAY_LEN(KEEPERS), d);
    if (s == OK)
        s = reason_ok(x->reason, d);
    if (s == OK)
        s = known(t, x, d);
    if (s == OK)
        s = sql_int(t, &id, 0, d, "SELECT id FROM archive_hold WHERE district = ? AND case_id = ? AND released_at IS NULL", SQL_I(x->c->district), SQL_I(x->id));
    if (s == OK && !id)
        s = diag_fail(d, E_CONFLICT, "archive.not_held");
    if (s == OK)
        s = sql_exec(t, d, "UPDATE archive_hold SET released_at = ?, released_by = ?, release_reason = ? WHERE district = ? AND id = ?",
            SQL_I(txn_now(t)), SQL_I(x->who->account), SQL_S(x->reason), SQL_I(x->c->district), SQL_I(id));
    if (s == OK)
        s = evidence_keep_one(x->c, t, x->who, KEPT_HOLD, x->c->district, id, d);
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
    /* A list speaks of one compartment, or of none; ids of compartments are small letters (pack.secrecy). */
    const char *where = x->compartment ? arena_printf(txn_arena(t), "k.compartment = '%s'", x->compartment) : "k.compartment IS NULL";
    enum status s = OK;
    *ret_n = 0;
    while (s == OK && n == ARCHIVE_LIST_MAX && *ret_n < ARCHIVE_LIST_MAX) {
        s = dossiers(x->c, t, where, after, ARCHIVE_LIST_MAX, &row, &n, d);
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

static enum status keep_list(struct txn *t, struct doing *x, struct diag *d) {
    enum status s = evidence_keep_one(x->c, t, x->who, KEPT_DESTRUCTION, x->c->district, x->id, d);
    return s == OK ? evidence_keep_one(x->c, t, x->who, KEPT_DESTROYED, x->c->district, x->id, d) : s;
}

static enum status propose(struct txn *t, void *arg, struct diag *d) {
    struct doing *x = arg;
    int64_t n = 0;
    x->id = txn_new_id(t);
    enum status s = MAY(x->c, x->who, d, "district_clerk");
    if (s == OK)
        s = reason_ok(x->reason, d);
    if (s == OK && x->compartment && !actor_inside(x->who, x->compartment)) /* one that he is not in is to him none at all */
        s = diag_fail(d, E_NOT_FOUND, "archive.none_due");
    if (s == OK)
        s = sql_exec(t, d, "INSERT INTO archive_destruction (district, id, state, reason, proposed_at, proposed_by, compartment) VALUES (?, ?, 'proposed', ?, ?, ?, ?)",
            SQL_I(x->c->district), SQL_I(x->id), SQL_S(x->reason), SQL_I(txn_now(t)), SQL_I(x->who->account), SQL_S(x->compartment));
    if (s == OK)
        s = list_due(t, x, x->id, &n, d);
    if (s == OK && n == 0)
        s = diag_fail(d, E_NOT_FOUND, "archive.none_due");
    if (s == OK)
        s = keep_list(t, x, d);
    return s == OK ? act(x->c, t, x->who, "destruction.proposed", "list", x->id, NULL, d) : s;
}

enum status archive_propose(struct civil *c, const struct actor *who, const char *compartment, const char *reason, int64_t *ret_list, struct diag *d) {
    struct doing x = {.c = c, .who = who, .reason = reason, .compartment = compartment && *compartment ? compartment : NULL};
    enum status s = store_write(c->store, propose, &x, d);
    if (s == OK)
        *ret_list = x.id;
    return s;
}

/* The files are kept as they are now; what was committed to before opens no more, or a short name could be guessed. */
static enum status keep_destroyed(struct txn *t, const struct doing *x, int64_t case_id, struct diag *d) {
    AUTO(rows) struct rows *r = NULL;
    int64_t district = x->c->district;
    enum status s = sql_exec(t, d, "UPDATE evidence_row SET salt = ? WHERE name = ? AND district = ? AND id IN (SELECT id FROM archive_file WHERE district = ? AND case_id = ? AND destroyed = ?)",
        SQL_B(SPAN("")), SQL_S(KEPT_FILE), SQL_I(district), SQL_I(district), SQL_I(case_id), SQL_I(x->id));
    if (s == OK)
        s = sql_query(t, &r, d, "SELECT id FROM archive_file WHERE district = ? AND case_id = ? AND destroyed = ? ORDER BY id", SQL_I(district), SQL_I(case_id), SQL_I(x->id));
    return s == OK ? evidence_keep_found(x->c, t, x->who, KEPT_FILE, district, r, d) : s;
}

/* Key, content and name go; digest, entry and the row stay. */
static enum status destroy_case(struct txn *t, const struct doing *x, int64_t case_id, int64_t *ret_files, struct diag *d) {
    int64_t district = x->c->district, list = x->id;
    enum status s = sql_exec(t, d, "DELETE FROM archive_key WHERE district = ? AND file IN (SELECT id FROM archive_file WHERE district = ? AND case_id = ?)", SQL_I(district),
        SQL_I(district), SQL_I(case_id));
    if (s == OK)
        s = sql_exec_count(t, ret_files, d, "UPDATE archive_file SET body = ?, name = '', own_key = 1, destroyed = ? WHERE district = ? AND case_id = ? AND destroyed IS NULL",
            SQL_B(SPAN("")), SQL_I(list), SQL_I(district), SQL_I(case_id));
    if (s == OK)
        s = keep_destroyed(t, x, case_id, d);
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
            s = one_dossier(x->c, t, x->who, id[i], &k, d);
        if (s == E_NOT_FOUND) { /* it went into a compartment since */
            diag_clear(d);
            s = OK;
            k.state = "unknown";
        } else if (s == OK && strcmp(k.compartment ? k.compartment : "", x->compartment ? x->compartment : "") != 0) {
            k.state = "unknown";
        }
        if (s == OK && strcmp(k.state, "due") != 0) {
            x->decided.struck++;
            continue;
        }
        if (s == OK)
            s = destroy_case(t, x, id[i], &files, d);
        if (s == OK)
            s = sql_exec(t, d, "UPDATE archive_destruction_item SET state = 'destroyed', files = ? WHERE district = ? AND list = ? AND case_id = ?", SQL_I(files), SQL_I(district),
                SQL_I(x->id), SQL_I(id[i]));
        x->decided.cases++;
        x->decided.files += files;
    }
    return s;
}

static enum status may_decide(struct txn *t, struct doing *x, struct diag *d) {
    AUTO(rows) struct rows *r = NULL;
    enum status s = MAY(x->c, x->who, d, "leader");
    if (s == OK)
        s = reason_ok(x->reason, d);
    if (s == OK)
        s = sql_one(t, &r, d, "SELECT state, proposed_by, compartment FROM archive_destruction WHERE district = ? AND id = ?", SQL_I(x->c->district), SQL_I(x->id));
    x->compartment = s == OK ? dup_or_null(r, 2, txn_arena(t)) : NULL;
    if (s == E_NOT_FOUND || (s == OK && !actor_inside(x->who, x->compartment)))
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
    if (s == OK)
        s = keep_list(t, x, d);
    return s == OK ? act(x->c, t, x->who, x->yes ? "destruction.done" : "destruction.refused", "list", x->id, &x->decided, d) : s;
}

enum status archive_decide(struct civil *c, const struct actor *who, int64_t list, bool destroy, const char *reason, struct archive_decided *ret, struct diag *d) {
    struct doing x = {.c = c, .who = who, .id = list, .yes = destroy, .reason = reason};
    enum status s = store_write(c->store, decide, &x, d);
    if (s == OK)
        *ret = x.decided;
    return s;
}

/* ---- the number it is filed under ------------------------------------------------------------ */

struct filing { struct civil *c; const struct actor *who; int64_t id; const char *location; };

/* DA/T 13-2022: fonds, category (ZY, records of a line of business) and year, term, number within them.
 * The year is the one the matter ended in. */
static enum status number_of(struct txn *t, int64_t district, const struct dossier *k, char **ret, struct diag *d) {
    AUTO(rows) struct rows *r = NULL;
    int64_t n = 0;
    int year = date_ymd(k->ended_on).year;
    enum status s = sql_one(t, &r, d, "SELECT value FROM setting WHERE name = 'archive_fonds'");
    if (s == E_NOT_FOUND)
        return diag_fail(d, E_CONFLICT, "archive.no_fonds");
    char *fonds = s == OK ? rows_dup(r, 0, txn_arena(t)) : NULL;
    char *series = fonds ? arena_printf(txn_arena(t), "archive.%06lld.%s.D%lld", (long long)district, fonds, (long long)k->years) : NULL;
    if (s == OK && !series)
        return arena_full(d);
    if (s == OK)
        s = sql_int(t, &n, 0, d, "INSERT INTO number_series (name, year, last) VALUES (?, ?, 1) ON CONFLICT (name, year) DO UPDATE SET last = number_series.last + 1 RETURNING last",
            SQL_S(series), SQL_I(year));
    *ret = s == OK ? arena_printf(txn_arena(t), "%s-ZY\u00b7%d-D%lld-%04lld", fonds, year, (long long)k->years, (long long)n) : NULL;
    return s == OK && !*ret ? arena_full(d) : s;
}

static enum status filed_act(struct txn *t, struct filing *x, const char *number, const char *action, struct diag *d) {
    BUF_AUTO text;
    struct json_writer w;
    const struct json *j = NULL;
    buf_init(&text, 0);
    json_begin(&w, &text, false);
    json_object(&w);
    json_kid(&w, "case", x->id);
    json_kstring(&w, "number", number);
    json_object_end(&w);
    enum status s = buf_ok(&text) ? json_parse(txn_arena(t), buf_span(&text), &j, d) : arena_full(d);
    return s == OK ? archive_act_in(x->c, t, x->who, x->c->district, action, j, NULL, d) : s;
}

static enum status file(struct txn *t, void *arg, struct diag *d) {
    struct filing *x = arg;
    struct dossier k;
    char *number = NULL;
    size_t n = utf8_valid(span_of(x->location)) ? utf8_length(span_of(x->location)) : SIZE_MAX;
    enum status s = MAY(x->c, x->who, d, "district_clerk");
    if (s == OK && n > ARCHIVE_LOCATION_MAX)
        s = diag_fail(d, E_INPUT, "archive.location");
    if (s == OK)
        s = one_dossier(x->c, t, x->who, x->id, &k, d);
    if (s == OK && k.filed) {
        s = sql_exec(t, d, "UPDATE archive_number SET location = ? WHERE district = ? AND case_id = ?", SQL_S(x->location), SQL_I(x->c->district), SQL_I(x->id));
        if (s == OK)
            s = evidence_keep_one(x->c, t, x->who, KEPT_NUMBER, x->c->district, x->id, d);
        return s == OK ? filed_act(t, x, k.filed, "dossier.moved", d) : s;
    }
    if (s == OK && k.ended_on == DATE_NONE)
        s = diag_fail(d, E_CONFLICT, "archive.running");
    if (s == OK && !k.confirmed)
        s = diag_fail(d, E_CONFLICT, "archive.no_term");
    if (s == OK)
        s = number_of(t, x->c->district, &k, &number, d);
    if (s == OK)
        s = sql_exec(t, d, "INSERT INTO archive_number (district, case_id, number, location, filed_at, filed_by) VALUES (?, ?, ?, ?, ?, ?)", SQL_I(x->c->district), SQL_I(x->id),
            SQL_S(number), SQL_S(x->location), SQL_I(txn_now(t)), SQL_I(x->who->account));
    if (s == OK)
        s = evidence_keep_one(x->c, t, x->who, KEPT_NUMBER, x->c->district, x->id, d);
    return s == OK ? filed_act(t, x, number, "dossier.filed", d) : s;
}

enum status archive_file(struct civil *c, const struct actor *who, int64_t case_id, const char *location, struct diag *d) {
    return store_write(c->store, file, &(struct filing){c, who, case_id, location ? location : ""}, d);
}

struct naming { struct civil *c; const struct actor *who; const char *code; };

static enum status name_fonds(struct txn *t, void *arg, struct diag *d) {
    struct naming *x = arg;
    const struct json *j = NULL;
    size_t n = strspn(x->code, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789");
    enum status s = MAY(x->c, x->who, d, "district_clerk", "leader");
    if (s == OK && (n != 4 || x->code[n]))
        s = diag_fail(d, E_INPUT, "archive.fonds");
    if (s == OK)
        s = sql_exec(t, d, "INSERT INTO setting (name, value) VALUES ('archive_fonds', ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value", SQL_S(x->code));
    if (s == OK)
        s = evidence_keep_one(x->c, t, x->who, KEPT_SETTING, 0, 0, d);
    char *text = s == OK ? arena_printf(txn_arena(t), "{\"fonds\":\"%s\"}", x->code) : NULL;
    if (s == OK)
        s = text ? json_parse(txn_arena(t), span_of(text), &j, d) : arena_full(d);
    return s == OK ? archive_act_in(x->c, t, x->who, x->c->district, "fonds.named", j, NULL, d) : s;
}

enum status archive_fonds(struct civil *c, const struct actor *who, const char *code, struct diag *d) {
    return store_write(c->store, name_fonds, &(struct naming){c, who, code}, d);
}
