/* Tasks: claiming and completing.  Scope, role, four eyes and staleness are
 * checked inside the transaction that acts. */
#include "civil/case/case_internal.h"
#include "civil/secrecy/secrecy.h"

#include <stdio.h>

enum status task_read(struct txn *t, const struct actor *who, int64_t id, struct task_row *ret, struct diag *d) {
    AUTO(rows) struct rows *r = NULL;
    struct arena *a = txn_arena(t);
    const char *open = secrecy_open_case(a, who, "k.case_id");
    char *sql = open ? arena_printf(a, "SELECT k.district, k.id, k.case_id, k.claimed_by, k.key, k.element, k.role, k.division, k.state, f.division FROM case_task k "
        "JOIN case_file f ON f.district = k.district AND f.id = k.case_id WHERE k.id = ? AND %s", open) : NULL;
    enum status s = sql ? sql_one(t, &r, d, sql, SQL_I(id)) : arena_full(d);
    if (s == E_NOT_FOUND)
        return diag_fail(d, E_NOT_FOUND, "case.no_task");
    if (s != OK)
        return s;
    *ret = (struct task_row){rows_int(r, 0), rows_int(r, 1), rows_int(r, 2), rows_int(r, 3), rows_dup(r, 4, a), rows_dup(r, 5, a), rows_dup(r, 6, a),
        rows_dup(r, 7, a), rows_dup(r, 8, a)};
    char *place = rows_dup(r, 9, a); /* of the case: the task's may be the community below or the district above */
    if (!ret->key || !ret->state || !place)
        return arena_full(d);
    return actor_may(who, ret->role, ret->division) || case_reader_may(who, place) ? OK : diag_fail(d, E_NOT_FOUND, "case.no_task");
}

static enum status may(struct txn *t, const struct actor *who, const struct task_row *k, struct diag *d) {
    const char *division = "";
    if (actor_may(who, k->role, k->division))
        return OK;
    enum status s = division_name(t, txn_arena(t), k->division, &division, d);
    return s == OK ? diag_fail(d, E_FORBIDDEN, "case.role", DIAG_S("role", k->role), DIAG_S("division", division)) : s;
}

enum status task_may(struct txn *t, const struct actor *who, const struct task_row *k, struct diag *d) {
    bool recused = false;
    enum status s = may(t, who, k, d);
    if (s == OK)
        s = task_recused(t, who, k->case_id, &recused, d);
    if (s != OK)
        return s;
    if (recused)
        return diag_fail(d, E_FORBIDDEN, "case.recused");
    if (strcmp(k->state, "open") != 0)
        return diag_fail(d, E_CONFLICT, "case.task_done");
    if (!k->claimed_by || k->claimed_by == who->account || actor_stands_in(who, k->claimed_by))
        return OK;
    bool over = false;
    s = task_claim_over(t, k->district, k->id, &over, d);
    return s == OK && !over ? diag_fail(d, E_CONFLICT, "case.claimed") : s;
}

const struct bpmn_node *task_four_eyes(const struct bpmn_model *m, const struct bpmn_state *state, const struct bpmn_node *n, const struct actor *who) {
    char account[24];
    snprintf(account, sizeof account, "%lld", (long long)who->account);
    for (uint32_t i = 0; i < n->not_same_as_count; i++)
        for (size_t k = 0; k < state->done_count; k++)
            if (state->done[k].node == n->not_same_as[i] && strcmp(state->done[k].who, account) == 0)
                return &m->node[state->done[k].node];
    return NULL;
}

const char *task_told(struct arena *a, const struct actor *who, const struct task_row *k, const char *name, enum lang l) {
    const struct grant *g = actor_deputises(who, k->role, k->division);
    if (!g)
        return name;
    BUF_AUTO b;
    buf_init(&b, 4096);
    message_text(&b, l, "case.as_deputy", (const struct diag_arg[]){DIAG_S("task", name), DIAG_S("name", g->deputy_for_name)}, 2);
    return arena_dup(a, buf_span(&b));
}

/* ---- claiming ----------------------------------------------------------------------- */

struct claim { struct civil *c; const struct actor *who; int64_t task; bool take; };

static enum status claim_event(struct txn *t, struct claim *x, const struct task_row *k, struct diag *d) {
    struct case_row row;
    enum status s = case_row_read(x->c, t, k->case_id, &row, d);
    if (s != OK)
        return s;
    const struct bpmn_model *m = row.process->model;
    uint32_t n = bpmn_node_find(m, span_of(k->element));
    struct arena *a = txn_arena(t);
    const struct json *args = EVENT_ARGS(a, "task", task_told(a, x->who, k, n == BPMN_NONE ? k->element : m->node[n].name, LANG_ZH),
        "task_en", task_told(a, x->who, k, json_str(desk_element(row.matter, k->element), "en", k->element), LANG_EN));
    return args ? case_event_of(x->c, t, x->who, k->role, &row, x->take ? "task_claimed" : "task_released", k->element, args, NULL, NULL, d) : arena_full(d);
}

enum status task_claim_in(struct civil *c, struct txn *t, const struct actor *who, const struct task_row *row, bool take, struct diag *d) {
    struct claim claim = {c, who, row->id, take}, *x = &claim;
    const struct task_row k = *row;
    enum status s;
    if (x->take ? k.claimed_by == x->who->account : k.claimed_by == 0)
        return OK; /* already so */
    s = sql_exec(t, d, "UPDATE case_task SET claimed_by = ?, claimed_at = ? WHERE district = ? AND id = ?", x->take ? SQL_I(x->who->account) : SQL_NIL,
        x->take ? SQL_I(txn_now(t)) : SQL_NIL, SQL_I(k.district), SQL_I(k.id));
    if (s == OK)
        s = case_tasks_keep(c, t, who, k.district, k.case_id, d);
    return s == OK ? claim_event(t, x, &k, d) : s;
}

static enum status claim_closure(struct txn *t, void *arg, struct diag *d) {
    struct claim *x = arg;
    struct task_row k;
    enum status s = task_read(t, x->who, x->task, &k, d);
    if (s == OK)
        s = task_may(t, x->who, &k, d);
    return s == OK ? task_claim_in(x->c, t, x->who, &k, x->take, d) : s;
}

enum status case_task_claim(struct civil *c, const struct actor *who, int64_t task, bool claim, struct diag *d) {
    struct claim x = {c, who, task, claim};
    return store_write(c->store, claim_closure, &x, d);
}

/* ---- completing ------------------------------------------------------------------------- */

struct complete {
    struct civil *c;
    const struct actor *who;
    int64_t task;
    const char *outcome, *note;
    const struct json *sent, *data; /* data: as it is kept, set in every run of the closure */
    struct arena *arena;
    const struct json *errors;
};

static bool offers(const struct bpmn_node *n, const char *outcome) {
    for (uint32_t i = 0; i < n->outcome_count; i++)
        if (strcmp(n->outcome[i], outcome) == 0)
            return true;
    return n->outcome_count == 0 && !*outcome;
}

/* The refusal says what the officer did and who may do this. */
static enum status four_eyes(struct txn *t, const struct complete *x, const struct case_row *k, const struct task_row *row, const struct bpmn_node *n, struct diag *d) {
    const struct bpmn_state *state = NULL;
    const char *division = "";
    enum status s = case_state_read(x->c, t, k, &state, NULL, d);
    const struct bpmn_node *did = s == OK ? task_four_eyes(k->process->model, state, n, x->who) : NULL;
    if (!did)
        return s;
    s = division_name(t, txn_arena(t), row->division, &division, d);
    const char *task = x->who->lang == LANG_EN ? json_str(desk_element(k->matter, did->id), "en", did->name) : did->name;
    return s == OK ? diag_fail(d, E_FORBIDDEN, "case.four_eyes", DIAG_S("task", task), DIAG_S("role", row->role), DIAG_S("division", division)) : s;
}

static enum status consents(struct txn *t, const struct case_row *k, const char *needs, struct diag *d) {
    int64_t missing = 0;
    bool all = strcmp(needs, "all") == 0;
    if (!*needs)
        return OK;
    enum status s = sql_int(t, &missing, 0, d,
        "SELECT COUNT(*) FROM case_party WHERE district = ? AND case_id = ? AND consent_needed = 1 AND (authorised_at IS NULL OR authorised_until < ?) AND (party <> 'supporter' OR ? = 1)",
        SQL_I(k->district), SQL_I(k->id), SQL_D(txn_today(t)), SQL_I(all));
    return s == OK && missing ? diag_fail(d, E_CONFLICT, "case.consent_missing", DIAG_N("count", missing)) : s;
}

static enum status served(struct txn *t, const struct case_row *k, struct diag *d) {
    int64_t open = 0;
    enum status s = sql_int(t, &open, 0, d,
        "SELECT COUNT(*) FROM notice WHERE district = ? AND case_id = ? AND served_at IS NULL AND id = (SELECT MAX(id) FROM notice WHERE district = ? AND case_id = ?)",
        SQL_I(k->district), SQL_I(k->id), SQL_I(k->district), SQL_I(k->id));
    return s == OK && open ? diag_fail(d, E_CONFLICT, "case.not_served") : s;
}

static enum status check(struct txn *t, struct complete *x, struct case_row *k, const struct task_row *row, const struct bpmn_node *n, struct diag *d) {
    if (!offers(n, x->outcome))
        return diag_fail(d, E_INPUT, "case.outcome", DIAG_S("outcome", x->outcome));
    const struct json *desk = desk_outcome(k->matter, x->outcome);
    if (json_bool(desk, "reason", false) && !case_said(x->note))
        return diag_fail(d, E_INPUT, "case.reason_needed", DIAG_N("min", CASE_SAID_MIN));
    enum status s = four_eyes(t, x, k, row, n, d);
    if (s == OK)
        s = consents(t, k, json_str(desk, "needs", ""), d);
    if (s == OK && json_bool(desk, "served", false))
        s = served(t, k, d);
    return s == OK ? task_data_check(x->c, t, x->who, k, n, row->role, x->outcome, x->sent, x->arena, &x->data, &x->errors, d) : s;
}

/* Codes only: the process's state is not sealed.  `accepted` names the facts
 * whose declared value was found right after the person explained it. */
static const struct json *payload_of(struct arena *a, const struct complete *x) {
    const struct json *j = EVENT_ARGS(a, "outcome", *x->outcome ? x->outcome : NULL);
    const struct json *accepted = json_get(x->data, "accepted");
    return j && accepted && accepted->type == JSON_ARRAY ? json_with(a, j, "accepted", accepted) : j;
}

static enum status done_event(struct txn *t, const struct complete *x, struct case_row *k, const struct bpmn_node *n, const struct task_row *row, struct diag *d) {
    struct arena *a = txn_arena(t);
    const char *role = row->role, *element = task_told(a, x->who, row, n->name, LANG_ZH);
    const char *element_en = task_told(a, x->who, row, json_str(desk_element(k->matter, n->id), "en", n->name), LANG_EN);
    const char *outcome_en = json_str(desk_outcome(k->matter, x->outcome), "en", x->outcome);
    const struct json *args = EVENT_ARGS(a, "task", element, "task_en", element_en, "outcome", x->outcome, "outcome_en", outcome_en);
    bool note = x->note && *x->note;
    const struct json *body = note || x->data ? EVENT_ARGS(a, "note", note ? x->note : NULL) : NULL;
    if (body && x->data)
        body = json_with(a, body, "data", x->data);
    if (!args || ((note || x->data) && !body))
        return arena_full(d);
    return case_event_of(x->c, t, x->who, role, k, note ? "task_reason" : "task_done", n->id, args, body, NULL, d);
}

static enum status mark_done(struct txn *t, const struct complete *x, const struct task_row *row, struct diag *d) {
    int64_t changed = 0;
    enum status s = sql_exec_count(t, &changed, d,
        "UPDATE case_task SET state = 'done', done_by = ?, done_at = ?, outcome = ? WHERE district = ? AND id = ? AND state = 'open'",
        SQL_I(x->who->account), SQL_I(txn_now(t)), SQL_S(*x->outcome ? x->outcome : NULL), SQL_I(row->district), SQL_I(row->id));
    return s == OK && changed != 1 ? diag_fail(d, E_CONFLICT, "case.task_done") : s;
}

static enum status act(struct txn *t, struct complete *x, const struct task_row *row, struct case_row *k, struct diag *d) {
    const struct bpmn_model *m = k->process->model;
    uint32_t node = bpmn_node_find(m, span_of(row->element));
    if (node == BPMN_NONE)
        return diag_fail(d, E_CORRUPT, "case.process", DIAG_S("file", k->process_file));
    const struct bpmn_node *n = &m->node[node];
    char who[24];
    snprintf(who, sizeof who, "%lld", (long long)x->who->account);
    enum status s = check(t, x, k, row, n, d);
    struct drive drive = {.c = x->c, .t = t, .who = x->who, .role = row->role, .k = k, .data = x->data, .note = x->note};
    if (s == OK)
        s = mark_done(t, x, row, d);
    if (s == OK)
        s = task_drafts_drop(t, row->district, row->id, d);
    if (s == OK)
        s = done_event(t, x, k, n, row, d);
    const char *decides = json_str(desk_outcome(k->matter, x->outcome), "decides", "");
    if (s == OK && *decides)
        s = decision_confirm(&drive, decides, d);
    struct bpmn_event e = {.kind = BPMN_EVENT_COMPLETE, .key = strtoull(row->key, NULL, 10), .who = span_of(who), .payload = payload_of(txn_arena(t), x)};
    if (s == OK && !e.payload)
        return arena_full(d);
    return s == OK ? drive_step(&drive, &e, d) : s;
}

static enum status complete_closure(struct txn *t, void *arg, struct diag *d) {
    struct complete *x = arg;
    struct task_row row;
    struct case_row k;
    enum status s = task_read(t, x->who, x->task, &row, d);
    if (s == OK)
        s = task_may(t, x->who, &row, d);
    if (s == OK)
        s = case_row_read(x->c, t, row.case_id, &k, d);
    return s == OK ? act(t, x, &row, &k, d) : s;
}

enum status case_task_complete(struct civil *c, struct arena *a, const struct actor *who, int64_t task,
    const char *outcome, const char *note, const struct json *data, const struct json **ret_errors, struct diag *d) {
    if (!json_is_null(data) && data->type != JSON_OBJECT)
        return diag_fail(d, E_INPUT, "case.task_data");
    struct complete x = {.c = c, .who = who, .task = task, .outcome = outcome ? outcome : "", .note = note, .sent = json_is_null(data) ? NULL : data, .arena = a};
    enum status s = store_write(c->store, complete_closure, &x, d);
    if (ret_errors)
        *ret_errors = s == E_INPUT ? x.errors : NULL;
    return s;
}
