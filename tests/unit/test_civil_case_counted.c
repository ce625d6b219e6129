/* Nobody is supported twice by one scheme, whoever knows him by what: case/counted.c and check-store's rule. */
#include "case_world.h"

#include "civil/check/check.h"
#include "civil/entitlement/entitlement.h"

static void ready_to_decide(int64_t id) {
    investigated(id);
    done(b.clerk, id, "findings", "符合", NULL);
    done(b.reviewer, id, "opinion", "拟同意", NULL);
    spot_checked(id);
    done(b.second_reviewer, id, "review", "同意", NULL);
}

static void approved(int64_t id) {
    done(b.decider, id, "decide", "批准", NULL);
    serve_latest(&b.clerk, id);
    done(b.clerk, id, "serve_approval", "已送达", NULL);
    assert_string_equal(state_of(id), "approved");
}

static void check_finds(int count, const char *text) {
    BUF_AUTO out;
    int n = 0;
    buf_init(&out, 0);
    must(check_store(&b.civil, LANG_ZH, &out, &n, &b.d));
    if (n != count || (text && !strstr(buf_str(&out), text)))
        fail_msg("%d findings: %s", n, buf_str(&out));
}

/* Who lives with his child, alone. */
static void widower(const char *login, struct made m[2]) {
    b.household = household(m, 2, "{\"货币财产\":1000}", NULL);
    b.person = m[0].id;
    b.resident = resident_of(b.person, login);
}

static void nobody_is_supported_twice(void **state) {
    CASE_WORLD;
    struct made a[] = {{"周试七", 1975, 2, 2, true, "本人", FACTS("丧偶", "无业"), 0, ""}, {"周试九", 2016, 4, 4, false, "子女", FACTS("未婚", "无业"), 0, ""}};
    struct made c[] = {{"郑试一", 1976, 2, 3, true, "本人", FACTS("丧偶", "无业"), 0, ""}, {"郑试二", 2017, 4, 5, false, "子女", FACTS("未婚", "无业"), 0, ""}};
    widower("zhou", a);
    struct case_ref first = applied(), second, r;
    ready_to_decide(first.id);
    /* The child of the first is in the form of the second: he may have moved. */
    widower("zheng", c);
    const struct json *form = form_data(false), *list = json_get(form, "members");
    assert_int_equal(list->size, 1);
    const struct json *child = json_with(b.arena, list->item[0], "name", json_new_string(b.arena, span_of(a[1].name)));
    const struct json *both[] = {list->item[0], json_with(b.arena, child, "idnum", json_new_string(b.arena, span_of(a[1].number)))};
    must(apply_as(&b.resident, "portal", json_with(b.arena, form, "members", json_new_array(b.arena, both, 2)), NULL, &second));
    ready_to_decide(second.id);
    /* Decided and still to be served, or in force: granted is granted. */
    done(b.decider, first.id, "decide", "批准", NULL);
    refused(complete(&b.decider, second.id, "decide", "批准", NULL), E_CONFLICT, "case.counted_elsewhere");
    assert_string_equal(b.d.arg[0].value, first.number);
    serve_latest(&b.clerk, first.id);
    done(b.clerk, first.id, "serve_approval", "已送达", NULL);
    refused(complete(&b.decider, second.id, "decide", "批准", NULL), E_CONFLICT, "case.counted_elsewhere");
    assert_string_equal(b.d.arg[0].value, first.number);
    must_run(b.fixture, "UPDATE case_file SET compartment = 'reporter' WHERE number = '低保申〔2026〕11010200001号'");
    refused(complete(&b.decider, second.id, "decide", "批准", NULL), E_CONFLICT, "case.counted_kept");
    must_run(b.fixture, "UPDATE case_file SET compartment = NULL");
    assert_int_equal(ask("SELECT COUNT(*) FROM decision_record WHERE state = 'confirmed'"), 1);
    check_finds(0, NULL);

    /* Nor is the same household by another application. */
    int64_t numbers = ask("SELECT SUM(last) FROM number_series");
    b.household = ask("SELECT household FROM case_file WHERE id = %lld", (long long)first.id);
    b.person = a[0].id;
    refused(apply_as(&b.clerk, "counter", form_data(false), NULL, &r), E_CONFLICT, "case.receiving");
    char month[8];
    month_text(ask("SELECT from_month FROM entitlement"), month);
    assert_string_equal(b.d.arg[0].value, month);
    assert_int_equal(ask("SELECT SUM(last) FROM number_series"), numbers);
    assert_int_equal(ask("SELECT COUNT(*) FROM case_file"), 2);

    /* The former ended, the move counts; both at once are found in the store. */
    must_run(b.fixture, "UPDATE entitlement SET state = 'ended'");
    approved(second.id);
    check_finds(2, "状态与变更记录不符"); /* ended without an act; and it is not as it was put under evidence: that alone */
    must_run(b.fixture, "UPDATE entitlement SET state = 'active'");
    char text[100];
    snprintf(text, sizeof text, "人员 %lld 同时计入两份有效的同一项待遇", (long long)a[1].id);
    check_finds(1, text);
}

/* ---- known by the number only ---------------------------------------------------------- */

/* Families whose forms name the same child besides their own; no register knows him when the first applies. */
struct named { struct made family[2]; const char *login; struct case_ref ref; };
#define TWO_FAMILIES                                                                                                                                     \
    struct named x[2] = {                                                                                                                                \
        {{{"周试七", 1975, 2, 2, true, "本人", FACTS("丧偶", "无业"), 0, ""}, {"周试九", 2016, 4, 4, false, "子女", FACTS("未婚", "无业"), 0, ""}}, "zhou", {0}},  \
        {{{"郑试一", 1976, 2, 3, true, "本人", FACTS("丧偶", "无业"), 0, ""}, {"郑试二", 2017, 4, 5, false, "子女", FACTS("未婚", "无业"), 0, ""}}, "zheng", {0}}}

static void named_by(struct named *x, const char *number) {
    widower(x->login, x->family);
    const struct json *form = form_data(false), *own = json_at(json_get(form, "members"), 0);
    const struct json *both[] = {own, json_with(b.arena, json_with(b.arena, own, "name", json_new_string(b.arena, span_of("周试三"))), "idnum", json_new_string(b.arena, span_of(number)))};
    must(apply_as(&b.resident, "portal", json_with(b.arena, form, "members", json_new_array(b.arena, both, 2)), NULL, &x->ref));
    ready_to_decide(x->ref.id);
}

static const char *child_number(void) {
    static char number[19] = "11010120210307100";
    number[17] = citizen_check_digit(number);
    return number;
}

static enum status register_child(struct txn *t, void *arg, struct diag *d) {
    struct actor system = actor_system();
    const struct json *facts = NULL;
    int64_t id = 0;
    enum status s = json_parse(txn_arena(t), SPAN(FACTS("未婚", "无业")), &facts, d);
    struct person_new p = {.id_number = span_of(child_number()), .name = "周试三", .birth = date_from_ymd(2021, 3, 7), .division = "110102003001", .hukou = "本市",
        .facts = facts, .synthetic = true, .source = "test"};
    return s == OK ? person_add(&b.civil, t, &system, DISTRICT, &p, &id, d) : s;
}

/* Granted to the one, refused to the other; both at once are found in the store. */
static void supported_once(const struct named *granted, const struct named *other) {
    approved(granted->ref.id);
    refused(complete(&b.decider, other->ref.id, "decide", "批准", NULL), E_CONFLICT, "case.counted_elsewhere");
    assert_string_equal(b.d.arg[0].value, granted->ref.number);
    check_finds(0, NULL);
    must_run(b.fixture, "UPDATE entitlement SET state = 'ended'");
    approved(other->ref.id);
    must_run(b.fixture, "UPDATE entitlement SET state = 'active'");
    check_finds(1, "同时计入两份有效的同一项待遇");
}

static void nor_whom_no_register_knows(void **state) {
    CASE_WORLD;
    TWO_FAMILIES;
    named_by(&x[0], child_number());
    named_by(&x[1], child_number());
    assert_int_equal(ask("SELECT COUNT(DISTINCT person) FROM case_party WHERE person_district = 0"), 2);
    assert_int_equal(ask("SELECT COUNT(DISTINCT number_blind) FROM case_party"), 1);
    supported_once(&x[0], &x[1]);
}

/* The first form knows him by his number, the second by his row. */
static void registered_between(struct named x[2]) {
    named_by(&x[0], child_number());
    must(store_write(b.civil.store, register_child, NULL, &b.d));
    named_by(&x[1], child_number());
    assert_int_equal(ask("SELECT COUNT(*) FROM case_party WHERE person_district = 0"), 1);
    assert_int_equal(ask("SELECT COUNT(*) FROM case_party p JOIN case_party q ON q.person = p.person AND q.case_id <> p.case_id"), 0);
}

static void nor_who_was_registered_between_the_first_granted(void **state) {
    CASE_WORLD;
    TWO_FAMILIES;
    registered_between(x);
    supported_once(&x[0], &x[1]);
}

static void nor_who_was_registered_between_the_second_granted(void **state) {
    CASE_WORLD;
    TWO_FAMILIES;
    registered_between(x);
    supported_once(&x[1], &x[0]);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        CASE_TEST(nobody_is_supported_twice),
        CASE_TEST(nor_whom_no_register_knows),
        CASE_TEST(nor_who_was_registered_between_the_first_granted),
        CASE_TEST(nor_who_was_registered_between_the_second_granted),
    };
    return cmocka_run_group_tests(tests, load_packs, unload_packs);
}
