/* Tasks as the desk shows them (API Task, TaskList). */
#include "civil/case/case_internal.h"

#include "base/vec.h"
#include "calendar/calendar.h"
#include "civil/access/access_list.h"
#include "civil/scope.h"
#include "civil/secrecy/secrecy.h"

#include <stdio.h>

enum { PAGE_DEFAULT = 50, PAGE_MAX = 200 };

struct task_view {
    int64_t id, case_id, claimed_by;
    char *key, *element, *role, *division, *article, *state, *claimed_name, *not_same;
    instant_t created_at;
    date_t due_on;
    bool due_provisional;
};

#define VIEW_COLUMNS \
    "k.id, k.case_id, k.claimed_by, k.key, k.element, k.role, k.division, k.article, k.state, k.created_at, k.due_on, k.due_provisional, a.name, k.not_same_as"

static struct task_view view_of(struct rows *r, struct arena *a) {
    return (struct task_view){.id = rows_int(r, 0), .case_id = rows_int(r, 1), .claimed_by = rows_int(r, 2), .key = rows_dup(r, 3, a), .element = rows_dup(r, 4, a),
        .role = rows_dup(r, 5, a), .division = rows_dup(r, 6, a), .article = rows_dup(r, 7, a), .state = rows_dup(r, 8, a), .created_at = rows_int(r, 9),
        .due_on = rows_date(r, 10), .due_provisional = rows_int(r, 11) != 0, .claimed_name = rows_dup(r, 12, a), .not_same = rows_dup(r, 13, a)};
}

/* A week is five working days: what must be done before this day next week. */
static date_t week_end(const struct civil *c, date_t today) { return calendar_add(c->calendar, today, 5).date; }

static const char *urgency(const struct civil *c, date_t due, date_t today) {
    if (due == DATE_NONE)
        return "none";
    return due < today ? "overdue" : due == today ? "today" : due <= week_end(c, today) ? "week" : "later";
}

static void outcomes_json(struct json_writer *w, const struct case_row *k, const struct bpmn_node *n) {
    json_key(w, "outcomes");
    json_array(w);
    for (uint32_t i = 0; i < n->outcome_count; i++) {
        const struct json *desk = desk_outcome(k->matter, n->outcome[i]);
        json_object(w);
        json_kstring(w, "id", n->outcome[i]);
        text_pair(w, "name", n->outcome[i], json_str(desk, "en", n->outcome[i]));
        text_json(w, "follows", json_get(desk, "follows"));
        json_kbool(w, "needs_reason", json_bool(desk, "reason", false));
        json_object_end(w);
    }
    json_array_end(w);
}

static void blocked_text(struct json_writer *w, const char *code, const struct task_view *v, const char *division, const char *task[2]) {
    json_key(w, "blocked_because");
    json_object(w);
    for (int l = LANG_ZH; l <= LANG_EN; l++) {
        BUF_AUTO text;
        buf_init(&text, 4096);
        const struct diag_arg arg[] = {DIAG_S("role", v->role), DIAG_S("division", division), DIAG_S("task", task[l])};
        message_text(&text, (enum lang)l, code, arg, ARRAY_LEN(arg));
        json_kspan(w, l == LANG_ZH ? "zh" : "en", buf_span(&text));
    }
    json_object_end(w);
}

/* Why this actor cannot complete it: the same checks as at completing. */
static enum status blocked_json(struct civil *c, struct txn *t, const struct actor *who, const struct case_row *k, const struct task_view *v, const struct bpmn_node *n,
    const char *division, struct json_writer *w, struct diag *d) {
    const struct bpmn_state *state = NULL;
    enum status s = case_state_read(c, t, k, &state, NULL, d);
    bool open = strcmp(v->state, "open") == 0;
    bool recused = false;
    if (s == OK && open)
        s = task_recused(t, who, v->case_id, &recused, d);
    const struct bpmn_node *did = s == OK && open ? task_four_eyes(k->process->model, state, n, who) : NULL;
    const char *task[] = {did ? did->name : "", did ? json_str(desk_element(k->matter, did->id), "en", did->name) : ""};
    if (open && !actor_may(who, v->role, v->division))
        blocked_text(w, "case.blocked.role", v, division, task);
    else if (recused)
        blocked_text(w, "case.blocked.recused", v, division, task);
    else if (did)
        blocked_text(w, "case.blocked.four_eyes", v, division, task);
    else
        text_json(w, "blocked_because", NULL);
    return s;
}

static enum status view_json(struct civil *c, struct txn *t, struct access *x, const struct actor *who, const struct task_view *v, bool whole, struct json_writer *w, struct diag *d) {
    struct case_row k;
    struct person p;
    const char *division = "";
    bool over = false; /* claimed in a night that is over: everybody's again */
    enum status s = case_row_read(c, t, v->case_id, &k, d);
    if (s == OK && v->claimed_by && v->claimed_by != who->account)
        s = task_claim_over(t, k.district, v->id, &over, d);
    const struct bpmn_node *n = s == OK ? case_step_named(c->models, k.process, v->element) : NULL;
    if (s == OK && !n)
        return diag_fail(d, E_CORRUPT, "case.process", DIAG_S("file", k.process_file));
    if (s == OK)
        s = person_read(c, t, x, txn_arena(t), k.district, k.applicant, &p, d);
    if (s == OK)
        s = access_add(x, k.district, k.applicant, ACCESS_CASE, d);
    if (s == OK)
        s = division_name(t, txn_arena(t), v->division, &division, d);
    if (s != OK)
        return s;
    const struct json *desk = desk_element(k.matter, v->element);
    json_object(w);
    json_kid(w, "id", v->id);
    json_kid(w, "case", k.id);
    json_kstring(w, "number", k.number);
    json_kstring(w, "element", v->element);
    text_pair(w, "name", n->name, json_str(desk, "en", n->name));
    json_kstring(w, "role", v->role);
    json_kstring(w, "division", v->division);
    json_kstring(w, "division_name", division);
    text_json(w, "matter_name", json_get(k.matter->json, "name"));
    json_kstring(w, "applicant_name", p.name);
    json_kinstant(w, "created_at", v->created_at);
    json_kdate(w, "due_on", v->due_on);
    json_kbool(w, "due_provisional", v->due_provisional);
    json_kstring(w, "urgency", urgency(c, v->due_on, txn_today(t)));
    json_key(w, "claimed_by");
    json_string(w, v->claimed_by && !over ? v->claimed_name : NULL);
    json_kbool(w, "claimed_by_me", v->claimed_by && v->claimed_by == who->account);
    json_key(w, "article");
    json_string(w, *v->article ? v->article : NULL);
    if (*n->note)
        text_pair(w, "what_law_asks", n->note, json_str(desk, "note_en", n->note));
    else
        text_json(w, "what_law_asks", NULL);
    outcomes_json(w, &k, n);
    if ((s = task_form_json(c, t, x, &k, n, whole, who->lang, w, d)) != OK)
        return s;
    json_key(w, "draft");
    if (!whole || strcmp(v->state, "open") != 0)
        json_nothing(w);
    else if ((s = task_draft_write(c, t, who, &k, v->id, w, d)) != OK)
        return s;
    json_kstring(w, "state", v->state);
    s = blocked_json(c, t, who, &k, v, n, division, w, d);
    json_object_end(w);
    return s;
}

enum status task_write(struct civil *c, struct txn *t, struct access *x, const struct actor *who, int64_t task, bool whole, struct json_writer *w, struct diag *d) {
    AUTO(rows) struct rows *r = NULL;
    const char *open = secrecy_open_case(txn_arena(t), who, "k.case_id");
    char *sql = open ? arena_printf(txn_arena(t), "SELECT " VIEW_COLUMNS " FROM case_task k LEFT JOIN account a ON a.id = k.claimed_by WHERE k.id = ? AND %s", open) : NULL;
    enum status s = sql ? sql_one(t, &r, d, sql, SQL_I(task)) : arena_full(d);
    if (s == E_NOT_FOUND)
        return diag_fail(d, E_NOT_FOUND, "case.no_task");
    if (s != OK)
        return s;
    struct task_view v = view_of(r, txn_arena(t));
    struct task_row row;
    if (whole && (s = task_read(t, who, task, &row, d)) != OK)
        return s;
    return view_json(c, t, x, who, &v, whole, w, d);
}

enum status task_json(struct civil *c, struct txn *t, struct access *x, const struct actor *who, int64_t task, struct json_writer *w, struct diag *d) {
    return task_write(c, t, x, who, task, true, w, d);
}

/* ---- the list ---------------------------------------------------------------------------- */

/* Role and division of each grant as a condition: what this actor may do. The state is that of the
 * partial index (civil/scope.h). */
static void scope_sql(struct buf *sql, const struct actor *who, struct sql_value *v, size_t *n, struct arena *a) {
    buf_adds(sql, who->grant_count ? "(" : "(1 = 0");
    for (int i = 0; i < who->grant_count; i++) {
        buf_addf(sql, "%s(k.state = 'open' AND k.role = ? AND ", i ? " OR " : "");
        v[(*n)++] = SQL_S(who->grant[i].role);
        scope_under(sql, v, n, a, "k.division", who->grant[i].division);
        buf_addc(sql, ')');
    }
    const char *open = secrecy_open_case(a, who, "k.case_id");
    buf_addf(sql, ") AND %s", open ? open : "1 = 0");
}

static enum status urgency_sql(struct buf *sql, const struct civil *c, const char *what, date_t today, struct sql_value *v, size_t *n, struct diag *d) {
    if (!what || !*what || strcmp(what, "all") == 0)
        return OK;
    if (strcmp(what, "overdue") == 0)
        buf_adds(sql, " AND k.due_on < ?"), v[(*n)++] = SQL_D(today);
    else if (strcmp(what, "today") == 0)
        buf_adds(sql, " AND k.due_on = ?"), v[(*n)++] = SQL_D(today);
    else if (strcmp(what, "week") == 0)
        buf_adds(sql, " AND k.due_on > ? AND k.due_on <= ?"), v[(*n)++] = SQL_D(today), v[(*n)++] = SQL_D(week_end(c, today));
    else if (strcmp(what, "later") == 0)
        buf_adds(sql, " AND k.due_on > ?"), v[(*n)++] = SQL_D(week_end(c, today));
    else if (strcmp(what, "none") == 0)
        buf_adds(sql, " AND k.due_on IS NULL");
    else
        return diag_fail(d, E_INPUT, "case.urgency");
    return OK;
}

/* Pages go by (due date, id); tasks without one come last. */
enum { NO_DUE = 9999999 };

static enum status cursor_sql(struct buf *sql, const char *cursor, struct sql_value *v, size_t *n, struct diag *d) {
    long long due, id;
    char rest;
    if (!cursor || !*cursor)
        return OK;
    if (sscanf(cursor, "%lld.%lld%c", &due, &id, &rest) != 2) {
        (void)diag_fail(d, E_INPUT, "case.cursor");
        return diag_at(d, "cursor");
    }
    buf_adds(sql, " AND (COALESCE(k.due_on, 9999999) > ? OR (COALESCE(k.due_on, 9999999) = ? AND k.id > ?))");
    v[(*n)++] = SQL_I(due);
    v[(*n)++] = SQL_I(due);
    v[(*n)++] = SQL_I(id);
    return OK;
}

static enum status counts_json(struct civil *c, struct txn *t, const struct actor *who, struct json_writer *w, struct diag *d) {
    struct sql_value v[3 * ACTOR_GRANTS_MAX + 8];
    size_t n = 0;
    date_t today = txn_today(t);
    BUF_AUTO sql;
    AUTO(rows) struct rows *r = NULL;
    buf_init(&sql, 16384);
    buf_adds(&sql,
        "SELECT COALESCE(SUM(CASE WHEN k.due_on < ? THEN 1 ELSE 0 END), 0), COALESCE(SUM(CASE WHEN k.due_on = ? THEN 1 ELSE 0 END), 0), "
        "COALESCE(SUM(CASE WHEN k.due_on > ? AND k.due_on <= ? THEN 1 ELSE 0 END), 0), COUNT(*) FROM case_task k WHERE k.state = 'open' AND ");
    v[n++] = SQL_D(today);
    v[n++] = SQL_D(today);
    v[n++] = SQL_D(today);
    v[n++] = SQL_D(week_end(c, today));
    scope_sql(&sql, who, v, &n, txn_arena(t));
    enum status s = sql_one_(t, &r, d, buf_str(&sql), v, n);
    if (s != OK)
        return s;
    json_key(w, "counts");
    json_object(w);
    json_kint(w, "overdue", rows_int(r, 0));
    json_kint(w, "today", rows_int(r, 1));
    json_kint(w, "week", rows_int(r, 2));
    json_kint(w, "all", rows_int(r, 3));
    json_object_end(w);
    return OK;
}

enum status task_list_json(struct civil *c, struct txn *t, struct access *x, const struct actor *who, const struct task_query *q, struct json_writer *w, struct diag *d) {
    struct sql_value v[3 * ACTOR_GRANTS_MAX + 16];
    size_t n = 0;
    int limit = q->limit > 0 && q->limit <= PAGE_MAX ? q->limit : PAGE_DEFAULT;
    VEC(struct task_view) list = {0};
    BUF_AUTO sql;
    AUTO(rows) struct rows *r = NULL;
    bool row = true;
    buf_init(&sql, 16384);
    buf_adds(&sql, "SELECT " VIEW_COLUMNS " FROM case_task k LEFT JOIN account a ON a.id = k.claimed_by WHERE k.state = 'open' AND ");
    scope_sql(&sql, who, v, &n, txn_arena(t));
    enum status s = urgency_sql(&sql, c, q->urgency, txn_today(t), v, &n, d);
    if (s == OK)
        s = cursor_sql(&sql, q->cursor, v, &n, d);
    if (q->mine) {
        buf_adds(&sql, " AND k.claimed_by = ?");
        v[n++] = SQL_I(who->account);
    }
    buf_adds(&sql, " ORDER BY COALESCE(k.due_on, 9999999), k.id LIMIT ?");
    v[n++] = SQL_I(limit + 1);
    if (s == OK)
        s = sql_query_(t, &r, d, buf_str(&sql), v, n);
    while (s == OK && (s = rows_next(r, &row, d)) == OK && row) {
        struct task_view *one = vec_push_in(txn_arena(t), &list);
        if (!one)
            return arena_full(d);
        *one = view_of(r, txn_arena(t));
    }
    size_t shown = list.size > (size_t)limit ? (size_t)limit : list.size;
    json_object(w);
    json_key(w, "items");
    json_array(w);
    for (size_t i = 0; s == OK && i < shown; i++)
        s = view_json(c, t, x, who, &list.at[i], false, w, d);
    json_array_end(w);
    json_key(w, "next");
    if (list.size > shown) {
        const struct task_view *last = &list.at[shown - 1];
        json_stringf(w, "%lld.%lld", last->due_on == DATE_NONE ? (long long)NO_DUE : (long long)last->due_on, (long long)last->id);
    } else
        json_nothing(w);
    if (s == OK)
        s = counts_json(c, t, who, w, d);
    json_object_end(w);
    return s;
}
