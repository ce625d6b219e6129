/* Husband and wife each apply for the household: two cases become one, and two again. */
#include "case_world.h"
#include "../support/papers.h"

#include "civil/case/case_check.h"

static int64_t wife, husband;
static struct actor wife_portal;

static void couple(void) {
    struct made m[] = {{"赵试一", 1979, 3, 2, true, "本人", FACTS("有配偶", "无业"), 0, ""}, {"钱试二", 1980, 5, 6, false, "配偶", FACTS("有配偶", "无业"), 0, ""}};
    b.household = household(m, 2, "{\"货币财产\":3000}", NULL);
    husband = b.person = m[0].id;
    wife = m[1].id;
    b.resident = resident_of(husband, "zhao");
    wife_portal = resident_of(wife, "qian");
}

static struct case_ref of_husband(void) { return applied(); }

static struct case_ref of_wife(void) {
    struct case_ref r;
    b.person = wife;
    const struct json *data = form_data(false);
    must(apply_as(&wife_portal, "portal", data, NULL, &r));
    b.person = husband;
    return r;
}

static enum status merge(const struct actor *who, int64_t from, int64_t into, const char *why) {
    diag_clear(&b.d);
    return case_merge(&b.civil, who, from, into, why, 0, &b.d);
}
static enum status apart(const struct actor *who, int64_t from, const char *why) {
    diag_clear(&b.d);
    return case_unmerge(&b.civil, who, from, why, 0, &b.d);
}

static enum status checked(struct txn *t, void *arg, struct diag *d) {
    int *n = arg;
    BUF_AUTO found;
    buf_init(&found, 0);
    enum status s = case_check_in(&b.civil, t, LANG_EN, &found, n, d);
    if (*n)
        print_message("  %s\n", buf_str(&found));
    return s;
}
static void whole(void) {
    int n = 0;
    must(store_read(b.civil.store, checked, &n, &b.d));
    assert_int_equal(n, 0);
}

static int64_t waits(int64_t id) {
    return ask("SELECT (SELECT COUNT(*) FROM case_task WHERE case_id = %lld AND state = 'open') + (SELECT COUNT(*) FROM case_timer WHERE case_id = %lld) + "
               "(SELECT COUNT(*) FROM case_subscription WHERE case_id = %lld)", (long long)id, (long long)id, (long long)id);
}
static const struct json *list_of(reader_fn fn, const struct actor *who, int64_t id, const char *key) { return json_get(shown(fn, who, id), key); }

static bool has(const struct json *list, const char *text) {
    for (size_t i = 0; list && i < list->size; i++)
        if (list->item[i]->type == JSON_STRING && span_is(list->item[i]->text, text))
            return true;
    return false;
}

static void two_are_one_and_two_again(void **state) {
    CASE_WORLD;
    couple();
    struct case_ref first = of_husband();
    clock_days(3);
    struct case_ref second = of_wife();
    int64_t due = ask("SELECT due_on FROM case_file WHERE id = %lld", (long long)first.id), later = ask("SELECT due_on FROM case_file WHERE id = %lld", (long long)second.id);
    int64_t paper = 0, before = waits(first.id);
    assert_true(due < later);
    must(case_paper_add(&b.civil, &b.resident, first.id, "收入.pdf", "income", PAPER_PDF, &paper, &b.d));
    must(case_task_claim(&b.civil, &b.clerk, task_at(first.id, "accept"), true, &b.d));
    assert_true(json_bool(shown(case_reader, &b.clerk, first.id), "alike", false));
    assert_int_equal(list_of(case_duplicates_json, &b.clerk, first.id, "items")->size, 1);
    must(merge(&b.clerk, first.id, second.id, "夫妻同一家庭各报一次"));
    whole();
    /* the first is closed and says where it went; the second has its day, its paper, its past and who was at it */
    assert_string_equal(state_of(first.id), "merged");
    assert_int_equal(waits(first.id), 0);
    assert_int_equal(ask("SELECT due_on FROM case_file WHERE id = %lld", (long long)second.id), due);
    assert_int_equal(ask("SELECT claimed_by FROM case_task WHERE id = %lld", (long long)task_at(second.id, "accept")), b.clerk.account);
    assert_int_equal(list_of(case_reader, &b.clerk, second.id, "papers")->size, 1);
    assert_string_equal(json_str(list_of(case_reader, &b.clerk, second.id, "papers")->item[0], "case_number", ""), first.number);
    assert_int_equal(list_of(case_reader, &wife_portal, second.id, "papers")->size, 0); /* what he handed in is his */
    assert_true(list_of(case_events_json, &b.clerk, second.id, "items")->size > list_of(case_events_json, &wife_portal, second.id, "items")->size);
    assert_string_equal(json_str(list_of(case_reader, &b.resident, first.id, "merged_into")->item[0], "number", ""), second.number);
    assert_string_equal(json_str(json_get(json_get(shown(case_reader, &b.resident, first.id), "summary"), "state_name"), "zh", ""), "已并案");
    assert_true(has(list_of(case_reader, &b.clerk, first.id, "may"), "unmerge"));
    assert_false(has(list_of(case_reader, &b.resident, first.id, "may"), "unmerge"));
    refused(merge(&b.clerk, first.id, second.id, "再并一次"), E_CONFLICT, "case.merge_decided");
    clock_days(2);
    must(apart(&b.second, first.id, "原来是两户"));
    whole();
    assert_string_equal(state_of(first.id), "applied");
    assert_int_equal(waits(first.id), before);
    assert_int_equal(ask("SELECT due_on FROM case_file WHERE id = %lld", (long long)second.id), later);
    assert_int_equal(list_of(case_reader, &b.clerk, second.id, "papers")->size, 0);
    assert_int_equal(ask("SELECT COUNT(*) FROM case_event WHERE case_id = %lld AND kind IN ('merged', 'unmerged') AND body IS NOT NULL", (long long)first.id), 2);
    refused(apart(&b.second, first.id, "再拆一次"), E_CONFLICT, "case.merge_none");
    /* and both go on: the one merged again, the other decided, then it is too late */
    must(case_authorise(&b.civil, &wife_portal, first.id, wife, "portal", 0, &b.d));
    investigated(first.id);
    whole();
    must(merge(&b.clerk, second.id, first.id, "同一家庭"));
    must_run(b.fixture, "UPDATE case_file SET decided_at = 1 WHERE closed_at IS NULL");
    refused(apart(&b.clerk, second.id, "想拆开"), E_CONFLICT, "case.merge_late");
}

static void what_is_refused(void **state) {
    CASE_WORLD;
    couple();
    struct case_ref first = of_husband(), second = of_wife();
    poor_man();
    struct case_ref alone = applied();
    refused(merge(&b.clerk, first.id, first.id, "同一家庭"), E_INPUT, "case.merge_same");
    refused(merge(&b.clerk, first.id, second.id, " "), E_INPUT, "case.reason_needed");
    refused(merge(&b.clerk, first.id, alone.id, "同一家庭"), E_CONFLICT, "case.merge_people");
    refused(merge(&b.clerk, first.id, 77, "同一家庭"), E_NOT_FOUND, "case.none");
    refused(merge(&b.stranger, first.id, second.id, "同一家庭"), E_NOT_FOUND, "case.none");
    refused(merge(&wife_portal, first.id, second.id, "我和丈夫"), E_FORBIDDEN, "case.staff_only");
    refused(merge(&b.reviewer, first.id, second.id, "同一家庭"), E_FORBIDDEN, "case.merge_who");
    refused(case_merge(&b.civil, &b.clerk, first.id, second.id, "同一家庭", 99, &b.d), E_CONFLICT, "case.changed");
    must_run(b.fixture, "UPDATE case_file SET compartment = 'protection' WHERE household = (SELECT MIN(household) FROM case_file) AND id = (SELECT MIN(id) FROM case_file)");
    assert_int_equal(list_of(case_duplicates_json, &b.clerk, second.id, "items")->size, 0);
    refused(merge(&b.clerk, second.id, first.id, "同一家庭"), E_NOT_FOUND, "case.none");
    must_run(b.fixture, "UPDATE case_file SET compartment = NULL");
    must(merge(&b.clerk, first.id, second.id, "同一家庭"));
    assert_int_equal(ask("SELECT COUNT(*) FROM case_merge"), 1);
    /* one that others went into goes nowhere itself */
    must(case_withdraw(&b.civil, &wife_portal, second.id, "", 0, &b.d));
    refused(merge(&b.clerk, second.id, alone.id, "同一家庭"), E_CONFLICT, "case.merge_decided");
    must(apart(&b.clerk, first.id, "那件撤回了")); /* nobody decided: the other's application still stands */
    whole();
    assert_string_equal(state_of(first.id), "applied");
}

int main(void) {
    const struct CMUnitTest tests[] = {CASE_TEST(two_are_one_and_two_again), CASE_TEST(what_is_refused)};
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, load_packs, unload_packs);
}
