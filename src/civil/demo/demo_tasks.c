/* Made-up tasks of the district's own plan: what it asks for, taken up by the district and handed on to
 * two subdistricts; most milestones reached in time, some late, some never. */
#include "civil/demo/demo.h"

#include "civil/demo/random.h"
#include "civil/plan/task.h"
#include "store/store.h"

#include <stdio.h>

enum { SOURCES = 12, PLACES = 2 };

struct making {
    struct civil *c;
    const struct demo_config *config;
    const struct plan *plan;
    struct chance chance;
    char place[PLACES][16];
    int places;
};

static enum status places(struct txn *t, struct making *m, struct diag *d) {
    AUTO(rows) struct rows *r = NULL;
    bool row = false;
    m->places = 0;
    enum status s = sql_query(t, &r, d, "SELECT min(g.division) FROM account_role g JOIN account a ON a.id = g.account WHERE a.login IN ('clerk', 'clerk3') GROUP BY a.login ORDER BY a.login");
    while (s == OK && m->places < PLACES && (s = rows_next(r, &row, d)) == OK && row)
        snprintf(m->place[m->places++], sizeof m->place[0], "%.*s", SPAN_ARG(rows_text(r, 0)));
    return s;
}

static enum status one(struct making *m, struct txn *t, const struct plan_source *q, const char *division, const char *owner, int64_t parent, int64_t *ret, struct diag *d) {
    struct actor who = actor_system();
    date_t from = date_from_ymd(m->plan->from, 1, 1), due = plan_year_end(m->plan->to);
    struct plan_milestone_new step[] = {{"实施方案印发", from + 180 + chance_between(&m->chance, 0, 180)}, {"中期检查合格", plan_year_end(m->plan->from + 2)}, {"全部完成并验收", due}};
    struct plan_task_new n = {.plan = m->plan->id, .source = q->key, .division = division, .owner = owner, .title = q->name, .measures = q->measures, .indicators = q->indicators,
        .parent = parent, .from = from, .due = due, .milestone = step, .milestones = ARRAY_LEN(step)};
    return plan_task_add_in(m->c, t, &who, &n, ret, d);
}

static enum status fill(struct txn *t, void *arg, struct diag *d) {
    struct making *m = arg;
    int made = 0;
    m->chance.state = m->config->seed ^ 0x7461736b73;
    enum status s = places(t, m, d);
    for (size_t i = 0; s == OK && i < m->c->plans->source_count && made < SOURCES; i++) {
        const struct plan_source *q = &m->c->plans->source[i];
        int64_t top = 0, below = 0;
        if (strcmp(q->plan, m->plan->id) != 0 || !*q->indicators)
            continue;
        s = one(m, t, q, m->config->district, made % 2 ? "district" : "policy", 0, &top, d);
        for (int k = 0; s == OK && k < m->places; k++)
            s = one(m, t, q, m->place[k], k ? "clerk3" : "clerk", top, &below, d);
        made++;
    }
    return s;
}

struct step { int64_t id; date_t due, from; };

static enum status reached(struct txn *t, void *arg, struct diag *d) {
    struct making *m = arg;
    AUTO(rows) struct rows *r = NULL;
    struct step step[SOURCES * (1 + PLACES) * 3];
    size_t n = 0;
    bool row = false;
    enum status s = sql_query(t, &r, d, "SELECT m.id, m.due_on, k.from_on FROM plan_milestone m JOIN plan_task k ON k.district = m.district AND k.id = m.task WHERE m.district = ? "
        "AND m.done_on IS NULL ORDER BY m.id", SQL_I(m->c->district));
    while (s == OK && n < ARRAY_LEN(step) && (s = rows_next(r, &row, d)) == OK && row)
        step[n++] = (struct step){rows_int(r, 0), rows_date(r, 1), rows_date(r, 2)};
    r = rows_free(r);
    m->chance.state = m->config->seed ^ 0x7374657073;
    struct actor who = actor_system();
    for (size_t i = 0; s == OK && i < n; i++) {
        bool never = chance_of(&m->chance, 0.08);
        date_t on = step[i].due + chance_between(&m->chance, -60, 20);
        if (!never && on < m->config->today && on >= step[i].from)
            s = plan_milestone_reach_in(m->c, t, &who, step[i].id, on, "示范数据：材料已存档", 0, d);
    }
    return s;
}

enum status demo_tasks(struct civil *c, const struct plans *plans, const struct demo_config *config, struct diag *d) {
    struct civil with = *c;
    struct making m = {.c = &with, .config = config};
    with.plans = plans;
    for (size_t i = 0; i < plans->plan_count; i++)
        if (strcmp(plans->plan[i].division, config->district) == 0)
            m.plan = &plans->plan[i];
    enum status s = m.plan ? store_write(c->store, fill, &m, d) : OK;
    return s == OK && m.plan ? store_write(c->store, reached, &m, d) : s;
}
