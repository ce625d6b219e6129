/* A case goes to another office of the district: with its tasks, its limits and its past. */
#include "case_world.h"

#define TO "110102004001"

static enum status hand(const struct actor *who, int64_t id, const char *to, const char *why) {
    diag_clear(&b.d);
    return case_transfer(&b.civil, who, id, to, why, 0, &b.d);
}

static void it_goes_on_there(void **state) {
    CASE_WORLD;
    poor_man();
    struct case_ref r = applied();
    int64_t due = ask("SELECT due_on FROM case_file WHERE id = %lld", (long long)r.id), task = task_at(r.id, "accept");
    struct actor there = staff("there", "clerk", "110102004");
    must(case_task_claim(&b.civil, &b.clerk, task, true, &b.d));
    must(hand(&b.clerk, r.id, TO, "申请人搬到月坛"));
    assert_int_equal(task_at(r.id, "accept"), task);
    assert_int_equal(ask("SELECT COUNT(*) FROM case_file WHERE id = %lld AND division = '" TO "' AND subdistrict = '110102004'", (long long)r.id), 1);
    assert_int_equal(ask("SELECT due_on FROM case_file WHERE id = %lld", (long long)r.id), due);
    assert_int_equal(ask("SELECT COUNT(*) FROM case_task WHERE id = %lld AND division = '110102004' AND claimed_by IS NULL", (long long)task), 1);
    assert_int_equal(ask("SELECT COUNT(*) FROM case_event WHERE case_id = %lld AND kind = 'transferred' AND body IS NOT NULL", (long long)r.id), 1);
    /* here it is not there any more, and there it is done */
    refused(case_task_claim(&b.civil, &b.clerk, task, true, &b.d), E_NOT_FOUND, "case.no_task");
    refused(hand(&b.clerk, r.id, "110102003001", "拿回来"), E_NOT_FOUND, "case.none");
    must(case_task_claim(&b.civil, &there, task, true, &b.d));
    done(there, r.id, "accept", "受理", NULL);
    /* what opens from now on opens there */
    assert_int_equal(ask("SELECT COUNT(*) FROM case_task WHERE case_id = %lld AND state = 'open' AND division LIKE '110102004%%'", (long long)r.id),
        ask("SELECT COUNT(*) FROM case_task WHERE case_id = %lld AND state = 'open'", (long long)r.id));
    must(hand(&there, r.id, "110102003001", "申请人又搬回来了"));
    assert_int_equal(ask("SELECT COUNT(*) FROM case_event WHERE case_id = %lld AND kind = 'transferred'", (long long)r.id), 2);
}

static void what_is_refused(void **state) {
    static const char *const nowhere[] = {"", "110102004", "110102999999", "110115001001", "x"};
    CASE_WORLD;
    poor_man();
    struct case_ref r = applied();
    for (size_t i = 0; i < ARRAY_LEN(nowhere); i++)
        refused(hand(&b.clerk, r.id, nowhere[i], "申请人搬家"), E_INPUT, "case.transfer_where");
    refused(hand(&b.clerk, r.id, "110102003001", "申请人搬家"), E_INPUT, "case.transfer_same");
    refused(hand(&b.clerk, r.id, TO, " "), E_INPUT, "case.reason_needed");
    refused(hand(&b.stranger, r.id, TO, "我来办"), E_NOT_FOUND, "case.none");
    refused(hand(&b.reviewer, r.id, TO, "申请人搬家"), E_FORBIDDEN, "case.transfer_who");
    refused(hand(&b.resident, r.id, TO, "我要换地方"), E_FORBIDDEN, "case.staff_only");
    refused(case_transfer(&b.civil, &b.clerk, r.id, TO, "申请人搬家", 99, &b.d), E_CONFLICT, "case.changed");
    assert_int_equal(ask("SELECT COUNT(*) FROM case_event WHERE kind = 'transferred'"), 0);
    struct actor leader = staff("leader", "leader", "110102");
    must(hand(&leader, r.id, TO, "错收的办件"));
    must(case_withdraw(&b.civil, &b.resident, r.id, "", 0, &b.d));
    refused(hand(&leader, r.id, "110102003001", "错收的办件"), E_CONFLICT, "case.transfer_decided");
}

/* The notice hangs where people know the applicant. */
static void not_while_it_is_published(void **state) {
    CASE_WORLD;
    poor_man();
    struct case_ref r = applied();
    must_run(b.fixture, "INSERT INTO publication (district, id, case_id, kind, division, from_on, until_on, place, body, entry, salt) "
                        "SELECT district, 1, id, 'public_notice', division, 1, 2, 'x', '{}', 1, form_salt FROM case_file");
    refused(hand(&b.clerk, r.id, TO, "申请人搬家"), E_CONFLICT, "case.transfer_published");
    must_run(b.fixture, "UPDATE publication SET ended_at = 1");
    must(hand(&b.clerk, r.id, TO, "申请人搬家"));
}

int main(void) {
    const struct CMUnitTest tests[] = {CASE_TEST(it_goes_on_there), CASE_TEST(what_is_refused), CASE_TEST(not_while_it_is_published)};
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, load_packs, unload_packs);
}
