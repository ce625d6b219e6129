/* Hours of duty: planned in turn, taken over, ended; the post's roles for these hours and no
 * longer; an emergency goes to whoever has them, and in the morning it is everybody's again. */
#include "case_world.h"

#include "civil/account/account.h"
#include "civil/account/post.h"
#include "civil/account/shift.h"

static struct actor lead;
static int64_t post;

static date_t today(void) { return instant_date(test_instant); }
static void clock_hours(int hours) { test_instant += (int64_t)hours * 3600 * 1000000; }

static enum status load(struct txn *t, void *arg, struct diag *d) {
    struct actor *a = arg;
    char login[64];
    snprintf(login, sizeof login, "%s", a->login);
    return account_actor_in(t, login, a, d);
}
static bool has(const struct actor *who, const char *role) {
    struct actor a = *who;
    must(store_read(b.civil.store, load, &a, &b.d));
    return actor_may(&a, role, b.clerk.grant[0].division);
}

/* Posts of that place and its officers, at ten in the morning of a Monday. */
static void a_place(void) {
    const struct actor *list[] = {&b.clerk, &b.second, &b.third, &b.stranger};
    lead = staff("leader", "leader", "110102");
    clock_at(2026, 11, 23, 10);
    for (size_t i = 0; i < ARRAY_LEN(list); i++) {
        char sql[200];
        snprintf(sql, sizeof sql, "INSERT INTO account_role (account, role, division) VALUES (%lld, 'clerk', '%s')", (long long)list[i]->account, list[i]->grant[0].division);
        must_run(b.fixture, sql);
    }
    struct post_new n = {.name = "值班岗", .division = b.clerk.grant[0].division, .role = {"reviewer"}, .role_count = 1};
    must(post_add(&b.civil, &lead, &n, &post, &b.d));
}

static struct shift_plan nights(int days) {
    return (struct shift_plan){.post = post, .login = {"second", "third"}, .logins = 2, .from = today(), .until = today() + days - 1, .begins = "17:00", .ends = "09:00", .days = "all",
        .telephone = "010-6600 1234"};
}
static int made;
static enum status plan(const struct actor *who, struct shift_plan p) {
    diag_clear(&b.d);
    return shift_plan(&b.civil, who, &p, &made, &b.d);
}
#define WITH(field, value) ({ struct shift_plan p_ = nights(3); p_.field = (value); p_; })

static enum status list_reader(struct civil *c, struct txn *t, struct access *x, const struct actor *who, int64_t id, struct json_writer *w, struct diag *d) {
    return shifts_json(t, who, w, d);
}
static enum status post_reader(struct civil *c, struct txn *t, struct access *x, const struct actor *who, int64_t id, struct json_writer *w, struct diag *d) {
    return posts_json(c, t, who, w, d);
}
static const struct json *list(const struct actor *who) { return shown(list_reader, who, 0); }

static void planned_in_turn(void **state) {
    CASE_WORLD;
    a_place();
    refused(plan(&b.second, nights(3)), E_FORBIDDEN, "post.who");
    refused(plan(&lead, WITH(post, 7)), E_NOT_FOUND, "post.none");
    refused(plan(&lead, WITH(begins, "25:00")), E_INPUT, "shift.hours");
    refused(plan(&lead, WITH(ends, "9:00")), E_INPUT, "shift.hours");
    refused(plan(&lead, WITH(logins, 0)), E_INPUT, "shift.people");
    refused(plan(&lead, WITH(login[1], "nobody")), E_NOT_FOUND, "account.unknown");
    refused(plan(&lead, WITH(login[1], "leader")), E_FORBIDDEN, "post.self");
    refused(plan(&lead, WITH(telephone, "call me")), E_INPUT, "shift.telephone");
    refused(plan(&lead, WITH(days, "some")), E_INPUT, "shift.which");
    refused(plan(&lead, WITH(from, today() - 1)), E_INPUT, "shift.days");
    refused(plan(&lead, WITH(until, today() - 1)), E_INPUT, "shift.days");
    refused(plan(&lead, WITH(until, today() + SHIFT_DAYS_MAX)), E_INPUT, "shift.days");
    refused(plan(&lead, WITH(until, 2000000000)), E_INPUT, "shift.days");
    assert_int_equal(ask("SELECT COUNT(*) FROM post_shift"), 0);
    must(plan(&lead, nights(3)));
    assert_int_equal(made, 3);
    refused(plan(&lead, nights(1)), E_CONFLICT, "shift.held");
    /* a plan is made whole or not at all */
    refused(plan(&lead, ((struct shift_plan){.post = post, .login = {"third"}, .logins = 1, .from = today() + 2, .until = today() + 5, .begins = "08:00", .ends = "20:00", .days = "all",
        .telephone = "12345"})), E_CONFLICT, "shift.held");
    assert_int_equal(ask("SELECT COUNT(*) FROM post_shift"), 3);
    /* the days off of the week: Saturday and Sunday, by day */
    struct shift_plan off = nights(7);
    off.begins = "09:00", off.ends = "17:00", off.days = "off";
    must(plan(&lead, off));
    assert_int_equal(made, 2);
    off.until = today() + 3;
    refused(plan(&lead, off), E_INPUT, "shift.empty");

    const struct json *j = list(&b.clerk), *items = json_get(j, "items"), *open = json_get(j, "open_nights");
    assert_int_equal(items->size, 5);
    assert_string_equal(json_str(items->item[0], "login", ""), "second");
    assert_string_equal(json_str(items->item[1], "login", ""), "third");
    assert_string_equal(json_str(items->item[2], "login", ""), "second");
    assert_false(json_bool(items->item[0], "may_replace", true));
    assert_int_equal(open->size, 4); /* Thursday to Sunday */
    assert_true(json_bool(json_at(json_get(list(&lead), "items"), 0), "may_end", false));
    assert_int_equal(json_get(list(&b.stranger), "items")->size, 0); /* of another place */
}

static void roles_for_the_hours(void **state) {
    CASE_WORLD;
    a_place();
    must(plan(&lead, nights(3)));
    assert_false(has(&b.second, "reviewer"));
    clock_hours(7);
    assert_true(has(&b.second, "reviewer"));
    assert_false(has(&b.third, "reviewer"));
    assert_true(json_bool(json_at(json_get(list(&b.clerk), "items"), 0), "now", false));

    int64_t night = ask("SELECT MIN(id) FROM post_shift"), taken = 0;
    struct shift_replacement r = {.shift = night, .login = "clerk", .reason = "突发高烧"};
    refused(shift_replace(&b.civil, &b.third, &r, &taken, &b.d), E_FORBIDDEN, "shift.who");
    r.login = "stranger";
    refused(shift_replace(&b.civil, &b.second, &r, &taken, &b.d), E_INPUT, "absence.deputy");
    r.login = "second";
    refused(shift_replace(&b.civil, &lead, &r, &taken, &b.d), E_INPUT, "shift.same");
    r.login = "clerk", r.reason = "  ";
    refused(shift_replace(&b.civil, &b.second, &r, &taken, &b.d), E_INPUT, "shift.reason");
    r.reason = "突发高烧", r.telephone = "x";
    refused(shift_replace(&b.civil, &b.second, &r, &taken, &b.d), E_INPUT, "shift.telephone");
    r.telephone = NULL;
    clock_hours(1);
    must(shift_replace(&b.civil, &b.second, &r, &taken, &b.d));
    assert_false(has(&b.second, "reviewer"));
    assert_true(has(&b.clerk, "reviewer"));
    refused(shift_replace(&b.civil, &b.second, &r, &taken, &b.d), E_CONFLICT, "shift.ended");
    const struct json *items = json_get(list(&lead), "items");
    assert_int_equal(items->size, 4); /* who was there for an hour, too */
    assert_string_equal(json_str(items->item[1], "replaces_name", ""), "second");
    assert_string_equal(json_str(items->item[1], "reason", ""), "突发高烧");
    assert_true(json_bool(items->item[1], "now", false));

    refused(shift_end(&b.civil, &b.clerk, taken, &b.d), E_FORBIDDEN, "post.who");
    refused(shift_end(&b.civil, &lead, 7, &b.d), E_NOT_FOUND, "shift.none");
    must(shift_end(&b.civil, &lead, taken, &b.d));
    assert_false(has(&b.clerk, "reviewer"));
    refused(shift_end(&b.civil, &lead, taken, &b.d), E_CONFLICT, "shift.ended");
    clock_hours(24);
    assert_true(has(&b.third, "reviewer"));
    clock_hours(16);
    assert_false(has(&b.third, "reviewer"));
    assert_int_equal(ask("SELECT COUNT(*) FROM account_entry WHERE action = 'on_duty'"), 4);
    assert_int_equal(ask("SELECT COUNT(*) FROM account_entry WHERE action = 'off_duty'"), 2);
}

/* The acceptance of dibao as if its process said mz:onDuty. */
static struct bpmn_node *acceptance(void) {
    const struct process *p = case_process_on(models, packs_matter(packs, "dibao"), today());
    uint32_t n = bpmn_node_find(p->model, SPAN("accept"));
    assert_true(n != BPMN_NONE);
    return (struct bpmn_node *)(uintptr_t)&p->model->node[n];
}

static void an_emergency_at_night(void **state) {
    CASE_WORLD;
    a_place();
    poor_man();
    struct bpmn_node *accept = acceptance();
    must_run(b.fixture, "UPDATE post_role SET role = 'clerk'");
    must(plan(&lead, nights(2)));
    accept->on_duty = true;
    struct case_ref by_day = applied();
    assert_int_equal(ask("SELECT COUNT(*) FROM case_task WHERE claimed_by IS NOT NULL"), 0); /* nobody is on duty at ten */
    must(case_withdraw(&b.civil, &b.resident, by_day.id, "试验", 0, &b.d));
    must_run(b.fixture, "DELETE FROM account_role WHERE account IN (SELECT id FROM account WHERE login = 'second')"); /* what he may, he may by the shift */
    clock_hours(10);
    struct case_ref r = applied();
    accept->on_duty = false;
    int64_t task = task_at(r.id, "accept");
    assert_int_equal(ask("SELECT claimed_by FROM case_task WHERE id = %lld", (long long)task), b.second.account);
    const struct json *events = json_get(shown(case_events_json, &b.clerk, r.id), "items");
    bool told = false;
    for (size_t i = 0; i < events->size; i++)
        told |= strstr(json_str(json_get(json_at(events, i), "text"), "zh", ""), "转给值班人员") != NULL;
    assert_true(told);
    refused(case_task_claim(&b.civil, &b.clerk, task, true, &b.d), E_CONFLICT, "case.claimed");
    clock_hours(13); /* nine in the morning: he has gone home */
    must(case_task_claim(&b.civil, &b.clerk, task, true, &b.d));
    done(b.clerk, r.id, "accept", "受理", NULL);
}

static void who_left_is_shown(void **state) {
    CASE_WORLD;
    a_place();
    int64_t id = 0;
    for (int i = 0; i <= POST_LEFT_SHOWN_MAX; i++) {
        struct post_holding h = {post, i % 2 ? "second" : "third", today(), DATE_NONE, false};
        must(post_appoint(&b.civil, &lead, &h, &id, &b.d));
        const struct json *one = json_at(json_get(shown(post_reader, &lead, 0), "items"), 0);
        assert_int_equal(json_get(one, "holders")->size, 1);
        assert_int_equal(json_get(one, "left")->size, i);
        must(post_leave(&b.civil, &lead, id, &b.d));
    }
    const struct json *j = shown(post_reader, &lead, 0), *one = json_at(json_get(j, "items"), 0), *last = json_at(json_get(one, "left"), 0);
    assert_false(json_bool(j, "more", true));
    assert_int_equal(json_get(one, "holders")->size, 0);
    assert_int_equal(json_get(one, "left")->size, POST_LEFT_SHOWN_MAX);
    assert_true(json_bool(one, "left_more", false));
    assert_string_equal(json_str(last, "login", ""), POST_LEFT_SHOWN_MAX % 2 ? "second" : "third");
    assert_false(json_bool(last, "now", true));
    assert_string_equal(json_str(last, "until", ""), "2026-11-23");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        CASE_TEST(planned_in_turn),
        CASE_TEST(roles_for_the_hours),
        CASE_TEST(an_emergency_at_night),
        CASE_TEST(who_left_is_shown),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, load_packs, unload_packs);
}
