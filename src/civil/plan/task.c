#include "civil/plan/task_internal.h"

#include "base/utf8.h"
#include "civil/case/case.h"
#include "civil/evidence/keep.h"
#include "civil/plan/act.h"

#include <stdio.h>

/* ---- reading one, and who may ------------------------------------------------------- */

enum status plan_task_read(struct civil *c, struct txn *t, int64_t id, struct task_row *ret, struct diag *d) {
    AUTO(rows) struct rows *r = NULL;
    struct arena *a = txn_arena(t);
    enum status s = sql_one(t, &r, d, "SELECT plan, source, division, title, measures, indicators, parent, owner, version, from_on, due_on, state FROM plan_task "
        "WHERE district = ? AND id = ?", SQL_I(c->district), SQL_I(id));
    if (s == E_NOT_FOUND)
        return diag_fail(d, E_NOT_FOUND, "plan.task.none");
    if (s != OK)
        return s;
    *ret = (struct task_row){.id = id, .plan = rows_dup(r, 0, a), .source = rows_dup(r, 1, a), .division = rows_dup(r, 2, a), .title = rows_dup(r, 3, a),
        .measures = rows_dup(r, 4, a), .indicators = rows_dup(r, 5, a), .parent = rows_int(r, 6), .owner = rows_int(r, 7), .version = rows_int(r, 8),
        .from = rows_date(r, 9), .due = rows_date(r, 10), .dropped = span_is(rows_text(r, 11), "dropped")};
    return ret->plan && ret->source && ret->division && ret->title && ret->measures && ret->indicators ? OK : arena_full(d);
}

bool plan_task_led(const struct actor *who, const char *division, bool leader) {
    return strcmp(who->kind, "system") == 0 || actor_may(who, "leader", division) || (!leader && actor_may(who, "policy", division));
}

enum status plan_task_owner(struct txn *t, const char *login, int64_t *ret, struct diag *d) {
    enum status s = sql_int(t, ret, 0, d, "SELECT id FROM account WHERE login = ? AND kind = 'staff' AND state = 'active'", SQL_S(login));
    return s == OK && !*ret ? diag_at(d, "owner"), diag_fail(d, E_NOT_FOUND, "account.unknown") : s;
}

enum status plan_task_text(const char *field, const char *text, size_t most, struct diag *d) {
    struct span s = span_of(text);
    bool good = utf8_valid(s) && s.size > 0 && utf8_length(s) <= most && !utf8_has_hidden(s, true) && strspn(text, " \t\n") < s.size;
    return good ? OK : (diag_at(d, "%s", field), diag_fail(d, E_INPUT, "plan.task.text", DIAG_S("field", field), DIAG_N("most", (int64_t)most)));
}

static enum status outside(const char *what, struct diag *d) { return diag_at(d, "due"), diag_fail(d, E_INPUT, what); }

enum status plan_task_days(struct civil *c, struct txn *t, const struct task_row *x, struct diag *d) {
    int64_t n = 0;
    if (x->from == DATE_NONE || x->due == DATE_NONE || x->due < x->from)
        return outside("plan.task.days", d);
    struct task_row up;
    enum status s = x->parent ? plan_task_read(c, t, x->parent, &up, d) : OK;
    if (s == OK && x->parent && (x->from < up.from || x->due > up.due))
        return outside("plan.task.outside", d);
    if (s == OK && x->id)
        s = sql_int(t, &n, 0, d, "SELECT (SELECT count(*) FROM plan_task WHERE district = ? AND parent = ? AND state = 'open' AND (from_on < ? OR due_on > ?)) + "
            "(SELECT count(*) FROM plan_milestone WHERE district = ? AND task = ? AND (due_on < ? OR due_on > ?))", SQL_I(c->district), SQL_I(x->id), SQL_D(x->from), SQL_D(x->due),
            SQL_I(c->district), SQL_I(x->id), SQL_D(x->from), SQL_D(x->due));
    return s == OK && n ? outside("plan.task.holds", d) : s;
}

/* ---- a new one -------------------------------------------------------------------------- */

struct adding { struct civil *c; const struct actor *who; const struct plan_task_new *n; int64_t id; };

static enum status division_there(struct txn *t, const char *code, struct diag *d) {
    int64_t n = 0;
    enum status s = sql_int(t, &n, 0, d, "SELECT count(*) FROM division WHERE code = ?", SQL_S(code));
    return s == OK && !n ? diag_at(d, "division"), diag_fail(d, E_INPUT, "plan.task.division") : s;
}

/* The plan covers the place; a parent is of the same plan and lies above. */
static enum status place_good(struct civil *c, struct txn *t, const struct plan_task_new *n, const struct plan *plan, struct diag *d) {
    struct task_row up;
    const char *above = plan->division;
    enum status s = division_there(t, n->division, d);
    if (s == OK && n->parent)
        s = plan_task_read(c, t, n->parent, &up, d);
    if (s != OK)
        return s;
    if (n->parent && (up.dropped || strcmp(up.plan, n->plan) != 0))
        return diag_fail(d, E_NOT_FOUND, "plan.task.none");
    if (n->parent)
        above = up.division;
    bool below = strncmp(n->division, above, strlen(above)) == 0 && (!n->parent || strlen(n->division) > strlen(above));
    return below ? OK : (diag_at(d, "division"), diag_fail(d, E_INPUT, "plan.task.division"));
}

static enum status indicators_good(const struct plans *p, const char *keys, struct diag *d) {
    char key[64];
    for (const char *at = keys; *at;) {
        size_t n = strcspn(at, " ");
        snprintf(key, sizeof key, "%.*s", n < sizeof key ? (int)n : 0, at);
        if (n && !plans_indicator(p, key))
            return diag_at(d, "indicators"), diag_fail(d, E_INPUT, "plan.key", DIAG_S("key", key));
        at += n + (at[n] == ' ');
    }
    return OK;
}

static enum status input_good(const struct plans *p, const struct plan_task_new *n, struct diag *d) {
    const struct plan_source *from = *n->source ? plans_source(p, n->source) : NULL;
    if (*n->source && (!from || strcmp(from->plan, n->plan) != 0))
        return diag_at(d, "source"), diag_fail(d, E_INPUT, "plan.task.source");
    if (n->milestones > PLAN_MILESTONES_MAX)
        return diag_at(d, "milestones"), diag_fail(d, E_INPUT, "plan.task.milestones", DIAG_N("most", PLAN_MILESTONES_MAX));
    enum status s = plan_task_text("title", n->title, PLAN_TITLE_MAX, d);
    if (s == OK)
        s = plan_task_text("measures", n->measures, PLAN_TEXT_MAX, d);
    for (size_t i = 0; s == OK && i < n->milestones; i++) {
        s = plan_task_text("milestones", n->milestone[i].title, PLAN_TITLE_MAX, d);
        if (s == OK && (n->milestone[i].due < n->from || n->milestone[i].due > n->due))
            s = (diag_at(d, "milestones"), diag_fail(d, E_INPUT, "plan.task.milestone_day"));
    }
    return s == OK ? indicators_good(p, n->indicators, d) : s;
}

static void said_of(struct buf *b, const struct plan_task_new *n) {
    struct json_writer w;
    json_begin(&w, b, false);
    json_object(&w);
    json_kstring(&w, "plan", n->plan);
    json_kstring(&w, "source", n->source);
    json_kid(&w, "parent", n->parent);
    json_kstring(&w, "division", n->division);
    json_kstring(&w, "owner", n->owner);
    json_kstring(&w, "title", n->title);
    json_kstring(&w, "measures", n->measures);
    json_kdate(&w, "from", n->from);
    json_kdate(&w, "due", n->due);
    json_key(&w, "milestones");
    json_array(&w);
    for (size_t i = 0; i < n->milestones; i++) {
        json_object(&w);
        json_kstring(&w, "title", n->milestone[i].title);
        json_kdate(&w, "due", n->milestone[i].due);
        json_object_end(&w);
    }
    json_array_end(&w);
    json_object_end(&w);
}

enum status plan_task_add_in(struct civil *c, struct txn *t, const struct actor *who, const struct plan_task_new *n, int64_t *ret, struct diag *d) {
    const struct plan *plan = c->plans ? plans_find(c->plans, n->plan) : NULL;
    int64_t owner = 0, count = 0, id = txn_new_id(t);
    if (!plan)
        return diag_fail(d, E_NOT_FOUND, "plan.not_here");
    enum status s = place_good(c, t, n, plan, d);
    if (s == OK && !plan_task_led(who, n->division, false))
        return diag_fail(d, E_FORBIDDEN, "plan.task.role");
    if (s == OK)
        s = input_good(c->plans, n, d);
    if (s == OK)
        s = plan_task_owner(t, n->owner, &owner, d);
    struct task_row x = {.parent = n->parent, .from = n->from, .due = n->due};
    if (s == OK)
        s = plan_task_days(c, t, &x, d);
    if (s == OK)
        s = sql_int(t, &count, 0, d, "SELECT count(*) FROM plan_task WHERE district = ? AND plan = ?", SQL_I(c->district), SQL_S(n->plan));
    if (s == OK && count >= PLAN_TASKS_MAX)
        return diag_fail(d, E_LIMIT, "plan.task.many", DIAG_N("most", PLAN_TASKS_MAX));
    if (s == OK)
        s = sql_exec(t, d, "INSERT INTO plan_task (district, id, plan, source, parent, division, title, measures, owner, from_on, due_on, indicators, state, version) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'open', 1)", SQL_I(c->district), SQL_I(id), SQL_S(n->plan), SQL_S(n->source), n->parent ? SQL_I(n->parent) : SQL_NIL,
            SQL_S(n->division), SQL_S(n->title), SQL_S(n->measures), SQL_I(owner), SQL_D(n->from), SQL_D(n->due), SQL_S(n->indicators));
    for (size_t i = 0; s == OK && i < n->milestones; i++)
        s = sql_exec(t, d, "INSERT INTO plan_milestone (district, id, task, title, due_on) VALUES (?, ?, ?, ?, ?)", SQL_I(c->district), SQL_I(txn_new_id(t)), SQL_I(id),
            SQL_S(n->milestone[i].title), SQL_D(n->milestone[i].due));
    if (s == OK)
        s = evidence_keep_one(c, t, who, KEPT_PLAN_TASK, c->district, id, d);
    AUTO(rows) struct rows *made = NULL;
    if (s == OK)
        s = sql_query(t, &made, d, "SELECT id FROM plan_milestone WHERE district = ? AND task = ? ORDER BY id", SQL_I(c->district), SQL_I(id));
    if (s == OK)
        s = evidence_keep_found(c, t, who, KEPT_MILESTONE, c->district, made, d);
    BUF_AUTO said;
    buf_init(&said, 0);
    said_of(&said, n);
    if (s == OK)
        s = plan_act_in(c, t, who, id, "task.made", &said, d);
    *ret = id;
    return s;
}

static enum status add(struct txn *t, void *arg, struct diag *d) {
    struct adding *x = arg;
    return plan_task_add_in(x->c, t, x->who, x->n, &x->id, d);
}

enum status plan_task_add(struct civil *c, const struct actor *who, const struct plan_task_new *n, int64_t *ret, struct diag *d) {
    struct adding x = {c, who, n, 0};
    enum status s = store_write(c->store, add, &x, d);
    if (s == OK)
        *ret = x.id;
    return s;
}

/* ---- milestones ---------------------------------------------------------------------------- */

struct reaching { struct civil *c; const struct actor *who; int64_t id, file; date_t on; const char *evidence; };

/* A file of a case that he may not know of is none to him. */
static enum status file_there(struct reaching *x, struct txn *t, struct diag *d) {
    AUTO(rows) struct rows *r = NULL;
    bool row = false;
    int64_t district = 0, id = 0;
    enum status s = x->file ? sql_query(t, &r, d, "SELECT k.number FROM archive_file f LEFT JOIN case_file k ON k.district = f.district AND k.id = f.case_id WHERE f.district = ? AND f.id = ?",
                                  SQL_I(x->c->district), SQL_I(x->file)) : OK;
    if (s != OK || !x->file)
        return s;
    s = rows_next(r, &row, d);
    if (s == OK && row && !rows_null(r, 0))
        s = case_numbered_for(x->c, t, x->who, rows_dup(r, 0, txn_arena(t)), &district, &id, d);
    if (s == E_NOT_FOUND || s == E_FORBIDDEN || (s == OK && !row)) {
        (void)!diag_fail(d, E_INPUT, "plan.task.file");
        return diag_at(d, "file");
    }
    return s;
}

static enum status reach(struct reaching *x, struct txn *t, struct diag *d) {
    struct task_row task;
    int64_t of = 0, changed = 0;
    enum status s = sql_int(t, &of, 0, d, "SELECT task FROM plan_milestone WHERE district = ? AND id = ?", SQL_I(x->c->district), SQL_I(x->id));
    if (s == OK)
        s = of ? plan_task_read(x->c, t, of, &task, d) : diag_fail(d, E_NOT_FOUND, "plan.milestone.none");
    if (s != OK)
        return s;
    if (x->who->account != task.owner && !plan_task_led(x->who, task.division, false))
        return diag_fail(d, E_FORBIDDEN, "plan.task.role");
    if (task.dropped)
        return diag_fail(d, E_CONFLICT, "plan.task.dropped");
    if (x->on == DATE_NONE || x->on > txn_today(t) || x->on < task.from)
        return diag_at(d, "on"), diag_fail(d, E_INPUT, "plan.task.day");
    s = plan_task_text("evidence", x->evidence, PLAN_TEXT_MAX, d);
    if (s == OK)
        s = file_there(x, t, d);
    if (s == OK)
        s = sql_exec_count(t, &changed, d, "UPDATE plan_milestone SET done_on = ?, done_by = ?, evidence = ?, evidence_file = ? WHERE district = ? AND id = ? AND done_on IS NULL",
            SQL_D(x->on), SQL_I(x->who->account), SQL_S(x->evidence), x->file ? SQL_I(x->file) : SQL_NIL, SQL_I(x->c->district), SQL_I(x->id));
    if (s == OK && !changed)
        return diag_fail(d, E_CONFLICT, "plan.task.done");
    if (s == OK)
        s = evidence_keep_one(x->c, t, x->who, KEPT_MILESTONE, x->c->district, x->id, d);
    BUF_AUTO said;
    buf_init(&said, 0);
    struct json_writer w;
    json_begin(&w, &said, false);
    json_object(&w);
    json_kid(&w, "milestone", x->id);
    json_kdate(&w, "on", x->on);
    json_kstring(&w, "evidence", x->evidence);
    json_kid(&w, "file", x->file);
    json_object_end(&w);
    return s == OK ? plan_act_in(x->c, t, x->who, task.id, "milestone.reached", &said, d) : s;
}

enum status plan_milestone_reach_in(struct civil *c, struct txn *t, const struct actor *who, int64_t milestone, date_t on, const char *evidence, int64_t file, struct diag *d) {
    struct reaching x = {c, who, milestone, file, on, evidence};
    return reach(&x, t, d);
}

static enum status reach_alone(struct txn *t, void *arg, struct diag *d) { return reach(arg, t, d); }

enum status plan_milestone_reach(struct civil *c, const struct actor *who, int64_t milestone, date_t on, const char *evidence, int64_t file, struct diag *d) {
    struct reaching x = {c, who, milestone, file, on, evidence};
    return store_write(c->store, reach_alone, &x, d);
}
