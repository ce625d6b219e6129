/* An application at another counter of the city: who is found there, where it goes, what the counter sees, what stays shut. */
#include "case_world.h"

#include "../support/papers.h"

#include "civil/access/access_list.h"
#include "civil/evidence/evidence.h"
#include "civil/pack/pack.h"
#include "civil/secrecy/secrecy.h"

static struct actor leader, other;
static char number[19]; /* of whoever applies */

/* ---- the city --------------------------------------------------------------------------- */

static enum status more_places(struct txn *t, void *arg, struct diag *d) {
    return division_load(&b.civil, t, SPAN("code,name,level,parent\n11,北京市,1,\n13,河北省,1,\n110102,西城区,2,11\n110102003,新街口街道,3,110102\n110102003001,西里社区,4,110102003\n"
                                           "110102004,月坛街道,3,110102\n110102004001,汽北社区,4,110102004\n110105,朝阳区,2,11\n110105001,建外街道,3,110105\n110105001001,永安里社区,4,110105001\n"
                                           "130102,长安区,2,13\n130102001,建北街道,3,130102\n130102001001,体北社区,4,130102001\n"), d);
}

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

static void city(void) {
    must(store_write(b.civil.store, more_places, NULL, &b.d));
    poor_man();
    must(store_read(b.civil.store, number_in, &b.person, &b.d));
    leader = staff("leader", "leader", "110102");
    other = staff("leader2", "district_decider", "110102");
}

static void city_wide(date_t from, bool clock) {
    struct matter *m = (struct matter *)(uintptr_t)packs_matter(packs, "dibao"); /* the pack of this program alone */
    m->city_wide_from = from;
    m->city_wide_clock = clock;
}

static int as_it_was(void **state) {
    city_wide(date_from_ymd(2021, 10, 15), false);
    return bureau_tear_down(state);
}

static enum status takes(const struct actor *who, const char *of, const struct json *data, const char *key, struct case_ref *ret) {
    const struct json *errors = NULL;
    struct application ap = {.matter = "dibao", .channel = "counter", .data = data, .applicant_district = DISTRICT, .applicant = 1, .applicant_number = of, .idempotency_key = key};
    diag_clear(&b.d);
    return case_apply(&b.civil, b.arena, who, &ap, ret, &errors, &b.d);
}

static struct case_ref taken(void) {
    struct case_ref r = {0};
    must(takes(&b.stranger, number, form_data(false), NULL, &r));
    return r;
}

static enum status list_reader(struct civil *c, struct txn *t, struct access *x, const struct actor *who, int64_t id, struct json_writer *w, struct diag *d) {
    struct taken_query q = {.limit = (int)id % 100, .open = id >= 100};
    return taken_list_json(c, t, x, who, &q, w, d);
}
static size_t listed(const struct actor *who) { return json_get(shown(list_reader, who, 0), "items")->size; }

static const char *asked;
static enum status find_reader(struct civil *c, struct txn *t, struct access *x, const struct actor *who, int64_t id, struct json_writer *w, struct diag *d) {
    return case_elsewhere_json(c, t, x, who, asked, "dibao", w, d);
}
static enum status finds(const struct actor *who, const char *of) {
    const struct json *j;
    asked = of;
    return try_read(find_reader, who, 0, &j);
}

/* ---- the log ---------------------------------------------------------------------------- */

static void one_more(void *arg, const struct diag *f) {
    print_message("  %s", f->code);
    for (int i = 0; i < f->arg_count; i++)
        print_message(" %s=%s", f->arg[i].name, f->arg[i].value);
    print_message("\n");
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

/* ---- it goes where the applicant lives ----------------------------------------------------- */

static void another_counter_takes_it_in(void **state) {
    CASE_WORLD;
    city();
    asked = number;
    const struct json *found = shown(find_reader, &b.stranger, 0);
    assert_string_equal(json_str(found, "name_masked", ""), "张＊＊");
    assert_string_equal(json_str(found, "office", ""), "西城区新街口街道");
    assert_true(json_bool(found, "elsewhere", false));
    struct case_ref r = taken();
    assert_true(r.elsewhere);
    assert_string_equal(r.division, "110102003001");
    assert_int_equal(ask("SELECT COUNT(*) FROM case_file WHERE id = %lld AND division = '110102003001' AND taken_in = '110102004' AND channel = 'counter'", (long long)r.id), 1);
    assert_int_equal(ask("SELECT COUNT(*) FROM case_task WHERE case_id = %lld AND division LIKE '110102003%%'", (long long)r.id), ask("SELECT COUNT(*) FROM case_task WHERE case_id = %lld", (long long)r.id));
    assert_int_equal(ask("SELECT COUNT(*) FROM case_event WHERE case_id = %lld AND kind = 'taken_in' AND office = '110102004' AND role = 'clerk'", (long long)r.id), 1);
    assert_int_equal(ask("SELECT COUNT(*) FROM evidence_row WHERE name = 'case_taken_in' AND id = %lld", (long long)r.id), 1);
    /* who looked: the office that took it in */
    assert_int_equal(ask("SELECT COUNT(*) FROM access_entry e JOIN access_subject s ON s.access_id = e.id WHERE s.person = %lld AND e.office = '110102004' AND e.role = 'clerk' AND e.purpose = 'counter_application'", (long long)b.person), 1);
    /* the deciding office works on it, and sees who took it in */
    assert_string_equal(json_str(shown(case_reader, &b.clerk, r.id), "taken_in", ""), "西城区月坛街道");
    assert_string_equal(json_str(shown(case_reader, &b.resident, r.id), "taken_in", ""), "西城区月坛街道");
    done(b.clerk, r.id, "accept", "受理", NULL);
    done(b.clerk, r.id, "authorise", "全部授权", NULL);
    /* sent again with the same key: the same case */
    struct case_ref x, y;
    must(case_withdraw(&b.civil, &b.resident, r.id, "", 0, &b.d));
    must(takes(&b.stranger, number, form_data(false), "k", &x));
    must(takes(&b.stranger, number, form_data(false), "k", &y));
    assert_true(x.id == y.id && y.elsewhere && strcmp(y.division, "110102003001") == 0);
    assert_int_equal(findings(), 0);
}

static void at_home_it_is_an_ordinary_one(void **state) {
    CASE_WORLD;
    city();
    city_wide(DATE_NONE, false);
    struct case_ref r;
    must(takes(&b.clerk, number, form_data(false), NULL, &r));
    assert_false(r.elsewhere);
    assert_int_equal(ask("SELECT COUNT(*) FROM case_file WHERE taken_in IS NULL AND registered_division IS NULL"), 1);
    assert_int_equal(ask("SELECT COUNT(*) FROM case_event WHERE kind = 'taken_in'"), 0);
    assert_int_equal(listed(&b.clerk), 0);
    assert_int_equal(findings(), 0);
}

/* ---- who is not found ------------------------------------------------------------------------ */

#define NOBODY(who) \
    do { \
        refused(finds(who, number), E_NOT_FOUND, "register.person"); \
        refused(takes(who, number, form, NULL, &r), E_NOT_FOUND, "register.person"); \
    } while (0)

static void who_is_not_found(void **state) {
    CASE_WORLD;
    city();
    struct case_ref r;
    const struct json *form = form_data(false);
    struct actor province = staff("hebei", "clerk", "130102001"), neighbour = staff("chaoyang", "clerk", "110105001"), reviewer = staff("r4", "reviewer", "110102004"),
                 village = staff("c4", "community", "110102004001");
    NOBODY(&province); /* another city */
    NOBODY(&reviewer); /* no counter */
    NOBODY(&village);
    city_wide(DATE_NONE, false);
    NOBODY(&b.stranger); /* not for this matter */
    city_wide(date_from_ymd(2026, 8, 11), false);
    NOBODY(&b.stranger); /* not yet */
    city_wide(date_from_ymd(2026, 8, 10), false);
    must(finds(&neighbour, number)); /* another district of the city */
    /* without the number it is as it always was; with another's, nobody applies for him */
    refused(takes(&b.stranger, NULL, form, NULL, &r), E_NOT_FOUND, "register.person");
    static const char *const bad[] = {"", "1", "11010219790302101", "110102197903021018x", "' OR 1 = 1 --", "110102197903020000"};
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        assert_int_not_equal(finds(&b.stranger, bad[i]), OK);
        assert_int_not_equal(takes(&b.stranger, bad[i], form, NULL, &r), OK);
    }
    struct made m[] = {{"赵试四", 1970, 1, 1, false, "本人", FACTS("未婚", "无业"), 0, ""}};
    household(m, 1, "{\"货币财产\":1}", NULL);
    refused(takes(&b.stranger, m[0].number, form, NULL, &r), E_INPUT, "case.not_applicant");
    assert_int_equal(ask("SELECT COUNT(*) FROM case_file"), 0);
    /* that refusal told that Zhao is there: the look stands; those that told nothing left nothing */
    assert_int_equal(ask("SELECT COUNT(*) FROM access_entry"), 1);
    assert_int_equal(ask("SELECT COUNT(*) FROM access_subject s JOIN access_entry e ON e.id = s.access_id WHERE s.person = %lld AND e.office = '110102004' AND e.role = 'clerk'", (long long)m[0].id), 1);
    assert_int_equal(findings(), 0);
}

static void a_refusal_that_tells_is_on_record(void **state) {
    CASE_WORLD;
    city();
    struct case_ref r;
    const struct json *form = form_data(false);
    (void)applied();
    refused(takes(&b.stranger, number, json_new_object(b.arena, NULL, NULL, 0), NULL, &r), E_INPUT, "case.form"); /* before anybody is looked up */
    assert_int_equal(ask("SELECT COUNT(*) FROM access_entry WHERE kind = 'staff'"), 0);
    refused(takes(&b.stranger, number, form, NULL, &r), E_CONFLICT, "case.already_open");
    assert_int_equal(ask("SELECT COUNT(*) FROM access_entry WHERE kind = 'staff' AND office = '110102004' AND purpose = 'counter_application' AND fields LIKE '%%case%%'"), 1);
    assert_int_equal(findings(), 0);
}

/* The address of a reference is no way round: what the register knows of the household is not put in for another counter. */
static void no_references(void **state) {
    CASE_WORLD;
    city();
    struct case_ref r;
    char text[80];
    snprintf(text, sizeof text, "register/%lld/1101**", (long long)b.person);
    const struct json *form = json_with(b.arena, form_data(false), "applicant_idnum", json_new_string(b.arena, span_of(text)));
    refused(takes(&b.stranger, number, form, NULL, &r), E_NOT_FOUND, "register.person");
    assert_int_equal(ask("SELECT COUNT(*) FROM case_file"), 0);
}

/* ---- who is protected ----------------------------------------------------------------------------- */

static int64_t ordered(const char *kind, const char *ground, const char *of, const char *case_number) {
    struct secrecy_new n = {.kind = kind, .ground = ground, .until = DATE_NONE, .reason = "核查举报线索", .id_number = of, .case_number = case_number};
    int64_t id = 0;
    must(secrecy_order(&b.civil, &leader, &n, &id, &b.d));
    return id;
}

static void whom_an_order_protects_is_not_there(void **state) {
    CASE_WORLD;
    city();
    struct case_ref r, x;
    const struct json *form = form_data(false), *j;
    r = taken();
    must(finds(&b.stranger, number));
    assert_int_equal(listed(&b.stranger), 1);
    int64_t order = ordered("delay", "child_report", number, NULL); /* proposed already */
    NOBODY(&b.stranger);
    assert_int_equal(listed(&b.stranger), 0);
    refused(try_read(taken_case_json, &b.stranger, r.id, &j), E_NOT_FOUND, "case.none");
    refused(case_paper_add(&b.civil, &b.stranger, r.id, "a.png", "supplement", SPAN(paper_png), &(int64_t){0}, &b.d), E_NOT_FOUND, "case.none");
    (void)shown(case_reader, &b.clerk, r.id); /* where he lives it is a case as ever */
    must(secrecy_confirm(&b.civil, &other, order, &b.d));
    NOBODY(&b.stranger);
    must(secrecy_end(&b.civil, &other, order, "核查完毕", &b.d));
    must(finds(&b.stranger, number));
    assert_int_equal(listed(&b.stranger), 1);
    /* the case itself in a compartment */
    order = ordered("place", "witness_protection", NULL, r.number);
    must(secrecy_confirm(&b.civil, &other, order, &b.d));
    NOBODY(&b.stranger);
    assert_int_equal(listed(&b.stranger), 0);
    refused(try_read(taken_case_json, &b.stranger, r.id, &j), E_NOT_FOUND, "case.none");
    must(case_withdraw(&b.civil, &b.resident, r.id, "", 0, &b.d));
    refused(takes(&b.stranger, number, form, NULL, &x), E_NOT_FOUND, "register.person"); /* closed, and still nobody's business */
    assert_int_equal(findings(), 0);
}

static void nor_is_who_lives_with_him(void **state) {
    CASE_WORLD;
    city();
    struct made m[] = {{"钱试五", 1980, 5, 5, false, "本人", FACTS("已婚", "无业"), 0, ""}, {"钱小五", 2015, 5, 5, true, "子女", FACTS("未婚", "无业"), 0, ""}};
    household(m, 2, "{\"货币财产\":1}", NULL);
    must(finds(&b.stranger, m[0].number));
    int64_t order = ordered("delay", "child_report", m[1].number, NULL);
    refused(finds(&b.stranger, m[0].number), E_NOT_FOUND, "register.person");
    refused(finds(&b.stranger, m[1].number), E_NOT_FOUND, "register.person");
    must(finds(&b.stranger, number)); /* others are found as before */
    must(secrecy_end(&b.civil, &other, order, "没有依据", &b.d));
    must(finds(&b.stranger, m[0].number));
}

/* ---- what the counter sees and does ------------------------------------------------------------------ */

static const reader_fn shut[] = {case_reader, case_events_json, case_records_json, case_household_json, case_verification_json, case_decision_json, case_process_json, case_duplicates_json};

static void every_other_door_is_shut(void **state) {
    CASE_WORLD;
    city();
    struct case_ref r = taken();
    const struct json *j;
    const struct actor *who = &b.stranger;
    int64_t task = task_at(r.id, "accept"), file = 0, remedy = 0;
    must(case_paper_add(&b.civil, &b.resident, r.id, "own.png", "other", SPAN(paper_png), &file, &b.d));
    for (size_t i = 0; i < ARRAY_LEN(shut); i++)
        refused(try_read(shut[i], who, r.id, &j), E_NOT_FOUND, "case.none");
    refused(try_read(task_json, who, task, &j), E_NOT_FOUND, "case.no_task");
    refused(case_task_claim(&b.civil, who, task, true, &b.d), E_NOT_FOUND, "case.no_task");
    refused(complete(who, r.id, "accept", "受理", NULL), E_NOT_FOUND, "case.no_task");
    refused(case_withdraw(&b.civil, who, r.id, "替他撤回", 0, &b.d), E_NOT_FOUND, "case.none");
    refused(case_transfer(&b.civil, who, r.id, "110102004001", "拿来我办", 0, &b.d), E_NOT_FOUND, "case.none");
    refused(case_merge(&b.civil, who, r.id, r.id + 1, "并在一起", 0, &b.d), E_NOT_FOUND, "case.none");
    refused(case_authorise(&b.civil, who, r.id, b.person, "paper", 0, &b.d), E_NOT_FOUND, "case.none");
    refused(case_explain(&b.civil, who, r.id, "替他说明", &b.d), E_NOT_FOUND, "case.none");
    refused(case_remedy_file(&b.civil, who, r.id, "complaint", "替他投诉", &remedy, &b.d), E_NOT_FOUND, "case.none");
    refused(case_notice_served(&b.civil, who, r.id, 1, "post", 0, 0, &b.d), E_NOT_FOUND, "case.none");
    /* nor is it in the list of cases, and not every colleague sees it */
    struct actor reviewer = staff("r4", "reviewer", "110102004"), third = staff("c5", "clerk", "110102005");
    refused(try_read(taken_case_json, &reviewer, r.id, &j), E_NOT_FOUND, "case.none");
    refused(try_read(taken_case_json, &third, r.id, &j), E_NOT_FOUND, "case.none");
    refused(try_read(taken_case_json, &b.clerk, r.id, &j), E_NOT_FOUND, "case.none"); /* his own: the case itself is open to him */
    refused(try_read(taken_case_json, &b.resident, r.id, &j), E_NOT_FOUND, "case.none");
    refused(try_read(taken_case_json, who, 12345, &j), E_NOT_FOUND, "case.none");
    assert_int_equal(listed(&third), 0);
    assert_int_equal(listed(&reviewer), 0);
    assert_int_equal(listed(&b.clerk), 0);
    struct actor colleague = staff("c4b", "clerk", "110102004");
    assert_int_equal(listed(&colleague), 1);
}

static void it_sees_where_it_stands_and_hands_papers_on(void **state) {
    CASE_WORLD;
    city();
    struct case_ref r = taken();
    int64_t file = 0, own = 0;
    const struct json *j = shown(taken_case_json, &b.stranger, r.id), *k = json_get(j, "case");
    assert_string_equal(json_str(k, "number", ""), r.number);
    assert_string_equal(json_str(k, "office", ""), "西城区新街口街道");
    assert_false(json_bool(k, "wanted", true));
    assert_null(json_get(j, "form_data"));
    must(case_paper_add(&b.civil, &b.clerk, r.id, "调查.png", "other", SPAN(paper_png), &own, &b.d));
    must(case_paper_add(&b.civil, &b.stranger, r.id, "户口簿.png", "other", SPAN(paper_png), &file, &b.d));
    j = shown(taken_case_json, &b.stranger, r.id);
    assert_int_equal(json_get(j, "papers")->size, 1); /* its own */
    assert_null(json_get(json_at(json_get(j, "papers"), 0), "name"));
    assert_int_equal(ask("SELECT COUNT(*) FROM archive_file WHERE id = %lld AND handed_in = '110102004'", (long long)file), 1);
    assert_int_equal(ask("SELECT COUNT(*) FROM case_event WHERE case_id = %lld AND kind = 'paper_handed' AND office = '110102004'", (long long)r.id), 1);
    assert_int_equal(json_get(shown(case_reader, &b.clerk, r.id), "papers")->size, 2);
    /* papers are asked for there, and handed in here */
    done(b.clerk, r.id, "accept", "补正", "缺户口簿");
    serve_latest(&b.clerk, r.id);
    assert_true(json_bool(json_get(shown(taken_case_json, &b.stranger, r.id), "case"), "wanted", false));
    must(case_paper_add(&b.civil, &b.stranger, r.id, "b.png", "supplement", SPAN(paper_png), &file, &b.d));
    assert_true(task_at(r.id, "accept_again") > 0);
    /* not what is no paper, not to a case that is closed */
    refused(case_paper_add(&b.civil, &b.stranger, r.id, "x", "other", SPAN("MZ"), &file, &b.d), E_INPUT, "archive.type");
    refused(case_paper_add(&b.civil, &b.stranger, r.id, "x.png", "gold", SPAN(paper_png), &file, &b.d), E_INPUT, "case.paper_kind");
    must(case_withdraw(&b.civil, &b.resident, r.id, "", 0, &b.d));
    refused(case_paper_add(&b.civil, &b.stranger, r.id, "c.png", "other", SPAN(paper_png), &file, &b.d), E_CONFLICT, "case.closed");
    assert_true(json_bool(json_get(shown(taken_case_json, &b.stranger, r.id), "case"), "closed", false));
    assert_int_equal(json_get(shown(list_reader, &b.stranger, 0), "items")->size, 1);
    assert_int_equal(json_get(shown(list_reader, &b.stranger, 100), "items")->size, 0); /* those open */
    assert_int_equal(findings(), 0);
}

static void one_that_came_here_since_is_a_case_like_others(void **state) {
    CASE_WORLD;
    city();
    struct case_ref r = taken();
    const struct json *j;
    must(case_transfer(&b.civil, &b.clerk, r.id, "110102004001", "申请人搬到月坛", 0, &b.d));
    assert_int_equal(listed(&b.stranger), 0);
    refused(try_read(taken_case_json, &b.stranger, r.id, &j), E_NOT_FOUND, "case.none");
    assert_string_equal(json_str(shown(case_reader, &b.stranger, r.id), "taken_in", ""), "西城区月坛街道");
    struct actor colleague = staff("c4b", "clerk", "110102004"); /* who took it in does not accept it */
    done(colleague, r.id, "accept", "受理", NULL);
}

static void pages(void **state) {
    CASE_WORLD;
    city();
    for (int i = 0; i < 5; i++) {
        struct case_ref r = taken();
        must(case_withdraw(&b.civil, &b.resident, r.id, "", 0, &b.d));
        test_instant += 1000000;
    }
    const struct json *first = shown(list_reader, &b.stranger, 2);
    assert_int_equal(json_get(first, "items")->size, 2);
    assert_false(json_is_null(json_get(first, "next")));
    assert_true(json_is_null(json_get(shown(list_reader, &b.stranger, 5), "next")));
}

/* ---- the clock ------------------------------------------------------------------------------------------ */

static int64_t accepted_on(int64_t id) { return ask("SELECT accepted_at FROM case_file WHERE id = %lld", (long long)id); }

static void the_clock_starts_where_the_matter_says(void **state) {
    CASE_WORLD;
    city();
    int64_t at = test_instant;
    struct case_ref r = taken();
    int64_t due = ask("SELECT due_on FROM case_file WHERE id = %lld", (long long)r.id);
    clock_days(1);
    done(b.clerk, r.id, "accept", "受理", NULL);
    assert_true(accepted_on(r.id) == at + INT64_C(86400000000)); /* "office": the acceptance there */
    assert_true(ask("SELECT due_on FROM case_file WHERE id = %lld", (long long)r.id) > due);
    must(case_withdraw(&b.civil, &b.resident, r.id, "", 0, &b.d));
    city_wide(date_from_ymd(2021, 10, 15), true);
    at = test_instant;
    r = taken();
    due = ask("SELECT due_on FROM case_file WHERE id = %lld", (long long)r.id);
    clock_days(1);
    done(b.clerk, r.id, "accept", "受理", NULL);
    assert_true(accepted_on(r.id) == at); /* "counter" */
    assert_int_equal(ask("SELECT due_on FROM case_file WHERE id = %lld", (long long)r.id), due);
    must(case_withdraw(&b.civil, &b.resident, r.id, "", 0, &b.d));
    /* papers were missing there: nothing was accepted before they came */
    r = taken();
    int64_t file;
    done(b.clerk, r.id, "accept", "补正", "缺户口簿");
    serve_latest(&b.clerk, r.id);
    clock_days(3);
    must(case_paper_add(&b.civil, &b.stranger, r.id, "b.png", "supplement", SPAN(paper_png), &file, &b.d));
    done(b.clerk, r.id, "accept_again", "受理", NULL);
    assert_true(accepted_on(r.id) == test_instant);
    /* and of one that was taken in at home the matter's clock is as ever */
    must(case_withdraw(&b.civil, &b.resident, r.id, "", 0, &b.d));
    r = applied();
    clock_days(1);
    done(b.clerk, r.id, "accept", "受理", NULL);
    assert_true(accepted_on(r.id) == test_instant);
    assert_int_equal(findings(), 0);
}

/* ---- another district -------------------------------------------------------------------------------------- */

static enum status far_person(struct txn *t, void *arg, struct diag *d) {
    struct made *m = arg;
    struct actor system = actor_system();
    const struct json *facts = NULL;
    int64_t home = 0;
    number_of(m, 77, m->number);
    struct person_new p = {.id_number = span_of(m->number), .name = m->name, .male = m->male, .birth = date_from_ymd(m->year, m->month, m->day), .division = "110105001001", .hukou = "本市",
        .bank_account = "6888000000000002", .bank_name = "示例银行", .synthetic = true, .source = "test", .registered_division = "110102004001"};
    enum status s = json_parse(txn_arena(t), span_of(m->facts), &facts, d);
    p.facts = facts;
    if (s == OK)
        s = household_add(&b.civil, t, &system, 110105, "110105001001", "示例路2号", true, &home, d);
    if (s == OK)
        s = person_add(&b.civil, t, &system, 110105, &p, &m->id, d);
    return s == OK ? household_join(&b.civil, t, &system, 110105, home, m->id, "本人", txn_today(t) - 900, d) : s;
}

static void of_another_district(void **state) {
    CASE_WORLD;
    city();
    struct made m = {"孙试六", 1979, 3, 2, true, "本人", FACTS("未婚", "无业"), 0, ""};
    must(store_write(b.civil.store, far_person, &m, &b.d));
    const struct json *form = form_data(false); /* Zhang's answers, Sun's name and number */
    form = json_with(b.arena, form, "applicant_idnum", json_new_string(b.arena, span_of(m.number)));
    form = json_with(b.arena, form, "applicant_name", json_new_string(b.arena, span_of(m.name)));
    struct case_ref r;
    must(takes(&b.clerk, m.number, form, NULL, &r));
    assert_int_equal(r.district, 110105);
    assert_int_equal(ask("SELECT COUNT(*) FROM case_file WHERE district = 110105 AND division = '110105001001' AND taken_in = '110102003' AND registered_division = '110102004001'"), 1);
    assert_int_equal(ask("SELECT COUNT(*) FROM case_task WHERE district = 110105 AND division LIKE '110105%%'"), ask("SELECT COUNT(*) FROM case_task"));
    assert_int_equal(ask("SELECT COUNT(*) FROM access_entry WHERE district = 110105 AND office = '110102003'"), 1); /* with the person */
    struct actor there = staff("sun_clerk", "clerk", "110105001");
    (void)shown(case_reader, &there, r.id);
    done(there, r.id, "accept", "受理", NULL);
    assert_int_equal(listed(&b.clerk), 1);
    int64_t file;
    must(case_paper_add(&b.civil, &b.clerk, r.id, "b.png", "other", SPAN(paper_png), &file, &b.d));
    assert_string_equal(json_str(json_get(shown(taken_case_json, &b.clerk, r.id), "case"), "office", ""), "朝阳区建外街道");
    assert_int_equal(findings(), 0);
}

#define ELSEWHERE_TEST(f) {#f " sqlite", f, bureau_sqlite, as_it_was, NULL}, {#f " postgresql", f, bureau_postgres, as_it_was, NULL}

int main(void) {
    const struct CMUnitTest tests[] = {ELSEWHERE_TEST(another_counter_takes_it_in), ELSEWHERE_TEST(at_home_it_is_an_ordinary_one), ELSEWHERE_TEST(who_is_not_found),
        ELSEWHERE_TEST(a_refusal_that_tells_is_on_record), ELSEWHERE_TEST(no_references), ELSEWHERE_TEST(whom_an_order_protects_is_not_there), ELSEWHERE_TEST(nor_is_who_lives_with_him),
        ELSEWHERE_TEST(every_other_door_is_shut), ELSEWHERE_TEST(it_sees_where_it_stands_and_hands_papers_on), ELSEWHERE_TEST(one_that_came_here_since_is_a_case_like_others),
        ELSEWHERE_TEST(pages), ELSEWHERE_TEST(the_clock_starts_where_the_matter_says), ELSEWHERE_TEST(of_another_district)};
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, load_packs, unload_packs);
}
