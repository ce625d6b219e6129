/* Asking again before a month is paid, on both backends: what the registers tell of today comes out, a person
 * decides what follows of it, and money goes on until then. */
#include "../support/civil_world.h"

#include "civil/case/case.h"
#include "civil/case/models.h"
#include "civil/decision/decision.h"
#include "civil/entitlement/life.h"
#include "civil/payment/payment.h"
#include "civil/recheck/recheck.h"

enum { MONTH = 2026 * 12 + 11 }; /* 2026-12, the month after test_instant's */

static struct policies *policies;
static struct case_models *models;
static struct actor decider, elsewhere;

static void open_world(struct world *w, struct fixture *f) {
    static instant_t start;
    test_instant = start ? start : (start = test_instant);
    world_open(w, f);
    expect_ok(policies_load(w->packs, &policies, &f->diag), &f->diag);
    expect_ok(case_models_load(w->packs, &models, &f->diag), &f->diag);
    w->civil.policies = policies;
    w->civil.models = models;
    decider = world_actor(21, "decider", "110102");
    elsewhere = world_actor(22, "clerk", "110102002");
}

static void close_world(struct world *w) {
    policies = policies_free(policies);
    models = case_models_free(models);
    world_close(w);
}

/* ---- households that receive dibao --------------------------------------------------------- */

#define MEMBER "\"就学迁入集体户\":false,\"婚姻状况\":\"未婚\",\"就业状态\":\"失业\",\"收入\":[],\"残疾\":[],\"重大疾病\":false,\"劳动能力\":\"有\",\"在读\":\"无\"," \
    "\"单独抚养\":false,\"依靠兄弟姐妹或老人扶养\":false,\"特殊身份\":[],\"不计入事由\":\"无\""
static const char *const FACTS =
    "{\"日期\":\"2026-11-22\",\"户\":{\"成员\":[{\"编号\":\"1\",\"与申请人关系\":\"本人\",\"性别\":\"男\",\"出生日期\":\"1970-01-01\",\"户籍\":\"本市\"," MEMBER "}],"
    "\"货币财产\":3000,\"机动车\":[],\"住房\":[],\"工商登记\":[],\"赡养人家庭\":[]},\"在享\":[],\"申请\":{}}";

struct home { struct world *w; int64_t person, household, entitlement; };

static enum status settle(struct txn *t, void *arg, struct diag *d) {
    struct home *h = arg;
    enum status s = household_add(&h->w->civil, t, &h->w->clerk, DISTRICT, "110102001001", "一号楼", true, &h->household, d);
    return s == OK ? household_join(&h->w->civil, t, &h->w->clerk, DISTRICT, h->household, h->person, "本人", txn_today(t) - 900, d) : s;
}

static enum status settle_in(struct txn *t, void *arg, struct diag *d) {
    struct home *h = arg;
    return household_join(&h->w->civil, t, &h->w->clerk, DISTRICT, h->household, h->person, "子女", txn_today(t), d);
}

static struct home home(struct world *w, int n) {
    struct home h = {.w = w, .person = world_person(w, "示范人", n)};
    struct recorded_party party = {h.person, "1", "本人"};
    struct recorded_ref ref = {0};
    struct diag *d = &w->f->diag;
    expect_ok(WRITE(w, settle, &h), d);
    struct recorded r = {.matter = "dibao", .district = DISTRICT, .applicant = h.person, .party = &party, .party_count = 1, .as_of = DATE_NONE, .words = "纸质决定"};
    r.applied_on = date_from_ymd(2026, 11, 2);
    expect_ok(json_parse(w->arena, span_of(FACTS), &r.facts, d), d);
    expect_ok(case_record(&w->civil, &w->clerk, &decider, &r, &ref, d), d);
    h.entitlement = ref.entitlement;
    must_run(w->f, "UPDATE decision_record SET parameters = '[]'"); /* what is to be confirmed is not the matter here */
    return h;
}

/* ---- what becomes known ---------------------------------------------------------------------- */

struct news { struct world *w; int64_t owner; const char *reg, *facts; };

static enum status learn(struct txn *t, void *arg, struct diag *d) {
    struct news *x = arg;
    const struct json *facts = NULL;
    const struct actor system = actor_system();
    enum status s = json_parse(txn_arena(t), span_of(x->facts), &facts, d);
    if (s != OK)
        return s;
    return x->reg ? register_add(&x->w->civil, t, &system, x->reg, DISTRICT, x->owner, facts, txn_today(t), "disabled", d)
                  : person_change(&x->w->civil, t, &system, DISTRICT, x->owner, txn_today(t), facts, "police", false, d);
}

static void told(struct world *w, int64_t owner, const char *reg, const char *facts) {
    struct news x = {w, owner, reg, facts};
    expect_ok(WRITE(w, learn, &x), &w->f->diag);
}

static struct recheck_report run(struct world *w) {
    struct recheck_report r;
    expect_ok(recheck_month(&w->civil, &w->cashier, DISTRICT, "dibao", MONTH, &r, &w->f->diag), &w->f->diag);
    int64_t sum = 0;
    for (int i = 0; i < RECHECK_KINDS; i++)
        sum += r.count[i];
    assert_int_equal(sum, r.asked);
    return r;
}

static int64_t finding_of(struct world *w, const struct home *h, const char *kind) {
    char sql[200];
    snprintf(sql, sizeof sql, "SELECT COALESCE(max(id), 0) FROM recheck_finding WHERE state = 'open' AND kind = '%s' AND entitlement = %lld", kind, (long long)h->entitlement);
    return ask_int(w->f, sql);
}

static int64_t due(struct world *w, const struct home *h) {
    char sql[120];
    snprintf(sql, sizeof sql, "SELECT monthly_fen FROM entitlement WHERE id = %lld", (long long)h->entitlement);
    return ask_int(w->f, sql);
}

/* A day later; a correction in the same instant would be one of the same time. */
static void next_day(void) { test_instant += INT64_C(86400) * 1000000; }

static void the_registers_change_and_a_person_decides(void **state) {
    FIXTURE(f);
    struct world w;
    open_world(&w, f);
    struct home same = home(&w, 1), ill = home(&w, 2), gone = home(&w, 3);
    int64_t fen = due(&w, &same);
    assert_true(fen > 0);
    struct recheck_report r = run(&w);
    assert_int_equal(r.asked, 3);
    assert_int_equal(r.count[RECHECK_SAME], 3);
    next_day();
    told(&w, ill.person, "disability", "{\"类别\":\"视力\",\"等级\":1}");
    told(&w, gone.person, NULL, "{\"户籍\":\"外埠\"}");
    r = run(&w);
    assert_int_equal(r.count[RECHECK_SAME], 1);
    assert_int_equal(r.count[RECHECK_HIGHER], 1);
    assert_int_equal(r.count[RECHECK_ENDS], 1);
    assert_int_equal(due(&w, &ill), fen); /* the machine changes nothing */
    assert_int_equal(due(&w, &gone), fen);
    int64_t higher = finding_of(&w, &ill, "higher"), ends = finding_of(&w, &gone, "ends");
    assert_true(higher && ends);

    struct diag *d = &f->diag;
    expect_fail(recheck_close(&w.civil, &w.clerk, higher, "grant", "残疾证", d), d, E_FORBIDDEN, "entitlement.role");
    expect_fail(recheck_close(&w.civil, &decider, higher, "propose", "残疾证", d), d, E_CONFLICT, "recheck.kind");
    expect_fail(recheck_close(&w.civil, &w.clerk, ends, "grant", "户口迁出", d), d, E_CONFLICT, "recheck.kind");
    expect_fail(recheck_close(&w.civil, &elsewhere, ends, "keep", "户口迁出", d), d, E_NOT_FOUND, "recheck.none");
    expect_fail(recheck_close(&w.civil, &w.clerk, ends, "forget", "户口迁出", d), d, E_INPUT, "recheck.how");
    expect_fail(recheck_close(&w.civil, &w.clerk, ends, "propose", "", d), d, E_INPUT, "entitlement.words");
    expect_fail(recheck_close(&w.civil, &w.clerk, 4711, "keep", "不存在", d), d, E_NOT_FOUND, "recheck.none");
    expect_ok(recheck_close(&w.civil, &decider, higher, "grant", "残疾证", d), d);
    expect_ok(recheck_close(&w.civil, &w.clerk, ends, "propose", "户口已迁出本市", d), d);
    expect_fail(recheck_close(&w.civil, &w.clerk, ends, "keep", "户口已迁出本市", d), d, E_CONFLICT, "recheck.closed");
    assert_true(due(&w, &ill) > fen);
    assert_int_equal(due(&w, &gone), fen); /* until he was heard and another officer has decided */
    assert_int_equal(ask_int(f, "SELECT count(*) FROM entitlement_proposal WHERE kind = 'end' AND cause = 'recheck'"), 1);
    r = run(&w);
    assert_int_equal(r.count[RECHECK_SAME], 2);
    close_world(&w);
}

static void the_dead_are_suspended_and_what_fails_waits_alone(void **state) {
    FIXTURE(f);
    struct world w;
    open_world(&w, f);
    struct home well = home(&w, 1), dead = home(&w, 2), broken = home(&w, 3);
    struct diag *d = &f->diag;
    int64_t batch = 0;
    char sql[160];
    next_day();
    told(&w, dead.person, NULL, "{\"死亡日期\":\"2026-11-20\"}");
    snprintf(sql, sizeof sql, "UPDATE decision_record SET input = salt WHERE id = (SELECT decision FROM entitlement WHERE id = %lld)", (long long)broken.entitlement);
    must_run(f, sql);
    struct recheck_report r = run(&w);
    assert_int_equal(r.count[RECHECK_SAME], 1);
    assert_int_equal(r.count[RECHECK_DEATH], 1);
    assert_int_equal(r.count[RECHECK_FAILED], 1);
    assert_int_equal(ask_int(f, "SELECT count(*) FROM entitlement WHERE state = 'suspended'"), 1);
    expect_ok(payment_batch_prepare(&w.civil, &w.cashier, DISTRICT, "dibao", MONTH, &batch, NULL, d), d);
    snprintf(sql, sizeof sql, "SELECT count(*) FROM payment WHERE entitlement <> %lld", (long long)well.entitlement);
    assert_int_equal(ask_int(f, sql), 0);
    assert_int_equal(ask_int(f, "SELECT count(*) FROM payment_batch WHERE blocked LIKE '%\"rules\"%'"), 1);
    expect_ok(recheck_close(&w.civil, &w.clerk, finding_of(&w, &broken, "failed"), "keep", "已核对，照发", d), d);
    expect_ok(payment_batch_cancel(&w.civil, &w.cashier, batch, 0, "重新生成", d), d);
    expect_ok(payment_batch_prepare(&w.civil, &w.cashier, DISTRICT, "dibao", MONTH, &batch, NULL, d), d);
    assert_int_equal(ask_int(f, "SELECT count(*) FROM payment WHERE state = 'prepared'"), 2);
    close_world(&w);
}

/* Whoever prepares, and by whatever door; and approval asks whether it was done and what came out. */
static void preparing_asks_again(void **state) {
    FIXTURE(f);
    struct world w;
    open_world(&w, f);
    struct home well = home(&w, 1), ill = home(&w, 2);
    struct diag *d = &f->diag;
    int64_t batch = 0;
    char sql[160];
    next_day();
    told(&w, ill.person, "disability", "{\"类别\":\"视力\",\"等级\":1}");
    expect_ok(payment_batch_prepare(&w.civil, &w.cashier, DISTRICT, "dibao", MONTH, &batch, NULL, d), d);
    assert_int_equal(ask_int(f, "SELECT asked FROM recheck_run WHERE complete = 1"), 2);
    assert_true(finding_of(&w, &ill, "higher"));
    must_run(f, "UPDATE recheck_run SET complete = 0"); /* another run is under way */
    expect_fail(payment_batch_approve(&w.civil, &w.finance, batch, 0, d), d, E_CONFLICT, "payment.not_rechecked");
    assert_int_equal(ask_int(f, "SELECT count(*) FROM payment_batch WHERE approved_by IS NOT NULL"), 0);
    must_run(f, "UPDATE recheck_run SET complete = 1");
    snprintf(sql, sizeof sql, "UPDATE decision_record SET input = salt WHERE id = (SELECT decision FROM entitlement WHERE id = %lld)", (long long)well.entitlement);
    must_run(f, sql);
    assert_int_equal(run(&w).count[RECHECK_FAILED], 1); /* after the batch was prepared */
    expect_fail(payment_batch_approve(&w.civil, &w.finance, batch, 0, d), d, E_CONFLICT, "payment.recheck_open");
    expect_ok(recheck_close(&w.civil, &w.clerk, finding_of(&w, &well, "failed"), "keep", "已核对，照发", d), d);
    assert_int_equal(run(&w).count[RECHECK_FAILED], 1);
    assert_int_equal(finding_of(&w, &well, "failed"), 0); /* he looked at it for this month */
    expect_ok(payment_batch_approve(&w.civil, &w.finance, batch, 0, d), d);
    expect_fail(payment_batch_prepare(&w.civil, &w.cashier, DISTRICT, "dibao", MONTH - 6, &batch, NULL, d), d, E_CONFLICT, "payment.nobody");
    assert_int_equal(ask_int(f, "SELECT count(*) FROM recheck_run"), 1); /* nobody to pay: nobody was asked */
    close_world(&w);
}

static void a_missing_fact_ends_nothing(void **state) {
    FIXTURE(f);
    struct world w;
    open_world(&w, f);
    struct home h = home(&w, 1);
    struct diag *d = &f->diag;
    struct world_person child = {.w = &w, .name = "示范童", .birth = date_from_ymd(2015, 6, 1), .n = 2};
    int64_t batch = 0;
    expect_ok(WRITE(&w, world_person_in, &child), d);
    struct home join = {.w = &w, .person = child.id, .household = h.household};
    next_day();
    expect_ok(WRITE(&w, settle_in, &join), d);
    struct recheck_report r = run(&w);
    assert_int_equal(r.count[RECHECK_UNDECIDED], 1);
    expect_ok(payment_batch_prepare(&w.civil, &w.cashier, DISTRICT, "dibao", MONTH, &batch, NULL, d), d);
    assert_int_equal(ask_int(f, "SELECT count(*) FROM payment"), 1);
    r = run(&w); /* found again, not twice */
    assert_int_equal(ask_int(f, "SELECT count(*) FROM recheck_finding"), 1);
    close_world(&w);
}

struct list { struct world *w; const struct actor *who; const char *cursor; struct json_writer *jw; };

static enum status list_in(struct txn *t, void *arg, struct diag *d) {
    struct list *x = arg;
    struct access *access = NULL;
    enum status s = access_begin(txn_arena(t), x->who, "clerk", "review", 0, 0, &access, d);
    return s == OK ? recheck_list_json(&x->w->civil, t, access, x->who, 0, x->cursor, x->jw, d) : s;
}

static size_t listed(struct world *w, const struct actor *who) {
    BUF_AUTO b;
    struct json_writer jw;
    const struct json *j = NULL;
    buf_init(&b, 0);
    json_begin(&jw, &b, false);
    struct list x = {w, who, NULL, &jw};
    expect_ok(READ(w, list_in, &x), &w->f->diag);
    expect_ok(json_parse(w->arena, buf_span(&b), &j, &w->f->diag), &w->f->diag);
    return json_get(j, "items")->size;
}

static void doors(void **state) {
    FIXTURE(f);
    struct world w;
    open_world(&w, f);
    struct home h = home(&w, 1);
    struct diag *d = &f->diag;
    expect_fail(recheck_month(&w.civil, &w.clerk, DISTRICT, "dibao", MONTH, NULL, d), d, E_FORBIDDEN, "recheck.role");
    expect_fail(recheck_month(&w.civil, &w.cashier, DISTRICT, "dibao", MONTH + 1, NULL, d), d, E_CONFLICT, "recheck.month");
    expect_fail(recheck_month(&w.civil, &w.cashier, DISTRICT, "tibao", MONTH, NULL, d), d, E_INPUT, "recheck.scheme");
    assert_int_equal(ask_int(f, "SELECT count(*) FROM recheck_run"), 0);
    next_day();
    told(&w, h.person, NULL, "{\"户籍\":\"外埠\"}");
    run(&w);
    assert_int_equal(listed(&w, &w.clerk), 1);
    assert_int_equal(listed(&w, &elsewhere), 0);
    static const char *const BAD[] = {"x", "-1", "1x", "0", " 1"};
    for (size_t i = 0; i < ARRAY_LEN(BAD); i++) {
        BUF_AUTO b;
        struct json_writer jw;
        buf_init(&b, 0);
        json_begin(&jw, &b, false);
        struct list x = {&w, &w.clerk, BAD[i], &jw};
        expect_fail(READ(&w, list_in, &x), d, E_INPUT, "recheck.cursor");
    }
    /* he came back: the finding is gone */
    next_day();
    told(&w, h.person, NULL, "{\"户籍\":\"本市\"}");
    run(&w);
    assert_int_equal(ask_int(f, "SELECT count(*) FROM recheck_finding WHERE state = 'gone'"), 1);
    close_world(&w);
}

/* ---- without waiting for the month -------------------------------------------------------------- */

static int64_t waiting(struct world *w) { return ask_int(w->f, "SELECT count(*) FROM recheck_asked"); }

static void sweep(struct world *w) {
    bool did = true;
    for (int i = 0; did && i < 10; i++) {
        did = false;
        expect_ok(recheck_asked(&w->civil, &did, &w->f->diag), &w->f->diag);
    }
    assert_int_equal(waiting(w), 0);
}

static void what_a_register_tells_is_asked_about_at_once(void **state) {
    FIXTURE(f);
    struct world w;
    open_world(&w, f);
    struct home same = home(&w, 1), ill = home(&w, 2), gone = home(&w, 3), dead = home(&w, 4);
    int64_t nobody = world_person(&w, "旁人", 9);
    sweep(&w); /* what was told while they were made changes nothing */
    assert_int_equal(ask_int(f, "SELECT count(*) FROM recheck_finding"), 0);
    next_day();
    told(&w, nobody, NULL, "{\"户籍\":\"外埠\"}");
    assert_int_equal(waiting(&w), 0); /* nobody's benefit rests on him */
    told(&w, ill.person, "disability", "{\"类别\":\"视力\",\"等级\":1}");
    told(&w, gone.person, NULL, "{\"户籍\":\"外埠\"}");
    told(&w, dead.person, NULL, "{\"死亡日期\":\"2026-11-20\"}");
    told(&w, same.person, NULL, "{\"婚姻状况\":\"未婚\"}");
    assert_int_equal(waiting(&w), 4);
    sweep(&w);
    assert_int_equal(ask_int(f, "SELECT count(*) FROM recheck_run"), 0); /* no run was needed */
    assert_true(finding_of(&w, &ill, "higher") && finding_of(&w, &gone, "ends") && finding_of(&w, &dead, "death"));
    assert_int_equal(ask_int(f, "SELECT count(*) FROM recheck_finding"), 3);
    assert_int_equal(ask_int(f, "SELECT count(*) FROM entitlement WHERE state = 'suspended'"), 1); /* the dead one's, until a person confirms */
    assert_int_equal(ask_int(f, "SELECT count(*) FROM access_entry WHERE fields = 'recheck: a register changed'"), 4);
    /* told otherwise again: the finding is gone by itself */
    next_day();
    told(&w, gone.person, NULL, "{\"户籍\":\"本市\"}");
    sweep(&w);
    assert_int_equal(finding_of(&w, &gone, "ends"), 0);
    assert_int_equal(ask_int(f, "SELECT count(*) FROM recheck_finding WHERE state = 'gone'"), 1);
    /* a second look at the same finds nothing new, and the month's run agrees */
    told(&w, ill.person, NULL, "{\"婚姻状况\":\"未婚\"}");
    sweep(&w);
    assert_int_equal(ask_int(f, "SELECT count(*) FROM recheck_finding"), 3);
    struct recheck_report r = run(&w);
    assert_int_equal(r.count[RECHECK_HIGHER], 1);
    assert_int_equal(ask_int(f, "SELECT count(*) FROM recheck_finding"), 3);
    /* somebody who joins the household of a benefit is asked about, too */
    next_day();
    struct home child = {.w = &w, .person = world_person(&w, "孩子", 12), .household = same.household};
    expect_ok(WRITE(&w, settle_in, &child), &f->diag);
    assert_true(waiting(&w) >= 1);
    sweep(&w);
    assert_int_equal(ask_int(f, "SELECT count(*) FROM recheck_finding"), 4);
    close_world(&w);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        ON_BOTH(what_a_register_tells_is_asked_about_at_once),
        ON_BOTH(the_registers_change_and_a_person_decides),
        ON_BOTH(the_dead_are_suspended_and_what_fails_waits_alone),
        ON_BOTH(preparing_asks_again),
        ON_BOTH(a_missing_fact_ends_nothing),
        ON_BOTH(doors),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
