/* Indicators computed from registers, for a period that ends on a day.
 *
 * A measure names a register, a condition and an amount in FEEL over one row of it:
 *   待遇  entitlements in force on the day       政策 状态 月金额 户
 *   发放  payments of the period's months        政策 状态 金额
 *   受理  cases applied for in the period        事项 政策 渠道 结果
 *   办结  cases decided in the period            事项 政策 渠道 结果 按期
 *   设施  facilities on the day, as the register knows them now; those open later are not there
 *                                                 类别 状态 (codes of the register) 床位 护理床位 容量 星级
 *   人口  people who live in a community, by age on the day, counted in the register as it stands
 *                                                 年龄段 ("0-17", "18-59", "60-79", "80+") 人数
 *   参数  figures of the policies on the day     their names; for the district alone
 * Amounts are yuan.  `during` in measures.csv must fit its register.  No person's row is read: people are counts of communities. */
#ifndef CIVIL_INDICATOR_MEASURE_H
#define CIVIL_INDICATOR_MEASURE_H

#include "civil/indicator/observation.h"

struct period { date_t first, last; enum indicator_grain grain; };
/* "2026", "2026-Q3", "2026-11", over by `today`.  E_INPUT plan.period, plan.period_open. */
NODISCARD enum status period_parse(struct span text, date_t today, struct period *ret, struct diag *d);

/* Every definition of the period's grain for the district, its subdistricts and communities; rows for observations_record, in `a`.
 * A ratio without anything below the line has no row.  E_INPUT plan.measure (a measure or definition that
 * does not compile or gives no number: its name and why). */
NODISCARD enum status measures_compute(struct civil *c, struct arena *a, const struct plans *p, const struct period *when, struct observation **ret, size_t *ret_n, struct diag *d);

/* What a measure may say: compiles every condition, amount and definition.  For start-up and tests. */
NODISCARD enum status measures_check(struct arena *a, const struct packs *packs, const struct plans *p, date_t day, struct diag *d);

#endif
