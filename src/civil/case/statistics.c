/* Where the time goes: what each step of a process took, where cases wait now
 * and whether limits were kept, by division; from the trace and the tasks.
 * Counts and durations only: nobody is read. */
#include "civil/case/statistics.h"

#include "base/vec.h"
#include "civil/case/case_internal.h"
#include "civil/secrecy/secrecy.h"

#include <stdlib.h>

enum {
    TRACE_ROWS_MAX = 5000000, /* a year of a large district: 60 rows a case; more is a job, not a page */
    SECOND_US = 1000000,
};

/* One step in one division.  Times in seconds. */
struct cell {
    VEC(uint32_t) took;
    int64_t waiting, oldest_at; /* oldest_at: when the one that waits longest came; 0: none */
    int64_t limited, on_time, late_open;
};
struct place { char *code; struct cell *step; int64_t cases, open; };

struct counting {
    struct civil *c;
    struct txn *t;
    const struct process *process;
    const struct matter *matter;
    VEC(struct place) place;
    int64_t rows;
    const char *open; /* the condition on compartments */
};

/* ---- steps that take time -------------------------------------------------------- */

static bool takes_time(const struct bpmn_node *n) {
    return bpmn_by_person(n) || n->kind == BPMN_RECEIVE_TASK || n->kind == BPMN_CATCH || n->kind == BPMN_EVENT_GATEWAY;
}

/* A catch event behind an event gateway is entered when it is over. */
static bool shown(const struct bpmn_model *m, uint32_t i) {
    const struct bpmn_node *n = &m->node[i];
    if (!takes_time(n))
        return false;
    return n->kind != BPMN_CATCH || n->in_count != 1 || m->node[m->flow[m->in[n->in]].from].kind != BPMN_EVENT_GATEWAY;
}

/* ---- reading ---------------------------------------------------------------------- */

static struct place *place_of(struct counting *x, struct span code) {
    for (size_t i = 0; i < x->place.size; i++)
        if (span_is(code, x->place.at[i].code))
            return &x->place.at[i];
    struct place *p = vec_push_in(txn_arena(x->t), &x->place);
    if (!p)
        return NULL;
    *p = (struct place){.code = arena_dup(txn_arena(x->t), code), .step = ARENA_ARRAY(txn_arena(x->t), x->process->model->node_count, struct cell)};
    if (!p->code || !p->step)
        return NULL;
    memset(p->step, 0, x->process->model->node_count * sizeof *p->step);
    return p;
}

static void still_waits(const struct counting *x, struct place *p, const int64_t *entered) {
    for (uint32_t i = 0; p && i < x->process->model->node_count; i++) {
        struct cell *c = &p->step[i];
        if (!entered[i] || !shown(x->process->model, i))
            continue;
        c->waiting++;
        if (!c->oldest_at || entered[i] < c->oldest_at)
            c->oldest_at = entered[i];
    }
}

static enum status left(struct counting *x, struct cell *c, int64_t from, int64_t to, struct diag *d) {
    uint32_t *took = vec_push_in(txn_arena(x->t), &c->took);
    if (!took)
        return arena_full(d);
    *took = (uint32_t)((to - from) / SECOND_US);
    return OK;
}

#define WHERE_CASES "f.matter = ? AND f.process_file = ? AND f.applied_at >= ? AND f.applied_at < ? AND f.subdistrict >= ? AND f.subdistrict < ?"
#define CASES_OF(x, q) SQL_S((x)->matter->id), SQL_S((x)->process->file->name), SQL_I((q)->from), SQL_I((q)->until), SQL_S((q)->division), SQL_S((q)->division_end)

/* `before` WHERE the cases asked for that this officer may know of, `after`.  NULL: memory. */
static char *cases_sql(const struct counting *x, const char *before, const char *after) {
    return arena_printf(txn_arena(x->t), "%s" WHERE_CASES " AND %s%s", before, x->open, after);
}

struct question { instant_t from, until; const char *division, *division_end; };

static enum status read_trace(struct counting *x, const struct question *q, struct diag *d) {
    const struct bpmn_model *m = x->process->model;
    int64_t *entered = ARENA_ARRAY(txn_arena(x->t), m->node_count, int64_t);
    int64_t now_case = 0;
    struct place *p = NULL;
    AUTO(rows) struct rows *r = NULL;
    if (!entered)
        return arena_full(d);
    memset(entered, 0, m->node_count * sizeof *entered);
    char *sql = cases_sql(x, "SELECT t.case_id, t.at, t.element, t.event, f.subdistrict FROM case_file f JOIN case_trace t ON t.district = f.district AND t.case_id = f.id WHERE ",
        " ORDER BY f.district, f.id, t.seq");
    enum status s = sql ? sql_query(x->t, &r, d, sql, CASES_OF(x, q)) : arena_full(d);
    for (bool row = true; s == OK;) {
        if ((s = rows_next(r, &row, d)) != OK || !row)
            break;
        if (++x->rows > TRACE_ROWS_MAX)
            return diag_fail(d, E_LIMIT, "case.statistics_size", DIAG_N("limit", TRACE_ROWS_MAX));
        if (rows_int(r, 0) != now_case) {
            still_waits(x, p, entered);
            memset(entered, 0, m->node_count * sizeof *entered);
            now_case = rows_int(r, 0);
            if (!(p = place_of(x, rows_text(r, 4))))
                return arena_full(d);
        }
        uint32_t n = bpmn_node_find(m, rows_text(r, 2));
        if (n == BPMN_NONE)
            continue; /* of a version that the case has left */
        struct span event = rows_text(r, 3);
        if (span_is(event, "enter"))
            entered[n] = rows_int(r, 1);
        else if (entered[n]) {
            if (span_is(event, "leave"))
                s = left(x, &p->step[n], entered[n], rows_int(r, 1), d);
            entered[n] = 0;
        }
    }
    still_waits(x, p, entered);
    return s;
}

static enum status read_cases(struct counting *x, const struct question *q, struct diag *d) {
    AUTO(rows) struct rows *r = NULL;
    char *sql = cases_sql(x, "SELECT f.subdistrict, COUNT(*), SUM(CASE WHEN f.closed_at IS NULL THEN 1 ELSE 0 END) FROM case_file f WHERE ",
        " GROUP BY f.subdistrict ORDER BY f.subdistrict");
    enum status s = sql ? sql_query(x->t, &r, d, sql, CASES_OF(x, q)) : arena_full(d);
    for (bool row = true; s == OK;) {
        if ((s = rows_next(r, &row, d)) != OK || !row)
            break;
        struct place *p = place_of(x, rows_text(r, 0));
        if (!p)
            return arena_full(d);
        p->cases = rows_int(r, 1);
        p->open = rows_int(r, 2);
    }
    return s;
}

/* A limit is kept when the task was done before its last day was over (Shanghai). */
static enum status read_limits(struct counting *x, const struct question *q, struct diag *d) {
    AUTO(rows) struct rows *r = NULL;
    char *sql = cases_sql(x,
        "SELECT f.subdistrict, k.element, SUM(CASE WHEN k.state = 'done' THEN 1 ELSE 0 END), "
        "SUM(CASE WHEN k.state = 'done' AND k.done_at < (k.due_on + 1) * 86400000000 - 28800000000 THEN 1 ELSE 0 END), "
        "SUM(CASE WHEN k.state = 'open' AND k.due_on < ? THEN 1 ELSE 0 END) "
        "FROM case_file f JOIN case_task k ON k.district = f.district AND k.case_id = f.id WHERE k.due_on IS NOT NULL AND ",
        " GROUP BY f.subdistrict, k.element ORDER BY f.subdistrict, k.element");
    enum status s = sql ? sql_query(x->t, &r, d, sql, SQL_D(txn_today(x->t)), CASES_OF(x, q)) : arena_full(d);
    for (bool row = true; s == OK;) {
        if ((s = rows_next(r, &row, d)) != OK || !row)
            break;
        struct place *p = place_of(x, rows_text(r, 0));
        uint32_t n = bpmn_node_find(x->process->model, rows_text(r, 1));
        if (!p)
            return arena_full(d);
        if (n == BPMN_NONE)
            continue;
        p->step[n].limited = rows_int(r, 2);
        p->step[n].on_time = rows_int(r, 3);
        p->step[n].late_open = rows_int(r, 4);
    }
    return s;
}

/* ---- writing -------------------------------------------------------------------------- */

static int ascending(const void *a, const void *b) {
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return (x > y) - (x < y);
}

/* The smallest value that at least this share of them does not exceed. */
static int64_t quantile(const uint32_t *at, size_t n, unsigned percent) { return n ? (int64_t)at[(n * percent + 99) / 100 - 1] : 0; }

static void cell_json(struct json_writer *w, struct cell *c, instant_t now) {
    if (c->took.size)
        qsort(c->took.at, c->took.size, sizeof *c->took.at, ascending);
    json_kint(w, "done", (int64_t)c->took.size);
    json_kint(w, "median_s", quantile(c->took.at, c->took.size, 50));
    json_kint(w, "p90_s", quantile(c->took.at, c->took.size, 90));
    json_kint(w, "waiting", c->waiting);
    json_kint(w, "longest_s", c->oldest_at ? (now - c->oldest_at) / SECOND_US : 0);
    json_kint(w, "limited", c->limited);
    json_kint(w, "on_time", c->on_time);
    json_kint(w, "late_open", c->late_open);
}

static enum status add_cell(struct arena *a, struct cell *sum, const struct cell *c, struct diag *d) {
    for (size_t i = 0; i < c->took.size; i++) {
        uint32_t *slot = vec_push_in(a, &sum->took);
        if (!slot)
            return arena_full(d);
        *slot = c->took.at[i];
    }
    sum->waiting += c->waiting;
    if (c->oldest_at && (!sum->oldest_at || c->oldest_at < sum->oldest_at))
        sum->oldest_at = c->oldest_at;
    sum->limited += c->limited;
    sum->on_time += c->on_time;
    sum->late_open += c->late_open;
    return OK;
}

static enum status step_json(struct counting *x, uint32_t n, struct json_writer *w, struct diag *d) {
    const struct bpmn_node *node = &x->process->model->node[n];
    struct cell sum = {0};
    enum status s = OK;
    for (size_t i = 0; s == OK && i < x->place.size; i++)
        s = add_cell(txn_arena(x->t), &sum, &x->place.at[i].step[n], d);
    json_object(w);
    json_kstring(w, "element", node->id);
    const char *name = *node->name ? node->name : node->id;
    text_pair(w, "name", name, json_str(desk_element(x->matter, node->id), "en", name));
    json_key(w, "limit");
    json_string(w, *node->limit ? node->limit : NULL);
    cell_json(w, &sum, txn_now(x->t));
    json_object_end(w);
    return s;
}

static enum status place_json(struct counting *x, struct place *p, struct json_writer *w, struct diag *d) {
    const char *name = "";
    struct cell sum = {0};
    enum status s = division_name(x->t, txn_arena(x->t), p->code, &name, d);
    json_object(w);
    json_kstring(w, "division", p->code);
    json_kstring(w, "division_name", name);
    json_kint(w, "cases", p->cases);
    json_kint(w, "open", p->open);
    json_key(w, "steps");
    json_array(w);
    for (uint32_t i = 0; s == OK && i < x->process->model->node_count; i++) {
        struct cell *c = &p->step[i];
        s = add_cell(txn_arena(x->t), &sum, c, d);
        if (!shown(x->process->model, i) || (!c->took.size && !c->waiting && !c->limited && !c->late_open))
            continue;
        json_object(w);
        json_kstring(w, "element", x->process->model->node[i].id);
        cell_json(w, c, txn_now(x->t));
        json_object_end(w);
    }
    json_array_end(w);
    json_kint(w, "limited", sum.limited);
    json_kint(w, "on_time", sum.on_time);
    json_kint(w, "late_open", sum.late_open);
    json_object_end(w);
    return s;
}

static enum status write_all(struct counting *x, const struct statistics_query *q, struct json_writer *w, struct diag *d) {
    int64_t cases = 0, open = 0;
    enum status s = OK;
    for (size_t i = 0; i < x->place.size; i++)
        cases += x->place.at[i].cases, open += x->place.at[i].open;
    json_object(w);
    json_kstring(w, "matter", x->matter->id);
    json_kstring(w, "file", x->process->file->name);
    json_kdate(w, "from", q->from);
    json_kdate(w, "until", q->until);
    json_kint(w, "cases", cases);
    json_kint(w, "open", open);
    json_key(w, "files");
    json_array(w);
    for (size_t i = 0; i < x->matter->process_count; i++)
        json_string(w, x->matter->process[i].name);
    json_array_end(w);
    json_key(w, "steps");
    json_array(w);
    for (uint32_t i = 0; s == OK && i < x->process->model->node_count; i++)
        if (shown(x->process->model, i))
            s = step_json(x, i, w, d);
    json_array_end(w);
    json_key(w, "divisions");
    json_array(w);
    for (size_t i = 0; s == OK && i < x->place.size; i++)
        s = place_json(x, &x->place.at[i], w, d);
    json_array_end(w);
    json_object_end(w);
    return s;
}

/* ---- the question --------------------------------------------------------------------------- */

/* The widest division that this actor may look at, or the one asked for below it. */
static enum status division_of(const struct actor *who, const char *asked, const char **ret, struct diag *d) {
    const char *widest = NULL;
    for (int i = 0; i < who->grant_count; i++)
        if (!widest || strlen(who->grant[i].division) < strlen(widest))
            widest = who->grant[i].division;
    *ret = asked && *asked ? asked : widest ? widest : "";
    return widest && actor_may(who, NULL, *ret) ? OK : diag_fail(d, E_FORBIDDEN, "case.scope");
}

enum status case_statistics_json(struct civil *c, struct txn *t, const struct actor *who, const struct statistics_query *asked, struct json_writer *w, struct diag *d) {
    struct statistics_query q = *asked;
    const struct matter *m = packs_matter(c->packs, q.matter && *q.matter ? q.matter : "dibao");
    struct counting x = {.c = c, .t = t, .matter = m, .open = secrecy_open_column(txn_arena(t), who, "f.compartment")};
    struct question where = {0};
    if (!x.open)
        return arena_full(d);
    if (!m || !m->open || !secrecy_open_scheme(c, who, m->scheme))
        return diag_fail(d, E_NOT_FOUND, "case.no_matter");
    x.process = q.file && *q.file ? case_process_named(c->models, m, q.file) : case_process_on(c->models, m, txn_today(t));
    if (!x.process)
        return diag_fail(d, E_NOT_FOUND, "case.no_process");
    enum status s = division_of(who, q.division, &where.division, d);
    q.until = q.until == DATE_NONE ? txn_today(t) : q.until;
    q.from = q.from == DATE_NONE ? q.until - 365 : q.from;
    where.division_end = arena_printf(txn_arena(t), "%s:", where.division ? where.division : ""); /* ':' follows '9' */
    where.from = day_end(q.from - 1);
    where.until = day_end(q.until);
    if (s == OK && !where.division_end)
        return arena_full(d);
    if (s == OK)
        s = read_cases(&x, &where, d);
    if (s == OK)
        s = read_trace(&x, &where, d);
    if (s == OK)
        s = read_limits(&x, &where, d);
    return s == OK ? write_all(&x, &q, w, d) : s;
}
