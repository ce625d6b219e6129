/* A task changes by its plan's procedure: one asks with a reason, another decides. */
#include "civil/plan/task_internal.h"

#include "civil/evidence/keep.h"
#include "civil/plan/act.h"

struct asking { struct civil *c; const struct actor *who; int64_t task, version, id; const struct json *change; const char *reason; };

static enum status day_of(const struct json *change, const char *name, date_t *io, struct diag *d) {
    const struct json *j = json_get(change, name);
    if (!j || j->type == JSON_NULL)
        return OK;
    enum status s = j->type == JSON_STRING ? date_parse(j->text, io, d) : diag_fail(d, E_INPUT, "plan.task.days");
    return s == OK ? OK : (diag_at(d, "%s", name), s);
}

static enum status text_of(const struct json *change, const char *name, size_t most, const char **io, struct diag *d) {
    const struct json *j = json_get(change, name);
    if (!j || j->type == JSON_NULL)
        return OK;
    *io = j->type == JSON_STRING ? j->text.at : "";
    return plan_task_text(name, *io, most, d);
}

/* The task as the change would have it.  *ret_any: something would be otherwise. */
static enum status changed(struct civil *c, struct txn *t, const struct json *change, struct task_row *io, bool *ret_any, struct diag *d) {
    static const char *const known[] = {"title", "measures", "owner", "from", "due", "drop"};
    struct task_row was = *io;
    const char *owner = NULL;
    if (!change || change->type != JSON_OBJECT)
        return diag_at(d, "change"), diag_fail(d, E_INPUT, "plan.adjust.empty");
    for (size_t i = 0; i < change->size; i++) {
        bool here = false;
        for (size_t k = 0; k < ARRAY_LEN(known); k++)
            here = here || span_is(change->key[i], known[k]);
        if (!here)
            return diag_at(d, "change"), diag_fail(d, E_INPUT, "plan.adjust.field", DIAG_SPAN("field", change->key[i]));
    }
    enum status s = text_of(change, "title", PLAN_TITLE_MAX, &io->title, d);
    if (s == OK)
        s = text_of(change, "measures", PLAN_TEXT_MAX, &io->measures, d);
    if (s == OK)
        s = text_of(change, "owner", PLAN_TITLE_MAX, &owner, d);
    if (s == OK && owner)
        s = plan_task_owner(t, owner, &io->owner, d);
    if (s == OK)
        s = day_of(change, "from", &io->from, d);
    if (s == OK)
        s = day_of(change, "due", &io->due, d);
    io->dropped = json_bool(change, "drop", was.dropped);
    *ret_any = strcmp(was.title, io->title) != 0 || strcmp(was.measures, io->measures) != 0 || was.owner != io->owner || was.from != io->from || was.due != io->due ||
        was.dropped != io->dropped;
    return s == OK && !io->dropped ? plan_task_days(c, t, io, d) : s;
}

static enum status children_gone(struct civil *c, struct txn *t, const struct task_row *x, struct diag *d) {
    int64_t n = 0;
    enum status s = x->dropped ? sql_int(t, &n, 0, d, "SELECT count(*) FROM plan_task WHERE district = ? AND parent = ? AND state = 'open'", SQL_I(c->district), SQL_I(x->id)) : OK;
    return s == OK && n ? diag_fail(d, E_CONFLICT, "plan.adjust.children") : s;
}

static enum status would_be(struct civil *c, struct txn *t, const struct json *change, struct task_row *io, struct diag *d) {
    bool any = false;
    if (io->dropped)
        return diag_fail(d, E_CONFLICT, "plan.task.dropped");
    enum status s = changed(c, t, change, io, &any, d);
    if (s == OK && !any)
        return diag_at(d, "change"), diag_fail(d, E_INPUT, "plan.adjust.empty");
    return s == OK ? children_gone(c, t, io, d) : s;
}

static enum status ask(struct txn *t, void *arg, struct diag *d) {
    struct asking *x = arg;
    struct task_row task;
    int64_t waiting = 0;
    enum status s = plan_task_read(x->c, t, x->task, &task, d);
    if (s != OK)
        return s;
    if (x->who->account != task.owner && !plan_task_led(x->who, task.division, false))
        return diag_fail(d, E_FORBIDDEN, "plan.task.role");
    if (task.version != x->version)
        return diag_fail(d, E_CONFLICT, "plan.task.version");
    s = sql_int(t, &waiting, 0, d, "SELECT count(*) FROM plan_adjustment WHERE district = ? AND task = ? AND state = 'asked'", SQL_I(x->c->district), SQL_I(x->task));
    if (s == OK && waiting)
        return diag_fail(d, E_CONFLICT, "plan.adjust.waiting");
    if (s == OK)
        s = plan_task_text("reason", x->reason, PLAN_TEXT_MAX, d);
    if (s == OK)
        s = would_be(x->c, t, x->change, &task, d);
    BUF_AUTO change, said;
    buf_init(&change, 0);
    buf_init(&said, 0);
    x->id = txn_new_id(t);
    if (s != OK)
        return s;
    json_canonical(&change, x->change);
    struct json_writer w;
    json_begin(&w, &said, false);
    json_object(&w);
    json_kid(&w, "adjustment", x->id);
    json_kstring(&w, "reason", x->reason);
    json_key(&w, "change");
    json_value(&w, x->change);
    json_object_end(&w);
    s = buf_ok(&change) ? sql_exec(t, d, "INSERT INTO plan_adjustment (district, id, task, change_text, reason, asked_by, asked_at, state) VALUES (?, ?, ?, ?, ?, ?, ?, 'asked')",
                              SQL_I(x->c->district), SQL_I(x->id), SQL_I(x->task), SQL_T(buf_span(&change)), SQL_S(x->reason), SQL_I(x->who->account), SQL_I(txn_now(t)))
                        : arena_full(d);
    if (s == OK)
        s = evidence_keep_one(x->c, t, x->who, KEPT_ADJUSTMENT_ASKED, x->c->district, x->id, d);
    return s == OK ? plan_act_in(x->c, t, x->who, x->task, "adjust.asked", &said, d) : s;
}

enum status plan_adjust_ask(struct civil *c, const struct actor *who, int64_t task, int64_t version, const struct json *change, const char *reason, int64_t *ret, struct diag *d) {
    struct asking x = {c, who, task, version, 0, change, reason};
    enum status s = store_write(c->store, ask, &x, d);
    if (s == OK)
        *ret = x.id;
    return s;
}

/* ---- deciding ------------------------------------------------------------------------------ */

struct deciding { struct civil *c; const struct actor *who; int64_t id; bool approve; const char *note; };
struct asked { int64_t task, by; const struct json *change; bool open; };

static enum status asked_read(struct civil *c, struct txn *t, int64_t id, struct asked *ret, struct diag *d) {
    AUTO(rows) struct rows *r = NULL;
    enum status s = sql_one(t, &r, d, "SELECT task, asked_by, change_text, state FROM plan_adjustment WHERE district = ? AND id = ?", SQL_I(c->district), SQL_I(id));
    if (s == E_NOT_FOUND)
        return diag_fail(d, E_NOT_FOUND, "plan.adjust.none");
    if (s != OK)
        return s;
    char *text = rows_dup(r, 2, txn_arena(t));
    *ret = (struct asked){.task = rows_int(r, 0), .by = rows_int(r, 1), .open = span_is(rows_text(r, 3), "asked")};
    return text ? json_parse(txn_arena(t), span_of(text), &ret->change, d) : arena_full(d);
}

static enum status apply(struct civil *c, struct txn *t, const struct actor *who, const struct asked *q, struct task_row *task, struct diag *d) {
    enum status s = would_be(c, t, q->change, task, d);
    if (s == OK)
        s = sql_exec(t, d, "UPDATE plan_task SET title = ?, measures = ?, owner = ?, from_on = ?, due_on = ?, state = ?, version = version + 1 WHERE district = ? AND id = ?",
            SQL_S(task->title), SQL_S(task->measures), SQL_I(task->owner), SQL_D(task->from), SQL_D(task->due), SQL_S(task->dropped ? "dropped" : "open"),
            SQL_I(c->district), SQL_I(task->id));
    return s == OK ? evidence_keep_one(c, t, who, KEPT_PLAN_TASK, c->district, task->id, d) : s;
}

static enum status decide(struct txn *t, void *arg, struct diag *d) {
    struct deciding *x = arg;
    struct asked q;
    struct task_row task;
    enum status s = asked_read(x->c, t, x->id, &q, d);
    if (s == OK)
        s = plan_task_read(x->c, t, q.task, &task, d);
    if (s != OK)
        return s;
    if (!plan_task_led(x->who, task.division, true))
        return diag_fail(d, E_FORBIDDEN, "plan.task.role");
    if (q.by == x->who->account)
        return diag_fail(d, E_FORBIDDEN, "plan.adjust.same");
    if (!q.open)
        return diag_fail(d, E_CONFLICT, "plan.adjust.decided");
    s = plan_task_text("note", x->note, PLAN_TEXT_MAX, d);
    if (s == OK && x->approve)
        s = apply(x->c, t, x->who, &q, &task, d);
    if (s == OK)
        s = sql_exec(t, d, "UPDATE plan_adjustment SET state = ?, decided_by = ?, decided_at = ?, note = ? WHERE district = ? AND id = ?", SQL_S(x->approve ? "approved" : "refused"),
            SQL_I(x->who->account), SQL_I(txn_now(t)), SQL_S(x->note), SQL_I(x->c->district), SQL_I(x->id));
    if (s == OK)
        s = evidence_keep_one(x->c, t, x->who, KEPT_ADJUSTMENT_ASKED, x->c->district, x->id, d);
    BUF_AUTO said;
    buf_init(&said, 0);
    struct json_writer w;
    json_begin(&w, &said, false);
    json_object(&w);
    json_kid(&w, "adjustment", x->id);
    json_kstring(&w, "note", x->note);
    json_object_end(&w);
    return s == OK ? plan_act_in(x->c, t, x->who, task.id, x->approve ? "adjust.approved" : "adjust.refused", &said, d) : s;
}

enum status plan_adjust_decide(struct civil *c, const struct actor *who, int64_t adjustment, bool approve, const char *note, struct diag *d) {
    struct deciding x = {c, who, adjustment, approve, note};
    return store_write(c->store, decide, &x, d);
}
