/* Running cases go to another version of their process: previewed, checked,
 * whole or not at all, with an event of every case. */
#include "case_world.h"

#include "civil/case/case_check.h"
#include "civil/case/migrate.h"

static struct actor leader(void) { return staff("leader", "leader", "110102"); }

/* Applied for in May 2026, under the process of 2020. */
static struct case_ref under_2020(void) {
    clock_at(2026, 5, 11, 9);
    poor_man();
    return applied();
}

static const struct json *report;
static enum status move(const struct actor *who, bool preview, const char *moves) {
    const struct json *j = NULL;
    if (moves)
        must(json_parse(b.arena, span_of(moves), &j, &b.d));
    struct case_migration m = {.matter = "dibao", .from = "process-2020.bpmn", .to = "process-2026.bpmn", .moves = j, .reason = "新法施行", .preview = preview};
    diag_clear(&b.d);
    return case_migrate(&b.civil, b.arena, who, &m, &report, &b.d);
}

static int64_t on(const char *file) { return ask("SELECT COUNT(*) FROM case_file WHERE process_file = '%s'", file); }

struct checking { int count; };
static enum status check(struct txn *t, void *arg, struct diag *d) {
    struct checking *x = arg;
    BUF_AUTO findings;
    buf_init(&findings, 0);
    return case_check_in(&b.civil, t, LANG_EN, &findings, &x->count, d);
}
static void sound(void) {
    struct checking x = {0};
    must(store_read(b.civil.store, check, &x, &b.d));
    assert_int_equal(x.count, 0);
}

static const struct json *element(const char *id) {
    const struct json *list = json_get(report, "elements");
    for (size_t i = 0; i < list->size; i++)
        if (strcmp(json_str(list->item[i], "element", ""), id) == 0)
            return list->item[i];
    return NULL;
}

static void a_case_goes_and_goes_on(void **state) {
    CASE_WORLD;
    struct case_ref r = under_2020();
    struct actor lead = leader();
    done(b.clerk, r.id, "accept", "受理", NULL);
    must(case_task_claim(&b.civil, &b.clerk, task_at(r.id, "authorise"), true, &b.d));
    must(move(&lead, true, NULL));
    assert_int_equal(json_int(report, "moved", 0), 1);
    assert_int_equal(json_int(element("authorise"), "cases", 0), 1);
    assert_string_equal(json_str(element("authorise"), "to", ""), "authorise");
    assert_string_equal(json_str(json_at(json_get(report, "items"), 0), "number", ""), r.number);
    assert_int_equal(on("process-2020.bpmn"), 1); /* a preview changes nothing */
    assert_int_equal(ask("SELECT COUNT(*) FROM case_event WHERE kind = 'migrated'"), 0);

    int64_t entries = ask("SELECT COUNT(*) FROM log_pending WHERE kind <> 'record'");
    must(move(&lead, false, NULL));
    assert_int_equal(json_int(report, "moved", 0), 1);
    assert_int_equal(on("process-2020.bpmn"), 0);
    assert_int_equal(on("process-2026.bpmn"), 1);
    assert_int_equal(ask("SELECT COUNT(*) FROM log_pending WHERE kind <> 'record'"), entries + 1); /* the event and its entry are one */
    assert_int_equal(ask("SELECT claimed_by FROM case_task WHERE id = %lld", (long long)task_at(r.id, "authorise")), b.clerk.account);
    sound();
    must(move(&lead, false, NULL)); /* nobody is left there */
    assert_int_equal(json_int(report, "moved", 1), 0);
    clock_at(2026, 8, 10, 9);
    done(b.clerk, r.id, "authorise", "全部授权", NULL);
    done(b.clerk, r.id, "visit", "已调查", NULL);
    refused(complete(&b.clerk, r.id, "visit_second", "属实", NULL), E_FORBIDDEN, "case.four_eyes");
    done(b.second, r.id, "visit_second", "属实", NULL);
    for (int i = 0; i < 20 && task_at(r.id, "findings") < 0; i++) {
        clock_days(1);
        sweep();
    }
    done(b.clerk, r.id, "findings", "符合", NULL);
    done(b.reviewer, r.id, "opinion", "拟同意", NULL);
    assert_int_equal(ask("SELECT COUNT(*) FROM publication"), 0); /* the law of 2026 publishes nothing before the decision */
    spot_checked(r.id);
    sound();
    const struct json *events = json_get(shown(case_events_json, &b.clerk, r.id), "items");
    bool told = false;
    for (size_t i = 0; i < events->size; i++)
        told |= strstr(json_str(json_get(json_at(events, i), "text"), "zh", ""), "process-2020.bpmn → process-2026.bpmn") != NULL;
    assert_true(told);
}

/* In its public notice, which the new version has not: it stays, and says why. */
static void what_cannot_go_stays(void **state) {
    CASE_WORLD;
    struct case_ref r = under_2020();
    struct actor lead = leader();
    investigated(r.id);
    done(b.clerk, r.id, "findings", "符合", NULL);
    done(b.reviewer, r.id, "opinion", "拟同意", NULL);
    int64_t events = ask("SELECT COUNT(*) FROM case_event");
    must(move(&lead, false, NULL));
    assert_int_equal(json_int(report, "moved", 1), 0);
    assert_int_equal(json_int(report, "stay", 0), 1);
    const struct json *item = json_at(json_get(report, "items"), 0);
    assert_false(json_bool(item, "done", true));
    assert_non_null(strstr(json_str(item, "because", ""), "publication_wait"));
    assert_true(json_is_null(json_get(element("publication_over"), "to")));
    assert_int_equal(on("process-2020.bpmn"), 1);
    assert_int_equal(ask("SELECT COUNT(*) FROM case_event"), events);
    /* once it is over, the rest of the way is there */
    for (int i = 0; i < 30 && task_at(r.id, "submit") < 0; i++) {
        clock_days(1);
        sweep();
    }
    must(move(&lead, false, "{\"submit\":\"review\"}"));
    assert_int_equal(json_int(report, "moved", 0), 1);
    assert_true(task_at(r.id, "review") > 0);
    sound();
    /* what was done on the old version can still be read */
    int64_t old = ask("SELECT id FROM case_task WHERE case_id = %lld AND element = 'opinion' AND state = 'done'", (long long)r.id);
    assert_string_equal(json_str(shown(task_json, &b.clerk, old), "element", ""), "opinion");
    /* who did what is remembered across the versions */
    refused(complete(&b.reviewer, r.id, "review", "同意", NULL), E_FORBIDDEN, "case.four_eyes");
    must(complete(&b.second_reviewer, r.id, "review", "同意", NULL));
}

/* Limits are those of the new version from the day the task began; a task of
 * another role is nobody's, and its draft, of another form, is gone. */
static void tasks_take_the_new_limit(void **state) {
    CASE_WORLD;
    struct case_ref r = under_2020();
    struct actor lead = leader();
    int64_t task = task_at(r.id, "accept");
    must(case_task_claim(&b.civil, &b.clerk, task, true, &b.d));
    const struct json *data = NULL;
    must(json_parse(b.arena, SPAN("{\"a\":\"一半\"}"), &data, &b.d));
    must(task_draft_save(&b.civil, b.arena, &b.clerk, task, "受理", "", data, 0, &b.d));
    clock_days(3);
    must(move(&lead, false, "{\"accept\":\"decide\"}"));
    assert_int_equal(task_at(r.id, "decide"), task);
    assert_int_equal(ask("SELECT COUNT(*) FROM case_task WHERE id = %lld AND claimed_by IS NULL AND role = 'decider'", (long long)task), 1);
    assert_int_equal(ask("SELECT COUNT(*) FROM task_draft"), 0);
    const char *limit = NULL;
    const struct json *shown_task = shown(task_json, &b.decider, task);
    limit = json_str(shown_task, "limit", NULL);
    if (limit)
        assert_true(json_str(shown_task, "due_on", NULL) != NULL);
    sound();
}

static void bad_questions(void **state) {
    CASE_WORLD;
    struct case_ref r = under_2020();
    struct actor lead = leader(), policy = staff("policy", "policy", "110102"), auditor = staff("auditor", "auditor", "110102"),
        elsewhere = staff("elsewhere", "leader", "110105");
    static const char *const moves[] = {"[]", "{\"accept\":1}", "\"accept\"", "{\"accept\":null}"};
    for (size_t i = 0; i < ARRAY_LEN(moves); i++)
        refused(move(&lead, true, moves[i]), E_INPUT, "case.migrate_moves");
    refused(move(&policy, false, NULL), E_FORBIDDEN, "case.migrate_who");
    refused(move(&auditor, false, NULL), E_FORBIDDEN, "case.migrate_who");
    refused(move(&b.clerk, false, NULL), E_FORBIDDEN, "case.migrate_who");
    struct case_migration m = {.matter = "dibao", .from = "process-2020.bpmn", .to = "process-2026.bpmn", .reason = " ", .preview = false};
    refused(case_migrate(&b.civil, b.arena, &lead, &m, &report, &b.d), E_INPUT, "case.reason_needed");
    m.to = m.from;
    refused(case_migrate(&b.civil, b.arena, &lead, &m, &report, &b.d), E_INPUT, "case.migrate_same");
    m.to = "../x";
    refused(case_migrate(&b.civil, b.arena, &lead, &m, &report, &b.d), E_NOT_FOUND, "case.no_version");
    m.matter = "none";
    refused(case_migrate(&b.civil, b.arena, &lead, &m, &report, &b.d), E_NOT_FOUND, "case.no_matter");
    /* a wrong mapping: findings, and no case is touched */
    must(move(&lead, false, "{\"accept\":\"nowhere\",\"visit\":\"preview\",\"ghost\":\"accept\"}"));
    assert_int_equal(json_get(report, "findings")->size, 3);
    assert_int_equal(json_int(report, "moved", 1), 0);
    assert_int_equal(on("process-2020.bpmn"), 1);
    /* who may count but not look sees no number */
    must(move(&policy, true, NULL));
    assert_int_equal(json_int(report, "moved", 0), 1);
    assert_true(json_is_null(json_get(json_at(json_get(report, "items"), 0), "number")));
    must(move(&auditor, true, NULL));
    assert_string_equal(json_str(json_at(json_get(report, "items"), 0), "number", ""), r.number);
    must(move(&elsewhere, false, NULL));
    assert_int_equal(json_int(report, "moved", 1), 0);
    must(move(&b.clerk, true, NULL));
    assert_int_equal(json_get(report, "elements")->size, 0);
    must_run(b.fixture, "UPDATE case_file SET compartment = 'mental_health'"); /* as if it were not there */
    must(move(&lead, false, NULL));
    assert_int_equal(json_int(report, "moved", 1), 0);
    assert_int_equal(json_get(report, "elements")->size, 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        CASE_TEST(a_case_goes_and_goes_on),
        CASE_TEST(what_cannot_go_stays),
        CASE_TEST(tasks_take_the_new_limit),
        CASE_TEST(bad_questions),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, load_packs, unload_packs);
}
