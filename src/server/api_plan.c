/* Plans and where their indicators stand. */
#include "server/server_internal.h"

#include "civil/indicator/composite.h"
#include "civil/indicator/status.h"
#include "store/store.h"

#include <stdlib.h>

struct asked { struct call *call; const struct plan *plan; const struct indicator *indicator; date_t as_of; };

void api_plans(struct call *c) {
    const struct plans *p = c->civil->plans;
    json_object(&c->w);
    json_key(&c->w, "items");
    json_array(&c->w);
    for (size_t i = 0; p && i < p->plan_count; i++)
        json_value(&c->w, p->plan[i].json);
    json_array_end(&c->w);
    json_object_end(&c->w);
}

static enum status read_plan(struct txn *t, void *arg, struct diag *d) {
    struct asked *x = arg;
    struct plan_state state;
    enum status s = call_query_date(x->call, "as_of", txn_today(t), &x->as_of);
    if (s == OK)
        s = plan_state_read(x->call->civil, t, x->call->arena, x->call->civil->plans, x->plan, x->as_of, &state, d);
    if (s == OK)
        plan_state_json(&state, true, &x->call->w);
    return s;
}

void api_plan(struct call *c) {
    struct asked x = {.call = c, .plan = c->civil->plans ? plans_find(c->civil->plans, c->request->param[0]) : NULL};
    enum status s = x.plan ? store_read(c->civil->store, read_plan, &x, &c->diag) : diag_fail(&c->diag, E_NOT_FOUND, "plan.not_here");
    if (s != OK)
        call_fail(c, s);
}

static enum status read_divisions(struct txn *t, void *arg, struct diag *d) {
    struct asked *x = arg;
    enum status s = call_query_date(x->call, "as_of", txn_today(t), &x->as_of);
    return s == OK ? indicator_divisions_json(x->call->civil, t, x->call->arena, x->call->civil->plans, x->indicator, x->as_of, &x->call->w, d) : s;
}

static enum status read_map(struct txn *t, void *arg, struct diag *d) {
    struct asked *x = arg;
    return indicator_map_json(x->call->civil, t, x->call->arena, x->call->civil->plans, x->indicator, &x->call->w, d);
}

/* The indicator of the path, in the plan of the path. */
static void of_indicator(struct call *c, enum status (*read)(struct txn *, void *, struct diag *)) {
    struct asked x = {.call = c, .indicator = c->civil->plans ? plans_indicator(c->civil->plans, c->request->param[1]) : NULL};
    bool here = x.indicator && strcmp(x.indicator->plan, c->request->param[0]) == 0;
    enum status s = here ? store_read(c->civil->store, read, &x, &c->diag) : diag_fail(&c->diag, E_NOT_FOUND, "plan.not_here");
    if (s != OK)
        call_fail(c, s);
}
void api_plan_map(struct call *c) { of_indicator(c, read_map); }
void api_plan_divisions(struct call *c) { of_indicator(c, read_divisions); }

/* ---- composite indexes ---------------------------------------------------------------------- */

void api_plan_indexes(struct call *c) {
    const struct plans *p = c->civil->plans;
    json_object(&c->w);
    json_key(&c->w, "items");
    json_array(&c->w);
    for (size_t i = 0; p && i < p->composite_count; i++) {
        const struct composite_part *x = &p->composite[i];
        if (i && strcmp(x->index, x[-1].index) == 0)
            continue;
        json_object(&c->w);
        json_kstring(&c->w, "index", x->index);
        json_kboth(&c->w, "name", x->index_name, x->index_name_en);
        json_object_end(&c->w);
    }
    json_array_end(&c->w);
    json_object_end(&c->w);
}

static enum status read_index(struct txn *t, void *arg, struct diag *d) {
    struct call *c = arg;
    struct composite x;
    const char *spread = http_query(c->request, "spread");
    struct composite_query q = {.index = c->request->param[0], .weights = http_query(c->request, "weights"), .spread = spread ? atoi(spread) : COMPOSITE_SPREAD};
    enum status s = c->civil->plans ? call_query_date(c, "as_of", txn_today(t), &q.as_of) : diag_fail(d, E_NOT_FOUND, "plan.not_here");
    if (s == OK)
        s = composite_read(c->civil, t, c->arena, c->civil->plans, &q, &x, d);
    if (s == OK)
        composite_json(&x, &c->w);
    return s;
}

void api_plan_index(struct call *c) {
    enum status s = call_read(c, read_index);
    if (s != OK)
        call_fail(c, s);
}
