#ifndef CIVIL_PLAN_TASK_INTERNAL_H
#define CIVIL_PLAN_TASK_INTERNAL_H

#include "civil/plan/task.h"
#include "store/store.h"

struct task_row {
    int64_t id, parent, owner, version;
    const char *plan, *source, *division, *title, *measures, *indicators;
    date_t from, due;
    bool dropped;
};
/* E_NOT_FOUND plan.task.none. */
NODISCARD enum status plan_task_read(struct civil *c, struct txn *t, int64_t id, struct task_row *ret, struct diag *d);
/* Policy officers and leaders of the division; `leader`: these alone. */
bool plan_task_led(const struct actor *who, const char *division, bool leader);
NODISCARD enum status plan_task_owner(struct txn *t, const char *login, int64_t *ret, struct diag *d);
/* Its days are in order, lie within its parent's, and hold its milestones and the tasks below it.  E_INPUT plan.task.days, plan.task.outside. */
NODISCARD enum status plan_task_days(struct civil *c, struct txn *t, const struct task_row *x, struct diag *d);
/* 1..most characters, nothing hidden.  E_INPUT plan.task.text with the field. */
NODISCARD enum status plan_task_text(const char *field, const char *text, size_t most, struct diag *d);

#endif
