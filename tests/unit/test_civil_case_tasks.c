/* A step at the desk: its form is checked here whatever the browser did, what
 * the law asks is held against it, a half-filled one is kept for who fills it. */
#include "case_world.h"

static struct case_ref at_visit(void) {
    poor_man();
    struct case_ref r = applied();
    done(b.clerk, r.id, "accept", "受理", NULL);
    done(b.clerk, r.id, "authorise", "全部授权", NULL);
    return r;
}

static const struct json *json_of(const char *text) {
    const struct json *j = NULL;
    must(json_parse(b.arena, span_of(text), &j, &b.d));
    return j;
}

/* The example with a few members changed ("null" takes one away). */
static const struct json *visit_with(const char *key, const char *value) { return json_with(b.arena, example_data("visit"), key, json_of(value)); }

static const struct json *errors;
static enum status send(const struct actor *who, int64_t task, const char *outcome, const struct json *data) {
    diag_clear(&b.d);
    errors = NULL;
    return case_task_complete(&b.civil, b.arena, who, task, outcome, "理由", data, &errors, &b.d);
}

static bool said(const char *path, const char *code) {
    for (size_t i = 0; errors && i < errors->size; i++)
        if (strcmp(json_str(errors->item[i], "path", ""), path) == 0 && strcmp(json_str(errors->item[i], "code", ""), code) == 0)
            return true;
    return false;
}

/* ---- what is sent -------------------------------------------------------------------- */

static void the_form_is_checked_here(void **state) {
    CASE_WORLD;
    struct case_ref r = at_visit();
    int64_t task = task_at(r.id, "visit");
    static const struct { const char *key, *value, *path, *code; } bad[] = {
        {"调查日期", "null", "调查日期", "form.required"},
        {"调查日期", "\"2026-13-01\"", "调查日期", "form.type_date"},
        {"调查日期", "\"2099-01-01\"", "调查日期", "case.law_point"}, /* not yet */
        {"调查日期", "\"2026-08-11\"", "调查日期", "case.law_point"}, /* tomorrow */
        {"调查日期", "\"2026-08-09\"", "调查日期", "case.law_point"}, /* before it was accepted */
        {"调查方式", "[\"猜测\"]", "调查方式", "form.not_offered"},
        {"调查方式", "\"入户调查\"", "调查方式", "form.type_list"},
        {"见到的人", "[\"99\"]", "见到的人", "form.not_offered"}, /* nobody of this household */
        {"吃", "\"一般\"", "吃", "form.not_offered"},
        {"调查表", "false", "调查表", "form.required"},
        {"调查表", "\"true\"", "调查表", "form.type_boolean"},
        {"调查人", "[{\"姓名\":\"甲\",\"单位\":\"街道（乡镇）\"},{\"姓名\":\"\",\"单位\":\"其他\"}]", "调查人[1].姓名", "form.required"},
        {"调查人", "{}", "调查人", "form.type_list"},
        {"邻里", "{\"人数\":0,\"反映\":\"好\"}", "邻里.人数", "form.min"},
        {"邻里", "{\"人数\":1.5,\"反映\":\"好\"}", "邻里.人数", "form.integer"},
        {"收入", "\"不相符\"", "", "case.law_point"}, /* a difference that is not recorded */
        {"调查方式", "[\"信函索证\"]", "", "case.law_point"}, /* not at the home */
        {"调查人", "[{\"姓名\":\"甲\",\"单位\":\"其他\"}]", "", "case.law_point"}, /* alone */
        {"差异条数的", "3", "差异条数的", "form.unknown_key"},
        {"__proto__", "{}", "__proto__", "form.unknown_key"},
    };
    int64_t events = ask("SELECT COUNT(*) FROM case_event");
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        refused(send(&b.clerk, task, "已调查", visit_with(bad[i].key, bad[i].value)), E_INPUT, "case.task_form");
        if (!said(bad[i].path, bad[i].code))
            fail_msg("%s = %s: %s %s is not said", bad[i].key, bad[i].value, bad[i].path, bad[i].code);
    }
    refused(send(&b.clerk, task, "已调查", NULL), E_INPUT, "case.task_form");
    assert_true(errors && errors->size >= 9);
    refused(send(&b.clerk, task, "已调查", json_of("[]")), E_INPUT, "case.task_data");
    assert_int_equal(ask("SELECT COUNT(*) FROM case_event"), events); /* a refusal leaves no trace */
    assert_true(task_at(r.id, "visit") == task);
    done(b.clerk, r.id, "visit", "已调查", NULL);
}

static void a_step_without_a_form_takes_no_data(void **state) {
    CASE_WORLD;
    poor_man();
    struct case_ref r = applied();
    done(b.clerk, r.id, "accept", "受理", NULL);
    refused(send(&b.clerk, task_at(r.id, "authorise"), "全部授权", json_of("{\"accepted\":[\"户.货币财产\"]}")), E_INPUT, "case.no_task_form");
    must(send(&b.clerk, task_at(r.id, "authorise"), "全部授权", json_of("{}")));
}

static void huge_answers_are_refused(void **state) {
    CASE_WORLD;
    struct case_ref r = at_visit();
    char *text = malloc(120000);
    memset(text, 'a', 119999);
    text[119999] = 0;
    const struct json *long_text = json_new_string(b.arena, span_of(text));
    const struct json *data = json_with(b.arena, example_data("visit"), "生活说明", long_text);
    data = json_with(b.arena, data, "吃", json_of("\"比申报困难\""));
    refused(send(&b.clerk, task_at(r.id, "visit"), "已调查", data), E_INPUT, "case.task_form");
    const struct json *row[1000];
    for (size_t i = 0; i < ARRAY_LEN(row); i++)
        row[i] = json_of("{\"姓名\":\"甲\",\"单位\":\"其他\"}");
    data = json_with(b.arena, example_data("visit"), "调查人", json_new_array(b.arena, row, ARRAY_LEN(row)));
    refused(send(&b.clerk, task_at(r.id, "visit"), "已调查", data), E_INPUT, "case.task_form");
    assert_true(said("调查人", "form.too_many_rows"));
    const struct json *draft = json_with(b.arena, json_of("{}"), "a", long_text);
    draft = json_with(b.arena, json_with(b.arena, draft, "b", long_text), "c", long_text);
    refused(task_draft_save(&b.civil, b.arena, &b.clerk, task_at(r.id, "visit"), "", "", draft, 0, &b.d), E_LIMIT, "case.draft_size");
    free(text);
}

/* ---- what is kept ----------------------------------------------------------------------- */

static void computed_and_hidden_answers_are_ours(void **state) {
    CASE_WORLD;
    struct case_ref r = at_visit();
    const struct json *data = visit_with("收入", "\"不相符\"");
    data = json_with(b.arena, data, "差异", json_of("[{\"项目\":\"住房\",\"申报\":\"一套\",\"了解到\":\"两套\",\"月金额\":9}]"));
    data = json_with(b.arena, data, "差异条数", json_of("77"));
    data = json_with(b.arena, data, "生活说明", json_of("\"藏着的\""));
    must(send(&b.clerk, task_at(r.id, "visit"), "已调查", data));
    const struct json *list = json_get(shown(case_records_json, &b.second, r.id), "items");
    const struct json *kept = json_get(json_at(list, list->size - 1), "data");
    assert_string_equal(json_str(json_at(list, list->size - 1), "element", ""), "visit");
    assert_int_equal(json_int(kept, "差异条数", 0), 1);
    assert_null(json_get(kept, "生活说明")); /* it was not asked */
    assert_null(json_get(json_at(json_get(kept, "差异"), 0), "月金额")); /* of an income only */
    assert_string_equal(json_str(json_at(json_get(kept, "差异"), 0), "了解到", ""), "两套");
    assert_non_null(json_get(json_at(list, list->size - 1), "form"));
    const struct json *none = NULL;
    refused(try_read(case_records_json, &b.resident, r.id, &none), E_FORBIDDEN, "case.staff_only");
    refused(try_read(case_records_json, &b.stranger, r.id, &none), E_NOT_FOUND, "case.none");
}

static void what_the_law_asks_is_shown(void **state) {
    CASE_WORLD;
    struct case_ref r = at_visit();
    const struct json *task = shown(task_json, &b.clerk, task_at(r.id, "visit"));
    const struct json *law = json_get(task, "law"), *members = json_get(json_get(task, "given"), "成员名单");
    assert_true(law->size >= 3);
    assert_string_equal(json_str(json_at(law, 1), "article", ""), "445号 六(一)");
    assert_string_equal(json_str(task, "limit", ""), "P10WD");
    assert_int_equal(members->size, 1);
    assert_non_null(strstr(json_str(json_at(members, 0), "label", ""), "张试一"));
    assert_string_equal(json_str(json_get(task, "form"), "id", ""), "dibao_visit");
}

static void the_appraisal_is_a_proper_one(void **state) {
    CASE_WORLD;
    poor_man();
    struct case_ref r = applied();
    investigated(r.id);
    done(b.clerk, r.id, "findings", "有争议", "邻居有异议");
    int64_t task = task_at(r.id, "appraise");
    static const char *const bad[][2] = {{"总人数", "8"}, {"总人数", "7"}, {"代表人数", "5"}, {"代表人数", "10"}, {"反对", "2"}};
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        refused(send(&b.community, task, "结果真实", json_with(b.arena, example_data("appraise"), bad[i][0], json_of(bad[i][1]))), E_INPUT, "case.task_form");
        assert_true(said("", "case.law_point"));
    }
    static const char *const days[] = {"\"2099-01-01\"", "\"2020-01-01\""};
    for (size_t i = 0; i < ARRAY_LEN(days); i++) {
        refused(send(&b.community, task, "结果真实", json_with(b.arena, example_data("appraise"), "评议日期", json_of(days[i]))), E_INPUT, "case.task_form");
        assert_true(said("评议日期", "case.law_point"));
    }
    must(send(&b.community, task, "结果真实", example_data("appraise")));
}

/* ---- half filled in ------------------------------------------------------------------------ */

static void a_draft_is_its_writers(void **state) {
    CASE_WORLD;
    struct case_ref r = at_visit();
    int64_t task = task_at(r.id, "visit");
    const struct json *half = json_of("{\"调查日期\":\"2026-8\",\"吃\":\"与申报相符\",\"无此项\":{\"a\":[1]}}");
    must(task_draft_save(&b.civil, b.arena, &b.clerk, task, "已调查", "还没写完", half, 0, &b.d));
    must(task_draft_save(&b.civil, b.arena, &b.clerk, task, "已调查", NULL, half, 1, &b.d)); /* the later one holds */
    const struct json *mine = json_get(shown(task_json, &b.clerk, task), "draft");
    assert_string_equal(json_str(json_get(mine, "data"), "调查日期", ""), "2026-8");
    assert_string_equal(json_str(mine, "note", "none"), "none");
    assert_true(json_is_null(json_get(shown(task_json, &b.second, task), "draft")));
    refused(task_draft_save(&b.civil, b.arena, &b.stranger, task, NULL, NULL, half, 0, &b.d), E_NOT_FOUND, "case.no_task");
    refused(task_draft_save(&b.civil, b.arena, &b.reviewer, task, NULL, NULL, half, 0, &b.d), E_FORBIDDEN, "case.role");
    refused(task_draft_save(&b.civil, b.arena, &b.clerk, 5, NULL, NULL, half, 0, &b.d), E_NOT_FOUND, "case.no_task");
    refused(task_draft_save(&b.civil, b.arena, &b.clerk, task, NULL, NULL, json_of("[1]"), 0, &b.d), E_INPUT, "case.task_data");
    assert_int_equal(ask("SELECT COUNT(*) FROM task_draft"), 1);
    must(task_draft_save(&b.civil, b.arena, &b.second, task, NULL, NULL, half, 0, &b.d));
    must(task_draft_delete(&b.civil, &b.second, task, &b.d));
    assert_int_equal(ask("SELECT COUNT(*) FROM task_draft"), 1);
    must(case_task_claim(&b.civil, &b.clerk, task, true, &b.d));
    refused(task_draft_save(&b.civil, b.arena, &b.second, task, NULL, NULL, half, 0, &b.d), E_CONFLICT, "case.claimed");
    done(b.clerk, r.id, "visit", "已调查", NULL);
    assert_int_equal(ask("SELECT COUNT(*) FROM task_draft"), 0);
    refused(task_draft_save(&b.civil, b.arena, &b.clerk, task, NULL, NULL, half, 0, &b.d), E_CONFLICT, "case.task_done");
}

/* One officer, two devices: each writes over what it has seen. */
static void two_devices_do_not_overwrite_each_other(void **state) {
    CASE_WORLD;
    struct case_ref r = at_visit();
    int64_t task = task_at(r.id, "visit");
    const struct json *here = json_of("{\"吃\":\"与申报相符\",\"穿\":1}"), *there = json_of("{\"吃\":\"比申报困难\"}");
#define KEPT json_get(shown(task_json, &b.clerk, task), "draft")
    must(task_draft_save(&b.civil, b.arena, &b.clerk, task, NULL, NULL, here, 0, &b.d));
    assert_int_equal(json_int(KEPT, "revision", 0), 1);
    refused(task_draft_save(&b.civil, b.arena, &b.clerk, task, NULL, NULL, there, 0, &b.d), E_CONFLICT, "case.draft_changed"); /* opened before there was one */
    must(task_draft_save(&b.civil, b.arena, &b.clerk, task, NULL, NULL, there, 1, &b.d));
    refused(task_draft_save(&b.civil, b.arena, &b.clerk, task, NULL, NULL, here, 1, &b.d), E_CONFLICT, "case.draft_changed");
    refused(task_draft_save(&b.civil, b.arena, &b.clerk, task, NULL, NULL, here, 7, &b.d), E_CONFLICT, "case.draft_changed");
    refused(task_draft_save(&b.civil, b.arena, &b.clerk, task, NULL, "另记", there, 1, &b.d), E_CONFLICT, "case.draft_changed");
    must(task_draft_save(&b.civil, b.arena, &b.clerk, task, NULL, NULL, json_of("{\"吃\":\"比申报困难\"}"), 1, &b.d)); /* its answer was lost: sent again */
    assert_int_equal(json_int(KEPT, "revision", 0), 2);
    assert_string_equal(json_str(json_get(KEPT, "data"), "吃", ""), "比申报困难");
    must(task_draft_save(&b.civil, b.arena, &b.clerk, task, NULL, NULL, here, 2, &b.d)); /* seen and chosen */
    assert_int_equal(json_int(KEPT, "revision", 0), 3);
    must(task_draft_save(&b.civil, b.arena, &b.second, task, NULL, NULL, there, 0, &b.d)); /* a colleague's is his own */
    must(task_draft_delete(&b.civil, &b.clerk, task, &b.d));
    must(task_draft_save(&b.civil, b.arena, &b.clerk, task, NULL, NULL, here, 3, &b.d)); /* dropped elsewhere: nothing to lose */
    assert_int_equal(json_int(KEPT, "revision", 0), 4);
#undef KEPT
}

static void a_draft_goes_with_a_withdrawn_case(void **state) {
    CASE_WORLD;
    struct case_ref r = at_visit();
    must(task_draft_save(&b.civil, b.arena, &b.clerk, task_at(r.id, "visit"), NULL, NULL, json_of("{\"吃\":1}"), 0, &b.d));
    must(case_withdraw(&b.civil, &b.resident, r.id, "不办了", 0, &b.d));
    assert_int_equal(ask("SELECT COUNT(*) FROM task_draft"), 0);
}

/* ---- to a colleague ----------------------------------------------------------------------------- */

static const struct json *ids(int64_t a, int64_t c) {
    char text[64];
    snprintf(text, sizeof text, c ? "[\"%lld\",\"%lld\"]" : "[\"%lld\"]", (long long)a, (long long)c);
    return json_of(text);
}

static const struct json *assigned(const struct actor *who, const struct json *tasks, const char *to, bool preview) {
    const struct json *j = NULL;
    must(case_tasks_act(&b.civil, b.arena, who, tasks, TASKS_ASSIGN, to, preview, &j, &b.d));
    return json_get(j, "items");
}

/* The world's officers have their roles in memory; who is named by login is read from the store. */
static void roles_in_store(void) {
    const struct actor *list[] = {&b.clerk, &b.second, &b.third, &b.reviewer, &b.stranger};
    for (size_t i = 0; i < ARRAY_LEN(list); i++) {
        char sql[200];
        snprintf(sql, sizeof sql, "INSERT INTO account_role (account, role, division) VALUES (%lld, '%s', '%s')", (long long)list[i]->account,
            list[i]->grant[0].role, list[i]->grant[0].division);
        must_run(b.fixture, sql);
    }
}

static void handed_to_a_colleague(void **state) {
    CASE_WORLD;
    roles_in_store();
    struct case_ref r = at_visit();
    int64_t task = task_at(r.id, "visit");
    /* The preview says what would happen, and nothing does. */
    const struct json *list = assigned(&b.clerk, ids(task, 77), "second", true);
    assert_true(json_bool(json_at(list, 0), "done", false));
    assert_string_equal(json_str(json_at(list, 0), "number", ""), "低保申〔2026〕11010200001号");
    assert_false(json_bool(json_at(list, 1), "done", true));
    assert_int_equal(ask("SELECT COALESCE(MAX(claimed_by), 0) FROM case_task WHERE id = %lld", (long long)task), 0);
    list = assigned(&b.clerk, ids(task, 77), "second", false);
    assert_true(json_bool(json_at(list, 0), "done", false));
    assert_int_equal(ask("SELECT claimed_by FROM case_task WHERE id = %lld", (long long)task), b.second.account);
    assert_int_equal(ask("SELECT COUNT(*) FROM case_event WHERE kind = 'task_assigned'"), 1);
    refused(complete(&b.clerk, r.id, "visit", "已调查", NULL), E_CONFLICT, "case.claimed");
    /* Who holds it may give it on; nobody else. */
    assert_false(json_bool(json_at(assigned(&b.clerk, ids(task, 0), "third", false), 0), "done", true));
    assert_true(json_bool(json_at(assigned(&b.second, ids(task, 0), "third", false), 0), "done", false));
    done(b.third, r.id, "visit", "已调查", NULL);
    /* Four eyes hold for who gets it. */
    int64_t second = task_at(r.id, "visit_second");
    assert_false(json_bool(json_at(assigned(&b.clerk, ids(second, 0), "third", false), 0), "done", true));
    assert_false(json_bool(json_at(assigned(&b.clerk, ids(second, 0), "reviewer", false), 0), "done", true)); /* not his role */
    assert_false(json_bool(json_at(assigned(&b.clerk, ids(second, 0), "stranger", false), 0), "done", true)); /* not his place */
    list = assigned(&b.stranger, ids(second, 0), "stranger", false);
    assert_true(json_is_null(json_get(json_at(list, 0), "number"))); /* nor is he told whose it is */
    const struct json *j = NULL;
    refused(case_tasks_act(&b.civil, b.arena, &b.clerk, ids(second, second), TASKS_ASSIGN, "third", false, &j, &b.d), E_INPUT, "case.assign_list");
    refused(case_tasks_act(&b.civil, b.arena, &b.clerk, json_of("[]"), TASKS_ASSIGN, "third", false, &j, &b.d), E_INPUT, "case.assign_list");
    refused(case_tasks_act(&b.civil, b.arena, &b.clerk, json_of("[1]"), TASKS_ASSIGN, "third", false, &j, &b.d), E_INPUT, "case.assign_list");
    refused(case_tasks_act(&b.civil, b.arena, &b.clerk, ids(second, 0), TASKS_ASSIGN, "nobody", false, &j, &b.d), E_NOT_FOUND, "account.unknown");
}

static void many_are_taken_and_given_back(void **state) {
    CASE_WORLD;
    struct case_ref r = at_visit();
    int64_t task = task_at(r.id, "visit");
    const struct json *j = NULL;
    must(case_tasks_act(&b.civil, b.arena, &b.clerk, ids(task, 77), TASKS_CLAIM, NULL, true, &j, &b.d));
    assert_true(json_bool(json_at(json_get(j, "items"), 0), "done", false));
    assert_int_equal(ask("SELECT COUNT(*) FROM case_task WHERE claimed_by IS NOT NULL"), 0);
    must(case_tasks_act(&b.civil, b.arena, &b.clerk, ids(task, 77), TASKS_CLAIM, NULL, false, &j, &b.d));
    assert_false(json_bool(json_at(json_get(j, "items"), 1), "done", true));
    assert_int_equal(ask("SELECT claimed_by FROM case_task WHERE id = %lld", (long long)task), b.clerk.account);
    must(case_tasks_act(&b.civil, b.arena, &b.second, ids(task, 0), TASKS_RELEASE, NULL, false, &j, &b.d)); /* not his */
    assert_false(json_bool(json_at(json_get(j, "items"), 0), "done", true));
    must(case_tasks_act(&b.civil, b.arena, &b.reviewer, ids(task, 0), TASKS_CLAIM, NULL, false, &j, &b.d)); /* not his role */
    assert_false(json_bool(json_at(json_get(j, "items"), 0), "done", true));
    must(case_tasks_act(&b.civil, b.arena, &b.clerk, ids(task, 0), TASKS_RELEASE, NULL, false, &j, &b.d));
    assert_int_equal(ask("SELECT COUNT(*) FROM case_task WHERE claimed_by IS NOT NULL"), 0);
    assert_int_equal(ask("SELECT COUNT(*) FROM case_event WHERE kind IN ('task_claimed', 'task_released')"), 2);
}

static void relatives_stay_away(void **state) {
    CASE_WORLD;
    roles_in_store();
    struct made m[] = {{"张试一", 1979, 3, 2, true, "本人", FACTS("有配偶", "无业"), 0, ""}, {"赵试二", 1981, 3, 3, false, "配偶", FACTS("有配偶", "无业"), 0, ""}};
    b.household = household(m, 2, "{\"货币财产\":3000}", NULL);
    b.person = m[0].id;
    b.resident = resident_of(b.person, "zhang");
    struct case_ref r = applied();
    refused(recusal_declare(&b.civil, &b.clerk, span_of(m[1].number), "friend", &b.d), E_INPUT, "case.recusal_relation");
    refused(recusal_declare(&b.civil, &b.resident, span_of(m[1].number), "blood", &b.d), E_FORBIDDEN, "case.staff_only");
    assert_int_not_equal(recusal_declare(&b.civil, &b.clerk, SPAN("110102199001011234"), "blood", &b.d), OK);
    diag_clear(&b.d);
    must(recusal_declare(&b.civil, &b.clerk, span_of(m[1].number), "blood", &b.d)); /* the applicant's wife is her sister */
    must(recusal_declare(&b.civil, &b.clerk, span_of(m[1].number), "blood", &b.d));
    int64_t task = task_at(r.id, "accept");
    refused(complete(&b.clerk, r.id, "accept", "受理", NULL), E_FORBIDDEN, "case.recused");
    refused(case_task_claim(&b.civil, &b.clerk, task, true, &b.d), E_FORBIDDEN, "case.recused");
    assert_false(json_is_null(json_get(shown(task_json, &b.clerk, task), "blocked_because")));
    assert_true(json_is_null(json_get(shown(task_json, &b.second, task), "blocked_because")));
    assert_false(json_bool(json_at(assigned(&b.second, ids(task, 0), "clerk", false), 0), "done", true));
    done(b.second, r.id, "accept", "受理", NULL);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        CASE_TEST(the_form_is_checked_here),
        CASE_TEST(a_step_without_a_form_takes_no_data),
        CASE_TEST(huge_answers_are_refused),
        CASE_TEST(computed_and_hidden_answers_are_ours),
        CASE_TEST(what_the_law_asks_is_shown),
        CASE_TEST(the_appraisal_is_a_proper_one),
        CASE_TEST(a_draft_is_its_writers),
        CASE_TEST(two_devices_do_not_overwrite_each_other),
        CASE_TEST(handed_to_a_colleague),
        CASE_TEST(many_are_taken_and_given_back),
        CASE_TEST(relatives_stay_away),
        CASE_TEST(a_draft_goes_with_a_withdrawn_case),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, load_packs, unload_packs);
}
