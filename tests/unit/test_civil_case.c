/* Whole cases, from the application to payment or refusal, by both laws. */
#include "case_world.h"

#include "../support/papers.h"

#include "civil/entitlement/entitlement.h"

static const char *step_state(const struct json *c, const char *step) {
    const struct json *list = json_get(c, "steps");
    for (size_t i = 0; i < list->size; i++)
        if (strcmp(json_str(list->item[i], "id", ""), step) == 0)
            return json_str(list->item[i], "state", "");
    return "";
}

static bool may(const struct json *c, const char *what) {
    const struct json *list = json_get(c, "may");
    for (size_t i = 0; i < list->size; i++)
        if (span_is(list->item[i]->text, what))
            return true;
    return false;
}

/* ---- granted ---------------------------------------------------------------------- */

/* The whole line as one text: "done done now next may ..." */
static void line_is(int64_t case_id, const char *wanted) {
    const struct json *steps = json_get(shown(case_reader, &b.resident, case_id), "steps");
    BUF_AUTO text;
    buf_init(&text, 400);
    for (size_t i = 0; i < steps->size; i++)
        buf_addf(&text, "%s%s", i ? " " : "", json_str(steps->item[i], "state", ""));
    assert_string_equal(buf_str(&text), wanted);
}

static date_t step_until(int64_t case_id, const char *id) {
    const struct json *steps = json_get(shown(case_reader, &b.resident, case_id), "steps");
    for (size_t i = 0; i < steps->size; i++)
        if (strcmp(json_str(steps->item[i], "id", ""), id) == 0) {
            date_t day;
            const char *text = json_str(steps->item[i], "until", NULL);
            return text && date_parse(span_of(text), &day, NULL) == OK ? day : DATE_NONE;
        }
    return DATE_NONE;
}

static void granted_by_the_law_of_2026(void **state) {
    CASE_WORLD;
    poor_man();
    struct case_ref r = applied();
    assert_string_equal(r.state, "applied");
    assert_string_equal(r.number, "低保申〔2026〕11010200001号");
    const struct json *c = shown(case_reader, &b.resident, r.id);
    assert_string_equal(json_str(c, "process_file", ""), "process-2026.bpmn");
    assert_string_equal(step_state(c, "accept"), "now");
    assert_true(may(c, "withdraw"));
    /*            apply accept investigate appraise publish decide serve pay */
    line_is(r.id, "done now next may may later later may");
    assert_int_equal(step_until(r.id, "accept"), instant_date(test_instant) + 1); /* of the step, not of the case */
    assert_int_equal(step_until(r.id, "investigate"), DATE_NONE);

    investigated(r.id);
    line_is(r.id, "done done now may may next later may");
    assert_int_equal(ask("SELECT COUNT(*) FROM verification_request WHERE case_id = %lld AND state = 'answered'", (long long)r.id), 8);
    done(b.clerk, r.id, "findings", "符合", NULL);
    done(b.reviewer, r.id, "opinion", "拟同意", NULL);
    spot_checked(r.id);
    done(b.second_reviewer, r.id, "review", "同意", NULL);
    line_is(r.id, "done done done may may now next may"); /* no notice was needed yet, and none has hung */
    const struct json *proposal = shown(case_decision_json, &b.decider, r.id);
    assert_string_equal(json_str(proposal, "outcome", ""), "eligible");
    assert_int_equal(json_int(proposal, "monthly_fen", 0), 145000);
    assert_string_equal(json_str(proposal, "state", ""), "proposed");
    assert_true(json_get(proposal, "rules")->size > 5);

    done(b.decider, r.id, "decide", "批准", NULL);
    assert_string_equal(state_of(r.id), "serving");
    refused(complete(&b.clerk, r.id, "serve_approval", "已送达", NULL), E_CONFLICT, "case.not_served");
    serve_latest(&b.clerk, r.id);
    done(b.clerk, r.id, "serve_approval", "已送达", NULL);

    assert_string_equal(state_of(r.id), "approved");
    assert_int_equal(ask("SELECT monthly_fen FROM case_file WHERE id = %lld AND outcome = 'approved' AND closed_at IS NOT NULL", (long long)r.id), 145000);
    /* From the month after the decision. */
    struct ymd today = date_ymd(instant_date(test_instant));
    assert_int_equal(ask("SELECT from_month FROM entitlement WHERE case_id = %lld", (long long)r.id), today.year * 12 + today.month);
    assert_int_equal(ask("SELECT SUM(monthly_fen) FROM entitlement_line"), 145000);
    c = shown(case_reader, &b.resident, r.id);
    line_is(r.id, "done done done skipped now done done next"); /* it is announced; nothing is paid yet */
    assert_int_equal(step_until(r.id, "publish"), ask("SELECT MAX(until_on) FROM publication WHERE case_id = %lld", (long long)r.id));
    clock_days(60);
    sweep();
    line_is(r.id, "done done done skipped done done done next");
    clock_days(-60);
    assert_false(may(c, "withdraw"));
    assert_true(may(c, "remedy"));
    assert_string_equal(json_str(json_get(json_get(c, "summary"), "state_name"), "en", ""), "Approved");
    const struct json *decision = shown(case_decision_json, &b.resident, r.id);
    assert_string_equal(json_str(decision, "state", ""), "confirmed");
    assert_string_equal(json_str(json_get(decision, "organ"), "power", ""), "entrusted");
    assert_true(json_get(decision, "reasons")->size > 0);
}

/* With a public notice of seven days before the decision. */
static void granted_after_notice(struct actor *reviewer, struct actor *decider, const char *power, int64_t fen) {
    poor_man();
    struct case_ref r = applied();
    investigated(r.id);
    done(b.clerk, r.id, "findings", "符合", NULL);
    done(b.reviewer, r.id, "opinion", "拟同意", NULL);
    assert_string_equal(state_of(r.id), "publishing");
    line_is(r.id, "done done done may now next later may");
    assert_int_equal(step_until(r.id, "publish"), ask("SELECT until_on FROM publication WHERE case_id = %lld", (long long)r.id));
    const struct json *p = json_get(shown(case_reader, &b.resident, r.id), "publication");
    assert_string_equal(json_str(json_get(p, "body"), "name_masked", ""), "张＊＊");
    clock_days(7);
    sweep();
    assert_string_equal(state_of(r.id), "publishing"); /* the seventh day is not over */
    for (int i = 0; i < 4 && task_at(r.id, "submit") < 0; i++) {
        clock_days(1);
        sweep();
    }
    assert_int_equal(ask("SELECT COUNT(*) FROM publication WHERE case_id = %lld AND (ended_at IS NULL OR body <> '')", (long long)r.id), 0);
    line_is(r.id, "done done done may done now next may");
    done(b.reviewer, r.id, "submit", "已上报", NULL);
    spot_checked(r.id);
    done(*reviewer, r.id, "review", "同意", NULL);
    done(*decider, r.id, "decide", "批准", NULL);
    serve_latest(&b.clerk, r.id);
    done(b.clerk, r.id, "serve_approval", "已送达", NULL);
    assert_string_equal(state_of(r.id), "approved");
    assert_int_equal(ask("SELECT monthly_fen FROM case_file WHERE id = %lld", (long long)r.id), fen);
    const struct json *decision = shown(case_decision_json, &b.resident, r.id);
    assert_string_equal(json_str(json_get(decision, "organ"), "power", ""), power);
}

static void granted_by_the_rules_of_2019(void **state) {
    CASE_WORLD;
    clock_at(2019, 3, 11, 9);
    granted_after_notice(&b.district_reviewer, &b.district_decider, "statutory", 110000);
    /* No holidays of 2019 are known here: every day says that it may move. */
    assert_int_equal(ask("SELECT COUNT(*) FROM case_task WHERE due_on IS NOT NULL AND due_provisional = 0"), 0);
}

static void granted_in_the_entrusted_years(void **state) {
    CASE_WORLD;
    clock_at(2025, 3, 10, 9);
    granted_after_notice(&b.second_reviewer, &b.decider, "entrusted", 145000);
}

/* ---- refused, after being heard ------------------------------------------------------- */

static void refused_after_hearing(void **state) {
    CASE_WORLD;
    pensioner();
    struct case_ref r = applied();
    investigated(r.id);
    const struct json *d = shown(case_decision_json, &b.clerk, r.id);
    assert_string_equal(json_str(d, "outcome", ""), "not_eligible");
    const struct json *why = json_get(d, "explanation");
    const struct json *near = json_get(json_at(json_get(why, "nearest"), 0), "conditions");
    assert_non_null(strstr(json_str(json_at(near, 0), "zh", ""), "3,550.00"));
    assert_true(json_get(why, "changes")->size > 0);
    assert_non_null(strstr(json_str(json_get(json_at(json_get(why, "changes"), 0), "text"), "en", ""), "it is eligible"));
    refused(complete(&b.clerk, r.id, "findings", "不符合", NULL), E_INPUT, "case.reason_needed");
    done(b.clerk, r.id, "findings", "不符合", "养老金高于标准");
    assert_string_equal(state_of(r.id), "explaining");

    /* The four working days run from service, not before. */
    clock_days(30);
    sweep();
    assert_string_equal(state_of(r.id), "explaining");
    assert_true(may(shown(case_reader, &b.resident, r.id), "explain"));
    serve_latest(&b.clerk, r.id);
    sweep();
    assert_string_equal(state_of(r.id), "explaining");
    must(case_explain(&b.civil, &b.resident, r.id, "养老金刚刚停发", &b.d));
    refused(case_explain(&b.civil, &b.resident, r.id, "再说一次", &b.d), E_CONFLICT, "case.no_explanation_awaited");
    done(b.clerk, r.id, "explain_review", "说明不成立", "社保反馈仍在发放");
    done(b.reviewer, r.id, "opinion", "拟不同意", "收入超标");
    /* 445号 八(三): lots are drawn among those to be granted. */
    assert_true(task_at(r.id, "spotcheck_visit") < 0);
    assert_int_equal(ask("SELECT COUNT(*) FROM case_event WHERE case_id = %lld AND kind = 'draw_not_due'", (long long)r.id), 1);
    assert_int_equal(ask("SELECT COUNT(*) FROM case_event WHERE case_id = %lld AND kind IN ('drawn', 'not_drawn')", (long long)r.id), 0);
    done(b.second_reviewer, r.id, "review", "同意", NULL);
    refused(complete(&b.decider, r.id, "decide", "批准", NULL), E_CONFLICT, "case.not_eligible");
    refused(complete(&b.decider, r.id, "decide", "不予批准", ""), E_INPUT, "case.reason_needed");
    refused(complete(&b.decider, r.id, "decide", "不予批准", "\u3000  "), E_INPUT, "case.reason_needed");
    done(b.decider, r.id, "decide", "不予批准", "家庭月人均收入高于低保标准");
    serve_latest(&b.clerk, r.id);
    done(b.clerk, r.id, "serve_refusal", "已送达", NULL);
    assert_string_equal(state_of(r.id), "refused");
    assert_int_equal(ask("SELECT COUNT(*) FROM entitlement"), 0);
    const struct json *seen = shown(case_decision_json, &b.resident, r.id);
    assert_string_equal(json_str(seen, "written_reasons", ""), "家庭月人均收入高于低保标准");

    /* Reconsideration within sixty days of service, then no more. */
    int64_t remedy = 0;
    must(case_remedy_file(&b.civil, &b.resident, r.id, "reconsideration", "不服", &remedy, &b.d));
    /* The organ answers within sixty days of it, or on the next working day. */
    date_t filed = instant_date(test_instant), due = (date_t)ask("SELECT due_on FROM remedy WHERE id = %lld", (long long)remedy);
    assert_int_equal(due, calendar_next(b.civil.calendar, filed + 60).date);
    clock_days(75);
    refused(case_remedy_file(&b.civil, &b.resident, r.id, "reconsideration", "不服", &remedy, &b.d), E_CONFLICT, "case.remedy_not_now");
    must(case_remedy_file(&b.civil, &b.resident, r.id, "litigation", "起诉", &remedy, &b.d));
    assert_int_equal(ask("SELECT due_on FROM remedy WHERE id = %lld", (long long)remedy), calendar_next(b.civil.calendar, date_add_months(instant_date(test_instant), 6)).date);
    refused(case_remedy_file(&b.civil, &b.resident, r.id, "objection", "异议", &remedy, &b.d), E_CONFLICT, "case.remedy_not_now");
}

/* ---- other ways ---------------------------------------------------------------------------- */

static void silence_goes_on_without_an_explanation(void **state) {
    CASE_WORLD;
    pensioner();
    struct case_ref r = applied();
    investigated(r.id);
    done(b.clerk, r.id, "findings", "不符合", "养老金高于标准");
    serve_latest(&b.clerk, r.id);
    for (int i = 0; i < 3; i++) {
        clock_days(1);
        sweep();
    }
    assert_string_equal(state_of(r.id), "explaining");
    clock_days(7);
    sweep();
    assert_true(task_at(r.id, "opinion") > 0);
}

/* Who withdraws on the last metres was not decided on: the step is not done. */
static void withdrawn_while_it_is_decided(void **state) {
    CASE_WORLD;
    poor_man();
    struct case_ref r = applied();
    investigated(r.id);
    done(b.clerk, r.id, "findings", "符合", NULL);
    done(b.reviewer, r.id, "opinion", "拟同意", NULL);
    spot_checked(r.id);
    assert_string_equal(step_state(shown(case_reader, &b.resident, r.id), "decide"), "now");
    must(case_withdraw(&b.civil, &b.resident, r.id, "找到工作了", 0, &b.d));
    const struct json *c = shown(case_reader, &b.resident, r.id);
    assert_string_equal(step_state(c, "accept"), "done");
    assert_string_equal(step_state(c, "investigate"), "done");
    assert_string_equal(step_state(c, "decide"), "skipped");
    assert_string_equal(step_state(c, "serve"), "skipped");
}

/* 445号 十三(二): fixed income and nobody able to work, yearly; else half-yearly. */
static date_t review_of(const char *work, const char *incomes) {
    char facts[600];
    snprintf(facts, sizeof facts, "{\"婚姻状况\":\"丧偶\",\"就业状态\":\"%s\",\"劳动能力\":\"有\",\"在读\":\"无\",\"重大疾病\":false,\"单独抚养\":false,"
        "\"依靠兄弟姐妹或老人扶养\":false,\"不计入事由\":\"无\",\"特殊身份\":[],\"就学迁入集体户\":false}", work);
    struct made m[] = {{"王试九", 1955, 6, 9, true, "本人", facts, 0, ""}};
    b.household = household(m, 1, "{\"货币财产\":3000}", incomes);
    b.person = m[0].id;
    b.resident = resident_of(b.person, work);
    struct case_ref r = applied();
    investigated(r.id);
    done(b.clerk, r.id, "findings", "符合", NULL);
    done(b.reviewer, r.id, "opinion", "拟同意", NULL);
    spot_checked(r.id);
    done(b.second_reviewer, r.id, "review", "同意", NULL);
    done(b.decider, r.id, "decide", "批准", NULL);
    serve_latest(&b.clerk, r.id);
    done(b.clerk, r.id, "serve_approval", "已送达", NULL);
    return (date_t)ask("SELECT next_review FROM entitlement WHERE case_id = %lld", (long long)r.id);
}
static void reviewed_by_how_stable_it_is(void **state) {
    CASE_WORLD;
    date_t on = review_of("退休", "{\"类别\":\"养老金\",\"月金额\":500}");
    assert_int_equal(on, date_add_months(instant_date(test_instant), 12));
    on = review_of("灵活就业", "{\"类别\":\"工资性\",\"月金额\":500}");
    assert_int_equal(on, date_add_months(instant_date(test_instant), 6));
}

static void withdrawn_at_the_counter(void **state) {
    CASE_WORLD;
    poor_man();
    struct case_ref r = applied();
    static const char *const nothing[] = {NULL, "", "  ", "\u3000", "无"};
    for (size_t i = 0; i < ARRAY_LEN(nothing); i++)
        refused(case_withdraw(&b.civil, &b.clerk, r.id, nothing[i], 0, &b.d), E_INPUT, "case.text_needed");
    must(case_withdraw(&b.civil, &b.clerk, r.id, "申请人书面撤回", 0, &b.d));
    assert_string_equal(state_of(r.id), "withdrawn");
    const struct json *items = json_get(shown(case_events_json, &b.resident, r.id), "items");
    bool found = false;
    for (size_t i = 0; i < items->size; i++)
        found = found || strcmp(json_str(json_get(items->item[i], "text"), "zh", ""), "申请人撤回申请，由“街道经办”登记") == 0;
    if (!found)
        for (size_t i = 0; i < items->size; i++)
            print_message("  %s\n", json_str(json_get(items->item[i], "text"), "zh", ""));
    assert_true(found);
    r = applied();
    must(case_withdraw(&b.civil, &b.resident, r.id, "", 0, &b.d));
    assert_int_equal(ask("SELECT COUNT(*) FROM case_event WHERE kind = 'withdrawn'"), 1);
    assert_int_equal(ask("SELECT COUNT(*) FROM case_event WHERE kind = 'withdrawn_for'"), 1);
}

static void withdrawn_before_the_decision(void **state) {
    CASE_WORLD;
    poor_man();
    struct case_ref r = applied();
    done(b.clerk, r.id, "accept", "受理", NULL);
    done(b.clerk, r.id, "authorise", "全部授权", NULL);
    refused(case_withdraw(&b.civil, &b.resident, r.id, "", 1, &b.d), E_CONFLICT, "case.changed");
    must(case_withdraw(&b.civil, &b.resident, r.id, "找到工作了", 0, &b.d));
    assert_string_equal(state_of(r.id), "withdrawn");
    assert_int_equal(ask("SELECT COUNT(*) FROM case_task WHERE case_id = %lld AND state = 'open'", (long long)r.id), 0);
    assert_int_equal(ask("SELECT COUNT(*) FROM case_timer WHERE case_id = %lld", (long long)r.id), 0);
    refused(case_withdraw(&b.civil, &b.resident, r.id, "", 0, &b.d), E_CONFLICT, "case.decided_already");
    /* Answers that come now are thrown away unread. */
    clock_days(20);
    sweep();
    assert_int_equal(ask("SELECT COUNT(*) FROM verification_request WHERE state = 'answered'"), 0);
    struct case_ref again = applied(); /* and one may ask again */
    assert_true(again.id != r.id);
    assert_string_equal(again.number, "低保申〔2026〕11010200002号");
}

static void missing_papers_are_asked_for_once(void **state) {
    CASE_WORLD;
    poor_man();
    struct case_ref r = applied();
    done(b.clerk, r.id, "accept", "补正", "缺收入证明");
    assert_string_equal(state_of(r.id), "supplement");
    clock_days(40); /* not served: the thirty days have not begun */
    sweep();
    assert_string_equal(state_of(r.id), "supplement");
    serve_latest(&b.clerk, r.id);
    int64_t paper = 0;
    refused(case_paper_add(&b.civil, &b.resident, r.id, "收入.pdf", "income", SPAN("no pdf"), &paper, &b.d), E_INPUT, "archive.type");
    static const char *const kinds[] = {"selfie", "Income", " income", "income,other", "身份证", "supplement\n"};
    for (size_t i = 0; i < ARRAY_LEN(kinds); i++) {
        refused(case_paper_add(&b.civil, &b.resident, r.id, "收入.pdf", kinds[i], PAPER_PDF, &paper, &b.d), E_INPUT, "case.paper_kind");
        assert_string_equal(b.d.where, "kind");
        diag_clear(&b.d);
    }
    must(case_paper_add(&b.civil, &b.resident, r.id, "收入.pdf", "income", PAPER_PDF, &paper, &b.d));
    assert_true(task_at(r.id, "accept_again") > 0);
    refused(complete(&b.clerk, r.id, "accept_again", "补正", "还缺"), E_INPUT, "case.outcome");
    done(b.clerk, r.id, "accept_again", "受理", NULL);
    assert_string_equal(state_of(r.id), "investigating");
}

static void papers_that_never_come_close_the_case(void **state) {
    CASE_WORLD;
    poor_man();
    struct case_ref r = applied();
    done(b.clerk, r.id, "accept", "补正", "缺收入证明");
    serve_latest(&b.clerk, r.id);
    clock_days(34);
    sweep();
    assert_string_equal(state_of(r.id), "serving"); /* the person is told, and how to attack it */
    assert_int_equal(ask("SELECT COUNT(*) FROM notice WHERE case_id = %lld AND kind = 'lapse'", (long long)r.id), 1);
    refused(complete(&b.clerk, r.id, "serve_lapse", "已送达", NULL), E_CONFLICT, "case.not_served");
    refused(case_withdraw(&b.civil, &b.resident, r.id, "不要了", 0, &b.d), E_CONFLICT, "case.decided_already");
    serve_latest(&b.clerk, r.id);
    done(b.clerk, r.id, "serve_lapse", "已送达", NULL);
    assert_string_equal(state_of(r.id), "lapsed");
    int64_t remedy;
    diag_clear(&b.d);
    must(case_remedy_file(&b.civil, &b.resident, r.id, "litigation", "材料已经寄出", &remedy, &b.d));
}

/* Not accepted: in writing, with the reason, the article and what can be done about it. */
static void a_refusal_to_accept_is_written_served_and_open_to_attack(void **state) {
    CASE_WORLD;
    poor_man();
    struct case_ref r = applied();
    int64_t remedy;
    done(b.clerk, r.id, "accept", "不予受理", "申请书没有家庭成员的签字，经告知仍不补签");
    assert_string_equal(state_of(r.id), "serving");
    const struct json *ending = json_get(shown(case_reader, &b.resident, r.id), "ending");
    assert_string_equal(json_str(json_get(ending, "name"), "zh", ""), "最低生活保障申请不予受理决定书");
    assert_string_equal(json_str(ending, "article", ""), "445号 五(二)、十五(八)");
    bool said = false;
    for (size_t i = 0; i < json_get(ending, "text")->size; i++)
        said |= strcmp(json_str(json_get(ending, "text")->item[i], "zh", ""), "申请书没有家庭成员的签字，经告知仍不补签") == 0;
    assert_true(said);
    refused(complete(&b.clerk, r.id, "serve_rejection", "已送达", NULL), E_CONFLICT, "case.not_served");
    must(case_remedy_file(&b.civil, &b.resident, r.id, "complaint", "窗口不收材料", &remedy, &b.d));
    serve_latest(&b.clerk, r.id);
    done(b.clerk, r.id, "serve_rejection", "已送达", NULL);
    assert_string_equal(state_of(r.id), "rejected");
    must(case_remedy_file(&b.civil, &b.resident, r.id, "reconsideration", "签字已经补齐", &remedy, &b.d));
    clock_days(200); /* six months */
    refused(case_remedy_file(&b.civil, &b.resident, r.id, "litigation", "过期了", &remedy, &b.d), E_CONFLICT, "case.remedy_not_now");
}

static void an_objection_stops_the_notice(void **state) {
    CASE_WORLD;
    clock_at(2025, 3, 10, 9);
    poor_man();
    struct case_ref r = applied();
    investigated(r.id);
    done(b.clerk, r.id, "findings", "符合", NULL);
    done(b.reviewer, r.id, "opinion", "拟同意", NULL);
    clock_days(2);
    int64_t remedy = 0;
    must(case_remedy_file(&b.civil, &b.clerk, r.id, "objection", "邻居说有出租房", &remedy, &b.d));
    assert_true(task_at(r.id, "reinvestigate") > 0);
    assert_int_equal(ask("SELECT COUNT(*) FROM publication WHERE body <> ''"), 0);
    done(b.clerk, r.id, "reinvestigate", "已重新核实", NULL);
    done(b.clerk, r.id, "findings", "符合", NULL);
    done(b.reviewer, r.id, "opinion", "拟同意", NULL);
    for (int i = 0; i < 12 && task_at(r.id, "submit") < 0; i++) {
        clock_days(1);
        sweep();
    }
    done(b.reviewer, r.id, "submit", "已上报", NULL);
    assert_true(task_at(r.id, "spotcheck_visit") > 0); /* reported: visited whatever the draw says */
}

static enum status report_on_paper(struct civil *c, struct txn *t, struct access *x, const struct actor *who, int64_t id, struct json_writer *w, struct diag *d) {
    struct span pdf = {0};
    enum status s = case_verification_pdf(c, t, x, who, id, &pdf, d);
    json_object(w);
    json_kint(w, "bytes", (int64_t)pdf.size);
    json_kspan(w, "head", (struct span){pdf.at, pdf.size < 5 ? pdf.size : 5});
    json_object_end(w);
    return s;
}

/* What was found overrides what was declared, and both are shown. */
static void a_difference_is_found(void **state) {
    CASE_WORLD;
    struct made m[] = {{"王试三", 1980, 1, 5, true, "本人", FACTS("未婚", "无业"), 0, ""}};
    b.household = household(m, 1, "{\"货币财产\":90000}", NULL);
    b.person = m[0].id;
    b.resident = resident_of(b.person, "wang");
    struct case_ref r;
    must(apply_as(&b.resident, "portal", form_data(true), NULL, &r));
    const struct json *none = NULL;
    refused(try_read(report_on_paper, &b.clerk, r.id, &none), E_NOT_FOUND, "verification.none");
    investigated(r.id);
    const struct json *v = shown(case_verification_json, &b.clerk, r.id);
    assert_string_equal(json_str(v, "state", ""), "complete");
    assert_int_equal(json_get(v, "conflicts")->size, 1);
    const struct json *x = json_get(v, "conflicts")->item[0];
    assert_string_equal(json_str(x, "fact", ""), "户.货币财产");
    assert_int_equal(json_int(x, "difference_fen", 0), 4500000);
    const struct json *paper = shown(report_on_paper, &b.clerk, r.id);
    assert_true(json_int(paper, "bytes", 0) > 5000);
    assert_string_equal(json_str(paper, "head", ""), "%PDF-");
    assert_string_equal(json_str(shown(case_decision_json, &b.clerk, r.id), "outcome", ""), "not_eligible");
    /* The explanation holds: the declared value stands, and the rules run again. */
    done(b.clerk, r.id, "findings", "不符合", "存款超标");
    serve_latest(&b.clerk, r.id);
    must(case_explain(&b.civil, &b.resident, r.id, "一半是代人保管的", &b.d));
    const struct json *data = NULL;
    must(json_parse(b.arena, SPAN("{\"accepted\":[\"户.货币财产\"],\"核实情况\":\"有代管协议\"}"), &data, &b.d));
    must(case_task_complete(&b.civil, b.arena, &b.clerk, task_at(r.id, "explain_review"), "说明成立", NULL, data, NULL, &b.d));
    assert_string_equal(json_str(shown(case_decision_json, &b.clerk, r.id), "outcome", ""), "not_eligible"); /* 45,000 is above 34,800 too */
    assert_int_equal(ask("SELECT COUNT(*) FROM decision_record WHERE state = 'superseded'"), 1);
}

/* What the rules cannot decide is neither granted nor refused by them. */
static void undecided_goes_to_a_person(void **state) {
    CASE_WORLD;
    struct made m[] = {{"蒋试五", 1979, 3, 2, true, "本人", "{\"婚姻状况\":\"未婚\",\"就业状态\":\"失业\"}", 0, ""}};
    b.household = household(m, 1, "{\"货币财产\":3000}", NULL);
    b.person = m[0].id;
    b.resident = resident_of(b.person, "jiang");
    const struct json *form = form_data(false);
    form = json_with(b.arena, form, "applicant_ill", json_new_string(b.arena, SPAN("unknown")));
    form = json_with(b.arena, form, "applicant_work", json_new_string(b.arena, SPAN("无业")));
    struct case_ref r;
    must(apply_as(&b.resident, "portal", form, NULL, &r));
    investigated(r.id);
    const struct json *v = shown(case_verification_json, &b.clerk, r.id);
    assert_string_equal(json_str(json_get(v, "conflicts")->item[0], "fact", ""), "成员1.就业状态");
    assert_string_equal(json_str(json_get(v, "conflicts")->item[0], "source", ""), "register");
    const struct json *d = shown(case_decision_json, &b.clerk, r.id);
    assert_string_equal(json_str(d, "outcome", ""), "undecided");
    assert_int_equal(json_int(d, "monthly_fen", -1), 0);
    assert_string_equal(json_get(d, "missing")->item[0]->text.at, "成员.重大疾病");
    done(b.clerk, r.id, "findings", "符合", NULL);
    done(b.reviewer, r.id, "opinion", "拟同意", NULL);
    spot_checked(r.id);
    done(b.second_reviewer, r.id, "review", "同意", NULL);
    refused(complete(&b.decider, r.id, "decide", "批准", NULL), E_CONFLICT, "case.not_eligible");
    /* The findings were served on nobody. */
    refused(complete(&b.decider, r.id, "decide", "不予批准", "事实不清"), E_CONFLICT, "case.not_heard");
    done(b.decider, r.id, "decide", "退回", "请核实居住证");
    done(b.clerk, r.id, "reinvestigate", "已重新核实", NULL);
    done(b.clerk, r.id, "findings", "不符合", "没有居住证");
    serve_latest(&b.clerk, r.id);
    clock_days(11);
    sweep();
    done(b.reviewer, r.id, "opinion", "拟不同意", "没有居住证");
    done(b.second_reviewer, r.id, "review", "同意", NULL);
    done(b.decider, r.id, "decide", "不予批准", "没有居住证");
}

static void who_is_eligible_is_not_refused(void **state) {
    CASE_WORLD;
    poor_man();
    struct case_ref r = applied();
    investigated(r.id);
    done(b.clerk, r.id, "findings", "不符合", "邻居说他有收入");
    serve_latest(&b.clerk, r.id);
    must(case_explain(&b.civil, &b.resident, r.id, "没有收入", &b.d));
    done(b.clerk, r.id, "explain_review", "说明不成立", "邻居坚持");
    done(b.reviewer, r.id, "opinion", "拟不同意", "邻居坚持");
    done(b.second_reviewer, r.id, "review", "同意", NULL);
    refused(complete(&b.decider, r.id, "decide", "不予批准", "邻居坚持"), E_CONFLICT, "case.eligible");
    assert_int_equal(ask("SELECT COUNT(*) FROM decision_record WHERE state = 'confirmed'"), 0);
}

static void a_hearing_is_on_what_is_signed(void **state) {
    CASE_WORLD;
    pensioner();
    struct case_ref r = applied();
    investigated(r.id);
    done(b.clerk, r.id, "findings", "不符合", "养老金高于标准");
    serve_latest(&b.clerk, r.id);
    must(case_explain(&b.civil, &b.resident, r.id, "养老金停发了", &b.d));
    done(b.clerk, r.id, "explain_review", "说明不成立", "仍在发放");
    done(b.reviewer, r.id, "opinion", "拟不同意", "收入超标");
    done(b.second_reviewer, r.id, "review", "同意", NULL);
    done(b.decider, r.id, "decide", "退回", "再核实一次");
    clock_days(1);
    done(b.clerk, r.id, "reinvestigate", "已重新核实", NULL);
    done(b.clerk, r.id, "findings", "符合", NULL);
    done(b.reviewer, r.id, "opinion", "拟不同意", "收入超标");
    done(b.second_reviewer, r.id, "review", "同意", NULL);
    refused(complete(&b.decider, r.id, "decide", "不予批准", "收入超标"), E_CONFLICT, "case.not_heard");
}

/* A supporter's household counts as found when he consents, and stays unknown when he refuses. */
static enum status add_supporter_row(struct txn *t, void *arg, struct diag *d) {
    struct actor system = actor_system();
    const struct json *j = NULL;
    enum status s = json_parse(txn_arena(t), SPAN("{\"关系\":\"赡养\",\"人数\":1,\"月收入\":20000,\"住房套数\":1,\"人均住房面积\":40,\"人均财产\":1000,"
        "\"有重病重残成员\":false,\"在享救助\":false,\"应赡养家庭数\":1,\"文书金额\":0,\"实付金额\":0}"), &j, d);
    return s == OK ? register_add(&b.civil, t, &system, "supporter", DISTRICT, b.household, j, txn_today(t) - 900, "test", d) : s;
}

static const struct json *conflict_of(int64_t id, const char *fact) {
    const struct json *list = json_get(shown(case_verification_json, &b.clerk, id), "conflicts");
    for (size_t i = 0; i < list->size; i++)
        if (strcmp(json_str(list->item[i], "fact", ""), fact) == 0)
            return list->item[i];
    return NULL;
}

static void supporters_count_by_consent(void **state) {
    CASE_WORLD;
    for (int consents = 0; consents < 2; consents++) {
        struct made m[] = {{"沈试六", 1950 + consents, 3, 2, true, "本人", FACTS("丧偶", "无业"), 0, ""}}, away[] = {{"沈试七", 1990 + consents, 5, 5, true, "本人", FACTS("未婚", "在职职工"), 0, ""}};
        household(away, 1, "{\"货币财产\":1}", NULL);
        b.household = household(m, 1, "{\"货币财产\":3000}", NULL);
        b.person = m[0].id;
        b.resident = resident_of(b.person, consents ? "shen" : "shen2");
        must(store_write(b.civil.store, add_supporter_row, NULL, &b.d));
        char text[400];
        const struct json *list = NULL, *form = form_data(false);
        snprintf(text, sizeof text, "[{\"name\":\"沈试七\",\"idnum\":\"%s\",\"duty\":\"赡养\",\"size\":1,\"income\":3000,\"supports\":1,\"ill\":false,\"document\":0,\"paid\":0}]", away[0].number);
        must(json_parse(b.arena, span_of(text), &list, &b.d));
        form = json_with(b.arena, json_with(b.arena, form, "no_supporter", json_new_bool(false)), "supporters", list);
        struct case_ref r;
        must(apply_as(&b.resident, "portal", form, NULL, &r));
        done(b.clerk, r.id, "accept", "受理", NULL);
        must(case_authorise(&b.civil, &b.clerk, r.id, away[0].id, consents ? "paper" : "refused", 0, &b.d));
        done(b.clerk, r.id, "authorise", consents ? "全部授权" : "义务人未同意", "记录在案");
        done(b.clerk, r.id, "visit", "已调查", NULL);
        done(b.second, r.id, "visit_second", "属实", NULL);
        for (int i = 0; i < 20 && task_at(r.id, "findings") < 0; i++) {
            clock_days(1);
            sweep();
        }
        const struct json *x = conflict_of(r.id, "赡养人家庭1.月收入");
        const struct json *d = shown(case_decision_json, &b.clerk, r.id);
        if (consents) {
            assert_non_null(x);
            assert_int_equal(json_int(x, "difference_fen", 0), 1700000);
            assert_string_equal(json_str(d, "outcome", ""), "not_eligible");
        } else {
            assert_null(x);
            assert_string_equal(json_str(d, "outcome", ""), "undecided");
        }
    }
}

/* A day in a year without holidays is provisional until the year is imported. */
static void holidays_published_later_move_the_day(void **state) {
    CASE_WORLD;
    clock_at(2026, 12, 30, 9);
    poor_man();
    struct case_ref r = applied();
    int64_t due = ask("SELECT due_on FROM case_task WHERE case_id = %lld AND due_provisional = 1", (long long)r.id);
    assert_int_equal(due, date_from_ymd(2026, 12, 31));
    sweep();
    assert_int_equal(ask("SELECT COUNT(*) FROM case_task WHERE due_provisional = 1"), 1);
    must(calendar_load(b.arena, SPAN("date,kind,name\n2026-01-01,holiday,元旦\n2026-12-31,holiday,元旦\n2027-01-01,holiday,元旦\n2027-10-01,holiday,国庆节\n"), &b.civil.calendar, &b.d));
    sweep();
    assert_int_equal(ask("SELECT due_on FROM case_task WHERE case_id = %lld AND due_provisional = 0", (long long)r.id), date_from_ymd(2027, 1, 4));
    assert_int_equal(ask("SELECT due_provisional FROM case_file WHERE id = %lld", (long long)r.id), 0);
}

/* Who lives there by the register and is not in the form. */
static void a_member_left_out_is_shown(void **state) {
    CASE_WORLD;
    struct made m[] = {{"褚试三", 1979, 3, 2, true, "本人", FACTS("有配偶", "无业"), 0, ""}, {"卫试四", 1981, 3, 3, false, "配偶", FACTS("有配偶", "无业"), 0, ""}};
    b.household = household(m, 2, "{\"货币财产\":3001}", NULL);
    b.person = m[0].id;
    b.resident = resident_of(b.person, "chu");
    const struct json *form = form_data(false);
    struct span keys[200];
    const struct json *values[200];
    size_t n = 0;
    for (size_t i = 0; i < form->size; i++)
        if (!span_is(form->key[i], "members")) {
            keys[n] = form->key[i];
            values[n++] = form->item[i];
        }
    form = json_with(b.arena, json_new_object(b.arena, keys, values, n), "lives_alone", json_new_bool(true));
    struct case_ref r;
    must(apply_as(&b.resident, "portal", form, NULL, &r));
    investigated(r.id);
    const struct json *x = json_get(shown(case_verification_json, &b.clerk, r.id), "conflicts")->item[0];
    assert_string_equal(json_str(x, "fact", ""), "户.成员");
    assert_int_equal(json_int(x, "found", 0), 2);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        CASE_TEST(granted_by_the_law_of_2026),
        CASE_TEST(granted_by_the_rules_of_2019),
        CASE_TEST(granted_in_the_entrusted_years),
        CASE_TEST(refused_after_hearing),
        CASE_TEST(silence_goes_on_without_an_explanation),
        CASE_TEST(withdrawn_before_the_decision),
        CASE_TEST(withdrawn_at_the_counter),
        CASE_TEST(withdrawn_while_it_is_decided),
        CASE_TEST(reviewed_by_how_stable_it_is),
        CASE_TEST(missing_papers_are_asked_for_once),
        CASE_TEST(papers_that_never_come_close_the_case),
        CASE_TEST(a_refusal_to_accept_is_written_served_and_open_to_attack),
        CASE_TEST(an_objection_stops_the_notice),
        CASE_TEST(a_difference_is_found),
        CASE_TEST(undecided_goes_to_a_person),
        CASE_TEST(who_is_eligible_is_not_refused),
        CASE_TEST(a_hearing_is_on_what_is_signed),
        CASE_TEST(a_member_left_out_is_shown),
        CASE_TEST(supporters_count_by_consent),
        CASE_TEST(holidays_published_later_move_the_day),
    };
    return cmocka_run_group_tests(tests, load_packs, unload_packs);
}
