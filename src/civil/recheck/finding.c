/* What came out otherwise: shown to whom it belongs, and worked off. */
#include "civil/recheck/recheck_internal.h"

#include "civil/entitlement/life.h"
#include "civil/evidence/keep.h"
#include "civil/register/register.h"
#include "civil/scope.h"
#include "crypto/vault.h"

#include <stdio.h>

enum { PAGE = 100 };

/* ---- sealing ------------------------------------------------------------------------ */

static struct span place_of(struct arena *a, const char *column, int64_t district, int64_t id) {
    char *text = arena_printf(a, "recheck_finding.%s|%lld|%lld", column, (long long)district, (long long)id);
    return text ? span_of(text) : (struct span){0};
}

static enum status seal(struct civil *c, struct txn *t, int64_t district, int64_t payee, const char *column, int64_t id, struct span plain, struct span *ret, struct diag *d) {
    struct person_key key;
    enum status s = person_data_key(c, t, district, payee, &key, d);
    return s == OK ? person_seal(&key, plain, place_of(txn_arena(t), column, district, id), txn_arena(t), ret, d) : s;
}

enum status finding_seal(struct civil *c, struct txn *t, int64_t district, int64_t payee, int64_t id, const struct json *detail, struct span *ret, struct diag *d) {
    BUF_AUTO b;
    buf_init(&b, 0);
    json_canonical(&b, detail);
    return buf_ok(&b) ? seal(c, t, district, payee, "detail", id, buf_span(&b), ret, d) : arena_full(d);
}

enum status finding_unseal(struct civil *c, struct txn *t, int64_t district, int64_t payee, int64_t id, struct span sealed, const struct json **ret, struct diag *d) {
    struct person_key key;
    struct span plain;
    enum status s = person_data_key(c, t, district, payee, &key, d);
    if (s == OK)
        s = person_unseal(&key, sealed, place_of(txn_arena(t), "detail", district, id), txn_arena(t), &plain, d);
    return s == OK ? json_parse(txn_arena(t), plain, ret, d) : s;
}

/* ---- paying --------------------------------------------------------------------------- */

enum status recheck_holds_in(struct txn *t, int64_t district, int64_t entitlement, bool *ret, struct diag *d) {
    int64_t n = 0;
    enum status s = sql_int(t, &n, 0, d, "SELECT count(*) FROM recheck_finding WHERE district = ? AND entitlement = ? AND state = 'open' AND kind = 'failed'",
        SQL_I(district), SQL_I(entitlement));
    *ret = n > 0;
    return s;
}

enum status recheck_done_in(struct txn *t, int64_t district, const char *scheme, month_t m, bool *ret, struct diag *d) {
    int64_t n = 0;
    enum status s = sql_int(t, &n, 0, d, "SELECT count(*) FROM recheck_run WHERE district = ? AND scheme = ? AND month = ? AND complete = 1", SQL_I(district), SQL_S(scheme), SQL_I(m));
    *ret = n > 0;
    return s;
}

/* ---- working off -------------------------------------------------------------------------- */

struct finding {
    int64_t district, id, entitlement, payee;
    char *kind, *state, *division, *compartment;
    date_t event;
    const struct json *detail;
};

struct closing { struct civil *c; const struct actor *who; int64_t id; const char *how, *words; struct finding f; };

static bool is(const char *x, const char *y) { return strcmp(x, y) == 0; }

/* Outside his divisions and compartments it is not there. */
static bool sees(const struct actor *who, const struct finding *f) {
    return (actor_may(who, "clerk", f->division) || actor_may(who, "decider", f->division)) && actor_inside(who, f->compartment);
}

static enum status finding_read(struct txn *t, struct closing *x, struct diag *d) {
    struct arena *a = txn_arena(t);
    struct finding *f = &x->f;
    AUTO(rows) struct rows *r = NULL;
    enum status s = sql_one(t, &r, d,
        "SELECT f.district, f.entitlement, f.payee, f.kind, f.state, f.division, f.event_on, f.detail, k.compartment FROM recheck_finding f "
        "JOIN entitlement e ON e.district = f.district AND e.id = f.entitlement JOIN case_file k ON k.district = e.district AND k.id = e.case_id WHERE f.id = ?", SQL_I(x->id));
    if (s == E_NOT_FOUND)
        return diag_fail(d, E_NOT_FOUND, "recheck.none");
    if (s != OK)
        return s;
    *f = (struct finding){.district = rows_int(r, 0), .id = x->id, .entitlement = rows_int(r, 1), .payee = rows_int(r, 2), .kind = rows_dup(r, 3, a), .state = rows_dup(r, 4, a),
        .division = rows_dup(r, 5, a), .event = rows_date(r, 6), .compartment = rows_null(r, 8) ? NULL : rows_dup(r, 8, a)};
    if (!f->kind || !f->state || !f->division)
        return arena_full(d);
    if (!sees(x->who, f))
        return diag_fail(d, E_NOT_FOUND, "recheck.none");
    if (!is(f->state, "open"))
        return diag_fail(d, E_CONFLICT, "recheck.closed");
    return finding_unseal(x->c, t, f->district, f->payee, f->id, rows_blob(r, 7), &f->detail, d);
}

static enum status finding_close(struct txn *t, struct closing *x, struct diag *d) {
    const char *state = is(x->how, "grant") ? "granted" : is(x->how, "propose") ? "proposed" : "kept";
    struct span words = {0};
    int64_t closed = 0;
    enum status s = seal(x->c, t, x->f.district, x->f.payee, "words", x->f.id, span_of(x->words), &words, d);
    if (s == OK)
        s = sql_exec_count(t, &closed, d, "UPDATE recheck_finding SET state = ?, closed_by = ?, closed_at = ?, words = ? WHERE district = ? AND id = ? AND state = 'open'",
            SQL_S(state), SQL_I(x->who->account), SQL_I(txn_now(t)), SQL_B(words), SQL_I(x->f.district), SQL_I(x->f.id));
    if (s == OK && !closed)
        s = diag_fail(d, E_CONFLICT, "recheck.closed");
    return s == OK ? evidence_keep_one(x->c, t, x->who, KEPT_RECHECK_FINDING, x->f.district, x->f.id, d) : s;
}

static enum status lines_of(struct arena *a, const struct json *detail, struct entitlement_line_new **ret, size_t *ret_n, struct diag *d) {
    const struct json *list = json_get(detail, "lines");
    struct entitlement_line_new *line = ARENA_ARRAY(a, list->size + 1, struct entitlement_line_new);
    if (!line)
        return arena_full(d);
    for (size_t i = 0; i < list->size; i++)
        line[i] = (struct entitlement_line_new){json_int(list->item[i], "member", 0), json_str(list->item[i], "item", ""), json_int(list->item[i], "monthly_fen", 0)};
    *ret = line;
    *ret_n = list->size;
    return OK;
}

static enum status grant(struct txn *t, struct closing *x, struct diag *d) {
    struct entitlement_change y = {.entitlement = x->f.entitlement, .kind = "raised", .cause = "recheck", .event = x->f.event, .words = x->words};
    struct entitlement_line_new *line = NULL;
    int64_t act = 0;
    enum status s = lines_of(txn_arena(t), x->f.detail, &line, &y.line_count, d);
    y.line = line;
    return s == OK ? entitlement_change_in(x->c, t, x->who, &y, &act, d) : s;
}

static enum status propose(struct txn *t, struct closing *x, struct diag *d) {
    bool ends = is(x->f.kind, "ends");
    struct entitlement_proposal_new y = {.entitlement = x->f.entitlement, .kind = ends ? "end" : "reduce", .cause = "recheck", .event = x->f.event, .words = x->words};
    struct entitlement_line_new *line = NULL;
    int64_t proposal = 0;
    enum status s = lines_of(txn_arena(t), x->f.detail, &line, &y.line_count, d);
    y.line = line;
    if (ends)
        y.line_count = 0;
    return s == OK ? entitlement_propose_in(x->c, t, x->who, &y, &proposal, d) : s;
}

static enum status close_in(struct txn *t, void *arg, struct diag *d) {
    struct closing *x = arg;
    bool granting = is(x->how, "grant"), proposing = is(x->how, "propose");
    enum status s = finding_read(t, x, d);
    if (s != OK)
        return s;
    if ((granting && !is(x->f.kind, "higher")) || (proposing && !is(x->f.kind, "lower") && !is(x->f.kind, "ends")))
        return diag_fail(d, E_CONFLICT, "recheck.kind");
    if (granting)
        s = grant(t, x, d);
    else if (proposing)
        s = propose(t, x, d);
    else if (!actor_may(x->who, "clerk", x->f.division))
        s = diag_fail(d, E_FORBIDDEN, "entitlement.role");
    return s == OK ? finding_close(t, x, d) : s;
}

enum status recheck_close(struct civil *c, const struct actor *who, int64_t finding, const char *how, const char *words, struct diag *d) {
    struct closing x = {.c = c, .who = who, .id = finding, .how = how, .words = words};
    if (!is(how, "grant") && !is(how, "propose") && !is(how, "keep"))
        return diag_fail(d, E_INPUT, "recheck.how");
    enum status s = entitlement_words_check(words, d);
    return s == OK ? store_write(c->store, close_in, &x, d) : s;
}

/* ---- showing ----------------------------------------------------------------------------------- */

#define RUN_COLUMNS "scheme, month, at, complete, asked, same, higher, lower, ends, undecided, failed, death"

static void run_object(struct txn *t, const struct rows *r, struct json_writer *w) {
    char month[8];
    month_text(rows_int(r, 1), month);
    json_object(w);
    json_kstring(w, "scheme", rows_dup(r, 0, txn_arena(t)));
    json_kstring(w, "month", month);
    json_kinstant(w, "at", rows_int(r, 2));
    json_kbool(w, "complete", rows_int(r, 3) != 0);
    json_kint(w, "asked", rows_int(r, 4));
    for (int i = 0; i < RECHECK_KINDS; i++)
        json_kint(w, recheck_kind_name((enum recheck_kind)i), rows_int(r, i + 5));
    json_object_end(w);
}

enum status recheck_run_json(struct txn *t, int64_t district, const char *scheme, month_t m, struct json_writer *w, struct diag *d) {
    AUTO(rows) struct rows *r = NULL;
    enum status s = sql_one(t, &r, d, "SELECT " RUN_COLUMNS " FROM recheck_run WHERE district = ? AND scheme = ? AND month = ?", SQL_I(district), SQL_S(scheme), SQL_I(m));
    if (s == OK)
        run_object(t, r, w);
    return s;
}

static enum status runs(struct txn *t, month_t m, struct json_writer *w, struct diag *d) {
    AUTO(rows) struct rows *r = NULL;
    bool row = true;
    enum status s = sql_query(t, &r, d,
        "SELECT " RUN_COLUMNS " FROM recheck_run x WHERE month = ? "
        "OR (? = 0 AND month = (SELECT max(y.month) FROM recheck_run y WHERE y.district = x.district AND y.scheme = x.scheme)) ORDER BY scheme", SQL_I(m), SQL_I(m));
    json_key(w, "runs");
    json_array(w);
    while (s == OK && (s = rows_next(r, &row, d)) == OK && row)
        run_object(t, r, w);
    json_array_end(w);
    return s;
}

static enum status finding_json(struct civil *c, struct txn *t, struct access *x, struct rows *r, struct json_writer *w, struct diag *d) {
    const struct json *detail = NULL;
    struct person p;
    char month[8];
    struct arena *a = txn_arena(t);
    int64_t district = rows_int(r, 0), id = rows_int(r, 1), payee = rows_int(r, 4);
    enum status s = finding_unseal(c, t, district, payee, id, rows_blob(r, 9), &detail, d);
    if (s == OK)
        s = person_read(c, t, x, a, district, payee, &p, d);
    if (s != OK)
        return s;
    month_text(rows_int(r, 5), month);
    json_object(w);
    json_kid(w, "id", id);
    json_kid(w, "entitlement", rows_int(r, 2));
    json_kstring(w, "scheme", rows_dup(r, 3, a));
    json_kstring(w, "name", p.name);
    json_kstring(w, "month", month);
    json_kstring(w, "kind", rows_dup(r, 6, a));
    json_kint(w, "due_fen", rows_int(r, 7));
    json_kint(w, "found_fen", rows_int(r, 8));
    json_kstring(w, "division", rows_dup(r, 10, a));
    json_kinstant(w, "found_at", rows_int(r, 11));
    json_key(w, "case_id");
    json_id(w, rows_int(r, 12));
    static const char *const part[] = {"changes", "missing", "problem"};
    for (size_t i = 0; i < ARRAY_LEN(part); i++) {
        json_key(w, part[i]);
        json_value(w, json_get(detail, part[i]));
    }
    json_object_end(w);
    return OK;
}

static const char *const readers[] = {"clerk", "decider", NULL};

static bool cursor_read(const char *text, int64_t *ret) {
    char *end;
    if (!text || !*text)
        return true;
    *ret = strtoll(text, &end, 10);
    return *text >= '1' && *text <= '9' && !*end;
}

/* In compartments that he is not in nothing is there. */
static enum status findings(struct civil *c, struct txn *t, struct access *x, const struct actor *who, month_t m, int64_t before, struct json_writer *w, struct diag *d) {
    struct sql_value v[2 * ACTOR_GRANTS_MAX + 4];
    size_t n = 0, shown = 0;
    int64_t last = 0;
    bool row = true;
    AUTO(rows) struct rows *r = NULL;
    BUF_AUTO sql;
    buf_init(&sql, 0);
    buf_adds(&sql, "SELECT f.district, f.id, f.entitlement, f.scheme, f.payee, f.month, f.kind, f.due_fen, f.found_fen, f.detail, f.division, f.found_at, e.case_id, k.compartment "
                   "FROM recheck_finding f JOIN entitlement e ON e.district = f.district AND e.id = f.entitlement JOIN case_file k ON k.district = e.district AND k.id = e.case_id "
                   "WHERE f.state = 'open' AND f.id < ? AND (? = 0 OR f.month = ?) AND ");
    v[n++] = SQL_I(before);
    v[n++] = SQL_I(m);
    v[n++] = SQL_I(m);
    scope_of(&sql, v, &n, txn_arena(t), who, "f.division", readers, "f.state = 'open'");
    buf_adds(&sql, " ORDER BY f.id DESC LIMIT ?");
    v[n++] = SQL_I(PAGE);
    enum status s = sql_query_(t, &r, d, buf_str(&sql), v, n);
    json_key(w, "items");
    json_array(w);
    for (; s == OK && (s = rows_next(r, &row, d)) == OK && row; shown++) {
        last = rows_int(r, 1);
        if (actor_inside(who, rows_null(r, 13) ? NULL : rows_dup(r, 13, txn_arena(t))))
            s = finding_json(c, t, x, r, w, d);
    }
    json_array_end(w);
    json_key(w, "next_cursor");
    if (shown == PAGE)
        json_id(w, last);
    else
        json_nothing(w);
    return s;
}

enum status recheck_list_json(struct civil *c, struct txn *t, struct access *x, const struct actor *who, month_t m, const char *cursor, struct json_writer *w, struct diag *d) {
    int64_t before = INT64_MAX;
    if (!cursor_read(cursor, &before)) {
        (void)!diag_fail(d, E_INPUT, "recheck.cursor");
        return diag_at(d, "cursor");
    }
    json_object(w);
    enum status s = runs(t, m, w, d);
    json_key(w, "words");
    json_object(w);
    json_kint(w, "min", ENTITLEMENT_WORDS_MIN);
    json_kint(w, "max", ENTITLEMENT_WORDS_MAX);
    json_object_end(w);
    if (s == OK)
        s = findings(c, t, x, who, m, before, w, d);
    json_object_end(w);
    return s;
}
