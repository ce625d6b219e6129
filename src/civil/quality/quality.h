/* How good the registers are (数据质量): declared in the packs' quality.json, counted every day, mended where it is worst.
 *
 * A rule is a condition in FEEL over one row of a register, by the Chinese names of its fields, of a kind: complete, valid, fresh, linked
 * (what it refers to is there), unique.  Of people there are 性别 出生日期 年龄 居住区划 现住址 户籍地区划 户籍地址 户籍 婚姻状况 服务人群 死亡日期 迁出日期 有电话 有银行账号 有户;
 * of the packs' own registers each field (sealed ones say whether there is something), and <field>在册 of one that refers to another register;
 * of both 记入天数 (days since it was recorded), 区划在册 and 疑似重复 (of people: civil/linkage; else the same title in the same place).
 *
 * A run reads every row once and keeps, for rule, day and community, how many there are and how many fail.  Where more of a subdistrict fail than the rule
 * allows, that is work of the rule's owner there until a run finds it mended.  Counting is a look of the bulk kind; listing the rows that fail is a look at each. */
#ifndef CIVIL_QUALITY_QUALITY_H
#define CIVIL_QUALITY_QUALITY_H

#include "base/json.h"
#include "civil/civil.h"

struct txn;
struct access;

enum { QUALITY_RULES_MAX = 100, QUALITY_PAGE = 50, QUALITY_TREND = 12 /* days of runs */, QUALITY_SERVED_MAX = 200000 /* people a request may wait for */ };

/* At start-up and in tests: every rule compiles over its register.  E_INPUT quality.rule with the rule's id. */
NODISCARD enum status quality_check(struct civil *c, struct arena *a, struct diag *d);

struct quality_report { date_t day; int64_t rows, asked, bad, opened, done; };
/* Of all registers; again on the same day replaces that day's figures.  By a district clerk, or the system.  `people_max` 0: no ceiling.
 * E_FORBIDDEN quality.role; E_LIMIT quality.people; E_INPUT quality.rule (also: gives neither true nor false). */
NODISCARD enum status quality_run(struct civil *c, const struct actor *who, int64_t people_max, struct quality_report *ret, struct diag *d);
void quality_report_json(const struct quality_report *r, struct json_writer *w); /* API QualityRun */

/* API Quality: of a division that he may see (NULL: his widest).  E_FORBIDDEN quality.scope. */
NODISCARD enum status quality_json(struct civil *c, struct txn *t, const struct actor *who, const char *division, struct json_writer *w, struct diag *d);
/* API QualityRows: the rows that fail now, masked, behind `after`.  E_NOT_FOUND quality.none (no such rule); E_FORBIDDEN quality.scope. */
NODISCARD enum status quality_rows_json(struct civil *c, struct txn *t, struct access *x, const struct actor *who, const char *rule, const char *division, int64_t after, struct json_writer *w, struct diag *d);

#endif
