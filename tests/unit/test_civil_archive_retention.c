/* Dossiers: what is kept and why, what holds it, and destruction by two people
 * after which the proof still stands. */
#include "../support/civil_world.h"
#include "../support/papers.h"

#include "civil/archive/archive.h"
#include "civil/archive/retention.h"
#include "civil/evidence/evidence.h"
#include "civil/parameter/parameter.h"
#include "tlog/log.h"

enum { OLD = 101, UNCONFIRMED, RUNNING, RECENT, UNKNOWN, OPEN, SECOND };

struct desk { struct world w; struct actor clerk, leader, both; int64_t person, file[16]; };
struct paper { struct desk *k; int64_t case_id; };

static enum status add_case(struct txn *t, void *arg, struct diag *d) {
    struct paper *p = arg;
    struct desk *k = p->k;
    static const char *const matter[] = {"dibao", "tekun", "dibao", "dibao", "no_such_matter", "dibao", "dibao"};
    char number[16];
    snprintf(number, sizeof number, "C%lld", (long long)p->case_id);
    int64_t closed = p->case_id == RECENT ? txn_now(t) : 1;
    enum status s = sql_exec(t, d,
        "INSERT INTO case_file (district, id, number, matter, scheme, process_file, process_sha, decision_file, state, channel, applicant, division, subdistrict, "
        "applied_at, due_provisional, form, form_salt, version, entered_by, closed_at) "
        "VALUES (?, ?, ?, ?, 'dibao', 'p', 'p', 'd', 'approved', 'counter', ?, '110102001001', '110102001', 1, 0, ?, ?, 1, 11, ?)",
        SQL_I(DISTRICT), SQL_I(p->case_id), SQL_S(number), SQL_S(matter[p->case_id - OLD]), SQL_I(k->person), SQL_B(SPAN("x")), SQL_B(SPAN("x")),
        p->case_id == OPEN ? SQL_NIL : SQL_I(closed));
    if (s == OK && p->case_id == RUNNING)
        s = sql_exec(t, d,
            "INSERT INTO decision_record (district, id, case_id, scheme, as_of, policy_sha, policy_file, parameters, outcome, monthly_fen, once_fen, input, result, trace, "
            "salt, state, computed_at, entry) VALUES (?, 1, ?, 'dibao', 1, 'p', 'p', '[]', 'eligible', 1, 0, ?, ?, ?, ?, 'proposed', 1, 1)",
            SQL_I(DISTRICT), SQL_I(p->case_id), SQL_B(SPAN("x")), SQL_B(SPAN("x")), SQL_B(SPAN("x")), SQL_B(SPAN("x")));
    for (int i = 0; s == OK && p->case_id == RUNNING && i < 2; i++) /* ended, and taken up again under the same root */
        s = sql_exec(t, d,
            "INSERT INTO entitlement (district, id, root, scheme, payee, case_id, decision, subdistrict, division, from_month, to_month, state, created_at, salt, entry) "
            "VALUES (?, ?, 1, 'dibao', ?, ?, 1, '110102001', '110102001001', 23640, ?, ?, 1, ?, 1)",
            SQL_I(DISTRICT), SQL_I(1 + i), SQL_I(k->person), SQL_I(p->case_id), i ? SQL_NIL : SQL_I(23652), SQL_S(i ? "active" : "ended"), SQL_B(SPAN("x")));
    return s == OK ? archive_add_in(&k->w.civil, t, &k->w.clerk, DISTRICT, k->person, p->case_id, "王某身份证.pdf", "id_card", PAPER_PDF, &k->file[p->case_id - OLD], d) : s;
}

static void open_desk(struct desk *k, struct fixture *f, int cases) {
    *k = (struct desk){0};
    world_open(&k->w, f);
    k->person = world_person(&k->w, "王", 1);
    k->clerk = world_actor(21, "district_clerk", "110102");
    k->leader = world_actor(22, "leader", "110102");
    k->both = world_actor(23, "district_clerk", "110102");
    k->both.grant_count = 2;
    k->both.grant[1] = k->leader.grant[0];
    for (int i = 0; i < cases; i++)
        expect_ok(WRITE(&k->w, add_case, (&(struct paper){k, OLD + i})), &f->diag);
}

struct listing { struct desk *k; const struct actor *who; int64_t after, max; struct buf out; struct json_writer w; };
static enum status list(struct txn *t, void *arg, struct diag *d) {
    struct listing *x = arg;
    buf_clear(&x->out);
    json_begin(&x->w, &x->out, false);
    return archive_dossiers_json(&x->k->w.civil, t, x->who, x->after, x->max, &x->w, d);
}
static const struct json *items(struct desk *k, struct listing *x) {
    struct diag d = {0};
    const struct json *j = NULL;
    *x = (struct listing){.k = k, .who = &k->leader, .max = 100};
    buf_init(&x->out, 0);
    expect_ok(READ(&k->w, list, x), &k->w.f->diag);
    expect_ok(json_parse(k->w.arena, buf_span(&x->out), &j, &d), &d);
    buf_release(&x->out);
    return json_get(j, "items");
}
static const char *state_of(struct desk *k, int64_t case_id) {
    struct listing x;
    char id[24];
    snprintf(id, sizeof id, "%lld", (long long)case_id);
    const struct json *all = items(k, &x);
    for (size_t i = 0; i < all->size; i++)
        if (strcmp(json_str(all->item[i], "case", ""), id) == 0)
            return json_str(all->item[i], "state", "");
    return "absent";
}

static void states(void **state) {
    FIXTURE(f);
    struct desk k;
    open_desk(&k, f, 7);
    static const char *const want[] = {"due", "unconfirmed", "running", "kept", "unknown", "absent", "due"};
    for (int i = 0; i < 7; i++)
        if (strcmp(state_of(&k, OLD + i), want[i]) != 0)
            fail_msg("%d: %s, not %s", OLD + i, state_of(&k, OLD + i), want[i]);
    struct listing x;
    const struct json *first = items(&k, &x)->item[0];
    assert_string_equal(json_str(first, "ended_on", ""), "1970-01-01");
    assert_string_equal(json_str(first, "due_on", ""), "1974-01-01"); /* the year after, and three years */
    assert_int_equal(json_int(first, "years", 0), 3);
    x = (struct listing){.k = &k, .who = &k.w.clerk, .max = 10}; /* of a subdistrict */
    buf_init(&x.out, 0);
    expect_fail(READ(&k.w, list, &x), &f->diag, E_FORBIDDEN, "archive.role");
    buf_release(&x.out);
    /* An assumption of a demonstration is no confirmation by the bureau. */
    diag_clear(&f->diag);
    expect_ok(parameter_confirm(&k.w.civil, &k.leader, "特困档案保管年限", date_from_ymd(2017, 1, 1), "为示范而设", true, &f->diag), &f->diag);
    assert_string_equal(state_of(&k, UNCONFIRMED), "unconfirmed");
    must_run(f, "UPDATE parameter_confirmation SET assumption = 0");
    assert_string_equal(state_of(&k, UNCONFIRMED), "due");
    world_close(&k.w);
}

static void holds(void **state) {
    FIXTURE(f);
    struct desk k;
    open_desk(&k, f, 1);
    struct civil *c = &k.w.civil;
    int64_t made;
    expect_fail(archive_hold(c, &k.w.clerk, OLD, "诉讼未结", &f->diag), &f->diag, E_FORBIDDEN, "archive.role");
    static const char *const bad[] = {"", "短", "\xff\xff\xff\xff\xff", NULL};
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        diag_clear(&f->diag);
        expect_fail(archive_hold(c, &k.leader, OLD, bad[i], &f->diag), &f->diag, E_INPUT, "archive.reason");
    }
    diag_clear(&f->diag);
    expect_fail(archive_hold(c, &k.leader, 9999, "诉讼未结", &f->diag), &f->diag, E_NOT_FOUND, "archive.case");
    diag_clear(&f->diag);
    expect_fail(archive_release(c, &k.leader, OLD, "诉讼已结", &f->diag), &f->diag, E_CONFLICT, "archive.not_held");
    diag_clear(&f->diag);
    expect_ok(archive_hold(c, &k.leader, OLD, "诉讼未结", &f->diag), &f->diag);
    expect_fail(archive_hold(c, &k.clerk, OLD, "审计要用", &f->diag), &f->diag, E_CONFLICT, "archive.held");
    assert_string_equal(state_of(&k, OLD), "held");
    diag_clear(&f->diag);
    expect_fail(archive_propose(c, &k.clerk, NULL, "保管期满", &made, &f->diag), &f->diag, E_NOT_FOUND, "archive.none_due");
    assert_int_equal(ask_int(f, "SELECT count(*) FROM archive_destruction"), 0);
    diag_clear(&f->diag);
    expect_ok(archive_release(c, &k.clerk, OLD, "诉讼已结", &f->diag), &f->diag);
    assert_string_equal(state_of(&k, OLD), "due");
    expect_ok(archive_hold(c, &k.leader, OLD, "再次封存", &f->diag), &f->diag);
    assert_int_equal(ask_int(f, "SELECT count(*) FROM archive_act a JOIN log_pending l ON l.id = a.entry"), 3);
    world_close(&k.w);
}

static enum status look(struct txn *t, void *arg, struct diag *d) {
    struct paper *p = arg;
    struct access *x = NULL;
    struct span content;
    const char *media, *name;
    enum status s = access_begin(p->k->w.arena, &p->k->w.clerk, "clerk", "case_handling", 0, 0, &x, d);
    return s == OK ? archive_open_in(&p->k->w.civil, t, x, p->k->w.arena, DISTRICT, p->k->file[p->case_id - OLD], &content, &media, &name, d) : s;
}

static void finding(void *arg, const struct diag *d) { fail_msg("%s", d->code); }
static enum status evidence(struct txn *t, void *arg, struct diag *d) {
    struct evidence_check x = {.civil = arg, .txn = t, .finding = finding};
    enum status s = archive_act_evidence(&x, d);
    return s == OK ? archive_evidence(&x, d) : s;
}

static void destruction(void **state) {
    FIXTURE(f);
    struct desk k;
    struct archive_decided done;
    int64_t first, second = 0;
    open_desk(&k, f, 7);
    struct civil *c = &k.w.civil;
    expect_fail(archive_propose(c, &k.leader, NULL, "保管期满", &first, &f->diag), &f->diag, E_FORBIDDEN, "archive.role");
    diag_clear(&f->diag);
    expect_ok(archive_propose(c, &k.both, NULL, "保管期满", &first, &f->diag), &f->diag);
    assert_int_equal(ask_int(f, "SELECT count(*) FROM archive_destruction_item"), 2);
    assert_string_equal(state_of(&k, OLD), "listed");
    expect_fail(archive_propose(c, &k.clerk, NULL, "再提一次", &second, &f->diag), &f->diag, E_NOT_FOUND, "archive.none_due");
    diag_clear(&f->diag);
    expect_fail(archive_decide(c, &k.both, first, true, "同意销毁", &done, &f->diag), &f->diag, E_FORBIDDEN, "archive.two_people");
    diag_clear(&f->diag);
    expect_fail(archive_decide(c, &k.clerk, first, true, "同意销毁", &done, &f->diag), &f->diag, E_FORBIDDEN, "archive.role");
    diag_clear(&f->diag);
    expect_fail(archive_decide(c, &k.leader, first + 1, true, "同意销毁", &done, &f->diag), &f->diag, E_NOT_FOUND, "archive.list");
    diag_clear(&f->diag);
    expect_ok(archive_decide(c, &k.leader, first, false, "先不销毁", &done, &f->diag), &f->diag);
    expect_ok(READ(&k.w, look, &((struct paper){&k, OLD})), &f->diag);
    assert_string_equal(state_of(&k, OLD), "due");

    expect_ok(archive_propose(c, &k.clerk, NULL, "保管期满", &second, &f->diag), &f->diag);
    expect_ok(archive_hold(c, &k.leader, SECOND, "审计要用", &f->diag), &f->diag); /* after it was listed */
    expect_ok(archive_decide(c, &k.leader, second, true, "同意销毁", &done, &f->diag), &f->diag);
    assert_true(done.cases == 1 && done.files == 1 && done.struck == 1);
    expect_fail(archive_decide(c, &k.leader, second, true, "同意销毁", &done, &f->diag), &f->diag, E_CONFLICT, "archive.decided");
    expect_fail(READ(&k.w, look, &((struct paper){&k, OLD})), &f->diag, E_NOT_FOUND, "archive.destroyed");
    expect_ok(READ(&k.w, look, &((struct paper){&k, SECOND})), &f->diag);
    assert_string_equal(state_of(&k, OLD), "absent");
    assert_string_equal(state_of(&k, SECOND), "held");
    assert_int_equal(ask_int(f, "SELECT count(*) FROM archive_file WHERE case_id = 101 AND length(body) = 0 AND name = '' AND length(sm3) = 32"), 1);
    assert_int_equal(ask_int(f, "SELECT count(*) FROM archive_key"), 6);
    /* Entry and row still agree, and the entry of the file is still there to be proved. */
    expect_ok(READ(&k.w, evidence, c), &f->diag);
    assert_int_equal(ask_int(f, "SELECT count(*) FROM archive_file a JOIN log_pending l ON l.id = a.entry"), 7);
    assert_int_equal(ask_int(f, "SELECT count(*) FROM archive_act WHERE action LIKE 'destruction.%'"), 4);
    world_close(&k.w);
}

/* ---- compartments --------------------------------------------------------------------- */

static struct actor member_of(struct actor a, int64_t account) {
    a.account = account;
    a.compartment_count = 1;
    snprintf(a.compartment[0], sizeof a.compartment[0], "mental_health");
    return a;
}

struct lists { struct desk *k; const struct actor *who; int64_t list; struct buf out; struct json_writer w; };
static enum status read_lists(struct txn *t, void *arg, struct diag *d) {
    struct lists *x = arg;
    buf_clear(&x->out);
    json_begin(&x->w, &x->out, false);
    return x->list ? archive_list_json(&x->k->w.civil, t, x->who, x->list, &x->w, d) : archive_lists_json(&x->k->w.civil, t, x->who, &x->w, d);
}
static enum status draw(struct txn *t, void *arg, struct diag *d) {
    struct lists *x = arg;
    struct span pdf;
    enum status s = archive_destruction_pdf(&x->k->w.civil, t, x->k->w.arena, x->who, x->list, &pdf, d);
    if (s == OK)
        buf_add(&x->out, pdf);
    return s;
}
static enum status files(struct txn *t, void *arg, struct diag *d) {
    struct lists *x = arg;
    struct access *access = NULL;
    buf_clear(&x->out);
    json_begin(&x->w, &x->out, false);
    enum status s = access_begin(x->k->w.arena, x->who, "leader", "supervision", 0, 0, &access, d);
    if (s == OK)
        s = archive_files_json(&x->k->w.civil, t, access, x->list, &x->w, d);
    assert_int_equal(access_empty(access), s != OK); /* names of files are a look */
    return s;
}

static void compartments(void **state) {
    FIXTURE(f);
    struct desk k;
    struct archive_decided done;
    int64_t first, second, inside = 0;
    open_desk(&k, f, 7);
    struct civil *c = &k.w.civil;
    struct actor clerk = member_of(k.clerk, 31), leader = member_of(k.leader, 32);
    must_run(f, "UPDATE case_file SET compartment = 'mental_health' WHERE id = 101");
    assert_string_equal(state_of(&k, OLD), "absent"); /* to who is outside it does not exist */
    expect_fail(archive_hold(c, &k.leader, OLD, "诉讼未结", &f->diag), &f->diag, E_NOT_FOUND, "archive.case");
    diag_clear(&f->diag);
    expect_fail(archive_file(c, &k.clerk, OLD, "", &f->diag), &f->diag, E_NOT_FOUND, "archive.case");
    struct lists x = {.k = &k, .who = &k.leader, .list = OLD};
    buf_init(&x.out, 0);
    diag_clear(&f->diag);
    expect_fail(READ(&k.w, files, &x), &f->diag, E_NOT_FOUND, "archive.case");
    x.who = &leader;
    diag_clear(&f->diag);
    expect_ok(READ(&k.w, files, &x), &f->diag);
    assert_non_null(strstr(buf_str(&x.out), "王某身份证.pdf"));

    expect_ok(archive_propose(c, &k.clerk, NULL, "保管期满", &first, &f->diag), &f->diag);
    assert_int_equal(ask_int(f, "SELECT count(*) FROM archive_destruction_item WHERE case_id = 101"), 0);
    expect_fail(archive_propose(c, &k.clerk, "mental_health", "保管期满", &inside, &f->diag), &f->diag, E_NOT_FOUND, "archive.none_due");
    diag_clear(&f->diag);
    expect_ok(archive_propose(c, &clerk, "mental_health", "保管期满", &inside, &f->diag), &f->diag);
    assert_int_equal(ask_int(f, "SELECT count(*) FROM archive_destruction_item WHERE case_id = 101"), 1);
    x = (struct lists){.k = &k, .who = &k.leader, .out = x.out};
    expect_ok(READ(&k.w, read_lists, &x), &f->diag);
    char *id = arena_printf(k.w.arena, "\"id\":\"%lld\"", (long long)inside);
    assert_null(strstr(buf_str(&x.out), id));
    x.list = inside;
    expect_fail(READ(&k.w, read_lists, &x), &f->diag, E_NOT_FOUND, "archive.list");
    diag_clear(&f->diag);
    expect_fail(archive_decide(c, &k.leader, inside, true, "同意销毁", &done, &f->diag), &f->diag, E_NOT_FOUND, "archive.list");
    x.who = &leader;
    diag_clear(&f->diag);
    expect_ok(READ(&k.w, read_lists, &x), &f->diag);
    assert_non_null(strstr(buf_str(&x.out), "\"compartment\":\"mental_health\""));
    expect_fail(READ(&k.w, draw, &x), &f->diag, E_CONFLICT, "archive.not_destroyed");
    diag_clear(&f->diag);
    expect_ok(archive_decide(c, &leader, inside, true, "同意销毁", &done, &f->diag), &f->diag);
    assert_true(done.cases == 1 && done.struck == 0);
    buf_clear(&x.out);
    expect_ok(READ(&k.w, draw, &x), &f->diag);
    assert_true(x.out.size > 1000 && memcmp(x.out.at, "%PDF-", 5) == 0);
    x.who = &k.leader;
    expect_fail(READ(&k.w, draw, &x), &f->diag, E_NOT_FOUND, "archive.list");
    x.who = &k.w.clerk;
    diag_clear(&f->diag);
    expect_fail(READ(&k.w, draw, &x), &f->diag, E_FORBIDDEN, "archive.role");

    /* Listed before it went into a compartment: another list's business now, for whoever decides. */
    must_run(f, "UPDATE case_file SET compartment = 'mental_health' WHERE id = 107");
    diag_clear(&f->diag);
    expect_ok(archive_decide(c, &leader, first, true, "同意销毁", &done, &f->diag), &f->diag);
    assert_true(done.cases == 0 && done.struck == 1);
    must_run(f, "UPDATE case_file SET compartment = NULL WHERE id = 107");
    expect_ok(archive_propose(c, &k.clerk, NULL, "保管期满", &second, &f->diag), &f->diag);
    must_run(f, "UPDATE case_file SET compartment = 'adoption' WHERE id = 107");
    expect_ok(archive_decide(c, &k.leader, second, true, "同意销毁", &done, &f->diag), &f->diag);
    assert_true(done.cases == 0 && done.struck == 1);
    expect_ok(READ(&k.w, look, &((struct paper){&k, SECOND})), &f->diag);
    buf_release(&x.out);
    world_close(&k.w);
}

static void filing(void **state) {
    FIXTURE(f);
    struct desk k;
    open_desk(&k, f, 7);
    struct civil *c = &k.w.civil;
    expect_fail(archive_file(c, &k.clerk, OLD, "二楼", &f->diag), &f->diag, E_CONFLICT, "archive.no_fonds");
    must_run(f, "INSERT INTO setting (name, value) VALUES ('archive_fonds', 'X001')");
    static const char long_place[] = "很长很长很长很长很长很长很长很长很长很长很长很长很长很长很长很长很长很长很长很长很长很长很长很长很长很长很长很长很长很长很长很长很长很长很长很长很长很长很长很长很长很长很长很长很长很长很长很长很长很长很";
    const struct { const struct actor *who; int64_t case_id; const char *place; enum status s; const char *code; } bad[] = {
        {&k.leader, OLD, "", E_FORBIDDEN, "archive.role"}, {&k.clerk, 9999, "", E_NOT_FOUND, "archive.case"}, {&k.clerk, OPEN, "", E_NOT_FOUND, "archive.case"},
        {&k.clerk, RUNNING, "", E_CONFLICT, "archive.running"}, {&k.clerk, UNCONFIRMED, "", E_CONFLICT, "archive.no_term"}, {&k.clerk, UNKNOWN, "", E_CONFLICT, "archive.no_term"},
        {&k.clerk, OLD, long_place, E_INPUT, "archive.location"}, {&k.clerk, OLD, "\xff", E_INPUT, "archive.location"},
    };
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        diag_clear(&f->diag);
        expect_fail(archive_file(c, bad[i].who, bad[i].case_id, bad[i].place, &f->diag), &f->diag, bad[i].s, bad[i].code);
    }
    diag_clear(&f->diag);
    expect_ok(archive_file(c, &k.clerk, OLD, "二楼 3 架", &f->diag), &f->diag);
    expect_ok(archive_file(c, &k.clerk, SECOND, "", &f->diag), &f->diag);
    assert_int_equal(ask_int(f, "SELECT count(*) FROM archive_number WHERE case_id = 101 AND number = 'X001-ZY\u00b71970-D3-0001' AND location = '二楼 3 架'"), 1);
    assert_int_equal(ask_int(f, "SELECT count(*) FROM archive_number WHERE case_id = 107 AND number = 'X001-ZY\u00b71970-D3-0002'"), 1);
    expect_ok(archive_file(c, &k.clerk, OLD, "地下库", &f->diag), &f->diag); /* moved; the number stays */
    assert_int_equal(ask_int(f, "SELECT count(*) FROM archive_number WHERE number = 'X001-ZY\u00b71970-D3-0001' AND location = '地下库'"), 1);
    assert_int_equal(ask_int(f, "SELECT count(*) FROM archive_act WHERE action IN ('dossier.filed', 'dossier.moved')"), 3);
    expect_ok(READ(&k.w, evidence, c), &f->diag);
    world_close(&k.w);
}

int main(void) {
    const struct CMUnitTest tests[] = {ON_BOTH(states), ON_BOTH(holds), ON_BOTH(destruction), ON_BOTH(compartments), ON_BOTH(filing)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
