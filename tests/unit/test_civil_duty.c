/* Absence with a deputy, and the handover of who leaves: powers are lent for the
 * days and no longer, four eyes and recusal hold, nothing is lost on the way. */
#include "case_world.h"

#include "civil/account/absence.h"
#include "civil/account/account.h"
#include "civil/account/post.h"
#include "civil/case/duty.h"

static struct actor lead;

static void roles_in_store(void) {
    lead = staff("leader", "leader", "110102");
    const struct actor *list[] = {&b.clerk, &b.second, &b.third, &b.reviewer, &b.second_reviewer, &b.decider, &b.stranger, &b.community, &lead};
    for (size_t i = 0; i < ARRAY_LEN(list); i++) {
        char sql[200];
        snprintf(sql, sizeof sql, "INSERT INTO account_role (account, role, division) VALUES (%lld, '%s', '%s')", (long long)list[i]->account,
            list[i]->grant[0].role, list[i]->grant[0].division);
        must_run(b.fixture, sql);
    }
}

static enum status load(struct txn *t, void *arg, struct diag *d) {
    struct actor *a = arg;
    char login[64];
    snprintf(login, sizeof login, "%s", a->login);
    return account_actor_in(t, login, a, d);
}
/* As the next request would find him. */
static struct actor now(const struct actor *who) {
    struct actor a = *who;
    must(store_read(b.civil.store, load, &a, &b.d));
    return a;
}

static date_t today(void) { return instant_date(test_instant); }

static enum status away(const struct actor *who, const char *login, const char *deputy, int from, int days) {
    int64_t id;
    struct absence_new n = {.login = login, .deputy = deputy, .from = today() + from, .until = today() + from + days - 1};
    diag_clear(&b.d);
    return absence_declare(&b.civil, who, &n, &id, &b.d);
}

static void lent_for_the_days(void **state) {
    CASE_WORLD;
    roles_in_store();
    poor_man();
    struct case_ref r = applied();
    done(b.clerk, r.id, "accept", "受理", NULL);
    done(b.clerk, r.id, "authorise", "全部授权", NULL);
    int64_t visit = task_at(r.id, "visit");
    must(case_task_claim(&b.civil, &b.clerk, visit, true, &b.d));
    must(away(&b.clerk, NULL, "reviewer", 1, 3));
    struct actor deputy = now(&b.reviewer);
    assert_int_equal(deputy.grant_count, 1); /* not yet */
    clock_days(1);
    deputy = now(&b.reviewer);
    assert_int_equal(deputy.grant_count, 2);
    assert_true(actor_stands_in(&deputy, b.clerk.account));
    refused(case_task_claim(&b.civil, &b.second, visit, true, &b.d), E_CONFLICT, "case.claimed"); /* only the deputy takes it over */
    must(case_task_claim(&b.civil, &deputy, visit, true, &b.d));
    assert_int_equal(ask("SELECT claimed_by FROM case_task WHERE id = %lld", (long long)visit), b.reviewer.account);
    done(deputy, r.id, "visit", "已调查", NULL);
    const struct json *events = json_get(shown(case_events_json, &b.second, r.id), "items");
    bool told = false;
    for (size_t i = 0; i < events->size; i++)
        told |= strstr(json_str(json_get(json_at(events, i), "text"), "zh", ""), "代clerk办理") != NULL;
    assert_true(told);
    /* four eyes: whoever he stands in for, he did the first */
    refused(complete(&deputy, r.id, "visit_second", "属实", NULL), E_FORBIDDEN, "case.four_eyes");
    done(b.second, r.id, "visit_second", "属实", NULL);
    clock_days(3);
    deputy = now(&b.reviewer);
    assert_int_equal(deputy.grant_count, 1); /* no longer */
    assert_int_equal(ask("SELECT COUNT(*) FROM account_entry WHERE action IN ('away', 'deputy')"), 2);
}

static void relatives_of_the_deputy(void **state) {
    CASE_WORLD;
    roles_in_store();
    struct made m[] = {{"张试一", 1979, 3, 2, true, "本人", FACTS("未婚", "无业"), 0, ""}};
    b.household = household(m, 1, "{\"货币财产\":3000}", NULL);
    b.person = m[0].id;
    b.resident = resident_of(b.person, "zhang");
    struct case_ref r = applied();
    must(recusal_declare(&b.civil, &b.reviewer, span_of(m[0].number), "blood", &b.d));
    must(away(&lead, "clerk", "reviewer", 0, 3));
    struct actor deputy = now(&b.reviewer);
    refused(case_task_claim(&b.civil, &deputy, task_at(r.id, "accept"), true, &b.d), E_FORBIDDEN, "case.recused");
}

static void bad_absences(void **state) {
    CASE_WORLD;
    roles_in_store();
    refused(away(&b.resident, NULL, "second", 0, 1), E_FORBIDDEN, "absence.staff_only");
    refused(away(&b.clerk, "second", "third", 0, 1), E_FORBIDDEN, "absence.who");
    refused(away(&b.clerk, NULL, "clerk", 0, 1), E_INPUT, "absence.deputy");
    refused(away(&b.clerk, NULL, "stranger", 0, 1), E_INPUT, "absence.deputy"); /* of another place */
    refused(away(&b.clerk, NULL, "leader", 0, 1), E_INPUT, "absence.deputy");   /* handles no cases */
    refused(away(&b.clerk, NULL, "nobody", 0, 1), E_NOT_FOUND, "account.unknown");
    refused(away(&b.clerk, NULL, "second", -1, 5), E_INPUT, "absence.days");
    refused(away(&b.clerk, NULL, "second", 0, 0), E_INPUT, "absence.days");
    refused(away(&b.clerk, NULL, "second", 0, 400), E_INPUT, "absence.days");
    refused(away(&b.clerk, NULL, "second", 2000000000 / 2, 1), E_INPUT, "absence.days");
    must(away(&b.clerk, NULL, "second", 0, 5));
    refused(away(&b.clerk, NULL, "third", 4, 5), E_CONFLICT, "absence.overlap");
    refused(away(&b.second, NULL, "third", 4, 5), E_CONFLICT, "absence.is_deputy");
    refused(away(&b.third, NULL, "clerk", 0, 1), E_CONFLICT, "absence.deputy_away");
    must(away(&b.second, NULL, "third", 5, 1));
    /* what is lent is not lent on */
    int64_t first = ask("SELECT MIN(id) FROM absence");
    refused(absence_end(&b.civil, &b.second, first, &b.d), E_FORBIDDEN, "absence.who");
    refused(absence_end(&b.civil, &b.second, 7, &b.d), E_NOT_FOUND, "absence.none");
    must(absence_end(&b.civil, &b.clerk, first, &b.d));
    refused(absence_end(&b.civil, &b.clerk, first, &b.d), E_CONFLICT, "absence.ended");
    struct actor second = now(&b.second);
    assert_int_equal(second.grant_count, 1);
    must(away(&b.clerk, NULL, "third", 0, 1));
}

static const struct json *hand(const struct actor *who, const char *from, const char *to, bool preview, bool close) {
    const struct json *j = NULL;
    struct handover h = {from, to, preview, close};
    must(case_handover(&b.civil, b.arena, who, &h, &j, &b.d));
    return j;
}

static void who_leaves_hands_over(void **state) {
    CASE_WORLD;
    roles_in_store();
    poor_man();
    struct case_ref r = applied();
    done(b.clerk, r.id, "accept", "受理", NULL);
    done(b.clerk, r.id, "authorise", "全部授权", NULL);
    done(b.third, r.id, "visit", "已调查", NULL);
    int64_t task = task_at(r.id, "visit_second");
    must(case_task_claim(&b.civil, &b.clerk, task, true, &b.d));
    const struct json *j = NULL;
    refused(case_handover(&b.civil, b.arena, &b.second, &(struct handover){"clerk", "second", true, false}, &j, &b.d), E_FORBIDDEN, "absence.who");
    refused(case_handover(&b.civil, b.arena, &b.clerk, &(struct handover){"clerk", "second", true, true}, &j, &b.d), E_FORBIDDEN, "duty.close");
    refused(case_handover(&b.civil, b.arena, &b.clerk, &(struct handover){"clerk", "clerk", true, false}, &j, &b.d), E_INPUT, "duty.same");
    refused(case_handover(&b.civil, b.arena, &lead, &(struct handover){"clerk", "nobody", true, false}, &j, &b.d), E_NOT_FOUND, "account.unknown");
    /* the third did the first visit: he cannot have it, so it is everybody's */
    j = hand(&lead, "clerk", "third", true, false);
    assert_false(json_bool(json_at(json_get(j, "items"), 0), "done", true));
    assert_non_null(strstr(json_str(json_at(json_get(j, "items"), 0), "because", ""), "入户"));
    assert_int_equal(ask("SELECT claimed_by FROM case_task WHERE id = %lld", (long long)task), b.clerk.account);
    j = hand(&lead, "clerk", "second", false, true);
    assert_true(json_bool(json_at(json_get(j, "items"), 0), "done", false));
    assert_true(json_bool(j, "closed", false));
    assert_int_equal(ask("SELECT claimed_by FROM case_task WHERE id = %lld", (long long)task), b.second.account);
    assert_int_equal(ask("SELECT COUNT(*) FROM account WHERE login = 'clerk' AND state = 'closed'"), 1);
    struct session session;
    assert_int_equal(session_open(&b.civil, SPAN("clerk"), SPAN("x"), &session, &b.d), E_AUTH);
    j = hand(&lead, "second", "third", false, false);
    assert_false(json_bool(json_at(json_get(j, "items"), 0), "done", true));
    assert_int_equal(ask("SELECT COUNT(*) FROM case_task WHERE claimed_by IS NOT NULL AND state = 'open'"), 0); /* given back */
    assert_true(task_at(r.id, "visit_second") == task);
    done(b.second, r.id, "visit_second", "属实", NULL);
}

static enum status duty_reader(struct civil *c, struct txn *t, struct access *x, const struct actor *who, int64_t id, struct json_writer *w, struct diag *d) {
    return duty_json(c, t, who, w, d);
}
static enum status recusal_reader(struct civil *c, struct txn *t, struct access *x, const struct actor *who, int64_t id, struct json_writer *w, struct diag *d) {
    return recusals_json(c, t, x, who, w, d);
}

static void the_register_of_posts(void **state) {
    CASE_WORLD;
    roles_in_store();
    poor_man();
    struct case_ref r = applied();
    must(case_task_claim(&b.civil, &b.clerk, task_at(r.id, "accept"), true, &b.d));
    must(away(&b.clerk, NULL, "second", 0, 5));
    const struct json *j = shown(duty_reader, &b.second, 0), *list = json_get(j, "items");
    bool found = false, stranger = false;
    for (size_t i = 0; i < list->size; i++) {
        const char *login = json_str(list->item[i], "login", "");
        stranger |= strcmp(login, "stranger") == 0;
        if (strcmp(login, "clerk") != 0)
            continue;
        found = true;
        assert_int_equal(json_int(list->item[i], "taken", 0), 1);
        assert_string_equal(json_str(list->item[i], "deputy_name", ""), "second");
    }
    assert_true(found && !stranger);
    assert_int_equal(json_get(j, "vacant")->size, 0);
    assert_int_equal(json_get(j, "absences")->size, 1);
    assert_false(json_bool(json_at(json_get(j, "absences"), 0), "may_end", true));
    assert_true(json_bool(json_at(json_get(shown(duty_reader, &lead, 0), "absences"), 0), "may_end", false));
    must_run(b.fixture, "DELETE FROM account_role WHERE role = 'clerk'");
    j = json_at(json_get(shown(duty_reader, &b.reviewer, 0), "vacant"), 0);
    assert_string_equal(json_str(j, "role", ""), "clerk");
    assert_int_equal(json_int(j, "tasks", 0), 1);
    must_run(b.fixture, "UPDATE case_file SET compartment = 'mental_health'");
    assert_int_equal(json_get(shown(duty_reader, &b.reviewer, 0), "vacant")->size, 0); /* as if it were not there */
    assert_int_equal(json_get(shown(recusal_reader, &b.reviewer, 0), "items")->size, 0);
}

static enum status appoint(const struct actor *who, int64_t post, const char *login, int from, int until, bool acting, int64_t *ret) {
    struct post_holding h = {post, login, today() + from, until < 0 ? DATE_NONE : today() + until, acting};
    diag_clear(&b.d);
    return post_appoint(&b.civil, who, &h, ret, &b.d);
}

static bool has(const struct actor *who, const char *role, const char *division) {
    struct actor a = now(who);
    return actor_may(&a, role, division);
}

/* Roles come with the post, on the days it is held, beside the account's own. */
static void posts_give_roles(void **state) {
    CASE_WORLD;
    roles_in_store();
    int64_t post = 0, id = 0, other = 0;
    struct post_new n = {.name = "综合审核岗", .division = b.reviewer.grant[0].division, .role = {"decider", "clerk"}, .role_count = 2};
    refused(post_add(&b.civil, &b.reviewer, &n, &post, &b.d), E_FORBIDDEN, "post.who");
    struct post_new bad = n;
    bad.role[0] = "leader"; /* a leader makes no leaders */
    refused(post_add(&b.civil, &lead, &bad, &post, &b.d), E_INPUT, "post.role");
    bad = n;
    bad.role[1] = "decider";
    refused(post_add(&b.civil, &lead, &bad, &post, &b.d), E_INPUT, "post.role");
    bad = n;
    bad.name = "";
    refused(post_add(&b.civil, &lead, &bad, &post, &b.d), E_INPUT, "post.name");
    bad = n;
    bad.division = "3101";
    refused(post_add(&b.civil, &lead, &bad, &post, &b.d), E_FORBIDDEN, "post.who");
    must(post_add(&b.civil, &lead, &n, &post, &b.d));
    refused(post_add(&b.civil, &lead, &n, &other, &b.d), E_CONFLICT, "post.exists");

    refused(appoint(&lead, post, "leader", 0, -1, false, &id), E_FORBIDDEN, "post.self");
    refused(appoint(&lead, post, "nobody", 0, -1, false, &id), E_NOT_FOUND, "account.unknown");
    refused(appoint(&lead, 7, "reviewer", 0, -1, false, &id), E_NOT_FOUND, "post.none");
    refused(appoint(&lead, post, "reviewer", -1, -1, false, &id), E_INPUT, "post.days");
    refused(appoint(&lead, post, "reviewer", 3, 2, false, &id), E_INPUT, "post.days");
    refused(appoint(&lead, post, "reviewer", 0, -1, true, &id), E_INPUT, "post.days");
    refused(appoint(&b.second, post, "reviewer", 0, -1, false, &id), E_FORBIDDEN, "post.who");
    must(appoint(&lead, post, "reviewer", 1, 3, false, &id));
    refused(appoint(&lead, post, "third", 2, -1, false, &other), E_CONFLICT, "post.held");
    must(appoint(&lead, post, "third", 4, -1, false, &other));
    must(appoint(&lead, post, "second", 2, 2, true, &other));
    const char *place = n.division;
    assert_false(has(&b.reviewer, "decider", place)); /* not yet */
    clock_days(1);
    assert_true(has(&b.reviewer, "decider", place));
    assert_true(has(&b.reviewer, "reviewer", place)); /* his own stays */
    assert_false(has(&b.second, "decider", place));
    clock_days(1);
    assert_true(has(&b.second, "decider", place)); /* acts today */
    clock_days(2);
    assert_false(has(&b.reviewer, "decider", place));
    assert_false(has(&b.second, "decider", place));
    assert_true(has(&b.third, "decider", place));
    int64_t held = ask("SELECT MAX(id) FROM post_holder WHERE until_on IS NULL");
    refused(post_leave(&b.civil, &b.third, held, &b.d), E_FORBIDDEN, "post.who");
    refused(post_leave(&b.civil, &lead, id, &b.d), E_CONFLICT, "post.ended");
    must(post_leave(&b.civil, &lead, held, &b.d));
    assert_false(has(&b.third, "decider", place));
    refused(post_leave(&b.civil, &lead, held, &b.d), E_CONFLICT, "post.ended");
    assert_int_equal(ask("SELECT COUNT(*) FROM account_entry WHERE action = 'appointed'"), 3);
    assert_int_equal(ask("SELECT COUNT(*) FROM account_entry WHERE action = 'left_post'"), 1);
}

/* Declared in error: another takes it back, and says why. */
static void recusal_taken_back(void **state) {
    CASE_WORLD;
    roles_in_store();
    struct made m[] = {{"钱试七", 1970, 1, 1, true, "本人", "{}", 0, ""}};
    household(m, 1, "{\"货币财产\":3000}", NULL);
    must(recusal_declare(&b.civil, &b.reviewer, span_of(m[0].number), "interest", &b.d));
    int64_t district = ask("SELECT person_district FROM recusal"), person = ask("SELECT person FROM recusal");
    refused(recusal_withdraw(&b.civil, &b.reviewer, "reviewer", district, person, "误报", &b.d), E_FORBIDDEN, "absence.who");
    refused(recusal_withdraw(&b.civil, &b.second, "reviewer", district, person, "误报", &b.d), E_FORBIDDEN, "absence.who");
    refused(recusal_withdraw(&b.civil, &lead, "reviewer", district, person, "  ", &b.d), E_INPUT, "case.recusal_reason");
    refused(recusal_withdraw(&b.civil, &lead, "reviewer", district, person + 1, "误报", &b.d), E_NOT_FOUND, "case.recusal_none");
    refused(recusal_withdraw(&b.civil, &lead, "nobody", district, person, "误报", &b.d), E_NOT_FOUND, "account.unknown");
    must(recusal_withdraw(&b.civil, &lead, "reviewer", district, person, "同名误报", &b.d));
    refused(recusal_withdraw(&b.civil, &lead, "reviewer", district, person, "再来", &b.d), E_NOT_FOUND, "case.recusal_none");
    assert_int_equal(ask("SELECT COUNT(*) FROM recusal WHERE withdrawn_reason = '同名误报'"), 1);
    assert_int_equal(ask("SELECT COUNT(*) FROM account_entry WHERE action = 'recusal_withdrawn'"), 1);
    assert_int_equal(json_get(shown(recusal_reader, &b.reviewer, 0), "items")->size, 0);
    /* declared anew it holds again */
    must(recusal_declare(&b.civil, &b.reviewer, span_of(m[0].number), "interest", &b.d));
    assert_int_equal(json_get(shown(recusal_reader, &b.reviewer, 0), "items")->size, 1);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        CASE_TEST(lent_for_the_days),
        CASE_TEST(relatives_of_the_deputy),
        CASE_TEST(bad_absences),
        CASE_TEST(posts_give_roles),
        CASE_TEST(recusal_taken_back),
        CASE_TEST(who_leaves_hands_over),
        CASE_TEST(the_register_of_posts),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, load_packs, unload_packs);
}
