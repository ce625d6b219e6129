/* What is kept from whom: a delayed look is nowhere until its day, a sealed case is
 * not there for the guardian, a compartment does not exist for who is not in it;
 * two people for each, and every step in the log. */
#include "case_world.h"

#include "civil/access/access_list.h"
#include "civil/access/question.h"
#include "civil/access/usage.h"
#include "civil/board/board.h"
#include "civil/case/case_internal.h"
#include "civil/evidence/evidence.h"
#include "civil/secrecy/secrecy.h"

static struct actor leader, other, third_leader;

static void leaders(void) {
    leader = staff("leader", "leader", "110102");
    other = staff("leader2", "district_decider", "110102");
    third_leader = staff("leader3", "leader", "110102");
}

#define REASON "核查举报线索"

static struct secrecy_new wanted(const char *kind, const char *ground) { return (struct secrecy_new){.kind = kind, .ground = ground, .until = DATE_NONE, .reason = REASON}; }

static char number[19];
static enum status number_in(struct txn *t, void *arg, struct diag *d) {
    struct access *x = NULL;
    struct span value;
    enum status s = access_begin(txn_arena(t), &b.clerk, "clerk", "enquiry", 0, 0, &x, d);
    if (s == OK)
        s = person_reveal(&b.civil, t, x, txn_arena(t), DISTRICT, *(int64_t *)arg, ACCESS_NUMBER, &value, d);
    if (s == OK)
        snprintf(number, sizeof number, "%.*s", SPAN_ARG(value));
    return s; /* a test's own look: not committed */
}
static const char *number_of_person(int64_t person) {
    must(store_read(b.civil.store, number_in, &person, &b.d));
    return number;
}

static int64_t ordered(const struct secrecy_new *n, const struct actor *by) {
    int64_t id = 0;
    must(secrecy_order(&b.civil, by, n, &id, &b.d));
    return id;
}

static enum status try_order(const struct actor *who, const struct secrecy_new *n) {
    int64_t id;
    diag_clear(&b.d);
    return secrecy_order(&b.civil, who, n, &id, &b.d);
}

/* ---- what the resident sees ------------------------------------------------------------- */

static void look(const struct actor *who, const char *purpose, int64_t person) {
    struct access *x = NULL;
    must(access_begin(b.arena, who, "clerk", purpose, 0, 0, &x, &b.d));
    must(access_add(x, DISTRICT, person, ACCESS_NAME, &b.d));
    must(access_commit(&b.civil, x, &b.d));
    test_instant += 1000000;
}

struct seen { struct actor who; const char *cursor; const struct json *list, *usage; };
static enum status see(struct txn *t, void *arg, struct diag *d) {
    struct seen *x = arg;
    BUF_AUTO out;
    struct json_writer w;
    buf_init(&out, 0);
    json_begin(&w, &out, false);
    enum status s = access_list_json(&b.civil, t, &x->who, x->cursor, &w, d);
    if (s == OK)
        s = json_parse(b.arena, buf_span(&out), &x->list, d);
    buf_clear(&out);
    json_begin(&w, &out, false);
    struct usage_query q = {x->who.district, x->who.person, INT64_MIN, INT64_MAX, 0, 1000};
    if (s == OK)
        s = usage_find_json(t, &q, LANG_ZH, &w, d);
    return s == OK ? json_parse(b.arena, buf_span(&out), &x->usage, d) : s;
}
static struct seen seen_by(const struct actor *who) {
    struct seen x = {.who = *who};
    must(store_read(b.civil.store, see, &x, &b.d));
    assert_int_equal(json_int(x.usage, "totalUsages", -1), json_get(x.usage, "usages")->size);
    return x;
}
static size_t looks_seen(const struct actor *who) {
    struct seen x = seen_by(who);
    size_t staff_looks = 0;
    for (size_t i = 0; i < json_get(x.list, "items")->size; i++)
        staff_looks += strcmp(json_str(json_at(json_get(x.list, "items"), i), "kind", ""), "self") != 0;
    assert_int_equal(staff_looks, json_get(x.usage, "usages")->size);
    return staff_looks;
}

static int64_t entry_of(const char *purpose) { return ask("SELECT max(entry) FROM access_entry WHERE purpose = '%s'", purpose); }

/* ---- the log --------------------------------------------------------------------------------- */

static void one_more(void *arg, const struct diag *f) {
    print_message("  %s\n", f->code);
    ++*(int *)arg;
}
static enum status verify_in(struct txn *t, void *arg, struct diag *d) {
    struct evidence_check e = {.civil = &b.civil, .txn = t, .finding = one_more, .arg = arg};
    return evidence_check_in(&e, d);
}
static int findings(void) {
    int n = 0;
    must(store_read(b.civil.store, verify_in, &n, &b.d));
    return n;
}

/* ---- delays ------------------------------------------------------------------------------------ */

static void a_delayed_look_is_nowhere_until_its_day(void **state) {
    CASE_WORLD;
    poor_man();
    leaders();
    struct secrecy_new n = wanted("delay", "fraud_inspection");
    n.id_number = number_of_person(b.person);
    look(&b.clerk, "fraud_check", b.person); /* before the order: seen at once */
    assert_int_equal(looks_seen(&b.resident), 1);
    int64_t id = ordered(&n, &leader);
    assert_int_equal(looks_seen(&b.resident), 1); /* that a leader ordered something about him is not */
    look(&b.clerk, "fraud_check", b.person);
    assert_int_equal(looks_seen(&b.resident), 2); /* not in force yet */
    refused(secrecy_confirm(&b.civil, &leader, id, &b.d), E_FORBIDDEN, "secrecy.two_people");
    must(secrecy_confirm(&b.civil, &other, id, &b.d));
    test_instant += 1000000;
    for (int i = 0; i < 40; i++) { /* more than a page, every other one kept */
        look(&b.clerk, i % 2 ? "fraud_check" : "case_handling", b.person);
    }
    struct seen now = seen_by(&b.resident);
    assert_int_equal(json_get(now.list, "items")->size, 22); /* one page and no more: 2 + 20 */
    assert_true(json_is_null(json_get(now.list, "next")));
    assert_int_equal(json_int(now.usage, "totalUsages", 0), 22);
    refused(access_ask(&b.civil, &b.resident, entry_of("fraud_check"), "", &(int64_t){0}, &b.d), E_NOT_FOUND, "access.question_look");
    refused(access_ask(&b.civil, &b.resident, entry_of("secrecy_order"), "", &(int64_t){0}, &b.d), E_NOT_FOUND, "access.question_look");
    /* The person's looks at other purposes, and other people's looks, are as ever. */
    assert_int_equal(ask("SELECT count(*) FROM access_entry e WHERE e.purpose = 'fraud_check'"), 22);
    clock_days(30); /* the last day is included */
    assert_int_equal(looks_seen(&b.resident), 22);
    clock_days(1);
    now = seen_by(&b.resident);
    assert_int_equal(json_int(now.usage, "totalUsages", 0), 43); /* 42 of the clerk, one of the leader's order */
    assert_false(json_is_null(json_get(now.list, "next")));
    size_t notes = 0;
    for (size_t i = 0; i < json_get(now.list, "items")->size; i++) {
        const struct json *note = json_get(json_at(json_get(now.list, "items"), i), "delayed");
        if (json_is_null(note))
            continue;
        notes++;
        assert_string_equal(json_str(json_get(note, "why"), "en", ""), "Checking whether benefits were obtained by deceit");
        assert_string_equal(json_str(note, "basis", ""), "个人信息保护法第三十五条");
        assert_string_equal(json_str(note, "office", ""), "西城区");
        assert_string_equal(json_str(note, "role", ""), "leader");
        assert_string_equal(json_str(note, "until", ""), "2026-09-09");
    }
    assert_int_equal(notes, 15); /* of the thirty on the first page */
    must(access_ask(&b.civil, &b.resident, entry_of("fraud_check"), "为什么", &(int64_t){0}, &b.d));
    look(&b.clerk, "fraud_check", b.person); /* after it: seen at once, without a note */
    assert_true(json_is_null(json_get(json_at(json_get(seen_by(&b.resident).list, "items"), 0), "delayed")));
    assert_int_equal(findings(), 0);
}

static void a_delay_ends_early_and_is_renewed_by_another(void **state) {
    CASE_WORLD;
    poor_man();
    leaders();
    struct secrecy_new n = wanted("delay", "child_report");
    n.id_number = number_of_person(b.person);
    int64_t id = ordered(&n, &leader);
    date_t today = date_from_ymd(2026, 8, 10);
    refused(try_order(&third_leader, &n), E_CONFLICT, "secrecy.exists");
    refused(secrecy_renew(&b.civil, &other, id, today + 60, REASON, &b.d), E_CONFLICT, "secrecy.state");
    must(secrecy_confirm(&b.civil, &other, id, &b.d));
    refused(secrecy_confirm(&b.civil, &third_leader, id, &b.d), E_CONFLICT, "secrecy.state");
    look(&b.clerk, "protection_check", b.person);
    clock_days(10);
    refused(secrecy_renew(&b.civil, &leader, id, today + 70, REASON, &b.d), E_FORBIDDEN, "secrecy.renewer");
    refused(secrecy_renew(&b.civil, &other, id, today + 71, REASON, &b.d), E_INPUT, "secrecy.until");
    refused(secrecy_renew(&b.civil, &other, id, today + 60, REASON, &b.d), E_INPUT, "secrecy.until"); /* no later than before */
    must(secrecy_renew(&b.civil, &other, id, today + 70, REASON, &b.d));
    clock_days(1);
    refused(secrecy_renew(&b.civil, &other, id, today + 71, REASON, &b.d), E_FORBIDDEN, "secrecy.renewer"); /* nor his own renewal */
    must(secrecy_renew(&b.civil, &leader, id, today + 71, REASON, &b.d));
    clock_days(55);
    assert_int_equal(looks_seen(&b.resident), 0);
    must(secrecy_end(&b.civil, &leader, id, REASON, &b.d)); /* by anybody who may order */
    assert_int_equal(looks_seen(&b.resident), 2);
    const struct json *items = json_get(seen_by(&b.resident).list, "items");
    assert_string_equal(json_str(json_get(json_at(items, 0), "delayed"), "until", ""), "2026-10-15");
    refused(secrecy_end(&b.civil, &leader, id, REASON, &b.d), E_CONFLICT, "secrecy.state");
    refused(secrecy_renew(&b.civil, &other, id, today + 90, REASON, &b.d), E_CONFLICT, "secrecy.state");
    assert_int_equal(ask("SELECT count(*) FROM log_pending WHERE kind = 'secrecy'"), 5);
    assert_int_equal(ask("SELECT count(*) FROM secrecy_act"), 5);
    assert_int_equal(findings(), 0);
}

static void bad_orders(void **state) {
    CASE_WORLD;
    poor_man();
    leaders();
    struct secrecy_new n = wanted("delay", "fraud_inspection"), x;
    n.id_number = number_of_person(b.person);
    refused(try_order(&b.clerk, &n), E_FORBIDDEN, "secrecy.role");
    struct actor below = staff("below", "leader", "110102003");
    refused(try_order(&below, &n), E_FORBIDDEN, "secrecy.role");
    refused(try_order(&leader, (x = n, x.kind = "gag", &x)), E_INPUT, "secrecy.kind");
    refused(try_order(&leader, (x = n, x.ground = "nosiness", &x)), E_INPUT, "secrecy.ground");
    refused(try_order(&leader, (x = n, x.ground = "mental_health", &x)), E_INPUT, "secrecy.ground"); /* of another kind */
    refused(try_order(&leader, (x = n, x.reason = "因为", &x)), E_INPUT, "secrecy.reason");
    refused(try_order(&leader, (x = n, x.reason = "\xff\xff\xff\xff\xff", &x)), E_INPUT, "secrecy.reason");
    refused(try_order(&leader, (x = n, x.until = date_from_ymd(2026, 9, 10), &x)), E_INPUT, "secrecy.until");
    refused(try_order(&leader, (x = n, x.until = date_from_ymd(2026, 8, 9), &x)), E_INPUT, "secrecy.until");
    refused(try_order(&leader, (x = n, x.id_number = "110102197001010017", &x)), E_NOT_FOUND, "secrecy.person");
    refused(try_order(&leader, (x = n, x.id_number = NULL, &x)), E_NOT_FOUND, "secrecy.person");
    x = wanted("seal", "guardian_conflict");
    x.id_number = x.against_number = n.id_number;
    refused(try_order(&leader, &x), E_INPUT, "secrecy.of_age");
    x = wanted("member", "mental_health");
    refused(try_order(&leader, &x), E_NOT_FOUND, "secrecy.account");
    must_run(b.fixture, "UPDATE account SET kind = 'resident' WHERE login = 'zhang'");
    x.login = "zhang";
    refused(try_order(&leader, &x), E_NOT_FOUND, "secrecy.account");
    x.login = "leader";
    refused(try_order(&leader, &x), E_FORBIDDEN, "secrecy.himself");
    x = wanted("place", "mental_health");
    x.case_number = "1";
    refused(try_order(&leader, &x), E_NOT_FOUND, "secrecy.case");
    refused(secrecy_confirm(&b.civil, &leader, 7, &b.d), E_NOT_FOUND, "secrecy.none");
    refused(secrecy_confirm(&b.civil, &b.clerk, 7, &b.d), E_FORBIDDEN, "secrecy.role");
    assert_int_equal(ask("SELECT count(*) FROM secrecy_order"), 0);
    assert_int_equal(ask("SELECT count(*) FROM log_pending WHERE kind = 'secrecy'"), 0);
}

/* ---- compartments -------------------------------------------------------------------------------- */

static enum status memberships_in(struct txn *t, void *arg, struct diag *d) { return secrecy_memberships(t, arg, d); }
static void sign_in_again(struct actor *a) { must(store_read(b.civil.store, memberships_in, a, &b.d)); }

static int64_t granted(const char *login, const char *ground) {
    struct secrecy_new n = wanted("member", ground);
    n.login = login;
    int64_t id = ordered(&n, &leader);
    must(secrecy_confirm(&b.civil, &other, id, &b.d));
    return id;
}

static int64_t placed(const char *case_number, const char *ground) {
    struct secrecy_new n = wanted("place", ground);
    n.case_number = case_number;
    int64_t id = ordered(&n, &leader);
    must(secrecy_confirm(&b.civil, &other, id, &b.d));
    return id;
}

static enum status cases_reader(struct civil *c, struct txn *t, struct access *x, const struct actor *who, int64_t id, struct json_writer *w, struct diag *d) {
    struct case_query q = {0};
    return case_list_json(c, t, x, who, &q, w, d);
}
static enum status tasks_reader(struct civil *c, struct txn *t, struct access *x, const struct actor *who, int64_t id, struct json_writer *w, struct diag *d) {
    struct task_query q = {0};
    return task_list_json(c, t, x, who, &q, w, d);
}
static enum status board_reader(struct civil *c, struct txn *t, struct access *x, const struct actor *who, int64_t id, struct json_writer *w, struct diag *d) {
    return board_json(c, t, x, who, 0, w, d);
}
static enum status orders_reader(struct civil *c, struct txn *t, struct access *x, const struct actor *who, int64_t id, struct json_writer *w, struct diag *d) {
    return secrecy_list_json(c, t, x, who, w, d);
}
static int64_t board_number(const struct actor *who, const char *id) {
    const struct json *numbers = json_get(shown(board_reader, who, 0), "numbers");
    for (size_t i = 0; i < numbers->size; i++)
        if (strcmp(json_str(numbers->item[i], "id", ""), id) == 0)
            return json_int(numbers->item[i], "value", -1);
    return -1;
}

static void a_compartment_does_not_exist_outside(void **state) {
    CASE_WORLD;
    poor_man();
    leaders();
    struct case_ref r = applied();
    int64_t task = task_at(r.id, "accept");
    const struct json *j;
    assert_int_equal(json_get(shown(cases_reader, &b.clerk, 0), "items")->size, 1);
    int64_t place = placed(r.number, "witness_protection");
    assert_int_equal(json_get(shown(cases_reader, &b.clerk, 0), "items")->size, 0);
    j = shown(tasks_reader, &b.clerk, 0);
    assert_int_equal(json_get(j, "items")->size, 0);
    assert_int_equal(json_int(json_get(j, "counts"), "all", -1), 0);
    assert_int_equal(board_number(&leader, "open"), 0);
    assert_int_equal(board_number(&leader, "applied"), 0);
    refused(try_read(case_reader, &b.clerk, r.id, &j), E_NOT_FOUND, "case.none");
    refused(try_read(case_events_json, &b.clerk, r.id, &j), E_NOT_FOUND, "case.none");
    refused(try_read(case_household_json, &b.clerk, r.id, &j), E_NOT_FOUND, "case.none");
    refused(try_read(task_json, &b.clerk, task, &j), E_NOT_FOUND, "case.no_task");
    refused(case_task_claim(&b.civil, &b.clerk, task, true, &b.d), E_NOT_FOUND, "case.no_task");
    refused(complete(&b.clerk, r.id, "accept", "受理", NULL), E_NOT_FOUND, "case.no_task");
    refused(case_withdraw(&b.civil, &b.clerk, r.id, "", 0, &b.d), E_NOT_FOUND, "case.none");
    assert_int_equal(json_get(shown(orders_reader, &leader, 0), "items")->size, 0); /* not even that it was put there */
    /* Whose it is still sees it; another compartment does not help; a member sees and is seen. */
    (void)shown(case_reader, &b.resident, r.id);
    granted("clerk", "mental_health");
    sign_in_again(&b.clerk);
    refused(try_read(case_reader, &b.clerk, r.id, &j), E_NOT_FOUND, "case.none");
    int64_t member = granted("clerk", "witness_protection");
    sign_in_again(&b.clerk);
    assert_int_equal(b.clerk.compartment_count, 2);
    (void)shown(case_reader, &b.clerk, r.id);
    assert_int_equal(json_get(shown(cases_reader, &b.clerk, 0), "items")->size, 1);
    assert_int_equal(json_int(json_get(shown(tasks_reader, &b.clerk, 0), "counts"), "all", -1), 1);
    done(b.clerk, r.id, "accept", "受理", NULL);
    /* Its time runs out, or it is ended. */
    clock_days(181);
    sign_in_again(&b.clerk);
    assert_int_equal(b.clerk.compartment_count, 1);
    refused(try_read(case_reader, &b.clerk, r.id, &j), E_NOT_FOUND, "case.none");
    refused(secrecy_end(&b.civil, &other, member, REASON, &b.d), E_CONFLICT, "secrecy.state");
    refused(secrecy_end(&b.civil, &leader, place, REASON, &b.d), E_FORBIDDEN, "secrecy.two_people");
    must(secrecy_end(&b.civil, &other, place, REASON, &b.d));
    (void)shown(case_reader, &b.clerk, r.id);
    assert_int_equal(findings(), 0);
}

static void nobody_lets_himself_in(void **state) {
    CASE_WORLD;
    leaders();
    struct secrecy_new n = wanted("member", "adoption");
    n.login = "leader2";
    int64_t id = ordered(&n, &leader);
    refused(secrecy_confirm(&b.civil, &other, id, &b.d), E_FORBIDDEN, "secrecy.himself");
    refused(secrecy_confirm(&b.civil, &leader, id, &b.d), E_FORBIDDEN, "secrecy.two_people");
    sign_in_again(&other);
    assert_int_equal(other.compartment_count, 0);
    must(secrecy_confirm(&b.civil, &third_leader, id, &b.d));
    sign_in_again(&other);
    assert_true(actor_inside(&other, "adoption"));
    clock_days(5);
    refused(secrecy_renew(&b.civil, &other, id, date_from_ymd(2027, 8, 12), REASON, &b.d), E_FORBIDDEN, "secrecy.himself");
    must(secrecy_end(&b.civil, &leader, id, REASON, &b.d));
    sign_in_again(&other);
    assert_int_equal(other.compartment_count, 0);
}

/* ---- seals --------------------------------------------------------------------------------------- */

static void a_sealed_case_is_not_there_for_the_guardian(void **state) {
    CASE_WORLD;
    leaders();
    struct made m[] = {{"周试一", 1985, 3, 2, true, "本人", FACTS("未婚", "无业"), 0, ""}, {"周试二", 2012, 5, 1, false, "子女", FACTS("未婚", "无业"), 0, ""}};
    b.household = household(m, 2, "{\"货币财产\":3000}", NULL);
    struct actor father = resident_of(m[0].id, "father"), child = resident_of(m[1].id, "child");
    b.person = m[0].id;
    b.resident = father;
    struct case_ref own = applied(); /* the father's own application */
    b.person = m[1].id;
    struct case_ref of_child;
    must(apply_as(&b.clerk, "counter", form_data(false), NULL, &of_child));
    const struct json *j;
    (void)shown(case_reader, &father, of_child.id);
    assert_int_equal(json_get(shown(cases_reader, &b.clerk, 0), "items")->size, 2);
    test_instant += 1000000;
    size_t before = looks_seen(&father), childs = looks_seen(&child);

    struct secrecy_new n = wanted("seal", "guardian_conflict");
    n.id_number = m[1].number;
    n.against_number = m[0].number;
    int64_t id = ordered(&n, &leader);
    (void)shown(case_reader, &father, of_child.id); /* not in force yet */
    assert_int_equal(looks_seen(&father), before);
    must(secrecy_confirm(&b.civil, &other, id, &b.d));
    test_instant += 1000000;
    refused(try_read(case_reader, &father, of_child.id, &j), E_NOT_FOUND, "case.none");
    refused(try_read(case_events_json, &father, of_child.id, &j), E_NOT_FOUND, "case.none");
    refused(case_withdraw(&b.civil, &father, of_child.id, "", 0, &b.d), E_NOT_FOUND, "case.none");
    refused(try_read(case_reader, &child, of_child.id, &j), E_NOT_FOUND, "case.none"); /* an account the father may use */
    (void)shown(case_reader, &father, own.id); /* what he asked for himself stays his */
    (void)shown(case_reader, &b.clerk, of_child.id);
    /* Looks at the child are kept from its account, and those that would tell the father. */
    look(&b.clerk, "protection_check", m[1].id);
    look(&b.clerk, "protection_check", m[0].id);
    look(&b.clerk, "case_handling", m[0].id);
    assert_int_equal(looks_seen(&father), before + 1);
    assert_int_equal(looks_seen(&child), childs);
    /* Of age she sees it; he does not. */
    test_instant = ((int64_t)date_from_ymd(2030, 5, 1) * 24 + 9 - 8) * 3600 * INT64_C(1000000);
    (void)shown(case_reader, &child, of_child.id);
    assert_true(looks_seen(&child) > childs);
    refused(try_read(case_reader, &father, of_child.id, &j), E_NOT_FOUND, "case.none");
    refused(secrecy_end(&b.civil, &leader, id, REASON, &b.d), E_FORBIDDEN, "secrecy.two_people");
    must(secrecy_end(&b.civil, &third_leader, id, REASON, &b.d));
    (void)shown(case_reader, &father, of_child.id);
    assert_int_equal(findings(), 0);
}

/* ---- who reported ---------------------------------------------------------------------------- */

/* The form of dibao with two fields more: one of them says who reported, one lies in a group. */
static const struct json *with_reporter(const struct json *form) {
    const struct json *more = NULL;
    must(json_parse(b.arena, SPAN("[{\"type\":\"textfield\",\"key\":\"reporter_name\",\"properties\":{\"mz.protected\":\"true\"}},"
        "{\"type\":\"group\",\"components\":[{\"type\":\"textfield\",\"key\":\"reporter_phone\",\"properties\":{\"mz.protected\":\"true\"}}]}]"), &more, &b.d));
    const struct json *old = json_get(form, "components");
    const struct json **all = ARENA_ARRAY(b.arena, old->size + more->size, const struct json *);
    for (size_t i = 0; i < old->size + more->size; i++)
        all[i] = i < old->size ? old->item[i] : more->item[i - old->size];
    return json_with(b.arena, form, "components", json_new_array(b.arena, all, old->size + more->size));
}

struct saving { int64_t case_id; const struct json *taken; };
static enum status save(struct txn *t, void *arg, struct diag *d) {
    struct saving *x = arg;
    struct case_row k;
    enum status s = case_row_read(&b.civil, t, x->case_id, &k, d);
    return s == OK ? case_protected_save(&b.civil, t, &k, x->taken, d) : s;
}

static void who_reported_is_no_part_of_the_case(void **state) {
    CASE_WORLD;
    poor_man();
    leaders();
    const struct matter *m = packs_matter(packs, "dibao");
    const struct json *form = with_reporter(m->form), *data = NULL, *rest = NULL, *taken = NULL, *found = NULL;
    must(json_parse(b.arena, SPAN("{\"a\":1,\"reporter_name\":\"赵举报\",\"rows\":[{\"reporter_phone\":\"19011112222\",\"b\":true}],\"c\":null}"), &data, &b.d));
    must(case_protected_take(b.arena, form, data, &rest, &taken, &b.d));
    BUF_AUTO text;
    buf_init(&text, 0);
    json_canonical(&text, rest);
    assert_string_equal(buf_str(&text), "{\"a\":1,\"c\":null,\"rows\":[{\"b\":true}]}");
    assert_int_equal(taken->size, 2);
    must(case_protected_take(b.arena, m->form, data, &rest, &taken, &b.d)); /* a form without them leaves all as it is */
    assert_ptr_equal(rest, data);
    assert_null(taken);
    must(case_protected_take(b.arena, form, data, &rest, &taken, &b.d));
    struct case_ref r = applied();
    struct saving x = {r.id, taken};
    must(store_write(b.civil.store, save, &x, &b.d));
    refused(case_protected_open(&b.civil, b.arena, &b.clerk, r.id, "核实情况", &found, &b.d), E_NOT_FOUND, "case.none");
    refused(case_protected_open(&b.civil, b.arena, &b.resident, r.id, "核实情况", &found, &b.d), E_NOT_FOUND, "case.none");
    size_t before = looks_seen(&b.resident);
    granted("clerk", "reporter");
    sign_in_again(&b.clerk);
    refused(case_protected_open(&b.civil, b.arena, &b.clerk, r.id, "看", &found, &b.d), E_INPUT, "secrecy.reason");
    must(case_protected_open(&b.civil, b.arena, &b.clerk, r.id, "核实情况", &found, &b.d));
    assert_string_equal(json_str(found->item[0], "value", ""), "赵举报");
    assert_string_equal(json_str(found->item[1], "value", ""), "19011112222");
    assert_int_equal(looks_seen(&b.resident), before); /* no trace of it */
    assert_int_equal(ask("SELECT count(*) FROM case_protected_look"), 1);
    assert_int_equal(json_get(shown(case_events_json, &b.resident, r.id), "items")->size, json_get(shown(case_events_json, &b.clerk, r.id), "items")->size);
    assert_int_equal(findings(), 0);
    must_run(b.fixture, "UPDATE case_protected_look SET account = account + 1");
    assert_int_equal(findings(), 2); /* its own entry and the row's */
    must_run(b.fixture, "DELETE FROM case_protected_look");
    assert_int_equal(findings(), 2);
    /* Nobody is on record of this one: the same answer. */
    must_run(b.fixture, "DELETE FROM case_protected");
    refused(case_protected_open(&b.civil, b.arena, &b.clerk, r.id, "核实情况", &found, &b.d), E_NOT_FOUND, "case.none");
}

/* ---- the log sees what was changed ------------------------------------------------------------------- */

static void what_is_changed_is_found(void **state) {
    CASE_WORLD;
    poor_man();
    leaders();
    struct secrecy_new n = wanted("delay", "fraud_inspection");
    n.id_number = number_of_person(b.person);
    int64_t id = ordered(&n, &leader);
    must(secrecy_confirm(&b.civil, &other, id, &b.d));
    assert_int_equal(findings(), 0);
    static const struct { const char *change, *back; } of[] = {
        {"UPDATE secrecy_order SET until_on = until_on + 100", "UPDATE secrecy_order SET until_on = until_on - 100"},
        {"UPDATE secrecy_order SET ended_at = 5", "UPDATE secrecy_order SET ended_at = NULL"},
        {"UPDATE secrecy_order SET confirmed_at = confirmed_at - 1000000", "UPDATE secrecy_order SET confirmed_at = confirmed_at + 1000000"},
        {"UPDATE secrecy_order SET purpose = 'case_handling'", "UPDATE secrecy_order SET purpose = 'fraud_check'"},
        {"UPDATE secrecy_order SET person = person + 1", "UPDATE secrecy_order SET person = person - 1"},
        {"UPDATE secrecy_order SET role = 'auditor'", "UPDATE secrecy_order SET role = 'leader'"},
        {"UPDATE secrecy_order SET holder = 1", "UPDATE secrecy_order SET holder = ordered_by"},
        {"UPDATE secrecy_act SET until_on = until_on + 1", "UPDATE secrecy_act SET until_on = until_on - 1"},
        {"UPDATE secrecy_act SET account = account + 1 WHERE action = 'confirmed'", "UPDATE secrecy_act SET account = account - 1 WHERE action = 'confirmed'"},
    };
    for (size_t i = 0; i < ARRAY_LEN(of); i++) {
        must_run(b.fixture, of[i].change);
        if (findings() == 0)
            fail_msg("not found: %s", of[i].change);
        must_run(b.fixture, of[i].back);
        assert_int_equal(findings(), 0);
    }
    must_run(b.fixture, "DELETE FROM secrecy_act WHERE action = 'confirmed'");
    assert_true(findings() >= 2); /* an entry without its row, an order that nobody confirmed */
}

int main(void) {
    const struct CMUnitTest tests[] = {
        CASE_TEST(a_delayed_look_is_nowhere_until_its_day),
        CASE_TEST(a_delay_ends_early_and_is_renewed_by_another),
        CASE_TEST(bad_orders),
        CASE_TEST(a_compartment_does_not_exist_outside),
        CASE_TEST(nobody_lets_himself_in),
        CASE_TEST(a_sealed_case_is_not_there_for_the_guardian),
        CASE_TEST(who_reported_is_no_part_of_the_case),
        CASE_TEST(what_is_changed_is_found),
    };
    return cmocka_run_group_tests(tests, load_packs, unload_packs);
}
