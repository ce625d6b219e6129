/* Allotments: reckoned by the table, decided by two people, posted and taken back to the fen. */
#include "../support/payment_world.h"

#include "civil/budget/allotment.h"
#include "civil/evidence/evidence.h"
#include "ledger/ledger.h"

/* By hand: 低保对象 weighs 0.6 (30 and 70 of 100), 面积 0.4 (1 and 3 of 4): shares 0.18 + 0.10 = 0.28 and 0.42 + 0.30 = 0.72. */
#define TABLE "division,floor,cap,低保对象,面积\nweight,,,0.6,0.4\n110102001,,,30,1\n110102002,,,70,3\n"

static struct allotment_new draft_of(const char *table) {
    return (struct allotment_new){.year = 2026, .total_fen = 100000000, .unit_fen = 100, .fund = "困难群众救助补助资金", .document = "京财社指〔2026〕1号", .factors = span_of(table)};
}

static int64_t draft(struct world *w) {
    struct allotment_new x = draft_of(TABLE);
    int64_t id = 0;
    expect_ok(allotment_draft(&w->civil, &w->cashier, &x, &id, &w->f->diag), &w->f->diag);
    return id;
}

static enum status act(struct world *w, const struct actor *who, int64_t id, const char *what) {
    diag_clear(&w->f->diag);
    return allotment_act(&w->civil, who, id, what, "文件撤销", &w->f->diag);
}

static void on_finding(void *arg, const struct diag *f) {
    print_message("%s\n", f->code);
    ++*(int *)arg;
}
struct looking { struct civil *c; int n; };
static enum status check_in(struct txn *t, void *arg, struct diag *d) {
    struct looking *l = arg;
    BUF_AUTO out;
    buf_init(&out, 0);
    struct evidence_check x = {.civil = l->c, .txn = t, .finding = on_finding, .arg = &l->n};
    enum status s = allotment_check_in(t, LANG_EN, &out, &l->n, d);
    if (s == OK)
        s = ledger_check(t, LANG_EN, &out, &l->n, d);
    print_message("%s", buf_str(&out));
    return s == OK ? kept_evidence(&x, d) : s;
}
static int findings(struct world *w) {
    struct looking l = {&w->civil, 0};
    expect_ok(READ(w, check_in, &l), &w->f->diag);
    return l.n;
}

static int64_t balance(struct world *w, const char *code) {
    char sql[200];
    snprintf(sql, sizeof sql, "SELECT COALESCE(max(credit_fen - debit_fen), 0) FROM ledger_account WHERE code = '%s'", code);
    return ask_int(w->f, sql);
}

static void drafts_that_are_refused(void **state) {
    FIXTURE(f);
    struct world w;
    int64_t id = 0;
    paying_open(&w, f);
    static const struct { const char *table, *code; } tables[] = {
        {"", "csv.empty"}, {"a,b\n", "factors.header"}, {"division,floor,cap,a\nweight,,,1\n", "factors.empty"}, {"division,floor,cap,a\nweight,,,0.5\n110102001,,,1\n", "factors.weights"},
        {"division,floor,cap,a\nweight,,,1\n110102001,,,-1\n", "factors.value"}, {"division,floor,cap,a\nweight,,,1\n110102001,,,1\n110102001,,,1\n", "factors.twice"},
        {"division,floor,cap,a\nweight,,,1\n110102001,9000000,,1\n", "factors.floors"}, {"division,floor,cap,a\nweight,,,1\n110102001,,5,1\n", "factors.caps"},
        {"division,floor,cap,a\nweight,,,1\n110102999,,,1\n", "allotment.division"}, {"division,floor,cap,a\nweight,,,1\n110102,,,1\n", "allotment.division"},
        {"division,floor,cap,a\nweight,,,1\n110101001,,,1\n", "allotment.division"}, {"division,floor,cap,a\nweight,,,1\n110102001,,,1e18\n", "factors.value"},
    };
    for (size_t i = 0; i < ARRAY_LEN(tables); i++) {
        struct allotment_new x = draft_of(tables[i].table);
        diag_clear(&f->diag);
        expect_fail(allotment_draft(&w.civil, &w.cashier, &x, &id, &f->diag), &f->diag, E_INPUT, tables[i].code);
    }
    static const struct { int64_t year, total, unit; const char *fund, *document, *code; } bad[] = {
        {1999, 100, 100, "资金", "文件", "budget.year"}, {2101, 100, 100, "资金", "文件", "budget.year"}, {2026, 0, 100, "资金", "文件", "factors.total"}, {2026, -100, 100, "资金", "文件", "factors.total"},
        {2026, 150, 100, "资金", "文件", "factors.total"}, {2026, INT64_MAX, 1, "资金", "文件", "factors.total"}, {2026, 100, 0, "资金", "文件", "allotment.unit"},
        {2026, 100, 7, "资金", "文件", "allotment.unit"}, {2026, 100, 100, "资", "文件", "allotment.fund"}, {2026, 100, 100, "资金 甲", "文件", "allotment.fund"},
        {2026, 100, 100, "资金.甲", "文件", "allotment.fund"}, {2026, 100, 100, "", "文件", "allotment.fund"}, {2026, 100, 100, "资金", "", "budget.document"}, {2026, 100, 100, "资金", "\xff\xff", "budget.document"},
    };
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        struct allotment_new x = {bad[i].year, bad[i].total, bad[i].unit, bad[i].fund, bad[i].document, SPAN(TABLE)};
        diag_clear(&f->diag);
        expect_fail(allotment_draft(&w.civil, &w.cashier, &x, &id, &f->diag), &f->diag, E_INPUT, bad[i].code);
    }
    struct allotment_new good = draft_of(TABLE);
    diag_clear(&f->diag);
    expect_fail(allotment_draft(&w.civil, &w.finance, &good, &id, &f->diag), &f->diag, E_FORBIDDEN, "payment.role");
    assert_int_equal(ask_int(f, "SELECT count(*) FROM allotment"), 0);
    assert_int_equal(ask_int(f, "SELECT count(*) FROM allotment_row"), 0);
    world_close(&w);
}

static void decided_by_two_and_posted(void **state) {
    FIXTURE(f);
    struct world w;
    paying_open(&w, f);
    int64_t id = draft(&w);
    assert_int_equal(ask_int(f, "SELECT amount_fen FROM allotment_row WHERE division = '110102001'"), 28000000);
    assert_int_equal(ask_int(f, "SELECT amount_fen FROM allotment_row WHERE division = '110102002'"), 72000000);
    assert_int_equal(ask_int(f, "SELECT count(*) FROM ledger_transfer"), 0);
    assert_int_equal(findings(&w), 0);
    struct actor both = w.cashier;
    both.grant[both.grant_count++] = w.finance.grant[0];
    expect_fail(act(&w, &both, id, "approve"), &f->diag, E_FORBIDDEN, "payment.two_people");
    expect_fail(act(&w, &w.cashier, id, "approve"), &f->diag, E_FORBIDDEN, "payment.role");
    expect_fail(act(&w, &w.finance, id, "revoke"), &f->diag, E_CONFLICT, "allotment.state");
    expect_fail(act(&w, &w.finance, 4711, "approve"), &f->diag, E_NOT_FOUND, "allotment.none");
    expect_fail(act(&w, &w.finance, id, "burn"), &f->diag, E_INPUT, "allotment.act");
    expect_ok(act(&w, &w.finance, id, "approve"), &f->diag);
    expect_fail(act(&w, &w.finance, id, "approve"), &f->diag, E_CONFLICT, "allotment.state");
    expect_fail(act(&w, &w.cashier, id, "withdraw"), &f->diag, E_CONFLICT, "allotment.state");
    assert_int_equal(balance(&w, "8501.110102001.2026.困难群众救助补助资金"), 28000000);
    assert_int_equal(balance(&w, "8501.110102002.2026.困难群众救助补助资金"), 72000000);
    assert_int_equal(balance(&w, "8401.2026.困难群众救助补助资金"), -100000000);
    assert_int_equal(findings(&w), 0);

    /* Taken back by two again, by counter-postings alone; a finance officer may leave it as it is. */
    diag_clear(&f->diag);
    expect_fail(allotment_act(&w.civil, &w.cashier, id, "ask", " ", &f->diag), &f->diag, E_INPUT, "allotment.reason");
    expect_ok(act(&w, &both, id, "ask"), &f->diag);
    expect_fail(act(&w, &both, id, "revoke"), &f->diag, E_FORBIDDEN, "payment.two_people");
    expect_ok(act(&w, &w.finance, id, "keep"), &f->diag);
    assert_int_equal(findings(&w), 0);
    expect_ok(act(&w, &w.cashier, id, "ask"), &f->diag);
    expect_ok(act(&w, &w.finance, id, "revoke"), &f->diag);
    assert_int_equal(balance(&w, "8501.110102001.2026.困难群众救助补助资金"), 0);
    assert_int_equal(balance(&w, "8401.2026.困难群众救助补助资金"), 0);
    assert_int_equal(ask_int(f, "SELECT count(*) FROM ledger_transfer"), 4);
    assert_int_equal(findings(&w), 0);
    world_close(&w);
}

static void a_draft_is_withdrawn_by_its_author(void **state) {
    FIXTURE(f);
    struct world w;
    paying_open(&w, f);
    int64_t id = draft(&w);
    struct actor other = w.cashier;
    other.account += 100;
    expect_fail(act(&w, &other, id, "withdraw"), &f->diag, E_FORBIDDEN, "allotment.own");
    expect_ok(act(&w, &w.cashier, id, "withdraw"), &f->diag);
    expect_fail(act(&w, &w.finance, id, "approve"), &f->diag, E_CONFLICT, "allotment.state");
    assert_int_equal(findings(&w), 0);
    world_close(&w);
}

static void what_was_changed_behind_its_back_is_found(void **state) {
    FIXTURE(f);
    struct world w;
    paying_open(&w, f);
    int64_t id = draft(&w);
    expect_ok(act(&w, &w.finance, id, "approve"), &f->diag);
    static const char *const planted[][2] = {
        {"UPDATE allotment_row SET amount_fen = amount_fen + 1 WHERE division = '110102001'", "UPDATE allotment_row SET amount_fen = amount_fen - 1 WHERE division = '110102001'"},
        {"UPDATE allotment SET total_fen = total_fen + 100", "UPDATE allotment SET total_fen = total_fen - 100"},
        {"UPDATE allotment SET document = document || 'x'", "UPDATE allotment SET document = '京财社指〔2026〕1号'"},
        {"UPDATE allotment SET factors = replace(factors, '70,3', '71,3')", "UPDATE allotment SET factors = replace(factors, '71,3', '70,3')"},
        {"UPDATE ledger_transfer SET kind = 'x' WHERE kind = 'fund.allotted'", "UPDATE ledger_transfer SET kind = 'fund.allotted' WHERE kind = 'x'"},
    };
    for (size_t i = 0; i < ARRAY_LEN(planted); i++) {
        expect_ok(run_sql(f, planted[i][0]), &f->diag);
        assert_true(findings(&w) > 0);
        expect_ok(run_sql(f, planted[i][1]), &f->diag);
        assert_int_equal(findings(&w), 0);
    }
    diag_clear(&f->diag);
    expect_fail(run_sql(f, "UPDATE allotment SET approved_by = drafted_by"), &f->diag, E_CONFLICT, "store.constraint");
    world_close(&w);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        ON_BOTH(drafts_that_are_refused),
        ON_BOTH(decided_by_two_and_posted),
        ON_BOTH(a_draft_is_withdrawn_by_its_author),
        ON_BOTH(what_was_changed_behind_its_back_is_found),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
