/* Who may do what on a case, and what every door refuses. */
#include "case_world.h"

#include "../support/papers.h"

#include "tlog/receipt.h"

#include <pthread.h>

/* ---- applying --------------------------------------------------------------------- */

static enum status apply_for(const char *matter, const char *channel, const struct json *data, const struct actor *who, int64_t person, const struct json **errors) {
    struct application ap = {.matter = matter, .channel = channel, .data = data, .applicant_district = DISTRICT, .applicant = person};
    struct case_ref r;
    return case_apply(&b.civil, b.arena, who, &ap, &r, errors, &b.d);
}

static void bad_applications(void **state) {
    CASE_WORLD;
    poor_man();
    const struct json *good = form_data(false), *errors = NULL, *one = json_new_number(b.arena, dec_int(1));
    refused(apply_for("nothing", "portal", good, &b.resident, b.person, &errors), E_NOT_FOUND, "case.no_matter");
    refused(apply_for(NULL, "portal", good, &b.resident, b.person, &errors), E_NOT_FOUND, "case.no_matter");
    refused(apply_for("dibao", "pigeon", good, &b.resident, b.person, &errors), E_INPUT, "case.channel");
    refused(apply_for("dibao", NULL, good, &b.resident, b.person, &errors), E_INPUT, "case.channel");
    refused(apply_for("dibao", "portal", NULL, &b.resident, b.person, &errors), E_INPUT, "case.no_data");
    refused(apply_for("dibao", "portal", one, &b.resident, b.person, &errors), E_INPUT, "case.no_data");
    refused(apply_for("dibao", "portal", json_with(b.arena, good, "unasked", one), &b.resident, b.person, &errors), E_INPUT, "case.form");
    assert_int_equal(errors->size, 1);
    assert_string_equal(json_str(errors->item[0], "path", ""), "unasked");
    assert_string_equal(json_str(errors->item[0], "code", ""), "form.unknown_key");
    refused(apply_for("dibao", "portal", json_new_object(b.arena, NULL, NULL, 0), &b.resident, b.person, &errors), E_INPUT, "case.form");
    assert_true(errors->size > 5);
    /* Somebody else's number; somebody else's application; another subdistrict's clerk. */
    const struct json *other = json_with(b.arena, good, "applicant_idnum", json_new_string(b.arena, SPAN("11010219900307003X")));
    refused(apply_for("dibao", "portal", other, &b.resident, b.person, &errors), E_INPUT, "case.form");
    struct made m[] = {{"赵试四", 1970, 1, 1, false, "本人", FACTS("未婚", "无业"), 0, ""}};
    household(m, 1, "{\"货币财产\":1}", NULL);
    refused(apply_for("dibao", "portal", good, &b.resident, m[0].id, &errors), E_FORBIDDEN, "case.scope");
    refused(apply_for("dibao", "counter", good, &b.clerk, m[0].id, &errors), E_INPUT, "case.not_applicant");
    assert_string_equal(b.d.where, "applicant_idnum");
    refused(apply_for("dibao", "counter", good, &b.stranger, b.person, &errors), E_NOT_FOUND, "register.person");
    refused(apply_for("dibao", "counter", good, &b.clerk, 12345, &errors), E_NOT_FOUND, "register.person");
    /* What the bank's file would carry. */
    static const char *const bank[] = {"=1+1", "+银行", "@银行", "银\n行", "银行\"", "银行,二"};
    for (size_t i = 0; i < ARRAY_LEN(bank); i++) {
        const struct json *wrong = json_with(b.arena, good, "bank_name", json_new_string(b.arena, span_of(bank[i])));
        enum status s = apply_for("dibao", "portal", wrong, &b.resident, b.person, &errors);
        if (s != E_INPUT || (strcmp(b.d.code, "case.form") != 0 && (strcmp(b.d.code, "register.bank_name") != 0 || strcmp(b.d.where, "bank_name") != 0)))
            fail_msg("%zu: %s %s", i, b.d.code, b.d.where);
        diag_clear(&b.d);
    }
    clock_at(2018, 5, 1, 9);
    refused(apply_for("dibao", "portal", good, &b.resident, b.person, &errors), E_CONFLICT, "case.no_process");
    /* What was refused left no trace. */
    assert_int_equal(ask("SELECT COUNT(*) FROM case_file"), 0);
    assert_int_equal(ask("SELECT COUNT(*) FROM number_series"), 0);
    /* of people, households and accounts, from before */
    assert_int_equal(ask("SELECT COUNT(*) FROM log_pending"), ask("SELECT COUNT(DISTINCT entry) FROM evidence_row WHERE name NOT LIKE 'case%%'"));
    assert_int_equal(ask("SELECT COUNT(*) FROM evidence_row WHERE name LIKE 'case%%'"), 0);
}

static void the_same_key_is_the_same_application(void **state) {
    CASE_WORLD;
    poor_man();
    const struct json *form = form_data(false);
    struct case_ref first, again;
    must(apply_as(&b.resident, "portal", form, "key-1", &first));
    must(apply_as(&b.resident, "portal", form, "key-1", &again));
    assert_true(first.id == again.id && first.entry == again.entry);
    const struct json *changed = json_with(b.arena, form, "money", json_new_number(b.arena, dec_int(7)));
    refused(apply_as(&b.resident, "portal", changed, "key-1", &again), E_CONFLICT, "case.idempotency");
    refused(apply_as(&b.resident, "portal", form, "key-2", &again), E_CONFLICT, "case.already_open");
    assert_int_equal(ask("SELECT COUNT(*) FROM case_file"), 1);
}

struct twin { const struct json *form; const char *key; struct case_ref ref; enum status status; char code[64]; };
static void *apply_twin(void *arg) {
    struct twin *x = arg;
    struct arena *a = arena_new(0);
    struct diag d = {0};
    const struct json *errors = NULL;
    struct application ap = {.matter = "dibao", .channel = "portal", .data = x->form, .applicant_district = DISTRICT, .applicant = b.person, .idempotency_key = x->key};
    x->status = case_apply(&b.civil, a, &b.resident, &ap, &x->ref, &errors, &d);
    snprintf(x->code, sizeof x->code, "%s", d.code);
    arena_free(a);
    return NULL;
}

static void twins(struct twin x[4]) {
    pthread_t thread[4];
    for (int i = 0; i < 4; i++)
        pthread_create(&thread[i], NULL, apply_twin, &x[i]);
    for (int i = 0; i < 4; i++)
        pthread_join(thread[i], NULL);
    assert_int_equal(ask("SELECT COUNT(*) FROM case_file WHERE closed_at IS NULL"), 1);
}

static void sent_four_times_at_once(void **state) {
    CASE_WORLD;
    poor_man();
    const struct json *form = form_data(false);
    struct twin same[4] = {{form, "k", {0}, OK, ""}, {form, "k", {0}, OK, ""}, {form, "k", {0}, OK, ""}, {form, "k", {0}, OK, ""}};
    twins(same);
    for (int i = 0; i < 4; i++) {
        if (same[i].status != OK)
            fail_msg("%s", same[i].code);
        assert_true(same[i].ref.id == same[0].ref.id);
    }
    must(case_withdraw(&b.civil, &b.resident, same[0].ref.id, "", 0, &b.d));
    struct twin other[4] = {{form, NULL, {0}, OK, ""}, {form, "x", {0}, OK, ""}, {form, "y", {0}, OK, ""}, {form, NULL, {0}, OK, ""}};
    twins(other);
    int won = 0;
    for (int i = 0; i < 4; i++) {
        won += other[i].status == OK;
        if (other[i].status != OK)
            assert_string_equal(other[i].code, "case.already_open");
    }
    assert_int_equal(won, 1);
}

/* ---- scope -------------------------------------------------------------------------- */

static void only_who_is_concerned_sees_it(void **state) {
    CASE_WORLD;
    poor_man();
    struct case_ref r = applied();
    struct made m[] = {{"钱试五", 1970, 1, 1, false, "本人", FACTS("未婚", "无业"), 0, ""}};
    household(m, 1, "{\"货币财产\":1}", NULL);
    struct actor neighbour = resident_of(m[0].id, "neighbour"), cashier = staff("cashier", "cashier", "110102");
    const struct json *j;
    refused(try_read(case_reader, &neighbour, r.id, &j), E_NOT_FOUND, "case.none");
    refused(try_read(case_reader, &b.stranger, r.id, &j), E_NOT_FOUND, "case.none");
    refused(try_read(case_reader, &cashier, r.id, &j), E_NOT_FOUND, "case.none");
    refused(try_read(case_reader, &b.clerk, 99, &j), E_NOT_FOUND, "case.none");
    refused(try_read(case_household_json, &b.resident, r.id, &j), E_FORBIDDEN, "case.staff_only");
    refused(try_read(case_decision_json, &b.resident, r.id, &j), E_NOT_FOUND, "case.no_decision");
    refused(case_withdraw(&b.civil, &neighbour, r.id, "", 0, &b.d), E_NOT_FOUND, "case.none");
    refused(case_withdraw(&b.civil, &b.stranger, r.id, "", 0, &b.d), E_NOT_FOUND, "case.none");
    assert_int_equal(json_get(shown(case_household_json, &b.clerk, r.id), "members")->size, 1);
    assert_non_null(json_get(shown(case_reader, &b.clerk, r.id), "form_data"));
    shown(case_reader, &b.district_clerk, r.id);
    shown(case_events_json, &b.community, r.id);
}

static void roles_and_scope_of_tasks(void **state) {
    CASE_WORLD;
    poor_man();
    struct case_ref r = applied();
    int64_t remedy = 0;
    refused(complete(&b.stranger, r.id, "accept", "受理", NULL), E_NOT_FOUND, "case.no_task");
    refused(complete(&b.reviewer, r.id, "accept", "受理", NULL), E_FORBIDDEN, "case.role");
    refused(complete(&b.resident, r.id, "accept", "受理", NULL), E_NOT_FOUND, "case.no_task");
    refused(complete(&b.clerk, r.id, "accept", "批准", NULL), E_INPUT, "case.outcome");
    refused(complete(&b.clerk, r.id, "accept", "", NULL), E_INPUT, "case.outcome");
    static const char *const nothing[] = {NULL, "", "   ", "\n\t", "\u3000\u00a0", "\u2003\u200b\ufeff", "无", " 无\u3000"};
    for (size_t i = 0; i < ARRAY_LEN(nothing); i++) {
        refused(complete(&b.clerk, r.id, "accept", "不予受理", nothing[i]), E_INPUT, "case.reason_needed");
        refused(complete(&b.clerk, r.id, "accept", "补正", nothing[i]), E_INPUT, "case.reason_needed");
        refused(case_explain(&b.civil, &b.resident, r.id, nothing[i], &b.d), E_INPUT, "case.text_needed");
        refused(case_remedy_file(&b.civil, &b.resident, r.id, "complaint", nothing[i], &remedy, &b.d), E_INPUT, "case.text_needed");
    }
    assert_int_equal(ask("SELECT COUNT(*) FROM remedy"), 0);
    int64_t task = task_at(r.id, "accept");
    refused(case_task_complete(&b.civil, b.arena, &b.clerk, 5, "受理", NULL, NULL, NULL, &b.d), E_NOT_FOUND, "case.no_task");
    /* Claimed by one, not done by another. */
    must(case_task_claim(&b.civil, &b.clerk, task, true, &b.d));
    must(case_task_claim(&b.civil, &b.clerk, task, true, &b.d));
    refused(case_task_claim(&b.civil, &b.second, task, true, &b.d), E_CONFLICT, "case.claimed");
    refused(complete(&b.second, r.id, "accept", "受理", NULL), E_CONFLICT, "case.claimed");
    must(case_task_claim(&b.civil, &b.clerk, task, false, &b.d));
    refused(case_task_claim(&b.civil, &b.stranger, task, true, &b.d), E_NOT_FOUND, "case.no_task");
    done(b.second, r.id, "accept", "受理", NULL);
    refused(case_task_complete(&b.civil, b.arena, &b.clerk, task, "受理", NULL, NULL, NULL, &b.d), E_CONFLICT, "case.task_done");
    refused(case_task_claim(&b.civil, &b.clerk, task, true, &b.d), E_CONFLICT, "case.task_done");
}

static void four_eyes(void **state) {
    CASE_WORLD;
    poor_man();
    /* One person with every role: still not both sides of the table. */
    struct actor all = staff("everything", "clerk", "110102003");
    all.grant_count = 3;
    snprintf(all.grant[1].role, sizeof all.grant[1].role, "reviewer");
    snprintf(all.grant[1].division, sizeof all.grant[1].division, "110102003");
    snprintf(all.grant[2].role, sizeof all.grant[2].role, "decider");
    snprintf(all.grant[2].division, sizeof all.grant[2].division, "110102003");
    struct case_ref r;
    must(apply_as(&all, "counter", form_data(false), NULL, &r));
    done(b.clerk, r.id, "accept", "受理", NULL);
    done(b.clerk, r.id, "authorise", "全部授权", NULL);
    done(b.clerk, r.id, "visit", "已调查", NULL);
    refused(complete(&b.clerk, r.id, "visit_second", "属实", NULL), E_FORBIDDEN, "case.four_eyes");
    done(b.second, r.id, "visit_second", "属实", NULL);
    for (int i = 0; i < 20 && task_at(r.id, "findings") < 0; i++) {
        clock_days(1);
        sweep();
    }
    done(b.clerk, r.id, "findings", "符合", NULL);
    /* He entered it, so he cannot confirm it, though he did none of its tasks. */
    refused(complete(&all, r.id, "opinion", "拟同意", NULL), E_FORBIDDEN, "case.four_eyes");
    const struct json *tasks = json_get(shown(case_reader, &all, r.id), "tasks");
    assert_non_null(json_get(tasks->item[0], "blocked_because"));
    assert_int_equal(json_get(tasks->item[0], "blocked_because")->type, JSON_OBJECT);
    done(b.reviewer, r.id, "opinion", "拟同意", NULL);
    spot_checked(r.id);
    refused(complete(&b.reviewer, r.id, "review", "同意", NULL), E_FORBIDDEN, "case.four_eyes");
    done(b.second_reviewer, r.id, "review", "同意", NULL);
    refused(complete(&all, r.id, "decide", "批准", NULL), E_FORBIDDEN, "case.four_eyes");
    assert_int_equal(ask("SELECT COUNT(*) FROM decision_record WHERE state = 'confirmed'"), 0);
}

/* Who enters a case does not check it either, at any date; the refusal names who may. */
static void entered_and_checked_by_two(void **state) {
    CASE_WORLD;
    static const struct { int year, month, day; const char *file; } law[] = {
        {2019, 3, 11, "process-2019.bpmn"}, {2025, 3, 10, "process-2020.bpmn"}, {2026, 8, 10, "process-2026.bpmn"}};
    for (size_t i = 0; i < ARRAY_LEN(law); i++) {
        struct made m[] = {{"张试一", 1979, 3, 2, true, "本人", FACTS("未婚", "无业"), 0, ""}};
        clock_at(law[i].year, law[i].month, law[i].day, 9);
        b.household = household(m, 1, "{\"货币财产\":3000}", NULL);
        b.person = m[0].id;
        struct actor community = b.community; /* who works at the counter too */
        community.grant_count = 2;
        community.grant[1] = b.clerk.grant[0];
        struct actor *who = i % 2 ? &community : &b.clerk;
        struct case_ref r;
        must(apply_as(who, i % 2 ? "community" : "counter", form_data(false), NULL, &r));
        assert_string_equal(json_str(shown(case_reader, who, r.id), "process_file", ""), law[i].file);
        refused(complete(who, r.id, "accept", "受理", NULL), E_FORBIDDEN, "case.four_eyes");
        BUF_AUTO text;
        buf_init(&text, 0);
        message_render(&text, LANG_ZH, &b.d);
        assert_string_equal(buf_str(&text), "您办过“提交申请”，这一步须由新街口街道的另一位“街道经办”办理。");
        const struct json *task = json_get(shown(case_reader, who, r.id), "tasks")->item[0];
        assert_non_null(strstr(json_str(json_get(task, "blocked_because"), "en", ""), "\"Application\""));
        done(b.second, r.id, "accept", "补正", "缺诊断证明");
        int64_t file;
        must(case_paper_add(&b.civil, &b.clerk, r.id, "证明.pdf", "supplement", PAPER_PDF, &file, &b.d));
        refused(complete(who, r.id, "accept_again", "受理", NULL), E_FORBIDDEN, "case.four_eyes");
        done(b.second, r.id, "accept_again", "受理", NULL);
        refused(complete(&b.second, r.id, "authorise", "不认识", NULL), E_INPUT, "case.outcome");
    }
    /* Whose task it is, is said too. */
    struct case_ref r;
    poor_man();
    must(apply_as(&b.clerk, "counter", form_data(false), NULL, &r));
    refused(complete(&b.reviewer, r.id, "accept", "受理", NULL), E_FORBIDDEN, "case.role");
    BUF_AUTO text;
    buf_init(&text, 0);
    message_render(&text, LANG_EN, &b.d);
    assert_string_equal(buf_str(&text), "This task belongs to the role \"Subdistrict clerk\" of 新街口街道.");
}

/* A leader sees how far it is and may give it to another office, an auditor sees what staff see; neither works on it, and the city reads nobody. */
static void overseers_look_and_do_not_act(void **state) {
    CASE_WORLD;
    poor_man();
    struct case_ref r = applied();
    investigated(r.id);
    struct actor leader = staff("leader", "leader", "110102"), auditor = staff("auditor", "auditor", "110102"), city = staff("city", "city", "11"),
                 cashier = staff("cashier", "cashier", "110102");
    const struct json *j = shown(case_reader, &leader, r.id);
    assert_true(json_is_null(json_get(j, "form_data")));
    assert_int_equal(json_get(j, "papers")->size, 0);
    assert_int_equal(json_get(j, "may")->size, 2); /* whose office it is and which of two goes on, and nothing in it */
    assert_true(span_is(json_get(j, "may")->item[0]->text, "transfer") && span_is(json_get(j, "may")->item[1]->text, "merge"));
    assert_true(json_get(j, "tasks")->size > 0);
    shown(case_events_json, &leader, r.id);
    static const reader_fn inside[] = {case_household_json, case_verification_json, case_decision_json};
    for (size_t i = 0; i < ARRAY_LEN(inside); i++)
        assert_int_equal(try_read(inside[i], &leader, r.id, &j), E_FORBIDDEN);
    j = shown(case_reader, &auditor, r.id);
    assert_int_equal(json_get(j, "form_data")->type, JSON_OBJECT);
    assert_non_null(strchr(json_str(json_get(j, "form_data"), "applicant_idnum", ""), '*'));
    assert_int_equal(json_get(j, "may")->size, 0);
    shown(case_household_json, &auditor, r.id);
    shown(case_verification_json, &auditor, r.id);
    refused(try_read(case_decision_json, &auditor, r.id, &j), E_NOT_FOUND, "case.no_decision"); /* a proposal is none yet */
    struct actor *const none[] = {&city, &cashier, &b.stranger};
    for (size_t i = 0; i < ARRAY_LEN(none); i++)
        refused(try_read(case_reader, none[i], r.id, &j), E_NOT_FOUND, "case.none");
    struct actor *const watch[] = {&leader, &auditor};
    for (size_t i = 0; i < ARRAY_LEN(watch); i++) {
        int64_t file;
        struct case_ref other;
        refused(case_withdraw(&b.civil, watch[i], r.id, "督办", 0, &b.d), E_FORBIDDEN, "case.applicant_only");
        refused(case_remedy_file(&b.civil, watch[i], r.id, "complaint", "代为投诉", &file, &b.d), E_FORBIDDEN, "case.applicant_only");
        refused(case_paper_add(&b.civil, watch[i], r.id, "a.pdf", "other", PAPER_PDF, &file, &b.d), E_FORBIDDEN, "case.applicant_only");
        refused(case_task_claim(&b.civil, watch[i], task_at(r.id, "findings"), true, &b.d), E_FORBIDDEN, "case.role");
        refused(apply_as(watch[i], "counter", form_data(false), NULL, &other), E_NOT_FOUND, "register.person");
    }
}

struct racer { int64_t task; struct actor *who; enum status status; char code[64]; };
static void *race(void *arg) {
    struct racer *x = arg;
    struct diag d = {0};
    struct arena *a = arena_new(0);
    x->status = case_task_complete(&b.civil, a, x->who, x->task, "受理", NULL, NULL, NULL, &d);
    snprintf(x->code, sizeof x->code, "%s", d.code);
    arena_free(a);
    return NULL;
}

static void two_at_once_one_wins(void **state) {
    CASE_WORLD;
    poor_man();
    struct case_ref r = applied();
    int64_t task = task_at(r.id, "accept");
    struct racer x[] = {{task, &b.clerk, OK, ""}, {task, &b.second, OK, ""}};
    pthread_t thread[2];
    for (int i = 0; i < 2; i++)
        pthread_create(&thread[i], NULL, race, &x[i]);
    for (int i = 0; i < 2; i++)
        pthread_join(thread[i], NULL);
    int loser = x[0].status == OK ? 1 : 0;
    assert_int_equal(x[1 - loser].status, OK);
    assert_int_equal(x[loser].status, E_CONFLICT);
    assert_string_equal(x[loser].code, "case.task_done");
    assert_int_equal(ask("SELECT COUNT(*) FROM notice WHERE case_id = %lld AND kind = 'acceptance'", (long long)r.id), 1);
    assert_int_equal(ask("SELECT COUNT(*) FROM case_task WHERE case_id = %lld AND element = 'authorise'", (long long)r.id), 1);
}

/* ---- consent ---------------------------------------------------------------------------- */

static const struct json *with_supporter(const struct json *form, const char *idnum) {
    const struct json *list = NULL;
    char text[500];
    snprintf(text, sizeof text, "[{\"name\":\"孙试六\",\"idnum\":\"%s\",\"duty\":\"赡养\",\"size\":2,\"income\":3000,\"supports\":1,\"ill\":false,\"document\":0,\"paid\":0}]", idnum);
    must(json_parse(b.arena, span_of(text), &list, &b.d));
    form = json_with(b.arena, form, "no_supporter", json_new_bool(false));
    return json_with(b.arena, form, "supporters", list);
}

static int64_t waiting_about(int64_t id, int64_t person) {
    return ask("SELECT COUNT(*) FROM verification_request WHERE case_id = %lld AND person = %lld AND state = 'waiting'", (long long)id, (long long)person);
}

/* What was found otherwise than it was stated, as text. */
static const char *found_otherwise(int64_t id) {
    BUF_AUTO out;
    buf_init(&out, 0);
    json_canonical(&out, json_get(shown(case_verification_json, &b.clerk, id), "conflicts"));
    return arena_dup(b.arena, buf_span(&out));
}

static void everybody_consents_for_himself(void **state) {
    CASE_WORLD;
    struct made m[] = {{"周试七", 1975, 2, 2, true, "本人", FACTS("有配偶", "无业"), 0, ""}, {"吴试八", 1976, 3, 3, false, "配偶", FACTS("有配偶", "无业"), 0, ""},
        {"周试九", 2016, 4, 4, false, "子女", FACTS("未婚", "无业"), 0, ""}};
    b.household = household(m, 3, "{\"货币财产\":1000}", NULL);
    b.person = m[0].id;
    b.resident = resident_of(m[0].id, "zhou");
    struct made away[] = {{"孙试六", 1999, 5, 5, true, "本人", FACTS("未婚", "在职职工"), 0, ""}};
    household(away, 1, "{\"货币财产\":1}", NULL);
    struct actor wife = resident_of(m[1].id, "wife"), supporter = resident_of(away[0].id, "supporter");
    struct case_ref r;
    must(apply_as(&b.resident, "portal", with_supporter(form_data(false), away[0].number), NULL, &r));
    int64_t id = r.id;
    assert_int_equal(ask("SELECT COUNT(*) FROM case_party WHERE case_id = %lld", (long long)id), 4);
    assert_int_equal(ask("SELECT COUNT(*) FROM case_party WHERE case_id = %lld AND authorised_how = 'guardian'", (long long)id), 1);

    /* The supporter sees that he is asked, and nothing else. */
    const struct json *seen = shown(case_reader, &supporter, id), *j;
    assert_int_equal(json_get(seen, "parties")->size, 1);
    assert_true(json_is_null(json_get(seen, "form_data")));
    assert_int_equal(json_get(seen, "may")->size, 1);
    refused(try_read(case_events_json, &supporter, id, &j), E_FORBIDDEN, "case.applicant_only");
    refused(try_read(case_decision_json, &supporter, id, &j), E_FORBIDDEN, "case.applicant_only");

    done(b.clerk, id, "accept", "受理", NULL);
    refused(complete(&b.clerk, id, "authorise", "全部授权", NULL), E_CONFLICT, "case.consent_missing");
    refused(complete(&b.clerk, id, "authorise", "义务人未同意", "不愿意"), E_CONFLICT, "case.consent_missing");
    refused(case_authorise(&b.civil, &b.resident, id, m[1].id, "portal", 0, &b.d), E_FORBIDDEN, "case.authorise_self");
    refused(case_authorise(&b.civil, &wife, id, m[1].id, "paper", 0, &b.d), E_FORBIDDEN, "case.authorise_self");
    refused(case_authorise(&b.civil, &b.clerk, id, m[1].id, "portal", 0, &b.d), E_INPUT, "case.authorise_how");
    refused(case_authorise(&b.civil, &b.clerk, id, m[1].id, "by nodding", 0, &b.d), E_INPUT, "case.authorise_how");
    refused(case_authorise(&b.civil, &b.clerk, id, 77, "paper", 0, &b.d), E_NOT_FOUND, "case.no_party");
    refused(case_authorise(&b.civil, &b.stranger, id, m[1].id, "paper", 0, &b.d), E_NOT_FOUND, "case.none");
    must(case_authorise(&b.civil, &wife, id, m[1].id, "portal", 0, &b.d));
    must(case_authorise(&b.civil, &supporter, id, away[0].id, "refused", 0, &b.d));
    done(b.clerk, id, "authorise", "义务人未同意", "儿子不愿意");
    /* Who refused is not asked about; a refusal is no income. */
    assert_int_equal(ask("SELECT COUNT(*) FROM verification_request WHERE case_id = %lld AND person = %lld", (long long)id, (long long)away[0].id), 0);
    assert_int_equal(ask("SELECT COUNT(DISTINCT person) FROM verification_request WHERE case_id = %lld", (long long)id), 3);
    refused(case_authorise(&b.civil, &wife, id, m[1].id, "refused", 0, &b.d), E_CONFLICT, "case.asked_already");

    /* Taken back: what waits is stopped, and who gives it again is asked again. */
    int64_t sources = waiting_about(id, m[1].id);
    assert_true(sources > 0);
    refused(case_authorise(&b.civil, &b.resident, id, m[1].id, "withdrawn", 0, &b.d), E_FORBIDDEN, "case.authorise_self");
    refused(case_authorise(&b.civil, &supporter, id, away[0].id, "withdrawn", 0, &b.d), E_CONFLICT, "verification.not_given");
    refused(case_authorise(&b.civil, &b.clerk, id, 77, "withdrawn", 0, &b.d), E_NOT_FOUND, "case.no_party");
    must(case_authorise(&b.civil, &wife, id, m[1].id, "withdrawn", 0, &b.d));
    assert_int_equal(waiting_about(id, m[1].id), 0);
    assert_int_equal(ask("SELECT COUNT(*) FROM verification_request WHERE case_id = %lld AND cause = 'withdrawn'", (long long)id), sources);
    assert_string_equal(json_str(json_at(json_get(shown(case_reader, &b.clerk, id), "parties"), 1), "consent", ""), "withdrawn");
    refused(case_authorise(&b.civil, &wife, id, m[1].id, "withdrawn", 0, &b.d), E_CONFLICT, "verification.not_given");
    must(case_authorise(&b.civil, &wife, id, m[1].id, "portal", 0, &b.d));
    assert_int_equal(waiting_about(id, m[1].id), sources);
    must(case_authorise(&b.civil, &wife, id, m[1].id, "portal", 0, &b.d)); /* twice said is once asked */
    assert_int_equal(waiting_about(id, m[1].id), sources);
    assert_string_equal(json_str(json_at(json_get(shown(case_reader, &b.clerk, id), "parties"), 1), "consent", ""), "given");
}

/* Without her word nothing is found about her, and nobody grants on what she merely stated; the last day ends an authorisation as well. */
static void what_is_taken_back_counts_no_more(void **state) {
    CASE_WORLD;
    struct made m[] = {{"周试七", 1975, 2, 2, true, "本人", FACTS("有配偶", "无业"), 0, ""}, {"吴试八", 1976, 3, 3, false, "配偶", FACTS("有配偶", "无业"), 0, ""}};
    b.household = household(m, 2, "{\"货币财产\":3000}", NULL);
    b.person = m[0].id;
    b.resident = resident_of(m[0].id, "zhou");
    struct case_ref r;
    must(apply_as(&b.resident, "portal", form_data(true), NULL, &r));
    done(b.clerk, r.id, "accept", "受理", NULL);
    must(case_authorise(&b.civil, &b.clerk, r.id, m[1].id, "paper", 0, &b.d));
    done(b.clerk, r.id, "authorise", "全部授权", NULL);
    for (int i = 0; i < 20; i++) {
        clock_days(1);
        sweep();
    }
    int64_t answered = ask("SELECT COUNT(*) FROM verification_request WHERE case_id = %lld AND state = 'answered'", (long long)r.id);
    assert_true(answered > 0);
    const char *before = found_otherwise(r.id);
    for (int i = 0; i < 2; i++)
        must(case_authorise(&b.civil, &b.clerk, r.id, m[i].id, "withdrawn", 0, &b.d));
    assert_int_equal(ask("SELECT COUNT(*) FROM verification_request WHERE case_id = %lld AND state = 'answered'", (long long)r.id), answered);
    assert_string_not_equal(before, found_otherwise(r.id));
    done(b.clerk, r.id, "visit", "已调查", NULL);
    done(b.second, r.id, "visit_second", "属实", NULL);
    refused(complete(&b.clerk, r.id, "findings", "符合", NULL), E_CONFLICT, "case.consent_missing");
    for (int i = 0; i < 2; i++)
        must(case_authorise(&b.civil, &b.clerk, r.id, m[i].id, "paper", 0, &b.d));
    assert_string_equal(before, found_otherwise(r.id));
    clock_days(400);
    assert_string_equal(json_str(json_at(json_get(shown(case_reader, &b.clerk, r.id), "parties"), 1), "consent", ""), "expired");
    refused(complete(&b.clerk, r.id, "findings", "符合", NULL), E_CONFLICT, "case.consent_missing");
}

/* The children of this form with these numbers, all of people in no register. */
static const struct json *with_children(const struct json *form, const char *const number[], size_t n) {
    const struct json *all = json_get(form, "members"), *child = NULL, **item = ARENA_ARRAY(b.arena, all->size + n, const struct json *);
    for (size_t i = 0; i < all->size; i++) {
        item[i] = all->item[i];
        if (strcmp(json_str(all->item[i], "relation", ""), "子女") == 0)
            child = all->item[i];
    }
    assert_non_null(child);
    for (size_t i = 0; i < n; i++)
        item[all->size + i] = json_with(b.arena, json_with(b.arena, child, "name", json_new_string(b.arena, span_of(i ? "甲" : "乙"))), "idnum",
            json_new_string(b.arena, span_of(number[i])));
    return json_with(b.arena, form, "members", json_new_array(b.arena, item, all->size + n));
}

/* A number is one person, whether a register knows it or not, and in whichever of its spellings. */
static void one_number_is_one_person(void **state) {
    CASE_WORLD;
    struct made m[] = {{"周试七", 1975, 2, 2, true, "本人", FACTS("有配偶", "无业"), 0, ""}, {"吴试八", 1976, 3, 3, false, "配偶", FACTS("有配偶", "无业"), 0, ""},
        {"周试九", 2016, 4, 4, false, "子女", FACTS("未婚", "无业"), 0, ""}};
    b.household = household(m, 3, "{\"货币财产\":1000}", NULL);
    b.person = m[0].id;
    b.resident = resident_of(b.person, "zhou");
    char capital[19] = "", small[19], young[19] = "11010120210307100";
    for (unsigned i = 100; !strchr(capital, 'X'); i++) { /* the first sequence whose check digit is X */
        snprintf(capital, sizeof capital, "11010120200307%03u", i % 1000);
        capital[17] = citizen_check_digit(capital);
    }
    snprintf(small, sizeof small, "%.17sx", capital);
    young[17] = citizen_check_digit(young);
    const struct { const char *number[3]; size_t n; const char *where; } bad[] = {
        {{capital, capital}, 2, "members[3].idnum"}, {{capital, small}, 2, "members[3].idnum"}, {{capital, young, small}, 3, "members[4].idnum"},
        {{m[2].number}, 1, "members[2].idnum"}, {{m[0].number}, 1, "members[2].idnum"}};
    struct case_ref r;
    const struct json *form = form_data(false);
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        refused(apply_as(&b.resident, "portal", with_children(form, bad[i].number, bad[i].n), NULL, &r), E_INPUT, "case.party_twice");
        assert_string_equal(b.d.where, bad[i].where);
    }
    /* Not as a supporter either. */
    const char *one[] = {young};
    refused(apply_as(&b.resident, "portal", with_supporter(with_children(form, one, 1), young), NULL, &r), E_INPUT, "case.party_twice");
    assert_string_equal(b.d.where, "supporters[0].idnum");
    assert_int_equal(ask("SELECT COUNT(*) FROM case_file"), 0);
    must(apply_as(&b.resident, "portal", with_children(form, one, 1), NULL, &r));
    assert_int_equal(ask("SELECT COUNT(*) FROM case_party WHERE case_id = %lld AND person_district = 0", (long long)r.id), 1);
}

/* One member of a list of the form, under another name. */
static const struct json *renamed(const struct json *form, const char *list, const char *name) {
    const struct json *all = json_get(form, list), **item = ARENA_ARRAY(b.arena, all->size, const struct json *);
    memcpy(item, all->item, all->size * sizeof *item);
    item[0] = json_with(b.arena, item[0], "name", json_new_string(b.arena, span_of(name)));
    return json_with(b.arena, form, list, json_new_array(b.arena, item, all->size));
}

static const struct json *party_seen(const struct json *seen, int64_t person) {
    const struct json *list = json_get(seen, "parties");
    for (size_t i = 0; i < list->size; i++)
        if (strtoll(json_str(list->item[i], "person", "0"), NULL, 10) == person)
            return list->item[i];
    fail_msg("no party %lld", (long long)person);
    return NULL;
}

static bool says(const struct json *j, const char *text) {
    BUF_AUTO all;
    buf_init(&all, 0);
    json_canonical(&all, j);
    return strstr(buf_str(&all), text) != NULL;
}

/* A number with a name that is not its own: the officer sees both from the first
 * moment on, and who typed it never learns whose number it is. */
static void a_name_that_the_register_has_otherwise(void **state) {
    CASE_WORLD;
    struct made m[] = {{"周试一", 1980, 1, 2, true, "本人", FACTS("有配偶", "无业"), 0, ""}, {"吴试二", 1982, 3, 4, false, "配偶", FACTS("有配偶", "无业"), 0, ""},
                       {"周试·三", 2015, 5, 6, true, "子女", FACTS("未婚", "无业"), 0, ""}};
    b.household = household(m, 3, "{\"货币财产\":20000}", NULL);
    b.person = m[0].id;
    b.resident = resident_of(b.person, "zhou");
    const struct json *form = renamed(form_data(false), "members", "吴假名");
    struct actor wife = resident_of(m[1].id, "wu"), leader = staff("leader3", "leader", "110102");
    struct case_ref r;
    must(apply_as(&b.resident, "portal", form, NULL, &r));
    const struct json *officer = shown(case_reader, &b.clerk, r.id), *owner = shown(case_reader, &b.resident, r.id);
    assert_string_equal(json_str(party_seen(officer, m[1].id), "name", ""), "吴试二");
    assert_string_equal(json_str(party_seen(officer, m[1].id), "name_stated", ""), "吴假名");
    assert_string_equal(json_str(party_seen(shown(case_reader, &leader, r.id), m[1].id), "name_stated", ""), "吴假名");
    assert_true(json_is_null(json_get(party_seen(officer, m[0].id), "name_stated")));
    assert_string_equal(json_str(party_seen(owner, m[1].id), "name", ""), "吴假名");
    assert_false(says(owner, "吴试二"));
    assert_string_equal(json_str(party_seen(shown(case_reader, &wife, r.id), m[1].id), "name", ""), "吴试二"); /* her own */

    const struct json *report = shown(case_verification_json, &b.clerk, r.id);
    const struct json *first = json_at(json_get(report, "conflicts"), 0);
    assert_string_equal(json_str(first, "fact", ""), "成员2.姓名");
    assert_string_equal(json_str(first, "declared", ""), "吴假名");
    assert_string_equal(json_str(first, "found", ""), "吴试二");
    assert_false(says(shown(case_verification_json, &b.resident, r.id), "吴试二"));
    /* Once she has authorised with her own hand, she is a party under her name. */
    done(b.clerk, r.id, "accept", "受理", NULL);
    must(case_authorise(&b.civil, &wife, r.id, m[1].id, "portal", 0, &b.d));
    assert_string_equal(json_str(party_seen(shown(case_reader, &b.resident, r.id), m[1].id), "name", ""), "吴试二");
    assert_string_equal(json_str(party_seen(shown(case_reader, &b.clerk, r.id), m[1].id), "name_stated", ""), "吴假名");
}

static void spellings_of_one_name(void **state) {
    static const struct { const char *a, *b; bool same; } list[] = {
        {"张三", "张三", true}, {"张三", "张 三", true}, {"张三", "张　三 ", true}, {"阿依古丽·买买提", "阿依古丽•买买提", true}, {"阿依古丽·买买提", "阿依古丽.买买提", true},
        {"Li Na", "LINA", true}, {"", "", true}, {"张三", "张四", false}, {"张三", "张三丰", false}, {"张三", "", false}, {"阿依古丽·买买提", "阿依古丽买买提", false}, {"晓明", "小明", false},
    };
    for (size_t i = 0; i < ARRAY_LEN(list); i++)
        if (person_name_same(list[i].a, list[i].b) != list[i].same || person_name_same(list[i].b, list[i].a) != list[i].same)
            fail_msg("%s and %s", list[i].a, list[i].b);
}

/* ---- lists, drafts, proofs ------------------------------------------------------------------ */

static enum status cases_page(struct civil *c, struct txn *t, struct access *x, const struct actor *who, int64_t limit, struct json_writer *w, struct diag *d) {
    struct case_query q = {.limit = (int)limit};
    return case_list_json(c, t, x, who, &q, w, d);
}
static enum status bad_cursor(struct civil *c, struct txn *t, struct access *x, const struct actor *who, int64_t limit, struct json_writer *w, struct diag *d) {
    struct case_query q = {.cursor = "1 OR 1=1"};
    return case_list_json(c, t, x, who, &q, w, d);
}
static const char *cursor;
static enum status cases_next(struct civil *c, struct txn *t, struct access *x, const struct actor *who, int64_t limit, struct json_writer *w, struct diag *d) {
    struct case_query q = {.limit = (int)limit, .cursor = cursor};
    return case_list_json(c, t, x, who, &q, w, d);
}
static const char *urgency;
static enum status tasks_page(struct civil *c, struct txn *t, struct access *x, const struct actor *who, int64_t limit, struct json_writer *w, struct diag *d) {
    struct task_query q = {.urgency = urgency, .limit = (int)limit};
    return task_list_json(c, t, x, who, &q, w, d);
}
static enum status mine(struct civil *c, struct txn *t, struct access *x, const struct actor *who, int64_t none, struct json_writer *w, struct diag *d) {
    return my_cases_json(c, t, x, who, w, d);
}

static void lists_go_page_by_page(void **state) {
    CASE_WORLD;
    poor_man();
    for (int i = 0; i < 5; i++) {
        struct case_ref r = applied();
        if (i < 4)
            must(case_withdraw(&b.civil, &b.resident, r.id, "", 0, &b.d));
        test_instant += 1000;
    }
    const struct json *page = shown(cases_page, &b.clerk, 2);
    assert_int_equal(json_get(page, "items")->size, 2);
    int seen = 2;
    while (!json_is_null(json_get(page, "next"))) {
        cursor = json_get(page, "next")->text.at;
        page = shown(cases_next, &b.clerk, 2);
        seen += (int)json_get(page, "items")->size;
    }
    assert_int_equal(seen, 5);
    const struct json *j;
    refused(try_read(bad_cursor, &b.clerk, 2, &j), E_INPUT, "case.cursor");
    assert_int_equal(json_get(shown(cases_page, &b.stranger, 50), "items")->size, 0);
    assert_int_equal(json_get(shown(mine, &b.resident, 0), "items")->size, 5);
    refused(try_read(mine, &b.clerk, 0, &j), E_FORBIDDEN, "case.residents_only");
    urgency = NULL;
    page = shown(tasks_page, &b.clerk, 10);
    assert_int_equal(json_get(page, "items")->size, 1);
    assert_int_equal(json_int(json_get(page, "counts"), "all", -1), 1);
    const struct json *task = json_get(page, "items")->item[0];
    assert_string_equal(json_str(task, "urgency", ""), "week"); /* one working day: tomorrow */
    assert_string_equal(json_str(json_get(task, "name"), "en", ""), "Check for acceptance");
    assert_true(json_bool(json_get(task, "outcomes")->item[1], "needs_reason", false));
    clock_days(3);
    urgency = "overdue";
    assert_int_equal(json_get(shown(tasks_page, &b.clerk, 10), "items")->size, 1);
    assert_int_equal(json_get(shown(tasks_page, &b.reviewer, 10), "items")->size, 0);
    urgency = "soon";
    refused(try_read(tasks_page, &b.clerk, 10, &j), E_INPUT, "case.urgency");
}

static enum status draft_reader(struct civil *c, struct txn *t, struct access *x, const struct actor *who, int64_t none, struct json_writer *w, struct diag *d) {
    return draft_json(c, t, x, who, "dibao", w, d);
}

static void drafts_are_the_residents_own(void **state) {
    CASE_WORLD;
    poor_man();
    const struct json *form = form_data(false), *j;
    refused(draft_save(&b.civil, &b.clerk, "dibao", form, NULL, &b.d), E_FORBIDDEN, "case.residents_only");
    refused(draft_save(&b.civil, &b.resident, "none", form, NULL, &b.d), E_NOT_FOUND, "case.no_matter");
    refused(draft_save(&b.civil, &b.resident, "dibao", NULL, NULL, &b.d), E_INPUT, "case.no_data");
    refused(try_read(draft_reader, &b.resident, 0, &j), E_NOT_FOUND, "case.no_draft");
    must(draft_save(&b.civil, &b.resident, "dibao", form, "income", &b.d));
    must(draft_save(&b.civil, &b.resident, "dibao", form, "money", &b.d));
    const struct json *draft = shown(draft_reader, &b.resident, 0);
    assert_string_equal(json_str(draft, "page", ""), "money");
    assert_string_equal(json_str(json_get(draft, "data"), "applicant_name", ""), "张试一");
    applied(); /* asking uses the draft up */
    refused(try_read(draft_reader, &b.resident, 0, &j), E_NOT_FOUND, "case.no_draft");
    must(draft_delete(&b.civil, &b.resident, "dibao", &b.d));
}

struct proof { const struct actor *who; int64_t entry; struct span receipt; };
static enum status prove(struct txn *t, void *arg, struct diag *d) {
    struct proof *x = arg;
    return case_receipt(&b.civil, t, x->who, x->entry, b.arena, &x->receipt, d);
}

static void every_event_can_be_proved(void **state) {
    CASE_WORLD;
    poor_man();
    struct case_ref r = applied();
    investigated(r.id);
    struct tlog_keys keys = {b.civil.log_origin, b.ed25519, b.sm2};
    struct proof p = {&b.resident, r.entry, {0}};
    bool fresh;
    int64_t n;
    refused(store_read(b.civil.store, prove, &p, &b.d), E_BUSY, "tlog.not_yet");
    must(tlog_sequence(b.civil.store, &n, &b.d));
    must(tlog_checkpoint_make(b.civil.store, &keys, &fresh, &b.d));
    int64_t entries[] = {r.entry, ask("SELECT MAX(entry) FROM case_event WHERE case_id = %lld", (long long)r.id),
        ask("SELECT entry FROM decision_record WHERE case_id = %lld", (long long)r.id),
        ask("SELECT answer_entry FROM verification_request WHERE case_id = %lld AND source = 'bank'", (long long)r.id)};
    for (size_t i = 0; i < ARRAY_LEN(entries); i++) {
        struct tlog_receipt receipt;
        struct tlog_verdict verdict;
        struct tlog_trust trust = {0};
        p.entry = entries[i];
        must(store_read(b.civil.store, prove, &p, &b.d));
        must(tlog_receipt_read(b.arena, p.receipt, &receipt, &b.d));
        must(tlog_receipt_verify(b.arena, &receipt, &trust, &verdict, &b.d));
        assert_int_equal(verdict.openings, 3);
        assert_true(verdict.entry_known);
        /* Staff can prove whose entry it is; what it says of people is the applicant's. */
        p.who = &b.clerk;
        must(store_read(b.civil.store, prove, &p, &b.d));
        must(tlog_receipt_read(b.arena, p.receipt, &receipt, &b.d));
        must(tlog_receipt_verify(b.arena, &receipt, &trust, &verdict, &b.d));
        assert_int_equal(verdict.openings, 2);
        p.who = &b.resident;
    }
    p.who = &b.stranger;
    refused(store_read(b.civil.store, prove, &p, &b.d), E_NOT_FOUND, "case.no_entry");
    p.entry = 4;
    refused(store_read(b.civil.store, prove, &p, &b.d), E_NOT_FOUND, "case.no_entry");
}

static enum status process_reader(struct civil *c, struct txn *t, struct access *x, const struct actor *who, int64_t id, struct json_writer *w, struct diag *d) {
    return case_process_json(c, t, x, who, id, w, d);
}

/* No sentence of the history is a bare code, in either language. */
static void the_history_reads_in_two_languages(void **state) {
    CASE_WORLD;
    poor_man();
    struct case_ref r = applied();
    investigated(r.id);
    const struct json *items = json_get(shown(case_events_json, &b.resident, r.id), "items");
    assert_true(items->size > 8);
    for (size_t i = 0; i < items->size; i++) {
        const struct json *text = json_get(items->item[i], "text");
        const char *both[] = {json_str(text, "zh", ""), json_str(text, "en", "")};
        for (int l = 0; l < 2; l++)
            if (!*both[l] || strstr(both[l], "case.event") || strchr(both[l], '{'))
                fail_msg("%s: %s", json_str(items->item[i], "kind", ""), both[l]);
    }
    assert_non_null(strstr(json_str(json_get(items->item[1], "text"), "en", ""), "Check for acceptance: Accept"));
    const struct json *process = shown(process_reader, &b.clerk, r.id);
    assert_int_equal(json_get(process, "tokens")->size, 1);
    assert_string_equal(json_get(process, "tokens")->item[0]->text.at, "findings");
}

/* ---- ceilings ------------------------------------------------------------------------------ */

static void a_case_takes_so_many_papers(void **state) {
    CASE_WORLD;
    poor_man();
    struct case_ref r = applied();
    int64_t file = 0;
    for (int i = 0; i < CASE_PAPERS_MAX; i++)
        must(case_paper_add(&b.civil, &b.resident, r.id, "材料.pdf", "other", PAPER_PDF, &file, &b.d));
    refused(case_paper_add(&b.civil, &b.resident, r.id, "材料.pdf", "other", PAPER_PDF, &file, &b.d), E_CONFLICT, "case.papers_count");
    refused(case_paper_add(&b.civil, &b.clerk, r.id, "材料.pdf", "other", PAPER_PDF, &file, &b.d), E_CONFLICT, "case.papers_count");
}

static void a_case_takes_papers_of_so_many_bytes(void **state) {
    CASE_WORLD;
    poor_man();
    struct case_ref r = applied();
    int64_t file = 0;
    char sql[200];
    must(case_paper_add(&b.civil, &b.resident, r.id, "材料.pdf", "other", PAPER_PDF, &file, &b.d));
    snprintf(sql, sizeof sql, "UPDATE archive_file SET size = %d WHERE case_id = %lld", CASE_PAPERS_BYTES_MAX - 10, (long long)r.id);
    must_run(b.fixture, sql);
    refused(case_paper_add(&b.civil, &b.resident, r.id, "材料.pdf", "other", PAPER_PDF, &file, &b.d), E_LIMIT, "case.papers_size");
}

static void one_person_applies_so_often_a_day(void **state) {
    CASE_WORLD;
    poor_man();
    struct case_ref r;
    for (int i = 0; i < CASE_APPLICATIONS_A_DAY; i++) {
        must(apply_as(&b.resident, "portal", form_data(false), NULL, &r));
        must(case_withdraw(&b.civil, &b.resident, r.id, "填错了", 0, &b.d));
    }
    refused(apply_as(&b.resident, "portal", form_data(false), NULL, &r), E_CONFLICT, "case.applications_a_day");
    diag_clear(&b.d);
    must(apply_as(&b.clerk, "counter", form_data(false), NULL, &r)); /* the counter is open */
    must(case_withdraw(&b.civil, &b.clerk, r.id, "本人要求撤回", 0, &b.d));
    clock_days(1);
    must(apply_as(&b.resident, "portal", form_data(false), NULL, &r));
}

/* ---- the sweeper --------------------------------------------------------------------------- */

/* A case whose process state is damaged keeps its error and holds up nobody. */
static void a_broken_case_holds_up_nobody(void **state) {
    CASE_WORLD;
    poor_man();
    struct case_ref bad = applied();
    done(b.clerk, bad.id, "accept", "补正", "缺材料");
    serve_latest(&b.clerk, bad.id);
    struct made m[] = {{"郑试十", 1970, 1, 1, false, "本人", FACTS("未婚", "无业"), 0, ""}};
    b.household = household(m, 1, "{\"货币财产\":1}", NULL);
    b.person = m[0].id;
    b.resident = resident_of(b.person, "zheng");
    struct case_ref good = applied();
    done(b.clerk, good.id, "accept", "补正", "缺材料");
    serve_latest(&b.clerk, good.id);
    char sql[200];
    snprintf(sql, sizeof sql, "UPDATE case_process SET state = '{}' WHERE case_id = %lld", (long long)bad.id);
    must_run(b.fixture, sql);
    clock_days(40);
    sweep();
    assert_string_equal(state_of(good.id), "serving"); /* the notice that it is no longer pursued */
    assert_string_equal(state_of(bad.id), "supplement");
    assert_int_equal(ask("SELECT tries FROM case_timer WHERE case_id = %lld", (long long)bad.id), 1);
}

/* ---- packs that cannot be worked with ---------------------------------------------------------- */

static void replace_in(const char *path, const char *from, const char *to) {
    BUF_AUTO text, out;
    buf_init(&text, 0);
    buf_init(&out, 0);
    char chunk[65536];
    FILE *f = fopen(path, "rb");
    assert_non_null(f);
    for (size_t n; (n = fread(chunk, 1, sizeof chunk, f)) > 0;)
        buf_add(&text, span_bytes(chunk, n));
    fclose(f);
    const char *at = strstr(buf_str(&text), from);
    assert_non_null(at);
    buf_add(&out, (struct span){buf_str(&text), (size_t)(at - buf_str(&text))});
    buf_adds(&out, to);
    buf_adds(&out, at + strlen(from));
    f = fopen(path, "wb");
    assert_int_equal(fwrite(out.at, 1, out.size, f), out.size);
    fclose(f);
}

/* A process that would get stuck in somebody's case does not start. */
static void a_process_that_cannot_be_carried_out(void **state) {
    static const struct { const char *from, *to, *where; } BAD[] = {
        {"mz:handler=\"entitlement.open\"", "mz:handler=\"money.print\"", "dibao/process-2026.bpmn.entitlement_open"},
        {"mz:handler=\"case.close\" mz:note=\"批准\"", "mz:handler=\"case.close\" mz:note=\"也许\"", "dibao/process-2026.bpmn.close_approved"},
        {"<message id=\"message_report\" name=\"核对报告\"/>", "<message id=\"message_report\" name=\"天知道\"/>", "dibao/process-2026.bpmn.verification_report"},
        {"mz:decision=\"dibao\"", "", "dibao/process-2026.bpmn.preview"},
        {"mz:role=\"decider\"", "", "dibao/process-2026.bpmn.decide"},
    };
    FIXTURE(f);
    char command[1200], path[400], dir[200];
    snprintf(dir, sizeof dir, "%s/packs", f->folder);
    snprintf(path, sizeof path, "%s/assistance/matters/dibao/process-2026.bpmn", dir);
    for (size_t i = 0; i < ARRAY_LEN(BAD); i++) {
        struct packs *p = NULL;
        struct case_models *m = NULL;
        struct diag d = {0};
        snprintf(command, sizeof command, "rm -rf %s && cp -r '%s/packs' %s", dir, getenv("SOURCE_ROOT"), dir);
        assert_int_equal(system(command), 0);
        replace_in(path, BAD[i].from, BAD[i].to);
        expect_ok(packs_load(dir, &p, &d), &d);
        expect_fail(case_models_load(p, &m, &d), &d, E_INPUT, "case.process_element");
        assert_string_equal(d.where, BAD[i].where);
        packs_free(p);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        CASE_TEST(bad_applications),
        CASE_TEST(the_same_key_is_the_same_application),
        CASE_TEST(sent_four_times_at_once),
        CASE_TEST(only_who_is_concerned_sees_it),
        CASE_TEST(roles_and_scope_of_tasks),
        CASE_TEST(four_eyes),
        CASE_TEST(entered_and_checked_by_two),
        CASE_TEST(overseers_look_and_do_not_act),
        CASE_TEST(two_at_once_one_wins),
        CASE_TEST(everybody_consents_for_himself),
        CASE_TEST(what_is_taken_back_counts_no_more),
        CASE_TEST(one_number_is_one_person),
        CASE_TEST(a_name_that_the_register_has_otherwise),
        cmocka_unit_test(spellings_of_one_name),
        CASE_TEST(lists_go_page_by_page),
        CASE_TEST(drafts_are_the_residents_own),
        CASE_TEST(every_event_can_be_proved),
        CASE_TEST(the_history_reads_in_two_languages),
        CASE_TEST(a_case_takes_so_many_papers),
        CASE_TEST(a_case_takes_papers_of_so_many_bytes),
        CASE_TEST(one_person_applies_so_often_a_day),
        CASE_TEST(a_broken_case_holds_up_nobody),
        ON_SQLITE_ONLY(a_process_that_cannot_be_carried_out),
    };
    return cmocka_run_group_tests(tests, load_packs, unload_packs);
}
