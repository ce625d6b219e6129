/* The work on a plan as the board and the desk see it: lights, units, what is due. */
#include "civil/plan/task_internal.h"

#include "base/vec.h"
#include "civil/plan/act.h"
#include "feel/feel.h"

#include <stdlib.h>

struct milestone { int64_t id, task, file; const char *title, *evidence, *by; date_t due, done; };
struct task {
    struct task_row row;
    const char *division_name, *owner_login, *owner_name;
    bool adjusting;
    size_t first, count;     /* its milestones */
    struct plan_light light;
};
struct work {
    struct civil *c;
    struct txn *t;
    const struct actor *who;
    const struct plans *p;
    const struct plan *plan;
    date_t as_of;
    int year;
    struct arena *a;
    struct task *task; size_t tasks;
    struct milestone *milestone; size_t milestones;
};

/* ---- reading ------------------------------------------------------------------------- */

static enum status tasks_read(struct work *x, struct diag *d) {
    AUTO(rows) struct rows *r = NULL;
    VEC(struct task) list = {0};
    bool row = false;
    enum status s = sql_query(x->t, &r, d,
        "SELECT k.id, k.parent, k.owner, k.version, k.source, k.division, k.title, k.measures, k.indicators, k.from_on, k.due_on, k.state, COALESCE(v.name, ''), a.login, a.name, "
        "(SELECT count(*) FROM plan_adjustment j WHERE j.district = k.district AND j.task = k.id AND j.state = 'asked') "
        "FROM plan_task k JOIN account a ON a.id = k.owner LEFT JOIN division v ON v.code = k.division WHERE k.district = ? AND k.plan = ? ORDER BY k.id",
        SQL_I(x->c->district), SQL_S(x->plan->id));
    while (s == OK && (s = rows_next(r, &row, d)) == OK && row) {
        struct task *k = vec_push_in(x->a, &list);
        if (!k)
            return arena_full(d);
        *k = (struct task){.row = {.id = rows_int(r, 0), .parent = rows_int(r, 1), .owner = rows_int(r, 2), .version = rows_int(r, 3), .plan = x->plan->id, .source = rows_dup(r, 4, x->a),
            .division = rows_dup(r, 5, x->a), .title = rows_dup(r, 6, x->a), .measures = rows_dup(r, 7, x->a), .indicators = rows_dup(r, 8, x->a), .from = rows_date(r, 9),
            .due = rows_date(r, 10), .dropped = span_is(rows_text(r, 11), "dropped")}, .division_name = rows_dup(r, 12, x->a), .owner_login = rows_dup(r, 13, x->a),
            .owner_name = rows_dup(r, 14, x->a), .adjusting = rows_int(r, 15) > 0};
        if (!k->row.source || !k->row.division || !k->row.title || !k->row.measures || !k->row.indicators || !k->division_name || !k->owner_login || !k->owner_name)
            return arena_full(d);
    }
    x->task = list.at;
    x->tasks = list.size;
    return s;
}

static enum status milestones_read(struct work *x, struct diag *d) {
    AUTO(rows) struct rows *r = NULL;
    VEC(struct milestone) list = {0};
    bool row = false;
    enum status s = sql_query(x->t, &r, d,
        "SELECT m.id, m.task, m.title, m.due_on, m.done_on, m.evidence, m.evidence_file, COALESCE(a.name, '') FROM plan_milestone m "
        "JOIN plan_task k ON k.district = m.district AND k.id = m.task LEFT JOIN account a ON a.id = m.done_by WHERE m.district = ? AND k.plan = ? ORDER BY m.task, m.due_on, m.id",
        SQL_I(x->c->district), SQL_S(x->plan->id));
    while (s == OK && (s = rows_next(r, &row, d)) == OK && row) {
        struct milestone *m = vec_push_in(x->a, &list);
        if (!m)
            return arena_full(d);
        *m = (struct milestone){.id = rows_int(r, 0), .task = rows_int(r, 1), .title = rows_dup(r, 2, x->a), .due = rows_date(r, 3), .done = rows_date(r, 4),
            .evidence = rows_null(r, 5) ? NULL : rows_dup(r, 5, x->a), .file = rows_int(r, 6), .by = rows_dup(r, 7, x->a)};
        if (!m->title || !m->by)
            return arena_full(d);
    }
    x->milestone = list.at;
    x->milestones = list.size;
    for (size_t i = 0, k = 0; i < x->tasks; i++) { /* both by the task's id */
        x->task[i].first = k;
        while (k < list.size && list.at[k].task == x->task[i].row.id)
            k++;
        x->task[i].count = k - x->task[i].first;
    }
    return s;
}

/* ---- lights ----------------------------------------------------------------------------- */

enum status plan_light_tell(const struct plans *p, struct arena *a, struct plan_light *io, struct diag *d) {
    static const char *const name[] = {"节点总数", "完成节点数", "逾期节点数", "最长逾期天数", "期满"};
    const struct feel_value value[] = {feel_number(dec_int(io->all)), feel_number(dec_int(io->done)), feel_number(dec_int(io->late)), feel_number(dec_int(io->late_days)), feel_bool(io->over)};
    return plans_rule(p->tasks, "灯", name, value, ARRAY_LEN(name), a, &io->light, &io->why, d);
}

/* As it was on the day: what was reached later was still open then. */
static bool done_by(const struct milestone *m, date_t day) { return m->done != DATE_NONE && m->done <= day; }

static struct task *task_of(const struct work *x, int64_t id) {
    size_t low = 0, high = x->tasks;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (x->task[middle].row.id < id)
            low = middle + 1;
        else
            high = middle;
    }
    return low < x->tasks && x->task[low].row.id == id ? &x->task[low] : NULL;
}

/* A parent is older than what lies below it, so its id is the smaller: from the last to the first every sum is
 * complete when it is handed up. */
static enum status lights(struct work *x, struct diag *d) {
    enum status s = OK;
    for (size_t i = x->tasks; s == OK && i-- > 0;) {
        struct task *k = &x->task[i];
        struct plan_light *l = &k->light;
        if (k->row.dropped)
            continue;
        for (size_t m = k->first; m < k->first + k->count; m++) {
            const struct milestone *one = &x->milestone[m];
            int64_t days = x->as_of - one->due;
            bool late = !done_by(one, x->as_of) && days > 0;
            l->all++;
            l->done += done_by(one, x->as_of);
            l->late += late;
            if (late && days > l->late_days)
                l->late_days = days;
        }
        l->over = x->as_of > k->row.due;
        struct task *up = k->row.parent ? task_of(x, k->row.parent) : NULL;
        if (up) {
            up->light.all += l->all;
            up->light.done += l->done;
            up->light.late += l->late;
            if (l->late_days > up->light.late_days)
                up->light.late_days = l->late_days;
        }
        s = plan_light_tell(x->p, x->a, l, d);
    }
    return s;
}

/* ---- JSON --------------------------------------------------------------------------------- */

static void days_of(struct json_writer *w, date_t from, date_t due) {
    json_kdate(w, "from", from);
    json_kdate(w, "due", due);
}

static void keys_json(const char *keys, struct json_writer *w) {
    json_array(w);
    while (*keys) {
        size_t n = strcspn(keys, " ");
        json_span(w, span_bytes(keys, n));
        keys += n + (keys[n] == ' ');
    }
    json_array_end(w);
}

static void milestone_json(const struct work *x, const struct milestone *m, struct json_writer *w) {
    bool done = done_by(m, x->as_of);
    json_object(w);
    json_kid(w, "id", m->id);
    json_kstring(w, "title", m->title);
    json_kdate(w, "due", m->due);
    json_kdate(w, "done", done ? m->done : DATE_NONE);
    json_kstring(w, "evidence", done ? m->evidence : NULL);
    json_kstring(w, "by", done ? m->by : NULL);
    json_key(w, "file");
    if (done && m->file)
        json_id(w, m->file);
    else
        json_nothing(w);
    json_kint(w, "late_days", !done && x->as_of > m->due ? x->as_of - m->due : 0);
    json_object_end(w);
}

static void task_json(const struct work *x, const struct task *k, struct json_writer *w) {
    bool led = plan_task_led(x->who, k->row.division, false), own = led || x->who->account == k->row.owner;
    json_object(w);
    json_kid(w, "id", k->row.id);
    json_key(w, "parent");
    if (k->row.parent)
        json_id(w, k->row.parent);
    else
        json_nothing(w);
    json_kstring(w, "source", *k->row.source ? k->row.source : NULL);
    json_kstring(w, "division", k->row.division);
    json_kstring(w, "division_name", k->division_name);
    json_kstring(w, "title", k->row.title);
    json_kstring(w, "measures", k->row.measures);
    json_kstring(w, "owner", k->owner_login);
    json_kstring(w, "owner_name", k->owner_name);
    days_of(w, k->row.from, k->row.due);
    json_kint(w, "version", k->row.version);
    json_kstring(w, "light", k->row.dropped ? "dropped" : k->light.light);
    json_kstring(w, "rule", k->row.dropped ? "" : k->light.why);
    json_kint(w, "all", k->light.all);
    json_kint(w, "done", k->light.done);
    json_kint(w, "late", k->light.late);
    json_kbool(w, "adjusting", k->adjusting);
    json_kbool(w, "may_work", own && !k->row.dropped);
    json_kbool(w, "may_decide", plan_task_led(x->who, k->row.division, true));
    json_key(w, "indicators");
    keys_json(k->row.indicators, w);
    json_key(w, "milestones");
    json_array(w);
    for (size_t m = k->first; m < k->first + k->count; m++)
        milestone_json(x, &x->milestone[m], w);
    json_array_end(w);
    json_object_end(w);
}

static bool in_year(const struct work *x, const struct task *k) {
    if (!x->year || date_ymd(k->row.due).year == x->year)
        return true;
    for (size_t m = k->first; m < k->first + k->count; m++)
        if (date_ymd(x->milestone[m].due).year == x->year)
            return true;
    return false;
}

struct unit { const char *division, *name; int64_t tasks, red, amber, green, done; };

static int by_division(const void *a, const void *b) { return strcmp(((const struct unit *)a)->division, ((const struct unit *)b)->division); }

/* The places that have tasks, and how each stands: its own tasks, by the plan's rule of appraisal. */
static enum status units_json(struct work *x, struct json_writer *w, struct diag *d) {
    static const char *const name[] = {"有一票否决", "任务数", "红灯任务数", "黄灯任务数"};
    VEC(struct unit) list = {0};
    const struct json *veto = json_get(x->plan->json, "veto");
    enum status s = OK;
    for (size_t i = 0; i < x->tasks; i++) {
        const struct task *k = &x->task[i];
        struct unit *u = NULL;
        for (size_t j = 0; j < list.size && !u; j++)
            u = strcmp(list.at[j].division, k->row.division) == 0 ? &list.at[j] : NULL;
        if (k->row.dropped)
            continue;
        if (!u) {
            if (!(u = vec_push_in(x->a, &list)))
                return arena_full(d);
            *u = (struct unit){k->row.division, k->division_name, 0, 0, 0, 0, 0};
        }
        u->tasks++;
        u->red += strcmp(k->light.light, "red") == 0;
        u->amber += strcmp(k->light.light, "amber") == 0;
        u->green += strcmp(k->light.light, "green") == 0;
        u->done += strcmp(k->light.light, "done") == 0;
    }
    if (list.size)
        qsort(list.at, list.size, sizeof *list.at, by_division);
    json_array(w);
    for (size_t i = 0; s == OK && i < list.size; i++) {
        const struct unit *u = &list.at[i];
        const char *said = "", *why = "";
        const struct feel_value value[] = {feel_bool(veto && veto->type == JSON_OBJECT), feel_number(dec_int(u->tasks)), feel_number(dec_int(u->red)), feel_number(dec_int(u->amber))};
        s = plans_rule(x->p->tasks, "考核", name, value, ARRAY_LEN(name), x->a, &said, &why, d);
        json_object(w);
        json_kstring(w, "division", u->division);
        json_kstring(w, "name", u->name);
        json_kint(w, "tasks", u->tasks);
        json_kint(w, "red", u->red);
        json_kint(w, "amber", u->amber);
        json_kint(w, "green", u->green);
        json_kint(w, "done", u->done);
        json_kstring(w, "appraisal", said);
        json_kstring(w, "rule", why);
        json_object_end(w);
    }
    json_array_end(w);
    return s;
}

struct due { const struct task *task; const struct milestone *milestone; };
static int by_due(const void *a, const void *b) {
    const struct due *x = a, *y = b;
    return (x->milestone->due > y->milestone->due) - (x->milestone->due < y->milestone->due);
}

/* Late, or due within PLAN_REMIND_DAYS; the longest late first. */
static enum status reminders_json(struct work *x, struct json_writer *w, struct diag *d) {
    VEC(struct due) list = {0};
    for (size_t i = 0; i < x->tasks; i++)
        for (size_t m = x->task[i].first; m < x->task[i].first + x->task[i].count; m++) {
            const struct milestone *one = &x->milestone[m];
            if (x->task[i].row.dropped || done_by(one, x->as_of) || one->due > x->as_of + PLAN_REMIND_DAYS)
                continue;
            struct due *slot = vec_push_in(x->a, &list);
            if (!slot)
                return arena_full(d);
            *slot = (struct due){&x->task[i], one};
        }
    if (list.size)
        qsort(list.at, list.size, sizeof *list.at, by_due);
    json_array(w);
    for (size_t i = 0; i < list.size; i++) {
        json_object(w);
        json_kid(w, "task", list.at[i].task->row.id);
        json_kid(w, "milestone", list.at[i].milestone->id);
        json_kstring(w, "title", list.at[i].milestone->title);
        json_kstring(w, "task_title", list.at[i].task->row.title);
        json_kstring(w, "division_name", list.at[i].task->division_name);
        json_kstring(w, "owner_name", list.at[i].task->owner_name);
        json_kbool(w, "mine", list.at[i].task->row.owner == x->who->account);
        json_kdate(w, "due", list.at[i].milestone->due);
        json_kint(w, "late_days", x->as_of > list.at[i].milestone->due ? x->as_of - list.at[i].milestone->due : 0);
        json_object_end(w);
    }
    json_array_end(w);
    return OK;
}

/* What the plan asks for, and by how many tasks it is taken up. */
static void sources_json(const struct work *x, struct json_writer *w) {
    json_array(w);
    for (size_t i = 0; i < x->p->source_count; i++) {
        const struct plan_source *q = &x->p->source[i];
        int64_t taken = 0;
        if (strcmp(q->plan, x->plan->id) != 0)
            continue;
        for (size_t k = 0; k < x->tasks; k++)
            taken += !x->task[k].row.dropped && strcmp(x->task[k].row.source, q->key) == 0;
        json_object(w);
        json_kstring(w, "key", q->key);
        json_kstring(w, "section", q->section);
        json_kstring(w, "domain", q->domain);
        json_kboth(w, "name", q->name, q->name_en);
        json_kboth(w, "measures", q->measures, q->measures_en);
        json_key(w, "indicators");
        keys_json(q->indicators, w);
        json_kint(w, "tasks", taken);
        json_object_end(w);
    }
    json_array_end(w);
}

static enum status work_read(struct work *x, struct diag *d) {
    enum status s = tasks_read(x, d);
    if (s == OK)
        s = milestones_read(x, d);
    return s == OK ? lights(x, d) : s;
}

enum status plan_work_json(struct civil *c, struct txn *t, const struct actor *who, const struct plans *p, const struct plan *plan, date_t as_of, int year, struct json_writer *w, struct diag *d) {
    struct work x = {.c = c, .t = t, .who = who, .p = p, .plan = plan, .as_of = as_of, .year = year, .a = txn_arena(t)};
    enum status s = work_read(&x, d);
    if (s != OK)
        return s;
    json_object(w);
    json_kstring(w, "plan", plan->id);
    json_kboth(w, "name", plan->name, plan->name_en);
    json_kdate(w, "as_of", as_of);
    json_kint(w, "year", year);
    json_kbool(w, "may_add", plan_task_led(who, plan->division, false) || actor_division(who, "policy")[0] || actor_division(who, "leader")[0]);
    json_key(w, "tasks");
    json_array(w);
    for (size_t i = 0; i < x.tasks; i++)
        if (in_year(&x, &x.task[i]))
            task_json(&x, &x.task[i], w);
    json_array_end(w);
    json_key(w, "units");
    s = units_json(&x, w, d);
    json_key(w, "reminders");
    if (s == OK)
        s = reminders_json(&x, w, d);
    json_key(w, "sources");
    sources_json(&x, w);
    json_object_end(w);
    return s;
}

/* ---- one task ------------------------------------------------------------------------------ */

static enum status adjustments_json(struct civil *c, struct txn *t, const struct actor *who, const struct task_row *k, struct json_writer *w, struct diag *d) {
    AUTO(rows) struct rows *r = NULL;
    bool row = false;
    enum status s = sql_query(t, &r, d,
        "SELECT j.id, j.change_text, j.reason, j.state, a.name, j.asked_at, b.name, j.decided_at, j.note, j.asked_by FROM plan_adjustment j JOIN account a ON a.id = j.asked_by "
        "LEFT JOIN account b ON b.id = j.decided_by WHERE j.district = ? AND j.task = ? ORDER BY j.id", SQL_I(c->district), SQL_I(k->id));
    json_array(w);
    while (s == OK && (s = rows_next(r, &row, d)) == OK && row) {
        bool open = span_is(rows_text(r, 3), "asked");
        json_object(w);
        json_kid(w, "id", rows_int(r, 0));
        json_key(w, "change");
        json_value(w, plan_act_value(txn_arena(t), rows_text(r, 1)));
        json_kspan(w, "reason", rows_text(r, 2));
        json_kspan(w, "state", rows_text(r, 3));
        json_kspan(w, "asked_by", rows_text(r, 4));
        json_kinstant(w, "asked_at", rows_int(r, 5));
        json_kstring(w, "decided_by", open ? NULL : rows_dup(r, 6, txn_arena(t)));
        json_key(w, "decided_at");
        if (open)
            json_nothing(w);
        else
            json_instant(w, rows_int(r, 7));
        json_kstring(w, "note", open ? NULL : rows_dup(r, 8, txn_arena(t)));
        json_kbool(w, "may_decide", open && who->account != rows_int(r, 9) && plan_task_led(who, k->division, true));
        json_object_end(w);
    }
    json_array_end(w);
    return s;
}

enum status plan_task_json(struct civil *c, struct txn *t, const struct actor *who, int64_t task, struct json_writer *w, struct diag *d) {
    struct task_row k;
    enum status s = plan_task_read(c, t, task, &k, d);
    const struct plan *plan = s == OK && c->plans ? plans_find(c->plans, k.plan) : NULL;
    if (s == OK && !plan)
        s = diag_fail(d, E_NOT_FOUND, "plan.not_here");
    if (s != OK)
        return s;
    struct work x = {.c = c, .t = t, .who = who, .p = c->plans, .plan = plan, .as_of = txn_today(t), .a = txn_arena(t)};
    s = work_read(&x, d);
    const struct task *one = s == OK ? task_of(&x, task) : NULL;
    if (!one)
        return s == OK ? diag_fail(d, E_NOT_FOUND, "plan.task.none") : s;
    json_object(w);
    json_key(w, "task");
    task_json(&x, one, w);
    json_key(w, "adjustments");
    s = adjustments_json(c, t, who, &k, w, d);
    json_key(w, "history");
    if (s == OK)
        s = plan_acts_json(c, t, task, w, d);
    json_object_end(w);
    return s;
}
