/* The books as others read them: hledger recomputes the balances of random lives; months are
 * closed by two people and stay as they were closed. */
#include "../support/payment_world.h"

#include "base/buf.h"
#include "civil/bank/bank.h"
#include "civil/books/books.h"
#include "civil/entitlement/life.h"
#include "civil/evidence/evidence.h"
#include "civil/payment/payment.h"
#include "ledger/journal.h"

enum { MONTH = 2026 * 12 + 10 }; /* 2026-11, the month of test_instant */
#define DAY_US (INT64_C(86400) * 1000000)
static struct actor decider;

/* ---- a life with money in it ------------------------------------------------------------ */

struct listed { int64_t batch; struct buf out; uint64_t seed; };
static enum status list_in(struct txn *t, void *arg, struct diag *d) {
    struct listed *x = arg;
    AUTO(rows) struct rows *r = NULL;
    bool row = false;
    uint64_t seed = x->seed;
    buf_clear(&x->out);
    buf_adds(&x->out, "付款编号,金额,状态,原因\n");
    enum status s = sql_query(t, &r, d, "SELECT id, amount_fen FROM payment WHERE batch = ? ORDER BY id", SQL_I(x->batch));
    while (s == OK && (s = rows_next(r, &row, d)) == OK && row)
        buf_addf(&x->out, "%lld,%lld.%02lld,%s,\n", (long long)rows_int(r, 0), (long long)(rows_int(r, 1) / 100), (long long)(rows_int(r, 1) % 100), unit_random(&seed) % 4 ? "成功" : "失败");
    return s;
}

static void book_returns(struct world *w, int64_t batch, uint64_t seed) {
    struct listed x = {.batch = batch, .seed = seed};
    BUF_AUTO out;
    struct json_writer jw;
    buf_init(&x.out, 0);
    buf_init(&out, 0);
    json_begin(&jw, &out, false);
    expect_ok(READ(w, list_in, &x), &w->f->diag);
    expect_ok(payment_batch_returns(&w->civil, w->arena, &w->cashier, batch, buf_span(&x.out), &jw, &w->f->diag), &w->f->diag);
    buf_release(&x.out);
}

static void run_month(struct world *w, month_t m, uint64_t *seed) {
    int64_t batch = 0;
    struct span file;
    const char *name;
    if (payment_batch_prepare(&w->civil, &w->cashier, DISTRICT, "dibao", m, &batch, NULL, &w->f->diag) != OK)
        return;
    expect_ok(payment_batch_approve(&w->civil, &w->finance, batch, 0, &w->f->diag), &w->f->diag);
    if (unit_random(seed) % 8 == 0)
        return;
    expect_ok(payment_batch_file(&w->civil, w->arena, &w->cashier, batch, &file, &name, &w->f->diag), &w->f->diag);
    if (unit_random(seed) % 8)
        book_returns(w, batch, unit_random(seed));
}

static void one_step(struct world *w, const int64_t *e, int n, uint64_t *seed) {
    struct diag *d = &w->f->diag;
    enum status s = OK;
    diag_clear(d);
    int64_t waiver = 0;
    int64_t x = e[unit_random(seed) % (uint64_t)n];
    date_t died = month_first(MONTH - 1) - 40 - (date_t)(unit_random(seed) % 40);
    switch (unit_random(seed) % 6) {
    case 0: {
        struct entitlement_line_new l = {0, "低保金", 40000 + (int64_t)(unit_random(seed) % 120000)};
        struct entitlement_change c = {.entitlement = x, .kind = "corrected", .cause = "standard", .event = DATE_NONE, .month = MONTH - 1, .line = &l, .line_count = 1, .words = "更正"};
        s = entitlement_change(&w->civil, &decider, &c, NULL, d);
        break;
    }
    case 4: s = entitlement_death_found(&w->civil, &w->clerk, x, died, "比对", NULL, d); break;
    case 5: s = entitlement_death_refute(&w->civil, &decider, x, "有误", NULL, d); break;
    case 1: s = payment_reissue(&w->civil, &w->cashier, ask_int(w->f, "SELECT COALESCE(max(id), 1) FROM payment WHERE state = 'returned'"), NULL, NULL, "退回原因已核实", d); break;
    case 2: s = recovery_receive(&w->civil, &w->cashier, ask_int(w->f, "SELECT COALESCE(max(id), 1) FROM recovery"), 1 + (int64_t)(unit_random(seed) % 5000), "退款", d); break;
    default:
        s = recovery_waiver_ask(&w->civil, &w->clerk, ask_int(w->f, "SELECT COALESCE(max(id), 1) FROM recovery"), 1 + (int64_t)(unit_random(seed) % 3000), "困难", &waiver, d);
        if (s == OK)
            s = recovery_waiver_answer(&w->civil, &w->finance, waiver, true, "同意", d);
    }
    if (s != OK && s != E_CONFLICT && s != E_INPUT && s != E_NOT_FOUND)
        fail_msg("%s %s", status_name(s), d->code);
}

static void previews_add_up(struct world *w);

static void live(struct world *w, uint64_t seed) {
    int64_t e[4];
    decider = world_actor(21, "decider", "110102");
    for (int i = 0; i < 4; i++)
        e[i] = grant_one(w, i + 1, 90000 + 1357 * i, MONTH - 1).entitlement;
    run_month(w, MONTH - 1, &seed);
    for (int i = 0; i < 24; i++) {
        one_step(w, e, 4, &seed);
        if (i % 4 == 0)
            run_month(w, i > 10 ? MONTH : MONTH - 1, &seed);
    }
    previews_add_up(w);
}

/* ---- the preview adds up, whatever happened ------------------------------------------------- */

struct previewing { struct world *w; int64_t batch; const char *reason; struct buf out; };
static enum status preview_in(struct txn *t, void *arg, struct diag *d) {
    struct previewing *x = arg;
    struct json_writer jw;
    buf_clear(&x->out);
    json_begin(&jw, &x->out, false);
    return payment_preview_json(&x->w->civil, t, &x->w->finance, x->batch, x->reason, &jw, d);
}

static const struct json *preview(struct world *w, int64_t batch, const char *reason) {
    struct previewing x = {w, batch, reason, {0}};
    const struct json *j = NULL;
    buf_init(&x.out, 0);
    expect_ok(READ(w, preview_in, &x), &w->f->diag);
    expect_ok(json_parse(w->arena, buf_span(&x.out), &j, &w->f->diag), &w->f->diag);
    buf_release(&x.out);
    return j;
}

static int64_t reason_fen(const struct json *j, const char *reason) {
    const struct json *list = json_get(j, "reasons");
    for (size_t i = 0; i < list->size; i++)
        if (strcmp(json_str(list->item[i], "reason", ""), reason) == 0)
            return json_int(list->item[i], "fen", 0);
    return 0;
}

static void previews_add_up(struct world *w) {
    int64_t last = 0;
    for (int64_t i = 0, n = ask_int(w->f, "SELECT count(*) FROM payment_batch WHERE state <> 'cancelled'"); i < n; i++) {
        char sql[120];
        snprintf(sql, sizeof sql, "SELECT min(id) FROM payment_batch WHERE state <> 'cancelled' AND id > %lld", (long long)last);
        last = ask_int(w->f, sql);
        const struct json *j = preview(w, last, NULL);
        assert_int_equal(json_int(j, "explained_fen", -1), json_int(j, "difference_fen", -2));
    }
}

static void every_difference_has_its_reason(void **state) {
    FIXTURE(f);
    struct world w;
    uint64_t seed = 7;
    int64_t e[6], batch = 0;
    paying_open(&w, f);
    decider = world_actor(21, "decider", "110102");
    for (int i = 0; i < 6; i++)
        e[i] = i < 5 ? grant_one(&w, i + 1, 100000, MONTH - 1).entitlement : 0;
    struct span file;
    const char *name;
    expect_ok(payment_batch_prepare(&w.civil, &w.cashier, DISTRICT, "dibao", MONTH - 1, &batch, NULL, &f->diag), &f->diag);
    assert_int_equal(reason_fen(preview(&w, batch, NULL), "new"), 500000);
    expect_ok(payment_batch_approve(&w.civil, &w.finance, batch, 0, &f->diag), &f->diag);
    expect_ok(payment_batch_file(&w.civil, w.arena, &w.cashier, batch, &file, &name, &f->diag), &f->diag);
    (void)seed;
    struct entitlement_line_new l = {0, "低保金", 120000};
    struct entitlement_change c = {.entitlement = e[0], .kind = "raised", .cause = "standard", .event = DATE_NONE, .month = MONTH, .line = &l, .line_count = 1, .words = "标准提高"};
    expect_ok(entitlement_change(&w.civil, &decider, &c, NULL, &f->diag), &f->diag);
    c.entitlement = e[1];
    c.month = MONTH - 1; /* and something is owed for last month */
    c.cause = "income";
    expect_ok(entitlement_change(&w.civil, &decider, &c, NULL, &f->diag), &f->diag);
    expect_ok(entitlement_death_found(&w.civil, &w.clerk, e[2], month_first(MONTH) - 40, "比对", NULL, &f->diag), &f->diag);
    must_run(f, "UPDATE person SET bank_account = NULL WHERE id = (SELECT payee FROM entitlement WHERE id = (SELECT max(id) FROM entitlement))");
    grant_one(&w, 6, 70000, MONTH);
    expect_ok(payment_batch_prepare(&w.civil, &w.cashier, DISTRICT, "dibao", MONTH, &batch, NULL, &f->diag), &f->diag);
    const struct json *j = preview(&w, batch, "new");
    assert_int_equal(json_int(j, "last_fen", 0), 500000);
    assert_int_equal(json_int(j, "total_fen", 0), ask_int(f, "SELECT total_fen FROM payment_batch WHERE state = 'draft'"));
    assert_int_equal(json_int(j, "explained_fen", -1), json_int(j, "difference_fen", -2));
    assert_int_equal(reason_fen(j, "standard"), 20000);
    assert_int_equal(reason_fen(j, "changed"), 20000);
    assert_int_equal(reason_fen(j, "correction"), 20000);
    assert_int_equal(reason_fen(j, "death"), -100000);
    assert_int_equal(reason_fen(j, "blocked"), -100000);
    assert_int_equal(reason_fen(j, "new"), 70000);
    assert_int_equal(reason_fen(j, "other"), 0);
    assert_int_equal(json_get(j, "lines")->size, 1);
    assert_int_equal(json_int(json_at(json_get(j, "lines"), 0), "now_fen", 0), 70000);
    world_close(&w);
}

/* ---- hledger ------------------------------------------------------------------------------- */

static enum status to_file(void *arg, struct span text, struct diag *d) {
    (void)d;
    return fwrite(text.at, 1, text.size, arg) == text.size ? OK : E_SYSTEM;
}
struct writing { FILE *out; instant_t until; };
static enum status journal_in(struct txn *t, void *arg, struct diag *d) {
    struct writing *x = arg;
    return ledger_journal(t, DISTRICT, x->until, to_file, x->out, d);
}

static void write_journal(struct world *w, const char *path, instant_t until) {
    struct writing x = {fopen(path, "w"), until};
    assert_non_null(x.out);
    expect_ok(READ(w, journal_in, &x), &w->f->diag);
    assert_int_equal(fclose(x.out), 0);
}

struct ours { int64_t until; struct buf out; };
static enum status ours_in(struct txn *t, void *arg, struct diag *d) {
    struct ours *x = arg;
    AUTO(rows) struct rows *r = NULL;
    bool row = false;
    buf_clear(&x->out);
    enum status s = sql_query(t, &r, d, "SELECT code, debit_fen - credit_fen FROM ledger_account WHERE debit_fen <> credit_fen ORDER BY code");
    while (s == OK && (s = rows_next(r, &row, d)) == OK && row) {
        char path[64];
        int64_t fen = rows_int(r, 1), abs = fen < 0 ? -fen : fen;
        s = ledger_account_path(DISTRICT, rows_text(r, 0), path, d);
        buf_addf(&x->out, "\"%s\",\"%s%lld.%02lld CNY\"\n", path, fen < 0 ? "-" : "", (long long)(abs / 100), (long long)(abs % 100));
    }
    return s;
}

static void hledger(const char *path, const char *arguments, struct buf *out) {
    char line[512], command[400];
    snprintf(command, sizeof command, "hledger -f %s %s 2>&1", path, arguments);
    FILE *p = popen(command, "r");
    assert_non_null(p);
    while (fgets(line, sizeof line, p))
        buf_adds(out, line);
    if (pclose(p) != 0)
        fail_msg("hledger: %s", buf_str(out));
}

static void hledger_recomputes_every_balance(void **state) {
    FIXTURE(f);
    struct world w;
    char path[128];
    struct ours x = {0};
    BUF_AUTO theirs;
    paying_open(&w, f);
    live(&w, unit_seed(__func__));
    snprintf(path, sizeof path, "%s/books.journal", f->folder);
    write_journal(&w, path, 0);
    buf_init(&x.out, 0);
    buf_init(&theirs, 0);
    expect_ok(READ(&w, ours_in, &x), &f->diag);
    hledger(path, "check --strict ordereddates", &theirs); /* accounts declared, each transaction balanced */
    buf_clear(&theirs);
    hledger(path, "balance --flat --no-total -O csv | tail -n +2 | LC_ALL=C sort -t: -k3", &theirs);
    assert_true(x.out.size > 0);
    assert_string_equal(buf_str(&theirs), buf_str(&x.out));
    /* As many transactions as transfers; and one that is altered is noticed. */
    buf_clear(&theirs);
    hledger(path, "print -O csv | cut -d, -f1 | tail -n +2 | sort -u | wc -l", &theirs);
    assert_int_equal(atoll(buf_str(&theirs)), ask_int(f, "SELECT count(*) FROM ledger_transfer"));
    must_run(f, "UPDATE ledger_transfer SET amount_fen = amount_fen + 1 WHERE id = (SELECT min(id) FROM ledger_transfer)");
    write_journal(&w, path, 0);
    buf_clear(&theirs);
    hledger(path, "balance --flat --no-total -O csv | tail -n +2 | LC_ALL=C sort -t: -k3", &theirs);
    assert_string_not_equal(buf_str(&theirs), buf_str(&x.out));
    buf_release(&x.out);
    world_close(&w);
}

/* ---- closing -------------------------------------------------------------------------------- */

struct checking { int n; struct buf out; };
static enum status check_in(struct txn *t, void *arg, struct diag *d) {
    struct checking *x = arg;
    x->n = 0;
    return books_check_in(t, LANG_ZH, &x->out, &x->n, d);
}
static void on_finding(void *arg, const struct diag *f) {
    print_message("%s\n", f->code);
    ++*(int *)arg;
}
static enum status evidence_in(struct txn *t, void *arg, struct diag *d) {
    struct evidence_check x = {.txn = t, .finding = on_finding, .arg = arg};
    return books_evidence(&x, d);
}
static int findings(struct world *w) {
    struct checking x = {0};
    buf_init(&x.out, 0);
    expect_ok(READ(w, check_in, &x), &w->f->diag);
    expect_ok(READ(w, evidence_in, &x.n), &w->f->diag);
    expect_ok(payment_check(&w->civil, LANG_ZH, &x.out, &x.n, &w->f->diag), &w->f->diag);
    buf_release(&x.out);
    return x.n;
}

static void a_closed_month_stays_as_it_was_closed(void **state) {
    FIXTURE(f);
    struct world w;
    instant_t november = test_instant;
    struct diag *d = &f->diag;
    paying_open(&w, f);
    test_instant = november - 31 * DAY_US; /* October's postings */
    live(&w, unit_seed(__func__));
    int64_t before = ask_int(f, "SELECT count(*) FROM ledger_transfer");
    assert_true(before > 0);
    expect_fail(books_closing_ask(&w.civil, &w.cashier, MONTH - 1, d), d, E_CONFLICT, "books.running");
    test_instant = november;
    expect_fail(books_closing_close(&w.civil, &w.finance, MONTH - 1, d), d, E_CONFLICT, "books.not_asked");
    expect_fail(books_closing_ask(&w.civil, &w.finance, MONTH - 1, d), d, E_FORBIDDEN, "payment.role");
    expect_fail(books_closing_ask(&w.civil, &w.clerk, MONTH - 1, d), d, E_FORBIDDEN, "payment.role");
    expect_fail(books_closing_ask(&w.civil, &w.cashier, MONTH - 1, d), d, E_CONFLICT, "bank.unreconciled");
    expect_ok(bank_accept(&w.civil, &w.finance, MONTH - 1, "银行对账单未到", d), d);
    expect_ok(books_closing_ask(&w.civil, &w.cashier, MONTH - 1, d), d);
    expect_ok(books_closing_ask(&w.civil, &w.cashier, MONTH - 1, d), d);
    struct actor both = w.cashier;
    both.grant[both.grant_count++] = w.finance.grant[0];
    expect_fail(books_closing_close(&w.civil, &both, MONTH - 1, d), d, E_FORBIDDEN, "payment.two_people");
    expect_fail(run_sql(f, "UPDATE ledger_closing SET state = 'closed'"), d, E_CONFLICT, "store.constraint");
    expect_fail(run_sql(f, "UPDATE ledger_closing SET state = 'closed', closed_by = asked_by, entry = 1"), d, E_CONFLICT, "store.constraint");
    must_run(f, "UPDATE ledger_closing SET sm3 = 'x' || substr(sm3, 2)");
    expect_fail(books_closing_close(&w.civil, &w.finance, MONTH - 1, d), d, E_CONFLICT, "books.changed"); /* not what the cashier saw */
    expect_ok(books_closing_ask(&w.civil, &w.cashier, MONTH - 1, d), d);
    expect_ok(books_closing_close(&w.civil, &w.finance, MONTH - 1, d), d);
    expect_fail(books_closing_close(&w.civil, &w.finance, MONTH - 1, d), d, E_CONFLICT, "books.closed");
    expect_fail(books_closing_ask(&w.civil, &w.cashier, MONTH - 1, d), d, E_CONFLICT, "books.closed");
    assert_int_equal(findings(&w), 0);

    /* A clock that was set back does not get into it. */
    test_instant = november - 31 * DAY_US;
    grant_one(&w, 9, 70000, MONTH - 1);
    int64_t batch = 0;
    expect_ok(payment_batch_prepare(&w.civil, &w.cashier, DISTRICT, "dibao", MONTH - 1, &batch, NULL, d), d);
    int64_t posted = ask_int(f, "SELECT count(*) FROM ledger_transfer");
    expect_fail(payment_batch_approve(&w.civil, &w.finance, batch, 0, d), d, E_CONFLICT, "ledger.closed");
    assert_int_equal(ask_int(f, "SELECT count(*) FROM ledger_transfer"), posted);
    test_instant = november;
    expect_ok(payment_batch_approve(&w.civil, &w.finance, batch, 0, d), d);
    assert_true(ask_int(f, "SELECT count(*) FROM ledger_transfer") > posted);
    assert_int_equal(findings(&w), 0);

    /* And whatever is changed in it is found. */
    static const char *const planted[][2] = {
        {"UPDATE ledger_transfer SET at = at - 2678400000000 WHERE id = (SELECT max(id) FROM ledger_transfer)", "UPDATE ledger_transfer SET at = at + 2678400000000 WHERE id = (SELECT max(id) FROM ledger_transfer)"},
        {"UPDATE ledger_closing_balance SET debit_fen = debit_fen + 1", "UPDATE ledger_closing_balance SET debit_fen = debit_fen - 1"},
        {"UPDATE ledger_closing SET transfers = transfers + 1", "UPDATE ledger_closing SET transfers = transfers - 1"},
        {"UPDATE ledger_closing SET entry = entry + 1", "UPDATE ledger_closing SET entry = entry - 1"},
    };
    for (size_t i = 0; i < ARRAY_LEN(planted); i++) {
        must_run(f, planted[i][0]);
        if (findings(&w) == 0)
            fail_msg("not found: %s", planted[i][0]);
        must_run(f, planted[i][1]);
        assert_int_equal(findings(&w), 0);
    }
    test_instant = november + 20 * DAY_US;
    expect_fail(books_closing_ask(&w.civil, &w.cashier, MONTH + 1, d), d, E_CONFLICT, "books.running");
    test_instant = november + 60 * DAY_US;
    expect_fail(books_closing_ask(&w.civil, &w.cashier, MONTH + 1, d), d, E_CONFLICT, "books.order");
    expect_ok(bank_accept(&w.civil, &w.finance, MONTH, "银行对账单未到", d), d);
    expect_ok(books_closing_ask(&w.civil, &w.cashier, MONTH, d), d);
    test_instant = november;
    world_close(&w);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        ON_BOTH(every_difference_has_its_reason),
        ON_BOTH(hledger_recomputes_every_balance),
        ON_BOTH(a_closed_month_stays_as_it_was_closed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
