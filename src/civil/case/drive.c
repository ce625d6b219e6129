/* The process of a case: steps of the engine, and its effects as rows.
 *
 * Everything happens in the caller's transaction.  A step's service calls are
 * answered one after the other, each answer being a step of its own, until
 * the process waits for a person, a clock or a message. */
#include "civil/case/case_internal.h"

#include <stdio.h>

/* Services one event may set off in a row; the longest chain of a real
 * process has five. */
enum { ANSWERS_MAX = 64, TASKS_OPEN_MAX = 256 };

/* ---- state ------------------------------------------------------------------------ */

enum status case_state_read(struct civil *c, struct txn *t, const struct case_row *k, const struct bpmn_state **ret, int64_t *ret_version, struct diag *d) {
    AUTO(rows) struct rows *r = NULL;
    if (!*k->process_file) /* recorded.c */
        return diag_fail(d, E_NOT_FOUND, "case.recorded");
    enum status s = sql_one(t, &r, d, "SELECT state, version FROM case_process WHERE district = ? AND case_id = ?", SQL_I(k->district), SQL_I(k->id));
    if (s != OK)
        return s;
    if (ret_version)
        *ret_version = rows_int(r, 1);
    return bpmn_state_read(k->process->model, rows_text(r, 0), txn_arena(t), ret, d);
}

static enum status state_save(struct drive *x, bool first, struct diag *d) {
    BUF_AUTO text;
    buf_init(&text, 0);
    bpmn_state_write(&text, x->k->process->model, x->state);
    if (!buf_ok(&text))
        return arena_full(d);
    if (first)
        return sql_exec(x->t, d, "INSERT INTO case_process (district, case_id, state, version) VALUES (?, ?, ?, 1)",
            SQL_I(x->k->district), SQL_I(x->k->id), SQL_T(buf_span(&text)));
    return sql_exec(x->t, d, "UPDATE case_process SET state = ?, version = version + 1 WHERE district = ? AND case_id = ?",
        SQL_T(buf_span(&text)), SQL_I(x->k->district), SQL_I(x->k->id));
}

/* The case's state is that of the place where it waits. */
static void state_name(struct drive *x) {
    if (x->k->closed_at)
        return;
    for (uint32_t i = 0; i < x->state->wait_count; i++) {
        const struct bpmn_node *n = &x->k->process->model->node[x->state->wait[i].node];
        const char *state = json_str(desk_element(x->k->matter, n->id), "state", NULL);
        if (state && n->trigger != BPMN_TIMER) {
            x->k->state = arena_dup(txn_arena(x->t), span_of(state));
            return;
        }
    }
}

/* ---- tasks --------------------------------------------------------------------------- */

static const char *division_of(const struct drive *x, const char *level) {
    if (strcmp(level, "community") == 0)
        return x->k->division;
    if (strcmp(level, "subdistrict") == 0)
        return x->k->subdistrict;
    char *code = arena_dup(txn_arena(x->t), span_of(x->k->subdistrict));
    size_t n = strcmp(level, "city") == 0 ? 2 : 6;
    if (code && strlen(code) > n)
        code[n] = 0;
    return code;
}

static char *excluded(const struct drive *x, const struct bpmn_node *n) {
    BUF_AUTO b;
    buf_init(&b, 4096);
    for (uint32_t i = 0; i < n->not_same_as_count; i++)
        buf_addf(&b, "%s%s", i ? "," : "", x->k->process->model->node[n->not_same_as[i]].id);
    return arena_dup(txn_arena(x->t), buf_span(&b));
}

static char *key_text(const struct drive *x, uint64_t key) { return arena_printf(txn_arena(x->t), "%llu", (unsigned long long)key); }

static enum status task_open(struct drive *x, const struct bpmn_effect *e, struct diag *d) {
    const struct bpmn_node *n = &x->k->process->model->node[e->node];
    struct due due = {DATE_NONE, false, 0};
    enum status s = *n->limit ? due_of(x->c, txn_now(x->t), span_of(n->limit), &due, d) : OK;
    const char *division = division_of(x, *n->level ? n->level : "subdistrict");
    char *key = key_text(x, e->key), *not_same = excluded(x, n);
    int64_t id = txn_new_id(x->t);
    if (s == OK && (!division || !key || !not_same))
        return arena_full(d);
    if (s == OK)
        s = sql_exec(x->t, d,
            "INSERT INTO case_task (district, id, case_id, key, element, role, division, form, limit_text, article, created_at, due_on, "
            "due_provisional, state, not_same_as) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'open', ?)",
            SQL_I(x->k->district), SQL_I(id), SQL_I(x->k->id), SQL_S(key), SQL_S(n->id), SQL_S(*n->role ? n->role : "clerk"),
            SQL_S(division), SQL_S(*n->form ? n->form : NULL), SQL_S(*n->limit ? n->limit : NULL), SQL_S(*n->article ? n->article : NULL),
            SQL_I(txn_now(x->t)), SQL_D(due.on), SQL_I(due.provisional), SQL_S(not_same));
    if (s != OK || !n->on_duty)
        return s;
    struct task_row row = {.district = x->k->district, .id = id, .case_id = x->k->id, .key = key, .element = n->id, .role = *n->role ? n->role : "clerk",
        .division = division, .state = "open"};
    return task_to_duty(x, n, &row, d);
}

/* A completed one was marked by who completed it (task.c). */
static enum status task_close(struct drive *x, const struct bpmn_effect *e, struct diag *d) {
    char *key = key_text(x, e->key);
    enum status s = sql_exec(x->t, d, "DELETE FROM task_draft WHERE district = ? AND task IN (SELECT id FROM case_task WHERE district = ? AND case_id = ? AND key = ?)",
        SQL_I(x->k->district), SQL_I(x->k->district), SQL_I(x->k->id), SQL_S(key));
    if (s != OK)
        return s;
    return sql_exec(x->t, d, "UPDATE case_task SET state = 'cancelled', done_at = ? WHERE district = ? AND case_id = ? AND key = ? AND state = 'open'",
        SQL_I(txn_now(x->t)), SQL_I(x->k->district), SQL_I(x->k->id), SQL_S(key_text(x, e->key)));
}

/* ---- timers and messages ----------------------------------------------------------------- */

static enum status timer_set(struct drive *x, const struct bpmn_effect *e, struct diag *d) {
    const struct bpmn_node *n = &x->k->process->model->node[e->node];
    struct due due = {0};
    enum status s = due_of(x->c, txn_now(x->t), span_of(e->text), &due, d);
    if (s != OK)
        return s;
    return sql_exec(x->t, d,
        "INSERT INTO case_timer (district, case_id, key, element, due_at, from_at, provisional, limit_text, notice, tries) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 0)",
        SQL_I(x->k->district), SQL_I(x->k->id), SQL_S(key_text(x, e->key)), SQL_S(n->id), x->notice ? SQL_NIL : SQL_I(due.at),
        SQL_I(txn_now(x->t)), SQL_I(due.provisional), SQL_S(e->text), x->notice ? SQL_I(x->notice) : SQL_NIL);
}

static enum status timer_close(struct drive *x, const struct bpmn_effect *e, struct diag *d) {
    return sql_exec(x->t, d, "DELETE FROM case_timer WHERE district = ? AND case_id = ? AND key = ?",
        SQL_I(x->k->district), SQL_I(x->k->id), SQL_S(key_text(x, e->key)));
}

static enum status message_await(struct drive *x, const struct bpmn_effect *e, struct diag *d) {
    return sql_exec(x->t, d, "INSERT INTO case_subscription (district, case_id, key, element, message) VALUES (?, ?, ?, ?, ?)",
        SQL_I(x->k->district), SQL_I(x->k->id), SQL_S(key_text(x, e->key)), SQL_S(x->k->process->model->node[e->node].id), SQL_S(e->text));
}

static enum status message_close(struct drive *x, const struct bpmn_effect *e, struct diag *d) {
    return sql_exec(x->t, d, "DELETE FROM case_subscription WHERE district = ? AND case_id = ? AND key = ?",
        SQL_I(x->k->district), SQL_I(x->k->id), SQL_S(key_text(x, e->key)));
}

/* ---- a wait that another version of the process took over --------------------------------- */

static enum status task_moved(struct drive *x, const struct bpmn_node *n, const char *key, struct diag *d) {
    AUTO(rows) struct rows *r = NULL;
    struct due due = {DATE_NONE, false, 0};
    const char *role = *n->role ? n->role : "clerk", *division = division_of(x, *n->level ? n->level : "subdistrict"), *form = *n->form ? n->form : NULL;
    char *not_same = excluded(x, n);
    enum status s = sql_one(x->t, &r, d, "SELECT id, created_at, form, role, division FROM case_task WHERE district = ? AND case_id = ? AND key = ?",
        SQL_I(x->k->district), SQL_I(x->k->id), SQL_S(key));
    if (s == OK && *n->limit)
        s = due_of(x->c, rows_int(r, 1), span_of(n->limit), &due, d);
    if (s != OK)
        return s;
    if (!division || !not_same)
        return arena_full(d);
    int64_t task = rows_int(r, 0);
    bool other_form = !span_is(rows_text(r, 2), form ? form : ""), others = !span_is(rows_text(r, 3), role) || !span_is(rows_text(r, 4), division);
    r = rows_free(r);
    s = sql_exec(x->t, d,
        "UPDATE case_task SET element = ?, role = ?, division = ?, form = ?, limit_text = ?, article = ?, due_on = ?, due_provisional = ?, not_same_as = ? "
        "WHERE district = ? AND id = ?", SQL_S(n->id), SQL_S(role), SQL_S(division), SQL_S(form), SQL_S(*n->limit ? n->limit : NULL),
        SQL_S(*n->article ? n->article : NULL), SQL_D(due.on), SQL_I(due.provisional), SQL_S(not_same), SQL_I(x->k->district), SQL_I(task));
    if (s == OK && others) /* who had taken it has no business with it now */
        s = sql_exec(x->t, d, "UPDATE case_task SET claimed_by = NULL, claimed_at = NULL WHERE district = ? AND id = ?", SQL_I(x->k->district), SQL_I(task));
    return s == OK && other_form ? task_drafts_drop(x->t, x->k->district, task, d) : s;
}

/* Counted from where it began; one that waits for the service of a notice still does. */
static enum status timer_moved(struct drive *x, const struct bpmn_node *n, const char *key, const char *text, struct diag *d) {
    AUTO(rows) struct rows *r = NULL;
    struct due due = {0};
    enum status s = sql_one(x->t, &r, d, "SELECT from_at, due_at, limit_text FROM case_timer WHERE district = ? AND case_id = ? AND key = ?",
        SQL_I(x->k->district), SQL_I(x->k->id), SQL_S(key));
    if (s != OK)
        return s;
    bool waits = rows_null(r, 1), same = span_is(rows_text(r, 2), text);
    instant_t from = rows_int(r, 0);
    r = rows_free(r);
    if (!waits && !same && (s = due_of(x->c, from, span_of(text), &due, d)) == OK)
        s = sql_exec(x->t, d, "UPDATE case_timer SET due_at = ?, provisional = ? WHERE district = ? AND case_id = ? AND key = ?", SQL_I(due.at),
            SQL_I(due.provisional), SQL_I(x->k->district), SQL_I(x->k->id), SQL_S(key));
    return s == OK ? sql_exec(x->t, d, "UPDATE case_timer SET element = ?, limit_text = ? WHERE district = ? AND case_id = ? AND key = ?", SQL_S(n->id),
                         SQL_S(text), SQL_I(x->k->district), SQL_I(x->k->id), SQL_S(key)) : s;
}

static enum status moved(struct drive *x, const struct bpmn_effect *e, struct diag *d) {
    const struct bpmn_node *n = &x->k->process->model->node[e->node];
    const char *key = key_text(x, e->key);
    if (!key)
        return arena_full(d);
    if (bpmn_by_person(n))
        return task_moved(x, n, key, d);
    if (n->trigger == BPMN_TIMER)
        return timer_moved(x, n, key, e->text, d);
    return sql_exec(x->t, d, "UPDATE case_subscription SET element = ? WHERE district = ? AND case_id = ? AND key = ?", SQL_S(n->id), SQL_I(x->k->district),
        SQL_I(x->k->id), SQL_S(key));
}

/* ---- effects -------------------------------------------------------------------------------- */

static enum status trace(struct drive *x, const struct bpmn_effect *e, const char *event, struct diag *d) {
    return sql_exec(x->t, d, "INSERT INTO case_trace (district, case_id, seq, at, element, event, account) VALUES (?, ?, ?, ?, ?, ?, ?)",
        SQL_I(x->k->district), SQL_I(x->k->id), SQL_I(++x->trace_seq), SQL_I(txn_now(x->t)), SQL_S(x->k->process->model->node[e->node].id),
        SQL_S(event), SQL_I(x->who->account));
}

static enum status want(struct drive *x, const struct bpmn_effect *e, struct diag *d) {
    if (x->wanted_count == x->wanted_room) {
        size_t room = x->wanted_room ? 2 * x->wanted_room : 8;
        struct wanted *grown = ARENA_ARRAY(txn_arena(x->t), room, struct wanted);
        if (!grown)
            return arena_full(d);
        if (x->wanted_count)
            memcpy(grown, x->wanted, x->wanted_count * sizeof *grown);
        x->wanted = grown;
        x->wanted_room = room;
    }
    x->wanted[x->wanted_count++] = (struct wanted){e->key, e->node};
    return OK;
}

/* The end of the process closes the case even when no handler did. */
static void ended(struct drive *x) {
    if (!x->k->closed_at)
        x->k->closed_at = txn_now(x->t);
}

static enum status effect(struct drive *x, const struct bpmn_effect *e, struct diag *d) {
    switch (e->kind) {
    case BPMN_TASK_OPENED: return task_open(x, e, d);
    case BPMN_TASK_CLOSED: return task_close(x, e, d);
    case BPMN_SERVICE_WANTED:
    case BPMN_DECISION_WANTED: return want(x, e, d);
    case BPMN_TIMER_SET: return timer_set(x, e, d);
    case BPMN_TIMER_CLOSED: return timer_close(x, e, d);
    case BPMN_MESSAGE_AWAITED: return message_await(x, e, d);
    case BPMN_MESSAGE_CLOSED: return message_close(x, e, d);
    case BPMN_MOVED: return moved(x, e, d);
    case BPMN_ENTERED: return trace(x, e, "enter", d);
    case BPMN_LEFT: return trace(x, e, "leave", d);
    case BPMN_CANCELLED_NODE: return trace(x, e, "cancel", d);
    case BPMN_ENDED: ended(x); return OK;
    case BPMN_CALL_WANTED:
    case BPMN_SIGNAL_AWAITED:
    case BPMN_SIGNAL_SENT:
    case BPMN_MESSAGE_SENT: /* no matter of today has one; better refused than lost */
        diag_fail(d, E_INPUT, "case.process_element", DIAG_S("element", x->k->process->model->node[e->node].id));
        return E_INPUT;
    default: return OK;
    }
}

static enum status took(struct drive *x, const struct bpmn_result *r, struct diag *d) {
    x->state = r->state;
    enum status s = OK;
    for (uint32_t i = 0; s == OK && i < r->effect_count; i++)
        s = effect(x, &r->effect[i], d);
    x->notice = 0;
    return s;
}

static bool still_waits(const struct drive *x, uint64_t key) {
    for (uint32_t i = 0; i < x->state->wait_count; i++)
        if (x->state->wait[i].key == key)
            return true;
    return false;
}

static enum status answer(struct drive *x, const struct wanted *w, struct diag *d) {
    const struct bpmn_node *n = &x->k->process->model->node[w->node];
    const struct json *payload = NULL;
    enum status s = handle(x, n, &payload, d);
    struct bpmn_event e = {.kind = BPMN_EVENT_ANSWER, .key = w->key, .payload = payload};
    struct bpmn_result r;
    if (s == OK)
        s = bpmn_step(x->k->process->model, x->state, &e, case_feel(x->c->models), txn_arena(x->t), &r, d);
    return s == OK ? took(x, &r, d) : s;
}

/* Everything the services set off, then state and row. */
static enum status settle(struct drive *x, bool first, struct diag *d) {
    enum status s = OK;
    for (; s == OK && x->wanted_at < x->wanted_count; x->wanted_at++) {
        if (x->wanted_at >= ANSWERS_MAX)
            return diag_fail(d, E_LIMIT, "bpmn.endless");
        struct wanted w = x->wanted[x->wanted_at];
        if (still_waits(x, w.key))
            s = answer(x, &w, d);
    }
    if (s == OK)
        s = state_save(x, first, d);
    if (s != OK)
        return s;
    state_name(x);
    return x->k->state ? case_row_save(x->c, x->t, x->who, x->k, d) : arena_full(d);
}

static enum status trace_start(struct drive *x, struct diag *d) {
    return sql_int(x->t, &x->trace_seq, 0, d, "SELECT MAX(seq) FROM case_trace WHERE district = ? AND case_id = ?", SQL_I(x->k->district), SQL_I(x->k->id));
}

enum status drive_start(struct drive *x, const struct json *variables, struct diag *d) {
    struct bpmn_result r;
    char who[24];
    snprintf(who, sizeof who, "%lld", (long long)x->who->account);
    enum status s = bpmn_start(x->k->process->model, (struct span){0}, span_of(who), variables, case_feel(x->c->models), txn_arena(x->t), &r, d);
    if (s == OK)
        s = took(x, &r, d);
    return s == OK ? settle(x, true, d) : s;
}

enum status drive_step(struct drive *x, const struct bpmn_event *e, struct diag *d) {
    struct bpmn_result r;
    enum status s = case_state_read(x->c, x->t, x->k, &x->state, NULL, d);
    if (s == OK)
        s = trace_start(x, d);
    if (s == OK)
        s = bpmn_step(x->k->process->model, x->state, e, case_feel(x->c->models), txn_arena(x->t), &r, d);
    if (s == OK)
        s = took(x, &r, d);
    return s == OK ? settle(x, false, d) : s;
}

enum status drive_migrated(struct drive *x, const struct bpmn_result *r, struct diag *d) {
    enum status s = trace_start(x, d);
    if (s == OK)
        s = took(x, r, d);
    return s == OK ? settle(x, false, d) : s;
}

/* One task's row: where it is now, and free; half of it was filled in by somebody who is there no more. */
static enum status task_transferred(struct drive *x, int64_t id, const char *element, struct span division, struct diag *d) {
    uint32_t n = bpmn_node_find(x->k->process->model, span_of(element));
    const char *level = n == BPMN_NONE ? "" : x->k->process->model->node[n].level, *to = division_of(x, *level ? level : "subdistrict");
    if (!to)
        return arena_full(d);
    if (span_is(division, to))
        return OK;
    enum status s = sql_exec(x->t, d, "UPDATE case_task SET division = ?, claimed_by = NULL, claimed_at = NULL WHERE district = ? AND id = ?", SQL_S(to), SQL_I(x->k->district), SQL_I(id));
    return s == OK ? task_drafts_drop(x->t, x->k->district, id, d) : s;
}

enum status drive_transferred(struct drive *x, struct diag *d) {
    struct open { int64_t id; char *element, *division; } *list = ARENA_ARRAY(txn_arena(x->t), TASKS_OPEN_MAX, struct open);
    size_t n = 0;
    bool row = true;
    if (!list)
        return arena_full(d);
    AUTO(rows) struct rows *r = NULL;
    enum status s = sql_query(x->t, &r, d, "SELECT id, element, division FROM case_task WHERE district = ? AND case_id = ? AND state = 'open' ORDER BY id", SQL_I(x->k->district), SQL_I(x->k->id));
    while (s == OK && (s = rows_next(r, &row, d)) == OK && row) {
        if (n == TASKS_OPEN_MAX)
            return diag_fail(d, E_LIMIT, "bpmn.endless");
        list[n] = (struct open){rows_int(r, 0), rows_dup(r, 1, txn_arena(x->t)), rows_dup(r, 2, txn_arena(x->t))};
        if (!list[n].element || !list[n].division)
            return arena_full(d);
        n++;
    }
    r = rows_free(r);
    for (size_t i = 0; s == OK && i < n; i++)
        s = task_transferred(x, list[i].id, list[i].element, span_of(list[i].division), d);
    return s;
}

enum status case_awaits(struct txn *t, const struct case_row *k, const char *role, bool *ret, struct diag *d) {
    int64_t n = 0;
    enum status s = sql_int(t, &n, 0, d, "SELECT COUNT(*) FROM case_subscription WHERE district = ? AND case_id = ? AND message = ?",
        SQL_I(k->district), SQL_I(k->id), SQL_S(desk_message(k->matter, role)));
    *ret = n > 0;
    return s;
}

enum status drive_message(struct drive *x, const char *role, const struct json *payload, bool *ret_taken, struct diag *d) {
    enum status s = case_awaits(x->t, x->k, role, ret_taken, d);
    if (s != OK || !*ret_taken)
        return s;
    struct bpmn_event e = {.kind = BPMN_EVENT_MESSAGE, .name = span_of(desk_message(x->k->matter, role)), .payload = payload};
    return drive_step(x, &e, d);
}
