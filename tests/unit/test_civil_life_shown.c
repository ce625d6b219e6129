/* What officers and the person see of proposals, recoveries and back payments, on both backends: of one's own
 * divisions, compartments and benefits, and nobody else's. */
#include "../support/payment_world.h"

#include "civil/access/access.h"
#include "civil/entitlement/life_json.h"
#include "civil/payment/payment.h"
#include "civil/publication/publication.h"

enum { MONTH = 2026 * 12 + 10 }; /* 2026-11, the month of test_instant */
static struct actor decider, stranger, auditor;

typedef enum status (*shown_fn)(struct civil *c, struct txn *t, struct access *x, const struct actor *who, int64_t id, struct json_writer *w, struct diag *d);
struct look { struct world *w; const struct actor *who; const char *role; shown_fn fn; int64_t id; struct buf out; const struct json *j; };

static enum status look_in(struct txn *t, void *arg, struct diag *d) {
    struct look *l = arg;
    struct access *x = NULL;
    struct json_writer w;
    l->out.size = 0;
    json_begin(&w, &l->out, false);
    enum status s = access_begin(l->w->arena, l->who, l->role, NULL, DISTRICT, 0, &x, d);
    if (s == OK)
        s = access_act_as(x, l->role, d);
    return s == OK ? l->fn(&l->w->civil, t, x, l->who, l->id, &w, d) : s;
}

/* The reply, parsed; NULL and the failure in the fixture's diag. */
static const struct json *shown(struct world *w, const struct actor *who, shown_fn fn, int64_t id) {
    struct look l = {.w = w, .who = who, .role = strcmp(who->kind, "resident") == 0 ? "resident" : who->grant[0].role, .fn = fn, .id = id};
    const struct json *j = NULL;
    buf_init(&l.out, 0);
    if (READ(w, look_in, &l) == OK)
        expect_ok(json_parse(w->arena, buf_span(&l.out), &j, &w->f->diag), &w->f->diag);
    buf_release(&l.out);
    return j;
}

static enum status list_proposals(struct civil *c, struct txn *t, struct access *x, const struct actor *who, int64_t id, struct json_writer *w, struct diag *d) {
    struct life_query q = {.state = id ? "proposed" : NULL};
    return proposals_json(c, t, x, who, &q, w, d);
}
static enum status list_recoveries(struct civil *c, struct txn *t, struct access *x, const struct actor *who, int64_t id, struct json_writer *w, struct diag *d) {
    struct life_query q = {.state = id ? "late" : NULL};
    return recoveries_json(c, t, x, who, &q, w, d);
}
static enum status list_back(struct civil *c, struct txn *t, struct access *x, const struct actor *who, int64_t id, struct json_writer *w, struct diag *d) {
    struct life_query q = {0};
    return back_payments_json(c, t, x, who, &q, w, d);
}
static enum status list_benefits(struct civil *c, struct txn *t, struct access *x, const struct actor *who, int64_t id, struct json_writer *w, struct diag *d) {
    struct life_query q = {0};
    return benefits_json(c, t, x, who, id, &q, w, d);
}
static enum status list_relatives(struct civil *c, struct txn *t, struct access *x, const struct actor *who, int64_t id, struct json_writer *w, struct diag *d) {
    struct life_query q = {.state = "relatives"};
    return benefits_json(c, t, x, who, id, &q, w, d);
}
static enum status withdraw_in(struct txn *t, void *arg, struct diag *d) { return sql_exec(t, d, "UPDATE recusal SET withdrawn_at = 2"); }
static enum status own_proposals(struct civil *c, struct txn *t, struct access *x, const struct actor *who, int64_t id, struct json_writer *w, struct diag *d) { return my_proposals_json(c, t, x, who, w, d); }
static enum status own_recoveries(struct civil *c, struct txn *t, struct access *x, const struct actor *who, int64_t id, struct json_writer *w, struct diag *d) { return my_recoveries_json(c, t, x, who, w, d); }

static size_t count_of(const struct json *j) {
    assert_non_null(j);
    return json_get(j, "items")->size;
}
static bool may(const struct json *head, const char *act) {
    const struct json *list = json_get(head, "may");
    for (size_t i = 0; i < list->size; i++)
        if (span_is(list->item[i]->text, act))
            return true;
    return false;
}
static bool says(const struct json *j, const char *kind, const char *words) {
    const struct json *list = json_get(j, "notes");
    for (size_t i = 0; i < list->size; i++)
        if (strcmp(json_str(list->item[i], "kind", ""), kind) == 0 && strcmp(json_str(list->item[i], "words", ""), words) == 0)
            return true;
    return false;
}
static int64_t fen_of(const struct json *j, const char *key) { return json_int(j, key, -1); }

static void open_world(struct world *w, struct fixture *f) {
    paying_open(w, f);
    decider = world_actor(21, "decider", "110102");
    stranger = world_actor(23, "clerk", "110102002");
    auditor = world_actor(24, "auditor", "110102");
}

static struct actor resident_of(const struct receiver *g) {
    struct actor a = {.account = 31, .kind = "resident", .district = DISTRICT, .person = g->person};
    return a;
}

static struct entitlement_proposal_new lower(int64_t e, const struct entitlement_line_new *l, size_t n) {
    return (struct entitlement_proposal_new){.entitlement = e, .kind = n ? "reduce" : "end", .cause = "income", .event = 20000, .line = l, .line_count = n, .words = "七月起收入增加", .by_hand = true};
}

static enum status hide_in(struct txn *t, void *arg, struct diag *d) { return sql_exec(t, d, "UPDATE case_file SET compartment = 'witness'"); }

static void paid(struct world *w, month_t m) {
    int64_t batch = 0;
    struct span file;
    const char *name;
    expect_ok(payment_batch_prepare(&w->civil, &w->cashier, DISTRICT, "dibao", m, &batch, NULL, &w->f->diag), &w->f->diag);
    expect_ok(payment_batch_approve(&w->civil, &w->finance, batch, 0, &w->f->diag), &w->f->diag);
    expect_ok(payment_batch_file(&w->civil, w->arena, &w->cashier, batch, &file, &name, &w->f->diag), &w->f->diag);
}

/* From the proposal to its service; who sees it meanwhile. */
static void a_proposal_is_seen_by_whom_it_concerns(void **state) {
    FIXTURE(f);
    struct world w;
    open_world(&w, f);
    struct receiver g = grant_one(&w, 1, 150000, MONTH), other = grant_one(&w, 2, 120000, MONTH);
    struct actor himself = resident_of(&g), neighbour = resident_of(&other);
    struct entitlement_line_new more[] = {{0, "低保金", 100001}}, strange[] = {{0, "奖金", 100}}, twice[] = {{0, "低保金", 100}, {0, "低保金", 100}}, less[] = {{0, "低保金", 80000}, {g.person, "增发", 50000}};
    int64_t p = 0, act = 0;
    struct entitlement_proposal_new x = lower(g.entitlement, more, 1);
    expect_fail(entitlement_propose(&w.civil, &w.clerk, &x, &p, &f->diag), &f->diag, E_INPUT, "entitlement.lines_known");
    x = lower(g.entitlement, strange, 1);
    expect_fail(entitlement_propose(&w.civil, &w.clerk, &x, &p, &f->diag), &f->diag, E_INPUT, "entitlement.lines_known");
    x = lower(g.entitlement, twice, 2);
    expect_fail(entitlement_propose(&w.civil, &w.clerk, &x, &p, &f->diag), &f->diag, E_INPUT, "entitlement.lines_known");
    x = lower(g.entitlement, less, 2);
    expect_fail(entitlement_propose(&w.civil, &stranger, &x, &p, &f->diag), &f->diag, E_NOT_FOUND, "entitlement.none");
    expect_ok(entitlement_propose(&w.civil, &w.clerk, &x, &p, &f->diag), &f->diag);

    assert_int_equal(count_of(shown(&w, &w.clerk, list_proposals, 1)), 1);
    assert_int_equal(count_of(shown(&w, &stranger, list_proposals, 0)), 0);
    assert_null(shown(&w, &stranger, proposal_json, p));
    assert_string_equal(f->diag.code, "entitlement.no_proposal");
    assert_int_equal(count_of(shown(&w, &himself, own_proposals, 0)), 0); /* nobody told him yet */
    expect_fail(entitlement_hearing_served(&w.civil, &stranger, p, "post", &f->diag), &f->diag, E_NOT_FOUND, "entitlement.no_proposal");
    expect_fail(entitlement_withdraw(&w.civil, &stranger, p, "提错了", &f->diag), &f->diag, E_NOT_FOUND, "entitlement.no_proposal");
    expect_fail(entitlement_withdraw(&w.civil, &decider, p, "提错了", &f->diag), &f->diag, E_FORBIDDEN, "entitlement.role");
    const struct json *head = json_get(shown(&w, &w.clerk, proposal_json, p), "head");
    assert_true(may(head, "serve") && may(head, "withdraw") && !may(head, "answer") && !may(head, "adopt"));
    expect_ok(entitlement_hearing_served(&w.civil, &w.clerk, p, "post", &f->diag), &f->diag);
    assert_false(may(json_get(shown(&w, &decider, proposal_json, p), "head"), "adopt"));

    const struct json *mine = shown(&w, &himself, own_proposals, 0);
    assert_int_equal(count_of(mine), 1);
    mine = json_get(mine, "items")->item[0];
    assert_true(json_bool(mine, "may_answer", false) && says(mine, "proposed", "七月起收入增加"));
    assert_int_equal(fen_of(mine, "was_fen"), 150000);
    assert_int_equal(fen_of(mine, "monthly_fen"), 130000);
    for (size_t i = 0; i < json_get(mine, "notes")->size; i++)
        assert_true(json_is_null(json_get(json_get(mine, "notes")->item[i], "by")));
    assert_int_equal(count_of(shown(&w, &neighbour, own_proposals, 0)), 0);
    expect_fail(entitlement_answer(&w.civil, &neighbour, p, "不是我的", &f->diag), &f->diag, E_NOT_FOUND, "entitlement.no_proposal");
    expect_ok(entitlement_answer(&w.civil, &himself, p, "那只是一个月", &f->diag), &f->diag);

    const struct json *whole = shown(&w, &decider, proposal_json, p);
    assert_true(may(json_get(whole, "head"), "adopt") && may(json_get(whole, "head"), "drop") && says(whole, "answered", "那只是一个月"));
    assert_int_equal(json_get(whole, "lines")->size, 2);
    assert_false(may(json_get(shown(&w, &auditor, proposal_json, p), "head"), "adopt"));
    expect_ok(entitlement_decide(&w.civil, &decider, p, true, "理由不足", &act, &f->diag), &f->diag);
    expect_fail(entitlement_withdraw(&w.civil, &w.clerk, p, "提错了", &f->diag), &f->diag, E_CONFLICT, "entitlement.proposal_state");
    head = json_get(shown(&w, &w.clerk, proposal_json, p), "head");
    assert_true(may(head, "serve_decision") && !may(head, "withdraw"));
    assert_int_equal(fen_of(head, "was_fen"), 150000); /* as it was, not as it is now */
    expect_ok(entitlement_decision_served(&w.civil, &w.clerk, p, "in_person", &f->diag), &f->diag);

    const struct json *life = shown(&w, &auditor, benefit_json, g.entitlement);
    assert_int_equal(json_get(life, "acts")->size, 1);
    assert_int_equal(json_get(life, "proposals")->size, 1);
    assert_int_equal(fen_of(life, "monthly_fen"), 130000);
    assert_null(shown(&w, &stranger, benefit_json, g.entitlement));
    assert_int_equal(count_of(shown(&w, &w.clerk, list_benefits, 0)), 2);
    assert_int_equal(count_of(shown(&w, &w.clerk, list_benefits, g.case_id)), 1);
    assert_int_equal(count_of(shown(&w, &stranger, list_benefits, 0)), 0);

    /* withdrawn: nobody decided, and another one may follow */
    struct entitlement_proposal_new end = lower(other.entitlement, NULL, 0);
    int64_t q = 0;
    expect_ok(entitlement_propose(&w.civil, &w.clerk, &end, &q, &f->diag), &f->diag);
    expect_ok(entitlement_withdraw(&w.civil, &w.clerk, q, "名册有误", &f->diag), &f->diag);
    whole = shown(&w, &w.clerk, proposal_json, q);
    assert_true(json_bool(json_get(whole, "head"), "withdrawn", false) && says(whole, "withdrawn", "名册有误"));
    expect_ok(entitlement_propose(&w.civil, &w.clerk, &end, &q, &f->diag), &f->diag);

    expect_ok(WRITE(&w, hide_in, NULL), &f->diag);
    assert_int_equal(count_of(shown(&w, &w.clerk, list_proposals, 0)), 0);
    assert_int_equal(count_of(shown(&w, &w.clerk, list_benefits, 0)), 0);
    assert_null(shown(&w, &w.clerk, proposal_json, q));
    assert_null(shown(&w, &auditor, benefit_json, g.entitlement));
    expect_fail(entitlement_hearing_served(&w.civil, &w.clerk, q, "post", &f->diag), &f->diag, E_NOT_FOUND, "entitlement.no_proposal");
    struct actor member = w.clerk;
    member.compartment_count = 1;
    snprintf(member.compartment[0], sizeof member.compartment[0], "witness");
    assert_int_equal(count_of(shown(&w, &member, list_proposals, 0)), 3);
    assert_int_equal(count_of(shown(&w, &himself, own_proposals, 0)), 1); /* his own matter */
    world_close(&w);
}

static enum status recuse_in(struct txn *t, void *arg, struct diag *d) {
    struct receiver *g = arg;
    enum status s = sql_exec(t, d, "INSERT INTO case_party (district, case_id, person_district, person, relation, party, number, consent_needed) VALUES (?, ?, ?, ?, '本人', 'applicant', '1', 0)",
        SQL_I(DISTRICT), SQL_I(g->case_id), SQL_I(DISTRICT), SQL_I(g->person));
    if (s == OK)
        s = sql_exec(t, d, "INSERT INTO account (id, login, password, name, kind, state, demo, must_change, failed, created_at) VALUES (21, 'd', 'x', '审批人', 'staff', 'active', 0, 0, 0, 1)");
    return s == OK ? sql_exec(t, d, "INSERT INTO recusal (account, person_district, person, relation, declared_at, declared_by) VALUES (21, ?, ?, 'blood', 1, 21)", SQL_I(DISTRICT), SQL_I(g->person)) : s;
}

/* Who declared a relative decides nothing of him, and leaders and auditors find what the relative receives. */
static void a_relative_decides_nothing(void **state) {
    FIXTURE(f);
    struct world w;
    open_world(&w, f);
    struct receiver g = grant_one(&w, 1, 150000, MONTH);
    struct entitlement_proposal_new end = lower(g.entitlement, NULL, 0);
    int64_t p = 0;
    expect_ok(entitlement_propose(&w.civil, &w.clerk, &end, &p, &f->diag), &f->diag);
    struct actor leader = world_actor(25, "leader", "110102"), far = world_actor(26, "leader", "110102002");
    grant_one(&w, 2, 120000, MONTH);
    assert_int_equal(count_of(shown(&w, &leader, list_relatives, 0)), 0);
    expect_ok(WRITE(&w, recuse_in, &g), &f->diag);
    assert_int_equal(count_of(shown(&w, &leader, list_relatives, 0)), 1);
    assert_int_equal(count_of(shown(&w, &auditor, list_relatives, 0)), 1);
    assert_int_equal(count_of(shown(&w, &far, list_relatives, 0)), 0);
    assert_int_equal(count_of(shown(&w, &w.clerk, list_relatives, 0)), 0);
    expect_fail(entitlement_decide(&w.civil, &decider, p, false, "不予采纳", NULL, &f->diag), &f->diag, E_FORBIDDEN, "case.recused");
    struct actor second = world_actor(22, "decider", "110102");
    expect_ok(entitlement_decide(&w.civil, &second, p, false, "不予采纳", NULL, &f->diag), &f->diag);
    expect_ok(WRITE(&w, withdraw_in, NULL), &f->diag);
    assert_int_equal(count_of(shown(&w, &leader, list_relatives, 0)), 0);
    world_close(&w);
}

/* What a late death left: a plan, money back, a waiver by two people; what came first covers the first instalment. */
static void a_recovery_is_planned_and_paid(void **state) {
    FIXTURE(f);
    struct world w;
    open_world(&w, f);
    struct receiver g = grant_one(&w, 1, 150000, MONTH);
    struct actor himself = resident_of(&g);
    date_t died = month_first(MONTH) - 40;
    int64_t act = 0, waiver = 0;
    paid(&w, MONTH);
    struct actor system = actor_system();
    expect_ok(entitlement_death_found(&w.civil, &system, g.entitlement, died, "殡葬登记", &act, &f->diag), &f->diag);
    expect_fail(entitlement_death_confirm(&w.civil, &stranger, g.entitlement, died, "死亡证明", NULL, &f->diag), &f->diag, E_NOT_FOUND, "entitlement.none");
    assert_true(may(shown(&w, &decider, benefit_json, g.entitlement), "death"));
    expect_ok(entitlement_death_confirm(&w.civil, &decider, g.entitlement, died, "死亡证明", NULL, &f->diag), &f->diag);
    int64_t r = ask_int(f, "SELECT id FROM recovery");
    assert_int_equal(ask_int(f, "SELECT amount_fen FROM recovery"), 150000);
    assert_int_equal(count_of(shown(&w, &w.cashier, list_recoveries, 0)), 1);
    assert_int_equal(count_of(shown(&w, &stranger, list_recoveries, 0)), 0);
    assert_null(shown(&w, &stranger, recovery_json, r));
    const struct json *head = json_get(shown(&w, &w.clerk, recovery_json, r), "head");
    assert_string_equal(json_str(head, "state", ""), "open");
    assert_true(may(head, "plan") && may(head, "ask_waiver") && !may(head, "receive"));
    assert_true(may(json_get(shown(&w, &w.cashier, recovery_json, r), "head"), "receive"));

    date_t today = instant_date(test_instant);
    struct instalment list[] = {{today, 50000}, {today + 30, 100000}};
    expect_fail(recovery_plan(&w.civil, &stranger, r, list, 2, &f->diag), &f->diag, E_NOT_FOUND, "recovery.none");
    expect_ok(recovery_plan(&w.civil, &w.clerk, r, list, 2, &f->diag), &f->diag);
    expect_fail(recovery_receive(&w.civil, &w.clerk, r, 60000, "现金", &f->diag), &f->diag, E_FORBIDDEN, "entitlement.role");
    expect_ok(recovery_receive(&w.civil, &w.cashier, r, 60000, "现金", &f->diag), &f->diag);
    expect_ok(recovery_waiver_ask(&w.civil, &w.clerk, r, 20000, "遗属困难", &waiver, &f->diag), &f->diag);
    const struct json *whole = shown(&w, &w.finance, recovery_json, r);
    assert_int_equal(fen_of(json_get(whole, "plan")->item[0], "covered_fen"), 50000);
    assert_int_equal(fen_of(json_get(whole, "plan")->item[1], "covered_fen"), 10000);
    assert_true(json_bool(json_get(whole, "parts")->item[1], "may_answer", false));
    assert_true(json_bool(json_get(whole, "head"), "waiver_asked", false));
    assert_string_equal(json_str(json_get(whole, "head"), "state", ""), "planned");
    assert_false(json_bool(json_get(shown(&w, &w.clerk, recovery_json, r), "parts")->item[1], "may_answer", true));
    expect_ok(recovery_waiver_answer(&w.civil, &w.finance, waiver, true, "同意", &f->diag), &f->diag);
    whole = shown(&w, &w.finance, recovery_json, r);
    assert_int_equal(fen_of(json_get(whole, "head"), "open_fen"), 70000);
    assert_true(says(whole, "waiver_asked", "遗属困难") && says(whole, "waiver_approved", "同意") && says(whole, "recovery_received", "现金"));

    const struct json *mine = shown(&w, &himself, own_recoveries, 0);
    assert_int_equal(count_of(mine), 1);
    mine = json_get(mine, "items")->item[0];
    assert_int_equal(fen_of(mine, "open_fen"), 70000);
    assert_null(json_get(json_get(mine, "parts")->item[0], "asked_by"));
    assert_int_equal(count_of(shown(&w, &w.cashier, list_recoveries, 1)), 0); /* none is late */
    world_close(&w);
}

/* A raise that counts from a month that was run is owed, and told. */
static void what_is_owed_is_listed(void **state) {
    FIXTURE(f);
    struct world w;
    open_world(&w, f);
    struct receiver g = grant_one(&w, 1, 150000, MONTH);
    paid(&w, MONTH);
    struct entitlement_line_new l = {0, "低保金", 160000};
    struct entitlement_change x = {.entitlement = g.entitlement, .kind = "corrected", .cause = "standard", .event = DATE_NONE, .month = MONTH, .line = &l, .line_count = 1, .words = "标准提高"};
    expect_ok(entitlement_change(&w.civil, &decider, &x, NULL, &f->diag), &f->diag);
    const struct json *list = shown(&w, &w.finance, list_back, 0);
    assert_int_equal(count_of(list), 1);
    assert_int_equal(fen_of(json_get(list, "items")->item[0], "amount_fen"), 10000);
    assert_string_equal(json_str(json_get(list, "items")->item[0], "state", ""), "owed");
    assert_int_equal(count_of(shown(&w, &stranger, list_back, 0)), 0);
    paid(&w, MONTH + 1);
    list = shown(&w, &w.finance, list_back, 0);
    assert_string_equal(json_str(json_get(list, "items")->item[0], "state", ""), "ordered");
    const struct json *life = shown(&w, &w.clerk, benefit_json, g.entitlement);
    assert_int_equal(fen_of(json_get(life, "months")->item[json_get(life, "months")->size - 1], "owed_fen"), 10000);
    world_close(&w);
}

/* Under 18 there is no name, not even its first character; on the birthday there is. */
static void a_child_is_not_named(void **state) {
    static const struct { int y, m, d; const char *shown; } born[] = {{1970, 1, 1, "欧＊＊"}, {2008, 11, 22, "欧＊＊"}, {2008, 11, 23, "＊＊＊"}, {2026, 1, 1, "＊＊＊"}};
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(born); i++) {
        BUF_AUTO b;
        buf_init(&b, 256);
        publication_name(&b, "欧阳海", date_from_ymd(born[i].y, born[i].m, born[i].d), date_from_ymd(2026, 11, 22));
        assert_string_equal(buf_str(&b), born[i].shown);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        ON_BOTH(a_proposal_is_seen_by_whom_it_concerns),
        ON_BOTH(a_relative_decides_nothing),
        ON_BOTH(a_recovery_is_planned_and_paid),
        ON_BOTH(what_is_owed_is_listed),
        cmocka_unit_test(a_child_is_not_named),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
