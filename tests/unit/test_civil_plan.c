/* Tasks of plans: decomposition, lights on known days, evidence, adjustment by two people, and what is refused. */
#include "case_world.h"

#include "../support/papers.h"
#include "civil/evidence/evidence.h"
#include "civil/plan/task.h"

static struct plans plans;
static struct actor leader, policy;

static void world(void) {
    must(plans_read(b.arena, packs, &plans, &b.d));
    b.civil.plans = &plans;
    leader = staff("leader", "leader", "110102");
    policy = staff("policy", "policy", "110102");
}

static date_t day(int year, int month, int d) { return date_from_ymd(year, month, d); }

static int64_t made(int64_t parent, const char *division, const char *owner, date_t due) {
    int64_t id = 0;
    struct plan_milestone_new m[] = {{"方案印发", day(2026, 3, 31)}, {"全部完成", due}};
    struct plan_task_new n = {.plan = "xicheng-14", .source = "xicheng-14.s051", .division = division, .owner = owner, .title = "建设养老服务驿站", .measures = "新建驿站",
        .indicators = "xicheng-14.t.05", .parent = parent, .from = day(2026, 1, 1), .due = due, .milestone = m, .milestones = 2};
    const struct plan_source *q = plans_source(&plans, n.source);
    assert_non_null(q);
    n.indicators = q->indicators;
    must(plan_task_add(&b.civil, &policy, &n, &id, &b.d));
    return id;
}

/* A paper of a case, which only those who may know of the case have as evidence. */
static void papers_of_cases(void **state) {
    CASE_WORLD;
    world();
    poor_man();
    struct case_ref r = applied();
    int64_t paper = 0;
    must(case_paper_add(&b.civil, &b.resident, r.id, "收入.pdf", "income", PAPER_PDF, &paper, &b.d));
    int64_t task = made(0, "110102", "stranger", day(2026, 12, 31)), m = ask("SELECT min(id) FROM plan_milestone WHERE task = %lld", (long long)task);
    refused(plan_milestone_reach(&b.civil, &b.stranger, m, day(2026, 8, 1), "材料", paper, &b.d), E_INPUT, "plan.task.file");
    refused(plan_milestone_reach(&b.civil, &b.stranger, m, day(2026, 8, 1), "材料", paper + 1, &b.d), E_INPUT, "plan.task.file"); /* alike */
    assert_string_equal(b.d.where, "file");
    must(plan_milestone_reach(&b.civil, &leader, m, day(2026, 8, 1), "材料", paper, &b.d));
}

struct asked { date_t as_of; int year; int64_t task; const struct json *ret; };
static enum status ask_work(struct txn *t, void *arg, struct diag *d) {
    struct asked *x = arg;
    BUF_AUTO text;
    struct json_writer w;
    buf_init(&text, 0);
    json_begin(&w, &text, false);
    enum status s = x->task ? plan_task_json(&b.civil, t, &leader, x->task, &w, d) : plan_work_json(&b.civil, t, &leader, &plans, plans_find(&plans, "xicheng-14"), x->as_of, x->year, &w, d);
    return s == OK ? json_parse(b.arena, buf_span(&text), &x->ret, d) : s;
}
static const struct json *work_on(date_t as_of, int year) {
    struct asked x = {as_of, year, 0, NULL};
    must(store_read(b.civil.store, ask_work, &x, &b.d));
    return x.ret;
}
static const struct json *detail(int64_t task) {
    struct asked x = {0, 0, task, NULL};
    must(store_read(b.civil.store, ask_work, &x, &b.d));
    return x.ret;
}
static const char *light(const struct json *work, size_t i) { return json_str(json_get(work, "tasks")->item[i], "light", ""); }
static int64_t number(const struct json *work, size_t i, const char *key) { return json_int(json_get(work, "tasks")->item[i], key, -1); }

/* Two milestones above, two below: 31 March and the end.  The clock stands on 10 August 2026. */
static void lights(void **state) {
    CASE_WORLD;
    world();
    int64_t top = made(0, "110102", "leader", day(2026, 12, 31)), below = made(top, "110102003", "clerk", day(2026, 10, 31));
    const struct json *w = work_on(day(2026, 3, 31), 0);
    assert_string_equal(light(w, 0), "green"); /* due today is not late */
    assert_int_equal(number(w, 0, "all"), 4);
    assert_int_equal(number(w, 1, "all"), 2);
    w = work_on(day(2026, 4, 1), 0);
    assert_string_equal(light(w, 0), "amber");
    assert_int_equal(number(w, 0, "late"), 2);
    assert_string_equal(light(work_on(day(2026, 4, 30), 0), 1), "amber"); /* 30 days */
    assert_string_equal(light(work_on(day(2026, 5, 1), 0), 1), "red");    /* 31 days */
    const struct json *ms = json_get(json_get(work_on(day(2026, 8, 10), 0), "tasks")->item[1], "milestones");
    int64_t first = strtoll(json_str(ms->item[0], "id", ""), NULL, 10), second = strtoll(json_str(ms->item[1], "id", ""), NULL, 10);
    must(plan_milestone_reach(&b.civil, &b.clerk, first, day(2026, 5, 4), "文件已印发", 0, &b.d));
    assert_string_equal(light(work_on(day(2026, 5, 3), 0), 1), "red"); /* the day before it was reached */
    w = work_on(day(2026, 5, 4), 0);
    assert_string_equal(light(w, 1), "green");
    assert_string_equal(light(w, 0), "red"); /* its own is still open */
    assert_int_equal(number(w, 0, "done"), 1);
    must(plan_milestone_reach(&b.civil, &leader, second, day(2026, 8, 10), "验收表", 0, &b.d));
    assert_string_equal(light(work_on(day(2026, 8, 10), 0), 1), "done");
    assert_string_equal(light(work_on(day(2027, 1, 1), 0), 0), "red"); /* over, and not done */
    w = work_on(day(2026, 8, 10), 0);
    const struct json *units = json_get(w, "units");
    assert_int_equal(units->size, 2);
    assert_string_equal(json_str(units->item[0], "appraisal", ""), "behind");
    assert_string_equal(json_str(units->item[1], "appraisal", ""), "good");
    assert_int_equal(json_get(w, "reminders")->size, 1); /* the end of December is further than 30 days */
    assert_int_equal(json_int(json_get(w, "reminders")->item[0], "late_days", 0), 132); /* 31 March to 10 August */
    assert_int_equal(json_get(work_on(day(2026, 8, 10), 2026), "tasks")->size, 2);
    assert_int_equal(json_get(work_on(day(2026, 8, 10), 2025), "tasks")->size, 0);
    assert_int_equal(json_get(detail(below), "history")->size, 3);
    refused(plan_milestone_reach(&b.civil, &leader, second, day(2026, 8, 10), "again", 0, &b.d), E_CONFLICT, "plan.task.done");
    refused(plan_milestone_reach(&b.civil, &b.stranger, first, day(2026, 8, 10), "x", 0, &b.d), E_FORBIDDEN, "plan.task.role");
}

/* The rule of appraisal, with and without a veto in the plan. */
static void lights_alone(void **state) {
    CASE_WORLD;
    world();
    static const struct { int64_t all, done, late, days; bool over; const char *light; } table[] = {
        {0, 0, 0, 0, true, "none"}, {3, 3, 0, 0, true, "done"}, {3, 2, 0, 0, true, "red"}, {3, 2, 1, 31, false, "red"}, {3, 2, 1, 30, false, "amber"}, {3, 0, 0, 0, false, "green"}};
    for (size_t i = 0; i < ARRAY_LEN(table); i++) {
        struct plan_light l = {table[i].all, table[i].done, table[i].late, table[i].days, table[i].over, NULL, NULL};
        must(plan_light_tell(&plans, b.arena, &l, &b.d));
        assert_string_equal(l.light, table[i].light);
    }
}

static const struct json *json(const char *text) {
    const struct json *j = NULL;
    must(json_parse(b.arena, span_of(text), &j, &b.d));
    return j;
}

static void adjusted(void **state) {
    CASE_WORLD;
    world();
    int64_t top = made(0, "110102", "leader", day(2026, 12, 31)), below = made(top, "110102003", "clerk", day(2026, 10, 31)), ask = 0;
    refused(plan_adjust_ask(&b.civil, &b.clerk, below, 1, json("{\"due\":\"2027-03-31\"}"), "供地推迟", &ask, &b.d), E_INPUT, "plan.task.outside");
    refused(plan_adjust_ask(&b.civil, &b.clerk, below, 1, json("{\"due\":\"2026-09-30\"}"), "提前", &ask, &b.d), E_INPUT, "plan.task.holds");
    refused(plan_adjust_ask(&b.civil, &b.clerk, below, 2, json("{\"due\":\"2026-12-31\"}"), "供地推迟", &ask, &b.d), E_CONFLICT, "plan.task.version");
    refused(plan_adjust_ask(&b.civil, &b.stranger, below, 1, json("{\"due\":\"2026-12-31\"}"), "供地推迟", &ask, &b.d), E_FORBIDDEN, "plan.task.role");
    static const char *const bad[] = {"{}", "[]", "{\"plan\":\"x\"}", "{\"due\":\"2026-10-31\"}", "{\"due\":5}", "{\"title\":\"\"}", "{\"title\":7}", "{\"due\":\"2026-02-30\"}", "\"due\""};
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        struct diag d = {0};
        if (plan_adjust_ask(&b.civil, &b.clerk, below, 1, json(bad[i]), "理由", &ask, &d) != E_INPUT)
            fail_msg("%s: %s", bad[i], d.code);
    }
    refused(plan_adjust_ask(&b.civil, &b.clerk, below, 1, json("{\"owner\":\"nobody\"}"), "理由", &ask, &b.d), E_NOT_FOUND, "account.unknown");
    must(plan_adjust_ask(&b.civil, &leader, below, 1, json("{\"due\":\"2026-12-31\",\"owner\":\"second\"}"), "供地推迟", &ask, &b.d));
    refused(plan_adjust_ask(&b.civil, &b.clerk, below, 1, json("{\"drop\":true}"), "不做了", &ask, &b.d), E_CONFLICT, "plan.adjust.waiting");
    refused(plan_adjust_decide(&b.civil, &leader, ask, true, "同意", &b.d), E_FORBIDDEN, "plan.adjust.same");
    refused(plan_adjust_decide(&b.civil, &policy, ask, true, "同意", &b.d), E_FORBIDDEN, "plan.task.role");
    struct actor deputy = staff("deputy", "leader", "110102");
    refused(plan_adjust_decide(&b.civil, &deputy, ask, true, "", &b.d), E_INPUT, "plan.task.text");
    must(plan_adjust_decide(&b.civil, &deputy, ask, true, "同意", &b.d));
    refused(plan_adjust_decide(&b.civil, &deputy, ask, true, "同意", &b.d), E_CONFLICT, "plan.adjust.decided");
    const struct json *one = detail(below), *task = json_get(one, "task");
    assert_string_equal(json_str(task, "due", ""), "2026-12-31");
    assert_string_equal(json_str(task, "owner", ""), "second");
    assert_int_equal(json_int(task, "version", 0), 2);
    assert_int_equal(json_get(one, "history")->size, 3);
    assert_string_equal(json_str(json_get(one, "adjustments")->item[0], "state", ""), "approved");
    /* Dropped from below upwards. */
    refused(plan_adjust_ask(&b.civil, &policy, top, 1, json("{\"drop\":true}"), "取消", &ask, &b.d), E_CONFLICT, "plan.adjust.children");
    must(plan_adjust_ask(&b.civil, &policy, below, 2, json("{\"drop\":true}"), "取消", &ask, &b.d));
    must(plan_adjust_decide(&b.civil, &leader, ask, true, "同意", &b.d));
    assert_string_equal(light(work_on(day(2026, 8, 10), 0), 1), "dropped");
    assert_int_equal(number(work_on(day(2026, 8, 10), 0), 0, "all"), 2); /* what is dropped counts no more above */
    must(plan_adjust_ask(&b.civil, &policy, top, 1, json("{\"title\":\"另一个名称\"}"), "改名", &ask, &b.d));
    must(plan_adjust_decide(&b.civil, &leader, ask, false, "不同意", &b.d));
    assert_string_equal(json_str(json_get(detail(top), "task"), "title", ""), "建设养老服务驿站");
}

static void refusals(void **state) {
    CASE_WORLD;
    world();
    int64_t top = made(0, "110102003", "clerk", day(2026, 12, 31)), id = 0;
    struct plan_task_new good = {.plan = "xicheng-14", .source = "", .division = "110102003001", .owner = "clerk", .title = "任务", .measures = "措施", .indicators = "", .parent = top,
        .from = day(2026, 1, 1), .due = day(2026, 12, 31)};
#define WITH(change) ({ struct plan_task_new n_ = good; change; n_; })
    struct plan_task_new n;
    n = WITH(n_.plan = "paris"); refused(plan_task_add(&b.civil, &policy, &n, &id, &b.d), E_NOT_FOUND, "plan.not_here");
    n = WITH(n_.parent = 7); refused(plan_task_add(&b.civil, &policy, &n, &id, &b.d), E_NOT_FOUND, "plan.task.none");
    n = WITH(n_.division = "110102004"); refused(plan_task_add(&b.civil, &policy, &n, &id, &b.d), E_INPUT, "plan.task.division");
    n = WITH(n_.division = "110102003"); refused(plan_task_add(&b.civil, &policy, &n, &id, &b.d), E_INPUT, "plan.task.division");
    n = WITH(n_.division = "110101001"); refused(plan_task_add(&b.civil, &policy, &n, &id, &b.d), E_INPUT, "plan.task.division");
    n = WITH(n_.owner = "nobody"); refused(plan_task_add(&b.civil, &policy, &n, &id, &b.d), E_NOT_FOUND, "account.unknown");
    n = WITH(n_.title = ""); refused(plan_task_add(&b.civil, &policy, &n, &id, &b.d), E_INPUT, "plan.task.text");
    n = WITH(n_.title = "a\xe2\x80\x8b" "b"); refused(plan_task_add(&b.civil, &policy, &n, &id, &b.d), E_INPUT, "plan.task.text");
    n = WITH(n_.due = day(2027, 1, 1)); refused(plan_task_add(&b.civil, &policy, &n, &id, &b.d), E_INPUT, "plan.task.outside");
    n = WITH(n_.due = day(2025, 1, 1)); refused(plan_task_add(&b.civil, &policy, &n, &id, &b.d), E_INPUT, "plan.task.days");
    n = WITH(n_.source = "daxing-14.s051"); refused(plan_task_add(&b.civil, &policy, &n, &id, &b.d), E_INPUT, "plan.task.source");
    n = WITH(n_.indicators = "no.such"); refused(plan_task_add(&b.civil, &policy, &n, &id, &b.d), E_INPUT, "plan.key");
    struct plan_milestone_new late = {"节点", day(2027, 5, 1)};
    n = WITH((n_.milestone = &late, n_.milestones = 1)); refused(plan_task_add(&b.civil, &policy, &n, &id, &b.d), E_INPUT, "plan.task.milestone_day");
    refused(plan_task_add(&b.civil, &b.clerk, &good, &id, &b.d), E_FORBIDDEN, "plan.task.role");
    must(plan_task_add(&b.civil, &policy, &good, &id, &b.d));
    const struct json *ms = json_get(json_get(detail(top), "task"), "milestones");
    int64_t m = strtoll(json_str(ms->item[0], "id", ""), NULL, 10);
    refused(plan_milestone_reach(&b.civil, &b.clerk, m, day(2026, 8, 11), "明天", 0, &b.d), E_INPUT, "plan.task.day");
    refused(plan_milestone_reach(&b.civil, &b.clerk, m, day(2025, 12, 31), "太早", 0, &b.d), E_INPUT, "plan.task.day");
    refused(plan_milestone_reach(&b.civil, &b.clerk, m, day(2026, 8, 1), " ", 0, &b.d), E_INPUT, "plan.task.text");
    refused(plan_milestone_reach(&b.civil, &b.clerk, m, day(2026, 8, 1), "材料", 12345, &b.d), E_INPUT, "plan.task.file");
    refused(plan_milestone_reach(&b.civil, &b.clerk, 99, day(2026, 8, 1), "材料", 0, &b.d), E_NOT_FOUND, "plan.milestone.none");
}

/* What the rows say is what the log committed to; a row that is altered is found. */
static void count_finding(void *arg, const struct diag *d) { ++*(int *)arg; }
static enum status check(struct txn *t, void *arg, struct diag *d) {
    struct evidence_check x = {.civil = &b.civil, .txn = t, .finding = count_finding, .arg = arg};
    return plan_evidence(&x, d);
}
static void evidence(void **state) {
    CASE_WORLD;
    world();
    int found = 0;
    made(0, "110102", "leader", day(2026, 12, 31));
    must(store_read(b.civil.store, check, &found, &b.d));
    assert_int_equal(found, 0);
    must_run(b.fixture, "UPDATE plan_act SET body = '{\"plan\":\"xicheng-14\"}'");
    must(store_read(b.civil.store, check, &found, &b.d));
    assert_int_equal(found, 1);
}

int main(void) {
    const struct CMUnitTest tests[] = {CASE_TEST(lights), CASE_TEST(lights_alone), CASE_TEST(adjusted), CASE_TEST(refusals), CASE_TEST(evidence), CASE_TEST(papers_of_cases)};
    return cmocka_run_group_tests(tests, load_packs, unload_packs);
}
