/* A task as the API and a file write it. */
#include "civil/plan/task.h"

#include <stdlib.h>

static enum status day_of(const struct json *j, const char *name, date_t *ret, struct diag *d) {
    enum status s = date_parse(span_of(json_str(j, name, "")), ret, d);
    return s == OK ? OK : (diag_at(d, "%s", name), s);
}

static enum status milestones_of(struct arena *a, const struct json *list, struct plan_task_new *n, struct diag *d) {
    n->milestones = list && list->type == JSON_ARRAY ? list->size : 0;
    if ((list && list->type != JSON_ARRAY && list->type != JSON_NULL) || n->milestones > PLAN_MILESTONES_MAX)
        return diag_at(d, "milestones"), diag_fail(d, E_INPUT, "plan.task.milestones", DIAG_N("most", PLAN_MILESTONES_MAX));
    struct plan_milestone_new *m = ARENA_ARRAY(a, n->milestones + 1, struct plan_milestone_new);
    if (!m)
        return arena_full(d);
    n->milestone = m;
    for (size_t i = 0; i < n->milestones; i++) {
        m[i].title = json_str(list->item[i], "title", "");
        enum status s = date_parse(span_of(json_str(list->item[i], "due", "")), &m[i].due, d);
        if (s != OK)
            return diag_at(d, "milestones"), s;
    }
    return OK;
}

enum status plan_task_parse(struct arena *a, const struct json *j, const char *plan, struct plan_task_new *ret, struct diag *d) {
    *ret = (struct plan_task_new){.plan = plan, .source = json_str(j, "source", ""), .division = json_str(j, "division", ""), .owner = json_str(j, "owner", ""),
        .title = json_str(j, "title", ""), .measures = json_str(j, "measures", ""), .indicators = json_str(j, "indicators", "")};
    const char *parent = json_str(j, "parent", NULL);
    char *end = NULL;
    ret->parent = parent ? strtoll(parent, &end, 10) : 0;
    if (parent && (*end || ret->parent <= 0))
        return diag_fail(d, E_NOT_FOUND, "plan.task.none");
    enum status s = day_of(j, "from", &ret->from, d);
    if (s == OK)
        s = day_of(j, "due", &ret->due, d);
    return s == OK ? milestones_of(a, json_get(j, "milestones"), ret, d) : s;
}
