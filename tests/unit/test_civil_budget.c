/* Appropriations: two people, locked before anything is approved, spent and freed to the fen. */
#include "../support/payment_world.h"

#include "civil/budget/appropriation.h"
#include "civil/budget/funding.h"
#include "civil/evidence/evidence.h"
#include "civil/payment/payment.h"

enum { MONTH = 2026 * 12 + 10 };

static void shares_add_up_to_the_fen(void **state) {
    (void)state;
    uint64_t seed = unit_seed(__func__);
    for (int i = 0; i < 20000; i++) {
        int64_t a = (int64_t)(unit_random(&seed) % 10001), b = (int64_t)(unit_random(&seed) % (uint64_t)(10001 - a)), part[BUDGET_LEVELS];
        int64_t share[BUDGET_LEVELS] = {a, b, 10000 - a - b}, fen = (int64_t)(unit_random(&seed) % (i % 2 ? 1000 : UINT64_C(1) << 50));
        funding_split(share, fen, part);
        assert_int_equal(part[0] + part[1] + part[2], fen);
        for (int k = 0; k < BUDGET_LEVELS; k++) { /* never a fen or more from the exact share */
            __int128 exact = (__int128)fen * share[k], got = (__int128)part[k] * 10000;
            assert_true(got > exact - 10000 && got < exact + 10000 && part[k] >= 0);
        }
    }
    int64_t part[BUDGET_LEVELS];
    funding_split((const int64_t[]){0, 5000, 5000}, 145001, part);
    assert_int_equal(part[1], 72501);
    assert_int_equal(part[2], 72500);
}

static void the_packs_shares_can_be_read(void **state) {
    (void)state;
    struct packs *p = NULL;
    struct diag d = {0};
    char dir[1024];
    int64_t share[BUDGET_LEVELS];
    snprintf(dir, sizeof dir, "%s/packs", getenv("SOURCE_ROOT"));
    expect_ok(packs_load(dir, &p, &d), &d);
    for (size_t i = 0; i < packs_count(p); i++)
        for (size_t k = 0; k < packs_at(p, i)->matter_count; k++)
            expect_ok(funding_shares(p, packs_at(p, i)->matter[k].scheme, MONTH, share, &d), &d);
    expect_ok(funding_shares(p, "nobody's", MONTH, share, &d), &d);
    assert_int_equal(share[2], 10000);
    packs_free(p);
}

static enum status enter(struct world *w, const char *level, int64_t fen, int64_t *id) {
    struct appropriation_new x = {2026, "dibao", level, "京财指〔2026〕1号", fen};
    diag_clear(&w->f->diag);
    return appropriation_enter(&w->civil, &w->cashier, &x, id, &w->f->diag);
}

static void grant_money(struct world *w, const char *level, int64_t fen) {
    int64_t id = 0;
    expect_ok(enter(w, level, fen, &id), &w->f->diag);
    expect_ok(appropriation_register(&w->civil, &w->finance, id, &w->f->diag), &w->f->diag);
}

static void on_finding(void *arg, const struct diag *f) {
    print_message("%s\n", f->code);
    ++*(int *)arg;
}
static enum status evidence_in(struct txn *t, void *arg, struct diag *d) {
    struct evidence_check x = {.txn = t, .finding = on_finding, .arg = arg};
    return appropriation_evidence(&x, d);
}
static int findings(struct world *w) {
    BUF_AUTO out;
    int n = 0;
    buf_init(&out, 0);
    expect_ok(payment_check(&w->civil, LANG_EN, &out, &n, &w->f->diag), &w->f->diag);
    expect_ok(READ(w, evidence_in, &n), &w->f->diag);
    return n;
}

static int64_t fund(struct world *w, const char *code, const char *level) {
    char sql[200];
    snprintf(sql, sizeof sql, "SELECT COALESCE(max(credit_fen - debit_fen), 0) FROM ledger_account WHERE code = '%s.%s.dibao.2026'", code, level);
    return ask_int(w->f, sql);
}

static void entering_is_refused(void **state) {
    FIXTURE(f);
    struct world w;
    int64_t id = 0;
    paying_open(&w, f);
    static const struct { struct appropriation_new x; const char *code; } bad[] = {
        {{1999, "dibao", "city", "文件", 1}, "budget.year"}, {{2101, "dibao", "city", "文件", 1}, "budget.year"}, {{2026, "tibao", "city", "文件", 1}, "payment.scheme"},
        {{2026, "dibao", "village", "文件", 1}, "budget.level"}, {{2026, "dibao", "", "文件", 1}, "budget.level"}, {{2026, "dibao", "city", "文件", 0}, "budget.amount"},
        {{2026, "dibao", "city", "文件", -1}, "budget.amount"}, {{2026, "dibao", "city", "文件", INT64_MAX}, "budget.amount"}, {{2026, "dibao", "city", "", 1}, "budget.document"},
        {{2026, "dibao", "city", "\xff\xff", 1}, "budget.document"}, {{2026, "dibao", "city", "   ", 1}, "budget.document"},
    };
    for (size_t i = 0; i < ARRAY_LEN(bad); i++)
        expect_fail(appropriation_enter(&w.civil, &w.cashier, &bad[i].x, &id, &f->diag), &f->diag, E_INPUT, bad[i].code);
    struct appropriation_new good = {2026, "dibao", "city", "文件", 1};
    expect_fail(appropriation_enter(&w.civil, &w.finance, &good, &id, &f->diag), &f->diag, E_FORBIDDEN, "payment.role");
    assert_int_equal(ask_int(f, "SELECT count(*) FROM appropriation"), 0);
    expect_ok(enter(&w, "city", 100, &id), &f->diag);
    struct actor both = w.cashier;
    both.grant[both.grant_count++] = w.finance.grant[0];
    expect_fail(appropriation_register(&w.civil, &both, id, &f->diag), &f->diag, E_FORBIDDEN, "payment.two_people");
    expect_fail(appropriation_register(&w.civil, &w.cashier, id, &f->diag), &f->diag, E_FORBIDDEN, "payment.role");
    expect_fail(appropriation_register(&w.civil, &w.finance, 4711, &f->diag), &f->diag, E_NOT_FOUND, "budget.none");
    assert_int_equal(ask_int(f, "SELECT count(*) FROM ledger_transfer"), 0);
    expect_ok(appropriation_register(&w.civil, &w.finance, id, &f->diag), &f->diag);
    expect_fail(appropriation_register(&w.civil, &w.finance, id, &f->diag), &f->diag, E_CONFLICT, "budget.registered");
    expect_fail(run_sql(f, "UPDATE appropriation SET registered_by = entered_by"), &f->diag, E_CONFLICT, "store.constraint");
    assert_int_equal(findings(&w), 0);
    world_close(&w);
}

static void results(struct world *w, int64_t batch, int returned) {
    BUF_AUTO rows, out;
    struct json_writer jw;
    char sql[160];
    int64_t last = 0;
    buf_init(&rows, 0);
    buf_init(&out, 0);
    json_begin(&jw, &out, false);
    buf_adds(&rows, "付款编号,金额,状态,原因\n");
    snprintf(sql, sizeof sql, "SELECT count(*) FROM payment WHERE batch = %lld", (long long)batch);
    for (int64_t i = 0, n = ask_int(w->f, sql); i < n; i++) {
        snprintf(sql, sizeof sql, "SELECT min(id) FROM payment WHERE batch = %lld AND id > %lld", (long long)batch, (long long)last);
        last = ask_int(w->f, sql);
        snprintf(sql, sizeof sql, "SELECT amount_fen FROM payment WHERE id = %lld", (long long)last);
        int64_t fen = ask_int(w->f, sql);
        buf_addf(&rows, "%lld,%lld.%02lld,%s,\n", (long long)last, (long long)(fen / 100), (long long)(fen % 100), i < returned ? "失败" : "成功");
    }
    expect_ok(payment_batch_returns(&w->civil, w->arena, &w->cashier, batch, buf_span(&rows), &jw, &w->f->diag), &w->f->diag);
}

static void locked_before_it_is_approved(void **state) {
    FIXTURE(f);
    struct world w;
    int64_t batch = 0, shown = 0;
    struct span file;
    const char *name;
    paying_open(&w, f);
    for (int i = 0; i < 3; i++)
        grant_one(&w, i + 1, 100001 + i, MONTH); /* 1000.01, 1000.02, 1000.03: halves that need rounding */
    expect_ok(payment_batch_prepare(&w.civil, &w.cashier, DISTRICT, "dibao", MONTH, &batch, NULL, &f->diag), &f->diag);
    grant_money(&w, "city", 200000);
    grant_money(&w, "district", 100000);
    expect_fail(payment_batch_approve(&w.civil, &w.finance, batch, 0, &f->diag), &f->diag, E_CONFLICT, "budget.lacking");
    for (int i = 0; i < f->diag.arg_count; i++)
        shown += strcmp(f->diag.arg[i].name, "yuan") == 0 && strcmp(f->diag.arg[i].value, "500.02") == 0; /* 500.00 + 500.01 + 500.01 */
    assert_int_equal(shown, 1);
    assert_int_equal(ask_int(f, "SELECT count(*) FROM ledger_transfer WHERE kind <> 'fund.appropriated'"), 0);
    assert_int_equal(ask_int(f, "SELECT count(*) FROM payment_batch WHERE approved_by IS NULL"), 1);
    grant_money(&w, "district", 50002);
    expect_ok(payment_batch_approve(&w.civil, &w.finance, batch, 0, &f->diag), &f->diag);
    assert_int_equal(fund(&w, "8201", "city") + fund(&w, "8201", "district"), 300006);
    assert_int_equal(fund(&w, "8101", "district"), 0);
    assert_int_equal(findings(&w), 0);
    expect_ok(payment_batch_file(&w.civil, w.arena, &w.cashier, batch, &file, &name, &f->diag), &f->diag);
    results(&w, batch, 1);
    assert_int_equal(fund(&w, "8201", "city") + fund(&w, "8201", "district"), 0);
    assert_int_equal(fund(&w, "8301", "city") + fund(&w, "8301", "district") + ask_int(f, "SELECT amount_fen FROM payment WHERE state = 'returned'"), 300006);
    assert_int_equal(fund(&w, "8101", "city") + fund(&w, "8301", "city"), 200000);
    assert_int_equal(fund(&w, "8101", "district") + fund(&w, "8301", "district"), 150002);
    assert_int_equal(findings(&w), 0);

    /* What came back is paid again out of what was freed. */
    expect_ok(payment_reissue(&w.civil, &w.cashier, ask_int(f, "SELECT id FROM payment WHERE state = 'returned'"), NULL, NULL, "退回原因已核实", &f->diag), &f->diag);
    expect_ok(payment_batch_prepare(&w.civil, &w.cashier, DISTRICT, "dibao", MONTH, &batch, NULL, &f->diag), &f->diag);
    expect_ok(payment_batch_approve(&w.civil, &w.finance, batch, 0, &f->diag), &f->diag);
    assert_int_equal(fund(&w, "8101", "district"), 0);
    assert_int_equal(findings(&w), 0);

    static const char *const planted[][2] = {
        {"UPDATE ledger_transfer SET amount_fen = amount_fen + 1 WHERE kind = 'fund.lock.city'", "UPDATE ledger_transfer SET amount_fen = amount_fen - 1 WHERE kind = 'fund.lock.city'"},
        {"UPDATE ledger_transfer SET kind = 'x' WHERE kind = 'fund.released'", "UPDATE ledger_transfer SET kind = 'fund.released' WHERE kind = 'x'"},
        {"UPDATE ledger_transfer SET kind = 'x' WHERE kind = 'fund.spent'", "UPDATE ledger_transfer SET kind = 'fund.spent' WHERE kind = 'x'"},
        {"UPDATE appropriation SET amount_fen = amount_fen + 1", "UPDATE appropriation SET amount_fen = amount_fen - 1"},
        {"UPDATE appropriation SET document = document || 'x'", "UPDATE appropriation SET document = '京财指〔2026〕1号'"},
    };
    for (size_t i = 0; i < ARRAY_LEN(planted); i++) {
        must_run(f, planted[i][0]);
        if (findings(&w) == 0)
            fail_msg("not found: %s", planted[i][0]);
        must_run(f, planted[i][1]);
        assert_int_equal(findings(&w), 0);
    }
    world_close(&w);
}

static void a_year_without_appropriations_is_not_controlled(void **state) {
    FIXTURE(f);
    struct world w;
    int64_t batch = 0;
    struct span file;
    const char *name;
    paying_open(&w, f);
    grant_one(&w, 1, 100000, MONTH);
    expect_ok(payment_batch_prepare(&w.civil, &w.cashier, DISTRICT, "dibao", MONTH, &batch, NULL, &f->diag), &f->diag);
    expect_ok(payment_batch_approve(&w.civil, &w.finance, batch, 0, &f->diag), &f->diag);
    grant_money(&w, "city", 1); /* control begins: what was approved before it goes on as it was */
    expect_ok(payment_batch_file(&w.civil, w.arena, &w.cashier, batch, &file, &name, &f->diag), &f->diag);
    results(&w, batch, 0);
    assert_int_equal(fund(&w, "8301", "city"), 0);
    grant_one(&w, 2, 100000, MONTH);
    expect_ok(payment_batch_prepare(&w.civil, &w.cashier, DISTRICT, "dibao", MONTH, &batch, NULL, &f->diag), &f->diag);
    expect_fail(payment_batch_approve(&w.civil, &w.finance, batch, 0, &f->diag), &f->diag, E_CONFLICT, "budget.lacking");
    assert_int_equal(findings(&w), 0);
    world_close(&w);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(shares_add_up_to_the_fen),
        cmocka_unit_test(the_packs_shares_can_be_read),
        ON_BOTH(entering_is_refused),
        ON_BOTH(locked_before_it_is_approved),
        ON_BOTH(a_year_without_appropriations_is_not_controlled),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
