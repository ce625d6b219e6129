/* Tasks of a plan (任务分解): city, district, subdistrict, community.
 *
 * packs/plans/tasks.csv says what a plan asks for (a source: section, measures, linked indicators); a task says who
 * answers for it where, from when to when, and by which milestones it is seen.  A task below another lies in a
 * division below the other's and within its days.  Its light counts its own milestones and those of
 * the tasks below it, by packs/plans/tasks.dmn; numbers of milestones are added, never averaged.
 *
 * A task that is there changes only by adjustment: one asks with a reason, another decides (plan_adjust_*). */
#ifndef CIVIL_PLAN_TASK_H
#define CIVIL_PLAN_TASK_H

#include "civil/indicator/indicator.h"

enum {
    PLAN_TASKS_MAX = 20000,    /* of one plan: 113 sources in a district of 15 subdistricts and 263 communities take some 2,000 */
    PLAN_MILESTONES_MAX = 40,  /* of one task */
    PLAN_TITLE_MAX = 120, PLAN_TEXT_MAX = 2000, /* characters */
    PLAN_REMIND_DAYS = 30
};

struct plan_milestone_new { const char *title; date_t due; };
struct plan_task_new {
    const char *plan, *source /* "": the bureau's own */, *division, *owner /* login */, *title, *measures, *indicators /* keys, blanks between */;
    int64_t parent; /* 0: none */
    date_t from, due;
    const struct plan_milestone_new *milestone;
    size_t milestones;
};
/* From {"source","parent","division","owner","title","measures","indicators","from","due","milestones":[{"title","due"}]}: what is missing is empty and
 * plan_task_add refuses it.  Texts stay the JSON's.  E_INPUT plan.task.milestones and those of dates; E_NOT_FOUND plan.task.none. */
NODISCARD enum status plan_task_parse(struct arena *a, const struct json *j, const char *plan, struct plan_task_new *ret, struct diag *d);
/* By a policy officer or leader of the division.  E_INPUT plan.task.* with the field; E_NOT_FOUND plan.not_here, plan.task.none, account.unknown;
 * E_FORBIDDEN plan.task.role. */
NODISCARD enum status plan_task_add(struct civil *c, const struct actor *who, const struct plan_task_new *n, int64_t *ret, struct diag *d);
NODISCARD enum status plan_task_add_in(struct civil *c, struct txn *t, const struct actor *who, const struct plan_task_new *n, int64_t *ret, struct diag *d);

/* Reached on `on` (today or before): `evidence` in words, `file` of the archive or 0.  By the owner or who leads there.
 * E_NOT_FOUND plan.milestone.none; E_CONFLICT plan.task.done, plan.task.dropped; E_INPUT plan.task.text, plan.task.file, plan.task.day. */
NODISCARD enum status plan_milestone_reach(struct civil *c, const struct actor *who, int64_t milestone, date_t on, const char *evidence, int64_t file, struct diag *d);
NODISCARD enum status plan_milestone_reach_in(struct civil *c, struct txn *t, const struct actor *who, int64_t milestone, date_t on, const char *evidence, int64_t file, struct diag *d);

/* change: {"title","measures","owner","from","due","drop"}, what is to be otherwise.  By the owner or who leads there.
 * E_CONFLICT plan.adjust.waiting, plan.task.version; E_INPUT plan.adjust.empty, plan.task.*. */
NODISCARD enum status plan_adjust_ask(struct civil *c, const struct actor *who, int64_t task, int64_t version, const struct json *change, const char *reason, int64_t *ret, struct diag *d);
/* By a leader of the division who did not ask.  Approved: it is so from now on, in the same transaction.  E_NOT_FOUND plan.adjust.none;
 * E_FORBIDDEN plan.adjust.same, plan.task.role; E_CONFLICT plan.adjust.decided, and what plan_adjust_ask refuses, if it has become so since. */
NODISCARD enum status plan_adjust_decide(struct civil *c, const struct actor *who, int64_t adjustment, bool approve, const char *note, struct diag *d);

/* API PlanWork of a plan: tasks with lights, units with their appraisal, what is due within PLAN_REMIND_DAYS or late, sources.
 * year 0: all; else what has a milestone in that year (the yearly work plan, 年度工作计划). */
NODISCARD enum status plan_work_json(struct civil *c, struct txn *t, const struct actor *who, const struct plans *p, const struct plan *plan, date_t as_of, int year, struct json_writer *w, struct diag *d);
/* API PlanTaskDetail: history and adjustments.  E_NOT_FOUND plan.task.none. */
NODISCARD enum status plan_task_json(struct civil *c, struct txn *t, const struct actor *who, int64_t task, struct json_writer *w, struct diag *d);

/* Of what milestones say on a day. */
struct plan_light { int64_t all, done, late, late_days; bool over; const char *light, *why; };
NODISCARD enum status plan_light_tell(const struct plans *p, struct arena *a, struct plan_light *io, struct diag *d);

#endif
